"""Material balances in the report: what is to be had of a product and who has it, year by year."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.page import items, paragraph, table
from groundplan.results.views import framed, money
from groundplan.results.words import number, unit_told

SHOWN, LINES = 8, 6
REST = {"source": "other sources", "use": "other uses"}


def balances(o: Outcome) -> str:
    """The section: a sentence and a table for every product that is counted, and for the largest of the others."""
    found = shown(o)
    if not found:
        return ""
    said = (
        "Sources and uses of each product balance in every year; what nobody takes is shown as unused. Products "
        "counted in their own unit come first, then the largest in money. All products and all lines are in "
        "tables/material_balances.csv, and with a column for each year in tables/material_balances_wide.csv."
    )
    told = items([sentence(o, product) for product in found])
    return paragraph(said) + told + "".join(table(balance(o, p), _title(o, p)) for p in found)


def shown(o: Outcome) -> list[str]:
    """Products that have a table in the report: all that are counted, then the largest in money."""
    if "material_balances" not in o.tables:
        return []
    rows = o.table("material_balances")
    made = rows[(rows["side"] == "use") & (rows["origin"] != "")]
    counted = list(dict.fromkeys(made.loc[made["quantity"].notna(), "product"]))
    size = made.groupby("product")["money"].sum().sort_values(ascending=False)
    return [*counted, *[str(p) for p in size.index if p not in counted][:SHOWN]]


def balance(o: Outcome, product: str) -> pd.DataFrame:
    """A product's lines by year, home and imported; the largest on each side, the rest together."""
    rows, column, unit = _lines(o, product)
    wide = rows.pivot_table(index=["side", "origin", "line"], columns="year", values=column, aggfunc="sum")
    wide = wide.fillna(0.0)
    pieces = []
    for side in ("source", "use"):
        own = wide[wide.index.get_level_values("side") == side]
        own = own.loc[own.sum(axis=1).sort_values(ascending=False, kind="stable").index]
        named = own.head(LINES).set_axis([_line(side, str(k), str(line)) for _, k, line in own.head(LINES).index])
        pieces.append(named)
        if len(own) > LINES:
            pieces.append(own.iloc[LINES:].sum().to_frame(REST[side]).T)
        pieces.append(own.sum().to_frame(f"all {side}s").T)
    whole = pd.concat(pieces)
    return framed(
        pd.Index(whole.index, name="source or use"), [(str(y), unit, whole[y].tolist()) for y in whole.columns]
    )


def sentence(o: Outcome, product: str) -> str:
    """Where a product comes from and who takes most of it in the last year, in one sentence."""
    rows, column, unit = _lines(o, product)
    last = int(rows["year"].max())
    now = rows[rows["year"] == last]
    label = str(rows["label"].iloc[0])
    now = now[~_between(now, column)]
    users = now[now["side"] == "use"].groupby("line")[column].sum().sort_values(ascending=False)
    sources = now[now["side"] == "source"]
    total = float(sources[column].sum())
    if total <= 0 or users.empty:
        return f"{label}: nothing is made or bought in {last}."
    home = float(sources.loc[sources["origin"] == "home", column].sum()) / total
    top = ", ".join(f"{line} ({100 * v / total:.0f} %)" for line, v in users.head(3).items())
    size = f"{number(total, 0 if total >= 100 else 2)} {unit_told(unit)}"
    return f"{label}: of the {size} in {last}, {100 * home:.0f} % is of home make. The largest uses are {top}."


def _between(rows: pd.DataFrame, column: str) -> pd.Series:
    """Lines that only move a product from one origin to the other: as much a use of one as a source of the other."""
    signed = rows[column].where(rows["side"] == "source", -rows[column])
    still = signed.groupby(rows["line"]).transform("sum").abs() <= 1e-6 * rows[column]
    return still & (rows.groupby("line")["side"].transform("nunique") == 2)


def _lines(o: Outcome, product: str) -> tuple[pd.DataFrame, str, str]:
    rows = o.table("material_balances")
    own = rows[(rows["product"] == product) & (rows["origin"] != "")]
    if own["quantity"].notna().any():
        return own, "quantity", str(own.loc[own["quantity"].notna(), "unit"].iloc[0])
    return own, "money", money(o)


def _line(side: str, origin: str, line: str) -> str:
    return f"{'from' if side == 'source' else 'to'}: {line}{' (imported)' if origin == 'import' else ''}"


def _title(o: Outcome, product: str) -> str:
    rows = o.table("material_balances")
    return f"Balance of {rows.loc[rows['product'] == product, 'label'].iloc[0]}"
