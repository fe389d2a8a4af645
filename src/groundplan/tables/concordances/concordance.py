"""Read a concordance, check it, and carry figures from one list to another.

A concordance is a CSV with the columns ``from, to, weight, note``: which share of an entry of the first list belongs
to which entry of the second. The weights of an entry sum to one. What no row maps is never dropped in silence: its
share of the whole is reported.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.sources import Source, sha256
from groundplan.tables.door.grid import text_of

FOLDER = Path(__file__).parent
COLUMNS = ["from", "to", "weight", "note"]
ROUNDING = 1e-6
SHOWN = 6


@dataclass(frozen=True, eq=False)
class Concordance:
    """Shares of the entries of one list in those of another.

    rows      from, to, weight (1), note
    kind      "exact": whole entries; "estimate": some weights are a judgement, told in the notes
    checked   what of it was checked against its publisher, in words
    labels    name of an entry of the second list, where there is one
    """

    name: str
    from_list: str
    to_list: str
    kind: str
    rows: pd.DataFrame
    source: Source
    checked: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        raise_all(_faults(self.rows), where=self.source.title or self.name)

    @property
    def weights(self) -> pd.DataFrame:
        """Shares, from × to, in the order of the file; every row sums to one."""
        wide = self.rows.pivot(index="from", columns="to", values="weight").fillna(0.0)
        return wide.loc[self.rows["from"].unique(), self.rows["to"].unique()]

    def unmapped(self, codes: pd.Index) -> list[str]:
        """The codes that no row maps, in their order."""
        mapped = set(self.rows["from"])
        return [str(c) for c in codes if str(c) not in mapped]

    def apply(self, values: pd.Series) -> Converted:
        """Figures by the first list as figures by the second.

            y[t] = Σ_f w[f,t] · v[f];   unmapped share = Σ |v| of what no row maps / Σ |v|

        Units: as given. Errors: ``TableError`` where a figure is no number.
        """
        figures = values.astype(float)
        bad = [str(c) for c, v in figures.items() if not np.isfinite(v)]
        if bad:
            raise TableError(f"{len(bad)} figures are not numbers: {', '.join(bad[:SHOWN])}", where=self.name)
        figures.index = figures.index.astype(str)
        lost = self.unmapped(figures.index)
        mapped = figures.drop(labels=lost).groupby(level=0).sum()
        whole = float(figures.abs().sum())
        weights = self.weights.loc[mapped.index]
        total = mapped @ weights.loc[:, (weights != 0).any()]
        share = float(figures.loc[lost].abs().sum()) / whole if whole else 0.0
        total.name = values.name
        return Converted(total, share, tuple(lost))

    def unmapped_share(self, values: pd.Series) -> float:
        """The share of the value in entries that no row maps, 0 to 1."""
        return self.apply(values).unmapped_share


@dataclass(frozen=True, eq=False)
class Converted:
    """Figures by the second list, the share of the value that no row mapped (1), and its codes."""

    values: pd.Series
    unmapped_share: float
    unmapped: tuple[str, ...]


def names() -> list[str]:
    """The concordances that are shipped.

    >>> "hs_to_isic4" in names()
    True
    """
    return list(_catalogue())


def load(name: str) -> Concordance:
    """A shipped concordance.

    Errors: ``UnknownName`` with the nearest name.

    >>> load("groundplan_broad").weights.loc["maiz"].idxmax()
    'agriculture'
    """
    catalogue = _catalogue()
    if name not in catalogue:
        raise UnknownName("concordance", name, catalogue)
    row, path = catalogue[name], FOLDER / f"{name}.csv"
    source = Source(
        **{key: row[key] for key in ("publisher", "title", "vintage", "licence", "address")},
        sha256={path.name: sha256(path)},
    )
    named = FOLDER / f"{name}_labels.csv"
    labels = {r["code"]: r["label"] for r in _records(named)} if named.is_file() else {}
    return read(
        path,
        source=source,
        name=name,
        from_list=row["from_list"],
        to_list=row["to_list"],
        kind=row["kind"],
        checked=row["checked"],
        labels=labels,
    )


def read(
    path: Path,
    *,
    source: Source,
    name: str = "",
    from_list: str = "",
    to_list: str = "",
    kind: str = "estimate",
    checked: str = "",
    labels: Mapping[str, str] | None = None,
) -> Concordance:
    """A concordance from a CSV file with the columns ``from, to, weight, note``; ``note`` may be left out.

    Errors: every fault at once: columns missing, weights that are no share, entries whose weights do not sum to one.
    """
    path = Path(path)
    records = _records(path)
    header = list(records[0]) if records else []
    missing = [c for c in COLUMNS[:3] if c not in header]
    if missing:
        raise TableError(
            f"columns are missing: {', '.join(missing)}", where=path.name, fix="give from, to, weight, note"
        )
    frame = pd.DataFrame(records).reindex(columns=COLUMNS, fill_value="").fillna("")
    frame[["from", "to"]] = frame[["from", "to"]].apply(lambda column: column.str.strip())
    text = frame["weight"].astype(str)
    frame["weight"] = pd.to_numeric(text, errors="coerce").astype(float)
    bad = frame.index[~np.isfinite(frame["weight"])]
    raise_all(
        [TableError(f"line {i + 2}: weight '{text[i]}' is not a number", where=path.name) for i in bad],
        where=str(path),
    )
    return Concordance(name or path.stem, from_list, to_list, kind, frame, source, checked, dict(labels or {}))


def _records(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(text_of(path).splitlines()))


def _catalogue() -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in _records(FOLDER / "catalogue.csv")}


def _faults(rows: pd.DataFrame) -> list[GroundplanError]:
    faults: list[GroundplanError] = []
    if rows.empty:
        faults.append(TableError("the concordance has no rows", fix="give from, to, weight, note"))
    blank = int(((rows["from"] == "") | (rows["to"] == "")).sum())
    if blank:
        faults.append(TableError(f"{blank} rows name no 'from' or no 'to'", fix="give both codes"))
    twice = rows[rows.duplicated(["from", "to"])]
    for _, row in twice.iterrows():
        faults.append(TableError(f"'{row['from']}' → '{row['to']}' is there twice", fix="join the two rows"))
    off = rows[(rows["weight"] <= 0) | (rows["weight"] > 1 + ROUNDING)]
    for _, row in off.iterrows():
        faults.append(
            TableError(
                f"'{row['from']}' → '{row['to']}' has the weight {row['weight']:g}", fix="give a share from 0 to 1"
            )
        )
    sums = rows.groupby("from", sort=False)["weight"].sum()
    for code, total in sums[(sums - 1).abs() > ROUNDING].items():
        faults.append(TableError(f"the weights of '{code}' sum to {total:.6g}, not 1", fix="correct its rows"))
    return faults
