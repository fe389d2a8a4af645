"""What is written of an outcome: its folder's name, its report and its JSON; every text whole or not at all."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from groundplan.outcome import Outcome, write_pages
from groundplan.results.html.html_report import report
from groundplan.results.view_json import view_record
from groundplan.results.view_list import has_views, views

NAME = "report.html"
DIGITS = 15


def write_report(outcome: Outcome, folder: str | Path) -> Path:
    """Write ``report.html`` into a folder, whole or not at all, and into the index of an outcome that is saved there.

    Raises ``GroundplanError`` where that cannot be done, ``UnknownName`` for an outcome without a report.
    """
    write_pages(folder, {NAME: report(outcome)})
    return Path(folder) / NAME


def plan_folder(o: Outcome) -> str:
    """``outcomes/KEN-2019-10y``; of a plan that cannot be ``outcomes/KEN-2019-10y-clash``."""
    about, clash = o.provenance, "-clash" if o.engine == "clash" else ""
    return os.path.join("outcomes", f"{about['country']}-{about['accounts_year']}-{len(about['years'])}y{clash}")


def follow_folder(o: Outcome) -> str:
    """``outcomes/follow-2026-07-20``."""
    return os.path.join("outcomes", f"follow-{o.provenance['day']}")


def replan_folder(o: Outcome) -> str:
    """``outcomes/KEN-2019-10y-after-2022``; of drawn histories ``outcomes/KEN-2019-10y-steering``."""
    said = f"after-{o.provenance['after']}" if o.engine == "replan" else "steering"
    return f"{plan_folder(o)}-{said}"


def join_folder(o: Outcome) -> str:
    """``outcomes/join-BEL-NLD-5y``."""
    about = o.provenance
    return os.path.join("outcomes", f"join-{'-'.join(about['countries'])}-{len(about['years'])}y")


def texts_of(o: Outcome) -> dict[str, str]:
    """Texts by file name: the report where the outcome has one, and the study or studies that repeat a plan."""
    texts = {NAME: report(o)} if has_views(o) else {}
    if "study" in o.provenance:
        texts["study.toml"] = str(o.provenance["study"])
    named = {str(name): str(text) for name, text in o.provenance.get("studies", {}).items()}
    return texts | {name: text for name, text in named.items() if name.endswith(".toml")}


def json_text(o: Outcome) -> str:
    """The whole outcome as one JSON document: provenance, views, tables as lists of records, arrays with units.

    A number that is not finite is null.
    """
    tables = {name: _records(table) for name, table in o.tables.items()}
    arrays = {
        name: {"units": a.attrs.get("units", ""), "records": _records(a.to_series().rename("value").reset_index())}
        for name, a in o.arrays.items()
    }
    said = [view_record(v) for v in views(o)] if has_views(o) else []
    content = {"provenance": _finite(dict(o.provenance)), "views": said, "tables": tables, "arrays": arrays}
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=DIGITS))
    return records


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _finite(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
