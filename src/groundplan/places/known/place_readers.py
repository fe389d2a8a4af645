"""Places from CSV files, workbooks and GeoJSON, with a file of roles: all places are read, or all faults are told."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.places.known import geometry
from groundplan.places.known import place_checks as checks
from groundplan.places.known.column_roles import Roles, open_roles
from groundplan.places.known.columns import PlacesError, clean, column, some
from groundplan.places.known.geometry import Shape
from groundplan.places.known.places import Places
from groundplan.sources import sha256
from groundplan.tables.door.figures import figures
from groundplan.tables.door.grid import text_of
from groundplan.tables.door.mapping import FileMapping
from groundplan.tables.door.parsing.json_cells import whole_number
from groundplan.tables.door.uploads import read_upload

Cells = Callable[[Path, FileMapping], Sequence[Sequence[object]]]
GEOJSON = (".geojson", ".json")
HALF = re.compile(r"\\u[dD][89a-fA-F]")


def read(path: str | Path, roles: Roles | str | Path) -> Places:
    """Places from a CSV file, a workbook (.xlsx, .xlsb, .xls, .ods) or GeoJSON (by the ending .geojson or .json).

    ``roles`` is a file of roles or what ``open_roles`` made of it. Of GeoJSON, properties are the columns; a Point is
    the place's coordinates, a Polygon or MultiPolygon its shape, whose centre stands for coordinates that are not given
    (basis estimate). Files of users are parsed in a process of their own, under limits (``tables.uploads``).

    Errors: everything that the roles, the file's cells and ``Places`` are checked for.
    """
    path = Path(path)
    ruled = roles if isinstance(roles, Roles) else open_roles(roles)
    if path.suffix.lower() in GEOJSON:
        rows, shapes = _features(path, ruled)
        frame = pd.DataFrame(rows, dtype=object)
        shown = _shown(frame)
        frame[shown] = frame[shown].fillna("")
        return _places(frame, ruled, path, uploaded, shapes)
    return read_with(path, ruled, uploaded)


def read_with(path: Path, roles: Roles, cells: Cells) -> Places:
    """As ``read``, from the rows that ``cells`` gives for a file."""
    return _places(_frame(cells(path, roles.file), path), roles, path, cells, {})


def uploaded(path: Path, mapping: FileMapping) -> Sequence[Sequence[object]]:
    """The cells of a user's CSV file or workbook, read in a process of its own."""
    upload = read_upload(path, mapping=mapping)
    (sheet,) = upload.sheets.values()
    rows: Sequence[Sequence[object]] = sheet.tolist()
    return rows


def trusted(path: Path, mapping: FileMapping) -> Sequence[Sequence[object]]:
    """The cells of a CSV file that came with the package."""
    try:
        return [list(row) for row in csv.reader(io.StringIO(text_of(path), newline="")) if row]
    except csv.Error as fault:
        raise StudyError(f"the file is no CSV: {fault}", where=str(path), fix="save it as CSV again") from None


def _frame(rows: Sequence[Sequence[object]], path: Path) -> pd.DataFrame:
    """Cells with their header; rows that are wholly empty are passed over."""
    filled = [row for row in rows if any(str(cell).strip() for cell in row)]
    if len(filled) < 2:
        raise PlacesError("the file has no row below its header", where=str(path), fix="get the file again")
    header = [clean(cell) for cell in filled[0]]
    twice = sorted({h for h in header if h and header.count(h) > 1})
    if twice:
        raise PlacesError(f"columns stand twice: {', '.join(twice)}", where=str(path), fix="rename or delete one")
    wide = max((n for n, h in enumerate(header, 1) if h), default=0)
    # A cell more than the header has moved all that stand right of it into other columns.
    more = [n for n, row in enumerate(filled[1:], 2) if any(str(cell).strip() for cell in row[wide:])]
    if more:
        what = f"rows have more cells than the header names: {some(f'row {n}' for n in more)}"
        fix = "quote a cell that has a comma in it, or name the column"
        raise PlacesError(what, where=str(path), fix=fix)
    cells = [[*row[:wide], *[""] * (wide - len(row))] for row in filled[1:]]
    return pd.DataFrame(cells, columns=header[:wide], dtype=object)


def _word(value: object) -> str:
    """A cell as text; a whole number that a workbook kept as 12.0 is 12."""
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    return clean(value)


def _places(frame: pd.DataFrame, roles: Roles, path: Path, cells: Cells, shapes: Mapping[str, Shape]) -> Places:
    derived = {c for c in ("lat", "lon") if f"\0{c}" in frame}
    reads = [r for r in roles.columns if not (r.column.name in derived and r.origin not in frame.columns)]
    asked = [roles.id, roles.province, roles.borders, *roles.names.values(), *roles.texts.values()]
    asked = [c for c in dict.fromkeys([*asked, *(r.origin for r in reads)]) if c]
    raise_all([UnknownName("column", c, _shown(frame), where=path.name) for c in asked if c not in frame])
    ids = [_word(v) for v in frame[roles.id]]
    raise_all(checks.ids(ids, {}), where=str(path))
    numbers = figures(frame[[r.origin for r in reads]].set_axis(ids), roles.file.notation, where=path.name).to_numpy(
        dtype=float
    )
    table = pd.DataFrame(numbers * [r.times for r in reads], index=ids, columns=[r.column.name for r in reads])
    columns = {r.column.name: r.column for r in reads}
    for axis in sorted(derived - set(columns)):
        rule = "the point of the feature, or the centre of area of its polygon"
        columns[axis] = column(axis, source=path.name, basis="estimate", rule=rule)
        table[axis] = frame["\0" + axis].to_numpy(dtype=float)

    def texts(chosen: Mapping[str, str]) -> pd.DataFrame:
        return pd.DataFrame({k: [_word(v) for v in frame[c]] for k, c in chosen.items()}, index=ids, dtype=object)

    own = {path.name: sha256(path)}
    own |= {roles.provinces.file.name: sha256(roles.provinces.file)} if roles.provinces else {}
    return Places(
        name=roles.name,
        country=roles.country,
        table=table,
        columns=columns,
        names=texts(roles.names),
        province=pd.Series([_word(v) for v in frame[roles.province]] if roles.province else "", ids, dtype=object),
        sources=tuple(replace(s, sha256=own) for s in roles.sources),
        texts=texts(roles.texts) if roles.texts else pd.DataFrame(),
        shapes=shapes,
        borders=_borders(dict(zip(ids, frame[roles.borders], strict=True)), roles, path) if roles.borders else (),
        provinces=_sums(roles, cells),
        doubts=roles.doubts,
        tolerance=roles.tolerance,
    )


def _shown(frame: pd.DataFrame) -> list[str]:
    return [str(c) for c in frame.columns if not str(c).startswith("\0")]


def _borders(listed: Mapping[str, object], roles: Roles, path: Path) -> tuple[tuple[str, str], ...]:
    """Pairs of neighbours, each once; a neighbour that does not name the place back is a fault."""
    near = {i: [_word(w) for w in _word(cell).split(roles.borders_mark) if w.strip()] for i, cell in listed.items()}
    faults: list[GroundplanError] = []
    for place, others in near.items():
        for other in others:
            if other not in near:
                faults.append(UnknownName("place", other, near, where=f"{path.name}, neighbours of {place}"))
            elif place not in near[other] or other == place:
                what = f"{place} names {other} as its neighbour and is not named by it"
                faults.append(PlacesError(what, where=path.name, fix="correct one of the two"))
    raise_all(faults, where=str(path))
    order = {place: k for k, place in enumerate(near)}
    pairs = {tuple(sorted((a, b), key=order.__getitem__)) for a, others in near.items() for b in others}
    return tuple((a, b) for a, b in sorted(pairs, key=lambda pair: (order[pair[0]], order[pair[1]])))


def _sums(roles: Roles, cells: Cells) -> pd.DataFrame:
    """The publisher's sums by province."""
    if roles.provinces is None:
        return pd.DataFrame()
    asked = roles.provinces
    how = FileMapping(notation=roles.file.notation, encoding=roles.file.encoding, delimiter=roles.file.delimiter)
    frame = _frame(cells(asked.file, how), asked.file)
    wanted = [asked.id, *asked.columns.values()]
    raise_all([UnknownName("column", c, _shown(frame), where=asked.file.name) for c in wanted if c not in frame])
    frame = frame.set_axis([_word(v) for v in frame[asked.id]])
    frame = frame[~frame.index.isin(asked.leave_out)]
    numbers = figures(frame[list(asked.columns.values())], roles.file.notation, where=asked.file.name)
    return numbers.set_axis(list(asked.columns), axis=1)


def _features(path: Path, roles: Roles) -> tuple[list[dict[str, Any]], dict[str, Shape]]:
    """Properties of every feature (points under names that no property can have), and shapes by id."""
    content = _json(path)
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features:
        raise PlacesError("the file is no GeoJSON FeatureCollection with features", where=str(path))
    crs = content.get("crs")
    faults: list[GroundplanError] = []
    if crs and "CRS84" not in json.dumps(crs) and "4326" not in json.dumps(crs):
        fix = "save it in longitude and latitude (WGS 84)"
        faults.append(PlacesError(f"the file has another coordinate system: {json.dumps(crs)[:80]}", fix=fix))
    rows: list[dict[str, Any]] = []
    shapes: dict[str, Shape] = {}
    for k, feature in enumerate(features, 1):
        properties = dict(feature.get("properties") or {}) if isinstance(feature, dict) else {}
        if isinstance(feature, dict) and "id" in feature:
            properties.setdefault("id", feature["id"])
        name = _word(properties.get(roles.id, "")) or f"feature {k}"
        nested = [c for c, v in properties.items() if isinstance(v, (list, dict))]
        rows.append({c: "" if v is None else v for c, v in properties.items() if c not in nested})
        try:
            lon, lat, form = _geometry(feature.get("geometry") if isinstance(feature, dict) else None, name)
        except GroundplanError as error:
            faults.append(error)
            continue
        rows[-1] |= {"\0lon": lon, "\0lat": lat}
        shapes |= {name: form} if form else {}
    raise_all(faults, where=str(path))
    return rows, shapes


def _json(path: Path) -> Any:
    text = text_of(path)
    try:
        content = json.loads(text, parse_int=whole_number)
        if HALF.search(text):  # half a character, which no file that is written could hold; whole ones pass
            json.dumps(content, ensure_ascii=False).encode("utf-8")
        return content
    except (ValueError, RecursionError) as error:
        raise PlacesError(f"the file is not JSON: {error}", where=str(path), fix="get the file again") from None


def _geometry(given: Any, name: str) -> tuple[float, float, Shape]:
    """Longitude, latitude and shape of a feature; NaN and () where it has none."""
    if given is None:
        return math.nan, math.nan, ()
    kind = given.get("type") if isinstance(given, dict) else None
    kinds = ("Point", "Polygon", "MultiPolygon")
    if kind not in kinds:
        raise UnknownName("kind of geometry", kind, kinds, where=name)
    coordinates = given.get("coordinates")
    if kind == "Point":
        point = np.array(coordinates if isinstance(coordinates, list) else [], dtype=object)
        if len(point) < 2 or not all(isinstance(x, (int, float)) for x in point):
            raise PlacesError(f"the point is {coordinates!r}", where=name, fix="give [longitude, latitude]")
        return float(point[0]), float(point[1]), ()
    form = geometry.shape(coordinates if isinstance(coordinates, list) else [], many=kind == "MultiPolygon")
    raise_all(geometry.faults(form, name))
    lon, lat = geometry.inner_point(form)
    return lon, lat, form
