"""What no path of the adaptive engine can exceed: the limits that the bound and the plan are given too.

The three engines are compared on equal terms only if none may use more overtime, faster rebuilding or quicker
rerouting than the adaptive engine could at its best. Each limit here follows from that engine's own equations
(``propagation``, ``stores``, ``rebuilding``), whatever its state.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from groundplan.shocks.dynamics.entitled.routes import Routes
from groundplan.shocks.dynamics.ordering.order_run import FAINT
from groundplan.shocks.dynamics.rebuilding import Sites
from groundplan.shocks.dynamics.shock import Shock
from groundplan.shocks.dynamics.system import System


@dataclass(frozen=True, eq=False)
class Ceilings:
    """Limits by step. T steps, n sectors, p inputs, F final categories; money / step unless said.

    begins     the first step in which anything is lost, asked for more or destroyed; 0 where nothing ever is
    overtime   T       α at most: the ceiling; by orders α_max − (α_max − α_base)·(1 − h)^k, k steps since ``begins``; 1
    plant      T × n   capacity that is there but for what must be rebuilt, over base output; 1
    crew       T × n   labour that is there; 1
    destroyed  T × n   share of capital destroyed if nothing were rebuilt; 1
    standing   T × n   share of capital destroyed if all that is asked for rebuilding came; 1
    making     T × n   output at most: x̄ · overtime · min(plant − standing, crew)
    usable     T × n   the smaller of plant and crew; 1
    buying     T × p   imports at most: those of sources that are cut, and of the others what they give at most (by
                       orders: what users can order at most)
    demand     T × p × F   re-exports left out
    """

    begins: int
    overtime: np.ndarray
    plant: np.ndarray
    crew: np.ndarray
    usable: np.ndarray
    destroyed: np.ndarray
    standing: np.ndarray
    making: np.ndarray
    buying: np.ndarray
    demand: np.ndarray


def ceilings(system: System, shock: Shock) -> Ceilings:
    """The limits of a shock on a system."""
    s, b = system, system.behaviour
    begins = first_step(shock)
    h = min(1.0, s.days_per_step / b.alpha_days)
    # The engine has no yesterday to look back on in its first step, so overtime begins in the second.
    since = np.maximum(np.arange(shock.steps) - max(begins, 1) + 1, 0)
    overtime = b.alpha_max - (b.alpha_max - b.alpha_base) * (1.0 - h) ** since
    if b.sharing != "orders":
        overtime = np.full(shock.steps, b.makes_do.ceiling)
    destroyed, standing = _destroyed(s, shock)
    # Where capital is destroyed that could not be used anyway, capacity is not lost twice.
    plant = np.maximum(shock.capacity, destroyed)
    share = overtime[:, None] * np.clip(np.minimum(plant - standing, shock.labour), 0.0, None)
    demand = s.use[:, s.n :] * shock.final()
    buying = _buying(s, shock, share, destroyed, demand) if b.sharing == "orders" else _coming(s, shock)
    return Ceilings(
        begins, overtime, plant, shock.labour, np.minimum(plant, shock.labour), destroyed, standing, s.output * share,
        buying, demand * s.counted,
    )  # fmt: skip


def averaged(limits: Ceilings, starts: np.ndarray) -> Ceilings:
    """The limits of periods of several steps, as means of their steps (the most of overtime); ``starts``: first steps.

    What keeps to the limits in every step keeps to these in every period. ``begins`` stays a step.
    """
    lengths = np.diff([*starts, len(limits.overtime)])

    def means(path: np.ndarray) -> np.ndarray:
        sums = np.add.reduceat(path, starts, axis=0)
        return np.asarray(sums / lengths.reshape(-1, *[1] * (path.ndim - 1)))

    parts = {f.name: means(getattr(limits, f.name)) for f in fields(limits) if f.name not in ("begins", "overtime")}
    return Ceilings(begins=limits.begins, overtime=np.maximum.reduceat(limits.overtime, starts), **parts)


def _coming(s: System, shock: Shock) -> np.ndarray:
    """What sources of imports give at most under entitlements; T × p, money / step."""
    routes = Routes(s, shock.imports[None])
    come = np.array([routes.come(t)[0] for t in range(shock.steps)]) * s.base_flow[s.n :]
    return np.asarray(s.sum_by_input(np.concatenate([np.zeros((shock.steps, s.n)), come], axis=1)))


def first_step(shock: Shock) -> int:
    """The first step in which a shock does anything; 0 where it never does."""
    moved = (shock.capacity != 1.0).any(axis=1) | (shock.labour != 1.0).any(axis=1)
    moved |= (shock.imports != 1.0).any(axis=1) | (shock.profiles != 0.0).any(axis=1)
    steps = [*np.flatnonzero(moved)[:1].tolist(), *(r.step for r in shock.rebuilds)]
    return int(min(steps, default=0))


def _destroyed(s: System, shock: Shock) -> tuple[np.ndarray, np.ndarray]:
    """Shares of capital destroyed, T × n each: with nothing rebuilt, and with all delivered that is asked.

    After k steps of rebuilding at least (1 − step/rebuild_days)^k is still open.
    """
    step = np.arange(shock.steps)
    pace = min(1.0, s.days_per_step / s.behaviour.rebuild_days)
    all_, left = np.zeros((shock.steps, s.n)), np.zeros((shock.steps, s.n))
    for r in shock.rebuilds:
        lost = r.lost / np.where(s.capital > 0, s.capital, np.inf)
        there = step >= r.step
        all_ += np.outer(there, lost)
        left += np.outer(there * (1.0 - pace) ** np.maximum(step - r.begins, 0), lost)
    return all_, np.minimum(left, 1.0)


def _buying(s: System, shock: Shock, share: np.ndarray, destroyed: np.ndarray, demand: np.ndarray) -> np.ndarray:
    """Imports at most, T × p, money / step.

    A source that is cut gives its share of the base flow. One that is not gives what is asked: of sectors at most
    σ'[r,j]·z[g,j]·c[j]·(1 + κ·d[g]) (full capacity c yesterday, and empty stocks refilled at their pace), of final
    users their demand, and rebuilding. σ' are base shares weighed by ρ, which for a source of imports follows from
    the shock alone; for home suppliers its least value is taken.
    """
    n, p, steps = s.n, len(s.inputs), shock.steps
    of, most = s.input_of, 1.0 + (s.refill * s.stocks)[:, None]
    sigma = s.shares[:, None] if s.shares.ndim == 1 else s.shares
    buyers, finals = (sigma, sigma) if sigma.shape[1] == 1 else (sigma[:, :n], sigma[:, n:])
    rebuilding = _asked_by_rebuilding(s, shock)
    routes = np.ones(len(s.suppliers) - n)
    home = np.ones(n)
    out = np.zeros((steps, p))
    for t in range(steps):
        by_sectors = s.use[:, :n] * (share[t - 1] * most if t else 1.0)
        asked = (_split(buyers, np.concatenate([home, routes]), of, p)[n:] * by_sectors[of[n:]]).sum(axis=1)
        asked += (_split(finals, np.concatenate([np.ones(n), routes]), of, p)[n:] * demand[t][of[n:]]).sum(axis=1)
        asked += rebuilding[t]
        through = shock.imports[t]
        limit = np.where(through < 1.0, through * s.base_flow[n:], np.inf)
        np.add.at(out[t], of[n:], np.minimum(asked, limit))
        routes, home = _routes(s, routes, through), _least_home(s, shock, destroyed, t)
    return out


def _split(sigma: np.ndarray, rho: np.ndarray, of: np.ndarray, p: int) -> np.ndarray:
    """Shares of suppliers in what is asked of an input: σ·ρ over its sum; m × users."""
    weight = sigma * np.maximum(rho, FAINT)[:, None]
    total = np.zeros((p, sigma.shape[1]))
    np.add.at(total, of, weight)
    return np.asarray(weight / np.where(total > 0, total, 1.0)[of])


def _routes(s: System, routes: np.ndarray, through: np.ndarray) -> np.ndarray:
    days = s.behaviour.rerouting_days
    return routes if days is None else routes + (through - routes) * min(1.0, s.days_per_step / days)


def _least_home(s: System, shock: Shock, destroyed: np.ndarray, t: int) -> np.ndarray:
    """The least weight that orders placed at step t can give home suppliers."""
    if s.behaviour.orders != "availability":
        return np.ones(s.n)
    least = np.clip(np.minimum(shock.capacity[t] - destroyed[t], shock.labour[t]), 0.0, None)
    return np.where(s.output > 0, s.behaviour.alpha_base * least, 1.0)


def _asked_by_rebuilding(s: System, shock: Shock) -> np.ndarray:
    """What rebuilding asks of sources of imports at most, T × (m − n), money / step."""
    out = np.zeros((shock.steps, len(s.suppliers)))
    sites = Sites(s, [shock])
    for r in shock.rebuilds:
        out[r.begins :, sites.makers] += sites.pace * sites.orders_of(r).sum(axis=1)
    return out[:, s.n :]
