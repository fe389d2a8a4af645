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
from importlib.resources import files
from pathlib import Path
from typing import Any

from groundplan.errors import GroundplanError, raise_all
from groundplan.places.columns import Figure, PlacesError
from groundplan.places.facilities import Facilities, Facility, Material, Size
from groundplan.places.roles import open_toml, unknown_keys
from groundplan.sources import Source, sha256

FIGURE = ("value", "unit", "basis", "source", "low", "high")
SINGLE = ("output", "value", "cost", "power", "catchment", "serves")
BY_NAME = ("jobs", "building", "least")
KNOWN = ("names", "sector", "materials", "money", "profile", "after", "sizes", *SINGLE, *BY_NAME)


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
    content = open_toml(path)
    faults: list[GroundplanError] = []
    types: dict[str, Facility] = {}
    available: dict[str, Figure] = {}
    for code, spec in content.items():
        where = f"{path} [{code}]"
        if not isinstance(spec, dict):
            faults.append(PlacesError(f"'{code}' is no table", where=where, fix="give a facility as a table"))
        elif code == "available":
            available = {c: _figure(f, f"{where} {c}", faults) for c, f in spec.items()}
        else:
            types |= _facility(code, spec, where, faults)
    raise_all(faults, where=str(path))
    source = Source("Groundplan, or who wrote the file", path.name, "", "as the file", sha256={path.name: sha256(path)})
    return Facilities(types, available, (source,))


def _facility(code: str, spec: Mapping[str, Any], where: str, faults: list[GroundplanError]) -> dict[str, Facility]:
    """The facility by its code, or nothing and its faults on the list."""
    before = len(faults)
    faults += unknown_keys(spec, KNOWN, where)
    faults += [
        PlacesError(f"'{k}' is missing", where=where, fix="give it")
        for k in ("names", "sector", "jobs")
        if k not in spec
    ]
    wrong = [k for k in ("names", *BY_NAME) if not isinstance(spec.get(k, {}), dict)]
    wrong += [k for k in ("materials", "sizes") if not _list_of(spec.get(k, []), dict)]
    wrong += [k for k in ("after",) if not _list_of(spec.get(k, []), str)]
    wrong += [k for k in ("profile",) if not _list_of(spec.get(k, []), (int, float))]
    wrong += [k for k in ("sector", "money") if not isinstance(spec.get(k, ""), str)]
    faults += [PlacesError(f"{k} = {spec[k]!r}", where=where, fix="give it as the example does") for k in wrong]
    if len(faults) > before:
        return {}
    made: dict[str, Any] = {k: _figure(spec[k], f"{where} {k}", faults) for k in SINGLE if k in spec}
    for k in BY_NAME:
        made[k] = {name: _figure(f, f"{where} {k}.{name}", faults) for name, f in spec.get(k, {}).items()}
    made["materials"] = tuple(
        Material(**_parts(m, "column", ("amount", "reach"), f"{where} materials", faults))
        for m in spec.get("materials", [])
    )
    made["sizes"] = tuple(
        Size(**_parts(s, "name", ("scale", "cost"), f"{where} sizes", faults)) for s in spec.get("sizes", [])
    )
    if len(faults) > before:
        return {}
    plain = {k: spec[k] for k in ("names", "sector", "money") if k in spec}
    lists: dict[str, Any] = {k: tuple(spec[k]) for k in ("profile", "after") if k in spec}
    try:
        return {code: Facility(code, **plain, **lists, **made)}
    except GroundplanError as error:
        faults.append(error)
        return {}


def _list_of(value: object, kind: type | tuple[type, ...]) -> bool:
    return isinstance(value, list) and all(isinstance(v, kind) and not isinstance(v, bool) for v in value)


def _parts(
    spec: Mapping[str, Any], name: str, figures: tuple[str, ...], where: str, faults: list[GroundplanError]
) -> dict[str, Any]:
    """A table of one name and some figures."""
    faults += unknown_keys(spec, (name, *figures), where)
    if not isinstance(spec.get(name), str) or not spec[name]:
        faults.append(PlacesError(f"'{name}' is missing", where=where, fix="give it as a text"))
    return {name: spec.get(name), **{k: _figure(spec.get(k), f"{where} {k}", faults) for k in figures}}


def _figure(spec: object, where: str, faults: list[GroundplanError]) -> Figure:
    """The figure; one that stands in for it, and its faults on the list, where it is none."""
    stand_in = Figure(0.0, "1", "given", "none")
    if not isinstance(spec, dict):
        what = f"{spec!r} is no figure"
        faults.append(
            PlacesError(what, where=where, fix="give { value = 1, unit = ..., source = ..., low = ..., high = ... }")
        )
        return stand_in
    wrong = unknown_keys(spec, FIGURE, where)
    wrong += [PlacesError(f"'{k}' is missing", where=where) for k in ("value", "unit", "source") if k not in spec]
    wrong += [
        PlacesError(f"{k} = {spec[k]!r}", where=where, fix="give a number")
        for k in ("low", "high")
        if k in spec and not isinstance(spec[k], (int, float))
    ]
    if not wrong:
        try:
            return Figure(**spec)
        except GroundplanError as error:
            wrong = [type(error)(error.what, where=where, fix=error.fix)] if type(error) is PlacesError else [error]
    faults += wrong
    return stand_in
