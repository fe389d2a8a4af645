"""Tables as every face shows them: columns under headings with units, cells as texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from groundplan.languages.spoken import ENGLISH, figure_said, spoken
from groundplan.outcome import Outcome
from groundplan.results.words import Amount, column_texts, is_figure, unit_words


def framed(index: pd.Index, columns: Sequence[tuple[str, str, Sequence[Any] | np.ndarray | pd.Series]]) -> pd.DataFrame:
    """A table from (name, unit, values) columns; the unit in the words of a heading."""
    data = {n: _column(values) for n, (_, _, values) in enumerate(columns)}
    frame = pd.DataFrame(data, index=index)
    frame.columns = _heads([name for name, _, _ in columns], [unit_words(unit) for _, unit, _ in columns])
    return frame


def _column(values: Sequence[Any] | np.ndarray | pd.Series) -> list[Any] | np.ndarray:
    """The cells of a column; amounts stay what they are, where pandas would keep their bare numbers."""
    there = list(values)
    if not any(isinstance(v, Amount) for v in there):
        return there
    column = np.empty(len(there), dtype=object)
    column[:] = there
    return column


def _heads(names: Sequence[str], units: Sequence[str]) -> pd.MultiIndex:
    """Headings of two levels; pandas takes several times as long to find the levels by itself."""
    levels = [list(dict.fromkeys(texts)) for texts in (names, units)]
    places = [{text: n for n, text in enumerate(level)} for level in levels]
    codes = [[place[text] for text in texts] for place, texts in zip(places, (names, units), strict=True)]
    return pd.MultiIndex(levels=levels, codes=codes, names=["measure", "unit"])


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
    return said_columns(column_values(table), [unit for _, unit in headings(table)])


def said_columns(columns: Sequence[Sequence[Any]], units: Sequence[str]) -> list[list[str]]:
    """Cells as text, the marks of figures those of the spoken language; words are said already."""
    texts = column_texts(columns, units)
    if spoken() == ENGLISH:
        return texts
    return [
        [figure_said(text) if is_figure(value) else text for text, value in zip(of, cells, strict=True)]
        for of, cells in zip(texts, columns, strict=True)
    ]


def column_values(table: pd.DataFrame) -> list[list[Any]]:
    """The cells of every column, all at once: one column after the other costs pandas more than writing them."""
    columns: list[list[Any]] = table.to_numpy(dtype=object).T.tolist()
    return columns
