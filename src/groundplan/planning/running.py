"""Running HiGHS: it tells how far it is, stops when it is told to, and knows who told it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import highspy
import numpy as np

from groundplan.errors import Interrupted

Progress = Callable[[str], None]
FOUND = 2  # HiGHS: the primal solution is feasible
STATUS = highspy.HighsModelStatus
OPTIMAL, INFEASIBLE = STATUS.kOptimal, STATUS.kInfeasible
BLINK = 0.1


class Enough(Exception):
    """Raised by a ``progress`` function while projects are chosen: stop, and keep the best choice so far."""


class Highs(highspy.Highs):  # type: ignore[misc]
    """HiGHS that remembers whether Ctrl-C stopped it."""

    told_to_stop = False

    def cancelSolve(self) -> None:  # noqa: N802
        """Called by highspy on Ctrl-C."""
        self.told_to_stop = True
        super().cancelSolve()


def quiet(_: str) -> None:
    """No progress."""


def run(h: Highs, progress: Progress, began: float, *, keeping: bool = False, cleaning: int | None = None) -> bool:
    """Run HiGHS so that Ctrl-C reaches it, telling the progress at most ten times a second.

    With ``keeping`` a stop by the user leaves the best choice of projects found so far, if there is one. Where the
    interior point finds no answer HiGHS goes on with the simplex, which on a plan that nobody can meet does not end:
    with ``cleaning`` it is stopped after so many iterations, and the answer is True. Raises ``Interrupted`` on Ctrl-C.
    """
    last, labouring = [0.0], [False]

    def tell(event: Any) -> None:
        now = time.perf_counter()
        if now - last[0] > BLINK:
            last[0] = now
            progress(f"solving: {now - began:.1f} s")

    def tell_simplex(event: Any) -> None:
        if cleaning is not None and event.data_out.simplex_iteration_count > cleaning:
            labouring[0] = True
            event.interrupt()
        tell(event)

    def tell_search(event: Any) -> None:
        now = time.perf_counter()
        if now - last[0] > BLINK:
            last[0] = now
            out = event.data_out
            found = told(out.mip_primal_bound, out.mip_dual_bound, out.mip_gap)
            try:
                progress(f"choosing projects: {now - began:.1f} s, {found}")
            except Enough:
                event.interrupt()

    # A second run of the same programme would keep the listeners of the first, and hear nothing.
    h.clearCallbacks()
    h.enableCallbacks()
    h.told_to_stop = False
    h.HandleKeyboardInterrupt = True
    h.cbSimplexInterrupt.subscribe(tell_simplex)
    h.cbIpmInterrupt.subscribe(tell)
    h.cbMipInterrupt.subscribe(tell_search)
    try:
        h.solve()
    except KeyboardInterrupt:
        raise Interrupted("stopped by the user; nothing was written") from None
    finally:
        h.disableCallbacks()
    stopped = h.told_to_stop or (h.getModelStatus() == STATUS.kInterrupt and not labouring[0])
    if stopped and h.getModelStatus() != OPTIMAL and not (keeping and stopped_with_a_plan(h)):
        raise Interrupted("stopped by the user; nothing was written")
    return labouring[0] and h.getModelStatus() == STATUS.kInterrupt


def told(best: float, bound: float, gap: float) -> str:
    """A search in words: the best choice so far, what none can beat, and the gap between them.

    >>> told(99.0, 100.0, 0.0101), told(float("-inf"), 100.0, float("inf"))
    ('best 99, at most 100, gap 1.01 % (Ctrl-C keeps it)', 'none found yet, at most 100')
    """
    if not np.isfinite(best):
        return f"none found yet, at most {bound:,.6g}"
    return f"best {best:,.6g}, at most {bound:,.6g}, gap {gap:.2%} (Ctrl-C keeps it)".replace("%", " %")


def stopped_with_a_plan(h: highspy.Highs) -> bool:
    """Whether a search that was stopped, by the user or by its time, holds a choice of projects."""
    stopped = h.getModelStatus() in (STATUS.kInterrupt, STATUS.kTimeLimit)
    return bool(stopped and h.getInfo().primal_solution_status == FOUND)
