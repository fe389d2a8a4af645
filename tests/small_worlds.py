"""World tables for the tests: drawn ones, and one whose value added in trade somebody printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from groundplan.economy.world import World
from groundplan.sources import Source
from groundplan.tables.world_table import WorldTable

FINALS = {"households": "household", "investment": "investment"}


def world_table(
    countries: Sequence[str],
    industries: Sequence[str],
    use: np.ndarray,
    final_use: np.ndarray,
    *,
    taxes: np.ndarray | None = None,
    finals: dict[str, str] | None = None,
) -> WorldTable:
    """A balanced world: what output leaves after inputs and ``taxes`` on products (by industry) is value added."""
    t = np.zeros(len(use)) if taxes is None else taxes
    value_added = use.sum(axis=1) + final_use.sum(axis=1) - use.sum(axis=0) - t
    return WorldTable(
        year=2020,
        money="USD2020m",
        countries=tuple(countries),
        industries=tuple(industries),
        final_kinds=finals or FINALS,
        primary_kinds={"value added": "other", "taxes": "product_tax"},
        use=use,
        final_use=final_use,
        primary=np.array([value_added, t]),
        source=Source(publisher="tests", title="a made-up world", vintage="none", licence="none"),
        rounding=0.0,
    )


def world(
    countries: Sequence[str],
    industries: Sequence[str],
    use: np.ndarray,
    final_use: np.ndarray,
    **more: Any,
) -> World:
    """The world of ``world_table``."""
    return World.from_table(world_table(countries, industries, use, final_use, **more))


@st.composite
def worlds(draw: st.DrawFn, most_countries: int = 4, most_industries: int = 4) -> World:
    """A world whose inputs and taxes cost 30 to 80 per cent of output; some cells are empty, one industry may be."""
    r, n = draw(st.integers(2, most_countries)), draw(st.integers(1, most_industries))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    size = r * n
    share = rng.uniform(0.0, 1.0, (size, size)) * (rng.uniform(size=(size, size)) < 0.8)
    share *= rng.uniform(0.2, 0.7, size) / np.maximum(share.sum(axis=0), 1e-9)
    final = rng.uniform(0.0, 50.0, (size, 2 * r)) + 1.0
    if draw(st.booleans()) and n > 1:
        idle = int(rng.integers(size))
        share[idle], share[:, idle], final[idle] = 0.0, 0.0, 0.0
    output = np.linalg.solve(np.eye(size) - share, final.sum(axis=1))
    taxes = draw(st.sampled_from([0.0, 0.1])) * output
    names = [f"C{k}" for k in range(r)], [f"i{k}" for k in range(n)]
    return world(*names, share * output, final, taxes=taxes)


def shuffled(w: World, countries: Sequence[int], industries: Sequence[int]) -> World:
    """The same world with its countries and industries in another order."""
    r, n, f = len(w.countries), len(w.industries), len(w.final_kinds)
    rows = (np.array(countries)[:, None] * n + np.array(industries)).ravel()
    columns = (np.array(countries)[:, None] * f + np.arange(f)).ravel()
    assert sorted(rows) == list(range(r * n))
    return world(
        [w.countries[k] for k in countries],
        [w.industries[k] for k in industries],
        w.use.values[np.ix_(rows, rows)],
        w.final_use.values[np.ix_(rows, columns)],
        taxes=w.primary.values[1][rows],
    )


def rescaled(w: World, by: float) -> World:
    """The same world in another money unit."""
    taxes = w.primary.values[1] * by
    return world(w.countries, w.industries, w.use.values * by, w.final_use.values * by, taxes=taxes)


def merged(w: World) -> World:
    """The same world with its last two countries as one."""
    r, n, f = len(w.countries), len(w.industries), len(w.final_kinds)
    place = np.minimum(np.arange(r), r - 2)
    rows = np.kron(np.eye(r - 1)[:, place], np.eye(n))
    columns = np.kron(np.eye(r - 1)[:, place], np.eye(f))
    return world(
        [*w.countries[: r - 2], "rest"],
        w.industries,
        rows @ w.use.values @ rows.T,
        rows @ w.final_use.values @ columns.T,
        taxes=rows @ w.primary.values[1],
    )


def leather() -> World:
    """The made-up table of three countries and three industries that R's decompr prints its results for.

    Source: B. Quast, V. Kummritz (2015), decompr: leather data set, post of 6 January 2015 at qua.st/decompr (file
    _posts/2015-01-06-leather-data.md of github.com/bquast/decompr).
    """
    use = """
        16.1 5.1 1.8 3.2 4.3 0.4 3.1 2.8 4.9
        2.4 8.0 3.2 0.1 3.2 1.6 1.2 3.9 11.5
        0.9 0.5 4.0 0.0 0.1 0.3 0.0 0.4 0.5
        1.1 1.9 0.2 18.0 13.2 6.1 9.0 3.1 8.9
        0.3 2.8 0.1 6.1 28.1 6.3 2.1 2.5 25.6
        0.0 0.1 0.3 4.1 3.2 8.9 0.2 0.0 1.8
        1.2 4.2 0.3 4.1 1.2 0.6 29.0 19.5 17.9
        1.3 1.1 0.0 3.2 4.8 2.6 5.1 29.1 24.1
        2.1 1.4 3.0 4.1 3.1 3.9 11.3 8.1 51.3
    """
    final = """
        21.5 6.1 8.4    16.2 1.9 5.1    11.0 0.5 0.8
        7.5 29.5 14.2   8.9 24.9 16.9   1.2 18.5 4.9
        9.2 17.9 51.2   7.9 10.1 38.5   25.1 35.2 68.4
    """
    return world(
        ["Argentina", "Turkey", "Germany"],
        ["Agriculture", "Textile.and.Leather", "Transport.Equipment"],
        np.array(use.split(), dtype=float).reshape(9, 9),
        np.array(final.split(), dtype=float).reshape(9, 3),
        finals={"final": "household"},
    )
