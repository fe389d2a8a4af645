"""Cells of tables whose rows have units of their own: as many decimals as the row needs, signs, shares."""

from __future__ import annotations

from typing import Any

from groundplan.results.words import PERCENT, Amount, decimals, number, unit_words

# The columns of a row's figures.
LETTERS = ("a", "b", "c")
HUNDRED = 100.0


def unit_of(row: dict[Any, Any]) -> str:
    """The unit of a figure as a cell says it; shares are told in per cent."""
    return PERCENT if row["unit"] == "1" else unit_words(str(row["unit"]))


def amount(row: dict[Any, Any], column: str, *, signed: bool = False) -> Amount:
    """A figure of a row, with as many decimals as its whole row needs; shares in per cent."""
    scale = HUNDRED if row["unit"] == "1" else 1.0
    there = [scale * float(row[c]) for c in LETTERS if c in row and row[c] == row[c]]
    places = decimals(there, unit_of(row))
    moved = abs(scale * float(row.get("difference", 0.0)))
    # A difference that its decimals would hide has as many as show it.
    while moved and places < 6 and moved < 0.5 * 10.0**-places:
        places += 1
    return Amount(scale * float(row[column]), places, signed=signed)


def signed(text: str) -> str:
    """A difference with its sign.

    >>> signed("12"), signed("−3"), signed("0.0")
    ('+12', '−3', '0.0')
    """
    return text if text.startswith("−") or not set(text) & set("123456789") else f"+{text}"


def percent(share: float) -> str:
    """A share as a signed figure in per cent; nothing for none.

    >>> percent(0.0123), percent(float("nan"))
    ('+1.2 %', '')
    """
    return "" if share != share else f"{signed(number(HUNDRED * share, 1))} %"
