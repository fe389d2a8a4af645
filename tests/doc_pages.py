"""The pages of the docs, their code blocks, and a reader who does what a lesson says."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "studies").glob("*.md")])
LANGUAGES = ("fr", "es", "pt", "ko")
TUTORIAL = ROOT / "docs" / "tutorial"
LESSONS = sorted(TUTORIAL.glob("*.md"))
TRANSLATED = sorted(page for page in TUTORIAL.rglob("*.md") if page.parent.name in LANGUAGES)
FENCE = re.compile(r"^(`{3,})(.*)$")
FILE = re.compile(r"`([\w./-]+\.(?:toml|csv|txt|ini))`")
CELL = re.compile(r"^\| `([^!`]+)!([A-Z]+\d+)` \| `([^`]*)` \|$", re.MULTILINE)
BOOK = re.compile(r"`([\w./-]+\.xlsx)`")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and what stands over it since the block before."""

    kind: str
    body: str
    before: str

    @property
    def file(self) -> str:
        """The file that the words just above name for it: the last one in the paragraph."""
        paragraph = self.before.strip().rpartition("\n\n")[2]
        return (FILE.findall(paragraph) or [""])[-1]


def fenced(text: str) -> list[Block]:
    """Every fenced block of a page, line by line: a fence is closed by one as long."""
    out: list[Block] = []
    kind, fence, body, before = "", "", [""], [""]
    for line in text.splitlines():
        seen = FENCE.match(line)
        if not fence and seen:
            fence, kind, body = seen[1], seen[2].strip(), []
        elif fence and seen and seen[1] == fence and not seen[2]:
            out.append(Block(kind, "".join(f"{each}\n" for each in body), "\n".join(before)))
            fence, before = "", []
        elif fence:
            body.append(line)
        else:
            before.append(line)
    return out


def commands(body: str) -> list[list[str]]:
    """The words of every ``groundplan`` line of a block, without the command's own name."""
    lines = [line.split("#")[0].strip() for line in body.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("groundplan ")]


def do(page: Path, folder: Path) -> list[str]:
    """Do what a lesson says, in a folder: save its files, write its cells, give its commands, run its Python.

    A TOML or INI block, and plain text, is saved under the name of a file in the words above it; a table whose rows are
    a cell and a value is written into the workbook that was named last. Gives all that was printed, block by block.
    """
    from groundplan.cli import main

    printed: list[str] = []
    names: dict[str, object] = {"__name__": "docs"}
    home = Path.cwd()
    os.chdir(folder)
    try:
        for block in fenced(page.read_text("utf-8")):
            write_cells(block.before)
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                if block.kind == "python":
                    exec(compile(block.body, str(page), "exec"), names)
                elif block.kind in ("toml", "ini") or (block.kind == "text" and block.file):
                    assert block.file, f"{page.name}: the words over a {block.kind} block name no file"
                    Path(block.file).parent.mkdir(parents=True, exist_ok=True)
                    Path(block.file).write_text(block.body, "utf-8")
                for words in commands(block.body) if not block.kind else ():
                    code = main(words)
                    assert code == expected(block), f"{page.name}: groundplan {shlex.join(words)} ended with {code}"
            printed.append(out.getvalue())
    finally:
        os.chdir(home)
    return printed


def expected(block: Block) -> int:
    """The exit code that the words above a block announce: *code 1*, else 0."""
    said = re.search(r"\*code (\d)\*", block.before.strip().rpartition("\n\n")[2])
    return int(said[1]) if said else 0


def write_cells(text: str) -> None:
    """Write the cells of a table of the page into the workbook that the text names last."""
    cells, books = CELL.findall(text), BOOK.findall(text)
    if not cells:
        return
    from openpyxl import load_workbook

    book = load_workbook(books[-1])
    for sheet, place, value in cells:
        book[sheet][place] = float(value) if re.fullmatch(r"-?\d+(\.\d+)?", value) else value
    book.save(books[-1])
