"""What the README shows is what the commands print."""

from __future__ import annotations

from pathlib import Path

from groundplan import plan
from groundplan.results.text_page import text_page

README = Path(__file__).parents[2] / "README.md"
CUT = "   ..."


def test_the_readme_shows_what_the_main_job_prints() -> None:
    """Proves: every line of the README's example stands in the page of ``groundplan plan KEN``, in that order.

    Breaks if: the default plan or its page changes and the README goes on showing the old one;
    ``python3 benchmarks/readme.py`` writes it anew.
    """
    example = README.read_text("utf-8").split("## What you see")[1].split("```")[1]
    lines = [line.rstrip() for line in example.strip("\n").splitlines() if line.strip() and line.rstrip() != CUT]
    page = iter([line.rstrip() for line in text_page(plan("KEN")).splitlines()])
    missing = [line for line in lines if line not in page]
    assert missing == []
    assert len(lines) > 25
