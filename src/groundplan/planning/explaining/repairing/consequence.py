"""What follows from a repair: living standards, investment, imports and jobs, and what must not go unsaid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from groundplan.planning.explaining.explain import unit_in_words
from groundplan.planning.explaining.guards import Guard, guards_of, standards
from groundplan.planning.explaining.loss_of_standard import share_between, share_words
from groundplan.planning.explaining.valuations import short_number
from groundplan.planning.solved_plan import SolvedPlan, indicators

TOLD = {"investment": "investment", "import bill": "imports", "employment": "jobs"}
NOTHING = 5e-4


@dataclass(frozen=True, eq=False)
class Consequence:
    """A repaired plan beside another.

    figures  what, year, here, against: the standard of all and of each group, investment, imports and jobs of the last
             year, and investment over the plan (year 0); standards of the base year = 1, else the indicator's unit
    guards   what the repaired plan raises and the other does not
    share    what it costs, as a share of everybody's living standard in every year (1); nan where the two cannot be
             compared, for one of them is reckoned for other years
    money    the unit of what is invested and bought
    """

    figures: pd.DataFrame
    guards: tuple[Guard, ...]
    share: float
    money: str = ""

    def lines(self, against: str) -> list[str]:
        """The consequence in sentences; ``against``: what the other plan is called."""
        last = self.figures[self.figures["year"] > 0]
        words, lived = [], last[last["what"].str.startswith("living standard")]
        for row in lived.head(1).to_dict("records"):
            words.append(f"living standard {row['here']:.3f} for {row['against']:.3f}{self._hardest(lived.iloc[1:])}")
        for row in last[last["what"].isin(TOLD)].to_dict("records"):
            words.append(f"{TOLD[row['what']]} {short_number(row['here'], 4)} for {short_number(row['against'], 4)}")
        spent = [
            f"; investment over the plan {short_number(row['here'], 4)} for {short_number(row['against'], 4)}"
            for row in self.figures[self.figures["year"] == 0].to_dict("records")
        ]
        costs = [] if np.isnan(self.share) else [f"It costs {share_words(self.share)}."]
        unit = f" Money in {unit_in_words(self.money)}." if self.money else ""
        figures = f"{', '.join(words)}{''.join(spent)}"
        beside = f"In {last['year'].iloc[0]}, against {against}: {figures}.{unit}" if words else ""
        return [*costs, *filter(None, [beside]), *(guard.sentence for guard in self.guards)]

    def _hardest(self, groups: pd.DataFrame) -> str:
        """The group that loses most, where one loses."""
        if groups.empty:
            return ""
        fall = (groups["here"] / groups["against"] - 1.0).to_numpy()
        worst = groups.iloc[int(fall.argmin())].to_dict()
        if fall.min() > -NOTHING:
            return ""
        name = str(worst["what"]).partition(": ")[2]
        return f" (most for {name}, {worst['here']:.3f} for {worst['against']:.3f})"


def consequence(plan: SolvedPlan, other: SolvedPlan) -> Consequence:
    """A plan beside another of the same economy, in the last year that both have; both as the solver gave them."""
    here, there = (pd.DataFrame(indicators(p).to_pandas()) for p in (plan, other))
    last = min(plan.activities.years[-1], other.activities.years[-1])
    lived, before = (standards(t, p.activities) for t, p in ((here, plan), (there, other)))
    both = [
        (": ".join(["living standard", *filter(None, [str(w)])]), lived.loc[[w]], before.loc[[w]])
        for w in lived.index.intersection(before.index)
    ]
    both += [(n, here.loc[[n]], there.loc[[n]]) for n in TOLD if n in here.index and n in there.index]
    rows = [(name, last, float(one[last].iloc[0]), float(other_one[last].iloc[0])) for name, one, other_one in both]
    years = [y for y in plan.activities.years if y <= last]
    rows += [
        (name, 0, float(one[years].to_numpy().sum()), float(other_one[years].to_numpy().sum()))
        for name, one, other_one in both
        if name == "investment"
    ]
    figures = pd.DataFrame(rows, columns=["what", "year", "here", "against"])
    had = {guard.code for guard in guards_of(other, path=False, prices=False)}
    raised = tuple(g for g in guards_of(plan, path=False, prices=False) if g.code not in had)
    return Consequence(figures, raised, share_between(plan, other), plan.economy.money)
