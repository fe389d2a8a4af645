"""Check the sources of the site without building it: ``python docs/check.py``.

Every relative link leads to a file that exists, every ``#anchor`` to a heading of it, every page of docs/ stands in
one table of contents, every picture has words for those who do not see it. No network: outside addresses are only read.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
OUTSIDE = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "studies/README.md")
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+?)\s*$", re.MULTILINE)
FENCED = re.compile(r"^(`{3,}).*?^\1\s*$", re.MULTILINE | re.DOTALL)
TOCTREE = re.compile(r"^```\{toctree\}\n(.*?)^```", re.MULTILINE | re.DOTALL)
TABLE_RULE = re.compile(r"^\|[:| ]*-[-:| ]*\|\s*$")


def pages() -> list[Path]:
    """The pages that are read: those of the site and those that GitHub shows beside them."""
    return [*(ROOT / name for name in OUTSIDE), *sorted(DOCS.rglob("*.md"))]


def anchors(text: str) -> set[str]:
    r"""The anchors of a page's headings, as GitHub and MyST make them.

    >>> sorted(anchors("# A first plan, and a second\n## Why?"))
    ['a-first-plan-and-a-second', 'why']
    """
    out: set[str] = set()
    for heading in HEADING.findall(FENCED.sub("", text)):
        words = re.sub(r"[*`_]|\[([^\]]*)\]\([^)]*\)", lambda m: m[1] or "", heading).strip().lower()
        kept = "".join(c for c in words if c in "- " or unicodedata.category(c)[0] in "LNM")
        slug = kept.replace(" ", "-")
        same = sum(each == slug or re.fullmatch(re.escape(slug) + r"-\d+", each) is not None for each in out)
        out.add(f"{slug}-{same}" if same else slug)
    return out


def link_faults(page: Path, text: str) -> list[str]:
    """Links of a page that lead nowhere, and pictures without words."""
    faults, where = [], page.relative_to(ROOT)
    for picture, words, target in LINK.findall(re.sub(r"``?[^`\n]*``?", "", FENCED.sub("", text))):
        if picture and not words.strip():
            faults.append(f"{where}: the picture {target} has no words")
        if re.match(r"[a-z]+:", target):
            continue
        path, _hash, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        if not found.exists():
            faults.append(f"{where}: {target} is not there")
        elif anchor and found.suffix == ".md" and anchor not in anchors(found.read_text("utf-8")):
            faults.append(f"{where}: {target}: the page has no such heading")
    return faults


def table_faults(page: Path, text: str) -> list[str]:
    """Tables that are broken: a blank line before the rule, rows of another width than their head."""
    faults, lines, where = [], FENCED.sub(lambda m: "\n" * m[0].count("\n"), text).splitlines(), page.relative_to(ROOT)

    def width(line: str) -> int:
        return len(re.findall(r"(?<!\\)\|", re.sub(r"`[^`]*`", "", line)))

    for n, line in enumerate(lines):
        if not TABLE_RULE.match(line):
            continue
        if n == 0 or not lines[n - 1].startswith("|"):
            faults.append(f"{where}:{n + 1}: a table without a head")
            continue
        last = next((i for i in range(n, len(lines)) if not lines[i].startswith("|")), len(lines))
        faults += [
            f"{where}:{i + 1}: {width(lines[i]) - 1} cells under a head of {width(line) - 1}"
            for i in range(n - 1, last)
            if width(lines[i]) != width(line)
        ]
        rest = [*lines[last + 1 : last + 3], "", ""]
        if last < len(lines) and not lines[last].strip() and rest[0].startswith("|") and not TABLE_RULE.match(rest[1]):
            faults.append(f"{where}:{last + 1}: a blank line breaks the table")
    return faults


def contents_faults() -> list[str]:
    """Pages of the site that stand in no table of contents, or in two."""
    listed: list[Path] = []
    for page in sorted(DOCS.rglob("*.md")):
        for tree in TOCTREE.findall(page.read_text("utf-8")):
            names = [line for line in tree.split() if not line.startswith(":")]
            listed += [(page.parent / f"{name}.md").resolve() for name in names]
    every = [page for page in DOCS.rglob("*.md") if page != DOCS / "index.md"]
    faults = [
        f"{p.relative_to(ROOT)}: stands in {listed.count(p)} tables of contents" for p in every if listed.count(p) != 1
    ]
    return faults + [f"{p.relative_to(ROOT)}: is listed and is not there" for p in listed if not p.exists()]


def faults() -> list[str]:
    """All that is wrong with the sources of the site."""
    out = contents_faults()
    for page in pages():
        text = page.read_text("utf-8")
        out += link_faults(page, text) + table_faults(page, text)
    return out


def main() -> int:
    """Tell them; 1 if there are any."""
    wrong = faults()
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
