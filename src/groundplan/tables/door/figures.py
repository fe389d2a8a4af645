"""Numbers as people write them, read by the marks that were declared and by no others.

A mark means what was declared. Where no decimal mark is declared, a cell with a point or a comma in it is refused, with
its possible readings and the line that declares each: a decimal mark is never guessed, not even from the other cells.
Cells that a workbook holds as numbers need no declaration.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.tables.door.notation import MINUS, SPREADSHEET_ERRORS, THOUSANDS, Notation
from groundplan.tables.door.parsing.workbook import UNCOMPUTED

MARKS = ((".", None), (",", None), (".", ","), (",", "."), (".", " "), (",", " "), (".", "'"), (",", "'"))
SHOWN = 10


def figures(cells: pd.DataFrame, notation: Notation, *, where: str = "") -> pd.DataFrame:
    """Cells, numbers or texts, as floats; a cell that was declared missing is NaN.

    A minus may be U+2212; blanks around a number are passed over; an exponent is read. Never read: percentages,
    currency signs, digits of other scripts, infinities.
    Errors: every cell that is no number under ``notation``: the first ten by row and column, each with what would
            mend it, and how many more.
    """
    flat = cells.to_numpy(dtype=object).ravel()
    is_number = np.frompyfunc(lambda c: isinstance(c, (int, float)) and not isinstance(c, bool), 1, 1)(flat).astype(
        bool
    )
    values = np.empty(flat.shape)
    values[is_number] = flat[is_number].astype(float)
    codes, texts = pd.factorize(np.frompyfunc(lambda c: str(c).strip(), 1, 1)(flat[~is_number]).astype(object))
    read, understood = _read(list(texts), notation)
    values[~is_number] = read[codes]
    good = np.isfinite(values)
    good[~is_number] |= understood[codes]
    bad = np.flatnonzero(~good)
    width = max(cells.shape[1], 1)
    faults: list[GroundplanError] = [
        _fault(f"row '{cells.index[k // width]}', column '{cells.columns[k % width]}'", str(flat[k]), notation, where)
        for k in bad[:SHOWN]
    ]
    if len(bad) > SHOWN:
        faults.append(TableError(f"and {len(bad) - SHOWN} more cells that are not numbers", where=where))
    raise_all(faults, where=where)
    return pd.DataFrame(values.reshape(cells.shape), index=cells.index, columns=cells.columns)


def _read(texts: list[str], notation: Notation) -> tuple[np.ndarray, np.ndarray]:
    """Different texts as floats (NaN where unread), and which of them are known: read, or declared missing."""
    written = [t if t.isascii() else t.translate(MINUS) for t in texts]
    if notation.negative_brackets:
        written = [f"-{t[1:-1].strip()}" if re.fullmatch(r"\(\s*[^-+\s].*\)", t, re.DOTALL) else t for t in written]
    fits = _grammar(notation).fullmatch
    read = [t if fits(t) else "nan" for t in written]
    if notation.thousands:
        marks = re.compile(THOUSANDS[notation.thousands])
        read = [marks.sub("", t) for t in read]
    if notation.decimal == ",":
        read = [t.replace(",", ".") for t in read]
    values = np.array([float(t) for t in read])
    zeros, missing = (np.isin(texts, list(declared)) for declared in (notation.zeros, notation.missing))
    values = np.where(zeros, 0.0, np.where(missing, np.nan, values))
    return values, missing | np.isfinite(values)


def _grammar(notation: Notation) -> re.Pattern[str]:
    """What a number looks like."""
    whole = "[0-9]+"
    if notation.thousands:
        whole = f"(?:[0-9]{{1,3}}(?:{THOUSANDS[notation.thousands]}[0-9]{{3}})+|[0-9]+)"
    if notation.decimal is None:
        return re.compile(rf"[-+]?{whole}(?:[eE][-+]?[0-9]+)?")
    mark = re.escape(notation.decimal)
    return re.compile(rf"[-+]?(?:{whole}(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][-+]?[0-9]+)?")


def _fault(place: str, text: str, notation: Notation, where: str) -> TableError:
    """Why a cell is no number, and the line that would make it one."""
    shown = text if len(text) <= 40 else text[:37] + "..."
    word = text.strip()
    if word == "":
        fix = 'give the figure; if empty cells are 0 declare zeros = [""], if they are unknown missing = [""]'
        return TableError(f"{place} is empty", where=where, fix=fix)
    if word in SPREADSHEET_ERRORS:
        fix = f'repair the formula in the file, or declare missing = ["{word}"]'
        return TableError(f"{place}: '{shown}' is an error of the spreadsheet", where=where, fix=fix)
    if word == UNCOMPUTED:
        fix = "open the file in a spreadsheet program, let it calculate, and save it"
        return TableError(f"{place}: {UNCOMPUTED}", where=where, fix=fix)
    if "%" in word:
        return TableError(f"{place}: '{shown}' is a percentage", where=where, fix="give the amount")
    possible = readings(word, notation)
    if possible:
        choices = "; or ".join(f"{value:.12g} with {line}" for line, value in possible.items())
        declared = _declaration(notation, ".,(" + (notation.thousands or ""))
        what = (
            f"{place}: '{shown}' is not written with {declared}"
            if declared
            else f"{place}: '{shown}' has a mark that was not declared"
        )
        return TableError(what, where=where, fix=f"it is {choices}; declare how the file writes numbers")
    fix = "give the figure as a plain number, or 0 where the flow does not exist"
    if not any(letter.isdigit() for letter in word):
        fix += f'; or declare what the text means: zeros = ["{shown}"] or missing = ["{shown}"]'
    return TableError(f"{place}: '{shown}' is not a number", where=where, fix=fix)


def reading(text: str, notation: Notation) -> float:
    """The number that ``text`` is in a notation, nan where it is none."""
    values, _ = _read([text], notation)
    return float(values[0])


def readings(text: str, notation: Notation) -> dict[str, float]:
    """Declarations under which ``text`` is a number, fewest marks first, and the number that it then is."""
    possible: dict[str, float] = {}
    for brackets in (notation.negative_brackets, True):
        for decimal, thousands in MARKS:
            tried = replace(notation, decimal=decimal, thousands=thousands, negative_brackets=brackets)
            if np.isfinite(value := reading(text, tried)):
                possible[_declaration(tried, text)] = value
        if possible:
            break
    return possible


def _declaration(notation: Notation, text: str) -> str:
    """The lines of a mapping file that say ``notation``, as far as ``text`` needs them."""
    parts = []
    if notation.decimal is not None and notation.decimal in text:
        parts.append(f'decimal = "{notation.decimal}"')
    if notation.thousands is not None and re.search(THOUSANDS[notation.thousands], text):
        parts.append(f'thousands = "{notation.thousands}"')
    if notation.negative_brackets and "(" in text:
        parts.append("negative_brackets = true")
    return ", ".join(parts)
