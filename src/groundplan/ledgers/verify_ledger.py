#!/usr/bin/env python3
r"""Replay an exported ledger. Needs Python 3.8 or newer and nothing else; read it before you trust it.

    python3 verify_ledger.py FOLDER [--key KEY] [--checkpoint FILE ...]

FOLDER holds ``entries.jsonl``, an entry a line, ``checkpoints/``, signed notes, and ``proofs/``. Give the KEY that was
printed when the ledger was begun, and every checkpoint that you kept yourself: what stands in the folder was written by
whoever keeps the ledger, and a ledger that was written anew from its beginning agrees with itself.

The rules, in full:

  1. An entry is JSON without spaces, in UTF-8, its keys sorted, its numbers whole (figures are texts). Its bytes,
     without the line break, are what is hashed: hash = SHA-256(00 || bytes), the leaf hash of RFC 6962, section 2.1.
  2. Every entry holds ``seq`` (0, 1, 2 ...), ``previous`` (the hash of the entry before it; 64 zeros for the first),
     ``time`` (UTC, never before the time of the entry before it), ``kind``, ``by`` and ``body``.
  3. The root over the first n entries is that of the Merkle tree of RFC 6962, section 2.1.
  4. A checkpoint is a signed note (https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint): origin, size, root
     in base64, then lines that say more, an empty line, and signatures by Ed25519 (RFC 8032, section 5.1).
  5. The first entry, of kind ``opening``, names origin and key. An entry of kind ``key`` names the key from there on,
     with a note that the key before signed; without such a note the old key was lost, and this is said.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any, Iterable, NamedTuple, Sequence  # noqa: UP035 - older homes of these names

NO_HASH = "0" * 64
FIELDS = ["body", "by", "kind", "previous", "seq", "time"]
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
ENTRIES, CHECKPOINTS, PROOFS = "entries.jsonl", "checkpoints", "proofs"
SIGNATURE = "\u2014 "
ED25519 = 1
MOST = 20  # faults of one kind that are listed


class Refused(ValueError):
    """What is wrong with a note, a key or a proof, in ``args[0]``."""


# Ed25519, RFC 8032, section 5.1: points as (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def _add(a: Any, b: Any) -> Any:
    """The sum of two points (RFC 8032, section 5.1.4)."""
    A, B = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    C, E = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = B - A, E - C, E + C, B + A
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _times(s: int, point: Any) -> Any:
    """A multiple of a point."""
    total = NEUTRAL
    while s > 0:
        if s & 1:
            total = _add(total, point)
        point = _add(point, point)
        s >>= 1
    return total


def _x_of(y: int, sign: int) -> int | None:
    """The x of a point with this y (RFC 8032, section 5.1.3); None where there is none."""
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - x2) % P:
        return None
    return P - x if (x & 1) != sign else x


def _point(data: bytes) -> Any:
    """The point that 32 bytes stand for; None where they stand for none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = _x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = _x_of(BASE_Y, 0) or 0
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature is of this key and this message: [S]B = R + [k]A (RFC 8032, section 5.1.7)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    A, R, s = _point(public), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if A is None or R is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = _times(s, BASE), _add(R, _times(k, A))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


# The tree of RFC 6962, section 2.1


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two hashes."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """The roots of a growing list: the whole subtrees of its left edge, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Put the hash of one more entry at the end."""
        at = self.size
        while at & 1:
            leaf = node_hash(self._edge.pop(), leaf)
            at >>= 1
        self._edge.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root over all that was put in."""
        if not self._edge:
            return hashlib.sha256(b"").digest()
        total = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            total = node_hash(left, total)
        return total


def check_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Refuse a proof that an entry is among the first ``size`` (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size or len(leaf) != 32:
        raise Refused("entry %d is not among %d" % (index, size))
    at, last, total = index, size - 1, leaf
    for part in proof:
        if last == 0:
            raise Refused("the proof is too long")
        if at & 1 or at == last:
            total = node_hash(part, total)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            total = node_hash(total, part)
        at, last = at >> 1, last >> 1
    if last:
        raise Refused("the proof is too short")
    if total != root:
        raise Refused("the proof leads to another root")


def check_consistency(size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes) -> None:
    """Refuse a proof that the first ``size2`` entries begin with the first ``size1`` (RFC 9162, section 2.1.4.2).

    From no entry there is nothing to prove: that is refused.
    """
    if not 0 < size1 <= size2:
        raise Refused("no list of %d entries begins with one of %d" % (size2, size1))
    if size1 == size2:
        if proof or root1 != root2:
            raise Refused("one size has two roots" if root1 != root2 else "the proof is too long")
        return
    at, last = size1 - 1, size2 - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    parts = list(proof)
    if at == 0:  # the smaller tree is a whole subtree of the larger, and its root begins the way
        parts.insert(0, root1)
    if not parts:
        raise Refused("the proof is too short")
    old = new = parts[0]
    for part in parts[1:]:
        if last == 0:
            raise Refused("the proof is too long")
        if at & 1 or at == last:
            old, new = node_hash(part, old), node_hash(part, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, part)
        at, last = at >> 1, last >> 1
    if last:
        raise Refused("the proof is too short")
    if old != root1 or new != root2:
        raise Refused("the proof leads to another root")


# Signed notes and checkpoints


class Key(NamedTuple):
    """A verifier key of C2SP: the name of the log, four bytes that mark the key, and its 32 bytes."""

    name: str
    mark: bytes
    public: bytes


def key_mark(name: str, public: bytes) -> bytes:
    """The four bytes by which a signature names its key."""
    return hashlib.sha256(name.encode("utf-8") + b"\n" + bytes([ED25519]) + public).digest()[:4]


def _from_base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise Refused("%.60r is no base64" % text) from None
    if base64.b64encode(data).decode("ascii") != text:
        raise Refused("%.60r is base64 in a form of its own" % text)
    return data


def read_key(text: str) -> Key:
    """A key as it is printed: ``name+mark+base64``."""
    name, _, rest = text.strip().partition("+")
    mark, _, data = rest.partition("+")
    public = _from_base64(data)
    if not name or re.search(r"\s", name) or not re.fullmatch("[0-9a-f]{8}", mark):
        raise Refused("%.60r is no key of the form name+mark+base64" % text)
    if len(public) != 33 or public[0] != ED25519:
        raise Refused("the key of %s is none of Ed25519" % name)
    if key_mark(name, public[1:]).hex() != mark:
        raise Refused("the mark of the key of %s is not that of its bytes" % name)
    return Key(name, bytes.fromhex(mark), public[1:])


def open_note(note: str, keys: Sequence[Key]) -> tuple[str, Key]:
    """The text of a signed note and the key, among these, that signed it."""
    text, gap, signatures = note.rpartition("\n\n")
    text += "\n"
    if not gap or not signatures.endswith("\n") or any(ord(c) < 32 and c != "\n" for c in note):
        raise Refused("it is no signed note")
    for line in signatures[:-1].split("\n"):
        name, space, data = line[len(SIGNATURE) :].partition(" ")
        if not line.startswith(SIGNATURE) or not space:
            raise Refused("%.60r is no line of a signature" % line)
        signature = _from_base64(data)
        for key in keys:
            if (key.name, key.mark) == (name, signature[:4]):
                if not signed_by(key.public, text.encode("utf-8"), signature[4:]):
                    raise Refused("the signature of %s is forged, or the note was changed" % name)
                return text, key
    raise Refused("none of the keys that are known signed it")


class Checkpoint(NamedTuple):
    """What a checkpoint says: origin, how many entries, their root, and what else."""

    origin: str
    size: int
    root: bytes
    more: tuple[str, ...]


def read_checkpoint(text: str) -> Checkpoint:
    """The text of a checkpoint."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not lines[0] or not re.fullmatch("0|[1-9][0-9]*", lines[1]):
        raise Refused("it is no checkpoint")
    root = _from_base64(lines[2])
    if len(root) != 32:
        raise Refused("its root is no SHA-256")
    return Checkpoint(lines[0], int(lines[1]), root, tuple(lines[3:-1]))


def change_of_key(origin: str, old: str, new: str) -> str:
    """The text that the old key signs when another takes its place."""
    return "groundplan ledger key\n%s\n%s\n%s\n" % (origin, old, new)


# Replaying


class LedgerFault(NamedTuple):
    """What is wrong, and where."""

    where: str
    what: str


class Replay(NamedTuple):
    """What a replay came to: how many entries, their root, the keys in their order, faults, and what is to be known."""

    size: int
    root: bytes
    keys: tuple[str, ...]
    checkpoints: int
    faults: tuple[LedgerFault, ...]
    notes: tuple[str, ...]


written = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False).encode
_read = json.JSONDecoder().decode


def read_entry(line: bytes) -> dict[str, Any]:
    """The entry of a line. Raises ``ValueError`` for what is none, or is written in another way than the rule says."""
    text = line.decode("utf-8")
    entry = _read(text)
    if not isinstance(entry, dict) or list(entry) != FIELDS or type(entry["seq"]) is not int:
        raise ValueError("it has not the fields of an entry")
    if written(entry) != text:  # a key that stands twice among them
        raise ValueError("it is not written as entries are")
    if not isinstance(entry["time"], str) or not TIME.fullmatch(entry["time"]):
        raise ValueError("its time is no time in UTC")
    return entry


class _Replaying:
    """The state of a replay, an entry at a time."""

    def __init__(self, trusted: Sequence[Key]) -> None:
        self.tree = Tree()
        self.faults: list[LedgerFault] = []
        self.notes: list[str] = []
        self.trusted = list(trusted)
        self.keys: list[Key] = []
        self.texts: list[str] = []
        self.origin, self.checkpoints = "", 0
        self.previous, self.time, self.expected = NO_HASH, "", 0

    def fault(self, where: str, what: str) -> None:
        self.faults.append(LedgerFault(where, what))

    def take(self, line: bytes) -> None:
        """One line more."""
        here = "line %d" % (self.tree.size + 1)
        leaf = leaf_hash(line)
        try:
            entry = read_entry(line)
        except (ValueError, RecursionError) as error:
            self.fault(here, "this is no entry of a ledger, or it was changed: %s" % error)
            self._next(leaf, self.expected)
            return
        seq = entry["seq"]
        named = "entry %d" % seq
        if seq > self.expected:
            gone = "entry %d is" % self.expected if seq == self.expected + 1 else "entries %d to %d are" % (
                self.expected, seq - 1,
            )  # fmt: skip
            self.fault(here, "%s missing before entry %d: dropped, or out of order" % (gone, seq))
        elif seq < self.expected:
            self.fault(here, "entry %d stands after entry %d: out of order, or twice" % (seq, self.expected - 1))
        elif entry["previous"] != self.previous:
            before = "entry %d" % (seq - 1) if seq else "the beginning"
            self.fault(named, "it was chained to another %s than the one that stands here: one of the two was changed "
                       "or put in later" % before)  # fmt: skip
        if entry["time"] < self.time:
            self.fault(named, "it is back-dated: its time is %s, and the entry before it has %s"
                       % (entry["time"], self.time))  # fmt: skip
        self._kind(entry, named)
        self.time = max(self.time, entry["time"])
        self._next(leaf, seq)

    def _next(self, leaf: bytes, seq: int) -> None:
        self.previous, self.expected = leaf.hex(), max(self.expected, seq) + 1
        self.tree.add(leaf)

    def _kind(self, entry: dict[str, Any], named: str) -> None:
        kind, body = entry["kind"], entry["body"]
        if (kind == "opening") != (self.tree.size == 0):
            self.fault(named, "a ledger begins with its opening, once")
        if kind not in ("opening", "key", "checkpoint"):
            return
        try:
            if kind == "opening":
                self._opened(body)
            elif kind == "key":
                self._new_key(body, named)
            elif kind == "checkpoint":
                self._checkpoint(body["note"], named, self.tree.size)
                self.checkpoints += 1
        except (Refused, KeyError, TypeError, AttributeError) as error:
            self.fault(named, "its %s cannot be believed: %s" % (kind, error))

    def _opened(self, body: dict[str, Any]) -> None:
        self.origin, key = body["origin"], read_key(body["key"])
        self.keys.append(key)
        self.texts.append(body["key"])
        if self.trusted and key not in self.trusted:
            self.fault("entry 0", "the ledger was begun with another key than the one you gave")

    def _new_key(self, body: dict[str, Any], named: str) -> None:
        key, old = read_key(body["key"]), self.texts[-1] if self.texts else ""
        if body["note"]:
            text, _ = open_note(body["note"], self.keys[-1:])
            if text != change_of_key(self.origin, old, body["key"]):
                raise Refused("the old key signed something else")
        elif key not in self.trusted:
            self.notes.append("%s: the key before was lost; the new one is not signed by it. Ask for its printed form: "
                              "%s" % (named, body["key"]))  # fmt: skip
        self.keys.append(key)
        self.texts.append(body["key"])

    def _checkpoint(self, note: str, where: str, size: int | None = None) -> Checkpoint:
        """Check a note against the tree as it stands; ``size``: the size that it must be of."""
        text, _ = open_note(note, [*self.keys, *self.trusted])
        said = read_checkpoint(text)
        if said.origin != self.origin:
            raise Refused("it is of another ledger, %s" % said.origin)
        if size is not None and said.size != size:
            raise Refused("it is of %d entries and stands after %d" % (said.size, size))
        if said.size == self.tree.size and said.root != self.tree.root():
            self.fault(where, "the checkpoint of %d entries has another root: an entry before was changed, put in or "
                       "dropped since" % said.size)  # fmt: skip
        return said


def replay(lines: Iterable[bytes], kept: Sequence[tuple[str, str]] = (), trusted: Sequence[str] = ()) -> Replay:
    """Replay entries. ``kept``: name and text of checkpoints kept elsewhere; ``trusted``: keys as printed.

    Checkpoints that were kept are met at their size, whichever key of the ledger signed them.
    """
    state = _Replaying([read_key(text) for text in trusted])
    sized: dict[int, list[tuple[str, str]]] = {}
    for name, note in kept:
        try:
            said = read_checkpoint(note.rpartition("\n\n")[0] + "\n")
            sized.setdefault(said.size, []).append((name, note))
        except Refused as error:
            state.fault(name, str(error))
    for line in lines:
        state.take(line)
        for name, note in sized.pop(state.tree.size, ()):
            _met(state, name, note)
    for size, several in sorted(sized.items()):
        for name, note in several:
            if _met(state, name, note):
                state.fault(name, "it is of %d entries, and the ledger has %d: entries at its end were dropped"
                            % (size, state.tree.size))  # fmt: skip
    if not state.tree.size:
        state.fault(ENTRIES, "there is no entry")
    if not trusted:
        state.notes.append("No key was given: the one that stands in the ledger was taken. Compare it with the printed "
                           "one.")  # fmt: skip
    return Replay(
        state.tree.size, state.tree.root(), tuple(state.texts), state.checkpoints, tuple(state.faults),
        tuple(state.notes),
    )  # fmt: skip


def _met(state: _Replaying, name: str, note: str) -> bool:
    """Hold a kept checkpoint against the tree of its size; whether it is genuine."""
    try:
        state._checkpoint(note, name)
    except Refused as error:
        state.fault(name, "this checkpoint cannot be believed: %s" % error)
        return False
    return True


# Proofs as files: tlog-proof like, a heading, numbers and hashes in base64, then the checkpoint


def proof_text(kind: str, numbers: Sequence[int], hashes: Sequence[bytes], notes: Sequence[str]) -> str:
    """A proof as a file: its kind, its numbers, hashes a line each, and the checkpoints that it is about."""
    lines = ["groundplan ledger %s 1" % kind, " ".join(map(str, numbers))]
    lines += [base64.b64encode(part).decode("ascii") for part in hashes]
    return "\n".join(lines) + "\n" + "".join("===\n" + note for note in notes)


def check_proof(text: str, keys: Sequence[Key], entry: bytes = b"") -> str:
    """Check a proof file with its checkpoints; what it proves, in words. ``entry``: the entry's bytes, of inclusion."""
    head, *notes = text.split("===\n")
    lines = head.split("\n")
    said = [read_checkpoint(open_note(note, keys)[0]) for note in notes]
    try:
        numbers = [int(word) for word in lines[1].split()]
        hashes = [_from_base64(line) for line in lines[2:-1]]
        if lines[0] == "groundplan ledger inclusion 1":
            (index,), (point,) = numbers, said
            check_inclusion(index, point.size, leaf_hash(entry), hashes, point.root)
            return "entry %d is among the %d of the checkpoint" % (index, point.size)
        if lines[0] == "groundplan ledger consistency 1":
            first, second = said
            if first.origin != second.origin:
                raise Refused("the checkpoints are of two ledgers")
            check_consistency(first.size, second.size, hashes, first.root, second.root)
            return "the %d entries of one checkpoint begin with the %d of the other" % (second.size, first.size)
    except (ValueError, IndexError) as error:
        raise Refused(str(error)) from None
    raise Refused("it is no proof")


# The command


def lines_of(data: bytes) -> list[bytes]:
    """The lines of ``entries.jsonl``; what follows the last line break counts as a line."""
    lines = data.split(b"\n")
    return lines[:-1] if not lines[-1] else lines


def verify_folder(folder: Path, trusted: Sequence[str], kept: Sequence[Path]) -> Replay:
    """Replay an exported folder with its own checkpoints, its proofs, and those that were kept elsewhere."""
    lines = lines_of((folder / ENTRIES).read_bytes())
    own = sorted((folder / CHECKPOINTS).glob("*.txt")) if (folder / CHECKPOINTS).is_dir() else []
    notes = [(path.name, path.read_bytes().decode("utf-8", "replace")) for path in [*own, *kept]]
    done = replay(lines, notes, trusted)
    keys, faults = [read_key(text) for text in (*done.keys, *trusted)], list(done.faults)
    for path in sorted((folder / PROOFS).glob("*.txt")) if (folder / PROOFS).is_dir() else []:
        text = path.read_bytes().decode("utf-8", "replace")
        try:
            numbers = text.split("\n")[1].split() if text.startswith("groundplan ledger inclusion") else []
            at = int(numbers[0]) if numbers else 0
            check_proof(text, keys, lines[at] if 0 <= at < len(lines) else b"")
        except (Refused, ValueError, IndexError) as error:
            faults.append(LedgerFault("%s/%s" % (PROOFS, path.name), "the proof does not hold: %s" % error))
    return done._replace(faults=tuple(faults))


def shown(text: str) -> str:
    """A text with nothing in it that gives orders to a terminal."""
    return "".join(c if c.isprintable() else "\\u%04x" % ord(c) for c in text)


def main(words: Sequence[str] | None = None) -> int:
    """The command: 0 where everything holds, 1 where something does not, 2 where there is nothing to read."""
    parser = argparse.ArgumentParser(description="Replay an exported ledger.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", action="append", default=[], help="the key that was printed, name+mark+base64")
    parser.add_argument("--checkpoint", action="append", default=[], type=Path, help="a checkpoint that you kept")
    given = parser.parse_args(words)
    try:
        done = verify_folder(given.folder, given.key, given.checkpoint)
    except (OSError, Refused) as error:
        print(shown(str(error)))
        return 2
    for fault in done.faults[:MOST]:
        print(shown("FAULT  %s: %s" % fault))
    if len(done.faults) > MOST:
        print("FAULT  and %d more" % (len(done.faults) - MOST))
    for note in done.notes:
        print(shown("note   %s" % note))
    for key in done.keys[-1:]:
        print(shown("key    %s" % key))
    print("root   %s" % base64.b64encode(done.root).decode("ascii"))
    print("%s: %d entries, %d checkpoints, %d faults" % (
        "FAULTY" if done.faults else "whole", done.size, done.checkpoints, len(done.faults),
    ))  # fmt: skip
    return 1 if done.faults else 0


if __name__ == "__main__":
    sys.exit(main())
