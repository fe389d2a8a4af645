"""The skills of an economy: their order, their names, and what a person is worth in units of another skill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.economy.economy import Economy

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

HEADS = {"persons": 1.0, "thousand persons": 1000.0}
PERSONS = "persons"


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
