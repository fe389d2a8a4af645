"""What is known of a year without accounts: facts as records, each with its unit, its error and its source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from groundplan.errors import GroundplanError, StudyError
from groundplan.records.card import Card, Entry, keyed
from groundplan.records.money import SCALES, is_money, money_of
from groundplan.records.toml import open_document
from groundplan.tables.industry_classes import class_of
from groundplan.tables.returned.card_workbook import CardWorkbook
from groundplan.tables.returned.edit_forms import FormColumn

GDP, ADDED, OUTPUT, FINAL = "gdp", "value added", "output", "final use"
EXPORTS, IMPORTS, TAXES, PRIMARY = "exports", "imports", "product taxes", "primary input"
# What a fact may be about, and what its ``of`` then names.
MEASURES = {
    GDP: "", ADDED: "sector", OUTPUT: "sector", FINAL: "final use", EXPORTS: "product", IMPORTS: "product", TAXES: "",
    PRIMARY: "primary input",
}  # fmt: skip
SHARE = re.compile(rf"% of ({'|'.join(MEASURES)})")


@dataclass(frozen=True)
class Fact(Entry):
    """One known figure of the year: a sum of money, a share of a total, or a quantity with its price.

    ``value`` in ``unit``: money of the year (KES2024bn), or a share (``% of gdp``); or ``quantity`` in a unit of its
    own (GWh) times ``price``, money of the file per unit. ``error``, ``price_error``: standard errors as shares.
    """

    measure: str = keyed("", "what it is a figure of", among=tuple(MEASURES))
    unit: str = keyed("", "the unit of value or quantity, such as KES2024bn, % of gdp or GWh", filled=True)
    error: float = keyed("share of the figure", "its standard error; 0 is sure", low=0.0, high=10.0)
    source: str = keyed("", "who says so", filled=True)
    of: tuple[str, ...] = keyed(
        "", "codes or classes of sectors and products, final uses or inputs; all by default", ()
    )
    value: float | None = keyed("unit", "the figure", None)
    quantity: float | None = keyed("unit", "the figure where it is a quantity", None, low=0.0)
    price: float | None = keyed("money / unit", "money of the file per unit of quantity", None, low=1e-15)
    price_error: float = keyed("share of the price", "standard error of the price", 0.0, low=0.0, high=10.0)
    year: int | None = keyed("", "its year, where it says one", None, low=1000, high=2999)
    name: str = keyed("", "what it is called on pages", "")
    address: str = keyed("", "where that is found", "")

    @property
    def called(self) -> str:
        """Its name, or its measure and what it is of."""
        return self.name or (f"{self.measure} of {', '.join(self.of)}" if self.of else self.measure)

    @property
    def share_of(self) -> str:
        """The measure whose share it is; empty for a sum."""
        match = SHARE.fullmatch(self.unit)
        return match[1] if match else ""

    @property
    def figure(self) -> float:
        """The figure in its unit, money for a quantity."""
        if self.quantity is not None and self.price is not None:
            return self.quantity * self.price
        return 0.0 if self.value is None else self.value

    @property
    def relative_error(self) -> float:
        """The standard error as a share of the figure: that of a quantity and of its price together."""
        return float((self.error**2 + self.price_error**2) ** 0.5)

    def more_faults(self) -> list[GroundplanError]:
        """What is said twice or not at all."""
        faults: list[GroundplanError] = []

        def fault(what: str, fix: str) -> None:
            faults.append(StudyError(f"{self.called}: {what}", where=self.where, fix=fix))

        if (self.value is None) == (self.quantity is None):
            fault("it has a value and a quantity" if self.value is not None else "it has no figure",
                  "give value with a unit of money or a share, or quantity with its unit and price")  # fmt: skip
        elif self.quantity is not None:
            if self.price is None:
                fault(f"{self.quantity:g} {self.unit} have no price", "give price: money of the file per unit")
            if self.measure not in (OUTPUT, EXPORTS, IMPORTS):
                fault(f"a quantity is no {self.measure}", f"use {OUTPUT}, {EXPORTS} or {IMPORTS}")
        elif not self.share_of and not is_money(self.unit):
            fault(f"'{self.unit}' is neither money nor a share of a total",
                  f"write money such as KES2024bn, or '% of {GDP}', '% of {EXPORTS}' ...")  # fmt: skip
        if self.share_of and self.value is not None and abs(self.value) > 100.0:
            fault(f"a share of {self.value:g} per cent", "give per cent of the whole, at most 100")
        if self.of and not MEASURES[self.measure]:
            fault(f"{self.measure} is of the whole economy, and '{self.of[0]}' is named", "leave out of")
        return faults


@dataclass(frozen=True)
class ToldApart(Entry):
    """A product that the older accounts have within a sector, to be told apart before the facts are weighed.

    Who buys it is taken from other countries' accounts that have it (``splitting_off``).
    """

    product: str = keyed("", "a new code for the product", filled=True)
    sector: str = keyed("", "the sector of the older accounts that holds it", filled=True)
    industry: str = keyed("", "its class, for example C19", key="class", filled=True)
    left: str = keyed("", "the class of what is left of the sector, for example C20-C22", filled=True)
    imported: float = keyed("1", "its share of the sector's imports in the older accounts", low=0.0, high=1.0)
    output: float = keyed("1", "its share of the sector's output in the older accounts", low=0.0, high=1.0)
    source: str = keyed("", "where these shares come from", filled=True)
    label: str = keyed("", "its name; the code if left out", "")

    def more_faults(self) -> list[GroundplanError]:
        """Classes that are none."""
        faults: list[GroundplanError] = []
        for text in (self.industry, self.left):
            try:
                class_of(text)
            except GroundplanError as fault:
                fault.where = self.where
                faults.append(fault)
        return faults


@dataclass(frozen=True)
class Controls(Card):
    """All that is known of a year: the file of ``groundplan update --controls`` and of ``groundplan estimate``.

    For an update: ``prices``, the price level over that of the older accounts, with which capital is carried;
    ``employment``, heads at work over those of the older accounts, ``population``, people likewise, with which growth
    per head is carried; ``age``, how many years old these count as where they were revised since; ``apart``, products
    to be told apart first. For an estimate without accounts: ``country_name``; ``sectors``, the number of a ready list
    (12, 26, 35) or classes of ISIC Rev. 4; ``capital``, fixed capital over GDP, with ``capital_error``; and what is
    known of the past (``NationalPast``), for which donors' figures stand in where nothing is said.
    """

    country: str = keyed("", "the country's code, for example KEN", filled=True)
    year: int = keyed("", "the year that the facts are of", low=1000, high=2999)
    money: str = keyed("", "currency, price year and scale, such as KES2024bn", filled=True)
    facts: tuple[Fact, ...] = keyed("", "what is known, a table [[facts]] each", filled=True)
    prices: float | None = keyed("1", "price level over that of the older accounts", None, low=1e-9, high=1e9)
    employment: float | None = keyed("1", "heads at work over the older accounts'", None, low=0.1, high=10.0)
    age: int | None = keyed("years", "how old the accounts count as, where they were revised since", None, 1, 100)
    population: float | None = keyed("1", "people over those of the older accounts' year", None, low=0.1, high=10.0)
    apart: tuple[ToldApart, ...] = keyed("", "products to be told apart first, a table [[apart]] each", ())
    country_name: str = keyed("", "the country's English name", "")
    sectors: tuple[str, ...] = keyed("", "a ready list, 12, 26 or 35 sectors, or classes of ISIC Rev. 4", ())
    capital: float | None = keyed("years", "fixed capital over GDP", None, low=1e-3, high=50.0)
    capital_error: float = keyed("share of the figure", "standard error of capital", 0.2, low=0.0, high=10.0)
    wear_of_capital: float | None = keyed("1 / year", "share of capital that wears out", None, low=0.0, high=1.0)
    growth_of_capital: float | None = keyed("1 / year", "of the last three years", None, low=-0.5, high=1.0)
    growth_of_output: float | None = keyed("1 / year", "of the last ten years", None, low=-0.5, high=1.0)
    growth_of_population: float | None = keyed("1 / year", "of the last five years", None, low=-0.5, high=1.0)
    growth_of_labour: float | None = keyed("1 / year", "of the labour force, expected", None, low=-0.5, high=1.0)
    growth_of_output_per_head: float | None = keyed("1 / year", "of the last ten years", None, low=-0.5, high=1.0)
    output_per_head: float | None = keyed("1", "over that of the United States", None, low=1e-4, high=10.0)
    file: str = ""

    @property
    def where(self) -> str:
        """The file that states them."""
        return self.file

    def more_faults(self) -> list[GroundplanError]:
        """Money that is none, or at the prices of another year."""
        if not is_money(self.money):
            fix = "write currency, price year and scale: KES2024bn"
            return [StudyError(f"money is '{self.money}'", where=self.where, fix=fix)]
        own = money_of(self.money)
        if own.year == self.year:
            return []
        what = f"the facts are of {self.year}, and money is at the prices of {own.year}"
        fix = f"give money of the year: {own.currency}{self.year}{own.scale}"
        return [StudyError(what, where=self.where, fix=fix)]

    def amount(self, fact: Fact) -> float:
        """A fact's figure in the money of the file; a share as a number of 1."""
        if fact.share_of:
            return fact.figure / 100.0
        scale = SCALES[money_of(fact.unit).scale] / money_of(self.money).units if is_money(fact.unit) else 1.0
        return fact.figure * scale


README = (
    "Facts of a year without accounts",
    "",
    "Keys: country, year and money; what else is known of the years since the older accounts.",
    "facts: a figure a row. Give the figure, its standard error as a share of it, and who says so:",
    "    value with its unit: money of the year in any scale (KES2024bn, KES2024m) or a share (% of gdp);",
    "    or quantity in a unit of its own (GWh, t) with price, money of the file per unit, and the price's own error.",
    "    error: 0.01 is one per cent; 0 is sure. National accounts are good for 0.01 or so, trade for 0.03 to 0.05,",
    "    what a newspaper quotes for more, a price that was assumed for 0.1 to 0.3.",
    "of: codes of sectors, products, final uses or inputs, or classes of sectors (A, C10-C12, chemicals), with commas",
    "    between; empty: all. Groups may overlap.",
    "Rows without a figure, an error and a source are passed over. Rows may be sorted, added and taken out; the",
    "    headings stay, and the hidden first column. Numbers are numbers, no texts.",
    "What the older accounts say stands at the right, for comparison. It is no fact of the new year: do not copy it.",
    "",
    "Then: groundplan update COUNTRY --to YEAR --controls FILE.xlsx",
)
# Columns that a form fills in beforehand; a row that says nothing else states no fact.
NOTED = ("measure", "of", "unit", "name")
WORKBOOKS = (".xlsx", ".xlsm", ".ods")


def facts_workbook(units: Sequence[str] = (), more: tuple[FormColumn, ...] = ()) -> CardWorkbook:
    """How facts are a workbook; ``units`` are offered for the column of that name, ``more`` are further columns."""
    return CardWorkbook(Controls, "facts", NOTED, README, {"unit": units}, more)


def read_controls(path: str | Path) -> Controls:
    """The facts of a TOML file or of a workbook.

    Raises ``StudyError`` and ``UnknownName``, all faults at once, each with its line or its cell.
    """
    workbook = Path(path).suffix.lower() in WORKBOOKS
    document = facts_workbook().document(path) if workbook else open_document(path)
    return replace(document.record(Controls), file=Path(path).name)
