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
[take]
geo = "XX"                   # of a file with several countries, years or flows
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path

from groundplan.records.card import Card, keyed
from groundplan.records.toml import open_document
from groundplan.tables.door.notation import THOUSANDS, Notation


@dataclass(frozen=True)
class FileMapping:
    """What was said about one file; every part that is None or empty leaves the matter to the layout.

    ``columns`` and ``rows``: name in the file → name in the layout. ``left_out``: ``columns`` and ``rows`` to drop.
    ``take``: dimension → the code that is meant, of a file with several slices.
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
    take: Map[str, str] = field(default_factory=dict)

    def of(self, kind: str) -> Map[str, str]:
        """The names of one ``kind``, row or column."""
        return self.rows if kind == "row" else self.columns

    def leave_out(self, kind: str) -> tuple[str, ...]:
        """The names of one ``kind``, row or column, that are dropped."""
        return self.left_out.get(f"{kind}s", ())


NOTHING = FileMapping()


@dataclass(frozen=True)
class WritingKeys(Card):
    """What a user says of how a file is written."""

    decimal: str | None = keyed("", 'the decimal mark, "." or ","', None, among=(".", ","))
    thousands: str | None = keyed(
        "", "the mark between thousands, one of , . space and '", None, among=tuple(THOUSANDS)
    )
    missing: tuple[str, ...] = keyed("", 'cells that are unknown, for example ["..", "n/a"]', ())
    negative_brackets: bool = keyed("", "whether (123) is -123", False)
    encoding: str | None = keyed("", 'the name of an encoding, for example "cp949"', None, filled=True)
    delimiter: str | None = keyed("", 'the mark between cells, "," ";" "\\t" or "|"', None, among=(",", ";", "\t", "|"))
    sheet: str | None = keyed("", "the name of a sheet", None, filled=True)


@dataclass(frozen=True)
class LeftOut(Card):
    """Rows and columns to drop."""

    rows: tuple[str, ...] = keyed("", "names of rows to drop", ())
    columns: tuple[str, ...] = keyed("", "names of columns to drop", ())


@dataclass(frozen=True)
class MappingKeys(WritingKeys):
    """The keys of a mapping file."""

    zeros: tuple[str, ...] = keyed("", 'cells that are 0, for example ["-", ""]', ())
    header_row: int | None = keyed("", "the number of the header's row, counted from 1", None, 1)
    code_columns: tuple[int, ...] = keyed("", "numbers of the columns of codes, from 1", (), 1, filled=True)
    columns: dict[str, str] = keyed("", 'a table of names: OUT = "TOTAL"', {})
    rows: dict[str, str] = keyed("", 'a table of names: VALU = "VA"', {})
    leave_out: LeftOut = keyed("", "[leave_out] with rows = [...] and columns = [...]", LeftOut())
    take: dict[str, str] = keyed("", 'which slice of a file with several: geo = "XX"', {})


def open_mapping(path: Path) -> FileMapping:
    """Read a mapping file.

    Errors: no such file, no TOML, keys that do not exist (with the nearest), values of the wrong kind; all at once.
    """
    said = open_document(path).record(MappingKeys)
    dropped = {"rows": said.leave_out.rows, "columns": said.leave_out.columns}
    return FileMapping(
        notation=notation_of(said, said.zeros),
        encoding=said.encoding,
        delimiter=said.delimiter,
        sheet=said.sheet,
        header_row=said.header_row,
        code_columns=said.code_columns,
        columns=said.columns,
        rows=said.rows,
        left_out={kind: names for kind, names in dropped.items() if names},
        take=said.take,
    )


def notation_of(said: WritingKeys, zeros: tuple[str, ...] = ()) -> Notation:
    """How a file writes numbers, from what was said. Raises ``TableError`` for marks that contradict each other."""
    return Notation(said.decimal, said.thousands, zeros, said.missing, said.negative_brackets)
