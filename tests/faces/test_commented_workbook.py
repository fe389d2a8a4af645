"""A workbook that comes back with notes: they are where they belong, and nothing else of it has changed."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment

from groundplan.errors import GroundplanError, TableError
from groundplan.tables.door.parsing.containers import Limits
from groundplan.tables.returned.comments.commented_apart import commented_file
from groundplan.tables.returned.comments.commented_workbook import CellNote, commented_workbook

NOTES = [
    CellNote("Table", "B2", "not a number & <why>"),
    CellNote("Table", "AA10", "empty"),
    CellNote("Other", "A1", "x"),
]


def rich_workbook() -> bytes:
    """Formulas, styles, a picture's drawing, a table, conditional formats, printed headers: what must all stay."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page, other = book.add_worksheet("Table"), book.add_worksheet("Other")
        bold = book.add_format({"bold": True, "num_format": "#,##0.00"})
        page.write_row(0, 0, ["code", "a", "b"])
        page.write(1, 1, 3.5, bold)
        page.write_formula(1, 2, "=B2*2", bold, 7.0)
        page.conditional_format("B2:B5", {"type": "cell", "criteria": ">", "value": 2, "format": bold})
        page.add_table("E1:F3")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Table!$B$2:$B$5"})
        page.insert_chart("H2", chart)
        other.write(0, 0, "y")
        other.set_header("&CTitle")
        book.add_worksheet("Untouched").write(0, 0, 1)
    return out.getvalue()


def raw_parts(data: bytes) -> dict[str, bytes]:
    """Part → its bytes as they lie in the container, header and packing and all."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    starts = sorted(e.header_offset for e in archive.infolist())
    ends = dict(zip(starts, [*starts[1:], archive.start_dir], strict=True))
    return {e.filename: data[e.header_offset : ends[e.header_offset]] for e in archive.infolist()}


def comments(data: bytes) -> dict[tuple[str, str], str]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {(s.title, c.coordinate): c.comment.text for s in book for row in s.iter_rows() for c in row if c.comment}


def test_notes_are_read_and_all_other_parts_stay_as_their_bytes_are() -> None:
    """Proves: a spreadsheet library reads every note at its cell, and of the parts only the two sheets, their relations
    and the list of kinds differ; the rest has the same bytes, packing too, in the same order.

    Breaks if: the workbook is loaded and saved again, which drops what the library does not know.
    """
    data = rich_workbook()
    out = commented_workbook(data, NOTES)
    assert comments(out) == {(n.sheet, n.cell): n.text for n in NOTES}
    before, after = raw_parts(data), raw_parts(out)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "[Content_Types].xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml",
        "xl/worksheets/_rels/sheet1.xml.rels",
    }  # fmt: skip
    assert list(after)[: len(before)] == list(before)
    assert zipfile.ZipFile(io.BytesIO(out)).testzip() is None
    book = openpyxl.load_workbook(io.BytesIO(out))
    assert book["Table"]["C2"].value == "=B2*2"
    assert book["Table"]["B2"].font.bold
    sheet = zipfile.ZipFile(io.BytesIO(out)).read("xl/worksheets/sheet1.xml")
    assert sheet.index(b"<drawing ") < sheet.index(b"<legacyDrawing ") < sheet.index(b"<tableParts")


def test_the_same_workbook_gives_the_same_bytes() -> None:
    """Proves: nothing of the day or of chance is in what comes back. Breaks if: a part is dated."""
    data = rich_workbook()
    assert commented_workbook(data, NOTES) == commented_workbook(data, NOTES)


def test_comments_that_are_there_stay() -> None:
    """Proves: a comment of the user keeps its words and its author, a note at its cell stands under them, and what
    comes back can be commented again.

    Breaks if: the list of comments is written anew.
    """
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Table"
    page["B2"], page["C3"] = 1, 2
    page["B2"].comment = Comment("checked by me", "Amina")
    out = io.BytesIO()
    book.save(out)
    once = commented_workbook(out.getvalue(), [CellNote("Table", "B2", "not so"), CellNote("Table", "D4", "new")])
    assert comments(once) == {("Table", "B2"): "checked by me\nnot so", ("Table", "D4"): "new"}
    twice = commented_workbook(once, [CellNote("Table", "C3", "and this")])
    assert comments(twice)[("Table", "C3")] == "and this"
    assert openpyxl.load_workbook(io.BytesIO(twice))["Table"]["B2"].comment.author == "Amina"


def test_macros_stay(tmp_path: Path) -> None:
    """Proves: a part that nobody reads, such as macros, comes back byte for byte."""
    data = io.BytesIO(rich_workbook())
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("xl/vbaProject.bin", bytes(range(256)) * 40)
    out = commented_workbook(data.getvalue(), NOTES)
    assert raw_parts(out)["xl/vbaProject.bin"] == raw_parts(data.getvalue())["xl/vbaProject.bin"]


def bomb() -> bytes:
    out = io.BytesIO(rich_workbook())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"<a>" + b" " * 30_000_000)
    return out.getvalue()


def entities() -> bytes:
    out = io.BytesIO(rich_workbook())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/more.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    return out.getvalue()


def lying() -> bytes:
    """A part whose record says another size than it has."""
    data = bytearray(rich_workbook())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 3)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (bomb(), "times its size"),
        (entities(), "document type or entities"),
        (lying(), "says that it unpacks to 3 bytes"),
        (rich_workbook()[:-900], "cut short or broken"),
        (b"a,b\n1,2\n", "cut short or broken"),
    ],
    ids=["bomb", "entities", "lying", "cut", "csv"],
)  # fmt: skip
def test_what_the_door_refuses_is_refused(data: bytes, says: str) -> None:
    """Proves: what the door refuses of containers is refused here too, in its words.

    Breaks if: it is unpacked first.
    """
    with pytest.raises(GroundplanError, match=says):
        commented_workbook(data, NOTES)


def test_sheets_and_cells_that_are_not_there_are_all_told() -> None:
    """Proves: a wrong sheet and a wrong cell are told together, with the nearest name."""
    with pytest.raises(GroundplanError) as refused:
        commented_workbook(rich_workbook(), [CellNote("Tabel", "A1", "x"), CellNote("Table", "1A", "x")])
    assert "nearest: 'Table'" in str(refused.value)
    assert "'1A' is no cell" in str(refused.value)


def test_a_process_of_its_own_does_the_same(tmp_path: Path) -> None:
    """Proves: the limited process gives the same bytes, and a file over the limits is refused in words."""
    path = tmp_path / "mine.xlsx"
    path.write_bytes(rich_workbook())
    assert commented_file(path, NOTES) == commented_workbook(path.read_bytes(), NOTES)
    with pytest.raises(TableError, match="more than 1,000 bytes"):
        commented_file(path, NOTES, Limits(file_bytes=1000))
    path.write_bytes(bomb())
    with pytest.raises(GroundplanError, match="times its size"):
        commented_file(path, NOTES)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice on this system")
def test_libreoffice_opens_it(tmp_path: Path) -> None:
    """Proves: LibreOffice reads the workbook with its notes and saves them.

    Breaks if: a relation or a kind is wrong.
    """
    (tmp_path / "mine.xlsx").write_bytes(commented_workbook(rich_workbook(), NOTES))
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "ods",
         "--outdir", str(tmp_path), str(tmp_path / "mine.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    content = zipfile.ZipFile(tmp_path / "mine.ods").read("content.xml").decode()
    assert "not a number &amp; &lt;why&gt;" in content
    assert content.count("<office:annotation ") == len(NOTES)
