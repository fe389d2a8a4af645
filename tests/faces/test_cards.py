"""Records of choices: what their fields take, how they say what is wrong, and that a study gives them back."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args, get_origin

import pytest
from economies import small
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from groundplan.economy.carving.carves import Carve, Ingredient
from groundplan.errors import Faults, GroundplanError, StudyError, UnknownName
from groundplan.planning.choices.uncertainty import Range, Uncertain, Uncertainty
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.features.production.branches import Branch
from groundplan.planning.features.works import Work, WorkEffect
from groundplan.planning.policy import Policy
from groundplan.records.card import Entry, PerSector, field_faults, fields_of, inner_record, keyed, per_sector, types_of
from groundplan.records.lines import Path as KeyPath
from groundplan.records.reading import read
from groundplan.study.study_file import ECONOMY_KEYS, ECONOMY_RECORDS, GROUPS, Content, read_study, records, written


@dataclass(frozen=True)
class Part(Entry):
    """A record within a record."""

    code: str = keyed("", "a code")
    amount: float = keyed("t", "an amount", 1.0, 0, 10)


@dataclass(frozen=True)
class Whole(Entry):
    """A record with a field of every kind."""

    name: str = keyed("", "a name")
    kind: str = keyed("", "a kind", "flow", among=("flow", "stock"))
    size: float = keyed("t", "a size", 1.0, 0, 10)
    number: int = keyed("", "a number", 1, 1, 9)
    yes: bool = keyed("", "whether it is so", True)
    maybe: float | None = keyed("t", "a size that may be left out", None, 0, 10)
    by_sector: PerSector = keyed("1", "a share by sector", 0.5, 0, 1)
    shares: dict[str, float] = keyed("1", "shares by name", {}, 0, 1)
    anything: dict[str, Any] = keyed("", "keys of any kind", {})
    words: list[str] = keyed("", "words", [])
    numbers: list[float] = keyed("t", "numbers", [], 0, 10)
    part: Part | None = keyed("", "a part", None)
    parts: list[Part] = keyed("", "parts", [])

    def more_faults(self) -> list[GroundplanError]:
        """A rule between two fields."""
        wrong = self.maybe is not None and self.maybe > self.size
        return [StudyError("it is more than the whole", where=self.line)] if wrong else []


def told(**fields_given: Any) -> list[str]:
    return [f.what for f in Whole(**({"name": "one"} | fields_given)).faults()]


def by_path(path: KeyPath) -> str:
    return ".".join(map(str, path))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", ""), ("kind", "stock"), ("size", 0), ("size", 10.0), ("number", 9), ("number", 3.0), ("yes", False),
        ("maybe", None), ("maybe", 0.5), ("by_sector", 1), ("by_sector", {"default": 0.1, "elec": 1.0}),
        ("by_sector", MappingProxyType({"default": 0.1})), ("shares", {}), ("shares", {"a": 1, "b": 0.0}),
        ("anything", {"a": [1, "b"]}), ("words", ["a"]), ("words", ("a",)), ("numbers", [0, 10.0]), ("part", None),
        ("part", Part("a")), ("parts", [Part("a"), Part("b", 10)]),
    ],
)  # fmt: skip
def test_what_a_field_takes(key: str, value: object) -> None:
    """Proves: both ends of a range, whole numbers however written, and every admissible kind are taken."""
    assert told(**{key: value}) == []


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("name", 3, "name of a whole is 3, not a text"),
        ("name", None, "name of a whole is empty"),
        ("kind", "stok", "no kind of a whole 'stok'; nearest: 'stock'"),
        ("size", "big", "size of a whole is 'big', not a number"),
        ("size", True, "size of a whole is True, not a number"),
        ("size", float("nan"), "size of a whole is nan, not a number"),
        ("size", float("inf"), "size of a whole is inf, not a number"),
        ("size", -0.1, "size of a whole is -0.1, outside 0 to 10"),
        ("size", 10.1, "size of a whole is 10.1, outside 0 to 10"),
        ("size", None, "size of a whole is empty"),
        ("size", {"default": 1.0}, "size of a whole is given by sector, which this key does not have"),
        ("number", 1.5, "number of a whole is 1.5, not a whole number"),
        ("yes", 1, "yes of a whole is 1, not true or false"),
        ("maybe", "much", "maybe of a whole is 'much', not a number"),
        ("by_sector", {"elec": 0.5}, "by_sector of a whole is {'elec': 0.5}, without 'default' for the other sectors"),
        ("by_sector", {"default": 0.1, "elec": 2}, "by_sector of a whole is elec: 2, outside 0 to 1"),
        ("by_sector", 2, "by_sector of a whole is 2, outside 0 to 1"),
        ("by_sector", "all", "by_sector of a whole is 'all', not a number"),
        ("shares", 0.5, "shares of a whole is 0.5, not keys with values"),
        ("shares", {"a": 2, "b": "x"}, "shares of a whole is a: 2, outside 0 to 1; b: 'x', not a number"),
        ("words", "a", "words of a whole is 'a', not a list of texts"),
        ("words", ["a", 1], "words of a whole is a list with 1, not a text"),
        ("numbers", [1, 11], "numbers of a whole is a list with 11, outside 0 to 10"),
        ("parts", Part("a"), "parts of a whole is Part(line='', code='a', amount=1.0), not a list of parts"),
        ("parts", ["a"], "parts of a whole is a list with 'a', not a Part"),
        ("part", 3, "part of a whole is 3, not a Part"),
        ("part", Part("a", 11), "amount of a part is 11, outside 0 to 10"),
        ("parts", [Part("a"), Part("b", 12)], "amount of a part is 12, outside 0 to 10"),
        ("maybe", 2.0, "it is more than the whole"),
    ],
)  # fmt: skip
def test_what_a_field_refuses(key: str, value: object, words: str) -> None:
    """Proves: each kind of slip is told in words of its own. Breaks if: a wrong value passes or is called otherwise."""
    assert told(**{key: value}) == [words]


def test_faults_are_told_together_and_rules_between_fields_come_last() -> None:
    """Proves: every wrong field is told at once; a rule between fields is asked only of fields that are right."""
    one = Whole("", size=-1.0, number=0, maybe=5.0, line="study.toml, line 3")
    with pytest.raises(Faults) as caught:
        one.checked()
    assert [f.what.split()[0] for f in caught.value.faults] == ["size", "number"]
    assert {f.where for f in caught.value.faults} == {"study.toml, line 3"}
    assert all(f.fix.startswith("give ") for f in caught.value.faults)
    with pytest.raises(StudyError, match="more than the whole"):
        replace(one, size=1.0, number=1).checked()
    good = Whole("a")
    assert good.checked() is good


def test_defaults_are_not_shared() -> None:
    """Proves: a list or mapping that one record is given by default is its own."""
    one, other = Whole("a"), Whole("b")
    one.words.append("x")
    one.shares["x"] = 1.0
    assert other.words == []
    assert other.shares == {}


def test_read_a_record() -> None:
    """Proves: what is left out has its default, nested tables become records, and the line is that of the table."""
    content = {"name": "a", "part": {"code": "p"}, "parts": [{"code": "q", "amount": 2}], "shares": {"s": 0.5}}
    found, faults = read(Whole, content, by_path, ("it", 4))
    assert faults == []
    p, q = Part("p", line="it.4.part"), Part("q", 2, line="it.4.parts.0")
    assert found == Whole("a", part=p, parts=[q], shares={"s": 0.5}, line="it.4")
    assert Part.owner() == " of a part"
    assert Ingredient.owner() == " of an ingredient"


def test_read_tells_all() -> None:
    """Proves: unknown and missing keys and wrong values are told together, at every depth, each at its own place.

    Breaks if: a wrong value waits until the keys are right, or a nested table stands where the one around it does.
    """
    content = {"nam": "a", "size": -1, "part": {"cod": 1}, "parts": [{"code": "q", "x": 2}, 3]}
    found, faults = read(Whole, content, by_path, ("it",))
    assert found is None
    assert [(f.what, f.where) for f in faults] == [
        ("no key 'nam'; nearest: 'name'", "it.nam"),
        ("name not given", "it"),
        ("size of a whole is -1, outside 0 to 10", "it.size"),
        ("no key 'cod'; nearest: 'code'", "it.part.cod"),
        ("code not given", "it.part"),
        ("no key 'x'", "it.parts.0.x"),
        ("3 is not a table of keys", "it.parts.1"),
    ]
    found, faults = read(Whole, {"name": "a", "size": -1, "part": [{"code": "p"}]}, by_path)
    assert found is None
    assert [f.what.split(" is ")[0] for f in faults] == ["size of a whole", "part of a whole"]
    assert read(Whole, 3, by_path)[1][0].what == "3 is not a table of keys"


def test_as_dict() -> None:
    """Proves: a record states what it was given; what is empty only where that is no default.

    Breaks if: a list emptied on purpose comes back as its default.
    """
    one = Whole("a", parts=[Part("p")], words=["w"])
    assert one.as_dict() == {
        "name": "a", "kind": "flow", "size": 1.0, "number": 1, "yes": True, "by_sector": 0.5, "words": ["w"],
        "parts": [{"code": "p", "amount": 1.0}],
    }  # fmt: skip
    assert Uncertainty(wishes=[]).as_dict()["wishes"] == []
    assert Range("floor", 0.1, 0.2, source="").as_dict()["source"] == ""


def test_kinds_of_fields() -> None:
    """Proves: the record in a field is found by its type, alone, optional or in a list."""
    hints = types_of(Whole)
    assert [inner_record(hints[n]) for n in ("part", "parts", "words", "maybe")] == [Part, Part, None, None]
    assert [f.name for f in fields_of(Whole)] == [f.name for f in fields(Whole) if f.name != "line"]
    size = next(f for f in fields_of(Whole) if f.name == "size")
    (fault,) = field_faults(size, float, 11.0, owner=" of it", where="here")
    assert (fault.what, fault.where, fault.fix) == ("size of it is 11, outside 0 to 10", "here", "give a size")


def test_per_sector() -> None:
    assert per_sector(2, "elec") == 2.0
    assert per_sector({"default": 0.1, "elec": 0}, "elec") == 0.0
    assert per_sector({"default": 0.1, "elec": 0.2}, "coal") == 0.1


def test_sectors_of_any_mapping_are_checked_and_told() -> None:
    """Proves: a mapping that is no dictionary is checked against the economy too, and is written as one.

    Breaks if: a slip in a sector's name is overlooked, and the default is planned with.
    """
    slip = Policy(years=1, absorption=MappingProxyType({"default": 0.1, "wroks": 0.2}))
    with pytest.raises(UnknownName, match="no sector 'wroks'; nearest: 'works'"):
        compile_plan(small(), slip)
    assert type(slip.as_dict()["absorption"]) is dict


# What a study says of every record is what it gives back.

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


def values(spec: Any, hint: Any) -> st.SearchStrategy[Any]:
    """Values that a field takes by its card, the default and the empty ones among them."""
    low, high = spec.metadata["low"], spec.metadata["high"]
    number = st.floats(max(low, -1e9), min(high, 1e9), allow_nan=False)
    if spec.metadata["among"]:
        return st.sampled_from(spec.metadata["among"])
    origin = get_origin(hint) or hint
    if origin is list:
        inner = inner_record(hint)
        item = get_args(hint)[0]
        return st.lists(right(inner) if inner else values(spec, item), max_size=3)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        found = st.dictionaries(
            NAMES, st.integers(0, 9) if get_args(hint)[1] is Any else values(spec, get_args(hint)[1]), max_size=3
        )
        return found if origin is dict else found.map(lambda d: {"default": max(low, 0.0), **d})
    if isinstance(origin, type) and issubclass(origin, Entry):
        return right(origin)
    if get_args(hint):
        return st.one_of([values(spec, o) if o is not type(None) else st.none() for o in get_args(hint)])
    kinds = {bool: st.booleans(), str: NAMES, float: number}
    return st.integers(int(max(low, -1000)), int(min(high, 10**6))) if hint is int else kinds[hint]


def records_of(record: type[Entry]) -> st.SearchStrategy[Entry]:
    """Records whose fields are right one by one; rules between fields are not asked for."""
    hints = types_of(record)
    return st.builds(record, **{f.name: values(f, hints[f.name]) for f in fields_of(record)})


def right(record: type[Entry]) -> st.SearchStrategy[Entry]:
    """Records within records: a wrong one would not be read at all."""
    return records_of(record).filter(lambda one: not one.faults())


def unwritten(one: Entry) -> Entry:
    """The record as a study can state it: without lines."""
    parts = {}
    for f in fields_of(type(one)):
        value = getattr(one, f.name)
        if isinstance(value, Entry):
            parts[f.name] = unwritten(value)
        elif isinstance(value, (list, tuple)):
            parts[f.name] = [unwritten(v) if isinstance(v, Entry) else v for v in value]
    return replace(one, line="", **parts)


@pytest.mark.parametrize("name", list(records()))
@settings(max_examples=25, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_record_comes_back_from_its_study(name: str, data: st.DataObject) -> None:
    """Proves: whatever a record of any section holds, the study that is written says it and reads as the same record.

    Breaks if: a kind of value is written as TOML reads it otherwise, or a choice is left out as if it were the default.
    """
    record, many = records()[name]
    one = data.draw(records_of(record))
    figures = {name: [one]} if name in ECONOMY_RECORDS else {}
    policy = Policy()
    if not figures:
        # Rules between fields are the records' own matter: here only the writing is.
        object.__setattr__(policy, name, [one] if many else one)
    content = tomllib.loads(written(Content("KEN", 2019, policy, figures)))
    back, faults = read(record, content[name][0] if many else content[name], lambda _path: "")
    assert not [f for f in faults if isinstance(f, UnknownName) and f.what.startswith("no key")]
    assert back is not None
    assert unwritten(back) == unwritten(one)


def other(spec: Any, hint: Any) -> Any:
    """A value that is not the default, and right."""
    default = spec.default if spec.default_factory is MISSING else spec.default_factory()
    if spec.metadata["among"]:
        return next(w for w in spec.metadata["among"] if w != default)
    if isinstance(default, bool):
        return not default
    if isinstance(default, list):
        return [*default, "other"]
    low, high = max(spec.metadata["low"], -5.0), min(spec.metadata["high"], 5.0)
    kinds = [a for a in (*get_args(hint), hint) if a in (int, float)]
    if isinstance(default, dict):
        return {"elec": (low + high) / 2}
    number = next(n for n in (low, high, (low + high) / 2) if n != default)
    return int(number) if kinds[0] is int else number


def test_every_choice_of_the_policy_comes_back(tmp_path: Path) -> None:
    """Proves: a policy with no choice at its default is the same after it was written and read.

    Breaks if: a section of a study forgets a key, or writes a default in place of what was chosen.
    """
    hints = types_of(Policy)
    specs = {f.name: f for f in fields_of(Policy)}
    plain = [k for keys in GROUPS.values() for k in keys if k not in ECONOMY_KEYS]
    chosen = {k: other(specs[k], hints[k]) for k in plain}
    chosen |= {"absorption": {"default": 0.1, "mine": 0.3}, "gestation": {"default": 1, "elec": 3.0}}
    assert set(plain) == {k for k in specs if inner_record(hints[k]) is None}
    policy = Policy.of(
        **chosen,
        branches=[Branch("a \"name\" with 'quotes', # and \\", ["mine", "elec"])],
        works=[Work("dam", [1.0, 2.0], effects=[WorkEffect("home:elec", 2.0, "give", 1, 30)], sizes=[1.0, 2.0])],
        uncertainty=Uncertainty(wishes=[], seed=3),
        uncertain=[Uncertain("yields", ["mine"], yearly=True)],
    )
    carve = Carve("tea", "mine", "t", "a book", share=0.1, price=2.0, inputs=[Ingredient("elec", 0.25)])
    projects = {"exogenous": [{"commodity": "home:elec", "year": 2021, "supply": 1.5}]}
    figures = {"capital_output": {"default": 2.0, "elec": 4.0}, "depreciation": 0.1, "carve": [carve]}
    path = tmp_path / "study.toml"
    path.write_text(written(Content("PRK", None, policy, figures, projects)), "utf-8")
    back = read_study(path)
    assert (back.country, back.accounts_year, back.projects) == ("PRK", None, projects)
    for f in fields_of(Policy):
        mine, his = (getattr(p, f.name) for p in (policy, back.policy))
        many = isinstance(mine, list)
        if inner_record(hints[f.name]) is not None and mine is not None:
            mine, his = ([unwritten(v) for v in (p if many else [p])] for p in (mine, his))
        assert mine == his, f.name
    carves = [unwritten(c) for c in back.figures["carve"]]
    assert {**back.figures, "carve": carves} == figures


FAULTY = """\
country = "KEN"

[plan]
years = 2
floor = -3

[trade]
export_growth = { default = 99.0 }

[[branches]]
name = 3
sectors = ["mine"]

[[carve]]
product = "cement"
sector = "nonm"
unit = "t"
source = "x"
share = 0.1
price = 2.0
inputs = [
  { product = "coal", coefficient = -1 },
]

[[carve]]
product = "tea"
sector = "food"
unit = "t"
source = "x"
share = 0.1
price = 2.0

[[carve.inputs]]
product = "elec"
unit = "t"
"""


def test_a_study_tells_everything_with_its_line(tmp_path: Path) -> None:
    """Proves: choices, records and what is nested in them are refused in one message, each with the line it stands on.

    Breaks if: a wrong number of the policy has no line, or hides what is wrong further down; a key of a nested table
    is looked for among those of the table around it.
    """
    path = tmp_path / "study.toml"
    path.write_text(FAULTY, "utf-8")
    with pytest.raises(Faults) as caught:
        read_study(path)
    assert [(f.what.split("; ")[0], f.where) for f in caught.value.faults] == [
        ("floor is -3, outside 0 to 10", "study.toml, line 5"),
        ("export_growth is default: 99, outside -1 to 5", "study.toml, line 8"),
        ("name of a branch is 3, not a text", "study.toml, line 11"),
        ("coefficient of an ingredient is -1, outside 0 to inf", "study.toml, line 22"),
        ("no key 'unit'", "study.toml, line 35"),
    ]
