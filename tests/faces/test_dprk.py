"""The case of the DPR Korea: its facts are those published, its page is what its command makes, its sums are right."""

from __future__ import annotations

import csv
import os
import re
import sys
import tomllib
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from doc_pages import ROOT

HOME = ROOT / "studies" / "dprk"
sys.path.insert(0, str(HOME))

import branches  # noqa: E402  # beside the study
import choices  # noqa: E402
import known_figures  # noqa: E402
import make  # noqa: E402
import planning  # noqa: E402
import stressing  # noqa: E402

from groundplan import Outcome  # noqa: E402
from groundplan.economy.estimating.known_facts import read_controls  # noqa: E402

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
PAGE = ROOT / "docs" / "explanation" / "dprk.md"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The whole case, made once by its own command."""
    folder = tmp_path_factory.mktemp("dprk") / "case"
    return folder, make.make(folder)


def test_the_page_is_what_the_command_makes(told: tuple[Path, str]) -> None:
    """Proves: the page of the manual has the sections that the command makes today, word for word and each figure
    within two units of its last place or two per cent (solvers differ by machine); each ends with what cannot be
    known; every step has an outcome with its report.

    Breaks if: a figure of the page is stale, a section is missing, or a step saves nothing.
    """
    folder, text = told
    page = PAGE.read_text("utf-8")
    today = make.with_report(page, text)
    assert NUMBER.sub("#", today) == NUMBER.sub("#", page), "python studies/dprk/make.py FOLDER --write"
    for new, old in zip(NUMBER.findall(today), NUMBER.findall(page), strict=True):
        one, two = (float(x.replace(",", "")) for x in (new, old))
        last = 10.0 ** -len(old.partition(".")[2])
        assert abs(one - two) <= max(2 * last, 0.02 * abs(two)), (new, old)
    parts = dict(zip(make.SECTIONS, text.split("\n## "), strict=True))
    for name in ("seeing", "stressing", "planning", "placing", "training", "steering"):
        assert "cannot be known here" in parts[name]
    for step in (
        "accounts",
        "see",
        "stress-closed-border",
        "stress-planned",
        "plan",
        "doctrines",
        "places",
        "training",
    ):
        assert (folder / step / "report.html").exists(), step


def test_every_page_of_the_case_says_that_accounts_are_an_estimate(told: tuple[Path, str]) -> None:
    """Proves: see, stress and plan of the case say on their reports that the accounts were not observed.

    Breaks if: an outcome of the case shows figures as if they were observed.
    """
    for step in ("see", "stress-two-years", "plan"):
        assert "not observed" in (told[0] / step / "report.html").read_text("utf-8"), step


def test_facts_are_those_that_publishers_gave() -> None:
    """Proves: facts of accounts.toml that lists of published figures have are the same figure there, those of the
    United Nations too. Every fact has a source, and an error unless it is set.

    Breaks if: a figure is mistyped, or a fact has no source.
    """
    c = read_controls(HOME / "accounts.toml")
    stated = {f.name: f.quantity if f.quantity is not None else f.value for f in c.facts}
    for name, indicator, scale in (
        ("GDP", "nominal GDP", 1.0),
        ("farming, forestry and fishing", "share of nominal GDP: agriculture, forestry, fishing", 1.0),
        ("mining", "share of nominal GDP: mining", 1.0),
        ("manufacturing", "share of nominal GDP: manufacturing", 1.0),
        ("power and water", "share of nominal GDP: electricity, gas, water", 1.0),
        ("building", "share of nominal GDP: construction", 1.0),
        ("services", "share of nominal GDP: services", 1.0),
        ("power generated", "electricity generated", 1.0),
        ("roundwood", "roundwood", 1.0),
        ("imports of goods", "imports", 1.0),
        ("exports of goods", "exports", 1.0),
        ("exports of wigs and feathers (HS 67)", "exports.feathers_wigs_HS67", 1.0),
    ):
        values = [p.value * scale for p in known_figures.published() if (p.indicator, p.year) == (indicator, 2023)]
        assert any(stated[name] == pytest.approx(v) for v in values), name
    assert all(f.source for f in c.facts)
    assert all(f.error > 0 or f.measure == "product taxes" for f in c.facts)
    un = {f.name: f.value for f in read_controls(HOME / "accounts_un.toml").facts}
    own = {p.indicator: p.value for p in known_figures.published() if p.year == 2016}
    assert un["GDP"] == own["expenditure: GDP"]
    assert un["imports of goods and services"] == own["expenditure: Imports of goods and services"]


def test_the_example_of_the_package_says_the_same() -> None:
    """Proves: facts that the example of the package and the case both have are the same figures of the same pages.

    Breaks if: a figure is corrected in one of the two files alone.
    """
    case = {f.name: f for f in read_controls(HOME / "accounts.toml").facts}
    example = read_controls(files("groundplan").joinpath("tables/data/estimates/PRK_2023.toml")).facts
    assert len(example) == 12
    for f in example:
        own = case[f.name]
        assert (own.value, own.quantity, own.unit, own.address) == (f.value, f.quantity, f.unit, f.address), f.name


def test_what_was_copied_is_what_the_list_has() -> None:
    """Proves: rows of data/accounts_published.csv stand word for word in the list that they were taken from.

    Breaks if: a row was changed after it was taken. Skipped where the list is not at hand.
    """
    shared = os.environ.get("GROUNDPLAN_SHARED", str(ROOT.parent / "shared" / "data"))
    list_of = Path(shared).parent / "ship" / "facts" / "dprk_accounts.csv"
    if not list_of.exists():
        pytest.skip("the list of facts is not at hand")
    with list_of.open(encoding="utf-8") as file:
        whole = [tuple(r.values()) for r in csv.DictReader(file)]
    with (HOME / "data" / "accounts_published.csv").open(encoding="utf-8") as file:
        assert all(tuple(r.values()) in whole for r in csv.DictReader(file))


def test_every_branch_is_there() -> None:
    """Proves: each branch of the country's own lists names a sector of the accounts, a carve, a technique, a building
    or a budget line that the study has.

    Breaks if: a branch is told that is nowhere in the case.
    """
    rows = branches.branches()
    assert len(rows) == 25
    assert {r["how"] for r in rows} == {"product", "project", "service", "budget line"}
    codes = {w.partition("=")[0].strip() for w in read_controls(HOME / "accounts.toml").sectors}
    study = tomllib.loads((HOME / "study.toml").read_text("utf-8"))
    own = {c["product"] for c in study["carve"]} | {b["name"] for b in study["buildings"]}
    own |= {t["name"] for t in study["techniques"]} | {"budget"}
    for r in rows:
        words = r["where"].replace(",", " ").replace(";", " ").split()
        assert codes & set(words) or any(name in r["where"] for name in own), r["branch"]
    assert {n for names in planning.ASKED for n in names} == {
        t["name"] for t in study["targets"] if "priority" not in t
    }


def test_another_rate_moves_what_is_in_dollars_and_nothing_else() -> None:
    """By hand: at 900 won every fact in dollars has the price 0.9 and all others are as they were.

    Breaks if: a fact in won moves with the rate, or one in dollars does not.
    """
    own = read_controls(HOME / "accounts.toml")
    low = choices.at_rate(own, 0.9)
    for before, after in zip(own.facts, low.facts, strict=True):
        dollars = before.unit == "million USD"
        assert after == (replace(before, price=0.9) if dollars else before)
    assert sum(f.unit == "million USD" for f in own.facts) == 13


def test_sums_of_the_sections_by_hand() -> None:
    """By hand: farming's fall of 7.6 per cent with 23.1 per cent of GDP is 1.8 points; investment of 60 and 40
    against 30 and 70 per cent has 30 elsewhere; a cut that is doubled is at most all.

    Breaks if: a share is of another year, or a distance counts both sides.
    """
    assert stressing.farming_alone() == pytest.approx(0.076 * 23.1)
    assert planning.apart({"a": 0.6, "b": 0.4}, {"a": 0.3, "b": 0.7}) == pytest.approx(0.3)
    whole = stressing.open_scenario(stressing.BORDER)
    assert [e.depth for e in stressing.scaled(whole, 2.0).events] == [1.0, 1.0]
    assert [e.depth for e in stressing.scaled(whole, 0.5).events] == pytest.approx([0.3695, 0.3395])


def test_what_is_met_is_met_in_the_plan(told: tuple[Path, str]) -> None:
    """Proves: the saved plan reaches every target that the section calls met, each year that it is asked of.

    Breaks if: a target is told as met and the plan falls short of it.
    """
    o = Outcome.open(told[0] / "plan")
    for t in tomllib.loads((HOME / "study.toml").read_text("utf-8"))["targets"]:
        if "priority" in t:
            continue
        values = o.indicator(t["indicator"])
        least = t["value"] if "value" in t else t["of_base"] * float(values.iloc[0])
        first = t.get("year", t.get("from_year"))
        for year in range(first, t.get("to_year", first) + 1):
            assert float(values[year]) >= least * (1 - 1e-6), (t["name"], year)
