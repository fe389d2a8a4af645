"""What was said of a year that has come, against what came: plan, baseline and the naive continuation alike."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.errors import StudyError, TableError, UnknownName, raise_all
from groundplan.tables.past_volumes import PastVolumes
from groundplan.unplanned.business_as_usual import Structure, Usual

GROWTH, INVESTMENT, IMPORTS, SECTORS, VOLUMES = (
    "growth", "investment share", "import dependency", "sector shares", "sector shares, in volumes",
)  # fmt: skip
UNITS = {GROWTH: "% a year", INVESTMENT: "% of value added", IMPORTS: "% of total supply",
         SECTORS: "% of value added", VOLUMES: "% of value added"}  # fmt: skip
COLUMNS = ("who", "measure", "unit", "said", "came", "miss", "low", "high")
PERCENT = 100.0


@dataclass(frozen=True, eq=False)
class Said:
    """Yearly growth of output (ln, 1 / year; None where it is not said) and a structure, and who says so."""

    who: str
    growth: float | None
    structure: Structure


class MissRow(NamedTuple):
    """One measure of one of them; of sectors' shares, half the sum of differences is the miss, and nothing is said."""

    who: str
    measure: str
    unit: str
    said: float
    came: float
    miss: float
    low: float
    high: float


def naive(usual: Usual) -> Said:
    """The own past growth of ten years goes on, and every share stays."""
    return Said("naive", usual.past_growth, usual.start)


def of_usual(usual: Usual) -> Said:
    """What a baseline says of its last year."""
    return Said("baseline", usual.growth.rate, usual.end)


def of_plan(indicators: xr.DataArray, e: Economy) -> Said:
    """What a plan's indicators (indicator × year, the year of the accounts first) say of its last year."""
    names = {str(n) for n in indicators["indicator"].values}

    def at(name: str, place: int) -> float:
        return float(indicators.sel(indicator=name).values[place])

    added = [max(at(f"value added: {s}", -1), 0.0) if f"value added: {s}" in names else 0.0 for s in e.sectors]
    shares = pd.Series(added, list(e.sectors)) / sum(added)
    growth = log(at("value added", -1) / at("value added", 0)) / (indicators.sizes["year"] - 1)
    return Said("plan", growth, Structure(at("investment share", -1), at("import dependency", -1), shares))


@dataclass(frozen=True, eq=False)
class Came:
    """What came: growth between two years, as far as it is known, structure, and shares of sectors in volumes.

    ``grown_to``: the last year that growth is known of; ``volumes``: shares of value added at the prices of the first
    year, None where no prices are given.
    """

    growth: float | None
    grown_to: int
    structure: Structure
    volumes: pd.Series | None

    @classmethod
    def of(cls, e: Economy, first: int, past: PastVolumes, prices: pd.Series | None = None) -> Came:
        """What the accounts of a later year say; ``prices`` of value added by sector, over those of the first year.

        Raises ``UnknownName`` and ``TableError`` where prices name what is no sector, lack one, or are not above zero.
        """
        there = [y for y in past.own if first < y <= e.year and past.output(y) is not None]
        last = max(there, default=first)
        structure = Structure.of(e)
        if prices is None:
            return cls(past.growth(first, last), last, structure, None)
        raise_all(
            [
                UnknownName("sector", s, e.sectors, where="prices", words=e.labels)
                for s in prices.index
                if s not in e.sectors
            ]
        )
        lacking = [s for s in e.sectors if s not in prices.index and structure.sectors[s] > 0]
        if lacking or (prices <= 0).any():
            what = f"no price of {', '.join(lacking[:6])}" if lacking else "a price is not above zero"
            raise TableError(what, where="prices", fix="give every sector its price over that of the first year")
        volumes = structure.sectors / prices.reindex(list(e.sectors)).fillna(1.0)
        return cls(past.growth(first, last), last, structure, volumes / float(volumes.sum()))


def distance(one: pd.Series, other: pd.Series) -> float:
    """Half the sum of absolute differences of shares: what would have to move. Units: 1.

    >>> distance(pd.Series({"a": 0.5, "b": 0.5}), pd.Series({"a": 0.25, "b": 0.75}))
    0.25
    """
    return float(np.abs(one.to_numpy() - other.to_numpy()).sum()) / 2.0


def check_sectors(first: Economy, last: Economy) -> None:
    """Accounts of both years have the same sectors. Raises ``StudyError`` with those that only one has."""
    only = sorted(set(first.sectors) ^ set(last.sectors))
    if only:
        shown = ", ".join(only[:6]) + (" ..." if len(only) > 6 else "")
        what = f"the accounts of {first.year} and {last.year} differ in {len(only)} sectors: {shown}"
        raise StudyError(what, where=first.country_name, fix="aggregate both to one list of sectors first")


def miss_table(said: list[Said], came: Came, usual: Usual) -> pd.DataFrame:
    """Every measure of everybody: who, measure, unit, said, came, miss (said − came), low, high, in per cent.

    Ranges are the baseline's. ``sector shares`` are those of current prices; ``in volumes`` where prices are given.
    """
    half = {
        GROWTH: usual.growth.half,
        INVESTMENT: usual.rule.investment_half(len(usual.years)),
        IMPORTS: usual.rule.imports_half(len(usual.years)),
    }
    rows: list[MissRow] = []
    for s in said:
        pairs = {
            GROWTH: (s.growth, came.growth),
            INVESTMENT: (s.structure.investment_share, came.structure.investment_share),
            IMPORTS: (s.structure.import_dependency, came.structure.import_dependency),
        }
        for measure, (word, fact) in pairs.items():
            if word is None or fact is None:
                continue
            wide = half[measure] if s.who == "baseline" else np.nan
            figures = (
                word,
                fact,
                word - fact,
                max(word - wide, 0.0) if measure != GROWTH else word - wide,
                word + wide,
            )
            rows.append(MissRow(s.who, measure, UNITS[measure], *(PERCENT * float(v) for v in figures)))
        shares = {SECTORS: came.structure.sectors} | ({} if came.volumes is None else {VOLUMES: came.volumes})
        for measure, there in shares.items():
            apart = PERCENT * distance(s.structure.sectors, there)
            rows.append(MissRow(s.who, measure, UNITS[measure], np.nan, np.nan, apart, np.nan, np.nan))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def sector_table(said: list[Said], came: Came, usual: Usual) -> pd.DataFrame:
    """Shares of value added by sector, 1: sector, label, base, came, came_volumes, then everybody's, low, high.

    ``low`` and ``high`` are the baseline's range.
    """
    e, wide = usual.economy, float(np.exp(usual.rule.sector_half(len(usual.years))))
    columns = {
        "sector": list(e.sectors),
        "label": [e.label(s) for s in e.sectors],
        "base": usual.start.sectors.to_numpy(),
        "came": came.structure.sectors.reindex(list(e.sectors)).to_numpy(),
    }
    if came.volumes is not None:
        columns["came_volumes"] = came.volumes.reindex(list(e.sectors)).to_numpy()
    columns |= {s.who: s.structure.sectors.to_numpy() for s in said if s.who != "naive"}
    end = usual.end.sectors.to_numpy()
    return pd.DataFrame({**columns, "low": end / wide, "high": end * wide})
