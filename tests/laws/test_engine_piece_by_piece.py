"""The adaptive engine beside a program that keeps every order by itself: supplier by user, piece by piece, in money."""

from __future__ import annotations

from dataclasses import fields, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from crises import IN_PROPORTION

from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.shock import Rebuild, Shock
from groundplan.shocks.dynamics.system import CRITICAL, IMPORTANT, System
from groundplan.shocks.scenarios.scenario import Behaviour

INPUT_OF = {"apart": [0, 1, 2, 3, 4, 3, 4], "pooled": [0, 1, 2, 0, 2, 0, 2]}
FINALS = ("household", "government", "exports")


def drawn(seed: int, imports: str, alike: bool, tiers: list[int], weeks: int = 1, **behaviour: Any) -> System:
    """Three makers and imports of two products from two partners, every figure drawn, some of them nothing."""
    rng, of = np.random.default_rng(seed), np.array(INPUT_OF[imports])
    p, n, f, m = int(of.max()) + 1, 3, 3, 7
    use = rng.uniform(1.0, 9.0, (p, n + f)) * (rng.uniform(size=(p, n + f)) > 0.2)
    use[1, 1], use[0, n:] = 2.5, [7.0, 3.0, 5.0]
    shares = rng.uniform(0.2, 1.0, (m, 1)) * np.ones(n + f) if alike else rng.uniform(0.2, 1.0, (m, n + f))
    shares /= np.array([shares[of == g].sum(axis=0) for g in range(p)])[of]
    from_stocks = np.array([0.5, 0.0, 0.25, 0.0, 0.0, 0.3, 0.0])
    output = ((shares * use[of]).sum(axis=1) - from_stocks)[:n]
    stated: dict[str, Any] = {"psi": 0.7, "alpha_max": 1.3, "alpha_days": 6.0, "rebuild_days": 9.0}
    stated |= {**IN_PROPORTION, **behaviour}
    return System(
        money="money", days_per_step=weeks, sectors=("a", "b", "c"), codes=("a", "b", "c"), regions=("",) * n,
        suppliers=tuple("abcdefg"), partners=("",) * n + ("east", "east", "west", "west"), input_of=of,
        inputs=tuple("vwxyz"[:p]), products=tuple("vwxyz"[:p]), needs=tuple("vwxyz"[:p]), finals=FINALS,
        final_kinds=FINALS, output=output, value_added=output / 2, capital=rng.uniform(20.0, 40.0, n),
        labour=np.ones((1, n)), skills=("labour",), use=use, shares=shares[:, 0] if alike else shares,
        from_stocks=from_stocks, stocks=rng.uniform(2.5, 6.0, p),
        reserves=np.where(np.arange(p) == of[3], 8.0, 0.0), binding=rng.integers(0, 3, (p, n)).astype(np.int8),
        tiers=np.array(tiers), investment=np.full(p, 1 / p), behaviour=Behaviour(**stated), labels={},
    )  # fmt: skip


def shaken(s: System, seed: int, *, rebuilds: bool = True) -> Shock:
    """Thirty days in which plant, people, imports and final demand all move, and capital is destroyed twice."""
    rng, t, p = np.random.default_rng(seed), 30, len(s.inputs)
    capacity, labour, imports = np.ones((t, 3)), np.ones((t, 3)), np.ones((t, 4))
    capacity[4:12, 0], labour[9:20, 1] = 0.5, rng.uniform(0.3, 0.8, 11)
    imports[3:18, 0], imports[6:25, 3] = 0.3, 0.6
    profiles, patterns = np.zeros((t, 2)), np.zeros((2, p, 3))
    profiles[2:9, 0], profiles[12:22, 1] = 0.4, 0.3
    patterns[0, 0, 0] = patterns[1, -1, :] = patterns[1, 1, 2] = 1.0
    mix = rng.uniform(0.0, 1.0, p)
    lost = s.capital * np.array([0.2, 0.0, 0.1]), s.capital * np.array([0.0, 0.0, 0.3])
    events = Rebuild(2, 5, lost[0], mix / mix.sum()), Rebuild(4, 7, lost[1], np.eye(p)[1])
    return Shock(capacity, labour, imports, profiles, patterns, events if rebuilds else ())


def over(a: np.ndarray, b: np.ndarray, empty: float = 0.0) -> np.ndarray:
    return np.divide(a, b, out=np.full(np.broadcast_shapes(a.shape, b.shape), empty), where=b > 0)


def delivered(b: Behaviour, supply: float, pieces: list[tuple[int, float]]) -> list[float]:
    """The share of each piece (tier, money) that one supplier delivers: a part in proportion, the rest tier by tier."""
    whole = sum(asked for _, asked in pieces)
    if whole == 0:
        return [0.0 for _ in pieces]
    even = {"proportional": 1.0, "priority": 0.0, "mixed": b.mixed_share}[b.rationing]
    first = even * min(1.0, supply / whole)
    left, shares = min(supply, whole) - first * whole, {}
    for tier in sorted({k for k, _ in pieces}):
        still = sum(asked * (1.0 - first) for k, asked in pieces if k == tier)
        now = min(1.0, max(left, 0.0) / still) if still > 0 else 0.0
        left -= now * still
        shares[tier] = first + (1.0 - first) * now
    return [shares[k] for k, _ in pieces]


def split(s: System, shares: np.ndarray, weights: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """What each supplier is asked for of what users want of inputs, by its share and the weight that orders give it."""
    part = shares * weights[:, None]
    whole = np.array([part[s.input_of == g].sum(axis=0) for g in range(len(s.inputs))])
    return np.asarray(over(part, whole[s.input_of]) * wanted[s.input_of])


def simulate(s: System, shock: Shock) -> SimpleNamespace:
    """The days of one member, as the cards of ``propagate_batch`` and its parts tell them."""
    n, m, b, of = s.n, len(s.suppliers), s.behaviour, s.input_of
    shares = s.shares[:, None] * np.ones(n + 3) if s.shares.ndim == 1 else s.shares
    z, base, finals = s.use[:, :n], shares * s.use[of], s.use[:, n:]
    wanted = s.stocks[:, None] * z
    kappa = 1.0 / s.stocks if b.restock_days is None else np.full(len(s.stocks), s.days_per_step / b.restock_days)
    stock, orders, alpha, supply = wanted.copy(), base[:, :n].copy(), np.full(n, b.alpha_base), np.zeros(m)
    reserves, routes, waiting, open_ = s.reserves.copy(), np.ones(m - n), np.zeros(n), np.zeros((m, n))
    out: dict[str, list[Any]] = {k: [] for k in ("x", "can", "stock", "came", "had", "supply", "built", "got", "asked")}
    for t in range(shock.steps):
        for r in shock.rebuilds:
            if t == r.step:
                waiting += r.lost
            if t == r.begins:
                waiting -= r.lost
                bought = np.where(
                    s.use[of][:, :n] > 0, shares[:, :n], (base.sum(axis=1) / sums(s, base.sum(axis=1)))[:, None]
                )
                open_ += (bought if s.shares.ndim > 1 else shares[:, :n]) * r.mix[of][:, None] * r.lost
        gone = np.minimum((waiting + open_.sum(axis=0)) / s.capital, 1.0)
        moved = finals * shock.final_at(t)
        weights = np.concatenate([np.ones(n), np.maximum(routes, 1e-12)])
        final = split(s, shares[:, n:], weights, moved) if b.rerouting_days else shares[:, n:] * moved[of]
        building = open_.sum(axis=1) * paced(s, b.rebuild_days)
        asked = orders.sum(axis=1) + final.sum(axis=1) + building
        if t > 0:
            lack = over(asked[:n] - supply[:n], asked[:n])
            idle = lack == 0 if b.overtime == "kept" else lack <= 1e-12
            pull = np.where(idle, b.alpha_base - alpha, (b.alpha_max - alpha) * lack)
            alpha = np.maximum(alpha + pull * paced(s, b.alpha_days), b.alpha_base)
        can = alpha * np.clip(np.minimum(shock.capacity[t] - gone, shock.labour[t]), 0.0, None)
        wished = np.minimum(np.maximum(asked[:n] - s.from_stocks[:n], 0.0) / s.output, can)
        filled = over(stock, wanted, np.inf) / b.psi
        least = [np.where(s.binding == way, filled, np.inf).min(axis=0) for way in (CRITICAL, IMPORTANT)]
        x = np.minimum(wished, np.minimum(least[0], 0.5 * (wished + least[1])))
        through = shock.imports[t]
        limit = np.where(through < 1.0, through * base.sum(axis=1)[n:], np.inf)
        supply = np.concatenate([x * s.output + s.from_stocks[:n], np.minimum(asked[n:], limit)])
        lacking = np.maximum(asked - supply, 0.0)
        short = np.array([lacking[of == g].sum() for g in range(len(s.inputs))])
        given = np.minimum(reserves, short)
        produced, supply, reserves = supply, supply + lacking * over(given, short)[of], reserves - given
        came, got, built = np.zeros_like(z), np.zeros((m, 3)), np.zeros(m)
        own = b.own_use == "first"
        for r in range(m):
            pieces = [(0 if own and r == j else int(s.tiers[j]), orders[r, j]) for j in range(n)]
            pieces += [(int(s.tiers[n + k]), final[r, k]) for k in range(3)] + [(int(s.tiers.max()), building[r])]
            if own and r < n:
                kept = min(1.0, supply[r] / orders[r, r]) if orders[r, r] > 0 else 0.0
                rest = delivered(
                    b, supply[r] - kept * orders[r, r], [piece for j, piece in enumerate(pieces) if j != r]
                )
                share = [*rest[:r], kept, *rest[r:]]
            else:
                share = delivered(b, supply[r], pieces)
            came[of[r]] += orders[r] * share[:n]
            got[r], built[r] = final[r] * share[n : n + 3], building[r] * share[-1]
            open_[r] *= 1.0 - share[-1] * paced(s, b.rebuild_days)
        if shock.rebuilds:
            wished = np.minimum(np.maximum((asked - built)[:n] - s.from_stocks[:n], 0.0) / s.output, can)
        if b.rerouting_days:
            routes = routes + (through - routes) * paced(s, b.rerouting_days)
        stock = np.maximum(stock + came - z * x, 0.0)
        home = can if b.orders == "availability" else np.ones(n)
        anew = z * x + kappa[:, None] * np.maximum(wanted * wished - stock, 0.0)
        orders = split(s, shares[:, :n], np.maximum(np.concatenate([home, routes]), 1e-12), anew)
        for name, value in zip(out, (x, can, stock, came, got, produced, built, supply[n:].sum(), final), strict=True):
            out[name].append(value)
    return SimpleNamespace(reserves=reserves, **{name: np.array(rows) for name, rows in out.items()})


def paced(s: System, days: float) -> float:
    """The part of a gap that closes in a step: all of it at most."""
    return min(1.0, s.days_per_step / days)


def sums(s: System, by_supplier: np.ndarray) -> np.ndarray:
    """What all suppliers of the same input give together, for each supplier."""
    return np.bincount(s.input_of, by_supplier)[s.input_of]


CASES: list[tuple[str, bool, list[int], dict[str, Any]]] = [
    ("apart", True, [0] * 6, {"restock_days": 8.0}),
    ("apart", False, [2, 0, 1, 1, 0, 2], {"rationing": "priority", "rerouting_days": 5.0}),
    ("apart", True, [3, 1, 2, 2, 1, 3], {"rationing": "priority", "own_use": "first", "overtime": "kept"}),
    ("pooled", False, [2, 1, 2, 1, 2, 2], {"rationing": "mixed", "mixed_share": 0.3, "own_use": "first"}),
    ("pooled", True, [1, 0, 0, 0, 1, 0], {"rationing": "mixed", "rerouting_days": 3.0, "orders": "fixed"}),
    ("pooled", False, [0] * 6, {"orders": "fixed", "psi": 1.0, "alpha_base": 1.1, "alpha_days": 1.0}),
    (
        "apart",
        True,
        [0, 1, 1, 0, 1, 1],
        {"rationing": "priority", "rerouting_days": 4.0, "rebuild_days": 5.0, "weeks": 7},
    ),
    ("pooled", False, [1, 1, 1, 1, 1, 1], {"own_use": "first", "rerouting_days": 1.0, "rebuild_days": 1.0}),
]


@pytest.mark.parametrize(("imports", "alike", "tiers", "behaviour"), CASES)
def test_every_flow_is_that_of_the_pieces(
    imports: str, alike: bool, tiers: list[int], behaviour: dict[str, Any]
) -> None:
    """Proves: output, capacity, stocks, arrivals, deliveries, rebuilding, reserves and sums of all members are those of
    orders kept piece by piece, whatever rule, whoever shares a batch, and in both ways of keeping stocks.

    Breaks if: an order, a share or a tier goes to another's account.
    """
    s = drawn(len(tiers) + sum(tiers), imports, alike, tiers, **behaviour)
    shocks = [shaken(s, 1), shaken(s, 11, rebuilds=False), shaken(s, 21)]
    ways = [propagate_batch(s, shocks, trace=True, dense=dense) for dense in ([False, True] if alike else [None])]
    alone = propagate_batch(s, shocks[1:2], trace=True)
    for k, shock in enumerate(shocks):
        said = simulate(s, shock)
        assert said.x.min() < 0.8
        for paths, at in [*((w, k) for w in ways), *([(alone, 0)] if k == 1 else [])]:
            trace = paths.trace
            assert trace is not None
            near = {"abs": 1e-10, "rel": 1e-10}
            assert paths.production[at] == pytest.approx(said.x, **near)
            assert paths.capacity[at] == pytest.approx(said.can, **near)
            assert trace.stock[at] == pytest.approx(said.stock, **near)
            assert trace.arrivals[at] == pytest.approx(said.came, **near)
            assert trace.delivered[at] == pytest.approx(said.had, **near)
            assert trace.rebuilt[at] == pytest.approx(said.built, **near)
            assert trace.supply[at] == pytest.approx(said.supply, **near)
            assert paths.rebuilt[at] == pytest.approx(said.built.sum(axis=1), **near)
            assert paths.imports[at] == pytest.approx(said.got, **near)
            assert paths.reserves[at] == pytest.approx(said.reserves, **near)
            # Imported goods that are sold abroad are nobody's final use.
            own = s.counted[s.input_of]
            assert paths.asked[at] == pytest.approx((said.asked * own).sum(axis=1), **near)
            assert paths.served[at] == pytest.approx((said.had * own).sum(axis=1), **near)
            by_input = [s.input_of == g for g in range(len(s.inputs))]
            house = np.stack([said.had[:, rows, 0].sum(axis=1) for rows in by_input], axis=1)
            assert paths.household[at] == pytest.approx(house, **near)
            open_ = ((said.asked - said.had) * own).sum(axis=0)
            assert paths.unmet[at] == pytest.approx(np.stack([open_[rows].sum(axis=0) for rows in by_input]), **near)


@pytest.mark.parametrize("dense", [False, True])
def test_inputs_that_bind_all_users_alike(dense: bool) -> None:
    """Proves: output is that of the pieces too where no input binds one user more than another, in any order of inputs.

    Breaks if: critical, important and idle inputs are parted elsewhere than where they stand.
    """
    s = drawn(3, "apart", True, [0] * 6)
    for ways in ([0, 1, 2, 1, 0], [1, 1, 2, 2, 1], [2, 0, 0, 1, 2], [2] * 5):
        here = replace(s, binding=np.repeat(np.array(ways, dtype=np.int8)[:, None], 3, axis=1))
        paths = propagate_batch(here, [shaken(here, 3)], dense=dense)
        assert paths.production[0] == pytest.approx(simulate(here, shaken(here, 3)).x, abs=1e-10, rel=1e-10)


def test_what_is_kept_of_a_run() -> None:
    """Proves: causes and flows are kept where they are asked for, and not else; progress is told step by step.

    Breaks if: what fills the memory is kept unasked.
    """
    s = drawn(1, "apart", True, [0] * 6)
    told: list[tuple[int, int]] = []
    paths = propagate_batch(s, [shaken(s, 1)], progress=lambda k, n: told.append((k, n)))
    assert (paths.trace, paths.limiting) == (None, None)
    assert told == [(k, 30) for k in range(1, 31)]
    kept = propagate_batch(s, [shaken(s, 1)], causes=True, trace=True)
    assert kept.trace is not None
    assert {getattr(kept.trace, f.name).shape[:2] for f in fields(kept.trace)} == {(1, 30)}
    assert kept.limiting is not None


@pytest.mark.parametrize("dense", [False, True])
def test_the_input_that_holds_a_sector_back(dense: bool) -> None:
    """Proves: of inputs that bind a sector, if one is short enough to hold it back, the scarcest is told; no idle one.

    Breaks if: inputs or sectors are told in the order of stocks.
    """
    s = drawn(2, "apart", True, [1, 0, 1, 0, 0, 0], rationing="priority")
    for binding in (s.binding, np.array([[0, 1, 2], [1, 0, 2], [2, 1, 0], [0, 2, 1], [1, 2, 0]], dtype=np.int8)):
        here = replace(s, binding=binding)
        paths = propagate_batch(here, [shaken(here, 2)], causes=True, trace=True, dense=dense)
        said = simulate(here, shaken(here, 2))
        wanted = here.stocks[:, None] * here.use[:, :3]
        assert paths.limiting is not None
        seen = 0
        for t in range(1, 30):
            filled = np.where(here.binding <= IMPORTANT, over(said.stock[t - 1], wanted, np.inf), np.inf)
            for j in range(3):
                at = int(paths.limiting[0, t, j])
                if at >= 0:
                    seen += 1
                    assert filled[at, j] == pytest.approx(filled[:, j].min())
                    assert filled[at, j] / 0.7 < said.can[t, j]
        assert seen > 3
