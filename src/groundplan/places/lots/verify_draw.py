#!/usr/bin/env python3
r"""Replay a public draw. Needs Python 3.8 or newer and nothing else; read it before you trust it.

    python3 verify_draw.py announcement.json record.json

The announcement was published before anybody could know the chance that was to decide; the record holds that chance and
the result. The rule, in full:

  1. Names are brought to Unicode NFC and stripped of outer spaces. The list is sorted by its UTF-8 bytes.
  2. The announcement is written as sorted JSON (below). Its SHA-256 is its mark.
  3. The chance is written as sorted JSON too. It holds the keys of its kind and no other, in the one way they are said.
  4. seed   = SHA-256(mark + "\n" + chance), the mark as 64 small hexadecimal digits
  5. ticket = HMAC-SHA256(key = seed, message = name as UTF-8), as 64 small hexadecimal digits
  6. The smallest ticket is first.

Chance comes in three kinds. ``dice``: throws read aloud, 1 to 6, in order. ``lottery``: the numbers of a named lottery
on a named date, in the order drawn. ``secrets``: every party published SHA-256(party + "\n" + secret) in the
announcement and its secret, a text, afterwards; if one is missing the draw does not count.

Sorted JSON is a form of this program's own, and no published standard (it is not RFC 8785): JSON without spaces, in
UTF-8, the keys of every object in the order of their code points. Numbers are whole, in plain digits; there are no
others. In texts a quotation mark and a backslash stand behind a backslash, the controls 08, 09, 0a, 0c and 0d are \b,
\t, \n, \f and \r, other characters below 20 are \u00xx, and every other character stands for itself.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import sys
import unicodedata
from typing import Any

DICE = 50  # 50 throws of a die have 129 bits of chance
PARTIES = 3


class DrawError(ValueError):
    """What is wrong with a draw, one line each, in ``faults``."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)


def clean(name: object) -> str:
    """A name as the rule reads it: Unicode NFC, no spaces around it."""
    return unicodedata.normalize("NFC", str(name)).strip()


def sorted_json(value: Any) -> bytes:
    """A value as the bytes that are hashed: JSON with sorted keys, no spaces, UTF-8. Raises ``DrawError``."""
    odd = fractions(value)
    if odd:
        raise DrawError(["numbers that are not written as whole ones: " + ", ".join(map(repr, odd[:6]))])
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def fractions(value: Any) -> list[float]:
    """The numbers within that are written with a point or an exponent: 1.0 is another text than 1."""
    if isinstance(value, float):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return [number for part in inside for number in fractions(part)]


def sha256(data: bytes) -> str:
    """The SHA-256 of bytes as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def mark(announcement: Any) -> str:
    """The mark under which an announcement is published."""
    return sha256(sorted_json(announcement))


def promise(party: str, secret: str) -> str:
    """What a party publishes before the draw: SHA-256(party + newline + secret)."""
    return sha256((clean(party) + "\n" + str(secret)).encode("utf-8"))


def list_faults(announcement: Any) -> list[str]:
    """What is wrong with the announced list, and with the number of places to give."""
    names, places = announcement.get("names", []), announcement.get("places")
    faults = []
    if not names:
        faults.append("the list has no names")
    bad = [n for n in names if not isinstance(n, str) or clean(n) != n or not n]
    if bad:
        faults.append("names are empty or not in NFC without outer spaces: " + ", ".join(map(repr, bad[:6])))
    twice = sorted({n for n in names if names.count(n) > 1}) if len(set(names)) < len(names) else []
    if twice:
        faults.append("names stand twice in the list: " + ", ".join(twice[:6]))
    if not bad and not twice and names != sorted(names, key=lambda n: n.encode("utf-8")):
        faults.append("the list is not sorted by its UTF-8 bytes")
    if isinstance(places, bool) or not isinstance(places, int) or not 1 <= places <= len(names):
        faults.append(f"places is {places!r}; it must be a whole number from 1 to {len(names)}, the length of the list")
    return faults


def chance_faults(announcement: Any, chance: Any) -> list[str]:
    """What is wrong with the chance, by its kind: whatever could be written in two ways would let one choose."""
    kind, wanted = chance.get("kind"), announcement.get("chance", {})
    if kind != wanted.get("kind"):
        return [f"the chance is of kind {kind!r}, announced was {wanted.get('kind')!r}"]
    if kind not in KINDS:
        return [f"the kind of chance is {kind!r}; known are {', '.join(KINDS)}"]
    more = sorted(set(chance) - {"kind", *KEYS[kind]})
    faults = ["the chance says more than the rule asks for: " + ", ".join(more[:6])] if more else []
    return faults + KINDS[kind](wanted, chance)


def whole(value: Any) -> bool:
    """Whether a value is a whole number, written as one: neither 1.0 nor true."""
    return isinstance(value, int) and not isinstance(value, bool)


def dice_faults(wanted: Any, chance: Any) -> list[str]:
    """Throws that no die shows, and a number of throws that was not announced."""
    throws = chance.get("throws", [])
    wrong = [t for t in throws if not whole(t) or not 1 <= t <= 6]
    faults = [f"throws that no die shows: {wrong[:6]}"] if wrong else []
    if len(throws) != wanted.get("throws"):
        faults.append(f"{len(throws)} throws are on record, announced were {wanted.get('throws')}")
    if len(throws) < DICE:
        faults.append(f"{len(throws)} throws are too few: at least {DICE}")
    return faults


def lottery_faults(wanted: Any, chance: Any) -> list[str]:
    """Another lottery or date than announced, or no numbers."""
    faults = [
        f"the {key} is {chance.get(key)!r}, announced was {wanted.get(key)!r}"
        for key in ("lottery", "date")
        if not wanted.get(key) or not isinstance(chance.get(key), str) or chance.get(key) != wanted.get(key)
    ]
    numbers = chance.get("numbers", [])
    if not numbers or not all(map(whole, numbers)):
        faults.append(f"the lottery's numbers are missing or not whole numbers: {numbers!r}")
    return faults


def secret_faults(wanted: Any, chance: Any) -> list[str]:
    """Secrets that are missing, not promised, no texts or not the promised ones."""
    promised, secrets = wanted.get("promises", {}), chance.get("secrets", {})
    faults = [f"{p} has not told its secret: the draw does not count" for p in sorted(set(promised) - set(secrets))]
    faults += [f"{p} told a secret and had promised none" for p in sorted(set(secrets) - set(promised))]
    faults += [f"the secret of {p} is no text" for p in sorted(secrets) if not isinstance(secrets[p], str)]
    faults += [
        f"the secret of {p} is not the one it promised"
        for p in sorted(set(promised) & set(secrets))
        if promise(p, secrets[p]) != promised[p]
    ]
    if len(promised) < PARTIES:
        faults.append(f"{len(promised)} parties are too few: at least {PARTIES}")
    return faults


KINDS = {"dice": dice_faults, "lottery": lottery_faults, "secrets": secret_faults}
KEYS = {"dice": ("throws",), "lottery": ("lottery", "date", "numbers"), "secrets": ("secrets",)}


def tickets(announcement: Any, chance: Any) -> dict[str, str]:
    """The ticket of every announced name, whatever the order of the list."""
    seed = hashlib.sha256(mark(announcement).encode("ascii") + b"\n" + sorted_json(chance)).digest()
    return {n: hmac.new(seed, n.encode("utf-8"), hashlib.sha256).hexdigest() for n in announcement["names"]}


def draw(announcement: Any, chance: Any) -> list[tuple[str, str]]:
    """Every name with its ticket, the smallest ticket first. Raises ``DrawError`` with all faults."""
    faults = list_faults(announcement) + chance_faults(announcement, chance)
    if faults:
        raise DrawError(faults)
    ticket_of = tickets(announcement, chance)
    return sorted(ticket_of.items(), key=lambda item: item[1])


def changed(announcement: Any, record: Any) -> list[str]:
    """How the announcement differs from the one that the record was drawn from, name by name where it can be told."""
    if mark(announcement) == record.get("mark"):
        same = record.get("names") == announcement.get("names")
        return [] if same else ["the record's names are not those of the announcement"]
    before, now = set(record.get("names", [])), set(announcement.get("names", []))
    faults = [
        "the announcement's mark is {}, the record was drawn under {}".format(mark(announcement), record.get("mark"))
    ]
    if now - before:
        faults.append("in the announcement and not in the record: " + ", ".join(sorted(now - before)[:6]))
    if before - now:
        faults.append("in the record and not in the announcement: " + ", ".join(sorted(before - now)[:6]))
    return faults


def verify(announcement: Any, record: Any) -> list[str]:
    """Every fault of a record, none where it is what the rule gives."""
    faults = []
    try:
        faults += changed(announcement, record)
        order = draw(announcement, record.get("chance", {}))
    except DrawError as error:
        return faults + error.faults
    said = [(entry.get("name"), entry.get("ticket")) for entry in record.get("order", [])]
    if said != order:
        at = next((k for k, pair in enumerate(zip(said, order)) if pair[0] != pair[1]), min(len(said), len(order)))
        right = order[at][0] if at < len(order) else "nobody"
        faults.append(f"the order differs from place {at + 1} on: the rule gives {right} there")
    chosen = [name for name, _ in order[: announcement["places"]]]
    if record.get("chosen") != chosen:
        faults.append("chosen is not what the rule gives: " + ", ".join(chosen))
    return faults


def read(path: str) -> dict[str, Any]:
    """A JSON file; a key that stands twice is refused."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [k for k, _ in pairs]
        if len(set(keys)) != len(keys):
            raise ValueError("a key stands twice: " + ", ".join(sorted({k for k in keys if keys.count(k) > 1})))
        return dict(pairs)

    with open(path, encoding="utf-8") as file:
        value = json.load(file, object_pairs_hook=once)
    if not isinstance(value, dict):
        raise ValueError("the file holds no JSON object")
    return value


def main(words: list[str] | None = None) -> int:
    """Read both files, replay the draw, say what was found; 0 where the record holds."""
    parser = argparse.ArgumentParser(description="Replay a public draw.")
    parser.add_argument("announcement", help="the file that was published before the draw")
    parser.add_argument("record", help="the file that was published after it")
    args = parser.parse_args(words)
    try:
        announcement, record = read(args.announcement), read(args.record)
        own = mark(announcement)
        faults = verify(announcement, record)
    except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        print(f"cannot be checked: {error}", file=sys.stderr)
        return 2
    print("mark of the announcement: " + own)
    for fault in faults:
        print("WRONG: " + fault)
    if not faults:
        chosen, names = record["chosen"], announcement["names"]
        print(f"The record holds: {len(chosen)} of {len(names)} names, drawn by the announced rule.")
        for place, name in enumerate(chosen, 1):
            print(f"{place:3d}  {name}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
