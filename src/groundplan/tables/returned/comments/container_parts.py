"""A zip container whose parts are replaced or added while every other part stays as its bytes are, in its place.

Nothing that is not asked for is unpacked and packed again: local headers, packed bytes and records of the directory are
copied as they stand, and only their offsets follow.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from groundplan.errors import TableError
from groundplan.tables.door.parsing.containers import AGAIN, Limits, inflated, open_container

LOCAL, RECORD, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
FIXED = 46  # bytes of a record of the directory before its name
DESCRIBED = 0x0008  # the flag that says that sizes stand behind the bytes
LARGE = 0xFFFFFFFF  # a size or an offset that stands elsewhere, in the form for very large files
UTF8 = 0x0800
FIRST_DAY = (1980, 1, 1)  # of a part that is new or replaced: the same workbook gives the same bytes


@dataclass(frozen=True, eq=False)
class ContainerParts:
    """A checked container: its bytes, and its parts in the order of its directory."""

    data: bytes
    archive: zipfile.ZipFile

    @classmethod
    def of(cls, data: bytes, limits: Limits) -> ContainerParts:
        """The container in some bytes. Raises ``TableError`` for all that ``open_container`` refuses."""
        return cls(data, open_container(data, limits))

    @property
    def names(self) -> list[str]:
        """The names of the parts."""
        return [entry.filename for entry in self.archive.infolist()]

    def part(self, name: str) -> bytes:
        """The bytes of a part, unpacked. Raises ``TableError`` where there is none."""
        entry = next((e for e in self.archive.infolist() if e.filename == name), None)
        if entry is None:
            raise TableError(f"the workbook has no part '{name[:80]}'", fix=AGAIN)
        return b"".join(inflated(self.data, entry))

    def with_parts(self, parts: Mapping[str, bytes]) -> bytes:
        """The container with these parts in place of its own of the same name, and the others of them at its end.

        Raises ``TableError`` for a container in the form for very large files.
        """
        out, records = bytearray(), list[bytes]()
        entries = self.archive.infolist()
        offsets: dict[str, int] = {}
        ends = self._ends()
        for entry in sorted(entries, key=lambda e: e.header_offset):
            offsets[entry.filename] = len(out)
            if entry.filename in parts:
                out += _local(self._raw_name(entry), parts[entry.filename], entry.flag_bits & UTF8)
            else:
                out += self.data[entry.header_offset : ends[entry.header_offset]]
        for entry, record in zip(entries, self._records(), strict=True):
            records.append(_moved(record, offsets[entry.filename], parts.get(entry.filename)))
        for name in [n for n in parts if n not in offsets]:
            records.append(_record(name.encode(), parts[name], len(out)))
            out += _local(name.encode(), parts[name], UTF8)
        directory = b"".join(records)
        comment = self.archive.comment
        end = struct.pack(
            "<4sHHHHIIH", END, 0, 0, len(records), len(records), len(directory), len(out), len(comment)
        )  # fmt: skip
        return bytes(out) + directory + end + comment

    def _raw_name(self, entry: zipfile.ZipInfo) -> bytes:
        length = int.from_bytes(self.data[entry.header_offset + 26 : entry.header_offset + 28], "little")
        return self.data[entry.header_offset + 30 : entry.header_offset + 30 + length]

    def _ends(self) -> dict[int, int]:
        """Where each part ends, by where it begins: where the next begins, or the directory does."""
        starts = sorted(e.header_offset for e in self.archive.infolist())
        return dict(zip(starts, [*starts[1:], self.archive.start_dir], strict=True))

    def _records(self) -> list[bytes]:
        """The records of the directory as they stand."""
        at, records = self.archive.start_dir, list[bytes]()
        for _ in self.archive.infolist():
            head = self.data[at : at + FIXED]
            if head[:4] != RECORD or len(head) < FIXED:
                raise TableError("the directory of the workbook is broken", fix=AGAIN)
            size = FIXED + sum(struct.unpack("<HHH", head[28:34]))
            records.append(self.data[at : at + size])
            at += size
        return records


def _packed(data: bytes) -> bytes:
    engine = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return engine.compress(data) + engine.flush()


def _local(name: bytes, data: bytes, flags: int) -> bytes:
    """A part with its header, packed."""
    packed = _packed(data)
    head = struct.pack(
        "<4sHHHHHIIIHH", LOCAL, 20, flags, zipfile.ZIP_DEFLATED, 0, _day(), zlib.crc32(data), len(packed), len(data),
        len(name), 0,
    )  # fmt: skip
    return head + name + packed


def _record(name: bytes, data: bytes, offset: int) -> bytes:
    """The record of a part that is new."""
    fixed = struct.pack(
        "<4sHHHHHHIIIHHHHHII", RECORD, 20, 20, UTF8, zipfile.ZIP_DEFLATED, 0, _day(), zlib.crc32(data),
        len(_packed(data)), len(data), len(name), 0, 0, 0, 0, 0, offset,
    )  # fmt: skip
    return fixed + name


def _moved(record: bytes, offset: int, data: bytes | None) -> bytes:
    """A record with its part's new place, and with its new sizes where the part is replaced."""
    if LARGE in struct.unpack("<II", record[20:28]) or struct.unpack("<I", record[42:46])[0] == LARGE:
        what = "the workbook is saved in the form for files of more than 4 GB"
        raise TableError(what, fix="open it in a spreadsheet program and save it again as .xlsx")
    moved = record[:42] + struct.pack("<I", offset) + record[46:]
    if data is None:
        return moved
    flags = struct.unpack("<H", record[8:10])[0] & UTF8
    sizes = struct.pack("<III", zlib.crc32(data), len(_packed(data)), len(data))
    name = struct.unpack("<H", record[28:30])[0]
    plain = moved[:8] + struct.pack("<HH", flags, zipfile.ZIP_DEFLATED) + struct.pack("<HH", 0, _day()) + sizes
    lengths = struct.pack("<HHH", name, 0, 0)  # extra fields say sizes of the old bytes
    return plain + lengths + moved[34 : FIXED + name]


def _day() -> int:
    year, month, day = FIRST_DAY
    return (year - 1980) << 9 | month << 5 | day
