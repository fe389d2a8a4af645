"""How the house is built: what engines must not know."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import groundplan
from groundplan.economy.economy import Economy
from groundplan.tables import catalogue
from groundplan.tables.concordances import concordance
from groundplan.tables.facts import countries

SOURCE = Path(groundplan.__file__).parent
# The country of a command that names none, and where that is said.
DEFAULT = "KEN"
SAY_IT = {
    "economy/economy.py", "places/choose_places.py", "results/plan_pages/plan_page.py", "study/asking.py",
    "study/study_file.py", "verbs/place.py",
}  # fmt: skip


@cache
def texts() -> tuple[tuple[str, int, str], ...]:
    """Every text in the code that is no docstring: file, line, text."""
    there = []
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        docs = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        for n in ast.walk(tree):
            if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in docs:
                there.append((path.relative_to(SOURCE).as_posix(), n.lineno, n.value))
    return tuple(there)


def test_no_country_stands_in_the_code() -> None:
    """Proves: what a country has of its own is data: no code and no name of a shipped country is a text of the code,
    but for the country that stands where none is named.
    Breaks if: an engine asks which country it works for.
    """
    entries = [*catalogue.entries(), *countries().values()]
    codes, names = {e.country for e in entries}, {e.country_name for e in entries}
    assert {"KEN", "PRK", "BRA"} <= codes
    said = [t for t in texts() if t[2] in codes or any(name in t[2] for name in names)]
    assert {file for file, _, code in said if code == DEFAULT} <= SAY_IT
    assert [t for t in said if t[2] != DEFAULT] == []


def test_no_sector_stands_in_the_engines() -> None:
    """Proves: no code of a sector of the shipped accounts or known lists is a text of the code outside of the readers
    of publishers' files (``tables``) and the list of options, whose ``text`` is a form of output. Codes of one or two
    characters are not looked for: they mean much else.
    Breaks if: a default or a rule names sectors instead of a class that data give them.
    """
    sectors = {str(s) for e in catalogue.entries() for s in Economy.load(e.country, e.year).sectors}
    sectors |= {str(s) for s in concordance.load("groundplan_broad").weights.index}
    sectors = {s for s in sectors if len(s) > 2}
    assert {"maiz", "educ", "P85", "8591"} <= sectors
    found = [t for t in texts() if t[2] in sectors and not t[0].startswith("tables/")]
    meant = {("verb_options.py", "text"), ("results/charts/echarts.py", "text")}  # words of options, not the sector
    meant.add(("verbs/open.py", "text"))  # a kind of file
    found = [t for t in found if not (t[2] == "text" and t[0].startswith("web/"))]  # a kind of field of a form
    assert [t for t in found if t[:1] + t[2:] not in meant] == []


def test_one_place_talks_to_solvers() -> None:
    """Proves: nothing outside of ``solver/`` imports HiGHS, Clarabel, linopy or SciPy's own solvers.

    Breaks if: an engine writes or runs a programme by itself.
    """
    words = re.compile(r"^\s*(?:import|from) (?:highspy|clarabel|linopy)\b|\b(?:linprog|milp)\b", re.MULTILINE)
    found = {p.relative_to(SOURCE).parts[0] for p in SOURCE.rglob("*.py") if words.search(p.read_text("utf-8"))}
    assert found == {"solver"}


def test_a_file_and_a_class_have_their_name_alone() -> None:
    """Proves: no two files of the package have one name, nor two classes, so that a name leads to one place.

    Breaks if: a second ``budget.py`` or a second class ``Accounts`` is added.
    """
    files = Counter(p.stem for p in SOURCE.rglob("*.py") if p.stem not in ("__init__", "__main__"))
    classes = Counter(
        n.name
        for p in SOURCE.rglob("*.py")
        for n in ast.walk(ast.parse(p.read_text("utf-8")))
        if isinstance(n, ast.ClassDef)
    )
    assert len(files) > 200
    assert len(classes) > 200
    assert [name for name, n in [*files.items(), *classes.items()] if n > 1] == []


def test_a_folder_has_at_most_fifteen_files() -> None:
    """Proves: a folder of more than fifteen files has rooms; only the words that a user types stand one beside another.

    Breaks if: a sixteenth file is put where there are fifteen.
    """
    sizes = Counter(p.parent for p in SOURCE.rglob("*.py") if p.name != "__init__.py")
    assert {p.relative_to(SOURCE).as_posix(): n for p, n in sizes.items() if n > 15 and p.name != "verbs"} == {}


def names(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """What the code names: variables, parameters, functions, classes, attributes and keywords, each with its line."""
    for n in ast.walk(tree):
        if isinstance(n, ast.Name):
            yield n.id, n.lineno
        elif isinstance(n, ast.arg):
            yield n.arg, n.lineno
        elif isinstance(n, ast.Attribute):
            yield n.attr, n.lineno
        elif isinstance(n, ast.FunctionDef | ast.ClassDef):
            yield n.name, n.lineno


def test_names_say_something() -> None:
    """Proves: nothing is called by a word that fits everything, and no row is a dictionary of objects.

    Breaks if: a variable is called ``found`` or ``told`` again, or rows come untyped.
    """
    empty = {"told", "found", "known", "made", "held", "drawn"}
    lines: dict[str, list[int]] = defaultdict(list)
    for p in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(p.read_text("utf-8"))
        file = p.relative_to(SOURCE).as_posix()
        for name, line in names(tree):
            if name in empty:
                lines[file].append(line)
        for n in ast.walk(tree):
            untyped = isinstance(n, ast.Subscript) and isinstance(n.value, ast.Name) and n.value.id == "dict"
            if untyped and ast.unparse(n) == "dict[str, object]":
                lines[file].append(n.lineno)
    assert dict(lines) == {}
