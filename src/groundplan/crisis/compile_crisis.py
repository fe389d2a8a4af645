"""From a crisis to activities: the planning core's two nouns on steps of a day or a week.

    sector           make:j      takes inputs from the stores, occupies its plant, gives its product
    lacking inputs   lean:j      the same without the important inputs, occupying twice the plant
    import           buy:g       gives the imported input, as much as comes of it
    filling stores   put:g       takes the input, gives it to the store a step later
    state reserves   release:g   takes of the reserve, gives the input
    rebuilding       rebuild:g   takes the input and what is still to be built of it, gives building work
    putting back     restore:j   takes building work, gives plant

An input is a good: what is neither used nor stored is had by households, the state, investors and buyers abroad, up to
their demand. Stores are those of all users together. Steps are the core's years, numbered from 1, the first being that
in which the scenario begins: until then nothing moves and nobody knows. A closing step, in which nothing is made, holds
what must be left in store. Limits are those of ``stress.ceilings``, so every path of the adaptive engine is a plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from groundplan.planning.activities import Activities, rows
from groundplan.shocks.ceilings import Ceilings
from groundplan.shocks.cutoff import supply_from_stocks
from groundplan.shocks.dynamics.shock import Shock
from groundplan.shocks.dynamics.system import System

CRITICAL, IMPORTANT = 0, 1
OVERTIME = "overtime"
WORK = "building work"
Tables = dict[str, list[pd.DataFrame]]


@dataclass(frozen=True, eq=False)
class Crisis:
    """A shock on a system with its limits.

    left     2 × p   what must be left in stores and in the state's reserves, money
    weights  p       what unmet demand counts, 1
    """

    system: System
    shock: Shock
    limits: Ceilings
    left: np.ndarray
    weights: np.ndarray

    @property
    def begins(self) -> int:
        """The first step that is planned."""
        return self.limits.begins

    @property
    def years(self) -> np.ndarray:
        """The core's years: 1 for the first planned step, one more for the closing step."""
        return np.arange(1, self.shock.steps - self.begins + 2)

    def planned(self, path: np.ndarray) -> np.ndarray:
        """A path over the horizon, cut to the planned steps, its last value kept in the closing one."""
        return np.concatenate([path[self.begins :], path[-1:]])

    @cached_property
    def makers(self) -> np.ndarray:
        """Sectors that make anything; indices."""
        return np.flatnonzero(self.system.output > 0)

    @cached_property
    def lean(self) -> np.ndarray:
        """Sectors that use important inputs, so that they can go without; indices."""
        uses = (self.system.coefficients > 0) & (self.system.binding == IMPORTANT)
        return np.flatnonzero(uses.any(axis=0))

    @cached_property
    def stored(self) -> np.ndarray:
        """Inputs that bind a sector that uses them; indices."""
        used = (self.system.coefficients > 0) & (self.system.binding <= IMPORTANT)
        return np.flatnonzero(used.any(axis=1))

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
    for part in (production(c), trade(c), storage(c), final_use(c), rebuilding(c)):
        for table, frames in part.items():
            merged.setdefault(table, []).extend(frames)
    acts = pd.unique(pd.concat(merged["flows"])["activity"])
    merged["activities"] = [pd.DataFrame({"activity": acts, "unit": c.system.money})]
    stopped = acts[[not str(a).startswith(("put:", "release:")) for a in acts]]
    merged["bounds"].append(pd.DataFrame({"activity": stopped, "year": c.years[-1], "upper": 0.0}))
    merged["profiles"] = [
        pd.DataFrame({"profile": OVERTIME, "year": c.years, "factor": 1.0 / c.planned(c.limits.overtime)})
    ]
    whole: dict[str, Any] = {
        t: pd.concat([rows(t, f) for f in frames], ignore_index=True) for t, frames in merged.items()
    }
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


def production(c: Crisis) -> Tables:
    """make:j and lean:j on plants; where capital is rebuilt, labour is a capacity of its own."""
    s, products = c.system, c.products
    out: list[pd.DataFrame] = []
    for verb, which, most, plant in (("make", c.makers, IMPORTANT, 1.0), ("lean", c.lean, CRITICAL, 2.0)):
        g, at = np.nonzero((s.coefficients[:, which] > 0) & (s.binding[:, which] <= most))
        names, apart = c.sectors(verb, which), np.intersect1d(which, c.rebuilt)
        out += [
            flows(names[at], c.inputs("store", g), "take", s.coefficients[g, which[at]]),
            flows(names, products[s.input_of[which]], "give"),
            flows(names, c.sectors("plant", which), "occupy", plant, profile=OVERTIME),
            flows(c.sectors(verb, apart), c.sectors("crew", apart), "occupy", plant, profile=OVERTIME),
        ]
    usable = np.minimum(c.limits.plant, c.limits.crew)
    usable[:, c.rebuilt] = (c.limits.plant - c.limits.destroyed)[:, c.rebuilt]
    plants = kept(c, c.sectors("plant", c.makers), "capacity", c.planned(s.output * usable)[:, c.makers])
    crews = kept(c, c.sectors("crew", c.rebuilt), "capacity", c.planned(s.output * c.limits.crew)[:, c.rebuilt])
    return {"flows": out, **{t: plants[t] + crews[t] for t in plants}}


def trade(c: Crisis) -> Tables:
    """buy:g, within what comes."""
    most = c.planned(c.limits.buying)
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
            flows(put, stores, "give", lag=1),
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
    demand = c.planned(c.limits.demand.sum(axis=2))
    demand[-1] = 0.0
    years, goods = np.tile(c.years, len(c.products)), np.repeat(c.products, len(c.years))
    worth = {"good": goods, "year": years, "width": demand.T.ravel(), "slope": np.repeat(c.weights, len(c.years))}
    lent = np.flatnonzero(supply_from_stocks(c.system) > 0)
    given = {"commodity": np.repeat(c.products[lent], len(c.years) - 1), "year": np.tile(c.years[:-1], len(lent))}
    return {
        "commodities": [pd.DataFrame({"commodity": c.products, "kind": "good", "unit": c.system.money})],
        "utility": [pd.DataFrame(worth)],
        "exogenous": [
            pd.DataFrame({**given, "supply": np.repeat(supply_from_stocks(c.system)[lent], len(c.years) - 1)})
        ],
    }


def rebuilding(c: Crisis) -> Tables:
    """rebuild:g and restore:j: of what is open, by input and by sector, a share can be done in a step.

    Inputs and sectors share one pool of work, so that no programme of n × p pieces is needed; the engine's pieces,
    summed over either, keep to both rows.
    """
    s = c.system
    if not c.shock.rebuilds:
        return {}
    pace = min(1.0, s.days_per_step / s.behaviour.rebuild_days)
    begun = np.add.outer(c.years + c.begins - 1, [-r.begins for r in c.shock.rebuilds]) >= 0
    out: Tables = {"commodities": [pd.DataFrame([{"commodity": WORK, "unit": s.money}])], "exogenous": []}
    rebuild, restore = c.inputs("rebuild", c.built_of), c.sectors("restore", c.rebuilt)
    ruins, sites = c.inputs("ruin", c.built_of), c.sectors("site", c.rebuilt)
    open_ = [np.array([r.mix * r.lost.sum() for r in c.shock.rebuilds]), np.array([r.lost for r in c.shock.rebuilds])]
    for names, amounts in ((ruins, open_[0][:, c.built_of]), (sites, open_[1][:, c.rebuilt])):
        for table, frames in kept(c, names, "capacity", begun @ amounts).items():
            out[table] += frames
    out["flows"] = [
        flows(rebuild, c.products[c.built_of], "take"),
        flows(rebuild, WORK, "give"),
        flows(restore, WORK, "take"),
        flows(restore, c.sectors("plant", c.rebuilt), "give", (s.output / s.capital)[c.rebuilt]),
    ]
    for act, what in ((rebuild, ruins), (restore, sites)):
        out["flows"] += [flows(act, what, "take"), flows(act, what, "occupy", 1.0 / pace)]
    return out
