"""Kenya's accounts of 2024 made again from the shipped facts: rebased in 2019, then brought to 2024.

``python tests/kenya_2024.py`` writes them into the package, in place of those there.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd

from groundplan.economy.estimating.known_facts import read_controls
from groundplan.economy.estimating.updating import Updated, updated
from groundplan.tables import catalogue
from groundplan.tables.catalogue import FOLDER
from groundplan.tables.table import Table
from groundplan.tables.template.form import filled
from groundplan.tables.template.template_files import write_template

FACTS = (FOLDER / "updates" / "KEN_2019_rebased.toml", FOLDER / "updates" / "KEN_2024.toml")
SHIPPED = FOLDER / "updates" / "KEN_2024"
DIGITS = 5


@cache
def steps() -> tuple[Updated, ...]:
    """The update to the new base, and that to 2024."""
    rebased = updated(catalogue.load("KEN", 2019), read_controls(FACTS[0]))
    return rebased, updated(rebased.table, read_controls(FACTS[1]))


def printed(t: Table) -> Table:
    """The table as it is shipped, its figures with so many digits."""
    frames: dict[str, Any] = {
        name: value.round(DIGITS)
        for name, value in vars(t).items()
        if isinstance(value, (pd.DataFrame, pd.Series)) and name not in ("labels", "final_kinds", "primary_kinds")
    }
    return replace(t, rounding=10.0**-DIGITS, **frames)


if __name__ == "__main__":
    shutil.rmtree(SHIPPED, ignore_errors=True)
    write_template(SHIPPED, filled(printed(steps()[1].table)), as_csv=True)
