"""Fixed capital, its wear and where investment goes: from the source where it has them, else estimated and said so.

The national total, the first that is known:
    1. the source's own stock by sector, K, with wear δ = P51C / K;
    2. the stock that the base year's own investment keeps growing as capital has been growing, K = I / (g + δ), with
       the published wear δ and recent growth g of the country's capital (``NationalPast``), since published stocks
       over GDP stand at other prices and would make half of all economies shrink (Harberger 1978, not checked);
    3. the source's consumption of fixed capital by sector, K = P51C / δ, with published rates δ;
    4. K = I / (g + δ) with a stated g and United States rates of wear.
Route 2 shares the total out as the source's consumption of fixed capital over wear, else as r_j v_j. r_j and δ_j are
the capital-to-value-added ratios and wear of United States industries in 2013; dwellings are apart and keep their own
wear, the others' is scaled so that the average is the published one. A sector for which the source states no capital
has none: labour alone limits it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from groundplan.sources import Assumption, Source
from groundplan.tables.facts import FACTS
from groundplan.tables.industry_classes import IndustryClass, class_of, isic_divisions
from groundplan.tables.national_past import PENN_WORLD_TABLE, NationalPast
from groundplan.tables.table import Table

DWELLINGS_RATIO = 10.73
DWELLINGS_WEAR = 0.0130
DEFAULT_INDUSTRIES = "8100"
DWELLINGS = "dwellings"
LEAST_SHARE_OF_OUTPUT = 0.05

RATIOS = Source(
    publisher="U.S. Bureau of Economic Analysis, compiled by PSL models (cost-of-capital-calculator 2.1.1) and here",
    title="Detailed fixed assets 2013, current-cost net stock, and real value added by industry",
    vintage="2013",
    licence="public domain; compilation CC0 1.0",
    address="pypi.org/project/cost-of-capital-calculator",
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
def industries(kind: IndustryClass | None) -> str:
    """The United States industries of a class, or ``dwellings``; those of other services where there is no class.

    A class that is no entry of the concordance has the industries of its divisions.
    """
    if kind is None or kind.rev3:
        return DEFAULT_INDUSTRIES
    if kind.code in _concordance():
        return _concordance()[kind.code]
    parts = [DWELLINGS if d == "68" else _by_division().get(d, "") for d in sorted(kind.divisions)]
    own = [p for p in parts if p and p != DWELLINGS]
    return " ".join(dict.fromkeys(" ".join(own).split())) or (DWELLINGS if parts else DEFAULT_INDUSTRIES)


@cache
def _by_division() -> dict[str, str]:
    """Division of ISIC Rev. 4 → the industries of the narrowest entry of the concordance that holds it."""
    entries = [(isic_divisions(code), own) for code, own in _concordance().items() if isic_divisions(code)]
    narrow = sorted(entries, key=lambda entry: -len(entry[0]))
    return {d: own for divisions, own in narrow for d in divisions if own != DWELLINGS}


@cache
def ratio_and_wear(kind: IndustryClass | None) -> tuple[float, float]:
    """Capital over value added (years) and wear (1 / year) of a class, from the industries it is matched with.

    Dwellings are outside the United States ratios. For real estate the ratio is Denmark's in 2019, relative to the
    rest of its economy, times the United States average of the rest; wear is Denmark's P51C over stock.

    >>> from groundplan.tables.industry_classes import class_of
    >>> ratio_and_wear(class_of("ifpri:maiz"))[1]
    0.0748
    """
    codes = industries(kind)
    if codes == DWELLINGS:
        return DWELLINGS_RATIO, DWELLINGS_WEAR
    stock, added, wear = np.transpose([_industries()[code] for code in codes.split()])
    return float(stock.sum() / added.sum()), round(float((wear * stock).sum() / stock.sum()), 6)


def estimate_capital(table: Table, past: NationalPast | None, trend_growth: float) -> Capital:
    """Stock, wear and investment by sector (see the module for the routes).

    ``past``: what is published of the country; ``trend_growth`` (1 / year): g where nothing is known.
    """
    codes = list(table.labels.index)
    use = table.domestic_use.sum() + table.imported_use.sum()
    output = table.domestic_use.sum(axis=1) + table.domestic_final.sum(axis=1) + table.exports
    taxes = table.primary.loc[table.primary_kinds.isin(["product_tax", "margin"])].sum()
    # A sector without value added still needs plant: it is given at least that of a thin margin on its output.
    value_added = (output - use - taxes).clip(lower=LEAST_SHARE_OF_OUTPUT * output.clip(lower=0.0))
    kinds = {str(c): class_of(text) if (text := table.classes.get(str(c))) else None for c in codes}
    houses = pd.Series([industries(kinds[str(c)]) == DWELLINGS for c in codes], codes)
    matched = pd.DataFrame([ratio_and_wear(kinds[str(c)]) for c in codes], index=codes, columns=["ratio", "wear"])
    investing = table.final_kinds.index[table.final_kinds == "investment"]
    total = float(
        (table.domestic_final[investing] + table.imported_final[investing]).sum().sum()
        + table.final_taxes[investing].sum()
    )
    gdp = float((output - use - taxes).sum()) + float(
        table.primary.loc[table.primary_kinds == "product_tax"].sum().sum() + table.final_taxes.sum()
    )
    stock, wear, how, sources = _stock(table, matched, value_added, total, gdp, past, trend_growth, houses)
    growth = total / float(stock.sum()) - float((wear * stock).sum() / stock.sum())
    by_sector = table.investment_by_sector
    if by_sector is not None and (by_sector >= 0).all() and by_sector.sum() > 0:
        investment = by_sector * (total / float(by_sector.sum()))
        shared = "investment by investing sector as published, scaled to investment at basic prices and its taxes"
    else:
        investment = (growth + wear) * stock
        shared = f"investment by sector keeps every sector's capital growing at the same {growth:.2%} a year"
    notes = (
        Assumption("capital stock", f"{stock.sum():,.6g} {table.money}", how, "study: [capital]"),
        Assumption("investment by sector", f"{total:,.6g} {table.money} / year", shared, "study: [capital]"),
        consistency(stock, wear, total, past),
    )
    return Capital(stock, wear, investment.clip(lower=0.0), notes, sources)


def consistency(stock: pd.Series, wear: pd.Series, investment: float, past: NationalPast | None) -> Assumption:
    """What base-year investment does to capital, I/K − δ, beside the past growth of capital, labour and output.

    Units: 1 / year; ``wear`` is the stock's average.
    """
    worn = float((wear * stock).sum() / stock.sum())
    growth = investment / float(stock.sum()) - worn
    value = f"{growth:.2%} a year: investment is {growth + worn:.2%} of capital, wear {worn:.2%}"
    grew = {} if past is None else {
        "capital": past.capital_growth, "labour": past.employment_growth, "output": past.long_growth,
    }  # fmt: skip
    spans = {"capital": "three years", "labour": "ten years", "output": "ten years"}
    rates = [f"{name} {rate:.1%} (last {spans[name]})" for name, rate in grew.items() if rate is not None]
    basis = "nothing is published here of past growth" if past is None or not rates else (
        f"past growth a year ({past.basis}): {', '.join(rates)}"
    )  # fmt: skip
    return Assumption("growth of capital", value, basis, "study: [capital] trend_growth, depreciation")


def scaled_wear(stock: pd.Series, wear: pd.Series, average: float, dwellings: pd.Series) -> pd.Series:
    """Wear by sector with a given average over the stock: ``dwellings`` keep theirs, the others' is scaled alike.

    Where dwellings alone wear more than the average leaves room for, theirs is scaled too; where nothing wears yet,
    everything wears at the average. Units: 1 / year.
    """
    worn = wear * stock
    left = average * float(stock.sum()) - float(worn[dwellings].sum())
    rest = float(worn[~dwellings].sum())
    if not float(worn.sum()) > 0.0:
        return pd.Series(average, stock.index)
    if left <= 0.0 or rest <= 0.0:
        return wear * (average * float(stock.sum()) / float(worn.sum()))
    return wear.where(dwellings, wear * (left / rest))


def _stock(
    table: Table,
    matched: pd.DataFrame,
    value_added: pd.Series,
    total: float,
    gdp: float,
    past: NationalPast | None,
    growth: float,
    houses: pd.Series,
) -> tuple[pd.Series, pd.Series, str, tuple[Source, ...]]:
    worn, own = table.fixed_capital_consumption, table.capital_stock
    shape, wear, shared = _shape(table, matched, value_added)
    invests = total > 0
    if not invests and not any(given is not None and (given > 0).any() for given in (own, worn)):
        how = "estimate: the accounts state no investment, so it is United States industries' capital per value added"
        return shape, wear, how, (RATIOS,)
    if own is not None and (own > 0).any():
        basis = (
            "closing balance sheet and consumption of fixed capital of the source" if table.estimated_from is None
            else f"carried from the accounts of {table.estimated_from}, as is told under how the accounts were read"
        )  # fmt: skip
        if not invests:
            return shape, wear, basis, ()
        if table.capital_is_fixed or past is None or past.wear is None or past.steady_capital_growth is None:
            return shape, wear, basis, ()
    if invests and past is not None and past.wear is not None and past.steady_capital_growth is not None:
        g = past.steady_capital_growth
        stock = shape * (total / (g + past.wear) / float(shape.sum()))
        how = f"{_published(past, g, stock, total, gdp)}; shared out by {shared}, dwellings with their own wear"
        if own is not None and (own > 0).any():
            how += (
                f"; the source's closing balance sheet, {own.sum() / gdp:.2f} times GDP, does not say that it is of "
                "fixed assets after wear, so its shares are taken and not its level"
            )
        return stock, scaled_wear(stock, wear, past.wear, houses), how, (RATIOS, PENN_WORLD_TABLE)
    if worn is not None and (worn > 0).any():
        return shape, wear, "estimate: consumption of fixed capital of the source over published wear", (RATIOS,)
    scale = total / float(((growth + matched["wear"]) * shape).sum())
    how = (
        "estimate: nothing is known here of the country's wear and growth of capital; the stock that base-year "
        f"investment keeps growing at {growth:.1%} a year, an assumption, with wear and ratios of United States "
        "industries"
    )
    return shape * scale, matched["wear"], how, (RATIOS,)


def _shape(table: Table, matched: pd.DataFrame, value_added: pd.Series) -> tuple[pd.Series, pd.Series, str]:
    """Capital by sector but for its level, its wear, and what they are from in words."""
    worn, own = table.fixed_capital_consumption, table.capital_stock
    if own is not None and (own > 0).any():
        stock = own.clip(lower=0.0)
        wear = matched["wear"] if worn is None else (worn / stock).where((worn > 0) & (stock > 0), matched["wear"])
        return stock, wear.clip(upper=0.5), "the source's closing balance sheet"
    if worn is not None and (worn > 0).any():
        used = (worn / matched["wear"]).clip(lower=0.0)
        return used, matched["wear"], "the source's consumption of fixed capital over wear"
    return matched["ratio"] * value_added, matched["wear"], "United States industry ratios"


def _published(past: NationalPast, g: float, stock: pd.Series, total: float, gdp: float) -> str:
    """How the stock came about, with the published ratio, the same at the table's prices, and what is taken."""
    rate = f"wear {past.wear:.2%} and growth {g:.2%} a year of the country's capital ({past.basis})"
    how = f"estimate: the stock that base-year investment keeps growing, K = I / (g + δ), {rate}"
    ratio = ratios(past, float(stock.sum()), total, gdp)
    if ratio is None:
        return f"{how}; {stock.sum() / gdp:.2f} times GDP"
    return (
        f"{how}; times GDP: published {ratio[0]:.2f} → at the table's prices of investment {ratio[1]:.2f} → taken "
        f"{ratio[2]:.2f}, what investment of this year's size keeps up"
    )


def ratios(past: NationalPast, stock: float, investment: float, gdp: float) -> tuple[float, float, float] | None:
    """Capital over GDP: as published, at the table's price basis, and what is taken; None where not published.

        published · (I / GDP of the table) / (investment's share at the publisher's prices)

    Units: years of GDP.
    """
    if past.capital_output is None or not past.investment_share:
        return None
    return past.capital_output, past.capital_output * investment / gdp / past.investment_share, stock / gdp
