"""Projects as lumpy activities: sizes, windows, what comes after what, and which exclude each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.outcome import Outcome
from groundplan.planning.activity_rows import (
    ActivityRow,
    BoundRow,
    FlowRow,
    GivenRow,
    IndicatorRow,
    RelationRow,
    Tables,
    takes,
)
from groundplan.planning.choices.target import Target
from groundplan.planning.feature import Feature
from groundplan.records.card import Entry, keyed
from groundplan.records.named import COMMODITY, Naming

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

EFFECTS = ("give", "take", "occupy")
PROGRAMME = "programme of places"


@dataclass(frozen=True)
class WorkEffect(Entry):
    """What a project gives, takes or occupies from some year of its life on."""

    commodity: str = keyed(
        "", "a commodity of the plan: home:<code>, capacity:<code>, labour:<skill>, a stock", names=Naming(COMMODITY)
    )
    amount: float = keyed("the commodity's, a year", "how much, for the project at size 1", low=0.0)
    role: str = keyed("", "what is done with it", "give", among=EFFECTS)
    starts: int = keyed("years", "years from the start of building to the effect", 0, 0, 100)
    lasts: int = keyed("years", "how many years it goes on; once for a stock or a capacity", 1, 1, 200)

    @classmethod
    def owner(cls) -> str:
        """What messages say after a field's name: a study calls it an effect."""
        return " of an effect"


@dataclass(frozen=True)
class Work(Entry):
    """A project: built whole or not at all, once at most.

    ``spending`` is bought in the proportions of ``bought`` in the years from the start. A size s costs s^``exponent``
    times as much and has s times the effects; one size at most is built.
    """

    name: str = keyed("", "the project's name")
    spending: list[float] = keyed("money of the plan", "what is spent in each year from the start")
    bought: dict[str, float] = keyed(
        "1", "shares of commodities in the spending", {"capital goods": 1.0}, names=Naming(COMMODITY)
    )
    effects: list[WorkEffect] = keyed("", "what it gives, takes and occupies", [])
    earliest: int | None = keyed("", "the first year in which it may start", None)
    latest: int | None = keyed("", "the last year in which it may start", None)
    after: list[str] = keyed("", "projects that must have started before it", [])
    wait: int = keyed("years", "least years between the start of those and its own", 0, 0, 100)
    one_of: str = keyed("", "a name that rival projects share: one of them at most is built", "")
    sizes: list[float] = keyed("1", "sizes that it can have, one to be chosen", [1.0])
    exponent: float = keyed("1", "how cost grows with size", 1.0, 0.0, 3.0)
    must: bool = keyed("", "whether it must be built", False)
    label: str = keyed("", "words for the report", "")

    def more_faults(self) -> list[GroundplanError]:
        """Spending, shares and sizes that make no project, and a window without years."""
        checks = [
            (not self.spending or min(self.spending) < 0, f"spending is {list(self.spending)}", "give money by year"),
            (
                any(share < 0 for share in self.bought.values()) or not self.bought,
                f"bought is {dict(self.bought)}",
                "give shares that add up to 1",
            ),
            (
                abs(sum(self.bought.values()) - 1.0) > 1e-6,
                f"shares bought add up to {sum(self.bought.values()):g}",
                "let them add up to 1",
            ),
            (
                not self.sizes or min(self.sizes) <= 0 or len(set(self.sizes)) < len(self.sizes),
                f"sizes are {list(self.sizes)}",
                "give each size once, above 0",
            ),
            (
                self.earliest is not None and self.latest is not None and self.earliest > self.latest,
                f"the window is {self.earliest} to {self.latest}",
                "let it end after it begins",
            ),
            (self.name in self.after, "it comes after itself", "name other projects"),
        ]
        named = f"project '{self.name}': "
        return [StudyError(named + what, where=self.line, fix=fix) for wrong, what, fix in checks if wrong]


def sizes(work: Work) -> list[tuple[str, float]]:
    """The activities of a project, one a size: name and size.

    >>> sizes(Work("dam", [1.0], sizes=[1.0, 2.5]))
    [('work:dam@1', 1.0), ('work:dam@2.5', 2.5)]
    """
    if len(work.sizes) == 1:
        return [(f"work:{work.name}", float(work.sizes[0]))]
    return [(f"work:{work.name}@{s:g}", float(s)) for s in work.sizes]


def works(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """work:name[@size], done once at most.

        takes share[c] · spending[τ] · s^exponent of c, τ years after the start · gives, takes and occupies
        s · amount of each effect in the years of its life

    A level of 1 is the project started in that year. Units: money of the base year; effects in their own units.
    Raises ``StudyError`` and ``UnknownName`` for projects that are not there or stand outside the plan, all at once.
    """
    if h.base_year:
        return Tables()
    raise_all(_faults(policy.works, h))
    return Tables.joined(_work(h, work, activity, size) for work in policy.works for activity, size in sizes(work))


def _work(h: Horizon, work: Work, activity: str, size: float) -> Tables:
    """A project of one size."""
    spending = [
        takes(activity, bought, share * spent * size**work.exponent, lag=lag)
        for lag, spent in enumerate(work.spending)
        for bought, share in work.bought.items()
        if share * spent > 0
    ]
    effects = [
        FlowRow(activity, f.commodity, f.role, f.amount * size, lag)
        for f in work.effects
        for lag in range(f.starts, f.starts + f.lasts)
    ]
    return Tables(
        activities=[ActivityRow(activity, "projects started", _label(work, size), "project", lump=1.0)],
        flows=[*spending, *effects],
        bounds=[BoundRow(activity, y, upper=0.0) for y in h.years if not _open(work, y) or y not in h.plan_years],
        relations=_relations(work, activity),
        indicators=[IndicatorRow(f"started: {work.name}", activity, unit="projects")],
    )


def _label(work: Work, size: float) -> str:
    words = work.label or work.name
    return words if len(work.sizes) == 1 else f"{words}, size {size:g}"


def _open(work: Work, year: int) -> bool:
    first = year if work.earliest is None else work.earliest
    last = year if work.latest is None else work.latest
    return first <= year <= last


def _relations(work: Work, activity: str) -> list[RelationRow]:
    rows = [RelationRow(activity, "after", name, lag=work.wait) for name in work.after]
    rows.append(RelationRow(activity, "member", work.name))
    # A project may be named a rival of itself; twice in one group it could never be built.
    for group in dict.fromkeys((work.one_of, f"one size of {work.name}" if len(work.sizes) > 1 else "")):
        rows += [RelationRow(activity, "one of", group)] if group else []
    if work.must:
        rows.append(RelationRow(activity, "must", work.name))
    return rows


def _faults(stated: list[Work], h: Horizon) -> list[GroundplanError]:
    names = [w.name for w in stated]
    faults: list[GroundplanError] = [
        StudyError(f"project '{w.name}' is stated twice", where=w.line, fix="give it another name")
        for n, w in enumerate(stated)
        if w.name in names[:n]
    ]
    for work in stated:
        faults += [
            UnknownName("project to come after", a, names, where=work.line) for a in work.after if a not in names
        ]
        if not any(_open(work, y) for y in h.plan_years):
            what = f"project '{work.name}' may start from {work.earliest} to {work.latest}, outside the plan"
            fix = f"give years from {h.plan_years[0]} to {h.plan_years[-1]}"
            faults.append(StudyError(what, where=work.line, fix=fix))
    return faults


# Rows as a study states them under [[projects.<table>]].
Projects = dict[str, list[GivenRow]]


def programme_rows(
    economy: Economy,
    claims: Sequence[float],
    years: int,
    *,
    gives: Mapping[str, float] | None = None,
    worth: float = 10.0,
) -> tuple[Projects, list[Target]]:
    """Rows for the tables of ``Activities`` and targets that put a programme of so much building cost a year in a plan.

        level[t] ∈ [0, 1],   capital goods taken = claim[t] · level[t]
        a shortfall 1 − level[t] costs worth · claim[t] of living standard

    ``claims`` by year, from the plan's first. ``gives``: capacity of each sector (money of output a year) that one unit
    of money spent on the programme brings, ready two years later. ``worth``: living standard that may be given up for
    one unit of money of the programme (1). The share of a year's programme that is carried out is the indicator
    ``programme of places <year>``. Raises ``StudyError`` for arguments that make no sense, all at once.
    """
    _check(economy, gives, worth)
    first = economy.year + 1
    names = {first + t: f"{PROGRAMME} {first + t}" for t, claim in enumerate(claims) if claim > 0}
    rows: Projects = {"activities": [], "flows": [], "bounds": [], "indicators": []}
    for year, name in names.items():
        claim = claims[year - first]
        rows["activities"].append({"activity": name, "unit": "share of the year's programme", "label": name})
        rows["flows"].append({"activity": name, "commodity": "capital goods", "coefficient": claim})
        rows["flows"] += [
            {"activity": name, "commodity": f"capacity:{s}", "role": "give", "coefficient": claim * more, "lag": 1}
            for s, more in (gives or {}).items()
        ]
        rows["bounds"] += [
            {"activity": name, "year": t, "lower": 0.0, "upper": float(t == year)} for t in range(first, first + years)
        ]
        rows["indicators"].append({"indicator": name, "on": name, "unit": "1"})
    targets = [
        Target(name, ">=", 1.0, year=year, weight=worth * claims[year - first], name=name)
        for year, name in names.items()
    ]
    return {table: records for table, records in rows.items() if records}, targets


def carried_out(plan: Outcome, claims: Sequence[float], first: int) -> list[float]:
    """How much of each year's claim a plan with ``programme_rows`` in it carries out, in the claims' money."""
    return [claim * _share(plan, first + t) for t, claim in enumerate(claims)]


def _share(plan: Outcome, year: int) -> float:
    name = f"{PROGRAMME} {year}"
    there = plan["indicator"]
    if name not in there["indicator"].values:
        return 1.0
    return min(max(float(there.sel(indicator=name, year=year)), 0.0), 1.0)


def _check(economy: Economy, gives: Mapping[str, float] | None, worth: float) -> None:
    faults: list[GroundplanError] = []
    lost = [s for s in gives or {} if s not in economy.sectors]
    if lost:
        faults.append(StudyError(f"the economy has no sector {', '.join(lost)}", fix="name sectors of the economy"))
    if not worth > 0:
        faults.append(StudyError(f"worth {worth!r}", fix="give a worth above 0"))
    raise_all(faults, where="programme of places in the plan")


FEATURE = Feature(parts=(works,))
