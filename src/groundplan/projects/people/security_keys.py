"""Security keys of people (WebAuthn): added by who is signed in, and enough by themselves to sign in.

A key signs what it was asked for, for this address alone, after its owner has shown the key who she is. What is asked
is random, and good once and for minutes.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from groundplan.errors import GroundplanError, UnknownName
from groundplan.projects.people.happenings import note
from groundplan.projects.people.rights import Person, folded
from groundplan.projects.project_store import KEYS, PEOPLE, ProjectStore
from groundplan.projects.utc_time import now

MINUTES, MOST = 5, 1000  # how long what was asked is good, and how much may be asked at once
OF_ONE = 10  # keys of one person
WRONG = "this key does not open anything here"


class SecurityKey(NamedTuple):
    """A key: its id, whose it is, what it is called, and when it was added (UTC, ISO 8601)."""

    id: str
    person: str
    called: str
    made_at: str


class KeyQuestion(NamedTuple):
    """What a key was asked to sign, for whom, and until when that is good."""

    challenge: bytes
    person: str
    until: float


class SecurityKeys:
    """The security keys of a project. ``site``: the host that keys are for; ``origin``: the address of its pages."""

    def __init__(self, store: ProjectStore) -> None:
        self.store = store
        self._lock = threading.Lock()
        self._asked: OrderedDict[str, KeyQuestion] = OrderedDict()

    def of(self, person: Person) -> list[SecurityKey]:
        """The keys of somebody, the oldest first."""
        with self.store.reading() as c:
            rows = c.execute(select(KEYS).where(KEYS.c.person == person.id).order_by(KEYS.c.made_at)).all()
        return [SecurityKey(r.id, r.person, r.called, r.made_at) for r in rows]

    def begin_adding(self, person: Person, site: str) -> tuple[str, str]:
        """What a browser asks a new key for: the mark of the question, and the question as JSON."""
        from webauthn import generate_registration_options, options_to_json
        from webauthn.helpers.structs import AuthenticatorSelectionCriteria, ResidentKeyRequirement

        there = self.of(person)
        if len(there) >= OF_ONE:
            raise GroundplanError(f"there are {OF_ONE} keys already", fix="take one away first")
        options = generate_registration_options(
            rp_id=site, rp_name="Groundplan", user_name=person.name, user_id=person.id.encode(),
            exclude_credentials=_described([key.id for key in there]),
            authenticator_selection=AuthenticatorSelectionCriteria(
                user_verification=_required(), resident_key=ResidentKeyRequirement.DISCOURAGED
            ),
        )  # fmt: skip
        return self._ask(options.challenge, person.id), str(options_to_json(options))

    def add(self, person: Person, mark: str, answer: str, called: str, *, site: str, origin: str) -> None:
        """Add a key that answered. Raises ``GroundplanError`` where the answer is not to what was asked."""
        from webauthn import verify_registration_response
        from webauthn.helpers import bytes_to_base64url
        from webauthn.helpers.exceptions import WebAuthnException

        asked = self._good(mark, person.id)
        try:
            done = verify_registration_response(
                credential=answer, expected_challenge=asked.challenge, expected_rp_id=site, expected_origin=origin,
                require_user_verification=True,
            )  # fmt: skip
        except (WebAuthnException, ValueError, KeyError, TypeError):
            raise GroundplanError("the key did not answer what it was asked", fix="try again") from None
        plain = " ".join(called.split())[:60] or "a key"
        with self.store.writing() as c:
            values = {"id": bytes_to_base64url(done.credential_id), "person": person.id, "uses": done.sign_count}
            public = bytes_to_base64url(done.credential_public_key)
            c.execute(insert(KEYS).values(**values, public=public, called=plain, made_at=now()))
            note(c, person.name, "security key added", called=plain)

    def take_away(self, person: Person, id: str) -> None:
        """Take a key of somebody's own away. Raises ``UnknownName``."""
        with self.store.writing() as c:
            if not c.execute(delete(KEYS).where(KEYS.c.id == id, KEYS.c.person == person.id)).rowcount:
                raise UnknownName("security key", id[:40], ())
            note(c, person.name, "security key taken away")

    def begin_signing_in(self, name: str, site: str) -> tuple[str, str]:
        """What a browser asks a key for: the mark of the question, and the question as JSON.

        Of a name that there is not, or that has no key, it looks alike: a key that nobody has is asked for.
        """
        from webauthn import generate_authentication_options, options_to_json

        with self.store.reading() as c:
            mine = select(KEYS.c.id, KEYS.c.person).join(PEOPLE, PEOPLE.c.id == KEYS.c.person)
            rows = c.execute(mine.where(PEOPLE.c.folded == folded(name), PEOPLE.c.state == "active")).all()
        ids = [str(row.id) for row in rows] or [secrets.token_urlsafe(32)]
        options = generate_authentication_options(
            rp_id=site, allow_credentials=_described(ids), user_verification=_required()
        )
        return self._ask(options.challenge, str(rows[0].person) if rows else ""), str(options_to_json(options))

    def signed(self, mark: str, answer: str, *, site: str, origin: str) -> str:
        """The id of the person whose key answered. Raises ``GroundplanError``, alike whatever is wrong."""
        import json

        from webauthn import verify_authentication_response
        from webauthn.helpers import base64url_to_bytes
        from webauthn.helpers.exceptions import WebAuthnException

        asked = self._good(mark)
        try:
            id = str(json.loads(answer)["id"])
            with self.store.reading() as c:
                key = c.execute(select(KEYS).where(KEYS.c.id == id, KEYS.c.person == asked.person)).one()
            done = verify_authentication_response(
                credential=answer, expected_challenge=asked.challenge, expected_rp_id=site, expected_origin=origin,
                credential_public_key=base64url_to_bytes(key.public), credential_current_sign_count=int(key.uses),
                require_user_verification=True,
            )  # fmt: skip
        except (WebAuthnException, GroundplanError, ValueError, KeyError, TypeError):
            raise GroundplanError(
                WRONG, fix="sign in with your password, and look at your keys on your own page"
            ) from None
        with self.store.writing() as c:
            c.execute(update(KEYS).where(KEYS.c.id == id).values(uses=done.new_sign_count))
        return asked.person

    def _ask(self, challenge: bytes, person: str) -> str:
        mark = secrets.token_urlsafe(16)
        with self._lock:
            self._asked[mark] = KeyQuestion(challenge, person, time.monotonic() + 60 * MINUTES)
            while len(self._asked) > MOST:
                self._asked.popitem(last=False)
        return mark

    def _good(self, mark: str, person: str | None = None) -> KeyQuestion:
        with self._lock:
            asked = self._asked.pop(mark, None)
        if asked is None or time.monotonic() > asked.until or (person is not None and asked.person != person):
            raise GroundplanError("this was not asked here, or too long ago", fix="begin again")
        return asked


def _required() -> object:
    from webauthn.helpers.structs import UserVerificationRequirement

    return UserVerificationRequirement.REQUIRED


def _described(ids: list[str]) -> list[object]:
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(id)) for id in ids]
