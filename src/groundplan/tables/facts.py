"""Published figures of countries that come with the package: indicators by year, and places with their people.

``facts/countries.csv`` says which file holds what of which country.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from groundplan.errors import UnknownName
from groundplan.tables.door.grid import text_of

FACTS = Path(__file__).parent / "data" / "facts"


@dataclass(frozen=True)
class CountryFacts:
    """One row of ``countries.csv``: the files of a country."""

    country: str
    country_name: str
    indicators: Path
    places: Path


@cache
def countries() -> dict[str, CountryFacts]:
    """The countries with facts, by code.

    >>> [c.country_name for c in countries().values()]
    ['Kenya', 'DPR Korea']
    """
    return {
        r["country"]: CountryFacts(
            r["country"],
            r["country_name"],
            FACTS / r["indicators"],
            FACTS / r["places"],
        )
        for r in _rows(FACTS / "countries.csv")
    }


@cache
def _rows(path: Path) -> tuple[dict[str, str], ...]:
    return tuple(csv.DictReader(text_of(path).splitlines()))


def fact(country: str, indicator: str, year: int) -> float:
    """One figure of a country that must be there. Raises ``UnknownName`` with the nearest."""
    if country not in countries():
        raise UnknownName("country with facts", country, countries())
    path = countries()[country].indicators
    figures = _figures(path, indicator, year)
    if not figures:
        named = [f"{r['indicator']}, {r['year']}" for r in _rows(path)]
        raise UnknownName("fact", f"{indicator}, {year}", named, where=path.name)
    return figures[0]


def _figures(path: Path, indicator: str, year: int) -> list[float]:
    return [float(r["value"]) for r in _rows(path) if r["indicator"] == indicator and r["year"] == str(year)]
