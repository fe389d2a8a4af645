"""What a cell of a form says: a number, a switch, a text, or what a study would write; nothing is guessed."""

from __future__ import annotations

import math
from typing import Any

from groundplan.errors import StudyError
from groundplan.records.toml import parse
from groundplan.tables.door.figures import readings
from groundplan.tables.door.notation import Notation
from groundplan.tables.returned.edit_forms import NUMBER, SWITCH, TEXT, WHOLE, Cell

SWITCHES = {"yes": True, "true": True, "no": False, "false": False}
UNLIMITED = {"inf": math.inf, "-inf": -math.inf}


def value_of(cell: Cell, kind: str, column: str) -> Any:
    """The value that a cell states; None where it is empty. Raises ``StudyError`` for a text that is no such value.

    >>> value_of(3.0, "whole number", "years"), value_of("yes", "yes or no", "steady"), value_of(8591.0, "words", "for")
    (3, True, '8591')
    """
    if cell == "":
        return None
    if kind == TEXT:
        return _text(cell)
    if isinstance(cell, float):
        if kind == SWITCH:
            raise StudyError(f"{column} is {cell:g}, not yes or no", fix="write yes or no")
        return int(cell) if kind == WHOLE and cell == int(cell) else cell
    if kind == SWITCH:
        if cell.lower() not in SWITCHES:
            raise StudyError(f"{column} is '{cell[:60]}', not yes or no", fix="write yes or no")
        return SWITCHES[cell.lower()]
    if kind in (NUMBER, WHOLE):
        if cell.lower() in UNLIMITED:
            return UNLIMITED[cell.lower()]
        raise asked_number(cell, column)
    try:
        return _toml(cell)
    except StudyError:
        if readings(cell, Notation()) or not any(c in cell for c in "[{\"'"):
            raise asked_number(cell, column) from None
        fix = 'write it as in a study file: ["maiz", "rice"] or { "maiz" = 0.5 }'
        raise StudyError(f"{column} is '{cell[:60]}', which cannot be read", fix=fix) from None


def _text(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell == int(cell) else repr(cell)
    value = _toml(cell) if cell.startswith('"') else cell
    return value if isinstance(value, str) else cell


def _toml(cell: str) -> Any:
    """A cell that is written as a study writes values. Raises ``StudyError`` where it is not one value."""
    content = parse(f"value = {cell}", "the cell").content
    if list(content) != ["value"]:
        raise StudyError("more than one value")
    return content["value"]


def asked_number(cell: str, column: str) -> StudyError:
    """A question about a text where a number is asked for: what it may be, without a guess."""
    possible = list(dict.fromkeys(f"{v:.12g}" for v in readings(cell, Notation()).values()))
    if possible:
        fix = f"is it {' or '.join(possible)}? write it as a number, so that the cell holds no text"
    else:
        fix = "is nothing meant? clear the cell. Is it 0, or another figure? write that as a number"
    return StudyError(f"{column} is the text '{cell[:60]}', not a number", fix=fix)
