"""Crises that are known, as scenarios on accounts at hand, with what was published of them.

Shocks are what was published or dated, and where they are guessed it says so; nothing is fitted. Sources stand in
docs/explanation/known_crises.md. Where the fact is how much of a good there was (power, gas, a harvest), nothing makes
it good (``made_good``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from economies import ROOT, SHARED, foreign, shipped

from groundplan.economy.carving.carves import Carve, Ingredient
from groundplan.economy.carving.carving import carve
from groundplan.economy.economy import Economy
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.scenarios.events import CloseMarket, CutImports, Event, LoseCapacity, LowerDemand, RaiseDemand
from groundplan.shocks.scenarios.scenario import BY_ORDERS, Behaviour, Scenario, open_scenario

UK2020 = SHARED / "uk2020_crisis"
CRISES = ROOT / "studies" / "crises"
YEAR = (0, 365)
HOUSEHOLDS_FIRST = (("final:household",), ("sectors",))


@dataclass(frozen=True, kw_only=True)
class KnownCrisis:
    """A crisis: accounts, events in a setting, days that are counted, and what was published of them.

    published  per cent of value added or product, as told
    low, high  where all settings must lie, per cent; None where nothing is asked
    holds      a published figure that must lie between flexible and rigid
    lost_imports   their value in the days counted where no event cuts imports, money of the accounts
    """

    name: str
    accounts: Callable[[], Economy]
    events: Callable[[], tuple[Event, ...]]
    published: str
    days: tuple[int, int] = YEAR
    behaviour: Behaviour = Behaviour()
    low: float | None = None
    high: float | None = None
    holds: float | None = None
    needs: tuple[str, ...] = ()
    lost_imports: float | None = None

    @property
    def at_hand(self) -> bool:
        """Whether the data that it needs are there."""
        return all((SHARED / name).exists() for name in self.needs)

    def scenario(self, setting: str) -> Scenario:
        """The scenario in one setting, or by ``orders``: the rule of before, with no setting."""
        by_orders = setting == "orders"
        own = replace(BY_ORDERS, tiers=self.behaviour.tiers) if by_orders else replace(self.behaviour, setting=setting)
        return Scenario(name=self.name, events=self.events(), horizon=self.days[1], behaviour=own)


@dataclass(frozen=True)
class Loss:
    """What a run lost: value added, per cent of the days counted, and over the value of imports that did not come."""

    value_added: float
    over_imports: float


def loss(crisis: KnownCrisis, setting: str) -> Loss:
    """Value added (of output) lost in the days that are counted."""
    scenario = crisis.scenario(setting)
    s = system_of(crisis.accounts(), scenario)
    shock = shock_of(s, scenario)
    paths = propagate_batch(s, [shock])
    counted = slice(*crisis.days)
    lost = float((np.where(s.output > 0, 1.0 - paths.production[0, counted], 0.0) @ s.value_added).sum())
    base = float(s.value_added.sum()) * (crisis.days[1] - crisis.days[0])
    missing = crisis.lost_imports
    if any(isinstance(e, CutImports) for e in scenario.events):
        missing = float(((1.0 - shock.imports[counted]) @ s.imports_for_use).sum())
    return Loss(100.0 * lost / base, lost / missing if missing else float("nan"))


def written(name: str) -> Callable[[], tuple[Event, ...]]:
    """The events of a scenario in ``studies/crises``."""
    return lambda: open_scenario(CRISES / f"{name}.toml").events


# Day 0 is 23 March 2020. Works go back from 13 May, shops open on 15 June, guests and audiences come from 4 July.
REOPENED = {"G": 84, "I": 103, "J59": 103, "R": 103}
BACK, SPENDING_BACK = 30, 120
APRIL, SECOND_QUARTER = (9, 39), (9, 100)


def united_kingdom() -> tuple[Event, ...]:
    """Shocks as published, by industry; the dates are those of England, the way back (60 and 120 days) is a guess."""
    table = pd.read_csv(UK2020 / "shocks_by_industry.csv").set_index("industry")
    events: list[Event] = []
    for code, row in table.iterrows():
        name = str(code)
        opened = next((day for part, day in REOPENED.items() if name.startswith(part)), 51)
        if (lost := -float(row["supply.shock"])) > 0:
            events.append(LoseCapacity(sectors=(name,), depth=lost, length=opened, **_linear(BACK)))
        events += _demand(name, float(row["demand.shock.household"]), ("household",))
        others = float(row["fdemand.other.shocked"]) / float(row["fdemand.other"]) - 1.0
        events += _demand(name, others, ("nonprofit", "government", "investment", "inventories"))
        if others < 0:
            events.append(CloseMarket(products=(name,), depth=-others, length=REOPENED["G"], **_linear(SPENDING_BACK)))
    return tuple(events)


def _demand(product: str, change: float, categories: tuple[str, ...]) -> list[Event]:
    when = {"products": (product,), "categories": categories, "length": REOPENED["G"], **_linear(SPENDING_BACK)}
    if change < 0:
        return [LowerDemand(depth=-change, **when)]
    return [RaiseDemand(depth=change, **when)] if change > 0 else []


def _linear(days: int) -> dict[str, Any]:
    return {"recovery": "linear", "recovery_days": float(days)}


# Germany: imports of gas in 2014 (January to August, times 12/8), USD m; who uses gas; what a megawatt-hour is assumed
# to have cost without taxes, euro.
GAS_TWH, USD_PER_EUR = 823.0, 1.33
GAS_IMPORTS = 14_800.0 * 12 / 8 * USD_PER_EUR
INDUSTRY, HOMES, TRADE, POWER = 0.36, 0.31, 0.13, 0.20
IN_INDUSTRY = {"C20": 0.369, "C10-C12": 0.108, "C24": 0.103, "C23": 0.090}
SMALL, LARGE = 50.0, 30.0


@cache
def germany_with_gas() -> Economy:
    """Germany 2014 with the supply of gas carved out of power, gas and heat (D35)."""
    e = foreign("DEU")
    bought = (e.domestic_use + e.imported_use).sel(product="D35").to_series()
    works = [c for c in e.sectors if re.match(r"C\d", c) and c not in IN_INDUSTRY]
    services = [c for c in e.sectors if c[0] in "GHIJKLMNOPQRS"]
    users = {c: INDUSTRY * share * LARGE for c, share in IN_INDUSTRY.items()}
    rest = INDUSTRY * (1.0 - sum(IN_INDUSTRY.values())) * LARGE
    users |= {c: rest * float(bought[c] / bought[works].sum()) for c in works}
    users |= {c: TRADE * SMALL * float(bought[c] / bought[services].sum()) for c in services}
    users |= {"CONS_h": HOMES * SMALL, "D35": POWER * LARGE}
    price = sum(users.values()) * USD_PER_EUR
    gas = Carve(
        product="gas", sector="D35", unit="TWh", label="Gas supply", quantity=GAS_TWH, price=price, imported=0.0,
        exported=0.0, users=users, inputs=[Ingredient(product="B", coefficient=0.17)],
        source="docs/explanation/known_crises.md", basis="assumed", low=0.7 * price, high=1.3 * price,
    )  # fmt: skip
    return carve(e, [gas])


def kenya() -> Economy:
    """Kenya's shipped accounts."""
    return shipped("KEN 2019")


def ghana() -> Economy:
    """Ghana's shipped accounts."""
    return shipped("GHA 2019")


def deeper(name: str, event: str, depth: float) -> Callable[[], tuple[Event, ...]]:
    """The events of a scenario, one of them deeper."""
    return lambda: tuple(replace(e, depth=depth) if e.name == event else e for e in written(name)())


def earthquake(widely: bool) -> Callable[[], tuple[Event, ...]]:
    """Japan 2011: 2.3 % of all capacity for a month; if ``widely``, guesses for cars, chips and power too."""
    stops = (LoseCapacity(name="plants", depth=0.023, length=30, recovery="linear", recovery_days=90),)
    more = tuple(
        LoseCapacity(name=code, sectors=(code,), depth=depth, length=30, recovery="linear", recovery_days=90)
        for code, depth in (("C29", 0.40), ("C26", 0.15), ("D35", 0.08))
    )
    return lambda: (*stops, *more) if widely else stops


def without(name: str, country: str, events: Callable[[], tuple[Event, ...]], **more: Any) -> KnownCrisis:
    """A crisis on the 2014 accounts of a country that are not shipped."""
    needs = (f"wiod2016_nio/csv_2014/{country}_2014.csv", *more.pop("needs", ()))
    accounts = more.pop("accounts", lambda: foreign(country))
    return KnownCrisis(name=name, accounts=accounts, events=events, needs=needs, **more)


def gas_cut(name: str, depth: float, **more: Any) -> KnownCrisis:
    """Germany with less gas for a year."""
    return without(
        name, "DEU", lambda: (LoseCapacity(sectors=("gas",), depth=depth, made_good=False),),
        accounts=germany_with_gas, lost_imports=depth * GAS_IMPORTS, **more,
    )  # fmt: skip


def on_shipped(name: str, scenario: str, **more: Any) -> tuple[KnownCrisis, ...]:
    """A scenario of ``studies/crises`` on Kenya's and on Ghana's accounts."""
    return tuple(
        KnownCrisis(name=f"{name}, on {whose} accounts", accounts=accounts, events=written(scenario), **more)
        for whose, accounts in (("Kenya's", kenya), ("Ghana's", ghana))
    )


IN_2000 = "growth 1.4, then -0.3; study: 1 to 1.5"
EARTHQUAKE = "0.47 of a year's growth"
KNOWN = (
    without(
        "United Kingdom, second quarter of 2020", "GBR", united_kingdom, days=SECOND_QUARTER, needs=("uk2020_crisis",),
        published="19.8 on the first quarter, 22.1 on the last of 2019", low=17.0, high=22.0,
    ),
    without(
        "United Kingdom, April 2020", "GBR", united_kingdom, days=APRIL, needs=("uk2020_crisis",),
        published="20.4 on March, about 25 on February",
    ),
    KnownCrisis(
        name="Kenya 2000, power -30 %, six months, and drought", accounts=kenya, events=written("kenya_power_2000"),
        low=1.0, high=6.0, published=IN_2000,
    ),
    KnownCrisis(
        name="Kenya 2000, the power alone", accounts=kenya, events=lambda: written("kenya_power_2000")()[:1],
        holds=1.0, published="study: 1 to 1.5",
    ),
    KnownCrisis(
        name="Kenya 2000, power -40 %, six months, and drought", accounts=kenya, published=IN_2000,
        events=deeper("kenya_power_2000", "power is rationed", 0.4),
    ),
    gas_cut(
        "Germany, gas -10 %", 0.1, low=0.1, high=3.0,
        published="study: 1.5 and 2.7 (gas -9 and -10 %)",
    ),
    gas_cut(
        "Germany, gas -10 %, households first", 0.1, low=0.1, high=3.0,
        published="study: 1.5 and 2.7", behaviour=Behaviour(rationing="priority", tiers=HOUSEHOLDS_FIRST),
    ),
    gas_cut("Germany, gas -20 %, as it came", 0.2, published="growth -0.3 in 2023"),
    gas_cut("Germany, gas -30 %", 0.3, published="study: 0.5 to 3, under 1 with many sectors"),
    *on_shipped(
        "Cuba 1989-93", "cuba_1993", days=(365, 730), holds=34.8, published="34.8; over lost imports about 1.3"
    ),
    without("Japan 2011, plants alone", "JPN", earthquake(False), published=EARTHQUAKE),
    without("Japan 2011, with cars, chips and power", "JPN", earthquake(True), published=EARTHQUAKE),
    *on_shipped("DPRK 2020", "dprk_2020", published="4.5; over lost imports about 0.6"),
    without(
        "Qatar 2017, on Luxembourg's accounts", "LUX", lambda: (CutImports(depth=0.4, length=30),),
        published="growth 2.2, then 2.1",
    ),
)  # fmt: skip


def agreement(merged: str = "max") -> dict[str, float]:
    """How far the classes of inputs agree with the published ratings, by value of the United Kingdom's home use.

    Ratings of industries that the accounts have merged are taken at their hardest (``max``) or their ``mean``; an
    industry's use of its own product is left out. same: share of use that both put in one class; ours, theirs: share
    that either calls critical or important. Units: 1.
    """
    e = foreign("GBR")
    ratings = pd.read_csv(UK2020 / "input_ratings.csv", index_col=0)
    to = pd.Series({code: _wiod(code, e.sectors) for code in ratings.columns})
    whole = getattr(getattr(ratings.groupby(to), merged)().T.groupby(to), merged)().T
    rated = whole.reindex(index=e.sectors, columns=e.sectors).to_numpy()
    theirs = np.where(rated > 0.75, 0, np.where(rated >= 0.25, 1, 2))
    s = system_of(e, Scenario(name="calm"))
    use = s.use[: s.n, : s.n] * (1.0 - np.eye(s.n)) * np.isfinite(rated)
    ours = s.binding[: s.n]
    return {
        "same": float(use[ours == theirs].sum() / use.sum()),
        "ours": float(use[ours < 2].sum() / use.sum()),
        "theirs": float(use[theirs < 2].sum() / use.sum()),
    }


def _wiod(code: str, sectors: tuple[str, ...] | list[str]) -> str | None:
    """The industry of the accounts that one of the ratings' industries belongs to."""
    section, (first, *_) = code[0], re.findall(r"\d\d", code)
    for sector in sectors:
        parts = [int(d) for d in re.findall(r"\d\d", sector)]
        if sector[0] == section and parts and parts[0] <= int(first) <= parts[-1]:
            return sector
    whole = {"S": "R_S"}.get(section, section)
    return next((s for s in sectors if s in (whole, "R_S" if section == "R" else whole)), None)
