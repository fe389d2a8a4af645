"""Where every key of a TOML text stands, found in one pass; too deep a nest and too long a number are refused.

``tomllib`` gives values without lines. This pass knows only what lines need: headings, keys, brackets and texts. A text
that is no TOML ends it early, and ``tomllib`` then says what is wrong.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

from groundplan.errors import StudyError

Path = tuple[str | int, ...]
DEEPEST = 100
LARGEST = 2**63
# No group is repeated possessively: Python 3.11.2, Debian 12's, goes wrong there.
TEXTS = r"""(?P<quoted>\"[^\"\\\n]*+(?:\\.[^\"\\\n]*+)*\"|'[^'\n]*+')"""
KEY = re.compile(rf"(?P<blank>[ \t\r]++|\#[^\n]*+)|{TEXTS}|(?P<bare>[^\s\"'=\[\]{{}},.\#]++)|(?P<mark>.|\n)")
VALUE = re.compile(rf"(?P<blank>[ \t\r]++|\#[^\n]*+)|{TEXTS}|(?P<bare>[^\s\"'\[\]{{}},\#]++)|(?P<mark>.|\n)")
LONG_END = {
    '"""': re.compile(r'(?:[^"\\]++|\\.|"(?!""))*"{3,5}', re.DOTALL),
    "'''": re.compile(r"(?:[^']++|'(?!''))*'{3,5}"),
}
INTEGER = re.compile(r"[+-]?(?:0x[0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+|[0-9][0-9_]*)")


@dataclass
class _Open:
    """An array or an inline table that is not closed yet; ``item`` counts an array's items, None in a table."""

    path: Path
    item: int | None


class _Pass:
    """One pass over a text."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.lines: dict[Path, int] = {}
        self.line = 1
        self.table: Path = ()
        self.at: Path = ()
        self.rows: dict[Path, int] = {}
        self.open: list[_Open] = []
        self.keys: list[str] = []
        self.heading = 0
        self.in_value = False

    def run(self) -> dict[Path, int]:
        at, end, text = 0, len(self.text), self.text
        while at < end:
            # Only where a value may stand is a triple quote the beginning of a long text.
            if self.in_value and (long := LONG_END.get(text[at : at + 3])):
                closed = long.match(text, at + 3)
                if closed is None:
                    break
                self._begin()
                self.line += text.count("\n", at, closed.end())
                at = closed.end()
                continue
            token = (VALUE if self.in_value else KEY).match(text, at)
            assert token is not None  # the last alternative takes any character
            at = token.end()
            if token.lastgroup == "mark":
                self._mark(token[0])
            elif token.lastgroup != "blank":
                self._word(token[0], quoted=token.lastgroup == "quoted")
        return self.lines

    def _word(self, word: str, *, quoted: bool) -> None:
        """A text or a bare word: a part of a key, or a value."""
        if not self.in_value:
            self.keys.append(_unquoted(word) if quoted else word)
            return
        self._begin()
        if not quoted and INTEGER.fullmatch(word) and _too_large(word):
            what = f"an integer of {sum(c.isalnum() for c in word):,} digits is too large"
            raise StudyError(what, where=f"{self.name}, line {self.line}", fix="give a number below 9 · 10¹⁸")

    def _mark(self, mark: str) -> None:
        if mark == "\n":
            self.line += 1
            if not self.open:
                self.keys, self.heading, self.in_value = [], 0, False
        elif mark in "[{" and self.in_value:
            path = self._begin()
            self.open.append(_Open(path, 0 if mark == "[" else None))
            self.in_value = mark == "["
        elif mark == "[" and not self.open and not self.keys:
            self.heading += 1
        elif mark == "]" and self.heading and self.keys:
            self._head()
        elif mark in "]}" and self.open:
            self.open.pop()
            self.in_value, self.keys = True, []
        elif mark == "=" and self.keys and not self.in_value:
            self._key()
        elif mark == "," and self.open:
            inner = self.open[-1]
            self.in_value, self.keys = inner.item is not None, []
            inner.item = None if inner.item is None else inner.item + 1

    def _head(self) -> None:
        """A heading is complete: the table that the next lines are in."""
        path: Path = ()
        for n, key in enumerate(self.keys, 1):
            path = (*path, key)
            if n == len(self.keys) and self.heading > 1:
                self.rows[path] = self.rows.get(path, 0) + 1
            self._stands(path)
            if path in self.rows:
                path = (*path, self.rows[path] - 1)
                self._stands(path)
        self.table, self.keys, self.heading = path, [], 0

    def _key(self) -> None:
        """A key is complete: where its value, and each table that its dots open, stands."""
        path = self.open[-1].path if self.open else self.table
        for key in self.keys:
            path = (*path, key)
            self._stands(path)
        self.at, self.keys, self.in_value = path, [], True

    def _begin(self) -> Path:
        """A value begins: its path."""
        if self.open and self.open[-1].item is not None:
            path = (*self.open[-1].path, self.open[-1].item)
            self._stands(path)
            return path
        return self.at

    def _stands(self, path: Path) -> None:
        if len(path) > DEEPEST:
            what = f"it is nested more than {DEEPEST} deep"
            raise StudyError(what, where=f"{self.name}, line {self.line}", fix="close the brackets, or split the key")
        self.lines.setdefault(path, self.line)


def lines_of(text: str, name: str) -> dict[Path, int]:
    r"""The line of every key, table and item of an array, by its path; ``name`` is the file's, for faults.

    Tables of an array have their number after its name, as in what ``tomllib`` returns.
    Errors: ``StudyError`` with the line for what is nested more than 100 deep and for integers beyond 64 bits.

    >>> lines_of('[a]\n"b c" = 1 # [x]\n[[d]]\ne.f = [\n  { g = 2 },\n]\n', "x")[("d", 0, "e", "f", 0, "g")]
    5
    """
    return _Pass(text, name).run()


def _unquoted(word: str) -> str:
    """A quoted part of a key without its quotes; as it stands where it is none."""
    if word[0] == "'" or "\\" not in word:
        return word[1:-1]
    try:
        return str(tomllib.loads(f"key = {word}")["key"])
    except tomllib.TOMLDecodeError:
        return word[1:-1]


def _too_large(word: str) -> bool:
    """Whether an integer has more than 64 bits, told without converting thousands of digits."""
    digits = word.replace("_", "").lstrip("+-")
    base = {"0x": 16, "0o": 8, "0b": 2}.get(digits[:2], 10)
    digits = digits[2:] if base < 10 or base == 16 else digits
    if len(digits.lstrip("0")) > 64:
        return True
    value = int(digits or "0", base)
    return value >= LARGEST + word.startswith("-")
