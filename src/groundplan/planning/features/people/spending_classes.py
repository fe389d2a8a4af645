"""Classes of what households buy, with how spending on each moves with income: ``spending_classes.csv``.

``poor`` and ``rich`` are expenditure elasticities at low and at high income, each with a range and its basis: computed
from the ``groups`` of the shipped accounts that have them, ``reported`` by others, or a ``judgement``. ``isic`` lists
ISIC Rev. 4 divisions, ``codes`` those of shipped lists (social accounting matrices, IBGE, NACE where two classes share
a division), ``rev3`` those of WIOD 2013. An exact code beats a division. ``gives_way`` is an elasticity of substitution
of its own, for what is a service of what stands; else it follows from income (``demand``).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from groundplan.economy.economy import Economy
from groundplan.tables.industry_classes import IndustryClass


@dataclass(frozen=True)
class SpendingClass:
    """One row of ``spending_classes.csv``: elasticities with range and basis at low and at high income."""

    name: str
    label: str
    poor: tuple[float, float, float]
    poor_basis: str
    rich: tuple[float, float, float]
    rich_basis: str
    gives_way: float | None
    isic: frozenset[str]
    codes: frozenset[str]
    rev3: frozenset[str]

    def elasticity(self, income: float) -> tuple[float, float, float]:
        """Expenditure elasticity with its range; ``income``: 0 (low) to 1 (high). Units: 1."""
        value, low, high = ((1.0 - income) * a + income * b for a, b in zip(self.poor, self.rich, strict=True))
        return value, low, high

    def basis(self, income: float) -> str:
        """What the elasticity rests on at an income: of one in between both."""
        parts = {0.0: (self.poor_basis,), 1.0: (self.rich_basis,)}.get(income, (self.poor_basis, self.rich_basis))
        return " and ".join(dict.fromkeys(parts))


@cache
def spending_classes() -> dict[str, SpendingClass]:
    """All classes by name.

    >>> spending_classes()["food"].poor[0]
    0.74
    """
    text = files("groundplan").joinpath("planning/features/people/spending_classes.csv").read_text("utf-8")
    out = {}
    for r in csv.DictReader(text.splitlines()):
        poor, rich = (
            (float(r[at]), float(r[f"{at}_low"]), float(r[f"{at}_high"])) for at in ("poor", "rich")
        )  # fmt: skip
        isic, codes, rev3 = (frozenset(r[part].split()) for part in ("isic", "codes", "rev3"))
        own = float(r["gives_way"]) if r["gives_way"] else None
        out[r["class"]] = SpendingClass(
            r["class"], r["label"], poor, r["poor_basis"], rich, r["rich_basis"], own, isic, codes, rev3
        )
    return out


def classes_of(e: Economy) -> dict[str, SpendingClass | None]:
    """Product → its class, of a carved one that of the product it was carved from; None where its class is not stated.

    A code of several divisions belongs where the most of them do, of equals to the first class.
    """
    return {i: None if industry is None else _of(industry) for i, industry in e.class_by_sector.items()}


@cache
def _of(industry: IndustryClass) -> SpendingClass | None:
    exact = {code: row for row in spending_classes().values() for code in (row.rev3 if industry.rev3 else row.codes)}
    if industry.rev3 or industry.code in exact:
        return exact.get(industry.code)
    parts = industry.divisions
    best = max(spending_classes().values(), key=lambda row: len(parts & row.isic))
    return best if parts & best.isic else None
