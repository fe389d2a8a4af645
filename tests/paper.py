"""What stands on the pages of a PDF, as poppler reads it: words with their places, for tests of briefings."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from groundplan.results.framed import cell_texts, headings
from groundplan.results.view import Bullets, Grid, Part, Prose, Verbatim, View

POPPLER = shutil.which("pdftotext")
NO_POPPLER = "pdftotext is not installed (Debian: poppler-utils)"
WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')
TOKEN = re.compile(r"[−+]?\d[\d.,]*\d|[−+]?\d|[^\W\d]+")


class Placed(NamedTuple):
    """A word of a page and its box, in points from the page's upper left corner."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    def covers(self, other: Placed) -> bool:
        """Whether two words are printed over each other, by more than a letter's edge."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        tall = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide > 0.8 and tall > 0.5 * min(self.bottom - self.top, other.bottom - other.top)


def words_of(file: Path) -> list[list[Placed]]:
    """The words of every page."""
    done = subprocess.run(["pdftotext", "-bbox", str(file), "-"], capture_output=True, text=True, check=True)
    pages = done.stdout.split("<page ")[1:]
    return [[Placed(*map(float, box), html.unescape(text)) for *box, text in WORD.findall(page)] for page in pages]


def text_of(file: Path) -> str:
    """All text, in the order in which it is read."""
    return subprocess.run(
        ["pdftotext", "-raw", str(file), "-"], capture_output=True, text=True, check=True
    ).stdout.replace("\u200b", "")


def tokens(texts: Iterable[str]) -> Counter[str]:
    """Figures and words, however lines are broken."""
    return Counter(token for text in texts for token in TOKEN.findall(text.replace("\u200b", "")))


def texts_in(views: Iterable[View]) -> list[str]:
    """Every text of views that a page must have: headings, sentences, heads, units, names of rows, cells."""
    return [t for view in views for t in [view.title, *(x for part in view.parts for x in _texts(part))]]


def _texts(part: Part) -> list[str]:
    match part:
        case Prose():
            return [part.words]
        case Bullets():
            return list(part.lines)
        case Verbatim():
            return [part.text, part.summary]
        case Grid():
            rows = [str(label) for label in part.frame.index]
            cells = [text for column in cell_texts(part.frame) for text in column]
            return [part.title, str(part.frame.index.name or ""), *(n for n, _ in headings(part.frame)), *rows, *cells]
    return []
