"""Plan every economy at hand and write the table of docs/explanation/sense.md.

python benchmarks/sense.py            prints the table
python benchmarks/sense.py --write    writes it into the docs
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from page_table import put

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
PAGE = ROOT / "docs" / "explanation" / "sense.md"
MARK = "<!-- table -->"
COLUMNS = {
    "standard": ("living standard, last year", "{:.2f}"),
    "value_added_growth": ("growth of value added", "{:.1%}"),
    "people": ("people", "{:+.1%}"),
    "productivity": ("productivity", "{:+.1%}"),
    "output_past": ("its past growth", "{:.1%}"),
    "investment_share_first": ("investment over value added, base", "{:.1%}"),
    "investment_share_last": ("last year", "{:.1%}"),
    "capital_output": ("capital over GDP", "{:.2f}"),
    "capital_base": ("growth of capital, I/K − δ", "{:.1%}"),
    "capital_plan": ("in the plan", "{:.1%}"),
    "capital_past": ("its past", "{:.1%}"),
    "labour_past": ("past growth of labour", "{:.1%}"),
    "investment_jump": ("investment, year one", "{:+.0%}"),
    "jump": ("largest rise of a sector, year one", "{:+.1%}"),
    "fall": ("largest fall", "{:+.1%}"),
    "absorbed": ("fastest capacity", "{:.1%}"),
    "dependency_first": ("import dependency, base", "{:.1%}"),
    "dependency_last": ("last year", "{:.1%}"),
}


def line(job: str) -> str:
    from sense import economy, facts, planned

    e = economy(job)
    f = facts(e, planned(e))
    cells = ["–" if f[key] != f[key] else form.format(f[key]) for key, (_, form) in COLUMNS.items()]
    return f"| {job} | {' | '.join('0.0%' if c == '-0.0%' else c for c in cells)} |"


def main() -> None:
    from sense import jobs

    with ProcessPoolExecutor(2) as pool:
        rows = list(pool.map(line, jobs()))
    head = "| economy | " + " | ".join(title for title, _ in COLUMNS.values()) + " |"
    table = "\n".join([head, "|---" * (len(COLUMNS) + 1) + "|", *rows])
    print(table)
    if "--write" in sys.argv:
        put(table, PAGE, MARK)


if __name__ == "__main__":
    main()
