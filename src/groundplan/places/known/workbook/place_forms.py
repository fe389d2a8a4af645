"""The forms of places: the places with all that is known of them, what the columns are, what stands there already."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from groundplan.places.known.column_roles import ColumnKeys
from groundplan.places.known.columns import BASES, Column
from groundplan.places.known.geometry import shape
from groundplan.places.known.given import GivenPlaces, Plant
from groundplan.places.known.places import Places
from groundplan.records.card import fields_of
from groundplan.sources import Source
from groundplan.tables.returned.edit_forms import NUMBER, TEXT, WHOLE, Cell, EditForm, FormColumn, FormRow, cell_of

PLACES, COLUMNS, STANDING, SUMS = "Places", "Columns", "Standing works", "Provinces"
SHEETS = (PLACES, COLUMNS, STANDING, SUMS)
ID, PROVINCE, NAME, WORDS = "id", "province", "name", "words"
_MEANS = {f.name: f.metadata["meaning"] for f in fields_of(ColumnKeys)}
COLUMN_COLUMNS = (
    FormColumn("name", TEXT, meaning="the column of the sheet Places"),
    *(FormColumn(n, TEXT, meaning=_MEANS[n]) for n in ("unit", "meaning", "source")),
    FormColumn("basis", TEXT, meaning=_MEANS["basis"], among=BASES),
    FormColumn("rule", TEXT, meaning=_MEANS["rule"]),
    *(FormColumn(n, NUMBER, "1", _MEANS[n]) for n in ("low", "high")),
)
PLANT_COLUMNS = (
    FormColumn("place", TEXT, meaning="its id"), FormColumn("facility", TEXT, meaning="the type of works"),
    FormColumn("size", TEXT), FormColumn("since", WHOLE, meaning="the year; 0 where it is not known"),
    FormColumn("source", TEXT),
)  # fmt: skip


def forms_of(p: Places) -> list[EditForm]:
    """The sheets of places, each row under its key: a place's id, a column's name, a number, a province."""
    figures_of = [FormColumn(c.name, NUMBER, c.unit, c.meaning) for c in p.columns.values()]
    words = [FormColumn(f"{NAME} {n}", TEXT) for n in p.names] + [FormColumn(f"{WORDS} {t}", TEXT) for t in p.texts]
    heads = (FormColumn(ID, TEXT), FormColumn(PROVINCE, TEXT), *words, *figures_of)
    spelt = pd.concat([p.province, p.names, p.texts], axis=1).to_numpy(dtype=object).tolist()
    figures = p.table[[c.name for c in figures_of]].to_numpy(dtype=float).tolist()
    rows = [
        FormRow((i,), (i, *(cell_of(str(w) or None, TEXT) for w in said), *map(_cell, numbers)))
        for i, said, numbers in zip(p.ids, spelt, figures, strict=True)
    ]
    sums = p.provinces
    amounts = sums.to_numpy(dtype=float).tolist()
    totals = [FormRow((str(k),), (str(k), *map(_cell, row))) for k, row in zip(sums.index, amounts, strict=True)]
    return [
        EditForm(PLACES, heads, tuple(rows)),
        EditForm(COLUMNS, COLUMN_COLUMNS, tuple(_described(c) for c in p.columns.values())),
        EditForm(STANDING, PLANT_COLUMNS, tuple(_standing(n, w) for n, w in enumerate(p.plants))),
        EditForm(SUMS, (FormColumn(PROVINCE, TEXT), *(FormColumn(str(c), NUMBER) for c in sums)), tuple(totals)),
    ]


def _cell(value: float) -> Cell:
    return "" if math.isnan(value) else value


def _described(c: Column) -> FormRow:
    cells = [_cell(v) if isinstance(v, float) else cell_of(v or None, TEXT) for v in _of(c, COLUMN_COLUMNS)]
    return FormRow((c.name,), tuple(cells))


def _standing(n: int, w: Plant) -> FormRow:
    return FormRow((n,), tuple(cell_of(None if v == "" else v, TEXT) for v in _of(w, PLANT_COLUMNS)))


def _of(record: object, columns: tuple[FormColumn, ...]) -> list[Any]:
    return [getattr(record, c.name) for c in columns]


def places_text(p: Places) -> str:
    """Places as their manifest holds them: a line of JSON for each part, and one for each place and each shape."""
    about = {
        "name": p.name, "country": p.country, "doubts": list(p.doubts), "tolerance": p.tolerance,
        "borders": [list(pair) for pair in p.borders], "sources": [dataclasses.asdict(s) for s in p.sources],
        "columns": [dataclasses.asdict(c) for c in p.columns.values()], "languages": list(p.names),
        "texts": list(p.texts), "plants": [dataclasses.asdict(w) for w in p.plants],
        "sums": p.provinces.to_dict("split"),
    }  # fmt: skip
    lines: list[Any] = [about]
    for i in p.ids:
        form = [[ring.tolist() for ring in polygon] for polygon in p.shapes.get(i, ())]
        words = [str(p.province[i]), list(p.names.loc[i]), list(p.texts.loc[i])]
        lines.append([i, *words, list(p.table.loc[i]), form])
    return "\n".join(json.dumps(line, separators=(",", ":")) for line in lines)


def places_of(text: str) -> Places:
    """The places of a manifest: ``places_text`` and back gives them unchanged."""
    about, *rows = [json.loads(line) for line in text.split("\n")]
    ids = [row[0] for row in rows]
    columns = {c["name"]: Column(**c) for c in about["columns"]}
    return Places(
        name=about["name"],
        country=about["country"],
        table=pd.DataFrame([row[4] for row in rows], ids, list(columns), dtype=float),
        columns=columns,
        names=pd.DataFrame([row[2] for row in rows], ids, about["languages"], dtype=object),
        province=pd.Series([row[1] for row in rows], ids, dtype=object),
        sources=tuple(Source(**s) for s in about["sources"]),
        texts=pd.DataFrame([row[3] for row in rows], ids, about["texts"], dtype=object),
        shapes={row[0]: shape(row[5], many=True) for row in rows if row[5]},
        borders=tuple((a, b) for a, b in about["borders"]),
        plants=tuple(Plant(**w) for w in about["plants"]),
        provinces=pd.DataFrame(**about["sums"], dtype=float),
        doubts=tuple(about["doubts"]),
        tolerance=about["tolerance"],
    )


def rest_of(p: GivenPlaces, ids: Mapping[str, str]) -> dict[str, Any]:
    """Shapes and borders, which no sheet has, of the places that are still there; ``ids``: earlier id → the one now."""
    return {
        "shapes": {ids[i]: s for i, s in p.shapes.items() if i in ids},
        "borders": tuple((ids[a], ids[b]) for a, b in p.borders if a in ids and b in ids),
    }
