"""What is true of every plan that must survive something."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from drawing import few
from economies import shipped, small, tables
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import make_plan, on_paper

from groundplan.crisis.contingencies import in_years
from groundplan.crisis.scenarios_of_policy import with_scenarios
from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, PlanInfeasible
from groundplan.planning.best_plan import solved
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.explaining.clash import clash_of
from groundplan.planning.explaining.premium import trunk_goal
from groundplan.planning.features.contingencies.contingency_record import Contingency
from groundplan.planning.features.stores import Store
from groundplan.planning.plan_programme import FAMILIES, programme
from groundplan.planning.solve import solve
from groundplan.planning.solved_plan import SolvedPlan
from groundplan.shocks.scenarios.events import CloseMarket, CutImports, DestroyCapital, LoseCapacity
from groundplan.shocks.scenarios.scenario import Behaviour, Scenario, library
from groundplan.tables.table import Table

CLOSE = 1e-6
POLICY = on_paper(years=2, floor=0.5, population_growth=0.02, foreign_reserves=5.0, credit_line=2.0)
YEAR = 2022

drawn = few(2)


def cut(e: Economy, share: float, floor: float = 0.3, name: str = "cut") -> Contingency:
    """Imports of the first product and capacity of the second sector lost; only the floor counts."""
    first, second = e.sectors[:2]
    return Contingency(
        name, YEAR, imports_lost={first: share}, capacity_lost={second: share / 2}, floor=floor, likelihood=0.0
    )


def goal(e: Economy, *contingencies: Contingency) -> float:
    """The plan's own goal under these contingencies; with stores of the first product."""
    policy = replace(POLICY, contingencies=list(contingencies), stores=[Store(e.sectors[0], cost=0.01)])
    a = compile_plan(e, policy)
    return trunk_goal(a, policy, solve(programme(a, policy), policy))


@drawn
@given(tables(), st.floats(0.1, 0.6))
def test_endurance_is_never_free_and_never_paid_for_nothing(table: Table, share: float) -> None:
    """Proves: the goal with contingencies is not above that without; where nothing is lost, it is the same.

    Where nothing is lost the fork may do what the trunk does, so it is always possible.
    Breaks if: a fork gives the trunk means, or forbids what the trunk may do.
    """
    e = Economy.from_table(table)
    free = goal(e)
    assert goal(e, cut(e, share)) <= free + CLOSE * abs(free)
    assert goal(e, cut(e, 0.0, floor=0.5)) == pytest.approx(free, rel=CLOSE)


@settings(drawn, max_examples=1)
@given(tables(), st.floats(0.2, 0.6))
def test_asking_for_more_never_raises_the_goal(table: Table, share: float) -> None:
    """Proves: a second contingency, a deeper loss or a higher floor leaves the goal where it is or lowers it.

    Breaks if: forks feed each other, or a loss or floor has the wrong sign.
    """
    e = Economy.from_table(table)
    base = goal(e, cut(e, share))
    second = replace(cut(e, share / 2, name="second"), year=YEAR - 1)
    for contingencies in ((cut(e, share), second), (cut(e, min(share + 0.1, 1.0), floor=0.35),)):
        try:
            assert goal(e, *contingencies) <= base + CLOSE * abs(base)
        except PlanInfeasible:
            continue
    assert goal(e, cut(e, share, floor=0.25)) >= base - CLOSE * abs(base)


def test_the_programme_grows_by_the_same_with_every_contingency() -> None:
    """Proves: rows, columns and nonzeros of one, two and three contingencies of one kind lie on a line.

    Breaks if: forks are linked to each other, or one repeats what another has.
    """
    e, sizes = small(), []
    for n in (1, 2, 3):
        policy = replace(POLICY, contingencies=[cut(e, 0.2, name=f"cut {k}") for k in range(n)])
        matrix = programme(compile_plan(e, policy), policy).programme.matrix()
        sizes.append([*matrix.shape, matrix.nnz])
    steps = np.diff(np.array(sizes), axis=0)
    assert (steps[0] == steps[1]).all()
    assert (steps > 0).all()


def test_the_price_of_a_floor_is_the_cost_of_one_more_unit() -> None:
    """Proves: the dual of a fork's floor is what the goal loses when that floor is a little higher.

    Breaks if: the fork's floor is another row than the one that is priced.
    """
    e = small()
    made = _with_floor(e, 0.45)
    higher = _with_floor(e, 0.4501)
    table = make_plan(e, made.policy).table("recourse")
    slope = (made.solution.objective - higher.solution.objective) / 0.01
    assert table["price"].sum() == pytest.approx(slope, rel=1e-3)
    assert slope > 1e-3


def _with_floor(e: Economy, floor: float) -> SolvedPlan:
    lost = Contingency("blockade", YEAR, imports_lost=dict.fromkeys(e.sectors, 0.8), floor=floor, likelihood=0.0)
    return solved(e, replace(POLICY, contingencies=[lost]))


def test_the_fork_keeps_to_the_balances_of_the_trunks_state() -> None:
    """Every row of the fork recounted by hand: what is made, bought and drawn covers what is used, in the fork's year.

    Proves: home and imported products balance with levels of the fork alone; plant used is at most the trunk's plant.
    Breaks if: a fork's row takes a level of the trunk for its own.
    """
    e = small()
    lost = Contingency("cut", YEAR, imports_lost={"farm": 0.5}, capacity_lost={"works": 0.1}, floor=0.4)
    made = solved(e, replace(POLICY, contingencies=[lost], stores=[Store("farm")]))
    done = made.solution.values["level @ cut"].sel(year=YEAR).to_series()
    x = np.array([done[f"make:{j}"] for j in e.sectors])
    flows = made.activities.flows
    for origin in ("home", "import"):
        for i in e.sectors:
            rows = flows[(flows["commodity"] == f"{origin}:{i}") & (flows["lag"] == 0)]
            signed = np.where(rows["role"] == "give", rows["coefficient"], -rows["coefficient"])
            fixed = made.activities.exogenous
            fixed = fixed[(fixed["commodity"] == f"{origin}:{i}") & (fixed["year"].isin([0, YEAR]))]
            left = float(signed @ done[rows["activity"]].to_numpy()) + float((fixed["supply"] - fixed["claim"]).sum())
            assert left >= -1e-6
    plant = made.stock.loc[[f"capacity:{j}" for j in e.sectors], YEAR].to_numpy()
    assert (x <= plant * [1.0, 0.9] + 1e-6).all()
    planned = made.level[YEAR]
    assert done["buy:farm"] <= 0.5 * (planned["buy:farm"] - planned["put:farm@import"]) + 1e-6


def test_a_scenario_in_years_is_its_mean() -> None:
    """Half of imported chemicals for half a year is a quarter of the year, a month of a lost market a twelfth.

    A fifth of plant lost for two years is a fifth in both; capital destroyed on day 0 asks for capital goods.
    Proves: shares are means over 365 days, from the contingency's first day on.
    Breaks if: the deepest day counts, or the second year repeats the first.
    """
    e, span = shipped("KEN 2019"), 182.5
    scenario = Scenario(
        name="mixed",
        horizon=730,
        events=(
            CutImports(products=("chem",), depth=0.5, start=0, length=int(span * 2) // 2),
            CloseMarket(products=("coff",), depth=1.0, start=100, length=30),
            LoseCapacity(sectors=("maiz",), depth=0.2, length=730),
            DestroyCapital(sectors=("elec",), depth=0.1, length=0),
        ),
    )
    c = in_years(e, on_paper(), Contingency("mixed", 2022, length=2, scenario="x"), scenario)
    assert c.imports_lost == {"chem": pytest.approx([0.5 * 182 / 365, 0.0])}
    assert c.exports_lost == {"coff": pytest.approx([30 / 365, 0.0])}
    assert c.capacity_lost["maiz"] == pytest.approx([0.2, 0.2])
    assert 0.0 < c.capacity_lost["elec"][0] < 0.1
    destroyed = 0.1 * float(e.capital_stock.sel(sector="elec"))
    assert 0.95 * destroyed < sum(c.claims["capital goods"]) <= destroyed
    assert c.scenario == ""


def two_partners() -> Economy:
    """The two-sector economy with imports parted: partner a sells seven tenths of every cell, b the rest."""
    e = small()
    cells = np.hstack([e.imported_use.values, e.imported_final.values])
    uses = [*e.sectors, *map(str, e.imported_final["final"].values)]
    parts = xr.DataArray(
        np.stack([0.7 * cells, 0.3 * cells]),
        coords={"partner": ["a", "b"], "product": list(e.sectors), "use": uses},
        dims=("partner", "product", "use"),
    )
    return e.replacing(imported_by_partner=parts)


def test_a_lost_partner_is_a_lost_share_or_the_partner() -> None:
    """Partner a, who sells 70 %, is lost for a year: 0.7 of imports where the plan does not tell partners, else a.

    Where the scenario's buyers reroute within days, the product's loss dies away with them.
    Proves: the plan loses what it buys from the partner, in the words that it buys in.
    Breaks if: the loss is put twice, on the product and on the partner, or rerouting is forgotten.
    """
    e, c = two_partners(), Contingency("embargo", YEAR, scenario="x")
    lost = CutImports(products=("farm",), partner="a", length=365)
    scenario = Scenario(name="embargo", horizon=365, events=(lost,))
    assert in_years(e, POLICY, c, scenario).imports_lost == {"farm": pytest.approx([0.7])}
    quick = scenario.replacing(behaviour=Behaviour(rerouting_days=10.0))
    assert 0.0 < in_years(e, POLICY, c, quick).imports_lost["farm"][0] < 0.1
    split = replace(POLICY, partners_from="accounts")
    found = in_years(e, split, c, scenario)
    assert found.imports_lost == {"farm@a": pytest.approx([1.0])}
    policy = replace(split, contingencies=[replace(found, floor=0.3)])
    made = make_plan(e, policy)
    levels = made.table("recourse_levels").set_index("activity")
    assert "buy:farm@a" not in levels.index or levels.loc["buy:farm@a", "done"] == pytest.approx(0.0, abs=1e-6)


def test_a_scenario_that_does_nothing_loses_nothing() -> None:
    """Proves: a calm scenario becomes a contingency without losses; every ready one that fits is read with some."""
    e = shipped("KEN 2019")
    calm = in_years(e, on_paper(), Contingency("calm", 2022), Scenario(name="calm"))
    assert [calm.imports_lost, calm.exports_lost, calm.capacity_lost, calm.claims] == [{}, {}, {}, {}]
    for name in library():
        policy = on_paper(contingencies=[Contingency("c", 2022, scenario=name)])
        if name == "partner embargo":
            with pytest.raises(GroundplanError, match="which partner"):
                with_scenarios(e, policy)
            continue
        c = with_scenarios(e, policy).contingencies[0]
        assert c.imports_lost or c.exports_lost or c.capacity_lost, name


def test_faults_of_contingencies_are_told_together() -> None:
    """Proves: years outside the plan, two of one name, unknown products, groups and partners, and a scenario nobody has
    read are told at once; a share above one and a scenario beside losses as soon as they are stated.
    """
    wrong = [
        Contingency("a", 2030, imports_lost={"fram": 0.5}),
        Contingency("a", 2022, capacity_lost={"wroks": 0.5}, floors={"rurla": 0.5}),
        Contingency("b", 2022, partners_lost={"moon": 1.0}, scenario=""),
        Contingency("c", 2022, scenario="fuel cut"),
    ]
    with pytest.raises(GroundplanError) as caught:
        compile_plan(small(), replace(POLICY, contingencies=wrong))
    told = str(caught.value)
    for said in (
        "outside the plan",
        "'farm'",
        "'works'",
        "'rural'",
        "'moon'",
        "two contingencies",
        "has not been read",
    ):
        assert said in told, said
    for bad in ({"imports_lost": {"farm": 1.5}}, {"scenario": "fuel cut", "imports_lost": {"farm": 0.5}}):
        with pytest.raises(GroundplanError, match="contingency 'x'"):
            on_paper(contingencies=[Contingency("x", 2022, **bad)])


def test_a_plan_that_cannot_survive_says_which_contingency() -> None:
    """Proves: the conflict names the contingency and the floor that cannot be held under it.

    Breaks if: rows of forks have no words.
    """
    lost = Contingency("blockade", YEAR, imports_lost=dict.fromkeys(small().sectors, 1.0), floor=1.0)
    policy = replace(POLICY, contingencies=[lost])
    told = " · ".join(clash_of(compile_plan(small(), policy), policy, FAMILIES).words)
    assert "floor of the living standard" in told
    assert "under blockade" in told
