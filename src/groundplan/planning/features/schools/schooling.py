"""Schooling by level: pupils, teachers, places, years and those who leave, in place of training by premium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from groundplan.economy.economy import Economy
from groundplan.planning.features.production.production import CAPITAL_GOODS
from groundplan.planning.features.schools.levels import Level, levels
from groundplan.planning.features.schools.skills import skill_name

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

Record = dict[str, object]
ENROLLED = "@enrolled"


def schools(e: Economy, policy: Policy, h: Horizon) -> dict[str, list[Record]]:
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
    out: dict[str, list[Record]] = {
        t: [] for t in ("commodities", "activities", "flows", "bounds", "growth", "indicators", "ratios")
    }
    for level in () if h.base_year else levels(e, policy):
        _teach(out, e, policy, level)
        _begin(out, e, policy, h, level)
        if level.places is not None:
            _place(out, e, level)
        _count(out, level)
        _tell(out, e, level)
    return out


def _teach(out: dict[str, list[Record]], e: Economy, policy: Policy, level: Level) -> None:
    """An intake, year by year, and what a pupil is taught with."""
    r, train, teach, taught = level.record, level.train, f"teach:{level.record.level}", f"taught:{level.record.level}"
    spent = policy.schooling_cost / level.heads if r.cost is None else r.cost
    out["commodities"].append(
        {"commodity": taught, "kind": "capacity", "unit": level.unit, "initial": r.enrolment or 0.0,
         "label": f"teaching of the base year, {r.level}"}
    )  # fmt: skip
    out["activities"] += [
        _act(train, e.employment_unit, f"{r.level}: training for {skill_name(e, level.skill)}")
        | {"base": level.intake},
        _act(teach, level.unit, f"{r.level}: teaching"),
    ]
    out["flows"] += _attended(level, train, level.attending)
    out["flows"] += _finished(level, train, r.years - 1)
    out["flows"].append({"activity": teach, "commodity": taught, "role": "occupy", "coefficient": -1.0})
    if level.teaching > 0:
        out["flows"].append(
            {"activity": teach, "commodity": f"labour:{level.teacher}", "role": "occupy",
             "coefficient": level.teaching}
        )  # fmt: skip
    if spent > 0:
        out["flows"].append({"activity": teach, "commodity": f"home:{level.product}", "coefficient": spent})


def _act(name: str, unit: str, label: str) -> Record:
    return {"activity": name, "unit": unit, "label": label, "group": "training"}


def _attended(level: Level, activity: str, attending: np.ndarray) -> list[Record]:
    """What pupils occupy while they are there: their own labour, teaching, places."""
    needs = [(f"labour:{level.below}", level.part), (f"taught:{level.record.level}", level.heads)]
    if level.places is not None:
        needs.append((f"places:{level.record.level}", level.heads))
    return [
        {"activity": activity, "commodity": c, "role": "occupy", "coefficient": n * float(share), "lag": lag}
        for c, n in needs
        for lag, share in enumerate(attending)
        if share > 0
    ]


def _finished(level: Level, activity: str, lag: int) -> list[Record]:
    """An intake that ends: labour leaves the skill below for the skill, and is counted."""
    done, name = level.finishing, level.record.level
    return [
        {"activity": activity, "commodity": f"labour:{level.below}", "coefficient": level.part * done, "lag": lag},
        *(
            {"activity": activity, "commodity": c, "role": "give", "coefficient": amount, "lag": lag}
            for c, amount in (
                (f"labour:{level.skill}", done),
                (f"graduates:{name}", level.heads * done),
                (f"trained:{level.skill}", level.heads * done),
            )
        ),
    ]


def _begin(out: dict[str, list[Record]], e: Economy, policy: Policy, h: Horizon, level: Level) -> None:
    """How many may begin, and those who began before the plan: one activity whose level is given."""
    r, train = level.record, level.train
    if r.age is not None and h.people is not None:
        out["bounds"] += [
            {"activity": train, "year": year, "upper": h.people.cohort(year, r.age) / level.heads} for year in h.years
        ]
    elif level.places is None:
        pupils = float(e.employment.sel(skill=level.below).sum())
        out["bounds"].append({"activity": train, "upper": policy.training_ceiling * pupils / level.part})
    if level.fed:
        # What graduates after the plan is worth nothing to it: without this a school would close before the end.
        out["growth"].append({"on": train, "down": r.fall})
    if level.intake > 0 and r.years > 1:
        older = f"{train}{ENROLLED}"
        out["activities"].append(_act(older, e.employment_unit, f"{r.level}: pupils of the years before the plan"))
        out["flows"] += _attended(level, older, level.under_way)
        for lag in range(r.years - 1):
            out["flows"] += _finished(level, older, lag)
        out["bounds"] += [
            {"activity": older, "year": year, "lower": level.intake * now, "upper": level.intake * now}
            for year in h.years
            for now in (float(year == h.years[0]),)
        ]


def _place(out: dict[str, list[Record]], e: Economy, level: Level) -> None:
    """places:level and how more are built."""
    r, places, build = level.record, f"places:{level.record.level}", f"build-places:{level.record.level}"
    out["commodities"].append(
        {"commodity": places, "kind": "capacity", "unit": level.unit, "initial": level.places, "loss": r.place_wear,
         "label": f"places, {r.level}"}
    )  # fmt: skip
    if r.place_cost is not None:
        out["activities"].append(_act(build, level.unit, f"{r.level}: building places"))
        out["flows"] += [
            {"activity": build, "commodity": CAPITAL_GOODS, "coefficient": r.place_cost},
            {"activity": build, "commodity": places, "role": "give", "coefficient": 1.0, "lag": r.place_years - 1},
        ]
        out["indicators"].append(
            {"indicator": "investment", "on": build, "coefficient": r.place_cost, "unit": f"{e.money} / year"}
        )


def _count(out: dict[str, list[Record]], level: Level) -> None:
    """pupils:level who go on from the year before, graduates:level of the year before, trained:s since the plan began.

    They are kept so that a target may name them; nothing else uses them. A count of graduates is lost within a year.
    """
    r, pupils = level.record, f"pupils:{level.record.level}"
    out["commodities"] += [
        {"commodity": pupils, "kind": "stock", "unit": level.unit, "label": f"pupils, {r.level}",
         "initial": level.heads * level.intake * float(level.under_way[0])},
        {"commodity": f"graduates:{r.level}", "kind": "stock", "unit": level.unit, "loss": 1.0,
         "label": f"graduates, {r.level}", "initial": level.heads * level.intake * level.finishing},
        {"commodity": f"trained:{level.skill}", "kind": "stock", "unit": level.unit, "label": f"trained, {r.level}"},
    ]  # fmt: skip
    going_on = [(level.train, np.concatenate([[0.0], level.attending[1:], [0.0]]))]
    if level.intake > 0 and r.years > 1:
        going_on.append((f"{level.train}{ENROLLED}", np.concatenate([level.under_way, [0.0]])))
    for activity, share in going_on:
        out["flows"] += [
            {"activity": activity, "commodity": pupils, "role": "give" if step > 0 else "take",
             "coefficient": level.heads * abs(float(step)), "lag": lag}
            for lag, step in enumerate(np.diff(share))
            if step != 0
        ]  # fmt: skip


def _tell(out: dict[str, list[Record]], e: Economy, level: Level) -> None:
    """Indicators of a level; teachers count as employed."""
    name, unit, start = level.record.level, level.unit, "start of the year"
    rows = [
        (f"intake: {name}", level.train, level.heads, "level", f"{unit} / year"),
        (f"pupils: {name}", level.train, level.heads, "level", unit),
        (f"pupils: {name}", f"pupils:{name}", 1.0, "stock", unit),
        (f"graduates: {name}", f"graduates:{name}", 1.0, "stock", f"{unit}, of the year before"),
        (f"trained: {level.skill}", f"trained:{level.skill}", 1.0, "stock", f"{unit}, by the {start}"),
        (f"places: {name}", f"places:{name}", 1.0, "stock", f"{unit}, {start}"),
        *(
            (indicator, f"teach:{name}", level.teaching, "level", e.employment_unit)
            for indicator in ("employment", f"employment: {level.teacher}", f"teachers: {name}")
            if level.teaching > 0
        ),
    ]
    out["indicators"] += [
        {"indicator": indicator, "on": on, "coefficient": factor, "part": part, "unit": told}
        for indicator, on, factor, part, told in rows
    ]
    out["ratios"].append(
        {"indicator": f"teachers share: {name}", "numerator": f"teachers: {name}",
         "denominator": f"labour force: {level.teacher}"}
    )  # fmt: skip
