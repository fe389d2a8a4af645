"""A programme of places as the room asks for it: what is chosen of a form, pinned to versions that were read aloud.

A document that was read aloud is copied as it was read, under its name and the number of its version; the run reads the
copy, so that nobody changes the rules between their reading and the choice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from groundplan.errors import GroundplanError, UnknownName
from groundplan.places.known.shipped_places import cases
from groundplan.places.lots.draw_folder import DECIDED, RECORD, draw_state
from groundplan.projects.settings_checks import inside
from groundplan.verb_table import VERBS
from groundplan.web.verb_forms import FormFaults, settings_from
from groundplan.whole_files import write_whole

if TYPE_CHECKING:
    from groundplan.projects.documents import Documents
    from groundplan.projects.jobs import Job
    from groundplan.web.workbench import Workbench

VERB = VERBS["place"]
DOCUMENTS = ("rules", "facilities", "weights")
READ = "files/read-aloud"
DRAWS = "files/draws"
FORM_FIELDS = ("per_year", "years", "budget", "level", "detour", "gap", "time_limit", "seed", "quick", "in_plan")
ASIDE = tuple(o.name for o in VERB.options if o.name not in FORM_FIELDS)
PLACES_FILES = (".csv", ".xlsx", ".geojson", ".json")
PINNED = re.compile(r"(rules|facilities|weights|roles)-([a-z0-9_-]+)-(\d+)\.toml", re.IGNORECASE)


class Pinned(NamedTuple):
    """A document in a version: the one that was read aloud."""

    kind: str
    name: str
    number: int

    @property
    def file(self) -> str:
        """Where its copy stands in the project."""
        return f"{READ}/{self.kind}-{self.name}-{self.number}.toml"


class Changed(GroundplanError):
    """Documents were changed after they were read aloud."""


def asked_programme(bench: Workbench, study: str, entered: Mapping[str, str]) -> dict[str, Any]:
    """The settings of ``place`` that a form asks for, documents by their own files. Raises ``FormFaults``."""
    settings: dict[str, Any] = {}
    faults: dict[str, str] = {}
    try:
        settings = settings_from(VERB, entered, without=ASIDE)
    except FormFaults as wrong:
        faults = dict(wrong.by_field)
    where = entered.get("where", "").strip() or next(iter(cases()))
    settings["places" if _is_file(where) else "country"] = where
    documents = bench.project.documents
    for kind in (*DOCUMENTS, "roles"):
        name = entered.get(kind, "").strip()
        if name and name not in documents.names(kind):
            faults[kind] = str(UnknownName(kind, name, documents.names(kind)))
        elif name:
            settings[kind] = f"{kind}/{name}.toml"
    draw = entered.get("draw", "").strip()
    if draw and draw not in decided_draws(bench):
        faults["draw"] = f"'{draw[:60]}' is no draw that is decided: take its steps first"
    elif draw:
        settings["draw"] = f"{DRAWS}/{draw}/{RECORD}"
    if settings.get("in_plan"):
        settings["accounts"] = bench.study_file(study)
    if faults:
        raise FormFaults(faults)
    return settings


def _is_file(where: str) -> bool:
    return where.startswith("files/")


def readings(project: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of ``read_aloud`` for settings, with files where they stand. Raises for files elsewhere."""
    files = ("places", "roles", "rules", "facilities", "weights", "draw")
    where = settings.get("places") or settings.get("country")
    given = {k: inside(project, str(settings[k])) for k in files if k in settings}
    more = {k: settings[k] for k in ("level", "per_year", "years", "budget") if k in settings}
    return {"where": given.pop("places", where), **given, **more}


def versions_read(documents: Documents, settings: Mapping[str, Any]) -> list[Pinned]:
    """The documents of settings, each in the version that stands now."""
    pinned = []
    for kind in (*DOCUMENTS, "roles"):
        if kind in settings:
            name = Path(str(settings[kind])).stem
            version = documents.current(kind, name)
            assert version is not None
            pinned.append(Pinned(kind, name, version.number))
    return pinned


def read_words(pinned: Iterable[Pinned]) -> str:
    """Versions in one word that a form sends back."""
    return " ".join(f"{p.kind}:{p.name}:{p.number}" for p in pinned)


def pinned_settings(bench: Workbench, settings: Mapping[str, Any], read: str) -> dict[str, Any]:
    """The settings with the documents as they were read aloud, copied. Raises ``Changed`` where they are others now."""
    documents = bench.project.documents
    now = versions_read(documents, settings)
    if read_words(now) != read:
        raise Changed(
            "the documents were changed after they were read", where="rules",
            fix="read them again, and then choose: nothing was asked for",
        )  # fmt: skip
    files = {}
    for p in now:
        text = documents.version(p.kind, p.name, p.number).text
        file = bench.project.folder / p.file
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, text.encode("utf-8"))
        files[p.kind] = p.file
    return {**settings, **files}


def pinned_of(job: Job) -> list[Pinned]:
    """The documents that a run was asked with, in their versions."""
    there = [PINNED.fullmatch(Path(str(job.settings.get(kind, ""))).name) for kind in (*DOCUMENTS, "roles")]
    return [Pinned(m[1], m[2], int(m[3])) for m in there if m]


def draw_names(bench: Workbench) -> list[str]:
    """The public draws of a project."""
    folder = bench.project.folder / DRAWS
    return sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []


def decided_draws(bench: Workbench) -> list[str]:
    """The draws whose chance is on record and that nobody changed."""
    states = {name: draw_state(bench.project.folder / DRAWS / name) for name in draw_names(bench)}
    return [name for name, state in states.items() if state.step == DECIDED and not state.faults]


def places_files(bench: Workbench) -> list[str]:
    """The files of a project that may hold places."""
    here = bench.project.files_folder
    there = sorted(p for p in here.rglob("*") if p.suffix.lower() in PLACES_FILES) if here.is_dir() else []
    names = [f"files/{p.relative_to(here).as_posix()}" for p in there]
    return [name for name in names if not name.startswith((f"{DRAWS}/", f"{READ}/"))]
