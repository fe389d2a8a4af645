"""Facts of a year as a form: asked for by the accounts, filled in as a workbook or a text, read back with its cells."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from commands import said
from economies import small_table
from kenya_2024 import FACTS

from groundplan import template
from groundplan.economy.estimating.asked_facts import (
    AskedFact,
    FactForm,
    asked_facts,
    asked_of,
    filled_form,
    form_for,
    write_facts,
)
from groundplan.economy.estimating.known_facts import MEASURES, Controls, Fact, facts_workbook, read_controls
from groundplan.errors import GroundplanError, StudyError
from groundplan.tables import catalogue


def plain(c: Controls) -> Controls:
    """Facts without the place where they stand."""
    apart = tuple(replace(a, line="") for a in c.apart)
    return replace(c, file="", facts=tuple(replace(f, line="") for f in c.facts), apart=apart)


@pytest.mark.parametrize("path", FACTS, ids=lambda p: p.stem)
def test_a_text_becomes_a_workbook_and_a_text_again(path: Path, tmp_path: Path) -> None:
    """Proves: TOML, written as a workbook and that as TOML, states the same facts to the last digit each time.

    Breaks if: a key has no cell, a list loses a word, or an empty cell is read as a nothing that is said.
    """
    stated = read_controls(path)
    write_facts(stated, tmp_path / "facts.xlsx")
    back = read_controls(tmp_path / "facts.xlsx")
    write_facts(back, tmp_path / "facts.toml")
    assert plain(back) == plain(stated)
    assert plain(read_controls(tmp_path / "facts.toml")) == plain(stated)
    assert back.facts[1].where == "facts.xlsx, facts!5:5"


def test_lists_and_quantities_stand_in_cells(tmp_path: Path) -> None:
    """Proves: codes stand with commas between them, one that holds a comma as a list, and a quantity keeps its price.

    Breaks if: a code is cut at its own comma, or a figure is taken for a text.
    """
    facts = (
        Fact("output", "GWh", 0.02, "the office", ("elec", "10"), quantity=13424.0, price=0.022, price_error=0.15),
        Fact("imports", "TST2024m", 0.0, "customs", ("a,b", "c"), 5.0, year=2024, name="both", address="x.org"),
    )
    stated = Controls("TST", 2024, "TST2024m", facts, prices=1.25, employment=1.1, age=9, population=1.05)
    write_facts(stated, tmp_path / "facts.xlsx")
    assert plain(read_controls(tmp_path / "facts.xlsx")) == stated


def test_every_fault_names_its_cell_at_once(tmp_path: Path) -> None:
    """Proves: a wrong word, a text for a number, a lacking unit, a fact without a figure and a key too many are told
    together, each with sheet and cell. Breaks if: one is told at a time, or by the number of a record.
    """
    rows = [
        {"measure": "gpd", "unit": "TST2024m", "error": 0.1, "source": "x", "value": 5.0},
        {"measure": "imports", "unit": "TST2024m", "error": 0.1, "source": "x", "value": "12,5"},
        {"measure": "exports", "error": 0.1, "source": "x", "value": 5.0},
    ]
    form = facts_workbook()
    (tmp_path / "wrong.xlsx").write_bytes(form.workbook({"country": "TST", "year": 2024, "facts": rows}))
    with pytest.raises(StudyError) as read:
        read_controls(tmp_path / "wrong.xlsx")
    assert [f.where for f in read.value.parts] == ["wrong.xlsx, facts!G5"]
    rows[1]["value"] = 12.5
    rows.append({"measure": "imports", "unit": "TST2024m", "error": 0.1, "source": "x"})
    (tmp_path / "more.xlsx").write_bytes(form.workbook({"country": "TST", "year": 2024, "facts": rows}))
    with pytest.raises(GroundplanError) as faulty:
        read_controls(tmp_path / "more.xlsx")
    text = str(faulty.value)
    for place in ("more.xlsx, facts!B4", "more.xlsx, facts!6:6", "more.xlsx, facts!7:7"):
        assert place in text
    assert "nearest: 'gdp'" in text
    assert "unit not given" in text
    assert "it has no figure" in text
    assert "money not given" in text


def test_a_form_asks_what_the_accounts_have(tmp_path: Path) -> None:
    """Kenya's form: GDP first, groups of which the matrix has something, its figures beside them, 34 % of it farming.

    Proves: every measure of the card is offered, rows that stay empty state nothing, and one that is filled in is read.
    Breaks if: the measures are a list of the form's own, an empty row is a fault, or an old figure is read as new.
    """
    form = form_for(catalogue.load("KEN"), 2024)
    assert {a.measure for a in form.asked} == set(MEASURES)
    first, farming = form.asked[0], form.asked[1]
    assert (first.measure, first.unit, first.old) == ("gdp", "KES2024bn", 9646.0)
    assert farming.of == ("A",)
    assert farming.old_share == pytest.approx(100.0 * 3270.0 / 9646.0, rel=1e-3)
    names = [a.name for a in form.asked]
    assert "output: electricity" in names
    assert "imports: wood and fish" not in names, "the matrix has none, and an update cannot bring it"
    write_facts(form, tmp_path / "empty.xlsx")
    with pytest.raises(StudyError, match="facts not given"):
        read_controls(tmp_path / "empty.xlsx")
    pages = zipfile.ZipFile(tmp_path / "empty.xlsx").read("xl/worksheets/sheet3.xml").decode()
    assert f'"{",".join(MEASURES)}"' in pages
    rows = [a.row() for a in form.asked]
    rows[0] |= {"value": 16_224.5, "error": 0.003, "source": "the office"}
    (tmp_path / "one.xlsx").write_bytes(facts_workbook().workbook(form.header | {"facts": rows}))
    (fact,) = read_controls(tmp_path / "one.xlsx").facts
    assert (fact.measure, fact.value, fact.name) == ("gdp", 16_224.5, "GDP at market prices")


def test_a_form_for_a_country_without_accounts() -> None:
    """Proves: given groups alone the form asks for them and compares nothing. Breaks if: a table is needed."""
    wanted = [AskedFact("value added", "light industry", ("10-15",)), AskedFact("output", "steel", ("C24",), "t")]
    asked = asked_facts("KRW2023bn", wanted)
    assert [(a.of, a.unit) for a in asked] == [(("10-15",), "KRW2023bn"), (("C24",), "t")]
    assert {a.measure for a in asked_facts("KRW2023bn")} == set(MEASURES), "the usual ones, where none are given"
    form = FactForm("PRK", 2023, "KRW2023bn", asked)
    assert "older" not in form.text()
    assert form.workbook()[:2] == b"PK"


def test_the_text_is_toml_once_a_fact_is_taken_out(tmp_path: Path) -> None:
    """Proves: a row of the text, its ``#`` taken away and filled in, is a fact. Breaks if: the form is no TOML."""
    write_facts(form_for(catalogue.load("KEN"), 2024), tmp_path / "facts.toml")
    lines = (tmp_path / "facts.toml").read_text("utf-8").splitlines()
    start = lines.index("# [[facts]]")
    end = lines.index("", start)
    given = {"value =": "value = 16224.5", "error =": "error = 0.003", "source =": 'source = "the office"'}
    lines[start:end] = [given.get(one.removeprefix("# "), one.removeprefix("# ")) for one in lines[start:end]]
    (tmp_path / "own.toml").write_text("\n".join(lines), "utf-8")
    (fact,) = read_controls(tmp_path / "own.toml").facts
    assert (fact.measure, fact.figure) == ("gdp", 16_224.5)


def test_farm_products_are_asked_for_one_by_one_where_there_are_many() -> None:
    """Proves: Kenya's crops are asked for in tonnes, and two sectors of a small table are asked for by their codes.

    Breaks if: a code stands in the form's list, or sectors in no group are forgotten.
    """
    assert ("maiz",) in [a.of for a in asked_of(catalogue.load("KEN"), "KES2024bn") if a.unit == "t"]
    small = replace(small_table(), classes={})
    codes = {a.of for a in asked_of(small, "TST2024m") if a.measure == "value added"}
    assert codes == {(str(c),) for c in small.labels.index}


def test_what_goes_not_together_is_refused(tmp_path: Path) -> None:
    """Proves: a year without a country, a country without a year, a year before the accounts, a taken name and an
    ending that is none are told; and the command writes the form. Breaks if: an older file is overwritten.
    """
    with pytest.raises(GroundplanError, match="no facts are asked for"):
        template(tmp_path / "f.xlsx", to=2024)
    with pytest.raises(GroundplanError, match="no year is given"):
        template(tmp_path / "f.xlsx", controls="KEN")
    with pytest.raises(StudyError, match="facts of 2010 are asked for"):
        template(tmp_path / "f.xlsx", controls="KEN", to=2010)
    with pytest.raises(GroundplanError, match="neither"):
        template(tmp_path / "f.csv", controls="KEN", to=2024)
    with pytest.raises(GroundplanError, match="not for accounts"):
        template(tmp_path / "f.xlsx", controls="KEN", to=2024, like="KEN")
    done = said("template", "f.xlsx", "--controls", "KEN", "--to", "2024", cwd=tmp_path)
    assert (done.code, done.out) == (0, "Facts: f.xlsx\n"), done.err
    with pytest.raises(GroundplanError, match="is there already"):
        template(tmp_path / "f.xlsx", controls="KEN", to=2024)
    template(tmp_path / "again.xlsx", controls=FACTS[1])
    assert filled_form(plain(read_controls(tmp_path / "again.xlsx"))) == filled_form(plain(read_controls(FACTS[1])))


def test_a_workbook_that_is_none_and_headings_that_are_gone(tmp_path: Path) -> None:
    """Proves: a workbook without the sheets, a key that stands twice and a heading that was cleared are told with their
    places, and nothing is guessed. Breaks if: another workbook is read as one without facts.
    """
    openpyxl = pytest.importorskip("openpyxl")
    template(tmp_path / "table.xlsx", sectors=2)
    with pytest.raises(GroundplanError, match="has no sheet 'facts'"):
        read_controls(tmp_path / "table.xlsx")
    write_facts(read_controls(FACTS[1]), tmp_path / "facts.xlsx")
    book = openpyxl.load_workbook(tmp_path / "facts.xlsx")
    book["Keys"].append(["", "year", 2023])
    book["facts"]["A3"] = ""
    book.save(tmp_path / "spoilt.xlsx")
    with pytest.raises(GroundplanError) as spoilt:
        read_controls(tmp_path / "spoilt.xlsx")
    assert "year stands twice" in str(spoilt.value)
    assert "the heading of 'facts' is gone" in str(spoilt.value)


def test_the_command_reads_a_workbook(tmp_path: Path) -> None:
    """Proves: ``update --controls facts.xlsx`` gives the accounts that the same facts give as a text.

    Breaks if: the command reads TOML alone, or the workbook says something else.
    """
    write_facts(read_controls(FACTS[0]), tmp_path / "facts.xlsx")
    words = ("update", "KEN", "--to", "2019", "--json", "--controls")
    one, other = (said(*words, str(path), cwd=tmp_path) for path in (FACTS[0], tmp_path / "facts.xlsx"))
    assert (one.code, other.code) == (0, 0), other.err
    gdp = [json.loads(done.out)["provenance"]["gdp"] for done in (one, other)]
    assert gdp[0] == gdp[1]
