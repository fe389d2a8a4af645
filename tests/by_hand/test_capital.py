"""Fixed capital where the accounts are silent: the figures behind the estimates, recomputed."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from groundplan.economy.capital import DWELLINGS_RATIO, DWELLINGS_WEAR, ratio_and_wear
from groundplan.economy.economy import Economy
from groundplan.tables import catalogue
from groundplan.tables.industry_classes import class_of
from groundplan.tables.national_past import NationalPast


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
    ratio, wear = ratio_and_wear(class_of("ifpri:maiz"))
    assert ratio == pytest.approx(491.42 / 126.5)
    assert wear == 0.0748


def series(country: str) -> pd.DataFrame:
    """The shipped figures of a country by year, read apart from the product."""
    frame = pd.read_csv(catalogue.FOLDER / "facts" / "macro_facts.csv")
    return frame[frame["country"] == country].set_index("year")


@pytest.mark.parametrize(
    ("country", "published", "at_the_prices", "taken"),
    [("KEN", 2.22, 2.58, 1.58), ("ESP", 5.93, 4.51, 3.93), ("BRA", 4.19, 3.78, 2.54)],
)
def test_capital_is_what_investment_keeps_up(
    country: str, published: float, at_the_prices: float, taken: float
) -> None:
    """Three ratios of 2019, computed anew from the series: as published, at the table's prices, and what is taken.

    Proves: K = I / (g + δ), with published wear and three years' growth of capital, is taken and said with the rest.
    Breaks if: wear is scaled to another average, g is another year's, or the published ratio is mixed with the table's
    prices.
    """
    e, own = Economy.load(country, 2019), series(country)
    growth = (own["rnna"][2019] / own["rnna"][2016]) ** (1 / 3) - 1
    invested = float(e.investment_by_sector.sum())
    ratio = own["rnna"][2019] / own["rgdpna"][2019]
    stock = float(e.capital_stock.sum())
    assert stock == pytest.approx(invested / (growth + own["delta"][2019]), rel=1e-9)
    assert float((e.depreciation * e.capital_stock).sum()) / stock == pytest.approx(own["delta"][2019], rel=1e-9)
    figures = (ratio, ratio * invested / e.gdp / own["csh_i"][2019], stock / e.gdp)
    assert figures == pytest.approx((published, at_the_prices, taken), abs=0.005)
    basis = next(a for a in e.assumptions if a.name == "capital stock").basis
    assert (
        f"published {published:.2f} → at the table's prices of investment {at_the_prices:.2f} → taken {taken:.2f}"
        in basis
    )
    line = next(a for a in e.assumptions if a.name == "growth of capital")
    assert line.value.startswith(f"{growth:.2%} a year")
    assert f"capital {growth:.1%} (last three years)" in line.basis


def test_dwellings_wear_apart() -> None:
    """Proves: real estate keeps its own wear; the other sectors' is scaled alike, so that the average is the country's.

    Breaks if: a country's wear is spread over dwellings too.
    """
    e = Economy.load("KEN", 2019)
    wear = e.depreciation.to_series()
    assert wear["real"] == DWELLINGS_WEAR
    others = wear.drop("real")
    scale = others / pd.Series({s: ratio_and_wear(e.class_by_sector[s])[1] for s in others.index})
    assert scale.max() == pytest.approx(scale.min())


def test_growth_of_capital_is_capped_and_never_below_nothing() -> None:
    """On paper: a boom is capped at output's faster decade, a slump by nothing, silence gives nothing.

    Proves: g = max(0, min(capital's three years, the greater of output's three and ten)).
    Breaks if: a slump's output cuts g, or capital shrinks without being asked.
    """
    boom = NationalPast(2014, "paper", wear=0.05, capital_growth=0.12, output_growth=0.06, long_growth=0.08)
    assert boom.steady_capital_growth == 0.08
    assert replace(boom, capital_growth=0.03, output_growth=-0.01).steady_capital_growth == 0.03
    assert replace(boom, capital_growth=-0.01).steady_capital_growth == 0.0
    assert replace(boom, capital_growth=None).steady_capital_growth is None


def test_where_nothing_is_known_the_default_says_so() -> None:
    """Proves: without a past, K = I / (2 % + United States wear), said as an assumption; a stated past goes first."""
    table = replace(catalogue.load("KEN", 2019), country="XXX")
    e = Economy.from_table(table)
    grown = e.investment_by_sector.sum() - (e.depreciation * e.capital_stock).sum()
    assert float(grown / e.capital_stock.sum()) == pytest.approx(0.02)
    assert "nothing is known here" in e.assumptions[0].basis
    stated = NationalPast(2019, "the ministry", wear=0.06, capital_growth=0.04)
    e = Economy.from_table(replace(table, past=stated))
    assert float(e.investment_by_sector.sum() / e.capital_stock.sum()) == pytest.approx(0.10)
    assert "(the ministry)" in e.assumptions[0].basis


def test_a_stated_stock_of_fixed_assets_is_kept() -> None:
    """Proves: a table that states its own fixed assets keeps them; a balance sheet of anything gives its shares alone.

    Breaks if: a ministry's own stock is overridden by a published ratio.
    """
    table = catalogue.load("DNK", 2019)
    assert table.capital_stock is not None
    e, kept = Economy.from_table(table), Economy.from_table(replace(table, capital_is_fixed=True))
    assert kept.capital_stock.values == pytest.approx(table.capital_stock.clip(lower=0.0).to_numpy())
    shares = e.capital_stock / e.capital_stock.sum()
    assert shares.values == pytest.approx((kept.capital_stock / kept.capital_stock.sum()).values)
    assert float(e.investment_by_sector.sum() / e.capital_stock.sum()) == pytest.approx(0.0451 + 0.0187, abs=2e-4)


def test_wear_of_the_whole_economy_may_be_given() -> None:
    """Proves: one figure for wear moves the stock to I / (g + δ) at the growth before, and with a growth to that.

    Breaks if: the stock stays, so that investment no longer keeps it growing as it did.
    """
    e = Economy.load("KEN", 2019)
    invested, before = float(e.investment_by_sector.sum()), e.past
    assert before is not None
    assert before.steady_capital_growth is not None
    other = e.with_figures(depreciation=0.04)
    assert float(other.capital_stock.sum()) == pytest.approx(invested / (before.steady_capital_growth + 0.04))
    both = e.with_figures(depreciation=0.04, trend_growth=0.03)
    assert float(both.capital_stock.sum()) == pytest.approx(invested / 0.07)
    assert [a.name for a in both.assumptions].count("growth of capital") == 1


def test_capital_of_every_shipped_economy_has_a_basis() -> None:
    """Proves: every stock is positive where there is output and investment, and says where it comes from."""
    for entry in catalogue.entries():
        e = Economy.load(entry.country, entry.year)
        assert (e.capital_stock >= 0).all()
        assert float(e.depreciation.max()) < 0.5
        assert e.assumptions[0].name == "capital stock"
        assert e.assumptions[0].basis
