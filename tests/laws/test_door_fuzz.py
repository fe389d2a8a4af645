"""Whatever bytes come in under whatever layout, the answer is a table or a refusal in words, never a traceback.

``benchmarks/door_fuzz.py`` tries the same with more inputs.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import declared_files
import pytest
import small_sam
from door_files import parsed_here
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from national import SAMPLES, source, write_workbook
from world_samples import SAMPLES as WORLD

from groundplan.errors import GroundplanError
from groundplan.tables.door.mapping import FileMapping
from groundplan.tables.published import declared, layout_words, published_layout
from groundplan.tables.table import Table
from groundplan.tables.world_table import WorldTable

# Inputs of the tests below together, over twenty layouts: 1,965.
FILES, LAYOUTS, BYTES = 85, 85, 180
PIECES = (
    b"", b",", b";", b"\t", b'"', b"\n", b"\0", b"\xff", b"nan", b"-", b"1e999", b"#REF!", b"total", b"1,234.5",
    b"=1+1", "−3".encode(), "１".encode(), b"\xef\xbb\xbf", b"x" * 200, b",,,,,,,,,\n",
)  # fmt: skip


@cache
def folder() -> Path:
    return Path(tempfile.mkdtemp())


@cache
def whole_files(layout: str) -> tuple[bytes, ...]:
    """The bytes of honest files in a layout; of layouts without a sample those of a matrix."""
    here = folder()
    national = {
        "ine-blocks": "ine_blocks.csv", "scb-blocks": "scb_blocks.csv", "nbs": "nbs_2018.csv",
        "wiod2013-national": "wiod_origin.csv",
    }  # fmt: skip
    world = {
        "icio": "icio_2023.csv", "figaro": "figaro_flat.csv", "oecd-iot": "oecd_iot_2023.csv",
        "wiod2013": "wiod_2013_sheet.csv", "wiod2016": "wiod_2016_r.csv",
    }  # fmt: skip
    if layout in national:
        return ((SAMPLES / national[layout]).read_bytes(),)
    if layout in world:
        return ((WORLD / world[layout]).read_bytes(),)
    if layout.startswith("eurostat"):
        return ((SAMPLES / "eurostat_cp1700.csv").read_bytes(),) * 2
    written = {
        "bea": lambda: declared_files.bea(here),
        "dzs": lambda: [declared_files.dzs(here / "d.xlsx")],
        "nbs-split": lambda: [declared_files.nbs_split(here / "n.csv")],
        "oecd-iot-total": lambda: [declared_files.oecd_total(here / "o.csv")],
        "ine": lambda: [write_workbook(here / "i.xlsx")],
    }
    if layout in written:
        return tuple(p.read_bytes() for p in written[layout]())
    text = small_sam.as_text(small_sam.rows_of(small_sam.FLOWS, list(small_sam.ROLES)))
    return text.encode(), small_sam.write_roles(here).read_bytes()


edit = st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(PIECES) | st.binary(max_size=12))
changes = st.lists(edit, min_size=1, max_size=4)


def changed(data: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    """The bytes with some pieces replaced."""
    for place, length, piece in edits:
        at = int(place * len(data))
        data = data[:at] + piece + data[at + length :]
    return data


def answer(layout: str, parts: list[bytes], mapping: FileMapping | None = None) -> object:
    """The table, or the refusal; anything else fails the test."""
    published = published_layout(layout)
    paths = []
    for n, data in enumerate(parts):
        paths.append(folder() / f"fuzz{n}.csv")
        paths[-1].write_bytes(data)
    words: dict[str, Any] = {} if published.world else {"country": "XXX"}
    words |= {"source": source()} if published.takes("source") else {}
    words |= {"edition": "2023"} if published.takes("edition") else {}
    if mapping is not None and published.takes("mapping"):
        words["mapping"] = mapping
    count = len(published.files) + len(published.further)
    given_paths = [folder()] if layout == "ibge" else (paths * 3)[: min(count, max(len(paths), len(published.files)))]
    try:
        return published.table(given_paths, year=2010, money="USD2010m", **words)
    except GroundplanError as error:
        return error if str(error) else None


@given(data=st.data())
@settings(max_examples=FILES, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.parametrize("layout", layout_words())
def test_changed_files_in_every_layout(layout: str, data: st.DataObject) -> None:
    """Proves: files of a publisher with pieces of them replaced are a table or a refusal, in every layout.

    Breaks if: a reader meets a file that it did not think of with a traceback.
    """
    parts = [changed(part, data.draw(changes)) for part in whole_files(layout)]
    with parsed_here():
        assert isinstance(answer(layout, parts), Table | WorldTable | GroundplanError)


@given(data=st.data())
@settings(max_examples=LAYOUTS, deadline=None, suppress_health_check=list(HealthCheck))
def test_changed_layouts(data: st.DataObject) -> None:
    """Proves: a layout file with pieces of it replaced is read, or refused in words; read, it opens a file or refuses.

    Breaks if: a key of a layout is used before it is checked.
    """
    shipped = [p.read_bytes() for p in declared().values()]
    path = folder() / "own.toml"
    path.write_bytes(
        changed(data.draw(st.sampled_from([declared_files.OWN.encode()] * 4 + shipped)), data.draw(changes))
    )
    book = declared_files.own_workbook(folder() / "own.xlsx").read_bytes()
    try:
        published_layout(str(path))
    except GroundplanError:
        return
    with parsed_here():
        files = [book] * len(published_layout(str(path)).files)
        assert isinstance(answer(str(path), files), Table | GroundplanError)


@given(data=st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
@settings(max_examples=BYTES, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_bytes_at_the_door(data: bytes) -> None:
    """Proves: any bytes are cells or a refusal.

    Breaks if: a container, an encoding or a delimiter is met that nothing catches.
    """
    from groundplan.tables.door.uploads import read_upload

    path = folder() / "any"
    path.write_bytes(data)
    with parsed_here():
        for words in ({}, {"uneven": True}, {"whole": True}, {"corner": (1, 1)}):
            with suppress(GroundplanError):
                read_upload(path, **words)  # type: ignore[arg-type]
