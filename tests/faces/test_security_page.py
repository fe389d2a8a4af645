"""The page on security names what there is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

HERE = Path(__file__).parents[2]
PAGE = (HERE / "docs/explanation/security.md").read_text("utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+)( \(2\))? \|.*\| (\S+) \|$", re.MULTILINE)
LEVEL_1, LEVEL_2_OF_FILES = 70, 5  # demands of the standard


def test_every_demand_has_its_line_and_its_evidence() -> None:
    """Proves: each demand of level 1, and of level 2 on files, has one line; a test that is named is there, a file too.

    Breaks if: a test is renamed or taken away, and the page goes on to claim it.
    """
    rows = ROW.findall(PAGE)
    assert len({number for number, _, _ in rows}) == len(rows) == LEVEL_1 + LEVEL_2_OF_FILES
    assert sum(bool(second) for _, second, _ in rows) == LEVEL_2_OF_FILES
    lines = {line.split(" |")[0].removeprefix("| "): line for line in PAGE.splitlines()}
    wrong = []
    for number, second, evidence in rows:
        if evidence == "–":
            wrong += [number] if not re.search("does not apply: |not met: ", lines[f"{number}{second}"]) else []
            continue
        place, _, test = evidence.strip("`").partition("::")
        file = HERE / place
        functions = ast.walk(ast.parse(file.read_text("utf-8"))) if test and file.is_file() else ()
        there = not test or test in {n.name for n in functions if isinstance(n, ast.FunctionDef)}
        wrong += [evidence] if not file.is_file() or not there else []
    assert wrong == []
