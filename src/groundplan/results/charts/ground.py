"""Where places lie on a map: kilometres on a plane, the outlines that are given, or cells that stand in for them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from groundplan.places.known.geometry import EARTH_KM

CORNERS = 32
Points = NDArray[np.float64]


@dataclass(frozen=True)
class Plane:
    """Equirectangular projection: true to scale along its centre's parallel and along every meridian.

        x = R · (λ − λ₀) · cos φ₀,   y = R · (φ − φ₀)

    Units: degrees in, km east and north of the centre out. Longitudes are taken the short way round.
    Source: Snyder (1987), Map Projections, A Working Manual, equidistant cylindrical (citation not checked).
    """

    lon: float
    lat: float

    @classmethod
    def over(cls, lon: Points, lat: Points) -> Plane:
        """The plane whose centre is the middle of what the points span."""
        turn = np.radians(lon)
        mean = math.degrees(math.atan2(float(np.sin(turn).mean()), float(np.cos(turn).mean())))
        off = _short_way(lon - mean)
        return cls(mean + float(off.min() + off.max()) / 2, float(lat.min() + lat.max()) / 2)

    def __call__(self, lon: Points, lat: Points) -> Points:
        """Points × (km east, km north)."""
        east = np.radians(_short_way(lon - self.lon)) * math.cos(math.radians(self.lat))
        return EARTH_KM * np.stack([east, np.radians(lat - self.lat)], axis=-1)


def _short_way(degrees: Points) -> Points:
    out: Points = (degrees + 180.0) % 360.0 - 180.0
    return out


@dataclass(frozen=True, eq=False)
class Ground:
    """The places of a map: ids, names, points (km, NaN where missing), rings of each (km), and whether they are given.

    ``schematic`` are the ids whose rings are cells around their points and no boundaries; ``absent`` those that have
    neither outline nor point.
    """

    plane: Plane
    ids: tuple[str, ...]
    names: Mapping[str, str]
    points: Points
    rings: Mapping[str, tuple[Points, ...]]
    schematic: frozenset[str]

    @property
    def absent(self) -> tuple[str, ...]:
        """Places that cannot be drawn."""
        return tuple(i for i in self.ids if i not in self.rings)

    @property
    def corners(self) -> Points:
        """All points of all rings."""
        return np.concatenate([ring for rings in self.rings.values() for ring in rings])


def ground(places: pd.DataFrame, outlines: pd.DataFrame, language: str = "en") -> Ground | None:
    """The ground of a map from the tables ``places`` and ``outlines`` of an outcome; None where nothing can be drawn.

    ``places`` has the columns place, lat, lon and name_<language>; ``outlines`` place, polygon, ring, lon and lat,
    points in order. A place without an outline gets the cell of what lies nearer to its point than to any other point.
    """
    if not {"lat", "lon"} <= set(places.columns):
        return None
    ids = tuple(places["place"].astype(str))
    lon, lat = places["lon"].to_numpy(dtype=float), places["lat"].to_numpy(dtype=float)
    there = np.isfinite(lon) & np.isfinite(lat)
    if not there.any():
        return None
    more = [outlines[c].to_numpy(dtype=float) if len(outlines) else np.empty(0) for c in ("lon", "lat")]
    plane = Plane.over(np.append(lon[there], more[0]), np.append(lat[there], more[1]))
    points = np.full((len(ids), 2), np.nan)
    points[there] = plane(lon[there], lat[there])
    rings = _outlines(outlines, plane)
    bare = [n for n in np.flatnonzero(there) if ids[n] not in rings]
    cells = around(points[there], np.searchsorted(np.flatnonzero(there), bare))
    rings |= {ids[n]: (cell,) for n, cell in zip(bare, cells, strict=True)}
    names = names_in(places, language)
    return Ground(plane, ids, names, points, rings, frozenset(ids[n] for n in bare))


def names_in(places: pd.DataFrame, language: str) -> dict[str, str]:
    """Names by id in a language, in English where a place has none in it, or the id."""
    own = f"name_{language}"
    columns = [c for c in (own, "name_en", *places.columns) if c in places and c.startswith("name_")]
    return {
        str(row["place"]): next((str(row[c]) for c in columns if isinstance(row[c], str) and row[c]), str(row["place"]))
        for _, row in places.iterrows()
    }


def _outlines(given: pd.DataFrame, plane: Plane) -> dict[str, tuple[Points, ...]]:
    if not len(given):
        return {}
    rings: dict[str, tuple[Points, ...]] = {}
    for (place, _, _), ring in given.groupby(["place", "polygon", "ring"], sort=False):
        points = plane(ring["lon"].to_numpy(dtype=float), ring["lat"].to_numpy(dtype=float))
        rings[str(place)] = (*rings.get(str(place), ()), points)
    return rings


def around(points: Points, wanted: Sequence[int] | NDArray[np.int64]) -> list[Points]:
    """Cells around the wanted points: nearer to the point than to any other, and not farther from it than the reach.

    The reach is 0.7 of the nine tenths quantile of the way to the third nearest other point, so that cells of places
    that lie close touch, and a lonely place does not seem to own the land around it. Units: as the points.
    """
    import shapely

    turn = 2.0 * np.pi * np.arange(CORNERS) / CORNERS
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    spots, spot = np.unique(points, axis=0, return_inverse=True)
    discs = shapely.polygons(spots[:, None] + _reach(points) * circle)
    if len(spots) > 1:
        room = shapely.box(*shapely.total_bounds(discs))
        nearer = shapely.voronoi_polygons(shapely.multipoints(spots), extend_to=room, ordered=True)
        discs = shapely.intersection(discs, shapely.get_parts(nearer))
    return [_from_east(shapely.get_coordinates(discs[spot[n]])[:-1], points[n]) for n in wanted]


def _reach(points: Points) -> float:
    from scipy.spatial import cKDTree

    if len(points) == 1:
        return 1.0
    far = np.asarray(cKDTree(points).query(points, k=min(4, len(points)))[0])[:, -1]
    return max(0.7 * float(np.quantile(far, 0.9)), 1e-6)


def _from_east(ring: Points, centre: Points) -> Points:
    """The corners of a convex ring from due east of a point in it, turning left: drawn so by every version of GEOS."""
    east, north = (ring - centre).T
    out: Points = ring[np.argsort(np.arctan2(north, east) % (2.0 * np.pi))]
    return out
