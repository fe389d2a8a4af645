"""Levels of schooling as a study states them, with the economy's skills in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.features.schools.schooling_record import School
from groundplan.planning.features.schools.skills import heads_per_unit, skills, worth
from groundplan.recipe_book.roles import members

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy


@dataclass(frozen=True, eq=False)
class Level:
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


def levels(e: Economy, policy: Policy) -> list[Level]:
    """The levels of schooling of a policy, in its order.

    Raises ``UnknownName`` and ``StudyError``, all at once, with the lines of the study.
    """
    raise_all([fault for r in policy.schools for fault in _faults(e, policy, r)] + _twice(policy))
    order = skills(e)
    found = []
    for r in policy.schools:
        below = r.below or order[order.index(r.skill) - 1]
        teacher = r.teacher_skill or r.skill
        heads, unit = heads_per_unit(e, r.persons_per_unit)
        teaching = r.teachers * worth(e, policy, r.skill, teacher) / heads
        part = worth(e, policy, r.skill, below)
        found.append(Level(r, r.skill, below, teacher, part, teaching, heads, unit, _product(e, policy, r)))
    return found


def _product(e: Economy, policy: Policy, r: School) -> str:
    """What schooling is bought from: the record's product, else the policy's."""
    return _made(e, [r.product]) if r.product else schooling_product(e, policy)


def schooling_product(e: Economy, policy: Policy) -> str:
    """The first of the policy's products of schooling that is made, or of those that play the role of education."""
    return _made(e, policy.schooling or members(e, "education")[0])


def _made(e: Economy, products: Sequence[str]) -> str:
    return next((s for s in products if s in e.sectors and float(e.output.sel(sector=s)) > 0), "")


def _twice(policy: Policy) -> list[GroundplanError]:
    found: list[GroundplanError] = []
    for key in ("level", "skill"):
        names = [getattr(r, key) for r in policy.schools]
        found += [
            StudyError(f"{key} '{r_name}' has two schools", where=r.line, fix="state it once")
            for n, (r_name, r) in enumerate(zip(names, policy.schools, strict=True))
            if r_name in names[:n]
        ]
    return found


def _faults(e: Economy, policy: Policy, r: School) -> list[GroundplanError]:
    order = skills(e)
    named = [("skill", r.skill), ("skill of pupils", r.below), ("skill of teachers", r.teacher_skill)]
    found: list[GroundplanError] = [UnknownName(k, s, order, where=r.line) for k, s in named if s and s not in order]
    if found:
        return found
    if order.index(r.below or order[0]) >= order.index(r.skill):
        fix = f"give a skill above {r.below or order[0]}"
        found.append(StudyError(f"no skill below '{r.skill}' to take pupils from", where=r.line, fix=fix))
    if not _product(e, policy, r):
        found.append(UnknownName("product of schooling that is made", r.product, e.sectors, where=r.line))
    for key in ("enrolment", "age"):
        if getattr(r, key) is not None and policy.population is None:
            told = f"{key} of level '{r.level}' is given without a population by age"
            found.append(StudyError(told, where=r.line, fix="state [population], or leave it out"))
    if r.age is not None and heads_per_unit(e, r.persons_per_unit)[1] == e.employment_unit != "persons":
        told = f"level '{r.level}' has an age at entry and labour is counted in {e.employment_unit}"
        found.append(StudyError(told, where=r.line, fix="give persons_per_unit"))
    if r.place_cost is not None and r.places is None and r.enrolment is None:
        told = f"places of level '{r.level}' have a cost and no number"
        found.append(StudyError(told, where=r.line, fix="give places, or 0 where there are none yet"))
    return found
