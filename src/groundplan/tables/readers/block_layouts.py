"""Layouts for ``blocks.read``: Spain (INE, editions of 2010 and 2015) and Sweden (SCB), each as one CSV of blocks."""

from __future__ import annotations

from groundplan.tables.published import PublishedLayout
from groundplan.tables.readers.blocks import BlockLayout, read

SPAIN = BlockLayout(
    name="INE supply and use with imports apart",
    domestic="use_domestic_basic",
    imported="use_import_cif",
    supply="supply_basic",
    industry="industry_rows",
    finals={
        "FC_households": "household",
        "FC_NPISH": "nonprofit",
        "FC_government": "government",
        "GFCF": "investment",
        "inventories": "inventories",
    },
    exports="EXP_total",
    costs={
        "Taxes_less_subsidies_on_produc": "product_tax",
        "Compensation_of_employees": "labour",
        "Other_net_taxes_on_production": "production_tax",
        "Operating_surplus": "capital",
    },
    output="Output_at_basic_prices",
    skills={"employment_persons_thousand": "labour"},
    employment_unit="thousand persons",
    wear="",
    memo=(
        "CIF_FOB_adjustments",
        "Purchases_on_the_domestic_terr",
        "Direct_purchases_abroad",
        "Gross_value_added_at_basic_pri",
        "FTE_thousand",
    ),
    label="label",
    products=r"P\d\d",
    industries=r"A\d\d",
    own=lambda product: "A" + product[1:],
    rounding=0.1,
    notes=(
        "The file has no taxes on products of final uses: they are zero here, and GDP is value added and the taxes "
        "that industries pay.",
        "Purchases of residents abroad and of visitors at home have no product in the file and are left out.",
    ),
)

SWEDEN = BlockLayout(
    name="SCB supply and use with imports apart",
    domestic="use_domestic",
    imported="use_import",
    supply="supply_domestic",
    industry="industry_variables",
    finals={
        "households": "household",
        "NPISH": "nonprofit",
        "government": "government",
        "GFCF_business": "investment",
        "GFCF_government": "investment",
        "inventories": "inventories",
        "valuables": "inventories",
    },
    exports="export",
    costs={
        "customs_duty": "product_tax",
        "product_taxes": "product_tax",
        "product_subsidies": "product_tax",
        "VAT": "product_tax",
        "direct_purchases_abroad": "margin",
        "other_prod_taxes": "production_tax",
        "other_prod_subsidies": "production_tax",
        "wages": "labour",
        "employers_social_contrib": "labour",
        "consumption_of_fixed_capital": "capital",
        "net_operating_surplus_mixed_income": "capital",
    },
    output="output",
    skills={"persons_employed": "labour"},
    employment_unit="persons",
    wear="consumption_of_fixed_capital",
    memo=(
        "intermediate_purchaser",
        "value_added",
        "imports_used",
        "purchases_by_nonresidents",
        "hours_worked_10k",
        "CO2_kt",
    ),
    label="",
    products=r"[A-U][\w-]*",
    industries=r"[A-U]\d[\w-]*|[A-U](?:-[A-U])?",
    own=lambda product: product,
    rounding=1.0,
    notes=(
        "The file has no taxes on products of final uses: they are zero here, and GDP is value added and the taxes "
        "that industries pay.",
        "What industries buy abroad directly has no product and is a cost of kind margin, outside imports by product.",
    ),
)

PUBLISHED = {
    "ine-blocks": PublishedLayout(read, "INE, Contabilidad Nacional", money="EUR{year}m", fixed={"layout": SPAIN}),
    "scb-blocks": PublishedLayout(read, "Statistics Sweden (SCB)", money="SEK{year}m", fixed={"layout": SWEDEN}),
}
