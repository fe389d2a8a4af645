"""Public draws: the rule replayed by a few lines that share no code with ours, and every way to tamper refused."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import subprocess
import sys
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from groundplan.errors import GroundplanError
from groundplan.places.lots import draw, verify_draw
from groundplan.places.lots.canonical import canonical

DICE = {"kind": "dice", "throws": 50}
THROWS = {"kind": "dice", "throws": [3, 1, 4, 1, 5, 2, 6, 5, 3, 5] * 5}
NAMES = ["Turkana", "Mandera", "Wajir", "Garissa", "Marsabit", "Samburu", "Isiolo"]


def test_the_order_is_what_the_rule_says() -> None:
    """Proves: the order is that of HMAC-SHA256 tickets, computed here from the printed rule alone.
    Breaks if: the form that is hashed, the seed or the direction of the order change.
    """
    made = draw.announce(NAMES, 3, DICE, "a test")
    record = made.record(THROWS)

    mark = hashlib.sha256(_packed(dict(made.content))).hexdigest()
    seed = hashlib.sha256(mark.encode() + b"\n" + _packed(THROWS)).digest()
    tickets = sorted((hmac.new(seed, n.encode(), hashlib.sha256).hexdigest(), n) for n in NAMES)
    assert [(e["ticket"], e["name"]) for e in record["order"]] == tickets
    assert record["chosen"] == [n for _, n in tickets[:3]]
    assert draw.check(made.content, record) == []


def test_order_and_spelling_of_the_list_are_immaterial() -> None:
    """Proves: the list's order, outer spaces and the Unicode form of a name change no ticket.
    Breaks if: names are hashed as typed.
    """
    korean = ["성천군", "구장군", "Murang'a", "Élgeyo"]
    other = [" " + unicodedata.normalize("NFD", n) for n in reversed(korean)]
    a, b = (draw.announce(names, 2, DICE, "t") for names in (korean, other))
    assert a.mark == b.mark
    assert a.record(THROWS) == b.record(THROWS)


def test_every_place_is_equally_likely() -> None:
    """Proves: over 20,000 draws the first place falls evenly on ten names (chi-square, fixed throws of a seeded die).
    Breaks if: tickets favour a name, for example by length or alphabet.
    """
    from scipy.stats import chisquare

    rng = random.Random(7)
    names = [f"county {k}" for k in range(10)]
    made = draw.announce(names, 1, DICE, "t")
    counts = dict.fromkeys(names, 0)
    for _ in range(20_000):
        chance = {"kind": "dice", "throws": [rng.randint(1, 6) for _ in range(50)]}
        tickets = made.tickets(chance)
        counts[min(tickets, key=lambda n: tickets[n])] += 1
    assert chisquare(list(counts.values())).pvalue > 0.001


def promises(secrets: dict[str, str]) -> dict[str, str]:
    return {party: verify_draw.promise(party, secret) for party, secret in secrets.items()}


LOTTO = {"kind": "lottery", "lottery": "Lotto", "date": "2027-01-05", "numbers": 6, "highest": 49}
NUMBERS = {"kind": "lottery", "lottery": "Lotto", "date": "2027-01-05", "numbers": [4, 8, 15, 16, 23, 42]}
BEFORE = date(2027, 1, 4)


def test_secrets_of_three_parties() -> None:
    """Proves: with three promised secrets told the draw stands; a missing or another secret ends it.
    Breaks if: a party can withhold or change its secret.
    """
    secrets = {"ministry": "plum 41", "opposition": "river 7", "auditor": "lamp 300"}
    made = draw.announce(NAMES, 2, {"kind": "secrets", "promises": promises(secrets)}, "t")
    assert len(made.record({"kind": "secrets", "secrets": secrets})["chosen"]) == 2
    with pytest.raises(GroundplanError, match="auditor has not told its secret"):
        made.record({"kind": "secrets", "secrets": {k: v for k, v in secrets.items() if k != "auditor"}})
    with pytest.raises(GroundplanError, match="secret of auditor is not the one it promised"):
        made.record({"kind": "secrets", "secrets": {**secrets, "auditor": "lamp 301"}})


@pytest.mark.parametrize(
    ("names", "places", "chance", "told"),
    [
        (["a", "b", "a "], 1, DICE, "more than once"),
        (["é", unicodedata.normalize("NFD", "é")], 1, DICE, "more than once"),
        ([], 1, DICE, "no names"),
        (["a"], 2, DICE, "from 1 to 1"),
        (["a"], True, DICE, "whole number"),
        (["a", "b"], 1, {"kind": "dice", "throws": 10}, "at least 50"),
        (["a", "b"], 1, {"kind": "coin"}, "known are dice"),
        (["a", "b"], 1, {"kind": "lottery", "lottery": "Lotto"}, "date"),
        (["a", "b"], 1, DICE | {"hour": 9}, "more than the rule asks for: hour"),
        (["a", "b"], 1, LOTTO | {"date": 20270105}, "no day as"),
        (["a", "b"], 1, LOTTO | {"date": "2027-02-30"}, "no day as"),
        (["a", "b"], 1, LOTTO | {"numbers": 6.0}, "whole numbers"),
        (["a", "b"], 1, LOTTO | {"numbers": 1, "highest": 9999}, "fewer than 1,000,000 ways"),
        (["Wajir", "WAJIR"], 1, DICE, "look the same"),
        (["Wajir", "Wa\u200bjir"], 1, DICE, "nobody sees: U\\+200B"),
        (["a", "b"], 1, {"kind": "secrets", "promises": {"x": "abc"}}, "fewer than 3"),
    ],
)
def test_bad_announcements(names: list[str], places: int, chance: dict[str, object], told: str) -> None:
    with pytest.raises(GroundplanError, match=told):
        draw.announce(names, places, chance, "t")


def test_a_list_changed_after_the_commitment_is_found(tmp_path: Path) -> None:
    """Proves: the stand-alone program accepts the true record, and names a late addition, a removed county and a
    swapped order. Breaks if: the mark does not cover the list, or the program trusts the record's order.
    """
    made = draw.announce(NAMES, 3, LOTTO, "t", today=BEFORE)
    record = made.record(NUMBERS)
    program, announcement, told = (
        draw.write(tmp_path, made, record)[1],
        tmp_path / "announcement.json",
        tmp_path / "record.json",
    )

    def replay() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", str(program), str(announcement), str(told)]
        return subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", env={"PYTHONIOENCODING": "utf-8"}
        )

    assert replay().returncode == 0
    assert "The record holds: 3 of 7" in replay().stdout
    announcement.write_text(json.dumps({**made.content, "names": sorted([*NAMES, "Aaa"])}), "utf-8")
    late = replay()
    assert late.returncode == 1
    assert "in the announcement and not in the record: Aaa" in late.stdout
    announcement.write_text(json.dumps(dict(made.content)), "utf-8")
    told.write_text(json.dumps({**record, "chosen": record["chosen"][::-1]}), "utf-8")
    assert "chosen is not what the rule gives" in replay().stdout
    told.write_text("[]", "utf-8")
    assert replay().returncode == 2


def test_what_is_hashed_is_one_text_a_value() -> None:
    """Proves: keys go by code point (Ａ, U+FF21, before 😀, U+1F600, which RFC 8785 puts the other way), controls and
    quotes are escaped and nothing else is, whole numbers are plain digits, and other numbers have no form at all.
    Breaks if: the form that the program describes is not the one that it hashes.
    """
    value = {"Ａ": [1, -20, True, None], "😀": {"b": 'é"\\/', "a": "\t\x01\x7f"}}
    text = '{"Ａ":[1,-20,true,null],"😀":{"a":"\\t\\u0001\x7f","b":"é\\"\\\\/"}}'
    assert verify_draw.sorted_json(value) == text.encode()
    assert canonical(value | {"Ａ": [1, -20]}) == text.replace(",true,null", "").encode()
    for odd in (True, None, 1.0):
        with pytest.raises(TypeError, match="no form"):
            canonical({"a": [odd]})
    for number in (1.0, 1e30, float("nan")):
        with pytest.raises(verify_draw.DrawError, match="not written as whole"):
            verify_draw.sorted_json({"a": [number]})


def _packed(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_a_folder_keeps_its_first_announcement(tmp_path: Path) -> None:
    """Proves: an announcement is never overwritten by another. Breaks if: a list can be exchanged after publication."""
    draw.write(tmp_path, draw.announce(NAMES, 3, DICE, "t"))
    with pytest.raises(GroundplanError, match="another announcement"):
        draw.write(tmp_path, draw.announce(NAMES[:-1], 3, DICE, "t"))
    assert "Isiolo" in (tmp_path / "announcement.json").read_text("utf-8")
