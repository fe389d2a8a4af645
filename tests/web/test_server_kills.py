"""A real server that is killed at moments drawn by chance while somebody works: nothing acknowledged is lost."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from project_cases import ProjectPlace
from server_faults import ENDS, worked_while_killed


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_nothing_acknowledged_is_lost_though_server_and_runs_are_killed(tmp_path: Path) -> None:
    """Proves: after kills of server and runs every version and run that a page acknowledged is there, every run has
    ended in one of its states, and no process is left. ``benchmarks/web_faults.py`` does the same fifty times, on
    a database's server too.

    Breaks if: an answer comes before its commit, a run is forgotten or counts as running for ever.
    """
    report = worked_while_killed(ProjectPlace(tmp_path / "project", ""), 3, seed=4, most_runs=1)
    assert sum(report.kills.values()) == 3
    assert report.versions > 1
    assert (report.lost, report.wrong, report.left) == ([], [], [])
    assert set(report.states) <= ENDS
    assert sum(report.states.values()) >= report.runs
