"""What could be done about a crisis: each means tried by itself, with its cost, what it saves and the days it gains."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError
from groundplan.planning.solve import Progress
from groundplan.shocks.bridging import made_at_home
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.shock import chosen_sectors, import_suppliers, shock_of
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.classes import classed
from groundplan.shocks.scenarios.events import CloseMarket, CutImports, DestroyCapital, Event, LoseCapacity, TakeLabour
from groundplan.shocks.scenarios.scenario import Scenario
from groundplan.shocks.scenarios.settings import MIDDLE

NAN = float("nan")
DAYS, TENTH = 30.0, 0.1
ENOUGH = 0.99
MOST_PRODUCTS = 4
# Goods that are usually held for less, such as power, cannot be laid up for a month.
LEAST_STOCK = 20.0
# Inputs × users × steps, above which a run takes minutes.
MOST_CELLS = 2e8
TOO_LARGE = "the table has so many inputs, users and days that every run takes minutes"
ALL = "everything"
STOCK, CAPACITY, SUPPLIER, MARKET = "stock", "capacity", "supplier", "market"
CHANGING = (STOCK, CAPACITY)  # what changes the system itself, and not only an event
KEPT, STAND_IN, PROTECTED, SUBSTITUTE = "kept capacity", "stand-ins", "protection", "substitute"


class Action(NamedTuple):
    """One means, tried by itself; money over the horizon, days in which final use is a hundredth or more short.

    kind           stock: ``size`` days of the country's use in the state's reserve; capacity: ``size`` of the imports
                   made at home; supplier, market, kept capacity, stand-ins, protection: ``size`` of what the event
                   takes is made good; substitute: people make do as in the flexible setting
    event, codes   what it is about: the event's title, and products or sectors, joined by a space
    size           days or share
    cost           money: goods laid up, capital, or imports, as ``kind`` has it; NaN where the accounts do not tell
    saved, least, most             final use saved, in the setting that is told in full, and over all settings
    days, least_days, most_days    days short that fall away, likewise
    note           why it could not be tried; nothing is told of it then
    """

    kind: str
    event: str = ""
    codes: str = ""
    size: float = NAN
    cost: float = NAN
    saved: float = NAN
    least: float = NAN
    most: float = NAN
    days: float = NAN
    least_days: float = NAN
    most_days: float = NAN
    note: str = ""


class Means(NamedTuple):
    """What is tried: the economy and the scenario with it, and what it costs."""

    kind: str
    event: str
    codes: tuple[str, ...]
    size: float
    cost: float
    economy: Economy
    scenario: Scenario


class Course(NamedTuple):
    """What a run loses of final use (money), and on how many days it is a hundredth or more short."""

    lost: float
    days: float


def actions(e: Economy, scenario: Scenario, progress: Progress = lambda _: None) -> pd.DataFrame:
    """Every means that fits the scenario's events, run by itself in every setting: ``Action``, most saved first.

    Sizes are alike, so that means can be compared: 30 days of stock, a tenth of imports, a tenth of what is lost. A
    system of over ``MOST_CELLS`` inputs × users × steps tries none, which its one row says. Raises what ``system_of``
    and ``shock_of`` raise.
    Units: money at base-year prices; days. Source: our own (docs/explanation/crises.md).
    """
    names = scenario.behaviour.settings
    central = MIDDLE if MIDDLE in names else names[0]
    s = system_of(e, scenario.in_setting(central))
    columns = list(Action._fields)
    if s.use.size * scenario.steps > MOST_CELLS:
        return pd.DataFrame([Action(ALL, note=TOO_LARGE)], columns=columns)
    tries, refused = _means(e, s, scenario)
    if not tries:
        return pd.DataFrame(refused, columns=columns)
    alike = [m for m in tries if m.kind not in CHANGING]
    for m in alike:
        progress(f"trying what could be done: {m.kind}, {m.event}")
    before, *after = _courses(e, [scenario, *(m.scenario for m in alike)], names)
    results = dict(zip(map(id, alike), after, strict=True))
    for m in tries:
        if m.kind in CHANGING:
            progress(f"trying what could be done: {m.kind}, {m.event}")
            (results[id(m)],) = _courses(m.economy, [m.scenario], names)
    rows = [*refused, *(_row(m, before, results[id(m)], central) for m in tries)]
    if len(names) > 1:
        gain = Course(*(x - y for x, y in zip(before[central], before[names[-1]], strict=True)))
        rows.append(Action(SUBSTITUTE, saved=gain.lost, days=gain.days))
    return pd.DataFrame(rows, columns=columns).sort_values("saved", ascending=False, kind="stable", ignore_index=True)


def _row(m: Means, before: dict[str, Course], after: dict[str, Course], central: str) -> Action:
    saved = {name: before[name].lost - after[name].lost for name in before}
    days = {name: before[name].days - after[name].days for name in before}
    return Action(
        m.kind, m.event, " ".join(m.codes), m.size, m.cost, saved[central], min(saved.values()), max(saved.values()),
        days[central], min(days.values()), max(days.values()), "",
    )  # fmt: skip


def _courses(e: Economy, scenarios: Sequence[Scenario], settings: Sequence[str]) -> list[dict[str, Course]]:
    """Setting → what is lost, of every scenario; they differ in events alone, so that one system runs them all."""
    out: list[dict[str, Course]] = [{} for _ in scenarios]
    for setting in settings:
        s = system_of(e, scenarios[0].in_setting(setting))
        paths = propagate_batch(s, [shock_of(s, one.in_setting(setting)) for one in scenarios])
        short = paths.served.sum(axis=2) < ENOUGH * paths.asked.sum(axis=2)
        for k, course in enumerate(out):
            course[setting] = Course(float(paths.unmet[k].sum()), float(short[k].sum() * s.days_per_step))
    return out


def _means(e: Economy, s: System, scenario: Scenario) -> tuple[list[Means], list[Action]]:
    """What fits the events, and what cannot be tried, with why."""
    tries: list[Means] = []
    refused: list[Action] = []
    for at, event in enumerate(scenario.events):
        if event.depth <= 0 or event.length <= 0:
            continue
        if isinstance(event, CutImports):
            codes = _cut(s, event)
            tries += [_less(e, s, scenario, at, SUPPLIER, codes)]
            tries += _stocks(e, s, scenario, event, codes)
            try:
                tries += [_at_home(e, scenario, event, codes)]
            except GroundplanError as fault:
                refused.append(_refused(event, codes, fault.what))
        elif isinstance(event, LoseCapacity):
            codes = _hit(s, event)
            tries += [_less(e, s, scenario, at, KEPT, codes), *_stocks(e, s, scenario, event, codes)]
        elif isinstance(event, CloseMarket | TakeLabour | DestroyCapital):
            kind = {CloseMarket: MARKET, TakeLabour: STAND_IN, DestroyCapital: PROTECTED}[type(event)]
            tries.append(_less(e, s, scenario, at, kind, ()))
    return _once(tries), refused


def _once(tries: list[Means]) -> list[Means]:
    """Reserves of the same goods, which several events ask for, are one."""
    seen: set[tuple[str, ...]] = set()
    kept = []
    for m in tries:
        if m.kind != STOCK or m.codes not in seen:
            kept.append(m)
        seen |= {m.codes} if m.kind == STOCK else set()
    return kept


def _cut(s: System, event: CutImports) -> tuple[str, ...]:
    rows, _ = import_suppliers(s, event, "")
    return tuple(dict.fromkeys(s.products[g] for g in s.input_of[rows]))


def _hit(s: System, event: LoseCapacity) -> tuple[str, ...]:
    rows, _ = chosen_sectors(s, event, "")
    return tuple(dict.fromkeys(s.codes[j] for j in rows))


def _less(e: Economy, s: System, scenario: Scenario, at: int, kind: str, codes: tuple[str, ...]) -> Means:
    """A tenth of what the event takes is made good. It costs the imports that come, or the capital that is kept."""
    event = scenario.events[at]
    less: Event = dataclasses.replace(event, depth=(1.0 - TENTH) * event.depth)
    if isinstance(less, DestroyCapital) and less.amount is not None:
        less = dataclasses.replace(less, amount=(1.0 - TENTH) * less.amount)
    cost = NAN
    if isinstance(event, CutImports):
        rows, _ = import_suppliers(s, event, "")
        days = float(event.severity(scenario.horizon).sum())
        cost = TENTH * days / s.days_per_step * float(s.base_flow[rows].sum())
    elif isinstance(event, LoseCapacity):
        rows, _ = chosen_sectors(s, event, "")
        cost = TENTH * event.depth * float(s.capital[rows].sum()) or NAN
    events = (*scenario.events[:at], less, *scenario.events[at + 1 :])
    return Means(kind, event.title, codes, TENTH, cost, e, scenario.replacing(events=events))


def _stocks(e: Economy, s: System, scenario: Scenario, event: Event, codes: tuple[str, ...]) -> list[Means]:
    """A reserve of all goods that the event takes, and of each by itself where they are few."""
    goods = tuple(c for c in codes if _keeps(s, c))
    sets = [goods] if goods else []
    sets += [(c,) for c in goods] if 1 < len(goods) <= MOST_PRODUCTS else []
    return [_stock(e, s, scenario, event, one) for one in sets]


def _keeps(s: System, code: str) -> bool:
    """Whether a product is a good that is usually held for weeks; one of no stated class counts as a good."""
    stated = classed([code], s.industries)[code]
    return stated is None or (stated.imported == "binds" and stated.days >= LEAST_STOCK)


def _stock(e: Economy, s: System, scenario: Scenario, event: Event, codes: tuple[str, ...]) -> Means:
    here = np.array([c in codes for c in s.products])
    before = scenario.reserves
    more = scenario.replacing(reserves={**before, **{c: before.get(c, 0.0) + DAYS for c in codes}})
    cost = DAYS / s.days_per_step * float(s.use[here].sum())
    return Means(STOCK, event.title, codes, DAYS, cost, e, more)


def _at_home(e: Economy, scenario: Scenario, event: Event, codes: tuple[str, ...]) -> Means:
    """A tenth of the imports made at home; it costs the capital that makers and their suppliers have for it."""
    other = made_at_home(e, codes, TENTH)
    cost = float(other.capital_stock.sum() - e.capital_stock.sum()) or NAN
    return Means(CAPACITY, event.title, codes, TENTH, cost, other, scenario)


def _refused(event: Event, codes: tuple[str, ...], why: str) -> Action:
    return Action(CAPACITY, event.title, " ".join(codes), TENTH, note=why)
