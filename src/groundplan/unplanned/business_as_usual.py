"""Business as usual: where an economy goes if its past goes on as pasts usually do. Nothing is optimised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from groundplan.economy.audit import final_use
from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError
from groundplan.tables.past_volumes import PastVolumes
from groundplan.tables.people_by_age import PeopleByAge
from groundplan.unplanned.expected_growth import ExpectedGrowth, expected_growth
from groundplan.unplanned.sector_drift import FIRST_DRIFT, drifts
from groundplan.unplanned.usual_rule import DECADE, UsualRule, import_drift

MOST_YEARS = 40
# Accounts before the base year whose dependency counts where output fell in the base year.
BEFORE = 2


@dataclass(frozen=True, eq=False)
class Structure:
    """What is compared of an economy in a year: shares of investment and imports (1), and of sectors (sum 1)."""

    investment_share: float
    import_dependency: float
    sectors: pd.Series

    @classmethod
    def of(cls, e: Economy) -> Structure:
        """Investment over value added, imports over total supply, and value added by sector over its sum.

            fixed investment with its taxes / Σ v        Σ m / (Σ x + Σ m)        v⁺ / Σ v⁺

        Value added below zero counts as none.
        """
        added, imports = e.value_added.to_series(), float(e.imports.sum())
        positive = added.clip(lower=0.0)
        return cls(
            final_use(e, "investment") / float(added.sum()),
            imports / (float(e.output.sum()) + imports),
            positive / float(positive.sum()),
        )


@dataclass(frozen=True, eq=False)
class Usual:
    """A baseline: growth, and the structure at its start and at its end.

    ``past_growth``: yearly growth of output in the last ten years, ln, 1 / year.
    ``drift``: yearly drift of each sector's share that was taken (1 / year), nan where no list places the sector;
    ``notes``: what could not be done as usual, in words.
    """

    economy: Economy
    past: PastVolumes
    years: tuple[int, ...]
    growth: ExpectedGrowth
    past_growth: float
    start: Structure
    end: Structure
    drift: pd.Series
    rule: UsualRule
    notes: tuple[str, ...] = field(default=())

    def structure(self, year: int) -> Structure:
        """The structure of a year: it moves evenly from the start to the end."""
        way = (year - self.economy.year) / len(self.years)
        return Structure(
            self.start.investment_share + way * (self.end.investment_share - self.start.investment_share),
            self.start.import_dependency + way * (self.end.import_dependency - self.start.import_dependency),
            self.start.sectors + way * (self.end.sectors - self.start.sectors),
        )


def business_as_usual(
    e: Economy,
    past: PastVolumes | None,
    years: int,
    *,
    people: PeopleByAge | None = None,
    earlier: Sequence[Economy] = (),
    rule: UsualRule | None = None,
) -> Usual:
    """The baseline of an economy for ``years`` after its accounts.

        growth      ``expected_growth``
        investment  s · ((g⁺ + δ) / (g₁₀⁺ + δ))^0.3        g₁₀ growth of output in the last ten years, δ wear
        imports     d · (1 + m)^(h/10)                      m ``import_drift``; d of the last year, or where output fell
                                                            in it the mean of three, as far as ``earlier`` has them
        sectors     w · exp(0.3 · h · drift), to sum 1      ``drifts``

    The past is that of the user's file, else what the accounts state or is shipped of the country.
    Raises ``GroundplanError`` where nothing is known of it, ``StudyError`` for years out of 1 to 40.
    """
    settings = rule or UsualRule()
    if not 1 <= years <= MOST_YEARS:
        raise StudyError(f"the baseline is asked for {years} years", fix=f"give 1 to {MOST_YEARS}")
    ended = past.past(e.year) if past is not None and past.given else e.past
    if ended is None:
        fix = "give yearly output, people and persons engaged in the columns of the Penn World Table: --history FILE"
        raise GroundplanError(f"no past growth of {e.country_name} up to {e.year} is known", where=e.country, fix=fix)
    past = past or PastVolumes.none(e.country, ended)
    growth = expected_growth(ended, years, people, settings)
    notes = [] if ended.year == e.year else [f"The past is known up to {ended.year}: it stands for {e.year}."]
    if people is None:
        notes.append("People are not known by age: labour grows as people did in the past five years.")
    elif people.last_count(ended.year) is None:
        notes.append(f"People by age are known only after {ended.year}: they are left out.")
    own = float(np.log1p(ended.long_growth or 0.0))
    base, words = _base_dependency(e, past, earlier)
    start = Structure.of(e)
    drift = drifts(e)
    if e.year < FIRST_DRIFT:
        notes.append(f"No drift of sectors was to be seen by {e.year}: their shares stay.")
    placed = pd.Series(drift.isna().to_numpy(), index=list(e.sectors))
    if placed.any():
        share = float(start.sectors[placed.to_numpy()].sum())
        notes.append(f"{int(placed.sum())} sectors with {share:.0%} of value added are on no list: their shares stay.")
    moved = start.sectors * np.exp(settings.sectors * years * drift.fillna(0.0).to_numpy())
    end = Structure(
        start.investment_share * _needs(growth.rate, own, _wear(e, ended.wear)) ** settings.investment,
        base * (1.0 + import_drift(e.year)) ** (years / DECADE),
        moved / float(moved.sum()),
    )
    after = tuple(range(e.year + 1, e.year + 1 + years))
    return Usual(e, past, after, growth, own, start, end, drift, settings, (*notes, *words))


def _needs(growth: float, own: float, wear: float) -> float:
    """What capital needs at a growth, over what it needed at the own past one; growths below zero count as none."""
    return (max(growth, 0.0) + wear) / (max(own, 0.0) + wear)


def _wear(e: Economy, published: float | None) -> float:
    """The published wear of capital, or that of the accounts' own stock, 1 / year."""
    if published is not None:
        return published
    return float((e.depreciation * e.capital_stock).sum() / e.capital_stock.sum())


def _base_dependency(e: Economy, past: PastVolumes, earlier: Sequence[Economy]) -> tuple[float, list[str]]:
    """Import dependency to start from, and what is to be said of it."""
    own = Structure.of(e).import_dependency
    if not past.fell(e.year):
        return own, []
    before = [a for a in earlier if 0 < e.year - a.year <= BEFORE]
    if not before:
        return own, [f"Output fell in {e.year}, and no accounts of the two years before are at hand."]
    mean = float(np.mean([own, *(Structure.of(a).import_dependency for a in before)]))
    years = ", ".join(str(a.year) for a in before)
    return mean, [f"Output fell in {e.year}: import dependency starts from the mean with {years}."]
