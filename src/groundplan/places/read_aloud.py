"""A programme as it is read aloud before anything is chosen: places, rules, works, need and readiness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from groundplan.places.choose_places import (
    NEEDED,
    case_of,
    facilities_in_force,
    open_places,
    rules_in_force,
    weights_in_force,
)
from groundplan.places.choosing.rules import Rules, sentences
from groundplan.places.known.places import Places
from groundplan.places.lots.draw import tickets
from groundplan.places.scoring.scores import Weights
from groundplan.places.works.facilities import Facilities, Facility

HEADS = {"need": "What counts as need", "readiness": "What counts as readiness"}
SCALES = {
    "minmax": "The least figure of all places stands at 0, the largest at 1.",
    "rank": "The lowest rank of all places stands at 0, the highest at 1; equal figures share their rank.",
}
GAPS = {
    "median": "Where a figure is missing the median of the province stands for it, and that is marked.",
    "without": "Where a figure is missing the other criteria share its weight.",
    "refuse": "Where a figure is missing nothing is scored.",
}


class Aloud(NamedTuple):
    """A part of what is read: its head, and its sentences in English; ``numbered`` where they are rules.

    ``names``: what in the sentences are names of data, which no language changes.
    """

    head: str
    lines: tuple[str, ...]
    numbered: bool = False
    names: tuple[str, ...] = ()


def read_aloud(
    where: str | Path,
    *,
    roles: str | Path | None = None,
    rules: str | Path | None = None,
    facilities: str | Path | None = None,
    weights: str | Path | None = None,
    draw: str | Path | None = None,
    level: str | None = None,
    **changed: Any,
) -> tuple[Aloud, ...]:
    """What a choice with these arguments of ``choose_places`` would go by, before it is made.

    Raises what ``choose_places`` raises for what was given, before any search.

    >>> [part.head for part in read_aloud("KEN")][:2]
    ['The places', 'The rules']
    """
    opened = open_places(where, roles)
    types = facilities_in_force(facilities, opened.country)
    ruled = weights_in_force(weights, opened.country)
    in_force = rules_in_force(rules, case_of(opened, where), opened.country, level, changed)
    mark = tickets(draw, opened)[1]["mark"] if draw is not None else ""
    titles = (*(f.title() for f in types.types.values()), *opened.titles().values())
    return (
        Aloud("The places", _places(opened), names=(opened.name,)),
        Aloud("The rules", sentences(_named(in_force, opened, types)), numbered=True, names=titles),
        Aloud("What can be built", tuple(_works(f) for f in types.types.values()), names=titles),
        *(Aloud(HEADS[n], _score(ruled[n], opened), names=_criteria(ruled[n], opened)) for n in NEEDED),
        Aloud("Where choices are equally good", (_lots(mark),)),
    )


def _places(p: Places) -> tuple[str, ...]:
    provinces = len(dict.fromkeys(p.province))
    shapes = (
        "Outlines come with them, and maps show these."
        if p.shapes
        else "Only points are known of them: maps show cells around these, which are no boundaries."
    )
    return f"{p.name}: places {len(p.ids)}, provinces {provinces}.", shapes


def _named(rules: Rules, places: Places, types: Facilities) -> Rules:
    """The rules with names in the place of ids and codes; a word that is neither stays, and is refused later."""
    titles = places.titles()

    def by_name(table: Mapping[str, Any]) -> dict[str, Any]:
        return {titles.get(place, place): value for place, value in table.items()}

    def works(codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(types.types[c].title() if c in types.types else c for c in codes)

    return replace(
        rules, required=works(rules.required), forced=by_name(rules.forced),
        forced_types={p: works(c) for p, c in by_name(rules.forced_types).items()},
        forbidden=tuple(titles.get(place, place) for place in rules.forbidden),
        forbidden_types={p: works(c) for p, c in by_name(rules.forbidden_types).items()},
    )  # fmt: skip


def _works(f: Facility) -> str:
    cost = f"; it costs {f.cost.value:,.4g} {f.money} to build" if f.cost else ""
    return f"{f.title()}: {f.workers:,.0f} jobs, built in {f.years} years{cost}."


def _score(rule: Weights, places: Places) -> tuple[str, ...]:
    whole = sum(c.weight for c in rule.criteria)
    lines = []
    for c in rule.criteria:
        meaning = _meaning(c.column, places)
        lines.append(f"{meaning}: {c.direction} of it raises the score; it counts {c.weight / whole:.0%} of all.")
    return (*lines, SCALES[rule.normalise], GAPS[rule.missing], f"These weights: {rule.source}.")


def _criteria(rule: Weights, places: Places) -> tuple[str, ...]:
    return (*(_meaning(c.column, places) for c in rule.criteria), rule.source)


def _meaning(name: str, places: Places) -> str:
    column = places.columns.get(name)
    return column.meaning if column else name


def _lots(mark: str) -> str:
    if mark:
        return f"The public draw decides that was announced under the mark {mark}."
    return "No public draw is given: the order of the places' ids decides."
