"""The planning core on cases small enough for paper: every number in an assertion is worked out in its docstring."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from plans import on_paper

from groundplan.errors import Faults, PlanInfeasible, SolverError, StudyError, UnknownName
from groundplan.planning.activities import Activities
from groundplan.planning.families.family import Family, family
from groundplan.planning.families.rows import Model, Rows, term
from groundplan.planning.plan_programme import FAMILIES, programme
from groundplan.planning.policy import Policy, Target
from groundplan.planning.solve import Solution, solve

ALL = math.inf


class Plan:
    """A solved programme, with its levels, stocks and prices by name."""

    def __init__(self, a: Activities, policy: Policy | None = None, families: Sequence[Family] = FAMILIES) -> None:
        policy = policy or on_paper()
        self.model: Model = programme(a, policy, families)
        self.solution: Solution = solve(self.model, policy)
        self.best = self.solution.objective

    def level(self, activity: str) -> list[float]:
        return [float(x) for x in self.solution.values["level"].sel(activity=activity)]

    def stock(self, commodity: str) -> list[float]:
        return [float(x) for x in self.solution.values["stock"].sel(commodity=commodity)]

    def dual(self, family: str, row: str) -> float:
        """Change of the goal by one more on the row's right-hand side."""
        at = list(self.model.families[family].labels).index(row)
        return float(self.solution.duals[family][at])

    def price(self, family: str, row: str) -> float:
        return self.dual(family, row) * self.model.families[family].gain


def gives(activity: str, commodity: str, coefficient: float = 1.0, lag: int = 0) -> dict[str, object]:
    return {"activity": activity, "commodity": commodity, "role": "give", "coefficient": coefficient, "lag": lag}


def takes(activity: str, commodity: str, coefficient: float = 1.0, lag: int = 0) -> dict[str, object]:
    return {"activity": activity, "commodity": commodity, "role": "take", "coefficient": coefficient, "lag": lag}


def occupies(activity: str, commodity: str, coefficient: float = 1.0, lag: int = 0) -> dict[str, object]:
    return {"activity": activity, "commodity": commodity, "role": "occupy", "coefficient": coefficient, "lag": lag}


def named(column: str, *names: str) -> list[dict[str, object]]:
    return [{column: n} for n in names]


def wanted(good: str, slopes: Sequence[float]) -> list[dict[str, object]]:
    """Every unit of the good counts, by a slope for each year from 1 on."""
    return [{"good": good, "year": t, "width": ALL, "slope": s} for t, s in enumerate(slopes, 1)]


def test_takes_and_gives_fall_due_after_their_lags() -> None:
    """Sowing takes seed now and weeding next year, and gives three of grain in the year after that.

        harvest[3] = 3·v[1], v[1] ≤ min(seed[1] = 10, weeding[2] = 6) = 6
        harvest[4] = 3·v[2], v[2] ≤ min(seed[2] = 10, weeding[3] = 12) = 10      goal = 18 + 30 = 48

    One more of weeding in year 2 is worth 3; of seed in year 2, 3; of seed in year 1, nothing.

    Proves: a lag moves a take or a give to its own year and to no other; what falls due after the end counts nothing.
    Breaks if: takes ignore their lag, the rows of the first years are dropped, or a lag is counted from the harvest.
    """
    plan = Plan(
        Activities.of(
            [1, 2, 3, 4],
            commodities=[*named("commodity", "seed", "weeding", "grain"), {"commodity": "food", "kind": "good"}],
            activities=named("activity", "sow", "eat"),
            flows=[
                takes("sow", "seed"),
                takes("sow", "weeding", lag=1),
                gives("sow", "grain", 3.0, lag=2),
                takes("eat", "grain"),
                gives("eat", "food"),
            ],
            exogenous=[
                {"commodity": "seed", "supply": 10.0},
                {"commodity": "weeding", "year": 2, "supply": 6.0},
                {"commodity": "weeding", "year": 3, "supply": 12.0},
                {"commodity": "weeding", "year": 4, "supply": 12.0},
            ],
            utility=wanted("food", [1.0, 1.0, 1.0, 1.0]),
        )
    )
    assert plan.best == pytest.approx(48.0)
    assert plan.level("sow")[:2] == pytest.approx([6.0, 10.0])
    assert plan.level("eat") == pytest.approx([0.0, 0.0, 18.0, 30.0])
    assert plan.price("flow_balance", "weeding | 2") == pytest.approx(3.0)
    assert plan.price("flow_balance", "seed | 2") == pytest.approx(3.0)
    assert plan.price("flow_balance", "seed | 1") == pytest.approx(0.0)


def test_occupations_last_as_long_as_they_are_given() -> None:
    """A course fills a desk for two years and gives a graduate in the year after; ten desks, five years.

        v[t] + v[t−1] ≤ 10,  graduates of years 3, 4, 5 are v[1], v[2], v[3]:  10 + 0 + 10 = 20

    Proves: an occupation with a lag holds its place in that later year.
    Breaks if: the second year of a course occupies nothing (30 graduates), or occupation uses the desk up (fewer).
    """
    plan = Plan(
        Activities.of(
            [1, 2, 3, 4, 5],
            commodities=[
                {"commodity": "desk", "kind": "capacity", "initial": 10.0},
                {"commodity": "graduate", "kind": "good"},
            ],
            activities=named("activity", "course"),
            flows=[occupies("course", "desk"), occupies("course", "desk", lag=1), gives("course", "graduate", lag=2)],
            utility=wanted("graduate", [1.0] * 5),
        )
    )
    assert plan.best == pytest.approx(20.0)
    assert plan.level("course")[:3] == pytest.approx([10.0, 0.0, 10.0])


def test_a_store_loses_a_tenth_a_year() -> None:
    """A harvest of 100 in year 1 for two years; a tenth of what is stored spoils; the first 50 of a year count double.

        eat 50 now (100), store 50, eat 45 next year (90): goal 190
        one more at harvest is stored: 0.9 · 2 = 1.8; one more in year 2: 2

    Proves: loss applies to what is there at the start of a year; a harvest can be eaten in its own year.
    Breaks if: loss is taken from what comes in, or a store cannot be used before the next year.
    """
    plan = Plan(
        Activities.of(
            [1, 2],
            commodities=[{"commodity": "grain", "kind": "stock", "loss": 0.1}, {"commodity": "food", "kind": "good"}],
            activities=named("activity", "eat"),
            flows=[takes("eat", "grain"), gives("eat", "food")],
            exogenous=[{"commodity": "grain", "year": 1, "supply": 100.0}],
            utility=[
                {"good": "food", "year": t, "segment": n, "width": w, "slope": s}
                for t in (1, 2)
                for n, (w, s) in enumerate([(50.0, 2.0), (ALL, 1.0)])
            ],
        )
    )
    assert plan.best == pytest.approx(190.0)
    assert plan.stock("grain") == pytest.approx([0.0, 50.0, 0.0])
    assert plan.price("stock_balance", "grain | 1") == pytest.approx(1.8)
    assert plan.price("stock_balance", "grain | 2") == pytest.approx(2.0)


def overdrawn(year: int = 3, more: float = 0.0) -> Plan:
    """Income of 10 in year 3 on an account with credit of 20, and ``more`` of it in a year."""
    supply = {1: 0.0, 2: 0.0, 3: 10.0}
    supply[year] += more
    return Plan(
        Activities.of(
            [1, 2, 3],
            commodities=[
                {"commodity": "money", "kind": "account", "least": -20.0},
                {"commodity": "thing", "kind": "good"},
            ],
            activities=named("activity", "buy"),
            flows=[takes("buy", "money"), gives("buy", "thing")],
            exogenous=[{"commodity": "money", "year": t, "supply": amount} for t, amount in supply.items()],
            utility=wanted("thing", [3.0, 2.0, 1.0]),
        )
    )


def test_an_account_may_be_overdrawn_to_its_line() -> None:
    """Income of 10 comes in year 3; credit of 20; a unit bought in years 1, 2, 3 counts 3, 2, 1.

        spend 20 on credit in year 1 (60), nothing in year 2, 10 in year 3 (10): goal 70

    One more in year 2 is spent there (2), one less takes a unit of year 1 (3): every price from 2 to 3 is true.

    Proves: the balance at every stage, not only the last, keeps to ``least``; income cannot be spent early.
    Breaks if: the line is a floor of zero (goal 10), is granted anew each year (goal 110), or is left out.
    """
    plan = overdrawn()
    assert plan.best == pytest.approx(70.0)
    assert plan.stock("money") == pytest.approx([0.0, -20.0, -20.0, -20.0])
    gains = [overdrawn(year, 1.0).best - plan.best for year in (1, 2, 3)]
    losses = [plan.best - overdrawn(year, -1.0).best for year in (1, 2, 3)]
    assert gains == pytest.approx([3.0, 2.0, 1.0])
    assert losses == pytest.approx([3.0, 3.0, 1.0])
    for year, gain, loss in zip((1, 2, 3), gains, losses, strict=True):
        assert gain - 1e-6 <= plan.price("account_balance", f"money | {year}") <= loss + 1e-6


def test_capacity_wears_and_takes_its_time() -> None:
    """100 of plant wears by a tenth a year; 30 of money in year 1 builds 30 that is ready two years later.

        k = 100, 90, 0.9·90 + 30 = 111: goal 301
        plant ready at the start of year 2 works twice, worn: 1 + 0.9 = 1.9; at the start of year 3, once: 1

    Proves: gestation of lag + 1 years, wear of plant old and new, and its price by the year that it is ready.
    Breaks if: plant works in the year after the money was spent, wears before it is there, or is used up.
    """
    plan = Plan(
        Activities.of(
            [1, 2, 3],
            commodities=[
                {"commodity": "plant", "kind": "capacity", "initial": 100.0, "loss": 0.1},
                {"commodity": "money", "kind": "flow"},
                {"commodity": "product", "kind": "good"},
            ],
            activities=named("activity", "make", "build"),
            flows=[
                occupies("make", "plant"),
                gives("make", "product"),
                takes("build", "money"),
                gives("build", "plant", lag=1),
            ],
            exogenous=[{"commodity": "money", "year": 1, "supply": 30.0}],
            utility=wanted("product", [1.0, 1.0, 1.0]),
        )
    )
    assert plan.best == pytest.approx(301.0)
    assert plan.stock("plant")[:3] == pytest.approx([100.0, 90.0, 111.0])
    assert plan.price("capacity_balance", "plant | 1") == pytest.approx(1.9)
    assert plan.price("capacity_balance", "plant | 2") == pytest.approx(1.0)
    assert plan.price("capacity_limit", "plant | 2") == pytest.approx(1.0)
    assert plan.price("flow_balance", "money | 1") == pytest.approx(1.0)


def test_growth_is_limited_from_the_base_on() -> None:
    """Output of 100 before the plan may grow by a tenth and 5: 115, then 1.1·115 + 5 = 131.5.

    One more allowed in year 1 also lifts year 2: 2.1.

    Proves: the first year grows from ``base``, later ones from the plan's own level.
    Breaks if: the first year is free, or the allowance is compounded.
    """
    plan = Plan(
        Activities.of(
            [1, 2],
            commodities=[{"commodity": "product", "kind": "good"}],
            activities=[{"activity": "make", "base": 100.0}],
            flows=[gives("make", "product")],
            growth=[{"on": "make", "up": 0.1, "allowance": 5.0}],
            utility=wanted("product", [1.0, 1.0]),
        )
    )
    assert plan.level("make") == pytest.approx([115.0, 131.5])
    assert plan.price("growth_limit", "make | 1") == pytest.approx(2.1)


def test_capacity_grows_no_faster_than_can_be_absorbed() -> None:
    """Plant of 100 may grow by a tenth and 2 a year, and building is free: 112, then 1.1·112 + 2 = 125.2.

    Proves: the pace of a kept commodity is held between stages, up to the last.
    Breaks if: only activities are held, or the last stage is left out.
    """
    plan = Plan(
        Activities.of(
            [1, 2],
            commodities=[{"commodity": "plant", "kind": "capacity", "initial": 100.0}],
            activities=named("activity", "build"),
            flows=[gives("build", "plant")],
            growth=[{"on": "plant", "up": 0.1, "allowance": 2.0}],
            terminal=[{"commodity": "plant", "value": 1.0}],
        )
    )
    assert plan.best == pytest.approx(125.2)
    assert plan.stock("plant") == pytest.approx([100.0, 112.0, 125.2])


def test_works_are_not_shut_overnight() -> None:
    """Works that burnt 100 before the plan may fall by a fifth and 10: 70, then 0.8·70 − 10 = 46.

    The coal left of 100 a year is 30 and 54: goal 84. If works might fall by one more in year 1, so might they by 0.8
    in year 2.

    Proves: contraction is held from ``base`` on, with its allowance on the easy side.
    Breaks if: the allowance has the wrong sign or the first year is free.
    """
    plan = Plan(
        Activities.of(
            [1, 2],
            commodities=[{"commodity": "coal"}, {"commodity": "warmth", "kind": "good"}],
            activities=[{"activity": "works", "base": 100.0}, {"activity": "heat"}],
            flows=[takes("works", "coal"), takes("heat", "coal"), gives("heat", "warmth")],
            exogenous=[{"commodity": "coal", "supply": 100.0}],
            growth=[{"on": "works", "down": 0.2, "allowance": 10.0}],
            utility=wanted("warmth", [1.0, 1.0]),
        )
    )
    assert plan.level("works") == pytest.approx([70.0, 46.0])
    assert plan.best == pytest.approx(84.0)
    assert plan.dual("contraction_limit", "works | 1") == pytest.approx(-1.8)


def sharing(**more: list[dict[str, object]]) -> Activities:
    """100 of grain for two groups; a unit counts 1 in town and 2 in the country."""
    return Activities.of(
        [1],
        commodities=[
            {"commodity": "grain"},
            {"commodity": "town", "kind": "good"},
            {"commodity": "country", "kind": "good"},
        ],
        activities=named("activity", "feed town", "feed country"),
        flows=[
            takes("feed town", "grain"),
            gives("feed town", "town"),
            takes("feed country", "grain"),
            gives("feed country", "country"),
        ],
        exogenous=[{"commodity": "grain", "supply": 100.0}],
        utility=[*wanted("town", [1.0]), *wanted("country", [2.0])],
        **more,
    )


def test_nobody_falls_below_the_floor() -> None:
    """The town must have 30: 30·1 + 70·2 = 170 in place of 200. A floor lower by one gains 2 − 1 = 1.

    Proves: a floor binds the good it names, and its dual is what it costs.
    Breaks if: floors are ignored, or hold the total in place of each.
    """
    assert Plan(sharing()).best == pytest.approx(200.0)
    plan = Plan(sharing(floors=[{"good": "town", "year": 1, "least": 30.0}]))
    assert plan.best == pytest.approx(170.0)
    assert plan.dual("good_floor", "town | 1") == pytest.approx(-1.0)


@pytest.mark.parametrize(("steady", "heads", "best"), [(False, 1.0, 140.0), (True, 1.0, 80.0), (True, 1.25, 72.0)])
def test_a_standard_once_reached_is_kept(steady: bool, heads: float, best: float) -> None:
    """100 of grain in year 1, 40 in year 2, no store. If the standard may not fall: 40 + 40; with a quarter more people
    in year 2, 40 / 1.25 = 32 in year 1: 32 + 40.

    Proves: the path is per head, and is asked for only where ``steady`` says so.
    Breaks if: heads are left out or turned over.
    """
    plan = Plan(
        Activities.of(
            [1, 2],
            steady=steady,
            commodities=[{"commodity": "grain"}, {"commodity": "food", "kind": "good"}],
            activities=named("activity", "eat"),
            flows=[takes("eat", "grain"), gives("eat", "food")],
            exogenous=[
                {"commodity": "grain", "year": 1, "supply": 100.0},
                {"commodity": "grain", "year": 2, "supply": 40.0},
            ],
            floors=[{"good": "food", "year": 1, "heads": 1.0}, {"good": "food", "year": 2, "heads": heads}],
            utility=wanted("food", [1.0, 1.0]),
        )
    )
    assert plan.best == pytest.approx(best)


def steelworks() -> Activities:
    """Ten of coal make steel, which nobody eats, or warmth, which counts 1."""
    return Activities.of(
        [1],
        commodities=[{"commodity": "coal"}, {"commodity": "warmth", "kind": "good"}],
        activities=named("activity", "steel", "heat"),
        flows=[takes("steel", "coal"), takes("heat", "coal"), gives("heat", "warmth")],
        exogenous=[{"commodity": "coal", "supply": 10.0}],
        utility=wanted("warmth", [1.0]),
        indicators=[{"indicator": "steel made", "on": "steel", "unit": "t"}, {"indicator": "heating", "on": "heat"}],
    )


@pytest.mark.parametrize(
    ("sense", "value", "weight", "best", "shortfall"),
    [
        (">=", 4.0, None, 6.0, None),
        ("==", 4.0, None, 6.0, None),
        ("<=", 4.0, None, 10.0, None),
        (">=", 4.0, 0.5, 8.0, 4.0),
        (">=", 12.0, 3.0, -6.0, 2.0),
    ],
)
def test_targets_must_or_should(
    sense: str, value: float, weight: float | None, best: float, shortfall: float | None
) -> None:
    """Steel of 4 as a must costs 4 of warmth: 6. As a should at 0.5 a unit it is better missed: 10 − 4·0.5 = 8.
    A should of 12 at 3 a unit is met as far as coal goes: 0 − 2·3 = −6.

    Proves: a must is hard, a should costs its weight for each unit missed, and the shortfall is reported.
    Breaks if: the sign of a sense or of a weight is turned.
    """
    target = Target("steel made", sense, value, weight=weight)
    plan = Plan(steelworks(), on_paper(targets=[target]))
    assert plan.best == pytest.approx(best)
    if shortfall is not None:
        assert float(plan.solution.values["shortfall"].sum()) == pytest.approx(shortfall)


def test_the_price_of_a_target_is_what_it_costs() -> None:
    """Steel of at least 4: easier by one, one more of warmth. Warmth of at most 7: easier by one, one more of it.

    Proves: the price of a target is the gain of the goal from easing it, for both senses.
    Breaks if: the row's sign and its gain do not belong together.
    """
    least = Plan(steelworks(), on_paper(targets=[Target("steel made", ">=", 4.0)]))
    assert least.price("targets", "steel made >= 4 | 1") == pytest.approx(1.0)
    most = Plan(steelworks(), on_paper(targets=[Target("heating", "<=", 7.0)]))
    assert most.best == pytest.approx(7.0)
    assert most.price("targets", "heating <= 7 | 1") == pytest.approx(1.0)


def test_a_target_on_a_stock_is_met_at_the_start_of_its_year() -> None:
    """Grain of 10 in store; a reserve of 4 at the start of year 2 leaves 6 for year 1; year 2 counts less.

        goal 6·2 + 4·1 = 16 in place of 20

    Proves: an indicator of a stock is read at the start of the year named.
    Breaks if: it is read a stage later, when the grain may have been eaten.
    """
    plan = Plan(
        Activities.of(
            [1, 2],
            commodities=[
                {"commodity": "grain", "kind": "stock", "initial": 10.0},
                {"commodity": "food", "kind": "good"},
            ],
            activities=named("activity", "eat"),
            flows=[takes("eat", "grain"), gives("eat", "food")],
            utility=wanted("food", [2.0, 1.0]),
            indicators=[{"indicator": "reserve", "on": "grain", "part": "stock"}],
        ),
        on_paper(targets=[Target("reserve", ">=", 4.0, year=2)]),
    )
    assert plan.best == pytest.approx(16.0)


def test_a_ratio_is_held() -> None:
    """Home food takes 2 of labour, imports 1 (the work that pays for them); 12 of labour; half must be home grown.

        as much of each: 3 of labour a pair, 4 pairs: 8 of food in place of 12

    Proves: n/d ≥ b is written n − b·d ≥ 0.
    Breaks if: numerator and denominator are turned over, or the bound stays on the right.
    """
    a = Activities.of(
        [1],
        commodities=[{"commodity": "labour"}, {"commodity": "food", "kind": "good"}],
        activities=named("activity", "grow", "import"),
        flows=[takes("grow", "labour", 2.0), takes("import", "labour"), gives("grow", "food"), gives("import", "food")],
        exogenous=[{"commodity": "labour", "supply": 12.0}],
        utility=wanted("food", [1.0]),
        indicators=[
            {"indicator": "home grown", "on": "grow"},
            {"indicator": "all food", "on": "grow"},
            {"indicator": "all food", "on": "import"},
        ],
        ratios=[{"indicator": "share", "numerator": "home grown", "denominator": "all food"}],
    )
    assert Plan(a).best == pytest.approx(12.0)
    assert Plan(a, on_paper(targets=[Target("share", ">=", 0.5)])).best == pytest.approx(8.0)


def bridge(money: float) -> Activities:
    """A bridge of 10 spans, 3 of money a span; a span gives 4 in each of the two years after; else money is eaten."""
    return Activities.of(
        [1, 2, 3],
        commodities=[{"commodity": "money"}, {"commodity": "use", "kind": "good"}],
        activities=[{"activity": "bridge", "lump": 10.0}, {"activity": "spend"}],
        flows=[
            takes("bridge", "money", 3.0),
            gives("bridge", "use", 4.0, lag=1),
            gives("bridge", "use", 4.0, lag=2),
            takes("spend", "money"),
            gives("spend", "use"),
        ],
        exogenous=[{"commodity": "money", "supply": money}],
        utility=wanted("use", [1.0, 1.0, 1.0]),
    )


def test_a_project_is_done_once_and_whole() -> None:
    """With 35 of money a year: built in year 1, 5 + (35 + 40) + (35 + 40) = 155; a second one would make it 165.
    With 25 a year it cannot be built, though a part of it would pay: 75.

    Proves: projects are whole and done once, and prices are those of the plan with its projects held: money counts 1.
    Breaks if: a part is built, a project is repeated, or prices are missing or those of the relaxed plan.
    """
    plan = Plan(bridge(35.0))
    assert plan.best == pytest.approx(155.0)
    assert plan.level("bridge") == pytest.approx([10.0, 0.0, 0.0])
    assert plan.solution.values["starts"].values.ravel() == pytest.approx([1.0, 0.0, 0.0])
    assert plan.solution.quality["projects_fixed_for_prices"]
    assert [plan.price("flow_balance", f"money | {t}") for t in (1, 2, 3)] == pytest.approx([1.0, 1.0, 1.0])
    assert Plan(bridge(25.0)).best == pytest.approx(75.0)


def test_what_is_left_counts_as_far_as_it_would_be_used() -> None:
    """Plant counts 2 a unit at the end, but only for a tenth more than last year's output of 80, which is 88.
    Of 100 of plant, 88 count; of 60 and 50 on order, which comes after the end, 88; of 60 and 20 on order, 80.

        goal: output 80 + 2 · what counts

    Proves: ``kept`` is the least of what is there or under way and what steady growth would use.
    Breaks if: idle plant is worth something, or plant ordered in the last years is worth nothing.
    """

    def goal(plant: float, ordered: float) -> float:
        a = Activities.of(
            [1],
            commodities=[
                {"commodity": "plant", "kind": "capacity", "initial": plant},
                {"commodity": "product", "kind": "good"},
            ],
            activities=named("activity", "make", "order"),
            flows=[occupies("make", "plant", 0.5), gives("make", "product"), gives("order", "plant", lag=3)],
            bounds=[{"activity": "make", "upper": 80.0}, {"activity": "order", "upper": ordered}],
            terminal=[{"commodity": "plant", "value": 2.0, "activity": "make", "growth": 0.1}],
            utility=wanted("product", [1.0]),
        )
        return Plan(a).best

    assert goal(100.0, 0.0) == pytest.approx(80.0 + 2.0 * 88.0)
    assert goal(60.0, 50.0) == pytest.approx(80.0 + 2.0 * 88.0)
    assert goal(60.0, 20.0) == pytest.approx(80.0 + 2.0 * 80.0)


def test_profiles_change_coefficients_by_the_year_of_the_level() -> None:
    """Labour per unit falls to a half in year 2: 10 of labour make 10, then 20. With a lag of a year the labour of
    year 2's level falls due in year 3 at year 2's factor.

    Proves: a profile multiplies by the factor of the year in which the level is decided.
    Breaks if: factors are read in the year in which the flow falls due.
    """

    def output(lag: int) -> list[float]:
        flow = {**takes("make", "labour", lag=lag), "profile": "labour saving"}
        a = Activities.of(
            [1, 2, 3],
            commodities=[{"commodity": "labour"}, {"commodity": "product", "kind": "good"}],
            activities=named("activity", "make"),
            flows=[flow, gives("make", "product")],
            exogenous=[{"commodity": "labour", "supply": 10.0}],
            bounds=[{"activity": "make", "year": 3, "upper": 7.0}],
            profiles=[{"profile": "labour saving", "year": t, "factor": f} for t, f in ((1, 1.0), (2, 0.5), (3, 0.25))],
            utility=wanted("product", [1.0, 1.0, 1.0]),
        )
        return Plan(a).level("make")

    assert output(0) == pytest.approx([10.0, 20.0, 7.0])
    assert output(1) == pytest.approx([10.0, 20.0, 7.0])


def test_a_plan_that_cannot_be_met_says_so() -> None:
    """Twelve of steel from ten of coal.

    Proves: an infeasible plan is its own error, with exit code 1.
    Breaks if: it is mistaken for an unbounded one or for a solver's failure.
    """
    with pytest.raises(PlanInfeasible) as told:
        Plan(steelworks(), on_paper(targets=[Target("steel made", ">=", 12.0)]))
    assert told.value.exit_code == 1


def test_a_goal_without_bounds_is_no_plan() -> None:
    """Warmth out of nothing, without end.

    Proves: a programme without a best plan is refused, and not called infeasible.
    Breaks if: the solver's last point is returned as a plan.
    """
    a = Activities.of(
        [1],
        commodities=[{"commodity": "warmth", "kind": "good"}],
        activities=named("activity", "dream"),
        flows=[gives("dream", "warmth")],
        utility=wanted("warmth", [1.0]),
    )
    with pytest.raises(SolverError, match="without an answer"):
        Plan(a)


def test_what_nobody_gives_cannot_be_claimed() -> None:
    """A claim on a flow that no activity gives and no supply covers.

    Proves: a claim without a row is refused in words; it would be lost in silence else.
    Breaks if: only commodities with activities are checked.
    """
    a = Activities.of(
        [1],
        commodities=named("commodity", "coal", "steel"),
        activities=named("activity", "dig"),
        flows=[gives("dig", "coal")],
        exogenous=[{"commodity": "steel", "year": 1, "claim": 1.0}],
    )
    with pytest.raises(StudyError, match="steel"):
        programme(a, on_paper())


def test_bounds_that_cross_are_named() -> None:
    """Two rows of bounds for one level all hold: at least 5 and at most 4 cannot.

    Proves: the fault is found before solving and names the activity and the year.
    Breaks if: the last row wins.
    """
    a = Activities.of(
        [1, 2],
        commodities=named("commodity", "coal"),
        activities=named("activity", "dig"),
        flows=[gives("dig", "coal")],
        bounds=[{"activity": "dig", "lower": 5.0}, {"activity": "dig", "year": 2, "upper": 4.0}],
    )
    with pytest.raises(StudyError, match=r"'dig' in 2 .* at least 5 and at most 4"):
        programme(a, on_paper())


def test_unknown_names_are_told_all_at_once() -> None:
    """A misspelt activity, commodity, good and profile in one set of tables.

    Proves: every fault is told in one go, each with the nearest name.
    Breaks if: the first fault hides the others.
    """
    with pytest.raises(Faults) as told:
        Activities.of(
            [1],
            commodities=[{"commodity": "steel"}, {"commodity": "warmth", "kind": "good"}],
            activities=named("activity", "make"),
            flows=[gives("mak", "stel"), {**gives("make", "steel"), "profile": "none"}],
            utility=[{"good": "warmht", "year": 1}],
        )
    faults = told.value.faults
    assert all(isinstance(f, UnknownName) for f in faults)
    assert {(f.name, f.nearest) for f in faults if isinstance(f, UnknownName)} == {
        ("mak", "make"),
        ("stel", "steel"),
        ("warmht", "warmth"),
        ("none", None),
    }


def test_unknown_tables_columns_and_choices_are_refused() -> None:
    """A misspelt table, column, policy key and indicator.

    Proves: nothing that is not understood is passed over.
    Breaks if: unknown keys are dropped and their wish with them.
    """
    with pytest.raises(UnknownName, match="nearest: 'flows'"):
        Activities.of([1], flow=[])
    with pytest.raises(UnknownName, match="nearest: 'coefficient'"):
        Activities.of([1], flows=[{"coeficient": 1.0}])
    with pytest.raises(UnknownName, match="nearest: 'discount_rate'"):
        Policy.of(discount_rat=0.1)
    with pytest.raises(UnknownName, match="nearest: 'steel made'"):
        programme(steelworks(), on_paper(targets=[Target("steel mad", ">=", 1.0)]))


@family()
def heat_ceiling(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """Heating is at most 5 a year."""
    return m.rows("<=", 5.0, term("level", "heat", "heat"), of=["heat"], gain=1.0)


def test_a_family_of_ones_own() -> None:
    """A ceiling of 5 on heating, given as a family beside ``FAMILIES``: 5 in place of 10, at a price of 1.

    Proves: a user's family is written, solved and priced under its function's name.
    Breaks if: only known families are written.
    """
    plan = Plan(steelworks(), families=(*FAMILIES, heat_ceiling))
    assert plan.best == pytest.approx(5.0)
    assert plan.price("heat_ceiling", "heat | 1") == pytest.approx(1.0)
    assert Plan(steelworks()).best == pytest.approx(10.0)


def test_more_rows_are_a_project() -> None:
    """Five rows of data give the steelworks a second source of coal: 10 + 3 of warmth.

    Proves: ``adding`` leaves what is there as it is and writes the new rows beside it.
    Breaks if: a table is replaced, or new names are checked against the old tables.
    """
    a = steelworks().adding(
        commodities=[{"commodity": "pit", "kind": "capacity", "initial": 3.0}],
        activities=[{"activity": "mine"}],
        flows=[occupies("mine", "pit"), gives("mine", "coal")],
    )
    assert Plan(a).best == pytest.approx(13.0)
    assert Plan(steelworks()).best == pytest.approx(10.0)


def test_first_order_answers_come_with_their_residuals() -> None:
    """The bridge in any part, by the first-order method, if it answers at all.

    Proves: a plan of PDLP carries its residuals and gap and is near the answer, or is refused.
    Breaks if: it is returned unchecked, or without the figures that tell how good it is.
    """
    policy = on_paper(solver="pdlp")
    model = programme(bridge_without_lump(), policy)
    try:
        solution = solve(model, policy)
    except SolverError as refusal:
        solution, told = None, refusal.what
    if solution is None:
        assert "the solver" in told
        return
    quality = solution.quality
    assert "pdlp" in quality["solver"]
    assert quality["relative_primal_infeasibility"] <= 1e-4
    assert {"primal_infeasibility", "dual_infeasibility", "primal_dual_gap"} <= set(quality)
    assert solution.objective == pytest.approx(Plan(bridge_without_lump()).best, rel=1e-3)


def bridge_without_lump() -> Activities:
    """The bridge in any part, at most 10 spans a year."""
    a = bridge(35.0)
    return Activities.of(
        a.years,
        commodities=a.commodities,
        activities=a.activities.assign(lump=0.0),
        flows=a.flows,
        exogenous=a.exogenous,
        utility=a.utility,
        bounds=[{"activity": "bridge", "upper": 10.0}],
    )


BROKEN: dict[str, dict[str, list[dict[str, object]]]] = {
    "one pace given twice": {"growth": [{"on": "make", "up": 0.1}, {"on": "make", "up": 0.5}]},
    "one end valued twice": {"terminal": [{"commodity": "pile", "value": 1.0}, {"commodity": "pile", "value": 1.0}]},
    "one floor given twice": {"floors": [{"good": "product", "year": 1, "least": float(n)} for n in (1, 2)]},
    "one factor given twice": {
        "profiles": [{"profile": "p", "year": 1, "factor": 2.0}] * 2,
        "flows": [{**gives("make", "product"), "profile": "p"}],
    },
    "an indicator of the level of a commodity": {"indicators": [{"indicator": "i", "on": "coal"}]},
    "an indicator of the stock of an activity": {"indicators": [{"indicator": "i", "on": "make", "part": "stock"}]},
    "an indicator of no known part": {"indicators": [{"indicator": "i", "on": "make", "part": "levels"}]},
    "an end value of what is not kept": {"terminal": [{"commodity": "coal", "value": 1.0}]},
    "a pace of what is not kept": {"growth": [{"on": "coal", "up": 0.1}]},
    "a coefficient that is no number": {"flows": [takes("make", "coal", math.nan)]},
    "a lag of a year and a half": {"flows": [{**takes("make", "coal"), "lag": 1.5}]},
    "a floor of a good without utility": {"utility": [], "floors": [{"good": "product", "year": 1, "least": 2000.0}]},
    "utility that rises": {
        "utility": [{"good": "product", "year": 1, "segment": n, "width": 10.0, "slope": 1.0 + n} for n in (0, 1)]
    },
}


@pytest.mark.parametrize("fault", list(BROKEN))
def test_tables_that_mean_nothing_are_refused(fault: str) -> None:
    """Rows that contradict each other or point at the wrong kind of thing.

    Proves: what cannot be meant is told in words before a number comes of it.
    Breaks if: a row is passed over in silence, lands on another variable, or ends in somebody else's traceback.
    """
    tables: dict[str, list[dict[str, object]]] = {
        "commodities": [
            {"commodity": "coal"},
            {"commodity": "pile", "kind": "stock", "initial": 5.0},
            {"commodity": "product", "kind": "good"},
        ],
        "activities": [{"activity": "make", "base": 100.0}, {"activity": "burn"}],
        "flows": [gives("make", "product"), takes("burn", "coal")],
        "exogenous": [{"commodity": "coal", "supply": 3.0}],
        "bounds": [{"activity": "make", "upper": 1000.0}],
        "utility": wanted("product", [1.0]),
    }
    assert Plan(Activities.of([1], **tables)).best == pytest.approx(1000.0)
    targets = [Target("i", "<=", 2.0)] if "indicators" in BROKEN[fault] else []
    with pytest.raises((StudyError, UnknownName, Faults)):
        Plan(Activities.of([1], **(tables | BROKEN[fault])), on_paper(targets=targets))


def test_tables_may_be_in_any_order() -> None:
    """The rows of every table turned round.

    Proves: rows are found by name, so their order is immaterial.
    Breaks if: a family pairs labels and coefficients by position.
    """
    a = bridge_without_lump()
    turned = Activities.of(
        a.years,
        **{
            name: getattr(a, name).iloc[::-1]
            for name in ("commodities", "activities", "flows", "utility", "bounds", "exogenous")
        },
    )
    assert Plan(turned).best == pytest.approx(Plan(a).best)


def test_a_project_in_a_national_plan_is_whole() -> None:
    """Proves: in a plan of a real country a lumpy project starts once, whole, and the plan has prices.

    Breaks if: the solver's scaling of bounds reaches the binaries, so that one project becomes a thousandth of one.
    """
    from groundplan import plan

    outcome = plan(
        "KEN",
        years=2,
        projects={
            "activities": [{"activity": "works", "label": "food works", "lump": 1.0}],
            "flows": [
                {"activity": "works", "commodity": "capital goods", "coefficient": 5.0},
                {"activity": "works", "commodity": "home:food", "role": "give", "coefficient": 50.0, "lag": 1},
            ],
        },
    )
    level = outcome["level"].sel(activity="works")
    assert sorted(level.values.tolist()) == pytest.approx([0.0, 1.0], abs=1e-9)
    assert float(outcome["level"].sel(activity="make:food").max()) > 0
    assert float(outcome["shadow_price"].max()) > 0


def test_a_first_order_plan_of_a_country_tells_how_good_it_is() -> None:
    """Proves: PDLP finds Kenya's next year to 1e-4 of the vertex solvers' and carries its residuals and its gap.

    Breaks if: a first-order answer goes through presolve (its duals come out wrong) or comes without its figures.
    """
    from groundplan import plan

    short = {"years": 1, "tail_years": 0}
    exact, first_order = (plan("KEN", **short, solver=solver).provenance for solver in ("simplex", "pdlp"))
    assert first_order["objective"] == pytest.approx(exact["objective"], rel=1e-4)
    assert "pdlp" in first_order["solver"]["solver"]
    assert 0 < first_order["solver"]["primal_infeasibility"] < 1e-2
    assert first_order["solver"]["primal_dual_gap"] < 1e-4
