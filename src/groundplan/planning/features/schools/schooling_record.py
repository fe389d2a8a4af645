"""A level of schooling: what it takes to turn labour of one skill into labour of a higher one."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.records.card import Entry, keyed


@dataclass(frozen=True)
class School(Entry):
    """A level of schooling: whom it takes, for how long, with which teachers and places, and how many leave it."""

    level: str = keyed("", "a name for the level")
    skill: str = keyed("", "the skill that it gives, a code of the economy")
    years: int = keyed("years", "length of the schooling; it must be given", low=1, high=20)
    below: str = keyed("", "the skill that pupils come from; the next lower one if left out", "")
    drop_out: float = keyed("1 / year", "share of the pupils that leaves in a year", 0.0, 0, 0.95)
    teachers: float = keyed("1", "teachers per pupil", 0.0, 0, 10)
    teacher_skill: str = keyed("", "the skill of the teachers; the skill that is taught if left out", "")
    cost: float | None = keyed(
        "money / pupil / year", "what is bought for a pupil beside teachers; None: schooling_cost for a unit trained",
        None, 0,
    )  # fmt: skip
    product: str = keyed("", "the product that is bought; the policy's schooling if left out", "")
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
