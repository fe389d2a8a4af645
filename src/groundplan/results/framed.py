"""Tables as every face shows them: columns under headings with units, cells as texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.words import column_texts, unit_words


def framed(index: pd.Index, columns: Sequence[tuple[str, str, Sequence[Any] | np.ndarray | pd.Series]]) -> pd.DataFrame:
    """A table from (name, unit, values) columns; the unit in the words of a heading."""
    data = {n: list(values) for n, (_, _, values) in enumerate(columns)}
    frame = pd.DataFrame(data, index=index)
    heads = [[name for name, _, _ in columns], [unit_words(unit) for _, unit, _ in columns]]
    frame.columns = pd.MultiIndex.from_arrays(heads, names=["measure", "unit"])
    return frame


def blank(of: str) -> pd.DataFrame:
    """A table of nothing, its rows named by ``of``."""
    return framed(pd.Index([], name=of), [])


def table_of(o: Outcome, name: str) -> pd.DataFrame:
    """A table of the outcome; empty where it has none."""
    return o.tables.get(name, pd.DataFrame())


def headings(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Name and unit of every column of a table made here."""
    names, units = (table.columns.get_level_values(level) for level in (0, 1))
    return [(str(name), str(unit)) for name, unit in zip(names, units, strict=True)]


def cell_texts(table: pd.DataFrame) -> list[list[str]]:
    """Every column of a table made here as the text that all faces show."""
    return column_texts(column_values(table), [unit for _, unit in headings(table)])


def column_values(table: pd.DataFrame) -> list[list[Any]]:
    """The values of every column, in order."""
    return [column.tolist() for _, column in table.items()]
