"""What is published of a country's past: how fast its people, output and capital grew, and how its capital wears.

``facts/macro_facts.csv`` has, by country and year, the Penn World Table's output (``rgdpna``) and capital (``rnna``) at
constant national prices in millions of 2017 dollars, wear (``delta``), investment's share at current purchasing power
(``csh_i``), persons engaged and population in millions, and for some years labour's share, human capital and hours. Of
the United States, with which incomes are compared, it has output, persons engaged and population.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields, replace
from functools import cache
from math import exp, log

from groundplan.sources import Source
from groundplan.tables.door.grid import text_of
from groundplan.tables.facts import FACTS

PENN_WORLD_TABLE = Source(
    publisher="Feenstra, Inklaar and Timmer (2015)",
    title="Penn World Table 10.01: rgdpna, rnna, delta, csh_i, emp, pop, labsh",
    vintage="10.01",
    licence="CC BY 4.0",
    address="www.ggdc.net/pwt",
)
# With whom incomes are compared, as in the trials that the figures of ``shrunk`` come from.
RICH = "USA"
LONG, MIDDLE, SHORT = 10, 5, 3
LEAST_GAP, LARGEST_GAP = -2.0, 0.2
OWN_WEIGHT, CATCHING_UP, RICHEST = 0.4, 0.006, 1.5


def shrunk(own: float, gap: float) -> float:
    """Growth of output per head, or per person engaged, to go on with: the own past, shrunk towards the income gap's.

        ln(1 + growth) = 0.4 · ln(1 + own) + 0.006 · (1.5 − gap),   gap kept in [−2, 0.2]

    ``own``: yearly growth over the last ten years (1 / year); ``gap``: ln of output per head over the United States'.
    Source: measured here over windows of 2000–2014 (docs/explanation/sceptic.md). Units: 1 / year.

    >>> round(shrunk(0.02, 0.0), 4), round(shrunk(0.02, -2.5), 4)
    (0.0171, 0.0293)
    """
    near = min(max(gap, LEAST_GAP), LARGEST_GAP)
    return exp(OWN_WEIGHT * log(1.0 + own) + CATCHING_UP * (RICHEST - near)) - 1.0


@dataclass(frozen=True)
class NationalPast:
    """Figures of a country up to a year; None is what nobody published. Rates are 1 / year, geometric.

    year               the last year of the figures
    basis              where they come from, in words
    wear               wear of capital, the whole economy's, dwellings included
    capital_growth     growth of capital, last three years
    output_growth      growth of output, last three years
    long_growth        growth of output, last ten years
    population_growth  growth of population, last five years
    employment_growth  growth of persons engaged, last ten years
    labour_growth      growth of the labour force that is expected, where the source says it
    per_head           growth of output per head, last ten years
    per_worker         growth of output per person engaged, last ten years
    level_per_head     output per head over the United States'
    level_per_worker   output per person engaged over the United States'
    capital_output     capital over output, as published, at the prices of the publisher
    investment_share   investment over output, at the same prices
    labour_share       labour's share of output
    """

    year: int
    basis: str
    wear: float | None = None
    capital_growth: float | None = None
    output_growth: float | None = None
    long_growth: float | None = None
    population_growth: float | None = None
    employment_growth: float | None = None
    labour_growth: float | None = None
    per_head: float | None = None
    per_worker: float | None = None
    level_per_head: float | None = None
    level_per_worker: float | None = None
    capital_output: float | None = None
    investment_share: float | None = None
    labour_share: float | None = None

    @property
    def steady_capital_growth(self) -> float | None:
        """g: what capital has been growing at, capped at output's growth of three years or of ten, never below 0.

        A boom of investment that outruns output is no rate to go on with; in a slump the ten years say more.
        """
        if self.capital_growth is None:
            return None
        output = [g for g in (self.output_growth, self.long_growth) if g is not None]
        return max(min(self.capital_growth, max(output, default=self.capital_growth)), 0.0)

    def over(self, other: NationalPast | None) -> NationalPast:
        """These figures, and another's where they are silent."""
        if other is None:
            return self
        names = [f.name for f in fields(self) if f.name not in ("year", "basis")]
        more = {n: v for n in names if getattr(self, n) is None and (v := getattr(other, n)) is not None}
        return replace(self, basis=f"{self.basis}, else {other.basis}", **more) if more else self

    @property
    def future_per_head(self) -> float | None:
        """Growth of output per head to go on with (``shrunk``), None where past or level are not known."""
        return _shrunk(self.per_head, self.level_per_head)

    @property
    def future_per_worker(self) -> float | None:
        """Growth of output per person engaged to go on with (``shrunk``), None where past or level are not known."""
        return _shrunk(self.per_worker, self.level_per_worker)


def _shrunk(own: float | None, level: float | None) -> float | None:
    return None if own is None or level is None else shrunk(own, log(level))


@cache
def _series() -> dict[str, dict[int, dict[str, float]]]:
    """Country → year → column → figure."""
    out: dict[str, dict[int, dict[str, float]]] = {}
    for row in csv.DictReader(text_of(FACTS / "macro_facts.csv").splitlines()):
        figures = {k: float(v) for k, v in row.items() if k not in ("country", "year") and v}
        out.setdefault(row["country"], {})[int(row["year"])] = figures
    return out


@cache
def national_past(country: str, year: int) -> NationalPast | None:
    """The past of a country up to a year, or up to the last published one before it; None where none is shipped.

    >>> past = national_past("KEN", 2019)
    >>> past.wear, round(past.capital_growth, 4), round(past.capital_output, 3)
    (0.056109, 0.0513, 2.216)
    """
    return past_of(_series().get(country, {}), _series()[RICH], year, "Penn World Table 10.01")


def past_of(
    own: dict[int, dict[str, float]], rich: dict[int, dict[str, float]], year: int, publisher: str
) -> NationalPast | None:
    """The past that series of a country say, in the columns of ``macro_facts.csv``; ``rich``: the United States'.

    Where a series is shorter than it is asked for it is taken from its first year; None with less than three years.
    """
    years = sorted(y for y, row in own.items() if y <= year and {"rgdpna", "pop", "emp"} <= set(row))
    if not years or years[-1] - years[0] < SHORT:
        return None
    last = years[-1]
    now, there = own[last], rich.get(last, {})

    def growth(above: str, span: int, below: str = "") -> float | None:
        first = own[max(last - span, years[0])]
        if any(c not in row for c in (above, *([below] if below else [])) for row in (first, now)):
            return None
        ratio = now[above] / first[above] * (first[below] / now[below] if below else 1.0)
        return float(ratio ** (1.0 / (last - max(last - span, years[0]))) - 1.0)

    def level(below: str) -> float | None:
        if "rgdpna" not in there or below not in there:
            return None
        return now["rgdpna"] / now[below] / (there["rgdpna"] / there[below])

    return NationalPast(
        year=last,
        basis=f"{publisher}, {last}",
        wear=now.get("delta"),
        capital_growth=growth("rnna", SHORT),
        output_growth=growth("rgdpna", SHORT),
        long_growth=growth("rgdpna", LONG),
        population_growth=growth("pop", MIDDLE),
        employment_growth=growth("emp", LONG),
        per_head=growth("rgdpna", LONG, "pop"),
        per_worker=growth("rgdpna", LONG, "emp"),
        level_per_head=level("pop"),
        level_per_worker=level("emp"),
        capital_output=now["rnna"] / now["rgdpna"] if "rnna" in now else None,
        investment_share=now.get("csh_i"),
        labour_share=now.get("labsh"),
    )
