"""Polygons on the map: whether they are closed and simple, how large they are, and what lies inside (by shapely).

A shape is a tuple of polygons, a polygon a tuple of rings (the outer one first, then its holes), a ring an array of
points × (longitude, latitude) in degrees whose first point comes again at the end, as in GeoJSON (RFC 7946).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from groundplan.errors import GroundplanError
from groundplan.places.known.columns import PlacesError

if TYPE_CHECKING:
    from shapely import MultiPolygon

Ring = NDArray[np.float64]
Shape = tuple[tuple[Ring, ...], ...]
EARTH_KM = 6371.0088
# What GEOS says of rings that count twice; a ring without area, or a hole that cuts the land in two, does no harm.
MISPLACED = {
    "Hole lies outside shell": "a hole lies outside its polygon,",
    "Holes are nested": "a hole lies in another hole,",
    "Nested shells": "a polygon lies in another one of the same shape,",
}


def shape(coordinates: Sequence[Any], *, many: bool) -> Shape:
    """A shape from GeoJSON coordinates: of a MultiPolygon where ``many``, else of a Polygon.

    Raises ``PlacesError`` where they are no nested lists of numbers.
    """
    try:
        polygons = coordinates if many else [coordinates]
        out = tuple(tuple(np.array(ring, dtype=float)[:, :2] for ring in polygon) for polygon in polygons)
    except (ValueError, TypeError, IndexError) as error:
        raise PlacesError(f"the coordinates are no polygon: {error}", fix="give rings of [lon, lat] points") from None
    for polygon in out:
        for ring in polygon:
            ring.flags.writeable = False
    return out


def faults(form: Shape, where: str) -> list[GroundplanError]:
    """Rings with too few points, not closed, off the globe, that cross themselves or another, or lie where none may."""
    import shapely

    rings = [ring for polygon in form for ring in polygon]
    if not rings:
        return [PlacesError("the polygon has no ring", where=where, fix="leave the polygon out")]
    broken: list[GroundplanError] = [
        PlacesError(what, where=where, fix=fix) for what, fix in map(_ring_fault, rings) if what
    ]
    if broken or shapely.is_valid(polygons(form)):
        return broken
    crossed, (reason, _, at) = crossings(rings), shapely.is_valid_reason(polygons(form)).rstrip("]").partition("[")
    if not len(crossed) and reason not in MISPLACED:
        return []
    lon, lat = crossed[0] if len(crossed) else map(float, at.split())
    what = f"the polygon crosses itself {len(crossed)} times, first" if len(crossed) else MISPLACED[reason]
    what += f" near longitude {lon:.4f}, latitude {lat:.4f}"
    return [PlacesError(what, where=where, fix="correct its points in a map program")]


def _ring_fault(ring: Ring) -> tuple[str, str]:
    """What is wrong with a ring by itself and how to mend it; empty where nothing is."""
    if ring.ndim != 2 or ring.shape[1] != 2 or not np.isfinite(ring).all():
        return "a ring holds what is no point", "give [lon, lat] in degrees"
    if (np.abs(ring) > (180.0, 90.0)).any():
        return "a ring has points off the globe", "longitude first, in degrees"
    if (ring[0] != ring[-1]).any():
        return "a ring is not closed", "repeat its first point at the end"
    return ("a ring has fewer than three corners", "leave it out") if len(ring) < 4 else ("", "")


def crossings(rings: Sequence[Ring]) -> NDArray[np.float64]:
    """Near which points edges cross, lie on each other over a length, or a ring touches itself; k × 2.

    The middle of the first edge of each pair, in the order of the edges, then corners that a ring comes to again.
    Different rings may touch in a point, as holes do. Units: degrees.
    """
    import shapely

    start = np.concatenate([ring[:-1] for ring in rings])
    end = np.concatenate([ring[1:] for ring in rings])
    ring = np.repeat(np.arange(len(rings)), [len(r) - 1 for r in rings])
    real = (start != end).any(axis=1)
    start, end, ring = start[real], end[real], ring[real]
    edges = shapely.linestrings(np.stack([start, end], axis=1))
    pairs = shapely.STRtree(edges).query(edges, predicate="intersects")
    pairs = pairs[:, pairs[0] < pairs[1]]
    a, b = pairs[:, np.lexsort(pairs[::-1])]
    inner = shapely.relate_pattern(edges[a], edges[b], "T********")
    end_inside = shapely.relate_pattern(edges[a], edges[b], "*T*******")
    end_inside |= shapely.relate_pattern(edges[a], edges[b], "***T*****")
    bad = a[inner | ((ring[a] == ring[b]) & end_inside)]
    again = []
    for own in range(len(rings)):
        corners, times = np.unique(start[ring == own], axis=0, return_counts=True)
        again.append(corners[times > 1])
    return np.concatenate([(start[bad] + end[bad]) / 2.0, *again])


def polygons(form: Shape) -> MultiPolygon:
    """The shape as shapely has it, degrees."""
    from shapely import MultiPolygon

    return MultiPolygon([(polygon[0], polygon[1:]) for polygon in form if polygon])


def contains(form: Shape, lon: float, lat: float) -> bool:
    """Whether a point lies in the shape or on its edge; holes are outside."""
    import shapely

    return bool(shapely.intersects_xy(polygons(form), lon, lat))


def _equal_area(form: Shape) -> MultiPolygon:
    """The shape on a plane that keeps areas: x = longitude in radians, y = sine of latitude (Lambert's cylinder)."""
    import shapely

    turned = shapely.transform(polygons(form), np.radians)
    return shapely.transform(turned, lambda at: np.stack([at[:, 0], np.sin(at[:, 1])], axis=1))


def area_km2(form: Shape) -> float:
    """Land inside a shape, km2.

        A = R² · |∮ λ d(sin φ)|,   holes taken off

    Units:  km2 on a sphere of radius 6371.0088 km; edges are straight in longitude and sine of latitude.
    """
    return EARTH_KM**2 * float(_equal_area(form).area)


def centre(form: Shape) -> tuple[float, float]:
    """Longitude and latitude of the shape's centre of area, degrees; it may lie outside of a bent shape."""
    middle = _equal_area(form).centroid
    return float(np.degrees(middle.x)), float(np.degrees(np.arcsin(middle.y)))


def inner_point(form: Shape) -> tuple[float, float]:
    """A point inside: the centre, that of the largest polygon, or the middle of its widest part at that latitude."""
    import shapely

    largest = max(form, key=lambda polygon: area_km2((polygon,)))
    for tried in (form, (largest,)):
        lon, lat = centre(tried)
        if contains(form, lon, lat):
            return lon, lat
    across = shapely.LineString([(-180.0, lat), (180.0, lat)])
    parts = shapely.get_parts(shapely.intersection(polygons((largest,)), across))
    return float(max(parts, key=shapely.length).centroid.x), lat
