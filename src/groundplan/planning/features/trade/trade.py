"""Buying, selling and replacing: foreign exchange binds them together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.economy.economy import Economy
from groundplan.planning.activity_rows import (
    ActivityRow,
    BoundRow,
    CommodityRow,
    ExogenousRow,
    FlowRow,
    GrowthRow,
    Tables,
    gives,
    takes,
)
from groundplan.planning.feature import Feature
from groundplan.planning.features.trade.suppliers import suppliers
from groundplan.records.card import per_sector

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

FOREIGN_EXCHANGE = "foreign exchange"
# What is sold abroad, by the verb that sells it.
MARKETS = {"sell": "exports", "reexport": "reexports"}


def export_receipts(e: Economy) -> float:
    """Foreign exchange per unit of exports at basic prices: 1 and the taxes that the price carries. Units: 1."""
    sold = float(e.exports.values.sum() + e.reexports.values.sum())
    return 1.0 + e.figures("final_taxes")["exports"] / sold if sold > 0 else 1.0


def foreign_gap(e: Economy) -> float:
    """What imports cost beyond export earnings in the base year: transfers, lending and the like, money / year."""
    earned = float(e.exports.values.sum() + e.reexports.values.sum()) * export_receipts(e)
    return float(e.imports.values.sum()) - earned


def trade(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """buy:i, sell:i, reexport:i, replace:i, deepen:i and the foreign-exchange account.

        buy:i      takes 1 of foreign exchange, gives 1 of import:i; buy:i@p in its place: see ``partners``
        sell:i     takes 1 of home:i, gives 1 (and the taxes in its price) of foreign exchange, below its ceiling
        replace:i  takes 1 of home:i and 1 permission, gives 1 of import:i
        deepen:i   takes 1 of import:i and 1 permission, gives 1 of home:i

    Units: money of the base year / year. The foreign balance is the base year's gap, constant, unless the policy says.
    """
    x, imports, split = e.output.to_series(), e.imports.to_series(), suppliers(e, policy)
    parts = [_account(e, policy)]
    for i in e.sectors:
        if imports[i] != 0:
            if i not in split:
                parts.append(_buying(e, i, max(float(imports[i]), 0.0)))
            if x[i] > 0 and not h.base_year:
                bought = [s.activity for s in split[i]] if i in split else [f"buy:{i}"]
                parts.append(_swaps(e, i, bought))
        parts += [_market(e, policy, h, verb, i) for verb in MARKETS if e.figures(MARKETS[verb])[i] != 0]
    return Tables.joined(parts)


def _account(e: Economy, policy: Policy) -> Tables:
    """Foreign exchange in hand, what may be owed of it, and what comes of transfers and lending."""
    gap = foreign_gap(e) if policy.foreign_balance is None else policy.foreign_balance
    account = CommodityRow(
        FOREIGN_EXCHANGE, "account", e.money, -policy.foreign_interest, policy.foreign_reserves, -policy.credit_line,
        FOREIGN_EXCHANGE,
    )  # fmt: skip
    outside = ExogenousRow(FOREIGN_EXCHANGE, supply=max(gap, 0.0), claim=max(-gap, 0.0))
    return Tables(commodities=[account], exogenous=[outside])


def _buying(e: Economy, i: str, base: float) -> Tables:
    """buy:i, from whoever sells."""
    buy = f"buy:{i}"
    return Tables(
        activities=[ActivityRow(buy, e.money, f"importing {e.label(i)}", "import", base=base)],
        flows=[takes(buy, FOREIGN_EXCHANGE), gives(buy, f"import:{i}")],
    )


def _swaps(e: Economy, i: str, bought: list[str]) -> Tables:
    """replace:i and deepen:i; ``bought``: the activities that buy i abroad."""
    name, replace, deepen = e.label(i), f"replace:{i}", f"deepen:{i}"
    sent_back, returned = (e.figures(sold)[i] < 0 for sold in ("reexports", "exports"))
    return Tables(
        activities=[
            ActivityRow(replace, e.money, f"replacing imported {name}", "replacement"),
            ActivityRow(deepen, e.money, f"importing {name} in place of home make", "deepening"),
        ],
        flows=[
            *_permission("replace", "deepen", i, "import", "home", bought, sent_back),
            *_permission("deepen", "replace", i, "home", "import", [f"make:{i}"], returned),
        ],
    )


def _permission(
    verb: str, other: str, i: str, given: str, taken: str, sources: list[str], returned: bool
) -> list[FlowRow]:
    """How far product i may change its origin: a share of what is needed of the origin that is replaced.

        replace:i ≤ ρ[t] · need,   need = buy:i + replace:i − deepen:i − reexport:i   (deepening: make, sell in turn)

    ``sources``: the activities that give product i of that origin. ``returned``: the country's exports of i are
    negative, goods sent back, which add to what is needed. Need is what users take of that origin, whoever they are,
    so one share for every cell of a product's row.
    """
    act, share = f"{verb}:{i}", f"{verb}:{i}"
    allowed, sink = {
        "replace": (f"replaceable:{i}", f"reexport:{i}"),
        "deepen": (f"deepenable:{i}", f"sell:{i}"),
    }[verb]
    return [
        takes(act, f"{taken}:{i}"),
        gives(act, f"{given}:{i}"),
        takes(act, allowed),
        gives(act, allowed, profile=share),
        *(gives(source, allowed, profile=share) for source in sources),
        takes(f"{other}:{i}", allowed, profile=share),
        (gives if returned else takes)(sink, allowed, profile=share),
    ]


def _market(e: Economy, policy: Policy, h: Horizon, verb: str, i: str) -> Tables:
    """A market abroad: its ceiling grows; home sales may fall only slowly, re-exports keep to the ceiling's path."""
    home, act, base = verb == "sell", f"{verb}:{i}", e.figures(MARKETS[verb])[i]
    sign = 1.0 if base > 0 else -1.0
    growth, fixed = per_sector(policy.export_growth, i), not home or h.base_year or sign < 0
    ceilings = {year: abs(base) * (1.0 + growth) ** h.since(year) for year in h.years}
    words, group = ("exporting", "export") if home else ("re-exporting", "reexport")
    return Tables(
        activities=[ActivityRow(act, e.money, f"{words} {e.label(i)}", group, base=abs(base))],
        flows=[
            takes(act, f"home:{i}" if home else f"import:{i}", sign),
            gives(act, FOREIGN_EXCHANGE, sign * export_receipts(e)),
        ],
        bounds=[BoundRow(act, year, top if fixed else 0.0, top) for year, top in ceilings.items()],
        growth=[] if fixed else [GrowthRow(act, down=per_sector(policy.contraction, i))],
    )


FEATURE = Feature(parts=(trade,))
