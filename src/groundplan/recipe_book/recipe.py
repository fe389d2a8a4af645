"""A recipe: how a unit of a product is made, whatever the country; each figure with its range and its origin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all

LEVELS = ("unskilled", "skilled", "professional")
OUTPUTS = ("flow", "stock")
GROUPS = {
    "inputs": "1", "side": "1", "labour": "1", "composition": "1", "amounts": "", "content": "", "leave": "",
    "capital": "", "grows": "",
}  # fmt: skip
CAPITAL = {"ratio": "years", "gestation": "years", "life": "years", "load": "1"}
GROWS = {"increment": "m3 / ha / year", "wait": "years", "rotation": "years", "cost": "1"}
CLOSE = 1e-9


@dataclass(frozen=True)
class Figure:
    """A number, its unit, the range that it may lie in, and whether it was read somewhere or assumed.

    ``source`` is a key of the book's sources; empty where ``basis`` is "assumed".
    """

    value: float
    low: float
    high: float
    unit: str
    source: str = ""

    @property
    def basis(self) -> str:
        """``source`` or ``assumed``."""
        return "source" if self.source else "assumed"


@dataclass(frozen=True, eq=False)
class Recipe:
    """How a unit of a product is made.

    ``output`` "flow": a product made year by year; "stock": something built that lasts (flats, roads, beds), whose
    ``composition`` is what a unit of money of it buys. ``figures`` are by path:

        inputs.<role>        money of the input per money of output          1
        overheads            all other inputs, in the sector's own mix       1
        labour.<level>       wages of unskilled, skilled, professional       1
        side.<role>          by-products, money per money of output          1
        capital.ratio        money of plant per money of yearly output       years
        capital.gestation    from the first spending to use                  years
        capital.life         plant wears at 1 / life                         years
        capital.load         share of the year that plant runs at full load  1
        composition.<role>   what plant is bought from; sums to 1            1
        amounts.<thing>      physical input per unit of output               its own unit
        content.<thing>      what a unit of it holds of ``account``          1 unless stated
        leave.<thing>        what leaves beside the product                  ``account``
        grows.<what>         increment (m3 / ha / year), wait and rotation (years) of a forest; cost of planting and
                             tending a hectare over the value of what it will yield (1)

    ``account`` is the unit (t, MWh, GJ, m3) in which what goes in must cover what comes out; empty where air, sun and
    soil are inputs that nobody weighs. ``spending`` is the profile of investment over the gestation.
    """

    name: str
    label: str
    theme: str
    product: str
    unit: str
    sector: str
    output: str
    figures: Mapping[str, Figure]
    spending: tuple[float, ...]
    account: str = ""
    needs: tuple[str, ...] = ()
    note: str = ""

    def group(self, name: str) -> dict[str, float]:
        """Figures of one group by their own names.

        >>> recipe = Recipe("r", "", "", "", "", "", "flow", {"inputs.coal": Figure(0.2, 0.1, 0.3, "1")}, (1.0,))
        >>> recipe.group("inputs")
        {'coal': 0.2}
        """
        start = f"{name}."
        return {p.removeprefix(start): f.value for p, f in self.figures.items() if p.startswith(start)}

    def value(self, path: str, default: float = 0.0) -> float:
        """One figure, or the default where the recipe has none."""
        return self.figures[path].value if path in self.figures else default

    def table(self) -> pd.DataFrame:
        """Every figure: path, value, low, high, unit, basis, source."""
        rows = [(p, f.value, f.low, f.high, f.unit, f.basis, f.source) for p, f in self.figures.items()]
        return pd.DataFrame(rows, columns=["path", "value", "low", "high", "unit", "basis", "source"])

    def with_figures(self, changed: Mapping[str, float], *, where: str = "") -> Recipe:
        """The recipe with other values at some paths; the shares of ``composition`` that are not named give way.

        Raises ``UnknownName`` for a path that the recipe does not have, ``StudyError`` for a value that is none.
        """
        faults: list[GroundplanError] = [
            UnknownName(f"figure of recipe '{self.name}'", path, self.figures, where=where)
            for path in changed
            if path not in self.figures
        ]
        faults += [
            StudyError(f"{path} of recipe '{self.name}' is {value!r}", where=where, fix="give a number, 0 or more")
            for path, value in changed.items()
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < np.inf
        ]
        raise_all(faults)
        figures = {p: replace(f, value=float(changed.get(p, f.value))) for p, f in self.figures.items()}
        varied = replace(self, figures=_whole(self, figures, changed, where))
        raise_all(shape_faults(varied, where))
        return varied

    @cached_property
    def gestation(self) -> int:
        """Years from the first spending to use, whole years, at least 1."""
        return max(1, round(self.value("capital.gestation", 1.0)))

    @cached_property
    def profile(self) -> tuple[float, ...]:
        """Spending by year of the gestation, summing to 1: the stated shape, stretched to the gestation's length."""
        shape = np.concatenate([[0.0], np.cumsum(self.spending)])
        at = np.linspace(0.0, 1.0, self.gestation + 1)
        return tuple(np.diff(np.interp(at, np.linspace(0.0, 1.0, len(shape)), shape)).tolist())

    @property
    def wear(self) -> float:
        """Yearly wear of plant, 1 / life."""
        return 1.0 / self.value("capital.life", 30.0)

    def physical(self) -> pd.DataFrame:
        """The physical account of a unit of product: what goes in and what comes out, in ``account``; they agree.

        Columns: side (in, out), thing, amount (own unit), content, held (amount times content). What is not accounted
        for by product and by-products leaves as gas, dust, heat or waste: ``lost``, never negative.
        """
        content = self.group("content")
        if not self.account:
            return pd.DataFrame(columns=["side", "thing", "amount", "content", "held"])
        rows = [("in", k, v, content.get(k, 1.0)) for k, v in self.group("amounts").items() if _counts(self, k)]
        rows.append(("out", self.product, 1.0, content.get("product", 1.0)))
        rows += [("out", k, v, 1.0) for k, v in self.group("leave").items()]
        frame = pd.DataFrame(rows, columns=["side", "thing", "amount", "content"])
        frame["held"] = frame["amount"] * frame["content"]
        sides = frame.groupby("side")["held"].sum()
        lost = float(sides["in"] - sides["out"])
        last = pd.DataFrame([("out", "lost", lost, 1.0, lost)], columns=frame.columns)
        return pd.concat([frame, last], ignore_index=True)


def _counts(r: Recipe, thing: str) -> bool:
    """Whether an amount is part of the account: it is in its unit, or has a content stated in it."""
    return f"content.{thing}" in r.figures or r.figures[f"amounts.{thing}"].unit == r.account


def _whole(r: Recipe, figures: dict[str, Figure], changed: Mapping[str, float], where: str) -> dict[str, Figure]:
    """Composition again of sum 1: the shares that were not changed are scaled."""
    named = {p for p in changed if p.startswith("composition.")}
    rest = [p for p in figures if p.startswith("composition.") and p not in named]
    if not named:
        return figures
    kept, open_ = sum(figures[p].value for p in named), sum(r.figures[p].value for p in rest)
    if kept > 1 or (kept < 1 - CLOSE and open_ <= 0):
        message = f"the composition of recipe '{r.name}' sums to {kept:g}"
        raise StudyError(message, where=where, fix="let its shares sum to 1")
    scale = (1.0 - kept) / open_ if open_ > 0 else 0.0
    return {p: replace(f, value=f.value * scale) if p in rest else f for p, f in figures.items()}


def shape_faults(r: Recipe, where: str) -> list[GroundplanError]:
    """What is wrong between the figures of a recipe: shares that sum to more than there is, more out than in."""
    faults = []
    spent = sum(r.group("inputs").values()) + sum(r.group("labour").values()) + r.value("overheads")
    if r.output == "flow" and not 0 < spent < 1.0 + sum(r.group("side").values()):
        faults.append((f"inputs, overheads and labour cost {spent:g} of a unit of output", "let them cost less than 1"))
    bought = sum(r.group("composition").values())
    if abs(bought - 1.0) > CLOSE:
        faults.append((f"the composition of capital sums to {bought:g}", "let its shares sum to 1"))
    if not r.spending or abs(sum(r.spending) - 1.0) > CLOSE or min(r.spending, default=0.0) < 0:
        faults.append((f"spending {list(r.spending)} is no profile", "let its shares sum to 1"))
    if r.value("capital.life", 1.0) < 1 or r.value("capital.gestation", 1.0) < 1:
        faults.append(("capital lasts, or takes, less than a year", "give years, at least 1"))
    account = r.physical()
    lost = float(account["held"].iloc[-1]) if len(account) else 0.0
    if lost < -CLOSE:
        faults.append((f"{-lost:g} {r.account} more comes out than goes in", "check amounts"))
    if r.group("grows") and not r.value("grows.wait") < r.value("grows.rotation"):
        faults.append(("the forest is felled before it grows", "let wait be less than rotation"))
    return [StudyError(f"recipe '{r.name}': {what}", where=where, fix=fix) for what, fix in faults]
