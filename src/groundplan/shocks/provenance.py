"""Where the numbers of a stress outcome come from."""

from __future__ import annotations

import dataclasses
from importlib.metadata import version
from typing import Any

from groundplan.economy.economy import Economy
from groundplan.shocks.scenarios.classes import JUDGED
from groundplan.shocks.scenarios.resemblance import resembled
from groundplan.shocks.scenarios.scenario import STOCKS_DEFAULT, Behaviour, Scenario
from groundplan.sources import Assumption


def provenance(e: Economy, scenario: Scenario, engine: str, **more: Any) -> dict[str, Any]:
    """Accounts, scenario, sources and assumptions behind an outcome, and what the engine adds; plain JSON values."""
    return {
        "groundplan": version("groundplan"),
        "engine": f"stress, {engine}",
        "country": e.country,
        "country_name": e.country_name,
        "accounts_year": e.year,
        "money": e.money,
        "labels": {**e.labels, **e.names},
        "scenario": as_values(scenario),
        "resembled": resembled(scenario),
        **more,
        "sources": [source.as_dict() for source in e.sources],
        "citations": [source.cite() for source in e.sources],
        "methods": list(e.methods),
        "assumptions": [x.as_dict() for x in (*e.assumptions, *assumed(scenario))],
    }


def as_values(scenario: Scenario) -> dict[str, Any]:
    """The scenario as plain values, every default written out."""
    values = dataclasses.asdict(scenario)
    values["events"] = [{"kind": e.kind, **dataclasses.asdict(e)} for e in scenario.events]
    return values


def assumed(scenario: Scenario) -> list[Assumption]:
    """What the engine takes for granted where the scenario does not say."""
    b = scenario.behaviour
    days = scenario.stocks.get(STOCKS_DEFAULT)
    stocks = f"{days:g} days of use" if days is not None else "days of use by broad class (shocks/classes.csv)"
    rows = [
        ("stocks", stocks, "no source has stocks by user and product", "[stocks] of the scenario"),
        ("strategic reserves", "none" if not scenario.reserves else "as the scenario says", "policy", "[reserves]"),
        ("psi", f"{b.psi:g}", "BoARIO's default", "psi"),
        ("overtime", f"up to {b.alpha_max:g} times base output within {b.alpha_days:g} days", "BoARIO's default",
         "alpha_max, alpha_days"),
        ("which inputs bind", _bound(b), JUDGED, "binding, binding_of, minor_imports"),
        ("home and imported goods", b.imports, "as the plan takes them: complements", "imports"),
        ("own products", b.own_use, "a maker keeps back what it needs, seed for example", "own_use"),
        ("who is served first", b.rationing, "firms before final users: Hallegatte (2008), citation not checked",
         "rationing, tiers"),
    ]  # fmt: skip
    return [Assumption(*row) for row in rows]


def _bound(b: Behaviour) -> str:
    if b.binding == "all":
        return "all"
    return f"by class of input and user; imports under {b.minor_imports:.0%} of a use, and imported services, do not"
