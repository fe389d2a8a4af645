"""Texts put into an XML part at a place, all other bytes of it untouched.

A part is read once for where its elements begin and end; what is put in goes between bytes that stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from xml.parsers import expat

from groundplan.errors import TableError

AGAIN = "open the workbook in a spreadsheet program and save it again as .xlsx"


@dataclass
class Element:
    """An element of a part: its qualified name, its attributes, its depth, and its bytes from ``start`` to ``end``.

    ``inner``: where its content ends, just before its closing tag; for one that closes itself its ``end``.
    """

    tag: str
    attributes: dict[str, str]
    depth: int
    start: int
    inner: int = 0
    end: int = 0

    @property
    def name(self) -> str:
        """Its name without its prefix."""
        return self.tag.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """Its prefix with the colon, or nothing."""
        before, colon, _ = self.tag.rpartition(":")
        return before + colon


class Put(NamedTuple):
    """Bytes to put in, and where; ``until``: the end of what they stand for, the place itself where they are added."""

    at: int
    until: int
    text: bytes


def elements(data: bytes, part: str, deepest: int = 9) -> list[Element]:
    """The elements of a part in the order in which they begin, down to a depth (the root's is 0).

    Raises ``TableError`` for what is no XML in UTF-8.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (b"encoding=" in data[:200] and b"utf-8" not in data[:200].lower()):
        raise TableError(f"part '{part}' of the workbook is not written in UTF-8", fix=AGAIN)
    parser = expat.ParserCreate()
    out, stack = list[Element](), list[Element | None]()

    def begin(tag: str, attributes: dict[str, str]) -> None:
        one = Element(tag, attributes, len(stack), parser.CurrentByteIndex) if len(stack) <= deepest else None
        stack.append(one)
        if one is not None:
            out.append(one)

    def close(tag: str) -> None:
        one = stack.pop()
        if one is None:
            return
        at = parser.CurrentByteIndex
        one.inner = at
        one.end = data.index(b">", at) + 1
        if data[at : at + 2] != b"</":  # it closes itself
            one.end = one.inner = _tag_end(data, one.start)

    parser.StartElementHandler = begin
    parser.EndElementHandler = close
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise TableError(f"part '{part}' of the workbook is broken: {error}", fix=AGAIN) from None
    return out


def _tag_end(data: bytes, start: int) -> int:
    """Where the tag that begins at ``start`` ends; a > inside of an attribute is not its end."""
    mark = b""
    for at in range(start, len(data)):
        byte = data[at : at + 1]
        if mark:
            mark = b"" if byte == mark else mark
        elif byte in (b'"', b"'"):
            mark = byte
        elif byte == b">":
            return at + 1
    return len(data)


def at_the_end_of(data: bytes, element: Element, text: str) -> Put:
    """A text as the last thing inside an element, which is opened for it where it closes itself."""
    if element.inner != element.end:
        return Put(element.inner, element.inner, text.encode())
    tag = data[element.start : element.end]
    opened = tag[: tag.rindex(b"/")].rstrip() + b">"
    return Put(element.start, element.end, opened + text.encode() + f"</{element.tag}>".encode())


def with_puts(data: bytes, puts: Iterable[Put]) -> bytes:
    """A part with all of these put in; those at one place in the order given."""
    out, at = bytearray(), 0
    for put in sorted(puts, key=lambda p: p.at):
        out += data[at : put.at] + put.text
        at = put.until
    return bytes(out + data[at:])
