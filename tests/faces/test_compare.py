"""The command ``compare``: what it prints, saves and refuses."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from groundplan import Outcome, compare
from groundplan.cli import main
from groundplan.results.html.html_report import report
from groundplan.results.text_page import text_page

MINE = """
name = "bread first"
words = "Farms before everything."
[policy]
discount_rate = 0.05
[[goals]]
indicator = "investment share: farm"
sense = ">="
of_base = 1.2
worth = 0.5
"""


def test_command_and_function_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: the command prints what the function gives, saves it, and it reopens equal with its report.

    The doctrine is one's own; each plan's study is written out.
    Breaks if: a face computes something of its own, or a table is lost on disk.
    """
    (tmp_path / "mine.toml").write_text(MINE, "utf-8")
    mine = str(tmp_path / "mine.toml")
    out = tmp_path / "out"
    code = main(["compare", "KEN", "--years", "2", "--doctrine", mine, "--out", str(out)])
    printed = capsys.readouterr().out
    assert code == 0
    o = compare("KEN", [mine], years=2)
    assert printed.startswith(text_page(o))
    assert "bread first" in printed
    again = Outcome.open(out)
    for name, table in o.tables.items():
        pd.testing.assert_frame_equal(again.table(name), table, check_dtype=False)
    assert text_page(again) == text_page(o)
    page = report(again)
    assert (out / "report.html").read_text("utf-8") == page
    for words in ("Which doctrine gives up what for what", "The turnpike", "bread first", "<svg"):
        assert words in page
    assert 'name = "heavy"' in o.provenance["studies"]["bread first"]
    assert max(len(line) for line in printed.splitlines()) <= max(100, len(str(out)) * 2 + 60)


def test_a_study_can_be_compared(tmp_path: Path) -> None:
    """Proves: the study of a doctrine's plan, written out, opens and gives that plan; choices hold for every run.

    Breaks if: a doctrine changes something that its study does not say.
    """
    from groundplan import open_study

    first = compare("KEN", ["autarky"], years=1, floor=0.95)
    path = tmp_path / "study.toml"
    path.write_text(first.provenance["studies"]["autarky"], "utf-8")
    study = open_study(path)
    assert study.policy.floor == 0.95
    again = compare(study, []).table("paths").drop(columns="doctrine")
    there = first.table("paths")
    there = there[there["doctrine"] == "autarky"].drop(columns="doctrine").reset_index(drop=True)
    pd.testing.assert_frame_equal(again, there, rtol=1e-6)


def test_the_list_and_what_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: ``--list`` tells every shipped doctrine, and an unknown one is refused with the nearest and code 2."""
    assert main(["compare", "--list"]) == 0
    told = capsys.readouterr().out
    for name in ("heavy", "light", "simultaneous", "trade", "autarky"):
        assert f"\n{name} " in f"\n{told}"
    assert main(["compare", "KEN", "--doctrine", "autarki"]) == 2
    assert "nearest: 'autarky'" in capsys.readouterr().err
