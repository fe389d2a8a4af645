"""What the economy loses when a sector, or part of it, falls out: hypothetical extraction by formula.

Sectors G fall out of x = A x + f by the share α, in one of three ways (``PARTS``):

    all      A' = A − α E R − α C E',  f' = f − α E f_G    sales to everybody and purchases from others
    row      A' = A − α E R,           f' = f              sales to sectors: they buy abroad instead
    column   A' = A − α C E',          f' = f              purchases from sectors: G buys abroad instead

E = the columns of the unit matrix at G, R = E'A, C = A E, but C = A E − E A_GG in ``all``, so that what G delivers to
itself falls by α once. With L = (I − A)⁻¹, D = E'L E, H = D (I − A_GG) and

    R L = E'L − E',   L A E = L E − E,   L (A E − E A_GG) = L E (I − A_GG) − E,

Sherman, Morrison and Woodbury give (I − A')⁻¹ f' from D and A_GG alone:

    loss = x − x' = L E p − E q

    all      p = α (f_G + y + (I − A_GG) z),  q = α z
             [(1−α)I + αD   α(H − I)    ] [y]   [x_G − f_G − α (D − I) f_G]
             [αD            (1−α)I + αH ] [z] = [x_G − α D f_G            ]
    row      ((1−α)I + αD) y = x_G − f_G,   p = α y,  q = 0
    column   ((1−α)I + αD) z = x_G,         p = q = α z

For one sector and α = 1 this is p = x_k / L_kk in ``all``. So all n extractions need the diagonal of L and one
transposed solve for each weight (output 1, value added v, employment ℓ), and no more.

Source: Miller and Lahr (2001), Dietzenbacher and van der Linden (1997), Dietzenbacher and Lahr (2013) for partial
extraction; Miller and Blair (2009), chapter 12 (citations not checked; the formulas are derived here). The forward
measure of Dietzenbacher and van der Linden takes the row out of Ghosh's model; ``row`` takes it out of Leontief's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import scipy.linalg

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.measures.dependence import cost_shares
from groundplan.measures.labelled import per_output, share_of

PARTS = ("all", "row", "column")
Factors = tuple[np.ndarray, np.ndarray]


def inverse_diagonal(factors: Factors, block: int = 256) -> np.ndarray:
    """The diagonal of L = (I − A)⁻¹ from the factors P(I − A) = T U, without L.

        L[k,k] = (U'⁻¹ e_k)' (T⁻¹ P e_k)

    U'⁻¹ e_k is zero above row k, and so, unless rows were swapped, is T⁻¹ P e_k: both solves run on the trailing part
    only, ``block`` columns at a time, two thirds of n³ operations in all. Shape n; memory: the factors, one copy of
    them and 2 n × block.
    """
    lu, pivots = factors
    n = len(lu)
    place = np.argsort(scipy.linalg.lapack.dlaswp(np.arange(n, dtype=float)[:, None], pivots)[:, 0])
    diagonal = np.empty(n)
    for first in range(0, n, block):
        k = np.arange(first, min(first + block, n))
        low = int(min(place[k].min(), first))
        upper = scipy.linalg.solve_triangular(
            lu[first:, first:], np.eye(n - first, len(k)), trans=1, overwrite_b=True, check_finite=False
        )
        unit = np.zeros((n - low, len(k)))
        unit[place[k] - low, k - first] = 1.0
        lower = scipy.linalg.solve_triangular(
            lu[low:, low:], unit, lower=True, unit_diagonal=True, overwrite_b=True, check_finite=False
        )
        diagonal[k] = np.einsum("ij,ij->j", upper, lower[first - low :])
    return diagonal


def extract_all(
    factors: Factors,
    a: np.ndarray,
    x: np.ndarray,
    f: np.ndarray,
    weights: np.ndarray,
    *,
    share: float = 1.0,
    part: str = "all",
    block: int = 256,
) -> np.ndarray:
    """What falls away when each sector in turn is extracted, all n of them from one factorisation.

        loss[w,k] = w'(x − x⁽ᵏ⁾) = (w'L)_k p_k − w_k q_k   (p, q in the head of this file)

    Shapes: ``factors`` = ``Leontief(a).factors``, ``a`` n × n, ``x`` and ``f`` = x − A x n, ``weights`` m × n (rows w);
    back m × n.
    Units:  of w times money / year.
    Source: the head of this file.
    Raises ``StudyError`` where ``share`` is outside 0 to 1 or ``part`` is not one of ``PARTS``.
    """
    _check(share, part)
    return _lost(factors, weights, *_each(inverse_diagonal(factors, block), np.diagonal(a), x, f, share, part))


def loss_of_each(
    d: np.ndarray, own: np.ndarray, x: np.ndarray, f: np.ndarray, weights: np.ndarray, content: np.ndarray
) -> np.ndarray:
    """What falls away, counted by one weight, when each sector in turn is extracted whole.

        loss[k] = (w'L)_k p_k − w_k q_k

    Shapes: ``d`` the diagonal of L, ``own`` that of A, ``x``, ``f`` = x − A x, ``weights`` w, ``content`` w'L: … × n,
    for as many economies as stand in front.
    Units:  of w times money / year.
    Source: the head of this file.
    """
    p, q = _each(d, own, x, f, 1.0, "all")
    return np.asarray(content * p - weights * q)


def _lost(factors: Factors, weights: np.ndarray, p: np.ndarray, q: np.ndarray) -> np.ndarray:
    content = scipy.linalg.lu_solve(factors, weights.T, trans=1)
    return np.asarray(content.T * p - weights * q)


def _each(
    d: np.ndarray, own: np.ndarray, x: np.ndarray, f: np.ndarray, share: float, part: str
) -> tuple[np.ndarray, np.ndarray]:
    """The numbers p and q of every sector as a group of its own; shapes … × n."""
    p, q = _relief(d[..., None, None], own[..., None, None], x[..., None], f[..., None], share, part)
    return p[..., 0], q[..., 0]


def _relief(
    d: np.ndarray, own: np.ndarray, x: np.ndarray, f: np.ndarray, share: float, part: str
) -> tuple[np.ndarray, np.ndarray]:
    """The vectors p and q, for a stack of groups of k sectors: d = D and own = A_GG … × k × k, x and f … × k."""
    unit = np.broadcast_to(np.eye(d.shape[-1]), d.shape)
    eased = (1.0 - share) * unit + share * d
    if part == "row":
        y = np.linalg.solve(eased, (x - f)[..., None])[..., 0]
        return share * y, np.zeros_like(y)
    if part == "column":
        z = np.linalg.solve(eased, x[..., None])[..., 0]
        return share * z, share * z
    h = d @ (unit - own)
    system = np.concatenate(
        [
            np.concatenate([eased, share * (h - unit)], axis=-1),
            np.concatenate([share * d, (1.0 - share) * unit + share * h], axis=-1),
        ],
        axis=-2,
    )
    for_finals = share * (d @ f[..., None])[..., 0]
    right = np.concatenate([x - f - for_finals + share * f, x - for_finals], axis=-1)
    y, z = np.split(np.linalg.solve(system, right[..., None])[..., 0], 2, axis=-1)
    rest = z - (own @ z[..., None])[..., 0]
    return share * (f + y + rest), share * z


def _check(share: float, part: str) -> None:
    faults: list[GroundplanError] = []
    if not 0.0 <= share <= 1.0:
        faults.append(StudyError(f"share is {share!r}", where="extraction", fix="give a share from 0 to 1"))
    if part not in PARTS:
        faults.append(UnknownName("part to extract", part, PARTS, where="extraction"))
    raise_all(faults)


def _weights(e: Economy) -> np.ndarray:
    """Output 1, value added v and employment ℓ per unit of output; shape 3 × n."""
    value_added, _, _ = cost_shares(e)
    labour = per_output(e.employment.values.sum(axis=0), e)
    return np.array([np.ones(len(e.sectors)), value_added, labour])


def extraction_table(e: Economy, share: float = 1.0, part: str = "all") -> pd.DataFrame:
    """What the whole economy loses when each sector in turn falls out, largest loss of value added first.

    ``share`` of the sector falls out; ``part`` is all, row or column (head of ``extraction.py``). A buyer who loses a
    supplier is taken to buy abroad at the same price, so this measures what the sector carries, not what would
    happen tomorrow; for that see ``endurance`` and the cut-off loss.

    Index: sector. Columns: output and value_added (money / year), employment (the economy's unit), each with its
    share of the whole (1); others = output lost outside the sector itself (money / year).
    Units:  as said.
    Errors: ``StudyError``, ``UnknownName`` for a share or part that is none.
    Source: the head of this file.
    """
    a, x = e.domestic_coefficients.values, e.output.values
    _check(share, part)
    factors, weights = e.leontief.factors, _weights(e)
    d = inverse_diagonal(factors)
    p, q = _each(d, np.diagonal(a), x, x - a @ x, share, part)
    loss = _lost(factors, weights, p, q)
    columns = {"output": loss[0], "value_added": loss[1], "employment": loss[2]}
    shares = {f"{name}_share": share_of(loss[i], weights[i] @ x) for i, name in enumerate(columns)}
    table = pd.DataFrame({**columns, **shares, "others": loss[0] - d * p + q}, list(e.sectors))
    return table.rename_axis("sector").sort_values("value_added", ascending=False, kind="stable")


def extract_group(e: Economy, sectors: Sequence[str], share: float = 1.0, part: str = "all") -> pd.DataFrame:
    """What every sector loses when several fall out at once, by one correction of rank 2k.

    Index: sector. Columns: before, loss (output, money / year), share (of the sector's output, 1), value_added (money
    / year) and employment (the economy's unit) lost.
    Units:  as said.
    Errors: ``UnknownName`` for sectors that are not there, ``StudyError`` for a sector named twice or none.
    Source: the head of this file.
    """
    _check(share, part)
    faults: list[GroundplanError] = [
        UnknownName("sector", s, e.sectors, where="extraction", words=e.labels) for s in sectors if s not in e.sectors
    ]
    if len(set(sectors)) != len(sectors) or not sectors:
        faults.append(StudyError(f"sectors are {list(sectors)}", where="extraction", fix="name each sector once"))
    raise_all(faults)
    group = np.array([e.sectors.index(s) for s in sectors])
    a, x = e.domestic_coefficients.values, e.output.values
    f = x - a @ x
    columns = e.requirements(np.eye(len(x))[:, group])
    p, q = _relief(columns[group], a[np.ix_(group, group)], x[group], f[group], share, part)
    loss = columns @ p
    loss[group] -= q
    _, value_added, labour = _weights(e)
    table = {"before": x, "loss": loss, "share": share_of(loss, x)}
    return pd.DataFrame(
        {**table, "value_added": value_added * loss, "employment": labour * loss}, list(e.sectors)
    ).rename_axis("sector")
