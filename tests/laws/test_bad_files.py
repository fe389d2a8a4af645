"""Files of every kind that a user may write, made wrong in every way: one answer, a refusal in words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundplan.cli.arguments import settings as pairs
from groundplan.errors import Faults, GroundplanError, StudyError
from groundplan.places.choose_places import open_rules
from groundplan.places.known.column_roles import open_roles
from groundplan.places.scoring.scores import open_weights
from groundplan.places.works.facility_files import open_facilities
from groundplan.planning.doctrines.doctrine import open_doctrine
from groundplan.recipe_book.book import read_recipes
from groundplan.records.toml import key_value
from groundplan.shocks.drawing.distributions import open_distribution
from groundplan.shocks.scenarios.scenario import open_scenario, ready
from groundplan.study.study import open_study
from groundplan.tables.door.mapping import open_mapping

SHIPPED = files("groundplan")
STUDY = """
country = "KEN"
accounts_year = 2019
[plan]
years = 3
floor = 0.9
[capital]
capital_output = 2.4
absorption = { default = 0.1, elec = 0.2 }
[[targets]]
indicator = "import bill"
sense = "<="
value = 2000.0
[[ranges]]
name = "floor"
low = 0.5
high = 1.0
[[works]]
name = "dam"
spending = [1.0, 2.0]
effects = [{ commodity = "home:elec", amount = 2.0, role = "give", starts = 1, lasts = 30 }]
[[carve]]
product = "cement"
sector = "nmet"
unit = "t"
source = "x"
share = 0.1
price = 2.0
inputs = [{ product = "elec", coefficient = 0.1 }]
[uncertainty]
draws = 5
[[contingencies]]
name = "cut"
year = 2021
imports_lost = { chem = 0.5 }
[[projects.flows]]
activity = "work:dam"
commodity = "home:elec"
coefficient = 1.0
lag = 2
"""
SCENARIO = """
name = "two blows"
horizon = 140
step = "week"
[stocks]
default = 30
[behaviour]
psi = 0.9
tiers = [["class:food", "final:household"], ["sectors"]]
binding_of = { heal = "idle" }
[[events]]
kind = "cut_imports"
name = "cut"
products = ["class:fuels", "maiz"]
depth = 0.5
[[events]]
kind = "destroy_capital"
amount = 10.0
rebuild_from = { elec = 1.0 }
"""
ENSEMBLE = """
scenario = "fuel cut"
members = 5
[groups]
luck = 0.6
[[draws]]
event = "fuel imports halved"
field = "depth"
shape = "triangular"
low = 0.2
mode = 0.5
high = 1.0
group = "luck"
[[draws]]
event = "fuel imports halved"
field = "recovery"
shape = "choice"
values = ["linear", "step"]
weights = [1, 2]
"""
RULES = """
per_year = [1, 2]
years = 2
kinds = [1, 2]
quota = { North = [0, 1] }
longest_wait = [0.8, 1]
forced = { x = 1 }
forced_types = { x = ["mill"] }
budget = { money = [1.0, 2.0], power = 3 }
weights = { need = 1.0 }
"""
MAPPING = """
decimal = ","
zeros = ["-"]
header_row = 3
code_columns = [1, 2]
columns = { OUT = "TOTAL" }
leave_out = { rows = ["a"] }
"""
ROLES = """
name = "Somewhere"
country = "TST"
id = "code"
names = { en = "name" }
file = { decimal = "," }
doubts = ["One."]
borders = { from = "near", mark = ";" }
provinces = { file = "sums.csv", id = "p", columns = { population = "n" } }
[columns.population]
from = "people"
source = "census"
times = 1000
[[sources]]
publisher = "tests"
title = "places"
vintage = "none"
licence = "none"
"""
WEIGHTS = """
[need]
criteria = [{ column = "poverty", weight = 1.0 }, { column = "power", weight = 2, direction = "less" }]
normalise = "rank"
source = "tests"
"""
MILL = """
[available]
grain = { value = 0.5, unit = "1", source = "s", basis = "given" }
[mill]
names = { en = "Mill" }
sector = "food"
profile = [0.5, 0.5]
jobs = { basic = { value = 8, unit = "persons", low = 4, high = 16, source = "s" } }
[[mill.materials]]
column = "grain"
amount = { value = 5, unit = "t / year", source = "s", basis = "given" }
reach = { value = 5, unit = "km", source = "s", basis = "given" }
[[mill.sizes]]
name = "small"
scale = { value = 0.5, unit = "1", source = "s", basis = "given" }
cost = { value = 0.6, unit = "1", source = "s", basis = "given" }
"""
BREAD = """
[sources.baker]
title = "On bread"
publisher = "a baker"
address = "nowhere"
read = "1.2 t of flour a tonne"
[recipes.bread]
label = "bread"
product = "bread"
unit = "t"
sector = "food"
account = "t"
overheads = [0.10, 0.05, 0.20]
inputs = { crops = [0.20, 0.1, 0.3], machinery = [0.30, 0.2, 0.4] }
amounts = { crops = { value = 1.2, low = 1.1, high = 1.3, source = "baker" } }
labour = { unskilled = [0.1, 0.05, 0.2] }
capital = { ratio = [1.0, 0.5, 2.0], gestation = [2, 1, 3], life = [20, 10, 30] }
composition = { construction = [0.5, 0.3, 0.6], machinery = [0.5, 0.3, 0.6] }
spending = [0.25, 0.75]
"""
DOCTRINE = SHIPPED.joinpath("planning/doctrines/heavy.toml").read_text("utf-8")
KINDS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "study": (STUDY, open_study),
    "scenario": (SCENARIO, open_scenario),
    "ensemble": (ENSEMBLE, lambda path: open_distribution(path, ready)),
    "rules": (RULES, lambda path: open_rules(path, "TST", {})),
    "mapping": (MAPPING, open_mapping),
    "roles": (ROLES, open_roles),
    "weights": (WEIGHTS, open_weights),
    "facilities": (MILL, open_facilities),
    "recipes": (BREAD, lambda path: read_recipes(path.read_text("utf-8"), path.name)),
    "doctrine": (DOCTRINE, open_doctrine),
}
WRONG: list[Any] = [
    date(2020, 1, 31), float("inf"), float("-inf"), float("nan"), 2**63 - 1, -(2**63), -1, 0, 0.5, 1e308, True, "", "x",
    "\x7f\u2028", [], [[]], [{}], {}, {"": 1}, {"default": 1}, {"default": date(2020, 1, 1)}, [1, "x"], [[1, 2], [3]],
    [0.5, [0.5]], {"value": {}}, [{"name": "x"}], [1.0] * 3, {"a": {"b": {"c": []}}},
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path of a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([path] if path else []), *(p for k, v in inner for p in places(v, (*path, k)))]


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The value with another one at a path, without that path where ``new`` is ``...``, or with a key renamed."""
    copy = dict(value) if isinstance(value, dict) else list(value)
    if len(path) > 1:
        copy[path[0]] = changed(value[path[0]], path[1:], new)
    elif new is ...:
        del copy[path[0]]
    else:
        copy[path[0]] = new
    return copy


def answer(kind: str, path: Path) -> str:
    """The refusal; empty where the file was read. Any other exception fails the test."""
    refusal: GroundplanError | None = None
    try:
        KINDS[kind][1](path)
    except GroundplanError as error:
        refusal = error
    if refusal is None:
        return ""
    parts = refusal.faults if isinstance(refusal, Faults) else (refusal,)
    assert refusal.exit_code == 2
    assert all(part.what and part.where for part in parts), refusal
    assert path.name in str(refusal), refusal
    return str(refusal)


@pytest.mark.parametrize("kind", KINDS)
def test_the_examples_are_right(kind: str, tmp_path: Path) -> None:
    """Proves: what is made wrong below is right before."""
    path = tmp_path / "right.toml"
    path.write_text(KINDS[kind][0], "utf-8")
    assert answer(kind, path) == ""
    path.write_bytes(b"\xef\xbb\xbf" + KINDS[kind][0].encode().replace(b"\n", b"\r\n"))
    assert answer(kind, path) == "" or kind == "recipes"


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_wrong_value_anywhere_is_refused_in_words(kind: str, data: st.DataObject, tmp_path: Path) -> None:
    """Proves: a value of a wrong kind at any place of a file is refused with the file's name, or read.

    Breaks if: a date, an infinity, an empty table or a list where a number belongs ends in an error of Python.
    """
    content = tomllib.loads(KINDS[kind][0])
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(content)))
        new = data.draw(st.sampled_from([*WRONG, ...]))
        content = changed(content, path, new)
        if not content:
            break
    file = tmp_path / "wrong.toml"
    file.write_text("\n".join(key_value(k, v) for k, v in content.items()), "utf-8")
    answer(kind, file)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_torn_text_is_refused_in_words(kind: str, data: st.DataObject, tmp_path: Path) -> None:
    """Proves: a text with a part cut out, doubled or put in is refused with the file's name, or read."""
    text = KINDS[kind][0]
    ends = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2)))
    twice = text[ends[0] : ends[1]] * 2
    put = data.draw(st.sampled_from(["", "[", "]]", '"""', "=", "\n[x]\n", "\x00", "9" * 30, "é", twice]))
    file = tmp_path / "torn.toml"
    file.write_text(text[: ends[0]] + put + text[ends[1] :], "utf-8")
    answer(kind, file)


EXTREMES = {
    "nothing": (b"", "states nothing"),
    "only a comment": (b"# nothing\n", "states nothing"),
    "not UTF-8": (b"a = 1\nb = '\xff'\n", "not UTF-8\n  where: x.toml, line 2"),
    "UTF-16": ("a = 1\n".encode("utf-16"), "not UTF-8"),
    "zero bytes": (b"a = 1\n\x00\x00", "is not TOML"),
    "no TOML": (b"a = 1\nb = \n", "line 2"),
    "twice": (b"a = 1\na = 2\n", "is not TOML"),
    "unclosed": (b"a = [\n1,\n", "line 3"),
    "nested lists": (b"a = 1\nb = " + b"[" * 100_000 + b"]" * 100_000, "more than 100 deep\n  where: x.toml, line 2"),
    "nested tables": (b"a = 1\nb = " + b"{c=" * 100_000 + b"1" + b"}" * 100_000, "more than 100 deep"),
    "nested keys": (b"a" + b".a" * 100_000 + b" = 1", "more than 100 deep\n  where: x.toml, line 1"),
    "nested headings": (b"[a" + b".a" * 100_000 + b"]\nb = 1", "more than 100 deep"),
    "an integer of 5,000 digits": (b"a = 1\nb = " + b"9" * 5000, "5,000 digits is too large\n  where: x.toml, line 2"),
    "a hexadecimal one": (b"a = 0x" + b"f" * 5000, "too large"),
    "no such day": (b"a = 2020-13-45\n", "is not TOML"),
}


@pytest.mark.parametrize("extreme", EXTREMES)
@pytest.mark.parametrize("kind", [k for k in KINDS if k != "recipes"])
def test_extremes_have_one_message(kind: str, extreme: str, tmp_path: Path) -> None:
    """Proves: what no reader should be asked to read is refused alike for every kind of file, with the line."""
    data, words = EXTREMES[extreme]
    path = tmp_path / "x.toml"
    path.write_bytes(data)
    assert words in answer(kind, path)


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "recipes"])
def test_what_is_no_file_has_one_message(kind: str, tmp_path: Path) -> None:
    """Proves: a missing file and a folder are told alike for every kind."""
    assert "there is no such file" in answer(kind, tmp_path / "none.toml")
    (tmp_path / "folder.toml").mkdir()
    assert "cannot be read" in answer(kind, tmp_path / "folder.toml")


@pytest.mark.parametrize("value", ["[" * 100_000, "9" * 5000, "1\nb = 2", "", "2020-13-45"])
def test_values_of_the_command_line_are_read_alike(value: str) -> None:
    """Proves: what ``--set`` cannot take is refused in a few words, however long it is."""
    with pytest.raises(StudyError, match="is not NAME=VALUE") as caught:
        pairs([f"floor={value}"])
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("kind", KINDS)
def test_every_misspelt_key_is_told_with_its_line_and_the_nearest(kind: str, tmp_path: Path) -> None:
    """Proves: a key that does not exist is refused with its own line and the key that was meant, in every kind of file.

    Breaks if: a reader passes over what it does not know.
    """
    text = KINDS[kind][0].lstrip("\n")
    key = {"mapping": "header_row", "facilities": "sector", "recipes": "label", "ensemble": "members"}.get(kind, "name")
    key = {"rules": "years", "study": "spending", "weights": "normalise"}.get(kind, key)
    line = next(n for n, row in enumerate(text.splitlines(), 1) if row.startswith(f"{key} ="))
    path = tmp_path / "x.toml"
    path.write_text("\n".join(re.sub(rf"^{key} =", f"{key}z =", row) for row in text.splitlines()), "utf-8")
    said = answer(kind, path)
    # The nearest come first to last, three at most.
    assert re.search(rf"no key '{key}z'; nearest: '{key}'(, '\w+'){{0,2}}\n  where: x.toml, line {line}\b", said), said
