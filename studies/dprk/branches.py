"""Where every branch of the country's own lists stands in the case."""

from __future__ import annotations

import csv

from case import Case, grid, paragraphs
from known_figures import DATA


def branches() -> list[dict[str, str]]:
    """Every branch: how it is there (product, service, project, budget line), and where."""
    return list(csv.DictReader((DATA / "branches.csv").read_text("utf-8").splitlines()))


def tell(_case: Case) -> str:
    """The section."""
    rows = [(r["branch"], r["how"], r["where"]) for r in branches()]
    return paragraphs(
        "Every branch that the country's plans name is a product, a service, a project or a line of the budget "
        "here; codes are of ISIC Rev. 4.",
        grid(("branch", "as", "where"), rows),
    )
