"""A plan beside its baseline: tables and sentences for the plan's own pages."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import blank, framed
from groundplan.results.words import PERCENT, number

WORDS = {
    "growth of value added": ("Growth of value added", "points a year"),
    "investment share": ("Investment over value added", "points"),
    "import dependency": ("Imports over total supply", "points"),
}
NAMED = 3
PLAIN = 5e-4


def beside_table(o: Outcome) -> pd.DataFrame:
    """The plan, its baseline and the baseline's range by year and measure."""
    if "beside" not in o.tables:
        return blank("year")
    rows = o.table("beside")
    columns = []
    for measure, (words, _) in WORDS.items():
        own = rows[rows["measure"] == measure].set_index("year")
        columns += [(f"{words}, {which}", PERCENT, 100 * own[which]) for which in ("plan", "baseline", "low", "high")]
    return framed(pd.Index(sorted(rows["year"].unique()), name="year"), columns)


def parts_table(o: Outcome) -> pd.DataFrame:
    """What the plan's distance from the baseline is made of, in points."""
    if "beside_parts" not in o.tables:
        return blank("part")
    rows = o.table("beside_parts")
    names = [f"{WORDS[m][0]}: {p}" for m, p in zip(rows["measure"], rows["part"], strict=True)]
    return framed(pd.Index(names, name="part"), [("points", PERCENT, 100 * rows["value"])])


def beside_sentences(o: Outcome) -> list[str]:
    """The plan's distance from its baseline in words, with what explains it; or why there is no baseline."""
    about = o.provenance.get("baseline", {})
    if not {"beside", "beside_parts", "beside_sectors"} <= set(o.tables):
        return [f"No baseline stands beside the plan: {about['missing']}."] if "missing" in about else []
    lines = []
    beside, all_parts = o.table("beside"), o.table("beside_parts")
    for measure, (words, unit) in WORDS.items():
        own = beside[beside["measure"] == measure]
        last = own.iloc[-1]
        # Growth is told over the plan's years, shares in its last.
        plan, base = (float(own[c].mean() if unit == "points a year" else last[c]) for c in ("plan", "baseline"))
        where = "" if unit == "points a year" else f" in {int(last['year'])}"
        parts = all_parts[(all_parts["measure"] == measure) & (all_parts["value"].abs() >= PLAIN)]
        order = parts["value"].abs().sort_values(ascending=False, kind="stable").index
        why = ", ".join(f"{r['part']} {_signed(r['value'])}" for r in parts.loc[order].to_dict("records"))
        lines.append(
            f"{words}{where}: {number(100 * plan, 1)} % in the plan, {number(100 * base, 1)} % without one"
            + ("." if not why else f" ({why} points a year)." if unit == "points a year" else f" ({why} points).")
        )
    sectors = o.table("beside_sectors")
    moved = float(sectors["apart"].abs().sum()) / 2.0
    order = sectors["apart"].abs().sort_values(ascending=False, kind="stable").index[:NAMED]
    names = ", ".join(f"{r['label']} {_signed(r['apart'])}" for r in sectors.loc[order].to_dict("records"))
    lines.append(f"{100 * moved:.1f} % of value added stands in other sectors than without a plan: {names} points.")
    return lines


def record(o: Outcome) -> str:
    """How wrong plans and baselines made so have been, in one sentence."""
    return str(o.provenance.get("baseline", {}).get("hindcast", ""))


def _signed(value: float) -> str:
    return f"{100 * value:+.1f}".replace("-", "−")
