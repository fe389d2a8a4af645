"""What a planner may choose. Every field is a key of a study file and a keyword of ``plan``, under the same name."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all

SENSES = ("<=", ">=", "==")
PATHS = ("free", "fixed")
SOLVERS = ("choose", "simplex", "ipm", "pdlp")
PerSector = float | Mapping[str, float]


@dataclass(frozen=True)
class Target:
    """An indicator, the years, a bound and a strength.

    ``year`` is one year or None for every year of the plan. ``weight`` None makes it a *must*; a number makes it a
    *should* whose shortfall costs that much of the objective per unit (in the indicator's unit). ``line`` is where
    a study file states it.
    """

    indicator: str
    sense: str
    value: float
    year: int | None = None
    weight: float | None = None
    name: str = ""
    line: str = ""

    def faults(self) -> list[GroundplanError]:
        """What is wrong with the target: its sense, or numbers that are none."""
        where = self.line or f"target on {self.indicator}"
        if self.sense not in SENSES:
            return [UnknownName("sense of a target", self.sense, SENSES, where=where)]
        checks = {
            "value": _number(self.value),
            "weight": self.weight is None or (_number(self.weight) and self.weight >= 0),
            "year": self.year is None or (isinstance(self.year, int) and not isinstance(self.year, bool)),
            "indicator": isinstance(self.indicator, str),
            "name": isinstance(self.name, str),
        }
        return [
            StudyError(f"the {key} of a target is {getattr(self, key)!r}", where=where, fix=f"give a {key} that is one")
            for key, right in checks.items()
            if not right
        ]

    def text(self) -> str:
        """The target in words: ``import bill <= 180 in 2029``."""
        when = "every year" if self.year is None else f"in {self.year}"
        return f"{self.indicator} {self.sense} {self.value:g} {when}"


def _number(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, (int, float)) and math.isfinite(value)


def known(unit: str, meaning: str, default: Any, low: float = -math.inf, high: float = math.inf) -> Any:
    """A policy field with its card: unit, meaning and admissible range."""
    meta = {"unit": unit, "meaning": meaning, "low": low, "high": high}
    if isinstance(default, (dict, list)):
        return field(default_factory=lambda: type(default)(default), metadata=meta)
    return field(default=default, metadata=meta)


@dataclass(frozen=True)
class Policy:
    """The planner's choices, each with a default that is an assumption and is reported as one.

    A ``PerSector`` value is one number, or a mapping of sector codes to numbers with ``default`` for the rest.
    """

    years: int = known("years", "length of the plan", 10, 1, 100)
    discount_rate: float = known("1 / year", "how much less next year's living standard counts", 0.03, 0, 1)
    aversion: float = known("1", "concavity of utility: marginal utility falls as standard^-aversion", 1.0, 0, 5)
    floor: float = known("1", "least living standard per head, as a share of the base year", 1.0, 0, 10)
    steady: bool = known("", "living standard per head never falls from one year to the next", True)
    population_growth: float | None = known(
        "1 / year", "growth of population and of labour; None: the shipped census, else 0", None, -0.2, 0.2
    )
    labour_productivity_growth: float = known(
        "1 / year", "yearly fall of labour needed per unit of output", 0.02, -0.2, 0.2
    )
    labour_reserve: float = known("1", "labour without work in the base year, as a share of employment", 0.0, 0, 10)
    training_years: int = known("years", "length of schooling from one skill to the next", 3, 1, 20)
    training_ceiling: float = known(
        "1 / year", "largest share of a skill's labour that may be in new training", 0.01, 0, 1
    )
    training_premium: float = known("1", "earnings of a skill over those of the skill below", 1.5, 1, 20)
    schooling_cost: float = known("1", "schooling bought a year for one trained wage unit", 0.5, 0, 20)
    schooling: list[str] = known(
        "", "product that schooling is bought from: the first that the table has", ["educ", "P", "P85", "8591"]
    )
    capacity_utilisation: PerSector = known("1", "share of capacity that the base year used", 1.0, 0.05, 1)
    gestation: PerSector | None = known(
        "years", "from spending to usable capacity; None: 2 where capital lasts 20 years or more, else 1", None, 1, 20
    )
    absorption: PerSector = known("1 / year", "largest yearly growth of a capacity", 0.12, 0, 10)
    contraction: PerSector = known("1 / year", "largest yearly fall of a sector's output and exports", 0.1, 0, 1)
    investment_ramp: float = known("1 / year", "largest yearly growth of investment in a sector", 0.5, 0, 100)
    government_path: str = known("", "'free' above the floor, or 'fixed' at the base year per head", "free")
    inventories_years: int = known("years", "years until base-year changes in inventories fade out", 5, 1, 100)
    inventories_pace: float = known(
        "1 / year", "fastest yearly fall of a draw on stocks, as a share of the product's supply", 0.01, 0, 1
    )
    import_replacement: PerSector = known(
        "1 / year", "yearly rise of the share of needed imports that home products may replace", 0.02, 0, 1
    )
    import_floor: PerSector = known("1", "share of needed imports that home products can never replace", 0.5, 0, 1)
    import_deepening: PerSector = known(
        "1 / year",
        "yearly rise of the share of home products that imports may replace, where there are imports",
        0.01,
        0,
        1,
    )
    import_deepening_ceiling: PerSector = known(
        "1", "largest share of home products that imports may replace", 0.1, 0, 1
    )
    export_growth: PerSector = known("1 / year", "growth of each export's market ceiling", 0.04, -1, 5)
    foreign_balance: float | None = known(
        "money / year", "foreign exchange from transfers and lending; None: the base year's gap", None, -1e15, 1e15
    )
    foreign_reserves: float = known("money", "foreign exchange in hand when the plan starts", 0.0, 0, 1e15)
    credit_line: float = known(
        "money",
        "how far the foreign-exchange account may be overdrawn; debt at the end counts against the plan",
        0.0,
        0,
        1e15,
    )
    terminal_growth: float | None = known(
        "1 / year", "growth that the capacity left at the end is valued for; None: labour's growth", None, -0.2, 0.5
    )
    terminal_weight: float = known("1", "terminal value of capital over its cost at base-year prices", 1.0, 0, 100)
    idle_cost: float = known(
        "1", "toil: what a unit of output costs by itself, so that nothing is made that nobody uses", 1e-5, 0, 0.01
    )
    targets: list[Target] = known("", "indicators with bounds", [])
    solver: str = known("", "ipm (interior point, then a vertex), simplex, pdlp (large plans) or choose", "ipm")
    time_limit: float = known("s", "the solver stops here and says so", 600.0, 0.1)
    seed: int = known("", "random seed of the solver", 0, 0, 2**31 - 1)

    def __post_init__(self) -> None:
        raise_all(list(self._faults()), where="policy")
        for spec in dataclasses.fields(self):
            if spec.type == "int":
                object.__setattr__(self, spec.name, int(getattr(self, spec.name)))

    def _faults(self) -> list[GroundplanError]:
        faults: list[GroundplanError] = []
        for spec in dataclasses.fields(self):
            wrong = _wrong(spec, getattr(self, spec.name))
            if wrong:
                faults.append(StudyError(f"{spec.name} is {wrong}", fix=f"give {spec.metadata['meaning']}"))
        if faults:
            return faults
        if self.solver not in SOLVERS:
            faults.append(UnknownName("solver", self.solver, SOLVERS))
        if self.government_path not in PATHS:
            faults.append(UnknownName("government_path", self.government_path, PATHS))
        for t in self.targets:
            faults += t.faults()
        return faults

    @classmethod
    def of(cls, **choices: Any) -> Policy:
        """A policy from keywords; unknown names are refused, all at once, with the nearest name."""
        names = [f.name for f in dataclasses.fields(cls)]
        raise_all([UnknownName("policy", k, names) for k in choices if k not in names])
        return cls(**choices)


def per_sector(value: PerSector, sector: str) -> float:
    """The value of one sector.

    >>> per_sector({"default": 0.1, "elec": 0.2}, "elec")
    0.2
    """
    if isinstance(value, Mapping):
        return float(value[sector] if sector in value else value["default"])
    return float(value)


def _wrong(spec: dataclasses.Field[Any], value: Any) -> str:
    """What is wrong with a field's value, in words; empty where nothing is."""
    kind = str(spec.type)
    if value is None:
        return "" if kind.endswith("| None") else "empty"
    if kind in ("bool", "str"):
        right = isinstance(value, bool) if kind == "bool" else isinstance(value, str)
        return "" if right else f"{value!r}, not {'true or false' if kind == 'bool' else 'a text'}"
    if kind.startswith("list"):
        item = Target if "Target" in kind else str
        right = isinstance(value, (list, tuple)) and all(isinstance(v, item) for v in value)
        return "" if right else f"{value!r}, not a list of {'targets' if item is Target else 'texts'}"
    if isinstance(value, Mapping) and not kind.startswith("PerSector"):
        return "given by sector, which this key does not have"
    if isinstance(value, Mapping) and "default" not in value:
        return f"{dict(value)!r}, without 'default' for the other sectors"
    low, high = spec.metadata["low"], spec.metadata["high"]
    for number in value.values() if isinstance(value, Mapping) else (value,):
        if not _number(number):
            return f"{number!r}, not a number"
        if kind == "int" and number != int(number):
            return f"{number:g}, not a whole number"
        if not low <= number <= high:
            return f"{number:g}, outside {low:g} to {high:g}"
    return ""
