"""A country of four places and one type of works, small enough for paper, as objects and as files."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
from small_places import places

from groundplan import place
from groundplan.outcome import Outcome
from groundplan.places.known.columns import SourcedFigure
from groundplan.places.known.places import Places
from groundplan.places.scoring.scores import Criterion, Weights
from groundplan.places.works.facilities import Facilities, Facility

LACK = [90.0, 60.0, 40.0, 10.0]
IDS = ["a", "b", "c", "d"]
WEIGHTS = {
    "need": Weights("need", (Criterion("lack", 1.0),), source="tests"),
    "readiness": Weights("readiness", (Criterion("power", 1.0),), source="tests"),
}
WORKS = Facilities(
    {"mill": Facility("mill", {"en": "Mill"}, "food", {"basic": SourcedFigure(10.0, "persons", "given", "t")})}
)


def four(lack: list[float] = LACK, order: list[str] = IDS, **more: object) -> Places:
    """Lack 90, 60, 40, 10; all equally ready, 1,000 people each, one degree apart on the equator."""
    n = [IDS.index(i) for i in order]
    figures = {
        "population": [1000.0] * 4,
        "lack": [lack[k] for k in n],
        "power": [50.0] * 4,
        "lat": [0.0] * 4,
        "lon": [0.5 + k for k in n],
    }
    names = pd.DataFrame({"en": [i.upper() for i in order]}, index=order, dtype=object)
    given: dict[str, object] = {"names": names, "province": pd.Series("North", order, dtype=object)}
    return places(figures, ids=order, **(given | more))


def chosen(country: Places | None = None, **more: object) -> Outcome:
    """One place a year for three years: a, then b, then c."""
    asked: dict[str, object] = {"per_year": 1, "years": 3, "provinces": "free", "quick": True}
    asked |= {"facilities": WORKS, "weights": WEIGHTS}
    return place(country or four(), **(asked | more))  # type: ignore[arg-type]


ROLES = """
name = "Testland"
country = "TST"
id = "code"
province = "province"
[names]
en = "name"
ko = "korean"
[columns.population]
from = "people"
source = "made up"
[columns.power]
from = "power"
source = "made up"
[columns.lack]
from = "lack"
unit = "1"
meaning = "What is lacking"
source = "made up"
[[sources]]
publisher = "tests"
title = "made-up places"
vintage = "none"
licence = "none"
"""
WEIGHTS_TOML = """
[need]
source = "made up"
criteria = [{ column = "lack", weight = 1 }]
[readiness]
source = "made up"
criteria = [{ column = "power", weight = 1 }]
"""
MILL_TOML = """
[mill]
names = { en = "Mill", ko = "방앗간" }
sector = "food"
jobs = { basic = { value = 10, unit = "persons", low = 5, high = 20, source = "assumed: a mill" } }
"""


def square(west: float) -> list[list[list[float]]]:
    return [[[west, 0.0], [west + 1, 0.0], [west + 1, 1.0], [west, 1.0], [west, 0.0]]]


def features() -> list[dict[str, object]]:
    """Three squares and a place without a polygon or a point; one name would be a formula in a spreadsheet."""
    names = ["=1+1", "Birch", "Cedar", "Dogwood"]
    return [
        {
            "type": "Feature",
            "geometry": None if i == "d" else {"type": "Polygon", "coordinates": square(float(n))},
            "properties": {
                "code": i, "name": names[n], "korean": "", "province": "North",
                "people": 1000, "power": 50, "lack": LACK[n],
            },
        }
        for n, i in enumerate(IDS)
    ]  # fmt: skip


def write(folder: Path, found: list[dict[str, object]] | None = None) -> list[str]:
    """The country as files; returns the options of the command that name them."""
    content = {"type": "FeatureCollection", "features": features() if found is None else found}
    texts = {
        "land.geojson": json.dumps(content),
        "roles.toml": ROLES,
        "weights.toml": WEIGHTS_TOML,
        "works.toml": MILL_TOML,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    named = {"places": "land.geojson", "roles": "roles.toml", "weights": "weights.toml", "facilities": "works.toml"}
    return [w for option, file in named.items() for w in (f"--{option}", str(folder / file))]
