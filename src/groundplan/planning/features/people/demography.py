"""The population of a plan by age and sex: as a planner states it, and carried forward to every year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.features.people.population import SEXES, Projection, project
from groundplan.records.card import Entry, keyed

BY_AGE = ("female", "male", "survival_female", "survival_male", "fertility", "participation_female",
          "participation_male")  # fmt: skip
MIGRATION = ("migration_female", "migration_male")
FIGURES = ("number", "survival", "fertility", "participation")
COLUMNS = ("age", "sex", *FIGURES, "migration")


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
        given = [name for name in ("ages", *BY_AGE, *MIGRATION) if getattr(self, name)]
        if self.file:
            fix = "leave out the file or the lists"
            return [StudyError(f"a file and {', '.join(given)} are given", where=self.line, fix=fix)] if given else []
        missing = [name for name in ("ages", *BY_AGE) if name not in given]
        if missing:
            fix = "give them, or a file"
            return [StudyError(f"{', '.join(missing)} of the population not given", where=self.line, fix=fix)]
        wrong = [name for name in given if len(getattr(self, name)) != len(self.ages)]
        fix = f"give one figure for each of the {len(self.ages)} ages"
        return [
            StudyError(f"{name} has {len(getattr(self, name))} figures", where=self.line, fix=fix) for name in wrong
        ]


@dataclass(frozen=True, eq=False)
class Demography:
    """People by year, age and sex at the start of each year, persons; births, deaths and migrants a year.

    ``participation`` (age, sex): the share in the labour force, which stays what it is. ``retirement`` (1 / year): the
    share of the labour force that leaves it in a year and does not come back, by age or by death, on average.
    """

    width: int
    people: xr.DataArray
    births: xr.DataArray
    deaths: xr.DataArray
    migrants: xr.DataArray
    participation: xr.DataArray
    retirement: float

    @classmethod
    def of(cls, p: Population, first: int, last: int) -> Demography:
        """The population of a record in every year from ``first`` to ``last``.

        Between the steps of a projection people are interpolated linearly by age and sex, so that a year's births,
        deaths and migrants are an equal part of the step's.
        Raises ``StudyError`` and ``UnknownName``, all at once, where the record's figures are no population.
        """
        projection, participation = _projected(p, first, last)
        years = np.arange(first, last + 1)
        people = projection.people.interp(
            step=xr.DataArray((years - p.year) / projection.width, {"year": years}, "year")
        )
        step = xr.DataArray((years[:-1] - p.year) // projection.width, {"year": years[:-1]}, "year")
        births, deaths, migrants = (
            f.sel(step=step).drop_vars("step") / projection.width
            for f in (projection.births, projection.deaths, projection.migrants)
        )
        force = float((people * participation).sel(year=years[:-1]).sum())
        if force <= 0:
            raise StudyError("nobody of the population works", where=p.file or p.line, fix="give participation by age")
        left = float(_leaving(projection, participation)[step.values].sum())
        retirement = left / force
        return cls(projection.width, people.drop_vars("step"), births, deaths, migrants, participation, retirement)

    def persons(self, year: int) -> float:
        """Everybody at the start of a year."""
        return self._totals[year][0]

    def labour_force(self, year: int) -> float:
        """Who works or looks for work at the start of a year, persons: Σ participation · people."""
        return self._totals[year][1]

    @cached_property
    def _totals(self) -> dict[int, tuple[float, float]]:
        """Everybody and the labour force by year, kept because every living standard of a plan asks for them."""
        everybody, force = (f.sum(("age", "sex")).values for f in (self.people, self.people * self.participation))
        years = self.people["year"].values
        return {int(y): (float(n), float(f)) for y, n, f in zip(years, everybody, force, strict=True)}

    def between(self, year: int, low: int, high: float) -> float:
        """People of ages from ``low`` to below ``high``, persons; a group counts whole, by its lower age."""
        ages = self.people["age"]
        return float(self.people.sel(year=year).where((ages >= low) & (ages < high), 0.0).sum())

    def cohort(self, year: int, age: int) -> float:
        """People of one year of age, persons: an equal part of their group. None of an age in the open group."""
        ages = self.people["age"].values
        at = int(np.searchsorted(ages, age, side="right")) - 1
        return 0.0 if at == len(ages) - 1 else float(self.people.sel(year=year).isel(age=at).sum()) / self.width


def _projected(p: Population, first: int, last: int) -> tuple[Projection, xr.DataArray]:
    """The record's population from its year to ``last`` or beyond, and who takes part in work."""
    if p.year > first:
        what, fix = f"the population is that of {p.year}, after the accounts", f"give that of {first} or before"
        raise StudyError(what, where=p.line, fix=fix)
    tables = figures(p)
    apart = np.diff(tables["number"].index.to_numpy(dtype=float))
    width = int(apart[0]) if len(apart) and apart[0] >= 1 else 1
    try:
        projection = project(
            tables["number"],
            tables["survival"],
            tables["fertility"]["female"],
            sex_ratio=p.sex_ratio,
            migration=tables["migration"],
            steps=-(-(last - p.year) // width),
        )
    except GroundplanError as fault:
        fault.where = fault.where or p.file or p.line
        raise
    return projection, xr.DataArray(tables["participation"], dims=("age", "sex"))


def _leaving(projection: Projection, participation: xr.DataArray) -> np.ndarray:
    """Persons a year that leave the labour force in each step: what a cohort's members lose as they grow older."""
    force = (projection.people * participation).transpose("step", "age", "sex").values
    older = np.zeros_like(force[:-1])
    older[:, 1:] = force[:-1, :-1]
    older[:, -1] += force[:-1, -1]
    lost: np.ndarray = np.maximum(older - force[1:], 0.0).sum(axis=(1, 2)) / projection.width
    return lost


def listed(p: Population, folder: Path | None = None) -> Population:
    """The record with the figures of its file in lists, so that it can be written down and read anywhere.

    The file is looked for in ``folder``, then where the program runs. Raises what ``figures`` raises.
    """
    if not p.file:
        return p
    beside = p.file if folder is None else str(folder / p.file)
    tables = figures(replace(p, file=beside if Path(beside).is_file() else p.file))

    def of(name: str, sex: str) -> list[float]:
        column: list[float] = tables[name][sex].tolist()
        return column

    by_sex: dict[str, Any] = {
        f"{key}{sex}": of(name, sex)
        for name, key in (("number", ""), ("survival", "survival_"), ("participation", "participation_"),
                          ("migration", "migration_"))
        for sex in SEXES
        if name != "migration" or tables[name].to_numpy().any()
    }  # fmt: skip
    ages = [float(age) for age in tables["number"].index]
    source = p.source or f"file {Path(p.file).name}"
    return replace(p, file="", source=source, ages=ages, fertility=of("fertility", SEXES[0]), **by_sex)


def figures(p: Population) -> dict[str, pd.DataFrame]:
    """The figures of a record, each by age (rows) and sex (columns).

    number (persons), survival (1), fertility (births a woman a year), participation (1), migration (persons a year).
    Raises ``StudyError`` and ``UnknownName``, all at once, for a file that is not such a table.
    """
    tables = _listed(p) if not p.file else _filed(p)
    shares = tables["participation"].reset_index().melt("age", var_name="sex")
    wrong = shares[~shares["value"].between(0.0, 1.0)]
    fix = "give a share from 0 to 1"
    raise_all(
        [
            StudyError(
                f"participation at age {row.age:g}, {row.sex}, is {row.value:g}", where=p.file or p.line, fix=fix
            )
            for row in wrong.itertuples()
        ]
    )
    return tables


def _listed(p: Population) -> dict[str, pd.DataFrame]:
    ages = pd.Index(p.ages, name="age")
    none = [0.0] * len(ages)

    def by_sex(women: list[float], men: list[float]) -> pd.DataFrame:
        return pd.DataFrame({"female": women, "male": men}, index=ages, dtype=float)

    return {
        "number": by_sex(p.female, p.male),
        "survival": by_sex(p.survival_female, p.survival_male),
        "fertility": by_sex(p.fertility, none),
        "participation": by_sex(p.participation_female, p.participation_male),
        "migration": by_sex(p.migration_female or none, p.migration_male or none),
    }


def _filed(p: Population) -> dict[str, pd.DataFrame]:
    """The CSV of a population, as tables by age and sex."""
    try:
        frame = pd.read_csv(Path(p.file), comment="#", skipinitialspace=True)
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        fix = "name a CSV in UTF-8, beside the study, in the folder you are in, or by its whole path"
        raise StudyError(f"the population's file cannot be read: {error}", where=p.file, fix=fix) from error
    faults: list[GroundplanError] = [UnknownName("column", c, COLUMNS, where=p.file) for c in frame if c not in COLUMNS]
    missing = [c for c in COLUMNS[:-1] if c not in frame]
    if missing:
        fix = f"give the columns {', '.join(COLUMNS[:-1])}"
        faults.append(StudyError(f"{', '.join(missing)} not in the population's file", where=p.file, fix=fix))
    raise_all(faults)
    if "migration" not in frame:
        frame["migration"] = 0.0
    frame.loc[frame["sex"] == "male", "fertility"] = 0.0
    return _squared(frame, p)


def _squared(frame: pd.DataFrame, p: Population) -> dict[str, pd.DataFrame]:
    faults: list[GroundplanError] = [
        UnknownName("sex", s, SEXES, where=p.file) for s in sorted(set(frame["sex"].astype(str)) - set(SEXES))
    ]
    if frame.duplicated(["age", "sex"]).any():
        row = frame[frame.duplicated(["age", "sex"])].iloc[0]
        faults.append(StudyError(f"age {row['age']} of {row['sex']} is given twice", where=p.file, fix="give it once"))
    for column in ("age", *FIGURES, "migration"):
        numbers = pd.to_numeric(frame[column], errors="coerce")
        if numbers.isna().any():
            at = int(np.flatnonzero(numbers.isna())[0])
            cell = frame[column].iloc[at]
            what = f"{column} in row {at + 1} is {'empty' if pd.isna(cell) else f'{str(cell)!r}, not a number'}"
            faults.append(StudyError(what, where=p.file, fix="give the figure; 0 where there is nothing"))
        frame[column] = numbers
    raise_all(faults)
    wide = {
        c: frame.pivot(index="age", columns="sex", values=c).reindex(columns=SEXES) for c in (*FIGURES, "migration")
    }
    if wide["number"].isna().any(axis=None):
        raise StudyError("women and men are not of the same ages", where=p.file, fix="give both sexes for every age")
    return wide
