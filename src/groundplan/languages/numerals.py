"""Numbers, dates and lists as a language writes them (Unicode CLDR, by Babel)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.core import Locale

# A number as Groundplan writes it in English: thousands by comma, decimals by point; nothing that hangs on letters.
FIGURE = re.compile(
    r"(?<![\w.,/:-])[−+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w,]|\.\d|[-/:]\d)"
    r"|(?<![\w.,/:-])[−+-]?\d+\.\d+(?![\w,]|\.\d|[-/:]\d)"
)
DAY = re.compile(r"(?<![\w/.-])(\d{4})-(\d{2})-(\d{2})(?![\w/-]|\.\d)")
# What is to be copied as it stands: words in backticks, options, paths and addresses.
COPIED = re.compile(r"`[^`]*`|https?://\S+|\S*[/\\]\S+")


class Numerals:
    """How a language writes figures. ``tag``: a tag of BCP 47 such as ``fr`` or ``es-MX``.

    Raises ``babel.core.UnknownLocaleError`` (a ``LookupError``-like ``Exception``) for a tag that CLDR does not know.
    """

    def __init__(self, tag: str) -> None:
        from babel.core import Locale

        self.locale: Locale = Locale.parse(tag, sep="-")

    @cached_property
    def _marks(self) -> dict[str, str]:
        symbols = self.locale.number_symbols.get("latn", self.locale.number_symbols)
        return {",": str(symbols["group"]), ".": str(symbols["decimal"])}

    def figure(self, text: str) -> str:
        """One number as English writes it, with the marks of the language.

        >>> Numerals("es").figure("26,412.7"), Numerals("ko").figure("26,412.7")
        ('26.412,7', '26,412.7')
        """
        return "".join(self._marks.get(c, c) for c in text)

    def figures(self, text: str) -> str:
        """Every number and every date inside a text; what is to be copied as it stands stays.

        >>> Numerals("es").figures("1,234.5 of 2029, version 1.2.3, `--set a=0.5`")
        '1.234,5 of 2029, version 1.2.3, `--set a=0.5`'
        """
        out, end = [], 0
        for kept in COPIED.finditer(text):
            out += [self._written(text[end : kept.start()]), kept[0]]
            end = kept.end()
        return "".join([*out, self._written(text[end:])])

    def _written(self, text: str) -> str:
        return FIGURE.sub(lambda m: self.figure(m[0]), DAY.sub(self._day, text))

    def _day(self, written: re.Match[str]) -> str:
        from babel.dates import format_date

        try:
            day = date(int(written[1]), int(written[2]), int(written[3]))
        except ValueError:
            return written[0]
        return str(format_date(day, "medium", locale=self.locale))

    def day(self, day: date) -> str:
        """A day in full.

        >>> Numerals("fr").day(date(2026, 11, 30))
        '30 novembre 2026'
        """
        from babel.dates import format_date

        return str(format_date(day, "long", locale=self.locale))

    def listed(self, names: Sequence[str]) -> str:
        """Names as a sentence lists them.

        >>> Numerals("fr").listed(["a", "b", "c"])
        'a, b et c'
        """
        from babel.lists import format_list

        return str(format_list(list(names), locale=self.locale))

    @property
    def right_to_left(self) -> bool:
        """Whether the language is written from right to left."""
        return bool(self.locale.text_direction == "rtl")

    def plural(self, number: float) -> int:
        """Which of the plural forms of the catalogue a number takes."""
        forms: list[str] = [tag for tag in ("zero", "one", "two", "few", "many", "other") if tag in self._forms]
        return forms.index(str(self.locale.plural_form(number)))

    @cached_property
    def _forms(self) -> set[str]:
        return {*self.locale.plural_form.tags, "other"}
