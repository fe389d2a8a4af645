"""Signing in: sessions that end, and guessing that is slowed down and noted.

Of a session and of a code only the hash is kept: who reads the database cannot use either.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from groundplan.errors import GroundplanError
from groundplan.projects.people.happenings import note
from groundplan.projects.people.passwords import agrees, hashed, is_outdated
from groundplan.projects.people.people import ACTIVE, moment_in, person_of
from groundplan.projects.people.rights import Person, folded
from groundplan.projects.project_store import PEOPLE, SESSIONS, TRIES, ProjectStore
from groundplan.projects.utc_time import now

IDLE, LONGEST = timedelta(hours=8), timedelta(days=7)  # a session ends after as long without a request, and at all
MOST = 10  # sessions of one person: the oldest gives way
SEEN_AGAIN = timedelta(minutes=1)  # how often it is noted that a session is used
WINDOW = timedelta(minutes=15)
OF_BOTH, OF_ADDRESS, OF_NAME = 5, 30, 50  # tries in a window: of a name from an address, of an address, of a name
MARK = 16  # signs of a hash by which a session is named in lists
BROWSER = 200  # signs of what a browser calls itself


class HeldOff(GroundplanError):
    """Too many tries were wrong: for some minutes none is looked at."""


class Session(NamedTuple):
    """Where somebody is signed in. ``mark`` names it in lists and opens nothing; times are UTC in ISO 8601."""

    mark: str
    began_at: str
    seen_at: str
    browser: str


class SignIns:
    """Who is signed in to a project."""

    def __init__(self, store: ProjectStore) -> None:
        self.store = store

    def sign_in(self, name: str, password: str, *, address: str, browser: str = "") -> tuple[Person, str]:
        """A new session for a name and its password: the person, and the token that only her browser keeps.

        Raises ``HeldOff`` after too many tries, and ``GroundplanError`` where the two do not fit, whichever is wrong:
        it takes as long, and says the same, for a name that there is not.
        """
        self._begin_try(name, address)
        with self.store.reading() as c:
            row = c.execute(select(PEOPLE).where(PEOPLE.c.folded == folded(name))).first()
        secret = str(row.secret) if row is not None and row.state == ACTIVE else ""
        if not agrees(secret, password):
            self._note_refused(name, address)
            what = "name and password do not fit"
            raise GroundplanError(what, fix="try again, or ask an administrator for a new code")
        assert row is not None
        fresh = hashed(password) if is_outdated(secret) else secret
        with self.store.writing() as c:
            c.execute(update(PEOPLE).where(PEOPLE.c.id == row.id, PEOPLE.c.secret == secret).values(secret=fresh))
            _forget_tries(c, name, address)
            person = person_of(row)
            token = _begin(c, person, browser)
            note(c, person.name, "signed in", address=address)
        return person, token

    def begin(self, person: Person, browser: str = "", address: str = "", way: str = "") -> str:
        """A session for somebody who has just shown who she is another way than by name and password; its token.

        ``way``: how, for the record.
        """
        with self.store.writing() as c:
            note(c, person.name, "signed in", address=address, by_way_of=way)
            return _begin(c, person, browser)

    def confirm(self, person: Person, password: str, *, address: str) -> None:
        """Whether somebody who is signed in knows her password. Raises ``HeldOff``, and ``GroundplanError``."""
        self._begin_try(person.name, address)
        with self.store.reading() as c:
            secret = c.execute(select(PEOPLE.c.secret).where(PEOPLE.c.id == person.id)).scalar()
        if not agrees(str(secret or ""), password):
            self._note_refused(person.name, address)
            raise GroundplanError("this is not your password", where="password", fix="write the one that stands")
        with self.store.writing() as c:
            _forget_tries(c, person.name, address)

    def mark_of(self, token: str) -> str:
        """What the session of a token is called in lists."""
        return token_hash(token)[:MARK]

    def signed_in(self, token: str) -> Person | None:
        """Whose session a token is; none for a token of no session, one that has ended, or of an ended person."""
        with self.store.reading() as c:
            joined = select(PEOPLE, SESSIONS.c.began_at, SESSIONS.c.seen_at).join(
                SESSIONS, SESSIONS.c.person == PEOPLE.c.id
            )
            row = c.execute(joined.where(SESSIONS.c.hash == token_hash(token))).first()
        if row is None or row.state != ACTIVE or _is_over(row.began_at, row.seen_at):
            return None
        if _age(row.seen_at) > SEEN_AGAIN:
            with self.store.writing() as c:
                c.execute(update(SESSIONS).where(SESSIONS.c.hash == token_hash(token)).values(seen_at=now()))
        return person_of(row)

    def sign_out(self, person: Person, token: str, *, address: str) -> None:
        """End a session of somebody; its token is of no use from now on."""
        with self.store.writing() as c:
            c.execute(delete(SESSIONS).where(SESSIONS.c.hash == token_hash(token), SESSIONS.c.person == person.id))
            note(c, person.name, "signed out", address=address)

    def sessions(self, person: Person) -> list[Session]:
        """Where somebody is signed in, the newest first."""
        with self.store.reading() as c:
            asked = select(SESSIONS).where(SESSIONS.c.person == person.id).order_by(SESSIONS.c.began_at.desc())
            rows = c.execute(asked).all()
        there = [r for r in rows if not _is_over(r.began_at, r.seen_at)]
        return [Session(r.hash[:MARK], r.began_at, r.seen_at, r.browser) for r in there]

    def end_others(self, person: Person, token: str) -> None:
        """End every session of somebody but the one of a token."""
        with self.store.writing() as c:
            others = (SESSIONS.c.person == person.id, SESSIONS.c.hash != token_hash(token))
            c.execute(delete(SESSIONS).where(*others))
            note(c, person.name, "other sessions ended")

    def refuse_held_off(self, name: str, address: str) -> None:
        """Raises ``HeldOff`` where there were too many wrong tries of a name or from an address."""
        with self.store.reading() as c:
            full = _is_full(c, name, address)
        if full:
            raise _held_off()

    def note_try(self, name: str, address: str) -> None:
        """Count a wrong try, and note it in the record: each until no more are looked at."""
        with self.store.writing() as c:
            _count_try(c, name, address)
        self._note_refused(name, address)

    def _begin_try(self, name: str, address: str) -> None:
        """Count a try before its password is looked at, so that many at once are no more than one after the other.

        Raises ``HeldOff``.
        """
        with self.store.writing() as c:
            full = _is_full(c, name, address)
            if not full:
                _count_try(c, name, address)
        if full:
            raise _held_off()

    def _note_refused(self, name: str, address: str) -> None:
        with self.store.writing() as c:
            person = c.execute(select(PEOPLE.c.name).where(PEOPLE.c.folded == folded(name))).scalar()
            # What was typed for a name that there is not may be a password: it is not noted.
            who = str(person) if person is not None else "nobody known"
            note(c, who, "held off" if _is_full(c, name, address) else "sign-in refused", address=address)


def token_hash(token: str) -> str:
    """What is kept of a session's token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _begin(c: Connection, person: Person, browser: str) -> str:
    token = secrets.token_urlsafe(32)
    long_ago, idle = moment_in(-LONGEST), moment_in(-IDLE)
    c.execute(delete(SESSIONS).where((SESSIONS.c.began_at < long_ago) | (SESSIONS.c.seen_at < idle)))
    mine = select(SESSIONS.c.hash).where(SESSIONS.c.person == person.id).order_by(SESSIONS.c.began_at.desc())
    too_many = list(c.execute(mine).scalars())[MOST - 1 :]
    c.execute(delete(SESSIONS).where(SESSIONS.c.hash.in_(too_many)))
    values = {"hash": token_hash(token), "person": person.id, "began_at": now(), "seen_at": now()}
    c.execute(insert(SESSIONS).values(**values, browser="".join(s for s in browser if s.isprintable())[:BROWSER]))
    return token


def network_of(address: str) -> str:
    """Whose address it is: of IPv6 the network of 64 bits, all of which one machine may take.

    >>> network_of("2001:db8::1"), network_of("192.0.2.7"), network_of("::ffff:192.0.2.7"), network_of("a name")
    ('2001:db8::/64', '192.0.2.7', '192.0.2.7', 'a name')
    """
    try:
        there = ip_address(address)
    except ValueError:
        return address
    plain = there if isinstance(there, IPv4Address) else there.ipv4_mapped
    return str(plain or IPv6Network((int(there) >> 64 << 64, 64)))


def _held_off() -> HeldOff:
    minutes = int(WINDOW.total_seconds() // 60)
    return HeldOff(
        f"there were too many wrong tries; none is looked at for {minutes} minutes",
        fix="wait, then try again; an administrator can give a new code",
    )


def _folded(name: str) -> str:
    return folded(name)[:100]


def _count_try(c: Connection, name: str, address: str) -> None:
    c.execute(delete(TRIES).where(TRIES.c.tried_at < moment_in(-WINDOW)))
    c.execute(insert(TRIES).values(folded=_folded(name), address=network_of(address), tried_at=now()))


def _forget_tries(c: Connection, name: str, address: str) -> None:
    c.execute(delete(TRIES).where(TRIES.c.folded == _folded(name), TRIES.c.address == network_of(address)))


def _is_full(c: Connection, name: str, address: str) -> bool:
    """Whether there were as many tries as are looked at, of a name from an address, of either alone."""
    recent = TRIES.c.tried_at >= moment_in(-WINDOW)
    of_name, of_address = TRIES.c.folded == _folded(name), TRIES.c.address == network_of(address)

    def count(*which: object) -> int:
        return int(c.execute(select(func.count()).select_from(TRIES).where(recent, *which)).scalar() or 0)

    return count(of_name, of_address) >= OF_BOTH or count(of_address) >= OF_ADDRESS or count(of_name) >= OF_NAME


def _age(text: str) -> timedelta:
    """How long ago a moment was; for one that has not come yet, where the clock was set back, its distance."""
    return abs(datetime.now(UTC) - datetime.fromisoformat(text))


def _is_over(began_at: str, seen_at: str) -> bool:
    return _age(began_at) > LONGEST or _age(seen_at) > IDLE
