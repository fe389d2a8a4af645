"""Why a plan cannot be met: the smallest set of wishes and limits that clash, in the names of the plan."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from groundplan.errors import PlanInfeasible
from groundplan.planning.activities import Activities
from groundplan.planning.explaining.elastic import Elastic
from groundplan.planning.explaining.loosenable import LOWER, UPPER
from groundplan.planning.families.family import TARGETS, Family, family_of, stating
from groundplan.planning.families.rows import Model
from groundplan.planning.plan_programme import programme
from groundplan.planning.solve import Progress, quiet

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

BOUNDS = "bounds of {what} in {year}"
LISTED = 8
TOGETHER = 2
SECONDS = 20.0


@dataclass(frozen=True, eq=False)
class Clash:
    """Rows and bounds that cannot all hold, and the programme of the fewest first years that has them.

    ``items``: those of them that a planner could loosen, as ``loosenable`` has them, the weightiest first.
    ``elastic``: the programme with loosenings. ``targets``: the positions, in the plan's own policy, of the targets
    among them; ``origin``: those of all targets of ``policy``. ``words``: rows and bounds in words.
    """

    policy: Policy
    elastic: Elastic
    items: pd.DataFrame
    targets: tuple[int, ...]
    origin: tuple[int, ...]
    words: tuple[str, ...]

    @property
    def model(self) -> Model:
        """The programme of the fewest first years that is impossible."""
        return self.elastic.model


def clash_of(a: Activities, policy: Policy, families: Sequence[Family], progress: Progress = quiet) -> Clash:
    """A small set of wishes and limits that cannot all hold.

    The plan is first cut to the fewest years that are still impossible: what cannot be begun needs no end. In it
    ``Elastic.conflict`` finds a set with no row too many. Identities (balances) take part but cannot be loosened, so
    they are not named; permissions that a planner states are. Where only whole projects make the plan impossible,
    kinds of limits are let go one after the other as long as it stays so.
    """
    began = time.perf_counter()
    elastic, origin = _shortest(a, policy, families, progress)
    progress("looking for the smallest conflict")
    m, wishes = elastic.model, elastic.policy
    core = elastic.conflict(SECONDS, progress)
    if core is None and m.has("starts"):
        elastic = Elastic(m, wishes, whole=True)
        core = elastic.filtered(SECONDS - (time.perf_counter() - began), progress)
    items = elastic.items.iloc[:0].assign(weight=0.0) if core is None else core
    stated = sorted({origin[n] for n in items["target"] if n >= 0})
    named = items if len(items) else elastic.unmendable(SECONDS, progress)
    words = (*_in_words(named, m), *(["projects that are done whole or not at all"] if elastic.whole else []))
    return Clash(wishes, elastic, items, tuple(stated), tuple(origin), words)


def infeasible(
    words: Sequence[str],
    targets: Sequence[int] = (),
    repairs: Sequence[Mapping[str, object]] = (),
    where: Sequence[str] = (),
    questions: Sequence[str] = (),
) -> PlanInfeasible:
    """The error that tells a conflict, what was perhaps meant, and what would mend it with what follows from that.

    ``words``: the conflict; ``targets``: those that take part; ``where``: their lines in the study.
    """
    listed = list(words[:LISTED])
    listed += [f"and {len(words) - LISTED} more limits and balances"] if len(words) > LISTED else []
    what = "The plan cannot meet every target." if targets else "No plan meets the floors within the limits."
    what += f"\n  clash:  {' · '.join(listed) or 'not found'}"
    what += "".join(f"\n  asked:  {question}" for question in questions)
    sentences = {r["alternative"]: (str(r["sentence"]), str(r.get("consequence", ""))) for r in repairs}
    if sentences:
        what += "\n  repair: any one of"
        for n, (said, follows) in enumerate(sentences.values(), 1):
            what += f"\n    {n}. {said}" + (f"\n       {follows}" if follows else "")
    lines = ", ".join(dict.fromkeys(filter(None, where)))
    fix = "make any one of these repairs" if sentences else "loosen any one of them"
    return PlanInfeasible(
        what, where=lines, fix=f"{fix}, in the study or with --set", clash=words, repairs=tuple(repairs),
        questions=tuple(questions),
    )  # fmt: skip


def _shortest(
    a: Activities, policy: Policy, families: Sequence[Family], progress: Progress
) -> tuple[Elastic, list[int]]:
    """The programme of the fewest first years that is impossible, by bisection; and which targets are in it."""
    low, high = 1, len(a.years)
    tried: dict[int, tuple[Elastic, list[int]]] = {}

    def cut(years: int) -> tuple[Elastic, list[int]]:
        if years not in tried:
            shorter, wishes, origin = _cut(a, policy, years)
            tried[years] = Elastic(programme(shorter, wishes, families), wishes), origin
        return tried[years]

    while low < high:
        middle = (low + high) // 2
        progress(f"looking for the conflict: are {middle} years possible?")
        # Where it is not found out in time the longer programme has the conflict too.
        if holds(cut(middle)[0], SECONDS, progress) is not False:
            low = middle + 1
        else:
            high = middle
    return cut(low)


def holds(elastic: Elastic, seconds: float, progress: Progress = quiet) -> bool | None:
    """Whether all holds with projects whole too; None where that was not found out in time."""
    divisible = elastic.holds(seconds, progress, vertex=False)
    if divisible is not True or elastic.whole or not elastic.model.has("starts"):
        return divisible
    return Elastic(elastic.model, elastic.policy, whole=True).holds(seconds, progress)


def _cut(a: Activities, policy: Policy, years: int) -> tuple[Activities, Policy, list[int]]:
    """Activities and targets of the first years alone, with the targets' positions in the whole policy."""
    last = a.years[years - 1]
    tables = {name: getattr(a, name) for name in ("bounds", "exogenous", "utility", "floors")}
    kept = {name: table[table["year"] <= last].reset_index(drop=True) for name, table in tables.items()}
    wishes = [(n, cut) for n, t in enumerate(policy.targets) if (cut := t.within(a.plan_years, last)) is not None]
    shorter = replace(policy, targets=[t for _, t in wishes])
    tail = max(a.tail - (len(a.years) - years), 0)
    return replace(a, years=a.years[:years], tail=tail, **kept), shorter, [n for n, _ in wishes]


def _in_words(items: pd.DataFrame, m: Model) -> list[str]:
    """A conflict in words, targets first: the years of one limit drawn together, and many limits of one family."""
    words, kinds = label_words(m), {f.name: f for f in m.limits}
    names: dict[str, dict[str, list[int]]] = {}
    family = items["family"].where(~items["family"].isin([UPPER, LOWER]), "bounds")
    for own, name, year in zip(family, items["name"], items["year"], strict=True):
        names.setdefault(str(own), {}).setdefault(str(name), []).append(int(year))
    lines = []
    stated = stating(TARGETS, m.limits)
    for own, things in sorted(names.items(), key=lambda f: f[0] != stated):
        if own == stated:
            lines += [kinds[own].row_words(name, span_words(when)) for name, when in things.items()]
            continue
        kind, fork = family_of(own)
        under = f" under {fork}" if fork else ""
        listed = [words.get(name) or name for name in things]
        when = [[year for year in years if year] for years in things.values()]
        if len(listed) > TOGETHER + 1:
            more = f"{', '.join(listed[:TOGETHER])} and {len(listed) - TOGETHER} more"
            listed, when = [more], [[year for years in when for year in years]]
        for what, span in zip(listed, map(span_words, when), strict=True):
            row = kinds[kind].row_words(what, span) if kind in kinds else BOUNDS.format(what=what, year=span)
            lines.append(row + under)
    return lines


def span_words(years: Sequence[int]) -> str:
    """Years in words: ``2024``, ``2024 to 2026``; nothing for none."""
    return "" if not years else f"{min(years)}" if len(set(years)) == 1 else f"{min(years)} to {max(years)}"


def label_words(m: Model) -> dict[str, str]:
    """Commodity and activity names → their labels in words."""
    a = m.activities
    return {
        **dict(zip(a.commodities["commodity"], a.commodities["label"], strict=True)),
        **dict(zip(a.activities["activity"], a.activities["label"], strict=True)),
    }
