"""Plan: what was announced, together; what it costs; what gives first; doctrines; trade in a supporting role."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from case import FAST, HERE, Case, grid, paragraphs

from groundplan import Branch, Budget, Outcome, PlanInfeasible, Target, compare, plan
from groundplan.planning.doctrines.doctrine import branches_of
from groundplan.study.asking import study_of
from groundplan.study.study import Study

NEAR = 0.03  # shares of investment that differ by less are alike
MORE_TRADE = 0.12  # growth of markets abroad, 1 / year; assumed, three times the usual 0.04

# Announcements that are asked by themselves, by the names of their targets.
TOGETHER = {
    "10,000 flats a year in the capital, 25,000 in the mining district": (
        "10,000 flats a year in the capital", "25,000 flats in the mining district",
    ),
    "8 million tonnes of cement, finishing materials": (
        "8 million tonnes of cement", "100,000 tonnes of finishing materials more",
    ),
    "fish as much as in 2017": ("fish as much as in 2017",),
    "power from the tides and from a reactor": ("tidal power", "nuclear power"),
    "electric railways": ("electric railways",),
    "timber from planted forest": ("timber from planted forest",),
    "half a million nights of guests": ("half a million nights of guests",),
    "a third more water and waste works": ("a third more water and waste works",),
    "river and coast works, a canal": ("20 km of river and coast works a year", "10 km of canal a year"),
}  # fmt: skip


def asked(case: Case) -> Study:
    """The study of announcements on the estimated accounts."""
    return study_of(case.accounts, HERE / "study.toml")


def worth(o: Outcome) -> float:
    """The constant standard that a plan is worth (1 = base year)."""
    return float(o.provenance["headline"]["constant standard"])


def solved(s: Study, targets: list[Target], budget: Budget | None = None, **more: Any) -> Outcome | None:
    """A plan of the study with these targets; None where there is none."""
    try:
        return plan(s, ranges=0, targets=targets, budget=budget, **FAST, **more)
    except PlanInfeasible:
        return None


def reach(s: Study, target: Target) -> float:
    """How much of a target its own year can have, all else given way to it: 1 where it is met."""
    o = plan(s, ranges=0, targets=[replace(target, priority=1)], budget=None, **FAST)
    row = o.table("priorities").iloc[0]
    return 1.0 - float(row["shortfall"]) / float(row["bound"])


def tell(case: Case) -> str:
    """The section."""
    s = asked(case)
    must = [t for t in s.policy.targets if t.priority is None]
    hoped = [t for t in s.policy.targets if t.priority is not None]
    branches = by_branch(case, s)
    none = solved(s, [])
    whole = solved(s, must, branches=branches)
    assert none is not None
    assert whole is not None
    case.page("plan", whole)
    free = worth(none)
    rows: list[tuple[object, ...]] = []
    for words, names in TOGETHER.items():
        rows.append((words, "met", _cost(free, solved(s, [t for t in must if t.name in names]))))
    rows += [(t.name, f"{100 * reach(s, t):.0f} per cent of it in {t.year}", "put before all else") for t in hoped]
    rows.append(("all that can be met, together", "met", _cost(free, whole)))
    growing = replace(s.policy.budget, shares={}) if s.policy.budget else None
    rows.append(
        (
            "the same, the budget growing by 3.4 % a year with 0.2 % left over",
            "met",
            _cost(free, solved(s, must, growing)),
        )
    )
    full = solved(s, must, s.policy.budget)
    rows.append(
        ("the same, defence at 15.9 % of the budget in the tenth year", "met" if full else "not met", _cost(free, full))
    )
    wider = solved(s, must, export_growth=MORE_TRADE)
    if full:
        case.page("plan-with-budget", full)
    standard = float(whole.indicator("living standard").iloc[-1])
    doctrines = case.page("doctrines", compare(case.accounts, years=10, **FAST))
    return paragraphs(
        "The five years that were announced are over, and accounts of 2020 cannot be made. So the same list is "
        "asked of 2024 to 2033: "
        "what was to come by 2025 by 2028, homes in five years from 2026 (a home takes two years). Where an "
        "announcement "
        "names a branch and no figure, a figure is assumed so that its cost can be asked; `study.toml` says "
        "which. The cost is what the plan's worth, as one constant standard of households and state, falls by.",
        grid(("asked", "can it be met", "cost, % of everybody's standard in every year"), rows),
        "Without any of it the standard of the last year is "
        f"{float(none.indicator('living standard').iloc[-1]):.2f} times that of 2023; "
        f"with all that can be met {standard:.2f}. Homes, cement, fish, rail, timber, water, guests, canal and "
        "both new kinds of power can be met together: they "
        "are small beside the economy as estimated. Homes cost so little because they stand in the place of "
        "others that the plan would "
        "build: the announcement decides where homes stand more than how many. Steel gives first: a sector's "
        "plant grows by a fifth a year at most here "
        "(assumed), and steel fell by more than half after 2018. If that plant still stands, steel needs power, "
        "coke and ore and not a plan of years; nobody outside knows.",
        "**The budget** weighs more than all works together. A budget that grows by 3.4 per cent a year in an "
        "economy that grows by "
        "some two takes from households what it gives to the state; 15.9 per cent for defence is a claim on "
        "what the state buys, and nothing more is said of it here.",
        _doctrines(nearest(doctrines, whole, branches)),
        f"**Trade in a supporting role.** With markets abroad growing by {100 * MORE_TRADE:.0f} per cent a year "
        "in the place of 4, the same works leave the plan worth "
        f"{_gain(whole, wider)} more. Exports are so small that even their tripling brings little: what limits "
        "the plan is labour and plant "
        "at home first, foreign exchange second. Exports of 2017 were five and a half times those of 2023 (KOTRA).",
        "**What cannot be known here.** Who is at work and in what, so labour is counted in wages. What plant "
        "stands idle. Whether "
        "prices of the South say what a thing costs in the North: homes at 60 million won each may take half or "
        "twice of it. What was "
        "built before 2023 of what was announced. Nuclear power takes eight years to build (five to twelve), so "
        "a plant of this plan "
        "comes in its last year; nothing says that one was begun. The plan knows no sanctions but those in its "
        "trade of 2023.",
    )


def _cost(free: float, o: Outcome | None) -> str:
    """What the plan's worth falls by, in per cent; nothing where there is no plan."""
    if o is None:
        return "–"
    share = 100 * (1 - worth(o) / free)
    return "less than 0.01" if share < 0.01 else f"{share:.2f}"


def _gain(one: Outcome, two: Outcome | None) -> str:
    return "nothing" if two is None else f"{100 * (worth(two) / worth(one) - 1):.1f} per cent"


def by_branch(case: Case, s: Study) -> list[Branch]:
    """The branches of doctrines, with each carved product in its sector's branch."""
    carved = {c["product"]: c["sector"] for c in tomllib.loads((HERE / "study.toml").read_text("utf-8"))["carve"]}
    return [
        Branch(b.name, [*b.sectors, *(p for p, of in carved.items() if of in b.sectors and p != of)])
        for b in branches_of(case.economy())
    ]


def apart(one: Mapping[str, float], two: Mapping[str, float]) -> float:
    """Half the sum of what shares differ by: the part of investment that stands elsewhere (Bray-Curtis)."""
    return sum(abs(one[b] - two[b]) for b in one) / 2


def nearest(compared: Outcome, whole: Outcome, branches: Sequence[Branch]) -> list[tuple[str, float]]:
    """Every doctrine and the part of investment that its plan puts elsewhere than the announced one, nearest "
    "first.
    """
    own = {b.name: float(whole.indicator(f"investment: {b.name}").iloc[1:].sum()) for b in branches}
    own = {b: v / sum(own.values()) for b, v in own.items()}
    out = []
    for name, rows in compared.table("branches").groupby("doctrine"):
        put = rows.set_index("branch")["investment"]
        out.append((str(name), apart(own, (put / put.sum()).to_dict())))
    return sorted(out, key=lambda pair: pair[1])


def _doctrines(ordered: list[tuple[str, float]]) -> str:
    told = "; ".join(f"{name} {100 * far:.0f}" for name, far in ordered)
    near = [name for name, far in ordered if far <= ordered[0][1] + NEAR]
    alike = (
        f"{', '.join(near)} lie within {100 * NEAR:.0f} points of one another, which is no difference: the list is no "
        "doctrine's, it asks for a little of each kind."
    )
    whose = f"Nearest is *{near[0]}*." if len(near) == 1 else alike
    return (
        "**Which doctrine is nearest.** Per cent of investment that a doctrine's plan puts into another of the "
        f"branches farming, heavy, light and services than the announced plan: {told}. {whose}"
    )
