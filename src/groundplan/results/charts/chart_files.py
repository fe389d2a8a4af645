"""Charts as files to take along: the picture as SVG and PNG, its table as CSV, its ECharts option as JSON."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import textwrap
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.results.charts.svg import ELSEWHERE, WIDTH
from groundplan.results.framed import column_values, headings
from groundplan.results.view import Drawn, Plot, View
from groundplan.shown_text import visible
from groundplan.spreadsheets import neutral
from groundplan.whole_files import write_whole

if TYPE_CHECKING:
    import pandas as pd

    from groundplan.outcome import Outcome

PIXELS_PER_INCH = 144.0
WITHOUT_PNG = "No PNG pictures: they need typst. Install it with: pip install 'groundplan[pdf]'"
FONTS = "Liberation Sans, Arial, Helvetica, Noto Sans, DejaVu Sans, Noto Sans CJK KR, sans-serif"
# What may not stand as it is in an address that is itself in double quotes of a page.
ESCAPES = str.maketrans({sign: f"%{ord(sign):02X}" for sign in '%#"<>&\n\r\t'})
HINT = re.compile(r"<title>[^<]*</title>")
SPOKEN = re.compile(r"(<desc[^>]*>)[^<]*<")
SIZE = re.compile(r'viewBox="0 (\S+) (\S+) (\S+)"')
LETTER, LINE = 8.2, 19.0  # of the sentence over a picture
SHEET = re.compile(r"<svg.*?</svg>", re.DOTALL)


class Download(NamedTuple):
    """A link under a figure: what it says, the file's name, and the file itself as an address."""

    words: str
    file: str
    address: str


def sheets(chart: Drawn, svg: str = "") -> dict[str, str]:
    """Its pictures by name, each as a file of its own; a long timetable has several. ``svg``: its marks, if there."""
    pictures = SHEET.findall(svg or chart.svg())
    return {f"{chart.name}-{n}" if n else chart.name: standalone(svg, chart.title) for n, svg in enumerate(pictures)}


def standalone(svg: str, title: str) -> str:
    """A picture that needs no page around it: its sentence over it, a size, black on white, no words for a pointer."""
    size = SIZE.search(svg)
    wide, tall = (float(size[2]), float(size[3])) if size else (float(WIDTH), 400.0)
    lines = textwrap.wrap(said(title), int((wide - 24) / LETTER))
    above = LINE * len(lines) + 8
    words = "".join(
        f'<text x="12" y="{18 + LINE * n - above:g}" font-size="15" font-weight="600">{escape(line)}</text>'
        for n, line in enumerate(lines)
    )
    svg = SPOKEN.sub(rf"\g<1>{said(ELSEWHERE)}<", HINT.sub("", svg)).replace("system-ui, sans-serif", FONTS, 1)
    svg = svg.replace('"Canvas"', '"#ffffff"').replace("currentColor", "#000000")
    size_words = f'width="{wide:g}" height="{tall + above:g}" style="background:#ffffff"'
    box = f'{size_words} viewBox="0 {-above:g} {wide:g} {tall + above:g}"'
    return SIZE.sub(box, svg, count=1).removesuffix("</svg>") + f"{words}</svg>"


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV: headings with units, numbers in full, nothing that a spreadsheet takes for a formula."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    heads = [f"{name} ({unit})" if unit else name for name, unit in headings(table)]
    writer.writerow([neutral(str(table.index.name or "")), *(neutral(h) for h in heads)])
    for row in zip(table.index.tolist(), *column_values(table), strict=True):
        writer.writerow([_cell(v) for v in row])
    return file.getvalue()


def _cell(value: Any) -> object:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    return neutral(value) if isinstance(value, str) else value


def downloads(part: Plot, svg: str = "") -> list[Download]:
    """The links under a figure: its pictures and its table. ``svg``: its marks, if there."""
    links = [
        Download("Picture (SVG)", f"{name}.svg", _address("image/svg+xml", picture.replace('"', "'")))
        for name, picture in sheets(part.chart, svg).items()
    ]
    if part.table is not None and len(part.table.columns):
        links.append(Download("Table (CSV)", f"{part.chart.name}.csv", _address("text/csv", csv_text(part.table))))
    return links


def _address(kind: str, content: str) -> str:
    """A file as an address, with nothing in it that ends an attribute in double quotes."""
    return f"data:{kind};charset=utf-8,{visible(content).translate(ESCAPES)}"


def option_text(chart: Drawn) -> str:
    """Its ECharts option as JSON."""
    return json.dumps(chart.option(), ensure_ascii=False, allow_nan=False, indent=1)


def png(svg: str) -> bytes | None:
    """A picture as PNG; None where typst is not installed. Raises ``GroundplanError`` where it cannot be drawn."""
    try:
        import typst
    except ImportError:
        return None
    size = SIZE.search(svg)
    sheet = f"width: {size[2] if size else WIDTH}pt, height: auto, margin: 0pt, fill: white"
    page = f'#set page({sheet})\n#image(bytes(sys.inputs.svg), format: "svg", width: 100%)'
    try:
        picture = typst.compile(page.encode("utf-8"), format="png", ppi=PIXELS_PER_INCH, sys_inputs={"svg": svg})
    except RuntimeError as error:
        raise GroundplanError(f"a picture cannot be drawn as PNG: {error}", fix="use its SVG") from error
    assert isinstance(picture, bytes)  # one page, one picture
    return picture


def chart_files(views: tuple[View, ...]) -> Iterator[tuple[str, bytes]]:
    """Every chart of the views as files by name: .svg, .csv, .json, and .png where typst is installed."""
    for part in (p for v in views for p in v.parts if isinstance(p, Plot)):
        for name, svg in sheets(part.chart).items():
            yield f"{name}.svg", visible(svg).encode("utf-8")
            if (picture := png(visible(svg))) is not None:
                yield f"{name}.png", picture
        if part.table is not None:
            yield f"{part.chart.name}.csv", visible(csv_text(part.table)).encode("utf-8")
        yield f"{part.chart.name}.json", option_text(part.chart).encode("utf-8")


def write_charts(views: tuple[View, ...], folder: str | Path) -> Mapping[str, Path]:
    """Write every chart of the views into a folder, each file whole or not at all; their places by name.

    Raises ``GroundplanError`` where that cannot be done.
    """
    written: dict[str, Path] = {}
    for name, data in chart_files(views):
        try:
            written[name] = write_whole(Path(folder) / name, data)
        except OSError as error:
            what = f"the chart {name} cannot be written: {error.strerror or error}"
            raise GroundplanError(what, where=str(folder), fix="name another folder") from error
    return written


def written_lines(o: Outcome) -> str:
    """What ``report`` wrote, and what it could not for want of a program."""
    rows = o.table("written").to_dict("records")
    lines = [f"{str(row['what'])[:1].upper()}{str(row['what'])[1:]}: {row['path']}" for row in rows]
    return "\n".join([*lines, *o.provenance.get("left_out", [])])
