"""Places written into a workbook to edit."""

from __future__ import annotations

import io
from pathlib import Path

from groundplan.errors import GroundplanError
from groundplan.places.known.places import Places
from groundplan.places.known.workbook.place_forms import forms_of, places_text
from groundplan.spreadsheets import WORKBOOK_OPTIONS
from groundplan.tables.returned.edit_forms import fill
from groundplan.tables.returned.manifest import MANIFEST, PLACES, safe_lines, write_manifest
from groundplan.whole_files import write_bytes

LOOKS = {
    "note": {"text_wrap": True, "valign": "top", "font_color": "#555555"},
    "head of words": {"text_wrap": True, "valign": "top", "bold": True, "bg_color": "#E8EEF4"},
    "text cell": {"num_format": "@", "valign": "top"},
}
README = (
    "This workbook is a list of places and what is known of them. Edit it, save it, and run",
    "    groundplan place --places FILE.xlsx",
    "What was changed is listed first, with its cells; then the places are chosen.",
    "",
    "Places: a row is a place. Sort rows, add rows, columns and sheets; leave the row of headings, and the first",
    "column, which is hidden: by its keys a row is found again. A new row needs no key.",
    "An empty figure is missing, and not 0.",
    "Columns: what each column of figures is. A new column of figures counts when it has a row here, with unit,",
    "meaning and source; columns that have none are notes of your own.",
    "An 'estimate' was computed by the rule beside it: it does not follow when other figures are changed.",
    "Standing works: what a place has already. Provinces: the publisher's sums, which the places must add up to.",
    "Shapes and neighbours are kept with the workbook and not shown.",
)


def places_workbook(p: Places, made_from: str) -> bytes:
    """Places as a workbook of forms; ``made_from``: the country or file that they are of."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, WORKBOOK_OPTIONS)
    looks = {name: book.add_format(look) for name, look in LOOKS.items()}
    readme = book.add_worksheet("Read me")
    readme.set_column(0, 0, 110)
    for n, line in enumerate(README):
        readme.write_string(n, 0, line)
    for form in forms_of(p):
        sheet = book.add_worksheet(form.name)
        fill(sheet, looks, form)
    write_manifest(book.add_worksheet(MANIFEST), PLACES, safe_lines(places_text(p)), made_from)
    book.close()
    return buffer.getvalue()


def write_places(p: Places, path: Path, made_from: str) -> Path:
    """Write places as a workbook, whole or not at all. Raises ``GroundplanError`` where the name is taken or wrong."""
    if path.exists():
        raise GroundplanError(f"{path} is there already", fix="name another file; nothing is overwritten")
    if path.suffix.lower() != ".xlsx":
        raise GroundplanError(f"{path} does not end in .xlsx", fix="name it .xlsx")
    return write_bytes(path, places_workbook(p, made_from), "the workbook", fix="name another place")
