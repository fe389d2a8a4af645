"""Where the numbers of a stress outcome come from."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from groundplan.economy.economy import Economy
from groundplan.shocks.dynamics.adaptive import as_values, assumed
from groundplan.shocks.scenarios.scenario import Scenario


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
        **more,
        "sources": [source.as_dict() for source in e.sources],
        "citations": [source.cite() for source in e.sources],
        "methods": list(e.methods),
        "assumptions": [x.as_dict() for x in (*e.assumptions, *assumed(scenario))],
    }
