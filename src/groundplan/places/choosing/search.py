"""A search for the best choice: what is known at a moment, what is asked of it, and the solving of its parts."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from groundplan.errors import PlanInfeasible
from groundplan.places.choosing.problem import Floats, relative_gap
from groundplan.solver.choosing import Chooser, Chosen
from groundplan.solver.programme import Programme
from groundplan.solver.search_line import SearchLine


@dataclass(frozen=True)
class Seen:
    """What is known at a moment: seconds since the start, the best found, and what no choice can exceed."""

    stage: str
    seconds: float
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """Proven distance to the best possible."""
        return relative_gap(self.objective, self.bound)

    def line(self) -> SearchLine:
        """One line for a screen, with its figures."""
        gap = f"{100 * self.gap:.2f} %" if np.isfinite(self.gap) else "not yet known"
        text = f"{self.stage}: {self.seconds:.0f} s, best {self.objective:.6g}, bound {self.bound:.6g}, gap {gap}"
        return SearchLine(text, self.objective, self.bound, self.gap)


# Returns True to stop and keep the best found.
Watch = Callable[[Seen], bool | None]


def unwatched(_: Seen) -> None:
    """No progress."""


@dataclass(frozen=True)
class Effort:
    """How hard to try: proven gap to stop at, seconds, random seed and threads of the solver.

    The same seed, threads and gap give the same choice on every machine, unless ``seconds`` ran out.
    """

    gap: float = 0.005
    seconds: float = 600.0
    seed: int = 0
    threads: int = 1

    def options(self, **more: Any) -> dict[str, Any]:
        """Options of HiGHS."""
        return {"random_seed": self.seed, "threads": self.threads, "mip_feasibility_tolerance": 1e-7} | more


@dataclass(eq=False)
class Search:
    """One run: what it has found so far, the bound, and when it must end.

    Every programme that is solved on the way may only lower the bound where it is a relaxation of the whole choice.
    """

    effort: Effort
    watch: Watch
    began: float = field(default_factory=time.perf_counter)
    best: Floats | None = None
    objective: float = -np.inf
    bound: float = np.inf
    stopped: bool = False
    history: list[tuple[float, float, float]] = field(default_factory=list)
    ingredients: list[tuple[str, float, float, float]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.perf_counter() - self.began

    @property
    def over(self) -> bool:
        """Whether to stop: good enough, out of time, or told to."""
        return self.stopped or self.seconds >= self.effort.seconds or self.done

    @property
    def done(self) -> bool:
        """Whether the gap is proven."""
        return relative_gap(self.objective, self.bound) <= self.effort.gap

    def tell(self, stage: str, objective: float, bound: float) -> bool:
        """Note what is known; True where the watcher asks to stop."""
        objective, bound = max(objective, self.objective), min(bound, self.bound)
        if not self.history or (objective, bound) != self.history[-1][1:]:
            self.history.append((round(self.seconds, 3), objective, bound))
        self.stopped = bool(self.watch(Seen(stage, self.seconds, objective, bound))) or self.stopped
        return self.stopped

    def solve(
        self,
        stage: str,
        p: Programme,
        *,
        bounds: tuple[Floats, Floats] | None = None,
        gap: float | None = None,
        whole: bool = False,
        **options: Any,
    ) -> Chosen:
        """Branch and bound on the programme or a part of it, from the best found; ``whole`` where its bound holds."""
        began = self.seconds
        left = max(0.1, self.effort.seconds - began)
        more = {"mip_rel_gap": self.effort.gap if gap is None else gap, "time_limit": left, "mip_abs_gap": 1e-9}
        loaded = Chooser(p, self.effort.options(**more, **options), bounds=bounds)
        if self.best is not None:
            loaded.start(self.best)

        def heard(objective: float, bound: float) -> bool:
            asked_to_stop = self.tell(stage, objective, bound if whole else np.inf)
            return asked_to_stop or relative_gap(max(objective, self.objective), self.bound) <= self.effort.gap

        answer = loaded.watched(heard)
        self.keep(answer, whole=whole)
        # Ctrl-C is taken by the solver itself: without this the next step of the search would begin.
        self.stopped = self.stopped or (answer.stopped and not self.done)
        self.ingredients.append((stage, round(self.seconds - began, 2), self.objective, self.bound))
        return answer

    def keep(self, answer: Chosen, *, whole: bool) -> None:
        """Take over what a run found, if it is better, and its bound, if it is one."""
        if answer.infeasible:
            return
        if whole:
            self.bound = min(self.bound, answer.bound)
        if answer.values is not None and answer.objective > self.objective:
            self.best, self.objective = answer.values, answer.objective


def no_choice(p: Programme, options: dict[str, Any]) -> PlanInfeasible:
    """The error of rules that no choice meets, naming a smallest set of families that clash."""
    clash = conflict(p, options)
    fix = "loosen any one of them: " + "; ".join(clash)
    return PlanInfeasible("no choice meets all rules together", where=" · ".join(clash), fix=fix)


def conflict(p: Programme, options: dict[str, Any]) -> tuple[str, ...]:
    """A smallest set of families of rows that no choice can meet together: dropping any one of them frees the rest.

    Source: Chinneck (2008), Feasibility and Infeasibility in Optimization, deletion filter (citation not checked).
    """
    dropped: frozenset[str] = frozenset()
    none = np.zeros(p.width)
    for name in p.families():
        if Chooser(p, options | {"time_limit": 20.0}, cost=none, without=dropped | {name}).run().infeasible:
            dropped |= {name}
    return tuple(name for name in p.families() if name not in dropped)
