"""What a lack of one product does to the promises of others, through the material balances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from groundplan.errors import SolverError
from groundplan.reconciling.reported_figures import EXPORT, FINAL, IMPORT, OUTPUT
from groundplan.reconciling.usual_uses import UsualUses
from groundplan.solver.answer import QUIETLY
from groundplan.solver.highs import OPTIMAL, load
from groundplan.solver.programme import Floats, Programme

SAME, ROUNDS = 1e-12, 100_000


class KnockOn(NamedTuple):
    """What a lack of one product takes from one who uses it, each by its share of what there is.

    product, user    who is short, and who takes it; ``user`` is empty for final use, and ``export`` for buyers abroad
    share            the share of its supply that is lacking, 1
    lacks            what this user gets less of it, money / year
    least, most      what of the user's own output is lost: ``least`` where final use and exports give way and all is
                     reallocated, ``most`` where each gets his share and nothing stands in for it, 1
    """

    product: str
    user: str
    share: float
    lacks: float
    least: float
    most: float


def shares_lacking(short: Mapping[str, float], uses: UsualUses) -> Floats:
    """[n] the share of its output that each product is short of; ``short``: product → money / year, 0 to its output."""
    x = uses.amounts[OUTPUT]
    lack = np.array([max(short.get(p, 0.0), 0.0) for p in uses.products])
    return np.asarray(np.minimum(np.divide(lack, x, out=np.zeros_like(lack), where=x > 0), 1.0))


def entitled(uses: UsualUses, lacking: Floats) -> Floats:
    """[n] the share of its output that each producer can make where everybody gets his share and nothing stands in.

        r_i = (y_i·x_i + import_i)/(x_i + import_i),   y_j = min(1 − lacking_j, min_{i: a_ij > 0} r_i)

    The greatest y that keeps it: from 1 downwards, until nothing falls. Entitlements: who stops frees nothing for
    others. No stocks, no substitutes: the most that can be lost. Units: 1.
    Source: the rationing of ``shocks`` without stocks; Leontief's fixed coefficients.
    """
    x, m = uses.amounts[OUTPUT], uses.amounts[IMPORT]
    supply = x + m
    own = np.where(x > 0, 1.0 - lacking, 1.0)
    y = own.copy()
    # Circles of producers who need each other may fall a little less every time, until it is nothing.
    for _ in range(ROUNDS):
        r = np.divide(y * x + m, supply, out=np.ones_like(y), where=supply > 0)
        fallen = np.minimum(y, np.where(uses.coefficients > 0, r[:, None], 1.0).min(axis=0, initial=1.0))
        if (y - fallen).max(initial=0.0) <= SAME:
            break
        y = fallen
    return np.asarray(y)


def at_will(uses: UsualUses, lacking: Floats) -> Floats:
    """[n] the share of its output that each producer makes where all is reallocated to keep most, and nobody has less
    than his share.

        max Σ_j x'_j   over   x'_i + import_i ≥ Σ_j a_ij·x'_j,   y_i·x_i ≤ x'_i ≤ (1 − lacking_i)·x_i

    y: ``entitled``, which keeps it, so that there is an answer. Final use, exports and what goes into stock give way.
    Units: 1. Raises ``SolverError``.
    """
    x, m = uses.amounts[OUTPUT], uses.amounts[IMPORT]
    n, scale = len(x), max(float(x.max(initial=0.0)), 1e-300)
    least = entitled(uses, lacking) * x / scale
    most = np.maximum((1.0 - lacking) * x / scale, least)
    p = Programme(maximise=True)
    output = p.add_columns("output", (n,), lower=least, upper=most, goal=1.0).numbers
    rows = np.arange(n)
    i, j = np.nonzero(uses.coefficients)
    p.add_rows("uses", n, -np.inf, m / scale, (i, output[j], uses.coefficients[i, j]), (rows, output, -1.0))
    highs = load(p, QUIETLY)
    highs.run()
    if highs.status != OPTIMAL:
        raise SolverError(f"what can be kept was not found: {highs.status_words}", fix="check the balances of the plan")
    return np.divide(highs.values * scale, x, out=np.ones(n), where=x > 0)


def knock_on(short: Mapping[str, float], uses: UsualUses) -> list[KnockOn]:
    """What each lack does to those who take the product: what they get less, and what of their output it costs.

        lacks_j = a_ij·x_j·σ_i,   σ_i = short_i/(x_i + import_i);   final use and exports by the same share

    ``least`` and ``most`` are of all lacks together. Largest lack first. Units: ``KnockOn``.
    Raises what ``at_will`` raises.
    """
    lacking = shares_lacking(short, uses)
    x, m = uses.amounts[OUTPUT], uses.amounts[IMPORT]
    supply = x + m
    most, least = 1.0 - entitled(uses, lacking), 1.0 - at_will(uses, lacking)
    rows = []
    for i, product in enumerate(uses.products):
        if lacking[i] <= 0 or supply[i] <= 0:
            continue
        share = float(lacking[i] * x[i] / supply[i])
        taken = uses.coefficients[i] * x
        rows += [
            KnockOn(product, uses.products[j], share, float(taken[j] * share), _one(least[j]), _one(most[j]))
            for j in np.flatnonzero(taken > 0)
            if j != i
        ]
        for user, figure in (("", FINAL), (EXPORT, EXPORT)):
            amount = float(uses.amounts[figure][i])
            if amount > 0:
                rows.append(KnockOn(product, user, share, amount * share, float("nan"), float("nan")))
    return sorted(rows, key=lambda r: -r.lacks)


def _one(share: float) -> float:
    return min(max(float(share), 0.0), 1.0)
