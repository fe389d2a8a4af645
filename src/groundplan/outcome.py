"""What every engine returns: labelled arrays with units, the tables that explain them, and where they come from.

An outcome saves to a folder of CSV and JSON that a colleague can open without us, and reloads equal.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.errors import GroundplanError, UnknownName
from groundplan.records.called import called_after
from groundplan.saved_index import INDEX, MARK, index_text, is_page, plain, read_saved, with_page
from groundplan.spreadsheets import neutral, restored
from groundplan.verb_options import imported
from groundplan.whole_files import Taken, beside, clear, identity, mended, place_of, put_folder, write_whole


@dataclass(frozen=True, eq=False)
class Outcome:
    """Arrays by name (each with ``units`` and ``long_name``), tables by name, and provenance (plain JSON values)."""

    arrays: Mapping[str, xr.DataArray]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> xr.DataArray:
        if name not in self.arrays:
            raise UnknownName("array in the outcome", name, self.arrays)
        return self.arrays[name]

    @property
    def engine(self) -> str:
        """Which engine gave it: the first word of the provenance's ``engine``, by which its pages are found."""
        return str(self.provenance.get("engine", "plan")).partition(",")[0]

    def table(self, name: str) -> pd.DataFrame:
        """A table by name; an unknown one is refused with the nearest."""
        if name not in self.tables:
            raise UnknownName("table in the outcome", name, self.tables)
        return self.tables[name]

    def indicator(self, name: str) -> pd.Series:
        """An indicator by year; an unknown one is refused with the nearest."""
        there = self["indicator"]
        if name not in there["indicator"].values:
            indicators = [str(i) for i in there["indicator"].values]
            raise UnknownName(
                "indicator", name, indicators, words=called_after(indicators, self.provenance.get("labels", {}))
            )
        return there.sel(indicator=name).to_series()

    def frame(self, name: str) -> pd.DataFrame:
        """An array of two dimensions as a table, its first dimension by its second; read once, and not to be changed.

        Raises ``UnknownName`` for an array that is not there.
        """
        if name not in self._frames:
            array = self[name]
            rows, columns = (array[d].values.tolist() for d in array.dims)
            self._frames[name] = pd.DataFrame(array.values, index=rows, columns=columns)
        return self._frames[name]

    @cached_property
    def _frames(self) -> dict[str, pd.DataFrame]:
        return {}

    @property
    def views(self) -> Mapping[str, Any]:
        """What there is to say of it, ``results.view.View`` by name, the brief first: ``outcome.views["years"].table``.

        Raises ``UnknownName`` where the engine's outcomes have no views.
        """
        of: Mapping[str, Any] = imported("groundplan.results.view_list:views_by_name")(self)
        return of

    def _repr_html_(self) -> str | None:
        """Its brief, as notebooks show it; none where its engine has no views."""
        shown: str | None = imported("groundplan.results.html.notebook:brief_html")(self)
        return shown

    def noting(self, **facts: Any) -> Outcome:
        """The same outcome with more in its provenance (plain JSON values)."""
        return replace(self, provenance={**self.provenance, **facts})

    def compare(self, other: Outcome) -> pd.DataFrame:
        """Largest absolute and relative difference of every array; labels are matched by name.

        A number against none, or an array that only one has, differs without bound.

        Columns: largest (in the array's unit), relative (to the array's largest value), only_here, only_there (labels).
        """
        records = {}
        for name in dict.fromkeys([*self.arrays, *other.arrays]):
            here, there = self.arrays.get(name), other.arrays.get(name)
            if here is None or there is None:
                sizes = [0 if array is None else array.size for array in (here, there)]
                records[name] = {"largest": np.inf, "relative": np.inf, "only_here": sizes[0], "only_there": sizes[1]}
                continue
            a, b = xr.align(here, there, join="inner")
            apart = np.where(np.isnan(a.values) != np.isnan(b.values), np.inf, np.abs((a - b).values))
            gap = float(np.nanmax(apart, initial=0.0))
            scale = float(np.nanmax(np.abs(a.values), initial=0.0))
            records[name] = {
                "largest": gap,
                "relative": gap / scale if scale else gap,
                "only_here": here.size - a.size,
                "only_there": there.size - b.size,
            }
        return pd.DataFrame.from_dict(records, orient="index")

    def save(self, folder: str | Path, pages: Mapping[str, str] | None = None, *, overwrite: bool = False) -> Path:
        """Write to ``folder``: whole or not at all; where it is a link, to where that leads.

        ``pages`` are texts that go with it, by file name: report.html, study.toml. With ``overwrite`` an earlier
        outcome there gives way, and nothing else does.
        Raises ``Taken`` where there is an earlier outcome, or another process wrote one meanwhile, ``GroundplanError``
        where the folder holds something else or cannot be written.
        """
        target = place_of(folder)
        try:
            free_for_outcome(folder, overwrite=overwrite)
            instead_of = identity(target) if overwrite else None
            target.parent.mkdir(parents=True, exist_ok=True)
            clear(target)
            fresh = beside(target)
            try:
                fresh.mkdir()
                self._write(fresh, pages or {})
                put_folder(fresh, target, instead_of=instead_of)
            except BaseException:
                shutil.rmtree(fresh, ignore_errors=True)
                raise
        except (OSError, UnicodeError) as error:
            raise GroundplanError(
                f"the outcome cannot be written: {getattr(error, 'strerror', None) or error}",
                where=str(target),
                fix="name another folder",
            ) from error
        return Path(folder)

    def _write(self, folder: Path, pages: Mapping[str, str]) -> None:
        if odd := [name for name in (*self.arrays, *self.tables) if not plain(name)]:
            raise GroundplanError(
                f"{odd[0]!r} is no name for a file", where=str(folder), fix="name it without / and \\"
            )
        files: dict[str, bytes] = {}
        index = {}
        for name, array in self.arrays.items():
            files[f"arrays/{name}.csv"] = _csv(_long(array))
            kinds = {str(d): str(array[d].dtype.kind) for d in array.dims}
            index[name] = {
                "dims": list(kinds), "kinds": kinds, "shape": list(array.shape),
                "attrs": {k: str(v) for k, v in array.attrs.items()},
            }  # fmt: skip
        for name, frame in self.tables.items():
            files[f"tables/{name}.csv"] = _csv(frame)
        columns = {n: {str(c): str(f[c].dtype.kind) for c in f.columns} for n, f in self.tables.items()}
        files[MARK] = json.dumps(dict(self.provenance), indent=1, ensure_ascii=False).encode("utf-8")
        files |= {name: text.encode("utf-8") for name, text in pages.items()}
        for part in ("arrays", "tables"):
            (folder / part).mkdir()
        for name, data in files.items():
            (folder / name).write_bytes(data)
        (folder / INDEX).write_bytes(index_text(index, columns, files).encode("utf-8"))

    @classmethod
    def open(cls, folder: str | Path, *, pages: bool = True) -> Outcome:
        """Read what ``save`` wrote; ``pages``: its report and its study must be as they were written too.

        Raises ``GroundplanError``, all faults at once, where a file is missing, a link or not what was written.
        """
        here = Path(folder)
        mended(place_of(here))
        about, files = read_saved(here, pages=pages)
        try:
            arrays = {n: _read_array(files[f"arrays/{n}.csv"], n, spec) for n, spec in about["arrays"].items()}
            tables = {n: _read_table(files[f"tables/{n}.csv"], kinds) for n, kinds in about["tables"].items()}
            provenance = json.loads(files[MARK])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise GroundplanError(
                f"{here} cannot be read: {error}", fix="plan again, or restore the folder from a copy"
            ) from error
        return cls(arrays, tables, provenance)


def write_pages(folder: str | Path, pages: Mapping[str, str]) -> None:
    """Write texts that go with an outcome, each whole or not at all, and into its index where one stands in the folder.

    Raises ``GroundplanError`` where the outcome there is not as it was written, or the folder cannot be written.
    """
    here = Path(folder)
    index = read_saved(here, pages=False)[0] if (here / INDEX).is_file() else None
    try:
        for name, text in pages.items():
            write_whole(here / name, text.encode("utf-8"))
            if index is not None:
                renewed = with_page(index, name, text.encode("utf-8"))
                write_whole(here / INDEX, renewed.encode("utf-8"))
                index = json.loads(renewed)
    except OSError as error:
        what = f"the report cannot be written: {error.strerror or error}"
        raise GroundplanError(what, where=str(here), fix="name another folder") from error


def free_for_outcome(folder: str | Path, *, overwrite: bool = False) -> None:
    """Refuse a folder into which no outcome may be written, before anything is computed.

    Raises ``Taken`` for one that holds an outcome, unless that may go, and ``GroundplanError`` for any other that is
    not empty.
    """
    target = place_of(folder)
    foreign = _foreign(target)
    if foreign:
        raise GroundplanError(
            f"{folder} is there already and is no outcome, or holds more than one: {', '.join(foreign[:5])}",
            fix="name another folder, or take out what is yours",
        )
    if not overwrite and identity(target) is not None:
        raise Taken(
            f"{folder} holds an outcome already, and nothing is overwritten unasked", where=str(folder),
            fix="name another folder, or say --overwrite (in Python: overwrite=True)",
        )  # fmt: skip


def _foreign(target: Path) -> list[str]:
    """What stands at ``target`` that ``save`` did not write: nothing where it is free, empty, or an outcome alone."""
    if not target.exists():
        return []
    if not target.is_dir():
        return ["a file"]
    names = sorted(p.name for p in target.iterdir())
    ours = {INDEX, MARK, "arrays", "tables"}
    whole = not names or {INDEX, MARK} <= set(names)
    return [n for n in names if not (n in ours or is_page(n)) or not whole]


def _long(array: xr.DataArray) -> pd.DataFrame:
    """An array with a row for each of its cells, the last dimension running fastest."""
    places = np.indices(array.shape).reshape(array.ndim, -1)
    labels = {str(d): array[d].values[at] for d, at in zip(array.dims, places, strict=True)}
    return pd.DataFrame({**labels, "value": array.values.ravel()})


def _csv(frame: pd.DataFrame) -> bytes:
    """A table as CSV: numbers in full, what is not known empty, and no text that is taken for a formula."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([neutral(str(c)) for c in frame.columns])
    writer.writerows(zip(*(_cells(frame.iloc[:, n]) for n in range(frame.shape[1])), strict=True))
    return file.getvalue().encode("utf-8")


def _cells(column: pd.Series) -> list[object]:
    """The cells of a column as they are written."""
    if column.dtype.kind in "biu":
        return column.tolist()
    present = column.notna().to_numpy()
    cells = column.to_numpy(dtype=object)
    if not present.all():
        cells = np.where(present, cells, "")
    return cells.tolist() if column.dtype.kind == "f" else _neutral(cells.tolist())


def _neutral(cells: list[object]) -> list[object]:
    """The cells with their texts made neutral, each different text once: long tables repeat a few names."""
    texts = {v for v in cells if isinstance(v, str)}
    changed = {text: safe for text in texts if (safe := neutral(text)) != text}
    return [changed.get(v, v) if isinstance(v, str) else v for v in cells] if changed else cells


def _types(kinds: Mapping[str, str]) -> dict[str, type]:
    return {c: {"i": int, "f": float, "b": bool}.get(k, str) for c, k in kinds.items()}


def _read_table(data: bytes, kinds: Mapping[str, str]) -> pd.DataFrame:
    """Text first, numbers after: Python's own reading of a number is exact, and an empty text stays empty."""
    if not kinds:
        return pd.DataFrame()
    frame = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False).astype(object).rename(columns=restored)
    for column, kind in _types(kinds).items():
        if kind is bool:
            frame[column] = frame[column] == "True"
        elif kind is str:
            frame[column] = pd.Series([restored(x) for x in frame[column]], frame.index, dtype=object)
        else:
            frame[column] = [kind(x) if x else np.nan for x in frame[column]]
    return frame


def _read_array(data: bytes, name: str, spec: Mapping[str, Any]) -> xr.DataArray:
    frame = _read_table(data, {**spec["kinds"], "value": "f"})
    dims, shape = spec["dims"], spec["shape"]
    coords = {d: pd.unique(frame[d]) for d in dims}
    if not len(frame):
        coords = {d: np.empty(n, dtype=_types(spec["kinds"])[d]) for d, n in zip(dims, shape, strict=True)}
    return xr.DataArray(
        frame["value"].to_numpy().reshape(shape), coords=coords, dims=dims, name=name, attrs=dict(spec["attrs"])
    )
