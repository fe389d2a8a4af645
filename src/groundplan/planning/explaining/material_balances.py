"""Material balances: where every product comes from and where it goes, year by year (the planner's own table)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.planning.accounts.household_uses import household_uses
from groundplan.planning.activities import Activities, rows
from groundplan.planning.families.waste import PERMISSIONS
from groundplan.planning.features.people.easing import EASE
from groundplan.planning.features.people.households import lasting_rows, lasting_uses
from groundplan.planning.horizon import Horizon
from groundplan.planning.solved_plan import SolvedPlan

BALANCED = ("flow", "stock", "account")
PRODUCTS = ("home:", "import:")
SIDES = ("source", "use")
BEFORE, AFTER, LOST = "carried over from the year before", "carried over to the next year", "lost in store"
OUTSIDE = ("supplied from outside the plan", "claimed from outside the plan")
UNUSED = "unused"
MOST, SMALL = 40_000, 5e-3
OTHERS = tuple(f"other {side}s, each below {100 * SMALL:g} % of the supply" for side in SIDES)
COLUMNS = ["year", "product", "label", "origin", "side", "line", "activity", "money", "quantity", "unit"]


def material_balances(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """Sources and uses of every product in every year, in money and, where it is counted, in its own unit.

        Σ_a give·v + supply + s[t]  =  Σ_a take·v + claim + lost + s[t+1] + unused

    Tables: ``material_balances`` (year, product, label, origin: home, import or none, side: source or use, line,
    activity: its code, none of other lines, money, quantity, unit of the quantity) and ``material_balances_wide``, the
    same with a column for each year. Every kind of activity is a line under its own label. Of more than 40,000 lines,
    those below 0.5 % of a product's supply are drawn together.
    Units:  money of the plan / year; the product's own unit / year.
    Source: Montias (1959), planning with material balances (citation not checked).
    """
    a = plan.activities
    book = _Book(a, [c for c in a.of_kind(*BALANCED) if c.partition(":")[0] not in PERMISSIONS])
    parts = (_moved(plan, book), _bought(plan, book), _outside(a, book, _lasting(plan)), _kept(plan, book))
    lines = pd.concat(parts, ignore_index=True)
    lines = book.balanced(lines)
    if len(lines) > MOST:
        lines = book.gathered(lines)
    long = _worded(plan.economy, book, lines)
    return {"material_balances": long, "material_balances_wide": _wide(plan.economy, long)}


class _Book:
    """Numbers for commodities and lines, so that sums run over integers: commodity, year, side, line, amount."""

    KEYS = ("commodity", "year", "side", "line")

    def __init__(self, a: Activities, commodities: list[str]) -> None:
        self.years = np.asarray(a.years)
        self.commodities = pd.Index(commodities)
        self.kept = self.commodities.isin(a.of_kind("stock", "account"))
        label = a.activities["label"].where(a.activities["label"] != "", a.activities["activity"])
        again = label.duplicated(keep=False)
        who = label.where(~again, label + " (" + a.activities["activity"] + ")")
        self.lines = [*who, *OUTSIDE, BEFORE, AFTER, LOST, UNUSED, *OTHERS]
        self.activities = [*a.activities["activity"], *[""] * (len(self.lines) - len(who))]
        self.of_commodity = a.commodities.set_index("commodity").loc[commodities]
        self.first_other = len(who)

    def line(self, name: str) -> int:
        """The number of a line that is no activity."""
        return self.lines.index(name, self.first_other)

    def rows(
        self, commodity: pd.Series, year: np.ndarray, side: object, line: object, amount: np.ndarray
    ) -> pd.DataFrame:
        """Lines; one below zero stands on the other side. Commodities that are not in the book are left out."""
        at = self.commodities.get_indexer(pd.Index(commodity))
        lines = pd.DataFrame({"commodity": at, "year": year, "side": side, "line": line, "amount": amount})
        turned = lines["amount"] < 0
        lines["side"] = lines["side"].where(~turned, 1 - lines["side"])
        lines["amount"] = lines["amount"].abs()
        return lines[lines["commodity"] >= 0]

    def summed(self, lines: pd.DataFrame) -> pd.DataFrame:
        """Lines of one commodity, year, side and name added up."""
        size = (len(self.commodities), int(self.years[-1]) + 1, len(SIDES), len(self.lines))
        key = np.ravel_multi_index(tuple(lines[k].to_numpy() for k in self.KEYS), size)
        total = lines["amount"].groupby(key).sum()
        parts = np.unravel_index(total.index.to_numpy(), size)
        return pd.DataFrame({**dict(zip(self.KEYS, parts, strict=True)), "amount": total.to_numpy()})

    def supply(self, lines: pd.DataFrame) -> np.ndarray:
        """What all sources of the line's commodity give in its year."""
        sources = lines["amount"].where(lines["side"] == 0, 0.0)
        total: np.ndarray = sources.groupby([lines["commodity"], lines["year"]]).transform("sum").to_numpy()
        return total

    def balanced(self, lines: pd.DataFrame) -> pd.DataFrame:
        """Added up, lines of nothing left out, and what nobody uses as a use of its own."""
        lines = self.summed(lines)
        lines = lines[lines["amount"] > 1e-9 * self.supply(lines)]
        signed = lines["amount"].where(lines["side"] == 0, -lines["amount"])
        left = signed.groupby([lines["commodity"], lines["year"]]).sum().reset_index(name="amount")
        supply = lines["amount"].groupby([lines["commodity"], lines["year"]]).sum().to_numpy()
        left = left[(left["amount"] > 1e-7 * supply) & ~self.kept[left["commodity"]]]
        more = left.assign(side=1, line=self.line(UNUSED))
        return pd.concat([lines, more], ignore_index=True)

    def gathered(self, lines: pd.DataFrame) -> pd.DataFrame:
        """Small lines drawn together, one on each side."""
        small = lines["amount"] < SMALL * self.supply(lines)
        others = np.asarray([self.line(name) for name in OTHERS])[lines["side"]]
        return self.summed(lines.assign(line=lines["line"].where(~small, others)))


def _moved(plan: SolvedPlan, book: _Book) -> pd.DataFrame:
    """What activities give and take."""
    cells = plan.activities.cells(("give", "take"), BALANCED)
    theirs = cells["activity"].isin(_households(plan)) | cells["activity"].str.startswith(EASE)
    cells = cells[~(theirs & cells["commodity"].str.startswith(PRODUCTS))]
    acts = pd.Index(plan.activities.activities["activity"])
    at, year = acts.get_indexer(cells["activity"]), cells["year"].to_numpy() - book.years[0]
    level = plan.level.reindex(acts).to_numpy()[at, year]
    side = np.where(cells["role"] == "give", 0, 1)
    return book.rows(cells["commodity"], cells["when"].to_numpy(), side, at, cells["amount"].to_numpy() * level)


def _households(plan: SolvedPlan) -> list[str]:
    return [f"live:{g}" for g in plan.economy.finals("household") if f"live:{g}" in plan.level.index]


def _bought(plan: SolvedPlan, book: _Book) -> pd.DataFrame:
    """What households buy of every product: what moves with their standard and what lasts, less what is eased."""
    acts, pieces = pd.Index(plan.activities.activities["activity"]), []
    for g, origins in household_uses(plan).items():
        line = int(acts.get_loc(f"live:{g}"))
        for prefix, uses in zip(("home", "import"), origins, strict=True):
            names = pd.Series(np.repeat([f"{prefix}:{i}" for i in uses.index], uses.shape[1]))
            pieces.append(book.rows(names, np.tile(book.years, len(uses)), 1, line, uses.to_numpy().ravel()))
    return pd.concat(pieces) if pieces else book.rows(pd.Series([], dtype=object), np.zeros(0, int), 0, 0, np.zeros(0))


def _lasting(plan: SolvedPlan) -> pd.DataFrame:
    """The lasting part of what households buy, taken off what is claimed from outside the plan."""
    h = Horizon.of(plan.economy, plan.policy, base_year=False)
    own = rows("exogenous", lasting_rows(lasting_uses(h)))
    own = own[own["year"].isin(plan.activities.years)]
    return own.assign(supply=-own["supply"], claim=-own["claim"])


def _outside(a: Activities, book: _Book, lasting: pd.DataFrame) -> pd.DataFrame:
    """What is supplied and claimed whatever the plan does."""
    x = a.exogenous
    every = x[x["year"] == 0]
    spread = every.loc[every.index.repeat(len(a.years))].assign(year=np.tile(book.years, len(every)))
    one = pd.concat([x[x["year"] != 0], spread, lasting])
    one = one.groupby(["commodity", "year"], sort=False)[["supply", "claim"]].sum().reset_index()
    pieces = [
        book.rows(one["commodity"], one["year"].to_numpy(), side, book.line(OUTSIDE[side]), one[column].to_numpy())
        for side, column in enumerate(("supply", "claim"))
    ]
    return pd.concat(pieces)


def _kept(plan: SolvedPlan, book: _Book) -> pd.DataFrame:
    """Stocks and accounts at the start and the end of the year, and what is lost in store."""
    names = [c for c, kept in zip(book.commodities, book.kept, strict=True) if kept]
    if not names:
        return book.rows(pd.Series([], dtype=object), np.zeros(0, int), 0, 0, np.zeros(0))
    there = plan.stock.loc[names]
    loss = book.of_commodity.loc[names, "loss"].to_numpy()[:, None]
    opening, closing = (there[stages].to_numpy() for stages in (list(book.years), list(book.years + 1)))
    commodity, year = pd.Series(np.repeat(names, len(book.years))), np.tile(book.years, len(names))
    entries = ((0, BEFORE, opening), (1, LOST, loss * opening), (1, AFTER, closing))
    return pd.concat([book.rows(commodity, year, side, book.line(n), amount.ravel()) for side, n, amount in entries])


def _worded(e: Economy, book: _Book, lines: pd.DataFrame) -> pd.DataFrame:
    """Numbers become names; amounts become money, quantities, or both."""
    goods = zip(book.commodities, *(book.of_commodity[c] for c in ("unit", "label")), strict=True)
    about = pd.DataFrame([_about(e, str(name), unit, label) for name, unit, label in goods], columns=Counted._fields)
    mine = about.loc[lines["commodity"]].reset_index(drop=True)
    amount = lines["amount"].reset_index(drop=True)
    line, activity = (np.asarray(names, dtype=object)[lines["line"]] for names in (book.lines, book.activities))
    side = np.asarray(SIDES, dtype=object)[lines["side"]]
    out = mine.assign(
        year=lines["year"].to_numpy(), side=side, line=line, activity=activity, money=amount * mine["money"],
        quantity=amount * mine["per"],
    )  # fmt: skip
    order = np.lexsort((-amount, lines["side"], lines["commodity"], lines["year"]))
    return out.iloc[order][COLUMNS].reset_index(drop=True)


class Counted(NamedTuple):
    """A commodity in words, and what a unit of it is: ``money`` of it, and ``per`` of its own ``unit``; nan unknown."""

    product: str
    label: str
    origin: str
    money: float
    per: float
    unit: str


def _about(e: Economy, commodity: str, unit: str, label: str) -> Counted:
    prefix, _, code = commodity.partition(":")
    priced, product = unit.startswith(e.money), prefix in ("home", "import")
    physical = e.physical.get(code) if product else None
    per, own = (1.0 / physical.price, physical.unit) if physical and priced else (np.nan, "") if priced else (1.0, unit)
    names = (code, e.label(code), prefix) if product else (commodity, label, "")
    return Counted(*names, 1.0 if priced else np.nan, per, own)


def _wide(e: Economy, long: pd.DataFrame) -> pd.DataFrame:
    """One row a line, one column a year; a product that is counted has its lines in its own unit too."""
    head = ["product", "label", "origin", "side", "line", "unit"]
    both = pd.concat([long.assign(amount=long["money"], unit=e.money), long.assign(amount=long["quantity"])])
    both = both[both["amount"].notna()]
    code = both.groupby(head, sort=False).ngroup().to_numpy()
    years = np.unique(both["year"])
    table = np.zeros((code.max(initial=-1) + 1, len(years)))
    table[code, np.searchsorted(years, both["year"])] = both["amount"]
    first = both[head].iloc[np.unique(code, return_index=True)[1]].reset_index(drop=True)
    return first.assign(**{str(y): table[:, t] for t, y in enumerate(years.astype(int))})
