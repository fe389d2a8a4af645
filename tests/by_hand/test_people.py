"""Schools, places, teachers, a labour force that ages, and research: cases that fit on paper."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from plans import on_paper
from small_schools import ENGINEERS, HANDS, ageing, best, classes, country, levels, stocks
from view_text import written

from groundplan import plan
from groundplan.errors import Faults, GroundplanError, PlanInfeasible, StudyError, UnknownName
from groundplan.outcome import Outcome
from groundplan.planning.activities import Activities
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.features.people.demography import Demography, Population
from groundplan.planning.features.research import Research
from groundplan.planning.features.schools.school_levels import School
from groundplan.planning.features.schools.school_levels import levels as schooled
from groundplan.planning.horizon import Horizon
from groundplan.planning.policy import Target
from groundplan.results.plan_pages.plan_people import people
from groundplan.study.study import open_study

TRAIN = f"train:{ENGINEERS}"
# What begins in the last year finishes after the plan and would count there too.
NONE_AT_THE_END = {"activity": TRAIN, "year": 2023, "upper": 0.0}


def school(years: int = 3, **more: object) -> School:
    return School("college", ENGINEERS, years, **({"cost": 0.0, "places": 1000.0, "place_wear": 0.0} | more))  # type: ignore[arg-type]


# Schooling


def test_engineers_in_the_fifth_year() -> None:
    """81 engineers by the fifth year, three years of college, a tenth of the pupils leaves each year.

    They must begin in the second year at the latest: 81 / 0.9³ = 111.11 begin, 100 stay for the second year, 90 for
    the third, 81 finish. In the third year of their studies 90 hands are missing from work; in the next, those who
    left are back, and of 200 hands 119 remain.
    Proves: intake = need / (1−d)^years, lags, and who drops out is labour of the skill below again.
    Breaks if: a year of drop-out is left out, or graduates work a year too early.
    """
    e = country()
    a, policy = classes(
        e, years=5, schools=[school(drop_out=0.1)], targets=[Target(f"trained: {ENGINEERS}", ">=", 81.0, year=2025)]
    )
    a = replace(a, activities=a.activities.assign(cost=(a.activities["activity"] == TRAIN).astype(float)))
    found = best(a, policy)
    begun = levels(found, TRAIN)
    assert sum(begun) == pytest.approx(81 / 0.9**3)
    assert sum(begun[2:]) == 0.0
    late = replace(a, activities=a.activities.assign(cost=a.activities["activity"].eq(TRAIN) * 1.0)).adding(
        bounds=[{"activity": TRAIN, "year": 2021, "upper": 0.0}]
    )
    found = best(late, policy)
    assert levels(found, TRAIN)[1] == pytest.approx(111.111111)
    # a stage is the start of a year; those who begin in 2022 are counted from 2023 on
    assert stocks(found, "pupils:college") == pytest.approx([0, 0, 100, 90, 0, 0], abs=1e-5)
    assert stocks(found, "graduates:college") == pytest.approx([0, 0, 0, 0, 81, 0], abs=1e-5)
    assert stocks(found, f"labour:{ENGINEERS}") == pytest.approx([5, 5, 5, 5, 86, 86], abs=1e-5)
    assert stocks(found, f"labour:{HANDS}") == pytest.approx([200, 200, 200, 200, 119, 119], abs=1e-5)


def test_too_late_to_begin() -> None:
    """Engineers wanted in the third year from a college of three years: nobody can have finished.

    Proves: a target on graduates is an ordinary target, and one too early is infeasible.
    Breaks if: schooling gives its labour in advance.
    """
    wish = Target(f"trained: {ENGINEERS}", ">=", 1.0, year=2023)
    a, policy = classes(country(), years=3, schools=[school()], targets=[wish])
    with pytest.raises(PlanInfeasible):
        best(a, policy)


def test_teachers_bind() -> None:
    """Five engineers teach ten pupils each, for two years: 50 may attend, so 50 finish within three years.

    Who begins in the first two years finishes by the end of the third, and in the second year both intakes attend:
    a₁ + a₂ ≤ 50.
    Proves: teachers are people of the skill, occupied by the pupils of every year.
    Breaks if: teachers are asked for newcomers only.
    """
    a, policy = classes(country(), years=3, schools=[school(2, teachers=0.1)])
    found = best(a.adding(bounds=[NONE_AT_THE_END]), policy, **{f"trained:{ENGINEERS}": 1.0})
    assert found.objective == pytest.approx(50.0)
    # with hands as teachers there is no such limit: 200 hands, of whom a pupil takes one and a teacher a tenth
    a, policy = classes(country(), years=3, schools=[school(2, teachers=0.1, teacher_skill=HANDS)])
    assert best(a.adding(bounds=[NONE_AT_THE_END]), policy, **{f"trained:{ENGINEERS}": 1.0}).objective == pytest.approx(
        200 / 1.1
    )


def test_places_bind_and_are_built() -> None:
    """30 places and 10 of capital goods a year at 1 a place, ready a year later: 30, then 40 may attend.

    Of two intakes of two years each a₁ ≤ 30 and a₁ + a₂ ≤ 40, so 40 finish within three years. With a wear of half a
    year's places: 30, then 15 + 10 = 25.
    Proves: places are occupied by all who attend, are built with a lag and wear.
    Breaks if: places are ready in the year in which they are begun, or only newcomers need one.
    """
    goal = {f"trained:{ENGINEERS}": 1.0}
    built = {"places": 30.0, "place_cost": 1.0, "place_years": 1}
    a, policy = classes(country(), years=3, schools=[school(2, **built)])
    found = best(a.adding(bounds=[NONE_AT_THE_END]), policy, **goal)
    assert found.objective == pytest.approx(40.0)
    assert stocks(found, "places:college")[:2] == [30.0, 40.0]
    a, policy = classes(country(), years=3, schools=[school(2, **(built | {"place_wear": 0.5}))])
    assert best(a.adding(bounds=[NONE_AT_THE_END]), policy, **goal).objective == pytest.approx(25.0)
    a, policy = classes(country(), years=3, schools=[school(2, places=30.0)])
    assert best(a.adding(bounds=[NONE_AT_THE_END]), policy, **goal).objective == pytest.approx(30.0)


def test_wage_units_and_persons() -> None:
    """In wage units with a premium of 1.5 a pupil who becomes one unit of engineers is two thirds of one of hands.

    120 persons are in a unit of engineers: 240 places hold two units, and a teacher for ten pupils, an engineer, is a
    tenth of a unit for each; a teacher who is a hand is two thirds of that.
    Proves: persons per unit turn pupils and places into labour, and the premium turns hands into engineers.
    Breaks if: a head is the same amount of labour in both skills.
    """
    e = country("base-year wage units (TST2020m)")
    one = school(1, places=240.0, persons_per_unit=120.0, teachers=0.1, cost=0.01)
    policy = on_paper(schools=[one], training_premium=1.5, population_growth=0.0)
    level = schooled(e, policy)[0]
    assert (level.unit, level.heads) == ("persons", 120.0)
    assert level.part == pytest.approx(2 / 3)
    assert level.teaching * 120 == pytest.approx(0.1)
    with_hands = policy.of(schools=[replace(one, teacher_skill=HANDS)], training_premium=1.5)
    assert schooled(e, with_hands)[0].teaching * 120 == pytest.approx(0.1 / 1.5)
    a, policy = classes(e, years=2, schools=[one], training_premium=1.5)
    found = best(a, policy, **{f"trained:{ENGINEERS}": 1.0})
    assert levels(found, TRAIN) == pytest.approx([2.0, 2.0])
    assert found.objective == pytest.approx(480.0)
    assert stocks(found, f"labour:{HANDS}") == pytest.approx([200, 200 - 4 / 3, 200 - 8 / 3], abs=1e-5)
    assert min(levels(found, "teach:college")) >= 240.0 - 1e-5


# Population


def test_three_groups_by_hand() -> None:
    """100, 100 and 50 of each sex, half of those of five and over live on, 0.2 births a woman of 5 to 9 a year.

    Women of 5 to 9: 100 now, 100 in five years: births 5 · 0.2 · 100 = 100, half girls. In 2025 each sex counts
    50, 100 and (100 + 50) / 2 = 75; half-way, after one of the five years, 90, 100 and 55. In 2020 workers are the
    100 of each sex of 5 to 9; of them (and of their elders) all leave within five years: 20 of a sex a year.
    Proves: the projection, its single years and the rate of retirement.
    Breaks if: single years do not lie between the steps, or growing old is not leaving work.
    """
    people = Demography.of(ageing(), 2020, 2026)
    assert [people.persons(y) for y in (2020, 2021, 2025)] == pytest.approx([500.0, 490.0, 450.0])
    assert people.people.sel(year=2021, sex="male").values.tolist() == pytest.approx([90.0, 100.0, 55.0])
    assert people.labour_force(2020) == 200.0
    assert people.retirement == pytest.approx(40.0 / 200.0)
    assert float(people.births.sel(year=2020).sum()) == 20.0
    assert float(people.deaths.sel(year=2020).sum()) == pytest.approx(30.0)
    assert people.cohort(2020, 7) == 40.0
    assert people.cohort(2020, 10) == 0.0
    assert people.between(2020, 0, 10) == 400.0
    # if half of the old work, 125 of a sex are at work, 37.5 of them in five years' time: 17.5 leave in a year
    half = ageing(participation_female=[0.0, 1.0, 0.5], participation_male=[0.0, 1.0, 0.5])
    assert Demography.of(half, 2020, 2021).retirement == pytest.approx(17.5 / 125.0)


def test_one_intake_is_no_larger_than_its_year_of_age() -> None:
    """200 children of 0 to 4 are 40 of each age; 2021 has 180, 36 of each. Two persons are in a unit of labour.

    Proves: the age at entry limits who begins, year by year.
    Breaks if: a group of five years counts as one.
    """
    a, policy = classes(country(), years=3, schools=[school(1, age=2, persons_per_unit=2.0)], population=ageing())
    found = best(a, policy, **{f"trained:{ENGINEERS}": 1.0})
    people = Demography.of(ageing(), 2020, 2024)
    assert levels(found, TRAIN) == pytest.approx([people.cohort(y, 2) / 2 for y in (2021, 2022, 2023)])
    assert people.cohort(2021, 2) == pytest.approx(36.0)


def test_those_who_began_before_the_plan() -> None:
    """A college of two years with 30 pupils, none of whom leaves: 15 began in each year, 15 finish in each.

    Nobody else becomes an engineer. At the start of 2021 there are 5·(1−r) + 15 engineers, and 15 pupils go on; they
    finish that year. If nobody begins, 15 more are engineers in 2022, and none after them.
    Proves: enrolment is what keeps itself up, and those under way finish.
    Breaks if: pupils of before the plan are lost, or finish at once.
    """
    one = school(2, enrolment=30.0, places=None, fall=1.0)
    a, policy = classes(country(), years=3, schools=[one], population=ageing())
    a = a.adding(bounds=[{"activity": TRAIN, "upper": 0.0}])
    found = best(a, policy)
    stay = 1.0 - Demography.of(ageing(), 2020, 2024).retirement
    first = 5 * stay + 15
    expected = [first, first * stay + 15, (first * stay + 15) * stay]
    assert stocks(found, f"labour:{ENGINEERS}")[:3] == pytest.approx(expected, abs=1e-5)
    assert stocks(found, "pupils:college") == pytest.approx([15, 0, 0, 0], abs=1e-5)
    assert stocks(found, "graduates:college") == pytest.approx([15, 15, 0, 0], abs=1e-5)
    assert stocks(found, "places:college")[0] == 30.0


def test_an_intake_falls_no_faster_than_is_said() -> None:
    """15 begin a year before the plan; with a fall of a fifth at least 12 begin in the first year, then 9.6.

    Proves: a school that alone feeds its skill does not close because the plan ends.
    Breaks if: the first year is free.
    """
    one = school(2, enrolment=30.0, places=None, fall=0.2)
    a, policy = classes(country(), years=2, schools=[one], population=ageing())
    found = best(a, policy, **{f"labour:{HANDS}": 1.0})
    assert levels(found, TRAIN) == pytest.approx([12.0, 9.6])


# Research


def technique(a: Activities, topic: str = "steel") -> Activities:
    """A new way of making that can make 50 once the research is done, kept in a store."""
    return a.adding(
        commodities=[{"commodity": "new goods", "kind": "stock"}],
        activities=[{"activity": "make:new"}],
        flows=[
            {"activity": "make:new", "commodity": f"research:{topic}", "role": "occupy", "coefficient": 1 / 50},
            {"activity": "make:new", "commodity": "new goods", "role": "give", "coefficient": 1.0},
        ],
    )


@pytest.mark.parametrize(("whole", "staff", "made"), [(False, 5.0, 100.0), (False, 10.0, 50.0), (True, 10.0, 0.0)])
def test_research_permits_a_technique(whole: bool, staff: float, made: float) -> None:
    """Five engineers, a programme of two years, a technique of 50 a year in the two years after it.

    With a staff of five the programme is done: 2 · 50. With a staff of ten half of it is done, and half is permitted;
    if it must be whole, nothing is.
    Proves: research is a capacity that comes after its years; a part permits a part.
    Breaks if: the technique works in the year in which research ends, or a whole programme is done by halves.
    """
    topic = Research("steel", staff, 2, whole=whole)
    a, policy = classes(country(), years=4, research=[topic])
    later = [{"activity": "do-research:steel", "year": y, "upper": 0.0} for y in (2022, 2023)]
    a = technique(a).adding(bounds=later)
    found = best(a, policy, **{"new goods": 1.0})
    assert found.objective == pytest.approx(made, abs=1e-6)


def test_laboratories_bind() -> None:
    """No laboratory yet; one for half a programme is built with 10 of capital goods at 20 each, ready in two years.

    Research then begins in the third year, by halves: of five years one is left for the technique, 25.
    Proves: laboratories hold as much research as they are built for.
    Breaks if: they are ready at once.
    """
    topic = Research("steel", 1.0, 2, laboratories=0.0, laboratory_cost=20.0, laboratory_years=2)
    a, policy = classes(country(), years=5, research=[topic])
    found = best(technique(a), policy, **{"new goods": 1.0})
    assert found.objective == pytest.approx(25.0)


# Refusals


def refused(**choices: object) -> str:
    with pytest.raises(GroundplanError) as caught:
        compile_plan(country(), on_paper(**choices))  # type: ignore[arg-type]
    return str(caught.value)


def test_what_cannot_be_is_refused_all_at_once() -> None:
    """Proves: unknown skills, schools without pupils, doubles and missing populations are told together, by name."""
    told = refused(schools=[School("a", "engineer", 2, teacher_skill="hand"), School("b", HANDS, 1)])
    assert "no skill 'engineer'; nearest: 'engineers'" in told
    assert "no skill of teachers 'hand'; nearest: 'hands'" in told
    assert "no skill below 'hands'" in told
    told = refused(schools=[school(enrolment=5.0, age=7), school(1)])
    assert "enrolment of level 'college' is given without a population" in told
    assert "age of level 'college'" in told
    assert "level 'college' has two schools" in told
    assert "skill 'engineers' has two schools" in told
    assert "have a cost and no number" in refused(schools=[school(place_cost=1.0, places=None)])
    assert "no product of schooling that is made 'edu'" in refused(schools=[school(product="edu")])
    told = refused(research=[Research("x", 1.0, 1, skill="engineer"), Research("x", 1.0, 1, cost=1.0, product="farn")])
    assert "nearest: 'engineers'" in told
    assert "nearest: 'farm'" in told
    assert "topic 'x' has two programmes" in told
    assert "buys no product" in refused(research=[Research("x", 1.0, 1, cost=1.0)])


def test_a_population_that_cannot_be_is_refused(tmp_path: Path) -> None:
    """Proves: a population is refused for what is wrong with it, in a record or in a file, with the file's name."""
    assert "population_growth is given beside" in refused(population=ageing(), population_growth=0.01)
    late = replace(ageing(), year=2021)
    assert "after the accounts" in refused(population=late)
    assert "male has 2 figures" in refused(population=replace(ageing(), male=[1.0, 2.0]))
    assert "sex_ratio of a population is 7, outside 0.5 to 2" in refused(population=replace(ageing(), sex_ratio=7.0))
    assert "no groups of one or five years" in refused(population=replace(ageing(), ages=[0.0, 3.0, 6.0]))
    assert "give birth" in refused(population=replace(ageing(), fertility=[0.1, 0.2, 0.0]))
    assert "nobody of the population works" in refused(
        population=replace(ageing(), participation_female=[0.0] * 3, participation_male=[0.0] * 3)
    )
    assert "not given" in refused(population=Population(2020, ages=[0.0, 5.0]))
    file = tmp_path / "people.csv"
    assert "cannot be read" in refused(population=Population(2020, file=str(file)))
    file.write_text("age,sex,number,survival,fertility,participatoin\n0,female,1,1,0,0\n", "utf-8")
    told = refused(population=Population(2020, file=str(file)))
    assert "nearest: 'participation'" in told
    assert str(file) in told
    lines = ["age,sex,number,survival,fertility,participation"]
    lines += [f"{age},{sex},10,1,0,{p}" for sex in ("female", "male") for age, p in ((0, 0), (5, 2))]
    file.write_text("\n".join(lines), "utf-8")
    assert "participation at age 5, male, is 2" in refused(population=Population(2020, file=str(file)))
    file.write_text("\n".join([*lines, "5,male,ten,1,0,1"]), "utf-8")
    told = refused(population=Population(2020, file=str(file)))
    assert "given twice" in told
    assert "number in row 5 is 'ten'" in told


def test_a_file_and_lists_are_the_same_population(tmp_path: Path) -> None:
    """Proves: a CSV by age and sex is read to the figures of the record with the lists."""
    p = ageing()
    file = tmp_path / "people.csv"
    rows = ["age, sex, number, survival, fertility, participation"]
    for sex in ("female", "male"):
        figures = (getattr(p, name) for name in (sex, f"survival_{sex}", "fertility", f"participation_{sex}"))
        by_age = zip(p.ages, *figures, strict=True)
        rows += [f"{a:g}, {sex}, {n}, {s}, {f if sex == 'female' else ''}, {w}" for a, n, s, f, w in by_age]
    file.write_text("\n".join(rows), "utf-8")
    e = country()
    horizons = [
        Horizon.of(e, on_paper(years=7, population=one), base_year=False)
        for one in (p, Population(2020, file=str(file), sex_ratio=1.0))
    ]
    for year in range(2021, 2028):
        assert horizons[0].heads(year) == horizons[1].heads(year)
        assert horizons[0].labour_force(year) == horizons[1].labour_force(year)
    assert "people.csv" in horizons[1].population_basis


def test_errors_have_their_kind() -> None:
    """Proves: one fault is itself and several are told together, so that faces can show them apart."""
    with pytest.raises(UnknownName):
        compile_plan(country(), on_paper(schools=[School("a", "engineer", 2)]))
    with pytest.raises(Faults):
        compile_plan(country(), on_paper(schools=[school(), school()]))
    with pytest.raises(StudyError):
        compile_plan(country(), on_paper(population=replace(ageing(), year=2030)))


# The whole way: a study, an outcome, a report


STUDY = """
country = "KEN"

[plan]
years = 2

[population]
year = 2019
source = "made up"
sex_ratio = 1.0
ages = [0, 5, 10]
female = [100, 100, 50]
male = [100, 100, 50]
survival_female = [1, 1, 0.5]
survival_male = [1, 1, 0.5]
fertility = [0, 0.2, 0]
participation_female = [0, 1, 0]
participation_male = [0, 1, 0]

[[schools]]
level = "college"
skill = "flab-s"
years = 1
places = 10.0
teachers = 0.1
place_cost = 0.5

[[research]]
topic = "maize"
staff = 1
years = 1

[[targets]]
indicator = "research: maize"
sense = ">="
value = 1
year = 2021

[[targets]]
indicator = "trained: flab-s"
sense = ">="
value = 9.0
year = 2021
"""


def test_from_a_study_to_a_report(tmp_path: Path) -> None:
    """A study with all three records is run, saved, opened again, told in sentences, and written whole.

    Proves: records are read with their lines, tables land in the outcome, and the study of the outcome repeats it.
    Breaks if: a list is not written as TOML, a table is missing, or the report needs what is not saved.
    """
    (tmp_path / "study.toml").write_text(STUDY, "utf-8")
    study = open_study(tmp_path / "study.toml")
    assert study.policy.population is not None
    assert study.policy.schools[0].line == "study.toml, line 20"
    outcome = plan(study)
    (tmp_path / "again.toml").write_text(outcome.provenance["study"], "utf-8")
    again = open_study(tmp_path / "again.toml").policy
    assert [r.as_dict() for r in again.schools] == [r.as_dict() for r in study.policy.schools]
    assert again.population is not None
    assert again.population.as_dict() == study.policy.population.as_dict()
    outcome.save(tmp_path / "out")
    opened = Outcome.open(tmp_path / "out")
    assert written(people(opened)) == written(people(outcome))
    assert people(replace(outcome, tables={})) == ()
    told = re.sub("<[^>]*>", " ", written(people(outcome)))
    assert "500 persons in 2019 and 480 persons in 2021" in told
    assert "Maize: begun in 2020, done by the end of 2020." in told
    assert "College: " in told
    population = outcome.table("population")
    assert population.loc[population["year"] == 2021, "persons"].sum() == pytest.approx(480.0)
    assert population["age"].unique().tolist() == ["0-4", "5-9", "10+"]
    rows = outcome.table("schooling").set_index("year")
    assert rows.loc[2020, "graduates"] == pytest.approx(rows.loc[2020, "intake"])
    assert rows.loc[2020, "graduates"] >= 9.0 - 1e-6
    assert outcome.indicator("trained: flab-s")[2021] == pytest.approx(rows.loc[2020, "graduates"])
    assert outcome.indicator("population")[2021] == pytest.approx(480.0)
    assert outcome.indicator("teachers: college")[2020] >= 0.1 * rows.loc[2020, "pupils"] - 1e-6
    assert outcome.indicator("dependency ratio").isna().all()
