"""What people have a head, the gap that follows from it, and inequality (Lorenz, Gini) before and after a programme."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, raise_all
from groundplan.places.known.columns import PlacesError, some
from groundplan.places.known.places import Places
from groundplan.places.scoring.scores import Floats, Scores

WHEN = ("before", "when all stands")


@dataclass(frozen=True, eq=False)
class LivingLevel:
    """What people of a place have, a head: ``value`` by place, unit, meaning and basis.

    The gap is what a place has less than ``reference``, in the same unit.
    """

    value: pd.Series
    unit: str
    meaning: str
    basis: str
    reference: float

    @property
    def gap(self) -> pd.Series:
        """What a place has less than the reference."""
        return self.reference - self.value


def level_of(places: Places, need: Scores, column: str | None) -> LivingLevel:
    """The level in a column, against the best-off place; 1 − need score where no column is named.

    Raises ``UnknownName`` for another column, ``PlacesError`` where figures are missing.
    """
    if column is None:
        return LivingLevel(1.0 - need.values, "1", "1 − need score", "computed", 1.0)
    values, described = places.complete(column), places.columns[column]
    return LivingLevel(values, described.unit, described.meaning, described.basis, float(values.max()))


def fairness(gaps: pd.DataFrame, level: LivingLevel, places: Places) -> tuple[dict[str, Any], pd.DataFrame]:
    """Gini, mean and worst-off before and when all stands (``before_after``), and both Lorenz curves.

    ``gaps`` has the columns place, before, after. Places count by their people, equally where population is not known
    of all; the first of the two says which. A level below zero counts as zero.
    """
    given = gaps.set_index("place")
    counted = "population" in places.columns and not places.table["population"].isna().any()
    people = (places.table["population"] if counted else pd.Series(1.0, list(places.ids))).loc[given.index]
    levels = [(level.reference - given[k]).clip(lower=0.0) for k in ("before", "after")]
    effect = before_after(levels[0], levels[1], people)
    curves = [
        lorenz(v, people).rename_axis("place").reset_index().assign(when=said)
        for said, v in zip(WHEN, levels, strict=True)
    ]
    about = {
        "measure": level.meaning,
        "basis": level.basis,
        "unit": level.unit,
        "weighted": "people" if counted else "places",
        **asdict(effect),
    }
    return about, pd.concat(curves, ignore_index=True)[["when", "place", "people", "share"]]


def lorenz(values: pd.Series, population: pd.Series) -> pd.DataFrame:
    """Lorenz curve of a measure per head: shares of people, poorest first, against their share of the whole.

        people[k] = Σ_{i≤k} N_i / N,   share[k] = Σ_{i≤k} N_i·y_i / Σ N_i·y_i,   y ascending; starts at (0, 0)

    Units: 1. Errors: ``PlacesError``, all faults at once: figures missing or below zero, nobody, nothing to share.
    """
    y, n = _checked(values, population)
    order = np.argsort(y, kind="stable")
    people, shared_out = n[order].cumsum(), (n[order] * y[order]).cumsum()
    rows = {"people": np.append(0.0, people / people[-1]), "share": np.append(0.0, shared_out / shared_out[-1])}
    return pd.DataFrame(rows, index=pd.Index(["", *values.index[order]], name="id"))


def gini(values: pd.Series, population: pd.Series) -> float:
    """Population-weighted Gini coefficient of a measure per head between places; 0 is equal, below 1.

        G = 1 − Σ_k (people[k] − people[k−1]) · (share[k] + share[k−1])

    Units: 1. Inequality inside places is not in it. Source: Gini (1912), area under the Lorenz curve (citation not
    checked). Errors: as ``lorenz``.
    """
    curve = lorenz(values, population)
    people, share = curve["people"].to_numpy(), curve["share"].to_numpy()
    # Equal values leave the rounding of a sum, of either sign.
    return max(0.0, float(1.0 - (np.diff(people) * (share[1:] + share[:-1])).sum()))


def _checked(values: pd.Series, population: pd.Series) -> tuple[Floats, Floats]:
    faults: list[GroundplanError] = []
    if set(values.index) != set(population.index) or not values.index.is_unique:
        raise PlacesError("the measure and the population are not of the same places", fix="give both by the same ids")
    y = values.to_numpy(dtype=float)
    n = population.reindex(values.index).to_numpy(dtype=float)
    for what, figures in (("measure", y), ("population", n)):
        bad = ~(np.isfinite(figures) & (figures >= 0))
        if bad.any():
            lacking = some(str(i) for i in values.index[bad])
            faults.append(PlacesError(f"the {what} is missing or below zero: {lacking}", fix="leave those places out"))
    if not faults and not (n * y).sum() > 0:
        faults.append(PlacesError("there is nobody, or nothing to share", fix="give a measure above zero"))
    raise_all(faults)
    return y, n


@dataclass(frozen=True)
class InequalityChange:
    """Inequality before and after: Gini (1), the mean per head and the worst-off place's level, and who that is."""

    gini_before: float
    gini_after: float
    mean_before: float
    mean_after: float
    worst_before: float
    worst_after: float
    worst_place_before: str
    worst_place_after: str


def before_after(before: pd.Series, after: pd.Series, population: pd.Series) -> InequalityChange:
    """What a programme does to a measure per head, at the same population.

    Units: Gini 1, the rest the measure's own. Errors: as ``gini``, for each of the two.
    """
    ginis = [gini(values, population) for values in (before, after)]
    means = [float((values * population).sum() / population.sum()) for values in (before, after)]
    return InequalityChange(
        gini_before=ginis[0],
        gini_after=ginis[1],
        mean_before=means[0],
        mean_after=means[1],
        worst_before=float(before.min()),
        worst_after=float(after.min()),
        worst_place_before=str(before.idxmin()),
        worst_place_after=str(after.idxmin()),
    )
