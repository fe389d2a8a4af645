"""The rows that people bring into a plan: where they work and how many there are, figure by figure."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from plans import on_paper
from same_rows import same
from small_people import three
from small_schools import ENGINEERS, HANDS, country

from groundplan.economy.economy import Economy
from groundplan.errors import StudyError
from groundplan.planning.features.people import inhabitants, labour
from groundplan.planning.features.people.demography import Population
from groundplan.planning.features.schools.school_levels import School
from groundplan.planning.horizon import Horizon
from groundplan.planning.policy import Policy


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


# Labour


@pytest.mark.parametrize("n", [0.03, -0.03])
def test_labour_grows_with_the_population(n: float) -> None:
    """200 hands and 5 engineers, a tenth more without work: 220 and 5.5 in 2020, then 1.03 and 1.03² of it.

    Proves: what there is in the first year has grown for one year; each year brings n of the year before, or takes it.
    Breaks if: the reserve is left out, growth is counted from another year, or a fall comes in as a supply.
    """
    e, policy = country(), on_paper(years=2, population_growth=n, labour_reserve=0.1)
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
    policy = on_paper(years=2, population=three(), schools=[college], training_premium=1.5)
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
    empty = on_paper(years=2, population=three(), schools=[replace(college, enrolment=0.0)], training_premium=1.5)
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
        e, policy = country(), on_paper(years=2, population=fewer, schools=[college])
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
    policy = on_paper(training_premium=1.6, training_years=3, training_ceiling=0.02, schooling_cost=0.4)
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
    e, policy = country(), on_paper(years=2, population=oldest())
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
    policy = on_paper(years=2, population=oldest())
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
    assert inhabitants.population_tables(SimpleNamespace(policy=on_paper())) == {}  # type: ignore[arg-type]
