"""What is true of every table that a reader hands over, shipped or not."""

from __future__ import annotations

import os
import re
from functools import cache
from inspect import Parameter, signature
from pathlib import Path

import national
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundplan.tables import catalogue
from groundplan.tables.methods.supply_use import layers, sales_shares
from groundplan.tables.published import layout_words, published_layout
from groundplan.tables.readers import wiod
from groundplan.tables.table import Table

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("GROUNDPLAN_SHARED", ROOT.parent / "shared" / "data"))
WIOD = sorted((SHARED / "wiod2016_nio" / "csv_2014").glob("*_2014.csv"))

SHIPPED = [f"{e.kind} {e.country} {e.year}" for e in catalogue.entries()]
TABLES = [*SHIPPED, *(f"wiod {p.stem[:3]} 2014" for p in WIOD), *national.CASES]
# Residual of a column (costs against output), money: the largest that the publisher's own figures leave.
COLUMN_RESIDUAL = {"sam KEN": 5.0, "sam GHA": 1e-4, "ibge BRA": 1e-6, "wiod ROU": 3853.0, "wiod LUX": 64.5}
COLUMN_RESIDUAL |= {
    "wiod BGR": 26.9,
    "wiod MLT": 2.65,
    "eurostat-sut BEL": 0.6,
    "eurostat-sut FRA": 0.1,
    "eurostat-sut DNK": 0.1,
}
COLUMN_RESIDUAL |= {"eurostat-sut ESP": 1e-6, "eurostat-sut NLD": 1e-6, "croatia HRV": 21.19}


@cache
def table(case: str) -> Table:
    kind, country, year = case.split()
    if case in national.CASES:
        return national.CASES[case].table()
    if kind == "wiod":
        path = SHARED / "wiod2016_nio" / "csv_2014" / f"{country}_{year}.csv"
        return wiod.read(path, country, int(year), f"USD{year}m")
    return catalogue.load(country, int(year))


def output(t: Table) -> pd.Series:
    """Gross output: x = Z_d·1 + Y_d·1 + e."""
    return t.domestic_use.sum(axis=1) + t.domestic_final.sum(axis=1) + t.exports


def printed_output(case: str, t: Table) -> pd.Series:
    """Output by sector as the publisher printed it."""
    if case in national.CASES:
        return national.CASES[case].printed_output(t)
    kind, p = case.split()[0], t.published
    if kind == "wiod":
        return p["wiod"]["GO"].loc[["Domestic " + c for c in t.labels.index]].set_axis(t.labels.index)
    if kind == "sam":
        return p["sam"]["total"].loc[["a" + c for c in t.labels.index]].set_axis(t.labels.index)
    if kind == "ibge":
        row = p["value_added"].loc["Valor da produção"]
        return row.iloc[:-1].set_axis(t.labels.index)
    return p["use"].loc["P1", t.labels.index]


def printed_use(case: str, t: Table) -> pd.Series:
    """Use at purchasers' prices by product as printed, trade's receipts of margins left out."""
    kind, p = case.split()[0], t.published
    if kind == "sam":
        rows = p["sam"].loc[["c" + c for c in t.labels.index]].drop(columns="total")
        return rows.sum(axis=1) - rows["trc"]
    products = p["computed:use_domestic"].index
    if kind == "ibge":
        return p["final"]["Demanda total"].set_axis(products)
    return p["use"].loc[products, "TU"]


def printed_imports(case: str, t: Table) -> float:
    """Imports of products in total, as printed."""
    if case in national.CASES:
        return national.CASES[case].printed_imports(t)
    kind, p = case.split()[0], t.published
    if kind == "wiod":
        return float(p["wiod"].filter(regex="^Imports ", axis=0).drop(columns="GO").sum().sum())
    if kind == "sam":
        return float(p["sam"].loc["row"].filter(regex="^c").sum())
    if kind == "ibge":
        return float(p["imports"].sum().sum())
    return float(p["supply"].loc[["CPA_TOTAL", "OP_RES"], "P7"].sum())


@pytest.mark.parametrize("name", layout_words())
def test_a_layout_says_what_its_reader_takes(name: str) -> None:
    """Proves: every layout is declared in the file that the list names, and its reader has the words that it is given.

    Breaks if: a reader's parameter is renamed, or the list names another file.
    """
    layout = published_layout(name)
    files = {layout.together} if layout.together else {*layout.files, *layout.further}
    given = {*files, *layout.fixed, "year", "money"} | (set() if layout.world else {"country"})
    parameters = signature(layout.read).parameters
    assert given <= set(parameters)
    needed = {n for n, p in parameters.items() if p.default is Parameter.empty}
    assert needed - given <= {"source", "edition"}
    assert layout.publisher


def test_wiod_tables_are_at_hand() -> None:
    """Proves: the laws below ran on the 43 national tables of WIOD too, or says that they did not."""
    if not WIOD:
        pytest.skip(f"no WIOD tables in {SHARED}: set GROUNDPLAN_SHARED to run the table laws on 43 more countries")
    assert len(WIOD) == 43


def as_stated(t: Table) -> float:
    """The last digit as catalogue or layout say it: the cells of some publishers are less exact than printed."""
    return t.rounding if t.stated_rounding is None else t.stated_rounding


@pytest.mark.parametrize("case", TABLES)
def test_labels_and_units(case: str) -> None:
    """Proves: every table says its country, year, money and methods; every code has a name, every row a kind."""
    t = table(case)
    assert re.fullmatch(rf"[A-Z]{{3}}{t.year}(bn|m)", t.money)
    assert re.fullmatch(r"[A-Z]{3}", t.country)
    assert t.labels.str.len().min() > 0
    assert not t.labels.duplicated().any()
    assert all(sentence.endswith(".") for sentence in t.methods)
    assert (t.employment is None) == (t.employment_unit == "")
    assert t.source.sha256
    assert as_stated(t) > 0


@pytest.mark.parametrize("case", TABLES)
def test_rows_add_up_to_printed_output(case: str) -> None:
    """Proves: uses of domestic output add up to the output that the publisher prints, to rounding.

    Breaks if: the sales shares lose output, or imports and domestic output are mixed up.
    """
    t = table(case)
    residual = (output(t) - printed_output(case, t)).abs().max()
    within = {"sam": 5.5 * as_stated(t) + 1e-6, "wiod": 0.02, "croatia": 21.19}
    assert residual <= within.get(case.split()[0], 10 * as_stated(t))


@pytest.mark.parametrize("case", TABLES)
def test_columns_add_up_to_output(case: str) -> None:
    """Proves: costs and value added equal output, but for what the publisher's own figures leave."""
    t = table(case)
    costs = t.domestic_use.sum() + t.imported_use.sum() + t.primary.sum()
    assert (output(t) - costs).abs().max() <= COLUMN_RESIDUAL.get(case[:-5], 0.3) + 1e-6


@pytest.mark.parametrize("case", TABLES)
def test_imports_are_the_printed_imports(case: str) -> None:
    """Proves: imports by use add up to imports as printed, nothing lost on the way."""
    t = table(case)
    found = t.imported_use.sum().sum() + t.imported_final.sum().sum() + t.reexports.sum()
    assert found == pytest.approx(printed_imports(case, t), rel=1e-9, abs=5 * t.rounding)


@pytest.mark.parametrize("case", SHIPPED)
def test_layers_rebuild_the_printed_use(case: str) -> None:
    """Proves: domestic + imported + margins + taxes is the printed use at purchasers' prices, product by product.

    Breaks if: a margin is taken from a product and given to no other, or a tax is lost.
    """
    t = table(case)
    parts = [t.published[f"computed:use_{name}"] for name in ("domestic", "imported", "margins", "taxes")]
    rebuilt = sum(part.sum(axis=1) for part in parts)
    # Eurostat prints total use beside its parts, each rounded.
    within = 10 * as_stated(t) if case.startswith("eurostat") else 1e-6
    assert (rebuilt - printed_use(case, t)).abs().max() <= within
    assert parts[2].sum().abs().max() <= 1e-6


@pytest.mark.parametrize("case", SHIPPED)
def test_only_stocks_and_scrap_are_negative(case: str) -> None:
    """Proves: basic prices leave no negative use, but for stocks drawn down and for what the publisher prints so.

    Breaks if: a product's margin or tax exceeds its use.
    """
    t = table(case)
    basic = t.published["computed:use_domestic"] + t.published["computed:use_imported"]
    kept = basic.drop(columns=t.final_kinds.index[t.final_kinds.isin(["inventories", "investment"])])
    assert kept.min().min() >= -1e-9


@pytest.mark.parametrize("case", SHIPPED)
def test_income_equals_expenditure(case: str) -> None:
    """Proves: GDP by income is GDP by expenditure, but for the rounding of the publisher's cells."""
    t = table(case)
    income = t.primary.sum().sum() + t.final_taxes.sum()
    final = t.domestic_final.sum().sum() + t.imported_final.sum().sum() + t.final_taxes.sum() + t.exports.sum()
    spent = final - t.imported_use.sum().sum() - t.imported_final.sum().sum()
    assert spent == pytest.approx(income, abs=10 * as_stated(t) + 1e-6)


AMOUNT = st.floats(0.0, 100.0).map(lambda x: round(x, 3))


@given(
    goods=st.lists(st.lists(AMOUNT, min_size=4, max_size=4), min_size=3, max_size=3),
    rates=st.lists(st.floats(0.0, 0.3), min_size=3, max_size=3),
    import_share=st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3),
    scale=st.sampled_from([0.001, 1.0, 1000.0]),
    rule=st.sampled_from(["proportional", "excess"]),
)
@settings(max_examples=60, deadline=None)
def test_layers_of_any_economy(
    goods: list[list[float]], rates: list[float], import_share: list[float], scale: float, rule: str
) -> None:
    """Proves: for any use table the layers rebuild it, imports are placed whole, and the money unit is immaterial."""
    products, uses = ["food", "steel", "trade"], ["farm", "mill", "household", "exports"]
    use = pd.DataFrame(goods, index=products, columns=uses) + 1.0
    total = use.sum(axis=1)
    paid = total * pd.Series(rates, index=products)
    margins = pd.DataFrame({"trade": [paid["food"], paid["steel"], -paid["food"] - paid["steel"]]}, index=products)
    taxes = total * 0.1
    imports = (total - taxes - margins["trade"]) * pd.Series(import_share, index=products)
    plain = layers(use, margins, taxes, imports, exports="exports", re_exports=rule)  # type: ignore[arg-type]
    scaled = layers(use * scale, margins * scale, taxes * scale, imports * scale, exports="exports", re_exports=rule)  # type: ignore[arg-type]
    rebuilt = plain.domestic + plain.imported + plain.margins + plain.taxes
    np.testing.assert_allclose(rebuilt, use, atol=1e-9)
    np.testing.assert_allclose(plain.imported.sum(axis=1), imports, atol=1e-9)
    np.testing.assert_allclose(plain.margins.sum(), 0.0, atol=1e-9)
    np.testing.assert_allclose(plain.domestic.sum(axis=1), total - taxes - margins["trade"] - imports, atol=1e-8)
    np.testing.assert_allclose(scaled.domestic, plain.domestic * scale, rtol=1e-9, atol=1e-8 * scale)


def test_sales_shares_by_hand() -> None:
    """Proves: model D on paper: the mill sells a quarter of food; ore, which nobody makes, goes to the mine.

    Breaks if: a product without domestic output disappears with its imports.
    """
    make = pd.DataFrame(
        {"farm": [3.0, 0.0, 0.0], "mill": [1.0, 2.0, 0.0], "mine": [0.0, 0.0, 0.0]}, index=["food", "steel", "ore"]
    )
    shares = sales_shares(make, pd.Series(["farm", "mill", "mine"], index=make.index))
    assert shares["food"].to_dict() == {"farm": 0.75, "mill": 0.25, "mine": 0.0}
    assert shares["ore"].to_dict() == {"farm": 0.0, "mill": 0.0, "mine": 1.0}
    assert (shares.sum() == 1.0).all()
