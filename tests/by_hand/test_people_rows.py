"""The rows that people bring into a plan: what they live on, where they work, how many there are, figure by figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from economies import small, table
from small_schools import ENGINEERS, HANDS, country

from groundplan.economy.economy import Economy
from groundplan.errors import Faults, GroundplanError, StudyError
from groundplan.planning.features.budget.budget_accounts import Budget
from groundplan.planning.features.people import households, inhabitants, labour
from groundplan.planning.features.people.demography import Population
from groundplan.planning.features.people.household_groups import (
    Group,
    GroupChoices,
    choices_by_group,
    grown_apart,
    heads_profile,
    shifted,
    words,
)
from groundplan.planning.features.schools.school_levels import School
from groundplan.planning.horizon import Horizon
from groundplan.planning.policy import Policy


def same(found: Iterable[Sequence[object]], expected: Sequence[Sequence[object]]) -> None:
    """Row by row: words as they are, numbers to twelve digits."""
    rows = [tuple(row) for row in found]
    assert len(rows) == len(expected), rows
    for row, right in zip(rows, expected, strict=True):
        assert [v for v in row if isinstance(v, str)] == [v for v in right if isinstance(v, str)]
        numbers = [v for v in right if not isinstance(v, str)]
        assert [v for v in row if not isinstance(v, str)] == pytest.approx(numbers, rel=1e-12, abs=1e-12)


def horizon(e: Economy, policy: Policy, *, base_year: bool = False) -> Horizon:
    return Horizon.of(e, policy, base_year=base_year)


def oldest(**more: object) -> Population:
    """Fifteen groups of women to 70 on, 1 to 15 in number, who all live on and have no children; no men.

    Five years on there are 0, 1, ... 13 and, of the last two groups, 29. Half of those of 15 to 64 work.
    """
    ages, none = [5.0 * n for n in range(15)], [0.0] * 15
    given: dict[str, object] = {
        "year": 2020,
        "ages": ages,
        "female": [n + 1.0 for n in range(15)],
        "male": none,
        "survival_female": [1.0] * 15,
        "survival_male": [1.0] * 15,
        "fertility": none,
        "participation_female": [0.5 if 3 <= n <= 12 else 0.0 for n in range(15)],
        "participation_male": none,
    }
    return Population(**(given | more))  # type: ignore[arg-type]


def three(**more: object) -> Population:
    """157 people at work in 2020, 176.4 five years on; 71 leave work in between: the case of ``test_demography``."""
    given: dict[str, object] = {
        "year": 2020,
        "sex_ratio": 1.0,
        "ages": [0.0, 5.0, 10.0],
        "female": [100.0, 80.0, 60.0],
        "male": [90.0, 70.0, 40.0],
        "survival_female": [0.9, 0.8, 0.5],
        "survival_male": [0.9, 0.8, 0.5],
        "fertility": [0.0, 0.1, 0.05],
        "participation_female": [0.0, 0.5, 0.6],
        "participation_male": [0.0, 0.7, 0.8],
    }
    return Population(**(given | more))  # type: ignore[arg-type]


# Labour


@pytest.mark.parametrize("n", [0.03, -0.03])
def test_labour_grows_with_the_population(n: float) -> None:
    """200 hands and 5 engineers, a tenth more without work: 220 and 5.5 in 2020, then 1.03 and 1.03² of it.

    Proves: what there is in the first year has grown for one year; each year brings n of the year before, or takes it.
    Breaks if: the reserve is left out, growth is counted from another year, or a fall comes in as a supply.
    """
    e, policy = country(), Policy.of(years=2, population_growth=n, labour_reserve=0.1)
    rows = labour.labour(e, policy, horizon(e, policy))
    same(
        rows.commodities,
        [
            ("labour:hands", "capacity", "persons", 0.0, 220.0 * (1 + n), 0.0, "labour of hands skill"),
            ("labour:engineers", "capacity", "persons", 0.0, 5.5 * (1 + n), 0.0, "labour of engineers skill"),
        ],
    )
    came = [(s, y, n * stock * (1 + n) ** (y - 2020)) for s, stock in ((HANDS, 220.0), (ENGINEERS, 5.5))
            for y in (2021, 2022)]  # fmt: skip
    same(rows.exogenous, [(f"labour:{s}", y, a if a > 0 else 0.0, 0.0 if a > 0 else -a) for s, y, a in came])


def test_labour_follows_the_ages_at_work() -> None:
    """157 at work, 3.88 more a year; 14.2 leave a year: of the 482.64 at work in three years 42.6, r = 42.6 / 482.64.

    A college of three years has 27.1 pupils and loses a tenth of them a year; two persons are in a unit, of engineers
    two thirds as much as of hands. 27.1 / 2 / (1 + .9 + .81) = 5 begin a year, 5 · .729 = 3.645 finish. Hands are
    200 and the pupils, 2/3 · 13.55; with those who will enter in the place of engineers, 2/3 · 5.
    Proves: labour of 2021 is who stays, who enters, and who has finished; engineers enter as hands alone.
    Breaks if: pupils are nobody, graduates stay hands too, or those who enter are counted over another year's force.
    """
    e = country("base-year wage units (TST2020m)")
    college = School("college", ENGINEERS, 3, drop_out=0.1, enrolment=27.1, persons_per_unit=2.0)
    policy = Policy.of(years=2, population=three(), schools=[college], training_premium=1.5)
    rows = labour.labour(e, policy, horizon(e, policy))
    r = 42.6 / 482.64
    force = {year: (157.0 + 3.88 * (year - 2020)) / 157.0 for year in range(2020, 2024)}
    came = {year: force[year + 1] - (1 - r) * force[year] for year in (2020, 2021, 2022)}
    hands = 200.0 + 2 / 3 * 13.55
    entering = hands + 2 / 3 * 5.0
    first = (1 - r) * hands + entering * came[2020] - 2 / 3 * 3.645
    unit = e.employment_unit
    same(
        rows.commodities,
        [
            ("labour:hands", "capacity", unit, r, first, 0.0, "labour of hands skill"),
            ("labour:engineers", "capacity", unit, r, (1 - r) * 5.0 + 3.645, 0.0, "labour of engineers skill"),
        ],
    )
    expected = [("labour:hands", year, entering * came[year], 0.0) for year in (2021, 2022)]
    same(rows.exogenous, [*expected, *(("labour:engineers", year, 0.0, 0.0) for year in (2021, 2022))])
    empty = policy.of(years=2, population=three(), schools=[replace(college, enrolment=0.0)], training_premium=1.5)
    none_yet = labour.labour(e, empty, horizon(e, empty))
    there = (1 - r) * 200.0 + (200.0 + 2 / 3 * 5.0) * came[2020]
    assert [row.initial for row in none_yet.commodities] == pytest.approx([there, (1 - r) * 5.0])
    free = replace(college, enrolment=None)
    open_ = labour.labour(e, policy.of(years=2, population=three(), schools=[free]), horizon(e, policy))
    assert [row.initial for row in open_.commodities] == pytest.approx([200.0 * force[2021], 5.0 * force[2021]])
    assert open_.exogenous[2].supply == pytest.approx(5.0 * came[2021])


def test_more_pupils_than_people() -> None:
    """With four of ten living on, 131.2 work in 2025: 5.16 fewer a year of 157, so that those who finish leave a lack.

    Proves: a year's graduates cannot be more than the hands that there are; with a third of the pupils they are not.
    """
    fewer = three(survival_female=[0.9, 0.4, 0.5], survival_male=[0.9, 0.4, 0.5])
    for pupils, wrong in ((10000.0, True), (3000.0, False)):
        college = School("college", ENGINEERS, 1, enrolment=pupils)
        e, policy = country(), Policy.of(years=2, population=fewer, schools=[college])
        if wrong:
            with pytest.raises(StudyError, match=r"the pupils of 'college' are more than labour:hands"):
                labour.labour(e, policy, horizon(e, policy))
        else:
            assert labour.labour(e, policy, horizon(e, policy)).commodities[0].initial > 0


def test_standing_in_and_training() -> None:
    """A premium of 1.6: 1.6 of engineers stand in for one of hands, a pupil is 1/1.6 of hands for three years.

    Proves: pupils are hands in all years and taken in the last; 2 per cent of 200 hands, in engineers, may begin.
    Breaks if: standing in frees nothing, or a skill with a school of its own is trained by premium too.
    """
    e = country()
    policy = Policy.of(training_premium=1.6, training_years=3, training_ceiling=0.02, schooling_cost=0.4)
    h = horizon(e, policy)
    rows = labour.stand_in(e, policy, h)
    same(rows.activities, [("stand-in:hands", "persons", "standing in for labour of hands skill", "stand-in", 0, 0, 0)])
    same(
        rows.flows,
        [
            ("stand-in:hands", "labour:engineers", "occupy", 1.6, 0, ""),
            ("stand-in:hands", "labour:hands", "occupy", -1.0, 0, ""),
        ],
    )
    rows = labour.training(e, policy, h)
    train = f"train:{ENGINEERS}"
    same(rows.activities, [(train, "persons", "training for labour of engineers skill", "training", 0.0, 0.0, 0.0)])
    years = [
        row
        for lag in range(3)
        for row in (
            (train, "labour:hands", "occupy", 1 / 1.6, lag, ""), (train, "home:educ", "take", 0.4, lag, "")
        )
    ]  # fmt: skip
    ends = [(train, "labour:hands", "take", 1 / 1.6, 2, ""), (train, "labour:engineers", "give", 1.0, 2, "")]
    same(rows.flows, [*years, *ends])
    same(rows.bounds, [(train, 0, 0.0, 0.02 * 200.0 * 1.6)])
    base = horizon(e, policy, base_year=True)
    assert not labour.stand_in(e, policy, base).activities
    assert not labour.training(e, policy, base).activities
    assert not labour.training(e, replace(policy, schooling=["nothing"]), h).activities
    assert not labour.training(e, replace(policy, schools=[School("college", ENGINEERS, 2)]), h).activities


# Inhabitants


def test_people_by_age_as_indicators() -> None:
    """Of 120 there are 6 young, 85 of working age and 29 old, 42.5 at work; in five years 3, 75, 42 and 37.5.

    Proves: a year adds a fifth of the difference, in units of the 120 of the base year; the indicators are persons.
    Breaks if: a fall is a supply, or the young and the old are exchanged.
    """
    e, policy = country(), Policy.of(years=2, population=oldest())
    h = horizon(e, policy)
    rows = inhabitants.inhabitants(e, policy, h)
    first = {"young": 5.4, "working age": 83.0, "old": 31.6, "labour force": 41.5}
    moves = {"young": -0.6, "working age": -2.0, "old": 2.6, "labour force": -1.0}
    unit = "population of the base year"
    same(
        rows.commodities, [(f"people:{k}", "stock", unit, 0.0, v / 120, 0.0, f"people, {k}") for k, v in first.items()]
    )
    same(
        rows.exogenous,
        [(f"people:{k}", y, max(v, 0) / 120, max(-v, 0) / 120) for k, v in moves.items() for y in (2021, 2022)],
    )
    same(
        rows.indicators,
        [
            (name, f"people:{part}", "stock", 120.0, "", "persons, start of the year")
            for name, part in (
                ("population", "young"),
                ("population", "working age"),
                ("population", "old"),
                ("population: young and old", "young"),
                ("population: young and old", "old"),
                ("population: working age", "working age"),
                ("population: working age and old", "working age"),
                ("population: working age and old", "old"),
                ("population: labour force", "labour force"),
            )
        ],
    )
    young, old = "population: young and old", "population: working age and old"
    same(
        rows.ratios,
        [
            ("dependency ratio", young, "population: working age", "1"),
            ("labour force participation", "population: labour force", old, "1"),
        ],
    )
    assert not inhabitants.inhabitants(e, policy, replace(h, people=None)).commodities
    assert inhabitants.FEATURE.parts == (inhabitants.inhabitants,)
    assert inhabitants.FEATURE.findings == (inhabitants.population_tables,)


def test_the_tables_of_a_population() -> None:
    """Proves: ages are told as groups, the last one open, for every year from the accounts' to the one after the last.

    Two years of the case above: 1 girl of 0 to 4 becomes .8 in a year; nobody is born, dies or comes.
    """
    policy = Policy.of(years=2, population=oldest())
    plan = SimpleNamespace(policy=policy, economy=country())
    told = inhabitants.population_tables(plan)  # type: ignore[arg-type]
    by_age, change = told["population"], told["population_change"]
    assert list(by_age.columns) == ["year", "age", "sex", "persons"]
    women = by_age[(by_age["sex"] == "female") & (by_age["year"] == 2021)]
    assert women["age"].tolist() == [*(f"{n}-{n + 4}" for n in range(0, 70, 5)), "70+"]
    assert women["persons"].tolist() == pytest.approx([0.8 + n for n in range(14)] + [17.8])
    assert list(change.columns) == [
        "year", "persons", "young", "working age", "old", "labour force", "births", "deaths", "migrants"
    ]  # fmt: skip
    same(
        change.to_numpy().tolist(),
        [(2020 + n, 120, 6 - 0.6 * n, 85 - 2 * n, 29 + 2.6 * n, 42.5 - n, 0, 0, 0) for n in range(3)],
    )
    figures = {name: getattr(three(), name) for name in ("female", "male", "fertility")}
    yearly = replace(plan.policy, population=three(ages=[0.0, 1.0, 2.0], **figures))
    told = inhabitants.population_tables(SimpleNamespace(policy=yearly, economy=country()))  # type: ignore[arg-type]
    assert told["population"]["age"].unique().tolist() == ["0", "1", "2+"]
    assert told["population_change"]["births"].iloc[0] == pytest.approx(
        0.1 * (80.0 + 80.0) / 2 + 0.05 * (60.0 + 70.0) / 2
    )
    assert inhabitants.population_tables(SimpleNamespace(policy=Policy.of())) == {}  # type: ignore[arg-type]


# Households


def test_steps_of_utility() -> None:
    """Proves: utility has five steps below the base year's standard and 3 per cent each above, to four times of it.

    1.03^46 = 3.895 is below four and 1.03^47 = 4.012 above. Marginal utility is told from a twentieth on.
    """
    breaks = households.grid()
    assert breaks[:7].tolist() == pytest.approx([0.0, 0.5, 0.8, 0.9, 0.95, 1.0, 1.03])
    assert len(breaks) == 5 + 48
    assert breaks[-1] == pytest.approx(4.0119, abs=1e-4)
    assert breaks[6:] / breaks[5:-1] == pytest.approx(1.03)
    found = households.marginal_utility(np.array([0.01, 0.05, 0.25, 4.0]), 0.5)
    assert found.tolist() == pytest.approx([0.05**-0.5, 0.05**-0.5, 2.0, 0.5])


def stocked(taxes: float = 0.0) -> Economy:
    """Two sectors; farms draw 6 on stocks and works add 5; of what is imported farms add .5 and works draw 3.

    Farms make 94 and works 200; 8.5 of farm goods are imported and 40 of works. The state buys nothing.
    """
    return Economy.from_table(
        table(
            np.array([[20.0, 30.0], [10.0, 40.0]]),
            np.array([[1.0, 2.0], [5.0, 20.0]]),
            np.array([[20.0, 10.0, 0.0, 2.0, -6.0], [10.0, 25.0, 0.0, 35.0, 5.0]]),
            np.array([[3.0, 2.0, 0.0, 0.0, 0.5], [0.0, 6.0, 0.0, 12.0, -3.0]]),
            np.array([18.0, 75.0]),
            wages=np.array([30.0, 40.0]),
            codes=["farm", "works"],
            taxes=taxes,
        )
    )


def test_stocks_fade_out() -> None:
    """Additions of 5 and .5 end in four years, by quarters; a draw of 6 on farm goods as well, or more slowly.

    One per cent of 94 is .94: 6 − .94 · 3 = 3.18 is above the quarter of 6 in the third year. Of 40 imported works .4:
    3 − .4 · n is above the quarters of 3 in all years.
    Proves: what is added is a claim and what is drawn a supply, each of its own product, home and imported.
    Breaks if: a draw ends at once, additions are slowed too, or imports are measured by home output.
    """
    e, policy = stocked(), Policy.of(years=5, inventories_years=4, inventories_pace=0.01, population_growth=0.0)
    rows = households.inventories(e, policy, horizon(e, policy))
    years, added = range(2021, 2026), [0.75, 0.5, 0.25, 0.0, 0.0]
    same(
        rows.exogenous,
        [
            *(("home:farm", y, 6 - 0.94 * n, 0.0) for n, y in enumerate(years, 1)),
            *(("home:works", y, 0.0, 5 * share) for y, share in zip(years, added, strict=True)),
            *(("import:farm", y, 0.0, 0.5 * share) for y, share in zip(years, added, strict=True)),
            *(("import:works", y, 3 - 0.4 * n, 0.0) for n, y in enumerate(years, 1)),
        ],
    )
    fast = replace(policy, inventories_pace=0.5)
    found = households.inventories(e, fast, horizon(e, fast)).exogenous
    same(found[:5], [("home:farm", y, 6 * share, 0.0) for y, share in zip(years, added, strict=True)])
    alone = households.inventories(small(), policy, horizon(small(), policy)).exogenous
    same(alone, [("home:works", y, 0.0, 5 * share) for y, share in zip(years, added, strict=True)])


def test_who_has_a_living_standard() -> None:
    """Proves: spending is at purchasers' prices, home and imported; who buys nothing has no living standard."""
    e = stocked(taxes=0.1)
    assert [households.spending(e, g) for g in ("rural", "urban", "state")] == pytest.approx([33 * 1.1, 43 * 1.1, 0.0])
    assert households.groups(e) == ["rural", "urban"]
    assert households.groups(small()) == ["rural", "urban", "state"]


CHOICES = {
    "years": 2,
    "population_growth": 0.02,
    "discount_rate": 0.05,
    "floor": 0.9,
    "aversion": 1.5,
    "government_path": "fixed",
    "terminal_growth": 0.03,
    "terminal_weight": {"default": 1.0, "works": 0.5},
    "capacity_utilisation": 0.8,
    "gestation": {"default": 1, "works": 3},
    "groups": [Group("rural", floor=0.7, weight=3.0, aversion=0.5, growth=0.04)],
}


def test_what_people_live_on() -> None:
    """The country spends 33 (farm goods 20, works 10, imported farm goods 3), the state 19, fixed per head.

    The country grows by 4 per cent a year, others by 2; its floor is .7 and its weight 3; u' = 3 · z^−½, so 3 / √.25 =
    6 in the first step of utility, half of the base year's standard wide.
    Proves: floors, widths and paths follow each group's own number, later years are discounted from the second on.
    Breaks if: a choice reaches another group, or the first year is discounted.
    """
    e, policy = small(), Policy.of(**CHOICES)
    rows = households.baskets(e, policy, horizon(e, policy))
    living = [(row.activity, row.base) for row in rows.activities]
    assert living == [("live:rural", 33.0), ("live:urban", 45.0), ("live:state", 19.0)]
    same(
        rows.flows[:4],
        [
            ("live:rural", "home:farm", "take", 20 / 33, 0, ""),
            ("live:rural", "home:works", "take", 10 / 33, 0, ""),
            ("live:rural", "import:farm", "take", 3 / 33, 0, ""),
            ("live:rural", "standard:rural", "give", 1.0, 0, ""),
        ],
    )
    same(rows.bounds, [("live:state", 2020 + n, 19 * 1.02**n, 19 * 1.02**n) for n in (1, 2)])
    same(
        rows.floors,
        [
            *(("standard:rural", 2020 + n, 0.7 * 33 * 1.04**n, 33 * 1.04**n) for n in (1, 2)),
            *(("standard:urban", 2020 + n, 0.9 * 45 * 1.02**n, 45 * 1.02**n) for n in (1, 2)),
            *(("standard:state", 2020 + n, 0.9 * 19 * 1.02**n, 19 * 1.02**n) for n in (1, 2)),
        ],
    )
    steps = len(households.grid()) - 1
    assert len(rows.utility) == 6 * steps
    firsts = [rows.utility[n * steps] for n in range(6)]
    same(
        firsts,
        [
            ("standard:rural", 2021, 0, 0.5 * 33 * 1.04, 6.0),
            ("standard:rural", 2022, 0, 0.5 * 33 * 1.04**2, 6.0 / 1.05),
            ("standard:urban", 2021, 0, 0.5 * 45 * 1.02, 8.0),
            ("standard:urban", 2022, 0, 0.5 * 45 * 1.02**2, 8.0 / 1.05),
            ("standard:state", 2021, 0, 0.5 * 19 * 1.02, 8.0),
            ("standard:state", 2022, 0, 0.5 * 19 * 1.02**2, 8.0 / 1.05),
        ],
    )
    same(rows.utility[1:2], [("standard:rural", 2021, 1, 0.3 * 33 * 1.04, 3 * 0.65**-0.5)])
    assert rows.commodities[0][:3] == ("standard:rural", "good", e.money)


def test_what_is_left_at_the_end_counts() -> None:
    """After two years of 3 per cent growth, 2 of them in number: per head (1.03/1.02)², worth 1.05^−2 of it^−1.5.

    A unit of money is 100 / (.8 · 200) = .625 of the capacity of farms and 200 / (.8 · 500) = .5 of that of works.
    Proves: capacity counts at what it cost, by its weight, as far as growth during its gestation would use it.
    """
    e, policy = small(), Policy.of(**CHOICES)
    rows = households.baskets(e, policy, horizon(e, policy))
    worth = 1.05**-2 * ((1.03 / 1.02) ** 2) ** -1.5
    same(
        rows.terminal,
        [
            ("capacity:farm", worth / 0.625, "make:farm", 0.03),
            ("capacity:works", worth * 0.5 / 0.5, "make:works", 1.03**3 - 1),
            ("foreign exchange", worth, "", 0.0),
        ],
    )
    bare = Economy.from_table(replace(stocked_table(), capital_stock=pd.Series([0.5, 0.0], ["farm", "works"])))
    found = households.baskets(bare, policy, horizon(bare, policy)).terminal
    assert [row.commodity for row in found] == ["capacity:farm", "foreign exchange"]


def stocked_table() -> object:
    """Farms make .9 of money a year, works 60."""
    return table(
        np.array([[0.1, 0.2], [0.1, 20.0]]),
        np.array([[0.1, 5.0], [0.1, 5.0]]),
        np.array([[0.2, 0.1, 0.1, 0.0, 0.0], [10.0, 9.9, 5.0, 5.0, 0.0]]),
        np.array([[0.1, 0.1, 0.1, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0, 0.0]]),
        np.array([0.2, 10.0]),
        codes=["farm", "works"],
    )


def test_the_base_year_and_a_budget() -> None:
    """Proves: in the base year all live as they did and nothing counts after; with a budget the state does not live.

    Breaks if: a floor of the plan is asked of the base year, or its baskets are shifted.
    """
    e = small()
    policy = Policy.of(**(CHOICES | {"groups": [Group("rural", floor=0.7, growth=0.04, basket={"works": 1.5})]}))
    base = households.baskets(e, policy, horizon(e, policy, base_year=True))
    same(base.floors, [("standard:rural", 2020, 33.0, 33.0), ("standard:urban", 2020, 45.0, 45.0),
                       ("standard:state", 2020, 19.0, 19.0)])  # fmt: skip
    assert base.terminal == []
    assert base.flows[0].coefficient == pytest.approx(20 / 33)
    later = households.baskets(e, policy, horizon(e, policy))
    assert later.flows[0].coefficient == pytest.approx(20 / 38)
    public = replace(policy, budget=Budget())
    rows = households.baskets(e, public, horizon(e, public))
    assert [row.activity for row in rows.activities] == ["live:rural", "live:urban"]
    assert [row.commodity for row in rows.commodities] == ["standard:rural", "standard:urban", "standard:state"]
    assert households.FEATURE.parts == (households.baskets, households.inventories)


# Groups


def test_groups_and_their_choices() -> None:
    """Proves: later records win key by key, baskets product by product, and what is not asked is the plan's.

    Breaks if: a record for one group reaches another, or a later record forgets what an earlier one asked.
    """
    e = small()
    first = Group("rural", floor=0.7, weight=3.0, heads=60.0, basket={"works": 1.5, "farm": 2.0})
    later = Group("rural", floor=0.8, aversion=0.5, growth=0.04, basket={"farm": 0.5})
    policy = Policy.of(floor=0.9, aversion=1.5, population_growth=0.02, groups=[first, later])
    found = choices_by_group(e, policy)
    own = GroupChoices(0.8, 0.5, 3.0, 0.04, 60.0, {"works": 1.5, "farm": 0.5})
    assert found == {"rural": own, "urban": GroupChoices(0.9, 1.5)}
    assert words(e) == {"rural": ["rural"], "urban": ["urban"]}
    h = horizon(e, policy)
    assert own.number(h, 2023) == pytest.approx(1.04**3)
    assert found["urban"].number(h, 2023) == pytest.approx(1.02**3)
    assert own.number(horizon(e, policy, base_year=True), 2020) == 1.0
    assert (grown_apart(policy), heads_profile(policy, "living standard: rural")) == (
        True,
        "heads: living standard: rural",
    )
    alike = replace(policy, groups=[first])
    assert (grown_apart(alike), heads_profile(alike, "living standard: rural")) == (False, "heads")


def test_what_is_asked_for_nobody() -> None:
    """Proves: unknown groups and all unknown products are told together; a record that asks for nothing is refused."""
    policy = Policy.of(groups=[Group("rurl", floor=1.0), Group("urban", basket={"work": 2.0, "farms": 1.0})])
    with pytest.raises(Faults) as caught:
        choices_by_group(small(), policy)
    told = str(caught.value)
    assert all(f"'{name}'" in told for name in ("rurl", "work", "farms"))
    with pytest.raises(GroundplanError, match="nothing is asked for the group 'rural'"):
        Policy.of(groups=[Group("rural")])
    for asked in ({"floor": 0.5}, {"heads": 3.0}, {"basket": {"farm": 2.0}}):
        assert Policy.of(groups=[Group("rural", **asked)])  # type: ignore[arg-type]


def test_a_basket_of_the_same_total() -> None:
    """Home 6 and 2, imported 1 and 3, the second product half as much again: 7 and 7.5 of 14.5 become 12 in all.

    Of very little, 1/4 in all, as much is left; of nothing no basket is made.
    """
    home, imported = pd.Series({"a": 6.0, "b": 2.0}), pd.Series({"a": 1.0, "b": 3.0})
    at_home, abroad = shifted(home, imported, {"b": 1.5})
    assert at_home.to_dict() == pytest.approx({"a": 72 / 14.5, "b": 36 / 14.5})
    assert abroad.to_dict() == pytest.approx({"a": 12 / 14.5, "b": 54 / 14.5})
    little = shifted(home / 48, imported / 48, {"b": 1.5})
    assert float(little[0].sum() + little[1].sum()) == pytest.approx(0.25)
    with np.errstate(all="raise"):
        assert shifted(home, imported, {"a": 0.0, "b": 0.0})[0].isna().all()
