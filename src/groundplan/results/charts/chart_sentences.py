"""What a chart shows, as the sentence over it: its first and last number, its largest part, its extremes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from groundplan.results.charts.chart_series import Series, axis_unit
from groundplan.results.words import ARROW, decimals, number

if TYPE_CHECKING:
    from groundplan.results.charts.curves import Timetable
    from groundplan.results.charts.drawing import Bars, Columns
    from groundplan.results.charts.flows import Calendar, Matrix, Ribbons
    from groundplan.results.charts.line_drawing import Lines
    from groundplan.results.charts.maps import Choropleth, FlowMap, YearMap
    from groundplan.results.charts.tornado import Tornado

DAY = "day"
LEVEL = "base year = 1"
COUNTED = 1000  # a year below is counted from the start of a programme
RESTS = ("all other sectors", "all else")  # parts of a stack that gather what is not named
STILL = 0.002  # a change by less, as a share, is said to be none
ENGLISH = "en"


def of_lines(chart: Lines) -> str:
    """From where to where its line goes, or of several the one that changes most, as a share of where it begins."""
    start = list(chart.years).index(chart.base) if chart.base in chart.years else 0
    paths = [p for _, members in chart.panels for s in members if (p := _ends(s, start)) is not None]
    if not paths:
        return chart.title
    s, first, last = max(paths, key=lambda p: abs(_change(*p)))
    change, several = _change(s, first, last), len(paths) > 1
    same = s.name.lower() == chart.title.lower()
    about = f"{chart.title}: {s.name}" if several and not same else _about(chart.title, s.name)
    years, unit = f"{_when(chart, first)} to {_when(chart, last)}", _unit(s.unit)
    if ((several and abs(change) < STILL) or chart.along == DAY) and (far := _farthest(paths)) is not None:
        s, between = far
        return f"{chart.title}: {s.name} goes furthest, to {s.texts[between]}{unit} {_at(chart, between)}"
    if abs(change) < STILL and several:
        return f"{chart.title}: no line moves, {years}"
    if abs(change) < STILL:
        return f"{about} stays at {s.texts[last]}{unit}, {years}"
    if not several and (peak := _peak(s, first, last)) is not None:
        ends = f"{s.texts[first]} {_at(chart, first)}, {s.texts[last]} {_at(chart, last)}"
        return f"{about} is highest {_at(chart, peak)}, {s.texts[peak]}{unit} ({ends})"
    verb = f"{'grows' if change > 0 else 'falls'}{' most,' if several else ''}"
    if s.unit.startswith(LEVEL) and s.texts[first].rstrip("0") == "1.":
        return f"{about} {verb} to {s.texts[last]} times its level of {_when(chart, first)} by {_when(chart, last)}"
    return f"{about} {verb} from {s.texts[first]} to {s.texts[last]}{unit}, {years}"


def _when(chart: Lines, at: int) -> str:
    return year_words(chart.years[at]) if chart.along == "year" else str(chart.years[at])


def _at(chart: Lines, at: int) -> str:
    """``in 2024``, ``on day 90``."""
    return f"on day {chart.years[at]}" if chart.along == DAY else f"in {_when(chart, at)}"


def year_words(year: object) -> str:
    """A year, or one that is counted from the start.

    >>> year_words(2024), year_words("3")
    ('2024', 'year 3')
    """
    return f"year {year}" if str(year).isdigit() and int(str(year)) < COUNTED else str(year)


def _peak(s: Series, first: int, last: int) -> int | None:
    """Where a line is highest, if that lies further above both ends than these lie apart."""
    there = [n for n in range(first, last + 1) if math.isfinite(s.values[n])]
    top = max(there, key=lambda n: s.values[n])
    ends = (s.values[first], s.values[last])
    return top if s.values[top] - max(ends) > abs(ends[1] - ends[0]) else None


def _farthest(paths: Sequence[tuple[Series, int, int]]) -> tuple[Series, int] | None:
    """The line that goes furthest from where it ends, and where; None where none moves.

    As a share of where it ends, since days are those of what comes and goes.
    """
    away = [(abs(_change(s, last, n)), s, n) for s, first, last in paths for n in range(first, last + 1)
            if math.isfinite(s.values[n])]  # fmt: skip
    most, s, n = max(away, key=lambda a: a[0])
    return (s, n) if most >= STILL else None


def _ends(s: Series, start: int) -> tuple[Series, int, int] | None:
    """Its first and last year with a number; None where that is one year."""
    there = [n for n, v in enumerate(s.values) if n >= start and math.isfinite(v)]
    return (s, there[0], there[-1]) if len(there) > 1 else None


def _change(s: Series, first: int, last: int) -> float:
    """As a share of where it begins; of the largest number where it begins at nothing; none where both read alike."""
    if s.texts[first] == s.texts[last]:
        return 0.0
    a, b = s.values[first], s.values[last]
    largest = max(abs(v) for v in s.values if math.isfinite(v))
    scale = abs(a) if abs(a) > 1e-9 * largest else largest
    return (b - a) / scale if scale else 0.0


def _about(title: str, name: str) -> str:
    """What a sentence is about: the chart's title and the name, or the name where it says the same."""
    if name.lower() in title.lower() or title.lower() in name.lower():
        longer = max(title, name, key=len)
        return longer[:1].upper() + longer[1:]
    return f"{title}: {name}"


def _unit(unit: str) -> str:
    words = axis_unit(unit).replace(" / year", " a year")
    return "" if words == "number" else f" ({words})" if "=" in words or "," in words else f" {words}"


def _total(parts: Sequence[Series], at: int) -> float:
    return sum(s.values[at] for s in parts if math.isfinite(s.values[at]))


def of_columns(chart: Columns) -> str:
    """From where to where the whole goes, and which part is the largest in the end."""
    if not chart.parts:
        return chart.title
    last = len(chart.years) - 1
    totals = [_total(chart.parts, at) for at in (0, last)]
    places = decimals([*totals, *(v for s in chart.parts for v in s.values)], chart.parts[0].unit)
    a, b = (number(v, places) for v in totals)
    named = [s for s in chart.parts if s.name not in RESTS] or chart.parts
    largest = max(named, key=lambda s: abs(s.values[last]) if math.isfinite(s.values[last]) else -1.0)
    unit = _unit(chart.parts[0].unit)
    whole = f"{b}{unit} in all" if last == 0 else f"from {a} to {b}{unit} in all, {chart.years[0]} to {chart.years[-1]}"
    size, rest = number(largest.values[last], places), "named " if len(named) < len(chart.parts) else ""
    return f"{chart.title}: {whole}; the largest {rest}part in {chart.years[-1]} is {largest.name}, {size}"


def of_bars(chart: Bars) -> str:
    """The row whose bar reaches farthest."""
    if chart.empty:
        return chart.title
    totals = [_total(chart.parts, n) for n in range(len(chart.names))]
    n = max(range(len(totals)), key=lambda k: abs(totals[k]))
    places = decimals([v for s in chart.parts for v in s.values], chart.parts[0].unit)
    size = chart.parts[0].texts[n] if len(chart.parts) == 1 else number(totals[n], places)
    return f"{chart.title}: the largest is {chart.names[n]}, {size}{_unit(chart.parts[0].unit)}"


def of_tornado(chart: Tornado) -> str:
    """What moves the figure most, and between what."""
    both = [b for b in chart.bars if math.isfinite(b.low) and math.isfinite(b.high)]
    if not both:
        return chart.title
    widest = max(both, key=lambda b: abs(b.high - b.low))
    places = decimals([v for b in both for v in (b.low, b.high)])
    low, high = sorted((widest.low, widest.high))
    ends = f"between {number(low, places)} and {number(high, places)}"
    return f"{chart.title}: {widest.name} moves it most, {ends}{_unit(chart.unit)}"


def of_timetable(chart: Timetable) -> str:
    """How many rows there are, and when the last is finished."""
    if not chart.rows:
        return chart.title
    first, last = min(r.begun for r in chart.rows), max(r.begun + r.built for r in chart.rows)
    begun, done = year_words(first), year_words(last)
    return f"{chart.title}: {_many(len(chart.rows), 'place')}, begun from {begun} on, all running by {done}"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def of_matrix(chart: Matrix) -> str:
    """The largest cell."""
    numbers = chart.table.to_numpy(dtype=float)
    cells = [(v, i, j) for i, row in enumerate(numbers.tolist()) for j, v in enumerate(row) if math.isfinite(v)]
    if not cells:
        return chart.title
    value, i, j = max(cells)
    written = number(value, decimals(numbers.ravel().tolist()))
    what = f"{chart.table.index[i]} used by {chart.table.columns[j]}"
    return f"{chart.title}: the largest is {what}, {written}{_unit(chart.unit)}"


def of_ribbons(chart: Ribbons) -> str:
    """The path along which most comes."""
    if chart.empty:
        return chart.title
    stops, value = max(chart.paths, key=lambda p: p[1])
    written = number(value, decimals([v for _, v in chart.paths]))
    return f"{chart.title}: most comes along {ARROW.join(stops)}, {written}{_unit(chart.unit)}"


def of_calendar(chart: Calendar) -> str:
    """How many are hit, who first, and who stands still first."""
    if chart.empty:
        return chart.title
    first = min(chart.rows, key=lambda r: r[1])
    stopped = [r for r in chart.rows if math.isfinite(r[2])]
    until = f"; {len(stopped)} of {len(chart.rows)} stand still for a time" if stopped else "; none stands still"
    return f"{chart.title}: {first[0]} is hit first, from day {first[1]:g} on{until}"


def of_choropleth(chart: Choropleth) -> str:
    """The highest and the lowest place; the bare title in other languages than English."""
    values = chart.values.reindex(list(chart.ground.ids)).astype(float).dropna()
    if chart.language != ENGLISH or values.empty:
        return chart.title
    places = decimals(values.tolist(), chart.unit)
    by_size = sorted(zip(values.tolist(), map(str, values.index), strict=True))
    low, high = (f"{chart.ground.names[i]} ({number(v, places)})" for v, i in (by_size[0], by_size[-1]))
    return f"{chart.title}: highest in {high}, lowest in {low}"


def of_year_map(chart: YearMap) -> str:
    """How many places are chosen, and in which years; the bare title in other languages than English."""
    chosen = chart.years.dropna().astype(int)
    if chart.language != ENGLISH or chosen.empty:
        return chart.title
    first, last = chosen.min(), chosen.max()
    when = f"in {year_words(first)}" if first == last else f"from {year_words(first)} to {year_words(last)}"
    return f"{chart.title}: {_many(len(chosen), 'place')} of {len(chart.ground.ids)} {when}"


def of_flow_map(chart: FlowMap) -> str:
    """The largest flow from one place to another; the bare title in other languages than English."""
    away = chart.flows[chart.flows["source"] != chart.flows["place"]]
    if chart.language != ENGLISH or away.empty:
        return chart.title
    row = max(away.to_dict("records"), key=lambda flow: float(flow["amount"]))
    amount, names = float(row["amount"]), chart.ground.names
    size = f"{number(amount, decimals([amount]))} {chart.units.get(str(row['material']), '')}".rstrip().replace(
        " / year", " a year"
    )
    way = f"{row['material']} from {names[str(row['source'])]} to {names[str(row['place'])]}"
    return f"{chart.title}: the largest is {way}, {size}"
