"""Totals of national tables against totals that their publishers printed, where the files are at hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from national import CASES, CROATIA, INE, ORIGIN, PANEL, SCB, croatia, ine_blocks, ine_workbook, scb_blocks

from groundplan.tables.readers import wiod
from groundplan.tables.table import Table


def output(t: Table) -> pd.Series:
    return t.domestic_use.sum(axis=1) + t.domestic_final.sum(axis=1) + t.exports


def column_gap(t: Table) -> float:
    return float((output(t) - t.domestic_use.sum() - t.imported_use.sum() - t.primary.sum()).abs().max())


def value_added(t: Table) -> float:
    return float(t.primary[~t.primary_kinds.isin(["product_tax", "margin"])].sum().sum())


def imports(t: Table) -> float:
    return float(t.imported_use.sum().sum() + t.imported_final.sum().sum() + t.reexports.sum())


@pytest.mark.skipif(not INE.is_dir(), reason="no INE files: set GROUNDPLAN_SHARED")
@pytest.mark.parametrize(
    ("year", "made", "added", "abroad", "sold", "people"),
    [(2010, 2038315, 989913, 281377.0, 234137.1, 19639.5), (2015, 2021394, 980992, 319972.0, 305158.2, 18549.955)],
)
@pytest.mark.parametrize("model", ["A", "B", "C", "D"])
def test_spain(year: int, made: int, added: int, abroad: float, sold: float, people: float, model: str) -> None:
    """Proves: output, value added, imports, exports and persons of Spain are INE's in every model, columns exact.

    Source: INE, supply and use tables 2010 and 2015 with imports apart (m EUR, thousand persons).
    """
    t = ine_blocks(INE / f"spain_{year}_sut_dom_imp.csv", year, model=model)
    assert output(t).sum() == pytest.approx(made, rel=1e-12)
    assert value_added(t) == pytest.approx(added, rel=1e-12)
    assert imports(t) == pytest.approx(abroad, rel=1e-9)
    # Domestic exports; the file's re-exports are in the imported column of exports.
    assert t.exports.sum() == pytest.approx(sold, rel=1e-9)
    assert t.employment is not None
    assert t.employment.sum().sum() == pytest.approx(people, rel=1e-9)
    assert column_gap(t) <= 1e-9


@pytest.mark.skipif(not INE.is_dir(), reason="no INE files: set GROUNDPLAN_SHARED")
def test_spain_2019() -> None:
    """Proves: the workbook of 2019 gives INE's output, value added, product taxes, trade and persons.

    Source: INE, cne_tod_19_en.xlsx: Table 2 (output 2,241,847; value added 1,129,619; total exports 434,770 and cif/fob
            adjustment −3,099; persons) and Table 1 (taxes less subsidies on products 115,894), m EUR.
    """
    t = ine_workbook(INE / "cne_tod_19_en.xlsx")
    taxes = t.primary[t.primary_kinds == "product_tax"].sum().sum() + t.final_taxes.sum()
    assert output(t).sum() == pytest.approx(2241847.0, abs=0.01)
    assert value_added(t) == pytest.approx(1129619.0, abs=0.01)
    assert taxes == pytest.approx(115894.0, abs=0.01)
    assert t.exports.sum() + t.reexports.sum() + t.final_taxes["exports"] == pytest.approx(434770 + 3099, abs=0.01)
    assert column_gap(t) <= 1e-6
    assert t.employment is not None
    assert t.employment.sum().sum() == pytest.approx(20332.1, abs=0.01)


@pytest.mark.skipif(not SCB.is_dir(), reason="no SCB files: set GROUNDPLAN_SHARED")
@pytest.mark.parametrize(
    ("year", "made", "abroad", "people"), [(2010, 6338289, 1335358, 4497700), (2015, 7364129, 1562265, 4807300)]
)
def test_sweden(year: int, made: int, abroad: int, people: int) -> None:
    """Proves: output, imports and persons of Sweden are SCB's.

    Source: SCB, supply and use tables 2008-2016 (m SEK, persons).
    """
    t = scb_blocks(SCB / f"swe_sut_{year}.csv", year)
    assert output(t).sum() == pytest.approx(made, rel=1e-12)
    assert imports(t) == pytest.approx(abroad, rel=1e-12)
    assert t.employment is not None
    assert t.employment.sum().sum() == people
    assert column_gap(t) <= 1e-9


@pytest.mark.skipif(not CROATIA.is_dir(), reason="no Eurostat tables: set GROUNDPLAN_SHARED")
def test_croatia(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Proves: output, value added and imports of Croatia are those that Eurostat prints.

    Source: Eurostat, naio_10_cp1800 and naio_10_cp1900, Croatia 2010, rows P1, B1G and CPA_TOTAL (thousand HRK). The
            rows of the table differ from its columns by up to 21 thousand, and the reader says so.
    """
    t = croatia(tmp_path_factory.mktemp("croatia"))
    assert output(t).sum() == pytest.approx(557837122.8055, abs=1.0)
    assert value_added(t) == pytest.approx(280464873.6848, abs=0.1)
    assert imports(t) == pytest.approx(1.238608e8, rel=1e-6)
    assert any("differ by at most 21.2" in told for told in t.methods)


@pytest.mark.skipif(not ORIGIN.is_dir(), reason="no WIOD 2013 files: set GROUNDPLAN_SHARED")
def test_imports_by_origin_of_korea() -> None:
    """Proves: output and exports of Korea are WIOD's, and its imports come from the 13 other regions.

    Source: WIOD, release 2013, world table of 2011 (m USD): Korean output 2,877,350, exports 612,640.
    """
    t = CASES["origin KOR 2011"].table()
    assert output(t).sum() == 2877350.0
    assert t.exports.sum() == 612640.0
    assert t.imported_by_partner is not None
    assert " ".join(t.imported_by_partner) == "BRA CHN IDN IND JPN MEX RUS TUR TWN USA EU27 AUSCAN RoW"
    assert column_gap(t) == 0.0


@pytest.mark.skipif(not PANEL.is_dir(), reason="no WIOD panel: set GROUNDPLAN_SHARED")
@pytest.mark.parametrize("country", ["FIN", "KOR"])
def test_panel_of_years(country: str) -> None:
    """Proves: a panel is fifteen tables, oldest first, and its last year is the CSV file of that year.

    Source: WIOD, release 2016, both forms of the same tables.
    """
    panel = wiod.read_panel(PANEL / f"{country}.parquet", country)
    assert [t.year for t in panel] == list(range(2000, 2015))
    assert [t.money for t in panel[:2]] == ["USD2000m", "USD2001m"]
    assert max(column_gap(t) for t in panel) < 0.3
    csv = wiod.read(PANEL.parent / "csv_2014" / f"{country}_2014.csv", country, 2014, "USD2014m")
    np.testing.assert_allclose(panel[-1].domestic_use, csv.domestic_use, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(panel[-1].imported_final, csv.imported_final, rtol=1e-8, atol=1e-8)
    again = wiod.read(PANEL / f"{country}.parquet", country, 2014, "USD2014m")
    np.testing.assert_array_equal(again.domestic_use, panel[-1].domestic_use)
