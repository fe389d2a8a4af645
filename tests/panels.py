"""Panels of national accounts, with the past of each country, where they are beside the project: what has come."""

from __future__ import annotations

import gzip
from collections.abc import Collection
from dataclasses import replace
from functools import cache

import pandas as pd
from economies import SHARED

from groundplan.economy.economy import Economy
from groundplan.tables.national_past import PENN_WORLD_TABLE, RICH
from groundplan.tables.past_volumes import PastVolumes, read_volumes
from groundplan.tables.people_by_age import PeopleByAge, checked_counts
from groundplan.tables.readers import wiod
from groundplan.unplanned.business_as_usual import BEFORE, Usual, business_as_usual
from groundplan.unplanned.hindsight import Came, Said, miss_table, naive, of_usual
from groundplan.unplanned.usual_rule import UsualRule

PANEL = SHARED / "wiod2016_nio" / "panel"
VOLUMES = SHARED / "pwt1001" / "pwt1001_1990_2019.csv.gz"
AGES = SHARED / "population_by_age"
PRICES = SHARED / "wiod2016_sea" / "sea_6countries_2000_2014.csv"
COUNTRIES = tuple(p.stem for p in sorted(PANEL.glob("???.parquet")))
AT_HAND = bool(COUNTRIES) and VOLUMES.is_file() and AGES.is_dir()
# Names in the list of people by age; all else is looked up by the Penn World Table's own.
NAMES = {"KOR": "Republic of Korea", "USA": "United States of America"}
UNBALANCED = 0.02


@cache
def accounts(country: str) -> dict[int, Economy]:
    """All years of a country's panel."""
    read = wiod.read_panel(PANEL / f"{country}.parquet", country)
    there = past(country)
    return {t.year: Economy.from_table(replace(t, past=there.past(t.year)), tolerance=UNBALANCED) for t in read}


@cache
def all_volumes() -> dict[str, dict[int, dict[str, float]]]:
    """Every country of the Penn World Table."""
    return read_volumes(gzip.decompress(VOLUMES.read_bytes()).decode("utf-8"), VOLUMES)


def past(country: str) -> PastVolumes:
    """A country's past by the Penn World Table."""
    return PastVolumes(country, all_volumes()[country], all_volumes()[RICH], PENN_WORLD_TABLE)


@cache
def _names() -> dict[str, str]:
    table = pd.read_csv(VOLUMES, usecols=["country", "isocode"]).drop_duplicates()
    return {**dict(zip(table["isocode"], table["country"], strict=True)), **NAMES}


@cache
def _counts(sex: str) -> pd.DataFrame:
    return pd.read_csv(AGES / f"pop{sex}.txt", sep="\t")


def people(country: str) -> PeopleByAge | None:
    """People by age as counted in every fifth year; None where the list has no such country."""
    both = []
    for sex in ("F", "M"):
        table = _counts(sex)
        own = table[table["country"] == _names().get(country, "")].drop_duplicates("age")
        if own.empty:
            return None
        ages = own["age"].str.extract(r"^(\d+)")[0].astype(float)
        both.append(own.drop(columns=["country", "country_code", "age"]).set_axis(ages.to_numpy(), axis=0).T)
    counts = (both[0] + both[1]).astype(float)
    return PeopleByAge(checked_counts(counts.set_axis(counts.index.astype(int), axis=0), country), "UN, 2012 revision")


def prices(country: str, first: int, last: int) -> pd.Series | None:
    """Prices of value added by sector in a year over another; None where none are at hand."""
    if not PRICES.is_file():
        return None
    table = pd.read_csv(PRICES)
    own = table[table["country"] == country].pivot(index="code", columns="year", values="VA_PI")
    if own.empty:
        return None
    there = own[(own[first] > 0) & (own[last] > 0)]
    return (there[last] / there[first]).reindex(own.index).fillna(1.0)


def usual(country: str, first: int, last: int, *, rule: UsualRule | None = None, ages: bool = True) -> Usual:
    """A country's baseline as it would have been made in a year."""
    years = accounts(country)
    earlier = [years[y] for y in range(first - BEFORE, first) if y in years]
    counted = people(country) if ages else None
    return business_as_usual(years[first], past(country), last - first, people=counted, earlier=earlier, rule=rule)


def misses(
    first: int, last: int, countries: Collection[str] = COUNTRIES, *, rule: UsualRule | None = None, ages: bool = True,
    volumes: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """What baseline and naive continuation missed: country and the columns of ``miss_table``."""
    tables = []
    for country in countries:
        own = usual(country, first, last, rule=rule, ages=ages)
        relative = prices(country, first, last) if volumes else None
        if relative is not None:
            relative = relative.reindex([s for s in own.economy.sectors if s in relative.index])
            lacking = [s for s in own.economy.sectors if s not in relative.index]
            relative = pd.concat([relative, pd.Series(1.0, lacking)])
        came = Came.of(accounts(country)[last], first, own.past, relative)
        said: list[Said] = [of_usual(own), naive(own)]
        tables.append(miss_table(said, came, own).assign(country=country))
    return pd.concat(tables, ignore_index=True)


def means(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean absolute misses, measure × who."""
    return rows.assign(miss=rows["miss"].abs()).groupby(["measure", "who"], sort=False)["miss"].mean().unstack("who")
