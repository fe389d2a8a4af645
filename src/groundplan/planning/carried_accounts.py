"""Accounts carried to the year before a plan starts, where that is not the year after them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import xarray as xr

from groundplan.economy.economy import CARRIED, NO_START, Economy
from groundplan.errors import StudyError
from groundplan.planning.horizon import Horizon
from groundplan.sources import Assumption

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

# Accounts say little of a country a generation later.
LONGEST = 30
# What is no sum of money: a rate, and heads, which grow as the labour force does.
OTHERWISE = ("depreciation", "employment")


@dataclass(frozen=True)
class Carrying:
    """From which year to which accounts are carried, how fast output and labour grow (1 / year), and by what right."""

    since: int
    until: int
    output: float
    labour: float
    basis: str

    @property
    def years(self) -> int:
        """How many years lie between."""
        return self.until - self.since


def start_of(e: Economy, policy: Policy) -> int:
    """The first year of a plan: the policy's, else what the accounts state, else the year after them."""
    return policy.start_year or e.plan_start or e.year + 1


def carried(e: Economy, policy: Policy) -> Economy:
    """The accounts that a plan under this policy starts from: those of the year before its first.

    Years between the accounts and the start are over and not planned. Every flow and every stock is taken to grow
    alike in them, at constant prices; heads at work grow as the labour force does, so that less labour is needed per
    unit of output:

        X[S−1] = X[B]·(1 + g)^(S−1−B),   heads[S−1] = heads[B]·labour[S−1] / labour[B]

    B the year of the accounts, S the first of the plan. g is the policy's ``growth_before_start``, else what labour and
    its productivity allow, which is what the plan reckons with afterwards too. Shares, coefficients and prices stay.
    Raises ``StudyError`` for a start that is not after the accounts, or too long after them, and for a growth of years
    that there are not.
    """
    start = start_of(e, policy)
    if policy.start_year:
        e = e.replacing(not_stated=tuple(words for words in e.not_stated if words != NO_START))
    where = "start_year" if policy.start_year else f"{e.country_name} {e.observed_year}, start year of the plan"
    if start <= e.year:
        fix = f"start in {e.year + 1} or later, or give accounts of an earlier year"
        raise StudyError(f"the plan is to start in {start}, and the accounts are of {e.year}", where=where, fix=fix)
    if start - 1 - e.observed_year > LONGEST:
        what = f"the plan is to start in {start}, {start - e.observed_year} years after the accounts"
        raise StudyError(what, where=where, fix=f"start by {e.observed_year + LONGEST + 1}, or give newer accounts")
    if start == e.year + 1:
        if policy.growth_before_start is not None and e.observed_year == e.year:
            what = f"growth_before_start is given, and the plan starts in {start}, the year after the accounts"
            raise StudyError(what, where="growth_before_start", fix="state start_year too, or leave it out")
        return e
    return _grown(e, _carrying(e, policy, start))


def _carrying(e: Economy, policy: Policy, start: int) -> Carrying:
    """How the accounts come to the year before the start."""
    gap = start - 1 - e.year
    h = Horizon.of(e, replace(policy, start_year=None, years=gap, tail_years=0), base_year=False)
    labour = h.labour_force(start - 1) ** (1.0 / gap) - 1.0
    stated = policy.growth_before_start
    basis = f"labour: {h.population_basis}; " + (
        f"its productivity by {h.productivity:.2%} a year: {h.productivity_basis}"
        if stated is None
        else "output: stated"
    )
    output = (1.0 + labour) * (1.0 + h.productivity) - 1.0 if stated is None else stated
    return Carrying(e.year, start - 1, output, labour, basis)


def _grown(e: Economy, c: Carrying) -> Economy:
    """The accounts of the later year, with what was assumed on record."""
    larger, more = (1.0 + c.output) ** c.years, (1.0 + c.labour) ** c.years

    def times(array: xr.DataArray, factor: float) -> xr.DataArray:
        return array.copy(data=array.values * factor)

    sums: dict[str, Any] = {
        f.name: times(value, larger)
        for f in fields(e)
        if isinstance(value := getattr(e, f.name), xr.DataArray) and f.name not in OTHERWISE
    }
    figures: Mapping[str, float] = {k: v * larger for k, v in e.controls.items()}
    one = "one year is" if c.years == 1 else f"{c.years} years are"
    sentence = (
        f"The accounts are of {c.since} and are carried to {c.until}: the {one} not planned, every flow and stock "
        f"grows by {c.output:.2%} a year at the prices of the accounts, and heads at work by {c.labour:.2%}."
    )
    value = (
        f"from {c.since} to {c.until}, every flow and stock by {c.output:.2%} a year, heads at work by {c.labour:.2%}"
    )
    note = Assumption(CARRIED, value, c.basis, "study: [plan] growth_before_start, or accounts of a later year")
    return e.replacing(
        **sums,
        employment=times(e.employment, more),
        controls=figures,
        rounding=e.rounding * larger,
        physical={k: replace(p, quantity=p.quantity * larger) for k, p in e.physical.items()},
        year=c.until,
        carried_from=e.observed_year,
        methods=(*e.methods, sentence),
        assumptions=(*e.assumptions, note),
    )
