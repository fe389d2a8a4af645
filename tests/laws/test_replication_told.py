"""The replication check as a plan tells it: for every economy that is planned, a user's own too."""

from __future__ import annotations

import numpy as np
import pytest
from economies import shipped, small

from groundplan import plan
from groundplan.planning.accounts import replication
from groundplan.planning.accounts.replication import replication_words
from groundplan.planning.policy import Policy
from groundplan.planning.solve import Solution


@pytest.mark.parametrize("case", ["small", "KEN 2019", "DNK 2019", "BRA 2021"])
def test_a_plan_says_that_its_base_year_comes_back(case: str) -> None:
    """Proves: the check is run with the plan's own policy and told. Breaks if: a default moves the base year."""
    e = small() if case == "small" else shipped(case)
    assert "gives the accounts back to" in replication_words(e, Policy())


def test_what_is_missed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that makes a thousandth less of everything. Proves: the miss is told. Breaks if: it always agrees."""
    real = replication.solve

    def less(*given: object) -> Solution:
        solution = real(*given)  # type: ignore[arg-type]
        solution.values["level"].values[:] *= 0.999
        return solution

    monkeypatch.setattr(replication, "solve", less)
    assert "misses the accounts by 0.001" in replication_words(small(), Policy())


def test_the_page_has_it() -> None:
    """Proves: the line stands with the other checks. Breaks if: it is computed and not told."""
    lines = plan(small(), years=1).provenance["audit"]
    assert [line for line in lines if line.startswith("replication: ")]
    assert np.all([isinstance(line, str) for line in lines])
