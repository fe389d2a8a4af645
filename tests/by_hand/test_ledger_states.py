"""Promises on paper: what a day makes of them, what a plan needs to be accepted, how targets part."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ledger_places import Ticking, new_ledger

from groundplan.errors import GroundplanError
from groundplan.ledgers.ledger_book import LedgerBook
from groundplan.ledgers.ledger_export import reports_of
from groundplan.ledgers.plan_ledger import Ledger
from groundplan.ledgers.target_sheets import TargetFile, accepted, targets_of
from groundplan.outcome import Outcome
from groundplan.records.toml import Document

TARGET = {
    "indicator": "cement", "definition": "Sacks that leave the gate.", "measure": "t", "answers": "Minister",
    "source": "plan office", "every": "quarter", "decimals": 0, "values": {"2026": 101}, "due_days": 15,
    "closing_days": 30, "shares": {"A": 2, "B": 1},
}  # fmt: skip


def stated(content: dict[str, Any]) -> TargetFile:
    return targets_of(Document(content, "targets.toml"), Path())


def accept(ledger: Ledger, *targets: dict[str, Any], plan: Outcome | None = None, **more: Any) -> list[int]:
    asked = stated({"plan": "P", "targets": list(targets or (TARGET,)), **more})
    return ledger.append(accepted(asked, plan, mark="0" * 64, study=None, day="2026-01-01"), by="office")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return new_ledger(str(tmp_path / "plan.ledger"), tmp_path, Ticking())


def figure(value: str, period: str = "2026-Q1") -> dict[str, str]:
    return {"value": value, "unit": "t", "period": period, "source": "A", "vintage": "2026-04-10"}


def report(ledger: Ledger, value: str, received: str = "2026-04-10") -> int:
    row = {"sheet": "P/T1-A", "figure": figure(value), "note": "", "asked": []}
    return ledger.append([("report", {"unit": "A", "file": "", "received": received, "figures": [row]})], by="A")[0]


def state(book: LedgerBook, on: str) -> tuple[str, str | None, int | None]:
    s = next(s for s in book.states(date.fromisoformat(on)) if (s.sheet, s.period) == ("P/T1-A", "2026-Q1"))
    return s.state, s.reported, s.days_late


def test_targets_part_exactly(ledger: Ledger) -> None:
    """Proves: 101 t part 2 : 1 into 67 and 34, these into quarters that sum; the even profile is said.

    Breaks if: parts are rounded one by one (68 and 34), or the flat profile is not told.
    """
    accept(ledger)
    values = {u: [f["value"] for f in ledger.book.sheets[f"P/T1-{u}"]["figures"]] for u in "AB"}
    assert values == {"A": ["17", "17", "17", "16"], "B": ["9", "9", "8", "8"]}
    assert "Spread evenly" in ledger.book.sheets["P/T1-A"]["definition"]


def test_states_follow_the_days(ledger: Ledger) -> None:
    """Proves: the first quarter ends on 31 March, is due by 15 April, closes on 15 May; a state is never a figure.

    Breaks if: a day is counted once too often, or what is not reported is 0.
    """
    accept(ledger)
    said = [state(ledger.book, d) for d in ("2026-03-31", "2026-04-01", "2026-04-15", "2026-04-16", "2026-05-15",
                                            "2026-05-16")]  # fmt: skip
    assert [s for s, _, _ in said] == ["not yet due", "due", "due", "late", "late", "not reported"]
    assert {r for _, r, _ in said} == {None}
    assert [d for _, _, d in said] == [0, 0, 0, 1, 30, 31]
    report(ledger, "0", received="2026-04-20")
    assert state(ledger.book, "2026-06-01") == ("reported", "0", 5)


def test_a_correction_leaves_the_old_figure(ledger: Ledger) -> None:
    """Proves: a second report of a figure is refused, a correction stands, and the old entry is still there."""
    accept(ledger)
    first = report(ledger, "16")
    with pytest.raises(GroundplanError, match="reported already"):
        report(ledger, "17")
    body = {"corrects": first, "sheet": "P/T1-A", "figure": figure("17.5"), "why": "scales", "file": ""}
    ledger.append([("correction", body)], by="A")
    assert state(ledger.book, "2026-05-01") == ("corrected", "17.5", 0)
    assert ledger.book.entries[first].body["figures"][0]["figure"]["value"] == "16"
    with pytest.raises(GroundplanError, match="has not the figure"):
        ledger.append([("correction", body)], by="A")


def test_a_day_that_has_passed_shows_what_was_known(ledger: Ledger) -> None:
    """Proves: asked about earlier days, a figure that came on 10 April and was corrected on 2 May is due, reported,
    corrected in turn.

    Breaks if: what came later stands on a day before it, or a correction takes the older figure's day.
    """
    accept(ledger)
    first = report(ledger, "16")
    later = {**figure("17.5"), "vintage": "2026-05-02"}
    body = {"corrects": first, "sheet": "P/T1-A", "figure": later, "why": "scales", "file": ""}
    ledger.append([("correction", body)], by="A")
    assert state(ledger.book, "2026-04-09") == ("due", None, 0)
    assert state(ledger.book, "2026-04-30") == ("reported", "16", 0)
    assert state(ledger.book, "2026-05-02") == ("corrected", "17.5", 0)


def test_words_without_a_sheet_have_no_agreed_definition(ledger: Ledger) -> None:
    """Proves: an announcement is a claim with a day and no figure until a sheet defines it."""
    accept(ledger)
    claim = {"claim": "homes", "who": "Governor", "words": "10,000 homes", "said": "2026-01-02", "where": "speech"}
    ledger.append([("announcement", {**claim, "by_day": "2027-12-31", "sheet": ""})], by="office")
    on = date(2028, 1, 1)
    assert [(s.state, s.reported) for s in ledger.book.states(on) if s.sheet == "homes"] == [
        ("no agreed definition", None)
    ]
    ledger.append([("announcement", {**claim, "by_day": "2027-12-31", "sheet": "P/T1-A"})], by="office")
    assert not [s for s in ledger.book.states(on) if s.sheet == "homes"]


def test_a_plan_is_accepted_whole_or_not(ledger: Ledger) -> None:
    """Proves: without definition, who answers, source, or a sheet for every promise nothing is entered; all is said.

    Breaks if: a promise is taken without somebody who reports it.
    """
    for lacks in ("definition", "answers", "source", "measure"):
        with pytest.raises(GroundplanError, match=r"says nothing|no definition"):
            accept(ledger, {**TARGET, lacks: ""})
    with pytest.raises(GroundplanError, match="no unit 'C'"):
        accept(ledger, {**TARGET, "shares": {"C": 1}})
    plan = Outcome({}, {}, {"policy": {"targets": [{"indicator": "steel"}]}})
    with pytest.raises(GroundplanError, match="the plan's study promises steel, and no sheet does"):
        accept(ledger, plan=plan)
    asked = stated({"plan": "P", "targets": [TARGET]})
    whole = accepted(asked, None, mark="0" * 64, study=None, day="2026-01-01")
    with pytest.raises(GroundplanError, match="cement of 2026 is 101 t, and its sheets sum to 67"):
        ledger.append(whole[:-1], by="office")
    with pytest.raises(GroundplanError, match="promised, and no sheet says by whom"):
        ledger.append(whole[:1], by="office")
    assert len(ledger.book.entries) == 4
    assert len(accept(ledger)) == 3


def test_works_of_a_programme_have_their_years(ledger: Ledger) -> None:
    """Proves: a chosen place promises its works in the year from which they work. Breaks if: years are mixed."""
    import pandas as pd

    built = pd.DataFrame([("A", "A", 1, "mill", 2), ("A", "A", 1, "bakery", 2), ("B", "B", 2, "mill", 3)],
                         columns=["place", "name", "year", "facility", "works_from"])  # fmt: skip
    works = {**TARGET, "indicator": "works", "programme": 2026, "definition": "A work that has begun to make things."}
    asked = stated({"plan": "W", "targets": [works]})
    place = Outcome({}, {"built": built}, {"engine": "place"})
    ledger.append(accepted(asked, None, mark="0" * 64, study=None, day="2026-01-01", programme=place), by="office")
    figures = {s["unit"]: [(f["period"], f["value"]) for f in s["figures"]] for s in ledger.book.sheets.values()}
    assert figures == {"A": [("2027", "2")], "B": [("2028", "1")]}


def test_what_came_goes_to_be_reconciled(ledger: Ledger) -> None:
    """Proves: of four quarters of which A's first is silent, A's year is silent and B's is their sum, 9 + 9 + 8 + 8 at
    its promise; what has no balance is counted and left out, and so is what has not ended.

    Breaks if: a quarter that did not come counts as 0, or a year is summed before it has ended.
    """
    accept(ledger, {**TARGET, "indicator": "gross output: ceme"}, {**TARGET, "indicator": "homes"})
    assert {r["period"] for r in reports_of(ledger.book, date(2026, 8, 1))[0]} == {"2026-Q1", "2026-Q2"}
    for unit, quarters in (("A", (2, 3, 4)), ("B", (1, 2, 3, 4))):
        came = [
            {"sheet": f"P/T1-{unit}", "figure": figure("9.5", f"2026-Q{q}"), "note": "", "asked": []} for q in quarters
        ]
        ledger.append([("report", {"unit": unit, "file": "", "received": "2027-01-10", "figures": came})], by=unit)
    rows, left_out = reports_of(ledger.book, date(2027, 1, 20))
    years = {r["unit"]: r for r in rows if r["period"] == "2026"}
    names = {u: ledger.book.units[u]["name"] for u in "AB"}
    assert left_out == 2
    assert (years[names["A"]]["value"], years[names["A"]]["target"]) == ("", "67")
    assert (years[names["B"]]["value"], years[names["B"]]["target"]) == ("38.0", "34")
    assert (years[""]["figure"], years[""]["product"], years[""]["value"]) == ("output", "ceme", "")
