"""What a reader wants to see of an overview, as tables; the page, the charts and the report all read these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.views import framed, labels, money
from groundplan.results.words import ARROW, PERCENT

USES = {
    "household": "households",
    "nonprofit": "non-profit institutions",
    "government": "government",
    "investment": "investment",
    "inventories": "inventories",
    "exports": "exports",
    "final use": "all final uses",
}
Spec = tuple[str, str, str]


def use_name(o: Outcome) -> str:
    """The final use that was followed, in words."""
    use = str(o.provenance.get("view", {}).get("use", "household"))
    return USES.get(use, labels(o).get(use, use))


def flow(o: Outcome) -> str:
    """The unit of a flow of money."""
    return f"{money(o)} / year"


def held(o: Outcome, name: str) -> pd.DataFrame:
    """A table of the outcome; empty where it has none."""
    return o.tables.get(name, pd.DataFrame())


def told(o: Outcome, name: str, index: tuple[str, str], specs: Sequence[Spec], rows: int | None = None) -> pd.DataFrame:
    """Columns of a table of the outcome, (heading, unit, column); shares as per cent; what is not there is left out.

    ``index`` is the code column and its heading; codes become names.
    """
    table = held(o, name)[:rows]
    if not len(table):
        return framed(pd.Index([], name=index[1]), [])
    known = labels(o)
    names = pd.Index([known.get(str(c), USES.get(str(c), str(c))) for c in table[index[0]]], name=index[1])
    columns: list[tuple[str, str, Any]] = []
    for heading, unit, column in specs:
        if column in table:
            values = table[column]
            if unit == PERCENT:
                values = 100 * values.astype(float)
            elif values.dtype == object or str(values.dtype).startswith("str"):
                values = values.map(lambda c: known.get(str(c), "" if pd.isna(c) else str(c)))
            columns.append((heading, unit, values))
    return framed(names, columns)


SURE: tuple[Spec, ...] = (
    ("stays among the first", PERCENT, "in_top"),
    ("rank in the draws", "", "rank_range"),
    ("among the first in years", PERCENT, "years_in_top"),
)


def _ranked(o: Outcome, name: str, **more: Any) -> Outcome:
    """The outcome with a ranked table's band of ranks in words, and more columns."""
    table = held(o, name)
    if "rank_low" in table:
        pairs = zip(table["rank_low"].astype(int), table["rank_high"].astype(int), strict=True)
        more["rank_range"] = [f"{low}" if low == high else f"{low} to {high}" for low, high in pairs]
    return Outcome(o.arrays, {name: table.assign(**more)}, o.provenance)


def products(o: Outcome, rows: int | None = None) -> pd.DataFrame:
    """Imported products by what the final use draws of them, directly and in all rounds."""
    there = held(o, "products")
    shown = _ranked(o, "products", **({"through": there["total"] - there["direct"]} if len(there) else {}))
    specs: list[Spec] = [
        ("imports needed", flow(o), "total"),
        ("bought directly", flow(o), "direct"),
        ("through home suppliers", flow(o), "through"),
        ("share of all such imports", PERCENT, "content_share"),
        ("imports in total supply", PERCENT, "import_share"),
        ("self-sufficiency", PERCENT, "self_sufficiency"),
        *SURE,
    ]
    return told(shown, "products", ("product", "imported product"), specs, rows)


def uses(o: Outcome) -> pd.DataFrame:
    """What every final use contains of imports, home value added and taxes."""
    specs: list[Spec] = [
        ("spending", flow(o), "spending"),
        ("imports bought directly", flow(o), "direct"),
        ("imports through home suppliers", flow(o), "indirect"),
        ("import content", PERCENT, "share"),
        ("home value added", flow(o), "value_added"),
        ("taxes on products", flow(o), "taxes"),
    ]
    return told(o, "uses", ("use", "final use"), specs)


def rounds(o: Outcome) -> pd.DataFrame:
    """The imports by how many home makers stand between the border and the user."""
    if "import_content_by_round" not in o.arrays:
        return framed(pd.Index([], name="home makers in between"), [])
    by_round = o["import_content_by_round"].sum("product").to_series()
    names = [{"0": "none: bought directly", "beyond": "more"}.get(str(r), str(r)) for r in by_round.index]
    share = 100 * by_round / by_round.sum()
    index = pd.Index(names, name="home makers in between")
    return framed(index, [("imports", flow(o), by_round), ("share", PERCENT, share)])


def paths(o: Outcome, rows: int | None = None) -> pd.DataFrame:
    """The chains along which most imports come."""
    table = _ranked(o, "paths").tables["paths"][:rows]
    index = pd.Index(table["label"] if len(table) else [], name="chain")
    if not len(table):
        return framed(index, [])
    columns: list[tuple[str, str, Any]] = [
        ("imports", flow(o), table["value"]),
        ("share of all such imports", PERCENT, 100 * table["share"]),
        ("so far", PERCENT, 100 * table["covered"]),
    ]
    for heading, unit, column in SURE:
        if column in table:
            columns.append((heading, unit, 100 * table[column] if unit == PERCENT else table[column]))
    return framed(index, columns)


def sectors(o: Outcome, rows: int | None = None) -> pd.DataFrame:
    """The sectors that carry the rest, measure by measure."""
    specs: list[Spec] = [
        ("value added lost without it", PERCENT, "extraction"),
        ("pull on suppliers", "average = 1", "pulls"),
        ("carries customers", "average = 1", "carries"),
        ("kind", "", "kind"),
        ("home steps to the user", "steps", "steps"),
        ("import content", PERCENT, "import_content"),
        ("drawn by markets abroad", PERCENT, "foreign_market"),
        *SURE,
    ]
    return told(_ranked(o, "sectors"), "sectors", ("sector", "sector"), specs, rows)


def cut_off(o: Outcome, rows: int | None = None) -> pd.DataFrame:
    """What hangs on each import."""
    specs: list[Spec] = [
        ("imports", flow(o), "imports"),
        ("sectors that need it", "sectors", "exposed_sectors"),
        ("their share of output", PERCENT, "exposed_output_share"),
        ("final use that hangs on it", PERCENT, "exposed_final_share"),
        ("given up at least if a tenth stays away", flow(o), "least_loss"),
        *SURE,
    ]
    return told(_ranked(o, "cut_off"), "cut_off", ("product", "imported product"), specs, rows)


def markets(o: Outcome, rows: int | None = None) -> pd.DataFrame:
    """Who lives from markets abroad."""
    specs: list[Spec] = [
        ("sold abroad directly", PERCENT, "direct"),
        ("through its customers", PERCENT, "indirect"),
        ("together", PERCENT, "total"),
        ("value added drawn", flow(o), "value_added"),
        *SURE,
    ]
    return told(_ranked(o, "markets"), "markets", ("sector", "sector"), specs, rows)


def raw(o: Outcome) -> pd.DataFrame:
    """How much of the raw materials in each final use is home-made."""
    specs: list[Spec] = [
        ("home raw materials", flow(o), "total_home"),
        ("imported raw materials", flow(o), "total_imported"),
        ("home share, all rounds", PERCENT, "total_share"),
        ("home share, bought directly", PERCENT, "direct_share"),
    ]
    return told(o, "raw", ("use", "final use"), specs)


def structure(o: Outcome) -> pd.DataFrame:
    """How many-sided output, exports and imports are."""
    specs: list[Spec] = [
        ("products", "products", "products"),
        ("products held", "products", "held"),
        ("evenness", PERCENT, "entropy"),
        ("as many as equal products", "equal products", "effective"),
        ("largest", "", "largest"),
        ("its share", PERCENT, "largest_share"),
    ]
    return told(o, "structure", ("structure", "structure"), specs)


def thin(o: Outcome) -> pd.DataFrame:
    """Products that are missing or thin against the peers."""
    specs: list[Spec] = [
        ("share of output", PERCENT, "share"),
        ("median of the peers", PERCENT, "peers"),
        ("missing", "", "missing"),
    ]
    return told(o, "thin", ("product", "product"), specs)


def endurance(o: Outcome, rows: int | None = None) -> pd.DataFrame:
    """How long work goes on when one import ends."""
    specs: list[Spec] = [
        ("first stop after", "days", "first_stop"),
        ("largest of the first to stop", "", "first_sector"),
        ("output that stops first", PERCENT, "first_share"),
        ("half of output stopped after", "days", "half_stop"),
        ("output stopped in the end", PERCENT, "output_share"),
    ]
    return told(o, "endurance", ("product", "imported product"), specs, rows)


def cells(o: Outcome) -> pd.DataFrame:
    """The largest rows and columns of the imported-use matrix."""
    table = held(o, "cells")
    if not len(table):
        return framed(pd.Index([], name="imported product"), [])
    known = labels(o)
    index = pd.Index([known.get(str(c), str(c)) for c in table["product"]], name="imported product")
    return framed(index, [(known.get(c, c), flow(o), table[c]) for c in table.columns if c != "product"])


def partner_totals(o: Outcome, rows: int | None = None) -> pd.DataFrame:
    """Whom imports come from."""
    specs: list[Spec] = [
        ("imports", flow(o), "imports"),
        ("share", PERCENT, "share"),
        ("products", "products", "products"),
    ]
    return told(o, "partner_totals", ("partner", "partner"), specs, rows)


def partners(o: Outcome, rows: int | None = None) -> pd.DataFrame:
    """How concentrated the suppliers of each product are, by invoice and, with a world table, looked through."""
    name = "concentration" if len(held(o, "concentration")) else "partners"
    specs: list[Spec] = [
        ("imports", flow(o), "imports"),
        ("concentration", "1 = one supplier", "concentration"),
        ("largest partner", "", "partner"),
        ("its share", PERCENT, "share"),
        ("concentration of origin", "1 = one supplier", "concentration_looked_through"),
        ("largest origin", "", "origin"),
        ("its share of value added", PERCENT, "origin_share"),
    ]
    return told(o, name, ("product", "imported product"), specs, rows)


def partner_products(o: Outcome, rows: int | None = None) -> pd.DataFrame:
    """What hangs on one partner's deliveries."""
    specs: list[Spec] = [
        ("imports from the partner", flow(o), "imports"),
        ("share of the product's imports", PERCENT, "partner_share"),
        ("sectors that need it", "sectors", "exposed_sectors"),
        ("their share of output", PERCENT, "exposed_output_share"),
        ("given up at least if a tenth stays away", flow(o), "least_loss"),
    ]
    return told(o, "partner_products", ("product", "product"), specs, rows)


def reliance(o: Outcome, rows: int | None = None) -> pd.DataFrame:
    """Foreign input reliance of the sectors, at face value and looked through."""
    specs: list[Spec] = [
        ("at face value", PERCENT, "face_value"),
        ("looked through", PERCENT, "look_through"),
        ("hidden", PERCENT, "hidden"),
        ("relies most on", "", "partner"),
        ("on it, looked through", PERCENT, "partner_look_through"),
    ]
    return told(o, "reliance", ("sector", "sector"), specs, rows)


def partner_reliance(o: Outcome, rows: int | None = None) -> pd.DataFrame:
    """What the sectors rely on one partner for."""
    specs: list[Spec] = [
        ("at face value", PERCENT, "face_value"),
        ("looked through", PERCENT, "look_through"),
        ("hidden", PERCENT, "hidden"),
    ]
    return told(o, "partner_reliance", ("sector", "sector"), specs, rows)


def partner_loss(o: Outcome, rows: int | None = None) -> pd.DataFrame:
    """What is lost without each partner's supplies to industry."""
    specs: list[Spec] = [
        ("inputs bought from it", flow(o), "inputs"),
        ("value added at home that uses them", flow(o), "supply_home"),
        ("share of value added", PERCENT, "supply_share"),
        ("value added that the partner loses", flow(o), "demand_partner"),
    ]
    return told(o, "partner_loss", ("partner", "partner"), specs, rows)


def value_added_exports(o: Outcome, rows: int | None = None) -> pd.DataFrame:
    """Gross exports and the value added in them."""
    table = held(o, "value_added_exports")
    if len(table):
        table = table.sort_values("exports", ascending=False)
    shown = Outcome(o.arrays, {"value_added_exports": table}, o.provenance)
    specs: list[Spec] = [
        ("gross exports", flow(o), "exports"),
        ("home value added", PERCENT, "domestic_share"),
        ("foreign value added", PERCENT, "foreign_share"),
    ]
    return told(shown, "value_added_exports", ("sector", "sector"), specs, rows)


def product_users(o: Outcome, rows: int | None = None) -> pd.DataFrame:
    """Who needs one imported product."""
    specs: list[Spec] = [
        ("bought directly", flow(o), "direct"),
        ("needed with all suppliers", flow(o), "total"),
        ("share of costs", PERCENT, "share_of_costs"),
    ]
    return told(o, "product_users", ("user", "user"), specs, rows)


def product_stops(o: Outcome, rows: int | None = None) -> pd.DataFrame:
    """Who stops when one import ends, and along which chain."""
    specs: list[Spec] = [("stops after", "days", "days"), ("short of", "", "short_of"), ("chain", "", "chain")]
    table = held(o, "product_stops")
    if len(table):
        known = labels(o)
        words = [ARROW.join(known.get(c, c) for c in str(chain).split(" > ")) for chain in table["chain"]]
        table = table.assign(chain=words)
    shown = Outcome(o.arrays, {"product_stops": table}, o.provenance)
    return told(shown, "product_stops", ("sector", "sector"), specs, rows)


def ribbon_paths(o: Outcome, rows: int = 14) -> list[tuple[list[str], float]]:
    """The top chains with a home maker in them, as stops from the border to the final use, with their values."""
    table = held(o, "paths")
    if not len(table):
        return []
    known = labels(o)
    chains = table[table["length"] > 0].head(rows)
    ends = use_name(o)
    return [
        ([f"imported {known.get(c[0], c[0])}", *(known.get(s, s) for s in c[1:]), ends], float(value))
        for c, value in zip((str(p).split(" > ") for p in chains["path"]), chains["value"], strict=True)
    ]


def steady(o: Outcome, name: str) -> tuple[int, int]:
    """How many of a ranking's first entries stay there in 95 per cent of the draws, and how many there are."""
    table, top = held(o, name), int(o.provenance.get("view", {}).get("top", 10))
    if not len(table) or "in_top" not in table:
        return 0, 0
    first = table.head(top)["in_top"].to_numpy(dtype=float)
    return int(np.sum(first >= 0.95)), len(first)
