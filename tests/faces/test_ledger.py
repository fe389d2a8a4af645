"""The command `ledger` from its beginning to an export that somebody else checks; forms out and returns in."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xarray as xr

from groundplan import Ledger, Outcome, ledger
from groundplan.cli import main
from groundplan.errors import Faults, GroundplanError
from groundplan.ledgers.signing import SigningKey

TARGETS = """
plan = "P"
[[units]]
unit = "M"
name = "Ministry"
level = "ministry"
[[units]]
unit = "A"
name = "=1+1"
level = "works"
above = "M"
language = "fr"
[[units]]
unit = "B"
name = "<b>B</b>"
level = "works"
above = "M"
[[targets]]
indicator = "cement"
definition = "Sacks that leave the gate."
measure = "t"
answers = "Minister"
source = "plan office"
shares = { A = 0.7, B = 0.3 }
values = { 2025 = 1200 }
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a ledger of two works, and their forms of the first two months in `forms`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "targets.toml").write_text(TARGETS, "utf-8")
    ledger("init", origin="example.org/plan")
    ledger("targets", "targets.toml")
    ledger("forms", "forms", on="2025-02-28")
    return tmp_path


def fill(form: Path, to: Path, values: dict[str, Any], why: str = "") -> None:
    """Fill in a form by period as somebody in a spreadsheet would."""
    book = openpyxl.load_workbook(form)
    sheet = book["Return"]
    sheet["C4"] = why or None
    for row in sheet.iter_rows(min_row=7):
        key = str(row[0].value).rpartition("|")[2]
        if key in values:
            row[6].value = values[key]
    to.parent.mkdir(exist_ok=True)
    book.save(to)


def rows(outcome: Any, table: str, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(r) for r in outcome.table(table)[list(columns)].itertuples(index=False)]


def test_from_promise_to_a_check_by_others(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: the command goes the whole way, and the exported programme agrees on a Python with nothing installed.

    Breaks if: an export lacks a file, or the programme needs ours.
    """
    assert stat.S_IMODE((here / "plan.key").stat().st_mode) == 0o600
    fill(here / "forms" / "A-2025-02-28.xlsx", here / "in" / "a.xlsx", {"2025-01": 70.25, "2025-02": 69})
    for words in ("receive in --on 2025-03-05", "status --on 2025-03-20", "checkpoint kept.txt", "export out --entry 4",
                  "verify", "verify out --kept kept.txt"):  # fmt: skip
        assert main(["ledger", *words.split()]) == 0, words
    page = capsys.readouterr().out
    assert "1 entered with 2 figures" in page
    assert "missing: B, 1 figures due" in page
    assert "missing: B, 1 figures late" in page
    check = [sys.executable, "-I", "-S", "out/verify_ledger.py", "out", "--checkpoint", "kept.txt"]
    done = subprocess.run(check, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "whole: 9 entries, 1 checkpoints, 0 faults" in done.stdout
    assert list((here / "out" / "proofs").glob("entry-*.txt"))
    lines = (here / "out" / "entries.jsonl").read_bytes()
    (here / "out" / "entries.jsonl").write_bytes(lines.replace(b"70.25", b"71.25"))
    assert subprocess.run(check, capture_output=True, text=True).stdout.count("FAULT") >= 1
    assert main(["ledger", "verify", "out", "--kept", "kept.txt"]) == 2


def test_returns_are_entered_as_they_came(here: Path) -> None:
    """Proves: what is odd is asked about and entered as it stands: ×1000, a total that is no sum; what is none is not.

    Breaks if: a figure is divided, a total filled in, "1.234,5" guessed, or an empty cell taken for 0.
    """
    forms = here / "forms"
    fill(forms / "A-2025-02-28.xlsx", here / "in" / "a.xlsx", {"2025-01": 70000, "2025-02": "1.234,5"})
    fill(forms / "B-2025-02-28.xlsx", here / "in" / "b.xlsx", {"2025-01": 30.1, "2025-02": 29, "total": 60})
    (here / "in" / "c.xlsx").write_bytes(b"PK no workbook")
    done = ledger("receive", "in", on="2025-03-05")
    assert rows(done, "receipts", "file", "state", "figures") == [
        ("a.xlsx", "entered", 1), ("b.xlsx", "entered", 2), ("c.xlsx", "not entered", 0)
    ]  # fmt: skip
    asks = {(q["unit"], q["where"]): q["asks"] for q in done.table("questions").to_dict("records")}
    assert "a thousand times larger" in asks["A", "Return!G7"]
    assert "no plain number" in asks["A", "Return!G8"]
    assert asks["B", "Return!G9"] == "the total is 60, and the figures sum to 59.1"
    assert rows(done, "missing", "unit", "state", "figures") == [("A", "due", 1)]
    figures = Ledger("plan.ledger").book.figures
    assert {k: s.figure.value for k, s in figures.items()} == {
        ("P/T1-A", "2025-01"): "70000", ("P/T1-B", "2025-01"): "30.1", ("P/T1-B", "2025-02"): "29",
    }  # fmt: skip


def test_what_is_sent_twice_is_listed(here: Path) -> None:
    """Proves: the same file, the same figures, other figures without a reason are listed and change nothing; with a
    reason they are corrections.

    Breaks if: a file counts twice, or a new figure takes the old one's place unasked.
    """
    form, folder = here / "forms" / "A-2025-02-28.xlsx", here / "in"
    fill(form, folder / "a.xlsx", {"2025-01": 70})
    assert rows(ledger("receive", "in", on="2025-03-05"), "receipts", "state") == [("entered",)]
    fill(form, folder / "b.xlsx", {"2025-01": 71})
    again = ledger("receive", "in", on="2025-03-05")
    assert rows(again, "receipts", "file", "state") == [("a.xlsx", "sent twice"), ("b.xlsx", "sent twice")]
    assert "why is it corrected?" in again.table("questions")["asks"][0]
    fill(form, folder / "c.xlsx", {"2025-01": 71}, why="the scales were wrong")
    assert rows(ledger("receive", "in/c.xlsx", on="2025-03-05"), "receipts", "corrected") == [(1,)]
    promises = ledger("status", on="2025-03-05").table("promises")
    assert rows(ledger("status", on="2025-03-05"), "promises", "state", "reported")[0] == ("corrected", "71")
    assert len(promises) == 24


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_other_forms_come_back_the_same(here: Path, kind: str) -> None:
    """Proves: CSV and JSON ask and answer like the workbook; a wrong unit and a wrong period are asked about."""
    ledger("forms", "text", on="2025-02-28", kind=kind, unit=["A"])
    path = here / "text" / f"A-2025-02-28.{kind}"
    if kind == "csv":
        lines = path.read_text("utf-8-sig").splitlines()
        lines[1] = lines[1].replace(",t,2025-01,,", ",t,2025-01,70.5,")
        lines[2] = lines[2].replace(",t,2025-02,,", ",kg,2025-02,69,")
        lines[3] = lines[3].replace(",t,total,,", ",t,2031-02,5,")
        path.write_text("\n".join(lines), "utf-8")
    else:
        content = json.loads(path.read_text("utf-8"))
        content["figures"][0]["value"] = 70.5
        content["figures"][1] |= {"measure": "kg", "value": "69"}
        content["figures"][2] |= {"period": "2031-02", "value": "5"}
        path.write_text(json.dumps(content), "utf-8")
    done = ledger("receive", path, on="2025-03-05")
    assert rows(done, "receipts", "state", "figures") == [("entered", 1)]
    asks = list(done.table("questions")["asks"])
    assert "this is in 'kg', and t was asked for" in asks[0]
    assert "'2031-02' is no period of cement" in asks[1]
    assert next(iter(Ledger("plan.ledger").book.figures.values())).figure.value == "70.5"


def test_names_from_outside_stay_text(here: Path) -> None:
    """Proves: a name that begins like a formula is text in the form, HTML is text on the page, controls are refused.

    Breaks if: a cell of a form is written as a formula, or a page shows a name as markup.
    """
    from groundplan.results.html.html_report import report as report_html

    book = openpyxl.load_workbook(here / "forms" / "A-2025-02-28.xlsx")
    assert all(c.data_type != "f" for row in book["Return"].iter_rows() for c in row)
    assert book["Return"].protection.sheet
    assert book["Return"]["B7"].protection.locked
    assert not book["Return"]["G7"].protection.locked
    assert book["Return"]["B1"].value == "Déclaration: =1+1"
    claim = {"claim": "x", "who": "<script>alert(1)</script>", "words": "=cmd()", "said": "2025-01-01", "where": "w",
             "by_day": "", "sheet": ""}  # fmt: skip
    opened = Ledger("plan.ledger")
    opened.append([("announcement", claim)], by="office")
    assert "<script>alert(1)" not in report_html(ledger("status", on="2025-03-05"))
    for bad in ("a\x1b[31mb", "a\u202eb", " a"):
        with pytest.raises(GroundplanError, match=r"nobody sees|spaces around"):
            opened.append([("announcement", {**claim, "who": bad})], by="office")


def test_keys_change_and_are_lost(here: Path) -> None:
    """Proves: a new key that the old one signed goes on in silence, one after a loss is told; both verify.

    Breaks if: the old key still signs, or a key that others may read is used.
    """
    ledger("checkpoint")
    ledger("rotate", "second.key", why="a year is over")
    with pytest.raises(GroundplanError, match="the ledger's is"):
        ledger("checkpoint")
    ledger("checkpoint", key="second.key")
    assert not [line for line in ledger("verify").table("lines")["line"] if "lost" in line]
    ledger("rotate", "third.key", why="the safe burnt", lost=True)
    ledger("checkpoint", key="third.key")
    assert any("was lost" in line for line in ledger("verify").table("lines")["line"])
    (here / "third.key").chmod(0o644)
    with pytest.raises(GroundplanError, match="others may read the key"):
        SigningKey.read("third.key")


def test_a_saved_plan_becomes_targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: the yearly figures of a saved plan part over units and months with nothing lost (10.04 is rounded to
    10.0, of which 7.0 and 3.0), and a target of its own study without a sheet and a measure that is not the plan's are
    refused together.

    Breaks if: the base year becomes a promise, a rounding is lost, or a promise of the study may be left out.
    """
    monkeypatch.chdir(tmp_path)
    name = "gross output: cement"
    levels = xr.DataArray([[9.0, 10.04, 12.4]], coords=[("indicator", [name]), ("year", [2024, 2025, 2026])])
    units = pd.DataFrame({"indicator": [name], "unit": ["kt / year"]})
    policy = {"targets": [{"indicator": "import bill"}]}
    about = {"engine": "plan", "country": "KEN", "years": [2025, 2026], "policy": policy}
    saved = Outcome({"indicator": levels}, {"indicators": units}, about).save(tmp_path / "plan")
    text = TARGETS.replace('"cement"', f'"{name}"').replace("values = { 2025 = 1200 }", "decimals = 1")
    (tmp_path / "wrong.toml").write_text(text, "utf-8")
    ledger("init", origin="example.org/plan")
    with pytest.raises(Faults) as caught:
        ledger("targets", "wrong.toml", plan=saved)
    for part in ("is in kt in the plan, and the target says 't'", "the plan's study promises import bill"):
        assert part in str(caught.value)
    bill = '[[targets]]\nindicator = "import bill"\ndefinition = "d"\nmeasure = "bn"\nanswers = "m"\nsource = "s"\n'
    bill += 'every = "year"\nshares = { M = 1 }\nvalues = { 2025 = 5 }\n'
    (tmp_path / "right.toml").write_text(text.replace('measure = "t"', 'measure = "kt"') + bill, "utf-8")
    ledger("targets", "right.toml", plan=saved)
    book = Ledger(tmp_path / "plan.ledger").book
    parted: dict[tuple[str, str], Decimal] = {}
    for promise in book.states(date(2024, 1, 1)):
        if promise.indicator == name:
            key = (promise.unit, promise.period[:4])
            parted[key] = parted.get(key, Decimal(0)) + Decimal(promise.target)
    assert parted == {
        ("A", "2025"): Decimal("7.0"), ("B", "2025"): Decimal("3.0"),
        ("A", "2026"): Decimal("8.7"), ("B", "2026"): Decimal("3.7"),
    }  # fmt: skip


def test_what_a_file_of_targets_says_wrongly_is_told_with_its_lines(here: Path) -> None:
    """Proves: values of a wrong kind, words that mean nothing and years that are none are refused together, each with
    its line, of targets and of entries; nothing is entered.

    Breaks if: a key is read without its card, and a text for a number ends in a fault of ours.
    """
    wrong = TARGETS.replace('measure = "t"', 'due_days = "soon"\nprofile = 5\nevery = "weak"\nanswer = "x"')
    wrong = wrong.replace("values = { 2025 = 1200 }", "values = { spring = 1 }\n")
    (here / "wrong.toml").write_text('decimals = "two"\n' + wrong, "utf-8")
    size = len(Ledger(here / "plan.ledger").book.entries)
    with pytest.raises(Faults) as caught:
        ledger("targets", "wrong.toml")
    told = str(caught.value)
    for part in (
        "decimals is 'two', not a number", "due_days of a promised target is 'soon'",
        "profile of a promised target is 5",
        "'weak'", "no key 'answer'; nearest: 'answers'", "wrong.toml, line 1\n", "line 22",
    ):  # fmt: skip
        assert part in told, part
    (here / "years.toml").write_text(TARGETS.replace("2025 =", "spring ="), "utf-8")
    with pytest.raises(GroundplanError, match=r"of 'spring', no year"):
        ledger("targets", "years.toml")
    (here / "news.toml").write_text("unit = 3\nrumour = 1\n", "utf-8")
    with pytest.raises(Faults) as caught:
        ledger("enter", "news.toml")
    assert "unit is no list of entries" in str(caught.value)
    assert "no kind of entry 'rumour'" in str(caught.value)
    assert len(Ledger(here / "plan.ledger").book.entries) == size
