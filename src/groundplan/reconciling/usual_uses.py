"""What the accounts, or a year of a plan, say of each product: who takes it, and how much there is of everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, UnknownName
from groundplan.outcome import Outcome
from groundplan.reconciling.reported_figures import EXPORT, FINAL, IMPORT, OUTPUT, STOCK
from groundplan.solver.programme import Floats

# What a solver leaves of nothing, as a share of the largest output.
DUST = 1e-9


@dataclass(frozen=True, eq=False)
class UsualUses:
    """Products with their coefficients and amounts.

        output_i + import_i = Σ_j coefficients_ij·output_j + final use_i + stock change_i + export_i

    ``coefficients`` [n × n] home and imported together, units 1; ``amounts``: output, import, export, final use and
    stock change [n], in ``money`` a year; ``in_kind``: product → its own unit and the money that one is worth.
    ``promised``: they are a plan's, and what is reported is held against them.
    """

    products: tuple[str, ...]
    labels: Mapping[str, str]
    money: str
    coefficients: Floats
    amounts: Mapping[str, Floats]
    in_kind: Mapping[str, tuple[str, float]]
    promised: bool = False
    said: str = ""

    def amount(self, figure: str, product: str) -> float:
        """An amount of a product; NaN for a figure that is none of these."""
        if figure not in self.amounts or product not in self.products:
            return float("nan")
        return float(self.amounts[figure][self.products.index(product)])


def uses_of(e: Economy) -> UsualUses:
    """Those of an economy's accounts."""
    a = e.domestic_coefficients.values + e.import_coefficients.values
    finals = e.domestic_final.values + e.imported_final.values
    stocks = np.isin(e.domestic_final["final"].values, e.finals("inventories"))
    amounts = {
        OUTPUT: e.output.values, IMPORT: e.imports.values, EXPORT: e.exports.values + e.reexports.values,
        FINAL: finals[:, ~stocks].sum(axis=1), STOCK: finals[:, stocks].sum(axis=1),
    }  # fmt: skip
    in_kind = {code: (p.unit, p.price) for code, p in e.physical.items()}
    labels = {s: e.label(s) for s in e.sectors}
    said = f"the accounts of {e.country_name} {e.year}"
    return UsualUses(e.sectors, labels, e.money, a, amounts, in_kind, said=said)


def uses_in_plan(o: Outcome, e: Economy, year: int) -> UsualUses:
    """Those of a year of a plan, from its material balances: what the ways of making of each sector give and take, what
    is bought and sold abroad. What no sector takes and nobody exports is final use: what is consumed, built in, carried
    over or moved between home and imported supply.

    Raises ``GroundplanError`` for an outcome that is no plan of this economy, ``UnknownName`` for a year that it has
    not.
    """
    usual = uses_of(e)
    if o.engine not in ("plan", "replan") or "material_balances" not in o.tables:
        raise GroundplanError(
            f"an outcome of {o.engine} has no material balances", fix="name the folder of a plan, saved with --out"
        )
    lines = o.table("material_balances")
    if "activity" not in lines:
        raise GroundplanError("this plan was saved by an older version", fix="make it again, as its report says")
    years = sorted({int(y) for y in lines["year"]})
    if year not in years:
        raise UnknownName("year of the plan", year, years)
    if o.provenance.get("money") != e.money or not set(e.sectors) <= set(lines["product"]):
        raise GroundplanError(
            f"the plan ({o.provenance.get('country')}, {o.provenance.get('money')}) was made from other accounts",
            where=f"accounts of {e.country_name} {e.year}, {e.money}",
            fix="name the accounts that the plan was made from",
        )
    at = {s: n for n, s in enumerate(e.sectors)}
    n = len(at)
    z, supply = np.zeros((n, n)), {OUTPUT: np.zeros(n), IMPORT: np.zeros(n)}
    exports = np.zeros(n)
    for row in lines[(lines["year"] == year) & lines["product"].isin(at)].to_dict("records"):
        i, source, money = at[str(row["product"])], row["side"] == "source", float(row["money"])
        # make:SECTOR and make:SECTOR@TECHNIQUE, buy:PRODUCT and buy:PRODUCT@PARTNER, sell:PRODUCT
        kind, _, whose = str(row["activity"]).partition(":")
        if kind == "make" and source:
            supply[OUTPUT][i] += money
        elif kind == "make":
            z[i, at[whose.partition("@")[0]]] += money
        elif kind == "buy" and source:
            supply[IMPORT][i] += money
        elif kind == "sell" and not source:
            exports[i] += money
    final = supply[OUTPUT] + supply[IMPORT] - z.sum(axis=1) - exports
    least = DUST * float(supply[OUTPUT].max())
    amounts = {
        figure: np.where(np.abs(a) > least, a, 0.0)
        for figure, a in {**supply, EXPORT: exports, FINAL: final, STOCK: np.zeros(n)}.items()
    }
    a = z / np.where(supply[OUTPUT] > 0, supply[OUTPUT], np.inf)
    said = f"the plan of {e.country_name} for {year}"
    return UsualUses(e.sectors, usual.labels, e.money, a, amounts, usual.in_kind, promised=True, said=said)
