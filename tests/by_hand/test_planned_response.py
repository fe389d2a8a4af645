"""The planned response on an economy of two works that share one imported input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from crises import YEAR, two_works

from groundplan.crisis.response import check_size, compare_engines, planned_response
from groundplan.crisis.worth import span_of, worth_of_coordination
from groundplan.errors import PlanInfeasible, StudyError
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.shock import Shock, shock_of
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.events import CutImports, DestroyCapital
from groundplan.shocks.scenarios.scenario import BY_ORDERS, Scenario

BEHAVIOUR = replace(BY_ORDERS, alpha_max=1.0, binding_of={"c": "critical"})


def crisis(depth: float, weeks: int, horizon: int, *, days: float = 14.0, start: int = 0) -> tuple[System, Shock]:
    scenario = Scenario(
        name="cut", step="week", horizon=7 * horizon, stocks={"default": days}, behaviour=BEHAVIOUR,
        events=(CutImports(depth=depth, start=start, length=7 * weeks),),
    )  # fmt: skip
    system = system_of(two_works(), scenario)
    return system, shock_of(system, scenario)


def test_stocks_last_longest_with_the_thriftier_user() -> None:
    """Proves: nothing comes for four weeks; two weeks of use are in store, 2·50. a needs 10 a week: 4·10 of them.

    The other 60 give b one and a half weeks of its four, so two and a half weeks of b are lost. What comes in the
    fifth week can be used in the sixth only, so in that fifth week too nothing is at hand: a's 10 are taken from b.
    Breaks if: what comes can be used at once, or stocks are shared out by who holds them.
    """
    system, shock = crisis(1.0, 4, 4)
    assert planned_response(system, shock).loss * YEAR == pytest.approx(250.0)
    system, shock = crisis(1.0, 4, 6)
    assert planned_response(system, shock).loss * YEAR == pytest.approx(375.0)


def test_the_plan_leaves_what_is_asked() -> None:
    """Proves: with stores left as full as they were, half of imports gives the loss of comparative statics.

    That is 62.5 a year. With more asked for than can be left, it says so.
    """
    system, shock = crisis(0.5, 10, 10)
    full = np.stack([system.wanted.sum(axis=1), system.reserves])
    assert planned_response(system, shock, left=full).loss * YEAR == pytest.approx(10 * 62.5)
    assert planned_response(system, shock).loss * YEAR < 10 * 62.5 - 100.0
    with pytest.raises(PlanInfeasible, match="cannot be left"):
        planned_response(system, shock, left=100.0 * full)


def test_nobody_knows_before_it_begins() -> None:
    """Proves: a cut that begins in the fourth week costs what it costs from the first: nobody fills stores ahead of it.

    Until then output is the base's.
    """
    early = planned_response(*crisis(1.0, 4, 4)).loss
    system, shock = crisis(1.0, 4, 7, start=21)
    late = planned_response(system, shock)
    assert late.loss == pytest.approx(early)
    assert (late.production[:3] == system.output).all()
    assert (late.unmet[:3] == 0).all()


def test_prices_say_what_is_short() -> None:
    """Proves: one more unit of imported c saves 1/0.4 of b's output, a step later; what nobody lacks has no price."""
    system, shock = crisis(0.5, 10, 10)
    full = np.stack([system.wanted.sum(axis=1), system.reserves])
    found = planned_response(system, shock, left=full)
    at = {name: g for g, name in enumerate(system.inputs)}
    assert found.price[:, at["imported:c"]] == pytest.approx(np.full(10, 2.5))
    assert found.price[:, at["home:c"]] == pytest.approx(np.zeros(10), abs=1e-9)


def test_the_worth_of_coordination() -> None:
    """Proves: people who share half of c in proportion lose half of everything once stocks are gone: 100 a week.

    The plan leaves what they leave in store, so of two weeks' stock of 50 and sixty weeks of 25 it uses the rest: 10 a
    week for a, and for b's 0.4 what remains.
    Breaks if: the gap is bought with stocks, or the plan is not free to give b less and a all.
    """
    system, shock = crisis(0.5, 60, 60)
    found = compare_engines(system, shock)
    assert found.breaches.max() <= 1e-9
    assert found.lost.sum(axis=1)[-20:] * YEAR == pytest.approx(np.full(20, 100.0), rel=1e-6)
    assert found.adaptive.trace is not None
    left = float(found.adaptive.trace.stock[0, -1].sum()) * YEAR
    used_by_b = 2 * 50.0 + 60 * 25.0 - left - 60 * 10.0
    assert found.planned.loss * YEAR == pytest.approx(60 * 100.0 - used_by_b / 0.4)


def test_the_outcome_says_it_with_units() -> None:
    """Proves: arrays have units, losses stand in order, and what was destroyed is rebuilt by the plan."""
    scenario = Scenario(
        name="storm", step="week", horizon=84, behaviour=BEHAVIOUR, stocks={"default": 14.0},
        events=(DestroyCapital(sectors=("a",), depth=0.5, length=7, rebuild_from={"c": 1.0}),),
    )  # fmt: skip
    outcome = worth_of_coordination(two_works(), scenario)
    told = outcome.provenance
    assert told["worth_of_coordination"] == pytest.approx(told["adaptive_loss"] - told["coordinated_loss"])
    assert told["worth_of_foresight"] == pytest.approx(told["coordinated_loss"] - told["planned_loss"])
    assert min(told["worth_of_coordination"], told["worth_of_foresight"]) >= -1e-9
    assert told["largest_breach"] <= 1e-9
    assert all(array.attrs["units"] for array in outcome.arrays.values())
    made = outcome["planned_production"].sel(sector="a").values
    assert 50.0 < made[0] * YEAR < 60.0  # half is lost, and what is put back within the first four weeks works
    assert made[-1] > made[0]


def test_periods_of_a_plan() -> None:
    """Proves: periods of four weeks, twice as long where there would be more than 24; what is too large is refused."""
    system, shock = crisis(0.5, 4, 60)
    assert span_of(system, shock) == 4
    assert span_of(system, crisis(0.5, 4, 120)[1]) == 8
    with pytest.raises(StudyError, match="too large"):
        check_size(system, 30_000)
