"""Keys that sign what outsiders keep: signed notes and checkpoints of C2SP, by Ed25519.

The key is a file that only its owner may read. Whoever has it can sign checkpoints of this ledger; whoever lost it can
sign none, and says so in the ledger. Nothing that was signed before becomes worthless by either.
"""

from __future__ import annotations

import base64
import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from groundplan.ledgers.entries import LedgerError
from groundplan.ledgers.verify_ledger import ED25519, SIGNATURE, Refused, change_of_key, key_mark, read_key
from groundplan.reading_bounds import refuse_key_elsewhere

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PRIVATE = "PRIVATE+KEY"
COPY = "bring back its copy; where there is none, `groundplan ledger rotate --lost` begins a new one"


class SigningKey:
    """A private key with the name that it signs under, as its file holds it: ``PRIVATE+KEY+name+mark+base64``."""

    def __init__(self, name: str, secret: Ed25519PrivateKey) -> None:
        self.name, self._secret = name, secret

    @classmethod
    def fresh(cls, name: str) -> SigningKey:
        """A new key."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        if not name or re.search(r"[\s+]", name) or not name.isprintable():
            raise LedgerError(f"{name[:40]!r} is no name for a ledger", fix="give one without spaces and +")
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def read(cls, path: str | Path) -> SigningKey:
        """The key of a file. Raises ``LedgerError`` where others may read it, or it holds none."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        file = Path(path)
        try:
            if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
                raise LedgerError("others may read the key", where=str(path), fix=f"chmod 600 {path}")
            text = file.read_text("ascii")
        except (OSError, UnicodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            raise LedgerError(f"the key cannot be read: {why}", where=str(path), fix=COPY) from None
        rest = text.strip().removeprefix(PRIVATE + "+").split("+", 2)
        try:
            if len(rest) != 3 or not text.startswith(PRIVATE):
                raise ValueError
            data = base64.b64decode(rest[2], validate=True)
            if len(data) != 33 or data[0] != ED25519:
                raise ValueError
            key = cls(rest[0], Ed25519PrivateKey.from_private_bytes(data[1:]))
            if key.public_text.split("+")[1] != rest[1]:
                raise ValueError
        except ValueError:
            raise LedgerError("this is no key of a ledger, or it was changed", where=str(path), fix=COPY) from None
        return key

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return bytes(self._secret.public_key().public_bytes_raw())

    @property
    def public_text(self) -> str:
        """The key that is printed and given away: ``name+mark+base64``."""
        coded = base64.b64encode(bytes([ED25519]) + self.public).decode("ascii")
        return f"{self.name}+{key_mark(self.name, self.public).hex()}+{coded}"

    def write(self, path: str | Path) -> Path:
        """Write the key for its owner alone, mode 600; never over another file. Raises ``LedgerError`` and others."""
        refuse_key_elsewhere(path)
        coded = base64.b64encode(bytes([ED25519]) + self._secret.private_bytes_raw()).decode("ascii")
        text = f"{PRIVATE}+{self.name}+{key_mark(self.name, self.public).hex()}+{coded}\n"
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            what = f"the key cannot be written: {error.strerror}"
            raise LedgerError(
                what, where=str(path), fix="name another file with --key; no key is written over"
            ) from None
        return Path(path)

    def note(self, text: str) -> str:
        """A text, which ends with a line break, as a signed note."""
        if not text.endswith("\n") or any(ord(c) < 32 and c != "\n" for c in text):
            raise LedgerError("a note ends with a line break and has no other control characters")
        signature = key_mark(self.name, self.public) + self._secret.sign(text.encode("utf-8"))
        return f"{text}\n{SIGNATURE}{self.name} {base64.b64encode(signature).decode('ascii')}\n"

    def checkpoint(self, origin: str, size: int, root: bytes, time: str) -> str:
        """A signed checkpoint: origin, size, root, and the time at which it was signed."""
        return self.note(f"{origin}\n{size}\n{base64.b64encode(root).decode('ascii')}\ntime {time}\n")

    def handing_over(self, origin: str, new: str) -> str:
        """The note by which this key names the one after it."""
        return self.note(change_of_key(origin, self.public_text, new))


def refuse_other_key(key: SigningKey, expected: str) -> None:
    """Refuse a key that is not the ledger's present one."""
    try:
        same = read_key(expected) == read_key(key.public_text)
    except Refused as error:
        raise LedgerError(f"the ledger's key is none: {error}") from None
    if not same:
        what = f"this key is {key.public_text}, and the ledger's is {expected}"
        raise LedgerError(what, fix="give the key of this ledger with --key")
