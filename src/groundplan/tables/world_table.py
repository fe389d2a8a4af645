"""The contract of a world table: what every reader of inter-country tables hands over, and how it is kept on disk."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.sources import Source
from groundplan.tables.table import FINAL_KINDS, PRIMARY_KINDS

SHOWN = 6
ARRAYS = ("use", "final_use", "primary", "final_primary", "output", "residual")
RECORD = "told"  # the part of a saved file that is no array, as JSON


@dataclass(frozen=True, eq=False)
class WorldTable:
    """One year of R countries with n industries each and f final categories each, N = R·n, as read.

    Countries are outermost in every order. Shapes; money / year:
        use             N × N      Z, from the row's country and industry to the column's
        final_use       N × R·f    Y
        primary         k × N      V; its rows are named
        final_primary   k × R·f    taxes and margins that final uses pay; zero where left out
        output          N          as printed; the uses and the residual where left out
        residual        N          what the publisher prints as unaccounted for in a row; zero where left out
        final_kinds, primary_kinds   code → one of FINAL_KINDS, PRIMARY_KINDS, in the order of the arrays
        labels          industry → its name in words
        names           code of a country, final category or primary input → its name in words
        classes         industry → its class (``industry_classes``)
        methods         what the reader computed, one sentence each
        rounding        money; the publisher's last digit: half of it is the error of a cell
        stated_rounding money; what the layout says it is, where the figures say another
        cut_off         whether further digits were cut off, not rounded: a cell is then too small by up to ``rounding``
    The arrays are read-only. Whether the accounts balance is asked where they become a ``World``.
    Raises ``TableError``, all faults at once: shapes, cells that are no numbers, kinds, codes that repeat.
    """

    year: int
    money: str
    countries: tuple[str, ...]
    industries: tuple[str, ...]
    final_kinds: Mapping[str, str]
    primary_kinds: Mapping[str, str]
    use: np.ndarray
    final_use: np.ndarray
    primary: np.ndarray
    source: Source
    rounding: float
    final_primary: np.ndarray | None = None
    output: np.ndarray | None = None
    residual: np.ndarray | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    methods: Sequence[str] = ()
    classes: Mapping[str, str] = field(default_factory=dict)
    stated_rounding: float | None = None
    cut_off: bool = False

    def __post_init__(self) -> None:
        for name in ARRAYS:
            value = getattr(self, name)
            if value is not None:
                array = np.ascontiguousarray(value, dtype=float).view()
                array.flags.writeable = False
                object.__setattr__(self, name, array)
        raise_all([*_shapes(self), *_kinds(self)], where=f"world table {self.year}: {self.source.title}")

    @property
    def size(self) -> int:
        """N, industries of all countries."""
        return len(self.countries) * len(self.industries)

    def save(self, path: Path) -> Path:
        """Keep the table as one file of plain arrays (.npz): ``open_world_table`` reads it many times faster than text.

        The name gets the ending .npz where it has none; the path written is returned.
        """
        record = {
            "year": self.year,
            "money": self.money,
            "countries": self.countries,
            "industries": self.industries,
            "final_kinds": dict(self.final_kinds),
            "primary_kinds": dict(self.primary_kinds),
            "rounding": self.rounding,
            "stated_rounding": self.stated_rounding,
            "cut_off": self.cut_off,
            "labels": dict(self.labels),
            "names": dict(self.names),
            "methods": list(self.methods),
            "classes": dict(self.classes),
            "source": self.source.as_dict(),
        }
        path = path if path.suffix == ".npz" else path.with_name(path.name + ".npz")
        arrays = {name: getattr(self, name) for name in ARRAYS if getattr(self, name) is not None}
        np.savez(path, allow_pickle=False, **{RECORD: np.array(json.dumps(record, ensure_ascii=False))}, **arrays)
        return path


def open_world_table(path: Path) -> WorldTable:
    """A table that ``WorldTable.save`` wrote.

    Errors: no such file, not a file of arrays, not one of ours.
    """
    kept = plain_arrays(path)
    missing = [name for name in (RECORD, "use", "final_use", "primary") if name not in kept]
    if missing:
        raise TableError(
            f"not a saved world table: no {', '.join(missing)}", where=str(path), fix="save it with WorldTable.save"
        )
    try:
        record = json.loads(str(kept[RECORD]))
        source = Source(**record.pop("source"))
        countries, industries = tuple(record.pop("countries")), tuple(record.pop("industries"))
        record |= {name: kept[name] for name in ARRAYS if name in kept}
        return WorldTable(countries=countries, industries=industries, source=source, **record)
    except (KeyError, TypeError, ValueError) as error:
        raise TableError(f"not a saved world table: {error}", where=str(path), fix="save it again") from None


def plain_arrays(path: Path) -> dict[str, np.ndarray]:
    """The arrays of an .npz file by name; pickled objects are never opened.

    Errors: no such file, not a file of plain arrays.
    """
    try:
        with np.load(path, allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files}
    except FileNotFoundError:
        raise TableError("there is no such file", where=str(path), fix="check the path") from None
    except (OSError, ValueError, EOFError, AttributeError, zipfile.BadZipFile) as error:
        raise TableError(f"not a file of plain arrays: {error}", where=str(path), fix="get the file again") from None


def _shapes(t: WorldTable) -> list[GroundplanError]:
    """Arrays whose shape is not what countries, industries and categories make, or with cells that are no numbers."""
    uses, kinds = len(t.countries) * len(t.final_kinds), len(t.primary_kinds)
    wanted = {
        "use": (t.size, t.size),
        "final_use": (t.size, uses),
        "primary": (kinds, t.size),
        "final_primary": (kinds, uses),
        "output": (t.size,),
        "residual": (t.size,),
    }
    faults: list[GroundplanError] = []
    for name, shape in wanted.items():
        array = getattr(t, name)
        if array is None:
            continue
        if array.shape != shape:
            faults.append(
                TableError(
                    f"{name} is {' × '.join(map(str, array.shape))}, expected {' × '.join(map(str, shape))}",
                    fix="give every country the same industries and final categories, countries outermost",
                )
            )
        elif not np.isfinite(array).all():
            count = int((~np.isfinite(array)).sum())
            faults.append(TableError(f"{name} has {count} cells that are empty or not numbers", fix="give the figures"))
    return faults


def _kinds(t: WorldTable) -> list[GroundplanError]:
    """Kinds that are not known, codes that repeat, a table of nothing."""
    faults: list[GroundplanError] = []
    for what, kinds, allowed in (("final", t.final_kinds, FINAL_KINDS), ("primary", t.primary_kinds, PRIMARY_KINDS)):
        bad = [f"{code} = {kind}" for code, kind in kinds.items() if kind not in allowed]
        if bad:
            fix = f"use one of: {', '.join(allowed)}"
            faults.append(TableError(f"{what} kinds are not known: {', '.join(bad[:SHOWN])}", fix=fix))
    for what, codes in (("countries", t.countries), ("industries", t.industries)):
        index = pd.Index(codes)
        if index.has_duplicates:
            twice = ", ".join(sorted(set(index[index.duplicated()]))[:SHOWN])
            faults.append(TableError(f"{what} repeat: {twice}", fix="give each its own code"))
        if not len(codes):
            faults.append(TableError(f"there are no {what}", fix="check how the labels are written"))
    return faults
