"""Every command prints one JSON document and nothing besides, whatever it is asked for; errors leave stdout empty."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from following_cases import followed_ledger

from groundplan import Outcome
from groundplan.cli import main
from groundplan.projects.project_folder import Project
from groundplan.tables import catalogue
from groundplan.verb_table import VERBS

STUDY = """
country = "KEN"

[plan]
years = 2
tail_years = 0

[[contingencies]]
name = "cut"
year = 2021
imports_lost = { chem = 0.2 }
floor = 0.8

[[targets]]
indicator = "import bill"
sense = "<="
value = 2200.0
year = 2020
name = "imports"
"""
SHORT = ("KEN", "--years", "1", "--set", "tail_years=0")
PRK_2023 = str(catalogue.FOLDER / "estimates" / "PRK_2023.toml")
KENYA_2019 = str(catalogue.FOLDER / "updates" / "KEN_2019_rebased.toml")
COMMANDS: dict[str, tuple[str, ...]] = {
    "alternatives": ("alternatives", *SHORT, "--of", "import bill", "--count", "1"),
    "baseline": ("baseline", "BRA", "--year", "2010", "--years", "2", "--out", "o"),
    "compare": ("compare", *SHORT, "--doctrine", "autarky"),
    "compare, list": ("compare", "--list"),
    "data": ("data",),
    "docs": ("docs",),
    "data, one": ("data", "KEN"),
    "diff": ("diff", "first", "second", "--out", "o"),
    "examine": ("examine", "--study", "a.toml", "--out", "o"),
    "follow": ("follow", "--on", "2020-09-30", "--out", "o"),
    "hindcast": ("hindcast", "BRA", "--from", "2010", "--to", "2015", "--no-plan", "--out", "o"),
    "join": ("join", "BEL", "NLD", "--years", "1", "--out", "o"),
    "ledger": ("ledger", "init", "--origin", "ministry.example/plan"),
    "names": ("names", "KEN", "--propose", "c.csv", "--out", "o"),
    "new": ("new", "study", "n.toml"),
    "open": ("open", str(catalogue.FOLDER / "ifpri_sam" / "KEN_2019.csv"), "--out", "o"),
    "outcomes": ("outcomes", "saved"),
    "place": ("place", "KEN", "--per-year", "1", "--years", "1", "--quick", "--letters", "l", "--geojson", "g.json"),
    "plan": ("plan", *SHORT, "--out", "o"),
    "project": ("project", "check", "shelf"),
    "recipes": ("recipes",),
    "recipes, one": ("recipes", "wind_power", "--country", "KEN"),
    "reconcile": ("reconcile", "KEN", "--reports", "r.csv", "--letters", "l", "--out", "o"),
    "robust": ("robust", "a.toml", "--draws", "2", "--fresh", "2", "--wishes", "targets"),
    "see": ("see", "KEN", "--draws", "0", "--out", "o"),
    "sensitivity": ("sensitivity", *SHORT, "--of", "discount_rate", "--on", "objective"),
    "stress": ("stress", "KEN", "--no-plan", "--out", "o"),
    "stress, list": ("stress", "--list"),
    "stress, preview": ("stress", "KEN", "--preview"),
    "template": ("template", "t.xlsx", "--like", "KEN"),
    "estimate": ("estimate", PRK_2023, "--draws", "3", "--write", "e.xlsx", "--out", "o"),
    "update": ("update", "KEN", "--controls", KENYA_2019, "--to", "2019", "--write", "w.xlsx", "--out", "o"),
    "whynot": ("whynot", "KEN", "import bill <= 2110 in 2020", *SHORT[1:]),
}


def document(words: tuple[str, ...], capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What the command writes to stdout, all of it, as JSON; not even what a library prints may stand there."""
    assert main([*words, "--json"]) == 0
    found: dict[str, Any] = json.loads(capfd.readouterr().out, parse_constant=pytest.fail)
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_all_of_stdout_is_one_document(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Proves: all of stdout is JSON, with numbers that JSON knows; what is saved beside it has the same tables.

    Breaks if: a note, a banner of the solver or NaN stands in it, or a command leaves a table out.
    """
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.toml").write_text(STUDY, "utf-8")
    reports = "unit,figure,product,value,measure,source\nWorks,output,pipes,140,t,\n,output,pipes,100,t,rail\n"
    (tmp_path / "r.csv").write_text(reports, "utf-8")
    if name == "follow":
        followed_ledger(tmp_path)
    if name == "project":
        Project.open(tmp_path / "shelf").close()
    (tmp_path / "saved").mkdir()
    for n, folder in enumerate(("first", "second", "saved/one")):
        Outcome({}, {}, {"engine": "place", "objective": float(n)}).save(tmp_path / folder)
    found = document(COMMANDS[name], capfd)
    assert set(found) == {"provenance", "views", "tables", "arrays"}
    assert found["provenance"]["engine"]
    assert found["tables"]
    if "--out" in COMMANDS[name]:
        saved = Outcome.open(tmp_path / "o")
        assert set(saved.tables) == set(found["tables"])
        assert set(saved.arrays) == set(found["arrays"])
        assert all(len(t) == len(found["tables"][n]) for n, t in saved.tables.items())
    if name == "plan":
        told = document(("report", "o"), capfd)["tables"]["written"]
        assert told == [{"what": "report", "path": str(Path("o") / "report.html")}]


def test_no_command_is_missing() -> None:
    """Proves: the list above has every word; ``report`` is asked for after a plan, ``replan`` in test_replan_faces;
    ``serve`` runs till it is stopped and has no JSON.
    """
    asked = {words[0] for words in COMMANDS.values()}
    assert asked | {"report", "replan", "serve"} == set(VERBS)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("plan", "KEM"), 2, "nearest: 'KEN'"),
        (("compare", "KEN", "--years", "2", "--set", "floor=1.5", "--doctrine", "autarky"), 1, "clash"),
        (("report", "nowhere"), 2, "is no outcome"),
        (("stress", "KEN", "--workers", "2"), 2, "are of --ensemble"),
        (("template", "t.xlsx", "--like", "KEM"), 2, "nearest: 'KEN'"),
    ],
)
def test_errors_leave_stdout_empty(
    words: tuple[str, ...], code: int, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Proves: with --json an error ends as without it: its code, its words on stderr, nothing on stdout."""
    monkeypatch.chdir(tmp_path)
    assert main([*words, "--json"]) == code
    out, err = capfd.readouterr()
    assert out == ""
    assert told in err
    assert not list(tmp_path.iterdir())
