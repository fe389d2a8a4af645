"""What is decided again when figures turn out otherwise, as numbers alone: what a worker loads into a solver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from groundplan.errors import SolverError
from groundplan.planning.exploring.uncertain_figures import UncertainFigures
from groundplan.solver.highs import INFEASIBLE, OPTIMAL, OUT_OF_TIME, Basis, Figures, Highs

MET = 1e-6
# How a draw is tried again that the solver leaves undecided: from no basis, then by interior point and crossover.
OTHER_WAYS: tuple[dict[str, Any], ...] = ({}, {"presolve": "on"}, {"solver": "ipm", "presolve": "on"})


@dataclass(frozen=True, eq=False)
class Decision:
    """What is decided in a draw: all columns, the plan's own goal, the share by which each wish is missed, and whether
    what was begun had to be cut.
    """

    values: np.ndarray
    goal: float
    missed: np.ndarray
    cut: bool


@dataclass(frozen=True, eq=False)
class SecondStage:
    """A programme with figures that can be drawn, wishes that can be missed, and columns of what is begun; it pickles.

    programme  for figures as expected
    options    of HiGHS
    figures    what is drawn; entries: where its entries stand in the data of the programme's matrix
    wishes     how many there are
    gaps       column, line, wish (positions), size: columns that say by how much a line of a wish is missed, and what
               it is a share of
    ahead      columns of what is decided ahead
    goal       the plan's own goal per unit of its columns, which are the first
    seconds    that one solve may take
    basis      from which every draw starts, so that draws do not depend on each other; None: from none
    """

    programme: Figures
    options: Mapping[str, Any]
    figures: UncertainFigures
    entries: np.ndarray
    wishes: int
    gaps: pd.DataFrame
    ahead: np.ndarray
    goal: np.ndarray
    seconds: float
    basis: Basis | None = None

    def solver(self) -> Highs:
        """A solver for ``decide``."""
        h = Highs()
        h.set(**self.options)
        return h

    def decide(self, h: Highs, factors: np.ndarray, begun: np.ndarray | None = None) -> Decision | None:
        """The best that can be made of drawn figures; ``begun``: values of what is decided ahead, not to be changed.

        Where what was begun cannot be carried through, it may be cut, and the decision says so. None where nothing
        meets the physical rows. Raises ``SolverError`` where a draw takes too long, and where the solver says neither
        that it has the best nor that there is none.
        """
        h.pass_figures(self.with_factors(factors), maximise=True, by_column=True)
        if begun is not None:
            h.bounds(self.ahead, begun, begun)
        if self.basis is not None:
            h.start_at(self.basis)
        possible, cut = self.possible(h), False
        if not possible and begun is not None:
            h.bounds(self.ahead, 0.0, begun)
            possible, cut = self.possible(h), True
        if not possible:
            return None
        values = h.values
        return Decision(values, float(self.goal @ values[: len(self.goal)]), self._missed(values), cut)

    def possible(self, h: Highs) -> bool:
        """Whether the programme at hand has a best answer, which the solver then holds."""
        self._run(h)
        for others in OTHER_WAYS:
            if h.status in (OPTIMAL, INFEASIBLE):
                break
            # A basis that has gone bad is not worth saving.
            h.clearSolver()
            h.set(**{**self.options, **others})
            self._run(h)
            h.set(**{"presolve": "choose", **self.options})
        if h.status not in (OPTIMAL, INFEASIBLE):
            # A draw that is not decided is none in which nothing can be done: it would count against the plan.
            what = f"a draw of figures is not decided: the solver stopped with '{h.status_words}'"
            raise SolverError(what, fix="draw with another seed, or narrow what is uncertain")
        return bool(h.status == OPTIMAL)

    def _run(self, h: Highs) -> None:
        h.within(self.seconds)
        h.run()
        if h.status == OUT_OF_TIME:
            fix = "give it more time (time_limit)"
            raise SolverError(f"a draw of figures takes more than {self.seconds:g} s to decide", fix=fix)

    def with_factors(self, factors: np.ndarray) -> Figures:
        """The programme with every uncertain figure times its factor."""
        e, m = self.figures.entries, self.figures.markets
        factor = factors[e["factor"].to_numpy(dtype=int)]
        times = np.where(e["inverse"].to_numpy(dtype=bool), 1.0 / factor, factor)
        matrix = self.programme.matrix.copy()
        np.add.at(matrix.data, self.entries, e["amount"].to_numpy(dtype=float) * (times - 1.0))
        upper = self.programme.upper.copy()
        upper[m["column"]] *= factors[m["factor"]]
        return replace(self.programme, matrix=matrix, upper=upper, lower=np.minimum(self.programme.lower, upper))

    def _missed(self, values: np.ndarray) -> np.ndarray:
        """The largest share by which a line of each wish is missed."""
        share = np.maximum(values[self.gaps["column"]], 0.0) / self.gaps["size"].to_numpy()
        line = np.bincount(self.gaps["line"], weights=share)
        missed = np.zeros(self.wishes)
        np.maximum.at(missed, self.gaps["wish"].to_numpy(), line[self.gaps["line"]])
        return np.where(missed > MET, missed, 0.0)
