"""The report's section on products that are counted in their own units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import (
    framed,
)
from groundplan.results.indicators import (
    indicator_units,
    indicators,
    labels,
)
from groundplan.results.page import items, paragraph, table
from groundplan.results.words import decimals, number

MADE = "quantity: "
SIDES = {
    "quantity": "made at home",
    "imported quantity": "imported",
    "exported quantity": "exported",
    "home use quantity": "used at home",
}


def products(o: Outcome) -> Mapping[str, str]:
    """Codes of the products that the plan counts in units → their names."""
    known = labels(o)
    sides = (str(name).partition(": ") for name in indicators(o).index)
    codes = dict.fromkeys(code for side, _, code in sides if side in SIDES and code in known)
    return {c: str(known[c]) for c in codes}


def output(o: Outcome) -> pd.DataFrame:
    """Home output of every product in its own unit, by year."""
    there, units = indicators(o), indicator_units(o)
    columns: list[tuple[str, str, Any]] = [
        (name, units[MADE + code], there.loc[MADE + code])
        for code, name in products(o).items()
        if MADE + code in there.index
    ]
    return framed(pd.Index(there.columns if columns else [], name="year"), columns)


def sources_and_uses(o: Outcome, code: str) -> pd.DataFrame:
    """What is made, imported, exported and used at home of a product, in its own unit, by year."""
    there, units = indicators(o), indicator_units(o)
    columns: list[tuple[str, str, Any]] = [
        (words, units.get(f"{side}: {code}", ""), there.loc[f"{side}: {code}"])
        for side, words in SIDES.items()
        if f"{side}: {code}" in there.index
    ]
    return framed(pd.Index(there.columns if columns else [], name="year"), columns)


def physical(o: Outcome) -> str:
    """Products in their own units as a section; empty where the plan has none."""
    there = products(o)
    if not there:
        return ""
    said = (
        "These products are counted in their own units beside money. A quantity is money over the base year's price, "
        "one price for all users, so both accounts balance alike. The first row of a table is the year of the accounts."
    )
    parts = [table(output(o), "Home output in physical units")]
    parts += [
        table(sources_and_uses(o, c), f"{name}: where it comes from and where it goes") for c, name in there.items()
    ]
    return paragraph(said) + items([_sentence(o, c, name) for c, name in there.items()]) + "".join(parts)


def _sentence(o: Outcome, code: str, name: str) -> str:
    """A product's path: ``Cement: 5,900,000 t made at home in 2019, 7,000,000 t in 2023 (18.6 %); imports ...``."""
    units = indicator_units(o)
    first, last = (indicators(o).columns[k] for k in (0, -1))
    made, bought = (_ends(o, f"{side}: {code}") for side in list(SIDES)[:2])
    unit = next(units[n] for side in SIDES if (n := f"{side}: {code}") in units).removesuffix(" / year")
    if not any(made):
        told = f"{name}: none is made at home"
    else:
        change = f" ({number(100 * (made[1] / made[0] - 1), 1)} %)" if made[0] > 0 else ""
        shown = [f"{number(x, decimals(made))} {unit}" for x in made]
        told = f"{name}: {shown[0]} made at home in {first}, {shown[1]} in {last}{change}"
    if not any(bought):
        return f"{told}."
    share = [number(100 * m / (x + m) if x + m > 0 else None, 1) for x, m in zip(made, bought, strict=True)]
    return f"{told}; imports are {share[0]} % of supply in {first}, {share[1]} % in {last}."


def _ends(o: Outcome, indicator: str) -> list[float]:
    """An indicator in the first and the last year; nothing where there is none."""
    there = indicators(o)
    return there.loc[indicator].to_numpy(dtype=float)[[0, -1]].tolist() if indicator in there.index else [0.0, 0.0]
