"""Published weights as TOML: [need] and [readiness], or tables of other names, each with its criteria."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.places.columns import PlacesError
from groundplan.places.roles import open_toml, unknown_keys
from groundplan.places.scores import Criterion, Weights

RULE = ("criteria", "normalise", "missing", "source")
CRITERION = ("column", "weight", "direction", "reason")


def open_weights(path: str | Path) -> dict[str, Weights]:
    """Rules by name from a TOML file.

    Errors: no such file, no TOML, keys that do not exist (with the nearest), a rule without criteria or source,
            everything that ``Weights`` is checked for; all at once.
    """
    path = Path(path)
    return weights_of(open_toml(path), where=str(path))


def weights_of(content: Mapping[str, Any], *, where: str = "") -> dict[str, Weights]:
    """Rules by name from plain values, checked as ``open_weights`` does."""
    faults: list[GroundplanError] = []
    made: dict[str, Weights] = {}
    for name, spec in content.items():
        try:
            made[name] = _rule(name, spec, f"{where} [{name}]")
        except GroundplanError as error:
            faults.append(error)
    raise_all(faults, where=where)
    return made


def shipped_weights(country: str) -> dict[str, Weights]:
    """Need and readiness of a country that is shipped, by these names: equal weights, an assumption.

    Raises ``UnknownName`` with the nearest country.

    >>> [c.column for c in shipped_weights("KEN")["need"].criteria]
    ['poverty', 'power', 'piped_water', 'school_attendance']
    """
    path = Path(str(files("groundplan").joinpath("places/data/weights.toml")))
    content, code = open_toml(path), str(country).strip().upper()
    if code not in content:
        raise UnknownName("country with weights", country, content)
    return weights_of(content[code], where=path.name)


def _rule(name: str, spec: Any, where: str) -> Weights:
    if not isinstance(spec, dict):
        raise PlacesError(f"{name} = {spec!r}", where=where, fix="give a table with criteria and source")
    faults = unknown_keys(spec, RULE, where)
    listed = spec.get("criteria")
    if not isinstance(listed, list) or not listed or not all(isinstance(c, dict) for c in listed):
        faults.append(PlacesError("there are no criteria", where=where, fix="give a list of tables: column, weight"))
        listed = []
    if not isinstance(spec.get("source"), str) or not spec["source"]:
        faults.append(PlacesError("the weights have no source", where=where, fix="say who published them, or why"))
    for c in listed:
        faults += unknown_keys(c, CRITERION, where)
        told = {k: isinstance(c.get(k, ""), str) for k in ("column", "direction", "reason")}
        told["weight"] = isinstance(c.get("weight"), (int, float)) and not isinstance(c.get("weight"), bool)
        told["column"] &= bool(c.get("column"))
        faults += [
            PlacesError(f"{k} = {c.get(k)!r}", where=where, fix="correct it") for k, ok in told.items() if not ok
        ]
    raise_all(faults, where=where)
    plain = {k: str(spec[k]) for k in ("normalise", "missing", "source") if k in spec}
    return Weights(name, tuple(Criterion(**c) for c in listed), **plain)
