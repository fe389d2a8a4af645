"""Draws that anyone can check: the list and the rule first, the chance afterwards, the order from both.

The rule is written twice. Here it makes draws; ``verify_draw.py``, which needs nothing but Python and is handed out
with every draw, shares no line with it, and tests hold the two together.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

from groundplan.errors import GroundplanError, raise_all
from groundplan.places.known.columns import PlacesError, some
from groundplan.places.known.places import Places
from groundplan.places.lots.canonical import SHOWN, alike, canonical, clean, key_faults, text_fault
from groundplan.places.lots.chance import ChanceSource, NotThisChance, PublicLottery, is_mark, result_of, source_of

FORMAT = "groundplan draw 1"
RULE = (
    "ticket = HMAC-SHA256(SHA-256(mark of this announcement, newline, chance), name); the smallest ticket is first; "
    "see verify_draw.py"
)


class DrawRefused(GroundplanError):
    """A draw that does not count, and why."""


@dataclass(frozen=True)
class Announcement:
    """What is published before the chance: who takes part, how many places there are, where the chance comes from.

    Its ``mark`` is what a newspaper prints: the SHA-256 of its ``content`` as ``canonical`` writes it.
    """

    purpose: str
    places: int
    source: ChanceSource
    names: tuple[str, ...]

    @property
    def content(self) -> dict[str, Any]:
        """What is published, built from the fields alone."""
        return {
            "format": FORMAT,
            "purpose": self.purpose,
            "rule": RULE,
            "places": self.places,
            "chance": self.source.content(),
            "names": list(self.names),
        }

    @property
    def mark(self) -> str:
        """SHA-256 of the content in its one form, 64 hexadecimal digits."""
        return hashlib.sha256(canonical(self.content)).hexdigest()

    def tickets(self, chance: Mapping[str, Any]) -> dict[str, str]:
        """Name → ticket under this chance, the first first. Raises ``DrawRefused``, all faults at once."""
        return self.by_ticket(self._result(chance))

    def _result(self, chance: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return result_of(self.source, chance)
        except NotThisChance as error:
            raise_all([DrawRefused(fault, fix=_mend(fault)) for fault in error.faults], where=self.mark[:12])
            raise

    def by_ticket(self, result: Mapping[str, Any]) -> dict[str, str]:
        """Name → ticket under a result that was checked, the smallest ticket first."""
        seed = hashlib.sha256(self.mark.encode("ascii") + b"\n" + canonical(result)).digest()
        by_ticket = sorted((hmac.digest(seed, name.encode("utf-8"), "sha256").hex(), name) for name in self.names)
        return {name: ticket for ticket, name in by_ticket}

    def record(self, chance: Mapping[str, Any]) -> dict[str, Any]:
        """What is published afterwards: the chance, every ticket in order, and who was chosen."""
        result = self._result(chance)
        tickets = self.by_ticket(result)
        return {
            "format": FORMAT,
            "mark": self.mark,
            "names": list(self.names),
            "chance": result,
            "order": [{"name": name, "ticket": ticket} for name, ticket in tickets.items()],
            "chosen": list(tickets)[: self.places],
        }


def announce(
    names: Iterable[str], places: int, chance: Mapping[str, Any], purpose: str, *, today: date | None = None
) -> Announcement:
    """An announcement with the names in Unicode NFC, without outer spaces, sorted by their UTF-8 bytes.

    ``chance`` is one of {"kind": "dice", "throws": 50}, {"kind": "lottery", "lottery": ..., "date": "2027-01-05",
    "numbers": 6, "highest": 49} and {"kind": "secrets", "promises": {party: SHA-256}}. Two spellings of one name (NFC
    and NFD, or spaces around it) are the same name. ``today`` is the day of the announcement, this one by default: a
    lottery must be drawn after it. Raises ``DrawRefused``, all faults at once.
    """
    cleaned = [clean(n) for n in names]
    twice = [n for n, count in Counter(cleaned).items() if count > 1]
    content = {
        "format": FORMAT,
        "purpose": purpose,
        "rule": RULE,
        "places": places,
        "chance": chance,
        "names": sorted(set(cleaned), key=lambda n: n.encode("utf-8", "surrogatepass")),
    }
    faults = [f"'{n}' stands in the list more than once" for n in twice]
    announcement, more = announced_in(content)
    faults += more
    if announcement is not None and isinstance(announcement.source, PublicLottery):
        now, drawn_on = today or date.today(), date.fromisoformat(announcement.source.date)
        if drawn_on <= now:
            faults.append(f"the lottery of {drawn_on} is not after the announcement of {now}: its numbers may be out")
    raise_all([DrawRefused(fault, fix=_mend(fault)) for fault in faults])
    assert announcement is not None
    return announcement


def announced_in(content: Any) -> tuple[Announcement | None, list[str]]:
    """An announcement from what was published, and everything that is wrong with it."""
    keys = ("format", "purpose", "rule", "places", "chance", "names")
    faults = key_faults("the announcement", content, keys)
    if not isinstance(content, Mapping):
        return None, faults
    faults += [
        f"the announcement's {key} is {content[key]!r}, not {wanted!r}"
        for key, wanted in (("format", FORMAT), ("rule", RULE))
        if key in content and (not isinstance(content[key], str) or content[key] != wanted)
    ]
    fault = text_fault("purpose", content["purpose"]) if "purpose" in content else ""
    faults += [fault] if fault else []
    faults += _list_faults(content.get("names"), content.get("places"))
    source = None
    try:
        source = source_of(content.get("chance"))
    except NotThisChance as error:
        faults += error.faults
    if faults or source is None:
        return None, faults
    return Announcement(content["purpose"], content["places"], source, tuple(content["names"])), []


def _list_faults(names: Any, places: Any) -> list[str]:
    if not isinstance(names, (list, tuple)):
        return [f"names is {names!r}, no list"]
    faults = [] if names else ["the list has no names"]
    faults += [fault for n in names if (fault := text_fault("a name of the list", n))][:SHOWN]
    if not faults:
        faults += [f"'{n}' stands twice in the list" for n, count in Counter(names).items() if count > 1][:SHOWN]
        faults += [f"names look the same: {', '.join(same)}" for same in alike(list(dict.fromkeys(names)))][:SHOWN]
        in_order = all(a.encode("utf-8") <= b.encode("utf-8") for a, b in pairwise(names))
        faults += [] if in_order else ["the list is not sorted by its UTF-8 bytes"]
    if type(places) is not int or not 1 <= places <= len(names):
        faults.append(f"places is {places!r}; it must be a whole number from 1 to {len(names)}, the length of the list")
    return faults


def _mend(fault: str) -> str:
    if "secret" in fault and "told" in fault:
        return "ask for it before the deadline; after it, announce a new draw without that party"
    if "more than once" in fault or "twice" in fault or "look the same" in fault:
        return "name every place once; add the province where two places share a name"
    if "places" in fault:
        return "give fewer places than there are names, at least one"
    if "not after the announcement" in fault:
        return "name a later day of the lottery"
    return "mend it and announce again, under a new mark"


def check(announcement: Any, record: Any) -> list[str]:
    """Every fault of a published record, none where it is what the rule gives."""
    announced, faults = announced_in(announcement)
    shape = _record_faults(record)
    if announced is None or not isinstance(record, Mapping):
        return faults + shape
    faults = shape or _unlike(announced, record)
    try:
        result = result_of(announced.source, record.get("chance"))
    except NotThisChance as error:
        return faults + error.faults
    return faults if shape else faults + _order_faults(announced, announced.by_ticket(result), record)


def _record_faults(record: Any) -> list[str]:
    """What is wrong with the form of a record, whatever was announced."""
    faults = key_faults("the record", record, ("format", "mark", "names", "chance", "order", "chosen"))
    if faults:
        return faults
    if record["format"] != FORMAT:
        faults.append(f"the record's format is {record['format']!r}, not {FORMAT!r}")
    if not is_mark(record["mark"]):
        faults.append(f"the record's mark is {record['mark']!r}, no SHA-256")
    for key in ("names", "chosen"):
        if not isinstance(record[key], (list, tuple)) or not all(isinstance(n, str) for n in record[key]):
            faults.append(f"the record's {key} is no list of texts")
    if not isinstance(record["order"], (list, tuple)):
        return [*faults, "the record's order is no list"]
    for entry in record["order"]:
        faults += key_faults("an entry of the order", entry, ("name", "ticket"))
        if isinstance(entry, Mapping) and not all(isinstance(v, str) for v in entry.values()):
            faults.append("an entry of the order is not of texts")
    return list(dict.fromkeys(faults))


def _unlike(a: Announcement, record: Mapping[str, Any]) -> list[str]:
    """How a record differs from its announcement, name by name where it can be said."""
    same = list(record["names"]) == list(a.names)
    if a.mark == record["mark"]:
        return [] if same else ["the record's names are not those of the announcement"]
    faults = [f"the announcement's mark is {a.mark}, the record was drawn under {record['mark']}"]
    more = sorted(set(a.names) - set(record["names"]))
    fewer = sorted(set(record["names"]) - set(a.names))
    faults += ["in the announcement and not in the record: " + ", ".join(more[:SHOWN])] if more else []
    return faults + (["in the record and not in the announcement: " + ", ".join(fewer[:SHOWN])] if fewer else [])


def _order_faults(a: Announcement, tickets: Mapping[str, str], record: Mapping[str, Any]) -> list[str]:
    right, said = list(tickets.items()), [(entry["name"], entry["ticket"]) for entry in record["order"]]
    faults = []
    if said != right:
        at = next(k for k, (one, other) in enumerate(zip_longest(said, right)) if one != other)
        name, ticket = right[at] if at < len(right) else ("nobody", "none")
        faults.append(f"the order differs from place {at + 1} on: the rule gives {name} there, with ticket {ticket}")
    if list(record["chosen"]) != [name for name, _ in right[: a.places]]:
        faults.append("chosen is not what the rule gives: " + ", ".join(n for n, _ in right[: a.places]))
    return faults


def write(folder: str | Path, announcement: Announcement, record: Mapping[str, Any] | None = None) -> list[Path]:
    """Write announcement.json, verify_draw.py and, once there is one, record.json into ``folder``.

    What stands there already is left as it is. Raises ``DrawRefused`` where it is not the same, is a link, or where the
    record is not what the announcement gives, and ``GroundplanError`` where the folder cannot be written.
    """
    here = Path(folder)
    texts = {
        "announcement.json": _text(announcement.content),
        "verify_draw.py": files("groundplan").joinpath("places/lots/verify_draw.py").read_text("utf-8"),
    }
    faults: list[GroundplanError] = []
    if record is not None:
        texts["record.json"] = _text(record)
        fix = "publish what `record` gives"
        faults += [
            DrawRefused(f, where=str(here / "record.json"), fix=fix) for f in check(announcement.content, record)
        ]
    try:
        raise_all(faults + [fault for name, text in texts.items() if (fault := _other(here / name, text))])
        here.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            if not (here / name).exists():
                with (here / name).open("x", encoding="utf-8", newline="\n") as file:
                    file.write(text)
    except (OSError, UnicodeError) as error:
        what = f"the draw cannot be written: {getattr(error, 'strerror', None) or error}"
        raise GroundplanError(what, where=str(here), fix="name another folder") from error
    return [here / name for name in texts]


def _other(path: Path, text: str) -> DrawRefused | None:
    """Why a file of a draw may not be written: a link, or something else stands there."""
    if path.is_symlink():
        return DrawRefused(f"{path.name} is a link", where=str(path), fix="take the link away, or name a new folder")
    if not path.exists() or path.read_bytes() == text.encode("utf-8"):
        return None
    what = path.stem.replace("verify_draw", "program to verify it with")
    fix = "what was published stays as it is: a changed list or another chance is a new draw, in a new folder"
    return DrawRefused(f"the folder holds another {what}", where=str(path), fix=fix)


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def tickets(path: str | Path, places: Places) -> tuple[dict[str, str], dict[str, Any]]:
    """Tickets by place from a published draw, checked against its announcement, and what is said of it.

    The announcement stands beside the record as ``announcement.json``. The draw's list is of ids or of English names.
    Raises ``DrawRefused`` where the record is not what its announcement gives, and ``PlacesError`` where the list is
    not the list of places.
    """
    here = Path(path)
    content, record = (read_json(p) for p in (here.with_name("announcement.json"), here))
    announced, _ = announced_in(content)
    fix = "the draw does not count: announce a new one, or restore the published files"
    raise_all([DrawRefused(f, where=str(here), fix=fix) for f in check(content, record)])
    assert announced is not None
    ticket_by_name = {row["name"]: row["ticket"] for row in record["order"]}
    by_name = {clean(name): i for i, name in places.titles().items()}
    by_id = bool(set(ticket_by_name) & set(places.ids))
    id_of = {name: name if by_id else by_name.get(name, name) for name in ticket_by_name}
    strange = [name for name in ticket_by_name if id_of[name] not in places.ids]
    listed = set(id_of.values())
    lacking = [name for i, name in places.titles().items() if i not in listed]
    wrong: list[GroundplanError] = []
    if strange:
        wrong.append(PlacesError(f"the draw's list has who is no place here: {some(strange)}", where=str(here)))
    if lacking:
        wrong.append(PlacesError(f"the draw's list lacks {some(lacking)}", where=str(here), fix="draw with all places"))
    raise_all(wrong)
    about = {"mark": announced.mark, "chance": record["chance"], "purpose": announced.purpose}
    return {id_of[name]: ticket for name, ticket in ticket_by_name.items()}, about


def read_json(path: Path) -> Any:
    """A file of a draw: JSON in UTF-8 in which a key stands once and every number is one. Raises ``DrawRefused``."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice = sorted(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        if twice:
            raise ValueError(f"a key stands twice: {', '.join(twice[:SHOWN])}")
        return dict(pairs)

    def no_number(word: str) -> float:
        raise ValueError(f"{word} is no number")

    try:
        return json.loads(path.read_bytes().decode("utf-8"), object_pairs_hook=once, parse_constant=no_number)
    except FileNotFoundError:
        fix = "a draw is checked against its announcement.json, beside its record.json"
        raise DrawRefused("there is no such file", where=str(path), fix=fix) from None
    except (OSError, ValueError, RecursionError) as error:
        fix = "the draw does not count: restore the published file"
        raise DrawRefused(f"the file cannot be read: {error}", where=str(path), fix=fix) from error
