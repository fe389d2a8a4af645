"""What a living standard counts, and who keeps pace with whom."""

from __future__ import annotations

import numpy as np
import pytest
from economies import small
from plans import make_plan

from groundplan.economy.economy import Economy
from groundplan.outcome import Outcome
from groundplan.planning.best_plan import model_of, parts_of, solved
from groundplan.planning.features.budget.budget_accounts import Budget
from groundplan.planning.features.people import households
from groundplan.planning.features.people.household_groups import Group
from groundplan.planning.features.people.households import spending
from groundplan.planning.policy import Policy, Target

CALM = {"years": 3, "tail_years": 0, "population_growth": 0.0, "labour_productivity_growth": 0.02}
GIFT = {
    "activities": [{"activity": "relief", "unit": "grants", "base": 0.0}],
    "flows": [{"activity": "relief", "commodity": "standard:rural", "role": "give", "coefficient": 6.6, "lag": 1}],
    "bounds": [{"activity": "relief", "year": 2021, "lower": 1.0, "upper": 1.0}]
    + [{"activity": "relief", "year": y, "upper": 0.0} for y in (2022, 2023)],
}


def gifted(e: Economy, policy: Policy) -> Outcome:
    return parts_of(solved(e, policy, projects=GIFT)).outcome()


def test_a_living_standard_counts_what_a_project_gives() -> None:
    """Relief of 6.6 reaches the country a year after it is given: a fifth of what it spends, 33.

    Proves: the indicator is what is enjoyed over the base year's, whoever gave it, in the year in which it arrives;
    what is bought alone is ``household consumption``.
    Breaks if: the indicator counts baskets alone, or counts a gift in the year in which it is begun.
    """
    policy = Policy.of(**CALM, government_path="free")
    o = gifted(small(), policy)
    enjoyed, level = o["enjoyed"].sel(good="standard:rural"), o["level"].sel(activity="live:rural")
    told = o["indicator"].sel(indicator="living standard: rural", year=[2021, 2022, 2023])
    assert told.values == pytest.approx(enjoyed.values / 33)
    assert float(told.sel(year=2022)) == pytest.approx((float(level.sel(year=2022)) + 6.6) / 33)
    for year in (2021, 2023):
        assert float(told.sel(year=year)) == pytest.approx(float(level.sel(year=year)) / 33)
    assert float(o["indicator"].sel(indicator="living standard: rural", year=2020)) == 1.0


def test_a_target_on_a_living_standard_counts_it_too() -> None:
    """A standard of 1.15 in 2022 is met with the relief, and without it only by buying as much.

    Proves: a target stands on what is enjoyed, and may ask for more than utility values, four times the base year's.
    Breaks if: the row of a target has the baskets alone, or the segments end where their worth does.
    """
    policy = Policy.of(**CALM, targets=[Target("living standard: rural", "==", 1.15, year=2022)])
    o = gifted(small(), policy)
    assert float(o["level"].sel(activity="live:rural", year=2022)) == pytest.approx(1.15 * 33 - 6.6)
    alone = make_plan(small(), policy)
    assert float(alone["level"].sel(activity="live:rural", year=2022)) == pytest.approx(1.15 * 33)
    rich = {**GIFT, "flows": [{**GIFT["flows"][0], "coefficient": 33.0 * 5}]}
    asked = [Target("living standard: rural", ">=", 5.0, year=2022)]
    wish = Policy.of(**CALM, targets=asked, government_path="free", steady=False)
    plan = parts_of(solved(small(), wish, projects=rich)).outcome()
    assert float(plan["indicator"].sel(indicator="living standard: rural", year=2022)) == pytest.approx(5.0)


def test_the_state_keeps_pace_with_households() -> None:
    """Proves: by default the state's standard is that of all households, year by year; free, the two part.

    The country counts three times here, so that a free state gives way to it.
    Breaks if: the state is held from one side alone, to one group, or not at all.
    """
    years = [2021, 2022, 2023]
    dear = {**CALM, "groups": [Group("rural", weight=3.0)]}
    for policy, together in ((Policy.of(**dear), True), (Policy.of(**dear, government_path="free"), False)):
        table = make_plan(small(), policy)["indicator"].sel(year=years)
        own = table.sel(indicator="living standard: state").values
        theirs = table.sel(indicator="living standard").values
        assert (own == pytest.approx(theirs, abs=1e-7)) is together
    assert theirs[-1] > 1.02


def test_a_project_for_households_moves_the_state_too() -> None:
    """Proves: the pace is what households enjoy, relief too. Breaks if: the state follows what they buy."""
    table = gifted(small(), Policy.of(**CALM))["indicator"]
    for year in (2021, 2022, 2023):
        both = [float(table.sel(indicator=f"living standard{end}", year=year)) for end in ("", ": state")]
        assert both[0] == pytest.approx(both[1])


def test_who_leads_and_who_follows() -> None:
    """Proves: a stated growth of the budget leads the state; other budgets, and non-profit bodies, follow households.

    Breaks if: a plan asks two things of the state at once.
    """
    e = small()
    rows = households.paces(e, Policy.of(**CALM))
    assert [tuple(r) for r in rows] == [
        ("standard:rural", "households", "leads"),
        ("standard:urban", "households", "leads"),
        ("standard:state", "households", "follows"),
    ]
    assert households.paces(e, Policy.of(**CALM, budget=Budget(direct_tax=0.1))) == rows
    assert households.paces(e, Policy.of(**CALM, budget=Budget(growth=0.03))) == []
    for path in ("free", "fixed"):
        assert households.paces(e, Policy.of(**CALM, government_path=path)) == []


def test_the_option_of_before_is_exact() -> None:
    """Proves: ``free`` writes no row of a pace, and its programme's worth does not depend on the new last segment.

    Breaks if: the state is tied in silence, or what is enjoyed beyond four times the base year's is worth something.
    """
    e = small()
    m = model_of(e, Policy.of(**CALM, government_path="free"))
    assert "standard_pace" not in m.families
    last = m.activities.utility.groupby(["good", "year"]).last()
    assert (last["slope"] == 0).all()
    assert np.isinf(last["width"]).all()
    widths = m.activities.utility.groupby(["good", "year"])["width"].apply(lambda w: w.iloc[:-1].sum())
    top = households.grid()[-1]
    assert widths["standard:rural"].to_numpy() == pytest.approx(top * spending(e, "rural"))
