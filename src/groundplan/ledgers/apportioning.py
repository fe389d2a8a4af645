"""Figures divided so that the parts sum to the whole, to the last digit, at every level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from groundplan.ledgers.entries import LedgerError


def rounded(value: Decimal, decimals: int) -> Decimal:
    """A value to so many decimals, halves to even: where a plan's figure becomes a promise."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)


def apportioned(total: Decimal, weights: Sequence[Decimal], decimals: int) -> list[Decimal]:
    """Parts of a total by weight, each of so many decimals, that sum to it exactly: the largest remainder.

        part[i] = floor(q[i]) + 1 step for the largest remainders of q[i] = |total|·w[i]/Σw, in steps of 10^−decimals

    Equal remainders go in order. A weight of 0 gets 0. Units: the total's own.
    Source: Hamilton's method of apportionment (citation not checked).
    Raises ``LedgerError`` for weights that are negative or sum to nothing, or a total of more decimals.

    >>> [str(p) for p in apportioned(Decimal("100.0"), [Decimal(1)] * 3, 1)]
    ['33.4', '33.3', '33.3']
    """
    whole, step = sum(weights, Decimal(0)), Decimal(1).scaleb(-decimals)
    if any(w < 0 for w in weights) or whole <= 0:
        raise LedgerError("shares are negative or sum to nothing", fix="give shares of 0 and more, one above 0")
    steps = abs(total) / step
    if steps != int(steps):
        raise LedgerError(f"{total} has more than {decimals} decimals", fix="round it first")
    # Whole numbers alone: a quotient of decimals would be rounded.
    scale = -min(0, *(int(w.as_tuple().exponent) for w in weights))
    parts = [int(w.scaleb(scale)) for w in weights]
    quotients = [divmod(int(steps) * p, sum(parts)) for p in parts]
    spare = int(steps) - sum(q for q, _ in quotients)
    first = sorted(range(len(parts)), key=lambda i: (-quotients[i][1], i))[:spare]
    sign = -1 if total < 0 else 1
    return [sign * (q + (i in first)) * step for i, (q, _) in enumerate(quotients)]


def divided(
    total: Decimal, shares: Mapping[str, Decimal], profile: Sequence[Decimal], decimals: int
) -> dict[str, list[Decimal]]:
    """A year's total by unit, then each unit's by part of the year; every sum holds exactly."""
    by_unit = apportioned(total, list(shares.values()), decimals)
    return {u: apportioned(part, profile, decimals) for u, part in zip(shares, by_unit, strict=True)}
