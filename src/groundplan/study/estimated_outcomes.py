"""What outcomes of ``update`` and ``estimate`` have alike: errors of cells by size, and the accounts as written."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from groundplan.reading_bounds import refuse_outside
from groundplan.tables.table import Table
from groundplan.tables.template.form import filled
from groundplan.tables.template.template_files import write_template

# Bounds of the classes by size in which errors of cells are told, as shares of GDP.
SIZES = (0.0, 1e-5, 1e-4, 1e-3, 1e-2, 10.0)


def cells_by_size(table: pd.DataFrame, error: pd.DataFrame, gdp: float) -> pd.DataFrame:
    """Errors of cells by their size: bounds as shares of GDP, how many, their share of all flows, the mean error.

    ``table``, ``error``: a sheet and its standard errors, money / year, of one shape.
    """
    cells, errors, rows = np.abs(table.to_numpy()), error.to_numpy(), []
    for low, high in pairwise(SIZES):
        own = (cells > low * gdp) & (cells <= high * gdp) & (cells > 0)
        if own.any():
            rows.append(
                (low, high, int(own.sum()), cells[own].sum() / cells.sum(), errors[own].sum() / cells[own].sum())
            )
    return pd.DataFrame(rows, columns=["from", "to", "cells", "share", "error"])


def written_accounts(table: Table, target: str | Path | None, made_from: str) -> dict[str, pd.DataFrame]:
    """Accounts written as a workbook (.xlsx) or a folder, told in a table ``written`` (what, path); nothing for None.

    Raises what ``refuse_outside`` and ``write_template`` raise.
    """
    if target is None:
        return {}
    refuse_outside(target)
    path = write_template(Path(target), filled(table), as_csv=not Path(target).suffix, made_from=made_from)
    return {"written": pd.DataFrame([("accounts", str(path))], columns=["what", "path"])}
