"""Numbers, dates and lists as a language writes them: facts of the Unicode CLDR, kept by ``languages/locales.py``."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

# A number as Groundplan writes it in English: thousands by comma, decimals by point; nothing that hangs on letters.
FIGURE = re.compile(
    r"(?<![\w.,/:-])[−+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\w|[.,]\d|[-/:]\d)"
    r"|(?<![\w.,/:-])[−+-]?\d+\.\d+(?!\w|[.,]\d|[-/:]\d)"
)
DAY = re.compile(r"(?<![\w/.-])(\d{4})-(\d{2})-(\d{2})(?![\w/-]|\.\d)")
# What is to be copied as it stands: words in backticks, options, paths and addresses.
COPIED = re.compile(r"`[^`]*`|https?://\S+|\S*[/\\]\S+")
FIELD = re.compile(r"'([^']*)'|y+|M+|d+")
FACTS = "languages/catalogues/locales.json"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


@cache
def locales() -> dict[str, dict[str, Any]]:
    """By tag of a language, and of a country where it differs: marks of numbers, lists, days, which numbers are one."""
    facts: dict[str, dict[str, Any]] = json.loads(files("groundplan").joinpath(FACTS).read_text("utf-8"))
    return facts


class Numerals:
    """How a language writes figures. ``tag``: a tag of BCP 47 such as ``fr`` or ``es-MX``; of others English facts."""

    def __init__(self, tag: str) -> None:
        own = tag.partition("-")[0]
        facts = locales()
        self._facts = {**facts["en"], **facts.get(own, {}), **facts.get(tag, {})}
        self._marks = {",": str(self._facts["group"]), ".": str(self._facts["decimal"])}
        self.right_to_left = own in RIGHT_TO_LEFT

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
        try:
            return self._dated(date(int(written[1]), int(written[2]), int(written[3])), "medium")
        except ValueError:
            return written[0]

    def day(self, day: date) -> str:
        """A day in full.

        >>> Numerals("fr").day(date(2026, 11, 30)), Numerals("ko").day(date(2026, 11, 30))
        ('30 novembre 2026', '2026년 11월 30일')
        """
        return self._dated(day, "long")

    def _dated(self, day: date, length: str) -> str:
        def field(match: re.Match[str]) -> str:
            letters = match[0]
            if letters[0] == "'":
                return match[1]
            if letters[0] == "M" and len(letters) > 2:
                names = self._facts["months" if len(letters) > 3 else "short_months"]
                return str(names[day.month - 1])
            number = {"y": day.year, "M": day.month, "d": day.day}[letters[0]]
            return f"{number:0{len(letters)}d}" if letters[0] != "y" else str(number)

        return FIELD.sub(field, str(self._facts[length]))

    def listed(self, names: Sequence[str]) -> str:
        """Names as a sentence lists them.

        >>> Numerals("fr").listed(["a", "b", "c"]), Numerals("ko").listed(["a", "b"])
        ('a, b et c', 'a 및 b')
        """
        if len(names) < 2:
            return "".join(names)
        if len(names) == 2:
            return _put(self._facts["two"], names[0], names[1])
        said = _put(self._facts["end"], names[-2], names[-1])
        for name in reversed(names[1:-2]):
            said = _put(self._facts["middle"], name, said)
        return _put(self._facts["start"], names[0], said)

    def plural(self, number: float) -> int:
        """Which of the plural forms of the catalogue a number takes: 0 of one, 1 of several.

        >>> [Numerals("fr").plural(n) for n in (0, 1, 1.5, 2)], [Numerals("es").plural(n) for n in (0, 1, 1.5)]
        ([0, 0, 0, 1], [1, 0, 1])
        """
        size = abs(number)
        if self._facts["parts_count"] and size != math.floor(size):
            return 1
        return 0 if math.floor(size) in self._facts["one"] else 1


def _put(pattern: str, first: str, second: str) -> str:
    return pattern.replace("{0}", first, 1).replace("{1}", second, 1)
