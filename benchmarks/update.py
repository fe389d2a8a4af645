"""How far updated accounts are from those that were later published, over the panels at hand, beside old ones kept.

    python benchmarks/update.py            one table: country, years, what was missed
    python benchmarks/update.py --write    also into docs/explanation/estimates.md
    python benchmarks/update.py --plans    the plans made from each, in place of the accounts; with --write likewise

Every table of a later year is hidden: its totals (value added of eight groups, three final uses, imports and exports of
ten groups, five outputs, taxes) are the facts, with an error of two per cent each. Needs the panels of WIOD 2016 beside
the project (GROUNDPLAN_SHARED) for all but Brazil.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import panels  # noqa: E402
from hidden_tables import facts_of, grouped, misses, plan_misses, sectors_of  # noqa: E402

from groundplan.economy.estimating.updating import updated  # noqa: E402
from groundplan.tables import catalogue  # noqa: E402
from groundplan.tables.readers import wiod  # noqa: E402
from groundplan.tables.table import Table  # noqa: E402

PAGE = ROOT / "docs" / "explanation" / "estimates.md"
START, END = "<!-- update -->\n", "<!-- end of update -->\n"
PLANS, END_OF_PLANS = "<!-- plans -->\n", "<!-- end of plans -->\n"
PLANNED = ((2010, 2014), (2005, 2014), (2000, 2014))
AGES = ((2010, 2014), (2000, 2004), (2005, 2014), (2000, 2009), (2000, 2014))


def cases(ages: Sequence[tuple[int, int]] = AGES) -> Iterator[tuple[str, Table, Table]]:
    """Country, old table and the one that came, by the sectors of the trials."""
    for country in panels.COUNTRIES:
        read = {t.year: t for t in wiod.read_panel(panels.PANEL / f"{country}.parquet", country)}
        small = {y: grouped(read[y], sectors_of(read[y])) for y in {y for pair in ages for y in pair}}
        yield from ((country, small[a], small[b]) for a, b in ages)
    whole = {y: catalogue.load("BRA", y) for y in (2010, 2015, 2019, 2021)}
    brazil = {y: grouped(t, sectors_of(t)) for y, t in whole.items()}
    yield from (("BRA", brazil[a], brazil[b]) for a, b in ((2010, 2015), (2010, 2019), (2010, 2021)))


def compared() -> pd.DataFrame:
    """Each case with what the update and the old table missed."""
    rows = []
    for country, old, came in cases():
        start = time.process_time()
        new = updated(old, facts_of(came)).table
        spent = time.process_time() - start
        rows.append({"country": country, "from": old.year, "to": came.year, "seconds": spent, **misses(new, came),
                     **{f"{k}, old": v for k, v in misses(old, came).items()}})  # fmt: skip
    return pd.DataFrame(rows)


def compared_plans() -> pd.DataFrame:
    """Each case with what plans from the update and from the old coefficients missed of the plan from what came."""
    rows = []
    for country, old, came in cases(PLANNED):
        figures = {k: float(v) for k, v in plan_misses(old, came).items()}
        rows.append({"country": country, "from": old.year, "to": came.year, **figures})
        print(rows[-1], flush=True)
    return pd.DataFrame(rows)


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Means over countries, by where and by the years between."""
    of = table["country"].where(table["country"] == "BRA", "WIOD").replace("BRA", "Brazil")
    years = (table["to"] - table["from"]).rename("years")
    means = table.drop(columns=["country", "from", "to"]).groupby([of, years]).mean()
    return means.assign(cases=table.groupby([of, years]).size()).sort_index(ascending=[False, True])


def page_text(means: pd.DataFrame) -> str:
    """The table of the docs: what the update missed, in brackets the old table on new totals."""
    rows = ["| accounts | years | cases | coefficients, % | multipliers, % | import content of household use, points |",
            "|---|---|---|---|---|---|"]  # fmt: skip
    for (of, years), m in means.iterrows():
        told = [(name, 100.0 * m[name], 100.0 * m[f"{name}, old"]) for name in ("cells", "multipliers")]
        told.append(("import content", m["import content"], m["import content, old"]))
        cells = [f"{new:.1f} ({old:.1f})" for _, new, old in told]
        rows.append(f"| {of} | {years} | {int(m['cases'])} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def plans_text(means: pd.DataFrame) -> str:
    """The table of plans in the docs: what the update's plan missed, in brackets that of old coefficients."""
    heads = ("accounts", "years", "cases", "growth of the living standard, points a year",
             "imports over value added, points")  # fmt: skip
    rows = [f"| {' | '.join(heads)} |", "|---|---|---|---|---|"]
    for (of, years), m in means.iterrows():
        cells = [f"{m[f'{name}, update']:.2f} ({m[f'{name}, old']:.2f})" for name in ("living standard", "imports")]
        rows.append(f"| {of} | {years} | {int(m['cases'])} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def main() -> None:
    """Print the table, and write it where that is asked for."""
    plans = "--plans" in sys.argv
    table = compared_plans() if plans else compared()
    print(table.round(3).to_string())
    means = summary(table)
    print(means.round(3).to_string())
    if "--write" in sys.argv:
        start, end, text = (PLANS, END_OF_PLANS, plans_text) if plans else (START, END, page_text)
        before, _, rest = PAGE.read_text("utf-8").partition(start)
        PAGE.write_text(before + start + text(means) + end + rest.partition(end)[2], "utf-8")


if __name__ == "__main__":
    main()
