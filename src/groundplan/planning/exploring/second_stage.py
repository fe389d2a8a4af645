"""What is decided again when figures turn out otherwise, as numbers alone: what a worker loads into a solver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from groundplan.errors import SolverError
from groundplan.planning.exploring.uncertain_figures import Drawn
from groundplan.solver.highs import OPTIMAL, OUT_OF_TIME, Basis, Figures, Highs

MET = 1e-6


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
    """A programme with figures that can be drawn, wishes that can be missed, and columns that may be held; it pickles.

    programme  for figures as expected
    options    of HiGHS
    figures    what is drawn; entries: where its entries stand in the data of the programme's matrix
    wishes     how many there are
    gaps       column, line, wish (positions), size: columns that say by how much a line of a wish is missed, and what
               it is a share of
    held       columns of what is decided ahead
    goal       the plan's own goal per unit of its columns, which are the first
    seconds    that one solve may take
    basis      from which every draw starts, so that draws do not depend on each other; None: from none
    """

    programme: Figures
    options: Mapping[str, Any]
    figures: Drawn
    entries: np.ndarray
    wishes: int
    gaps: pd.DataFrame
    held: np.ndarray
    goal: np.ndarray
    seconds: float
    basis: Basis | None = None

    def solver(self) -> Highs:
        """A solver for ``decide``."""
        h = Highs()
        h.set(**self.options)
        return h

    def decide(self, h: Highs, factors: np.ndarray, held: np.ndarray | None = None) -> Decision | None:
        """The best that can be made of drawn figures; ``held``: values of the held columns, which may not be changed.

        Where what was begun cannot be carried through, it may be cut, and the decision says so. None where nothing
        meets the physical rows. Raises ``SolverError`` where a draw takes too long.
        """
        h.pass_figures(self.drawn(factors), maximise=True, by_column=True)
        if held is not None:
            h.bounds(self.held, held, held)
        if self.basis is not None:
            h.start_at(self.basis)
        self._run(h)
        cut = h.status != OPTIMAL and held is not None
        if cut and held is not None:
            h.bounds(self.held, 0.0, held)
            self._run(h)
        if h.status != OPTIMAL:
            return None
        values = h.values
        return Decision(values, float(self.goal @ values[: len(self.goal)]), self._missed(values), cut)

    def _run(self, h: Highs) -> None:
        h.within(self.seconds)
        h.run()
        if h.status == OUT_OF_TIME:
            fix = "give it more time (time_limit)"
            raise SolverError(f"a draw of figures takes more than {self.seconds:g} s to decide", fix=fix)

    def drawn(self, factors: np.ndarray) -> Figures:
        """The programme with the drawn figures."""
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
