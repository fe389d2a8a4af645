"""A ministry's own table: the filled template, a workbook or a folder of CSV files, as a ``Table``.

``form`` says which sheets there are, ``template_files`` writes them, ``filled`` reads their cells.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, nearest, raise_all
from groundplan.spreadsheets import restored
from groundplan.tables.door.layout import fit, labelled
from groundplan.tables.door.mapping import NOTHING, FileMapping, open_mapping
from groundplan.tables.door.uploads import LIMITS, Upload, read_upload
from groundplan.tables.industry_classes import class_faults
from groundplan.tables.methods.supply_use import IMPORTS as SPLIT
from groundplan.tables.methods.supply_use import layers
from groundplan.tables.printed_digits import with_printed_digits
from groundplan.tables.table import Table
from groundplan.tables.template.filled_sheets import (
    CLASSES,
    SECTORS,
    About,
    Filled,
    Sheets,
    by_partner,
    classes_in,
    read_template,
)
from groundplan.tables.template.form import DOMESTIC, DRAWS, IMPORTED, IMPORTS, SHEETS, TOTAL, TOTAL_USE


def open_file(path: Path, mapping: Path | None = None) -> Table:
    """The table of a filled template: its workbook, its folder of CSV files, or the ``about.csv`` of that folder.

    ``mapping`` is a mapping file (see ``mapping``), for files that were saved in another encoding or renamed.
    Units:  ``money`` / year, as the sheet About says.
    Errors: all that ``uploads`` refuses; a file that is no template; then every fault of all sheets at once: labels
            that differ, cells that are no numbers, empty cells unless About declares them 0, kinds not known.
    """
    said = NOTHING if mapping is None else open_mapping(Path(mapping))
    return with_printed_digits(_table(_filled(Path(path), said)))


def sector_list(path: Path) -> list[tuple[str, str]]:
    """Sectors for a new template from a file of two columns, ``code`` and ``name``: CSV, or a workbook of one sheet.

    Errors: all that ``uploads`` refuses; columns missing, codes that repeat.
    """
    upload = read_upload(path, limits=LIMITS)
    cells = next(iter(upload.sheets.values()))
    frame = fit(labelled(cells, SECTORS, where=str(path)), SECTORS, where=str(path))
    return [(restored(str(code)), restored(str(name).strip())) for code, name in frame["name"].items()]


def class_list(path: Path) -> dict[str, str]:
    """Code → class from a file with columns ``code`` and ``class`` (``name`` and ``proposed class`` are not read).

    Errors: all that ``uploads`` refuses; columns missing, codes that repeat, texts that state no class.
    """
    upload = read_upload(path, limits=LIMITS)
    frame = fit(labelled(next(iter(upload.sheets.values())), CLASSES, where=str(path)), CLASSES, where=str(path))
    classes = {restored(code): restored(text) for code, text in classes_in(frame).items()}
    raise_all(class_faults(classes, classes, str(path)), where=str(path))
    return classes


def file_name(sheet: str) -> str:
    """The CSV file that stands for a sheet.

    >>> file_name("Domestic use")
    'domestic_use.csv'
    """
    return sheet.lower().replace(" ", "_") + ".csv"


def _filled(path: Path, mapping: FileMapping) -> Filled:
    folder = path.parent if path.name == file_name("About") else path
    if folder.is_dir():
        return _folder(folder, mapping)
    upload = read_upload(path, sheets=SHEETS, mapping=mapping, limits=LIMITS)
    if "About" not in upload.sheets:
        seen = f"it is .{upload.kind} with sheets {', '.join(upload.names[:8])}"
        raise TableError(
            f"the file is no table of Groundplan's template: {seen}",
            where=str(path),
            fix="write one with `groundplan template` and copy the figures into it",
        )
    sheets = {name: upload.sheets[name] for name in SHEETS if name in upload.sheets}
    return Filled(str(path), upload.kind, sheets, {path.name: upload.sha256}, upload.notes, mapping)


def _folder(folder: Path, mapping: FileMapping) -> Filled:
    """The CSV files of a folder, all their faults at once."""
    sheet_of_file = {file_name(sheet): sheet for sheet in SHEETS}
    if not (folder / file_name("About")).is_file():
        strange = sorted(p.name for p in folder.glob("*.csv") if p.name not in sheet_of_file)
        near = nearest(file_name("About"), strange)
        raise TableError(
            "the folder has no about.csv" + (f"; nearest: '{near}'" if near else ""),
            where=str(folder),
            fix="write one with `groundplan template --csv`",
        )
    uploads: dict[str, Upload] = {}
    faults: list[GroundplanError] = []
    for name, sheet in sheet_of_file.items():
        if (folder / name).is_file():
            try:
                uploads[sheet] = read_upload(folder / name, mapping=mapping, limits=LIMITS)
            except GroundplanError as error:
                faults += error.parts
    raise_all(faults, where=str(folder))
    sheets = {sheet: _restored(next(iter(u.sheets.values()))) for sheet, u in uploads.items()}
    return Filled(str(folder), "csv", sheets, {u.path.name: u.sha256 for u in uploads.values()}, (), mapping)


def _restored(cells: np.ndarray) -> np.ndarray:
    out = np.frompyfunc(lambda c: restored(c) if isinstance(c, str) else c, 1, 1)(cells)
    return np.asarray(out, dtype=object)


def _table(f: Filled) -> Table:
    """The table that the sheets say."""
    about, s = read_template(f)
    codes, uses = list(s.sectors.index), list(s.final_kinds.index)
    domestic, imported, computed = _split(s, about, codes) if about.imports == TOTAL else _apart(s)
    figures = s.figures
    controls = figures["Controls"]["value"].rename("controls") if "Controls" in figures else None
    capital = figures.get("Capital", pd.DataFrame())
    table = Table(
        country=about.country,
        country_name=about.country_name,
        year=about.year,
        money=about.money,
        domestic_use=domestic.loc[codes, codes],
        imported_use=imported.loc[codes, codes],
        domestic_final=domestic.loc[codes, uses],
        imported_final=imported.loc[codes, uses],
        exports=domestic.loc[codes, "exports"],
        reexports=imported.loc[codes, "reexports"],
        primary=figures["Primary inputs"][codes],
        final_taxes=figures["Final taxes"]["taxes"].loc[[*uses, "exports"]].rename("final_taxes"),
        final_kinds=s.final_kinds,
        primary_kinds=s.primary_kinds,
        labels=s.sectors,
        source=about.source,
        methods=(*s.methods, *computed, *f.notes),
        rounding=about.rounding,
        employment=figures["Employment"][codes] if "Employment" in figures else None,
        employment_unit=about.employment_unit if "Employment" in figures else "",
        controls=controls,
        names=s.names,
        capital_stock=capital.get("capital_stock"),
        fixed_capital_consumption=capital.get("fixed_capital_consumption"),
        investment_by_sector=capital.get("investment_by_sector"),
        capital_is_fixed=about.capital_is_fixed,
        past=about.past,
        classes=s.classes,
        plan_start=about.plan_start,
        estimated_from=about.estimated_from,
        estimated_with=about.estimated_with,
        facts_behind=about.facts_behind,
        imported_by_partner=by_partner(s, about, f.where),
    )
    if DRAWS not in figures:
        return table
    from groundplan.tables.template.draw_sheet import draws_in

    return replace(table, draws=draws_in(figures[DRAWS], table, f.where))


def _apart(s: Sheets) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """Domestic and imported uses as filled in."""
    return s.figures[DOMESTIC], s.figures[IMPORTED], ()


def _split(s: Sheets, about: About, codes: list[str]) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """Total use parted by proportionality: a product's imports go to its home uses in proportion to use."""
    use = s.figures[TOTAL_USE].loc[codes]
    none = pd.Series(0.0, index=codes)
    parts = layers(
        use, pd.DataFrame(index=codes), none, s.figures[IMPORTS]["imports"].loc[codes], exports="exports",
        re_exports="excess",
    )  # fmt: skip
    imported = parts.imported.rename(columns={"exports": "reexports"})
    again = float(imported["reexports"].sum())
    sentence = f"{SPLIT['excess']} Re-exports are {again:.6g} {about.money}."
    return parts.domestic, imported, ("The table does not part domestic and imported use. " + sentence,)
