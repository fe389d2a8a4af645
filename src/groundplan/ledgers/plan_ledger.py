"""A ledger: entries that are only added to, chained by their hashes, with checkpoints that outsiders keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from groundplan.errors import GroundplanError, raise_all
from groundplan.ledgers.entries import Fresh, LedgerError, checked_body, entry_bytes
from groundplan.ledgers.ledger_book import LedgerBook, LedgerEntry, entry_of
from groundplan.ledgers.ledger_store import LedgerRow, LedgerStore
from groundplan.ledgers.signing import SigningKey, refuse_other_key
from groundplan.ledgers.tree_proofs import root
from groundplan.ledgers.verify_ledger import NO_HASH, LedgerFault, Replay, leaf_hash, replay

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """An open ledger. ``where``: a file or the URL of a PostgreSQL database; ``clock``: the time, for its entries."""

    def __init__(self, where: str | Path, *, clock: Clock = _now) -> None:
        self.store, self._clock = LedgerStore(where), clock
        self._book, self._last = LedgerBook(), NO_HASH

    @classmethod
    def begin(
        cls, where: str | Path, origin: str, key: str | Path, *, zone: str = "UTC", by: str = "", clock: Clock = _now
    ) -> Ledger:
        """A new ledger with a new key, which is written to a file of its own.

        ``origin``: the name that its checkpoints bear; ``zone``: where its days end. Raises ``LedgerError``.
        """
        _zone(zone)
        secret = SigningKey.fresh(origin)
        ledger = cls(where, clock=clock)
        if Path(key).exists():
            raise LedgerError("there is a file of this name already", where=str(key), fix="no key is written over")
        ledger.store.begin()
        secret.write(key)
        ledger.append([("opening", {"origin": origin, "key": secret.public_text, "zone": zone})], by=by or origin)
        return ledger

    @property
    def book(self) -> LedgerBook:
        """What the entries come to, as of now."""
        self._catch_up(self.store.rows(len(self._book.entries) - 1))
        return self._book

    def _catch_up(self, rows: Sequence[LedgerRow]) -> None:
        for row in rows:
            try:
                entry = entry_of(row.entry)
                if entry.seq != len(self._book.entries):
                    raise ValueError
                self._book.take(entry)
            except (ValueError, KeyError, TypeError) as error:
                self._book, self._last = LedgerBook(), NO_HASH
                what = f"entry {row.seq} does not fit those before it: the ledger was changed"
                raise LedgerError(what, where=self.store.where, fix="groundplan ledger verify says where") from error
            self._last = leaf_hash(row.entry).hex()

    def append(self, fresh: Sequence[Fresh], *, by: str) -> list[int]:
        """Enter what is new, all of it or nothing; the entries' numbers, once they are on the disk.

        An entry's time is the clock's, and never before the time of the entry before it. Raises ``LedgerError`` and
        ``UnknownName``, all faults of one entry at once; a plan comes with the sheets of all that it promises.
        """
        bodies = [(kind, checked_body(kind, body)) for kind, body in fresh]

        def after(c: Connection) -> list[bytes]:
            self._catch_up(self.store.rows_of(c, len(self._book.entries) - 1))
            book, previous, out = self._book, self._last, []
            time = max(self._time(), book.entries[-1].time if book.entries else "")
            for kind, body in bodies:
                seq = len(book.entries)
                self._fits(kind, body, seq)
                data = entry_bytes(seq, previous, time, kind, by, body)
                book.take(LedgerEntry(seq, time, kind, by, body))
                previous = leaf_hash(data).hex()
                out.append(data)
            raise_all([f for kind, body in bodies if kind == "plan" for f in book.lacking(body["plan"])])
            self._last = previous
            return out

        try:
            return self.store.append(after)
        except BaseException:
            self._book, self._last = LedgerBook(), NO_HASH  # what was not entered is in no book
            raise

    def refuse_unfit(self, fresh: Sequence[Fresh], *, by: str) -> None:
        """Refuse what ``append`` would refuse now, and enter nothing. Raises as ``append``."""
        book = self.book.copied()
        for kind, body in [(kind, checked_body(kind, body)) for kind, body in fresh]:
            self._fits(kind, body, len(book.entries))
            book.take(LedgerEntry(len(book.entries), self._time(), kind, by, body))
        raise_all([f for kind, body in fresh if kind == "plan" for f in book.lacking(body["plan"])])

    def _fits(self, kind: str, body: Mapping[str, Any], seq: int) -> None:
        if kind == "checkpoint":
            size = body["note"].split("\n")[1:2]
            if size != [str(seq)]:
                raise LedgerError(f"the checkpoint is not of the {seq} entries before it", fix="sign it again")

    def _time(self) -> str:
        return self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def today(self) -> date:
        """The day by the ledger's own clock, in the zone in which its days end."""
        return self._clock().astimezone(_zone(self.book.opening["zone"])).date()

    def day(self, on: str | None) -> date:
        """The day that is asked about, today where none is said. Raises ``GroundplanError`` for what is no day."""
        try:
            return date.fromisoformat(on) if on else self.today()
        except ValueError:
            raise GroundplanError(f"{on!r} is no day", where="--on", fix="write 2026-04-30") from None

    def clock_behind(self) -> float:
        """How far this machine's clock is behind the last entry. Units: seconds; 0 where it is not."""
        last = datetime.fromisoformat(self.book.entries[-1].time)
        return max((last - self._clock()).total_seconds(), 0.0)

    def signed(self, key: str | Path) -> str:
        """A checkpoint of all entries, signed. Raises ``LedgerError`` for a key that is not the ledger's."""
        book = self.book
        secret = SigningKey.read(key)
        refuse_other_key(secret, book.key)
        leaves = [leaf_hash(row.entry) for row in self.store.rows()]
        return secret.checkpoint(book.opening["origin"], len(leaves), root(leaves), self._time())

    def checkpoint(self, key: str | Path, *, by: str) -> str:
        """Sign a checkpoint and enter it; the note, for outsiders to keep."""
        note = self.signed(key)
        self.append([("checkpoint", {"note": note})], by=by)
        return note

    def rotate(self, new: str | Path, *, why: str, by: str, old: str | Path | None = None) -> str:
        """Take another key from here on; the public one. Without ``old`` that was lost, and the ledger says so."""
        book = self.book
        secret = SigningKey.fresh(book.opening["origin"])
        note = ""
        if old is not None:
            before = SigningKey.read(old)
            refuse_other_key(before, book.key)
            note = before.handing_over(book.opening["origin"], secret.public_text)
        secret.write(new)
        self.append([("key", {"key": secret.public_text, "note": note, "why": why})], by=by)
        return secret.public_text

    def check(self, kept: Sequence[tuple[str, str]] = (), trusted: Sequence[str] = ()) -> Replay:
        """Replay every entry from its bytes, as ``verify_ledger`` does, and compare the stored hashes."""
        rows = self.store.rows()
        done = replay((row.entry for row in rows), kept, trusted)
        other = [r.seq for n, r in enumerate(rows) if r.seq != n or r.hash != leaf_hash(r.entry).hex()]
        faults = [LedgerFault(f"entry {n}", "the stored hash or number is not that of the entry") for n in other]
        return done._replace(faults=(*done.faults, *faults))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise LedgerError(f"there is no time zone {name[:60]!r}", fix="for example Asia/Seoul, or UTC") from None
