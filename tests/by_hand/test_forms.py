"""Linear forms of indicators: what is asked of a standard is asked of its segments."""

from __future__ import annotations

import numpy as np
import pytest
from economies import small
from plans import on_paper

from groundplan.planning.best_plan import indicators, solved
from groundplan.planning.choices.target import Target
from groundplan.planning.families.forms import form_of


@pytest.mark.parametrize("name", ["living standard", "gross output", "labour force", "import bill"])
def test_a_form_is_the_sum_of_its_years(name: str) -> None:
    """Proves: levels, stocks and what is enjoyed stand in their own columns. Breaks if: a kind of part has none."""
    plan = solved(small(), on_paper(years=3))
    form = form_of(plan.model, name, np.array([2021, 2023]))
    path = indicators(plan).sel(indicator=name)
    wanted = float(path.sel(year=2021) + path.sel(year=2023))
    assert form @ plan.model.columns(plan.solution.values) == pytest.approx(wanted, rel=1e-9)


def test_a_living_standard_may_come_first() -> None:
    """A standard ten times the base year's cannot be had: it is brought as far as it can be.

    Proves: a priority may be a living standard. Breaks if: its farthest reach is asked of levels alone.
    """
    wish = Target("living standard", ">=", 10.0, year=2023, priority=1)
    plain, first = (solved(small(), on_paper(years=3, targets=t)) for t in ([], [wish]))
    there = [float(indicators(p).sel(indicator="living standard", year=2023)) for p in (plain, first)]
    assert there[0] < there[1] < 10.0
