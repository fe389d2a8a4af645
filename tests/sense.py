"""What a plan must satisfy to make sense, measured on its outcome; used by the test and by the table in the docs."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.outcome import Outcome
from groundplan.planning.accounts.growth_account import PARTS
from groundplan.planning.best_plan import parts_of, solved
from groundplan.planning.policy import Policy
from groundplan.tables import catalogue
from groundplan.tables.national_past import NationalPast, past_of
from groundplan.tables.readers import wiod

SHARED = Path(os.environ.get("GROUNDPLAN_SHARED", Path(__file__).parents[2] / "shared" / "data"))
FOLDER = SHARED / "wiod2016_nio" / "csv_2014"
PENN = SHARED / "pwt1001" / "pwt1001_1990_2019.csv.gz"
# Romania's and Luxembourg's tables do not balance in a few columns; the gap is accepted here, knowingly.
WIOD_TOLERANCE = 0.5


def jobs() -> list[str]:
    """Every economy at hand: shipped ones as KEN-2019, WIOD ones as WIOD-KOR."""
    shipped = [f"{e.country}-{e.year}" for e in catalogue.entries()]
    return shipped + [f"WIOD-{p.name[:3]}" for p in sorted(FOLDER.glob("*_2014.csv"))]


@cache
def _penn() -> dict[str, dict[int, dict[str, float]]]:
    """The Penn World Table by country and year, empty where it is not at hand."""
    if not PENN.is_file():
        return {}
    columns = ["rgdpna", "rnna", "delta", "csh_i", "emp", "pop", "labsh"]
    frame = pd.read_csv(PENN).dropna(subset=["rgdpna", "pop", "emp"])
    return {
        str(country): {
            int(row["year"]): {c: float(row[c]) for c in columns if pd.notna(row[c])} for _, row in rows.iterrows()
        }
        for country, rows in frame.groupby("isocode")
    }


def past(country: str, year: int) -> NationalPast | None:
    """What the Penn World Table at hand says of a country's past, as a user would give it."""
    series = _penn()
    return past_of(series[country], series["USA"], year, "Penn World Table 10.01") if country in series else None


def economy(job: str) -> Economy:
    """The economy of a job; a foreign one with its own past where the Penn World Table is at hand."""
    first, second = job.split("-")
    if first != "WIOD":
        return Economy.load(first, int(second))
    table = wiod.read(FOLDER / f"{second}_2014.csv", second, 2014, "USD2014m")
    return Economy.from_table(replace(table, past=past(second, 2014)), tolerance=WIOD_TOLERANCE)


def planned(e: Economy) -> Outcome:
    """The default plan of an economy, before it is made even.

    The even path keeps to the same limits and gives up a thousandth of the worth at most; it takes three times as long.
    """
    return parts_of(solved(e, Policy())).outcome()


def facts(e: Economy, o: Outcome) -> dict[str, float]:
    """The figures that the sense of a plan is judged by.

    growth figures are shares a year; ``least_standard`` is the least living standard of any group in any year against
    its floor; ``jump`` and ``fall`` are the largest relative changes of a sector's output in year one (sectors above a
    ten-thousandth of total output); ``absorbed`` is the largest yearly growth of any capacity. ``capital_*`` are growth
    of capital in the base year (I/K − δ), in the plan, and in the country's past (not a number where none is known).
    """
    level = o["level"].to_pandas()
    base = o.table("activities").set_index("activity")["base"]
    make = [a for a in level.index if a.startswith("make:") and base[a] > 1e-4 * base.filter(like="make:").sum()]
    first = level.loc[make].iloc[:, 0] / base[make] - 1.0
    stock = o["stock"].to_pandas()
    plant = stock.loc[[c for c in stock.index if c.startswith("capacity:")]]
    plant = plant[plant.iloc[:, 0] > 1e-9 * plant.iloc[:, 0].max()]
    growth = plant.iloc[:, 1:].to_numpy() / np.maximum(plant.iloc[:, :-1].to_numpy(), 1e-300) - 1.0
    employed, force = o.indicator("employment"), o.indicator("labour force")
    floors = [i for i in map(str, o["indicator"]["indicator"].values) if i.startswith("living standard: ")]
    years = o.provenance["years"]
    standards = o["indicator"].sel(indicator=floors, year=years)
    value_added = o.indicator("value added")
    spread = pd.Series(value_added).pct_change().dropna()
    kept = o.tables["capital_account"].set_index("year")
    account = o.tables["growth_account"]
    own, unknown = e.past, float("nan")
    spent = o.indicator("investment")
    return {
        "sectors": float(len(e.sectors)),
        "standard": float(o.indicator("living standard")[years[-1]]),
        "least_standard": float(standards.min()) - float(o.provenance["policy"]["floor"]),
        "value_added_growth": float((value_added[years[-1]] / value_added[e.year]) ** (1 / len(years)) - 1),
        "largest_growth": float(spread.max()),
        "investment_first": float(spent[e.year] / e.gdp),
        "investment_share_first": float(o.indicator("investment share")[e.year]),
        "investment_share_last": float(o.indicator("investment share")[years[-1]]),
        "investment_jump": float(spent[years[0]] / spent[e.year] - 1),
        "investment_fall": float(spent.pct_change().min()),
        "investment_rise": float(spent.pct_change().max()),
        "capital_output": float(e.capital_stock.sum()) / e.gdp,
        "capital_base": float((kept["investment"] - kept["wear"]).iloc[0] / kept["stock"].iloc[0]),
        "capital_plan": float((kept["stock"].iloc[-1] / kept["stock"].iloc[1]) ** (1 / len(years)) - 1),
        "capital_past": unknown if own is None or own.capital_growth is None else own.capital_growth,
        "labour_past": unknown if own is None or own.employment_growth is None else own.employment_growth,
        "output_past": unknown if own is None or own.long_growth is None else own.long_growth,
        "people": o.provenance["population"]["growth"],
        "productivity": o.provenance["productivity"]["growth"],
        "moved": float(account["better paid work"].mean()),
        "unaccounted": float((account[list(PARTS)].sum(axis=1) - account["growth"]).abs().max()),
        "jump": float(first.max()),
        "fall": float(first.min()),
        "absorbed": float(growth.max()),
        "labour_use": float((employed / force).loc[years].max()),
        "dependency_first": float(o.indicator("import dependency")[e.year]),
        "dependency_last": float(o.indicator("import dependency")[years[-1]]),
        "seconds": float(o.provenance["solver"]["seconds"]),
        "violation": float(o.provenance["solver"]["relative_primal_infeasibility"]),
    }
