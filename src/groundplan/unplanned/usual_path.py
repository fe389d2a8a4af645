"""The years of a baseline as indicators with their 80 % ranges, named as those of plans, and where they come from."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.audit import final_use
from groundplan.economy.economy import ESTIMATED, Economy
from groundplan.glossary import quantity
from groundplan.outcome import Outcome
from groundplan.sources import Assumption, Source, cited
from groundplan.tables.past_volumes import PastVolumes
from groundplan.unplanned.business_as_usual import Usual
from groundplan.unplanned.sector_drift import SOURCE
from groundplan.unplanned.usual_rule import DECADE, import_drift

BEFORE = 10  # years of history
GROWTH, INVESTMENT, IMPORTS = "growth of value added", "investment share", "import dependency"


class Path(NamedTuple):
    """An indicator by year, the year of the accounts first, with its range; ``unit`` in words."""

    indicator: str
    unit: str
    middle: np.ndarray
    low: np.ndarray
    high: np.ndarray


def past_added(past: PastVolumes | None, year: int, before: int = BEFORE) -> pd.Series:
    """Output at constant prices by year, up to ``before`` years before a year, over that of the year; 1.

    Empty where nothing is known of the year.
    """
    then = {y: past.output(y) for y in range(year - before, year + 1)} if past else {}
    behind = pd.Series({y: v for y, v in then.items() if v}, dtype=float)
    return behind / behind[year] if year in behind.index else behind.iloc[:0]


def usual_outcome(usual: Usual, past: PastVolumes | None = None) -> Outcome:
    """The baseline as an outcome of engine ``baseline``.

    Arrays indicator, indicator_low, indicator_high (indicator × year, the year of the accounts first; nan where no
    range is known). Tables: indicators (indicator, unit), growth_account (part, value, basis), sectors (sector, label,
    base, last, low, high: shares of value added; drift: 1 / year), and where the ``past`` is known also past (year,
    output over that of the accounts' year).
    """
    e, years = usual.economy, [usual.economy.year, *usual.years]
    paths = usual_paths(usual)
    names = [p.indicator for p in paths]
    arrays = {
        name: quantity(
            name,
            xr.DataArray(np.array([getattr(p, part) for p in paths]), coords=[("indicator", names), ("year", years)]),
            e.money,
        )
        for name, part in (("indicator", "middle"), ("indicator_low", "low"), ("indicator_high", "high"))
    }
    tables = {
        "indicators": pd.DataFrame([(p.indicator, p.unit) for p in paths], columns=["indicator", "unit"]),
        "growth_account": usual.growth.table(),
        "sectors": _sectors(usual),
    }
    then = past_added(past, e.year)
    if len(then) > 1:
        tables["past"] = then.rename("output").rename_axis("year").reset_index()
    return Outcome(arrays, tables, _provenance(usual))


def usual_paths(usual: Usual) -> list[Path]:
    """Every indicator of a baseline, at base-year prices.

        value added      V·exp(g·k), by sector its share of it; output and taxes per value added as in the base year
        employment       exp(n·k), n the part of growth that is people
        import bill      d / (1 − d) · output, d the import dependency
        exports          imports + the base year's trade balance, as a share of GDP
        consumption      what investment, stocks and trade leave, divided between households, non-profits and the
                         state as in the base year

    k years after the base year. Uses add up to GDP in every year as they do in the accounts: what they differ by there
    (``uses less GDP``, margins abroad) keeps its share.
    """
    e, after = usual.economy, np.arange(len(usual.years) + 1)
    year = [usual.structure(e.year + int(k)) for k in after]
    grown = np.exp(usual.growth.rate * after)
    shares = np.array([s.sectors.to_numpy() for s in year])
    added = float(e.value_added.sum()) * grown
    gdp = e.gdp * grown
    invested = np.array([s.investment_share for s in year])
    dependency = np.array([s.import_dependency for s in year])
    x, v = e.output.to_numpy(), e.value_added.to_numpy().clip(min=0.0)
    # A sector that adds nothing keeps its output's pace with the whole.
    idle = np.where(v > 0, 0.0, x).sum() * grown
    output = added * (shares @ np.divide(x, v, out=np.zeros_like(x), where=v > 0)) + idle
    output *= float(x.sum()) / float(output[0])
    bill = dependency / (1.0 - dependency) * output
    wide = np.exp(usual.growth.half * after)
    span = np.sqrt(after / DECADE)
    share, imports, sector = (half * span for half in usual.rule.share_range)
    money = f"{e.money} / year"
    paths = [
        _constant(GROWTH, "1 / year", np.where(after > 0, np.expm1(usual.growth.rate), np.nan),
                  np.expm1(usual.growth.rate - usual.growth.half), np.expm1(usual.growth.rate + usual.growth.half)),
        Path("value added", money, added, added / wide, added * wide),
        Path("GDP", money, gdp, gdp / wide, gdp * wide),
        Path(INVESTMENT, "1", invested, (invested - share).clip(min=0.0), invested + share),
        Path(IMPORTS, "1", dependency, (dependency - imports).clip(min=0.0), (dependency + imports).clip(max=1.0)),
        *(_unsure(name, money, values) for name, values in _uses(e, gdp, invested * added, bill)),
        _unsure("gross output", money, output),
        _unsure("total supply", money, output + bill),
        _unsure("employment", e.employment_unit, float(e.employment.sum()) * np.exp(usual.growth.people * after)),
    ]  # fmt: skip
    for n, code in enumerate(e.sectors):
        middle = added * shares[:, n]
        paths.append(Path(f"value added: {code}", money, middle, middle / np.exp(sector), middle * np.exp(sector)))
    return paths


def _uses(e: Economy, gdp: np.ndarray, invested: np.ndarray, bill: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """What GDP is used for, money / year."""
    sold = float(e.exports.sum() + e.reexports.sum() + e.final_taxes.sel(use="exports"))
    bought = float(e.imports.sum())
    balance = (sold - bought) / e.gdp * gdp
    stocks = final_use(e, "inventories") / e.gdp * gdp
    kinds = {"household consumption": "household", "non-profit consumption": "nonprofit",
             "government consumption": "government"}  # fmt: skip
    spent = {name: final_use(e, kind) for name, kind in kinds.items()}
    whole = sum(spent.values())
    # What the accounts' uses and their value added differ by, such as transport margins abroad.
    difference = (whole + final_use(e, "investment") + final_use(e, "inventories") + sold - bought) / e.gdp - 1.0
    left = gdp * (1.0 + difference) - invested - stocks - balance
    consumed = [(name, left * (value / whole)) for name, value in spent.items()]
    return [
        *consumed, ("investment", invested), ("changes in inventories", stocks), ("exports", balance + bill),
        ("import bill", bill), ("uses less GDP", difference * gdp),
    ]  # fmt: skip


def _unsure(name: str, unit: str, values: np.ndarray) -> Path:
    """A path without a range of its own."""
    unknown = np.full(len(values), np.nan)
    return Path(name, unit, values, unknown, unknown)


def _constant(name: str, unit: str, values: np.ndarray, low: float, high: float) -> Path:
    """A path with the same range in every year that it has a value in."""
    there = np.isfinite(values)
    return Path(name, unit, values, np.where(there, low, np.nan), np.where(there, high, np.nan))


def _sectors(usual: Usual) -> pd.DataFrame:
    e, wide = usual.economy, float(np.exp(usual.rule.sector_half(len(usual.years))))
    first, last = usual.start.sectors.to_numpy(), usual.end.sectors.to_numpy()
    return pd.DataFrame(
        {
            "sector": list(e.sectors),
            "label": [e.label(s) for s in e.sectors],
            "base": first,
            "last": last,
            "low": last / wide,
            "high": last * wide,
            "drift": usual.drift.to_numpy(),
        }
    )


def _provenance(usual: Usual) -> dict[str, Any]:
    """Where a baseline comes from (plain JSON values)."""
    e = usual.economy
    sources = sources_of(usual)
    return {
        "groundplan": version("groundplan"),
        "engine": "baseline",
        "country": e.country,
        "country_name": e.country_name,
        "accounts_year": e.year,
        "years": list(usual.years),
        "money": e.money,
        **cited(sources, e.methods, assumptions_of(usual)),
        "notes": list(usual.notes),
    }


def sources_of(usual: Usual) -> tuple[Source, ...]:
    """The sources of a baseline: of its accounts, of their past, and of the drift of sectors."""
    return (*usual.economy.sources, usual.past.source, SOURCE)


def assumptions_of(usual: Usual) -> list[Assumption]:
    """What the rule takes for granted."""
    g, r, m = usual.growth, usual.rule, import_drift(usual.economy.year)
    measured = "measured on 2000 to 2014, docs/explanation/hindcast.md"
    return [
        *(a for a in usual.economy.assumptions if a.name == ESTIMATED),
        Assumption("growth", f"{g.rate:.2%} a year, ± {g.half:.1%} in 80 of 100", g.basis, "--history, --ages"),
        Assumption("investment", f"follows {r.investment:g} of a change of capital needs", measured, "the rule"),
        Assumption("imports", f"dependency rises by {m:.1%} of itself in ten years", measured, "the rule"),
        Assumption("sectors", f"{r.sectors:g} of the drift of other countries goes on", measured, "the rule"),
        Assumption("trade balance", "its share of GDP stays", "not measured", "a plan"),
        Assumption("consumption", "households and state divide the rest as before", "not measured", "a plan"),
        Assumption("prices", "of the base year; the drift of shares is one of current prices",
                   "no deflators by sector are shipped", "--prices of hindcast"),
    ]  # fmt: skip
