"""A population of three groups of ages, five years wide, carried forward on paper."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small_people import three

from groundplan.errors import Faults, GroundplanError, StudyError
from groundplan.planning.features.people.demography import Demography, Population, figures, listed
from groundplan.planning.features.people.inhabitants import counted
from groundplan.planning.features.people.population import project


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


# The projection itself


AGES = [0, 5, 10]


def by_sex(women: list[float], men: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"female": women, "male": men}, pd.Index(AGES, name="age"))


NUMBER = by_sex([100.0, 80.0, 60.0], [90.0, 70.0, 40.0])
SURVIVAL = by_sex([0.9, 0.8, 0.5], [0.7, 0.6, 0.4])
FERTILITY = pd.Series([0.0, 0.1, 0.05], pd.Index(AGES, name="age"))


def test_a_step_with_migrants() -> None:
    """Women of 0 to 4: 2 come a year, 10 a step, 5 at once; of the oldest 4 leave a year, 10 at once. 1.5 boys a girl.

    Girls 105 · .8 = 84 live to be 5 to 9; (80 + 50) · .5 − 10 = 55 women of 10 and over. Born: 5 · (.1 · (80 + 84) +
    .05 · (50 + 55)) / 2 = 54.125, of whom 21.65 girls and 32.475 boys; girls of 0 to 4: .9 · 21.65 + 5. Men: .7 ·
    32.475, .6 · 90 = 54 and .4 · 110 = 44. Died: 21 + 65 + 2.165 and 36 + 66 + 9.7425.
    Proves: half of the migrants are there from the start; each sex is born and lives on by its own share.
    Breaks if: a step counts a year's migrants, or girls and boys are exchanged.
    """
    moves = by_sex([2.0, 0.0, -4.0], [0.0, 0.0, 0.0])
    found = project(NUMBER, SURVIVAL, FERTILITY, sex_ratio=1.5, migration=moves)
    assert found.width == 5
    assert found.people.sizes["step"] == 2
    after = found.people.sel(step=1)
    assert after.sel(sex="female").values.tolist() == pytest.approx([0.9 * 21.65 + 5, 84.0, 55.0])
    assert after.sel(sex="male").values.tolist() == pytest.approx([0.7 * 32.475, 54.0, 44.0])
    assert found.births.values.tolist() == [pytest.approx([21.65, 32.475])]
    assert found.deaths.values.tolist() == [pytest.approx([88.165, 111.7425])]
    assert found.migrants.values.tolist() == [[-10.0, 0.0]]
    twice = project(NUMBER, SURVIVAL, FERTILITY, sex_ratio=1.5, migration=moves, steps=2)
    assert twice.people.sel(step=1).values.tolist() == after.values.tolist()
    assert twice.migrants.values.tolist() == [[-10.0, 0.0]] * 2
    assert project(NUMBER, SURVIVAL, FERTILITY).births.values[0].tolist() == pytest.approx(
        project(NUMBER, SURVIVAL, FERTILITY, sex_ratio=1.05).births.values[0].tolist()
    )
    assert project(NUMBER, SURVIVAL, FERTILITY, steps=0).people.sizes["step"] == 1


def test_ages_that_are_none() -> None:
    """Proves: ages begin with 0 and follow by one or by five years alone; of wrong ones the first six are told.

    Breaks if: ages of one width that is neither, or of several widths, are carried forward.
    """
    for ages in ([0, 5, 10], [0, 1, 2]):
        assert project(*(table.set_axis(ages) for table in (NUMBER, SURVIVAL, FERTILITY)))  # type: ignore[arg-type]
    for ages in ([5, 10, 15], [0, 1, 6], [0, 3, 6], [1, 2, 3], [-5, 0, 5]):
        with pytest.raises(StudyError, match=f"ages {', '.join(map(str, ages))} ... are no groups"):
            project(*(table.set_axis(ages) for table in (NUMBER, SURVIVAL, FERTILITY)))  # type: ignore[arg-type]

    many = [pd.concat([table] * 3).set_axis([*range(8), 9]) for table in (NUMBER, SURVIVAL, FERTILITY)]
    with pytest.raises(StudyError, match=r"ages 0, 1, 2, 3, 4, 5 \.\.\. are no groups"):
        project(*many)  # type: ignore[arg-type]


def faults(*asked: object, **more: object) -> list[str]:
    with pytest.raises(GroundplanError) as caught:
        project(*asked, **more)  # type: ignore[arg-type]
    told = caught.value
    return [str(fault).partition("\n")[0] for fault in (told.faults if isinstance(told, Faults) else [told])]


def test_figures_of_no_population() -> None:
    """Proves: each wrong figure is told by name, age and sex, at most three of a table, all tables at once.

    Breaks if: the first wrong table hides the others, or a figure at the edge is refused.
    """
    assert faults(NUMBER.rename(columns={"male": "men"}), SURVIVAL.rename(columns={"male": "men"}), FERTILITY)[
        0
    ].startswith("no sex 'men'")
    assert "the population has no women" in faults(NUMBER[["male"]], SURVIVAL[["male"]], FERTILITY)
    lonely = NUMBER.copy()
    lonely.loc[5, "male"], lonely.loc[10, "female"] = -1.0, np.nan
    dead = SURVIVAL.copy()
    dead.loc[0, "female"] = 1.25
    many = FERTILITY.copy()
    many[10] = 2.0
    far = by_sex([0.0, 0.0, np.inf], [-np.inf, -1e9, 0.0])
    assert faults(lonely, dead, many, migration=far) == [
        "number of people at age 5, male, is -1",
        "number of people at age 10, female, is nan",
        "survival at age 0, female, is 1.25",
        "fertility at age 10, female, is 2",
        "migration at age 0, male, is -inf",
        "migration at age 10, female, is inf",
    ]
    assert len(faults(-NUMBER, SURVIVAL, FERTILITY)) == 3
    with pytest.raises(GroundplanError, match="give a number from 0 to 1"):
        project(NUMBER, dead, FERTILITY)
    assert faults(NUMBER, SURVIVAL[["female"]], many) == [
        "survival is not by the population's ages and sexes",
        "fertility at age 10, female, is 2",
    ]
    assert faults(NUMBER, SURVIVAL.iloc[:2], FERTILITY) == ["survival is not by the population's ages and sexes"]
    early = pd.Series([1.0, 0.1, 0.05], FERTILITY.index)
    assert faults(NUMBER, SURVIVAL, early) == ["children of the first group give birth"]
    early[0] = 0.25
    assert faults(NUMBER, SURVIVAL, early) == ["children of the first group give birth"]
    edge = by_sex([1.0, 0.0, 1.0], [0.0, 1.0, 1.0])
    assert project(0.0 * NUMBER, edge, pd.Series([0.0, 1.0, 0.0], FERTILITY.index)).people.sum() == 0.0
    assert faults(NUMBER.iloc[:0], SURVIVAL.iloc[:0], FERTILITY.iloc[:0])[0].startswith("ages  ...")


def test_ages_of_two_groups() -> None:
    """Two groups of one year, 10 and 20 women, who all stay; a tenth of the young and half of the old work.

    Of 1 + 10 at work the young lose nothing when they grow old; 20 of the last group stay in it. Everybody is of the
    last group after a year: 30, of whom 15 work.
    Proves: groups of one year and a projection of two groups are carried forward; nobody leaves.
    """
    p = Population(
        year=2020, ages=[0.0, 1.0], female=[10.0, 20.0], male=[0.0, 0.0], survival_female=[1.0, 1.0],
        survival_male=[1.0, 1.0], fertility=[0.0, 0.0], participation_female=[0.1, 0.5], participation_male=[0.1, 0.5],
    )  # fmt: skip
    people = Demography.of(p, 2020, 2022)
    assert people.width == 1
    assert [people.labour_force(y) for y in (2020, 2021, 2022)] == pytest.approx([11.0, 15.0, 15.0])
    assert people.retirement == 0.0
    assert people.cohort(2020, 0) == 10.0
    assert people.cohort(2020, 1) == 0.0


def test_who_leaves_work_in_each_step() -> None:
    """Ten years from 2020: after 71 in the first five, in the second those of the 50.625, 152 and 125 people of 2025.

    Of 80 women and 72 men of 5 to 9 in 2025, and 70 and 55 older, half are among the oldest in 2030, 75 and 63.5; at
    work were 40 + 42 women and 50.4 + 44 men, of whom 45 and 50.8 are left: 37 + 43.6 gone, 16.12 a year.
    Proves: each year loses what its own step loses. Breaks if: the first step's loss stands for all.
    """
    people = Demography.of(three(), 2020, 2030)
    force = [157.0 + 3.88 * n for n in range(6)]
    assert [people.labour_force(2020 + n) for n in range(6)] == pytest.approx(force)
    young = 0.8 * 50.625 / 2  # girls, and as many boys
    last = (0.5 + 0.7) * young + 0.6 * 75.0 + 0.8 * 63.5
    assert people.labour_force(2030) == pytest.approx(last)
    second = [force[5] + (last - force[5]) * n / 5 for n in range(5)]
    assert people.retirement == pytest.approx((5 * 14.2 + 5 * 16.12) / (sum(force[:5]) + sum(second)))
