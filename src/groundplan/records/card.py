"""Choices with a card: a unit, a meaning, a default and an admissible range for every field of a record.

A record is a frozen dataclass whose fields are made by ``known``. It is checked and read from a study file by its
types alone, so that a new kind of choice is a dataclass and no new reader.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self, get_args, get_type_hints

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.records.admissible import wrong

PerSector = float | Mapping[str, float]
EMPTY: tuple[Any, ...] = (None, "", [], {}, ())


def keyed(
    unit: str, meaning: str, default: Any = dataclasses.MISSING, low: float = -math.inf, high: float = math.inf,
    among: Sequence[str] = (), *, key: str = "", filled: bool = False, section: str = "", names: Any = None,
) -> Any:  # fmt: skip
    """A field with its card: unit, meaning, admissible range, and the words that a text may be.

    Without a default the field must be given. ``key`` is what a file calls it, where that is no name in Python;
    ``filled``: an empty text, list or table is refused; ``section``: the table of a study that it stands in;
    ``names``: what its words name in the accounts (a ``records.named.Naming``).
    """
    meta = {"unit": unit, "meaning": meaning, "low": low, "high": high, "among": tuple(among)}
    meta |= {"key": key, "filled": filled, "section": section, "names": names}
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

    @classmethod
    def owner(cls) -> str:
        """What messages say after a field's name: `` of a target``; empty where there is one record only."""
        return ""

    @classmethod
    def variant(cls, content: Mapping[str, Any]) -> tuple[type[Card], Mapping[str, Any]]:
        """Which record a table is, and the keys that it is read from; a record with variants tells them apart here."""
        return cls, content

    def faults(self) -> list[GroundplanError]:
        """Everything that is wrong with the record's own fields, and what ``more_faults`` finds if nothing is."""
        hints, owner, where = types_of(type(self)), self.owner(), self.where
        faults: list[GroundplanError] = []
        for spec in fields_of(type(self)):
            value = getattr(self, spec.name)
            faults += field_faults(spec, hints[spec.name], value, owner=owner, where=where)
        return faults or self.more_faults()

    def more_faults(self) -> list[GroundplanError]:
        """What is wrong between fields; a record with such rules says so here."""
        return []

    def checked(self) -> Self:
        """The record, or its faults, all at once."""
        raise_all(self.faults())
        return self

    def as_dict(self) -> dict[str, Any]:
        """The fields that a study file would state: those without a value are left out, unless that is a choice."""
        out = {key_of(spec): (stated(getattr(self, spec.name)), _default(spec)) for spec in fields_of(type(self))}
        return {k: v for k, (v, default) in out.items() if v is not None and (v not in EMPTY or default not in EMPTY)}


@dataclass(frozen=True)
class Entry(Card):
    """One entry of a study file; ``line`` says where it stands."""

    line: str = field(default="", kw_only=True)

    @classmethod
    def owner(cls) -> str:
        """The record's own name in words."""
        noun = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cls.__name__).lower()
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


def key_of(spec: dataclasses.Field[Any]) -> str:
    """What a file calls a field."""
    return str(spec.metadata["key"]) or spec.name


def field_faults(
    spec: dataclasses.Field[Any], hint: Any, value: Any, *, owner: str = "", where: str = ""
) -> list[GroundplanError]:
    """What is wrong with the value of one field by its card, and with the records in it."""
    own = own_faults(spec, hint, value, owner=owner, where=where)
    parts = value if isinstance(value, (list, tuple)) else (value,)
    return own or [fault for part in parts if isinstance(part, Entry) for fault in part.faults()]


def own_faults(spec: dataclasses.Field[Any], hint: Any, value: Any, *, owner: str, where: str) -> list[GroundplanError]:
    """What is wrong with the value of one field by its card."""
    fault = wrong(value, hint, spec.metadata)
    if not fault and spec.metadata["filled"] and not isinstance(value, (int, float)) and not value:
        fault = "empty"
    if fault:
        what, meaning = f"{key_of(spec)}{owner} is {fault}", spec.metadata["meaning"]
        return [StudyError(what, where=where, fix=f"give {meaning}")]
    if not (words := spec.metadata["among"]):
        return []
    values = value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else (value,)
    lost = [v for v in values if isinstance(v, str) and v not in words]
    return [UnknownName(f"{key_of(spec)}{owner}", v, words, where=where) for v in lost]


def inner_record(hint: Any) -> type[Entry] | None:
    """The record that a field holds, one or a list of them; None for other fields."""
    for part in (hint, *get_args(hint), *(a for p in get_args(hint) for a in get_args(p))):
        if isinstance(part, type) and issubclass(part, Entry):
            return part
    return None


def _default(spec: dataclasses.Field[Any]) -> Any:
    """A field's default, or MISSING where it must be given."""
    return spec.default if spec.default_factory is dataclasses.MISSING else spec.default_factory()


def must(spec: dataclasses.Field[Any]) -> bool:
    """Whether a field must be given."""
    return _default(spec) is dataclasses.MISSING


def per_sector(value: PerSector, sector: str) -> float:
    """The value of one sector.

    >>> per_sector({"default": 0.1, "elec": 0.2}, "elec")
    0.2
    """
    if isinstance(value, Mapping):
        return float(value[sector] if sector in value else value["default"])
    return float(value)
