"""The names of an economy on a page of the terminal, and its classes as a list to edit."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.origins import stated_lines
from groundplan.results.terminal import block, sheet, wrapped
from groundplan.spreadsheets import neutral
from groundplan.whole_files import write_text

LISTED = ["code", "name", "class", "proposed class"]
HOW = (
    "A class says what a sector is; nothing is read from its code. Proposed ones are not taken: write them into the "
    "template's column class, or into a list (groundplan names FILE --propose classes.csv) that --classes names."
)
HEADINGS = 40


def summary(o: Outcome) -> str:
    """Codes, names and classes, then final uses, skills and the headings of indicators."""
    about = o.provenance
    sectors = o.table("sectors")
    lacking = bool((sectors["class"] == "").any())
    listed = sectors[["code", "name", "class", *(["proposed class", "why"] if lacking else ["class in words"])]]
    head = f"{about['country_name']} {about['accounts_year']} ({about['country']}), in {about['money']}"
    return sheet(
        head,
        "\n".join(wrapped(*([HOW] if lacking else []), *stated_lines(o))),
        block("Sectors, which are products too", _rows(listed)),
        block("Final uses", _rows(o.table("uses"))),
        block("Primary inputs", _rows(o.table("inputs"))),
        block("Skills", _rows(o.table("skills"))),
        block("Indicators of plans, for targets", wrapped(*_headings(o), *map(str, about.get("notes", [])))),
    )


def _rows(frame: pd.DataFrame) -> list[str]:
    """Words in columns, as wide as they are; long names are cut."""
    cells = [list(map(str, frame.columns)), *(list(map(str, row)) for row in frame.to_numpy().tolist())]
    cut = [[c if len(c) <= HEADINGS else f"{c[: HEADINGS - 1]}…" for c in row] for row in cells]
    widths = [max(len(row[k]) for row in cut) for k in range(len(cut[0]))]
    return ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cut]


def _headings(o: Outcome) -> list[str]:
    """Indicators by heading: one by itself, or a heading with how many follow it."""
    if "indicators" not in o.tables:
        return []
    by: dict[str, list[str]] = {}
    for name in map(str, o.table("indicators")["indicator"]):
        heading, colon, of = name.partition(": ")
        by.setdefault(heading, []).extend([of] if colon else [])
    single = ", ".join(h for h, of in by.items() if not of)
    many = [f"{h}: {', '.join(of[:4])}{f' … ({len(of)})' if len(of) > 4 else ''}" for h, of in by.items() if of]
    return [*([single] if single else []), *many]


def classes_to(o: Outcome, path: str) -> Callable[[], str]:
    """The list of classes with what is proposed; called, the answer writes it and says where it is."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(LISTED)
    out.writerows([neutral(str(c)) for c in row] for row in o.table("sectors")[LISTED].to_numpy().tolist())
    fix = "name another file"
    return lambda: f"Classes to edit: {write_text(Path(path), text.getvalue(), 'the list of classes', fix=fix)}"
