"""A published order against scores: on four places that paper can hold, and on lots whose distribution is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from groundplan.errors import GroundplanError
from groundplan.places.judging.comparison import compare_order

NEED = pd.Series({"a": 0.9, "b": 0.6, "c": 0.3, "d": 0.0})


def test_the_order_of_four_places():
    """Proves: the neediest stands at 1/8, the least needy at 7/8, both together at 1/2 with one of two among the first.

    Breaks if: ranks count from the wrong end, years are not added up, or the years are not in their order.
    """
    found = compare_order({2025: ["d"], 2024: ["a"]}, {"need": NEED})
    assert found["year"].tolist() == [2024, 2025]
    assert found["places"].tolist() == [1, 2]
    assert found["mean"].tolist() == [0.125, 0.5]
    assert found["among_first"].tolist() == [1.0, 0.5]
    assert found["expected"].tolist() == [0.25, 0.5]


def test_when_all_are_named_every_lot_is_the_same():
    """Proves: the band of lots closes to one half when all places are named.

    Breaks if: lots are drawn with return.
    """
    last = compare_order({1: list("abcd")}, {"need": NEED}).iloc[-1]
    assert (last["mean"], last["low"], last["high"]) == pytest.approx((0.5, 0.5, 0.5))


def test_the_band_is_that_of_a_lot():
    """Proves: 95 of 100 lots lie in the band: mean one half, spread √((n−k)/(12·k·n)) but for rounding.

    Breaks if: the band is of one place and not of the mean of k, or of other tails.
    """
    n, k = 100, 20
    values = pd.Series(np.arange(n, dtype=float), [f"p{i}" for i in range(n)])
    row = compare_order({1: list(values.index[:k])}, {"need": values}).iloc[0]
    spread = 1.96 * np.sqrt((n - k) / (12 * k * n) * (n + 1) / n)
    assert row["high"] - 0.5 == pytest.approx(spread, rel=0.05)
    assert 0.5 - row["low"] == pytest.approx(spread, rel=0.05)
    assert row["mean"] == pytest.approx(0.9)


def test_equal_scores_share_their_rank():
    """Proves: places of one score stand in the middle of their ranks, whoever is named.

    Breaks if: ties are broken by the order of the table.
    """
    same = pd.Series({"a": 1.0, "b": 1.0})
    assert compare_order({1: ["b"]}, {"need": same})["mean"].tolist() == [0.5]


def test_unknown_and_repeated_places_are_refused_together():
    """Proves: a name that is no place and a place named twice are told at once.

    Breaks if: an unknown place is passed over, or a second naming counts.
    """
    with pytest.raises(GroundplanError) as told:
        compare_order({1: ["a", "x"], 2: ["a"]}, {"need": NEED})
    assert "no place 'x'" in str(told.value)
    assert "a is named twice" in str(told.value)
