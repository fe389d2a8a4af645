"""Plan every economy at hand and write the table of docs/explanation/sense.md.

python benchmarks/sense.py            prints the table
python benchmarks/sense.py --write    writes it into the docs
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
PAGE = ROOT / "docs" / "explanation" / "sense.md"
MARK = "<!-- table -->"
COLUMNS = {
    "standard": ("living standard, last year", "{:.2f}"),
    "value_added_growth": ("value added, % a year", "{:.1%}"),
    "jump": ("largest rise of a sector, year one", "{:+.1%}"),
    "fall": ("largest fall of a sector, year one", "{:+.1%}"),
    "absorbed": ("fastest capacity", "{:.1%}"),
    "labour_use": ("labour used, most", "{:.1%}"),
    "dependency_first": ("import dependency, base", "{:.1%}"),
    "dependency_last": ("last year", "{:.1%}"),
}


def line(job: str) -> str:
    from sense import economy, facts

    from groundplan import plan

    e = economy(job)
    f = facts(e, plan(e))
    return f"| {job} | " + " | ".join(form.format(f[key]) for key, (_, form) in COLUMNS.items()) + " |"


def main() -> None:
    from sense import jobs

    with ProcessPoolExecutor(2) as pool:
        rows = list(pool.map(line, jobs()))
    head = "| economy | " + " | ".join(title for title, _ in COLUMNS.values()) + " |"
    table = "\n".join([head, "|---" * (len(COLUMNS) + 1) + "|", *rows])
    print(table)
    if "--write" in sys.argv:
        text = PAGE.read_text("utf-8")
        before, after = text.split(MARK)[0], text.split(MARK)[-1]
        PAGE.write_text(f"{before}{MARK}\n\n{table}\n\n{MARK}{after}", "utf-8")


if __name__ == "__main__":
    main()
