"""What would have bridged it: days of stock, or a share made at home, with the adaptive engine as examiner.

More stock or more home capacity seldom makes a crisis worse, but nothing in the engine forbids it; so every point that
is tried is kept, the answer has been run itself and found good, the point one tolerance below it has been run and found
wanting, and the outcome says whether the losses tried ever rose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.economy.leontief import Leontief
from groundplan.errors import StudyError, raise_all
from groundplan.glossary import quantity
from groundplan.outcome import Outcome
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.run_record import home_use, unmet_by_input
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.provenance import provenance
from groundplan.shocks.scenarios.classes import select
from groundplan.shocks.scenarios.scenario import Scenario

RISE = 1e-9
Examiner = Callable[[float], float]


@dataclass(frozen=True)
class Bridge:
    """The least means that keeps the loss at or under the threshold; None where none up to the most would do.

    tried      means → loss share, in the order of means
    monotone   whether more never lost more among those tried
    """

    means: float | None
    tried: dict[float, float]
    monotone: bool


def search(loss: Examiner, threshold: float, most: float, tolerance: float) -> Bridge:
    """Bisection between nothing and ``most``, down to ``tolerance``; both ends of the last interval have been run.

    Raises ``StudyError`` for a threshold, a most or a tolerance that make no sense.
    """
    if not threshold >= 0 or not 0 < tolerance <= most:
        given = f"threshold {threshold:g}, most {most:g}, tolerance {tolerance:g}"
        raise StudyError(
            f"nothing can be searched for: {given}", fix="give a threshold from 0, and 0 < tolerance ≤ most"
        )
    tried = {0.0: loss(0.0)}
    answer: float | None = 0.0
    if tried[0.0] > threshold:
        tried[most] = loss(most)
        low, high = 0.0, most
        while tried[most] <= threshold and high - low > tolerance:
            middle = 0.5 * (low + high)
            tried[middle] = loss(middle)
            low, high = (low, middle) if tried[middle] <= threshold else (middle, high)
        answer = high if tried[most] <= threshold else None
    tried = dict(sorted(tried.items()))
    losses = np.array(list(tried.values()))
    return Bridge(answer, tried, bool((np.diff(losses) <= RISE * max(float(losses.max()), 1.0)).all()))


def bridging_stock(
    e: Economy,
    scenario: Scenario,
    products: Sequence[str],
    threshold: float,
    *,
    reserve: bool = True,
    most: float = 730.0,
    tolerance: float = 1.0,
) -> Outcome:
    """How many days of stock of products would have kept the loss at or under a threshold.

    ``products``: codes, ``class:<name>`` or ``all``. ``threshold``: unmet final demand over a year's final use at home,
    1. ``reserve``: days of the country's use in the state's reserve, on top of what users hold; else days in every
    user's own stock, in place of what they hold.
    Array: bridged_loss_share (means: days). Table: tried. The answer is in the provenance: ``bridge``, days or None.
    Raises ``UnknownName`` for products that are not there, ``StudyError``, and what ``system_of`` raises.
    """
    codes = _chosen(e, products)
    least = 0.0 if reserve else 2.0 * scenario.days_per_step

    def with_days(days: float) -> Scenario:
        if reserve:
            return scenario.replacing(reserves={**scenario.reserves, **dict.fromkeys(codes, days)})
        return scenario.replacing(stocks={**scenario.stocks, **dict.fromkeys(codes, least + days)})

    bridge = search(lambda days: loss_share(e, with_days(days)), threshold, most - least, tolerance)
    kind = "days in the state's reserve" if reserve else f"days in users' stocks above {least:g}"
    return _outcome(e, scenario, codes, threshold, bridge, kind)


def bridging_capacity(
    e: Economy,
    scenario: Scenario,
    products: Sequence[str],
    threshold: float,
    *,
    most: float = 0.99,
    tolerance: float = 0.005,
) -> Outcome:
    """What share of the imports of products would have had to be made at home to keep the loss at or under a threshold.

    The economy in which it was made at home (``made_at_home``) goes through the same scenario. Arguments, arrays and
    errors as in ``bridging_stock``; means are shares. A product that nobody makes at home is refused,
    and so is a scenario that finds nothing left to cut.
    """
    codes = _chosen(e, products)
    bridge = search(lambda share: loss_share(made_at_home(e, codes, share), scenario), threshold, most, tolerance)
    return _outcome(e, scenario, codes, threshold, bridge, "share of imports made at home")


def loss_share(e: Economy, scenario: Scenario) -> float:
    """Unmet final demand of the adaptive engine, over a year's final use at home. Units: 1."""
    s = system_of(e, scenario)
    lost = unmet_by_input(propagate_batch(s, [shock_of(s, scenario)]))
    return float(lost.sum()) / home_use(s)


def made_at_home(e: Economy, products: Sequence[str], share: float) -> Economy:
    """The same final uses, with a share of all imports of some products made at home in the way that is known there.

        A_d'[i,:] = A_d[i,:] + σ·A_m[i,:],  A_m'[i,:] = (1−σ)·A_m[i,:];  final uses likewise
        x' = (I − A_d')⁻¹ (Y_d'·1 + e);  Z, V, labour and capital in proportion to x'

    Re-exports stay. Units: those of the economy. Raises ``StudyError`` where nobody makes a product at
    home, so that no way of making it is known. Source: Miller and Blair (2009), chapter 2 (chapter not checked).
    """
    x, chosen = e.output.values, np.isin(np.array(e.sectors), list(products))
    if (unknown := chosen & (x <= 0)).any():
        what = f"nobody makes {', '.join(np.array(e.sectors)[unknown])} at home, so no way of making it is known"
        raise StudyError(what, fix="add a technique to the table, or search for stocks")
    moves = share * chosen.astype(float)[:, None]
    home, foreign = e.domestic_coefficients.values, e.import_coefficients.values
    home, foreign = home + moves * foreign, (1.0 - moves) * foreign
    final = e.domestic_final + moves * e.imported_final
    more = Leontief(home).solve(final.values.sum(axis=1) + e.exports.values)
    grown = np.divide(more, x, out=np.ones_like(x), where=x > 0)
    split = e.imported_by_partner
    if split is not None:
        uses = np.array([grown[e.sectors.index(u)] if u in e.sectors else 1.0 for u in map(str, split["use"].values)])
        split = split.copy(data=split.values * (1.0 - moves) * uses)
    return e.replacing(
        domestic_use=e.domestic_use.copy(data=home * more),
        imported_use=e.imported_use.copy(data=foreign * more),
        domestic_final=final,
        imported_final=e.imported_final * (1.0 - moves),
        primary=e.primary.copy(data=e.primary.values * grown),
        employment=e.employment.copy(data=e.employment.values * grown),
        capital_stock=e.capital_stock.copy(data=e.capital_stock.values * grown),
        controls={},
        imported_by_partner=split,
    )


def _chosen(e: Economy, products: Sequence[str]) -> list[str]:
    codes, faults = select(
        products, e.sectors, kind="product", where="bridging", industries=e.stated_classes, labels=e.labels
    )
    raise_all(faults)
    return codes


def _outcome(e: Economy, scenario: Scenario, codes: list[str], threshold: float, bridge: Bridge, kind: str) -> Outcome:
    means = list(bridge.tried)
    losses = np.array(list(bridge.tried.values()))
    array = quantity("bridged_loss_share", xr.DataArray(losses, coords={"means": means}, dims="means"), e.money)
    tried = pd.DataFrame({"means": means, "loss_share": losses, "enough": losses <= threshold})
    more = {
        "products": codes,
        "threshold": threshold,
        "bridge": bridge.means,
        "bridge_unit": kind,
        "more_never_lost_more": bridge.monotone,
    }
    return Outcome({"bridged_loss_share": array}, {"tried": tried}, provenance(e, scenario, "bridging", **more))
