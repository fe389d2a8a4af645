"""Whom imports come from: what a planner states of partners, and what each sells of a product at what price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.choices.naming import name_faults
from groundplan.records.card import Entry, keyed
from groundplan.records.named import PRODUCT, Naming

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

ALL = "all"
REST = "rest"
AT = "@"
CLOSE = 1e-9


@dataclass(frozen=True)
class Partner(Entry):
    """A country, or a firm, that a product is bought from.

    A record for one product counts before one for ``all`` products. What the partners of a product do not sell in
    the base year, ``rest`` sells, at the average price and without a ceiling.
    """

    name: str = keyed("", "the partner's name")
    product: str = keyed("", "a product, or all", ALL, names=Naming(PRODUCT, (ALL,)))
    share: float | None = keyed(
        "1", "share of the base-year bill of the product's imports; None: from the accounts", None, 0.0, 1.0
    )
    price: float = keyed("1", "price relative to the other partners' of the product", 1.0, 0.01, 100.0)
    ceiling: float | None = keyed(
        "1", "most that it sells, as a share of the product's base-year imports; None: no ceiling", None, 0.0, 1000.0
    )
    ceiling_money: float | None = keyed(
        "money / year", "most that is paid to it, for all products of the record together; None: no ceiling", None, 0.0
    )
    ceiling_growth: float = keyed("1 / year", "growth of both ceilings from the year of the accounts", 0.0, -1.0, 5.0)
    embargo_from: int | None = keyed("", "the first year in which it sells nothing; None: it always sells", None)

    def more_faults(self) -> list[GroundplanError]:
        """Names that would not read back from ``buy:<product>@<name>``."""
        return name_faults({"partner": self.name}, where=self.line)


@dataclass(frozen=True)
class Diversification(Entry):
    """How much of a product's imports may come from one partner.

        level[buy:i@p, t]  ≤  largest · Σ_q level[buy:i@q, t]

    ``rest`` is many countries and is not held to it.
    """

    largest: float = keyed("1", "largest share of one partner in the product's imports", low=0.0, high=1.0)
    products: list[str] = keyed("", "products; all that are split by partner if left out", [], names=Naming(PRODUCT))
    from_year: int | None = keyed("", "the first year that it holds in; the plan's first if left out", None)
    partner: str = keyed("", "the one partner that it holds for; every partner if left out", "")


@dataclass(frozen=True)
class Supplier:
    """A partner of one product.

    base     base-year sales at the product's average price, money / year: a volume
    price    foreign exchange per unit of volume; 1 on the average of the base year
    record   what the policy says about the partner; None where only the accounts name it
    """

    product: str
    name: str
    base: float
    price: float
    record: Partner | None

    @property
    def activity(self) -> str:
        """The activity of buying from the partner."""
        return f"buy:{self.product}{AT}{self.name}"


def suppliers(e: Economy, policy: Policy) -> dict[str, list[Supplier]]:
    """The partners of every product whose imports are split; empty where the policy names none.

    With s_p the partner's share of the base-year bill m and π_p its relative price,

        price_p = π_p · Σ_q s_q/π_q,   base_p = s_p · m / price_p,   so Σ_p base_p = Σ_p price_p · base_p = m

    so that the accounts' bill is also the volume at the average price, and the base year is given back exactly.

    Units:  money of the base year / year; prices 1.
    Errors: ``UnknownName`` for products and partners that are not there, ``StudyError`` for shares that are missing,
            given twice or above 1, all at once.
    Source: our own; shares from the accounts are Σ over uses of ``imported_by_partner``.
    """
    if not policy.partners and policy.partners_from == "records":
        return {}
    raise_all(_faults(e, policy), where="partners")
    shares_of = _shares(e) if policy.partners_from == "accounts" else None
    imports = e.imports.to_series()
    faults: list[GroundplanError] = []
    split: dict[str, list[Supplier]] = {}
    for i in imports.index[imports > 0]:
        records = _of_product(policy, str(i))
        shares = _split(records, None if shares_of is None else shares_of[i], policy.partners_largest)
        over = sum(shares.values()) - 1.0
        if over > 1e-6:
            lines = ", ".join(dict.fromkeys(r.line for r in records.values() if r.line))
            what = f"the partners of {i} sell {1.0 + over:.4g} times its imports"
            faults.append(StudyError(what, where=lines, fix="let the shares sum to 1 or less"))
        if shares:
            split[str(i)] = _priced(str(i), float(imports[i]), shares, records)
    raise_all(faults, where="partners")
    return split


def _faults(e: Economy, policy: Policy) -> list[GroundplanError]:
    accounts = policy.partners_from == "accounts"
    parts = e.imported_by_partner
    faults: list[GroundplanError] = []
    if accounts and parts is None:
        what = "these accounts do not part imports by partner"
        faults.append(StudyError(what, where="partners_from", fix="give [[partners]] records, or use a world table"))
    partners = [] if parts is None else [str(p) for p in parts["partner"].values]
    seen: set[tuple[str, str]] = set()
    for r in policy.partners:
        if r.product != ALL and r.product not in e.sectors:
            faults.append(
                UnknownName("product of a partner", r.product, [ALL, *e.sectors], where=r.line, words=e.labels)
            )
        elif r.product != ALL and float(e.imports.sel(product=r.product)) <= 0:
            faults.append(StudyError(f"nothing is imported of {r.product}", where=r.line, fix="name another product"))
        if accounts and partners and r.name not in partners:
            faults.append(UnknownName("partner", r.name, partners, where=r.line))
        if accounts and r.share is not None:
            fix = "leave out the share, or partners_from"
            faults.append(StudyError(f"the share of {r.name} is in the accounts too", where=r.line, fix=fix))
        if not accounts and r.share is None:
            faults.append(StudyError(f"the share of {r.name} is not given", where=r.line, fix="give its share"))
        if (r.name, r.product) in seen:
            faults.append(StudyError(f"{r.name} is given twice for {r.product}", where=r.line, fix="give it once"))
        if r.name == REST:
            faults.append(StudyError(f"'{REST}' is whom no record names", where=r.line, fix="give another name"))
        seen.add((r.name, r.product))
    return faults


def _of_product(policy: Policy, product: str) -> dict[str, Partner]:
    """Partner → the record that counts for a product: its own before that of all products."""
    general = {r.name: r for r in policy.partners if r.product == ALL}
    return general | {r.name: r for r in policy.partners if r.product == product}


def _shares(e: Economy) -> pd.DataFrame:
    """Shares of the bill, partner × product; a product that comes back from users counts what the partners sell."""
    parts = e.imported_by_partner
    if parts is None:
        raise StudyError("these accounts do not part imports by partner", fix="give [[partners]] records")
    sold = pd.DataFrame(parts.sum("use").transpose("partner", "product").to_pandas()).clip(lower=0.0)
    total = sold.sum()
    return sold / total.where(total > 0, np.nan)


def _split(records: dict[str, Partner], in_accounts: pd.Series | None, most: int) -> dict[str, float]:
    """Share by partner: those that records name, and the largest of the accounts; ``rest`` has what is left."""
    if in_accounts is None:
        shares = {name: float(r.share or 0.0) for name, r in records.items()}
    else:
        if in_accounts.isna().any():
            return {}
        order = in_accounts.sort_values(ascending=False, kind="stable")
        named = [*order.index[:most][order.iloc[:most] > 0], *records]
        shares = {str(p): float(in_accounts[p]) for p in dict.fromkeys(named)}
    left = 1.0 - sum(shares.values())
    return shares | ({REST: left} if shares and left > CLOSE else {})


def _priced(product: str, bill: float, shares: dict[str, float], records: dict[str, Partner]) -> list[Supplier]:
    relative = {name: records[name].price if name in records else 1.0 for name in shares}
    level = sum(share / relative[name] for name, share in shares.items())
    sellers = []
    for name, share in shares.items():
        price = relative[name] * level
        sellers.append(Supplier(product, name, share * bill / price, price, records.get(name)))
    return sellers
