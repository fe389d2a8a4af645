"""From a crisis to activities: the planning core's two nouns on periods of some steps.

    sector           make:j      takes inputs from the stores, occupies its plant, gives its product
    doing without    spare:j:k   gives back what a way of working with less spares of a unit made, and takes up room
    as people do     follow:j    the same in the way in which the adaptive path works in the period
    import           buy:g       gives the imported input, as much as comes of it
    filling stores   put:g       takes the input, gives it to the store: a step later, or within the period
    state reserves   release:g   takes of the reserve, gives the input
    rebuilding       rebuild:g   takes the input and what is still to be built of it, gives building work
    putting back     restore:j   takes building work, gives plant

An input is a good: what is neither used nor stored is had by households, the state, investors and buyers abroad, up to
their demand. Stores are those of all users together. Periods are the core's years, numbered from 1, the first being
that in which the scenario begins: until then nothing moves and nobody knows. A closing year, in which nothing is made,
holds what must be left in store. Limits are those of ``shocks.ceilings``, means over a period's steps, so every path of
the adaptive engine is a plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from groundplan.crisis.ways_of_working import Followed, Spared
from groundplan.planning.activities import Activities, rows
from groundplan.shocks.ceilings import Ceilings, averaged
from groundplan.shocks.cutoff import supply_from_stocks
from groundplan.shocks.dynamics.shock import Shock
from groundplan.shocks.dynamics.system import System

OVERTIME = "overtime"
WORK = "building work"
Tables = dict[str, list[pd.DataFrame]]


def period_starts(steps: int, begins: int, span: int) -> np.ndarray:
    """First steps of periods of ``span`` steps, counted from ``begins`` on; what lies before is parted likewise.

    >>> period_starts(10, 3, 4).tolist()
    [0, 3, 7]
    """
    return np.array([*range(0, begins, span), *range(begins, steps, span)], dtype=int)


@dataclass(frozen=True, eq=False)
class Crisis:
    """A shock on a system with its limits, in periods.

    limits    by step
    starts    P       the first step of each period (``period_starts``)
    left      2 × p   what must be left in stores and in the state's reserves, money
    weights   p       what unmet demand counts, 1
    followed          how the adaptive path works; None where there is none to follow
    spared            ways of working with less that are there in every period
    """

    system: System
    shock: Shock
    limits: Ceilings
    starts: np.ndarray
    left: np.ndarray
    weights: np.ndarray
    spared: Spared
    followed: Followed | None = None

    @property
    def begins(self) -> int:
        """The first step that is planned."""
        return self.limits.begins

    @cached_property
    def first(self) -> int:
        """The first period that is planned."""
        return int(np.searchsorted(self.starts, self.begins))

    @cached_property
    def lengths(self) -> np.ndarray:
        """Steps in each period; P."""
        return np.diff([*self.starts, self.shock.steps])

    @cached_property
    def means(self) -> Ceilings:
        """The limits as means of each period's steps."""
        return averaged(self.limits, self.starts)

    @property
    def at_once(self) -> bool:
        """Whether what comes can be used in the period in which it comes: where periods have several steps."""
        return bool(self.lengths.max() > 1)

    @property
    def has_room(self) -> bool:
        """Whether doing without costs room; by orders it costs plant."""
        return self.system.behaviour.sharing != "orders"

    @property
    def years(self) -> np.ndarray:
        """The core's years: 1 for the first planned period, one more for the closing one."""
        return np.arange(1, len(self.starts) - self.first + 2)

    def planned(self, by_period: np.ndarray) -> np.ndarray:
        """A path by period, cut to those that are planned, its last value kept in the closing one."""
        return np.concatenate([by_period[self.first :], by_period[-1:]])

    def summed(self, mean: np.ndarray) -> np.ndarray:
        """A planned path of flows, money / step as means, in money a period."""
        lengths = self.planned(self.lengths)
        return np.asarray(self.planned(mean) * lengths.reshape(-1, *[1] * (mean.ndim - 1)))

    @cached_property
    def makers(self) -> np.ndarray:
        """Sectors that make anything; indices."""
        return np.flatnonzero(self.system.output > 0)

    @cached_property
    def followers(self) -> np.ndarray:
        """Sectors that do without something on the adaptive path; indices."""
        if self.followed is None:
            return np.zeros(0, dtype=int)
        planned = slice(self.first, None)
        less = self.followed.spared[planned].any(axis=(0, 1)) | (self.followed.room[planned] > 0).any(axis=0)
        return np.flatnonzero(less & (self.system.output > 0))

    @cached_property
    def stored(self) -> np.ndarray:
        """Inputs that a sector uses; indices."""
        return np.flatnonzero((self.system.coefficients > 0).any(axis=1))

    @cached_property
    def rebuilt(self) -> np.ndarray:
        """Sectors with capital that must be rebuilt; indices."""
        return np.flatnonzero(sum((r.lost for r in self.shock.rebuilds), np.zeros(self.system.n)) > 0)

    @cached_property
    def built_of(self) -> np.ndarray:
        """Inputs that rebuilding takes; indices."""
        return np.flatnonzero(sum((r.mix for r in self.shock.rebuilds), np.zeros(len(self.system.inputs))) > 0)

    def sectors(self, verb: str, which: np.ndarray) -> np.ndarray:
        """``verb:sector`` of each."""
        return np.array([f"{verb}:{self.system.sectors[j]}" for j in which], dtype=object)

    def inputs(self, verb: str, which: np.ndarray) -> np.ndarray:
        """``verb:input`` of each."""
        return np.array([f"{verb}:{self.system.inputs[g]}" for g in which], dtype=object)

    @property
    def products(self) -> np.ndarray:
        """The good of every input."""
        return self.inputs("product", np.arange(len(self.system.inputs)))


def activities(c: Crisis) -> Activities:
    """The planning core's tables of a crisis."""
    merged: Tables = {}
    for part in (production(c), doing_without(c), as_people_do(c), trade(c), storage(c), final_use(c), rebuilding(c)):
        for table, frames in part.items():
            merged.setdefault(table, []).extend(frames)
    acts = pd.unique(pd.concat(merged["flows"])["activity"])
    merged["activities"] = [pd.DataFrame({"activity": acts, "unit": c.system.money})]
    stopped = acts[[not str(a).startswith(("put:", "release:")) for a in acts]]
    merged["bounds"].append(pd.DataFrame({"activity": stopped, "year": c.years[-1], "upper": 0.0}))
    whole: dict[str, Any] = {t: pd.concat([rows(t, f) for f in frames]) for t, frames in merged.items()}
    return Activities.of([int(y) for y in c.years], steady=False, **whole)


def flows(
    activity: np.ndarray, commodity: np.ndarray | str, role: str, amount: object = 1.0, **more: object
) -> pd.DataFrame:
    """Rows of the table of flows."""
    return pd.DataFrame({"activity": activity, "commodity": commodity, "role": role, "coefficient": amount, **more})


def kept(c: Crisis, names: np.ndarray, kind: str, path: np.ndarray) -> Tables:
    """Commodities that follow ``path`` (years × names) if nobody acts; each change is told a year before."""
    change = np.diff(path, axis=0)
    moves = pd.DataFrame(
        {
            "commodity": np.repeat(names, len(change)),
            "year": np.tile(c.years[:-1], len(names)),
            "supply": np.maximum(change, 0.0).T.ravel(),
            "claim": np.maximum(-change, 0.0).T.ravel(),
        }
    )
    there = pd.DataFrame({"commodity": names, "kind": kind, "unit": c.system.money, "initial": path[0]})
    return {"commodities": [there], "exogenous": [moves[(moves["supply"] != 0) | (moves["claim"] != 0)]]}


def _even(c: Crisis) -> np.ndarray:
    """What a unit made in a year takes of a plant's mean capacity: 1 / (α · steps); by year."""
    return np.asarray(1.0 / (c.planned(c.means.overtime) * c.planned(c.lengths)))


def profiles(c: Crisis, names: np.ndarray, factors: np.ndarray) -> pd.DataFrame:
    """Rows of the table of profiles; ``factors`` is names × years."""
    return pd.DataFrame(
        {"profile": np.repeat(names, len(c.years)), "year": np.tile(c.years, len(names)), "factor": factors.ravel()}
    )


def production(c: Crisis) -> Tables:
    """make:j on plants; where capital is rebuilt, labour is a capacity of its own."""
    s, names, run = c.system, c.sectors("make", c.makers), c.sectors("run", c.makers)
    g, at = np.nonzero(s.coefficients[:, c.makers] > 0)
    out = [
        flows(names[at], c.inputs("store", g), "take", s.coefficients[g, c.makers[at]]),
        flows(names, c.products[s.input_of[c.makers]], "give"),
        flows(names, run, "give"),
        flows(names, c.sectors("plant", c.makers), "occupy", 1.0, profile=OVERTIME),
        *([flows(names, c.sectors("room", c.makers), "occupy", 1.0, profile=OVERTIME)] if c.has_room else []),
        flows(c.sectors("make", c.rebuilt), c.sectors("crew", c.rebuilt), "occupy", 1.0, profile=OVERTIME),
    ]
    usable = c.means.usable.copy()
    usable[:, c.rebuilt] = (c.means.plant - c.means.destroyed)[:, c.rebuilt]
    plants = kept(c, c.sectors("plant", c.makers), "capacity", c.planned(s.output * usable)[:, c.makers])
    crews = kept(c, c.sectors("crew", c.rebuilt), "capacity", c.planned(s.output * c.means.crew)[:, c.rebuilt])
    there = [*plants["commodities"], *crews["commodities"], _plain(c, run, "flow", 0.0)]
    if c.has_room:
        there.append(_plain(c, c.sectors("room", c.makers), "capacity", s.output[c.makers]))
    moves = [*plants["exogenous"], *crews["exogenous"]]
    overtime = profiles(c, np.array([OVERTIME]), _even(c)[None])
    return {"flows": out, "commodities": there, "exogenous": moves, "profiles": [overtime]}


def _plain(c: Crisis, names: np.ndarray, kind: str, initial: np.ndarray | float) -> pd.DataFrame:
    """Commodities that nothing from outside moves."""
    return pd.DataFrame({"commodity": names, "kind": kind, "unit": c.system.money, "initial": initial})


def doing_without(c: Crisis) -> Tables:
    """spare:j:k: a unit that is made in a way that spares some inputs. By orders it takes up plant, and its labour."""
    s, w = c.system, c.spared
    numbers = pd.Series(w.sector).groupby(w.sector).cumcount().to_numpy() if len(w.sector) else w.sector
    names = np.array([f"spare:{s.sectors[j]}:{k}" for j, k in zip(w.sector, numbers, strict=True)], dtype=object)
    j = w.sector[w.way]
    takes = w.room > 0
    place = "room" if c.has_room else "plant"
    # Where capital is rebuilt labour is a capacity of its own, and what takes plant twice takes people twice.
    staffed = takes & np.isin(w.sector, c.rebuilt) & (not c.has_room)
    return {
        "flows": [
            flows(names, c.sectors("run", w.sector), "take"),
            flows(names[w.way], c.inputs("store", w.input), "give", s.coefficients[w.input, j] * w.share),
            flows(names[takes], c.sectors(place, w.sector[takes]), "occupy", w.room[takes], profile=OVERTIME),
            flows(names[staffed], c.sectors("crew", w.sector[staffed]), "occupy", w.room[staffed], profile=OVERTIME),
        ]
    }


def as_people_do(c: Crisis) -> Tables:
    """follow:j: a unit that is made as on the adaptive path in the same period."""
    if c.followed is None or not c.followers.size:
        return {"flows": []}
    s, who = c.system, c.followers
    spared, room = c.planned(c.followed.spared), c.planned(c.followed.room)
    g, at = np.nonzero(spared[:, :, who].any(axis=0))
    j = who[at]
    cells = np.array([f"spared:{s.inputs[i]}:{s.sectors[k]}" for i, k in zip(g, j, strict=True)], dtype=object)
    names, rooms = c.sectors("follow", who), c.sectors("followed", who)
    out = [
        flows(names, c.sectors("run", who), "take"),
        flows(names[at], c.inputs("store", g), "give", s.coefficients[g, j], profile=cells),
    ]
    factors = [profiles(c, cells, spared[:, g, j].T)]
    if c.has_room:
        out.append(flows(names, c.sectors("room", who), "occupy", 1.0, profile=rooms))
        factors.append(profiles(c, rooms, (room[:, who] * _even(c)[:, None]).T))
    return {"flows": out, "profiles": factors}


def trade(c: Crisis) -> Tables:
    """buy:g, within what comes."""
    most = c.summed(c.means.buying)
    which = np.flatnonzero(most.max(axis=0) > 0)
    names = c.inputs("buy", which)
    limits = pd.DataFrame(
        {
            "activity": np.repeat(names, len(c.years)),
            "year": np.tile(c.years, len(names)),
            "upper": most[:, which].T.ravel(),
        }
    )
    return {"flows": [flows(names, c.products[which], "give")], "bounds": [limits]}


def storage(c: Crisis) -> Tables:
    """put:g and release:g; stores as on the first day, and what must be left of them."""
    s, which, reserved = c.system, c.stored, np.flatnonzero(c.system.reserves > 0)
    put, release, stores = c.inputs("put", which), c.inputs("release", reserved), c.inputs("store", which)
    there = {"kind": "stock", "unit": s.money}
    return {
        "flows": [
            flows(put, c.products[which], "take"),
            flows(put, stores, "give", lag=0 if c.at_once else 1),
            flows(release, c.inputs("reserve", reserved), "take"),
            flows(release, c.products[reserved], "give"),
        ],
        "commodities": [
            pd.DataFrame({"commodity": stores, "initial": s.wanted.sum(axis=1)[which], **there}),
            pd.DataFrame({"commodity": c.inputs("reserve", reserved), "initial": s.reserves[reserved], **there}),
        ],
        "exogenous": [
            pd.DataFrame({"commodity": stores, "year": c.years[-1], "claim": c.left[0, which]}),
            pd.DataFrame(
                {"commodity": c.inputs("reserve", reserved), "year": c.years[-1], "claim": c.left[1, reserved]}
            ),
        ],
    }


def final_use(c: Crisis) -> Tables:
    """Goods, worth ``weights`` up to final demand, and supply that nobody makes."""
    demand = c.summed(c.means.demand.sum(axis=2))
    demand[-1] = 0.0
    years, goods = np.tile(c.years, len(c.products)), np.repeat(c.products, len(c.years))
    worth = {"good": goods, "year": years, "width": demand.T.ravel(), "slope": np.repeat(c.weights, len(c.years))}
    given = supply_from_stocks(c.system)
    lent = np.flatnonzero(given > 0)
    lengths = c.planned(c.lengths)[:-1]
    return {
        "commodities": [pd.DataFrame({"commodity": c.products, "kind": "good", "unit": c.system.money})],
        "utility": [pd.DataFrame(worth)],
        "exogenous": [
            pd.DataFrame(
                {
                    "commodity": np.repeat(c.products[lent], len(lengths)), "year": np.tile(c.years[:-1], len(lent)),
                    "supply": np.outer(given[lent], lengths).ravel(),
                }
            )
        ],
    }  # fmt: skip


def rebuilding(c: Crisis) -> Tables:
    """rebuild:g and restore:j: of what is open, by input and by sector, a share can be done in a step.

    Inputs and sectors share one pool of work, so that no programme of n × p pieces is needed; the engine's pieces,
    summed over either, keep to both rows.
    """
    s = c.system
    if not c.shock.rebuilds:
        return {}
    steps = int(c.lengths.max())
    pace = 1.0 - (1.0 - min(1.0, s.days_per_step / s.behaviour.rebuild_days)) ** steps
    ends = c.planned(c.starts + c.lengths)
    begun = np.less_equal.outer([r.begins for r in c.shock.rebuilds], ends - 1).T
    out: Tables = {"commodities": [pd.DataFrame([{"commodity": WORK, "unit": s.money}])], "exogenous": []}
    rebuild, restore = c.inputs("rebuild", c.built_of), c.sectors("restore", c.rebuilt)
    ruins, sites = c.inputs("ruin", c.built_of), c.sectors("site", c.rebuilt)
    open_ = [np.array([r.mix * r.lost.sum() for r in c.shock.rebuilds]), np.array([r.lost for r in c.shock.rebuilds])]
    for names, amounts in ((ruins, open_[0][:, c.built_of]), (sites, open_[1][:, c.rebuilt])):
        for table, frames in kept(c, names, "capacity", begun @ amounts).items():
            out[table] += frames
    per_capital = s.output[c.rebuilt] / s.capital[c.rebuilt]
    out["flows"] = [
        flows(rebuild, c.products[c.built_of], "take"),
        flows(rebuild, WORK, "give"),
        flows(restore, WORK, "take"),
        flows(restore, c.sectors("plant", c.rebuilt), "give", per_capital),
    ]
    if c.at_once:
        # What is put back within a period works in it; the limit is that of the period's mean.
        out["flows"].append(flows(restore, c.sectors("plant", c.rebuilt), "occupy", -per_capital))
    for act, what in ((rebuild, ruins), (restore, sites)):
        out["flows"] += [flows(act, what, "take"), flows(act, what, "occupy", 1.0 / pace)]
    return out
