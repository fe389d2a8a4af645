"""Groundplan: plan an economy that stands on its own ground and still trades.

The names a user types; each is imported when it is first used, so that nothing heavy loads before it is needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundplan.accounts import open_table, see, stress_test
    from groundplan.comparison import compare
    from groundplan.economy.economy import Economy
    from groundplan.examination import examine
    from groundplan.joint import join
    from groundplan.outcome import Outcome
    from groundplan.questions import why_not
    from groundplan.siting_study import place
    from groundplan.study import open_study, plan
    from groundplan.uncertainty import robust

__version__ = "0.1.0"
__all__ = [
    "Economy", "Outcome", "compare", "examine", "join", "open_study", "open_table", "place", "plan", "robust", "see",
    "stress_test", "why_not",
]  # fmt: skip

_HOMES = {
    "Economy": "groundplan.economy.economy",
    "Outcome": "groundplan.outcome",
    "compare": "groundplan.comparison",
    "examine": "groundplan.examination",
    "join": "groundplan.joint",
    "open_study": "groundplan.study",
    "open_table": "groundplan.accounts",
    "place": "groundplan.siting_study",
    "plan": "groundplan.study",
    "robust": "groundplan.uncertainty",
    "see": "groundplan.accounts",
    "stress_test": "groundplan.accounts",
    "why_not": "groundplan.questions",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'groundplan' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
