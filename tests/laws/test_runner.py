"""What a plan hangs on and how sure it is: the same numbers whoever computes them, and a stopped run goes on."""

from __future__ import annotations

import multiprocessing
import pickle
from dataclasses import replace
from pathlib import Path

import batch_jobs
import numpy as np
import pandas as pd
import pytest
from economies import small
from plans import on_paper

from groundplan import FAMILIES, Family, Loosening, robust, see, sensitivity
from groundplan.batches.compute import HERE, Runner
from groundplan.batches.fingerprint import fingerprint
from groundplan.errors import GroundplanError, Interrupted, SolverError, StudyError
from groundplan.measures.sureness.rankings import rankings
from groundplan.planning.activities import Activities
from groundplan.planning.best_plan import solved
from groundplan.planning.choices.uncertainty import DRAWN, Range, Uncertain, Uncertainty
from groundplan.planning.exploring.recourse import Recourse, recourse
from groundplan.planning.exploring.trials import Trial, trials
from groundplan.planning.families.limits import growth_limit
from groundplan.planning.families.rows import Model, Rows
from groundplan.planning.policy import Policy, Target
from groundplan.study.ends import Ends, answers
from groundplan.study.ranges import parameters
from groundplan.study.study import Study

POLICY = on_paper(
    years=2, population_growth=0.02, foreign_reserves=5.0,
    targets=[Target("gross output: farm", ">=", 96.0, year=2022, name="grain")],
)  # fmt: skip
ALL = [Uncertain(what, spread=0.05, correlation=0.4) for what in DRAWN]
DRAWS = range(3, 9)


@pytest.fixture(scope="module")
def ready() -> Recourse:
    return recourse(solved(small(), POLICY), ALL)


def put_through(ready: Recourse, runner: Runner = HERE, seed: int = 7, **told: object) -> list[Trial]:
    """The plan, and one that builds nothing, through six draws."""
    said = {"words": "two plans", "progress": lambda _: None} | told
    return trials(ready, [ready.plan, 0.0 * ready.plan], seed, DRAWS, runner=runner, **said)  # type: ignore[arg-type]


def same(a: list[Trial], b: list[Trial]) -> bool:
    pairs = [(vars(x), vars(y)) for x, y in zip(a, b, strict=True)]
    return all(np.array_equal(x[k], y[k], equal_nan=True) for x, y in pairs for k in x)


@pytest.fixture(scope="module")
def alone(ready: Recourse) -> list[Trial]:
    return put_through(ready)


def test_draws_of_plans_are_those_of_one_at_a_time(ready: Recourse, alone: list[Trial]) -> None:
    """Proves: member k is the draw and the plan that its number says, decided with that plan's building held.

    Breaks if: plans or draws are swapped, or draws are counted from 0.
    """
    for trial, plan in zip(alone, (ready.plan, 0.0 * ready.plan), strict=True):
        for n, draw in enumerate(DRAWS):
            done = ready.decide(ready.figures.factors_of(7, draw), plan)
            assert done is not None
            assert (trial.missed[n] == done.missed).all()
            assert (trial.goal[n], trial.cut[n]) == (done.goal, done.cut)
    assert alone[0].goal.mean() > alone[1].goal.mean()
    assert len(np.unique(alone[0].goal)) == len(DRAWS)


def test_who_decides_draws_changes_nothing(ready: Recourse, alone: list[Trial]) -> None:
    """Proves: processes and workers of a cluster, each with a solver of its own, give this one's numbers bit by bit,
    though a process is killed in between.

    Breaks if: a worker's solver has other options, starts from another basis, or carries over a draw.
    """
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None, silence_logs=50
    ) as cluster:
        assert same(alone, put_through(ready, Runner(address=cluster.scheduler_address)))
    killed: list[int | None] = []

    def kill(line: str) -> None:
        if ": 2 of 12" in line:
            victim = multiprocessing.active_children()[0]
            victim.kill()
            killed.append(victim.pid)

    assert same(alone, put_through(ready, Runner(2), progress=kill))
    assert len(killed) == 1


def test_draws_that_were_stopped_go_on(ready: Recourse, alone: list[Trial], tmp_path: Path) -> None:
    """Proves: finished draws stay in the folder and are not decided again; another seed finds none of them.

    Breaks if: the fingerprint forgets the seed, or changes with where things lie in memory.
    """
    said: list[str] = []

    def stop(line: str) -> None:
        if ": 5 of 12 draws" in line:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="5 of 12 batches stay"):
        put_through(ready, Runner(folder=tmp_path), progress=stop)
    again = replace(ready, stage=pickle.loads(pickle.dumps(ready.stage)))
    assert same(alone, put_through(again, Runner(folder=tmp_path), progress=said.append))
    assert said[0] == "two plans: 5 of 12 draws"
    put_through(ready, Runner(folder=tmp_path), seed=8, progress=said.append)
    assert "two plans: 0 of 12 draws" in said


def test_the_time_limit_is_of_a_draw(ready: Recourse) -> None:
    """Proves: what draws before have taken counts against none, and a draw that takes too long is no draw without plan.

    Breaks if: HiGHS's clock, which counts all runs together, is taken for the draw's.
    """
    taken = ready.highs.getRunTime()
    assert taken > 0.0
    factors = ready.figures.factors_of(7, 3)
    in_time = replace(ready, stage=replace(ready.stage, seconds=60.0))
    in_time.decide(factors, ready.plan)
    assert ready.highs.getOptionValue("time_limit")[1] >= 60.0 + taken
    with pytest.raises(SolverError, match="takes more than 0 s"):
        replace(ready, stage=replace(ready.stage, seconds=0.0)).decide(factors, ready.plan)


def test_a_basis_as_numbers(ready: Recourse) -> None:
    """Proves: a solver that starts at the basis of an optimum has nothing left to do."""
    factors = ready.figures.factors_of(7, 3)
    done = ready.decide(factors, ready.plan)
    assert done is not None
    reached = ready.highs.basis()
    h = ready.stage.solver()
    again = replace(ready.stage, basis=reached).decide(h, factors, ready.plan[ready.stage.ahead])
    assert again is not None
    assert h.getInfo().simplex_iteration_count == 0
    assert again.goal == pytest.approx(done.goal, rel=1e-9)


def ends(families: tuple[Family, ...] = FAMILIES) -> Ends:
    study = Study("TST", None, replace(POLICY, ranges=[Range("targets.grain.value", 90.0, 1000.0)])).on(small())
    known = {p.name: p for p in parameters(study, small(), 0.25)}
    tried = [known[name] for name in ("targets.grain.value", "discount_rate")]
    return Ends(study, families, ["objective"], [(p, end) for p in tried for end in (p.low, p.high)])


def test_who_makes_plans_at_the_ends_changes_nothing(tmp_path: Path) -> None:
    """Proves: processes and a cluster give the plans of this process, an end without a plan too, and a run that was
    stopped goes on; with another range it does not.

    Breaks if: a study, its accounts or its limits reach a worker otherwise than they are.
    """
    from distributed import LocalCluster

    asked = ends()
    made = asked.study.solved_plan()
    said: list[str] = []

    def at(runner: Runner, asked: Ends = asked) -> np.ndarray:
        return answers(asked, made, runner, said.append)

    def stop(line: str) -> None:
        if ": 3 of 4 plans" in line:
            raise Interrupted("as the solver says it")

    alone = at(Runner())
    assert np.isnan(alone).ravel().tolist() == [False, True, False, False]
    with pytest.raises(Interrupted, match="3 of 4 batches stay"):
        answers(asked, made, Runner(folder=tmp_path), stop)
    said.clear()
    assert np.array_equal(at(Runner(folder=tmp_path)), alone, equal_nan=True)
    assert said[0] == "sensitivity: 3 of 4 plans"
    assert np.array_equal(at(Runner(2)), alone, equal_nan=True)
    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, silence_logs=50
    ) as cluster:
        assert np.array_equal(at(Runner(address=cluster.scheduler_address)), alone, equal_nan=True)
    said.clear()
    other = [(p, end * 1.001) for p, end in asked.ends]
    at(Runner(folder=tmp_path), replace(asked, ends=other))
    assert said[0] == "sensitivity: 0 of 4 plans"


def test_limits_reach_workers() -> None:
    """Proves: a limit of ours arrives as itself, one made of it with what was changed, one of a module's function with
    all that it says; one that nobody else could find is refused by its name.

    Breaks if: pickling goes by the equation's name, under which the limit itself stands.
    """
    for limit in FAMILIES:
        assert pickle.loads(pickle.dumps(limit)) is limit
    looser = pickle.loads(pickle.dumps(replace(growth_limit, loosen=Loosening(repair="let it"))))
    assert looser.rows is growth_limit.rows
    assert (looser.name, looser.loosen.repair) == ("growth_limit", "let it")
    there = pickle.loads(pickle.dumps(Family("nothing", batch_jobs.no_rows, "wish", priced="one more")))
    assert (there.rows, there.kind, there.priced) == (batch_jobs.no_rows, "wish", "one more")

    def within(m: Model, a: Activities, policy: Policy) -> Rows | None:
        return None

    for lost in (Family("mine", within), Family("mine", batch_jobs.no_rows, loosen=Loosening(kind=lambda rows: rows))):
        with pytest.raises(StudyError, match="the limit 'mine' cannot be handed to workers") as caught:
            answers(ends((*FAMILIES, lost)), ends().study.solved_plan(), Runner(2), lambda _: None)
        assert "at the top of a file" in caught.value.fix


def test_fingerprints_go_by_what_is_there() -> None:
    """Proves: equal figures, tables and functions have equal fingerprints wherever they lie, and any change shows.

    Breaks if: a digit, a label, the place of a bracket, or what a function encloses is left out.
    """

    def at_most(most: float) -> object:
        return lambda x: min(x, most)

    table = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})
    things = [
        1, 1.0, "1", None, [1, [2]], [[1], 2], {"a": 1}, {"b": 1}, np.zeros(3), np.zeros((3, 1)),
        np.array(["a", None], dtype=object), table, table.rename(columns={"a": "c"}), table.set_index("b"), table["a"],
        small().domestic_use, small().domestic_use * 2, small(), POLICY, replace(POLICY, years=3), Uncertainty(),
        at_most(1.0), at_most(2.0), solved, Study, rankings("household", []), rankings("exports", []), {3, 4},
    ]  # fmt: skip
    hashes = [fingerprint(thing) for thing in things]
    assert len(set(hashes)) == len(things)
    assert hashes == [fingerprint(thing) for thing in (*things[:-1], {4, 3})]
    assert fingerprint(small()) == hashes[17]
    assert fingerprint(at_most(2.0)) == hashes[22]
    with pytest.raises(GroundplanError, match="whether a object has changed"):
        fingerprint(object())


def test_verbs_say_who_computes(tmp_path: Path) -> None:
    """Proves: robust by two workers, and sensitivity with a folder, give the outcome of neither and keep what is done;
    who is none is refused before anything is planned.
    """
    sure = {"uncertain": ALL[:1], "draws": 3, "fresh": 3, "share": 0.01, "wishes": ["targets"], "policy": POLICY}
    swing = {"policy": POLICY, "of": ["discount_rate"], "on": ["objective"]}
    for verb, asked, workers in ((robust, sure, 2), (sensitivity, swing, 1)):
        folder = tmp_path / verb.__name__
        one, two = verb(small(), **asked), verb(small(), **asked, workers=workers, run=folder)  # type: ignore[operator]
        assert list(folder.iterdir())
        for name, table in one.tables.items():
            pd.testing.assert_frame_equal(table, two.table(name), check_exact=True)
    for other in (robust, sensitivity, see):
        with pytest.raises(StudyError, match="0 workers"):
            other("nowhere", workers=0)  # type: ignore[operator]
        with pytest.raises(StudyError, match="no address"):
            other("nowhere", address="nonsense")  # type: ignore[operator]
