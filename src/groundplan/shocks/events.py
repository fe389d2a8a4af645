"""Events: what is lost, where, from which day to which, and how it comes back.

Days count from 0, the first day of the horizon; lengths and recovery times are in days; depths are shares, 0 to 1.
A list of products or sectors holds codes, ``class:<name>`` (a broad class, ``classes.csv``) or ``all``.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all

RECOVERIES = ("step", "linear", "exponential")
ALL = ("all",)


def said(unit: str, meaning: str, default: Any, low: float = -math.inf, high: float = math.inf) -> Any:
    """A field with its card: unit, meaning and admissible range."""
    return field(default=default, metadata={"unit": unit, "meaning": meaning, "low": low, "high": high})


@dataclass(frozen=True, kw_only=True)
class Event:
    """When something is lost, how deep, and how it comes back.

        severity(day) = depth                                      start ≤ day < start + length = end
                        0                                          step,        day ≥ end
                        depth · max(0, 1 − (day − end)/recovery)   linear
                        depth · exp(−(day − end)/recovery)         exponential: ``recovery_days`` is the time constant

    Units: days; shares. Raises ``StudyError`` and ``UnknownName``, all faults at once.
    """

    kind: ClassVar[str] = ""
    name: str = said("", "what the event is called in reports", "")
    start: int = said("days", "first day of the event, the horizon's first day being 0", 0, 0, 36500)
    length: int = said("days", "days at full depth", 365, 0, 36500)
    depth: float = said("1", "share that is lost", 1.0, 0, 1)
    recovery: str = said("", "how it comes back: step, linear or exponential", "step")
    recovery_days: float = said("days", "linear: days until it is whole; exponential: time constant", 30.0, 1e-9, 36500)

    def __post_init__(self) -> None:
        raise_all(list(self.faults()), where=f"event '{self.title}'")

    @property
    def title(self) -> str:
        """The event's name; its kind in words where it has none."""
        return self.name or self.kind.replace("_", " ")

    def faults(self) -> list[GroundplanError]:
        """What is wrong with the event's fields."""
        faults: list[GroundplanError] = []
        for spec in dataclasses.fields(self):
            wrong = wrong_value(spec, getattr(self, spec.name))
            if wrong:
                faults.append(StudyError(f"{spec.name} is {wrong}", fix=f"give {spec.metadata['meaning']}"))
        if isinstance(self.recovery, str) and self.recovery not in RECOVERIES:
            faults.append(UnknownName("recovery", self.recovery, RECOVERIES))
        return faults

    @property
    def end(self) -> int:
        """The first day after full depth."""
        return self.start + self.length

    def severity(self, days: int) -> np.ndarray:
        """The share lost on each of ``days`` days; shape (days,). Units: 1."""
        day = np.arange(days, dtype=float)
        after = np.maximum(day - self.end, 0.0)
        if self.recovery == "linear":
            left = np.maximum(0.0, 1.0 - after / self.recovery_days)
        elif self.recovery == "exponential":
            left = np.exp(-after / self.recovery_days)
        else:
            left = np.zeros(days)
        return self.depth * np.where(day < self.start, 0.0, np.where(day < self.end, 1.0, left))


@dataclass(frozen=True, kw_only=True)
class CutImports(Event):
    """``depth`` of the imports of ``products`` from ``partner`` does not come.

    ``partner`` is a partner's name, ``top`` (the one that most of these imports come from) or ``all``. Named partners
    need accounts that say whom imports come from.
    """

    kind: ClassVar[str] = "cut_imports"
    products: tuple[str, ...] = said("", "imported products: codes, classes or all", ALL)
    partner: str = said("", "a partner's name, top, or all", "all")


@dataclass(frozen=True, kw_only=True)
class CloseMarket(Event):
    """``depth`` of what is exported of ``products`` finds no buyer; re-exports of these products stop with it."""

    kind: ClassVar[str] = "close_market"
    products: tuple[str, ...] = said("", "exported products: codes, classes or all", ALL)


@dataclass(frozen=True, kw_only=True)
class LoseCapacity(Event):
    """``depth`` of the capacity of ``sectors`` cannot be used: a failed harvest, plants that stand still."""

    kind: ClassVar[str] = "lose_capacity"
    sectors: tuple[str, ...] = said("", "sectors: codes, classes or all", ALL)
    regions: tuple[str, ...] = said("", "regions of a table of several regions, or all", ALL)


@dataclass(frozen=True, kw_only=True)
class DestroyCapital(Event):
    """Fixed capital of ``sectors`` is destroyed: ``depth`` of it, or ``amount`` of money shared out by capital.

    With ``rebuild`` capacity comes back as what was destroyed is ordered and delivered (from ``end`` on, at the
    behaviour's ``rebuild_days``; goods as in base-year investment or as ``rebuild_from`` says), and ``recovery`` is not
    used. Without it, capital comes back by itself in the recovery's shape and nobody orders anything.
    """

    kind: ClassVar[str] = "destroy_capital"
    sectors: tuple[str, ...] = said("", "sectors: codes, classes or all", ALL)
    regions: tuple[str, ...] = said("", "regions of a table of several regions, or all", ALL)
    amount: float | None = said("money", "capital destroyed; None: depth says the share", None, 0, 1e18)
    rebuild: bool = said("", "what is destroyed is ordered again", True)
    rebuild_from: Mapping[str, float] | None = said(
        "1", "shares of products (codes) in rebuilding, summing to 1; None: as base-year investment", None, 0, 1
    )

    def faults(self) -> list[GroundplanError]:
        """What is wrong with the event's fields; shares of rebuilding sum to one."""
        faults = super().faults()
        mix = self.rebuild_from
        if not faults and mix is not None and abs(sum(mix.values()) - 1.0) > 1e-9:
            told = f"rebuild_from sums to {sum(mix.values()):g}"
            faults.append(StudyError(told, fix="give shares that sum to 1"))
        return faults


@dataclass(frozen=True, kw_only=True)
class TakeLabour(Event):
    """``depth`` of the labour of ``skills`` in ``sectors`` is away: an epidemic, a call-up, a strike.

    A sector's capacity falls with the share of its labour that is away; skills do not stand in for each other within
    the event, so several skills count by their numbers.
    """

    kind: ClassVar[str] = "take_labour"
    sectors: tuple[str, ...] = said("", "sectors: codes, classes or all", ALL)
    skills: tuple[str, ...] = said("", "skills by name, or all", ALL)
    regions: tuple[str, ...] = said("", "regions of a table of several regions, or all", ALL)


@dataclass(frozen=True, kw_only=True)
class RaiseDemand(Event):
    """Final demand for ``products`` by ``categories`` rises by ``depth`` of its base (up to ten times)."""

    kind: ClassVar[str] = "raise_demand"
    depth: float = said("1", "rise over base demand", 0.1, 0, 10)
    products: tuple[str, ...] = said("", "products: codes, classes or all", ALL)
    categories: tuple[str, ...] = said("", "final categories by name or kind (household, government ...), or all", ALL)


KINDS: dict[str, type[Event]] = {
    c.kind: c for c in (CutImports, CloseMarket, LoseCapacity, DestroyCapital, TakeLabour, RaiseDemand)
}


def event_of(row: Mapping[str, Any], *, where: str = "") -> Event:
    """An event from the keys of a TOML table, ``kind`` among them; unknown keys are refused with the nearest.

    >>> event_of({"kind": "cut_imports", "products": ["class:fuels"], "length": 180}).end
    180
    """
    kind = row.get("kind")
    if kind not in KINDS:
        raise UnknownName("kind of event", kind, KINDS, where=where)
    made = KINDS[str(kind)]
    known = [f.name for f in dataclasses.fields(made)]
    raise_all([UnknownName(f"key of {kind}", k, known, where=where) for k in row if k not in ("kind", *known)])
    choices: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items() if k != "kind"}
    return made(**choices)


def wrong_value(spec: dataclasses.Field[Any], value: Any) -> str:
    """What is wrong with a field's value, in words; empty where nothing is."""
    kind = str(spec.type)
    if value is None:
        return "" if kind.endswith("| None") else "empty"
    if kind == "bool":
        return "" if isinstance(value, bool) else f"{value!r}, not true or false"
    if kind == "str":
        return "" if isinstance(value, str) else f"{value!r}, not a text"
    if kind.startswith("tuple[str"):
        right = isinstance(value, tuple) and len(value) > 0 and all(isinstance(v, str) for v in value)
        return "" if right else f"{value!r}, not a list of texts"
    if kind.startswith("Mapping"):
        if not isinstance(value, Mapping) or not value:
            return f"{value!r}, not numbers by name"
        bad = [f"{k} = {v!r}" for k, v in value.items() if wrong_number(spec, v)]
        return ", ".join(bad) and f"{', '.join(bad)}: not numbers from {_range(spec)}"
    return wrong_number(spec, value)


def wrong_number(spec: dataclasses.Field[Any], value: Any) -> str:
    """What is wrong with one number, in words."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return f"{value!r}, not a number"
    if str(spec.type).startswith("int") and value != int(value):
        return f"{value:g}, not a whole number"
    low, high = spec.metadata["low"], spec.metadata["high"]
    return "" if low <= value <= high else f"{value:g}, outside {_range(spec)}"


def _range(spec: dataclasses.Field[Any]) -> str:
    return f"{spec.metadata['low']:g} to {spec.metadata['high']:g}"
