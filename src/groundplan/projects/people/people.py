"""The people of a project: let in by a code that is used once, given roles, and ended, never deleted."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from sqlalchemy import Connection, Row, delete, insert, select, update

from groundplan.errors import GroundplanError, UnknownName
from groundplan.projects.people.happenings import note
from groundplan.projects.people.passwords import hashed, refuse_weak
from groundplan.projects.people.rights import ADMINISTRATOR, TERMINAL, Person, checked_name, checked_roles, folded
from groundplan.projects.project_store import CODES, KEYS, PEOPLE, SESSIONS, ProjectStore
from groundplan.projects.utc_time import now

ACTIVE, ENDED = "active", "ended"
FIRST = ""  # whom the code of the first administrator is for: nobody yet
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is taken for another
GROUPS, OF = 5, 5  # 25 signs of 32: 125 bits
DAYS = 7


class People:
    """Who may use a project. Every change is noted in the record, in the same transaction."""

    def __init__(self, store: ProjectStore) -> None:
        self.store = store

    def all(self) -> list[Person]:
        """Everybody, by name; those too that were ended."""
        with self.store.reading() as c:
            rows = c.execute(select(PEOPLE).order_by(PEOPLE.c.folded)).all()
        return [person_of(row) for row in rows]

    def person(self, id: str) -> Person:
        """Somebody by id. Raises ``UnknownName``."""
        with self.store.reading() as c:
            return person_of(_row(c, id))

    def named(self, name: str) -> Person | None:
        """Somebody by her name, as names are compared; none where she was not let in, or no longer is."""
        with self.store.reading() as c:
            row = c.execute(select(PEOPLE).where(PEOPLE.c.folded == folded(name), PEOPLE.c.state == ACTIVE)).first()
        return person_of(row) if row is not None else None

    def are_governed(self) -> bool:
        """Whether there is an administrator who has chosen a password."""
        return any(ADMINISTRATOR in p.roles and p.active and p.chosen for p in self.all())

    def add(self, name: str, roles: Iterable[str], unit: str, *, by: str) -> tuple[Person, str]:
        """Let somebody in: the person, and the code with which she chooses her password.

        Raises ``GroundplanError`` where the name is taken, or name, roles or unit are none, all at once.
        """
        name, unit = checked_name(name), unit.strip()
        fresh = Person(secrets.token_hex(8), name, checked_roles(roles, unit), unit, made_at=now(), made_by=by)
        with self.store.writing() as c:
            _insert(c, fresh, "")
            note(c, by, "person added", person=name, roles=sorted(fresh.roles), unit=unit)
            return fresh, _fresh_code(c, fresh.id, by, timedelta(days=DAYS))

    def change(self, id: str, roles: Iterable[str], unit: str, *, by: str) -> Person:
        """Give somebody other roles, at once. Raises ``GroundplanError`` where nobody would administer any more."""
        said, unit = checked_roles(roles, unit.strip()), unit.strip()
        with self.store.writing() as c:
            before = person_of(_row(c, id))
            c.execute(update(PEOPLE).where(PEOPLE.c.id == id).values(roles=" ".join(sorted(said)), unit=unit))
            _refuse_ungoverned(c)
            note(
                c, by, "roles changed", person=before.name, roles=sorted(said), unit=unit, before_roles=sorted(
                before.roles), before_unit=before.unit,
            )  # fmt: skip
            return person_of(_row(c, id))

    def end(self, id: str, *, by: str) -> Person:
        """Let somebody in no longer: her sessions end now. What she did stays under her name."""
        with self.store.writing() as c:
            c.execute(update(PEOPLE).where(PEOPLE.c.id == _row(c, id).id).values(state=ENDED, secret=""))
            _refuse_ungoverned(c)
            c.execute(delete(SESSIONS).where(SESSIONS.c.person == id))
            c.execute(delete(CODES).where(CODES.c.person == id))
            c.execute(delete(KEYS).where(KEYS.c.person == id))
            ended = person_of(_row(c, id))
            note(c, by, "person ended", person=ended.name)
            return ended

    def code(self, id: str, *, by: str) -> str:
        """A new code for somebody who lost her password, or comes back; older ones are no longer good.

        The password that she has stays good until the code is used.
        """
        with self.store.writing() as c:
            person = person_of(_row(c, id))
            if not person.active:
                c.execute(update(PEOPLE).where(PEOPLE.c.id == id).values(state=ACTIVE))
            note(c, by, "code given", person=person.name)
            return _fresh_code(c, id, by, timedelta(days=DAYS))

    def first_code(self) -> str:
        """The code with which the first administrator lets herself in, good for an hour; an older one no longer is."""
        with self.store.writing() as c:
            note(c, TERMINAL, "code given", person="the first administrator")
            return _fresh_code(c, FIRST, TERMINAL, timedelta(hours=1))

    def is_first(self, code: str) -> bool:
        """Whether a code is that of the first administrator, who says her own name."""
        with self.store.reading() as c:
            row = _code_row(c, code)
        return row is not None and row.person == FIRST

    def join(self, code: str, password: str, name: str = "") -> Person:
        """Choose a password with a code, which is used up by that; ``name`` only for the first administrator.

        Whoever was signed in as this person no longer is. Raises ``GroundplanError``, and nothing is changed.
        """
        with self.store.reading() as c:
            row = _code_row(c, code)
            called = "" if row is None or row.person == FIRST else person_of(_row(c, row.person)).name
        if row is None:
            _refuse_code()
        called = called or checked_name(name)
        refuse_weak(password, [called])
        secret = hashed(password)
        with self.store.writing() as c:
            if (row := _code_row(c, code)) is None:
                _refuse_code()
            c.execute(delete(CODES).where(CODES.c.hash == row.hash))
            id = str(row.person)
            if id == FIRST:
                id = secrets.token_hex(8)
                _insert(c, Person(id, called, frozenset({ADMINISTRATOR}), made_at=now(), made_by=TERMINAL), secret)
                note(c, called, "person added", person=called, roles=[ADMINISTRATOR], unit="")
            else:
                _set_secret(c, id, secret)
            note(c, called, "password chosen", person=called)
            return person_of(_row(c, id))

    def set_password(self, person: Person, password: str) -> None:
        """Change a password; whoever was signed in as this person no longer is. Raises ``GroundplanError``."""
        refuse_weak(password, [person.name])
        secret = hashed(password)
        with self.store.writing() as c:
            _set_secret(c, person.id, secret)
            note(c, person.name, "password chosen", person=person.name)


def person_of(row: Row) -> Person:
    """A row as a person."""
    roles = frozenset(str(row.roles).split())
    return Person(
        row.id, row.name, roles, row.unit, bool(row.secret), row.state == ACTIVE, row.made_at, row.made_by,
    )  # fmt: skip


def code_hash(code: str) -> str:
    """What is kept of a code: small letters, blanks and hyphens are as good as what was given."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(plain.encode("utf-8")).hexdigest()


def moment_in(span: timedelta) -> str:
    """The time in a span from now, as ``now`` writes it."""
    return (datetime.now(UTC) + span).isoformat(timespec="milliseconds")


def _row(c: Connection, id: str) -> Row:
    row = c.execute(select(PEOPLE).where(PEOPLE.c.id == id)).first()
    if row is None:
        raise UnknownName("person", id[:40], (), fix="look at the list of people")
    return row


def _insert(c: Connection, p: Person, secret: str) -> None:
    if c.execute(select(PEOPLE.c.id).where(PEOPLE.c.folded == folded(p.name))).first() is not None:
        raise GroundplanError(f"there is a '{p.name}' already", where="name", fix="add what tells them apart")
    c.execute(
        insert(PEOPLE).values(
            id=p.id, name=p.name, folded=folded(p.name), roles=" ".join(sorted(p.roles)), unit=p.unit, secret=secret,
            state=ACTIVE, made_at=p.made_at, made_by=p.made_by,
        )
    )  # fmt: skip


def _set_secret(c: Connection, id: str, secret: str) -> None:
    """Keep a new password's hash, and end every session under the old one."""
    c.execute(update(PEOPLE).where(PEOPLE.c.id == _row(c, id).id).values(secret=secret))
    c.execute(delete(SESSIONS).where(SESSIONS.c.person == id))


def _fresh_code(c: Connection, person: str, by: str, good_for: timedelta) -> str:
    groups = ["".join(secrets.choice(SIGNS) for _ in range(OF)) for _ in range(GROUPS)]
    code = "-".join(groups)
    c.execute(delete(CODES).where((CODES.c.person == person) | (CODES.c.ends_at < now())))
    values = {"hash": code_hash(code), "person": person, "made_at": now(), "made_by": by}
    c.execute(insert(CODES).values(**values, ends_at=moment_in(good_for)))
    return code


def _code_row(c: Connection, code: str) -> Row | None:
    return c.execute(select(CODES).where(CODES.c.hash == code_hash(code), CODES.c.ends_at > now())).first()


def _refuse_code() -> NoReturn:
    raise GroundplanError(
        "this code is not good, or no longer", where="code", fix="write it as it was given, or ask for a new one"
    )


def _refuse_ungoverned(c: Connection) -> None:
    rows = c.execute(select(PEOPLE).where(PEOPLE.c.state == ACTIVE)).all()
    if not any(ADMINISTRATOR in p.roles and p.chosen for p in map(person_of, rows)):
        what = "nobody could let people in any more; nothing was changed"
        raise GroundplanError(what, where="roles", fix="make somebody else an administrator first")
