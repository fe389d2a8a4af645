"""Chapters of the Harmonized System as sectors: which facts on trade by chapter are facts on whole sectors.

Each chapter is given to the divisions of ISIC Rev. 4 that make most of it, by its subject (HS 2022; chapters have been
the same since 1988). That is a judgement of ours, as chapters and divisions do not nest: fish of chapter 03 is frozen
by food makers too, books of chapter 49 are publishers'. State such facts with an error.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from groundplan.tables.common_sectors import covered
from groundplan.tables.door.grid import text_of

CHAPTER = re.compile(r"HS ?(\d\d)(?:[-–](?:HS ?)?(\d\d))?")
CODE = re.compile(r"HS ?\d+.*")
DATA = Path(__file__).parent / "data" / "hs_chapters.csv"


@cache
def _divisions() -> dict[str, frozenset[str]]:
    return {r["chapter"]: frozenset(r["divisions"].split()) for r in csv.DictReader(text_of(DATA).splitlines())}


def is_code(word: str) -> bool:
    """Whether a word means to be of the Harmonized System."""
    return bool(CODE.fullmatch(word))


def chapters(word: str) -> tuple[str, ...]:
    """The chapters of a word; none for headings and for what is no chapter.

    >>> chapters("HS27"), chapters("HS25-27"), chapters("HS2709"), chapters("HS77")
    (('27',), ('25', '26', '27'), (), ())
    """
    match = CHAPTER.fullmatch(word)
    if not match:
        return ()
    first, last = match[1], match[2] or match[1]
    there = tuple(c for c in _divisions() if first <= c <= last)
    return there if first in there and last in there else ()


def sectors_of_chapters(words: Sequence[str], classes: Mapping[str, str]) -> tuple[list[str], dict[str, list[str]]]:
    """Sectors that chapters make up whole, and chapters that are a part of others: chapter → what lacks, as words.

    ``classes``: sector → its class. A sector is made up where all chapters of its divisions are named.

    >>> sectors_of_chapters(["HS68-70"], {"glass": "C23", "steel": "C24"})
    (['glass'], {})
    >>> sectors_of_chapters(["HS84"], {"machines": "C26-C28"})
    ([], {'84': ['HS85', 'HS90', 'HS91']})
    """
    named = {c for word in words for c in chapters(word)}
    of_sector = {
        s: {c for c, divisions in _divisions().items() if divisions & covered(text)} for s, text in classes.items()
    }
    whole = [s for s, own in of_sector.items() if own and own <= named]
    made_up = {c for s in whole for c in of_sector[s]}
    lacking: dict[str, list[str]] = {}
    for c in sorted(named):
        beyond = {x for own in of_sector.values() if c in own for x in own} - named
        if c not in made_up or any(c in own and not own <= named for own in of_sector.values()):
            lacking[c] = [f"HS{x}" for x in sorted(beyond)]
    return whole, lacking
