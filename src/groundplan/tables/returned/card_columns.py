"""The fields of a record as columns of a form."""

from __future__ import annotations

from typing import Any

from groundplan.records.admissible import options
from groundplan.records.card import Card, fields_of, key_of, types_of
from groundplan.tables.returned.edit_forms import NUMBER, STATED, SWITCH, TEXT, WHOLE, FormColumn


def columns_of(record: type[Card]) -> tuple[FormColumn, ...]:
    """The fields of a record as columns."""
    hints = types_of(record)
    out = []
    for f in fields_of(record):
        m = f.metadata
        kind = _kind(hints[f.name])
        out.append(FormColumn(key_of(f), kind, m["unit"], m["meaning"], m["low"], m["high"], tuple(m["among"])))
    return tuple(out)


def _kind(hint: Any) -> str:
    """What a cell of a field holds, by the field's type."""
    kinds = [k for k in options(hint) if k is not type(None)]
    for kind, name in ((bool, SWITCH), (float, NUMBER), (int, WHOLE), (str, TEXT)):
        if kinds == [kind]:
            return name
    return STATED
