"""How sure a plan is: figures drawn anew, what was begun held, and the plan that keeps its wishes in a stated share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from groundplan.batches.compute import HERE, Runner
from groundplan.errors import SolverError, StudyError, raise_all
from groundplan.glossary import quantity
from groundplan.outcome import Outcome
from groundplan.planning.best_plan import provenance
from groundplan.planning.choices.uncertainty import DRAWN, Uncertain, Uncertainty
from groundplan.planning.explaining.loss_of_standard import as_share
from groundplan.planning.exploring.recourse import Recourse, ahead, recourse
from groundplan.planning.exploring.second_stage import Decision
from groundplan.planning.exploring.trials import Trial, trials
from groundplan.planning.exploring.warm import yearly
from groundplan.planning.families.family import GIVES_WAY, HOLDS
from groundplan.planning.plan_programme import is_own
from groundplan.planning.solve import Progress, quiet
from groundplan.planning.solved_plan import SolvedPlan
from groundplan.records.card import stated

LADDER, HALVINGS, SAME = 0.5, 3, 1e-6
SHOWN = ("living standard", "household consumption", "investment", "import bill", "export earnings")


@dataclass(frozen=True, eq=False)
class Sure:
    """A plan and the plan that keeps its wishes in a stated share of cases, both on draws to which nothing was fitted.

    ``margins`` are those that were tried (margin, least share, goal if all goes as expected, mean goal over the draws).
    """

    solved: SolvedPlan
    ready: Recourse
    setting: Uncertainty
    asked: np.ndarray
    margins: pd.DataFrame
    chosen: Decision
    trials: tuple[Trial, Trial]


def surer(
    solved: SolvedPlan,
    records: Sequence[Uncertain],
    setting: Uncertainty,
    progress: Progress = quiet,
    runner: Runner = HERE,
) -> Sure:
    """Put a plan through draws, and look for the plan that keeps its wishes in a stated share of them.

    1. The plan's building, training, storing and projects are held; everything else is decided again in each draw,
       with wishes (targets, floors, the path of living standards) that can be missed.
    2. The robust plan is the one made for figures that are all worse by a margin of m standard deviations. m rises by
       half a deviation until each wish holds in the stated share of the draws, and is then halved back. A wish that
       the plan itself misses is not asked of it.
    3. Both plans are put through fresh draws, to which nothing was fitted.

    Source: two-stage recourse with a decision rule fitted on a sample and verified on another: Birge and Louveaux,
    Introduction to Stochastic Programming (citation not checked); the margin is our own, a form of safety factor.
    Draws are the business of ``runner``. Raises ``StudyError`` where nothing is to be held, ``SolverError``,
    ``Interrupted``, and what ``batches.compute.compute`` raises.
    """
    ready = recourse(solved, records)
    asked = _asked(ready, setting)
    fit = Fit(ready, setting, asked, progress, runner)
    margins, chosen = fit.search()
    fresh = range(setting.draws, setting.draws + setting.fresh)
    plan, other = fit.trials([ready.plan, chosen.values], fresh, "both plans on fresh draws")
    return Sure(solved, ready, setting, asked, margins, chosen, (plan, other))


def _asked(ready: Recourse, setting: Uncertainty) -> np.ndarray:
    """Which wishes must hold: those of the kinds that are asked for and that hold if all goes as expected."""
    expected = ready.as_expected(ready.plan)
    if expected is None:
        raise SolverError("the plan cannot be solved again with its building held", fix="another solver: simplex")
    # A wish of the user's own is under a heading of its own, and is always asked for.
    own = {f.in_draws for f in ready.solved.families if is_own(f)} - {HOLDS, GIVES_WAY}
    asked = ready.wishes["kind"].isin([*setting.wishes, *own]).to_numpy() & (expected.missed == 0.0)
    if not asked.any():
        fix = "state a target or a floor, or name other wishes in [uncertainty]"
        raise_all([StudyError("the plan has no wish that could hold or not", fix=fix)])
    return np.asarray(asked)


@dataclass(frozen=True, eq=False)
class Fit:
    """The search for the margin: plans for worse figures, each put through the same draws."""

    ready: Recourse
    setting: Uncertainty
    asked: np.ndarray
    progress: Progress
    runner: Runner = HERE

    def trials(self, plans: Sequence[np.ndarray], draws: range, words: str) -> list[Trial]:
        """Each plan's building held in every draw."""
        return trials(
            self.ready, plans, self.setting.seed, draws, words=words, runner=self.runner, progress=self.progress
        )

    def search(self) -> tuple[pd.DataFrame, Decision]:
        """Margins tried, and the plan of the smallest that is enough; of the best one where none is."""
        rows: list[dict[str, float]] = []
        plans: list[Decision] = []
        begun = self.ready.stage.ahead

        def tried(margin: float) -> bool:
            plan = self._planned(margin)
            if plan is None or any(np.allclose(plan.values[begun], p.values[begun], atol=SAME) for p in plans):
                return False
            (trial,) = self.trials([plan.values], range(self.setting.draws), f"margin {margin:.2f}")
            as_hoped = self.ready.as_expected(plan.values)
            share = float(trial.met[self.asked].min())
            goal = np.nan if as_hoped is None else as_hoped.goal
            kept = [x for x in trial.goal if np.isfinite(x)]
            mean = float(np.mean(kept)) if kept else np.nan
            rows.append({"margin": margin, "least_share": share, "goal": goal, "mean_goal": mean})
            plans.append(plan)
            return share >= self.setting.share

        margin = 0.0
        while not tried(margin) and margin < self.setting.largest:
            margin = min(margin + LADDER, self.setting.largest)
        enough, less = margin, max(margin - LADDER, 0.0)
        for _ in range(HALVINGS if margin > 0.0 and rows[-1]["least_share"] >= self.setting.share else 0):
            middle = (enough + less) / 2.0
            enough, less = (middle, less) if tried(middle) else (enough, middle)
        table = pd.DataFrame(rows)
        good = table["least_share"] >= self.setting.share
        best = table[good].sort_values("margin") if good.any() else table.sort_values("least_share", ascending=False)
        table["chosen"] = table.index == best.index[0]
        return table.sort_values("margin").reset_index(drop=True), plans[int(best.index[0])]

    def _planned(self, margin: float) -> Decision | None:
        """The plan for figures that are all worse by the margin; without a margin the plan itself."""
        if margin == 0.0:
            return self.ready.as_expected(self.ready.plan)
        return self.ready.decide(self.ready.figures.prudent(margin))


def wilson(met: np.ndarray, draws: int, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """The interval of a share that was met in ``met`` of ``draws`` draws.

        (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)

    Units:  1.
    Source: Wilson (1927), Journal of the American Statistical Association 22, 209-212 (citation not checked).

    >>> [x.round(4).tolist() for x in wilson(np.array([9]), 10, 0.95)]
    [[0.5958], [0.9821]]
    """
    p, z = met / draws, float(ndtri(0.5 + confidence / 2.0))
    middle = p + z**2 / (2 * draws)
    wide = z * np.sqrt(p * (1 - p) / draws + z**2 / (4 * draws**2))
    low, high = ((middle + sign * wide) / (1 + z**2 / draws) for sign in (-1.0, 1.0))
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)


def outcome_of(sure: Sure) -> Outcome:
    """Both plans as an outcome of engine ``robust``: the level of the robust plan if all goes as expected, and tables.

    Tables: shares (kind, wish, asked; for the plan and the robust plan: share of fresh draws that meet it, its Wilson
    interval, mean miss as a share), margins, ahead (activity, plan, robust: sums over the years), compared (indicator,
    year, plan, robust), drawn.
    """
    solved, ready, setting, margins, trials = sure.solved, sure.ready, sure.setting, sure.margins, sure.trials
    e, a = solved.economy, solved.activities
    expected = ready.as_expected(sure.chosen.values)
    values = (sure.chosen if expected is None else expected).values
    variables = ready.read(values)
    shown = replace(solved, solution=replace(solved.solution, values=variables)).values
    first = margins[margins["margin"] == 0.0].iloc[0]
    margins = margins.assign(
        **{
            cost: [as_share(solved.model.activities, solved.solution, float(first[goal] - g)) for g in margins[goal]]
            for cost, goal in (("cost", "goal"), ("mean_cost", "mean_goal"))
        }
    )
    row = margins[margins["chosen"]].iloc[0]
    names = [i for i in SHOWN if i in set(a.indicators["indicator"])]
    names = list(dict.fromkeys([*names, *(t.indicator for t in solved.policy.targets)]))
    plain, robust = (yearly(solved, names, v) for v in (None, shown))
    about = {
        **provenance(solved),
        "engine": "robust",
        "uncertainty": stated(setting),
        "margin": float(row["margin"]),
        "reached": bool(row["least_share"] >= setting.share),
        "price": float(row["cost"]),
        "cut": [float(t.cut.mean()) for t in trials],
        "mean_goal": [float(np.nanmean(t.goal)) if np.isfinite(t.goal).any() else None for t in trials],
        "projects_held": bool(a.activities["lump"].gt(0).any()),
    }
    own = [{"limit": f.words, "in_draws": f.in_draws} for f in solved.families if is_own(f)]
    about |= {"own_limits": own} if own else {}
    tables = {
        "shares": _shares(sure),
        "margins": margins,
        "ahead": _ahead(solved, ready, values),
        "compared": _compared(plain, robust),
        "drawn": _uncertain_figures(ready),
    }
    level = variables["level"]
    plain_level = level.drop_vars([c for c in level.coords if c not in level.dims])
    return Outcome({"level": quantity("level", plain_level, e.money)}, tables, about)


def _shares(sure: Sure) -> pd.DataFrame:
    shares = sure.ready.wishes.assign(asked=sure.asked)
    for name, trial in zip(("plan", "robust"), sure.trials, strict=True):
        low, high = wilson((trial.missed == 0.0).sum(axis=0), len(trial.missed), sure.setting.confidence)
        figures = {"share": trial.met, "low": low, "high": high, "missed": trial.missed.mean(axis=0)}
        shares = shares.assign(**{f"{name}_{k}": v for k, v in figures.items()})
    return shares


def _ahead(solved: SolvedPlan, ready: Recourse, values: np.ndarray) -> pd.DataFrame:
    """What is decided ahead in both plans, summed over the years, where they differ, the largest difference first."""
    a = solved.activities.activities.set_index("activity")
    before, after = (
        pd.DataFrame(ready.read(v)["level"].to_pandas())
        .loc[ahead(solved.activities), list(solved.activities.years)]
        .sum(axis=1)
        for v in (ready.plan, values)
    )
    table = pd.DataFrame({"plan": before, "robust": after, "difference": after - before})
    about = a.loc[table.index, ["label", "group", "unit"]]
    table = pd.concat([about, table], axis=1).rename_axis("activity").reset_index()
    size = table["difference"].abs()
    moved = size > 1e-6 * np.maximum(1.0, table["plan"].abs())
    return table[moved].sort_values("difference", key=abs, ascending=False).reset_index(drop=True)


def _compared(plain: pd.DataFrame, sure: pd.DataFrame) -> pd.DataFrame:
    long = [t.rename_axis("indicator").reset_index().melt("indicator", var_name="year") for t in (plain, sure)]
    both = long[0].rename(columns={"value": "plan"}).assign(robust=long[1]["value"])
    return both.astype({"year": int})


def _uncertain_figures(ready: Recourse) -> pd.DataFrame:
    """What was drawn, in words."""
    count = ready.figures.factors.groupby("record")["member"].nunique()
    rows: list[Mapping[str, Any]] = [
        {
            "what": r.what, "meaning": DRAWN[r.what], "of": ", ".join(r.of) or "all", "figures": int(count.get(n, 0)),
            "shape": r.shape, "spread": r.spread, "low": r.low, "high": r.high, "correlation": r.correlation,
            "yearly": r.yearly, "source": r.source,
        }
        for n, r in enumerate(ready.figures.records)
    ]  # fmt: skip
    return pd.DataFrame(rows)
