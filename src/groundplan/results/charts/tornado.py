"""A tornado: what the ends of each range make of a figure, about what it is, the largest swing on top."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from groundplan.results.charts import chart_sentences, echarts
from groundplan.results.charts.chart_series import across_axis
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
    rule,
    short,
    text,
    wide_as,
)

ROW, THICK = 24.0, 15.0
ENDS = ("low end of the range", "high end of the range")


@dataclass(frozen=True)
class Bar:
    """One figure: what the low and the high end of its range make of the measure, nan where there is no plan."""

    name: str
    low: float
    high: float
    hints: tuple[str, str]


def tornado(name: str, title: str, bars: Sequence[Bar], base: float, unit: str, *, room: Room = WIDE) -> str:
    """Bars about the base; the low end hatched unlike the high one. An empty text where there is nothing to draw."""
    measured = [b for b in bars if math.isfinite(b.low) or math.isfinite(b.high)]
    if not measured:
        return ""
    name, shown = room.named(name), short([b.name for b in measured], 46 if room.narrow else 40)
    left = 12.0 if room.narrow else 12 + max(map(wide_as, shown))
    right = room.width - (24 if room.narrow else 44)
    ends = [v for b in measured for v in (b.low, b.high) if math.isfinite(v)]
    x = Scale([*ends, base], left, right, zero=False, about=4 if room.narrow else 5)
    key, more = keyed([(boxed(name, n), words) for n, words in enumerate(ENDS)], left, room)
    top, step = 30.0 + more, ROW + (14.0 if room.narrow else 0.0)
    end = top + step * len(measured)
    body = [fills(name, 2), *key, *across_axis(x, top, end, strong=False)]
    for n, (bar, label) in enumerate(zip(measured, shown, strict=True)):
        y = top + (n + 1) * step - ROW + (ROW - THICK) / 2
        body.append(text(left, y - 3, label) if room.narrow else text(left - 8, y + 12, label, "end"))
        for side, value in enumerate((bar.low, bar.high)):
            if math.isfinite(value) and value != base:
                here, there = sorted((x(value), x(base)))
                body.append(box(name, side, here, y, round(there - here, 2), THICK, room.hint(bar.hints[side])))
    body += [rule(x(base), top, x(base), end, strong=True)]
    body.append(text((left + right) / 2, end + 35, unit or "number", "middle"))
    description = "; ".join(f"{b.name}: {b.hints[0]}, {b.hints[1]}" for b in measured)
    return frame(name, title, f"Bars about what the plan has. {description}.", end + 44, body, room.width)


@dataclass(frozen=True, eq=False)
class Tornado:
    """Bars about a base as a description."""

    name: str
    title: str
    bars: Sequence[Bar]
    base: float
    unit: str

    @property
    def empty(self) -> bool:
        """Whether no bar has an end."""
        return not any(math.isfinite(b.low) or math.isfinite(b.high) for b in self.bars)

    def svg(self, *, narrow: bool = False) -> str:
        """Its marks."""
        return tornado(self.name, self.title, self.bars, self.base, self.unit, room=NARROW if narrow else WIDE)

    def option(self) -> dict[str, Any]:
        """Its ECharts option."""
        return echarts.of_tornado(self)

    def sentence(self) -> str:
        """What it shows, in a sentence."""
        return chart_sentences.of_tornado(self)
