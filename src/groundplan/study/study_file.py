"""The study file (TOML): read with every fault and its line at once, and written whole."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, get_origin

from groundplan.economy.carving.carves import Carve
from groundplan.economy.opening import TableFiles
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.activities import COLUMNS
from groundplan.planning.activity_rows import GivenRow
from groundplan.planning.policy import Policy
from groundplan.records.admissible import is_number, shown
from groundplan.records.card import Entry, field_faults, fields_of, inner_record, types_of
from groundplan.records.reading import read
from groundplan.records.toml import Document, key_value, open_document, toml_of

# Figures of the economy that a study may replace, each with the section of a study that it stands in.
ECONOMY_KEYS = {
    "capital_output": "capital", "depreciation": "capital", "trend_growth": "capital", "employment": "people",
}  # fmt: skip
ECONOMY_RECORDS: dict[str, type[Entry]] = {"carve": Carve}
TABLE = "table"


def _groups() -> dict[str, tuple[str, ...]]:
    """Sections of single keys, in order: section → its keys, policies first and then figures of the economy."""
    homes = {f.name: f.metadata["section"] for f in fields_of(Policy) if f.metadata["section"]} | ECONOMY_KEYS
    return {
        section: tuple(k for k, home in homes.items() if home == section) for section in dict.fromkeys(homes.values())
    }


GROUPS = _groups()


@cache
def records() -> dict[str, tuple[type[Entry], bool]]:
    """Sections that hold records: name → the record and whether there may be many (``[[name]]``)."""
    return dict(_record_kinds())


@cache
def _record_kinds() -> dict[str, tuple[type[Entry], bool]]:
    hints = types_of(Policy)
    kinds = {f.name: (inner_record(hints[f.name]), get_origin(hints[f.name]) is list) for f in fields_of(Policy)}
    return {k: (r, many) for k, (r, many) in kinds.items() if r is not None} | {
        k: (r, True) for k, r in ECONOMY_RECORDS.items()
    }


@cache
def sections() -> tuple[str, ...]:
    """Everything that may stand at the top of a study."""
    return ("country", "accounts_year", TABLE, *GROUPS, *records(), "projects")


@dataclass(frozen=True, eq=False)
class Content:
    """A study as read: the country, its accounts' year, policies, figures of the economy, rows of projects."""

    country: str
    accounts_year: int | None
    policy: Policy
    figures: Mapping[str, Any] = field(default_factory=dict)
    projects: Mapping[str, Sequence[GivenRow]] = field(default_factory=dict)
    table: TableFiles = field(default_factory=TableFiles)


def written(c: Content) -> str:
    """The study as TOML with every choice written out, defaults too: what repeats an outcome in a later version."""
    lines = [f"country = {toml_of(c.country)}"]
    if c.accounts_year is not None:
        lines.append(f"accounts_year = {c.accounts_year}")
    if c.table != TableFiles():
        lines += ["", f"[{TABLE}]", *(key_value(k, v) for k, v in c.table.as_dict().items())]
    for section, keys in GROUPS.items():
        chosen = {k: c.figures.get(k) if k in ECONOMY_KEYS else getattr(c.policy, k) for k in keys}
        chosen = {k: v for k, v in chosen.items() if v is not None}
        if chosen:
            lines += ["", f"[{section}]", *(key_value(k, v) for k, v in chosen.items())]
    for name, (_, many) in records().items():
        value = c.figures.get(name) if name in ECONOMY_RECORDS else getattr(c.policy, name)
        for one in (value or []) if many else ([] if value is None else [value]):
            head = f"[[{name}]]" if many else f"[{name}]"
            lines += ["", head, *(key_value(k, v) for k, v in one.as_dict().items())]
    for table, rows in c.projects.items():
        for row in rows:
            lines += ["", f"[[projects.{table}]]", *(key_value(k, v) for k, v in row.items())]
    return "\n".join([*lines, ""])


def read_study(path: str | Path) -> Content:
    """Read a study file, refuse what it does not know, all faults at once.

    Raises ``StudyError`` and ``UnknownName`` with the line and the nearest name.
    """
    return content_of(open_document(path))


def content_of(document: Document) -> Content:
    """A study from a document. Raises as ``read_study`` does."""
    content = document.content
    choices, figures, faults = _choices(document)
    for name, (record, many) in records().items():
        if name in content:
            entries, wrong = _records(document, name, record, many)
            (figures if name in ECONOMY_RECORDS else choices)[name] = entries
            faults += wrong
    projects, wrong = _projects(document)
    faults += wrong
    table: TableFiles | None = TableFiles()
    if TABLE in content:
        table, wrong = read(TableFiles, content[TABLE], document.where, (TABLE,))
        faults += wrong
    country, year = content.get("country", "KEN"), content.get("accounts_year")
    if not isinstance(country, str):
        faults.append(StudyError(f"country is {shown(country)}, not a text", where=document.where(("country",))))
    if year is not None and (isinstance(year, bool) or not isinstance(year, int)):
        what = f"accounts_year is {shown(year)}, not a year"
        faults.append(StudyError(what, where=document.where(("accounts_year",))))
    raise_all(faults, where=document.name)
    return Content(str(country), year, Policy.of(**choices), figures, projects, table or TableFiles())


def _choices(document: Document) -> tuple[dict[str, Any], dict[str, Any], list[GroundplanError]]:
    """Choices of the policy and figures of the economy, by key, and faults; each key has one section."""
    faults: list[GroundplanError] = []
    policy: dict[str, Any] = {}
    figures: dict[str, Any] = {}
    homes = {key: group for group, keys in GROUPS.items() for key in keys}
    specs = {f.name: f for f in fields_of(Policy)}
    for section, value in document.content.items():
        where = document.where((section,))
        if section in homes and section not in sections():
            what = f"'{section}' stands outside of its section"
            faults.append(StudyError(what, where=where, fix=f"move it to [{homes[section]}]"))
            if section in ECONOMY_KEYS:
                faults += _figure_faults(section, value, where)
            else:
                faults += field_faults(specs[section], types_of(Policy)[section], value, where=where)
        elif section not in sections():
            # A value by itself may be a key that was meant for one of the sections.
            keys = {} if isinstance(value, (Mapping, list)) else homes
            called = {key: f"in [{home}]" for key, home in keys.items()}
            kind = "section" if not keys else "section or key"
            faults.append(UnknownName(kind, section, (*sections(), *keys), where=where, words=called))
        elif section in GROUPS and not isinstance(value, Mapping):
            faults.append(StudyError(f"[{section}] is not a section", where=where))
        elif section in GROUPS:
            for key, choice in value.items():
                where = document.where((section, key))
                if homes.get(key, section) != section:
                    what = f"'{key}' stands in [{section}]"
                    faults.append(StudyError(what, where=where, fix=f"move it to [{homes[key]}]"))
                elif key not in homes:
                    faults.append(UnknownName(f"key in [{section}]", key, homes, where=where))
                elif key in ECONOMY_KEYS:
                    figures[key] = choice
                    faults += _figure_faults(key, choice, where)
                else:
                    policy[key] = choice
                    faults += field_faults(specs[key], types_of(Policy)[key], choice, where=where)
    return policy, figures, faults


def _figure_faults(key: str, value: Any, where: str) -> list[GroundplanError]:
    """A figure of the economy is a number, or numbers by sector; the sectors are the economy's to check."""
    wrong = [v for v in (value.values() if isinstance(value, Mapping) else [value]) if not is_number(v)]
    if isinstance(value, Mapping) and "" in value:
        return [StudyError(f"{key} has a sector without a name", where=where, fix="name the sector by its code")]
    return [StudyError(f"{key} is {shown(v)}, not a number", where=where, fix="give a number") for v in wrong[:1]]


def _records(
    document: Document, name: str, record: type[Entry], many: bool
) -> tuple[list[Entry] | Entry | None, list[GroundplanError]]:
    """The records of a section, where it may hold only one that one; and faults."""
    content = document.content[name]
    if many != isinstance(content, list):
        head = f"[[{name}]]" if many else f"[{name}]"
        fix = f"put {head} over {'each record' if many else 'it, once'}"
        fault = StudyError(f"{name} is written {head}", where=document.where((name,)), fix=fix)
        return [] if many else None, [fault]
    rows = [((name, n), row) for n, row in enumerate(content)] if many else [((name,), content)]
    parts = [read(record, row, document.where, path) for path, row in rows]
    entries = [entry for entry, _ in parts if entry is not None]
    faults = [fault for _, wrong in parts for fault in wrong]
    return entries if many else (entries[0] if entries else None), faults


def _projects(document: Document) -> tuple[dict[str, list[GivenRow]], list[GroundplanError]]:
    """Rows of the tables of activities, by table, and faults."""
    tables, out = document.content.get("projects", {}), dict[str, list[GivenRow]]()
    if not isinstance(tables, Mapping):
        what = "projects are written [[projects.flows]] and the like"
        return out, [StudyError(what, where=document.where(("projects",)))]
    faults: list[GroundplanError] = []
    for table, rows in tables.items():
        if table not in COLUMNS:
            where = document.where(("projects", table))
            faults.append(UnknownName("table of [[projects]]", table, COLUMNS, where=where))
            continue
        for n, row in enumerate(rows if isinstance(rows, list) else [rows]):
            path = ("projects", table, n) if isinstance(rows, list) else ("projects", table)
            if not isinstance(row, Mapping):
                what = f"row {n + 1} of projects.{table} is {shown(row)}"
                faults.append(StudyError(what, where=document.where(path), fix=f"write [[projects.{table}]]"))
                continue
            for key, value in row.items():
                faults += _cell_faults(table, key, value, document.where((*path, key)))
            out.setdefault(table, []).append(dict(row))
    return out, faults


def _cell_faults(table: str, key: str, value: Any, where: str) -> list[GroundplanError]:
    """What is wrong with one cell of a project's row; only what is unlimited by default may be infinite."""
    columns = COLUMNS[table]
    if key not in columns:
        return [UnknownName(f"column of {table}", key, columns, where=where)]
    text = isinstance(columns[key], str)
    if isinstance(value, str) if text else is_number(value) or value == columns[key] == math.inf:
        return []
    what = f"{key} of projects.{table} is {shown(value)}, not {'a text' if text else 'a number'}"
    return [StudyError(what, where=where, fix="give a text" if text else "give a finite number, or leave it out")]
