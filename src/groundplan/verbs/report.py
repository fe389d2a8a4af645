"""The report of a saved outcome, written again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.chart_files import WITHOUT_PNG, write_charts
from groundplan.results.files import write_report
from groundplan.results.view_list import views


def report(
    folder: str | Path, *, charts: str | Path | None = None, progress: Callable[[str], None] = lambda _: None
) -> Outcome:
    """Write the report of the outcome that stands in ``folder`` again, into that folder.

    With ``charts`` every chart is written into that folder too: ``NAME.svg``, ``.csv`` (its table), ``.json`` (an
    option of ECharts 6) and, where typst is installed, ``.png``.

    Table: written (what, path). Raises ``GroundplanError`` for a folder that holds no outcome or cannot be written,
    ``UnknownName`` for an outcome that has no report.
    """
    saved = Outcome.open(folder, pages=False)
    progress("writing the report")
    path = write_report(saved, folder)
    rows, left_out = [("report", str(path))], []
    if charts is not None:
        progress("writing the charts")
        files = write_charts(views(saved), charts)
        rows += [(f"chart {name}", str(place)) for name, place in files.items()]
        left_out = [WITHOUT_PNG] if files and not any(name.endswith(".png") for name in files) else []
    about = {"engine": "report", "of": saved.engine, "left_out": left_out}
    return Outcome({}, {"written": pd.DataFrame(rows, columns=["what", "path"])}, about)
