"""HiGHS run within earshot of the user: Ctrl-C reaches it, and whoever waits hears how it stands."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from groundplan.solver.highs import INTERRUPTED, Highs

BLINK = 0.1


class SearchState(NamedTuple):
    """How a search for whole numbers stands: its best choice, what none can beat, the gap between (share)."""

    best: float
    bound: float
    gap: float


class Stopped(NamedTuple):
    """How a run ended before its end: by the user, or because the simplex laboured beyond its limit."""

    by_user: bool
    labouring: bool


def listen(
    h: Highs,
    on_step: Callable[[], bool | None] | None = None,
    on_search: Callable[[SearchState], bool] | None = None,
    *,
    simplex_limit: int | None = None,
) -> Stopped:
    """Run so that Ctrl-C reaches it; the callers hear of it at most ten times a second.

    ``on_search`` hears what a search knows; either stops the run by answering True. ``simplex_limit``: iterations
    after which the simplex is stopped: on a programme that nothing meets it may not end.
    """
    last, labouring = [0.0], [False]

    def due() -> bool:
        now = time.perf_counter()
        if now - last[0] <= BLINK:
            return False
        last[0] = now
        return True

    def step(event: Any) -> None:
        if on_step is not None and due() and on_step():
            event.interrupt()

    def simplex(event: Any) -> None:
        if simplex_limit is not None and event.data_out.simplex_iteration_count > simplex_limit:
            labouring[0] = True
            event.interrupt()
        step(event)

    def search(event: Any) -> None:
        if on_search is not None and due():
            out = event.data_out
            if on_search(SearchState(float(out.mip_primal_bound), float(out.mip_dual_bound), float(out.mip_gap))):
                event.interrupt()

    # A second run of the same programme would keep the listeners of the first, and hear nothing.
    h.clearCallbacks()
    h.enableCallbacks()
    h.asked_to_stop = False
    h.HandleKeyboardInterrupt = True
    h.cbSimplexInterrupt.subscribe(simplex)
    h.cbIpmInterrupt.subscribe(step)
    h.cbMipInterrupt.subscribe(search)
    if on_search is not None:
        h.cbMipImprovingSolution.subscribe(search)
    try:
        # highspy prints that it was told to stop; the output belongs to the page.
        with contextlib.redirect_stdout(sys.stderr):
            h.solve()
    except KeyboardInterrupt:
        h.asked_to_stop = True
    finally:
        h.disableCallbacks()
    if not h.asked_to_stop:
        h.refuse_not_run()
    by_user = h.asked_to_stop or (h.status == INTERRUPTED and not labouring[0])
    return Stopped(by_user, labouring[0])
