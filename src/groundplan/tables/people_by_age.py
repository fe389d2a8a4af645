"""Counts of people by age in several years, from which the hands of coming years follow: they are born already."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.tables.door.grid import absent, text_of

WORKING = (20, 65)
DECADE = 10
LEFT_AFTER_TEN_YEARS = 0.97
MOVING_ON = 0.5
LONGEST = 20
PLAIN = re.compile(r"[+-]?[0-9]{1,300}(\.[0-9]{0,300})?([eE][+-]?[0-9]{1,3})?", re.ASCII)
WIDEST = 5


@dataclass(frozen=True, eq=False)
class PeopleByAge:
    """People by year of the count and lower age of the group, persons; the last group is open. ``source`` in words."""

    counts: pd.DataFrame
    source: str

    def between(self, year: int, low: int, high: int) -> float:
        """People of ages from ``low`` to below ``high`` at a count or, in a line, between two, persons.

        Those of a group are spread evenly over its years; nobody is counted of ages below 0 or in the open group.
        """
        ages = self.counts.columns.to_numpy(dtype=float)
        by_age = [float(np.interp(year, self.counts.index.to_numpy(dtype=float), v)) for v in self.counts.to_numpy().T]
        share = (np.minimum(high, ages[1:]) - np.maximum(low, ages[:-1])).clip(min=0.0) / np.diff(ages)
        return float(share @ np.array(by_age[:-1]))

    def last_count(self, year: int) -> int | None:
        """The last count not after a year; None where the first is later."""
        before = [int(y) for y in self.counts.index if y <= year]
        return max(before, default=None)

    def growth_of_hands(self, year: int, years: int) -> float | None:
        """Yearly growth of people aged 20 to 64 over the coming ``years``, from those who are born. Units: 1 / year.

            P'(20–64) = 0.97^(h/10) · P(20−h … 64−h) + ½ · (h/10) · [P(20–64) − 0.97 · P(10–54, ten years before)]

        The bracket is what the same sum missed in the past decade, by people who came or left: half of it goes on; 0
        where no count is ten years older. The last count not after the year stands for the year; None without one,
        and where nobody is of that age.
        Beyond 20 years the growth of 20 years is taken, since later hands are not born.
        """
        base = self.last_count(year)
        if base is None:
            return None
        h, (low, high) = min(years, LONGEST), WORKING
        hands = self.between(base, low, high)
        coming = LEFT_AFTER_TEN_YEARS ** (h / DECADE) * self.between(base, low - h, high - h)
        if base - DECADE >= int(self.counts.index.min()):
            before = LEFT_AFTER_TEN_YEARS * self.between(base - DECADE, low - DECADE, high - DECADE)
            coming += MOVING_ON * h / DECADE * (hands - before)
        return log(coming / hands) / h if hands > 0 and coming > 0 else None


def read_people(file: str | Path) -> PeopleByAge:
    """Counts from a CSV file with the columns year, age (lower end of its group), number; others, as sex, are added up.

    Errors: ``TableError``, all at once: columns missing, cells that are no numbers, counts below zero, ages that one
    year has and another lacks.
    """
    path = Path(file)
    reader = csv.DictReader(text_of(path).splitlines())
    raise_all(absent(["year", "age", "number"], reader.fieldnames or (), "column", path), where=str(path))
    try:
        rows: list[dict[str | None, Any]] = list(reader)
    except csv.Error as fault:
        raise TableError(f"the file is no CSV: {fault}", where=str(path), fix="save it as CSV again") from None
    longer = [n for n, row in enumerate(rows, 2) if None in row]
    if longer:
        what = f"rows have more cells than the header names: row {', '.join(map(str, longer[:6]))}"
        raise TableError(what, where=str(path), fix="write numbers without a mark for thousands")
    if not rows:
        raise TableError("the file has a header and no rows", where=str(path), fix="give counts of people by age")
    try:
        frame = pd.DataFrame(
            {
                "year": [_year(r["year"]) for r in rows],
                "age": [_figure(r["age"]) for r in rows],
                "number": [_figure(r["number"]) for r in rows],
            }
        )
    except (TypeError, ValueError) as fault:
        raise TableError(
            f"a cell is no number: {fault}",
            where=path.name,
            fix="write years, lower ages and counts as plain numbers: 2010, 20, 1500",
        ) from None
    counts = frame.groupby(["year", "age"])["number"].sum().unstack("age")
    return PeopleByAge(checked_counts(counts, path.name), f"people by age, {path.name}")


def _figure(cell: str | None) -> float:
    """A cell's number in plain figures. Raises ``ValueError`` for what only Python takes for a number, as 1_000."""
    text = (cell or "").strip()
    if PLAIN.fullmatch(text) is None:
        raise ValueError(repr(text))
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(repr(text))
    return number


def _year(cell: str | None) -> int:
    year = _figure(cell)
    if not 0 < year < 10_000 or year != int(year):
        raise ValueError(repr(cell))
    return int(year)


def checked_counts(counts: pd.DataFrame, where: str) -> pd.DataFrame:
    """Counts, year × lower age, in order. Raises ``TableError`` where they are none."""
    faults: list[GroundplanError] = []
    if counts.isna().any(axis=None):
        faults.append(TableError("a year lacks ages that another has", where=where, fix="give every age in every year"))
    if (counts < 0).any(axis=None):
        faults.append(TableError("a count is below zero", where=where, fix="correct it"))
    lowest, highest = float(counts.columns.min()), float(counts.columns.max())
    if lowest > 0 or highest < WORKING[1]:
        fix = "give all ages from 0 on, the last group open at 65 or above"
        faults.append(TableError(f"ages go from {lowest:g} to {highest:g}", where=where, fix=fix))
    ordered = counts.sort_index().sort_index(axis=1)
    ages = ordered.columns.to_numpy(dtype=float)
    wide = np.diff(ages)
    if (wide > WIDEST).any():
        start = ages[int(wide.argmax())]
        what = f"the group from {start:g} on spans {wide.max():g} years"
        faults.append(TableError(what, where=where, fix="give groups of one or of five years"))
    if not (ordered.loc[:, (ages >= WORKING[0]) & (ages < WORKING[1])].sum(axis=1) > 0).all():
        faults.append(TableError("a year has nobody of working age", where=where, fix="give the counts of that year"))
    raise_all(faults, where=where)
    return ordered
