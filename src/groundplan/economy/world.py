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
from groundplan.errors import BalanceError, GroundplanError, UnknownName, raise_all
from groundplan.glossary import quantity
from groundplan.sources import Source
from groundplan.tables.table import FINAL_KINDS, PRIMARY_KINDS, Table

SHOWN = 6


@dataclass(frozen=True, eq=False)
class World:
    """Balanced accounts of R countries with n industries each and f final categories each, N = R·n.

    The same accounts as an ``Economy``, with the country as a second level of every label: rows are ``product``,
    columns ``sector`` (labels "KOR C26"; coordinates ``product_country``, ``product_industry``, ``sector_country``,
    ``sector_industry``), final uses ``final`` (labels "KOR CONS_h"; ``final_country``, ``final_category``). Units are
    ``money`` a year.

        x  = Z·1 + Y·1            output, by construction
        x' = 1'Z + 1'V            checked by ``of``; what rounding leaves is in ``discrepancy``

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

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, xr.DataArray):
                value.values.flags.writeable = False

    @classmethod
    def of(
        cls,
        *,
        year: int,
        money: str,
        countries: Sequence[str],
        industries: Sequence[str],
        final_kinds: Mapping[str, str],
        use: np.ndarray,
        final_use: np.ndarray,
        primary: pd.DataFrame,
        primary_kinds: Mapping[str, str],
        final_primary: np.ndarray | None = None,
        output: np.ndarray | None = None,
        labels: Mapping[str, str] | None = None,
        names: Mapping[str, str] | None = None,
        source: Source,
        methods: Sequence[str] = (),
        rounding: float,
        tolerance: float = 1e-3,
    ) -> World:
        """A world from plain arrays, countries outermost in every order.

        Shapes: ``use`` N × N, ``final_use`` N × R·f, ``primary`` k × N (rows named), ``final_primary`` k × R·f
        (taxes and margins that final uses pay; zero where left out), ``output`` N as printed: it is compared with the
        uses and what is left is the ``discrepancy``. ``tolerance`` is the largest gap between costs and output that
        is accepted, as a share of output, with the publisher's ``rounding`` allowed on top.
        Raises ``BalanceError``, all faults at once, and ``GroundplanError`` where a shape is wrong.
        """
        finals = list(final_kinds)
        pairs = [(c, i) for c in countries for i in industries]
        uses = [(c, f) for c in countries for f in finals]
        bottom = np.zeros((len(primary), len(uses))) if final_primary is None else final_primary
        raise_all(
            [
                *_shapes(len(pairs), len(uses), len(primary), use, final_use, primary, bottom),
                *_kinds(final_kinds, primary_kinds, primary),
            ]
        )
        x = use.sum(axis=1) + final_use.sum(axis=1)
        cost = use.sum(axis=0) + primary.to_numpy(dtype=float).sum(axis=0)
        allowed = 0.5 * rounding * (len(pairs) + len(primary))
        where = f"world table {year}: {source.title}"
        raise_all(_gaps(pairs, x, cost, np.maximum(tolerance * np.abs(x), allowed), money), where=where)
        printed = x if output is None else np.asarray(output, dtype=float)
        product = {"product": ("product", _names(pairs)), **_levels("product", pairs, "industry")}
        sector = {"sector": ("sector", _names(pairs)), **_levels("sector", pairs, "industry")}
        final = {"final": ("final", _names(uses)), **_levels("final", uses, "category")}
        kinds = {"primary": list(primary.index.astype(str)), "primary_kind": ("primary", list(primary_kinds.values()))}

        def made(name: str, values: np.ndarray, *axes: Mapping[str, object]) -> xr.DataArray:
            coords = {k: v for axis in axes for k, v in axis.items()}
            dims = [next(iter(axis)) for axis in axes]
            return quantity(name, xr.DataArray(np.array(values, dtype=float), coords=coords, dims=dims), money)

        return cls(
            year=year,
            money=money,
            countries=tuple(countries),
            industries=tuple(industries),
            use=made("world_use", use, product, sector),
            final_use=made("world_final", final_use, product, final),
            primary=made("world_primary", primary.to_numpy(dtype=float), kinds, sector),
            final_primary=made("world_final_primary", bottom, kinds, final),
            final_kinds=dict(final_kinds),
            labels=dict(labels or {}),
            names=dict(names or {}),
            source=source,
            methods=tuple(methods),
            rounding=rounding,
            discrepancy=made("world_discrepancy", printed - x, product),
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
            rounding=self.rounding * max(1.0, (len(self.countries) - 1) / 2),
            names=dict(self.names),
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


def _shapes(
    rows: int,
    uses: int,
    kinds: int,
    use: np.ndarray,
    final_use: np.ndarray,
    primary: pd.DataFrame,
    bottom: np.ndarray,
) -> list[GroundplanError]:
    """Arrays whose shape is not what countries, industries and categories make, or with cells that are no numbers."""
    wanted = {
        "use": (use, (rows, rows)),
        "final_use": (final_use, (rows, uses)),
        "primary": (primary.to_numpy(dtype=float), (kinds, rows)),
        "final_primary": (bottom, (kinds, uses)),
    }
    faults: list[GroundplanError] = []
    for name, (array, shape) in wanted.items():
        if array.shape != shape:
            faults.append(
                BalanceError(
                    f"{name} is {array.shape[0]} × {array.shape[-1]}, expected {shape[0]} × {shape[1]}",
                    fix="give every country the same industries and final categories, countries outermost",
                )
            )
        elif not np.isfinite(array).all():
            faults.append(BalanceError(f"{name} has cells that are empty or not numbers", fix="give the figures"))
    return faults


def _kinds(
    final_kinds: Mapping[str, str], primary_kinds: Mapping[str, str], primary: pd.DataFrame
) -> list[GroundplanError]:
    """Kinds of final categories and primary inputs that are not known, or primary inputs without one."""
    bad = [f"{k} = {v}" for k, v in final_kinds.items() if v not in FINAL_KINDS]
    bad += [f"{k} = {v}" for k, v in primary_kinds.items() if v not in PRIMARY_KINDS]
    faults: list[GroundplanError] = []
    if bad:
        faults.append(BalanceError(f"kinds are not known: {', '.join(bad)}", fix="see FINAL_KINDS and PRIMARY_KINDS"))
    if list(primary_kinds) != [str(p) for p in primary.index]:
        faults.append(BalanceError("primary_kinds does not name the rows of primary", fix="one kind a row, in order"))
    return faults


def _gaps(
    pairs: Sequence[tuple[str, str]], x: np.ndarray, cost: np.ndarray, allowed: np.ndarray, money: str
) -> list[GroundplanError]:
    """Industries with negative output, and those whose costs miss their output."""
    faults: list[GroundplanError] = []
    negative, off = np.flatnonzero(x < -allowed), np.flatnonzero(np.abs(x - cost) > allowed)
    if negative.size:
        shown = ", ".join(" ".join(pairs[k]) for k in negative[:SHOWN])
        faults.append(BalanceError(f"{negative.size} industries have negative output: {shown}", fix="check their rows"))
    if off.size:
        worst = off[np.argsort(-np.abs(x - cost)[off])][:SHOWN]
        shown = ", ".join(f"{' '.join(pairs[k])} by {x[k] - cost[k]:+,.6g}" for k in worst)
        share = float(np.max(np.abs(x - cost)[off] / np.maximum(np.abs(x[off]), 1e-300)))
        faults.append(
            BalanceError(
                f"costs miss output in {off.size} industries ({money}): {shown}",
                fix=f"correct the columns, or accept them with tolerance above {share:.4f}",
            )
        )
    return faults
