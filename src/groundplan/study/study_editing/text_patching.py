"""A TOML text with other content: what was not changed keeps its lines, its comments and its order."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from groundplan.records.lines import lines_of
from groundplan.records.toml import key_value

HEADING = re.compile(r"\s*\[")
Content = Mapping[str, Any]


def patched(text: str, wanted: Content, kept: Mapping[tuple[str, ...], Sequence[int | None]] | None = None) -> str:
    """The text with content ``wanted``: keys and records that say the same keep their lines and comments.

    ``kept``: path of a list of records → for each record that is wanted the place that it has in the text, None for a
    new one; without it records are compared place by place. Where the text is written so that its pieces cannot be
    changed one by one (inline tables, dotted keys), it is written anew without its comments. Raises ``StudyError``
    for a text that is no TOML.
    """
    there = tomllib.loads(text.removeprefix("\ufeff"))
    if _same(there, wanted):
        return text
    try:
        new = _Patch(text, there).with_content(wanted, kept or {})
        if _same(tomllib.loads(new), wanted):
            return new
    except (tomllib.TOMLDecodeError, KeyError, IndexError):
        pass
    return plain_text(wanted)


def plain_text(content: Content) -> str:
    """Content as TOML without comments: single values, then sections, then records."""
    lines = [key_value(k, v) for k, v in content.items() if not isinstance(v, Mapping) and not _is_records(v)]
    for name, value in content.items():
        if isinstance(value, Mapping):
            own = {k: v for k, v in value.items() if not _is_records(v)}
            if own or not value:
                lines += ["", f"[{_key(name)}]", *(key_value(k, v) for k, v in own.items())]
            for table, rows in value.items():
                if _is_records(rows):
                    lines += [line for row in rows for line in _record_lines(f"{_key(name)}.{_key(table)}", row)]
        elif _is_records(value):
            lines += [line for row in value for line in _record_lines(_key(name), row)]
    return "\n".join([*lines, ""]).lstrip("\n")


def _record_lines(head: str, row: Content) -> list[str]:
    return ["", f"[[{head}]]", *(key_value(k, v) for k, v in row.items())]


def _key(name: str) -> str:
    return key_value(name, 0).rpartition(" = ")[0]


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, Mapping) for v in value)


def _same(one: Any, other: Any) -> bool:
    """Whether two contents are alike, in the kinds of their numbers and the order of their lists too."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return set(one) == set(other) and all(_same(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    return type(one) is type(other) and bool(one == other or (one != one and other != other))


class _Patch:
    """The lines of a text, changed from the last to the first so that numbers of lines before stay true."""

    def __init__(self, text: str, there: Content) -> None:
        self.text, self.there = text.removeprefix("\ufeff"), there
        self.lines = self.text.splitlines()
        self.places = lines_of(self.text, "")
        self.edits: list[tuple[int, int, list[str]]] = []  # from a line until before another, counted from 0
        self.ending: list[str] = []

    def with_content(self, wanted: Content, kept: Mapping[tuple[str, ...], Sequence[int | None]]) -> str:
        """The text with what is wanted."""
        for name in [*self.there, *(n for n in wanted if n not in self.there)]:
            self._top(name, self.there.get(name), wanted.get(name), kept)
        lines = list(self.lines)
        for begin, end, new in sorted(self.edits, key=lambda e: (e[0], e[1]), reverse=True):
            lines[begin:end] = new
        return "\n".join([*_trimmed(lines), *self.ending, ""])

    def _top(self, name: str, old: Any, new: Any, kept: Mapping[tuple[str, ...], Sequence[int | None]]) -> None:
        if _same(old, new):
            return
        if _is_records(old) or _is_records(new):
            self._records((name,), old or [], new or [], kept.get((name,)))
        elif isinstance(old, Mapping) or isinstance(new, Mapping):
            self._section(name, old or {}, new, kept)
        elif new is None:
            self._take_out((name,))
        elif old is None:
            self.edits.append((self._first_heading(), self._first_heading(), [key_value(name, new)]))
        else:
            self._replace((name,), name, new)

    def _section(self, name: str, old: Content, new: Content | None, kept: Any) -> None:
        tables = [t for t in {**old, **(new or {})} if _is_records(old.get(t)) or _is_records((new or {}).get(t))]
        for table in tables:
            rows = (new or {}).get(table)
            self._records((name, table), old.get(table) or [], rows or [], kept.get((name, table)))
        before = {k: v for k, v in old.items() if k not in tables}
        after = {k: v for k, v in (new or {}).items() if k not in tables}
        if not old and after:
            at = self._first_records()
            self.edits.append((at, at, ["", f"[{_key(name)}]", *(key_value(k, v) for k, v in after.items())]))
            return
        for key in before:
            if key not in after:
                self._take_out((name, key))
            elif not _same(before[key], after[key]):
                self._replace((name, key), key, after[key])
        added = [key_value(k, v) for k, v in after.items() if k not in before]
        if added:
            begin = self.places[name,] - 1
            end = self._content_end(begin, self._block_end(begin))
            self.edits.append((end, end, added))
        if not after and before and not tables:
            begin = self.places[name,] - 1
            self.edits.append((begin, begin + 1, []))

    def _records(self, path: tuple[str, ...], old: Sequence[Content], new: Sequence[Content], kept: Any) -> None:
        origins = list(kept) if kept is not None else [n if n < len(old) else None for n in range(len(new))]
        used = {n for n in origins if n is not None}
        for n, row in enumerate(old):
            if n not in used:
                begin, end = self._record_block(path, n)
                self.edits.append((self._comment_above(begin), end, []))
                continue
            self._record((*path, n), row, new[origins.index(n)])
        added = [row for n, row in zip(origins, new, strict=True) if n is None]
        lines = [line for row in added for line in _record_lines(".".join(map(_key, path)), row)]
        if not lines:
            return
        if old:
            end = self._content_end(*self._record_block(path, len(old) - 1))
            self.edits.append((end, end, lines))
        else:
            self.ending += lines

    def _record(self, path: tuple[str | int, ...], old: Content, new: Content) -> None:
        for key in old:
            if key not in new:
                self._take_out((*path, key))
            elif not _same(old[key], new[key]):
                self._replace((*path, key), key, new[key])
        added = [key_value(k, v) for k, v in new.items() if k not in old]
        if added:
            begin, end = self._record_block(path[:-1], int(path[-1]))
            at = self._content_end(begin, end)
            self.edits.append((at, at, added))

    def _record_block(self, path: tuple[str | int, ...], n: int) -> tuple[int, int]:
        """A record's lines: from its heading until before the next heading that is not of a part of it."""
        begin = self.places[(*path, n)] - 1
        if not HEADING.match(self.lines[begin]):
            raise KeyError(path)
        end = self._block_end(begin)
        return begin, self._content_end(begin, end)

    def _block_end(self, begin: int) -> int:
        headings = self._headings()
        return next((line for line in headings if line > begin), len(self.lines))

    def _headings(self) -> list[int]:
        """The lines that are headings of tables, from the first on; brackets in the midst of a value are none."""
        inside = {line for begin in self.places.values() for line in range(begin, self._statement_end(begin - 1))}
        return [n for n, line in enumerate(self.lines) if HEADING.match(line) and n not in inside]

    def _statement_end(self, begin: int) -> int:
        """The line after the statement that begins on one; of a heading the next."""
        if HEADING.match(self.lines[begin]):
            return begin + 1
        for end in range(begin + 1, len(self.lines) + 1):
            try:
                tomllib.loads("\n".join(self.lines[begin:end]))
            except tomllib.TOMLDecodeError:
                continue
            return end
        return begin + 1

    def _content_end(self, begin: int, end: int) -> int:
        """The line after the last one of a block that is a statement: what follows is about what comes next."""
        while end > begin + 1 and (not self.lines[end - 1].strip() or self.lines[end - 1].lstrip().startswith("#")):
            end -= 1
        return end

    def _comment_above(self, begin: int) -> int:
        """The first line of the comment that stands right over a record, and of the empty line before it."""
        while begin > 0 and self.lines[begin - 1].lstrip().startswith("#"):
            begin -= 1
        return begin - 1 if begin > 0 and not self.lines[begin - 1].strip() else begin

    def _first_heading(self) -> int:
        first = next(iter(self._headings()), len(self.lines))
        return self._content_end(-1, first) if first else 0

    def _first_records(self) -> int:
        """Where a new section goes: after all that stands before the first records."""
        headings = self._headings()
        records = [n for n in headings if self.lines[n].lstrip().startswith("[[")]
        end = records[0] if records else len(self.lines)
        before = [n for n in headings if n < end]
        return self._content_end(before[-1] if before else -1, end)

    def _statement(self, path: tuple[str | int, ...]) -> tuple[int, int]:
        """The lines of a key's statement. Raises ``KeyError`` where it has none of its own."""
        begin = self.places[path] - 1
        end = self._statement_end(begin)
        stated = tomllib.loads("\n".join(self.lines[begin:end])) if not HEADING.match(self.lines[begin]) else {}
        if list(stated) != [path[-1]]:
            raise KeyError(path)
        return begin, end

    def _take_out(self, path: tuple[str | int, ...]) -> None:
        begin, end = self._statement(path)
        self.edits.append((begin, end, []))

    def _replace(self, path: tuple[str | int, ...], key: str, value: Any) -> None:
        begin, end = self._statement(path)
        comment = _comment_after(self.lines[end - 1])
        self.edits.append((begin, end, [key_value(key, value) + comment]))


def _comment_after(line: str) -> str:
    """The comment at the end of a statement's line; nothing where it is not certain that it is one."""
    head, mark, words = line.rpartition("#")
    if not mark or '"' in words or "'" in words:
        return ""
    try:
        tomllib.loads(head if "=" in head else f"value = [{head}")
    except tomllib.TOMLDecodeError:
        return ""
    spaces = head[len(head.rstrip()) :]
    return f"{spaces}#{words}"


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines
