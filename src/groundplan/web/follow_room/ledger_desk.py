"""A project's ledger as the pages see it: where it is, what is in it, and the verb asked in the project's folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from groundplan.errors import GroundplanError
from groundplan.last_used import LastUsed
from groundplan.outcome import Outcome
from groundplan.projects.settings_checks import inside
from groundplan.saved_index import INDEX, MARK
from groundplan.verb_table import VERBS
from groundplan.web.verb_forms import command_of
from groundplan.web.workbench import own_name

if TYPE_CHECKING:
    from groundplan.ledgers.ledger_book import LedgerBook
    from groundplan.ledgers.plan_ledger import Ledger
    from groundplan.projects.jobs import Job
    from groundplan.web.workbench import Workbench

LEDGER, KEY = "plan.ledger", "plan.key"
FORMS, RECEIVED, CHECKPOINTS, EXPORTS, REPORTS = (
    "files/forms", "files/received", "files/checkpoints", "files/exports", "files/reports",
)  # fmt: skip
OWNER_ALONE = 0o600
# Options of the ledger's verb that hold files; every one of them is inside the project's folder.
PLACES = ("path", "ledger", "key", "plan", "programme")


class KeyState(NamedTuple):
    """Whether the key stands where the ledger's key belongs, and who may read it: its mode as it is written, 600."""

    there: bool
    mode: str
    owner_alone: bool


class LedgerDesk:
    """The ledger of a workbench's project."""

    def __init__(self, bench: Workbench) -> None:
        self.bench, self.folder = bench, bench.project.folder

    @property
    def there(self) -> bool:
        """Whether the project has a ledger."""
        return (self.folder / LEDGER).is_file()

    def ledger(self) -> Ledger:
        """The ledger, opened. Raises ``GroundplanError`` where there is none."""
        from groundplan.ledgers.plan_ledger import Ledger

        if not self.there:
            raise GroundplanError("this project has no ledger yet", fix="begin one first")
        return Ledger(self.folder / LEDGER)

    def book(self) -> LedgerBook:
        """What stands in the ledger. Raises ``GroundplanError`` where it cannot be read, or was changed."""
        return self.ledger().book

    def key_state(self) -> KeyState:
        """Whether the key is there, and who may read it."""
        try:
            mode = (self.folder / KEY).stat().st_mode & 0o777
        except OSError:
            return KeyState(False, "", False)
        return KeyState(True, f"{mode:o}", mode == OWNER_ALONE)

    def settings(self, action: str, path: str = "", **more: Any) -> dict[str, Any]:
        """Settings of the verb for the project's ledger and key, as it is asked in the project's folder."""
        said = {"action": action, "path": path, "ledger": LEDGER, "key": KEY, **more}
        return {name: value for name, value in said.items() if value not in ("", None, (), [])}

    def command(self, action: str, path: str = "", **more: Any) -> str:
        """What to type in the project's folder for the same; what is usual is left out."""
        usual = {"ledger": LEDGER, "key": KEY}
        there = {k: v for k, v in self.settings(action, path, **more).items() if usual.get(k) != v}
        return command_of(VERBS["ledger"], there)

    def did(self, action: str, path: str = "", **more: Any) -> Outcome:
        """Ask the verb now, in this process, of files of the project alone. Raises what it raises."""
        said = own_name("ledger", self.settings(action, path, **more))
        here = {k: str(inside(self.folder, v)) if k in PLACES else v for k, v in said.items()}
        if "kept" in here:
            here["kept"] = [str(inside(self.folder, name)) for name in here["kept"]]
        asked = here.pop("action"), here.pop("path", None)
        return VERBS["ledger"].function(*asked, **here)

    def lines(self, done: Outcome) -> list[str]:
        """What was done, as the command line says it in the project's folder."""
        here = (f"{self.folder.resolve()}/", f"{self.folder}/")
        return [str(line).replace(here[0], "").replace(here[1], "") for line in done.table("lines")["line"]]

    def ask(self, action: str, path: str, study: str, **more: Any) -> Job:
        """Put the verb into the queue. Raises ``GroundplanError`` for what may not be asked."""
        said = self.settings(action, path, **more)
        return self.bench.ask("ledger", said, study=study, about=self.command(action, path, **more))

    def jobs(self, *verbs: str, action: str = "") -> list[Job]:
        """Runs of these verbs, the newest first; of the ledger's verb those of an action."""
        there = [j for j in self.bench.project.jobs.all() if j.verb in verbs]
        there = [j for j in there if not action or j.settings.get("action") == action]
        return sorted(there, key=lambda j: -j.number)

    def today(self) -> date:
        """The day, where the ledger's days end."""
        return self.ledger().today()


_engines: LastUsed[tuple[str, int, int], str] = LastUsed(1000)


class DoneOutcome(NamedTuple):
    """A saved outcome of a verb, and when it was asked for: UTC in ISO 8601."""

    outcome: str
    asked_at: str


def newest_done(desk: LedgerDesk, verb: str, study: str) -> DoneOutcome | None:
    """The newest outcome of a verb, of a run about the study or of the command line; none where there is none."""
    asked = {j.outcome: j for j in desk.jobs(verb) if j.outcome}
    for name in (path.partition("/")[2] for path in outcomes_of(desk.bench, verb)):
        job = asked.get(name)
        if job is None:
            written = (desk.bench.outcome_folder(name) / MARK).stat().st_mtime
            return DoneOutcome(name, datetime.fromtimestamp(written, UTC).isoformat())
        if not study or job.study.partition("@")[0] in ("", study):
            return DoneOutcome(name, job.asked_at)
    return None


def promised_plan(desk: LedgerDesk) -> str:
    """The saved plan that the ledger's newest plan promises, as ``outcomes/NAME``; else the newest plan that is saved.

    The ledger knows it by the hash of its index.
    """
    there = outcomes_of(desk.bench, "plan", "replan")
    plans = list(desk.book().plans.values()) if desk.there else []
    marks = {hashlib.sha256((desk.folder / path / INDEX).read_bytes()).hexdigest(): path for path in there}
    return marks.get(str(plans[-1]["outcome"]) if plans else "", there[0] if there else "")


def outcomes_of(bench: Workbench, *engines: str) -> list[str]:
    """Saved outcomes of these engines, the newest first, as ``outcomes/NAME``."""
    return [f"outcomes/{name}" for name in bench.outcome_names() if engine_of(bench.outcome_folder(name)) in engines]


def engine_of(folder: Path) -> str:
    """What computed a saved outcome; nothing where its folder does not say."""
    mark = folder / MARK
    try:
        now = mark.stat()
        return _engines.value((str(mark), now.st_mtime_ns, now.st_size), lambda: _engine_in(mark))
    except (OSError, ValueError, AttributeError):
        return ""


def _engine_in(mark: Path) -> str:
    said: Mapping[str, Any] = json.loads(mark.read_text("utf-8"))
    return str(said.get("engine", ""))


def project_files(bench: Workbench, endings: Sequence[str]) -> list[str]:
    """Files of the project with these endings, as they are named in its folder; forms and returns are left out."""
    here, left_out = bench.project.folder, (FORMS, RECEIVED, EXPORTS)
    names = [p.relative_to(here).as_posix() for p in bench.project.files_folder.rglob("*") if p.is_file()]
    return sorted(n for n in names if n.endswith(tuple(endings)) and not n.startswith(left_out))
