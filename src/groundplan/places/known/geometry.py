"""Polygons on the map: whether they are closed and simple, how large they are, and what lies inside.

A shape is a tuple of polygons, a polygon a tuple of rings (the outer one first, then its holes), a ring an array of
points × (longitude, latitude) in degrees whose first point comes again at the end, as in GeoJSON (RFC 7946).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from groundplan.errors import GroundplanError
from groundplan.places.known.columns import PlacesError

Ring = NDArray[np.float64]
Shape = tuple[tuple[Ring, ...], ...]
EARTH_KM = 6371.0088
BLOCK = 512


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
    """Rings with too few points, not closed, off the globe, or that cross themselves or another ring of the shape."""
    found: list[GroundplanError] = []
    rings = [ring for polygon in form for ring in polygon]
    if not rings:
        found.append(PlacesError("the polygon has no ring", where=where, fix="leave the polygon out"))
    for ring in rings:
        if ring.ndim != 2 or ring.shape[1] != 2 or not np.isfinite(ring).all():
            found.append(PlacesError("a ring holds what is no point", where=where, fix="give [lon, lat] in degrees"))
        elif (np.abs(ring) > (180.0, 90.0)).any():
            found.append(PlacesError("a ring has points off the globe", where=where, fix="longitude first, in degrees"))
        elif (ring[0] != ring[-1]).any():
            found.append(PlacesError("a ring is not closed", where=where, fix="repeat its first point at the end"))
        elif len(ring) < 4:
            found.append(PlacesError("a ring has fewer than three corners", where=where, fix="leave it out"))
    if found:
        return found
    crossed = crossings(rings)
    if len(crossed):
        lon, lat = crossed[0]
        what = f"the polygon crosses itself {len(crossed)} times, first near longitude {lon:.4f}, latitude {lat:.4f}"
        found.append(PlacesError(what, where=where, fix="correct its points in a map program"))
    return found


def crossings(rings: Sequence[Ring]) -> NDArray[np.float64]:
    """Near which points edges cross, lie on each other over a length, or a ring touches itself; k × 2.

    Two edges p→p' and q→q' cross where q, q' lie on different sides of the line through p, p' and the other way round;
    the side of r is the sign of (p' − p) × (r − p). Different rings may touch in a point, as holes do.

    Units: degrees. Source: Cormen et al., Introduction to Algorithms, segment intersection (citation not checked).
    """
    start = np.concatenate([ring[:-1] for ring in rings])
    end = np.concatenate([ring[1:] for ring in rings])
    ring = np.repeat(np.arange(len(rings)), [len(r) - 1 for r in rings])
    real = (start != end).any(axis=1)
    start, end, ring = start[real], end[real], ring[real]
    low, high = np.minimum(start, end), np.maximum(start, end)
    found = []
    for first in range(0, len(start), BLOCK):
        i = np.arange(first, min(first + BLOCK, len(start)))
        near = (low[i, None] <= high[None]).all(axis=2) & (high[i, None] >= low[None]).all(axis=2)
        a, b = np.nonzero(near & (np.arange(len(start)) > i[:, None]))
        a = i[a]
        bad = _cross(start[a], end[a], start[b], end[b], ring[a] == ring[b])
        found.append((start[a[bad]] + end[a[bad]]) / 2.0)
    for own in range(len(rings)):
        corners, times = np.unique(start[ring == own], axis=0, return_counts=True)
        found.append(corners[times > 1])
    return np.concatenate(found)


def _side(p: Ring, q: Ring, r: Ring) -> Ring:
    across = (q[:, 0] - p[:, 0]) * (r[:, 1] - p[:, 1]) - (q[:, 1] - p[:, 1]) * (r[:, 0] - p[:, 0])
    out: Ring = np.sign(across)
    return out


def _cross(p: Ring, p2: Ring, q: Ring, q2: Ring, same: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether edges cross, lie on each other, or (edges of the ``same`` ring) an end of one lies inside the other."""
    sides = _side(p, p2, q), _side(p, p2, q2), _side(q, q2, p), _side(q, q2, p2)
    proper = (sides[0] * sides[1] < 0) & (sides[2] * sides[3] < 0)
    flat = (sides[0] == 0) & (sides[1] == 0)
    along = p2 - p
    length = (along * along).sum(axis=1)
    t = ((q - p) * along).sum(axis=1) / length, ((q2 - p) * along).sum(axis=1) / length
    overlap = np.minimum(np.maximum(*t), 1.0) - np.maximum(np.minimum(*t), 0.0)
    ends = zip((p, p2, q, q2), (q, q, p, p), (q2, q2, p2, p2), (*sides[2:], *sides[:2]), strict=True)
    touch = np.logical_or.reduce([(side == 0) & _inside(r, a, b) for r, a, b, side in ends])
    out: NDArray[np.bool_] = proper | (flat & (overlap > 1e-12)) | (same & touch)
    return out


def _inside(r: Ring, a: Ring, b: Ring) -> NDArray[np.bool_]:
    """Whether r, which is on the line through a and b, lies strictly between them."""
    along = b - a
    t = ((r - a) * along).sum(axis=1)
    out: NDArray[np.bool_] = (t > 0) & (t < (along * along).sum(axis=1))
    return out


def contains(form: Shape, lon: float, lat: float) -> bool:
    """Whether a point lies in the shape, holes not; by the number of edges east of it (even–odd rule)."""
    inside = False
    for ring in (ring for polygon in form for ring in polygon):
        (x1, y1), (x2, y2) = ring[:-1].T, ring[1:].T
        spans = (y1 > lat) != (y2 > lat)
        with np.errstate(divide="ignore", invalid="ignore"):
            east = lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1)
        inside ^= bool((spans & east).sum() % 2)
    return inside


def _moments(ring: Ring) -> tuple[float, float, float]:
    """Signed area and first moments of a ring in equal-area coordinates (longitude in radians, sine of latitude)."""
    x, y = np.radians(ring[:, 0]), np.sin(np.radians(ring[:, 1]))
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    mx, my = ((x[:-1] + x[1:]) * cross).sum() / 6.0, ((y[:-1] + y[1:]) * cross).sum() / 6.0
    return float(cross.sum()) / 2.0, float(mx), float(my)


def area_km2(form: Shape) -> float:
    """Land inside a shape, km2.

        A = R² · |∮ λ d(sin φ)|,   holes taken off

    Units:  km2 on a sphere of radius 6371.0088 km; edges are straight in longitude and sine of latitude.
    """
    sizes = [abs(_moments(ring)[0]) * (1 if k == 0 else -1) for polygon in form for k, ring in enumerate(polygon)]
    return EARTH_KM**2 * float(sum(sizes))


def centre(form: Shape) -> tuple[float, float]:
    """Longitude and latitude of the shape's centre of area, degrees; it may lie outside of a bent shape."""
    total = np.zeros(3)
    for polygon in form:
        for k, ring in enumerate(polygon):
            moments = np.array(_moments(ring))
            sign = np.sign(moments[0]) * (1 if k == 0 else -1)
            total += sign * moments
    return float(np.degrees(total[1] / total[0])), float(np.degrees(np.arcsin(total[2] / total[0])))


def inner_point(form: Shape) -> tuple[float, float]:
    """A point inside: the centre, that of the largest polygon, or the middle of its widest part at that latitude."""
    largest = max(form, key=lambda polygon: area_km2((polygon,)))
    for tried in (form, (largest,)):
        lon, lat = centre(tried)
        if contains(form, lon, lat):
            return lon, lat
    meets = []
    for ring in largest:
        (x1, y1), (x2, y2) = ring[:-1].T, ring[1:].T
        spans = (y1 > lat) != (y2 > lat)
        meets.append(x1[spans] + (lat - y1[spans]) / (y2[spans] - y1[spans]) * (x2[spans] - x1[spans]))
    west, east = np.sort(np.concatenate(meets)).reshape(-1, 2).T
    widest = int(np.argmax(east - west))
    return float(west[widest] + east[widest]) / 2.0, lat
