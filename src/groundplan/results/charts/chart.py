"""A chart of an outcome: its picture, and the table with the same numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.drawing import Bars, Columns, Lines, Series, ShadedBand, series
from groundplan.results.view import Drawn

TableOf = Callable[[Outcome], pd.DataFrame]
Panels = list[tuple[str, list[Series]]]


@dataclass(frozen=True)
class Chart:
    """A figure and the table that says the same in numbers; ``draw`` gives its description, None where it has none.

    ``title`` is its short name, by which its table goes; the sentence over the figure is ``sentence``'s, or without it
    the one that the description makes of its numbers.
    ``shown``: how the table is shown where room is short, ``heads``, ``spare`` and ``top`` of ``view.Grid``.
    """

    name: str
    title: str
    draw: Callable[[Outcome], Drawn | None]
    table: TableOf
    table_title: str = ""
    shown: Mapping[str, Any] = field(default_factory=dict)
    sentence: Callable[[Outcome], str] | None = None

    def description(self, outcome: Outcome) -> Drawn | None:
        """What is drawn, under its sentence; None where there is nothing to draw."""
        described = self.draw(outcome)
        if described is None or described.empty:
            return None
        return replace(described, title=self.sentence(outcome) if self.sentence else described.sentence())


def one_panel(lines: list[Series]) -> Panels:
    """All lines in one panel without a head."""
    return [("", lines)]


def by_unit(lines: list[Series]) -> Panels:
    """A panel for each unit, headed by it."""
    return parted(lines, lambda s: s.unit)


def parted(lines: list[Series], head: Callable[[Series], str]) -> Panels:
    """A panel for each head, in the order of the lines."""
    panels: dict[str, list[Series]] = {}
    for s in lines:
        panels.setdefault(head(s), []).append(s)
    return list(panels.items())


def line_chart(
    name: str,
    title: str,
    table: TableOf,
    *,
    panels: Callable[[list[Series]], Panels] = one_panel,
    only: Sequence[str] = (),
    zero: bool = False,
    table_title: str = "",
    bands: Callable[[Outcome], Sequence[ShadedBand]] | None = None,
    base: Callable[[Outcome], str] | None = None,
    along: str = "year",
    shown: Mapping[str, Any] | None = None,
    sentence: Callable[[Outcome], str] | None = None,
) -> Chart:
    """Lines of a table's columns (``only`` these, where any are named) down its rows, with bands and a base year."""

    def draw(o: Outcome) -> Drawn:
        rows = table(o)
        lines = [s for s in series(rows) if not only or s.name in only]
        own = bands(o) if bands else ()
        at, first = [str(i) for i in rows.index], base(o) if base else ""
        return Lines(name, title, at, panels(lines), zero, first, own, along)

    return Chart(name, title, draw, table, table_title, dict(shown or {}), sentence)


def column_chart(
    name: str, title: str, table: TableOf, *, without: str = "", shown: Mapping[str, Any] | None = None
) -> Chart:
    """A table's columns stacked, a stack a row; ``without`` one of them, such as the total."""

    def draw(o: Outcome) -> Drawn:
        rows = table(o)
        parts = [s for s in series(rows) if s.name != without]
        return Columns(name, title, [str(i) for i in rows.index], parts)

    return Chart(name, title, draw, table, shown=dict(shown or {}))


def bar_chart(
    name: str,
    title: str,
    table: TableOf,
    places: Sequence[int] | None = None,
    *,
    shown: Mapping[str, Any] | None = None,
) -> Chart:
    """A bar a row of a table, of its columns at ``places`` (all by default)."""

    def draw(o: Outcome) -> Drawn:
        rows = table(o)
        return Bars(name, title, [str(i) for i in rows.index], series(rows, places))

    return Chart(name, title, draw, table, shown=dict(shown or {}))
