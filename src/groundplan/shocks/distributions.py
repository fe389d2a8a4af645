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
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.shocks.draws import HAPPENS, Draw, is_number
from groundplan.shocks.events import Event
from groundplan.shocks.scenario import Scenario, open_scenario

__all__ = ["Distribution", "Draw", "open_distribution"]
FIXED = ("name", "products", "sectors", "regions", "skills", "categories", "rebuild_from")


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """Scenarios drawn around ``scenario``, ``members`` of them, the same for the same ``seed``.

        z[i] = √ρ_g · Z[g] + √(1 − ρ_g) · ε[i],   Z, ε independent standard normal

    for a draw i of group g: a Gaussian copula with one factor a group, so that any two draws of the group have
    correlation ρ_g before they take their shapes. Member k draws from its own stream, ``SeedSequence(seed,
    spawn_key=(k,))``, so its numbers depend on nobody else's.

    ``groups``: ρ by group, 0 to 1. Raises ``StudyError`` and ``UnknownName``, all faults at once.
    """

    scenario: Scenario
    draws: tuple[Draw, ...]
    name: str = "ensemble"
    members: int = 1000
    seed: int = 0
    groups: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults: list[GroundplanError] = []
        for name, least in (("members", 1), ("seed", 0)):
            if type(getattr(self, name)) is not int or getattr(self, name) < least:
                told = f"{name} is {getattr(self, name)!r}"
                faults.append(StudyError(told, fix=f"give a whole number from {least}"))
        faults += [
            StudyError(f"the correlation of group '{g}' is {rho!r}", fix="give a number from 0 to 1")
            for g, rho in self.groups.items()
            if not is_number(rho) or not 0 <= rho <= 1
        ]
        for draw in self.draws:
            if draw.group and draw.group not in self.groups:
                faults.append(UnknownName("group", draw.group, self.groups, where="draws", fix="name it in [groups]"))
            wrong = draw.faults()
            faults += wrong or self._misplaced(draw)
        keys = [(d.event, d.field) for d in self.draws]
        twice = sorted({k for k in keys if keys.count(k) > 1})
        faults += [StudyError(f"{f} of '{e}' is drawn twice", fix="draw it once") for e, f in twice]
        raise_all(faults, where=f"distribution '{self.name}'")

    def _events(self, title: str) -> list[Event]:
        return [e for e in self.scenario.events if e.title == title]

    def _misplaced(self, draw: Draw) -> list[GroundplanError]:
        """What is wrong with the draw's event and field, and values that the event itself refuses."""
        where = f"draw of {draw.field} of '{draw.event}'"
        found = self._events(draw.event)
        if len(found) != 1:
            titles = [e.title for e in self.scenario.events]
            if not found:
                return [UnknownName("event", draw.event, titles, where=where)]
            return [StudyError(f"{len(found)} events are called '{draw.event}'", where=where, fix="give them names")]
        fields = [f.name for f in dataclasses.fields(found[0]) if f.name not in FIXED]
        if draw.field != HAPPENS and draw.field not in fields:
            return [UnknownName("field to draw", draw.field, [*fields, HAPPENS], where=where)]
        if draw.field == HAPPENS:
            return []
        tried = draw.values or tuple(
            x for x in (draw.low, draw.mode, draw.high, draw.mean, draw.median) if x is not None
        )
        try:
            for value in tried:
                dataclasses.replace(found[0], **{draw.field: _fitting(found[0], draw.field, value)})
        except GroundplanError as fault:
            fault.where = where
            return [fault]
        return []

    def drawn(self, member: int) -> tuple[Any, ...]:
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
        values = {(d.event, d.field): v for d, v in zip(self.draws, self.drawn(member), strict=True)}
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
    file = Path(path)
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StudyError(f"{file} cannot be read: {error}", fix="name a TOML file in UTF-8") from error
    keys = [f.name for f in dataclasses.fields(Distribution)]
    faults: list[GroundplanError] = [UnknownName("key of a distribution", k, keys) for k in content if k not in keys]
    draws = [_draw(row, f"draw {n}", faults) for n, row in enumerate(content.get("draws", []), 1)]
    named = content.get("scenario")
    if not isinstance(named, str):
        faults.append(StudyError("no scenario is named", fix='write scenario = "file.toml"'))
    raise_all(faults, where=file.name)
    beside = file.parent / str(named)
    scenario = open_scenario(beside) if find is None or beside.is_file() else find(str(named))
    rest = {k: content[k] for k in ("name", "members", "seed", "groups") if k in content}
    try:
        made = [d for d in draws if d is not None]
        return Distribution(scenario=scenario, draws=tuple(made), **{"name": file.stem, **rest})
    except GroundplanError as fault:
        fault.where = fault.where or file.name
        raise


def _draw(row: Mapping[str, Any], where: str, faults: list[GroundplanError]) -> Draw | None:
    """A draw from a TOML table; None where it is none, and the reason among ``faults``."""
    known = [f.name for f in dataclasses.fields(Draw)]
    wrong: list[GroundplanError] = [UnknownName("key of a draw", k, known, where=where) for k in row if k not in known]
    lacking = [k for k in ("event", "field", "shape") if not isinstance(row.get(k), str)]
    wrong += [StudyError(f"a draw lacks its {k}", where=where, fix=f"give {k}") for k in lacking]
    faults += wrong
    choices: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
    return None if wrong else Draw(**choices)
