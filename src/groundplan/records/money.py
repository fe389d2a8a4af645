"""Money units, such as KES2019bn: currency, year of prices and scale; read in one way and said in one way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from groundplan.errors import StudyError

SCALES = {"tn": 1e12, "bn": 1e9, "m": 1e6, "k": 1e3, "": 1.0}
WORDS = {"tn": "trillion ", "bn": "billion ", "m": "million ", "k": "thousand ", "": ""}
PATTERN = r"([A-Z]{3})([12][0-9]{3})(tn|bn|m|k|)"
WITHIN = re.compile(rf"(?<![A-Za-z0-9]){PATTERN}(?![A-Za-z0-9])")


@dataclass(frozen=True)
class Money:
    """A unit of money: ``currency`` (three letters), the ``year`` whose prices it has, ``scale`` (tn, bn, m, k or "").

    >>> str(Money("KES", 2019, "bn"))
    'KES2019bn'
    """

    currency: str
    year: int
    scale: str = ""

    def __str__(self) -> str:
        return f"{self.base}{self.scale}"

    @property
    def base(self) -> str:
        """The unit without its scale: KES2019."""
        return f"{self.currency}{self.year}"

    @property
    def units(self) -> float:
        """How many units of its currency it is."""
        return SCALES[self.scale]

    @property
    def prices(self) -> str:
        """KES at 2019 prices."""
        return f"{self.currency} at {self.year} prices"

    @property
    def words(self) -> str:
        """Billion KES at 2019 prices."""
        return f"{WORDS[self.scale]}{self.prices}"

    @property
    def counted(self) -> str:
        """Billion KES: where the year of the prices is said once, elsewhere."""
        return f"{WORDS[self.scale]}{self.currency}"

    @property
    def short(self) -> str:
        """The heading of a column: bn KES."""
        return f"{self.scale} {self.currency}".strip()


def money_in(text: str) -> Money | None:
    """The first money unit in a text; None where there is none.

    >>> money_in("base-year wage units (KES2019bn)").counted, money_in("persons")
    ('billion KES', None)
    """
    match = WITHIN.search(text)
    return None if match is None else _money(match)


def money_of(text: str) -> Money:
    """A money unit from its text. Raises ``StudyError`` for what is none.

    >>> money_of("CNY2020k").units
    1000.0
    """
    match = re.fullmatch(PATTERN, text)
    if match is None:
        fix = "give currency, price year and scale (tn, bn, m, k or none), such as KES2019bn"
        raise StudyError(f"'{text}' is no money", fix=fix)
    return _money(match)


def is_money(text: str) -> bool:
    """Whether a text is a money unit."""
    return re.fullmatch(PATTERN, text) is not None


def priced(text: str) -> tuple[str, float]:
    """What a price is told in, the currency at its prices, and how much of it one unit is; other units as they stand.

    >>> priced("KES2019bn"), priced("apples")
    (('KES at 2019 prices', 1000000000.0), ('apples', 1.0))
    """
    if not is_money(text):
        return text, 1.0
    money = money_of(text)
    return money.prices, money.units


def restated(text: str, said: Callable[[Money], str]) -> str:
    """A text with every money unit in it said otherwise.

    >>> restated("KES2019bn / year", lambda money: money.short)
    'bn KES / year'
    """
    return WITHIN.sub(lambda match: said(_money(match)), text)


def _money(match: re.Match[str]) -> Money:
    return Money(match[1], int(match[2]), match[3])
