"""Choices with a card: a unit, a meaning, a default and an admissible range for every field of a record.

A record is a frozen dataclass whose fields are made by ``known``. It is checked and read from a study file by its
types alone, so that a new kind of choice is a dataclass and no new reader.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections import abc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import UnionType
from typing import Any, Self, Union, get_args, get_origin, get_type_hints

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all

PerSector = float | Mapping[str, float]
Where = Callable[[str, int], str]
EMPTY: tuple[Any, ...] = (None, "", [], {})


def known(
    unit: str, meaning: str, default: Any = dataclasses.MISSING, low: float = -math.inf, high: float = math.inf,
    among: Sequence[str] = (),
) -> Any:  # fmt: skip
    """A field with its card: unit, meaning, admissible range, and the words that a text may be.

    Without a default the field must be given.
    """
    meta = {"unit": unit, "meaning": meaning, "low": low, "high": high, "among": tuple(among)}
    if isinstance(default, (dict, list)):
        return field(default_factory=lambda: type(default)(default), metadata=meta)
    return field(default=default, metadata=meta)


@dataclass(frozen=True)
class Card:
    """A record of choices that can check itself and be written down."""

    @property
    def where(self) -> str:
        """Where the record is stated; empty if that is not known."""
        return ""

    @property
    def owner(self) -> str:
        """What messages say after a field's name: `` of a target``; empty where there is one record only."""
        return ""

    def faults(self) -> list[GroundplanError]:
        """Everything that is wrong with the record's own fields, and what ``more_faults`` finds if nothing is."""
        hints = types_of(type(self))
        found: list[GroundplanError] = []
        for spec in fields_of(type(self)):
            value = getattr(self, spec.name)
            found += field_faults(spec, hints[spec.name], value, owner=self.owner, where=self.where)
        return found or self.more_faults()

    def more_faults(self) -> list[GroundplanError]:
        """What is wrong between fields; a record with such rules says so here."""
        return []

    def checked(self) -> Self:
        """The record, or its faults, all at once."""
        raise_all(self.faults())
        return self

    def as_dict(self) -> dict[str, Any]:
        """The fields that a study file would state: those without a value are left out, unless that is a choice."""
        out = {spec.name: (stated(getattr(self, spec.name)), _default(spec)) for spec in fields_of(type(self))}
        return {k: v for k, (v, default) in out.items() if v is not None and (v not in EMPTY or default not in EMPTY)}


@dataclass(frozen=True)
class Entry(Card):
    """One entry of a study file; ``line`` says where it stands."""

    line: str = field(default="", kw_only=True)

    @property
    def owner(self) -> str:
        """The record's own name in words."""
        noun = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(self).__name__).lower()
        return f" of {'an' if noun[0] in 'aeiou' else 'a'} {noun}"

    @property
    def where(self) -> str:
        """The entry's line in the study."""
        return self.line


def stated(value: Any) -> Any:
    """A value with its records as dictionaries: what JSON and TOML can write."""
    if isinstance(value, Card):
        return value.as_dict()
    if isinstance(value, Mapping):
        return {key: stated(v) for key, v in value.items()}
    return [stated(v) for v in value] if isinstance(value, (list, tuple)) else value


def fields_of(record: type) -> list[dataclasses.Field[Any]]:
    """The fields of a record that have a card, in order."""
    return [f for f in dataclasses.fields(record) if "meaning" in f.metadata]


def types_of(record: Any) -> dict[str, Any]:
    """The types of a record's fields."""
    return _types(record)


@cache
def _types(record: Any) -> dict[str, Any]:
    return get_type_hints(record)


def field_faults(
    spec: dataclasses.Field[Any], hint: Any, value: Any, *, owner: str = "", where: str = ""
) -> list[GroundplanError]:
    """What is wrong with the value of one field by its card, and with the records in it."""
    told = _wrong(value, hint, spec.metadata)
    if told:
        return [StudyError(f"{spec.name}{owner} is {told}", where=where, fix=f"give {spec.metadata['meaning']}")]
    if isinstance(value, str) and spec.metadata["among"] and value not in spec.metadata["among"]:
        return [UnknownName(f"{spec.name}{owner}", value, spec.metadata["among"], where=where)]
    parts = value if isinstance(value, (list, tuple)) else (value,)
    return [fault for part in parts if isinstance(part, Entry) for fault in part.faults()]


def read(record: type[Entry], content: Any, where: Where, nth: int = 0) -> tuple[Entry | None, list[GroundplanError]]:
    """A record from a table of a study file, with everything that is wrong with it.

    ``where(key, nth)`` gives the place in the file of the nth table's key; key "" is the table itself. A record within
    the record stands where its key does.
    """
    here = where("", nth)
    if not isinstance(content, Mapping):
        return None, [StudyError(f"{content!r} is not a table of keys", where=here, fix="write key = value lines")]
    specs = {f.name: f for f in fields_of(record)}
    faults: list[GroundplanError] = [
        UnknownName("key", key, specs, where=where(key, nth)) for key in content if key not in specs
    ]
    missing = [n for n, f in specs.items() if n not in content and _must(f)]
    if missing:
        faults.append(StudyError(f"{', '.join(missing)} not given", where=here, fix=f"give {', '.join(missing)}"))
    given: dict[str, Any] = {}
    for key, value in content.items():
        inner = inner_record(types_of(record)[key]) if key in specs else None
        if inner is None:
            given[key] = value
            continue
        many = isinstance(value, list)
        made = [read(inner, part, _always(where(key, nth))) for part in (value if many else [value])]
        faults += [fault for _, wrong in made for fault in wrong]
        given[key] = [part for part, _ in made if part is not None] if many else made[0][0]
    if faults:
        return None, faults
    made_record = record(**given, line=here)
    return made_record, made_record.faults()


def _always(place: str) -> Where:
    return lambda _key, _nth: place


def inner_record(hint: Any) -> type[Entry] | None:
    """The record that a field holds, one or a list of them; None for other fields."""
    for part in (hint, *get_args(hint), *(a for p in get_args(hint) for a in get_args(p))):
        if isinstance(part, type) and issubclass(part, Entry):
            return part
    return None


def _default(spec: dataclasses.Field[Any]) -> Any:
    """A field's default, or MISSING where it must be given."""
    return spec.default if spec.default_factory is dataclasses.MISSING else spec.default_factory()


def _must(spec: dataclasses.Field[Any]) -> bool:
    return _default(spec) is dataclasses.MISSING


def is_number(value: Any) -> bool:
    """Whether a value is a finite number."""
    return not isinstance(value, bool) and isinstance(value, (int, float)) and math.isfinite(value)


def _wrong(value: Any, hint: Any, card: Mapping[str, Any]) -> str:
    """What is wrong with a value, in words; empty where nothing is."""
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    if value is None:
        return "" if type(None) in options else "empty"
    told = [_not_of(value, option, card) for option in options if option is not type(None)]
    if "" in told:
        return ""
    # Of several admissible kinds, what is said about a mapping's or number's own kind tells most.
    wanted = Mapping if isinstance(value, Mapping) else (int, float)
    fitting = [t for t, o in zip(told, options, strict=False) if (get_origin(o) or o) in (wanted, float)]
    return (fitting[-1] if isinstance(value, Mapping) else fitting[0]) if fitting else told[0]


def _not_of(value: Any, hint: Any, card: Mapping[str, Any]) -> str:
    origin = get_origin(hint) or hint
    if origin in (bool, str):
        told = "true or false" if origin is bool else "a text"
        return "" if isinstance(value, origin) else f"{value!r}, not {told}"
    if origin in (int, float):
        return _not_number(value, origin is int, card)
    if origin in (list, tuple):
        return _not_list(value, get_args(hint)[0], card)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _not_mapping(value, hint, card)
    return "" if isinstance(value, origin) else f"{value!r}, not a {origin.__name__}"


def _not_number(value: Any, whole: bool, card: Mapping[str, Any]) -> str:
    if isinstance(value, Mapping):
        return "given by sector, which this key does not have"
    if not is_number(value):
        return f"{value!r}, not a number"
    if whole and value != int(value):
        return f"{value:g}, not a whole number"
    if not card["low"] <= value <= card["high"]:
        return f"{value:g}, outside {card['low']:g} to {card['high']:g}"
    return ""


def _not_list(value: Any, item: Any, card: Mapping[str, Any]) -> str:
    names = {str: "texts", float: "numbers", int: "whole numbers"}
    if not isinstance(value, (list, tuple)):
        return f"{value!r}, not a list of {names.get(item) or _plural(item)}"
    told = next((t for t in (_not_of(v, item, card) for v in value) if t), "")
    return f"a list with {told}" if told else ""


def _plural(item: Any) -> str:
    return f"{getattr(item, '__name__', str(item)).lower()}s"


def _not_mapping(value: Any, hint: Any, card: Mapping[str, Any]) -> str:
    if not isinstance(value, Mapping):
        return f"{value!r}, not keys with values"
    if get_origin(hint) is abc.Mapping and "default" not in value:
        # Mapping is by sector with a default for the rest; a record's own keys are a dict.
        return f"{dict(value)!r}, without 'default' for the other sectors"
    item = get_args(hint)[1] if get_args(hint) else Any
    if item is Any:
        return ""
    told = [f"{key}: {t}" for key, v in value.items() if (t := _not_of(v, item, card))]
    return "; ".join(told)


def per_sector(value: PerSector, sector: str) -> float:
    """The value of one sector.

    >>> per_sector({"default": 0.1, "elec": 0.2}, "elec")
    0.2
    """
    if isinstance(value, Mapping):
        return float(value[sector] if sector in value else value["default"])
    return float(value)
