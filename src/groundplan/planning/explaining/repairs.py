"""The cheapest repairs of a plan that cannot be met: alternatives of different kinds, each enough alone."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from groundplan.errors import PlanInfeasible, SolverError
from groundplan.planning.activities import Activities
from groundplan.planning.choices.target import Target
from groundplan.planning.explaining.clash import Clash, clash_of, holds, infeasible
from groundplan.planning.explaining.elastic import Elastic, Loosened, kinds_of
from groundplan.planning.explaining.loosenable import LOWER, UPPER
from groundplan.planning.explaining.priorities import solve_in_turn
from groundplan.planning.explaining.repair_words import rounded_up, sentence
from groundplan.planning.families.family import TARGETS, Family, stating
from groundplan.planning.families.rows import Model, Rows, level_bounds
from groundplan.planning.plan_programme import programme
from groundplan.planning.solve import Progress, quiet

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

from typing import TYPE_CHECKING, Any

from groundplan.planning.families.targets import base_levels, indicator_path, target_lines

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy


def easier(m: Model, policy: Policy, target: int, loosened: Loosened) -> dict[int, float]:
    """Year → the bound of a target that the loosened plan keeps to, for the years that it misses.

    A missed bound gives way by the miss rounded up to three digits; an equality becomes what is reached. Of growth the
    bound is the rate; of a ratio the ratio of the loosened plan, since its row n − b·d knows only the miss of n.
    """
    lines = target_lines(m.activities, policy)
    lines = lines[(lines["target"] == target) & lines["label"].isin(loosened.items["label"])]
    out = {}
    for row in lines.to_dict("records"):
        bound, sign = float(row["bound"]), float(row["sign"])
        got = _reached(m.activities, row, loosened)
        miss = max(sign * (bound - got), 0.0)
        out[int(row["year"])] = got if row["sense"] == "==" else bound - sign * rounded_up(miss)
    return out


def _reached(a: Activities, row: Mapping[Any, Any], loosened: Loosened) -> float:
    """What a target's line reaches in the loosened plan, in the unit of its bound."""
    indicator, since, year = str(row["indicator"]), int(str(row["since"])), int(str(row["year"]))
    ratios = a.ratios.drop_duplicates("indicator").set_index("indicator")
    if indicator in ratios.index:
        above, under = ratios.loc[indicator, ["numerator", "denominator"]]
        return _total(a, str(above), since, year, loosened) / _total(a, str(under), since, year, loosened)
    now = _total(a, indicator, since, year, loosened)
    if row["form"] != "growth":
        return now
    before = base_levels(a)[indicator] if year == a.years[0] else _total(a, indicator, year - 1, year - 1, loosened)
    return now / before - 1.0


def _total(a: Activities, indicator: str, since: int, year: int, loosened: Loosened) -> float:
    return float(indicator_path(a, indicator, np.arange(since, year + 1), loosened.values).sum())


def eased_target(a: Activities, policy: Policy, at: int, bounds: Mapping[int, float]) -> Target:
    """The target with other bounds in some years; a rate of growth and a sum have one bound for all."""
    t = policy.targets[at]
    when = t.span(a.years)
    if t.form == "cumulative":
        return replace(t, cumulative=next(iter(bounds.values())))
    if t.form == "growth":
        # The easiest of the years for all of them: a rate is one number.
        rate = max(bounds.values()) if t.sense == "<=" else min(bounds.values())
        return replace(t, growth=rate)
    stated = t.stated(when)
    base = base_levels(a)[t.indicator] if t.form == "of_base" else 1.0
    path = [bounds.get(year, figure * base) for year, figure in zip(when, stated, strict=True)]
    plain = replace(t, value=None, of_base=None, path=[], first=None, last=None, shape="")
    if len(set(path)) == 1:
        return replace(plain, value=path[0])
    return replace(plain, path=path, year=None, from_year=when[0], to_year=None)


ALTERNATIVES = 6
MIXED = 0.8
# Seconds: for one answer of the solver; of work on a conflict and its repairs, by year of the plan, at least, at most.
SECONDS = 10.0
A_YEAR, SHORT, BUDGET = 6.0, 30.0, 60.0
KINDS = 8
SPARE = 1.02


class RepairLine(NamedTuple):
    """One thing that a repair loosens in a year, as ``PlanInfeasible.repairs`` tells it.

    ``alternative``: which repair it is of; ``share``: Σ of the repair's amounts as shares of their bounds; ``cost``:
    what it takes from the objective, None where that is not known; ``amount`` in ``unit``, nan of a target, which
    ``becomes`` another one; ``where``: the target's line in the study; year 0: in none of its own.
    """

    alternative: int
    kind: str
    share: float
    cost: float | None
    what: str
    family: str
    name: str
    year: int
    amount: float
    unit: str
    becomes: str
    where: str
    sentence: str


@dataclass(frozen=True, eq=False)
class Repair:
    """One way to make a plan possible.

    ``kind``: what is loosened. ``items``: its rows and bounds with amounts, as ``loosenable`` has them; ``targets``:
    position in the policy → the target that takes its place. ``share``: Σ of the amounts as shares of their bounds.
    ``cost``: how much less the objective is than without the targets that clash; measured with
    2 % to spare; None where no target does, or the solver did not say in time.
    """

    kind: str
    items: pd.DataFrame
    targets: Mapping[int, Target] = field(default_factory=dict)
    share: float = 0.0
    cost: float | None = None

    def applied(
        self, a: Activities, policy: Policy, families: Sequence[Family]
    ) -> tuple[Activities, Policy, tuple[Family, ...]]:
        """The plan with the repair made: its bounds, its targets, its limits."""
        targets = [self.targets.get(n, t) for n, t in enumerate(policy.targets)]
        bound = self.items["family"].isin([UPPER, LOWER])
        moves = self.items[~bound].assign(move=lambda i: -i["sign"] * i["amount"])
        shifts = moves.groupby(["family", "label"])["move"].sum()
        looser = tuple(_loosened(f, shifts) for f in families)
        return _wider(a, self.items[bound]), replace(policy, targets=targets), looser


def conflict(a: Activities, policy: Policy, families: Sequence[Family], progress: Progress = quiet) -> PlanInfeasible:
    """Why a plan cannot be met and what would mend it, in words: see ``clash_of`` and ``repairs``."""
    began = time.process_time()
    clash = clash_of(a, policy, families, progress)
    seconds = min(max(A_YEAR * len(a.years), SHORT), BUDGET) - (time.process_time() - began)
    lines: list[RepairLine] = []
    for n, repair in enumerate(repairs(a, policy, families, clash, progress, seconds), 1):
        lines += _lines(a, policy, families, n, repair)
    return infeasible(clash, policy, [line._asdict() for line in lines])


def repairs(
    a: Activities,
    policy: Policy,
    families: Sequence[Family],
    clash: Clash,
    progress: Progress = quiet,
    seconds: float = BUDGET,
) -> list[Repair]:
    """Alternatives that each make the plan possible, cheapest first: one kind of thing loosened at a time.

    Only a kind that takes part in the conflict can mend it alone. Each is loosened as little as can be (``Elastic``)
    in the shortest programme that is impossible, then rounded up to two digits and tried on the whole plan; where
    later years need more, the whole plan says how much. Where all kinds together need much less than any alone, or
    none alone suffices, that is an alternative too. At most ``ALTERNATIVES``. What is left of ``seconds`` goes to
    their costs; what the solver does not say by then is left out.
    """
    search = _Search(a, policy, families, clash, progress, time.process_time() + max(seconds, SECONDS))
    kinds = kinds_of(clash.items)[:KINDS]
    enough = [r for kind in kinds if (r := search.repair([kind])) is not None]
    least = min((r.share for r in enough), default=np.inf)
    if len(kinds) > 1 or not enough:
        together = search.repair(kinds if enough else kinds_of(search.short.items), below=MIXED * least)
        enough += [] if together is None else [together]
    return search.costed(sorted(enough, key=lambda r: r.share)[:ALTERNATIVES])


class _Search:
    """Repairs of one conflict: the shortest programme first, the whole one where that does not suffice."""

    def __init__(
        self,
        a: Activities,
        policy: Policy,
        families: Sequence[Family],
        clash: Clash,
        progress: Progress,
        until: float,
    ) -> None:
        self.a, self.policy, self.families, self.clash, self.progress = a, policy, families, clash, progress
        self.until = until
        self.short = clash.elastic
        self.whole: Elastic | None = None

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self.until - time.process_time()

    def repair(self, kinds: Sequence[str], below: float = np.inf) -> Repair | None:
        """The least loosening of these kinds that mends the whole plan; None where it cannot, or not ``below``."""
        doing = f"looking for repairs: {kinds[0] if len(kinds) == 1 else 'a little of each kind'}"

        def tell(line: str) -> None:
            self.progress(f"{doing}; {line}")

        self.progress(doing)
        if self.left < 1.0:
            return None
        loosened = self.short.least(kinds, min(self.left, SECONDS), tell)
        repair = self._tried(loosened, self.clash.model, self.clash.policy, self.clash.origin, below)
        lumpy = self.clash.model.has("starts")
        if repair is None and (lumpy or self.clash.model.activities.years != self.a.years) and self.left > 1.0:
            if self.whole is None:
                self.whole = Elastic(programme(self.a, self.policy, self.families), self.policy, whole=lumpy)
            own = self._kinds_in(self.whole)
            loosened = self.whole.least([own.get(k, k) for k in kinds], min(self.left, SECONDS), tell)
            every = tuple(range(len(self.policy.targets)))
            repair = self._tried(loosened, self.whole.model, self.policy, every, below)
        return repair

    def _kinds_in(self, whole: Elastic) -> dict[str, str]:
        """The kinds of the targets in the shortest programme → what they are called in the whole one."""
        called = {n: kind for n, kind in zip(whole.items["target"], whole.items["kind"], strict=True) if n >= 0}
        own = self.short.items[["target", "kind"]].itertuples(index=False)
        return {kind: called[self.clash.origin[n]] for n, kind in own if n >= 0}

    def _tried(
        self, loosened: Loosened | None, m: Model, policy: Policy, origin: Sequence[int], below: float
    ) -> Repair | None:
        if loosened is None or loosened.items.empty or not loosened.share < below:
            return None
        wish = loosened.items["target"] >= 0
        rest = loosened.items[~wish]
        rest = rest.assign(amount=[rounded_up(v) for v in rest["amount"] / rest["factor"]] * rest["factor"])
        targets = {}
        for n in loosened.items.loc[wish, "target"].unique().tolist():
            bounds = easier(m, policy, n, loosened)
            targets[origin[n]] = eased_target(self.a, self.policy, origin[n], bounds)
        kinds = list(dict.fromkeys(loosened.items["kind"]))
        repair = Repair(kinds[0] if len(kinds) == 1 else "a little of each", rest, targets, loosened.share)
        wide, wishes, looser = repair.applied(self.a, self.policy, self.families)
        tried = Elastic(programme(wide, wishes, looser), wishes)
        return repair if holds(tried, min(self.left, SECONDS), self.progress) else None

    def costed(self, ranked: Sequence[Repair]) -> list[Repair]:
        """Repairs with what each costs, as far as time goes; only where targets take part in the conflict."""
        if not self.clash.targets or not ranked:
            return list(ranked)
        self.progress("what the repairs cost")
        without = [t for n, t in enumerate(self.policy.targets) if n not in self.clash.targets]
        reference = self._goal(self.a, replace(self.policy, targets=without), self.families)
        if reference is None:
            return list(ranked)
        costed = []
        for repair in ranked:
            # At the edge of what is possible a solver can search for long; with a little to spare it does not.
            spare = replace(repair, items=repair.items.assign(amount=SPARE * repair.items["amount"]))
            goal = self._goal(*spare.applied(self.a, self.policy, self.families))
            costed.append(repair if goal is None else replace(repair, cost=max(reference - goal, 0.0)))
        return costed

    def _goal(self, a: Activities, policy: Policy, families: Sequence[Family]) -> float | None:
        """The objective of a plan; None where it is not possible or not found in time."""
        if self.left < 1.0:
            return None
        quick = replace(policy, time_limit=min(policy.time_limit, SECONDS, self.left))
        try:
            return solve_in_turn(programme(a, policy, families), quick, self.progress).objective
        except (PlanInfeasible, SolverError):
            return None


def _loosened(family: Family, shifts: pd.Series) -> Family:
    """A family whose right-hand sides are moved by label."""

    def moved(m: Model, a: Activities, policy: Policy) -> Rows | None:
        rows = family.rows(m, a, policy)
        name = m.named(family.name)
        if rows is None or name not in shifts.index.get_level_values("family"):
            return rows
        return replace(rows, right=rows.right + shifts[name].reindex(rows.labels.astype(str)).fillna(0.0).to_numpy())

    return replace(family, rows=moved)


def _wider(a: Activities, items: pd.DataFrame) -> Activities:
    """The activities with some bounds of levels loosened: those levels are stated anew, year by year."""
    if items.empty:
        return a
    lower, upper = (pd.DataFrame(b, a.activities["activity"], list(a.years)) for b in level_bounds(a))
    for family, name, year, amount in items[["family", "name", "year", "amount"]].itertuples(index=False):
        if family == UPPER:
            upper.loc[name, year] += amount
        else:
            lower.loc[name, year] = max(float(lower.loc[name, year]) - amount, 0.0)
    names = list(items["name"].unique())
    anew = pd.DataFrame(
        {
            "activity": np.repeat(np.asarray(names, dtype=object), len(a.years)),
            "year": np.tile(a.years, len(names)),
            "lower": lower.loc[names].to_numpy().ravel(),
            "upper": upper.loc[names].to_numpy().ravel(),
        }
    )
    return replace(a, bounds=pd.concat([a.bounds[~a.bounds["activity"].isin(names)], anew], ignore_index=True))


def _lines(a: Activities, policy: Policy, families: Sequence[Family], number: int, r: Repair) -> list[RepairLine]:
    """A repair line by line, one for each thing and year that it loosens."""
    units = pd.concat([a.commodities.set_index("commodity")["unit"], a.activities.set_index("activity")["unit"]])
    words = pd.concat([a.commodities.set_index("commodity")["label"], a.activities.set_index("activity")["label"]])
    unit_of = a.indicators.drop_duplicates("indicator").set_index("indicator")["unit"]
    about = (number, r.kind, r.share, r.cost)
    said = sentence(a, policy, r.items, r.targets, r.cost, {f.name: f for f in families})
    lines = []
    for family, name, year, amount in r.items[["family", "name", "year", "amount"]].itertuples(index=False):
        what, unit = str(words.get(name, "") or name), str(units.get(name, ""))
        lines.append(RepairLine(*about, what, family, name, int(year), amount, unit, "", "", said))
    for n, target in r.targets.items():
        old, stated = policy.targets[n], stating(TARGETS, families)
        unit, becomes = str(unit_of.get(old.indicator, "1")), target.text()
        lines.append(
            RepairLine(*about, old.text(), stated, old.indicator, old.year or 0, np.nan, unit, becomes, old.line, said)
        )
    return lines
