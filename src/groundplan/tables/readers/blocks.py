"""Supply and use in basic prices with domestic and imported use apart, as blocks of one CSV grid.

Rows ``block, row``: use of domestic products, use of imports (cif), supply, and what industries pay and have; columns
industries, then final categories and exports. A publisher's names for them are a ``BlockLayout``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from groundplan.errors import GroundplanError, raise_all
from groundplan.sources import Source
from groundplan.tables.door.grid import absent, disagreements, numbers, read_grid
from groundplan.tables.door.layout import Axis, Layout, fit
from groundplan.tables.door.mapping import NOTHING, FileMapping
from groundplan.tables.methods.transformation import Model, Negatives, SupplyUse, transform
from groundplan.tables.published import PublishedLayout
from groundplan.tables.table import Table


@dataclass(frozen=True)
class BlockLayout:
    """A publisher's names for the blocks, rows and columns.

    ``finals``: column → kind; ``costs``: row → kind of primary input; ``skills``: row of employment → skill;
    ``wear``: row of fixed capital consumption, '' where there is none; ``industries``: regular expression of industry
    codes; ``own``: product code → code of the industry of its name; ``notes``: sentences for ``Table.methods``.
    """

    name: str
    domestic: str
    imported: str
    supply: str
    industry: str
    finals: Mapping[str, str]
    exports: str
    costs: Mapping[str, str]
    output: str
    skills: Mapping[str, str]
    employment_unit: str
    wear: str
    memo: tuple[str, ...]
    label: str
    products: str
    industries: str
    own: Callable[[str], str]
    rounding: float
    notes: tuple[str, ...]

    def layout(self) -> Layout:
        """The declared rows and columns; rows are named ``block row``."""
        lines = [*self.costs, self.output, *self.skills, *([self.wear] if self.wear else [])]
        needed = {f"{self.industry} {line}": None for line in lines}
        labels = {"label": (self.label,)} if self.label else {}
        blocks = "|".join((self.domestic, self.imported, self.supply))
        memo = tuple(f"{self.industry} {row}" for row in self.memo)
        return Layout(
            self.name,
            rows=Axis(
                {"industry": tuple(needed), "memo": memo}, optional=memo, further=rf"(?:{blocks}) (?:{self.products})"
            ),
            columns=Axis({**labels, "final": (*self.finals, self.exports)}, further=self.industries),
            code_columns=(0, 1),
        )


def read(
    path: Path,
    layout: BlockLayout,
    country: str,
    year: int,
    money: str,
    *,
    source: Source,
    names: Mapping[str, str] | None = None,
    model: Model = "D",
    negatives: Negatives = "keep",
    mapping: FileMapping = NOTHING,
    country_name: str = "",
) -> Table:
    """One country and year as an input-output table by one of the four models, imports as the source prints them.

    ``names`` gives industry codes their English names; codes stand for the rest.
    Units:  ``money`` / year; employment in the layout's unit.
    Errors: every fault of the file at once: rows and columns that differ from the layout, cells that are not numbers,
            uses that miss supply, costs that miss output.
    Source: Eurostat Manual of Supply, Use and Input-Output Tables (2008), chapter 11 (pages not checked).
    """
    grid = fit(read_grid(path, code_columns=(0, 1)), layout.layout(), mapping, where=path.name)
    a, values = _accounts(grid, layout, path)
    io = transform(a, model, negatives=negatives, money=money)
    finals, sectors = list(layout.finals), io.sectors
    words = dict(names or {}) if model in ("C", "D") else _product_names(grid, layout)
    skills = io.also.loc[list(layout.skills)].rename(index=dict(layout.skills))
    return Table(
        country=country,
        country_name=country_name or country,
        year=year,
        money=money,
        domestic_use=io.domestic[sectors],
        imported_use=io.imported[sectors],
        domestic_final=io.domestic[finals],
        imported_final=io.imported[finals],
        exports=io.domestic[layout.exports].rename("exports"),
        reexports=io.imported[layout.exports].rename("reexports"),
        primary=io.costs,
        final_taxes=pd.Series(0.0, index=[*finals, "exports"], name="final_taxes"),
        final_kinds=pd.Series(dict(layout.finals)),
        primary_kinds=pd.Series(dict(layout.costs)),
        labels=pd.Series({s: words.get(s, s) for s in sectors}, name="label"),
        source=source,
        methods=("Domestic and imported uses are the source's own; nothing was split.", *layout.notes, *io.methods),
        rounding=layout.rounding,
        employment=skills,
        employment_unit=layout.employment_unit,
        fixed_capital_consumption=io.also.T[layout.wear] if layout.wear else None,
        published={"blocks": values, "computed:negatives": io.negatives, "computed:removed": io.removed},
    )


def _accounts(grid: pd.DataFrame, layout: BlockLayout, path: Path) -> tuple[SupplyUse, pd.DataFrame]:
    """The blocks as accounts, checked; and the cells as printed."""
    industries = layout.layout().columns.others(grid.columns)
    uses = [*industries, *layout.finals, layout.exports]
    rows = {b: [r for r in grid.index if r.startswith(b + " ")] for b in (layout.domestic, layout.imported)}
    rows[layout.supply] = [r for r in grid.index if r.startswith(layout.supply + " ")]
    products = [r.removeprefix(layout.supply + " ") for r in rows[layout.supply]]
    faults: list[GroundplanError] = []
    for block in (layout.domestic, layout.imported):
        faults += absent([f"{block} {p}" for p in products], rows[block], "row", path)
        as_supply = [r.replace(block, layout.supply, 1) for r in rows[block]]
        faults += absent(as_supply, rows[layout.supply], "row", path)
    raise_all(faults, where=str(path))
    own_rows = [r for r in grid.index if r.startswith(layout.industry + " ")]
    parts: dict[str, pd.DataFrame] = {}
    for block, columns, wanted in (
        (layout.domestic, uses, [f"{layout.domestic} {p}" for p in products]),
        (layout.imported, uses, [f"{layout.imported} {p}" for p in products]),
        (layout.supply, industries, rows[layout.supply]),
        (layout.industry, industries, own_rows),
    ):
        try:
            parts[block] = numbers(grid.loc[wanted, columns], path)
        except GroundplanError as fault:
            faults.append(fault)
    raise_all(faults, where=str(path))
    values = pd.concat(parts.values())
    named = {b: f.set_axis([r.removeprefix(b + " ") for r in f.index], axis=0) for b, f in parts.items()}
    own = named[layout.industry]
    also = [*layout.skills, *([layout.wear] if layout.wear else [])]
    a = SupplyUse(
        make=named[layout.supply],
        domestic=named[layout.domestic],
        imported=named[layout.imported],
        costs=own.loc[list(layout.costs)],
        also=own.loc[also],
        own=pd.Series({p: layout.own(p) for p in products}),
    )
    raise_all(_identities(a, own.T[layout.output], layout, path), where=str(path))
    return a, values


def _identities(a: SupplyUse, output: pd.Series, layout: BlockLayout, path: Path) -> list[GroundplanError]:
    """Faults of supply against use by product and of costs against output by industry."""
    costs = pd.concat([a.domestic[a.industries], a.imported[a.industries], a.costs]).T
    cases = (
        (a.domestic, a.make.sum(axis=1), "domestic use against supply, by product"),
        (a.make.T, output, "supply against output, by industry"),
        (costs, output, "costs and value added against output, by industry"),
    )
    return [f for cells, total, what in cases for f in disagreements(cells, total, layout.rounding, what, path.name)]


def _product_names(grid: pd.DataFrame, layout: BlockLayout) -> dict[str, str]:
    """Product code → name, where the file prints names."""
    if not layout.label:
        return {}
    names = grid[layout.label][[r for r in grid.index if r.startswith(layout.supply + " ")]]
    return {str(r).removeprefix(layout.supply + " "): str(n) for r, n in names.items()}


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
    "scb-blocks": PublishedLayout(
        read, "Statistics Sweden (SCB)", money="SEK{year}m", fixed={"layout": SWEDEN}, industries="isic4"
    ),
}
