"""What a file of the user's is: believed, asked, and written down to be mended."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from groundplan.economy.economy import TOLERANCE, Economy
from groundplan.economy.table_checks import column_output, row_output
from groundplan.errors import GroundplanError, StudyError, raise_all
from groundplan.outcome import Outcome
from groundplan.tables.door.mapping import NOTHING, FileMapping, open_mapping
from groundplan.tables.published import layout_words, published_layout
from groundplan.tables.readers.social.sam_matrix import TOTAL, Square
from groundplan.tables.recognition import (
    Attempt,
    FileView,
    fitting_layouts,
    look_at,
    proposed_accounts,
    roles_text,
    square_of,
    upload_is_template,
)
from groundplan.tables.returned.opened_page import SHOWN, OpenedPage
from groundplan.tables.table import Table
from groundplan.tables.template import form
from groundplan.tables.template.filled_sheets import COUNTRY
from groundplan.tables.template.filled_template import open_file
from groundplan.tables.template.template_files import write_template
from groundplan.tables.world_table import WorldTable
from groundplan.whole_files import write_text

MATRIX, OF_TABLE = "sam", ("country", "year", "money", "sectors")
OF_FIGURES = re.compile(r"row '|row totals|column totals|what accounts receive|and \d+ more cells")  # not of names


def open(
    files: str | Path | Sequence[str | Path],
    *,
    layout: str = "",
    roles: str | Path | None = None,
    country: str = "XXX",
    year: int | None = None,
    money: str | None = None,
    mapping: str | Path | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    decimal: str | None = None,
    thousands: str | None = None,
    tolerance: float = TOLERANCE,
    name: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """What the files of one table are believed to be, which totals fit, and what only the user can say.

    ``layout``: a word or a TOML file; without it every layout is tried. ``roles`` is the roles file of a
    social accounting matrix. ``country``, ``year``, ``money``, ``sheet``, ``header_row``, ``decimal``, ``thousands``
    and ``mapping`` (a file) are what the user says; nothing of it is guessed. ``tolerance`` is that of ``see``. With
    ``name`` a mapping, a proposal of roles and, where all is said and the table balances, the economy as a filled
    template are written under this name; nothing is overwritten.
    Tables: lines (line), beliefs (file, what, value), questions (what, how), totals (what, fits, detail), written
    (what, path), answers (option, value: what is believed, by the option that says it), accounts (account, name, kind,
    pair: of a matrix, proposed), faults (file, sheet, cell, what, fix). Raises what the door refuses.
    """
    paths = [Path(files)] if isinstance(files, (str, Path)) else [Path(p) for p in files]
    if not paths:
        raise StudyError("no file is named", fix="name the files of one table")
    said = _said(mapping, sheet, header_row, decimal, thousands)
    page = OpenedPage()
    progress("looking at the files")
    views = [look_at(path, said) for path in paths if path.is_file() or not path.is_dir()]
    for view in views:
        _show(view, page, said)
    if len(views) == 1 and upload_is_template(views[0]):
        _of_template(views[0].path, mapping, tolerance, page)
        return page.outcome(paths, said)
    many = [v for v in views if not v.sheet and len(v.sheets) > 1]
    square = square_of(paths[0], views[0].writing, said) if views and not many else StudyError("several sheets")
    progress("trying the layouts")
    tried = [*paths, *([Path(roles)] if roles else [])]
    attempts = fitting_layouts(tried, country, 2000 if year is None else year, money, said, MATRIX if roles else layout)
    best = _believed(attempts, square, page, paths[0].name, len(paths))
    best = best if best is None or best.world is None else _one_country(best, best.world, country, tolerance, page)
    if many and (best is None or best.table is None):
        names = ", ".join(n for n, *_ in many[0].sheets[:8])
        page.ask(f"Which sheet of {many[0].path.name} has the table? It has {names}", "--sheet NAME")
    economy = _closes(best, page, tolerance)
    _ask_rest(best, page, year, money, country)
    if isinstance(square, Square):
        page.accounts = proposed_accounts(square)
    if name:
        _write(name, best, square, page, said, economy)
    return page.outcome(tried, said)


def _of_template(path: Path, mapping: str | Path | None, tolerance: float, page: OpenedPage) -> None:
    """What a filled template says, and whether it opens."""
    page.believe(path.name, "layout", "the filled template of this package")
    try:
        table = open_file(path, None if mapping is None else Path(mapping))
    except GroundplanError as error:
        page.faults += error.parts
        page.lines.append(f"  It does not open yet: {len(error.parts)} faults")
        return
    for what, value in (("country", f"{table.country_name} ({table.country})"), ("year", table.year),
                        ("money", table.money), ("sectors", len(table.labels))):  # fmt: skip
        page.believe(path.name, what, value)
    if _closed(table, page, tolerance) is not None:
        page.lines.append(f"  It opens as it is: groundplan see {path}")


def _said(
    mapping: str | Path | None, sheet: str | None, header_row: int | None, decimal: str | None, thousands: str | None
) -> FileMapping:
    """What the user says of how the file is written, options before the mapping file."""
    said = NOTHING if mapping is None else open_mapping(Path(mapping))
    marks = {k: v for k, v in (("decimal", decimal), ("thousands", thousands)) if v is not None}
    given = {k: v for k, v in (("sheet", sheet), ("header_row", header_row)) if v is not None}
    return dataclasses.replace(said, notation=dataclasses.replace(said.notation, **marks), **given)  # type: ignore[arg-type]


def _show(view: FileView, page: OpenedPage, said: FileMapping) -> None:
    """What is seen of a file without a layout, and what its figures and units leave open."""
    page.lines.append(f"{view.path.name}")
    page.believe(view.path.name, "kind", view.kind)
    sizes = ", ".join(f"{n} ({rows} × {columns})" for n, rows, columns in view.sheets[:6])
    more = f" and {len(view.sheets) - 6} more" if len(view.sheets) > 6 else ""
    page.believe(view.path.name, "sheet", view.sheet if len(view.sheets) == 1 else f"of {sizes}{more}")
    writing = view.writing
    for figure, possible in writing.examples.items():
        listed = "; or ".join(f"{value:.12g} with {line}" for line, value in possible.items()) or "no number"
        page.believe(view.path.name, "figure", f"'{figure}' is {listed}")
    if len(writing.choices) > 1 and said.notation.decimal is None and said.notation.thousands is None:
        options = "; or ".join(_marks(pair) for pair in writing.choices)
        page.ask(
            f"How does {view.path.name} write figures? All of them can be read in {len(writing.choices)} ways", options
        )
    elif writing.settled is not None:
        page.believe(view.path.name, "marks", f"{_marks(writing.settled)} (no other reading fits all figures)")
        page.answers += [(o, m) for o, m in zip(("decimal", "thousands"), writing.settled, strict=True) if m]
    for cell, value in view.cells:
        page.believe(view.path.name, "figure", f"{cell} is {value:.12g}")
    if view.sheet and view.kind not in ("csv", "text"):
        page.answers.append(("sheet", view.sheet))
    for text in view.units:
        page.believe(view.path.name, "unit?", f"it says '{text}'")
    page.lines += [f"  {note}" for note in view.notes]


def _marks(pair: tuple[str | None, str | None]) -> str:
    decimal, thousands = pair
    words = [f'--decimal "{decimal}"'] if decimal else []
    return " ".join([*words, *([f'--thousands "{thousands}"'] if thousands else [])]) or "no marks"


def _more(word: str, files: int) -> bool:
    """Whether a layout takes more files than were named."""
    return len(published_layout(word).files) > files


def _believed(
    attempts: list[Attempt], square: Square | GroundplanError, page: OpenedPage, file: str, files: int
) -> Attempt | None:
    """The layout that the files are believed to have, and what keeps others away."""
    fits = [a for a in attempts if a.fits]
    if fits:
        page.believe(file, "layout", " or ".join(a.layout for a in fits))
        if len(fits) > 1:
            page.ask("Which layout is it? More than one fits", "--layout " + " or ".join(a.layout for a in fits))
        else:
            page.answers.append(("layout", fits[0].layout))
        best = fits[0]
    elif isinstance(square, Square):
        best = next((a for a in attempts if a.layout == MATRIX), Attempt(MATRIX, None, ()))
        page.believe(file, "layout", f"{MATRIX}: a square matrix of {len(square.accounts)} accounts")
        page.answers.append(("layout", MATRIX))
    elif all(OF_FIGURES.match(fault.what) for fault in square.parts):
        page.believe(file, "layout", f"{MATRIX}: a square matrix whose figures have faults")
        page.answers.append(("layout", MATRIX))
        best = Attempt(MATRIX, None, square.parts)
    else:
        page.believe(file, "layout", "none of the known ones fits")
        for attempt in attempts[:2]:
            page.lines.append(f"  nearest: {attempt.layout}, which differs in {len(attempt.faults)} ways:")
            page.lines += [f"    - {what}" for what in list(dict.fromkeys(f.what for f in attempt.faults))[:SHOWN]]
        several = [f"{w} ({', '.join(published_layout(w).files)})" for w in layout_words() if _more(w, files)]
        if several:
            page.lines.append(f"  A table may be in several files, named together: {'; '.join(several)}.")
        page.ask(
            "Which layout is it, or how is it laid out?", "--layout WORD, or a layout of your own: --layout mine.toml"
        )
        page.faults += attempts[0].faults if len(attempts) == 1 else ()
        return attempts[0] if attempts else None
    if best.layout == MATRIX and isinstance(square, Square):
        page.believe(file, "header row", f"{square.header}, accounts in column {square.column}")
        total = (
            "what is printed as total fits its parts" if TOTAL in square.printed else "accounts pay what they receive"
        )
        page.totals.append((total, True, ""))
        page.lines.append(f"  {total}, rounding apart")
    page.faults += [f for f in best.faults if "roles file" not in f.fix]  # whose kind nobody said is asked for
    for fault in best.faults[:SHOWN]:
        page.lines.append(f"  - {fault.what}")
        if fault.fix:
            page.lines.append(f"    {fault.fix}")
    if best.layout == MATRIX and any(
        "account" in f.what or "kind" in f.what or "factor" in f.what for f in best.faults
    ):
        page.ask("What are the accounts?", "write a roles file (--name proposes one), then --roles FILE")
    return best


def _one_country(best: Attempt, world: WorldTable, country: str, tolerance: float, page: OpenedPage) -> Attempt:
    """The accounts of one country of a world table, where the user says which and the table balances."""
    from groundplan.economy.world import World

    countries = ", ".join(world.countries)
    page.lines.append(
        f"  a world table of {len(world.countries)} countries with {len(world.industries)} industries each"
    )
    if country not in world.countries:
        page.lines.append(f"  countries: {countries}")
        return best
    try:
        return dataclasses.replace(best, table=World.from_table(world, tolerance=tolerance).table(country))
    except GroundplanError as error:
        page.totals.append(("uses and costs against output, in every country", False, error.parts[0].what))
        page.lines.append(f"  the world table does not close at {len(error.parts)} places")
        page.faults += error.parts
        page.lines += [f"  - {fault.what}" for fault in error.parts[:SHOWN]]
        return best


def _closes(best: Attempt | None, page: OpenedPage, tolerance: float) -> Economy | None:
    """The economy, where costs are output; the gap said where they are not."""
    return None if best is None or best.table is None else _closed(best.table, page, tolerance)


def _closed(t: Table, page: OpenedPage, tolerance: float) -> Economy | None:
    output = row_output(t)
    gap = (output - column_output(t)).abs()
    worst = str(gap.idxmax())
    detail = f"largest gap {gap.max():.6g} of {output[worst]:.6g} in {worst}"
    try:
        economy = Economy.from_table(t, tolerance=tolerance)
    except GroundplanError as error:
        page.totals.append(("costs against output", False, detail))
        page.lines.append(f"  costs and output do not close: {detail}")
        page.lines += [f"  - {fault.what}" for fault in error.parts[:SHOWN]]
        page.faults += error.parts
        return None
    page.totals.append(("costs against output", True, detail))
    page.lines.append(f"  costs are output in all {len(output)} sectors ({detail})")
    return economy


def _ask_rest(best: Attempt | None, page: OpenedPage, year: int | None, money: str | None, country: str) -> None:
    """What no file says of itself."""
    usual = "" if best is None or not best.fits else published_layout(best.layout).money
    there = () if best is None or best.world is None else best.world.countries
    if there and country not in there:
        page.ask("Which country of the table is meant?", f"--country CODE, one of {', '.join(there)}")
    elif country == "XXX":
        page.ask("Which country is it?", "--country CODE")
    elif not re.fullmatch(COUNTRY, country):
        page.ask(f"Which capitals stand for {country}? A template names its country so", "--country CODE")
    if year is None:
        page.ask("Which year is it?", "--year 2020")
    if money is None and not usual:
        page.ask("In which unit are the figures?", "--money CODEyearSCALE, for example CNY2020m, KES2019bn, RWF2022k")
    elif money is None:
        page.beliefs.append(("", "money", usual))
        page.lines.append(f"  money        {usual}, as the layout says; another one: --money")


def _write(
    name: str,
    best: Attempt | None,
    square: Square | GroundplanError,
    page: OpenedPage,
    said: FileMapping,
    economy: Economy | None,
) -> None:
    """Mapping, roles and economy under the user's name; none of them where one is there already."""
    parts: dict[str, tuple[Path, str]] = {"mapping": (Path(f"{name}_mapping.toml"), page.mapping_text(said))}
    if isinstance(square, Square) and (best is None or best.layout == MATRIX):
        parts["roles"] = (Path(f"{name}_roles.csv"), roles_text(square))
    target = Path(f"{name}.xlsx")
    ready = economy is not None and best is not None and best.table is not None and not page.questions
    there = [p for p in (*(p for p, _ in parts.values()), *([target] if ready else [])) if p.exists()]
    raise_all([StudyError(f"{p} is there already", fix="another --name; nothing is overwritten") for p in there])
    for what, (path, text) in parts.items():
        write_text(path, text, f"the {what}", fix="another --name")
        page.files.append((what, str(path)))
    if ready and best is not None and best.table is not None:
        write_template(target, form.filled(best.table))
        page.files.append(("economy", f"{target}: groundplan see {target}"))
