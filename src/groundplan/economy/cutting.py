"""Which share of a sector's every cell is a product's: its sales fitted first, then its costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.economy.splitting import SLACK, Split, placed
from groundplan.errors import GroundplanError, StudyError, raise_all

EXPORTS = "exports"
SHOWN = 4


@dataclass(frozen=True, eq=False)
class Asked:
    """What is known of a product p in sector s, in the economy's money a year; None where nothing is.

    ``value``: home output. ``imports``, ``exports``: of the product. ``inputs``: home and imported together, by code,
    s for what is left of the sector. ``labour``: employment; ``capital``: fixed capital. ``users``: weights by use.
    """

    product: str
    sector: str
    value: float
    imports: float | None = None
    exports: float | None = None
    inputs: Mapping[str, float] = field(default_factory=dict)
    labour: float | None = None
    capital: float | None = None
    users: Mapping[str, float] = field(default_factory=dict)
    where: str = ""


@dataclass(frozen=True, eq=False)
class Cut:
    """The fit of one product into the cells of its sector.

    1. Sales. Home sales, x_p less exports, go to the uses in proportion to their weights, no use getting more than it
       takes of the whole sector; what a use cannot take goes to the others in proportion. Imports likewise.
    2. Costs. Named inputs are what they are, home and imported in the sector's proportion; all other cells of the
       column, primary inputs too, are the sector's times one factor β, so that costs over output are the sector's:

           Σ named + β·Σ other = c_s·x_p / x_s,   0 ≤ β ≤ 1

    The sector's use of its own product is cut by 1 into use of p and of the rest, and each of these by 2. Both steps
    stay below the sector's cells, so the rest is nowhere negative where the sector is not. A negative cell (a stock
    drawn, goods sent back) is shared like output, or like imports where it is one of imports.
    Units: money / year; shares 1. Errors: ``StudyError``, all at once, for sales or costs that do not fit.
    """

    e: Economy
    asked: Asked

    @cached_property
    def whole(self) -> float:
        """x_s."""
        return float(self.e.output.sel(sector=self.asked.sector))

    @cached_property
    def output(self) -> float:
        """x_p / x_s."""
        return self.asked.value / self.whole if self.whole > 0 else 0.0

    @cached_property
    def exported(self) -> float:
        """e_p / e_s: as asked, else like output; exports with a user's weight are fitted with the other users."""
        sold = float(self.e.exports.sel(product=self.asked.sector))
        if self.asked.exports is None:
            return float(self._home[EXPORTS]) if self.asked.users else self.output
        return _ratio(self.asked.exports, sold)

    @cached_property
    def imported(self) -> float:
        """m_p / m_s: as asked, else like output."""
        if self.asked.imports is None:
            return self.output
        return _ratio(self.asked.imports, float(self.e.imports.sel(product=self.asked.sector)))

    def split(self) -> Split:
        """All shares, or what does not fit."""
        raise_all(self._limits(), where=self.asked.where)
        raise_all([*self._sales_faults(), *self._costs_faults()], where=self.asked.where)
        costs, primary = self._costs
        return Split(
            product=self.asked.product,
            sector=self.asked.sector,
            home=_array(self._home.drop(EXPORTS, errors="ignore"), "use"),
            imported=_array(self._foreign, "use"),
            exports=self.exported,
            reexports=self.imported,
            costs=_array(costs, "product"),
            primary=_array(primary, "primary"),
            labour=self._work,
            capital=self._plant,
            investment=self._plant if self._stock > 0 else self.output,
        )

    def short(self) -> list[str]:
        """Uses that take all they can, though their weight asks for more."""
        asked = pd.Index([u for u, w in self.asked.users.items() if w > 0])
        taken = self._home.reindex(asked)
        return [] if self.output >= 1.0 - SLACK else [str(u) for u in asked[(taken >= 1.0 - SLACK) | (taken == 0.0)]]

    def _row(self, origin: str) -> pd.Series:
        """The sector's row: what each sector and final category takes of it, home or imported, money / year."""
        s = self.asked.sector
        parts = {"home": ("domestic_use", "domestic_final"), "imported": ("imported_use", "imported_final")}[origin]
        row: pd.Series = pd.concat([getattr(self.e, part).sel(product=s, drop=True).to_series() for part in parts])
        return row

    @cached_property
    def _own(self) -> float:
        """The product that its own makers are said to use; home make provides what imports do not."""
        return self.asked.inputs.get(self.asked.product, 0.0)

    def _sales(self, origin: str) -> tuple[pd.Series, float]:
        """The sector's row that the product is fitted into, and how much of it the product is, money / year."""
        a, row = self.asked, self._row(origin)
        if origin == "imported":
            return row, self.imported * float(row.sum())
        sold = float(self.e.exports.sel(product=a.sector))
        if a.users and a.exports is None:
            return pd.concat([row, pd.Series({EXPORTS: sold})]), a.value
        return row, a.value - self.exported * sold

    @cached_property
    def _home(self) -> pd.Series:
        """Shares of the home row by use; NaN where it does not fit."""
        s = self.asked.sector
        brought = float(np.nan_to_num(self._foreign[s])) * max(self._row("imported")[s], 0.0)
        return _fitted(*self._sales("home"), self.asked.users, {s: max(self._own - brought, 0.0)}, self.output)

    @cached_property
    def _foreign(self) -> pd.Series:
        """Shares of the imported row by use."""
        return _fitted(*self._sales("imported"), self.asked.users, {}, self.imported)

    @cached_property
    def _column(self) -> pd.Series:
        """The sector's inputs by product, home and imported, its own product in two: p and what is left of s."""
        s, p = self.asked.sector, self.asked.product
        own = [self._row("home")[s], self._row("imported")[s]]
        uses: pd.Series = (self.e.domestic_use + self.e.imported_use).sel(sector=s, drop=True).to_series()
        part = own[0] * float(self._home[s]) + own[1] * float(self._foreign[s])
        column: pd.Series = pd.concat([uses.drop(s), pd.Series({p: part, s: sum(own) - part})])
        return column

    @cached_property
    def _paid(self) -> pd.Series:
        """The sector's primary inputs."""
        return pd.Series(self.e.primary.sel(sector=self.asked.sector, drop=True).to_series())

    @cached_property
    def _named(self) -> pd.Series:
        """Primary inputs that are known: pay goes with labour."""
        pay = (self.e.primary["primary_kind"] == "labour").values
        known = pay if self.asked.labour is not None else np.zeros(len(pay), bool)
        return pd.Series(known, self._paid.index)

    @cached_property
    def _balance(self) -> tuple[float, float]:
        """What the product's costs leave for the cells that are not named, and what those are in the sector."""
        column, paid, named = self._column, self._paid, self._named
        cost = float(column.sum() + paid.sum())
        stated = sum(self.asked.inputs.values()) + self._work * float(paid[named].sum())
        known = column.index.isin(list(self.asked.inputs))
        return cost * self.output - stated, float(column[~known].sum() + paid[~named].sum())

    @cached_property
    def _costs(self) -> tuple[pd.Series, pd.Series]:
        """Shares of the column by input product and by primary input."""
        left, there = self._balance
        beta = min(max(_ratio(left, there), 0.0), 1.0)
        column = self._column
        shares = pd.Series(beta, column.index)
        for i, amount in self.asked.inputs.items():
            shares[i] = min(_ratio(amount, float(column[i])), 1.0)
        return shares, pd.Series(np.where(self._named, self._work, beta), self._paid.index)

    @cached_property
    def _work(self) -> float:
        employed = float(self.e.employment.sel(sector=self.asked.sector).sum())
        return self.output if self.asked.labour is None else _ratio(self.asked.labour, employed)

    @cached_property
    def _stock(self) -> float:
        return float(self.e.capital_stock.sel(sector=self.asked.sector))

    @cached_property
    def _plant(self) -> float:
        return self.output if self.asked.capital is None else _ratio(self.asked.capital, self._stock)

    def _limits(self) -> list[GroundplanError]:
        """Totals that are larger than the sector's."""
        e, a, s = self.e, self.asked, self.asked.sector
        told = [
            ("output", a.value, self.whole, e.money, "a smaller quantity, price or share"),
            ("exports", a.exports, float(e.exports.sel(product=s)), e.money, "smaller exports"),
            ("imports", a.imports, float(e.imports.sel(product=s)), e.money, "smaller imports"),
            ("labour", a.labour, float(e.employment.sel(sector=s).sum()), e.employment_unit, "less labour per unit"),
            ("capital", a.capital, self._stock, e.money, "less capital per unit"),
        ]
        return [
            StudyError(f"{what} of {a.product} would be {asked:,.6g} {unit}, of all that '{s}' has left {most:,.6g}",
                       fix=f"give {fix}")
            for what, asked, most, unit, fix in told
            if asked is not None and asked > max(most, 0.0) * (1.0 + SLACK)
        ]  # fmt: skip

    def _sales_faults(self) -> list[GroundplanError]:
        """Home sales and imports that the users cannot take."""
        a, out = self.asked, list[GroundplanError]()
        who = "those named as its users" if a.users else "the users at home"
        for origin, fitted, like, fix in (
            ("home", self._home, self.output, "name more users, export more, or carve out less"),
            ("imported", self._foreign, self.imported, "name more users, or state fewer imports"),
        ):
            if not fitted.isna().any():
                continue
            row, due = self._sales(origin)
            due -= like * float(row.clip(upper=0.0).sum())
            able = row.clip(lower=0.0)
            most = float(able[[not a.users or a.users.get(str(u), 0.0) > 0 for u in row.index]].sum())
            told = f"{due:,.6g} {self.e.money} of {origin} {a.product} are to be sold: {who} take {most:,.6g} of"
            told += f" '{a.sector}'"
            if self._own > 0 and origin == "home":
                told += f"; its own makers are to take {self._own:,.6g}, all of '{a.sector}' {able[a.sector]:,.6g}"
            out.append(StudyError(told, fix=fix))
        return out

    def _costs_faults(self) -> list[GroundplanError]:
        """Inputs that the whole sector does not have, and columns that cannot be filled."""
        a, e, column = self.asked, self.e, self._column
        if column.isna().any():
            return []
        scale = SLACK * max(abs(float(column.sum() + self._paid.sum())), abs(a.value))
        out: list[GroundplanError] = []
        for i, amount in a.inputs.items():
            if amount > max(float(column[i]), 0.0) + scale:
                most = max(float(column[i]), 0.0) / a.value
                told = f"{a.product} takes {amount:,.6g} {e.money} of '{i}' ({e.label(i)}), all of '{a.sector}' only"
                out.append(StudyError(f"{told} {column[i]:,.6g}", fix=f"lower the coefficient to {most:.4g} at most"))
        left, there = self._balance
        if out or -scale <= min(left, there - left) or (there < 0 and there - scale <= left <= scale):
            return out
        if left < 0:
            told = f"the named inputs of {a.product} cost {-left:,.6g} {e.money} more than all its costs may"
            return [StudyError(told, fix="lower their coefficients, or raise the price")]
        told = f"beside its named inputs {a.product} would bear {left:,.6g} {e.money} of other costs"
        fix = "raise the coefficients, name fewer inputs, or carve out less"
        return [StudyError(f"{told}, all of '{a.sector}' only {there:,.6g}", fix=fix)]


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole != 0 else 0.0


def _array(shares: pd.Series, dim: str) -> xr.DataArray:
    return xr.DataArray(shares.to_numpy(dtype=float), coords={dim: [str(i) for i in shares.index]}, dims=dim)


def _fitted(
    row: pd.Series, total: float, users: Mapping[str, float], floors: Mapping[str, float], plain: float
) -> pd.Series:
    """Shares of a row's cells that sum to ``total``, by the users' weights, else in proportion; NaN if none do."""
    cells = row.to_numpy(dtype=float)
    weights = np.array([users.get(str(u), 0.0) for u in row.index]) if users else np.maximum(cells, 0.0)
    least = np.array([floors.get(str(u), 0.0) for u in row.index])
    there = cells > 0
    fitted = placed(
        total - plain * float(cells[~there].sum()), np.where(there, weights, 0.0), np.where(there, cells, 0.0), least
    )
    if fitted is None:
        return pd.Series(np.nan, row.index)
    return pd.Series(np.where(there, fitted / np.where(there, cells, 1.0), np.where(cells < 0, plain, 0.0)), row.index)
