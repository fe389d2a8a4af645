"""Gentle repairs: a later year, a faster pace of replacement, a wish in place of a must."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from groundplan.errors import GroundplanError
from groundplan.planning.choices.target import Target
from groundplan.planning.explaining.repairing.asked_plan import AskedPlan
from groundplan.planning.explaining.repairing.repair import NOTHING, Repair
from groundplan.planning.solve import Progress, feasible, quiet
from groundplan.records.card import per_sector

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

LATER = (1, 2, 3, 5, 10)
PACES = (1.5, 2.0, 3.0, 5.0, 10.0)
SECONDS = 5.0
Possible = Callable[["Policy"], bool]


def gentle(asked: AskedPlan, targets: Sequence[int], seconds: float, progress: Progress = quiet) -> list[Repair]:
    """Repairs that keep what is wished for and change when, how fast or how strictly, for targets that clash.

    later year  the first of 1, 2, 3, 5 and 10 years later in which one of the targets can be met, with a plan as long
                as that needs; of a target for every year, the first year from which on it can be
    pace        the slowest of 1.5 to 10 times the pace at which imports of the products that the targets are about may
                be replaced
    wish        one of the targets first priority in place of a must; where one alone clashes it would be what its own
                reach is, and is left out

    Each is one that is possible as far as a programme without whole projects can tell. ``targets``: positions in the
    policy that was asked for. Ends after ``seconds`` with what there is.
    """
    until = time.process_time() + seconds

    def possible(policy: Policy) -> bool:
        if time.process_time() > until:
            return False
        try:
            m = asked.written(policy)
        except GroundplanError:  # a plan of other years may be at odds with what else the study states
            return False
        return feasible(m, policy, progress, whole=False, seconds=SECONDS)

    progress("looking for gentler repairs")
    # What takes fewest trials comes first: longer plans are tried year by year.
    faster = _faster(asked, targets, possible)
    out = [] if faster is None else [faster]
    out += _wishes(asked.policy, targets, possible) if len(targets) > 1 else []
    return out + [repair for n in targets if (repair := _later(asked, n, possible)) is not None]


def _with(policy: Policy, n: int, target: Target) -> Policy:
    return replace(policy, targets=[target if k == n else t for k, t in enumerate(policy.targets)])


def _named(t: Target) -> str:
    return f"target '{t.text()}'" + (f" ({t.line})" if t.line else "")


def _later(asked: AskedPlan, n: int, possible: Possible) -> Repair | None:
    """A target of one year in a later one, the plan longer where it must be; one of every year from a later one on."""
    p, years = asked.policy, asked.activities.plan_years
    t = p.targets[n]
    if t.form not in ("value", "of_base") or t.to_year is not None:
        return None
    for more in LATER:
        if t.year is not None:
            other = replace(t, year=t.year + more)
            length = p.years + max(t.year + more - years[-1], 0)
            said = f"{_named(t)} in {t.year + more}" + (f", in a plan of {length} years" if length > p.years else "")
        else:
            other, length = replace(t, from_year=(t.from_year or years[0]) + more), p.years
            if (other.from_year or 0) > years[-1]:
                return None
            said = f"{_named(t)} from {other.from_year} on"
        if possible(replace(_with(p, n, other), years=length)):
            choices = {"years": length} if length > p.years else {}
            return Repair("a later year", NOTHING, {n: other}, choices=choices, said=said)
    return None


def _faster(asked: AskedPlan, targets: Sequence[int], possible: Possible) -> Repair | None:
    """Imports of what the targets are about replaced at a faster pace, the slowest of ``PACES`` that does."""
    p, goods = asked.policy, asked.activities.commodities.set_index("commodity")["label"]
    codes = [c for n in targets if f"home:{(c := p.targets[n].indicator.partition(': ')[2])}" in goods.index]
    if not codes:
        return None

    def at(times: float) -> dict[str, float]:
        old = p.import_replacement
        rest = dict(old) if isinstance(old, Mapping) else {"default": float(old)}
        return {**rest, **{c: min(times * per_sector(old, c), 1.0) for c in codes}}

    if not possible(replace(p, import_replacement=at(PACES[-1]))):
        return None
    slower = (at(times) for times in PACES[:-1])
    paces = next((pace for pace in slower if possible(replace(p, import_replacement=pace))), at(PACES[-1]))
    each = ", ".join(
        f"{goods[f'home:{c}']} {100 * paces[c]:.3g} % a year for {100 * per_sector(p.import_replacement, c):.3g} %"
        for c in dict.fromkeys(codes)
    )
    said = f"a faster pace of replacing imports (import_replacement): {each}"
    return Repair("pace of replacement", NOTHING, choices={"import_replacement": paces}, said=said)


def _wishes(p: Policy, targets: Sequence[int], possible: Possible) -> list[Repair]:
    """Each target as a wish before all others, met as far as it can be."""
    out = []
    for n in targets:
        t = p.targets[n]
        soft = replace(t, priority=1)
        if possible(_with(p, n, soft)):
            said = f"{_named(t)} as a wish (priority = 1), met as far as it can be"
            out.append(Repair("a wish", NOTHING, {n: soft}, said=said))
    return out
