"""Move every assumption of the default plan by a tenth and write what changes into docs/explanation/sceptic.md.

python benchmarks/sceptic.py            prints the tables
python benchmarks/sceptic.py --write    writes them into the docs
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from page_table import put

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "explanation" / "sceptic.md"
MARK = "<!-- table -->"
COUNTRIES = {"KEN": 2019, "ESP": 2019}
TENTH = 0.1
ASSUMPTIONS = (
    "population_growth", "labour_productivity_growth", "depreciation", "trend_growth", "capital_output",
    "capacity_utilisation", "absorption",
    "contraction", "foreign_balance", "export_growth", "import_replacement", "discount_rate", "aversion", "floor",
    "terminal_growth",
)  # fmt: skip
MEASURES = ("value added", "living standard", "investment share", "import dependency")


def moved(country: str, year: int) -> str:
    """One row an assumption: what is taken; growth, standard and investment share at nine and eleven tenths of it."""
    from groundplan import sensitivity

    o = sensitivity(country, year=year, on=MEASURES, of=ASSUMPTIONS, spread=TENTH)
    swings = o.table("sensitivity")
    span = len(o.provenance["years"])
    base = float(o.indicator("value added").iloc[0])
    last = o.provenance["years"][-1]
    wide = {m: swings[swings["measure"] == f"{m} @ {last}"].set_index("parameter") for m in MEASURES}

    def growth(value: float) -> float:
        return 100 * ((value / base) ** (1 / span) - 1)

    value, standard, invested = (wide[m] for m in MEASURES[:3])
    first = value.iloc[0]
    head = (
        f"### {o.provenance['country_name']}, accounts of {year}\n\n"
        f"Growth of value added {growth(first['at_base']):.2f} % a year, living standard in the last year "
        f"{standard['at_base'].iloc[0]:.3f} times the base year's, investment {100 * invested['at_base'].iloc[0]:.1f} "
        "% of value added in the last year. A tenth less and a tenth more of each gives:\n\n"
        "| assumption | taken | growth, points a year | living standard, % | investment share, points |\n"
        "|---|---|---|---|---|"
    )
    rows, idle = [], []
    order = (value["at_high"] - value["at_low"]).abs().fillna(float("inf")).sort_values(ascending=False).index
    for name in order:
        v, s, i = value.loc[name], standard.loc[name], invested.loc[name]
        cells = [
            _pair(growth(v[end]) - growth(v["at_base"]) for end in ("at_low", "at_high")),
            _pair(100 * (s[end] / s["at_base"] - 1) for end in ("at_low", "at_high")),
            _pair(100 * (i[end] - i["at_base"]) for end in ("at_low", "at_high")),
        ]
        if set(", ".join(cells).split(", ")) <= {"0.00"}:
            idle.append(f"`{name}`")
        else:
            rows.append(f"| `{name}` | {v['base']:.4g} | {' | '.join(cells)} |")
    return "\n".join([head, *rows, *(["", f"Nothing changes with {', '.join(idle)}."] if idle else [])])


def _pair(changes: Iterable[float]) -> str:
    """Two changes as text; no figure where there is no plan at that end."""
    texts = ["no plan" if pd.isna(c) else f"{c:+.2f}" for c in changes]
    return ", ".join("0.00" if text in ("+0.00", "-0.00") else text for text in texts)


def main() -> None:
    each = []
    for country, year in COUNTRIES.items():
        each.append(moved(country, year))
        print(each[-1], flush=True)
    tables = "\n\n".join(each)
    if "--write" in sys.argv:
        put(tables, PAGE, MARK)


if __name__ == "__main__":
    main()
