"""The one data object: balanced accounts of one year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.capital import estimate_capital
from groundplan.economy.changed_figures import changed_figures
from groundplan.economy.estimating.expected_misses import short_trust, short_trust_without, trust, trust_without
from groundplan.economy.leontief import Leontief
from groundplan.economy.physical import Physical
from groundplan.economy.table_checks import check_balance
from groundplan.glossary import quantity
from groundplan.sources import Assumption, Source
from groundplan.tables import catalogue
from groundplan.tables.industry_classes import IndustryClass, class_of
from groundplan.tables.national_past import NationalPast, national_past
from groundplan.tables.table import Table

MOST_SHOWN = 12
# The largest gap between costs and output, as a share of output, that is accepted unasked, and what a larger one is
# called.
TOLERANCE = 1e-3
# Assumptions about the accounts themselves, by the names under which pages find them.
GAP_ACCEPTED = "gap accepted between costs and output"
PRINTED_DIGIT = "last printed digit"
BALANCED = "accounts balanced on purpose"
CARRIED = "accounts carried to the start of the plan"
ESTIMATED = "accounts estimated, not observed"
TRUST = "how estimated accounts were made, and how far to trust them"
# What planning asks of the source, in the words of ``not_stated``.
NO_START = "start year of the plan (it is the year after the accounts)"


@dataclass(frozen=True, eq=False)
class Economy:
    """Balanced accounts of one year: uses, final uses, primary inputs, and where they come from.

    Rows are ``product``, columns ``sector``, with the same labels: two names for two roles. All arrays are read-only;
    a change is ``economy.replacing(...)``. Units are ``money`` a year, but ``capital_stock`` (money) and
    ``employment`` (``employment_unit``). ``imported_by_partner`` says whom imports come from, cell by cell (partner ×
    product × use, the uses being sectors and final categories), where the source says it; None elsewhere. ``physical``
    has the unit, quantity and price of products that are also counted in their own unit (``carving.carve``); ``past``
    what is published of the country's growth, wear and income up to the year, None where nothing is; ``classes`` what
    each sector is (``tables.industry_classes``): no meaning is read from a code or a label; ``not_stated`` what
    planning asks and the source does not say, in words; ``plan_start`` the first year of a plan where the source says
    it; ``carried_from`` the year that the accounts are of where they were carried to another (``carried_accounts``).

        x  = Z_d·1 + Y_d·1 + e           output, by construction
        x' = 1'Z_d + 1'Z_m + 1'V         checked on load; the residual is in ``audit``
        m  = Z_m·1 + Y_m·1 + e_m         imports, re-exports among them

    Source: SNA 2008, chapter 28; Miller and Blair (2009), chapters 2 and 4 (chapters not checked).
    """

    country: str
    country_name: str
    year: int
    money: str
    domestic_use: xr.DataArray
    imported_use: xr.DataArray
    domestic_final: xr.DataArray
    imported_final: xr.DataArray
    exports: xr.DataArray
    reexports: xr.DataArray
    primary: xr.DataArray
    final_taxes: xr.DataArray
    employment: xr.DataArray
    employment_unit: str
    capital_stock: xr.DataArray
    depreciation: xr.DataArray
    investment_by_sector: xr.DataArray
    labels: Mapping[str, str]
    names: Mapping[str, str]
    sources: tuple[Source, ...]
    methods: tuple[str, ...]
    assumptions: tuple[Assumption, ...]
    rounding: float
    controls: Mapping[str, float] = field(default_factory=dict)
    imported_by_partner: xr.DataArray | None = None
    physical: Mapping[str, Physical] = field(default_factory=dict)
    past: NationalPast | None = None
    classes: Mapping[str, str] = field(default_factory=dict)
    not_stated: tuple[str, ...] = ()
    plan_start: int | None = None
    carried_from: int | None = None
    estimate: Table | None = None

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, xr.DataArray):
                value.values.flags.writeable = False

    @classmethod
    def load(cls, country: str = "KEN", year: int | None = None) -> Economy:
        """The shipped accounts of ``country``, the latest year unless one is named.

        They are read once; every call gives an economy of its own on the same read-only arrays.
        Raises ``UnknownName`` with the nearest country or year, ``TableError`` where the file is not what it should be.

        >>> Economy.load("KEN", 2019).money
        'KES2019bn'
        """
        entry = catalogue.find(country, year)
        return replace(_shipped(entry.country, entry.year))

    @classmethod
    def from_table(cls, table: Table, *, tolerance: float = TOLERANCE, trend_growth: float = 0.02) -> Economy:
        """Accounts from what a reader hands over; capital, wear and labour are estimated where it has none.

        ``tolerance`` is the largest gap between a column's costs and its output that is accepted, as a share of
        output (the publisher's rounding is allowed on top). ``trend_growth`` (1 / year) is used only where
        fixed capital must be estimated from investment and nothing is published of its growth. Raises
        ``BalanceError``, all faults at once.
        """
        check_balance(table, tolerance, _balancing)
        shipped = national_past(table.country, table.year)
        past = shipped if table.past is None else table.past.over(shipped)
        capital = estimate_capital(table, past, trend_growth)
        employment, unit, labour = _employment(table)
        money = table.money
        finals = {"final_kind": ("final", table.final_kinds.to_numpy(dtype=str))}
        primaries = {"primary_kind": ("primary", table.primary_kinds.to_numpy(dtype=str))}

        def square(name: str, frame: pd.DataFrame) -> xr.DataArray:
            return quantity(name, _array(frame, "product", "sector"), money)

        def vector(name: str, series: pd.Series, dim: str) -> xr.DataArray:
            return quantity(name, _array(series, dim), money)

        return cls(
            country=table.country,
            country_name=table.country_name,
            year=table.year,
            money=money,
            domestic_use=square("domestic_use", table.domestic_use),
            imported_use=square("imported_use", table.imported_use),
            domestic_final=quantity(
                "domestic_final", _array(table.domestic_final, "product", "final").assign_coords(finals), money
            ),
            imported_final=quantity(
                "imported_final", _array(table.imported_final, "product", "final").assign_coords(finals), money
            ),
            exports=vector("exports", table.exports, "product"),
            reexports=vector("reexports", table.reexports, "product"),
            primary=quantity("primary", _array(table.primary, "primary", "sector").assign_coords(primaries), money),
            final_taxes=vector("final_taxes", table.final_taxes, "use"),
            employment=quantity("employment", _array(employment, "skill", "sector"), money).assign_attrs(units=unit),
            employment_unit=unit,
            capital_stock=vector("capital_stock", capital.stock, "sector"),
            depreciation=vector("depreciation", capital.depreciation, "sector"),
            investment_by_sector=vector("investment_by_sector", capital.investment, "sector"),
            labels=dict(table.labels.astype(str)),
            names=dict(table.names),
            sources=(table.source, *capital.sources),
            methods=table.methods,
            assumptions=(
                *capital.assumptions,
                *labour,
                *_classes_lacking(table),
                *_gap_accepted(tolerance),
                *_printed_digit(table),
                *_estimated(table),
            ),
            not_stated=_not_stated(table, past),
            rounding=table.rounding,
            controls={} if table.controls is None else {str(k): float(v) for k, v in table.controls.items()},
            imported_by_partner=_by_partner(table),
            past=past,
            classes=dict(table.classes),
            plan_start=table.plan_start,
            estimate=table if table.draws is not None else None,
        )

    def replacing(self, **changes: object) -> Economy:
        """A copy with some fields changed; nothing computed is carried over."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def with_figures(
        self,
        capital_output: float | Mapping[str, float] | None = None,
        depreciation: float | Mapping[str, float] | None = None,
        trend_growth: float | None = None,
        employment: Mapping[str, float] | None = None,
    ) -> Economy:
        """A copy with other figures for fixed capital and employment, and the change on record.

        ``capital_output``: capital over GDP (years) for the whole economy, or capital over output by sector;
        ``depreciation``: wear by sector, or the whole economy's (1 / year), which dwellings' wear does not follow;
        ``trend_growth``: rescales capital so that base-year investment keeps it growing at this rate (1 / year), after
        another wear of the whole economy at the rate before unless ``capital_output`` says how much there is;
        ``employment``: by sector, in the economy's unit, shared out over skills as before.
        Raises ``UnknownName`` for sectors that are not there.
        """
        return changed_figures(self, capital_output, depreciation, trend_growth, employment)

    @property
    def observed_year(self) -> int:
        """The year that was observed: ``year``, unless the accounts were carried to it from another."""
        return self.year if self.carried_from is None else self.carried_from

    @property
    def is_estimate(self) -> bool:
        """Whether the accounts were estimated and nobody observed them."""
        return any(a.name == ESTIMATED for a in self.assumptions)

    @cached_property
    def sectors(self) -> tuple[str, ...]:
        """Sector codes, which are also the product codes."""
        return tuple(str(s) for s in self.domestic_use["sector"].values)

    def figures(self, name: str) -> Mapping[str, float]:
        """A vector of the accounts, such as ``output``, by label: read once, then a look-up.

        >>> economy = Economy.load("KEN", 2019)
        >>> economy.figures("output")["maiz"] == float(economy.output.sel(sector="maiz"))
        True
        """
        if name not in self._figures:
            array: xr.DataArray = getattr(self, name)
            labels = array[array.dims[0]].values.tolist()
            self._figures[name] = dict(zip(labels, array.values.tolist(), strict=True))
        return self._figures[name]

    @cached_property
    def _figures(self) -> dict[str, dict[str, float]]:
        return {}

    @cached_property
    def stated_classes(self) -> dict[str, str]:
        """Sector → its class as it is stated; a product carved out of a sector has that sector's."""
        of = {s: self.physical[s].sector or s if s in self.physical else s for s in self.sectors}
        return {s: self.classes[c] for s, c in of.items() if c in self.classes}

    @cached_property
    def class_by_sector(self) -> dict[str, IndustryClass | None]:
        """Sector → its class; None where none is stated."""
        return {s: class_of(text) if (text := self.stated_classes.get(s)) else None for s in self.sectors}

    @property
    def unclassed(self) -> tuple[str, ...]:
        """Sectors without a class: no scenario, basket, recipe or branch that names a class knows them."""
        return tuple(s for s, one in self.class_by_sector.items() if one is None)

    def finals(self, kind: str) -> tuple[str, ...]:
        """Final categories of one kind: household, nonprofit, government, investment or inventories."""
        return tuple(name for name, own in self.final_kinds.items() if own == kind)

    @cached_property
    def final_kinds(self) -> Mapping[str, str]:
        """Every final category and its kind, in the order of the accounts."""
        coords = self.domestic_final.coords
        names, kinds = (coords[c].values.astype(str).tolist() for c in ("final", "final_kind"))
        return dict(zip(names, kinds, strict=True))

    def label(self, code: str) -> str:
        """The English name of a sector, final category, skill or primary input; the code where there is none."""
        return self.labels.get(code, self.names.get(code, code))

    @cached_property
    def output(self) -> xr.DataArray:
        """X = Z_d·1 + Y_d·1 + e, money / year, by sector."""
        x = self.domestic_use.values.sum(axis=1) + self.domestic_final.values.sum(axis=1) + self.exports.values
        return quantity("output", self.exports.copy(data=x).rename(product="sector"), self.money)

    @cached_property
    def imports(self) -> xr.DataArray:
        """M = Z_m·1 + Y_m·1 + e_m, money / year, by product."""
        m = self.imported_use.values.sum(axis=1) + self.imported_final.values.sum(axis=1) + self.reexports.values
        return quantity("imports", self.reexports.copy(data=m), self.money)

    @cached_property
    def value_added(self) -> xr.DataArray:
        """Gross value added at basic prices: output less uses and less taxes on the products used.

            v = x − 1'Z_d − 1'Z_m − 1'V[product taxes, margins]

        Units: money / year. Source: SNA 2008, 6.8 (chapters not checked).
        """
        inputs = self.domestic_use.values.sum(axis=0) + self.imported_use.values.sum(axis=0)
        v = self.output.values - inputs - self.product_charges
        return quantity("value_added", self.output.copy(data=v), self.money)

    @property
    def product_charges(self) -> np.ndarray:
        """1'V[product taxes, margins]: what users pay on top of the products they use. Shape n, money / year."""
        kinds = self.primary["primary_kind"].values
        return np.asarray(self.primary.values[(kinds == "product_tax") | (kinds == "margin")].sum(axis=0))

    @cached_property
    def product_taxes(self) -> float:
        """Taxes less subsidies on products over all uses, money / year."""
        intermediate = self.primary[self.primary["primary_kind"] == "product_tax"].sum()
        return float(intermediate + self.final_taxes.sum())

    @cached_property
    def gdp(self) -> float:
        """Gross domestic product at market prices: value added and taxes less subsidies on products, money / year."""
        return float(self.value_added.sum()) + self.product_taxes

    def _per_output(self, use: xr.DataArray) -> xr.DataArray:
        x = self.output.values
        return use.copy(data=use.values / np.where(x > 0, x, np.inf))

    @cached_property
    def domestic_coefficients(self) -> xr.DataArray:
        """A_d = Z_d x̂⁻¹; a sector without output has a column of zeros. Units: 1."""
        return quantity("domestic_coefficients", self._per_output(self.domestic_use), self.money)

    @cached_property
    def import_coefficients(self) -> xr.DataArray:
        """A_m = Z_m x̂⁻¹; a sector without output has a column of zeros. Units: 1."""
        return quantity("import_coefficients", self._per_output(self.imported_use), self.money)

    @cached_property
    def leontief(self) -> Leontief:
        """The system I − A_d."""
        return Leontief(self.domestic_coefficients.values)

    def requirements(self, final_use: np.ndarray) -> np.ndarray:
        """Output that final uses draw: solves (I − A_d) x = f. Shapes n or n × k; money / year."""
        return self.leontief.solve(final_use)

    def prices(self, row: np.ndarray) -> np.ndarray:
        """Cumulated content: solves p' (I − A_d) = r', one solve on the transpose. Shapes n or n × k."""
        return self.leontief.solve_left(row)


@cache
def _shipped(country: str, year: int) -> Economy:
    return Economy.from_table(catalogue.load(country, year))


def _array(frame: pd.DataFrame | pd.Series, *dims: str) -> xr.DataArray:
    coords = {dim: [str(c) for c in axis] for dim, axis in zip(dims, frame.axes, strict=True)}
    return xr.DataArray(frame.to_numpy(dtype=float).copy(), coords=coords, dims=dims)


def _by_partner(table: Table) -> xr.DataArray | None:
    """Imports by partner, product and use as one array; None where the source does not part them."""
    if not table.imported_by_partner:
        return None
    frames = table.imported_by_partner
    first = next(iter(frames.values()))
    coords = {
        "partner": [str(p) for p in frames],
        "product": [str(c) for c in first.index],
        "use": [str(c) for c in first.columns],
    }
    values = np.stack([f.to_numpy(dtype=float) for f in frames.values()])
    return quantity("imported_by_partner", xr.DataArray(values, coords=coords, dims=list(coords)), table.money)


def _classes_lacking(table: Table) -> tuple[Assumption, ...]:
    """What is taken of sectors without a class, where there are some."""
    codes = list(map(str, table.labels.index))
    lacking = [c for c in codes if c not in table.classes]
    if not lacking:
        return ()
    shown = ", ".join(f"{table.labels[c]} ({c})" for c in lacking[:MOST_SHOWN])
    more = f" and {len(lacking) - MOST_SHOWN} more" if len(lacking) > MOST_SHOWN else ""
    whole = len(lacking) == len(codes)
    value = f"none of {len(codes)} sectors has one" if whole else f"{len(lacking)} have none: {shown}{more}"
    basis = (
        "no meaning is read from codes; what has no class has capital in the ratio of other services and the mean "
        "basket, and no scenario, recipe or branch that names a class knows it"
    )
    return (Assumption("classes of sectors", value, basis, "the template's column class, or --classes FILE"),)


def _estimated(table: Table) -> tuple[Assumption, ...]:
    """That accounts are an estimate, from what, and how far to trust it; nothing for observed ones."""
    if table.estimated_with:
        value = f"an estimate of {table.year}, made with the structures of {table.estimated_with}"
        change = f"accounts of {table.year}"
        basis = "tables that were hidden and estimated alike; a page of the manual has each"
        return (
            Assumption(ESTIMATED, value, trust_without(), change),
            Assumption(TRUST, short_trust_without(table.facts_behind), basis, change),
        )
    if table.estimated_from is None:
        return ()
    value = f"an estimate of {table.year}, made from the accounts of {table.estimated_from}"
    years, change = table.year - table.estimated_from, f"accounts of {table.year}"
    basis = "updates of tables whose later year was hidden; a page of the manual has each"
    return (
        Assumption(ESTIMATED, value, trust(years), change),
        Assumption(TRUST, short_trust(table.estimated_from, years, table.facts_behind), basis, change),
    )


def _balancing(table: Table) -> str:
    """What balancing on purpose would change, as a further way to mend accounts; empty where it cannot be done."""
    from groundplan.economy.balancing.mending import offer

    said = offer(table)
    return f"; or, if these are the publisher's own figures, balance them (--balance): {said}" if said else ""


def _gap_accepted(tolerance: float) -> tuple[Assumption, ...]:
    """A tolerance that was stated, for every page to repeat."""
    if tolerance <= TOLERANCE:
        return ()
    words = "stated by who opened the accounts; sectors within it were not asked about"
    return (Assumption(GAP_ACCEPTED, f"up to {tolerance:.3g} of a sector's output", words, "tolerance"),)


def _printed_digit(table: Table) -> tuple[Assumption, ...]:
    """What the figures say of their last digit where the layout or the form says otherwise."""
    if table.stated_rounding is None:
        return ()
    read = f"{table.rounding:g} {table.money}" if table.rounding else "none: the figures were computed, not printed"
    basis = f"read from the figures; the layout or the form says {table.stated_rounding:g}, and is not followed"
    return (Assumption(PRINTED_DIGIT, read, basis, "nothing to change: it is read from the figures"),)


def _not_stated(table: Table, past: NationalPast | None) -> tuple[str, ...]:
    """What planning asks and the source does not say, each with what stands for it."""
    codes = list(map(str, table.labels.index))
    lacking = sum(c not in table.classes for c in codes)
    heads = table.employment is not None and not table.employment_unit.startswith("base-year")
    asked = {
        f"classes of {lacking} of {len(codes)} sectors (they are in no scenario, basket or recipe)": lacking == 0,
        "heads by sector and skill (wages stand for them)": heads,
        "capital by sector (it is estimated)": table.capital_stock is not None,
        "wear of capital": table.fixed_capital_consumption is not None or (past is not None and past.wear is not None),
        "growth of population": past is not None and past.population_growth is not None,
        "growth of labour (population's stands for it)": past is not None and past.labour_growth is not None,
        "growth of output per head": past is not None and past.per_head is not None,
        NO_START: table.plan_start is not None,
    }
    return tuple(words for words, there in asked.items() if not there)


def _employment(table: Table) -> tuple[pd.DataFrame, str, tuple[Assumption, ...]]:
    """Employment as the source gives it; else wages, else value added, in money units, and said so."""
    if table.employment is not None:
        assumed: tuple[Assumption, ...] = ()
        if "wage units" in table.employment_unit:
            assumed = (
                Assumption(
                    "labour in wage units",
                    table.employment_unit,
                    "the source has no head counts: one unit is the labour that earned one money unit in the base year",
                    "a table with head counts",
                ),
            )
        return table.employment, table.employment_unit, assumed
    wages = table.primary.loc[table.primary_kinds == "labour"]
    basis = "base-year wages"
    if wages.empty:
        kinds = table.primary_kinds
        basis = "base-year value added"
        wages = table.primary.loc[~kinds.isin(["product_tax", "margin"])].sum().to_frame("labour").T
    unit = f"{basis} ({table.money})"
    note = Assumption(
        "labour",
        unit,
        f"the source has neither head counts nor labour by skill: labour is counted in {basis}",
        "a table with employment",
    )
    return wages.clip(lower=0.0), unit, (note,)
