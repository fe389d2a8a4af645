"""Domestic resource cost: what a unit of foreign exchange costs at home if a product is made instead of bought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.economy.leontief import Leontief
from groundplan.planning.activities import Activities
from groundplan.planning.feature import Feature
from groundplan.planning.features.trade.trade import FOREIGN_EXCHANGE
from groundplan.planning.prices import shadow_prices

if TYPE_CHECKING:
    from groundplan.planning.solved_plan import SolvedPlan

COLUMNS = ("year", "product", "label", "exchange", "labour", "plant", "other", "suppliers", "saved", "drc",
           "resources_total", "saved_total", "drc_total", "permission")  # fmt: skip


@dataclass(frozen=True, eq=False)
class OwnTechnique:
    """What one unit of each home product takes, year by year; products in the order of ``products``.

    home      A_d of every technique that differs, technique × product × product
    which     the technique of each year
    imported  1'A_m, all imported inputs together; year × product
    labour, plant, other  value of what is occupied and taken besides, at the year's prices; year × product
    """

    home: np.ndarray
    which: np.ndarray
    imported: np.ndarray
    labour: np.ndarray
    plant: np.ndarray
    other: np.ndarray

    @property
    def resources(self) -> np.ndarray:
        """Value of the primary resources that a unit takes, objective per unit; year × product."""
        total: np.ndarray = self.labour + self.plant + self.other
        return total

    def inputs_at(self, price: np.ndarray) -> np.ndarray:
        """P' A_d, what home inputs cost at the prices of each year; year × product."""
        cost: np.ndarray = np.stack([own @ self.home[k] for own, k in zip(price, self.which, strict=True)])
        return cost

    def through_suppliers(self, rows: np.ndarray) -> np.ndarray:
        """R' L of each year, rows × year × product; years of one technique share its factors."""
        content = np.empty_like(rows)
        for k, matrix in enumerate(self.home):
            years = np.flatnonzero(self.which == k)
            mine = rows[:, years].reshape(-1, rows.shape[2])
            content[:, years] = Leontief(matrix).solve_left(mine.T).T.reshape(rows.shape[0], len(years), -1)
        return content


def resource_costs(plan: SolvedPlan) -> pd.DataFrame:
    """The domestic resource cost of every product that is imported and made at home, direct and total, by year.

    With the plan's shadow prices (objective per unit) p of home products, w of labour, ρ of plant, q of whatever else
    is taken, and ε of foreign exchange, all of the same year,

        resources[i]  =  Σ_s w_s ℓ[s,i] + ρ_i + Σ_c q_c·take[c,i]          labour, plant, other
        saved[i]      =  1 − Σ_k A_m[k,i]                                  foreign exchange, imported inputs paid
        drc[i]        =  (resources[i] + Σ_j p_j A_d[j,i]) / (ε · saved[i])
        drc_total[i]  =  (resources' L)[i] / (ε · (1 − 1'A_m L)[i]),       L = (I − A_d)⁻¹

    The direct cost takes home inputs at their own prices, with the imports in them; the total one goes back to the
    primary resources and the imports of all suppliers. Below 1 a unit of foreign exchange is had more cheaply by
    making the product than it is worth: replace. It is without bound where making it takes more foreign exchange
    than it saves, and not known (NaN) in a year when foreign exchange is not scarce. Rents of limits on growth and
    decline belong to no resource and are in p alone, so the two measures can differ by them. Imported inputs cost 1,
    the base year's price. Technique is that of ``make:i``.

    Columns: year, product, label, exchange = ε, labour, plant, other, suppliers = Σ p A_d (objective per unit), saved,
    drc, resources_total, saved_total, drc_total, permission = the shadow price of one more unit that users would let
    home products replace (objective per unit).
    Units:  objective per unit of money; foreign exchange per unit; ratios 1.
    Source: Bruno (1972), domestic resource costs and effective protection, for the concept (not seen: as told by
            Bhagwati and Srinivasan, MIT working paper 219, 1978); prices of the plan in place of his.
    """
    a, e = plan.activities, plan.economy
    price = _shadow(plan)
    bought = [i for i, amount in zip(e.sectors, e.imports.values.tolist(), strict=True) if amount > 0]
    there = set(a.activities["activity"])
    products = [i for i in e.sectors if f"make:{i}" in there]
    chosen = [i for i in bought if i in products]
    at = pd.Index(products).get_indexer(pd.Index(chosen))
    if not chosen:
        return pd.DataFrame({c: [] for c in COLUMNS})
    t = _technique(a, _flows(a, products), price, len(products))
    home, permission = (_of_products(price, kind, products) for kind in ("home", "replaceable"))
    exchange = price.reindex([FOREIGN_EXCHANGE]).fillna(0.0).to_numpy().T
    content, cost = t.through_suppliers(np.stack([t.imported, t.resources]))
    inputs, saved, saved_total = t.inputs_at(home), 1.0 - t.imported, 1.0 - content
    columns = {
        "exchange": np.broadcast_to(exchange, saved.shape),
        "labour": t.labour, "plant": t.plant, "other": t.other, "suppliers": inputs,
        "saved": saved, "drc": _ratio(t.resources + inputs, exchange, saved),
        "resources_total": cost, "saved_total": saved_total, "drc_total": _ratio(cost, exchange, saved_total),
        "permission": permission,
    }  # fmt: skip
    table = pd.DataFrame({name: value[:, at].ravel() for name, value in columns.items()})
    names, labels = (np.asarray(what, dtype=object) for what in (chosen, [e.label(i) for i in chosen]))
    who = {"year": np.repeat(a.years, len(chosen)), "product": np.tile(names, len(a.years)),
           "label": np.tile(labels, len(a.years))}  # fmt: skip
    return table.assign(**who)[list(COLUMNS)]


def _of_products(price: pd.DataFrame, kind: str, products: list[str]) -> np.ndarray:
    """Prices of a kind of commodity, 0 where there is none; year × product."""
    return price.reindex([f"{kind}:{i}" for i in products]).fillna(0.0).to_numpy().T


def _ratio(resources: np.ndarray, exchange: np.ndarray, saved: np.ndarray) -> np.ndarray:
    """Resources / (ε · saved): without bound where nothing is saved, not known where ε is 0. Year × product."""
    worth = exchange * saved
    ratio: np.ndarray = np.divide(resources, worth, out=np.full(saved.shape, np.inf), where=worth > 1e-9 * exchange)
    return np.where(exchange > 0.0, ratio, np.nan)


def _flows(a: Activities, products: list[str]) -> pd.DataFrame:
    """What make:i takes and occupies: the position of i, the commodity's kind, and its product's position or -1."""
    f = a.flows[a.flows["activity"].isin([f"make:{i}" for i in products]) & (a.flows["role"] != "give")]
    at = {product: k for k, product in enumerate(products)}
    parted = [str(c).partition(":") for c in f["commodity"]]
    return f.assign(
        column=[at[str(name).removeprefix("make:")] for name in f["activity"]],
        kind=[kind for kind, _, _ in parted],
        row=[at.get(thing, -1) for _, _, thing in parted],
    )


def _technique(a: Activities, f: pd.DataFrame, price: pd.DataFrame, n: int) -> OwnTechnique:
    """The flows of make:i, as matrices and as values, in every year."""
    size = (len(f), len(a.years))
    factor = a.factor(np.repeat(f["profile"].to_numpy(dtype=object), size[1]), np.tile(a.years, size[0]))
    amount = f["coefficient"].to_numpy()[:, None] * factor.reshape(size)
    value = amount * price.reindex(f["commodity"]).fillna(0.0).to_numpy()
    column, row, kind = (f[name].to_numpy() for name in ("column", "row", "kind"))
    home = (kind == "home") & (row >= 0)
    which, _ = pd.factorize(np.array([one.tobytes() for one in amount[home].T], dtype=object))
    _, first = np.unique(which, return_index=True)
    matrices = np.zeros((len(first), n, n))
    for matrix, year in zip(matrices, first, strict=True):
        np.add.at(matrix, (row[home], column[home]), amount[home, year])

    def by_product(figures: np.ndarray, part: np.ndarray) -> np.ndarray:
        total = np.zeros((n, size[1]))
        np.add.at(total, column[part], figures[part])
        return total.T

    rest = ~home & ~np.isin(kind, ["import", "labour", "capacity"])
    parts = {"labour": kind == "labour", "plant": kind == "capacity", "other": rest}
    worth = {name: by_product(value, part) for name, part in parts.items()}
    return OwnTechnique(matrices, which, by_product(amount, kind == "import"), **worth)


def _shadow(plan: SolvedPlan) -> pd.DataFrame:
    """Shadow prices, commodity × year: as ``prices.prices``, in units of the objective; NaN where there is none."""
    worth = shadow_prices(plan.model, plan.duals)
    return worth.reindex(columns=list(plan.activities.years))


def resource_cost_table(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """The finding: ``resource_costs`` as a table of the outcome."""
    table = resource_costs(plan)
    return {"resource_costs": table} if len(table) else {}


FEATURE = Feature(findings=(resource_cost_table,))
