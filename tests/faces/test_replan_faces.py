"""A plan made again from its folder: on the command line and in Python, with a ledger and a reconciliation, twice."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from groundplan import Ledger, Outcome, plan, replan
from groundplan.cli import main
from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.ledgers.target_sheets import accepted, read_targets

HAPPENED = """
[[reached]]
what = "investment"
year = 2020
reported = 0.96
believed = 0.92
shares = true
"""
TARGETS = """
plan = "first"
[[units]]
unit = "M"
name = "Ministry of Agriculture"
level = "ministry"
[[units]]
unit = "N"
name = "North"
level = "county"
above = "M"
[[units]]
unit = "S"
name = "South"
level = "county"
above = "M"
[[targets]]
indicator = "gross output: maiz"
definition = "What was harvested, at prices of 2019."
measure = "KES2019bn"
source = "plan office"
answers = "Minister"
every = "year"
shares = { N = 0.6, S = 0.4 }
"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan of Kenya for three years in a folder."""
    folder = tmp_path_factory.mktemp("plan") / "first"
    plan("KEN", years=3, tail_years=1).save(folder)
    return folder


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan of Kenya for two years in a folder."""
    folder = tmp_path_factory.mktemp("plan") / "short"
    plan("KEN", years=2, tail_years=1).save(folder)
    return folder


def test_from_a_folder_on_the_command_line_and_once_more(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: the command reads what happened, saves a re-plan with its report; Python gives the same. Its folder
    opens as the same plan, and made again from its own state it has no cause and the same worth.
    Breaks if: a version is saved that cannot be opened again, or replayed with reports for truth.
    """
    came, out = tmp_path / "2020.toml", tmp_path / "second"
    came.write_text(HAPPENED, "utf-8")
    words = ["replan", str(saved), "--after", "2020", "--happened", str(came), "--out", str(out), "--json"]
    assert main(words) == 0
    split = pd.DataFrame(json.loads(capsys.readouterr().out)["tables"]["split"])
    second = Outcome.open(out)
    assert second.provenance["causes"] == ["delivery", "false report"]
    assert split["now"].tolist() == pytest.approx(second.table("split")["now"].tolist())
    assert second.table("split")["now"].iloc[0] < second.table("split")["planned"].iloc[0]
    page = (out / "report.html").read_text("utf-8")
    assert "false report" in page
    assert "replan" in second.provenance["command"]
    third = replan(out, after=2021)
    assert third.provenance["causes"] == []
    assert third.provenance["notes"] == []
    assert third.provenance["worth"] == pytest.approx(second.provenance["worth"], rel=1e-6)
    assert len(third.provenance["turns"]) == 2
    with pytest.raises(StudyError, match="say a later year than 2020"):
        replan(out, after=2020)


def test_a_ledger_promises_and_reports(short: Path, tmp_path: Path) -> None:
    """Proves: what a ledger's units reported of a year is what came, what is silent counts as promised and is said so,
    sheets of later years are promises by unit, and who must be told is named by its name.
    Breaks if: parts of units are lost, a report is taken for a promise, or a unit is called by its key.
    """
    (tmp_path / "targets.toml").write_text(TARGETS, "utf-8")
    there = Ledger.begin(
        tmp_path / "l", "example.org/plan", tmp_path / "k", clock=lambda: datetime(2021, 2, 1, tzinfo=UTC)
    )
    there.append(
        accepted(
            read_targets(tmp_path / "targets.toml"), Outcome.open(short), mark="0" * 64, study=None, day="2020-01-01"
        ),
        by="office",
    )
    sheets = there.book.sheets
    name, body = next((n, s) for n, s in sheets.items() if s["unit"] == "N")
    promised = {f["period"]: float(f["value"]) for f in body["figures"]}
    figure = {**body["figures"][0], "value": f"{0.9 * promised['2020']:.3f}", "vintage": "2021-01-20"}
    report = {
        "unit": "N",
        "received": "2021-01-20",
        "file": "",
        "figures": [{"sheet": name, "figure": figure, "asked": [], "note": ""}],
    }
    there.append([("report", report)], by="office")
    lost = {"reached": [{"what": "capacity:maiz", "year": 2020, "reported": 0.8, "shares": True, "cause": "shock"}]}
    again = replan(short, after=2020, happened=lost, ledger=tmp_path / "l", on="2021-02-01")
    came = again.table("reached").set_index("what")
    of_north, of_south = promised["2020"], promised["2020"] / 1.5
    assert came.loc["gross output: maiz", "reported"] == pytest.approx(0.9 * of_north + of_south, rel=1e-4)
    assert any("1 figures were not reported" in n for n in again.provenance["notes"])
    rows = again.table("promises")
    assert set(rows["unit"]) == {"N", "S"}
    assert set(rows["year"]) == {2021}
    first = rows[(rows["unit"] == "N") & (rows["year"] == 2021)].iloc[0]
    assert first["promised"] == pytest.approx(promised["2021"])
    assert first["fate"] == "moved"
    assert first["now"] < first["promised"]
    assert (rows["price"] > 0).all()
    told = again.views["told"].says
    assert any(line.startswith("North: ") for line in told)


def test_what_is_believed_comes_from_a_reconciliation(short: Path) -> None:
    """Proves: the estimate of the whole stands as what is believed, the units' sum as what was reported.

    Breaks if: mirrors are summed with reports, or a product's figure is taken for another's.
    """
    base = float(Outcome.open(short).indicator("gross output: maiz")[2020])
    figures = pd.DataFrame(
        [
            {"figure": f"output of Maize, {u}", "unit": u, "product": "maiz", "kind": kind, "what": "output",
             "measure": "KES2019bn", "reported": r * base, "estimate": e * base}
            for u, kind, r, e in [("", "report", float("nan"), 0.9), ("N", "report", 0.6, 0.5),
                                  ("S", "report", 0.4, 0.4), ("N", "mirror", 0.5, 0.5)]
        ]
    )  # fmt: skip
    about = {"engine": "reconcile", "period": "2020"}
    again = replan(short, after=2020, reconciled=Outcome({}, {"figures": figures}, about))
    row = again.table("reached").iloc[0]
    assert (row["what"], row["reported"], row["believed"]) == (
        "gross output: maiz", pytest.approx(base), pytest.approx(0.9 * base),
    )  # fmt: skip
    with pytest.raises(GroundplanError, match="2021"):
        replan(
            short, after=2020, reconciled=Outcome({}, {"figures": figures}, {"engine": "reconcile", "period": "2021"})
        )


def test_another_study_holds_from_here_on(short: Path, tmp_path: Path) -> None:
    """Proves: a study with other wishes is a new wish, and is saved with the re-plan; its plan ends where the plan did.

    Breaks if: a changed study is taken for other prices, or is not the study of what is saved.
    """
    text = 'country = "KEN"\naccounts_year = 2019\n[plan]\nyears = 2\ntail_years = 1\nsteady = false\nfloor = 0.9\n'
    (tmp_path / "changed.toml").write_text(text, "utf-8")
    again = replan(short, after=2020, study=tmp_path / "changed.toml")
    assert again.provenance["causes"] == ["new wish"]
    assert "steady = false" in again.provenance["study"]
    assert "steady = true" in again.provenance["planned_study"]
    assert again.provenance["worth"] > again.provenance["owed"] * (1 - 1e-6)
    assert again.provenance["worth"] <= again.provenance["best_from_here"] * (1 + 1e-9)


def test_what_is_refused(short: Path, tmp_path: Path) -> None:
    """Proves: a year that is not said, a folder that is no plan, a study that ends elsewhere, a key that is none and an
    order without a cause are refused with what to do.
    Breaks if: a re-plan of something else comes out.
    """
    with pytest.raises(StudyError, match="which year has passed"):
        replan(short)
    Outcome({}, {}, {"engine": "see"}).save(tmp_path / "see")
    with pytest.raises(GroundplanError, match="no plan"):
        replan(tmp_path / "see", after=2020)
    (tmp_path / "longer.toml").write_text('country = "KEN"\naccounts_year = 2019\n[plan]\nyears = 4\n', "utf-8")
    with pytest.raises(StudyError, match="ends as it did"):
        replan(short, after=2020, study=tmp_path / "longer.toml")
    with pytest.raises(UnknownName, match="reportd"):
        replan(short, after=2020, happened={"reached": [{"what": "investment", "year": 2020, "reportd": 1.0}]})
    with pytest.raises(StudyError, match="leaves out a cause"):
        replan(short, after=2020, order=["shock"])
