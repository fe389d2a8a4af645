"""The words: each is a file and a function of its name, told alike, and the command line says the same ones."""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import pkgutil
import re
import types
from pathlib import Path
from typing import Any

import pytest
from economies import shipped

import groundplan
from groundplan import Economy, Outcome, Policy, Study, data, open_accounts, plan, recipes, see, template
from groundplan.cli import parser
from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.results.page import Page
from groundplan.results.text_page import text_page
from groundplan.study.asking import Files, accounts_of, study_of
from groundplan.verb_options import FACE, KEYWORD, SUBJECT, Verb, imported
from groundplan.verb_table import PAGES, VERBS

ROOT = Path(__file__).parents[2]
DOCS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "studies").glob("*.md")])
# What stands at the top of the package: faces, verbs, engines in layers, and what is really shared.
TOP = {
    "__main__", "batches", "cli", "command_words", "crisis", "databases", "differences", "economy", "errors",
    "following", "glossary", "languages", "ledgers",
    "measures", "outcome", "places", "planning", "projects", "reconciling",
    "recipe_book", "records", "results", "saved_index", "shocks", "shown_text", "solver", "sources",
    "spreadsheets", "study", "tables", "unplanned", "verb_options", "verb_table", "verbs", "web",
    "last_used", "reading_bounds", "whole_files", "worker",
}  # fmt: skip
# Keywords that take what no line of a terminal can say: objects, rows, limits of one's own, who is told the progress.
IN_PYTHON = {"families", "links", "panel", "policies", "policy", "progress", "projects", "weights", "world"}
WORDS = sorted(VERBS)


@pytest.fixture(scope="module", autouse=True)
def everything_imported() -> None:
    """Every module of the package, so that none of them can stand in a verb's place later."""
    for module in pkgutil.walk_packages(groundplan.__path__, "groundplan."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_a_function_in_a_file_of_its_name(word: str) -> None:
    """Proves: `from groundplan import word` is the function `word` of `verbs/word.py`, whatever was imported before.

    Breaks if: a module or package at the top of the package has a verb's name.
    """
    function = getattr(groundplan, word)
    assert isinstance(function, types.FunctionType)
    assert function.__name__ == word
    assert function.__module__ == f"groundplan.verbs.{word}"
    assert VERBS[word].function is function
    assert inspect.signature(function).return_annotation == "Outcome"


def test_what_stands_at_the_top() -> None:
    """Proves: the words are one list everywhere, and no module at the top of the package has the name of an export."""
    modules = {m.name for m in pkgutil.iter_modules(groundplan.__path__)}
    assert modules == TOP
    assert not modules & set(groundplan.HOMES)
    files = {m.name for m in pkgutil.iter_modules(importlib.import_module("groundplan.verbs").__path__)}
    assert files == set(groundplan.VERBS) == set(VERBS)


@pytest.mark.parametrize("name", sorted(groundplan.HOMES))
def test_every_noun_is_at_hand(name: str) -> None:
    """Proves: each name at the top is there, and what a type checker reads of it is what Python gets.

    Breaks if: the lazy list and the typed imports say different things.
    """
    thing = getattr(groundplan, name)
    assert not isinstance(thing, types.ModuleType)
    tree = ast.parse(Path(groundplan.__file__).read_text("utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    typed = {a.asname: (node.module, a.name) for node in imports for a in node.names if a.asname}
    assert set(typed) == set(groundplan.HOMES)
    module, own = typed[name]
    assert getattr(importlib.import_module(str(module)), own) is thing


@pytest.mark.parametrize("engine", sorted(PAGES))
def test_every_page_of_the_table_is_there(engine: str) -> None:
    """Proves: each engine has views that every face renders, or a page of lines for the terminal; never both.

    Breaks if: a page moves or is renamed and the table is not.
    """
    pages = PAGES[engine]
    assert bool(pages.text) != bool(pages.report)
    if pages.text:
        assert callable(imported(f"groundplan.results.{pages.text}"))
    else:
        assert isinstance(imported(f"groundplan.results.{pages.report}"), Page)


def keywords(verb: Verb) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(verb.function).parameters)


@pytest.mark.parametrize("word", WORDS)
def test_options_are_keywords_of_the_same_name(word: str) -> None:
    """Proves: an option of the command line is a keyword of the function, with its default; and the other way round.

    Breaks if: an option is renamed in one place, or a default stands in two.
    """
    verb, there = VERBS[word], keywords(VERBS[word])
    own = {o.name: o for o in verb.options if o.use == KEYWORD}
    told = {o.name for o in verb.options if o.use == SUBJECT}
    open_ended = {n for n, p in there.items() if p.kind is p.VAR_KEYWORD}
    plain = set(there) - open_ended - (IN_PYTHON - set(own))
    if verb.about == "study":
        assert told == {"country", "study", "years", "start_year", "set", *Files.__annotations__}
        assert open_ended == {"choices"}, "years and whatever is set are keywords of any name of the policy"
        plain -= {"economy", "study", "year"}
    elif verb.about == "accounts":
        assert told == {"country", *Files.__annotations__}
        assert open_ended == {"files"}
        plain -= {"economy"}
    else:
        assert told in (set(), set(Files.__annotations__), set(Files.__annotations__) - {"year"})
        assert open_ended == ({"files"} if told and word not in ("join", "place") else open_ended)
    assert plain == set(own)
    for name, option in own.items():
        usual = there[name].default
        assert usual == option.default or (usual is inspect.Parameter.empty and option.needed), name
    assert {o.name for o in verb.options if o.use == FACE} <= {
        "out",
        "overwrite",
        "workbook",
        "form",
        "json",
        "letters",
        "geojson",
        "propose",
        "pdf",
        "word",
        "annexes",
    }


@pytest.mark.parametrize("word", WORDS)
def test_a_verb_is_called_like_the_others(word: str) -> None:
    """Proves: the subject comes first, progress is told to whoever asks; what plans takes limits of one's own."""
    verb, there = VERBS[word], keywords(VERBS[word])
    names = list(there)
    assert "progress" in names
    if verb.about:
        assert names[0] == "economy"
    plans = verb.about == "study" or word in ("join", "place", "replan", "stress")
    assert ("families" in names) == plans
    if plans:
        # None where it may be that nothing is planned: the usual limits, without a solver on the way.
        assert there["families"].default is (None if word in ("place", "stress") else groundplan.FAMILIES)
    # Only what has its place on the command line has one in Python: outcomes beside one another are up to three.
    assert all(
        p.kind is not p.POSITIONAL_OR_KEYWORD for p in list(there.values())[3 if word in ("diff", "project") else 2 :]
    )


def commands() -> dict[str, argparse.ArgumentParser]:
    found = next(a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(found.choices)


@pytest.mark.parametrize("word", WORDS)
def test_the_command_line_has_the_word_and_its_options(word: str) -> None:
    """Proves: `groundplan word --help` names every option of the table, and every command prints JSON, but for the one
    that goes on till it is stopped.

    Breaks if: the help forgets an option, or a command has no JSON.
    """
    page = commands()[word].format_help()
    for option in VERBS[word].options:
        assert (option.metavar or option.name) in page if option.position else option.flag in page
    assert ("--json" in page) == (word != "serve")


def test_the_docs_import_from_the_top_alone() -> None:
    """Proves: no Python block of README, docs or studies reaches deeper than `from groundplan import ...`."""
    for page in DOCS:
        for block in re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
            for node in ast.walk(ast.parse(block)):
                if isinstance(node, ast.ImportFrom) and str(node.module).startswith("groundplan"):
                    assert node.module == "groundplan", page.name
                    assert {a.name for a in node.names} <= set(groundplan.HOMES), page.name
                if isinstance(node, ast.Import):
                    assert not any(a.name.startswith("groundplan") for a in node.names), page.name


STUDY = 'country = "KEN"\naccounts_year = 2019\n\n[plan]\nyears = 1\ntail_years = 0\n\n[trade]\nexport_growth = 0.05\n'


def test_a_plan_is_told_in_many_ways_and_is_one_plan(tmp_path: Path) -> None:
    """An economy, a study, its file, a code with keywords, a filled template: the same numbers.

    Proves: one function decides whose plan it is about. Breaks if: a way of telling loses a choice.
    """
    file = tmp_path / "a.toml"
    file.write_text(STUDY, "utf-8")
    template(tmp_path / "kenya.xlsx", like="KEN")
    first = plan("KEN", years=1, tail_years=0, export_growth=0.05)
    ways: list[Outcome] = [
        plan(shipped("KEN 2019"), years=1, tail_years=0, export_growth=0.05),
        plan(Study("KEN", None, Policy.of(years=1, tail_years=0, export_growth=0.05))),
        plan(str(file)),
        plan(study=file),
        plan("kenya", study=file, year=2019, export_growth=0.05),
        plan("KEN", policy=Policy.of(years=1, tail_years=0), export_growth=0.05),
    ]
    assert all(first.compare(other)["largest"].max() == 0 for other in ways)
    assert "study" in first.provenance
    assert "study" not in ways[0].provenance, "what cannot be opened again from a study is not written as one"
    own = plan(tmp_path / "kenya.xlsx", years=1, tail_years=0, export_growth=0.05)
    assert own.provenance["objective"] == pytest.approx(first.provenance["objective"], rel=1e-3)


def test_whose_plan_is_refused_in_words(tmp_path: Path) -> None:
    """Proves: two studies, a year of accounts that have theirs, a thing that is no subject are refused with a mend."""
    (tmp_path / "a.toml").write_text(STUDY, "utf-8")
    e = shipped("KEN 2019")
    with pytest.raises(StudyError, match="two studies"):
        study_of(Study.of("KEN"), tmp_path / "a.toml")
    with pytest.raises(StudyError, match="the year 2012 is asked for, and the accounts are of 2019"):
        study_of(e, year=2012)
    with pytest.raises(StudyError, match="told by a float"):
        study_of(3.5)  # type: ignore[arg-type]
    with pytest.raises(StudyError, match="not a Policy"):
        study_of("KEN", policy={"years": 3})  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="nearest: 'export_growth'"):
        study_of("KEN", choices={"exprot_growth": 0.1})
    with pytest.raises(StudyError, match="none is named"):
        accounts_of("KEN", layout="icio")
    with pytest.raises(UnknownName, match="nearest: 'layout'"):
        accounts_of("KEN", laoyut="icio")  # type: ignore[call-arg]


def test_accounts_are_told_in_many_ways(tmp_path: Path) -> None:
    """Proves: an economy, a code, a study's economy and a template open the same accounts; own files are on record."""
    template(tmp_path / "kenya.xlsx", like="KEN")
    e = shipped("KEN 2019")
    for subject in (None, "KEN", e, Study.of("KEN"), tmp_path / "kenya.xlsx", str(tmp_path / "kenya.xlsx")):
        opened = accounts_of(subject)
        assert isinstance(opened.economy, Economy)
        assert opened.economy.gdp == pytest.approx(e.gdp)
        assert (opened.opening is None) == isinstance(subject, Economy)
        assert opened.opening is None or bool(opened.opening.files) == str(subject).endswith(".xlsx")
    assert open_accounts(tmp_path / "kenya.xlsx").gdp == pytest.approx(e.gdp)
    seen = see(tmp_path / "kenya.xlsx", draws=0)
    assert seen.provenance["opened"] == str(tmp_path / "kenya.xlsx")


def test_lists_and_books_are_outcomes(tmp_path: Path) -> None:
    """Proves: what only tells something is an outcome too: it saves, opens equal, and its page is the same."""
    made: list[Outcome] = [
        data(), data("KEN"), recipes(), recipes("wind_power"), recipes("wind_power", country="KEN"),
        groundplan.stress(list=True), groundplan.stress("KEN", "fuel cut", preview=True), groundplan.compare(list=True),
    ]  # fmt: skip
    for n, outcome in enumerate(made):
        assert outcome.engine in PAGES
        again = Outcome.open(outcome.save(tmp_path / str(n)))
        assert text_page(again) == text_page(outcome)
    assert len(data().table("accounts")) == len(data().table("accounts").drop_duplicates(["country", "year"]))
    with pytest.raises(UnknownName, match="no engine"):
        text_page(Outcome({}, {}, {"engine": "oracle"}))


def test_templates_do_not_mix_what_excludes_each_other(tmp_path: Path) -> None:
    bad: list[dict[str, Any]] = [{"like": "KEN", "imports_total": True}, {"like": "KEN", "sectors": 5}]
    for choices in bad:
        with pytest.raises(GroundplanError, match="--like"):
            template(tmp_path / "t.xlsx", **choices)
    assert not list(tmp_path.iterdir())
