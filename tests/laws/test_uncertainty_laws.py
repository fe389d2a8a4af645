"""What is true of all draws, on small economies drawn at random."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from drawing import few
from economies import small, tables
from hypothesis import given
from hypothesis import strategies as st
from plans import on_paper

from groundplan.economy.economy import Economy
from groundplan.planning.activities import Activities
from groundplan.planning.best_plan import solved
from groundplan.planning.choices.uncertainty import DRAWN, Uncertain
from groundplan.planning.exploring.recourse import Recourse, recourse
from groundplan.planning.plan_programme import programme
from groundplan.planning.solved_plan import SolvedPlan
from groundplan.tables.table import Table

POLICY = on_paper(years=2, population_growth=0.02, foreign_reserves=5.0)
ALL = [Uncertain(what, spread=0.05, correlation=0.4) for what in DRAWN]
drawn = few(2)


def made(table: Table) -> SolvedPlan:
    return solved(Economy.from_table(table), POLICY)


def scaled(a: Activities, r: Recourse, factors: np.ndarray) -> Activities:
    """The tables with the drawn factors written into them by hand, kind by kind."""
    flows, bounds = a.flows.copy(), a.bounds.copy()
    kind = a.commodities.set_index("commodity")["kind"]
    for at, (n, member, _) in enumerate(r.figures.factors[["record", "member", "year"]].itertuples(index=False)):
        what, f = r.figures.records[n].what, factors[at]
        of = flows["activity"] == f"make:{member}"
        labour = flows["commodity"].str.startswith("labour:")
        chosen, times = {
            "inputs": (of & (flows["role"] == "take") & (flows["commodity"].map(kind) == "flow"), f),
            "yields": (of & (flows["role"] == "occupy") & ~labour, 1.0 / f),
            "productivity": (of & (flows["role"] == "occupy") & labour, 1.0 / f),
            "import prices": ((flows["activity"] == f"buy:{member}") & (flows["commodity"] == "foreign exchange"), f),
            "export prices": ((flows["activity"] == f"sell:{member}") & (flows["commodity"] == "foreign exchange"), f),
            "export markets": (pd.Series(False, index=flows.index), f),
        }[what]
        flows.loc[chosen, "coefficient"] *= times
        if what == "export markets":
            bounds.loc[bounds["activity"] == f"sell:{member}", "upper"] *= f
    return replace(a, flows=flows, bounds=bounds)


@drawn
@given(tables(2, 3), st.integers(0, 999))
def test_a_draw_is_the_programme_of_the_drawn_tables(table: Table, member: int) -> None:
    """Every entry and bound of the solver's programme after a draw is that of a programme written from drawn tables.

    Proves: each kind of factor reaches all its coefficients, with its sign and its side, and no other.
    Breaks if: a yield multiplies what it should divide, own inputs are scaled with output, or a lag is lost.
    """
    plan = made(table)
    r = recourse(plan, ALL)
    factors = r.figures.factors_of(1, member)
    written = r.stage.with_factors(factors)
    other = programme(scaled(plan.activities, r, factors), POLICY).programme
    n = other.width
    assert abs(written.matrix[:, :n] - other.matrix()).max() < 1e-9
    assert written.upper[:n] == pytest.approx(other.bounds()[1])


@drawn
@given(tables(2, 3))
def test_as_expected_the_plan_is_the_plan(table: Table) -> None:
    """With every factor 1 and the plan's building held, the goal is the plan's and no wish is missed.

    Proves: what makes rows soft costs a plan that meets them nothing.
    Breaks if: a row's slack is free, or holding what is begun leaves no room for the rest.
    """
    plan = made(table)
    r = recourse(plan, ALL)
    done = r.decide(np.ones(len(r.figures.factors)), r.plan)
    assert done is not None
    assert done.goal == pytest.approx(plan.solution.objective, rel=1e-6)
    assert not done.missed.any()
    assert not done.cut
    assert r.figures.prudent(0.0) == pytest.approx(1.0)


@drawn
@given(tables(2, 3), st.sampled_from(sorted(DRAWN)))
def test_what_is_called_worse_is_worse(table: Table, what: str) -> None:
    """A plan made for figures that are worse by half a deviation, and by one, is worth less each time.

    Proves: every kind of figure has its bad side on the side that the margin takes.
    Breaks if: dearer exports or larger markets count as bad.
    """
    plan = made(table)
    r = recourse(plan, [Uncertain(what, spread=0.02)])
    goals = []
    for margin in (0.0, 0.5, 1.0):
        done = r.decide(r.figures.prudent(margin))
        assert done is not None
        # The whole objective, with what missing costs: a goal alone may rise where a wish is given up.
        goals.append(r.highs.objective)
    assert goals[0] >= goals[1] - 1e-6 * abs(goals[0])
    assert goals[1] >= goals[2] - 1e-6 * abs(goals[0])


def test_draws_do_not_depend_on_each_other() -> None:
    """The fifth draw is the same after four others, alone, and after itself.

    Proves: a draw is a function of seed and number; the solver's state carries nothing over.
    Breaks if: bounds, figures or a basis of the draw before are left behind.
    """
    r = recourse(solved(small(), POLICY), ALL)

    def goal(member: int, seed: int = 7) -> float:
        done = r.decide(r.figures.factors_of(seed, member), r.plan)
        assert done is not None
        return done.goal

    first = [goal(k) for k in range(5)]
    again = [goal(k) for k in reversed(range(5))][::-1]
    assert first == pytest.approx(again, rel=1e-9)
    assert len(set(np.round(first, 6))) == 5
    assert goal(0, seed=8) != pytest.approx(first[0], rel=1e-9)


def test_factors_have_their_mean_spread_and_correlation() -> None:
    """Over two thousand draws: mean 1 and spread 0.1 to two per cent; correlation 0.4 to 0.06; years apart.

    Proves: one factor of a group moves the others as stated, and a yearly record draws its years independently.
    Breaks if: the correlation is that of the shares instead, or all years share one draw.
    """
    inputs = Uncertain("inputs", spread=0.1, correlation=0.4)
    yearly = Uncertain("yields", spread=0.1, shape="normal", yearly=True)
    r = recourse(solved(small(), POLICY), [inputs, yearly])
    keys = r.figures.factors
    assert len(keys) == 2 + 2 * 2
    factors = np.array([r.figures.factors_of(0, k) for k in range(2000)])
    assert factors.mean(axis=0) == pytest.approx(1.0, abs=0.01)
    assert factors.std(axis=0) == pytest.approx(0.1, rel=0.06)
    together = np.corrcoef(factors.T)
    first = np.flatnonzero(keys["record"] == 0)
    assert together[first[0], first[1]] == pytest.approx(0.4, abs=0.06)
    harvests = np.flatnonzero(keys["record"] == 1)
    apart = together[np.ix_(harvests, harvests)] - np.eye(len(harvests))
    assert np.abs(apart).max() < 0.08
