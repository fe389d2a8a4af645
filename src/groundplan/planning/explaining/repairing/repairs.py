"""The cheapest repairs of a plan that cannot be met: alternatives of different kinds, each enough alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.errors import PlanInfeasible, SolverError
from groundplan.planning.activities import Activities
from groundplan.planning.explaining.clash import Clash, clash_of, holds, infeasible
from groundplan.planning.explaining.elastic import Elastic, Loosened, kinds_of
from groundplan.planning.explaining.explain import names_in
from groundplan.planning.explaining.guards import slip
from groundplan.planning.explaining.loss_of_standard import as_share
from groundplan.planning.explaining.priorities import solve_in_turn
from groundplan.planning.explaining.repairing.asked_plan import AskedPlan
from groundplan.planning.explaining.repairing.eased import eased_target, easier, stated_safely
from groundplan.planning.explaining.repairing.followed_repairs import follow, with_spare
from groundplan.planning.explaining.repairing.gentle import gentle
from groundplan.planning.explaining.repairing.oversized import oversized
from groundplan.planning.explaining.repairing.repair import NOTHING, Repair, lines_of
from groundplan.planning.explaining.repairing.repair_words import rounded_up
from groundplan.planning.families.family import Family
from groundplan.planning.families.rows import Model
from groundplan.planning.families.targets import base_levels, target_lines
from groundplan.planning.plan_programme import programme
from groundplan.planning.reach import reach
from groundplan.planning.solve import Progress, Solution, quiet
from groundplan.solver.programme import Floats
from groundplan.solver.search_line import SearchLine

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

ALTERNATIVES = 6
MIXED = 0.8
# Seconds: for one answer of the solver; of work on a conflict and its repairs, by year of the plan, at least, at most.
SECONDS = 10.0
A_YEAR, SHORT, BUDGET = 12.0, 30.0, 120.0
# Of the seconds for repairs: to look for them, and for gentler ones; what follows from each has the rest.
SEARCHED, GENTLE = 0.5, 0.2
KINDS = 8
# Years of one target whose reach is looked for one by one; a project that can be built so far is no project too large.
LINES, HALF = 12, 0.5


def conflict(
    a: Activities,
    policy: Policy,
    families: Sequence[Family],
    progress: Progress = quiet,
    asked: AskedPlan | None = None,
) -> PlanInfeasible:
    """Why a plan cannot be met and what would mend it, in words: see ``clash_of`` and ``repairs``.

    ``asked``: how the plan is made anew; without it repairs are not followed to what they mean for people.
    """
    began = time.process_time()
    budget = min(max(A_YEAR * len(a.years), SHORT), BUDGET)
    large = [] if asked is None else oversized(a, policy, families, progress)
    if asked is not None and large and all(project.part < HALF for project in large):
        offered = follow(asked, [], [r for project in large for r in project.repairs()], budget, progress)
        return _told(a, policy, families, [p.words() for p in large], offered, [p.work.line for p in large])
    clash = clash_of(a, policy, families, progress)
    left = budget - (time.process_time() - began)
    offered = repairs(a, policy, families, clash, progress, left, asked)
    lines = [policy.targets[t].line for t in clash.targets]
    return _told(a, policy, families, [*(p.words() for p in large), *clash.words], offered, lines, clash.targets)


def _told(
    a: Activities,
    policy: Policy,
    families: Sequence[Family],
    words: Sequence[str],
    offered: Sequence[Repair],
    where: Sequence[str],
    targets: Sequence[int] = (),
) -> PlanInfeasible:
    """The error that tells a conflict, what was perhaps meant, and what would mend it."""
    lines = [line for n, repair in enumerate(offered, 1) for line in lines_of(a, policy, families, n, repair)]
    return infeasible(words, targets, [line._asdict() for line in lines], where, _slips(a, policy, targets))


def _slips(a: Activities, policy: Policy, targets: Sequence[int]) -> list[str]:
    """Questions about wishes that look like another unit's, against what there was."""
    base, ratios = base_levels(a) if targets else {}, set(a.ratios["indicator"])
    units, names = dict(zip(a.indicators["indicator"], a.indicators["unit"], strict=True)), names_in(a)
    questions = []
    for t in (policy.targets[n] for n in targets):
        unit = "1" if t.indicator in ratios else str(units.get(t.indicator, ""))
        questions.append(slip(t, base.get(t.indicator, 0.0), unit, a.years, names))
    return [question for question in questions if question]


def repairs(
    a: Activities,
    policy: Policy,
    families: Sequence[Family],
    clash: Clash,
    progress: Progress = quiet,
    seconds: float = BUDGET,
    asked: AskedPlan | None = None,
) -> list[Repair]:
    """Alternatives that each make the plan possible, cheapest first: one kind of thing loosened at a time.

    Only a kind that takes part in the conflict can mend it alone. A target comes to ask for what can be reached of it
    (``reach``). Else each is loosened as little as can be (``Elastic``) in the shortest programme that is impossible,
    then rounded up to two digits and tried on the whole plan; where later years need more, the whole plan says how
    much. Where all kinds together need much less than any alone, or none alone suffices, that is an alternative too.
    With ``asked`` there are gentler ones (``gentle``), and each is followed to its consequence. At most
    ``ALTERNATIVES``. What the solver does not say within ``seconds`` is left out; the search takes ``SEARCHED`` of them
    at most, so that there are some for what each repair means.
    """
    seconds = max(seconds, SECONDS)
    began = time.process_time()
    searched = seconds if asked is None else SEARCHED * seconds
    search = _Search(a, policy, families, clash, progress, began + searched, asked)
    kinds = kinds_of(clash.items)[:KINDS]
    enough = [r for kind in kinds if (r := search.repair([kind])) is not None]
    least = min((r.share for r in enough), default=np.inf)
    if len(kinds) > 1 or not enough:
        together = search.repair(kinds if enough else kinds_of(search.short.items), below=MIXED * least)
        enough += [] if together is None else [together]
    enough = sorted(enough, key=lambda r: r.share)[:ALTERNATIVES]
    if asked is None:
        return search.costed(enough)
    mild = gentle(asked, clash.targets, GENTLE * seconds, progress)
    # In turn, so that where time ends both kinds have been followed.
    ranked = [r for pair in zip_longest(mild, enough) for r in pair if r is not None]
    left = max(began + seconds - time.process_time(), SECONDS)
    return follow(asked, clash.targets, ranked, left, progress)[:ALTERNATIVES]


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
        asked: AskedPlan | None = None,
    ) -> None:
        self.a, self.policy, self.families, self.clash, self.progress = a, policy, families, clash, progress
        self.until, self.asked = until, asked
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
            text = f"{doing}; {line}"
            self.progress(line.within(text) if isinstance(line, SearchLine) else text)

        self.progress(doing)
        if self.left < 1.0:
            return None
        if len(kinds) == 1 and (exact := self._target_at_its_reach(kinds[0])) is not None:
            return exact if exact.share < below else None
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

    def _target_at_its_reach(self, kind: str) -> Repair | None:
        """The repair by which one target asks for what can be reached of it; None where another search must say."""
        own = self.short.items.loc[self.short.items["kind"] == kind, "target"]
        if own.empty or own.iloc[0] < 0:
            return None
        at = self.clash.origin[int(own.iloc[0])]
        wish = self.policy.targets[at]
        lines = target_lines(self.a, replace(self.policy, targets=[wish]))
        if wish.sense == "==" or len(lines) > LINES:
            return None
        best = self._reach(at, lines)
        if not np.isfinite(best).all():
            return None
        gap = lines["sign"].to_numpy() * (lines["bound"].to_numpy(dtype=float) - best)
        over = np.flatnonzero(gap > 0)
        if not len(over):
            return None
        bounds = {int(lines["year"].iloc[k]): stated_safely(float(best[k]), wish.sense) for k in over}
        target = eased_target(self.a, self.policy, at, bounds)
        share = float((gap[over] / lines["size"].to_numpy(dtype=float)[over]).sum())
        repair = Repair(kind, NOTHING, {at: target}, share)
        if self._possible(repair):
            return repair
        # Each year alone can come so far, but not all of them: the least that all must give.
        near = replace(self.policy, targets=[target if n == at else t for n, t in enumerate(self.policy.targets)])
        m = programme(self.a, near, self.families)
        loosened = Elastic(m, near).least([f"target {at}"], min(self.left, SECONDS), self.progress)
        if loosened is None or loosened.items.empty:
            return None
        bounds |= easier(m, near, at, loosened)
        repair = replace(repair, targets={at: eased_target(self.a, self.policy, at, bounds)})
        return repair if self._possible(repair) else None

    def _reach(self, at: int, lines: pd.DataFrame) -> Floats:
        """What the lines of one target can come to without it: in the plan that goes on after its end, if it can."""
        best = np.full(len(lines), np.nan)
        whole = [] if self.asked is None else [(self.asked.activities, self.asked.policy)]
        for a, policy in (*whole, (self.a, self.policy)):
            others = replace(policy, targets=[t for n, t in enumerate(policy.targets) if n != at])
            best = reach(programme(a, others, self.families), others, lines, self.progress, self.left)
            if np.isfinite(best).all():
                break
        return best

    def _possible(self, repair: Repair) -> bool:
        """Whether the repaired plan can be."""
        wide, wishes, looser = repair.applied(self.a, self.policy, self.families)
        return bool(holds(Elastic(programme(wide, wishes, looser), wishes), min(self.left, SECONDS), self.progress))

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
        return repair if self._possible(repair) else None

    def costed(self, ranked: Sequence[Repair]) -> list[Repair]:
        """Repairs with what each costs, as far as time goes; only where targets take part in the conflict."""
        if not self.clash.targets or not ranked:
            return list(ranked)
        self.progress("what the repairs cost")
        without = [t for n, t in enumerate(self.policy.targets) if n not in self.clash.targets]
        reference = self._solved(self.a, replace(self.policy, targets=without), self.families)
        if reference is None:
            return list(ranked)
        costed = []
        for repair in ranked:
            plan = self._solved(*with_spare(repair).applied(self.a, self.policy, self.families))
            fall = None if plan is None else as_share(self.a, reference, reference.objective - plan.objective)
            costed.append(replace(repair, cost=fall))
        return costed

    def _solved(self, a: Activities, policy: Policy, families: Sequence[Family]) -> Solution | None:
        """The best plan; None where it is not possible or not found in time."""
        if self.left < 1.0:
            return None
        quick = replace(policy, time_limit=min(policy.time_limit, SECONDS, self.left))
        try:
            return solve_in_turn(programme(a, policy, families), quick, self.progress)
        except (PlanInfeasible, SolverError):
            return None
