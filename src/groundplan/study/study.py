"""A study: one TOML file that says which country, which plan and which policy; the noun that every plan starts from."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groundplan.economy.economy import Economy
from groundplan.economy.opening import OpenedAccounts, Opening, TableFiles, opening_of
from groundplan.errors import StudyError
from groundplan.planning.activity_rows import GivenRow
from groundplan.planning.policy import Policy
from groundplan.study.study_file import ECONOMY_KEYS, ECONOMY_RECORDS, Content, read_study, written

if TYPE_CHECKING:
    from groundplan.planning.families.family import Family
    from groundplan.planning.solved_plan import SolvedPlan
    from groundplan.solver.programme import Programme
    from groundplan.tables.people_by_age import PeopleByAge
    from groundplan.tables.returned.changed_cells import Change

FIGURES = (*ECONOMY_KEYS, *ECONOMY_RECORDS)


@dataclass(frozen=True, eq=False)
class Study:
    """A study as read: the country, the year of its accounts, the policy and the projects.

    ``country`` is a code, a name or a filled template's file, and ``table`` a publisher's files that hold the country;
    ``accounts`` are the accounts themselves where they were handed over, and no file says what they are. ``changes``:
    what a workbook says otherwise than the study that it was written from.
    """

    country: str
    accounts_year: int | None
    policy: Policy
    projects: Mapping[str, Sequence[GivenRow]] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""
    accounts: Economy | None = None
    table: TableFiles = field(default_factory=TableFiles)
    changes: Sequence[Change] = ()

    @classmethod
    def of(cls, country: str) -> Study:
        """A study of a country with the default policy."""
        return cls(country, None, Policy())

    def on(self, accounts: Economy) -> Study:
        """The same study of these accounts."""
        year = accounts.year
        return dataclasses.replace(
            self, country=accounts.country, accounts_year=year, accounts=accounts, table=TableFiles()
        )

    def from_opening(self, opening: Opening) -> Study:
        """The same study of the accounts that a record names."""
        placed = opening.placed()
        return dataclasses.replace(
            self, country=placed.country, accounts_year=placed.year, table=placed.table, accounts=None
        )

    def with_accounts(self, country: str | Path | None, files: Mapping[str, Any]) -> Study:
        """The study of another country or file, or with more said of its own accounts; ``files`` as in ``Files``.

        Raises ``StudyError`` for accounts that were handed over, of which nothing can be said.
        """
        if country is None and not files:
            return self
        if country is None and self.accounts is not None:
            if set(files) == {"year"} and files["year"] == self.accounts.year:
                return self
            first = next(iter(files))
            what = f"the {first} {files[first]} is asked for, and the accounts are of {self.accounts.year}"
            raise StudyError(what, where=self.accounts.country_name, fix=f"leave out the {first}")
        if country is None and not files.get("table"):
            asked = {**self.opening.options(), **files}
            return self.from_opening(opening_of(asked.pop("country"), asked))
        return self.from_opening(opening_of(str(self.country if country is None else country), files))

    @property
    def opening(self) -> Opening:
        """Where its accounts come from; files are looked for beside the study first."""
        return Opening(self.country, self.accounts_year, self.table).placed(self.folder)

    @property
    def all_changes(self) -> tuple[Change, ...]:
        """What was changed in its workbook, and in the filled template of its accounts, since they were written."""
        return (*self.changes, *(self.opening.changes if self.accounts is None else ()))

    @property
    def folder(self) -> Path | None:
        """Where files that the study names are looked for first."""
        return Path(self.path).parent if self.path else None

    def economy(self) -> Economy:
        """The accounts that the study's plan starts from: those of ``opened``, carried to the year before its first.

        Raises what ``opened`` and ``planning.carried_accounts.carried`` raise.
        """
        from groundplan.planning.carried_accounts import carried

        e = self.opened().economy
        return carried(e, self.chosen(e))

    def opened(self) -> OpenedAccounts:
        """The accounts of the study, the world table that they are of, and their record.

        With the products that it carves out and the figures that it changes, in the year that they are of.
        """
        there = OpenedAccounts(self.accounts) if self.accounts is not None else self.opening.open()
        return dataclasses.replace(there, economy=with_figures(there.economy, self.figures))

    def chosen(self, e: Economy) -> Policy:
        """The policy in codes, with what its files say in its records, looked for beside the study first."""
        from groundplan.crisis.scenarios_of_policy import with_files

        return with_files(e, self.in_codes(e).policy, self.folder)

    def in_codes(self, e: Economy) -> Study:
        """The study with the codes of its accounts for every name and synonym in policy, figures and projects.

        Raises ``UnknownName``, all at once, for what nothing is called, with the nearest three of its kind.
        """
        from groundplan.study.worded import study_called

        return study_called(e, self)[0]

    def names_taken(self, e: Economy) -> list[str]:
        """What was taken for what in it, in sentences."""
        from groundplan.study.worded import sentences, study_called

        return sentences(study_called(e, self)[1])

    def people_by_age(self, e: Economy) -> PeopleByAge | None:
        """The people whom the study's population counts by age, both sexes together; None where it states none.

        Raises what reading the population's file raises.
        """
        from groundplan.planning.features.people.demography import figures
        from groundplan.tables.people_by_age import PeopleByAge

        stated = self.chosen(e).population
        if stated is None:
            return None
        counts = figures(stated)["number"].sum(axis=1).rename(stated.year).to_frame().T
        return PeopleByAge(counts, stated.source or stated.file or "the study")

    def programme(self, *, families: Sequence[Family] | None = None) -> Programme:
        """The programme of the study's plan, written and not solved: for another solver, or to be read.

        ``write_programme`` writes it to a file, ``linopy_model`` makes a model of linopy of it. Without ``families``
        its limits are ``FAMILIES``.
        """
        from groundplan.planning.best_plan import model_of

        e, policy, limits = self._planned(families)
        rows = self.in_codes(e).projects or None
        return model_of(e, policy, projects=rows, families=limits).programme

    def solved_plan(
        self,
        progress: Callable[[str], None] = lambda _: None,
        *,
        families: Sequence[Family] | None = None,
        why: bool = True,
    ) -> SolvedPlan:
        """The plan of the study before it is written down; arguments and errors are those of ``best_plan.solved``.

        Without ``families`` its limits are ``FAMILIES``.
        """
        from groundplan.planning.best_plan import solved

        e, policy, limits = self._planned(families)
        rows = self.in_codes(e).projects or None
        return solved(e, policy, projects=rows, families=limits, progress=progress, why=why)

    def _planned(self, families: Sequence[Family] | None) -> tuple[Economy, Policy, Sequence[Family]]:
        """The accounts, the policy with its scenarios, and the limits that the study is planned by."""
        # Who only reads a study, or asks for its accounts, waits for no solver.
        from groundplan.crisis.scenarios_of_policy import with_scenarios
        from groundplan.planning.plan_programme import FAMILIES

        e = self.economy()
        return e, with_scenarios(e, self.chosen(e)), FAMILIES if families is None else families


def with_figures(e: Economy, figures: Mapping[str, Any]) -> Economy:
    """The economy with the products of ``carve`` carved out, then the other figures, which may name those products."""
    if not figures:
        return e.with_figures()
    from groundplan.study.worded import figures_called

    figures, _ = figures_called(e, figures)
    left = {k: v for k, v in figures.items() if k != "carve"}
    if figures.get("carve"):
        from groundplan.economy.carving.carving import carve

        e = carve(e, figures["carve"])
    return e.with_figures(**left)


def with_choices(study: Study, choices: Mapping[str, Any]) -> Study:
    """The study with other policies and figures of its economy. Unknown names and wrong values are told at once."""
    policies = {k: v for k, v in choices.items() if k not in FIGURES}
    return dataclasses.replace(
        study,
        policy=study.policy.but(policies, list(FIGURES)),
        figures={**study.figures, **{k: v for k, v in choices.items() if k in FIGURES}},
    )


def effective(study: Study) -> str:
    """The study as TOML with every choice written out, defaults too: what repeats an outcome in a later version.

    >>> effective(Study("GHA", 2019, Policy(years=3))).splitlines()[:4]
    ['country = "GHA"', 'accounts_year = 2019', '', '[plan]']
    """
    own = study.opening
    return written(Content(own.country, own.year, study.policy, study.figures, study.projects, own.table))


def open_study(path: str | Path) -> Study:
    """Read a study file (TOML), refuse what it does not know, all faults at once.

    Sections: country, accounts_year, [table] (a publisher's files and what is said of them),
    [plan], [people], [capital], [trade], [finance], [solver], [[targets]] and the
    other records of ``Policy``, and [[projects.<table>]] (rows for the tables of ``Activities``). Every key of the
    policy has one section. A workbook of forms (``study_workbook``) is read, too, and compared with what it was.
    Raises ``StudyError`` and ``UnknownName`` with the line or the cell and the nearest name.
    """
    changes: Sequence[Change] = ()
    if Path(path).suffix.lower() == ".xlsx":
        from groundplan.study.study_workbook.study_reading import read_study_workbook

        c, changes = read_study_workbook(path)
    else:
        c = read_study(path)
    return Study(c.country, c.accounts_year, c.policy, c.projects, c.figures, str(path), table=c.table, changes=changes)
