"""How cells of a workbook look: number formats by unit, headings, wrapped words; every text goes in as text."""

from __future__ import annotations

import math
from typing import Any

from groundplan.languages.spoken import figure_said
from groundplan.results.words import Amount, Between, Year, choice, is_figure
from groundplan.shown_text import visible

LONGEST_TEXT = 32_767  # characters that a cell holds
PALE, EDGE, QUIET = "#E8EEF4", "#8CA0B3", "#555555"
WRAPPED = {"text_wrap": True, "valign": "top"}
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15},
    "note": {**WRAPPED, "font_color": QUIET},
    "headline": {**WRAPPED, "bold": True, "font_size": 12},
    "heading": {**WRAPPED, "bold": True, "font_size": 12},
    "words": WRAPPED,
    "remark": {"italic": True, "font_color": QUIET},
    "guard": {**WRAPPED, "bg_color": "#FFF4D6"},
    "caption": {"bold": True, "font_size": 12},
    "head": {**WRAPPED, "bold": True, "bg_color": PALE, "align": "right"},
    "head of words": {**WRAPPED, "bold": True, "bg_color": PALE},
    "unit": {**WRAPPED, "bg_color": PALE, "align": "right", "font_color": QUIET, "bottom": 1, "bottom_color": EDGE},
    "label": {"valign": "top", "text_wrap": True},
    "cell": {**WRAPPED, "indent": 1},
    "code": {"font_name": "Consolas", "font_size": 9},
    "text cell": {"num_format": "@", "valign": "top"},
    "link": {"font_color": "#0563C1", "underline": 1},
}


class CellStyles:
    """The formats of one workbook, each made once, and the one way in which texts and numbers enter cells."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._ready: dict[Any, Any] = {}

    def look(self, name: str) -> Any:
        """A format of ``LOOKS``."""
        if name not in self._ready:
            self._ready[name] = self._book.add_format(LOOKS[name])
        return self._ready[name]

    def figures(self, places: int, value: Any = None) -> Any:
        """The format of numbers with so many decimals; of an amount its own, with its sign and its unit."""
        if isinstance(value, Year):
            return self._plain()
        own = isinstance(value, Amount)
        shape = (value.places, value.signed, value.unit) if own else (places, False, "")
        if shape not in self._ready:
            self._ready[shape] = self._book.add_format({"num_format": pattern(*shape), "valign": "top"})
        return self._ready[shape]

    def _plain(self) -> Any:
        """The format of years: whole numbers without separators."""
        if Year not in self._ready:
            self._ready[Year] = self._book.add_format({"num_format": "0", "valign": "top"})
        return self._ready[Year]

    def text(self, sheet: Any, row: int, column: int, words: str, look: str = "words") -> None:
        """A text that stays one, whatever sign it begins with."""
        sheet.write_string(row, column, cell_text(words), self.look(look))

    def link(self, sheet: Any, row: int, target: str, words: str) -> None:
        """Words that lead to another sheet of the book."""
        sheet.write_url(row, 0, target, self.look("link"), cell_text(words)[:255])

    def value(self, sheet: Any, row: int, column: int, value: Any, places: int) -> None:
        """A number with its decimals, a text, or an empty cell where nothing is known."""
        if isinstance(value, Between):
            self.text(sheet, row, column, figure_said(value.text), "cell")
        elif is_figure(value):
            if math.isfinite(value):
                sheet.write_number(row, column, float(value), self.figures(places, value))
        elif value is not None:
            self.text(sheet, row, column, choice(value) if isinstance(value, bool) else str(value), "cell")


def pattern(places: int, signed: bool = False, unit: str = "") -> str:
    """A number format.

    >>> pattern(2), pattern(1, signed=True), pattern(0, unit="days")
    ('#,##0.00', '+#,##0.0;-#,##0.0;#,##0.0', '#,##0" days"')
    """
    figure = "#,##0" + ("." + "0" * places if places else "")
    figure += f'" {cell_text(unit.replace(chr(34), ""))}"' if unit else ""
    return f"+{figure};-{figure};{figure}" if signed else figure


def cell_text(words: str) -> str:
    """A text as a cell takes it: signs that give orders as escapes, cut where it is longer than a cell.

    >>> cell_text("=1+1"), len(cell_text("x" * 40_000))
    ('=1+1', 32767)
    """
    shown = visible(words)
    return shown if len(shown) <= LONGEST_TEXT else f"{shown[: LONGEST_TEXT - 1]}…"
