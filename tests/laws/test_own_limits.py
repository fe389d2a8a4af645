"""A limit of one's own, given to any verb that plans, holds in every plan that the verb makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from economies import small
from features import WORKS, economy, grain, records

from groundplan import (
    FAMILIES,
    Contingency,
    CutImports,
    GroundplanError,
    Loosening,
    Outcome,
    PlanInfeasible,
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
    text_page,
    whynot,
)
from groundplan.economy.carving.carving import carve
from groundplan.errors import StudyError, UnknownName
from groundplan.planning.activities import Activities
from groundplan.planning.explaining.explain import explain
from groundplan.planning.families.family import Equation, Family
from groundplan.planning.families.rows import Model, Rows, term
from groundplan.planning.policy import Policy
from groundplan.verbs.place import with_programme

YEARS = 3
# No plan of this economy can be kept up after its end: one that is to be is looked for twice and comes out the same.
ENDS: dict[str, Any] = {"years": YEARS, "tail_years": 0}
OUTPUT = "gross output: farm"
CUT = Contingency("cut", 2022, imports_lost={"farm": 0.2}, floor=0.5)
HELD = 1.0 + 1e-6


def at_most(most: float, **about: Any) -> Family:
    """A family of one's own: the farm makes no more than ``most`` a year, in every country and course of events."""

    def farm_ceiling(m: Model, a: Activities, policy: Policy) -> Rows | None:
        names = [str(x) for x in a.activities["activity"] if str(x).rpartition("/")[2] == "make:farm"]
        return m.rows("<=", most, term("level", names, names), of=names, gain=1.0)

    return Family("farm_ceiling", farm_ceiling, priced="the ceiling of the farm", **about)


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
    paths = compare(small(), ["autarky"], **ENDS, families=limits).table("paths")
    assert paths["doctrine"].nunique() == 2
    asked = Target(OUTPUT, ">=", 1.008 * most, year=2023)
    answer = whynot(small(), asked, **ENDS, families=limits)
    assert not answer.provenance["possible"], "without the limit there is such a plan, with it there is none"
    assert answer.table("path")[["without", "with"]].iloc[1:].to_numpy().max() <= most * HELD
    assert whynot(small(), asked, **ENDS).provenance["possible"]


def test_near_plans_and_plans_of_other_figures_keep_it(most: float, limits: Sequence[Family]) -> None:
    """Proves: no alternative and no end of a range lets it go."""
    ranges = alternatives(small(), **ENDS, of=[OUTPUT], count=0, families=limits).table("ranges")
    assert ranges["most"].iloc[0] <= most * HELD
    of = ["discount_rate", "export_growth"]
    swings = sensitivity(small(), **ENDS, on=[OUTPUT], of=of, families=limits).table("sensitivity")
    assert swings[["at_low", "at_base", "at_high"]].to_numpy().max() <= most * HELD


def test_the_robust_plan_starts_from_a_plan_that_keeps_it(most: float, limits: Sequence[Family]) -> None:
    """Proves: the plan that is put through draws has it."""
    target = Target(OUTPUT, ">=", 0.5 * most, year=2023, name="some grain")
    sure = robust(
        small(), **ENDS, targets=[target], uncertain=[Uncertain("export markets", spread=0.1)], draws=2, fresh=2,
        wishes=["targets"], families=limits,
    )  # fmt: skip
    told = sure.table("compared").query(f"indicator == '{OUTPUT}' and year > 2020")
    assert told["plan"].max() <= most * HELD


def test_countries_together_and_apart_keep_it(most: float, limits: Sequence[Family]) -> None:
    """Proves: every coalition's programme has it, a single country's too."""
    there = [small().replacing(country=c, country_name=c) for c in ("NOR", "TWI")]
    held, let = (join(there, **ENDS, families=f) for f in (limits, FAMILIES))
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
    crisis = Scenario(name="cut", events=(cut,), horizon=84, step="week", stocks={"default": 60.0})
    free = stress(small(), crisis)
    weekly = float(free["planned_production"].sel(sector="farm").max())
    ceiling = (*FAMILIES, at_most(0.9 * 4 * weekly))  # periods have four weeks
    held = stress(small(), crisis, families=ceiling)
    after = held["planned_production"].sel(sector="farm")
    assert held.provenance["planned_loss"] > free.provenance["planned_loss"]
    assert float(after.isel(day=slice(1, None)).max()) <= 0.9 * weekly * HELD


def test_it_is_priced_among_what_holds_the_plan_back(most: float, limits: Sequence[Family]) -> None:
    """Proves: the worth of one unit is in the table of own limits and in the sentences, and is the cost of one more.

    Breaks if: only the core's families are priced, or the price is the objective's and not the living standard's.
    """
    held = plan(small(), **ENDS, families=limits)
    table = held.table("limits").set_index("year")
    assert (table["dual"] > 0).any()
    assert any("the ceiling of the farm" in line for line in explain(held, top=20))
    step = 1e-3
    more = plan(small(), **ENDS, families=(*FAMILIES, at_most(most + step)))
    gain = (more.provenance["objective"] - held.provenance["objective"]) / step
    assert gain == pytest.approx(table["dual"].sum(), rel=1e-3)
    assert "limits" not in plan(small(), **ENDS).tables


@pytest.mark.parametrize("kind", ["", "target of the ministry"])
def test_a_clash_names_it_and_a_repair_eases_it(most: float, kind: str) -> None:
    """Proves: where it makes a target impossible it is in the clash under its own words, and a repair says by how much
    it is to be eased, whatever its heading is; with that much more the target can be met.

    Breaks if: a family that the core does not know is left out of what can be loosened, or a heading is read for
    whether it is a target.
    """
    target = Target(OUTPUT, ">=", 1.008 * most, year=2023)
    ours = at_most(most, says="ceiling of {what} in {year}", loosen=Loosening("{what} allowed {amounts} more", kind))
    with pytest.raises(PlanInfeasible) as caught:
        plan(small(), **ENDS, targets=[target], families=(*FAMILIES, ours))
    assert any("ceiling of making" in one or "ceiling of" in one for one in caught.value.clash)
    eased = [r for r in caught.value.repairs if r["family"] == "farm_ceiling"]
    assert eased
    assert "allowed" in str(eased[0]["sentence"])
    enough = at_most(most + float(str(eased[0]["amount"])))
    assert made(plan(small(), **ENDS, targets=[target], families=(*FAMILIES, enough))) > most


@pytest.mark.parametrize("in_draws", ["holds", "gives way", "smoke"])
def test_in_draws_it_holds_or_gives_way_knowingly(most: float, in_draws: str) -> None:
    """Proves: what becomes of it in draws is what it says, and the page tells it: kept in every draw; given up where it
    must be, with the share of draws that keep it; or, as a wish under a heading of its own, asked for like the others.

    Breaks if: draws write another list of limits than the plan.
    """
    target = Target(OUTPUT, ">=", 0.5 * most, year=2023, name="some grain")
    ours = at_most(most, in_draws=in_draws, kind="wish" if in_draws == "smoke" else "limit")
    sure = robust(
        small(), **ENDS, targets=[target], uncertain=[Uncertain("productivity", spread=0.05)], draws=3, fresh=4,
        wishes=["targets"], families=(*FAMILIES, ours),
    )  # fmt: skip
    page = text_page(sure)
    own = sure.table("shares").query("wish.str.startswith('farm ceiling')")
    if in_draws == "holds":
        assert own.empty
        assert "farm ceiling, holds in every draw" in " ".join(page.split())
        assert float(sure["level"].sel(activity="make:farm").max()) <= most * HELD
        return
    assert len(own) == 1
    assert bool(own["asked"].iloc[0]) == (in_draws == "smoke")
    assert own["kind"].iloc[0] == ("farm ceiling" if in_draws == "gives way" else "smoke")
    assert "farm ceiling, gives way where it must" in " ".join(page.split())


def test_a_plan_with_every_record_keeps_it_in_every_contingency() -> None:
    """Proves: a ceiling on the works holds in the plan with projects, priorities and all other records, and in both of
    its contingencies.

    Breaks if: a fork, a project or a priority of the plan is written from another list of limits.
    """
    most = 218.0  # less than the works make without it, in the plan and in each of its contingencies

    def works(m: Model, a: Activities, policy: Policy) -> Rows | None:
        return m.rows("<=", most, term("level", WORKS, f"make:{WORKS}"), of=[WORKS], gain=1.0)

    stated = Policy.of(**ENDS, floor=0.85, foreign_interest=0.02, **records())
    ours = Family("works_ceiling", works, priced="the ceiling on the works")
    held = plan(carve(economy(), [grain()]), policy=stated, families=(*FAMILIES, ours))
    assert float(held["level"].sel(activity=f"make:{WORKS}").max()) <= most * HELD
    table = held.table("limits")
    forks = {name.partition(" @ ")[2] for name in table["family"]}
    assert forks == {"", "cut", "closed"} == {"", *held.table("contingencies")["contingency"]}
    done = held.table("recourse_levels").query(f"activity == 'make:{WORKS}'")
    assert done["done"].max() <= most * HELD
    assert (table["worth"] > 0).any()


def written(rows: Equation, **about: Any) -> Outcome:
    return plan(small(), years=1, families=(*FAMILIES, Family("mine", rows, **about)))


@pytest.mark.parametrize(
    ("sense", "variable", "row", "on", "told"),
    [
        ("<=", "level", "x", "make:frm", "nearest: 'make:farm'"),
        ("<=", "level", "y", "make:farm", "no row 'y'"),
        ("<=", "levl", "x", "make:farm", "nearest: 'level'"),
        ("<", "level", "x", "make:farm", "no sense of rows '<'"),
    ],
)
def test_a_name_that_does_not_exist_stops_the_run_in_words(
    sense: str, variable: str, row: str, on: str, told: str
) -> None:
    """Proves: a wrong name is an error of ours, with the nearest that there is.

    Breaks if: it is a bare ``KeyError``, which no face prints as words, or drops the term.
    """
    with pytest.raises(UnknownName, match=told):
        written(lambda m, a, policy: m.rows(sense, 1.0, term(variable, row, on), of=["x"]))


@pytest.mark.parametrize("amount", [float("nan"), float("inf")])
def test_a_coefficient_that_is_no_number_stops_the_run(amount: float) -> None:
    """Proves: a limit with such a coefficient is refused by its name.

    Breaks if: it goes to the solver, which leaves the row out and returns the plan without the limit.
    """
    with pytest.raises(GroundplanError, match="'mine' has a figure that is no number"):
        written(lambda m, a, policy: m.rows("<=", 1.0, term("level", "x", "make:farm", amount), of=["x"]))


def test_families_that_are_none_or_share_a_name_are_refused() -> None:
    """Proves: what is no family, a name twice, a core family's too, and one that reads as a fork's are told at once.

    Breaks if: the second of a name takes the place of the first in prices, clashes and draws.
    """
    two = (
        *FAMILIES,
        at_most(9.0),
        at_most(8.0),
        replace(at_most(7.0), name="targets"),
        replace(at_most(6.0), name="a @ b"),
    )
    with pytest.raises(GroundplanError) as caught:
        plan(small(), years=1, families=two)
    for told in ("two families are called 'farm_ceiling'", "called 'targets'", "called 'a @ b'"):
        assert told in str(caught.value)
    with pytest.raises(StudyError, match="no list of Family"):
        plan(small(), years=1, families=at_most(9.0))  # type: ignore[arg-type]


def test_words_of_a_limit_are_checked_when_it_is_made() -> None:
    """Proves: a blank that nobody fills and a kind that is none are told at once, not after a plan was solved."""
    for about in ({"says": "{who} in {year}"}, {"priced": "{year}"}, {"loosen": Loosening("{much} more")}):
        with pytest.raises(StudyError, match="its blanks are"):
            Family("mine", lambda m, a, policy: None, **about)  # type: ignore[arg-type]
    with pytest.raises(StudyError, match="is 'wishful'"):
        at_most(9.0, kind="wishful")


def test_a_row_without_a_year_is_told_without_one(most: float) -> None:
    """Proves: a limit over the whole plan stands in a clash by its name alone.

    Breaks if: the words say "in" and then nothing.
    """
    with pytest.raises(PlanInfeasible) as caught:
        written(lambda m, a, policy: m.rows("<=", 1.0, term("level", "x", "make:farm", year=a.years), of=["x"], when=0))
    assert "mine: x" in caught.value.clash


@pytest.mark.parametrize("sense", ["<=", "=="])
def test_what_never_gives_way_is_named_and_not_offered(most: float, sense: str) -> None:
    """Proves: a limit that never gives way stands in the clash that it makes, and no repair touches it.

    Breaks if: only what can be loosened takes part in a conflict, and a target is blamed alone.
    """

    def farm(m: Model, a: Activities, policy: Policy) -> Rows | None:
        return m.rows(sense, most, term("level", "farm", "make:farm"), of=["farm"], when=None, gain=1.0)

    target = Target(OUTPUT, ">=", 1.5 * most, year=2023)
    fixed = Family("farm_ceiling", farm, says="the law on {what} in {year}", loosen=None)
    with pytest.raises(PlanInfeasible) as caught:
        plan(small(), **ENDS, targets=[target], families=(*FAMILIES, fixed))
    assert any("the law on farm" in one for one in caught.value.clash)
    assert "farm_ceiling" not in {r["family"] for r in caught.value.repairs}


def test_a_year_that_is_none_is_refused() -> None:
    """Proves: a term of a year that the plan does not have stops the run, and a wish's heading is a wish's alone."""

    def far(m: Model, a: Activities, policy: Policy) -> Rows | None:
        return m.rows("<=", 1.0, term("level", "far", "make:farm", year=2099), of=["far"], when=0)

    with pytest.raises(UnknownName, match="no year of level '2099'"):
        plan(small(), years=2, families=(*FAMILIES, Family("far", far)))
    with pytest.raises(StudyError, match="in_draws='hold'"):
        Family("far", far, in_draws="hold")
