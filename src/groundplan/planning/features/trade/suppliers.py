"""Who sells what: the partners that a product's imports are split into, with their base-year sales and prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.features.trade.partner_record import ALL, Partner

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

REST = "rest"
AT = "@"
CLOSE = 1e-9


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
    known = _shares(e) if policy.partners_from == "accounts" else None
    imports = e.imports.to_series()
    faults: list[GroundplanError] = []
    found: dict[str, list[Supplier]] = {}
    for i in imports.index[imports > 0]:
        records = _of_product(policy, str(i))
        shares = _split(records, None if known is None else known[i], policy.partners_largest)
        over = sum(shares.values()) - 1.0
        if over > 1e-6:
            lines = ", ".join(dict.fromkeys(r.line for r in records.values() if r.line))
            told = f"the partners of {i} sell {1.0 + over:.4g} times its imports"
            faults.append(StudyError(told, where=lines, fix="let the shares sum to 1 or less"))
        if shares:
            found[str(i)] = _priced(str(i), float(imports[i]), shares, records)
    raise_all(faults, where="partners")
    return found


def _faults(e: Economy, policy: Policy) -> list[GroundplanError]:
    accounts = policy.partners_from == "accounts"
    parts = e.imported_by_partner
    faults: list[GroundplanError] = []
    if accounts and parts is None:
        told = "these accounts do not part imports by partner"
        faults.append(StudyError(told, where="partners_from", fix="give [[partners]] records, or use a world table"))
    partners = [] if parts is None else [str(p) for p in parts["partner"].values]
    seen: set[tuple[str, str]] = set()
    for r in policy.partners:
        if r.product != ALL and r.product not in e.sectors:
            faults.append(UnknownName("product of a partner", r.product, [ALL, *e.sectors], where=r.line))
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


def _split(records: dict[str, Partner], known: pd.Series | None, most: int) -> dict[str, float]:
    """Share by partner: those that records name, and the largest of the accounts; ``rest`` has what is left."""
    if known is None:
        shares = {name: float(r.share or 0.0) for name, r in records.items()}
    else:
        if known.isna().any():
            return {}
        order = known.sort_values(ascending=False, kind="stable")
        named = [*order.index[:most][order.iloc[:most] > 0], *records]
        shares = {str(p): float(known[p]) for p in dict.fromkeys(named)}
    left = 1.0 - sum(shares.values())
    return shares | ({REST: left} if shares and left > CLOSE else {})


def _priced(product: str, bill: float, shares: dict[str, float], records: dict[str, Partner]) -> list[Supplier]:
    relative = {name: records[name].price if name in records else 1.0 for name in shares}
    level = sum(share / relative[name] for name, share in shares.items())
    found = []
    for name, share in shares.items():
        price = relative[name] * level
        found.append(Supplier(product, name, share * bill / price, price, records.get(name)))
    return found
