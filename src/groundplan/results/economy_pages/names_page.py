"""The names of an economy: codes, names and classes, final uses, skills and indicators; and its classes as a list."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.origins import accounts_words
from groundplan.results.page import Page, Writer, annex, body, items, listed, tabled
from groundplan.results.repeated import REPEAT
from groundplan.results.view import Parts
from groundplan.results.words import money_words
from groundplan.spreadsheets import neutral
from groundplan.whole_files import write_text

LISTED = ["code", "name", "class", "proposed class"]
HOW = (
    "A class says what a sector is; nothing is read from its code. Proposed ones are not taken: write them into the "
    "template's column class, or into a list (groundplan names FILE --propose classes.csv) that --classes names."
)
STUB = 40
FIRST = 4


def _note(o: Outcome) -> str:
    about = o.provenance
    return f"{about['country_name']} {accounts_words(o)} ({about['country']}), in {money_words(about['money'])}"


def _headline(o: Outcome) -> str:
    """How many of each there are."""
    sectors, uses = len(o.table("sectors")), len(o.table("uses"))
    indicators = len(table_of(o, "indicators"))
    plans = f" and {indicators} indicators of plans" if indicators else ""
    return f"Studies, commands and scenarios call {sectors} sectors, {uses} final uses{plans} by these codes and names."


def _lacking(o: Outcome) -> bool:
    """Whether some sector has no class."""
    return bool((o.table("sectors")["class"] == "").any())


def _named(name: str, of: str) -> Writer:
    return tabled(lambda o: _words(table_of(o, name), of), of.capitalize(), stub=STUB)


def _words(table: pd.DataFrame, of: str) -> pd.DataFrame:
    """A table of words under their names; codes first."""
    if not len(table):
        return blank(of)
    index = pd.Index(table["name"].astype(str), name=of)
    return framed(index, [(str(c), "", table[c].astype(str)) for c in table.columns if c != "name"])


def _sectors(o: Outcome) -> pd.DataFrame:
    more = ["proposed class", "why"] if _lacking(o) else ["class in words"]
    return _words(o.table("sectors")[["code", "name", "class", *more]], "sector")


def _indicators(o: Outcome) -> list[str]:
    """Indicators by heading: one by itself, or a heading with how many follow it."""
    by: dict[str, list[str]] = {}
    for name in map(str, table_of(o, "indicators").get("indicator", [])):
        heading, colon, of = name.partition(": ")
        by.setdefault(heading, []).extend([of] if colon else [])
    single = ", ".join(h for h, of in by.items() if not of)
    many = [f"{h}: {', '.join(of[:FIRST])}{f' … ({len(of)})' if len(of) > FIRST else ''}" for h, of in by.items() if of]
    return [*([single] if single else []), *many, *map(str, o.provenance.get("notes", []))]


def _brief(o: Outcome) -> Parts:
    return items([HOW] if _lacking(o) else [])


PAGE = Page(
    named=lambda o: f"Names of {o.provenance.get('country_name') or 'an economy'}",
    note=_note,
    headline=_headline,
    sections=(
        body("sectors", "Sectors, which are products too", tabled(_sectors, "Sectors", stub=STUB)),
        body("uses", "Final uses", _named("uses", "final use")),
        body("inputs", "Primary inputs", _named("inputs", "primary input")),
        body("skills", "Skills", _named("skills", "skill")),
        body("indicators", "Indicators of plans, for targets", listed(_indicators)),
        annex(
            "all_indicators",
            "Every indicator",
            listed(lambda o: list(map(str, table_of(o, "indicators").get("indicator", [])))),
        ),
        REPEAT,
    ),
    brief=_brief,
)


def classes_to(o: Outcome, path: str) -> Callable[[], str]:
    """The list of classes with what is proposed; called, the answer writes it and says where it is."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(LISTED)
    out.writerows([neutral(str(c)) for c in row] for row in o.table("sectors")[LISTED].to_numpy().tolist())
    fix = "name another file"
    return lambda: f"Classes to edit: {write_text(Path(path), text.getvalue(), 'the list of classes', fix=fix)}"
