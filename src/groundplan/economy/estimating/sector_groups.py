"""Which sectors a group of the facts holds: a class of ISIC, a word for one, or a sector of the broad list."""

from __future__ import annotations

from functools import cache

from groundplan.errors import GroundplanError
from groundplan.tables import concordances
from groundplan.tables.industry_classes import class_of

BROAD = "groundplan_broad"


@cache
def _broad() -> dict[str, frozenset[str]]:
    """Code or division → the sectors of the broad list that it belongs to."""
    weights = concordances.load(BROAD).weights
    return {str(code): frozenset(str(b) for b, w in row.items() if w > 0) for code, row in weights.iterrows()}


@cache
def _divisions() -> dict[str, frozenset[str]]:
    """Sector of the broad list → its divisions of ISIC Rev. 4."""
    out: dict[str, set[str]] = {}
    for code, sectors in _broad().items():
        for sector in sectors if code.isdigit() and len(code) == 2 else ():
            out.setdefault(sector, set()).add(code)
    return {sector: frozenset(codes) for sector, codes in out.items()}


@cache
def is_group(word: str) -> bool:
    """Whether a word names a group of sectors.

    >>> is_group("C10-C12"), is_group("chemicals"), is_group("farn")
    (True, True, False)
    """
    if word in _divisions():
        return True
    try:
        class_of(word)
    except GroundplanError:
        return False
    return True


def group_words() -> list[str]:
    """The sectors of the broad list, for messages."""
    return sorted(_divisions())


@cache
def broad_sectors(stated: str) -> frozenset[str]:
    """The sectors of the broad list that a class has a part in.

    >>> sorted(broad_sectors("ifpri:maiz")), sorted(broad_sectors("C24"))
    (['agriculture'], ['metals'])
    """
    own = class_of(stated)
    if own.divisions:
        return frozenset(s for s, codes in _divisions().items() if codes & own.divisions)
    return _broad().get(own.code, frozenset())


@cache
def lies_within(stated: str, word: str) -> bool:
    """Whether a sector of a stated class surely lies within a group: all that it holds does.

    A class of another list than ISIC lies where its sectors of the broad list do.

    >>> lies_within("ifpri:maiz", "A"), lies_within("C10", "food"), lies_within("C10-C15", "food")
    (True, True, False)
    """
    if stated == word:
        return True
    own = class_of(stated)
    if own.rev3:
        return False
    whole = _divisions()[word] if word in _divisions() else class_of(word).divisions
    if own.divisions:
        return own.divisions <= whole
    there = _broad().get(own.code, frozenset())
    return bool(there) and all(_divisions()[sector] <= whole for sector in there)
