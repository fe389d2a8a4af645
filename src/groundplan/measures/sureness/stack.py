"""One economy drawn many times: its flows as stacks, and the measures' ingredients for all draws at once.

Every array is one of ``Economy`` under its own name with one more axis in front, a place for each draw. The measures
that rank (``measures.rankings``) read a stack and an economy with the same formulas.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from groundplan.economy.economy import Economy
from groundplan.economy.leontief import inverses
from groundplan.measures.bundles import Bundle, bundle, bundle_of


@dataclass(frozen=True, eq=False)
class Stack:
    """B draws of the flows of one economy; shapes B × those of ``printed``, money / year."""

    printed: Economy
    domestic_use: np.ndarray
    imported_use: np.ndarray
    domestic_final: np.ndarray
    imported_final: np.ndarray
    exports: np.ndarray
    reexports: np.ndarray
    primary: np.ndarray
    imported_by_partner: np.ndarray | None = None

    @classmethod
    def of(cls, e: Economy) -> Stack:
        """The economy itself, as a stack of one."""
        names = ("domestic_use", "imported_use", "domestic_final", "imported_final", "exports", "reexports", "primary")
        return cls(e, *(getattr(e, name).values[None] for name in names))

    @cached_property
    def output(self) -> np.ndarray:
        """X = Z_d·1 + Y_d·1 + e; B × n."""
        return np.asarray(self.domestic_use.sum(axis=-1) + self.domestic_final.sum(axis=-1) + self.exports)

    @cached_property
    def imports(self) -> np.ndarray:
        """M = Z_m·1 + Y_m·1 + e_m; B × n."""
        return np.asarray(self.imported_use.sum(axis=-1) + self.imported_final.sum(axis=-1) + self.reexports)

    @cached_property
    def value_added(self) -> np.ndarray:
        """V = x − 1'Z_d − 1'Z_m − 1'V[product taxes, margins]; B × n."""
        kinds = self.printed.primary["primary_kind"].values
        charges = self.primary[:, (kinds == "product_tax") | (kinds == "margin")].sum(axis=1)
        return np.asarray(self.output - self.domestic_use.sum(axis=1) - self.imported_use.sum(axis=1) - charges)

    def per_output(self, values: np.ndarray) -> np.ndarray:
        """Values / x, 0 for a sector without output; the last axis is the sector."""
        x = np.where(self.output > 0, self.output, np.inf)
        return np.asarray(values / (x if values.ndim == 2 else x[:, None]))

    @cached_property
    def home(self) -> np.ndarray:
        """A_d = Z_d x̂⁻¹; B × n × n."""
        return self.per_output(self.domestic_use)

    @cached_property
    def foreign(self) -> np.ndarray:
        """A_m = Z_m x̂⁻¹; B × n × n."""
        return self.per_output(self.imported_use)

    @cached_property
    def inverse(self) -> np.ndarray:
        """L = (I − A_d)⁻¹; B × n × n."""
        return inverses(self.home)

    @cached_property
    def imported_need(self) -> np.ndarray:
        """N = A_m L; B × n × n."""
        return np.asarray(self.foreign @ self.inverse)

    def requirements(self, final_use: np.ndarray) -> np.ndarray:
        """L f; B × n."""
        return np.asarray((self.inverse @ final_use[..., None])[..., 0])

    def prices(self, row: np.ndarray) -> np.ndarray:
        """r'L; B × n."""
        return np.asarray((row[:, None] @ self.inverse)[:, 0])

    def bundle(self, of: str | Bundle) -> Bundle:
        """A final use of every draw, named as in ``bundles.bundle``; f_d and f_m are B × n."""
        if isinstance(of, Bundle):
            given = bundle(self.printed, of)
            return Bundle(of.name, *(np.broadcast_to(f, self.exports.shape) for f in (given.home, given.imported)))
        return bundle_of(self.printed, of, self.domestic_final, self.imported_final, self.exports, self.reexports)
