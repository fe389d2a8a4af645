"""What a lack of an input means: to whom it is critical, when an import binds, and who keeps back his own product."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from economies import shipped, table

from groundplan.economy.economy import Economy
from groundplan.shocks.dynamics.build import system_from_arrays, system_of
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.dynamics.system import CRITICAL, IDLE, IMPORTANT, System
from groundplan.shocks.scenarios.events import LoseCapacity
from groundplan.shocks.scenarios.scenario import BY_ORDERS, Scenario


def kenya(**behaviour: object) -> System:
    return system_of(shipped("KEN 2019"), Scenario(name="x", behaviour=replace(BY_ORDERS, **behaviour)))  # type: ignore[arg-type]


def way(s: System, name: str, sector: str) -> int:
    return int(s.binding[s.inputs.index(name), s.sectors.index(sector)])


def test_a_lack_means_what_the_user_makes_of_it() -> None:
    """Proves: crops are critical to food makers and idle to the state; transport critical to metals only.

    Breaks if: how an input binds no longer depends on who uses it.
    """
    s = kenya()
    assert [way(s, "home:maiz", j) for j in ("food", "padm")] == [CRITICAL, IDLE]
    assert [way(s, "home:tran", j) for j in ("metl", "trad")] == [CRITICAL, IMPORTANT]
    assert way(s, "home:heal", "heal") == IMPORTANT


def test_imported_services_do_not_bind_unless_the_scenario_says_so() -> None:
    """Proves: no sector stops for want of transport bought abroad; ``binding_of`` makes it critical to all.

    Breaks if: imported services run out within days of a closed border again.
    """
    name = "imported:tran"
    s = kenya()
    assert (s.binding[s.inputs.index(name)] == IDLE).all()
    said = kenya(binding_of={"class:transport": "critical"})
    assert (said.binding[said.inputs.index(name)] == CRITICAL).all()
    everything = kenya(binding="all")
    assert (everything.binding == CRITICAL).all()


def test_a_minor_import_does_not_bind() -> None:
    """Proves: metal makers that buy 5 of 100 metals abroad go on without them; at 20 of 100 they do not.

    Breaks if: the share is taken of another user's purchases, or the bound is turned round.
    """
    home = np.array([[95.0, 80.0], [10.0, 10.0]])
    abroad = np.array([[5.0, 20.0], [0.0, 0.0]])
    final = np.full((2, 5), 50.0)
    final[:, 4] = 0.0
    drawn = table(home, abroad, final, np.zeros((2, 5)), np.array([20.0, 20.0]), codes=["metl", "mach"])
    e = Economy.from_table(drawn)
    s = system_of(e, Scenario(name="x"))
    assert [way(s, "imported:metl", j) for j in ("metl", "mach")] == [IDLE, CRITICAL]
    strict = system_of(e, Scenario(name="x", behaviour=replace(BY_ORDERS, minor_imports=0.0)))
    assert [way(strict, "imported:metl", j) for j in ("metl", "mach")] == [CRITICAL, CRITICAL]


def farm(own_use: str, dense: bool) -> np.ndarray:
    """Output of a farm that sows 40 of 100, sells 40 to a mill and 20 to households, and loses half for 60 days."""
    how = replace(BY_ORDERS, binding="all", imports="pooled", own_use=own_use, alpha_max=1.0, rationing="proportional")
    sc = Scenario(
        name="drought", horizon=200, stocks={"default": 20}, behaviour=how,
        events=(LoseCapacity(sectors=("farm",), length=60, depth=0.5),),
    )  # fmt: skip
    flows, final = np.array([[40.0, 40.0], [0.0, 0.0]]), np.array([[20.0], [100.0]])
    s = system_from_arrays(flows * 365, final * 365, sc, regions=["r"], codes=["farm", "mill"])
    return propagate_batch(s, [shock_of(s, sc)], dense=dense).production[0, :, 0]


@pytest.mark.parametrize("dense", [False, True])
def test_a_farm_keeps_its_seed(dense: bool) -> None:
    """Proves: seed kept back first, a farm makes all that its land gives, and is whole once orders are back, two days
    after; sold in proportion, its stock of seed does not fill, and half the land still lies idle 140 days after.

    By hand: half the land needs 20 of the 50 that it gives, so seed is never short.
    Breaks if: own orders wait with those of others, in either way of keeping stocks.
    """
    kept = farm("first", dense)
    assert kept[:60] == pytest.approx(0.5, abs=1e-12)
    assert kept[62:] == pytest.approx(1.0, abs=1e-12)
    sold = farm("as others", dense)
    assert sold[60:].max() < 0.6


def test_both_ways_of_keeping_stocks_agree_on_own_use() -> None:
    assert farm("first", True) == pytest.approx(farm("first", False), abs=1e-12)
