"""What people have a head, the gap that follows from it, and inequality before a programme and when all stands."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from groundplan.places.known.places import Places
from groundplan.places.scoring.scores import Scores, before_after, lorenz

WHEN = ("before", "when all stands")


@dataclass(frozen=True, eq=False)
class Level:
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


def level_of(places: Places, need: Scores, column: str | None) -> Level:
    """The level in a column, against the best-off place; 1 − need score where no column is named.

    Raises ``UnknownName`` for another column, ``PlacesError`` where figures are missing.
    """
    if column is None:
        return Level(1.0 - need.values, "1", "1 − need score", "computed", 1.0)
    values, told = places.known(column), places.columns[column]
    return Level(values, told.unit, told.meaning, told.basis, float(values.max()))


def fairness(gaps: pd.DataFrame, level: Level, places: Places) -> tuple[dict[str, Any], pd.DataFrame]:
    """Gini, mean and worst-off before and when all stands (``scores.before_after``), and both Lorenz curves.

    ``gaps`` has the columns place, before, after. Places count by their people, equally where population is not known
    of all; the first of the two says which. A level below zero counts as zero.
    """
    given = gaps.set_index("place")
    known = "population" in places.columns and not places.table["population"].isna().any()
    people = (places.table["population"] if known else pd.Series(1.0, list(places.ids))).loc[given.index]
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
        "weighted": "people" if known else "places",
        **asdict(effect),
    }
    return about, pd.concat(curves, ignore_index=True)[["when", "place", "people", "share"]]
