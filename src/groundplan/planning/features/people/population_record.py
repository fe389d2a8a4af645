"""A population by age and sex, with the rates that carry it forward."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.errors import GroundplanError, StudyError
from groundplan.records.card import Entry, keyed

BY_AGE = ("female", "male", "survival_female", "survival_male", "fertility", "participation_female",
          "participation_male")  # fmt: skip
MIGRATION = ("migration_female", "migration_male")


@dataclass(frozen=True)
class Population(Entry):
    """The population of a year by age and sex, in a file or in lists, and what it is carried forward with.

    Ages are the lower ends of groups of one or of five years; the last is open. Survival is into the group: the first
    figure from birth, each other from the group before, the last from the last two groups together.
    """

    year: int = keyed("", "the year whose population it is, the accounts' or an earlier one", low=1000, high=3000)
    file: str = keyed("", "CSV with columns age, sex, number, survival, fertility, participation, migration", "")
    source: str = keyed("", "where the figures come from", "")
    sex_ratio: float = keyed("1", "boys born per girl; 1.05 is assumed, 1.02 to 1.12 is met", 1.05, 0.5, 2.0)
    ages: list[float] = keyed("years", "lower age of each group, one or five years apart", [], 0, 150)
    female: list[float] = keyed("persons", "women by age", [], 0)
    male: list[float] = keyed("persons", "men by age", [], 0)
    survival_female: list[float] = keyed("1", "share of women who live to be in the group", [], 0, 1)
    survival_male: list[float] = keyed("1", "share of men who live to be in the group", [], 0, 1)
    fertility: list[float] = keyed("births / woman / year", "births, girls and boys, by age of the mother", [], 0, 1)
    participation_female: list[float] = keyed("1", "share of women in the labour force, by age", [], 0, 1)
    participation_male: list[float] = keyed("1", "share of men in the labour force, by age", [], 0, 1)
    migration_female: list[float] = keyed("persons / year", "women who come less those who leave; none if left out", [])
    migration_male: list[float] = keyed("persons / year", "men who come less those who leave; none if left out", [])

    def more_faults(self) -> list[GroundplanError]:
        """A file or lists, and lists of one length."""
        told = [name for name in ("ages", *BY_AGE, *MIGRATION) if getattr(self, name)]
        if self.file:
            fix = "leave out the file or the lists"
            return [StudyError(f"a file and {', '.join(told)} are given", where=self.line, fix=fix)] if told else []
        missing = [name for name in ("ages", *BY_AGE) if name not in told]
        if missing:
            fix = "give them, or a file"
            return [StudyError(f"{', '.join(missing)} of the population not given", where=self.line, fix=fix)]
        wrong = [name for name in told if len(getattr(self, name)) != len(self.ages)]
        fix = f"give one figure for each of the {len(self.ages)} ages"
        return [
            StudyError(f"{name} has {len(getattr(self, name))} figures", where=self.line, fix=fix) for name in wrong
        ]
