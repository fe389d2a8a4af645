"""How a table stands on paper: as large as the page has room for, else in blocks of columns one below the other.

Widths are counted in letters, by what a face takes for one; nothing is cut, as no column is narrower than the longest
word or number in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SIZES = (8.5, 7.5, 6.5)  # points
PADDING = 7.0  # points beside a cell's text, both sides together
LONGEST_WORD = 28  # letters after which a word without end may be broken
WORDS, LABELS = 18, 20  # letters that a column of words, and the names of rows, have at least where they need them
SENTENCE = 150  # letters of a column of words that is as wide as it would be, page willing
HEAD_LINES, HEADING = 3, 14  # lines of a heading at most, and letters of one that has room
BOLD, CAPITALS = 1.08, 1.12  # width of headings over plain letters, and of names over figures
WHOLE = 360.0  # points: a table that is no taller stands on one page
LINE, EDGE = 1.35, 5.0  # height of a line over the size of its type; points above and below a row's text


@dataclass(frozen=True)
class Block:
    """Columns that stand beside each other: their places in the table, widths in points (the rows' names first)."""

    columns: tuple[int, ...]
    widths: tuple[float, ...]
    size: float
    tall: float  # points, about

    @property
    def whole(self) -> bool:
        """Whether it is not to be torn over two pages."""
        return self.tall < WHOLE


@dataclass(frozen=True)
class ColumnRoom:
    """What a column asks for, in letters: without which it is cut, and with which every cell has one line."""

    least: int
    most: int


def column_blocks(grid: Mapping[str, Any], room: float, letter: float) -> tuple[Block, ...]:
    """The blocks of a prepared table in ``room`` points; ``letter``: width of a letter over the size of its type."""
    rows = ColumnRoom(*_words_room([name for name, _ in grid["rows"]], [grid["corner"]], LABELS))
    columns = [_column(head, [cells[n] for _, cells in grid["rows"]]) for n, head in enumerate(grid["heads"])]
    fitting = next((size for size in SIZES if _wide([rows, *columns], letter * size) <= room), None)
    size = fitting or SIZES[1]
    split = [[*range(len(columns))]] if fitting else _split(rows, columns, size * letter, room)
    blocks = []
    for places in split:
        widths = _widths([rows, *(columns[n] for n in places)], size * letter, room)
        blocks.append(Block(tuple(places), widths, size, _tall(grid["rows"], places, widths, size, letter)))
    return tuple(blocks)


def _column(head: Sequence[Any], cells: Sequence[str]) -> ColumnRoom:
    name, unit, worded = head
    if worded:
        return ColumnRoom(*_words_room(cells, [name, unit], WORDS))
    longest = max(map(len, cells), default=0)
    heading = max(_longest_word([name, unit]), *(math.ceil(len(words) / HEAD_LINES) for words in (name, unit)))
    heading = math.ceil(BOLD * heading)
    return ColumnRoom(max(longest, heading), max(longest, heading, min(max(len(name), len(unit)), HEADING)))


def _words_room(texts: Sequence[str], heads: Sequence[str], usual: int) -> tuple[int, int]:
    longest = math.ceil(CAPITALS * max(map(len, [*texts, *heads]), default=0))
    least = max(math.ceil(CAPITALS * _longest_word([*texts, *heads])), min(longest, usual))
    return least, max(least, min(longest, SENTENCE))


def _longest_word(texts: Sequence[str]) -> int:
    return min(max((len(word) for text in texts for word in text.split()), default=0), LONGEST_WORD)


def _wide(columns: Sequence[ColumnRoom], letter: float) -> float:
    return sum(c.least * letter + PADDING for c in columns)


def _split(rows: ColumnRoom, columns: Sequence[ColumnRoom], letter: float, room: float) -> list[list[int]]:
    """Places of columns by block, each block as wide as there is room; the last are not left alone."""
    blocks: list[list[int]] = [[]]
    for n, c in enumerate(columns):
        if blocks[-1] and _wide([rows, *(columns[k] for k in blocks[-1]), c], letter) > room:
            blocks.append([])
        blocks[-1].append(n)
    each = math.ceil(len(columns) / len(blocks))
    even = [list(range(n, min(n + each, len(columns)))) for n in range(0, len(columns), each)]
    fits = all(_wide([rows, *(columns[k] for k in block)], letter) <= room for block in even)
    return even if fits else blocks


def _widths(columns: Sequence[ColumnRoom], letter: float, room: float) -> tuple[float, ...]:
    """The least of each, and what is left over to those that would take more, as much as they would."""
    least = [c.least * letter + PADDING for c in columns]
    wishes = [(c.most - c.least) * letter for c in columns]
    share = min(1.0, max(0.0, room - sum(least)) / max(sum(wishes), 1e-9))
    shrink = min(1.0, room / sum(least))
    return tuple(round(shrink * a + share * b, 2) for a, b in zip(least, wishes, strict=True))


def _tall(
    rows: Sequence[tuple[str, Sequence[str]]],
    places: Sequence[int],
    widths: Sequence[float],
    size: float,
    letter: float,
) -> float:
    heights = [
        max(
            _lines(text, width, size * letter)
            for text, width in zip([name, *(cells[n] for n in places)], widths, strict=True)
        )
        for name, cells in rows
    ]
    return sum(lines * LINE * size + EDGE for lines in [2 * HEAD_LINES, *heights])


def _lines(text: str, width: float, letter: float) -> int:
    return max(1, math.ceil(len(text) * letter / max(width - PADDING, letter)))
