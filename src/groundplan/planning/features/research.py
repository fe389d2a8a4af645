"""Research: staff for some years, then knowledge that permits a technique."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.activity_rows import ActivityRow, CommodityRow, IndicatorRow, Tables, gives, occupies, takes
from groundplan.planning.feature import Feature
from groundplan.planning.features.production.production import CAPITAL_GOODS
from groundplan.planning.features.schools.school_levels import heads_per_unit, skill_name, skills
from groundplan.records.card import Entry, keyed
from groundplan.records.named import PRODUCT, SKILL, Naming

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy
    from groundplan.planning.solved_plan import SolvedPlan

UNIT = "programmes"


@dataclass(frozen=True)
class Research(Entry):
    """A research programme. Once done it permits the techniques that occupy its topic."""

    topic: str = keyed("", "a name for the topic")
    staff: float = keyed("persons or labour units", "research staff of a whole programme, in each year", low=0)
    years: int = keyed("years", "length of the programme; it must be given", low=1, high=30)
    skill: str = keyed("", "the skill of the staff; the highest if left out", "", names=Naming(SKILL))
    persons_per_unit: float | None = keyed(
        "persons / unit", "persons in one unit of labour of the skill; None: as the economy counts", None, 1e-9
    )
    cost: float = keyed("money / year", "what a whole programme buys beside its staff", 0.0, 0)
    product: str = keyed("", "the product that is bought", "", names=Naming(PRODUCT))
    laboratories: float | None = keyed(
        "programmes", "programmes that laboratories hold when the plan starts; None: they need none", None, 0
    )
    laboratory_cost: float | None = keyed(
        "money", "capital goods that a laboratory for one programme takes; None: none can be built", None, 0
    )
    laboratory_years: int = keyed("years", "from spending to a laboratory ready; 2 is assumed, 1 to 5", 2, 1, 20)
    whole: bool = keyed("", "the programme is done whole and once, or not at all", False)
    loss: float = keyed("1 / year", "share of the knowledge that is lost in a year", 0.0, 0, 1)

    def more_faults(self) -> list[GroundplanError]:
        """What is bought has a name; laboratories are built only where they are needed."""
        faults: list[GroundplanError] = []
        if self.cost > 0 and not self.product:
            faults.append(StudyError("a cost of research buys no product", where=self.line, fix="name the product"))
        if self.laboratory_cost is not None and self.laboratories is None:
            fix = "say how many laboratories there are, or 0"
            faults.append(StudyError("laboratory_cost is given without laboratories", where=self.line, fix=fix))
        return faults


def programmes(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """do-research:topic gives research:topic, a capacity that modern techniques occupy.

        do-research:topic        in each of its years occupies staff / persons per unit of labour of a skill, takes
                                 what it buys, occupies 1 laboratory; after them it gives 1 of research:topic
        build-laboratories:topic takes capital goods, gives room for 1 programme

    Half a programme permits half of what a whole one does, unless it is ``whole``: then it is done once or not at all.
    A technique that occupies 1/Q of research:topic per unit can make Q once the programme is done, and nothing before.
    Units: programmes; labour in the economy's employment unit.
    Raises ``UnknownName`` and ``StudyError``, all at once, with the lines of the study.
    """
    if h.base_year:
        return Tables()
    raise_all([fault for n, r in enumerate(policy.research) for fault in _faults(e, r, policy.research[:n])])
    return Tables.joined(part for r in policy.research for part in (_programme(e, r), _laboratories(e, r)))


def staff_skill(e: Economy, r: Research) -> str:
    """The skill of a programme's staff: the record's, else the highest."""
    return r.skill or skills(e)[-1]


def staffing(e: Economy, r: Research) -> float:
    """Units of labour that a whole programme occupies in a year."""
    return r.staff / heads_per_unit(e, r.persons_per_unit)[0]


def _faults(e: Economy, r: Research, before: list[Research]) -> list[GroundplanError]:
    faults: list[GroundplanError] = []
    if r.skill and r.skill not in skills(e):
        faults.append(UnknownName("skill", r.skill, skills(e), where=r.line, words={**e.labels, **e.names}))
    if r.product and r.product not in e.sectors:
        faults.append(UnknownName("product", r.product, e.sectors, where=r.line, words=e.labels))
    if r.topic in [other.topic for other in before]:
        faults.append(StudyError(f"topic '{r.topic}' has two programmes", where=r.line, fix="state it once"))
    return faults


def _programme(e: Economy, r: Research) -> Tables:
    act, done, skill = f"do-research:{r.topic}", f"research:{r.topic}", staff_skill(e, r)
    label = f"research on {r.topic}, staff {skill_name(e, skill)}"
    needs = [
        occupies(act, f"labour:{skill}", staffing(e, r)),
        takes(act, f"home:{r.product}", r.cost),
        occupies(act, f"laboratories:{r.topic}", float(r.laboratories is not None)),
    ]
    yearly = [need._replace(lag=lag) for need in needs if need.coefficient > 0 for lag in range(r.years)]
    return Tables(
        commodities=[CommodityRow(done, "capacity", UNIT, r.loss, label=f"research, {r.topic}")],
        activities=[ActivityRow(act, UNIT, label, "research", lump=float(r.whole))],
        flows=[*yearly, gives(act, done, lag=r.years - 1)],
        indicators=[
            IndicatorRow(f"research: {r.topic}", done, "stock", unit=f"{UNIT}, start of the year"),
            IndicatorRow(f"research begun: {r.topic}", act, unit=f"{UNIT} / year"),
        ],
    )


def _laboratories(e: Economy, r: Research) -> Tables:
    """laboratories:topic and how more are built; nothing where a programme needs none."""
    room, build = f"laboratories:{r.topic}", f"build-laboratories:{r.topic}"
    if r.laboratories is None:
        return Tables()
    there = CommodityRow(room, "capacity", UNIT, initial=r.laboratories, label=f"laboratories, {r.topic}")
    if r.laboratory_cost is None:
        return Tables(commodities=[there])
    return Tables(
        commodities=[there],
        activities=[ActivityRow(build, UNIT, f"building laboratories, {r.topic}", "research")],
        flows=[takes(build, CAPITAL_GOODS, r.laboratory_cost), gives(build, room, lag=r.laboratory_years - 1)],
        indicators=[IndicatorRow("investment", build, coefficient=r.laboratory_cost, unit=f"{e.money} / year")],
    )


def research_table(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """``research``: for each topic and year programmes begun and done, and the staff at work.

    Units: programmes; staff in ``unit``, persons where they are counted. What is done counts from the year's start on.
    """
    years = list(plan.activities.years)
    frames = []
    for r in plan.policy.research:
        begun = plan.level.loc[f"do-research:{r.topic}", years].to_numpy(dtype=float)
        at_work = np.convolve(begun, np.ones(r.years))[: len(years)]
        done = plan.stock.loc[f"research:{r.topic}", [*years, years[-1] + 1]].to_numpy(dtype=float)
        frames.append(
            pd.DataFrame(
                {
                    "year": years,
                    "topic": r.topic,
                    "begun": begun,
                    "done": done[:-1],
                    "done_by_the_end": done[1:],
                    "staff": r.staff * at_work,
                    "labour": skill_name(plan.economy, staff_skill(plan.economy, r)),
                    "unit": heads_per_unit(plan.economy, r.persons_per_unit)[1],
                }
            )
        )
    return {"research": pd.concat(frames, ignore_index=True)} if frames else {}


FEATURE = Feature(parts=(programmes,), findings=(research_table,))
