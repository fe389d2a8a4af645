"""World tables against what their publishers, or the notes that came with them, say of them."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from world_samples import HELD, READ, WIOD, rows, sample, workbook

from groundplan.economy.economy import Economy
from groundplan.economy.world import World
from groundplan.errors import GroundplanError
from groundplan.sources import Source
from groundplan.tables.readers import oecd_iot, wiod_world
from groundplan.tables.readers.pymrio_system import from_pymrio
from groundplan.tables.world_table import WorldTable

SOURCE = Source(publisher="pymrio", title="test system", vintage="as installed", licence="none")
held = pytest.mark.skipif(not HELD.exists(), reason=f"no world table in {WIOD}: set GROUNDPLAN_SHARED")


@cache
def wiod_2011(name: str = "wiot_2011_full.npz") -> WorldTable:
    return wiod_world.read(WIOD / name, 2011, release="2013")


@cache
def world_2011() -> World:
    return World.from_table(wiod_2011())


@held
def test_wiod_2011_is_the_table_of_the_balance_report() -> None:
    """Proves: output, final use and the residuals of the world table of 2011 are those of its balance report.

    Source: balance report that came with the table: output 141.768 bn, final use 69.2686 bn US dollars; rows miss
    printed output by up to 108 million; 22 industries have no output; 6 final uses other than stocks are negative.
    Breaks if: rows and columns are mixed up, or a country is dropped.
    """
    report = pd.read_csv(WIOD / "balance_report.csv", index_col="year").loc[2011]
    t, w = wiod_2011(), world_2011()
    assert (len(t.countries), len(t.industries)) == (report["n_countries"], report["n_sectors"])
    assert t.output is not None
    assert t.output.sum() == pytest.approx(report["world_output_musd"], rel=5e-6)
    assert t.final_use.sum() == pytest.approx(report["world_fd"], rel=5e-6)
    assert t.primary.sum() == pytest.approx(report["world_va_resid"], rel=5e-6)
    assert np.abs(w.discrepancy.values).max() == report["row_max_abs"] == 108
    assert (t.output == 0).sum() == report["zero_output"] == 22
    stocks = np.array([k == "inventories" for k in t.final_kinds.values()] * len(t.countries))
    assert (t.final_use[:, ~stocks] < 0).sum() == report["neg_nonINVEN"] == 6


@held
@pytest.mark.parametrize("country", ["KOR", "IDN", "TUR"])
def test_national_view_is_the_published_table_by_origin(country: str) -> None:
    """Proves: imports by partner, domestic uses and exports of a national view are those of the table by origin.

    Source: national tables by origin that came with the world table (its notes). There exports close the row, so they
    hold what rounding leaves; here that is the discrepancy.
    Breaks if: the view takes a column for a row, or a partner's block is another's.
    """
    by_origin = pd.read_csv(WIOD / f"national_2011_by_origin_{country}.csv", index_col=[0, 1])
    w = world_2011()
    t = w.table(country)
    uses = [*t.labels.index, *t.final_kinds.index]
    for partner in {"CHN", "JPN", "USA", "RUS", "TWN", "BRA", "RoW"} - {country}:
        assert t.imported_by_partner is not None
        pd.testing.assert_frame_equal(
            t.imported_by_partner[partner], by_origin.loc[partner, uses].astype(float), check_names=False
        )
    pd.testing.assert_frame_equal(t.domestic_use, by_origin.loc["DOM", uses[:35]].astype(float), check_names=False)
    closed = t.exports + w.discrepancy.values[w.rows(country)]
    assert np.array_equal(closed, by_origin.loc["DOM", "EXPORTS"])
    groups = by_origin.loc[[o for o in by_origin.index.unique(0) if o not in ("DOM", "PRIM")], uses]
    assert (t.imported_use.sum().sum() + t.imported_final.sum().sum()) == groups.sum().sum()


@held
@pytest.mark.parametrize(("name", "residual", "share"), [("r14_s35", 1574, 0.0332), ("regional7", 4.75, 0.0002)])
def test_regional_tables_close_with_their_printed_residual(name: str, residual: float, share: float) -> None:
    """Proves: the tables of 14 and 7 regions balance once their printed residual is counted, and not without it.

    Source: notes that came with the tables: at most 1574 million, 3.3 % of a row; 4.7 million, 0.02 %.
    """
    t = wiod_2011("wiot_2011_r14_s35.csv" if name == "r14_s35" else "wiot_regional7_2011.csv")
    assert t.residual is not None
    assert t.output is not None
    largest = np.abs(t.residual).max()
    assert largest == pytest.approx(residual, rel=2e-3)
    assert np.max(np.abs(t.residual) / np.maximum(t.output, 1)) == pytest.approx(share, abs=1e-4)
    w = World.from_table(t)
    assert np.abs(w.discrepancy.values - t.residual).max() < 0.5


@held
def test_regions_are_sums_of_countries() -> None:
    """Proves: what the 14 regions buy from Korea's industries is what the 41 countries buy."""
    many, few = wiod_2011(), wiod_2011("wiot_2011_r14_s35.csv")
    n = len(many.industries)
    one, other = (t.countries.index("KOR") * n for t in (many, few))
    assert many.industries == few.industries
    assert np.array_equal(many.use[one : one + n].sum(axis=1), few.use[other : other + n].sum(axis=1))
    assert many.use.sum() == few.use.sum()
    assert many.final_use.sum() == few.final_use.sum()


@pytest.mark.parametrize("name", READ)
def test_a_reader_keeps_the_contract(name: str) -> None:
    """Proves: every sample says its money, methods and source, balances, and each country's view is an economy."""
    t = sample(name)
    assert re.fullmatch(rf"[A-Z]{{3}}{t.year}(bn|m)", t.money)
    assert all(sentence.endswith(".") for sentence in t.methods)
    assert t.methods
    assert len(t.source.sha256[name]) == 64
    assert t.rounding > 0
    assert {*t.final_kinds, *t.primary_kinds} <= set(t.names)
    assert not t.use.flags.writeable
    w = World.from_table(t, tolerance=1e-9)
    for country in w.countries:
        e = w.national(country, tolerance=0.02)
        assert isinstance(e, Economy)
        assert w.table(country).imported_by_partner is not None


@pytest.mark.parametrize("name", ["icio_2021_whole.csv", "icio_2023.csv", "icio_2025.csv", "figaro_matrix.csv"])
def test_every_cell_stands_under_its_labels(name: str) -> None:
    """Proves: each cell of a matrix, read here by the standard library alone, is where its labels say."""
    t = sample(name)
    (_, *heads), *body = rows(name)
    codes = [(c, i) for c in t.countries for i in t.industries]
    uses = [(c, f) for c in t.countries for f in t.final_kinds]
    seen = 0
    for label, *cells in body:
        country, _, code = label.partition("_")
        for head, cell in zip(heads, cells, strict=True):
            place, _, use = head.partition("_")
            if (country, code) in codes and (place, use) in codes:
                assert t.use[codes.index((country, code)), codes.index((place, use))] == float(cell)
                seen += 1
            elif (country, code) in codes and (place, use) in uses:
                assert t.final_use[codes.index((country, code)), uses.index((place, use))] == float(cell)
                seen += 1
    assert seen == t.use.size + t.final_use.size


def test_parts_of_a_country_add_up_to_it() -> None:
    """Proves: Mexico in three parts is the Mexico of the table that does not part it; the reader says so.

    Breaks if: a part is dropped, or the flows between parts are counted twice.
    """
    parted, whole = sample("icio_2021.csv"), sample("icio_2021_whole.csv")
    assert parted.countries == whole.countries == ("AUS", "KOR", "MEX")
    for name in ("use", "final_use", "primary", "final_primary", "output"):
        assert getattr(parted, name) == pytest.approx(getattr(whole, name), abs=1e-5), name
    assert any("MX1, MX2 were added to MEX" in m for m in parted.methods)
    assert not any("MX1" in m for m in whole.methods)


def test_three_forms_of_figaro_are_one_table() -> None:
    """Proves: the matrix, the flat file and the SDMX file of one table are read as the same figures.

    Breaks if: another year of the SDMX file is taken, or the lower rows are lost.
    """
    matrix, flat, sdmx = (sample(f"figaro_{form}.csv") for form in ("matrix", "flat", "sdmx"))
    for name in ("use", "final_use", "primary", "final_primary"):
        assert np.array_equal(getattr(matrix, name), getattr(flat, name)), name
        assert np.array_equal(getattr(matrix, name), getattr(sdmx, name)), name
    assert matrix.countries == flat.countries == ("AR", "DE", "FIGW1")
    assert sdmx.countries == ("AR", "DE", "WRL_REST")
    assert sdmx.industries == ("A01", "C10-12", "M74_75")


@pytest.mark.parametrize("name", ["wiod_2013_sheet.csv", "wiod_2016_sheet.csv"])
def test_a_workbook_and_its_sheet_are_one_table(name: str, tmp_path: Path) -> None:
    """Proves: a world table of WIOD is the same from the workbook, from its sheet as CSV and from the R data frame."""
    sheet, book = sample(name), READ[name](workbook(name, tmp_path))
    others = [book, sample("wiod_2016_r.csv")] if "2016" in name else [book]
    for other in others:
        assert (other.countries, other.industries) == (sheet.countries, sheet.industries)
        assert other.labels == sheet.labels
        for part in ("use", "final_use", "primary", "final_primary", "output"):
            assert np.array_equal(getattr(other, part), getattr(sheet, part)), part
    assert sheet.final_kinds == {
        "CONS_h": "household",
        "CONS_np": "nonprofit",
        "CONS_g": "government",
        "GFCF": "investment",
        "INVEN": "inventories",
    }


def test_national_table_of_the_oecd() -> None:
    """Proves: each block of a national table is where the layout says: uses by origin, exports, taxes, value added."""
    path = Path(__file__).parents[1] / "samples" / "world" / "oecd_iot_2023.csv"
    t = oecd_iot.read(path, "AUS", 2018, edition="2023")
    with path.open(encoding="utf-8", newline="") as file:
        raw = {row[""]: row for row in csv.DictReader(file)}
    for code in t.labels.index:
        for use in t.labels.index:
            assert t.domestic_use.loc[code, use] == float(raw[f"DOM_{code}"][use])
            assert t.imported_use.loc[code, use] == float(raw[f"IMP_{code}"][use])
        assert t.exports[code] == float(raw[f"DOM_{code}"]["EXPO"]) + float(raw[f"DOM_{code}"]["CONS_NONRES"])
        assert t.reexports[code] == float(raw[f"IMP_{code}"]["EXPO"])
    assert t.imported_final["DPABR"].sum() == sum(float(raw[f"IMP_{c}"]["DPABR"]) for c in t.labels.index) > 0
    taxes = sum(float(raw["TXS_INT_FNL"][f]) for f in [*t.final_kinds.index, "EXPO", "CONS_NONRES"])
    assert t.final_taxes.sum() == taxes
    e = Economy.from_table(t, tolerance=1e-9)
    assert e.output.values == pytest.approx([float(raw["OUTPUT"][c]) for c in t.labels.index])


def test_pymrio_system_keeps_its_flows() -> None:
    """Proves: pymrio's test system gives its flows and output under its labels, whatever their order in memory."""
    import pymrio

    system = pymrio.load_test()
    system.calc_all()
    kinds = {"Export": "inventories"}
    t = from_pymrio(system, 2010, "EUR2010m", source=SOURCE, factors=None, final_kinds=kinds)
    assert np.array_equal(t.use, system.Z.to_numpy())
    assert np.array_equal(t.final_use, system.Y.to_numpy())
    w = World.from_table(t)
    assert w.output == pytest.approx(system.x["indout"].to_numpy())
    assert w.coefficients == pytest.approx(system.A.to_numpy())
    order = np.random.default_rng(3).permutation(len(system.Z))
    system.Z = system.Z.iloc[order, order[::-1]]
    again = from_pymrio(system, 2010, "EUR2010m", source=SOURCE, factors=None, final_kinds=kinds)
    place = {pair: k for k, pair in enumerate((c, i) for c in t.countries for i in t.industries)}
    back = [place[c, i] for c in again.countries for i in again.industries]
    assert np.array_equal(again.use, t.use[np.ix_(back, back)])


def test_pymrio_extension_is_the_primary_inputs() -> None:
    """Proves: the rows of the extension are primary inputs under their own names and kinds."""
    import pymrio

    system = pymrio.load_test()
    system.calc_all()
    t = from_pymrio(
        system,
        2010,
        "EUR2010m",
        source=SOURCE,
        final_kinds={"Export": "inventories"},
        primary_kinds={"Value Added": "labour"},
    )
    assert t.primary_kinds == {"Value Added": "labour"}
    assert np.array_equal(t.primary, system.factor_inputs.F.to_numpy())


EXIOBASE = (
    "Final consumption expenditure by households",
    "Final consumption expenditure by non-profit organisations serving households (NPISH)",
    "Final consumption expenditure by government",
    "Gross fixed capital formation",
    "Changes in inventories",
    "Changes in valuables",
    "Exports: Total (fob)",
)
GLORIA = (
    "Household final consumption P.3h",
    "Non-profit institutions serving households P.3n",
    "Government final consumption P.3g",
    "Gross fixed capital formation P.51",
    "Changes in inventories P.52",
    "Acquisitions less disposals of valuables P.53",
)


def named_system(categories: tuple[str, ...], sold_abroad: float) -> object:
    """Pymrio's test system with the final categories of a database, figures as they come; the last column as said."""
    import pandas as pd
    import pymrio

    system = pymrio.load_test()
    system.calc_all()
    y = system.Y
    regions = list(y.columns.get_level_values(0).unique())
    wide = pd.MultiIndex.from_product([regions, categories], names=["region", "category"])
    values = np.zeros((len(y), len(wide)))
    for k, region in enumerate(regions):
        own = y[region].to_numpy()
        n = min(own.shape[1], len(categories) - 1)
        values[:, k * len(categories) : k * len(categories) + n] = own[:, :n]
        values[0, (k + 1) * len(categories) - 1] = sold_abroad
    system.Y = pd.DataFrame(values, y.index, wide)
    return system


@pytest.mark.parametrize("categories", [EXIOBASE, GLORIA], ids=["EXIOBASE 3", "GLORIA and Eora26"])
def test_databases_that_pymrio_reads_need_no_list_of_kinds(categories: tuple[str, ...]) -> None:
    """Proves: final categories of EXIOBASE 3, GLORIA and Eora26 have their kinds; exports of a region are what the
    others use, and a column of exports beyond the regions must be empty.

    Breaks if: the empty column stops the reading, or a filled one passes.
    """
    t = from_pymrio(named_system(categories, 0.0), 2010, "EUR2010m", source=SOURCE, factors=None)
    kinds = list(t.final_kinds.values())
    assert kinds == ["household", "nonprofit", "government", "investment", "inventories", "inventories"]
    w = World.from_table(t, tolerance=1e9)
    country = t.countries[0]
    n = len(t.industries)
    others = t.use[:n, n:].sum() + t.final_use[:n, len(kinds) :].sum()
    assert float(w.national(country, tolerance=1e9).exports.sum()) == pytest.approx(others)
    if "Exports" in categories[-1]:
        with pytest.raises(GroundplanError, match="exports beyond the regions of the system"):
            from_pymrio(named_system(categories, 3.0), 2010, "EUR2010m", source=SOURCE, factors=None)
