"""The overview's faces: the page, the JSON and the report give the measures' own numbers, for nations and worlds."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_worlds import world

from groundplan import Economy, Outcome, see
from groundplan.cli import main
from groundplan.economy.opening import open_table
from groundplan.errors import GroundplanError
from groundplan.measures.dependence import household_import_content, import_content_by_product
from groundplan.measures.extraction import extraction_table
from groundplan.measures.overview.listed import MEASURES
from groundplan.results.charts import flows
from groundplan.results.economy_pages import see_page, see_views
from groundplan.results.economy_pages.see_words import headline
from groundplan.results.files import json_text
from groundplan.results.framed import cell_texts
from groundplan.results.html.html_report import report
from groundplan.results.terminal import STUB, WIDTH, text_table
from groundplan.results.text_page import text_page
from groundplan.results.view import ANNEX, Grid
from groundplan.results.view_list import views
from groundplan.tables import catalogue

SAMPLES = Path(__file__).parents[1] / "samples"
NBS = ["see", "CHN", "--table", str(SAMPLES / "national/nbs_2018.csv"), "--layout", "nbs", "--year", "2018"]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def kenya() -> Outcome:
    return see("KEN", product="chem", draws=10)


@pytest.fixture(scope="module")
def abroad() -> Outcome:
    """A country of a small world, looked at with one partner."""
    rng = np.random.default_rng(3)
    use, final = rng.uniform(1.0, 9.0, (6, 6)), rng.uniform(20.0, 60.0, (6, 6))
    w = world(["AAA", "BBB", "CCC"], ["bread", "steel"], use, final)
    return see("AAA", world=w, partner="BBB", draws=5)


def marks(svg: str) -> list[str]:
    """What the marks of a chart say when pointed at."""
    root = ET.fromstring(svg)
    return [t.text or "" for mark in root.iter() if mark is not root for t in mark.findall(f"{SVG}title")]


def test_the_page_starts_with_one_sentence_of_the_measures(kenya):
    """Proves: the first sentence says the import content that the measure gives, and the first product is the largest.

    Breaks if: the sentence is computed elsewhere, or the table is not sorted.
    """
    e = Economy.load("KEN")
    page = text_page(kenya)
    assert f"{100 * household_import_content(e):.1f} are imports" in headline(kenya)
    assert page.splitlines()[4].startswith("Of every 100")
    largest = e.label(str(import_content_by_product(e).to_series().idxmax()))
    assert f"{largest} weighs most" in headline(kenya)
    assert max(map(len, page.splitlines())) <= WIDTH


def test_tables_hold_the_measures_own_numbers(kenya):
    """Proves: the outcome's tables are the measures' tables to the last digit.

    Breaks if: a table is sorted apart from its labels, cut, or scaled on the way.
    """
    e = Economy.load("KEN")
    products = kenya.table("products").set_index("product")["total"]
    pd.testing.assert_series_equal(
        products.sort_index(), import_content_by_product(e).to_series().sort_index(), check_names=False
    )
    sectors = kenya.table("sectors").set_index("sector")["extraction"]
    expected = extraction_table(e)["value_added_share"]
    pd.testing.assert_series_equal(sectors, expected.loc[sectors.index], check_names=False)


def test_a_saved_overview_gives_the_same_page_and_report(kenya, tmp_path):
    """Proves: page and report are computed from the outcome alone, and saving loses nothing.

    Breaks if: a face reads the economy, or a table does not survive its CSV.
    """
    kenya.save(tmp_path / "o")
    again = Outcome.open(tmp_path / "o")
    assert text_page(again) == text_page(kenya)
    assert report(again) == report(kenya)


def test_every_measure_stands_where_its_card_says(kenya, abroad):
    """Proves: a measure of ``MEASURES`` is in the outcome, in its views and in the report by its card alone, with every
    column that its card names; each is told for one of the two outcomes, and no other table is.
    Breaks if: a page has a list of its own, a card names a column that the table lacks, or two measures have one name.
    """
    names = [m.name for m in MEASURES]
    assert len(set(names)) == len(names)
    assert set(kenya.tables) | set(abroad.tables) == set(names)
    assert {m.section for m in MEASURES} - {""} <= {s.name for s in see_page.SECTIONS}
    reports = {id(o): unescape(report(o)) for o in (kenya, abroad)}
    tables = {id(o): {title for v in views(o) for title in v.tables} for o in (kenya, abroad)}
    for m in MEASURES:
        o = kenya if m.name in kenya.tables else abroad
        written = reports[id(o)]
        assert {column for _, _, column in m.columns} - {"through"} <= set(o.table(m.name)), m.name
        shown = not m.unless or m.unless not in o.tables
        assert len(see_views.view(o, m)) == (len(o.table(m.name)) if shown else 0)
        if m.section:
            assert see_views.said(o, m.heading) in written
        # Two measures may answer the same question under one heading: the better one where the accounts have it.
        answered = {x.heading for x in MEASURES if x.section and x.name in o.tables and x.unless not in o.tables}
        assert (see_views.said(o, m.heading) in tables[id(o)]) == (m.heading in answered)


@pytest.mark.parametrize("name", sorted(see_page.CHARTS))
def test_every_chart_has_its_table_and_says_its_numbers(kenya, abroad, name):
    """Proves: each chart draws for some outcome, and every mark ends with a figure of its table.

    Breaks if: a chart shows other numbers than the table beneath it.
    """
    chart = see_page.CHARTS[name]
    o = abroad if name in ("partner_totals", "reliance") else kenya
    texts = {cell for column in cell_texts(chart.table(o)) for cell in column}
    said = marks(chart.draw(o).svg())
    assert said
    if name != "paths":  # ribbons add up the chains that share a step
        assert {mark.rpartition(": ")[2] for mark in said} <= texts


def test_the_report_is_whole_and_stands_alone(kenya, abroad):
    for o in (kenya, abroad):
        page = report(o)
        assert "<script" not in page
        assert "http" not in page.split("<main>")[0].replace("http://www.w3.org/2000/svg", "")
        assert 2 * page.count("<figure") == page.count("<svg") > 6  # a wide and a narrow drawing of each
        for svg in page.split("<svg")[1:]:
            ET.fromstring("<svg" + svg.split("</svg>")[0] + "</svg>")
    assert "What hangs on BBB" in report(abroad)
    assert "Who needs imported Chemicals and petroleum" in report(kenya)


def test_ribbons_keep_what_passes():
    """Proves: what enters a stop leaves it, on a case for paper: 3 + 2 enter, 4 + 1 leave.

    Breaks if: ribbons that share a step are drawn twice or dropped.
    """
    svg = flows.ribbons("r", "t", [(("gas", "ammonia", "grain"), 3.0), (("ore", "ammonia", "grain"), 1.0),
                                   (("ore", "ammonia", "steel"), 1.0)], "m")  # fmt: skip
    said = marks(svg)
    assert {"gas: 3", "ore: 2", "ammonia: 5", "grain: 4", "steel: 1"} <= set(said)
    assert {"gas to ammonia (from gas): 3", "ore to ammonia (from ore): 2", "ammonia to grain (from ore): 1"} <= set(
        said
    )


def test_the_matrix_tells_every_cell():
    """Proves: each cell says its flow, a negative one is framed, an empty one is not filled."""
    table = pd.DataFrame([[4.0, 0.0], [-1.0, 1.0]], index=["gas", "ore"], columns=["steel", "grain"])
    svg = flows.matrix("m", "t", table, "bn")
    assert {"gas used by steel: 4", "gas used by grain: 0", "ore used by steel: −1"} <= set(marks(svg))
    assert svg.count('stroke="#D55E00"') == 1
    assert flows.matrix("m", "t", pd.DataFrame(), "bn") == ""


def test_the_command_prints_the_page_and_the_json(capsys):
    """Proves: `groundplan see` prints what the Python function gives, as a page and as JSON."""
    o = see("GHA", draws=1)
    assert main(["see", "GHA", "--draws", "1"]) == 0
    assert capsys.readouterr().out.strip() == text_page(o).strip()
    assert main(["see", "ghana", "--draws", "1", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(json_text(o))
    assert printed["tables"]["products"][0]["total"] == o.table("products")["total"].iloc[0]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["see", "KEN", "--product", "chemm"], "nearest: 'chem'"),
        (["see", "KEN", "--partner", "CHN"], "do not say whom imports come from"),
        (["see", "KENN"], "nearest: 'KEN'"),
        (["see", "KEN", "--use", "housold"], "nearest: 'household'"),
        (["see", "KEN", "--draws", "-1"], "draws is -1"),
        (["see", "KEN", "--stock-days", "nan"], "stock_days is nan"),
        (["see", "KOR", "--table", "none.csv", "--layout", "icoi", "--year", "2018"], "nearest: 'icio'"),
        (["see", "KOR", "--table", "none.csv", "--layout", "icio"], "year of the icio table is missing"),
        (["see", "CHN", "--table", "a.csv", "b.csv", "--layout", "nbs", "--year", "2020"], "2 are named"),
        (["see", "none.xlsx"], "none.xlsx"),
        (["see", "KEN", "--layout", "icio"], "are of --table"),
        (["see", "KEN", "--names", "none.csv"], "none.csv"),
        (["see", "KEN", "--use", "housold", "--product", "chemm"], "2 faults"),
        (
            ["see", "ESP", "--table", "a", "--layout", "wiod2016-national", "--year", "2014", "--mapping", "m"],
            "no mapping",
        ),
        ([*NBS, "--money", "yuan"], "money is 'yuan'"),
        ([*NBS, "--money", "CNY2017m", "--tolerance", "nan"], "tolerance is nan"),
    ],
)
def test_bad_questions_are_refused_in_words(capsys, words, told):
    assert main(words) == 2
    err = capsys.readouterr().err
    assert told in err
    assert "Traceback" not in err


def test_rankings_carry_their_confidence(kenya):
    """Proves: every ranked table says in what share of draws an entry stays, and the panel's years where there are
    several. Breaks if: a ranking is shown without.
    """
    for name in ("products", "sectors", "cut_off", "markets", "paths"):
        assert kenya.table(name)["in_top"].between(0, 1).all()
        assert kenya.table(name)["in_top"].iloc[0] == 1.0
    brazil = see("BRA", draws=1)
    assert brazil.provenance["panel"] == [2010, 2015, 2019, 2021]
    assert "among the first in years" in see_views.view(brazil, see_page.NAMED["products"]).columns.get_level_values(0)
    assert brazil.table("products")["years_in_top"].iloc[0] == 1.0


def test_a_product_that_no_list_knows_is_said(abroad):
    """Proves: what could not be told is said, not left blank. Breaks if: the note is dropped."""
    assert "no class is stated of bread, steel" in " ".join(text_page(abroad).split())
    assert "raw" not in abroad.tables


def test_unknown_choices_are_refused():
    with pytest.raises(GroundplanError, match="nearest: 'product'"):
        see("KEN", produkt="chem")


@pytest.mark.parametrize(
    ("layout", "file", "country", "year"),
    [
        ("icio", "world/icio_2023.csv", None, 2018),
        ("figaro", "world/figaro_matrix.csv", None, 2018),
        ("oecd-iot", "world/oecd_iot_2023.csv", "AUS", 2018),
        ("nbs", "national/nbs_2018.csv", "CHN", 2018),
        ("ine-blocks", "national/ine_blocks.csv", "ESP", 2010),
        ("scb-blocks", "national/scb_blocks.csv", "SWE", 2010),
        ("wiod2013-national", "national/wiod_origin.csv", "XXX", 2011),
    ],
)
def test_publishers_files_open_by_their_layout(layout, file, country, year):
    """Proves: every kind of layout opens a sample through one door. Breaks if: a reader's call changes."""
    path = SAMPLES / file
    with open(path, encoding="utf-8") as text:
        first = text.read(4000)
    code = country or next(c for c in ("AUS", "AT", "DE", "ARG", "AAA") if c in first)
    e, w = open_table([path], layout, code, year, money="CNY2017m" if layout == "nbs" else None)
    assert e.country == code
    assert (w is not None) == (layout in ("icio", "figaro"))


def test_a_list_of_names_puts_codes_in_words(tmp_path, capsys):
    """Proves: a list names industries and partners on the page; the report says how the files were opened.

    Breaks if: names are matched by place, a list of something else is taken, or the command cannot be repeated.
    """
    listed = tmp_path / "names.csv"
    first = str(open_table(NBS[3:4], "nbs", "CHN", 2018, money="CNY2017m")[0].sectors[0])
    listed.write_text(f"code,name\n{first},Manufacture of thingamajigs\nZZZ,Nowhere\n", "utf-8")
    words = [*NBS, "--money", "CNY2017m", "--draws", "0", "--names", str(listed), "--top", "40"]
    assert main([*words, "--out", str(tmp_path / "o")]) == 0
    assert "Thingamajigs" in capsys.readouterr().out
    page = (tmp_path / "o" / "report.html").read_text("utf-8")
    assert "groundplan see CHN --year 2018 --table" in page
    assert "--layout nbs --money CNY2017m" in page
    listed.write_text("code,name\nZZZ,Nowhere\n", "utf-8")
    assert main(words) == 2
    assert "names none of the sectors" in capsys.readouterr().err


def test_a_product_and_a_partner_of_one_name_are_told_apart():
    """Proves: a partner named like a product is still the partner. Breaks if: names share one list."""
    rng = np.random.default_rng(5)
    use, final = rng.uniform(1.0, 9.0, (4, 4)), rng.uniform(20.0, 60.0, (4, 4))
    e = world(["AAA", "BBB"], ["bread", "steel"], use, final).national("AAA")
    e = e.replacing(labels={"bread": "Bread", "steel": "Georgia"}, names={**e.names, "BBB": "Georgia"})
    asked = see(e, product="georgia", partner="Georgia", draws=0).provenance["view"]
    assert (asked["product"], asked["partner"]) == ("steel", "BBB")


@pytest.mark.parametrize("country", ["BRA", "FRA"])
def test_long_names_do_not_split_tables(country):
    """Proves: with the longest shipped names no table is wider than the page, and none is split.

    Breaks if: words in cells are not cut, or rows keep their names while columns fall off.
    """
    o = see(country, draws=1, product=see(country, draws=0).table("products")["product"][0])
    page = text_page(o)
    assert max(map(len, page.splitlines())) <= WIDTH
    for grid in (p for v in views(o) if v.level != ANNEX for p in v.parts if isinstance(p, Grid)):
        frame = grid.frame.drop(columns=[c for c in grid.spare if c in grid.frame.columns.get_level_values(0)], level=0)
        assert "" not in text_table(frame.head(grid.top or None), dict(grid.heads), grid.stub or STUB), grid.title


def test_shipped_files_open_by_their_layout_too():
    """Proves: a folder of IBGE's and a SAM with its kinds give the shipped accounts through the user's door."""
    brazil, _ = open_table([catalogue.FOLDER / "brazil_ibge_sut" / "br_68_2021"], "ibge", "BRA", 2021)
    np.testing.assert_array_equal(brazil.imported_use, Economy.load("BRA", 2021).imported_use)
    files = [catalogue.FOLDER / "ifpri_sam" / name for name in ("GHA_2019.csv", "nexus_roles.csv")]
    ghana, _ = open_table(files, "sam", "GHA", 2019, money="GHS2019m")
    np.testing.assert_array_equal(ghana.imported_use, Economy.load("GHA").imported_use)
