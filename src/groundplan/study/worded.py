"""Names and synonyms in what a study or a command asks for, put as the codes of its accounts.

Which field holds what is declared on its card (``records.named``); here it is said what the accounts have of each kind.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from groundplan.errors import raise_all
from groundplan.planning.features.people.household_groups import words as first_words
from groundplan.planning.features.people.spending_classes import spending_classes
from groundplan.records.card import Card, fields_of
from groundplan.records.named import (
    COMMODITY,
    FINAL,
    GROUP,
    INDICATOR,
    PER_SECTOR,
    PRODUCT,
    SECTOR,
    SKILL,
    SPENDING,
    Coding,
    NameTaken,
    Naming,
)  # fmt: skip
from groundplan.shocks.scenarios.events import EXPORTS

if TYPE_CHECKING:
    from groundplan.economy.carving.carves import Carve
    from groundplan.economy.economy import Economy
    from groundplan.planning.activity_rows import GivenRow
    from groundplan.planning.choices.target import Target
    from groundplan.planning.doctrines.doctrine import Doctrine
    from groundplan.planning.policy import Policy
    from groundplan.shocks.scenarios.scenario import Scenario
    from groundplan.study.study import Study

OWN = "own"
FIGURES_BY_SECTOR = ("capital_output", "depreciation", "employment")
# Columns of a project's rows, and what the names in them are.
CELLS = {
    **dict.fromkeys(("commodity", "activity", "on", "good", "project", "other"), COMMODITY),
    **dict.fromkeys(("indicator", "numerator", "denominator"), INDICATOR),
}
Rows = Mapping[str, "Sequence[GivenRow]"]
R = TypeVar("R", bound=Card)


def names_of(e: Economy, own: Iterable[str] = ()) -> dict[str, dict[str, str]]:
    """What the accounts have, by kind: code → name. ``own``: names that a study gives itself, which stay as they are.

    A class of spending goes by its own word alone, so that a product's name is never taken for a class.
    """
    products = _labelled(e, e.sectors)
    groups = _labelled(e, e.finals("household"))
    return {
        PRODUCT: products,
        SECTOR: products,
        SKILL: _labelled(e, map(str, e.employment["skill"].values)),
        GROUP: {**{w: w for w in first_words(e)}, **groups},
        SPENDING: {**{c: c for c in spending_classes()}, **products},
        FINAL: {**_labelled(e, map(str, e.domestic_final["final"].values)), EXPORTS: EXPORTS, **products},
        OWN: {name: name for name in own},
    }


def _labelled(e: Economy, codes: Iterable[str]) -> dict[str, str]:
    return {code: e.label(code) for code in codes}


def policy_called(e: Economy, policy: Policy) -> tuple[Policy, list[NameTaken]]:
    """The policy with codes for names in every field that holds some, and what was taken for what.

    A target keeps the words that were written as its name. Raises ``UnknownName``, all at once, for what nothing is
    called, with the nearest three of its kind.
    """
    coding = Coding(names_of(e, _own(policy)))
    taken = coding.record(policy, "policy")
    ranges = [dataclasses.replace(r, name=_figure(coding, policy, r.name, r.where)) for r in policy.ranges]
    if ranges != policy.ranges:
        taken = dataclasses.replace(taken, ranges=ranges)
    raise_all(coding.faults)
    if taken.targets != policy.targets:
        pairs = zip(policy.targets, taken.targets, strict=True)
        taken = dataclasses.replace(taken, targets=[_kept(said, t) for said, t in pairs])
    return taken, coding.taken


def study_called(e: Economy, study: Study) -> tuple[Study, list[NameTaken]]:
    """The study in codes, and what was taken for what in its policy, its figures and its projects."""
    policy, taken = policy_called(e, study.policy)
    figures, of_figures = figures_called(e, study.figures) if study.figures else (study.figures, [])
    projects, of_projects = projects_called(e, study.projects) if study.projects else (study.projects, [])
    coded = dataclasses.replace(study, policy=policy, figures=figures, projects=projects)
    return coded, [*taken, *of_figures, *of_projects]


def _own(policy: Policy) -> set[str]:
    """Names that the records of a policy give: of branches, techniques, works and the like."""
    lists = [policy.branches, policy.techniques, policy.buildings, policy.works, policy.partners, policy.contingencies]
    named = {str(record.name) for records in lists for record in records}  # type: ignore[attr-defined]
    return named | {s.level for s in policy.schools} | {r.topic for r in policy.research}


def _kept(said: Target, taken: Target) -> Target:
    """A target of a study, which keeps the words that were written as its name."""
    same = said.indicator == taken.indicator or taken.name
    return taken if same else dataclasses.replace(taken, name=said.indicator)


def _figure(coding: Coding, policy: Policy, name: str, where: str) -> str:
    """The name of a figure with a range, with the code of the sector or the product that it is of."""
    head, mark, rest = name.partition(".")
    cards = {f.name: f.metadata["names"] for f in fields_of(type(policy))}
    if not mark or (head in cards and cards[head] is None and not rest):
        return name
    if (naming := cards.get(head, PER_SECTOR if head in FIGURES_BY_SECTOR else None)) is not None:
        return f"{head}.{coding.word(dataclasses.replace(naming, refused=False), rest, where)}"
    record, mark, keys = rest.partition(".")
    return f"{head}.{coding.word(Naming(PRODUCT, refused=False), record, where)}{mark}{keys}" if mark else name


def ranges_called(e: Economy, policy: Policy, names: Iterable[str]) -> tuple[list[str], list[NameTaken]]:
    """Names of figures with a range, with codes for names: ``import_floor.fuel`` as ``import_floor.chem``."""
    coding = Coding(names_of(e))
    return [_figure(coding, policy, name, "") for name in names], coding.taken


def figures_called(e: Economy, figures: Mapping[str, Any]) -> tuple[dict[str, Any], list[NameTaken]]:
    """Figures of the economy with codes for names: those by sector, and what is carved out of what.

    Raises ``UnknownName``, all at once, for sectors that nothing is called.
    """
    carves: Sequence[Carve] = figures.get("carve") or ()
    names = names_of(e)
    new = {c.product: c.name for c in carves if not c.whole}
    for kind in (PRODUCT, SECTOR, FINAL):
        names[kind] = {**new, **names[kind]}
    coding = Coding(names)
    out = {**figures}
    for key in FIGURES_BY_SECTOR:
        if isinstance(figures.get(key), Mapping):
            out[key] = coding.value(Naming(SECTOR), figures[key], key)
    if carves:
        out["carve"] = [_whole(c, coding.record(c)) for c in carves]
    raise_all(coding.faults)
    return out, coding.taken


def _whole(said: Carve, taken: Carve) -> Carve:
    """A whole sector that is counted in a unit goes by the sector's own code, as product too."""
    return dataclasses.replace(taken, product=taken.sector) if said.product == said.sector else taken


def projects_called(e: Economy, projects: Rows) -> tuple[dict[str, list[GivenRow]], list[NameTaken]]:
    """Rows of projects with codes for names: ``home:fuel`` as ``home:chem``. What rows name themselves stays."""
    defined = {"commodities": "commodity", "activities": "activity", "indicators": "indicator", "ratios": "indicator"}
    own = {str(row[c]) for t, c in defined.items() for row in projects.get(t, ()) if c in row}
    coding = Coding(names_of(e))
    out: dict[str, list[GivenRow]] = {}
    for table, rows in projects.items():
        out[table] = [{c: _cell(coding, c, v, own, table) for c, v in row.items()} for row in rows]
    return out, coding.taken


def _cell(coding: Coding, column: str, value: Any, own: set[str], table: str) -> Any:
    if column not in CELLS or not isinstance(value, str) or value in own:
        return value
    return coding.word(Naming(CELLS[column]), value, f"projects.{table}")


def doctrine_called(e: Economy, doctrine: Doctrine, own: Iterable[str]) -> tuple[Doctrine, list[NameTaken]]:
    """A doctrine with codes for names in its goals and in what it chooses by sector; ``own``: names of branches."""
    coding = Coding(names_of(e, own))
    taken = coding.record(doctrine)
    by_sector = Naming(SECTOR, ("default", *own), refused=False)
    policy = {
        k: coding.value(by_sector, v, f"{doctrine.name}, {k}") if isinstance(v, Mapping) else v
        for k, v in doctrine.policy.items()
    }
    return (taken if policy == doctrine.policy else dataclasses.replace(taken, policy=policy)), coding.taken


def records_called(economies: Sequence[Economy], records: Iterable[R]) -> tuple[tuple[R, ...], list[NameTaken]]:
    """Records that are of several economies, with codes for names of any of them; what nothing is called stays."""
    names: dict[str, dict[str, str]] = {}
    for e in reversed(economies):
        names |= {kind: {**names.get(kind, {}), **there} for kind, there in names_of(e).items()}
    coding = Coding(names)
    coded = tuple(coding.record(record) for record in records)
    raise_all(coding.faults)
    return coded, coding.taken


def scenario_called(e: Economy, scenario: Scenario) -> tuple[Scenario, list[NameTaken]]:
    """A scenario with codes for names in its events, stocks, reserves and behaviour."""
    coding = Coding(names_of(e))
    taken = coding.record(scenario, f"scenario '{scenario.name}'")
    raise_all(coding.faults)
    return taken, coding.taken


def indicators_called(e: Economy, policy: Policy, names: Iterable[str]) -> tuple[list[str], list[NameTaken]]:
    """Indicators with codes for names, and what was taken for what; names that the policy's records give stay."""
    coding = Coding(names_of(e, _own(policy)))
    return [coding.word(Naming(INDICATOR), name, "") for name in names], coding.taken


def sentences(taken: Iterable[NameTaken]) -> list[str]:
    """What was taken for what, each told once."""
    return list(dict.fromkeys(one.sentence() for one in taken))


def with_taken(facts: Mapping[str, Any], taken: Iterable[NameTaken]) -> dict[str, Any]:
    """Facts for a provenance with what was taken for what, after what they say of it already."""
    lines = list(dict.fromkeys([*facts.get("names_taken", []), *sentences(taken)]))
    return {**facts, "names_taken": lines} if lines else dict(facts)
