"""From accounts to activities: an economy and a policy become rows of data, and nothing else.

    sector           make:j      takes domestic and imported inputs, occupies its plant and labour, gives its product
    import           buy:i       takes foreign exchange, gives the imported product
    export           sell:i      takes the product, gives foreign exchange
    replacement      replace:i   takes the home product, gives it in place of the imported one, as far as users allow
    deepening        deepen:i    takes the imported product, gives it in place of the home one, as far as users allow
    investment       assemble    takes products in the composition of fixed investment, gives capital goods
    sector           invest:j    takes capital goods, gives plant after its gestation
    household group  live:g      takes its basket, gives its living standard; government and non-profit likewise
    skill            train:s     takes schooling and pupils, moves labour from the skill below after some years

Home and imported products are two commodities, so imports are complementary cell by cell: a use needs both in the
base year's proportion. What is needed of an imported product gives a permission, ``replaceable:i``, to replace a share
of it that grows year by year. Levels are in money of the base year at basic prices, so that a level of the base year
is a figure of its accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.planning.activities import Activities
from groundplan.planning.features import research
from groundplan.planning.features.budget.budget import budget
from groundplan.planning.features.buildings import buildings
from groundplan.planning.features.contingencies.contingency import contingencies
from groundplan.planning.features.gaps import gaps
from groundplan.planning.features.indicators import indicator_tables
from groundplan.planning.features.people import households, inhabitants, labour
from groundplan.planning.features.production.branches import branches, together
from groundplan.planning.features.production.production import investment, production, products
from groundplan.planning.features.schools import schooling
from groundplan.planning.features.sharing import share_out
from groundplan.planning.features.stores import stores
from groundplan.planning.features.techniques.techniques import techniques
from groundplan.planning.features.trade import partner_trade as partners
from groundplan.planning.features.trade import trade
from groundplan.planning.features.works import works
from groundplan.planning.horizon import Horizon
from groundplan.planning.policy import Policy

Record = dict[str, object]
Part = Callable[[Economy, Policy, Horizon], dict[str, list[Record]]]

PARTS: tuple[Part, ...] = (
    production,
    investment,
    techniques,
    buildings,
    trade.trade,
    partners.partners,
    labour.labour,
    labour.stand_in,
    labour.training,
    schooling.schools,
    research.programmes,
    inhabitants.inhabitants,
    households.baskets,
    households.inventories,
    stores,
    indicator_tables,
    budget,
    gaps,
    branches,
    works,
    contingencies,
)


def compile_plan(e: Economy, policy: Policy, *, base_year: bool = False, parts: Sequence[Part] = PARTS) -> Activities:
    """The activities of a plan for ``e``; with ``base_year`` the one-year programme that must give the accounts back.

    The plan's first year is the one after the accounts. With ``base_year`` it is the accounts' own year: no growth,
    capacities and markets as they were, investment and inventories as they were, every basket at least what it was.
    ``parts``: functions of economy, policy and horizon that give rows of the tables of ``Activities``.
    Raises ``UnknownName`` for sectors in the policy that the economy does not have.
    """
    _check_sectors(e, policy)
    h = Horizon.of(e, policy, base_year=base_year)
    merged: dict[str, list[Record]] = {}
    for part in parts:
        for table, records in part(e, policy, h).items():
            merged.setdefault(table, []).extend(records)
    merged = together(share_out(merged, e, policy, h), policy)
    used = {str(r["commodity"]) for r in merged["flows"]} | {str(r["commodity"]) for r in merged["exogenous"]}
    merged["commodities"] += [c for c in products(e) if str(c["commodity"]) in used]
    merged["profiles"] = merged.get("profiles", []) + h.profiles()
    return Activities.of(h.years, steady=policy.steady and not base_year, **_known_only(merged))


def _known_only(tables: dict[str, list[Record]]) -> dict[str, list[Record]]:
    """Permissions and indicators name every verb; drop the rows of activities that this economy does not have."""
    acts = {r["activity"] for r in tables["activities"]}
    tables["flows"] = [r for r in tables["flows"] if r["activity"] in acts]
    there = acts | {r["commodity"] for r in tables["commodities"]}
    tables["indicators"] = [r for r in tables["indicators"] if r["on"] in there]
    named = {r["indicator"] for r in tables["indicators"]}
    tables["ratios"] = [r for r in tables["ratios"] if {r["numerator"], r["denominator"]} <= named]
    return tables


def _check_sectors(e: Economy, policy: Policy) -> None:
    faults: list[GroundplanError] = []
    for name, value in vars(policy).items():
        if isinstance(value, Mapping):
            faults += [
                UnknownName("sector", s, e.sectors, where=f"policy, {name}")
                for s in value
                if s != "default" and s not in e.sectors
            ]
    raise_all(faults)
