"""A study: one TOML file that says which country, which plan and which policy; and the engines run together."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from groundplan.economy.audit import audit
from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.measures.dependence import dependence_table, household_import_content
from groundplan.outcome import Outcome
from groundplan.planning.activities import COLUMNS
from groundplan.planning.plan import make_plan, origins
from groundplan.planning.policy import SENSES, Policy, Target
from groundplan.planning.programme import FAMILIES
from groundplan.planning.rows import Family
from groundplan.planning.solve import Progress, quiet

IMPORT_CONTENT = "import content of household consumption"
SECTIONS = (
    "country",
    "accounts_year",
    "plan",
    "people",
    "capital",
    "trade",
    "finance",
    "solver",
    "targets",
    "projects",
)
GROUPS = {
    "plan": ("years", "discount_rate", "aversion", "floor", "steady", "government_path", "inventories_years",
             "inventories_pace", "terminal_growth", "terminal_weight", "idle_cost"),
    "people": ("population_growth", "labour_productivity_growth", "labour_reserve", "training_years",
               "training_ceiling", "training_premium", "schooling_cost", "schooling", "employment"),
    "capital": ("capacity_utilisation", "gestation", "absorption", "contraction", "investment_ramp",
                "capital_output", "depreciation", "trend_growth"),
    "trade": ("import_replacement", "import_floor", "import_deepening", "import_deepening_ceiling", "export_growth"),
    "finance": ("foreign_balance", "foreign_reserves", "credit_line"),
    "solver": ("solver", "time_limit", "seed"),
}  # fmt: skip
TARGET_KEYS = ("indicator", "sense", "value", "year", "weight", "name")
ECONOMY_KEYS = ("capital_output", "depreciation", "trend_growth", "employment")


def plan(
    economy: Economy | str = "KEN",
    *,
    policy: Policy | None = None,
    projects: Mapping[str, Sequence[dict[str, object]]] | None = None,
    families: Sequence[Family] = FAMILIES,
    progress: Progress = quiet,
    **choices: Any,
) -> Outcome:
    """The best plan for an economy under a policy, with what the accounts depend on beside it.

    ``economy`` is an ``Economy`` or the code of a shipped country; the policy comes whole or as keywords of the same
    names (``years=10, discount_rate=0.05``). ``projects`` adds rows to the tables of ``Activities``; ``families``
    may add limits of one's own.

    Returns an ``Outcome``. Arrays: level, stock, enjoyed, indicator, shadow_price, consumption_price, shortfall.
    Tables: activities, commodities, indicators, duals, dependence, controls. Raises ``StudyError`` and
    ``UnknownName`` for choices that do not exist, ``PlanInfeasible`` with the conflict in the names of the plan,
    ``SolverError``, ``Interrupted``.

    >>> outcome = plan("KEN", years=1)
    >>> outcome.indicator("living standard").index.tolist()
    [2019, 2020]
    """
    e = Economy.load(economy) if isinstance(economy, str) else economy
    p = Policy.of(**choices) if policy is None else dataclasses.replace(policy, **choices)
    made = make_plan(e, p, projects=projects, families=families, progress=progress)
    found = audit(e)
    names = dependence_table(e).rename_axis("product").reset_index()
    names.insert(1, "label", [e.label(i) for i in names["product"]])
    controls = found.controls.rename_axis("aggregate").reset_index()
    known = made.table("indicators")
    ratios = [i for i in map(str, made["indicator"]["indicator"].values) if i not in set(known["indicator"])]
    more = pd.DataFrame({"indicator": [*ratios, IMPORT_CONTENT], "unit": "1"})
    tables = {
        **made.tables,
        "indicators": pd.concat([known, more], ignore_index=True),
        "dependence": names,
        "controls": controls,
    }
    arrays = {**made.arrays, "indicator": _with_import_content(e, made)}
    return Outcome(arrays, tables, {**made.provenance, "audit": found.lines(), "projects": dict(projects or {})})


def _with_import_content(e: Economy, made: Outcome) -> xr.DataArray:
    """The plan's indicators and, measured on the origins that it chose, the import content of household consumption."""
    there = made["indicator"]
    content = [
        household_import_content(e) if year == e.year else household_import_content(e, *origins(e, made, year))
        for year in there["year"].values.tolist()
    ]
    row = xr.DataArray(
        [content], coords={"indicator": [IMPORT_CONTENT], "year": there["year"]}, dims=("indicator", "year")
    )
    joined = xr.concat([there, row.rename(there.name)], dim="indicator")
    return joined.assign_attrs(there.attrs)


@dataclass(frozen=True, eq=False)
class Study:
    """A study as read: the country, the year of its accounts, the policy and the projects."""

    country: str
    accounts_year: int | None
    policy: Policy
    projects: Mapping[str, Sequence[dict[str, object]]] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""
    text: str = ""

    @classmethod
    def of(cls, country: str) -> Study:
        """A study of a country with the default policy."""
        return cls(country, None, Policy())

    def economy(self) -> Economy:
        """The accounts of the study, with the figures for capital and employment that it changes."""
        return Economy.load(self.country, self.accounts_year).with_figures(**self.figures)

    def run(self, progress: Progress = quiet) -> Outcome:
        """The plan of the study."""
        made = plan(self.economy(), policy=self.policy, projects=self.projects or None, progress=progress)
        return Outcome(made.arrays, made.tables, {**made.provenance, "study": self.path})


def with_choices(study: Study, country: str | None, year: int | None, choices: Mapping[str, Any]) -> Study:
    """The study with another country, another year of accounts, or other policies. Unknown names are refused."""
    names = [f.name for f in dataclasses.fields(Policy)]
    raise_all([UnknownName("policy", k, names) for k in choices if k not in names])
    return dataclasses.replace(
        study,
        country=country or study.country,
        accounts_year=year or study.accounts_year,
        policy=dataclasses.replace(study.policy, **choices),
    )


def open_study(path: str | Path) -> Study:
    """Read a study file (TOML), refuse what it does not know, all faults at once.

    Sections: country, accounts_year, [plan], [people], [capital], [trade], [finance], [solver], [[targets]] and
    [[projects.<table>]] (rows for the tables of ``Activities``). Every key of the policy has one section.
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
    targets = reader.targets(content.get("targets", []))
    projects = reader.projects(content.get("projects", {}))
    raise_all(reader.faults, where=str(file))
    return Study(
        country=str(content.get("country", "KEN")),
        accounts_year=content.get("accounts_year"),
        policy=Policy.of(**choices, targets=targets),
        projects=projects,
        figures=figures,
        path=str(file),
        text=text,
    )


class _Reader:
    """Walks a study's sections and collects every fault with its line."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.lines, self.faults = name, text.splitlines(), list[GroundplanError]()

    def line(self, pattern: str, nth: int = 0) -> str:
        """``study.toml, line 7`` of the nth line that matches."""
        found = [n for n, line in enumerate(self.lines, 1) if re.match(pattern, line.strip())]
        return f"{self.name}, line {found[nth]}" if len(found) > nth else self.name

    def unknown(self, kind: str, key: str, known: Sequence[str]) -> None:
        self.faults.append(UnknownName(kind, key, known, where=self.line(rf"\[*\"?{re.escape(key)}\b")))

    def choices(self, content: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        policy: dict[str, Any] = {}
        figures: dict[str, Any] = {}
        for section, value in content.items():
            if section not in SECTIONS:
                self.unknown("section", section, SECTIONS)
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
        year = content.get("accounts_year")
        if year is not None and not isinstance(year, int):
            self.faults.append(StudyError(f"accounts_year is {year!r}, not a year", where=self.line("accounts_year")))
        return policy, figures

    def targets(self, rows: Any) -> list[Target]:
        targets = []
        if not isinstance(rows, list):
            self.faults.append(StudyError("targets are written [[targets]]", where=self.line(r"\[targets")))
            return []
        for n, row in enumerate(rows):
            where = self.line(r"\[\[targets\]\]", n)
            for key in [k for k in row if k not in TARGET_KEYS]:
                self.faults.append(UnknownName("key in [[targets]]", key, TARGET_KEYS, where=where))
            missing = [k for k in ("indicator", "sense", "value") if k not in row]
            if missing:
                self.faults.append(StudyError(f"a target lacks {', '.join(missing)}", where=where))
            elif row["sense"] not in SENSES:
                self.faults.append(UnknownName("sense", row["sense"], SENSES, where=where))
            elif isinstance(row["value"], bool) or not isinstance(row["value"], (int, float)):
                self.faults.append(StudyError(f"the value of a target is {row['value']!r}, not a number", where=where))
            else:
                known = {k: v for k, v in row.items() if k in TARGET_KEYS}
                targets.append(Target(**{**known, "value": float(row["value"])}, line=where))
        return targets

    def projects(self, tables: Any) -> dict[str, list[dict[str, object]]]:
        out: dict[str, list[dict[str, object]]] = {}
        for table, rows in tables.items() if isinstance(tables, Mapping) else ():
            if table not in COLUMNS:
                self.unknown("table of [[projects]]", table, list(COLUMNS))
                continue
            for n, row in enumerate(rows):
                for key in [k for k in row if k not in COLUMNS[table]]:
                    where = self.line(rf"\[\[projects\.{table}\]\]", n)
                    self.faults.append(UnknownName(f"column of {table}", key, list(COLUMNS[table]), where=where))
            out[table] = [dict(row) for row in rows]
        return out
