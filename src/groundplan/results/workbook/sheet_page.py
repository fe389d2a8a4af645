"""One view on a sheet: words in merged rows, tables with names, units, formats and live cells, room for charts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any

from groundplan.languages.spoken import said
from groundplan.results.charts.curves import Curves, Timetable
from groundplan.results.charts.drawing import Bars, Columns, Lines
from groundplan.results.charts.flows import Calendar
from groundplan.results.charts.tornado import Tornado
from groundplan.results.framed import headings
from groundplan.results.view import GUARDS, HEADING, HEADLINE, NOTE, Bullets, Drawn, Grid, Plot, Prose, Verbatim, View
from groundplan.results.words import PERCENT, Amount, is_figure, places_by_unit
from groundplan.results.workbook.cell_styles import CellStyles
from groundplan.results.workbook.live_cells import live_cells
from groundplan.results.workbook.sheet_names import range_name

WIDE = 110  # characters of a line of prose
LABELS, FIGURES, WORDS = (16, 44), (11, 18), (11, 48)  # least and most characters of a column
LINE = 14.5  # points of a line of text
CHART_ROWS = 20
LOOKS = {NOTE: "note", HEADLINE: "headline", HEADING: "heading"}
NEAR_TOP = 9  # rows above a table's first under which its headings may be kept in sight


@dataclass(frozen=True, eq=False)
class GridPlace:
    """Where a table stands: its sheet, and the row of its first line of cells; labels stand in the first column."""

    sheet: str
    grid: Grid
    head: int
    top: int
    range_name: str

    @property
    def last(self) -> tuple[int, int]:
        """The row and the column of its last cell."""
        return self.top + len(self.grid.frame) - 1, self.grid.frame.shape[1]


@dataclass(frozen=True, eq=False)
class ChartPlace:
    """Where a chart is to stand: its sheet and the first of the rows that are left free for it."""

    sheet: str
    row: int
    chart: Drawn


@dataclass(eq=False)
class SheetPage:
    """A sheet as it is filled from above: what stands where, and the next free row."""

    styles: CellStyles
    sheet: Any
    name: str
    view: str
    ranges: list[str]  # names of the tables of the whole book
    widths: list[float] = field(default_factory=list)
    row: int = 0
    grids: list[GridPlace] = field(default_factory=list)
    charts: list[ChartPlace] = field(default_factory=list)

    def fill(self, view: View) -> None:
        """Write a view from the top of the sheet on."""
        self.widths = widths_of([p for p in view.parts if isinstance(p, Grid)])
        self.styles.text(self.sheet, 0, 0, view.title, "title")
        self.row = 2
        waiting: list[Drawn] = []
        for part in view.parts:
            if isinstance(part, Plot):
                waiting.append(part.chart)
                continue
            # The table with a chart's numbers comes first, so that its headings may stay in sight.
            if waiting and not isinstance(part, Grid):
                self._charts(waiting)
            self._part(part)
            self._charts(waiting)
        self._charts(waiting)
        self._shape()

    def _part(self, part: object) -> None:
        if isinstance(part, Prose):
            self.words(part.words, LOOKS.get(part.kind, "words"))
        elif isinstance(part, Bullets):
            for n, line in enumerate(part.lines, 1):
                self.words(
                    f"{n}. {line}" if part.numbered else f"• {line}", "guard" if part.kind == GUARDS else "words"
                )
            self.row += 1
        elif isinstance(part, Verbatim):
            if part.summary:
                self.words(part.summary, "heading")
            for line in part.text.splitlines():
                self.styles.text(self.sheet, self.row, 0, line, "code")
                self.row += 1
            self.row += 1
        elif isinstance(part, Grid):
            self._grid(part)

    def words(self, words: str, look: str = "words") -> None:
        """A paragraph over the columns that a line of prose is wide."""
        across, last = 0.0, 0
        while across < WIDE:
            across += self.widths[last] if last < len(self.widths) else FIGURES[0]
            last += 1
        if last > 1:
            self.sheet.merge_range(self.row, 0, self.row, last - 1, "", self.styles.look(look))
        self.styles.text(self.sheet, self.row, 0, words, look)
        room = across * (0.8 if look in ("headline", "heading") else 0.95)
        lines = sum(max(1, math.ceil(len(line) / room)) for line in words.split("\n"))
        self.sheet.set_row(self.row, lines * LINE + 3)
        self.row += 1

    def _grid(self, g: Grid) -> None:
        heads = headings(g.frame)
        columns = [g.frame.iloc[:, j].tolist() for j in range(len(heads))]
        units = {unit for _, unit in heads}
        shared = units == {""} or len(units) == 1
        unit = next(iter(units)) if shared else ""
        self.row += 1 if self.row > 2 else 0
        behind = f", {said('per cent' if unit == PERCENT else unit)}" if unit else ""
        self.styles.text(self.sheet, self.row, 0, g.title + behind, "caption")
        head = self.row + 1
        self.styles.text(self.sheet, head, 0, str(g.frame.index.name or ""), "head of words")
        for j, (name, own) in enumerate(heads):
            self.styles.text(self.sheet, head, j + 1, name, "head" if _figures(columns[j]) else "head of words")
            if not shared:
                self.styles.text(self.sheet, head + 1, j + 1, said(own), "unit")
        if not shared:
            self.styles.text(self.sheet, head + 1, 0, "", "unit")
        self._tall(head, [name for name, _ in heads])
        if not shared:
            self._tall(head + 1, [said(own) for _, own in heads])
        top = head + (1 if shared else 2)
        self._cells(g, columns, top)
        self.ranges.append(range_name(self.view, len(self.grids) + 1, self.ranges))
        self.grids.append(GridPlace(self.name, g, head, top, self.ranges[-1]))
        self.row = top + len(g.frame) + 1

    def _cells(self, g: Grid, columns: Sequence[Sequence[Any]], top: int) -> None:
        units = [unit for _, unit in headings(g.frame)]
        places = places_by_unit(columns, units)
        live = live_cells(g.in_english)
        for i, label in enumerate(g.frame.index):
            self.styles.text(self.sheet, top + i, 0, str(label), "label")
            self._tall(top + i, [values[i] for values in columns], label=str(label))
            for j, values in enumerate(columns):
                if (i, j) in live:
                    form = self.styles.figures(places[units[j]], values[i])
                    self.sheet.write_formula(top + i, j + 1, live[i, j].formula(top, 1), form, float(values[i]))
                else:
                    self.styles.value(self.sheet, top + i, j + 1, values[i], places[units[j]])

    def _tall(self, row: int, texts: Sequence[Any], room: float = 1.0, label: str = "") -> None:
        """Make a row as high as its wrapped texts need it."""
        cells = zip([label, *texts], self.widths, strict=False)
        lines = max((len(wrap(t, max(int(wide * room) - 1, 1))) for t, wide in cells if isinstance(t, str)), default=1)
        if lines > 1:
            self.sheet.set_row(row, lines * LINE)

    def _charts(self, waiting: list[Drawn]) -> None:
        """Leave room for charts; ``waiting`` is emptied."""
        for chart in waiting:
            if not chart.empty:
                self.charts.append(ChartPlace(self.name, self.row, chart))
                self.row += rows_of(chart) + 1
        waiting.clear()

    def _shape(self) -> None:
        """Column widths, what stays in sight, and how it is printed."""
        for j, wide in enumerate(self.widths):
            self.sheet.set_column(j, j, wide)
        first = self.grids[0] if self.grids else None
        if first is not None and len(self.grids) == 1 and first.head < NEAR_TOP:
            self.sheet.freeze_panes(first.top, 1)
            self.sheet.repeat_rows(first.head, first.top - 1)
        elif first is not None:
            self.sheet.freeze_panes(1, 1)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)


def rows_of(chart: Drawn) -> int:
    """How many rows are left free for a chart: for each of its panels, or for its bars; one for words in its stead."""
    match chart:
        case Lines():
            return CHART_ROWS * sum(bool(members) for _, members in chart.panels)
        case Bars():
            return bar_rows(len(chart.names))
        case Timetable() | Calendar():
            return bar_rows(len(chart.rows))
        case Tornado():
            return bar_rows(len(chart.bars))
        case Columns() | Curves():
            return CHART_ROWS
    return 1


def bar_rows(bars: int) -> int:
    """Rows of the sheet for a chart of so many lying bars."""
    return max(CHART_ROWS, bars + 6)


def widths_of(grids: Sequence[Grid]) -> list[float]:
    """Columns as wide as the tables of a sheet need them, within limits; the first holds the labels."""
    widths: list[float] = [max([LABELS[0], *(_longest(map(str, g.frame.index), LABELS[1]) for g in grids)])]
    for g in grids:
        for j, (name, english) in enumerate(headings(g.frame)):
            unit = said(english)
            values = g.frame.iloc[:, j].tolist()
            texts = [v.text if isinstance(v, Amount) else v for v in values if isinstance(v, str | Amount)]
            least, most = WORDS if any(isinstance(v, str) for v in values) else FIGURES
            word = max(map(len, [*name.split(), *([unit] if len(unit) < most - 3 else unit.split()), ""]))
            wide = max(least, min(most, max(word + 1, _longest(texts, most))))
            widths += [float(FIGURES[0])] * (j + 2 - len(widths))
            widths[j + 1] = max(widths[j + 1], float(wide))
    return widths


def _longest(texts: Any, most: int) -> float:
    return float(min(most, max((len(t) for t in texts), default=0) + 2))


def _figures(values: Sequence[Any]) -> bool:
    return any(is_figure(v) for v in values) and not any(isinstance(v, str) for v in values)
