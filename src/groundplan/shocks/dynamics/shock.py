"""A scenario's events as paths over the steps: what every engine of stress reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.records.called import code_called
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.classes import select
from groundplan.shocks.scenarios.events import (
    ALL,
    EXPORTS,
    CloseMarket,
    CutImports,
    DestroyCapital,
    Event,
    LoseCapacity,
    LowerDemand,
    RaiseDemand,
    TakeLabour,
)
from groundplan.shocks.scenarios.scenario import Scenario

TOP = "top"


@dataclass(frozen=True, eq=False)
class Rebuild:
    """Capital destroyed at ``step`` (n, money) that is ordered again from ``begins`` on, as inputs ``mix`` (p, 1)."""

    step: int
    begins: int
    lost: np.ndarray
    mix: np.ndarray


@dataclass(frozen=True, eq=False)
class Shock:
    """What a scenario does to a ``System``, by step. T steps; all shares of the base, 1 where nothing happens.

        capacity     T × n          capacity that can be used: lost capacity, and capital that comes back by itself
        labour       T × n          labour that is there; a sector can use the smaller of the two
        imports      T × (m − n)    of the base flow of an import source, what gets through; at 1 there is no limit
        profiles     T × E          rise (or, below 0, fall) of final demand by event, and where:
        patterns     E × p × F      0 or 1
        rebuilds                    capital destroyed that must be ordered again; it lowers capacity until delivered
        closed                      which of the E are markets abroad that close: their buyers are lost, not content

    Final demand is base use × ``final()``, not below zero: what is ordered. What is wanted is base use × ``wanted()``:
    where a market closes, what it took is wanted still and had by nobody; what home users stop asking for is not.
    """

    capacity: np.ndarray
    labour: np.ndarray
    imports: np.ndarray
    profiles: np.ndarray
    patterns: np.ndarray
    rebuilds: tuple[Rebuild, ...] = ()
    closed: tuple[int, ...] = ()

    @property
    def steps(self) -> int:
        """T."""
        return len(self.capacity)

    def until(self, steps: int) -> Shock:
        """The same shock, watched for fewer steps."""
        return replace(
            self, capacity=self.capacity[:steps], labour=self.labour[:steps], imports=self.imports[:steps],
            profiles=self.profiles[:steps],
        )  # fmt: skip

    def final_at(self, t: int) -> np.ndarray:
        """Final demand over its base at step t; p × F."""
        return np.asarray(np.maximum(1.0 + np.tensordot(self.profiles[t], self.patterns, axes=1), 0.0))

    def final(self) -> np.ndarray:
        """Final demand over its base; T × p × F."""
        return np.asarray(np.maximum(1.0 + np.tensordot(self.profiles, self.patterns, axes=1), 0.0))

    def wanted_at(self, t: int) -> np.ndarray:
        """What final users want over the base at step t, closed markets too; p × F, nowhere below ``final_at``."""
        return np.asarray(np.maximum(1.0 + np.tensordot(self.open_profiles[t], self.patterns, axes=1), 0.0))

    def wanted(self) -> np.ndarray:
        """What final users want over the base, closed markets too; T × p × F."""
        return np.asarray(np.maximum(1.0 + np.tensordot(self.open_profiles, self.patterns, axes=1), 0.0))

    @cached_property
    def open_profiles(self) -> np.ndarray:
        """The profiles with all markets open; T × E."""
        profiles = self.profiles.copy()
        profiles[:, list(self.closed)] = 0.0
        return profiles


def quiet(system: System, steps: int) -> Shock:
    """No event at all."""
    n, k = system.n, len(system.suppliers) - system.n
    p, f = len(system.inputs), len(system.finals)
    return Shock(
        np.ones((steps, n)), np.ones((steps, n)), np.ones((steps, k)), np.zeros((steps, 0)), np.zeros((0, p, f))
    )


def shock_of(system: System, scenario: Scenario) -> Shock:
    """The paths of a scenario's events on a system. Capacity lost by several events adds up, to all of it at most;
    labour and imports that several events take are taken from what the others leave. What nothing makes good is lost
    at overtime too: 1 − (1 − depth)/α of capacity, so that 1 − depth of the base is left.

    Raises ``UnknownName`` and ``StudyError`` for sectors, products, partners, regions, skills or categories that are
    not there and for events that this table cannot tell, all faults at once.
    """
    faults: list[GroundplanError] = []
    paths = _Paths(system, scenario)
    for event in scenario.events:
        where = f"event '{event.title}' of scenario '{scenario.name}'"
        faults += getattr(paths, event.kind)(event, where)
    raise_all(faults, where=f"scenario '{scenario.name}'")
    t, p, f = scenario.steps, len(system.inputs), len(system.finals)
    return Shock(
        1.0 - np.minimum(paths.lost, 1.0),
        paths.labour,
        paths.imports,
        np.stack(paths.profiles, axis=1) if paths.profiles else np.zeros((t, 0)),
        np.stack(paths.patterns) if paths.patterns else np.zeros((0, p, f)),
        tuple(paths.rebuilds),
        tuple(paths.closed),
    )


def import_suppliers(system: System, event: CutImports, where: str) -> tuple[np.ndarray, list[GroundplanError]]:
    """The import suppliers (indices among all m) that an event cuts, ``top`` resolved."""
    n = system.n
    foreign = np.flatnonzero(system.imported)
    if not foreign.size:
        what = "there are no imports to cut: nothing is imported here, as in any table of the whole world"
        fix = "lose capacity in place of imports; of a world table take the national view of one region"
        return foreign, [StudyError(what, where=where, fix=fix)]
    of = [system.products[g] for g in system.input_of]
    there = list(dict.fromkeys(of[r] for r in foreign))
    named, faults = select(
        event.products, there, kind="import", where=where, industries=system.industries, labels=system.labels
    )
    rows = np.array([r for r in foreign if of[r] in named], dtype=int)
    partners = list(dict.fromkeys(system.partners[n:]))
    if event.partner == "all" or faults:
        return rows, faults
    if len(partners) < 2:
        what = "these accounts do not say which partner imports come from"
        return rows, [StudyError(what, where=where, fix="use a world table's national view, or partner = 'all'")]
    partner = top_partner(system, rows) if event.partner == TOP else event.partner
    if partner not in partners:
        return rows, [UnknownName("partner", partner, [*partners, TOP, "all"], where=where)]
    return rows[[system.partners[r] == partner for r in rows]], faults


def top_partner(system: System, rows: np.ndarray) -> str:
    """The partner that most of the base flow of these suppliers comes from."""
    value: dict[str, float] = {}
    for r in rows:
        value[system.partners[r]] = value.get(system.partners[r], 0.0) + float(system.base_flow[r])
    return max(value, key=lambda name: value[name])


def chosen_sectors(
    system: System, event: LoseCapacity | DestroyCapital | TakeLabour, where: str
) -> tuple[np.ndarray, list[GroundplanError]]:
    """The sectors (indices) that an event names, region by region."""
    codes = list(dict.fromkeys(system.codes))
    named, faults = select(
        event.sectors, codes, kind="sector", where=where, industries=system.industries, labels=system.labels
    )
    regions = list(dict.fromkeys(system.regions))
    wanted = regions if event.regions == ALL else list(event.regions)
    faults += [UnknownName("region", r, regions, where=where) for r in wanted if r not in regions]
    here = [c in named and r in wanted for c, r in zip(system.codes, system.regions, strict=True)]
    return np.flatnonzero(here), faults


class _Paths:
    """The arrays of a ``Shock`` while events are laid on them, one method per kind of event."""

    def __init__(self, system: System, scenario: Scenario) -> None:
        self.s, self.scenario = system, scenario
        base = quiet(system, scenario.steps)
        self.lost, self.labour, self.imports = np.zeros_like(base.capacity), base.labour, base.imports
        self.profiles: list[np.ndarray] = []
        self.patterns: list[np.ndarray] = []
        self.rebuilds: list[Rebuild] = []
        self.closed: list[int] = []

    @property
    def most_overtime(self) -> float:
        """The most that capacity gives over its base, where that is a constant; by orders it is built up by lack."""
        behaviour = self.s.behaviour
        return 1.0 if behaviour.sharing == "orders" else behaviour.makes_do.ceiling

    def severity(self, event: Event) -> np.ndarray:
        """Mean severity in each step; shape T."""
        days = event.severity(self.scenario.steps * self.scenario.days_per_step)
        return np.asarray(days.reshape(-1, self.scenario.days_per_step).mean(axis=1))

    def cut_imports(self, event: CutImports, where: str) -> list[GroundplanError]:
        rows, faults = import_suppliers(self.s, event, where)
        if not faults:
            self.imports[:, rows - self.s.n] *= 1.0 - self.severity(event)[:, None]
        return faults

    def close_market(self, event: CloseMarket, where: str) -> list[GroundplanError]:
        sold = [k for k, kind in enumerate(self.s.final_kinds) if kind == EXPORTS]
        if not sold:
            what = "a table of many regions has no exports to stop"
            return [StudyError(what, where=where, fix="take the national view of one region")]
        self.closed.append(len(self.profiles))
        return self._demand(event.products, sold, -self.severity(event), where)

    def raise_demand(self, event: RaiseDemand, where: str) -> list[GroundplanError]:
        named, unknown = self._categories(event.categories, range(len(self.s.finals)), where)
        return [*unknown, *self._demand(event.products, named, self.severity(event), where)]

    def lower_demand(self, event: LowerDemand, where: str) -> list[GroundplanError]:
        at_home = [k for k, kind in enumerate(self.s.final_kinds) if kind != EXPORTS]
        named, unknown = self._categories(event.categories, at_home, where)
        return [*unknown, *self._demand(event.products, named, -self.severity(event), where)]

    def _categories(
        self, names: Sequence[str], among: Sequence[int], where: str
    ) -> tuple[list[int], list[GroundplanError]]:
        """The final categories, of those ``among`` which to look, that are named by name, by kind or as all."""
        called = {k: {self.s.finals[k], self.s.final_kinds[k], *ALL} for k in among}
        there = list(dict.fromkeys([*(self.s.finals[k] for k in among), *(self.s.final_kinds[k] for k in among), *ALL]))
        unknown: list[GroundplanError] = [
            UnknownName("final category", c, there, where=where) for c in names if c not in there
        ]
        return [k for k in among if called[k] & set(names)], unknown

    def _demand(
        self, products: Sequence[str], finals: list[int], profile: np.ndarray, where: str
    ) -> list[GroundplanError]:
        there = list(dict.fromkeys(self.s.products))
        named, faults = select(
            products, there, kind="product", where=where, industries=self.s.industries, labels=self.s.labels
        )
        pattern = np.zeros((len(self.s.inputs), len(self.s.finals)))
        pattern[np.ix_([g for g, c in enumerate(self.s.products) if c in named], finals)] = 1.0
        self.profiles.append(profile)
        self.patterns.append(pattern)
        return faults

    def lose_capacity(self, event: LoseCapacity, where: str) -> list[GroundplanError]:
        rows, faults = chosen_sectors(self.s, event, where)
        lost = self.severity(event)
        if not event.made_good:
            lost = np.where(lost > 0, 1.0 - (1.0 - lost) / self.most_overtime, 0.0)
        self.lost[:, rows] += lost[:, None]
        return faults

    def take_labour(self, event: TakeLabour, where: str) -> list[GroundplanError]:
        rows, faults = chosen_sectors(self.s, event, where)
        skills = [*self.s.skills, *ALL]
        labels = self.s.labels
        named = [code_called(k, skills, labels) for k in event.skills]
        faults += [UnknownName("skill", k, skills, where=where, words=labels) for k in named if k not in skills]
        here = [k in named or event.skills == ALL for k in self.s.skills]
        total = self.s.labour.sum(axis=0)
        away = np.divide(self.s.labour[here].sum(axis=0), total, out=np.zeros_like(total), where=total > 0)
        self.labour[:, rows] *= 1.0 - self.severity(event)[:, None] * away[rows]
        return faults

    def destroy_capital(self, event: DestroyCapital, where: str) -> list[GroundplanError]:
        rows, faults = chosen_sectors(self.s, event, where)
        capital = float(self.s.capital[rows].sum())
        if capital <= 0 and not faults:
            faults.append(StudyError("no capital is known for these sectors", where=where, fix="lose capacity instead"))
        if event.amount is not None and event.amount > capital > 0:
            what = f"{event.amount:g} {self.s.money} are more than the capital there, {capital:g}"
            faults.append(StudyError(what, where=where, fix="give less, or a depth"))
        mix, wrong = self._mix(event, where)
        faults += wrong
        if faults:
            return faults
        share = event.depth if event.amount is None else event.amount / capital
        if not event.rebuild:
            scale = share / event.depth if event.depth > 0 else 0.0
            self.lost[:, rows] += scale * self.severity(event)[:, None]
            return faults
        lost = np.zeros(self.s.n)
        lost[rows] = share * self.s.capital[rows]
        step = self.scenario.days_per_step
        self.rebuilds.append(Rebuild(event.start // step, event.end // step, lost, mix))
        return faults

    def _mix(self, event: DestroyCapital, where: str) -> tuple[np.ndarray, list[GroundplanError]]:
        """Shares of inputs in rebuilding: as named, split by origin as in base-year investment or use; or as that."""
        if event.rebuild_from is None:
            return self.s.investment, []
        of = np.array(self.s.products)
        bought = np.where(self.s.investment > 0, self.s.investment, 0.0)
        mix = np.zeros(len(of))
        faults: list[GroundplanError] = []
        there = list(dict.fromkeys(self.s.products))
        for word, share in event.rebuild_from.items():
            here = of == code_called(word, there, self.s.labels)
            if not here.any():
                faults.append(UnknownName("product", word, there, where=where, words=self.s.labels))
                continue
            weight = bought[here] if bought[here].sum() > 0 else self.s.use[here].sum(axis=1)
            mix[here] += share * weight / max(weight.sum(), 1e-300)
        return mix, faults
