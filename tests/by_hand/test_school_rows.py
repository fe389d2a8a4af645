"""The rows of a school, figure by figure: who begins, goes on, finishes, teaches, and where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from plans import on_paper
from same_rows import same
from small_people import three
from small_schools import ENGINEERS, HANDS, country

from groundplan.economy.economy import Economy
from groundplan.planning.features.schools import schooling
from groundplan.planning.features.schools.school_levels import (
    School,
    levels,
)
from groundplan.planning.horizon import Horizon
from groundplan.planning.policy import Policy

WAGES = "base-year wage units (TST2020m)"
TRAIN = f"train:{ENGINEERS}"
OLDER = f"{TRAIN}@enrolled"


def college(**more: object) -> School:
    """Three years; a tenth leaves each year; a teacher for ten; two persons a unit; 27.1 pupils."""
    given: dict[str, object] = {
        "drop_out": 0.1,
        "teachers": 0.1,
        "persons_per_unit": 2.0,
        "enrolment": 27.1,
        "fall": 0.2,
        "place_cost": 3.0,
        "place_years": 4,
        "place_wear": 0.05,
        "age": 2,
    }
    return School("college", ENGINEERS, **({"years": 3} | given | more))  # type: ignore[arg-type]


def policy(*schools: School, **more: object) -> Policy:
    given: dict[str, object] = {"years": 2, "training_premium": 1.5, "schooling_cost": 0.4, "population": three()}
    return on_paper(**(given | {"schools": list(schools)} | more))


def rows(e: Economy, choices: Policy) -> schooling.Tables:
    return schooling.schools(e, choices, Horizon.of(e, choices, base_year=False))


def test_a_level_in_figures() -> None:
    """Of those who begin .9 attend a second year, .81 a third, .729 finish: 27.1 pupils in persons, two a unit, are 5.

    An engineer is 1.5 of hands in wages, so a pupil is two thirds of a unit of hands; a teacher for ten is .05 a pupil
    if an engineer and two thirds of that if a hand. Of the intakes before 1.71 and then .81 attend.
    """
    e = country(WAGES)
    (level,) = levels(e, policy(college()))
    assert level.attending.tolist() == pytest.approx([1.0, 0.9, 0.81])
    assert level.under_way.tolist() == pytest.approx([1.71, 0.81, 0.0])
    assert (level.finishing, level.intake, level.heads) == pytest.approx((0.729, 5.0, 2.0))
    assert (level.part, level.teaching, level.places) == pytest.approx((2 / 3, 0.05, 27.1))
    assert (level.below, level.teacher, level.unit, level.product) == (HANDS, ENGINEERS, "persons", "educ")
    assert level.fed
    (taught,) = levels(e, policy(college(teacher_skill=HANDS, places=40.0, product="farm")))
    assert (taught.teaching, taught.places, taught.product) == (pytest.approx(0.05 / 1.5), 40.0, "farm")
    (free,) = levels(e, policy(college(enrolment=None, place_cost=None)))
    assert (free.fed, free.places, free.intake) == (False, None, 0.0)


def test_the_flows_of_a_school() -> None:
    """Proves: what pupils, teachers and places occupy, take and give, year by year of their studies.

    Breaks if: a year's share of those who are left is another year's, or units of labour and persons are mixed up.
    """
    found = rows(country(WAGES), policy(college()))
    shares, before = (1.0, 0.9, 0.81), (1.71, 0.81)

    def attends(activity: str, left: Sequence[float]) -> list[tuple[object, ...]]:
        needs = (("labour:hands", 2 / 3), ("taught:college", 2.0), ("places:college", 2.0))
        return [(activity, c, "occupy", n * share, lag, "") for c, n in needs for lag, share in enumerate(left)]

    def finishes(activity: str, lag: int) -> list[tuple[object, ...]]:
        return [
            (activity, "labour:hands", "take", 2 / 3 * 0.729, lag, ""),
            (activity, "labour:engineers", "give", 0.729, lag, ""),
            (activity, "graduates:college", "give", 1.458, lag, ""),
            (activity, "trained:engineers", "give", 1.458, lag, ""),
        ]

    same(
        found.flows,
        [
            *attends(TRAIN, shares),
            *finishes(TRAIN, 2),
            ("teach:college", "taught:college", "occupy", -1.0, 0, ""),
            ("teach:college", "labour:engineers", "occupy", 0.05, 0, ""),
            ("teach:college", "home:educ", "take", 0.2, 0, ""),
            *attends(OLDER, before),
            *finishes(OLDER, 0),
            *finishes(OLDER, 1),
            ("build-places:college", "capital goods", "take", 3.0, 0, ""),
            ("build-places:college", "places:college", "give", 1.0, 3, ""),
            (TRAIN, "pupils:college", "give", 1.8, 0, ""),
            (TRAIN, "pupils:college", "take", 0.18, 1, ""),
            (TRAIN, "pupils:college", "take", 1.62, 2, ""),
            (OLDER, "pupils:college", "take", 1.8, 0, ""),
            (OLDER, "pupils:college", "take", 1.62, 1, ""),
        ],
    )


def test_what_a_school_keeps_and_its_limits() -> None:
    """Ten persons begin a year: 17.1 of them go on and 7.29 finished. Of 162.125 and 134.25 children a fifth are two.

    Proves: what there is at the start, what of it is lost, who may begin, and how each is told.
    """
    e = country(WAGES)
    found = rows(e, policy(college()))
    same(
        found.commodities,
        [
            ("taught:college", "capacity", "persons", 0.0, 27.1, 0.0, "teaching of the base year, college"),
            ("places:college", "capacity", "persons", 0.05, 27.1, 0.0, "places, college"),
            ("pupils:college", "stock", "persons", 0.0, 17.1, 0.0, "pupils, college"),
            ("graduates:college", "stock", "persons", 1.0, 7.29, 0.0, "graduates, college"),
            ("trained:engineers", "stock", "persons", 0.0, 0.0, 0.0, "trained, college"),
        ],
    )
    label = "college: training for labour of engineers skill"
    same(
        found.activities,
        [
            (TRAIN, WAGES, label, "training", 5.0, 0.0, 0.0),
            ("teach:college", "persons", "college: teaching", "training", 0.0, 0.0, 0.0),
            (OLDER, WAGES, "college: pupils of the years before the plan", "training", 0.0, 0.0, 0.0),
            ("build-places:college", "persons", "college: building places", "training", 0.0, 0.0, 0.0),
        ],
    )
    same(
        found.bounds,
        [
            (TRAIN, 2021, 0.0, 162.125 / 5 / 2),
            (TRAIN, 2022, 0.0, 134.25 / 5 / 2),
            (OLDER, 2021, 5.0, 5.0),
            (OLDER, 2022, 0.0, 0.0),
        ],
    )
    same(found.growth, [(TRAIN, float("inf"), 0.2, 0.0)])
    start, teachers = "persons, start of the year", "teachers: college"
    same(
        found.indicators,
        [
            ("investment", "build-places:college", "level", 3.0, "", "TST2020m / year"),
            ("intake: college", TRAIN, "level", 2.0, "", "persons / year"),
            ("pupils: college", TRAIN, "level", 2.0, "", "persons"),
            ("pupils: college", "pupils:college", "stock", 1.0, "", "persons"),
            ("graduates: college", "graduates:college", "stock", 1.0, "", "persons, of the year before"),
            ("trained: engineers", "trained:engineers", "stock", 1.0, "", "persons, by the start of the year"),
            ("places: college", "places:college", "stock", 1.0, "", start),
            ("employment", "teach:college", "level", 0.05, "", WAGES),
            ("employment: engineers", "teach:college", "level", 0.05, "", WAGES),
            (teachers, "teach:college", "level", 0.05, "", WAGES),
        ],
    )
    same(found.ratios, [("teachers share: college", teachers, "labour force: engineers", "1")])
    assert not schooling.schools(e, policy(college()), Horizon.of(e, policy(college()), base_year=True)).flows
    assert schooling.FEATURE.parts == (schooling.schools,)
    assert schooling.FEATURE.findings == (schooling.schooling_table,)


def test_a_school_without_more() -> None:
    """One year, nobody leaves, no teachers, no places: 2 per cent of 200 hands may begin, in engineers 1.5 times that.

    Proves: what is not stated writes no row. Breaks if: a limit, a teacher or a place comes from nowhere.
    """
    e = country(WAGES)
    bare = School("college", ENGINEERS, 1, cost=0.7)
    found = rows(e, policy(bare, population=None, population_growth=0.0, training_ceiling=0.02))
    same(found.bounds, [(TRAIN, 0, 0.0, 0.02 * 200 * 1.5)])
    assert found.growth == []
    assert [a.activity for a in found.activities] == [TRAIN, "teach:college"]
    assert [c.commodity for c in found.commodities] == [
        "taught:college", "pupils:college", "graduates:college", "trained:engineers"
    ]  # fmt: skip
    same(
        found.flows,
        [
            (TRAIN, "labour:hands", "occupy", 2 / 3, 0, ""),
            (TRAIN, "taught:college", "occupy", 1.0, 0, ""),
            (TRAIN, "labour:hands", "take", 2 / 3, 0, ""),
            (TRAIN, "labour:engineers", "give", 1.0, 0, ""),
            (TRAIN, "graduates:college", "give", 1.0, 0, ""),
            (TRAIN, "trained:engineers", "give", 1.0, 0, ""),
            ("teach:college", "taught:college", "occupy", -1.0, 0, ""),
            ("teach:college", "home:educ", "take", 0.7, 0, ""),
        ],
    )
    assert [row.indicator for row in found.indicators if "teach" in row.on] == []
    given = rows(e, policy(replace(bare, cost=0.0, places=30.0), population=None, population_growth=0.0))
    assert [row.commodity for row in given.flows if row.activity == "teach:college"] == ["taught:college"]
    assert [c.initial for c in given.commodities if c.commodity == "places:college"] == [30.0]
    assert "build-places:college" not in [a.activity for a in given.activities]
    assert not given.bounds


def test_few_pupils_of_before() -> None:
    """1.5 pupils of two years, of whom none leaves: .75 begin a year; of a school of one year nobody is under way.

    Proves: however few, those who began before the plan go on. Breaks if: less than one unit counts as none.
    """
    e = country()
    few = School("college", ENGINEERS, 2, enrolment=1.5, cost=0.0)
    found = rows(e, policy(few))
    same([row for row in found.bounds if row.activity == OLDER], [(OLDER, 2021, 0.75, 0.75), (OLDER, 2022, 0.0, 0.0)])
    same(
        [row for row in found.flows if row.commodity == "pupils:college"],
        [(TRAIN, "pupils:college", "give", 1.0, 0, ""), (TRAIN, "pupils:college", "take", 1.0, 1, ""),
         (OLDER, "pupils:college", "take", 1.0, 0, "")],
    )  # fmt: skip
    assert [row for row in rows(e, policy(replace(few, years=1))).flows if row.activity == OLDER] == []
    assert [row for row in rows(e, policy(replace(few, enrolment=0.0))).flows if row.activity == OLDER] == []


def test_the_table_of_schools() -> None:
    """4 and 3 units of two persons begin; 17 and 9 go on, 7 and 6 finish; of 27 and 25 places, 20 and 10 pupils taught.

    Proves: each figure is of its own year; who finishes is counted a year later; a tenth of a teacher a pupil.
    Breaks if: intake is in units of labour, or graduates are those of the year before.
    """
    years, stages = [2021, 2022], [2021, 2022, 2023]
    plan = SimpleNamespace(
        economy=country(WAGES),
        policy=policy(college()),
        activities=SimpleNamespace(years=years),
        level=pd.DataFrame([[4.0, 3.0], [20.0, 10.0]], [TRAIN, "teach:college"], years),
        stock=pd.DataFrame(
            [[17.0, 9.0, 5.0], [8.0, 7.0, 6.0], [27.0, 25.0, 24.0]],
            ["pupils:college", "graduates:college", "places:college"],
            stages,
        ),
    )
    told = schooling.schooling_table(plan)["schooling"]  # type: ignore[arg-type]
    assert told.iloc[0].to_dict() == {
        "year": 2021, "level": "college", "skill": ENGINEERS, "labour": "labour of engineers skill", "intake": 8.0,
        "pupils": 25.0, "graduates": 7.0, "places": 27.0, "teachers": 2.0, "unit": "persons",
        "teachers_unit": "persons",
    }  # fmt: skip
    assert told[["year", "intake", "pupils", "graduates", "places", "teachers"]].iloc[1].tolist() == [
        2022, 6.0, 15.0, 6.0, 25.0, 1.0
    ]  # fmt: skip
    plan.policy = policy(college(persons_per_unit=None, age=None, enrolment=None, place_cost=None))
    plan.stock = plan.stock.drop("places:college")
    told = schooling.schooling_table(plan)["schooling"]  # type: ignore[arg-type]
    assert told["places"].isna().all()
    assert told["teachers"].tolist() == pytest.approx([2.0, 1.0])
    assert told["intake"].tolist() == [4.0, 3.0]
    assert told[["unit", "teachers_unit"]].iloc[0].tolist() == [WAGES, WAGES]
    plan.policy = policy(college(persons_per_unit=4.0, teacher_skill=HANDS))
    told = schooling.schooling_table(plan)["schooling"]  # type: ignore[arg-type]
    assert told["teachers"].tolist() == [2.0, 1.0]
    plan.policy = policy()
    assert schooling.schooling_table(plan) == {}  # type: ignore[arg-type]
