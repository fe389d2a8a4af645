"""What may be asked of a run: options of its verb, values that they can be, and no file outside of the project."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from groundplan import verb_options
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.reading_bounds import KEY_SUFFIX, is_private
from groundplan.verb_options import ALWAYS, FACE, Option, Verb
from groundplan.verb_table import VERBS

# What the workbench does itself: the outcome's folder and its form.
OWN = ("out", "overwrite", "json", "language")
FILES = "files"  # where a run may write what it is told to
MANY = {verb_options.SEVERAL, verb_options.EACH}
NUMBERS = {verb_options.WHOLE: "a whole number", verb_options.NUMBER: "a number"}
TABLES = {verb_options.SETTINGS, verb_options.RATES, verb_options.AMOUNTS}


def inside(project: Path, name: str) -> Path:
    """The file in a project's folder that a name says, links followed.

    Raises ``GroundplanError`` where it leads out of the folder, or to what the project keeps for itself.
    """
    here = project.resolve()
    try:
        there = (here / name).resolve()
    except (OSError, ValueError, RuntimeError):
        there = here.parent
    place = there.relative_to(here) if there.is_relative_to(here) else Path()
    # A key is named by who signs; that nothing shows it is held where files are read.
    private = is_private(place) and not (len(place.parts) == 1 and place.suffix == KEY_SUFFIX)
    if not there.is_relative_to(here) or private or "://" in name or "\0" in name or name.startswith("~"):
        what = f"'{name[:100]}' is no file of this project"
        raise GroundplanError(
            what, where=str(project), fix="upload the file first, and name it by its place in the project"
        )
    return there


def refuse_settings(word: str, settings: Mapping[str, Any], project: Path) -> Verb:
    """The verb of a word, if it can be asked with these settings. Raises ``UnknownName`` and others, all at once."""
    if word not in VERBS or VERBS[word].typed_only:
        raise UnknownName("verb", word, [verb.word for verb in VERBS.values() if not verb.typed_only])
    verb = VERBS[word]
    options = {o.name: o for o in verb.options if _may_be_set(o)}
    faults: list[GroundplanError] = []
    for name, value in settings.items():
        if name not in options:
            faults.append(UnknownName(f"option of {word}", name, options))
            continue
        faults += _faults(options[name], value, project)
        faults += _written_faults(options[name], value, str(settings.get("action", "")), project)
    faults += [
        StudyError(f"the {o.name} is not said", where=o.flag, fix=o.help)
        for o in options.values()
        if o.needed and o.name not in settings
    ]
    raise_all(faults)
    return verb


def _may_be_set(o: Option) -> bool:
    return o.use != FACE or o.name not in OWN


def _faults(o: Option, value: Any, project: Path) -> list[GroundplanError]:
    if o.kind == verb_options.SWITCH:
        return [] if isinstance(value, bool) else [_no(o, value, "yes or no")]
    if o.kind in TABLES:
        if not isinstance(value, Mapping):
            return [_no(o, value, "names with values")]
        return _outside(value, project)
    values = value if o.many in MANY and isinstance(value, Sequence) and not isinstance(value, str) else [value]
    if o.kind in NUMBERS:
        return [fault for one in values for fault in _number_faults(o, one)]
    wrong = [one for one in values if not isinstance(one, str | int | float) or isinstance(one, bool)]
    unlisted = [one for one in values if o.choices and one not in o.choices]
    return [
        *(_no(o, one, "a text") for one in wrong),
        *(UnknownName(o.name, one, o.choices, where=o.flag) for one in unlisted),
        *_outside(values, project),
    ]


def _written_faults(o: Option, value: Any, action: str, project: Path) -> list[GroundplanError]:
    """What would be written where documents, outcomes or the ledger stand."""
    if not (o.writes or o.written == ALWAYS or action in o.written) or _in_files(value, project):
        return []
    return [_written_elsewhere(o, value, project)]


def _in_files(name: Any, project: Path) -> bool:
    """Whether a file that is to be written stands where no document, ledger or outcome does."""
    return (project.resolve() / str(name)).resolve().is_relative_to(project.resolve() / FILES)


def _written_elsewhere(o: Option, name: Any, project: Path) -> StudyError:
    what = f"the {o.name} would be written to '{str(name)[:100]}'"
    return StudyError(what, where=o.flag, fix="name a file below files/")


def _number_faults(o: Option, value: Any) -> list[GroundplanError]:
    kinds = (int,) if o.kind == verb_options.WHOLE else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not math.isfinite(value):
        return [_no(o, value, NUMBERS[o.kind])]
    if o.low <= value <= o.high:
        return []
    return [StudyError(f"the {o.name} is {value:g}", where=o.flag, fix=f"give a number from {o.low:g} to {o.high:g}")]


def _no(o: Option, value: Any, kind: str) -> GroundplanError:
    return StudyError(f"the {o.name} is '{str(value)[:40]}', not {kind}", where=o.flag, fix=f"give {kind}")


def _outside(value: Any, project: Path) -> list[GroundplanError]:
    """What of a value, at any depth, would name a file elsewhere if it were taken for one.

    Every text is looked at, not only those that are files now: what a verb takes for a name or a file is its business.
    """
    if isinstance(value, str):
        try:
            inside(project, value)
        except GroundplanError as fault:
            return [fault]
        return []
    if isinstance(value, Mapping):
        return [fault for one in value.values() for fault in _outside(one, project)]
    if isinstance(value, Sequence):
        return [fault for one in value for fault in _outside(one, project)]
    return []
