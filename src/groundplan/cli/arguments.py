"""The parser of the command line, built from the table of verbs, and what its words are read as."""

from __future__ import annotations

import argparse
import math
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NoReturn

from groundplan import __version__, verb_options
from groundplan.cli.outlet import say
from groundplan.errors import GroundplanError, StudyError, nearest, raise_all
from groundplan.languages.spoken import said
from groundplan.verb_options import LANGUAGE, Option, Verb
from groundplan.verb_table import VERBS

USAGE = 2
TYPES: dict[str, type[int] | type[float]] = {verb_options.WHOLE: int, verb_options.NUMBER: float}
FILE = "FILE"


class _Parser(argparse.ArgumentParser):
    """Refuses with the nearest command and exit code 2; speaks the spoken language."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how, add_help=False)
        self._positionals.title, self._optionals.title = said("positional arguments"), said("options")
        self.add_argument("-h", "--help", action="help", help=said("show this help message and exit"))

    def format_help(self) -> str:
        return super().format_help().replace("usage:", said("usage:"), 1)

    def format_usage(self) -> str:
        return super().format_usage().replace("usage:", said("usage:"), 1)

    def error(self, message: str) -> NoReturn:
        wrong = re.match(r"argument COMMAND: invalid choice: '(.*?)' \(", message)
        near = nearest(wrong[1], VERBS) if wrong else None
        hint = f"; nearest: '{near}'" if near else ""
        say(f"{said(message)}{said(hint)}\n  {said('fix')}:   {said('see `groundplan --help`')}")
        sys.exit(USAGE)


def parser() -> argparse.ArgumentParser:
    """The commands and their options; what is not said is left out, so that the verb's own defaults hold."""
    about = "Plan an economy that stands on its own ground and still trades."
    p = _Parser(prog="groundplan", description=said(about))
    p.add_argument(
        "--version",
        action="version",
        version=f"groundplan {__version__}",
        help=said("show program's version number and exit"),
    )
    commands = p.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for word, verb in VERBS.items():
        command = commands.add_parser(word, help=_escaped(said(verb.help)))
        own = [o.name for o in verb.options]
        for option in (*verb.options, *([] if LANGUAGE.name in own else [LANGUAGE])):
            _add(command, option)
    return p


def _add(p: argparse.ArgumentParser, option: Option) -> None:
    usual = option.default
    usually = (
        f" {said(f'(default {usual})')}" if usual not in (None, "", (), False) and "default" not in option.help else ""
    )
    how: dict[str, Any] = {"help": _escaped(said(option.help) + usually), "default": argparse.SUPPRESS}
    if option.kind == verb_options.SWITCH:
        p.add_argument(option.flag, action="store_true", dest=option.name, **how)
        return
    if option.kind in TYPES:
        how["type"] = partial(_number, TYPES[option.kind])
    if option.metavar:
        how["metavar"] = option.metavar
    if option.choices:
        how["choices"] = option.choices
        if option.position and not option.needed:
            # argparse holds the default of a missing word against the choices.
            how["default"] = usual
    if option.many == verb_options.SEVERAL:
        how["nargs"] = "+"
    elif option.many == verb_options.EACH:
        how["action"] = "append"
    elif option.position and not option.needed:
        how["nargs"] = "?"
    if option.position:
        p.add_argument(option.name, **how)
    else:
        p.add_argument(option.flag, dest=option.name, required=option.needed, **how)


def _number(kind: type[int] | type[float], text: str) -> int | float | str:
    """The number that a text is, or the text: argparse would stop at the first, ``settings_faults`` tells all."""
    try:
        return kind(text)
    except ValueError:
        return text


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def settings_of(verb: Verb, given: argparse.Namespace) -> dict[str, Any]:
    """What was said, by option; pairs of ``NAME=VALUE`` are read.

    Raises ``StudyError``, all at once: what is no pair, and numbers that an option cannot be.
    """
    by_name: dict[str, Any] = {}
    faults: list[GroundplanError] = []
    for option in verb.options:
        if option.name in vars(given):
            words = getattr(given, option.name)
            try:
                by_name[option.name] = READERS[option.kind](words) if option.kind in READERS else words
                faults += settings_faults(option, words)
            except StudyError as fault:
                faults.append(fault)
    raise_all(faults)
    return by_name


def settings_faults(option: Option, words: Any) -> list[GroundplanError]:
    """What is wrong with a number that was said for an option: one that it cannot be."""
    if option.kind in TYPES and isinstance(words, str):
        whole = "a whole number" if option.kind == verb_options.WHOLE else "a number"
        return [StudyError(f"the {option.name} is '{words[:40]}', not {whole}", where=option.flag, fix=f"give {whole}")]
    # Compared so that what is no number at all, nan, is refused too.
    if option.kind not in TYPES or option.low <= words <= option.high:
        return []
    limited = option.low > -sys.float_info.max
    fix = f"give a number from {option.low:g} to {option.high:g}" if limited else "give a finite number"
    return [StudyError(f"the {option.name} is {words:g}", where=option.flag, fix=fix)]


def missing_files(verb: Verb, by_name: Mapping[str, Any]) -> dict[str, GroundplanError]:
    """Files that are named and not there, each with its option."""
    faults: dict[str, GroundplanError] = {}
    for option in verb.options:
        words = by_name.get(option.name)
        if words is None or option.metavar != FILE or option.use == verb_options.FACE:
            continue
        for path in words if isinstance(words, list) else [words]:
            if not os.path.exists(path):
                what = f"{path} cannot be read: there is no such file"
                faults[path] = StudyError(what, where=f"{option.flag} {path}", fix="check the path")
    return faults


def settings(pairs: Sequence[str]) -> dict[str, Any]:
    """``name=value`` pairs, values read as TOML.

    >>> settings(["export_growth=0.06", "solver='simplex'"])
    {'export_growth': 0.06, 'solver': 'simplex'}
    """
    from groundplan.records.admissible import LONGEST
    from groundplan.records.toml import parse

    out: dict[str, Any] = {}
    faults: list[StudyError] = []
    for setting in pairs:
        name, equals, value = setting.partition("=")
        fix = "for example --set export_growth=0.06, or --set solver='\"ipm\"'"
        try:
            stated = parse(f"value = {value}", "--set").content if equals else {}
        except StudyError:
            stated = {}
        if list(stated) != ["value"]:
            faults.append(StudyError(f"--set {setting[:LONGEST]} is not NAME=VALUE", fix=fix))
        else:
            out[name.strip()] = stated["value"]
    raise_all(faults)
    return out


def finite(text: str) -> float:
    """A finite number. Raises ``ValueError`` for any other text.

    >>> finite("1e3")
    1000.0
    """
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def rates(pairs: Sequence[str]) -> dict[str, float]:
    """``COUNTRY=UNITS`` pairs.

    >>> rates(["KEN=101.99"])
    {'KEN': 101.99}
    """
    out: dict[str, float] = {}
    for pair in pairs:
        country, equals, units = pair.partition("=")
        try:
            if not equals:
                raise ValueError
            out[country.strip()] = finite(units)
        except ValueError:
            raise StudyError(f"--rate {pair} is not COUNTRY=UNITS", fix="for example --rate KEN=101.99") from None
    return out


def amounts(pairs: Sequence[str]) -> dict[str, float | tuple[float, ...]]:
    """``name=amount`` or ``name=amount,amount,...``, one for every year.

    >>> amounts(["money=9000", "power=500,600"])
    {'money': 9000.0, 'power': (500.0, 600.0)}
    """
    by_name: dict[str, float | tuple[float, ...]] = {}
    for setting in pairs:
        name, equals, value = setting.partition("=")
        try:
            each = tuple(finite(v) for v in value.split(","))
        except ValueError:
            each = ()
        if not (equals and name.strip() and each) or name.strip() in by_name:
            fix = "for example --budget money=9000, or --budget power=500,600,600 for three years; each once"
            raise StudyError(f"--budget {setting} is not NAME=AMOUNT", fix=fix)
        by_name[name.strip()] = each[0] if len(each) == 1 else each
    return by_name


READERS: Mapping[str, Callable[[Sequence[str]], Any]] = {
    verb_options.SETTINGS: settings, verb_options.RATES: rates, verb_options.AMOUNTS: amounts
}  # fmt: skip
