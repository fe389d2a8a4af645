"""Ways of working that a plan has in a crisis: those that people used, and others by the same nests.

``make:j`` takes every input at its base coefficient. A way of working with less is that and a ``spare``: it gives back
what it does without, and takes up room in which no more is made for want of it,

    Σ_k x[j,k] / F̂[j,k]  ≤  α·x̄[j],     F̂: what could be made of the inputs that are used, over the ceiling

as the engine makes at most F of what is at hand, and without overtime where a critical input is short of the base:
with three quarters of it no more is made than what three quarters make in ordinary hours. Under the rule of orders
half as much is made without the inputs that are important.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from groundplan.shocks.dynamics.entitled.nests import Nests
from groundplan.shocks.dynamics.run_record import Paths
from groundplan.shocks.dynamics.system import IDLE, IMPORTANT, System

LEVELS = (0.75, 0.5, 0.25, 0.0)
SCARCEST = 6
LEAST = 0.02
FAINT = 1e-9
LEAN = 1.0
MOST_ROOM = 1e6


@dataclass(frozen=True, eq=False)
class Spared:
    """Ways of working with less of some inputs, the same in every period; K of them.

    sector  K          who works so
    room    K          room taken up besides a unit's own, 1/F̂ − 1
    way, input, share  entries: way, input, and the share of its coefficient that is spared
    """

    sector: np.ndarray
    room: np.ndarray
    way: np.ndarray
    input: np.ndarray
    share: np.ndarray


@dataclass(frozen=True, eq=False)
class Followed:
    """The ways of working of an adaptive path, as means of each period.

    spared  P × p × n   share of the base coefficient that is spared
    room    P × n       1/F̂ − 1, a million at most; 0 under the rule of orders

    Where nearly everything is lacking F̂ is next to nothing, and room such as 10¹⁰ leaves an interior point no way
    on. At a million a plan makes a millionth of a sector's base output at most in a way that people could hardly use
    at all.
    """

    spared: np.ndarray
    room: np.ndarray


def followed(s: System, path: Paths, starts: np.ndarray) -> Followed:
    """How a traced path of one member works in periods that begin at ``starts``."""
    trace = path.trace
    assert trace is not None
    output = np.add.reduceat(path.production[0], starts, axis=0)
    used = np.add.reduceat(trace.used[0], starts, axis=0)
    full = output[:, None, :] * s.use[None, :, : s.n]
    spared = np.clip(1.0 - np.divide(used, full, out=np.ones_like(used), where=full > 0), 0.0, 1.0)
    room = np.zeros_like(output)
    if s.behaviour.sharing != "orders":
        x, able = path.production[0], trace.able[0] / s.behaviour.makes_do.ceiling
        taken = np.add.reduceat(np.divide(x, able, out=np.zeros_like(x), where=x > 0), starts, axis=0)
        room = np.divide(taken, output, out=np.ones_like(output), where=output > 0) - 1.0
    return Followed(np.where(spared > FAINT, spared, 0.0), np.clip(room, 0.0, MOST_ROOM))


def spared(s: System, short: np.ndarray) -> Spared:
    """Ways of working with less, by input: three quarters, half, a quarter and nothing of the inputs that cost a sector
    most to lack (``short``, p × n: what is lacking of each, money), of all its imports, and without idle inputs.
    """
    idle = (s.coefficients > 0) & (s.binding == IDLE)
    rows: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = [(np.flatnonzero(s.output > 0), np.zeros(s.n), idle * 1.0)]
    if s.behaviour.sharing == "orders":
        lean = (s.coefficients > 0) & (s.binding == IMPORTANT)
        rows.append((np.flatnonzero(lean.any(axis=0)), np.full(s.n, LEAN), lean * 1.0))
    else:
        rows += _by_nests(s, short)
    sector: list[int] = []
    room: list[float] = []
    way: list[np.ndarray] = []
    inputs: list[np.ndarray] = []
    share: list[np.ndarray] = []
    for users, taken, part in rows:
        for j in users[part[:, users].any(axis=0)]:
            g = np.flatnonzero(part[:, j])
            way.append(np.full(len(g), len(sector)))
            inputs.append(g)
            share.append(part[g, j])
            sector.append(int(j))
            room.append(float(taken[j]))
    joined = [np.concatenate(a) if a else np.zeros(0, dtype=int) for a in (way, inputs, share)]
    return Spared(np.array(sector, dtype=int), np.array(room), joined[0], joined[1], joined[2])


def _by_nests(s: System, short: np.ndarray) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Sectors, room and shares spared of ways of working with less of one input, or of all imports."""
    nests, n = Nests(s), s.n
    wanted = np.where(s.coefficients > 0, short, 0.0)
    ranked = np.argsort(-wanted, axis=0, kind="stable")[:SCARCEST]
    chosen = np.zeros_like(wanted, dtype=bool)
    np.put_along_axis(chosen, ranked, True, axis=0)
    chosen &= wanted > 0
    abroad = ~np.isin(np.arange(len(s.inputs)), s.input_of[:n])
    groups = [(np.arange(len(s.inputs)) == g, chosen[g]) for g in np.flatnonzero(chosen.any(axis=1))]
    groups.append((abroad, (s.coefficients[abroad] > 0).any(axis=0)))
    members = [(rows, users, level) for rows, users in groups for level in LEVELS]
    stock = np.repeat(nests.ample[:, None, None], len(members), axis=1).repeat(n, axis=2)
    for b, (rows, _, level) in enumerate(members):
        stock[rows, b] *= level / nests.ceiling
    able = np.broadcast_to(nests.able(stock), (len(members), n))
    out = []
    for b, (rows, users, level) in enumerate(members):
        can = able[b]
        works = np.flatnonzero(users & (can > LEAST))
        kept = np.minimum(1.0, level / np.clip(can, LEAST, 1.0))
        part = np.where(rows[:, None] & (s.coefficients > 0), 1.0 - kept, 0.0)
        out.append((works, nests.ceiling / np.maximum(can, LEAST) - 1.0, np.where(part > FAINT, part, 0.0)))
    return out
