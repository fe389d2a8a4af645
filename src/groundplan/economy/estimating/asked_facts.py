"""Which facts of a year are worth having, as a form to fill in: a workbook, or a text (TOML)."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from groundplan.economy.estimating.account_lines import SheetLines
from groundplan.economy.estimating.known_facts import (
    ADDED,
    EXPORTS,
    FINAL,
    GDP,
    IMPORTS,
    OUTPUT,
    PRIMARY,
    TAXES,
    Controls,
    Fact,
    facts_workbook,
)
from groundplan.errors import GroundplanError, StudyError
from groundplan.records.card import stated
from groundplan.records.money import SCALES, money_of
from groundplan.records.toml import key_value, toml_text
from groundplan.tables.facts import FACTS
from groundplan.tables.returned.edit_forms import NUMBER, FormColumn
from groundplan.tables.table import Table

# What is asked for sector by sector is asked where the accounts tell more than so many apart.
FEW = 3
# Gross outputs narrow estimates more than finer value added does; what is left stands last.
MEASURE_ORDER = (GDP, ADDED, OUTPUT, FINAL, IMPORTS, EXPORTS, TAXES, PRIMARY)
OLD, SHARE = "older accounts", "older share"


@dataclass(frozen=True)
class AskedFact:
    """A fact that is worth having: its measure, what it is of, its unit and name; what older accounts say of it.

    An empty unit stands for the money of the facts; ``each``: it is asked of each sector of the group.
    """

    measure: str
    name: str
    of: tuple[str, ...] = ()
    unit: str = ""
    old: float | None = None
    old_share: float | None = None
    each: bool = False

    def row(self) -> dict[str, Any]:
        """The row of the form, its figure left empty."""
        said = {"measure": self.measure, "of": list(self.of), "unit": self.unit, "name": self.name}
        return {k: v for k, v in said.items() if v} | {
            k: v for k, v in ((OLD, self.old), (SHARE, self.old_share)) if v is not None
        }


@cache
def usual_facts() -> tuple[AskedFact, ...]:
    """What offices and customs publish by groups of sectors and products, most useful first (``asked_facts.csv``)."""
    with (FACTS / "asked_facts.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            AskedFact(row["measure"], row["name"], tuple(row["of"].split()), row["unit"], each=row["each"] == "yes")
            for row in csv.DictReader(file)
        )


def asked_facts(money: str, asked: Sequence[AskedFact] = ()) -> list[AskedFact]:
    """Facts in the money of a year: those given, else the usual ones. Nothing is asked of accounts."""
    return [replace(a, unit=a.unit or money) for a in asked or usual_facts() if not a.each]


def asked_of(t: Table, money: str) -> list[AskedFact]:
    """The facts that are worth having of a country with older accounts, with what these say of each.

    What these have nothing of is left out, as an update cannot bring it; sectors that lie in no group of value added
    are asked for by their codes, as is what the list asks of each sector where the accounts tell many apart.
    """
    lines = SheetLines(t)
    names = {str(c): str(t.labels[c]) for c in lines.sectors}
    usual = [a for a in usual_facts() if all(lines.of_word(word, a.measure) for word in a.of)]
    grouped = {c for a in usual if a.measure == ADDED for word in a.of for c in lines.of_word(word, ADDED)}
    left = [c for c in lines.sectors if c not in grouped]
    apart = [(a, c) for a in usual if a.each for c in lines.of_word(a.of[0], a.measure)]
    many = {a for a, _ in apart if len(lines.of_word(a.of[0], a.measure)) > FEW}
    own = [replace(a, name=f"{a.measure}: {names[c]}", of=(c,), each=False) for a, c in apart if a in many]
    single = [AskedFact(m, f"{m}: {names[c]}", (c,)) for m in (ADDED, IMPORTS, EXPORTS) for c in left]
    cells = lines.cells(t).to_numpy()
    gdp = float((lines.weights(GDP, []) * cells).sum())

    def compared(row: AskedFact) -> AskedFact:
        places = lines.places(Fact(row.measure, row.unit, 0.0, "", row.of))
        figure = float((lines.weights(row.measure, places) * cells).sum())
        return replace(row, old=float(f"{figure:.6g}"), old_share=float(f"{100.0 * figure / gdp:.4g}"))

    rows = sorted([*usual, *own, *single], key=lambda a: MEASURE_ORDER.index(a.measure))
    return [row for row in map(compared, asked_facts(money, rows)) if row.old]


@dataclass(frozen=True)
class FactForm:
    """A form for the facts of a country's year: its header, the rows asked for, and the older accounts compared."""

    country: str
    year: int
    money: str
    asked: Sequence[AskedFact]
    older: str = ""
    keys: Mapping[str, Any] = field(default_factory=dict)

    @property
    def header(self) -> dict[str, Any]:
        """The keys that are known beforehand."""
        return {"country": self.country, "year": self.year, "money": self.money, **self.keys}

    def workbook(self) -> bytes:
        """The form as a workbook."""
        scales = [self.money.removesuffix(own.scale) + s if (own := money_of(self.money)).scale else self.money
                  for s in SCALES if s]  # fmt: skip
        units = [*dict.fromkeys([self.money, *scales]), *(f"% of {m}" for m in (GDP, EXPORTS, IMPORTS))]
        units += sorted({a.unit for a in self.asked} - set(units))
        more = (
            FormColumn(OLD, NUMBER, self.older, "for comparison: what the older accounts say; no fact of the year"),
            FormColumn(SHARE, NUMBER, "% of gdp", "for comparison: the same over the GDP of those accounts"),
        )
        content = self.header | {"facts": [a.row() for a in self.asked]}
        return facts_workbook(units, more if self.older else ()).workbook(content)

    def text(self) -> str:
        """The form as TOML: rows stand behind ``#`` until they have a figure."""
        lines = [f"# What is known of {self.year}. Take the # away from the facts that you have, and fill them in."]
        lines += toml_text(self.header).splitlines()
        if self.older:
            lines += ["# prices =       price level over that of the older accounts",
                      "# population =   people over those of the older accounts' year"]  # fmt: skip
        for a in self.asked:
            size = [] if a.old is None else [f"# # older accounts: {a.old:g} {self.older}, {a.old_share:g} % of GDP"]
            figure = "value" if a.unit == self.money else "quantity"
            wanted = [figure, *([] if figure == "value" else ["price", "price_error"]), "error", "source"]
            row = {k: v for k, v in a.row().items() if k not in (OLD, SHARE)}
            said = [key_value(k, v) for k, v in row.items()] + [f"{word} =" for word in wanted]
            lines += ["", "# [[facts]]", *(f"# {line}" for line in said), *size]
        return "\n".join(lines) + "\n"


def form_for(t: Table, year: int) -> FactForm:
    """The form for facts of a later year of a country with accounts, in the money of that year.

    Raises ``StudyError`` for a year before the accounts'.
    """
    if year < t.year:
        what = f"facts of {year} are asked for, and the accounts are of {t.year}"
        raise StudyError(what, fix=f"give a year from {t.year} on")
    own = money_of(t.money)
    money = f"{own.currency}{year}{own.scale}"
    return FactForm(t.country, year, money, asked_of(t, money), t.money)


def filled_form(controls: Controls) -> dict[str, Any]:
    """Facts as a document has them: what ``known_facts.read_controls`` reads back as the same."""
    said: dict[str, Any] = stated(controls)
    return said


def write_facts(form: FactForm | Controls, path: Path) -> Path:
    """A form, or facts that are known, as a workbook (.xlsx) or a text (.toml), by the name's ending.

    Raises ``GroundplanError`` where something stands there, the ending is another, or the place cannot be written.
    """
    from groundplan.whole_files import write_bytes

    if path.exists():
        raise GroundplanError(f"{path} is there already", fix="name another file; nothing is overwritten")
    ending = path.suffix.lower()
    if ending not in (".xlsx", ".toml"):
        raise GroundplanError(f"{path} ends in neither .xlsx nor .toml", fix="name it .xlsx for a workbook, or .toml")
    if isinstance(form, FactForm):
        data = form.workbook() if ending == ".xlsx" else form.text().encode()
    else:
        said = filled_form(form)
        data = facts_workbook().workbook(said) if ending == ".xlsx" else toml_text(said).encode()
    return write_bytes(path, data, "the form", fix="name another place")
