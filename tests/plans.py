"""Plans as outcomes, for tests that need no more of an economy than its plan."""

from __future__ import annotations

from typing import Any

from groundplan.economy.economy import Economy
from groundplan.outcome import Outcome
from groundplan.planning.best_plan import parts_of, solved
from groundplan.planning.policy import Policy

# A plan as it is worked out on paper: it ends with its last year, on the solver's own path and prices, with
# baskets of the base year's proportions and a state of its own.
ON_PAPER: dict[str, Any] = {
    "tail_years": 0, "evenness": 0.0, "price_softness": 0.0, "baskets": "fixed", "government_path": "free",
}  # fmt: skip


def on_paper(**choices: Any) -> Policy:
    """The policy of such a plan."""
    return Policy(**{**ON_PAPER, **choices})


def make_plan(e: Economy, p: Policy) -> Outcome:
    """The best plan written down, without what the verb adds of the accounts."""
    return parts_of(solved(e, p)).outcome()
