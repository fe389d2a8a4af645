"""Branches of a planner's own: sectors told together as indicators."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.activity_rows import RatioRow, Tables
from groundplan.planning.feature import Feature
from groundplan.records.card import Entry, keyed
from groundplan.records.named import SECTOR, Naming

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

COUNTED = ("gross output", "investment", "imports", "total supply", "exports", "home use", "capacity", "employment")
OWN = ("import dependency", "self-sufficiency")
SHARES = {
    "self-sufficiency": ("gross output", "home use"),
    "investment share": ("investment", "investment"),
    "output share": ("gross output", "gross output"),
    "import dependency": ("imports", "total supply"),
}


@dataclass(frozen=True)
class Branch(Entry):
    """Sectors under one name; the plan then has their output, capacity, investment and jobs as indicators."""

    name: str = keyed("", "a name for the branch: heavy")
    sectors: list[str] = keyed("", "its sectors", names=Naming(SECTOR))

    def more_faults(self) -> list[GroundplanError]:
        """A branch has sectors."""
        if self.sectors:
            return []
        what = f"branch '{self.name}' has no sectors"
        return [StudyError(what, where=self.line, fix="name at least one: sectors = [...]")]


def branches(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """The shares of every branch; what they are shares of is added up by ``together``.

    ``investment share: heavy`` and ``output share: heavy`` are of the whole economy's; ``import dependency: heavy`` and
    ``self-sufficiency: heavy`` are of the branch's own supply and home use. Units: 1.
    Raises ``UnknownName`` and ``StudyError``, all at once, for sectors that are not there and names used before.
    """
    raise_all(_faults(e, policy))
    return Tables(
        ratios=[
            RatioRow(f"{name}: {b.name}", f"{above}: {b.name}", f"{below}: {b.name}" if name in OWN else below)
            for b in policy.branches
            for name, (above, below) in SHARES.items()
        ]
    )


def together(tables: Tables, policy: Policy) -> Tables:
    """The rows of a plan with output, investment, imports, exports, capacity and jobs of every branch.

        I[branch] = Σ_j∈branch I[j]

    Whatever counts a sector counts its branch: partners that sell its product, techniques, buildings that serve it.
    Units: those of the sectors' indicators.
    """
    counted = list(tables.indicators)
    for b in policy.branches:
        names = {f"{name}: {j}": f"{name}: {b.name}" for name in COUNTED for j in b.sectors}
        counted += [r._replace(indicator=names[r.indicator]) for r in tables.indicators if r.indicator in names]
    return replace(tables, indicators=counted)


def _faults(e: Economy, policy: Policy) -> list[GroundplanError]:
    faults: list[GroundplanError] = []
    taken = {*e.sectors, *map(str, e.employment["skill"].values)}
    for b in policy.branches:
        faults += [
            UnknownName(f"sector of the branch '{b.name}'", s, e.sectors, where=b.line, words=e.labels)
            for s in b.sectors
            if s not in e.sectors
        ]
        if b.name in taken:
            what = f"a branch is named '{b.name}', which something has already"
            faults.append(StudyError(what, where=b.line, fix="give it another name"))
        taken.add(b.name)
    return faults


FEATURE = Feature(parts=(branches,))
