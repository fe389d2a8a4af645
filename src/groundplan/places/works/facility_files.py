"""Facility types from TOML: the ones that come with the package, and a user's own.

[available]
grain_output = { value = 0.1, unit = "1", low = 0.05, high = 0.3, source = "assumed: what the market can spare" }
[mill]
names = { en = "Grain mill", ko = "제분공장" }
sector = "food"
profile = [1.0]
after = ["power"]
jobs = { trained = { value = 20, unit = "persons", low = 10, high = 40, source = "assumed: a small mill" } }
materials = [{ column = "grain_output", amount = { ... }, reach = { ... } }]
sizes = [{ name = "large", scale = { ... }, cost = { ... } }]

A figure is a table: value, unit, source, basis ("assumed" unless it says given or estimate), low and high.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from groundplan.errors import Faults, GroundplanError, raise_all
from groundplan.places.known.columns import SourcedFigure
from groundplan.places.works.facilities import Facilities, Facility
from groundplan.records.card import Card, keyed
from groundplan.records.reading import read
from groundplan.records.toml import Document, open_document
from groundplan.sources import Source, sha256


@dataclass(frozen=True)
class Available(Card):
    """How much of each endowment a programme may take."""

    shares: Mapping[str, SourcedFigure] = keyed("1", "shares by endowment", {}, key="available")


@cache
def general() -> Facilities:
    """The facility types that come with the package; every number in them is assumed, with its range.

    >>> sorted(general().types)[:3]
    ['chicken_farm', 'clinic', 'clothing_factory']
    """
    return open_facilities(Path(str(files("groundplan").joinpath("places/data/facilities.toml"))))


def open_facilities(path: str | Path) -> Facilities:
    """Facility types from a TOML file.

    Errors: no such file, no TOML, keys that do not exist (with the nearest), figures without unit, source or range,
            everything that ``Facility`` and ``Facilities`` are checked for; the faults of all types at once.
    """
    path = Path(path)
    document = open_document(path)
    source = Source("Groundplan, or who wrote the file", path.name, "", "as the file", sha256={path.name: sha256(path)})
    return facilities_in(document, (source,))


def facilities_in(document: Document, sources: tuple[Source, ...] = ()) -> Facilities:
    """Facility types from a document. Raises as ``open_facilities``, but for the file."""
    faults: list[GroundplanError] = []
    types: dict[str, Facility] = {}
    codes = [code for code in document.content if code != "available"]
    for code in codes:
        facility, wrong = read(Facility, document.content[code], document.where, (code,), code=code)
        faults += wrong
        types |= {code: facility} if facility is not None else {}
    shares = {k: v for k, v in document.content.items() if k not in codes}
    available, wrong = read(Available, shares, document.where)
    raise_all([*faults, *wrong], where=document.name)
    assert available is not None
    try:
        return Facilities(types, available.shares, sources)
    except GroundplanError as fault:
        parts = fault.faults if isinstance(fault, Faults) else (fault,)
        for part in parts:
            part.where = f"{document.name}, {part.where}" if part.where else document.name
        raise_all(parts, where=document.name)
        raise
