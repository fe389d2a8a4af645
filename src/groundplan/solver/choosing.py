"""Choosing whole numbers: HiGHS is started from a choice, listened to, and answers in plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundplan.solver.highs import INFEASIBLE, INTERRUPTED, OPTIMAL, UNKNOWN, load
from groundplan.solver.listening import SearchState, listen
from groundplan.solver.programme import Floats, Programme

# Hears the best found and what no choice can exceed (±inf where not known); True asks to stop.
Heard = Callable[[float, float], bool]
WORDS = {OPTIMAL: "optimal", INFEASIBLE: "infeasible", INTERRUPTED: "stopped", UNKNOWN: "unknown"}


@dataclass(frozen=True, eq=False)
class Chosen:
    """What a run ended with.

    status     "optimal", "infeasible", "stopped" (Ctrl-C, or whoever listened asked for it), or HiGHS's own words
    objective  of the values;  bound  no choice has more (inf where none is proven)
    values     [column] the best found; None where none is feasible
    relaxed    [column] and prices [row] of a relaxation, feasible or not; empty where there are none
    """

    status: str
    objective: float
    bound: float
    values: Floats | None
    relaxed: Floats
    prices: Floats

    @property
    def optimal(self) -> bool:
        """Whether nothing better exists, within the gap that was asked for."""
        return self.status == "optimal"

    @property
    def infeasible(self) -> bool:
        """Whether no choice meets all rows."""
        return self.status == "infeasible"

    @property
    def stopped(self) -> bool:
        """Whether it was stopped before its end."""
        return self.status == "stopped"


class Chooser:
    """A programme in HiGHS, with other costs or bounds or without some families where asked."""

    def __init__(
        self,
        p: Programme,
        options: Mapping[str, Any],
        *,
        cost: Floats | None = None,
        bounds: tuple[Floats, Floats] | None = None,
        without: frozenset[str] = frozenset(),
    ) -> None:
        self.highs = load(p, options, cost=cost, bounds=bounds, without=without)

    def start(self, values: Floats) -> None:
        """A choice to start from."""
        self.highs.start_from(values)

    def change(self, cost: Floats, low: Floats, high: Floats) -> None:
        """Other costs and bounds for the first columns; what was solved last is where the next run starts."""
        columns = np.arange(len(cost))
        self.highs.costs(cost, columns)
        self.highs.bounds(columns, low, high)

    def run(self, *, relaxed: bool = False) -> Chosen:
        """Solve at once, for programmes so small that nobody wants to stop them; ``relaxed`` without whole numbers."""
        self.highs.set(solve_relaxation=relaxed)
        self.highs.run()
        return self._answer()

    def watched(self, heard: Heard | None = None) -> Chosen:
        """Solve; Ctrl-C, or ``heard`` that returns True, stops it and leaves what it has found."""

        def step() -> bool:
            return heard is not None and heard(-np.inf, np.inf)

        def search(now: SearchState) -> bool:
            best = now.best if np.isfinite(now.best) else -np.inf
            bound = now.bound if np.isfinite(now.bound) else np.inf
            return heard is not None and heard(best, bound)

        relaxed = self.highs.getOptionValue("solve_relaxation")[1]
        stopped = listen(self.highs, step if relaxed else None, None if relaxed else search)
        return self._answer(stopped=stopped.by_user)

    def _answer(self, *, stopped: bool = False) -> Chosen:
        h = self.highs
        bound, values = float(h.getInfo().mip_dual_bound), h.values
        return Chosen(
            status="stopped" if stopped else WORDS.get(h.status, h.status_words),
            objective=h.objective,
            bound=bound if np.isfinite(bound) else np.inf,
            values=values if h.has_feasible else None,
            relaxed=values,
            prices=h.row_duals,
        )
