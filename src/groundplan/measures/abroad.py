"""What the overview says of partners: from the national accounts where they part imports, from the world table."""

from __future__ import annotations

import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.economy.world import World
from groundplan.errors import UnknownName
from groundplan.measures.lifelines import partner_cut_off
from groundplan.measures.partners import concentration_table, partner_extraction, partner_table
from groundplan.measures.value_added_trade import exports_table
from groundplan.measures.world_dependence import face_value_reliance, look_through_reliance, reliance_table

TENTH = 0.1


def partner_tables(e: Economy, world: World | None, partner: str | None, top: int) -> dict[str, pd.DataFrame]:
    """The tables of partners that the accounts can fill, by name; none where they do not part imports by partner."""
    tables: dict[str, pd.DataFrame] = {}
    if e.imported_by_partner is not None:
        tables["partner_totals"] = partner_totals(e)
        tables["partners"] = partner_table(e).head(2 * top)
    if partner is not None:
        # All of it at once would take every final use with a trace of it: a tenth, as in what hangs on each import.
        found = partner_cut_off(e, partner, TENTH).sort_values("imports", ascending=False, kind="stable")
        tables["partner_products"] = found.head(3 * top)
    if world is not None:
        tables["concentration"] = concentration_table(world, e.country).head(2 * top)
        tables["reliance"] = reliance_table(world, e.country, 2 * top)
        tables["value_added_exports"] = exports_table(world, e.country)
        tables["partner_loss"] = partner_extraction(world, e.country)
        if partner is not None:
            tables["partner_reliance"] = partner_reliance(world, e.country, partner).head(2 * top)
    return tables


def partner_totals(e: Economy) -> pd.DataFrame:
    """Imports by partner over all products and uses, largest first.

    Index: partner. Columns: imports (money / year), share (1), products = number with imports from the partner.
    """
    parts = e.imported_by_partner
    if parts is None:
        raise UnknownName("partner", "", [], fix="bring accounts that say whom imports come from")
    imports = parts.sum(["product", "use"]).to_series()
    held = (parts.sum("use") > 0).sum("product").to_series()
    table = pd.DataFrame({"imports": imports, "share": imports / imports.sum(), "products": held})
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
