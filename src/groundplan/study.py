"""A study: one TOML file that says which country, which plan and which policy; and the engines run together."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from groundplan.cards import fields_of, stated
from groundplan.crisis.contingencies import with_files, with_scenarios
from groundplan.crisis.replacement import replacement_ranking
from groundplan.economy.audit import audit
from groundplan.economy.carving import carve
from groundplan.economy.economy import Economy
from groundplan.errors import UnknownName, raise_all
from groundplan.measures.dependence import dependence_table, household_import_content
from groundplan.outcome import Outcome
from groundplan.planning.family import Family
from groundplan.planning.made import Made
from groundplan.planning.plan import make_plan, origins, solved
from groundplan.planning.policy import Policy
from groundplan.planning.programme import FAMILIES
from groundplan.planning.solve import Progress, quiet
from groundplan.study_file import ECONOMY_KEYS, ECONOMY_RECORDS, Content, read_study, written

IMPORT_CONTENT = "import content of household consumption"
FIGURES = (*ECONOMY_KEYS, *ECONOMY_RECORDS)


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
    figures = {k: choices.pop(k) for k in FIGURES if k in choices}
    e = with_figures(e, figures)
    if policy is None:
        p = Policy.of(**choices)
    else:
        _known_policies(choices)
        p = dataclasses.replace(policy, **choices)
    p = with_scenarios(e, with_files(e, p))
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
        **({"replacement_ranking": replacement_ranking(e, made)} if "resource_costs" in made.tables else {}),
    }
    arrays = {**made.arrays, "indicator": _with_import_content(e, made)}
    carves = {"carve": stated(figures["carve"])} if figures.get("carve") else {}
    about = {**made.provenance, **carves, "audit": found.lines(), "projects": dict(projects or {})}
    return Outcome(arrays, tables, about)


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
        """The accounts of the study, with the products that it carves out and the figures that it changes."""
        return with_figures(Economy.load(self.country, self.accounts_year), self.figures)

    def chosen(self, e: Economy) -> Policy:
        """The policy with what its files say in its records; they are looked for beside the study first."""
        return with_files(e, self.policy, Path(self.path).parent if self.path else None)

    def made(self, economy: Economy | None = None, progress: Progress = quiet, *, why: bool = True) -> Made:
        """The plan of the study before it is written down; ``economy`` takes the place of its accounts.

        ``why`` and errors are those of ``planning.plan.solved``.
        """
        e = self.economy() if economy is None else with_figures(economy, self.figures)
        policy = with_scenarios(e, self.chosen(e))
        return solved(e, policy, projects=self.projects or None, progress=progress, why=why)

    def run(self, progress: Progress = quiet) -> Outcome:
        """The plan of the study."""
        e = self.economy()
        policy = self.chosen(e)
        made = plan(e, policy=policy, projects=self.projects or None, progress=progress)
        text = effective(dataclasses.replace(self, accounts_year=e.year, policy=policy))
        return Outcome(made.arrays, made.tables, {**made.provenance, "study": text})


def with_figures(e: Economy, figures: Mapping[str, Any]) -> Economy:
    """The economy with the products of ``carve`` carved out, then the other figures, which may name those products."""
    left = {k: v for k, v in figures.items() if k != "carve"}
    carves = figures.get("carve") or []
    return (carve(e, carves) if carves else e).with_figures(**left)


def with_choices(study: Study, country: str | None, year: int | None, choices: Mapping[str, Any]) -> Study:
    """The study with another country, another year of accounts, or other policies. Unknown names are refused."""
    _known_policies({k: v for k, v in choices.items() if k not in FIGURES})
    figures = {**study.figures, **{k: v for k, v in choices.items() if k in FIGURES}}
    policies = {k: v for k, v in choices.items() if k not in FIGURES}
    return dataclasses.replace(
        study,
        country=study.country if country is None else country,
        accounts_year=study.accounts_year if year is None else year,
        policy=dataclasses.replace(study.policy, **policies),
        figures=figures,
    )


def _known_policies(choices: Mapping[str, Any]) -> None:
    names = [f.name for f in fields_of(Policy)]
    raise_all([UnknownName("policy", k, [*names, *FIGURES]) for k in choices if k not in names])


def effective(study: Study) -> str:
    """The study as TOML with every choice written out, defaults too: what repeats an outcome in a later version.

    >>> effective(Study("GHA", 2019, Policy(years=3))).splitlines()[:4]
    ['country = "GHA"', 'accounts_year = 2019', '', '[plan]']
    """
    return written(Content(study.country, study.accounts_year, study.policy, study.figures, study.projects))


def open_study(path: str | Path) -> Study:
    """Read a study file (TOML), refuse what it does not know, all faults at once.

    Sections: country, accounts_year, [plan], [people], [capital], [trade], [finance], [solver], [[targets]] and the
    other records of ``Policy``, and [[projects.<table>]] (rows for the tables of ``Activities``). Every key of the
    policy has one section. Raises ``StudyError`` and ``UnknownName`` with the line and the nearest name.
    """
    c = read_study(path)
    return Study(c.country, c.accounts_year, c.policy, c.projects, c.figures, str(path))
