"""What hangs on a choice between publishers: the accounts made again, one choice at a time, and planned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from case import FAST, HERE, Case, grid, span, sums_of, written
from known_figures import fact

from groundplan import Controls, Economy, Outcome, PlanInfeasible, estimate, plan
from groundplan.economy.estimating.known_facts import read_controls

RATE, LOW_RATE, HIGH_RATE = 1.305, 0.9, 1.8  # thousand won a dollar
DOLLARS = "million USD"
DRAWS, PLANNED = 12, 8
TOLD = ("imports over GDP", "import content of household use", "fixed investment over GDP")


def at_rate(c: Controls, rate: float) -> Controls:
    """The facts with dollars counted at another rate."""
    return replace(c, facts=tuple(replace(f, price=rate) if f.unit == DOLLARS else f for f in c.facts))


def with_gdp(c: Controls, gdp: float) -> Controls:
    """The facts with another GDP, in their own unit."""
    return replace(c, facts=tuple(replace(f, value=gdp) if f.measure == "gdp" else f for f in c.facts))


def standing_capital(e: Economy) -> float:
    """The capital, over GDP, that the investment of the accounts keeps as it is: investment / (wear · GDP)."""
    assert e.past is not None
    assert e.past.wear is not None
    return float(e.investment_by_sector.sum()) / e.gdp / e.past.wear


def choices(standing: float) -> Iterator[tuple[str, Controls]]:
    """Every choice with its facts; the first is the case's own. ``standing``: ``standing_capital``."""
    own, un = (read_controls(HERE / name) for name in ("accounts.toml", "accounts_un.toml"))
    official = fact("GDP (DPRK official)", 2019)
    yield f"as told here: 1,305 won, capital {own.capital}, Bank of Korea", own
    yield "900 won a dollar", at_rate(own, LOW_RATE)
    yield "1,800 won a dollar", at_rate(own, HIGH_RATE)
    yield "capital 2.2 times GDP, as in Kenya", replace(own, capital=2.2, capital_error=0.1)
    words = f"capital {standing:.1f} times GDP, which investment keeps as it is"
    yield words, replace(own, capital=round(standing, 1), capital_error=0.1)
    yield f"GDP of {official:.1f} bn dollars, the country's own figure of 2019", with_gdp(own, official * RATE)
    yield "UN estimates of 2016 in place of the Bank of Korea's", un


def grown(o: Outcome) -> tuple[float, float]:
    """Yearly growth of value added over a plan, per cent, and the living standard of its last year."""
    added = o.indicator("value added")
    growth = 100 * ((float(added.iloc[-1]) / float(added.iloc[0])) ** (1 / (len(added) - 1)) - 1)
    return growth, float(o.indicator("living standard").iloc[-1])


def of_draws(case: Case) -> list[tuple[float, float]]:
    """The same of plans of drawn accounts, those that have one."""
    out = []
    for e in case.drawn(PLANNED):
        with suppress(PlanInfeasible):
            out.append(grown(plan(e, years=10, ranges=0, **FAST)))
    return out


def chosen(case: Case, standing: float) -> Iterator[tuple[object, ...]]:
    """A row for each choice: what its accounts say, and what a plan of them comes to."""
    folder = case.folder / "choices"
    folder.mkdir(parents=True, exist_ok=True)
    for n, (words, controls) in enumerate(choices(standing)):
        file = folder / f"{n}.xlsx"
        sums = sums_of(estimate(controls, draws=DRAWS, write=file))
        growth, standard = grown(plan(file, years=10, ranges=0, **FAST))
        yield (words, *(sums[k] for k in TOLD), f"{growth:.1f}", f"{standard:.2f}")


def tell(case: Case) -> str:
    """The section."""
    e = case.economy()
    standing = standing_capital(e)
    assert e.past is not None
    assert e.past.wear is not None
    planned = of_draws(case)
    growths, standards = zip(*planned, strict=True)
    lost = PLANNED - len(planned)
    head = (
        "choice", "imports over GDP, %", "imports in household use, %", "investment over GDP, %",
        "growth of a plan, % a year", "living standard after ten years, 1 = base",
    )  # fmt: skip
    people, fewer = (fact("population", 2023, who) / 1e6 for who in ("Statistics Korea", "Bank of Korea"))
    power = "share of nominal GDP: electricity, gas, water"
    return written(
        "choices", draws=DRAWS, table=grid(head, chosen(case, standing)), planned=PLANNED, growth=span(growths, 1),
        standard=span(standards, 2), lost=f" {lost} of them have no plan." if lost else "",
        invested=f"{100 * float(e.investment_by_sector.sum()) / e.gdp:.0f}", wear=f"{100 * e.past.wear:.1f}",
        still=f"{standing:.1f}", nominal=f"{fact('nominal GDP', 2023):.1f}",
        real=f"{fact('real GDP', 2023, unit='trillion constant'):.1f}",
        rebased=f"{fact('real GDP', 2023, unit='trillion KRW'):.1f}", un=f"{fact('expenditure: GDP', 2016) / 1e3:.1f}",
        official=f"{fact('GDP (DPRK official)', 2019):.1f}", people=f"{people:.2f}", fewer=f"{fewer:.2f}",
        apart=f"{100 * (people / fewer - 1):.1f}", power_then=fact(power, 2022), power_now=fact(power, 2023),
    )  # fmt: skip
