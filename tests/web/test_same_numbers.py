"""What the workbench shows is what the command line says, verb by verb, cell by cell."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from served import SMALL, Cells, Served, views_shown

from groundplan.cli import command, main
from groundplan.outcome import Outcome
from groundplan.projects.jobs import Job
from groundplan.verb_options import KEYWORD, SUBJECT, Verb
from groundplan.verb_table import VERBS

KENYA = 'country = "KEN"\n\n[plan]\nyears = 1\ntail_years = 0\n'
CUT = f'{SMALL}\n[[contingencies]]\nname = "fuel cut"\nyear = 2020\nscenario = "fuel cut"\nfloor = 0.8\n'
# A small question of each verb that has a page of views.
ASKED: dict[str, dict[str, str]] = {
    "alternatives": {"study": "studies/small.toml", "top": "1", "count": "1"},
    "baseline": {"country": "GHA", "years": "3"},
    "compare": {"study": "studies/small.toml", "doctrine": "autarky"},
    "data": {"country": "GHA"},
    "examine": {"study": "studies/cut.toml"},
    "hindcast": {"country": "BRA", "since": "2015", "to": "2019", "no_plan": "yes"},
    "join": {
        "countries": "studies/kenya.toml\nstudies/small.toml",
        "rate": "KEN=101.99\nGHA=5.22",
        "currency": "USD",
        "rate_source": "a test",
    },
    "names": {"country": "GHA"},
    "place": {"country": "KEN", "years": "2", "quick": "yes"},
    "plan": {"study": "studies/small.toml"},
    "robust": {"study": "studies/small.toml", "draws": "2", "fresh": "2"},
    "see": {"country": "studies/small.toml", "draws": "5"},
    "sensitivity": {"study": "studies/small.toml", "of": "export_growth"},
    "stress": {"country": "GHA", "setting": "rigid", "no_plan": "yes"},
    "whynot": {"study": "studies/small.toml", "target": "living standard >= 1.02 in 2020"},
}
# Asked below by themselves, in the tests of their rooms (those that need a ledger, files), or pages of the workbench.
ELSEWHERE = {
    "diff", "docs", "estimate", "follow", "ledger", "new", "open", "outcomes", "project", "recipes", "reconcile",
    "replan", "report", "serve", "template", "update",
}  # fmt: skip
# Of when and how long, and of where: not of what.
OF_THE_MOMENT = re.compile(r"\d+(\.\d+)? (s|seconds)\b|\d{4}-\d\d-\d\dT|groundplan [a-z]+ |studies/|seconds")


@pytest.fixture(scope="module", autouse=True)
def computed_once() -> Iterator[None]:
    """A verb with the same settings is computed once: what the page and the command ask alike they are answered alike,
    and a setting that one of the two loses has an answer of its own.
    """
    called, answers = command._called, dict[str, Outcome]()

    def kept(verb: Verb, settings: Mapping[str, Any], say: command.Say) -> Outcome:
        asked = {o.name: settings[o.name] for o in verb.options if o.use in (KEYWORD, SUBJECT) and o.name in settings}
        key = f"{os.getcwd()} {verb.word} {sorted(asked.items())!r}"
        if key not in answers:
            answers[key] = called(verb, settings, say)
        return answers[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(command, "_called", kept)
        yield


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A project with a small study."""
    there = Served(tmp_path_factory.mktemp("project") / "same", {"small": SMALL, "kenya": KENYA, "cut": CUT})
    yield there
    there.close()


def compared(served: Served, job: Job, folder: Path) -> None:
    """Hold what the pages show of a run against the report that the command at their foot writes, cell by cell."""
    assert main([*shlex.split(job.command)[1:], "--out", str(folder)]) == 0
    report = Cells((folder / "report.html").read_text("utf-8").partition("<footer>")[0])
    page = Cells(views_shown(served.client, job.outcome))
    for kind in ("td", "th", "caption"):
        wanted = [text for text in report.of(kind) if not OF_THE_MOMENT.search(text)]
        assert [text for text in page.of(kind) if not OF_THE_MOMENT.search(text)] == wanted
    sentences = set(page.of("p", "li"))
    assert [s for s in report.of("p") if s and s not in sentences and not OF_THE_MOMENT.search(s)] == []


def test_no_verb_is_forgotten() -> None:
    """Proves: every verb is asked here or named as asked elsewhere. Breaks if: a new verb is in neither."""
    assert set(ASKED) | ELSEWHERE == set(VERBS)


@pytest.mark.parametrize("verb", ASKED)
def test_every_cell_is_the_command_lines(
    served: Served, verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: every cell and sentence of the page is one of the report that the command at its foot writes, in order.

    Breaks if: a form's setting does not reach the verb, the command shown asks something else, or a page leaves out,
    rounds or reorders anything.
    """
    job = served.ask(verb, **ASKED[verb])
    assert job.state == "done", (job.what, job.where, job.fix)
    monkeypatch.chdir(served.project.folder)
    compared(served, job, tmp_path / "out")
    capsys.readouterr()


def test_what_differs_is_the_command_lines(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: the same of two saved outcomes side by side. Breaks if: the page takes others than it was asked for."""
    asked = [served.ask("baseline", country="GHA", years=years) for years in ("2", "4")]
    job = served.ask("diff", **{at: f"outcomes/{one.outcome}" for at, one in zip("ab", asked, strict=True)})
    monkeypatch.chdir(served.project.folder)
    compared(served, job, tmp_path / "out")
    capsys.readouterr()


@pytest.mark.parametrize("entered", [{}, {"name": "hydro_power"}], ids=["all", "one"])
def test_every_line_is_the_command_lines(
    served: Served, entered: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: what a verb says in lines stands on the page as the command prints it. Breaks if: a line is left out."""
    job = served.ask("recipes", **entered)
    assert job.state == "done", job.what
    monkeypatch.chdir(served.project.folder)
    assert main(shlex.split(job.command)[1:]) == 0
    page = served.client.get(f"/outcomes/{job.outcome}").text
    shown = unescape(page[page.index("<pre>") + 5 : page.index("</pre>")])
    assert shown.split() == capsys.readouterr().out.split()
