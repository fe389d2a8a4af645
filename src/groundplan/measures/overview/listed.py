"""MEASURES: every table of the overview, in the order in which the pages tell them.

``overview`` makes them, ``see``'s page, report and charts show them: a new one is its function and an entry here.
What asks for more than the economy or the world has a function in ``at_home`` or ``abroad``.
"""

from __future__ import annotations

from groundplan.measures.dependence import import_content_of_uses
from groundplan.measures.diversity import many_sidedness
from groundplan.measures.exports import export_table
from groundplan.measures.overview import abroad, at_home
from groundplan.measures.overview.measure import FLOW, SHARE, Measure, of_economy, of_world
from groundplan.measures.world.partners import partner_extraction
from groundplan.measures.world.value_added_trade import exports_table

INVOICED = (
    ("imports", FLOW, "imports"),
    ("concentration", "1 = one supplier", "concentration"),
    ("largest partner", "", "partner"),
    ("its share", SHARE, "share"),
)
ORIGINS = (
    ("concentration of origin", "1 = one supplier", "concentration_looked_through"),
    ("largest origin", "", "origin"),
    ("its share of value added", SHARE, "origin_share"),
)

OF_IMPORTS = (
    Measure(
        name="products",
        make=at_home.products,
        codes="product",
        of="imported product",
        columns=(
            ("imports needed", FLOW, "total"),
            ("bought directly", FLOW, "direct"),
            ("through home suppliers", FLOW, "through"),
            ("share of all such imports", SHARE, "content_share"),
            ("imports in total supply", SHARE, "import_share"),
            ("self-sufficiency", SHARE, "self_sufficiency"),
        ),
        ranked=True,
        length="top",
        section="needed",
        heading="Imports needed, bought directly and through home suppliers",
        bars=(1, 2),
    ),
    Measure(
        name="uses",
        make=of_economy(import_content_of_uses),
        codes="use",
        of="final use",
        columns=(
            ("spending", FLOW, "spending"),
            ("imports bought directly", FLOW, "direct"),
            ("imports through home suppliers", FLOW, "indirect"),
            ("import content", SHARE, "share"),
            ("home value added", FLOW, "value_added"),
            ("taxes on products", FLOW, "taxes"),
        ),
        section="uses",
        heading="What every final use contains",
        most=None,
    ),
    Measure(
        name="cells",
        make=at_home.cells,
        codes="product",
        of="imported product",
        columns=(),  # the using sectors
        section="matrix",
        heading="Imported products (rows) and the sectors that use them (columns)",
    ),
    Measure(
        name="paths",
        make=at_home.paths,
        codes="label",
        of="chain",
        columns=(
            ("imports", FLOW, "value"),
            ("share of all such imports", SHARE, "share"),
            ("so far", SHARE, "covered"),
        ),
        ranked=True,
        length="more",
        stub=58,
        section="paths",
        heading="The largest chains of imports through home makers",
        most=25,
    ),
)

OF_SECTORS = (
    Measure(
        name="sectors",
        make=at_home.sectors,
        codes="sector",
        of="sector",
        columns=(
            ("value added lost without it", SHARE, "extraction"),
            ("pull on suppliers", "average = 1", "pulls"),
            ("carries customers", "average = 1", "carries"),
            ("kind", "", "kind"),
            ("home steps to the user", "steps", "steps"),
            ("import content", SHARE, "import_content"),
            ("drawn by markets abroad", SHARE, "foreign_market"),
        ),
        ranked=True,
        length="top",
        section="sectors",
        heading="Value added lost without each sector",
        bars=(0,),
    ),
    Measure(
        name="cut_off",
        make=at_home.cut_off,
        codes="product",
        of="imported product",
        columns=(
            ("imports", FLOW, "imports"),
            ("sectors that need it", "sectors", "exposed_sectors"),
            ("their share of output", SHARE, "exposed_output_share"),
            ("final use that hangs on it", SHARE, "exposed_final_share"),
            ("given up at least if a tenth stays away", FLOW, "least_loss"),
        ),
        ranked=True,
        section="hangs",
        heading="What hangs on each import",
    ),
    Measure(
        name="markets",
        make=of_economy(export_table),
        codes="sector",
        of="sector",
        columns=(
            ("sold abroad directly", SHARE, "direct"),
            ("through its customers", SHARE, "indirect"),
            ("together", SHARE, "total"),
            ("value added drawn", FLOW, "value_added"),
        ),
        ranked=True,
        section="markets",
        heading="Share of output that markets abroad draw",
        bars=(0, 1),
    ),
    Measure(
        name="endurance",
        make=at_home.holding_out,
        codes="product",
        of="imported product",
        columns=(
            ("first stop after", "days", "first_stop"),
            ("largest of the first to stop", "", "first_sector"),
            ("output that stops first", SHARE, "first_share"),
            ("half of output stopped after", "days", "half_stop"),
            ("output stopped in the end", SHARE, "output_share"),
        ),
        section="hangs",
        heading="How long work goes on when one import ends, if nothing takes its place",
    ),
    Measure(
        name="raw",
        make=at_home.raw,
        codes="use",
        of="final use",
        columns=(
            ("home raw materials", FLOW, "total_home"),
            ("imported raw materials", FLOW, "total_imported"),
            ("home share, all rounds", SHARE, "total_share"),
            ("home share, bought directly", SHARE, "direct_share"),
        ),
        section="base",
        heading="Raw materials in every final use: from home ground or from abroad",
        most=None,
    ),
    Measure(
        name="structure",
        make=of_economy(many_sidedness),
        codes="structure",
        of="structure",
        columns=(
            ("products", "products", "products"),
            ("products held", "products", "held"),
            ("evenness", SHARE, "entropy"),
            ("as many as equal products", "equal products", "effective"),
            ("largest", "", "largest"),
            ("its share", SHARE, "largest_share"),
        ),
        section="base",
        heading="How many-sided the economy is",
        most=None,
    ),
    Measure(
        name="thin",
        make=at_home.thin,
        codes="product",
        of="product",
        columns=(
            ("share of output", SHARE, "share"),
            ("median of the peers", SHARE, "peers"),
            ("missing", "", "missing"),
        ),
        length="all",
        section="thin",
        heading="Missing or thin against {peers}",
        most=None,
    ),
)

OF_PARTNERS = (
    Measure(
        name="partner_totals",
        make=abroad.totals,
        codes="partner",
        of="partner",
        columns=(("imports", FLOW, "imports"), ("share", SHARE, "share"), ("products", "products", "products")),
        section="partners",
        heading="Imports by partner",
        bars=(0,),
    ),
    Measure(
        name="partners",
        make=abroad.by_invoice,
        codes="product",
        of="imported product",
        columns=INVOICED,
        section="partners",
        heading="How concentrated suppliers are",
        unless="concentration",
    ),
    Measure(
        name="concentration",
        make=abroad.looked_through,
        codes="product",
        of="imported product",
        columns=(*INVOICED, *ORIGINS),
        section="partners",
        heading="How concentrated suppliers are",
    ),
    Measure(
        name="reliance",
        make=abroad.reliance,
        codes="sector",
        of="sector",
        columns=(
            ("at face value", SHARE, "face_value"),
            ("looked through", SHARE, "look_through"),
            ("hidden", SHARE, "hidden"),
            ("relies most on", "", "partner"),
            ("on it, looked through", SHARE, "partner_look_through"),
        ),
        section="partners",
        heading="Reliance on industries abroad",
        bars=(0, 2),
    ),
    Measure(
        name="partner_loss",
        make=of_world(partner_extraction),
        codes="partner",
        of="partner",
        columns=(
            ("inputs bought from it", FLOW, "inputs"),
            ("value added at home that uses them", FLOW, "supply_home"),
            ("share of value added", SHARE, "supply_share"),
            ("value added that the partner loses", FLOW, "demand_partner"),
        ),
        section="trade",
        heading="Without each partner's supplies to industry",
    ),
    Measure(
        name="value_added_exports",
        make=of_world(exports_table),
        codes="sector",
        of="sector",
        columns=(
            ("gross exports", FLOW, "exports"),
            ("home value added", SHARE, "domestic_share"),
            ("foreign value added", SHARE, "foreign_share"),
        ),
        section="trade",
        heading="Value added in exports",
    ),
    Measure(
        name="partner_products",
        make=abroad.hanging_on,
        codes="product",
        of="product",
        columns=(
            ("imports from the partner", FLOW, "imports"),
            ("share of the product's imports", SHARE, "partner_share"),
            ("sectors that need it", "sectors", "exposed_sectors"),
            ("their share of output", SHARE, "exposed_output_share"),
            ("given up at least if a tenth stays away", FLOW, "least_loss"),
        ),
        section="partners",
        heading="What hangs on {partner}",
    ),
    Measure(
        name="partner_reliance",
        make=abroad.reliance_on,
        codes="sector",
        of="sector",
        columns=(
            ("at face value", SHARE, "face_value"),
            ("looked through", SHARE, "look_through"),
            ("hidden", SHARE, "hidden"),
        ),
        section="partners",
        heading="Reliance on {partner}",
    ),
)

OF_A_PRODUCT = (
    Measure(
        name="product_users",
        make=at_home.product_users,
        codes="user",
        of="user",
        columns=(
            ("bought directly", FLOW, "direct"),
            ("needed with all suppliers", FLOW, "total"),
            ("share of costs", SHARE, "share_of_costs"),
        ),
        length="top",
        section="product",
        heading="Who needs imported {product}",
        most=None,
    ),
    Measure(
        name="product_paths",
        make=at_home.product_paths,
        codes="label",
        of="chain",
        columns=(("imports", FLOW, "value"), ("share of all such imports", SHARE, "share")),
    ),
    Measure(
        name="product_stops",
        make=at_home.product_stops,
        codes="sector",
        of="sector",
        columns=(("stops after", "days", "days"), ("short of", "", "short_of"), ("chain", "", "chain")),
        stub=26,
        section="product",
        heading="Who stops when imported {product} ends",
        most=None,
    ),
)

MEASURES = (*OF_IMPORTS, *OF_SECTORS, *OF_PARTNERS, *OF_A_PRODUCT)
