"""Projects for tests, and waiting for what other processes do."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from database_places import own_schema
from sqlalchemy import event

from groundplan.projects.jobs import Job
from groundplan.projects.project_folder import Project

PATIENCE = 120.0  # seconds: only a test that fails waits so long


class ProjectPlace(NamedTuple):
    """Where a project stands: its folder, and its database, "" for a file in the folder."""

    folder: Path
    database: str

    def open(self) -> Project:
        """The project as one more process opens it."""
        return Project.open(self.folder, self.database, by="Amina")


@contextmanager
def project_place(kind: str, folder: Path) -> Iterator[ProjectPlace]:
    """Where a new project of a kind of database may stand; on a server in a schema that goes afterwards."""
    if kind == "sqlite":
        yield ProjectPlace(folder / "project", "")
        return
    with own_schema() as address:
        yield ProjectPlace(folder / "project", address)


def project_in(folder: Path) -> Project:
    """A project of its own in a folder, with its database in it."""
    return ProjectPlace(folder / "project", "").open()


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
