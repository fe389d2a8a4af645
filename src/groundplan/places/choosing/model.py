"""The choice as a mixed-integer programme, written so that its linear relaxation is close.

    x[p,t]    1 where place p is chosen in year t
    w[p,f]    1 where it gets facility f
    y[p,f,t]  w in the year of the choice; whole by itself once x and w are
    q[arc]    raw material a year, when all stands, in units of the most that one facility takes
    v[p,f,t]  persons whom a new facility serves from year t on, in units of its capacity;  a[pair] the same by home

Only x and w are whole numbers. Σ_t y = w and y ≤ x, type by type, describe one place's own choice of year and types
without slack; big-M rows on sums would not. Flows have no year: what stands in an early year is part of what stands at
the end and takes no more than its part of the final flows, so a choice whose final flows fit has fitting flows in
every year. A person served stays with the facility, so service needs no year of its own either, only v.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from groundplan.places.choosing.problem import Floats, Siting
from groundplan.solver.choosing import Chooser
from groundplan.solver.programme import Entries, Index, Programme


@dataclass(frozen=True, eq=False)
class Standing:
    """``old`` [near pair] persons of a home served by what stands; ``left`` [group, home] persons not served so."""

    old: Floats
    left: Floats


def standing(s: Siting) -> Standing:
    """What stands serves as many persons within its catchment as it can; nobody counts twice for one type.

        max Σ o[site,home],   Σ_home o ≤ capacity[site],   Σ_site o ≤ people[home]

    Units: persons.
    """
    n, groups = len(s.ids), int(s.group.max(initial=-1)) + 1
    left = np.tile(np.nan_to_num(s.people), (groups, 1))
    old = np.zeros(len(s.near_site))
    if not len(s.near_site):
        return Standing(old, left)
    there = np.flatnonzero(s.stands[s.near_site, s.near_type])
    if len(there):
        site, at = np.unique(s.near_type[there] * n + s.near_site[there], return_inverse=True)
        home, of = np.unique(s.group[s.near_type[there]] * n + s.near_home[there], return_inverse=True)
        p = Programme()
        most = np.minimum(s.capacity[s.near_type[there]], left.ravel()[home[of]])
        o = p.add_columns("o", (len(there),), goal=1.0, upper=most).numbers
        p.add_rows("capacity", len(site), -np.inf, s.capacity[site // n], (at, o, 1.0))
        p.add_rows("people", len(home), -np.inf, left.ravel()[home], (of, o, 1.0))
        old[there] = np.maximum(Chooser(p, {"random_seed": 0, "threads": 1}).run().relaxed, 0.0)
        np.subtract.at(left.ravel(), s.group[s.near_type[there]] * n + s.near_home[there], old[there])
    return Standing(old, np.maximum(left, 0.0))


INF = np.inf


@dataclass(frozen=True, eq=False)
class ChoiceModel:
    """The programme, and where its columns stand.

    x [p, t];  pairs: place and type of each buildable pair, in the order of w [pair] and y [pair, t];
    q [arc] in ``load`` [r] units;  v [served pair, t], of pair ``served``, and a [near pair] in ``heads`` [f] persons;
    a is −1 where nothing new can stand
    """

    siting: Siting
    programme: Programme
    x: Index
    place: Index
    kind: Index
    w: Index
    y: Index
    q: Index
    v: Index
    served: Index
    a: Index
    load: Floats
    heads: Floats
    standing: Standing


def formulate(s: Siting) -> ChoiceModel:
    """All rules of a ``Siting`` as rows, each family under the name by which people know the rule.

        max  Σ_t early[t]·(Σ_p merit[p]·x[p,t] + Σ_pf gain[p,f]·y[p,f,t] + person·Σ v[p,f,t])
             − Σ_pf charge[p,f]·w[p,f] − haul·Σ_arc km·q

    Source: Daskin (1995), Network and Discrete Location, for the parts; the joint model is ours (citation not checked).
    """
    p = Programme()
    _, _, T = s.shape
    place, kind = (np.asarray(k, dtype=np.int64) for k in np.nonzero(s.buildable))
    open_ = np.where(s.closed, 0.0, 1.0)[:, None]
    x = p.add_columns("x", (len(s.ids), T), goal=s.merit[:, None] * s.early, upper=open_, whole=True).numbers
    w = p.add_columns("w", (len(place),), goal=-s.charge[place, kind], upper=1.0, whole=True).numbers
    y = p.add_columns("y", (len(place), T), goal=s.gain[place, kind][:, None] * s.early, upper=1.0).numbers
    load = np.maximum(s.uses.max(axis=0, initial=0.0), 1e-300)
    most = s.supply[s.source, s.stock[s.material]] / load[s.material] if len(s.km) else 0.0
    q = p.add_columns("q", (len(s.km),), goal=-s.haul * s.km * load[s.material], upper=most).numbers
    there = standing(s)
    heads = np.minimum(s.capacity, max(1.0, float(there.left.max(initial=1.0))))
    served = np.flatnonzero(np.isin(kind, s.served))
    v, a = _service(p, s, there, heads, (place, kind, y), served)
    m = ChoiceModel(s, p, x, place, kind, w, y, q, v, served, a, load, heads, there)
    for rule in (*_years(m), *_types(m), *_provinces(m), *_budgets(m), *_materials(m)):
        p.add_rows(rule.name, rule.height, rule.low, rule.high, *rule.terms)
    return m


class RuleRows(NamedTuple):
    """Rows of one rule, as ``Programme.add_rows`` takes them."""

    name: str
    height: int
    low: ArrayLike
    high: ArrayLike
    terms: tuple[Entries, ...]


def _rule(name: str, height: int, low: ArrayLike, high: ArrayLike, *terms: Entries) -> RuleRows:
    return RuleRows(name, height, low, high, terms)


def _years(m: ChoiceModel) -> Iterator[RuleRows]:
    s = m.siting
    n, _, T = s.shape
    yield _rule("places a year", T, s.per_year, s.per_year, (np.arange(T)[None, :], m.x, 1.0))
    yield _rule("a place is chosen once", n, -INF, 1.0, (np.arange(n)[:, None], m.x, 1.0))
    due = np.flatnonzero(s.deadline > 0)
    before = np.arange(T)[None, :] < s.deadline[due][:, None]
    yield _rule("longest wait", len(due), 1.0, 1.0, (np.arange(len(due))[:, None], m.x[due], before.astype(float)))
    now = np.flatnonzero(s.forced >= 0)
    yield _rule("forced places", len(now), 1.0, 1.0, (np.arange(len(now)), m.x[now, s.forced[now]], 1.0))


def _types(m: ChoiceModel) -> Iterator[RuleRows]:
    """Which facilities a chosen place gets."""
    s = m.siting
    n, F, T = s.shape
    pairs, t = np.arange(len(m.place)), np.arange(T)
    yield _rule("facilities of a place", len(pairs), 0.0, 0.0, (pairs[:, None], m.y, 1.0), (pairs, m.w, -1.0))
    groups = int(s.group.max()) + 1
    keys, within = np.unique(m.place * groups + s.group[m.kind], return_inverse=True)
    rows = np.arange(len(keys) * T).reshape(len(keys), T)
    chosen = m.x[keys // groups]
    yield _rule("facilities of a place", rows.size, -INF, 0.0, (rows[within], m.y, 1.0), (rows, chosen, -1.0))
    by_place = np.arange(n * T).reshape(n, T)
    least, most = s.kinds_range
    yield _rule("least facilities", n * T, 0.0, INF, (by_place[m.place], m.y, 1.0), (by_place, m.x, -float(least)))
    yield _rule("most facilities", n * T, -INF, 0.0, (by_place[m.place], m.y, 1.0), (by_place, m.x, -float(most)))
    asked = np.argwhere(s.asks & ~s.closed[:, None])
    number = np.full((n, F), -1, dtype=np.int64)
    number[m.place, m.kind] = pairs
    wanted = number[asked[:, 0], asked[:, 1]]
    rows = np.arange(len(asked) * T).reshape(-1, T)
    can = wanted >= 0
    yield _rule(
        "required facilities", rows.size, 0.0, 0.0,
        (rows, m.x[asked[:, 0]], -1.0), (rows[can], m.y[wanted[can]], 1.0),
    )  # fmt: skip
    yield from _after(m, number, t)


def _after(m: ChoiceModel, number: Index, t: Index) -> Iterator[RuleRows]:
    """A type that needs another one in its place: there already in any size, or built with it."""
    s = m.siting
    there = s.in_group(s.stands) > 0
    for group in np.unique(s.group):
        members = np.flatnonzero(s.group == group)
        needs = np.flatnonzero(s.after[:, members].any(axis=1))
        pairs = np.flatnonzero(np.isin(m.kind, needs) & ~there[m.place, group])
        rows = np.arange(len(pairs) * len(t)).reshape(-1, len(t))
        before = number[m.place[pairs]][:, members]
        r, k = np.nonzero(before >= 0)
        yield _rule(
            f"{s.kinds[members[0]]} first", rows.size, -INF, 0.0,
            (rows, m.y[pairs], 1.0), (rows[r], m.y[before[r, k]], -1.0),
        )  # fmt: skip


def _provinces(m: ChoiceModel) -> Iterator[RuleRows]:
    s, T = m.siting, len(m.siting.years)
    P = len(s.provinces)
    rows = np.arange(P * T).reshape(P, T)[s.province]
    if (s.quota[:, 0] > 0).any() or (s.quota[:, 1] < s.per_year.max()).any():
        low, high = (np.repeat(s.quota[:, k], T) for k in (0, 1))
        yield _rule("quotas of provinces", P * T, low, high, (rows, m.x, 1.0))
    size = np.bincount(s.province[~s.closed], minlength=P)
    if (s.share[:, :, 0] > 0).any() or (s.share[:, :, 1] < size[:, None]).any():
        earlier, later = np.nonzero(np.triu(np.ones((T, T))))
        least, most = s.share[:, :, 0].ravel(), s.share[:, :, 1].ravel()
        yield _rule("shares of provinces", P * T, least, most, (rows[:, later], m.x[:, earlier], 1.0))


def _budgets(m: ChoiceModel) -> Iterator[RuleRows]:
    s, T = m.siting, len(m.siting.years)
    for k, name in enumerate(s.limits):
        terms = []
        for lag in range(min(s.claim.shape[2], T)):
            amount = s.claim[k, m.kind, lag]
            used = np.flatnonzero(amount > 0)
            rows = np.arange(lag, T)[None, :]
            terms.append((rows, m.y[used][:, : T - lag], amount[used][:, None]))
        unit = float(s.claim[k].max()) or 1.0
        scaled = [(rows, columns, amount / unit) for rows, columns, amount in terms]
        yield _rule(f"budget of {name}", T, -INF, s.ceiling[k] / unit, *scaled)


def _materials(m: ChoiceModel) -> Iterator[RuleRows]:
    s = m.siting
    n = len(s.ids)
    for r, name in enumerate(s.materials):
        takes = np.flatnonzero(s.uses[m.kind, r] > 0)
        sites, row = np.unique(m.place[takes], return_inverse=True)
        arcs = np.flatnonzero((s.material == r) & np.isin(s.site, sites))
        at = np.searchsorted(sites, s.site[arcs])
        yield _rule(
            f"raw material: {name}", len(sites), 0.0, INF,
            (at, m.q[arcs], 1.0), (row, m.w[takes], -s.uses[m.kind[takes], r] / m.load[r]),
        )  # fmt: skip
    for stock in range(s.supply.shape[1]):
        arcs = np.flatnonzero(s.stock[s.material] == stock) if len(s.material) else np.zeros(0, dtype=np.int64)
        first = s.materials[int(np.argmax(s.stock == stock))]
        unit = float(m.load[s.stock == stock].max())
        taken = m.load[s.material[arcs]] / unit
        yield _rule(f"raw material: {first}", n, -INF, s.supply[:, stock] / unit, (s.source[arcs], m.q[arcs], taken))


def _service(
    p: Programme, s: Siting, there: Standing, heads: Floats, pairs: tuple[Index, Index, Index], served: Index
) -> tuple[Index, Index]:
    """Persons served by new facilities: within the catchment, not beyond capacity, nobody twice by one type."""
    place, kind, y = pairs
    n, F, T = s.shape
    number = np.full((n, F), -1, dtype=np.int64)
    number[place[served], kind[served]] = np.arange(len(served))
    at = number[s.near_site, s.near_type] if len(s.near_site) else np.zeros(0, dtype=np.int64)
    new = np.flatnonzero(at >= 0)
    a = np.full(len(at), -1, dtype=np.int64)
    unit, homes = heads[s.near_type[new]], s.near_home[new]
    left: Floats = there.left[s.group[s.near_type[new]], homes] if len(new) else np.zeros(0)
    a[new] = p.add_columns("a", (len(new),), upper=left / unit).numbers
    nearby = np.bincount(at[new], weights=left, minlength=len(served))
    own = heads[kind[served]]
    most = np.minimum(s.capacity[kind[served]], nearby) / own
    worth = s.person * own[:, None] * s.early
    v = p.add_columns("v", (len(served), T), goal=worth, upper=most[:, None]).numbers
    row = np.arange(len(served))
    p.add_rows("service", len(served), 0.0, 0.0, (at[new], a[new], 1.0), (row[:, None], v, -1.0))
    rows = np.arange(len(served) * T).reshape(len(served), T)
    p.add_rows("service", rows.size, -INF, 0.0, (rows, v, 1.0), (rows, y[served], -most[:, None]))
    keys, home = np.unique(s.group[s.near_type[new]] * n + homes, return_inverse=True)
    largest = float(heads.max(initial=1.0))
    p.add_rows("service", len(keys), -INF, there.left.ravel()[keys] / largest, (home, a[new], unit / largest))
    return v, a


def values(m: ChoiceModel, year: NDArray[np.int64], built: NDArray[np.bool_]) -> Floats:
    """[column] x, w and y of a choice; flows and service stay at zero and are the solver's to fill in."""
    out = np.zeros(m.programme.width)
    chosen = np.flatnonzero(year >= 0)
    out[m.x[chosen, year[chosen]]] = 1.0
    have = np.flatnonzero(built[m.place, m.kind] & (year[m.place] >= 0))
    out[m.w[have]] = 1.0
    out[m.y[have, year[m.place[have]]]] = 1.0
    return out
