"""Accounts of other countries in common sectors and as shares of GDP, so that their structures stand side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import scipy.sparse as sp

from groundplan.economy.balancing.known_sums import KnownSums
from groundplan.economy.balancing.reconciling import cross_entropy
from groundplan.economy.estimating.account_lines import SheetLines
from groundplan.errors import GroundplanError, StudyError, TableError, raise_all
from groundplan.sources import Source
from groundplan.tables.common_sectors import CommonSectors
from groundplan.tables.table import Table

FINALS = {"household": "Households", "government": "Government", "investment": "Fixed investment",
          "inventories": "Inventories"}  # fmt: skip
INPUTS = {"labour": "Compensation of employees", "capital": "Operating surplus and mixed income",
          "production_tax": "Taxes less subsidies on production",
          "product_tax": "Taxes less subsidies on products"}  # fmt: skip
# Kinds that a common account has not, and where they go: charges on products are taxes on them.
FINAL_OF = {"nonprofit": "household"}
INPUT_OF = {"margin": "product_tax", "other": "capital"}
# How far a cell of a sector that was parted may be off, when its parts are balanced.
PARTED = 0.5


@dataclass(frozen=True, eq=False)
class Donor:
    """A country's accounts in common sectors: the sheet of ``account_lines`` as shares of its GDP.

    cells    2n + inputs + 1 × n + finals + 1, shares of GDP; imports that leave again are left out
    parted   sectors that its own accounts have in one with others, parted as in the donors that have them apart
    """

    country: str
    country_name: str
    year: int
    source: Source
    cells: np.ndarray
    parted: tuple[str, ...] = ()

    @cached_property
    def n(self) -> int:
        """How many sectors."""
        return int(self.cells.shape[0] - len(INPUTS) - 1) // 2

    @cached_property
    def output(self) -> np.ndarray:
        """Output by sector, shares of GDP."""
        return np.asarray(self.cells[: self.n].sum(axis=1))

    @cached_property
    def added(self) -> np.ndarray:
        """Value added by sector, shares of GDP."""
        return np.asarray(self.cells[2 * self.n : 2 * self.n + len(INPUTS) - 1, : self.n].sum(axis=0))


def donors_of(tables: Sequence[Table], sectors: CommonSectors, references: Sequence[Table] = ()) -> list[Donor]:
    """Accounts in common sectors, as shares of GDP.

        Z' = S'Z S, S the sums; a sector wider than the common ones is parted row by row and column by column as in
        the mean of the accounts that have them apart, then balanced (cost = output) with all other cells as they were

    ``references``: further accounts that may say how sectors part, and are no donors.
    Raises ``TableError``, all faults at once: sectors without a class, or common sectors that no accounts have apart.
    """
    every = [*tables, *references]
    faults = [fault for t in every for fault in _unclassed(t, sectors)]
    raise_all(faults)
    blocks = [_blocks(t, sectors) for t in every]
    whole = [_sheet(t, sectors, b) for t, b in zip(every, blocks, strict=True)]
    apart = [cells for cells, b in zip(whole, blocks, strict=True) if len(b) == len(sectors.codes)]
    lacking = [b for own in blocks[: len(tables)] for b in own if len(b) > 1]
    if lacking and not apart:
        names = ", ".join(sectors.codes[i] for i in lacking[0])
        fix = "ask for fewer sectors, or name a donor that has them apart"
        raise StudyError(f"no accounts have {names} apart", where="sectors", fix=fix)
    n, donors = len(sectors.codes), list[Donor]()
    for t, own, cells in zip(tables, blocks, whole, strict=False):
        parted = tuple(sectors.codes[i] for b in own if len(b) > 1 for i in b)
        if parted:
            cells = _balanced(_parted(cells, own, np.mean(apart, axis=0), n), own, n)
        donors.append(Donor(t.country, t.country_name, t.year, t.source, _staying(cells, n), parted))
    return donors


def _staying(cells: np.ndarray, n: int) -> np.ndarray:
    """The sheet without imports that leave again: a country of passage says nothing of another's trade."""
    return np.column_stack([cells[:, :-1], np.where(np.arange(len(cells)) // n == 1, 0.0, cells[:, -1])])


def _unclassed(t: Table, sectors: CommonSectors) -> list[GroundplanError]:
    lacking = [str(c) for c in t.labels.index if str(c) not in t.classes or not sectors.of(t.classes[str(c)])]
    if not lacking:
        return []
    what = f"{t.country} {t.year} cannot lend its structure: no class is stated of {', '.join(lacking[:6])}"
    return [TableError(what, fix="state classes of ISIC Rev. 4 (groundplan names), or leave the country out")]


def _blocks(t: Table, sectors: CommonSectors) -> list[tuple[int, ...]]:
    """Common sectors in the finest groups that the country's own sectors can tell apart, in their order."""
    at = {code: i for i, code in enumerate(sectors.codes)}
    groups = [{i} for i in range(len(at))]
    for code in t.labels.index:
        touched = [at[c] for c in sectors.of(t.classes[str(code)])]
        joined = set.union(*(groups[i] for i in touched))
        for i in joined:
            groups[i] = joined
    return sorted({tuple(sorted(g)) for g in groups})


def _sheet(t: Table, sectors: CommonSectors, blocks: Sequence[tuple[int, ...]]) -> np.ndarray:
    """The sheet by groups of common sectors, shares of GDP."""
    of_common = {i: k for k, b in enumerate(blocks) for i in b}
    at = {code: i for i, code in enumerate(sectors.codes)}
    own = [of_common[at[sectors.of(t.classes[str(c)])[0]]] for c in t.labels.index]
    rows = _sums(own, len(blocks))
    finals = _sums([list(FINALS).index(FINAL_OF.get(str(k), str(k))) for k in t.final_kinds], len(FINALS))
    inputs = _sums([list(INPUTS).index(INPUT_OF.get(str(k), str(k))) for k in t.primary_kinds], len(INPUTS))
    cells = SheetLines(t).cells(t).to_numpy()
    row = sp.block_diag([rows, rows, inputs, np.eye(1)])
    column = sp.block_diag([rows, finals, np.eye(1)])
    out = np.asarray((row @ cells) @ column.T)
    return out / _gdp(out, len(blocks))


def _sums(of: Sequence[int], n: int) -> np.ndarray:
    return np.asarray(np.eye(n)[:, list(of)])


def _gdp(cells: np.ndarray, n: int) -> float:
    """GDP at market prices of a sheet: all inputs of sectors and the taxes of final uses."""
    return float(cells[2 * n :, :].sum())


def _parted(cells: np.ndarray, blocks: Sequence[tuple[int, ...]], mean: np.ndarray, n: int) -> np.ndarray:
    """Groups parted into their common sectors as the mean of other countries has them, columns first."""
    k = len(blocks)
    size = mean[:n].sum(axis=1)
    rows = np.vstack([mean[[*b], :].sum(axis=0) for b in blocks] + [mean[[n + i for i in b], :].sum(axis=0)
                                                                    for b in blocks] + [mean[2 * n :, :]])  # fmt: skip
    columns = np.zeros((len(cells), mean.shape[1]))
    columns[:, n:] = cells[:, k:]
    for at, b in enumerate(blocks):
        columns[:, [*b]] = cells[:, [at]] * _shares(rows[:, [*b]], size[[*b]])
    out = np.zeros(mean.shape)
    out[2 * n :] = columns[2 * k :]
    for at, b in enumerate(blocks):
        for first, where in ((0, at), (n, k + at)):
            places = [first + i for i in b]
            out[places, :] = columns[where] * _shares(mean[places, :].T, size[[*b]]).T
    return out


def _shares(parts: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Shares of each row's parts; by size where the row has none."""
    sizes = np.abs(parts)
    whole = sizes.sum(axis=1, keepdims=True)
    return np.asarray(np.where(whole > 0, sizes / np.where(whole > 0, whole, 1.0), size / size.sum()))


def _balanced(cells: np.ndarray, blocks: Sequence[tuple[int, ...]], n: int) -> np.ndarray:
    """Costs equal output in every part, and the parts add up to their whole in every line; all else stays.

    Where a publisher's rounding leaves a gap it stays too, shared by the parts' output.
    """
    gaps = cells[:n].sum(axis=1) - cells[:, :n].sum(axis=0)
    errors = np.zeros(cells.shape)
    lines_of = np.arange(cells.shape[0]), np.arange(cells.shape[1])
    for b in (list(b) for b in blocks if len(b) > 1):
        errors[[*b, *(n + i for i in b)], :] = errors[:, b] = PARTED
        size = cells[b].sum(axis=1)
        gaps[b] = gaps[b].sum() * size / size.sum()
        for first in (0, n):
            lines_of[0][[first + i for i in b]] = first + b[0]
        lines_of[1][b] = b[0]
    at = np.arange(cells.size)
    rows, columns = np.divmod(at, cells.shape[1])
    whole = lines_of[0][rows] * cells.shape[1] + lines_of[1][columns]
    kept = np.unique(whole[(lines_of[0][rows] != rows) | (lines_of[1][columns] != columns)])
    parts = np.isin(whole, kept)
    sums = sp.csr_array((np.ones(parts.sum()), (np.searchsorted(kept, whole[parts]), at[parts])),
                        shape=(len(kept), cells.size))  # fmt: skip
    balance = np.zeros((n, *cells.shape))
    for i in range(n):
        balance[i, i, :] += 1.0
        balance[i, :, i] -= 1.0
    names = [f"output less costs of sector {i + 1}" for i in range(n)] + [f"line {k}" for k in kept]
    known_sums = KnownSums(tuple(names), sp.csr_array(sp.vstack([sp.csr_array(balance.reshape(n, -1)), sums])),
                           np.concatenate([gaps, sums @ cells.ravel()]), np.zeros(n + len(kept)))  # fmt: skip
    return np.asarray(cross_entropy(cells, controls=known_sums, errors=errors * np.abs(cells)).matrix)


def donor_table(cells: np.ndarray, sectors: CommonSectors, *, country: str, country_name: str, year: int, money: str,
                source: Source) -> Table:  # fmt: skip
    """A sheet in common sectors as a table; its GDP is 1 where its cells are shares of it."""
    codes = list(sectors.codes)
    n, finals, inputs = len(codes), list(FINALS), list(INPUTS)

    def frame(rows: slice, columns: slice, index: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
        return pd.DataFrame(cells[rows, columns], list(index), list(names))

    f = len(finals)
    home, foreign, own = slice(0, n), slice(n, 2 * n), slice(n, n + f)
    return Table(
        country=country, country_name=country_name, year=year, money=money,
        domestic_use=frame(home, slice(0, n), codes, codes), imported_use=frame(foreign, slice(0, n), codes, codes),
        domestic_final=frame(home, own, codes, finals), imported_final=frame(foreign, own, codes, finals),
        exports=pd.Series(cells[home, -1], codes), reexports=pd.Series(cells[foreign, -1], codes),
        primary=frame(slice(2 * n, 2 * n + len(inputs)), slice(0, n), inputs, codes),
        final_taxes=pd.Series(cells[-1, n:], [*finals, "exports"]),
        final_kinds=pd.Series(finals, finals), primary_kinds=pd.Series(inputs, inputs),
        labels=pd.Series(dict(sectors.labels)), source=source, methods=(), rounding=0.0,
        names={**FINALS, **INPUTS}, classes={c: c for c in codes},
    )  # fmt: skip
