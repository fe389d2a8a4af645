"""Whose plan or accounts a question is about: one answer for every verb."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.economy.opening import is_file, open_accounts, open_table, with_names
from groundplan.errors import StudyError, UnknownName, raise_all
from groundplan.planning.activity_rows import GivenRow
from groundplan.planning.policy import Policy
from groundplan.records.admissible import is_number, shown
from groundplan.records.card import Entry, fields_of
from groundplan.study.study import Study, open_study, with_choices

if TYPE_CHECKING:
    from groundplan.economy.world import World

TOLERANCE = 1e-3

Record = TypeVar("Record", bound=Entry)
Subject = Economy | Study | str | Path | None
Projects = Mapping[str, Sequence[GivenRow] | pd.DataFrame]


def study_of(
    subject: Subject = None,
    study: Study | str | Path | None = None,
    *,
    year: int | None = None,
    policy: Policy | None = None,
    projects: Projects | None = None,
    choices: Mapping[str, Any] | None = None,
) -> Study:
    """The study that a verb is asked about.

    ``subject``: an economy, a study, a study file (``.toml``), a filled template (workbook or folder), the code or
    English name of a shipped country, or nothing: the study's own country, Kenya without a study. ``study`` is a study
    or its file, which ``subject`` puts on other accounts. ``policy`` and ``projects`` take the place of the study's
    own; ``choices`` are single policies and figures, which go before all.
    Raises ``StudyError`` and ``UnknownName`` for what does not exist or is said twice.
    """
    if policy is not None and not isinstance(policy, Policy):
        raise StudyError(f"policy is {policy!r}, not a Policy", fix="give Policy.of(years=5, ...)")
    asked = _with_subject(subject, study)
    if policy is not None:
        asked = dataclasses.replace(asked, policy=policy)
    if projects is not None:
        asked = dataclasses.replace(asked, projects={t: _rows(rows) for t, rows in projects.items()})
    return with_choices(asked, None, year, choices or {})


class Files(TypedDict, total=False):
    """How accounts are opened, in words that every verb about accounts takes.

    ``year`` of the accounts, the latest by default. ``table``: files of a publisher that hold the country, with their
    ``layout`` (``tables.published``), ``money`` where the layout does not fix it, ``edition`` for the record and
    the ``tolerance`` for gaps between costs and output. ``mapping``: a file (TOML) for what differs from the layout.
    ``names``: a list (columns code, name) for files that have codes only.
    """

    year: int | None
    table: Sequence[str | Path] | None
    layout: str
    money: str | None
    edition: str
    mapping: str | Path | None
    tolerance: float
    names: str | Path | None


@dataclass(frozen=True, eq=False)
class OpenedAccounts:
    """An economy as opened, its world table where it is of one, and the words that open it again from own files."""

    economy: Economy
    world: World | None
    words: str

    @property
    def facts(self) -> dict[str, str]:
        """For the provenance: how the user's own files were opened; nothing for shipped accounts."""
        return {"opened": self.words} if self.words else {}


def accounts_of(subject: Subject = None, **files: Unpack[Files]) -> OpenedAccounts:
    """The economy that a verb is asked about; ``subject`` as in ``study_of``, or a country of the table in ``files``.

    Raises ``UnknownName`` and ``StudyError``, and what ``open_accounts`` and ``open_table`` raise.
    """
    raise_all([UnknownName("choice", k, Files.__annotations__) for k in files if k not in Files.__annotations__])
    tolerance = files.get("tolerance", TOLERANCE)
    if not is_number(tolerance) or not 0.0 <= tolerance <= 1.0:
        what, fix = (
            f"tolerance is {shown(tolerance)}",
            "give the gap accepted between costs and output, a share of output",
        )
        raise StudyError(what, where="--tolerance", fix=f"{fix} from 0 to 1")
    year, mapping, names, world = files.get("year"), files.get("mapping"), files.get("names"), None
    path = None if mapping is None else Path(mapping)
    table = files.get("table")
    if table:
        country = "KEN" if subject is None else subject
        if not isinstance(country, str):
            raise StudyError("--table is for a country by its code", fix="name the country, or leave out --table")
        paths = [table] if isinstance(table, (str, Path)) else table
        economy, world = open_table(
            paths, files.get("layout", ""), country, year, money=files.get("money"), edition=files.get("edition", ""),
            mapping=path, tolerance=files.get("tolerance", TOLERANCE),
        )  # fmt: skip
    elif files.get("layout") or files.get("money") or files.get("edition"):
        raise StudyError("--layout, --money and --edition are of --table", fix="name the files: --table FILE ...")
    else:
        economy = _economy(subject, year, path)
    named = economy if names is None else with_names(economy, Path(names))
    return OpenedAccounts(named, world, _words(subject, files))


def _economy(subject: Subject, year: int | None, mapping: Path | None) -> Economy:
    if isinstance(subject, (str, Path)) and not is_study_file(subject):
        return open_accounts(subject, year, mapping=mapping)
    if mapping is not None:
        raise StudyError("a mapping is for a file", fix="leave out --mapping, or name a file")
    return study_of(subject, year=year).economy()


def _words(subject: Subject, files: Files) -> str:
    """Words of the command that opens the same files again; none where nothing but shipped accounts was opened."""
    asked = {name: files.get(name) for name in ("table", "layout", "money", "edition", "mapping", "names")}
    given = {name: value for name, value in asked.items() if value}
    named = isinstance(subject, (str, Path))
    if not given and not (named and is_file(str(subject))):
        return ""
    if not (named or subject is None):
        return ""
    if files.get("year") is not None:
        given["year"] = files["year"]
    if files.get("tolerance", TOLERANCE) != TOLERANCE:
        given["tolerance"] = files["tolerance"]
    words = [str(subject or "KEN")]
    for name, value in given.items():
        words.append(f"--{name}")
        words += [str(v) for v in value] if isinstance(value, (list, tuple)) else [str(value)]
    return shlex.join(words)


def setting_of(usual: Record, **asked: Any) -> Record:
    """A record of settings with what was asked for in it; None asks for nothing. Unknown names are refused."""
    names = [f.name for f in fields_of(type(usual))]
    raise_all([UnknownName("setting", name, names) for name in asked if name not in names])
    return dataclasses.replace(usual, **{k: v for k, v in asked.items() if v is not None})


def _with_subject(subject: Subject, study: Study | str | Path | None) -> Study:
    if study is None:
        if isinstance(subject, Study):
            return subject
        if is_study_file(subject):
            return open_study(subject)  # type: ignore[arg-type]
        return _on(Study.of("KEN"), subject)
    if isinstance(subject, Study) or is_study_file(subject):
        raise StudyError("two studies are named", fix="name one, and a country beside it at most")
    return _on(study if isinstance(study, Study) else open_study(study), subject)


def _on(study: Study, subject: Subject) -> Study:
    """The study on the accounts of the subject, its own where there is none."""
    if subject is None:
        return study
    if isinstance(subject, Economy):
        return study.on(subject)
    if isinstance(subject, (str, Path)):
        if is_file(subject):
            return study.on(open_accounts(subject))
        return with_choices(study, str(subject), None, {})
    kind = type(subject).__name__
    raise StudyError(
        f"whose plan it is about is told by a {kind}", fix="give an Economy, a Study, a country's code or a file"
    )


def is_study_file(subject: Subject) -> bool:
    """Whether a study's file is named."""
    return isinstance(subject, (str, Path)) and Path(subject).suffix.lower() == ".toml"


def _rows(rows: Sequence[GivenRow] | pd.DataFrame) -> list[GivenRow]:
    if isinstance(rows, pd.DataFrame):
        return [{str(k): v for k, v in row.items()} for row in rows.to_dict("records")]
    return list(rows)
