"""Charts of points and of spans: curves over numbers (Lorenz, a front of choices) and a timetable of works."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from groundplan.results.charts.svg import (
    DASHES,
    WIDTH,
    Scale,
    box,
    colour,
    fills,
    frame,
    marker,
    rule,
    short,
    text,
    tick_texts,
    wide_as,
)

ROWS = 44
STEP = 17.0


@dataclass(frozen=True)
class Curve:
    """Points of a curve in order, and what each says when pointed at; ``marked`` points carry a mark."""

    name: str
    points: Sequence[tuple[float, float]]
    hints: Sequence[str]
    marked: bool = True


def curves(
    name: str, title: str, members: Sequence[Curve], axes: tuple[str, str], *, zero: bool, even: bool = False
) -> str:
    """Curves over a number, with a legend above; ``even`` adds the line on which both axes are equal."""
    if not any(len(c.points) for c in members):
        return ""
    points = [p for c in members for p in c.points]
    tall, top = 330.0, 34.0
    y = Scale([p[1] for p in points], top + tall, top, zero=zero)
    labels = tick_texts(y.ticks)
    left = 34 + max(map(wide_as, labels))
    right = left + tall if even else WIDTH - 60.0
    x = Scale([p[0] for p in points], left, right, zero=zero)
    body = [text(14, top + tall / 2, axes[1], "middle", turned=True)]
    for value, label in zip(y.ticks, labels, strict=True):
        body += [rule(left, y(value), right, y(value), strong=value == 0), text(left - 6, y(value) + 4, label, "end")]
    for value, label in zip(x.ticks, tick_texts(x.ticks), strict=True):
        body += [rule(x(value), top, x(value), top + tall), text(x(value), top + tall + 17, label, "middle")]
    body.append(text((left + right) / 2, top + tall + 36, axes[0], "middle"))
    if even:
        body.append(rule(x(x.low), y(y.low), x(x.high), y(y.high), strong=True))
    at = left
    for n, c in enumerate(members):
        body += [marker(n, at + 6, 12), text(at + 16, 16, c.name)]
        at += 40 + wide_as(c.name)
        body += _curve(n, c, x, y)
    description = "; ".join(f"{c.name}: " + ", ".join(c.hints) for c in members)
    return frame(name, title, f"{axes[1]} over {axes[0]}. {description}.", top + tall + 46, body)


def _curve(n: int, c: Curve, x: Scale, y: Scale) -> list[str]:
    path = "M" + "L".join(f"{x(a):g} {y(b):g}" for a, b in c.points)
    dash = f' stroke-dasharray="{DASHES[n % len(DASHES)]}"' if DASHES[n % len(DASHES)] else ""
    body = [f'<path d="{path}" stroke="{colour(n)}" stroke-width="2" fill="none"{dash}/>']
    if c.marked:
        body += [marker(n, x(a), y(b), hint) for (a, b), hint in zip(c.points, c.hints, strict=True)]
    return body


@dataclass(frozen=True)
class Span:
    """A row of the timetable: works that are built in ``built`` years from ``begun`` on and run after that."""

    name: str
    begun: int
    built: int
    hint: str


def timetable(name: str, title: str, rows: Sequence[Span], years: Sequence[int], words: tuple[str, str]) -> str:
    """Rows of spans, at most ``ROWS`` in one chart, so that a long programme can be printed."""
    if not rows:
        return ""
    size = math.ceil(len(rows) / math.ceil(len(rows) / ROWS))
    sheets = [rows[n : n + size] for n in range(0, len(rows), size)]
    parts = [f"{title}, {n} of {len(sheets)}" if len(sheets) > 1 else title for n in range(1, len(sheets) + 1)]
    return "".join(
        _sheet(f"{name}-{n}" if n else name, part, sheet, years, words)
        for n, (part, sheet) in enumerate(zip(parts, sheets, strict=True))
    )


def _sheet(name: str, title: str, rows: Sequence[Span], years: Sequence[int], words: tuple[str, str]) -> str:
    shown = short([r.name for r in rows], 30)
    left, right, top = 16 + max(map(wide_as, shown)), WIDTH - 16.0, 48.0
    wide = (right - left) / len(years)
    end = top + STEP * len(rows)
    body = [fills(name, 2), box(name, 1, left, 6, 12, 12), text(left + 18, 16, words[0])]
    at = left + 48 + wide_as(words[0])
    body += [box(name, 0, at, 6, 12, 12), text(at + 18, 16, words[1])]
    for n, year in enumerate(years):
        x = round(left + n * wide, 2)
        body += [rule(x, top, x, end), text(round(x + wide / 2, 2), 40, str(year), "middle")]
    for n, row in enumerate(rows):
        y, start = top + n * STEP + 2, row.begun - years[0]
        build = min(row.built, len(years) - start)
        body.append(text(left - 8, y + 11, shown[n], "end"))
        inside = [box(name, 1, round(left + start * wide, 2), y, round(build * wide, 2), STEP - 4, row.hint)]
        rest = len(years) - start - build
        if rest > 0:
            x = round(left + (start + build) * wide, 2)
            inside.append(box(name, 0, x, y, round(rest * wide, 2), STEP - 4, row.hint))
        body += inside
    description = "; ".join(r.hint for r in rows)
    return frame(name, title, f"Works by year, {years[0]} to {years[-1]}. {description}.", end + 12, body)


@dataclass(frozen=True, eq=False)
class Curves:
    """Curves over a number as a description; ``axes`` are the names of the two axes, across and up."""

    name: str
    title: str
    members: Sequence[Curve]
    axes: tuple[str, str]
    zero: bool
    even: bool = False

    @property
    def empty(self) -> bool:
        """Whether no curve has a point."""
        return not any(len(c.points) for c in self.members)

    def svg(self) -> str:
        """Its marks."""
        return curves(self.name, self.title, self.members, self.axes, zero=self.zero, even=self.even)


@dataclass(frozen=True, eq=False)
class Timetable:
    """Rows of spans by year as a description; ``words`` name being built and running."""

    name: str
    title: str
    rows: Sequence[Span]
    years: Sequence[int]
    words: tuple[str, str]

    @property
    def empty(self) -> bool:
        """Whether there is no row."""
        return not self.rows

    def svg(self) -> str:
        """Its marks."""
        return timetable(self.name, self.title, self.rows, self.years, self.words)
