"""A published order of places against need and readiness: how it stands to the scores, and to a draw by lot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.places.known.columns import PlacesError, clean

DRAWS = 5_000
TAIL = 0.025


def compare_order(
    published: Mapping[int, Sequence[str]], scores: Mapping[str, pd.Series], *, seed: int = 0
) -> pd.DataFrame:
    """Mean rank of the places that were named so far, by year and score, beside what a lot would have given.

        place on the scale of a score   q[p] = (rank[p] − 1/2) / n,   rank 1 the highest score, ties their mean rank
        mean of those named so far      Q[t] = mean of q over them;   a lot: mean of the same number drawn from all

    ``published`` is year → ids, ``scores`` score → value by id, higher for more need or readiness. ``low`` and
    ``high`` hold 95 of 100 lots (5,000 draws without return, seeded); ``among_first`` is the share of the named
    places that are among as many places of the highest score, ``expected`` what a lot would give on average.

    Columns: score, year, places, mean, low, high, among_first, expected. Units: 1. ``mean`` is below 0.5 where places
    of high score come first.
    Errors: all at once: unknown places, a place that is named twice.
    """
    named = [(year, clean(p)) for year in sorted(published) for p in published[year]]
    ids = next(iter(scores.values())).index
    listed = [p for _, p in named]
    faults: list[GroundplanError] = [
        UnknownName("place", p, ids, where="published order") for p in listed if p not in ids
    ]
    faults += [
        PlacesError(f"{p} is named twice", where="published order", fix="keep the first")
        for p in sorted({p for p in listed if listed.count(p) > 1})
    ]
    raise_all(faults)
    rows = []
    for name, values in scores.items():
        place = (values.rank(ascending=False, method="average") - 0.5) / len(values)
        for year in sorted(published):
            so_far = [p for y, p in named if y <= year]
            if so_far:
                rows.append((name, year, *_against_lot(place, so_far, seed)))
    return pd.DataFrame(rows, columns=["score", "year", "places", "mean", "low", "high", "among_first", "expected"])


def _against_lot(place: pd.Series, so_far: Sequence[str], seed: int) -> tuple[int, float, float, float, float, float]:
    k, n = len(so_far), len(place)
    random, levels = np.random.default_rng(seed), place.to_numpy()
    lots = levels[np.argsort(random.random((DRAWS, n)), axis=1)[:, :k]].mean(axis=1)
    low, high = np.quantile(lots, [TAIL, 1 - TAIL])
    first = set(place.sort_values(kind="stable").index[:k])
    return k, float(place[list(so_far)].mean()), float(low), float(high), len(first & set(so_far)) / k, k / n
