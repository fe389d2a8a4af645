"""What a terminal shows: ruled headings, wrapped sentences, tables that fit its width."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pandas as pd

from groundplan.results.framed import cell_texts, headings
from groundplan.results.words import MISSING, STANDARD, elided, short_industry, unit_words

WIDTH, HEADING, GAP = 100, 8, 2
STUB, NARROW, WORDS = 38, 26, 58

Column = tuple[list[str], list[str], int]


def block(heading: str, lines: Sequence[str]) -> str:
    """A heading, ruled, and the lines under it; nothing where there are none."""
    return "\n".join([heading, "-" * len(heading), *lines]) if lines else ""


def sheet(*parts: str) -> str:
    """A page of blocks, an empty line between them; parts that say nothing are left out."""
    return "\n\n".join(p for p in parts if p) + "\n"


def wrapped(*sentences: str) -> list[str]:
    """Sentences as lines of at most ``WIDTH`` columns, each beginning a line of its own."""
    return [
        line
        for sentence in sentences
        for line in textwrap.wrap(sentence, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    ]


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
    room = WIDTH - max(len(x) for x in [*(line for name in index for line in name), corner])
    if _wide(whole) > room:
        tight = _columns(table, short or {}, NARROW)
        narrow = max(min(stub, WIDTH - _wide(tight)), len(corner))
        if narrow >= NARROW or _wide(tight) <= room:
            whole, index = tight, _stubs(names, narrow)
    stub = max(len(x) for x in [*(line for name in index for line in name), corner])
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
    return [textwrap.wrap(n, most, subsequent_indent="  ") or [""] for n in names]


def _columns(table: pd.DataFrame, names: dict[str, str], words: int) -> list[Column]:
    """Heading, cells and width of every column; words in cells are cut at ``words`` characters."""
    columns, texts = [], cell_texts(table)
    for n, (name, unit) in enumerate(headings(table)):
        heading = names.get(name, name) if unit != "%" or "%" in names.get(name, "") else f"{names.get(name, name)} %"
        head = textwrap.wrap(heading, HEADING, break_long_words=False, break_on_hyphens=False)
        cells = [elided(short_industry(x), words) for x in texts[n]]
        width = max(len(x) for x in [*head, *cells])
        if _worded(cells):
            head, cells = [h.ljust(width) for h in head], [c.ljust(width) for c in cells]
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
        heads = [([""] * (tall - len(head)) + head)[row].rjust(width + GAP) for head, _, width in block]
        lines.append((corner if row == tall - 1 else "").ljust(stub) + "".join(heads))
    for row, name in enumerate(index):
        lines.append(name[0].ljust(stub) + "".join(cells[row].rjust(width + GAP) for _, cells, width in block))
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
        return wrapped(f"Units: {next(iter(by_unit))}")
    standard = by_unit.pop(unit_words(STANDARD), None)
    parts = [f"living standard: {STANDARD}"] if standard else []
    parts += [f"{', '.join(members)}: {unit}" for unit, members in by_unit.items()]
    return wrapped(f"Units: {'; '.join(parts)}")
