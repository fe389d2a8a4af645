"""The least loosening that makes a programme possible, and the conflict that calls for it."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import sparse

from groundplan.planning.explaining.loosenable import LOWER, UPPER, loosenable, named
from groundplan.planning.families.family import AT, GIVEN
from groundplan.planning.families.rows import Model
from groundplan.planning.families.targets import values_by_part
from groundplan.planning.plan_programme import is_own
from groundplan.planning.solve import Progress, load, quiet, run
from groundplan.solver.highs import INFEASIBLE, OPTIMAL

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

LEAST = 1e-7
DEAR = 1e3
# What θ costs: with less, its prices by row drown in the solver's tolerance, for some bounds count in millions.
WORTH = 1e4


@dataclass(frozen=True, eq=False)
class Loosened:
    """The least loosening: ``loosenable`` with amounts (own units), and the programme's values with it.

    ``values``: level, stock, good → what there is, name × year. ``share``: Σ of the amounts as shares of
    their bounds, floors that give way together counting once.
    """

    items: pd.DataFrame
    values: dict[str, pd.DataFrame]
    share: float


class Elastic:
    """A programme whose limits may give way at a price.

        min Σ_i e_i / size_i   subject to   row_i + sign_i·e_i,  e ≥ 0

    Each loosening counts as a share of its own bound, so that different kinds compare; what is of one unit gives way
    together (``loosenable``). A bound of a level is that of the same level in every fork. Projects count as divisible
    unless ``whole``.
    Source: Brown and Graves (1975), elastic programming (citation not checked).
    """

    def __init__(self, m: Model, policy: Policy, *, whole: bool = False) -> None:
        self.model, self.policy, self.whole = m, policy, whole
        h = load(m, policy).without_goal()
        self.items = loosenable(m, policy)
        if not whole:
            h.divisible()
        self.highs, self.first = h, h.width
        cells = self._cells()
        self.unit, names = pd.factorize(self.items["unit"])
        self.count = len(names)
        amount = cells["amount"] * self.items["factor"].to_numpy(dtype=float)[cells["item"]]
        self._add(self.unit[cells["item"]], cells["row"].to_numpy(), amount.to_numpy(), self.count)
        # What one unit's loosening is a share of.
        self.size = (self.items["size"].where(self.items["factor"] != self.items["size"], 1.0)).to_numpy(dtype=float)
        # One loosening of everything by the same share: what holds it up is the conflict.
        every = cells["amount"] * self.items["size"].to_numpy(dtype=float)[cells["item"]]
        self._add(np.zeros(len(cells), dtype=int), cells["row"].to_numpy(), every.to_numpy(), 1)
        self.cells = cells
        h.minimise()
        h.set(solver="choose" if whole else "ipm", presolve="on")
        self.loose = np.arange(self.first, self.first + self.count + 1)

    def _add(self, column: np.ndarray, row: np.ndarray, amount: np.ndarray, count: int) -> None:
        """Columns from 0 up, without costs."""
        self.highs.add_columns(0.0, np.inf, count, row, column, amount)

    def _cells(self) -> pd.DataFrame:
        """Where each item acts: item, row, amount. Bounds of columns become rows, which can give way."""
        bound = self.items["family"].isin([UPPER, LOWER]).to_numpy()
        items = self.items.assign(item=np.arange(len(self.items)), amount=self.items["sign"])
        rows = items[~bound].rename(columns={"at": "row"})[["item", "row", "amount"]]
        own = items[bound][["item", "at", "family", "size", "amount"]]
        bounds = pd.concat([own, *self._of_forks(items[bound])], ignore_index=True)
        h, k = self.highs, len(bounds)
        column = bounds["at"].to_numpy(dtype=np.int64)
        upper, size = (bounds["family"] == UPPER).to_numpy(), bounds["size"].to_numpy(dtype=float)
        low, high = np.where(upper, -np.inf, size), np.where(upper, size, np.inf)
        one_each = sparse.csr_array((np.ones(k), column, np.arange(k + 1)), shape=(k, h.width))
        bounds["row"] = h.add_rows(low, high, one_each)
        h.bounds(np.unique(column), 0.0, np.inf)
        return pd.concat([rows, bounds[["item", "row", "amount"]]], ignore_index=True)

    def _of_forks(self, bounds: pd.DataFrame) -> list[pd.DataFrame]:
        """The same upper bounds in each fork, which give way by the share of them that is left there."""
        frames = []
        for name, v in self.model.variables.items():
            if not str(name).startswith(f"level{AT}"):
                continue
            own = bounds[(bounds["family"] == UPPER) & bounds["year"].isin(v.coords["year"])]
            rows = v.coords["activity"].get_indexer(pd.Index(own["name"]))
            years = v.coords["year"].get_indexer(pd.Index(own["year"]))
            size = v.upper[rows, years]
            share = size / own["size"].to_numpy(dtype=float)
            there = own.assign(at=v.numbers[rows, years], amount=-share, size=size)[np.isfinite(size) & (size > 0)]
            frames.append(there[["item", "at", "family", "size", "amount"]])
        return frames

    def holds(self, seconds: float, progress: Progress = quiet, *, vertex: bool = True) -> bool | None:
        """Whether all holds with nothing loosened; None where that was not found out in time.

            min θ   subject to   row_i + sign_i·size_i·θ,  θ ≥ 0

        A programme that always has an answer: where little is possible that is found much sooner than any plan.
        """
        self._let(np.append(np.zeros(self.count), np.inf), np.append(np.zeros(self.count), WORTH))
        self.highs.set(run_crossover="on" if vertex else "off")
        solved = self._solved(seconds, progress)
        self.highs.set(run_crossover="on")
        if solved:
            return bool(self.highs.values[-1] <= LEAST)
        return False if self.highs.status == INFEASIBLE else None

    def conflict(self, seconds: float, progress: Progress = quiet) -> pd.DataFrame | None:
        """The loosenable rows and bounds of one conflict, the weightiest first; None where none is found.

            max b·y   subject to   A'y = 0,  Σ_i size_i·|y_i| = 1

        The certificates of impossibility are a cone; its part that this norm bounds is a polyhedron, and the support
        of each of its vertices is an irreducible infeasible subset. It is the dual of loosening everything by one
        share, and crossover ends at a vertex. Irreducible means of all rows: a limit that is told might be spared
        where another balance, which is not told, does its work. Columns as ``items``, and weight (size·|y|, which add
        up to 1). Source: Farkas (1902); Gleeson and Ryan (1990), Identifying minimally infeasible subsystems of
        inequalities (citations not checked).
        """
        if self.holds(seconds, progress) is not False or self.highs.status != OPTIMAL:
            return None
        weight = np.abs(self.highs.row_duals)[self.cells["row"]] / WORTH
        weight = weight * np.abs(self.cells["amount"]) * self.items["size"].to_numpy(dtype=float)[self.cells["item"]]
        core = self.items.assign(weight=np.bincount(self.cells["item"], weight, len(self.items)))
        core = pd.concat([core[core["weight"] > LEAST], self._fixed()], ignore_index=True)
        return core.sort_values("weight", ascending=False, kind="stable").reset_index(drop=True)

    def _fixed(self) -> pd.DataFrame:
        """Rows of a user's own limits that never give way and take part in the conflict: nobody's to change.

        Equations are among them. What takes part has a price in the programme that loosens everything else.
        """
        m, price, frames = self.model, np.abs(self.highs.row_duals) / WORTH, [self.items.iloc[:0].assign(weight=0.0)]
        for name, rows in m.families.items():
            kind = m.kinds[name]
            never = kind.loosen is None or (rows.sense == "==" and not kind.loosen.balance)
            if is_own(kind) and kind.kind != "identity" and never:
                size = np.maximum(np.abs(rows.right), 1.0)
                frame = named(pd.DataFrame({"label": rows.labels.astype(str), "at": rows.numbers, "size": size}))
                frame = frame.assign(family=name, kind=GIVEN, weight=size * price[rows.numbers], target=-1)
                frames.append(frame[frame["weight"] > LEAST])
        return pd.concat(frames, ignore_index=True)

    def filtered(self, seconds: float, progress: Progress = quiet) -> pd.DataFrame:
        """The limits of the kinds without which whole projects could be done: all else is let go, kind by kind.

        Columns as ``conflict``; a kind that time does not suffice to try stays.
        """
        until = time.perf_counter() + seconds
        kinds, loose = list(dict.fromkeys(self.items["kind"])), np.zeros(self.count, dtype=bool)
        wishes = set(self.items.loc[self.items["target"] >= 0, "kind"])
        for kind in sorted(kinds, key=wishes.__contains__):
            tried = loose.copy()
            tried[self.unit[(self.items["kind"] == kind).to_numpy()]] = True
            self._let(np.append(np.where(tried, np.inf, 0.0), 0.0), 0.0)
            if time.perf_counter() < until and not self._solved(until - time.perf_counter(), progress):
                loose = tried if self.highs.status == INFEASIBLE else loose
        left = self.items[~loose[self.unit]].reset_index(drop=True)
        return left.assign(weight=1.0)

    def unmendable(self, seconds: float, progress: Progress = quiet) -> pd.DataFrame:
        """Balances that cannot hold together, whatever is loosened: family, name, year; none where all hold.

        They are the support of a dual ray of the programme with everything let go.
        """
        self._let(np.inf, 0.0)
        self.highs.set(presolve="off", solver="simplex")
        self._solved(seconds, progress)
        weight = self.highs.dual_ray()
        frames = []
        for family, written in self.model.families.items():
            part = weight[written.numbers] > LEAST * weight.max(initial=LEAST)
            names = pd.Series(written.labels.astype(str))[part]
            frames.append(named(pd.DataFrame({"label": names}).assign(family=family)))
        return pd.concat(frames, ignore_index=True)

    def least(self, kinds: Collection[str], seconds: float, progress: Progress = quiet) -> Loosened | None:
        """The least loosening within the given kinds; None where they do not suffice, or the solver does not say."""
        allowed = self.items["kind"].isin(list(kinds)).to_numpy()
        # Other kinds are dear, not forbidden: a programme that always has an answer is solved in a tenth of the time.
        cost = np.zeros(self.count + 1)
        cost[self.unit] = np.where(allowed, 1.0, DEAR) / self.size
        self._let(np.append(np.full(self.count, np.inf), 0.0), cost)
        if not self._solved(seconds, progress):
            return None
        value = self.highs.values
        eased = value[self.first : self.first + self.count][self.unit]
        if float((eased / self.size)[~allowed].sum()) > LEAST:
            return None
        items = self.items.assign(amount=np.where(allowed, eased * self.items["factor"], 0.0))
        trunk = {name: v.array(value) for name, v in self.model.variables.items() if AT not in name}
        values = values_by_part(self.model.activities, trunk)
        price = float((cost[:-1] * value[self.first : self.first + self.count]).sum())
        return Loosened(items[items["amount"] > LEAST * items["size"]].reset_index(drop=True), values, price)

    def _solved(self, seconds: float, progress: Progress) -> bool:
        """Whether the programme with its present costs has an answer, found in time."""
        self.highs.clearSolver()
        # The solver's clock runs on from one answer to the next.
        self.highs.set(time_limit=self.highs.getRunTime() + max(seconds, 0.1))
        run(self.highs, progress, time.perf_counter())
        return bool(self.highs.status == OPTIMAL)

    def _let(self, most: ArrayLike, cost: ArrayLike) -> None:
        """How far each unit, and all by one share, may be loosened, and at what cost."""
        self.highs.bounds(self.loose, 0.0, most)
        self.highs.costs(cost, self.loose)


def kinds_of(items: pd.DataFrame) -> list[str]:
    """The kinds that take part in a conflict, in its order; no other kind can mend it alone."""
    return [k for k in dict.fromkeys(items["kind"]) if not str(k).startswith(GIVEN)]
