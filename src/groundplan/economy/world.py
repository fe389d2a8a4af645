"""The accounts of many countries for one year: who buys what from whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.economy.leontief import Leontief
from groundplan.economy.table_checks import CAP, check_tolerance, left_by_sums, spread_of_rounding
from groundplan.errors import BalanceError, GroundplanError, UnknownName, raise_all
from groundplan.glossary import quantity
from groundplan.sources import Source
from groundplan.tables.table import Table
from groundplan.tables.world_table import WorldTable

SHOWN = 6


@dataclass(frozen=True, eq=False)
class World:
    """Balanced accounts of R countries with n industries each and f final categories each, N = R·n.

    The same accounts as an ``Economy``, with the country as a second level of every label: rows are ``product``,
    columns ``sector`` (labels "KOR C26"; coordinates ``product_country``, ``product_industry``, ``sector_country``,
    ``sector_industry``), final uses ``final`` (labels "KOR CONS_h"; ``final_country``, ``final_category``). Units are
    ``money`` a year.

        x  = Z·1 + Y·1            output, by construction
        x' = 1'Z + 1'V            checked by ``from_table``; printed output less the uses is in ``discrepancy``

    Domestic and imported uses are the diagonal and off-diagonal blocks; ``national`` is the view of one country.
    Source: Miller and Blair (2009), chapter 3, interregional model (chapter not checked).
    """

    year: int
    money: str
    countries: tuple[str, ...]
    industries: tuple[str, ...]
    use: xr.DataArray
    final_use: xr.DataArray
    primary: xr.DataArray
    final_primary: xr.DataArray
    final_kinds: Mapping[str, str]
    labels: Mapping[str, str]
    names: Mapping[str, str]
    source: Source
    methods: tuple[str, ...]
    rounding: float
    discrepancy: xr.DataArray = field(repr=False)
    classes: Mapping[str, str] = field(default_factory=dict)
    stated_rounding: float | None = None
    cut_off: bool = False

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, xr.DataArray):
                value.values.flags.writeable = False

    @classmethod
    def from_table(cls, table: WorldTable, *, tolerance: float = 1e-3) -> World:
        """A world from what a reader hands over, once its accounts are seen to balance.

        With x the printed output (uses and printed residual where there is none), for every industry

            |x − Z·1 − Y·1 − residual|  and  |x − 1'Z − 1'V|  ≤  max(tolerance · x, what rounding explains)

        Rounding explains r · (½ + √n) of a sum of n figures, at most a tenth of x. Where the publisher cut digits off
        every cell is too small, by r at most: uses and costs may then fall short of x by r · n, n all cells of the sum.

        Raises ``BalanceError``, all faults at once: negative output, rows or columns that miss it.
        """
        check_tolerance(tolerance)
        t = table
        pairs = [(c, i) for c in t.countries for i in t.industries]
        uses = [(c, f) for c in t.countries for f in t.final_kinds]
        out = t.use.sum(axis=1) + t.final_use.sum(axis=1)
        raise_all(_gaps(t, pairs, out, tolerance), where=f"world table {t.year}: {t.source.title}")
        product = {"product": ("product", _names(pairs)), **_levels("product", pairs, "industry")}
        sector = {"sector": ("sector", _names(pairs)), **_levels("sector", pairs, "industry")}
        final = {"final": ("final", _names(uses)), **_levels("final", uses, "category")}
        kinds = {"primary": list(t.primary_kinds), "primary_kind": ("primary", list(t.primary_kinds.values()))}
        paid = np.zeros((len(t.primary_kinds), len(uses))) if t.final_primary is None else t.final_primary

        def labelled(name: str, values: np.ndarray, *axes: Mapping[str, object]) -> xr.DataArray:
            coords = {k: v for axis in axes for k, v in axis.items()}
            dims = [next(iter(axis)) for axis in axes]
            return quantity(name, xr.DataArray(values, coords=coords, dims=dims), t.money)

        return cls(
            year=t.year,
            money=t.money,
            countries=tuple(t.countries),
            industries=tuple(t.industries),
            use=labelled("world_use", t.use, product, sector),
            final_use=labelled("world_final", t.final_use, product, final),
            primary=labelled("world_primary", t.primary, kinds, sector),
            final_primary=labelled("world_final_primary", paid, kinds, final),
            final_kinds=dict(t.final_kinds),
            labels=dict(t.labels),
            names=dict(t.names),
            classes=dict(t.classes),
            source=t.source,
            methods=tuple(t.methods),
            rounding=t.rounding,
            stated_rounding=t.stated_rounding,
            cut_off=t.cut_off,
            discrepancy=labelled("world_discrepancy", _printed(t, out) - out, product),
        )

    @property
    def size(self) -> int:
        """N, industries of all countries."""
        return len(self.countries) * len(self.industries)

    @cached_property
    def output(self) -> np.ndarray:
        """X = Z·1 + Y·1, money / year; shape N."""
        x: np.ndarray = self.use.values.sum(axis=1) + self.final_use.values.sum(axis=1)
        x.flags.writeable = False
        return x

    @cached_property
    def value_added(self) -> np.ndarray:
        """Output less all inputs less taxes on products and margins, money / year; shape N."""
        kinds = self.primary["primary_kind"].isin(["product_tax", "margin"]).values
        v: np.ndarray = self.output - self.use.values.sum(axis=0) - self.primary.values[kinds].sum(axis=0)
        v.flags.writeable = False
        return v

    @cached_property
    def coefficients(self) -> np.ndarray:
        """A = Z x̂⁻¹, N × N; a sector without output has a column of zeros. Units: 1."""
        x = self.output
        a: np.ndarray = self.use.values / np.where(x > 0, x, np.inf)
        a.flags.writeable = False
        return a

    @cached_property
    def leontief(self) -> Leontief:
        """The system I − A of the whole world."""
        return Leontief(self.coefficients)

    def rows(self, country: str) -> slice:
        """Where the industries of a country stand among the N; an unknown country is refused with the nearest."""
        n = len(self.industries)
        k = self._place(country)
        return slice(k * n, (k + 1) * n)

    def finals(self, country: str) -> slice:
        """Where the final categories of a country stand."""
        f = len(self.final_kinds)
        k = self._place(country)
        return slice(k * f, (k + 1) * f)

    def _place(self, country: str) -> int:
        if country not in self.countries:
            raise UnknownName("country in the world table", country, self.countries)
        return self.countries.index(country)

    @property
    def _imports_spread(self) -> float:
        """How much less exact than a cell an import is that sums those of all partners: √(R − 1).

        Where digits were cut off it is R − 1, at least 2: a cell then lacks up to a digit, and not half of one.
        """
        partners = max(1, len(self.countries) - 1)
        return float(max(2, partners) if self.cut_off else np.sqrt(partners))

    def exports(self, country: str) -> np.ndarray:
        """What a country's industries sell to all uses abroad, money / year; shape n."""
        here = self.rows(country)
        away = self.use.values[here].sum(axis=1) - self.use.values[here, here].sum(axis=1)
        finals = self.final_use.values[here]
        return np.asarray(away + finals.sum(axis=1) - finals[:, self.finals(country)].sum(axis=1))

    def table(self, country: str) -> Table:
        """The accounts of one country as a national table, imports by partner among them.

        Imports are at the partners' basic prices; taxes and margins are rows of ``primary``. There are no re-exports:
        goods that only pass through are trade between their maker and their user.
        """
        here, mine = self.rows(country), self.finals(country)
        columns = np.hstack([self.use.values[:, here], self.final_use.values[:, mine]])
        codes, finals = list(self.industries), list(self.final_kinds)
        blocks = {
            p: pd.DataFrame(columns[self.rows(p)], index=codes, columns=[*codes, *finals]) for p in self.countries
        }
        home = blocks.pop(country)
        abroad = sum(blocks.values(), start=home * 0.0)
        taxes = pd.Series(self.final_primary.values[:, mine].sum(axis=0), index=finals)
        kinds = self.primary["primary_kind"].values
        return Table(
            country=country,
            country_name=self.names.get(country, country),
            year=self.year,
            money=self.money,
            domestic_use=home[codes],
            imported_use=abroad[codes],
            domestic_final=home[finals],
            imported_final=abroad[finals],
            exports=pd.Series(self.exports(country), index=codes),
            reexports=pd.Series(0.0, index=codes),
            primary=pd.DataFrame(
                self.primary.values[:, here], index=self.primary["primary"].values.astype(str), columns=codes
            ),
            final_taxes=pd.concat([taxes, pd.Series({"exports": 0.0})]),
            final_kinds=pd.Series(dict(self.final_kinds)),
            primary_kinds=pd.Series(dict(zip(self.primary["primary"].values.astype(str), kinds, strict=True))),
            labels=pd.Series({i: self.labels.get(i, i) for i in codes}),
            source=self.source,
            methods=(*self.methods, f"The accounts are {country}'s part of a world table; exports are uses elsewhere."),
            rounding=self.rounding * self._imports_spread,
            stated_rounding=None if self.stated_rounding is None else self.stated_rounding * self._imports_spread,
            names=dict(self.names),
            classes=dict(self.classes),
            imported_by_partner=blocks,
        )

    def national(self, country: str, *, tolerance: float = 1e-3) -> Economy:
        """The economy of one country, partner split included; ``tolerance`` as in ``Economy.from_table``."""
        return Economy.from_table(self.table(country), tolerance=tolerance)


def _names(pairs: Sequence[tuple[str, str]]) -> list[str]:
    return [f"{c} {i}" for c, i in pairs]


def _levels(dim: str, pairs: Sequence[tuple[str, str]], second: str) -> dict[str, tuple[str, list[str]]]:
    """The two levels of a dimension's labels as coordinates along it."""
    return {f"{dim}_country": (dim, [c for c, _ in pairs]), f"{dim}_{second}": (dim, [i for _, i in pairs])}


def _printed(t: WorldTable, out: np.ndarray) -> np.ndarray:
    """Output as printed, or the uses and the printed residual where it is not."""
    if t.output is not None:
        return t.output
    return out if t.residual is None else out + t.residual


def _gaps(t: WorldTable, pairs: Sequence[tuple[str, str]], out: np.ndarray, tolerance: float) -> list[GroundplanError]:
    """Industries with negative output, and those whose uses or costs miss their output."""
    x = _printed(t, out)
    used = out if t.residual is None else out + t.residual
    cost = t.use.sum(axis=0) + t.primary.sum(axis=0)
    least = np.maximum(tolerance * np.abs(x), left_by_sums(x))
    faults: list[GroundplanError] = []
    negative = np.flatnonzero(x < -np.maximum(least, t.rounding))
    if negative.size:
        shown = ", ".join(" ".join(pairs[k]) for k in negative[:SHOWN])
        faults.append(BalanceError(f"{negative.size} industries have negative output: {shown}", fix="check their rows"))
    rows, columns = [t.use, t.final_use], [t.use.T, t.primary.T]
    for side, what, parts in (("uses", used, rows), ("costs", cost, columns)):
        gap = x - what
        off = np.flatnonzero(np.abs(gap) > np.maximum(least, _explained(t, parts, x, gap)))
        if off.size:
            worst = off[np.argsort(-np.abs(gap)[off])][:SHOWN]
            shown = ", ".join(f"{' '.join(pairs[k])} by {gap[k]:+,.6g}" for k in worst)
            share = float(np.max(np.abs(gap)[off] / np.maximum(np.abs(x[off]), 1e-300)))
            fix = f"correct them (the largest is {share:.1%} of output); a tolerance is for gaps of rounding"
            faults.append(BalanceError(f"{side} miss output in {off.size} industries ({t.money}): {shown}", fix=fix))
    return faults


def _explained(t: WorldTable, parts: Sequence[np.ndarray], x: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """[industry] how far x may be from the sum of its row of all ``parts`` because figures are printed to a digit."""
    cells = np.sum([np.count_nonzero(part, axis=1) for part in parts], axis=0)
    rounded = np.asarray(np.minimum(spread_of_rounding(t.rounding, cells), CAP * np.abs(x)))
    if not t.cut_off:
        return rounded
    # A figure below the last digit is printed as 0, so every cell counts; what was cut off is never too much.
    short = t.rounding * (1 + sum(part.shape[1] for part in parts))
    return np.asarray(np.where(gap > 0, short, np.maximum(rounded, t.rounding)))
