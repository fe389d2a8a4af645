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

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.activities import Activities
from groundplan.planning.activity_rows import DueRow, Tables
from groundplan.planning.feature import Part
from groundplan.planning.feature_list import PARTS
from groundplan.planning.features.people.easing import taken_off
from groundplan.planning.features.production.branches import together
from groundplan.planning.features.production.production import CAPITAL_GOODS, products
from groundplan.planning.features.sharing import share_out
from groundplan.planning.features.trade.trade import FOREIGN_EXCHANGE
from groundplan.planning.horizon import Horizon
from groundplan.planning.policy import Policy


def compile_plan(e: Economy, policy: Policy, *, base_year: bool = False, parts: Sequence[Part] = PARTS) -> Activities:
    """The activities of a plan for ``e``; with ``base_year`` the one-year programme that must give the accounts back.

    The plan's first year is the one after the accounts. With ``base_year`` it is the accounts' own year: no growth,
    capacities and markets as they were, investment and inventories as they were, every basket at least what it was.
    ``parts``: functions of economy, policy and horizon that give rows of the tables of ``Activities``.
    Raises ``UnknownName`` for sectors in the policy that the economy does not have, ``StudyError`` for accounts that
    nothing can be planned with: without households or without investment.
    """
    _check_sectors(e, policy)
    _check_uses(e)
    h = Horizon.of(e, policy, base_year=base_year)
    tables = Tables.joined(part(e, policy, h) for part in parts)
    tables = together(share_out(taken_off(tables, h), e, policy, h), policy)
    used = {row.commodity for row in tables.flows} | {row.commodity for row in tables.exogenous}
    tables += Tables(commodities=[c for c in products(e) if c.commodity in used], profiles=h.profiles())
    steady = policy.steady and not base_year
    names = {**e.labels, **e.names}
    return Activities.of(h.years, steady=steady, tail=h.tail, names=names, **_of_what_is_done(tables).by_name())


def _of_what_is_done(tables: Tables) -> Tables:
    """Permissions and indicators name every verb; without the rows of activities that this economy does not have."""
    acts = {row.activity for row in tables.activities}
    there = acts | {row.commodity for row in tables.commodities}
    indicators = [row for row in tables.indicators if row.on in there]
    named = {row.indicator for row in indicators}
    return replace(
        tables,
        flows=[row for row in tables.flows if row.activity in acts],
        indicators=indicators,
        due=_when_due(tables),
        ratios=[row for row in tables.ratios if row.numerator in named and row.denominator in named],
    )


def _when_due(tables: Tables) -> list[DueRow]:
    """What counts when it falls due after the end, of what there is; capital goods of all kinds count as money."""
    there = [c.commodity for c in tables.commodities]
    of_money = [row for row in tables.due if row.commodity == FOREIGN_EXCHANGE]
    goods = [row._replace(commodity=c) for row in of_money for c in there if c.startswith(CAPITAL_GOODS)]
    return [*(row for row in tables.due if row.commodity in set(there)), *goods]


def _check_uses(e: Economy) -> None:
    """Refuse accounts in which nobody lives, or that do not say what plant is made of, both at once."""
    asked = {
        "household": ("a plan raises what households live on", "give what households consume"),
        "investment": ("a plan builds plant of what was invested", "give gross fixed capital formation"),
    }
    faults, of = [], np.array([*e.final_kinds.values()])
    for kind, (aim, fix) in asked.items():
        bought = sum(float(uses.values[:, of == kind].sum()) for uses in (e.domestic_final, e.imported_final))
        if not bought > 0.0:
            what = f"no {kind} use is in the accounts, and {aim}"
            faults.append(StudyError(what, fix=f"{fix} among the final uses; see, stress and data do without"))
    raise_all(faults, where=f"{e.country_name} {e.year}")


def _check_sectors(e: Economy, policy: Policy) -> None:
    faults: list[GroundplanError] = []
    for name, value in vars(policy).items():
        if isinstance(value, Mapping) and name != "elasticities":
            faults += [
                UnknownName("sector", s, e.sectors, where=f"policy, {name}", words=e.labels)
                for s in value
                if s != "default" and s not in e.sectors
            ]
    raise_all(faults)
