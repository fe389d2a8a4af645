"""The sheet Draws of a template: what else estimated accounts might be, a column for each draw."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.tables.account_draws import AccountDraws, sheet_lines
from groundplan.tables.table import Table
from groundplan.tables.template.form import BETWEEN, DRAW_COLUMNS, DRAWS, Rows

CAPITAL, ALL = "fixed capital", "all"
# The sum of all cells of the accounts that the draws are of: whoever changes these has draws of others.
ACCOUNTS = "accounts"
SAME = 1e-6


def draw_rows(t: Table) -> Rows:
    """The rows of the sheet: cells that are nothing in every draw are left out."""
    d = t.draws
    assert d is not None
    body: list[list[str | float]] = [[ACCOUNTS, ALL, *[_whole(t)] * d.count], [CAPITAL, ALL, *d.capital.tolist()]]
    for i, row in enumerate(d.rows):
        for j in np.flatnonzero(d.cells[:, i, :].any(axis=0)):
            body.append([row, d.columns[j], *d.cells[:, i, j].tolist()])
    return [[*DRAW_COLUMNS, *map(str, range(1, d.count + 1))], *body]


def _whole(t: Table) -> float:
    """The sum of all flows of the accounts."""
    frames = (t.domestic_use, t.imported_use, t.domestic_final, t.imported_final, t.primary)
    columns = (t.exports, t.reexports, t.final_taxes)
    return float(sum(np.abs(f.to_numpy(float)).sum() for f in (*frames, *columns)))


def draws_in(figures: pd.DataFrame, t: Table, where: str) -> AccountDraws:
    """The draws that the sheet states of a table.

    Raises, all at once, for lines that the accounts do not have, and where the accounts were changed since.
    """
    place = f"{where}, {DRAWS}"
    finals, inputs = list(map(str, t.final_kinds.index)), list(map(str, t.primary.index))
    rows, columns = sheet_lines(list(map(str, t.labels.index)), finals, inputs)
    at_row, at_column = ({name: k for k, name in enumerate(names)} for names in (rows, columns))
    values = figures.to_numpy(float)
    cells = np.zeros((values.shape[1], len(rows), len(columns)))
    capital: np.ndarray | None = None
    faults: list[GroundplanError] = []
    for label, own in zip(map(str, figures.index), values, strict=True):
        row, _, column = label.partition(BETWEEN)
        if row == CAPITAL:
            capital = own
        elif row == ACCOUNTS:
            if not np.allclose(own, _whole(t), rtol=SAME, atol=0.0):
                fix = "take out the sheet Draws, or estimate the accounts again"
                faults.append(TableError("the accounts were changed since their draws were made", where=place, fix=fix))
        elif row not in at_row or column not in at_column:
            unknown = ("row", row, rows) if row not in at_row else ("column", column, columns)
            faults.append(UnknownName(f"{unknown[0]} of the accounts", unknown[1], unknown[2], where=place))
        else:
            cells[:, at_row[row], at_column[column]] = own
    if capital is None:
        fix = "copy it from the file as it was written"
        faults.append(TableError(f"the row '{CAPITAL}' is missing", where=place, fix=fix))
    raise_all(faults, where=place)
    assert capital is not None
    return AccountDraws(tuple(rows), tuple(columns), cells, capital)
