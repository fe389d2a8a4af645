"""An empty or worked template for a table of one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Unpack

import pandas as pd

from groundplan.economy.estimating.asked_facts import FactForm, form_for, write_facts
from groundplan.economy.estimating.known_facts import Controls, read_controls
from groundplan.errors import GroundplanError
from groundplan.outcome import Outcome
from groundplan.places.choose_places import open_places
from groundplan.places.known.workbook.place_writing import write_places
from groundplan.study.asking import Files, study_of
from groundplan.tables.template import form
from groundplan.tables.template.filled_template import sector_list
from groundplan.tables.template.template_files import write_template

SECTORS = 20


def template(
    path: str | Path | None = None,
    *,
    sectors: int | str | Path = SECTORS,
    like: str | Path | None = None,
    csv: bool = False,
    imports_total: bool = False,
    places: str | Path | None = None,
    roles: str | Path | None = None,
    controls: str | Path | None = None,
    to: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
    **files: Unpack[Files],
) -> Outcome:
    """Write a template for a table of one's own: a workbook, or with ``csv`` a folder of CSV files.

    ``path``: where; own_table.xlsx or the folder own_table by default. ``sectors``: their number, or a file with
    columns code and name. ``like``: filled with the accounts of a shipped country, of a template or study of one's own,
    or of a country in a publisher's files (``files`` as in ``study.asking.Files``): an example, or a workbook to edit,
    of which is said what was changed when it is read. ``imports_total``: imports by product only, not by use.
    ``places``: a workbook of places to edit instead, of a shipped country or of a file with its ``roles``.
    ``controls``: instead, a form for what is known of the year ``to`` (facts.xlsx, or TOML by its ending), for the
    accounts of that country with their figures for comparison; without ``to`` a file of facts, written in the other
    form. Table: written (what, path). Raises ``GroundplanError`` for choices that do not go together, ``UnknownName``
    for a country that is not shipped, and what the writer refuses.
    """
    if to is not None and controls is None:
        raise GroundplanError("a year is given, and no facts are asked for", fix="give --controls COUNTRY too")
    if controls is not None:
        if like or places or csv or imports_total or roles:
            raise GroundplanError("--controls is a form for facts, not for accounts", fix="write them one by one")
        progress("writing the form")
        facts = _facts(controls, to, files)
        return _written("facts", write_facts(facts, Path(path or "facts.xlsx")))
    if like and imports_total:
        raise GroundplanError("--like fills in imports by use", fix="leave out --imports-total")
    if like and str(sectors) != str(SECTORS):
        raise GroundplanError("--like has the sectors of its country", fix="leave out --sectors, or --like")
    if places is not None:
        if like or files or csv or imports_total:
            raise GroundplanError("--places is a workbook of places, not of accounts", fix="write them one by one")
        target = Path(path or "own_places.xlsx")
        return _written("places", write_places(open_places(places, roles), target, str(places)))
    if roles is not None:
        raise GroundplanError("roles are of a file of places", fix="name it: --places FILE")
    if files and not like:
        fix = f"say whose accounts are to be written: --like COUNTRY, or leave out {', '.join(files)}"
        raise GroundplanError("files are named, and no country whose accounts they hold", fix=fix)
    if like:
        content = form.filled(study_of(like, choices=dict(files)).opening.stated())
    else:
        words = str(sectors)
        number = words.isascii() and words.removeprefix("-").isdigit()
        listed = form.numbered(int(words)) if number else sector_list(Path(words))
        content = form.blank(listed, imports=form.TOTAL if imports_total else form.BY_USE)
    progress("writing the template")
    target = Path(path or ("own_table" if csv else "own_table.xlsx"))
    made_from = "" if like is None else str(like)
    return _written("template", write_template(target, content, as_csv=csv, made_from=made_from))


def _facts(controls: str | Path, to: int | None, files: Files) -> FactForm | Controls:
    """The form for a year's facts, or those of a file."""
    if to is not None:
        return form_for(study_of(controls, choices=dict(files)).opening.stated(), to)
    if files or not Path(controls).suffix:
        fix = "give --to YEAR for an empty form, or name a file of facts to write in the other form"
        raise GroundplanError(f"no year is given that the facts of '{controls}' are to be of", fix=fix)
    return read_controls(controls)


def _written(what: str, path: Path) -> Outcome:
    return Outcome({}, {"written": pd.DataFrame([(what, str(path))], columns=["what", "path"])}, {"engine": "template"})
