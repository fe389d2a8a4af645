"""Small economies with partners, and scenarios of every kind of event, for the tests of stress and crisis."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
from economies import table, tables
from hypothesis import strategies as st

from groundplan.economy.economy import Economy
from groundplan.shocks.dynamics.run_record import Paths
from groundplan.shocks.dynamics.shock import Rebuild, Shock
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.events import (
    CloseMarket,
    CutImports,
    DestroyCapital,
    Event,
    LoseCapacity,
    LowerDemand,
    RaiseDemand,
    TakeLabour,
)
from groundplan.shocks.scenarios.scenario import Behaviour, Scenario
from groundplan.shocks.scenarios.settings import SETTINGS
from groundplan.tables.table import Table

YEAR = 365 / 7
# The rule that goods follow orders, in proportion: tests on paper state it, whatever the defaults are.
IN_PROPORTION: dict[str, Any] = {
    "sharing": "orders", "rationing": "proportional", "own_use": "as others", "orders": "availability",
    "overtime": "let_go",
}  # fmt: skip

# A scenario's file: half of farm imports stay away for ten weeks and a half.
CUT = """name = "cut"
horizon = 40
[[events]]
kind = "cut_imports"
products = ["farm"]
depth = 0.5
length = 73
"""


def paths_of(production: Any, **more: Any) -> Paths:
    """What is read of a run, with no more in it than a test says."""
    return cast(Paths, SimpleNamespace(production=np.asarray(production, dtype=float), **more))


def scenario(*events: Event, **more: Any) -> Scenario:
    """Ten days, unless said otherwise."""
    return Scenario(name="s", events=events, **{"horizon": 10, **more})


def two_works(needs: tuple[float, float] = (0.1, 0.4)) -> Economy:
    """Sectors a and b sell 100 a year each to rural households; both use an imported product of c, a little apiece.

    c itself makes 1 a year, for investment, and uses nothing.
    """
    codes = ["a", "b", "c"]
    imported = np.zeros((3, 3))
    imported[2, :2] = 100.0 * np.array(needs)
    final = np.zeros((3, 5))
    final[:2, 0], final[2, 3] = 100.0, 1.0
    drawn = table(np.zeros((3, 3)), imported, final, np.zeros((3, 5)), np.zeros(3), codes=codes)
    return Economy.from_table(
        replace(
            drawn,
            capital_stock=pd.Series(10.0, codes),
            fixed_capital_consumption=pd.Series(0.5, codes),
            investment_by_sector=pd.Series(1.0, codes),
        )
    )


def by_partner(drawn: Table, seed: int) -> Table:
    """The same table with imports from two partners, cell by cell at random."""
    rng = np.random.default_rng(seed)
    cells = pd.concat([drawn.imported_use, drawn.imported_final], axis=1)
    east = cells * rng.uniform(0.1, 0.9, cells.shape)
    return replace(drawn, imported_by_partner={"east": east, "west": cells - east})


@st.composite
def events(draw: st.DrawFn, codes: list[str], partners: bool) -> Event:
    """Any event, on any sector or product, at any time of a short horizon."""
    when = {
        "start": draw(st.sampled_from([0, 7, 10, 28])),
        "length": draw(st.sampled_from([7, 21, 40])),
        "depth": draw(st.sampled_from([0.2, 0.7, 1.0])),
        "recovery": draw(st.sampled_from(["step", "linear", "exponential"])),
    }
    which = draw(st.sampled_from([("all",), (codes[0],), tuple(codes[:2])]))
    kind = draw(st.integers(0, 7))
    if kind == 0:
        partner = draw(st.sampled_from(["all", "top", "west"])) if partners else "all"
        return CutImports(products=which, partner=partner, **when)
    if kind == 1:
        return CloseMarket(products=which, **when)
    if kind == 2:
        return RaiseDemand(products=which, **when)
    if kind == 3:
        return TakeLabour(sectors=which, **when)
    if kind == 4:
        return LoseCapacity(sectors=which, **when)
    if kind == 5:
        return LowerDemand(products=which, **when)
    return DestroyCapital(sectors=which, rebuild=kind == 6, **when)


@st.composite
def crises(draw: st.DrawFn) -> tuple[Economy, Scenario]:
    """A small economy and a scenario of one to three events under any behaviour, over eight to twelve weeks."""
    drawn = draw(tables())
    codes = list(drawn.domestic_use.index)
    partners = draw(st.booleans())
    if partners:
        drawn = by_partner(drawn, draw(st.integers(0, 99)))
    ways = st.sampled_from(["critical", "important", "idle"])
    sharing = draw(st.sampled_from(["entitlement", "entitlement", "redistributed", "orders"]))
    of_rule = {
        "alpha_max": draw(st.sampled_from([1.0, 1.25, 1.5])),
        "alpha_days": draw(st.sampled_from([3.0, 14.0, 365.0])),
        "orders": draw(st.sampled_from(["availability", "fixed"])),
    }
    behaviour = Behaviour(
        sharing=sharing,
        psi=draw(st.sampled_from([0.5, 0.8, 1.0])),
        restock_days=draw(st.sampled_from([None, 14.0, 60.0])),
        rebuild_days=draw(st.sampled_from([7.0, 60.0])),
        rerouting_days=draw(st.sampled_from([None, 7.0, 30.0])),
        imports=draw(st.sampled_from(["apart", "pooled"])),
        binding_of={code: draw(ways) for code in codes},
        rationing=draw(st.sampled_from(["proportional", "priority", "mixed"])),
        **(of_rule if sharing == "orders" else {"setting": draw(st.sampled_from(list(SETTINGS)))}),
    )
    scenario = Scenario(
        name="drawn",
        events=tuple(draw(st.lists(events(codes, partners), min_size=1, max_size=3))),
        horizon=7 * draw(st.integers(8, 12)),
        step="week",
        stocks={"default": draw(st.sampled_from([15.0, 30.0]))},
        reserves=draw(st.sampled_from([{}, {codes[0]: 5.0}])),
        behaviour=behaviour,
    )
    return Economy.from_table(drawn), scenario


def uneven(**changes: Any) -> System:
    """A system on paper, money a day: a and b at home, b from the east (two thirds of imports) and the west.

        use           a  b | people building exports
        home a        2  3 |    4     0        1        of 10, 2 are drawn from stocks and 8 are made
        home b        1  5 |    8     4        2        20
        imported b    3  0 |    2     0.5      0.5      6, from the east 4

    For a, home b is important and the rest critical; b needs home b and nothing else. Stocks last 4, 5 and 6 days,
    which are refilled in 12; the state has 3 of imported b. Goods go out in proportion.
    """
    behaviour = Behaviour(**IN_PROPORTION, alpha_max=1.5, alpha_days=4.0, rebuild_days=5.0, restock_days=12.0, psi=0.8)
    parts: dict[str, Any] = {
        "money": "money", "days_per_step": 1, "sectors": ("a", "b"), "codes": ("a", "b"), "regions": ("", ""),
        "suppliers": ("a", "b", "b from east", "b from west"), "partners": ("", "", "east", "west"),
        "input_of": np.array([0, 1, 2, 2]), "inputs": ("home:a", "home:b", "imported:b"), "products": ("a", "b", "b"),
        "needs": ("food", "heat", "heat"), "finals": ("people", "building", "exports"),
        "final_kinds": ("household", "investment", "exports"), "output": np.array([8.0, 20.0]),
        "value_added": np.array([2.0, 12.0]), "capital": np.array([40.0, 50.0]),
        "labour": np.array([[6.0, 2.0], [2.0, 6.0]]), "skills": ("low", "high"),
        "use": np.array([[2.0, 3.0, 4.0, 0.0, 1.0], [1.0, 5.0, 8.0, 4.0, 2.0], [3.0, 0.0, 2.0, 0.5, 0.5]]),
        "shares": np.array([1.0, 1.0, 2 / 3, 1 / 3]), "from_stocks": np.array([2.0, 0.0, 0.0, 0.0]),
        "stocks": np.array([4.0, 5.0, 6.0]), "reserves": np.array([0.0, 0.0, 3.0]),
        "binding": np.array([[0, 2], [1, 0], [0, 2]], dtype=np.int8), "tiers": np.zeros(5, dtype=int),
        "investment": np.array([0.0, 0.75, 0.25]), "behaviour": behaviour, "labels": {"a": "Ore", "b": "Coal"},
    }  # fmt: skip
    return System(**{**parts, **changes})


def shaken(s: System) -> Shock:
    """Five days of ``uneven``, from the second on: half of a's plant for two days and three quarters of b's people on
    the third are away, the east sends 0.4 for three days, people want half as much home b again on the third; a fifth
    of a's capital is destroyed, ordered again from the third day on, three quarters of it as home b.
    """
    capacity, labour, imports = np.ones((5, 2)), np.ones((5, 2)), np.ones((5, 2))
    capacity[1:3, 0], labour[2, 1], imports[1:4, 0] = 0.5, 0.25, 0.4
    patterns = np.zeros((1, 3, 3))
    patterns[0, 1, 0] = 1.0
    rebuild = Rebuild(1, 2, np.array([8.0, 0.0]), np.array([0.0, 0.75, 0.25]))
    return Shock(capacity, labour, imports, np.array([[0.0], [0.0], [0.5], [0.0], [0.0]]), patterns, (rebuild,))
