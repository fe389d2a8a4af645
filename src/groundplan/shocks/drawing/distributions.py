"""Distributions over scenarios: which fields of which events are uncertain, how, and what moves together.

A file names a scenario and its uncertain fields:

    name = "fuel may fail"
    scenario = "fuel.toml"          # beside this file
    members = 1000
    seed = 7
    [groups]
    partners = 0.6                  # correlation of all draws of the group
    [[draws]]
    event = "cut imports"
    field = "depth"
    shape = "triangular"
    low = 0.2
    mode = 0.5
    high = 1.0
    group = "partners"
"""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.records.admissible import is_number
from groundplan.records.card import Card, keyed
from groundplan.records.toml import open_document
from groundplan.shocks.drawing.draws import HAPPENS, Draw
from groundplan.shocks.scenarios.events import Event
from groundplan.shocks.scenarios.scenario import Scenario, open_scenario

__all__ = ["Distribution", "Draw", "open_distribution"]
FIXED = ("name", "products", "sectors", "regions", "skills", "categories", "rebuild_from")


@dataclass(frozen=True, kw_only=True)
class Drawing(Card):
    """What is drawn, how often, and what moves together; ``groups``: ρ by group."""

    draws: tuple[Draw, ...] = keyed("", "what is uncertain, [[draws]]", ())
    name: str = keyed("", "what the ensemble is called", "ensemble")
    members: int = keyed("", "how many scenarios are drawn", 1000, 1)
    seed: int = keyed("", "random seed", 0, 0)
    groups: Mapping[str, float] = keyed("1", "correlation of all draws of a group", {}, 0, 1)


@dataclass(frozen=True, kw_only=True)
class DistributionFile(Drawing):
    """A file of a distribution: what is drawn, and the name of the scenario that it is drawn around."""

    scenario: str = keyed("", "a scenario file beside this one, or a ready scenario by name", filled=True)


@dataclass(frozen=True, kw_only=True)
class Distribution(Drawing):
    """Scenarios drawn around ``scenario``, ``members`` of them, the same for the same ``seed``.

        z[i] = √ρ_g · Z[g] + √(1 − ρ_g) · ε[i],   Z, ε independent standard normal

    for a draw i of group g: a Gaussian copula with one factor a group, so that any two draws of the group have
    correlation ρ_g before they take their shapes. Member k draws from its own stream, ``SeedSequence(seed,
    spawn_key=(k,))``, so its numbers depend on nobody else's.

    ``groups``: ρ by group, 0 to 1. Raises ``StudyError`` and ``UnknownName``, all faults at once.
    """

    scenario: Scenario

    def __post_init__(self) -> None:
        raise_all(self.faults(), where=f"distribution '{self.name}'")

    def faults(self) -> list[GroundplanError]:
        """What is wrong with the numbers, with each draw, and between the draws and the scenario."""
        faults = super().faults()
        if any(not isinstance(draw, Draw) for draw in self.draws):
            return faults
        for draw in self.draws:
            if draw.group and draw.group not in self.groups:
                faults.append(UnknownName("group", draw.group, self.groups, where="draws", fix="name it in [groups]"))
            wrong = draw.faults()
            faults += wrong or self._misplaced(draw)
        keys = [(d.event, d.field) for d in self.draws]
        twice = sorted({k for k in keys if keys.count(k) > 1})
        faults += [StudyError(f"{f} of '{e}' is drawn twice", fix="draw it once") for e, f in twice]
        return faults

    def _events(self, title: str) -> list[Event]:
        return [e for e in self.scenario.events if e.title == title]

    def _misplaced(self, draw: Draw) -> list[GroundplanError]:
        """What is wrong with the draw's event and field, and values that the event itself refuses."""
        where = f"draw of {draw.field} of '{draw.event}'"
        same_title = self._events(draw.event)
        if len(same_title) != 1:
            titles = [e.title for e in self.scenario.events]
            if not same_title:
                return [UnknownName("event", draw.event, titles, where=where)]
            return [
                StudyError(f"{len(same_title)} events are called '{draw.event}'", where=where, fix="give them names")
            ]
        fields = [f.name for f in dataclasses.fields(same_title[0]) if f.name not in FIXED]
        if draw.field != HAPPENS and draw.field not in fields:
            return [UnknownName("field to draw", draw.field, [*fields, HAPPENS], where=where)]
        if draw.field == HAPPENS:
            return []
        tried = draw.values or tuple(
            x for x in (draw.low, draw.mode, draw.high, draw.mean, draw.median) if x is not None
        )
        try:
            for value in tried:
                dataclasses.replace(same_title[0], **{draw.field: _fitting(same_title[0], draw.field, value)})
        except GroundplanError as fault:
            fault.where = where
            return [fault]
        return []

    def values_of(self, member: int) -> tuple[Any, ...]:
        """The values of ``draws`` for one member, in their order."""
        stream = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(member,)))
        shared = dict(zip(sorted(self.groups), stream.standard_normal(len(self.groups)), strict=True))
        own = stream.standard_normal(len(self.draws))
        values = []
        for draw, noise in zip(self.draws, own, strict=True):
            rho = self.groups.get(draw.group, 0.0)
            z = math.sqrt(rho) * shared.get(draw.group, 0.0) + math.sqrt(1.0 - rho) * noise
            event = self._events(draw.event)[0]
            spec = event.__dataclass_fields__.get(draw.field)
            low, high = (-math.inf, math.inf) if spec is None else (spec.metadata["low"], spec.metadata["high"])
            values.append(_fitting(event, draw.field, draw.value(z, low, high)))
        return tuple(values)

    def member(self, member: int) -> Scenario:
        """The scenario of one member, counted from 0."""
        values = {(d.event, d.field): v for d, v in zip(self.draws, self.values_of(member), strict=True)}
        events = []
        for event in self.scenario.events:
            mine = {f: v for (title, f), v in values.items() if title == event.title}
            if mine.pop(HAPPENS, True):
                events.append(dataclasses.replace(event, **mine))
        return self.scenario.replacing(events=tuple(events))


def _fitting(event: Event, name: str, value: Any) -> Any:
    """Whole days where the event's field counts days."""
    spec = event.__dataclass_fields__.get(name)
    return round(value) if spec is not None and str(spec.type) == "int" and is_number(value) else value


def open_distribution(path: str | Path, find: Callable[[str], Scenario] | None = None) -> Distribution:
    """Read a distribution file (TOML), refuse what it does not know, all faults at once.

    ``scenario`` names a scenario file beside it, or what ``find`` knows: the library of scenarios.
    Raises ``StudyError`` and ``UnknownName``.
    """
    document = open_document(path)
    stated = document.record(DistributionFile)
    beside = Path(path).parent / stated.scenario
    try:
        scenario = open_scenario(beside) if find is None or os.path.isfile(beside) else find(stated.scenario)
    except UnknownName as fault:
        fault.where = fault.where or document.where(("scenario",))
        raise
    fields = {f.name: getattr(stated, f.name) for f in dataclasses.fields(Drawing)}
    name = document.content.get("name", Path(path).stem)
    lines = {draw.where: document.where(("draws", n)) for n, draw in enumerate(stated.draws)}
    try:
        return Distribution(scenario=scenario, **{**fields, "name": name})
    except GroundplanError as fault:
        for part in fault.parts:
            part.where = lines.get(part.where, document.name)
        raise_all(fault.parts, where=document.name)
        raise
