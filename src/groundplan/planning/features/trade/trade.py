"""Buying, selling and replacing: foreign exchange binds them together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.economy.economy import Economy
from groundplan.planning.features.trade.suppliers import suppliers
from groundplan.records.card import per_sector

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

Record = dict[str, object]
FOREIGN_EXCHANGE = "foreign exchange"


def export_receipts(e: Economy) -> float:
    """Foreign exchange per unit of exports at basic prices: 1 and the taxes that the price carries. Units: 1."""
    sold = float(e.exports.values.sum() + e.reexports.values.sum())
    return 1.0 + e.figures("final_taxes")["exports"] / sold if sold > 0 else 1.0


def foreign_gap(e: Economy) -> float:
    """What imports cost beyond export earnings in the base year: transfers, lending and the like, money / year."""
    earned = float(e.exports.values.sum() + e.reexports.values.sum()) * export_receipts(e)
    return float(e.imports.values.sum()) - earned


def trade(e: Economy, policy: Policy, h: Horizon) -> dict[str, list[Record]]:
    """buy:i, sell:i, reexport:i, replace:i, deepen:i and the foreign-exchange account.

        buy:i      takes 1 of foreign exchange, gives 1 of import:i; buy:i@p in its place: see ``partners``
        sell:i     takes 1 of home:i, gives 1 (and the taxes in its price) of foreign exchange, below its ceiling
        replace:i  takes 1 of home:i and 1 permission, gives 1 of import:i
        deepen:i   takes 1 of import:i and 1 permission, gives 1 of home:i

    Units: money of the base year / year. The foreign balance is the base year's gap, constant, unless the policy says.
    """
    x, imports = e.output.to_series(), e.imports.to_series()
    out: dict[str, list[Record]] = {"commodities": [], "activities": [], "flows": [], "bounds": [], "growth": []}
    gap = foreign_gap(e) if policy.foreign_balance is None else policy.foreign_balance
    out["commodities"].append(
        {"commodity": FOREIGN_EXCHANGE, "kind": "account", "unit": e.money, "label": FOREIGN_EXCHANGE,
         "initial": policy.foreign_reserves, "least": -policy.credit_line,
         "loss": -policy.foreign_interest}
    )  # fmt: skip
    out["exogenous"] = [{"commodity": FOREIGN_EXCHANGE, "supply": max(gap, 0.0), "claim": max(-gap, 0.0)}]
    split = suppliers(e, policy)
    for i in e.sectors:
        name = e.label(i)
        if imports[i] != 0:
            if i not in split:
                _buying(out, e, i, name, max(float(imports[i]), 0.0))
            if x[i] > 0 and not h.base_year:
                bought = [s.activity for s in split[i]] if i in split else [f"buy:{i}"]
                sent_back, returned = (e.figures(sold)[i] < 0 for sold in ("reexports", "exports"))
                out["activities"] += _swaps(e, i, name)
                out["flows"] += [
                    *_permission("replace", "deepen", i, "import", "home", bought, sent_back),
                    *_permission("deepen", "replace", i, "home", "import", [f"make:{i}"], returned),
                ]
        for verb, origin, sold in (("sell", "home", "exports"), ("reexport", "import", "reexports")):
            base = e.figures(sold)[i]
            if base != 0:
                _market(out, e, policy, h, f"{verb}:{i}", f"{origin}:{i}", base, i, name)
    return out


def _buying(out: dict[str, list[Record]], e: Economy, i: str, name: str, base: float) -> None:
    """buy:i, from whoever sells."""
    out["activities"].append(
        {"activity": f"buy:{i}", "unit": e.money, "label": f"importing {name}", "group": "import", "base": base}
    )
    out["flows"] += [
        {"activity": f"buy:{i}", "commodity": FOREIGN_EXCHANGE, "coefficient": 1.0},
        {"activity": f"buy:{i}", "commodity": f"import:{i}", "role": "give", "coefficient": 1.0},
    ]


def _swaps(e: Economy, i: str, name: str) -> list[Record]:
    return [
        {"activity": f"replace:{i}", "unit": e.money, "label": f"replacing imported {name}", "group": "replacement"},
        {
            "activity": f"deepen:{i}",
            "unit": e.money,
            "label": f"importing {name} in place of home make",
            "group": "deepening",
        },
    ]


def _permission(
    verb: str, other: str, i: str, given: str, taken: str, sources: list[str], returned: bool
) -> list[Record]:
    """How far product i may change its origin: a share of what is needed of the origin that is replaced.

        replace:i ≤ ρ[t] · need,   need = buy:i + replace:i − deepen:i − reexport:i   (deepening: make, sell in turn)

    ``sources``: the activities that give product i of that origin. ``returned``: the country's exports of i are
    negative, goods sent back, which add to what is needed. Need is what users take of that origin, whoever they are,
    so one share for every cell of a product's row.
    """
    allowed, sink = {
        "replace": (f"replaceable:{i}", f"reexport:{i}"),
        "deepen": (f"deepenable:{i}", f"sell:{i}"),
    }[verb]
    share = {"commodity": allowed, "coefficient": 1.0, "profile": f"{verb}:{i}"}
    return [
        {"activity": f"{verb}:{i}", "commodity": f"{taken}:{i}", "coefficient": 1.0},
        {"activity": f"{verb}:{i}", "commodity": f"{given}:{i}", "role": "give", "coefficient": 1.0},
        {"activity": f"{verb}:{i}", "commodity": allowed, "coefficient": 1.0},
        {"activity": f"{verb}:{i}", "role": "give", **share},
        *({"activity": source, "role": "give", **share} for source in sources),
        {"activity": f"{other}:{i}", **share},
        {"activity": sink, "role": "give" if returned else "take", **share},
    ]


def _market(
    out: dict[str, list[Record]],
    e: Economy,
    policy: Policy,
    h: Horizon,
    activity: str,
    taken: str,
    base: float,
    i: str,
    name: str,
) -> None:
    """A market abroad: its ceiling grows; home sales may fall only slowly, re-exports keep to the ceiling's path."""
    home = activity.startswith("sell:")
    sign = 1.0 if base > 0 else -1.0
    out["activities"].append(
        {"activity": activity, "unit": e.money, "label": f"{'exporting' if home else 're-exporting'} {name}",
         "group": "export" if home else "reexport", "base": abs(base)}
    )  # fmt: skip
    out["flows"] += [
        {"activity": activity, "commodity": taken, "coefficient": sign},
        {"activity": activity, "commodity": FOREIGN_EXCHANGE, "role": "give", "coefficient": sign * export_receipts(e)},
    ]
    growth = per_sector(policy.export_growth, i)
    for year in h.years:
        ceiling = abs(base) * (1.0 + growth) ** h.since(year)
        fixed = not home or h.base_year or sign < 0
        out["bounds"].append({"activity": activity, "year": year, "lower": ceiling if fixed else 0.0, "upper": ceiling})
    if home and sign > 0 and not h.base_year:
        out["growth"].append({"on": activity, "down": per_sector(policy.contraction, i)})
