"""What becomes of work in the workbench when things go wrong: a real server, real runs, fault after fault.

python benchmarks/web_faults.py [KILLS [SEED [URL]]]

KILLS (50): how often server, run or both are killed while somebody works; SEED of when. URL: of a PostgreSQL database
whose schemas this may make and drop; without it that is left out. A full and a read-only disk need root on Linux.
Prints a line a fault: what was done, what came of it. The exit code is the number of those that did not go well.
"""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests")]

from project_cases import ProjectPlace, alive, ended, project_place, until  # noqa: E402
from server_faults import ENDS, STUDY, RunningServer, Work, served, worked_while_killed  # noqa: E402

from groundplan.projects.backups.backing_up import back_up  # noqa: E402
from groundplan.projects.backups.checking import checked_folder  # noqa: E402
from groundplan.projects.backups.restoring import restore  # noqa: E402

LONG = {"country": "GHA", "draws": "1000000"}  # hours
TEXT = STUDY.format("x")


def project_with_study(place: ProjectPlace) -> None:
    """A project with one study, so that a server begins no plan of its own."""
    place.open().documents.save("study", "work", TEXT, after=0, by="a benchmark")


def kills(place: ProjectPlace, times: int, seed: int) -> str:
    """Kill server, run or both while somebody works."""
    r = worked_while_killed(place, times, seed, most_runs=max(times // 3, 2))
    assert not r.lost, r.lost
    assert not r.wrong, r.wrong
    assert not r.left, r.left
    assert set(r.states) <= ENDS, r.states
    return (
        f"{dict(r.kills)}: {r.versions} versions and {r.runs} runs were acknowledged, 0 lost; runs ended as "
        f"{dict(r.states)}; no process left; the last start took {r.start:.1f} s"
    )


def terminated(place: ProjectPlace, *_: int) -> str:
    """SIGTERM with a run going on and a page that listens to it."""
    project_with_study(place)
    with served(place) as server:
        _, address, _ = server.ask("POST", "/verbs/see", LONG)
        job = address.rpartition("/")[2]
        files = place.open().jobs.files(job)
        until(lambda: files.last() is not None, "the run's first words")
        threading.Thread(target=lambda: _listened(server, job, 0, 10**6), daemon=True).start()
        time.sleep(1.0)
        seconds = server.end(signal.SIGTERM)
    assert seconds < 10.0, seconds
    assert alive(files.process())
    with served(place) as server:
        assert "running" in server.ask("GET", f"/jobs/{job}/panel")[2]
        before = files.last()
        until(lambda: files.last() != before, "the next words of the run")
        server.ask("POST", f"/jobs/{job}/cancel", {})
        state = place.open().jobs.job(job).state
    assert state == "stopped", state
    return f"the server ended in {seconds:.1f} s; the run went on, the next server followed and stopped it"


def _listened(server: RunningServer, job: str, after: int, most: int) -> list[int]:
    """The numbers of the events that come after one, until so many came."""
    seen: list[int] = []
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)) as connection, suppress(OSError):
        connection.request("GET", f"/jobs/{job}/events", headers={"last-event-id": str(after)})
        answer = connection.getresponse()
        while len(seen) < most and (line := answer.readline()):
            if line.startswith(b"id:"):
                seen.append(int(line[3:]))
    return seen


def streams(place: ProjectPlace, *_: int) -> str:
    """Drop the stream of a run's progress again and again."""
    project_with_study(place)
    with served(place) as server:
        _, address, _ = server.ask("POST", "/verbs/see", LONG)
        job, seen = address.rpartition("/")[2], list[int]()
        for _ in range(5):
            seen += _listened(server, job, seen[-1] if seen else 0, 3)
        server.ask("POST", f"/jobs/{job}/cancel", {})
    assert seen == [*range(1, len(seen) + 1)], seen
    return f"dropped 4 times, {len(seen)} lines came once each, in order"


def tabs(place: ProjectPlace, *_: int) -> str:
    """Save one study from one version in several tabs at once."""
    project_with_study(place)
    answers: list[int] = []
    with served(place) as server:

        def save(n: int) -> None:
            answers.append(server.ask("POST", "/documents/study/work", {"text": f"{TEXT}# {n}\n", "after": 1})[0])

        threads = [threading.Thread(target=save, args=(n,)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(answers) == [303] + [409] * 5, answers
    assert len(place.open().documents.versions("study", "work")) == 2
    return "of 6 at once one is saved, 5 are shown what differs"


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of its own in memory."""
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)], check=True)
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def full(place: ProjectPlace, *_: int) -> str:
    """Fill the disk while somebody works and a run goes on."""
    with small_disk(place.folder.parent, "24m") as disk:
        there = ProjectPlace(disk / "project", "")
        project_with_study(there)
        with served(there) as server:
            _, address, _ = server.ask("POST", "/verbs/data", {"country": "GHA"})
            job = address.rpartition("/")[2]
            until(lambda: there.open().jobs.files(job).process() > 0, "the run")
            ballast = disk / "ballast"
            with ballast.open("wb", buffering=0) as file, suppress(OSError):
                while True:
                    file.write(bytes(4096))
            long = TEXT + "# " + "y" * 200_000 + "\n"
            saved, _, page = server.ask("POST", "/documents/study/work", {"text": long, "after": 1})
            asked, _, _ = server.ask("POST", "/verbs/data", {"country": "GHA"})
            looked, _, _ = server.ask("GET", "/documents/study/work")
            time.sleep(3.0)
            assert (saved, asked, looked) == (422, 422, 200), (saved, asked, looked)
            assert "full" in page.lower() or "No space" in page, page[:2000]
            ballast.unlink()
            again, _, _ = server.ask("POST", "/documents/study/work", {"text": long, "after": 1})
            assert again == 303, again
            state = ended(there.open(), there.open().jobs.job(job))
        assert state.state in ENDS, state
        checked_folder(there.folder, "", lambda _: None)
        texts = [v.text for v in there.open().documents.versions("study", "work")]
        assert texts == [TEXT, long]
    return (
        f"saving and asking are refused in words (422), reading goes on; with room all goes on; the run {state.state}"
    )


def read_only(place: ProjectPlace, *_: int) -> str:
    """Serve a project from a disk that cannot be written."""
    with small_disk(place.folder.parent, "24m") as disk:
        there = ProjectPlace(disk / "project", "")
        project_with_study(there)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with served(there) as server:
            server.process.wait(60)
            code, words = server.process.returncode, server.words.strip().splitlines()
        assert code == 2, (code, words)
    return f"the server does not start (exit code 2): {words[0]}"


def kept(place: ProjectPlace, *_: int) -> str:
    """Back up again and again while somebody works, and bring each back."""
    project_with_study(place)
    work, times = Work(), []
    with served(place) as server:
        thread = threading.Thread(target=work.go_on, args=(server, 1, 2), daemon=True)
        thread.start()
        for n in range(8):
            time.sleep(0.5)
            before, began = len(work.texts), time.monotonic()
            made = back_up(place.folder, place.folder.parent / f"{n}.zip", place.database)
            times.append(time.monotonic() - began)
            back = ProjectPlace(place.folder.parent / f"back{n}", "")
            restore(made.file, back.folder)
            versions = back.open().documents.versions("study", "work")
            assert len(versions) > before, (len(versions), before)
            checked_folder(back.folder, "", lambda _: None)
        server.end(signal.SIGTERM)
    assert not work.wrong, work.wrong
    return f"8 backups of {max(times):.1f} s at most, each whole and with all that was acknowledged before it"


def main(times: int, seed: int, url: str) -> int:
    """Every fault, a line each; how many did not go well."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0 and sys.platform == "linux"
    faults: dict[str, tuple[Callable[..., str], bool]] = {
        f"killed {times} times": (kills, True), "SIGTERM": (terminated, True), "dropped streams": (streams, True),
        "six tabs": (tabs, True), "backups at work": (kept, True), "full disk": (full, root),
        "read-only disk": (read_only, root),
    }  # fmt: skip
    bad = 0
    for kind in ("sqlite", *(["postgresql"] if url else [])):
        for name, (fault, can) in faults.items():
            if not can or (kind == "postgresql" and "disk" in name):
                continue
            with tempfile.TemporaryDirectory() as folder, project_place(kind, Path(folder)) as place:
                began = time.monotonic()
                try:
                    told = fault(place, times, seed)
                except Exception as error:
                    traceback.print_exc()
                    bad, told = bad + 1, f"NOT WELL: {type(error).__name__}: {str(error)[:300]}"
                print(f"{kind:10}  {name:16}  {time.monotonic() - began:6.0f} s  {told}", flush=True)
                for job in place.open().jobs.all():
                    place.open().jobs.cancel(job.id)
    return bad


if __name__ == "__main__":
    given = [*sys.argv[1:], *["50", "1", ""][len(sys.argv) - 1 :]]
    if given[2]:
        os.environ["GROUNDPLAN_TEST_POSTGRES"] = given[2]
    sys.exit(main(int(given[0]), int(given[1]), given[2]))
