"""National tables: invented samples in the publishers' layouts, and publishers' files where they are at hand."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd
import xlsxwriter

from groundplan.sources import Source, sha256
from groundplan.tables.published import published_layout
from groundplan.tables.readers import eurostat_iot, nbs, oecd_iot, spain, wiod, wiod_origin
from groundplan.tables.table import Table

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("GROUNDPLAN_SHARED", ROOT.parent / "shared" / "data"))
SAMPLES = Path(__file__).parent / "samples" / "national"
INE, SCB = SHARED / "spain_ine_sut", SHARED / "sweden_scb_sut"
ORIGIN, PANEL = SHARED / "wiod2013_mrio", SHARED / "wiod2016_nio" / "panel"
CROATIA = SHARED / "eurostat_iotables"


def source(*paths: Path) -> Source:
    return Source(
        "a publisher",
        "a national table",
        "one edition",
        "none",
        sha256={p.name: sha256(p) for p in paths if p.is_file()},
    )


def declared(name: str, *paths: Path, year: int, country: str = "XXX", money: str = "", **options: object) -> Table:
    """Files in a declared layout."""
    layout = published_layout(name)
    money = money or layout.money.format(year=year)
    table: Table = layout.table(paths, country=country, year=year, money=money, source=source(*paths), **options)
    return table


def ine_blocks(path: Path, year: int = 2010, **options: object) -> Table:
    return declared("ine-blocks", path, year=year, country="ESP", **options)


def scb_blocks(path: Path, year: int = 2010, **options: object) -> Table:
    return declared("scb-blocks", path, year=year, country="SWE", **options)


def ine_workbook(path: Path, year: int = 2019, **options: object) -> Table:
    return spain.read(path, "ESP", year, f"EUR{year}m", source=source(path), **options)  # type: ignore[arg-type]


def nbs_table(path: Path, year: int = 2018) -> Table:
    return nbs.read(path, "CHN", year, f"CNY{year}m", source=source(path), names={"01001": "Farm products"})


def cp1700(path: Path) -> Table:
    return eurostat_iot.read(path, path, "XXX", 2010, "EUR2010m", source=source(path))


def by_origin(path: Path, country: str = "XXX") -> Table:
    names = path.parent / ("wiod_sectors.csv" if path.parent == SAMPLES else "sectors35.csv")
    return wiod_origin.read(path, country, 2011, "USD2011m", source=source(path), names=names)


def croatia(folder: Path) -> Table:
    """Croatia 2010 as the two SDMX-CSV files that Eurostat gives."""
    paths = []
    for number, flow in ((1800, "DOM"), (1900, "IMP")):
        wide = pd.read_csv(CROATIA / f"croatia_2010_{number}.csv", index_col=0)
        wide.columns = pd.Index(["CPA_" + c if n < 65 else c for n, c in enumerate(wide.columns)])
        long = wide.rename_axis(index="prd_ava").reset_index()
        table = long.melt("prd_ava", var_name="prd_use", value_name="OBS_VALUE").dropna()
        table.insert(0, "DATAFLOW", f"ESTAT:NAIO_10_CP{number}(1.0)")
        table = table.assign(freq="A", unit="THS_NAC", stk_flow=flow, geo="HR", TIME_PERIOD=2010, OBS_FLAG="")
        paths.append(folder / f"{number}.csv")
        table.to_csv(paths[-1], index=False)
    return eurostat_iot.read(*paths, "HRV", 2010, "HRK2010m", source=source(*paths))


def write_workbook(
    path: Path, year: int = 2019, change: Callable[[list[list[object]], str], None] | None = None
) -> Path:
    """A workbook in INE's layout with the invented economy of the samples; ``change`` may edit a sheet's cells."""
    industries = ["Farming", "Mining and quarrying", "Other services"]
    products = ["1. Products of farms", "2. Food products", "3 .Accommodation services"]
    make = [[90.0, 10.0, 0.0], [5.0, 180.0, 15.0], [0.0, 10.0, 290.0]]
    imports, trade, taxes = [20.0, 70.0, 30.0], [8.0, 12.0, -20.0], [4.0, 20.0, 16.0]
    use = [
        [14.0, 26, 6, 50, 0, 2, 4, -1, 31],
        [16.0, 52, 33, 90, 1, 5, 60, 5, 40],
        [14.0, 29, 72, 90, 6, 70, 15, 0, 30],
    ]
    finals = [" Final consumption expenditure by households", *list(spain.FINALS)[1:]]
    costs = [[20.0, 50.0, 110.0], [-2.0, 3.0, 4.0], [30.0, 30.0, 60.0], [3.0, 10.0, 20.0]]
    side = [
        "Total output",
        "Total imports  (1)",
        "Intra EU imports",
        "Extra EU imports",
        "Total supply at basic prices",
    ]
    side += [
        "Trade margins",
        "Transport margins",
        "Taxes less subsidies on products",
        "Total supply at purchasers' prices",
    ]
    head = [["", "National Accounts"], ["", ""], ["", "Table"], ["", "Unit: million euros."]]
    supply: list[list[object]] = [*head, ["", "", *industries, *side], ["", "", 1.0, 2.0, 3.0]]
    for p, row, m, k, t in zip(products, make, imports, trade, taxes, strict=True):
        q = sum(row)
        supply.append(["", p, *row, q, m, m, 0.0, q + m, k, 0.0, t, q + m + k + t])
    supply += [["", "", *[0.0] * 12], ["", "CIF/FOB adjustments", 0.0, 0.0, 0.0, 0.0, -3.0, -3.0, *[0.0] * 6]]
    supply += [["", "Purchases on the domestic territory by non-residents ", *[0.0] * 12]]
    supply += [["", "Direct purchases abroad by residents", 0.0, 0.0, 0.0, 0.0, 6.0, *[0.0] * 7]]
    supply += [["", "TOTAL", *[0.0] * 12], ["", "Market output", 95.0, 200.0, 305.0], ["", "(1) Valuation of imports"]]
    last = ["Total exports", "Exports intra EU", "Exports extra EU", "Final uses", "Total use"]
    uses: list[list[object]] = [*head, ["", "", *industries, "Total intermediate consumption", *finals, *last]]
    uses.append(["", "", 1.0, 2.0, 3.0])
    for p, row in zip(products, use, strict=True):
        inside, final = row[:3], row[3:]
        uses.append(["", p, *inside, sum(inside), *final, final[-1], 0.0, sum(final), sum(row)])
    uses += [["", "", *[0.0] * 14], ["", "CIF/FOB adjustments", *[0.0] * 9, -3.0, 0.0, 0.0, 0.0, 0.0]]
    visitors, abroad = [0.0] * 14, [0.0] * 14
    visitors[4], visitors[9], abroad[4] = -10.0, 10.0, 6.0
    uses += [["", "Purchases on the domestic territory by non-residents ", *visitors]]
    uses += [["", "Direct purchases abroad by residents", *abroad]]
    for name, row in zip(list(spain.COSTS), costs, strict=True):
        uses.append(["", name.replace("income gross", "income  gross"), *row])
    uses += [
        ["", "Gross value added at basic prices", 51.0, 93.0, 194.0],
        ["", "Output at basic prices", 95.0, 200.0, 305.0],
    ]
    uses += [["", "Labour", 0.0, 0.0, 0.0], ["", "Jobs", 0.0, 0.0, 0.0], ["", "   Total", 9.0, 9.0, 9.0]]
    uses += [
        ["", "Employment (persons)", 0.0, 0.0, 0.0],
        ["", "   Total", 1.5, 2.5, 7.0],
        ["", "   Employees", 1.0, 2.0, 6.0],
    ]
    listed: list[list[object]] = [["", "Products", "", "CPA 2008"]]
    listed += [["", "farms", 1.0, "01.1-01.3"], ["", "food", 2.0, "10.1"], ["", "beds", "3 ", 55.0]]
    titles: list[list[object]] = [["", f"Supply and use tables {year}"]]
    with xlsxwriter.Workbook(path) as book:
        for name, rows in (("List of Tables", titles), ("Table1", supply), ("Table2", uses), ("Table6", listed)):
            if change:
                change(rows, name)
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    return path


def sample_workbook() -> Table:
    with tempfile.TemporaryDirectory() as folder:
        return ine_workbook(write_workbook(Path(folder) / "ine.xlsx"))


def from_croatia() -> Table:
    with tempfile.TemporaryDirectory() as folder:
        return croatia(Path(folder))


Rows = pd.DataFrame


@dataclass(frozen=True)
class Case:
    """A table, and what its source prints: output by sector (after the frames of ``published``), imports in total."""

    table: Callable[[], Table]
    output: Callable[[Mapping[str, Rows], list[str]], pd.Series | Rows]
    imports: Callable[[Mapping[str, Rows], list[str]], float]

    def printed_output(self, t: Table) -> pd.Series:
        """Output by sector as the source prints it."""
        codes = list(t.labels.index)
        return pd.Series(self.output(t.published, codes).to_numpy(), codes)

    def printed_imports(self, t: Table) -> float:
        """Imports of products in total, as the source prints them."""
        return float(self.imports(t.published, list(t.labels.index)))


def of_blocks(table: Callable[[], Table], row: str) -> Case:
    return Case(
        table,
        lambda p, codes: p["costs"].loc[row, codes],
        lambda p, _: p["imported"].sum().sum(),
    )


def of_ine_workbook(table: Callable[[], Table]) -> Case:
    return Case(
        table,
        lambda p, codes: p["use"].loc["Output at basic prices"].iloc[: len(codes)],
        lambda p, _: (
            p["supply"]["Total imports (1)"].filter(regex=r"^\d").sum()
            + p["supply"]["Total imports (1)"]["Direct purchases abroad by residents"]
        ),
    )


def of_eurostat_iot(table: Callable[[], Table]) -> Case:
    return Case(
        table,
        lambda p, codes: p["domestic"].rename(columns=lambda c: c.removeprefix("CPA_")).loc["P1", codes],
        lambda p, _: p["imported"].loc["CPA_TOTAL", "TU"],
    )


def of_origin(table: Callable[[], Table]) -> Case:
    return Case(
        table,
        lambda p, _: p["wiod"]["OUTPUT"].dropna(),
        lambda p, _: p["wiod"].drop(columns=["EXPORTS", "OUTPUT"]).filter(regex="^(?!DOM)", axis=0).sum().sum(),
    )


def of_wiod(table: Callable[[], Table]) -> Case:
    return Case(
        table,
        lambda p, codes: p["wiod"]["GO"].loc[["Domestic " + c for c in codes]],
        lambda p, _: p["wiod"].filter(regex="^Imports ", axis=0).drop(columns="GO").sum().sum(),
    )


# What a new reader adds: its sample, and a line here.
CASES: dict[str, Case] = {
    "sample-ine-blocks ESP 2010": of_blocks(lambda: ine_blocks(SAMPLES / "ine_blocks.csv"), "Output_at_basic_prices"),
    "sample-scb-blocks SWE 2010": of_blocks(lambda: scb_blocks(SAMPLES / "scb_blocks.csv"), "output"),
    "sample-ine-workbook ESP 2019": of_ine_workbook(sample_workbook),
    "sample-nbs CHN 2018": Case(
        lambda: nbs_table(SAMPLES / "nbs_2018.csv"),
        lambda p, codes: p["nbs"].loc[codes, "GO"] / 100,
        lambda p, codes: p["nbs"].loc[codes, "IM"].sum() / 100,
    ),
    "sample-cp1700 XXX 2010": of_eurostat_iot(lambda: cp1700(SAMPLES / "eurostat_cp1700.csv")),
    "sample-origin XXX 2011": of_origin(lambda: by_origin(SAMPLES / "wiod_origin.csv")),
    "sample-oecd-iot AUS 2018": Case(
        lambda: oecd_iot.read(SAMPLES.parent / "world" / "oecd_iot_2023.csv", "AUS", 2018, edition="2023"),
        lambda p, codes: p["iot"].loc[["DOM_" + c for c in codes], "TOTAL"],
        lambda p, codes: -p["iot"].loc[["IMP_" + c for c in codes], "IMPO"].sum(),
    ),
}
if INE.is_dir():
    for year in (2010, 2015):
        CASES[f"ine-blocks ESP {year}"] = of_blocks(
            partial(ine_blocks, INE / f"spain_{year}_sut_dom_imp.csv", year), "Output_at_basic_prices"
        )
    CASES["ine-workbook ESP 2019"] = of_ine_workbook(lambda: ine_workbook(INE / "cne_tod_19_en.xlsx"))
if SCB.is_dir():
    CASES["scb-blocks SWE 2015"] = of_blocks(lambda: scb_blocks(SCB / "swe_sut_2015.csv", 2015), "output")
if ORIGIN.is_dir():
    CASES["origin KOR 2011"] = of_origin(lambda: by_origin(ORIGIN / "national_2011_by_origin_KOR.csv", "KOR"))
if PANEL.is_dir():
    CASES["panel FIN 2000"] = of_wiod(lambda: wiod.read_panel(PANEL / "FIN.parquet", "FIN", years=[2000])[0])
if CROATIA.is_dir():
    CASES["croatia HRV 2010"] = of_eurostat_iot(from_croatia)
