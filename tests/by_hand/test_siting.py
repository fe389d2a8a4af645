"""The choice of places against cases small enough for paper."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import sitings

from groundplan.errors import GroundplanError, PlanInfeasible
from groundplan.places.choosing.model import formulate, standing
from groundplan.places.choosing.model import values as model_values
from groundplan.places.choosing.problem import Siting, round_bounds, share_bounds
from groundplan.places.choosing.rules import Rules, sentences
from groundplan.places.choosing.search import Effort, Search, Seen, unwatched
from groundplan.places.choosing.siting import by_draw, choose
from groundplan.places.judging.choice_audit import audit
from groundplan.places.judging.fairness import envy, rule_costs, worst_off_first
from groundplan.places.judging.order import Order, values
from groundplan.places.judging.pareto import front, tail_mean
from groundplan.places.place_programme import built, chosen, flows, outcome, service
from groundplan.solver.choosing import Chooser
from groundplan.solver.narrowed import narrowed
from groundplan.solver.programme import Programme

EXACT = Effort(gap=0.0, seconds=60)


def bare(needs: list[float], per_year: list[int], provinces: list[int], **more: object) -> Siting:
    """Places with a need and a province, one type of facility, no materials, no budgets."""
    n, T = len(needs), len(per_year)
    need, province = np.array(needs), np.array(provinces)
    size = np.bincount(province)
    free = np.stack([np.zeros((len(size), T)), np.tile(size[:, None], (1, T))], axis=-1).astype(float)
    none = np.zeros(0, dtype=np.int64)
    s = Siting(
        ids=tuple("abcdefgh"[:n]), titles=tuple("ABCDEFGH"[:n]), province=province,
        provinces=tuple(f"P{k}" for k in range(len(size))), years=tuple(range(1, T + 1)), per_year=np.array(per_year),
        early=1 - 0.1 * np.arange(T), need=need, readiness=np.ones(n), people=np.full(n, 10.0), merit=need,
        kinds=("mill",), group=np.zeros(1, dtype=np.int64), gain=np.zeros((n, 1)), charge=np.zeros((n, 1)), gap=need,
        relief=np.full((n, 1), 0.5), lag=np.ones(1, dtype=np.int64), allowed=np.ones((n, 1), dtype=bool),
        stands=np.zeros((n, 1), dtype=bool), after=np.zeros((1, 1), dtype=bool), limits=(), claim=np.zeros((0, 1, 1)),
        ceiling=np.zeros((0, T)), materials=(), stock=none, supply=np.zeros((n, 0)), uses=np.zeros((1, 0)),
        source=none, site=none, material=none, km=np.zeros(0), served=none, capacity=np.zeros(1), near_type=none,
        near_site=none, near_home=none, haul=0.0, person=0.0, kinds_range=(1, 1), required=np.zeros(1, dtype=bool),
        quota=np.tile([0, max(per_year)], (len(size), 1)), share=free, deadline=np.zeros(n, dtype=np.int64),
        forced=np.full(n, -1), forced_types=np.zeros((n, 1), dtype=bool), closed=np.zeros(n, dtype=bool), step=0.01,
    )  # fmt: skip
    return replace(s, **more)  # type: ignore[arg-type]


def years(s: Siting, effort: Effort = EXACT) -> list[int]:
    return choose(s, effort).year.tolist()


def test_the_needier_come_first_until_a_rule_says_otherwise() -> None:
    """Proves: by need alone A, B come before C, D; with rounds of provinces C of the other province is second; a
    deadline brings D into year one.
    Breaks if: years are not weighted, provinces are counted by year instead of so far, or deadlines are off by one.
    """
    free = bare([0.9, 0.8, 0.5, 0.4], [1, 1, 1, 1], [0, 0, 1, 1])
    assert years(free) == [0, 1, 2, 3]
    rounds = replace(free, share=round_bounds(np.array([2, 2]), np.cumsum(free.per_year)))
    assert years(rounds) == [0, 2, 1, 3]
    hurried = replace(free, deadline=np.array([0, 0, 0, 1]))
    assert years(hurried) == [1, 2, 3, 0]


def test_rounds_and_shares_by_hand() -> None:
    """Proves: provinces of 1, 2 and 3 places: round one fills at 3, round two at 5; shares by 1:3 of 2 are 0–1, 1–2.
    Breaks if: a province that has run out still takes part, or a whole share is rounded up past itself.
    """
    found = round_bounds(np.array([1, 2, 3]), np.array([1, 3, 4, 6]))
    assert found[:, 0].tolist() == [[0, 1]] * 3
    assert found[:, 1].tolist() == [[1, 1]] * 3
    assert found[:, 2].tolist() == [[1, 1], [1, 2], [1, 2]]
    assert found[:, 3].tolist() == [[1, 1], [2, 2], [3, 3]]
    assert share_bounds(np.array([1.0, 3.0]), np.array([9, 9]), np.array([2, 4])).tolist() == [
        [[0, 1], [1, 1]],
        [[1, 2], [3, 3]],
    ]


def test_a_share_that_is_whole_is_not_rounded_up_past_itself() -> None:
    """7 of 25 parts of 25 places are 7, and 7.000000000000001 to the machine; 18 of 25 are 18.

    Proves: a whole share has one number of places, not two. Breaks if: rounding up sees the machine's last digit.
    """
    assert 7.0 / 25.0 * 25.0 > 7.0
    bounds = share_bounds(np.array([7.0, 18.0]), np.array([50, 50]), np.array([25]))
    assert bounds.tolist() == [[[7, 7]], [[18, 18]]]


def test_a_share_asks_no_more_than_a_province_has() -> None:
    """Nine tenths of 3, 7 and 10 places are 2.7, 6.3 and 9, and the province has 4 places.

    Proves: both bounds stop at 4. Breaks if: a province must give, or may give, more places than it has.
    """
    bounds = share_bounds(np.array([9.0, 1.0]), np.array([4, 20]), np.array([3, 7, 10]))
    assert bounds[0].tolist() == [[2, 3], [4, 4], [4, 4]]
    assert bounds[1].tolist() == [[0, 1], [0, 1], [1, 1]]


def test_raw_material_is_not_counted_twice() -> None:
    """Proves: one ton near both A and B feeds one mill; with two years and two places asked, nothing is possible;
    with one, A is chosen and the ton is carried its way.
    Breaks if: supply is checked site by site.
    """
    arcs = {"source": np.array([2, 2]), "site": np.array([0, 1]), "material": np.array([0, 0]), "km": np.ones(2)}
    data = {"materials": ("ore within 9 km",), "stock": np.array([0]), "uses": np.array([[1.0]]), **arcs}
    one = bare([0.9, 0.8, 0.7], [1], [0, 0, 0], supply=np.array([[0.0], [0.0], [1.0]]), **data)
    c = choose(one, EXACT)
    assert c.year.tolist() == [0, -1, -1]
    assert c.carried.tolist() == [1.0, 0.0]
    two = replace(one, per_year=np.array([2]), quota=np.array([[0, 2]]))
    with pytest.raises(PlanInfeasible, match="no choice meets") as caught:
        choose(two, EXACT)
    assert "raw material: ore within 9 km" in str(caught.value)


def test_power_comes_first() -> None:
    """Proves: where the mill needs power, the place gets power with it, or the mill alone where power stands.
    Breaks if: prerequisites look at the country instead of the place, or forget what stands.
    """
    types = {
        "kinds": ("power", "mill"), "group": np.array([0, 1]), "gain": np.array([[0.0, 1.0]] * 2),
        "charge": np.array([[0.1, 0.0]] * 2), "relief": np.zeros((2, 2)), "lag": np.ones(2, dtype=np.int64),
        "allowed": np.ones((2, 2), dtype=bool), "stands": np.array([[False, False], [True, False]]),
        "after": np.array([[False, False], [True, False]]), "claim": np.zeros((0, 2, 1)), "uses": np.zeros((2, 0)),
        "capacity": np.zeros(2), "required": np.zeros(2, dtype=bool), "forced_types": np.zeros((2, 2), dtype=bool),
        "kinds_range": (1, 2),
    }  # fmt: skip
    c = choose(bare([0.9, 0.8], [1, 1], [0, 0], **types), EXACT)
    assert c.built.tolist() == [[True, True], [False, True]]


def test_people_are_served_once_and_what_stands_serves_first() -> None:
    """Proves: three homes of 10; a clinic of 15 stands at A (A, B in reach); a new one for 12 at C reaches B and C:
    it serves 10 of C and 2 of B's 5 who are left, objective 12.
    Breaks if: a person counts twice, capacity is forgotten, or what stands is credited to the programme.
    """
    pairs = {"near_type": np.zeros(5, dtype=np.int64), "near_site": np.array([0, 0, 2, 2, 2])}
    pairs["near_home"] = np.array([0, 1, 1, 2, 0])
    s = bare([0.0, 0.0, 0.0], [1], [0, 0, 0], person=1.0, served=np.array([0]), capacity=np.array([12.0]), **pairs)
    s = replace(s, stands=np.array([[True], [False], [False]]), capacity=np.array([15.0]))
    left = standing(s).left[0]
    assert left.sum() == pytest.approx(15.0)
    c = choose(replace(s, allowed=np.array([[False], [False], [True]])), EXACT)
    assert c.objective == pytest.approx(15.0)
    few = replace(s, capacity=np.array([12.0]), allowed=np.array([[False], [False], [True]]))
    c = choose(few, EXACT)
    assert c.objective == pytest.approx(12.0)
    assert audit(few, chosen(few, c), built(few, c), flows(few, c), service(few, c)) == ()


def test_money_is_spent_by_the_profile_of_building() -> None:
    """Proves: 1 in the year of the choice and 2 in the next; a budget of 2 a year admits one start at a time only
    where no two profiles meet: with places asked in both years it is refused, with 3 it is met.
    Breaks if: all money falls in the year of the choice.
    """
    claim = np.array([[[1.0, 2.0]]])
    s = bare([0.5, 0.4], [1, 1], [0, 0], limits=("money",), claim=claim, ceiling=np.array([[2.0, 2.0]]))
    with pytest.raises(PlanInfeasible, match="no choice") as caught:
        choose(s, EXACT)
    assert "budget of money" in str(caught.value)
    enough = replace(s, ceiling=np.array([[2.0, 3.0]]))
    assert years(enough) == [0, 1]
    table = outcome(enough, choose(enough, EXACT)).table("budget")
    assert table["used"].tolist() == pytest.approx([1.0, 3.0])


def test_ties_are_the_draw_s() -> None:
    """Proves: of equal places those with the smaller tickets come first, whatever their order in the table; what is
    not equal is not touched.
    Breaks if: the solver's or the table's order decides.
    """
    s = bare([0.5, 0.5, 0.5, 0.7], [1, 1], [0, 0, 0, 0])
    assert years(s) == [1, -1, -1, 0]
    for order in ([2, 1, 0, 3], [3, 1, 2, 0]):
        turned = s.reordered(order)
        c = choose(turned, EXACT)
        found = dict(zip(turned.ids, c.year.tolist(), strict=True))
        first = next(i for i in turned.ids if i != "d")
        assert found["d"] == 0
        assert found[first] == 1


def test_a_programme_in_some_of_its_columns() -> None:
    """Proves: max 3a + 2b + c with b = a and c held at 2: a + b + c ≤ 5 becomes 2a ≤ 3, the row c ≤ 4 is left out, and
    a = 1.5 means (1.5, 1.5, 2); costs of a and b add up to 5.
    Breaks if: what is held is not taken off the bounds, or a family keeps a number of rows that it no longer has.
    """
    p = Programme()
    p.add_columns("abc", (3,), goal=np.array([3.0, 2.0, 1.0]), upper=10.0)
    p.add_rows("alone", 1, -np.inf, 4.0, ([0], [2], [1.0]))
    p.add_rows("sum", 1, -np.inf, 5.0, ([0, 0, 0], [0, 1, 2], [1.0, 1.0, 1.0]))
    narrow = narrowed(p, np.array([0]), np.array([9.0, 9.0, 2.0]), (np.array([1]), np.array([0])))
    made = narrow.programme
    assert (made.width, made.height, made.families()) == (1, 1, ("sum",))
    assert made.matrix().toarray().tolist() == [[2.0]]
    assert [made.sides()[1].tolist(), made.costs().tolist()] == [[3.0], [5.0]]
    answer = Chooser(made, {}).run()
    assert answer.optimal
    assert answer.values is not None
    assert narrow.all_columns(answer.values).tolist() == pytest.approx([1.5, 1.5, 2.0])


def test_ties_in_years_alone_are_the_ties_of_the_whole() -> None:
    """Proves: with facilities held, the draw's preference solved in years alone is the one of the whole programme.
    Breaks if: a facility does not move with its place's year, or a row that years are in is left out.
    """
    s = bare([0.5, 0.5, 0.5, 0.7], [1, 1], [0, 0, 0, 0])
    m = formulate(s)
    late = model_values(m, np.array([-1, 1, -1, 0]), np.array([[False], [True], [False], [True]]))
    search = Search(EXACT, unwatched, best=late, objective=float(m.programme.costs() @ late))
    by_draw(search, m)
    assert search.best is not None
    # The bound is not proven, so only years may be exchanged: b keeps its mill, and nobody else gets one.
    assert (search.best[m.x] > 0.5).argmax(axis=1)[[1, 3]].tolist() == [1, 0]
    proven = Search(EXACT, unwatched, best=late, objective=search.objective, bound=search.objective)
    by_draw(proven, m)
    assert proven.best is not None
    assert (proven.best[m.x] > 0.5).argmax(axis=1)[[0, 3]].tolist() == [1, 0]
    assert not (proven.best[m.x] > 0.5)[1].any()


def test_the_worst_off_first_by_hand() -> None:
    """Proves: gaps 1.0, 0.9, 0.2; the mill closes 0.5 in A and B and counts ten times as much in C. The objective
    takes C; by leximin A and B are chosen, and by waiting A before B.
    Breaks if: the mean gap is compared instead of the worst, or levels are passed over.
    """
    gain = np.array([[0.1], [0.2], [9.0]])
    s = bare([1.0, 0.9, 0.2], [1, 1], [0, 0, 0], gain=gain, merit=np.zeros(3))
    assert years(s)[2] == 0
    assert sorted(worst_off_first(s, "end", EXACT).year.tolist()) == [-1, 0, 1]
    assert worst_off_first(s, "end", EXACT).year.tolist()[2] == -1
    assert worst_off_first(replace(s, per_year=np.array([1, 1])), "waiting", EXACT).year[0] == 0


def test_envy_names_the_needier_who_wait() -> None:
    """Proves: B (needier, as ready) waits behind forced C: one line, with C as the example.
    Breaks if: readiness is ignored or years are compared the wrong way.
    """
    s = bare([0.9, 0.8, 0.3], [1, 1, 1], [0, 0, 0], forced=np.array([-1, -1, 0]))
    found = envy(s, choose(s, EXACT)).set_index("place")
    assert found.index.tolist() == ["a", "b"]
    assert found.loc["b", ["example", "example_year", "places", "in_province"]].tolist() == ["c", 1, 1, 1]
    unready = replace(s, readiness=np.array([0.1, 0.1, 0.9]))
    assert envy(unready, choose(unready, EXACT)).empty


def test_what_a_rule_costs() -> None:
    """Proves: forcing the least needy first costs 0.9·1 + 0.3·0.8 − (0.3·1 + ...) exactly as by hand.
    Breaks if: the run without the rule still has it.
    """
    s = bare([0.9, 0.3], [1, 1], [0, 0], forced=np.array([-1, 0]))
    costs = rule_costs(s, EXACT).set_index("rule")
    assert costs.loc["forced places", "cost"] == pytest.approx((0.9 + 0.9 * 0.3) - (0.3 + 0.9 * 0.9))


def test_efficiency_against_equality() -> None:
    """Proves: the ends of the front are the best objective and the least gap of the worst-off third; in between the
    objective never rises as the gap falls.
    Breaks if: the bound on the gap does not bind, or the tail is measured over the wrong share.
    """
    gain = np.array([[0.1], [0.2], [9.0]])
    s = bare([1.0, 0.9, 0.2], [1, 1], [0, 0, 0], gain=gain, merit=np.zeros(3))
    found = front(s, EXACT, points=3, tail=1 / 3)
    assert found["tail_gap"].iloc[0] == pytest.approx(1.0)
    assert found["tail_gap"].iloc[-1] == pytest.approx(0.5)
    assert (np.diff(found["objective"]) <= 1e-9).all()
    assert tail_mean(np.array([1.0, 2.0, 3.0, 4.0]), 0.25) == 4.0


def test_the_audit_finds_what_was_planted() -> None:
    """Proves: each rule, broken by hand in the list, is named; the list itself has no violation.
    Breaks if: the audit takes anything from the model.
    """
    s = replace(sitings.small(3, wait=False), stands=np.zeros((4, 2), dtype=bool), allowed=np.ones((4, 2), dtype=bool))
    c = choose(s, EXACT)
    tables = [f(s, c) for f in (chosen, built, flows, service)]
    assert audit(s, *tables) == ()

    def rules(k: int, table: pd.DataFrame, siting: Siting = s) -> set[str]:
        return {v.rule for v in audit(siting, *[table if j == k else t for j, t in enumerate(tables)])}

    first, other = tables[0]["place"].iloc[0], next(i for i in s.ids if i not in set(tables[0]["place"]))
    assert "places a year" in rules(0, tables[0].iloc[1:])
    assert "a place is chosen once" in rules(0, tables[0].assign(place=first))
    assert "names" in rules(0, tables[0].assign(place="nowhere"))
    assert "facilities of a place" in rules(1, tables[1].iloc[:0])
    assert "what may be built" in rules(0, tables[0], replace(s, allowed=np.zeros_like(s.allowed)))
    assert "what stands stays" in rules(0, tables[0], replace(s, stands=np.ones_like(s.stands)))
    assert "required facilities" in rules(1, tables[1].iloc[:0], replace(s, required=np.ones(2, dtype=bool)))
    at = s.ids.index(other)
    assert "longest wait" in rules(0, tables[0], replace(s, deadline=np.where(np.arange(4) == at, 1, 0)))
    assert "forced places" in rules(0, tables[0], replace(s, forced=np.where(np.arange(4) == at, 0, -1)))
    assert "forbidden places" in rules(0, tables[0], replace(s, closed=np.ones(4, dtype=bool)))
    assert "quotas of provinces" in rules(0, tables[0], replace(s, quota=np.full((2, 2), 5)))
    assert "shares of provinces" in rules(0, tables[0], replace(s, share=np.full_like(s.share, 9.0)))
    assert "budget of money" in rules(0, tables[0], replace(s, ceiling=np.zeros_like(s.ceiling)))
    taken = pd.DataFrame({"material": [s.materials[1]], "source": [first], "site": [first], "amount": [99.0]})
    assert f"raw material: {s.materials[1]}" in rules(2, taken)
    hungry = replace(s, uses=np.full_like(s.uses, 9.0))
    assert any(r.startswith("raw material") for r in rules(2, tables[2].iloc[:0], hungry))


def test_stop_keeps_the_best() -> None:
    """Proves: a watcher that stops the search leaves a choice that keeps every rule, marked as stopped.
    Breaks if: stopping throws the incumbent away.
    """
    rng = np.random.default_rng(5)
    needs = rng.uniform(0.1, 1.0, 8).tolist()
    s = bare(needs, [2, 2, 2], [0, 1] * 4, limits=("money",), claim=np.array([[[1.0]]]), ceiling=np.full((1, 3), 2.0))
    seen: list[Seen] = []

    def watch(now: Seen) -> bool:
        seen.append(now)
        return np.isfinite(now.objective)

    c = choose(s, EXACT, watch)
    assert audit(s, chosen(s, c), built(s, c), flows(s, c)) == ()
    assert all("gap" in now.line() for now in seen)


def test_the_smallest_change_of_need_is_exact() -> None:
    """Proves: three places of 0.9, 0.5, 0.4 with one a year: the last passes the second at +0.1 and not below.
    Breaks if: the threshold is a marginal price instead of the others' best order.
    """
    from groundplan.places.judging.order import needed

    s = bare([0.9, 0.5, 0.4], [1, 1, 1], [0, 0, 0])
    c = choose(s, EXACT)
    order, value = Order(s), values(s, c)
    rise, to = needed(order, value, 2, 2)
    assert (rise, to) == (pytest.approx(0.1), 1)
    for more, year in ((-1e-3, 2), (1e-3, 1)):
        assert order.solve(value + np.array([0, 0, rise + more])).year[2] == year


def test_rules_are_read_aloud_and_bad_ones_refused_together(tmp_path: object) -> None:
    """Proves: every rule in force has its sentence; all faults of a file come at once, unknown keys with the nearest.
    Breaks if: a rule is silent, or the first fault hides the others.
    """
    rules = Rules(
        20, 10, provinces="rounds", longest_wait=(0.8, 4), quota={"North": (1, 5)}, forbidden=("x",),
        required=("mill",), budget={"money": 5.0}, worst_off="waiting", forced={"y": 3},
        weights={"need": 2.0, "haul": 0.1},
    )  # fmt: skip
    said = " ".join(sentences(rules))
    for word in ("20 places", "second place before", "0.8", "North has 1 to 5", "Not chosen: x", "mill", "money",
                 "worst-off", "y is chosen in 3", "draw decides", "counts against"):  # fmt: skip
        assert word in said, word
    with pytest.raises(GroundplanError) as caught:
        Rules.of({"per_yaer": 3, "years": 2, "budget": 5})
    for word in ("per_yaer", "per_year", "budget"):
        assert word in str(caught.value)
    with pytest.raises(GroundplanError) as caught:
        Rules(5, 3, early=0.9, provinces="round", forced={"x": 9}, forbidden=("x",), weights={"ned": 1.0})
    for word in ("early", "rounds", "no year of the programme", "forced and forbidden", "need"):
        assert word in str(caught.value)
