"""Numbers as people type and paste them: what can be one thing only is taken, what can be two is asked about."""

from __future__ import annotations

import math
import re

from groundplan.errors import StudyError
from groundplan.tables.door.figures import readings
from groundplan.tables.door.notation import Notation

PLAIN_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
UNLIMITED = {"inf": math.inf, "-inf": -math.inf}


def entered_number(text: str, column: str, *, whole: bool = False) -> int | float:
    """A number of a text; ``whole``: an integer. Raises ``StudyError`` with what it may be, where that is not one.

    A dot without a comma is the decimal mark, as everywhere in a study.

    >>> entered_number("1.234,5", "value"), entered_number("8900000", "value"), entered_number("7", "year", whole=True)
    (1234.5, 8900000.0, 7)
    """
    stripped = text.strip()
    if stripped.lower() in UNLIMITED:
        return UNLIMITED[stripped.lower()]
    if PLAIN_NUMBER.fullmatch(stripped):
        value = float(stripped)
    else:
        possible = list(dict.fromkeys(readings(stripped, Notation()).values()))
        if len(possible) != 1:
            fix = (
                f"is it {' or '.join(f'{v:.12g}' for v in possible)}? write a dot, and no marks between thousands"
                if possible
                else "write a number, such as 0.05, or clear it"
            )
            raise StudyError(f"{column} is '{stripped[:60]}', not a number", fix=fix)
        value = possible[0]
    if whole and math.isfinite(value):
        if value != int(value):
            raise StudyError(f"{column} is {value:g}, not a whole number", fix="write a whole number")
        return int(value)
    return value
