"""What the pages are about: a project, its runner of jobs, and the outcomes that were opened."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from groundplan.errors import GroundplanError, UnknownName
from groundplan.languages.spoken import said, spoken
from groundplan.last_used import LastUsed
from groundplan.projects.acceptances import ACCEPTED
from groundplan.records.toml import key_value
from groundplan.saved_index import INDEX, MARK, plain
from groundplan.verb_table import VERBS
from groundplan.web.guarding.acting import actor, acts
from groundplan.web.guarding.chosen_cookies import LOOKED_AT, chosen
from groundplan.web.verb_forms import command_of
from groundplan.whole_files import plain_stem

if TYPE_CHECKING:
    from fastapi import Request

    from groundplan.economy.economy import Economy
    from groundplan.outcome import Outcome
    from groundplan.projects.jobs import Job
    from groundplan.projects.project_folder import Project
    from groundplan.projects.running import JobRunner

T = TypeVar("T")
KEPT = 8  # outcomes and accounts that stay open
STUDY = "study"
FIRST_STUDY, FIRST_YEARS = "first", 10
ITSELF = "the workbench"  # who asks for the first plan of an empty project
WHAT_IF = "what if"  # what a run is about that was asked only to see what would be


class Workbench:
    """A project as the pages see it."""

    def __init__(self, project: Project, runner: JobRunner) -> None:
        self.project = project
        self.runner = runner
        self._outcomes: LastUsed[tuple[str, int], Outcome] = LastUsed(KEPT)
        self._of_versions: LastUsed[tuple[str, str], Any] = LastUsed(2 * KEPT)

    @property
    def name(self) -> str:
        """What the project is called: its folder's name."""
        return self.project.folder.name

    def begin(self) -> None:
        """Give an empty project its first study, of the usual country, and plan it: there is something to look at."""
        if self.project.documents.names(STUDY):
            return
        from groundplan.study.asking import study_of
        from groundplan.tables.catalogue import find

        country = study_of().country
        name = plain_stem(find(country).country_name.lower(), FIRST_STUDY)
        text = f"{key_value('country', country)}\n\n[plan]\n{key_value('years', FIRST_YEARS)}\n"
        self.project.documents.save(STUDY, name, text, after=0, by=ITSELF, why="the first study")
        self.ask("plan", {STUDY: self.study_file(name)}, study=name, by=ITSELF)

    def study_of(self, request: Request, names: Sequence[str] | None = None) -> str:
        """The study that a page is about: that of its address, else the one looked at last, else the first.

        ``names``: the studies that there are, where they were read already.
        """
        names = self.project.documents.names(STUDY) if names is None else names
        wished = [request.path_params.get("study"), chosen(request, LOOKED_AT)]
        return next((w for w in wished if w in names), names[0] if names else FIRST_STUDY)

    def study_named(self, study: str) -> str:
        """A study's name. Raises ``UnknownName`` with the nearest."""
        names = self.project.documents.names(STUDY)
        if study not in names:
            raise UnknownName("study", study, names)
        return study

    def study_file(self, study: str) -> str:
        """The file of a study, from the project's folder."""
        return f"studies/{study}.toml"

    def version_mark(self, study: str) -> str:
        """A study and the number of its newest version, ``kenya@3``."""
        version = self.project.documents.current(STUDY, study)
        return f"{study}@{version.number if version else 0}"

    def ask(self, verb: str, settings: Mapping[str, Any], *, study: str = "", about: str = "", by: str = "") -> Job:
        """Put a verb into the queue, in the spoken language. Raises ``GroundplanError`` for what may not be asked.

        Whoever is signed in stands in the record as who she is, whatever a form says.
        """
        settings = own_name(verb, settings)
        return self.project.jobs.add(
            verb, settings, by=by or acts(), about=about or command_of(VERBS[verb], settings), language=spoken(),
            study=self.version_mark(study) if study else "",
        )  # fmt: skip

    def outcome_names(self) -> list[str]:
        """The folders of saved outcomes, newest first."""
        here = self.project.outcomes_folder
        written: list[tuple[int, str]] = []
        with suppress(FileNotFoundError), os.scandir(here) as there:
            for folder in there:
                with suppress(OSError):  # no outcome, or one that is being taken away
                    if not folder.name.startswith("."):  # one that is being written is none yet
                        written.append((-os.stat(os.path.join(folder.path, MARK)).st_mtime_ns, folder.name))
        return [name for _, name in sorted(written)]

    def outcome_folder(self, name: str) -> Path:
        """The folder of a saved outcome. Raises ``UnknownName`` for one that is not listed."""
        folder = self.project.outcomes_folder / name if plain(name) and not name.startswith(".") else None
        if folder is None or not (folder / MARK).is_file():
            raise UnknownName("outcome", name, self.outcome_names())
        return folder

    def outcome(self, name: str) -> Outcome:
        """A saved outcome, opened once. Raises ``UnknownName``, and ``GroundplanError`` where it is broken."""
        from groundplan.outcome import Outcome

        folder = self.outcome_folder(name)
        index = folder / INDEX
        key = (name, index.stat().st_mtime_ns if index.exists() else 0)
        return self._outcomes.value(key, lambda: Outcome.open(folder, pages=False))

    def accepted_words(self, job: Job | None) -> str:
        """From which version of a study a run was computed, and whether that was accepted; nothing where nobody
        accepts versions here.
        """
        name, _, number = (job.study if job is not None else "").partition("@")
        if not number.isdecimal():
            return ""
        said_of = self.project.acceptances.of(STUDY, name)
        if actor().alone and not said_of:
            return ""
        there = said_of.get(int(number))
        if there is not None and there.state == ACCEPTED:
            return said(f"Computed from version {number} of the study {name}, which {there.by} accepted.")
        return said(f"Computed from version {number} of the study {name}, which nobody has accepted.")

    def latest(self, study: str, *verbs: str) -> Job | None:
        """The newest run of these verbs about a study that has an outcome."""
        jobs = [j for j in self.project.jobs.all() if is_about(j, study, verbs)]
        return next((j for j in jobs if j.outcome), None)

    def running(self, study: str, *verbs: str) -> Job | None:
        """The newest run of these verbs about a study that is waiting, runs, or ended without an outcome after the
        newest that has one.
        """
        jobs = [j for j in self.project.jobs.all() if is_about(j, study, verbs)]
        return jobs[0] if jobs and not jobs[0].outcome else None

    def economy(self, study: str) -> Economy:
        """The accounts of a study, opened once a version. Raises ``GroundplanError`` where they do not open."""
        from groundplan.study.asking import study_of

        def opened() -> Economy | GroundplanError:
            try:
                return study_of(self.project.folder / self.study_file(study)).opened().economy
            except GroundplanError as fault:
                return fault

        there = self.of_version(study, "economy", opened)
        if isinstance(there, GroundplanError):
            raise there
        return there

    def of_version(self, study: str, what: str, make: Callable[[], T]) -> T:
        """What is worked out from a study as it stands and from nothing else, once a version; ``what`` names it."""
        value: T = self._of_versions.value((what, self.version_mark(study)), make)
        return value

    def suggestions(self) -> list[tuple[str, str]]:
        """What may be entered where a country, accounts or a file is asked for: each with what it is."""
        from groundplan.tables.catalogue import entries

        files = self.project.files_folder
        there = sorted(p for p in files.rglob("*") if p.is_file()) if files.is_dir() else []
        return [
            *((self.study_file(name), said("a study of this project")) for name in self.project.documents.names(STUDY)),
            *((f"files/{p.relative_to(files).as_posix()}", said("a file of this project")) for p in there),
            *({e.country: e.country_name for e in entries()}.items()),
        ]


def own_name(verb: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a verb with the name of who is signed in, where the verb keeps who asks; else as they are."""
    signed = not actor().alone and any(o.name == "by" for o in VERBS[verb].options)
    return {**settings, **({"by": acts()} if signed else {})}


def is_about(job: Job, study: str, verbs: Collection[str]) -> bool:
    """Whether a run of one of these verbs is of a study as it stood, and not only of what would be."""
    return job.verb in verbs and job.about != WHAT_IF and job.study.partition("@")[0] == study
