"""Yearly volumes of countries: output, people, persons engaged; shipped, or from a file of the Penn World Table."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import inf, isfinite, log
from pathlib import Path

from groundplan.errors import TableError, UnknownName, raise_all
from groundplan.sources import Source, sha256
from groundplan.tables.door.grid import absent, text_of
from groundplan.tables.facts import FACTS
from groundplan.tables.national_past import PENN_WORLD_TABLE, RICH, NationalPast, past_of

# What the table's editions call the column of three-letter codes.
COUNTRY = ("country", "isocode", "countrycode")
NEEDED = ("rgdpna", "pop", "emp")
COLUMNS = (*NEEDED, "rnna", "delta", "csh_i", "labsh")

Figures = Mapping[int, Mapping[str, float]]


@dataclass(frozen=True, eq=False)
class PastVolumes:
    """A country's figures by year, and those of the country with which incomes are compared; whose they are.

    ``given``: the user gave them, so that they go before what the accounts state.

    ``own`` and ``rich``: year → column → figure: ``rgdpna`` output at constant prices, ``pop`` and ``emp`` people and
    persons engaged, ``delta`` wear (1 / year); what is not known is left out.
    """

    country: str
    own: Figures
    rich: Figures
    source: Source
    given: bool = True

    @classmethod
    def none(cls, country: str, past: NationalPast) -> PastVolumes:
        """No figures by year, where the accounts themselves state the past."""
        source = Source("the accounts", f"past growth of {country} as stated: {past.basis}", str(past.year), "not said")
        return cls(country, {}, {}, source, given=False)

    def past(self, year: int) -> NationalPast | None:
        """What the figures up to a year say; None with less than three years of them."""
        own = {y: dict(row) for y, row in self.own.items()}
        return past_of(own, {y: dict(row) for y, row in self.rich.items()}, year, self.source.publisher)

    def output(self, year: int) -> float | None:
        """Output at constant prices; None where it is not known."""
        return self.own.get(year, {}).get("rgdpna")

    def growth(self, first: int, last: int) -> float | None:
        """Yearly growth of output between two years, ln(y₁ / y₀) / n; None where one of them is not known. 1 / year."""
        then, now = self.output(first), self.output(last)
        return None if then is None or now is None or last <= first else log(now / then) / (last - first)

    def fell(self, year: int) -> bool:
        """Whether output fell in the year, as far as is known."""
        grew = self.growth(year - 1, year)
        return grew is not None and grew < 0


def volumes(country: str, file: str | Path | None = None) -> PastVolumes | None:
    """The volumes of a country, from a file or the shipped ones; None where none are shipped.

    ``file``: CSV in the columns of the Penn World Table (isocode or countrycode, year, rgdpna, pop, emp, and delta
    where it is known), with as many countries as there are. Incomes are compared with the country of
    ``national_past.RICH`` in the same file, or the shipped one where the file has none.
    Errors: ``TableError`` for columns that are missing, cells that are no numbers above zero and years that stand there
    twice, all at once; ``UnknownName`` for a country that the file has not.
    Source: Feenstra, Inklaar and Timmer (2015).

    >>> there = volumes("KEN")
    >>> round(there.growth(2009, 2019), 4), there.fell(2019), volumes("XXX") is None
    (0.0567, False, True)
    """
    shipped = _shipped()
    if file is None:
        own = shipped.get(country)
        return None if own is None else PastVolumes(country, own, shipped[RICH], PENN_WORLD_TABLE, given=False)
    path = Path(file)
    whole = read_volumes(text_of(path), path)
    if country not in whole:
        raise UnknownName("country", country, whole, where=path.name)
    source = Source(
        publisher="the user's file",
        title=f"output, people and persons engaged of {country} by year ({path.name})",
        vintage="not said",
        licence="as the user has it",
        sha256={path.name: sha256(path)},
    )
    return PastVolumes(country, whole[country], whole.get(RICH, shipped[RICH]), source)


@cache
def _shipped() -> dict[str, dict[int, dict[str, float]]]:
    path = FACTS / "macro_facts.csv"
    return read_volumes(text_of(path), path)


def read_volumes(text: str, path: Path) -> dict[str, dict[int, dict[str, float]]]:
    """Country → year → column → figure, from the text of a file; cells that are empty or NA are left out.

    Errors: as ``volumes``.
    """
    rows = csv.DictReader(text.splitlines())
    columns = [str(c).strip() for c in rows.fieldnames or ()]
    rows.fieldnames = columns
    named = [c for c in COUNTRY if c in columns]
    # A file with codes and names has the codes in the column that says so.
    code = next((c for c in (*COUNTRY[1:], COUNTRY[0]) if c in columns), COUNTRY[1])
    raise_all(absent(["year", *NEEDED, *([] if named else [code])], columns, "column", path), where=str(path))
    out: dict[str, dict[int, dict[str, float]]] = {}
    faults: list[str] = []
    for n, row in enumerate(rows, 2):
        try:
            figures = {c: _figure(row.get(c), least=0.0 if c in NEEDED else -inf) for c in COLUMNS}
            own, year = out.setdefault(str(row[code]), {}), int(row["year"])
            if year in own:
                raise ValueError(f"{row[code]} {year} stands there twice")
            own[year] = {c: v for c, v in figures.items() if v is not None}
        except (TypeError, ValueError) as fault:
            faults.append(f"line {n}: {fault}")
    if faults:
        shown = "; ".join(faults[:6])
        raise TableError(f"{len(faults)} lines cannot be used: {shown}", where=path.name, fix="correct or remove them")
    return out


def _figure(cell: str | None, least: float) -> float | None:
    """The number of a cell, above ``least``; None where it is empty."""
    if cell is None or cell.strip() in ("", "NA"):
        return None
    figure = float(cell)
    if not (isfinite(figure) and figure > least):
        raise ValueError(f"'{cell}' is {'not above zero' if isfinite(figure) else 'not finite'}")
    return figure
