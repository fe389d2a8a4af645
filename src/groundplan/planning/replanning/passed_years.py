"""Years that have passed: their columns stand as they came, and rows of theirs alone ask for nothing any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.errors import StudyError
from groundplan.planning.families.family import AT
from groundplan.planning.families.rows import Model
from groundplan.planning.paths.even_path import MISSED
from groundplan.solver.programme import Floats


@dataclass(frozen=True, eq=False)
class PassedYears:
    """What came to pass up to the end of a year.

    until   the last year that has passed
    values  variable → what it came to, on its own dimensions; only what has passed of it is read
    """

    until: int
    values: Mapping[str, xr.DataArray]


def passed_columns(m: Model, until: int) -> np.ndarray:
    """[column] whether it has passed with the year: levels and starts of years ≤ until, what is kept at stages ≤
    until + 1, what was enjoyed in years ≤ until, and all of a contingency that was to come by then.
    """
    gone = np.zeros(m.programme.width, dtype=bool)
    utility = m.activities.utility["year"].to_numpy() <= until
    for name, block in m.variables.items():
        variable, _, fork = name.partition(AT)
        if fork:
            years = m.variables[f"level{AT}{fork}"].coords["year"]
            gone[block.numbers] = int(years[0]) <= until
        elif variable == "segment":
            gone[block.numbers] = utility
        elif "year" in block.coords:
            gone[block.numbers] = np.asarray(block.coords["year"]) <= until
        elif "stage" in block.coords:
            gone[block.numbers] = np.asarray(block.coords["stage"]) <= until + 1
    return gone


def with_passed(m: Model, passed: PassedYears) -> Model:
    """The programme of the years left: x[past] = what came, and rows without a column of a year to come are free.

        Σ_later A[r,c]·x[c]  ≥  right_r − Σ_past A[r,c]·x̄[c]

    A row that has a later column keeps what has passed in it: bills and plant of what is begun, the pace of growth, the
    standard that is not to fall, sums over years. A row of the past alone is history: reports that do not balance are
    no reason why the rest cannot be planned. Columns of such rows alone (what a target of the past was missed by) stay
    as they were. The goal still counts the years that have passed, so that its value compares with the plan's.
    A path that an interior point found misses rows by what ``even_path.MISSED`` lets it: rows to come give way by what
    the values themselves miss them by, as far as it is that little, or what was planned could not be planned again.
    Raises ``StudyError`` for a year that is not within the plan.
    """
    years = m.activities.plan_years
    if passed.until not in years[:-1]:
        what = f"the plan is to go on after {passed.until}, and it runs from {years[0]} to {years[-1]}"
        raise StudyError(
            what, where="after", fix=f"give a year from {years[0]} to {years[-2] if len(years) > 1 else '-'}"
        )
    p, gone = m.programme.copy(), passed_columns(m, passed.until)
    entries = abs(m.programme.matrix())
    entries.eliminate_zeros()
    later = entries @ (~gone).astype(float) > 0
    history = ~later & (entries.sum(axis=1) > 0)
    only_there = (entries.T @ history.astype(float) > 0) & ~(entries.T @ (~history).astype(float) > 0)
    stands = gone | only_there
    came = values_in(m, passed.values)
    for name, block in m.variables.items():
        own = stands[block.numbers]
        if own.any():
            x = np.maximum(came[block.numbers], 0.0 if name.partition(AT)[0] != "stock" else -np.inf)
            p.bound(name, lower=np.where(own, x, block.lower), upper=np.where(own, x, block.upper))
    low, high = p.sides()
    amount = m.programme.matrix() @ came
    largest = entries.multiply(np.abs(came)).tocsr().max(axis=1).toarray().ravel()
    missed = np.maximum(np.maximum(low - amount, amount - high), 0.0)
    scale = np.maximum(largest, MISSED * float(largest.max(initial=0.0)))
    room = np.where(missed <= MISSED * scale, missed, 0.0)
    low, high = np.where(history, -np.inf, low - room), np.where(history, np.inf, high + room)
    p.rows = [replace(block, lower=low[block.numbers], upper=high[block.numbers]) for block in p.rows]
    return replace(m, programme=p, families=dict(m.families), beyond=dict(m.beyond))


def values_in(m: Model, values: Mapping[str, xr.DataArray]) -> Floats:
    """[column] values of variables in a programme that may have others: by their labels, nothing where there is none.

    What nobody could do then was not done. Segments of utility stand by their place where their number is the same.
    """
    out = np.zeros(m.programme.width)
    for name, block in m.variables.items():
        if name not in values:
            continue
        given = values[name]
        own = [pd.Index(i) for i in block.coords.values()]
        there = [pd.Index(given.coords[d].to_index()) for d in given.dims]
        if len(own) != len(there):
            continue
        if all(a.equals(b) for a, b in zip(own, there, strict=True)):
            out[block.numbers] = given.values
        elif name.partition(AT)[0] != "segment":
            at = [b.get_indexer(a) for a, b in zip(own, there, strict=True)]
            inside = np.all(np.stack(np.meshgrid(*[a >= 0 for a in at], indexing="ij")), axis=0)
            out[block.numbers] = np.where(inside, given.values[np.ix_(*[np.maximum(a, 0) for a in at])], 0.0)
    return out
