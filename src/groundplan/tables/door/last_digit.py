"""The last digit to which figures are printed, read from the figures themselves.

Whoever prints to a million leaves whole millions, whatever a layout or a form says of it. Figures that a computer left
with all their digits were printed to none, and rounding explains nothing in them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

# So much of all figures must be whole multiples of a digit, to within this share of it, for the digit to be the last.
NEARLY, NEAR = 0.99, 1e-3
# A figure with more significant digits than these was computed, not printed; fewer where a part stands for the whole,
# for some publishers print nine digits of everything.
SIGNIFICANT, OF_A_PART = 11, 8
# So many figures say what their last digit is: fewer may end in zeros by chance, and a row of a block has as many.
ENOUGH, LINE = 100, 10
# Where blocks are larger, a few thousand figures rule digits out before all are asked.
SAMPLE = 5_000


class PrintedDigit(NamedTuple):
    """``unit``: the last digit, a power of ten, 0 where there is none; ``figures``: how many say so."""

    unit: float
    figures: int


def counted(stated: float, digit: PrintedDigit, printed_unit: float = 1.0) -> float:
    """The last digit that counts, in the unit of ``stated``; the digit's own unit is ``printed_unit`` of it.

    >>> counted(1.0, PrintedDigit(0.1, 5)), counted(1.0, PrintedDigit(10.0, 5)), counted(1.0, PrintedDigit(10.0, 500))
    (0.1, 1.0, 10.0)
    """
    read = digit.unit * printed_unit
    return read if digit.figures >= ENOUGH else min(read, stated)


def digit_of_sums(stated: float, cells: np.ndarray) -> float:
    """The last digit of figures that are held against printed sums: their own, or the stated one where they have none.

    >>> digit_of_sums(1.0, np.array([1.5, 2.25])), digit_of_sums(1.0, np.array([np.pi]))
    (0.01, 1.0)
    """
    figures = _figures(np.asarray(cells, dtype=float))
    unit = _unit(figures)
    return counted(stated, PrintedDigit(unit, figures.size)) if unit else stated


def last_digit(blocks: Iterable[np.ndarray]) -> PrintedDigit | None:
    """The largest power of ten of which nearly all figures are whole multiples; None where every figure is 0.

        r = max { 10^k : share of figures v with |v/r − round(v/r)| ≤ NEAR  is ≥ NEARLY }

    Blocks may be printed beside blocks that were computed (shares of imports, say): where all figures together have no
    last digit it is that of the blocks that have one, then of their rows, the one that most figures show; 0 where none
    has.

    >>> last_digit([np.array([[1200.5, 0.0], [3.0, 17.0]])])
    PrintedDigit(unit=0.1, figures=3)
    >>> last_digit([np.array([np.pi, np.e])])
    PrintedDigit(unit=0.0, figures=2)
    """
    tables = [np.atleast_2d(np.asarray(b, dtype=float)) for b in blocks]
    figures = [_figures(t) for t in tables]
    many = sum(f.size for f in figures)
    if not many:
        return None
    if unit := _unit(np.concatenate(figures)):
        return PrintedDigit(unit, many)
    for parts in (figures, [_figures(row) for t in tables for row in t]):
        shown = Counter[float]()
        for f in parts:
            if f.size >= LINE and (unit := _unit(f, OF_A_PART)):
                shown[unit] += f.size
        if shown:
            return PrintedDigit(*shown.most_common(1)[0])
    return PrintedDigit(0.0, many)


def _figures(cells: np.ndarray) -> np.ndarray:
    """The sizes of all cells that hold a figure other than 0."""
    sizes: np.ndarray = np.abs(cells[np.isfinite(cells) & (cells != 0.0)])
    return sizes


def _unit(figures: np.ndarray, significant: int = SIGNIFICANT) -> float:
    """The last digit of figures, 0 where they have more digits than are printed."""
    if not figures.size:
        return 0.0
    first = int(np.floor(np.log10(figures.max())))
    few = figures[:: max(1, figures.size // SAMPLE)]
    for power in range(first, first - significant, -1):
        if _are_multiples(few, power) and (few.size == figures.size or _are_multiples(figures, power)):
            return float(f"1e{power}")
    return 0.0


def _are_multiples(figures: np.ndarray, power: int) -> bool:
    """Whether nearly all figures are whole multiples of a power of ten."""
    counts = figures / 10.0**power if power >= 0 else figures * 10.0**-power
    return bool(np.mean(np.abs(counts - np.round(counts)) <= NEAR) >= NEARLY)
