"""Common lists of sectors in which accounts of different countries stand side by side, each a set of ISIC divisions."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from groundplan.errors import GroundplanError, StudyError, raise_all
from groundplan.tables.door.grid import text_of
from groundplan.tables.industry_classes import class_of

DATA = Path(__file__).parent / "data"
SIZES = (12, 26, 35)
FEWEST, MOST = 2, 40


@dataclass(frozen=True)
class CommonSectors:
    """A partition of all divisions of ISIC Rev. 4: class → name, in the order of the list."""

    labels: Mapping[str, str]

    @property
    def codes(self) -> tuple[str, ...]:
        """Its classes, which are its codes."""
        return tuple(self.labels)

    def of(self, stated: str) -> tuple[str, ...]:
        """Its sectors that a stated class touches, more than one where the class is wider than they are.

        >>> ready_list(26).of("ifpri:chem"), ready_list(26).of("A01")
        (('C19', 'C20-C22'), ('A01',))
        """
        own = covered(stated)
        return tuple(code for code in self.codes if covered(code) & own)


@cache
def covered(stated: str) -> frozenset[str]:
    """The divisions of ISIC Rev. 4 that a class holds, of the lists of publishers too; none where nobody says.

    >>> sorted(covered("ibge:0280")), sorted(covered("C10-C12"))
    (['02', '03'], ['10', '11', '12'])
    """
    own = class_of(stated)
    return _listed().get((own.list, own.code), own.divisions)


@cache
def _listed() -> dict[tuple[str, str], frozenset[str]]:
    rows = csv.DictReader(text_of(DATA / "list_divisions.csv").splitlines())
    return {(r["list"], r["code"]): frozenset(r["divisions"].split()) for r in rows}


@cache
def ready_list(size: int) -> CommonSectors:
    """A list of 12, 26 or 35 sectors. Raises ``StudyError`` for another number.

    >>> [len(ready_list(n).codes) for n in SIZES]
    [12, 26, 35]
    """
    rows = [r for r in csv.DictReader(text_of(DATA / "common_sectors.csv").splitlines()) if r["list"] == str(size)]
    if not rows:
        fix = f"ask for {', '.join(map(str, SIZES))}, or name the classes"
        raise StudyError(f"there is no ready list of {size} sectors", fix=fix)
    return CommonSectors({r["class"]: r["label"] for r in rows})


def own_list(classes: Sequence[str], where: str = "sectors") -> CommonSectors:
    """A list of one's own: a class each, with its name behind a sign of equality where it has none in the ready lists.

    Raises, all faults at once, for classes that overlap, leave a division out or are none.

    >>> own_list(["A-L", "M72 = Science", "M69-M71", "M73-M75", "N-U"]).labels["M72"]
    'Science'
    """
    faults: list[GroundplanError] = []
    parts = [word.partition("=") for word in classes]
    names = {own.strip(): name.strip() for own, _, name in parts if name.strip()}
    classes = [own.strip() for own, _, _ in parts]
    if not FEWEST <= len(classes) <= MOST:
        fix = f"name {FEWEST} to {MOST}, or ask for a ready list"
        faults.append(StudyError(f"{len(classes)} sectors", where=where, fix=fix))
    every: list[str] = []
    for word in classes:
        try:
            every += covered(word)
        except GroundplanError as fault:
            faults.append(fault)
    raise_all(faults, where=where)
    twice = sorted(d for d, n in Counter(every).items() if n > 1)
    lacking = sorted(covered("A-U") - set(every))
    if twice:
        what = f"divisions {', '.join(twice)} are in two sectors"
        faults.append(StudyError(what, where=where, fix="put each in one"))
    if lacking:
        what = f"divisions {', '.join(lacking)} are in no sector"
        faults.append(StudyError(what, where=where, fix="add them to one, or a sector for them"))
    raise_all(faults)
    ready = _names()
    return CommonSectors({word: names.get(word) or ready.get(covered(word), word) for word in classes})


@cache
def _names() -> dict[frozenset[str], str]:
    return {covered(code): name for size in SIZES for code, name in ready_list(size).labels.items()}
