"""The report of a saved outcome, written again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.files import write_report


def report(
    folder: str | Path,
    *,
    workbook: str | Path | None = None,
    form: str | Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Write the report of the outcome that stands in ``folder`` again, into that folder.

    ``workbook`` names a workbook to write it into, too, and ``form`` one for its study, to be edited.

    Table: written (what, path). Raises ``GroundplanError`` for a folder that holds no outcome or cannot be written,
    ``UnknownName`` for an outcome that has no report.
    """
    saved = Outcome.open(folder, pages=False)
    progress("writing the report")
    written = [("report", str(write_report(saved, folder)))]
    if workbook is not None:
        from groundplan.results.workbook.workbook_file import write_workbook

        progress("writing the workbook")
        written.append(("workbook", str(write_workbook(saved, workbook))))
    if form is not None:
        from groundplan.results.workbook.workbook_file import put_workbook
        from groundplan.study.study_workbook.study_writing import form_of

        written.append(("study as a workbook", str(put_workbook(form_of(saved, form), form))))
    about = {"engine": "report", "of": saved.engine}
    return Outcome({}, {"written": pd.DataFrame(written, columns=["what", "path"])}, about)
