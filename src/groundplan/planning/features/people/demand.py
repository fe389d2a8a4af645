"""What a group buys as it lives better or worse: a committed part, a free part, and what each product's share does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.planning.features.people.household_groups import GroupChoices, shifted
from groundplan.planning.features.people.spending_classes import classes_of, spending_classes

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

# Share of spending that is committed at low and at high income: a judgement, ranges 0.6 to 0.85 and 0.35 to 0.65.
COMMITTED = (0.75, 0.5)
# Output per head over the United States' at which income counts as low and as high: a judgement.
INCOMES = (0.1, 0.6)
UNKNOWN = 1.0
ROUNDS = 60


@dataclass(frozen=True, eq=False)
class Demand:
    """A group's basket of the base year and how it changes with the group's standard: the linear expenditure system.

        use[i] = y[i]·heads·(1 − η[i]) + η[i]·y[i] / base · u,   u = base·heads gives the base year's basket

    so that η[i] is the expenditure elasticity at the base year's standard and Σ η·y = Σ y. The index u / (base·heads)
    is what the group spends per head, at the prices of the base year, over what it spent then.

    home, imported  product → y, what was bought at basic prices, money / year
    base            spending at purchasers' prices, money / year
    elasticity      product → η, 1
    committed       share of spending that does not give way, 1 + 1/Frisch: what is free is 1 − committed
    gives_way       product → elasticity of substitution σ, 1; nought where a product does not give way
    floor           the lowest floor that is asked for the group, base year 1
    """

    home: pd.Series
    imported: pd.Series
    base: float
    elasticity: pd.Series
    committed: float
    gives_way: pd.Series
    floor: float = 1.0

    @property
    def marginal(self) -> tuple[pd.Series, pd.Series]:
        """η·y of home and imported products: what ``base`` more of the standard takes, money / year."""
        return self.elasticity * self.home, self.elasticity * self.imported

    @property
    def lasting(self) -> tuple[pd.Series, pd.Series]:
        """(1 − η)·y of home and imported products: what is bought whatever the standard; of luxuries below nothing."""
        return (1.0 - self.elasticity) * self.home, (1.0 - self.elasticity) * self.imported

    @property
    def least(self) -> float:
        """The standard below which some product would be bought less than not at all, base year 1."""
        largest = float(self.elasticity.max()) if len(self.elasticity) else 1.0
        return 1.0 - 1.0 / largest if largest > 1.0 else 0.0

    def uses(self, spent: np.ndarray, number: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Home and imported products bought (product × year, money / year) at standards ``spent`` by ``number`` people.

        ``spent``: u by year, money / year; ``number``: heads by year, base year 1.
        """
        home, imported = (
            pd.DataFrame(np.outer(more, spent / self.base) + np.outer(lasting, number), index=more.index)
            for more, lasting in zip(self.marginal, self.lasting, strict=True)
        )
        return home, imported

    def left_at_floor(self, product: str) -> float:
        """What is bought of a product at the least floor, over the base year's. Units: 1."""
        return max(1.0 - float(self.elasticity[product]) * (1.0 - min(self.floor, 1.0)), 0.0)


def demand(e: Economy, policy: Policy, g: str, chosen: GroupChoices, base: float, *, moves: bool) -> Demand:
    """The demand of a group; in fixed proportions unless it ``moves``.

        σ[i] = (1 − η[i]·w[i])·η[i]·(1 − committed),   w the product's share

    σ is the compensated elasticity of the product's own price in the linear expenditure system. No elasticity is above
    1 / (1 − committed), at which nothing of a product would be committed, nor above 1 / (1 − least floor), so that at
    the least floor that is asked for the group nothing is bought below nothing.
    Source: Stone (1954); Frisch (1959) for what is committed (citations not checked); figures:
    ``spending_classes.csv`` and docs/explanation/baskets.md. Units: 1.
    """
    home, imported = (getattr(e, part).sel(final=g).to_series() for part in ("domestic_final", "imported_final"))
    if chosen.basket:
        home, imported = shifted(home, imported, chosen.basket)
    share = (home + imported).clip(lower=0.0)
    share = share / share.sum() if share.sum() > 0 else share
    committed = committed_share(e, policy, chosen)
    if not moves:
        return Demand(home, imported, base, home * 0.0 + 1.0, committed, home * 0.0, chosen.floor)
    stated, own = stated_elasticities(e, policy, chosen), substitution(e)
    free, floor = 1.0 - committed, least_floor(policy, g, chosen)
    most = min(1.0 / free, 1.0 / (1.0 - floor) if floor < 1.0 else np.inf)
    elasticity = added_up(stated, share, max(most, 1.0))
    way = (1.0 - elasticity * share) * elasticity * free
    way = own.reindex(way.index).fillna(way) * policy.giving_way
    return Demand(home, imported, base, elasticity, committed, way, floor)


def income(e: Economy, policy: Policy) -> float:
    """How rich a country is, 0 (low) to 1 (high): as stated, else by its published output per head, else halfway.

        ln(level / 0.1) / ln(0.6 / 0.1) within 0 and 1,   level that of output per head over the United States'

    Units: 1. Source: Penn World Table 10.01, as shipped; the two ends are a judgement.
    """
    if policy.income is not None:
        return policy.income
    level = None if e.past is None else e.past.level_per_head
    if level is None or not level > 0:
        return 0.5
    low, high = INCOMES
    return float(np.clip(np.log(level / low) / np.log(high / low), 0.0, 1.0))


def committed_share(e: Economy, policy: Policy, chosen: GroupChoices) -> float:
    """Share of the base year's spending that does not give way: the group's, the plan's, else by income."""
    for stated in (chosen.committed, policy.committed):
        if stated is not None:
            return stated
    low, high = COMMITTED
    return low + (high - low) * income(e, policy)


def least_floor(policy: Policy, g: str, chosen: GroupChoices) -> float:
    """The lowest floor that the plan or one of its contingencies asks for a group, base year 1."""
    return min([chosen.floor, *(c.floor_of(g) for c in policy.contingencies)])


def stated_elasticities(e: Economy, policy: Policy, chosen: GroupChoices) -> pd.Series:
    """Product → expenditure elasticity before they add up: the group's, the plan's, else by class and income.

    A product of no known class has 1.
    """
    classes, rich = classes_of(e), income(e, policy)
    out = {i: row.elasticity(rich)[0] if row else UNKNOWN for i, row in classes.items()}
    for stated in (policy.elasticities, chosen.elasticities):
        for name in sorted(stated, key=lambda n: n in out):
            out |= {i: stated[name] for i, row in classes.items() if i == name or (row and row.name == name)}
    return pd.Series(out, dtype=float)


def substitution(e: Economy) -> pd.Series:
    """Products whose class has an elasticity of substitution of its own."""
    ways = {i: row.gives_way for i, row in classes_of(e).items() if row and row.gives_way is not None}
    return pd.Series(ways, dtype=float)


def added_up(stated: pd.Series, share: pd.Series, most: float) -> pd.Series:
    """Elasticities that add up: η = min(s·stated, most) with Σ share·η = 1.

    >>> added_up(pd.Series({"a": 0.5, "b": 3.0}), pd.Series({"a": 0.5, "b": 0.5}), 1.5).tolist()
    [0.5, 1.5]
    """
    if not share.sum() > 0:
        return stated * 0.0 + 1.0
    stated = stated.reindex(share.index).fillna(UNKNOWN)
    capped = pd.Series(False, index=share.index)
    scale = 1.0
    for _ in range(ROUNDS):
        rest = float((share * stated)[~capped].sum())
        if not rest > 0:
            return stated * 0.0 + 1.0
        scale = (1.0 - most * float(share[capped].sum())) / rest
        over = ~capped & (scale * stated > most)
        if not over.any():
            break
        capped |= over
    return (scale * stated).where(~capped, most)


def elasticity_faults(e: Economy, stated: Mapping[str, float], where: str) -> list[GroundplanError]:
    """Names of elasticities that are neither a product nor a class of spending."""
    there = [*spending_classes(), *e.sectors]
    return [UnknownName("product or class of spending", n, there, where=where) for n in stated if n not in there]


def check_elasticities(e: Economy, policy: Policy) -> None:
    """Raise ``UnknownName``, all at once, for elasticities of nothing."""
    faults = elasticity_faults(e, policy.elasticities, "policy, elasticities")
    raise_all(faults + [f for r in policy.groups for f in elasticity_faults(e, r.elasticities, r.line)])
