"""Hostile and odd files of users: each is a clear refusal or a right reading, and none takes the parent with it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter

from groundplan.errors import Faults, GroundplanError, TableError, UnknownName
from groundplan.tables.door.mapping import FileMapping
from groundplan.tables.door.notation import Notation
from groundplan.tables.door.parsing.containers import Limits
from groundplan.tables.door.parsing.workbook import UNCOMPUTED
from groundplan.tables.door.uploads import LIMITS, Upload, read_upload

SMALL = replace(LIMITS, unpacked_bytes=20_000_000, memory_bytes=600_000_000, cpu_seconds=20)


def told(path: Path, limits: Limits = SMALL, **mapping: object) -> str:
    """What the reader says; anything but our own errors fails the test."""
    with pytest.raises(GroundplanError) as caught:
        read_upload(path, mapping=FileMapping(**mapping), limits=limits)
    assert isinstance(caught.value, TableError | Faults | UnknownName)
    assert "fix:" in str(caught.value)
    assert path.name in str(caught.value)
    return str(caught.value)


def written(path: Path, data: bytes | str, encoding: str = "utf-8") -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode(encoding))
    return path


def workbook(path: Path, cells: dict[str, object], sheets: int = 1) -> Path:
    """A workbook whose first sheet holds ``cells``, by address."""
    book = xlsxwriter.Workbook(str(path))
    pages = [book.add_worksheet(f"S{k}") for k in range(1, sheets + 1)]
    for place, value in cells.items():
        pages[0].write(place, value)
    book.close()
    return path


def repacked(path: Path, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None) -> Path:
    """The workbook with its parts changed and some added."""
    with zipfile.ZipFile(path) as old:
        parts = {name: change(name, old.read(name)) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in (parts | (extra or {})).items():
            new.writestr(name, data)
    return path


def only(upload: Upload) -> np.ndarray:
    (cells,) = upload.sheets.values()
    return cells


def test_plain_workbook(tmp_path: Path) -> None:
    """Proves: numbers come back bit for bit, texts as they are, cells at their addresses.

    Breaks if: empty rows or columns at the top shift the rest.
    """
    u = read_upload(workbook(tmp_path / "a.xlsx", {"C3": 0.1, "D4": "stål", "E2": 1e-300}))
    cells = only(u)
    assert (u.kind, u.names, cells.shape) == ("xlsx", ("S1",), (4, 5))
    assert (cells[2, 2], cells[3, 3], cells[1, 4], cells[0, 0]) == (0.1, "stål", 1e-300, "")
    assert len(u.sha256) == 64


def test_zip_bomb(tmp_path: Path) -> None:
    """Proves: a megabyte that unpacks to a gigabyte is refused by its size, by its ratio, and where it hides both.

    Breaks if: the preflight believes the sizes, or unpacks first and looks afterwards.
    """
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = engine.compress(bytes(1 << 24)) + engine.flush(zlib.Z_FULL_FLUSH)
    packed = block * 64 + engine.flush()
    for name, size, limit, says in (
        ("open", 1 << 30, 20_000_000, "unpacks to 1,073,741,824 bytes; the limit is 20,000,000"),
        ("ratio", 1 << 30, 2_000_000_000, "times its size; the limit is 200"),
        ("hidden", 5_000, 2_000_000_000, "says that it unpacks to 5,000 bytes and holds more"),
    ):
        path = deflated(tmp_path / f"{name}.xlsx", packed, size)
        assert path.stat().st_size < 1.1e6
        assert says in told(path, replace(SMALL, unpacked_bytes=limit))


def deflated(path: Path, packed: bytes, size: int) -> Path:
    """A zip file of one part that is ``packed`` already and claims to unpack to ``size`` bytes."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", packed)
    data = bytearray(path.read_bytes())
    central = data.rindex(b"PK\x01\x02")
    for method, length in ((8, 22), (central + 10, central + 24)):
        data[method : method + 2] = (8).to_bytes(2, "little")
        data[length : length + 4] = size.to_bytes(4, "little")
    return written(path, bytes(data))


def lying(path: Path, size: int, claimed: int) -> Path:
    """A zip file of one part whose stated size, in both of its headers, is another than its size."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<" + b" " * (size - 1))
    data = path.read_bytes()
    assert data.count(size.to_bytes(4, "little")) == 2
    return written(path, data.replace(size.to_bytes(4, "little"), claimed.to_bytes(4, "little")))


def test_a_file_that_lies_about_its_size(tmp_path: Path) -> None:
    """Proves: parts are measured as they unpack; a stated size is not believed.

    Breaks if: the preflight sums what the zip file says of itself.
    """
    assert "says that it unpacks to 5,000 bytes and holds more" in told(lying(tmp_path / "a.xlsx", 3_000_001, 5_000))
    assert "says that it unpacks to 50,001 bytes and holds 40,001" in told(lying(tmp_path / "b.xlsx", 40_001, 50_001))


def test_parts_that_share_their_bytes(tmp_path: Path) -> None:
    """Proves: a container whose parts overlap, which unpacks to any size, is refused."""
    inner = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = inner.compress(b"<a/>" * 1000) + inner.flush()
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.xml", packed)
        archive.writestr("two.xml", b"<a/>")
    with zipfile.ZipFile(path, "a") as archive:
        archive.filelist[1].header_offset = 0
        archive.filelist[1].filename = archive.filelist[1].orig_filename = "one.xmk"
        archive._didModify = True
    assert "lies inside part" in told(path)


def test_one_cell_at_the_far_end(tmp_path: Path) -> None:
    """Proves: a stray cell at XFD1048576 is named, and nobody reserves seventeen billion cells for it."""
    message = told(workbook(tmp_path / "far.xlsx", {"A1": 1, "XFD1048576": 1}))
    assert "reaches to XFD1048576, 17,179,869,184 cells" in message
    assert "delete the rows and columns beyond the table" in message
    assert "reaches to XFD1048576" in told(workbook(tmp_path / "alone.xlsx", {"XFD1048576": 1}))


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd">"""


@pytest.mark.parametrize("prologue", [LAUGHS, OUTSIDE, OUTSIDE.decode().encode("utf-16")], ids=["laughs", "ext", "16"])
def test_entities(tmp_path: Path, prologue: bytes) -> None:
    """Proves: XML with a document type is refused before any parser sees it, in UTF-16 too."""

    def change(name: str, data: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return data
        return (
            prologue + data if b"\0" in prologue else data.replace(b'<?xml version="1.0"', prologue + b'<?xml x="1"', 1)
        )

    path = repacked(workbook(tmp_path / "a.xlsx", {"A1": 1}), change)
    assert "part 'xl/worksheets/sheet1.xml' declares a document type or entities" in told(path)


def test_entities_across_pieces(tmp_path: Path) -> None:
    """Proves: a document type that lies across two pieces of the stream is found."""
    piece = 1 << 18
    for shift in range(1, 10, 4):
        text = b"<a>" + os.urandom(piece).hex().encode()[: piece - 3 - shift] + b"<!DOCTYPE x>"
        path = repacked(workbook(tmp_path / f"{shift}.xlsx", {"A1": 1}), lambda _, d: d, {"custom.xml": text})
        assert "part 'custom.xml' declares a document type" in told(path)


def test_formulas_are_not_evaluated(tmp_path: Path) -> None:
    """Proves: kept values of formulas are taken; text that looks like a formula stays text.

    Breaks if: text beginning with = is computed, or a sign is lost.
    """
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("S")
    page.write_formula("A1", "=1+1", None, 5)
    for k, text in enumerate(("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)")):
        page.write_string(0, k + 1, text)
    book.close()
    computed = repacked(path, lambda n, d: d.replace(b' fullCalcOnLoad="1"', b""))
    assert only(read_upload(computed))[0].tolist() == [5.0, "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)"]


def test_formulas_that_nobody_computed(tmp_path: Path) -> None:
    """Proves: a formula without a computed value, and an error, are not taken for an empty cell or for 0.

    Breaks if: a workbook that a program wrote without computing it is read as zeros.
    """
    import openpyxl

    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"], book.active["C1"] = 1.5, "=A1*2", "#REF!"
    book.active["E3"] = "=1/0"
    book.save(path)
    cells = only(read_upload(path))
    assert cells[0].tolist() == [1.5, UNCOMPUTED, "#REF!", "", ""]
    assert cells[2, 4] == UNCOMPUTED
    stale = tmp_path / "stale.xlsx"
    book = xlsxwriter.Workbook(str(stale))
    book.add_worksheet("S").write_formula("A1", "=2+2")
    book.close()
    assert only(read_upload(stale))[0, 0] == UNCOMPUTED


def test_cells_under_a_prefix(tmp_path: Path) -> None:
    """Proves: a sheet whose tags carry a prefix is read, and its errors are seen."""

    def change(name: str, data: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return data
        for tag in (b"worksheet", b"sheetData", b"row", b"c", b"v"):
            for mark in (b" ", b">"):
                data = data.replace(b"<" + tag + mark, b"<x:" + tag + mark)
            data = data.replace(b"</" + tag + b">", b"</x:" + tag + b">")
        return data.replace(b"xmlns=", b"xmlns:x=").replace(b'"B1"><x:v>2', b'"B1" t="e"><x:v>#N/A')

    path = repacked(workbook(tmp_path / "a.xlsx", {"A1": 1, "B1": 2, "C1": 3}), change)
    assert only(read_upload(path))[0].tolist() == [1.0, "#N/A", 3.0]


def test_no_workbook(tmp_path: Path) -> None:
    """Proves: a zip file of other things, an empty one, one with paths that lead out, and a cut one are each told."""
    other = tmp_path / "a.xlsx"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("photo.jpg", b"x")
    assert "a zip container and no workbook: photo.jpg" in told(other)
    with zipfile.ZipFile(tmp_path / "empty.xlsx", "w"):
        pass
    assert "it is empty" in told(tmp_path / "empty.xlsx")
    with zipfile.ZipFile(tmp_path / "out.xlsx", "w") as archive:
        archive.writestr("../../etc/cron.d/x", b"x")
    assert "has the path '../../etc/cron.d/x'" in told(tmp_path / "out.xlsx")
    whole = workbook(tmp_path / "whole.xlsx", {"A1": 1}).read_bytes()
    for size in (30, len(whole) // 2, len(whole) - 10):
        assert "the workbook is cut short or broken" in told(written(tmp_path / "cut.xlsx", whole[:size]))
    torn = bytearray(whole)
    torn[60:90] = b"\xff" * 30
    assert "fix:" in told(written(tmp_path / "torn.xlsx", bytes(torn)))


def test_too_many_parts(tmp_path: Path) -> None:
    """Proves: the number of parts is limited before any is unpacked."""
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for k in range(60):
            archive.writestr(f"p{k}.xml", b"")
    assert "the workbook has 60 parts; the limit is 50" in told(path, replace(SMALL, entries=50))


def test_encrypted(tmp_path: Path) -> None:
    """Proves: encrypted parts of a zip file and the old container of an encrypted workbook are told as such."""
    data = bytearray(workbook(tmp_path / "a.xlsx", {"A1": 1}).read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert "the workbook is encrypted" in told(written(tmp_path / "a.xlsx", bytes(data)))
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
    assert "the workbook is encrypted" in told(written(tmp_path / "b.xlsx", old))


def test_many_sheets(tmp_path: Path) -> None:
    """Proves: of 200 sheets the named one is read; unnamed, the user is asked; a wrong name meets the nearest."""
    path = workbook(tmp_path / "a.xlsx", {"A1": 1}, sheets=200)
    assert "the workbook has 200 sheets: S1, S2" in told(path)
    u = read_upload(path, mapping=FileMapping(sheet="S1"))
    assert (list(u.sheets), len(u.names)) == (["S1"], 200)
    assert "no sheet 'S1x'; nearest: 'S1" in told(path, sheet="S1x")


def test_macros_and_links_are_reported(tmp_path: Path) -> None:
    """Proves: macros and links to other workbooks are not run or followed, and the upload says that they are there."""
    extra = {"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
    u = read_upload(repacked(workbook(tmp_path / "a.xlsm", {"A1": 1}), lambda _, d: d, extra))
    assert "macros" in u.notes[0]
    assert "links" in u.notes[1]


def ods(path: Path, rows: str) -> Path:
    """An OpenDocument workbook of one sheet with these rows."""
    head = '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    head += 'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:spreadsheet>'
    foot = "</office:spreadsheet></office:body></office:document-content>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", f'{head}<table:table table:name="S">{rows}</table:table>{foot}')
    return path


VALUE = '<table:table-cell {}office:value-type="float" office:value="2.5"/>'
ROW = "<table:table-row {}>{}</table:table-row>"


def test_empty_is_zero_needs_a_kind_that_tells_errors(tmp_path: Path) -> None:
    """Proves: in an .ods workbook empty cells are not taken for 0, for an error would pass for one."""
    path = ods(tmp_path / "a.ods", ROW.format("", VALUE.format("")))
    assert only(read_upload(path)).tolist() == [[2.5]]
    assert "save the workbook as .xlsx" in told(path, notation=Notation(zeros=("",)))


def test_repeated_cells(tmp_path: Path) -> None:
    """Proves: an .ods workbook that repeats cells and rows without end is refused, by its extent or by the parser."""
    far = ROW.format('table:number-rows-repeated="900000" ', "<table:table-cell/>")
    far += ROW.format("", '<table:table-cell table:number-columns-repeated="29"/>' + VALUE.format(""))
    assert "sheet 'S' reaches to AD900001, 27,000,030 cells" in told(ods(tmp_path / "far.ods", far))
    many = VALUE.format('table:number-columns-repeated="16384" ')
    every = ROW.format('table:number-rows-repeated="1048576" ', many)
    assert "the .ods workbook cannot be read" in told(ods(tmp_path / "every.ods", every))


TEXT = "code;강철;농업\n강철;1,5;2\n농업;3;4\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_text_that_says_its_encoding(tmp_path: Path, encoding: str) -> None:
    """Proves: UTF-8 and every byte-order mark are read as they are, the cells as text."""
    cells = only(read_upload(written(tmp_path / "a.csv", TEXT, encoding)))
    assert cells[0].tolist() == ["code", "강철", "농업"]
    assert cells[1, 1] == "1,5"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(TEXT, "cp949"), ("code;kōd;Größe\na;1;2\n".replace("ō", "o"), "cp1252"), ("code;钢铁\na;1\n", "gb18030")],
)
def test_text_that_does_not(tmp_path: Path, text: str, encoding: str) -> None:
    """Proves: other encodings are refused with those that fit and how each reads the words; declared, they are read.

    Breaks if: Korean is read as Western letters because these accept any bytes.
    """
    path = written(tmp_path / "a.csv", text, encoding)
    message = told(path)
    assert "the file is not UTF-8 text" in message
    assert f'encoding = "{encoding}" reads' in message
    mapping = FileMapping(encoding=encoding)
    assert only(read_upload(path, mapping=mapping))[0].tolist() == text.split("\n")[0].split(";")


def test_wrong_encodings(tmp_path: Path) -> None:
    """Proves: an encoding that does not exist or does not fit is told; zero bytes are no text; a cut UTF-16 is told."""
    path = written(tmp_path / "a.csv", TEXT, "cp949")
    assert "no encoding 'cp94'; nearest: 'cp949'" in told(path, encoding="cp94")
    assert "the file is not ascii text" in told(path, encoding="ascii")
    assert "no encoding 'zip'" in told(path, encoding="zip")
    assert 'encoding = "utf-16-le"' in told(written(path, "a,b\n1,2\n", "utf-16-le"))
    assert "begins as UTF-16 and is not" in told(written(path, TEXT.encode("utf-16")[:-1]))


@pytest.mark.parametrize(
    ("text", "mapping", "says"),
    [
        ("", {}, "the file is empty"),
        ("\n \n", {}, "the file is empty"),
        ("a;b,c\n1;2,3\n", {}, "the header has ',' and ';'"),
        ("abc\n1\n", {}, "the header has no comma"),
        ("a,b\n1,2,3\n4\n", {}, "line 2, '1', has 3 cells, the header has 2"),
        ('a,b\n"1,2\n', {}, "line 2"),
        ("a;b\n1,234;2\n", {"delimiter": ","}, "has 2 cells, the header has 1"),
        ("," * 1_000_000 + "\n", {"delimiter": ","}, "line 1 has 1,000,001 columns"),
        (",,\n,,\n", {}, "the file has no filled cell"),
        ("a" + ",a" * 999_999 + "\n", {}, "line 1 has 1,000,000 columns; the limit is 16,384"),
        ("a,b\n" + "x" * 200_000 + ",1\n", {}, "line 2: a cell of more than 32,767 letters"),
    ],
    ids=["none", "blank", "two", "no", "ragged", "quote", "wrong", "empties", "blanks", "million", "long"],
)
def test_delimited(tmp_path: Path, text: str, mapping: dict[str, object], says: str) -> None:
    """Proves: what parts the cells is declared or plain from the header; ragged lines, endless quotations and a million
    columns are told.
    """
    assert says in told(written(tmp_path / "a.csv", text), **mapping)


def test_delimiter_in_quotes(tmp_path: Path) -> None:
    """Proves: a mark inside a quoted heading does not make the header unclear."""
    cells = only(read_upload(written(tmp_path / "a.csv", '"a;b",c\n1,2\n')))
    assert cells.tolist() == [["a;b", "c"], ["1", "2"]]


def test_no_file(tmp_path: Path) -> None:
    """Proves: a path that leads nowhere, a folder, and a file beyond the limit are told."""
    assert "there is no such file" in told(tmp_path / "nowhere.csv")
    (tmp_path / "folder.csv").mkdir()
    assert "it is no file" in told(tmp_path / "folder.csv")
    path = written(tmp_path / "a.csv", "a,b\n1,2\n")
    assert "the file has more than 4 bytes" in told(path, replace(LIMITS, file_bytes=4))


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file of two million cells, a few megabytes."""
    line = ",".join(["1"] * 1000)
    return written(tmp_path / "large.csv", "\n".join([line] * 2000))


def test_limits_of_the_child(large: Path) -> None:
    """Proves: the limits on cells, memory, processor time and wall time each end the child with a sentence.

    Breaks if: a limit is stated and not set.
    """
    assert "more than 1,000,000 cells" in told(large, replace(LIMITS, cells=1_000_000))
    assert "seconds" in told(large, replace(LIMITS, wall_seconds=0.01))
    if sys.platform == "linux":
        assert "memory" in told(large, replace(LIMITS, memory_bytes=100_000_000))
        assert "processor time" in told(large, replace(LIMITS, cpu_seconds=0))


def test_the_child_is_gone(large: Path) -> None:
    """Proves: no child outlives the call that started it, after a refusal either."""
    before = set(_children())
    told(large, replace(LIMITS, wall_seconds=0.01))
    assert set(_children()) <= before


def test_an_interruption_stops_the_child(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: Ctrl-C in the middle of reading leaves no child behind and is passed on."""
    before = set(_children())

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "communicate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        read_upload(large)
    assert set(_children()) <= before


def _children() -> Iterator[int]:
    tasks = Path(f"/proc/self/task/{threading.get_native_id()}/children")
    if tasks.is_file():
        yield from map(int, tasks.read_text().split())


def test_nothing_of_the_folder_is_run(tmp_path: Path) -> None:
    """Proves: a module that lies beside the file, under a name that the child imports, is not run."""
    written(tmp_path / "json.py", "raise SystemExit('run')")
    written(tmp_path / "a.csv", "a,b\n1,2\n")
    code = (
        "import sys; sys.path.remove(''); from pathlib import Path; "
        "from groundplan.tables.door.uploads import read_upload; "
        "print(read_upload(Path('a.csv')).sheets['a'].tolist())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[['a', 'b'], ['1', '2']]", done.stderr


def said(path: Path) -> str:
    """The refusal, or nothing where the file was read; any other exception fails the test."""
    try:
        read_upload(path, limits=SMALL)
    except GroundplanError as error:
        return str(error)
    return ""


def test_noise(tmp_path: Path) -> None:
    """Proves: workbooks with random bytes in them are read or refused in words, never with a traceback."""
    rng = np.random.default_rng(5)
    whole = workbook(tmp_path / "w.xlsx", {"A1": 1, "B2": "x"}).read_bytes()
    answers = []
    for k in range(6):
        data = bytearray(whole)
        for place in rng.integers(0, len(data), 40):
            data[place] = rng.integers(0, 256)
        answers.append(said(written(tmp_path / f"{k}.xlsx", bytes(data))))
    answers.append(said(written(tmp_path / "n.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + rng.bytes(5000))))
    assert all("fix:" in answer for answer in answers if answer)
    assert any(answers)
