"""Lines by year: names at their ends, or small panels of one line each where they would tangle; bands and history."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from groundplan.languages.spoken import said
from groundplan.results.charts import chart_sentences, echarts
from groundplan.results.charts.chart_series import Series, across, axis_unit, level_axis, year_axis
from groundplan.results.charts.svg import (
    DASHES,
    NARROW,
    WIDE,
    Mark,
    Room,
    Scale,
    colour,
    frame,
    hinted,
    leader,
    listed_below,
    marker,
    short,
    spread,
    text,
    tick_texts,
    wide_as,
)
from groundplan.results.words import decimals, elided, number

LINE = 17.0
# More lines than this in a panel, or more names than this led far from the ends of their lines, cannot be told apart.
MOST, LED, FAR = 6, 4, 24.0
TALL = 230.0
SMALL, SMALL_GAP = 92.0, 30.0
GREY = "#7F7F7F"


@dataclass(frozen=True)
class ShadedBand:
    """Between what and what a line may lie, year by year: a shade under ``name``; ``of`` is the line that it is about.

    Without ``of`` it is about the first line. What is not known is NaN.
    """

    name: str
    low: Sequence[float]
    high: Sequence[float]
    of: str = ""

    def of_series(self, members: Sequence[Series], first: bool) -> int | None:
        """Which of the members it is about; None where it is about none of them."""
        if not self.of:
            return 0 if first else None
        return next((n for n, s in enumerate(members) if s.name == self.of), None)

    def texts(self) -> list[str]:
        """What it says of each year: from least to most."""
        places = decimals([*self.low, *self.high])
        return [f"{number(a, places)} to {number(b, places)}" for a, b in zip(self.low, self.high, strict=True)]


@dataclass(frozen=True)
class _Panel:
    """Lines that share a field: their heading, the years, the year up to which they are history, and their bands."""

    name: str
    head: str
    members: Sequence[Series]
    years: Sequence[str]
    base: int
    bands: Sequence[tuple[int, ShadedBand]]
    zero: bool
    room: Room

    def scale(self, start: float, end: float, about: int = 5) -> Scale:
        """The upright axis: from start at its foot to end."""
        values = [v for s in self.members for v in s.values]
        values += [v for _, b in self.bands for v in (*b.low, *b.high)]
        return Scale(values, start, end, zero=self.zero, about=about)

    @property
    def unit(self) -> str:
        """What the upright axis counts."""
        return axis_unit(self.members[0].unit)


def lines(
    name: str,
    title: str,
    years: Sequence[str],
    panels: Sequence[tuple[str, list[Series]]],
    *,
    zero: bool = False,
    base: str = "",
    bands: Sequence[ShadedBand] = (),
    along: str = "year",
    room: Room = WIDE,
) -> str:
    """Lines by year, one panel below the other; every line carries its name at its end.

    Years before ``base`` are history: thinner, paler, and parted from the rest by a rule. Lines that would tangle stand
    each in a small panel of the same scale, before all the others in grey.
    """
    filled = [(head, members) for head, members in panels if members]
    if not filled:
        return ""
    name = room.named(name)
    at = list(years).index(base) if base in years else 0
    body: list[str] = []
    top = 0.0
    for n, (head, members) in enumerate(filled):
        own = [(k, b) for b in bands if (k := b.of_series(members, n == 0)) is not None]
        inside, top = _panel(_Panel(f"{name}-{n}", head, members, years, at, own, zero, room), top)
        body += inside
    description = "; ".join(
        f"{s.name} from {s.texts[0]} to {s.texts[-1]} ({axis_unit(s.unit)})" for _, members in filled for s in members
    )
    description += "".join(f"; {b.name}, {years[-1]}: {b.texts()[-1]}" for b in bands)
    description += f"; up to {base} it is history" if at else ""
    return frame(name, title, f"Lines by {along}, {years[0]} to {years[-1]}. {description}.", top, body, room.width)


def _panel(p: _Panel, top: float) -> tuple[list[str], float]:
    """A panel, its heading over it and its bands named below; where the next one begins."""
    start = top + (34 if p.head else 12)
    if len(p.members) > MOST or (not p.room.narrow and _tangled(p, start)):
        body, end, left = _small_panels(p, start)
    elif p.room.narrow:
        body, end, left = _listed_panel(p, start)
    else:
        body, end, left = _named_panel(p, start + (16 if p.base and not p.head else 0))
    head = [text(left, top + 16, p.head, bold=True)] if p.head else []
    entries = [(_shade(n), b.name) for n, b in p.bands]
    below, last = listed_below(entries, end, p.room)
    return [*head, *body, *below], last if entries else end


def _shade(n: int) -> Mark:
    """The mark of a band in a key."""
    return lambda x, y: (
        f'<path d="M{x:g} {y - 10:g}h12v12h-12z" fill="{colour(n)}" fill-opacity="0.2" stroke="{colour(n)}" '
        'stroke-opacity="0.5" stroke-width="0.6"/>'
    )


def _ends(p: _Panel, y: Scale, start: float, tall: float) -> tuple[list[int], list[float], list[float]]:
    """The last known year of each line, where it lies, and where its name stands."""
    ends = [_last(s.values) for s in p.members]
    own = [y(s.values[n]) for s, n in zip(p.members, ends, strict=True)]
    return ends, own, spread(own, LINE, start, start + tall)


def _tangled(p: _Panel, start: float) -> bool:
    _, own, tags = _ends(p, p.scale(start + TALL, start), start, TALL)
    return sum(abs(a - b) > FAR for a, b in zip(own, tags, strict=True)) > LED


def _named_panel(p: _Panel, start: float) -> tuple[list[str], float, float]:
    """Lines with their names at their ends."""
    tall = TALL
    y = p.scale(start + tall, start)
    names = short([s.name for s in p.members])
    left = 30 + max(map(wide_as, tick_texts(y.ticks)))
    right = p.room.width - 26 - max(map(wide_as, names))
    xs = across(len(p.years), left + 8, right)
    body = [text(14, start + tall / 2, elided(p.unit, 34), "middle", turned=True)]
    body += level_axis(y, left, right) + year_axis(p.years, xs, start + tall)
    body += _base_rule(p, xs, start, start + tall) + _bands(p, xs, y)
    ends, own, tags = _ends(p, y, start, tall)
    for n, (s, end, at, tag) in enumerate(zip(p.members, ends, own, tags, strict=True)):
        body += _line(n, s, xs, y, p)
        # A line that ends long before, such as history, would seem to go on along its leader.
        body += [leader(n, xs[end] + 5, at, right + 12, tag)] if end >= len(xs) - 2 else []
        body += [marker(n, right + 14, tag), text(right + 22, tag + 4, names[n])]
    return body, start + tall + 34, left


def _listed_panel(p: _Panel, start: float) -> tuple[list[str], float, float]:
    """Lines with their names in a list below and the unit above, for a narrow page."""
    body = [text(12, start + 2, elided(p.unit, 48))]
    tall, start = 210.0, start + (32 if p.base else 16)
    y = p.scale(start + tall, start)
    left, right = 16 + max(map(wide_as, tick_texts(y.ticks))), p.room.width - 20
    xs = across(len(p.years), left + 8, right)
    body += level_axis(y, left, right) + year_axis(p.years, xs, start + tall)
    body += _base_rule(p, xs, start, start + tall) + _bands(p, xs, y)
    for n, s in enumerate(p.members):
        body += _line(n, s, xs, y, p)
    entries = [(_line_mark(n), s.name) for n, s in enumerate(p.members)]
    below, end = listed_below(entries, start + tall + 42, p.room)
    return body + below, end + 6, 12.0


def _line_mark(n: int) -> Mark:
    return lambda x, y: _stroke(n, f"M{x - 6:g} {y - 4:g}h18") + marker(n, x + 3, y - 4)


def _stroke(n: int, path: str, *, past: bool = False, hue: str = "") -> str:
    dash = f' stroke-dasharray="{DASHES[n % len(DASHES)]}"' if DASHES[n % len(DASHES)] else ""
    pen = 'stroke-width="1.1" stroke-opacity="0.5"' if past else 'stroke-width="2"'
    return f'<path d="{path}" stroke="{hue or colour(n)}" {pen} fill="none"{dash}/>'


def _path(values: Sequence[float], xs: Sequence[float], y: Scale) -> str:
    """A line through what is known; what is not known breaks it."""
    path, pen = "", "M"
    for x, value in zip(xs, values, strict=True):
        if not math.isfinite(value):
            pen = "M"
            continue
        path += f"{pen}{x:g} {y(value):g}"
        pen = "L"
    return path


def _line(n: int, s: Series, xs: Sequence[float], y: Scale, p: _Panel) -> list[str]:
    """A line with its marks: history up to the base year is thin and pale."""
    body = []
    if p.base and (past := _path(s.values[: p.base + 1], xs[: p.base + 1], y)):
        body.append(_stroke(n, past, past=True))
    body.append(_stroke(n, _path(s.values[p.base :], xs[p.base :], y)))
    for k, (x, value, cell, year) in enumerate(zip(xs, s.values, s.texts, p.years, strict=True)):
        if math.isfinite(value):
            body.append(marker(n, x, y(value), p.room.hint(f"{s.name}, {year}: {cell}"), pale=k < p.base))
    return body


def _base_rule(p: _Panel, xs: Sequence[float], top: float, end: float) -> list[str]:
    """An upright rule at the base year, which parts history from what follows."""
    if not p.base:
        return []
    x = xs[p.base]
    look = 'stroke="currentColor" stroke-opacity="0.6" stroke-dasharray="4 3" fill="none"'
    return [
        f'<path d="M{x:g} {top:g}V{end:g}" {look}/>',
        text(x - 6, top - 4, "history", "end"),
    ]


def _bands(p: _Panel, xs: Sequence[float], y: Scale) -> list[str]:
    """The shade of every band, a piece for each run of years that it is known in."""
    body = []
    for n, b in p.bands:
        there = [math.isfinite(low) and math.isfinite(high) for low, high in zip(b.low, b.high, strict=True)]
        for first, last in _runs(there):
            years = range(first, last)
            up = [f"{xs[k]:g} {y(b.high[k]):g}" for k in years]
            down = [f"{xs[k]:g} {y(b.low[k]):g}" for k in reversed(years)]
            hint = p.room.hint(f"{b.name}, {p.years[last - 1]}: {b.texts()[last - 1]}")
            path = f"M{'L'.join([*up, *down])}Z"
            body.append(f'<path class="band" d="{path}" fill="{colour(n)}" fill-opacity="0.2">{hinted(hint)}</path>')
    return body


def _runs(there: Sequence[bool]) -> list[tuple[int, int]]:
    """Where runs of what is there begin and end."""
    edges = [k for k in range(len(there) + 1) if (k > 0 and there[k - 1]) != (k < len(there) and there[k])]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _small_panels(p: _Panel, top: float) -> tuple[list[str], float, float]:
    """A small panel for every line, all of one scale; the other lines stand behind it in grey."""
    count = 2 if p.room.narrow else 3
    y = p.scale(SMALL, 0.0, 3)
    gutter = 16 + max(map(wide_as, tick_texts(y.ticks)))
    wide = (p.room.width - gutter - 12 - 14 * (count - 1)) / count
    xs = across(len(p.years), 4.0, round(wide - 4, 2))
    behind = "".join(f'<path d="{_path(s.values, xs, y)}"/>' for s in p.members)
    look = f'stroke="{GREY}" stroke-opacity="0.35" fill="none"'
    body = [
        f'<defs><g id="{escape(p.name)}-all" {look}>{behind}</g></defs>',
        text(12, top + 2, elided(said(p.unit), 44)),
    ]
    names, last = short([s.name for s in p.members], int((wide - 4) / wide_as("x"))), len(p.members) - 1
    for n, s in enumerate(p.members):
        column, row = n % count, n // count
        x, at = round(gutter + column * (wide + 14), 2), top + 34 + row * (SMALL + SMALL_GAP)
        inside = [text(0, -6, names[n], bold=True), *level_axis(y, 0.0, round(wide, 2), numbered=column == 0)]
        inside += [f'<use href="#{escape(p.name)}-all"/>', *_bands_of(n, p, xs, y), *_line_in_panel(s, xs, y, p)]
        inside += _ends_of_years(p.years, xs) if n + count > last else []
        body.append(f'<g transform="translate({x:g} {at:g})">{"".join(inside)}</g>')
    rows = math.ceil(len(p.members) / count)
    return body, top + 34 + rows * (SMALL + SMALL_GAP) + 6, 12.0


def _bands_of(n: int, p: _Panel, xs: Sequence[float], y: Scale) -> list[str]:
    own = [(0, b) for k, b in p.bands if k == n]
    return _bands(_Panel(p.name, p.head, p.members, p.years, p.base, own, p.zero, p.room), xs, y)


def _line_in_panel(s: Series, xs: Sequence[float], y: Scale, p: _Panel) -> list[str]:
    """The line of a small panel, and its last number beside its end."""
    end = _last(s.values)
    height = y(s.values[end])
    above = height - 7 if height > 20 else height + 17
    return [*_line(0, s, xs, y, p), text(xs[end] + 4, above, s.texts[end], "end")]


def _ends_of_years(years: Sequence[str], xs: Sequence[float]) -> list[str]:
    if len(years) == 1:
        return [text(xs[0], SMALL + 16, years[0], "middle")]
    return [text(xs[0], SMALL + 16, years[0]), text(xs[-1], SMALL + 16, years[-1], "end")]


def _last(values: Sequence[float]) -> int:
    return max(n for n, v in enumerate(values) if math.isfinite(v))


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines by year as a description: panels are (head, lines); years before ``base`` are history.

    ``along``: what stands in the place of years, where they are none.
    """

    name: str
    title: str
    years: Sequence[str]
    panels: Sequence[tuple[str, list[Series]]]
    zero: bool = False
    base: str = ""
    bands: Sequence[ShadedBand] = ()
    along: str = "year"

    @property
    def empty(self) -> bool:
        """Whether no panel has a line."""
        return not any(members for _, members in self.panels)

    def svg(self, *, narrow: bool = False) -> str:
        """Its marks."""
        return lines(
            self.name, self.title, self.years, self.panels,
            zero=self.zero, base=self.base, bands=self.bands, along=self.along, room=NARROW if narrow else WIDE,
        )  # fmt: skip

    def option(self) -> dict[str, Any]:
        """Its ECharts option."""
        return echarts.of_lines(self)

    def sentence(self) -> str:
        """What it shows, in a sentence."""
        return chart_sentences.of_lines(self)
