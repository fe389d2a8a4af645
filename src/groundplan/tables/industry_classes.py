"""What a sector is: its class, an entry of a known list of industries, and never the look of its code.

A class is written as a section or divisions of ISIC Rev. 4 (``D``, ``C10-C12``, ``01``), as a word of
``industries.csv`` (``refined petroleum``), or with the name of another known list before it (``ifpri:maiz``,
``ibge:0191``, ``wiod2013:c8``). Readers state the classes of publishers' lists; a template has a column for them. What
burns, feeds, moves and cures, how much capital a sector has, what households spend as they grow richer, what a state
pays for, what is raw: each is a table by class, and a sector without a class is in none of them and is listed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from groundplan.errors import GroundplanError, UnknownName

NO_CLASSES: Mapping[str, str] = MappingProxyType({})
ISIC4, IFPRI, IBGE, WIOD2013 = "isic4", "ifpri", "ibge", "wiod2013"
SECTION = re.compile(r"[A-U]([-_][A-U])?")
SPAN = re.compile(r"([A-U]?)(\d\d)([A-Z]?)")
DIVISIONS = re.compile(r"[A-U]?\d\d[A-Z]?([-_ T][A-U]?\d\d[A-Z]?)*|[A-U]\d{4}")
FIX = (
    "write a section or division of ISIC Rev. 4 (C19, 10-12), a word such as 'refined petroleum', or nothing; "
    "`groundplan names FILE` proposes one"
)


@dataclass(frozen=True)
class IndustryClass:
    """An entry of a known list of industries: the list's name, its code there, the ISIC Rev. 4 divisions it holds."""

    list: str
    code: str
    divisions: frozenset[str]

    @property
    def rev3(self) -> bool:
        """Whether its list follows ISIC Rev. 3, where letters mean other things."""
        return self.list == WIOD2013

    def apart_from(self, other: IndustryClass) -> bool:
        """Whether two classes are surely different things: entries of one list, or divisions with none in common.

        >>> class_of("A01").apart_from(class_of("farming")), class_of("A01").apart_from(class_of("C10-C12"))
        (False, True)
        """
        if self.list == other.list and self.list != ISIC4:
            return self.code != other.code
        return bool(self.divisions and other.divisions) and not self.divisions & other.divisions

    def __str__(self) -> str:
        return self.code if self.list == ISIC4 else f"{self.list}:{self.code}"


@dataclass(frozen=True)
class IndustryWord:
    """A row of ``industries.csv``: a word, what it is in ISIC Rev. 4, and stems of labels by which it is proposed."""

    word: str
    isic: str
    stems: tuple[str, ...]


@cache
def words() -> dict[str, IndustryWord]:
    """The words for classes.

    >>> words()["refined petroleum"].isic
    'C19'
    """
    rows = csv.DictReader(_text("industries.csv").splitlines())
    return {r["word"]: IndustryWord(r["word"], r["isic"], tuple(r["stems"].split("|"))) for r in rows}


@cache
def class_of(text: str) -> IndustryClass:
    """The class that a text states. Raises ``UnknownName`` for a text that states none.

    >>> str(class_of("refined petroleum")), sorted(class_of("C10-C12").divisions), class_of("ifpri:maiz").list
    ('C19', ['10', '11', '12'], 'ifpri')
    """
    said = " ".join(text.split())
    if said.casefold() in words():
        said = words()[said.casefold()].isic
    name, colon, code = said.partition(":")
    if colon:
        if name not in LISTS:
            raise UnknownName("list of industries", name, [*LISTS, ISIC4], fix=FIX)
        return of_list(name, code)
    parts = isic_divisions(said)
    if not parts:
        raise UnknownName("class of a sector", text, words(), fix=FIX)
    return IndustryClass(ISIC4, said, parts)


def of_list(name: str, code: str) -> IndustryClass:
    """An entry of a known list. Raises ``UnknownName`` for a code that the list does not have."""
    known_codes = LISTS[name]()
    if code not in known_codes:
        raise UnknownName(f"industry of the list '{name}'", code, known_codes, fix=FIX)
    parts = isic_divisions(code[:2]) if name == IBGE else frozenset()
    return IndustryClass(name, code, parts)


def stated(classification: str, codes: Iterable[str]) -> dict[str, str]:
    """Code → class, where a publisher's list is told by its name; codes that are none of the list have no class.

    >>> stated("isic4", ["C19", "C01", "TOTAL"]), stated("ifpri", ["maiz", "of my own"])
    ({'C19': 'C19'}, {'maiz': 'ifpri:maiz'})
    >>> stated("oecd", ["D05T06", "A01_02", "DOM"])
    {'D05T06': '05T06', 'A01_02': 'A01_02'}
    """
    if not classification:
        return {}
    if classification == "oecd":
        bare = {c: c[1:] if re.match(r"D\d\dT?", c) and not isic_divisions(c) else c for c in codes}
        return {c: code for c, code in bare.items() if isic_divisions(code)}
    if classification == ISIC4:
        return {c: c for c in codes if isic_divisions(c)}
    there = LISTS[classification]()
    return {c: f"{classification}:{c}" for c in codes if c in there}


def isic_divisions(code: str) -> frozenset[str]:
    """The ISIC Rev. 4 divisions that a code names; none where section letter and division do not agree.

    >>> sorted(isic_divisions("C10-12")), sorted(isic_divisions("D")), sorted(isic_divisions("R_S"))[:2]
    (['10', '11', '12'], ['35'], ['90', '91'])
    >>> isic_divisions("C05"), isic_divisions("maiz"), isic_divisions("04")
    (frozenset(), frozenset(), frozenset())
    """
    section_of = _section_of()
    if SECTION.fullmatch(code):
        first, last = code[0], code[-1]
        inside = {first, last} if "_" in code else {chr(n) for n in range(ord(first), ord(last) + 1)}
        return frozenset(d for d, section in section_of.items() if section in inside)
    if not DIVISIONS.fullmatch(code):
        return frozenset()
    spans = SPAN.findall(code)
    letter, numbers = "", []
    for own, number, _ in spans:
        letter = own or letter
        if number not in section_of or letter not in ("", section_of[number]):
            return frozenset()
        numbers.append(number)
    if re.search(r"[-T]", code) and len(spans) == 2:
        return frozenset(d for d in section_of if numbers[0] <= d <= numbers[1])
    return frozenset(numbers)


def class_faults(classes: Mapping[str, str], codes: Iterable[str], where: str) -> list[GroundplanError]:
    """What is wrong with stated classes: sectors that are not there, texts that state no class."""
    there = set(codes)
    faults: list[GroundplanError] = [UnknownName("sector", c, there, where=where) for c in classes if c not in there]
    for code, text in classes.items():
        try:
            class_of(text)
        except GroundplanError as fault:
            fault.where = f"{where}, row '{code}'"
            faults.append(fault)
    return faults


def proposal(code: str, label: str) -> tuple[str, str]:
    """The class that code and label together suggest, and why; empty where they suggest none. It is never taken.

    >>> proposal("C19", "Coke and refined petroleum products")
    ('C19', 'code and label agree')
    >>> proposal("B05", "Biscuits")
    ('C10', "the label says 'food'; the code would be coal")
    >>> proposal("x7", "Crude petroleum"), proposal("s01", "Sector 1")
    (('B06', "the label says 'crude petroleum and gas'"), ('', ''))
    """
    by_code, word = isic_divisions(code), _word_for(label)
    if word is None:
        return (code, "by the code alone: the label says nothing") if by_code else ("", "")
    says = f"the label says '{word.word}'"
    if not by_code:
        return word.isic, says
    if by_code & isic_divisions(word.isic):
        return code, "code and label agree"
    other = next((w.word for w in words().values() if isic_divisions(w.isic) & by_code), code)
    return word.isic, f"{says}; the code would be {other}"


def _word_for(label: str) -> IndustryWord | None:
    """The word whose stem in the label is the longest; none where two are as long."""
    text, best, longest = label.casefold().partition("except")[0], list[IndustryWord](), 0
    for word in words().values():
        size = max((len(s) for s in word.stems if re.search(rf"\b{re.escape(s)}", text)), default=0)
        if size and size >= longest:
            best = [*best, word] if size == longest else [word]
            longest = size
    return best[0] if len(best) == 1 else None


@cache
def _section_of() -> dict[str, str]:
    """Division → section of ISIC Rev. 4."""
    rows = csv.DictReader(_text("concordances/nace2_to_sections.csv").splitlines())
    return {row["from"]: row["to"] for row in rows}


@cache
def _ibge() -> frozenset[str]:
    return frozenset(row[0] for row in csv.reader(_text("data/ibge_activities_en.csv").splitlines()) if row)


@cache
def _ifpri() -> frozenset[str]:
    rows = csv.DictReader(_text("data/ifpri_industries.csv").splitlines())
    return frozenset(row["code"] for row in rows)


@cache
def _wiod2013() -> frozenset[str]:
    rows = csv.DictReader(_text("concordances/isic31_to_wiod2013.csv").splitlines())
    return frozenset({row["to"] for row in rows} | {f"c{k}" for k in range(1, 36)})


LISTS = MappingProxyType({IFPRI: _ifpri, IBGE: _ibge, WIOD2013: _wiod2013})


def _text(path: str) -> str:
    return files("groundplan").joinpath(f"tables/{path}").read_text("utf-8")
