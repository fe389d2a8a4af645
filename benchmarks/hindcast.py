"""How wrong plans, baselines and naive continuations of old years were, over the panels at hand.

    python benchmarks/hindcast.py              everything but plans (two minutes)
    python benchmarks/hindcast.py --plans      plans too (some minutes more)
    python benchmarks/hindcast.py --write      also into docs/explanation/hindcast.md and, with --plans, into what every
                                               report cites (unplanned/hindcast_errors.csv)

Needs the panels of WIOD 2016, the Penn World Table and people by age beside the project (GROUNDPLAN_SHARED); without
them it says so and stops.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import product
from math import log
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import panels  # noqa: E402

from groundplan.errors import GroundplanError  # noqa: E402
from groundplan.tables.national_past import CATCHING_UP, OWN_WEIGHT, RICHEST  # noqa: E402
from groundplan.unplanned.beside_plan import beside_tables  # noqa: E402
from groundplan.unplanned.expected_growth import expected_growth  # noqa: E402
from groundplan.unplanned.hindsight import (  # noqa: E402
    GROWTH,
    IMPORTS,
    INVESTMENT,
    SECTORS,
    VOLUMES,
    Came,
    miss_table,
    of_plan,
)  # fmt: skip
from groundplan.unplanned.usual_path import usual_outcome  # noqa: E402
from groundplan.unplanned.usual_rule import UsualRule  # noqa: E402

PAGE = ROOT / "docs" / "explanation" / "hindcast.md"
ERRORS = ROOT / "src" / "groundplan" / "unplanned" / "hindcast_errors.csv"
WINDOWS = ((2004, 2014), (2002, 2012), (2004, 2009), (2009, 2014), (2000, 2009))
# The ranges are made on windows that ended by 2009 and tried on those after.
MAKING = ((2000, 2009), (2000, 2005), (2002, 2009), (2004, 2009))
TRYING = ((2009, 2014), (2004, 2014))
MEASURES = (GROWTH, INVESTMENT, IMPORTS, SECTORS)
CHOOSING = PLANNED = ((2004, 2014), (2009, 2014))
REASONS = ("capital", "pace")
LEAST_PEOPLE, LARGE = 1.0, 0.01


def lined(head: list[str], rows: list[list[str]]) -> str:
    """A table of the docs."""
    return "\n".join(f"| {' | '.join(r)} |" for r in (head, ["---"] * len(head), *rows))


def both(means: pd.DataFrame, measures: tuple[str, ...] = MEASURES) -> list[str]:
    """Baseline / naive."""
    return [f"{means.loc[k, 'baseline']:.2f} / {means.loc[k, 'naive']:.2f}" for k in measures]


def short(first: int, last: int) -> str:
    """A window in a heading."""
    return f"{first}–{str(last)[2:]}"


def windows() -> str:
    """Mean misses by window."""
    rows = [[short(*w), *both(panels.means(panels.misses(*w)))] for w in WINDOWS]
    rows.append(["2004–14, ages not known", *both(panels.means(panels.misses(2004, 2014, ages=False)))])
    return lined(["baseline / naive", *MEASURES], rows)


def volumes() -> str:
    """Sectors at current prices and in volumes, where prices are at hand."""
    countries = [c for c in panels.COUNTRIES if panels.prices(c, 2004, 2014) is not None]
    rows = []
    for first, last in ((2004, 2014), (2004, 2009), (2009, 2014)):
        m = panels.means(panels.misses(first, last, countries, volumes=True))
        rows.append([short(first, last), *both(m, (SECTORS, VOLUMES))])
    return lined([f"{', '.join(countries)}: baseline / naive", "at current prices", "in volumes"], rows)


def by_country(plans: pd.DataFrame | None) -> str:
    """Misses of 2004–14, country by country, with their signs."""
    all_rows = panels.misses(2004, 2014)
    if plans is not None:
        all_rows = pd.concat([plans[plans["window"] == "2004–14"], all_rows])
    who = list(dict.fromkeys(all_rows["who"]))
    rows = []
    for country in panels.COUNTRIES:
        own = all_rows[all_rows["country"] == country].set_index(["measure", "who"])["miss"]
        cells = []
        for k in MEASURES:
            missed = [round(float(own[(k, w)]), 1) + 0.0 for w in who if (k, w) in own]
            cells.append(" / ".join(f"{m:.1f}" if k == SECTORS else f"{m:+.1f}" for m in missed))
        rows.append([country, *cells])
    return lined([" / ".join(who), *MEASURES], [[c.replace("-", "−") for c in r] for r in rows])


def half_growth(countries: tuple[str, ...], own: float, pull: float, top: float, first: int, last: int) -> float:
    """Mean miss of growth with other figures of ``national_past.shrunk``, points a year."""
    missed = []
    for country in countries:
        there = panels.past(country)
        ended = there.past(first)
        ways = [(log(1 + ended.population_growth), ended.per_head, ended.level_per_head)]
        hands = panels.people(country).growth_of_hands(first, last - first)
        ways.append((hands, ended.per_worker, ended.level_per_worker))
        said = np.mean([n + own * log(1 + g) + pull * (top - np.clip(log(gap), -2.0, 0.2)) for n, g, gap in ways])
        missed.append(abs(said - there.growth(first, last)))
    return 100 * float(np.mean(missed))


def chosen(countries: tuple[str, ...], measure: str, name: str) -> float:
    """The figure of the rule with the least misses of two windows over some countries."""

    def loss(value: float) -> float:
        rule = replace(UsualRule(), **{name: value})
        tried = [panels.means(panels.misses(*w, countries, rule=rule)) for w in CHOOSING]
        return float(sum(m.loc[measure, "baseline"] for m in tried))

    return min((0.0, 0.1, 0.2, 0.3, 0.4, 0.5), key=loss)


def halves() -> str:
    """Figures chosen on one half of the countries (2004–14 and 2009–14), and their misses of 2004–14 on the other."""
    odd, even = panels.COUNTRIES[::2], panels.COUNTRIES[1::2]
    rows = []
    for chosen_on, shown_on in ((odd, even), (even, odd)):
        grid = list(product((0.2, 0.3, 0.4, 0.5, 0.6), (0.002, 0.004, 0.006, 0.008, 0.01), (1.0, 1.5, 2.0)))
        best = min(grid, key=lambda g: sum(half_growth(chosen_on, *g, *w) for w in CHOOSING))
        cells = [f"{best[0]:g}, {best[1]:g}, {best[2]:g}: {half_growth(shown_on, *best, 2004, 2014):.2f}"]
        for measure, name in ((INVESTMENT, "investment"), (SECTORS, "sectors")):
            own = chosen(chosen_on, measure, name)
            shown = panels.means(panels.misses(2004, 2014, shown_on, rule=replace(UsualRule(), **{name: own})))
            cells.append(f"{own:g}: {shown.loc[measure, 'baseline']:.2f}")
        kept = panels.means(panels.misses(2004, 2014, shown_on))
        rows.append([f"chosen on {' '.join(chosen_on)}, shown on the rest", *cells])
        same = [half_growth(shown_on, OWN_WEIGHT, CATCHING_UP, RICHEST, 2004, 2014)]
        assert abs(same[0] - kept.loc[GROWTH, "baseline"]) < 1e-9, "the trial and the code say one thing"
        for words, column in (("the rest with the figures of the code", "baseline"), ("the rest, naive", "naive")):
            rows.append([words, *(f"{kept.loc[k, column]:.2f}" for k in (GROWTH, INVESTMENT, SECTORS))])
    return lined(["", "growth: own, pull, richest", "investment: exponent", "sectors: drift"], rows)


def large_misses(first: int, last: int) -> np.ndarray:
    """Misses of large sectors' shares by the baseline, logarithms."""
    parts = []
    for country in panels.COUNTRIES:
        own = panels.usual(country, first, last)
        came = Came.of(panels.accounts(country)[last], first, own.past).structure.sectors
        large = (own.end.sectors >= LARGE) & (came > 0)
        parts.append(np.abs(np.log(own.end.sectors[large] / came[large])).to_numpy())
    return np.concatenate(parts)


def ranges() -> str:
    """Half-widths that held in 80 of 100 on windows that ended by 2009, and how often the rule's hold after."""
    rule, rows = UsualRule(), []
    held_in = {w: _cover(panels.misses(*w)) for w in TRYING}
    for measure, taken in ((INVESTMENT, rule.share_range[0]), (IMPORTS, rule.share_range[1])):
        wide = []
        for first, last in MAKING:
            m = panels.misses(first, last)
            own = m[(m["who"] == "baseline") & (m["measure"] == measure)]["miss"].abs()
            wide.append(own / np.sqrt((last - first) / 10))
        rows.append([measure, f"{pd.concat(wide).quantile(0.8):.2f}", f"{100 * taken:.2f}",
                     *(f"{100 * held_in[w][measure]:.0f}" for w in TRYING)])  # fmt: skip
    wide = np.concatenate([large_misses(*w) / np.sqrt((w[1] - w[0]) / 10) for w in MAKING])
    shown = [float((large_misses(*w) <= rule.sector_half(w[1] - w[0])).mean()) for w in TRYING]
    rows.append(["large sectors, ln", f"{np.quantile(wide, 0.8):.2f}", f"{rule.share_range[2]:.2f}",
                 *(f"{100 * s:.0f}" for s in shown)])  # fmt: skip
    rows.append([GROWTH, "see below", "see below", *(f"{100 * held_in[w][GROWTH]:.0f}" for w in TRYING)])
    return lined(["after ten years", "80 of 100 to 2009", "taken", *(f"hold in {a}–{b}, %" for a, b in TRYING)], rows)


def _cover(rows: pd.DataFrame) -> dict[str, float]:
    own = rows[(rows["who"] == "baseline") & rows["low"].notna()]
    within = own["came"].between(own["low"], own["high"])
    return dict(within.groupby(own["measure"]).mean())


def _world(first: int, last: int) -> pd.DataFrame:
    """Misses of growth of all countries with a million people and a whole series, and the gap that its range is by."""
    rows = []
    for country in panels.all_volumes():
        there = panels.past(country)
        ended, came = there.past(first), there.growth(first, last)
        if ended is None or ended.year != first or came is None or there.own[first]["pop"] < LEAST_PEOPLE:
            continue
        try:
            growth = expected_growth(ended, last - first, panels.people(country))
        except GroundplanError:
            continue
        gap = min(max(log(ended.level_per_head), -2.5), 0.0)
        rows.append((100 * (growth.rate - came), 100 * (log(1 + ended.long_growth) - came), 100 * growth.half, gap))
    return pd.DataFrame(rows, columns=["baseline", "naive", "half", "gap"])


def world() -> str:
    """Growth alone, of all countries."""
    rows = []
    for first, last in ((2000, 2009), (2004, 2014), (2009, 2014), (2009, 2019), (2014, 2019)):
        m = _world(first, last)
        missed, own = m["baseline"].abs(), m["naive"].abs()
        cells = [f"{missed.mean():.2f}", f"{own.mean():.2f}", f"{m['baseline'].median():+.1f}".replace("-", "−")]
        rows.append([short(first, last), f"{len(m)}", *cells, f"{100 * (missed <= m['half']).mean():.0f}"])
    return lined(["growth", "countries", "baseline", "naive", "median miss", "in the range, %"], rows)


def fitted_growth_range() -> str:
    """The line over the gap under which 80 of 100 misses lie, windows that ended by 2009 (quantile regression)."""
    pool = pd.concat([_world(*w) for w in MAKING])
    missed, gap = pool["baseline"].abs().to_numpy(), pool["gap"].to_numpy()

    def loss(line: tuple[float, float]) -> float:
        over = missed - (line[0] - line[1] * gap)
        return float(np.where(over > 0, 0.8 * over, -0.2 * over).sum())

    best = min(product(np.arange(0.5, 3.0, 0.05), np.arange(0.0, 2.0, 0.05)), key=loss)
    a, b = UsualRule().growth_range
    taken = f"taken {100 * a:.2f} + {100 * b:.2f} · distance"
    return f"80 of 100 lay within {best[0]:.2f} + {best[1]:.2f} · distance; {taken}."


def plans() -> pd.DataFrame:
    """Misses of plans, as the verb makes them: country, window and the columns of ``miss_table``."""
    from groundplan.verbs.hindcast import planned

    tables = []
    for first, last in PLANNED:
        for country in panels.COUNTRIES:
            own = panels.usual(country, first, last)
            came = Came.of(panels.accounts(country)[last], first, own.past)
            try:
                plan = planned(own, lambda _: None)
            except GroundplanError as fault:
                print(country, first, fault.what, flush=True)
                continue
            parts = beside_tables(plan, usual_outcome(own))["beside_parts"].set_index("measure").loc[INVESTMENT]
            apart = dict(zip(REASONS, 100 * parts["value"], strict=True))
            said = [of_plan(plan["indicator"], own.economy)]
            rows = miss_table(said, came, own).assign(country=country, window=short(first, last), **apart)
            print(country, first, rows.set_index("measure")["miss"].round(2).to_dict(), flush=True)
            tables.append(rows)
    return pd.concat(tables, ignore_index=True)


def reasons(planned: pd.DataFrame) -> str:
    """Why the investment of plans is not that of baselines, 2004–14, points of the last year's share."""
    own = planned[planned["window"] == "2004–14"].drop_duplicates("country").set_index("country")[list(REASONS)]
    shown = own.assign(both=own.sum(axis=1)).round(1) + 0.0
    rows = [
        [str(c), *(f"{v:+.1f}".replace("-", "−") for v in row)]
        for c, row in zip(shown.index, shown.to_numpy(), strict=True)
    ]
    return lined(["plan less baseline", "capital per value added", "growth and wear of capital", "both"], rows)


def cited(planned: pd.DataFrame) -> str:
    """The figures that reports cite, and the table of the docs."""
    lines, rows = ["window,who,countries,growth,investment,imports,sectors"], []
    for first, last in PLANNED:
        window = short(first, last)
        own = planned[planned["window"] == window]
        there = sorted(set(own["country"]))
        m = panels.means(pd.concat([own, panels.misses(first, last, there)]))
        for who in ("plan", "baseline", "naive"):
            cells = [f"{m.loc[k, who]:.2f}" for k in MEASURES]
            lines.append(",".join([f"{first} {last}", who, str(len(there)), *cells]))
            rows.append([f"{window}, {who}", *cells])
    if "--write" in sys.argv:
        ERRORS.write_text("\n".join(lines) + "\n", "utf-8")
    return lined([f"mean misses of {len(there)} countries", *MEASURES], rows)


def main() -> None:
    if not panels.AT_HAND:
        print("skipped: the panels are not at hand (GROUNDPLAN_SHARED)")
        return
    planned = plans() if "--plans" in sys.argv else None
    parts = {"windows": windows, "volumes": volumes, "countries": lambda: by_country(planned), "halves": halves,
             "ranges": ranges, "growth-range": fitted_growth_range, "world": world}  # fmt: skip
    if planned is not None:
        parts |= {"plans": lambda: cited(planned), "reasons": lambda: reasons(planned)}
    text = PAGE.read_text("utf-8")
    for name, part in parts.items():
        table = part()
        print(f"{name}\n{table}\n", flush=True)
        mark = f"<!-- {name} -->"
        if "--write" in sys.argv and text.count(mark) == 2:
            before, _, after = text.split(mark)
            text = f"{before}{mark}\n\n{table}\n\n{mark}{after}"
    if "--write" in sys.argv:
        PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
