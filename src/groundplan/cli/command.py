"""One command: from what was said to an outcome, its page or its JSON, and what is written of it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from groundplan.cli import outlet
from groundplan.cli.arguments import USAGE, missing_files
from groundplan.cli.memory import out_of_memory
from groundplan.errors import GroundplanError, raise_all
from groundplan.verb_options import KEYWORD, SUBJECT, Verb, imported

if TYPE_CHECKING:
    from groundplan.outcome import Outcome
    from groundplan.study.study import Study

Say = Callable[[str], None]
MOST, LONGEST = 1000, 60


def outcome_of(verb: Verb, settings: Mapping[str, Any], say: Say) -> Outcome:
    """Make the noun that the verb is about, and call its function with the rest.

    Raises what it raises; where that is of usage or data, with every file besides that is named and not there.
    """
    try:
        return _called(verb, settings, say)
    except GroundplanError as error:
        missing = {path: fault for path, fault in missing_files(verb, settings).items() if path not in str(error)}
        if missing and error.exit_code == USAGE:
            raise_all([*error.parts, *missing.values()], where=error.where)
        raise


def _called(verb: Verb, settings: Mapping[str, Any], say: Say) -> Outcome:
    import pandas as pd

    # Where pyarrow is installed pandas keeps strings by it, which makes a national plan a third slower.
    pd.set_option("mode.string_storage", "python")
    keywords = _of(verb, settings, KEYWORD)
    subject = _of(verb, settings, SUBJECT)
    if verb.about == "study":
        return verb.function(_study(subject), progress=say, **keywords)
    if verb.about == "accounts":
        if str(subject.get("country", "")).lower().endswith(".xlsx"):
            from groundplan.study.asking import study_of

            _say_changes(study_of(subject["country"]))
        return verb.function(subject.pop("country", None), progress=say, **subject, **keywords)
    return verb.function(progress=say, **subject, **keywords)


def _of(verb: Verb, settings: Mapping[str, Any], use: str) -> dict[str, Any]:
    return {o.name: settings[o.name] for o in verb.options if o.use == use and o.name in settings}


def _study(said: Mapping[str, Any]) -> object:
    """The study that country, study, files, years and settings name together."""
    from groundplan.study.asking import study_of

    single = {k: v for k, v in said.items() if k not in ("country", "study", "set")}
    study = study_of(said.get("country"), said.get("study"), choices={**said.get("set", {}), **single})
    _say_changes(study)
    return study


def _say_changes(study: Study) -> None:
    """What was changed in the workbooks that it is read from, before anything is computed from them."""
    from groundplan.tables.returned.changed_cells import change_lines

    for line in change_lines(study.all_changes):
        outlet.say(line)


def as_fault(error: Exception, words: Sequence[str]) -> GroundplanError:
    """An exception in words: as it is where it has them, memory that ended, a name too long, or a fault of our own."""
    if isinstance(error, GroundplanError):
        return error
    if isinstance(error, MemoryError):
        return out_of_memory()
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        what = "a name is longer than those of files may be"
        return GroundplanError(what, where=str(error.filename or "")[:60], fix="look at what was typed there")
    from groundplan.cli.fault import own_fault

    return own_fault(error, words)


def refuse_taken(settings: Mapping[str, Any]) -> None:
    """Refuse a folder for the outcome that is taken, before anything is computed. Raises ``GroundplanError``."""
    if settings.get("out"):
        from groundplan.outcome import free_for_outcome

        free_for_outcome(settings["out"], overwrite=bool(settings.get("overwrite")))


def refuse_lacking(verb: Verb, settings: Mapping[str, Any]) -> None:
    """Refuse options that need an extra which is not installed, before anything is computed. Raises all at once."""
    from groundplan.results.briefing.paper_extras import lacking

    asked = [o.extra for o in verb.options if o.extra and settings.get(o.name)]
    raise_all([fault for extra in asked if (fault := lacking(extra))])


def page_of(outcome: Outcome, settings: Mapping[str, Any]) -> str:
    """The text for stdout."""
    from groundplan.results.files import json_text
    from groundplan.results.text_page import text_page

    return json_text(outcome) if settings.get("json") else text_page(outcome)


class Saved(NamedTuple):
    """What was written of an outcome: its folder, None where it has none, and notes on what it was."""

    folder: Path | None
    notes: list[str]


def saved(verb: Verb, outcome: Outcome, settings: Mapping[str, Any], *, always: bool = False) -> Saved:
    """Write what is to be written of an outcome. Every text is made before the first file is.

    ``always``: in a folder under ``outcomes`` too where the verb gives it none.
    Raises ``GroundplanError`` where it cannot be written.
    """
    from groundplan.results.files import texts_of

    named = settings.get("out") or (_own_folder(verb, outcome, settings) if verb.folder or always else None)
    written = [o for o in verb.options if o.writes and o.name in settings]
    try:
        texts = texts_of(outcome) if named else {}
        writers = [
            imported(o.writes)(outcome, settings[o.name], **{k: settings[k] for k in o.takes if k in settings})
            for o in written
        ]
    except Exception:
        if named:
            _save(outcome, named, {}, settings)  # the numbers stay, whatever is wrong with their report
        raise
    notes, folder = [], None
    if named:
        folder, kept = _save(outcome, named, texts, settings)
        read = f"; read {folder / 'report.html'} in a browser" if "report.html" in texts else ""
        stays = f" {kept} holds an earlier outcome and is left as it is (--overwrite takes its place)." if kept else ""
        notes.append(f"Saved in {folder}{read}.{stays}")
    return Saved(folder, notes + [write() for write in writers])


def _save(outcome: Outcome, named: str, texts: Mapping[str, str], settings: Mapping[str, Any]) -> tuple[Path, str]:
    """Save under the name, or, where the user gave none and it is taken, under the next free number after it.

    The answer is the folder, and the one that was taken.
    """
    from groundplan.whole_files import Taken

    overwrite = bool(settings.get("overwrite"))
    number, folder = 1, named
    while True:
        try:
            return outcome.save(folder, texts, overwrite=overwrite), named if number > 1 else ""
        except Taken:
            if settings.get("out") or overwrite or number == MOST:
                raise
        number += 1
        folder = str(Path(named).with_name(f"{Path(named).name}-{number}"))


def _own_folder(verb: Verb, outcome: Outcome, settings: Mapping[str, Any]) -> str:
    """The folder where the user names none: what it is, the study's name, and a mark of what was asked."""
    from groundplan.differences.stated_inputs import fingerprint

    named = imported(verb.folder)(outcome) if verb.folder else os.path.join("outcomes", outcome.engine)
    return f"{named}{_study_name(settings)}-{fingerprint(outcome)}"


def _study_name(settings: Mapping[str, Any]) -> str:
    """What a folder that the user does not name says of the study: the name of its file; nothing without one."""
    study = settings.get("study") or settings.get("country") or ""
    stem, dot, end = str(study).replace("\\", "/").rpartition("/")[2].rpartition(".")
    if end.lower() not in ("toml", "xlsx" if settings.get("study") else "toml") or not dot:
        return ""
    return "-" + "".join(c if c.isalnum() or c in "-_" else "_" for c in stem)[:LONGEST]
