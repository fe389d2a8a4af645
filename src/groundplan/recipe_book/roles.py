"""Roles: what an input is for, whatever an economy's sectors are called.

``roles.csv`` gives each role the ISIC Rev. 4 divisions that it stands for, the codes of other shipped classifications
(the social accounting matrices, IBGE), and those of WIOD 2013 (ISIC Rev. 3).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName

SPAN = re.compile(r"(\d\d)(?!\d)")
REV3 = re.compile(r"AtB|\d\dt\d\d|c[1-9]\d?")
IBGE = re.compile(r"\d{4}")


@dataclass(frozen=True)
class Role:
    """One row of ``roles.csv``."""

    name: str
    label: str
    isic: frozenset[str]
    codes: frozenset[str]
    rev3: frozenset[str]


@cache
def roles() -> dict[str, Role]:
    """All roles by name.

    >>> sorted(roles()["electricity"].codes)
    ['elec']
    """
    text = files("groundplan").joinpath("recipe_book/roles.csv").read_text("utf-8")
    parts = ("isic", "codes", "rev3")
    return {
        r["role"]: Role(r["role"], r["label"], *(frozenset(r[part].split()) for part in parts))
        for r in csv.DictReader(text.splitlines())
    }


def members(e: Economy, role: str, chosen: Mapping[str, str] | None = None) -> tuple[list[str], str]:
    """The products of an economy that play a role, and what is to be said of the match; none where none is known.

    ``chosen`` says it by hand, role → code. A product carved out under the role's own name plays it alone; one carved
    out of a product that plays it plays it too, unless it is a role of its own. A product that plays the role beside
    others (mining for coal) is told as such.
    """
    if chosen and role in chosen:
        return [chosen[role]], ""
    codes, broad = _members(e, role)
    return list(codes), broad


@lru_cache(maxsize=512)
def _members(e: Economy, role: str) -> tuple[tuple[str, ...], str]:
    if role in e.physical:
        return (role,), ""
    one = roles()[role]
    kinds = {c: kind for c, kind in e.class_by_sector.items() if kind is not None}
    there = [c for c in kinds if c not in e.physical or e.physical[c].sector in ("", c)]

    def stated(r: Role) -> list[str]:
        return [c for c in there if kinds[c].code in (r.rev3 if kinds[c].rev3 else r.codes)]

    codes = stated(one)
    if codes:
        # A product that is all there is for two roles holds more than one.
        same = sum(codes == stated(other) for other in roles().values()) > 1
        broad = f"{one.label} within {', '.join(e.label(c) for c in codes)}" if same else ""
    else:
        codes = [c for c in there if kinds[c].divisions & one.isic]
        wider = [c for c in codes if not kinds[c].divisions <= one.isic]
        broad = f"{one.label} within {', '.join(e.label(c) for c in wider)}" if wider else ""
    codes += [c for c, p in e.physical.items() if p.sector in codes and c not in codes and c not in roles()]
    return tuple(codes), broad


def role_faults(e: Economy, needed: Sequence[str], chosen: Mapping[str, str], where: str) -> list[GroundplanError]:
    """Roles that no product of the economy is known to play, and codes chosen for them that are not there."""
    faults: list[GroundplanError] = []
    for role, code in chosen.items():
        if role not in roles():
            faults.append(UnknownName("role", role, roles(), where=where))
        elif code not in e.sectors:
            faults.append(UnknownName("sector", code, e.sectors, where=where, words=e.labels))
    for role in needed:
        if role not in chosen and not members(e, role)[0]:
            message = f"no product of this table is known to be {roles()[role].label}"
            fix = f'say which, for example roles = {{ "{role}" = "{e.sectors[0]}" }}'
            faults.append(StudyError(message, where=where, fix=fix))
    return faults
