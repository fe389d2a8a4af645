"""Places that come with the package, each country as ``data/cases.toml`` and the roles of its file say.

What the publishers do not say is estimated by rules that anyone can apply (``estimates``), and marked as estimates;
what cannot be estimated well is left missing, and ``Places.doubts`` says so.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from groundplan.errors import UnknownName
from groundplan.places.known.column_roles import open_roles
from groundplan.places.known.columns import SourcedFigure, column
from groundplan.places.known.estimates import estimated
from groundplan.places.known.place_readers import read_with, trusted
from groundplan.places.known.places import Places
from groundplan.records.toml import parse
from groundplan.sources import Source, sha256
from groundplan.tables.facts import FACTS, CountryFacts, countries, fact


@dataclass(frozen=True)
class Case:
    """One country: where its figures are, and what stands for it where nothing else is said.

    capital     id of the place that holds the capital
    programme   rules of a choice of places, as a rules file states them
    level       column of what people have, a head; empty: the gap is the need score
    step        gaps that differ by less count as equal, in the level's unit
    prices      year and money of the accounts that works are priced by; empty: no prices
    wages       the published earnings that wages are assumed from: indicator, year, unit, source, shares, low, high
    estimates   columns that the publishers do not give: a method of ``estimates`` and what it needs, in order
    selections  file and citation of the places that a published programme has named
    districts   file of city districts
    """

    facts: CountryFacts
    capital: str
    programme: Mapping[str, Any]
    level: str = ""
    step: float = 0.0
    prices: Mapping[str, Any] = field(default_factory=dict)
    wages: Mapping[str, Any] = field(default_factory=dict)
    estimates: tuple[Mapping[str, Any], ...] = ()
    selections: Mapping[str, str] = field(default_factory=dict)
    districts: str = ""
    cautions: tuple[str, ...] = ()

    @property
    def country(self) -> str:
        """The three-letter code."""
        return self.facts.country

    @property
    def named(self) -> Path:
        """The file of what a published programme has named."""
        return FACTS / self.selections["file"]


@cache
def cases() -> dict[str, Case]:
    """The countries with places, by code.

    >>> {code: case.programme["years"] for code, case in cases().items()}
    {'KEN': 9, 'PRK': 9}
    """
    text = files("groundplan").joinpath("places/data/cases.toml").read_text("utf-8")
    return {code: _case(code, row) for code, row in parse(text, "cases.toml").content.items()}


def _case(code: str, row: Mapping[str, Any]) -> Case:
    programme = {k: tuple(v) if isinstance(v, list) else v for k, v in row["programme"].items()}
    lists = {k: tuple(row.get(k, ())) for k in ("estimates", "cautions")}
    return Case(countries()[code], **{**row, **lists, "programme": programme})


DETOUR = 1.3
LARGE_CITY = 200_000


@dataclass(frozen=True)
class Selection:
    """One place that a published programme has named: when, for what, and where that was read.

    ``place`` is the id in the country's ``shipped`` places, "" where the census has no row of its own for it;
    ``confirmed`` is false where no page was seen that names the place; ``factories`` is false where something else is
    built there.
    """

    year: int
    name: str
    place: str
    what: str
    source: str
    note: str
    confirmed: bool
    factories: bool


def shipped(country: str) -> Places:
    """The places of a country that is shipped, by its code.

    Columns that the publishers do not give are estimates, each with its rule: those that ``data/cases.toml`` asks for,
    and ``rural_share``, ``distance_to_capital`` and ``distance_to_city`` of every country.
    Raises ``UnknownName`` with the nearest country.

    >>> len(shipped("KEN")), len(shipped("PRK"))
    (47, 179)
    """
    code = str(country).strip().upper()
    if code not in cases():
        raise UnknownName("country with places", country, cases())
    return _opened(code)


@lru_cache(maxsize=4)
def _opened(code: str) -> Places:
    """The places of a country by its own code; nobody can write over them."""
    case = cases()[code]
    roles = open_roles(Path(str(files("groundplan").joinpath(f"places/data/{code}.toml"))))
    if roles.provinces:
        roles = replace(roles, provinces=replace(roles.provinces, file=FACTS / roles.provinces.file.name))
    places = estimated(read_with(case.facts.places, roles, trusted), case.estimates)
    return _distances(_rural_share(places), case.capital)


def _rural_share(places: Places) -> Places:
    """People outside towns among a hundred."""
    basis = places.columns["rural"]
    share = column(
        "rural_share",
        unit="%",
        meaning="People who live outside towns",
        source=basis.source,
        basis="estimate",
        rule=f"rural over population ({basis.basis} figures)",
    )
    return places.with_column(share, 100.0 * places.table["rural"] / places.table["population"])


def _distances(places: Places, capital: str) -> Places:
    """Ways to the capital and to the nearest place with 200,000 people in towns, km."""
    km = places.distances(detour=DETOUR).matrix()
    large = (places.table["urban"] >= LARGE_CITY).to_numpy()
    rule = f"great-circle distance between the places' points × {DETOUR:g}"
    ways = (
        ("distance_to_capital", km[:, places.ids.index(capital)], rule),
        ("distance_to_city", km[:, large].min(axis=1), f"{rule}, nearest place with {LARGE_CITY:,} people in towns"),
    )
    for name, values, how in ways:
        here = column(name, source="points and urban population of the places", basis="estimate", rule=how)
        places = places.with_column(here, pd.Series(values, places.table.index))
    return places


def districts(country: str, city: str | None = None) -> pd.DataFrame:
    """City districts in persons, where a country's list has them merged into their cities. Raises ``UnknownName``."""
    there = {code: case.districts for code, case in cases().items() if case.districts}
    if country not in there:
        raise UnknownName("country with city districts", country, there)
    frame = pd.read_csv(FACTS / there[country])
    if city is None:
        return frame
    if city not in set(frame["city"]):
        raise UnknownName("city with districts", city, frame["city"])
    return frame[frame["city"] == city].reset_index(drop=True)


def has_selections(country: str) -> bool:
    """Whether places that a published programme of the country has named are shipped."""
    return country in cases() and bool(cases()[country].selections)


def _selecting(country: str) -> Case:
    code = str(country).strip().upper()
    if not has_selections(code):
        raise UnknownName("country with published selections", country, [c for c in cases() if has_selections(c)])
    return cases()[code]


def selections(country: str) -> tuple[Selection, ...]:
    """The places that a published programme of the country has named, address by row.

    The published lists need not be complete; a row can be unconfirmed. Raises ``UnknownName`` for a country without.

    >>> len(selections("PRK"))  # the "Regional Development 20×10" policy, 2024 to 2026: 20, 18 and 14
    52
    """
    with _selecting(country).named.open(encoding="utf-8", newline="") as file:
        return tuple(
            Selection(
                year=int(r["year"]),
                name=r["name_en"],
                place=r["county_id"],
                what=r["what"],
                source=r["source"],
                note=r["note"],
                confirmed=r["what"] != "not confirmed",
                factories=r["what"].startswith("factories"),
            )
            for r in csv.DictReader(file)
        )


def selections_source(country: str) -> Source:
    """The list of published selections as a citation. Raises ``UnknownName`` for a country without."""
    case = _selecting(country)
    cited = {key: case.selections[key] for key in ("publisher", "title", "vintage")}
    return Source(**cited, licence="facts", sha256={case.named.name: sha256(case.named)})


def assumed_wages(country: str) -> dict[str, SourcedFigure]:
    """Wages by the skills of the general facility types, money a person and year; assumed, with their range.

        wage[skill] = share[skill] · published mean earnings

    Trained workers earn the mean, basic work half of it, graduates twice; ``data/cases.toml`` says which mean stands
    for which year. Raises ``UnknownName`` for a country without.

    >>> assumed_wages("KEN")["trained"].value
    888743.5
    """
    code = str(country).strip().upper()
    if code not in cases() or not cases()[code].wages:
        raise UnknownName("country with wages", country, [c for c, case in cases().items() if case.wages])
    said = cases()[code].wages
    mean = fact(code, said["indicator"], said["year"])
    return {
        skill: SourcedFigure(
            share * mean,
            said["unit"],
            source=f"{said['source']}, × {share:g}",
            low=said["low"] * share * mean,
            high=said["high"] * share * mean,
        )
        for skill, share in said["shares"].items()
    }
