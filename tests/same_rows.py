"""Rows of a plan's tables against those worked out on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest


def same(found: Iterable[Sequence[object]], expected: Sequence[Sequence[object]]) -> None:
    """Row by row: words as they are, numbers to twelve digits."""
    rows = [tuple(row) for row in found]
    assert len(rows) == len(expected), rows
    for row, right in zip(rows, expected, strict=True):
        assert [v for v in row if isinstance(v, str)] == [v for v in right if isinstance(v, str)]
        numbers = [v for v in right if not isinstance(v, str)]
        assert [v for v in row if not isinstance(v, str)] == pytest.approx(numbers, rel=1e-12, abs=1e-12)
