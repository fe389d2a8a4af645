"""A mapping file: what a user says about a file, in TOML, where the file does not say it or says it otherwise.

decimal = ","
thousands = "."
zeros = ["-", ""]            # these cells are 0
missing = ["..", "n/a"]      # these cells are unknown
negative_brackets = true     # (123) is -123
encoding = "cp949"
delimiter = ";"
sheet = "IO 2019"
header_row = 3               # counted from 1
code_columns = [1, 2]

[columns]
OUT = "TOTAL"                # name in the file = name in the layout
[rows]
"Value added" = "VA"
[leave_out]
columns = ["Check"]
rows = []
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.tables.figures import THOUSANDS, Notation


@dataclass(frozen=True)
class FileMapping:
    """What was said about one file; every part that is None or empty leaves the matter to the layout.

    ``columns`` and ``rows``: name in the file → name in the layout. ``left_out``: ``columns`` and ``rows`` to drop.
    """

    notation: Notation = field(default_factory=Notation)
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    code_columns: tuple[int, ...] = ()
    columns: Map[str, str] = field(default_factory=dict)
    rows: Map[str, str] = field(default_factory=dict)
    left_out: Map[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, kind: str) -> Map[str, str]:
        """The names of one ``kind``, row or column."""
        return self.rows if kind == "row" else self.columns

    def leave_out(self, kind: str) -> tuple[str, ...]:
        """The names of one ``kind``, row or column, that are dropped."""
        return self.left_out.get(f"{kind}s", ())


NOTHING = FileMapping()


def open_mapping(path: Path) -> FileMapping:
    """Read a mapping file.

    Errors: no such file, no TOML, keys that do not exist (with the nearest), values of the wrong kind; all at once.
    """
    try:
        text = path.read_text("utf-8-sig")
        data = tomllib.loads(text)
    except FileNotFoundError:
        raise TableError("there is no such mapping file", where=str(path), fix="check the path") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TableError(f"the mapping is not TOML: {error}", where=str(path), fix="correct the line") from None
    return mapping_of(data, where=str(path))


def mapping_of(data: Map[str, Any], *, where: str = "") -> FileMapping:
    """A mapping from plain values, checked as ``open_mapping`` does."""
    faults: list[GroundplanError] = [
        UnknownName("key of a mapping", key, _KINDS, where=where) for key in data if key not in _KINDS
    ]
    for key, value in data.items():
        if key in _KINDS and not _KINDS[key][0](value):
            faults.append(TableError(f"{key} = {value!r}", where=where, fix=f"give {_KINDS[key][1]}"))
    left_out = data.get("leave_out", {})
    if isinstance(left_out, dict):
        wrong = [key for key in left_out if key not in ("rows", "columns")]
        faults += [UnknownName("key of [leave_out]", key, ("rows", "columns"), where=where) for key in wrong]
    raise_all(faults, where=where)
    marks = {f.name for f in fields(Notation)}
    written: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items() if k in marks}
    plain = {k: v for k, v in data.items() if k not in {*marks, "leave_out", "code_columns"}}
    return FileMapping(
        notation=Notation(**written),
        code_columns=tuple(data.get("code_columns", ())),
        left_out={k: tuple(v) for k, v in left_out.items()},
        **plain,
    )


def toml_pair(name: str, target: str) -> str:
    """One line of a mapping, quoted where TOML needs it.

    >>> toml_pair("Total output", "TOTAL")
    '"Total output" = "TOTAL"'
    """
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    key = name if bare else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f'{key} = "{target}"'


def _text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def _count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _names(value: object) -> bool:
    return isinstance(value, dict) and all(_text(v) for v in value.values())


_KINDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "decimal": (lambda v: v in (".", ","), '"." or ","'),
    "thousands": (lambda v: v in THOUSANDS, 'one of "," "." " " "\'"'),
    "zeros": (_texts, 'a list of texts, for example ["-", ""]'),
    "missing": (_texts, 'a list of texts, for example ["..", "n/a"]'),
    "negative_brackets": (lambda v: isinstance(v, bool), "true or false"),
    "encoding": (_text, 'the name of an encoding, for example "cp949"'),
    "delimiter": (lambda v: v in (",", ";", "\t", "|"), '"," ";" "\\t" or "|"'),
    "sheet": (_text, "the name of a sheet"),
    "header_row": (_count, "the number of a row, counted from 1"),
    "code_columns": (lambda v: isinstance(v, list) and v != [] and all(map(_count, v)), "numbers of columns, from 1"),
    "columns": (_names, 'a table of names: OUT = "TOTAL"'),
    "rows": (_names, 'a table of names: VALU = "VA"'),
    "leave_out": (
        lambda v: isinstance(v, dict) and all(map(_texts, v.values())),
        "[leave_out] with rows = [...] and columns = [...]",
    ),
}
