"""Projects for tests, and waiting for what other processes do."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import event

from groundplan.projects.jobs import Job
from groundplan.projects.project import Project

PATIENCE = 120.0  # seconds: only a test that fails waits so long


def project_in(folder: Path) -> Project:
    """A project of its own in a folder."""
    return Project.open(folder / "project", by="Amina")


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds. Fails where it never does."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"{what} did not come to be"
        time.sleep(0.02)


def ended(project: Project, job: Job) -> Job:
    """A run once it is over."""
    until(lambda: project.jobs.job(job.id).over, f"the end of {job.verb}")
    return project.jobs.job(job.id)


def alive(process: int) -> bool:
    """Whether a process is there and is no zombie."""
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def limited(project: Project, pragma: str) -> Callable[[], None]:
    """Let every connection to a project's database begin with a PRAGMA; what is answered takes that back."""

    def limit(connection: object, _: object) -> None:
        connection.execute(pragma)  # type: ignore[attr-defined]

    def unlimited() -> None:
        event.remove(project.store.engine, "connect", limit)
        project.store.close()

    event.listen(project.store.engine, "connect", limit)
    project.store.close()  # connections that are open already would go on as they were
    return unlimited
