#!/usr/bin/env python3
r"""Replay a public draw. Needs Python 3.8 or newer and nothing else; read it before you trust it.

    python3 verify_draw.py announcement.json record.json [--mark MARK] [--printed DAY]

The announcement was published before anybody could know the chance that was to decide; the record holds that chance and
the result. Whether it was published in time no program can see in the files: give the mark, and the day, that were
printed. The rule, in full:

  1. Names are brought to Unicode NFC and stripped of outer spaces. The list is sorted by its UTF-8 bytes. No name has
     characters that nobody sees, and no two differ in capitals, wide letters or spaces alone.
  2. The announcement holds the keys format, purpose, rule, places, chance and names. It is written as sorted JSON
     (below). Its SHA-256 is its mark.
  3. The chance is built anew from the keys of its kind, and written as sorted JSON too. A key more, or a value of
     another kind than the rule says, and the draw does not count.
  4. seed   = SHA-256(mark + "\n" + chance), the mark as 64 small hexadecimal digits
  5. ticket = HMAC-SHA256(key = seed, message = name as UTF-8), as 64 small hexadecimal digits
  6. The smallest ticket is first.

Chance comes in three kinds. ``dice``: throws read aloud, 1 to 6, in order. ``lottery``: the numbers of a named lottery
on a named date, the smallest first; the announcement says how many count and up to which number they go. ``secrets``:
every party published SHA-256(party + "\n" + secret) in the announcement and its secret, a text, afterwards; if one is
missing the draw does not count.

Sorted JSON is a form of this program's own, and no published standard (it is not RFC 8785): JSON without spaces, in
UTF-8, the keys of every object in the order of their code points. Numbers are whole, in plain digits; there are no
others. In texts a quotation mark and a backslash stand behind a backslash, the controls 08, 09, 0a, 0c and 0d are \b,
\t, \n, \f and \r, other characters below 20 are \u00xx, and every other character stands for itself.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import hmac
import json
import math
import re
import sys
import unicodedata
from typing import Any

FORMAT = "groundplan draw 1"
RULE = (
    "ticket = HMAC-SHA256(SHA-256(mark of this announcement, newline, chance), name); the smallest ticket is first; "
    "see verify_draw.py"
)
DICE = 50  # 50 throws of a die have 129 bits of chance
PARTIES = 3
WAYS = 1000000  # in fewer ways a lottery is no chance: an announcement could be tried out against all of them
LARGEST = 1000000
HASH = re.compile("[0-9a-f]{64}")


class DrawError(ValueError):
    """What is wrong with a draw, one line each, in ``args[0]``."""


def clean(name: object) -> str:
    """A name as the rule reads it: Unicode NFC, no spaces around it."""
    return unicodedata.normalize("NFC", str(name)).strip()


def look(name: str) -> str:
    """What two names have in common that differ in capitals, wide letters or spaces alone."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return re.sub(r"\s+", " ", folded)


def sorted_json(value: Any) -> bytes:
    """A value as the bytes that are hashed: JSON with sorted keys, no spaces, UTF-8. Raises ``DrawError``."""
    parts = [value]
    for part in parts:  # grows while it is gone through
        parts += part.values() if isinstance(part, dict) else part if isinstance(part, (list, tuple)) else ()
    odd = [repr(part) for part in parts if isinstance(part, float)]
    if odd:
        raise DrawError(["numbers that are not written as whole ones: " + ", ".join(odd[:6])])
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def sha256(data: bytes) -> str:
    """The SHA-256 of bytes as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def mark(announcement: Any) -> str:
    """The mark under which an announcement is published."""
    return sha256(sorted_json(announcement))


def promise(party: str, secret: str) -> str:
    """What a party publishes before the draw: SHA-256(party + newline + secret)."""
    return sha256((clean(party) + "\n" + str(secret)).encode("utf-8"))


def whole(value: Any, low: int, high: int) -> bool:
    """Whether a value is a whole number in this range, written as one: neither 1.0 nor true."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def word_faults(what: str, value: Any) -> list[str]:
    """What is wrong with a text that people read aloud."""
    if not isinstance(value, str):
        return [f"{what} is {value!r}, no text"]
    seen_by_nobody = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    hidden = [f"U+{ord(c):04X}" for c in value if unicodedata.category(c) in seen_by_nobody]
    if hidden:
        return ["{} has characters that nobody sees: {}".format(what, ", ".join(hidden[:6]))]
    if not value or clean(value) != value:
        return [f"{what} is {value!r}: empty, not in NFC or with spaces around it"]
    return []


def table_faults(what: str, value: Any, *keys: str) -> list[str]:
    """What is wrong with the keys of a table: no table at all, keys more, keys missing."""
    if not isinstance(value, dict):
        return [f"{what} is {value!r:.60}, no table of keys"]
    more, missing = sorted(set(map(str, value)) - set(keys)), [key for key in keys if key not in value]
    faults = ["{} says more than the rule asks for: {}".format(what, ", ".join(more[:6]))] if more else []
    return faults + (["{} lacks {}".format(what, ", ".join(missing))] if missing else [])


def announcement_faults(announcement: Any) -> list[str]:
    """Everything that is wrong with an announcement by itself."""
    faults = table_faults("the announcement", announcement, "format", "purpose", "rule", "places", "chance", "names")
    if not isinstance(announcement, dict):
        return faults
    for key, wanted in (("format", FORMAT), ("rule", RULE)):
        if key in announcement and announcement[key] != wanted:
            faults.append(f"the announcement's {key} is {announcement[key]!r}, not {wanted!r}")
    if "purpose" in announcement:
        faults += word_faults("purpose", announcement["purpose"])
    return faults + list_faults(announcement) + source_faults(announcement.get("chance"))


def list_faults(announcement: Any) -> list[str]:
    """What is wrong with the announced list, and with the number of places to give."""
    names, places = announcement.get("names"), announcement.get("places")
    if not isinstance(names, list):
        return [f"names is {names!r}, no list"]
    faults = [fault for name in names for fault in word_faults("a name of the list", name)][:6]
    faults += [] if names else ["the list has no names"]
    if not faults:
        looks = [look(name) for name in names]
        faults += [f"'{n}' stands twice in the list" for n in sorted({n for n in names if names.count(n) > 1})[:6]]
        groups = [[n for n, other in zip(names, looks) if other == one] for one in sorted(set(looks))]
        faults += ["names look the same: " + ", ".join(group) for group in groups if len(set(group)) > 1]
        if names != sorted(names, key=lambda name: name.encode("utf-8")):
            faults.append("the list is not sorted by its UTF-8 bytes")
    if not whole(places, 1, len(names)):
        said = "places is {!r}; it must be a whole number from 1 to {}, the length of the list"
        faults.append(said.format(places, len(names)))
    return faults


def source_faults(source: Any) -> list[str]:
    """What is wrong with what the announcement says of the chance to come."""
    if not isinstance(source, dict):
        return [f"the announced chance is {source!r}, no table of keys"]
    kind = source.get("kind")
    if not isinstance(kind, str) or kind not in ANNOUNCED:
        return ["the kind of chance is {!r}; known are {}".format(kind, ", ".join(ANNOUNCED))]
    faults = table_faults("the announced chance", source, "kind", *ANNOUNCED[kind])
    if kind == "dice" and not whole(source.get("throws"), DICE, LARGEST):
        faults.append("throws is {!r}: at least {} throws, a whole number".format(source.get("throws"), DICE))
    if kind == "lottery":
        faults += word_faults("lottery", source.get("lottery")) + day_faults("date", source.get("date"))
        count: Any = source.get("numbers")
        highest: Any = source.get("highest")
        if not whole(count, 1, 50) or not whole(highest, 1, LARGEST):
            faults.append(f"numbers is {count!r} and highest {highest!r}: both must be whole numbers")
        elif math.comb(highest + 1, count) < WAYS:
            faults.append(f"{count} numbers up to {highest} can fall in fewer than {WAYS:,} ways")
    return faults + promise_faults(source.get("promises")) if kind == "secrets" else faults


def promise_faults(promises: Any) -> list[str]:
    """What is wrong with the hashes that parties promise their secrets by."""
    if not isinstance(promises, dict):
        return [f"promises is {promises!r}, no table of parties"]
    faults = [fault for party in promises for fault in word_faults("the name of a party", party)]
    for party, said in promises.items():
        if not isinstance(said, str) or not HASH.fullmatch(said):
            faults.append(f"the promise of {party} is no SHA-256")
    return faults + ([f"fewer than {PARTIES} parties have promised a secret"] if len(promises) < PARTIES else [])


def day_faults(what: str, value: Any) -> list[str]:
    """Whether a value is a day of the calendar, written as 2027-01-05."""
    try:
        if isinstance(value, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            datetime.date(*map(int, value.split("-")))
            return []
    except ValueError:
        pass
    return [f"{what} is {value!r}, no day as 2027-01-05"]


def built_chance(source: Any, said: Any) -> dict[str, Any]:
    """The chance that is hashed, built from checked fields alone. Raises ``DrawError`` with all faults.

    ``source``: what the announcement says of it, checked before; ``said``: what the record says.
    """
    if not isinstance(said, dict):
        raise DrawError([f"the chance is {said!r}, no table of keys"])
    kind = source["kind"]
    if said.get("kind") != kind:
        raise DrawError(["the chance is of kind {!r}, announced was {!r}".format(said.get("kind"), kind)])
    faults = table_faults("the chance", said, "kind", *ON_RECORD[kind])
    chance, more = {"dice": of_dice, "lottery": of_lottery, "secrets": of_secrets}[kind](source, said)
    if faults or more:
        raise DrawError(faults + more)
    return dict(chance, kind=kind)


def of_dice(source: Any, said: Any) -> tuple[dict[str, Any], list[str]]:
    """The throws, and what is wrong with them."""
    throws = said.get("throws")
    if not isinstance(throws, list):
        return {}, [f"throws is {throws!r}, no list"]
    wrong = [t for t in throws if not whole(t, 1, 6)]
    faults = [f"throws that no die shows: {wrong[:6]}"] if wrong else []
    if len(throws) != source["throws"]:
        faults.append("{} throws are on record, announced were {}".format(len(throws), source["throws"]))
    return {"throws": throws}, faults


def of_lottery(source: Any, said: Any) -> tuple[dict[str, Any], list[str]]:
    """The lottery's numbers, and what is wrong with them."""
    faults = [
        f"the {key} is {said.get(key)!r}, announced was {source[key]!r}"
        for key in ("lottery", "date")
        if not isinstance(said.get(key), str) or said.get(key) != source[key]
    ]
    numbers, highest = said.get("numbers"), source["highest"]
    if not isinstance(numbers, list) or not all(whole(n, 0, highest) for n in numbers):
        form = "the lottery's numbers are missing or not whole numbers from 0 to {}: {!r}"
        faults.append(form.format(highest, numbers))
    elif len(numbers) != source["numbers"] or sorted(set(numbers)) != numbers:
        form = "the lottery's numbers must be {} different ones, the smallest first: {!r}"
        faults.append(form.format(source["numbers"], numbers))
    return {"lottery": source["lottery"], "date": source["date"], "numbers": numbers}, faults


def of_secrets(source: Any, said: Any) -> tuple[dict[str, Any], list[str]]:
    """The secrets, and which are missing, not promised, no texts or not the promised ones."""
    promised, secrets, faults = source["promises"], said.get("secrets"), []
    if not isinstance(secrets, dict):
        return {}, [f"secrets is {secrets!r}, no table of parties"]
    for party in sorted(promised):
        secret = secrets.get(party)
        if party not in secrets:
            faults.append(party + " has not told its secret: the draw does not count")
        elif not isinstance(secret, str) or re.search("[\ud800-\udfff]", secret):
            faults.append(f"the secret of {party} is no text")
        elif promise(party, secret) != promised[party]:
            faults.append(f"the secret of {party} is not the one it promised")
    faults += [f"{p} told a secret and had promised none" for p in sorted(set(secrets) - set(promised))]
    return {"secrets": {party: secrets.get(party) for party in promised}}, faults


ANNOUNCED = {"dice": ("throws",), "lottery": ("lottery", "date", "numbers", "highest"), "secrets": ("promises",)}
ON_RECORD = {"dice": ("throws",), "lottery": ("lottery", "date", "numbers"), "secrets": ("secrets",)}


def draw(announcement: Any, chance: Any) -> list[tuple[str, str]]:
    """Every name with its ticket, the smallest ticket first. Raises ``DrawError`` with all faults."""
    faults = announcement_faults(announcement)
    if faults:
        raise DrawError(faults)
    chance = sorted_json(built_chance(announcement["chance"], chance))
    seed = hashlib.sha256(mark(announcement).encode("ascii") + b"\n" + chance).digest()
    by_name = {n: hmac.new(seed, n.encode("utf-8"), hashlib.sha256).hexdigest() for n in announcement["names"]}
    return sorted(by_name.items(), key=lambda item: item[1])


def record_faults(record: Any) -> list[str]:
    """What is wrong with the form of a record, whatever was announced."""
    faults = table_faults("the record", record, "format", "mark", "names", "chance", "order", "chosen")
    if faults:
        return faults
    if record["format"] != FORMAT:
        faults.append("the record's format is {!r}, not {!r}".format(record["format"], FORMAT))
    if not isinstance(record["mark"], str) or not HASH.fullmatch(record["mark"]):
        faults.append("the record's mark is {!r}, no SHA-256".format(record["mark"]))
    for key in ("names", "chosen"):
        if not isinstance(record[key], list) or not all(isinstance(name, str) for name in record[key]):
            faults.append(f"the record's {key} is no list of texts")
    if not isinstance(record["order"], list):
        return [*faults, "the record's order is no list"]
    for entry in record["order"]:
        wrong = table_faults("an entry of the order", entry, "name", "ticket")
        if not wrong and not all(isinstance(value, str) for value in entry.values()):
            wrong = ["an entry of the order is not of texts"]
        faults += [fault for fault in wrong if fault not in faults]
    return faults


def changed(announcement: Any, record: Any) -> list[str]:
    """How the announcement differs from the one that the record was drawn from, name by name where it can be told."""
    own = mark(announcement)
    if own == record["mark"]:
        same = record["names"] == announcement["names"]
        return [] if same else ["the record's names are not those of the announcement"]
    before, now = set(record["names"]), set(announcement["names"])
    faults = ["the announcement's mark is {}, the record was drawn under {}".format(own, record["mark"])]
    if now - before:
        faults.append("in the announcement and not in the record: " + ", ".join(sorted(now - before)[:6]))
    if before - now:
        faults.append("in the record and not in the announcement: " + ", ".join(sorted(before - now)[:6]))
    return faults


def verify(announcement: Any, record: Any) -> list[str]:
    """Every fault of a record, none where it is what the rule gives."""
    wrong, shape = announcement_faults(announcement), record_faults(record)
    if wrong or not isinstance(record, dict):
        return wrong + shape
    faults = shape or changed(announcement, record)
    try:
        order = draw(announcement, record.get("chance"))
    except DrawError as error:
        return faults + list(error.args[0])
    if shape:
        return faults
    said = [(entry["name"], entry["ticket"]) for entry in record["order"]]
    if said != order:
        at = next((k for k, pair in enumerate(zip(said, order)) if pair[0] != pair[1]), min(len(said), len(order)))
        name, ticket = order[at] if at < len(order) else ("nobody", "none")
        form = "the order differs from place {} on: the rule gives {} there, with ticket {}"
        faults.append(form.format(at + 1, name, ticket))
    chosen = [name for name, _ in order[: announcement["places"]]]
    if record["chosen"] != chosen:
        faults.append("chosen is not what the rule gives: " + ", ".join(chosen))
    return faults


def late(announcement: Any, printed_mark: str, printed_on: str) -> list[str]:
    """What the printed mark and its day say against the announcement; an empty text stands for: not given."""
    faults = []
    if printed_mark and printed_mark.lower() != mark(announcement):
        faults.append("the printed mark is another: this announcement is not the one that was published")
    if printed_on:
        faults += day_faults("the day of printing", printed_on)
        day = announcement["chance"].get("date")
        if not faults and day is not None and day <= printed_on:
            faults.append(f"announced too late: printed on {printed_on}, the lottery was drawn on {day}")
    return faults


def read(path: str) -> dict[str, Any]:
    """A JSON file; a key that stands twice is refused, and so are NaN and Infinity. Raises ``ValueError``."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [k for k, _ in pairs]
        if len(set(keys)) != len(keys):
            raise ValueError("a key stands twice: " + ", ".join(sorted({k for k in keys if keys.count(k) > 1})))
        return dict(pairs)

    def no_number(word: str) -> float:
        raise ValueError(word + " is no number")

    with open(path, encoding="utf-8") as file:
        value = json.load(file, object_pairs_hook=once, parse_constant=no_number)
    if not isinstance(value, dict):
        raise ValueError("the file holds no JSON object")
    return value


def main(words: list[str] | None = None) -> int:
    """Read both files, replay the draw, say what was found; 0 where the record holds."""
    parser = argparse.ArgumentParser(description="Replay a public draw.")
    parser.add_argument("announcement", help="the file that was published before the draw")
    parser.add_argument("record", help="the file that was published after it")
    parser.add_argument("--mark", default="", help="the mark as it was printed before the draw")
    parser.add_argument("--printed", default="", metavar="DAY", help="the day on which it was printed: 2027-01-05")
    args = parser.parse_args(words)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a name is shown on any terminal
    try:
        announcement, record = read(args.announcement), read(args.record)
        faults = verify(announcement, record)
        own = "" if announcement_faults(announcement) else mark(announcement)
        faults += late(announcement, args.mark, args.printed) if own else []
    except (OSError, ValueError, RecursionError) as error:
        print(f"cannot be checked: {error}", file=sys.stderr)
        return 2
    print("mark of the announcement: " + (own or "none, it is not in order"))
    for fault in faults:
        print("WRONG: " + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in fault))
    if not faults:
        chosen, names = record["chosen"], announcement["names"]
        print(f"The record holds: {len(chosen)} of {len(names)} names, drawn by the announced rule.")
        if not args.mark:
            print(
                "Compare the mark with the one that was printed before the draw: no file can show when it was written."
            )
        for place, name in enumerate(chosen, 1):
            print(f"{place:3d}  {name}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
