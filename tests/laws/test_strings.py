"""pandas keeps strings in Python or by pyarrow, as the reader's machine has it; what is computed is the same."""

from __future__ import annotations

import pandas as pd
import pytest
from economies import small

from groundplan import Outcome, Target, plan, see, stress


def outcomes() -> list[Outcome]:
    """A plan with a target, the measures and a shock; the accounts are made anew too."""
    target = Target("gross output: works", ">=", growth=-0.1)
    return [plan(small(), years=2, targets=[target]), see("KEN", draws=5), stress("KEN", "fuel cut", no_plan=True)]


def test_how_strings_are_kept_changes_nothing() -> None:
    """Proves: plan, measures and response are equal, and so are their tables, with either kind of strings.

    Breaks if: labels are compared or sorted in a way that only one kind of strings knows.
    """
    pytest.importorskip("pyarrow")
    with pd.option_context("mode.string_storage", "python"):
        ours = outcomes()
    with pd.option_context("mode.string_storage", "pyarrow"):
        theirs = outcomes()
        assert small().output.indexes["sector"].dtype == "str"
        assert pd.Series(["a"]).dtype.storage == "pyarrow"
    for one, other in zip(ours, theirs, strict=True):
        assert one.compare(other)["largest"].max() == 0
        assert set(one.tables) == set(other.tables)
        for name, table in one.tables.items():
            pd.testing.assert_frame_equal(table, other.tables[name], check_dtype=False, check_column_type=False)
