"""The planned response where a lack acts through its share of cost: two works, one imported input, figures on paper.

Works a and b sell 100 a year each and buy imported c, a tenth and four tenths of their costs. At an elasticity of a
half a work that has L of its c makes F = 1/(1 + w·(1/L − 1)) of its base, so a unit takes w·L/F of c and 1/F of its
room:

    L     1             3/4             1/2             1/4
    a     1    (0.1)    30/31 (0.075)   10/11 (0.05)    10/13 (0.025)     made of a full room, and of how much c
    b     1    (0.4)    15/17 (0.3)     5/7   (0.2)     5/11  (0.1)

One more of c is worth, along these steps from the left end of scarcity on: of a 30.8, 5.59, 2.35, 1.29; of b 4.55,
2.60, 1.68, 1.18. A plan takes the steps in the order of their worth.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from crises import YEAR, two_works

from groundplan.crisis.response import Response, compare_engines, planned_response
from groundplan.crisis.worth import ALIKE, OWN, rules_of, until_over
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.shock import Shock, shock_of
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.events import CutImports, Event, LoseCapacity
from groundplan.shocks.scenarios.scenario import BY_ORDERS, TIERS, Behaviour, Scenario

WEEKS = 10
HALF = Behaviour(sigma_critical=0.5, ceiling=1.0, import_ceiling=1.0, binding_of={"c": "critical"}, psi=0.8)


def crisis(*events: Event, how: Behaviour = HALF, weeks: int = WEEKS) -> tuple[System, Shock]:
    scenario = Scenario(
        name="cut", step="week", horizon=7 * weeks, stocks={"default": 14.0}, behaviour=how, events=events
    )
    system = system_of(two_works(), scenario)
    return system, shock_of(system, scenario)


def cut(depth: float, weeks: int = WEEKS) -> CutImports:
    return CutImports(products=("c",), depth=depth, length=7 * weeks)


def planned(system: System, shock: Shock) -> Response:
    """The plan that leaves stores as full as they were."""
    full = np.stack([system.wanted.sum(axis=1), system.reserves])
    return planned_response(system, shock, left=full)


def test_scarce_inputs_go_where_they_are_worth_most() -> None:
    """Of 50 of c 25 come: the steps worth 30.8, 5.59, 4.55 and 2.60 take 2.5, 2.5, 10 and 10, so both work on half of
    their c. A makes 1000/11, b 500/7, and 2900/77 are lost a year. Of 30, a's step of 2.35 takes 2.5 and b's of 1.68
    what is left, 2.5: a makes 3000/31, b 500/7 + 2.5·(15/17 − 5/7)·10.

    Proves: the plan's ways are the nests' own, and nobody is served by rule. Breaks if: doing without costs no room, or
    a unit on half of an input takes half of it.
    """
    lost = planned(*crisis(cut(0.5)))
    assert lost.loss * YEAR == pytest.approx(WEEKS * 2900.0 / 77.0)
    b = 500.0 / 7.0 + 25.0 * (15.0 / 17.0 - 5.0 / 7.0)
    assert planned(*crisis(cut(0.4))).loss * YEAR == pytest.approx(WEEKS * (200.0 - 3000.0 / 31.0 - b))


def test_the_price_of_a_scarce_input_is_the_step_that_it_is_on() -> None:
    """With 30 of 50 one more of c takes b a little further from 1/2 to 3/4 of it: (15/17 − 5/7)/0.1 = 200/119.

    Proves: a price is what one more unit would save. Breaks if: it is the mean worth, or a's.
    """
    system, shock = crisis(cut(0.4))
    price = planned(system, shock).price[:, system.inputs.index("imported:c")]
    assert price == pytest.approx(np.full(WEEKS, 200.0 / 119.0))


def test_doing_without_takes_room_and_not_plant() -> None:
    """Half of a's plant stands still, and 25 of c come. A makes 50 in its thriftiest way, on 50·0.0325 = 1.625 of c
    and 65 of
    its room of 100; b has 23.375, 3.375 beyond its half: 500/7 + 33.75·(15/17 − 5/7).

    Proves: what is idle in a plant leaves room to make do. Breaks if: room is what plant is left, for which 50 made on
    a quarter of c are too many.
    """
    lost = planned(*crisis(cut(0.5), LoseCapacity(sectors=("a",), depth=0.5, length=7 * WEEKS)))
    b = 500.0 / 7.0 + 33.75 * (15.0 / 17.0 - 5.0 / 7.0)
    assert lost.loss * YEAR == pytest.approx(WEEKS * (50.0 + 100.0 - b))


def test_overtime_does_not_make_good_what_is_not_there() -> None:
    """A ceiling of a quarter above the base, and c critical: on less c than the base takes nobody makes more than
    without overtime. But a may have all its c for part of a week and work 1.25 then, and half of it for the rest:
    from 10/11 on 5 of c to 1.25 on 12.5 one more of c is worth 50/11, more than all of b's steps but the first. It
    takes 2 for 100 of a; b has 18 of c, 500/11 + 8·200/77, and 2600/77 are lost of 200.

    Where c is important only, hours go on: people have 25 of 50, and b makes 1.25/(1 + 0.4·(5/2 − 1)) = 1.25/1.6 of
    its base. Proves: the plan has the engine's overtime and no more. Breaks if: the ceiling multiplies what a lack
    leaves, and the half of c is made good (1.25·10/11 of a).
    """
    hours = replace(HALF, ceiling=1.25)
    assert planned(*crisis(cut(0.5), how=hours)).loss * YEAR == pytest.approx(WEEKS * 2600.0 / 77.0)
    softly = replace(hours, sigma_important=0.5, binding_of={"c": "important"})
    system, shock = crisis(cut(0.5, 60), how=softly, weeks=60)
    engines = compare_engines(system, shock)
    assert engines.breaches.max() <= 1e-9
    late = engines.adaptive.production[0, -10:, system.sectors.index("b")]
    assert late == pytest.approx(np.full(10, 1.25 / 1.6), rel=1e-3)


def test_people_who_have_half_each_lose_what_the_plan_loses() -> None:
    """Half of c, shared alike, leaves both works on half of it, which is the plan too: after the stores are down people
    lose 2900/77 a year, and coordination is worth what the way down is.

    Proves: entitlements end in the steady state of the nests; who has his share is not far from a plan.
    Breaks if: the plan is told a worth that comes of other ways of working than people have.
    """
    system, shock = crisis(cut(0.5, 60), weeks=60)
    engines = compare_engines(system, shock)
    assert engines.lost.sum(axis=1)[-20:] * YEAR == pytest.approx(np.full(20, 2900.0 / 77.0), rel=1e-3)
    assert engines.planned is not None
    assert engines.today is not None
    assert engines.planned.loss <= engines.today.loss + 1e-9
    assert engines.today.loss <= engines.adaptive_loss + 1e-9
    assert engines.adaptive_loss - engines.planned.loss < 0.02 * engines.adaptive_loss


def test_which_rules_worth_is_told_for() -> None:
    """Proves: a scenario that shares alike is told beside firms first and exports last; one of tiers beside all that
    it is
    not; by orders there is its own alone. Exports last puts every kind of use at home in one tier, exports after it.

    Breaks if: a rule is told twice, or households come before firms.
    """
    kinds = ["household", "household", "government", "exports"]
    alike = rules_of(Behaviour(), kinds)
    assert list(alike) == [OWN, "firms first", "exports last"]
    assert alike["exports last"].tiers == (("sectors", "final:household", "final:government"),)
    assert (alike["firms first"].rationing, alike["firms first"].tiers) == ("priority", TIERS)
    firms = rules_of(Behaviour(rationing="priority", tiers=TIERS), kinds)
    assert list(firms) == [OWN, ALIKE, "exports last"]
    assert firms[ALIKE].rationing == "proportional"
    assert list(rules_of(BY_ORDERS, kinds)) == [OWN]


def test_a_crisis_is_watched_until_it_is_over() -> None:
    """Nothing of c comes in the first week, all of it in the second to tenth: c lies in store for two weeks, so b and a
    fall short in no week but those just after; with all imports the whole time nothing is lost, and all is watched.

    Proves: the last week watched is the last in which a millionth of the loss is lost. Breaks if: weeks are cut by
    halves, or a crisis without a loss is no week long.
    """
    system, shock = crisis(cut(1.0, 3), weeks=40)
    over = until_over(system, shock)
    assert 3 < over.steps < 40
    calm = crisis(weeks=40)
    assert until_over(*calm).steps == 40
