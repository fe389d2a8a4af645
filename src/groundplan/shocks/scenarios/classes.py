"""Broad classes of sectors, so that one scenario fits many classifications; and how names select sectors.

``classes.csv`` gives each class its household need, an assumed stock in days of use, the kind of users that it belongs
to, the kinds of users in which a lack of it is critical or important (in others it is idle), whether its imported
variety binds at all, the ISIC Rev. 4 sections and divisions that it holds, codes of other shipped classifications, and
those of WIOD 2013 (ISIC Rev. 3). An exact code beats a division; ``also`` and ``rev3_also`` list codes that the class
shares with the one named first.

Which inputs are critical or important to whom is our judgement, and no source; how far it agrees with published ratings
is said with it (``JUDGED``, docs/explanation/crises.md).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from groundplan.errors import GroundplanError, StudyError, UnknownName

PREFIX = "class:"
EVERYTHING = "all"
ISIC = re.compile(r"([A-U])(?:(\d\d)(?!\d)|(?![A-Za-z0-9]))")
REV3 = re.compile(r"AtB|\d\dt\d\d|c[1-9]\d?")
NO_ORIGIN: Mapping[str, str] = MappingProxyType({})
BINDING = ("critical", "important", "idle")
# Measured in tests/published/test_known_crises.py.
JUDGED = (
    "broad classes in shocks/classes.csv, our judgement: the same as published ratings in 37 to 42 % of home use by "
    "value (United Kingdom 2014)"
)


@dataclass(frozen=True)
class Class:
    """One row of ``classes.csv``. ``days`` is an assumption (days of use), and so are ``critical_in``,
    ``important_in`` (kinds of users, or ``all``) and ``imported`` (``binds`` or ``idle``).
    """

    name: str
    label: str
    need: str
    days: float
    users: str
    critical_in: frozenset[str]
    important_in: frozenset[str]
    imported: str
    isic: frozenset[str]
    codes: frozenset[str]
    also: frozenset[str]
    rev3: frozenset[str]
    rev3_also: frozenset[str]

    def binds(self, user: Class | None, *, imported: bool = False) -> str:
        """How a lack of this class binds a sector of another, one of BINDING; a user of no known class needs most.

        >>> classes()["food"].binds(classes()["hotels"]), classes()["food"].binds(classes()["metals"])
        ('critical', 'idle')
        """
        if imported and self.imported == "idle":
            return "idle"
        for way, kinds in (("critical", self.critical_in), ("important", self.important_in)):
            if (user is None and kinds) or kinds & {EVERYTHING, "" if user is None else user.users}:
                return way
        return "idle"


@cache
def classes() -> dict[str, Class]:
    """All broad classes by name.

    >>> classes()["power"].days
    3.0
    """
    text = files("groundplan").joinpath("shocks/classes.csv").read_text("utf-8")
    lists = ("critical_in", "important_in", "isic", "codes", "also", "rev3", "rev3_also")
    return {
        r["class"]: Class(
            name=r["class"], label=r["label"], need=r["need"], days=float(r["days"]), users=r["users"],
            imported=r["imported"], **{part: frozenset(r[part].split()) for part in lists},
        )
        for r in csv.DictReader(text.splitlines())
    }  # fmt: skip


@cache
def _ibge() -> frozenset[str]:
    text = files("groundplan").joinpath("tables/data/ibge_activities_en.csv").read_text("utf-8")
    return frozenset(row[0] for row in csv.reader(text.splitlines()) if row)


def division(code: str) -> str:
    """The ISIC Rev. 4 division that a code starts with, or its section where it names no division; else nothing.

    >>> division("C10-C12"), division("D"), division("0680"), division("maiz")
    ('10', 'D', '06', '')
    """
    if code in _ibge():
        return code[:2]
    match = ISIC.match(code)
    return "" if match is None else str(match[2] or match[1])


def classed(codes: Sequence[str], origin: Mapping[str, str] = NO_ORIGIN) -> dict[str, Class | None]:
    """The class that each sector belongs to first; None where the table's classification is not known.

    ``origin``: a carved product → the sector of the accounts that it came from; it belongs where that does.

    Letters mean other things in ISIC Rev. 3, so a table that writes "AtB", "15t16" or "c3" is read by ``rev3`` alone.

    >>> classed(["C19", "maiz", "111CA"])["maiz"].need, classed(["AtB", "E"])["E"].name
    ('food', 'power')
    """
    of = {c: origin.get(c, c) for c in codes}
    if _in_rev3(list(of.values())):
        old = {code: row for row in classes().values() for code in row.rev3}
        return {c: old.get(of[c]) for c in codes}
    exact = {code: row for row in classes().values() for code in row.codes}
    within = {part: row for row in classes().values() for part in row.isic}
    return {c: exact.get(of[c]) or within.get(division(of[c])) for c in codes}


def members(name: str, codes: Sequence[str], origin: Mapping[str, str] = NO_ORIGIN) -> list[str]:
    """The codes that belong to class ``name``, shared ones too."""
    row, first, of = classes()[name], classed(codes, origin), {c: origin.get(c, c) for c in codes}
    classified, shared = any(first.values()), row.rev3_also if _in_rev3(list(of.values())) else row.also
    return [c for c in codes if first[c] is row or (classified and of[c] in shared)]


def _in_rev3(codes: Sequence[str]) -> bool:
    return any(REV3.fullmatch(c) for c in codes)


def select(
    selectors: Sequence[str],
    codes: Sequence[str],
    *,
    kind: str,
    where: str,
    origin: Mapping[str, str] = NO_ORIGIN,
) -> tuple[list[str], list[GroundplanError]]:
    """The codes that selectors name, in the economy's order, and what is wrong with the selectors.

    A selector is a code, ``class:<name>`` for a broad class, or ``all``. ``origin`` as in ``classed``.
    """
    faults: list[GroundplanError] = []
    chosen: set[str] = set()
    for selector in selectors:
        name = selector.removeprefix(PREFIX)
        if selector == EVERYTHING:
            chosen.update(codes)
        elif not selector.startswith(PREFIX):
            if selector in codes:
                chosen.add(selector)
            else:
                faults.append(UnknownName(kind, selector, codes, where=where, fix=_listed(codes)))
        elif name not in classes():
            faults.append(UnknownName("broad class", name, classes(), where=where))
        elif inside := members(name, codes, origin):
            chosen.update(inside)
        else:
            faults.append(
                StudyError(
                    f"no {kind} of this table is known to belong to class '{name}'",
                    where=where,
                    fix=f"name the {kind}s by code: {_listed(codes)}",
                )
            )
    return [c for c in codes if c in chosen], faults


def _listed(codes: Sequence[str]) -> str:
    return "use one of " + ", ".join(codes[:12]) + (" ..." if len(codes) > 12 else f", {PREFIX}<name> or {EVERYTHING}")
