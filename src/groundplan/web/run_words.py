"""How a run stands, in words of the spoken language, and moments as people read them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from groundplan.languages.spoken import said

JOB_WORDS = {
    "waiting": "waits for its turn", "running": "is being computed", "done": "is done",
    "impossible": "there is no such plan; see what would mend it", "failed": "failed", "stopped": "was stopped",
}  # fmt: skip


class RunStanding(Protocol):
    """A run, or an event of one."""

    @property
    def line(self) -> str:
        """Its last line of progress."""

    @property
    def best(self) -> float | None:
        """The best choice of a search so far; None where there is none."""

    @property
    def bound(self) -> float | None:
        """What no choice can beat."""

    @property
    def gap(self) -> float | None:
        """The gap between both, a share."""


def standing(run: RunStanding) -> str:
    """How a run stands: of a search its best, what none can beat and the gap, else its last line."""
    if run.bound is None:
        return said(run.line)
    most = f"{run.bound:,.6g}"
    if run.best is None:
        return said(f"Choosing: none found yet, at most {most}.")
    best = f"{run.best:,.6g}"
    if run.gap is None:
        return said(f"Choosing: the best so far is {best}, none can be better than {most}.")
    gap = f"{100 * run.gap:.2f} %"
    return said(f"Choosing: the best so far is {best}, none can be better than {most}; the gap is {gap}.")


def moment(text: str) -> str:
    """A moment in UTC (ISO 8601) as this machine's clock shows it, ``2026-11-30 14:05``; nothing for none.

    >>> moment("")
    ''
    """
    return datetime.fromisoformat(text).astimezone().strftime("%Y-%m-%d %H:%M") if text else ""
