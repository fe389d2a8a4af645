"""The one way in and out of TOML: a text becomes a document that knows every key's line; a value becomes a text."""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path as FilePath
from typing import Any, TypeVar

from groundplan.errors import StudyError, raise_all
from groundplan.reading_bounds import refuse_outside
from groundplan.records.card import Card
from groundplan.records.lines import Path, lines_of
from groundplan.records.reading import read

C = TypeVar("C", bound=Card)
NOT_DECODED = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")


@dataclass(frozen=True, eq=False)
class Document:
    """What a TOML text states, and where: ``lines`` by path, ``name`` of the file for what is said of it.

    Plain values from Python are a document without lines.
    """

    content: Mapping[str, Any]
    name: str = ""
    lines: Mapping[Path, int] = field(default_factory=dict)

    def where(self, path: Path = ()) -> str:
        """``study.toml, line 7`` of a path, or of the table around it; the file alone where that has no line.

        >>> Document({}, "study.toml", {("plan",): 3}).where(("plan", "years"))
        'study.toml, line 3'
        """
        if not self.lines:
            return f"{self.name} [{'.'.join(map(str, path))}]".strip() if path else self.name
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.name}, line {self.lines[path]}" if path else self.name

    def record(self, record: type[C]) -> C:
        """The whole document as one record. Raises, all at once, what is wrong with it."""
        stated, faults = read(record, self.content, self.where)
        raise_all(faults, where=self.name)
        assert stated is not None
        return stated


def parse(text: str, name: str) -> Document:
    """A document from a text; ``name`` is the file's.

    Errors: ``StudyError`` with the line: no TOML, nothing stated, nested too deep, integers beyond 64 bits.
    """
    text = text.removeprefix("\ufeff")
    lines = lines_of(text, name)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = NOT_DECODED.search(str(error))
        line = text.count("\n") + 1 if said is None or said[1] is None else int(said[1])
        fix = "mend the line named above"
        raise StudyError(f"{name} is not TOML: {error}", where=f"{name}, line {line}", fix=fix) from None
    if not content:
        raise StudyError(f"{name} states nothing", where=name, fix="write key = value lines, or name another file")
    return Document(content, name, lines)


def open_document(path: str | FilePath) -> Document:
    """A document from a file, UTF-8 with or without a byte order mark.

    Errors: ``StudyError``: a file that is not there, cannot be read or is not UTF-8; and those of ``parse``.
    """
    file = FilePath(path)
    refuse_outside(file)
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        what = f"{file} cannot be read: there is no such file"
        raise StudyError(what, where=str(file), fix="check the path") from None
    except (OSError, ValueError) as error:
        raise StudyError(f"{file} cannot be read: {error}", where=str(file), fix="name a TOML file in UTF-8") from None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"{file} cannot be read: it is not UTF-8"
        raise StudyError(what, where=f"{file.name}, line {line}", fix="save it as UTF-8") from None
    return parse(text, file.name)


def toml_of(value: Any) -> str:
    """A value as TOML writes it; JSON's texts, lists and numbers are TOML's too.

    >>> toml_of({"default": 0.5, "elec": [1, 2.0]})
    '{ "default" = 0.5, "elec" = [1, 2.0] }'
    """
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{toml_of(k)} = {toml_of(v)}" for k, v in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml_of(v) for v in value) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    # TOML forbids the one control character that JSON lets through.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def key_value(key: str, value: Any) -> str:
    """One line of a table, the key quoted where TOML needs it.

    >>> key_value("Total output", "TOTAL"), key_value("years", 3)
    ('"Total output" = "TOTAL"', 'years = 3')
    """
    bare = re.fullmatch(r"[A-Za-z0-9_-]+", key) is not None
    return f"{key if bare else toml_of(key)} = {toml_of(value)}"


def toml_text(content: Mapping[str, Any]) -> str:
    """A whole document: single keys first, then tables and lists of tables under their heads.

    >>> print(toml_text({"name": "cut", "stocks": {"fuel": 30}, "events": [{"kind": "close_market"}]}), end="")
    name = "cut"
    <BLANKLINE>
    [stocks]
    fuel = 30
    <BLANKLINE>
    [[events]]
    kind = "close_market"
    """
    single, under = [], []
    for key, value in content.items():
        head = key_value(key, 0).rpartition(" = ")[0]
        if isinstance(value, Mapping):
            under += ["", f"[{head}]", *(key_value(k, v) for k, v in value.items())]
        elif isinstance(value, (list, tuple)) and value and all(isinstance(one, Mapping) for one in value):
            for one in value:
                under += ["", f"[[{head}]]", *(key_value(k, v) for k, v in one.items())]
        else:
            single.append(key_value(key, value))
    return "\n".join([*single, *under] if single else under[1:]) + "\n"
