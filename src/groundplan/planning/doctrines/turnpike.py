"""The turnpike: the proportions in which an economy grows fastest for ever, and how far a plan's capital is from them.

A long plan that starts and ends elsewhere keeps near it in between.
Source: von Neumann (1945); Dorfman, Samuelson and Solow (1958), chapter 12 (citation not checked).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError
from groundplan.planning.features.people.households import groups
from groundplan.planning.features.production.production import CapitalGoods, plant_for_money
from groundplan.planning.features.trade.trade import export_receipts

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

STEPS, CLOSE, FASTEST = 80, 1e-12, 10.0


@dataclass(frozen=True, eq=False)
class Ray:
    """Balanced growth: its rate (1 / year), and output and capital by sector in proportion, each summing to 1."""

    growth: float
    output: pd.Series
    capital: pd.Series


def balanced_growth(use: np.ndarray, capital: np.ndarray, wear: np.ndarray) -> tuple[float, np.ndarray]:
    """The rate g and the proportions x of balanced growth.

        x = A x + B (δ̂ + g) x,   x ≥ 0, Σ x = 1;   so ρ(A + B (δ̂ + g)) = 1, ρ the spectral radius

    Shapes: ``use`` A n × n, what a unit of output uses up, the consumption of its workers among it; ``capital`` B
    n × n, B[i,j] the product i in the plant for a unit of j; ``wear`` δ n. ρ rises with g, so g is found by bisection,
    from −min δ on: capital shrinks no faster than it wears.
    Units:  1 / year; 1.
    Errors: ``GroundplanError`` where there is none: output does not pay for what it uses, or nothing needs capital.
    Source: Leontief (1953), dynamic system; Dorfman, Samuelson and Solow (1958), chapter 12 (citations not checked).

    >>> growth, _ = balanced_growth(np.array([[0.5]]), np.array([[2.0]]), np.array([0.05]))
    >>> round(growth, 6)
    0.2
    """
    low, high = -float(wear.min()), FASTEST

    def radius(g: float) -> float:
        return float(np.abs(np.linalg.eigvals(use + capital * (wear + g))).max())

    if radius(low) >= 1.0:
        raise GroundplanError("output does not pay for what it uses up, so nothing can grow in balance")
    if radius(high) <= 1.0:
        raise GroundplanError("nothing needs capital, so growth in balance has no limit")
    for _ in range(STEPS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if radius(middle) < 1.0 else (low, middle)
        if high - low < CLOSE:
            break
    values, vectors = np.linalg.eig(use + capital * (wear + low))
    x = np.abs(vectors[:, int(np.abs(values).argmax())].real)
    return low, x / x.sum()


def ray(e: Economy, policy: Policy) -> Ray:
    """The ray of an economy: workers consume the base year's basket, imports are paid by exports as they were composed.

        A = A_d + ε·(1'A_m)/r + (c_d + ε·1'c_m/r)·l',   B = (φ_d + ε·1'φ_m/r)·κ',   κ_j = u_j K_j / x_j

    c what is consumed per unit of labour, by households, government and others together; l labour per unit of output, r
    receipts of foreign exchange per unit of exports, ε the composition of exports (an economy without exports makes
    its imports at home). Technique, and labour per unit of output, are the base year's: growth is of everything alike.
    Raises ``GroundplanError`` where no balanced growth is possible.
    """
    there = np.flatnonzero(e.output.values > 0)
    codes = [e.sectors[k] for k in there]
    x = e.output.values[there]
    export = _abroad(e)
    labour = e.employment.sum("skill").values[there] / x

    def with_exports(home: np.ndarray, imported: np.ndarray) -> np.ndarray:
        paid = home + (imported if export is None else np.multiply.outer(export, imported.sum(axis=0)))
        return np.asarray(paid)[there]

    use = with_exports(e.domestic_coefficients.values, e.import_coefficients.values)[:, there]
    names = groups(e)
    eaten = with_exports(
        *(getattr(e, p).sel(final=names).sum("final").values for p in ("domestic_final", "imported_final"))
    )
    goods = CapitalGoods(e)
    built = with_exports(*(goods.bought(p).to_numpy() for p in ("domestic_final", "imported_final")))
    stock = e.capital_stock.values[there]
    cost = np.array([1.0 / plant_for_money(e, policy, j) if k > 0 else 0.0 for j, k in zip(codes, stock, strict=True)])
    eaten = eaten / float(e.employment.sum())
    growth, output = balanced_growth(use + np.outer(eaten, labour), np.outer(built, cost), e.depreciation.values[there])
    capital = pd.Series(output * cost, index=codes)
    return Ray(growth, pd.Series(output, index=codes), capital / capital.sum())


def _abroad(e: Economy) -> np.ndarray | None:
    """Exports, by product, that pay for one unit of imports; None where there are none to speak of."""
    sold = np.maximum(e.exports.values, 0.0)
    return sold / (sold.sum() * export_receipts(e)) if sold.sum() > 0 else None


def capital_by_year(e: Economy, policy: Policy, stock: pd.DataFrame) -> pd.DataFrame:
    """Capital at base-year cost of a plan's plant, sector × start of year: K_j[t] = k_j[t] · cost of a unit of plant j.

    ``stock``: what is kept, commodity × stage. Units: money.
    """
    plant = [c for c in stock.index if str(c).startswith("capacity:") and str(c).partition(":")[2] in e.sectors]
    codes = [str(c).partition(":")[2] for c in plant]
    cost = np.array([1.0 / plant_for_money(e, policy, j) for j in codes])
    return pd.DataFrame(stock.loc[plant].to_numpy() * cost[:, None], index=codes, columns=stock.columns)


def distance(capital: pd.DataFrame, on: Ray) -> pd.DataFrame:
    """How far capital's composition is from the ray's, by year.

        share = ½ Σ_j |s_j − s*_j|  (Bray-Curtis: the part of capital that stands elsewhere)
        angle = acos(s·s* / |s||s*|)

    Columns: share (1), angle (degrees), by year (the columns of ``capital``).
    Source: Bray and Curtis (1957, citation not checked).
    """
    there = capital.reindex(on.capital.index).fillna(0.0)
    s = (there / there.sum()).to_numpy()
    ideal = on.capital.to_numpy()[:, None]
    cosine = (s * ideal).sum(axis=0) / (np.linalg.norm(s, axis=0) * np.linalg.norm(ideal))
    table = {"share": 0.5 * np.abs(s - ideal).sum(axis=0), "angle": np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))}
    return pd.DataFrame(table, index=pd.Index([int(y) for y in capital.columns], name="year"))
