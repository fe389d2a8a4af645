"""From the tables of a file to records: by the types of their fields alone, with every fault and its place at once."""

from __future__ import annotations

from collections import abc
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, get_args, get_origin

from groundplan.errors import Faults, GroundplanError, StudyError, UnknownName
from groundplan.records.admissible import is_number, options, shown
from groundplan.records.card import Card, Entry, fields_of, key_of, must, own_faults, types_of
from groundplan.records.lines import Path

C = TypeVar("C", bound=Card)
Where = Callable[[Path], str]


def read(
    record: type[C], content: Any, where: Where, path: Path = (), **preset: Any
) -> tuple[C | None, list[GroundplanError]]:
    """A record from a table, with everything that is wrong with it; none where a value is missing or wrong.

    ``where`` gives the place in the file of a path; ``path`` is the table's own. Tables within are read as the records
    that the fields' types name, lists as tuples where a field holds those. ``preset``: fields that no key states.
    """
    here = where(path)
    if not isinstance(content, Mapping):
        return None, [StudyError(f"{shown(content)} is not a table of keys", where=here, fix="write key = value lines")]
    try:
        kind, content = record.variant(content)
    except GroundplanError as fault:
        fault.where = here
        return None, [fault]
    assert issubclass(kind, record)
    record = kind
    specs = {key_of(f): f for f in fields_of(record) if f.name not in preset}
    faults: list[GroundplanError] = [
        UnknownName("key", key, specs, where=where((*path, key))) for key in content if key not in specs
    ]
    missing = [key for key, f in specs.items() if key not in content and must(f)]
    if missing:
        faults.append(StudyError(f"{', '.join(missing)} not given", where=here, fix=f"give {', '.join(missing)}"))
    hints, given, owner = types_of(record), dict(preset), record.owner()
    for key, spec in specs.items():
        if key in content:
            given[spec.name], within = _taken(content[key], hints[spec.name], where, (*path, key))
            if not within:
                place = where((*path, key))
                within = own_faults(spec, hints[spec.name], given[spec.name], owner=owner, where=place)
            faults += within
    if faults:
        return None, faults
    if issubclass(record, Entry):
        given["line"] = here
    try:
        one = record(**given)
    except GroundplanError as fault:
        parts = fault.faults if isinstance(fault, Faults) else (fault,)
        for part in parts:
            part.where = here if not part.where or part.where == fault.where else part.where
        return None, list(parts)
    rules = one.more_faults()
    for rule in () if isinstance(one, Entry) else rules:
        rule.where = here
    return one, rules


def _taken(value: Any, hint: Any, where: Where, path: Path) -> tuple[Any, list[GroundplanError]]:
    """A value as its field holds it: tables as records, lists as tuples, whole numbers as such; and what is wrong."""
    for kind in options(hint):
        origin, items = get_origin(kind) or kind, get_args(kind)
        if isinstance(origin, type) and issubclass(origin, Card) and (isinstance(value, Mapping) or hint is kind):
            return read(origin, value, where, path)
        if isinstance(value, list) and origin in (list, tuple) and items:
            many = origin is list or items[-1] is ...
            kinds = items[:1] * len(value) if many else (*items, *(Any for _ in value[len(items) :]))
            parts = [_taken(v, k, where, (*path, n)) for n, (v, k) in enumerate(zip(value, kinds, strict=False))]
            taken = [part for part, _ in parts]
            return taken if origin is list else tuple(taken), _all_of(parts)
        if isinstance(value, Mapping) and origin in (dict, Mapping, abc.Mapping) and len(items) == 2:
            by_key = {k: _taken(v, items[1], where, (*path, k)) for k, v in value.items()}
            return {k: part for k, (part, _) in by_key.items()}, _all_of(by_key.values())
        if kind is int and is_number(value) and value == int(value):
            return int(value), []
    return value, []


def _all_of(parts: Iterable[tuple[Any, list[GroundplanError]]]) -> list[GroundplanError]:
    return [fault for _, faults in parts for fault in faults]
