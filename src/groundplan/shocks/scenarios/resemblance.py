"""Which of the three settings known crises resembled, by kind of event: what a scenario's page says of it.

``resembled.csv`` has a row for every kind of event, and one more where long events went otherwise than short ones: from
``least_days`` on, its words hold. The runs behind them are in docs/explanation/known_crises.md.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from groundplan.shocks.scenarios.scenario import Scenario


class Resemblance(NamedTuple):
    """What is known of events of a kind that last ``least_days`` or longer."""

    kind: str
    least_days: int
    words: str


@cache
def resemblances() -> tuple[Resemblance, ...]:
    """All rows, the shortest first within a kind."""
    text = files("groundplan").joinpath("shocks/scenarios/resembled.csv").read_text("utf-8")
    rows = [Resemblance(r["kind"], int(r["least_days"]), r["words"]) for r in csv.DictReader(text.splitlines())]
    return tuple(sorted(rows, key=lambda r: r[:2]))


def resembled(scenario: Scenario) -> list[str]:
    """A sentence for each kind of event of the scenario, in the order of its events; none twice.

    >>> from groundplan.shocks.scenarios.scenario import ready
    >>> len(resembled(ready("closed border")))
    2
    """
    words: list[str] = []
    for event in scenario.events:
        fitting = [r.words for r in resemblances() if r.kind == event.kind and r.least_days <= event.length]
        words += fitting[-1:]
    return list(dict.fromkeys(words))
