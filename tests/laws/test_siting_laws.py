"""Laws of the choice on drawn countries: best of all, blind to names, monotone in rules, fair to the worst-off."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import sitings
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from groundplan.errors import PlanInfeasible
from groundplan.places.choosing.contradictions import contradictions
from groundplan.places.choosing.heuristics import approach, proven_bound
from groundplan.places.choosing.model import formulate
from groundplan.places.choosing.search import Effort, Search
from groundplan.places.choosing.siting import choice, choose
from groundplan.places.judging.choice_audit import audit
from groundplan.places.judging.fairness import in_force, in_steps, levels, worst_off_first
from groundplan.places.judging.order import Order, needed, values
from groundplan.places.place_programme import built, chosen, flows

EXACT = Effort(gap=0.0, seconds=60)
SEEDS = st.integers(0, 10_000)


@settings(max_examples=8, deadline=None)
@given(SEEDS, st.booleans(), st.booleans())
def test_no_choice_that_keeps_the_rules_is_better(seed: int, rounds: bool, wait: bool) -> None:
    """All choices tried one by one: the same best objective; where there is none, refused; where counting alone
    refuses, there is none.
    """
    s = sitings.small(seed, rounds=rounds, wait=wait)
    every = sitings.every(s)
    if contradictions(s):
        assert not every
    if not every:
        with pytest.raises(PlanInfeasible):
            choose(s, EXACT)
        return
    c = choose(s, EXACT)
    assert c.objective == pytest.approx(max(w for _, _, w in every), rel=1e-6, abs=1e-7)
    assert audit(s, chosen(s, c), built(s, c), flows(s, c)) == ()


@settings(max_examples=5, deadline=None)
@given(SEEDS, st.sampled_from(["end", "waiting"]))
def test_leximin_is_that_of_all_choices(seed: int, measure: str) -> None:
    """The remaining gaps, largest first, are the smallest list in the order of a dictionary; and of the choices that
    have them the objective is the best.
    """
    s = sitings.small(seed, wait=False)
    every = sitings.every(s)
    assume(every)
    best = min(sitings.gaps(s, y, b, measure) for y, b, _ in every)
    c = worst_off_first(s, measure, EXACT)
    assert tuple(sorted(levels(s, c, measure).tolist(), reverse=True)) == best
    worth = max(w for y, b, w in every if sitings.gaps(s, y, b, measure) == best)
    assert c.objective == pytest.approx(worth, rel=1e-6, abs=1e-7)


@settings(max_examples=8, deadline=None)
@given(SEEDS, st.permutations(range(4)))
def test_names_are_immaterial(seed: int, turn: list[int]) -> None:
    """Other names for the places, tickets kept: the same choice under the new names, to the last digit. Another order
    of the table, and so of equal tickets: the same objective.
    """
    s = sitings.small(seed)
    try:
        first = choose(s, EXACT)
    except PlanInfeasible:
        return
    renamed = replace(s, ids=tuple(f"z{k}" for k in turn), titles=tuple(f"Z{k}" for k in turn))
    again = choose(renamed, EXACT)
    assert (again.year == first.year).all()
    assert (again.built == first.built).all()
    assert again.objective == first.objective
    turned = choose(s.reordered(turn), EXACT)
    assert turned.objective == pytest.approx(first.objective, rel=1e-7, abs=1e-8)


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_loosening_a_rule_never_harms_the_objective(seed: int) -> None:
    """Every rule in force, left out: the objective is no smaller."""
    s = sitings.small(seed)
    try:
        first = choose(s, EXACT)
    except PlanInfeasible:
        return
    for other in in_force(s).values():
        assert choose(other, EXACT).objective >= first.objective - 1e-6


@settings(max_examples=5, deadline=None)
@given(SEEDS, st.floats(0.1, 1.0))
def test_a_place_more_never_harms_the_worst_off_of_the_others(seed: int, gap: float) -> None:
    """A newcomer does not worsen what leximin guarantees.

    Under rules that ask nothing of provinces and set no deadlines every choice of the old places is one of the new
    list, in which the newcomer keeps its gap. So the new gaps, largest first, are never worse than the old ones with
    the newcomer's gap put in; and the worst-off gap does not rise unless the newcomer itself is worse off than the
    worst-off was. A single old place may lose its turn to a needier newcomer: no rule forbids that.
    """
    s = sitings.small(seed, places=3, years=2, rounds=False, wait=False)
    assume(sitings.every(s))
    before = sorted(levels(s, worst_off_first(s, "end", EXACT), "end").tolist(), reverse=True)
    more = with_newcomer(s, gap)
    after = sorted(levels(more, worst_off_first(more, "end", EXACT), "end").tolist(), reverse=True)
    newcomer = int(in_steps(np.array([gap]), s.step)[0])
    assert after <= sorted([*before, newcomer], reverse=True)
    assert after[0] <= max(before[0], newcomer)


def with_newcomer(s: sitings.Siting, gap: float) -> sitings.Siting:
    """One place more in the first province, with no raw material, where everything may be built."""
    row = {
        "need": gap, "readiness": 0.5, "people": 50.0, "merit": gap, "gap": gap, "province": 0, "deadline": 0,
        "forced": -1, "closed": False,
    }  # fmt: skip
    wide = {"gain": 0.3, "charge": 0.0, "relief": 0.2, "allowed": True, "stands": False, "supply": 0.0,
            "forced_types": False}  # fmt: skip
    changed = {k: np.append(getattr(s, k), v) for k, v in row.items()}
    changed |= {k: np.vstack([getattr(s, k), np.full((1, getattr(s, k).shape[1]), v)]) for k, v in wide.items()}
    share = s.share.copy()
    share[..., 1] += 1
    return replace(s, ids=(*s.ids, "new"), titles=(*s.titles, "New"), share=share, **changed)


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_the_long_way_finds_what_the_short_way_finds(seed: int) -> None:
    """Relaxation, parts, neighbourhoods and proven reduction: the same optimum as branch and bound on the whole."""
    s = sitings.small(seed, places=8, years=3, types=3)
    try:
        first = choose(s, EXACT)
    except PlanInfeasible:
        return
    m, search = formulate(s), Search(EXACT, lambda _: None)
    approach(search, m)
    assert search.objective == pytest.approx(first.objective, rel=1e-6, abs=1e-7)
    assert search.bound >= search.objective - 1e-9
    c = choice(m, search)
    assert audit(s, chosen(s, c), built(s, c), flows(s, c)) == ()


@settings(max_examples=8, deadline=None)
@given(SEEDS, st.integers(0, 6))
def test_the_threshold_of_a_place_is_where_it_moves(seed: int, place: int) -> None:
    """Just below the rise the place stays where it is in the order, just above it has moved to an earlier year."""
    s = sitings.small(seed, places=7, years=3, types=2, wait=False)
    try:
        c = choose(s, EXACT)
    except PlanInfeasible:
        return
    order, value = Order(s), values(s, c)
    year = order.solve(value).year
    rise, to = needed(order, value, place, int(year[place]))
    late = np.where(year < 0, 99, year)
    if not np.isfinite(rise):
        moved = value + 1e6 * (np.arange(7) == place)
        assert order.solve(moved).year[place] == year[place]
        return
    e = 1e-6 + 1e-6 * rise
    above = order.solve(value + (rise + e) * (np.arange(7) == place)).year[place]
    assert 0 <= above < late[place]
    assert above <= to
    if rise > 2 * e:
        below = order.solve(value + (rise - e) * (np.arange(7) == place)).year[place]
        assert below == year[place]


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.floats(0.01, 10.0))
def test_any_prices_prove_a_bound(seed: int, size: float) -> None:
    """Whatever prices the rows are given, no choice has more than the bound that they prove."""
    s = sitings.small(seed)
    try:
        best = choose(s, EXACT).objective
    except PlanInfeasible:
        return
    m = formulate(s)
    prices = np.random.default_rng(seed).normal(0.0, size, m.programme.height)
    assert proven_bound(m.programme, prices)[0] >= best - 1e-7
    assert proven_bound(m.programme, np.zeros(m.programme.height))[0] >= best - 1e-7
