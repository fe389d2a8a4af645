"""How far an economy depends on others, directly and through its suppliers' suppliers."""

from __future__ import annotations

from numbers import Integral

import numpy as np
import pandas as pd
import scipy.linalg
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.errors import StudyError
from groundplan.glossary import quantity
from groundplan.measures.bundles import Bundle, bundle
from groundplan.measures.labelled import by_product, by_sector, per_output, share_of


def direct_import_share(e: Economy) -> xr.DataArray:
    """Imports over total supply, by product.

        m[i] / (x[i] + m[i]);  NaN for a product that nobody supplies

    Units:  1.
    Source: Miller and Blair (2009), chapter 4 (chapter not checked); import penetration, exports left in the base.
    """
    supply = e.output.rename(sector="product") + e.imports
    return quantity("direct_import_share", e.imports / supply.where(supply > 0), e.money)


def self_sufficiency_ratio(e: Economy) -> xr.DataArray:
    """Output over what the country uses itself, by product; above 1 it sells more abroad than it buys.

        x[i] / (x[i] + m[i] − e[i] − e_m[i]);  NaN where nothing is used at home

    Units:  1.
    Source: FAO, food balance sheets (self-sufficiency ratio) (citation not checked).
    """
    x = e.output.rename(sector="product")
    used = x + e.imports - e.exports - e.reexports
    return quantity("self_sufficiency_ratio", x / used.where(used > 0), e.money)


def sector_import_content(e: Economy) -> xr.DataArray:
    """Imports that one unit of final use of j's home product needs in all rounds.

        1' A_m L,   L = (I − A_d)⁻¹   (one solve on the transpose)

    Units:  1.
    Source: Miller and Blair (2009), chapter 4; Hummels, Ishii and Yi (2001), vertical specialisation (not checked).
    """
    return by_sector("sector_import_content", e.prices(e.import_coefficients.values.sum(axis=0)), e)


def cost_content(e: Economy) -> pd.DataFrame:
    """Who is paid in the end for one unit of j's home product: own factors, foreigners and the state.

        v'L + 1'A_m L + t'L = 1';   v = value added, t = taxes less subsidies on products and margins, per output

    Index: sector. Columns: value_added, imports, taxes; a row sums to one; NaN for a sector without output.
    Units:  1.
    Source: Miller and Blair (2009), chapter 4 (chapter not checked).
    """
    v, t, m = cost_shares(e)
    content = pd.DataFrame(e.prices(np.array([v, m, t]).T), list(e.sectors), ["value_added", "imports", "taxes"])
    return content.where(e.output.to_series() > 0)


def cost_shares(e: Economy) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Value added, taxes on products (with margins) and imported inputs per unit of output. Shapes n, units 1."""
    own, outside = per_output(e.value_added.values, e), per_output(e.product_charges, e)
    return own, outside, e.import_coefficients.values.sum(axis=0)


def direct_import_by_product(e: Economy, of: str | Bundle = "household") -> xr.DataArray:
    """What a final use buys from abroad without anybody in between, by product; households unless another is named.

        f_m[i]

    Units:  money / year.
    Source: our own (docs/explanation/dependence.md).
    """
    return by_product("direct_import_by_product", bundle(e, of).imported.copy(), e)


def import_content_by_product(e: Economy, of: str | Bundle = "household") -> xr.DataArray:
    """Which imports a final use needs, direct and through all suppliers; households unless another is named.

        A_m L f_d + f_m

    Units:  money / year, by imported product.
    Source: Miller and Blair (2009), chapter 4 (chapters not checked).
    """
    f = bundle(e, of)
    content = content_by_product(e.import_coefficients.values, e.requirements(f.home), f.imported)
    return by_product("import_content_by_product", content, e)


def content_by_product(foreign: np.ndarray, output: np.ndarray, direct: np.ndarray) -> np.ndarray:
    """A_m x + f_m for the home output x that a final use draws; shapes … × n × n, … × n, … × n."""
    return np.asarray((foreign @ output[..., None])[..., 0] + direct)


def import_content_by_round(e: Economy, of: str | Bundle = "household", rounds: int = 6) -> xr.DataArray:
    """The imports that a final use needs, by how many home makers stand between the border and the user.

        round 0         f_m
        round k         A_m A_d^(k−1) f_d,   k = 1 … K
        beyond          A_m L A_d^K f_d      (one solve; the rounds and this sum to A_m L f_d + f_m)

    Shape (K + 2) × n, labels ``0`` … ``K``, ``beyond``.
    Units:  money / year, by imported product.
    Source: Miller and Blair (2009), chapter 2, power series of the Leontief inverse (chapter not checked).
    Raises ``StudyError`` where ``rounds`` is no whole number from 1 on.
    """
    if not isinstance(rounds, Integral) or rounds < 1:
        raise StudyError(f"rounds is {rounds}", where="import content by round", fix="ask for one round or more")
    f = bundle(e, of)
    a_home, a_foreign = e.domestic_coefficients.values, e.import_coefficients.values
    outputs = [f.home]
    for _ in range(rounds):
        outputs.append(a_home @ outputs[-1])
    outputs[-1] = e.requirements(outputs[-1])
    values = np.vstack([f.imported, (a_foreign @ np.array(outputs).T).T])
    coords = {"round": [*map(str, range(rounds + 1)), "beyond"], "product": list(e.sectors)}
    return quantity("import_content_by_round", xr.DataArray(values, coords=coords, dims=list(coords)), e.money)


def import_content_of_uses(e: Economy) -> pd.DataFrame:
    """What every final category and exports contain of imports, home value added and taxes on products.

        direct = 1'f_m,  indirect = 1'A_m L f_d,  value_added = v'L f_d,  taxes = t'L f_d

    Index: final category, ``exports``, ``final use``. Columns: spending (basic prices), direct, indirect, imports
    (their sum), value_added, taxes, all money / year, and share = imports / spending (1). Taxes paid by the final
    user himself are outside spending. Units: as said.
    Source: Miller and Blair (2009), chapter 4 (chapter not checked).
    """
    uses = [*map(str, e.domestic_final["final"].values), "exports", "final use"]
    bundles = [bundle(e, use) for use in uses]
    home = np.array([f.home for f in bundles])
    content = home @ e.prices(np.array(cost_shares(e)).T)
    direct = np.array([f.imported.sum() for f in bundles])
    spending = home.sum(axis=1) + direct
    imports = direct + content[:, 2]
    columns = {
        "spending": spending,
        "direct": direct,
        "indirect": content[:, 2],
        "imports": imports,
        "value_added": content[:, 0],
        "taxes": content[:, 1],
        "share": share_of(imports, spending),
    }
    return pd.DataFrame(columns, pd.Index(uses, name="use"))


def household_import_content(
    e: Economy,
    replaced: np.ndarray | None = None,
    deepened: np.ndarray | None = None,
    bought: tuple[np.ndarray, np.ndarray] | None = None,
) -> float:
    """Imported share of household spending at basic prices, with all rounds.

        1'(A_m L f_d + f_m) / 1'(f_d + f_m)

    ``replaced`` and ``deepened`` (by product, shares 0 to 1) move that share of every row from imported to home and
    from home to imported; ``bought``: what households buy of home and of imported products, where it is not the
    accounts' baskets (money / year). NaN where households buy nothing. Units: 1.
    Source: our own (docs/explanation/dependence.md).
    """
    n = len(e.sectors)
    to_home = np.zeros(n) if replaced is None else replaced
    to_foreign = np.zeros(n) if deepened is None else deepened
    names = list(e.finals("household"))
    at = e.domestic_final.indexes["final"].get_indexer(names)
    home, imported = (f.values[:, at].sum(axis=1) for f in (e.domestic_final, e.imported_final))
    if bought is not None:
        home, imported = bought
    a_home, a_foreign = _moved(e.domestic_coefficients.values, e.import_coefficients.values, to_home, to_foreign)
    f_home, f_foreign = _moved(home, imported, to_home, to_foreign)
    x = scipy.linalg.solve(np.eye(n) - a_home, f_home)
    spent = float((f_home + f_foreign).sum())
    return float((a_foreign @ x + f_foreign).sum()) / spent if spent else float("nan")


def _moved(
    home: np.ndarray, foreign: np.ndarray, to_home: np.ndarray, to_foreign: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    r, d = (to_home[:, None], to_foreign[:, None]) if home.ndim == 2 else (to_home, to_foreign)
    return home * (1 - d) + foreign * r, foreign * (1 - r) + home * d


def dependence_table(e: Economy, top: int = 10, of: str | Bundle = "household") -> pd.DataFrame:
    """The products that a final use draws most from abroad, direct and in all rounds; households unless named.

    Index: product. Columns: direct and total (money / year), share of the total (1), import share of the product's
    supply (1), self-sufficiency (1).
    """
    total = import_content_by_product(e, of).to_series()
    table = pd.DataFrame(
        {
            "direct": direct_import_by_product(e, of).to_series(),
            "total": total,
            "share": total / total.sum(),
            "import_share": direct_import_share(e).to_series(),
            "self_sufficiency": self_sufficiency_ratio(e).to_series(),
        }
    )
    return table.sort_values("total", ascending=False).head(top)
