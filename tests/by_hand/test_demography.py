"""A population of three groups of ages, five years wide, carried forward on paper."""

from __future__ import annotations

import pytest

from groundplan.errors import GroundplanError, StudyError
from groundplan.planning.features.people.demography import Demography, Population, figures, listed
from groundplan.planning.features.people.inhabitants import counted


def three(**more: object) -> Population:
    """Women 100, 80, 60 and men 90, 70, 40 of ages 0, 5 and 10 on; as many girls as boys are born.

    Of those born .9 live to be in the first group, of that .8 to the second, of both older ones .5 stay.
    """
    asked: dict[str, object] = {
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
    return Population(**(asked | more))  # type: ignore[arg-type]


def test_five_years_on_paper() -> None:
    """Five years on there are 80 and .5 · 140 = 70 women, .8 · 90 = 72 and .5 · 110 = 55 men.

    Born: 5 · (.1 · (80 + 80) + .05 · (60 + 70)) / 2 = 56.25, of whom 50.625 live. Died: 20 + 70 + 18 + 55 + 5.625.
    At work 40 + 36 + 49 + 32 = 157, then 40 + 42 + 50.4 + 44 = 176.4. Of the 76 and 81 who could be among the oldest 42
    and 44 are: 71 have left in five years, 14.2 a year.

    Proves: a year has a fifth of a step's births and deaths, and of the change of every group; those who leave work are
    counted over those at work in the same years.
    Breaks if: a step counts for a year, or the newcomers to work are taken off those who leave.
    """
    people = Demography.of(three(), 2020, 2022)
    later = 50.625 + 80 + 72 + 70 + 55
    assert people.width == 5
    found = [people.persons(year) for year in (2020, 2021, 2022)]
    assert found == pytest.approx([440 + n * (later - 440) / 5 for n in range(3)])
    assert [people.labour_force(y) for y in (2020, 2021)] == pytest.approx([157.0, 157.0 + 19.4 / 5])
    assert people.births.sum("sex").values.tolist() == pytest.approx([11.25, 11.25])
    assert people.deaths.sum("sex").values.tolist() == pytest.approx([168.625 / 5] * 2)
    assert people.migrants.sum().item() == 0.0
    assert people.retirement == pytest.approx(2 * 14.2 / (157.0 + 160.88))
    moved = Demography.of(three(migration_female=[0.0, 2.0, 0.0]), 2020, 2022)
    assert moved.migrants.sel(sex="female").values.tolist() == [2.0, 2.0]
    assert moved.migrants.sel(sex="male").values.tolist() == [0.0, 0.0]


def test_a_population_older_than_the_accounts() -> None:
    """Counted in 2018, the first step ends in 2023; then 5 · (.1 · 100.25 + .05 · 145) / 2 are born.

    Proves: years before the plan are gone through, a year belongs to the step that it begins in, and a step that ends
    with the plan is enough.
    Breaks if: the first year of a plan is taken for the first of the projection.
    """
    people = Demography.of(three(year=2018), 2020, 2024)
    assert people.persons(2020) == pytest.approx(440 - 0.4 * (440 - 327.625))
    assert people.births.sum("sex").values.tolist() == pytest.approx([11.25, 11.25, 11.25, 8.6375])
    assert Demography.of(three(year=2018), 2020, 2023).persons(2023) == pytest.approx(327.625)
    assert Demography.of(three(), 2020, 2021).persons(2020) == 440.0
    with pytest.raises(StudyError, match="after the accounts"):
        Demography.of(three(year=2021), 2020, 2022)
    with pytest.raises(StudyError, match="nobody of the population works"):
        Demography.of(three(participation_female=[0.0] * 3, participation_male=[0.0] * 3), 2020, 2022)


def test_ages_between_and_of_one_year() -> None:
    """Proves: a group counts by its lower age, from it and to below; one year of age is a fifth of its group; none is
    told of the last group, which is open.

    Breaks if: an age at the edge falls into the group before, or the oldest are spread over five years.
    """
    people = Demography.of(three(), 2020, 2022)
    assert people.between(2020, 0, 5) == 190.0
    assert people.between(2020, 5, 10) == 150.0
    assert people.between(2020, 5, float("inf")) == 250.0
    assert people.between(2020, 1, 6) == 150.0
    assert [people.cohort(2020, age) for age in (0, 4, 5, 9, 10, 40)] == [38.0, 38.0, 30.0, 30.0, 0.0, 0.0]


def test_young_working_and_old() -> None:
    """Fifteen groups to 70 on, one woman each: three below 15, ten to 64, two from 65 on.

    Proves: the bounds of working age are 15 and 65, each with the group that begins there.
    """
    ages = [5.0 * n for n in range(15)]
    flat = {"survival_female": [1.0] * 15, "survival_male": [1.0] * 15, "fertility": [0.0] * 15}
    work = {"participation_female": [0.5] * 15, "participation_male": [0.5] * 15}
    p = three(ages=ages, female=[1.0] * 15, male=[0.0] * 15, **flat, **work)
    assert counted(Demography.of(p, 2020, 2021), 2020) == {
        "young": 3.0, "working age": 10.0, "old": 2.0, "labour force": 7.5
    }  # fmt: skip


def test_shares_of_work_have_bounds() -> None:
    """Proves: nobody and all may work, no fewer and no more, and each wrong share is told by its age and sex."""
    assert figures(three(participation_male=[0.0, 1.0, 1.0]))["participation"]["male"].tolist() == [0.0, 1.0, 1.0]
    wrong = three()
    object.__setattr__(wrong, "participation_male", [0.0, 1.5, 0.5])
    with pytest.raises(GroundplanError, match=r"participation at age 5, male, is 1\.5"):
        figures(wrong)
    assert listed(three()) == three()
