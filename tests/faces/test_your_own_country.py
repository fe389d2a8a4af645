"""The page that leads from a ministry's workbook to a plan is walked from its first command to its last."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from small_accounts import COUNTRY, MONEY, YEAR, write_matrix

from groundplan import open_accounts, plan, see
from groundplan.cli import main
from groundplan.outcome import Outcome
from groundplan.results.html.html_report import report
from groundplan.sources import Source
from groundplan.tables.door.uploads import read_upload
from groundplan.tables.readers.social import sam
from groundplan.tables.table import Table
from groundplan.tables.template.form import filled
from groundplan.tables.template.template_files import write_template

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "your_own_country.md"
STATED = {"grain": "farming", "goods": "refined petroleum"}


def ministry(folder: Path) -> Table:
    """A ministry's figures: a small country without classes yet."""
    matrix, kinds = write_matrix(folder)
    source = Source(publisher="tests", title="a made-up country", vintage="none", licence="none", address="none")
    return sam.read(matrix, COUNTRY, YEAR, MONEY, kinds=kinds, source=source, country_name="Testland")


def commands() -> list[list[str]]:
    blocks = [body for kind, body in re.findall(r"```(\w*)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL) if not kind]
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("groundplan ")]


def test_the_page_leads_to_a_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: every command of the page runs in its order on a ministry's sectors, and the last ones take its study.

    Breaks if: a command of the page needs what the page has not said before.
    """
    monkeypatch.chdir(tmp_path)
    table = ministry(tmp_path)
    rows = "".join(f'{code},"{name}"\n' for code, name in table.labels.items())
    Path("sectors.csv").write_text(f"code,name\n{rows}", "utf-8")
    studies = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    Path("my_study.toml").write_text(studies[0], "utf-8")
    other = replace(table, country="OTH", country_name="Otherland", classes=STATED)
    write_template(Path("neighbour.xlsx"), filled(other))
    walked = set()
    for words in commands():
        assert main(words) == 0, " ".join(words)
        walked.add(words[0])
        if words[0] == "template":
            proposed = {
                r[0]: r[3] for r in read_upload(Path("own.xlsx"), sheets=("Sectors",)).sheets["Sectors"][1:].tolist()
            }
            assert proposed == {"grain": "A01", "goods": "C19"}, "classes are proposed from the names"
            Path("own.xlsx").unlink()
            write_template(Path("own.xlsx"), filled(replace(table, classes=STATED)))
        if "--propose" in words:
            assert Path("classes.csv").read_text("utf-8").splitlines()[1:] == [
                "grain,Grain,farming,", "goods,Refined petroleum and goods,refined petroleum,",
            ]  # fmt: skip
    assert walked >= {"template", "names", "see", "plan", "stress", "whynot", "compare", "sensitivity", "join"}
    (own,) = Path("outcomes").glob("TST-2020-5y-????????")
    assert Outcome.open(own).provenance["accounts"] == {"country": str(tmp_path / "own.xlsx")}


def test_what_is_left_out_is_told_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: the first screen of `see` and `plan` says what the template asks and the accounts do not state, and no
    longer says it of what is stated.

    Breaks if: a sector without a class passes without a word.
    """
    monkeypatch.chdir(tmp_path)
    write_template(Path("bare.xlsx"), filled(ministry(tmp_path)))
    write_template(Path("own.xlsx"), filled(replace(ministry(tmp_path), classes=STATED)))
    for words in (["see", "bare.xlsx", "--draws", "0"], ["plan", "bare.xlsx", "--years", "1"]):
        assert main(words) == 0
        first = " ".join(capsys.readouterr().out.split("\n\n")[1:3]).replace("\n  ", " ")
        assert "classes of 2 of 2 sectors" in first
        assert "growth of population" in first
    for made in (see("bare.xlsx", draws=0), plan("bare.xlsx", years=1)):
        assert "classes of 2 of 2 sectors" in report(made).partition("<nav")[0]
    assert open_accounts("bare.xlsx").unclassed == ("grain", "goods")
    assert not [words for words in open_accounts("own.xlsx").not_stated if "classes" in words]


def test_a_list_of_classes_states_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: an edited list gives files their classes, by every verb; what it leaves out is told where a class is
    named; a misspelt one is refused with the nearest.

    Breaks if: the list is read and not used.
    """
    monkeypatch.chdir(tmp_path)
    write_template(Path("bare.xlsx"), filled(ministry(tmp_path)))
    assert main(["stress", "bare.xlsx", "--no-plan"]) == 2
    assert main(["names", "bare.xlsx", "--propose", "c.csv"]) == 0
    text = Path("c.csv").read_text("utf-8")
    assert ",,A01" in text
    Path("c.csv").write_text(text.replace(",,A01", ",farming,A01").replace(",,C19", ",C19,C19"), "utf-8")
    assert main(["stress", "bare.xlsx", "--no-plan", "--classes", "c.csv", "--out", "o"]) == 0
    assert Outcome.open("o").provenance["value_added_lost"] > 0
    Path("c.csv").write_text("code,class\ngoods,C19\n", "utf-8")
    assert main(["stress", "bare.xlsx", "--preview", "--classes", "c.csv"]) == 0
    assert "no class is stated of grain: no class that an event names holds it" in capsys.readouterr().out
    Path("c.csv").write_text("code,class\ngrain,framing\ngoodz,C19\n", "utf-8")
    assert main(["stress", "bare.xlsx", "--no-plan", "--classes", "c.csv"]) == 2
