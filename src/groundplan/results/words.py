"""How numbers, units and long names are written, the same in every face."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np

from groundplan.records.money import restated

MISSING = "–"
STANDARD = "base year = 1, per head"
PERCENT = "%"
ARROW = " → "
ISIC_OPENING = re.compile(r"\bManufacture of (\w)")


def money_words(money: str) -> str:
    """A money unit in words; what is not of that form stays as it is.

    >>> money_words("KES2019bn")
    'billion KES at 2019 prices'
    """
    return restated(money, lambda unit: unit.words)


def unit_words(unit: str) -> str:
    """A unit as short as a column heading needs it; the price year is said once, where the report begins.

    >>> unit_words("KES2019bn / year")
    'bn KES / year'
    """
    return restated(unit, lambda money: money.short)


def unit_behind(unit: str) -> str:
    """A unit behind a number in a sentence, with the space before it; nothing for a plain ratio.

    >>> unit_behind("KES2019bn / year"), unit_behind("1")
    (' billion KES a year', '')
    """
    words = restated(unit, lambda money: money.counted).replace(" / year", " a year")
    return "" if words in ("", "1") else f" {words}"


def decimals(values: Sequence[float], unit: str = "") -> int:
    """How many decimals a column shows: three significant digits of its largest value, or more for whole numbers."""
    if unit == STANDARD:
        return 3
    if unit == PERCENT:
        return 1
    sizes = [abs(float(v)) for v in values if math.isfinite(v)]
    largest = max(sizes, default=0.0)
    if largest >= 1000 or all(v == round(v) for v in sizes):
        return 0
    return 1 if largest >= 10 else 2 if largest >= 1 or largest == 0 else min(2 - math.floor(math.log10(largest)), 9)


class Amount(float):
    """A number of a table whose rows have units of their own: it brings its decimals, and a unit if that is to be said.

    ``signed``: with a plus before what is above zero.

    >>> Amount(1234.5, 1).text, Amount(0.25, 2, signed=True).text, Amount(3, unit="days").text
    ('1,234.5', '+0.25', '3 days')
    """

    places: int
    unit: str
    signed: bool

    def __new__(cls, value: float, places: int = 0, *, unit: str = "", signed: bool = False) -> Amount:
        """The number with how it is written."""
        own = super().__new__(cls, value)
        own.places, own.unit, own.signed = places, unit, signed
        return own

    @property
    def text(self) -> str:
        """As every face writes it."""
        words = _written(float(self), self.places)
        plus = "+" if self.signed and set(words) & set("123456789") and words[0] != "−" else ""
        return f"{plus}{words} {self.unit}" if self.unit and math.isfinite(self) else f"{plus}{words}"


class Year(Amount):
    """A year in a cell: a number that is written without separators.

    >>> Year(2029).text, int(Year(2029.0))
    ('2029', 2029)
    """

    def __new__(cls, value: float) -> Year:
        """The year."""
        own = super().__new__(cls, value)
        assert isinstance(own, cls)
        return own

    @property
    def text(self) -> str:
        """As every face writes it."""
        return str(int(self)) if math.isfinite(self) else MISSING


class Between(Amount):
    """A figure that is known within a range only, and is written as one.

    >>> Between(12900.0, 11020.4, 14933.2).text, Between(0.4, -0.82, 1.57).text
    ('11,000–14,900', '−0.8 … 1.6')
    """

    low: float
    high: float

    def __new__(cls, value: float, low: float, high: float) -> Between:
        """The figure with its range."""
        own = super().__new__(cls, value)
        assert isinstance(own, cls)
        own.low, own.high = low, high
        return own

    @property
    def text(self) -> str:
        """As every face writes it."""
        return range_words(self.low, self.high)


RANGE_DIGITS = 10.0


def range_words(low: float, high: float) -> str:
    """A range, as exact as its width allows: some ten steps of the last digit lie between its ends.

    >>> range_words(4.31, 19.2), range_words(0.0123, 0.0145)
    ('4–19', '0.0123–0.0145')
    """
    step = 10.0 ** math.floor(math.log10(max(high - low, 1e-12) / RANGE_DIGITS) + 1e-9)
    places = max(0, -math.floor(math.log10(step) + 0.5))
    ends = [_written(round(x / step) * step, min(places, 12)) for x in (low, high)]
    return f"{ends[0]} … {ends[1]}" if "−" in "".join(ends) else f"{ends[0]}–{ends[1]}"


def rounded(value: float, digits: int = 3) -> Amount:
    """A figure of a table with so many leading digits, as ``significant`` writes it in a sentence."""
    return Amount(value, len(significant(value, digits).partition(".")[2]))


def number(value: object, places: int = 0) -> str:
    """A number with thousands separators and a true minus sign; what is not known is a dash; other values as text."""
    if type(value) is float:  # nearly every cell
        return _written(value, places)
    if isinstance(value, Amount):
        return value.text
    if value is None:
        return MISSING
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if not isinstance(value, int | float | np.integer | np.floating):
        return str(value)
    return _written(float(value), places)


def _written(value: float, places: int) -> str:
    if not math.isfinite(value):
        return MISSING
    text = f"{value:,.{places}f}"
    if text[0] != "-":
        return text
    return text.replace("-", "−") if text.strip("-0.") else text.lstrip("-")


def significant(value: float, digits: int = 3) -> str:
    """A figure inside a sentence: its leading digits, thousands separators, never a power of ten.

    >>> significant(26412.7), significant(0.000123456), significant(-2.5), significant(float("nan"))
    ('26,413', '0.000123', '−2.5', '–')
    """
    if not math.isfinite(value) or value == 0:
        return number(value)
    text = number(float(value), min(max(digits - 1 - math.floor(math.log10(abs(value))), 0), 12))
    return text.rstrip("0").rstrip(".") if "." in text else text


def column_texts(columns: Sequence[Sequence[Any]], units: Sequence[str]) -> list[list[str]]:
    """The columns of a table as text: all columns of one unit with the same number of decimals."""
    places = places_by_unit(columns, units)
    return [[number(v, places[unit]) for v in values] for values, unit in zip(columns, units, strict=True)]


def places_by_unit(columns: Sequence[Sequence[Any]], units: Sequence[str]) -> dict[str, int]:
    """How many decimals the columns of each unit show."""
    by_unit: dict[str, list[float]] = {}
    for values, unit in zip(columns, units, strict=True):
        by_unit.setdefault(unit, []).extend(float(v) for v in values if is_figure(v) and not isinstance(v, Amount))
    return {unit: decimals(values, unit) for unit, values in by_unit.items()}


def is_figure(value: Any) -> bool:
    """Whether a cell holds a number, and not true or false."""
    if type(value) is float:
        return True
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def choice(value: object) -> str:
    """The value of a policy choice in words."""
    if value is None:
        return "None"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return f"{value:,.6g}"
    if isinstance(value, dict):
        return ", ".join(f"{k}: {choice(v)}" for k, v in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(choice(v) for v in value) or "none"
    return str(value)


def in_a_row(names: Sequence[str]) -> str:
    """Names as a sentence lists them.

    >>> in_a_row(["a", "b", "c"]), in_a_row(["a"])
    ('a, b and c', 'a')
    """
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def wide(text: str) -> int:
    """How many columns of a terminal a text takes: letters of East Asian scripts take two.

    >>> wide("steel"), wide("철강")
    (5, 4)
    """
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def elided(text: str, width: int) -> str:
    """The text, cut with an ellipsis where it is longer than ``width`` characters; a chain is cut name by name.

    >>> elided("Repair of machinery", 12)
    'Repair of m…'
    >>> elided("Natural gas and condensate → Fertiliser → Grain", 34)
    'Natural gas… → Fertiliser → Grain'
    """
    if wide(text) <= width:
        return text
    names = text.split(ARROW)
    room = max(width - len(ARROW) * (len(names) - 1), len(names))
    most = max(k for k in range(1, room + 1) if sum(min(wide(n), k) for n in names) <= room)
    cut = ARROW.join(n if wide(n) <= most else f"{_begun(n, max(most - 1, 1)).rstrip(' ,;:(')}…" for n in names)
    return type(text)(cut)


def _begun(text: str, width: int) -> str:
    """The first letters of a text that so many columns have room for."""
    if text.isascii():
        return text[:width]
    taken = width
    while wide(text[:taken]) > width:
        taken -= 1
    return text[:taken]


def short_industry(name: str) -> str:
    """An industry's name on one line, without the words that open nearly every one in ISIC and so tell no two apart.

    >>> short_industry("imported Manufacture of basic metals")
    'imported Basic metals'
    """
    return type(name)(ISIC_OPENING.sub(lambda m: m[1].upper(), " ".join(name.split())))
