"""A project's folder: documents, uploads, outcomes and runs, with one database, and one server at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from groundplan.errors import GroundplanError
from groundplan.projects.acceptances import Acceptances
from groundplan.projects.document_kinds import KINDS
from groundplan.projects.documents import Documents
from groundplan.projects.jobs import Jobs
from groundplan.projects.people.happenings import Happenings
from groundplan.projects.people.people import People
from groundplan.projects.people.security_keys import SecurityKeys
from groundplan.projects.people.sign_ins import SignIns
from groundplan.projects.project_mark import refuse_other_kind, settle_mark
from groundplan.projects.project_store import FILE, ProjectStore
from groundplan.projects.system_locks import SystemLock
from groundplan.projects.utc_time import now
from groundplan.whole_files import write_whole

OUTCOMES, UPLOADS, RUNS = "outcomes", "files", "jobs"
LOCK, SERVER = ".server-lock", ".server.json"


class ProjectTaken(GroundplanError):
    """Another server has the project: at ``address``, as ``process``, since ``since`` (UTC, ISO 8601)."""

    def __init__(self, folder: Path, address: str, process: int, since: str) -> None:
        at = address or "an address that it does not say"
        super().__init__(
            f"another workbench has this project open at {at} (process {process}, since {since})",
            where=str(folder),
            fix="use that one, end it first, or name another folder",
        )
        self.address, self.process, self.since = address, process, since


class Project:
    """A folder that the browser workbench and the command line share.

    ``documents``: studies and other texts with their versions; ``jobs``: runs; ``by``: who opened it.
    """

    def __init__(self, folder: Path, store: ProjectStore, by: str) -> None:
        self.folder, self.store, self.by = folder, store, by
        self.documents = Documents(store, folder)
        self.acceptances, self.happenings = Acceptances(store), Happenings(store)
        self.people, self.sign_ins, self.keys = People(store), SignIns(store), SecurityKeys(store)
        self.jobs = Jobs(store, folder, self.documents)
        self._lock: SystemLock | None = None
        self._let_go: Callable[[], None] | None = None

    @property
    def outcomes_folder(self) -> Path:
        """Where outcomes are saved."""
        return self.folder / OUTCOMES

    @property
    def files_folder(self) -> Path:
        """Where uploads stand."""
        return self.folder / UPLOADS

    @classmethod
    def open(cls, folder: str | Path, database: str = "", *, by: str = "") -> Project:
        """Open the project of a folder, made where there is none; files that were changed by hand become versions.

        ``database``: ``postgresql://...``, the same at every opening; a file in the folder where none is named.
        Raises ``GroundplanError`` for a folder or a database that cannot be used, or that do not belong together.
        """
        here = Path(folder).absolute()
        refuse_other_kind(here, database)
        store = ProjectStore(database) if database else None
        try:
            for name in (OUTCOMES, UPLOADS, RUNS, *(kind.folder for kind in KINDS.values())):
                (here / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            what = f"the folder cannot be a project's: {error.strerror or error}"
            raise GroundplanError(what, where=str(folder), fix="name a folder that you may write to") from None
        store = store or ProjectStore(here / FILE)
        settle_mark(here, store)
        project = cls(here, store, by)
        for kind in KINDS:
            for name in project.documents.names(kind):
                project._settle(kind, name)
        return project

    def _settle(self, kind: str, name: str) -> None:
        try:
            self.documents.current(kind, name)
        except GroundplanError as fault:
            # One file that cannot be read keeps nobody from the others; whoever asks for it is told.
            if fault.where == self.store.where:
                raise

    def hold(self, address: str) -> None:
        """Have the project alone, as the server at an address, until it is closed or its process ends.

        Raises ``ProjectTaken`` where another has it.
        """
        try:
            lock = SystemLock(self.folder / LOCK)
            if not lock.take():
                lock.let_go()
                raise ProjectTaken(self.folder, *self._holder())
            facts = {"address": address, "process": os.getpid(), "since": now()}
            write_whole(self.folder / SERVER, json.dumps(facts).encode("utf-8"))
        except OSError as error:
            what = f"the folder cannot be kept for one server: {error.strerror or error}"
            raise GroundplanError(
                what, where=str(self.folder), fix="put the project on a disk of this machine"
            ) from None
        self._lock = lock
        try:
            self._let_go = self.store.keep_alone()
        finally:
            if self._let_go is None:
                self.close()
        if self._let_go is None:
            what = "another workbench has this project's database open, from a copy of this folder"
            raise GroundplanError(what, where=self.store.where, fix="end that one first; one of the two is to go")

    def _holder(self) -> tuple[str, int, str]:
        try:
            facts = json.loads((self.folder / SERVER).read_text("utf-8"))
            return str(facts["address"]), int(facts["process"]), str(facts["since"])
        except (OSError, ValueError, KeyError, TypeError):
            return "", 0, ""

    def close(self) -> None:
        """Let go of the project; runs go on."""
        if self._let_go is not None:
            self._let_go()
            self._let_go = None
        if self._lock is not None:
            self._lock.let_go()
            self._lock = None
        self.store.close()
