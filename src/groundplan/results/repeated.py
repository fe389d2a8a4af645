"""How an outcome is had again, on every page: the command, the study that it names, and what they rest on."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import framed
from groundplan.results.origins import assumed, methods, sources
from groundplan.results.page import annex, items, paragraph, table
from groundplan.results.view import Parts, Verbatim

CHANGES = {"before": "before", "after": "after", "cell": "where"}
HANDED_OVER = (
    "The accounts, or a part of what was asked, were handed over in Python; no command opens them again. Give the same "
    "to {verb}(...) with the choices above."
)


def repeat(o: Outcome) -> Parts:
    """The command and the studies that it names, which are saved in the folder of the outcome."""
    about = o.provenance
    command, studies = str(about.get("command") or ""), dict(about.get("studies") or {})
    if about.get("study"):
        studies = {"study.toml": about["study"], **studies}
    if not command:
        said = paragraph(HANDED_OVER.format(verb=o.engine))
    else:
        here = " in this folder, which has every choice written out in its files" if ".toml" in command else ""
        said = paragraph(f"With Groundplan {about.get('groundplan', '')} and the sources above{here}:")
        said += (Verbatim(command),)
    if taken := [f"{line}." for line in about.get("names_taken", [])]:
        said += items(taken)
    return said + tuple(Verbatim(str(text), str(name)) for name, text in studies.items())


def changed(o: Outcome) -> Parts:
    """What a study's workbook says otherwise than the study that it was written from; nothing for other studies."""
    rows = list(o.provenance.get("study_changes", []))
    columns = [(name, "", [str(row[key]) for row in rows]) for key, name in CHANGES.items()]
    return table(framed(pd.Index([str(row["what"]) for row in rows], name="what"), columns), "What was changed")


REPEAT = annex("repeat", "How to repeat this", repeat)
# How every page ends that is made from accounts.
FROM_ACCOUNTS = (
    annex("assumptions", "Every assumption", assumed),
    annex("methods", "How the accounts were read", methods),
    annex("sources", "Sources", sources),
    REPEAT,
)
