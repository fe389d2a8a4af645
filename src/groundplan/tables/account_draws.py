"""Draws of estimated accounts: what else they might as well be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

HOME, FOREIGN, INPUT, TAX, SOLD = "home", "foreign", "input", "tax", "exports"


def sheet_lines(sectors: Sequence[str], finals: Sequence[str], inputs: Sequence[str]) -> tuple[list[str], list[str]]:
    """Names of the rows and columns of the sheet on which all flows stand (``economy.estimating.account_lines``).

    >>> sheet_lines(["A"], ["c"], ["w"])
    (['home A', 'foreign A', 'input w', 'tax'], ['A', 'c', 'exports'])
    """
    rows = [*(f"{HOME} {c}" for c in sectors), *(f"{FOREIGN} {c}" for c in sectors), *(f"{INPUT} {c}" for c in inputs)]
    return [*rows, TAX], [*sectors, *finals, SOLD]


@dataclass(frozen=True, eq=False)
class AccountDraws:
    """Sheets that are as good an estimate as the accounts themselves, each balanced and near all facts.

    rows, columns  names of the sheet's lines (``economy.estimating.account_lines``)
    cells          draws × rows × columns, money / year
    capital        draws: fixed capital, money
    failed         how many draws could not be balanced, and are not among them
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: np.ndarray
    capital: np.ndarray
    failed: int = 0

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.cells)
