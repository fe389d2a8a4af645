"""The look of a Word document: page, letters, styles, foot, and the marks that python-docx has no words for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from groundplan.results.briefing.column_blocks import SIZES

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

FONT, MONO, EAST = "Arial", "Courier New", "Malgun Gothic"
LANGUAGES = ("en-GB", "ko-KR")
PAGE_WIDTH, PAGE_HEIGHT, SIDE, TOP, BOTTOM = 595.3, 841.9, 54.0, 57.0, 62.0  # points
SOFT, INK = "595959", "000000"
NOTE_STYLE, HEADLINE_STYLE, GUARD_STYLE, CODE_STYLE = "Note", "Headline", "Guard", "Code"
# Size in points, bold, space before and after, of the styles that are there and of our own.
LOOKS: dict[str, tuple[float, bool, float, float]] = {
    "Normal": (10, False, 0, 6), "Title": (19, True, 0, 4),
    "Heading 1": (14, True, 18, 6), "Heading 2": (11, True, 12, 4),
    "Caption": (9.5, True, 9, 3), "List Bullet": (10, False, 0, 4), "List Number": (10, False, 0, 4),
    "Footer": (7.5, False, 0, 0), NOTE_STYLE: (8.5, False, 0, 5), HEADLINE_STYLE: (11.5, False, 4, 8),
    GUARD_STYLE: (10, False, 0, 3), CODE_STYLE: (7.5, False, 4, 8),
}  # fmt: skip
OF_ALL_HEADINGS = ("Title", "Heading 1", "Heading 2", "Caption")


def table_style(size: float) -> str:
    """The style of a table's cells by the size of their letters."""
    return f"Table {size:g}"


def set_up(document: Document) -> None:
    """A4, and the styles of a briefing in one font, without the colours of the usual template."""
    from docx.shared import Pt

    page = document.sections[0]
    page.page_width, page.page_height = Pt(PAGE_WIDTH), Pt(PAGE_HEIGHT)
    page.left_margin = page.right_margin = Pt(SIDE)
    page.top_margin, page.bottom_margin, page.footer_distance = Pt(TOP), Pt(BOTTOM), Pt(28)
    looks = {**LOOKS, **{table_style(size): (size, False, 0.0, 0.0) for size in SIZES}}
    for name, (size, bold, before, after) in looks.items():
        _style(document, name, size, bold, before, after)
    _borders(document.styles[GUARD_STYLE], ("top", "left", "bottom", "right"), 12, 6)
    _borders(document.styles[HEADLINE_STYLE], ("left",), 24, 8)
    _shaded(document.styles[HEADLINE_STYLE])
    _shaded(document.styles[CODE_STYLE])
    for lang in document.styles.element.iter(tag("w:lang")):
        lang.set(tag("w:val"), LANGUAGES[0])
        lang.set(tag("w:eastAsia"), LANGUAGES[1])


def _style(document: Document, name: str, size: float, bold: bool, before: float, after: float) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    style = (
        document.styles[name] if name in document.styles else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    )
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = RGBColor.from_string(SOFT if name in (NOTE_STYLE, "Footer") else INK)
    letters = style.element.get_or_add_rPr().get_or_add_rFonts()
    letters.attrib.clear()
    for script, font in (("ascii", FONT), ("hAnsi", FONT), ("cs", FONT), ("eastAsia", EAST)):
        letters.set(tag(f"w:{script}"), MONO if name == CODE_STYLE and script != "eastAsia" else font)
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.line_spacing = 1.0 if name.startswith(("Table", CODE_STYLE, "Footer")) else 1.1
    form.keep_with_next = name in OF_ALL_HEADINGS
    for border in style.element.iter(tag("w:pBdr")):
        border.getparent().remove(border)  # the usual template's line under titles


def _borders(style: Any, sides: tuple[str, ...], size: int, space: int) -> None:
    box = new_element("w:pBdr")
    for side in sides:
        box.append(new_element(f"w:{side}", val="single", sz=size, space=space, color=INK))
    style.element.get_or_add_pPr().insert_element_before(
        box, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl"
    )


def _shaded(style: Any) -> None:
    shade = new_element("w:shd", val="clear", color="auto", fill="F4F4F4")
    style.element.get_or_add_pPr().insert_element_before(
        shade, "w:tabs", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl"
    )


def add_foot(document: Document, title: str, provenance: str, dated: str) -> None:
    """The foot of every page: title and page number, provenance and date."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Pt

    foot = document.sections[0].footer
    lines = [foot.paragraphs[0], foot.add_paragraph(style="Footer")]
    for line in lines:
        line.paragraph_format.tab_stops.add_tab_stop(Pt(PAGE_WIDTH - 2 * SIDE), WD_TAB_ALIGNMENT.RIGHT)
    for tabs in list(document.styles["Footer"].element.iter(tag("w:tabs"))):
        tabs.getparent().remove(tabs)
    lines[0].add_run(f"{title}\tpage ")
    _field(lines[0], "PAGE")
    lines[0].add_run(" of ")
    _field(lines[0], "NUMPAGES")
    lines[1].add_run(f"{provenance}\t{dated}")


def _field(paragraph: Paragraph, code: str) -> None:
    """A number that Word counts."""
    run = paragraph.add_run()
    words = new_element("w:instrText")
    words.text = code
    for part in (new_element("w:fldChar", fldCharType="begin"), words, new_element("w:fldChar", fldCharType="end")):
        run._r.append(part)


def numbered_anew(document: Document, paragraphs: list[Paragraph]) -> None:
    """Let a numbered list begin at one."""
    numbering = document.part.numbering_part.element
    style = document.styles["List Number"].element.pPr.numPr.numId.val
    template = next(n for n in numbering.num_lst if n.numId == style).abstractNumId.val
    number = numbering.add_num(template)
    number.add_lvlOverride(ilvl=0).add_startOverride(1)
    for paragraph in paragraphs:
        own = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        own.get_or_add_ilvl().val, own.get_or_add_numId().val = 0, number.numId


def tag(name: str) -> str:
    """A name of Word's own with its namespace."""
    from docx.oxml.ns import qn

    return str(qn(name))


def new_element(name: str, **attributes: object) -> Any:
    """A mark of Word's own, with attributes of the same namespace."""
    from docx.oxml import OxmlElement

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(tag(f"w:{key}"), str(value))
    return element
