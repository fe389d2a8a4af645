"""What the sections read: published figures with their pages, assumptions with their ranges, how many people work."""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from groundplan import Economy, aggregate
from groundplan.economy.broad_list import broad_list

DATA = Path(__file__).resolve().parent / "data"
SHIPPED = files("groundplan").joinpath("tables/data/facts/dprk_facts.csv")
SKILLS = ("basic", "trained", "graduate")
HEADS = "thousand persons"


class Published(NamedTuple):
    """A figure that somebody published: what, of when, how much, by whom, where it was read, and what to doubt."""

    indicator: str
    year: int
    value: float
    unit: str
    publisher: str
    address: str
    note: str


class Assumed(NamedTuple):
    """A figure that nobody published: its value, the range that it may lie in, its unit, and why."""

    value: float
    low: float
    high: float
    unit: str
    why: str


@cache
def published() -> tuple[Published, ...]:
    """Every published figure: the shipped ones first, then those that were looked up for this case."""
    own = (DATA / name for name in ("published.csv", "accounts_published.csv"))
    texts = (SHIPPED.read_text("utf-8"), *(file.read_text("utf-8") for file in own))
    return tuple(
        Published(**{**row, "year": int(row["year"]), "value": float(row["value"])})
        for text in texts
        for row in csv.DictReader(text.splitlines())
    )


def fact(indicator: str, year: int, publisher: str = "", unit: str = "") -> float:
    """The first published figure of that name and year (of that publisher and unit, or of what begins so).

    Raises ``KeyError`` where there is none.
    """
    for p in published():
        if (p.indicator, p.year) == (indicator, year) and publisher in p.publisher and p.unit.startswith(unit):
            return p.value
    raise KeyError((indicator, year, publisher, unit))


def assumed(group: str, name: str) -> Assumed:
    """An assumption by its two names. Raises ``KeyError`` where there is none."""
    return Assumed(**_document()[group][name])


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads((DATA / "assumed.toml").read_text("utf-8"))


def population() -> float:
    """People in 2023 by Statistics Korea; the Bank of Korea has 70,000 fewer. Units: persons."""
    return fact("population", 2023, "Statistics Korea")


def workers() -> Assumed:
    """People at work in 2023: those of the census of 2008, growing with the population. Units: thousand persons.

        workers = economically active 2008 · people 2023 / people 2008

    Low: as many as in 2008. High: the participation of 2008 of everybody aged 15 and over in 2023.
    """
    active = 1e3 * fact("economically active persons aged 16 and over", 2008)
    value = active * population() / fact("population (census, excluding military camps)", 2008)
    adults = 1.0 - fact("share aged 0-14", 2023) / 100.0
    most = population() / 1e3 * adults * fact("participation of persons aged 16 and over", 2008) / 100.0
    return Assumed(value, active, most, HEADS, "the census of 2008, carried to 2023 by the population")


def age_group() -> float:
    """People in one year of age among the young: those under 15 in 2023, each year alike. Units: persons."""
    return population() * fact("share aged 0-14", 2023) / 100.0 / 15.0


def shares() -> dict[str, float]:
    """Those at work by skill. Graduates: the mean of men and women who completed higher education in 2008. Units: 1."""
    sexes = [fact(f"completed higher education, {sex}", 2008) for sex in ("men", "women")]
    graduates = sum(sexes) / 200.0
    trained = assumed("shares", "trained").value
    return {"basic": 1.0 - trained - graduates, "trained": trained, "graduate": graduates}


def pay() -> dict[str, float]:
    """Pay by skill, a trained worker's being 1. Units: 1."""
    return {s: assumed("pay", s).value for s in SKILLS}


def trained_pay(e: Economy) -> float:
    """What a trained worker earns in the accounts: labour's income over those at work, each counted by pay.

    Units: money of the accounts a thousand persons and year.
    """
    income = float(e.primary[e.primary["primary_kind"] == "labour"].sum())
    return income / (workers().value * sum(n * pay()[s] for s, n in shares().items()))


def short(e: Economy) -> Economy:
    """The accounts by the broad list of sectors: plans on them take half the time."""
    return aggregate(e, broad_list(e))


def with_skills(e: Economy) -> Economy:
    """The accounts with labour in three skills and in persons, each sector having the same mixture.

        L[k, j] = share[k] · persons[j],   w[k, j] = w[j] · share[k]·pay[k] / Σ share·pay

    The estimate of the accounts knows one kind of labour, in money; that mixtures are alike is assumed.
    """
    labour = e.primary[e.primary["primary_kind"] == "labour"].sum("primary")
    mixture, paid = shares(), pay()
    mean = sum(n * paid[s] for s, n in mixture.items())
    cost = np.array([mixture[s] * paid[s] / mean for s in SKILLS])
    heads = np.array([mixture[s] for s in SKILLS]) * workers().value / float(labour.sum())
    rest = e.primary[e.primary["primary_kind"] != "labour"]
    names = [*SKILLS, *(str(p) for p in rest["primary"].values)]
    kinds = [*("labour" for _ in SKILLS), *(str(k) for k in rest["primary_kind"].values)]
    primary = xr.DataArray(
        np.vstack([np.outer(cost, labour.values), rest.values]),
        dims=("primary", "sector"),
        coords={"primary": names, "primary_kind": ("primary", kinds), "sector": e.primary["sector"].values},
        attrs=e.primary.attrs,
    )
    people = xr.DataArray(
        np.outer(heads, labour.values),
        dims=("skill", "sector"),
        coords={"skill": list(SKILLS), "sector": e.primary["sector"].values},
        attrs={**e.employment.attrs, "units": HEADS},
    )
    words = {"basic": "basic", "trained": "trained", "graduate": "graduate"}
    return e.replacing(primary=primary, employment=people, employment_unit=HEADS, labels={**e.labels, **words})
