"""Reconciliation on the command line, from files to letters, and against a plan."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from economies import shipped

from groundplan import Outcome, Reported, plan, reconcile
from groundplan.cli import main
from groundplan.errors import Faults, GroundplanError
from groundplan.reconciling.reported_figures import EXPORT, FINAL, IMPORT, OUTPUT, read_reports
from groundplan.reconciling.usual_uses import uses_in_plan

REPORTS = """unit,figure,product,value,measure,period,sd,target
North,output,grain,140,t,2024,3%,135
South,output,grain,,t,2024,,
"""
MIRRORS = """unit,figure,product,value,measure,input,source,sd
North,input,grain,10,t,seed,seed office,2%
North,input,grain,50,ha,area,survey,1
North,input,grain,2,t,fertiliser,shop,2%
"""
RATIOS = """product,input,ratio,measure,per,error
grain,seed,0.1,t,t,5%
grain,area,0.5,ha,t,5%
grain,fertiliser,0.02,t,t,5%
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    words = []
    for name, text in (("reports", REPORTS), ("mirrors", MIRRORS), ("ratios", RATIOS)):
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
        words += [f"--{name}", str(tmp_path / f"{name}.csv")]
    return words


def test_from_files_to_letters(files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: the command reads three files, prints the same verdicts as JSON and in Python, saves an outcome with its
    report, and writes one letter, to the unit that is asked; into a folder with files nothing is written.

    Breaks if: a face has its own numbers, or letters go to units that nobody doubts.
    """
    out, letters = tmp_path / "out", tmp_path / "letters"
    assert main(["reconcile", "KEN", *files, "--out", str(out), "--letters", str(letters), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["tables"]["figures"]
    own = reconcile("KEN", **{w.removeprefix("--"): p for w, p in zip(files[::2], files[1::2], strict=True)})
    assert [r["verdict"] for r in rows] == own.table("figures")["verdict"].tolist()
    assert [r["verdict"] for r in rows][:2] == ["not sufficiently reliable", "not reported"]
    assert "reconcile KEN" in own.provenance["command"]
    assert own.compare(Outcome.open(out)).empty
    assert "sufficiently reliable" in (out / "report.html").read_text("utf-8")
    assert [p.name for p in letters.iterdir()] == ["001-North.txt"]
    assert "seed office says of seed taken for grain: 10 t" in (letters / "001-North.txt").read_text("utf-8")
    assert main(["reconcile", "KEN", *files, "--letters", str(letters)]) == 2


def test_bad_files_are_refused_line_by_line(tmp_path: Path) -> None:
    """Proves: every wrong line is told with its number, all at once. Breaks if: the first fault stops the reading."""
    file = tmp_path / "r.csv"
    file.write_text(
        "unit,figure,product,value,measure,sd\nA,output,x,1,t,much\nB,input,x,1,t,\nC,oputut,x,1,t,\n", "utf-8"
    )
    with pytest.raises(Faults) as caught:
        read_reports(file)
    assert [f.where for f in caught.value.parts] == ["r.csv, line 2", "r.csv, line 3", "r.csv, line 4"]
    file.write_text("unit,figure,value,measure\nA,output,1,t\n", "utf-8")
    with pytest.raises(GroundplanError, match="no column 'product'"):
        read_reports(file)


def test_against_a_plan() -> None:
    """Proves: the amounts that are read of a plan keep every product's balance, and a report is held against the plan
    of its year; a lie does not widen its own error.

    Breaks if: a line of the material balances is read on the wrong side, or errors go with what is reported.
    """
    e = shipped("KEN 2019")
    o = plan("KEN", years=1)
    u = uses_in_plan(o, e, 2020)
    x = u.amounts
    gap = x[OUTPUT] + x[IMPORT] - u.coefficients @ x[OUTPUT] - x[FINAL] - x[EXPORT]
    assert np.abs(gap).max() < 1e-6 * x[OUTPUT].max()
    assert x[FINAL].min() >= 0
    assert x[OUTPUT] == pytest.approx(
        o["indicator"].sel(year=2020, indicator=[f"gross output: {s}" for s in e.sectors])
    )
    # A second way of making a product is the sector's output too.
    book = o.table("material_balances")
    own = book["activity"] == "make:maiz"
    half = book.assign(money=book["money"].where(~own, book["money"] / 2))
    parted = pd.concat([half, half[own].assign(activity="make:maiz@new")], ignore_index=True)
    again = uses_in_plan(Outcome({}, {"material_balances": parted}, o.provenance), e, 2020)
    assert again.amounts[OUTPUT] == pytest.approx(x[OUTPUT])
    assert again.coefficients == pytest.approx(u.coefficients)
    promised = u.amount(OUTPUT, "maiz")
    told = [Reported("", "output", "maiz", 2 * promised, e.money, period="2020")]
    rows = reconcile(e, reports=told, plan=o).table("figures")
    assert rows["sd"].tolist() == pytest.approx([0.03 * promised])
