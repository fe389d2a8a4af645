"""True of all places: names and order are immaterial, units too, and distances are distances."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_places import drawn, places

from groundplan.places.known import distances, geometry
from groundplan.places.known.places import Places
from groundplan.places.scoring import inequality, scores
from groundplan.places.scoring.scores import MISSING, NORMALISED, Criterion, Weights

ABSOLUTE = 1e-9


def rule(normalise: str, missing: str = "median") -> Weights:
    return Weights("w", (Criterion("wealth", 2.0, "less"), Criterion("water", 1.0)), normalise, missing)


@given(drawn(), st.sampled_from(NORMALISED), st.sampled_from(MISSING), st.randoms(use_true_random=False))
def test_relabelling_changes_nothing_but_names(p: Places, normalise: str, missing: str, random: object) -> None:
    """Proves: new ids in a new order give the same scores, distances and Gini under the new names."""
    order = list(range(len(p)))
    random.shuffle(order)
    new = [f"q{k * 7 % 1000}" for k in range(len(p))]
    q = places(
        {c: p.table[c].to_numpy()[order] for c in p.table},
        ids=new,
        province=pd.Series(p.province.to_numpy()[order], new),
    )
    old = [p.ids[k] for k in order]
    one, other = (scores.score(x, rule(normalise, missing)).values for x in (p, q))
    assert other.to_numpy() == pytest.approx(one.loc[old].to_numpy(), abs=ABSOLUTE)
    near, far = p.distances(detour=1.2).matrix(), q.distances(detour=1.2).matrix()
    assert far == pytest.approx(near[np.ix_(order, order)], abs=1e-6)
    ginis = [inequality.gini(x.column("wealth"), x.column("population")) for x in (p, q)]
    assert ginis[0] == pytest.approx(ginis[1], abs=ABSOLUTE)


@given(drawn(), st.floats(1e-6, 1e6), st.sampled_from(NORMALISED))
def test_units_are_immaterial(p: Places, factor: float, normalise: str) -> None:
    """Proves: another unit of a column, or of the measure or the people, changes no score and no Gini."""
    q = p.with_column(p.columns["wealth"], factor * p.table["wealth"])
    one, other = (scores.score(x, rule(normalise)).values for x in (p, q))
    assert other.to_numpy() == pytest.approx(one.to_numpy(), abs=ABSOLUTE)
    people = p.column("population")
    whole = inequality.gini(p.column("wealth"), people)
    assert inequality.gini(q.column("wealth"), people) == pytest.approx(whole, abs=ABSOLUTE)
    assert inequality.gini(p.column("wealth"), factor * people) == pytest.approx(whole, abs=ABSOLUTE)


@given(drawn())
def test_scores_and_weights_lie_between_zero_and_one(p: Places) -> None:
    found = scores.score(p, rule("minmax"))
    assert found.values.between(-ABSOLUTE, 1 + ABSOLUTE).all()
    assert found.parts.sum(axis=1).to_numpy() == pytest.approx(found.values.to_numpy())


@given(drawn(), st.floats(0.01, 1e6))
def test_gini_is_from_zero_to_one_and_zero_when_equal(p: Places, level: float) -> None:
    """Proves: 0 ≤ G < 1; equal places give 0; giving everybody the same amount more lowers G."""
    y, n = p.column("wealth"), p.column("population")
    found = inequality.gini(y, n)
    assert 0.0 <= found < 1.0
    assert inequality.gini(0 * y + level, n) == pytest.approx(0.0, abs=1e-12)
    assert inequality.gini(y + level, n) <= found + 1e-12


@given(drawn())
def test_lorenz_curve_rises_below_the_diagonal(p: Places) -> None:
    curve = inequality.lorenz(p.column("wealth"), p.column("population"))
    steps = np.diff(curve, axis=0)
    assert (steps >= 0).all()
    assert (np.diff(steps[:, 1] / steps[:, 0]) >= -1e-9).all()
    assert (curve["share"] <= curve["people"] + 1e-12).all()


@given(drawn(), st.floats(1.0, 2.0))
def test_great_circle_distances_are_distances(p: Places, detour: float) -> None:
    """Proves: symmetric, zero to itself, no way round is shorter, half the Earth at most."""
    km = p.distances(detour=detour).matrix()
    assert km == pytest.approx(km.T, abs=1e-6)
    assert (np.diag(km) == 0).all()
    assert (km[:, None, :] <= km[:, :, None] + km[None, :, :] + 1e-6).all()
    assert km.max() <= detour * np.pi * geometry.EARTH_KM + 1e-6


@given(drawn(), st.floats(10.0, 25000.0))
def test_a_radius_leaves_out_only_what_is_farther(p: Places, within: float) -> None:
    """Proves: the sparse search finds exactly the pairs of the full matrix within the radius."""
    full, near = p.distances(detour=1.3).matrix(), p.distances(detour=1.3, within=within).matrix()
    assert (np.isfinite(near) == (full <= within)).all()
    assert near[np.isfinite(near)] == pytest.approx(full[full <= within])


@given(st.integers(0, 2**16), st.integers(3, 10))
def test_network_distances_are_distances(seed: int, n: int) -> None:
    """Proves: symmetric, zero to itself, no way round is shorter; a link is never shorter than the way."""
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, n, (2, 3 * n))
    links = pd.DataFrame({"a": a, "b": b, "km": rng.uniform(1, 50, 3 * n)})[a != b].astype({"a": str, "b": str})
    km = distances.along([str(k) for k in range(n)], links).matrix()
    assert (km == km.T).all()
    assert (np.diag(km) == 0).all()
    assert (km[:, None, :] <= km[:, :, None] + km[None, :, :] + 1e-9).all()
    assert (km[links["a"].astype(int), links["b"].astype(int)] <= links["km"].to_numpy() + 1e-9).all()


@given(st.integers(0, 2**16), st.integers(4, 40))
def test_star_shaped_polygons_are_simple_until_two_corners_are_exchanged(seed: int, n: int) -> None:
    """Proves: corners in the order of their angle never cross; the centre lies where contains says so; the area does
    not depend on where the ring starts or which way it turns.
    """
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, n)) + np.arange(n) * 1e-3
    radius = rng.uniform(1, 5, n)
    ring = np.stack([30 + radius * np.cos(angle), 5 + radius * np.sin(angle)], axis=1)
    closed = np.vstack([ring, ring[:1]])
    gaps = np.diff(np.append(angle, angle[0] + 2 * np.pi))
    if gaps.max() < np.pi:
        assert not len(geometry.crossings([closed]))
        turned = np.roll(ring, 1, axis=0)[::-1]
        turned = np.vstack([turned, turned[:1]])
        assert geometry.area_km2(((turned,),)) == pytest.approx(geometry.area_km2(((closed,),)), rel=1e-9)
        assert geometry.contains(((closed,),), *geometry.inner_point(((closed,),)))
