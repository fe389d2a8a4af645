"""When figures turn out otherwise: what is begun is held, the rest is decided again, and wishes may be missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
import pandas as pd
import xarray as xr
from scipy import sparse

from groundplan.errors import StudyError
from groundplan.planning.activities import Activities
from groundplan.planning.choices.uncertainty import Uncertain
from groundplan.planning.exploring.drawn import Drawn, drawn
from groundplan.planning.exploring.warm import places, solved_columns, variables
from groundplan.planning.made import Made
from groundplan.planning.programme import programme
from groundplan.planning.rows import BETWEEN, Model
from groundplan.planning.solve import OPTIMAL, Loaded, hold_whole, load
from groundplan.planning.targets import target_lines

PHYSICAL = (
    "flow_balance", "stock_balance", "capacity_balance", "account_balance", "capacity_limit", "good_balance",
    "growth_limit", "lumpy_level", "lumpy_once", "lumpy_groups", "lumpy_after", "terminal_stock", "terminal_use",
)  # fmt: skip
KINDS = {"targets": "targets", "good_floor": "floors", "good_path": "path"}
DEAR = 30.0
# A little missed by many is better than all missed by one: share of the wish, and how many times as dear.
STEPS = ((0.05, 1.0), (0.15, 3.0), (np.inf, 10.0))
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
class Recourse:
    """A plan's programme with figures that can be drawn, wishes that can be missed, and begun works that are held.

    wishes  kind (targets, floors, path), wish: one row for each target, floor and path, all its years together
    gaps    column, line, wish (positions), size: columns that say by how much a line of a wish is missed, and what it
            is a share of
    held    columns of what is decided ahead: building, training, storing, projects
    plan    the plan's own columns
    """

    made: Made
    model: Model
    loaded: Loaded
    figures: Drawn
    wishes: pd.DataFrame
    gaps: pd.DataFrame
    held: np.ndarray
    plan: np.ndarray
    goal: np.ndarray
    lp: Any
    data: np.ndarray
    entries: np.ndarray
    upper: np.ndarray
    basis: Any = None

    def decide(self, factors: np.ndarray, held: np.ndarray | None = None) -> Decision | None:
        """The best that can be made of drawn figures; ``held``: columns whose building may not be changed.

        Where what was begun cannot be carried through, it may be cut, and the decision says so. None where nothing
        meets the physical rows.
        """
        h = self.loaded.highs
        self.write(factors)
        n = len(self.held)
        if held is not None:
            h.changeColsBounds(n, self.held, held[self.held], held[self.held])
        if self.basis is not None:
            h.setBasis(self.basis)
        h.run()
        cut = h.getModelStatus() != OPTIMAL and held is not None
        if cut and held is not None:
            h.changeColsBounds(n, self.held, np.zeros(n), held[self.held])
            h.run()
        if h.getModelStatus() != OPTIMAL:
            return None
        values = np.asarray(h.getSolution().col_value)
        return Decision(values, float(self.goal @ values[: len(self.goal)]), self._missed(values), cut)

    def read(self, values: np.ndarray) -> dict[str, xr.DataArray]:
        """Columns as the variables of the programme."""
        return variables(self.model, self.loaded, values)

    def _missed(self, values: np.ndarray) -> np.ndarray:
        """The largest share by which a line of each wish is missed."""
        share = np.maximum(values[self.gaps["column"]], 0.0) / self.gaps["size"].to_numpy()
        line = np.bincount(self.gaps["line"], weights=share)
        missed = np.zeros(len(self.wishes))
        np.maximum.at(missed, self.gaps["wish"].to_numpy(), line[self.gaps["line"]])
        return np.where(missed > MET, missed, 0.0)

    def write(self, factors: np.ndarray) -> None:
        """Hand HiGHS the programme with the drawn figures."""
        e, m = self.figures.entries, self.figures.markets
        factor = factors[e["factor"].to_numpy(dtype=int)]
        times = np.where(e["inverse"].to_numpy(dtype=bool), 1.0 / factor, factor)
        data = self.data.copy()
        np.add.at(data, self.entries, e["amount"].to_numpy(dtype=float) * (times - 1.0))
        self.lp.a_matrix_.value_ = data
        upper = self.upper.copy()
        upper[m["column"]] *= factors[m["factor"]]
        self.lp.col_upper_ = upper
        self.lp.col_lower_ = np.minimum(np.asarray(self.lp.col_lower_), upper)
        self.loaded.highs.passModel(self.lp)


def recourse(made: Made, records: Sequence[Uncertain]) -> Recourse:
    """A plan made ready for draws.

    Balances, capacities and paces of growth hold in every draw. Every other row is a wish or a limit that policy set:
    it may be missed, at 30 of the objective for each unit of what the row counts most, so that it is missed only where
    it must be. Markets that are drawn may shrink faster than the policy lets exports fall. Contingencies are left
    out: draws stand in their place. Every draw starts from the plan's own basis, so draws do not depend on each other.
    """
    policy = replace(made.policy, contingencies=[])
    m = programme(made.activities, policy, made.families)
    loaded = load(m, replace(policy, solver="ipm"))
    plan = solved_columns(m, made, loaded)
    figures = drawn(m, loaded, records)
    if figures.factors.empty:
        raise StudyError("nothing is drawn", fix="state what is uncertain: [[uncertain]] what = 'yields'")
    h = loaded.highs
    hold_whole(h, plan)
    goal = np.asarray(h.getLp().col_cost_)
    wishes, gaps = _soften(m, made, loaded, goal)
    lp = h.getLp()
    matrix = _by_column(lp)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    ready = Recourse(
        made, m, loaded, figures, wishes, gaps, _held(m, loaded), plan, goal, lp, matrix.data.copy(),
        _positions(matrix, figures.entries), np.asarray(lp.col_upper_),
    )  # fmt: skip
    ready.decide(np.ones(len(figures.factors)), plan)
    h.setOptionValue("solver", "simplex")
    return replace(ready, basis=h.getBasis())


def _by_column(lp: Any) -> sparse.csc_matrix:
    matrix = lp.a_matrix_
    parts = (np.asarray(matrix.value_), np.asarray(matrix.index_), np.asarray(matrix.start_))
    by_column = matrix.format_ == highspy.MatrixFormat.kColwise
    shape = (lp.num_row_, lp.num_col_)
    out = sparse.csc_matrix(parts, shape=shape) if by_column else sparse.csr_matrix(parts, shape=shape).tocsc()
    out.sort_indices()
    return out


def _positions(matrix: sparse.csc_matrix, entries: pd.DataFrame) -> np.ndarray:
    """Where in the matrix's data an entry stands."""
    rows, columns = entries["row"].to_numpy(dtype=np.int64), entries["column"].to_numpy(dtype=np.int64)
    column = np.repeat(np.arange(matrix.shape[1], dtype=np.int64), np.diff(matrix.indptr))
    keys = column * matrix.shape[0] + matrix.indices
    return np.asarray(np.searchsorted(keys, columns * matrix.shape[0] + rows))


def ahead(a: Activities) -> pd.Index:
    """Activities that are decided ahead: those that give a capacity or a stock, and projects."""
    builds = a.flows["role"].eq("give") & a.flows["commodity"].isin(a.of_kind("capacity", "stock"))
    built = a.activities["activity"].isin(a.flows.loc[builds, "activity"]) | (a.activities["lump"] > 0)
    found: pd.Index = pd.Index(a.activities.loc[built, "activity"])
    return found


def _held(m: Model, loaded: Loaded) -> np.ndarray:
    """Columns of the levels that are decided ahead."""
    levels = m.lp.variables["level"]
    chosen = levels.indexes["activity"].isin(ahead(m.activities))
    found: np.ndarray = places(loaded.columns)[levels.labels.values[chosen]].ravel().astype(np.int32)
    return found


def _soften(m: Model, made: Made, loaded: Loaded, goal: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give every row that is no physical one columns that say by how much it is missed, the more the dearer."""
    h, own = loaded.highs, _wish_rows(m, made)
    price = DEAR / np.maximum(abs(_by_column(h.getLp())).max(axis=1).toarray().ravel(), 1e-12)
    gaps: list[tuple[int, int, str, str, float]] = []
    for family, rows in m.families.items():
        if family in PHYSICAL:
            continue
        at = places(loaded.rows)[np.ravel(m.lp.constraints[family].labels.values)]
        named = own.get(family, {})
        for sign in {"<=": (-1.0,), ">=": (1.0,), "==": (1.0, -1.0)}[rows.sense]:
            for row, label in zip(at, rows.labels, strict=True):
                wish, size = named.get(str(label), ("", 0.0))
                for share, times in STEPS if wish else ((np.inf, 1.0),):
                    column = h.getNumCol()
                    h.addCol(-times * price[row], 0.0, share * max(size, MET), 1, np.array([row]), np.array([sign]))
                    gaps += [(column, int(row), KINDS[family], wish, size)] if wish else []
    gaps += _shortfalls(m, loaded, own.get("targets", {}), goal, price)
    table = pd.DataFrame(gaps, columns=["column", "row", "kind", "wish", "size"])
    wishes = table[["kind", "wish"]].drop_duplicates().sort_values(["kind", "wish"]).reset_index(drop=True)
    position = pd.MultiIndex.from_frame(wishes).get_indexer(pd.MultiIndex.from_frame(table[["kind", "wish"]]))
    return wishes, table.assign(wish=position, line=pd.factorize(table["row"])[0])


def _wish_rows(m: Model, made: Made) -> dict[str, dict[str, tuple[str, float]]]:
    """Family → row → the wish that it is part of, and what a miss is a share of, in the row's unit."""
    a, words = (
        m.activities,
        dict(zip(m.activities.commodities["commodity"], m.activities.commodities["label"], strict=True)),
    )
    out: dict[str, dict[str, tuple[str, float]]] = {}
    if "targets" in m.families:
        lines = target_lines(a, made.policy)
        names = [t.name or t.text() for t in made.policy.targets]
        size = (lines["size"] * lines["scale"]).tolist()
        told = zip(lines["label"], lines["target"], size, strict=True)
        out["targets"] = {str(row): (names[int(t)], float(s)) for row, t, s in told}
    if "good_floor" in m.families:
        rows = m.families["good_floor"]
        least = np.maximum(np.asarray(rows.rhs, dtype=float), MET).tolist()
        out["good_floor"] = {str(row): (_good(row, words), s) for row, s in zip(rows.labels, least, strict=True)}
    if "good_path" in m.families:
        # Rows of the path are in living standards per head of the base year, where 1 is the base year's.
        out["good_path"] = {str(row): (_good(row, words), 1.0) for row in m.families["good_path"].labels}
    return out


def _good(row: object, words: dict[str, str]) -> str:
    good = str(row).partition(BETWEEN)[0]
    return words.get(good) or good


def _shortfalls(
    m: Model, loaded: Loaded, named: dict[str, tuple[str, float]], goal: np.ndarray, price: np.ndarray
) -> list[tuple[int, int, str, str, float]]:
    """The columns by which targets that should be met fall short; one that cost nothing costs like a must."""
    if "shortfall" not in m.lp.variables:
        return []
    short = m.lp.variables["shortfall"]
    columns = places(loaded.columns)[np.ravel(short.labels.values)]
    rows = places(loaded.rows)[np.ravel(m.lp.constraints["targets"].labels.values)]
    row_of = dict(zip(map(str, m.families["targets"].labels), rows, strict=True))
    out = []
    for column, label in zip(columns, short.indexes["target"], strict=True):
        wish, size = named[str(label)]
        row = int(row_of[str(label)])
        if goal[column] == 0.0:
            loaded.highs.changeColCost(int(column), -float(price[row]))
        out.append((int(column), row, "targets", wish, size))
    return out
