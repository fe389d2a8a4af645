"""One description of every kind of chart, small enough for paper; some numbers are not known."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from groundplan.results.charts.curves import Curve, Curves, Span, Timetable
from groundplan.results.charts.drawing import Bars, Columns, Lines, Series, ShadedBand
from groundplan.results.charts.flows import Calendar, Matrix, Ribbons
from groundplan.results.charts.ground import Ground, ground
from groundplan.results.charts.maps import Choropleth, FlowMap, YearMap
from groundplan.results.charts.tornado import Bar, Tornado
from groundplan.results.view import Drawn

YEARS = ["2018", "2019", "2020", "2021"]


def series(name: str, unit: str, *values: float) -> Series:
    """A column with texts that are its numbers."""
    return Series(name, unit, list(values), [f"{v:g}" if math.isfinite(v) else "–" for v in values])


def country() -> Ground:
    """Three places side by side, each a square of one degree; the fourth is on no map."""
    ids = ["a", "b", "c", "d"]
    places = pd.DataFrame({"place": ids, "name_en": ["Ash & Co", "Birch", "Cedar", "Dune"]})
    places = places.assign(lat=[0.5, 0.5, 0.5, np.nan], lon=[0.5, 1.5, 2.5, np.nan])
    corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    rings = [(p, 0, 0, west + lon, float(lat)) for west, p in enumerate(ids[:3]) for lon, lat in corners]
    there = ground(places, pd.DataFrame(rings, columns=["place", "polygon", "ring", "lon", "lat"]))
    assert there is not None
    return there


COAL, STEEL = series("coal", "t", 1.5, 2.5, math.nan, 4.5), series("steel", "t", -1.25, 0.0, 2.0, 3.0)
PRICE = series("price", "%", 10.5, 11.5, 12.5, 13.5)
BAND = ShadedBand("what coal may be", [math.nan, 2.25, 1.75, 3.25], [math.nan, 2.75, 5.25, 6.25], of="coal")
FLOWS = pd.DataFrame(
    {"material": ["ore", "ore", "ore", "salt"], "source": list("abcb"), "place": list("bbbc"),
     "amount": [10.5, 7.5, 21.0, 3.25]}
)  # fmt: skip
USES = pd.DataFrame([[4.5, 0.0], [-1.5, math.nan]], ["gas", "ore"], ["steel", "grain"])

CHARTS: tuple[Drawn, ...] = (
    Lines("lines", "Goods", YEARS, [("goods", [COAL, STEEL]), ("", [PRICE])], False, "2019", [BAND]),
    Columns("columns", "Goods by year", YEARS, [COAL, STEEL]),
    Bars("bars", "Goods by row", YEARS, [COAL, STEEL]),
    Curves(
        "curves", "Shares",
        [Curve("then", [(0.5, 1.5), (2.5, 3.5)], ["p <1>", "q"]), Curve("now", [(4.5, 0.25)], ["r"])],
        ("across", "up"), zero=True, even=True,
    ),
    Timetable("timetable", "Works", [Span("mill", 2021, 2, "the mill"), Span("dam", 2020, 1, "the dam")],
              range(2020, 2025), ("being built", "runs")),
    Matrix("matrix", "Who uses what", USES, "bn"),
    Ribbons("ribbons", "Ways", [(("gas", "ammonia", "grain"), 3.5), (("ore", "ammonia", "grain"), 1.25),
                                (("ore", "steel"), 2.75)], "bn"),
    Calendar("calendar", "Who is hit", [("mill", 3.0, 5.0, 17.0), ("dam", 8.0, math.nan, math.nan)], 30),
    Tornado("tornado", "What moves it", [Bar("rate", 2.5, 6.5, ("low 2.5", "high 6.5")),
                                         Bar("pace", math.nan, 4.75, ("none", "high 4.75"))], 4.25, "bn"),
    Choropleth("choropleth", "Need", country(), pd.Series({"a": 0.25, "b": 3.5, "c": 1.75, "d": 2.5}), "score"),
    YearMap("year-map", "Chosen", country(), pd.Series({"a": 2024.0, "b": np.nan, "c": 2026.0})),
    FlowMap("flow-map", "Flows", country(), FLOWS, {"ore": "t / year", "salt": "kg"}),
)  # fmt: skip
BY_NAME = {chart.name: chart for chart in CHARTS}
