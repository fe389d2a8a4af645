"""A population carried forward by others, printed by age, against the projection of the plan."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from groundplan.planning.features.people.population import Projection, project

SWEDEN = tomllib.loads((Path(__file__).parent / "data" / "sweden_1993_projection.toml").read_text("utf-8"))
AGES = SWEDEN["ages"]


def women(figures: list[float] | np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"female": np.asarray(figures, dtype=float)}, index=AGES)


def survival() -> pd.DataFrame:
    """5L0 / 5l0, then 5Lx / 5Lx−5, and T85 / T80 for the last."""
    lived = np.asarray(SWEDEN["person_years"], dtype=float)
    share = lived / np.concatenate([[5.0 * SWEDEN["radix"]], lived[:-1]])
    share[-1] = lived[-1] / (lived[-2] + lived[-1])
    return women(share)


def projected(migrants: bool = False, steps: int = 1) -> Projection:
    return project(
        women(SWEDEN["women_1993"]),
        survival(),
        pd.Series(SWEDEN["fertility"], AGES, dtype=float),
        sex_ratio=SWEDEN["sex_ratio"],
        migration=women(np.asarray(SWEDEN["migrants"]) / 5.0) if migrants else None,
        steps=steps,
    )


def test_women_of_sweden_closed() -> None:
    """The printed women of 1998 and 2003, age by age, and their totals to three decimals.

    Proves: survival into the group, the open group, the fertility of a step and the girls' share are the book's.
    Breaks if: the last group survives alone, births take the women of the start only, or newborns do not survive.
    """
    people = projected(steps=2).people.sel(sex="female")
    for step, year in ((1, 1998), (2, 2003)):
        found = people.sel(step=step).values
        assert found.round().astype(int).tolist() == SWEDEN["closed"][f"women_{year}"]
        assert found.sum() == pytest.approx(SWEDEN["closed"][f"total_{year}"], abs=6e-4)


def test_women_of_sweden_with_migrants() -> None:
    """The printed women of 1998 with migrants, half of whom come when the step begins, and the printed births.

    Proves: migrants grow older, bear children and die for half of the step.
    Breaks if: all migrants come at one end of the step, or their births are not counted.
    """
    found = projected(migrants=True)
    assert found.people.sel(step=1, sex="female").values.round().astype(int).tolist() == SWEDEN["open"]["women_1998"]
    girls = sum(SWEDEN["open"]["births"]) / (1.0 + SWEDEN["sex_ratio"])
    assert float(found.births.sel(step=0, sex="female")) == pytest.approx(girls, abs=2.0)


def test_the_stable_population_of_sweden() -> None:
    """After many steps the age distribution and the growth of a step are the printed ones of the Leslie matrix.

    Proves: the projection is that matrix, applied again and again.
    Breaks if: a rate changes from one step to the next.
    """
    people = projected(steps=400).people.sel(sex="female")
    last = people.isel(step=-1)
    assert float(last.sum() / people.isel(step=-2).sum()) == pytest.approx(SWEDEN["closed"]["eigenvalue"], abs=6e-9)
    np.testing.assert_allclose(last / last.sum(), SWEDEN["closed"]["stable"], atol=6e-10)
