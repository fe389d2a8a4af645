"""Where an outcome is saved when the user names no folder, and what goes into it besides arrays and tables."""

from __future__ import annotations

import os

from groundplan.outcome import Outcome
from groundplan.results.html_report import PAGES, report


def plan_folder(o: Outcome) -> str:
    """``outcomes/KEN-2019-10y``."""
    about = o.provenance
    return os.path.join("outcomes", f"{about['country']}-{about['accounts_year']}-{len(about['years'])}y")


def join_folder(o: Outcome) -> str:
    """``outcomes/join-BEL-NLD-5y``."""
    about = o.provenance
    return os.path.join("outcomes", f"join-{'-'.join(about['countries'])}-{len(about['years'])}y")


def texts_of(o: Outcome) -> dict[str, str]:
    """Texts by file name: the report where the outcome has one, and the study that repeats a plan."""
    engine = str(o.provenance.get("engine", "plan")).partition(",")[0]
    texts = {"report.html": report(o)} if engine in PAGES else {}
    if "study" in o.provenance:
        texts["study.toml"] = str(o.provenance["study"])
    return texts
