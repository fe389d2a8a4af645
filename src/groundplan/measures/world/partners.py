"""Partners: how concentrated supplies are, and what is lost when one partner's fall out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.economy.world import World
from groundplan.errors import GroundplanError, StudyError
from groundplan.glossary import quantity
from groundplan.measures.labelled import by_product, share_of
from groundplan.measures.world.value_added_trade import value_added_content, value_added_share


def partner_share(e: Economy) -> xr.DataArray:
    """Whom the imports of a product come from, over all its uses at home.

        s[r, i] = m[r, i] / Σ_r m[r, i];  NaN for a product that is not imported

    Shape partner × product. Re-exports are left out: the source does not say where they come from.
    Units:  1.
    Source: SNA 2008, chapter 26, imports by partner (chapter not checked).
    Raises ``GroundplanError`` where the accounts do not say whom imports come from.
    """
    m = _imports(e).sum("use")
    return quantity("partner_share", m.copy(data=share_of(m.values, m.values.sum(axis=0))), e.money)


def supplier_concentration(e: Economy) -> xr.DataArray:
    """Herfindahl index of the partners of a product: 1 / k for k equal suppliers, 1 for a single one.

        H[i] = Σ_r s[r, i]²,   s = ``partner_share``

    Units:  1.
    Source: Herfindahl (1950), Hirschman (1945) (citations not checked).
    Raises ``GroundplanError`` where the accounts do not say whom imports come from.
    """
    return by_product("supplier_concentration", (partner_share(e).values ** 2).sum(axis=0), e)


def largest_partner_share(e: Economy) -> xr.DataArray:
    """The share of a product's imports that its largest partner supplies.

        max_r s[r, i],   s = ``partner_share``

    Units:  1.
    Source: our own.
    Raises ``GroundplanError`` where the accounts do not say whom imports come from.
    """
    return by_product("largest_partner_share", partner_share(e).values.max(axis=0), e)


def partner_table(e: Economy) -> pd.DataFrame:
    """Concentration of every imported product, dearest imports first.

    Index: product. Columns: imports (money / year), concentration (Herfindahl, 1), partner = the largest, share =
    what it supplies (1); NaN and None for a product that is not imported.
    Units:  as said.
    Source: ``supplier_concentration``.
    """
    imports = _imports(e).sum(["partner", "use"]).values
    table = _concentration(partner_share(e).values, _imports(e)["partner"].values, list(e.sectors))
    return _dearest_first({"imports": imports}, table)


def partner_share_looked_through(w: World, country: str) -> xr.DataArray:
    """Where the value added in a country's imports of a product was earned, whoever sold them.

        s[o, i] = Σ_r v_o'L[:, r i] m[r, i] / Σ_o Σ_r …,   m[r, i] = imports from r ≠ c for all uses      (R solves)

    The own country is an origin too: what it sold abroad may come back. NaN for a product that is not imported.
    Shape R × n: origin, product.
    Units:  1.
    Source: our own, from value added by origin (Johnson and Noguera 2012, citation not checked).
    Raises ``UnknownName`` where the table has no such country.
    """
    content = value_added_content(w).reshape(len(w.countries), len(w.countries), -1)
    earned = np.einsum("ori,ri->oi", content, _imported(w, country))
    coords = {"origin": list(w.countries), "product": list(w.industries)}
    array = xr.DataArray(share_of(earned, earned.sum(axis=0)), coords=coords, dims=list(coords))
    return quantity("partner_share_looked_through", array, w.money)


def supplier_concentration_looked_through(w: World, country: str) -> xr.DataArray:
    """Herfindahl index of the countries in which the value added of a product's imports was earned.

        H[i] = Σ_o s[o, i]²,   s = ``partner_share_looked_through``

    Units:  1.
    Source: as ``supplier_concentration`` and ``partner_share_looked_through``.
    """
    shares = partner_share_looked_through(w, country)
    squares = xr.DataArray((shares.values**2).sum(axis=0), coords={"product": list(w.industries)}, dims="product")
    return quantity("supplier_concentration_looked_through", squares, w.money)


def concentration_table(w: World, country: str) -> pd.DataFrame:
    """Concentration of every imported product, direct and looked through, dearest imports first.

    Index: product. Columns: imports (money / year); concentration, partner, share: whom it is bought from;
    concentration_looked_through, origin, origin_share: where its value added was earned (1).
    Units:  as said.
    Source: ``supplier_concentration`` and ``supplier_concentration_looked_through``.
    """
    bought = _imported(w, country)
    shares = share_of(bought, bought.sum(axis=0))
    names, codes = np.array(w.countries), list(w.industries)
    earned = partner_share_looked_through(w, country).values
    through = _concentration(earned, names, codes).set_axis(
        ["concentration_looked_through", "origin", "origin_share"], axis=1
    )
    direct = _concentration(shares, names, codes)
    return _dearest_first({"imports": bought.sum(axis=0)}, direct.join(through))


def partner_extraction(w: World, country: str, share: float = 1.0) -> pd.DataFrame:
    """What is lost when a partner's supplies to the industries of a country fall out, each partner in turn.

    A_rc is cut by the share α; final uses stay. With L = (I − A)⁻¹, rank n (Sherman, Morrison, Woodbury):

        M = I + α A_rc L_cr
        supply side   g'M = 1',          lost output  x_j α (g'A_rc L_cj),   all j     (Ghosh: what c makes of them)
        demand side   M u = A_rc x_c,    lost output  α L_jr u,              all j     (Leontief: who made them)

    The supply side takes every buyer to shrink with its input and nothing to be replaced, the demand side takes all to
    be replaced from nowhere: neither is a forecast. Both need n + R solves on the transpose and no factorisation anew.

    Index: partner, largest loss at home first. Columns: inputs = α 1'Z_rc 1; supply_home, supply_world: value added
    lost at home and in the world, supply side; demand_partner, demand_home, demand_world: the same on the demand
    side (money / year); supply_share = supply_home over the country's value added (1).
    Units:  as said.
    Source: Miller and Lahr (2001); Dietzenbacher and Lahr (2013) for partial extraction; Ghosh (1958); the formulas
    are derived here and proved against solving anew (citations not checked).
    Raises ``UnknownName`` for a country that is not there, ``StudyError`` where ``share`` is not from 0 to 1.
    """
    if not 0.0 <= share <= 1.0:
        raise StudyError(f"share is {share!r}", where="extraction of a partner", fix="give a share from 0 to 1")
    n, here = len(w.industries), w.rows(country)
    others = [k for k, c in enumerate(w.countries) if c != country]
    v = value_added_share(w)
    own_rows = w.leontief.solve_left(np.eye(w.size, n, -here.start)).T
    a = w.coefficients[:, here].reshape(-1, n, n)[others]
    l_home = own_rows.reshape(n, -1, n).transpose(1, 0, 2)[others]
    system = np.eye(n) + share * a @ l_home
    stopped = np.linalg.solve(system.transpose(0, 2, 1), np.ones((len(others), n, 1)))
    supply = share * (stopped.transpose(0, 2, 1) @ a)[:, 0] @ own_rows * (v * w.output)
    unbought = share * np.linalg.solve(system, (a @ w.output[here])[..., None])[..., 0]
    content = value_added_content(w).reshape(len(w.countries), -1, n)
    demand = np.einsum("sri,ri->rs", content[:, others], unbought)
    mine = w.countries.index(country)
    columns = {
        "inputs": share * (a @ w.output[here]).sum(axis=1),
        "supply_home": supply[:, here].sum(axis=1),
        "supply_world": supply.sum(axis=1),
        "demand_partner": demand[np.arange(len(others)), others],
        "demand_home": demand[:, mine],
        "demand_world": demand.sum(axis=1),
        "supply_share": share_of(supply[:, here].sum(axis=1), w.value_added[here].sum()),
    }
    table = pd.DataFrame(columns, pd.Index([w.countries[k] for k in others], name="partner"))
    return table.sort_values("supply_home", ascending=False, kind="stable")


def _imports(e: Economy) -> xr.DataArray:
    """Imports by partner, product and use; refused where the accounts do not part them."""
    if e.imported_by_partner is None:
        raise GroundplanError(
            f"the accounts of {e.country} {e.year} do not say whom imports come from",
            fix="take the country from a world table, or a table with imports by partner",
        )
    return e.imported_by_partner


def _imported(w: World, country: str) -> np.ndarray:
    """m[r, i], imports of a country for all its uses, its own row zero. Shape R × n, money / year."""
    mine = w.use.values[:, w.rows(country)].sum(axis=1) + w.final_use.values[:, w.finals(country)].sum(axis=1)
    mine[w.rows(country)] = 0.0
    return np.asarray(mine.reshape(len(w.countries), -1))


def _concentration(shares: np.ndarray, names: np.ndarray, codes: list[str]) -> pd.DataFrame:
    """Herfindahl, largest partner and its share from shares partner × product."""
    bought = np.isfinite(shares).all(axis=0)
    place = np.where(bought, np.nan_to_num(shares).argmax(axis=0), 0)
    columns = {
        "concentration": (shares**2).sum(axis=0),
        "partner": [str(names[p]) if k else None for p, k in zip(place, bought, strict=True)],
        "share": shares.max(axis=0),
    }
    return pd.DataFrame(columns, pd.Index(codes, name="product"))


def _dearest_first(first: dict[str, np.ndarray], table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(**first)[[*first, *table.columns]].sort_values("imports", ascending=False, kind="stable")
