"""Charts of points and of spans: curves over numbers (Lorenz, a front of choices) and a timetable of works."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from groundplan.languages.spoken import said
from groundplan.results.charts import chart_sentences, echarts
from groundplan.results.charts.chart_series import level_axis
from groundplan.results.charts.svg import (
    DASHES,
    NARROW,
    WIDE,
    Mark,
    Room,
    Scale,
    box,
    boxed,
    colour,
    fills,
    frame,
    hinted,
    keyed,
    marker,
    rule,
    short,
    text,
    tick_texts,
    wide_as,
)
from groundplan.results.words import elided

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
    name: str,
    title: str,
    members: Sequence[Curve],
    axes: tuple[str, str],
    *,
    zero: bool,
    even: bool = False,
    room: Room = WIDE,
) -> str:
    """Curves over a number, with a key above; ``even`` adds the line on which both axes are equal."""
    if not any(len(c.points) for c in members):
        return ""
    name, points = room.named(name), [p for c in members for p in c.points]
    # The numbers of the upright axis are the same however tall it is.
    gutter = 34 + max(map(wide_as, tick_texts(Scale([p[1] for p in points], 1.0, 0.0, zero=zero).ticks)))
    end_of_field = room.width - (20.0 if room.narrow else 60.0)
    tall = min(330.0, end_of_field - gutter) if even else 330.0
    key, more = keyed([(_key_mark(n), c.name) for n, c in enumerate(members)], gutter, room, 16.0)
    left, top = gutter, 34.0 + more
    right = left + tall if even else end_of_field
    y = Scale([p[1] for p in points], top + tall, top, zero=zero)
    x = Scale([p[0] for p in points], left, right, zero=zero, about=4 if room.narrow and not even else 5)
    body = [text(14, top + tall / 2, elided(said(axes[1]), int(tall / wide_as("x")) + 6), "middle", turned=True)]
    body += level_axis(y, left, right)
    for value, label in zip(x.ticks, tick_texts(x.ticks), strict=True):
        body += [rule(x(value), top, x(value), top + tall), text(x(value), top + tall + 17, label, "middle")]
    across = elided(said(axes[0]), int(room.width / wide_as("x")))
    middle = max((left + right) / 2, wide_as(across) / 2 + 2) if room.narrow else (left + right) / 2
    body.append(text(round(middle, 2), top + tall + 36, across, "middle"))
    if even:
        body.append(rule(x(x.low), y(y.low), x(x.high), y(y.high), strong=True))
    body += key
    for n, c in enumerate(members):
        body += _curve(n, c, x, y, room)
    description = "; ".join(f"{c.name}: " + ", ".join(c.hints) for c in members)
    return frame(name, title, f"{axes[1]} over {axes[0]}. {description}.", top + tall + 46, body, room.width)


def _key_mark(n: int) -> Mark:
    return lambda x, y: marker(n, x + 6, y - 4)


def _curve(n: int, c: Curve, x: Scale, y: Scale, room: Room) -> list[str]:
    path = "M" + "L".join(f"{x(a):g} {y(b):g}" for a, b in c.points)
    dash = f' stroke-dasharray="{DASHES[n % len(DASHES)]}"' if DASHES[n % len(DASHES)] else ""
    body = [f'<path d="{path}" stroke="{colour(n)}" stroke-width="2" fill="none"{dash}/>']
    if c.marked:
        body += [marker(n, x(a), y(b), room.hint(hint)) for (a, b), hint in zip(c.points, c.hints, strict=True)]
    return body


@dataclass(frozen=True)
class Span:
    """A row of the timetable: works that are built in ``built`` years from ``begun`` on and run after that."""

    name: str
    begun: int
    built: int
    hint: str


def timetable(
    name: str, title: str, rows: Sequence[Span], years: Sequence[int], words: tuple[str, str], *, room: Room = WIDE
) -> str:
    """Rows of spans, at most ``ROWS`` in one chart, so that a long programme can be printed."""
    if not rows:
        return ""
    size = math.ceil(len(rows) / math.ceil(len(rows) / ROWS))
    sheets = [rows[n : n + size] for n in range(0, len(rows), size)]
    parts = [f"{title}, {n} of {len(sheets)}" if len(sheets) > 1 else title for n in range(1, len(sheets) + 1)]
    return "".join(
        _sheet(room.named(f"{name}-{n}" if n else name), part, sheet, years, words, room)
        for n, (part, sheet) in enumerate(zip(parts, sheets, strict=True))
    )


def _sheet(
    name: str, title: str, rows: Sequence[Span], years: Sequence[int], words: tuple[str, str], room: Room
) -> str:
    shown = short([r.name for r in rows], 46 if room.narrow else 30)
    left = 12.0 if room.narrow else 16 + max(map(wide_as, shown))
    right = room.width - (12.0 if room.narrow else 16.0)
    key, more = keyed([(boxed(name, 1), words[0]), (boxed(name, 0), words[1])], left, room, gap=48.0)
    top, step = 48.0 + more, STEP + (16.0 if room.narrow else 0.0)
    wide = (right - left) / len(years)
    end = top + step * len(rows)
    body = [fills(name, 2), *key]
    every = max(1, math.ceil((wide_as(str(years[-1])) + 4) / wide))
    for n, year in enumerate(years):
        x = round(left + n * wide, 2)
        label = [text(round(x + wide / 2, 2), top - 8, str(year), "middle")] if n % every == 0 else []
        body += [rule(x, top, x, end), *label]
    for n, row in enumerate(rows):
        y, start = top + (n + 1) * step - STEP + 2, row.begun - years[0]
        build = min(row.built, len(years) - start)
        body.append(text(left, y - 4, shown[n]) if room.narrow else text(left - 8, y + 11, shown[n], "end"))
        inside = [box(name, 1, round(left + start * wide, 2), y, round(build * wide, 2), STEP - 4)]
        rest = len(years) - start - build
        if rest > 0:
            x = round(left + (start + build) * wide, 2)
            inside.append(box(name, 0, x, y, round(rest * wide, 2), STEP - 4))
        hint = room.hint(row.hint)
        body.append(f"<g>{hinted(hint)}{''.join(inside)}</g>")
    description = "; ".join(r.hint for r in rows)
    return frame(name, title, f"Works by year, {years[0]} to {years[-1]}. {description}.", end + 12, body, room.width)


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

    def svg(self, *, narrow: bool = False) -> str:
        """Its marks."""
        room = NARROW if narrow else WIDE
        return curves(self.name, self.title, self.members, self.axes, zero=self.zero, even=self.even, room=room)

    def option(self) -> dict[str, Any]:
        """Its ECharts option."""
        return echarts.of_curves(self)

    def sentence(self) -> str:
        """What it shows, in a sentence."""
        return self.title


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

    def svg(self, *, narrow: bool = False) -> str:
        """Its marks."""
        room = NARROW if narrow else WIDE
        return timetable(self.name, self.title, self.rows, self.years, self.words, room=room)

    def option(self) -> dict[str, Any]:
        """Its ECharts option."""
        return echarts.of_timetable(self)

    def sentence(self) -> str:
        """What it shows, in a sentence."""
        return chart_sentences.of_timetable(self)
