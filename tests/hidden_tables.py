"""Totals of a table that is hidden, and what accounts made from them miss of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from groundplan import plan
from groundplan.economy.economy import Economy
from groundplan.economy.estimating.known_facts import Controls, Fact
from groundplan.economy.estimating.updating import updated
from groundplan.errors import BalanceError, PlanInfeasible
from groundplan.tables.industry_classes import class_of
from groundplan.tables.table import Table

ERROR = 0.02
# Sectors of the trials: the first division of each, in the order of ISIC Rev. 4; business services go with finance.
SECTORS = {
    "A01": "01", "A02": "02", "A03": "03", "B": "05", "C10": "10", "C13": "13", "C16": "16", "C20": "19", "C23": "23",
    "C24": "24", "C28": "26", "D": "35", "E": "36", "F": "41", "G": "45", "H": "49", "I": "55", "J": "58", "K": "64",
    "L": "68", "K ": "69", "O": "84", "P": "85", "Q": "86", "R": "90",
}  # fmt: skip
ADDED = ("A01 A02 A03", "B", "C10 C13 C16 C20 C23 C24 C28", "D E", "F", "G H I", "J K L", "O P Q R")
TRADE = ("A01 A02 A03", "B", "C10", "C13", "C16 C23", "C20", "C24", "C28", "G H I", "D E F J K L O P Q R")
OUTPUTS = ("D", "C24", "C20", "C10", "C28")
FINALS = ("household nonprofit", "government", "investment")


def grouped(t: Table, of: Mapping[str, str]) -> Table:
    """A table with its sectors added up."""
    groups = list(dict.fromkeys(of[str(c)] for c in t.labels.index))
    sums = np.array([[float(of[str(c)] == g) for c in t.labels.index] for g in groups])

    def both(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame(sums @ frame.to_numpy(float) @ sums.T, groups, groups)

    def down(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame(sums @ frame.to_numpy(float), groups, frame.columns)

    def one(series: pd.Series) -> pd.Series:
        return pd.Series(sums @ series.to_numpy(float), groups)

    return replace(
        t, labels=pd.Series(groups, groups), classes={}, employment=None, employment_unit="", capital_stock=None,
        fixed_capital_consumption=None, investment_by_sector=None, imported_by_partner=None, published={},
        domestic_use=both(t.domestic_use), imported_use=both(t.imported_use), domestic_final=down(t.domestic_final),
        imported_final=down(t.imported_final), exports=one(t.exports), reexports=one(t.reexports),
        primary=pd.DataFrame(t.primary.to_numpy(float) @ sums.T, t.primary.index, groups),
    )  # fmt: skip


def sectors_of(t: Table) -> dict[str, str]:
    """Sector → its sector of the trials, by the first division of its class."""
    first = {d: s.strip() for s, d in SECTORS.items()}
    starts = sorted(first)
    return {
        str(c): first[max(d for d in starts if d <= min(class_of(t.classes[str(c)]).divisions))] for c in t.labels.index
    }


def facts_of(t: Table) -> Controls:
    """The totals of a table as an analyst would have them."""
    unit, facts = t.money, list[Fact]()

    def add(measure: str, of: str, value: float) -> None:
        facts.append(Fact(measure, unit, ERROR, "the hidden table", tuple(of.split()), value))

    there = set(map(str, t.labels.index))
    taxed = t.primary_kinds.isin(["product_tax", "margin"])
    own, paid = t.primary.loc[~taxed].sum(), t.primary.loc[t.primary_kinds == "product_tax"].sum().sum()
    bought = t.imported_use.sum(axis=1) + t.imported_final.sum(axis=1) + t.reexports
    final = t.domestic_final.sum() + t.imported_final.sum() + t.final_taxes.iloc[:-1]
    output = t.domestic_use.sum(axis=1) + t.domestic_final.sum(axis=1) + t.exports
    add("gdp", "", float(own.sum() + paid + t.final_taxes.sum()))
    add("product taxes", "", float(paid + t.final_taxes.sum()))
    told = {"value added": (ADDED, own), "imports": (TRADE, bought), "exports": (TRADE, t.exports + t.reexports)}
    for measure, (groups, values) in (told | {"output": (OUTPUTS, output)}).items():
        for words in groups:
            of = " ".join(c for c in words.split() if c in there)
            add(measure, of, float(values[of.split()].sum()))
    for kinds in FINALS:
        of = " ".join(str(f) for f, kind in t.final_kinds.items() if kind in kinds.split())
        add("final use", of, float(final[of.split()].sum()))
    return Controls(t.country, t.year, unit, tuple(f for f in facts if f.value))


def misses(made: Table, came: Table) -> dict[str, float]:
    """What is missed of coefficients (WAPE), of multipliers (share), of import content of household use (points)."""
    (a, m, x, y), (b, k, z, w) = map(_parts, (made, came))
    whole = float((np.abs(np.hstack([(b + k) * z]))).sum())
    cells = float((np.abs(a - b) * z).sum() + (np.abs(m - k) * z).sum()) / whole
    multipliers = [np.linalg.inv(np.eye(len(z)) - one).sum(axis=0) for one in (a, b)]
    mult = float((np.abs(multipliers[0] / multipliers[1] - 1.0) * z).sum() / z.sum())
    content = [
        float(one[1].sum(axis=0) @ np.linalg.solve(np.eye(len(z)) - one[0], one[3][0]) + one[3][1].sum())
        / float(one[3][0].sum() + one[3][1].sum())
        for one in ((a, m, x, y), (b, k, z, w))
    ]
    return {"cells": cells, "multipliers": mult, "import content": 100 * abs(content[0] - content[1])}


def naive(old: Table, came: Table) -> Table:
    """Old coefficients on the totals of the table that came: final uses and exports at its sums, all else follows.

    x = (I − A)⁻¹ (Y·Σ came/Σ old + e·Σ came/Σ old), old home, imported and primary coefficients times x; inventories
    grow as all final uses do.
    """
    final, before = (t.domestic_final.sum() + t.imported_final.sum() for t in (came, old))
    steady = old.final_kinds == "inventories"  # these have no rate of growth
    factor = (final / before.replace(0, np.nan)).fillna(0.0).where(~steady, float(final.sum() / before.sum()))
    traded = float(came.exports.sum() / old.exports.sum())
    x = old.domestic_use.sum(axis=1) + old.domestic_final.sum(axis=1) + old.exports
    demand = (old.domestic_final * factor).sum(axis=1) + old.exports * traded
    by = x.where(x > 0, np.inf)
    new = np.linalg.solve(np.eye(len(x)) - (old.domestic_use / by).to_numpy(float), demand.to_numpy(float))
    times = pd.Series(new, x.index) / by
    return replace(
        old, year=came.year, money=came.money, imported_by_partner=None, published={}, controls=None,
        domestic_use=old.domestic_use * times, imported_use=old.imported_use * times, primary=old.primary * times,
        domestic_final=old.domestic_final * factor, imported_final=old.imported_final * factor,
        exports=old.exports * traded, reexports=old.reexports * traded,
        final_taxes=old.final_taxes * np.append(factor.to_numpy(float), traded),
    )  # fmt: skip


def planned(t: Table, years: int = 10) -> dict[str, float]:
    """The default plan of a table: growth of the living standard, % a year, and imports over value added, %.

    Capital and labour are estimated from each table alike, so that plans differ by the accounts alone. A plan that
    cannot be met is no figure.
    """
    alike = replace(
        t, capital_stock=None, fixed_capital_consumption=None, investment_by_sector=None, employment=None,
        employment_unit="", past=None, classes={str(c): str(c) for c in t.labels.index},
    )  # fmt: skip
    try:
        outcome = plan(Economy.from_table(alike, tolerance=0.02), years=years)
    except (PlanInfeasible, BalanceError):
        return {"living standard": float("nan"), "imports": float("nan")}
    standard, bill = outcome.indicator("living standard"), outcome.indicator("import bill")
    growth = (standard.iloc[-1] / standard.iloc[0]) ** (1.0 / years) - 1.0
    added = outcome.indicator("value added")
    return {"living standard": 100 * growth, "imports": 100 * float(bill.sum() / added.sum())}


def plan_misses(old: Table, came: Table) -> dict[str, float]:
    """What plans from the update and from old coefficients miss of the plan from the table that came, in points."""
    made = {"update": updated(old, facts_of(came)).table, "old": naive(old, came), "came": came}
    of = {name: planned(t) for name, t in made.items()}
    return {
        f"{figure}, {name}": abs(of[name][figure] - of["came"][figure])
        for figure in ("living standard", "imports") for name in ("update", "old")
    } | {"living standard": of["came"]["living standard"]}  # fmt: skip


def _parts(t: Table) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Home and imported coefficients, output, and what households buy of both."""
    x = (t.domestic_use.sum(axis=1) + t.domestic_final.sum(axis=1) + t.exports).to_numpy(float)
    by = np.where(x > 0, x, np.inf)
    homes = t.final_kinds.index[t.final_kinds == "household"]
    bought = tuple(f[homes].sum(axis=1).to_numpy(float) for f in (t.domestic_final, t.imported_final))
    return t.domestic_use.to_numpy(float) / by, t.imported_use.to_numpy(float) / by, x, (bought[0], bought[1])
