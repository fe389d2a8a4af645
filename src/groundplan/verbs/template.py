"""An empty or worked template for a table of one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from groundplan.errors import GroundplanError
from groundplan.outcome import Outcome
from groundplan.tables import catalogue
from groundplan.tables.template import form
from groundplan.tables.template.filled_template import sector_list
from groundplan.tables.template.template_files import write_template

SECTORS = 20


def template(
    path: str | Path | None = None,
    *,
    sectors: int | str | Path = SECTORS,
    like: str | None = None,
    year: int | None = None,
    csv: bool = False,
    imports_total: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Write a template for a table of one's own: a workbook, or with ``csv`` a folder of CSV files.

    ``path``: where; own_table.xlsx or the folder own_table by default. ``sectors``: their number, or a file with
    columns code and name. ``like``: filled with the accounts of a shipped country, of ``year``, as an example.
    ``imports_total``: imports by product only, not by use.
    Table: written (what, path). Raises ``GroundplanError`` for choices that do not go together, ``UnknownName`` for a
    country that is not shipped, and what the writer refuses.
    """
    if like and imports_total:
        raise GroundplanError("--like fills in imports by use", fix="leave out --imports-total")
    if like and str(sectors) != str(SECTORS):
        raise GroundplanError("--like has the sectors of its country", fix="leave out --sectors, or --like")
    if like:
        content = form.filled(catalogue.load(like, year))
    else:
        words = str(sectors)
        number = words.isascii() and words.removeprefix("-").isdigit()
        listed = form.numbered(int(words)) if number else sector_list(Path(words))
        content = form.blank(listed, imports=form.TOTAL if imports_total else form.BY_USE)
    progress("writing the template")
    target = Path(path or ("own_table" if csv else "own_table.xlsx"))
    written = write_template(target, content, as_csv=csv)
    table = pd.DataFrame([("template", str(written))], columns=["what", "path"])
    return Outcome({}, {"written": table}, {"engine": "template"})
