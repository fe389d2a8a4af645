"""The rules of a programme: how many places a year, with what, and what fairness asks. Each can be read aloud."""

from __future__ import annotations

import dataclasses
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.places.columns import PlacesError

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
class Rules:
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

    per_year: int | tuple[int, ...]
    years: int
    first_year: int = 1
    kinds: tuple[int, int] = (1, 3)
    required: tuple[str, ...] = ()
    provinces: str = "free"
    quota: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    longest_wait: tuple[float, int] | None = None
    forced: Mapping[str, int] = field(default_factory=dict)
    forced_types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    forbidden: tuple[str, ...] = ()
    forbidden_types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    budget: Mapping[str, float | tuple[float, ...]] = field(default_factory=dict)
    early: float = 0.05
    weights: Mapping[str, float] = field(default_factory=lambda: {"need": 1.0, "readiness": 0.5, "job": 0.001})
    worst_off: str = ""
    step: float = 0.01
    per_job: float = 1.0

    def __post_init__(self) -> None:
        for spec in dataclasses.fields(self):
            object.__setattr__(self, spec.name, _frozen(getattr(self, spec.name)))
        raise_all(self._shape_faults() or self._faults(), where="rules")

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

    def _shape_faults(self) -> list[GroundplanError]:
        """What is no number, or not as many numbers as there are years."""
        whole = {"years": (self.years, 1), "first_year": (self.first_year, -100000)}
        counts = self.per_year if isinstance(self.per_year, tuple) else (self.per_year,)
        whole |= {f"per_year[{k}]": (n, 0) for k, n in enumerate(counts)}
        found: list[GroundplanError] = [
            PlacesError(f"{name} is {value!r}", fix=f"give a whole number from {low} on")
            for name, (value, low) in whole.items()
            if isinstance(value, bool) or not isinstance(value, int) or value < low
        ]
        if not found and isinstance(self.per_year, tuple) and len(self.per_year) != self.years:
            what = f"per_year has {len(self.per_year)} numbers, the programme has {self.years} years"
            found.append(PlacesError(what, fix="give one number for every year, or one for all"))
        pairs = {"kinds": self.kinds, **{f"quota of {p}": q for p, q in self.quota.items()}}
        found += [
            PlacesError(f"{name} is {pair!r}", fix="give the least and the most, two whole numbers from 0 on")
            for name, pair in pairs.items()
            if not isinstance(pair, tuple) or len(pair) != 2 or not all(_whole(k) for k in pair) or pair[0] > pair[1]
        ]
        singles = {"early": self.early, "step": self.step, "per_job": self.per_job}
        singles |= {f"weight of {k}": v for k, v in self.weights.items()}
        found += [
            PlacesError(f"{k} is {v!r}", fix="give a number from 0 on") for k, v in singles.items() if not _number(v)
        ]
        for name, most in self.budget.items():
            given = most if isinstance(most, tuple) else (most,)
            if not all(_number(b) for b in given) or (isinstance(most, tuple) and len(most) != self.years):
                fix = f"give one number from 0 on, or {self.years}, one for every year"
                found.append(PlacesError(f"the budget of {name} is {most!r}", fix=fix))
        return found

    def _faults(self) -> list[GroundplanError]:
        found: list[GroundplanError] = []
        for told, word, known in (("provinces", self.provinces, PROVINCES), ("worst_off", self.worst_off, WORST_OFF)):
            if word not in known:
                found.append(UnknownName(told, word, known))
        found += [UnknownName("weight", w, WEIGHTS) for w in self.weights if w not in WEIGHTS]
        if not sum(self.weights.values()) > 0:
            found.append(PlacesError("no weight is above zero: nothing is asked for", fix="give at least one weight"))
        if self.early * (self.years - 1) >= 1:
            what = f"with early = {self.early:g} the last of {self.years} years counts for nothing or less"
            found.append(PlacesError(what, fix=f"give less than {1 / max(self.years - 1, 1):.3g}"))
        if not self.step > 0:
            found.append(PlacesError("step is 0", fix="say from what difference on two gaps count as different"))
        wait = self.longest_wait
        if wait is not None and not (
            isinstance(wait, tuple) and len(wait) == 2 and _number(wait[0]) and _whole(wait[1]) and wait[1] >= 1
        ):
            found.append(PlacesError(f"longest_wait is {wait!r}", fix="give a need score and a number of years"))
        found += [
            PlacesError(f"{place} is forced into {year}, which is no year of the programme", fix="name a year of it")
            for place, year in self.forced.items()
            if year not in self.labels()
        ]
        both = sorted(set(self.forbidden) & (set(self.forced) | set(self.forced_types)))
        found += [PlacesError(f"{place} is forced and forbidden", fix="take one of the two out") for place in both]
        for place in sorted(set(self.forced_types) & set(self.forbidden_types)):
            twice = sorted(set(self.forced_types[place]) & set(self.forbidden_types[place]))
            found += [PlacesError(f"'{t}' is forced and forbidden in {place}", fix="take one out") for t in twice]
        return found

    @classmethod
    def read(cls, path: str | Path) -> Rules:
        """Rules from a TOML file whose keys are the fields. Unknown keys are refused, all at once."""
        try:
            given = tomllib.loads(Path(path).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise PlacesError(f"the rules cannot be read: {error}", where=str(path), fix="give a TOML file") from error
        return cls.of(given, where=str(path))

    @classmethod
    def of(cls, given: Mapping[str, Any], where: str = "rules") -> Rules:
        """Rules from plain values, as a study file holds them."""
        known = [f.name for f in dataclasses.fields(cls)]
        faults: list[GroundplanError] = [UnknownName("rule", k, known, where=where) for k in given if k not in known]
        faults += [
            PlacesError(f"'{k}' is not given", where=where, fix=f"say {k}")
            for k in ("per_year", "years")
            if k not in given
        ]
        kinds = {f.name: str(f.type) for f in dataclasses.fields(cls)}
        for key, value in given.items():
            if kinds.get(key, "").startswith("Mapping") and not isinstance(value, Mapping):
                faults.append(PlacesError(f"'{key}' is {value!r}", where=where, fix="give a table of names and values"))
            if kinds.get(key, "") == "str" and not isinstance(value, str):
                faults.append(PlacesError(f"'{key}' is {value!r}", where=where, fix="give a word"))
        raise_all(faults)
        return cls(**dict(given))


def _frozen(value: Any) -> Any:
    """Lists as tuples, at every depth."""
    if isinstance(value, Mapping):
        return {str(k): _frozen(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_frozen(v) for v in value)
    return value


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _number(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, (int, float)) and math.isfinite(value) and value >= 0
