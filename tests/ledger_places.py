"""Ledgers to test on: a file, and a PostgreSQL server where the environment names one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from database_places import own_schema

from groundplan.ledgers.plan_ledger import Ledger

ORIGIN = "example.org/plan"


class Ticking:
    """A clock that goes on a second at every look, and can be set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def ledger_place(kind: str, folder: Path) -> Iterator[str]:
    """Where a new ledger of this kind may stand; on a server in a schema of its own, which goes afterwards."""
    if kind == "sqlite":
        yield str(folder / "plan.ledger")
        return
    with own_schema() as address:
        yield address


def new_ledger(where: str, folder: Path, clock: Ticking | None = None) -> Ledger:
    """A ledger with two units under a ministry; its key is ``plan.key`` in the folder."""
    ledger = Ledger.begin(where, ORIGIN, folder / "plan.key", by="office", clock=clock or Ticking())
    unit = {"level": "works", "above": "M", "language": "en"}
    ledger.append(
        [
            ("unit", {"unit": "M", "name": "Ministry", "level": "ministry", "above": "", "language": "en"}),
            ("unit", {"unit": "A", "name": "Works A", **unit}),
            ("unit", {"unit": "B", "name": "Works B", **unit}),
        ],
        by="office",
    )
    return ledger
