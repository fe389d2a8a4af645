"""The way in for a new file: what it is believed to be, what is asked and never decided, and what is written."""

from __future__ import annotations

import csv
from pathlib import Path

import declared_files
import numpy as np
import pytest
from door_files import workbook
from small_sam import FLOWS, ROLES, as_text, as_workbook, rows_of, write_roles
from world_samples import SAMPLES, sample

from groundplan.cli import main
from groundplan.economy.opening import open_accounts, open_table
from groundplan.economy.world import World
from groundplan.errors import GroundplanError
from groundplan.outcome import Outcome
from groundplan.tables.template import form
from groundplan.tables.template.template_files import write_template
from groundplan.verbs.open import open as open_file
from groundplan.verbs.see import see
from groundplan.verbs.template import template

SAID = {"country": "XXY", "year": 2020, "money": "XXY2020m"}


def matrix(folder: Path, factor: float = 1.0) -> Path:
    path = folder / "sam.csv"
    path.write_text(as_text(rows_of({k: factor * x for k, x in FLOWS.items()}, list(ROLES))), encoding="utf-8")
    return path


def believed(o: Outcome, what: str) -> str:
    rows = o.table("beliefs")
    return str(rows[rows["what"] == what]["value"].iloc[0])


def questions(o: Outcome) -> str:
    return "\n".join(o.table("questions")["what"])


def test_a_matrix_becomes_an_economy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a matrix of a bureau, its roles and what only the user knows give a workbook that every command opens,
    with the numbers of the matrix.

    Breaks if: an economy is written while something is still asked.
    """
    monkeypatch.chdir(tmp_path)
    path, roles = matrix(tmp_path), write_roles(tmp_path)
    asked = open_file(path, roles=roles, name="first")
    assert believed(asked, "layout") == "sam"
    assert asked.table("totals")["fits"].all()
    assert list(asked.table("written")["what"]) == ["mapping", "roles"]
    assert "In which unit are the figures?" in questions(asked)
    ready = open_file(path, roles=roles, name="mine", **SAID)  # type: ignore[arg-type]
    assert questions(ready) == ""
    assert list(ready.table("written")["what"]) == ["mapping", "roles", "economy"]
    e = open_accounts(tmp_path / "mine.xlsx")
    assert (e.country, e.money) == ("XXY", "XXY2020m")
    np.testing.assert_allclose(e.output, [75.0, 120.0])
    with pytest.raises(GroundplanError, match="is there already"):
        open_file(path, roles=roles, name="mine", **SAID)  # type: ignore[arg-type]


def test_a_decimal_mark_is_asked_and_never_decided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: figures that can be read in two ways are shown with both readings, the mark is asked, and no economy is
    written until it is said.

    Breaks if: the door's usual mark is taken for what the user means.
    """
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "sam.csv"
    rows = rows_of({k: 1000 * x for k, x in FLOWS.items()}, list(ROLES))
    rows = [[f'"{c:,.0f}"' if isinstance(c, int | float) else c for c in row] for row in rows]
    path.write_text(as_text(rows), encoding="utf-8")
    roles = write_roles(tmp_path)
    asked = open_file(path, roles=roles, name="a", **SAID)  # type: ignore[arg-type]
    assert "can be read in 2 ways" in questions(asked)
    figures = asked.table("beliefs").query("what == 'figure'")["value"]
    assert len(figures) == 3
    assert all("; or " in f for f in figures)
    assert "economy" not in list(asked.table("written")["what"])
    assert believed(asked, "layout").startswith("sam")
    ready = open_file(path, roles=roles, thousands=",", name="b", **SAID)  # type: ignore[arg-type]
    assert "economy" in list(ready.table("written")["what"])
    np.testing.assert_allclose(open_accounts(tmp_path / "b.xlsx").output, [75_000, 120_000])


def test_roles_are_proposed_and_not_invented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: of accounts whose names no publisher's form knows the kind is left open, and the proposal is refused
    until it is mended; accounts of IFPRI's names have theirs.
    """
    monkeypatch.chdir(tmp_path)
    asked = open_file(matrix(tmp_path), name="mine", **SAID)  # type: ignore[arg-type]
    assert "What are the accounts?" in questions(asked)
    with (tmp_path / "mine_roles.csv").open(encoding="utf-8", newline="") as file:
        kinds = {row["account"]: row["kind"] for row in csv.DictReader(file)}
    assert set(kinds) == set(ROLES)
    assert kinds["work"] == kinds["plant"] == "?"
    again = open_file(matrix(tmp_path), roles="mine_roles.csv", **SAID)  # type: ignore[arg-type]
    assert "no kind of account '?'" in "\n".join(again.table("lines")["line"])


def test_a_sheet_is_asked_for(tmp_path: Path) -> None:
    """Proves: of several sheets none is chosen by itself; the named one is read below its titles."""
    book = as_workbook(tmp_path / "sam.xlsx", rows_of(FLOWS, list(ROLES)))
    asked = open_file(book)
    assert "Which sheet of sam.xlsx has the table? It has About, SAM" in questions(asked)
    named = open_file(book, sheet="SAM", roles=write_roles(tmp_path), **SAID)  # type: ignore[arg-type]
    assert believed(named, "header row") == "4, accounts in column 2"


def test_a_declared_layout_is_recognised(tmp_path: Path) -> None:
    """Proves: a publisher's file is recognised without a word, with its unit; another layout's faults are not shown."""
    o = open_file(declared_files.nbs_split(tmp_path / "a.csv"), country="XXY", year=2017)
    assert believed(o, "layout") == "nbs-split"
    assert believed(o, "money") == "CNY{year}m"
    assert questions(o) == ""


def test_a_unit_is_quoted_and_asked(tmp_path: Path) -> None:
    """Proves: a unit that stands in the file is quoted and not taken."""
    rows = [["Supply and use, million crowns"], [], *declared_files.OWN_ROWS]
    o = open_file(workbook(tmp_path / "a.xlsx", {"S": rows}))
    assert believed(o, "unit?") == "it says 'Supply and use, million crowns'"
    assert believed(o, "layout") == "none of the known ones fits"
    assert "In which unit are the figures?" in questions(o)


def test_a_template_is_known_as_one(tmp_path: Path) -> None:
    """Proves: the package's own template needs no layout."""
    template(tmp_path / "own.xlsx", like="NLD")
    assert "template" in believed(open_file(tmp_path / "own.xlsx"), "layout")


def test_the_command_prints_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: the word works from the command line, and a file that cannot be read is told in words."""
    assert main(["open", str(matrix(tmp_path)), "--roles", str(write_roles(tmp_path))]) == 0
    page = capsys.readouterr().out
    assert "layout       sam" in page
    assert "Only you can say:" in page
    assert main(["open", str(tmp_path / "none.csv")]) == 2
    assert "there is no such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "layout", "country", "year"),
    [
        ("icio_2021.csv", "icio", "KOR", 2018),
        ("icio_2025.csv", "icio", "KOR", 2022),
        ("figaro_matrix.csv", "figaro", "DE", 2023),
        ("figaro_flat.csv", "figaro", "DE", 2023),
        ("figaro_sdmx.csv", "figaro", "DE", 2023),
        ("wiod_2013_sheet.csv", "wiod2013", "KOR", 2010),
        ("wiod_2016_sheet.csv", "wiod2016", "KOR", 2010),
        ("wiod_2016_r.csv", "wiod2016", "KOR", 2010),
    ],
)
def test_a_world_table_is_recognised_and_keeps_its_partners(
    name: str, layout: str, country: str, year: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: a world table is known by its first rows, its countries are listed, and the ready economy of one of them
    says whom every import comes from, figure by figure as the world table does.

    Breaks if: the way in knows national files only, or the template drops the partners.
    """
    monkeypatch.chdir(tmp_path)
    path = SAMPLES / name
    o = open_file(path, country=country, year=year, name="mine")
    assert believed(o, "layout") == layout
    assert questions(o) == ""
    assert f"a world table of {len(sample(name).countries)} countries" in "\n".join(o.table("lines")["line"])
    own = open_accounts("mine.xlsx")
    world = open_table([path], layout, country, year)[0]
    assert own.imported_by_partner is not None
    assert world.imported_by_partner is not None
    there = own.imported_by_partner.reindex(partner=world.imported_by_partner["partner"], fill_value=0.0)
    np.testing.assert_allclose(there, world.imported_by_partner)
    assert see(own, draws=0).table("partners").equals(see(world, draws=0).table("partners"))


def test_a_country_of_a_world_table_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: of many countries none is chosen; nothing is written until one is said. Breaks if: the first is taken."""
    monkeypatch.chdir(tmp_path)
    o = open_file(SAMPLES / "icio_2025.csv", year=2022, name="mine")
    assert "Which country of the table is meant?" in questions(o)
    assert list(o.table("written")["what"]) == ["mapping"]
    o = open_file(SAMPLES / "icio_2025.csv", country="KEN", year=2022)
    assert "Which country of the table is meant?" in questions(o)


def test_partners_in_a_template_are_checked(tmp_path: Path) -> None:
    """Proves: partners that miss the imported uses, products that are no sectors, and partners beside imports whose use
    is not known are refused with their place. Breaks if: they pass.
    """
    world = World.from_table(sample("icio_2025.csv"))
    table = world.table("KOR")
    rows = list(form.filled(table)[form.PARTNERS])
    changes: dict[str, tuple[list[object], str]] = {
        "sum": ([*rows[1][:3], *[float(x) + 7.0 for x in rows[1][3:]]], "imports by partner miss the imported uses"),
        "code": ([rows[1][0], "X99", *rows[1][2:]], "no sector 'X99'"),
    }
    for key, (row, words) in changes.items():
        wrong = {**form.filled(table), form.PARTNERS: [rows[0], row, *rows[2:]]}
        path = write_template(tmp_path / f"{key}.xlsx", wrong)  # type: ignore[arg-type]
        with pytest.raises(GroundplanError, match=words):
            open_accounts(path)


def test_what_may_be_in_several_files_is_said(tmp_path: Path) -> None:
    """Proves: where one file fits nothing, the layouts that take several are named with their files."""
    path = tmp_path / "a.csv"
    path.write_text("code,a,b\nx,1,2\n", encoding="utf-8")
    assert "eurostat-sut (supply, use)" in "\n".join(open_file(path).table("lines")["line"])


def test_another_layout_of_the_same_publisher_is_named(tmp_path: Path) -> None:
    """Proves: a table in China's form with domestic and imported rows is no heap of faults of the other form: the
    refusal says first which layout it is in. Breaks if: the user is to guess it from missing columns.
    """
    path = declared_files.nbs_split(tmp_path / "a.csv")
    with pytest.raises(GroundplanError, match="another one of the same publisher, nbs-split"):
        open_table([path], "nbs", "XXY", 2017)
    assert open_table([path], "nbs-split", "XXY", 2017)[0].sectors == ("01", "02")


def test_every_fault_names_its_cell(tmp_path: Path) -> None:
    """Proves: a figure that is none, and a total that its parts miss, are told with the sheet and the cell where they
    stand; what is believed is told by the option that says it; the first figures are shown with their cells.

    Breaks if: the cell is that of another row, or faults are told of the file alone.
    """
    rows = rows_of(FLOWS, list(ROLES))
    rows[3][4] = "much"
    o = open_file(workbook(tmp_path / "m.xlsx", {"Matrix": rows}), layout="sam")
    fault = o.table("faults").iloc[0]
    assert (fault["file"], fault["sheet"], fault["cell"]) == ("m.xlsx", "Matrix", "E4")
    assert "Matrix!E4" in "\n".join(o.table("lines")["line"])
    assert dict(o.table("answers").to_numpy().tolist()) == {"sheet": "Matrix", "layout": "sam"}
    assert "D2 is 75" in list(o.table("beliefs")["value"])
    rows[3][4] = 999.0
    o = open_file(workbook(tmp_path / "n.xlsx", {"Matrix": rows}), layout="sam")
    assert list(o.table("faults")["cell"]) == ["A4", "E1"]
