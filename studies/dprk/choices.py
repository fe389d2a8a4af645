"""What hangs on a choice between publishers: the accounts made again, one choice at a time, and planned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from case import FAST, HERE, Case, grid, paragraphs, span, sums_of

from groundplan import Controls, Outcome, PlanInfeasible, estimate, plan
from groundplan.economy.estimating.known_facts import read_controls

RATE, LOW_RATE, HIGH_RATE = 1.305, 0.9, 1.8  # thousand won a dollar
DRAWS, PLANNED = 12, 8


def at_rate(c: Controls, rate: float) -> Controls:
    """The facts with dollars counted at another rate."""
    facts = tuple(replace(f, price=rate) if f.price == RATE else f for f in c.facts)
    return replace(c, facts=facts)


def choices() -> Iterator[tuple[str, Controls]]:
    """Every choice with its facts; the first is the case's own."""
    own, un = (read_controls(HERE / name) for name in ("accounts.toml", "accounts_un.toml"))
    yield "as told here: 1,305 won, capital 3.2, Bank of Korea", own
    yield "900 won a dollar", at_rate(own, LOW_RATE)
    yield "1,800 won a dollar", at_rate(own, HIGH_RATE)
    yield "capital 2.2 times GDP, as in Kenya", replace(own, capital=2.2, capital_error=0.1)
    yield "capital 5.3 times GDP, as stagnation would have it", replace(own, capital=5.3, capital_error=0.1)
    larger = tuple(replace(f, value=f.value * 33.504 * RATE / 40.1942) if f.measure == "gdp" else f for f in own.facts)
    yield "GDP of 33.5 bn dollars, the country's own figure of 2019", replace(own, facts=larger)
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


def tell(case: Case) -> str:
    """The section."""
    rows = []
    for n, (words, controls) in enumerate(choices()):
        file = case.folder / "choices" / f"{n}.xlsx"
        file.parent.mkdir(parents=True, exist_ok=True)
        made = estimate(controls, draws=DRAWS, write=file)
        sums = sums_of(made)
        o = plan(file, years=10, ranges=0, **FAST)
        growth, standard = grown(o)
        shown = ("imports over GDP", "import content of household use", "fixed investment over GDP")
        rows.append((words, *(sums[k] for k in shown), f"{growth:.1f}", f"{standard:.2f}"))
    planned = of_draws(case)
    growths, standards = zip(*planned, strict=True)
    head = (
        "choice", "imports over GDP, %", "imports in household use, %", "investment over GDP, %",
        "growth of a plan, % a year", "living standard after ten years, 1 = base",
    )  # fmt: skip
    return paragraphs(
        "Publishers contradict each other, and no rule says who is right. So each choice is made by itself, with "
        f"the accounts estimated again from it ({DRAWS} draws) and planned for ten years without any target:",
        grid(head, rows),
        f"With the choices as told here, plans of {PLANNED} draws of structures and facts grow by "
        f"{span(growths, 1)} per cent a year and end with a standard of {span(standards, 2)}."
        + _lost(PLANNED - len(planned)),
        "- **Rate**: trade is known in dollars and GDP in won of the South. The nominal GDP of 2022 is told as 36.2 "
        "trillion won and as 27.78 billion dollars, which makes 1,305 won; 900 to 1,800 is the range kept here. "
        "No draw of structures moves the weight of imports as much.\n"
        "- **Capital**: no publisher counts it. Donors' investment would keep 5.3 times GDP growing as slowly "
        "as output has; a "
        "capital as in Kenya makes the same investment a fast growth of capital that was not seen. Either "
        "investment is "
        "smaller than other countries' shares say, or capital stands idle for want of power, fuel and parts.\n"
        "- **GDP**: 40.2 trillion won (Bank of Korea, nominal), 32.3 and 35.6 (the same, real, of two bases), "
        "16.8 billion "
        "dollars (UN, 2016), 33.5 billion (the country, 2019). Nominal won at the South's prices are used.\n"
        "- **People**: 25.78 million (Statistics Korea) or 25.71 (Bank of Korea): per head, 0.3 per cent.\n"
        "- **Shares**: power and water rose from 2.2 to 5.4 per cent of GDP in a year in which they made less, "
        "because prices of the South did; their fact has an error of 30 per cent for that.\n"
        "- **Taxes on products** are set to nothing; donors' would add eight per cent to GDP.",
        "**Facts that are missing**, in the order in which they would help: gross output of any sector in "
        "money; fixed investment; "
        "exports and imports by chapter (HS) of one year, all chapters; coal by user; prices at home; what "
        "households "
        "spend; light and heavy industry in value added; services in trade; a rate of exchange that is paid.",
    )


def _lost(draws: int) -> str:
    """How many draws have no plan, where any has none."""
    return f" In {draws} of them no plan keeps everybody near the standard of 2023." if draws else ""
