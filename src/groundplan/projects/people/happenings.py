"""What happened in a project, in order: each entry is chained to the one before, and none is ever changed.

    h[n] = SHA-256(0x00 ‖ entry[n]), and entry[n] holds h[n−1]; entry[1] holds 64 zeros

An entry is JSON in one form (keys in order, no blanks, UTF-8). Who keeps a hash can later show that nothing before it
was changed, taken out or put in between.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, insert, select

from groundplan.errors import GroundplanError
from groundplan.projects.project_store import HAPPENINGS
from groundplan.projects.utc_time import now

if TYPE_CHECKING:
    from groundplan.projects.project_store import ProjectStore

NOTHING = "0" * 64


class Happening(NamedTuple):
    """An entry: when (UTC, ISO 8601), who, what, and the facts of it; ``hash`` is of all that, and of all before."""

    number: int
    at: str
    by: str
    what: str
    facts: dict[str, Any]
    hash: str


def entry_hash(entry: str) -> str:
    """The hash of an entry, as the leaf of a tree by RFC 6962."""
    return hashlib.sha256(b"\0" + entry.encode("utf-8")).hexdigest()


def note(c: Connection, by: str, what: str, **facts: Any) -> str:
    """Add an entry in the transaction that is open, so that it stands if what it tells of does, else not; its hash."""
    last = c.execute(select(HAPPENINGS).order_by(HAPPENINGS.c.number.desc()).limit(1)).first()
    number, before = (int(last.number) + 1, str(last.hash)) if last else (1, NOTHING)
    said = {"number": number, "before": before, "at": now(), "by": by, "what": what, **facts}
    entry = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    c.execute(insert(HAPPENINGS).values(number=number, hash=entry_hash(entry), entry=entry))
    return entry_hash(entry)


class Happenings:
    """The record of a project."""

    def __init__(self, store: ProjectStore) -> None:
        self.store = store

    def newest(self, most: int = 200, before: int = 0) -> list[Happening]:
        """The newest entries, or those before a number, the newest first."""
        asked = select(HAPPENINGS).order_by(HAPPENINGS.c.number.desc()).limit(most)
        with self.store.reading() as c:
            rows = c.execute(asked.where(HAPPENINGS.c.number < before) if before else asked).all()
        return [_happening(str(row.entry), str(row.hash)) for row in rows]

    def head(self) -> tuple[int, str]:
        """How many entries there are, and the hash of the last."""
        newest = self.newest(1)
        return (newest[0].number, newest[0].hash) if newest else (0, NOTHING)

    def checked(self) -> Iterator[Happening]:
        """Every entry from the first, each held against its hash and the one before.

        Raises ``GroundplanError`` at the first that was changed, taken out or put in.
        """
        with self.store.reading() as c:
            rows = c.execute(select(HAPPENINGS).order_by(HAPPENINGS.c.number)).all()
        before = NOTHING
        for number, row in enumerate(rows, 1):
            said = json.loads(row.entry)
            if (row.number, said["number"], said["before"], row.hash) != (
                number,
                number,
                before,
                entry_hash(row.entry),
            ):
                raise GroundplanError(
                    f"the record was changed at entry {number}", where=self.store.where,
                    fix="compare it with the newest backup whose record is whole",
                )  # fmt: skip
            before = str(row.hash)
            yield _happening(str(row.entry), before)


def _happening(entry: str, hash: str) -> Happening:
    said = json.loads(entry)
    facts = {k: v for k, v in said.items() if k not in ("number", "before", "at", "by", "what")}
    return Happening(said["number"], said["at"], said["by"], said["what"], facts, hash)
