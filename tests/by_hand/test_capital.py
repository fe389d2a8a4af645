"""Fixed capital where the accounts are silent: the figures behind the estimates, recomputed."""

from __future__ import annotations

import pandas as pd
import pytest

from groundplan.economy.capital import DWELLINGS_RATIO, DWELLINGS_WEAR, published_capital, ratio_and_wear
from groundplan.economy.economy import Economy
from groundplan.tables import catalogue


def test_dwellings_ratio_is_denmarks_against_the_rest() -> None:
    """Proves: real estate's ratio is Denmark's 2019 stock over value added of L68, over the rest, times the US rest.

    Breaks if: the shipped tables or the constant change apart from each other.
    """
    table = catalogue.load("DNK", 2019)
    e = Economy.from_table(table)
    real = [s for s in e.sectors if s.startswith("L68")]
    stock, worn, added = table.capital_stock, table.fixed_capital_consumption, e.value_added.to_series()
    assert stock is not None
    assert worn is not None
    rest = [s for s in e.sectors if s not in real]
    relative = (stock[real].sum() / added[real].sum()) / (stock[rest].sum() / added[rest].sum())
    with (catalogue.FOLDER / "facts" / "capital_output_ratios.csv").open(encoding="utf-8") as file:
        usa = pd.read_csv(file).set_index("bea_industry_code").drop("5310")
    average = usa["net_stock_fixed_nonres_busd_2013"].sum() / usa["value_added_busd_chained2017_2013"].sum()
    assert pytest.approx(relative * average, rel=1e-3) == DWELLINGS_RATIO
    assert pytest.approx(worn[real].sum() / stock[real].sum(), rel=5e-3) == DWELLINGS_WEAR


def test_farms() -> None:
    """Proves: a matched sector takes the published ratio and wear as printed (farms: 491.42 / 126.5, 0.0748)."""
    ratio, wear = ratio_and_wear("maiz")
    assert ratio == pytest.approx(491.42 / 126.5)
    assert wear == 0.0748


def test_kenya_takes_the_penn_world_table() -> None:
    """Proves: Kenya's stock is 504,209 / 227,564 times GDP, grew by 504,209 / 480,423 − 1, and investment agrees."""
    published = published_capital("KEN", 2019)
    assert published is not None
    assert published[0] == pytest.approx(504209 / 227564, abs=1e-4)
    assert published[1] == pytest.approx(504209 / 480423 - 1)
    e = Economy.load("KEN", 2019)
    stock = float(e.capital_stock.sum())
    assert stock == pytest.approx(published[0] * e.gdp)
    wear = float((e.depreciation * e.capital_stock).sum())
    assert float(e.investment_by_sector.sum()) == pytest.approx(wear + published[1] * stock)
    assert any("Penn World Table" in a.basis for a in e.assumptions)


def test_capital_of_every_shipped_economy_has_a_basis() -> None:
    """Proves: every stock is positive where there is output and investment, and says where it comes from."""
    for entry in catalogue.entries():
        e = Economy.load(entry.country, entry.year)
        assert (e.capital_stock >= 0).all()
        assert float(e.depreciation.max()) < 0.5
        assert e.assumptions[0].name == "capital stock"
        assert e.assumptions[0].basis
