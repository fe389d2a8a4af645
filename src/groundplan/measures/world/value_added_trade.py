"""Value added in trade: who earns what in the exports and the final uses of the world table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.world import World
from groundplan.glossary import quantity
from groundplan.measures.labelled import share_of


def value_added_in_exports(w: World, country: str) -> xr.DataArray:
    """In which country and industry the value added of a country's gross exports was earned.

        v[s k] L[s k, c j] e[c j],   L = (I − A)⁻¹ of the whole world      (n solves)

    e: gross exports for intermediate and final use. Over the own country's k this is EXGR_DVA of industry j in TiVA,
    over another's its EXGR_FVA by source; what is left of e are taxes on products that industries paid on the way.
    Shape R × n × n: origin, its industry (product), the exporting sector.
    Units:  money / year.
    Source: OECD (2019), Guide to OECD's TiVA indicators, EXGR_DVA and EXGR_FVA (sections not checked); Wang, Wei and
    Zhu (2013), NBER 19677, Leontief decomposition, as printed for the leather example of R's decompr.
    Raises ``UnknownName`` where the table has no such country.
    """
    n, here = len(w.industries), w.rows(country)
    columns = w.leontief.solve(np.eye(w.size, n, -here.start))
    values = value_added_share(w)[:, None] * columns * w.exports(country)
    coords = {"origin": list(w.countries), "product": list(w.industries), "sector": list(w.industries)}
    array = xr.DataArray(values.reshape(-1, n, n), coords=coords, dims=list(coords))
    return quantity("value_added_in_exports", array, w.money)


def value_added_in_final_use(w: World, country: str) -> xr.DataArray:
    """In which country and industry the value added of all that a country finally uses was earned.

        v[s k] (L f_c)[s k],   f_c = the country's final uses of products from everywhere      (one solve)

    TiVA's FD_VA by source; over origins abroad it is DFD_FVA, the imports of value added. It counts no stage twice.
    Shape R × n: origin, its industry (product).
    Units:  money / year.
    Source: OECD (2019), Guide to OECD's TiVA indicators, FD_VA and DFD_FVA (sections not checked); Johnson and Noguera
    (2012).
    Raises ``UnknownName`` where the table has no such country.
    """
    f = w.final_use.values[:, w.finals(country)].sum(axis=1)
    values = (value_added_share(w) * w.leontief.solve(f)).reshape(len(w.countries), -1)
    coords = {"origin": list(w.countries), "product": list(w.industries)}
    return quantity("value_added_in_final_use", xr.DataArray(values, coords=coords, dims=list(coords)), w.money)


def value_added_abroad(w: World, country: str) -> xr.DataArray:
    """Value added of a country's industries in the final uses of every other country: its exports of value added.

        v[c i] (L Y_p)[c i],   p ≠ c      (R solves)

    TiVA's FFD_DVA, the value-added exports (VAX) of Johnson and Noguera. With p = c it sums to value added by industry.
    Shape n × (R − 1): industry (product), destination.
    Units:  money / year.
    Source: OECD (2019), Guide to OECD's TiVA indicators, FFD_DVA (section not checked); Johnson and Noguera (2012),
    Journal of International Economics 86: 224-236 (pages not checked).
    Raises ``UnknownName`` where the table has no such country.
    """
    here = w.rows(country)
    output = w.leontief.solve(_final_by_country(w))[here]
    values = value_added_share(w)[here, None] * output
    away = [p for p in w.countries if p != country]
    coords = {"product": list(w.industries), "destination": list(w.countries)}
    array = xr.DataArray(values, coords=coords, dims=list(coords)).sel(destination=away)
    return quantity("value_added_abroad", array, w.money)


def exports_table(w: World, country: str) -> pd.DataFrame:
    """Gross exports of every industry and the value added in them, TiVA's EXGR, EXGR_DVA and EXGR_FVA.

        e = v_c'L ê + Σ_s≠c v_s'L ê + t'L ê,   t = taxes on products and margins per unit of output      (3 solves)

    Index: sector. Columns: exports, domestic, foreign, taxes (money / year; the last three sum to exports), and
    domestic_share, foreign_share (1; NaN where nothing is exported). Exports at basic prices.
    Units:  as said.
    Source: OECD (2019), Guide to OECD's TiVA indicators (sections not checked; the guide's tables leave taxes on
    products out of value added as here).
    """
    here, e = w.rows(country), w.exports(country)
    v = value_added_share(w)
    own = np.zeros(w.size)
    own[here] = v[here]
    content = w.leontief.solve_left(np.column_stack([own, v - own, _tax_share(w)]))[here] * e[:, None]
    columns = dict(zip(("domestic", "foreign", "taxes"), content.T, strict=True))
    shares = {f"{name}_share": share_of(columns[name], e) for name in ("domestic", "foreign")}
    return pd.DataFrame({"exports": e, **columns, **shares}, pd.Index(list(w.industries), name="sector"))


def participation_table(w: World) -> pd.DataFrame:
    """How every country takes part in value chains: others' work in its exports, its work in others' exports.

        backward = Σ_s≠c v_s'L e_c / 1'e_c         (DEXFVAP in TiVA)
        forward  = Σ_p≠c v_c'L e_p / 1'e_c         (FEXDVAP in TiVA)
        vax      = Σ_p≠c v_c'L Y_p                 (FFD_DVA),   vax_ratio = vax / 1'e_c

    Index: country. Columns: exports, domestic, foreign, vax (money / year); backward, forward, vax_ratio (1).
    Units:  as said.
    Source: OECD (2019), Guide to OECD's TiVA indicators; Johnson and Noguera (2012) (sections not checked).
    """
    content = value_added_content(w)
    gross = np.concatenate([w.exports(c) for c in w.countries])
    by_exporter = (content * gross).reshape(len(w.countries), len(w.countries), -1).sum(axis=2)
    absorbed = content @ _final_by_country(w)
    own, exports = np.diagonal(by_exporter), gross.reshape(len(w.countries), -1).sum(axis=1)
    vax = absorbed.sum(axis=1) - np.diagonal(absorbed)
    foreign = by_exporter.sum(axis=0) - own
    columns = {
        "exports": exports,
        "domestic": own,
        "foreign": foreign,
        "vax": vax,
        "backward": share_of(foreign, exports),
        "forward": share_of(by_exporter.sum(axis=1) - own, exports),
        "vax_ratio": share_of(vax, exports),
    }
    return pd.DataFrame(columns, pd.Index(list(w.countries), name="country"))


def value_added_share(w: World) -> np.ndarray:
    """Value added per unit of output, 0 for an industry without output. Shape N, unit 1."""
    return np.asarray(w.value_added / np.where(w.output > 0, w.output, np.inf))


def value_added_content(w: World) -> np.ndarray:
    """v_s'L: value added earned in country s in one unit of final use of every product. Shape R × N, unit 1.

    R solves on the transpose. A column sums to one less the taxes on products on the way.
    """
    n = len(w.industries)
    rows = np.repeat(np.eye(len(w.countries)), n, axis=0) * value_added_share(w)[:, None]
    return w.leontief.solve_left(rows).T


def _tax_share(w: World) -> np.ndarray:
    """Taxes less subsidies on products and margins per unit of output: what v and inputs leave. Shape N, unit 1."""
    kinds = w.primary["primary_kind"].isin(["product_tax", "margin"]).values
    return np.asarray(w.primary.values[kinds].sum(axis=0) / np.where(w.output > 0, w.output, np.inf))


def _final_by_country(w: World) -> np.ndarray:
    """Y by using country, its categories added up. Shape N × R, money / year."""
    return np.asarray(w.final_use.values.reshape(w.size, len(w.countries), -1).sum(axis=2))
