"""Solving: a solver that labours goes on, one that is stopped by hand stops, and a plan that cannot be is told."""

from __future__ import annotations

import time

import pytest
from economies import small
from plans import on_paper

from groundplan.errors import Interrupted, PlanInfeasible
from groundplan.planning import solve as solving
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.families.rows import Model
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Policy, Target
from groundplan.planning.solve import load, quiet, run, solve
from groundplan.solver.highs import OPTIMAL
from groundplan.solver.listening import Stopped

POLICY = on_paper(years=4)


def planned(policy: Policy = POLICY) -> Model:
    return programme(compile_plan(small(), policy), policy)


def test_a_simplex_that_is_stopped_to_ask_goes_on() -> None:
    """Proves: where the simplex takes long and there is a plan, it is found from where the simplex was.

    Breaks if: what was done is thrown away, or the listeners of the first run stop the second one too.
    """
    h = load(planned(), on_paper(years=4, solver="simplex"))
    assert run(h, quiet, time.perf_counter(), cleaning=1)
    done = h.getInfo().simplex_iteration_count
    heard: list[str] = []
    assert not run(h, heard.append, time.perf_counter())
    assert h.status == OPTIMAL
    assert h.objective == pytest.approx(solve(planned(), POLICY).objective, rel=1e-7)
    assert done >= 1
    assert heard


@pytest.mark.parametrize("cleaning", [None, 1])
def test_a_stop_by_hand_is_not_taken_for_labour(cleaning: int | None) -> None:
    """Proves: Ctrl-C ends a run, also one that is stopped at the same time because it labours.

    Breaks if: a user's stop is taken for the solver's.
    """
    h = load(planned(), on_paper(years=4, solver="simplex"))
    with pytest.raises(Interrupted):
        run(h, lambda _: h.cancelSolve(), time.perf_counter(), cleaning=cleaning)


def test_a_stop_in_the_last_moment_is_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: Ctrl-C that reaches a run when its answer is found ends it all the same; a choice of projects is kept.

    Breaks if: an optimal answer makes a user's stop unheard.
    """
    h = load(planned(), POLICY)
    h.run()
    monkeypatch.setattr(solving, "listen", lambda *_, **__: Stopped(by_user=True, labouring=False))
    with pytest.raises(Interrupted):
        run(h, quiet, time.perf_counter())
    assert h.status == OPTIMAL
    assert not run(h, quiet, time.perf_counter(), keeping=True)


def test_a_plan_that_cannot_be_is_told_where_the_solver_labours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a solver that labours is asked whether there is a plan; where there is none that is the answer.

    Breaks if: what was stopped counts as stopped by the user, or is tried for ever.
    """
    asked: list[bool] = []

    def labouring(h: object, *_: object, **more: object) -> bool:
        return "cleaning" in more

    def feasible(*_: object, **__: object) -> bool:
        asked.append(True)
        return False

    policy = on_paper(years=2, targets=[Target("gross output: works", ">=", 1e6, year=2022)])
    monkeypatch.setattr(solving, "run", labouring)
    monkeypatch.setattr(solving, "feasible", feasible)
    with pytest.raises(PlanInfeasible):
        solve(planned(policy), policy)
    assert asked == [True]
