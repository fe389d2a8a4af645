"""A limit on plans: its equation, what it is, how it is told, what it is worth, and how it gives way."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from importlib import import_module
from operator import attrgetter
from types import FunctionType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from groundplan.errors import StudyError, raise_all

if TYPE_CHECKING:
    from groundplan.planning.activities import Activities
    from groundplan.planning.families.rows import Model, Rows
    from groundplan.planning.policy import Policy

BETWEEN = " | "
# The heading of what is told in a conflict and is nobody's to change.
GIVEN = "what is lost"
# In draws of uncertain figures: a row that holds in every one; one that gives way at a price, uncounted.
HOLDS, GIVES_WAY = "holds", "gives way"
AT = " @ "
KINDS = ("identity", "limit", "wish")
# What a policy states line by line.
TARGETS, FLOORS = "targets", "floors"

Equation = Callable[["Model", "Activities", "Policy"], "Rows | None"]
Sizes = Callable[["Activities", pd.DataFrame], pd.Series]


def family_of(name: str) -> tuple[str, str]:
    """A family as the programme calls it → the family and the fork, "" for the trunk.

    >>> family_of("good_floor @ fuel cut")
    ('good_floor', 'fuel cut')
    """
    family, _, fork = name.partition(AT)
    return family, fork


def stating(what: str, families: Iterable[Family]) -> str:
    """The name of the family whose rows are the policy's ``targets`` or ``floors``; "" where there is none."""
    return next((f.name for f in families if f.states == what), "")


def right_side(a: Activities, rows: pd.DataFrame) -> pd.Series:
    """What an amount is a share of where a family says nothing else: the row's own right-hand side."""
    return pd.Series(rows["right"].to_numpy(dtype=float), rows.index)


@dataclass(frozen=True, eq=False)
class Loosening:
    """How the rows of a family give way when a plan is impossible.

    repair    a sentence of ``{what}`` and ``{amounts}``
    kind      the heading under which rows give way together; a function of the rows where they differ; "" for the
              family's own words
    size      what an amount is a share of, by row
    share     amounts are told as shares of it, in per cent
    rows      which rows may give way, of those that the programme has; all where None
    balance   whether the rows are equations that take a gift, such as an account
    together  whether all rows of one kind give way by one share
    plant     which rows are the same limit in the plan and in its forks, so that one repair moves both: the share of
              it that is left in each, nan for rows of another kind; None for none
    items     makes kind, size and year of its rows itself; None: by the above
    """

    repair: str = ""
    kind: str | Callable[[pd.DataFrame], pd.Series] = ""
    size: Sizes = right_side
    share: bool = False
    rows: Callable[[pd.DataFrame, int], np.ndarray] | None = None
    balance: bool = False
    together: bool = False
    plant: Callable[[Policy, pd.DataFrame], pd.Series] | None = None
    items: Callable[[Activities, Policy, pd.DataFrame], pd.DataFrame] | None = None


@dataclass(frozen=True, eq=False)
class Family:
    """One limit on plans: one equation, one name, and all that is ever said of it.

    name      the name of its rows in the programme, in tables, in errors and in a written LP
    rows      the equation: what it writes for a plan's activities and policy, None for nothing; its docstring is the
              family's card
    kind      ``identity`` holds whatever anybody wishes; a ``limit`` of the economy or of policy; a ``wish``
    says      a row in words, of ``{what}`` and ``{year}``
    prices    whether its duals are prices of the commodity that its rows are named after
    priced    what one unit of the right-hand side is, of ``{what}``: a limit of one's own is told by it among what
              holds the plan back
    loosen    how it gives way; None: never
    in_draws  where figures turn out otherwise: ``holds`` in every draw, or ``gives way`` at a price where it must; a
              wish that is counted has a heading of its own, such as ``floors``
    waste     whether what its rows leave over is thrown away
    states    ``targets`` or ``floors``: its rows are those that the policy states, one by one
    flows     which flows of activities stand in its rows, (kind of commodity, role) → the sign of their coefficient

    >>> Family("coal_cap", lambda m, a, policy: None).row_words("coal", "2024")
    'coal cap: coal in 2024'
    """

    name: str
    rows: Equation
    kind: Literal["identity", "limit", "wish"] = "limit"
    says: str = ""
    prices: bool = False
    priced: str = ""
    loosen: Loosening | None = Loosening()
    in_draws: str = HOLDS
    waste: bool = False
    states: Literal["", "targets", "floors"] = ""
    flows: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise ``StudyError`` for a kind that is none, and for words with blanks that nobody fills."""
        faults = []
        if self.kind not in KINDS:
            faults.append(
                StudyError(f"the kind of the limit '{self.name}' is {self.kind!r}", fix=f"{', '.join(KINDS)}")
            )
        if self.kind != "wish" and self.in_draws not in (HOLDS, GIVES_WAY):
            fix = f"'{HOLDS}' or '{GIVES_WAY}'; a heading of its own is a wish's: kind='wish'"
            faults.append(StudyError(f"the limit '{self.name}' has in_draws='{self.in_draws}'", fix=fix))
        patterns = {"says": (self.says, "what", "year"), "priced": (self.priced, "what")}
        if self.loosen:
            patterns["repair"] = (self.loosen.repair, "what", "amounts")
        for word, (pattern, *blanks) in patterns.items():
            try:
                pattern.format(**dict.fromkeys(blanks, ""))
            except (KeyError, IndexError, ValueError):
                fix = f"its blanks are {' and '.join(f'{{{b}}}' for b in blanks)}"
                faults.append(StudyError(f"the words '{word}' of the limit '{self.name}' are {pattern!r}", fix=fix))
        raise_all(faults)

    def __reduce__(self) -> tuple[Any, ...]:
        """For workers: by name where it stands in a module, else its fields, its equation by name.

        Raises ``StudyError`` where nobody else could find its functions.
        """
        there = _named(self.rows.__module__, self.rows.__qualname__)
        if there is self:
            return _named, (self.rows.__module__, self.rows.__qualname__)
        stated = {f.name: getattr(self, f.name) for f in fields(self)}
        if isinstance(there, Family) and there.rows is self.rows:
            # One of a module's, made looser or told otherwise: a decorated equation has no name of its own.
            del stated["rows"]
            return _like, (there, stated)
        within = [self.rows] if there is not self.rows else []
        within += [f for f in _functions(self.loosen) if _named(f.__module__, f.__qualname__) is not f]
        if within:
            raise StudyError(
                f"the limit '{self.name}' cannot be handed to workers: {within[0].__qualname__} stands in no module "
                "under that name",
                fix="define its functions at the top of a file, or run with one worker and no address",
            )
        return Family, tuple(stated.values())

    @property
    def words(self) -> str:
        """The family's name in words."""
        return self.name.replace("_", " ")

    @property
    def card(self) -> str:
        """The equation, units, source and dual."""
        return inspect.getdoc(self.rows) or ""

    def row_words(self, what: str, year: str) -> str:
        """A row in words; of a row without a year, "", the words are without one too."""
        pattern = self.says or f"{self.words}: {{what}} in {{year}}"
        return (pattern if year else pattern.replace(" in {year}", "")).format(what=what, year=year)

    def repair(self, what: str, amounts: str) -> str:
        """A repair in words."""
        pattern = self.loosen.repair if self.loosen else ""
        return (pattern or f"{self.words} of {{what}} eased by {{amounts}}").format(what=what, amounts=amounts)

    def kinds(self, rows: pd.DataFrame) -> pd.Series:
        """Under which heading each row gives way."""
        kind = self.loosen.kind if self.loosen else ""
        return kind(rows) if callable(kind) else pd.Series(kind or self.words, rows.index)


def _named(module: str, name: str) -> Any:
    """What stands in a module under a name; None where nothing does."""
    try:
        return attrgetter(name)(import_module(module))
    except (ImportError, AttributeError):
        return None


def _like(other: Family, stated: Mapping[str, Any]) -> Family:
    return replace(other, **stated)


def _functions(loosen: Loosening | None) -> list[Any]:
    return [] if loosen is None else [f for f in vars(loosen).values() if isinstance(f, FunctionType)]


def family(kind: Literal["identity", "limit", "wish"] = "limit", **about: object) -> Callable[[Equation], Family]:
    """A family of an equation's name: ``@family("limit", says="...")`` over the function that writes its rows."""

    def of(rows: Equation) -> Family:
        return Family(rows.__name__, rows, kind, **about)  # type: ignore[arg-type]

    return of
