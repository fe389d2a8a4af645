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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.records.called import code_called
from groundplan.tables.industry_classes import NO_CLASSES, IndustryClass, class_of

PREFIX = "class:"
EVERYTHING = "all"
CLASSES = "the column class of the template, or a list of classes (--classes)"
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


def classed(codes: Sequence[str], industries: Mapping[str, str] = NO_CLASSES) -> dict[str, Class | None]:
    """The broad class that each sector belongs to first; None where no class of it is stated.

    ``industries``: sector → its class as the accounts state it (``tables.industry_classes``). One of several divisions
    belongs where the first of them does.

    >>> stated = {"a": "C19", "b": "ifpri:maiz", "c": "wiod2013:E"}
    >>> [None if row is None else row.name for row in classed(["a", "b", "c", "C19"], stated).values()]
    ['fuels', 'crops', 'power', None]
    """
    return {c: _broad(class_of(industries[c])) if c in industries else None for c in codes}


@cache
def _broad(industry: IndustryClass) -> Class | None:
    codes = {code: row for row in classes().values() for code in (row.rev3 if industry.rev3 else row.codes)}
    if industry.rev3 or industry.code in codes:
        return codes.get(industry.code)
    within = {part: row for row in classes().values() for part in row.isic}
    letter, number = industry.code[:1], industry.code[1:2]
    return within.get(letter if letter in within and not number.isdigit() else min(industry.divisions, default=""))


def members(name: str, codes: Sequence[str], industries: Mapping[str, str] = NO_CLASSES) -> list[str]:
    """The codes that belong to class ``name``, shared ones too; ``industries`` as in ``classed``."""
    row, first = classes()[name], classed(codes, industries)
    own = {c: class_of(industries[c]) for c in codes if c in industries}
    shared = {c for c, industry in own.items() if industry.code in (row.rev3_also if industry.rev3 else row.also)}
    return [c for c in codes if first[c] is row or c in shared]


def select(
    selectors: Sequence[str],
    codes: Sequence[str],
    *,
    kind: str,
    where: str,
    industries: Mapping[str, str] = NO_CLASSES,
    labels: Mapping[str, str] = NO_CLASSES,
) -> tuple[list[str], list[GroundplanError]]:
    """The codes that selectors name, in the economy's order, and what is wrong with the selectors.

    A selector is a code, a name or a word of one (``records.called``), ``class:<name>`` for a broad class, or ``all``.
    ``industries`` as in ``classed``; ``labels``: code → name.
    """
    faults: list[GroundplanError] = []
    chosen: set[str] = set()
    for selector in selectors:
        name = selector.removeprefix(PREFIX)
        if selector == EVERYTHING:
            chosen.update(codes)
        elif not selector.startswith(PREFIX):
            code = code_called(selector, codes, labels)
            if code in codes:
                chosen.add(code)
            else:
                faults.append(UnknownName(kind, selector, codes, where=where, fix=_listed(codes), words=labels))
        elif name not in classes():
            faults.append(UnknownName("broad class", name, classes(), where=where))
        elif inside := members(name, codes, industries):
            chosen.update(inside)
        else:
            faults.append(
                StudyError(
                    f"no {kind} of this table is known to belong to class '{name}'",
                    where=where,
                    fix=f"name the {kind}s by code: {_listed(codes)}; or say what each sector is: {CLASSES}",
                )
            )
    return [c for c in codes if c in chosen], faults


def _listed(codes: Sequence[str]) -> str:
    return "use one of " + ", ".join(codes[:12]) + (" ..." if len(codes) > 12 else f", {PREFIX}<name> or {EVERYTHING}")
