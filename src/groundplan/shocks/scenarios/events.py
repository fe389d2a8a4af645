"""Events: what is lost, where, from which day to which, and how it comes back.

Days count from 0, the first day of the horizon; lengths and recovery times are in days; depths are shares, 0 to 1.
A list of products or sectors holds codes or names, ``class:<name>`` (a broad class, ``classes.csv``) or ``all``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.records.card import Card, keyed
from groundplan.records.named import PRODUCT, SECTOR, SKILL, Naming

RECOVERIES = ("step", "linear", "exponential")
ALL = ("all",)
EXPORTS = "exports"
# What classes and lists name is looked up where the system is at hand.
OF_PRODUCTS, OF_SECTORS = Naming(PRODUCT, ALL, refused=False), Naming(SECTOR, ALL, refused=False)


@dataclass(frozen=True, kw_only=True)
class Event(Card):
    """When something is lost, how deep, and how it comes back.

        severity(day) = depth                                      start ≤ day < start + length = end
                        0                                          step,        day ≥ end
                        depth · max(0, 1 − (day − end)/recovery)   linear
                        depth · exp(−(day − end)/recovery)         exponential: ``recovery_days`` is the time constant

    Units: days; shares. Raises ``StudyError`` and ``UnknownName``, all faults at once.
    """

    kind: ClassVar[str] = ""
    name: str = keyed("", "what the event is called in reports", "")
    start: int = keyed("days", "first day of the event, the horizon's first day being 0", 0, 0, 36500)
    length: int = keyed("days", "days at full depth", 365, 0, 36500)
    depth: float = keyed("1", "share that is lost", 1.0, 0, 1)
    recovery: str = keyed("", "how it comes back: step, linear or exponential", "step", among=RECOVERIES)
    recovery_days: float = keyed(
        "days", "linear: days until it is whole; exponential: time constant", 30.0, 1e-9, 36500
    )

    def __post_init__(self) -> None:
        raise_all(self.faults(), where=f"event '{self.title}'")

    @property
    def title(self) -> str:
        """The event's name; its kind in words where it has none."""
        return self.name or self.kind.replace("_", " ")

    @classmethod
    def variant(cls, content: Mapping[str, Any]) -> tuple[type[Card], Mapping[str, Any]]:
        """The event that the key ``kind`` names."""
        kind = content.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            raise UnknownName("kind of event", kind, KINDS)
        return KINDS[kind], {k: v for k, v in content.items() if k != "kind"}

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
    products: tuple[str, ...] = keyed(
        "", "imported products: names, codes, classes or all", ALL, filled=True, names=OF_PRODUCTS
    )
    partner: str = keyed("", "a partner's name, top, or all", "all")


@dataclass(frozen=True, kw_only=True)
class CloseMarket(Event):
    """``depth`` of what is exported of ``products`` finds no buyer; re-exports of these products stop with it."""

    kind: ClassVar[str] = "close_market"
    products: tuple[str, ...] = keyed(
        "", "exported products: names, codes, classes or all", ALL, filled=True, names=OF_PRODUCTS
    )


@dataclass(frozen=True, kw_only=True)
class LoseCapacity(Event):
    """``depth`` of the capacity of ``sectors`` cannot be used: a failed harvest, plants that stand still.

    Where the setting lets people work longer, overtime makes good for some of it; ``made_good = false`` says that
    nothing does, so that at most 1 − ``depth`` of the base is made: a harvest, power that is rationed, gas that is not
    there. By ``orders``, where overtime is built up day by day, it says nothing.
    """

    kind: ClassVar[str] = "lose_capacity"
    sectors: tuple[str, ...] = keyed("", "sectors: names, codes, classes or all", ALL, filled=True, names=OF_SECTORS)
    regions: tuple[str, ...] = keyed("", "regions of a table of several regions, or all", ALL, filled=True)
    made_good: bool = keyed(
        "", "overtime makes good for some of it, as far as the setting lets people work longer", True
    )


@dataclass(frozen=True, kw_only=True)
class DestroyCapital(Event):
    """Fixed capital of ``sectors`` is destroyed: ``depth`` of it, or ``amount`` of money shared out by capital.

    With ``rebuild`` capacity comes back as what was destroyed is ordered and delivered (from ``end`` on, at the
    behaviour's ``rebuild_days``; goods as in base-year investment or as ``rebuild_from`` says), and ``recovery`` is not
    used. Without it, capital comes back by itself in the recovery's shape and nobody orders anything.
    """

    kind: ClassVar[str] = "destroy_capital"
    sectors: tuple[str, ...] = keyed("", "sectors: names, codes, classes or all", ALL, filled=True, names=OF_SECTORS)
    regions: tuple[str, ...] = keyed("", "regions of a table of several regions, or all", ALL, filled=True)
    amount: float | None = keyed("money", "capital destroyed; None: depth says the share", None, 0, 1e18)
    rebuild: bool = keyed("", "what is destroyed is ordered again", True)
    rebuild_from: Mapping[str, float] | None = keyed(
        "1",
        "shares of products (codes) in rebuilding, summing to 1; None: as base-year investment",
        None,
        0,
        1,
        names=OF_PRODUCTS,
    )

    def more_faults(self) -> list[GroundplanError]:
        """Shares of rebuilding sum to one."""
        if self.rebuild_from is None or abs(sum(self.rebuild_from.values()) - 1.0) <= 1e-9:
            return []
        what = f"rebuild_from sums to {sum(self.rebuild_from.values()):g}"
        return [StudyError(what, fix="give shares that sum to 1")]


@dataclass(frozen=True, kw_only=True)
class TakeLabour(Event):
    """``depth`` of the labour of ``skills`` in ``sectors`` is away: an epidemic, a call-up, a strike.

    A sector's capacity falls with the share of its labour that is away; skills do not stand in for each other within
    the event, so several skills count by their numbers.
    """

    kind: ClassVar[str] = "take_labour"
    sectors: tuple[str, ...] = keyed("", "sectors: names, codes, classes or all", ALL, filled=True, names=OF_SECTORS)
    skills: tuple[str, ...] = keyed(
        "", "skills by name, or all", ALL, filled=True, names=Naming(SKILL, ALL, refused=False)
    )
    regions: tuple[str, ...] = keyed("", "regions of a table of several regions, or all", ALL, filled=True)


@dataclass(frozen=True, kw_only=True)
class RaiseDemand(Event):
    """Final demand for ``products`` by ``categories`` rises by ``depth`` of its base (up to ten times)."""

    kind: ClassVar[str] = "raise_demand"
    depth: float = keyed("1", "rise over base demand", 0.1, 0, 10)
    products: tuple[str, ...] = keyed("", "products: names, codes, classes or all", ALL, filled=True, names=OF_PRODUCTS)
    categories: tuple[str, ...] = keyed(
        "", "final categories by name or kind (household, government ...), or all", ALL, filled=True
    )


@dataclass(frozen=True, kw_only=True)
class LowerDemand(Event):
    """Final demand at home for ``products`` by ``categories`` falls by ``depth``: nobody asks for it, nobody misses it.

    People who stay at home eat out less and works put investment off. What is not asked for is not unmet, in none of
    the engines; what else it takes along (output, value added) is a loss, and the outcome says which part of it this
    is (``fallen_demand``). Exports that find no buyer are ``CloseMarket``; ``all`` leaves them out.
    """

    kind: ClassVar[str] = "lower_demand"
    depth: float = keyed("1", "share of base demand that is not asked for", 0.1, 0, 1)
    products: tuple[str, ...] = keyed("", "products: names, codes, classes or all", ALL, filled=True, names=OF_PRODUCTS)
    categories: tuple[str, ...] = keyed(
        "", "final categories at home by name or kind (household, government ...), or all of them", ALL, filled=True
    )

    def more_faults(self) -> list[GroundplanError]:
        """Buyers abroad have an event of their own."""
        if EXPORTS not in self.categories:
            return []
        what = "lower_demand is of demand at home, and exports are asked for abroad"
        return [StudyError(what, fix="use an event of kind close_market for them")]


KINDS: dict[str, type[Event]] = {
    c.kind: c for c in (CutImports, CloseMarket, LoseCapacity, DestroyCapital, TakeLabour, RaiseDemand, LowerDemand)
}
