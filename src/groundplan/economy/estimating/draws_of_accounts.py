"""Draws of estimated accounts: other structures and other facts, each brought to the other; and their tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import pandas as pd

from groundplan.batches.compute import Runner
from groundplan.batches.job import BatchJob
from groundplan.economy.estimating.account_lines import SheetLines
from groundplan.economy.estimating.sheet_fit import SheetFit
from groundplan.errors import GroundplanError
from groundplan.tables.account_draws import AccountDraws
from groundplan.tables.table import Table

BATCH = 5


class DrawnFrom(Protocol):
    """From what accounts are drawn; it pickles."""

    @property
    def fit(self) -> SheetFit:
        """The facts on the sheet."""

    def structure(self, random: np.random.Generator) -> np.ndarray:
        """A structure that is as likely, as a sheet."""

    def capital(self, random: np.random.Generator, gdp: float, invested: float) -> float:
        """Fixed capital of a draw with that GDP and that investment, money."""

    def known_by(self) -> tuple[object, ...]:
        """What its draws depend on, beside the facts."""


@dataclass(frozen=True, eq=False)
class _SheetTask:
    """What a worker needs for draws."""

    source: DrawnFrom
    investing: np.ndarray
    seed: int


def drawn_accounts(
    source: DrawnFrom, table: Table, count: int, seed: int, runner: Runner,
    progress: Callable[[int, int], None] | None = None,
) -> AccountDraws:  # fmt: skip
    """Draws of structures, each brought to facts that are drawn from their errors.

    Member k depends on ``seed`` and k alone. Draws that cannot be brought to their facts are counted and left out.
    """
    fit = source.fit
    investing = np.concatenate([
        np.zeros(len(fit.lines.sectors), dtype=bool), (table.final_kinds == "investment").to_numpy(), [False]
    ])  # fmt: skip
    task = _SheetTask(source, investing, seed)
    facts = (fit.amounts, fit.relative, fit.growth, fit.years, fit.parts.toarray(), fit.wholes.toarray())
    job = BatchJob(task, _ready, _sheets, count, BATCH, runner.fingerprint(*facts, *source.known_by(), seed, count))
    out = runner.compute(job, progress=progress)
    there, cells = out["fits"], fit.lines.cells(table)
    rows, columns = (tuple(map(str, names)) for names in (cells.index, cells.columns))
    return AccountDraws(rows, columns, out["cells"][there], out["capital"][there], int((~there).sum()))


def _ready(task: _SheetTask) -> _SheetTask:
    return task


def _sheets(task: _SheetTask, members: range) -> dict[str, np.ndarray]:
    source, sheets, capital, fits = task.source, [], [], []
    fit = source.fit
    for member in members:
        random = np.random.default_rng([task.seed, member])
        structure = source.structure(random)
        amounts = fit.amounts * (1.0 + fit.relative * random.standard_normal(len(fit.amounts)))
        try:
            cells = fit.fit(structure, amounts).cells
        except GroundplanError:
            cells = np.zeros(fit.lines.shape)
        sheets.append(cells)
        fits.append(bool(cells.any()))
        capital.append(source.capital(random, fit.gdp(cells), float(cells[:, task.investing].sum())))
    return {"cells": np.stack(sheets), "capital": np.array(capital), "fits": np.array(fits)}


def table_of_draw(t: Table, k: int) -> Table:
    """The k-th draw of a table that has draws: its cells, and its capital by the sectors' value added.

    K_j ∝ K̄_j · v_j / v̄_j,   Σ K_j what the draw says
    """
    assert t.draws is not None
    lines = SheetLines(t)
    cells = pd.DataFrame(t.draws.cells[k], list(t.draws.rows), list(t.draws.columns))
    changed = replace(t, **lines.table_of(cells, t), draws=None, imported_by_partner=None)  # type: ignore[arg-type]
    if t.capital_stock is None:
        return changed
    added = [one.primary.loc[~one.primary_kinds.isin(["product_tax", "margin"])].sum() for one in (t, changed)]
    shape = t.capital_stock * (added[1] / added[0].where(added[0] != 0)).fillna(1.0).clip(lower=0.0)
    stock = shape * (float(t.draws.capital[k]) / float(shape.sum())) if float(shape.sum()) else shape
    if t.fixed_capital_consumption is None:
        return replace(changed, capital_stock=stock)
    wear = (t.fixed_capital_consumption / t.capital_stock.where(t.capital_stock != 0)).fillna(0.0)
    return replace(changed, capital_stock=stock, fixed_capital_consumption=wear * stock)
