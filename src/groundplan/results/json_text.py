"""A whole outcome as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from groundplan.outcome import Outcome

DIGITS = 15


def json_text(o: Outcome) -> str:
    """The whole outcome as one JSON document: provenance, tables as lists of records, arrays as records with units.

    A number that is not finite is null.
    """
    tables = {name: _records(table) for name, table in o.tables.items()}
    arrays = {
        name: {"units": a.attrs.get("units", ""), "records": _records(a.to_series().rename("value").reset_index())}
        for name, a in o.arrays.items()
    }
    content = {"provenance": _finite(dict(o.provenance)), "tables": tables, "arrays": arrays}
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)


def _records(frame: pd.DataFrame) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(frame.to_json(orient="records", double_precision=DIGITS))
    return found


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _finite(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
