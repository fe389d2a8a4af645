"""What a file may be: its sheets, how its figures are written, which layouts it fits, and what only the user can say.

Nothing is decided here that a file does not say: where figures can be read in two ways, where no unit stands or where
an account has no kind, that is a question.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from groundplan.errors import GroundplanError, TableError
from groundplan.records.money import is_money
from groundplan.tables.door.figures import MARKS, reading, readings
from groundplan.tables.door.layout import label_text
from groundplan.tables.door.mapping import NOTHING, FileMapping
from groundplan.tables.door.notation import Notation
from groundplan.tables.door.parsing.workbook import letters
from groundplan.tables.door.uploads import SheetCells, Upload, read_upload
from groundplan.tables.published import layout_words, published_layout
from groundplan.tables.readers.social.sam_matrix import Square, read_square
from groundplan.tables.readers.social.sam_roles import proposed_roles
from groundplan.tables.table import Table
from groundplan.tables.world_table import WorldTable

FIGURE = re.compile(r"[-+\u2212(]?[0-9][0-9.,'\u2019 \u00a0\u2009\u202f]*\)?")
MARKED = re.compile(r"[.,'\u2019 \u00a0\u2009\u202f]")
# Words that publishers write for a unit; they are quoted, never taken.
UNIT = re.compile(
    r"[^\n;]{0,24}(?:\b(?:million|billion|thousand|mio|mln|milli\w+|tys\.|10,?000)|\b'?000s?\b|万元|亿元|百万)[^\n;]{0,24}",
    re.IGNORECASE,
)
MOST_SHEETS, EXAMPLES, PLACEHOLDER = 40, 3, "XXX{year}m"
FOLDER = "folder"
FIRST_ROWS = 12


@dataclass(frozen=True)
class Writing:
    """How figures in text are written.

    ``settled``: the one pair of decimal and thousands mark that reads them all, or None where there are several;
    ``choices``: the pairs that do; ``examples``: figure → reading by declaration.
    """

    settled: tuple[str | None, str | None] | None
    choices: tuple[tuple[str | None, str | None], ...]
    examples: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, eq=False)
class FileView:
    """A file as the door gives it: kind, sheets (name, rows, columns), the sheet looked at, figures, units quoted.

    ``cells``: the first figures that the sheet looked at holds as numbers, each with its cell.
    """

    path: Path
    kind: str
    sheets: tuple[tuple[str, int, int], ...]
    sheet: str
    writing: Writing
    units: tuple[str, ...]
    notes: tuple[str, ...]
    cells: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, eq=False)
class Attempt:
    """A layout tried on the files: the table, or the world table of many countries, or what it found to differ."""

    layout: str
    table: Table | None
    faults: tuple[GroundplanError, ...]
    world: WorldTable | None = None

    @property
    def fits(self) -> bool:
        """Whether the files are in this layout."""
        return self.table is not None or self.world is not None


def look_at(path: Path, mapping: FileMapping) -> FileView:
    """What is seen of a file without a layout. Raises what the door refuses."""
    listed = read_upload(path, sheets=("\0",), mapping=replace(mapping, sheet=None), uneven=True)
    upload = listed
    if not listed.cells:
        upload = read_upload(path, sheets=listed.names[:MOST_SHEETS], mapping=replace(mapping, sheet=None), uneven=True)
    sizes = tuple((name, *cells.numbers.shape) for name, cells in upload.cells.items())
    sheet = mapping.sheet if mapping.sheet in upload.cells else sizes[0][0] if len(sizes) == 1 else ""
    texts = [t for name, cells in upload.cells.items() if name == sheet or not sheet for t in cells.texts]
    first = _first_figures(upload.cells[sheet]) if sheet in upload.cells else ()
    return FileView(path, upload.kind, sizes, sheet, _writing(texts), _units(texts), upload.notes, first)


def _first_figures(sheet: SheetCells) -> tuple[tuple[str, float], ...]:
    """The first cells below the first row and right of the first column that hold numbers."""
    rows, columns = np.nonzero(np.isfinite(sheet.numbers))
    first = [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if i and j][:EXAMPLES]
    return tuple((f"{letters(j)}{i + 1}", float(sheet.numbers[i, j])) for i, j in first)


def _writing(texts: Iterable[str]) -> Writing:
    """By which marks the figures in text can all be read."""
    figures = [t.strip() for t in dict.fromkeys(texts) if FIGURE.fullmatch(t.strip()) and MARKED.search(t.strip())]
    said = {figure: readings(figure, Notation()) for figure in figures}
    shown = sorted(figures, key=lambda f: (-len(said[f]), -len(f)))[:EXAMPLES]
    fitting: dict[tuple[float, ...], tuple[str | None, str | None]] = {}
    for decimal, thousands in MARKS if figures else ():
        values = [_value(f, decimal, thousands) for f in figures]
        if not any(v is None for v in values):
            fitting.setdefault(tuple(float(v) for v in values if v is not None), (decimal, thousands))
    choices = tuple(fitting.values())
    return Writing(choices[0] if len(choices) == 1 else None, choices, {f: said[f] for f in shown})


def _value(figure: str, decimal: str | None, thousands: str | None) -> float | None:
    """The reading of a figure by these marks, None where they do not read it; brackets may stand for a minus."""
    tried = (reading(figure, Notation(decimal, thousands, negative_brackets=brackets)) for brackets in (False, True))
    return next((value for value in tried if np.isfinite(value)), None)


def _units(texts: Iterable[str]) -> tuple[str, ...]:
    """Places where a unit may be said, quoted."""
    words = (t for t in texts if len(t) < 400 and not FIGURE.fullmatch(t.strip()))
    quoted = [match[0].strip() for t in words if (match := UNIT.search(t))]
    return tuple(dict.fromkeys(quoted))[:EXAMPLES]


def fitting_layouts(
    paths: Sequence[Path], country: str, year: int, money: str | None, mapping: FileMapping, only: str = ""
) -> list[Attempt]:
    """Layouts tried on the files, those that fit first, then by the number of faults.

    ``only`` names one. World tables are large: one is read only where the first rows have its marks, and then no
    national layout is tried.
    """
    attempts = []
    heads = [] if only else _world_words(paths, mapping)
    for word in [only] if only else heads or [w for w in layout_words() if not published_layout(w).world]:
        published = published_layout(word)
        lowest, most = len(published.files), len(published.files) + len(published.further)
        folder = published.files == (FOLDER,) and not paths[0].is_dir()
        if folder or not lowest <= len(paths) <= most:
            continue
        unit = money or (published.money or PLACEHOLDER).format(year=year)
        words = published.words(word, paths, country, mapping=mapping)
        words |= {"year": year, "money": unit if is_money(unit) else "XXX2000m"}
        words |= {} if published.world else {"country": country}
        try:
            read = published.table(paths, **words)
            attempts.append(Attempt(word, None, (), read) if published.world else Attempt(word, read, ()))
        except GroundplanError as error:
            attempts.append(Attempt(word, None, error.parts))
    return sorted(attempts, key=lambda a: (not a.fits, len(a.faults)))


def fitting_siblings(
    paths: Sequence[Path], layout: str, country: str, year: int, mapping: FileMapping
) -> list[GroundplanError]:
    """A fault that names the same publisher's other layout, where the files are in that one and not in ``layout``."""
    if layout not in layout_words():
        return []
    publisher = published_layout(layout).publisher
    others = [w for w in layout_words() if w != layout and published_layout(w).publisher == publisher]
    tried = [a for w in others for a in fitting_layouts(paths, country, year, None, mapping, w)]
    named = [a.layout for a in tried if a.fits]
    what = f"this is no table in the layout {layout}: it is in another one of the same publisher, {' or '.join(named)}"
    return [TableError(what, fix=f"--layout {named[0]}")] if named else []


def _world_words(paths: Sequence[Path], mapping: FileMapping) -> list[str]:
    """Layouts of world tables whose marks stand in the first rows of the one file that is named."""
    if len(paths) != 1 or not paths[0].is_file():
        return []
    try:
        upload = read_upload(paths[0], mapping=mapping, uneven=True, lines=FIRST_ROWS)
    except GroundplanError:
        return []
    cells = {label_text(c) for part in upload.cells.values() for c in part.texts}
    heads = {word: published_layout(word) for word in layout_words()}
    return [w for w, p in heads.items() if p.world and any(re.fullmatch(p.head, cell) for cell in cells)]


def square_of(path: Path, writing: Writing, mapping: FileMapping = NOTHING) -> Square | GroundplanError:
    """The matrix of accounts in a file, or why there is none.

    Where figures cannot be read by what was said, its form is looked for by every way in which they could be; the
    figures are then for the eye only.
    """
    said = mapping.notation
    open_marks = writing.choices if said.decimal is None and said.thousands is None else ()
    error: GroundplanError | None = None
    for decimal, thousands in ((said.decimal, said.thousands), *open_marks):
        tried = replace(mapping, notation=replace(said, decimal=decimal, thousands=thousands))
        try:
            return read_square(path, tried, 1.0)
        except GroundplanError as fault:
            error = error or fault
    assert error is not None
    return error


def roles_text(square: Square) -> str:
    """A roles file for a matrix: kinds where the accounts are those of IFPRI's matrices, "?" where they are not."""
    words = {a: label_text(square.labels[a]).rpartition(" - ")[2].casefold() for a in square.accounts}
    cells = square.cells
    pairs: dict[str, str] = {}
    for account in square.accounts:
        sold = cells.loc[account].to_numpy(dtype=float)
        buyers = [c for c, x in zip(square.accounts, sold, strict=True) if x > 0]
        others = [c for c in buyers if np.count_nonzero(cells[c]) and words[c] == words[account]]
        if len(others) == 1 and others[0] != account:
            pairs[account] = others[0]
    return proposed_roles(square.accounts, pairs)


def proposed_accounts(square: Square) -> list[tuple[str, str, str, str]]:
    """Account, its name in words, its proposed kind ("?" where none is) and its pair, of every account of a matrix."""
    roles = csv.DictReader(roles_text(square).splitlines())
    return [(r["account"], str(square.labels[r["account"]]), r["kind"], r["pair"]) for r in roles]


def upload_is_template(upload: Upload | FileView) -> bool:
    """Whether a workbook is the filled template of the package."""
    names = upload.names if isinstance(upload, Upload) else tuple(name for name, *_ in upload.sheets)
    return {"About", "Sectors"} <= set(names)
