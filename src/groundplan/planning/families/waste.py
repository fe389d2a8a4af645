"""Rows that let things be thrown away: what a plan near the best one may not make use of."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from groundplan.planning.families.family import AT
from groundplan.planning.families.rows import Model
from groundplan.solver.programme import Floats, Index

# What is permitted and not used is no waste.
PERMISSIONS = ("replaceable", "deepenable")


def sides_without_waste(m: Model, reached: Floats) -> Iterator[tuple[str, Index, Floats, Floats]]:
    """Family, rows of the programme and their sides where nothing is left over beyond what the plan leaves.

        lower ≤ row ≤ max(lower, reached)

    ``reached``: [row] the plan's rows. Those of a fork are not the plan's, and permissions are no waste.
    """
    for name, rows in m.families.items():
        if AT not in name and m.kinds[name].waste:
            tight = np.asarray([str(r).partition(":")[0] not in PERMISSIONS for r in rows.labels], dtype=bool)
            own, lower = rows.numbers[tight], rows.right[tight]
            yield name, own, lower, np.maximum(reached[own], lower)
