"""Every chart description as an option of ECharts 6: the same values, names, units and bands, as plain JSON values.

No function stands in an option, so that it can be written to a file and read by any page. What is not known is null.
Maps need no registered map: outlines are lines over kilometres east and north, figures are marks at the places.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from groundplan.results.charts.chart_series import Series, axis_unit
from groundplan.results.charts.svg import COLOURS
from groundplan.results.words import decimals

if TYPE_CHECKING:
    from groundplan.results.charts.curves import Curves, Timetable
    from groundplan.results.charts.drawing import Bars, Columns
    from groundplan.results.charts.flows import Calendar, Matrix, Ribbons
    from groundplan.results.charts.ground import Ground
    from groundplan.results.charts.line_drawing import Lines, ShadedBand
    from groundplan.results.charts.maps import Choropleth, FlowMap, YearMap
    from groundplan.results.charts.tornado import Tornado
    from groundplan.results.view import Drawn

Option = dict[str, Any]
LEAST = ", least"  # the unseen line below a band
UNSEEN = {"color": "transparent", "decal": {"symbol": "none"}}
MAP_WIDTH = 640
PANEL = 300  # pixels from one panel of lines to the next


def finite(value: float) -> float | None:
    """A number as JSON has it: null where it is not known."""
    number = float(value)
    return number if math.isfinite(number) else None


def _framed(chart: Drawn, **parts: Any) -> Option:
    """What all options share: title, colours, hatches for the colour-blind, tooltip, legend, download."""
    return {
        "title": {"text": chart.title, "textStyle": {"fontSize": 15, "overflow": "break"}},
        "color": list(COLOURS),
        "aria": {"enabled": True, "decal": {"show": True}},
        "tooltip": {"trigger": "item"},
        "legend": {"type": "scroll", "bottom": 0},
        "toolbox": {"feature": {"saveAsImage": {"name": chart.name}, "dataView": {"readOnly": True}}},
        "grid": {"containLabel": True, "bottom": 48},
        **parts,
    }


def _names(data: Iterable[str], **more: Any) -> Option:
    return {"type": "category", "data": list(data), **more}


def _numbers(name: str = "", **more: Any) -> Option:
    return {"type": "value", "name": name, **more}


def _values(s: Series) -> list[float | None]:
    return [finite(v) for v in s.values]


def of_lines(chart: Lines) -> Option:
    """A grid for each panel; a band is an unseen line with a shade stacked on it, whose items keep both ends."""
    filled = [(head, members) for head, members in chart.panels if members]
    series: list[Option] = []
    for n, (_, members) in enumerate(filled):
        own = [b for b in chart.bands if b.of_series(members, n == 0) is not None]
        series += [_line(chart, s, n) for s in members]
        series += [part for b in own for part in _band(b, n)]
    grids = [{"containLabel": True, "top": 60 + n * PANEL, "height": PANEL - 80} for n in range(len(filled))]
    return _framed(
        chart,
        tooltip={"trigger": "axis"}, grid=grids,
        legend={"type": "scroll", "bottom": 0, "data": [s["name"] for s in series if not s["name"].endswith(LEAST)]},
        xAxis=[_names(chart.years, gridIndex=n, name=chart.along) for n in range(len(filled))],
        yAxis=[
            _numbers(
                f"{head}: {axis_unit(members[0].unit)}" if head else axis_unit(members[0].unit),
                gridIndex=n, scale=not chart.zero, nameTextStyle={"align": "left"},
            )
            for n, (head, members) in enumerate(filled)
        ],
        series=series,
    )  # fmt: skip


def _line(chart: Lines, s: Series, panel: int) -> Option:
    line = {
        "type": "line", "name": s.name, "unit": axis_unit(s.unit), "data": _values(s), "xAxisIndex": panel,
        "yAxisIndex": panel, "connectNulls": False, "symbolSize": 6,
    }  # fmt: skip
    if chart.base in chart.years:
        years = list(chart.years)
        line["markLine"] = {"silent": True, "symbol": "none", "data": [{"xAxis": chart.base}]}
        line["markArea"] = {
            "silent": True, "itemStyle": {"color": "rgba(127,127,127,0.08)"},
            "data": [[{"name": "history", "xAxis": years[0]}, {"xAxis": chart.base}]],
        }  # fmt: skip
    return line


def _band(band: ShadedBand, panel: int) -> list[Option]:
    shared = {
        "type": "line", "stack": f"band {panel} {band.name}", "stackStrategy": "all", "xAxisIndex": panel,
        "yAxisIndex": panel, "symbol": "none", "lineStyle": {"opacity": 0},
    }  # fmt: skip
    ends = [(finite(a), finite(b)) for a, b in zip(band.low, band.high, strict=True)]
    shade = [{"value": None if a is None or b is None else b - a, "low": a, "high": b, "of": band.of} for a, b in ends]
    return [
        {**shared, "name": f"{band.name}{LEAST}", "data": [a for a, _ in ends], "tooltip": {"show": False}},
        {**shared, "name": band.name, "data": shade, "areaStyle": {"opacity": 0.25}},
    ]


def of_columns(chart: Columns) -> Option:
    """Stacked columns by year."""
    unit = axis_unit(chart.parts[0].unit) if chart.parts else ""
    stacks = [_stacked(s, unit) for s in chart.parts]
    return _framed(chart, xAxis=_names(chart.years), yAxis=_numbers(unit), series=stacks)


def of_bars(chart: Bars) -> Option:
    """Stacked bars by name, the first on top."""
    unit = axis_unit(chart.parts[0].unit) if chart.parts else ""
    stacks = [_stacked(s, unit) for s in chart.parts]
    return _framed(chart, xAxis=_numbers(unit), yAxis=_names(chart.names, inverse=True), series=stacks)


def _stacked(s: Series, unit: str) -> Option:
    return {"type": "bar", "stack": "all", "name": s.name, "unit": axis_unit(s.unit) or unit, "data": _values(s)}


def of_curves(chart: Curves) -> Option:
    """Lines over a number; a point's name is what it says when pointed at."""
    series: list[Option] = [
        {
            "type": "line", "name": c.name, "showSymbol": c.marked,
            "data": [
                {"name": hint, "value": [finite(a), finite(b)]} for (a, b), hint in zip(c.points, c.hints, strict=True)
            ],
        }
        for c in chart.members
    ]  # fmt: skip
    if chart.even:
        low, high = 0.0, max((v for c in chart.members for p in c.points for v in p), default=1.0)
        line = {"color": "#7F7F7F", "type": "dashed", "width": 1}
        series.append({"type": "line", "name": "both alike", "data": [[low, low], [high, high]], "lineStyle": line})
    axes = [_numbers(words, scale=not chart.zero, nameLocation="middle", nameGap=32) for words in chart.axes]
    return _framed(chart, xAxis=axes[0], yAxis=axes[1], series=series, tooltip={"formatter": "{b}"})


def of_timetable(chart: Timetable) -> Option:
    """Bars by year: unseen up to the year in which building begins, then being built, then running."""
    end = chart.years[-1] + 1 if len(chart.years) else 0
    parts = {
        "": [r.begun for r in chart.rows],
        chart.words[0]: [r.built for r in chart.rows],
        chart.words[1]: [max(end - r.begun - r.built, 0) for r in chart.rows],
    }
    series = [
        {
            "type": "bar", "stack": "row", "name": name, **({"itemStyle": UNSEEN, "silent": True} if not name else {}),
            "data": [{"value": v, "name": r.hint} for v, r in zip(values, chart.rows, strict=True)],
        }
        for name, values in parts.items()
    ]  # fmt: skip
    # Numbers of a value axis have commas, so the years stand on an axis of names, each in the middle of its year.
    hidden = _numbers("", min=chart.years[0] if len(chart.years) else 0, max=end, minInterval=1, show=False)
    years = [hidden, _names(map(str, chart.years), position="bottom")]
    rows = _names((r.name for r in chart.rows), inverse=True)
    keyed = {"data": list(chart.words), "bottom": 0}
    return _framed(
        chart, xAxis=years, yAxis=rows, series=series, legend=keyed, tooltip={"formatter": "{b}"},
        years=[int(y) for y in chart.years],
    )  # fmt: skip


def of_matrix(chart: Matrix) -> Option:
    """A heat map, the first row on top."""
    numbers = chart.table.to_numpy(dtype=float)
    cells = [[j, i, finite(v)] for i, row in enumerate(numbers.tolist()) for j, v in enumerate(row)]
    largest = max((v for *_, v in cells if v is not None), default=0.0)
    lowest = min((v for *_, v in cells if v is not None), default=0.0)
    scale = {
        "min": min(lowest, 0.0), "max": largest, "calculable": True, "orient": "horizontal", "bottom": 0,
        "precision": decimals(numbers.ravel().tolist()), "inRange": {"color": ["#D9E8F2", COLOURS[0]]},
        "text": [chart.unit, ""],
    }  # fmt: skip
    return _framed(
        chart, legend={"show": False}, visualMap=scale,
        xAxis=_names(map(str, chart.table.columns), axisLabel={"rotate": 52}, position="top"),
        yAxis=_names(map(str, chart.table.index), inverse=True),
        series=[{"type": "heatmap", "name": chart.unit, "data": cells}],
    )  # fmt: skip


def of_ribbons(chart: Ribbons) -> Option:
    """A Sankey diagram; a stop's name begins with its stage, so that a name may stand in two. Every path is kept."""
    carrying = [(tuple(stops), float(v)) for stops, v in chart.paths if len(stops) > 1 and v > 0]
    depth = max((len(stops) for stops, _ in carrying), default=0)
    nodes: dict[tuple[int, str], Option] = {}
    links: dict[tuple[str, str], float] = {}
    for stops, value in carrying:
        stages = [*range(len(stops) - 1), depth - 1]
        named = [f"{stage + 1} {stop}" for stage, stop in zip(stages, stops, strict=True)]
        for stage, stop, name in zip(stages, stops, named, strict=True):
            nodes[stage, stop] = {"name": name, "depth": stage, "label": {"formatter": stop}}
        for a, b in itertools.pairwise(named):
            links[a, b] = links.get((a, b), 0.0) + value
    joined = [{"source": a, "target": b, "value": v} for (a, b), v in links.items()]
    shown = {"type": "sankey", "name": chart.unit, "data": list(nodes.values()), "links": joined, "right": 160}
    kept = {"source": [[finite(v), *stops] for stops, v in chart.paths]}
    return _framed(chart, legend={"show": False}, series=[shown], dataset=kept)


def of_calendar(chart: Calendar) -> Option:
    """Bars along the days from the first day below to the first day back, and a mark on the day of standstill."""
    below = [finite(r[1]) for r in chart.rows]
    back = [finite(r[3]) for r in chart.rows]
    last = [float(chart.days) if b is None else b for b in back]
    bars = [
        {"value": max(end - (start or 0.0), 0.0), "below": start, "back": b}
        for start, end, b in zip(below, last, back, strict=True)
    ]
    stopped = [[finite(r[2]), n] for n, r in enumerate(chart.rows) if math.isfinite(r[2])]
    return _framed(
        chart,
        xAxis=_numbers("day", min=0, max=chart.days), yAxis=_names((r[0] for r in chart.rows), inverse=True),
        legend={"data": ["below 99 per cent", "stands still"], "bottom": 0},
        series=[
            {"type": "bar", "stack": "row", "name": "", "data": below, "itemStyle": UNSEEN, "silent": True},
            {"type": "bar", "stack": "row", "name": "below 99 per cent", "data": bars},
            {"type": "scatter", "name": "stands still", "symbol": "rect", "symbolSize": [4, 16], "data": stopped},
        ],
    )  # fmt: skip


def of_tornado(chart: Tornado) -> Option:
    """Bars that begin at the base (``startValue`` of the axis), a low and a high end in one row."""
    rows = [b for b in chart.bars if math.isfinite(b.low) or math.isfinite(b.high)]
    ends = [
        ("low end of the range", [b.low for b in rows], [b.hints[0] for b in rows]),
        ("high end of the range", [b.high for b in rows], [b.hints[1] for b in rows]),
    ]
    series = [
        {
            "type": "bar", "name": name, "barGap": "-100%",
            "data": [{"value": finite(v), "name": h} for v, h in zip(values, hints, strict=True)],
            "markLine": {"silent": True, "symbol": "none", "data": [{"xAxis": finite(chart.base)}]},
        }
        for name, values, hints in ends
    ]  # fmt: skip
    axis = _numbers(
        chart.unit or "number", scale=True, startValue=finite(chart.base), nameLocation="middle", nameGap=28
    )
    return _framed(chart, xAxis=axis, yAxis=_names((b.name for b in rows), inverse=True), series=series)


def of_choropleth(chart: Choropleth) -> Option:
    """Outlines, and a mark at every place, coloured by its figure."""
    values = chart.values.reindex(list(chart.ground.ids)).astype(float)
    data = [
        {"name": chart.ground.names[i], "value": [*_spot(chart.ground, i), finite(values[i])]} for i in chart.ground.ids
    ]
    there = [v for v in values.tolist() if math.isfinite(v)]
    scale = {
        "min": min(there, default=0.0), "max": max(there, default=1.0), "dimension": 2, "seriesIndex": 1,
        "calculable": True, "right": 0,
        "text": [chart.unit, ""], "inRange": {"color": ["#B3D4E8", COLOURS[0]]}, "precision": decimals(there),
    }  # fmt: skip
    marks = {"type": "scatter", "name": chart.unit, "symbolSize": 14, "data": data}
    return _mapped(chart, chart.ground, [marks], visualMap=scale, legend={"show": False})


def of_year_map(chart: YearMap) -> Option:
    """Outlines, and a mark at every chosen place, a series for each year."""
    chosen = chart.years.dropna().astype(int)
    marks = [
        {
            "type": "scatter", "name": str(year), "symbolSize": 14,
            "data": [
                {"name": chart.ground.names[str(i)], "value": [*_spot(chart.ground, str(i)), int(year)]}
                for i in chosen.index[chosen == year]
            ],
        }
        for year in sorted(set(chosen))
    ]  # fmt: skip
    return _mapped(chart, chart.ground, marks)


def of_flow_map(chart: FlowMap) -> Option:
    """Outlines, and a line for every flow, as wide as its amount among those of its material."""
    flows = chart.flows
    lines = []
    for material in dict.fromkeys(flows["material"].astype(str)):
        own = flows[flows["material"].astype(str) == material]
        largest = max(float(own["amount"].max()), 1e-300)
        lines.append(
            {
                "type": "lines", "coordinateSystem": "cartesian2d", "name": material,
                "unit": chart.units.get(material, ""), "symbol": ["none", "arrow"],
                "data": [_flow(chart.ground, row, largest) for row in own.to_dict("records")],
            }
        )  # fmt: skip
    return _mapped(chart, chart.ground, lines)


def _flow(ground: Ground, row: Mapping[Hashable, Any], largest: float) -> Option:
    source, place, amount = str(row["source"]), str(row["place"]), float(row["amount"])
    return {
        "name": f"{ground.names[source]} → {ground.names[place]}", "value": finite(amount),
        "coords": [_spot(ground, source), _spot(ground, place)], "lineStyle": {"width": 0.8 + 4.2 * amount / largest},
    }  # fmt: skip


def _spot(ground: Ground, place: str) -> list[float | None]:
    """Kilometres east and north of the map's centre; null for a place that is not on the map."""
    spot = ground.points[ground.ids.index(place)]
    if not all(map(math.isfinite, spot)) and place in ground.rings:
        corners = max(ground.rings[place], key=len)
        spot = (corners.min(axis=0) + corners.max(axis=0)) / 2.0
    return [None if (km := finite(v)) is None else round(km, 2) for v in spot]


def _mapped(chart: Drawn, ground: Ground, marks: Sequence[Option], **parts: Any) -> Option:
    """Marks over the outlines of a ground, as tall as it is wide in kilometres."""
    low, high = ground.corners.min(axis=0), ground.corners.max(axis=0)
    wide, tall = (max(float(v), 1.0) for v in high - low)
    outlines = [
        {"name": ground.names[i], "coords": [[round(float(v), 2) for v in corner] for corner in (*ring, ring[0])]}
        for i, rings in ground.rings.items()
        for ring in rings
    ]
    outlined = {
        "type": "lines", "coordinateSystem": "cartesian2d", "polyline": True, "silent": True, "data": outlines,
        "lineStyle": {"color": "#7F7F7F", "width": 0.7, "type": "dashed" if ground.schematic else "solid"},
    }  # fmt: skip
    axes = [
        {"type": "value", "name": f"km {way}", "min": round(float(a), 2), "max": round(float(b), 2), "show": False}
        for way, a, b in zip(("east", "north"), low, high, strict=True)
    ]
    grid = {"left": 10, "top": 40, "width": MAP_WIDTH, "height": round(MAP_WIDTH * tall / wide)}
    absent = [ground.names[i] for i in ground.absent]
    return _framed(
        chart, grid=grid, xAxis=axes[0], yAxis=axes[1], series=[outlined, *marks], absent=absent, **parts,
    )  # fmt: skip
