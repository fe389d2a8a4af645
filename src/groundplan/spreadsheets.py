"""Text that goes into files which spreadsheet programs open: it stays text, whatever a user called a sector."""

from __future__ import annotations

# What a workbook is made with: no text is read as something else, and what is the same is the same file.
WORKBOOK_OPTIONS = {
    "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True
}  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutral(text: str) -> str:
    """``text`` for a cell of a CSV file: an apostrophe before what a spreadsheet program would run as a formula.

    Text that is itself an apostrophe before such a letter gets a second one, so that ``restored`` undoes it exactly.
    Source: OWASP, CSV injection (citation not checked).

    >>> neutral("=1+1"), neutral("steel")
    ("'=1+1", 'steel')
    """
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def restored(text: str) -> str:
    """The text that ``neutral`` was given.

    >>> restored(neutral("'=1+1")), restored("'s-Gravenhage")
    ("'=1+1", "'s-Gravenhage")
    """
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA) else text
