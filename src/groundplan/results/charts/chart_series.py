"""What a chart of a table draws: its columns as series, and the years below them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from groundplan.results.charts.svg import Scale, rule, text, tick_texts, wide_as
from groundplan.results.framed import column_values, headings
from groundplan.results.words import PERCENT, column_texts


@dataclass(frozen=True)
class Series:
    """A column to draw: its name, its values, and the same values as the table prints them."""

    name: str
    unit: str
    values: list[float]
    texts: list[str]


def series(table: pd.DataFrame, places: Sequence[int] | None = None) -> list[Series]:
    """The columns of a table at the given places (all by default) that have at least one number."""
    numeric = []
    every, named = column_values(table), headings(table)
    texts = column_texts(every, [unit for _, unit in named])
    for n, ((name, unit), cells) in enumerate(zip(named, every, strict=True)):
        if (places is None or n in places) and any(isinstance(v, int | float) and math.isfinite(v) for v in cells):
            numeric.append(Series(name, unit, [float(v) for v in cells], texts[n]))
    return numeric


def axis_unit(unit: str) -> str:
    """A unit as an axis title says it."""
    return "per cent" if unit == PERCENT else unit or "number"


def across(count: int, start: float, end: float) -> list[float]:
    """So many places from start to end, evenly; one stands in the middle."""
    if count == 1:
        return [(start + end) / 2]
    return [round(start + n * (end - start) / (count - 1), 2) for n in range(count)]


def year_axis(years: Sequence[str], xs: Sequence[float], y: float) -> list[str]:
    """Years under their places, counted back from the last, as many as have room."""
    room = (xs[-1] - xs[0]) / max(len(xs) - 1, 1)
    every = max(1, math.ceil((max(map(wide_as, years)) + 8) / max(room, 1)))
    marked = list(zip(xs, years, strict=True))[::-every]
    return [text(x, y + 18, year, "middle") for x, year in reversed(marked)]


def level_axis(y: Scale, left: float, right: float, *, numbered: bool = True) -> list[str]:
    """Grid lines of an upright axis, and their numbers."""
    body = [rule(left, y(value), right, y(value), strong=value == 0) for value in y.ticks]
    labels = tick_texts(y.ticks) if numbered else []
    return body + [text(left - 6, y(v) + 4, label, "end") for v, label in zip(y.ticks, labels, strict=False)]


def across_axis(x: Scale, top: float, end: float, *, strong: bool = True) -> list[str]:
    """Grid lines of a level axis, and their numbers below."""
    body: list[str] = []
    for value, label in zip(x.ticks, tick_texts(x.ticks), strict=True):
        line = rule(x(value), top, x(value), end, strong=strong and value == 0)
        body += [line, text(x(value), end + 16, label, "middle")]
    return body
