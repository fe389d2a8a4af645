"""The report of a saved outcome, written again, with charts, workbook, briefing and form of the study where asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.briefing.briefed import saved_on
from groundplan.results.briefing.paper_extras import refuse_lacking
from groundplan.results.charts.chart_files import WITHOUT_PNG, write_charts
from groundplan.results.files import write_report
from groundplan.results.spoken_views import naming_data, spoken_views


def report(
    folder: str | Path,
    *,
    charts: str | Path | None = None,
    workbook: str | Path | None = None,
    form: str | Path | None = None,
    pdf: str | Path | None = None,
    word: str | Path | None = None,
    annexes: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Write the report of the outcome that stands in ``folder`` again, into that folder.

    ``charts``: a folder for every chart, ``NAME.svg``, ``.csv`` (its table), ``.json`` (an option of ECharts 6) and,
    where typst is installed, ``.png``. ``workbook``: a workbook of all of it. ``form``: a workbook of its study, to be
    edited. ``pdf`` and ``word``: a briefing of it, with ``annexes`` those too; its date is that of the folder.

    Table: written (what, path). Raises ``GroundplanError`` for a folder that holds no outcome or cannot be written,
    ``UnknownName`` for an outcome that has no report.
    """
    for extra, path in (("pdf", pdf), ("word", word)):
        if path is not None:
            refuse_lacking(extra)
    saved = Outcome.open(folder, pages=False)
    progress("writing the report")
    rows, left_out = [("report", str(write_report(saved, folder)))], []
    if charts is not None:
        progress("writing the charts")
        with naming_data(saved):
            files = write_charts(spoken_views(saved), charts)
        rows += [(f"chart {name}", str(place)) for name, place in files.items()]
        left_out = [WITHOUT_PNG] if files and not any(name.endswith(".png") for name in files) else []
    if workbook is not None:
        from groundplan.results.workbook.workbook_file import write_workbook

        progress("writing the workbook")
        rows.append(("workbook", str(write_workbook(saved, workbook))))
    if form is not None:
        from groundplan.results.workbook.workbook_file import put_workbook
        from groundplan.study.study_workbook.study_writing import form_of

        rows.append(("study as a workbook", str(put_workbook(form_of(saved, form), form))))
    if pdf is not None:
        from groundplan.results.briefing.pdf import write_pdf

        progress("writing the PDF")
        rows.append(("PDF", str(write_pdf(saved, pdf, annexes=annexes, on=saved_on(folder)))))
    if word is not None:
        from groundplan.results.briefing.word import write_word

        progress("writing the Word document")
        rows.append(("Word document", str(write_word(saved, word, annexes=annexes, on=saved_on(folder)))))
    about = {"engine": "report", "of": saved.engine, "left_out": left_out}
    return Outcome({}, {"written": pd.DataFrame(rows, columns=["what", "path"])}, about)
