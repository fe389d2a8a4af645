"""The report of a saved outcome, written again, and the outcome on paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.briefing.briefed import saved_on
from groundplan.results.briefing.paper_extras import refuse_lacking
from groundplan.results.files import write_report


def report(
    folder: str | Path,
    *,
    pdf: str | Path | None = None,
    word: str | Path | None = None,
    annexes: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Write the report of the outcome that stands in ``folder`` again, into that folder.

    ``pdf`` and ``word``: files for a briefing of it, with ``annexes`` those too; its date is that of the folder.

    Table: written (what, path). Raises ``GroundplanError`` for a folder that holds no outcome or cannot be written,
    ``UnknownName`` for an outcome that has no report.
    """
    for extra, path in (("pdf", pdf), ("word", word)):
        if path is not None:
            refuse_lacking(extra)
    saved = Outcome.open(folder, pages=False)
    progress("writing the report")
    written = [("report", str(write_report(saved, folder)))]
    if pdf is not None:
        from groundplan.results.briefing.pdf import write_pdf

        progress("writing the PDF")
        written.append(("PDF", str(write_pdf(saved, pdf, annexes=annexes, on=saved_on(folder)))))
    if word is not None:
        from groundplan.results.briefing.word import write_word

        progress("writing the Word document")
        written.append(("Word document", str(write_word(saved, word, annexes=annexes, on=saved_on(folder)))))
    about = {"engine": "report", "of": saved.engine}
    return Outcome({}, {"written": pd.DataFrame(written, columns=["what", "path"])}, about)
