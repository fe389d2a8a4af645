"""Every way to turn a public draw that we could think of: refused and named, by the product and by the program that is
handed out, which share no line.

Whoever attacks knows the rule and draws anew by it: his tickets fit what he wrote. Only what the rule lets him write in
more than one way would help him.
"""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import random
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from groundplan.errors import GroundplanError
from groundplan.places.lots import draw, verify_draw
from groundplan.places.lots.chance import promise

NAMES = ["Garissa", "Isiolo", "Mandera", "Marsabit", "Samburu", "Turkana", "Élgeyo"]
SECRETS = {
    "auditor": "lamp 300 of the east wall",
    "ministry": "plum 41 in the old yard",
    "opposition": "river 7 at night",
}
ANNOUNCED: dict[str, dict[str, Any]] = {
    "dice": {"kind": "dice", "throws": 50},
    "lottery": {"kind": "lottery", "lottery": "Lotto", "date": "2027-01-05", "numbers": 6, "highest": 49},
    "secrets": {"kind": "secrets", "promises": {p: promise(p, s) for p, s in SECRETS.items()}},
}
CAME: dict[str, dict[str, Any]] = {
    "dice": {"kind": "dice", "throws": [3, 1, 4, 1, 5, 2, 6, 5, 3, 5] * 5},
    "lottery": {"kind": "lottery", "lottery": "Lotto", "date": "2027-01-05", "numbers": [4, 8, 15, 16, 23, 42]},
    "secrets": {"kind": "secrets", "secrets": SECRETS},
}
Files = tuple[dict[str, Any], dict[str, Any]]
DAY_BEFORE = date(2027, 1, 4)


def announced(kind: str, names: list[str] = NAMES, purpose: str = "order of equal counties") -> draw.Announcement:
    return draw.announce(names, 3, ANNOUNCED[kind], purpose, today=DAY_BEFORE)


def true_files(kind: str) -> Files:
    made = announced(kind)
    return json.loads(json.dumps([made.content, made.record(CAME[kind])]))  # type: ignore[no-any-return]


def packed(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def redrawn(announcement: Any, record: Any) -> Any:
    """The record as the attacker writes it: mark, tickets and the chosen fit what he has put in."""
    mark = hashlib.sha256(packed(announcement)).hexdigest()
    seed = hashlib.sha256(mark.encode() + b"\n" + packed(record["chance"])).digest()
    names = announcement["names"]
    order = sorted((hmac.new(seed, n.encode("utf-8", "surrogatepass"), "sha256").hexdigest(), n) for n in names)
    return record | {
        "mark": mark,
        "names": names,
        "order": [{"name": n, "ticket": t} for t, n in order],
        "chosen": [n for _, n in order[: int(announcement["places"])]],
    }


def changes(path: str, value: Any) -> Callable[[Any], None]:
    """A change of both files at once: ``r.chance.throws.0`` is the record's, ``a.…`` the announcement's."""

    def change(both: Any) -> None:
        *parents, last = path.split(".")
        for key in parents:
            both = both[int(key) if isinstance(both, list) else key]
        both[int(last) if isinstance(both, list) else last] = value

    return change


REDRAWN: dict[str, tuple[str, Callable[[Any], None], str]] = {
    "a key in the chance": ("dice", changes("r.chance.hall", "room 86"), "the chance says more than the rule asks for"),
    "an empty key": ("dice", changes("r.chance.", 0), "the chance says more than the rule asks for"),
    "a bonus number": ("lottery", changes("r.chance.bonus", 7), "the chance says more than the rule asks for: bonus"),
    "a key beside secrets": ("secrets", changes("r.chance.note", "x"), "says more than the rule asks for: note"),
    "a key in the announced chance": ("dice", changes("a.chance.hall", "east"), "the announced chance says more"),
    "a key in the announcement": ("dice", changes("a.nonce", 86), "the announcement says more"),
    "a key in the record": ("dice", changes("r.nonce", 86), "the record says more"),
    "1.0 for a throw": ("dice", changes("r.chance.throws.0", 3.0), "throws that no die shows: [3.0]"),
    "true for a throw": ("dice", changes("r.chance.throws.1", True), "throws that no die shows: [True]"),
    "a text for a throw": ("dice", changes("r.chance.throws.0", "3"), "throws that no die shows: ['3']"),
    "a list for a throw": ("dice", changes("r.chance.throws.0", [3]), "throws that no die shows: [[3]]"),
    "nothing for a throw": ("dice", changes("r.chance.throws.0", None), "throws that no die shows: [None]"),
    "a seven": ("dice", changes("r.chance.throws.0", 7), "throws that no die shows: [7]"),
    "a throw more": ("dice", lambda b: b["r"]["chance"]["throws"].append(1), "51 throws are on record, announced were"),
    "a throw fewer": ("dice", lambda b: b["r"]["chance"]["throws"].pop(), "49 throws are on record, announced were"),
    "throws in a table": ("dice", changes("r.chance.throws", {"0": 3}), "no list"),
    "throws in a text": ("dice", changes("r.chance.throws", "31415"), "no list"),
    "50.0 throws announced": ("dice", changes("a.chance.throws", 50.0), "throws is 50.0"),
    "ten throws announced": ("dice", changes("a.chance.throws", 10), "throws is 10: at least 50"),
    "3.0 places": ("dice", changes("a.places", 3.0), "places is 3.0"),
    "true places": ("dice", changes("a.places", True), "places is True"),
    "a lottery's 4.0": ("lottery", changes("r.chance.numbers.0", 4.0), "not whole numbers"),
    "a number beyond the lottery's": ("lottery", changes("r.chance.numbers.5", 50), "not whole numbers from 0 to 49"),
    "numbers in another order": (
        "lottery", changes("r.chance.numbers", [8, 4, 15, 16, 23, 42]), "the smallest first"),
    "a number twice": ("lottery", changes("r.chance.numbers", [4, 8, 15, 16, 42, 42]), "6 different ones"),
    "the bonus among the numbers": ("lottery", changes("r.chance.numbers", [4, 7, 8, 15, 16, 23, 42]), "must be 6"),
    "another spelling of the day": ("lottery", changes("r.chance.date", "2027-1-5"), "the date is '2027-1-5'"),
    "the next day's numbers": ("lottery", changes("r.chance.date", "2027-01-12"), "announced was '2027-01-05'"),
    "a day as a number": ("lottery", changes("a.chance.date", 20270105), "no day as 2027-01-05"),
    "a lottery in other spelling": ("lottery", changes("r.chance.lottery", "lotto"), "the lottery is 'lotto'"),
    "how many numbers left open": ("lottery", lambda b: b["a"]["chance"].pop("numbers"), "chance lacks numbers"),
    "a lottery of few ways": ("lottery", changes("a.chance.highest", 9), "in fewer than 1,000,000 ways"),
    "7 for a secret": ("secrets", changes("r.chance.secrets.ministry", 7), "the secret of ministry is no text"),
    "another secret": ("secrets", changes("r.chance.secrets.ministry", "pear"), "is not the one it promised"),
    "a secret in NFD": (
        "secrets", changes("r.chance.secrets.ministry", "plum\u0301 41 in the old yard"), "not the one it promised"),
    "a secret withheld": ("secrets", lambda b: b["r"]["chance"]["secrets"].pop("auditor"), "auditor has not told"),
    "a fourth secret": ("secrets", changes("r.chance.secrets.friend", "x"), "friend told a secret and had promised"),
    "half a character": ("secrets", changes("r.chance.secrets.ministry", "\ud800"), "is no text"),
    "two parties": ("secrets", lambda b: b["a"]["chance"]["promises"].pop("ministry"), "fewer than 3 parties"),
    "a promise in capitals": (
        "secrets", changes("a.chance.promises.ministry", promise("ministry", "plum").upper()), "no SHA-256"),
    "a party with a line break": ("secrets", changes("a.chance.promises.a\nb", "0" * 64), "nobody sees: U+000A"),
    "another kind of chance": ("dice", changes("r.chance", CAME["lottery"]), "the chance is of kind 'lottery'"),
    "a kind that is no text": ("dice", changes("r.chance.kind", ["dice"]), "the chance is of kind ['dice']"),
    "no chance": ("dice", changes("r.chance", None), "the chance is None"),
    "another rule": ("dice", changes("a.rule", "the largest ticket is first"), "the announcement's rule is"),
    "another format": ("dice", changes("a.format", "groundplan draw 2"), "the announcement's format is"),
    "a record of another format": ("dice", changes("r.format", "groundplan draw 0"), "the record's format is"),
    "a purpose that is a number": ("dice", changes("a.purpose", 1.5), "purpose is 1.5, no text"),
    "a list in another order": ("dice", lambda b: b["a"]["names"].reverse(), "not sorted by its UTF-8 bytes"),
    "a name twice": ("dice", lambda b: b["a"]["names"].insert(0, "Garissa"), "'Garissa' stands twice"),
    "a name in NFD": ("dice", changes("a.names.6", unicodedata.normalize("NFD", "Élgeyo")), "not in NFC"),
    "a name with a space": ("dice", changes("a.names.0", "Garissa "), "spaces around it"),
    "a name twice, unseen": ("dice", changes("a.names.6", "Turkana\u200b"), "nobody sees: U+200B"),
    "a name twice, in wide letters": ("dice", changes("a.names.6", "Ｔurkana"), "look the same: Turkana, Ｔurkana"),
    "a name from right to left": ("dice", changes("a.names.6", "\u202eTurkana"), "nobody sees: U+202E"),
    "a name that is a number": ("dice", changes("a.names.0", 7), "a name of the list is 7, no text"),
    "half a character in a name": ("dice", changes("a.names.6", "\udc80"), "nobody sees: U+DC80"),
}  # fmt: skip


@pytest.mark.parametrize("attack", REDRAWN)
def test_whoever_draws_anew_by_the_rule_is_refused(attack: str, tmp_path: Path) -> None:
    """Proves: both implementations refuse the record, name what was done, and count the true record as right.

    Breaks if: a part of the chance or of the list can be said in two ways, or goes into the hash unchecked.
    """
    kind, change, says = REDRAWN[attack]
    announcement, record = true_files(kind)
    assert draw.check(announcement, record) == verify_draw.verify(announcement, record) == []
    both = {"a": announcement, "r": record}
    change(both)
    if isinstance(both["a"]["names"][0], str) and both["r"]["chance"] is not None:
        both["r"] = redrawn(both["a"], both["r"])
    for faults in (draw.check(both["a"], both["r"]), verify_draw.verify(both["a"], both["r"])):
        assert any(says in fault for fault in faults), faults


IN_PLACE: dict[str, tuple[Callable[[Any], None], str]] = {
    "first and second change places": (
        lambda b: b["r"]["order"].insert(0, b["r"]["order"].pop(1)), "the order differs from place 1 on"),
    "the last is left out": (lambda b: b["r"]["order"].pop(), "the order differs from place 7 on"),
    "the order goes on": (
        lambda b: b["r"]["order"].append({"name": "Aaa", "ticket": "f" * 64}), "the order differs from place 8 on"),
    "a ticket's digit": (lambda b: b["r"]["order"][2].update(ticket="0" * 64), "the order differs from place 3 on"),
    "a word at a ticket": (lambda b: b["r"]["order"][0].update(note="x"), "an entry of the order says more"),
    "a ticket that is a number": (lambda b: b["r"]["order"][0].update(ticket=7), "not of texts"),
    "the chosen in another order": (lambda b: b["r"]["chosen"].reverse(), "chosen is not what the rule gives"),
    "one more is chosen": (lambda b: b["r"]["chosen"].append("Aaa"), "chosen is not what the rule gives"),
    "the chosen are a text": (changes("r.chosen", "Garissa"), "the record's chosen is no list of texts"),
    "the record's list": (lambda b: b["r"]["names"].reverse(), "the record's names are not those of the announcement"),
    "a late name": (lambda b: b["a"]["names"].insert(0, "Aaa"), "in the announcement and not in the record: Aaa"),
    "a name gone": (lambda b: b["a"]["names"].pop(0), "in the record and not in the announcement: Garissa"),
    "one place more": (changes("a.places", 4), "the record was drawn under"),
    "another purpose": (changes("a.purpose", "another"), "the record was drawn under"),
    "another mark": (changes("r.mark", "0" * 64), "the record was drawn under"),
    "a mark in capitals": (lambda b: b["r"].update(mark=b["r"]["mark"].upper()), "no SHA-256"),
    "another throw": (changes("r.chance.throws.0", 4), "the order differs from place"),
    "throws the other way round": (lambda b: b["r"]["chance"]["throws"].reverse(), "the order differs from place"),
    "no order": (lambda b: b["r"].pop("order"), "the record lacks order"),
    "the order is a number": (changes("r.order", 1), "the record's order is no list"),
    "an entry that is a number": (changes("r.order", [1]), "an entry of the order is 1"),
    "the record is a list": (changes("r", []), "the record is [], no table of keys"),
    "the announcement is a text": (changes("a", "x"), "the announcement is 'x', no table of keys"),
}  # fmt: skip


@pytest.mark.parametrize("attack", IN_PLACE)
def test_a_file_that_is_changed_is_refused(attack: str) -> None:
    """Proves: whatever is moved, left out, added or exchanged in the files is named by both implementations.

    Breaks if: a part of the record is shown and not compared.
    """
    change, says = IN_PLACE[attack]
    announcement, record = true_files("dice")
    both = {"a": announcement, "r": record}
    change(both)
    for faults in (draw.check(both["a"], both["r"]), verify_draw.verify(both["a"], both["r"])):
        assert any(says in fault for fault in faults), faults


def test_throws_of_another_draw_give_another_order() -> None:
    """Proves: a record is of one announcement: neither it nor its tickets count under another, whatever its mark.

    Breaks if: tickets depend on the throws alone, so that a draw whose result is liked is used again.
    """
    old, new = announced("dice"), announced("dice", purpose="another purpose")
    replayed = old.record(CAME["dice"])
    assert old.tickets(CAME["dice"]) != new.tickets(CAME["dice"])
    for record, says in (
        (replayed, "the record was drawn under"),
        (replayed | {"mark": new.mark}, "the order differs"),
    ):
        for check in (draw.check, verify_draw.verify):
            assert any(says in fault for fault in check(new.content, record))


def replay(announcement: Path, record: Path, *words: str, code: int) -> str:
    """What the stand-alone program says, run by itself."""
    program = Path(verify_draw.__file__)
    command = [sys.executable, "-I", str(program), str(announcement), str(record), *words]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == code, done
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def test_texts_that_json_lets_through_are_refused(tmp_path: Path) -> None:
    """Proves: a key that stands twice, at any depth, NaN, Infinity, numbers with a point, a file that ends early, bytes
    that are no UTF-8 and a nest without end are refused by both, in words.
    Breaks if: a reader takes the last of two keys, so that two readers see two draws.
    """
    from groundplan import open_places

    places = open_places("KEN")
    made = announced("dice")
    folder = tmp_path / "d"
    _, _, record = draw.write(folder, made, made.record(CAME["dice"]))
    true = (folder / "announcement.json").read_text("utf-8")
    assert "The record holds" in replay(folder / "announcement.json", record, code=0)
    bad = {
        true.replace('"places": 3', '"places": 3, "places": 3'): "a key stands twice: places",
        true.replace('"throws": 50', '"throws": 50, "throws": 60'): "a key stands twice: throws",
        true.replace('"places": 3', '"places": NaN'): "NaN is no number",
        true.replace('"places": 3', '"places": -Infinity'): "-Infinity is no number",
        true.replace('"places": 3', '"places": 3e0'): "places is 3.0",
        true.replace('"places": 3', f'"places": {"9" * 5000}'): "digits",
        true[: len(true) // 2]: "cannot be",
        true + "{}": "Extra data",
        "[" * 100_000: "recursion",
    }
    for text, says in bad.items():
        (folder / "announcement.json").write_text(text, "utf-8")
        code = 1 if "3e0" in text else 2
        assert says in replay(folder / "announcement.json", record, code=code)
        with pytest.raises(GroundplanError, match=says.replace("(", r"\(")):
            draw.tickets(record, places)
    (folder / "announcement.json").write_bytes(true.encode().replace(b"order", b"\xff"))
    assert "cannot be checked" in replay(folder / "announcement.json", record, code=2)


def test_who_announces_late_is_named(tmp_path: Path) -> None:
    """Proves: a lottery that is drawn today or was drawn already is not announced; the program compares the mark, and
    the day, that were printed.
    Breaks if: an announcement made after the numbers passes as one made before.
    """
    for today in (date(2027, 1, 5), date(2027, 1, 6)):
        with pytest.raises(GroundplanError, match="is not after the announcement"):
            draw.announce(NAMES, 3, ANNOUNCED["lottery"], "t", today=today)
    made = announced("lottery")
    announcement, _, record = draw.write(tmp_path / "d", made, made.record(CAME["lottery"]))
    assert "Compare the mark" in replay(announcement, record, code=0)
    assert "Compare the mark" not in replay(
        announcement, record, "--mark", made.mark, "--printed", "2027-01-04", code=0
    )
    assert "printed mark is another" in replay(announcement, record, "--mark", "0" * 64, code=1)
    assert "announced too late" in replay(announcement, record, "--printed", "2027-01-05", code=1)
    assert "no day as" in replay(announcement, record, "--printed", "5.1.2027", code=1)


def test_what_is_published_is_never_written_over(tmp_path: Path) -> None:
    """Proves: neither another record, nor through a link, nor beside another program, nor a record that the rule does
    not give; the same again changes nothing.
    Breaks if: a second throw of the dice can take the place of the first.
    """
    made = announced("dice")
    record = made.record(CAME["dice"])
    draw.write(tmp_path / "d", made, record)
    again = draw.write(tmp_path / "d", made, record)
    second = made.record({"kind": "dice", "throws": [1, 2, 3, 4, 5, 6, 1, 2, 3, 4] * 5})
    with pytest.raises(GroundplanError, match="holds another record"):
        draw.write(tmp_path / "d", made, second)
    assert json.loads(again[2].read_text("utf-8")) == record
    with pytest.raises(GroundplanError, match="chosen is not what the rule gives"):
        draw.write(tmp_path / "e", made, record | {"chosen": ["Garissa"]})
    assert not (tmp_path / "e").exists()
    (tmp_path / "d" / "verify_draw.py").write_text("print('The record holds')", "utf-8")
    with pytest.raises(GroundplanError, match="another program to verify it with"):
        draw.write(tmp_path / "d", made, record)
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "record.json").symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(GroundplanError, match=r"record\.json is a link"):
        draw.write(tmp_path / "f", made, record)
    assert not (tmp_path / "elsewhere.json").exists()


ODD: list[Any] = [
    None,
    True,
    0,
    1,
    -1,
    1.0,
    3,
    50,
    10**400,
    "",
    "x",
    "\ud800",
    "é",
    [],
    [1],
    {},
    {"kind": "dice"},
    "0" * 64,
]


def mutated(rng: random.Random, value: Any) -> Any:
    """A value of JSON with one part exchanged, left out, doubled or added, at any depth."""
    inner = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    if not inner or rng.random() < 0.15:
        return rng.choice(ODD)
    at = rng.choice(inner)
    how = rng.random()
    if how < 0.6:
        value[at] = mutated(rng, value[at])
    elif how < 0.75:
        del value[at]
    elif isinstance(value, dict):
        value[rng.choice(["kind", "x", "names", "numbers", ""])] = rng.choice(ODD)
    else:
        value.insert(at, copy.deepcopy(rng.choice([value[at], *ODD])))
    return value


def test_the_two_implementations_agree_on_anything() -> None:
    """Proves: over 2,000 pairs of files with parts exchanged, left out or added both give the same verdict, neither
    ends in an exception, and a pair that both accept is the true one.
    Breaks if: one of the two is looser than the other.
    """
    rng = random.Random(17)
    for _ in range(2000):
        kind = rng.choice(list(CAME))
        true = true_files(kind)
        pair = copy.deepcopy(list(true))
        for _ in range(rng.randint(1, 2)):
            at = rng.randrange(2)
            pair[at] = mutated(rng, pair[at])
        ours, theirs = draw.check(*pair), verify_draw.verify(*pair)
        assert bool(ours) == bool(theirs), (pair, ours, theirs)
        assert ours or json.dumps(pair, sort_keys=True) == json.dumps(list(true), sort_keys=True), pair
