"""Mend a user's table whose costs and output differ, deliberately and on record.

``Economy`` refuses gaps above its tolerance and repairs nothing. Whoever wants to go on balances the table here: the
totals that are trusted are held, everything else moves as little as it can, and the table says that it was mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy.sparse as sp

from groundplan.economy.balancing.balancing import Balanced, Progress
from groundplan.economy.balancing.known_sums import Control
from groundplan.economy.balancing.reconciling import cross_entropy
from groundplan.economy.table_checks import column_output, row_output
from groundplan.errors import BalanceError, GroundplanError, UnknownName, raise_all
from groundplan.tables.table import Table

BLOCKS = ("domestic", "imported", "primary")
HELD = ("final", "exports", "imports")
# An offer is of tables of so many sectors at most, and after so many steps; larger ones would keep a refusal waiting.
MOST, STEPS = 150, 30


@dataclass(frozen=True, eq=False)
class _Stack:
    """The table as one rectangle: rows domestic products, imported products, primary inputs; columns sectors, final
    categories, exports. ``imported × exports`` and ``primary × final`` are empty, so they stay so.
    """

    cells: pd.DataFrame
    sectors: list[str]
    finals: list[str]
    primaries: list[str]

    def control(self, name: str, rows: Iterable[str], columns: Iterable[str], target: float | None) -> Control:
        """A block's sum, at its present value where no target is given."""
        block = self.cells.loc[list(rows), list(columns)]
        worth = float(block.to_numpy().sum()) if target is None else target
        return Control.of(name, self.cells, worth, rows=block.index, columns=block.columns)

    def identities(self) -> list[Control]:
        """Σ row of domestic product i − Σ column of sector i = 0."""
        shape = self.cells.shape
        controls = []
        for i, code in enumerate(self.sectors):
            row = sp.coo_array((np.ones(shape[1]), (np.full(shape[1], i), np.arange(shape[1]))), shape=shape)
            column = sp.coo_array((np.ones(shape[0]), (np.arange(shape[0]), np.full(shape[0], i))), shape=shape)
            controls.append(Control(f"output less costs of {code}", sp.coo_array(row - column), 0.0))
        return controls


def balance_table(
    table: Table,
    *,
    hold: Iterable[str] = HELD,
    totals: Mapping[str, float] | None = None,
    tolerance: float = 1e-9,
    iterations: int = 200,
    progress: Progress | None = None,
) -> tuple[Table, Balanced]:
    """The nearest table whose costs equal its output, and what was changed to get there.

        Σ_j Z_d[i,j] + Σ_f Y_d[i,f] + e[i]  =  Σ_j Z_d[j,i] + Σ_j Z_m[j,i] + Σ_p V[p,i]   for every sector i

    ``hold``: sums that stay as they are: "final" (each final category at basic prices), "exports", "imports" (without
    re-exports), "primary" (each primary input). ``totals``: published sums to be met instead (money / year), by the
    code of a final category or primary input, or "exports" or "imports". Taxes of final uses, re-exports, employment
    and capital are not touched; partners keep their share of every cell. Every cell keeps its sign and an empty one
    stays empty.
    Rows and columns of the result's ``changes`` are named "domestic A01", "imported A01", "primary wages".
    Errors: ``UnknownName``; ``BalanceError`` where what is held clashes, or a sector has costs and no output.
    Source: cross-entropy, see ``cross_entropy``.
    """
    stack = _stacked(table)
    wanted = _wanted(table, list(hold), dict(totals or {}))
    raise_all(_one_sided(table))
    rows = {b: [f"{b} {c}" for c in (stack.primaries if b == "primary" else stack.sectors)] for b in BLOCKS}
    goods = [*rows["domestic"], *rows["imported"]]
    controls = stack.identities()
    for name, target in wanted.items():
        if name in stack.finals:
            controls.append(stack.control(name, goods, [name], target))
        elif name == "exports":
            controls.append(stack.control(name, rows["domestic"], [name], target))
        elif name == "imports":
            controls.append(stack.control(name, rows["imported"], stack.cells.columns, target))
        else:
            controls.append(stack.control(name, [f"primary {name}"], stack.sectors, target))
    done = cross_entropy(stack.cells, controls=controls, tolerance=tolerance, iterations=iterations, progress=progress)
    assert isinstance(done.matrix, pd.DataFrame)
    return _written(table, stack, done.matrix, rows, wanted), done


def offer(table: Table) -> str:
    """What ``balance_table`` would change in a table that does not balance, in a sentence; empty where it cannot.

    A cell counts as changed by more than the publisher's last digit and a thousandth of itself.
    """
    if len(table.labels) > MOST:
        return ""
    try:
        with np.errstate(all="ignore"):
            balanced, done = balance_table(table, iterations=STEPS)
    except (GroundplanError, ArithmeticError, np.linalg.LinAlgError):
        return ""
    before, after = (_stacked(t).cells.to_numpy() for t in (table, balanced))
    if not np.isfinite(after).all():
        return ""
    moved = np.abs(after - before)
    many = int((moved > np.maximum(table.rounding, 1e-3 * np.abs(before))).sum())
    worst = done.changes.iloc[0]
    return (
        f"it would change {many} of {int((before != 0).sum())} figures by more than {_least(table)}, most of all "
        f"{worst['row']} × {worst['column']} from {worst['before']:,.6g} to {worst['after']:,.6g} "
        f"({worst['share']:+.1%}), and {moved.sum() / np.abs(before).sum():.2%} of all flows"
    )


def _least(t: Table) -> str:
    digit = f"{t.rounding:g} {t.money} and " if t.rounding else ""
    return f"{digit}a thousandth of themselves"


def _stacked(t: Table) -> _Stack:
    sectors, finals, primaries = (list(map(str, i)) for i in (t.labels.index, t.final_kinds.index, t.primary.index))
    home = t.domestic_use.join(t.domestic_final).assign(exports=t.exports)
    foreign = t.imported_use.join(t.imported_final).assign(exports=0.0)
    below = t.primary.reindex(columns=home.columns, fill_value=0.0)
    parts = [
        part.set_axis([f"{b} {i}" for i in part.index]) for b, part in zip(BLOCKS, (home, foreign, below), strict=True)
    ]
    return _Stack(pd.concat(parts).astype(float), sectors, finals, primaries)


def _wanted(t: Table, hold: list[str], totals: dict[str, float]) -> dict[str, float | None]:
    """Every sum to be met, with its published value or None for the present one."""
    finals, primaries = list(map(str, t.final_kinds.index)), list(map(str, t.primary.index))
    groups = {"final": finals, "exports": ["exports"], "imports": ["imports"], "primary": primaries}
    names = [*finals, *primaries, "exports", "imports"]
    raise_all(
        [
            *(UnknownName("total to hold", h, groups) for h in hold if h not in groups),
            *(UnknownName("total", name, names) for name in totals if name not in names),
        ]
    )
    as_they_are: dict[str, float | None] = {name: None for h in hold for name in groups[h]}
    return as_they_are | totals


def _one_sided(t: Table) -> list[BalanceError]:
    """Sectors that have costs and no output, or output and no costs: no scaling can mend those."""
    x, cost = row_output(t), column_output(t)
    moved = t.domestic_use.abs().sum(axis=1) + t.domestic_final.abs().sum(axis=1) + t.exports.abs()
    spent = t.domestic_use.abs().sum() + t.imported_use.abs().sum() + t.primary.abs().sum()
    return [
        BalanceError(
            f"sector '{code}' has output {x[code]:,.6g} and costs {cost[code]:,.6g} {t.money}",
            fix="give its sales or its costs, or join it with another sector",
        )
        for code in x.index[(moved > 0) != (spent > 0)]
    ]


def _written(
    t: Table,
    stack: _Stack,
    cells: pd.DataFrame,
    rows: Mapping[str, list[str]],
    wanted: Mapping[str, float | None],
) -> Table:
    """The table with its new cells, and a sentence on how far they moved."""
    home, foreign, below = (cells.loc[rows[b]] for b in BLOCKS)
    before = stack.cells.loc[rows["imported"]]
    growth = (foreign / before.where(before != 0)).fillna(1.0).set_axis(t.labels.index)
    moved = float((cells - stack.cells).abs().to_numpy().sum())
    whole = float(stack.cells.abs().to_numpy().sum())
    gap = float((row_output(t) - column_output(t)).abs().max())
    sentence = (
        f"The table was balanced here by cross-entropy: costs and output differed by up to {gap:,.6g} {t.money}; "
        f"{moved / whole:.2%} of its flows moved; held or met: {', '.join(wanted)}."
    )
    return replace(
        t,
        domestic_use=home[stack.sectors].set_axis(t.labels.index),
        imported_use=foreign[stack.sectors].set_axis(t.labels.index),
        domestic_final=home[stack.finals].set_axis(t.labels.index),
        imported_final=foreign[stack.finals].set_axis(t.labels.index),
        exports=home["exports"].set_axis(t.labels.index),
        primary=below[stack.sectors].set_axis(t.primary.index),
        imported_by_partner=t.imported_by_partner
        and {p: frame * growth[frame.columns] for p, frame in t.imported_by_partner.items()},
        methods=(*t.methods, sentence),
    )
