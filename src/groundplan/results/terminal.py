"""What a terminal shows: ruled headings, wrapped sentences, tables that fit its width."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pandas as pd

from groundplan.languages.spoken import said
from groundplan.results.framed import cell_texts, headings
from groundplan.results.words import MISSING, STANDARD, elided, short_industry, unit_words, wide

WIDTH, HEADING, GAP = 100, 8, 2
STUB, NARROW, WORDS = 38, 26, 58

Column = tuple[list[str], list[str], int]


def block(heading: str, lines: Sequence[str]) -> str:
    """A heading, ruled, and the lines under it; nothing where there are none."""
    return "\n".join([heading, "-" * wide(heading), *lines]) if lines else ""


def sheet(*parts: str) -> str:
    """A page of blocks, an empty line between them; parts that say nothing are left out."""
    return "\n\n".join(p for p in parts if p) + "\n"


def wrapped(*sentences: str) -> list[str]:
    """Sentences as lines of at most ``WIDTH`` columns, each beginning a line of its own."""
    return [line for sentence in sentences for line in _lines(sentence, WIDTH, "  ")]


def text_table(table: pd.DataFrame, short: dict[str, str] | None = None, stub: int = STUB) -> list[str]:
    """A table as lines of at most ``WIDTH`` columns; units in a line below; no lines for a table of nothing.

    ``short`` gives headings their short form. Names of rows are cut at ``stub`` characters, other words at ``WORDS``;
    where the table is still too wide both are cut at ``NARROW``, and only then is it split into blocks. Names of rows
    that a cut would make alike stand whole, in several lines.
    """
    if table.empty:
        return []
    whole = _columns(table, short or {}, WORDS)
    names = [short_industry(str(i)) for i in table.index]
    index = _stubs(names, stub)
    corner = str(table.index.name or "")
    room = WIDTH - max(wide(x) for x in [*(line for name in index for line in name), corner])
    if _wide(whole) > room:
        tight = _columns(table, short or {}, NARROW)
        narrow = max(min(stub, WIDTH - _wide(tight)), wide(corner))
        if narrow >= NARROW or _wide(tight) <= room:
            whole, index = tight, _stubs(names, narrow)
    stub = max(wide(x) for x in [*(line for name in index for line in name), corner])
    lines: list[str] = []
    while whole:
        taken = 1
        while taken < len(whole) and _wide(whole[: taken + 1]) <= WIDTH - stub:
            taken += 1
        lines += [""] if lines else []
        lines += _text_block(corner, index, stub, whole[:taken])
        whole = whole[taken:]
    return lines + _units(table)


def _stubs(names: Sequence[str], most: int) -> list[list[str]]:
    """Names of rows as lines of at most ``most`` characters: cut, or wrapped where a cut would make two alike."""
    cut = [elided(n, most) for n in names]
    if len(set(cut)) == len(set(names)):
        return [[n] for n in cut]
    return [_lines(n, most, "  ", hyphens=True) or [""] for n in names]


def _lines(text: str, width: int, indent: str = "", *, hyphens: bool = False) -> list[str]:
    """A text as lines that so many columns have room for."""
    if wide(text) == len(text):
        return textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=hyphens)
    lines = [""]
    for word in text.split():
        room = width if len(lines) == 1 else width - len(indent)
        if lines[-1] and wide(lines[-1]) + 1 + wide(word) > room:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return [line if n == 0 else f"{indent}{line}" for n, line in enumerate(lines) if line]


def _heading(text: str) -> list[str]:
    if wide(text) == len(text):
        return textwrap.wrap(text, HEADING, break_long_words=False, break_on_hyphens=False)
    return _lines(text, HEADING)


def _left(text: str, width: int) -> str:
    return text + " " * (width - wide(text))


def _right(text: str, width: int) -> str:
    return " " * (width - wide(text)) + text


def _columns(table: pd.DataFrame, names: dict[str, str], words: int) -> list[Column]:
    """Heading, cells and width of every column; words in cells are cut at ``words`` characters."""
    columns, texts = [], cell_texts(table)
    for n, (name, unit) in enumerate(headings(table)):
        heading = names.get(name, name) if unit != "%" or "%" in names.get(name, "") else f"{names.get(name, name)} %"
        head = _heading(heading)
        cells = [elided(short_industry(x), words) for x in texts[n]]
        width = max(wide(x) for x in [*head, *cells])
        if _worded(cells):
            head, cells = [_left(h, width) for h in head], [_left(c, width) for c in cells]
        columns.append((head, cells, width))
    return columns


def _worded(cells: Sequence[str]) -> bool:
    """Whether a column holds words and no figures: such begin at its left."""
    there = [c for c in cells if c not in ("", MISSING)]
    return bool(there) and all(c[:1].isalpha() for c in there)


def _wide(columns: Sequence[Column]) -> int:
    return sum(GAP + width for _, _, width in columns)


def _text_block(corner: str, index: list[list[str]], stub: int, block: Sequence[Column]) -> list[str]:
    tall = max(len(head) for head, _, _ in block)
    lines = []
    for row in range(tall):
        heads = [([""] * (tall - len(head)) + head)[row] for head, _, _ in block]
        texts = [_right(h, width + GAP) for h, (_, _, width) in zip(heads, block, strict=True)]
        lines.append(_left(corner if row == tall - 1 else "", stub) + "".join(texts))
    for row, name in enumerate(index):
        lines.append(_left(name[0], stub) + "".join(_right(cells[row], width + GAP) for _, cells, width in block))
        lines += name[1:]
    return [line.rstrip() for line in lines]


def _units(table: pd.DataFrame) -> list[str]:
    """Which unit the columns have, those of one unit together; per cent stands in the heading."""
    by_unit: dict[str, list[str]] = {}
    for name, unit in headings(table):
        if unit and unit != "%" and unit not in name:
            by_unit.setdefault(unit, []).append(name)
    if not by_unit:
        return []
    if len(by_unit) == 1 and all(unit for _, unit in headings(table)):
        return wrapped(f"{said('Units')}: {said(next(iter(by_unit)))}")
    standard = by_unit.pop(unit_words(STANDARD), None)
    parts = [said(f"living standard: {STANDARD}")] if standard else []
    parts += [f"{', '.join(members)}: {said(unit)}" for unit, members in by_unit.items()]
    return wrapped(f"{said('Units')}: {'; '.join(parts)}")
