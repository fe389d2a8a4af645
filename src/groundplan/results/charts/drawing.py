"""Charts of a table: lines by year, stacked columns by year, stacked bars by name."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from groundplan.results.charts import chart_sentences, echarts
from groundplan.results.charts.chart_series import Series as Series
from groundplan.results.charts.chart_series import across_axis, axis_unit, level_axis, year_axis
from groundplan.results.charts.chart_series import series as series
from groundplan.results.charts.line_drawing import LINE
from groundplan.results.charts.line_drawing import Lines as Lines
from groundplan.results.charts.line_drawing import ShadedBand as ShadedBand
from groundplan.results.charts.line_drawing import lines as lines
from groundplan.results.charts.svg import (
    NARROW,
    WIDE,
    Room,
    Scale,
    box,
    boxed,
    fills,
    frame,
    keyed,
    listed_below,
    short,
    text,
    tick_texts,
    wide_as,
)


def columns(name: str, title: str, years: Sequence[str], parts: Sequence[Series], *, room: Room = WIDE) -> str:
    """Stacked columns by year; the list beside them, below on a narrow page, is in the order of the stack."""
    if not parts:
        return ""
    name, start = room.named(name), 34.0 if room.narrow else 20.0
    tall = 240.0 if room.narrow else max(280.0, LINE * len(parts) + 20)
    above, below = _stacks(parts, len(years))
    y = Scale([*above, *below], start + tall, start, zero=True)
    names, numbers = short([s.name for s in parts]), max(map(wide_as, tick_texts(y.ticks)))
    left = (16 if room.narrow else 30) + numbers
    right = room.width - (12 if room.narrow else 34 + max(map(wide_as, names)))
    slot = (right - left) / len(years)
    thick = min(slot * 0.74, 90)
    xs = [round(left + slot * (n + 0.5), 2) for n in range(len(years))]
    unit = axis_unit(parts[0].unit)
    body = [fills(name, len(parts))]
    body.append(text(12, 16, unit) if room.narrow else text(14, start + tall / 2, unit, "middle", turned=True))
    body += level_axis(y, left, right) + year_axis(years, xs, start + tall)
    for t, x in enumerate(xs):
        for n, (low, high) in enumerate(_ends(parts, t)):
            hint = room.hint(f"{parts[n].name}, {years[t]}: {parts[n].texts[t]}")
            body.append(box(name, n, round(x - thick / 2, 2), y(high), round(thick, 2), y(low) - y(high), hint))
    end = start + tall + 30
    order = [*reversed(range(len(parts)))]
    if room.narrow:
        listed, end = listed_below([(boxed(name, n), names[n]) for n in order], end + 14, room)
        body += listed
    for place, n in enumerate(order if not room.narrow else []):
        at = 30 + place * LINE
        body += [box(name, n, right + 10, at - 9, 12, 12), text(right + 28, at + 1, names[n])]
    description = "; ".join(f"{s.name} from {s.texts[0]} to {s.texts[-1]}" for s in parts)
    description = f"Stacked columns by year, {years[0]} to {years[-1]}. {description}."
    return frame(name, title, description, end, body, room.width)


def _ends(parts: Sequence[Series], at: int) -> Iterator[tuple[float, float]]:
    """From where to where each part of a stack goes: up from what is above zero, down from what is below."""
    up = down = 0.0
    for s in parts:
        value = s.values[at] if math.isfinite(s.values[at]) else 0.0
        low, high = (up, up + value) if value >= 0 else (down + value, down)
        up, down = (high, down) if value >= 0 else (up, low)
        yield low, high


def _stacks(parts: Sequence[Series], count: int) -> tuple[list[float], list[float]]:
    """How far the parts reach above and below zero, for every column."""
    above, below = [], []
    for t in range(count):
        values = [s.values[t] for s in parts if math.isfinite(s.values[t])]
        above.append(sum(v for v in values if v > 0))
        below.append(sum(v for v in values if v < 0))
    return above, below


def bars(name: str, title: str, names: Sequence[str], parts: Sequence[Series], *, room: Room = WIDE) -> str:
    """Stacked bars, one a row, with a key above; on a narrow page a row's name stands over its bar."""
    if not parts or not names:
        return ""
    name, shown = room.named(name), short(names, 46 if room.narrow else 40)
    left = 12.0 if room.narrow else 12 + max(map(wide_as, shown))
    right = room.width - (24 if room.narrow else 44)
    above, below = _stacks(parts, len(names))
    x = Scale([*above, *below], left, right, zero=True)
    key, more = keyed([(boxed(name, n), s.name) for n, s in enumerate(parts)], left, room)
    step, top = (40.0 if room.narrow else 26.0), 30.0 + more
    end = top + step * len(names)
    body = [fills(name, len(parts)), *key, *across_axis(x, top, end)]
    for row, label in enumerate(shown):
        y = top + row * step + 4
        body.append(text(left, y + 10, label) if room.narrow else text(left - 8, y + 13, label, "end"))
        for n, (low, high) in enumerate(_ends(parts, row)):
            hint = room.hint(f"{names[row]}, {parts[n].name}: {parts[n].texts[row]}")
            body.append(box(name, n, x(low), y + step - 26, x(high) - x(low), 18.0, hint))
    body.append(text((left + right) / 2, end + 35, axis_unit(parts[0].unit), "middle"))
    rows = [f"{row}: " + ", ".join(f"{s.name} {s.texts[n]}" for s in parts) for n, row in enumerate(names)]
    return frame(name, title, f"Bars. {'; '.join(rows)}.", end + 44, body, room.width)


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

    def svg(self, *, narrow: bool = False) -> str:
        """Its marks."""
        return columns(self.name, self.title, self.years, self.parts, room=NARROW if narrow else WIDE)

    def option(self) -> dict[str, Any]:
        """Its ECharts option."""
        return echarts.of_columns(self)

    def sentence(self) -> str:
        """What it shows, in a sentence."""
        return chart_sentences.of_columns(self)


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

    def svg(self, *, narrow: bool = False) -> str:
        """Its marks."""
        return bars(self.name, self.title, self.names, self.parts, room=NARROW if narrow else WIDE)

    def option(self) -> dict[str, Any]:
        """Its ECharts option."""
        return echarts.of_bars(self)

    def sentence(self) -> str:
        """What it shows, in a sentence."""
        return chart_sentences.of_bars(self)
