"""What is believed of the reports of a year that has passed: the estimates of a reconciliation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from groundplan.errors import GroundplanError
from groundplan.outcome import Outcome
from groundplan.planning.replanning.plan_version import PlanVersion
from groundplan.planning.replanning.reached_state import Happened, ReachedFigure
from groundplan.planning.solved_plan import indicators

# What an indicator of the plan is called in a reconciliation.
RECONCILED = {"output": "gross output", "import": "imports", "export": "exports"}


def with_believed(came: Happened, o: Outcome, before: PlanVersion, after: int) -> Happened:
    """What happened, with the estimates of a reconciliation as what is believed of the reports of its year."""
    if o.engine != "reconcile":
        raise GroundplanError(
            f"an outcome of {o.engine} is no reconciliation", fix="name the folder of a reconciliation"
        )
    text = str(o.provenance.get("period", ""))[:4]
    if not text.isdigit() or int(text) > after:
        what = f"the reconciliation is of {text or 'no period'}, and {after} has passed"
        raise GroundplanError(what, where="reconciled", fix="reconcile the reports of a year that has passed")
    year, figures = int(text), o.table("figures")
    if "what" not in figures:
        raise GroundplanError("this reconciliation was saved by an older version", fix="make it again")
    listed = before.plan.activities.indicators.drop_duplicates("indicator").set_index("indicator")["unit"]
    values = indicators(before.plan)
    rows = figures[(figures["kind"] == "report") & figures["what"].isin(RECONCILED)]
    out = list(came.reached)
    for key, own in rows.groupby(["what", "product"]):
        what, product = map(str, key)
        names = [f"{RECONCILED[what]}: {product}", *([f"quantity: {product}"] if what == "output" else [])]
        of_whole = own[own["unit"] == ""]
        chosen = of_whole if len(of_whole) and of_whole["estimate"].notna().all() else own[own["unit"] != ""]
        measure, estimate = str(own["measure"].iloc[0]), float(chosen["estimate"].sum())
        parts = own[own["unit"] != ""] if (own["unit"] != "").any() else own
        said = float(parts["reported"].sum()) if parts["reported"].notna().all() else None
        fits = [n for n in names if n in listed.index and str(listed[n]).removesuffix(" / year") == measure]
        if not fits or not np.isfinite(estimate):
            continue
        at = next((k for k, f in enumerate(out) if f.what in names and f.year == year), None)
        if at is not None:
            out[at] = replace(out[at], believed=estimate, shares=False, reported=_absolute(out[at], values))
        else:
            source = f"reconciled reports of {year}"
            out.append(ReachedFigure(what=fits[0], year=year, reported=said, believed=estimate, source=source))
    return replace(came, reached=out)


def _absolute(f: ReachedFigure, planned: Any) -> float | None:
    """What was reported in its own unit."""
    if f.reported is None or not f.shares:
        return f.reported
    return float(f.reported) * float(planned.sel(indicator=f.what, year=f.year))
