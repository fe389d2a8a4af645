"""A ministry's own table: the template is written, filled, read back, and speaks where it is not filled right."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from economies import shipped, small

from groundplan.cli import main
from groundplan.economy.economy import Economy
from groundplan.economy.table_checks import column_output, row_output
from groundplan.errors import GroundplanError
from groundplan.sources import Source
from groundplan.spreadsheets import neutral, restored
from groundplan.tables import catalogue
from groundplan.tables.national_past import NationalPast
from groundplan.tables.table import Table
from groundplan.tables.template import form
from groundplan.tables.template.filled_template import open_file
from groundplan.tables.template.form import Form
from groundplan.tables.template.template_files import write_template

if TYPE_CHECKING:
    import openpyxl

CASES = ["KEN 2019", "DNK 2019", "BRA 2021"]


def loaded(case: str) -> Table:
    country, year = case.split()
    return catalogue.load(country, int(year))


def own() -> Table:
    """The two sectors of ``economies.small`` as a table: farm and works."""
    e = small()
    frames = {
        n: getattr(e, n).to_pandas() for n in ("domestic_use", "imported_use", "domestic_final", "imported_final")
    }
    series = {n: getattr(e, n).to_pandas() for n in ("exports", "reexports", "primary", "final_taxes", "capital_stock")}
    return Table(
        country="TST",
        country_name="Testland",
        year=2020,
        money="TST2020m",
        final_kinds=e.domestic_final["final_kind"].to_pandas(),
        primary_kinds=e.primary["primary_kind"].to_pandas(),
        labels=pd.Series({"farm": "Farming", "works": "Works"}),
        source=Source("tests", "a made-up table", "none", "none", "none"),
        methods=("Made up.",),
        rounding=0.1,
        **frames,
        **series,
    )


def differences(one: Table, other: Table) -> list[str]:
    """Fields of two tables that differ by more than 1e-12 of their largest figure, in labels, or in words."""
    out = []
    for name in (f.name for f in fields(Table) if f.name not in ("source", "published", "methods")):
        a, b = getattr(one, name), getattr(other, name)
        if isinstance(a, pd.DataFrame | pd.Series) and isinstance(b, type(a)):
            same = all(list(x) == list(y) for x, y in zip(a.axes, b.axes, strict=True))
            if same and a.to_numpy().dtype == float:
                same = np.abs(a.to_numpy() - b.to_numpy()).max(initial=0) <= 1e-12 * np.abs(a.to_numpy()).max(initial=0)
            elif same:
                same = list(a) == list(b)
        else:
            same = a == b
        if not same:
            out.append(name)
    return out


@pytest.mark.parametrize("case", CASES)
def test_worked_example_comes_back(case: str, tmp_path: Path) -> None:
    """Proves: a shipped table written as a filled workbook reads back equal, and its economy is the shipped economy.

    Breaks if: a figure loses digits, a row changes place, or a sheet is forgotten.
    """
    t = loaded(case)
    path = write_template(tmp_path / "own.xlsx", form.filled(t))
    read = open_file(path)
    assert differences(t, read) == []
    assert read.methods == t.methods
    assert list(read.source.sha256) == ["own.xlsx"]
    ours, theirs = Economy.from_table(read), shipped(case)
    for name in ("output", "imports", "capital_stock", "employment", "primary"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-9, atol=1e-9)
    assert ours.gdp == pytest.approx(theirs.gdp, rel=1e-9)


def test_folder_of_csv_comes_back(tmp_path: Path) -> None:
    """Proves: the folder of CSV files says the same as the workbook, and is cited file by file."""
    t = loaded("KEN 2019")
    folder = write_template(tmp_path / "own", form.filled(t), as_csv=True)
    read = open_file(folder)
    assert differences(t, read) == []
    assert {"about.csv", "domestic_use.csv"} <= set(read.source.sha256)
    assert differences(open_file(folder / "about.csv"), read) == []


@pytest.mark.parametrize("money", ["TST2020k", "TST2020", "TST2020tn"])
def test_money_of_every_scale(tmp_path: Path, money: str) -> None:
    """Proves: a template takes every unit that is money elsewhere. Breaks if: it reads money in a way of its own."""
    t = replace(own(), money=money)
    assert open_file(write_template(tmp_path / "own", form.filled(t), as_csv=True)).money == money


def test_without_what_a_source_may_lack(tmp_path: Path) -> None:
    """Proves: no employment, no wear and no controls are None, not zero."""
    t = own()
    read = open_file(write_template(tmp_path / "own.xlsx", form.filled(t)))
    assert differences(t, read) == []
    assert read.employment is None
    assert read.fixed_capital_consumption is None
    assert read.controls is None


def total_form(t: Table) -> Form:
    """The form of a table whose imports are known by product only."""
    out = form.blank([(str(c), str(n)) for c, n in t.labels.items()], imports=form.TOTAL)
    filled = form.filled(t)
    keep = ("Sectors", "Final uses", "Primary inputs", "Final taxes", "Capital")
    out |= {sheet: filled[sheet] for sheet in keep}
    out["About"] = [["imports", "total", ""] if row[0] == "imports" else row for row in filled["About"]]
    home, foreign = (pd.DataFrame(list(filled[s])[1:]).set_index(0) for s in (form.DOMESTIC, form.IMPORTED))
    both = (home + foreign).reset_index().to_numpy().tolist()
    out[form.TOTAL_USE] = [filled[form.DOMESTIC][0], *both]
    out[form.IMPORTS] = [["code", "imports"], *([code, float(x)] for code, x in foreign.sum(axis=1).items())]
    return out


def test_imports_without_their_uses(tmp_path: Path) -> None:
    """Proves: imports known by product are given to home uses in proportion: farm products 27 of 132 at home.

    Breaks if: exports get a share, output changes, or the split is not told.
    """
    t = own()
    read = open_file(write_template(tmp_path / "own.xlsx", total_form(t)))
    home = t.domestic_use.sum(axis=1) + t.domestic_final.sum(axis=1)
    imports = t.imported_use.sum(axis=1) + t.imported_final.sum(axis=1)
    assert (imports["farm"], home["farm"] + imports["farm"]) == (27.0, 109.0)
    assert read.imported_use.loc["farm", "works"] == pytest.approx((30 + 15) * 27 / 109)
    assert read.exports.to_dict() == t.exports.to_dict()
    np.testing.assert_allclose(row_output(read), row_output(t))
    np.testing.assert_allclose(column_output(read), column_output(t))
    assert "in proportion" in read.methods[-1]
    assert read.reexports.sum() == 0.0


def told(path: Path, mapping: Path | None = None) -> str:
    with pytest.raises(GroundplanError) as caught:
        open_file(path, mapping)
    return str(caught.value)


def test_an_empty_template_says_what_is_missing(tmp_path: Path) -> None:
    """Proves: an empty template is no table of zeros: About first, then every empty cell of every sheet."""
    path = write_template(tmp_path / "own.xlsx", form.blank(form.numbered(3)))
    assert "country is empty" in told(path)
    content = form.blank(form.numbered(3))
    content["About"] = form.filled(own())["About"]
    message = told(write_template(tmp_path / "half.xlsx", content))
    assert "half.xlsx, Domestic use" in message
    assert "half.xlsx, Final taxes" in message
    assert "row 's01', column 's01' is empty" in message
    assert "and 17 more cells" in message


def declared_zero(content: Form, sheet: str = form.DOMESTIC) -> Form:
    """The form with one of its figures taken out."""
    rows = [list(row) for row in content[sheet]]
    rows[1][1] = ""
    return content | {sheet: rows}


def test_empty_cells_are_zero_only_if_declared(tmp_path: Path) -> None:
    """Proves: one empty cell is a fault; with "empty cells are 0: yes" it is 0."""
    content = declared_zero(form.filled(own()))
    assert "row 'farm', column 'farm' is empty" in told(write_template(tmp_path / "a.xlsx", content))
    content["About"] = [
        [*row[:1], "yes", *row[2:]] if row[0] == "empty cells are 0" else row for row in content["About"]
    ]
    assert open_file(write_template(tmp_path / "b.xlsx", content)).domestic_use.loc["farm", "farm"] == 0.0


def workbook(path: Path, **options: bool) -> openpyxl.Workbook:
    from openpyxl import load_workbook

    return load_workbook(path, **options)


def edited(path: Path, change: Callable[[openpyxl.Workbook], None]) -> Path:
    book = workbook(path)
    change(book)
    book.save(path)
    return path


def put(sheet: str, place: str, value: object) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        book[sheet][place] = value

    return change


@pytest.mark.parametrize(
    ("sheet", "place", "value", "says"),
    [
        ("Domestic use", "B1", "farms", ["expected column 'farm'; found 'farms'", 'farms = "farm"']),
        ("Domestic use", "A2", "farms", ["expected row 'farm'; found 'farms'"]),
        ("Domestic use", "B2", "=C2*2", ["formula without a computed value", "let it calculate"]),
        ("Domestic use", "B2", "1,234", ["'1,234' is not written with decimal"]),
        ("Domestic use", "B2", "n/a", ["'n/a' is not a number"]),
        ("Domestic use", "B2", "#REF!", ["'#REF!' is an error of the spreadsheet"]),
        ("Final uses", "C2", "househould", ["no kind 'househould'; nearest: 'household'", "row 'rural'"]),
        ("Primary inputs", "C2", "wage", ["no kind 'wage'"]),
        ("About", "B3", "Kenya", ["country is 'Kenya'", "Three capital letters"]),
        ("About", "B6", "shillings", ["money is 'shillings'", "KES2019bn"]),
        ("About", "A6", "mony", ["expected row 'money'; found 'mony'"]),
        ("About", "B2", 2, ["groundplan template is '2'"]),
        ("Employment", "A2", "all", ["row 'all', column 'farm' is empty", "does not say its unit"]),
    ],
)
def test_what_is_filled_wrong(tmp_path: Path, sheet: str, place: str, value: object, says: list[str]) -> None:
    """Proves: wrong labels, kinds, figures and words are each told with sheet, cell and mend."""
    path = write_template(tmp_path / "own.xlsx", form.filled(own()))
    message = told(edited(path, put(sheet, place, value)))
    assert all(words in message for words in says), message
    assert sheet in message


def test_faults_of_several_sheets_are_told_at_once(tmp_path: Path) -> None:
    """Proves: a figure, a label, a kind and a value of About, each on its own sheet, are told in one message, once.

    Breaks if: a sheet with a wrong label keeps the figures of the others from being read, or About all other sheets.
    """
    path = write_template(tmp_path / "own.xlsx", form.filled(own()))
    wrong = [
        ("Domestic use", "B2", "1O", "'1O' is not a number"),
        ("Imported use", "A2", "farms", "expected row 'farm'; found 'farms'"),
        ("Primary inputs", "C2", "wage", "no kind 'wage'"),
    ]
    for sheet, place, value, _ in wrong:
        edited(path, put(sheet, place, value))
    message = told(path)
    assert message.startswith("3 faults:")
    assert all(words in message for *_, words in wrong), message
    assert message.count("own.xlsx, Primary inputs") == 1
    cell = next(row[0].coordinate for row in workbook(path)["About"].iter_rows() if row[0].value == "rounding")
    edited(path, put("About", "B6", "shillings"))
    edited(path, put("About", cell.replace("A", "B"), "one"))
    message = told(path)
    assert all(
        words in message for words in ("money is 'shillings'", "'one' is not a number", wrong[1][3], wrong[2][3])
    )


def test_a_sheet_is_missing(tmp_path: Path) -> None:
    """Proves: a sheet that was deleted or renamed is named; a workbook without About is no template."""
    path = write_template(tmp_path / "own.xlsx", form.filled(own()))
    assert "the sheet 'Imported use' is missing" in told(edited(path, lambda book: book.remove(book["Imported use"])))
    assert "no table of Groundplan's template" in told(edited(path, lambda book: book.remove(book["About"])))
    assert "groundplan template" in told(path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "abuot.csv").write_text("a,b\n1,2\n", "utf-8")
    assert "the folder has no about.csv; nearest: 'abuot.csv'" in told(tmp_path / "folder")


def test_renamed_columns_and_a_mapping(tmp_path: Path) -> None:
    """Proves: one mapping file mends the sheets that differ; names that no sheet has are refused."""
    path = write_template(tmp_path / "own.xlsx", form.filled(own()))
    edited(path, put("Domestic use", "B1", "crops"))
    mapping = tmp_path / "map.toml"
    mapping.write_text('[columns]\ncrops = "farm"\n', "utf-8")
    assert differences(own(), open_file(path, mapping)) == []
    mapping.write_text('sheet = "Domestic use"\n[columns]\ncrops = "farm"\ncropps = "farm"\n', "utf-8")
    message = told(path, mapping)
    assert "no column of any sheet 'cropps'; nearest: 'crops'" in message
    assert "the mapping says sheet" in message


def test_csv_as_a_german_office_saves_it(tmp_path: Path) -> None:
    """Proves: semicolons, decimal commas and another encoding are read once they are declared, and not before."""
    t = replace(own(), country_name="Österland")
    folder = write_template(tmp_path / "own", form.filled(t), as_csv=True)
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        comma = [[re.sub(r"^(-?\d+)\.(\d+)$", r"\1,\2", cell) for cell in row] for row in rows]
        with path.open("w", encoding="cp1252", newline="") as file:
            csv.writer(file, delimiter=";").writerows(comma)
    assert 'encoding = "cp1252" reads' in told(folder)
    mapping = tmp_path / "map.toml"
    mapping.write_text('encoding = "cp1252"\n', "utf-8")
    assert "'0,1' is not written with decimal" in told(folder, mapping)
    mapping.write_text('encoding = "cp1252"\ndecimal = ","\n', "utf-8")
    assert differences(t, open_file(folder, mapping)) == []


NASTY = '=HYPERLINK("http://x")'


def test_names_never_become_formulas(tmp_path: Path) -> None:
    """Proves: a sector called like a formula is text in the workbook, neutral in CSV, and itself again when read.

    Breaks if: opening our file runs what a user typed as a name.
    """
    t = own()
    codes = ["+farm", "@works"]
    frames = {
        n: getattr(t, n).set_axis(codes, axis=0) for n in ("domestic_final", "imported_final", "exports", "reexports")
    }
    squares = {
        n: getattr(t, n).set_axis(codes, axis=0).set_axis(codes, axis=1) for n in ("domestic_use", "imported_use")
    }
    t = replace(
        t,
        **frames,
        **squares,
        primary=t.primary.set_axis(codes, axis=1),
        capital_stock=t.capital_stock.set_axis(codes),
        labels=pd.Series({"+farm": NASTY, "@works": "'=1"}),
    )
    path = write_template(tmp_path / "own.xlsx", form.filled(t))
    cells = [c for page in workbook(path) for row in page for c in row if page.title != "Checks"]
    assert not [c.coordinate for c in cells if c.data_type == "f"]
    assert differences(t, open_file(path)) == []
    folder = write_template(tmp_path / "own", form.filled(t), as_csv=True)
    for file in folder.glob("*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as text:
            words = [cell for row in csv.reader(text) for cell in row if not re.fullmatch(r"-?[\d.e+-]+", cell)]
        assert not [w for w in words if w.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert differences(t, open_file(folder)) == []
    assert [restored(neutral(w)) for w in (NASTY, "'=1", "''@", "'s", "")] == [NASTY, "'=1", "''@", "'s", ""]


def total(book: openpyxl.Workbook, formula: str) -> float:
    """The value of a formula that adds and subtracts sums of ranges and cells of other sheets."""
    out = 0.0
    for sign, _, sheet, first, last in re.findall(
        r"([+=-])(SUM\()?'?([A-Z][\w ]*)'?!([A-Z]+\d+)(?::([A-Z]+\d+))?", formula
    ):
        block = book[sheet][f"{first}:{last or first}"]
        cells = sum(float(c.value) for row in block for c in row if isinstance(c.value, int | float))
        out += -cells if sign == "-" else cells
    return out


@pytest.mark.parametrize("kind", ["by use", "total"])
def test_checks_show_the_gaps(tmp_path: Path, kind: str) -> None:
    """Proves: the formulas of the sheet Checks add up output by row and costs by column, and their kept values agree.

    Breaks if: a range is off by a row or a column.
    """
    t = own()
    wrong = t.domestic_use.copy()
    wrong.loc["farm", "works"] += 50.0
    t = replace(t, domestic_use=wrong)
    path = write_template(tmp_path / "own.xlsx", form.filled(t) if kind == "by use" else total_form(t))
    book, kept = workbook(path), workbook(path, data_only=True)
    for row, code in ((2, "farm"), (3, "works")):
        for column, value in (("C", row_output(t)[code]), ("D", column_output(t)[code])):
            assert total(book, book["Checks"][f"{column}{row}"].value) == pytest.approx(value)
            assert kept["Checks"][f"{column}{row}"].value == pytest.approx(value)
        assert kept["Checks"][f"G{row}"].value == "look here"
    with pytest.raises(GroundplanError, match="column 'farm'"):
        Economy.from_table(open_file(path))


def test_the_workbook_helps(tmp_path: Path) -> None:
    """Proves: kinds are chosen from a list, figures must be numbers, headings stay in sight."""
    book = workbook(write_template(tmp_path / "own.xlsx", form.blank(form.numbered(4))))
    assert "household" in book["Final uses"].data_validations.dataValidation[0].formula1
    assert book["Domestic use"].data_validations.dataValidation[0].type == "decimal"
    assert book["Domestic use"].freeze_panes == "B2"
    assert "Groundplan's own table" in book["Read me"]["A1"].value


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Proves: a file or folder that is there stays as it is, and nothing half written is left."""
    (tmp_path / "own.xlsx").write_text("mine", "utf-8")
    content = form.blank(form.numbered(2))
    for name, as_csv in (("own.xlsx", False), ("own.xlsx", True), ("own.xls", False)):
        with pytest.raises(GroundplanError, match=r"is there already|does not end in \.xlsx"):
            write_template(tmp_path / name, content, as_csv=as_csv)
    assert (tmp_path / "own.xlsx").read_text("utf-8") == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["own.xlsx"]


def test_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: `groundplan template` writes what its options say and refuses what contradicts itself."""
    monkeypatch.chdir(tmp_path)
    Path("sectors.csv").write_text("code,name\nagri,Farming\nmine,Mining\n", "utf-8")
    assert main(["template", "--sectors", "sectors.csv"]) == 0
    assert [c.value for c in workbook("own_table.xlsx")["Domestic use"][1]][:3] == [
        "code",
        "agri",
        "mine",
    ]
    assert main(["template", "o/kenya.xlsx", "--like", "KEN"]) == 0
    assert Economy.from_table(open_file(Path("o/kenya.xlsx"))).country == "KEN"
    assert main(["template", "--csv", "--imports-total", "--sectors", "3"]) == 0
    assert Path("own_table/total_use.csv").is_file()
    assert main(["template"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main(["template", "x.xlsx", "--like", "KEM"]) == 2
    assert "nearest: 'KEN'" in capsys.readouterr().err
    assert main(["template", "x.xlsx", "--sectors", "0"]) == 2
    assert main(["template", "x.xlsx", "--sectors", "nowhere.csv"]) == 2
    assert main(["template", "x.xlsx", "--like", "KEN", "--imports-total"]) == 2


def test_a_country_states_its_past(tmp_path: Path) -> None:
    """About says wear and growth: they come back, decide on capital, people and productivity, and are named.

    Proves: what a ministry states goes before what is shipped, and every value out of range is refused by name.
    Breaks if: a key of About is read as another figure, a percentage passes for a share, or an empty key counts as 0.
    """
    stated = NationalPast(
        2019, "the ministry, 2019", wear=0.07, capital_growth=0.04, population_growth=0.02, per_head=0.03,
        level_per_head=0.1, long_growth=0.05,
    )  # fmt: skip
    kenya = replace(
        loaded("KEN 2019"), past=stated, source=replace(loaded("KEN 2019").source, publisher="the ministry")
    )
    read = open_file(write_template(tmp_path / "own.xlsx", form.filled(kenya)))
    assert read.past == stated
    e = Economy.from_table(read)
    assert float(e.investment_by_sector.sum() / e.capital_stock.sum()) == pytest.approx(0.11)
    assert e.past is not None
    assert (e.past.population_growth, e.past.per_head) == (0.02, 0.03)
    assert e.past.per_worker == shipped("KEN 2019").past.per_worker  # type: ignore[union-attr]
    percent = replace(kenya, past=replace(stated, wear=7.0, capital_growth=4.0))
    with pytest.raises(GroundplanError) as refused:
        open_file(write_template(tmp_path / "percent.xlsx", form.filled(percent)))
    assert "wear of capital is 7" in str(refused.value)
    assert "growth of capital is 4" in str(refused.value)
    assert open_file(write_template(tmp_path / "none.xlsx", form.filled(replace(kenya, past=None)))).past is None
