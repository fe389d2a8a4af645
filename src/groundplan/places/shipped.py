"""Places that come with the package: Kenya's counties, and the cities and counties of the DPR Korea.

What the publishers do not say is estimated here by rules that anyone can apply, and marked as estimates; what cannot
be estimated well is left missing, and ``Places.doubts`` says so.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd

from groundplan.errors import UnknownName
from groundplan.places.columns import Figure, column
from groundplan.places.places import Places
from groundplan.places.problem import Floats
from groundplan.places.readers import read_with, trusted
from groundplan.places.roles import open_roles
from groundplan.sources import Source, sha256
from groundplan.tables import catalogue
from groundplan.tables.grid import text_of

FACTS = catalogue.FOLDER / "facts"
DETOUR = 1.3
FILES = {"KEN": "kenya_counties.csv", "PRK": "dprk_counties.csv"}
CAPITALS = {"KEN": "47", "PRK": "KPC174"}
KENYA_URBAN = 0.312
LARGE_CITY = 200_000


@dataclass(frozen=True)
class Selection:
    """One place that a published programme has named: when, for what, and where that was read.

    ``place`` is the id in ``shipped("PRK")``, "" where the census has no row of its own for it; ``confirmed`` is false
    where no page was seen that names the place; ``factories`` is false where something else is built there.
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
    """The places of a country that is shipped: "KEN" or "PRK".

    Columns that the publishers do not give are estimates, each with its rule: ``urban``, ``rural`` and ``income`` of
    Kenya, ``grain_output`` of the DPR Korea, ``rural_share``, ``distance_to_capital`` and ``distance_to_city`` of both.
    Raises ``UnknownName`` with the nearest country.

    >>> len(shipped("KEN")), len(shipped("PRK"))
    (47, 179)
    """
    code = str(country).strip().upper()
    if code not in FILES:
        raise UnknownName("country with places", country, FILES)
    roles = open_roles(Path(str(files("groundplan").joinpath(f"places/data/{code}.toml"))))
    if roles.provinces:
        roles = replace(roles, provinces=replace(roles.provinces, file=FACTS / roles.provinces.file.name))
    places = read_with(FACTS / FILES[code], roles, trusted)
    for estimate in ESTIMATES[code]:
        places = estimate(places)
    return _distances(_rural_share(places), CAPITALS[code])


def urban_of_kenya(places: Places) -> Places:
    """Urban and rural population of Kenya's counties, which the census tables at hand do not part.

        urban[i] = N[i] · min(1, c · e[i] · (1 − a[i])),   c such that Σ urban = 0.312 · Σ N

    e is the share of households with electricity from the grid (2019; for Samburu, which lacks it, 2023/24), a the
    share of agriculture in gross county product (2024). Units: persons.
    """
    t = places.table
    power = t["power"].fillna(t["power_2023"]) / 100.0
    shape = (power * (1.0 - t["agriculture"] / t["gcp_2024"])).to_numpy()
    people = t["population"].to_numpy()
    c = scaled_to(KENYA_URBAN * people.sum(), people, shape)
    rule = "in proportion to electricity from the grid and to what is not agriculture, at most all, to 31.2 % in all"
    source = "KNBS: census 2019, urban share 31.2 %; gross county product 2024; housing survey 2023/24 (Samburu)"
    towns = pd.Series(people * np.minimum(1.0, c * shape), t.index)
    places = places.with_column(column("urban", source=source, basis="estimate", rule=rule), towns)
    left = column("rural", source=source, basis="estimate", rule="population less the estimate of urban")
    return places.with_column(left, t["population"] - towns)


def scaled_to(total: float, most: Floats, shape: Floats) -> float:
    """The factor c at which amounts in the proportion of ``shape``, none above ``most``, add up to ``total``.

        Σ_i most[i] · min(1, c · shape[i]) = total,   0 < shape,   0 ≤ total ≤ Σ most

    Exact: amounts reach their most in the order of shape, and between two of these points the sum is a straight line.
    """
    order = np.argsort(-shape, kind="stable")
    full, rising = np.append(0.0, most[order].cumsum()), (most * shape)[order][::-1].cumsum()[::-1]
    at = full[:-1] + rising / shape[order]
    k = min(int(np.searchsorted(at, total)), len(at) - 1)
    return float((total - full[k]) / rising[k])


def income_of_kenya(places: Places) -> Places:
    """Gross county product of 2020 over the people of 2019, KES2020 a head."""
    made = column(
        "income",
        unit="KES2020 / person / year",
        meaning="Gross county product a head",
        source="KNBS: gross county product 2020, census 2019",
        basis="estimate",
        rule="product of 2020 at current prices over population of 2019; it is not the income of residents",
    )
    return places.with_column(made, 1e6 * places.table["gcp_2020"] / places.table["population"])


def grain_of_korea(places: Places) -> Places:
    """Food crops of the DPR Korea in 2024 by the places' share in the rural population of 2008, t / year."""
    total = 1e6 * fact("dprk_facts.csv", "food crops", "2024")
    rural = places.table["rural"]
    made = column(
        "grain_output",
        meaning="Food crops harvested, potatoes among them, 2024",
        source="RDA of the Republic of Korea: food crops 2024, 4.78 million t; census 2008",
        basis="estimate",
        rule="the national harvest in proportion to the rural population of 2008",
    )
    return places.with_column(made, total * rural / rural.sum())


ESTIMATES: dict[str, tuple[Callable[[Places], Places], ...]] = {
    "KEN": (urban_of_kenya, income_of_kenya),
    "PRK": (grain_of_korea,),
}


def _rural_share(places: Places) -> Places:
    """People outside towns among a hundred."""
    basis = places.columns["rural"]
    made = column(
        "rural_share",
        unit="%",
        meaning="People who live outside towns",
        source=basis.source,
        basis="estimate",
        rule=f"rural over population ({basis.basis} figures)",
    )
    return places.with_column(made, 100.0 * places.table["rural"] / places.table["population"])


def _distances(places: Places, capital: str) -> Places:
    """Ways to the capital and to the nearest place with 200,000 people in towns, km."""
    km = places.distances(detour=DETOUR).matrix()
    large = (places.table["urban"] >= LARGE_CITY).to_numpy()
    rule = f"great-circle distance between the places' points × {DETOUR:g}"
    made = (
        ("distance_to_capital", km[:, places.ids.index(capital)], rule),
        ("distance_to_city", km[:, large].min(axis=1), f"{rule}, nearest place with {LARGE_CITY:,} people in towns"),
    )
    for name, values, told in made:
        here = column(name, source="points and urban population of the places", basis="estimate", rule=told)
        places = places.with_column(here, pd.Series(values, places.table.index))
    return places


def fact(file: str, indicator: str, year: str) -> float:
    """One figure of a shipped table of facts. Raises ``UnknownName``."""
    rows = list(csv.DictReader(text_of(FACTS / file).splitlines()))
    found = [float(r["value"]) for r in rows if r["indicator"] == indicator and r["year"] == year]
    if not found:
        raise UnknownName("fact", f"{indicator}, {year}", [f"{r['indicator']}, {r['year']}" for r in rows], where=file)
    return found[0]


def districts(city: str | None = None) -> pd.DataFrame:
    """City districts of the DPR Korea, census 2008, persons; ``shipped("PRK")`` has them merged into their cities."""
    frame = pd.read_csv(FACTS / "dprk_city_districts.csv")
    if city is None:
        return frame
    if city not in set(frame["city"]):
        raise UnknownName("city with districts", city, frame["city"])
    return frame[frame["city"] == city].reset_index(drop=True)


def selections(country: str = "PRK") -> tuple[Selection, ...]:
    """The places that the "Regional Development 20×10" policy has named from 2024 to 2026, address by row.

    The published lists are not complete: 20, 18 and 14 rows for the three years, one of them unconfirmed.
    Raises ``UnknownName`` for another country.
    """
    if str(country).strip().upper() != "PRK":
        raise UnknownName("country with published selections", country, ["PRK"])
    with (FACTS / "twenty_by_ten.csv").open(encoding="utf-8", newline="") as file:
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


def selections_source() -> Source:
    """The list of published selections as a citation."""
    path = FACTS / "twenty_by_ten.csv"
    return Source(
        publisher="state media and press pages, address by row",
        title="Places named under the Regional Development 20×10 policy",
        vintage="2024 to 2026, incomplete",
        licence="facts",
        sha256={path.name: sha256(path)},
    )


def wages_of_kenya() -> dict[str, Figure]:
    """Wages by the skills of the general facility types, KES2019 a person and year; assumed, with their range.

    The mean earnings of the modern sector in 2023 stand for trained workers in 2019; wages rose and prices too, by how
    much was not found. Basic work is taken at half of it, graduates at twice.
    """
    mean = fact("kenya_facts.csv", "average modern-sector earnings", "2023")
    source = "KNBS, average modern-sector earnings 2023 of KSh 888,743.5 a year, taken as prices of 2019"
    shares = {"basic": 0.5, "trained": 1.0, "graduate": 2.0}
    return {
        skill: Figure(
            share * mean,
            "KES2019 / person / year",
            source=f"{source}, × {share:g}",
            low=0.4 * share * mean,
            high=1.1 * share * mean,
        )
        for skill, share in shares.items()
    }
