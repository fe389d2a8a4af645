"""A programme in some of its columns: others follow these or are fixed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from groundplan.solver.programme import Floats, Index, Programme


@dataclass(frozen=True, eq=False)
class Narrowed:
    """A programme in some columns of another one, whose other columns follow them or are fixed."""

    programme: Programme
    free: Index
    part: sparse.csr_array
    fixed: Floats

    def all_columns(self, values: Floats) -> Floats:
        """[column of the wide programme] what values of the free columns mean."""
        return np.asarray(self.part @ values + self.fixed)


def narrowed(p: Programme, free: Index, fixed: Floats, follows: tuple[Index, Index]) -> Narrowed:
    """The programme in the ``free`` columns alone: columns ``follows``[0] equal the free ones ``follows``[1], all
    others stand at ``fixed`` [column], and rows that no free column is in are left out.

        A·v,  v = part·z + fixed,   low − A·fixed ≤ A·part·z ≤ high − A·fixed
    """
    number = np.full(p.width, -1, dtype=np.int64)
    number[free] = np.arange(len(free))
    here = np.concatenate([free, follows[0].ravel()])
    there = number[np.concatenate([free, follows[1].ravel()])]
    part = sparse.csr_array((np.ones(len(here)), (here, there)), shape=(p.width, len(free)))
    fixed = np.where(np.isin(np.arange(p.width), here), 0.0, fixed)
    matrix, own = p.matrix(), sparse.csr_array(p.matrix() @ part)
    own.eliminate_zeros()
    kept = np.diff(own.indptr) > 0
    low, high = (side - matrix @ fixed for side in p.sides())
    least, most = p.bounds()
    small = Programme(maximise=p.maximise)
    small.add_columns(
        "free", (len(free),), lower=least[free], upper=most[free], goal=part.T @ p.costs(), whole=p.whole()[free]
    )
    for block in p.rows:
        mine = block.numbers[kept[block.numbers]]
        entries = sparse.coo_array(own[mine])
        if len(mine):
            small.add_rows(
                block.name, len(mine), low[mine], high[mine], (entries.coords[0], entries.coords[1], entries.data)
            )
    return Narrowed(small, free, part, fixed)
