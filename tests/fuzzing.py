"""Files of a user made wrong by chance: the kinds, what is done to them, and what the answer must be.

They are parsed in this process: a child of its own for each takes a third of a second.

One list for the tests (some thousands of inputs) and for ``benchmarks/fuzz.py`` (a hundred thousand).
"""

from __future__ import annotations

import dataclasses
import json
import math
import random
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from door_files import parsed_here
from small_accounts import COUNTRY, MONEY, YEAR, write_matrix, write_small_template

from groundplan import Outcome, open_table
from groundplan.batches.kept import Kept
from groundplan.economy.economy import Economy
from groundplan.economy.opening import open_accounts
from groundplan.economy.table_checks import CAP
from groundplan.errors import GroundplanError
from groundplan.places.known.column_roles import open_roles
from groundplan.places.known.place_readers import read as read_places
from groundplan.places.known.place_readers import read_with, trusted
from groundplan.places.lots import draw, verify_draw
from groundplan.tables.people_by_age import read_people

ROLES = """
name = "Somewhere"
country = "TST"
id = "code"
names = { en = "name" }
[columns.population]
from = "people"
source = "census"
[columns.lat]
from = "lat"
source = "census"
[columns.lon]
from = "lon"
source = "census"
[[sources]]
publisher = "tests"
title = "places"
vintage = "none"
licence = "none"
"""
PLACES = "code,name,people,lat,lon\na,Ayr,100,1.5,36.5\nb,Bir,2000,2.5,37.5\nc,Cam,30000,-1.5,38.5\n"
AGES = "year,age,number\n" + "".join(f"{y},{a},{1000 + a + y}\n" for y in (2010, 2020) for a in range(0, 100, 5))
RING = [[36.0, 1.0], [37.0, 1.0], [37.0, 2.0], [36.0, 1.0]]
SHAPES = json.dumps({
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"code": "a", "name": "Ayr", "people": 100},
         "geometry": {"type": "Polygon", "coordinates": [RING]}},
        {"type": "Feature", "properties": {"code": "b", "name": "Bir", "people": 200},
         "geometry": {"type": "Point", "coordinates": [38.0, 2.0]}},
    ],
})  # fmt: skip
SHAPE_ROLES = ROLES[: ROLES.index("[columns.lat]")] + ROLES[ROLES.index("[[sources]]") :]
NAMES = ["Garissa", "Isiolo", "Mandera", "Turkana"]
DICE = draw.announce(NAMES, 2, {"kind": "dice", "throws": 50}, "order of equals")
RECORD = DICE.record({"kind": "dice", "throws": [3, 1, 4, 1, 5] * 10})
PIECES = [
    b"", b"nan", b"inf", b"-inf", b"1e300", b"-1", b"1e400", b"9" * 400, b"\x00", b"\xff", b"\xef\xbb\xbf", b",", b'"',
    b"\n", b"\r", b"[", b"]", b"{", b"}", b":", b"null", b"true", b"NaN", b"Infinity", b"1.0", b"1_0", "é".encode(),
    "\u202e".encode(), "\u200b".encode(), "１".encode(), b"=", b"'", b"\\u0000", b"\\ud800", b"../", b"\t",
]  # fmt: skip


class WrongAnswer(AssertionError):
    """A file that was made wrong, and an answer that is neither a refusal in words nor right."""


@dataclass(frozen=True)
class Kind:
    """A kind of file: the right one, what opens it, and what must hold of the answer where it opens."""

    right: bytes
    name: str
    opened: Callable[[Path], Any]
    holds: Callable[[Any], bool]


def finite(thing: Any) -> bool:
    """Whether no number within is infinite; what is missing in a table is nan, and may be."""
    if isinstance(thing, float):
        return not math.isinf(thing)
    if isinstance(thing, pd.DataFrame):
        return not np.isinf(thing.select_dtypes("number").to_numpy(dtype=float)).any()
    if isinstance(thing, Mapping):
        return all(map(finite, thing.values()))
    if isinstance(thing, (list, tuple)):
        return all(map(finite, thing))
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return all(finite(getattr(thing, f.name)) for f in dataclasses.fields(thing))
    return True


def _places(path: Path, roles: str) -> Any:
    with_roles = path.with_name("roles.toml")
    with_roles.write_text(roles, "utf-8")
    if path.suffix == ".geojson":
        return read_places(path, with_roles)
    return read_with(path, open_roles(with_roles), trusted)  # in this process: a child of its own takes half a second


def _draw_checked(path: Path, *, announced: bool) -> Any:
    """One of the two files of a draw, where the product and the program alike find no fault in the pair."""
    other = path.with_name("record.json" if announced else "announcement.json")
    other.write_text(json.dumps(RECORD if announced else DICE.content), "utf-8")
    pair = (path, other) if announced else (other, path)
    try:
        theirs = verify_draw.verify(*map(verify_draw.read, map(str, pair)))
    except (ValueError, RecursionError) as error:
        theirs = [str(error)]
    try:
        ours = draw.check(*map(draw.read_json, pair))
    except GroundplanError as error:
        ours = [str(error)]
    if bool(ours) != bool(theirs):
        raise WrongAnswer(f"{ours} and {theirs}")
    if ours:
        raise GroundplanError("; ".join(ours))
    return json.loads(path.read_bytes())


@cache
def _accounts(name: str) -> tuple[Path, bytes]:
    """The small country's accounts in a folder of their own, and the bytes of one of the files."""
    folder = Path(tempfile.mkdtemp())
    if name == "matrix.csv":
        return folder, write_matrix(folder)[0].read_bytes()
    own = write_small_template(folder, as_csv=True)
    return own, (own / name).read_bytes()


def _economy(path: Path) -> Economy:
    """The small country with one of its files in place of the right one."""
    folder, _ = _accounts(path.name)
    (folder / path.name).write_bytes(path.read_bytes())
    if path.name == "matrix.csv":
        return open_table([path, folder / "kinds.csv"], "sam", COUNTRY, YEAR, money=MONEY)[0]
    return open_accounts(folder)


def balanced(e: Economy) -> bool:
    """Whether all figures are finite, and costs within a tenth of output in every sector."""
    costs = e.domestic_use.sum("product") + e.imported_use.sum("product") + e.primary.sum("primary")
    x, paid = e.output.values, costs.values
    return bool(np.isfinite([e.gdp, *x, *paid]).all() and (np.abs(x - paid) <= CAP * np.abs(x) + 1e-6).all())


def _sheet(name: str) -> Kind:
    return Kind(_accounts(name)[1], name, _economy, balanced)


KINDS: dict[str, Kind] = {
    "places": Kind(PLACES.encode(), "x.csv", lambda p: _places(p, ROLES), lambda a: finite(a.table)),
    "shapes": Kind(SHAPES.encode(), "x.geojson", lambda p: _places(p, SHAPE_ROLES), lambda a: finite(a.table)),
    "people by age": Kind(AGES.encode(), "x.csv", read_people, lambda a: finite(a.counts)),
    "announcement": Kind(
        json.dumps(DICE.content).encode(), "announcement.json",
        lambda p: _draw_checked(p, announced=True), lambda a: a == json.loads(json.dumps(DICE.content))),
    "record": Kind(
        json.dumps(RECORD).encode(), "record.json",
        lambda p: _draw_checked(p, announced=False), lambda a: a == json.loads(json.dumps(RECORD))),
    "matrix": _sheet("matrix.csv"),
    **{name: _sheet(f"{name}.csv") for name in ("about", "sectors", "domestic_use", "primary_inputs")},
}  # fmt: skip


def mutated(rng: random.Random, data: bytes) -> bytes:
    """Bytes with one to three parts cut out, doubled, exchanged, flipped or put in."""
    for _ in range(rng.randint(1, 3)):
        at, end = sorted(rng.randrange(len(data) + 1) for _ in range(2))
        end = min(end, at + rng.choice([1, 2, 5, 20, len(data)]))
        how = rng.randrange(4)
        if how == 0:
            data = data[:at] + rng.choice(PIECES) + data[end:]
        elif how == 1:
            data = data[:at] + rng.choice(PIECES) + data[at:]
        elif how == 2:
            data = data[:end] + data[at:end] + data[end:]
        elif at < len(data):
            data = data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]
    return data


def answer(kind: Kind, data: bytes, folder: Path) -> str:
    """The word opened or refused. Raises ``WrongAnswer`` for numbers that nobody means; any other exception is one."""
    path = folder / kind.name
    path.write_bytes(data)
    try:
        with parsed_here():
            opened = kind.opened(path)
    except GroundplanError as error:
        if not str(error).strip():
            raise WrongAnswer("refused without a word") from error
        return "refused"
    if not kind.holds(opened):
        raise WrongAnswer(f"opened with {opened!r}")
    return "opened"


def outcome() -> Outcome:
    array = xr.DataArray([1.25, 2.5], coords={"sector": ["a", "b"]}, dims="sector", name="level")
    table = pd.DataFrame({"name": ["x", "y"], "value": [1.0, 2.0]})
    return Outcome({"level": array}, {"t": table}, {"engine": "plan", "note": "first"})


def outcome_answer(rng: random.Random, folder: Path) -> str:
    """The word refused, or same where the bytes came out as they were: a file of a saved outcome made wrong."""
    shutil.rmtree(folder, ignore_errors=True)
    saved = outcome().save(folder, {"report.html": "<p>r</p>"})
    path = rng.choice(sorted(p for p in saved.rglob("*") if p.is_file()))
    before = path.read_bytes()
    path.write_bytes(mutated(rng, before))
    if path.read_bytes() == before:
        return "same"
    try:
        back = Outcome.open(saved)
    except GroundplanError:
        return "refused"
    # Only spaces between the parts of the index are not counted.
    if path.name == "index.json" and json.loads(path.read_bytes()) == json.loads(before):
        return "same"
    raise WrongAnswer(f"{path.name} was changed and opened: {back.provenance}")


def batch_answer(rng: random.Random, folder: Path) -> str:
    """The word refused, or again where the batch is computed again: a kept batch made wrong in any way."""
    folder.mkdir(exist_ok=True)
    kept = Kept(folder, "f" * 64)
    kept.write(0, {"loss": np.array([1.25, 2.5, 3.75])})
    path = next(folder.glob("*.npz"))
    before = path.read_bytes()
    path.write_bytes(mutated(rng, before))
    try:
        arrays = kept.read(0)
    except GroundplanError:
        return "refused"
    finally:
        path.unlink()
    if arrays is None or arrays["loss"].tolist() == [1.25, 2.5, 3.75]:
        return "again"
    raise WrongAnswer(f"a changed batch was read: {arrays}")
