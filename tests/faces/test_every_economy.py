"""Every command takes every economy, and says how it is had again."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from small_accounts import COUNTRY, MONEY, YEAR, small_country, write_matrix, write_small_template

from groundplan import Study, join, open_study, place, plan, see
from groundplan.cli import main
from groundplan.economy.opening import Opening, TableFiles
from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.outcome import Outcome
from groundplan.study.repeating import command_of
from groundplan.study.study import effective

DATA = Path(str(files("groundplan"))) / "tables" / "data"
SAMPLES = Path(__file__).parents[1] / "samples" / "world"
FILES = ["--layout", "sam", "--year", str(YEAR), "--money", MONEY]
STUDY = f"""country = "{COUNTRY}"

[table]
files = ["matrix.csv"]
kinds = "kinds.csv"
layout = "sam"
year = {YEAR}
money = "{MONEY}"

[plan]
years = 1
"""


def published(folder: Path) -> list[str]:
    """The words for a publisher's files."""
    matrix, kinds = write_matrix(folder)
    return [COUNTRY, "--table", str(matrix), str(kinds), *FILES]


def with_kinds(folder: Path) -> list[str]:
    """The same with the kinds named by themselves."""
    matrix, kinds = write_matrix(folder)
    return [COUNTRY, "--table", str(matrix), "--kinds", str(kinds), *FILES]


def workbook(folder: Path) -> list[str]:
    return [str(write_small_template(folder))]


def folder_of_csv(folder: Path) -> list[str]:
    return [str(write_small_template(folder, as_csv=True))]


def study_of_files(folder: Path) -> list[str]:
    write_matrix(folder)
    (folder / "s.toml").write_text(STUDY, "utf-8")
    return [str(folder / "s.toml")]


WAYS: dict[str, Callable[[Path], list[str]]] = {
    "files": published, "kinds": with_kinds, "workbook": workbook, "folder": folder_of_csv, "study": study_of_files,
}  # fmt: skip
CUT = 'name = "cut"\nhorizon = 30\n[[events]]\nkind = "cut_imports"\nproducts = ["goods"]\ndepth = 0.5\nlength = 20\n'
ENDS = ("--set", "tail_years=0")  # nothing here is about what comes after a plan
# What is asked of the small country: each verb that takes accounts or a study, after the words that name it.
ASKED = {
    "plan": ["plan", "--years", "1", *ENDS, "--set", "discount_rate=0.04"],
    "see": ["see", "--draws", "3", "--top", "2"],
    "stress": ["stress", "--scenario", "cut.toml", "--no-plan", "--setting", "middle"],
    "compare": ["compare", "--years", "2", *ENDS, "--doctrine", "autarky"],
    "alternatives": ["alternatives", "--years", "1", *ENDS, "--count", "1", "--of", "imports"],
    "sensitivity": ["sensitivity", "--years", "1", *ENDS, "--of", "export_growth", "--spread", "0.2"],
    "robust": ["robust", "--years", "1", *ENDS, "--draws", "3", "--fresh", "3"],
    "data": ["data"],
}


def twice(words: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Outcome, Outcome]:
    """A command's outcome, and that of the command which the outcome names, given in the outcome's folder."""
    monkeypatch.chdir(folder)
    assert main([*words, "--out", "first"]) == 0
    first = Outcome.open("first")
    again = shlex.split(first.provenance["command"])
    assert again[0] == "groundplan"
    monkeypatch.chdir("first")
    assert main([*again[1:], "--out", "../second"]) == 0
    return first, Outcome.open(folder / "second")


def same(first: Outcome, second: Outcome) -> bool:
    tables = all(first.table(t).equals(second.table(t)) for t in first.tables if t not in ("solver", "pace"))
    gaps = first.compare(second)
    return set(first.tables) == set(second.tables) and tables and (gaps.empty or gaps["largest"].max() == 0)


def test_one_country_in_every_form_has_one_plan(tmp_path: Path) -> None:
    """Proves: a publisher's files, a template as workbook and folder, and a study beside its files give one plan.

    Breaks if: a way of naming files is read and not passed on, or a study's files are looked for elsewhere.
    """
    ends = {"years": 1, "tail_years": 0}
    handed = plan(small_country(tmp_path), **ends)
    matrix, kinds = write_matrix(tmp_path)
    files = {"layout": "sam", "year": YEAR, "money": MONEY}
    ways = [
        plan(COUNTRY, table=[matrix, kinds], **ends, **files),
        plan(COUNTRY, table=matrix, kinds=kinds, **ends, **files),
        plan(Opening(COUNTRY, YEAR, TableFiles(files=(str(matrix), str(kinds)), layout="sam", money=MONEY)), **ends),
        plan(study_of_files(tmp_path)[0], tail_years=0),
        plan(write_small_template(tmp_path), **ends),
        plan(write_small_template(tmp_path, as_csv=True), **ends),
    ]
    for way in ways:
        assert way.provenance["objective"] == pytest.approx(handed.provenance["objective"], rel=1e-9)
        assert way.provenance["accounts"]["country"]
    assert "study" not in handed.provenance, "nothing opens again what was handed over"


@pytest.mark.parametrize("verb", sorted(ASKED))
def test_what_is_said_to_repeat_an_outcome_repeats_it(
    verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: the command on the page, given in the outcome's folder, gives the same outcome, of a publisher's files.

    Breaks if: a verb forgets an option, or a file is named as it was from elsewhere.
    """
    word, *more = ASKED[verb]
    (tmp_path / "cut.toml").write_text(CUT, "utf-8")
    first, second = twice([word, *with_kinds(tmp_path), *more], tmp_path, monkeypatch)
    assert same(first, second)
    if (tmp_path / "first" / "report.html").exists():
        assert "How to repeat this" in (tmp_path / "first" / "report.html").read_text("utf-8")


@pytest.mark.parametrize("way", sorted(WAYS))
@pytest.mark.parametrize("verb", ["plan", "see"])
def test_every_way_of_naming_accounts_is_repeated(
    verb: str, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: a plan and a look at accounts say how to open them again, whatever form they have."""
    word, *more = ASKED[verb]
    assert same(*twice([word, *WAYS[way](tmp_path), *more], tmp_path, monkeypatch))


def test_why_not_is_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: the target, which comes first, and the accounts are both said."""
    target = "gross output: grain >= 80 in 2021"
    words = ["whynot", target, "--study", study_of_files(tmp_path)[0], *ENDS]
    first, second = twice(words, tmp_path, monkeypatch)
    assert same(first, second)
    assert first.provenance["question"] == second.provenance["question"]


def test_several_economies_are_joined_and_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: a study of a publisher's files and a template are joined, and each has its study to do it again."""
    own = write_small_template(tmp_path, as_csv=True)
    about = own / "about.csv"
    about.write_text(about.read_text("utf-8-sig").replace(f"country,{COUNTRY}", "country,OTH"), "utf-8-sig")
    words = ["join", study_of_files(tmp_path)[0], str(own), "--years", "1", "--pace", "0.05"]
    first, second = twice(words, tmp_path, monkeypatch)
    assert same(first, second)
    assert [a["country"] for a in first.provenance["accounts"]] == [COUNTRY, str(own)]
    assert {"study-TST.toml", "study-OTH.toml"} <= {p.name for p in (tmp_path / "first").iterdir()}
    with pytest.raises(StudyError, match="each once"):
        join([COUNTRY, COUNTRY], table=list(write_matrix(tmp_path)), layout="sam", year=YEAR, money=MONEY)


SHIPPED_ASKED = {
    "baseline": ["baseline", "BRA", "--year", "2010", "--years", "2"],
    "hindcast": ["hindcast", "BRA", "--from", "2010", "--to", "2015", "--no-plan"],
    "recipes": ["recipes", "wind_power", "--country", "KEN"],
    "names": ["names", "KEN"],
    "stress": ["stress", "kenya", "--no-plan", "--setting", "rigid"],
    "world": ["join", "AUS", "KOR", "--table", str(SAMPLES / "icio_2021.csv"), "--layout", "icio", "--year", "2018",
              "--years", "1", "--tolerance", "0.5"],
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(SHIPPED_ASKED))
def test_other_commands_are_repeated(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: shipped accounts, two years of them, and two countries of one world table are had again as well.

    Breaks if: a verb that asks for more than a country says only the country.
    """
    assert same(*twice(SHIPPED_ASKED[case], tmp_path, monkeypatch))


def test_files_of_a_study_stand_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a study's files are looked for beside the study, not where the command is given; what is typed is not.

    Breaks if: paths are taken from where the program runs.
    """
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    study = open_study(study_of_files(tmp_path / "there")[0])
    monkeypatch.chdir(tmp_path / "here")
    assert study.opening.table.files == (str(tmp_path / "there" / "matrix.csv"),)
    assert study.economy().country == COUNTRY
    template = write_small_template(tmp_path / "here")
    assert plan("own.xlsx", study=study).provenance["accounts"]["country"] == str(template)
    text = effective(study)
    (tmp_path / "here" / "copy.toml").write_text(text, "utf-8")
    assert open_study(tmp_path / "here" / "copy.toml").opening.options() == study.opening.options()


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    """Proves: what was opened once is not shown for a file that has changed since."""
    matrix, kinds = write_matrix(tmp_path)
    words = {"table": [matrix, kinds], "layout": "sam", "year": YEAR, "money": MONEY}
    before = see(COUNTRY, draws=0, **words).provenance["money"]
    kinds.write_text(kinds.read_text("utf-8").replace("a*,activity", "a*,actvity"), "utf-8")
    assert before == MONEY
    with pytest.raises(GroundplanError):
        see(COUNTRY, draws=0, **words)


REFUSED = {
    "no files": ('[table]\nlayout = "sam"\n', "none is named"),
    "two sources": ('country = "own.xlsx"\n[table]\nfiles = ["matrix.csv"]\n', "besides"),
    "two years": ('accounts_year = 2019\n[table]\nfiles = ["matrix.csv"]\nyear = 2020\n', "the table's is 2020"),
    "mapping": ('country = "KEN"\n[table]\nmapping = "m.toml"\n', "a mapping is for a file"),
    "key": ('[table]\nlayuot = "sam"\n', "nearest: 'layout'"),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_what_does_not_go_together_is_refused(case: str, tmp_path: Path) -> None:
    """Proves: a section of files that cannot be opened says what is wrong with it."""
    text, words = REFUSED[case]
    (tmp_path / "s.toml").write_text(text, "utf-8")
    with pytest.raises((StudyError, UnknownName), match=words):
        open_study(tmp_path / "s.toml").economy()


def test_what_no_word_says_has_no_command() -> None:
    """Proves: an object among the options gives no command that would leave it out."""
    assert command_of("stress", {"country": "KEN", "scenario": object()}) == ""
    assert Study.of("KEN").opening.options() == {"country": "KEN"}


def test_a_programme_of_places_takes_what_see_takes() -> None:
    """Proves: `place --in-plan` plans a publisher's files as it plans the accounts that were made of them, and names
    them in the command that repeats it; files without a plan are refused. Breaks if: only a code or a template is
    taken.
    """
    shipped = DATA / "ifpri_sam"
    paths = [shipped / "KEN_2019.csv", shipped / "nexus_roles.csv"]
    said = {"per_year": 1, "years": 1, "quick": True}
    opened = {"table": paths, "layout": "sam", "year": 2019, "money": "KES2019bn"}
    ours = place("KEN", in_plan=True, **said)  # type: ignore[arg-type]
    theirs = place("KEN", in_plan=True, accounts="KEN", **said, **opened)  # type: ignore[arg-type]
    assert theirs.table("agreement")["ceiling"].tolist() == pytest.approx(ours.table("agreement")["ceiling"].tolist())
    assert f"--table {paths[0]} {paths[1]} --layout sam" in theirs.provenance["command"]
    with pytest.raises(StudyError, match="no plan is asked for"):
        place("KEN", **said, **opened)  # type: ignore[arg-type]
