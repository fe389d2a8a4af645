"""Figures that people explore: the ECharts option of a chart in the spoken language, and every mark as a sentence.

Numbers are the option's own. What is compared by name inside an option (a stop of a Sankey diagram, a colour, a file's
name) stays as it is; only what is shown is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from groundplan.languages.spoken import said
from groundplan.results.charts.echarts import LEAST, Option
from groundplan.results.words import PERCENT, decimals, number

if TYPE_CHECKING:
    from groundplan.results.view import Drawn

SHOWN = frozenset({"text", "name", "unit", "of", "absent"})  # keys whose texts people read
NAMED = frozenset({"xAxis", "yAxis", "legend"})  # parts whose ``data`` are names
MARKS = "marks"  # the key that is ours: a page's script reads it, ECharts does not


@dataclass(frozen=True)
class SpokenMark:
    """A data point: where ECharts has it, where it stands among the others, what it says, its cells in English."""

    series: int
    index: int
    edge: bool
    row: int
    column: int
    says: str
    cells: tuple[str, str, float | None, str]  # series, item, value, unit


def spoken_option(chart: Drawn) -> Option:
    """A chart's option with its texts in the spoken language, and under ``marks`` what each of its marks says.

    Units: the chart's own; no number differs from ``chart.option()``.
    """
    option = chart.option()
    spoken: Option = {key: _said_part(key, part) for key, part in option.items()}
    spoken[MARKS] = [asdict(mark) for mark in marks(option)]
    return spoken


def _said_part(key: str, part: Any) -> Any:
    if key == "toolbox":
        return part
    if key == "series":
        return [_said_series(one) for one in part]
    if key in NAMED:
        return [_said_names(one) for one in part] if isinstance(part, list) else _said_names(part)
    return _said_texts(part, shown=key in SHOWN)


def _said_names(axis: Option) -> Option:
    """An axis or a legend, whose data are names."""
    return {key: _said_texts(value, shown=key == "data" or key in SHOWN) for key, value in axis.items()}


def _said_series(series: Option) -> Option:
    """A series; the stops of a Sankey diagram keep the names by which its links find them."""
    if series["type"] != "sankey":
        return {**_said_texts(series), **_said_line(series)}
    stops = [{**stop, "label": {"formatter": said(stop["label"]["formatter"])}} for stop in series["data"]]
    return {**series, "name": said(series["name"]), "data": stops}


def _said_line(series: Option) -> Option:
    """The line and the shade over places of an axis of names, which are found by their names as they are said."""
    lined: Option = {}
    if "markLine" in series:
        lined["markLine"] = {**series["markLine"], "data": [_said_place(one) for one in series["markLine"]["data"]]}
    if "markArea" in series:
        pairs = [[_said_place(one) for one in pair] for pair in series["markArea"]["data"]]
        lined["markArea"] = {**series["markArea"], "data": pairs}
    return lined


def _said_place(place: Option) -> Option:
    return {key: said(value) if isinstance(value, str) else value for key, value in place.items()}


def _said_texts(value: Any, *, shown: bool = False) -> Any:
    """The same with every text said that stands under a key which is shown."""
    if isinstance(value, str):
        return said(value) if shown and value else value
    if isinstance(value, Mapping):
        return {key: _said_texts(one, shown=key in SHOWN) for key, one in value.items()}
    if isinstance(value, list):
        return [_said_texts(one, shown=shown) for one in value]
    return value


def marks(option: Option) -> Iterator[SpokenMark]:
    """Every mark that carries a number, series by series, in the order of the data."""
    for place, series in enumerate(option["series"]):
        if series.get("silent") or str(series.get("name", "")).endswith(LEAST):
            continue
        match series["type"]:
            case "heatmap":
                yield from _of_cells(option, place, series)
            case "sankey":
                yield from _of_links(place, series)
            case "lines" | "scatter":
                yield from _of_places(option, place, series)
            case _:
                yield from _of_items(option, place, series)


def _figures(values: Sequence[float | None], unit: str) -> list[str]:
    places = decimals([v for v in values if v is not None], PERCENT if unit == "per cent" else unit)
    return [number(v, places) for v in values]


def _shown_unit(unit: str) -> str:
    return "" if unit == "number" else unit


def _of_cells(option: Option, place: int, series: Option) -> Iterator[SpokenMark]:
    columns, rows, unit = option["xAxis"]["data"], option["yAxis"]["data"], _shown_unit(series["name"])
    figures = _figures([v for *_, v in series["data"]], unit)
    for index, ((column, row, value), figure) in enumerate(zip(series["data"], figures, strict=True)):
        if value is None:
            continue
        says = said(f"{rows[row]} used by {columns[column]}: {figure} {unit}".rstrip())
        yield SpokenMark(place, index, False, row, column, says, (rows[row], columns[column], value, unit))


def _of_links(place: int, series: Option) -> Iterator[SpokenMark]:
    labels = {stop["name"]: stop["label"]["formatter"] for stop in series["data"]}
    depths = {stop["name"]: stop["depth"] for stop in series["data"]}
    unit = _shown_unit(series["name"])
    figures = _figures([link["value"] for link in series["links"]], unit)
    for index, (link, figure) in enumerate(zip(series["links"], figures, strict=True)):
        start, end = labels[link["source"]], labels[link["target"]]
        says = said(f"{start} to {end}: {figure} {unit}".rstrip())
        row, column = depths[link["source"]], index
        yield SpokenMark(place, index, True, row, column, says, (start, end, link["value"], unit))


def _of_places(option: Option, place: int, series: Option) -> Iterator[SpokenMark]:
    """Marks of a map and flows over it; the marks of a calendar say from which day a sector stands still."""
    flows, names = series["type"] == "lines", option["yAxis"].get("data")
    unit = _shown_unit(series.get("unit", "") if flows or names else series["name"])
    values = [_value_of(one) for one in series["data"]]
    figures = _figures(values, unit)
    for index, (one, value, figure) in enumerate(zip(series["data"], values, figures, strict=True)):
        if names:
            day, row = one
            says = said(f"{names[row]}: stands still from day {day:g}")
            yield SpokenMark(place, index, False, row, 1, says, (names[row], series["name"], day, "day"))
        elif value is not None and (flows or None not in one["value"]):
            words = f"{series['name']}, {one['name']}: {figure} {unit}" if flows else f"{one['name']}: {figure} {unit}"
            if not flows and "visualMap" not in option:  # a map of years, a series each
                words = f"{one['name']}: {series['name']}"
            cells = (series["name"], one["name"], value, unit)
            yield SpokenMark(place, index, False, place if flows else 0, index, said(words.rstrip()), cells)


def _of_items(option: Option, place: int, series: Option) -> Iterator[SpokenMark]:
    """Columns, bars and lines: a place on the axis of names each, or a hint of its own."""
    if not series.get("name"):
        return
    upright = _names_axis(option["yAxis"])
    names = upright or _names_axis(option["xAxis"]) or []
    values = [_value_of(one) for one in series["data"]]
    unit = _shown_unit(series.get("unit", ""))
    figures = _figures(values, unit)
    for index, (one, value, figure) in enumerate(zip(series["data"], values, figures, strict=True)):
        if value is None:
            continue
        item = names[index] if index < len(names) else ""
        says = said(_item_words(series, one, item, f"{figure} {unit}".rstrip()))
        row, column = (index, place) if upright else (place, index)
        yield SpokenMark(place, index, False, row, column, says, (series["name"], item, value, unit))


def _item_words(series: Option, one: Any, item: str, amount: str) -> str:
    if isinstance(one, Mapping) and one.get("name"):
        hint = str(one["name"])
        return hint if not item or item in hint else f"{item}: {hint}"
    if isinstance(one, Mapping) and "below" in one:
        until = "the end" if one["back"] is None else f"day {one['back']:g}"
        return f"{item}: below from day {one['below']:g} to {until}"
    if isinstance(one, Mapping) and "low" in one:
        return f"{series['name']}, {item}: {number(one['low'], 2)} to {number(one['high'], 2)}"
    return f"{series['name']}, {item}: {amount}" if item else f"{series['name']}: {amount}"


def _names_axis(axis: Option | list[Option]) -> list[str] | None:
    """The names along an axis; None along one of numbers."""
    return next((one["data"] for one in (axis if isinstance(axis, list) else [axis]) if "data" in one), None)


def _value_of(one: Any) -> float | None:
    value = one["value"] if isinstance(one, Mapping) else one
    value = value[-1] if isinstance(value, list) else value
    return None if value is None else float(value)
