"""Every error that a user can meet, as a tree: what happened, where, and how to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from groundplan.shown_text import visible

if TYPE_CHECKING:
    from groundplan.outcome import Outcome


class GroundplanError(Exception):
    """Anything Groundplan tells a user instead of a number.

    ``what`` says what is wrong, ``where`` names the file, row, key or product, ``fix`` says how to mend it.
    ``exit_code`` is what the command line ends with: 2 for usage and data, 1 for a plan that cannot be met, 3 for our
    own fault.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.fix = what, where, fix

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.args, vars(self))

    @property
    def parts(self) -> tuple[GroundplanError, ...]:
        """The single faults that it tells of: itself, or those of ``Faults``."""
        return (self,)

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.fix:
            lines.append(f"  fix:   {self.fix}")
        return visible("\n".join(lines))


def _again(kind: type[GroundplanError], args: tuple[Any, ...], attributes: Mapping[str, Any]) -> GroundplanError:
    """An error as it was before it was pickled: workers hand over those of every kind, whatever it is made from."""
    error = kind.__new__(kind)
    error.args = args
    vars(error).update(attributes)
    return error


class UnknownName(GroundplanError):
    """A name that is not there; says which three are nearest. ``words``: what codes among the names are called."""

    def __init__(
        self,
        kind: str,
        name: object,
        existing: Iterable[object],
        *,
        where: str = "",
        fix: str = "",
        words: Mapping[str, str] | None = None,
    ) -> None:
        names = sorted({str(k) for k in existing})
        called = {k: v for k, v in (words or {}).items() if v != k}
        near = nearest_names(str(name), names, called)
        listed = ", ".join(names[:12]) + (" ..." if len(names) > 12 else "")
        shown = [f"'{n}' ({called[n]})" if n in called else f"'{n}'" for n in near]
        hint = f"; nearest: {', '.join(shown)}" if near else ""
        super().__init__(
            f"no {kind} '{name}'{hint}", where=where, fix=fix or f"use one of: {listed or 'none is known'}"
        )
        self.name, self.nearest = str(name), near[0] if near else None


class TableError(GroundplanError):
    """A file of accounts that cannot be read as what it should be."""


class BalanceError(TableError):
    """Accounts whose identities do not hold within the stated tolerance."""


class StudyError(GroundplanError):
    """A study file or a policy that asks for something that does not exist or contradicts itself."""


class PlanInfeasible(GroundplanError):
    """No plan meets every target; carries the conflict in the names of the plan.

    ``clash``: what cannot all hold, in words. ``repairs``: records (what, kind, year, amount, unit, becomes, share,
    cost, sentence, ...), each ``alternative`` of which mends the plan alone. ``questions``: what was perhaps meant.
    ``outcome``: all of that as an ``Outcome`` with a page, where the verb that was asked gives one, else None.
    """

    exit_code = 1
    outcome: Outcome | None = None

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        fix: str = "",
        clash: Sequence[str] = (),
        repairs: Sequence[Mapping[str, object]] = (),
        questions: Sequence[str] = (),
    ) -> None:
        super().__init__(what, where=where, fix=fix)
        self.clash, self.repairs, self.questions = tuple(clash), tuple(repairs), tuple(questions)


class SolverError(GroundplanError):
    """The solver stopped without an answer that can be trusted."""

    exit_code = 1


class Interrupted(GroundplanError):
    """The user stopped a long run; nothing was written."""

    exit_code = 130


class Faults(GroundplanError):
    """Several faults of one input, told together."""

    def __init__(self, faults: Sequence[GroundplanError], *, where: str = "") -> None:
        self.faults = tuple(faults)
        listed = "\n".join(f"{i}. {fault}" for i, fault in enumerate(self.faults, 1))
        # a place that every fault names is not told once more below the last of them
        super().__init__(
            f"{len(self.faults)} faults:\n{listed}", where=where if not all(f.where for f in faults) else ""
        )

    @property
    def parts(self) -> tuple[GroundplanError, ...]:
        """The faults, one by one."""
        return self.faults


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of ``names`` that is most like ``name``, or None.

    >>> nearest("stel", ["steel", "coal"])
    'steel'
    """
    alike = nearest_names(name, names, {}, most=1)
    return alike[0] if alike else None


def nearest_names(name: str, names: Iterable[str], words: Mapping[str, str], most: int = 3) -> list[str]:
    """Those of ``names`` that are most like ``name``, by themselves or by what they are called, the likest first.

    >>> nearest_names("Constructon", ["cons", "cott", "steel"], {"cons": "Construction", "cott": "Cotton"})
    ['cons', 'cott']
    """
    spelt: dict[str, str] = {}
    for n in names:
        for form in (n, words.get(n, n)):
            spelt.setdefault(form.lower(), n)
    alike = difflib.get_close_matches(name.lower(), list(spelt), n=2 * most, cutoff=0.5)
    return list(dict.fromkeys(spelt[form] for form in alike))[:most]


def raise_all(faults: Sequence[GroundplanError], *, where: str = "") -> None:
    """Raise nothing, the one fault, or all of them as ``Faults``; what is told twice counts once."""
    faults = list({str(fault): fault for fault in faults}.values())
    if len(faults) == 1:
        faults[0].where = faults[0].where or where
        raise faults[0]
    if faults:
        raise Faults(faults, where=where)
