"""The line of every key of a TOML text: by hand where the form is odd, and for drawn texts of every form."""

from __future__ import annotations

import cProfile
import json
import pstats
import random
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundplan.errors import StudyError
from groundplan.records.lines import Path as KeyPath
from groundplan.records.lines import lines_of
from groundplan.study.study_file import read_study

ODD = '''\
# [no.heading] = 1
a.b.c = 1
a."b d" = 'x = "y"'
text = """
[not.a.heading]
key = "\\""" # not its end
"""
raw = \'\'\'
it's = [ { \'\'\'
  [ "quoted" . heading ] # a comment ]
list = [
  1, # one, ] two
  [2,
   3],
  { deep = [ { er = """x
y""", z = 2020-01-01 12:00:00 } ] },
]
[[rows]]
name = "]] # ="
date = 1979-05-27T07:32:00Z
[[rows.parts]]
size = 1
[[rows.parts]]
size = 2
[rows.last]
x = 1
[[rows]]
parts = []
'''
RETURNED = "\r\n[a.e]\r\nf = 1.5\r\n"
STAND: dict[KeyPath, int] = {
    ("a",): 2, ("a", "b"): 2, ("a", "b", "c"): 2, ("a", "b d"): 3, ("text",): 4, ("raw",): 8,
    ("quoted",): 10, ("quoted", "heading"): 10, ("quoted", "heading", "list"): 11,
    ("quoted", "heading", "list", 0): 12, ("quoted", "heading", "list", 1): 13,
    ("quoted", "heading", "list", 1, 0): 13, ("quoted", "heading", "list", 1, 1): 14,
    ("quoted", "heading", "list", 2): 15, ("quoted", "heading", "list", 2, "deep"): 15,
    ("quoted", "heading", "list", 2, "deep", 0): 15, ("quoted", "heading", "list", 2, "deep", 0, "er"): 15,
    ("quoted", "heading", "list", 2, "deep", 0, "z"): 16,
    ("rows",): 18, ("rows", 0): 18, ("rows", 0, "name"): 19, ("rows", 0, "date"): 20,
    ("rows", 0, "parts"): 21, ("rows", 0, "parts", 0): 21, ("rows", 0, "parts", 0, "size"): 22,
    ("rows", 0, "parts", 1): 23, ("rows", 0, "parts", 1, "size"): 24, ("rows", 0, "last"): 25,
    ("rows", 0, "last", "x"): 26, ("rows", 1): 27, ("rows", 1, "parts"): 28, ("a", "e"): 30, ("a", "e", "f"): 31,
}  # fmt: skip


def paths(value: Any, path: KeyPath = ()) -> set[KeyPath]:
    """Every path of a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path} - {()} | {p for k, v in inner for p in paths(v, (*path, k))}


def test_odd_forms() -> None:
    """Proves: long texts, comments, quoted and dotted keys, tables in arrays and carriage returns move no line.

    Breaks if: a bracket, a quote or an equals sign in a text or a comment is taken for one of the form.
    """
    text = ODD + RETURNED
    lines = lines_of(text, "x.toml")
    assert set(lines) == paths(tomllib.loads(text))
    assert lines == STAND


class _Writer:
    """A value written as TOML in a drawn form, and the line on which each path is begun."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.text, self.lines = chance, "", dict[KeyPath, int]()

    def stands(self, path: KeyPath) -> None:
        self.lines.setdefault(path, self.text.count("\n") + 1)

    def key(self, name: str) -> str:
        if re.fullmatch(r"[A-Za-z0-9_-]+", name) and self.chance.random() < 0.7:
            return name
        return f"'{name}'" if re.fullmatch(r"[ -&(-~]*", name) and self.chance.random() < 0.5 else quoted(name)

    def value(self, value: Any, path: KeyPath) -> None:
        if isinstance(value, dict):
            self.text += "{ "
            for n, (name, inner) in enumerate(value.items()):
                self.text += ", " if n else ""
                self.stands((*path, name))
                self.text += f"{self.key(name)} = "
                self.value(inner, (*path, name))
            self.text += " }"
        elif isinstance(value, list):
            self.text += "["
            for n, inner in enumerate(value):
                self.text += self.chance.choice(["", " ", "\n  ", '\n# a ] } " = comment\n'])
                self.stands((*path, n))
                self.value(inner, (*path, n))
                self.text += self.chance.choice([",", " ,", ",\n"])
            self.text += "]"
        elif isinstance(value, str):
            long = self.chance.random() < 0.4
            self.text += f'"""\n{quoted(value)[1:-1]}\n"""' if long else quoted(value)
        else:
            self.text += str(value).lower()

    def body(self, table: dict[str, Any], path: KeyPath, head: list[str]) -> None:
        sections = {k: v for k, v in table.items() if self.chance.random() < 0.6 and is_section(v)}
        for name, value in table.items():
            if name in sections:
                continue
            self.text += self.chance.choice(["", "\n", "# [x] = 1\n", "  "])
            dotted = isinstance(value, dict) and value and self.chance.random() < 0.5
            for inner, part in value.items() if dotted else [(None, value)]:
                own = (*path, name) if inner is None else (*path, name, inner)
                self.stands((*path, name))
                self.stands(own)
                self.text += self.key(name) + ("" if inner is None else f" . {self.key(inner)}") + " = "
                self.value(part, own)
                self.text += self.chance.choice(["\n", " # = [ {\n", "\r\n"])
        for name, value in sections.items():
            names = [*head, name]
            for n, row in enumerate(value if isinstance(value, list) else [value]):
                many, own = isinstance(value, list), (*path, name)
                self.stands(own)
                self.stands((*own, n) if many else own)
                words = self.chance.choice([".", " . "]).join(map(self.key, names))
                self.text += f"[[{words}]]\n" if many else f"[ {words} ] # [[\n"
                self.body(row, (*own, n) if many else own, names)


def is_section(value: Any) -> bool:
    rows = value if isinstance(value, list) else [value]
    return bool(rows) and all(isinstance(row, dict) for row in rows)


def quoted(text: str) -> str:
    return json.dumps(text).replace("\x7f", "\\u007f")


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], max_codepoint=0xFFFF), max_size=5)
SCALARS = st.one_of(st.integers(-(2**63), 2**63 - 1), st.booleans(), TEXTS, st.floats(-1e9, 1e9, allow_nan=False))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)


@settings(max_examples=300, deadline=None)
@given(content=st.dictionaries(TEXTS, VALUES, max_size=5), seed=st.integers(0, 10**6))
def test_every_path_of_a_drawn_text_has_its_line(content: dict[str, Any], seed: int) -> None:
    """Proves: in whatever form a document is written, each of its paths, and nothing else, has the line it begins on.

    Breaks if: any mixture of headings, dots, inline tables, arrays, quotes and comments misleads the pass.
    """
    writer = _Writer(random.Random(seed))
    writer.body(content, (), [])
    assert set(writer.lines) == paths(tomllib.loads(writer.text))
    assert lines_of(writer.text, "x.toml") == writer.lines


@settings(max_examples=300, deadline=None)
@given(words=st.lists(st.sampled_from([*"[]{}=.,\"'#\n\\ ab1_-", '"""', "'''", "[[", "]]", "a = "]), max_size=40))
def test_no_text_stops_the_pass(words: list[str]) -> None:
    """Proves: a text that is no TOML ends the pass without an error of its own; one that is gets every line."""
    text = "".join(words)
    lines = lines_of(text, "x.toml")
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert set(lines) == paths(content)


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "{b = " * 100_000, ".".join("a" * 101) + " = 1"])
def test_what_is_nested_too_deep_is_refused(text: str) -> None:
    """Proves: brackets, inline tables and dots 100 deep and more are refused with their line."""
    with pytest.raises(StudyError, match=r"nested more than 100 deep\n  where: x\.toml, line 2"):
        lines_of(f"\n{text}", "x.toml")


@pytest.mark.parametrize("number", ["9223372036854775808", "-9223372036854775809", "1_0" * 2500, "0x" + "f" * 16])
def test_integers_beyond_64_bits_are_refused(number: str) -> None:
    """Proves: an integer that no 64 bits hold is refused with its line, the largest and the smallest are taken."""
    with pytest.raises(StudyError, match=r"too large\n  where: x\.toml, line 3"):
        lines_of(f"a = [\n1.5,\n{number}]", "x.toml")
    ends = "a = [9223372036854775807, -9223372036854775808, 0x7fff_ffff_ffff_ffff, 1e300, 00000.5]"
    assert ("a", 4) in lines_of(ends, "x.toml")


def calls(targets: int, folder: Path) -> int:
    """How many calls reading a study with so many targets takes."""
    row = '[[targets]]\nindicator = "gross output: food"\nsense = ">="\nvalue = 1.0\nyear = 2020\nname = "a {}"\n'
    path = folder / f"{targets}.toml"
    path.write_text("[plan]\nyears = 3\n" + "".join(row.format(n) for n in range(targets)), "utf-8")
    profile = cProfile.Profile()
    study = profile.runcall(read_study, path)
    assert study.policy.targets[-1].line == f"{targets}.toml, line {6 * targets - 3}"
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


def test_reading_grows_with_the_text(tmp_path: Path) -> None:
    """Proves: ten times as many targets take ten times as many steps to read, 5,000 as few each as 500.

    Breaks if: the line of one key is looked for in the whole text.
    """
    calls(5, tmp_path)
    assert calls(5000, tmp_path) < 10.5 * calls(500, tmp_path)
