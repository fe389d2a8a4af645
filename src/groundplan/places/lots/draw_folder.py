"""A public draw step by step, in a folder of its own: freeze, print, throw, replay. No step goes before the one before.

``announcement.json``, ``record.json`` and ``verify_draw.py`` are what is handed out; ``frozen.json`` says under which
mark the list was frozen, and ``printed.json`` when and where the mark was printed. A file that was changed afterwards
is named, and the draw goes on with none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from groundplan.errors import GroundplanError, raise_all
from groundplan.places.lots.canonical import clean, text_fault
from groundplan.places.lots.chance import Dice, PublicLottery
from groundplan.places.lots.draw import Announcement, DrawRefused, announce, announced_in, check, read_json, write

ANNOUNCEMENT, RECORD, VERIFIER = "announcement.json", "record.json", "verify_draw.py"
FROZEN, PRINTED = "frozen.json", "printed.json"
EMPTY, FROZE, PUBLISHED, DECIDED = "empty", "frozen", "printed", "decided"
DRAW_FILES = (ANNOUNCEMENT, RECORD, VERIFIER)


@dataclass(frozen=True)
class Printing:
    """When and where the mark of a draw was printed."""

    day: str
    where: str


@dataclass(frozen=True)
class DrawState:
    """How far a draw is: its step, what was announced and printed, its record; ``faults``: why it is refused."""

    step: str
    announcement: Announcement | None = None
    mark: str = ""
    frozen_on: str = ""
    printing: Printing | None = None
    record: Mapping[str, Any] | None = None
    faults: tuple[str, ...] = ()


def freeze(
    folder: Path, names: Iterable[str], places: int, chance: Mapping[str, Any], purpose: str, *, today: date
) -> Announcement:
    """Announce a draw and freeze it: from here on nothing of it can be changed.

    Raises ``DrawRefused``, all faults at once, for what cannot be announced, and where the folder has a draw already.
    """
    if folder.exists() and any(folder.iterdir()):
        fix = "a changed list is a new draw, under a new name"
        raise DrawRefused("there is a draw of this name already", where=folder.name, fix=fix)
    announced = announce(names, places, chance, purpose, today=today)
    write(folder, announced)
    _once(folder / FROZEN, {"mark": announced.mark, "day": today.isoformat()})
    return announced


def note_printing(folder: Path, day: str, where: str, *, today: date) -> Printing:
    """Note when and where the mark was printed, once. Raises ``DrawRefused``, all faults at once."""
    state = _standing(folder, FROZE, "the list is not frozen yet", "when it was printed is noted already")
    faults: list[GroundplanError] = []
    printed = _day(day)
    if printed is None:
        faults.append(DrawRefused(f"'{day[:20]}' is no day", where="day", fix="write it as 2027-01-05"))
    elif printed > today:
        what = f"{printed} is not come yet"
        faults.append(DrawRefused(what, where="day", fix="note it once the mark is printed"))
    elif printed.isoformat() < state.frozen_on:
        what = f"{printed} is before the list was frozen, on {state.frozen_on}"
        faults.append(DrawRefused(what, where="day", fix="give the day on which this mark was printed"))
    source = state.announcement.source if state.announcement else None
    if printed is not None and isinstance(source, PublicLottery) and printed.isoformat() >= source.date:
        what = f"the lottery of {source.date} was not after the printing of {printed}: its numbers could be seen before"
        faults.append(DrawRefused(what, where="day", fix="announce a new draw with a later lottery"))
    if wrong := text_fault("where it was printed", clean(where)):
        faults.append(DrawRefused(wrong, where="where", fix="name the newspaper, the page, the notice board"))
    raise_all(faults)
    assert printed is not None
    printing = Printing(printed.isoformat(), clean(where))
    _once(folder / PRINTED, {"day": printing.day, "where": printing.where, "mark": state.mark})
    return printing


def decide(folder: Path, chance: Mapping[str, Any]) -> dict[str, Any]:
    """Write what came of the chance, once, with every ticket in order. Raises ``DrawRefused``, all faults at once."""
    state = _standing(folder, PUBLISHED, "the mark is not printed yet", "the chance is on record already")
    assert state.announcement is not None
    record = state.announcement.record(chance)
    write(folder, state.announcement, record)
    return record


def draw_state(folder: Path) -> DrawState:
    """How far the draw of a folder is, and everything that was changed in it."""
    if not (folder / FROZEN).is_file() and not (folder / ANNOUNCEMENT).is_file():
        return DrawState(EMPTY)
    try:
        frozen, content = (_read(folder / name) for name in (FROZEN, ANNOUNCEMENT))
        printed = _read(folder / PRINTED) if (folder / PRINTED).exists() else None
        record = read_json(folder / RECORD) if (folder / RECORD).exists() else None
    except GroundplanError as fault:
        return DrawState(FROZE, faults=tuple(f"{Path(p.where).name}: {p.what}" for p in fault.parts))
    mark, day = str(frozen.get("mark", "")), str(frozen.get("day", ""))
    announced, faults = announced_in(content)
    faults = [f"{ANNOUNCEMENT}: {fault}" for fault in faults]
    if announced is not None and announced.mark != mark:
        faults.append(f"{ANNOUNCEMENT} was changed: its mark is {announced.mark}, frozen was {mark}")
    faults += _verifier_faults(folder)
    printing = None
    if printed is not None:
        printing = Printing(str(printed.get("day", "")), str(printed.get("where", "")))
        if printed.get("mark") != mark:
            faults.append(f"{PRINTED} is of another mark than the one that was frozen")
    if record is not None:
        faults += [f"{RECORD}: {fault}" for fault in check(content, record)]
        faults += [] if printing else [f"{PRINTED} is gone: nobody can see that the mark was printed before"]
    step = DECIDED if record is not None else PUBLISHED if printing else FROZE
    return DrawState(step, announced, mark, day, printing, record, tuple(dict.fromkeys(faults)))


def chance_words(announced: Announcement) -> str:
    """What decides, in a sentence that can be read aloud."""
    source = announced.source
    if isinstance(source, Dice):
        return f"{source.throws} throws of a die, read aloud in their order."
    if isinstance(source, PublicLottery):
        numbers, highest, lottery, day = source.numbers, source.highest, source.lottery, source.date
        return f"The {numbers} numbers from 0 to {highest} of the lottery {lottery} on {day}, the smallest first."
    parties = ", ".join(sorted(source.promises))
    return f"Secrets that {parties} have promised, each to be told after the mark is printed."


def verify_command(state: DrawState) -> str:
    """What anybody types beside the three files to replay the draw."""
    printed = f" --printed {state.printing.day}" if state.printing else ""
    return f"python3 {VERIFIER} {ANNOUNCEMENT} {RECORD} --mark {state.mark}{printed}"


def _standing(folder: Path, step: str, too_early: str, too_late: str) -> DrawState:
    """The state of a draw that stands at a step. Raises ``DrawRefused`` for one elsewhere, or with changed files."""
    state, order = draw_state(folder), (EMPTY, FROZE, PUBLISHED, DECIDED)
    fix = "the draw does not count: restore the published files, or announce a new draw"
    raise_all([DrawRefused(fault, where=folder.name, fix=fix) for fault in state.faults])
    if state.step != step:
        early = order.index(state.step) < order.index(step)
        fix = "take the steps in their order" if early else "what was published stays as it is"
        raise DrawRefused(too_early if early else too_late, where=folder.name, fix=fix)
    return state


def _verifier_faults(folder: Path) -> list[str]:
    ours = files("groundplan").joinpath(f"places/lots/{VERIFIER}").read_bytes()
    there = folder / VERIFIER
    if not there.is_file():
        return [f"{VERIFIER} is gone"]
    if hashlib.sha256(there.read_bytes()).digest() != hashlib.sha256(ours).digest():
        return [f"{VERIFIER} was changed: it is not the program that comes with Groundplan"]
    return []


def _read(path: Path) -> dict[str, Any]:
    content = read_json(path)
    if not isinstance(content, dict):
        raise DrawRefused("the file has no table of keys", where=str(path), fix="restore the published file")
    return content


def _once(path: Path, facts: Mapping[str, str]) -> None:
    """Write a file once. Raises ``DrawRefused`` where it stands, ``GroundplanError`` where it cannot be."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(facts, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    except FileExistsError:
        fix = "what was published stays as it is"
        raise DrawRefused(f"{path.name} is written already", where=str(path), fix=fix) from None
    except OSError as error:
        what = f"the draw cannot be written: {error.strerror or error}"
        raise GroundplanError(what, where=str(path), fix="free some space, and do it again") from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
