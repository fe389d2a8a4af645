"""How often planted lies are noticed, and the liar named: a year's reports drawn from a plan of Kenya.

python benchmarks/reconcile.py              4,000 sets of reports a row (a minute)
python benchmarks/reconcile.py --write      also into docs/explanation/believing.md
"""

from __future__ import annotations

import sys
from pathlib import Path

from page_table import put

from groundplan import Economy, plan
from groundplan.reconciling.planted_lies import power, year_of_reports
from groundplan.reconciling.reported_figures import EXPORT, FINAL, IMPORT, OUTPUT
from groundplan.reconciling.usual_uses import uses_in_plan

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "believing.md"
MARK = "<!-- power -->"
DRAWS, SEED, YEARS = 4000, 20, 3
LIES = (0.1, 0.2, 0.4)
MIRRORS = {
    "none": (),
    "of every producer": (OUTPUT,),
    "of every producer and seller": (OUTPUT, FINAL),
    "of everybody who reports": (OUTPUT, FINAL, IMPORT, EXPORT),
}
HEAD = ("mirrors", "lie", "by", "noticed", "rightly named", "honest ones named", "too many suspects")


def table() -> str:
    """The shares of 100 as a table of the docs."""
    o = plan("KEN", years=YEARS)
    uses = uses_in_plan(o, Economy.load("KEN", 2019), 2019 + YEARS)
    rows = [HEAD, ("---",) * len(HEAD)]
    for words, mirrored in MIRRORS.items():
        year = year_of_reports(uses, mirrored=mirrored)
        cases = [(0.0, False), *((lie, together) for together in (False, True) for lie in LIES)]
        for lie, together in cases:
            p = power(year, lie, draws=DRAWS, seed=SEED, together=together)
            who = "two who agree" if together else "one" if lie else "nobody"
            named = f"{100 * p.named:.1f}" if lie else "–"
            shares = (f"{100 * p.flagged:.1f}", named, f"{100 * p.accused:.1f}", f"{100 * p.too_many:.1f}")
            rows.append((words, f"{lie:.0%}" if lie else "none", who, *shares))
    return "\n".join(f"| {' | '.join(r)} |" for r in rows)


def main() -> None:
    """Print the table and, with --write, put it into the page."""
    written = table()
    print(written)
    if "--write" in sys.argv:
        put(written, PAGE, MARK)


if __name__ == "__main__":
    main()
