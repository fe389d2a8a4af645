"""Where every branch of the country's own lists stands in the case."""

from __future__ import annotations

import csv

from case import Case, grid, written
from known_figures import DATA


def branches() -> list[dict[str, str]]:
    """Every branch: how it is there (product, service, project, budget line), and where."""
    return list(csv.DictReader((DATA / "branches.csv").read_text("utf-8").splitlines()))


def tell(_case: Case) -> str:
    """The section."""
    return written("branches", table=grid(("branch", "as", "where"), [tuple(r.values()) for r in branches()]))
