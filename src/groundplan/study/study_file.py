"""The study file (TOML): read with every fault and its line at once, and written whole."""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_origin

from groundplan.cards import Entry, Where, field_faults, fields_of, inner_record, read, types_of
from groundplan.economy.carves import Carve
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.activities import COLUMNS
from groundplan.planning.policy import Policy

GROUPS = {
    "plan": ("years", "discount_rate", "aversion", "floor", "steady", "government_path", "inventories_years",
             "inventories_pace", "terminal_growth", "terminal_weight", "idle_cost"),
    "people": ("population_growth", "labour_productivity_growth", "labour_reserve", "training_years",
               "training_ceiling", "training_premium", "schooling_cost", "schooling", "employment"),
    "capital": ("capacity_utilisation", "gestation", "absorption", "contraction", "investment_ramp",
                "capital_output", "depreciation", "trend_growth"),
    "trade": ("import_replacement", "import_floor", "import_deepening", "import_deepening_ceiling", "export_growth",
              "partners_from", "partners_largest", "partner_growth", "partner_entry", "partner_contraction"),
    "finance": ("foreign_balance", "foreign_reserves", "credit_line", "foreign_interest"),
    "solver": ("solver", "gap", "time_limit", "seed"),
}  # fmt: skip
ECONOMY_KEYS = ("capital_output", "depreciation", "trend_growth", "employment")
ECONOMY_RECORDS: dict[str, type[Entry]] = {"carve": Carve}


def records() -> dict[str, tuple[type[Entry], bool]]:
    """Sections that hold records: name → the record and whether there may be many (``[[name]]``)."""
    hints = types_of(Policy)
    found = {f.name: (inner_record(hints[f.name]), get_origin(hints[f.name]) is list) for f in fields_of(Policy)}
    return {k: (r, many) for k, (r, many) in found.items() if r is not None} | {
        k: (r, True) for k, r in ECONOMY_RECORDS.items()
    }


def sections() -> tuple[str, ...]:
    """Everything that may stand at the top of a study."""
    return ("country", "accounts_year", *GROUPS, *records(), "projects")


@dataclass(frozen=True, eq=False)
class Content:
    """A study as read: the country, its accounts' year, policies, figures of the economy, rows of projects."""

    country: str
    accounts_year: int | None
    policy: Policy
    figures: Mapping[str, Any] = field(default_factory=dict)
    projects: Mapping[str, Sequence[dict[str, object]]] = field(default_factory=dict)


def written(c: Content) -> str:
    """The study as TOML with every choice written out, defaults too: what repeats an outcome in a later version."""
    lines = [f"country = {_toml(c.country)}"]
    if c.accounts_year is not None:
        lines.append(f"accounts_year = {c.accounts_year}")
    for section, keys in GROUPS.items():
        chosen = {k: c.figures.get(k) if k in ECONOMY_KEYS else getattr(c.policy, k) for k in keys}
        chosen = {k: v for k, v in chosen.items() if v is not None}
        if chosen:
            lines += ["", f"[{section}]", *(f"{k} = {_toml(v)}" for k, v in chosen.items())]
    for name, (_, many) in records().items():
        value = c.figures.get(name) if name in ECONOMY_RECORDS else getattr(c.policy, name)
        for one in (value or []) if many else ([] if value is None else [value]):
            head = f"[[{name}]]" if many else f"[{name}]"
            lines += ["", head, *(f"{k} = {_toml(v)}" for k, v in one.as_dict().items())]
    for table, rows in c.projects.items():
        for row in rows:
            lines += ["", f"[[projects.{table}]]", *(f"{k} = {_toml(v)}" for k, v in row.items())]
    return "\n".join([*lines, ""])


def _toml(value: Any) -> str:
    """A value as TOML writes it; JSON's texts, lists and numbers are TOML's too."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    # TOML forbids the one control character that JSON lets through.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_study(path: str | Path) -> Content:
    """Read a study file, refuse what it does not know, all faults at once.

    Raises ``StudyError`` and ``UnknownName`` with the line and the nearest name.
    """
    file = Path(path)
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(f"{file} cannot be read: {error}", fix="name a TOML file in UTF-8") from error
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StudyError(
            f"{file.name} is not TOML: {error}", where=str(file), fix="mend the line named above"
        ) from error
    reader = _Reader(file.name, text)
    choices, figures = reader.choices(content)
    for name, (record, many) in records().items():
        if name in content:
            found = reader.records(name, record, many, content[name])
            (figures if name in ECONOMY_RECORDS else choices)[name] = found
    projects = reader.projects(content.get("projects", {}))
    raise_all(reader.faults, where=str(file))
    country, year = str(content.get("country", "KEN")), content.get("accounts_year")
    return Content(country, year, Policy.of(**choices), figures, projects)


class _Reader:
    """Walks a study's sections and collects every fault with its line."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.lines, self.faults = name, text.splitlines(), list[GroundplanError]()

    def line(self, pattern: str, nth: int = 0) -> str:
        """``study.toml, line 7`` of the nth line that matches."""
        found = [n for n, line in enumerate(self.lines, 1) if re.match(pattern, line.strip())]
        return f"{self.name}, line {found[nth]}" if len(found) > nth else self.name

    def within(self, section: str) -> Where:
        """Where a key of the nth table of a section stands: its own line, else that of the table's heading."""

        def where(key: str, nth: int) -> str:
            heads = [n for n, line in enumerate(self.lines) if re.match(rf"\[+{section}\]", line.strip())]
            if nth >= len(heads):
                return self.name
            own = True
            for n in range(heads[nth] + 1, len(self.lines) if key else 0):
                line = self.lines[n].strip()
                if line.startswith("["):
                    # [[carve.inputs]] goes on with the table that [[carve]] began; any other heading ends it.
                    if not re.match(rf"\[+{section}\.", line):
                        break
                    own = False
                pattern = rf"\"?{re.escape(key)}\b" if own else rf"\[+{section}\.{re.escape(key)}\]"
                if re.match(pattern, line):
                    return f"{self.name}, line {n + 1}"
            return f"{self.name}, line {heads[nth] + 1}"

        return where

    def unknown(self, kind: str, key: str, known: Sequence[str]) -> None:
        self.faults.append(UnknownName(kind, key, known, where=self.line(rf"\[*\"?{re.escape(key)}\b")))

    def choices(self, content: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        policy: dict[str, Any] = {}
        figures: dict[str, Any] = {}
        for section, value in content.items():
            if section not in sections():
                self.unknown("section", section, sections())
            elif section in GROUPS:
                if not isinstance(value, Mapping):
                    self.faults.append(StudyError(f"[{section}] is not a section", where=self.line(section)))
                    continue
                for key, choice in value.items():
                    home = next((g for g, keys in GROUPS.items() if key in keys), section)
                    if home != section:
                        where = self.line(rf"{re.escape(key)}\b")
                        self.faults.append(
                            StudyError(f"'{key}' stands in [{section}]", where=where, fix=f"move it to [{home}]")
                        )
                    elif key not in GROUPS[section]:
                        self.unknown(f"key in [{section}]", key, [k for keys in GROUPS.values() for k in keys])
                    else:
                        (figures if key in ECONOMY_KEYS else policy)[key] = choice
                        self.faults += self.choice(section, key, choice)
        country, year = content.get("country", "KEN"), content.get("accounts_year")
        if not isinstance(country, str):
            self.faults.append(StudyError(f"country is {country!r}, not a text", where=self.line("country")))
        if year is not None and (isinstance(year, bool) or not isinstance(year, int)):
            self.faults.append(StudyError(f"accounts_year is {year!r}, not a year", where=self.line("accounts_year")))
        return policy, figures

    def choice(self, section: str, key: str, value: Any) -> list[GroundplanError]:
        """What is wrong with one choice of the policy; figures of the economy are checked against its sectors."""
        spec = next((f for f in fields_of(Policy) if f.name == key), None)
        if spec is None:
            return []
        return field_faults(spec, types_of(Policy)[key], value, where=self.within(section)(key, 0))

    def records(self, name: str, record: type[Entry], many: bool, content: Any) -> Any:
        """The records of a section; where it may hold only one, that one."""
        if many != isinstance(content, list):
            head = f"[[{name}]]" if many else f"[{name}]"
            fix = f"put {head} over {'each record' if many else 'it, once'}"
            self.faults.append(StudyError(f"{name} is written {head}", where=self.line(rf"\[*{name}"), fix=fix))
            return [] if many else None
        made = [read(record, row, self.within(name), n) for n, row in enumerate(content if many else [content])]
        self.faults += [fault for _, faults in made for fault in faults]
        found = [one for one, _ in made if one is not None]
        return found if many else (found[0] if found else None)

    def projects(self, tables: Any) -> dict[str, list[dict[str, object]]]:
        out: dict[str, list[dict[str, object]]] = {}
        if not isinstance(tables, Mapping):
            self.faults.append(StudyError("projects are written [[projects.flows]] and the like"))
            return out
        for table, rows in tables.items():
            if table not in COLUMNS:
                self.unknown("table of [[projects]]", table, list(COLUMNS))
                continue
            for n, row in enumerate(rows if isinstance(rows, list) else [rows]):
                where = self.line(rf"\[\[projects\.{table}\]\]", n)
                if not isinstance(row, Mapping):
                    told = f"row {n + 1} of projects.{table} is {row!r}"
                    self.faults.append(StudyError(told, where=where, fix=f"write [[projects.{table}]]"))
                    continue
                for key, value in row.items():
                    text = isinstance(COLUMNS[table].get(key), str)
                    right = isinstance(value, str) if text else isinstance(value, (int, float))
                    if key not in COLUMNS[table]:
                        self.faults.append(UnknownName(f"column of {table}", key, list(COLUMNS[table]), where=where))
                    elif not right or isinstance(value, bool):
                        told = f"{key} of projects.{table} is {value!r}, not {'a text' if text else 'a number'}"
                        self.faults.append(StudyError(told, where=where))
                out.setdefault(table, []).append(dict(row))
        return out
