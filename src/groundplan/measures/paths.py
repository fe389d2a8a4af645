"""The chains along which imports reach a final use: imported gas → ammonia → fertiliser → grain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import scipy.linalg

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.measures.bundles import Bundle, bundle

JOIN = " > "
MOST_CELLS = 50_000_000  # 0.4 GB for one level of the search
COLUMNS = ("rank", "path", "label", "value", "share", "covered", "length")


def dependence_paths(
    e: Economy,
    of: str | Bundle = "household",
    products: Sequence[str] | None = None,
    *,
    threshold: float = 1e-3,
    depth: int = 12,
    top: int | None = None,
) -> pd.DataFrame:
    """Every path of at least ``threshold`` of the import content of a final use, largest first.

        value(i → s₁ → … → s_k) = A_m[i,s₁] · A_d[s₁,s₂] ⋯ A_d[s_{k−1},s_k] · f_d[s_k];   value(i) = f_m[i]

    All paths of length k sum to round k of ``import_content_by_round``. The search goes from the final use up the
    chain. What a started chain can still carry is its weight times (|1'A_m| (I − |A_d|)⁻¹)[s₁], so a chain that
    cannot reach the threshold is dropped and none that does is missed; each level keeps at most 1 / threshold chains
    where no cell is negative. ``products`` (all) are the imported products of interest, ``depth`` is the largest
    number of home sectors in a path, ``top`` keeps the first rows.

    Columns: rank, path (codes), label (names), value (money / year), share of the content (1), covered = sum of the
    shares so far (1), length (home sectors in the path).
    Units:  as said.
    Errors: ``UnknownName`` for a product or use that is not there; ``StudyError`` for a threshold outside 0 to 1, a
            depth below 0, a top below 1, a final use without import content, or a search that would not fit in memory.
    Source: Defourny and Thorbecke (1984), structural path analysis (citation not checked); the search is our own.
    """
    _check(e, products, threshold, depth, top)
    f = bundle(e, of)
    chosen = np.isin(e.sectors, list(products)) if products is not None else np.ones(len(e.sectors), dtype=bool)
    a_home, a_foreign = e.domestic_coefficients.values, e.import_coefficients.values * chosen[:, None]
    direct = f.imported * chosen
    content = float((a_foreign @ e.requirements(f.home)).sum() + direct.sum())
    if content <= 0:
        raise StudyError(
            f"'{f.name}' has no import content", where=f"{e.country} {e.year}", fix="name another use or more products"
        )
    least = threshold * content
    by_length = [_kept(direct[:, None], np.empty((1, 0), dtype=np.intp), least)]
    reach = scipy.linalg.solve((np.eye(len(f.home)) - np.abs(a_home)).T, np.abs(a_foreign).sum(axis=0))
    chains, weights = np.arange(len(f.home))[:, None], f.home
    for _ in range(depth):
        open_ends = (np.abs(weights) * reach[chains[:, 0]] >= least) & (weights != 0)
        chains, weights = chains[open_ends], weights[open_ends]
        if not len(chains):
            break
        if len(chains) * len(reach) > MOST_CELLS:
            raise StudyError(
                f"{len(chains):,} chains are still open at length {chains.shape[1]}",
                where="dependence paths",
                fix=f"raise the threshold above {threshold:g}, or lower the depth",
            )
        by_length.append(_kept(a_foreign[:, chains[:, 0]] * weights, chains, least))
        chains, weights = _longer(a_home[:, chains[:, 0]] * weights, chains, reach, least)
    return _table(e, by_length, content, top)


def path_values(e: Economy, paths: Sequence[str], of: str | Bundle = "household") -> pd.Series:
    """What comes along given chains of a final use, in the order given: the values of ``dependence_paths``.

    ``paths`` are codes joined as in the column ``path``: the import first, the maker for the final use last.
    Units:  money / year.
    Errors: ``UnknownName`` for a product or use that is not there.
    """
    chains = [path.split(JOIN) for path in paths]
    raise_all(
        [UnknownName("product", c, e.sectors, words=e.labels) for chain in chains for c in chain if c not in e.sectors]
    )
    values = values_of(e.sectors, paths, e.domestic_coefficients.values, e.import_coefficients.values, bundle(e, of))
    return pd.Series(values, index=pd.Index(paths, name="path"), dtype=float)


def values_of(
    sectors: Sequence[str], paths: Sequence[str], home: np.ndarray, foreign: np.ndarray, f: Bundle
) -> np.ndarray:
    """The values of chains, … × paths: A_m[i,s₁] · A_d[s₁,s₂] ⋯ f_d[s_k], or f_m[i]; A_d and A_m … × n × n, f … × n."""
    place = {s: k for k, s in enumerate(sectors)}
    values = []
    for border, *makers in ([place[c] for c in path.split(JOIN)] for path in paths):
        if not makers:
            values.append(f.imported[..., border])
            continue
        steps = home[..., makers[:-1], makers[1:]].prod(axis=-1)
        values.append(foreign[..., border, makers[0]] * steps * f.home[..., makers[-1]])
    return np.stack(values, axis=-1) if values else np.empty((*f.home.shape[:-1], 0))


def _check(e: Economy, products: Sequence[str] | None, threshold: float, depth: int, top: int | None) -> None:
    where = "dependence paths"
    faults: list[GroundplanError] = [
        UnknownName("product", p, e.sectors, where=where, words=e.labels) for p in products or () if p not in e.sectors
    ]
    if not 0.0 <= threshold <= 1.0:
        faults.append(StudyError(f"threshold is {threshold!r}", where=where, fix="give a share from 0 to 1"))
    if depth < 0:
        faults.append(StudyError(f"depth is {depth!r}", where=where, fix="give a number of sectors from 0 on"))
    if top is not None and top < 1:
        faults.append(StudyError(f"top is {top!r}", where=where, fix="give a number of paths from 1 on"))
    raise_all(faults)


def _kept(values: np.ndarray, chains: np.ndarray, least: float) -> tuple[np.ndarray, np.ndarray]:
    """Paths that end at the border here: (import, chain) rows and their values; ``values`` is import × chain."""
    at, chain = np.nonzero((np.abs(values) >= least) & (values != 0))
    return np.column_stack([at, chains[chain]]), values[at, chain]


def _longer(weights: np.ndarray, chains: np.ndarray, reach: np.ndarray, least: float) -> tuple[np.ndarray, np.ndarray]:
    """Chains with one more supplier in front, as far as they can still carry enough; ``weights`` supplier × chain."""
    supplier, chain = np.nonzero((np.abs(weights) * reach[:, None] >= least) & (weights != 0))
    return np.column_stack([supplier, chains[chain]]), weights[supplier, chain]


def _table(e: Economy, by_length: list[tuple[np.ndarray, np.ndarray]], content: float, top: int | None) -> pd.DataFrame:
    """The paths of all lengths in one order, named; of equal paths the shorter one first."""
    values = np.concatenate([v for _, v in by_length])
    lengths = np.concatenate([np.full(len(v), nodes.shape[1] - 1) for nodes, v in by_length])
    firsts = np.cumsum([0, *(len(v) for _, v in by_length)])
    # Chains through the same sectors in another order carry the same; rounding must not rank them.
    order = np.lexsort((lengths, -np.round(values / content, 12)))[:top]
    codes = np.array(e.sectors, dtype=object)
    names = np.array([e.label(s) for s in e.sectors], dtype=object)
    level = np.searchsorted(firsts, order, side="right") - 1
    nodes = [by_length[k][0][r - firsts[k]] for k, r in zip(level, order, strict=True)]
    shares = values[order] / content
    columns = {
        "rank": np.arange(1, len(order) + 1),
        "path": [JOIN.join(codes[n]) for n in nodes],
        "label": [" → ".join(["imported " + names[n[0]], *names[n[1:]]]) for n in nodes],
        "value": values[order],
        "share": shares,
        "covered": np.cumsum(shares),
        "length": lengths[order],
    }
    return pd.DataFrame(columns, columns=list(COLUMNS))
