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
    from groundplan.outcome import Outcome
    from groundplan.siting_study import place
    from groundplan.study import open_study, plan

__version__ = "0.1.0"
__all__ = ["Economy", "Outcome", "compare", "open_study", "open_table", "place", "plan", "see", "stress_test"]

_HOMES = {
    "Economy": "groundplan.economy.economy",
    "Outcome": "groundplan.outcome",
    "compare": "groundplan.comparison",
    "open_study": "groundplan.study",
    "open_table": "groundplan.accounts",
    "place": "groundplan.siting_study",
    "plan": "groundplan.study",
    "see": "groundplan.accounts",
    "stress_test": "groundplan.accounts",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'groundplan' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
