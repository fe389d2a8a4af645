"""How to share what several win together: the Shapley value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from math import comb

from groundplan.errors import StudyError

MOST = 10


def coalitions(players: Sequence[str]) -> list[frozenset[str]]:
    """Every coalition of at least one player, the smaller ones first."""
    return [frozenset(s) for size in range(1, len(players) + 1) for s in combinations(players, size)]


def shapley(value: Callable[[frozenset[str]], float], players: Sequence[str]) -> dict[str, float]:
    """What each player adds to a coalition, averaged over all orders in which they may come together.

        φ_p = Σ_{S ∌ p} (v(S ∪ p) − v(S)) / (n · C(n−1, |S|)),   v(∅) = 0

    It is the only rule that shares out everything (efficiency), treats equals alike (symmetry), gives nothing to who
    adds nothing (dummy), and of a sum of games gives the sum of the shares (additivity). ``value`` is asked once for
    each of the 2ⁿ − 1 coalitions.

    Units:  those of ``value``.
    Errors: ``StudyError`` for no player, one named twice, or more than ten.
    Source: Shapley (1953), A value for n-person games (citation not checked).

    >>> glove = {"left": 0.0, "right": 0.0, "other right": 0.0}
    >>> shapley(lambda s: float("left" in s and len(s) > 1), list(glove))["left"]
    0.6666666666666666
    """
    n = len(players)
    if not 1 <= n <= MOST or len(set(players)) != n:
        raise StudyError(f"players are {list(players)}", fix=f"name 1 to {MOST} players, each once")
    worth = {s: float(value(s)) for s in coalitions(players)} | {frozenset(): 0.0}
    return {
        p: sum((worth[s | {p}] - worth[s]) / (n * comb(n - 1, len(s))) for s in worth if p not in s) for p in players
    }
