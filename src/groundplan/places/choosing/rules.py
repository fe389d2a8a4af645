"""The rules of a programme: how many places a year, with what, and what fairness asks. Each can be read aloud."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.places.known.columns import PlacesError, some
from groundplan.records.card import Card, keyed
from groundplan.records.toml import Document

PROVINCES = ("free", "rounds", "by places", "by people")
WORST_OFF = ("", "end", "waiting")
WEIGHTS = {
    "need": "a place chosen, for each unit of its need score",
    "readiness": "a place chosen, for each unit of its readiness score",
    "job": "a job, for each unit of its place's need score",
    "person": "a person served",
    "haul": "a unit of raw material carried one km, every year",
    "money": "one unit of building cost",
}


@dataclass(frozen=True)
class Rules(Card):
    """What is asked of a choice, published before it is made.

    per_year      places a year: one number, or one for every year
    years         length of the programme; ``first_year`` names its first
    kinds         least and most facilities in a chosen place, ``required`` (codes) among them
    provinces     "free"; "rounds": no province has its (k+1)-th place before every province that can has its k-th;
                  "by places", "by people": every province has its share of the places so far, rounded up or down
    quota         province → least and most places in any one year
    longest_wait  (need score, years): places with at least this need are chosen within so many years
    forced        place → year in which it must be chosen; ``forced_types`` place → facilities that it must get
    forbidden     places that cannot be chosen; ``forbidden_types`` place → facilities that it cannot get
    budget        what is limited ("money", "power", "jobs: trained", "building: <sector>") → most in every year
    early         how much less a choice counts for every year that it comes later, as a share of the first year
    weights       what counts how much in the objective; the words are ``WEIGHTS``
    worst_off     "": no rule; "end": the remaining gaps after the programme are made smallest from the worst-off
                  upwards (leximin); "waiting": the same for gap × years, so that the worst-off also come first
    step          gaps closer than this count as equal in that comparison, in the gap's unit
    per_job       how much of a place's gap one job per head closes, in the gap's unit

    Errors: ``PlacesError`` and ``UnknownName``, all faults at once.
    """

    per_year: int | tuple[int, ...] = keyed("", "places a year: one number, or one for every year", low=0)
    years: int = keyed("years", "length of the programme", low=1, high=1000)
    first_year: int = keyed("", "the first year by name", 1, -100_000, 100_000)
    kinds: tuple[int, int] = keyed("", "the least and the most facilities in a chosen place", (1, 3), 0)
    required: tuple[str, ...] = keyed("", "codes of facilities that every chosen place gets", ())
    provinces: str = keyed("", f"how provinces take their turns: {', '.join(PROVINCES)}", "free")
    quota: Mapping[str, tuple[int, int]] = keyed("", "the least and the most places a year, by province", {}, 0)
    longest_wait: tuple[float, int] | None = keyed("", "a need score and a number of years", None, 0)
    forced: Mapping[str, int] = keyed("", "the year in which a place must be chosen, by place", {})
    forced_types: Mapping[str, tuple[str, ...]] = keyed("", "codes of facilities that a place must get", {})
    forbidden: tuple[str, ...] = keyed("", "places that cannot be chosen", ())
    forbidden_types: Mapping[str, tuple[str, ...]] = keyed("", "codes of facilities that a place cannot get", {})
    budget: Mapping[str, float | tuple[float, ...]] = keyed("", "the most in every year, by what is limited", {}, 0)
    early: float = keyed("1", "how much less a choice counts for every year that it comes later", 0.05, 0)
    weights: Mapping[str, float] = keyed("", "what counts how much", {"need": 1.0, "readiness": 0.5, "job": 0.001}, 0)
    worst_off: str = keyed("", "whether the worst-off come first: at the end, or by waiting", "")
    step: float = keyed("the gap's", "gaps closer than this count as equal", 0.01, 0)
    per_job: float = keyed("the gap's", "how much of a gap one job per head closes", 1.0, 0)

    def __post_init__(self) -> None:
        for spec in dataclasses.fields(self):
            object.__setattr__(self, spec.name, _frozen(getattr(self, spec.name)))
        raise_all(self.faults(), where="rules")

    def counts(self) -> tuple[int, ...]:
        """Places in each year."""
        return self.per_year if isinstance(self.per_year, tuple) else (self.per_year,) * self.years

    def labels(self) -> tuple[int, ...]:
        """The years by name."""
        return tuple(range(self.first_year, self.first_year + self.years))

    def ceiling(self, limit: str) -> tuple[float, ...]:
        """A budget by year."""
        most = self.budget[limit]
        return most if isinstance(most, tuple) else (float(most),) * self.years

    def _counted(self) -> list[GroundplanError]:
        """Lists that are not as long as the programme, and pairs whose least is above their most."""
        faults: list[GroundplanError] = []
        if isinstance(self.per_year, tuple) and len(self.per_year) != self.years:
            what = f"per_year has {len(self.per_year)} numbers, the programme has {self.years} years"
            faults.append(PlacesError(what, fix="give one number for every year, or one for all"))
        pairs = {"kinds": self.kinds, **{f"quota of {p}": q for p, q in self.quota.items()}}
        fix = "give the least and the most, two whole numbers from 0 on"
        faults += [PlacesError(f"{name} is {pair!r}", fix=fix) for name, pair in pairs.items() if pair[0] > pair[1]]
        fix = f"give one number from 0 on, or {self.years}, one for every year"
        for name, most in self.budget.items():
            if isinstance(most, tuple) and len(most) != self.years:
                faults.append(PlacesError(f"the budget of {name} is {most!r}", fix=fix))
        return faults

    def more_faults(self) -> list[GroundplanError]:
        """What is wrong between the rules."""
        faults = self._counted()
        if faults:
            return faults
        for what_for, word, words in (
            ("provinces", self.provinces, PROVINCES),
            ("worst_off", self.worst_off, WORST_OFF),
        ):
            if word not in words:
                faults.append(UnknownName(what_for, word, words))
        faults += [UnknownName("weight", w, WEIGHTS) for w in self.weights if w not in WEIGHTS]
        if not sum(self.weights.values()) > 0:
            faults.append(PlacesError("no weight is above zero: nothing is asked for", fix="give at least one weight"))
        if self.early * (self.years - 1) >= 1:
            what = f"with early = {self.early:g} the last of {self.years} years counts for nothing or less"
            faults.append(PlacesError(what, fix=f"give less than {1 / max(self.years - 1, 1):.3g}"))
        if not self.step > 0:
            faults.append(PlacesError("step is 0", fix="say from what difference on two gaps count as different"))
        if self.longest_wait is not None and self.longest_wait[1] < 1:
            what = f"longest_wait is {self.longest_wait!r}"
            faults.append(PlacesError(what, fix="give a need score and a number of years"))
        faults += [
            PlacesError(f"{place} is forced into {year}, which is no year of the programme", fix="name a year of it")
            for place, year in self.forced.items()
            if year not in self.labels()
        ]
        both = sorted(set(self.forbidden) & (set(self.forced) | set(self.forced_types)))
        faults += [PlacesError(f"{place} is forced and forbidden", fix="take one of the two out") for place in both]
        for place in sorted(set(self.forced_types) & set(self.forbidden_types)):
            twice = sorted(set(self.forced_types[place]) & set(self.forbidden_types[place]))
            faults += [PlacesError(f"'{t}' is forced and forbidden in {place}", fix="take one out") for t in twice]
        return faults

    @classmethod
    def of(cls, given: Mapping[str, Any], where: str = "rules") -> Rules:
        """Rules from plain values, as Python holds them. Unknown keys are refused, all at once."""
        return Document(given, where).record(cls)


def _frozen(value: Any) -> Any:
    """Lists as tuples, at every depth."""
    if isinstance(value, Mapping):
        return {str(k): _frozen(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_frozen(v) for v in value)
    return value


def sentences(rules: Rules) -> tuple[str, ...]:
    """Every rule in force as one sentence, in the order in which they are checked."""
    return (*_pace(rules), *_provinces(rules), *_single(rules), *_means(rules), *_goal(rules))


def _pace(r: Rules) -> list[str]:
    counts, labels = r.counts(), r.labels()
    if len(set(counts)) == 1:
        said = [f"In every year from {labels[0]} to {labels[-1]}, {counts[0]} places are chosen."]
    else:
        listed = ", ".join(f"{n} in {y}" for n, y in zip(counts, labels, strict=True))
        said = [f"Places are chosen so: {listed}."]
    said.append("A place is chosen at most once, and what stands there already stays.")
    least, most = r.kinds
    said.append(
        f"A chosen place gets {least} to {most} facilities." if least < most else f"It gets {least} facilities."
    )
    if r.required:
        said.append(f"Every chosen place gets {', '.join(r.required)}, unless it has it already.")
    return said


def _provinces(r: Rules) -> list[str]:
    said = {
        "free": [],
        "rounds": ["No province has a second place before every province has its first, and so in every later round."],
        "by places": ["At the end of each year a province has had its share of all places, rounded up or down."],
        "by people": ["At the end of each year a province has had its share by people, rounded up or down."],
    }[r.provinces]
    return said + [f"{p} has {low} to {high} places in every year." for p, (low, high) in r.quota.items()]


def _single(r: Rules) -> list[str]:
    said = []
    if r.longest_wait:
        need, years = r.longest_wait
        said.append(f"A place whose need score is {need:g} or more is chosen within the first {years} years.")
    said += [f"{p} is chosen in {y}." for p, y in r.forced.items()]
    said += [f"{p} gets {', '.join(types)} if it is chosen." for p, types in r.forced_types.items()]
    if r.forbidden:
        said.append(f"Not chosen: {some(r.forbidden, 20)}.")
    said += [f"{p} does not get {', '.join(types)}." for p, types in r.forbidden_types.items()]
    return said


def _means(r: Rules) -> list[str]:
    said = ["No raw material is counted twice: what one facility takes, no other has."]
    for name in r.budget:
        by_year = r.ceiling(name)
        most = f"{by_year[0]:g} a year" if len(set(by_year)) == 1 else ", ".join(f"{b:g}" for b in by_year)
        said.append(f"No more {name} is used than there is: {most}.")
    return said


def _goal(r: Rules) -> list[str]:
    said = []
    if r.worst_off == "end":
        said.append("First, the gaps that remain at the end are made as small as can be, from the worst-off upwards.")
    if r.worst_off == "waiting":
        said.append("First, gap times years of waiting is made as small as can be, from the worst-off upwards.")
    for name, weight in r.weights.items():
        if weight > 0:
            verb = "counts against it with" if name in ("haul", "money") else "counts"
            said.append(f"In comparing choices, {WEIGHTS[name]} {verb} {weight:g}.")
    if r.early:
        said.append(f"What comes a year later counts less, by {100 * r.early:g} % of what it counts in the first year.")
    return [*said, "Where choices are equally good, the public draw decides."]
