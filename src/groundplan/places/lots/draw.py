"""Draws that anyone can check: the list and the rule first, the chance afterwards, the order from both.

The rule itself stands in ``verify_draw.py``, which needs nothing but Python and is handed out with every draw.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from groundplan.errors import GroundplanError, raise_all
from groundplan.places.known.columns import PlacesError, some
from groundplan.places.known.places import Places
from groundplan.places.lots import draw, verify_draw

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

    ``content`` is written as it stands; its ``mark`` is what a newspaper prints: the SHA-256 of its sorted JSON, the
    form that ``verify_draw.py`` describes.
    """

    content: Mapping[str, Any]

    @property
    def mark(self) -> str:
        """SHA-256 of the announcement as sorted JSON, 64 hexadecimal digits."""
        return str(verify_draw.mark(self.content))

    @property
    def names(self) -> tuple[str, ...]:
        """The list, in the order of its UTF-8 bytes."""
        return tuple(self.content["names"])

    def tickets(self, chance: Mapping[str, Any]) -> dict[str, str]:
        """Name → ticket under this chance. Raises ``DrawRefused``, all faults at once."""
        return dict(self._order(chance))

    def _order(self, chance: Mapping[str, Any]) -> list[tuple[str, str]]:
        try:
            return list(verify_draw.draw(self.content, chance))
        except verify_draw.DrawError as error:
            raise_all([DrawRefused(fault, fix=_mend(fault)) for fault in error.faults], where=self.mark[:12])
            raise

    def record(self, chance: Mapping[str, Any]) -> dict[str, Any]:
        """What is published afterwards: the chance, every ticket in order, and who was chosen."""
        order = self._order(chance)
        return {
            "format": FORMAT,
            "mark": self.mark,
            "names": list(self.names),
            "chance": dict(chance),
            "order": [{"name": name, "ticket": ticket} for name, ticket in order],
            "chosen": [name for name, _ in order[: self.content["places"]]],
        }


def announce(names: Iterable[str], places: int, chance: Mapping[str, Any], purpose: str) -> Announcement:
    """An announcement with the names in Unicode NFC, without outer spaces, sorted by their UTF-8 bytes.

    ``chance`` is one of {"kind": "dice", "throws": 50}, {"kind": "lottery", "lottery": ..., "date": "2027-01-05"} and
    {"kind": "secrets", "promises": {party: SHA-256}}. Two spellings of one name (NFC and NFD, or spaces around it)
    are the same name. Raises ``DrawRefused``, all faults at once.
    """
    given = [str(n) for n in names]
    cleaned = [verify_draw.clean(n) for n in given]
    twice = [n for n, count in Counter(cleaned).items() if count > 1]
    content = {
        "format": FORMAT,
        "purpose": purpose,
        "rule": RULE,
        "places": places,
        "chance": dict(chance),
        "names": sorted(set(cleaned), key=lambda n: n.encode("utf-8")),
    }
    faults = [f"'{n}' stands in the list more than once" for n in twice]
    faults += verify_draw.list_faults(content) + _source_faults(chance)
    odd = verify_draw.fractions(content)
    faults += [f"numbers that are not written as whole ones: {odd[:6]}"] if odd else []
    raise_all([DrawRefused(fault, fix=_mend(fault)) for fault in faults])
    return Announcement(content)


def _source_faults(chance: Mapping[str, Any]) -> list[str]:
    """What the announcement does not yet say about where the chance will come from."""
    kind = chance.get("kind")
    if kind == "dice":
        throws = chance.get("throws")
        enough = isinstance(throws, int) and not isinstance(throws, bool) and throws >= verify_draw.DICE
        return [] if enough else [f"throws is {throws!r}: at least {verify_draw.DICE} throws of a die"]
    if kind == "lottery":
        return [
            f"the chance does not name its {key} in words"
            for key in ("lottery", "date")
            if not chance.get(key) or not isinstance(chance[key], str)
        ]
    if kind == "secrets":
        promises = chance.get("promises")
        if not isinstance(promises, Mapping) or len(promises) < verify_draw.PARTIES:
            return [f"fewer than {verify_draw.PARTIES} parties have promised a secret"]
        return [
            f"the promise of {party} is no SHA-256"
            for party, promise in promises.items()
            if len(str(promise)) != 64 or set(str(promise)) - set("0123456789abcdef")
        ]
    return [f"the kind of chance is {kind!r}; known are dice, lottery, secrets"]


def _mend(fault: str) -> str:
    if "secret" in fault and "told" in fault:
        return "ask for it before the deadline; after it, announce a new draw without that party"
    if "more than once" in fault or "twice" in fault:
        return "name every place once; add the province where two places share a name"
    if "places" in fault:
        return "give fewer places than there are names, at least one"
    return "mend it and announce again, under a new mark"


def check(announcement: Mapping[str, Any], record: Mapping[str, Any]) -> list[str]:
    """Every fault of a published record, none where it is what the rule gives."""
    try:
        return [str(fault) for fault in verify_draw.verify(announcement, record)]
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        return [f"cannot be checked: {error}"]


def write(folder: str | Path, announcement: Announcement, record: Mapping[str, Any] | None = None) -> list[Path]:
    """Write announcement.json, verify_draw.py and, once there is one, record.json into ``folder``.

    Raises ``GroundplanError`` where the folder cannot be written, ``DrawRefused`` where it holds another announcement.
    """
    here = Path(folder)
    texts = {
        "announcement.json": _text(announcement.content),
        "verify_draw.py": files("groundplan").joinpath("places/lots/verify_draw.py").read_text("utf-8"),
    }
    if record is not None:
        texts["record.json"] = _text(record)
    there = here / "announcement.json"
    if there.exists() and there.read_text("utf-8") != texts["announcement.json"]:
        raise DrawRefused(
            "the folder holds another announcement", where=str(there), fix="a changed list is a new draw: new folder"
        )
    try:
        here.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (here / name).write_text(text, "utf-8")
    except OSError as error:
        raise GroundplanError(
            f"the draw cannot be written: {error.strerror or error}", where=str(here), fix="name another folder"
        ) from error
    return [here / name for name in texts]


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def tickets(path: str | Path, places: Places) -> tuple[dict[str, str], dict[str, Any]]:
    """Tickets by place from a published draw, checked against its announcement, and what is said of it.

    The announcement stands beside the record as ``announcement.json``. The draw's list is of ids or of English names.
    Raises ``DrawRefused`` where the record is not what its announcement gives, and ``PlacesError`` where the list is
    not the list of places.
    """
    here = Path(path)
    announced, record = (_json(p) for p in (here.with_name("announcement.json"), here))
    faults = draw.check(announced, record)
    fix = "the draw does not count: announce a new one, or restore the published files"
    raise_all([draw.DrawRefused(f, where=str(here), fix=fix) for f in faults])
    ticket_by_name = {str(row["name"]): str(row["ticket"]) for row in record["order"]}
    by_name = {verify_draw.clean(name): i for i, name in places.titles().items()}
    ids = dict.fromkeys(places.ids) if set(ticket_by_name) & set(places.ids) else by_name
    id_of = {name: by_name.get(name, name) if ids is by_name else name for name in ticket_by_name}
    strange = [name for name in ticket_by_name if id_of[name] not in places.ids]
    listed = set(id_of.values())
    lacking = [name for i, name in places.titles().items() if i not in listed]
    wrong: list[GroundplanError] = []
    if strange:
        wrong.append(PlacesError(f"the draw's list has who is no place here: {some(strange)}", where=str(here)))
    if lacking:
        wrong.append(PlacesError(f"the draw's list lacks {some(lacking)}", where=str(here), fix="draw with all places"))
    raise_all(wrong)
    about = {
        "mark": draw.Announcement(announced).mark,
        "chance": record["chance"],
        "purpose": announced.get("purpose", ""),
    }
    return {id_of[name]: ticket for name, ticket in ticket_by_name.items()}, about


def _json(path: Path) -> dict[str, Any]:
    try:
        return dict(verify_draw.read(str(path)))
    except FileNotFoundError:
        fix = "a draw is checked against its announcement.json, beside its record.json"
        raise draw.DrawRefused("there is no such file", where=str(path), fix=fix) from None
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise draw.DrawRefused(f"the file cannot be read: {error}", where=str(path)) from error
