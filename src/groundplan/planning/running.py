"""Running a plan: it tells how far it is, stops when it is told to, and knows who told it."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from groundplan.errors import Interrupted
from groundplan.solver.highs import INTERRUPTED, OPTIMAL, Highs
from groundplan.solver.listening import SearchState, listen

Progress = Callable[[str], None]


class Enough(Exception):
    """Raised by a ``progress`` function while projects are chosen: stop, and keep the best choice so far."""


def quiet(_: str) -> None:
    """No progress."""


def run(h: Highs, progress: Progress, began: float, *, keeping: bool = False, cleaning: int | None = None) -> bool:
    """Run HiGHS so that Ctrl-C reaches it, telling the progress at most ten times a second.

    With ``keeping`` a stop by the user leaves the best choice of projects found so far, if there is one. Where the
    interior point finds no answer HiGHS goes on with the simplex, which on a plan that nobody can meet does not end:
    with ``cleaning`` it is stopped after so many iterations, and the answer is True. Raises ``Interrupted`` on Ctrl-C.
    """

    def step() -> None:
        progress(f"solving: {time.perf_counter() - began:.1f} s")

    def search(now: SearchState) -> bool:
        try:
            progress(f"choosing projects: {time.perf_counter() - began:.1f} s, {search_words(now)}")
        except Enough:
            return True
        return False

    stopped = listen(h, step, search, simplex_limit=cleaning)
    # Who stops a run that ends in the same moment has stopped it all the same.
    if stopped.by_user and not (keeping and (h.status == OPTIMAL or h.stopped_with_an_answer)):
        raise Interrupted("stopped by the user; nothing was written")
    return stopped.labouring and h.status == INTERRUPTED


def search_words(now: SearchState) -> str:
    """A search in words: the best choice so far, what none can beat, and the gap between them.

    >>> search_words(SearchState(99.0, 100.0, 0.0101)), search_words(SearchState(float("-inf"), 100.0, float("inf")))
    ('best 99, at most 100, gap 1.01 % (Ctrl-C keeps it)', 'none found yet, at most 100')
    """
    if not np.isfinite(now.best):
        return f"none found yet, at most {now.bound:,.6g}"
    best, most = f"{now.best:,.6g}", f"{now.bound:,.6g}"
    return f"best {best}, at most {most}, gap {now.gap:.2%} (Ctrl-C keeps it)".replace("%", " %")
