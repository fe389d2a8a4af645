"""Marks of a chart as inline SVG text: axes, ticks, fills and frames. No drawing library, no script, no request.

A chart is drawn from its English description; each text is said in the spoken language once, where it becomes a mark.

Colours are those of Okabe and Ito (2008), told apart by colour-blind readers; dashes, marker shapes and hatches say the
same in black and white. Text and axes take the colour of the page around them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from groundplan.languages.spoken import said
from groundplan.results.words import MISSING, elided, number, short_industry, wide

WIDTH = 760
FONT = 12.5
SMALLEST = 1e-200
ROW = 17.0
LONGEST = 4000
ELSEWHERE = "The table of this chart has the same numbers."
Mark = Callable[[float, float], str]
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F", "#B8A800", "#8C5A2B", "#5D4AA8")
DASHES = ("", "7 3", "2 3", "9 3 2 3", "12 4", "4 2", "1 2", "6 2 1 2 1 2", "3 5", "10 2")
SHAPES = (
    "M{x} {y}m-3.4 0a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0 -6.8 0z",
    "M{x} {y}m-3.2 -3.2h6.4v6.4h-6.4z",
    "M{x} {y}m0 -4.2l4 7h-8z",
    "M{x} {y}m0 -4.4l4.4 4.4l-4.4 4.4l-4.4 -4.4z",
    "M{x} {y}m0 4.2l4 -7h-8z",
)
HATCHES = (
    "",
    "M0 8L8 0M-2 2L2 -2M6 10L10 6",
    "M0 4H8",
    "M0 0L8 8M-2 6L2 10M6 -2L10 2",
    "M4 0V8",
    "M3 4a1 1 0 1 0 2 0a1 1 0 1 0 -2 0z",
    "M0 0L8 8M0 8L8 0",
    "M0 4H8M4 0V8",
    "M0 2H8M0 6H8",
    "M2 0V8M6 0V8",
)


@dataclass(frozen=True)
class Room:
    """How wide a chart is drawn. In a narrow one names stand in a list or above their marks, and no mark has a hint."""

    width: float
    narrow: bool = False

    def named(self, name: str) -> str:
        """The chart's name on this page: both drawings of a chart stand in one report, under names of their own."""
        return f"{name}-narrow" if self.narrow else name

    def hint(self, words: str) -> str:
        """What a mark says when pointed at; nothing where nobody points."""
        return "" if self.narrow else words


WIDE, NARROW = Room(float(WIDTH)), Room(390.0, narrow=True)


def wide_as(text: str) -> float:
    """About how wide a text is drawn, in the spoken language, in the units of the chart."""
    return 0.6 * FONT * wide(said(text))


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers (1, 2 or 5 times a power of ten) that cover low to high.

    >>> ticks(0, 2.3)
    [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        low, high = 0.0, 1.0
    size = max(abs(low), abs(high))
    if high - low <= max(1e-9 * size, SMALLEST):
        pad = size * 0.1 if size > SMALLEST else 1.0
        low, high = low - pad, high + pad
    raw = (high - low) / about
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    places = 2 - math.floor(math.log10(step))
    return [round(n * step, places) for n in range(first, last + 1)]


def tick_texts(values: Sequence[float]) -> list[str]:
    """Ticks as text with just the decimals that their step needs."""
    step = values[1] - values[0]
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    return [number(v, places) for v in values]


class Scale:
    """From a value to a place on the page, along nice ticks."""

    def __init__(self, values: Sequence[float], start: float, end: float, *, zero: bool, about: int = 5) -> None:
        finite = [v for v in values if math.isfinite(v)] or [0.0, 1.0]
        low, high = min(finite), max(finite)
        self.ticks = ticks(min(low, 0.0) if zero else low, max(high, 0.0) if zero else high, about)
        self.low, self.high, self.start, self.end = self.ticks[0], self.ticks[-1], start, end

    def __call__(self, value: float) -> float:
        """Where the value lies, to a hundredth of a unit."""
        return round(self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start), 2)


def text(x: float, y: float, words: str, anchor: str = "start", *, bold: bool = False, turned: bool = False) -> str:
    """A line of text, escaped."""
    weight = ' font-weight="600"' if bold else ""
    turn = f' transform="rotate(-90 {x:g} {y:g})"' if turned else ""
    where = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:g}" y="{y:g}"{where}{weight}{turn}>{escape(said(words))}</text>'


def hinted(words: str) -> str:
    """What a mark says when pointed at, inside it; nothing for no words."""
    return f"<title>{escape(said(words))}</title>" if words else ""


def closed(tag: str, hint: str) -> str:
    """The end of a mark, with what it says when pointed at."""
    return f">{hinted(hint)}</{tag}>" if hint else "/>"


def rule(x1: float, y1: float, x2: float, y2: float, *, strong: bool = False) -> str:
    """A grid line; the strong one is an axis."""
    opacity = "0.75" if strong else "0.16"
    return f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}" stroke="currentColor" stroke-opacity="{opacity}" fill="none"/>'


def marker(n: int, x: float, y: float, hint: str = "", *, pale: bool = False) -> str:
    """The nth series' mark, with what it says when pointed at."""
    shape = SHAPES[n % len(SHAPES)].format(x=f"{x:g}", y=f"{y:g}")
    look = ' fill-opacity="0.45"' if pale else ""
    return f'<path d="{shape}" fill="{colour(n)}"{look}>{hinted(hint)}</path>'


def leader(n: int, x1: float, y1: float, x2: float, y2: float) -> str:
    """A thin line from the end of the nth series to its name."""
    return f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}" stroke="{colour(n)}" stroke-opacity="0.6" fill="none"/>'


def colour(n: int) -> str:
    """The nth series' colour."""
    return COLOURS[n % len(COLOURS)]


def fills(name: str, count: int) -> str:
    """Hatched fills for ``count`` series, under identifiers of this chart alone."""
    patterns = []
    for n in range(count):
        hatch = HATCHES[n % len(HATCHES)]
        lines = f'<path d="{hatch}" stroke="#fff" stroke-opacity="0.75" fill="none"/>' if hatch else ""
        patterns.append(
            f'<pattern id="{escape(name)}-{n}" width="8" height="8" patternUnits="userSpaceOnUse">'
            f'<rect width="8" height="8" fill="{colour(n)}"/>{lines}</pattern>'
        )
    return f"<defs>{''.join(patterns)}</defs>"


def box(name: str, n: int, x: float, y: float, width: float, height: float, hint: str = "") -> str:
    """A filled bar of the nth series."""
    place = f'x="{x:g}" y="{y:g}" width="{max(width, 0):g}" height="{max(height, 0):g}"'
    return (
        f'<rect {place} fill="url(#{escape(name)}-{n})" stroke="{colour(n)}" stroke-width="0.6">{hinted(hint)}</rect>'
    )


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places moved to be ``gap`` apart, in their order, between low and high where there is room."""
    order = sorted(range(len(places)), key=lambda n: places[n])
    out = list(places)
    for before, n in zip([None, *order], order, strict=False):
        out[n] = max(out[n], low if before is None else out[before] + gap)
    limit = high
    for n in reversed(order):
        out[n] = min(out[n], limit)
        limit = out[n] - gap
    return out


def keyed(
    entries: Sequence[tuple[Mark, str]], left: float, room: Room, inset: float = 18.0, gap: float = 40.0
) -> tuple[list[str], float]:
    """A key above a chart: marks, drawn at (x, baseline), with their words, row by row; and how far the rows reach."""
    body, at, base = [], left, 16.0
    for mark, english in entries:
        words = said(english)
        if at > left and at + inset + wide_as(words) > room.width - 4:
            at, base = left, base + ROW
        body += [mark(round(at, 2), base), text(round(at + inset, 2), base, words)]
        at += gap + wide_as(words)
    return body, base - 16.0


def boxed(name: str, n: int) -> Mark:
    """The box of the nth series in a key."""
    return lambda x, y: box(name, n, x, y - 10, 12, 12)


def listed_below(entries: Sequence[tuple[Mark, str]], top: float, room: Room) -> tuple[list[str], float]:
    """A key below a chart: a row each, or as many as its words need; and where it ends."""
    letters = int((room.width - 34) / wide_as("x"))
    body, end = list[str](), top
    for mark, words in entries:
        body.append(mark(12.0, round(end, 2)))
        for line in wrap(said(words), letters, break_on_hyphens=False) or [""]:
            body.append(text(30, round(end, 2), line))
            end += ROW
    return body, end


def frame(name: str, title: str, description: str, height: float, body: Sequence[str], width: float = WIDTH) -> str:
    """A whole chart: title and description for those who listen, then its marks.

    The narrow drawing of a chart leaves the numbers to the wide one and to the table, so that a report stays small.
    """
    tag = escape(name)
    description = _heard(description) if width == WIDTH else ELSEWHERE
    look = f'font-family="system-ui, sans-serif" font-size="{FONT}" fill="currentColor"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-labelledby="{tag}-title {tag}-desc" {look}>'
        f'<title id="{tag}-title">{escape(said(title))}</title><desc id="{tag}-desc">{escape(said(description))}</desc>'
        f"{''.join(body)}</svg>"
    )


def _heard(description: str) -> str:
    """A description as long as somebody may care to listen to; the table says the rest."""
    if len(description) <= LONGEST:
        return description
    return description[:LONGEST].rpartition("; ")[0] + "; the table has the rest."


def short(names: Sequence[str], width: int = 32) -> list[str]:
    """Names as a chart has room for them; those that would look alike when cut at the end are cut in the middle.

    >>> short(["Consumption by households", "Consumption by government"], 16)
    ['Consump…useholds', 'Consump…vernment']
    """
    names = [short_industry(said(n)) for n in names]
    cut = [elided(n, width) or MISSING for n in names]
    half = (width - 1) // 2
    middle = [f"{n[:half]}…{n[half + 1 - width :]}" for n in names]
    alike = [cut.count(c) > 1 and len(n) > width for n, c in zip(names, cut, strict=True)]
    return [m if a else c for m, a, c in zip(middle, alike, cut, strict=True)]
