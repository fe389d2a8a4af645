"""Which unit lies in which region, and where the regions lie on a map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.places.known.places import Places
from groundplan.places.place_record import map_tables
from groundplan.tables.door.figures import figures
from groundplan.tables.door.named_columns import named_columns
from groundplan.tables.door.notation import PLAIN

PLACE_COLUMNS = ("place", "name_en", "lat", "lon")
OUTLINE_COLUMNS = ("place", "polygon", "ring", "lon", "lat")


@dataclass(frozen=True, eq=False)
class UnitRegions:
    """Unit → its region; and the regions' places (place, name_en, lat, lon) and outlines, as far as they are known."""

    of_unit: Mapping[str, str]
    places: pd.DataFrame
    outlines: pd.DataFrame
    notes: tuple[str, ...] = ()


def no_regions() -> UnitRegions:
    """Nothing is known of regions."""
    return UnitRegions({}, pd.DataFrame(columns=list(PLACE_COLUMNS)), pd.DataFrame(columns=list(OUTLINE_COLUMNS)))


def read_regions(path: str | Path, units: Mapping[str, str], places: Places | None = None) -> UnitRegions:
    """A CSV file: unit, region; lat, lon where they are known. ``units``: what a unit may be called → its name.

    ``places`` say where regions lie, by id or name of the place; a region that they do not know is not on the map, and
    it is said. Raises ``TableError`` and ``UnknownName``, all faults at once.
    """
    file = Path(path)
    cells = named_columns(file, ("unit", "region"), ("lat", "lon"))
    numbered = cells[["lat", "lon"]].set_axis(pd.RangeIndex(2, 2 + len(cells)), axis=0)
    spots = figures(numbered, replace(PLAIN, missing=("",)), where=file.name)
    faults: list[GroundplanError] = []
    of_unit: dict[str, str] = {}
    where: dict[str, tuple[float, float]] = {}
    for n, row in enumerate(cells.to_dict("records"), 2):
        unit, region = str(row["unit"]), str(row["region"])
        at = f"{file.name}, line {n}"
        if unit not in units:
            faults.append(UnknownName("unit", unit, units, where=at))
        elif not region:
            faults.append(TableError(f"{unit} has no region", where=at, fix="name its region, or leave the row out"))
        elif of_unit.get(units[unit], region) != region:
            faults.append(TableError(f"{unit} lies in two regions", where=at, fix="keep one row a unit"))
        else:
            of_unit[units[unit]] = region
        spot = float(spots["lat"].iloc[n - 2]), float(spots["lon"].iloc[n - 2])
        if np.isfinite(spot).all():
            where.setdefault(region, spot)
    raise_all(faults, where=str(path))
    regions = list(dict.fromkeys(of_unit.values()))
    if places is None:
        rows = [(r, r, *where.get(r, (np.nan, np.nan))) for r in regions]
        return UnitRegions(of_unit, pd.DataFrame(rows, columns=list(PLACE_COLUMNS)), no_regions().outlines)
    return _on_places(of_unit, regions, places)


def _on_places(of_unit: Mapping[str, str], regions: Sequence[str], places: Places) -> UnitRegions:
    """Regions as places that are known: their ids take the place of the words."""
    by_name = {name: i for i, name in places.titles("en").items()} | {i: i for i in places.ids}
    lacking = [r for r in regions if r not in by_name]
    notes = (f"Not on the map, since the places know no such region: {', '.join(lacking)}.",) if lacking else ()
    table, outlines = map_tables(places)
    names = {by_name[r]: r for r in regions if r in by_name}
    table["name_en"] = [names.get(str(i), str(n)) for i, n in zip(table["place"], table["name_en"], strict=True)]
    return UnitRegions({u: by_name.get(r, r) for u, r in of_unit.items()}, table[list(PLACE_COLUMNS)], outlines, notes)
