"""Kinds of outcomes in words."""

from __future__ import annotations

KINDS = {
    "alternatives": ("alternatives to a plan", "alternatives to plans"),
    "baseline": ("a baseline", "baselines"),
    "clash": ("a plan that cannot be", "plans that cannot be"),
    "compare": ("a comparison of doctrines", "comparisons of doctrines"),
    "diff": ("a difference of outcomes", "differences of outcomes"),
    "follow": ("a followed plan", "followed plans"),
    "hindcast": ("a hindcast", "hindcasts"),
    "join": ("a joint plan", "joint plans"),
    "names": ("a list of names", "lists of names"),
    "place": ("a programme of places", "programmes of places"),
    "plan": ("a plan", "plans"),
    "reconcile": ("a reconciliation", "reconciliations"),
    "replan": ("a re-plan", "re-plans"),
    "robust": ("a robust plan", "robust plans"),
    "see": ("an overview", "overviews"),
    "sensitivity": ("a sensitivity", "sensitivities"),
    "steering": ("a worth of steering", "worths of steering"),
    "stress": ("a crisis", "crises"),
    "update": ("updated accounts", "updated accounts"),
    "whynot": ("an answer to why not", "answers to why not"),
}


def kind_words(engine: str, *, many: bool = False) -> str:
    """A kind of outcome in words; the engine's own word where there are none.

    >>> kind_words("plan"), kind_words("stress", many=True), kind_words("oracle")
    ('a plan', 'crises', 'oracle')
    """
    return KINDS.get(engine, (engine, engine))[many]
