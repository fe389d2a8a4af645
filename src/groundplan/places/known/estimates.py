"""Columns that publishers do not give, estimated by rules that anyone can apply, and marked as estimates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from groundplan.places.known.columns import column
from groundplan.places.known.places import Places
from groundplan.tables.facts import fact

Floats = NDArray[np.float64]


def towns(
    places: Places, *, share: float, light: Sequence[str], farms: str, product: str, source: str, rule: str
) -> Places:
    """Urban and rural population of places whose census tables at hand do not part them.

        urban[i] = N[i] · min(1, c · e[i] · (1 − a[i])),   c such that Σ urban = share · Σ N

    e is the share of households with electricity from the grid (the first column of ``light``, the second where that
    lacks), a the share of agriculture in the place's product. Units: persons.
    """
    t = places.table
    power = t[light[0]]
    for other in light[1:]:
        power = power.fillna(t[other])
    shape = (power / 100.0 * (1.0 - t[farms] / t[product])).to_numpy()
    people = t["population"].to_numpy()
    c = scaled_to(share * people.sum(), people, shape)
    urban = pd.Series(people * np.minimum(1.0, c * shape), t.index)
    places = places.with_column(column("urban", source=source, basis="estimate", rule=rule), urban)
    left = column("rural", source=source, basis="estimate", rule="population less the estimate of urban")
    return places.with_column(left, t["population"] - urban)


def scaled_to(total: float, most: Floats, shape: Floats) -> float:
    """The factor c at which amounts in the proportion of ``shape``, none above ``most``, add up to ``total``.

        Σ_i most[i] · min(1, c · shape[i]) = total,   0 < shape,   0 ≤ total ≤ Σ most

    Exact: amounts reach their most in the order of shape, and between two of these points the sum is a straight line.
    """
    order = np.argsort(-shape, kind="stable")
    full, rising = np.append(0.0, most[order].cumsum()), (most * shape)[order][::-1].cumsum()[::-1]
    at = full[:-1] + rising / shape[order]
    k = min(int(np.searchsorted(at, total)), len(at) - 1)
    return float((total - full[k]) / rising[k])


def a_head(places: Places, *, column: str, amount: str, times: float, **card: str) -> Places:
    """An amount of the place over its people: column[i] = times · amount[i] / population[i]."""
    t = places.table
    return places.with_column(_estimate(column, card), times * t[amount] / t["population"])


def shared_out(places: Places, *, column: str, indicator: str, year: int, times: float, by: str, **card: str) -> Places:
    """A published figure of the country in proportion to a column: column[i] = times · figure · by[i] / Σ by."""
    total = times * fact(places.country, indicator, year)
    part = places.table[by]
    return places.with_column(_estimate(column, card), total * part / part.sum())


def _estimate(name: str, card: Mapping[str, str]) -> Any:
    return column(name, basis="estimate", **card)


METHODS: dict[str, Callable[..., Places]] = {"towns": towns, "a head": a_head, "shared out": shared_out}


def estimated(places: Places, asked: Sequence[Mapping[str, Any]]) -> Places:
    """The places with what is estimated, in order; each entry names its ``method`` and what that needs."""
    for entry in asked:
        method = METHODS[entry["method"]]
        places = method(places, **{k: v for k, v in entry.items() if k != "method"})
    return places
