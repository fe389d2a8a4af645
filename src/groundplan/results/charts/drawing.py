"""Three kinds of chart of a table: lines by year, stacked columns by year, stacked bars by name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from groundplan.results.charts.svg import (
    DASHES,
    WIDTH,
    Scale,
    box,
    colour,
    fills,
    frame,
    leader,
    marker,
    rule,
    short,
    spread,
    text,
    tick_texts,
    wide_as,
)
from groundplan.results.framed import cell_texts, headings
from groundplan.results.words import PERCENT, elided

LINE = 17.0


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
    texts = cell_texts(table)
    for n, (name, unit) in enumerate(headings(table)):
        cells = table.iloc[:, n].tolist()
        if (places is None or n in places) and any(isinstance(v, int | float) and math.isfinite(v) for v in cells):
            numeric.append(Series(name, unit, [float(v) for v in cells], texts[n]))
    return numeric


def lines(
    name: str, title: str, years: Sequence[str], panels: Sequence[tuple[str, list[Series]]], *, zero: bool = False
) -> str:
    """Lines by year, one panel below the other; every line carries its name at its end."""
    filled = [(head, members) for head, members in panels if members]
    if not filled:
        return ""
    body: list[str] = []
    top = 0.0
    for head, members in filled:
        inside, top = _line_panel(head, members, years, top, zero=zero)
        body += inside
    description = "; ".join(
        f"{s.name} from {s.texts[0]} to {s.texts[-1]} ({axis_unit(s.unit)})" for _, members in filled for s in members
    )
    return frame(name, title, f"Lines by year, {years[0]} to {years[-1]}. {description}.", top, body)


def _line_panel(
    head: str, members: list[Series], years: Sequence[str], top: float, *, zero: bool
) -> tuple[list[str], float]:
    tall, start = max(230.0, 1.2 * LINE * len(members) + 30), top + (34 if head else 12)
    y = Scale([v for s in members for v in s.values], start + tall, start, zero=zero)
    names = short([s.name for s in members])
    labels = tick_texts(y.ticks)
    left = 30 + max(map(wide_as, labels))
    right = WIDTH - 26 - max(map(wide_as, names))
    xs = _across(len(years), left + 8, right)
    body = [text(left, top + 16, head, bold=True)] if head else []
    body += [text(14, start + tall / 2, elided(axis_unit(members[0].unit), 34), "middle", turned=True)]
    for value, label in zip(y.ticks, labels, strict=True):
        body += [rule(left, y(value), right, y(value), strong=value == 0), text(left - 6, y(value) + 4, label, "end")]
    body += _year_axis(years, xs, start + tall)
    ends = [_last(s.values) for s in members]
    tags = spread([y(s.values[n]) for s, n in zip(members, ends, strict=True)], LINE, start, start + tall)
    for n, (s, end, tag) in enumerate(zip(members, ends, tags, strict=True)):
        body += _line(n, s, xs, y, years)
        x, at = xs[end], y(s.values[end])
        body.append(leader(n, x + 5, at, right + 12, tag))
        body += [marker(n, right + 14, tag), text(right + 22, tag + 4, names[n])]
    return body, start + tall + 34


def _line(n: int, s: Series, xs: Sequence[float], y: Scale, years: Sequence[str]) -> list[str]:
    path, pen = "", "M"
    for x, value in zip(xs, s.values, strict=True):
        if not math.isfinite(value):
            pen = "M"
            continue
        path += f"{pen}{x:g} {y(value):g}"
        pen = "L"
    dash = f' stroke-dasharray="{DASHES[n % len(DASHES)]}"' if DASHES[n % len(DASHES)] else ""
    body = [f'<path d="{path}" stroke="{colour(n)}" stroke-width="2" fill="none"{dash}/>']
    for x, value, cell, year in zip(xs, s.values, s.texts, years, strict=True):
        if math.isfinite(value):
            body.append(marker(n, x, y(value), f"{s.name}, {year}: {cell}"))
    return body


def _last(values: Sequence[float]) -> int:
    return max(n for n, v in enumerate(values) if math.isfinite(v))


def _across(count: int, start: float, end: float) -> list[float]:
    if count == 1:
        return [(start + end) / 2]
    return [round(start + n * (end - start) / (count - 1), 2) for n in range(count)]


def _year_axis(years: Sequence[str], xs: Sequence[float], y: float) -> list[str]:
    room = (xs[-1] - xs[0]) / max(len(xs) - 1, 1)
    every = max(1, math.ceil((wide_as("2000") + 8) / max(room, 1)))
    marked = list(zip(xs, years, strict=True))[::-every]
    return [text(x, y + 18, year, "middle") for x, year in reversed(marked)]


def columns(name: str, title: str, years: Sequence[str], parts: Sequence[Series]) -> str:
    """Stacked columns by year; the list beside them is in the order of the stack."""
    if not parts:
        return ""
    tall = max(280.0, LINE * len(parts) + 20)
    above, below = _stacks(parts, len(years))
    y = Scale([*above, *below], 20 + tall, 20, zero=True)
    labels, names = tick_texts(y.ticks), short([s.name for s in parts])
    left, right = 30 + max(map(wide_as, labels)), WIDTH - 34 - max(map(wide_as, names))
    slot = (right - left) / len(years)
    thick = min(slot * 0.74, 90)
    xs = [round(left + slot * (n + 0.5), 2) for n in range(len(years))]
    body = [fills(name, len(parts)), text(14, 20 + tall / 2, axis_unit(parts[0].unit), "middle", turned=True)]
    for value, label in zip(y.ticks, labels, strict=True):
        body += [rule(left, y(value), right, y(value), strong=value == 0), text(left - 6, y(value) + 4, label, "end")]
    body += _year_axis(years, xs, 20 + tall)
    for t, x in enumerate(xs):
        up = down = 0.0
        for n, s in enumerate(parts):
            value = s.values[t] if math.isfinite(s.values[t]) else 0.0
            low, high = (up, up + value) if value >= 0 else (down + value, down)
            up, down = (high, down) if value >= 0 else (up, low)
            hint = f"{s.name}, {years[t]}: {s.texts[t]}"
            body.append(box(name, n, round(x - thick / 2, 2), y(high), round(thick, 2), y(low) - y(high), hint))
    for place, n in enumerate(reversed(range(len(parts)))):
        at = 30 + place * LINE
        body += [box(name, n, right + 10, at - 9, 12, 12), text(right + 28, at + 1, names[n])]
    description = "; ".join(f"{s.name} from {s.texts[0]} to {s.texts[-1]}" for s in parts)
    description = f"Stacked columns by year, {years[0]} to {years[-1]}. {description}."
    return frame(name, title, description, 20 + tall + 30, body)


def _stacks(parts: Sequence[Series], count: int) -> tuple[list[float], list[float]]:
    """How far the parts reach above and below zero, for every column."""
    above, below = [], []
    for t in range(count):
        values = [s.values[t] for s in parts if math.isfinite(s.values[t])]
        above.append(sum(v for v in values if v > 0))
        below.append(sum(v for v in values if v < 0))
    return above, below


def bars(name: str, title: str, names: Sequence[str], parts: Sequence[Series]) -> str:
    """Stacked bars, one a row, with a legend above."""
    if not parts or not names:
        return ""
    shown = short(names, 40)
    left = 12 + max(map(wide_as, shown))
    above, below = _stacks(parts, len(names))
    x = Scale([*above, *below], left, WIDTH - 44, zero=True)
    step, top = 26.0, 30.0
    end = top + step * len(names)
    body = [fills(name, len(parts))]
    at = left
    for n, s in enumerate(parts):
        body += [box(name, n, at, 6, 12, 12), text(at + 18, 16, s.name)]
        at += 40 + wide_as(s.name)
    for value, label in zip(x.ticks, tick_texts(x.ticks), strict=True):
        body += [rule(x(value), top, x(value), end, strong=value == 0), text(x(value), end + 16, label, "middle")]
    for row, label in enumerate(shown):
        y = top + row * step + 4
        body.append(text(left - 8, y + 13, label, "end"))
        up = down = 0.0
        for n, s in enumerate(parts):
            value = s.values[row] if math.isfinite(s.values[row]) else 0.0
            low, high = (up, up + value) if value >= 0 else (down + value, down)
            up, down = (high, down) if value >= 0 else (up, low)
            hint = f"{names[row]}, {s.name}: {s.texts[row]}"
            body.append(box(name, n, x(low), y, x(high) - x(low), step - 8, hint))
    body.append(text((left + WIDTH - 44) / 2, end + 35, axis_unit(parts[0].unit), "middle"))
    rows = [f"{row}: " + ", ".join(f"{s.name} {s.texts[n]}" for s in parts) for n, row in enumerate(names)]
    return frame(name, title, f"Bars. {'; '.join(rows)}.", end + 44, body)


def axis_unit(unit: str) -> str:
    """A unit as an axis title says it."""
    return "per cent" if unit == PERCENT else unit or "number"


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines by year as a description: panels are (head, lines)."""

    name: str
    title: str
    years: Sequence[str]
    panels: Sequence[tuple[str, list[Series]]]
    zero: bool = False

    @property
    def empty(self) -> bool:
        """Whether no panel has a line."""
        return not any(members for _, members in self.panels)

    def svg(self) -> str:
        """Its marks."""
        return lines(self.name, self.title, self.years, self.panels, zero=self.zero)


@dataclass(frozen=True, eq=False)
class Columns:
    """Stacked columns by year as a description."""

    name: str
    title: str
    years: Sequence[str]
    parts: Sequence[Series]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to stack."""
        return not self.parts

    def svg(self) -> str:
        """Its marks."""
        return columns(self.name, self.title, self.years, self.parts)


@dataclass(frozen=True, eq=False)
class Bars:
    """Stacked bars, one a row, as a description."""

    name: str
    title: str
    names: Sequence[str]
    parts: Sequence[Series]

    @property
    def empty(self) -> bool:
        """Whether there is no row or nothing in the rows."""
        return not (self.parts and self.names)

    def svg(self) -> str:
        """Its marks."""
        return bars(self.name, self.title, self.names, self.parts)
