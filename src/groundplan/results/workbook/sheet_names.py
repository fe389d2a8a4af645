"""Names of sheets and of ranges that every spreadsheet program takes: unique, short, without signs that it forbids."""

from __future__ import annotations

import re
from collections.abc import Collection

from groundplan.shown_text import visible

LONGEST = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
RESERVED = ("history",)  # Excel keeps this name for itself
NO_WORD = re.compile(r"\W+", re.ASCII)


def sheet_name(title: str, taken: Collection[str] = ()) -> str:
    """A title as the name of a sheet: whole words where it must be cut, a number after it where it is taken.

    >>> sheet_name("Imports that household consumption needs"), sheet_name("a/b: [c]"), sheet_name("Trade", ["trade"])
    ('Imports that household…', 'a b c', 'Trade 2')
    """
    words = " ".join(FORBIDDEN.sub(" ", visible(title)).split()).strip("' ") or "Sheet"
    refused = {t.casefold() for t in (*taken, *RESERVED)}
    name, number = _cut(words, LONGEST), 1
    while name.casefold() in refused:
        number += 1
        name = f"{_cut(words, LONGEST - len(f' {number}'))} {number}"
    return name


def _cut(words: str, longest: int) -> str:
    """At most so many UTF-16 units, as spreadsheet programs count them, an ellipsis where some are lost."""
    if _units(words) <= longest:
        return words
    while _units(words) > longest - 1:
        shorter = words.rpartition(" ")[0]
        words = shorter if len(shorter) > longest // 2 else words[:-1]
    return f"{words.rstrip(' ,;:-')}…"


def _units(words: str) -> int:
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def range_name(view: str, number: int, taken: Collection[str] = ()) -> str:
    """The name of a table's range: its view's name and its place there, in letters that a formula can name.

    >>> range_name("years", 1), range_name("years", 2), range_name("R1 C1", 1)
    ('table_years', 'table_years_2', 'table_R1_C1')
    """
    stem = f"table_{NO_WORD.sub('_', view).strip('_') or 'of'}"[:200]
    name = stem if number == 1 else f"{stem}_{number}"
    while name.casefold() in {t.casefold() for t in taken}:
        name += "_"
    return name
