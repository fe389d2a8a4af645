"""The chosen places as GeoJSON, for any map program: outline or point, and what was chosen there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import table_of
from groundplan.results.place_pages import place_views as v
from groundplan.whole_files import write_text


def geojson(o: Outcome) -> str:
    """A FeatureCollection (RFC 7946, longitude and latitude in WGS 84), one feature a place, chosen or not.

    Geometry is the given outline, else the point, else null. Properties: place, names, province, year, facilities,
    need, readiness and their ranks, gap before and after, estimated (columns of the point that are no publisher's).
    """
    table = v.by_place(o)
    outlines = table_of(o, "outlines")
    shapes = {str(i): rings for i, rings in outlines.groupby("place", sort=False)} if len(outlines) else {}
    features = [
        {
            "type": "Feature",
            "id": str(row["place"]),
            "geometry": _geometry(row, shapes.get(str(row["place"]))),
            "properties": {str(k): _plain(x) for k, x in row.items() if k not in ("lat", "lon")},
        }
        for row in table.to_dict("records")
    ]
    content = {"type": "FeatureCollection", "features": features}
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _geometry(row: dict[Any, Any], rings: pd.DataFrame | None) -> dict[str, Any] | None:
    if rings is not None:
        polygons = [
            [ring[["lon", "lat"]].to_numpy(dtype=float).tolist() for _, ring in polygon.groupby("ring", sort=False)]
            for _, polygon in rings.groupby("polygon", sort=False)
        ]
        return {"type": "MultiPolygon", "coordinates": polygons}
    point = [row.get("lon"), row.get("lat")]
    return None if any(pd.isna(x) for x in point) else {"type": "Point", "coordinates": [float(str(x)) for x in point]}


def _plain(value: Any) -> Any:
    """A value as JSON has it; what is missing is null."""
    if isinstance(value, list | tuple):
        return [_plain(x) for x in value]
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    return value.item() if hasattr(value, "item") else value


def write_geojson(text: str, path: str | Path) -> Path:
    """Write what ``geojson`` made, whole or not at all. Raises ``GroundplanError`` where that cannot be done."""
    return write_text(Path(path), text, "the file", fix="name another file")


def geojson_to(o: Outcome, path: str) -> Callable[[], str]:
    """The text made now; called, the answer writes it and says where it is."""
    text = geojson(o)
    return lambda: f"GeoJSON: {write_geojson(text, path)}"
