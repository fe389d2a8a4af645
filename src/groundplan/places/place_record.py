"""Places, scores and facility types as plain tables, so that a saved outcome says everything that it was made from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from groundplan.places.known.places import Places
from groundplan.places.scoring.scores import Scores
from groundplan.places.works.facilities import Facilities


def tables(places: Places, scores: Mapping[str, Scores], facilities: Facilities) -> dict[str, pd.DataFrame]:
    """Tables by name.

    places      place, name_<language>, province, lat, lon, population
    outlines    place, polygon, ring, lon, lat: points in order; ring 0 is the outer one; no rows where none are given
    columns     column, unit, meaning, basis, source, rule, low, high
    figures     place, column, value; a figure that is missing has no row
    scores      score, place, value, rank, criterion, direction, input, filled, normalised, weight, part
    facilities  facility, name_<language>, workers, years, and every figure of ``Facilities.figures`` in types
    types       facility, figure, value, unit, basis, low, high, source
    """
    return {
        "places": _places(places),
        "outlines": _outlines(places),
        "columns": _columns(places),
        "figures": _figures(places),
        "scores": pd.concat([_scores(name, s) for name, s in scores.items()], ignore_index=True),
        "facilities": _facilities(facilities),
        "types": facilities.figures(),
    }


def map_tables(places: Places) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What a map of places is drawn from: the tables ``places`` and ``outlines`` of ``tables``."""
    return _places(places), _outlines(places)


def _places(p: Places) -> pd.DataFrame:
    out = pd.DataFrame({"place": list(p.ids)})
    for language in p.names:
        out[f"name_{language}"] = p.names[language].to_numpy()
    out["province"] = p.province.to_numpy()
    for name in ("lat", "lon", "population"):
        out[name] = p.table[name].to_numpy() if name in p.columns else np.nan
    return out


def _outlines(p: Places) -> pd.DataFrame:
    rings = [
        pd.DataFrame({"place": place, "polygon": n, "ring": k, "lon": ring[:, 0], "lat": ring[:, 1]})
        for place, shape in p.shapes.items()
        for n, polygon in enumerate(shape)
        for k, ring in enumerate(polygon)
    ]
    none = pd.DataFrame(columns=["place", "polygon", "ring", "lon", "lat"])
    return pd.concat(rings, ignore_index=True) if rings else none


def _columns(p: Places) -> pd.DataFrame:
    rows = [(c.name, c.unit, c.meaning, c.basis, c.source, c.rule, c.low, c.high) for c in p.columns.values()]
    return pd.DataFrame(rows, columns=["column", "unit", "meaning", "basis", "source", "rule", "low", "high"])


def _figures(p: Places) -> pd.DataFrame:
    long = p.table.rename_axis("place").reset_index().melt("place", var_name="column", value_name="value")
    return long.dropna(subset=["value"]).reset_index(drop=True)


def _scores(name: str, s: Scores) -> pd.DataFrame:
    ids = list(s.values.index)
    rank = s.values.rank(ascending=False, method="min").astype(int).to_numpy()
    parts = s.parts
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "score": name,
                    "place": ids,
                    "value": s.values.to_numpy(),
                    "rank": rank,
                    "criterion": c.column,
                    "direction": c.direction,
                    "input": s.inputs[c.column].to_numpy(),
                    "filled": s.filled[c.column].to_numpy(),
                    "normalised": s.normalised[c.column].to_numpy(),
                    "weight": s.weight[c.column].to_numpy(),
                    "part": parts[c.column].to_numpy(),
                }
            )
            for c in s.rule.criteria
        ],
        ignore_index=True,
    )


def _facilities(f: Facilities) -> pd.DataFrame:
    types = [v for t in f.types.values() for v in t.variants()]
    languages = list(dict.fromkeys(k for t in types for k in t.names))
    out = pd.DataFrame({"facility": [t.code for t in types]})
    for language in languages:
        out[f"name_{language}"] = [t.title(language) for t in types]
    out["workers"] = [t.workers for t in types]
    out["years"] = [t.years for t in types]
    out["cost"] = [t.cost.value if t.cost else np.nan for t in types]
    return out
