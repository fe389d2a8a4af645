"""Cohort-component projection: a population by age and sex carried forward by survival, fertility and migration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all

SEXES = ("female", "male")
WIDTHS = (1, 5)


@dataclass(frozen=True, eq=False)
class Projection:
    """A population carried forward: ``people`` (step, age, sex) at the start of every step and at the end, persons.

    ``births``, ``deaths`` and ``migrants`` (step, sex) are persons of the whole step, ``width`` years long.
    """

    width: int
    people: xr.DataArray
    births: xr.DataArray
    deaths: xr.DataArray
    migrants: xr.DataArray


def project(
    population: pd.DataFrame,
    survival: pd.DataFrame,
    fertility: pd.Series,
    *,
    sex_ratio: float = 1.05,
    migration: pd.DataFrame | None = None,
    steps: int = 1,
) -> Projection:
    """A population by age (rows) and sex (columns: female, and male where men are told), steps of a group's width on.

        N[x+n,t+n] = S[x+n]·(N[x,t] + M[x]/2) + M[x+n]/2,   the last two groups survive together into the last
        B = n·Σ_x F[x]·(W[x,t] + M[x]/2 + W[x,t+n]) / 2,    W women, F births a woman a year
        N[0,t+n] = S[0]·B·share + M[0]/2,                   share of girls 1 / (1 + sex ratio at birth)

    ``survival``: S[x] is the share that lives to be in group x, the first from birth (5L0 / 5l0), the others from the
    group before (5Lx / 5Lx−5), the last T85 / T80. ``fertility``: none in the first group. ``migration``: net persons a
    year; half come when the step begins and half when it ends, M = n times a year's.
    Units:  persons; births, deaths and migrants persons a step.
    Errors: ``StudyError`` and ``UnknownName`` where ages, sexes or figures cannot be a population's, all at once.
    Source: Preston, Heuveline and Guillot (2001), chapter 6 (boxes 6.1 and 6.2 as others reprint them; the book itself
            was not seen). A limit: the rates stay what they are.

    >>> ages = [0, 1]
    >>> women = pd.DataFrame({"female": [10.0, 20.0]}, ages)
    >>> found = project(women, pd.DataFrame({"female": [1.0, 0.5]}, ages), pd.Series([0.0, 0.41], ages))
    >>> found.people.sel(step=1, sex="female").values.round(2).tolist()
    [3.5, 15.0]
    """
    moves = pd.DataFrame(0.0, population.index, population.columns) if migration is None else migration
    raise_all(_faults(population, survival, fertility, moves))
    ages, sexes = population.index.to_numpy(dtype=int), [s for s in SEXES if s in population]
    width = int(ages[1] - ages[0])
    share = np.array([{"female": 1.0, "male": sex_ratio}[s] / (1.0 + sex_ratio) for s in sexes])
    s, moved, births_of = survival[sexes].to_numpy(), width * moves[sexes].to_numpy(), fertility.to_numpy()
    people, births, deaths = [population[sexes].to_numpy(dtype=float)], [], []
    for _ in range(steps):
        after, born, died = _step(people[-1], s, births_of, share, moved, width)
        people.append(after)
        births.append(born)
        deaths.append(died)
    came = np.tile(moved.sum(axis=0), (steps, 1))
    flows = {"step": np.arange(steps), "sex": sexes}
    return Projection(
        width,
        xr.DataArray(np.array(people), {"step": np.arange(steps + 1), "age": ages, "sex": sexes}),
        *(xr.DataArray(np.reshape(f, (steps, len(sexes))), flows) for f in (births, deaths, came)),
    )


def _step(
    now: np.ndarray, survival: np.ndarray, fertility: np.ndarray, share: np.ndarray, moved: np.ndarray, width: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The population (age × sex) a step on, and births and deaths by sex."""
    start = now + moved / 2.0
    living = start[:-1].copy()
    living[-1] += start[-1]
    survivors = survival[1:] * living
    after = np.vstack([np.zeros(len(share)), survivors]) + moved / 2.0
    # Women are the first sex; the babies of the step have none of their own.
    born = share * width * float(fertility @ (start[:, 0] + after[:, 0])) / 2.0
    after[0] += survival[0] * born
    return after, born, (living - survivors).sum(axis=0) + (1.0 - survival[0]) * born


def _faults(
    people: pd.DataFrame, survival: pd.DataFrame, fertility: pd.Series, moves: pd.DataFrame
) -> list[GroundplanError]:
    faults: list[GroundplanError] = [UnknownName("sex", s, SEXES) for s in people if s not in SEXES]
    if "female" not in people:
        faults.append(StudyError("the population has no women", fix="give them: births come from them"))
    gaps = set(np.diff(people.index.to_numpy(dtype=float)))
    if gaps not in ({width} for width in WIDTHS) or people.index[0] != 0:
        ages = ", ".join(f"{a:g}" for a in people.index[:6])
        fix = "let ages begin with 0 and follow each other by one or by five years"
        faults.append(StudyError(f"ages {ages} ... are no groups of one or five years", fix=fix))
    for name, table, low, high in (
        ("number of people", people, 0.0, np.inf), ("survival", survival, 0.0, 1.0),
        ("fertility", fertility.to_frame("female"), 0.0, 1.0), ("migration", moves, -np.inf, np.inf),
    ):  # fmt: skip
        wanted = {"female"} if name == "fertility" else set(people)
        if not table.index.equals(people.index) or set(table) != wanted:
            fix = "give one figure for each age and sex"
            faults.append(StudyError(f"{name} is not by the population's ages and sexes", fix=fix))
            continue
        figures = table.to_numpy(dtype=float)
        wrong = np.argwhere(~(np.isfinite(figures) & (figures >= low) & (figures <= high)))
        faults += [
            StudyError(
                f"{name} at age {table.index[x]:g}, {table.columns[s]}, is {figures[x, s]:g}",
                fix=f"give a number from {low:g} to {high:g}",
            )
            for x, s in wrong[:3]
        ]
    if len(fertility) and float(fertility.iloc[0]) != 0.0:
        faults.append(StudyError("children of the first group give birth", fix="let fertility begin with 0"))
    return faults
