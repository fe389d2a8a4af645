"""Draws of uncertain figures: factors on inputs, yields, prices and markets, and where they stand in the programme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.activities import Activities
from groundplan.planning.choices.uncertainty import Uncertain
from groundplan.planning.families.rows import Model, label

LABOUR = "labour:"
MARKETS = "export markets"


@dataclass(frozen=True)
class _Place:
    """Where a kind of factor stands: in the coefficients of one verb and role, of commodities of one kind; without a
    role in the bounds of its activities.

    ``inverse``: the coefficient is divided by the factor; ``worse``: +1 where a larger factor makes plans harder,
    else −1.
    """

    verb: str
    role: str
    kind: str
    inverse: bool
    worse: float


PLACES = {
    "inputs": _Place("make", "take", "flow", False, 1.0),
    "yields": _Place("make", "occupy", "capacity", True, -1.0),
    "productivity": _Place("make", "occupy", "capacity", True, -1.0),
    "import prices": _Place("buy", "take", "account", False, 1.0),
    "export prices": _Place("sell", "give", "account", False, -1.0),
    MARKETS: _Place("sell", "", "", False, -1.0),
}


@dataclass(frozen=True, eq=False)
class UncertainFigures:
    """The factors of a plan's uncertain figures and the entries of the programme that they multiply.

    factors  record (position), member (a sector's or product's code), year (0: the whole plan)
    entries  row, column (of the solver), amount (what the factor less 1 adds to the entry), factor (position), inverse
    markets  column, factor: upper bounds that are multiplied
    """

    records: Sequence[Uncertain]
    factors: pd.DataFrame
    entries: pd.DataFrame
    markets: pd.DataFrame

    @cached_property
    def groups(self) -> np.ndarray:
        """Which factors share a part of their draw: those of one record and year."""
        return np.asarray(self.factors.groupby(["record", "year"], sort=True).ngroup())

    def factors_of(self, seed: int, member: int) -> np.ndarray:
        """The factors of one draw; the same for the same seed and member, whatever else is drawn.

        z[i] = √ρ·Z[record, year] + √(1−ρ)·ε[i],   Z, ε independent standard normal
        """
        stream = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(member,)))
        shared = stream.standard_normal(int(self.groups.max(initial=-1)) + 1)[self.groups]
        own = stream.standard_normal(len(self.factors))
        rho = self._of("correlation")
        return self._at(np.sqrt(rho) * shared + np.sqrt(1.0 - rho) * own)

    def prudent(self, margin: float) -> np.ndarray:
        """Factors that are all worse than expected by ``margin`` standard deviations; 1 for a margin of 0.

        f = F(Φ(±margin)) / F(½): every figure on the side that makes plans harder.
        """
        worse = np.asarray([PLACES[r.what].worse for r in self.records])[self.factors["record"]]
        return np.asarray(self._at(margin * worse) / self._at(np.zeros(len(worse))))

    def _of(self, name: str) -> np.ndarray:
        return np.asarray(np.asarray([float(getattr(r, name)) for r in self.records])[self.factors["record"]])

    def _at(self, z: np.ndarray) -> np.ndarray:
        """Every factor at its standard normal."""
        out = np.empty(len(z))
        for n, record in enumerate(self.records):
            own = self.factors["record"].to_numpy() == n
            out[own] = shaped(record, z[own])
        return out


def shaped(r: Uncertain, z: np.ndarray) -> np.ndarray:
    """The factor of a record at standard normal values: F⁻¹(Φ(z)), F cut off at low and high.

    >>> shaped(Uncertain("yields", shape="normal", spread=0.1), np.array([-1.0, 0.0])).round(6).tolist()
    [0.9, 1.0]
    """
    if r.shape == "triangular":
        u, wide = ndtr(z), r.high - r.low
        rising = r.low + np.sqrt(u * wide * (1.0 - r.low))
        falling = r.high - np.sqrt((1.0 - u) * wide * (r.high - 1.0))
        return np.asarray(np.where(u * wide <= 1.0 - r.low, rising, falling))
    if r.spread == 0.0:
        return np.ones(len(z))
    if r.shape == "normal":
        return np.asarray(1.0 + r.spread * _between(z, (r.low - 1.0) / r.spread, (r.high - 1.0) / r.spread))
    sigma = np.sqrt(np.log1p(r.spread**2))
    low, high = (float((np.log(end) + sigma**2 / 2) / sigma) for end in (r.low, r.high))
    return np.asarray(np.exp(sigma * _between(z, low, high) - sigma**2 / 2))


def _between(z: np.ndarray, low: float, high: float) -> np.ndarray:
    """Standard normal values, cut off at [low, high], at the same rank."""
    below, above = float(ndtr(low)), float(ndtr(high))
    return np.asarray(np.clip(ndtri(below + ndtr(z) * (above - below)), low, high))


def uncertain_figures(m: Model, records: Sequence[Uncertain]) -> UncertainFigures:
    """Where the uncertain figures stand in a programme.

    Raises ``UnknownName`` for sectors and products that have no such figure, all at once.
    """
    a, levels = m.activities, m.variables["level"]
    column, acts = levels.numbers, levels.coords["activity"]
    faults: list[GroundplanError] = []
    factors, entries, markets = [_frame("record", "member", "year")], [], []
    start = 0
    for n, record in enumerate(records):
        cells = _cells(a, record)
        cells = cells.assign(member=[_code(x) for x in cells["activity"]])
        codes = sorted(set(cells["member"]))
        faults += [UnknownName(f"product with {record.what}", s, codes, where=record.line) for s in record.of
                   if s not in codes]  # fmt: skip
        cells = cells[cells["member"].isin(record.of)] if record.of else cells
        when = cells["when"] if record.yearly else 0
        keys = cells.assign(of_year=when).groupby(["member", "of_year"], sort=True)
        own = keys.ngroup().to_numpy() + start
        named = pd.DataFrame(list(keys.groups), columns=["member", "year"]).assign(record=n)
        at = column[acts.get_indexer(pd.Index(cells["activity"])), cells["year"].to_numpy() - a.years[0]]
        spot = pd.DataFrame({"column": at, "factor": own})
        place = PLACES[record.what]
        if place.role:
            family, sign = _row_of(m, place)
            rows = _rows(m, family, cells)
            amount = sign * cells["amount"].to_numpy()
            spot = spot.assign(row=rows, amount=amount, inverse=place.inverse)
            entries.append(spot[spot["row"] >= 0])
        else:
            markets.append(spot)
        factors.append(named)
        start += len(named)
    raise_all(faults)
    listed = pd.concat(factors, ignore_index=True)
    return UncertainFigures(
        list(records),
        listed.astype({"record": int, "year": int}),
        pd.concat([_frame("row", "column", "amount", "factor", "inverse"), *entries], ignore_index=True),
        pd.concat([_frame("column", "factor"), *markets], ignore_index=True).astype(int),
    )


def _frame(*columns: str) -> pd.DataFrame:
    return pd.DataFrame({c: [] for c in columns})


def _cells(a: Activities, record: Uncertain) -> pd.DataFrame:
    """Coefficients that the record's factors multiply: activity, year of the level, commodity, when, amount."""
    place = PLACES[record.what]
    if not place.role:
        sold = [x for x in a.activities["activity"] if str(x).startswith(f"{place.verb}:")]
        years = np.tile(a.years, len(sold))
        return pd.DataFrame({"activity": np.repeat(sold, len(a.years)), "year": years, "when": years})
    cells = a.cells((place.role,), (place.kind,))
    mine = cells["activity"].str.startswith(f"{place.verb}:")
    labour = cells["commodity"].str.startswith(LABOUR)
    if record.what in ("yields", "productivity"):
        mine &= labour if record.what == "productivity" else ~labour
    return cells[mine]


def _code(activity: str) -> str:
    """The sector or product of an activity: ``elec`` of ``make:elec@hydro``."""
    return str(activity).partition(":")[2].partition("@")[0]


def _row_of(m: Model, place: _Place) -> tuple[str, float]:
    """The family in whose rows the coefficients of a place stand, and with which sign.

    Raises ``StudyError`` where the plan has none.
    """
    flow = (place.kind, place.role)
    for name, family in m.kinds.items():
        if flow in family.flows:
            return name, family.flows[flow]
    what = f"no limit of the plan counts what activities {place.role} of each {place.kind}, which is to be drawn"
    raise StudyError(what, fix="leave the limits of FAMILIES in, and add yours to them")


def _rows(m: Model, family: str, cells: pd.DataFrame) -> np.ndarray:
    """The solver's rows in which coefficients stand; −1 where there is none."""
    labels, rows = pd.Index(m.families[family].labels), m.families[family].numbers
    at = labels.get_indexer(label(cells["commodity"].to_numpy(dtype=object), cells["when"].to_numpy()))
    return np.where(at >= 0, rows[at], -1)
