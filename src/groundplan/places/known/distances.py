"""How far apart places are: as the crow flies with a stated detour, or along roads and railways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.places.known.columns import PlacesError, some
from groundplan.places.known.geometry import EARTH_KM


@dataclass(frozen=True, eq=False)
class Distances:
    """Kilometres between places, both ways alike; only the pairs not farther apart than ``within``.

    ``first``, ``second`` number the places (positions in ``ids``) of each pair, ``km`` is its distance; every pair
    stands there both ways and every place with itself at 0. ``rule`` says how the distances were made.
    """

    ids: tuple[str, ...]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    km: NDArray[np.float64]
    within: float
    rule: str

    def matrix(self) -> NDArray[np.float64]:
        """Place × place, km; infinite where a pair is farther apart than ``within`` or not joined."""
        out = np.full((len(self.ids), len(self.ids)), np.inf)
        out[self.first, self.second] = self.km
        return out

    def between(self, one: str, other: str) -> float:
        """Km between two places, infinite where they are farther apart than ``within`` or not joined."""
        unknown = [i for i in (one, other) if i not in self.ids]
        raise_all([UnknownName("place", i, self.ids) for i in unknown])
        here, there = self.ids.index(one), self.ids.index(other)
        km = self.km[(self.first == here) & (self.second == there)]
        return float(km[0]) if len(km) else float("inf")

    def reach(self, km: float) -> Distances:
        """Only the pairs not farther apart than ``km``. Raises ``PlacesError`` where these were never computed."""
        if km > self.within:
            what = f"distances were computed within {self.within:g} km, {km:g} km are asked for"
            raise PlacesError(what, fix="compute them with a larger within")
        near = self.km <= km
        return Distances(self.ids, self.first[near], self.second[near], self.km[near], km, self.rule)


def _points(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points on the unit sphere, n × 3."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=1)


def great_circle(
    ids: Sequence[str],
    lat: NDArray[np.float64],
    lon: NDArray[np.float64],
    *,
    detour: float,
    within: float = np.inf,
) -> Distances:
    """Great-circle distances × ``detour``, the pairs within ``within`` km.

        d = detour · 2R · arcsin(c / 2),   c the chord between the points on the unit sphere

    Units:  degrees in, km out; R = 6371.0088 km (mean radius of the Earth).
    Errors: ``PlacesError`` where detour is below 1 or within is no positive number.
    """
    faults: list[GroundplanError] = []
    if not 1.0 <= detour <= 10.0:
        faults.append(PlacesError(f"detour is {detour!r}", fix="give way over straight line, a number from 1 to 10"))
    if not within > 0:
        faults.append(PlacesError(f"within is {within!r} km", fix="give kilometres, more than 0"))
    raise_all(faults)
    n, points = len(ids), _points(lat, lon)
    if np.isinf(within):
        first, second = np.divmod(np.arange(n * n), n)
    else:
        from scipy.spatial import cKDTree

        # A little wider than the chord of the radius, so that no pair at the very edge is lost to rounding.
        chord = 2.0 * np.sin(min(within / detour / (2.0 * EARTH_KM), np.pi / 2)) * (1 + 1e-9) + 1e-12
        near = cKDTree(points).query_pairs(chord, output_type="ndarray")
        self_, there = np.arange(n), near.T
        first = np.concatenate([self_, there[0], there[1]])
        second = np.concatenate([self_, there[1], there[0]])
        order = np.lexsort((second, first))
        first, second = first[order], second[order]
    chords = np.linalg.norm(points[first] - points[second], axis=1)
    km = detour * 2.0 * EARTH_KM * np.arcsin(np.minimum(chords / 2.0, 1.0))
    rule = f"great-circle distance × {detour:g} (estimate of the way by road)"
    return Distances(tuple(ids), first, second, km, within, rule).reach(within)


def along(ids: Sequence[str], links: pd.DataFrame, *, within: float = np.inf, source: str = "") -> Distances:
    """Shortest ways along a network, the pairs within ``within`` km.

    ``links`` has the columns a, b and km: two ends, places or mere junctions, and the length between them; they run
    both ways. A place that no link touches is joined to nothing.

    Units:  km. Source: Dijkstra (1959), by scipy.sparse.csgraph (citation not checked).
    Errors: every fault at once: columns missing, lengths that are none, links from an end to itself.
    """
    from scipy.sparse import csgraph

    lacking = [c for c in ("a", "b", "km") if c not in links]
    raise_all([PlacesError(f"the links have no column '{c}'", fix="give a, b, km") for c in lacking])
    a, b, km = links["a"].astype(str), links["b"].astype(str), links["km"].to_numpy(dtype=float)
    bad = ~(np.isfinite(km) & (km > 0)) | (a == b).to_numpy()
    lengthless = [f"{x}–{y}: {length:g} km" for x, y, length in zip(a[bad], b[bad], km[bad], strict=True)]
    if lengthless:
        raise PlacesError(f"links have no length or no second end: {some(lengthless)}", fix="give a length above 0 km")
    ends = list(dict.fromkeys([*ids, *a, *b]))
    place = {end: k for k, end in enumerate(ends)}
    n = len(ends)
    # Of several links between two ends the shortest counts; csr would add them up.
    short = pd.DataFrame({"a": a.map(place), "b": b.map(place), "km": km})
    short[["a", "b"]] = np.sort(short[["a", "b"]].to_numpy(), axis=1)
    length = short.groupby(["a", "b"])["km"].min()
    one, other = (length.index.get_level_values(k).to_numpy() for k in ("a", "b"))
    graph = sparse.csr_array((length.to_numpy(), (one, other)), shape=(n, n))
    ways = csgraph.dijkstra(graph, directed=False, indices=np.arange(len(ids)), limit=within)[:, : len(ids)]
    # Sums along a way and back differ in their last digit.
    ways = np.minimum(ways, ways.T)
    first, second = np.nonzero(np.isfinite(ways))
    rule = f"shortest way along the network{': ' + source if source else ''}"
    return Distances(tuple(ids), first, second, ways[first, second], within, rule)
