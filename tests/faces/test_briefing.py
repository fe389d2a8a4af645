"""A briefing as PDF and as Word document: the views of the outcome, whole, on A4."""

from __future__ import annotations

import io
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from paper import NO_POPPLER, POPPLER, text_of, texts_in, tokens, words_of

from groundplan import Outcome, plan, report, write_pdf, write_word
from groundplan.cli import main
from groundplan.errors import GroundplanError
from groundplan.results.briefing import paper_extras, typesetting
from groundplan.results.briefing.briefed import Briefing, briefing_of
from groundplan.results.briefing.column_blocks import column_blocks
from groundplan.results.briefing.pdf import MARGIN, pdf, pdf_of
from groundplan.results.briefing.word import NO_PICTURES, word, word_of
from groundplan.results.framed import cell_texts, framed, headings
from groundplan.results.html.markup import prepared
from groundplan.results.view import BODY, BRIEF, GUARDS, HEADLINE, Bullets, Grid, Plot, Prose, Verbatim, View
from groundplan.results.view_list import views

typst = pytest.importorskip("typst", reason="the extra pdf is not installed")
docx = pytest.importorskip("docx", reason="the extra word is not installed")

DAY = date(2026, 11, 30)
WIDE, TALL = 595.28, 841.89  # A4 in points
HOSTILE = [
    '#read("/etc/passwd")', "$x^2$ *bold* _soft_ @label <x> `code`", "\\ # [ ] { } ~ -- --- ... 'a' \"b\"",
    "= not a heading", "- not a list", "// no comment /* none */ https://example.org", '#import "@preview/cetz:0.3.4"',
]  # fmt: skip
poppler = pytest.mark.skipif(POPPLER is None, reason=NO_POPPLER)


@pytest.fixture(scope="module")
def kenya() -> Outcome:
    return plan("KEN", years=3)


@pytest.fixture(scope="module")
def brief(kenya: Outcome) -> Briefing:
    return briefing_of(kenya, annexes=True, on=DAY)


def saved(folder: Path, data: bytes, name: str = "a.pdf") -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def invented(*parts: Any, title: str = "A title") -> Briefing:
    first = View("brief", title, BRIEF, (Prose("The answer.", HEADLINE),))
    return Briefing(title, DAY, "Groundplan", "", (first, View("more", "More of it", BODY, parts)))


def wide_grid(columns: int, rows: int) -> Grid:
    """A table in which every cell, heading and name of a row is another word."""
    places = pd.Index([f"row{r}" for r in range(rows)], name="place")
    cells = [(f"head{c}", f"unit{c}", [f"r{r}c{c}x" for r in range(rows)]) for c in range(columns)]
    return Grid("A wide table", framed(places, cells))


@poppler
def test_all_that_views_say_stands_on_the_pages(brief: Briefing, tmp_path: Path) -> None:
    """Proves: each word and figure of every view, annexes too, is on a page as often as in the views, and within its
    margins; the brief has the first page to itself.

    Breaks if: a kind of part is left out, a column runs off the page, or a number is written otherwise.
    """
    file = saved(tmp_path, pdf_of(brief))
    pages = words_of(file)
    missing = tokens(texts_in(brief.views)) - tokens(w.text for page in pages for w in page)
    assert not missing
    for page in pages:
        assert all(w.left >= MARGIN - 3 and w.right <= WIDE - MARGIN + 3 and 40 < w.top < TALL - 20 for w in page)
    first, second = (tokens(w.text for w in page) for page in pages[:2])
    assert not tokens(texts_in(brief.views[:1])) - first
    assert not tokens([brief.views[1].title]) - second
    assert len(pages) < 40


@poppler
def test_no_two_words_of_a_table_cover_each_other(brief: Briefing, tmp_path: Path) -> None:
    """Proves: no number or word runs into its neighbour. Breaks if: columns are narrower than what stands in them."""
    unpictured = [replace(v, parts=tuple(p for p in v.parts if not isinstance(p, Plot))) for v in brief.views]
    grids = (wide_grid(3, 5), wide_grid(14, 5))
    pages = words_of(saved(tmp_path, pdf_of(replace(brief, views=(*unpictured, View("w", "Wide", BODY, grids))))))
    assert sum(map(len, pages)) > 3000
    for page in pages:
        assert [(a.text, b.text) for k, a in enumerate(page) for b in page[k + 1 :] if a.covers(b)] == []


@poppler
def test_a_wide_and_long_table_is_whole(tmp_path: Path) -> None:
    """Proves: of 40 columns and 120 rows every cell is there once, under its heading on each page.

    Breaks if: columns are cut off, or a page has figures without headings.
    """
    grid = wide_grid(40, 120)
    pages = words_of(saved(tmp_path, pdf_of(invented(grid))))
    there = tokens(w.text for page in pages for w in page)
    assert all(there[token] == 1 for r in (0, 60, 119) for c in range(40) for token in [f"r{r}c{c}x"] if token in there)
    texts = [w.text for page in pages for w in page]
    assert all(texts.count(cell) == 1 for column in cell_texts(grid.frame) for cell in column)
    for page in pages[1:]:
        of_columns = {w.text.split("c")[1].rstrip("x") for w in page if w.text.startswith("r") and w.text.endswith("x")}
        assert {f"head{c}" for c in of_columns} <= {w.text for w in page}


def test_columns_are_split_without_loss() -> None:
    """Proves: blocks hold every column once, in order, none wider than the page, and one block is enough for few.

    Breaks if: a block takes more room than there is, or drops a column.
    """
    for columns in (1, 5, 11, 40):
        (grid,) = prepared([wide_grid(columns, 3)])
        blocks = column_blocks(grid, 480.0, 0.5)
        assert [n for b in blocks for n in b.columns] == list(range(columns))
        assert all(sum(b.widths) <= 480.5 and len(b.widths) == len(b.columns) + 1 for b in blocks)
    assert len(column_blocks(prepared([wide_grid(5, 3)])[0], 480.0, 0.5)) == 1


@poppler
def test_hostile_names_are_words(tmp_path: Path) -> None:
    """Proves: what typst would run, read or set otherwise stands on the page as it was typed, wherever it stands.

    Breaks if: a text reaches the template as markup.
    """
    frame = framed(pd.Index(HOSTILE, name=HOSTILE[0]), [(HOSTILE[1], HOSTILE[2], HOSTILE)])
    parts = (
        *map(Prose, HOSTILE), Bullets(tuple(HOSTILE)), Bullets(tuple(HOSTILE), numbered=True),
        Bullets(tuple(HOSTILE), kind=GUARDS), Grid(HOSTILE[0], frame), Verbatim("\n".join(HOSTILE), HOSTILE[1]),
    )  # fmt: skip
    hostile = invented(*parts, title=HOSTILE[0])
    text = "".join(text_of(saved(tmp_path, pdf_of(hostile))).split())
    assert all(text.count("".join(name.split())) >= 6 for name in HOSTILE)
    assert "root:" not in text
    document = docx.Document(io.BytesIO(word_of(hostile)))
    paragraphs = [p.text for p in document.paragraphs]
    assert all(paragraphs.count(name) >= 4 for name in HOSTILE)
    assert [row.cells[0].text for row in document.tables[0].rows[1:]] == HOSTILE


def test_one_outcome_gives_one_file(kenya: Outcome) -> None:
    """Proves: the same outcome and date give the same bytes, as PDF and as Word document, and another date others.

    Breaks if: the clock, a random mark or the order of a set comes into a file.
    """
    assert pdf(kenya, on=DAY) == pdf(kenya, on=DAY) != pdf(kenya, on=date(2026, 12, 1))
    assert word(kenya, on=DAY) == word(kenya, on=DAY)
    assert pdf(kenya) == pdf(kenya)


@pytest.mark.skipif(POPPLER is None, reason=NO_POPPLER)
def test_the_pdf_says_what_it_is(kenya: Outcome, tmp_path: Path) -> None:
    """Proves: A4, a title, a date, tags and a language; charts are vectors; foot and pages are there.

    Breaks if: a chart becomes a picture, or the foot loses its words.
    """
    data = pdf(kenya, on=DAY)
    file = saved(tmp_path, data)
    info = subprocess.run(["pdfinfo", str(file)], capture_output=True, text=True, check=True).stdout
    assert "Plan for Kenya" in info
    assert "A4" in info
    assert "Tagged:          yes" in info
    assert "2026" in next(line for line in info.splitlines() if line.startswith("CreationDate"))
    assert b"/Lang(en)" in data
    images = subprocess.run(["pdfimages", "-list", str(file)], capture_output=True, text=True, check=True).stdout
    assert len(images.splitlines()) == 2, "only the two lines of the heading"
    text = text_of(file)
    pages = text.count("\f")
    assert all(f"page {n} of {pages}" in text for n in range(1, pages + 1))
    assert text.count("30 November 2026") == pages
    assert text.count("accounts of 2019") >= pages
    assert str(kenya.provenance["sources"][0]["publisher"]) in text


def expected(brief: Briefing, room: float, letter: float) -> tuple[list[str], list[list[list[str]]]]:
    """Paragraphs and tables of a document: what the views say, in order, tables in their blocks of columns."""
    paragraphs: list[str] = []
    tables: list[list[list[str]]] = []
    for view in brief.views:
        paragraphs.append(view.title)
        for part, made_ready in zip(view.parts, prepared(view.parts), strict=False):
            if isinstance(part, Prose):
                paragraphs.append(part.words)
            elif isinstance(part, Bullets):
                paragraphs += part.lines
            elif isinstance(part, Grid):
                named, cells = headings(part.frame), cell_texts(part.frame)
                for block in column_blocks(made_ready, room, letter):
                    heads = [named[n][0] for n in block.columns]
                    rows = [
                        [str(label), *(cells[n][k] for n in block.columns)] for k, label in enumerate(part.frame.index)
                    ]
                    tables.append([[str(part.frame.index.name or ""), *heads], *rows])
    return paragraphs, tables


def test_the_word_document_has_what_the_views_say(brief: Briefing) -> None:
    """Proves: every sentence in order and every table cell by cell; headings repeat over pages; A4; a picture a chart.

    Breaks if: a part is left out, cells are mixed up, or a row may be torn.
    """
    from groundplan.results.briefing.word import LETTER, ROOM

    document = docx.Document(io.BytesIO(word_of(brief)))
    paragraphs, tables = expected(brief, ROOM, LETTER)
    left = iter([p.text for p in document.paragraphs])
    assert all(sentence in left for sentence in paragraphs), "each after the one before"
    there = [[[c.text.split("\n")[0] if not n else c.text for c in row.cells] for n, row in enumerate(t.rows)]
             for t in document.tables]  # fmt: skip
    assert there == tables
    units = [c.text.partition("\n")[2] for t in document.tables for c in t.rows[0].cells]
    assert "bn KES / year" in units
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(docx.oxml.ns.qn("w:tblHeader")) is not None
    page = document.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    plots = sum(isinstance(p, Plot) for v in brief.views for p in v.parts)
    assert len(document.inline_shapes) >= plots > 5
    titles = {p.chart.title for v in brief.views for p in v.parts if isinstance(p, Plot)}
    assert {s._inline.docPr.get("descr") for s in document.inline_shapes} == titles
    assert document.core_properties.title == "Plan for Kenya"
    foot = [p.text for p in page.footer.paragraphs]
    assert foot == ["Plan for Kenya\tpage  of ", f"{brief.provenance}\t30 November 2026"]


def test_a_numbered_list_begins_at_one() -> None:
    """Proves: two numbered lists are two. Breaks if: the second goes on where the first ended."""
    lines = Bullets(("one", "two"), numbered=True)
    document = docx.Document(io.BytesIO(word_of(invented(lines, lines))))
    numbers = [p._p.pPr.numPr.numId.val for p in document.paragraphs if p.style.name == "List Number"]
    assert len(numbers) == 4
    assert numbers[0] == numbers[1] != numbers[2] == numbers[3]


def without(monkeypatch: pytest.MonkeyPatch, *modules: str) -> None:
    """As if packages were not installed."""
    there = paper_extras.find_spec
    monkeypatch.setattr(paper_extras, "find_spec", lambda name: None if name in modules else there(name))


def test_without_typst_word_says_that_charts_are_left_out(kenya: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: the document is written, tables stand, no picture is there, and one line says why.

    Breaks if: pictures are left out in silence, or the document is refused.
    """
    whole = docx.Document(io.BytesIO(word(kenya)))
    without(monkeypatch, "typst")
    plain = docx.Document(io.BytesIO(word(kenya)))
    assert [p.text for p in plain.paragraphs].count(NO_PICTURES) == 1
    assert NO_PICTURES not in [p.text for p in whole.paragraphs]
    assert len(plain.inline_shapes) == 0 < len(whole.inline_shapes)
    assert len(plain.tables) == len(whole.tables)


@pytest.mark.parametrize(("option", "module"), [("pdf", "typst"), ("word", "docx")])
def test_a_lacking_extra_is_said_before_anything_is_computed(
    option: str, module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: exit code 2, one sentence with the way to get it, and no plan made. Breaks if: a run ends with it."""
    without(monkeypatch, module)
    monkeypatch.setattr("groundplan.verbs.plan.plan", lambda *_, **__: pytest.fail("computed"))
    assert main(["plan", "KEN", f"--{option}", str(tmp_path / "a")]) == 2
    said = capsys.readouterr().err
    assert f'pip install "groundplan[{option}]"' in said
    assert f"python3 run.py install {option}" in said
    with pytest.raises(GroundplanError, match="not installed"):
        report(tmp_path, **{option: tmp_path / "a"})


KOREAN = "평양 강계"


@poppler
def test_hangul_is_set_or_named_as_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: where a font has it, Hangul stands on the page and no line complains; where none has, one line names the
    script and a font, and all else is there.

    Breaks if: boxes are printed without a word.
    """
    korean = invented(Prose(f"{KOREAN} and more"))
    monkeypatch.setattr(typesetting, "_fonts", lambda *, system: typst.Fonts(False, True))
    bare = text_of(saved(tmp_path, pdf_of(korean)))
    assert bare.count("No font for Hangul is installed") == 1
    assert "Noto Sans CJK KR" in bare
    assert "and more" in bare
    monkeypatch.undo()
    families = set(typst.Fonts().families())
    if not families & set(typesetting.scripts_in([KOREAN])[0].families):
        pytest.skip("no font with Hangul is installed (Debian: fonts-noto-cjk)")
    text = text_of(saved(tmp_path, pdf_of(korean)))
    assert KOREAN in text
    assert "No font" not in text


def test_a_saved_outcome_goes_on_paper(
    kenya: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: `report FOLDER --pdf --word` writes what Python writes, dated as the folder; annexes add to it.

    Breaks if: the words of the terminal and the functions of Python differ.
    """
    monkeypatch.chdir(tmp_path)
    folder = kenya.save("o")
    on = date.fromtimestamp((folder / "provenance.json").stat().st_mtime)
    assert main(["report", "o", "--pdf", "b/a.pdf", "--word", "a.docx"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"Report: {Path('o') / 'report.html'}", f"PDF: {Path('b') / 'a.pdf'}", "Word document: a.docx"
    ]  # fmt: skip
    assert Path("b/a.pdf").read_bytes() == write_pdf(kenya, "c.pdf", on=on).read_bytes()
    assert Path("a.docx").read_bytes() == write_word(kenya, "c.docx", on=on).read_bytes()
    assert zipfile.ZipFile("a.docx").testzip() is None
    assert main(["report", "o", "--pdf", "d.pdf", "--annexes"]) == 0
    assert len(Path("d.pdf").read_bytes()) > len(Path("b/a.pdf").read_bytes())


@poppler
def test_a_verb_writes_its_briefing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: options of a verb write both, its brief stands in them; a verb without views gives its page.

    Breaks if: an engine that lists things is refused, or a page of the terminal is cut.
    """
    monkeypatch.chdir(tmp_path)
    assert main(["baseline", "BRA", "--years", "2", "--pdf", "a.pdf", "--word", "a.docx"]) == 0
    assert "PDF: a.pdf" in capsys.readouterr().err
    assert docx.Document("a.docx").paragraphs[0].text in text_of(Path("a.pdf")).replace("\n", " ")
    assert main(["data", "--pdf", "b.pdf"]) == 0
    page = capsys.readouterr().out
    assert not tokens([page]) - tokens([text_of(Path("b.pdf"))])


def test_annexes_come_when_asked_for(kenya: Outcome) -> None:
    """Proves: without them a briefing has brief and body, with them all views. Breaks if: levels are mixed up."""
    there = views(kenya)
    assert [v.name for v in briefing_of(kenya, annexes=True).views] == [v.name for v in there]
    short = briefing_of(kenya).views
    assert 1 < len(short) < len(there)
    assert {v.level for v in short} == {BRIEF, BODY}
