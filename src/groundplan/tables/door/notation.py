"""How a file writes its numbers: the marks that were declared. Read without loading what reads cells."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.errors import GroundplanError, TableError, raise_all

# What is written for a mark: a space may be a no-break, figure, thin or narrow one, an apostrophe a raised comma.
THOUSANDS = {",": ",", ".": r"\.", " ": "[ \u00a0\u2007\u2009\u202f]", "'": "['\u2019]"}
MINUS = str.maketrans({"\u2212": "-", "\ufe63": "-", "\uff0d": "-"})
SPREADSHEET_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!")


@dataclass(frozen=True)
class Notation:
    """How a file writes numbers.

    ``decimal`` is "." or ","; ``thousands`` one of , . space and apostrophe, in groups of three. Cells whose text is in
    ``zeros`` are 0, in ``missing`` unknown; the empty text stands for an empty cell. With ``negative_brackets`` (123)
    is −123. What is None or empty was not declared.
    """

    decimal: str | None = None
    thousands: str | None = None
    zeros: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    negative_brackets: bool = False

    def __post_init__(self) -> None:
        faults: list[GroundplanError] = []
        if self.decimal is not None and self.decimal == self.thousands:
            faults.append(TableError(f"decimal and thousands are both '{self.decimal}'", fix="give each its own mark"))
        both = sorted(set(self.zeros) & set(self.missing))
        if both:
            faults.append(TableError(f"cells {both} are declared both zeros and missing", fix="keep one"))
        errors = sorted(z for z in self.zeros if z in SPREADSHEET_ERRORS)
        if errors:
            fix = "repair the formulas, or declare the cells missing"
            faults.append(TableError(f"errors of a spreadsheet are declared to be zero: {', '.join(errors)}", fix=fix))
        raise_all(faults)


PLAIN = Notation(decimal=".")
