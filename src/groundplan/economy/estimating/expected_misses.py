"""How far updated accounts have been from those that were published later, by the years between."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Misses:
    """Mean misses of updates over ``years``: of coefficients and multipliers (shares), of import content (points)."""

    years: int
    cells: float
    multipliers: float
    import_content: float


# benchmarks/update.py, twelve countries of WIOD 2016 by 24 sectors; docs/explanation/estimates.md has each.
MEASURED = (Misses(4, 0.10, 0.02, 0.3), Misses(9, 0.20, 0.038, 0.7), Misses(14, 0.24, 0.043, 0.7))


def expected(years: int) -> Misses:
    """What was missed over the shortest measured span that is as long; the longest for more.

    >>> expected(5).years, expected(40).years
    (9, 14)
    """
    return next((m for m in MEASURED if m.years >= years), MEASURED[-1])


def short_trust(since: int, years: int, facts: int) -> str:
    """What an update over so many years is made from, and how far to trust it, in few words for a title."""
    m = expected(years)
    multipliers, content = f"{100 * m.multipliers:.1f}", f"{m.import_content:.1f}"
    return (
        f"made from the accounts of {since} and {facts} facts; trials of such estimates missed multipliers by "
        f"{multipliers} % and import content by {content} points, and no single cell is a finding"
    )


def trust(years: int) -> str:
    """How far to trust an update over so many years, in two sentences."""
    m = expected(years)
    return (
        f"Such updates over {m.years} years missed coefficients by {m.cells:.0%} of what sectors buy, multipliers by "
        f"{m.multipliers:.1%} and the import content of household use by {m.import_content:.1f} points on average. "
        "Sums are to be trusted more than cells; no single cell is a finding."
    )


# Of tables that were hidden and estimated from their totals and the shipped donors alone (benchmarks/estimate.py).
WITHOUT_TABLE = Misses(0, 0.54, 0.085, 2.3)
# Where the donors' mean is fitted to nothing but the size of the economy.
UNFITTED = Misses(0, 0.65, 0.12, 9.9)


def short_trust_without(facts: int) -> str:
    """The same as part of a first line."""
    m = WITHOUT_TABLE
    multipliers, content = f"{100 * m.multipliers:.1f}", f"{m.import_content:.1f}"
    return (
        f"made without accounts of its own, from {facts} facts and other countries' structures; trials of such "
        f"estimates missed multipliers by {multipliers} % and import content by {content} points, and only ranges are "
        "findings"
    )


def trust_without() -> str:
    """How far to trust accounts that were estimated without any older table, in two sentences."""
    m = WITHOUT_TABLE
    return (
        f"Such estimates missed coefficients by {m.cells:.0%} of what sectors buy, multipliers by {m.multipliers:.1%} "
        f"and the import content of household use by {m.import_content:.1f} points on average over 45 hidden tables. "
        "Only sums and ranges are findings; no single cell is one."
    )
