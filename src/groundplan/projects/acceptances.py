"""Versions that were accepted: by somebody who did not make them, and until the acceptance is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, Row, func, insert, select

from groundplan.errors import GroundplanError
from groundplan.projects.document_rows import numbered_entry
from groundplan.projects.people.happenings import note
from groundplan.projects.project_store import ACCEPTANCES
from groundplan.projects.utc_time import now

if TYPE_CHECKING:
    from groundplan.projects.project_store import ProjectStore

ACCEPTED, TAKEN_BACK = "accepted", "taken back"
NOTED = {ACCEPTED: "version accepted", TAKEN_BACK: "acceptance taken back"}


class Acceptance(NamedTuple):
    """What was said of a version of a document: accepted or taken back, by whom, when (UTC, ISO 8601) and why."""

    kind: str
    name: str
    version: int
    state: str
    at: str
    by: str
    why: str


class Acceptances:
    """The accepted versions of a project's documents."""

    def __init__(self, store: ProjectStore) -> None:
        self.store = store

    def of(self, kind: str, name: str) -> dict[int, Acceptance]:
        """What stands of each version of a document that anything was said of."""
        with self.store.reading() as c:
            return _of(c, kind, name)

    def standing(self) -> dict[tuple[str, str], int]:
        """The newest accepted version of each document that has one, by kind and name."""
        with self.store.reading() as c:
            rows = c.execute(select(ACCEPTANCES).order_by(ACCEPTANCES.c.number)).all()
        states = {(row.kind, row.name, int(row.version)): row.state for row in rows}
        accepted = sorted(key for key, state in states.items() if state == ACCEPTED)
        return {(kind, name): version for kind, name, version in accepted}

    def accept(self, kind: str, name: str, version: int, *, by: str, why: str = "") -> Acceptance:
        """Accept a version. Raises ``UnknownName``, and ``GroundplanError`` where the same person made it."""
        return self._say(ACCEPTED, kind, name, version, by, why)

    def take_back(self, kind: str, name: str, version: int, *, by: str, why: str = "") -> Acceptance:
        """Take an acceptance back; that it was given stays to be seen."""
        return self._say(TAKEN_BACK, kind, name, version, by, why)

    def _say(self, state: str, kind: str, name: str, version: int, by: str, why: str) -> Acceptance:
        with self.store.writing() as c:
            before = _of(c, kind, name).get(version)
            if state == TAKEN_BACK and (before is None or before.state != ACCEPTED):
                raise GroundplanError(f"version {version} is not accepted", where=f"{kind} {name}")
            version_there = numbered_entry(c, kind, name, version).version
            if state == ACCEPTED and version_there.by == by:
                what = f"you made version {version} yourself"
                raise GroundplanError(what, where=f"{kind} {name}", fix="have somebody else look at it and accept it")
            number = int(c.execute(select(func.max(ACCEPTANCES.c.number))).scalar() or 0) + 1
            said = Acceptance(kind, name, version, state, now(), by, " ".join(why.split())[:300])
            c.execute(
                insert(ACCEPTANCES).values(
                    number=number, kind=kind, name=name, version=version, state=state, accepted_at=said.at,
                    accepted_by=by, why=said.why,
                )
            )  # fmt: skip
            note(c, by, NOTED[state], kind=kind, name=name, version=version, why=said.why)
        return said


def _of(c: Connection, kind: str, name: str) -> dict[int, Acceptance]:
    mine = (ACCEPTANCES.c.kind == kind, ACCEPTANCES.c.name == name)
    rows = c.execute(select(ACCEPTANCES).where(*mine).order_by(ACCEPTANCES.c.number)).all()
    return {int(row.version): _acceptance(row) for row in rows}


def _acceptance(row: Row) -> Acceptance:
    return Acceptance(row.kind, row.name, int(row.version), row.state, row.accepted_at, row.accepted_by, row.why)
