"""A record of choices as a form, by its card alone: fields with their meaning, rows of its lists, and back to TOML.

A field is called by its path: ``plan``, or ``targets.0.indicator`` for the first row of a list.
"""

from __future__ import annotations

import re
from collections import abc
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, get_origin

from groundplan.errors import GroundplanError
from groundplan.records.admissible import options
from groundplan.records.card import Card, Entry, fields_of, inner_record, key_of, must, types_of
from groundplan.records.reading import read
from groundplan.records.toml import key_value
from groundplan.web.verb_forms import Field

MOST_ROWS = 2000
REMOVE = "remove"
PAIR = re.compile(r'\s*("[^"]*"|[^=,\n]+?)\s*=\s*([^,\n]+)')


class RecordRow(NamedTuple):
    """A row of a list as fields; ``name``: its path; ``fault``: what is wrong with it as a whole."""

    name: str
    fields: list[Field]
    fault: str


class RecordList(NamedTuple):
    """A list of a record: its key, what it is, and its rows."""

    key: str
    meaning: str
    rows: list[RecordRow]


class RecordForm(NamedTuple):
    """A record as a form: its own fields, its lists, and what is wrong with it that is of no field."""

    fields: list[Field]
    lists: list[RecordList]
    faults: list[str]


def record_form(record: type[Card], content: Mapping[str, Any], more: str = "", *, checked: bool = False) -> RecordForm:
    """The form of a record from what a file says; with ``more`` one more row in that list. ``checked``: with faults."""
    faults = record_faults(record, content) if checked else {}
    own: list[Field] = []
    lists: list[RecordList] = []
    for spec in fields_of(record):
        key, inner = key_of(spec), inner_record(types_of(record)[spec.name])
        if inner is None:
            own.append(_field(spec, types_of(record)[spec.name], key, content.get(key), faults.pop(key, "")))
            continue
        there = content.get(key)
        rows = [row for row in there if isinstance(row, Mapping)] if isinstance(there, list) else []
        rows = rows[:MOST_ROWS] + ([{}] if more == key else [])
        listed = [_row(inner, f"{key}.{n}", row, faults) for n, row in enumerate(rows)]
        lists.append(RecordList(key, str(spec.metadata["meaning"]).partition(", [[")[0], listed))
    return RecordForm(own, lists, list(faults.values()))


def record_faults(record: type[Card], content: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with what a file says, by the path of the field; several of one field in one sentence each."""
    _, faults = read(record, content, lambda path: ".".join(map(str, path)))
    out: dict[str, str] = {}
    for part in (p for f in faults for p in f.parts):
        words = f"{part.what}: {part.fix}" if part.fix else part.what
        out[part.where] = f"{out[part.where]}; {words}" if part.where in out else words
    return out


def record_content(record: type[Card], entered: Mapping[str, str]) -> dict[str, Any]:
    """What a form says, as a file would; rows that are empty or to be removed are left out."""
    out: dict[str, Any] = {}
    for spec in fields_of(record):
        key, hint = key_of(spec), types_of(record)[spec.name]
        inner = inner_record(hint)
        if inner is None:
            _put(out, key, _value(hint, entered.get(key, "")))
            continue
        rows = [_entered_row(inner, f"{key}.{n}", entered) for n in _numbers(key, entered)]
        if rows := [row for row in rows if row]:
            out[key] = rows
    return out


def record_text(record: type[Card], content: Mapping[str, Any]) -> str:
    """What a file says, as TOML: a line a key, a table a row."""
    lists = {key_of(s) for s in fields_of(record) if inner_record(types_of(record)[s.name]) is not None}
    lines = [key_value(k, v) for k, v in content.items() if k not in lists]
    for key in (k for k in content if k in lists):
        for row in content[key]:
            lines += ["", f"[[{key}]]", *(key_value(k, v) for k, v in row.items())]
    return "\n".join(lines).lstrip("\n") + "\n"


def _row(record: type[Entry], name: str, row: Mapping[str, Any], faults: dict[str, str]) -> RecordRow:
    hints = types_of(record)
    there = [
        _field(s, hints[s.name], f"{name}.{key_of(s)}", row.get(key_of(s)), faults.pop(f"{name}.{key_of(s)}", ""))
        for s in fields_of(record)
    ]
    return RecordRow(name, there, faults.pop(name, ""))


def _field(spec: Any, hint: Any, name: str, value: Any, fault: str) -> Field:
    card = spec.metadata
    kinds = [get_origin(k) or k for k in options(hint)]
    kind = (
        "switch" if bool in kinds else "choice" if card["among"] else "lines" if _is_many(kinds)
        else "number" if {int, float} & set(kinds) else "text"
    )  # fmt: skip
    unit = str(card["unit"])
    help = str(card["meaning"]) + (f" [{unit}]" if unit not in ("", "1", "year") else "")
    usual = "" if must(spec) or spec.default in (None, "", False) or callable(spec.default_factory) else spec.default
    return Field(
        name, key_of(spec).replace("_", " "), help, kind, shown_value(value), tuple(card["among"]), str(usual),
        must(spec), fault=fault,
    )  # fmt: skip


def shown_value(value: Any) -> str:
    """A value of a file as it stands in a field.

    >>> shown_value({"A": 0.7, "B": 0.3}), shown_value([1, 2.5]), shown_value(None)
    ('A = 0.7, B = 0.3', '1, 2.5', '')
    """
    if value is None or value is False:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(f"{_quoted(str(k))} = {v}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "yes" if value is True else str(value)


def _quoted(key: str) -> str:
    return f'"{key}"' if re.search(r"[=,\n\"]", key) else key


def _is_many(kinds: Sequence[Any]) -> bool:
    return any(k in (list, tuple, dict, abc.Mapping) for k in kinds)


def _value(hint: Any, text: str) -> Any:
    """What a field's text is by the type of its record; a text that is not that stays one, for the card to refuse."""
    text = text.strip()
    kinds = [get_origin(k) or k for k in options(hint)]
    if not text:
        return None
    if bool in kinds:
        return True
    if any(k in (dict, abc.Mapping) for k in kinds) and "=" in text:
        return {k.strip().strip('"'): _number(v.strip()) for k, v in PAIR.findall(text)}
    if list in kinds:
        parts = [p.strip() for p in re.split(r"[,\n]", text) if p.strip()]
        numbers = [_number(p) for p in parts]
        texts = "str" in str(hint) and float not in [a for k in options(hint) for a in getattr(k, "__args__", ())]
        if texts:
            return parts
        return numbers if all(not isinstance(n, str) for n in numbers) else text
    return _number(text) if {int, float} & set(kinds) else text


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _entered_row(record: type[Entry], name: str, entered: Mapping[str, str]) -> dict[str, Any]:
    if entered.get(f"{name}.{REMOVE}"):
        return {}
    row: dict[str, Any] = {}
    for spec in fields_of(record):
        _put(row, key_of(spec), _value(types_of(record)[spec.name], entered.get(f"{name}.{key_of(spec)}", "")))
    return row


def _put(out: dict[str, Any], key: str, value: Any) -> None:
    if value is not None:
        out[key] = value


def _numbers(key: str, entered: Mapping[str, str]) -> list[int]:
    """The rows of a list that a form has, in order. Raises ``GroundplanError`` for more than a form may have."""
    rows = {int(n) for name in entered if (n := name.removeprefix(f"{key}.").partition(".")[0]).isdecimal()
                and name.startswith(f"{key}.")}  # fmt: skip
    if len(rows) > MOST_ROWS:
        raise GroundplanError(f"the form has more than {MOST_ROWS} rows of {key}", fix="write them as text (TOML)")
    return sorted(rows)
