"""A publisher's layout, declared in TOML: where the areas of a table stand and what their rows and columns are.

The package brings some (``tables/layouts``); a user writes his own and names its file as the layout.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from groundplan.errors import GroundplanError, StudyError
from groundplan.records.card import Entry, keyed
from groundplan.records.toml import open_document
from groundplan.tables.door.notation import THOUSANDS, Notation
from groundplan.tables.table import FINAL_KINDS, PRIMARY_KINDS

HOLDS = ("supply", "use", "domestic", "imported", "costs")


@dataclass(frozen=True)
class Area(Entry):
    """One part of a layout: a grid of figures with codes above and beside it."""

    holds: str = keyed(
        "", "what it is: supply (product × industry), use (of domestic and imported products together), domestic or "
        "imported use, or costs (what industries pay and have)", among=HOLDS
    )  # fmt: skip
    file: int = keyed("", "which of the files it stands in, from 1", 1, 1)
    sheet: str = keyed("", "the sheet; {year} stands for the year; empty: the only one", "")
    below: str = keyed("", "the area begins below the first cell that begins with this text", "")
    corner: tuple[str, ...] = keyed("", "texts of which one stands where the row and the column of codes meet", ())
    header_row: int = keyed("", "the row of codes, from 1, where no corner is named", 1, 1)
    code_column: int = keyed("", "the column of codes, from 1, where no corner is named", 1, 1)
    codes_above: int = keyed("", "how many rows above the corner the codes of columns stand", 0, 0)
    names_column: str = keyed(
        "", "the heading of the column with the names of rows in words, where the file has it", ""
    )
    names_above: int | None = keyed("", "how many rows above the corner the names of columns stand", None, 0)
    block_column: str = keyed("", "the heading of a column that says which rows belong to the area", "")
    block: tuple[str, ...] = keyed("", "what that column says of rows of this area", ())
    until: str = keyed("", "the area ends before the row whose code matches this regular expression", "")
    prefix: str = keyed(
        "", "what stands before the codes of the rows of this area, is taken off, and is none other's", ""
    )
    mark: str = keyed(
        "", "regular expression that the cell left of the code matches in full in the rows of this area, where others "
        "have codes of the same column", ""
    )  # fmt: skip
    turned: bool = keyed("", "whether its rows are what the columns of the other areas are", False)


@dataclass(frozen=True)
class DeclaredLayout(Entry):
    """A layout: its areas, and what the names of rows and columns in them are."""

    name: str = keyed("", "what it is called in words", filled=True)
    publisher: str = keyed("", "who publishes such files", filled=True)
    tried: str = keyed("", "on which file it was tried, or that it was not", filled=True)
    areas: tuple[Area, ...] = keyed("", "the areas, each under [[areas]]", filled=True)
    product: str = keyed("", "regular expression that the codes of products match in full", filled=True)
    finals: dict[str, str] = keyed("", "column of final use → its kind", among=FINAL_KINDS, filled=True)
    exports: tuple[str, ...] = keyed("", "columns of exports", filled=True)
    costs: dict[str, str] = keyed("", "row of costs → its kind", among=PRIMARY_KINDS, filled=True)
    industry: str = keyed("", "the same of industries; empty: industries have the codes of products", "")
    industries: str = keyed(
        "", "the known list that its codes are of, from which sectors have their classes; empty: a list of its own", "",
        among=("", "isic4", "oecd", "wiod2013", "ifpri", "ibge"),
    )  # fmt: skip
    files: tuple[str, ...] = keyed("", "what the files are, in the order in which they are named", ("table",))
    address: str = keyed("", "where such files are found", "")
    money: str = keyed("", 'the unit where the user gives none, with {year}: "SEK{year}m"', "")
    unit: float = keyed("", "how many units of the currency one printed unit is; 0: it is the unit of money", 0.0, 0.0)
    rounding: float = keyed("", "the last digit that is printed, in the printed unit", 1.0, 0.0)
    symmetric: bool = keyed("", "whether rows and columns are the same sectors, so that there is no supply", False)
    imports: tuple[str, ...] = keyed("", "columns of imports by product, where their use is not printed", ())
    imports_negative: bool = keyed("", "whether these columns have the sign of what is taken off", False)
    margins: tuple[str, ...] = keyed("", "columns of margins by product: use is at purchasers' prices", ())
    taxes: tuple[str, ...] = keyed("", "columns of taxes less subsidies by product, likewise", ())
    domestic_only: tuple[str, ...] = keyed("", "columns of final use that have no imports in them", ())
    output: str = keyed("", "row of output by industry", "")
    employment: dict[str, str] = keyed("", "row of employment → skill", {})
    employment_unit: str = keyed("", "its unit", "")
    wages: str = keyed("", "row of wages that stands for labour where no employment is printed", "")
    wear: str = keyed("", "row of the consumption of fixed capital", "")
    passed_over: tuple[str, ...] = keyed("", "regular expressions of rows and columns that are sums or not needed", ())
    sums: dict[str, tuple[str, ...]] = keyed(
        "", "printed sum → its columns: industries, finals, exports, imports, or names of columns", {}
    )
    strip: str = keyed("", "regular expression of what is taken off every code", "")
    also: dict[str, str] = keyed("", "name in another edition → name here", {})
    joined: dict[str, str] = keyed("", "regular expression of columns → the one name under which they are added up", {})
    own: dict[str, str] = keyed("", "regular expression of a product's code → code of the industry of its name", {})
    re_exports: str = keyed("", "how imports are split", "proportional", among=("proportional", "excess"))
    decimal: str = keyed("", 'the decimal mark of figures in text, "." or ","', ".", among=(".", ","))
    thousands: str | None = keyed("", "the mark between thousands", None, among=tuple(THOUSANDS))
    zeros: tuple[str, ...] = keyed("", 'cells that are 0, for example ["-", ""]', ())
    missing: tuple[str, ...] = keyed("", "cells that are not known and are read as 0 where nothing else is printed", ())
    delimiter: str | None = keyed("", "the mark between cells of a text file", None, among=(",", ";", "\t", "|"))
    notes: tuple[str, ...] = keyed("", "sentences on what the source does, for the methods of the table", ())

    @property
    def notation(self) -> Notation:
        """How figures are written."""
        return Notation(self.decimal, self.thousands, self.zeros, self.missing)

    def joining(self, column: str) -> str:
        """The name under which a column is added up; its own where it stands alone."""
        return next((name for pattern, name in self.joined.items() if re.fullmatch(pattern, column)), column)

    @property
    def uses(self) -> tuple[str, ...]:
        """Columns of final uses and exports."""
        return (*self.finals, *self.exports)

    @property
    def beside(self) -> tuple[str, ...]:
        """Columns by product beside the uses: imports, margins and taxes."""
        return (*self.imports, *self.margins, *self.taxes)

    def more_faults(self) -> list[GroundplanError]:
        """Areas that do not go together, and regular expressions that are none."""
        kinds = [a.holds for a in self.areas]
        faults: list[GroundplanError] = []
        if "use" not in kinds and not {"domestic", "imported"} <= set(kinds):
            faults.append(StudyError("the areas have no use", fix="declare use, or domestic and imported"))
        if not self.symmetric and "supply" not in kinds:
            faults.append(StudyError("the areas have no supply", fix="declare one, or symmetric = true"))
        if "use" in kinds and not {"imported", "domestic"} & set(kinds) and not self.imports:
            fix = 'name their column: imports = ["..."], or an area of imported or of domestic use'
            faults.append(StudyError("nothing says what is imported", fix=fix))
        if self.file_count > len(self.files):
            faults.append(StudyError(f"an area stands in file {self.file_count}", fix="name all files: files = [...]"))
        patterns = (
            self.product,
            self.industry,
            self.strip,
            *self.passed_over,
            *self.own,
            *self.joined,
            *(a.until for a in self.areas),
            *(a.mark for a in self.areas),
        )
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                faults.append(StudyError(f"'{pattern}' is no regular expression: {error}", fix="mend it"))
        return faults

    @property
    def file_count(self) -> int:
        """The highest number of a file."""
        return max((a.file for a in self.areas), default=1)


def open_layout(path: Path) -> DeclaredLayout:
    """The layout in a TOML file. Raises every fault of it at once, with its line."""
    return open_document(path).record(DeclaredLayout)
