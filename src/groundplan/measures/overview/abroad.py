"""What the overview says of partners: from the national accounts where they part imports, from the world table."""

from __future__ import annotations

import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.economy.world import World
from groundplan.errors import UnknownName
from groundplan.measures.lifelines import partner_cut_off
from groundplan.measures.overview.measure import Question
from groundplan.measures.world.partners import concentration_table, partner_table
from groundplan.measures.world.world_dependence import face_value_reliance, look_through_reliance, reliance_table

TENTH = 0.1


def totals(q: Question) -> pd.DataFrame | None:
    """Imports by partner (``partner_totals``), where the accounts part them."""
    return None if q.economy.imported_by_partner is None else partner_totals(q.economy)


def by_invoice(q: Question) -> pd.DataFrame | None:
    """How concentrated the suppliers of each product are by invoice (``partner_table``)."""
    return None if q.economy.imported_by_partner is None else partner_table(q.economy).head(2 * q.view.top)


def hanging_on(q: Question) -> pd.DataFrame | None:
    """What hangs on one partner's deliveries (``partner_cut_off``)."""
    if q.view.partner is None:
        return None
    # All of it at once would take every final use with a trace of it: a tenth, as in what hangs on each import.
    table = partner_cut_off(q.economy, q.view.partner, TENTH).sort_values("imports", ascending=False, kind="stable")
    return table.head(3 * q.view.top)


def looked_through(q: Question) -> pd.DataFrame | None:
    """How concentrated the origins of each product are, with the suppliers' accounts (``concentration_table``)."""
    return None if q.world is None else concentration_table(q.world, q.economy.country).head(2 * q.view.top)


def reliance(q: Question) -> pd.DataFrame | None:
    """Reliance of the sectors on industries abroad (``reliance_table``)."""
    return None if q.world is None else reliance_table(q.world, q.economy.country, 2 * q.view.top)


def reliance_on(q: Question) -> pd.DataFrame | None:
    """What the sectors rely on one partner for (``partner_reliance``)."""
    if q.world is None or q.view.partner is None:
        return None
    return partner_reliance(q.world, q.economy.country, q.view.partner).head(2 * q.view.top)


def partner_totals(e: Economy) -> pd.DataFrame:
    """Imports by partner over all products and uses, largest first.

    Index: partner. Columns: imports (money / year), share (1), products = number with imports from the partner.
    """
    parts = e.imported_by_partner
    if parts is None:
        raise UnknownName("partner", "", [], fix="bring accounts that say whom imports come from")
    imports = parts.sum(["product", "use"]).to_series()
    products = (parts.sum("use") > 0).sum("product").to_series()
    table = pd.DataFrame({"imports": imports, "share": imports / imports.sum(), "products": products})
    return table.rename_axis("partner").sort_values("imports", ascending=False, kind="stable")


def partner_reliance(w: World, country: str, partner: str) -> pd.DataFrame:
    """What every sector of a country relies on one partner for, at face value and looked through.

    Index: sector, the most reliant first. Columns: face_value, look_through, hidden = their difference.
    Units: 1, per unit of the sector's output. Raises ``UnknownName`` for a partner that is not there.
    """
    w.rows(partner)
    face, through = (
        m(w, country).sel(partner=partner).sum("product").to_series()
        for m in (face_value_reliance, look_through_reliance)
    )
    table = pd.DataFrame({"face_value": face, "look_through": through, "hidden": through - face})
    return table.rename_axis("sector").sort_values("look_through", ascending=False, kind="stable")
