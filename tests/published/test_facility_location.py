"""Facility location against optima that others printed."""

from __future__ import annotations

import csv
import importlib.metadata
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csgraph

from groundplan.places.choosing.facility_location import maximal_cover, p_center, p_median

HERE = Path(__file__).parent / "data"


def pmed1() -> np.ndarray:
    """OR-Library pmed1: shortest ways of the network; of two lines for one pair the last counts, as its page says."""
    lines = [[int(w) for w in line.split()] for line in (HERE / "pmed1.txt").read_text("utf-8").splitlines()]
    (n, edges, _), rest = lines[0], lines[1:]
    assert len(rest) == edges
    graph = np.full((n, n), np.inf)
    for a, b, km in rest:
        graph[a - 1, b - 1] = graph[b - 1, a - 1] = km
    return np.asarray(csgraph.floyd_warshall(graph))


def test_pmed1_of_the_or_library() -> None:
    """Proves: 5-median 5819 and 5-center 127 of pmed1.

    Source: network and 5819 from OR-Library (Beasley 1985, A note on solving large p-median problems); 127 as listed
    for Pullan (2008), A memetic genetic algorithm for the vertex p-center problem. Both values read in lists that
    others keep of them, not in the papers.
    """
    d = pmed1()
    median = p_median(d, np.ones(len(d)), 5)
    assert median.value == pytest.approx(5819)
    assert d[:, median.opened].min(axis=1).sum() == pytest.approx(5819)
    center = p_center(d, 5)
    assert center.value == 127
    assert d[:, center.opened].min(axis=1).max() == 127


def san_francisco() -> tuple[np.ndarray, np.ndarray]:
    """205 census tracts × 16 stores of spopt's tests, read from the installed package; nothing of it is imported."""
    try:
        files = importlib.metadata.files("spopt") or []
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("spopt is not installed (pip install --no-deps spopt==0.7.0)")
    named = {Path(str(f)).name: f for f in files}
    ways = named["SF_network_distance_candidateStore_16_censusTract_205_new.csv"].read_text()
    tracts = named["SF_demand_205_centroid_uniform_weight.csv"].read_text()
    rows = list(csv.DictReader(ways.splitlines()))
    people = {r["NAME"]: float(r["POP2000"]) for r in csv.DictReader(tracts.splitlines())}
    clients, stores = (sorted({r[k] for r in rows}) for k in ("DestinationName", "name"))
    d = np.full((len(clients), len(stores)), np.inf)
    for r in rows:
        d[clients.index(r["DestinationName"]), stores.index(r["name"])] = float(r["distance"])
    return d, np.array([people[c] for c in clients])


def test_san_francisco_of_spopt() -> None:
    """Proves: four stores' population-weighted mean way 2982.1268579890657 m (p-median), and 21 of 205 tracts left
    beyond 5 km by the best cover, as spopt 0.7.0's tests have them (test_p_median.py, test_mclp.py).
    """
    d, people = san_francisco()
    assert d.shape == (205, 16)
    median = p_median(d, people, 4)
    assert median.value / people.sum() == pytest.approx(2982.1268579890657, rel=1e-9)
    cover = maximal_cover(d, people, 5000.0, 4)
    assert sum(to < 0 for to in cover.client_to) == 21


def test_centers_of_san_francisco_are_no_longer_than_any_four_stores_give() -> None:
    """Proves: the p-center of the 205 × 16 case against all 1,820 choices of four stores."""
    from itertools import combinations

    d, _ = san_francisco()
    best = min(d[:, list(four)].min(axis=1).max() for four in combinations(range(16), 4))
    assert p_center(d, 4).value == best
