"""What is true of every projection, every labour force and every school, on cases drawn at random."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from drawing import few
from economies import small
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import on_paper
from small_schools import ENGINEERS, HANDS, ageing, classes, country

from groundplan.planning.activities import COLUMNS, Activities
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.feature_list import PARTS
from groundplan.planning.features import research
from groundplan.planning.features.people import inhabitants
from groundplan.planning.features.people import labour as people
from groundplan.planning.features.people.demography import Demography, Population
from groundplan.planning.features.people.population import SEXES, Projection, project
from groundplan.planning.features.schools import schooling
from groundplan.planning.features.schools.school_levels import School
from groundplan.planning.horizon import Horizon
from groundplan.planning.plan_programme import programme
from groundplan.planning.solve import Solution, solve

quick = few(15)
# A solve is too slow to search with.
solved = settings(quick, max_examples=4)


@st.composite
def populations(draw: st.DrawFn) -> dict[str, pd.DataFrame]:
    """Figures of a population of three to nine groups of one or five years."""
    groups, width = draw(st.integers(3, 9)), draw(st.sampled_from([1, 5]))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    ages = pd.Index(width * np.arange(groups))

    def by_sex(low: float, high: float) -> pd.DataFrame:
        return pd.DataFrame(rng.uniform(low, high, (groups, 2)), ages, list(SEXES))

    fertility = pd.DataFrame({"female": rng.uniform(0.0, 0.3, groups)}, ages)
    fertility.iloc[0] = 0.0
    return {
        "number": by_sex(10.0, 1000.0),
        "survival": by_sex(0.3, 1.0),
        "fertility": fertility,
        "migration": by_sex(-0.5, 2.0),
        "participation": by_sex(0.0, 1.0),
    }


def carried(drawn: dict[str, pd.DataFrame], steps: int = 3) -> Projection:
    fertility = drawn["fertility"]["female"]
    return project(drawn["number"], drawn["survival"], fertility, migration=drawn["migration"], steps=steps)


def recorded(drawn: dict[str, pd.DataFrame], year: int = 2020) -> Population:
    lists = {name: drawn["number"][name].tolist() for name in SEXES}
    for part in ("survival", "participation", "migration"):
        lists |= {f"{part}_{s}": drawn[part][s].tolist() for s in SEXES}
    ages = [float(a) for a in drawn["number"].index]
    return Population(year, ages=ages, fertility=drawn["fertility"]["female"].tolist(), **lists)


# Projection


@quick
@given(populations())
def test_a_population_adds_up(drawn: dict[str, pd.DataFrame]) -> None:
    """P[t+1] = P[t] + births − deaths + migrants, for each sex, in every step and in every single year.

    Proves: nobody is lost in the open group or between the steps, and all who come are counted.
    Breaks if: newborns die uncounted, or a year's share of a step's births is not a year's.
    """
    found = carried(drawn)
    change = found.people.sum("age").diff("step", label="lower")
    np.testing.assert_allclose(change, found.births - found.deaths + found.migrants, rtol=1e-9, atol=1e-9)
    yearly = Demography.of(recorded(drawn), 2021, 2031)
    change = yearly.people.sum("age").diff("year", label="lower")
    np.testing.assert_allclose(change, yearly.births - yearly.deaths + yearly.migrants, rtol=1e-9, atol=1e-9)


@quick
@given(populations())
def test_nobody_comes_goes_dies_or_is_born(drawn: dict[str, pd.DataFrame]) -> None:
    """With survival 1, no births and no migrants the number of people never changes, and in the end all are old.

    Proves: growing older loses nobody.
    Breaks if: the open group empties, or the last but one is left behind.
    """
    nothing = {k: 0.0 * drawn[k] for k in ("fertility", "migration")}
    still = {**drawn, **nothing, "survival": 0.0 * drawn["survival"] + 1.0}
    found = carried(still, steps=len(drawn["number"]))
    totals, first = found.people.sum("age"), drawn["number"].sum()[list(SEXES)]
    np.testing.assert_allclose(totals, np.tile(first, (totals.sizes["step"], 1)), rtol=1e-12)
    np.testing.assert_allclose(found.people.isel(step=-1, age=-1), first, rtol=1e-12)


@quick
@given(populations(), st.integers(0, 2**16), st.floats(0.1, 10.0))
def test_a_projection_is_linear(drawn: dict[str, pd.DataFrame], seed: int, k: float) -> None:
    """Two populations carried forward together are the sum of each carried forward alone; k times as many are k times.

    Proves: one person's future does not hang on how many others there are.
    Breaks if: a rate is computed from the numbers.
    """
    rng = np.random.default_rng(seed)
    other = {n: k * t * rng.uniform(0.5, 2.0, t.shape) if n in ("number", "migration") else t for n, t in drawn.items()}
    both = {n: t + other[n] if n in ("number", "migration") else t for n, t in drawn.items()}
    for name in ("people", "births", "deaths", "migrants"):
        alone = getattr(carried(drawn), name) + getattr(carried(other), name)
        np.testing.assert_allclose(getattr(carried(both), name), alone, rtol=1e-9, atol=1e-9)


@quick
@given(populations())
def test_boys_are_born_by_the_sex_ratio(drawn: dict[str, pd.DataFrame]) -> None:
    """Proves: 105 boys are born for 100 girls, and men have no births of their own. Breaks if: shares are swapped."""
    births = carried(drawn).births
    np.testing.assert_allclose(births.sel(sex="male"), 1.05 * births.sel(sex="female"), rtol=1e-12)


# Labour


def labour_paths(a: Activities, solution: Solution | None = None) -> pd.DataFrame:
    """Labour of each skill at every stage, recounted from the rows and, with a plan, its levels."""
    kept = a.commodities[a.commodities["commodity"].str.startswith("labour:")].set_index("commodity")
    x = a.exogenous.assign(net=a.exogenous["supply"] - a.exogenous["claim"])
    net = x.groupby(["commodity", "year"])["net"].sum()
    stock = {a.years[0]: kept["initial"]}
    moved = pd.Series(dtype=float)
    if solution is not None:
        cells = a.cells(("give", "take"), ("capacity",))
        level = solution.values["level"].to_series().reindex(pd.MultiIndex.from_frame(cells[["activity", "year"]]))
        sign = np.where(cells["role"] == "give", 1.0, -1.0)
        moved = (cells["amount"] * sign * level.to_numpy()).groupby([cells["commodity"], cells["when"]]).sum()
    for t in a.years:
        more = [net.get((c, t), 0.0) + moved.get((c, t), 0.0) for c in kept.index]
        stock[t + 1] = (1.0 - kept["loss"]) * stock[t] + more
    return pd.DataFrame(stock)


@quick
@given(populations(), st.floats(0.0, 0.3))
def test_labour_is_the_labour_force(drawn: dict[str, pd.DataFrame], reserve: float) -> None:
    """Where nobody trains, labour of all skills, reserve included, grows exactly as the projection's labour force.

    Proves: L[t+1] = (1−r)·L[t] + entrants holds the labour force year by year, whatever the rate of retirement.
    Breaks if: a year's entrants are those of the year before, or the reserve does not age.
    """
    e, p = small(), recorded(drawn)
    policy = on_paper(years=6, population=p, labour_reserve=reserve)
    h = Horizon.of(e, policy, base_year=False)
    a = Activities.of(h.years, **people.labour(e, policy, h).by_name())
    force = Demography.of(p, e.year, e.year + 7)
    total = labour_paths(a).sum()
    base = float(e.employment.sum()) * (1.0 + reserve) / force.labour_force(e.year)
    expected = [base * force.labour_force(t) for t in total.index]
    np.testing.assert_allclose(total, expected, rtol=1e-9)


@solved
@given(st.floats(0.0, 40.0), st.floats(0.0, 0.3), st.integers(1, 4))
def test_whoever_is_taught_the_labour_force_is_the_projections(pupils: float, drop_out: float, years: int) -> None:
    """Persons of all skills are the labour force and the pupils of the base year, however many are taught in the plan.

    Proves: entrants feed the lowest skill, graduates the higher, and nobody is counted twice or lost on the way.
    Breaks if: a graduate stays in the skill below, or one who leaves school is lost.
    """
    one = School("college", ENGINEERS, years, enrolment=pupils, drop_out=drop_out, places=60.0, cost=0.0)
    e, p = country(hands=2000.0), ageing()
    a, policy = classes(e, years=6, schools=[one], population=p)
    found = solve(programme(a.adding(terminal=[{"commodity": f"trained:{ENGINEERS}", "value": 1.0}]), policy), policy)
    assert float(found.values["level"].sel(activity=f"train:{ENGINEERS}").sum()) > 1.0
    paths = labour_paths(a, found)
    for skill in (HANDS, ENGINEERS):
        told = found.values["stock"].sel(commodity=f"labour:{skill}").values
        np.testing.assert_allclose(paths.loc[f"labour:{skill}"], told, rtol=1e-6, atol=1e-6)
    force = Demography.of(p, 2020, 2027)
    each = (float(e.employment.sum()) + pupils) / force.labour_force(2020)
    np.testing.assert_allclose(paths.sum(), [each * force.labour_force(t) for t in paths], rtol=1e-6)


# Schools


@solved
@given(st.floats(1.0, 2.0), st.integers(1, 3), st.floats(0.2, 4.0), st.floats(0.01, 0.2))
def test_a_school_that_nobody_leaves_is_training(premium: float, years: int, cost: float, ceiling: float) -> None:
    """A school without drop-out, teachers or places is train:s of as many years: as many engineers in the end.

    Proves: the rows of a level are those of training, with more that can be said.
    Breaks if: a pupil is more or less labour than in training, studies longer, or costs another amount.
    """
    e = country("base-year wage units (TST2020m)")
    common = {"years": 5, "training_years": years, "training_premium": premium, "schooling_cost": cost}
    common |= {"training_ceiling": ceiling, "population_growth": 0.02}
    goals = []
    for schools in ([], [School("college", ENGINEERS, years)]):
        a, policy = classes(e, **common, schools=schools)
        ends = [{"commodity": f"labour:{ENGINEERS}", "value": 1.0}]
        goals.append(solve(programme(a.adding(terminal=ends), policy), policy).objective)
    assert goals[1] == pytest.approx(goals[0], rel=1e-7)
    assert goals[0] > 5.0 * 1.02**6 + 0.1


# Nothing stated


def test_nothing_stated_is_nothing_changed() -> None:
    """Without a population, schools and research the compiled tables are those of a compiler without these parts.

    Labour is what it was: L[s,0]·(1+n)^t, and every other table is row for row the same.
    Proves: who states none of this has the plan of before.
    Breaks if: an empty record leaves a row behind.
    """
    mine = (schooling.schools, research.programmes, inhabitants.inhabitants)
    e, policy = (
        country("base-year wage units (TST2020m)"),
        on_paper(years=4, population_growth=0.03, labour_reserve=0.1),
    )
    whole, bare = compile_plan(e, policy), compile_plan(e, policy, parts=[p for p in PARTS if p not in mine])
    for name in COLUMNS:
        pd.testing.assert_frame_equal(getattr(whole, name), getattr(bare, name))
    assert people.labour in PARTS
    paths = labour_paths(whole)
    for s, n in e.employment.sum("sector").to_series().items():
        expected = [1.1 * float(n) * 1.03 ** (t - e.year) for t in paths]
        np.testing.assert_allclose(paths.loc[f"labour:{s}"], expected, rtol=1e-12)
    kept = whole.commodities.set_index("commodity")["loss"]
    assert (kept[kept.index.str.startswith("labour:")] == 0.0).all()
