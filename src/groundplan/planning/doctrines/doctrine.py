"""Doctrines: what is to come first, as a small file of choices and goals that any country can be planned by.

Sectors have roles: heavy (machinery, metals, chemicals, energy, building materials), light, farm and services. They
are branches (``Policy.branches``) by the concordance ``groundplan_broad`` and ``doctrines/branches.csv``; branches that
a study states itself go first.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from groundplan.economy.broad_list import largest_broad
from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.activities import Activities
from groundplan.planning.choices.target import Goal, Target
from groundplan.planning.families.targets import base_levels, known_indicators
from groundplan.planning.features.production.branches import Branch
from groundplan.planning.policy import Policy
from groundplan.records.card import Entry, keyed
from groundplan.records.toml import Document, open_document, parse
from groundplan.tables.industry_classes import IndustryClass

ORDER = ("heavy", "light", "simultaneous", "trade", "autarky")


@dataclass(frozen=True)
class Doctrine(Entry):
    """A name, what it says, choices of the policy and goals.

    ``policy`` holds keywords of ``Policy``; a mapping that names branches is spread over their sectors.
    """

    name: str = keyed("", "a name for the doctrine")
    words: str = keyed("", "what it says, in a sentence or two", "")
    source: str = keyed("", "who held it, and where it is written", "")
    policy: dict[str, Any] = keyed("", "choices of the policy that differ from the plan's own", {})
    goals: list[Goal] = keyed("", "what the doctrine wants", [])


@cache
def _branches() -> dict[str, str]:
    """Classes and broad sectors with their branch."""
    text = files("groundplan.planning.doctrines").joinpath("branches.csv").read_text("utf-8")
    return {row["sector"]: row["branch"] for row in csv.DictReader(text.splitlines())}


def branch_of(industry: IndustryClass | None) -> str | None:
    """The branch of a class, whose own row goes first; None where there is no class, or the broad list lacks it.

    >>> from groundplan.tables.industry_classes import class_of
    >>> [branch_of(class_of(text)) for text in ("C24", "ifpri:food", "ifpri:maiz")]
    ['heavy', 'light', 'farm']
    """
    if industry is None:
        return None
    return _branches().get(industry.code) or _branches().get(largest_broad(industry))


def branches_of(e: Economy) -> list[Branch]:
    """The branches of an economy's sectors, each sector in one."""
    sectors_of: dict[str, list[str]] = {}
    for j in e.sectors:
        branch = branch_of(e.class_by_sector[j])
        if branch is not None and float(e.output.sel(sector=j)) > 0:
            sectors_of.setdefault(branch, []).append(j)
    return [Branch(name, sectors) for name, sectors in sectors_of.items()]


def lacking_branches(d: Doctrine, e: Economy, policy: Policy) -> list[str]:
    """The branches that a doctrine is about and that no sector of the economy is in, for want of a class or of output.

    ``policy``: the plan's own, whose branches count too.
    """
    here = {b.name for b in with_branches(e, policy).branches}
    keys = {key for value in d.policy.values() if isinstance(value, Mapping) for key in value}
    asked = keys | {goal.indicator.rpartition(": ")[2] for goal in d.goals}
    return [name for name in dict.fromkeys(_branches().values()) if name in asked - here]


@cache
def shipped() -> dict[str, Doctrine]:
    """The shipped doctrines by the name of their file: heavy, light, simultaneous, trade, autarky.

    >>> list(shipped())
    ['heavy', 'light', 'simultaneous', 'trade', 'autarky']
    """
    folder = files("groundplan.planning.doctrines")
    return {name: read_doctrine(folder.joinpath(f"{name}.toml").read_text("utf-8"), f"{name}.toml") for name in ORDER}


def open_doctrine(name: str | Path) -> Doctrine:
    """A shipped doctrine by name, or one from a TOML file.

    Raises ``UnknownName`` with the nearest name, ``StudyError`` for a file that is none, all faults at once.
    """
    if Path(name).suffix != ".toml":
        if str(name) not in shipped():
            raise UnknownName("doctrine", str(name), shipped(), fix="or name a TOML file")
        return shipped()[str(name)]
    return doctrine_of(open_document(name))


def read_doctrine(text: str, name: str = "doctrine") -> Doctrine:
    """A doctrine from TOML; ``name`` is that of its file. Raises ``StudyError`` and ``UnknownName``, all at once."""
    return doctrine_of(parse(text, name))


def doctrine_of(document: Document) -> Doctrine:
    """A doctrine from a document. Raises ``StudyError`` and ``UnknownName``, all at once."""
    doctrine = document.record(Doctrine)
    try:
        Policy.of(**doctrine.policy)
    except GroundplanError as wrong:
        where = document.where(("policy",))
        raise StudyError(f"its policy: {wrong.what}", where=where, fix=wrong.fix) from wrong
    return doctrine


def with_branches(e: Economy, policy: Policy) -> Policy:
    """The policy with the branches of the roles; those that it has of its own name stay."""
    own = {b.name for b in policy.branches}
    return replace(policy, branches=[*policy.branches, *(b for b in branches_of(e) if b.name not in own)])


def with_choices(d: Doctrine, e: Economy, policy: Policy) -> Policy:
    """The policy with the choices of a doctrine. Raises ``UnknownName`` for those that there are none of."""
    here = with_branches(e, policy)
    sectors = {b.name: b.sectors for b in here.branches}
    choices = {k: _spread(v, sectors) for k, v in d.policy.items()}
    raise_all([UnknownName("policy", k, list(Policy.__dataclass_fields__), where=d.where) for k in choices
               if k not in Policy.__dataclass_fields__])  # fmt: skip
    return replace(here, **choices)


def with_goals(d: Doctrine, chosen: Policy, a: Activities) -> Policy:
    """The policy with the goals of a doctrine as targets; ``a``: the activities that it compiles to.

    Raises ``UnknownName`` and ``StudyError``, all at once, for indicators that are not there.
    """
    there = known_indicators(a)
    raise_all([UnknownName(f"indicator of the doctrine '{d.name}'", g.indicator, there, where=g.line) for g in d.goals
               if g.indicator not in there])  # fmt: skip
    base = base_levels(a)
    return replace(chosen, targets=[*chosen.targets, *(_target(g, a, base) for g in d.goals)])


def _spread(value: Any, sectors: Mapping[str, list[str]]) -> Any:
    """A value by branch as one by sector."""
    if not isinstance(value, Mapping):
        return value
    return {j: v for key, v in value.items() for j in sectors.get(key, [key])}


def _target(g: Goal, a: Activities, base: Mapping[str, float]) -> Target:
    """A goal as a target that should be met, its weight in units of the indicator."""
    if g.indicator not in base:
        what = f"{g.indicator} has no figure in the base year to be a multiple of"
        raise StudyError(what, where=g.line, fix="use an indicator of levels, not of stocks")
    below = dict(zip(a.ratios["indicator"], a.ratios["denominator"], strict=True)).get(g.indicator)
    weight = g.worth * (base[str(below)] if below is not None else 1.0)
    named: dict[str, Any] = {"weight": weight, "name": f"{g.indicator} (doctrine)", "line": g.line}
    if g.growth is not None:
        return Target(g.indicator, g.sense, growth=g.growth, **named)
    if g.of_base_last is None:
        return Target(g.indicator, g.sense, of_base=g.of_base, **named)
    ends = [base[g.indicator] * float(share) for share in (g.of_base or 0.0, g.of_base_last)]
    return Target(g.indicator, g.sense, first=ends[0], last=ends[1], **named)


def faults_of(doctrines: Sequence[Doctrine]) -> list[GroundplanError]:
    """Doctrines that cannot be told apart."""
    names = [d.name for d in doctrines]
    again = sorted({n for n in names if names.count(n) > 1})
    return [StudyError(f"two doctrines are named '{n}'", fix="give each a name of its own") for n in again]
