"""The state's budget as a planner states it, and its accounts of the base year, read from an economy."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

import numpy as np
import pandas as pd

from groundplan.economy.broad_list import largest_broad
from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.planning.features.people.households import groups, spending
from groundplan.planning.features.production.production import CapitalGoods
from groundplan.records.card import Entry, keyed
from groundplan.tables.industry_classes import IndustryClass

FUNCTIONS = ("administration", "defence", "education", "health", "science", "economy")
BUDGET = "budget"
# What each kind of activity pays the state, by the first word of its name.
SOURCES = {
    "make": "taxes on inputs and production",
    "live": "taxes on consumption",
    "serve": "taxes on consumption",
    "assemble": "taxes on capital goods",
    "sell": "taxes on exports",
    "reexport": "taxes on exports",
    "collect": "direct taxes less transfers",
}
CHARGES = ("product_tax", "production_tax")


@dataclass(frozen=True)
class Budget(Entry):
    """The state's budget by function at constant prices of the base year, and the rules that it keeps to.

    Functions without a share of their own keep to each other in the base year's proportion; ``economy`` also holds
    the part of investment that the state pays. What the accounts do not tell is assumed and reported as assumed.
    """

    growth: float | None = keyed("1 / year", "growth of expenditure; no rule if left out", None, -0.5, 1)
    growth_band: float = keyed("1 / year", "how far the growth may lie from it, either way", 0.0, 0, 1)
    surplus: float | None = keyed("1", "revenue less expenditure over revenue; no rule if left out", None, -1, 1)
    surplus_band: float = keyed("1", "how far the surplus may lie from it, either way", 0.0, 0, 1)
    shares: dict[str, float] = keyed("1", "share of expenditure by function", {}, 0, 1)
    shares_band: float = keyed("1", "how far a share may lie from the one stated, either way", 0.0, 0, 1)
    shares_years: int = keyed(
        "years", "years in which a share moves in equal steps from the base year's to the one stated", 1, 1, 100
    )
    defence: float = keyed(
        "1", "defence in what the state buys of public administration in the base year; assumed, 0.05 to 0.5", 0.2, 0, 1
    )
    science: float = keyed(
        "1", "science in what the state buys of education, where the accounts have no research; assumed, 0.01 to 0.15",
        0.05, 0, 1,
    )  # fmt: skip
    state_investment: float = keyed(
        "1", "share of fixed investment that the state pays in the base year; assumed, 0.1 to 0.5", 0.25, 0, 1
    )
    base_balance: float = keyed("1", "surplus of the base year, as a share of revenue; assumed", 0.0, -0.5, 0.5)
    direct_tax: float | None = keyed(
        "1", "direct taxes less transfers over value added; left out: what gives the base year's balance", None, 0, 1
    )  # fmt: skip
    direct_tax_pace: float = keyed(
        "1 / year", "how far the share of direct taxes may move a year, either way; assumed, 0 to 0.02", 0.01, 0, 1
    )
    credit_line: float | None = keyed(
        "money", "how far the state's account may be overdrawn; left out: as far as a surplus rule leads, else not",
        None, 0, 1e15,
    )  # fmt: skip

    def more_faults(self) -> list[GroundplanError]:
        """Functions that there are, and shares that are a whole at most."""
        faults: list[GroundplanError] = [
            UnknownName("function of the budget", f, FUNCTIONS, where=self.line)
            for f in self.shares
            if f not in FUNCTIONS
        ]
        least = sum(max(s - self.shares_band, 0.0) for s in self.shares.values())
        if least > 1.0 + 1e-9:
            what = f"the shares of the budget come to {least:.4g} at least, more than the whole"
            faults.append(StudyError(what, where=self.line, fix="lower one of them, or widen shares_band"))
        return faults


@cache
def _functions() -> dict[str, str]:
    """Classes and broad sectors with their function."""
    text = files("groundplan.planning.features.budget").joinpath("functions.csv").read_text("utf-8")
    return {row["product"]: row["function"] for row in csv.DictReader(text.splitlines())}


def function_of(industry: IndustryClass | None) -> str:
    """The function that government purchases of a class belong to by themselves; a class's own row goes first.

    What has no class is administration.

    >>> from groundplan.tables.industry_classes import class_of
    >>> [function_of(class_of(text)) for text in ("ifpri:educ", "M72", "H49")]
    ['education', 'science', 'economy']
    """
    if industry is None or not (broad := largest_broad(industry)):
        return "administration"
    return _functions().get(industry.code, _functions().get(broad, "economy"))


@dataclass(frozen=True, eq=False)
class BudgetAccounts:
    """The state's accounts of the base year.

    Defence and science are stated shares of administration and education where the table cannot tell them apart.
    """

    economy: Economy
    budget: Budget

    @cached_property
    def states(self) -> list[str]:
        """Government categories that spend."""
        return [g for g in self.economy.finals("government") if g in groups(self.economy)]

    @cached_property
    def shares(self) -> pd.DataFrame:
        """Share of each product's government purchases that belongs to each function; rows sum to 1.

        Shape product × function.
        """
        e, b = self.economy, self.budget
        names = pd.Series([function_of(e.class_by_sector[i]) for i in e.sectors], index=list(e.sectors))
        share = pd.DataFrame({f: (names == f).astype(float) for f in FUNCTIONS}, index=list(e.sectors))
        share["defence"] = b.defence * share["administration"]
        share["administration"] *= 1.0 - b.defence
        bought = self.bought("domestic_final") + self.bought("imported_final")
        if not bought[names == "science"].any():
            share["science"] = b.science * share["education"]
            share["education"] *= 1.0 - b.science
        spent = share.mul(bought, axis=0).sum()
        for f in spent.index[spent <= 0]:
            # A function that gives back more than it buys cannot be a purchase by itself.
            share[spent.idxmax()] += share[f]
            share[f] = 0.0
        return share

    def bought(self, part: str, states: list[str] | None = None) -> pd.Series:
        """What governments buy at home or abroad, by product, money / year."""
        names = self.states if states is None else states
        series: pd.Series = getattr(self.economy, part).sel(final=names).sum("final").to_series()
        return series

    def served(self, f: str, state: str) -> float:
        """What a government spends on a function's services, with the taxes in their prices, money / year."""
        goods = self.bought("domestic_final", [state]) + self.bought("imported_final", [state])
        return float((self.shares[f] * goods).sum()) * self.with_taxes(state)

    def with_taxes(self, state: str) -> float:
        """What a government spends per unit of goods at basic prices, 1."""
        goods = float(self.bought("domestic_final", [state]).sum() + self.bought("imported_final", [state]).sum())
        return spending(self.economy, state) / goods

    @cached_property
    def services(self) -> dict[tuple[str, str], float]:
        """Function and government → spending on services; only where there is any, money / year."""
        every = {(f, g): self.served(f, g) for f in FUNCTIONS for g in self.states}
        return {key: spent for key, spent in every.items() if spent > 0}

    @cached_property
    def investment(self) -> float:
        """The state's part of fixed investment, money / year."""
        return self.budget.state_investment * CapitalGoods(self.economy).total

    @cached_property
    def expenditure(self) -> float:
        """Services and investment, money / year."""
        return sum(self.services.values()) + self.investment

    @cached_property
    def by_function(self) -> dict[str, float]:
        """Expenditure by function, money / year."""
        spending_on = {f: sum(spent for (k, _), spent in self.services.items() if k == f) for f in FUNCTIONS}
        spending_on["economy"] += self.investment
        return {f: spent for f, spent in spending_on.items() if spent > 0}

    @cached_property
    def per_output(self) -> pd.Series:
        """Taxes less subsidies on products used and on production, per unit of output, 1."""
        e = self.economy
        kinds = e.primary["primary_kind"].values
        paid = e.primary.values[np.isin(kinds, CHARGES)].sum(axis=0)
        x = e.output.to_series()
        return pd.Series(paid / np.where(x > 0, x, np.inf), index=x.index)

    @cached_property
    def indirect(self) -> float:
        """Taxes on products and production; those on what goes into stock are left out, money / year."""
        e = self.economy
        uses = [*groups(e), *e.finals("investment"), "exports"]
        return float((self.per_output * e.output.to_series()).sum() + e.final_taxes.sel(use=uses).sum())

    @cached_property
    def rate(self) -> float:
        """Direct taxes less transfers over value added: stated, or what gives the base year's balance.

            d = (expenditure / (1 − balance) − indirect taxes) / value added

        Raises ``StudyError`` where that would be negative.
        """
        if self.budget.direct_tax is not None:
            return self.budget.direct_tax
        needed = self.expenditure / (1.0 - self.budget.base_balance)
        rate = (needed - self.indirect) / float(self.economy.value_added.sum())
        if rate < 0:
            what = f"the budget of the base year would need direct taxes of {rate:.2%} of value added"
            fix = "raise state_investment or base_balance, or state direct_tax"
            raise StudyError(what, where=self.budget.line, fix=fix)
        return rate

    @cached_property
    def direct(self) -> float:
        """Direct taxes less transfers, money / year."""
        return self.rate * float(self.economy.value_added.sum())
