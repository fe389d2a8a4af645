"""The levers that matter most in a study: which, and how far a slider moves each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from groundplan.planning.policy import Policy

DEFAULT = "default"


class Lever(NamedTuple):
    """A lever: the choice that it moves, what it is called, and where its slider begins, ends and stops between."""

    key: str
    label: str
    least: float
    most: float
    step: float


LEVERS = (
    Lever("years", "Length of the plan", 1, 20, 1),
    Lever("floor", "Least living standard", 0.5, 1.2, 0.01),
    Lever("export_growth", "Growth of export markets", -0.05, 0.15, 0.005),
    Lever("import_replacement", "Pace of replacing imports", 0.0, 0.2, 0.005),
    Lever("discount_rate", "How much less later counts", 0.0, 0.15, 0.005),
)


def lever_value(value: Any) -> float:
    """Where a lever stands: the number itself, or the one for all others of a choice by sector.

    >>> lever_value({"default": 0.05, "maiz": 0.25}), lever_value(3)
    (0.05, 3)
    """
    one = value.get(DEFAULT, 0.0) if isinstance(value, Mapping) else value
    return float(one) if isinstance(one, float) else one


def levers_of(policy: Policy) -> dict[str, float]:
    """Where every lever of a policy stands."""
    return {lever.key: lever_value(getattr(policy, lever.key)) for lever in LEVERS}


def moved(policy: Policy, levers: Mapping[str, float]) -> dict[str, Any]:
    """The choices that levers moved away from where a policy has them; what a choice says by sector stays.

    >>> moved(Policy(import_replacement={"default": 0.02, "chem": 0.1}), {"import_replacement": 0.04, "years": 10})
    {'import_replacement': {'default': 0.04, 'chem': 0.1}}
    """
    now, out = levers_of(policy), {}
    for key, value in levers.items():
        if value != now[key]:
            old = getattr(policy, key)
            new: Any = int(value) if key == "years" else float(value)
            out[key] = (
                {DEFAULT: new, **{k: v for k, v in old.items() if k != DEFAULT}} if isinstance(old, Mapping) else new
            )
    return out
