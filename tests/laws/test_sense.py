"""Over every economy at hand the default ten-year plan is feasible and makes sense."""

from __future__ import annotations

import pytest
from sense import FOLDER, economy, facts, jobs, planned

ABSORPTION, FIRST_YEAR = 0.12, 0.10


@pytest.mark.parametrize("job", jobs())
def test_the_default_plan_makes_sense(job: str) -> None:
    """Proves: the default plan exists, keeps every floor, and grows no faster than labour and absorption allow.

    Breaks if: a default starves a group, opens a jump in year one, or lets employment exceed the labour there is.
    """
    e = economy(job)
    o = planned(e)
    f = facts(e, o)
    assert f["least_standard"] >= -1e-6
    assert f["labour_use"] <= 1 + 1e-6
    assert f["absorbed"] <= ABSORPTION + 1e-6
    assert f["jump"] <= FIRST_YEAR
    assert f["fall"] >= -0.1 - 1e-6
    assert abs(f["investment_jump"]) <= FIRST_YEAR
    assert -1e-9 <= f["capital_base"] <= 0.1
    assert 1.5 <= f["capital_output"] <= 6.5
    assert f["unaccounted"] <= 1e-9
    assert f["violation"] <= 1e-6
    standard = o.indicator("living standard")
    assert (standard.diff().dropna() >= -1e-6).all(), "a living standard once reached is not taken back"


def test_the_world_tables_are_at_hand() -> None:
    """Proves: the 43 countries of WIOD are among the jobs; says in one line when they are not."""
    if not FOLDER.is_dir():
        pytest.skip(f"WIOD 2016 national tables are not at {FOLDER}: only shipped economies were planned")
    assert len(jobs()) >= 43 + 9
