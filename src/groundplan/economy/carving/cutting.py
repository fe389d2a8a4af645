"""Which share of a sector's every cell is a product's: its sales fitted first, then its costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from groundplan.economy.carving.account_sheet import AccountSheet
from groundplan.economy.carving.splitting import SLACK, Split, placed
from groundplan.errors import GroundplanError, StudyError, raise_all

EXPORTS = "exports"
SHOWN = 4


@dataclass(frozen=True, eq=False)
class ProductFigures:
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

    sheet: AccountSheet
    asked: ProductFigures

    @cached_property
    def whole(self) -> float:
        """x_s."""
        return self.sheet.output(self.asked.sector)

    @cached_property
    def output(self) -> float:
        """x_p / x_s."""
        return self.asked.value / self.whole if self.whole > 0 else 0.0

    @cached_property
    def exported(self) -> float:
        """e_p / e_s: as asked, else like output; exports with a user's weight are fitted with the other users."""
        if self.asked.exports is None:
            return float(self._home[-1]) if self.asked.users else self.output
        return _ratio(self.asked.exports, float(self.sheet.exports[self._at]))

    @cached_property
    def imported(self) -> float:
        """m_p / m_s: as asked, else like output."""
        if self.asked.imports is None:
            return self.output
        return _ratio(self.asked.imports, self.sheet.imports(self.asked.sector))

    def split(self) -> Split:
        """All shares, or what does not fit."""
        raise_all(self._limits(), where=self.asked.where)
        raise_all([*self._sales_faults(), *self._costs_faults()], where=self.asked.where)
        costs, primary = self._costs
        return Split(
            product=self.asked.product,
            sector=self.asked.sector,
            home=self._home[: len(self.sheet.at)],
            imported=self._foreign,
            exports=self.exported,
            reexports=self.imported,
            costs=costs,
            primary=primary,
            labour=self._work,
            capital=self._plant,
            investment=self._plant if self._stock > 0 else self.output,
        )

    def short(self) -> list[str]:
        """Uses that take all they can, though their weight asks for more."""
        if self.output >= 1.0 - SLACK:
            return []
        taken = {u: self._home[i] for u, i in self._uses.items() if i < len(self._home)}
        weighed = [u for u, w in self.asked.users.items() if w > 0 and u in taken]
        return [str(u) for u in weighed if taken[u] >= 1.0 - SLACK or taken[u] == 0.0]

    @property
    def _at(self) -> int:
        return self.sheet.at[self.asked.sector]

    @cached_property
    def _uses(self) -> dict[str, int]:
        """Position of every use in a row, exports last."""
        return {**self.sheet.at, EXPORTS: len(self.sheet.at)}

    @cached_property
    def _inputs(self) -> dict[str, int]:
        """Position of every input in ``_column``."""
        at, n = self._at, len(self.sheet.codes)
        there = {code: i + (i > at) for code, i in self.sheet.at.items() if i < n}
        return {**there, self.asked.product: at + 1}

    @cached_property
    def _own(self) -> float:
        """The product that its own makers are said to use; home make provides what imports do not."""
        return self.asked.inputs.get(self.asked.product, 0.0)

    def _sales(self, origin: str) -> tuple[np.ndarray, float]:
        """The sector's row that the product is fitted into, and how much of it the product is, money / year."""
        a, at = self.asked, self._at
        if origin == "imported":
            row = self.sheet.foreign[at]
            return row, self.imported * float(row.sum())
        row, sold = self.sheet.home[at], float(self.sheet.exports[at])
        if a.users and a.exports is None:
            return np.append(row, sold), a.value
        return row, a.value - self.exported * sold

    @cached_property
    def _home(self) -> np.ndarray:
        """Shares of the home row by use; NaN where it does not fit."""
        row, total = self._sales("home")
        brought = float(np.nan_to_num(self._foreign[self._at])) * max(
            float(self.sheet.foreign[self._at, self._at]), 0.0
        )
        least = np.zeros(len(row))
        least[self._at] = max(self._own - brought, 0.0)
        return _fitted(row, total, self._weights(len(row)), least, self.output)

    @cached_property
    def _foreign(self) -> np.ndarray:
        """Shares of the imported row by use."""
        row, total = self._sales("imported")
        return _fitted(row, total, self._weights(len(row)), np.zeros(len(row)), self.imported)

    def _weights(self, n: int) -> np.ndarray | None:
        """Weights of the first n uses; None where none are stated."""
        if not self.asked.users:
            return None
        weights = np.zeros(len(self._uses))
        for use, weight in self.asked.users.items():
            weights[self._uses[use]] = weight
        return weights[:n]

    @cached_property
    def _column(self) -> np.ndarray:
        """The sector's inputs by product, home and imported, its own product in two: what is left of s, then p."""
        at, n = self._at, len(self.sheet.codes)
        own = [float(rows[at, at]) for rows in (self.sheet.home, self.sheet.foreign)]
        part = own[0] * float(self._home[at]) + own[1] * float(self._foreign[at])
        column = np.insert(self.sheet.home[:n, at] + self.sheet.foreign[:n, at], at + 1, part)
        column[at] = sum(own) - part
        return column

    @property
    def _paid(self) -> np.ndarray:
        """The sector's primary inputs."""
        return np.asarray(self.sheet.primary[:, self._at])

    @cached_property
    def _named(self) -> np.ndarray:
        """Primary inputs that are known: pay goes with labour."""
        pay = np.asarray(self.sheet.e.primary["primary_kind"].values == "labour")
        return pay if self.asked.labour is not None else np.zeros(len(pay), bool)

    @cached_property
    def _balance(self) -> tuple[float, float]:
        """What the product's costs leave for the cells that are not named, and what those are in the sector."""
        column, paid, named = self._column, self._paid, self._named
        cost = float(column.sum() + paid.sum())
        stated = sum(self.asked.inputs.values()) + self._work * float(paid[named].sum())
        is_named = np.zeros(len(column), bool)
        is_named[[self._inputs[i] for i in self.asked.inputs]] = True
        return cost * self.output - stated, float(column[~is_named].sum() + paid[~named].sum())

    @cached_property
    def _costs(self) -> tuple[np.ndarray, np.ndarray]:
        """Shares of the column by input product and by primary input."""
        left, there = self._balance
        beta = min(max(_ratio(left, there), 0.0), 1.0)
        column = self._column
        shares = np.full(len(column), beta)
        for i, amount in self.asked.inputs.items():
            at = self._inputs[i]
            shares[at] = min(_ratio(amount, float(column[at])), 1.0)
        return shares, np.where(self._named, self._work, beta)

    @cached_property
    def _work(self) -> float:
        employed = float(self.sheet.employment[:, self._at].sum())
        return self.output if self.asked.labour is None else _ratio(self.asked.labour, employed)

    @cached_property
    def _stock(self) -> float:
        return float(self.sheet.capital[self._at])

    @cached_property
    def _plant(self) -> float:
        return self.output if self.asked.capital is None else _ratio(self.asked.capital, self._stock)

    def _limits(self) -> list[GroundplanError]:
        """Totals that are larger than the sector's."""
        e, a, s, sheet = self.sheet.e, self.asked, self.asked.sector, self.sheet
        cases = [
            ("output", a.value, self.whole, e.money, "a smaller quantity, price or share"),
            ("exports", a.exports, float(sheet.exports[self._at]), e.money, "smaller exports"),
            ("imports", a.imports, sheet.imports(s), e.money, "smaller imports"),
            ("labour", a.labour, float(sheet.employment[:, self._at].sum()), e.employment_unit, "less labour per unit"),
            ("capital", a.capital, self._stock, e.money, "less capital per unit"),
        ]
        return [
            StudyError(f"{what} of {a.product} would be {asked:,.6g} {unit}, of all that '{s}' has left {most:,.6g}",
                       fix=f"give {fix}")
            for what, asked, most, unit, fix in cases
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
            if not np.isnan(fitted).any():
                continue
            row, due = self._sales(origin)
            due -= like * float(row.clip(max=0.0).sum())
            able, weights = row.clip(min=0.0), self._weights(len(row))
            most = float(able.sum() if weights is None else able[weights > 0].sum())
            what = f"{due:,.6g} {self.sheet.e.money} of {origin} {a.product} are to be sold: {who} take {most:,.6g} of"
            what += f" '{a.sector}'"
            if self._own > 0 and origin == "home":
                what += f"; its own makers are to take {self._own:,.6g}, all of '{a.sector}' {able[self._at]:,.6g}"
            out.append(StudyError(what, fix=fix))
        return out

    def _costs_faults(self) -> list[GroundplanError]:
        """Inputs that the whole sector does not have, and columns that cannot be filled."""
        a, sheet, column = self.asked, self.sheet, self._column
        if np.isnan(column).any():
            return []
        scale = SLACK * max(abs(float(column.sum() + self._paid.sum())), abs(a.value))
        out: list[GroundplanError] = []
        for i, amount in a.inputs.items():
            there = float(column[self._inputs[i]])
            if amount > max(there, 0.0) + scale:
                most = max(there, 0.0) / a.value
                what = f"{a.product} takes {amount:,.6g} {sheet.e.money} of '{i}' ({sheet.label(i)}), "
                what += f"all of '{a.sector}' only {there:,.6g}"
                out.append(StudyError(what, fix=f"lower the coefficient to {most:.4g} at most"))
        left, there = self._balance
        if out or -scale <= min(left, there - left) or (there < 0 and there - scale <= left <= scale):
            return out
        if left < 0:
            what = f"the named inputs of {a.product} cost {-left:,.6g} {sheet.e.money} more than all its costs may"
            return [StudyError(what, fix="lower their coefficients, or raise the price")]
        what = f"beside its named inputs {a.product} would bear {left:,.6g} {sheet.e.money} of other costs"
        fix = "raise the coefficients, name fewer inputs, or carve out less"
        return [StudyError(f"{what}, all of '{a.sector}' only {there:,.6g}", fix=fix)]


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole != 0 else 0.0


def _fitted(row: np.ndarray, total: float, weights: np.ndarray | None, floors: np.ndarray, plain: float) -> np.ndarray:
    """Shares of a row's cells that sum to ``total``, by the users' weights, else in proportion; NaN if none do."""
    there = row > 0
    cells = np.where(there, row, 0.0)
    fitted = placed(
        total - plain * float(row[~there].sum()),
        cells if weights is None else np.where(there, weights, 0.0),
        cells,
        floors,
    )
    if fitted is None:
        return np.full(len(row), np.nan)
    return np.where(there, fitted / np.where(there, row, 1.0), np.where(row < 0, plain, 0.0))
