"""When figures turn out otherwise: what is begun is held, the rest is decided again, and wishes may be missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr
from scipy import sparse

from groundplan.errors import StudyError
from groundplan.planning.activities import Activities
from groundplan.planning.choices.uncertainty import Uncertain
from groundplan.planning.explaining.loosenable import named
from groundplan.planning.exploring.second_stage import MET, Decision, SecondStage
from groundplan.planning.exploring.uncertain_figures import UncertainFigures, uncertain_figures
from groundplan.planning.families.family import BETWEEN, GIVES_WAY, HOLDS, TARGETS, Family, right_side, stating
from groundplan.planning.families.rows import Model
from groundplan.planning.families.targets import target_lines
from groundplan.planning.plan_programme import is_own, programme
from groundplan.planning.solve import load, options_of
from groundplan.planning.solved_plan import SolvedPlan
from groundplan.solver.highs import Highs

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

DEAR = 30.0
# A little missed by many is better than all missed by one: share of the wish, and how many times as dear.
STEPS = ((0.05, 1.0), (0.15, 3.0), (np.inf, 10.0))


@dataclass(frozen=True, eq=False)
class Recourse:
    """A plan made ready for draws, with a solver at hand.

    stage   what is decided again, as numbers
    wishes  kind (targets, floors, path), wish: one row for each target, floor and path, all its years together
    plan    the plan's own columns
    """

    solved: SolvedPlan
    model: Model
    highs: Highs
    stage: SecondStage
    wishes: pd.DataFrame
    plan: np.ndarray

    @property
    def figures(self) -> UncertainFigures:
        """What is drawn."""
        return self.stage.figures

    def decide(self, factors: np.ndarray, plan: np.ndarray | None = None) -> Decision | None:
        """The best that can be made of drawn figures; ``plan``: columns, of which those decided ahead are held.

        All else as in ``SecondStage.decide``.
        """
        return self.stage.decide(self.highs, factors, None if plan is None else plan[self.stage.ahead])

    def as_expected(self, plan: np.ndarray) -> Decision | None:
        """The same where every figure is as expected."""
        return self.decide(np.ones(len(self.figures.factors)), plan)

    def read(self, values: np.ndarray) -> dict[str, xr.DataArray]:
        """Columns as the variables of the programme."""
        return self.model.arrays(values)


def recourse(solved: SolvedPlan, records: Sequence[Uncertain]) -> Recourse:
    """A plan made ready for draws.

    Balances, capacities and paces of growth hold in every draw. Every other row is a wish or a limit that policy set:
    it may be missed, at 30 of the objective for each unit of what the row counts most, so that it is missed only where
    it must be. Markets that are drawn may shrink faster than the policy lets exports fall. Contingencies are left
    out: draws stand in their place. Every draw starts from the plan's own basis, so draws do not depend on each other.
    """
    policy = replace(solved.policy, contingencies=[], solver="ipm")
    m = programme(solved.model.activities, policy, solved.families)
    h = load(m, policy)
    plan = m.columns(solved.solution.values)
    figures = uncertain_figures(m, records)
    if figures.factors.empty:
        raise StudyError("nothing is drawn", fix="state what is uncertain: [[uncertain]] what = 'yields'")
    h.hold_whole(plan)
    goal = m.programme.costs()
    wishes, gaps = _soften(m, solved, h, goal)
    written = h.figures()
    stage = SecondStage(
        written, {**options_of(m, policy), "solver": "simplex"}, figures, _positions(written.matrix, figures.entries),
        len(wishes), gaps, _columns_ahead(m), goal, float(policy.time_limit),
    )  # fmt: skip
    stage.decide(h, np.ones(len(figures.factors)), plan[stage.ahead])
    h.set(solver="simplex")
    return Recourse(solved, m, h, replace(stage, basis=h.basis()), wishes, plan)


def _positions(matrix: sparse.csr_array, entries: pd.DataFrame) -> np.ndarray:
    """Where in the matrix's data an entry stands."""
    rows, columns = entries["row"].to_numpy(dtype=np.int64), entries["column"].to_numpy(dtype=np.int64)
    row = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
    keys = row * matrix.shape[1] + matrix.indices
    return np.asarray(np.searchsorted(keys, rows * matrix.shape[1] + columns))


def ahead(a: Activities) -> pd.Index:
    """Activities that are decided ahead: those that give a capacity or a stock, and projects."""
    builds = a.flows["role"].eq("give") & a.flows["commodity"].isin(a.of_kind("capacity", "stock"))
    built = a.activities["activity"].isin(a.flows.loc[builds, "activity"]) | (a.activities["lump"] > 0)
    names: pd.Index = pd.Index(a.activities.loc[built, "activity"])
    return names


def _columns_ahead(m: Model) -> np.ndarray:
    """Columns of the levels that are decided ahead."""
    levels = m.variables["level"]
    return levels.numbers[levels.coords["activity"].isin(ahead(m.activities))].ravel()


def _soften(m: Model, solved: SolvedPlan, h: Highs, goal: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give every row that may be missed in a draw columns that say by how much, the more the dearer."""
    own = _wish_rows(m, solved)
    price = DEAR / np.maximum(abs(h.figures().matrix).max(axis=1).toarray().ravel(), 1e-12)
    gaps: list[tuple[int, int, str, str, float]] = []
    for family, rows in m.families.items():
        if m.kinds[family].in_draws == HOLDS:
            continue
        counted = own.get(family, {})
        for sign in {"<=": (-1.0,), ">=": (1.0,), "==": (1.0, -1.0)}[rows.sense]:
            for row, label in zip(rows.numbers, rows.labels, strict=True):
                wish, size = counted.get(str(label), ("", 0.0))
                steps = STEPS if wish else ((np.inf, 1.0),)
                # The wider a miss, the dearer: a column a step.
                at = h.add_columns(
                    [-times * price[row] for _, times in steps],
                    [share * max(size, MET) for share, _ in steps],
                    len(steps), np.full(len(steps), row), np.arange(len(steps)), np.full(len(steps), sign),
                )  # fmt: skip
                gaps += (
                    [(int(column), int(row), _heading(m.kinds[family]), wish, size) for column in at] if wish else []
                )
    gaps += _shortfalls(m, h, own, goal, price)
    table = pd.DataFrame(gaps, columns=["column", "row", "kind", "wish", "size"])
    wishes = table[["kind", "wish"]].drop_duplicates().sort_values(["kind", "wish"]).reset_index(drop=True)
    position = pd.MultiIndex.from_frame(wishes).get_indexer(pd.MultiIndex.from_frame(table[["kind", "wish"]]))
    return wishes, table.assign(wish=position, line=pd.factorize(table["row"])[0])


def _heading(kind: Family) -> str:
    """Under what a wish is counted; of a limit of one's own that gives way, its words."""
    return kind.words if kind.in_draws == GIVES_WAY else kind.in_draws


def _wish_rows(m: Model, solved: SolvedPlan) -> dict[str, dict[str, tuple[str, float]]]:
    """Family → row → the wish that it is part of, and what a miss is a share of, in the row's unit.

    Counted are wishes under a heading, and what a user's own limits give way by.
    """
    a, words = (
        m.activities,
        dict(zip(m.activities.commodities["commodity"], m.activities.commodities["label"], strict=True)),
    )
    out: dict[str, dict[str, tuple[str, float]]] = {}
    for family, rows in m.families.items():
        kind = m.kinds[family]
        if kind.in_draws == HOLDS or (kind.in_draws == GIVES_WAY and not is_own(kind)):
            continue
        if kind.states == TARGETS:
            out[family] = _targets(a, solved.policy)
            continue
        frame = named(pd.DataFrame({"label": rows.labels.astype(str), "right": np.abs(rows.right), "fork": ""}))
        size = (kind.loosen.size if kind.loosen else right_side)(a, frame).fillna(0.0)
        sizes = zip(rows.labels, np.maximum(size.to_numpy(dtype=float), MET).tolist(), strict=True)
        own = f"{kind.words}: " if is_own(kind) else ""
        out[family] = {str(row): (own + _good(row, words), share) for row, share in sizes}
    return out


def _targets(a: Activities, policy: Policy) -> dict[str, tuple[str, float]]:
    """Row → the target that states it, and what a miss of it is a share of."""
    lines = target_lines(a, policy)
    names = [t.name or t.text() for t in policy.targets]
    size = (lines["size"] * lines["scale"]).tolist()
    stated = zip(lines["label"], lines["target"], size, strict=True)
    return {str(row): (names[int(t)], float(s)) for row, t, s in stated}


def _good(row: object, words: dict[str, str]) -> str:
    good = str(row).partition(BETWEEN)[0]
    return words.get(good) or good


def _shortfalls(
    m: Model, h: Highs, own: dict[str, dict[str, tuple[str, float]]], goal: np.ndarray, price: np.ndarray
) -> list[tuple[int, int, str, str, float]]:
    """The columns by which targets that should be met fall short; one that cost nothing costs like a must."""
    if not m.has("shortfall"):
        return []
    stated = stating(TARGETS, m.kinds.values())
    short, written, heading = m.variables["shortfall"], m.families[stated], m.kinds[stated].in_draws
    row_of = dict(zip(map(str, written.labels), written.numbers, strict=True))
    out = []
    for column, label in zip(short.numbers, short.coords["target"], strict=True):
        wish, size = own[stated][str(label)]
        row = int(row_of[str(label)])
        if goal[column] == 0.0:
            h.costs(-float(price[row]), np.array([column]))
        out.append((int(column), row, heading, wish, size))
    return out
