"""How many-sided an economy is: spread of its structures, thin sectors, and the complexity of what it sells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, TableError, raise_all
from groundplan.measures.labelled import share_of

STRUCTURES = ("output", "exports", "imports")


def structure(e: Economy, of: str) -> pd.Series:
    """Shares of the products in output, exports or imports; they sum to one.

        s[i] = max(y[i], 0) / Σ max(y, 0)

    Units:  1.
    Source: our own (docs/explanation/dependence.md).
    Raises ``StudyError`` for another structure, or one that is empty.
    """
    if of not in STRUCTURES:
        raise StudyError(f"no structure '{of}'", where="many-sidedness", fix=f"use {', '.join(STRUCTURES)}")
    amounts = {"output": e.output, "exports": e.exports, "imports": e.imports}[of].values.clip(min=0.0)
    if not amounts.sum() > 0:
        raise StudyError(f"{e.country} {e.year} has no {of}", where="many-sidedness", fix="leave this structure out")
    return pd.Series(amounts / amounts.sum(), list(e.sectors), name=of).rename_axis("product")


def entropy(shares: np.ndarray) -> float:
    """Shannon's entropy of shares, −Σ s ln s; 0 for one product alone, ln n for n equal ones.

    Source: Shannon (1948); Theil (1967) for structures of an economy (citations not checked).
    """
    positive = shares[shares > 0]
    return float(-(positive * np.log(positive)).sum()) + 0.0  # + 0.0: one product alone has entropy 0, not −0


def many_sidedness(e: Economy) -> pd.DataFrame:
    """Spread of output, exports and imports over products.

        entropy = H / ln n,  effective = exp(H),  H = −Σ s ln s,  concentration = Σ s²

    Index: structure; one that is empty is left out. Columns: products (n), held (with a share above 0), entropy (0 to
    1), effective (number of equal products with the same entropy), concentration (Herfindahl), largest (code) and its
    share. Compare economies of one classification only: finer tables look more many-sided.
    Units:  1.
    Source: Theil (1967) (citation not checked).
    """
    amounts = {"output": e.output, "exports": e.exports, "imports": e.imports}
    rows = {}
    for name in (name for name, y in amounts.items() if float(y.clip(min=0.0).sum()) > 0):
        shares = structure(e, name)
        h = entropy(shares.to_numpy())
        rows[name] = {
            "products": len(shares),
            "held": int((shares > 0).sum()),
            "entropy": h / np.log(len(shares)) if len(shares) > 1 else 0.0,
            "effective": np.exp(h),
            "concentration": float((shares**2).sum()),
            "largest": shares.idxmax(),
            "largest_share": float(shares.max()),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("structure")


def thin_sectors(e: Economy, peers: Sequence[Economy], of: str = "output", fraction: float = 0.25) -> pd.DataFrame:
    """Products in which the economy is missing or thin against its peers, the widest gap first.

        thin where s[i] < fraction · median over peers of s_peer[i];   missing where s[i] = 0 and that median is above 0

    Index: product. Columns: share, peers (the median), ratio, gap = median − share (all 1), missing.
    Units:  1.
    Errors: ``StudyError`` without peers or with a fraction outside 0 to 1; ``TableError`` for each peer that has
            other products (bring all to one classification first).
    Source: our own (docs/explanation/dependence.md).
    """
    faults: list[GroundplanError] = []
    if not peers or not 0.0 < fraction <= 1.0:
        what = f"{len(peers)} peers, fraction {fraction!r}"
        faults.append(StudyError(what, where="thin sectors", fix="give one peer or more and a fraction from 0 to 1"))
    for peer in peers:
        differ = sorted(set(e.sectors) ^ set(peer.sectors))
        if differ:
            faults.append(
                TableError(
                    f"{peer.country} {peer.year} and {e.country} {e.year} differ in {len(differ)} products: "
                    + ", ".join(differ[:6]),
                    fix="aggregate both to one classification",
                )
            )
    raise_all(faults)
    share = structure(e, of)
    median = pd.concat([structure(peer, of).reindex(share.index) for peer in peers], axis=1).median(axis=1)
    table = pd.DataFrame(
        {"share": share, "peers": median, "ratio": share_of(share.to_numpy(), median.to_numpy()), "gap": median - share}
    ).assign(missing=(share == 0) & (median > 0))
    return table[share < fraction * median].sort_values("gap", ascending=False, kind="stable")
