"""Plan: what was announced, together; what it costs; what gives first; doctrines; trade in a supporting role."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from case import FAST, HERE, Case, grid, written
from choices import grown
from known_figures import fact

from groundplan import Branch, Budget, Outcome, PlanInfeasible, Target, compare, plan
from groundplan.planning.doctrines.doctrine import branches_of
from groundplan.study.asking import study_of
from groundplan.study.study import Study

STUDY = HERE / "study.toml"
NEAR = 0.03  # shares of investment that differ by less are alike
MORE_TRADE = 0.12  # growth of markets abroad, 1 / year; assumed, three times the usual
LEAST_COST = 0.01  # per cent; a smaller cost is told as less than that

# Targets that are asked by themselves, by name; all that must be met are among them.
ASKED = (
    ("10,000 flats a year in the capital", "25,000 flats in the mining district"),
    ("8 million tonnes of cement", "100,000 tonnes of finishing materials more"),
    ("a million tonnes of fertiliser",),
    ("fish as much as in 2017",),
    ("tidal power", "nuclear power"),
    ("electric railways", "half a million nights of guests"),
    ("timber from planted forest",),
    ("a third more water and waste works",),
    ("20 km of river and coast works a year", "10 km of canal a year"),
)


def solved(s: Study, targets: Sequence[Target], budget: Budget | None = None, **more: Any) -> Outcome | None:
    """A plan of the study with these targets and this budget; None where there is none."""
    try:
        return plan(s, ranges=0, targets=list(targets), budget=budget, **{**FAST, **more})
    except PlanInfeasible:
        return None


def reached(s: Study, hoped: Sequence[Target]) -> list[str]:
    """How much of targets their own years can have, all else given way to them, in words."""
    o = plan(s, ranges=0, targets=list(hoped), budget=None, **FAST)
    rows = o.table("priorities").set_index("indicator")
    shares = {t.name: 1 - float(rows["shortfall"][t.indicator]) / float(rows["bound"][t.indicator]) for t in hoped}
    return [f"{t.name}, {100 * shares[t.name]:.0f} per cent of it in {t.year}" for t in hoped]


def worth(o: Outcome) -> float:
    """The constant standard that a plan is worth (1 = base year)."""
    return float(o.provenance["headline"]["constant standard"])


def asked_row(words: str, free: Outcome, o: Outcome | None) -> tuple[str, str, str]:
    """What was asked, whether there is a plan with it, and what its worth falls by, in per cent."""
    if o is None:
        return words, "no", "–"
    cost = 100 * (1 - worth(o) / worth(free))
    return words, "yes", f"less than {LEAST_COST}" if cost < LEAST_COST else f"{cost:.2f}"


def by_branch(case: Case) -> list[Branch]:
    """The branches of doctrines, with each carved product in its sector's branch."""
    carved = {c["product"]: c["sector"] for c in tomllib.loads(STUDY.read_text("utf-8"))["carve"]}
    return [
        Branch(b.name, [*b.sectors, *(p for p, of in carved.items() if of in b.sectors and p != of)])
        for b in branches_of(case.economy())
    ]


def apart(one: Mapping[str, float], two: Mapping[str, float]) -> float:
    """Half the sum of what shares differ by: the part of investment that stands elsewhere (Bray-Curtis)."""
    return sum(abs(one[b] - two[b]) for b in one) / 2


def nearest(compared: Outcome, whole: Outcome, branches: Sequence[Branch]) -> dict[str, float]:
    """Every doctrine and the part of investment that its plan puts elsewhere than the announced one, nearest first."""
    spent = {b.name: float(whole.indicator(f"investment: {b.name}").iloc[1:].sum()) for b in branches}
    own = {b: v / sum(spent.values()) for b, v in spent.items()}
    far = {}
    for name, rows in compared.table("branches").groupby("doctrine"):
        put = rows.set_index("branch")["investment"]
        far[str(name)] = apart(own, (put / put.sum()).to_dict())
    return dict(sorted(far.items(), key=lambda pair: pair[1]))


def nearest_words(far: Mapping[str, float]) -> str:
    """Whose list it is, where the nearest doctrine is nearer than another by more than ``NEAR``."""
    near = [name for name, share in far.items() if share <= min(far.values()) + NEAR]
    if len(near) == 1:
        return f"Nearest is *{near[0]}*."
    return (
        f"The first {len(near)} lie within {100 * NEAR:.0f} points of one another, which is no difference: the list is "
        "no doctrine's."
    )


def budget_rows(s: Study, must: Sequence[Target], free: Outcome) -> list[tuple[str, str, str]]:
    """The same works under the announced budget, without and with its share for defence."""
    budget = s.policy.budget
    assert budget is not None
    return [
        asked_row(f"the same, {words}", free, solved(s, must, b))
        for words, b in (
            ("the budget growing by 3.4 % a year with 0.2 % left over", replace(budget, shares={})),
            ("and defence at 15.9 % of the budget in the tenth year", budget),
        )
    ]


def tell(case: Case) -> str:
    """The section."""
    s = study_of(case.accounts, STUDY)
    must = [t for t in s.policy.targets if t.priority is None]
    hoped = [t for t in s.policy.targets if t.priority is not None]
    branches = by_branch(case)
    soft = s.policy.price_softness  # prices are told of the plan that is saved
    free, whole = solved(s, []), solved(s, must, branches=branches, price_softness=soft)
    assert free is not None, "the accounts have no plan"
    assert whole is not None, "what must be met has no plan: make a target of study.toml one with a priority"
    case.page("plan", whole)
    wider = solved(s, must, export_growth=MORE_TRADE)
    assert wider is not None, "more trade has no plan"
    rows = [asked_row(", ".join(names), free, solved(s, [t for t in must if t.name in names])) for names in ASKED]
    rows += [asked_row("all of these together", free, whole), *budget_rows(s, must, free)]
    gives = reached(s, hoped)
    far = nearest(case.page("doctrines", compare(case.accounts, years=10, **FAST)), whole, branches)
    listed = "; ".join(f"{name} {100 * share:.0f}" for name, share in far.items())
    first, last = (float(o.indicator("living standard").iloc[-1]) for o in (free, whole))
    steel, steel_then = (fact("crude steel", y) for y in (2023, 2018))
    sold, sold_then = (fact("exports", y, "KOTRA (mirror") for y in (2023, 2017))
    return written(
        "planning", table=grid(("asked", "is there a plan", "cost, % of everybody's standard in every year"), rows),
        state=f"{whole.provenance['headline']['last year: collective']:.2f}", free=f"{first:.2f}",
        standard=f"{last:.2f}", gives="; ".join(gives), steel=steel, steel_then=steel_then,
        growth=f"{grown(whole)[0]:.1f}", doctrines=listed,
        nearest=nearest_words(far), more=f"{100 * MORE_TRADE:.0f}", usual=f"{100 * float(s.policy.export_growth):.0f}",
        gain=f"{100 * (worth(wider) / worth(whole) - 1):.1f}", fell=f"{sold_then / sold:.1f}",
    )  # fmt: skip
