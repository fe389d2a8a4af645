"""The language of a command: which one is asked for, and faults in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import ENGLISH, said, spoken, system_language
from groundplan.verb_options import LANGUAGE

SHORTEST = len("--lan")  # argparse takes an option by as many letters as tell it from others: --layout
LINE = re.compile(r"^(\s*(?:\d+\. +)?)(?:(where|fix|clash|repair):( +))?(.*)$")


def asked_language(words: Sequence[str]) -> str:
    """The language that a command asks for, read before anything else, as its help is in it; else the system's."""
    for n, word in enumerate(words):
        flag, equals, value = word.partition("=")
        if len(flag) >= SHORTEST and LANGUAGE.flag.startswith(flag):
            return value if equals else words[n + 1] if n + 1 < len(words) else ENGLISH
    return system_language()


def fault_text(error: GroundplanError) -> str:
    """A fault in the spoken language, line by line as it is told in English."""
    text = str(error)
    return text if spoken() == ENGLISH else "\n".join(map(_line, text.split("\n")))


def _line(line: str) -> str:
    match = LINE.match(line)
    if not match:
        return said(line)
    opening, label, gap, words = match.groups()
    # Where it is, is a place: a file, a row, a key.
    named = f"{said(label)}:{gap}" if label else ""
    return f"{opening}{named}{words if label == 'where' else said(words)}"
