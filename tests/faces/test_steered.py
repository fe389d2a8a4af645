"""The worked year of steering: told once, by its own command, true to its lesson, and marked as invented throughout."""

from __future__ import annotations

import html
import io
import json
import re
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from doc_pages import ROOT, TUTORIAL

from groundplan import Outcome, see, text_page
from groundplan.results.briefing.word import word
from groundplan.results.files import json_text
from groundplan.results.html.html_report import report
from groundplan.results.view_list import views
from groundplan.results.workbook.workbook_file import workbook

HOME = ROOT / "studies" / "kenya_steered"
PAGES = ("plan", *(f"{what}-{year}" for year in (2020, 2021) for what in ("status", "reconciled", "followed")), "again")
sys.path.insert(0, str(HOME))

import invent  # noqa: E402  # beside the study
import steer  # noqa: E402


def test_an_invented_outcome_says_so_first_on_every_face() -> None:
    """Proves: what ``noting(invented=...)`` says stands first on every face; on a real outcome nothing does.

    Breaks if: a face shows figures of an exercise before, or without, saying that it is one.
    """
    words = "INVENTED: of an exercise, and of nobody."
    real = see("KEN")
    marked = real.noting(invented=words)
    assert text_page(marked).startswith(f"{words}\n")
    assert "INVENTED" not in text_page(real) + report(real)
    page = html.unescape(report(marked))
    assert re.search(rf"<header><h1>[^<]*</h1>\s*<p[^>]*>\s*{re.escape(words)}", page)
    with zipfile.ZipFile(io.BytesIO(word(marked))) as document:
        told = document.read("word/document.xml").decode()
    assert told.index(words) < told.index(views(real)[0].says[0][:40])
    with zipfile.ZipFile(io.BytesIO(workbook(marked))) as book:
        assert words in book.read("xl/sharedStrings.xml").decode()
    assert json.loads(json_text(marked))["provenance"]["invented"] == words


def test_what_is_invented_hangs_on_the_seed_alone() -> None:
    """Proves: the same seed invents the same returns and mirrors, another one others; what is planted is in them.

    Breaks if: a return hangs on the day or on an order, or a lie, silence or correction of planted.toml is not planted.
    """
    units = ["C47", "C05", "C21", "TRADE", "ENERGY"]
    quarters = [f"{year}-Q{q}" for year in (2020, 2021, 2022) for q in (1, 2, 3, 4)]
    own = {u: what for u, (_, what, _) in invent.MINISTRIES.items()}
    rows = [(f"P/{u}", u, own.get(u, invent.MAIZE), q, 10.0) for u in units for q in quarters]
    promised = pd.DataFrame(rows, columns=["sheet", "unit", "indicator", "period", "amount"])
    one, two, other = (invent.returns(promised, seed) for seed in (20, 20, 21))
    pd.testing.assert_frame_equal(one.figures, two.figures)
    assert one.mirrors(2021) == two.mirrors(2021) != other.mirrors(2021)
    f = one.figures.assign(year=one.figures["period"].str[:4].astype(int))
    assert set(f["year"]) == {2020, 2021}
    over = f.groupby(["unit", "year"])["said"].sum() / f.groupby(["unit", "year"])["true"].sum()
    lies = {(x["unit"], x["year"]): x["factor"] for x in invent.planted()["lies"]}
    assert {k: pytest.approx(lies.get(k, 1.0), rel=0.02) for k in over.index} == over.to_dict()
    assert f.loc[f["missing"], ["unit", "period"]].to_numpy().tolist() == [["C21", "2021-Q2"]]
    assert not {v for v in one.answers(late=True).values() if float(v) == 0.0}
    assert [unit for unit, _, _ in one.corrections(2021)] == ["ENERGY"]


def test_the_tale_is_what_its_lesson_tells(tmp_path: Path) -> None:
    """Proves: told anew, the tale has the lines that stand in its lesson, told before: same seed, same tale. The three
    planted lies are named and nobody else; who was silent has no figure in ledger, reports and verdicts, and is no 0;
    shock, delivery and false report sum to the difference; every page, target, unit and mirror says it is invented.

    Breaks if: a verb on the way gives another figure, a lie is not named or an honest unit is, a page lacks its mark.
    """
    folder = tmp_path / "tale"
    tale = steer.tell(folder, say=lambda _: None)
    lesson = (TUTORIAL / "steer.md").read_text("utf-8")
    assert steer.with_lines(lesson, tale.lines) == lesson, "python studies/kenya_steered/steer.py FOLDER --write"

    called, planted = invent.names(), invent.planted()
    lies = {(called[x["unit"]], x["indicator"].partition(": ")[2], x["year"]) for x in planted["lies"]}
    judged = {year: Outcome.open(folder / f"reconciled-{year}") for year in (2020, 2021)}
    found = {(r.unit, r.product, y) for y, o in judged.items() for r in steer.named(o).itertuples()}
    assert found == lies
    assert len(lies) == 3

    silent = {(called[u], period) for period, units in planted["missing"].items() for u in units}
    for year in (2020, 2021):
        states = Outcome.open(folder / f"status-{year}").table("promises")
        quarters = states[states["period"].str.startswith(str(year))]
        nothing = quarters[quarters["state"] == "not reported"]
        assert {(called[u], p) for u, p in zip(nothing["unit"], nothing["period"], strict=True)} == {
            (u, p) for u, p in silent if p.startswith(str(year))
        }
        assert (nothing["reported"] == "").all()
        sent = pd.read_csv(folder / f"reports-{year}.csv", dtype=str, keep_default_na=False)
        sent = sent[sent["period"].str.startswith(str(year))]
        own = sent[[(u, p) in silent for u, p in zip(sent["unit"], sent["period"], strict=True)]]
        assert len(own) == len(nothing)
        assert (own["value"] == "").all()
        figures = judged[year].table("figures")
        quiet = figures[
            (figures["kind"] == "report") & figures["unit"].isin({u for u, p in silent if p[:4] == str(year)})
        ]
        assert len(quiet) == len(nothing)
        assert quiet["reported"].isna().all()
        assert (quiet["verdict"] == "not reported").all()
        assert (quiet["estimate"] > 0).all()

    again = Outcome.open(folder / "again")
    split = again.table("split").set_index("figure")
    causes = ["shock", "delivery", "false report"]
    assert again.provenance["causes"] == causes
    assert (split[causes].sum(axis=1) + split["planned"]).to_numpy() == pytest.approx(split["now"].to_numpy(), rel=1e-9)
    assert (split.loc["constant standard", ["shock", "false report"]] < 0).all()

    assert {p.parent.name for p in folder.glob("*/report.html")} == set(PAGES)
    for name in PAGES:
        page = html.unescape((folder / name / "report.html").read_text("utf-8"))
        assert re.search(r"<header><h1>[^<]*</h1>\s*<p[^>]*>\s*INVENTED", page), name
        assert text_page(Outcome.open(folder / name)).startswith("INVENTED"), name
    assert all(invent.MARK in name for name in called.values())
    assert "# INVENTED" in (folder / "targets.toml").read_text("utf-8")
    for file in [*folder.glob("mirrors-*.csv"), folder / "ratios.csv", folder / "regions.csv"]:
        assert all(invent.MARK in line for line in file.read_text("utf-8").splitlines()[1:]), file.name
    assert all("invented" in p.read_text("utf-8") for p in (folder / "returns").rglob("*.json"))
