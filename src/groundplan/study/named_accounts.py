"""Which accounts a study names: put in place of those that its text names, all else of the text untouched."""

from __future__ import annotations

from groundplan.economy.opening import TableFiles
from groundplan.records.card import fields_of
from groundplan.records.toml import Document, key_value, parse
from groundplan.study.study_file import TABLE, content_of

KEYS = ("country", "accounts_year")


def with_accounts(text: str, name: str, country: str, year: int | None = None, table: TableFiles | None = None) -> str:
    """A study's text on other accounts: ``country`` (a code, or a template's file), ``year``, ``[table]``.

    ``name``: the study's file, for what is said of it. Comments of other choices and their order stay.
    Raises ``StudyError`` and ``UnknownName`` where the text, or what it becomes, is no study.
    """
    rows = text.splitlines()
    gone = _lines_of(parse(text, name), rows)
    kept = [row for n, row in enumerate(rows, 1) if n not in gone]
    while kept and not kept[0].strip():
        del kept[0]
    lines = [key_value("country", country), *([] if year is None else [key_value("accounts_year", year)])]
    own = table_lines(table) if table is not None else []
    # Keys that stand alone come before every section, those of the text that is kept too.
    first = next((k for k, row in enumerate(kept) if row.lstrip().startswith("[")), len(kept))
    while first and (not kept[first - 1].strip() or kept[first - 1].lstrip().startswith("#")):
        first -= 1
    head, rest = kept[:first], kept[first:]
    while rest and not rest[0].strip():
        del rest[0]
    parts = [lines + head, own, rest]
    fresh = "\n\n".join("\n".join(part) for part in parts if part) + "\n"
    content_of(parse(fresh, name))
    return fresh


def table_lines(table: TableFiles) -> list[str]:
    """The section ``[table]`` with what differs from its defaults; nothing where nothing does."""
    usual = TableFiles()
    stated = {
        f.name: value for f in fields_of(TableFiles) if (value := getattr(table, f.name)) != getattr(usual, f.name)
    }
    return [f"[{TABLE}]", *(key_value(k, v) for k, v in stated.items())] if stated else []


def table_of(text: str, name: str) -> tuple[str, TableFiles]:
    """The country and the files that a study's text names. Raises as ``study_file.read_study``."""
    content = content_of(parse(text, name))
    return content.country, content.table


def _lines_of(document: Document, rows: list[str]) -> set[int]:
    """The numbers, from 1, of the lines that name accounts."""
    lines = {path[0]: line for path, line in sorted(document.lines.items(), key=lambda p: -p[1]) if path}
    gone: set[int] = set()
    for key in KEYS:
        if key in document.content and key in lines:
            gone.add(lines[key])
    if TABLE in document.content and TABLE in lines:
        start = lines[TABLE]
        later = [line for path, line in document.lines.items() if path[:1] != (TABLE,) and line > start]
        end = min(later, default=len(rows) + 1)
        while end - 2 >= start and (not rows[end - 2].strip() or rows[end - 2].lstrip().startswith("#")):
            end -= 1  # comments over what follows are its own
        gone |= set(range(start, end))
    return gone
