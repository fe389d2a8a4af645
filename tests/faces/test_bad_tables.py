"""Files that are not what they should be: each is told in words, with the place and the way to mend it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from groundplan.errors import Faults, GroundplanError, TableError, UnknownName
from groundplan.sources import Source
from groundplan.tables import catalogue
from groundplan.tables.door.jsonstat import read_cube
from groundplan.tables.readers import eurostat, ibge, wiod
from groundplan.tables.readers.social import sam

SOURCE = Source(publisher="a publisher", title="a table", vintage="2019", licence="none")
DATA = catalogue.FOLDER


def told(call: Callable[[], object]) -> str:
    """What the reader says; anything but our own errors fails the test."""
    with pytest.raises(GroundplanError) as caught:
        call()
    assert isinstance(caught.value, TableError | Faults)
    return str(caught.value)


def read_sam(text: str, folder: Path, kinds: str | None = None) -> object:
    path, kinds_path = folder / "matrix.csv", folder / "kinds.csv"
    path.write_text(text, encoding="utf-8")
    kinds_path.write_text(kinds or (DATA / "ifpri_sam" / "nexus_roles.csv").read_text(encoding="utf-8"))
    return sam.read(path, "KEN", 2019, "KES2019bn", kinds=kinds_path, source=SOURCE)


KENYA = (DATA / "ifpri_sam" / "KEN_2019.csv").read_text(encoding="utf-8-sig")


def edited(text: str, row: str, cell: int, value: str) -> str:
    """The CSV text with one cell changed; ``row`` is the second cell of its line."""
    lines = text.splitlines()
    n = next(i for i, line in enumerate(lines) if line.split(",")[1] == row)
    cells = lines[n].split(",")
    cells[cell] = value
    lines[n] = ",".join(cells)
    return "\n".join(lines)


def without(text: str, row: str) -> str:
    return "\n".join(line for line in text.splitlines() if line.split(",")[1] != row)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: "", ["the file is empty"]),
        (lambda t: t[: len(t) // 2], ["expected row 'total'", "expected row 'row'"]),
        (lambda t: t.replace("Total,total,", "Total,totals,"), ["expected row 'total'", "nearest: 'totals'"]),
        (lambda t: without(t, "amaiz"), ["expected row 'amaiz'"]),
        (lambda t: edited(t, "amaiz", 44, "many"), ["row 'amaiz', column 'cmaiz'", "'many' is not a number"]),
        (lambda t: edited(t, "amaiz", 44, "NaN"), ["row 'amaiz', column 'cmaiz'", "'NaN' is not a number"]),
        (lambda t: edited(t, "arice", 1, "amaiz"), ["row codes repeat: amaiz"]),
        (lambda t: edited(t, "amaiz", 44, "700"), ["row totals: the parts miss the printed total", "amaiz by 68"]),
        (lambda t: t.replace("Code,amaiz,", "Code,amais,"), ["expected column 'amaiz'", "nearest: 'amais'"]),
        (lambda t: edited(edited(t, "amaiz", 44, "x"), "arice", 45, "y"), ["2 faults", "'x'", "'y'"]),
    ],
    ids=["empty", "cut", "total", "missing", "text", "nan", "repeat", "sums", "square", "two"],
)
def test_matrix(change: Callable[[str], str], says: list[str], tmp_path: Path) -> None:
    """Proves: every fault of a social accounting matrix is told by row and column, all at once."""
    message = told(lambda: read_sam(change(KENYA), tmp_path))
    assert all(words in message for words in says), message
    assert "fix:" in message
    assert "matrix.csv" in message


def test_matrix_with_an_account_of_no_kind(tmp_path: Path) -> None:
    """Proves: an account that the list of kinds lacks is named, with the file that lacks it."""
    kinds = (DATA / "ifpri_sam" / "nexus_roles.csv").read_text(encoding="utf-8").replace("fcap*,capital,,,,\n", "")
    message = told(lambda: read_sam(KENYA, tmp_path, kinds))
    assert "expected account 'fcap'" in message
    assert "kinds.csv" in message


def test_no_file(tmp_path: Path) -> None:
    """Proves: a path that leads nowhere is told as such by every reader."""
    nowhere = tmp_path / "nowhere.csv"
    calls: list[Callable[[], object]] = [
        lambda: sam.read(nowhere, "KEN", 2019, "KES2019bn", kinds=nowhere, source=SOURCE),
        lambda: wiod.read(nowhere, "KOR", 2014, "USD2014m"),
        lambda: ibge.read(tmp_path, "BRA", 2019, "BRL2019m", source=SOURCE),
        lambda: eurostat.read(nowhere, nowhere, "ESP", 2019, "EUR2019m", source=SOURCE),
    ]
    for call in calls:
        assert "there is no such file" in told(call)


def spain(table: str) -> dict[str, Any]:
    path = DATA / "eurostat_sut_2019" / f"naio_10_{table}_ES_2019.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def read_spain(folder: Path, supply: dict[str, Any] | str, use: dict[str, Any] | str, year: int = 2019) -> object:
    paths = []
    for name, data in (("supply.json", supply), ("use.json", use)):
        paths.append(folder / name)
        paths[-1].write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return eurostat.read(*paths, "ESP", year, "EUR2019m", source=SOURCE)


def renamed(data: dict[str, Any], dimension: str, old: str, new: str) -> dict[str, Any]:
    category = data["dimension"][dimension]["category"]
    category["index"] = {new if k == old else k: v for k, v in category["index"].items()}
    return data


def position(data: dict[str, Any], **codes: str) -> str:
    """The place of a cell among the values of a JSON-stat data set."""
    place = 0
    for name, size in zip(data["id"], data["size"], strict=True):
        place = place * size + (data["dimension"][name]["category"]["index"][codes[name]] if name in codes else 0)
    return str(place)


def test_truncated_json(tmp_path: Path) -> None:
    """Proves: a download that was cut short is told with the place where it breaks."""
    message = told(lambda: read_spain(tmp_path, json.dumps(spain("cp15"))[:5000], spain("cp16")))
    assert "the file is not whole JSON" in message
    assert "supply.json" in message


def test_an_integer_without_end_in_json(tmp_path: Path) -> None:
    """Proves: a figure of 401 digits, which no number of ours holds, is a refusal. Breaks if: it is an overflow."""
    text = json.dumps(spain("cp15")).replace('"value": {', '"value": {"0": 1' + 400 * "9" + ", ", 1)
    message = told(lambda: read_spain(tmp_path, text, spain("cp16")))
    assert "an integer of 401 digits" in message
    assert "supply.json" in message


def test_tables_exchanged(tmp_path: Path) -> None:
    """Proves: the use table in place of the supply table is told by its dimensions."""
    message = told(lambda: read_spain(tmp_path, spain("cp16"), spain("cp15")))
    assert "expected dimension 'prd_amo'" in message
    assert "nearest: 'prd_ava'" in message


@pytest.mark.parametrize(
    ("dimension", "old", "new", "says"),
    [
        ("prd_amo", "CPA_TOTAL", "CPA_TOT", ["expected row 'CPA_TOTAL'", "nearest: 'CPA_TOT'"]),
        ("ind_impv", "C24", "C24X", ["expected column 'C24'", "nearest: 'C24X'"]),
        ("time", "2019", "2018", ["the file is of 2018, asked for 2019"]),
        ("geo", "ES", "FR", ["supply is of FR, use of ES"]),
    ],
)
def test_eurostat_names(dimension: str, old: str, new: str, says: list[str], tmp_path: Path) -> None:
    """Proves: a renamed total, a missing industry, another year and another country are each named."""
    message = told(lambda: read_spain(tmp_path, renamed(spain("cp15"), dimension, old, new), spain("cp16")))
    assert all(words in message for words in says), message


def test_eurostat_cells(tmp_path: Path) -> None:
    """Proves: text in a cell, a size that does not fit and a changed figure are told."""
    supply = spain("cp15")
    cell = position(supply, ind_impv="C24", prd_amo="CPA_C24")
    supply["value"][cell] = "confidential"
    assert f"cell {cell}: 'confidential' is not a number" in told(lambda: read_spain(tmp_path, supply, spain("cp16")))
    supply["value"][cell] = 1.0
    message = told(lambda: read_spain(tmp_path, supply, spain("cp16")))
    assert "output by product: the parts miss the printed total at 1 places: CPA_C24" in message
    assert "output by industry" in message
    supply["size"][3] += 1
    assert "dimension 'ind_impv' has 114 categories, its size says 115" in told(
        lambda: read_spain(tmp_path, supply, spain("cp16"))
    )


def test_repeated_json_codes(tmp_path: Path) -> None:
    """Proves: a code that stands twice in a dimension is named."""
    supply = spain("cp15")
    category = supply["dimension"]["ind_impv"]["category"]
    category["index"] = ["C24" if k == "C25" else k for k in category["index"]]
    path = tmp_path / "supply.json"
    path.write_text(json.dumps(supply), encoding="utf-8")
    assert "ind_impv codes repeat: C24" in told(lambda: read_cube(path, rows="prd_amo", columns="ind_impv"))


def test_empty_cells_are_told_not_hidden(tmp_path: Path) -> None:
    """Proves: one confidential cell is deduced from its row's total; two are read as zero and the reader says so.

    Breaks if: empty cells become zeros without a word.
    """
    supply, use = spain("cp15"), spain("cp16")
    whole = eurostat.read(*catalogue.find("ESP").files(), "ESP", 2019, "EUR2019m", source=SOURCE)
    del supply["value"][position(supply, ind_impv="C24", prd_amo="CPA_C24")]
    one = read_spain(tmp_path, supply, use)
    assert one.exports["C24"] == pytest.approx(whole.exports["C24"])  # type: ignore[attr-defined]
    del use["value"][position(use, ind_use="C24", prd_ava="CPA_C24")]
    del use["value"][position(use, ind_use="C25", prd_ava="CPA_C24")]
    told_so = read_spain(tmp_path, supply, use).methods[-1]  # type: ignore[attr-defined]
    assert "2 more are read as zero, together at most" in told_so


@pytest.fixture
def brazil(tmp_path: Path) -> Path:
    folder = tmp_path / "brazil"
    shutil.copytree(DATA / "brazil_ibge_sut" / "br_68_2021", folder)
    return folder


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("make", "Total do produto", "Totais do produto", ["expected column 'Total do produto'", "nearest: 'Totais"]),
        ("use", '"0191 Agr', '"0199 Agr', ["expected column '0191 Agricultura"]),
        ("imports", "Milho em grão,4315", "Milho em grão,quatro mil", ["column 'Importação", "'quatro mil'"]),
        (
            "imports",
            "Milho em grão,4315",
            "Milho em grão,5315",
            ["output and imports by product", "12|Milho em grão by"],
        ),
        ("value_added", "Fator trabalho", "Fator do trabalho", ["expected row 'Fator trabalho (ocupações)'"]),
        ("supply", "01918|", "01919|", ["expected row '01918|Café em grão'"]),
    ],
)
def test_brazil(brazil: Path, file: str, old: str, new: str, says: list[str]) -> None:
    """Proves: renamed totals, missing activities, text and changed figures of the Brazilian files are each named."""
    path = brazil / ibge.FILES[file]
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    message = told(lambda: ibge.read(brazil, "BRA", 2021, "BRL2021m", source=SOURCE))
    assert all(words in message for words in says), message
    assert path.name in message


TWO_SECTORS = """Origin,Code,Description,farm,mill,CONS_h,CONS_np,CONS_g,GFCF,INVEN,EXP,GO
Domestic,farm,Farming,10,20,50,0,0,5,0,15,100
Domestic,mill,Milling,30,40,60,0,20,20,-5,35,200
Imports,farm,Farming,5,10,5,0,0,0,0,0,20
Imports,mill,Milling,5,30,10,0,5,10,0,0,60
TOT,II_fob,Total intermediate consumption,50,100,0,0,0,0,0,0,0
TOT,TXSP,taxes less subsidies on products,2,5,12,0,0,3,0,1,0
TOT,EXP_adj,Cif/fob adjustments,0,0,0,0,0,0,0,0,0
TOT,PURR,Purchases abroad,0,0,4,0,0,0,0,0,0
TOT,PURNR,Purchases of visitors,0,0,-6,0,0,0,0,0,0
TOT,VA,Value added,47,94,0,0,0,0,0,0,0
TOT,IntTTM,International transport margins,1,1,1,0,0,0,0,0,0
TOT,GO,Output,100,200,0,0,0,0,0,0,0
"""


def read_two_sectors(text: str, folder: Path) -> object:
    path = folder / "two_2014.csv"
    path.write_text(text, encoding="utf-8")
    return wiod.read(path, "TWO", 2014, "USD2014m")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("TOT,VA,", "TOT,V_A,", ["expected row 'TOT VA'"]),
        ("Imports,mill", "Imports,mil", ["expected row 'Imports mill'"]),
        (",EXP,GO", ",EXPO,GO", ["expected column 'EXP'", "nearest: 'EXPO'"]),
        ("Farming,10,", "Farming,,", ["row 'Domestic farm', column 'farm': '' is not a number"]),
        (",15,100\n", ",15,-100\n", ["sector 'farm' has negative output -100"]),
        (",35,200\n", ",35,210\n", ["uses against output", "mill by -10"]),
        ("Domestic,", "Home,", ["no row has the origin 'Domestic'"]),
    ],
)
def test_wiod(old: str, new: str, says: list[str], tmp_path: Path) -> None:
    """Proves: a missing total, a missing sector, an empty cell and negative output of a WIOD table are each named."""
    message = told(lambda: read_two_sectors(TWO_SECTORS.replace(old, new), tmp_path))
    assert all(words in message for words in says), message


def test_wiod_by_hand(tmp_path: Path) -> None:
    """Proves: the two-sector table is read as it stands: final taxes are 12 + 1 of households and 3 of investment."""
    t: Any = read_two_sectors(TWO_SECTORS, tmp_path)
    assert t.final_taxes.to_dict() == {
        "CONS_h": 13.0,
        "CONS_np": 0.0,
        "CONS_g": 0.0,
        "GFCF": 3.0,
        "INVEN": 0.0,
        "exports": 1.0,
    }
    assert t.imported_use.loc["farm", "mill"] == 10.0
    assert t.names["VA"] == "Value added"


def test_unknown_country_and_year() -> None:
    """Proves: a country or year that is not shipped is answered with the nearest that is."""
    with pytest.raises(UnknownName, match="no country 'Keny'; nearest: 'Kenya'"):
        catalogue.load("Keny")
    with pytest.raises(UnknownName, match="no year of Brazil '2020'; nearest: '2021'"):
        catalogue.load("BRA", 2020)


def test_country_by_code_or_name() -> None:
    """Proves: code and English name in any case lead to the same table, the latest year by default."""
    assert catalogue.find("brazil") == catalogue.find("BRA") == catalogue.find("bra", 2021)
    assert {e.country for e in catalogue.entries()} == {"KEN", "GHA", "BRA", "ESP", "FRA", "NLD", "BEL", "DNK"}


def test_listing_loads_no_pandas() -> None:
    """Proves: listing what is shipped needs the standard library alone, so ``--help`` stays fast."""
    code = "import sys; from groundplan.tables import catalogue; catalogue.entries(); print('pandas' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
