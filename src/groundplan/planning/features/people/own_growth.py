"""What grows by itself: a country's people and its productivity, from its own past where it is published."""

from __future__ import annotations

from math import exp, log1p

from groundplan.economy.economy import Economy

# Where nothing is known of a country: an assumption, and told as one.
PRODUCTIVITY = 0.02
NOTHING_KNOWN = "an assumption: nothing is known here of the country's past"


def own_population_growth(e: Economy) -> tuple[float, str]:
    """Growth of population and of labour of a country (1 / year), and where it comes from in words.

    The last five years', else none.
    """
    if e.past is not None and e.past.population_growth is not None:
        return e.past.population_growth, f"its growth of the last five years ({e.past.basis})"
    return 0.0, NOTHING_KNOWN


def own_labour_growth(e: Economy) -> float | None:
    """Growth of the labour force that the accounts' source expects (1 / year); None where it says nothing."""
    return None if e.past is None else e.past.labour_growth


def own_productivity_growth(e: Economy, labour: float | None) -> tuple[float, str]:
    """Growth of labour productivity to go on with (1 / year), and where it comes from in words.

    ``labour``: growth of the labour force by cohorts, where a population by age is given, or as the source of the
    accounts expects it; else None. Without it output
    per head goes on as ``NationalPast.future_per_head`` says. With it, output is taken to grow as the mean of two
    sums says (natural logarithms), and productivity is what is left of it:

        A = people + output per head,   B = labour by cohorts + output per worker,   productivity = (A + B) / 2 − labour

    Source: measured here over windows of 2000–2014 (docs/explanation/sceptic.md).
    """
    past = e.past
    if past is None or past.future_per_head is None:
        return PRODUCTIVITY, NOTHING_KNOWN
    shrunk = f"shrunk towards what its income says: {past.level_per_head:.0%} of the United States' ({past.basis})"
    head, worker = past.future_per_head, past.future_per_worker
    if labour is None or worker is None or past.population_growth is None:
        return head, f"its own past output per head, {past.per_head:.1%} a year in ten years, {shrunk}"
    by_people, by_cohorts = log1p(past.population_growth) + log1p(head), log1p(labour) + log1p(worker)
    words = f"its own past output per head and per person at work, {past.per_head:.1%} and {past.per_worker:.1%} a year"
    return exp((by_people + by_cohorts) / 2.0 - log1p(labour)) - 1.0, f"{words} in ten years, {shrunk}"
