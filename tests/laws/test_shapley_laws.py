"""The axioms that only Shapley's rule fulfils, on games drawn at random, and games whose split is known."""

from __future__ import annotations

import math
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundplan.errors import StudyError
from groundplan.planning.joining.joint import coalitions, shapley

Game = dict[frozenset[str], float]
PLAYERS = "abcde"
drawn = settings(max_examples=50, deadline=None, derandomize=True, database=None)


@st.composite
def games(draw: st.DrawFn, least: int = 2, most: int = 5) -> tuple[list[str], Game]:
    players = list(PLAYERS[: draw(st.integers(least, most))])
    worth = st.floats(-100.0, 100.0, allow_nan=False)
    return players, {s: draw(worth) for s in coalitions(players)}


@drawn
@given(games())
def test_everything_is_shared_out(drawn_game: tuple[list[str], Game]) -> None:
    """Efficiency: Σ_p φ_p = v(N).

    Breaks if: the weights of the coalitions do not sum to one.
    """
    players, v = drawn_game
    assert math.fsum(shapley(v.__getitem__, players).values()) == pytest.approx(v[frozenset(players)], abs=1e-9)


@drawn
@given(games(), st.floats(-10.0, 10.0), st.floats(-10.0, 10.0))
def test_who_adds_nothing_gets_nothing_and_who_adds_a_constant_gets_it(
    drawn_game: tuple[list[str], Game], own: float, start: float
) -> None:
    """Dummy: a player who adds ``own`` to every coalition gets ``own``; with 0 he gets nothing.

    Breaks if: a coalition is left out or counted twice.
    """
    players, v = drawn_game
    base = {frozenset(): 0.0, **v}
    more = {s: base[s - {"z"}] + (own if "z" in s else 0.0) for s in coalitions([*players, "z"])}
    split = shapley(more.__getitem__, [*players, "z"])
    assert split["z"] == pytest.approx(own, abs=1e-9)
    without = shapley(v.__getitem__, players)
    assert {p: split[p] for p in players} == pytest.approx(without, abs=1e-9)


@drawn
@given(games(least=2))
def test_equals_get_the_same(drawn_game: tuple[list[str], Game]) -> None:
    """Symmetry: two players who add the same to every coalition get the same; names do not matter.

    Breaks if: the order of the players weighs.
    """
    players, v = drawn_game
    one, two = players[0], players[1]
    swap = str.maketrans(one + two, two + one)
    alike = {s: (v[s] + v[frozenset(p.translate(swap) for p in s)]) / 2 for s in v}
    split = shapley(alike.__getitem__, players)
    assert split[one] == pytest.approx(split[two], abs=1e-9)
    assert shapley(v.__getitem__, players[::-1]) == pytest.approx(shapley(v.__getitem__, players), abs=1e-9)


@drawn
@given(games(3, 3), games(3, 3))
def test_the_sum_of_two_games_is_shared_as_the_sum(one: tuple[list[str], Game], other: tuple[list[str], Game]) -> None:
    """Additivity: φ(v + w) = φ(v) + φ(w).

    Breaks if: the rule is not linear in the values.
    """
    players, v = one
    w = other[1]
    both = shapley(lambda s: v[s] + w[s], players)
    apart = shapley(v.__getitem__, players), shapley(w.__getitem__, players)
    assert both == pytest.approx({p: apart[0][p] + apart[1][p] for p in players}, abs=1e-9)


@drawn
@given(games(least=2, most=4))
def test_it_is_the_average_over_all_orders(drawn_game: tuple[list[str], Game]) -> None:
    """The definition in words, counted out: in each order, what a player adds when he comes.

    Proves: the formula by coalitions is the average over orders.
    """
    players, v = drawn_game
    added = dict.fromkeys(players, 0.0)
    for order in permutations(players):
        there: frozenset[str] = frozenset()
        for p in order:
            added[p] += v[there | {p}] - (v[there] if there else 0.0)
            there |= {p}
    mean = {p: total / math.factorial(len(players)) for p, total in added.items()}
    assert shapley(v.__getitem__, players) == pytest.approx(mean, abs=1e-9)


def test_the_glove_game() -> None:
    """One left glove and two right ones; a pair is worth 1. Left 2/3, each right 1/6.

    Proves: scarcity is paid. Left adds 1 unless he comes first (2 of 3 places); a right one adds 1 only when he comes
    second after the left one: 1 order of 6.
    """
    split = shapley(lambda s: float("left" in s and len(s) > 1), ["left", "right", "third"])
    assert split == pytest.approx({"left": 2 / 3, "right": 1 / 6, "third": 1 / 6})


def test_the_airport_game() -> None:
    """A runway as long as its largest user needs, 1, 3 and 7: every stretch is paid equally by those who use it.

    1/3, then (3−1)/2 more, then 7−3 more: 1/3, 4/3, 16/3. Source: Littlechild and Owen (1973) (citation not checked).
    """
    need = {"small": 1.0, "middle": 3.0, "large": 7.0}
    split = shapley(lambda s: max(need[p] for p in s), list(need))
    assert split == pytest.approx({"small": 1 / 3, "middle": 4 / 3, "large": 16 / 3})


@pytest.mark.parametrize("players", [[], ["a", "a"], [str(n) for n in range(11)]])
def test_players_that_cannot_be_are_refused(players: list[str]) -> None:
    with pytest.raises(StudyError, match="players are"):
        shapley(lambda s: 1.0, players)
