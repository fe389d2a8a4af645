"""The choice as plain arrays: what the model, the audit and the heuristics read, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Siting:
    """Places p, types of facility f, years t, materials r, limits l, served types s; every array's shape in brackets.

    Places stand in the order of the draw: the solver is handed no names, and whatever it leaves to its own order has
    been left to the draw.

    ids, titles       [p] province  [p] number of the province, names in ``provinces``
    years             [t] labels;   per_year [t] places to choose;  early [t] what a choice counts in that year
    need, readiness   [p] scores;   people [p];  merit [p] what a chosen place counts
    kinds             [f] codes;    group [f] number of the type that it is a size of (only one of them in a place)
    gain              [p, f] what the facility there counts, earlier more;  charge [p, f] what is taken off, any year
    gap               [p] the gap before;  relief [p, f] what the facility closes of it;  lag [f] years of building
    allowed, stands   [p, f] may be built; is there already
    after             [f, f] row type needs column type in the same place, there already or built with it
    limits            [l] names;    claim [l, f, k] used k years after the choice;  ceiling [l, t]
    materials         [r] names: a raw material within a reach;  stock [r] number of the endowment that it is taken from
    supply            [p, stock];  uses [f, r];  source, site, material, km: one entry an arc
    served            [s] types f that serve people;  capacity [f];  near_type, near_site, near_home: an entry a pair
    haul, person      what a unit-km a year and a person served count
    kinds_range       least and most facilities in a chosen place
    quota             [province] least and most places in a year;  share [province, t] bounds of places so far
    deadline          [p] the place must be chosen within so many years; 0 where it need not be
    forced            [p] year's number in which it must be chosen, −1 where free;  forced_types [p, f];  closed [p]
    step              gaps closer than this count as equal
    """

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    province: Whole
    provinces: tuple[str, ...]
    years: tuple[int, ...]
    per_year: Whole
    early: Floats
    need: Floats
    readiness: Floats
    people: Floats
    merit: Floats
    kinds: tuple[str, ...]
    group: Whole
    gain: Floats
    charge: Floats
    gap: Floats
    relief: Floats
    lag: Whole
    allowed: Flags
    stands: Flags
    after: Flags
    limits: tuple[str, ...]
    claim: Floats
    ceiling: Floats
    materials: tuple[str, ...]
    stock: Whole
    supply: Floats
    uses: Floats
    source: Whole
    site: Whole
    material: Whole
    km: Floats
    served: Whole
    capacity: Floats
    near_type: Whole
    near_site: Whole
    near_home: Whole
    haul: float
    person: float
    kinds_range: tuple[int, int]
    required: Flags
    quota: Whole
    share: Floats
    deadline: Whole
    forced: Whole
    forced_types: Flags
    closed: Flags
    step: float

    def __post_init__(self) -> None:
        for spec in fields(self):
            value = getattr(self, spec.name)
            if isinstance(value, np.ndarray):
                # A copy of our own: a cached figure must not differ from the arrays that it was computed from.
                own = value.copy()
                own.flags.writeable = False
                object.__setattr__(self, spec.name, own)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Places, types, years."""
        return len(self.ids), len(self.kinds), len(self.years)

    @cached_property
    def buildable(self) -> Flags:
        """[p, f] what may be built: allowed, not there already in any size, and not in a closed place."""
        there = self.in_group(self.stands)[:, self.group] > 0
        return self.allowed & ~there & ~self.closed[:, None]

    def in_group(self, flags: Flags) -> Whole:
        """[p, group] how many of the types of a group."""
        member = sparse.csr_array(
            (np.ones(len(self.group)), (np.arange(len(self.group)), self.group)),
            shape=(len(self.group), int(self.group.max(initial=-1)) + 1),
        )
        return np.asarray(flags.astype(float) @ member).round().astype(np.int64)

    @cached_property
    def asks(self) -> Flags:
        """[p, f] types that the place must get if it is chosen: required or forced, and not there already."""
        there = self.in_group(self.stands)[:, self.group] > 0
        return (self.required[None, :] | self.forced_types) & ~there

    def reordered(self, order: Sequence[int] | Whole) -> Siting:
        """The same problem with its places in another order."""
        o = np.asarray(order, dtype=np.int64)
        back = np.empty_like(o)
        back[o] = np.arange(len(o))
        changed: dict[str, Any] = {k: getattr(self, k)[o] for k in BY_PLACE}
        changed |= {k: tuple(getattr(self, k)[i] for i in o) for k in ("ids", "titles")}
        arcs = {k: back[getattr(self, k)] for k in ("source", "site", "near_site", "near_home")}
        sort = np.lexsort((arcs["source"], arcs["site"], self.material))
        changed |= {k: arcs[k][sort] for k in ("source", "site")}
        changed |= {k: getattr(self, k)[sort] for k in ("material", "km")}
        sort = np.lexsort((arcs["near_home"], arcs["near_site"], self.near_type))
        changed |= {k: arcs[k][sort] for k in ("near_site", "near_home")} | {"near_type": self.near_type[sort]}
        return replace(self, **changed)


BY_PLACE = (
    "province", "need", "readiness", "people", "merit", "gain", "charge", "gap", "relief", "allowed", "stands",
    "supply", "deadline", "forced", "forced_types", "closed",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Choice:
    """What was chosen, in the order of the ``Siting``.

    year       [p] number of the year, −1 where not chosen
    built      [p, f]
    carried    [arc] raw material a year, when all stands
    new        [near] persons of a home whom a new facility serves;  old [near] by what stood there already
    objective  the objective without what stands already;  bound  no choice can have more than this
    history    seconds, best found, bound
    """

    year: Whole
    built: Flags
    carried: Floats
    new: Floats
    old: Floats
    objective: float
    bound: float
    status: str
    history: tuple[tuple[float, float, float], ...] = ()
    ingredients: tuple[tuple[str, float, float, float], ...] = ()

    @property
    def gap(self) -> float:
        """Proven distance to the best possible, as a share of the objective."""
        return relative_gap(self.objective, self.bound)


def relative_gap(objective: float, bound: float) -> float:
    """(bound − found) / |found|; infinite where nothing was found.

    >>> relative_gap(100.0, 100.5)
    0.005
    """
    if not np.isfinite(objective) or not np.isfinite(bound):
        return float("inf")
    return max(0.0, bound - objective) / max(abs(objective), 1e-9)


def round_bounds(size: Whole, so_far: Whole) -> Floats:
    """[province, t, 2] least and most places so far under "no second place before everyone's first".

    In round k every province that has k places or more takes part. After N places of which the first S_k fill k whole
    rounds, a province has at least min(size, k) and at most min(size, k + 1).
    """
    rounds = np.minimum(size[:, None], np.arange(int(size.max(initial=0)) + 2)[None, :])
    filled = rounds.sum(axis=0)
    k = np.searchsorted(filled, so_far, side="right") - 1
    k = np.clip(k, 0, rounds.shape[1] - 2)
    full = filled[k] == so_far
    return np.stack([rounds[:, k], np.where(full, rounds[:, k], rounds[:, k + 1])], axis=-1).astype(float)


def share_bounds(weight: Floats, size: Whole, so_far: Whole) -> Floats:
    """[province, t, 2] share of the places so far by weight, rounded down and up, and no more than the province has.

    A series of yearly numbers within these bounds always exists where no province runs out of places: the quota method
    gives one. Source: Balinski and Young (1975), The quota method of apportionment (citation not checked).
    """
    exact = weight[:, None] / weight.sum() * so_far[None, :]
    # A share that is whole but for rounding must not be rounded up past itself.
    near = np.round(exact)
    exact = np.where(np.abs(exact - near) < 1e-9, near, exact)
    low, high = np.floor(exact), np.ceil(exact)
    return np.stack([np.minimum(low, size[:, None]), np.minimum(high, size[:, None])], axis=-1)
