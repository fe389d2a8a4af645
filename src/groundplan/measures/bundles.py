"""Bundles of final use whose content is measured: those of the accounts, or one that is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real

import numpy as np

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.tables.table import FINAL_KINDS


@dataclass(frozen=True, eq=False)
class Bundle:
    """Final use at basic prices: f_d of home products, f_m of imported ones. Shapes n, money / year."""

    name: str
    home: np.ndarray
    imported: np.ndarray

    @property
    def total(self) -> float:
        """1'(f_d + f_m), money / year."""
        return float(self.home.sum() + self.imported.sum())


def bundle(e: Economy, of: str | Bundle) -> Bundle:
    """The final uses of one kind, of one category, of exports, or of all together.

    ``of`` is household, nonprofit, government, investment or inventories; a category's own code; ``exports`` (f_m are
    re-exports); ``final use`` (all of them); or a bundle, which is handed back as it is.

    Raises ``UnknownName`` where the accounts have no such use.
    """
    if isinstance(of, Bundle):
        if of.home.shape != (len(e.sectors),) or of.imported.shape != of.home.shape:
            raise StudyError(
                f"bundle '{of.name}' has {of.home.size} home and {of.imported.size} imported products, "
                f"{e.country} {e.year} has {len(e.sectors)}",
                fix="make the bundle with given_bundle for this economy",
            )
        return of
    return bundle_of(e, of, e.domestic_final.values, e.imported_final.values, e.exports.values, e.reexports.values)


def bundle_of(
    e: Economy, of: str, home: np.ndarray, imported: np.ndarray, exports: np.ndarray, reexports: np.ndarray
) -> Bundle:
    """The named final use of flows that are those of ``e``, or draws of them: … × n × category, and … × n.

    Raises ``UnknownName`` where the accounts have no such use.
    """
    categories = [str(f) for f in e.domestic_final["final"].values]
    if of == "exports":
        return Bundle(of, exports, reexports)
    if of == "final use":
        return Bundle(of, home.sum(axis=-1) + exports, imported.sum(axis=-1) + reexports)
    chosen = np.isin(categories, [of] if of in categories else e.finals(of))
    if not chosen.any():
        kinds = [k for k in FINAL_KINDS if e.finals(k)]
        raise UnknownName("final use", of, [*kinds, *categories, "exports", "final use"])
    return Bundle(of, home[..., chosen].sum(axis=-1), imported[..., chosen].sum(axis=-1))


def given_bundle(
    e: Economy, home: Mapping[str, float], imported: Mapping[str, float] | None = None, name: str = "given"
) -> Bundle:
    """A bundle from amounts by product, money / year; products that are not named are 0.

    Raises ``UnknownName`` and ``StudyError``, all faults at once, for products that are not there and amounts that are
    no numbers.
    """
    parts = {"home": home, "imported": imported or {}}
    faults: list[GroundplanError] = []
    for side, amounts in parts.items():
        where = f"bundle '{name}', {side}"
        faults += [
            UnknownName("product", p, e.sectors, where=where, words=e.labels) for p in amounts if p not in e.sectors
        ]
        faults += [
            StudyError(f"the amount of '{p}' is {amount!r}", where=where, fix="give a finite number")
            for p, amount in amounts.items()
            if isinstance(amount, bool) or not isinstance(amount, Real) or not np.isfinite(amount)
        ]
    raise_all(faults)
    vectors = {side: np.array([float(amounts.get(s, 0.0)) for s in e.sectors]) for side, amounts in parts.items()}
    return Bundle(name, vectors["home"], vectors["imported"])
