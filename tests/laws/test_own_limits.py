"""A limit of one's own, given to any verb that plans, holds in every plan that the verb makes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from economies import small

from groundplan import (
    FAMILIES,
    Contingency,
    CutImports,
    Outcome,
    Scenario,
    Target,
    Uncertain,
    alternatives,
    compare,
    examine,
    join,
    plan,
    robust,
    sensitivity,
    stress,
    whynot,
)
from groundplan.planning.activities import Activities
from groundplan.planning.policy import Policy
from groundplan.planning.rows import Family, Model, Rows
from groundplan.verbs.place import with_programme

YEARS = 3
OUTPUT = "gross output: farm"
CUT = Contingency("cut", 2022, imports_lost={"farm": 0.2}, floor=0.5)
HELD = 1.0 + 1e-6


def at_most(most: float) -> Family:
    """A family of one's own."""

    def farm_ceiling(m: Model, a: Activities, policy: Policy) -> Rows | None:
        """The farm makes no more than ``most`` a year, in every country and every course of events."""
        names = [str(x) for x in a.activities["activity"] if str(x).rpartition("/")[2] == "make:farm"]
        labels = np.asarray([f"{x} | {t}" for x in names for t in a.years], dtype=object)
        cells = pd.DataFrame(
            {
                "activity": np.repeat(names, len(a.years)),
                "year": np.tile(a.years, len(names)),
                "amount": 1.0,
                "row": range(len(labels)),
            }
        )
        return Rows(m.sum("level", cells, labels), "<=", np.full(len(labels), most), labels, gain=1.0)

    return farm_ceiling


@pytest.fixture(scope="module")
def free() -> Outcome:
    return plan(small(), years=YEARS)


@pytest.fixture(scope="module")
def most(free: Outcome) -> float:
    """A little less than the farm makes without the limit in its best year of the plan."""
    return 0.99 * float(free.indicator(OUTPUT).iloc[1:].max())


@pytest.fixture(scope="module")
def limits(most: float) -> Sequence[Family]:
    return (*FAMILIES, at_most(most))


def made(o: Outcome) -> float:
    return float(o.indicator(OUTPUT).iloc[1:].max())


def test_a_plan_keeps_it(free: Outcome, most: float, limits: Sequence[Family]) -> None:
    """Proves: the limit is written where the verb is given it, and nowhere else."""
    held = plan(small(), years=YEARS, families=limits)
    assert made(held) <= most * HELD < made(free)
    assert held.provenance["objective"] < free.provenance["objective"]


def test_a_plan_with_contingencies_is_compared_with_one_that_keeps_it(most: float, limits: Sequence[Family]) -> None:
    """Proves: the fork of a contingency keeps it, and so does the plan without, from which the premium is counted.

    Breaks if: the premium compares a plan that has the limit with one that has not.
    """
    bare = plan(small(), years=YEARS, families=limits).provenance["objective"]
    examined = examine(small(), years=YEARS, contingencies=[CUT], families=limits)
    assert made(examined) <= most * HELD
    assert examined.table("premium")["goal_without"].iloc[0] == pytest.approx(bare, rel=1e-6)
    done = examined.table("recourse_levels").query("activity == 'make:farm'")["done"]
    assert len(done)
    assert done.max() <= most * HELD


def test_doctrines_and_questions_keep_it(most: float, limits: Sequence[Family]) -> None:
    """Proves: the plan without a doctrine, that under one, and both plans of an answer keep it."""
    paths = compare(small(), ["autarky"], years=YEARS, families=limits).table("paths")
    assert paths["doctrine"].nunique() == 2
    asked = Target(OUTPUT, ">=", 1.008 * most, year=2023)
    answer = whynot(small(), asked, years=YEARS, families=limits)
    assert not answer.provenance["possible"], "without the limit there is such a plan, with it there is none"
    assert answer.table("path")[["without", "with"]].iloc[1:].to_numpy().max() <= most * HELD
    assert whynot(small(), asked, years=YEARS).provenance["possible"]


def test_near_plans_and_plans_of_other_figures_keep_it(most: float, limits: Sequence[Family]) -> None:
    """Proves: no alternative and no end of a range lets it go."""
    ranges = alternatives(small(), years=YEARS, of=[OUTPUT], count=0, families=limits).table("ranges")
    assert ranges["most"].iloc[0] <= most * HELD
    of = ["discount_rate", "export_growth"]
    swings = sensitivity(small(), years=YEARS, on=[OUTPUT], of=of, families=limits).table("sensitivity")
    assert swings[["at_low", "at_base", "at_high"]].to_numpy().max() <= most * HELD


def test_the_robust_plan_starts_from_a_plan_that_keeps_it(most: float, limits: Sequence[Family]) -> None:
    """Proves: the plan that is put through draws has it."""
    target = Target(OUTPUT, ">=", 0.5 * most, year=2023, name="some grain")
    sure = robust(
        small(), years=YEARS, targets=[target], uncertain=[Uncertain("export markets", spread=0.1)], draws=2, fresh=2,
        wishes=["targets"], families=limits,
    )  # fmt: skip
    told = sure.table("compared").query(f"indicator == '{OUTPUT}' and year > 2020")
    assert told["plan"].max() <= most * HELD


def test_countries_together_and_apart_keep_it(most: float, limits: Sequence[Family]) -> None:
    """Proves: every coalition's programme has it, a single country's too."""
    there = [small().replacing(country=c, country_name=c) for c in ("NOR", "TWI")]
    held, let = (join(there, years=YEARS, families=f) for f in (limits, FAMILIES))
    assert set(held.table("joint_coalitions")["size"]) == {1, 2}
    less = let.table("joint_coalitions")["value"] - held.table("joint_coalitions")["value"]
    assert less.min() > 0


def test_the_plan_with_a_programme_of_places_keeps_it(most: float, limits: Sequence[Family]) -> None:
    """Proves: the plan that places go into has it."""
    assert made(with_programme(small(), [1.0, 1.0], years=YEARS, families=limits)) <= most * HELD


def test_the_planned_response_to_a_crisis_keeps_it() -> None:
    """Proves: the plan beside the adaptive engine has it, and loses more for it.

    Breaks if: stress plans with limits of its own choice.
    """
    cut = CutImports(products=("farm",), length=60, depth=0.5)
    crisis = Scenario(name="cut", events=(cut,), horizon=91, step="week", stocks={"default": 60.0})
    free = stress(small(), crisis)
    weekly = float(free["planned_production"].sel(sector="farm").max())
    ceiling = (*FAMILIES, at_most(0.9 * weekly))
    held = stress(small(), crisis, families=ceiling)
    after = held["planned_production"].sel(sector="farm")
    assert held.provenance["planned_loss"] > free.provenance["planned_loss"]
    assert float(after.isel(day=slice(1, None)).max()) <= 0.9 * weekly * HELD
