"""Whom a country depends on in the world table: at face value, and looked through its suppliers' suppliers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.leontief import Leontief
from groundplan.economy.world import World
from groundplan.errors import StudyError
from groundplan.glossary import quantity
from groundplan.measures.labelled import share_of


def face_value_reliance(w: World, country: str) -> xr.DataArray:
    """What the sectors of a country buy from a partner's industries, as the invoices say.

        A[r i, c j] = Z[r i, c j] / x[c j],   r ≠ c

    Shape (R − 1) × n × n: partner, its industry (product), the buying sector. Foreign input reliance at face value.
    Units:  1, direct inputs per unit of the sector's output.
    Source: Baldwin, Freeman and Theodorakopoulos (2022), Horses for courses; (2023), Hidden exposure (citations not
    checked).
    Raises ``UnknownName`` where the table has no such country.
    """
    return _bought("face_value_reliance", w.coefficients[:, w.rows(country)], w, country)


def look_through_reliance(w: World, country: str) -> xr.DataArray:
    """What a partner's industries must make so that a sector of the country can make one unit.

        (L − I)[r i, c j],   L = (I − A)⁻¹ of the whole world,   r ≠ c      (n solves)

    All rounds count: what home suppliers and third countries need from the partner, and the partner's own suppliers.
    Production is counted at every stage, so the sum over partners may pass 1; ``value_added_in_final_use`` counts
    every stage once. Never below ``face_value_reliance``, since L − I = A + A² + …
    Shape (R − 1) × n × n: partner, its industry (product), the buying sector.
    Units:  1, output of the partner per unit of the sector's output.
    Source: Baldwin, Freeman and Theodorakopoulos (2022, 2023), foreign input reliance looked through, in gross
    production (citations not checked).
    Raises ``UnknownName`` where the table has no such country.
    """
    return _bought("look_through_reliance", w.leontief.solve(_unit_columns(w, country)), w, country)


def hidden_exposure(w: World, country: str) -> xr.DataArray:
    """Reliance on a partner that no invoice of the sector shows.

        (L − I − A)[r i, c j]  =  look-through − face value

    Shape (R − 1) × n × n: partner, its industry (product), the buying sector.
    Units:  1.
    Source: Baldwin, Freeman and Theodorakopoulos (2023), Hidden exposure (citation not checked).
    """
    hidden = look_through_reliance(w, country) - face_value_reliance(w, country)
    return quantity("hidden_exposure", hidden, w.money)


def face_value_market_reliance(w: World, country: str) -> xr.DataArray:
    """What share of its output a sector of the country sells to a partner's industries, as the invoices say.

        B[c i, r j] = Z[c i, r j] / x[c i],   r ≠ c

    Shape n × (R − 1) × n: the selling industry (product), partner, the buying sector.
    Units:  1, share of the industry's output.
    Source: as ``face_value_reliance``, on the selling side.
    """
    here = w.rows(country)
    return _sold("face_value_market_reliance", share_of(w.use.values[here], w.output[here, None]), w, country)


def look_through_market_reliance(w: World, country: str) -> xr.DataArray:
    """What a partner's industries make with the help, near or far, of one unit of the country's industry.

        (G − I)[c i, r j],   G = (I − B)⁻¹ = x̂⁻¹ L x̂,   r ≠ c      (n solves on the transpose)

    NaN for an industry without output. Never below ``face_value_market_reliance``.
    Shape n × (R − 1) × n: the selling industry (product), partner, the buying sector.
    Units:  1, output of the partner per unit of the industry's output.
    Source: as ``look_through_reliance``, on the selling side; Ghosh (1958) for G (citations not checked).
    """
    here = w.rows(country)
    rows = w.leontief.solve_left(_unit_columns(w, country)).T * w.output
    return _sold("look_through_market_reliance", share_of(rows, w.output[here, None]), w, country)


def final_destination(w: World, country: str) -> xr.DataArray:
    """In whose final uses the output of an industry ends, whoever worked on it in between.

        (L Y_p)[c i] / x[c i]      over all countries p, the own one too, it sums to one  (R solves)

    Shape n × R: industry (product), destination. NaN for an industry without output.
    Units:  1, share of the industry's output.
    Source: Miller and Blair (2009), chapter 3, x = L·Σ_p Y_p (chapter not checked).
    """
    f = len(w.final_kinds)
    uses = w.final_use.values.reshape(w.size, len(w.countries), f).sum(axis=2)
    here = w.rows(country)
    values = share_of(w.leontief.solve(uses)[here], w.output[here, None])
    coords = {"product": list(w.industries), "destination": list(w.countries)}
    return quantity("final_destination", xr.DataArray(values, coords=coords, dims=list(coords)), w.money)


def import_content_by_partner(w: World, country: str) -> xr.DataArray:
    """The imports that all final uses of a country need, with all rounds of its own suppliers.

        A_r L f_c + f_r,   L = (I − A_cc)⁻¹ of the country alone,   A_r = A[r, c],   r ≠ c      (one solve)

    f_c, f_r: what the country's final uses buy at home and from r. The view of the customs house: what the partners
    need in their turn is theirs; ``value_added_in_final_use`` follows it.
    Shape (R − 1) × n: partner, imported product.
    Units:  money / year.
    Source: Miller and Blair (2009), chapters 3 and 4 (chapters not checked).
    """
    a, f, home = _own(w, country)
    values = f + a @ Leontief(home).solve(f[w.rows(country)])
    return _by_partner("import_content_by_partner", values, w, country)


def import_content_by_partner_and_round(w: World, country: str, rounds: int = 6) -> xr.DataArray:
    """The same imports by how many home makers stand between the border and the user.

        round 0     f_r
        round k     A_r A_cc^(k−1) f_c,   k = 1 … K
        beyond      A_r L A_cc^K f_c      (the rounds and this sum to ``import_content_by_partner``)

    Shape (K + 2) × (R − 1) × n: round (``0`` … ``K``, ``beyond``), partner, imported product.
    Units:  money / year.
    Source: Miller and Blair (2009), chapter 2, power series of the Leontief inverse (chapter not checked).
    Raises ``StudyError`` where ``rounds`` is below 1.
    """
    if rounds < 1:
        raise StudyError(f"rounds is {rounds}", where="import content by round", fix="ask for one round or more")
    a, f, home = _own(w, country)
    outputs = [f[w.rows(country)]]
    for _ in range(rounds):
        outputs.append(home @ outputs[-1])
    outputs[-1] = Leontief(home).solve(outputs[-1])
    values = np.column_stack([f, a @ np.array(outputs).T])
    labels = [*map(str, range(rounds + 1)), "beyond"]
    by_round = [_by_partner("import_content_by_partner", column, w, country) for column in values.T]
    stacked = xr.concat(by_round, dim=pd.Index(labels, name="round"))
    return quantity("import_content_by_partner_and_round", stacked, w.money)


def reliance_table(w: World, country: str, top: int | None = None) -> pd.DataFrame:
    """Foreign input reliance of every sector, the most exposed first.

    Index: sector. Columns: face_value, look_through and hidden = their difference (1, all partners together), partner =
    whom the sector relies on most when looked through, partner_face_value and partner_look_through (1).
    Units:  per unit of the sector's output.
    Source: ``face_value_reliance``, ``look_through_reliance``.
    """
    face, through = (m(w, country).sum("product") for m in (face_value_reliance, look_through_reliance))
    return _exposed(face, through, "sector").head(top or len(w.industries))


def market_reliance_table(w: World, country: str, top: int | None = None) -> pd.DataFrame:
    """Reliance of every industry on foreign industries that buy from it, the most exposed first.

    Index: product. Columns as in ``reliance_table``.
    Units:  per unit of the industry's output.
    Source: ``face_value_market_reliance``, ``look_through_market_reliance``.
    """
    measures = (face_value_market_reliance, look_through_market_reliance)
    face, through = (m(w, country).sum("sector", skipna=False) for m in measures)
    return _exposed(face, through, "product").head(top or len(w.industries))


def _exposed(face: xr.DataArray, through: xr.DataArray, name: str) -> pd.DataFrame:
    """Totals over partners and the largest partner of every industry, which stands along ``name``."""
    direct, total = (part.transpose("partner", name).values for part in (face, through))
    place = np.nan_to_num(total).argmax(axis=0)
    some = total.max(axis=0) > 0
    columns = {
        "face_value": direct.sum(axis=0),
        "look_through": total.sum(axis=0),
        "hidden": (total - direct).sum(axis=0),
        "partner": [str(face["partner"].values[p]) if k else None for p, k in zip(place, some, strict=True)],
        "partner_face_value": np.take_along_axis(direct, place[None], axis=0)[0],
        "partner_look_through": np.take_along_axis(total, place[None], axis=0)[0],
    }
    table = pd.DataFrame(columns, index=pd.Index(face[name].values.astype(str), name=name))
    return table.sort_values("look_through", ascending=False, kind="stable")


def _own(w: World, country: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A[:, c] N × n, the country's final uses N (money / year), and A_cc n × n."""
    here = w.rows(country)
    a = w.coefficients[:, here]
    return a, w.final_use.values[:, w.finals(country)].sum(axis=1), a[here]


def _unit_columns(w: World, country: str) -> np.ndarray:
    """The columns of the unit matrix at a country's industries, N × n."""
    return np.eye(w.size, len(w.industries), -w.rows(country).start)


def _others(w: World, country: str) -> tuple[list[str], np.ndarray]:
    """The partners of a country, and where they stand among the countries."""
    keep = [k for k, c in enumerate(w.countries) if c != country]
    return [w.countries[k] for k in keep], np.array(keep, dtype=int)


def _by_partner(name: str, values: np.ndarray, w: World, country: str) -> xr.DataArray:
    """A vector over all industries of the world, partner × product, the own country left out."""
    partners, keep = _others(w, country)
    n = len(w.industries)
    coords = {"partner": partners, "product": list(w.industries)}
    return quantity(name, xr.DataArray(values.reshape(-1, n)[keep], coords=coords, dims=list(coords)), w.money)


def _bought(name: str, columns: np.ndarray, w: World, country: str) -> xr.DataArray:
    """Columns N × n of one country as partner × product × sector, the own country left out."""
    partners, keep = _others(w, country)
    n = len(w.industries)
    coords = {"partner": partners, "product": list(w.industries), "sector": list(w.industries)}
    return quantity(name, xr.DataArray(columns.reshape(-1, n, n)[keep], coords=coords, dims=list(coords)), w.money)


def _sold(name: str, rows: np.ndarray, w: World, country: str) -> xr.DataArray:
    """Rows n × N of one country as product × partner × sector, the own country left out."""
    partners, keep = _others(w, country)
    n = len(w.industries)
    coords = {"product": list(w.industries), "partner": partners, "sector": list(w.industries)}
    return quantity(name, xr.DataArray(rows.reshape(n, -1, n)[:, keep], coords=coords, dims=list(coords)), w.money)
