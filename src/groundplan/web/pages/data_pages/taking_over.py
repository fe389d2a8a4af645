"""From files that were looked at to a study on them: what was believed and said, written as the command line would."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from groundplan.economy.opening import TableFiles
from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.outcome import Outcome
from groundplan.projects.document_kinds import is_plain
from groundplan.projects.jobs import Job
from groundplan.records.toml import key_value
from groundplan.study.named_accounts import with_accounts
from groundplan.web.guarding.acting import acts
from groundplan.web.pages.data_pages.accounts_at_hand import current, save_study
from groundplan.web.pages.document_pages import number_of
from groundplan.web.verb_forms import FormFaults
from groundplan.web.workbench import STUDY, Workbench
from groundplan.whole_files import plain_stem

CLOSES = "costs against output"
WRITING = ("decimal", "thousands", "sheet", "header_row")  # what a mapping file says of how a file is written
TEMPLATE = "the filled template of this package"
FIRST = "[plan]\nyears = {years}\n"


def ready(outcome: Outcome) -> bool:
    """Whether all is said that only the user can say, and the table can be planned from, balanced or to be balanced."""
    totals = outcome.table("totals")
    return not len(outcome.table("questions")) and CLOSES in set(totals["what"])


def gap_of(outcome: Outcome) -> str:
    """By how much costs and output are apart, in words; nothing where they close."""
    totals = outcome.table("totals")
    off = totals[(totals["what"] == CLOSES) & ~totals["fits"].astype(bool)]
    return str(off["detail"].iloc[0]) if len(off) else ""


def proposed_name(bench: Workbench, files: list[str]) -> str:
    """A name for a new study of these files that is free."""
    stem = plain_stem(Path(files[0]).name.partition(".")[0], "own").lower() if files else "own"
    names = set(bench.project.documents.names(STUDY))
    return next(name for n in range(1, 10_000) if (name := stem if n == 1 else f"{stem}-{n}") not in names)


def take_over(bench: Workbench, study: str, job: Job, outcome: Outcome, entered: Mapping[str, str]) -> str:
    """Put a study, a new one or the one that is looked at, on files that were looked at; its name.

    Raises ``FormFaults`` for what was entered, ``Conflict`` where somebody changed the study meanwhile.
    """
    new = entered.get("where") != "this"
    name = entered.get("name", "").strip() if new else study
    faults = _faults(bench, name, new, outcome, entered)
    if faults:
        raise FormFaults(faults)
    country, table = _accounts(bench, name, job, outcome, balance=bool(entered.get("balance")))
    listed = ", ".join(Path(str(f)).name for f in job.settings["files"])
    try:
        if new:
            text = with_accounts(
                FIRST.format(years=int(entered.get("years") or 10)), f"{name}.toml", country, None, table
            )
            save_study(bench, name, text, after=0, why=f"put on the accounts {listed}")
        else:
            text = with_accounts(current(bench, name).text, f"{name}.toml", country, None, table)
            save_study(
                bench, name, text, after=number_of(entered.get("after", "")), why=f"put on the accounts {listed}"
            )
    except FormFaults:
        raise
    except GroundplanError as fault:
        if type(fault).__name__ == "Conflict":
            raise
        raise FormFaults({"": str(fault)}) from None
    return name


def _faults(bench: Workbench, name: str, new: bool, outcome: Outcome, entered: Mapping[str, str]) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not ready(outcome):
        faults[""] = said("Something is still asked; answer it and look again first.")
    if new and not is_plain(name):
        faults["name"] = said("Use letters from a to z, digits, - and _, at most 60 of them.")
    elif new and name in bench.project.documents.names(STUDY):
        faults["name"] = said("There is a study of that name already.")
    years = entered.get("years") or "10"
    if new and not (years.isascii() and years.isdigit() and 1 <= int(years) <= 100):
        faults["years"] = said("Give a whole number from 1 to 100.")
    if gap_of(outcome) and not entered.get("balance"):
        faults["balance"] = said("Costs and output differ: mend the file, or say that it is to be balanced.")
    return faults


def _accounts(bench: Workbench, name: str, job: Job, outcome: Outcome, *, balance: bool) -> tuple[str, TableFiles]:
    """The country and the section ``[table]`` of a study on the files of a run; paths go from the study's folder."""
    answers = outcome.table("answers")
    stated: dict[str, Any] = dict(zip(map(str, answers["option"]), map(str, answers["value"]), strict=True))
    stated |= dict(job.settings)
    files = [_from_study(str(f)) for f in job.settings["files"]]
    layouts = outcome.table("beliefs").query("what == 'layout'")["value"]
    if len(layouts) and str(layouts.iloc[0]) == TEMPLATE:
        mapping = _from_study(str(stated["mapping"])) if stated.get("mapping") else ""
        return files[0], TableFiles(mapping=mapping, balance=balance)
    mapping = _mapping(bench, name, stated)
    table = TableFiles(
        files=tuple(files), layout=_from_study(str(stated.get("layout", ""))),
        kinds=_from_study(str(stated.get("roles", ""))), year=int(stated["year"]), money=str(stated.get("money", "")),
        mapping=mapping, balance=balance, **({"tolerance": stated["tolerance"]} if "tolerance" in stated else {}),
    )  # fmt: skip
    return str(stated["country"]), table.checked()


def _from_study(place: str) -> str:
    """A place in the project as a study says it; a word, such as a layout's, stays as it is."""
    return f"../{place}" if "/" in place else place


def _mapping(bench: Workbench, name: str, stated: Mapping[str, Any]) -> str:
    """The mapping that the study names: what was said of how the file is written, over a mapping that was named."""
    keys = {key: stated[key] for key in WRITING if stated.get(key) not in (None, "")}
    own = str(stated.get("mapping", ""))
    if not keys:
        return _from_study(own)
    keys |= {"header_row": int(keys["header_row"])} if "header_row" in keys else {}
    text = (bench.project.folder / own).read_text("utf-8") if own else ""
    rest = [row for row in text.splitlines() if not re.match(rf"({'|'.join(keys)})\s*=", row)]
    documents = bench.project.documents
    there = documents.current("mapping", name)
    text = "\n".join([*(key_value(k, v) for k, v in keys.items()), *rest, ""])
    documents.save("mapping", name, text, after=there.number if there else 0, by=acts(), why="as the file is written")
    return f"../mappings/{name}.toml"
