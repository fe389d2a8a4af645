"""The docs run, name every command, and are what the code says."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import groundplan
from groundplan.cli import parser
from groundplan.planning.plan_programme import FAMILIES
from groundplan.planning.policy import Policy
from groundplan.study.study import open_study
from groundplan.verb_table import VERBS

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "studies").glob("*.md")])
BLOCK = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)


def blocks(language: str) -> list[tuple[str, str]]:
    return [
        (f"{page.relative_to(ROOT)}:{n}", body)
        for page in PAGES
        for n, (kind, body) in enumerate(BLOCK.findall(page.read_text("utf-8")))
        if kind == language
    ]


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
    told = set()
    for _, body in blocks(""):
        for line in body.splitlines():
            words = line.split("#")[0].strip()
            if words.startswith("groundplan "):
                import shlex

                told.add(parser().parse_args(shlex.split(words)[1:]).command)
    text = " ".join(page.read_text("utf-8") for page in PAGES)
    assert told
    assert all(f"groundplan {command}" in text for command in VERBS)


def test_links_of_the_docs_lead_somewhere() -> None:
    """Proves: every relative link of README, docs and guide points at a file that exists."""
    for page in [*PAGES, ROOT / "CONTRIBUTING.md"]:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


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
