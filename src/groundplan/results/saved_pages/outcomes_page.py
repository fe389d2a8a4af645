"""What is saved, as a list: newest first, and what is broken with the reason."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import framed
from groundplan.results.page import Page, body, items, table
from groundplan.results.saved_pages.kind_words import kind_words
from groundplan.results.view import Parts

FINGERPRINTS = (
    "The fingerprint is of everything that is saved; two outcomes with the same one are the same. The signs at the end "
    "of a folder's name are of what was asked."
)


def listed_table(o: Outcome) -> pd.DataFrame:
    """The outcomes that can be opened."""
    rows = o.table("outcomes")
    whole = rows[rows["broken"] == ""]
    year = [f" {y}" if y else "" for y in whole["accounts_year"]]
    return framed(
        pd.Index(whole["name"], name="outcome"),
        [
            ("written", "", whole["written"]),
            ("what", "", [kind_words(str(k)) for k in whole["kind"]]),
            ("of", "", [f"{c}{y}" for c, y in zip(whole["country"], year, strict=True)]),
            ("question", "", [str(q).removeprefix("groundplan ") for q in whole["question"]]),
            ("finger- print", "", whole["fingerprint"]),
        ],
    )


def headline(o: Outcome) -> str:
    """How many there are, and how many are broken, in one sentence."""
    rows = o.table("outcomes")
    broken = int((rows["broken"] != "").sum())
    others = int(o.provenance["others"])
    there = len(rows) - broken
    stand = "outcome stands" if there == 1 else "outcomes stand"
    said = f"{there} {stand} in {o.provenance['folder']}, newest first"
    said += f"; {broken} more cannot be opened" if broken else ""
    return said + (f"; {others} other folders are no outcomes." if others else ".")


def _listed(o: Outcome) -> Parts:
    there = table(listed_table(o), "Outcomes")
    return there + items([FINGERPRINTS]) if there else ()


def _broken(o: Outcome) -> Parts:
    rows = o.table("outcomes")
    return items(
        [f"{r['name']} ({r['written']}): {r['broken']}" for r in rows[rows["broken"] != ""].to_dict("records")]
    )


PAGE = Page(
    named=lambda o: f"Outcomes in {o.provenance['folder']}",
    note=lambda o: f"Outcomes in {o.provenance['folder']}",
    headline=headline,
    sections=(body("outcomes", "Saved", _listed), body("broken", "Broken", _broken)),
)
