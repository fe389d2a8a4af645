"""Totals of the shipped tables against totals that their publishers printed."""

from __future__ import annotations

import csv
from functools import cache

import pytest

from groundplan.tables import catalogue
from groundplan.tables.table import Table

load = cache(catalogue.load)


def value_added(t: Table) -> float:
    return float(t.primary[t.primary_kinds != "product_tax"].sum().sum())


def gdp(t: Table) -> float:
    return float(t.primary.sum().sum() + t.final_taxes.sum())


def imports(t: Table) -> float:
    return float(t.imported_use.sum().sum() + t.imported_final.sum().sum() + t.reexports.sum())


def exports(t: Table) -> float:
    """Exports at purchasers' prices, re-exports included."""
    return float(t.exports.sum() + t.reexports.sum() + t.final_taxes["exports"])


def final_use(t: Table, kind: str) -> float:
    """Final use of a kind at purchasers' prices."""
    chosen = t.final_kinds.index[t.final_kinds == kind]
    return float((t.domestic_final[chosen].sum() + t.imported_final[chosen].sum() + t.final_taxes[chosen]).sum())


def raw_matrix(country: str) -> dict[tuple[str, str], float]:
    """The shipped matrix read by the standard library alone: (row, column) → money."""
    path = catalogue.FOLDER / "ifpri_sam" / f"{country}_2019.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    return {(r[1], c): float(v or 0) for r in rows for c, v in zip(header[2:], r[2:], strict=True)}


def raw_sum(m: dict[tuple[str, str], float], row: str, column: str) -> float:
    """The sum of the cells whose row and column codes begin so, the totals left out."""
    return sum(v for (r, c), v in m.items() if r.startswith(row) and c.startswith(column) and "total" not in (r, c))


@pytest.mark.parametrize("country", ["KEN", "GHA"])
def test_matrix_aggregates_are_the_raw_matrix(country: str) -> None:
    """Proves: the table's aggregates are sums of the printed matrix, added up here without the reader.

    Breaks if: a class of accounts is dropped, or a tax or margin is counted twice.
    """
    t, m = load(country), raw_matrix(country)
    factors = raw_sum(m, "f", "a")
    taxes = raw_sum(m, "mtax", "c") + raw_sum(m, "stax", "c")
    # The matrix's own rounding: margins paid (1347) and received (1348) differ in Kenya.
    within = 1e-6 if country == "GHA" else 1e-9
    assert value_added(t) == pytest.approx(factors, abs=within)
    assert gdp(t) == pytest.approx(factors + taxes, abs=within)
    assert imports(t) == pytest.approx(raw_sum(m, "row", "c"), abs=within)
    assert exports(t) == pytest.approx(sum(v for (r, c), v in m.items() if r[0] == "c" and c == "row"), abs=within)
    assert final_use(t, "household") == pytest.approx(raw_sum(m, "c", "hhd") + raw_sum(m, "a", "hhd"), abs=within)
    assert final_use(t, "government") == pytest.approx(raw_sum(m, "c", "gov"), abs=within)
    assert final_use(t, "investment") == pytest.approx(raw_sum(m, "c", "s-i"), abs=within)


@pytest.mark.parametrize(
    ("aggregate", "matrix", "published"),
    [
        ("GVA (factor payments by activities)", 8825, 8911.5),
        ("Taxes on products", 821, 828.9),
        ("GDP at market prices", 9646, 9740.4),
        ("Private consumption", 7295, 8035.4),
        ("Government consumption", 1387, 1271.4),
        ("Gross fixed capital formation", 1631, 1631.9),
        ("Changes in inventories", 63, 63.1),
        ("Exports", 1331, 1171.9),
        ("Imports", 2071, 2081.5),
    ],
)
def test_kenya_departs_from_its_controls_as_stated(aggregate: str, matrix: float, published: float) -> None:
    """Proves: the departures of the Kenyan matrix from the published aggregates are those of docs/reference/data.md.

    Source: IFPRI Nexus Project, 2019 SAM for Kenya: matrix (bn KSh, summed by hand) and control totals.
    Breaks if: a departure is hidden or a control is read from another row.
    """
    t = load("KEN")
    assert t.controls is not None
    found = {
        "GVA (factor payments by activities)": value_added(t),
        "Taxes on products": gdp(t) - value_added(t),
        "GDP at market prices": gdp(t),
        "Private consumption": final_use(t, "household"),
        "Government consumption": final_use(t, "government"),
        "Gross fixed capital formation": final_use(t, "investment"),
        "Changes in inventories": final_use(t, "inventories"),
        "Exports": exports(t),
        "Imports": imports(t),
    }
    assert t.controls[aggregate] == published
    assert found[aggregate] == pytest.approx(matrix, abs=1e-9)


def test_ghana_meets_its_controls_but_for_trade_and_stocks() -> None:
    """Proves: value added, taxes, consumption and investment of the Ghanaian matrix are within 1.5 % of the controls.

    Source: IFPRI Nexus Project, 2019 SAM for Ghana (m GHS).
    """
    t = load("GHA")
    assert t.controls is not None
    assert value_added(t) == pytest.approx(t.controls["GVA (factor payments by activities)"], rel=0.0002)
    assert gdp(t) == pytest.approx(t.controls["GDP at market prices"], rel=0.0002)
    assert final_use(t, "government") == pytest.approx(t.controls["Government consumption"], rel=0.002)
    assert imports(t) == pytest.approx(t.controls["Imports"], rel=0.001)
    assert final_use(t, "household") == pytest.approx(265908.1, abs=0.1)  # published 271,812.0
    assert exports(t) == pytest.approx(136099.2, abs=0.1)  # published 133,524.4
    assert final_use(t, "inventories") == pytest.approx(5803.4, abs=0.1)  # published 2,171.6


@pytest.mark.parametrize(
    ("year", "published_va", "published_gdp", "published_imports", "persons"),
    [
        (2010, 3302840, 3885847, 462672, 98116218),
        (2015, 5155601, 5995787, 842614, 101955076),
        (2019, 6356684, 7389131, 1091178, 105995759),
        (2021, 7713999, 9012142, 1671473, 105065178),
    ],
)
def test_brazil(year: int, published_va: int, published_gdp: int, published_imports: int, persons: int) -> None:
    """Proves: value added, GDP, imports and posts of Brazil are IBGE's.

    Source: IBGE, Sistema de Contas Nacionais, tables of resources and uses (m BRL; persons).
    """
    t = load("BRA", year)
    assert value_added(t) == pytest.approx(published_va, abs=1e-3)
    assert gdp(t) == pytest.approx(published_gdp, abs=1e-3)
    assert imports(t) == pytest.approx(published_imports, abs=1e-3)
    assert t.employment is not None
    assert t.employment.sum().sum() == persons


@pytest.mark.parametrize(
    ("country", "gva", "taxes", "total_imports", "total_exports"),
    [
        # imports and exports as printed with the cif/fob adjustment (TOTADJ, P2_ADJ), less that adjustment
        ("ESP", 1137968.0, 115742.0, 397309.0 + 3103.2, 434731.0 + 3103.2),
        ("FRA", 2169269.0, 268366.0, 793436.0 + 5343.47, 770099.0 + 5343.47),
        ("NLD", 724960.0, 88095.0, 591359.0 + 2267.0, 671077.0 + 2267.0),
        ("BEL", 427315.1, 51330.14, 391408.9 + 1767.7, 394415.73 + 1767.7),
        ("DNK", 268551.8, 39994.38, 163347.03, 181889.85),
    ],
)
def test_eurostat(country: str, gva: float, taxes: float, total_imports: float, total_exports: float) -> None:
    """Proves: value added, product taxes and trade are the totals that Eurostat prints.

    Source: Eurostat, naio_10_cp15 and naio_10_cp16, 2019, rows B1G, TOTADJ and P2_ADJ (m EUR).
    Breaks if: travellers' purchases are dropped or counted on one side only.
    """
    t = load(country)
    assert value_added(t) == pytest.approx(gva, abs=0.1)
    assert gdp(t) - value_added(t) == pytest.approx(taxes, abs=0.1)
    assert imports(t) == pytest.approx(total_imports, abs=0.1)
    assert exports(t) == pytest.approx(total_exports, abs=0.1)


def test_spanish_households_consume_what_eurostat_prints_for_residents() -> None:
    """Proves: household consumption is residents' at home and abroad, visitors' taken out.

    Source: Eurostat, naio_10_cp16, Spain 2019, P2_ADJ of P3_S14: 745,076 + 19,747 − 58,365 = 706,458 m EUR.
    """
    assert final_use(load("ESP"), "household") == pytest.approx(706458.0, abs=1e-6)


def test_danish_capital() -> None:
    """Proves: stocks and flows of capital are read where every industry is printed.

    Source: Eurostat, naio_10_cp16, Denmark 2019, rows LE, P51C and P51G (m EUR).
    """
    t = load("DNK")
    assert t.capital_stock is not None
    assert t.fixed_capital_consumption is not None
    assert t.investment_by_sector is not None
    assert t.capital_stock.sum() == pytest.approx(1779664.58, abs=0.2)
    assert t.fixed_capital_consumption.sum() == pytest.approx(52706.43, abs=0.2)
    assert t.investment_by_sector.sum() == pytest.approx(65885.13, abs=0.2)
