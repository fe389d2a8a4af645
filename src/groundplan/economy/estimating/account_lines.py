"""The sheet on which accounts are estimated: every flow a cell, and every fact a weighted sum of cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import scipy.sparse as sp

from groundplan.economy.balancing.known_sums import Control
from groundplan.economy.estimating.known_facts import (
    ADDED,
    EXPORTS,
    FINAL,
    GDP,
    IMPORTS,
    OUTPUT,
    PRIMARY,
    TAXES,
    Fact,
)
from groundplan.economy.estimating.sector_groups import lies_within
from groundplan.tables.account_draws import sheet_lines
from groundplan.tables.table import Table
from groundplan.tables.trade_chapters import is_code, sectors_of_chapters

# Errors of facts are not below this share of GDP: a target of zero with an error relative to it would be sure.
LEAST_ERROR = 1e-6
NO_VALUE_ADDED = ("product_tax", "margin")


@dataclass(frozen=True, eq=False)
class SheetLines:
    """Where the flows of a table stand on the sheet.

    Rows: domestic products, imported products, primary inputs, and the taxes of final uses; columns: sectors, final
    uses, exports. What the accounts have not (inputs of final uses, taxes of sectors in the last row) is empty.
    """

    table: Table

    @cached_property
    def sectors(self) -> list[str]:
        """Sectors, which are the products too."""
        return [str(c) for c in self.table.labels.index]

    @cached_property
    def finals(self) -> list[str]:
        """Final uses."""
        return [str(c) for c in self.table.final_kinds.index]

    @cached_property
    def adding(self) -> np.ndarray:
        """Rows of the inputs that are value added."""
        adds = ~self.table.primary_kinds.isin(NO_VALUE_ADDED).to_numpy()
        return np.asarray(np.flatnonzero(adds) + 2 * len(self.sectors))

    @cached_property
    def taxing(self) -> np.ndarray:
        """Rows of the taxes on products that sectors pay."""
        taxes = (self.table.primary_kinds == "product_tax").to_numpy()
        return np.asarray(np.flatnonzero(taxes) + 2 * len(self.sectors))

    def inputs(self, of: list[str]) -> list[int]:
        """Rows of primary inputs by code."""
        every = [str(p) for p in self.table.primary.index]
        return [2 * len(self.sectors) + every.index(p) for p in of]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return 2 * len(self.sectors) + len(self.table.primary) + 1, len(self.sectors) + len(self.finals) + 1

    def cells(self, t: Table) -> pd.DataFrame:
        """The sheet of a table with these lines."""
        n, f, p = len(self.sectors), len(self.finals), len(t.primary)
        grid = np.zeros(self.shape)
        for at, use, final, sold in ((0, t.domestic_use, t.domestic_final, t.exports),
                                     (n, t.imported_use, t.imported_final, t.reexports)):  # fmt: skip
            grid[at : at + n] = np.column_stack([use.to_numpy(float), final.to_numpy(float), sold.to_numpy(float)])
        grid[2 * n : 2 * n + p, :n] = t.primary.to_numpy(float)
        grid[-1, n : n + f + 1] = t.final_taxes.to_numpy(float)
        rows, columns = sheet_lines(self.sectors, self.finals, list(map(str, t.primary.index)))
        return pd.DataFrame(grid, rows, columns)

    def balances(self) -> list[Control]:
        """What each domestic product is sold for is what its sector costs: a sure control of 0 for each."""
        controls = []
        for i, code in enumerate(self.sectors):
            weights = np.zeros(self.shape)
            weights[i, :] += 1.0
            weights[:, i] -= 1.0
            controls.append(Control(f"output less costs of {code}", sp.coo_array(weights), 0.0))
        return controls

    def places(self, fact: Fact) -> list[str]:
        """The codes that a fact is of: as they are written, or all sectors of a class; those not there are left out."""
        existing = self.everything(fact.measure)
        if not fact.of:
            return existing
        codes = [word for word in fact.of if is_code(word) and word not in existing]
        own = {c: text for c in self.sectors if (text := self.table.classes.get(c))}
        chosen = sectors_of_chapters(codes, own)[0] if codes else []
        for word in (word for word in fact.of if word not in codes):
            chosen += [word] if word in existing else self.of_word(word, fact.measure)
        return list(dict.fromkeys(chosen))

    def of_word(self, word: str, measure: str) -> list[str]:
        """Final uses and inputs of a kind, or the sectors that surely lie within a class."""
        if measure in (FINAL, PRIMARY):
            kinds = self.table.final_kinds if measure == FINAL else self.table.primary_kinds
            return [str(code) for code, kind in kinds.items() if kind == word]
        classes = self.table.classes
        return [c for c in self.sectors if c in classes and lies_within(classes[c], word)]

    def weights(self, fact_measure: str, of: list[str]) -> np.ndarray:
        """The cells of a measure, with the weight that each has in it. Shape as ``cells``."""
        n, out = len(self.sectors), np.zeros(self.shape)
        at = {c: i for i, c in enumerate(self.sectors)}
        chosen = [at[c] for c in of if c in at]
        if fact_measure in (GDP, ADDED):
            out[np.ix_(self.adding, np.asarray(chosen if fact_measure == ADDED else range(n), dtype=int))] = 1.0
        if fact_measure in (GDP, TAXES):
            out[self.taxing, :n] = 1.0
            out[-1, n:] = 1.0
        if fact_measure == OUTPUT:
            out[chosen, :] = 1.0
        if fact_measure == FINAL:
            out[:, [n + self.finals.index(f) for f in of]] = 1.0
        if fact_measure == PRIMARY:
            out[self.inputs(of), :n] = 1.0
        if fact_measure == IMPORTS:
            out[[n + i for i in chosen], :] = 1.0
        if fact_measure == EXPORTS:
            out[chosen, -1] = out[[n + i for i in chosen], -1] = 1.0
            out[-1, -1] = float(len(set(chosen)) == n)
        return out

    def everything(self, measure: str) -> list[str]:
        """All codes of a measure."""
        return {FINAL: self.finals, PRIMARY: [str(p) for p in self.table.primary.index]}.get(measure, self.sectors)

    def table_of(self, cells: pd.DataFrame, t: Table) -> Mapping[str, pd.DataFrame | pd.Series]:
        """The fields of a table, from its sheet."""
        n, f, p = len(self.sectors), len(self.finals), len(t.primary)
        grid = cells.to_numpy()

        def frame(rows: slice, columns: slice, like: pd.DataFrame) -> pd.DataFrame:
            return pd.DataFrame(grid[rows, columns], like.index, like.columns)

        home, foreign = slice(0, n), slice(n, 2 * n)
        return {
            "domestic_use": frame(home, slice(0, n), t.domestic_use),
            "domestic_final": frame(home, slice(n, n + f), t.domestic_final),
            "imported_use": frame(foreign, slice(0, n), t.imported_use),
            "imported_final": frame(foreign, slice(n, n + f), t.imported_final),
            "exports": pd.Series(grid[home, -1], t.exports.index, name=t.exports.name),
            "reexports": pd.Series(grid[foreign, -1], t.reexports.index, name=t.reexports.name),
            "primary": frame(slice(2 * n, 2 * n + p), slice(0, n), t.primary),
            "final_taxes": pd.Series(grid[-1, n:], t.final_taxes.index, name=t.final_taxes.name),
        }
