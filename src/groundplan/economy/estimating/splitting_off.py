"""A product that older accounts do not tell apart, carved out of its sector before the facts are weighed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd

from groundplan.economy.estimating.known_facts import ToldApart
from groundplan.economy.estimating.prior_accounts import imported_parts
from groundplan.economy.estimating.sector_groups import broad_sectors, lies_within
from groundplan.errors import StudyError, UnknownName, raise_all
from groundplan.tables import catalogue
from groundplan.tables.table import Table

# Where no donor buys either, and as bounds of a share, so that a fit can move every user.
EVEN, LEAST = 0.5, 0.01


@dataclass(frozen=True)
class UserShares:
    """What part of two products together is the first, by who buys: a broad sector, or a kind of final use."""

    by_user: dict[str, float]
    countries: tuple[str, ...]

    def of(self, users: Sequence[str]) -> float:
        """The mean share of some users."""
        own = [self.by_user[u] for u in users if u in self.by_user]
        share = float(np.mean(own)) if own else float(np.mean(list(self.by_user.values()) or [EVEN]))
        return min(max(share, LEAST), 1.0 - LEAST)


@cache
def user_shares(country: str, product: str, left: str) -> UserShares:
    """Shares of a class in it and what is left of its sector, mean of the shipped accounts of other countries.

        share[u] = mean over countries of  use of ``product`` by u / use of ``product`` and ``left`` by u

    Home and imported use together, at basic prices.
    """
    latest = {e.country: e.year for e in catalogue.entries() if e.country != country}
    by_user: dict[str, list[float]] = {}
    there = []
    for donor, year in latest.items():
        t = catalogue.load(donor, year)
        part, rest = (
            [c for c in t.labels.index if c in t.classes and lies_within(t.classes[c], k)] for k in (product, left)
        )
        if not part or not rest:
            continue
        there.append(donor)
        use = (t.domestic_use + t.imported_use).join(t.domestic_final + t.imported_final)
        users = {c: b for c in t.labels.index for b in broad_sectors(t.classes[c])} if t.classes else {}
        users |= {str(f): str(k) for f, k in t.final_kinds.items()}
        sums = pd.DataFrame({"part": use.loc[part].sum(), "all": use.loc[[*part, *rest]].sum()})
        grouped = sums.groupby(pd.Series(users)).sum()
        for user, row in grouped.iterrows():
            if row["all"] > 0:
                by_user.setdefault(str(user), []).append(float(row["part"] / row["all"]))
    return UserShares({u: float(np.mean(shares)) for u, shares in by_user.items()}, tuple(there))


def split_off(t: Table, a: ToldApart) -> Table:
    """The table with product p carved out of sector s, both rows and columns summing to its own.

        imported[p,u] = m[u]·imported[s,u],   m[u] = logistic(b + r[u]),   Σ_u imported[p,u] = share·Σ_u imported[s,u]

    r the log odds of p among what users like u buy of p and of what is left, in other countries' accounts
    (``user_shares``), b the same for all users; home sales likewise with the share of output, of which exports have
    their part. Costs, value added, heads and capital are those of the sector times the share of output.
    Errors: ``UnknownName`` for a sector that is not there, ``StudyError`` for a code that is.
    """
    codes = [str(c) for c in t.labels.index]
    raise_all([
        *([] if a.sector in codes else [UnknownName("sector", a.sector, codes, where=a.where)]),
        *([] if a.product not in codes else [
            StudyError(f"'{a.product}' is a sector already", where=a.where, fix="leave its [[apart]] out")
        ]),
    ])  # fmt: skip
    shares = user_shares(t.country, a.industry, a.left)
    at = codes.index(a.sector)
    users = [broad_sectors(t.classes[c]) if c in t.classes else frozenset() for c in codes]
    prior = np.array([shares.of(sorted(u)) for u in users] + [shares.of([str(k)]) for k in t.final_kinds])
    home = np.append(_row(t.domestic_use, t.domestic_final, a.sector), t.exports[a.sector])
    foreign = np.append(_row(t.imported_use, t.imported_final, a.sector), t.reexports[a.sector])
    sold, bought = (
        _parts(cells, np.append(prior, share), share) for cells, share in ((home, a.output), (foreign, a.imported))
    )
    n = len(codes)

    def rows(frame: pd.DataFrame, parts: np.ndarray) -> pd.DataFrame:
        return _after(frame, at, a.product, frame.loc[a.sector].to_numpy(float) * parts)

    def columns(frame: pd.DataFrame) -> pd.DataFrame:
        return _after(frame.T, at, a.product, frame[a.sector].to_numpy(float) * a.output).T

    def line(series: pd.Series | None, part: float) -> pd.Series | None:
        return None if series is None else _after(series.to_frame(), at, a.product, series[a.sector] * part).iloc[:, 0]

    partners = {
        p: frame.pipe(rows, bought[:-1]).pipe(lambda f: _after(f.T, at, a.product, f[a.sector].to_numpy() * a.output).T)
        for p, frame in (t.imported_by_partner or {}).items()
    }
    label = str(t.labels[a.sector])
    names = pd.Series(np.insert(t.labels.to_numpy(object), at + 1, a.label or a.product),
                      [*codes[: at + 1], a.product, *codes[at + 1 :]], name=t.labels.name)  # fmt: skip
    names[a.sector] = f"{label}, rest"
    said = (
        f"{a.label or a.product} ({a.product}) are carved out of {label}, not told apart by the source: "
        f"{100 * a.imported:.3g} % of its imports and {100 * a.output:.3g} % of its "
        f"output, users in the proportions of the accounts of {', '.join(shares.countries)}; {a.source}."
    )
    exports, reexports = line(t.exports, float(sold[-1])), line(t.reexports, float(bought[-1]))
    assert exports is not None
    assert reexports is not None
    return replace(
        t,
        labels=names,
        classes={**t.classes, a.sector: a.left, a.product: a.industry},
        domestic_use=columns(rows(t.domestic_use, sold[:n])),
        imported_use=columns(rows(t.imported_use, bought[:n])),
        domestic_final=rows(t.domestic_final, sold[n:-1]),
        imported_final=rows(t.imported_final, bought[n:-1]),
        exports=exports,
        reexports=reexports,
        primary=columns(t.primary),
        employment=None if t.employment is None else columns(t.employment),
        capital_stock=line(t.capital_stock, a.output),
        fixed_capital_consumption=line(t.fixed_capital_consumption, a.output),
        investment_by_sector=line(t.investment_by_sector, a.output),
        imported_by_partner=partners or None,
        published={},
        methods=(*t.methods, said),
    )


def _row(use: pd.DataFrame, final: pd.DataFrame, sector: str) -> np.ndarray:
    return np.concatenate([use.loc[sector].to_numpy(float), final.loc[sector].to_numpy(float)])


def _parts(cells: np.ndarray, prior: np.ndarray, share: float) -> np.ndarray:
    """The part of each cell that is the product's, of all of them ``share``."""
    if share <= 0.0 or share >= 1.0 or not cells.any():
        return np.full(len(cells), min(max(share, 0.0), 1.0))
    first = imported_parts(((1 - prior) * cells)[None], (prior * cells)[None], np.array([share * cells.sum()]))[0]
    return np.asarray(np.divide(first, cells, out=prior.copy(), where=cells != 0))


def _after(frame: pd.DataFrame, at: int, code: str, taken: np.ndarray | float) -> pd.DataFrame:
    """A frame with a further row after one, which is taken from it."""
    values = np.insert(frame.to_numpy(float), at + 1, taken, axis=0)
    values[at] -= taken
    index = [*frame.index[: at + 1], code, *frame.index[at + 1 :]]
    return pd.DataFrame(values, pd.Index(index, name=frame.index.name), frame.columns)
