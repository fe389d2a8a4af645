"""Public draws: the rule replayed by a few lines that share no code with ours, and every way to tamper refused."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from groundplan.errors import GroundplanError
from groundplan.places.lots import draw, verify_draw

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


def lottery(name: str, date: str, numbers: list[int]) -> dict[str, object]:
    return {"kind": "lottery", "lottery": name, "date": date, "numbers": numbers}


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
    made = draw.announce(NAMES, 3, lottery("Lotto", "2027-01-05", []) | {"numbers": None}, "t")
    record = made.record(lottery("Lotto", "2027-01-05", [4, 8, 15, 16, 23, 42]))
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


SECRETS = {"ministry": "plum 41", "opposition": "7", "auditor": "lamp 300"}
LOTTERY = lottery("Lotto", "2027-01-05", [4, 8, 15, 16, 23, 42])


@pytest.mark.parametrize(
    ("announced", "chance", "other", "says"),
    [
        (DICE, THROWS, THROWS | {"hall": "room 86"}, "says more than the rule asks for: hall"),
        (DICE, THROWS, THROWS | {"throws": [3.0, *THROWS["throws"][1:]]}, "throws that no die shows: [3.0]"),
        (DICE, THROWS, THROWS | {"throws": [3, True, *THROWS["throws"][2:]]}, "throws that no die shows: [True]"),
        (DICE, THROWS, THROWS | {"throws": [3, "1", *THROWS["throws"][2:]]}, "throws that no die shows: ['1']"),
        (LOTTERY, LOTTERY, LOTTERY | {"bonus": 7}, "says more than the rule asks for: bonus"),
        (LOTTERY, LOTTERY, LOTTERY | {"numbers": [4.0, 8, 15, 16, 23, 42]}, "not whole numbers"),
        (
            {"kind": "secrets", "promises": promises(SECRETS)},
            {"kind": "secrets", "secrets": SECRETS},
            {"kind": "secrets", "secrets": SECRETS | {"opposition": 7}},
            "the secret of opposition is no text",
        ),
    ],
    ids=["a key more", "1.0 for 1", "true for 1", "text for 1", "a bonus", "a lottery's 4.0", "7 for a text"],
)
def test_the_same_chance_can_be_said_in_one_way_only(
    announced: dict[str, object], chance: dict[str, object], other: dict[str, object], says: str, tmp_path: Path
) -> None:
    """A record whose order was drawn anew, by the rule, from the same throws in another dress.

    Proves: the stand-alone program and ours refuse it and say why; the chance as it was told holds.
    Breaks if: whoever writes the record can try words or forms of a number until the order suits him.
    """
    made = draw.announce(NAMES, 3, announced, "t")
    assert draw.check(made.content, made.record(chance)) == []
    rigged = made.record(chance) | {"chance": other}
    seed = hashlib.sha256(made.mark.encode() + b"\n" + _packed(other)).digest()
    tickets = sorted((hmac.new(seed, n.encode(), hashlib.sha256).hexdigest(), n) for n in NAMES)
    rigged |= {"order": [{"name": n, "ticket": t} for t, n in tickets], "chosen": [n for _, n in tickets[:3]]}
    assert any(says in fault for fault in draw.check(made.content, rigged))
    program, announcement = draw.write(tmp_path, made)[1], tmp_path / "announcement.json"
    told = tmp_path / "record.json"
    told.write_text(json.dumps(rigged), "utf-8")
    command = [sys.executable, "-I", str(program), str(announcement), str(told)]
    replay = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert replay.returncode == 1
    assert says in replay.stdout
    with pytest.raises(GroundplanError):
        made.record(other)


def test_what_is_hashed_is_one_text_a_value() -> None:
    """Proves: keys go by code point (Ａ, U+FF21, before 😀, U+1F600, which RFC 8785 puts the other way), controls and
    quotes are escaped and nothing else is, whole numbers are plain digits, and other numbers have no form at all.
    Breaks if: the form that the program describes is not the one that it hashes.
    """
    value = {"Ａ": [1, -20, True, None], "😀": {"b": 'é"\\/', "a": "\t\x01\x7f"}}
    text = '{"Ａ":[1,-20,true,null],"😀":{"a":"\\t\\u0001\x7f","b":"é\\"\\\\/"}}'
    assert verify_draw.sorted_json(value) == text.encode()
    for number in (1.0, 1e30, float("nan")):
        with pytest.raises(verify_draw.DrawError, match="not written as whole"):
            verify_draw.sorted_json({"a": [number]})


def test_a_record_that_cannot_be_read_is_refused() -> None:
    """Proves: values of other kinds than the rule knows are a fault of the record, and so are other names.
    Breaks if: they end in a traceback, or names that nobody announced stand on record.
    """
    made = draw.announce(NAMES, 3, DICE, "t")
    record = made.record(THROWS)
    other = record | {"names": [*NAMES[1:], "Another"]}
    assert draw.check(made.content, other) == ["the record's names are not those of the announcement"]
    for bad in ({"chance": None}, {"chance": 7}, {"chance": THROWS | {"throws": 3}}, {"order": 1}, {"order": [1]}):
        assert draw.check(made.content, record | bad)[0].startswith("cannot be checked")
    odd = dict(made.content) | {"purpose": 1.5}
    assert "not written as whole ones: 1.5" in draw.check(odd, record)[0]
    with pytest.raises(GroundplanError, match="not written as whole"):
        draw.announce(NAMES, 3, DICE | {"hour": 9.5}, "t")
    with pytest.raises(GroundplanError, match="date in words"):
        draw.announce(NAMES, 3, {"kind": "lottery", "lottery": "Lotto", "date": 20270105}, "t")


def _packed(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_a_folder_keeps_its_first_announcement(tmp_path: Path) -> None:
    """Proves: an announcement is never overwritten by another. Breaks if: a list can be exchanged after publication."""
    draw.write(tmp_path, draw.announce(NAMES, 3, DICE, "t"))
    with pytest.raises(GroundplanError, match="another announcement"):
        draw.write(tmp_path, draw.announce(NAMES[:-1], 3, DICE, "t"))
    assert "Isiolo" in (tmp_path / "announcement.json").read_text("utf-8")
