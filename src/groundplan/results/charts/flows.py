"""Two charts of who uses what: a matrix of shaded cells, and ribbons that follow value from stage to stage."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from groundplan.results.charts import chart_sentences, echarts
from groundplan.results.charts.chart_series import across_axis
from groundplan.results.charts.svg import (
    NARROW,
    ROW,
    WIDE,
    Mark,
    Room,
    Scale,
    closed,
    colour,
    frame,
    keyed,
    short,
    spread,
    text,
    wide_as,
)
from groundplan.results.words import decimals, number

SHADES = (0.16, 0.32, 0.5, 0.72, 1.0)
CELL = 22.0
THIN = 1.5
NODE = 12.0
SLANT = 52
COS, SIN = math.cos(math.radians(SLANT)), math.sin(math.radians(SLANT))


def matrix(name: str, title: str, table: pd.DataFrame, unit: str, *, room: Room = WIDE) -> str:
    """A table of flows as shaded cells: rows by columns, five shades of one hue, each told in the legend.

    The shades part the range in five on a square-root scale, so that small flows can still be told from none; a
    negative flow is drawn as a frame.
    """
    if not table.size:
        return ""
    letters = (16, 14) if room.narrow else (34, 26)
    rows, heads = short([str(i) for i in table.index], letters[0]), short([str(c) for c in table.columns], letters[1])
    left, slanted = (6 if room.narrow else 16) + max(map(wide_as, rows)), max(map(wide_as, heads))
    size = min(CELL, (room.width - left - COS * slanted) / len(heads))
    limits = _limits(max((v for v in table.to_numpy(dtype=float).ravel() if math.isfinite(v)), default=0.0))
    places = decimals(table.to_numpy(dtype=float).ravel().tolist())
    body, more = _legend(limits, unit, places, room)
    top, tall = 38 + more + SIN * slanted, max(size, 14.0)
    for j, head in enumerate(heads):
        x = left + (j + 0.5) * size
        body.append(
            f'<g transform="rotate(-{SLANT} {x:.5g} {top - 6:.5g})">{text(round(x, 2), round(top - 6, 2), head)}</g>'
        )
    for i, row in enumerate(rows):
        y = top + i * tall
        body.append(text(left - 6, round(y + tall / 2 + 4, 2), row, "end"))
        for j, value in enumerate(table.iloc[i].tolist()):
            hint = room.hint(f"{table.index[i]} used by {table.columns[j]}: {number(value, places)}")
            body.append(_cell(left + j * size, y, size, tall, float(value), limits, hint))
    extent = f"{len(rows)} rows by {len(heads)} columns, in {unit}"
    description = f"Shaded matrix of {extent}; the table beside it gives the cells."
    return frame(room.named(name), title, description, round(top + len(rows) * tall + 12, 2), body, room.width)


def _limits(largest: float) -> list[float]:
    """The upper ends of the five shades."""
    return [largest * (k / len(SHADES)) ** 2 for k in range(1, len(SHADES) + 1)]


def _cell(x: float, y: float, size: float, tall: float, value: float, limits: Sequence[float], hint: str) -> str:
    shade = next((s for s, limit in zip(SHADES, limits, strict=True) if value <= limit * (1 + 1e-12)), SHADES[-1])
    look = 'fill="none" stroke="#D55E00"' if value < 0 else f'fill="{colour(0)}" fill-opacity="{shade:g}"'
    if value == 0 or not math.isfinite(value):
        look = 'fill="none" stroke="currentColor" stroke-opacity="0.12"'
    return f"<rect {_place(x + 0.5, y + 0.5, size - 1, tall - 1)} {look}{closed('rect', hint)}"


def _place(x: float, y: float, width: float, height: float) -> str:
    return f'x="{x:.5g}" y="{y:.5g}" width="{width:.5g}" height="{height:.5g}"'


def _legend(limits: Sequence[float], unit: str, places: int, room: Room) -> tuple[list[str], float]:
    """The unit and the five shades in a row, on a narrow page in rows; and how far the rows reach."""
    body, x, base = [text(12, 16, unit)], 24 + wide_as(unit), 16.0
    if room.narrow:
        x, base = 12.0, 16 + ROW
    for shade, limit in zip(SHADES, limits, strict=True):
        words = f"to {number(limit, places)}"
        if x + 17 + wide_as(words) > room.width - 4:
            x, base = 12.0, base + ROW
        body.append(f'<rect {_place(x, base - 10, 12, 12)} fill="{colour(0)}" fill-opacity="{shade:g}"/>')
        body.append(text(round(x + 17, 2), base, words))
        x += 34 + wide_as(words)
    return body, base - 16


@dataclass(frozen=True)
class _Node:
    """A stop of the ribbons: its stage, its name, how much passes, and where it stands."""

    stage: int
    label: str
    value: float
    y: float = 0.0
    tall: float = 0.0


def ribbons(
    name: str, title: str, paths: Sequence[tuple[Sequence[str], float]], unit: str, *, room: Room = WIDE
) -> str:
    """Paths drawn as ribbons from left to right, as wide as what passes; paths that share a step share a ribbon.

    Each path is its stops in order and its value; the first stops stand at the left, the last at the right. Ribbons
    are parted by the colour of the first stop.
    """
    carrying = [(tuple(stops), v) for stops, v in paths if len(stops) > 1 and v > 0]
    if not carrying:
        return ""
    depth = max(len(stops) for stops, _ in carrying)
    placed = [([*range(len(stops) - 1), depth - 1], stops, v) for stops, v in carrying]
    heads = list(dict.fromkeys(stops[0] for stops, _ in carrying))
    nodes, links = _gathered(placed)
    tall = max(260.0, 26.0 * max(sum(n.stage == s for n in nodes.values()) for s in range(depth)))
    scale = (tall - 60) / sum(v for _, v in carrying)
    stood = _stood(nodes, depth, tall, scale)
    xs = [12 + s * (room.width - 24 - NODE) / (depth - 1) for s in range(depth)]
    places = decimals([v for _, v in carrying])
    body = _link_marks(links, stood, xs, scale, heads, lambda v: number(v, places), room)
    body += _node_marks(stood, xs, depth, lambda v: number(v, places), room)
    description = "; ".join(f"{' to '.join(stops)}: {number(v, places)}" for stops, v in carrying)
    described = f"Ribbons from left to right, in {unit}. {description}."
    return frame(room.named(name), title, described, tall + 20, body, room.width)


Key = tuple[int, str]


def _gathered(
    placed: Sequence[tuple[Sequence[int], Sequence[str], float]],
) -> tuple[dict[Key, _Node], dict[tuple[Key, Key, str], float]]:
    """What passes each stop and each step; a step keeps the first stop of its paths apart."""
    through: dict[Key, float] = {}
    links: dict[tuple[Key, Key, str], float] = {}
    for stages, stops, value in placed:
        keys = list(zip(stages, stops, strict=True))
        for key in keys:
            through[key] = through.get(key, 0.0) + value
        for a, b in itertools.pairwise(keys):
            links[a, b, stops[0]] = links.get((a, b, stops[0]), 0.0) + value
    return {key: _Node(*key, value) for key, value in through.items()}, links


def _stood(nodes: dict[Key, _Node], depth: int, tall: float, scale: float) -> dict[Key, _Node]:
    """Every stop at its height: the largest first, far enough apart for its name."""
    stood: dict[Key, _Node] = {}
    for stage in range(depth):
        here = sorted((n for n in nodes.values() if n.stage == stage), key=lambda n: -n.value)
        high, y = [max(n.value * scale, THIN) for n in here], 14.0
        centres = []
        for tallness in high:
            centres.append(y + tallness / 2)
            y += max(tallness, 15.0) + 6
        moved = spread(centres, 18.0, 14.0, tall)
        for n, tallness, centre in zip(here, high, moved, strict=True):
            stood[stage, n.label] = _Node(stage, n.label, n.value, round(centre - tallness / 2, 2), round(tallness, 2))
    return stood


def _link_marks(
    links: dict[tuple[Key, Key, str], float],
    stood: dict[Key, _Node],
    xs: Sequence[float],
    scale: float,
    heads: Sequence[str],
    written: Callable[[float], str],
    room: Room,
) -> list[str]:
    body = []
    left_used: dict[Key, float] = {}
    right_used: dict[Key, float] = {}
    for (a, b, head), value in sorted(links.items(), key=lambda item: (stood[item[0][1]].y, stood[item[0][0]].y)):
        wide = max(value * scale, THIN)
        y1, y2 = stood[a].y + left_used.get(a, 0.0), stood[b].y + right_used.get(b, 0.0)
        left_used[a], right_used[b] = left_used.get(a, 0.0) + wide, right_used.get(b, 0.0) + wide
        x1, x2 = xs[a[0]] + NODE, xs[b[0]]
        mid = (x1 + x2) / 2
        path = (
            f"M{x1:.5g} {y1:.5g}C{mid:.5g} {y1:.5g} {mid:.5g} {y2:.5g} {x2:.5g} {y2:.5g}"
            f"V{y2 + wide:.5g}C{mid:.5g} {y2 + wide:.5g} {mid:.5g} {y1 + wide:.5g} {x1:.5g} {y1 + wide:.5g}Z"
        )
        hint = room.hint(f"{a[1]} to {b[1]} (from {head}): {written(value)}")
        hue = colour(heads.index(head))
        body.append(f'<path d="{path}" fill="{hue}" fill-opacity="0.4"{closed("path", hint)}')
    return body


def _node_marks(
    stood: dict[Key, _Node], xs: Sequence[float], depth: int, written: Callable[[float], str], room: Room
) -> list[str]:
    body = []
    letters = max(int((xs[1] - xs[0] - NODE) / wide_as("x")) - 1, 8 if room.narrow else 12)
    for (stage, label), n in stood.items():
        x, hint = xs[stage], room.hint(f"{label}: {written(n.value)}")
        place = f'x="{x:.5g}" y="{n.y:.5g}" width="{NODE:g}" height="{n.tall:.5g}"'
        body.append(f'<rect {place} fill="currentColor" fill-opacity="0.75"{closed("rect", hint)}')
        at_end = stage == depth - 1
        where = round(x - 5 if at_end else x + NODE + 5, 2), round(n.y + n.tall / 2 + 4, 2)
        body.append(text(*where, short([label], letters)[0], "end" if at_end else "start"))
    return body


def calendar(
    name: str, title: str, rows: Sequence[tuple[str, float, float, float]], days: int, *, room: Room = WIDE
) -> str:
    """Bars along the days: from the first day under 99 per cent to the last, darker from the day of standstill on.

    A row is (name, first day below, first day of standstill, first day back), NaN where there is none; what is not
    back within ``days`` runs to the end.
    """
    if not rows or days <= 0:
        return ""
    name, names = room.named(name), short([r[0] for r in rows], 46 if room.narrow else 36)
    left, step = (12.0, 34.0) if room.narrow else (16 + max(map(wide_as, names)), 19.0)
    right = room.width - (20 if room.narrow else 30)
    x = Scale([0.0, float(days)], left, right, zero=True)
    key, more = keyed([(_hit(4, 0.5), HIT[0]), (_hit(1, 1), HIT[1])], left, room)
    top = 34.0 + more
    end = top + step * len(rows)
    body = [*key, *across_axis(x, top, end, strong=False)]
    for n, (label, (_, below, still, back)) in enumerate(zip(names, rows, strict=True)):
        y = top + (n + 1) * step - 19
        body.append(text(left, y - 1, label) if room.narrow else text(left - 6, y + 13, label, "end"))
        last = back if math.isfinite(back) else float(days)
        until = f"day {back:g}" if math.isfinite(back) else "the end"
        hint = room.hint(f"{rows[n][0]}: below from day {below:g} to {until}")
        place = _place(x(below), y + 3, max(x(last) - x(below), 1.0), 13.0)
        body.append(f'<rect {place} fill="{colour(4)}" fill-opacity="0.5"{closed("rect", hint)}')
        if math.isfinite(still):
            hint = room.hint(f"{rows[n][0]}: stands still from day {still:g}")
            place = _place(x(still) - 2, y + 1, 4.0, 17.0)
            body.append(f'<rect {place} fill="{colour(1)}"{closed("rect", hint)}')
    body.append(text((left + right) / 2, end + 34, "day", "middle"))
    description = "; ".join(f"{r[0]} from day {r[1]:g}" for r in rows)
    return frame(name, title, f"Calendar of {days} days. {description}.", end + 42, body, room.width)


HIT = ("below 99 per cent of base output", "stands still at first on this day")


def _hit(hue: int, opacity: float) -> Mark:
    return lambda x, y: f'<rect {_place(x, y - 10, 12, 12)} fill="{colour(hue)}" fill-opacity="{opacity:g}"/>'


@dataclass(frozen=True, eq=False)
class Matrix:
    """Shaded cells as a description."""

    name: str
    title: str
    table: pd.DataFrame
    unit: str

    @property
    def empty(self) -> bool:
        """Whether there is no cell."""
        return not self.table.size

    def svg(self, *, narrow: bool = False) -> str:
        """Its marks."""
        return matrix(self.name, self.title, self.table, self.unit, room=NARROW if narrow else WIDE)

    def option(self) -> dict[str, Any]:
        """Its ECharts option."""
        return echarts.of_matrix(self)

    def sentence(self) -> str:
        """What it shows, in a sentence."""
        return chart_sentences.of_matrix(self)


@dataclass(frozen=True, eq=False)
class Ribbons:
    """Ribbons from stage to stage as a description."""

    name: str
    title: str
    paths: Sequence[tuple[Sequence[str], float]]
    unit: str

    @property
    def empty(self) -> bool:
        """Whether nothing passes."""
        return not any(len(stops) > 1 and v > 0 for stops, v in self.paths)

    def svg(self, *, narrow: bool = False) -> str:
        """Its marks."""
        return ribbons(self.name, self.title, self.paths, self.unit, room=NARROW if narrow else WIDE)

    def option(self) -> dict[str, Any]:
        """Its ECharts option."""
        return echarts.of_ribbons(self)

    def sentence(self) -> str:
        """What it shows, in a sentence."""
        return chart_sentences.of_ribbons(self)


@dataclass(frozen=True, eq=False)
class Calendar:
    """Who is hit when, by day, as a description: rows as ``calendar`` takes them."""

    name: str
    title: str
    rows: Sequence[tuple[str, float, float, float]]
    days: int

    @property
    def empty(self) -> bool:
        """Whether nobody is hit."""
        return not self.rows or self.days <= 0

    def svg(self, *, narrow: bool = False) -> str:
        """Its marks."""
        return calendar(self.name, self.title, self.rows, self.days, room=NARROW if narrow else WIDE)

    def option(self) -> dict[str, Any]:
        """Its ECharts option."""
        return echarts.of_calendar(self)

    def sentence(self) -> str:
        """What it shows, in a sentence."""
        return chart_sentences.of_calendar(self)
