"""What the README shows is what the commands print."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from groundplan import plan
from groundplan.results.text_page import text_page

README = Path(__file__).parents[2] / "README.md"
CUT = "   ..."

_spec = importlib.util.spec_from_file_location("write_readme", README.parent / "benchmarks" / "readme.py")
assert _spec is not None
assert _spec.loader is not None
write_readme = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(write_readme)


def test_the_readme_shows_what_the_main_job_prints() -> None:
    """Proves: every line of the README's example stands in the page of ``plan KEN --year 2024``, in that order.

    Breaks if: the default plan or its page changes and the README goes on showing the old one;
    ``python3 benchmarks/readme.py`` writes it anew.
    """
    example = README.read_text("utf-8").split("## What you see")[1].split("```")[1]
    lines = [line.rstrip() for line in example.strip("\n").splitlines() if line.strip() and line.rstrip() != CUT]
    page = iter([line.rstrip() for line in text_page(plan("KEN", year=2024)).splitlines()])
    missing = [line for line in lines if line not in page]
    assert missing == []
    assert len(lines) > 25


def test_the_figures_of_the_readme_are_those_of_the_package() -> None:
    """Proves: every figure between marks is what the package says today, and every figure that it says has its marks.

    Breaks if: accounts, recipes or doctrines are added and the README is not written anew
    (``python3 benchmarks/readme.py``).
    """
    text = README.read_text("utf-8")
    facts = write_readme.facts()
    assert set(re.findall(r"<!--(\w+)-->", text)) == set(facts)
    assert {name: re.findall(f"<!--{name}-->(.*?)<!--/{name}-->", text, re.DOTALL) for name in facts} == {
        name: [figure] for name, figure in facts.items()
    }
    assert "Kenya" in facts["accounts"]
    assert "Brazil 2010, 2015, 2019 and 2021 (IBGE)" in facts["accounts"]


def test_the_pictures_of_the_readme_are_there_and_small() -> None:
    """Proves: the README shows a brief, a map and a difference by relative paths, and all pictures take under 2 MB."""
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README.read_text("utf-8"))
    assert {Path(path).stem for path in shown} >= {"brief", "map", "difference"}
    assert all((README.parent / path).stat().st_size > 1000 for path in shown)
    assert sum(f.stat().st_size for f in (README.parent / "docs" / "pictures").iterdir()) < 2e6
