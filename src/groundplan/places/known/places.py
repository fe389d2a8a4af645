"""Places and what is known of them. What is missing stays missing, and is never zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from groundplan.errors import UnknownName, raise_all
from groundplan.places.known import distances
from groundplan.places.known import place_checks as checks
from groundplan.places.known.columns import Column, PlacesError, clean, some
from groundplan.places.known.given import GivenPlaces


@dataclass(frozen=True, eq=False)
class Places(GivenPlaces):
    """Places that are free of faults.

    Errors: ``PlacesError`` and ``UnknownName``, all faults at once, as ``checks`` lists them. Missing coordinates are
            no fault; what cannot be done without them is said by ``cannot`` and refused where it is asked for.
    """

    def __post_init__(self) -> None:
        ids = [clean(i) for i in self.table.index]
        texts = pd.DataFrame(index=ids) if self.texts.empty else self.texts
        given = {"names": self.names.map(clean), "province": self.province.map(clean).to_frame(), "texts": texts}
        raise_all(checks.ids(ids, {k: [clean(i) for i in v.index] for k, v in given.items()}), where=self.name)
        keep: dict[str, Any] = {"table": _fixed(self.table, ids, float)}
        keep |= {key: _fixed(frame, ids, object) for key, frame in given.items()}
        keep["province"] = keep["province"].iloc[:, 0].rename("province")
        for key, value in keep.items():
            object.__setattr__(self, key, value)
        raise_all(checks.faults(self), where=self.name)

    def complete(self, name: str) -> pd.Series:
        """One column, whole. Raises ``PlacesError`` naming the places where it is missing."""
        values = self.column(name)
        bare = values.index[values.isna()]
        if len(bare):
            lacking = [self.title(i) for i in bare]
            what = f"column '{name}' is missing for {len(lacking)} of {len(self)} places: {some(lacking)}"
            fix = "give the figures, leave those places out with subset, or fill them by a stated rule with with_column"
            raise PlacesError(what, where=self.name, fix=fix)
        return values

    def subset(self, ids: Iterable[str]) -> Places:
        """Only these places, in this order; the publisher's sums of provinces are then no longer checked."""
        chosen = [clean(i) for i in ids]
        raise_all([UnknownName("place", i, self.ids, where=self.name) for i in chosen if i not in self.table.index])
        inside = set(chosen)
        return replace(
            self,
            table=self.table.loc[chosen],
            names=self.names.loc[chosen],
            province=self.province.loc[chosen],
            texts=self.texts.loc[chosen],
            shapes={i: s for i, s in self.shapes.items() if i in inside},
            borders=tuple(pair for pair in self.borders if inside.issuperset(pair)),
            plants=tuple(p for p in self.plants if p.place in inside),
            provinces=pd.DataFrame(),
        )

    def with_column(self, column: Column, values: Mapping[str, float] | pd.Series) -> Places:
        """A copy with one column more, or another one in its place; a place that ``values`` lacks has it missing."""
        given = pd.Series(values, dtype=float)
        given.index = pd.Index([clean(i) for i in given.index])
        raise_all([UnknownName("place", i, self.ids, where=column.name) for i in given.index if i not in self.ids])
        table = self.table.copy()
        table[column.name] = given.reindex(table.index)
        return replace(self, table=table, columns={**self.columns, column.name: column})

    def cannot(self) -> tuple[str, ...]:
        """What cannot be done with what is missing, one sentence each."""
        said = [self._no_point()] if self.without_coordinates else []
        gaps = self.table.isna().sum()
        said += [
            f"Column '{c}' is missing for {n} of {len(self)} places: a rule or a score that needs it says what it does."
            for c, n in gaps.items()
            if n and c not in ("lat", "lon")
        ]
        return tuple(said)

    def _no_point(self) -> str:
        lacking = [self.title(i) for i in self.without_coordinates]
        what = "distances, raw materials within reach, catchments and points on the map"
        return f"{len(lacking)} of {len(self)} places have no coordinates ({some(lacking)}): no {what} for them."

    def distances(self, *, detour: float, within: float = np.inf) -> distances.Distances:
        """Great-circle distances × ``detour`` between all places, or the pairs not farther apart than ``within`` km.

        Raises ``PlacesError`` where a place has no coordinates, or ``detour`` is below 1.
        """
        if self.without_coordinates:
            fix = "give lat and lon, leave those places out with subset, or use distances.along a network"
            raise PlacesError(self._no_point(), where=self.name, fix=fix)
        lat, lon = self.table["lat"].to_numpy(), self.table["lon"].to_numpy()
        return distances.great_circle(self.ids, lat, lon, detour=detour, within=within)


def _fixed(frame: pd.DataFrame, ids: list[str], kind: type) -> pd.DataFrame:
    """A frame in the order of ``ids``, which are cleaned, whose values cannot be written over."""
    frame = frame.set_axis([clean(i) for i in frame.index], axis=0).loc[ids]
    try:
        values: NDArray[Any] = np.array(frame.to_numpy(dtype=kind), dtype=kind)
        values.flags.writeable = False
    except (ValueError, TypeError) as error:
        raise PlacesError(f"the table holds what is no number: {error}", fix="missing is an empty cell") from None
    return pd.DataFrame(values, index=pd.Index(ids, dtype=object), columns=list(frame.columns), copy=False)
