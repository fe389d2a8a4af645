"""What the story of a crisis asks of the ensemble and of the table of cuts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from economies import small

from groundplan.crisis.story import around, tell
from groundplan.outcome import Outcome
from groundplan.shocks.scenarios.events import CutImports
from groundplan.shocks.scenarios.scenario import Scenario
from groundplan.shocks.vulnerability import BASE


def test_who_computes_the_ensemble(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Proves: workers, address and folder are those that are given, one process and nothing kept where none are; the
    table of cuts runs its own scenario; nothing of either runs unasked.

    Breaks if: a folder is forgotten, so that a run that was stopped begins anew.
    """
    asked: list[Any] = []

    def ensemble(e: Any, d: Any, *, workers: Any, address: Any, folder: Any, progress: Any) -> Outcome:
        progress(1, 2)
        asked.append((d.members, workers, address, folder))
        return Outcome({}, {}, {})

    def table(e: Any, scenario: Any, *, progress: Any) -> Outcome:
        progress(1, 2)
        asked.append(scenario)
        return Outcome({}, {}, {})

    monkeypatch.setattr("groundplan.shocks.drawing.ensembles.run_ensemble", ensemble)
    monkeypatch.setattr("groundplan.shocks.vulnerability.vulnerability", table)
    sc = Scenario(name="s", horizon=3, events=(CutImports(length=1),))
    told: list[str] = []
    tell(small(), sc, coordination=False)
    assert asked == []
    tell(small(), sc, coordination=False, ensemble=around(sc, 7), progress=told.append)
    tell(small(), sc, coordination=False, ensemble=around(sc, 8), workers=2, address="a", folder=tmp_path, table=True)
    assert asked == [(7, 1, None, None), (8, 2, "a", tmp_path), BASE]
    assert any("ensemble" in line for line in told)
