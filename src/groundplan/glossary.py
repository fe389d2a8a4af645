"""Every quantity once: its symbol, dimensions, unit and meaning, read from ``glossary.csv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import xarray as xr

from groundplan.errors import GroundplanError, UnknownName


@dataclass(frozen=True)
class GlossaryTerm:
    """One row of the glossary. ``unit`` may hold ``{money}``, the economy's own money unit."""

    name: str
    symbol: str
    dims: tuple[str, ...]
    unit: str
    kind: str
    meaning: str


@cache
def glossary() -> dict[str, GlossaryTerm]:
    """All terms by name."""
    text = files("groundplan").joinpath("glossary.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        r["name"]: GlossaryTerm(r["name"], r["symbol"], tuple(r["dims"].split()), r["unit"], r["kind"], r["meaning"])
        for r in rows
    }


def term(name: str) -> GlossaryTerm:
    """The glossary row of ``name``; an unknown name is an error."""
    terms = glossary()
    if name not in terms:
        raise UnknownName("quantity in the glossary", name, terms, fix="add a row to src/groundplan/glossary.csv")
    return terms[name]


def quantity(name: str, array: xr.DataArray, money: str) -> xr.DataArray:
    """``array`` under its glossary name, with unit and long name set and its dimensions checked.

    Raises ``UnknownName`` where the glossary has no such row and ``GroundplanError`` where the dimensions differ.
    """
    row = term(name)
    if set(array.dims) != set(row.dims):
        raise GroundplanError(
            f"{name} has dimensions {sorted(map(str, array.dims))}, the glossary says {sorted(row.dims)}",
            fix="correct the function, or the row in glossary.csv",
        )
    out = array.transpose(*row.dims).rename(name)
    # Writing into a view would let a cached figure differ from the accounts that it was computed from.
    out.values.flags.writeable = False
    out.attrs = {"units": row.unit.format(money=money), "long_name": row.meaning}
    return out
