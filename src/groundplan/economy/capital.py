"""Fixed capital, its wear and where investment goes: from the source where it has them, else estimated and said so.

Three routes to the national total, the first that the source allows:
    1. the source's own stock by sector, K, with wear δ = P51C / K;
    2. the source's consumption of fixed capital by sector, K = P51C / δ, with published rates δ;
    3. a published capital-output ratio and growth of capital of the country, or else the stock that the base year's
       investment keeps growing at g:  K_j = s · r_j · v_j,  Σ_j (g + δ_j) K_j = I   (Harberger 1978, citation not
       checked).
A sector for which the source states no capital has none: labour alone limits it. r_j and δ_j are the
capital-to-value-added ratios and wear of United States industries in 2013.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from groundplan.sources import Assumption, Source
from groundplan.tables.facts import FACTS, figure
from groundplan.tables.table import Table

DWELLINGS_RATIO = 10.73
DWELLINGS_WEAR = 0.0130
DEFAULT_INDUSTRIES = "8100"
LEAST_SHARE_OF_OUTPUT = 0.05

RATIOS = Source(
    publisher="U.S. Bureau of Economic Analysis, compiled by PSL models (cost-of-capital-calculator 2.1.1) and here",
    title="Detailed fixed assets 2013, current-cost net stock, and real value added by industry",
    vintage="2013",
    licence="public domain; compilation CC0 1.0",
    address="pypi.org/project/cost-of-capital-calculator",
)
PENN_WORLD_TABLE = Source(
    publisher="Feenstra, Inklaar and Timmer",
    title="Penn World Table 10.01, rnna / rgdpna",
    vintage="10.01",
    licence="CC BY 4.0",
    address="www.ggdc.net/pwt",
)


@dataclass(frozen=True, eq=False)
class Capital:
    """Stock (money), wear (1 / year) and investment (money / year) by sector, with what was assumed."""

    stock: pd.Series
    depreciation: pd.Series
    investment: pd.Series
    assumptions: tuple[Assumption, ...]
    sources: tuple[Source, ...]


@cache
def _industries() -> dict[str, np.ndarray]:
    """Industry → stock, value added and wear."""
    with (FACTS / "capital_output_ratios.csv").open(encoding="utf-8") as file:
        frame = pd.read_csv(file)
    columns = ["net_stock_fixed_nonres_busd_2013", "value_added_busd_chained2017_2013", "depreciation_rate_economic"]
    return dict(zip(map(str, frame["bea_industry_code"]), frame[columns].to_numpy(), strict=True))


@cache
def _concordance() -> dict[str, str]:
    text = files("groundplan.economy").joinpath("capital_concordance.csv").read_text("utf-8")
    return {row["sector"]: row["industries"] for row in csv.DictReader(text.splitlines())}


@cache
def ratio_and_wear(sector: str) -> tuple[float, float]:
    """Capital over value added (years) and wear (1 / year) of a sector, from the industries it is matched with.

    Dwellings are outside the United States ratios. For real estate the ratio is Denmark's in 2019, relative to the
    rest of its economy, times the United States average of the rest; wear is Denmark's P51C over stock.

    >>> ratio_and_wear("maiz")[1]
    0.0748
    """
    codes = _concordance().get(sector, DEFAULT_INDUSTRIES)
    if codes == "dwellings":
        return DWELLINGS_RATIO, DWELLINGS_WEAR
    stock, added, wear = np.transpose([_industries()[code] for code in codes.split()])
    return float(stock.sum() / added.sum()), round(float((wear * stock).sum() / stock.sum()), 6)


def published_capital(country: str, year: int) -> tuple[float, float] | None:
    """Capital over GDP (years) and growth of capital in the year (1 / year), where a published figure is shipped.

    Penn World Table 10.01: rnna / rgdpna, and rnna over the year before.
    """
    ratio = figure(country, "capital stock / GDP (rnna/rgdpna)", year)
    stocks = [figure(country, "capital stock at constant national prices (rnna)", y) for y in (year - 1, year)]
    if ratio is None or stocks[0] is None or stocks[1] is None:
        return None
    return ratio, stocks[1] / stocks[0] - 1.0


def estimate_capital(table: Table, trend_growth: float) -> Capital:
    """Stock, wear and investment by sector (see the module for the three routes)."""
    codes = list(table.labels.index)
    use = table.domestic_use.sum() + table.imported_use.sum()
    output = table.domestic_use.sum(axis=1) + table.domestic_final.sum(axis=1) + table.exports
    taxes = table.primary.loc[table.primary_kinds.isin(["product_tax", "margin"])].sum()
    # A sector without value added still needs plant: it is given at least that of a thin margin on its output.
    value_added = (output - use - taxes).clip(lower=LEAST_SHARE_OF_OUTPUT * output.clip(lower=0.0))
    matched = pd.DataFrame([ratio_and_wear(c) for c in codes], index=codes, columns=["ratio", "wear"])
    investing = table.final_kinds.index[table.final_kinds == "investment"]
    total = float(
        (table.domestic_final[investing] + table.imported_final[investing]).sum().sum()
        + table.final_taxes[investing].sum()
    )
    gdp = float((output - use - taxes).sum()) + float(
        table.primary.loc[table.primary_kinds == "product_tax"].sum().sum() + table.final_taxes.sum()
    )
    stock, wear, how, sources = _stock(table, matched, value_added, total, gdp, trend_growth)
    if table.investment_by_sector is not None and (table.investment_by_sector >= 0).all():
        investment = table.investment_by_sector * (total / float(table.investment_by_sector.sum()))
        shared = "investment by investing sector as published, scaled to investment at basic prices and its taxes"
    else:
        growth = total / float(stock.sum()) - float((wear * stock).sum() / stock.sum())
        investment = (growth + wear) * stock
        shared = f"investment by sector keeps every sector's capital growing at the same {growth:.2%} a year"
    notes = (
        Assumption("capital stock", f"{stock.sum():,.6g} {table.money}", how, "study: [capital]"),
        Assumption("investment by sector", f"{total:,.6g} {table.money} / year", shared, "study: [capital]"),
    )
    return Capital(stock, wear, investment.clip(lower=0.0), notes, sources)


def _stock(
    table: Table, matched: pd.DataFrame, value_added: pd.Series, total: float, gdp: float, growth: float
) -> tuple[pd.Series, pd.Series, str, tuple[Source, ...]]:
    worn, own = table.fixed_capital_consumption, table.capital_stock
    shape = matched["ratio"] * value_added
    if own is not None and (own > 0).any():
        stock = own.clip(lower=0.0)
        wear = matched["wear"] if worn is None else (worn / stock).where((worn > 0) & (stock > 0), matched["wear"])
        return stock, wear.clip(upper=0.5), "closing balance sheet and consumption of fixed capital of the source", ()
    if worn is not None and (worn > 0).any():
        stock = (worn / matched["wear"]).clip(lower=0.0)
        return (
            stock,
            matched["wear"],
            "estimate: consumption of fixed capital of the source over published wear",
            (RATIOS,),
        )
    published = published_capital(table.country, table.year)
    if published is not None:
        ratio, growing = published
        stock = shape * (ratio * gdp / float(shape.sum()))
        # Stock, its growth and investment are published; wear is what is left, in the industries' proportions.
        fit = (total - growing * float(stock.sum())) / float((matched["wear"] * stock).sum())
        how = (
            f"estimate: {ratio:.4g} times GDP (Penn World Table 10.01), shared out by United States industry ratios; "
            f"wear is {fit:.2f} times United States rates, so that base-year investment and the published growth of "
            f"the stock, {growing:.2%}, agree"
        )
        return stock, matched["wear"] * fit, how, (RATIOS, PENN_WORLD_TABLE)
    scale = total / float(((growth + matched["wear"]) * shape).sum())
    how = (
        f"estimate: the stock that base-year investment keeps growing at {growth:.1%} a year, "
        "shared out by United States industry ratios"
    )
    return shape * scale, matched["wear"], how, (RATIOS,)
