"""The docs run, name every command, and are what the code says."""

from __future__ import annotations

import importlib.util
import inspect
import pkgutil
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from doc_pages import LESSONS, PAGES, ROOT, TRANSLATED, TUTORIAL, do, fenced

import groundplan
from groundplan.cli import parser
from groundplan.errors import GroundplanError
from groundplan.planning.plan_programme import FAMILIES
from groundplan.planning.policy import Policy
from groundplan.study.study import open_study
from groundplan.verb_table import VERBS

_spec = importlib.util.spec_from_file_location("check_docs", ROOT / "docs" / "check.py")
assert _spec is not None
assert _spec.loader is not None
check = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(check)

ALONE = [page for page in PAGES if page not in (*LESSONS, *TRANSLATED)]  # whose blocks run each by itself


def blocks(language: str, pages: Sequence[Path] = ALONE) -> list[tuple[str, str]]:
    return [
        (f"{page.relative_to(ROOT)}:{n}", block.body)
        for page in pages
        for n, block in enumerate(fenced(page.read_text("utf-8")))
        if block.kind == language
    ]


@pytest.mark.parametrize("lesson", [p.stem for p in LESSONS if fenced(p.read_text("utf-8"))[0].kind != "{toctree}"])
def test_a_lesson_comes_to_its_end(lesson: str, tmp_path: Path) -> None:
    """Proves: who does all that a lesson says, in its order, comes to its end: files, cells, commands, Python.

    Breaks if: a command, an option, a table or a name of the lesson is gone, or one of its figures is another.
    """
    do(TUTORIAL / f"{lesson}.md", tmp_path)


def test_lakeland_is_the_country_of_the_lesson() -> None:
    """Proves: the accounts that the methods' cases open are those that *my own country* has a reader type."""
    typed = {b.file: b.body for b in fenced((TUTORIAL / "own-country.md").read_text("utf-8")) if b.file}
    figures = {Path(name).name: body for name, body in typed.items() if name.startswith("lakeland/")}
    assert set(figures) == {
        f"{name}.csv" for name in ("about", "sectors", "domestic_use", "imported_use", "primary_inputs")
    }
    for name, body in figures.items():
        assert (ROOT / "docs" / "lakeland" / name).read_text("utf-8") == body, name


def test_every_method_has_a_case_to_check_by_hand() -> None:
    """Proves: each page listed under *The methods* has a block of Python that asserts figures."""
    page = ROOT / "docs" / "explanation" / "index.md"
    listed = page.read_text("utf-8").split("## The methods")[1].split("##")[0]
    methods = re.findall(r"\]\((\w+\.md)\)", listed)
    assert len(methods) > 10
    for name in methods:
        blocks_here = fenced((page.parent / name).read_text("utf-8"))
        assert any(b.kind == "python" and "assert " in b.body for b in blocks_here), name


@pytest.mark.parametrize("page", TRANSLATED, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_translation_has_the_blocks_of_its_original(page: Path) -> None:
    """Proves: translated lessons have the code of the English ones, block by block, for the same files, and own up."""
    text = page.read_text("utf-8")
    if page.stem == "index":
        assert "**" in text  # that nobody has checked it, in bold
        return
    original = fenced((TUTORIAL / page.name).read_text("utf-8"))
    here = fenced(text)
    assert [(block.kind, block.body, block.file) for block in here] == [(b.kind, b.body, b.file) for b in original]
    assert f"../{page.name}" in text.split("##")[0]


def test_the_site_is_whole() -> None:
    """Proves: every page stands in one table of contents; links, anchors and pictures lead somewhere; tables hold."""
    assert check.faults() == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[x](nowhere.md)", "nowhere.md is not there"),
        ("[x](#no-such)", "no such heading"),
        ("![](docs/index.md)", "has no words"),
        ("| a | b |\n|---|---|\n| 1 |\n", "1 cells under a head of 2"),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n\n| 3 | 4 |\n", "a blank line breaks the table"),
        ("text\n|---|---|\n", "a table without a head"),
    ],
)
def test_the_check_of_the_site_sees_what_is_wrong(text: str, says: str) -> None:
    """Proves: a dead link, a dead anchor, a silent picture and a broken table are each told."""
    page = ROOT / "README.md"
    (fault,) = [*check.link_faults(page, f"# A heading\n{text}"), *check.table_faults(page, text)]
    assert says in fault


def test_what_stands_in_a_block_is_no_link() -> None:
    """Proves: links and tables inside of code are not looked at; a heading that repeats gets a number."""
    assert check.link_faults(ROOT / "README.md", "```\n[x](nowhere.md)\n```\n`[x](nowhere.md)`") == []
    assert check.anchors("# Why?\n## Why?\n```\n# not\n```\n") == {"why", "why-1"}


@pytest.mark.parametrize(("where", "code"), blocks("python"), ids=lambda v: v if ":" in v and "\n" not in v else "")
def test_python_in_the_docs_runs(where: str, code: str) -> None:
    """Proves: every Python block of the README and the docs runs as it stands."""
    exec(compile(code, where, "exec"), {"__name__": "docs"})


@pytest.mark.parametrize(("where", "text"), blocks("toml"), ids=lambda v: v if ":" in v and "\n" not in v else "")
def test_studies_in_the_docs_are_studies(where: str, text: str, tmp_path: Path) -> None:
    """Proves: every TOML block is a study that opens."""
    assert tomllib.loads(text), where
    (tmp_path / "study.toml").write_text(text, "utf-8")
    assert open_study(tmp_path / "study.toml").country


def test_scenarios_in_the_docs_are_scenarios() -> None:
    """Proves: every block of the docs that lists events is a scenario that is read."""
    from groundplan.shocks.scenarios.scenario import read_scenario

    told = [(where, body) for where, body in blocks("") if "[[events]]" in body]
    assert told
    for where, body in told:
        assert read_scenario(body, where).events


def test_commands_in_the_docs_are_understood() -> None:
    """Proves: every `groundplan ...` line of the docs is a command with options that exist; no command is missing."""
    told, understood = set(), parser()
    for _, body in blocks("", PAGES):
        for line in body.splitlines():
            words = line.split("#")[0].strip()
            if words.startswith("groundplan "):
                told.add(understood.parse_args(shlex.split(words)[1:]).command)
    text = " ".join(page.read_text("utf-8") for page in PAGES)
    assert told
    assert all(f"groundplan {command}" in text for command in VERBS)


def test_reference_pages_are_current() -> None:
    """Proves: policy, glossary and family pages are what the code says today."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_public_name_has_its_card() -> None:
    """Proves: every public function and class has a docstring; every family says unit, source and dual."""
    for module in pkgutil.walk_packages(groundplan.__path__, "groundplan."):
        if module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        assert loaded.__doc__, module.name
        for name, thing in vars(loaded).items():
            ours = getattr(thing, "__module__", "") == module.name and not name.startswith("_")
            if ours and (inspect.isfunction(thing) or inspect.isclass(thing)):
                assert inspect.getdoc(thing), f"{module.name}.{name}"
    for family in FAMILIES:
        for part in ("Units:", "Source:", "Dual:"):
            assert part in family.card, family.name


def test_every_policy_says_what_it_means() -> None:
    """Proves: each policy field has a unit and a meaning."""
    for field in Policy.__dataclass_fields__.values():
        assert field.metadata["meaning"]
        assert "unit" in field.metadata


def test_the_manual_is_found_by_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: `docs` names the pages of the shipped site, else of the checkout's; says so where there are none.

    Breaks if: a page is named that is not there, or a word that no page has is taken for all pages.
    """
    from groundplan.verbs import docs as module

    shipped, built, opened = tmp_path / "site", tmp_path / "built", []
    monkeypatch.setattr(module, "SITE", shipped)
    monkeypatch.setattr(module, "BUILT", built)
    monkeypatch.setattr("webbrowser.open", opened.append)
    assert "run.py docs" in module.docs("stress", show=True).table("lines")["line"][0]
    assert opened == []
    for site in (built, shipped):
        (site / "howto").mkdir(parents=True)
        for name in ("index", "search", "howto/stress", "howto/see"):
            (site / f"{name}.html").write_text("<p>", "utf-8")
        home = module.docs(show=True)
        assert str(site / "index.html") in home.table("lines")["line"][0]
        assert home.table("pages")["page"].tolist() == ["howto/see", "howto/stress", "index"]
        assert module.docs("Stress", show=True).table("lines")["line"].tolist() == [str(site / "howto" / "stress.html")]
        assert opened[-2:] == [(site / name).as_uri() for name in ("index.html", "howto/stress.html")]
    with pytest.raises(GroundplanError, match="nearest: 'stress'"):
        module.docs("stres5")
