"""Targets: an indicator, the years, a bound in one of six forms, and a strength."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from groundplan.errors import GroundplanError, StudyError
from groundplan.records.card import Entry, keyed
from groundplan.records.named import INDICATOR, Naming

SENSES = ("<=", ">=", "==")
SHAPES = ("linear", "geometric")
NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
WHEN = re.compile(
    r"(?:^|,?\s+)(?:(?P<every>every year)|in (?P<year>\d+)|from (?P<start>\d+)(?: until (?P<end>\d+))?"
    r"|until (?P<only>\d+))$"
)
BOUNDS = (
    ("value", re.compile(rf"({NUMBER})")),
    ("of_base", re.compile(rf"({NUMBER}) of the base year")),
    ("growth", re.compile(rf"({NUMBER}) ?% above the year before")),
    ("cumulative", re.compile(rf"({NUMBER}) in total")),
    ("path", re.compile(rf"({NUMBER}(?:, ?{NUMBER})+,?|{NUMBER},)")),
    ("ends", re.compile(rf"({NUMBER}) to ({NUMBER})( geometric)?")),
)


@dataclass(frozen=True)
class Target(Entry):
    """An indicator, the years, a bound and a strength.

    The bound has exactly one form:

        value        I[t] ≥ b
        of_base      I[t] ≥ b·I[0], I[0] the indicator in the accounts' year
        path         I[t] ≥ b[t], a value a year
        first, last  I[t] ≥ b[t], b on a straight line from the first year to the last, or growing by the same factor
        growth       I[t] ≥ (1+g)·I[t−1], from I[0] on where it is known; not for a ratio
        cumulative   Σ_t I[t] ≥ b; of a ratio, the ratio of the sums

    (≤ and = alike). ``year`` is one year; ``from_year`` and ``to_year`` a span; without them it is every year of the
    plan. ``weight`` None and ``priority`` None make it a *must*. A ``weight`` makes it a *should* whose shortfall
    costs that much of the objective per unit (in the indicator's unit). A ``priority`` makes it a *should* too, which
    is met as far as it can be before anything of a later priority, and before the objective; ``weight`` then counts
    against the targets of the same priority only, and left out each shortfall counts as a share of its bound.
    """

    indicator: str = keyed("", "the name of an indicator", names=Naming(INDICATOR))
    sense: str = keyed("", "a sense", among=SENSES)
    value: float | None = keyed("the indicator's", "the bound, a number", None)
    year: int | None = keyed("", "a year of the plan; every year if left out", None)
    weight: float | None = keyed("objective per unit", "what a unit of shortfall costs; a must if left out", None, 0.0)
    name: str = keyed("", "a name for the report", "")
    of_base: float | None = keyed("1", "the bound as a multiple of the indicator in the accounts' year", None)
    path: list[float] = keyed("the indicator's", "the bound of each year, from from_year on", [])
    first: float | None = keyed("the indicator's", "the bound in the first year of a path", None)
    last: float | None = keyed("the indicator's", "the bound in the last year of a path", None)
    shape: str = keyed("", "how the bound goes from first to last; linear if left out", "")
    growth: float | None = keyed("1 / year", "yearly growth that is the bound", None, -1.0, 10.0)
    cumulative: float | None = keyed("the indicator's", "the bound of the sum over the years", None)
    from_year: int | None = keyed("", "the first year that the target is for", None)
    to_year: int | None = keyed("", "the last year that the target is for", None)
    priority: int | None = keyed("", "1 is met first; a should-target weighted in the objective if left out", None, 1)

    @property
    def form(self) -> str:
        """Which form the bound has: value, of_base, path, ends, growth or cumulative; the first of those given."""
        return (self.forms() or ["value"])[0]

    def forms(self) -> list[str]:
        """The forms that are given; exactly one in a target without faults."""
        given = [n for n in ("value", "of_base", "growth", "cumulative") if getattr(self, n) is not None]
        given += ["path"] if self.path else []
        return given + (["ends"] if self.first is not None or self.last is not None else [])

    @property
    def must(self) -> bool:
        """Whether the plan has to meet it."""
        return self.weight is None and self.priority is None

    def more_faults(self) -> list[GroundplanError]:
        """One form of bound, whole; years that make sense."""
        wrong = []
        forms = ["first and last" if f == "ends" else f for f in self.forms()]
        if len(forms) != 1:
            said = "no bound" if not forms else f"{len(forms)} bounds: {', '.join(forms)}"
            wrong.append(
                (f"a target has {said}", "give one of value, of_base, path, first and last, growth, cumulative")
            )
        if (self.first is None) != (self.last is None):
            wrong.append(("a path has one end only", "give both first and last, or a path"))
        if self.shape and self.shape not in SHAPES:
            wrong.append((f"shape of a target is '{self.shape}'", f"use one of: {', '.join(SHAPES)}"))
        if self.shape and self.form != "ends":
            wrong.append(("shape is for first and last", "leave it out"))
        if self.shape == "geometric" and (self.first or 0.0) * (self.last or 0.0) <= 0:
            wrong.append(("a geometric path runs between two values of one sign, not 0", "use shape = linear"))
        return [StudyError(what, where=self.where, fix=fix) for what, fix in [*wrong, *self._years_wrong()]]

    def _years_wrong(self) -> list[tuple[str, str]]:
        wrong = []
        span = self.from_year is not None or self.to_year is not None
        if self.year is not None and span:
            wrong.append(("a target has both a year and a span", "give year, or from_year and to_year"))
        if self.year is not None and self.form in ("path", "ends", "cumulative"):
            wrong.append(("a path or a sum has more than one year", "give from_year and to_year, not year"))
        if self.from_year is not None and self.to_year is not None:
            years = self.to_year - self.from_year + 1
            if years < 1:
                wrong.append((f"a target is from {self.from_year} to {self.to_year}", "give the earlier year first"))
            elif self.path and len(self.path) != years:
                wrong.append((f"a path has {len(self.path)} values for {years} years", "give a value a year"))
        return wrong

    def span(self, years: tuple[int, ...]) -> range:
        """The years that it is for, in a plan of these years; they may lie outside it, which is then told."""
        if self.year is not None:
            return range(int(self.year), int(self.year) + 1)
        start = years[0] if self.from_year is None else int(self.from_year)
        if self.path and self.to_year is None:
            return range(start, start + len(self.path))
        if self.path and self.from_year is None and self.to_year is not None:
            start = int(self.to_year) - len(self.path) + 1
        return range(start, (years[-1] if self.to_year is None else int(self.to_year)) + 1)

    def stated(self, when: range) -> list[float]:
        """The figure of the bound in each year of ``when``: the value, the share, the growth or the sum as stated."""
        n = len(when)
        if self.form == "path":
            return [float(v) for v in self.path]
        if self.form == "ends":
            a, b = float(self.first or 0.0), float(self.last or 0.0)
            steps = [k / max(n - 1, 1) for k in range(n)]
            return [a * (b / a) ** s if self.shape == "geometric" else a + (b - a) * s for s in steps]
        return [float(getattr(self, self.form))] * (1 if self.form == "cumulative" else n)

    def within(self, years: tuple[int, ...], last: int) -> Target | None:
        """The target in the first years of a plan alone, up to ``last``; None where it is for later years, or a sum.

        A sum that is not complete by then binds nothing yet.
        """
        when = self.span(years)
        if not len(when) or when[0] > last or (self.form == "cumulative" and when[-1] > last):
            return None
        if when[-1] <= last:
            return self
        if self.form in ("path", "ends"):
            path = self.stated(when)[: last - when[0] + 1]
            return replace(self, path=path, first=None, last=None, shape="", from_year=when[0], to_year=None)
        return replace(self, to_year=None if self.to_year is None else last)

    def bound_text(self) -> str:
        """The bound in words: ``180``, ``0.67 of the base year``, ``3 % above the year before``."""
        if self.form == "ends":
            return f"{self.first:.12g} to {self.last:.12g}{' geometric' if self.shape == 'geometric' else ''}"
        if self.form == "path":
            return ", ".join(f"{v:.12g}" for v in self.path) + ("," if len(self.path) == 1 else "")
        figure = getattr(self, self.form)
        words = {"of_base": "{:.12g} of the base year", "cumulative": "{:.12g} in total"}
        if self.form == "growth":
            return f"{100 * figure:.12g} % above the year before"
        return words.get(self.form, "{:.12g}").format(figure)

    def when_text(self) -> str:
        """The years in words."""
        if self.year is not None:
            return f"in {self.year}"
        start = [] if self.from_year is None else [f"from {self.from_year}"]
        end = [] if self.to_year is None else [f"until {self.to_year}"]
        return " ".join([*start, *end]) or ("" if self.form in ("cumulative", "path") else "every year")

    def text(self) -> str:
        """The target in words, which ``read_target`` reads back: ``import bill <= 180 in 2029``."""
        return f"{self.indicator} {self.sense} {self.bound_text()} {self.when_text()}".rstrip()


def read_target(text: str) -> Target:
    """A target from its own words.

    Raises ``StudyError`` for words that are no target.

    >>> read_target("import dependency <= 0.67 of the base year from 2025").of_base
    0.67
    >>> read_target("gross output: cons >= 2500 in 2024").text()
    'gross output: cons >= 2500 in 2024'
    """
    words = re.fullmatch(r"\s*(?P<indicator>.+)(?<=\S)\s*(?P<sense><=|>=|==)\s*(?P<rest>.+?)\s*", text)
    fix = "write it as 'gross output: cons >= 2500 in 2024', '>= 3 % above the year before every year' and the like"
    if not words:
        raise StudyError(f"'{text}' is not a target: it needs an indicator, <=, >= or ==, and a bound", fix=fix)
    rest = words["rest"]
    when = WHEN.search(rest)
    bound = rest[: when.start()].strip() if when else rest
    asked = Target(words["indicator"], words["sense"], value=0.0)
    if when:
        years = {"year": when["year"], "from_year": when["start"], "to_year": when["end"] or when["only"]}
        given: dict[str, Any] = {k: int(v) for k, v in years.items() if v}
        asked = replace(asked, **given)
    for form, pattern in BOUNDS:
        parts = pattern.fullmatch(bound)
        if parts:
            return replace(asked, **{"value": None, **_bound(form, parts)}).checked()
    raise StudyError(f"'{bound}' is not a bound of a target", where=text, fix=fix)


def _bound(form: str, parts: re.Match[str]) -> dict[str, Any]:
    if form == "path":
        return {"path": [float(v) for v in parts[1].split(",") if v.strip()]}
    if form == "ends":
        shape = {"shape": "geometric"} if parts[3] else {}
        return {"first": float(parts[1]), "last": float(parts[2]), **shape}
    return {form: float(parts[1]) / (100.0 if form == "growth" else 1.0)}


@dataclass(frozen=True)
class Goal(Entry):
    """An indicator, a bound relative to the base year or to the year before, and what it is worth.

    ``of_base`` holds in every year; with ``of_base_last`` the bound goes on a straight line from ``of_base`` in the
    first year to it in the last. What is missing costs ``worth`` of living standard for a unit of money: of the
    indicator, or of a ratio's denominator times the ratio.
    """

    indicator: str = keyed("", "the name of an indicator in money, or of a ratio of two", names=Naming(INDICATOR))
    sense: str = keyed("", "a sense", among=SENSES)
    of_base: float | None = keyed("1", "the bound, as a multiple of the indicator in the base year", None)
    of_base_last: float | None = keyed("1", "the bound in the last year, as such a multiple", None)
    growth: float | None = keyed("1 / year", "the bound as yearly growth; not for a ratio", None, -1, 10)
    worth: float = keyed("1", "living standard that a unit of money missing costs", 1.0, 0, 1e6)

    def more_faults(self) -> list[GroundplanError]:
        """One form of bound."""
        if (self.of_base is None) == (self.growth is None) or (self.of_base is None and self.of_base_last is not None):
            what = f"the goal for {self.indicator} has no bound or two"
            return [StudyError(what, where=self.where, fix="give of_base (and of_base_last), or growth")]
        return []
