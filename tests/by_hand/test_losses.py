"""What is counted as lost: exports that fail, no re-exports, imports that are cut; and what goes with it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from economies import small, table

from groundplan.crisis.worth import OWN, rules_of, until_over
from groundplan.economy.economy import Economy
from groundplan.errors import UnknownName
from groundplan.shocks.dynamics.adaptive import adapt
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.entitled.routes import Routes
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.scenarios.events import CloseMarket, CutImports, LoseCapacity
from groundplan.shocks.scenarios.scenario import BY_ORDERS, Behaviour, Scenario
from groundplan.verbs.stress import stress

CLOSED = (CutImports(depth=0.75, length=60), CloseMarket(depth=0.75, length=60))


def with_reexports(amount: float) -> Economy:
    """The two sectors, and ``amount`` of imported works sold on abroad."""
    return Economy.from_table(
        table(
            np.array([[20.0, 30.0], [10.0, 40.0]]), np.array([[5.0, 15.0], [5.0, 20.0]]),
            np.array([[20.0, 10.0, 2.0, 0.0, 0.0], [10.0, 25.0, 15.0, 20.0, 5.0]]),
            np.array([[3.0, 4.0, 0.0, 0.0, 0.0], [0.0, 6.0, 2.0, 10.0, 0.0]]), np.array([18.0, 75.0]),
            wages=np.array([30.0, 40.0]), codes=["farm", "works"], reexports=np.array([0.0, amount]),
        )
    )  # fmt: skip


def test_reexports_sit_in_no_share() -> None:
    """Proves: half again as many imports that are only sold on change no share of use lost, and no import that is cut.

    Breaks if: re-exports stand in what is wanted, in what is lost, or in what is cut.
    """
    sc = Scenario(name="border", horizon=90, events=CLOSED)
    bare, more = (adapt(with_reexports(amount), sc).table("range") for amount in (0.0, 35.0))
    for column in ("final_use_lost_share", "final_use_lost", "exports_lost", "imports_cut", "value_added_lost"):
        assert more[column].tolist() == pytest.approx(bare[column].tolist(), rel=1e-9), column
    assert bare["final_use_lost_share"].min() > 0.1


def test_exports_that_fail_are_lost() -> None:
    """Proves: 60 of 93 of exports a year find no buyer for 73 days: a fifth of the 60 is lost, no import is cut."""
    event = CloseMarket(products=("works",), depth=0.8, length=73)
    found = adapt(small(), Scenario(name="market", horizon=100, events=(event,))).table("range")
    assert found["exports_lost"].tolist() == pytest.approx([60.0 / 5] * 3)
    assert found["final_use_lost"].tolist() == pytest.approx([60.0 / 5] * 3)
    assert found["loss_per_import_cut"].isna().all()


def test_imports_cut_are_what_the_scenario_takes() -> None:
    """Proves: half of 27 of imported farm goods a year for 73 days: 2.7; and the loss is told over it."""
    event = CutImports(products=("farm",), depth=0.5, length=73)
    found = adapt(small(), Scenario(name="cut", horizon=100, events=(event,))).table("range")
    assert found["imports_cut"].tolist() == pytest.approx([2.7] * 3)
    assert found["loss_per_import_cut"].tolist() == pytest.approx((found["value_added_lost"] / 2.7).tolist())
    assert found["value_added_lost"].is_monotonic_decreasing  # rigid, middle, flexible


def test_one_setting_may_be_chosen() -> None:
    """Proves: the option and the scenario's own field give one row, that of the range; another word is refused."""
    sc = Scenario(name="cut", horizon=60, events=(CutImports(depth=0.5, length=40),))
    three = adapt(small(), sc).table("range").set_index("setting")["value_added_lost"]
    for name in ("rigid", "middle", "flexible"):
        for one in (
            stress(small(), sc, setting=name, no_plan=True),
            stress(small(), sc.replacing(behaviour=Behaviour(setting=name)), no_plan=True),
        ):
            assert one.table("range").set_index("setting")["value_added_lost"].to_dict() == {name: three[name]}
            assert one.provenance["told_setting"] == name
    with pytest.raises(UnknownName, match="nearest: 'middle'"):
        stress(small(), sc, setting="midle", no_plan=True)


def test_buyers_move_to_partners_that_deliver() -> None:
    """Proves: of two sources of a product, with 10 and 30 of 40, the second stops. With ten days to move, the first
    gives 1 at once, and a tenth of what is then still lacking more each day: 3·0.1 on the next. Cut itself, nothing.
    """
    e = small()
    how = Behaviour(setting="rigid", rerouting_days=10.0)
    s = system_of(e, Scenario(name="x", behaviour=how))
    s = replace(
        s, suppliers=(*s.suppliers[:2], "a", "b"), input_of=np.array([0, 1, 2, 2]),
        shares=np.array([1.0, 1.0, 0.25, 0.75]), use=np.where(np.arange(4)[:, None] == 3, 0.0, s.use),
    )  # fmt: skip
    imports = np.ones((1, 4, 2))
    imports[0, :, 1] = 0.0
    routes = Routes(s, imports)
    assert [routes.come(t)[0].tolist() for t in range(3)] == [
        pytest.approx([1.0, 0.0]), pytest.approx([1.3, 0.0]), pytest.approx([1.0 + 3 * 0.19, 0.0])
    ]  # fmt: skip
    imports[0, :, 0] = 0.9
    assert Routes(s, imports).come(3)[0] == pytest.approx([0.9, 0.0])


def test_rules_that_the_worth_is_told_for() -> None:
    """Proves: the scenario's own rule leads, it is not told twice, and orders have no other."""
    kinds = ["household", "investment", "exports"]
    assert list(rules_of(Behaviour(), kinds)) == [OWN, "firms first", "exports last"]
    assert list(rules_of(Behaviour(rationing="mixed"), kinds)) == [
        OWN,
        "everybody alike",
        "firms first",
        "exports last",
    ]
    last = rules_of(Behaviour(), kinds)["exports last"]
    assert last.tiers == (("sectors", "final:household", "final:investment"),)
    assert list(rules_of(BY_ORDERS, kinds)) == [OWN]


def test_plans_end_when_the_loss_is_over() -> None:
    """Proves: a loss of the first 20 days of 300 is watched until it has come back, and calm for all of them."""
    event = LoseCapacity(sectors=("farm",), depth=0.5, length=20)
    sc = Scenario(name="short", horizon=300, events=(event,), behaviour=Behaviour(setting="flexible"))
    s = system_of(small(), sc)
    whole = shock_of(s, sc)
    assert 20 <= until_over(s, whole).steps < 100
    assert until_over(s, shock_of(s, sc.replacing(events=()))).steps == 300
