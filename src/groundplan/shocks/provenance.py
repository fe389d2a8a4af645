"""Where the numbers of a stress outcome come from."""

from __future__ import annotations

import dataclasses
from importlib.metadata import version
from typing import Any

from groundplan.economy.audit import audit
from groundplan.economy.economy import Economy
from groundplan.shocks.scenarios.classes import JUDGED
from groundplan.shocks.scenarios.resemblance import resembled
from groundplan.shocks.scenarios.scenario import STOCKS_DEFAULT, Behaviour, Scenario
from groundplan.shocks.scenarios.settings import SETTINGS
from groundplan.sources import Assumption, cited


def provenance(e: Economy, scenario: Scenario, engine: str, **more: Any) -> dict[str, Any]:
    """Accounts, what the engine adds, scenario, sources and assumptions behind an outcome; plain JSON values."""
    return {
        "groundplan": version("groundplan"),
        "engine": f"stress, {engine}",
        "country": e.country,
        "country_name": e.country_name,
        "accounts_year": e.year,
        "money": e.money,
        **more,
        "labels": {**e.labels, **e.names},
        "audit": audit(e).lines(),
        "scenario": as_values(scenario),
        "resembled": resembled(scenario),
        **cited(e.sources, e.methods, (*e.assumptions, *assumed(scenario))),
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
        *(_of_orders(b) if b.sharing == "orders" else _of_entitlements(b)),
        ("which inputs bind", _bound(b), JUDGED, "binding, binding_of, minor_imports"),
        ("who is served first", _served(b), "entitlements: our own; firms before final users: Hallegatte (2008), "
         "citation not checked", "rationing, tiers"),
    ]  # fmt: skip
    return [Assumption(*row) for row in rows]


def _of_orders(b: Behaviour) -> list[tuple[str, str, str, str]]:
    return [
        ("who gets what is short", "shares of what is ordered", "ARIO, BoARIO", "sharing"),
        ("overtime", f"up to {b.alpha_max:g} times base output within {b.alpha_days:g} days", "BoARIO's default",
         "alpha_max, alpha_days"),
        ("home and imported goods", b.imports, "as the plan takes them: complements", "imports"),
        ("own products", b.own_use, "a maker keeps back what it needs, seed for example", "own_use"),
    ]  # fmt: skip


def _of_entitlements(b: Behaviour) -> list[tuple[str, str, str, str]]:
    names = b.settings
    several = [b.makes_do] if len(names) == 1 else [SETTINGS[name] for name in names]

    def each(field: str) -> str:
        stated = getattr(b, field)
        values = [stated] if stated is not None else [getattr(one, field) for one in several]
        return ", ".join(f"{v:g}" for v in values)

    after = "left undone" if b.sharing == "entitlement" else "given to the short, once"
    basis = "published elasticities and our judgement (shocks/scenarios/settings.py)"
    return [
        ("setting", ", ".join(names), "no source decides between them", "setting"),
        ("who gets what is short", f"everybody his base share of what could be supplied; the unclaimed is {after}",
         "our own: who stops frees nothing for others", "sharing"),
        ("elasticity of critical inputs", each("sigma_critical"), basis, "sigma_critical"),
        ("elasticity of important inputs", each("sigma_important"), basis, "sigma_important"),
        ("home and imported goods", f"{b.imports}, elasticity {each('sigma_imports')}", basis, "sigma_imports"),
        ("overtime", f"at most {each('ceiling')} times base output", basis, "ceiling"),
        ("imports that nobody cuts", f"at most {each('import_ceiling')} times their base", basis, "import_ceiling"),
    ]  # fmt: skip


def _served(b: Behaviour) -> str:
    return "everybody alike" if b.rationing == "proportional" else b.rationing


def _bound(b: Behaviour) -> str:
    if b.binding == "all":
        return "all"
    return f"by class of input and user; imports under {b.minor_imports:.0%} of a use, and imported services, do not"
