"""How far accounts without a table are from tables that were hidden, and how often their ranges hold.

    python benchmarks/estimate.py            a row for each country, and the means
    python benchmarks/estimate.py --write    also into docs/explanation/estimates.md
    python benchmarks/estimate.py --plans    the plan made from each estimate beside the plan of the table (minutes)

Every table of WIOD 2016 (43 countries, 2014), Kenya's and Ghana's are hidden in turn and estimated from their totals
(value added of eight groups, three final uses, imports and exports of ten groups, five outputs, taxes; errors of two
per cent) and the shipped donors. The peer in the same run is the mean of the donors at the new level, which is fitted
to nothing. Needs the tables beside the project (GROUNDPLAN_SHARED).
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from hidden_estimates import Sums, countries, covered, donors, hidden, made, missed, totals  # noqa: E402

from groundplan.economy.economy import Economy  # noqa: E402
from groundplan.economy.estimating.account_lines import SheetLines  # noqa: E402
from groundplan.economy.estimating.donors.common_accounts import donors_of  # noqa: E402
from groundplan.economy.estimating.donors.estimated_accounts import estimated  # noqa: E402
from groundplan.economy.estimating.draws_of_accounts import table_of_draw  # noqa: E402
from groundplan.planning.best_plan import parts_of, solved  # noqa: E402
from groundplan.planning.policy import Policy  # noqa: E402
from groundplan.tables.common_sectors import ready_list  # noqa: E402

PAGE = ROOT / "docs" / "explanation" / "estimates.md"
START, END = "<!-- estimate -->\n", "<!-- end of estimate -->\n"
PLANNED = ("FIN", "IDN", "KOR", "TUR", "DEU", "POL", "JPN", "MEX")
DRAWS, PLAN_DRAWS = 60, 12


def unfitted(country: str) -> dict[str, float]:
    """What the mean of the donors misses where nothing is fitted to it."""
    came = hidden(country)
    n = len(came.labels)
    cells = np.mean([d.cells for d in donors_of(donors(country), ready_list(26))], axis=0)
    a, b = Sums.of(cells, n), Sums.of(SheetLines(came).cells(came).to_numpy(), n)
    off = (np.abs(a.home - b.home) + np.abs(a.foreign - b.foreign)) * b.output
    there = b.output > 0
    return {
        "cells, unfitted": float(off.sum() / ((b.home + b.foreign) * b.output).sum()),
        "multipliers, unfitted": float(
            (np.abs(a.multipliers / b.multipliers - 1.0) * b.output)[there].sum() / b.output.sum()
        ),
        "import content, unfitted": 100.0 * abs(float(a.final_content[0] - b.final_content[0])),
    }


def compared() -> pd.DataFrame:
    """Every country: what was missed, what ranges held, and the seconds of 60 draws."""
    rows = []
    for country in countries():
        start = time.process_time()
        result = made(country, DRAWS)
        spent = time.process_time() - start
        ranges = {f"{k}, held": v for k, v in covered(result, hidden(country)).items()}
        rows.append({"country": country, "seconds": spent, **missed(result, hidden(country)), **unfitted(country),
                     **ranges})  # fmt: skip
        print(pd.Series(rows[-1]).to_dict(), flush=True)
    return pd.DataFrame(rows)


def living_standard(e: Economy) -> float:
    """Growth of the living standard over ten years of the default plan, points a year."""
    best = solved(e, Policy.of(years=10))
    standard = parts_of(best).arrays["indicator"].sel(indicator="living standard").to_series()
    return 100.0 * (float(standard.iloc[-1] / standard.iloc[0]) ** (1.0 / (len(standard) - 1)) - 1.0)


def plans() -> pd.DataFrame:
    """Growth of the living standard: of the table, of the estimate, and the range over draws; capital as the table's.

    Wear and growth of capital are stated with the facts, as a ministry knows them; all else is estimated.
    """
    rows = []
    for country in PLANNED:
        came = hidden(country)
        facts = replace(totals(came), wear_of_capital=0.05, growth_of_capital=0.03)
        result = estimated(facts, donors(country), references=donors(country), draws=PLAN_DRAWS)
        past = result.table.past
        # The tables have value added as one row: who gets it is as in the estimate, or there would be no labour.
        own_inputs, theirs = result.table.primary.iloc[:3], came.primary.iloc[:3].sum()
        shares = own_inputs / own_inputs.sum()
        inputs = pd.concat([shares * theirs, came.primary.iloc[3:]])
        truth = living_standard(Economy.from_table(replace(came, primary=inputs, past=past), tolerance=0.02))
        own = living_standard(Economy.from_table(result.table))
        each = [living_standard(Economy.from_table(table_of_draw(result.table, k))) for k in range(PLAN_DRAWS)]
        rows.append({"country": country, "table": truth, "estimate": own, "low": min(each), "high": max(each)})
        print(rows[-1], flush=True)
    return pd.DataFrame(rows)


def page_text(table: pd.DataFrame) -> str:
    """The table of the docs."""
    m = table.drop(columns="country").mean()
    rows = ["| | estimate | donors' mean, not fitted | 90 % ranges hold in, of 100 |", "|---|---|---|---|"]
    for name, unit, scale, held in (("cells", "coefficients, %", 100.0, "cells"),
                                    ("multipliers", "multipliers, %", 100.0, "multipliers"),
                                    ("import content", "import content of household use, points", 1.0,
                                     "content by use")):  # fmt: skip
        rows.append(f"| {unit} | {scale * m[name]:.1f} | {scale * m[f'{name}, unfitted']:.1f} | "
                    f"{m[f'{held}, held']:.0f} |")  # fmt: skip
    rows.append(f"| import content by sector | | | {m['content by sector, held']:.0f} |")
    return "\n".join(rows) + "\n"


def main() -> None:
    """Print the table, and write it where that is asked for."""
    if "--plans" in sys.argv:
        table = plans()
        print(table.round(2).to_string())
        inside = (table["table"] >= table["low"]) & (table["table"] <= table["high"])
        print("missed", (table["estimate"] - table["table"]).abs().mean(), "inside", inside.mean())
        return
    table = compared()
    print(table.round(3).to_string())
    print(table.drop(columns="country").mean().round(3).to_string())
    print(page_text(table))
    if "--write" in sys.argv:
        before, _, rest = PAGE.read_text("utf-8").partition(START)
        PAGE.write_text(before + START + page_text(table) + END + rest.partition(END)[2], "utf-8")


if __name__ == "__main__":
    main()
