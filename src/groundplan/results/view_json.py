"""Views as plain JSON values: sentences, tables with units, charts by name; never in another language than English."""

from __future__ import annotations

import math
from typing import Any

from groundplan.results.framed import column_values, headings
from groundplan.results.view import Bullets, Grid, Part, Plot, Prose, Reference, Verbatim, View
from groundplan.results.words import Amount, Between, Year


def view_record(view: View) -> dict[str, Any]:
    """A view as JSON values. A number that is not finite is null."""
    return {
        "name": view.name,
        "title": view.title,
        "level": view.level,
        "parts": [_part(p) for p in view.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    match part:
        case Prose(words, kind):
            return {"says": words, **({"kind": kind} if kind else {})}
        case Bullets():
            return {"lists": list(part.lines), **({"kind": part.kind} if part.kind else {})}
        case Grid():
            return {"table": _table(part)}
        case Plot():
            return {"chart": {"name": part.chart.name, "title": part.chart.title}}
        case Verbatim(text, summary):
            return {"words": text, **({"summary": summary} if summary else {})}
        case Reference():
            return {"source": {**{k: getattr(part, k) for k in ("publisher", "title", "vintage", "licence", "address")},
                               "sha256": dict(part.files)}}  # fmt: skip
    raise TypeError(part)


def _table(g: Grid) -> dict[str, Any]:
    cells = column_values(g.frame)
    return {
        "title": g.title,
        "rows_are": str(g.frame.index.name or ""),
        "columns": [{"name": name, "unit": unit} for name, unit in headings(g.frame)],
        "rows": [
            {"row": _plain(label), "values": [_plain(v) for v in values]}
            for label, values in zip(g.frame.index.tolist(), zip(*cells, strict=True), strict=True)
        ],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Between):
        return {"low": value.low, "high": value.high}
    if isinstance(value, Year):
        return int(value)
    if isinstance(value, Amount):
        return float(value)
    return value.item() if hasattr(value, "item") else value
