"""Two sectors on paper: measures of dependence and the accounts behind them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from groundplan.economy.economy import Economy
from groundplan.measures.dependence import (
    dependence_table,
    direct_import_share,
    household_import_content,
    import_content_by_product,
    sector_import_content,
    self_sufficiency_ratio,
)
from groundplan.sources import Source
from groundplan.tables.table import Table

CODES = ["farm", "mill"]


def paper() -> Table:
    """Farms deliver 20 to mills, mills 10 to farms; mills import 30 of farm goods; x = (100, 100).

    farm: uses 10 of mill products, pays 90.   mill: uses 20 of farm, 30 of imported farm products, pays 50.
    """
    square = pd.DataFrame(0.0, CODES, CODES)
    home, foreign = square.copy(), square.copy()
    home.loc["farm", "mill"], home.loc["mill", "farm"] = 20.0, 10.0
    foreign.loc["farm", "mill"] = 30.0
    finals = ["households", "investment"]
    return Table(
        country="XXX",
        country_name="Paper",
        year=2000,
        money="XXX2000m",
        domestic_use=home,
        imported_use=foreign,
        domestic_final=pd.DataFrame([[60.0, 0.0], [50.0, 30.0]], CODES, finals),
        imported_final=pd.DataFrame([[0.0, 0.0], [15.0, 0.0]], CODES, finals),
        exports=pd.Series([20.0, 10.0], CODES),
        reexports=pd.Series([0.0, 0.0], CODES),
        primary=pd.DataFrame([[60.0, 30.0], [30.0, 20.0]], ["wages", "surplus"], CODES),
        final_taxes=pd.Series([5.0, 0.0, 0.0], [*finals, "exports"]),
        final_kinds=pd.Series(["household", "investment"], finals),
        primary_kinds=pd.Series(["labour", "capital"], ["wages", "surplus"]),
        labels=pd.Series(["Farms", "Mills"], CODES),
        source=Source("nobody", "paper", "2000", "none"),
        methods=(),
        rounding=0.0,
    )


@pytest.fixture(scope="module")
def economy() -> Economy:
    return Economy.from_table(paper())


def test_accounts(economy: Economy) -> None:
    """Proves: x = (100, 100), v = (90, 50), m = (30, 15), GDP = 140 + taxes 5."""
    assert economy.output.values.tolist() == [100.0, 100.0]
    assert economy.value_added.values.tolist() == [90.0, 50.0]
    assert economy.imports.values.tolist() == [30.0, 15.0]
    assert economy.gdp == pytest.approx(145.0)


def test_shares(economy: Economy) -> None:
    """Proves: m/(x+m) = 30/130 and 15/115; x/(x+m−e) = 100/110 and 100/105."""
    np.testing.assert_allclose(direct_import_share(economy), [30 / 130, 15 / 115])
    np.testing.assert_allclose(self_sufficiency_ratio(economy), [100 / 110, 100 / 105])


def test_self_sufficiency_leaves_out_what_only_passes_through() -> None:
    """12 of imported mill products are sold on abroad: imports 15 + 12, and 12 of them are not used at home.

    Proves: x / (x + m − e − e_m) = 100 / (100 + 27 − 10 − 12) = 100 / 105, as without the re-exports.
    Breaks if: imports that are sold on count as used at home (100 / 117).
    """
    e = Economy.from_table(replace(paper(), reexports=pd.Series([0.0, 12.0], CODES)))
    assert e.imports.values.tolist() == [30.0, 27.0]
    np.testing.assert_allclose(self_sufficiency_ratio(e), [100 / 110, 100 / 105])


def test_import_content(economy: Economy) -> None:
    """Proves: 1'A_m L with A_d = [[0, .2], [.1, 0]], A_m = [[0, .3], [0, 0]] is (0.03, 0.3)/0.98.

    Households: f_d = (60, 50), f_m = (0, 15): mills they need are (50 + 0.1·60)/0.98 = 57.142857, so imported farm
    products 0.3 · 57.142857 = 17.142857 and mill products 15; over 125 of goods, (17.142857 + 15) / 125.
    Breaks if: a round of suppliers is left out, or the direct imports of households are.
    """
    np.testing.assert_allclose(sector_import_content(economy), [0.03 / 0.98, 0.3 / 0.98])
    np.testing.assert_allclose(import_content_by_product(economy), [0.3 * 56 / 0.98, 15.0])
    assert household_import_content(economy) == pytest.approx((0.3 * 56 / 0.98 + 15.0) / 125.0)
    assert dependence_table(economy)["share"].sum() == pytest.approx(1.0)


def test_import_content_when_everything_is_replaced(economy: Economy) -> None:
    """Proves: with all imports replaced by home products nothing imported is left; with nothing replaced all is."""
    everything, nothing = np.ones(2), np.zeros(2)
    assert household_import_content(economy, everything, nothing) == pytest.approx(0.0)
    assert household_import_content(economy, nothing, nothing) == pytest.approx(household_import_content(economy))


def test_value_added_imports_and_taxes_share_out_every_unit() -> None:
    """Proves: for every shipped economy v'L + import content + taxes on the way = 1 for every sector with output.

    Breaks if: the reader loses a flow or the solve is on the wrong side.
    """
    for country in ("KEN", "BRA", "ESP"):
        e = Economy.load(country)
        x = e.output.values
        own = (x - (e.domestic_use.sum("product") + e.imported_use.sum("product")).values) / np.where(x > 0, x, 1)
        total = e.prices(own) + sector_import_content(e).values
        np.testing.assert_allclose(total[x > 0], 1.0, rtol=1e-9)


def test_arrays_cannot_be_written(economy: Economy) -> None:
    """Proves: an economy's arrays are read-only, so nothing computed from them can grow old."""
    with pytest.raises(ValueError, match="read-only"):
        economy.domestic_use[0, 0] = 1.0


def test_columns_must_balance() -> None:
    """Proves: a column whose costs miss output by more than 0.1 % is refused with its sector, gap and mend."""
    table = paper()
    table.primary.loc["wages", "mill"] += 0.2
    with pytest.raises(Exception, match=r"column 'mill' .*gap -0\.2"):
        Economy.from_table(table)
    assert Economy.from_table(table, tolerance=0.01).output.sum() == 200.0
