"""The sheet that says where a workbook's figures come from, in which units they are, and how to have them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from groundplan.languages.spoken import said
from groundplan.outcome import Outcome
from groundplan.results.outcome_facts import money
from groundplan.results.view import Reference, View
from groundplan.results.words import choice, money_words
from groundplan.results.workbook.cell_styles import CellStyles
from groundplan.results.workbook.sheet_page import GridPlace

NAME = "Sources"
HEADS = ("publisher", "title", "vintage", "licence", "address", "file", "SHA-256")
NOTES = (
    "An empty cell means: not known, or never.",
    "Numbers stand in full; how many decimals are shown follows from the unit.",
    "Totals, differences and shares are formulas where they follow from cells beside them; all else was computed by "
    "Groundplan, and does not change when a cell is changed.",
)
RUN = {"engine": "kind", "country_name": "country", "country": "code", "accounts_year": "year of the accounts",
       "command": "command", "groundplan": "made with Groundplan", "seed": "seed"}  # fmt: skip


def fill_sources(sheet: Any, styles: CellStyles, o: Outcome, views: Sequence[View], grids: Sequence[GridPlace]) -> None:
    """Write the sources of all views, what was run, units, notes, and the names of the tables."""
    styles.text(sheet, 0, 0, said("Sources, units and notes"), "title")
    row = 2
    unit = money(o)
    priced = [f"Money is {money_words(unit)} ({unit}) throughout."] if unit else []
    for line in (*priced, *NOTES):
        styles.text(sheet, row, 0, said(line), "remark")
        row += 1
    row = _references(sheet, styles, row + 1, [p for v in views for p in v.parts if isinstance(p, Reference)])
    row = _pairs(
        sheet, styles, row, "What was run", [(said(RUN[k]), choice(o.provenance[k])) for k in RUN if k in o.provenance]
    )
    named = [(g.range_name, g.grid.title, g.sheet) for g in grids]
    _pairs(sheet, styles, row, "Names of the tables, for formulas", named)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 50)
    sheet.set_column(2, 6, 26)
    sheet.freeze_panes(1, 0)


def _references(sheet: Any, styles: CellStyles, row: int, references: Sequence[Reference]) -> int:
    if not references:
        return row
    for j, head in enumerate(HEADS):
        styles.text(sheet, row, j, said(head), "head of words")
    row += 1
    for r in dict.fromkeys(map(_rows, references)):
        for cells in r:
            for j, words in enumerate(cells):
                styles.text(sheet, row, j, words, "cell")
            row += 1
    return row + 1


def _rows(r: Reference) -> tuple[tuple[str, ...], ...]:
    """A source as rows, one for each of its files."""
    files = [*r.files.items()] or [("", "")]
    return tuple((r.publisher, r.title, r.vintage, r.licence, r.address, str(f), str(h)) for f, h in files)


def _pairs(sheet: Any, styles: CellStyles, row: int, title: str, pairs: Sequence[Sequence[str]]) -> int:
    if not pairs:
        return row
    styles.text(sheet, row, 0, said(title), "caption")
    for n, cells in enumerate(pairs, 1):
        for j, words in enumerate(cells):
            styles.text(sheet, row + n, j, words, "cell")
    return row + len(pairs) + 2
