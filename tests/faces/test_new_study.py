"""``groundplan new study``: six questions, and a study that runs as it is."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from commands import said
from small_accounts import COUNTRY, MONEY, YEAR, write_matrix

from groundplan import new, open_study, plan
from groundplan.cli import main
from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.planning.policy import Policy
from groundplan.study.new_study import questions

ANSWERS = (
    "Ghana\n1\nexports; gross output: Construction >= 1.1 of the base year in 2020\n0.9; employment\n"
    "Port: 12 over 2 years gives 15 of Transportation and storage; Road: 3\nlater\n"
)


def test_without_a_terminal_the_defaults_hold_and_are_said(tmp_path: Path) -> None:
    """Proves: nobody is waited for; the study has six answers, is read back, and every choice has a comment with its
    range from its card. Breaks if: a default is written that the study's reader refuses.
    """
    done = said("new", "study", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "Nobody was asked" in done.out
    assert done.out.count("(default)") == len(questions()) == 6
    text = (tmp_path / "study.toml").read_text("utf-8")
    study = open_study(tmp_path / "study.toml")
    assert (study.policy.years, study.policy.floor, study.policy.discount_rate) == (10, 1.0, 0.03)
    assert [t.indicator for t in study.policy.targets] == ["import dependency"]
    lines = text.splitlines()
    for n, line in enumerate(lines):
        if " = " in line and not line.startswith("#") and lines[n - 1].strip():
            assert any(above.startswith("#") for above in lines[max(n - 9, 0) : n]), line
    for key in ("years", "floor", "discount_rate"):
        spec = Policy.__dataclass_fields__[key].metadata
        assert f"{spec['low']:g} to {spec['high']:g}" in text


def test_answers_come_from_a_file_and_the_study_plans(tmp_path: Path) -> None:
    """Proves: names of countries and sectors, words for goals and rates, several goals and projects are read; the
    study gives a plan as it is. Breaks if: what is written cannot be planned.
    """
    (tmp_path / "answers.txt").write_text(ANSWERS, "utf-8")
    done = said("new", "study", "gha.toml", "--answers", "answers.txt", cwd=tmp_path)
    assert done.code == 0, done.err
    p = open_study(tmp_path / "gha.toml").policy
    assert [(t.indicator, t.of_base, t.priority) for t in p.targets] == [
        ("export earnings", 1.2, 1), ("gross output: cons", 1.1, 1), ("employment", 1.0, 1),
    ]  # fmt: skip
    assert [(w.name, w.spending, w.must) for w in p.works] == [("Port", [6.0, 6.0], False), ("Road", [3.0], True)]
    assert p.works[0].effects[0].commodity == "capacity:tran"
    assert (p.floor, p.discount_rate) == (0.9, 0.0)
    (tmp_path / "short.txt").write_text("KEN\n1\n", "utf-8")
    short = said("new", "study", "short.toml", "--answers", "short.txt", "--keep", "0.9", cwd=tmp_path)
    assert "The input ended" in short.out
    outcome = plan(study=tmp_path / "short.toml")
    assert outcome.provenance["wishes"]["targets"] == 1


def test_a_terminal_is_asked_and_an_end_of_input_takes_the_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: what was said by a keyword is not asked; each question shows its default; the input's end is said."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("3\n\n"))
    answer = new("study", tmp_path / "a.toml", country="KEN")
    asked = capsys.readouterr().err
    assert "Whose accounts?" not in asked
    assert "How many years? (1 to 100)\n  [10] " in asked
    by = dict(zip(answer.table("answers")["question"], answer.table("answers")["by"], strict=True))
    assert by["How many years?"] == "answered"
    assert by["What is to be reached?"] == "default"
    assert "The input ended: what was not answered stands at its default." in answer.table("lines")["line"].tolist()
    assert open_study(tmp_path / "a.toml").policy.years == 3


def test_who_stops_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: Ctrl-C at a question ends with 130 and no file."""

    class Stopped(io.StringIO):
        def isatty(self) -> bool:
            return True

        def readline(self, *_: object) -> str:
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", Stopped())
    done = said("new", "study", cwd=tmp_path)
    assert done.code == 130
    assert "nothing was written" in done.err
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten_and_bad_answers_are_told(tmp_path: Path) -> None:
    """Proves: a file that is there stays; an unknown goal, sector, rate, project or country is refused with the nearest
    or an example, and nothing is written.
    """
    mine = tmp_path / "mine.toml"
    mine.write_text("mine", "utf-8")
    with pytest.raises(GroundplanError, match="is there already"):
        new("study", mine)
    assert mine.read_text("utf-8") == "mine"
    free = tmp_path / "free.toml"
    with pytest.raises(UnknownName, match="nearest: 'exports'"):
        new("study", free, reach="export")
    with pytest.raises(UnknownName, match="nearest: 'import dependency'"):
        new("study", free, reach="import dependence <= 0.9 of the base year in 2029")
    with pytest.raises(StudyError, match="is not a project"):
        new("study", free, projects="a dam")
    with pytest.raises(UnknownName, match="no sector 'Stel'"):
        new("study", free, projects="Mill: 3 gives 4 of Stel")
    with pytest.raises(UnknownName, match="nearest: 'later'"):
        new("study", free, weigh="latter")
    with pytest.raises(UnknownName, match="nearest: 'KEN'"):
        new("study", free, country="KEM")
    with pytest.raises(GroundplanError, match="cannot be made new"):
        new("budget", free)
    assert not free.exists()


def test_accounts_of_a_publisher_stand_in_the_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: accounts that open only with a layout are taken by the options of every command; the study names files by
    their path from itself, each with what it is, and opens the same accounts from another folder.

    Breaks if: an option is read and not written, or a path holds from one folder only.
    """
    matrix, kinds = write_matrix(tmp_path)
    monkeypatch.chdir(tmp_path)
    words = ["new", "study", "tst.toml", "--country", COUNTRY, "--years", "1", "--table", matrix.name]
    words += ["--layout", "sam", "--kinds", kinds.name, "--year", str(YEAR), "--money", MONEY, "--reach", "none"]
    assert main(words) == 0
    text = (tmp_path / "tst.toml").read_text("utf-8")
    assert f'# Files of a publisher that hold the country, in their layout\'s order.\nfiles = ["{matrix.name}"]' in text
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    study = open_study(tmp_path / "tst.toml")
    assert (study.table.layout, study.table.money, study.accounts_year) == ("sam", MONEY, YEAR)
    assert study.economy().country == COUNTRY
