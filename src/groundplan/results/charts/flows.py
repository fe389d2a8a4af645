"""Two charts of who uses what: a matrix of shaded cells, and ribbons that follow value from stage to stage."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from groundplan.results.charts.svg import WIDTH, Scale, colour, frame, rule, short, spread, text, tick_texts, wide_as
from groundplan.results.words import decimals, number

SHADES = (0.06, 0.22, 0.42, 0.66, 0.95)
CELL = 22.0
THIN = 1.5
NODE = 12.0
SLANT = 52
COS, SIN = math.cos(math.radians(SLANT)), math.sin(math.radians(SLANT))


def matrix(name: str, title: str, table: pd.DataFrame, unit: str) -> str:
    """A table of flows as shaded cells: rows by columns, five shades of one hue, each told in the legend.

    The shades part the range in five on a square-root scale, so that small flows can still be told from none; a
    negative flow is drawn as a frame.
    """
    if not table.size:
        return ""
    rows, heads = short([str(i) for i in table.index], 34), short([str(c) for c in table.columns], 26)
    left, slanted = 16 + max(map(wide_as, rows)), max(map(wide_as, heads))
    size = min(CELL, (WIDTH - left - COS * slanted) / len(heads))
    top = 38 + SIN * slanted
    limits = _limits(float(table.to_numpy(dtype=float).max()))
    places = decimals(table.to_numpy(dtype=float).ravel().tolist())
    body = _legend(limits, unit, places)
    for j, head in enumerate(heads):
        x = left + (j + 0.5) * size
        body.append(
            f'<g transform="rotate(-{SLANT} {x:.5g} {top - 6:.5g})">{text(round(x, 2), round(top - 6, 2), head)}</g>'
        )
    for i, row in enumerate(rows):
        y = top + i * size
        body.append(text(left - 6, round(y + size / 2 + 4, 2), row, "end"))
        for j, value in enumerate(table.iloc[i].tolist()):
            hint = f"{table.index[i]} used by {table.columns[j]}: {number(value, places)}"
            body.append(_cell(left + j * size, y, size, float(value), limits, hint))
    extent = f"{len(rows)} rows by {len(heads)} columns, in {unit}"
    description = f"Shaded matrix of {extent}; the table beside it gives the cells."
    return frame(name, title, description, round(top + len(rows) * size + 12, 2), body)


def _limits(largest: float) -> list[float]:
    """The upper ends of the five shades."""
    return [largest * (k / len(SHADES)) ** 2 for k in range(1, len(SHADES) + 1)]


def _cell(x: float, y: float, size: float, value: float, limits: Sequence[float], hint: str) -> str:
    shade = next((s for s, limit in zip(SHADES, limits, strict=True) if value <= limit * (1 + 1e-12)), SHADES[-1])
    look = 'fill="none" stroke="#D55E00"' if value < 0 else f'fill="{colour(0)}" fill-opacity="{shade:g}"'
    if value == 0 or not math.isfinite(value):
        look = 'fill="none" stroke="currentColor" stroke-opacity="0.12"'
    place = f'x="{x + 0.5:.5g}" y="{y + 0.5:.5g}" width="{size - 1:.4g}" height="{size - 1:.4g}"'
    return f"<rect {place} {look}><title>{_escaped(hint)}</title></rect>"


def _legend(limits: Sequence[float], unit: str, places: int) -> list[str]:
    body, x = [text(12, 16, unit)], 24 + wide_as(unit)
    for shade, limit in zip(SHADES, limits, strict=True):
        words = f"to {number(limit, places)}"
        body.append(
            f'<rect x="{x:.5g}" y="6" width="12" height="12" fill="{colour(0)}" fill-opacity="{shade:g}"/>'
            + text(round(x + 17, 2), 16, words)
        )
        x += 34 + wide_as(words)
    return body


@dataclass(frozen=True)
class _Node:
    """A stop of the ribbons: its stage, its name, how much passes, and where it stands."""

    stage: int
    label: str
    value: float
    y: float = 0.0
    tall: float = 0.0


def ribbons(name: str, title: str, paths: Sequence[tuple[Sequence[str], float]], unit: str) -> str:
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
    xs = [12 + s * (WIDTH - 24 - NODE) / (depth - 1) for s in range(depth)]
    places = decimals([v for _, v in carrying])
    body = _link_marks(links, stood, xs, scale, heads, places)
    body += _node_marks(stood, xs, depth, places)
    description = "; ".join(f"{' to '.join(stops)}: {number(v, places)}" for stops, v in carrying)
    return frame(name, title, f"Ribbons from left to right, in {unit}. {description}.", tall + 20, body)


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
    places: int,
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
        hint = f"{a[1]} to {b[1]} (from {head}): {number(value, places)}"
        hue = colour(heads.index(head))
        body.append(f'<path d="{path}" fill="{hue}" fill-opacity="0.4"><title>{_escaped(hint)}</title></path>')
    return body


def _node_marks(stood: dict[Key, _Node], xs: Sequence[float], depth: int, places: int) -> list[str]:
    body = []
    room = int((xs[1] - xs[0] - NODE) / wide_as("x")) - 1
    for (stage, label), n in stood.items():
        x = xs[stage]
        hint = f"{label}: {number(n.value, places)}"
        body.append(
            f'<rect x="{x:.5g}" y="{n.y:.5g}" width="{NODE:g}" height="{n.tall:.5g}" fill="currentColor" '
            f'fill-opacity="0.75"><title>{_escaped(hint)}</title></rect>'
        )
        at_end = stage == depth - 1
        words = short([label], max(room, 12))[0]
        body.append(
            text(
                round(x - 5 if at_end else x + NODE + 5, 2),
                round(n.y + n.tall / 2 + 4, 2),
                words,
                "end" if at_end else "start",
            )
        )
    return body


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def calendar(name: str, title: str, rows: Sequence[tuple[str, float, float, float]], days: int) -> str:
    """Bars along the days: from the first day under 99 per cent to the last, darker from the day of standstill on.

    A row is (name, first day below, first day of standstill, first day back), NaN where there is none; what is not
    back within ``days`` runs to the end.
    """
    if not rows or days <= 0:
        return ""
    names = short([r[0] for r in rows], 36)
    left, top, step = 16 + max(map(wide_as, names)), 34.0, 19.0
    x = Scale([0.0, float(days)], left, WIDTH - 30, zero=True)
    end = top + step * len(rows)
    body = [
        f'<rect x="{left:.5g}" y="6" width="12" height="12" fill="{colour(4)}" fill-opacity="0.5"/>',
        text(left + 18, 16, "below 99 per cent of base output"),
        f'<rect x="{left + 270:.5g}" y="6" width="12" height="12" fill="{colour(1)}"/>',
        text(left + 288, 16, "stands still at first on this day"),
    ]
    for value, label in zip(x.ticks, tick_texts(x.ticks), strict=True):
        body += [rule(x(value), top, x(value), end), text(x(value), end + 16, label, "middle")]
    for n, (label, (_, below, still, back)) in enumerate(zip(names, rows, strict=True)):
        y = top + n * step
        body.append(text(left - 6, y + 13, label, "end"))
        last = back if math.isfinite(back) else float(days)
        until = f"day {back:g}" if math.isfinite(back) else "the end"
        hint = f"{rows[n][0]}: below from day {below:g} to {until}"
        wide = max(x(last) - x(below), 1.0)
        body.append(
            f'<rect x="{x(below):.5g}" y="{y + 3:.5g}" width="{wide:.5g}" height="{step - 6:g}" fill="{colour(4)}" '
            f'fill-opacity="0.5"><title>{_escaped(hint)}</title></rect>'
        )
        if math.isfinite(still):
            body.append(
                f'<rect x="{x(still) - 2:.5g}" y="{y + 1:.5g}" width="4" height="{step - 2:g}" fill="{colour(1)}">'
                f"<title>{_escaped(f'{rows[n][0]}: stands still from day {still:g}')}</title></rect>"
            )
    body.append(text((left + WIDTH - 30) / 2, end + 34, "day", "middle"))
    description = "; ".join(f"{r[0]} from day {r[1]:g}" for r in rows)
    return frame(name, title, f"Calendar of {days} days. {description}.", end + 42, body)


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

    def svg(self) -> str:
        """Its marks."""
        return matrix(self.name, self.title, self.table, self.unit)


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

    def svg(self) -> str:
        """Its marks."""
        return ribbons(self.name, self.title, self.paths, self.unit)


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

    def svg(self) -> str:
        """Its marks."""
        return calendar(self.name, self.title, self.rows, self.days)
