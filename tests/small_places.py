"""Places for the tests: four that can be read, and drawn ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from groundplan.places.known.columns import column
from groundplan.places.known.places import Places
from groundplan.sources import Source

MADE_UP = Source(publisher="tests", title="made-up places", vintage="none", licence="none")


def places(figures: dict[str, list[float]], *, ids: list[str] | None = None, **more: object) -> Places:
    """Places on the columns of ``figures``; names are the ids, all of one province unless ``more`` says otherwise."""
    n = len(next(iter(figures.values())))
    ids = ids or [f"p{k}" for k in range(n)]
    described = {c: column(c, source="tests", **({} if c in KNOWN else FREE)) for c in figures}
    given: dict[str, object] = {
        "name": "Testland",
        "country": "TST",
        "table": pd.DataFrame(figures, index=ids, dtype=float),
        "columns": described,
        "names": pd.DataFrame({"en": ids}, index=ids, dtype=object),
        "province": pd.Series("North", ids, dtype=object),
        "sources": (MADE_UP,),
    }
    return Places(**(given | more))


KNOWN = ("population", "urban", "rural", "male", "female", "other_sex", "lat", "lon", "power", "grain_output", "area")
FREE = {"unit": "1", "meaning": "a made-up figure"}


def four() -> Places:
    """Four places on the equator, one degree apart; the last has no point and no power figure.

         population  power  lat  lon
    a        100       10    0    0.5
    b        200       30    0    1.5
    c        300       50    0    2.5
    d        400       –     –    –
    """
    nan = float("nan")
    return places(
        {
            "population": [100, 200, 300, 400],
            "power": [10, 30, 50, nan],
            "lat": [0, 0, 0, nan],
            "lon": [0.5, 1.5, 2.5, nan],
        },
        ids=["a", "b", "c", "d"],
        province=pd.Series(["North", "North", "South", "South"], ["a", "b", "c", "d"]),
    )


@st.composite
def drawn(draw: st.DrawFn, least: int = 3, most: int = 12) -> Places:
    """Places anywhere on the globe with two figures each, in two provinces."""
    n = draw(st.integers(least, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    ids = [f"p{k}" for k in range(n)]
    return places(
        {
            "population": rng.integers(1, 10**6, n),
            "lat": rng.uniform(-90, 90, n),
            "lon": rng.uniform(-180, 180, n),
            "wealth": rng.uniform(0.1, 50, n),
            "water": np.round(rng.uniform(0, 5, n)),
        },
        province=pd.Series(rng.choice(["North", "South"], n), ids, dtype=object),
    )
