"""A chart of an outcome: its picture, and the table with the same numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from groundplan.outcome import Outcome


@dataclass(frozen=True)
class Chart:
    """A figure and the table that says the same in numbers."""

    name: str
    title: str
    draw: Callable[[Outcome], str]
    table: Callable[[Outcome], pd.DataFrame]
    table_title: str = ""
