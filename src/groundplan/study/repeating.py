"""How an outcome is had again: the accounts' record, the study, and the command that opens both and asks the same."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from groundplan.command_words import command_words
from groundplan.economy.economy import Economy
from groundplan.economy.opening import OpenedAccounts, Opening, is_file
from groundplan.study.asking import is_study_file
from groundplan.study.study import Study, effective
from groundplan.tables import catalogue
from groundplan.tables.returned.changed_cells import Change

FILE = "study.toml"


def repeating(word: str, asked: Study, e: Economy | None = None, **said: Any) -> dict[str, Any]:
    """For the provenance of a verb about a study: record of the accounts, the command, and with ``e`` the study.

    ``said`` are the verb's other options. Where the accounts were handed over, or an option is no text, nothing can be
    said on a command line: then there is no command, and no study that would open other accounts.
    """
    taken = asked.names_taken(e) if e is not None else []
    facts: dict[str, Any] = {"names_taken": taken} if taken else {}
    if asked.accounts is not None:
        return facts
    facts["accounts"] = record_of(asked.opening)
    facts |= _changed(asked.all_changes)
    if e is not None:
        facts["study"] = study_text(asked, e)
    command = command_of(word, {**said, "study": FILE})
    return {**facts, "command": command} if command else facts


def repeating_accounts(word: str, subject: object, opened: OpenedAccounts, **said: Any) -> dict[str, Any]:
    """The same for a verb about accounts, with the words that open them in ``opened`` where they are not shipped."""
    if isinstance(subject, Study):
        facts = repeating(word, subject, opened.economy, **said)
        command = command_of(word, {**said, "country": FILE})
        return {**facts, "command": command} if facts and command else facts
    if opened.opening is None:
        return {}
    where = opened.opening.placed().options()
    if isinstance(subject, (str, Path)) and is_study_file(subject):
        where = {"country": str(Path(subject).absolute())}
    elif not opened.opening.files:
        where = record_of(opened.opening)
    facts = {"accounts": record_of(opened.opening), **_changed(opened.opening.changes)}
    if opened.opening.files:
        facts["opened"] = shlex.join(words_of("see", where))
    command = command_of(word, {**said, **where})
    return {**facts, "command": command} if command else facts


def _changed(changes: Sequence[Change]) -> dict[str, Any]:
    """What was changed in the workbooks that were read, for the provenance."""
    return {"study_changes": [change._asdict() for change in changes]} if changes else {}


def record_of(opening: Opening) -> dict[str, Any]:
    """Where accounts come from, for the provenance: shipped ones by code and year, whatever they were asked by."""
    if opening.files:
        return opening.options()
    entry = catalogue.find(opening.country, opening.year)
    return {"country": entry.country, "year": entry.year}


def study_text(asked: Study, e: Economy) -> str:
    """The study as TOML with every choice written out, and what its files say; files are named in full."""
    opening = asked.opening
    own = (
        Opening(e.country, e.observed_year)
        if not opening.files
        else dataclasses.replace(opening, year=opening.table_year)
    )
    rows = asked.in_codes(e).projects
    return effective(dataclasses.replace(asked.from_opening(own), policy=asked.chosen(e), projects=rows))


def command_of(word: str, said: Mapping[str, Any]) -> str:
    """The command that says so much; empty where a value is no word of a command line.

    >>> command_of("stress", {"country": "KEN", "year": 2019, "scenario": "fuel cut", "seed": 3, "no_plan": True})
    'groundplan stress KEN --year 2019 --no-plan --seed 3'
    """
    try:
        return shlex.join(["groundplan", word, *words_of(word, said)])
    except TypeError:
        return ""


def words_of(word: str, said: Mapping[str, Any]) -> list[str]:
    """The words of a command after its name, with files named in full: it may be given from another folder.

    Raises ``TypeError`` for a value that no word says.
    """
    return command_words(word, said, _in_full)


def _in_full(value: str | Path | int | float) -> str:
    if isinstance(value, (str, Path)) and is_file(value) and value != FILE and Path(value).exists():
        return str(Path(value).absolute())
    return str(value)
