"""Passwords: which may be chosen, and how they are kept: as hashes by Argon2id, a few computed at a time."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from groundplan.errors import GroundplanError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 200
ENOUGH = 4  # of zxcvbn's 0 to 4: ten thousand million guesses and more
OWN_WORDS = ("groundplan", "workbench")
# A hash takes 64 MB and tens of milliseconds: who tries many at once waits, and the pages go on.
_TURNS = threading.BoundedSemaphore(2)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()  # the second recommended option of RFC 9106: 64 MiB, 3 passes, 4 lanes


def refuse_weak(password: str, words: Sequence[str] = ()) -> None:
    """Refuse a password that is too short or easily guessed. ``words``: what an attacker knows of the person.

    No kind of sign is asked for and none forbidden; common passwords and those made of them are found by zxcvbn.
    Raises ``GroundplanError``.
    """
    fix = "take four or five words that do not belong together, or what a password manager proposes"
    if len(password) < SHORTEST:
        raise GroundplanError(f"a password has at least {SHORTEST} signs", where="password", fix=fix)
    if len(password) > LONGEST:
        raise GroundplanError(f"a password has at most {LONGEST} signs", where="password", fix=fix)
    from zxcvbn import zxcvbn

    personal = [part for word in (*words, *OWN_WORDS) for part in (word, *word.split()) if len(part) > 2]
    if zxcvbn(password[:100], user_inputs=personal, max_length=100)["score"] < ENOUGH:
        raise GroundplanError("this password would soon be guessed", where="password", fix=fix)


def hashed(password: str) -> str:
    """What is kept of a password."""
    with _TURNS:
        return str(_hasher().hash(password))


def agrees(secret: str, password: str) -> bool:
    """Whether a password is the one that was kept; with no secret the same time is taken, and the answer is no."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with _TURNS:
        try:
            return bool(_hasher().verify(secret or _nobodys(), password)) and bool(secret)
        except (InvalidHashError, VerificationError):
            return False


def is_outdated(secret: str) -> bool:
    """Whether a hash was made with fewer passes or less memory than are used now."""
    return bool(_hasher().check_needs_rehash(secret))


@cache
def _nobodys() -> str:
    return str(_hasher().hash("no password is this one"))
