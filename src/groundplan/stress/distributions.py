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
from scipy.special import ndtr, ndtri

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.stress.events import Event
from groundplan.stress.scenario import Scenario, open_scenario

HAPPENS = "happens"
FIXED = ("name", "products", "sectors", "regions", "skills", "categories", "rebuild_from")
NEEDED = {
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "normal": ("mean", "deviation"),
    "lognormal": ("median", "spread"),
    "choice": ("values",),
    "chance": ("probability",),
}
MAY = {"normal": ("low", "high"), "lognormal": ("low", "high"), "choice": ("weights",)}


@dataclass(frozen=True, kw_only=True)
class Draw:
    """One uncertain field of one event of the scenario.

        uniform      low, high
        triangular   low, mode, high
        normal       mean, deviation                        cut off at low and high, or at the field's own range
        lognormal    median, spread (deviation of the log)  cut off likewise
        choice       values, weights (equal where left out)
        chance       probability; field = "happens": whether there is such an event at all

    The value is F⁻¹(Φ(z)), z standard normal; draws of one ``group`` share a part of z (``Distribution``).
    Days are rounded to whole days. Units: those of the field.
    """

    event: str
    field: str
    shape: str
    low: float | None = None
    mode: float | None = None
    high: float | None = None
    mean: float | None = None
    deviation: float | None = None
    median: float | None = None
    spread: float | None = None
    values: tuple[Any, ...] | None = None
    weights: tuple[float, ...] | None = None
    probability: float | None = None
    group: str = ""

    def value(self, z: float, low: float, high: float) -> Any:
        """The field's value at the standard normal ``z``; [low, high] is the field's own range."""
        u = float(ndtr(z))
        if self.shape == "chance":
            return u < self._of("probability")
        if self.shape == "choice":
            values = self.values or ()
            edges = np.cumsum(self.weights or np.ones(len(values)))
            return values[min(int(np.searchsorted(edges, u * edges[-1], side="right")), len(values) - 1)]
        low = low if self.low is None else self.low
        high = high if self.high is None else self.high
        return float(np.clip(getattr(self, f"_{self.shape}")(u, low, high), low, high))

    def _of(self, name: str) -> float:
        return float(getattr(self, name))

    def _uniform(self, u: float, low: float, high: float) -> float:
        return low + u * (high - low)

    def _triangular(self, u: float, low: float, high: float) -> float:
        mode, width = self._of("mode"), high - low
        if width <= 0:
            return low
        if u * width <= mode - low:
            return low + math.sqrt(u * width * (mode - low))
        return high - math.sqrt((1.0 - u) * width * (high - mode))

    def _normal(self, u: float, low: float, high: float) -> float:
        mean, deviation = self._of("mean"), self._of("deviation")
        return mean + deviation * _between(u, (low - mean) / deviation, (high - mean) / deviation)

    def _lognormal(self, u: float, low: float, high: float) -> float:
        middle, spread = math.log(self._of("median")), self._of("spread")
        ends = [-math.inf if x <= 0 else (math.log(x) - middle) / spread for x in (low, high)]
        return math.exp(middle + spread * _between(u, *ends))

    def faults(self) -> list[GroundplanError]:
        """What is wrong with the draw's shape and numbers; its event and field are the distribution's to check."""
        where = f"draw of {self.field} of '{self.event}'"
        if self.shape not in NEEDED:
            return [UnknownName("shape", self.shape, NEEDED, where=where)]
        needed, may = NEEDED[self.shape], MAY.get(self.shape, ())
        given = [f.name for f in dataclasses.fields(self) if f.name not in ("event", "field", "shape", "group")]
        given = [n for n in given if getattr(self, n) is not None]
        faults: list[GroundplanError] = [
            StudyError(f"{self.shape} lacks {n}", where=where, fix=f"give {', '.join(needed)}")
            for n in needed
            if n not in given
        ]
        faults += [
            StudyError(f"{self.shape} has no {n}", where=where, fix=f"give {', '.join((*needed, *may))}")
            for n in given
            if n not in needed and n not in may
        ]
        numbers = [n for n in given if n not in ("values", "weights")]
        faults += [
            StudyError(f"{n} is {getattr(self, n)!r}, not a number", where=where)
            for n in numbers
            if not _number(getattr(self, n))
        ]
        return faults or [StudyError(told, where=where) for told in self._disorder()]

    def _disorder(self) -> list[str]:
        """Numbers that are numbers and make no sense together, in words."""
        told = []
        inside = [x for x in (self.low, self.mode, self.high) if x is not None]
        if inside != sorted(inside):
            told.append("low, mode and high do not rise")
        told += [
            f"{n} is {getattr(self, n):g}, not above 0"
            for n in ("deviation", "median", "spread")
            if getattr(self, n) is not None and getattr(self, n) <= 0
        ]
        if self.probability is not None and not 0 <= self.probability <= 1:
            told.append(f"probability is {self.probability:g}, not a share")
        if (self.field == HAPPENS) != (self.shape == "chance"):
            told.append(f"{HAPPENS} goes with chance, and nothing else does")
        if self.values is not None and not self.values:
            told.append("there are no values to choose from")
        if self.values and self.weights is not None:
            right = len(self.weights) == len(self.values) and all(_number(w) and w >= 0 for w in self.weights)
            if not right or sum(self.weights) <= 0:
                told.append("weights are not one number from 0 for each value")
        return told


def _number(x: Any) -> bool:
    return not isinstance(x, bool) and isinstance(x, (int, float)) and math.isfinite(x)


def _between(u: float, low: float, high: float) -> float:
    """The standard normal's quantile at u, cut off at [low, high]."""
    below, above = float(ndtr(low)), float(ndtr(high))
    return float(np.clip(ndtri(below + u * (above - below)), low, high))


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
            if not _number(rho) or not 0 <= rho <= 1
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
    return round(value) if spec is not None and str(spec.type) == "int" and _number(value) else value


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
