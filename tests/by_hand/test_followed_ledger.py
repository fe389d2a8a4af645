"""From the entries of a ledger to series: versions of a plan, levels, limits, announcements as they stood."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ledger_places import Ticking, new_ledger

from groundplan.errors import UnknownName
from groundplan.ledgers.plan_ledger import Ledger
from groundplan.ledgers.promised.followed_promises import above, announced, followed, owed
from groundplan.ledgers.target_sheets import accepted, targets_of
from groundplan.records.toml import Document

CEMENT = {
    "indicator": "cement", "definition": "Sacks that leave the gate.", "measure": "t", "answers": "Minister",
    "source": "plan office", "every": "quarter", "decimals": 0, "values": {"2025": 80, "2026": 100},
    "due_days": 15, "closing_days": 30, "shares": {"A": 1},
}  # fmt: skip


def accept(ledger: Ledger, plan: str, *targets: dict[str, Any], **more: Any) -> None:
    asked = targets_of(Document({"plan": plan, "targets": list(targets), **more}, "targets.toml"), Path())
    ledger.append(accepted(asked, None, mark="0" * 64, study=None, day="2025-01-01"), by="office")


def report(ledger: Ledger, sheet: str, day: str, **values: str) -> None:
    rows = [
        {"sheet": sheet, "note": "", "asked": [], "figure": {
            "value": v, "unit": "t", "period": p.replace("_", "-"), "source": "A", "vintage": day}}
        for p, v in values.items()
    ]  # fmt: skip
    ledger.append([("report", {"unit": "A", "file": "", "received": day, "figures": rows})], by="A")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return new_ledger(str(tmp_path / "plan.ledger"), tmp_path, Ticking())


def test_what_came_under_an_earlier_version_still_counts(ledger: Ledger) -> None:
    """Proves: a new version promises 2026 alone. What came of its first quarter under the old one counts as reported,
    that of 2025 is past, and on a day before it came neither is known.

    Breaks if: a new version makes those silent who reported, or the past is promised again.
    """
    accept(ledger, "P", CEMENT)
    report(ledger, "P/T1-A", "2026-04-10", **{"2025_Q1": "18", "2025_Q4": "21", "2026_Q1": "23"})
    accept(ledger, "R", {**CEMENT, "values": {"2026": 120}}, instead_of="P")
    (s,) = followed(ledger.book, date(2026, 5, 20))
    assert (s.sheet, s.unit, s.periods[0], s.promised.tolist()) == ("R/T1-A", "Works A", "2026-Q1", [30.0] * 4)
    assert (s.reported[0], s.states[0], s.ended.tolist()) == (23.0, "reported", [True, False, False, False])
    assert [tuple(f) for f in s.past] == [(2025, 0, 18.0), (2025, 3, 21.0)]
    (before,) = followed(ledger.book, date(2026, 4, 9))
    assert math.isnan(before.reported[0])
    assert (before.states[0], before.past) == ("due", ())
    assert [(r["period"], r["state"], r["came"]) for r in owed([s], date(2026, 5, 20))][:2] == [
        ("2026-Q1", "reported", True), ("2026-Q2", "not yet due", False),
    ]  # fmt: skip


def test_levels_and_limits(ledger: Ledger) -> None:
    """Proves: a stock that is promised for the last quarter of each year is a level by itself; yearly ones and limits
    are where they are named; a name that nobody promised is refused.

    Breaks if: a yearly flow is taken for a stock.
    """
    stock = {**CEMENT, "indicator": "silos", "kind": "stock"}
    yearly = {**CEMENT, "indicator": "kilns", "every": "year"}
    accept(ledger, "P", CEMENT, stock, yearly)
    kinds = {s.indicator: (s.level, s.most, s.parts) for s in followed(ledger.book, date(2026, 1, 1))}
    assert kinds == {"cement": (False, False, 4), "silos": (True, False, 4), "kilns": (False, False, 1)}
    named = followed(ledger.book, date(2026, 1, 1), levels=["kilns"], at_most=["cement"])
    assert [(s.level, s.most) for s in named] == [(False, True), (True, False), (True, False)]
    with pytest.raises(UnknownName, match="nearest: 'kilns'"):
        followed(ledger.book, date(2026, 1, 1), levels=["kiln"])
    assert above(ledger.book) == {"Ministry": (), "Works A": ("Ministry",), "Works B": ("Ministry",)}


def test_announcements_as_they_were_said_and_stood(ledger: Ledger) -> None:
    """Proves: a claim until June counts the periods until then; what stood on its day had come when the last of
    them was due; what is said later is not known yet.

    Breaks if: a correction changes what was known on the day, or later quarters count.
    """
    accept(ledger, "P", CEMENT)
    claim = {"claim": "c", "who": "Governor", "words": "more", "said": "2025-01-02", "where": "speech",
             "by_day": "2025-06-30", "sheet": "P/T1-A"}  # fmt: skip
    ledger.append([("announcement", claim)], by="office")
    report(ledger, "P/T1-A", "2025-07-10", **{"2025_Q1": "20"})
    report(ledger, "P/T1-A", "2025-07-20", **{"2025_Q2": "25"})
    (a,) = announced(ledger.book, date(2025, 8, 1))
    assert (a.judged, a.promised.tolist(), a.now.tolist()) == (date(2025, 7, 15), [20.0, 20.0], [20.0, 25.0])
    assert (a.then[0], math.isnan(a.then[1])) == (20.0, True)
    assert announced(ledger.book, date(2025, 1, 1)) == []
