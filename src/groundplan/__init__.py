"""Groundplan: plan an economy that stands on its own ground and still trades.

The names a user types: verbs, each a file of ``groundplan.verbs``, and the nouns that they are told about. Each is
imported when it is first used, so that nothing heavy loads before it is needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundplan.economy.economy import Economy
    from groundplan.economy.opening import open_table
    from groundplan.outcome import Outcome
    from groundplan.study.study import Study, open_study
    from groundplan.verbs.alternatives import alternatives
    from groundplan.verbs.compare import compare
    from groundplan.verbs.data import data
    from groundplan.verbs.examine import examine
    from groundplan.verbs.join import join
    from groundplan.verbs.place import place
    from groundplan.verbs.plan import plan
    from groundplan.verbs.recipes import recipes
    from groundplan.verbs.report import report
    from groundplan.verbs.robust import robust
    from groundplan.verbs.see import see
    from groundplan.verbs.sensitivity import sensitivity
    from groundplan.verbs.stress import stress
    from groundplan.verbs.template import template
    from groundplan.verbs.whynot import whynot

__version__ = "0.1.0"
VERBS = (
    "alternatives", "compare", "data", "examine", "join", "place", "plan", "recipes", "report", "robust", "see",
    "sensitivity", "stress", "template", "whynot",
)  # fmt: skip
NOUNS = {
    "Economy": "economy.economy",
    "Outcome": "outcome",
    "Study": "study.study",
    "open_study": "study.study",
    "open_table": "economy.opening",
}
__all__ = [
    "Economy", "Outcome", "Study", "alternatives", "compare", "data", "examine", "join", "open_study", "open_table",
    "place", "plan", "recipes", "report", "robust", "see", "sensitivity", "stress", "template", "whynot",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in VERBS:
        return getattr(import_module(f"groundplan.verbs.{name}"), name)
    if name in NOUNS:
        return getattr(import_module(f"groundplan.{NOUNS[name]}"), name)
    raise AttributeError(f"module 'groundplan' has no attribute {name!r}")
