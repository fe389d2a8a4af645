"""The report's sections on products: material balances, and those that are counted in their own units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import framed, table_of
from groundplan.results.outcome_facts import indicator_units, indicators, labels, money
from groundplan.results.page import items, joined, paragraph, table
from groundplan.results.view import Parts
from groundplan.results.words import decimals, number, unit_words

SHOWN, LINES = 8, 6
REST = {"source": "other sources", "use": "other uses"}


@dataclass(frozen=True, eq=False)
class Balance:
    """A product's lines, home and imported, summed by year: each has a side, an origin and a name.

    amount  line × year, in the product's own unit where it is counted, else in money
    """

    label: str
    unit: str
    years: list[int]
    lines: list[tuple[str, str, str]]
    amount: np.ndarray

    def of_side(self, side: str) -> np.ndarray:
        """Where the lines of a side stand, the largest over the plan first."""
        mine = np.array([n for n, line in enumerate(self.lines) if line[0] == side], dtype=int)
        return mine[np.argsort(-self.amount[mine].sum(axis=1), kind="stable")]

    def last(self) -> list[tuple[str, str, str, float]]:
        """Side, origin, line and amount of the last year, without lines that only move a product between origins."""
        now = [(*line, v) for line, v in zip(self.lines, self.amount[:, -1].tolist(), strict=True) if v != 0.0]
        sides: dict[str, set[str]] = {}
        net: dict[str, float] = {}
        for side, _, line, value in now:
            sides.setdefault(line, set()).add(side)
            net[line] = net.get(line, 0.0) + (value if side == "source" else -value)
        # As much a use of one origin as a source of the other.
        return [row for row in now if len(sides[row[2]]) == 1 or abs(net[row[2]]) > 1e-6 * row[3]]


def balances(o: Outcome) -> Parts:
    """The section: a sentence and a table for every product that is counted, and for the largest of the others."""
    largest = of_products(o, shown(o))
    if not largest:
        return ()
    opening = (
        "Sources and uses of each product balance in every year; what nobody takes is shown as unused. Products "
        "counted in their own unit come first, then the largest in money. All products and all lines are in "
        "tables/material_balances.csv, and with a column for each year in tables/material_balances_wide.csv."
    )
    tables = joined([table(balance(b), f"Balance of {b.label}") for b in largest])
    return paragraph(opening) + items([sentence(b) for b in largest]) + tables


def shown(o: Outcome) -> list[str]:
    """Products that have a table in the report: all that are counted, then the largest in money."""
    rows = table_of(o, "material_balances")
    if rows.empty:
        return []
    used = rows[(rows["side"] == "use") & (rows["origin"] != "")]
    counted = list(dict.fromkeys(used.loc[used["quantity"].notna(), "product"]))
    size = used.groupby("product")["money"].sum().sort_values(ascending=False)
    return [*counted, *[str(p) for p in size.index if p not in counted][:SHOWN]]


def of_products(o: Outcome, products: Iterable[str]) -> list[Balance]:
    """The balances of some products, in their order."""
    names = list(products)
    if not names:
        return []
    rows = o.table("material_balances")
    rows = rows[rows["product"].isin(names) & (rows["origin"] != "")]
    parts = dict(iter(rows.groupby("product", sort=False)))
    return [_balance(parts[name], money(o)) for name in names]


def _balance(rows: pd.DataFrame, priced: str) -> Balance:
    counted = rows["quantity"].notna()
    column, unit = ("quantity", str(rows.loc[counted, "unit"].iloc[0])) if counted.any() else ("money", priced)
    years, then = np.unique(rows["year"].to_numpy(), return_inverse=True)
    keys = list(zip(*(rows[c].tolist() for c in ("side", "origin", "line")), strict=True))
    lines = sorted(set(keys))
    at = {key: n for n, key in enumerate(lines)}
    amount = np.zeros((len(lines), len(years)))
    np.add.at(amount, (np.array([at[key] for key in keys], dtype=int), then), np.nan_to_num(rows[column].to_numpy()))
    return Balance(str(rows["label"].iloc[0]), unit, [int(y) for y in years], lines, amount)


def balance(b: Balance) -> pd.DataFrame:
    """A product's lines by year, home and imported; the largest on each side, the rest together."""
    names: list[str] = []
    rows: list[np.ndarray] = []
    for side, rest in REST.items():
        order = b.of_side(side)
        names += [_line(*b.lines[n]) for n in order[:LINES]]
        rows += list(b.amount[order[:LINES]])
        if len(order) > LINES:
            names.append(rest)
            rows.append(b.amount[order[LINES:]].sum(axis=0))
        names.append(f"all {side}s")
        rows.append(b.amount[order].sum(axis=0))
    columns = np.transpose(rows).tolist()
    return framed(
        pd.Index(names, name="source or use"), [(str(y), b.unit, v) for y, v in zip(b.years, columns, strict=True)]
    )


def sentence(b: Balance) -> str:
    """Where a product comes from and who takes most of it in the last year, in one sentence."""
    last, supplied = b.years[-1], {"home": 0.0, "import": 0.0}
    users: dict[str, float] = {}
    for side, origin, line, value in b.last():
        if side == "source":
            supplied[origin] += value
        else:
            users[line] = users.get(line, 0.0) + value
    total = sum(supplied.values())
    if total <= 0 or not users:
        return f"{b.label}: nothing is made or bought in {last}."
    largest = sorted(sorted(users), key=lambda line: -users[line])[:3]
    top = ", ".join(f"{line} ({100 * users[line] / total:.0f} %)" for line in largest)
    size = f"{number(total, 0 if total >= 100 else 2)} {unit_words(b.unit)}"
    home = 100 * supplied["home"] / total
    return f"{b.label}: of the {size} in {last}, {home:.0f} % is of home make. The largest uses are {top}."


def _line(side: str, origin: str, line: str) -> str:
    return f"{'from' if side == 'source' else 'to'}: {line}{' (imported)' if origin == 'import' else ''}"


MADE = "quantity: "
SIDES = {
    "quantity": "made at home",
    "imported quantity": "imported",
    "exported quantity": "exported",
    "home use quantity": "used at home",
}


def products(o: Outcome) -> Mapping[str, str]:
    """Codes of the products that the plan counts in units → their names."""
    names = labels(o)
    sides = (str(name).partition(": ") for name in indicators(o).index)
    codes = dict.fromkeys(code for side, _, code in sides if side in SIDES and code in names)
    return {c: str(names[c]) for c in codes}


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


def physical(o: Outcome) -> Parts:
    """Products in their own units as a section; empty where the plan has none."""
    there = products(o)
    if not there:
        return ()
    said = (
        "These products are counted in their own units beside money. A quantity is money over the base year's price, "
        "one price for all users, so both accounts balance alike. The first row of a table is the year of the accounts."
    )
    parts = [table(output(o), "Home output in physical units")]
    parts += [
        table(sources_and_uses(o, c), f"{name}: where it comes from and where it goes") for c, name in there.items()
    ]
    return paragraph(said) + items([_sentence(o, c, name) for c, name in there.items()]) + joined(parts)


def _sentence(o: Outcome, code: str, name: str) -> str:
    """A product's path: ``Cement: 5,900,000 t made at home in 2019, 7,000,000 t in 2023 (18.6 %); imports ...``."""
    units = indicator_units(o)
    first, last = (indicators(o).columns[k] for k in (0, -1))
    own, bought = (_ends(o, f"{side}: {code}") for side in list(SIDES)[:2])
    unit = next(units[n] for side in SIDES if (n := f"{side}: {code}") in units).removesuffix(" / year")
    if not any(own):
        sentence = f"{name}: none is made at home"
    else:
        change = f" ({number(100 * (own[1] / own[0] - 1), 1)} %)" if own[0] > 0 else ""
        shown = [f"{number(x, decimals(own))} {unit}" for x in own]
        sentence = f"{name}: {shown[0]} made at home in {first}, {shown[1]} in {last}{change}"
    if not any(bought):
        return f"{sentence}."
    share = [number(100 * m / (x + m) if x + m > 0 else None, 1) for x, m in zip(own, bought, strict=True)]
    return f"{sentence}; imports are {share[0]} % of supply in {first}, {share[1]} % in {last}."


def _ends(o: Outcome, indicator: str) -> list[float]:
    """An indicator in the first and the last year; nothing where there is none."""
    there = indicators(o)
    return there.loc[indicator].to_numpy(dtype=float)[[0, -1]].tolist() if indicator in there.index else [0.0, 0.0]
