"""The sheet Draws of a template: what else estimated accounts might be, a column for each draw."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.tables.account_draws import AccountDraws, sheet_lines
from groundplan.tables.table import Table
from groundplan.tables.template.form import ACCOUNTS, BETWEEN, DRAWS, STOCK, all_flows

SAME = 1e-6


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
        if row == STOCK:
            capital = own
        elif row == ACCOUNTS:
            if not np.allclose(own, all_flows(t), rtol=SAME, atol=0.0):
                fix = "take out the sheet Draws, or estimate the accounts again"
                faults.append(TableError("the accounts were changed since their draws were made", where=place, fix=fix))
        elif row not in at_row or column not in at_column:
            unknown = ("row", row, rows) if row not in at_row else ("column", column, columns)
            faults.append(UnknownName(f"{unknown[0]} of the accounts", unknown[1], unknown[2], where=place))
        else:
            cells[:, at_row[row], at_column[column]] = own
    if capital is None:
        fix = "copy it from the file as it was written"
        faults.append(TableError(f"the row '{STOCK}' is missing", where=place, fix=fix))
    raise_all(faults, where=place)
    assert capital is not None
    return AccountDraws(tuple(rows), tuple(columns), cells, capital)
