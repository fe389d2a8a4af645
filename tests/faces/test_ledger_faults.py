"""What befalls a ledger: killed writers, full disks, clocks, two writers, old and newer forms. On both databases."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from database_places import PLACES
from ledger_places import Ticking, ledger_place, new_ledger
from sqlalchemy import event

from groundplan.errors import GroundplanError
from groundplan.ledgers.entries import LedgerError
from groundplan.ledgers.ledger_store import LedgerStore
from groundplan.ledgers.plan_ledger import Ledger

DECISION = {"what": "x", "why": "", "ground": [], "who": "council"}


@pytest.fixture(params=PLACES)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield from ledger_place(request.param, tmp_path)


def test_what_stands_is_refused_to_whoever_changes_it(where: str, tmp_path: Path) -> None:
    """Proves: the database itself refuses UPDATE, DELETE, TRUNCATE and a second row of a number.

    Breaks if: a trigger is not made, or fires for some rows alone.
    """
    ledger = new_ledger(where, tmp_path)
    before = ledger.store.rows()
    more = (
        ["TRUNCATE ledger_entries"] if ledger.store.is_server else ["REPLACE INTO ledger_entries VALUES (1, 'a', 'b')"]
    )
    for sql in (
        "UPDATE ledger_entries SET entry = 'x' WHERE seq = 1",
        "DELETE FROM ledger_entries WHERE seq = 1",
        *more,
    ):
        with pytest.raises(LedgerError, match="only added to"), ledger.store.writing() as c:
            c.exec_driver_sql(sql)
    assert ledger.store.rows() == before
    assert ledger.check(trusted=[ledger.book.key]).faults == ()


def test_two_writers_lose_nothing(where: str, tmp_path: Path) -> None:
    """Proves: two writers at once keep every entry, in one chain. Breaks if: one reads before it has the table."""
    new_ledger(where, tmp_path)
    numbers: list[int] = []

    def write() -> None:
        own = Ledger(where, clock=Ticking())
        for _ in range(10):
            numbers.extend(own.append([("decision", DECISION)], by="w"))

    writers = [Thread(target=write) for _ in range(2)]
    for w in writers:
        w.start()
    for w in writers:
        w.join()
    ledger = Ledger(where)
    assert sorted(numbers) == list(range(4, 24))
    assert len(ledger.book.entries) == 24
    assert ledger.check().faults == ()


def test_all_or_nothing(where: str, tmp_path: Path) -> None:
    """Proves: of entries that come together none is entered where one is refused, and the ledger goes on.

    Breaks if: what was refused stays in the book that is kept in memory.
    """
    ledger = new_ledger(where, tmp_path)
    with pytest.raises(GroundplanError, match="no unit 'Z'"):
        ledger.append([("decision", DECISION), ("unit", {"unit": "C", "name": "C", "level": "w", "above": "Z",
                                                         "language": "en"})], by="w")  # fmt: skip
    assert ledger.append([("decision", DECISION)], by="w") == [4]
    assert ledger.check().faults == ()


def test_a_clock_that_goes_back(where: str, tmp_path: Path) -> None:
    """Proves: with the clock an hour back entries keep the time of the last one, and nothing is back-dated.

    Breaks if: an entry takes a time before the entry before it.
    """
    clock = Ticking()
    ledger = new_ledger(where, tmp_path, clock)
    last = ledger.book.entries[-1].time
    clock.now -= timedelta(hours=1)
    ledger.append([("decision", DECISION)], by="w")
    assert ledger.book.entries[-1].time == last
    assert 3500 < ledger.clock_behind() <= 3600
    assert ledger.check().faults == ()


def test_days_end_where_the_ledger_is(tmp_path: Path) -> None:
    """Proves: entries bear UTC and days end in the ledger's zone, Breaks if: a zone is lost."""
    clock = Ticking()
    clock.now = datetime(2026, 3, 31, 20, tzinfo=UTC)
    seoul = Ledger.begin(tmp_path / "s", "a.b/c", tmp_path / "s.key", zone="Asia/Seoul", clock=clock)
    assert str(seoul.today()) == "2026-04-01"
    assert seoul.book.entries[0].time.startswith("2026-03-31T20:")
    with pytest.raises(LedgerError, match="no time zone"):
        Ledger.begin(tmp_path / "x", "a.b/c", tmp_path / "x.key", zone="Atlantis")


def test_a_full_disk(tmp_path: Path) -> None:
    """Proves: where the file cannot grow nothing is entered, it is said, and the ledger goes on afterwards.

    Breaks if: a part of an append stays, or the fault is told as one of ours.
    """
    ledger = new_ledger(str(tmp_path / "plan.ledger"), tmp_path)
    size = len(ledger.store.rows())

    def small(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # no less than what it has

    event.listen(ledger.store.engine, "connect", small)
    with pytest.raises(LedgerError, match="the disk is full; nothing was entered"):
        ledger.append([("decision", {**DECISION, "what": "x" * 9000})] * 20, by="w")
    event.remove(ledger.store.engine, "connect", small)
    assert len(ledger.store.rows()) == size
    ledger.append([("decision", DECISION)], by="w")
    assert ledger.check().faults == ()


def test_a_ledger_that_may_not_be_written(tmp_path: Path) -> None:
    """Proves: without the right to write an append is refused in words. Breaks if: SQLite's own words come through."""
    ledger = new_ledger(str(tmp_path / "plan.ledger"), tmp_path)

    def query_only(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA query_only=1")  # root may write everywhere, so the connection is told

    event.listen(ledger.store.engine, "connect", query_only)
    with pytest.raises(LedgerError, match="may not be written here"):
        ledger.append([("decision", DECISION)], by="w")


def older(where: str, revision: str) -> LedgerStore:
    """A ledger's table as an earlier version made it, with an entry."""
    import groundplan.ledgers.ledger_store as module

    store, newest = LedgerStore(where), module.NEWEST
    try:
        module.NEWEST = revision
        store.begin()
        store.append(lambda _: [b"{}"])
    finally:
        module.NEWEST = newest
    return store


def test_an_older_form_is_brought_on(where: str, tmp_path: Path) -> None:
    """Proves: an older form is refused, then brought on its entries as they were, after a trial on a copy.

    Breaks if: entries change on the way, or the table is used before it is of the newest form.
    """
    store = older(where, "0001")
    with pytest.raises(LedgerError, match="older form 0001"):
        store.rows()
    line = store.migrate()
    assert [(r.seq, r.entry) for r in store.rows()] == [(0, b"{}")]
    with pytest.raises(LedgerError, match="only added to"), store.writing() as c:
        c.exec_driver_sql("DELETE FROM ledger_entries")
    if not store.is_server:
        copy = Path(f"{where}.before-0002")
        assert str(copy) in line
        with sqlite3.connect(copy) as c:
            assert c.execute("SELECT version_num FROM ledger_version").fetchone() == ("0001",)
        c.close()
        assert not list(tmp_path.glob("*.trial*"))
    assert "newest form" in store.migrate()


def test_a_newer_form_is_refused(where: str, tmp_path: Path) -> None:
    """Proves: what a newer version wrote is neither read nor changed. Breaks if: an unknown form is taken for ours."""
    ledger = new_ledger(where, tmp_path)
    with ledger.store.writing() as c:
        c.exec_driver_sql("UPDATE ledger_version SET version_num = '0099'")
    for act in (ledger.store.rows, ledger.store.migrate, lambda: ledger.append([("decision", DECISION)], by="w")):
        with pytest.raises(LedgerError, match="the form 0099"):
            act()


KILLED = """
import os, random, select, signal, sys
from groundplan.ledgers.plan_ledger import Ledger
where, rng = sys.argv[1], random.Random(20)
body = {"what": "x" * 2000, "why": "", "ground": [], "who": "council"}
acknowledged = []
for _ in range(50):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        ledger = Ledger(where)
        while True:
            for n in ledger.append([("decision", body)] * 3, by="w"):
                os.write(writer, b"%d\\n" % n)
    os.close(writer)
    said, wanted, late = b"", rng.randrange(4), rng.random() * 0.01
    while said.count(b"\\n") < wanted:
        said += os.read(reader, 4096)
    select.select([], [], [], late)  # somewhere in the midst of the next
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while part := os.read(reader, 4096):
        said += part
    os.close(reader)
    acknowledged += [int(n) for n in said.split(b"\\n")[:-1]]
ledger = Ledger(where)
there = len(ledger.book.entries)
assert acknowledged == sorted(set(acknowledged)) and set(acknowledged) <= set(range(there)), acknowledged
assert (there - 4) % 3 == 0, "an append is whole"
assert ledger.check().faults == ()
print(len(acknowledged), there)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system that forks")
def test_killed_at_fifty_moments(tmp_path: Path) -> None:
    """Proves: after fifty writers killed at random moments the chain is whole and every acknowledged entry is there.

    Breaks if: an entry is acknowledged before its commit, or a commit can be half done.
    """
    where = str(tmp_path / "plan.ledger")
    new_ledger(where, tmp_path)
    done = subprocess.run([sys.executable, "-c", KILLED, where], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout.split()[0]) > 50
