"""The state of every promise on a day: what came, what did not, what is asked, and what was never agreed."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import framed
from groundplan.results.page import Page, Writer, annex, body, table
from groundplan.results.view import Parts
from groundplan.results.words import unit_words

CAME, AWAITED, WORDS = ("reported", "corrected"), ("due", "late", "not reported"), "no agreed definition"
GROUPS = {"came": CAME, "did not come": AWAITED, "not yet due": ("not yet due",)}


def _rows(o: Outcome, *states: str) -> pd.DataFrame:
    rows = o.table("promises")
    return rows[rows["state"].isin(states)]


def headline(o: Outcome) -> str:
    """How many promised figures have fallen due, how many of them came, and what is missing."""
    came, awaited = len(_rows(o, *CAME)), len(_rows(o, *AWAITED))
    words = len(_rows(o, WORDS))
    said = f"Of {came + awaited} figures whose period has ended or that came early, {came} came and {awaited} did not."
    return said + (f" {words} announcements have no agreed definition." if words else "")


def _counts(o: Outcome) -> Parts:
    rows = o.table("promises")
    states = ["reported", "corrected", "due", "late", "not reported", "not yet due", WORDS]
    counts = [int((rows["state"] == s).sum()) for s in states]
    return table(framed(pd.Index(states, name="state"), [("figures", "", counts)]), "Figures by state")


def _calendar(o: Outcome) -> Parts:
    """The days on which figures were or will be due, with how many came, are missing, and are not due yet."""
    rows = o.table("promises")
    rows = rows[rows["due"] != ""]
    days = sorted(set(rows["due"]))
    count = {group: rows[rows["state"].isin(states)]["due"].value_counts() for group, states in GROUPS.items()}
    columns = [(group, "", [int(count[group].get(day, 0)) for day in days]) for group in GROUPS]
    return table(framed(pd.Index(days, name="due on"), columns), "Figures by the day on which they are due")


def _listed(title: str, *states: str) -> Writer:
    def write(o: Outcome) -> Parts:
        rows = _rows(o, *states)
        index = pd.Index(rows["sheet"], name="sheet")
        names = ("unit", "indicator", "period", "state", "due", "target", "reported", "measure")
        return table(_framed(index, rows, names), title, top=20)

    return write


def _asked(o: Outcome) -> Parts:
    rows = o.table("promises")
    rows = rows[rows["asked"] != ""]
    names = ("unit", "period", "reported", "measure", "asked")
    return table(_framed(pd.Index(rows["sheet"], name="sheet"), rows, names), "Asked")


def _framed(index: pd.Index, rows: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Columns of promises as they stand, units of measure in words."""
    words = {"measure": [unit_words(m) for m in rows["measure"]]}
    return framed(index, [(n, "", words.get(n, rows[n].tolist())) for n in names])


PAGE = Page(
    named=lambda o: f"Ledger of {o.provenance['origin']}",
    note=lambda o: f"{o.provenance['entries']} entries, {o.provenance['units']} units, on {o.provenance['day']}",
    headline=headline,
    sections=(
        body("states", "States", _counts),
        body("missing", "What did not come", _listed("Did not come", *AWAITED)),
        body("calendar", "When what is due", _calendar),
        body("asked", "What is asked", _asked),
        body("words", "Announced, not agreed", _listed("No agreed definition", WORDS)),
        annex("came", "What came", _listed("Came", *CAME)),
    ),
)
