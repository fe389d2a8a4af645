"""The page and the report: the same figures as the outcome, self-contained, whole or not at all."""

from __future__ import annotations

import csv
import dataclasses
import io
import math
import re
import xml.etree.ElementTree as ET
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from groundplan import Outcome, plan
from groundplan.errors import GroundplanError
from groundplan.planning.policy import Policy, Target
from groundplan.records.card import fields_of, inner_record, types_of
from groundplan.results.files import write_report
from groundplan.results.framed import cell_texts, column_values
from groundplan.results.html.html_report import report
from groundplan.results.plan_pages import plan_choices as choices
from groundplan.results.plan_pages.plan_charts import CHARTS
from groundplan.results.plan_pages.plan_summary import (
    headline,
    held_back,
)
from groundplan.results.terminal import WIDTH
from groundplan.results.text_page import text_page
from groundplan.results.view_list import views
from groundplan.results.words import unit_words

LINK = re.compile(r'<a download="([^"]*)" href="([^"]*)">')
DATA = re.compile(r'href="data:[^"]*"')
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """Open tags, attributes, identifiers and tables of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open, self.wrong, self.attributes, self.tags = [], [], [], []
        self.tables: dict[str, list[list[str]]] = {}
        self.cell: list[str] | None = None
        self.caption = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("td", "th", "caption"):
            self.cell = []
        elif tag == "tr":
            self.tables[self.caption].append([])

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)
        if tag == "caption":
            self.caption = "".join(self.cell)
            self.tables.setdefault(self.caption, [])
            self.cell = None
        elif tag in ("td", "th"):
            self.tables[self.caption][-1].append("".join(self.cell))
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)


@pytest.fixture(scope="module")
def kenya() -> Outcome:
    return plan("KEN", years=3)


@pytest.fixture(scope="module")
def brazil() -> Outcome:
    return plan("BRA", years=2, tail_years=0)


@pytest.fixture(scope="module", params=["kenya", "brazil"])
def outcome(request) -> Outcome:
    return request.getfixturevalue(request.param)


def test_report_is_a_whole_page(outcome):
    """Proves: every tag is closed in its order, identifiers are unique, links lead somewhere, charts are XML.

    Breaks if: a section forgets a closing tag, or two charts share the names of their fills.
    """
    text = report(outcome)
    page = Page(text)
    assert page.wrong == []
    assert page.open == []
    named = [value for key, value in page.attributes if key == "id"]
    assert len(named) == len(set(named))
    links = [value for key, value in page.attributes if key == "href" and not value.startswith("data:")]
    written = [view.name for view in views(outcome)[1:]]
    assert links[: len(written)] == [f"#{name}" for name in written]
    assert {v.removeprefix("#") for v in links} <= set(named)
    used = {f.strip("#") for f in re.findall(r"url\(([^)]*)\)", DATA.sub("", text))}
    assert used <= set(named)
    for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        ET.fromstring(svg)


def test_report_asks_for_nothing(outcome):
    """Proves: no script, frame, picture, font or style is loaded, and the file is small.

    Breaks if: the report cannot be read offline.
    """
    text = report(outcome)
    page = Page(text)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base"} & set(page.tags)
    assert not [v for k, v in page.attributes if k in ("src", "srcset", "xlink:href", "data", "poster")]
    links = [v for k, v in page.attributes if k == "href" and not v.startswith("#")]
    assert all(v.startswith(("data:image/svg+xml;", "data:text/csv;")) for v in links)
    assert len(links) >= 2 * len(CHARTS)
    assert not [k for k, _ in page.attributes if k.startswith("on")]
    assert "@import" not in text
    assert all(u.startswith("#") for u in re.findall(r"url\(([^)]*)\)", DATA.sub("", text)))
    assert len(text.encode()) < 1_000_000


def test_every_chart_stands_with_its_table(outcome):
    """Proves: each chart of the list is in the report, and so is its table, cell by cell.

    Breaks if: a chart is added without its twin, or the twin shows other numbers.
    """
    text = report(outcome)
    page = Page(text)
    for chart in CHARTS:
        assert f'id="chart-{chart.name}"' in text
        table = chart.table(outcome)
        caption = next(c for c in page.tables if c.startswith(chart.table_title or chart.title))
        expected = [
            [str(i), *cells] for i, cells in zip(table.index, zip(*cell_texts(table), strict=True), strict=True)
        ]
        assert [[*row] for row in page.tables[caption][1:]] == expected


def test_every_chart_can_be_taken_along(outcome):
    """Proves: under each figure stand its picture, whole and with its sentence, and its table with numbers in full.

    Breaks if: a link ends early at a quote or a number sign, or leads to the table of another chart.
    """
    files = dict(LINK.findall(report(outcome)))
    for chart in CHARTS:
        kind, _, svg = unescape(files[f"{chart.name}.svg"]).partition(",")
        assert kind == "data:image/svg+xml;charset=utf-8"
        picture = ET.fromstring(unquote(svg))
        words = " ".join(e.text for e in picture.iter("{http://www.w3.org/2000/svg}text") if e.get("font-size") == "15")
        assert words == chart.description(outcome).title
        rows = [*csv.reader(io.StringIO(unquote(unescape(files[f"{chart.name}.csv"]).partition(",")[2])))]
        table = chart.table(outcome)
        assert [row[0] for row in rows[1:]] == [str(i) for i in table.index]
        for n, column in enumerate(column_values(table), 1):
            read = [row[n] for row in rows[1:]]
            assert read == ["" if isinstance(v, float) and math.isnan(v) else str(v) for v in column]


def test_page_report_and_outcome_agree(outcome):
    """Proves: the outcome's own figures stand in the page and in the report. Breaks if: a face computes for itself."""
    page, text = text_page(outcome), report(outcome)
    last = outcome.provenance["years"][-1]
    standard = outcome.indicator("living standard")[last]
    shown = [f"{standard:.3f}"] + [
        f"{outcome.indicator(name)[last]:,.0f}"
        for name in ("household consumption", "investment", "import bill", "employment")
    ]
    row = next(line for line in page.splitlines() if line.startswith(f"{last} "))
    table = next(rows for caption, rows in Page(text).tables.items() if caption.startswith("The plan in figures"))
    assert set(shown) <= set(row.split())
    assert set(shown) <= set(table[-1])
    assert headline(outcome) in text.replace("&#x27;", "'")
    assert f"{standard:.2f} times" in headline(outcome)
    for sentence in held_back(outcome):
        assert " ".join(sentence.split()) in " ".join(page.split())
        assert sentence in text.replace("&#x27;", "'")


def test_page_fits_a_terminal(outcome):
    """Proves: no line is wider than a terminal, and the page says all that it should.

    Breaks if: a longer name, a larger number or another year pushes a column out.
    """
    page = text_page(outcome)
    assert max(map(len, page.splitlines())) <= WIDTH
    for line in outcome.provenance["audit"]:
        assert unit_words(line) in " ".join(page.split())
    for heading in ("depends on others", "year by year", "expansions of capacity", "holds the plan back", "solved"):
        assert heading in page
    assert "foreign exchange" in page
    assert str(outcome.provenance["accounts_year"]) in page.splitlines()[0]


def test_wide_tables_are_split_into_blocks(kenya):
    """Proves: a table that is wider than the page goes on below, nothing cut. Breaks if: long numbers overflow."""
    there = kenya["indicator"] * 1e9
    page = text_page(dataclasses.replace(kenya, arrays={**kenya.arrays, "indicator": there}))
    assert max(map(len, page.splitlines())) <= WIDTH
    assert f"{float(there.sel(indicator='employment')[-1]):,.0f}" in page


def test_names_are_escaped(kenya):
    """Proves: markup in names, methods and sources is shown as text. Breaks if: a name can write into the page."""
    bad = "<b>&\"'x"
    about = {
        **kenya.provenance,
        "country_name": bad,
        "labels": dict.fromkeys(kenya.provenance["labels"], bad),
        "methods": [bad],
        "audit": [bad],
        "sources": [
            {"publisher": bad, "title": bad, "vintage": bad, "licence": bad, "address": bad, "sha256": {bad: bad}}
        ],
        "assumptions": [{"name": bad, "value": bad, "basis": bad, "change": bad}],
        "study": f"folder/{bad}.toml",
    }
    dependence = kenya.table("dependence").assign(label=bad)
    text = report(dataclasses.replace(kenya, tables={**kenya.tables, "dependence": dependence}, provenance=about))
    page = Page(text)
    assert "<b>" not in text
    assert page.wrong == []
    assert page.open == []


def test_a_saved_outcome_gives_the_same_report(outcome, tmp_path):
    """Proves: a colleague who opens the folder gets the same page and report, to the letter.

    Breaks if: something is read from elsewhere than the outcome, or a number changes on disk.
    """
    again = Outcome.open(outcome.save(tmp_path / "plan"))
    assert report(again) == report(outcome)
    assert text_page(again) == text_page(outcome)


def test_missing_parts_are_left_out(kenya):
    """Proves: without any one array, table or line of provenance there is still a page and a report.

    Breaks if: a section takes for granted what an outcome of another engine lacks.
    """
    poorer = [
        dataclasses.replace(kenya, arrays={k: v for k, v in kenya.arrays.items() if k != n}) for n in kenya.arrays
    ]
    poorer += [
        dataclasses.replace(kenya, tables={k: v for k, v in kenya.tables.items() if k != n}) for n in kenya.tables
    ]
    poorer += [
        dataclasses.replace(kenya, provenance={k: v for k, v in kenya.provenance.items() if k != n})
        for n in kenya.provenance
    ]
    for outcome in [*poorer, Outcome({}), dataclasses.replace(kenya, provenance={})]:
        page = Page(report(outcome))
        assert page.wrong == []
        assert page.open == []
        assert text_page(outcome)


def test_every_choice_is_listed(kenya):
    """Proves: every field of the policy stands in the report with value, unit and meaning, and whether it is usual.

    Breaks if: an assumption is added that the reader is not told of.
    """
    chosen = {**kenya.provenance["policy"], "floor": 0.9}
    # Without a command, as for accounts that were handed over, the page says how in Python.
    about = {**kenya.provenance, "policy": chosen, "study": "", "command": ""}
    changed = dataclasses.replace(kenya, provenance=about)
    rows = {row[0]: row[1:] for row in Page(report(changed)).tables["Choices of the policy"]}
    fields = [f for f in fields_of(Policy) if not inner_record(types_of(Policy)[f.name])]
    assert {f.name for f in fields} <= set(rows)
    assert all(rows[f.name][3] == f.metadata["meaning"] for f in fields)
    assert rows["floor"][0] == "0.9"
    assert rows["floor"][2] == "no"
    assert rows["discount_rate"][2] == "yes"
    assert choices.changed(changed) == {"years": 3, "floor": 0.9}
    told = report(changed).replace("&quot;", '"')
    assert "handed over in Python" in told
    assert "plan(economy, years=3, floor=0.9)" in told


def test_what_the_solver_says_has_words(outcome):
    """Proves: every figure of how a plan was solved is said by its name in words. Breaks if: a key reaches the page."""
    said = set(outcome.provenance["solver"]) - {"search"}
    assert {"path", "price_solver"} <= said <= set(choices.SOLVER_WORDS)
    page = report(outcome)
    assert "path_solver" not in page
    assert "price_solver" not in page


def test_targets_are_listed(kenya):
    """Proves: targets are shown with bound, year and strength. Breaks if: a plan's aims are not in its report."""
    targets = [
        dataclasses.asdict(Target("import bill", "<=", 2000.0, 2021)),
        dataclasses.asdict(Target("investment", ">=", 1500.0, 2020, weight=2.0, name="more plant")),
    ]
    about = {**kenya.provenance, "policy": {**kenya.provenance["policy"], "targets": targets}}
    rows = Page(report(dataclasses.replace(kenya, provenance=about))).tables["Targets"]
    bought, built = kenya.indicator("import bill")[2021], kenya.indicator("investment")[2020]
    missed = f"{bought - 2000.0:,.4g}"
    must = ["import bill", "import bill", "<= 2,000", "2021", "must be met", f"{bought:,.6g}", missed]
    assert rows[1][: len(must)] == must
    should = ["more plant", "investment", ">= 1,500", "2020", "should; weight 2", f"{built:,.6g}", "met"]
    assert rows[2][: len(should)] == should


def test_report_is_written_whole_or_not_at_all(kenya, tmp_path):
    """Proves: the file is there and complete, and a folder that cannot be is refused in words, nothing left behind.

    Breaks if: a failure leaves half a report or a temporary file.
    """
    path = write_report(kenya, tmp_path / "new" / "plan")
    assert path.read_text("utf-8") == report(kenya)
    assert [p.name for p in path.parent.iterdir()] == ["report.html"]
    assert write_report(kenya, path.parent) == path
    (tmp_path / "file").write_text("not a folder", "utf-8")
    with pytest.raises(GroundplanError, match="cannot be written"):
        write_report(kenya, tmp_path / "file")
    assert (tmp_path / "file").read_text("utf-8") == "not a folder"
    blocked = tmp_path / "blocked"
    (blocked / "report.html").mkdir(parents=True)
    with pytest.raises(GroundplanError, match="cannot be written"):
        write_report(kenya, blocked)
    assert [p.name for p in blocked.iterdir()] == ["report.html"]
