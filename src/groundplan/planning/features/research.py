"""Research: staff for some years, then knowledge that permits a technique."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.features.production.production import CAPITAL_GOODS
from groundplan.planning.features.schools.skills import heads_per_unit, skill_name, skills
from groundplan.records.card import Entry, keyed

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy


@dataclass(frozen=True)
class Research(Entry):
    """A research programme. Once done it permits the techniques that occupy its topic."""

    topic: str = keyed("", "a name for the topic")
    staff: float = keyed("persons or labour units", "research staff of a whole programme, in each year", low=0)
    years: int = keyed("years", "length of the programme; it must be given", low=1, high=30)
    skill: str = keyed("", "the skill of the staff; the highest if left out", "")
    persons_per_unit: float | None = keyed(
        "persons / unit", "persons in one unit of labour of the skill; None: as the economy counts", None, 1e-9
    )
    cost: float = keyed("money / year", "what a whole programme buys beside its staff", 0.0, 0)
    product: str = keyed("", "the product that is bought", "")
    laboratories: float | None = keyed(
        "programmes", "programmes that laboratories hold when the plan starts; None: they need none", None, 0
    )
    laboratory_cost: float | None = keyed(
        "money", "capital goods that a laboratory for one programme takes; None: none can be built", None, 0
    )
    laboratory_years: int = keyed("years", "from spending to a laboratory ready; 2 is assumed, 1 to 5", 2, 1, 20)
    whole: bool = keyed("", "the programme is done whole and once, or not at all", False)
    loss: float = keyed("1 / year", "share of the knowledge that is lost in a year", 0.0, 0, 1)

    def more_faults(self) -> list[GroundplanError]:
        """What is bought has a name; laboratories are built only where they are needed."""
        found: list[GroundplanError] = []
        if self.cost > 0 and not self.product:
            found.append(StudyError("a cost of research buys no product", where=self.line, fix="name the product"))
        if self.laboratory_cost is not None and self.laboratories is None:
            fix = "say how many laboratories there are, or 0"
            found.append(StudyError("laboratory_cost is given without laboratories", where=self.line, fix=fix))
        return found


Record = dict[str, object]
UNIT = "programmes"


def programmes(e: Economy, policy: Policy, h: Horizon) -> dict[str, list[Record]]:
    """do-research:topic gives research:topic, a capacity that modern techniques occupy.

        do-research:topic        in each of its years occupies staff / persons per unit of labour of a skill, takes
                                 what it buys, occupies 1 laboratory; after them it gives 1 of research:topic
        build-laboratories:topic takes capital goods, gives room for 1 programme

    Half a programme permits half of what a whole one does, unless it is ``whole``: then it is done once or not at all.
    A technique that occupies 1/Q of research:topic per unit can make Q once the programme is done, and nothing before.
    Units: programmes; labour in the economy's employment unit.
    Raises ``UnknownName`` and ``StudyError``, all at once, with the lines of the study.
    """
    out: dict[str, list[Record]] = {t: [] for t in ("commodities", "activities", "flows", "indicators")}
    if h.base_year:
        return out
    raise_all([fault for n, r in enumerate(policy.research) for fault in _faults(e, r, policy.research[:n])])
    for r in policy.research:
        _do(out, e, r)
        if r.laboratories is not None:
            _house(out, e, r)
    return out


def staff_skill(e: Economy, r: Research) -> str:
    """The skill of a programme's staff: the record's, else the highest."""
    return r.skill or skills(e)[-1]


def staffing(e: Economy, r: Research) -> float:
    """Units of labour that a whole programme occupies in a year."""
    return r.staff / heads_per_unit(e, r.persons_per_unit)[0]


def _faults(e: Economy, r: Research, before: list[Research]) -> list[GroundplanError]:
    found: list[GroundplanError] = []
    if r.skill and r.skill not in skills(e):
        found.append(UnknownName("skill", r.skill, skills(e), where=r.line))
    if r.product and r.product not in e.sectors:
        found.append(UnknownName("product", r.product, e.sectors, where=r.line))
    if r.topic in [other.topic for other in before]:
        found.append(StudyError(f"topic '{r.topic}' has two programmes", where=r.line, fix="state it once"))
    return found


def _do(out: dict[str, list[Record]], e: Economy, r: Research) -> None:
    act, known, skill = f"do-research:{r.topic}", f"research:{r.topic}", staff_skill(e, r)
    out["commodities"].append(
        {"commodity": known, "kind": "capacity", "unit": UNIT, "loss": r.loss, "label": f"research, {r.topic}"}
    )
    out["activities"].append(
        {"activity": act, "unit": UNIT, "label": f"research on {r.topic}, staff {skill_name(e, skill)}",
         "group": "research", "lump": float(r.whole)}
    )  # fmt: skip
    needs = [(f"labour:{skill}", "occupy", staffing(e, r)), (f"home:{r.product}", "take", r.cost)]
    needs.append((f"laboratories:{r.topic}", "occupy", float(r.laboratories is not None)))
    out["flows"] += [
        {"activity": act, "commodity": c, "role": role, "coefficient": amount, "lag": lag}
        for c, role, amount in needs
        if amount > 0
        for lag in range(r.years)
    ]
    out["flows"].append({"activity": act, "commodity": known, "role": "give", "coefficient": 1.0, "lag": r.years - 1})
    out["indicators"] += [
        {"indicator": f"research: {r.topic}", "on": known, "part": "stock", "unit": f"{UNIT}, start of the year"},
        {"indicator": f"research begun: {r.topic}", "on": act, "unit": f"{UNIT} / year"},
    ]


def _house(out: dict[str, list[Record]], e: Economy, r: Research) -> None:
    """laboratories:topic and how more are built."""
    room, build = f"laboratories:{r.topic}", f"build-laboratories:{r.topic}"
    out["commodities"].append(
        {"commodity": room, "kind": "capacity", "unit": UNIT, "initial": r.laboratories,
         "label": f"laboratories, {r.topic}"}
    )  # fmt: skip
    if r.laboratory_cost is not None:
        out["activities"].append(
            {"activity": build, "unit": UNIT, "label": f"building laboratories, {r.topic}", "group": "research"}
        )
        out["flows"] += [
            {"activity": build, "commodity": CAPITAL_GOODS, "coefficient": r.laboratory_cost},
            {"activity": build, "commodity": room, "role": "give", "coefficient": 1.0, "lag": r.laboratory_years - 1},
        ]
        out["indicators"].append(
            {"indicator": "investment", "on": build, "coefficient": r.laboratory_cost, "unit": f"{e.money} / year"}
        )
