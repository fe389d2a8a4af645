"""How much a unit may miss before others cannot keep their promises, or the plan its final use."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from groundplan.reconciling.reported_figures import EXPORT, FINAL, IMPORT, OUTPUT, STOCK
from groundplan.reconciling.usual_uses import UsualUses
from groundplan.solver.programme import Floats


class Supplying(NamedTuple):
    """A unit that promised so much of a product's output (or import), in the money of the balances a year."""

    unit: str
    flow: str
    product: str
    promised: float


class BreakingShortfall(NamedTuple):
    """What a unit may miss of its promise, everybody else keeping his.

    promised    what it promised, money / year
    final       the least shortfall that the plan's final use and exports cannot stand: what is over, and in stock
    others      the least that somebody else's promised output cannot stand, once final use and exports gave way
    share       ``others`` over ``promised``: the smaller, the more fragile; above 1 it breaks nobody even if nothing
                comes of it
    first       who would be hit then: the largest users of the product, most first
    """

    unit: str
    flow: str
    product: str
    promised: float
    final: float
    others: float
    share: float
    breaks: bool
    first: tuple[str, ...]


def left_over(uses: UsualUses, stocks: Floats | None = None) -> Floats:
    """[n] what is over of each product once all uses are served, and what is in stock; at least 0.

        over_i = output_i + import_i + stocks_i − Σ_j a_ij·output_j − final use_i − export_i − stock change_i

    Units: money / year.
    """
    a = uses.amounts
    taken = uses.coefficients @ a[OUTPUT]
    over = a[OUTPUT] + a[IMPORT] - taken - a[FINAL] - a[EXPORT] - a[STOCK]
    # What accounts and solvers leave of nothing is nothing.
    over = np.where(np.abs(over) <= 1e-6 * (a[OUTPUT] + a[IMPORT]), 0.0, over)
    return np.maximum(over + (0.0 if stocks is None else stocks), 0.0)


def breaking(
    units: Sequence[Supplying], uses: UsualUses, *, stocks: Floats | None = None,
    promised_exports: Mapping[str, float] | None = None, named: int = 3,
) -> list[BreakingShortfall]:  # fmt: skip
    """Each unit's breaking shortfall, the most fragile first.

        final_u  = over_i                                     (``left_over``)
        others_u = over_i + final use_i + max(export_i − promised export_i, 0)

    i: the unit's product. With everything else as promised only this product's balance feels the lack, and only its
    final use, its exports that nobody promised and what is over can give way; beyond that its users lack an input that
    nothing stands in for. A product that nobody uses up breaks no other promise. Units: money / year; share 1.
    """
    over = left_over(uses, stocks)
    x = uses.amounts[OUTPUT]
    rows = []
    for u in units:
        i = uses.products.index(u.product)
        taken = uses.coefficients[i] * x
        taken[i] = 0.0  # what it takes of its own goes down with it
        bound = (promised_exports or {}).get(u.product, 0.0)
        own = float(uses.coefficients[i, i]) if u.flow == OUTPUT else 0.0
        give = float(over[i] + uses.amounts[FINAL][i] + max(uses.amounts[EXPORT][i] - bound, 0.0))
        net = max(1.0 - own, 1e-12)
        final, others = float(over[i]) / net, max(give, 0.0) / net
        used = float(taken.sum()) > 0 or bound > 0
        others = others if used else math.inf
        order = np.argsort(-taken, kind="stable")[:named]
        first = tuple(uses.products[j] for j in order if taken[j] > 0)
        share = others / u.promised if u.promised > 0 else math.inf
        rows.append(
            BreakingShortfall(u.unit, u.flow, u.product, u.promised, final, others, share, others < u.promised, first)
        )
    return sorted(rows, key=lambda r: (r.share, -r.promised))
