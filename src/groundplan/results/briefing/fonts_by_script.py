"""Scripts that the font of briefings lacks, and fonts of the usual systems that have them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

TEXT = "Libertinus Serif"  # comes with typst: Latin, Greek and Cyrillic letters


@dataclass(frozen=True)
class Script:
    """A script: its name, its letters as ranges of code points, fonts that have it, and what Debian calls one."""

    name: str
    ranges: tuple[tuple[int, int], ...]
    families: tuple[str, ...]
    package: str

    @property
    def lacking(self) -> str:
        """What is said where no such font is there."""
        return (
            f"No font for {self.name} is installed here, so its letters are missing in this document: install "
            f"{self.families[0]} (Debian: {self.package}) and write it again."
        )

    def has(self, point: int) -> bool:
        """Whether a code point is a letter of it."""
        return any(first <= point <= last for first, last in self.ranges)


SCRIPTS = (
    Script(
        "Hangul", ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF)),
        ("Noto Sans CJK KR", "Noto Sans KR", "Malgun Gothic", "Apple SD Gothic Neo", "NanumGothic"), "fonts-noto-cjk",
    ),
    Script(
        "Chinese and Japanese",
        ((0x2E80, 0x312F), (0x3190, 0x31FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3134F)),
        ("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK KR", "Microsoft YaHei", "Yu Gothic", "PingFang SC"),
        "fonts-noto-cjk",
    ),
    Script("Arabic", ((0x0600, 0x06FF), (0x0750, 0x077F), (0xFB50, 0xFDFF), (0xFE70, 0xFEFE)),
           ("Noto Sans Arabic", "Noto Naskh Arabic", "DejaVu Sans", "Arial", "Geeza Pro"), "fonts-noto-core"),
    Script("Devanagari", ((0x0900, 0x097F),),
           ("Noto Sans Devanagari", "Nirmala UI", "Kohinoor Devanagari", "Lohit Devanagari"), "fonts-noto-core"),
    Script("Ethiopic", ((0x1200, 0x139F), (0x2D80, 0x2DDF)),
           ("Noto Sans Ethiopic", "Nyala", "Ebrima", "Kefa", "Abyssinica SIL"), "fonts-noto-core"),
    Script("Thai", ((0x0E00, 0x0E7F),), ("Noto Sans Thai", "Leelawadee UI", "Thonburi", "Loma"), "fonts-noto-core"),
)  # fmt: skip


def scripts_in(texts: Iterable[str]) -> list[Script]:
    """The scripts of the table that have letters in these texts."""
    points = {ord(c) for text in texts for c in set(text)}
    return [script for script in SCRIPTS if any(map(script.has, points))]
