"""One solver layer: two solvers give one answer, what is refused is said, and a programme goes out as it is."""

from __future__ import annotations

from pathlib import Path

import highspy
import numpy as np
import pandas as pd
import pytest
from economies import small
from hypothesis import given
from hypothesis import strategies as st
from plans import on_paper
from scipy import sparse

from groundplan import PlanInfeasible, Target, plan
from groundplan.errors import GroundplanError, SolverError
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.plan_programme import programme
from groundplan.planning.solve import solve
from groundplan.solver.answer import QUIETLY, Answer, answer
from groundplan.solver.export import linopy_model, write
from groundplan.solver.highs import OPTIMAL, Highs, load
from groundplan.solver.programme import Programme
from groundplan.solver.scaling import bound_scale

METHODS = ("simplex", "ipm", "choose", "clarabel")


def drawn(seed: int, columns: int = 6, rows: int = 5) -> Programme:
    """A programme that has a best answer: columns are bounded, and x = 1 meets every row."""
    stream = np.random.default_rng(seed)
    a = sparse.coo_array(
        np.where(stream.random((rows, columns)) < 0.6, stream.uniform(-1.0, 2.0, (rows, columns)), 0.0)
    )
    reached = a @ np.ones(columns)
    p = Programme(maximise=bool(seed % 2))
    over = {"what": pd.Index([f"thing {n}" for n in range(columns)])}
    x = p.add_columns("make", over, upper=stream.uniform(1.0, 5.0, columns), goal=stream.uniform(-3.0, 3.0, columns))
    terms = (a.coords[0], x.numbers[a.coords[1]], a.data)
    kind = stream.integers(0, 3, rows)
    low = np.where(kind == 1, -np.inf, reached - (kind == 2) * 0.7)
    high = np.where(kind == 2, np.inf, reached + (kind == 1) * 0.7)
    p.add_rows("limits", rows, low, high, terms, labels=[f"row {n} | 2020" for n in range(rows)])
    return p


def proven(p: Programme, found: Answer) -> None:
    """What is true of every optimum: rows and bounds hold, and the duals leave nothing to gain.

    With d = c − A'y the best over the box and the sides is Σ d⁺·upper + d⁻·lower + Σ y·side: no answer beats it.
    """
    (low, high), (lower, upper), a = p.sides(), p.bounds(), p.matrix()
    reached, x, sign = a @ found.values, found.values, 1.0 if p.maximise else -1.0
    assert np.all(reached >= low - 1e-6)
    assert np.all(reached <= high + 1e-6)
    assert np.all(x >= lower - 1e-6)
    assert np.all(x <= upper + 1e-6)
    y = sign * found.row_duals
    # A price above zero is a right-hand side's, below zero a left-hand side's.
    side = np.where(y > 0, high, low)
    assert np.all(np.isfinite(side[np.abs(y) > 1e-6]))
    reduced = sign * p.costs() - a.T @ y
    most = np.where(reduced > 0, reduced * upper, reduced * lower).sum()
    most += np.where(np.abs(y) > 1e-6, y * np.where(np.isfinite(side), side, 0.0), 0.0).sum()
    assert sign * found.objective == pytest.approx(most, rel=1e-5, abs=1e-5)


@given(st.integers(0, 500))
def test_every_method_proves_its_answer(seed: int) -> None:
    """Proves: HiGHS, by each method, and Clarabel reach the same goal, and duals of either prove it best.

    Breaks if: a side of a row is lost, a sign of a dual turns, or a maximum is taken for a minimum.
    """
    p = drawn(seed)
    goals = []
    for method in METHODS:
        found = answer(p, method).checked()
        proven(p, found)
        assert found.objective == pytest.approx(p.value(found.values), abs=1e-7)
        goals.append(found.objective)
    assert goals == pytest.approx([goals[0]] * len(goals), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("method", ["choose", "clarabel"])
def test_a_quadratic_goal_by_hand(method: str) -> None:
    """Two uses of 10 units, worth 8x − x² and 4y − ½y²: both marginal values are the price of one unit more.

        8 − 2x = λ,  4 − y = λ,  x + y ≤ 5     x = 3, y = 2, λ = 2;  goal = 24 − 9 + 8 − 2 = 21

    Proves: Q is taken with its half and its sign, and the dual of the row is the price.
    Breaks if: the goal is c·x + x'Qx, or the dual's sign is that of a minimum.
    """
    p = Programme()
    x = p.add_columns("use", (2,), goal=[8.0, 4.0]).numbers
    p.add_rows("there is", 1, -np.inf, 5.0, ([0, 0], x, 1.0))
    p.quadratic = sparse.csc_array(np.diag([-2.0, -1.0]))
    found = answer(p, method).checked()
    assert found.values == pytest.approx([3.0, 2.0], abs=1e-6)
    assert found.objective == pytest.approx(21.0)
    assert found.row_duals == pytest.approx([2.0], abs=1e-5)


@given(st.integers(0, 200))
def test_two_solvers_agree_on_quadratic_goals(seed: int) -> None:
    """Proves: with a convex quadratic goal the best is one, and HiGHS and Clarabel find it.

    Breaks if: either is given another triangle of Q.
    """
    p, stream = drawn(seed), np.random.default_rng(seed)
    root = stream.normal(size=(p.width, p.width))
    q = root @ root.T + 0.5 * np.eye(p.width)
    p.quadratic = sparse.csc_array(-q if p.maximise else q)
    one, other = (answer(p, method).checked() for method in ("choose", "clarabel"))
    assert one.values == pytest.approx(other.values, abs=1e-4)
    assert one.objective == pytest.approx(other.objective, rel=1e-6, abs=1e-6)


@given(st.integers(0, 300))
def test_a_goal_that_bends_the_wrong_way_is_refused(seed: int) -> None:
    """Proves: what is told of a goal is what the eigenvalues of Q say, for matrices of full and of lower rank, and one
    without a single best answer is refused before a solver spins on it.

    Breaks if: a sign is not turned for a maximum, or a zero eigenvalue counts as a fault.
    """
    stream, p = np.random.default_rng(seed), drawn(seed)
    root = stream.normal(size=(p.width, p.width - seed % 3))
    values, vectors = np.linalg.eigh(root @ root.T)
    values[-1] *= 1.0 if seed % 5 else -1.0
    q = vectors @ np.diag(values) @ vectors.T
    p.quadratic = sparse.csc_array(-q if p.maximise else q)
    assert p.convex() == bool(seed % 5)
    if not seed % 5:
        for method in ("choose", "clarabel"):
            with pytest.raises(SolverError, match="may have many best answers"):
                answer(p, method)


def test_what_is_impossible_is_infeasible_to_both() -> None:
    """Proves: a programme that nothing meets is called infeasible, by either."""
    p = Programme()
    x = p.add_columns("x", (1,), upper=1.0).numbers
    p.add_rows("too much", 1, 2.0, np.inf, ([0], x, 1.0))
    assert {answer(p, m).status for m in ("simplex", "ipm", "clarabel")} == {"infeasible"}
    with pytest.raises(SolverError, match="infeasible"):
        answer(p, "simplex").checked()


def test_a_refused_option_is_an_error_and_no_other_method() -> None:
    """Proves: what HiGHS does not take is refused aloud, and so is what a method cannot do.

    Breaks if: a return code is ignored, so that another method runs under the refused one's name.
    """
    p = drawn(1)
    with pytest.raises(SolverError, match="does not take solver = 'no such method'"):
        load(p, {"solver": "no such method"})
    with pytest.raises(SolverError, match="does not take no_such_option"):
        load(p, {"no_such_option": 1})
    p.quadratic = sparse.csc_array(-np.eye(p.width))
    with pytest.raises(SolverError, match="pdlp takes no quadratic goal"):
        answer(p, "pdlp")
    p.add_columns("project", (1,), upper=1.0, whole=True)
    for method in ("choose", "clarabel"):
        with pytest.raises(SolverError, match="whole"):
            answer(p, method)


def test_the_solver_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    """Proves: neither making, loading nor running a solver writes to the page, in Python or below it."""
    Highs()
    for method in METHODS:
        answer(drawn(3), method)
    said = capfd.readouterr()
    assert (said.out, said.err) == ("", "")


@pytest.mark.parametrize("ending", [".mps", ".lp"])
def test_a_programme_is_written_under_its_names(tmp_path: Path, ending: str) -> None:
    """Proves: the file, read by HiGHS, is the same programme, its rows and columns called as they are here."""
    p = drawn(7)
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.readModel(str(write(p, tmp_path / f"plan{ending}")))
    h.run()
    assert h.getInfo().objective_function_value == pytest.approx(answer(p).objective)
    assert list(h.getLp().col_names_)[:2] == ["make(thing_0)", "make(thing_1)"]
    assert next(iter(h.getLp().row_names_)) == "limits(row_0_2020)"
    with pytest.raises(GroundplanError, match=r"let the name end in"):
        write(p, tmp_path / "plan.txt")


def test_a_programme_goes_to_linopy() -> None:
    """Proves: a plan of two sectors, solved from its linopy model, has the same goal; and two-sided rows go along."""
    pytest.importorskip("linopy", reason="the extra linopy is not installed")
    policy = on_paper(years=2)
    m = programme(compile_plan(small(), policy), policy)
    model = linopy_model(m.programme)
    model.solve(solver_name="highs", output_flag=False)
    assert model.objective.value == pytest.approx(solve(m, policy).objective, rel=1e-7)
    p = drawn(5)
    two_sided = linopy_model(p)
    two_sided.solve(solver_name="highs", output_flag=False)
    assert two_sided.objective.value == pytest.approx(answer(p).objective)


def test_a_plan_by_another_solver() -> None:
    """Proves: a plan by Clarabel has the goal and the rows of the plan by HiGHS, and says who solved it.

    Breaks if: the choice falls back on HiGHS without a word.
    """
    policy = on_paper(years=3)
    m = programme(compile_plan(small(), policy), policy)
    ours, other = solve(m, policy), solve(m, on_paper(years=3, solver="clarabel"))
    assert "Clarabel" in other.quality["solver"]
    assert other.objective == pytest.approx(ours.objective, rel=1e-6)
    value = sum(
        float((np.asarray(worth) * other.values[name].values).sum()) for name, worth in m.programme.goal.items()
    )
    assert value == pytest.approx(ours.objective, rel=1e-6)


def test_what_clarabel_cannot_meet_is_explained() -> None:
    """Proves: a plan that nobody can meet ends with its clash and its repairs, whoever was to make it.

    Breaks if: Clarabel's name is handed to HiGHS, which looks for the conflict.
    """
    asked = Target("gross output: farm", ">=", 9_999.0, year=2021)
    with pytest.raises(PlanInfeasible) as caught:
        plan(small(), years=1, targets=[asked], solver="clarabel")
    assert any("gross output: farm" in one for one in caught.value.clash)
    assert caught.value.repairs


def test_the_largest_bound_sets_the_scale() -> None:
    """Bounds of a million come to about ten thousand; without a finite bound nothing is scaled.

    Proves: 2^k · 10⁶ is nearest to 10⁴ at k = −7. Breaks if: an infinite bound counts.
    """
    assert bound_scale([np.array([np.inf, 1e6]), np.array([-3.0])]) == -7
    assert bound_scale([np.array([np.inf, 0.0])]) == 0


def test_what_is_no_number_never_reaches_a_solver() -> None:
    """Proves: a side, a bound, a worth or a coefficient that is no number is refused with the name of its block.

    Breaks if: HiGHS gets it: it leaves the row out and calls the rest optimal.
    """
    nan = float("nan")
    for about in ({"lower": nan}, {"upper": nan}, {"goal": nan}):
        with pytest.raises(GroundplanError, match="'make' has a figure"):
            Programme().add_columns("make", (2,), **about)
    for low, high, amount in ((nan, 1.0, 1.0), (0.0, nan, 1.0), (0.0, 1.0, nan), (0.0, 1.0, np.inf)):
        p = Programme()
        p.add_columns("make", (2,))
        with pytest.raises(GroundplanError, match="'limits' has a figure"):
            p.add_rows("limits", 1, low, high, (0, [0, 1], amount))
    p = drawn(0)
    with pytest.raises(SolverError, match="no number"):
        load(p, {}, cost=np.full(p.width, nan))


def test_what_must_be_whole_is_whole_or_refused(tmp_path: Path) -> None:
    """Proves: no method answers without it, and linopy is handed whole columns with their own bounds.

    Breaks if: HiGHS, told simplex or ipm, solves the programme as if it were divisible, and "optimal" comes back.
    """
    p = Programme()
    p.add_columns("make", (2,), goal=1.0, upper=5.0, whole=True)
    p.add_rows("limits", 1, -np.inf, 9.5, (0, [0, 1], 1.0))
    assert answer(p).objective == pytest.approx(9.0)
    for method in ("simplex", "ipm", "pdlp", "clarabel"):
        with pytest.raises(SolverError):
            answer(p, method)
    there = linopy_model(p).variables["make"]
    assert float(there.upper.max()) == 5.0
    assert there.attrs["integer"]
    p.add_columns("more", (2,), whole=[True, False])
    with pytest.raises(GroundplanError, match="some of 'more'"):
        linopy_model(p)


def test_a_file_that_cannot_be_written_is_told_in_words(tmp_path: Path) -> None:
    """Proves: a folder that is a file, and a file that is a folder, are told with their name.

    Breaks if: the system's own error comes through, or it is blamed on the figures.
    """
    (tmp_path / "there").write_text("")
    (tmp_path / "folder.mps").mkdir()
    for path in (tmp_path / "there" / "plan.mps", tmp_path / "folder.mps"):
        with pytest.raises(GroundplanError, match="cannot be written"):
            write(drawn(0), path)


def test_runs_of_others_in_this_process_do_not_matter() -> None:
    """Proves: after a run with other threads, as linopy makes them, a programme is solved as before.

    Breaks if: HiGHS refuses, because its workers are more than were asked for, and nobody looks at its return code.
    """
    other = highspy.Highs()
    other.setOptionValue("output_flag", False)
    other.resetGlobalScheduler(True)
    other.setOptionValue("threads", 2)
    other.addVar(0.0, 1.0)
    assert other.run() == highspy.HighsStatus.kOk
    h = load(drawn(0), QUIETLY)
    h.run()
    assert h.status == OPTIMAL
