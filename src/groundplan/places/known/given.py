"""Places as they were given, before anything is checked: the figures, and what can be looked up in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from groundplan.errors import UnknownName
from groundplan.places.known.columns import Column
from groundplan.places.known.geometry import Shape
from groundplan.sources import Source
from groundplan.tables.returned.changed_cells import Change


@dataclass(frozen=True)
class Plant:
    """A facility that a place has already: its type, its size variant and since when (0 where that is not known)."""

    place: str
    facility: str
    size: str = ""
    since: int = 0
    source: str = ""


@dataclass(frozen=True, eq=False)
class GivenPlaces:
    """Places by id, with every column's unit, meaning, source and basis.

    table       id × column, floats; NaN is missing. Columns known by name are ``columns.ROLES`` (population, lat ...)
    columns     name → ``Column``, the same names as ``table`` has
    names       id × language ("en", "ko" ...), Unicode NFC, "" where missing
    province    id → province, "" where missing
    texts       id × anything that is said in words (kind, note ...)
    shapes      id → polygons, degrees, where the source has them
    borders     pairs of ids that the source says are neighbours
    plants      what stands there already
    provinces   province × column: the publisher's own sums, checked against the places
    doubts      what a user should know about the figures, one sentence each
    tolerance   the largest gap between a sum and its parts that is accepted, in the column's unit
    made_from   of places that came back in a workbook: the country or the file that it was made from
    changes     what was changed in that workbook
    """

    name: str
    country: str
    table: pd.DataFrame
    columns: Mapping[str, Column]
    names: pd.DataFrame
    province: pd.Series
    sources: tuple[Source, ...]
    texts: pd.DataFrame = field(default_factory=pd.DataFrame)
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    borders: tuple[tuple[str, str], ...] = ()
    plants: tuple[Plant, ...] = ()
    provinces: pd.DataFrame = field(default_factory=pd.DataFrame)
    doubts: tuple[str, ...] = ()
    tolerance: float = 0.5
    made_from: str = ""
    changes: tuple[Change, ...] = ()

    def __len__(self) -> int:
        return len(self.table)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids, in the order of the table."""
        return tuple(self.table.index)

    def column(self, name: str) -> pd.Series:
        """One column by id; NaN is missing. Raises ``UnknownName`` with the nearest name."""
        if name not in self.columns:
            raise UnknownName("column", name, self.columns, where=self.name)
        return self.table[name]

    def title(self, place: str, language: str = "en") -> str:
        """A place's name in a language; in another one, or its id, where it has none in that one."""
        if place not in self.table.index:
            raise UnknownName("place", place, self.ids, where=self.name)
        return self._titles(self.names.loc[[place]], language)[place]

    def titles(self, language: str = "en") -> dict[str, str]:
        """Id → name of every place, as ``title`` gives it."""
        return self._titles(self.names, language)

    @staticmethod
    def _titles(names: pd.DataFrame, language: str) -> dict[str, str]:
        own = [language] if language in names.columns else []
        spelt = names[[*own, *names.columns]].to_numpy(dtype=object)
        return {i: next((str(name) for name in row if name), i) for i, row in zip(names.index, spelt, strict=True)}

    def province_sums(self, name: str) -> pd.Series:
        """A column summed over each province; NaN where a place of the province has it missing."""
        by = self.column(name).groupby(self.province)
        return by.sum().where(by.count() == by.size())

    @property
    def without_coordinates(self) -> tuple[str, ...]:
        """Ids of the places that have no point."""
        if not {"lat", "lon"} <= set(self.columns):
            return self.ids
        return tuple(self.table.index[self.table[["lat", "lon"]].isna().any(axis=1)])
