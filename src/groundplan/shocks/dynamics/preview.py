"""What a scenario removes, told before anything runs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from groundplan.shocks.dynamics.shock import chosen_sectors, import_suppliers, shock_of
from groundplan.shocks.dynamics.system import YEAR, System
from groundplan.shocks.scenarios.classes import PREFIX
from groundplan.shocks.scenarios.events import (
    CloseMarket,
    CutImports,
    DestroyCapital,
    Event,
    LowerDemand,
    RaiseDemand,
    TakeLabour,
)
from groundplan.shocks.scenarios.scenario import Scenario

COLUMNS = ("event", "kind", "removes", "base", "unit", "names", "first_day", "last_day", "words")
SHOWN = 4
NOUNS = {
    CloseMarket.kind: "exports",
    RaiseDemand.kind: "final demand",
    LowerDemand.kind: "final demand at home",
}
VERBS = {RaiseDemand.kind: "raises", LowerDemand.kind: "lets fall"}


def preview(system: System, scenario: Scenario) -> pd.DataFrame:
    """One row for every event: what it removes over the horizon, of which base, and in words.

    Columns: event, kind, removes (``unit``, over the horizon), base (``unit`` / year, or of capital ``unit``), unit,
    names (sectors or products), first_day and last_day of any loss (the last of the horizon where it goes on), words.
    Raises what ``shock_of`` raises.
    """
    shock_of(system, scenario)
    rows = [_row(system, scenario, event) for event in scenario.events]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def preview_lines(system: System, scenario: Scenario) -> list[str]:
    """The preview as lines of text; one that says so where the scenario has no event."""
    table = preview(system, scenario)
    lines = [f"{e}: {w}" for e, w in zip(table["event"], table["words"], strict=True)] or ["nothing happens"]
    return [*lines, *_without_class(system, scenario)]


def _without_class(s: System, scenario: Scenario) -> list[str]:
    """Where an event names a class: the sectors of which no class is stated, and which are therefore in none."""
    named = [n for event in scenario.events for part in ("products", "sectors") for n in getattr(event, part, ())]
    if not any(str(n).startswith(PREFIX) for n in named):
        return []
    lacking = [c for c in dict.fromkeys((*s.codes, *s.products)) if c not in s.industries]
    return [f"no class is stated of {_some(s, lacking)}: no class that an event names holds it"] if lacking else []


def _row(s: System, scenario: Scenario, event: Event) -> tuple[object, ...]:
    base, noun, names = _base(s, event)
    severity = event.severity(scenario.horizon)
    touched = np.flatnonzero(severity > 0)
    first, last = (int(touched[0]), int(touched[-1])) if touched.size else (0, 0)
    when = f"from day {first} to day {last}" if touched.size else "not within the horizon"
    kind = "sector" if noun in ("output", "capital") else "product"
    kind += "s" if len(names) != 1 else ""
    where = f"in {len(names)} {kind} ({_some(s, names)})"
    if isinstance(event, DestroyCapital):
        removes = event.depth * base if event.amount is None else event.amount
        after = f"ordered again from day {event.end}" if event.rebuild else f"back by {event.recovery} recovery"
        of = f"{_figure(removes)} {s.money} of {_figure(base)} {s.money} of capital"
        words = f"{of} {where} on day {event.start}, {after}"
        return event.title, event.kind, removes, base, s.money, tuple(names), first, last, words
    removes = float(severity.sum()) * base / YEAR
    verb = VERBS.get(event.kind, "removes")
    words = (
        f"{verb} {event.depth:.0%} of {_figure(base)} {s.money} a year of {noun} {where} {when}: "
        f"{_figure(removes)} {s.money} over the horizon"
    )
    return event.title, event.kind, removes, base, s.money, tuple(names), first, last, words


def _base(s: System, event: Event) -> tuple[float, str, list[str]]:
    """What the event takes from: money a year (capital: money), in one noun, and the codes that it touches."""
    year = YEAR / s.days_per_step
    if isinstance(event, CutImports):
        rows, _ = import_suppliers(s, event, "")
        partner = s.partners[rows[0]] if event.partner != "all" and rows.size else ""
        noun = f"imports from {partner}" if partner else "imports"
        return float(s.base_flow[rows].sum()) * year, noun, _codes(s, s.input_of[rows])
    if isinstance(event, (CloseMarket, RaiseDemand, LowerDemand)):
        pattern = shock_of(s, Scenario(name="one event", events=(event,))).patterns[0]
        wanted = (s.use[:, s.n :] * pattern).sum(axis=1)
        noun = NOUNS[event.kind]
        return float(wanted.sum()) * year, noun, _codes(s, np.flatnonzero(wanted))
    rows, _ = chosen_sectors(s, event, "")  # type: ignore[arg-type]
    names = list(dict.fromkeys(s.codes[j] for j in rows))
    if isinstance(event, DestroyCapital):
        return float(s.capital[rows].sum()), "capital", names
    share = np.ones(len(rows))
    if isinstance(event, TakeLabour):
        one = TakeLabour(sectors=event.sectors, skills=event.skills, regions=event.regions)
        share = 1.0 - shock_of(s, Scenario(name="one event", events=(one,))).labour[0, rows]
    return float((s.output[rows] * share).sum()) * year, "output", names


def _codes(s: System, inputs: np.ndarray) -> list[str]:
    return list(dict.fromkeys(s.products[g] for g in inputs))


def _figure(value: float) -> str:
    """Four significant digits, written out.

    >>> _figure(27.0), _figure(2463050.0), _figure(0.05)
    ('27', '2,463,050', '0.05')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _some(s: System, names: Sequence[str]) -> str:
    shown = ", ".join(s.label(n).lower() for n in names[:SHOWN])
    return shown + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
