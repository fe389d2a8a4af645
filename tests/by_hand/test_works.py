"""Projects: windows, prerequisites, rivals and sizes, against every choice tried out; and a search that is stopped."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from economies import shipped, small
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import on_paper

from groundplan import plan
from groundplan.errors import Faults, GroundplanError, PlanInfeasible
from groundplan.planning.activities import Activities
from groundplan.planning.activity_rows import CommodityRow, Tables, UtilityRow
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.features.works import Work, WorkEffect, works
from groundplan.planning.plan_programme import programme
from groundplan.planning.solve import Solution, solve
from groundplan.solver.search_line import Enough, SearchLine

YEARS = (1, 2, 3)
EXACT = on_paper(gap=0.0)


def fund(tables: Tables, money: float = 10.0) -> Activities:
    """Projects paid from a fund of ``money`` that is there in year 1; what they give is fruit, worth 1 a unit."""
    there = Tables(
        commodities=[CommodityRow("money", "account", initial=money), CommodityRow("fruit", "good")],
        utility=[UtilityRow("fruit", y, width=1e3, slope=1.0) for y in YEARS],
    )
    return Activities.of(YEARS, **(there + tables).by_name())


def compiled(*stated: Work) -> Tables:
    """The rows of projects in a plan of the small economy's next three years, its years called 1 to 3."""
    policy = on_paper(years=3, works=list(stated))
    e = small()
    h = type("Years", (), {"years": YEARS, "plan_years": YEARS, "base_year": False})()
    return works(e, policy, h)  # type: ignore[arg-type]


def best(a: Activities) -> Solution:
    return solve(programme(a, EXACT), EXACT)


def started(s: Solution) -> dict[str, int]:
    """Project → the year of its start."""
    there = s.values["starts"].to_pandas()
    return {name: int(row.idxmax()) for name, row in there.iterrows() if row.max() > 0.5}


def orchard(name: str, cost: float, fruit: float, **more: object) -> Work:
    """A project that costs ``cost`` once and gives ``fruit`` in the year after."""
    return Work(name, [cost], bought={"money": 1.0}, effects=[WorkEffect("fruit", fruit, starts=1)], **more)  # type: ignore[arg-type]


def test_a_project_waits_for_what_it_needs() -> None:
    """A road costs 4 and gives nothing; the mill costs 3, gives 20, and may start two years after the road.

    The plan has years 1 to 3. With one year between, the road starts in 1, the mill in 2, and its 20 fall due in 3.
    With two years between, the mill starts in 3 and its fruit comes after the plan: nothing is worth building.

    Proves: a prerequisite must have started, so many years before.
    Breaks if: the wait is counted wrongly, or the mill stands without its road.
    """
    road = Work("road", [4.0], bought={"money": 1.0})
    one = best(fund(compiled(road, orchard("mill", 3.0, 20.0, after=["road"], wait=1))))
    assert started(one) == {"work:road": 1, "work:mill": 2}
    assert one.objective == pytest.approx(20.0)
    two = best(fund(compiled(road, orchard("mill", 3.0, 20.0, after=["road"], wait=2))))
    assert two.objective == pytest.approx(0.0)


def test_one_of_several_sizes_is_built() -> None:
    """Size s costs 4·s^0.5 and gives 6·s in one year: of 1, 4 and 16 the fund of 10 pays the second (8, giving 24).

    Proves: cost grows with the exponent, effects with the size, and one size is built.
    Breaks if: two sizes are built together (4 + 4 would pay for more), or size is left out of cost or effect.
    """
    plant = Work(
        "plant", [4.0], bought={"money": 1.0}, effects=[WorkEffect("fruit", 6.0, starts=1)], sizes=[1.0, 4.0, 16.0],
        exponent=0.5,
    )  # fmt: skip
    found = best(fund(compiled(plant)))
    assert list(started(found)) == ["work:plant@4"]
    assert found.objective == pytest.approx(24.0)


def test_rivals_windows_and_spending_by_year() -> None:
    """Two rival dams give 9 and 8; the first may start only in year 3, when its fruit would come too late.

    The second is spent in two instalments of 3: at the end 4 of the fund's 10 are left.

    Proves: rivals exclude each other, a window is kept, spending falls due year by year.
    Breaks if: both are built, the window is open, or an instalment is forgotten.
    """
    first = orchard("high dam", 5.0, 9.0, one_of="dam", earliest=3)
    second = Work(
        "low dam", [3.0, 3.0], bought={"money": 1.0}, effects=[WorkEffect("fruit", 8.0, starts=2)], one_of="dam"
    )
    found = best(fund(compiled(first, second)))
    assert started(found) == {"work:low dam": 1}
    assert found.objective == pytest.approx(8.0)
    assert float(found.values["stock"].sel(commodity="money", stage=4)) == pytest.approx(4.0)


def test_what_must_be_built_is_built() -> None:
    """Proves: a must is built though it gives nothing, and a must that cannot be paid makes the plan impossible.

    Breaks if: a must is only a wish.
    """
    must = Work("levee", [7.0], bought={"money": 1.0}, must=True)
    assert "work:levee" in started(best(fund(compiled(must))))
    with pytest.raises(PlanInfeasible):
        best(fund(compiled(must), money=6.0))


def test_effects_go_on_for_years() -> None:
    """A wood planted in 1 gives 2 of fruit from the year after for two years, and takes 1 of money once more in 3.

    Proves: ``starts`` and ``lasts`` say when an effect is felt, and a project may take as well as give.
    Breaks if: the effect comes a year early, or is felt once.
    """
    effects = [WorkEffect("fruit", 2.0, starts=1, lasts=2), WorkEffect("money", 1.0, role="take", starts=2)]
    found = best(fund(compiled(Work("wood", [3.0], bought={"money": 1.0}, effects=effects))))
    assert found.objective == pytest.approx(4.0)
    assert found.values["stock"].sel(commodity="money").values.tolist() == pytest.approx([10.0, 7.0, 7.0, 6.0])


@settings(max_examples=15)
@given(st.data())
def test_the_best_choice_is_that_of_trying_them_all(data: st.DataObject) -> None:
    """Up to four projects with windows, needs and rivals in three years: every choice of starts is tried out.

    Proves: branch and bound over the plan finds the best admissible choice.
    Breaks if: a relation is written with the wrong sign, lag or group.
    """
    n = data.draw(st.integers(2, 4))
    amounts = st.integers(1, 9).map(float)
    stated = []
    for k in range(n):
        earlier = [f"p{i}" for i in range(k)]
        stated.append(
            orchard(
                f"p{k}", data.draw(amounts), data.draw(amounts), earliest=data.draw(st.sampled_from([None, 2])),
                after=data.draw(st.lists(st.sampled_from(earlier), max_size=1)) if earlier else [],
                wait=data.draw(st.integers(0, 1)), one_of=data.draw(st.sampled_from(["", "a", "b"])),
            )
        )  # fmt: skip
    found = best(fund(compiled(*stated)))
    assert found.objective == pytest.approx(tried(stated, 10.0), abs=1e-6)


def tried(stated: list[Work], money: float) -> float:
    """The most fruit of any admissible choice of starts; 0 stands for never."""
    most = 0.0
    for starts in itertools.product((0, *YEARS), repeat=len(stated)):
        when = dict(zip((w.name for w in stated), starts, strict=True))
        built = [w for w in stated if when[w.name]]
        groups = [w.one_of for w in built if w.one_of]
        admissible = (
            len(groups) == len(set(groups))
            and sum(w.spending[0] for w in built) <= money
            and all(when[w.name] >= (w.earliest or 1) for w in built)
            and all(0 < when[a] <= when[w.name] - w.wait for w in built for a in w.after)
        )
        if admissible:
            most = max(most, sum(w.effects[0].amount for w in built if when[w.name] < YEARS[-1]))
    return most


def test_projects_in_a_plan_of_a_country() -> None:
    """Proves: a project of a study adds capacity to a country's plan, and one that gives much raises the plan's worth.

    Breaks if: projects do not reach the plan, or their capacity does not.
    """
    e = shipped("KEN 2019")
    mills = Work("mills", [5.0, 5.0], effects=[WorkEffect("capacity:real", 40.0, starts=1)], label="blocks of flats")
    without, made = plan(e, years=4), plan(e, years=4, works=[mills])
    assert made.indicator("started: mills").sum() == pytest.approx(1.0)
    assert made.provenance["objective"] > without.provenance["objective"]
    assert made.provenance["solver"]["search"]["gap"] <= 1e-4


def test_a_search_that_is_stopped_keeps_the_best_so_far() -> None:
    """Proves: whoever says ``Enough`` gets the best choice so far, whole, with its bound and prices.

    Breaks if: a stopped search gives nothing, or a choice that is not whole.
    """
    policy = on_paper(years=4, gap=0.0, works=many())
    model = programme(compile_plan(shipped("KEN 2019"), policy), policy)
    told: list[str] = []

    def enough(line: str) -> None:
        told.append(line)
        if isinstance(line, SearchLine) and line.can_keep:
            raise Enough

    found = solve(model, policy, enough)
    search = found.quality["search"]
    assert search["stopped"] == any("best" in line for line in told)
    assert search["best"] <= search["bound"] * (1.0 + 1e-9)
    assert set(np.round(found.values["starts"].values.ravel(), 6)) <= {0.0, 1.0}
    assert np.isfinite(found.duals["flow_balance"]).all()


def many() -> list[Work]:
    """Forty projects for Kenya, alike enough that the search takes a while."""
    rng = np.random.default_rng(4)
    sectors = ["food", "cons", "tran", "elec", "chem", "metl", "text", "mach"]
    return [
        Work(f"p{n}", [float(rng.uniform(5, 40))],
             effects=[WorkEffect(f"capacity:{sectors[n % 8]}", float(rng.uniform(5, 40)), starts=1)])
        for n in range(40)
    ]  # fmt: skip


def test_wrong_projects_are_told_at_once() -> None:
    """Proves: every fault of a project is told in one message, and the nearest name where one is unknown.

    Breaks if: a project with a fault is planned with.
    """
    with pytest.raises(GroundplanError) as caught:
        on_paper(works=[Work("dam", [], bought={"money": 0.5}, earliest=5, latest=3)])
    assert "spending is []" in str(caught.value)
    assert "shares bought add up to 0.5" in str(caught.value)
    assert "the window is 5 to 3" in str(caught.value)
    stated = [Work("dam", [1.0]), Work("dam", [1.0], after=["damm"]), Work("mill", [1.0], earliest=2050)]
    with pytest.raises(Faults) as faults:
        compile_plan(small(), on_paper(years=2, works=stated))
    for part in ("'dam' is stated twice", "no project to come after 'damm'; nearest: 'dam'", "outside the plan"):
        assert part in str(faults.value)
    with pytest.raises(GroundplanError, match="nearest: 'capacity:food'"):
        plan("KEN", years=1, works=[Work("m", [1.0], effects=[WorkEffect("capacity:fod", 1.0)])])
