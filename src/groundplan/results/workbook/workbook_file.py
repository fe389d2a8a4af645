"""An outcome as a workbook: the brief first, a sheet a view, native charts, live totals, and where it comes from."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.outcome import Outcome
from groundplan.results.framed import framed
from groundplan.results.spoken_views import naming, spoken_views
from groundplan.results.text_page import text_page
from groundplan.results.view import ANNEX, BRIEF, Grid, Reference, Verbatim, View
from groundplan.results.view_list import has_views
from groundplan.results.workbook.cell_styles import CellStyles, cell_text
from groundplan.results.workbook.native_charts import DATA, NativeCharts
from groundplan.results.workbook.sheet_names import sheet_name
from groundplan.results.workbook.sheet_page import GridPlace, SheetPage
from groundplan.results.workbook.source_sheet import NAME as SOURCES
from groundplan.results.workbook.source_sheet import fill_sources
from groundplan.spreadsheets import WORKBOOK_OPTIONS
from groundplan.whole_files import write_whole

ENDING = ".xlsx"
MOST = 1000
FIRST = "Brief"


@naming
def workbook(o: Outcome) -> bytes:
    """The outcome as an .xlsx workbook."""
    return workbook_of(spoken_views(o) if has_views(o) else _plain_views(o), o)


def workbook_of(there: Sequence[View], o: Outcome) -> bytes:
    """Views of an outcome as an .xlsx workbook, the first on the first sheet."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, WORKBOOK_OPTIONS)
    styles = CellStyles(book)
    pages = _pages(book, styles, there)
    grids = [g for page in pages for g in page.grids]
    sheets = {page.name: page.sheet for page in pages}
    charts = NativeCharts(book, styles, grids, sheets)
    for page in pages:
        for place in page.charts:
            charts.put(place)
    _contents(pages, there)
    _names(book, grids)
    fill_sources(book.add_worksheet(said(SOURCES)), styles, o, there, grids)
    made_by = f"Groundplan {o.provenance.get('groundplan', '')}"
    book.set_properties({"title": cell_text(there[0].title), "comments": made_by})
    book.close()
    return buffer.getvalue()


def _plain_views(o: Outcome) -> tuple[View, ...]:
    """What has no views of its own: its page of text, and its tables as they are."""
    tables = [
        View(name, name, ANNEX, (Grid(name, framed(t.index.rename("row"), [(str(c), "", t[c].tolist()) for c in t])),))
        for name, t in o.tables.items()
        if len(t) and len(t.columns)
    ]
    return View("brief", o.engine.capitalize(), BRIEF, (Verbatim(text_page(o)),)), *tables


def _pages(book: Any, styles: CellStyles, there: Sequence[View]) -> list[SheetPage]:
    """A filled sheet for every view that says more than sources."""
    pages: list[SheetPage] = []
    taken, ranges = [said(SOURCES), DATA], list[str]()
    for view in there:
        if all(isinstance(p, Reference) for p in view.parts) and pages:
            continue
        name = said(FIRST) if not pages else sheet_name(view.title, taken)
        taken.append(name)
        page = SheetPage(styles, book.add_worksheet(name), name, view.name, ranges)
        page.fill(view)
        pages.append(page)
    return pages


def _contents(pages: Sequence[SheetPage], there: Sequence[View]) -> None:
    """On the first sheet: the other sheets, each a click away."""
    first, titles = pages[0], {v.name: v.title for v in there}
    first.row += 1
    for page in pages[1:]:
        target = page.name.replace("'", "''")
        first.styles.link(first.sheet, first.row, f"internal:'{target}'!A1", titles[page.view])
        first.row += 1
    first.styles.link(first.sheet, first.row, f"internal:'{said(SOURCES)}'!A1", said("Sources, units and notes"))


def _names(book: Any, grids: Sequence[GridPlace]) -> None:
    """A name for every table with its headings and labels."""
    for g in grids:
        quoted = g.sheet.replace("'", "''")
        (last, across), corner = g.last, _cell(g.head, 0)
        book.define_name(g.range_name, f"='{quoted}'!{corner}:{_cell(last, across)}")


def _cell(row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))


def write_workbook(outcome: Outcome, path: str | Path) -> Path:
    """Write an outcome as a workbook, whole or not at all; the answer is where.

    Where a file has the name, the next free number is put after it: a workbook may have been worked in.
    Raises ``GroundplanError`` for a name that does not end in .xlsx, and where it cannot be written.
    """
    checked(path)
    return put_workbook(workbook(outcome), path)


def checked(path: str | Path) -> None:
    """Refuse a name that a spreadsheet program would not open. Raises ``GroundplanError``."""
    if Path(path).suffix.lower() != ENDING:
        raise GroundplanError(f"{path} does not end in {ENDING}", where=str(path), fix=f"name it FILE{ENDING}")


def put_workbook(data: bytes, path: str | Path) -> Path:
    """Write a workbook's bytes under the name, or under the next free number after it."""
    place = Path(path)
    for number in range(2, MOST):
        if not place.exists():
            break
        place = Path(path).with_name(f"{Path(path).stem}-{number}{Path(path).suffix}")
    try:
        write_whole(place, data)
    except OSError as error:
        what = f"the workbook cannot be written: {error.strerror or error}"
        raise GroundplanError(what, where=str(place), fix="name another file") from error
    return place


def workbook_to(o: Outcome, path: str) -> Callable[[], str]:
    """The workbook made now; called, the answer writes it and says where it is."""
    checked(path)
    data = workbook(o)

    def write() -> str:
        place = put_workbook(data, path)
        stays = "" if place == Path(path) else f" {path} was there already and is left as it is."
        return f"Workbook: {place}.{stays}"

    return write
