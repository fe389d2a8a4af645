"""Levels of schooling as a study states them, with the skills of the economy in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.recipe_book.roles import members
from groundplan.records.card import Entry, keyed
from groundplan.records.named import PRODUCT, SKILL, Naming

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

HEADS = {"persons": 1.0, "thousand persons": 1000.0}
PERSONS = "persons"


@dataclass(frozen=True)
class School(Entry):
    """A level of schooling: whom it takes, for how long, with which teachers and places, and how many leave it."""

    level: str = keyed("", "a name for the level")
    skill: str = keyed("", "the skill that it gives, a code of the economy", names=Naming(SKILL))
    years: int = keyed("years", "length of the schooling; it must be given", low=1, high=20)
    below: str = keyed("", "the skill that pupils come from; the next lower one if left out", "", names=Naming(SKILL))
    drop_out: float = keyed("1 / year", "share of the pupils that leaves in a year", 0.0, 0, 0.95)
    teachers: float = keyed("1", "teachers per pupil", 0.0, 0, 10)
    teacher_skill: str = keyed(
        "", "the skill of the teachers; the skill that is taught if left out", "", names=Naming(SKILL)
    )
    cost: float | None = keyed(
        "money / pupil / year", "what is bought for a pupil beside teachers; None: schooling_cost for a unit trained",
        None, 0,
    )  # fmt: skip
    product: str = keyed(
        "", "the product that is bought; the policy's schooling if left out", "", names=Naming(PRODUCT)
    )
    persons_per_unit: float | None = keyed(
        "persons / unit", "persons in one unit of labour of the skill; None: as the economy counts", None, 1e-9
    )
    enrolment: float | None = keyed(
        "pupils", "pupils of the base year; if given, labour of the skill comes from this school alone", None, 0
    )
    fall: float = keyed(
        "1 / year",
        "largest yearly fall of the intake of a school that alone feeds its skill; 0.1 is assumed",
        0.1,
        0,
        1,
    )
    places: float | None = keyed(
        "pupils", "places when the plan starts; None: as many as pupils enrolled, without those no limit", None, 0
    )
    place_cost: float | None = keyed(
        "money / place", "capital goods that a place takes; None: no places can be built", None, 0
    )
    place_years: int = keyed("years", "from spending to a place ready; 2 is assumed, 1 to 4 is met", 2, 1, 20)
    place_wear: float = keyed("1 / year", "share of places that wears out; 0.02 is assumed, 0.01 to 0.05", 0.02, 0, 1)
    age: int | None = keyed(
        "years", "age at entry: no more begin than there are people of that age; needs a population", None, 0, 120
    )


def skills(e: Economy) -> list[str]:
    """Codes of the skills, lowest first: the table's order."""
    return [str(s) for s in e.employment["skill"].values]


def skill_name(e: Economy, skill: str) -> str:
    """A skill in words without its explanation: ``labour of high skill``; ``labour`` where there is only one."""
    if e.employment.sizes["skill"] == 1:
        return "labour"
    name = e.label(skill).split(" (")[0].removeprefix("Labor - ").removeprefix("Labour - ").lower()
    return f"labour of {name} skill"


def heads_per_unit(e: Economy, stated: float | None) -> tuple[float, str]:
    """Persons in a unit of labour, with the unit that heads are counted in.

    What is stated goes first, then what the economy counts. Where it counts no heads, a head is a unit of labour.
    """
    if stated is not None:
        return stated, PERSONS
    return (HEADS[e.employment_unit], PERSONS) if e.employment_unit in HEADS else (1.0, e.employment_unit)


def worth(e: Economy, policy: Policy, skill: str, other: str) -> float:
    """Units of labour of ``other`` that a person is who is one unit of ``skill``.

        premium^(rank of other − rank of skill);  1 where the economy counts heads

    Units: 1. A person of a lower skill earns less, so in wage units the same person is less of it.
    """
    if e.employment_unit in HEADS:
        return 1.0
    order = skills(e)
    return float(policy.training_premium ** (order.index(other) - order.index(skill)))


@dataclass(frozen=True, eq=False)
class SchoolLevel:
    """A school record with the economy's skills in place.

    ``part``: units of labour of ``below`` that a pupil is who would be one unit of ``skill``; ``teaching``: units of
    the teachers' labour for a pupil. ``heads``: pupils in a unit of ``skill``, counted in ``unit``.
    """

    record: School
    skill: str
    below: str
    teacher: str
    part: float
    teaching: float
    heads: float
    unit: str
    product: str

    @property
    def train(self) -> str:
        """The activity of teaching."""
        return f"train:{self.skill}"

    @property
    def fed(self) -> bool:
        """Whether labour of the skill comes from this school alone."""
        return self.record.enrolment is not None

    @cached_property
    def attending(self) -> np.ndarray:
        """Share of an intake that attends in each year: (1−d)^k, k = 0 … years−1."""
        share: np.ndarray = (1.0 - self.record.drop_out) ** np.arange(self.record.years)
        return share

    @property
    def finishing(self) -> float:
        """Share of an intake that finishes: (1−d)^years."""
        return float((1.0 - self.record.drop_out) ** self.record.years)

    @property
    def intake(self) -> float:
        """Base-year intake that keeps enrolment as it is, in units of the skill: enrolment / (heads · Σ attending)."""
        return (self.record.enrolment or 0.0) / (self.heads * float(self.attending.sum()))

    @property
    def under_way(self) -> np.ndarray:
        """What the intakes before the plan still attend in each of its first years, per unit of intake."""
        left: np.ndarray = self.attending[::-1].cumsum()[::-1] - self.attending
        return left

    @property
    def places(self) -> float | None:
        """Places at the start of the plan; None where places are no limit."""
        return self.record.enrolment if self.record.places is None else self.record.places


def levels(e: Economy, policy: Policy) -> list[SchoolLevel]:
    """The levels of schooling of a policy, in its order.

    Raises ``UnknownName`` and ``StudyError``, all at once, with the lines of the study.
    """
    raise_all([fault for r in policy.schools for fault in _faults(e, policy, r)] + _twice(policy))
    order = skills(e)
    placed = []
    for r in policy.schools:
        below = r.below or order[order.index(r.skill) - 1]
        teacher = r.teacher_skill or r.skill
        heads, unit = heads_per_unit(e, r.persons_per_unit)
        teaching = r.teachers * worth(e, policy, r.skill, teacher) / heads
        part = worth(e, policy, r.skill, below)
        placed.append(SchoolLevel(r, r.skill, below, teacher, part, teaching, heads, unit, _product(e, policy, r)))
    return placed


def _product(e: Economy, policy: Policy, r: School) -> str:
    """What schooling is bought from: the record's product, else the policy's."""
    return _first_that_is_made(e, [r.product]) if r.product else schooling_product(e, policy)


def schooling_product(e: Economy, policy: Policy) -> str:
    """The first of the policy's products of schooling that is made, or of those that play the role of education."""
    return _first_that_is_made(e, policy.schooling or members(e, "education")[0])


def _first_that_is_made(e: Economy, products: Sequence[str]) -> str:
    return next((s for s in products if s in e.sectors and float(e.output.sel(sector=s)) > 0), "")


def _twice(policy: Policy) -> list[GroundplanError]:
    faults: list[GroundplanError] = []
    for key in ("level", "skill"):
        names = [getattr(r, key) for r in policy.schools]
        faults += [
            StudyError(f"{key} '{r_name}' has two schools", where=r.line, fix="state it once")
            for n, (r_name, r) in enumerate(zip(names, policy.schools, strict=True))
            if r_name in names[:n]
        ]
    return faults


def _faults(e: Economy, policy: Policy, r: School) -> list[GroundplanError]:
    order = skills(e)
    named = [("skill", r.skill), ("skill of pupils", r.below), ("skill of teachers", r.teacher_skill)]
    faults: list[GroundplanError] = [UnknownName(k, s, order, where=r.line) for k, s in named if s and s not in order]
    if faults:
        return faults
    if order.index(r.below or order[0]) >= order.index(r.skill):
        fix = f"give a skill above {r.below or order[0]}"
        faults.append(StudyError(f"no skill below '{r.skill}' to take pupils from", where=r.line, fix=fix))
    if not _product(e, policy, r):
        faults.append(
            UnknownName("product of schooling that is made", r.product, e.sectors, where=r.line, words=e.labels)
        )
    for key in ("enrolment", "age"):
        if getattr(r, key) is not None and policy.population is None:
            what = f"{key} of level '{r.level}' is given without a population by age"
            faults.append(StudyError(what, where=r.line, fix="state [population], or leave it out"))
    if r.age is not None and heads_per_unit(e, r.persons_per_unit)[1] == e.employment_unit != "persons":
        what = f"level '{r.level}' has an age at entry and labour is counted in {e.employment_unit}"
        faults.append(StudyError(what, where=r.line, fix="give persons_per_unit"))
    if r.place_cost is not None and r.places is None and r.enrolment is None:
        what = f"places of level '{r.level}' have a cost and no number"
        faults.append(StudyError(what, where=r.line, fix="give places, or 0 where there are none yet"))
    return faults
