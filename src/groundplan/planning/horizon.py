"""The years of a plan and everything that changes with them."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from groundplan.cards import per_sector
from groundplan.economy.economy import Economy
from groundplan.planning.policy import Policy
from groundplan.tables import catalogue

Record = dict[str, object]


def census_growth(country: str) -> float | None:
    """Yearly growth of population between the two censuses that are shipped, else None. Units: 1 / year.

    Kenya: (47.56 million in 2019 / 38.61 million in 2009)^(1/10) − 1, from the county table.
    """
    path = catalogue.FOLDER / "facts" / "kenya_counties.csv"
    if country != "KEN" or not path.is_file():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    then, now = (sum(float(r[c]) for r in rows) for c in ("population_2009", "population_2019"))
    return float((now / then) ** 0.1 - 1.0)


@dataclass(frozen=True, eq=False)
class Horizon:
    """Years, population and the yearly factors of coefficients.

    ``population_growth`` (1 / year) is that of the labour force too; 0 in the programme of the base year.
    """

    economy: Economy
    policy: Policy
    years: tuple[int, ...]
    base_year: bool
    population_growth: float

    @classmethod
    def of(cls, e: Economy, policy: Policy, *, base_year: bool) -> Horizon:
        """The horizon of a plan; of the base year alone with ``base_year``."""
        growth = policy.population_growth
        if growth is None:
            growth = census_growth(e.country) or 0.0
        years = (e.year,) if base_year else tuple(range(e.year + 1, e.year + 1 + policy.years))
        return cls(e, policy, years, base_year, 0.0 if base_year else growth)

    def since(self, year: int) -> int:
        """Years since the accounts."""
        return year - self.economy.year

    def heads(self, year: int) -> float:
        """Population, base year 1."""
        return float((1.0 + self.population_growth) ** self.since(year))

    @property
    def terminal_growth(self) -> float:
        """Growth after the plan: the policy's, else what labour and its productivity allow. Units: 1 / year."""
        if self.policy.terminal_growth is not None:
            return self.policy.terminal_growth
        return (1.0 + self.population_growth) * (1.0 + self.policy.labour_productivity_growth) - 1.0

    def profiles(self) -> list[Record]:
        """Factors by year: labour per unit of output, and the shares of uses that may change their origin."""
        p, out = self.policy, []
        for year in self.years:
            t = self.since(year)
            out.append({"profile": "heads", "year": year, "factor": 1.0 / self.heads(year)})
            out.append({"profile": "labour", "year": year, "factor": (1.0 + p.labour_productivity_growth) ** -t})
            for i in self.economy.sectors:
                most = 1.0 - per_sector(p.import_floor, i)
                out.append(
                    {"profile": f"replace:{i}", "year": year,
                     "factor": min(most, per_sector(p.import_replacement, i) * t)}
                )  # fmt: skip
                top = per_sector(p.import_deepening_ceiling, i)
                out.append(
                    {"profile": f"deepen:{i}", "year": year,
                     "factor": min(top, per_sector(p.import_deepening, i) * t)}
                )  # fmt: skip
        return out
