"""Names and synonyms in what a study or a command asks for, put as the codes of its accounts."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from groundplan.records.called import code_called

if TYPE_CHECKING:
    from groundplan.economy.economy import Economy
    from groundplan.planning.choices.target import Target
    from groundplan.planning.policy import Policy


def product_called(e: Economy, word: str) -> str:
    """The code of the product that a word names; the word as it is where none is named, or more than one."""
    return code_called(word, e.sectors, {code: e.label(code) for code in e.sectors})


def indicator_called(e: Economy, indicator: str) -> str:
    """An indicator with the code for a product's name: ``imports: fuel`` as ``imports: chem``."""
    name, at, year = indicator.partition(" @ ")
    head, mark, of = name.partition(": ")
    return f"{head}: {product_called(e, of)}{at}{year}" if mark else indicator


def target_called(e: Economy, target: Target) -> Target:
    """A target of the indicator that its words name."""
    return dataclasses.replace(target, indicator=indicator_called(e, target.indicator))


def _kept(e: Economy, target: Target) -> Target:
    """A target of a study, which keeps the words that were written as its name."""
    taken = target_called(e, target)
    said = taken.indicator == target.indicator or target.name
    return taken if said else dataclasses.replace(taken, name=target.indicator)


def policy_called(e: Economy, policy: Policy) -> Policy:
    """The policy with codes for products' names in its targets and in what its works buy, give and take."""
    targets = [_kept(e, t) for t in policy.targets]
    works = [
        dataclasses.replace(
            w,
            bought={_commodity(e, c): share for c, share in w.bought.items()},
            effects=[dataclasses.replace(f, commodity=_commodity(e, f.commodity)) for f in w.effects],
        )
        for w in policy.works
    ]
    return dataclasses.replace(policy, targets=targets, works=works)


def _commodity(e: Economy, commodity: str) -> str:
    head, mark, of = commodity.partition(":")
    return f"{head}:{product_called(e, of.strip())}" if mark and head in ("home", "imported", "capacity") else commodity


def indicators_called(e: Economy, names: Iterable[str], progress: Callable[[str], None]) -> list[str]:
    """Indicators with codes for names; what was taken for what is told."""
    out = []
    for name in names:
        out.append(indicator_called(e, name))
        if out[-1] != name:
            progress(f"'{name}' is taken as '{out[-1]}'")
    return out
