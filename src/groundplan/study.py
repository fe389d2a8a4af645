"""A study: one TOML file that says which country, which plan and which policy; and the engines run together."""

from __future__ import annotations

import dataclasses
import json
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
from groundplan.planning.policy import Policy, Target
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
    figures = {k: choices.pop(k) for k in ECONOMY_KEYS if k in choices}
    e = e.with_figures(**figures)
    if policy is None:
        p = Policy.of(**choices)
    else:
        _known_policies(choices)
        p = dataclasses.replace(policy, **choices)
    if projects is not None:
        projects = {t: r.to_dict("records") if isinstance(r, pd.DataFrame) else list(r) for t, r in projects.items()}
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

    @classmethod
    def of(cls, country: str) -> Study:
        """A study of a country with the default policy."""
        return cls(country, None, Policy())

    def economy(self) -> Economy:
        """The accounts of the study, with the figures for capital and employment that it changes."""
        return Economy.load(self.country, self.accounts_year).with_figures(**self.figures)

    def run(self, progress: Progress = quiet) -> Outcome:
        """The plan of the study."""
        e = self.economy()
        made = plan(e, policy=self.policy, projects=self.projects or None, progress=progress)
        text = effective(dataclasses.replace(self, accounts_year=e.year))
        return Outcome(made.arrays, made.tables, {**made.provenance, "study": text})


def with_choices(study: Study, country: str | None, year: int | None, choices: Mapping[str, Any]) -> Study:
    """The study with another country, another year of accounts, or other policies. Unknown names are refused."""
    _known_policies({k: v for k, v in choices.items() if k not in ECONOMY_KEYS})
    figures = {**study.figures, **{k: v for k, v in choices.items() if k in ECONOMY_KEYS}}
    policies = {k: v for k, v in choices.items() if k not in ECONOMY_KEYS}
    return dataclasses.replace(
        study,
        country=study.country if country is None else country,
        accounts_year=study.accounts_year if year is None else year,
        policy=dataclasses.replace(study.policy, **policies),
        figures=figures,
    )


def _known_policies(choices: Mapping[str, Any]) -> None:
    names = [f.name for f in dataclasses.fields(Policy)]
    raise_all([UnknownName("policy", k, [*names, *ECONOMY_KEYS]) for k in choices if k not in names])


def effective(study: Study) -> str:
    """The study as TOML with every choice written out, defaults too: what repeats an outcome in a later version.

    >>> effective(Study("GHA", 2019, Policy(years=3))).splitlines()[:4]
    ['country = "GHA"', 'accounts_year = 2019', '', '[plan]']
    """
    lines = [f"country = {_toml(study.country)}"]
    if study.accounts_year is not None:
        lines.append(f"accounts_year = {study.accounts_year}")
    for section, keys in GROUPS.items():
        chosen = {k: study.figures.get(k) if k in ECONOMY_KEYS else getattr(study.policy, k) for k in keys}
        chosen = {k: v for k, v in chosen.items() if v is not None}
        if chosen:
            lines += ["", f"[{section}]", *(f"{k} = {_toml(v)}" for k, v in chosen.items())]
    for target in study.policy.targets:
        given = {k: getattr(target, k) for k in TARGET_KEYS}
        lines += ["", "[[targets]]", *(f"{k} = {_toml(v)}" for k, v in given.items() if v not in (None, ""))]
    for table, rows in study.projects.items():
        for row in rows:
            lines += ["", f"[[projects.{table}]]", *(f"{k} = {_toml(v)}" for k, v in row.items())]
    return "\n".join([*lines, ""])


def _toml(value: Any) -> str:
    """A value as TOML writes it; JSON's texts, lists and numbers are TOML's too."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


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
        country, year = content.get("country", "KEN"), content.get("accounts_year")
        if not isinstance(country, str):
            self.faults.append(StudyError(f"country is {country!r}, not a text", where=self.line("country")))
        if year is not None and (isinstance(year, bool) or not isinstance(year, int)):
            self.faults.append(StudyError(f"accounts_year is {year!r}, not a year", where=self.line("accounts_year")))
        return policy, figures

    def targets(self, rows: Any) -> list[Target]:
        targets = []
        if not isinstance(rows, list):
            self.faults.append(StudyError("targets are written [[targets]]", where=self.line(r"\[targets")))
            return []
        for n, row in enumerate(rows):
            where = self.line(r"\[\[targets\]\]", n)
            if not isinstance(row, Mapping):
                self.faults.append(StudyError(f"target {n + 1} is {row!r}", where=where, fix="write [[targets]]"))
                continue
            for key in [k for k in row if k not in TARGET_KEYS]:
                self.faults.append(UnknownName("key in [[targets]]", key, TARGET_KEYS, where=where))
            missing = [k for k in ("indicator", "sense", "value") if k not in row]
            if missing:
                self.faults.append(StudyError(f"a target lacks {', '.join(missing)}", where=where))
            else:
                known = {k: v for k, v in row.items() if k in TARGET_KEYS}
                target = Target(**known, line=where)
                self.faults += target.faults()
                targets.append(target)
        return targets

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
