"""Draws of estimated accounts: what else they might as well be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


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
