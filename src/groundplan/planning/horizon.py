"""The years of a plan and everything that changes with them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from groundplan.economy.economy import Economy
from groundplan.errors import StudyError
from groundplan.last_used import LastUsed
from groundplan.planning.activity_rows import ProfileRow
from groundplan.planning.features.people.demography import Demography
from groundplan.planning.features.people.own_growth import (
    own_labour_growth,
    own_population_growth,
    own_productivity_growth,
)
from groundplan.records.card import per_sector

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy


@dataclass(frozen=True, eq=False)
class Horizon:
    """Years, population and the yearly factors of coefficients.

    ``years`` are those of the plan and the ``tail`` years after it, which are reckoned with and never shown.
    ``population_growth`` (1 / year) is that of the labour force too, unless the accounts' source expects another; 0 in
    the programme of the base year. Where the policy states a population by age, ``people`` is its projection, and
    ``population_growth`` its growth on average.
    """

    economy: Economy
    policy: Policy
    years: tuple[int, ...]
    base_year: bool
    population_growth: float
    people: Demography | None = None
    tail: int = 0

    @classmethod
    def of(cls, e: Economy, policy: Policy, *, base_year: bool) -> Horizon:
        """The horizon of a plan; of the base year alone with ``base_year``.

        Of the same accounts and the same policy it is the same one, as long as it is among the last that were asked
        for: what is reckoned once for a horizon is then reckoned once for a plan and all that is said of it.

        Raises ``StudyError`` where the plan is to start in another year than the one after ``e``, which were then to be
        carried there first (``carried_accounts.carried``), and for a growth of people that is said twice.
        """
        # A horizon keeps its accounts and its policy, so that what they are known by here stays theirs.
        return HORIZONS.value((id(e), id(policy), base_year), lambda: cls._made(e, policy, base_year))

    @classmethod
    def _made(cls, e: Economy, policy: Policy, base_year: bool) -> Horizon:
        if not base_year and policy.start_year not in (None, e.year + 1):
            what = f"the plan is to start in {policy.start_year}, and the accounts stand in {e.year}"
            raise StudyError(what, where="start_year", fix="plan by a study, or carry them: `carried(economy, policy)`")
        growth = own_population_growth(e)[0] if policy.population_growth is None else policy.population_growth
        tail = 0 if base_year else policy.tail_years
        years = (e.year,) if base_year else tuple(range(e.year + 1, e.year + 1 + policy.years + tail))
        if policy.population is None or base_year:
            return cls(e, policy, years, base_year, 0.0 if base_year else growth, tail=tail)
        if policy.population_growth is not None:
            fix = "give the population by age, or its growth"
            raise StudyError(
                "population_growth is given beside a population by age", where=policy.population.line, fix=fix
            )
        # Labour is carried from the start of each year to the end of the last.
        people = Demography.of(policy.population, e.year, years[-1] + 1)
        mean = (people.persons(years[-1]) / people.persons(e.year)) ** (1.0 / len(years)) - 1.0
        return cls(e, policy, years, base_year, mean, people, tail)

    @property
    def plan_years(self) -> tuple[int, ...]:
        """The years of the plan, without the tail."""
        return self.years[: len(self.years) - self.tail]

    def since(self, year: int) -> int:
        """Years since the accounts."""
        return year - self.economy.year

    def heads(self, year: int) -> float:
        """Population, base year 1."""
        if self.people is not None:
            return self.people.persons(year) / self.people.persons(self.economy.year)
        return float((1.0 + self.population_growth) ** self.since(year))

    def labour_force(self, year: int) -> float:
        """The labour force, base year 1: it grows as population does, as is expected, or as the ages at work do."""
        if self.people is not None:
            return self.people.labour_force(year) / self.people.labour_force(self.economy.year)
        return float((1.0 + self.labour_growth) ** self.since(year))

    @property
    def expected_labour(self) -> float | None:
        """Growth of the labour force as the accounts' source expects it, where neither policy nor ages say more."""
        said = self.people is not None or self.policy.population_growth is not None
        return None if said or self.base_year else own_labour_growth(self.economy)

    @property
    def labour_growth(self) -> float:
        """Growth of the labour force, on average over the plan. Units: 1 / year."""
        if self.people is None:
            return self.population_growth if self.expected_labour is None else self.expected_labour
        return float(self.labour_force(self.years[-1]) ** (1.0 / len(self.years)) - 1.0)

    @property
    def population_basis(self) -> str:
        """Where the growth of population comes from, in words."""
        stated = self.policy.population
        if stated is not None:
            return f"projected by age and sex from {stated.year} ({stated.source or stated.file or 'the study'})"
        words = own_population_growth(self.economy)[1] if self.policy.population_growth is None else "policy"
        if self.expected_labour is None or self.economy.past is None:
            return words
        return f"{words}; labour {self.expected_labour:.2%} a year, as expected ({self.economy.past.basis})"

    @property
    def productivity(self) -> float:
        """Yearly fall of labour needed per unit of output. Units: 1 / year."""
        return self._productivity[0]

    @property
    def productivity_basis(self) -> str:
        """Where the growth of productivity comes from, in words."""
        return self._productivity[1]

    @cached_property
    def _productivity(self) -> tuple[float, str]:
        if self.policy.labour_productivity_growth is not None:
            return self.policy.labour_productivity_growth, "policy"
        return own_productivity_growth(
            self.economy, self.expected_labour if self.people is None else self.labour_growth
        )

    @property
    def terminal_growth(self) -> float:
        """Growth after the plan: the policy's, else what labour and its productivity allow. Units: 1 / year."""
        if self.policy.terminal_growth is not None:
            return self.policy.terminal_growth
        return (1.0 + self.labour_growth) * (1.0 + self.productivity) - 1.0

    def profiles(self) -> list[ProfileRow]:
        """Factors by year: labour per unit of output, and the shares of uses that may change their origin."""
        p, rows = self.policy, []
        for year in self.years:
            t = self.since(year)
            rows.append(ProfileRow("heads", year, 1.0 / self.heads(year)))
            rows.append(ProfileRow("labour", year, (1.0 + self.productivity) ** -t))
            for i in self.economy.sectors:
                most = 1.0 - per_sector(p.import_floor, i)
                rows.append(ProfileRow(f"replace:{i}", year, min(most, per_sector(p.import_replacement, i) * t)))
                top = per_sector(p.import_deepening_ceiling, i)
                rows.append(ProfileRow(f"deepen:{i}", year, min(top, per_sector(p.import_deepening, i) * t)))
        return rows


HORIZONS: LastUsed[tuple[int, int, bool], Horizon] = LastUsed(4)
