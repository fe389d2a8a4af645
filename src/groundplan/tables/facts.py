"""Published figures of countries that come with the package: indicators by year, and places with their people.

``facts/countries.csv`` says which file holds what of which country, and between which censuses a growth can be told.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from groundplan.errors import UnknownName
from groundplan.tables.catalogue import FOLDER
from groundplan.tables.door.grid import text_of

FACTS = FOLDER / "facts"


@dataclass(frozen=True)
class CountryFacts:
    """One row of ``countries.csv``: the files of a country, and two years whose people every place states."""

    country: str
    country_name: str
    indicators: Path
    places: Path
    censuses: tuple[int, ...]


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
            tuple(int(year) for year in r["censuses"].split()),
        )
        for r in _rows(FACTS / "countries.csv")
    }


@cache
def _rows(path: Path) -> tuple[dict[str, str], ...]:
    return tuple(csv.DictReader(text_of(path).splitlines()))


def figure(country: str, indicator: str, year: int) -> float | None:
    """One figure of a country, None where none is shipped.

    >>> figure("KEN", "capital stock / GDP (rnna/rgdpna)", 2010), figure("XXX", "capital stock", 2010)
    (2.165, None)
    """
    there = countries().get(country)
    figures = [] if there is None else _figures(there.indicators, indicator, year)
    return figures[0] if figures else None


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


def census_growth(country: str) -> float | None:
    """Yearly growth of population between two shipped censuses, None without them. Units: 1 / year.

        (people of all places in the later year / in the earlier year)^(1 / years between) − 1

    >>> round(census_growth("KEN"), 4), census_growth("PRK")
    (0.0211, None)
    """
    there = countries().get(country)
    if there is None or len(there.censuses) != 2:
        return None
    first, last = there.censuses
    then, now = (sum(float(r[f"population_{year}"]) for r in _rows(there.places)) for year in there.censuses)
    return float((now / then) ** (1.0 / (last - first)) - 1.0)


def census_words(country: str) -> str:
    """The two censuses in words.

    >>> census_words("KEN")
    'two censuses, Kenya 2009 and 2019'
    """
    there = countries()[country]
    return f"two censuses, {there.country_name} {' and '.join(map(str, there.censuses))}"
