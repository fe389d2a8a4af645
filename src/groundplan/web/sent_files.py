"""Files that a form sends: written to the project's folder as they come, within a limit, and kept only when all came.

Nothing is read of them here but their names and their first bytes; they are read in the limited process of the door.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BufferedWriter
from typing import NamedTuple

from fastapi import Request
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from groundplan.errors import GroundplanError
from groundplan.projects.kept_files import SUFFIXES, ComingFile, KeptFiles
from groundplan.tables.door.uploads import LIMITS

MOST_TEXT, MOST_FIELDS = 100_000, 200  # bytes of all fields together that are no files, and how many
MOST_HEAD = 8192  # bytes of the head of a part


class SentLimits(NamedTuple):
    """What a form may send: bytes of all files together and of each, how many, and the endings of their names."""

    all: int
    each: int
    files: int
    endings: tuple[str, ...]


# Files of one table: together what the door takes of one.
OF_A_TABLE = SentLimits(LIMITS.file_bytes, LIMITS.file_bytes, 20, SUFFIXES)
OF_A_STUDY = SentLimits(16 * 2**20, 16 * 2**20, 1, (".xlsx",))
RETURNS = SentLimits(512 * 2**20, 16 * 2**20, 2000, (".xlsx", ".xlsm", ".ods", ".csv", ".json"))


class TooLarge(GroundplanError):
    """More bytes than are taken."""

    def __init__(self, size: int, most: int) -> None:
        what = f"the files are {size / 1e6:,.0f} MB together; at most {most / 1e6:,.0f} MB are taken at once"
        super().__init__(
            what, where="the files", fix="send them one by one, or copy the table's sheet to a new workbook"
        )


class SentFiles(NamedTuple):
    """What a form sent: texts by field, and the parts of files that came whole and are not kept yet."""

    texts: dict[str, str]
    files: list[ComingFile]


@dataclass
class _Receiving:
    """A form as it comes in, part by part."""

    kept: KeptFiles
    limits: SentLimits
    files: list[ComingFile] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    headers: dict[str, bytes] = field(default_factory=dict)
    key: bytes = b""
    name: str = ""
    text: bytes = b""
    head: int = 0
    parts: int = 0
    typed: int = 0
    size: int = 0
    writer: BufferedWriter | None = None

    def begin(self) -> None:
        self.headers, self.key, self.text, self.head, self.writer = {}, b"", b"", 0, None
        self.parts += 1
        if self.parts > self.limits.files + MOST_FIELDS:
            raise GroundplanError("the form has too many fields", fix="send the files alone")

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._refuse_long_head(end - start)
        self.key += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._refuse_long_head(end - start)
        word = self.key.decode("latin-1").lower()
        self.headers[word] = self.headers.get(word, b"") + data[start:end]

    def _refuse_long_head(self, more: int) -> None:
        self.head += more
        if self.head > MOST_HEAD:
            raise GroundplanError("the form that came is broken", fix="send it again")

    def header_end(self) -> None:
        self.key = b""

    def headers_end(self) -> None:
        _, options = parse_options_header(self.headers.get("content-disposition", b""))
        self.name = options.get(b"name", b"").decode("utf-8", "replace")
        called = options.get(b"filename")
        if called is None or not called:
            return
        if len(self.files) >= self.limits.files:
            raise GroundplanError(f"more than {self.limits.files} files are sent at once", fix="send them in parts")
        self.files.append(self.kept.begin(called.decode("utf-8", "replace"), self.limits.endings))
        self.size = 0
        self.writer = self.files[-1].part.open("wb")

    def data(self, data: bytes, start: int, end: int) -> None:
        if self.writer is not None:
            self.size += end - start
            if self.size > self.limits.each:
                what = f"'{self.files[-1].called[:80]}' is larger than {self.limits.each / 1e6:,.0f} MB"
                raise GroundplanError(what, fix="send a smaller file, or put it into the project's folder yourself")
            self.writer.write(data[start:end])
        elif b"filename" not in self.headers.get("content-disposition", b""):
            self.text += data[start:end]
            self.typed += end - start
            if self.typed > MOST_TEXT:
                raise GroundplanError("the fields of the form are too long", fix="send the files alone")

    def part_end(self) -> None:
        if self.writer is not None:
            self.writer.close()
            self.writer = None
        elif b"filename" not in self.headers.get("content-disposition", b""):
            self.texts[self.name] = self.text.decode("utf-8", "replace")


async def sent_files(request: Request, kept: KeptFiles, limits: SentLimits = OF_A_TABLE) -> SentFiles:
    """Receive the files of a form, within limits. When this raises nothing of them is left.

    Raises ``TooLarge`` (at once where the form says its size, else when it is reached), ``GroundplanError`` for names
    of what is no table, for what cannot be written and for a form that breaks off.
    """
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limits.all:
        raise TooLarge(int(length), limits.all)
    _, options = parse_options_header(request.headers.get("content-type", ""))
    if b"boundary" not in options:
        raise GroundplanError("no files came with the form", fix="choose a file and send the form again")
    form = _Receiving(kept, limits)
    parser = MultipartParser(options[b"boundary"], {
        "on_part_begin": form.begin, "on_header_field": form.header_field, "on_header_value": form.header_value,
        "on_header_end": form.header_end, "on_headers_finished": form.headers_end, "on_part_data": form.data,
        "on_part_end": form.part_end, "on_end": lambda: ended.append(True),
    })  # fmt: skip
    ended: list[bool] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limits.all:
                raise TooLarge(size, limits.all)
            parser.write(chunk)
        if not ended:
            raise GroundplanError("the form broke off before it was whole", fix="send it again")
    except BaseException as error:
        if form.writer is not None:
            form.writer.close()
        kept.drop(form.files)
        if isinstance(error, MultipartParseError):
            raise GroundplanError("the form that came is broken", fix="send it again") from None
        if isinstance(error, OSError):
            what = f"the files cannot be written: {error.strerror or error}"
            raise GroundplanError(
                what, where="the project's folder", fix="free some space and send them again"
            ) from None
        raise
    return SentFiles(form.texts, form.files)
