"""Charts as files: pictures, tables and options that can be taken along, whole and with the numbers in full."""

from __future__ import annotations

import csv
import io
import json
import struct
import sys
import xml.etree.ElementTree as ET
import zlib

import pandas as pd
import pytest
from small_charts import BY_NAME, CHARTS

from groundplan import Outcome, plan
from groundplan.cli import main
from groundplan.errors import GroundplanError
from groundplan.results.charts.chart_files import csv_text, downloads, png, sheets, write_charts
from groundplan.results.framed import framed
from groundplan.results.view import BODY, Plot, View
from groundplan.results.view_list import views
from groundplan.verbs.report import report as written

SVG = "{http://www.w3.org/2000/svg}"
TABLE = framed(pd.Index(["=a", "b"], name="row"), [("x, y", "t", [1 / 3, float("nan")]), ("say", "", ['"hi"', "-5"])])


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("saved") / "plan"
    plan("KEN", years=1).save(folder)
    return str(folder)


def pixels(data: bytes) -> tuple[int, int, set[bytes]]:
    """Width and height of a PNG of eight bits, and the different bytes of its picture."""
    wide, tall = struct.unpack(">II", data[16:24])
    at, packed = 8, b""
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        packed += data[at + 8 : at + 8 + size] if data[at + 4 : at + 8] == b"IDAT" else b""
        at += size + 12
    raw = zlib.decompress(packed)
    return wide, tall, {raw[n : n + 1] for n in range(0, len(raw), 7)}


def test_a_table_as_csv_reads_back() -> None:
    """Proves: headings carry units, numbers all their digits, unknown cells nothing, and no text is a formula.

    Breaks if: numbers are rounded as on the page, or a quote or a comma breaks a row.
    """
    rows = [*csv.reader(io.StringIO(csv_text(TABLE)))]
    assert rows == [["row", "x, y (t)", "say"], ["'=a", str(1 / 3), '"hi"'], ["b", "", "'-5"]]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda c: c.name)
def test_a_picture_stands_alone(chart) -> None:
    """Proves: each picture has a size and its sentence over it, draws in fixed colours, and every mark is still there.

    Breaks if: a viewer without a page draws nothing, or the sentence lies on the marks.
    """
    (svg,) = sheets(chart).values()
    root, inside = ET.fromstring(svg), ET.fromstring(chart.svg())
    x, y, wide, tall = map(float, root.get("viewBox").split())
    assert (float(root.get("width")), float(root.get("height"))) == (wide, tall)
    assert "currentColor" not in svg
    assert "Canvas" not in svg
    heads = [e for e in root.iter(f"{SVG}text") if e.get("font-size") == "15"]
    assert " ".join(e.text for e in heads) == chart.title
    assert all(y < float(e.get("y")) < 0 for e in heads)
    for tag in ("path", "rect"):
        assert len([*root.iter(f"{SVG}{tag}")]) == len([*inside.iter(f"{SVG}{tag}")])
    assert x == 0


def test_links_hold_the_files() -> None:
    """Proves: an address ends nowhere inside of its attribute, and a chart without a table has its picture alone."""
    part = Plot(BY_NAME["curves"], TABLE)
    for link in downloads(part):
        assert not set('"<>\n') & set(link.address)
        assert "#" not in link.address
    assert [link.file for link in downloads(Plot(BY_NAME["curves"]))] == ["curves.svg"]


def test_a_picture_becomes_pixels() -> None:
    """Proves: a PNG is twice as large as its picture and not blank. Breaks if: it is cut, or the drawing is lost."""
    pytest.importorskip("typst", reason="PNG needs the extra pdf")
    (svg,) = sheets(BY_NAME["choropleth"]).values()
    root = ET.fromstring(svg)
    wide, tall, there = pixels(png(svg))
    assert (wide, tall) == pytest.approx((2 * float(root.get("width")), 2 * float(root.get("height"))), abs=2)
    assert len(there) > 20


def test_every_chart_is_written(saved, tmp_path, capsys) -> None:
    """Proves: `report FOLDER --charts FOLDER` writes each chart of the report as SVG, CSV, JSON and PNG, with what the
    page says.

    Breaks if: a chart of an annex is left out, or a file holds another chart.
    """
    pytest.importorskip("typst", reason="PNG needs the extra pdf")
    assert main(["report", saved, "--charts", str(tmp_path / "charts")]) == 0
    said = capsys.readouterr().out
    charts = {n: c for v in views(Outcome.open(saved)) for n, c in v.charts.items()}
    assert {p.name for p in (tmp_path / "charts").iterdir()} == {
        f"{name}.{end}" for name in charts for end in ("svg", "csv", "json", "png")
    }
    for name, chart in charts.items():
        here = tmp_path / "charts"
        assert json.loads((here / f"{name}.json").read_text("utf-8")) == json.loads(json.dumps(chart.option()))
        assert (here / f"{name}.svg").read_text("utf-8") == sheets(chart)[name]
        assert f"Chart {name}.csv: {here / f'{name}.csv'}" in said
        assert (here / f"{name}.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_without_typst_pictures_stay_svg(saved, tmp_path, monkeypatch) -> None:
    """Proves: without the program that draws PNG all else is written, and one line says how to get it.

    Breaks if: a missing extra stops the command, or PNG files are missing in silence.
    """
    monkeypatch.setitem(sys.modules, "typst", None)
    outcome = written(saved, charts=tmp_path)
    assert outcome.provenance["left_out"] == [
        "No PNG pictures: they need typst. Install it with: pip install 'groundplan[pdf]'"
    ]
    assert {p.suffix for p in tmp_path.iterdir()} == {".svg", ".csv", ".json"}
    assert "left_out" not in written(saved).provenance or written(saved).provenance["left_out"] == []


def test_a_folder_that_cannot_be_is_refused(tmp_path) -> None:
    """Proves: charts that cannot be written say where and what to do. Breaks if: a traceback is printed."""
    (tmp_path / "file").write_text("mine", "utf-8")
    view = View("v", "V", BODY, (Plot(BY_NAME["bars"], TABLE),))
    with pytest.raises(GroundplanError, match="cannot be written"):
        write_charts((view,), tmp_path / "file")
    assert (tmp_path / "file").read_text("utf-8") == "mine"
