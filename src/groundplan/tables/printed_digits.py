"""Accounts with the last digit that their figures show, in place of the one that a layout or a form says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

import numpy as np

from groundplan.tables.door.last_digit import counted, last_digit
from groundplan.tables.table import Table
from groundplan.tables.world_table import WorldTable

COMPUTED = "computed:"
Accounts = TypeVar("Accounts", Table, WorldTable)


def with_printed_digits(accounts: Accounts) -> Accounts:
    """The same with ``rounding`` as the figures say it; what the layout or the form says is kept beside it.

    Where few figures say it, which may end in zeros by chance, the finer of the two counts.
    """
    digit = last_digit(_blocks(accounts))
    unit = accounts.rounding if digit is None else counted(accounts.rounding, digit, _printed_unit(accounts))
    if np.isclose(unit, accounts.rounding, rtol=1e-9, atol=0.0):
        return accounts
    return replace(accounts, rounding=unit, stated_rounding=accounts.rounding)


def _blocks(accounts: Table | WorldTable) -> Iterator[np.ndarray]:
    """The figures as printed: the publisher's own frames where they are kept, the accounts' own cells elsewhere."""
    if isinstance(accounts, WorldTable):
        yield from (accounts.use, accounts.final_use, accounts.primary)
        return
    t = accounts
    frames = [f.select_dtypes("number") for name, f in t.published.items() if not name.startswith(COMPUTED)]
    if not any(f.size for f in frames):
        frames = [t.domestic_use, t.imported_use, t.domestic_final, t.imported_final, t.primary]
        frames += [t.exports.to_frame().T, t.reexports.to_frame().T]
    yield from (f.to_numpy(dtype=float) for f in frames)


def _printed_unit(accounts: Table | WorldTable) -> float:
    """What a printed figure is counted in, in the accounts' money."""
    return accounts.printed_unit if isinstance(accounts, Table) and accounts.published else 1.0
