"""The command that says what a verb is asked with, as a person would type it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from groundplan.records.toml import toml_of
from groundplan.verb_options import AMOUNTS, EACH, FACE, RATES, SETTINGS, SEVERAL, SWITCH, Option
from groundplan.verb_table import VERBS

Word = Callable[[str | Path | int | float], str]
PAIRS: Mapping[str, Callable[[Any], str]] = {
    SETTINGS: toml_of,
    RATES: lambda v: repr(float(v)),
    AMOUNTS: lambda v: ",".join(repr(float(a)) for a in (v if isinstance(v, Sequence) else (v,))),
}


def typed_command(word: str, said: Mapping[str, Any]) -> str:
    """The command with files as they are named; empty where a value is no word of a command line.

    >>> typed_command("plan", {"study": "studies/five-year.toml", "years": 5})
    'groundplan plan --study studies/five-year.toml --years 5'
    """
    try:
        return shlex.join(["groundplan", word, *command_words(word, said)])
    except TypeError:
        return ""


def command_words(word: str, said: Mapping[str, Any], text: Word = str) -> list[str]:
    """The words of a command after its name: what has its place first, and nothing that is the default anyway.

    ``text``: how a single value is written. Raises ``TypeError`` for a value that no word says.
    """
    options = [o for o in VERBS[word].options if o.use != FACE and said.get(o.name) is not None]
    words = [w for o in options if o.position for w in _texts(o, said[o.name], text)]
    for o in options:
        if not o.position and said[o.name] != o.default and said[o.name] not in ((), []):
            words += _flagged(o, said[o.name], text)
    return words


def _flagged(o: Option, value: Any, text: Word) -> list[str]:
    if o.kind == SWITCH:
        return [o.flag]
    texts = _texts(o, value, text)
    return [w for one in texts for w in (o.flag, one)] if o.many == EACH else [o.flag, *texts]


def _texts(o: Option, value: Any, text: Word) -> list[str]:
    """A value as the words of its option."""
    if isinstance(value, Mapping):
        say = PAIRS.get(o.kind, repr)
        return [f"{k}={say(v)}" for k, v in value.items()]
    many = o.many in (EACH, SEVERAL) and isinstance(value, Sequence) and not isinstance(value, str)
    return [_text(o, v, text) for v in (value if many else [value])]


def _text(o: Option, value: Any, text: Word) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, Path, int, float)):
        raise TypeError(f"{o.name} is {value!r}")
    return text(value)
