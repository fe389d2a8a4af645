"""Tables that are hidden and estimated from their totals and the shipped donors, and what such estimates miss."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from economies import SHARED

from groundplan.economy.estimating.account_lines import SheetLines
from groundplan.economy.estimating.donors.common_accounts import donor_table, donors_of
from groundplan.economy.estimating.donors.estimated_accounts import Estimated, estimated
from groundplan.economy.estimating.known_facts import Controls, Fact
from groundplan.sources import Source
from groundplan.tables import catalogue
from groundplan.tables.common_sectors import ready_list
from groundplan.tables.readers import wiod
from groundplan.tables.table import Table

SECTORS = ready_list(26)
SHIPPED = ("BEL", "BRA", "DNK", "ESP", "FRA", "GHA", "KEN", "NLD")
WIOD, VOLUMES = SHARED / "wiod2016_nio" / "csv_2014", SHARED / "pwt1001" / "pwt1001_1990_2019.csv.gz"
YEAR, ERROR = 2014, 0.02
ADDED = ("A01 A02 A03", "B", "C10-C12 C13-C15 C16-C18 C19 C20-C22 C23 C24-C25 C26-C33", "D E", "F", "G H I",
         "J K L M-N", "O P Q R-U")  # fmt: skip
TRADE = ("A01 A02 A03", "B", "C10-C12", "C13-C15", "C16-C18 C23", "C19 C20-C22", "C24-C25", "C26-C33", "G H I",
         "D E F J K L M-N O P Q R-U")  # fmt: skip
OUTPUTS = ("D", "C24-C25", "C19 C20-C22", "C10-C12", "C26-C33")


def countries() -> list[str]:
    """Countries whose tables are at hand: those of WIOD, and the shipped ones that it has not."""
    there = [p.stem[:3] for p in sorted(WIOD.glob("???_2014.csv"))]
    return [*there, *(c for c in SHIPPED if c not in there)]


@cache
def hidden(country: str) -> Table:
    """A country's table in common sectors, as it came."""
    file = WIOD / f"{country}_2014.csv"
    t = wiod.read(file, country, YEAR, "USD2014m") if file.is_file() else catalogue.load(country, 2019)
    (own,) = donors_of([t], SECTORS, donors(country))
    gdp = float(t.primary.sum().sum() + t.final_taxes.sum())
    source = Source(publisher="the hidden table", title="", vintage="", licence="", address="", sha256={})
    return donor_table(own.cells * gdp, SECTORS, country=country, country_name=country, year=t.year, money=t.money,
                       source=source)  # fmt: skip


@cache
def _lending() -> tuple[Table, ...]:
    return tuple(catalogue.load(c, 2019) for c in SHIPPED)


def donors(country: str) -> list[Table]:
    """The shipped donors without the country itself."""
    return [t for t in _lending() if t.country != country]


@cache
def _output_per_head() -> dict[str, float]:
    with gzip.open(VOLUMES, "rt", encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if int(r["year"]) == YEAR and r["rgdpna"] and r["pop"]]
    per_head = {r["isocode"]: float(r["rgdpna"]) / float(r["pop"]) for r in rows}
    return {c: v / per_head["USA"] for c, v in per_head.items()}


def totals(t: Table) -> Controls:
    """What an analyst has of a country without a table: totals, each with an error of two per cent."""
    facts = list[Fact]()

    def add(measure: str, of: str, value: float) -> None:
        facts.append(Fact(measure, t.money, ERROR, "the hidden table", tuple(of.split()), float(value)))

    taxed = (t.primary_kinds == "product_tax").to_numpy()
    own, paid = t.primary.loc[~taxed].sum(), float(t.primary.loc[taxed].sum().sum())
    bought = t.imported_use.sum(axis=1) + t.imported_final.sum(axis=1)
    final = t.domestic_final.sum() + t.imported_final.sum() + t.final_taxes.iloc[:-1]
    output = t.domestic_use.sum(axis=1) + t.domestic_final.sum(axis=1) + t.exports
    add("gdp", "", float(own.sum() + paid + t.final_taxes.sum()))
    add("product taxes", "", float(paid + t.final_taxes.sum()))
    sums = (("value added", ADDED, own), ("imports", TRADE, bought), ("exports", TRADE, t.exports),
            ("output", OUTPUTS, output))  # fmt: skip
    for measure, groups, values in sums:
        for of in groups:
            add(measure, of, float(values[of.split()].sum()))
    for kind in ("household", "government", "investment"):
        add("final use", kind, float(final[kind]))
    income = _output_per_head().get(t.country) if VOLUMES.is_file() else None
    there = tuple(f for f in facts if f.value and f.value > 0)
    return Controls(t.country, t.year, t.money, there, sectors=("26",), output_per_head=income)


def made(country: str, draws: int = 0) -> Estimated:
    """The estimate of a hidden table from its totals and the shipped donors."""
    lending = donors(country)
    return estimated(totals(hidden(country)), lending, references=lending, draws=draws)


@dataclass(frozen=True, eq=False)
class Sums:
    """Coefficients of home and imported products, output, multipliers, import content by sector and by final use."""

    home: np.ndarray
    foreign: np.ndarray
    output: np.ndarray
    multipliers: np.ndarray
    content: np.ndarray
    final_content: np.ndarray

    @classmethod
    def of(cls, cells: np.ndarray, n: int) -> Sums:
        """From a sheet; uses are households, government, investment and exports."""
        x = cells[:n].sum(axis=1)
        by = np.where(x > 0, x, np.inf)
        home, foreign = cells[:n, :n] / by, cells[n : 2 * n, :n] / by
        inverse = np.linalg.inv(np.eye(n) - home)
        content = foreign.sum(axis=0) @ inverse
        uses = [n, n + 1, n + 2, cells.shape[1] - 1]
        own, bought = cells[:n][:, uses], cells[n : 2 * n][:, uses]
        final = (content @ own + bought.sum(axis=0)) / (own.sum(axis=0) + bought.sum(axis=0))
        return cls(home, foreign, x, inverse.sum(axis=0), content, final)


def missed(result: Estimated, came: Table) -> dict[str, float]:
    """What an estimate misses: of coefficients (WAPE), multipliers (share), import content of households (points)."""
    n = len(result.lines.sectors)
    a, b = (Sums.of(SheetLines(t).cells(t).to_numpy(), n) for t in (result.table, came))
    off = (np.abs(a.home - b.home) + np.abs(a.foreign - b.foreign)) * b.output
    there = b.output > 0
    ratio = np.abs(a.multipliers / b.multipliers - 1.0)[there] * b.output[there]
    return {
        "cells": float(off.sum() / ((b.home + b.foreign) * b.output).sum()),
        "multipliers": float(ratio.sum() / b.output.sum()),
        "import content": 100.0 * abs(float(a.final_content[0] - b.final_content[0])),
        "strain": result.strain[0] / result.strain[1],
    }


def covered(result: Estimated, came: Table) -> dict[str, float]:
    """How many of 100 hold within 90 per cent ranges: cells, multipliers, import content by sector and by final use.

    Cells smaller than a hundred-thousandth of GDP and sectors without output are left out.
    """
    n = len(result.lines.sectors)
    true, drawn_cells = SheetLines(came).cells(came).to_numpy(), result.table.draws.cells
    gdp = float(true[2 * n :].sum())
    low, high = np.quantile(drawn_cells, (0.05, 0.95), axis=0)
    large = np.abs(true[: 2 * n]) > 1e-5 * gdp
    inside = ((true >= low) & (true <= high))[: 2 * n][large]
    truth, each = Sums.of(true, n), [Sums.of(c, n) for c in drawn_cells]
    there = truth.output > 1e-6 * gdp

    def share(name: str, chosen: np.ndarray | slice) -> float:
        ends = np.quantile(np.stack([getattr(s, name) for s in each]), (0.05, 0.95), axis=0)
        own = getattr(truth, name)
        return 100.0 * float(((own >= ends[0]) & (own <= ends[1]))[chosen].mean())

    return {
        "cells": 100.0 * float(inside.mean()), "multipliers": share("multipliers", there),
        "content by sector": share("content", there), "content by use": share("final_content", slice(None)),
    }  # fmt: skip


def table_of_misses(results: dict[str, Estimated]) -> pd.DataFrame:
    """What every country's estimate missed."""
    return pd.DataFrame({c: missed(r, hidden(c)) for c, r in results.items()}).T
