"""The batch runner: the same numbers wherever they are computed, whatever happens to who computes them."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from pathlib import Path

import batch_jobs
import numpy as np
import pytest

from groundplan.batches.cluster import on_cluster
from groundplan.batches.compute import compute, lines
from groundplan.batches.job import BatchJob
from groundplan.batches.processes import _as_workers_need_it
from groundplan.errors import Faults, GroundplanError, Interrupted, PlanInfeasible, StudyError, UnknownName


@pytest.fixture(scope="module")
def alone() -> dict[str, np.ndarray]:
    return compute(batch_jobs.job())


def test_processes_change_nothing(alone: dict[str, np.ndarray]) -> None:
    """Proves: two processes give the draws of this one bit by bit, in the order of members; each makes its state once.

    Breaks if: members are seeded by worker or batch, arrays follow the order in which workers finish, or a state that
    does not pickle is sent.
    """
    shared = compute(batch_jobs.job(), workers=2)
    assert shared["draws"].tobytes() == alone["draws"].tobytes()
    assert shared["draws"].shape == (20, 3)
    assert os.getpid() not in shared["process"]
    assert set(alone["process"]) == {os.getpid()}
    for worker in set(shared["process"]):
        served = shared["served"][shared["process"] == worker]
        assert sorted(set(served)) == list(range(1, served.max() + 1))


def test_a_cluster_changes_nothing(alone: dict[str, np.ndarray]) -> None:
    """Proves: workers of a Dask scheduler at an address give the same draws bit by bit; faults arrive as they were."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None, silence_logs=50
    ) as cluster:
        address = cluster.scheduler_address
        assert compute(batch_jobs.job(), address=address)["draws"].tobytes() == alone["draws"].tobytes()
        with pytest.raises(UnknownName, match="no member '4'"):
            compute(batch_jobs.job(bad=4), address=address)


def test_splits_change_nothing(alone: dict[str, np.ndarray]) -> None:
    """Proves: any size of batch gives the same members, and fewer members are the first of more."""
    for batch in (1, 7, 100):
        assert compute(batch_jobs.job(batch=batch))["draws"].tobytes() == alone["draws"].tobytes()
    assert (compute(batch_jobs.job(count=4))["draws"] == alone["draws"][:4]).all()


def test_a_killed_worker_changes_nothing(alone: dict[str, np.ndarray], tmp_path: Path) -> None:
    """Proves: a worker that is killed within a batch is replaced, its batch is done again, and no number moves.

    Breaks if: a dead worker ends the run, its batch is dropped, or what it did before is lost.
    """
    marker = tmp_path / "killed"
    assert compute(batch_jobs.job(marker=str(marker)), workers=2)["draws"].tobytes() == alone["draws"].tobytes()
    assert marker.exists()


def test_a_batch_that_kills_every_worker_ends_the_run(tmp_path: Path) -> None:
    """Proves: three deaths over one batch are told in words; they are not tried for ever."""
    with pytest.raises(GroundplanError, match=r"3 worker processes ended while they computed batch 2 \(exit code -9\)"):
        compute(batch_jobs.job(marker=str(tmp_path / "killed"), always=True), workers=2)


def test_faults_of_workers_arrive_as_they_were() -> None:
    """Proves: a worker's error keeps its class, words and nearest name; any other fault says which batch it ended."""
    with pytest.raises(UnknownName, match="no member '4'") as caught:
        compute(batch_jobs.job(bad=4), workers=2)
    assert caught.value.fix == "use one of: 7, 8"
    hopeless = BatchJob(batch_jobs.Given(5), batch_jobs.failing, batch_jobs.run, 4, 2)
    with pytest.raises(GroundplanError, match=r"could not finish batch \d: ZeroDivisionError: no state"):
        compute(hopeless, workers=2)
    with pytest.raises(ZeroDivisionError):
        compute(hopeless)
    with pytest.raises(GroundplanError, match="cannot be handed to workers"):
        compute(BatchJob(1, lambda given: given, batch_jobs.run, 4), workers=2)


def test_errors_survive_pickling() -> None:
    """Proves: every kind of error comes back from bytes with all that it says, whatever its constructor takes."""
    several = Faults([StudyError("a", fix="b"), UnknownName("sector", "stel", ["steel"])], where="here")
    clash = PlanInfeasible("no plan", clash=["x"], repairs=[{"what": "y"}])
    for error in (several, clash, *several.faults):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error)
        assert str(again) == str(error)
    assert pickle.loads(pickle.dumps(clash)).repairs == clash.repairs


def test_a_state_at_hand_is_used() -> None:
    """Proves: a state that this process has is not made again."""
    ready = batch_jobs.Solver(batch_jobs.Given(5))
    job = BatchJob(batch_jobs.Given(5), batch_jobs.failing, batch_jobs.run, 4, 2)
    assert compute(job, state=ready)["served"].tolist() == [1, 1, 2, 2]


def test_a_stopped_run_goes_on_with_any_workers(alone: dict[str, np.ndarray], tmp_path: Path) -> None:
    """Proves: batches that processes finished before Ctrl-C are not computed again by this one, and no process is left.

    Breaks if: batches are kept when all are done, or workers outlive the run.
    """

    def stopped(done: int, _: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="3 of 7 batches stay"):
        compute(batch_jobs.job(), workers=2, folder=tmp_path, progress=stopped)
    assert len(list(tmp_path.iterdir())) == 3
    seen: list[int] = []
    whole = compute(batch_jobs.job(), folder=tmp_path, progress=lambda done, _: seen.append(done))
    assert seen == [3, 4, 5, 6, 7]
    assert whole["draws"].tobytes() == alone["draws"].tobytes()
    assert len(set(whole["process"]) - {os.getpid()}) in (1, 2)
    for process in set(whole["process"].tolist()) - {os.getpid()}:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_a_changed_job_finds_nothing(tmp_path: Path) -> None:
    """Proves: what is kept belongs to a fingerprint, and a job without one is not kept."""
    compute(batch_jobs.job(), folder=tmp_path)
    seen: list[int] = []
    compute(batch_jobs.job(count=19), folder=tmp_path, progress=lambda done, _: seen.append(done))
    assert seen[0] == 0
    with pytest.raises(GroundplanError, match="give a fingerprint"):
        compute(BatchJob(batch_jobs.Given(5), batch_jobs.Solver, batch_jobs.run, 4), folder=tmp_path)


def test_time_that_is_left() -> None:
    """Proves: the pace is of batches that were computed, not of those that were found; long times are in minutes."""
    said: list[str] = []
    told = lines("draws", said.append, iter([0.0, 2.0, 200.0, 60000.0]).__next__)
    for done in (4, 5, 6, 7):
        told(done, 10)
    assert said == [
        "draws: 4 of 10 batches",
        "draws: 5 of 10 batches, about 10 s left",
        "draws: 6 of 10 batches, about 7 min left",
        "draws: 7 of 10 batches, about 16.7 h left",
    ]


def test_bad_questions() -> None:
    """Proves: no members, no workers, no address and no Dask are refused in words."""
    for wrong in ({"count": 0}, {"batch": 0}, {"batch": 2.0}):
        with pytest.raises(StudyError, match="whole number from 1"):
            batch_jobs.job(**wrong)
    with pytest.raises(StudyError, match="0 workers"):
        compute(batch_jobs.job(), workers=0)
    with pytest.raises(StudyError, match="no address"):
        compute(batch_jobs.job(), address="nowhere")


def test_a_cluster_without_dask_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: where dask.distributed is missing, the error names the extra."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(GroundplanError, match=r"pip install 'groundplan\[cluster\]'"):
        list(on_cluster(batch_jobs.job(), [0], "tcp://127.0.0.1:1"))


COMMANDS = (
    ["see", "KEN", "--draws", "2"],
    ["stress", "KEN", "--ensemble", "2", "--workers", "2", "--no-plan", "--setting", "rigid"],
)
LOADED = """
import sys
if "without" in sys.argv:
    sys.modules["dask"] = sys.modules["distributed"] = None
from groundplan.cli import main
if __name__ == "__main__":
    code = main(sys.argv[2:])
    print([m for m in ("dask", "distributed") if sys.modules.get(m)], file=sys.stderr)
    sys.exit(code)
"""


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c[0])
def test_nothing_loads_dask_before_a_cluster_is_asked_for(command: list[str], tmp_path: Path) -> None:
    """Proves: ``see`` and an ensemble on two processes never load dask.distributed, and say the same without any Dask.

    (xarray itself loads Dask with its first array, where it is installed.)

    Breaks if: Dask, or a library that needs it, is imported at the top of a file that every command reads.
    """
    script = tmp_path / "loaded.py"
    script.write_text(LOADED, "utf-8")

    def told(word: str) -> tuple[str, str]:
        told = [sys.executable, str(script), word, *command]
        run = subprocess.run(told, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        return run.stdout, run.stderr.strip().splitlines()[-1]

    page, loaded = told("with")
    assert "distributed" not in loaded
    assert told("without") == (page, "[]")
    assert len(page.splitlines()) > 20


@pytest.mark.skipif(sys.platform == "win32", reason="a signal cannot be made to wait there")
def test_ctrl_c_while_a_worker_starts_is_not_lost() -> None:
    """Proves: a Ctrl-C that comes while a process is being started is heard when it is there, and not before.

    Breaks if: it is ignored meanwhile: the user stops a run, and the run goes on.
    """
    inside = []

    def starting() -> None:
        with _as_workers_need_it():
            signal.pthread_kill(threading.get_ident(), signal.SIGINT)
            inside.append("to the end")

    # A suite that a shell started in the background is born with the signal ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            starting()
    finally:
        signal.signal(signal.SIGINT, before)
    assert inside
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
