"""How wrong plans and baselines of old years were, as measured: the figures that reports cite."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from groundplan.tables.door.grid import text_of
from groundplan.unplanned.usual_rule import UsualRule

PATH = Path(__file__).with_name("hindcast_errors.csv")
FIGURES = ("growth", "investment", "imports", "sectors")


@cache
def mean_misses() -> dict[tuple[int, int], dict[str, dict[str, float]]]:
    """Mean absolute misses over countries, points: window → who (plan, baseline, naive) → figure, countries among them.

    Measured by benchmarks/hindcast.py, which writes the file.
    """
    out: dict[tuple[int, int], dict[str, dict[str, float]]] = {}
    for row in csv.DictReader(text_of(PATH).splitlines()):
        first, last = map(int, row["window"].split())
        figures = {name: float(row[name]) for name in (*FIGURES, "countries")}
        out.setdefault((first, last), {})[row["who"]] = figures
    return out


def hindcast_line() -> str:
    """One sentence for every report of a plan: how far off plans and baselines made so have been.

    >>> hindcast_line().split(",")[0]
    'Made so in 2004 for 12 countries'
    """
    (first, last), by_who = next(iter(mean_misses().items()))
    plan, base, naive = (by_who[who] for who in ("plan", "baseline", "naive"))
    half = 100 * UsualRule().growth_half(0.0)
    return (
        f"Made so in {first} for {plan['countries']:.0f} countries, plans missed growth to {last} by "
        f"{plan['growth']:.1f} points a year (their own past {naive['growth']:.1f}), investment's share by "
        f"{plan['investment']:.1f} points (baseline {base['investment']:.1f}), import dependency by "
        f"{plan['imports']:.1f} ({base['imports']:.1f}) and {plan['sectors']:.0f} % of value added by sector "
        f"({base['sectors']:.0f} %); read growth as ± {half:.1f} or more."
    )
