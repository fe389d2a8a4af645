"""A table that a benchmark made, put into its page of the docs, where a mark stands before and behind it."""

from __future__ import annotations

from pathlib import Path


def put(table: str, page: Path, mark: str) -> None:
    """Write a table in place of the one between the two marks of a page. Raises ``ValueError`` for a page without."""
    before, _, after = page.read_text("utf-8").split(mark)
    page.write_text(f"{before}{mark}\n\n{table}\n\n{mark}{after}", "utf-8")
