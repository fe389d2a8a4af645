"""Model A without negative flows: Almon's procedure, then RAS to the output of each product."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from groundplan.errors import TableError

Cells = npt.NDArray[np.float64]
ROUNDS = 5_000
CLOSE = 1e-11


def product_technology(U: Cells, S: Cells, Z: Cells) -> Cells:
    """Costs by product that make up output, with no negative cell in a row of ``U`` that has none.

    ``Z`` is model A's own result, U·S⁻¹·q̂. Rows of it without a negative cell that is new stay; the others come from
    ``almon``; then the rows that are nowhere negative are fitted by RAS to the column totals of ``Z``, which are output
    where the source balances; row totals are kept.
    Shapes: ``U``, ``Z`` cost × industry and cost × product, all costs of an industry; ``S`` product × industry, square.
    Units:  money / year.
    Errors: rounds that do not end; no row without negative figures.
    Source: Almon (2000), Economic Systems Research 12(1): 27-43 (citation not checked); Eurostat manual (2008), boxes
            11.4 and 11.7 (pages not checked).
    """
    plain: npt.NDArray[np.bool_] = np.min(U, axis=1) >= 0
    dust = 1e-12 * np.abs(Z).max(initial=0.0)
    new = plain & (Z.min(axis=1) < -dust)
    if not new.any():
        return Z
    result = Z.copy()
    result[new] = almon(U[new], S)
    result[plain & ~new] = np.clip(result[plain & ~new], 0.0, None)
    return _fitted(result, plain, Z.sum(axis=0))


def almon(U: Cells, S: Cells) -> Cells:
    """Inputs by product, row by row, taking from an industry no more than it uses.

        Z[i,h] ← U[i,h] − w[i,h]·Σ_{k≠h} M[k,h]·Z[i,k] + Z[i,h]·Σ_{j≠h} w[i,j]·M[h,j]
        w[i,j] = min(1, U[i,j] / Σ_{k≠j} M[k,j]·Z[i,k]),   M = q̂⁻¹·S

    Row totals stay; where no w is below 1 the result is model A's.
    Shapes: ``U`` input × industry, no cell negative; ``S`` product × industry, each product beside the industry that
    makes most of it; the result input × product. Units: money / year.
    Errors: 5,000 rounds without an end, as where an industry makes little of its own product.
    Source: Almon (2000), Economic Systems Research 12(1): 27-43 (citation not checked).
    """
    off = S / S.sum(axis=1)[:, None]
    np.fill_diagonal(off, 0.0)
    Z: Cells = U.copy()
    size = np.abs(U).max(initial=0.0)
    for _ in range(ROUNDS):
        claimed = Z @ off
        w = np.divide(U, claimed, out=np.ones_like(U), where=claimed > U)
        step: Cells = U - w * claimed + Z * (w @ off.T)
        moved = np.abs(step - Z).max(initial=0.0)
        Z = step
        if moved <= CLOSE * size:
            return Z
    raise TableError(
        f"Almon's procedure did not end in {ROUNDS:,} rounds",
        where=f"a cell still moves by {moved:.3g}",
        fix='keep the negatives (negatives="keep"), or use model B or D',
    )


def _fitted(Z: Cells, free: npt.NDArray[np.bool_], total: Cells) -> Cells:
    """The rows that are ``free`` scaled until columns sum to ``total``, their own totals kept."""
    rows, target = Z[free].sum(axis=1), total - Z[~free].sum(axis=0)
    part, off = Z[free], np.inf
    for _ in range(ROUNDS if (target >= 0).all() else 0):
        down = part.sum(axis=0)
        part = part * np.divide(target, down, out=np.ones_like(down), where=down > 0)
        across = part.sum(axis=1)
        off = float(np.abs(across - rows).max(initial=0.0))
        if off <= CLOSE * total.sum():
            result = Z.copy()
            result[free] = part
            return result
        part = part * np.divide(rows, across, out=np.ones_like(across), where=across > 0)[:, None]
    raise TableError(
        f"after Almon's procedure RAS did not reach the costs of each product in {ROUNDS:,} rounds",
        where=f"rows still miss by {off:.3g}",
        fix='keep the negatives (negatives="keep"), or use model B or D',
    )
