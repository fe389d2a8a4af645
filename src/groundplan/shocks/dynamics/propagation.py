"""Adaptive dynamics: how a loss travels through stocks and what is shared out, day by day or week by week."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from groundplan.shocks.dynamics.entitled.entitled_run import EntitledRun
from groundplan.shocks.dynamics.ordering.order_run import OrderRun
from groundplan.shocks.dynamics.run_record import Paths, Record
from groundplan.shocks.dynamics.shock import Shock
from groundplan.shocks.dynamics.system import System

Progress = Callable[[int, int], None]


def propagate_batch(
    system: System,
    shocks: Sequence[Shock],
    *,
    causes: bool = False,
    trace: bool = False,
    dense: bool | None = None,
    progress: Progress | None = None,
) -> Paths:
    """Run a batch of shocks on one system; a member's numbers do not depend on the others, rounding apart.

    Equations: ``EntitledRun`` where everybody has a base share of what could be supplied, ``OrderRun`` where shares
    follow orders (``Behaviour.sharing``).
    ``causes`` keeps the limiting input of every sector and step; ``trace`` keeps every flow (small systems);
    ``dense`` forces the way of users with different suppliers; ``progress`` is told (step, steps). Units: ``Paths``.
    Raises nothing of its own: a ``System`` and a ``Shock`` are checked when they are made.
    """
    rule = OrderRun if system.behaviour.sharing == "orders" else EntitledRun
    run = rule(system, shocks, dense)
    keep = Record(system, len(shocks), run.steps, causes=causes, trace=trace)
    for t in range(run.steps):
        run.step(t, keep)
        if progress is not None:
            progress(t + 1, run.steps)
    return keep.paths(run.unmet(), run.reserves)
