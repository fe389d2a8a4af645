"""Schooling by level: pupils, teachers, places, years and those who leave, in place of training by premium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.planning.activity_rows import (
    ActivityRow,
    BoundRow,
    CommodityRow,
    FlowRow,
    GrowthRow,
    IndicatorRow,
    RatioRow,
    Tables,
    gives,
    occupies,
    takes,
)
from groundplan.planning.feature import Feature
from groundplan.planning.features.production.production import CAPITAL_GOODS
from groundplan.planning.features.schools.school_levels import PERSONS, SchoolLevel, levels, skill_name

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy
    from groundplan.planning.solved_plan import SolvedPlan

ENROLLED = "@enrolled"


def schools(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """train:s where a level of schooling is stated for s, its teachers, its places, and who began before the plan.

        train:s     begins 1 unit of s. In its k-th year, k = 0 … n−1, with (1−d)^k of it left: occupies part·(1−d)^k
                    of labour:below, heads·(1−d)^k of taught:level and of places:level
                    After its last year it takes part·(1−d)^n of labour:below and gives (1−d)^n of labour:s
        teach:level          for a pupil: occupies the teachers' labour, takes schooling, frees 1 of taught:level
        build-places:level   takes capital goods, gives a place after its gestation

    Who drops out is labour of the skill below again, in the next year. With years 1, d = 0, no teachers and no places
    a plan is what ``people.training`` makes it. Where places or an age at entry are stated they are the limit, in
    place of the policy's training_ceiling. The intake of a school that alone feeds its skill falls no faster than
    ``fall``. As many pupils as were enrolled in the base year are taught by the schools
    of the base year, which the accounts hold already.
    Units: the economy's employment unit; pupils and places in persons where heads are counted or persons_per_unit is
    stated.
    """
    if h.base_year:
        return Tables()
    return Tables.joined(
        part
        for level in levels(e, policy)
        for part in (
            _taught(e, policy, level),
            _begun(e, policy, h, level),
            _places(e, level),
            _counted(level),
            _indicators(e, level),
        )
    )


def _taught(e: Economy, policy: Policy, level: SchoolLevel) -> Tables:
    """An intake, year by year, and what a pupil is taught with."""
    r, train, teach, taught = level.record, level.train, f"teach:{level.record.level}", f"taught:{level.record.level}"
    spent = policy.schooling_cost / level.heads if r.cost is None else r.cost
    label = f"teaching of the base year, {r.level}"
    return Tables(
        commodities=[CommodityRow(taught, "capacity", level.unit, initial=r.enrolment or 0.0, label=label)],
        activities=[
            _training(
                train, e.employment_unit, f"{r.level}: training for {skill_name(e, level.skill)}", base=level.intake
            ),
            _training(teach, level.unit, f"{r.level}: teaching"),
        ],
        flows=[
            *_attended(level, train, level.attending),
            *_finished(level, train, r.years - 1),
            occupies(teach, taught, -1.0),
            *([occupies(teach, f"labour:{level.teacher}", level.teaching)] if level.teaching > 0 else []),
            *([takes(teach, f"home:{level.product}", spent)] if spent > 0 else []),
        ],
    )


def _training(name: str, unit: str, label: str, base: float = 0.0) -> ActivityRow:
    return ActivityRow(name, unit, label, "training", base=base)


def _attended(level: SchoolLevel, activity: str, attending: np.ndarray) -> list[FlowRow]:
    """What pupils occupy while they are there: their own labour, teaching, places."""
    needs = [(f"labour:{level.below}", level.part), (f"taught:{level.record.level}", level.heads)]
    if level.places is not None:
        needs.append((f"places:{level.record.level}", level.heads))
    return [
        occupies(activity, c, n * float(share), lag=lag)
        for c, n in needs
        for lag, share in enumerate(attending)
        if share > 0
    ]


def _finished(level: SchoolLevel, activity: str, lag: int) -> list[FlowRow]:
    """An intake that ends: labour leaves the skill below for the skill, and is counted."""
    done = level.finishing
    return [
        takes(activity, f"labour:{level.below}", level.part * done, lag=lag),
        gives(activity, f"labour:{level.skill}", done, lag=lag),
        gives(activity, f"graduates:{level.record.level}", level.heads * done, lag=lag),
        gives(activity, f"trained:{level.skill}", level.heads * done, lag=lag),
    ]


def _begun(e: Economy, policy: Policy, h: Horizon, level: SchoolLevel) -> Tables:
    """How many may begin, and those who began before the plan: one activity whose level is given."""
    r, train, bounds = level.record, level.train, []
    if r.age is not None and h.people is not None:
        bounds = [BoundRow(train, year, upper=h.people.cohort(year, r.age) / level.heads) for year in h.years]
    elif level.places is None:
        pupils = float(e.employment.sel(skill=level.below).sum())
        bounds = [BoundRow(train, upper=policy.training_ceiling * pupils / level.part)]
    # What graduates after the plan is worth nothing to it: without this a school would close before the end.
    open_ = Tables(bounds=bounds, growth=[GrowthRow(train, down=r.fall)] if level.fed else [])
    if not (level.intake > 0 and r.years > 1):
        return open_
    older, given = f"{train}{ENROLLED}", {year: level.intake * float(year == h.years[0]) for year in h.years}
    leaving = [flow for lag in range(r.years - 1) for flow in _finished(level, older, lag)]
    return open_ + Tables(
        activities=[_training(older, e.employment_unit, f"{r.level}: pupils of the years before the plan")],
        flows=[*_attended(level, older, level.under_way), *leaving],
        bounds=[BoundRow(older, year, lower=amount, upper=amount) for year, amount in given.items()],
    )


def _places(e: Economy, level: SchoolLevel) -> Tables:
    """places:level and how more are built; nothing where places are no limit."""
    r, places, build = level.record, f"places:{level.record.level}", f"build-places:{level.record.level}"
    if level.places is None:
        return Tables()
    there = CommodityRow(places, "capacity", level.unit, r.place_wear, level.places, label=f"places, {r.level}")
    if r.place_cost is None:
        return Tables(commodities=[there])
    return Tables(
        commodities=[there],
        activities=[_training(build, level.unit, f"{r.level}: building places")],
        flows=[takes(build, CAPITAL_GOODS, r.place_cost), gives(build, places, lag=r.place_years - 1)],
        indicators=[IndicatorRow("investment", build, coefficient=r.place_cost, unit=f"{e.money} / year")],
    )


def _counted(level: SchoolLevel) -> Tables:
    """pupils:level who go on from the year before, graduates:level of the year before, trained:s since the plan began.

    They are kept so that a target may name them; nothing else uses them. A count of graduates is lost within a year.
    """
    r, unit, begun = level.record, level.unit, level.heads * level.intake
    pupils, graduates = f"pupils:{r.level}", f"graduates:{r.level}"
    going_on = [(level.train, np.concatenate([[0.0], level.attending[1:], [0.0]]))]
    if level.intake > 0:
        going_on.append((f"{level.train}{ENROLLED}", np.concatenate([level.under_way, [0.0]])))
    return Tables(
        commodities=[
            CommodityRow(pupils, "stock", unit, initial=begun * float(level.under_way[0]), label=f"pupils, {r.level}"),
            CommodityRow(graduates, "stock", unit, 1.0, initial=begun * level.finishing, label=f"graduates, {r.level}"),
            CommodityRow(f"trained:{level.skill}", "stock", unit, label=f"trained, {r.level}"),
        ],
        flows=[
            FlowRow(activity, pupils, "give" if step > 0 else "take", level.heads * abs(float(step)), lag)
            for activity, share in going_on
            for lag, step in enumerate(np.diff(share))
            if step != 0
        ],
    )


def _indicators(e: Economy, level: SchoolLevel) -> Tables:
    """Indicators of a level; teachers count as employed."""
    name, unit, start = level.record.level, level.unit, "start of the year"
    kept = [
        (f"pupils: {name}", f"pupils:{name}", unit),
        (f"graduates: {name}", f"graduates:{name}", f"{unit}, of the year before"),
        (f"trained: {level.skill}", f"trained:{level.skill}", f"{unit}, by the {start}"),
        (f"places: {name}", f"places:{name}", f"{unit}, {start}"),
    ]
    teaching = ("employment", f"employment: {level.teacher}", f"teachers: {name}") if level.teaching > 0 else ()
    return Tables(
        indicators=[
            IndicatorRow(f"intake: {name}", level.train, coefficient=level.heads, unit=f"{unit} / year"),
            IndicatorRow(f"pupils: {name}", level.train, coefficient=level.heads, unit=unit),
            *(IndicatorRow(indicator, stock, "stock", unit=words) for indicator, stock, words in kept),
            *(
                IndicatorRow(indicator, f"teach:{name}", coefficient=level.teaching, unit=e.employment_unit)
                for indicator in teaching
            ),
        ],
        ratios=[RatioRow(f"teachers share: {name}", f"teachers: {name}", f"labour force: {level.teacher}")],
    )


def schooling_table(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """``schooling``: for each level and year who begins, attends and finishes, places and teachers.

    Units: pupils in ``unit``; teachers, beyond those of the base year, in ``teachers_unit``. Who finishes in a year is
    ready for work in the next.
    """
    years = list(plan.activities.years)
    frames = [_schooled(plan, level, years) for level in levels(plan.economy, plan.policy)]
    return {"schooling": pd.concat(frames, ignore_index=True)} if frames else {}


def _schooled(plan: SolvedPlan, level: SchoolLevel, years: list[int]) -> pd.DataFrame:
    name, kept = level.record.level, plan.stock
    intake = level.heads * plan.level.loc[level.train, years].to_numpy(dtype=float)
    after = [year + 1 for year in years]
    places, persons = f"places:{name}", level.unit == PERSONS
    each = level.record.teachers if persons else level.teaching
    return pd.DataFrame(
        {
            "year": years,
            "level": name,
            "skill": level.skill,
            "labour": skill_name(plan.economy, level.skill),
            "intake": intake,
            "pupils": intake + kept.loc[f"pupils:{name}", years].to_numpy(dtype=float),
            "graduates": kept.loc[f"graduates:{name}", after].to_numpy(dtype=float),
            "places": kept.loc[places, years].to_numpy(dtype=float) if places in kept.index else np.nan,
            "teachers": each * plan.level.loc[f"teach:{name}", years].to_numpy(dtype=float),
            "unit": level.unit,
            "teachers_unit": PERSONS if persons else plan.economy.employment_unit,
        }
    )


FEATURE = Feature(parts=(schools,), findings=(schooling_table,))
