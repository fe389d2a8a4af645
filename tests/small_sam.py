"""A small invented social accounting matrix whose accounts have names of no publisher, and ways to write it down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from door_files import workbook

from groundplan.sources import Source
from groundplan.tables.door.mapping import NOTHING, FileMapping
from groundplan.tables.readers.social import sam
from groundplan.tables.table import Table

Flows = dict[tuple[str, str], float]
# (who receives, who pays): a farm and a mill, grain and cloth.
FLOWS: Flows = {
    ("farm", "grain"): 75, ("mill", "cloth"): 120,
    ("grain", "farm"): 8, ("grain", "mill"): 30, ("grain", "people"): 40, ("grain", "world"): 12,
    ("cloth", "farm"): 12, ("cloth", "mill"): 25, ("cloth", "carriage"): 6, ("cloth", "people"): 70,
    ("cloth", "state"): 9, ("cloth", "invest"): 18, ("cloth", "world"): 30,
    ("carriage", "grain"): 6, ("sales", "grain"): 3, ("sales", "cloth"): 6, ("duty", "cloth"): 4,
    ("world", "grain"): 6, ("world", "cloth"): 40,
    ("work", "farm"): 30, ("work", "mill"): 40, ("plant", "farm"): 25, ("plant", "mill"): 25,
    ("people", "work"): 70, ("people", "plant"): 50, ("levy", "people"): 4, ("invest", "people"): 6,
    ("state", "levy"): 4, ("state", "duty"): 4, ("state", "sales"): 9, ("invest", "state"): 8, ("invest", "world"): 4,
}  # fmt: skip
ROLES: dict[str, str] = {
    "farm": "activity", "mill": "activity", "grain": "commodity", "cloth": "commodity",
    "carriage": "transaction-cost", "work": "labour", "plant": "capital", "people": "household", "state": "government",
    "levy": "tax-direct", "duty": "tax-import", "sales": "tax-product", "invest": "savings", "world": "row",
}  # fmt: skip


def rows_of(
    flows: Mapping[tuple[str, str], float], accounts: Sequence[str], *, totals: bool = True
) -> list[list[object]]:
    """The matrix as rows of cells: a header, a row for each account, and the totals."""
    body: list[list[object]] = []
    for r in accounts:
        cells: list[object] = [flows.get((r, c), "") for c in accounts]
        body.append([r, *cells, *([sum(flows.get((r, c), 0.0) for c in accounts)] if totals else [])])
    last = [["total", *(sum(flows.get((r, c), 0.0) for r in accounts) for c in accounts)]] if totals else []
    return [["account", *accounts, *(["total"] if totals else [])], *body, *([[*last[0], ""]] if totals else [])]


def as_text(rows: Sequence[Sequence[object]]) -> str:
    return "\n".join(",".join(map(str, row)) for row in rows) + "\n"


def write_roles(folder: Path, roles: Mapping[str, str] = ROLES, header: str = "account,kind") -> Path:
    """A roles file; a role is the rest of its line."""
    path = folder / "roles.csv"
    path.write_text("\n".join([header, *(f"{a},{kind}" for a, kind in roles.items())]), encoding="utf-8")
    return path


def read(
    folder: Path,
    flows: Mapping[tuple[str, str], float] = FLOWS,
    roles: Mapping[str, str] = ROLES,
    *,
    header: str = "account,kind",
    text: str | None = None,
    mapping: FileMapping = NOTHING,
) -> Table:
    """The matrix, written down and read."""
    path = folder / "sam.csv"
    path.write_text(as_text(rows_of(flows, list(roles))) if text is None else text, encoding="utf-8")
    return read_file(path, write_roles(folder, roles, header), mapping)


def read_file(path: Path, roles: Path | None, mapping: FileMapping = NOTHING) -> Table:
    source = Source("a bureau", "a matrix", "2020", "none", sha256={"a": "b"})
    return sam.read(path, "XXX", 2020, "XXX2020m", kinds=roles, source=source, mapping=mapping)


def as_workbook(path: Path, rows: list[list[object]], titles: int = 3) -> Path:
    """A workbook with titles above the matrix and a column of names beside its accounts."""
    named = [["What it is", *rows[0]], *([f"The account of {row[0]}", *row] for row in rows[1:])]
    return workbook(path, {"About": [["text"]], "SAM": [*[["A title"]] * titles, *named, [], ["Source: a bureau"]]})
