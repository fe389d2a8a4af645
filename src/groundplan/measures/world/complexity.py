"""What a country sells better than others, and how complex its basket is, from a matrix of exports."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, raise_all

SAME = 1e-9  # roots and correlations closer than this cannot be told apart


def revealed_advantage(exports: pd.DataFrame) -> pd.DataFrame:
    """A product's share in a country's exports over its share in all exports; above 1 is an advantage.

        RCA[c,p] = (X[c,p] / Σ_p X[c,p]) / (Σ_c X[c,p] / Σ X)

    ``exports`` is country × product in one money and year; so is what comes back.
    Units:  1.
    Errors: ``TableError``, all at once, for cells that are no numbers or negative, repeated labels, and countries or
            products without exports.
    Source: Balassa (1965), The Manchester School 33 (citation not checked).
    """
    faults: list[GroundplanError] = []
    values = exports.to_numpy(dtype=float)
    bad = np.argwhere(~(values >= 0) | ~np.isfinite(values))
    if len(bad):
        c, p = bad[0]
        what = f"{len(bad)} cells are negative or no numbers, the first at {exports.index[c]} × {exports.columns[p]}"
        faults.append(TableError(what, where="export matrix", fix="give exports from 0 on"))
    for kind, axis, sums in (("country", exports.index, values.sum(1)), ("product", exports.columns, values.sum(0))):
        if not axis.is_unique:
            faults.append(TableError(f"a {kind} is there twice", where="export matrix", fix="add up what is the same"))
        empty = [str(a) for a, s in zip(axis, sums, strict=True) if s == 0]
        if empty:
            what = f"{kind} without exports: {', '.join(empty[:6])}"
            faults.append(TableError(what, where="export matrix", fix="leave it out"))
    raise_all(faults)
    expected = np.outer(values.sum(axis=1), values.sum(axis=0)) / values.sum()
    return pd.DataFrame(values / expected, exports.index, exports.columns)


def complexity(exports: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Complexity of countries (ECI) and of products (PCI), each with mean 0 and standard deviation 1.

        M = 1 where RCA ≥ 1,   k_c = M1, k_p = 1'M
        ECI = second eigenvector of k̂_c⁻¹ M k̂_p⁻¹ M',   PCI = second eigenvector of k̂_p⁻¹ M' k̂_c⁻¹ M

    Both come from one singular value decomposition of k̂_c^−½ M k̂_p^−½. The sign, which the eigenvector leaves open, is
    set so that ECI rises with diversity k_c, and PCI with the ECI of those who sell the product.
    Units:  standard deviations (of the population: divisor n).
    Errors: ``TableError`` as ``revealed_advantage``; for fewer than 3 countries or products; for a matrix that falls
            apart into groups that share no product, whose second and third roots are equal, in which every country is
            alike, or whose ECI has no correlation with diversity: there the index is not defined.
    Source: Hidalgo and Hausmann (2009), PNAS 106: 10570-10575; Hausmann et al. (2014), Atlas of Economic Complexity,
            technical box 2.1; Mealy, Farmer and Teytelboym (2019), Science Advances 5(1), for the spectral form.
    """
    sells = (revealed_advantage(exports).to_numpy() >= 1.0 - SAME).astype(float)
    if min(sells.shape) < 3:
        raise TableError(
            f"{sells.shape[0]} countries and {sells.shape[1]} products; three of each are the least",
            where="export matrix",
            fix="give a wider matrix",
        )
    k_c, k_p = sells.sum(axis=1), sells.sum(axis=0)
    left, roots, right = np.linalg.svd(sells / np.sqrt(np.outer(k_c, k_p)), full_matrices=False)
    if 1.0 - roots[1] < SAME or roots[1] < SAME or roots[1] - roots[2] < SAME:
        raise TableError(
            f"the complexity index is not defined: the first roots are {', '.join(f'{r:.6g}' for r in roots[:3])}",
            where="export matrix",
            fix="give more countries or products; a group that shares no product with the others cannot be ranked",
        )
    eci, pci = _standard(left[:, 1] / np.sqrt(k_c)), _standard(right[1] / np.sqrt(k_p))
    with_diversity = float((eci * (k_c - k_c.mean())).mean())
    if abs(with_diversity) < SAME * max(float(k_c.std()), 1.0):
        raise TableError(
            "the sign of the complexity index is open: it does not vary with diversity",
            where="export matrix",
            fix="give more countries or products",
        )
    sign = np.sign(with_diversity)
    return pd.Series(sign * eci, exports.index, name="eci"), pd.Series(sign * pci, exports.columns, name="pci")


def _standard(values: np.ndarray) -> np.ndarray:
    return np.asarray((values - values.mean()) / values.std())
