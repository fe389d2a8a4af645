"""A tornado: what the ends of each range make of a figure, about what it is, the largest swing on top."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from groundplan.results.charts.svg import WIDTH, Scale, box, fills, frame, rule, short, text, tick_texts, wide_as

ROW, THICK = 24.0, 15.0


@dataclass(frozen=True)
class Bar:
    """One figure: what the low and the high end of its range make of the measure, nan where there is no plan."""

    name: str
    low: float
    high: float
    hints: tuple[str, str]


def tornado(name: str, title: str, bars: Sequence[Bar], base: float, unit: str) -> str:
    """Bars about the base; the low end hatched unlike the high one. An empty text where there is nothing to draw."""
    measured = [b for b in bars if math.isfinite(b.low) or math.isfinite(b.high)]
    if not measured:
        return ""
    shown = short([b.name for b in measured], 40)
    left, top = 12 + max(map(wide_as, shown)), 30.0
    ends = [v for b in measured for v in (b.low, b.high) if math.isfinite(v)]
    x = Scale([*ends, base], left, WIDTH - 44, zero=False)
    end = top + ROW * len(measured)
    body = [fills(name, 2)]
    for n, words in enumerate(("low end of the range", "high end of the range")):
        at = left + n * (44 + wide_as("low end of the range"))
        body += [box(name, n, round(at, 2), 6, 12, 12), text(round(at + 18, 2), 16, words)]
    for value, label in zip(x.ticks, tick_texts(x.ticks), strict=True):
        body += [rule(x(value), top, x(value), end), text(x(value), end + 16, label, "middle")]
    for n, (bar, label) in enumerate(zip(measured, shown, strict=True)):
        y = top + n * ROW + (ROW - THICK) / 2
        body.append(text(left - 8, y + 12, label, "end"))
        for side, value in enumerate((bar.low, bar.high)):
            if math.isfinite(value) and value != base:
                here, there = sorted((x(value), x(base)))
                body.append(box(name, side, here, y, round(there - here, 2), THICK, bar.hints[side]))
    body += [rule(x(base), top, x(base), end, strong=True)]
    body.append(text((left + WIDTH - 44) / 2, end + 35, unit or "number", "middle"))
    description = "; ".join(f"{b.name}: {b.hints[0]}, {b.hints[1]}" for b in measured)
    return frame(name, title, f"Bars about what the plan has. {description}.", end + 44, body)


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

    def svg(self) -> str:
        """Its marks."""
        return tornado(self.name, self.title, self.bars, self.base, self.unit)
