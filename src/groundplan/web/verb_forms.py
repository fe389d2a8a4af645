"""A verb as a form: its options as fields, what was entered as settings, and the command that asks the same."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from groundplan import verb_options
from groundplan.cli.arguments import READERS, settings_faults
from groundplan.errors import Faults, GroundplanError, StudyError, raise_all
from groundplan.verb_options import FACE, ONCE, SWITCH, Option, Verb

# A scheduler's address would send data elsewhere: that is for the command line alone.
ELSEWHERE = ("address",)
# What few change, folded in a form: how accounts are opened, and how it is computed.
OPENING = tuple(o.name for o in verb_options.FILES)
COMPUTING = tuple(o.name for o in verb_options.RUNNER)


@dataclass(frozen=True)
class Field:
    """An option as a field of a form.

    ``kind``: text, number, switch, choice or lines (one entry a line). ``value``: as it was entered, or nothing, for
    which the verb has its own default. ``group``: ``opening`` or ``computing``, which few change. ``fault``: what is
    wrong with it, in words.
    """

    name: str
    label: str
    help: str
    kind: str
    value: str = ""
    choices: tuple[str, ...] = ()
    usual: str = ""
    needed: bool = False
    step: str = "any"
    suggests: bool = False
    group: str = ""
    fault: str = ""


class FormFaults(GroundplanError):
    """What is wrong with a form that was sent, by its fields; "" for what is of no field."""

    def __init__(self, by_field: Mapping[str, str]) -> None:
        super().__init__("; ".join(by_field.values()))
        self.by_field = dict(by_field)


def asked_options(verb: Verb, without: Iterable[str] = ()) -> tuple[Option, ...]:
    """The options of a verb that a page asks for: all but those of the command line's own face."""
    left_out = {*without, *ELSEWHERE}
    return tuple(o for o in verb.options if o.use != FACE and o.name not in left_out)


def fields_of(
    verb: Verb,
    entered: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    without: Iterable[str] = (),
) -> list[Field]:
    """The fields of a verb's form, with what was entered and what is wrong with it."""
    entered, faults = entered or {}, faults or {}
    return [_field(o, entered.get(o.name, ""), faults.get(o.name, "")) for o in asked_options(verb, without)]


def _field(o: Option, value: str, fault: str) -> Field:
    number = o.kind in (verb_options.WHOLE, verb_options.NUMBER)
    kind = (
        "switch" if o.kind == SWITCH
        else "lines" if o.many != ONCE or o.kind in READERS
        else "choice" if o.choices
        else "number" if number
        else "text"
    )  # fmt: skip
    group = "opening" if o.name in OPENING else "computing" if o.name in COMPUTING else ""
    usual = "" if o.default in (None, "", (), False) else str(o.default)
    return Field(
        o.name, (o.says or o.name).replace("_", " "), o.help, kind, value, o.choices, usual, o.needed,
        "1" if o.kind == verb_options.WHOLE else "any", o.metavar.startswith("FILE") or o.name == "country",
        group, fault,
    )  # fmt: skip


def settings_from(verb: Verb, entered: Mapping[str, str], without: Iterable[str] = ()) -> dict[str, Any]:
    """What was entered, as settings of the verb; empty fields say nothing. Raises ``FormFaults``, all at once."""
    settings: dict[str, Any] = {}
    by_field: dict[str, str] = {}
    for o in asked_options(verb, without):
        text = entered.get(o.name, "").strip()
        if not text:
            if o.needed:
                by_field[o.name] = "this is needed"
            continue
        try:
            settings[o.name] = _read(o, text)
            raise_all(settings_faults(o, settings[o.name]))
        except GroundplanError as fault:
            by_field[o.name] = "; ".join(f"{part.what}: {part.fix}" if part.fix else part.what for part in fault.parts)
    if by_field:
        raise FormFaults(by_field)
    return settings


def _read(o: Option, text: str) -> Any:
    if o.kind == SWITCH:
        return True
    if o.kind in READERS:
        return READERS[o.kind](_lines(text))
    if o.many != ONCE:
        return _lines(text)
    if o.choices and text not in o.choices:
        raise StudyError(f"'{text[:40]}' is not offered", fix=f"choose one of {', '.join(o.choices)}")
    try:
        if o.kind == verb_options.WHOLE:
            return int(text)
        if o.kind == verb_options.NUMBER:
            return float(text)
    except ValueError:
        return text  # told by settings_faults, as on the command line
    return text


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def command_of(verb: Verb, settings: Mapping[str, Any]) -> str:
    """What to type in the project's folder for the same.

    >>> from groundplan.verb_table import VERBS
    >>> command_of(VERBS["see"], {"country": "GHA", "draws": 50})
    'groundplan see GHA --draws 50'
    """
    return shlex.join(["groundplan", verb.word, *_words(verb, settings)])


def command_so_far(
    verb: Verb, entered: Mapping[str, str], without: Iterable[str] = (), own: Mapping[str, Any] | None = None
) -> str:
    """What to type for what a form says; the verb alone where that is not complete yet.

    ``own``: settings that the page adds to those of the form, from which ``without`` are left out.
    """
    try:
        return command_of(verb, {**(own or {}), **settings_from(verb, entered, without)})
    except FormFaults:
        return f"groundplan {verb.word} ..."


def _words(verb: Verb, settings: Mapping[str, Any]) -> list[str]:
    placed: list[str] = []
    flagged: list[str] = []
    for o in verb.options:
        if o.name not in settings:
            continue
        value = settings[o.name]
        if o.kind == SWITCH:
            flagged += [o.flag] if value else []
        elif o.position:
            placed += [str(v) for v in (value if o.many != ONCE else [value])]
        elif o.kind in READERS:
            flagged += [w for pair in PAIRS[o.kind](value) for w in (o.flag, pair)]
        elif o.many == verb_options.EACH:
            flagged += [w for v in value for w in (o.flag, str(v))]
        elif o.many == verb_options.SEVERAL:
            flagged += [o.flag, *map(str, value)]
        else:
            flagged += [o.flag, str(value)]
    return [*placed, *flagged]


def _toml_pairs(value: Mapping[str, Any]) -> list[str]:
    from groundplan.records.toml import toml_of

    return [f"{k}={toml_of(v)}" for k, v in value.items()]


def _plain_pairs(value: Mapping[str, Any]) -> list[str]:
    def amount(v: float | Sequence[float]) -> str:
        return ",".join(map(repr, v)) if isinstance(v, list | tuple) else repr(v)

    return [f"{k}={amount(v)}" for k, v in value.items()]


PAIRS: Mapping[str, Callable[[Mapping[str, Any]], list[str]]] = {
    verb_options.SETTINGS: _toml_pairs, verb_options.RATES: _plain_pairs, verb_options.AMOUNTS: _plain_pairs
}  # fmt: skip


def fault_lines(fault: GroundplanError) -> list[str]:
    """A fault's parts, each a sentence with its place and what mends it."""
    parts = fault.parts if isinstance(fault, Faults) else (fault,)
    return [str(part) for part in parts]
