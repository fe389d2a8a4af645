"""Plans as outcomes, for tests that need no more of an economy than its plan."""

from __future__ import annotations

from groundplan.economy.economy import Economy
from groundplan.outcome import Outcome
from groundplan.planning.best_plan import parts_of, solved
from groundplan.planning.policy import Policy


def make_plan(e: Economy, p: Policy) -> Outcome:
    """The best plan written down, without what the verb adds of the accounts."""
    return parts_of(solved(e, p)).outcome()
