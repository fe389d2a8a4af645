"""A world matrix under its labels, taken apart into the blocks of a world table.

Countries and industries may stand in any order and a country in several parts (China's processing exports, say): labels
that name the same country and industry are summed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.tables.world_table import WorldTable

SHOWN = 6
Pair = tuple[str, str]


@dataclass(frozen=True, eq=False)
class Blocks:
    """The parts of a world table (``WorldTable`` says their shapes); ``totals``: further columns, by name, N each."""

    countries: tuple[str, ...]
    industries: tuple[str, ...]
    finals: tuple[str, ...]
    use: np.ndarray
    final_use: np.ndarray
    primary: np.ndarray
    final_primary: np.ndarray
    totals: dict[str, np.ndarray]

    def world_table(self, kinds: Mapping[str, str], **rest: Any) -> WorldTable:
        """The world table of these blocks: ``kinds`` of the final categories, and all else that the reader states."""
        return WorldTable(
            countries=self.countries,
            industries=self.industries,
            final_kinds={f: kinds[f] for f in self.finals},
            use=self.use,
            final_use=self.final_use,
            primary=self.primary,
            final_primary=self.final_primary,
            **rest,
        )


def arranged(
    frame: pd.DataFrame,
    pair_of: Callable[[str], Pair | None],
    finals: Sequence[str],
    primary: Mapping[str, Sequence[str]],
    *,
    totals: Sequence[str] = (),
    where: str,
) -> Blocks:
    """The blocks of ``frame``.

    ``pair_of`` gives a label's country and industry (or final category, which ``finals`` lists), or None; ``primary``
    names the rows that are summed into each primary input; ``totals`` are columns to keep by industry.
    Countries and industries come in the order of the rows. Errors, all at once: pairs that one side lacks.
    """
    rows = _places(frame.index, pair_of)
    uses = {pair: at for pair, at in _places(frame.columns, pair_of).items() if pair[1] not in finals}
    final = {pair: at for pair, at in _places(frame.columns, pair_of).items() if pair[1] in finals}
    countries = tuple(dict.fromkeys(c for c, _ in rows))
    industries = tuple(dict.fromkeys(i for _, i in rows))
    printed = {f for _, f in final}
    kept = tuple(f for f in finals if f in printed)
    cells = [(c, i) for c in countries for i in industries]
    categories = [(c, f) for c in countries for f in kept]
    faults: list[GroundplanError] = []
    for what, wanted, places in (
        ("row", cells, rows),
        ("column", cells, uses),
        ("final column", categories, final),
    ):
        faults += _differ(what, wanted, places, where)
    if not kept:
        faults.append(TableError("no column is a final category", where=where, fix=f"expected: {', '.join(finals)}"))
    raise_all(faults, where=where)
    values = frame.to_numpy()
    down, across, beside = (
        _order([places[pair] for pair in wanted])
        for wanted, places in ((cells, rows), (cells, uses), (categories, final))
    )
    position = {name: k for k, name in enumerate(frame.index)}
    bottom = np.array([values[[position[r] for r in rows]].sum(axis=0) for rows in primary.values()])
    bottom = bottom.reshape(len(primary), values.shape[1])
    column = {name: k for k, name in enumerate(frame.columns)}
    return Blocks(
        countries=countries,
        industries=industries,
        finals=kept,
        use=_summed(values, down, across),
        final_use=_summed(values, down, beside),
        primary=_across(bottom, across),
        final_primary=_across(bottom, beside),
        totals={name: _across(values[:, [column[name]]].T, down)[0] for name in totals},
    )


def _places(labels: pd.Index, pair_of: Callable[[str], Pair | None]) -> dict[Pair, list[int]]:
    """Where each country and code stands among the labels, once or in several parts."""
    places: dict[Pair, list[int]] = {}
    for k, label in enumerate(labels):
        pair = pair_of(str(label))
        if pair is not None:
            places.setdefault(pair, []).append(k)
    return places


def _differ(what: str, wanted: list[Pair], places: Mapping[Pair, list[int]], where: str) -> list[GroundplanError]:
    """Faults for pairs that are missing, and for pairs that the rows do not know."""
    expected = set(wanted)
    faults: list[GroundplanError] = []
    for kind, pairs, fix in (
        ("missing", [p for p in wanted if p not in places], "give every country all industries and categories"),
        ("not among the rows", [p for p in places if p not in expected], "leave it out, or add the rows"),
    ):
        if pairs:
            shown = ", ".join(" ".join(p) for p in pairs[:SHOWN])
            more = f" and {len(pairs) - SHOWN} more" if len(pairs) > SHOWN else ""
            faults.append(TableError(f"{len(pairs)} {what}s are {kind}: {shown}{more}", where=where, fix=fix))
    return faults


@dataclass(frozen=True, eq=False)
class _Order:
    """Which labels make up each place: ``at``, all of them in order; ``sums`` adds parts up where there are any."""

    at: np.ndarray
    sums: sparse.csr_array | None


def _order(parts: list[list[int]]) -> _Order:
    lengths = [len(p) for p in parts]
    at = np.array([k for p in parts for k in p], dtype=int)
    if max(lengths) == 1:
        return _Order(at, None)
    place = np.repeat(np.arange(len(parts)), lengths)
    return _Order(at, sparse.csr_array((np.ones(len(at)), (place, np.arange(len(at)))), (len(parts), len(at))))


def _summed(values: np.ndarray, down: _Order, across: _Order) -> np.ndarray:
    """The cells at both orders, parts added up."""
    cells = values[np.ix_(down.at, across.at)]
    if down.sums is not None:
        cells = down.sums @ cells
    return cells if across.sums is None else np.ascontiguousarray((across.sums @ cells.T).T)


def _across(rows: np.ndarray, order: _Order) -> np.ndarray:
    cells = rows[:, order.at]
    return cells if order.sums is None else np.asarray((order.sums @ cells.T).T)
