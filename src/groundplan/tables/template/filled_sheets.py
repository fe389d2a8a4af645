"""The sheets of a filled template, cell by cell: labels checked against the form, figures read, faults told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.records import money
from groundplan.sources import Source
from groundplan.tables.door.figures import figures
from groundplan.tables.door.layout import Axis, Layout, fit, label_text, labelled
from groundplan.tables.door.mapping import FileMapping
from groundplan.tables.door.notation import Notation
from groundplan.tables.door.uploads import check_empty_is_zero
from groundplan.tables.industry_classes import class_faults
from groundplan.tables.national_past import NationalPast
from groundplan.tables.table import FINAL_KINDS, PRIMARY_KINDS
from groundplan.tables.template import form
from groundplan.tables.template.form import (
    BETWEEN,
    BY_USE,
    CAPITAL,
    DOMESTIC,
    DRAW_COLUMNS,
    DRAWS,
    FORMAT,
    IMPORTED,
    IMPORTS,
    PARTNERS,
    TOTAL,
    TOTAL_USE,
)

MARK = "groundplan template"
# Publishers of world tables have codes of their own beside those of ISO 3166: DE, EU27, FIGW1.
COUNTRY = "[A-Z][A-Z0-9]{1,4}"
SOURCE = ("publisher", "title", "vintage", "licence", "address")
ANY = Axis(further=r"(?s:.+)")
PLAIN, PROPOSED = "class", "proposed class"
SECTORS = Layout("Sectors", columns=Axis({"words": ("name", PLAIN, PROPOSED)}, optional=(PLAIN, PROPOSED)), rows=ANY)
CLASSES = Layout("Classes", columns=Axis({"words": ("name", PLAIN, PROPOSED)}, optional=("name", PROPOSED)), rows=ANY)
# Partner and product are one label of two cells; no code has a tab in it.
FINAL_USES = Layout("Final uses", columns=Axis({"words": ("name", "kind")}), rows=ANY)


@dataclass(frozen=True, eq=False)
class Filled:
    """The sheets of a filled template as they stand, and what was said about the file."""

    where: str
    kind: str
    sheets: Mapping[str, np.ndarray]
    sha256: dict[str, str]
    notes: tuple[str, ...]
    mapping: FileMapping


@dataclass(frozen=True)
class About:
    """The sheet About: what the table is, how its figures are written, where it comes from."""

    country: str
    country_name: str
    year: int
    money: str
    rounding: float
    imports: str
    employment_unit: str
    source: Source
    notation: Notation
    capital_is_fixed: bool
    past: NationalPast | None
    plan_start: int | None
    estimated_from: int | None
    estimated_with: str
    facts_behind: int


@dataclass(frozen=True, eq=False)
class Sheets:
    """The other sheets: lists by code, ``figures`` as floats by sheet (those that the file has), sentences."""

    sectors: pd.Series
    classes: dict[str, str]
    final_kinds: pd.Series
    primary_kinds: pd.Series
    names: dict[str, str]
    figures: dict[str, pd.DataFrame]
    methods: tuple[str, ...]


def read_about(f: Filled) -> About:
    """The sheet About, every wrong value told at once."""
    layout = Layout(
        "About",
        columns=Axis({"value": ("value",)}, further=r".+"),
        rows=Axis({"keys": tuple(form.ABOUT)}, optional=form.OPTIONAL),
    )
    frame = _fitted(f, "About", layout)
    raw = frame["value"].reindex(list(form.ABOUT), fill_value="")
    said = {str(key): label_text(cell) for key, cell in raw.items()}
    where = f"{f.where}, About"
    faults: list[GroundplanError] = []
    for key, (pattern, example) in _PATTERNS.items():
        if not re.fullmatch(pattern, said[key]):
            what = f"{key} is '{said[key][:60]}'" if said[key] else f"{key} is empty"
            faults.append(TableError(what, where=where, fix=f"{example} {form.ABOUT[key]}"))
    if not {fault.what.split(" is ")[0] for fault in faults} & {"year", form.START}:
        faults += _start_faults(said, where)
    if re.fullmatch(_PATTERNS["decimal"][0], said["decimal"]):  # without it no figure can be read
        faults += _figure_faults(f, raw, said, where)
    raise_all(faults, where=where)
    start = int(said[form.START]) if said[form.START] else None
    notation = _notation(f, said)
    rounding = figures(_rounding(raw), notation, where=where)
    return About(
        country=said["country"],
        country_name=said["country name"],
        year=int(said["year"]),
        money=said["money"],
        rounding=float(rounding.to_numpy()[0, 0]),
        imports=said["imports"],
        employment_unit=said["employment unit"],
        source=Source(**{key: said[key] for key in SOURCE}, sha256=f.sha256),
        notation=notation,
        capital_is_fixed=said["capital stock is"] != form.OTHER,
        past=_past(raw, said, notation, where),
        plan_start=start,
        estimated_from=int(said[form.ESTIMATED]) if said[form.ESTIMATED] else None,
        estimated_with=said[form.STRUCTURES],
        facts_behind=int(said[form.FACTS] or 0),
    )


def _start_faults(said: Mapping[str, str], where: str) -> list[GroundplanError]:
    """A plan that would start within the accounts."""
    if not said[form.START] or int(said[form.START]) > int(said["year"]):
        return []
    what = f"{form.START} is {said[form.START]}, and the accounts are of {said['year']}"
    return [TableError(what, where=where, fix=f"write {int(said['year']) + 1} or later, or nothing")]


def _rounding(raw: pd.Series) -> pd.DataFrame:
    return pd.DataFrame([[raw["rounding"]]], ["rounding"], ["value"])


def _figure_faults(f: Filled, raw: pd.Series, said: Mapping[str, str], where: str) -> list[GroundplanError]:
    """What is wrong with the figures of About, where it says how figures are written."""
    faults: list[GroundplanError] = []
    try:
        notation = _notation(f, said)
    except GroundplanError as error:
        return list(error.parts)
    steps: list[Callable[[], object]] = [lambda: _past(raw, said, notation, where)]
    if said["rounding"]:
        steps.append(lambda: figures(_rounding(raw), notation, where=where))
    for step in steps:
        try:
            step()
        except GroundplanError as error:
            faults += error.parts
    return faults


def _past(raw: pd.Series, said: Mapping[str, str], notation: Notation, where: str) -> NationalPast | None:
    """The country's past as About states it; None where it states nothing."""
    stated = [key for key in form.PAST if said[key]]
    if not stated:
        return None
    rates = figures(raw[stated].to_frame("value"), notation, where=where)["value"]
    low, high = -0.5, 5.0
    raise_all(
        [
            TableError(
                f"{key} is {rates[key]:g}", where=where, fix=f"give a share, not a percentage. {form.ABOUT[key]}"
            )
            for key in stated
            if not (rates[key] > 0.0 if key in ("wear of capital", "output per head") else low < rates[key])
            or not rates[key] < (high if key == "output per head" else -low)
        ]
    )
    given = {form.PAST[key]: float(rates[key]) for key in stated}
    year = int(said["year"]) if said["year"].isdigit() else 0  # a year that is none is told by itself
    return NationalPast(year=year, basis=f"{said['publisher']}, {said['year']}", **given)


_PATTERNS = {
    MARK: (str(FORMAT), f"Write {FORMAT}."),
    "country": (COUNTRY, "Write a code."),
    "country name": (".+", "Write a name."),
    "year": ("[12][0-9]{3}", "Write a year."),
    "money": (money.PATTERN, "Write a unit."),
    "rounding": (".+", "Write a number."),
    "imports": (f"{BY_USE}|{TOTAL}", f"Write '{BY_USE}' or '{TOTAL}'."),
    "empty cells are 0": ("yes|no", "Write yes or no."),
    "decimal": ("[.,]", "Write a mark."),
    "thousands": ("[.,' ]?", "Write a mark, or nothing."),
    "capital stock is": (f"({form.FIXED}|{form.OTHER})?", f"Write '{form.FIXED}' or '{form.OTHER}', or nothing."),
    form.START: ("([12][0-9]{3})?", "Write a year, or nothing."),
    form.ESTIMATED: ("([12][0-9]{3})?", "Write a year, or nothing."),
    form.FACTS: ("[0-9]{0,6}", "Write a whole number, or nothing."),
    **{key: (".+", "Write it.") for key in SOURCE if key not in form.OPTIONAL},
}


def _notation(f: Filled, said: Mapping[str, str]) -> Notation:
    """The marks that About declares; the mapping file comes first."""
    own = f.mapping.notation
    zeros = own.zeros
    if said["empty cells are 0"] == "yes":
        check_empty_is_zero(f.kind, f.where)
        zeros = tuple(dict.fromkeys((*zeros, "")))
    return replace(
        own, decimal=own.decimal or said["decimal"], thousands=own.thousands or said["thousands"] or None, zeros=zeros
    )


def read_template(f: Filled) -> tuple[About, Sheets]:
    """About and all other sheets.

    Errors: every fault of every sheet at once, as far as one does not hide the other: without the lists of sectors and
    final uses no sheet has a form, and without About no cell has a meaning.
    """
    about: About | None = None
    faults: list[GroundplanError] = []
    try:
        about = read_about(f)
    except GroundplanError as error:
        faults += error.parts
    lists, wrong = _all(f, {"Sectors": SECTORS, "Final uses": FINAL_USES})
    faults += wrong
    if wrong:
        raise_all(faults, where=f.where)
    sectors, finals = lists["Sectors"], lists["Final uses"]
    by_use = DOMESTIC in f.sheets or TOTAL_USE not in f.sheets
    imports = about.imports if about is not None else BY_USE if by_use else TOTAL
    frames, wrong = _all(f, _layouts(f, list(map(str, sectors.index)), list(map(str, finals.index)), imports))
    faults += [*wrong, *_mapping_faults(f)]
    classes = classes_in(sectors)
    faults += _wrong_kinds(finals["kind"], FINAL_KINDS, f"{f.where}, Final uses")
    faults += class_faults(classes, classes, f"{f.where}, Sectors")
    if "Primary inputs" in frames:
        faults += _wrong_kinds(frames["Primary inputs"]["kind"], PRIMARY_KINDS, f"{f.where}, Primary inputs")
    read: dict[str, pd.DataFrame] = {}
    for sheet, frame in frames.items():
        if about is None:
            break  # which marks the figures are written with is not known
        cells = frame.drop(columns=[c for c in ("name", "kind") if c in frame])
        if sheet == "Capital":
            cells = cells.loc[:, [c for c in cells if (cells[c] != "").any()]]
        try:
            read[sheet] = figures(cells, about.notation, where=f"{f.where}, {sheet}")
        except GroundplanError as error:
            faults += error.parts
    if "Employment" in frames and about is not None and not about.employment_unit:
        what = "the sheet Employment has rows and About does not say its unit"
        faults.append(TableError(what, where=f"{f.where}, About", fix="write it beside 'employment unit': persons"))
    raise_all(faults, where=f.where)
    assert about is not None  # else its faults were raised
    primary = frames["Primary inputs"]
    described = [finals, primary, *([frames["Employment"]] if "Employment" in frames else [])]
    names = {
        str(code): label_text(name) for frame in described for code, name in frame["name"].items() if label_text(name)
    }
    if PARTNERS in frames:
        partners = frames[PARTNERS]["name"].items()
        names |= {str(code).partition(BETWEEN)[0]: label_text(name) for code, name in partners if label_text(name)}
    return about, Sheets(
        sectors=pd.Series([label_text(name) or str(code) for code, name in sectors["name"].items()], sectors.index),
        classes=classes,
        final_kinds=finals["kind"].map(label_text),
        primary_kinds=primary["kind"].map(label_text),
        names=names,
        figures=read,
        methods=_sentences(f),
    )


def by_partner(s: Sheets, about: About, where: str) -> dict[str, pd.DataFrame] | None:
    """Partner → imports from there by product and use, with zeros for rows that are left out; None without the sheet.

    Raises, all at once, products that are no sector, and partners of imports whose use is not known.
    """
    if PARTNERS not in s.figures:
        return None
    figures, codes, place = s.figures[PARTNERS], list(s.sectors.index), f"{where}, {PARTNERS}"
    if about.imports == TOTAL:
        fix = "fill Domestic use and Imported use, or leave the sheet without rows"
        raise TableError("partners are told by use, and imports are not", where=place, fix=fix)
    pairs = [str(label).partition(BETWEEN) for label in figures.index]
    raise_all([UnknownName("sector", c, codes, where=place) for _, _, c in pairs if c not in codes], where=place)
    uses = [*codes, *s.final_kinds.index]
    index = pd.MultiIndex.from_tuples([(partner, code) for partner, _, code in pairs])
    named = figures[uses].set_axis(index)
    parts: dict[str, pd.DataFrame] = {}
    for partner in dict.fromkeys(partner for partner, *_ in pairs):
        own = named[[p == partner for p, *_ in pairs]]
        parts[partner] = own.set_axis(own.index.get_level_values(1)).reindex(codes, fill_value=0.0)
    return parts


def classes_in(sectors: pd.DataFrame) -> dict[str, str]:
    """Code → class, where the list states one."""
    if PLAIN not in sectors:
        return {}
    return {str(code): text for code, cell in sectors[PLAIN].items() if (text := label_text(cell))}


def _layouts(f: Filled, codes: Sequence[str], finals: Sequence[str], imports: str) -> dict[str, Layout]:
    """What each sheet of figures must have, given the sectors and final uses."""
    rows = Axis({"sectors": tuple(codes)})

    def matrix(sheet: str, *columns: str, down: Axis = rows) -> Layout:
        return Layout(sheet, columns=Axis({"columns": columns}), rows=down)

    wanted = {
        "Primary inputs": matrix("Primary inputs", "name", "kind", *codes, down=ANY),
        "Final taxes": matrix("Final taxes", "taxes", down=Axis({"uses": (*finals, "exports")})),
    }
    if imports == TOTAL:
        wanted[TOTAL_USE] = matrix(TOTAL_USE, *codes, *finals, "exports")
        wanted[IMPORTS] = matrix(IMPORTS, "imports")
    else:
        wanted[DOMESTIC] = matrix(DOMESTIC, *codes, *finals, "exports")
        wanted[IMPORTED] = matrix(IMPORTED, *codes, *finals, "reexports")
    optional = {
        "Employment": matrix("Employment", "name", *codes, down=ANY),
        "Capital": matrix("Capital", *CAPITAL),
        "Controls": matrix("Controls", "value", down=ANY),
        PARTNERS: replace(matrix(PARTNERS, "name", *codes, *finals, down=ANY), code_columns=(0, 1), joint=BETWEEN),
    }
    if _has_rows(f, DRAWS):
        numbers = [text for cell in f.sheets[DRAWS][0, len(DRAW_COLUMNS) :] if (text := label_text(cell))]
        optional[DRAWS] = replace(matrix(DRAWS, *numbers, down=ANY), code_columns=(0, 1), joint=BETWEEN)
    return wanted | {sheet: layout for sheet, layout in optional.items() if _has_rows(f, sheet)}


def _has_rows(f: Filled, sheet: str) -> bool:
    cells = f.sheets.get(sheet)
    return cells is not None and bool((cells[1:] != "").any())


def _all(f: Filled, layouts: Mapping[str, Layout]) -> tuple[dict[str, pd.DataFrame], list[GroundplanError]]:
    """Each sheet under its layout, its rows and columns in the layout's order; and the faults of those that are not."""
    frames: dict[str, pd.DataFrame] = {}
    faults: list[GroundplanError] = []
    for sheet, layout in layouts.items():
        try:
            frames[sheet] = _fitted(f, sheet, layout)
        except GroundplanError as error:
            faults += error.parts
    return frames, faults


def _fitted(f: Filled, sheet: str, layout: Layout) -> pd.DataFrame:
    where = f"{f.where}, {sheet}"
    if sheet not in f.sheets:
        raise TableError(f"the sheet '{sheet}' is missing", where=f.where, fix="copy it from a fresh template")
    cells = labelled(f.sheets[sheet], layout, where=where)
    frame = fit(cells, layout, _narrowed(f.mapping, cells), where=where)
    columns = [*(c for c in layout.columns.fixed if c in frame), *layout.columns.others(frame.columns)]
    rows = frame.index if layout.rows is None or layout.rows is ANY else layout.rows.fixed
    return frame.loc[[r for r in rows if r in frame.index], columns]


def _narrowed(mapping: FileMapping, frame: pd.DataFrame) -> FileMapping:
    """The names of the mapping that this sheet has; a template has many sheets and one mapping."""
    columns, rows = set(frame.columns), set(frame.index)
    return replace(
        mapping,
        columns={k: v for k, v in mapping.columns.items() if k in columns},
        rows={k: v for k, v in mapping.rows.items() if k in rows},
        left_out={
            "columns": tuple(n for n in mapping.leave_out("column") if n in columns),
            "rows": tuple(n for n in mapping.leave_out("row") if n in rows),
        },
        header_row=None,
        code_columns=(),
    )


def _mapping_faults(f: Filled) -> list[GroundplanError]:
    """Names of the mapping that no sheet has; and what a mapping cannot say about a template."""
    faults: list[GroundplanError] = []
    words = [(grid[0], grid[:, 0]) for grid in f.sheets.values() if grid.size]
    for kind, side in (("column", 0), ("row", 1)):
        labels = {label_text(word) for pair in words for word in pair[side]} - {""}
        for name in (*f.mapping.of(kind), *f.mapping.leave_out(kind)):
            if name not in labels:
                faults.append(UnknownName(f"{kind} of any sheet", name, labels, where=f"the mapping of {f.where}"))
    fixed = {"sheet": f.mapping.sheet, "header_row": f.mapping.header_row, "code_columns": f.mapping.code_columns}
    for key in (key for key, value in fixed.items() if value):
        what = f"the mapping says {key}, and a template has its sheets and codes where they are"
        faults.append(TableError(what, where=f"the mapping of {f.where}", fix="take the line out"))
    return faults


def _wrong_kinds(kinds: pd.Series, allowed: Sequence[str], where: str) -> list[GroundplanError]:
    wrong = [(code, label_text(kind)) for code, kind in kinds.items() if label_text(kind) not in allowed]
    return [UnknownName("kind", kind, allowed, where=f"{where}, row '{code}'") for code, kind in wrong]


def _sentences(f: Filled) -> tuple[str, ...]:
    """The sheet Methods: its second column, every sentence with its full stop."""
    if not _has_rows(f, "Methods") or f.sheets["Methods"].shape[1] < 2:
        return ()
    said = [label_text(cell) for cell in f.sheets["Methods"][1:, 1]]
    return tuple(s if s.endswith(".") else f"{s}." for s in said if s)
