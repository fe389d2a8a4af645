"""The one form in which a draw is hashed, and the names that may stand in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
# Controls, marks that only steer, halves of characters, private and unknown ones, and separators of lines.
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
SHOWN = 6


def canonical(value: Any) -> bytes:
    """Whole numbers, texts, lists and mappings as the bytes that are hashed; each has one form.

    A mapping's keys go by code point, nothing stands between signs, texts are UTF-8. Raises ``TypeError`` for any other
    kind of value, 1.0 and true among them: what is hashed is built from checked fields, and these have no such value.
    """
    return _written(value).encode("utf-8")


def _written(value: Any) -> str:
    if type(value) is int:
        return str(value)
    if type(value) is str:
        return '"' + "".join(SHORT.get(c) or (c if c >= " " else f"\\u{ord(c):04x}") for c in value) + '"'
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_written, value)) + "]"
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_written(key)}:{_written(value[key])}" for key in sorted(value)) + "}"
    raise TypeError(f"{value!r} has no form that could be hashed")


def clean(name: object) -> str:
    """A name as the rule reads it: Unicode NFC, no spaces around it."""
    return unicodedata.normalize("NFC", str(name)).strip()


def unseen(text: str) -> list[str]:
    r"""The characters of a text that nobody sees, by their numbers.

    >>> unseen("Wa\u200bjir")
    ['U+200B']
    """
    return [f"U+{ord(c):04X}" for c in text if unicodedata.category(c) in UNSEEN]


def text_fault(what: str, value: Any) -> str:
    """What is wrong with a text that people read aloud; empty where nothing is."""
    if not isinstance(value, str):
        return f"{what} is {value!r}, no text"
    if hidden := unseen(value):
        return f"{what} has characters that nobody sees: {', '.join(hidden[:SHOWN])}"
    if not value or clean(value) != value:
        return f"{what} is {value!r}: empty, not in NFC or with spaces around it"
    return ""


def alike(names: Sequence[str]) -> list[list[str]]:
    """Names that differ in form alone (wide letters, capitals, runs of spaces), together; a place stands once.

    >>> alike(["Wajir", "WAJIR", "Garissa"])
    [['Wajir', 'WAJIR']]
    """
    by_look: dict[str, list[str]] = {}
    for name in names:
        look = " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).split())
        by_look.setdefault(look, []).append(name)
    return [several for several in by_look.values() if len(several) > 1]


def key_faults(what: str, content: Any, keys: Iterable[str]) -> list[str]:
    """Keys that a part of a draw must have and lacks, or has and must not; the part's kind where it has no keys."""
    if not isinstance(content, Mapping):
        return [f"{what} is {_short(content)}, no table of keys"]
    wanted = tuple(keys)
    more = sorted(str(key) for key in content if key not in wanted)
    lacks = [key for key in wanted if key not in content]
    faults = [f"{what} says more than the rule asks for: {', '.join(more[:SHOWN])}"] if more else []
    return faults + ([f"{what} lacks {', '.join(lacks)}"] if lacks else [])


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 60 else f"{text[:60]} ..."
