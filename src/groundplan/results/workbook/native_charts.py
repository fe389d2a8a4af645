"""Charts that the spreadsheet program draws itself, from the descriptions of the pages, over cells of the book."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from groundplan.languages.spoken import said
from groundplan.results.charts.chart_series import Series, axis_unit
from groundplan.results.charts.curves import Curves, Timetable
from groundplan.results.charts.drawing import Bars, Columns, Lines, ShadedBand
from groundplan.results.charts.flows import Calendar, Matrix
from groundplan.results.charts.svg import COLOURS, ticks
from groundplan.results.charts.tornado import Tornado
from groundplan.results.framed import headings
from groundplan.results.workbook.cell_styles import CellStyles, cell_text
from groundplan.results.workbook.live_cells import numbers
from groundplan.results.workbook.sheet_page import CHART_ROWS, ChartPlace, GridPlace, rows_of

DATA = "Chart data"
WIDE, ROW = 900, 20  # pixels
DASH_TYPES = ("solid", "dash", "square_dot", "dash_dot", "long_dash")
MARKERS = ("circle", "square", "triangle", "diamond", "x")
IN_REPORT = "The picture “{title}” is in the report; its numbers stand in the table of this view."
CELL_NAMED = re.compile(r"!(?=\$?[A-Z]+\$?[0-9])")
SCALED = "The cells of “{title}” are shaded by their size."

NO_LIMITS: Mapping[str, float] = {}

Range = list[Any]  # sheet, first row, first column, last row, last column


@dataclass(frozen=True)
class Strand:
    """A series in cells: where its name, its categories and its values stand."""

    name: Range
    categories: Range
    values: Range


@dataclass(eq=False)
class NativeCharts:
    """Puts charts into a book; numbers that no table has go to a sheet of their own, which is added when needed."""

    book: Any
    styles: CellStyles
    grids: Sequence[GridPlace]
    sheets: dict[str, Any]
    _column: int = field(default=0)

    def put(self, place: ChartPlace) -> None:
        """Draw a chart in its place, or say where its picture is."""
        match place.chart:
            case Lines() as c:
                rows = place.row
                for head, members in c.panels:
                    if members:
                        title = f"{c.title}: {head}" if head and len(c.panels) > 1 else c.title
                        own = [(k, b) for b in c.bands if (k := b.of_series(members, rows == place.row)) is not None]
                        chart, unit = self._lines(place, c.years, members, own), axis_unit(members[0].unit)
                        ends = [v for _, b in own for v in (*b.low, *b.high)]
                        limits = NO_LIMITS if c.zero else _within(members, ends)
                        self._insert(chart, title, place.sheet, rows, unit=unit, limits=limits)
                        rows += CHART_ROWS
            case Columns() as c:
                strands = self._strands(place.sheet, c.years, c.parts, c.title)
                unit = axis_unit(c.parts[0].unit)
                self._insert(self._stacked("column", strands), c.title, place.sheet, place.row, unit=unit)
            case Bars() as c:
                strands = self._strands(place.sheet, c.names, c.parts, c.title)
                chart = self._stacked("bar", strands)
                self._insert(
                    chart, c.title, place.sheet, place.row, unit=axis_unit(c.parts[0].unit), lying=True, rows=rows_of(c)
                )
            case Tornado() as c:
                self._tornado(c, place)
            case Timetable() as c:
                self._timetable(c, place)
            case Calendar() as c:
                self._calendar(c, place)
            case Curves() as c:
                self._curves(c, place)
            case Matrix() as c:
                self._shade(c, place)
            case other:
                self._say(place, IN_REPORT.format(title=other.title))

    def _say(self, place: ChartPlace, words: str) -> None:
        self.styles.text(self.sheets[place.sheet], place.row, 0, said(words), "remark")

    def _insert(
        self, chart: Any, title: str, sheet: str, row: int, *, unit: str = "", lying: bool = False, across: str = "",
        rows: int = CHART_ROWS, limits: Mapping[str, float] = NO_LIMITS,
    ) -> None:  # fmt: skip
        title = said(title)
        chart.set_title({"name": _plain(title), "name_font": {"size": 12}, "overlay": False})
        figures: dict[str, Any] = {
            "name": _plain(said(unit)),
            "major_gridlines": {"visible": True, "line": {"color": "#D0D0D0"}},
        }
        figures |= limits
        names: dict[str, Any] = {"label_position": "low"}
        if across:
            names |= {"name": _plain(said(across)), "num_format": "General"}
        if lying:
            names |= {"reverse": True, "crossing": "max"}  # the first bar on top, the axis of numbers below
        chart.set_x_axis(figures if lying else names)
        chart.set_y_axis(names if lying else figures)
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": WIDE, "height": rows * ROW - ROW})
        self.sheets[sheet].insert_chart(row, 0, chart, {"object_position": 2, "description": _plain(title)})

    def _lines(
        self,
        place: ChartPlace,
        years: Sequence[str],
        members: Sequence[Series],
        bands: Sequence[tuple[int, ShadedBand]],
    ) -> Any:
        """Lines, and each band as two thin ones of the colour of the line that it is about."""
        chart = self.book.add_chart({"type": "line"})
        for n, s in enumerate(self._strands(place.sheet, years, members, place.chart.title)):
            line = {"color": _colour(n), "width": 2, "dash_type": DASH_TYPES[n % len(DASH_TYPES)]}
            mark = {"type": MARKERS[n % len(MARKERS)], "size": 5, "fill": {"color": _colour(n)},
                    "border": {"color": _colour(n)}}  # fmt: skip
            chart.add_series(_series(s, line=line, marker=mark))
        for n, band in bands:
            ends = [(f"{band.name}, least", band.low), (f"{band.name}, most", band.high)]
            for s in self._own(place.chart.title, years, ends):
                line = {"color": _colour(n), "width": 0.75, "transparency": 40}
                chart.add_series(_series(s, line=line, marker={"type": "none"}))
        return chart

    def _stacked(self, kind: str, strands: Sequence[Strand], *, unseen: bool = False) -> Any:
        """Stacked bars or columns; the first of ``unseen`` only holds up the others."""
        chart = self.book.add_chart({"type": kind, "subtype": "stacked"})
        for n, s in enumerate(strands):
            look: dict[str, Any] = {"fill": {"color": _colour(n - unseen)}, "gap": 40}
            chart.add_series(_series(s, **({"fill": {"none": True}, "gap": 40} if unseen and n == 0 else look)))
        return chart

    def _strands(self, sheet: str, labels: Sequence[str], members: Sequence[Series], title: str) -> list[Strand]:
        """The members in cells: of one table where it has them all, else of the sheet for charts."""
        for place in sorted(self.grids, key=lambda g: g.sheet != sheet):
            if [str(i) for i in place.grid.in_english.index] != list(labels):
                continue
            heads, values = headings(place.grid.in_english), numbers(place.grid.in_english)
            columns = [_column_of(s, heads, values) for s in members]
            if all(j is not None for j in columns):
                return [
                    _strand(place.sheet, place.head, place.top, len(labels), 0, j + 1) for j in columns if j is not None
                ]
        return self._own(title, labels, [(s.name, s.values) for s in members])

    def _own(self, title: str, labels: Sequence[Any], columns: Sequence[tuple[str, Sequence[float]]]) -> list[Strand]:
        """A block on the sheet for charts: labels, then a column each."""
        sheet = self._data_sheet()
        left, head = self._column, 1
        self.styles.text(sheet, 0, left, said(title), "caption")
        for i, label in enumerate(labels):
            self.styles.value(sheet, head + 1 + i, left, said(label) if isinstance(label, str) else label, 3)
        for n, (name, values) in enumerate(columns, 1):
            self.styles.text(sheet, head, left + n, said(name), "head")
            for i, value in enumerate(values):
                if math.isfinite(value):
                    sheet.write_number(head + 1 + i, left + n, value)
        sheet.set_column(left, left, 28)
        self._column += len(columns) + 2
        return [_strand(DATA, head, head + 1, len(labels), left, left + n) for n in range(1, len(columns) + 1)]

    def _data_sheet(self) -> Any:
        if DATA not in self.sheets:
            self.sheets[DATA] = self.book.add_worksheet(DATA)
            self.sheets[DATA].freeze_panes(2, 0)
        return self.sheets[DATA]

    def _tornado(self, c: Tornado, place: ChartPlace) -> None:
        bars = [b for b in c.bars if math.isfinite(b.low) or math.isfinite(b.high)]
        ends = [("low end of the range", [b.low for b in bars]), ("high end of the range", [b.high for b in bars])]
        chart = self.book.add_chart({"type": "bar"})
        for n, s in enumerate(self._own(c.title, [b.name for b in bars], ends)):
            chart.add_series(_series(s, fill={"color": _colour(n)}, overlap=100, gap=40))
        unit = c.unit or "number"
        self._insert(
            chart, c.title, place.sheet, place.row, unit=unit, lying=True, rows=rows_of(c), limits={"crossing": c.base}
        )

    def _timetable(self, c: Timetable, place: ChartPlace) -> None:
        first, end = c.years[0], c.years[-1] + 1
        built = [float(min(r.built, end - r.begun)) for r in c.rows]
        columns = [
            ("from", [float(r.begun) for r in c.rows]), (c.words[0], built),
            (c.words[1], [end - r.begun - b for r, b in zip(c.rows, built, strict=True)]),
        ]  # fmt: skip
        self._spans(c.title, [r.name for r in c.rows], columns, place, "year", first, end, rows_of(c))

    def _calendar(self, c: Calendar, place: ChartPlace) -> None:
        last = [back if math.isfinite(back) else float(c.days) for *_, back in c.rows]
        stop = [min(s, end) if math.isfinite(s) else end for (_, _, s, _), end in zip(c.rows, last, strict=True)]
        columns = [
            ("until", [r[1] for r in c.rows]),
            ("below 99 per cent of base output", [max(s - r[1], 0.0) for s, r in zip(stop, c.rows, strict=True)]),
            ("the same, after it stood still", [end - s for end, s in zip(last, stop, strict=True)]),
        ]
        self._spans(c.title, [r[0] for r in c.rows], columns, place, "day", 0, c.days, rows_of(c))

    def _spans(
        self, title: str, names: Sequence[str], columns: Sequence[tuple[str, Sequence[float]]], place: ChartPlace,
        unit: str, low: float, high: float, rows: int,
    ) -> None:  # fmt: skip
        """Bars that begin where an unseen first one ends."""
        chart = self._stacked("bar", self._own(title, names, columns), unseen=True)
        self._insert(
            chart, title, place.sheet, place.row, unit=unit, lying=True, rows=rows, limits={"min": low, "max": high}
        )
        chart.set_legend({"position": "bottom", "delete_series": [0]})

    def _curves(self, c: Curves, place: ChartPlace) -> None:
        chart = self.book.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
        for n, curve in enumerate(m for m in c.members if len(m.points)):
            xs, ys = zip(*curve.points, strict=True)
            (strand,) = self._own(c.title, xs, [(curve.name, ys)])
            mark = {"type": MARKERS[n % len(MARKERS)], "fill": {"color": _colour(n)}, "border": {"color": _colour(n)}}
            line = {"color": _colour(n), "width": 2, "dash_type": DASH_TYPES[n % len(DASH_TYPES)]}
            chart.add_series(_series(strand, line=line, marker=mark if curve.marked else {"type": "none"}))
        limits = {"min": 0.0} if c.zero else NO_LIMITS
        self._insert(chart, c.title, place.sheet, place.row, unit=c.axes[1], across=c.axes[0], limits=limits)

    def _shade(self, c: Matrix, place: ChartPlace) -> None:
        """Shade the cells of the table that the matrix shows, where the book has it."""
        wanted = [[str(i) for i in c.table.index], [str(k) for k in c.table.columns]]
        for g in self.grids:
            if [[str(i) for i in g.grid.in_english.index], [name for name, _ in headings(g.grid.in_english)]] == wanted:
                scale = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": _colour(0)}
                self.sheets[g.sheet].conditional_format(g.top, 1, *g.last, scale)
                self._say(place, SCALED.format(title=c.title))
                return
        self._say(place, IN_REPORT.format(title=c.title))


def _plain(words: str) -> str:
    """Words of a chart, which the writer would take for a formula where they begin with its sign or name a cell."""
    shown = CELL_NAMED.sub("! ", cell_text(words))
    return f" {shown}" if shown.startswith("=") else shown


def _within(members: Sequence[Series], more: Sequence[float] = ()) -> dict[str, float]:
    """The ends of an axis that need not have zero."""
    values = [v for v in (*more, *(v for s in members for v in s.values)) if math.isfinite(v)]
    marks = ticks(min(values), max(values))
    return {"min": marks[0], "max": marks[-1]}


def _colour(n: int) -> str:
    return COLOURS[n % len(COLOURS)]


def _column_of(s: Series, heads: Sequence[tuple[str, str]], values: Any) -> int | None:
    """The column of a table that has a series' name, unit and numbers."""
    for j, head in enumerate(heads):
        same = (
            a == b or (math.isnan(a) and math.isnan(b)) for a, b in zip(values[:, j].tolist(), s.values, strict=True)
        )
        if head == (s.name, s.unit) and all(same):
            return j
    return None


def _strand(sheet: str, head: int, top: int, rows: int, labels: int, column: int) -> Strand:
    last = top + rows - 1
    return Strand([sheet, head, column], [sheet, top, labels, last, labels], [sheet, top, column, last, column])


def _series(s: Strand, **look: Any) -> dict[str, Any]:
    return {"name": s.name, "categories": s.categories, "values": s.values, **look}
