"""Projects that must be built and are too large: named before anything else that clashes."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from groundplan.planning.activities import Activities
from groundplan.planning.explaining.explain import unit_in_words
from groundplan.planning.explaining.repairing.repair import NOTHING, Repair
from groundplan.planning.explaining.valuations import short_number
from groundplan.planning.families.family import Family
from groundplan.planning.features.works import Work, sizes
from groundplan.planning.plan_programme import programme
from groundplan.planning.solve import Progress, feasible, load, quiet, run
from groundplan.solver.highs import OPTIMAL, PRIMAL_SIMPLEX

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

SECONDS = 10.0
# Digits of a size that is told: rounded down, for more cannot be built.
DIGITS = 2


@dataclass(frozen=True, eq=False)
class Oversized:
    """A project that must be built and cannot: how much of it could be, 1, and what all investment was before it."""

    work: Work
    works: tuple[Work, ...]
    part: float
    invested: float
    money: str

    def words(self) -> str:
        """The project and its size."""
        w, unit = self.work, unit_in_words(self.money)
        stands = f" ({w.line})" if w.line else ""
        beside = f", where all investment was {short_number(self.invested, 4)} a year" if self.invested > 0 else ""
        whole = sum(w.spending) * min(w.sizes) ** w.exponent
        could = "no part of it" if self.part <= 0 else f"at most {self._share()} of it"
        return (
            f"project '{w.name}'{stands}, which must be built and takes {short_number(whole, 4)} {unit}{beside}: "
            f"{could} can be built"
        )

    def _share(self) -> str:
        return f"{self._size() * 100 / min(self.work.sizes):.2g} %"

    def _size(self) -> float:
        """The largest size that can be built, with two digits."""
        size = self.part * min(self.work.sizes)
        step = 10.0 ** (math.floor(math.log10(size)) - DIGITS + 1)
        return float(f"{math.floor(size / step * (1.0 - 1e-9)) * step:.{DIGITS}g}")

    def repairs(self) -> list[Repair]:
        """The project left to the plan, and where a part of it can be built the project as large as that."""
        free = self._instead(must=False)
        out = [Repair("projects", NOTHING, choices=free, said=f"project '{self.work.name}' no longer a must")]
        if self.part > 0:
            size = self._size()
            less = self._instead(sizes=[size], exponent=1.0)
            said = f"project '{self.work.name}' with sizes = [{size:g}], {self._share()} of it"
            out.append(Repair("projects", NOTHING, choices=less, said=said))
        return out

    def _instead(self, **changes: object) -> dict[str, list[Work]]:
        other = replace(self.work, **changes)  # type: ignore[arg-type]
        return {"works": [other if w.name == self.work.name else w for w in self.works]}


def oversized(a: Activities, policy: Policy, families: Sequence[Family], progress: Progress = quiet) -> list[Oversized]:
    """The projects that must be built and for want of which alone there is no plan, each with how much of it could be.

        part_p = max_t max starts[p,t]   with projects divisible and none a must,   0 ≤ starts ≤ 1

    Empty where the plan cannot be without them either, and where it can be with each of them alone left to it: then
    they are too many, and none is told to be too large.
    """
    musts = [w for w in policy.works if w.must]
    if not musts:
        return []
    progress("are projects that must be built too large?")
    if not _can_be(a, policy, families, [w.name for w in musts], progress):
        return []
    blamed = [w for w in musts if len(musts) == 1 or _can_be(a, policy, families, [w.name], progress)]
    acts = a.activities[a.activities["group"] == "investment"]
    money = str(a.commodities.set_index("commodity")["unit"].get("capital goods", ""))
    out = []
    for work in blamed or musts:
        part = _part(_without(a, [w.name for w in musts]), policy, families, work, progress)
        if part < 1.0:
            out.append(Oversized(work, tuple(policy.works), part, float(acts["base"].sum()), money))
    return out


def _without(a: Activities, names: Sequence[str]) -> Activities:
    """Activities in which these projects are no musts."""
    r = a.relations
    return replace(a, relations=r[~((r["relation"] == "must") & r["other"].isin(names))].reset_index(drop=True))


def _can_be(
    a: Activities, policy: Policy, families: Sequence[Family], names: Sequence[str], progress: Progress
) -> bool:
    free = _without(a, names)
    return feasible(programme(free, policy, families), policy, progress, whole=False, seconds=SECONDS)


def _part(a: Activities, policy: Policy, families: Sequence[Family], work: Work, progress: Progress) -> float:
    """How much of a project's smallest size can be begun in the year in which most of it can, as a share of it."""
    m = programme(a, policy, families)
    h = load(m, replace(policy, solver="ipm", time_limit=SECONDS)).divisible()
    smallest = min(sizes(work), key=lambda pair: pair[1])[0]
    block = m.variables["starts"]
    most = 0.0
    for column in block.numbers[block.coords["activity"].get_loc(smallest)]:
        cost = np.zeros(m.programme.width)
        cost[column] = 1.0
        h.costs(cost)
        h.within(SECONDS)
        run(h, progress, time.perf_counter())
        if h.status == OPTIMAL:
            most = max(most, float(h.values[column]))
        h.set(solver="simplex", simplex_strategy=PRIMAL_SIMPLEX, presolve="off")
    return min(most, 1.0)
