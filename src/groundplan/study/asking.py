"""Whose plan or accounts a question is about: one answer for every verb."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict, TypeVar, Unpack

import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.economy.opening import OpenedAccounts, Opening
from groundplan.errors import StudyError, UnknownName, raise_all
from groundplan.planning.activity_rows import GivenRow
from groundplan.planning.policy import Policy
from groundplan.records.card import Entry, fields_of
from groundplan.study.study import Study, open_study, with_choices
from groundplan.tables.returned.manifest import STUDY, kind_of

Record = TypeVar("Record", bound=Entry)
Subject = Economy | Study | Opening | str | Path | None
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
    English name of a shipped country, an ``Opening``, or nothing: the study's own country, Kenya without a study.
    ``study`` is a study or its file, which ``subject`` puts on other accounts. ``policy`` and ``projects`` take the
    place of the study's own; ``choices`` are single policies and figures, which go before all, and what ``Files`` says
    of the accounts, ``year`` among it.
    Raises ``StudyError`` and ``UnknownName`` for what does not exist or is said twice.
    """
    if policy is not None and not isinstance(policy, Policy):
        raise StudyError(f"policy is {policy!r}, not a Policy", fix="give Policy.of(years=5, ...)")
    files, single = parted({"year": year, **(choices or {})})
    asked = _with_subject(subject, study, files)
    if policy is not None:
        asked = dataclasses.replace(asked, policy=policy)
    if projects is not None:
        asked = dataclasses.replace(asked, projects={t: _rows(rows) for t, rows in projects.items()})
    return with_choices(asked, single)


class Files(TypedDict, total=False):
    """How accounts are opened, in words that every verb takes.

    ``year`` of the accounts, the latest by default. ``table``: files of a publisher that hold the country, with their
    ``layout`` (``tables.published``), the file of its ``kinds`` of accounts, ``money`` where the layout does not fix
    it, ``edition`` for the record and the ``tolerance`` for gaps between costs and output. ``mapping``: a file (TOML)
    for what differs from the layout. ``names``: a list (columns code, name) for files that have codes only;
    ``balance``: balance a table whose costs and output differ, on purpose (``balance_table``).
    ``classes``: one (columns code, class) that says what each sector is (``tables.industry_classes``).
    """

    year: int | None
    table: str | Path | Sequence[str | Path] | None
    layout: str | None
    kinds: str | Path | None
    money: str | None
    edition: str | None
    tolerance: float | None
    balance: bool | None
    mapping: str | Path | None
    names: str | Path | None
    classes: str | Path | None


def accounts_of(subject: Subject = None, **files: Unpack[Files]) -> OpenedAccounts:
    """The economy that a verb is asked about; ``subject`` as in ``study_of``, or a country of the table in ``files``.

    Raises ``UnknownName`` and ``StudyError``, and what opening the accounts raises.
    """
    raise_all([UnknownName("choice", k, Files.__annotations__) for k in files if k not in Files.__annotations__])
    return study_of(subject, choices=files).opened()


def parted(choices: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is said of the accounts, and the other choices."""
    of_accounts = {k: v for k, v in choices.items() if k in Files.__annotations__ and v is not None}
    return of_accounts, {k: v for k, v in choices.items() if k not in Files.__annotations__}


def setting_of(usual: Record, **asked: Any) -> Record:
    """A record of settings with what was asked for in it; None asks for nothing. Unknown names are refused."""
    names = [f.name for f in fields_of(type(usual))]
    raise_all([UnknownName("setting", name, names) for name in asked if name not in names])
    return dataclasses.replace(usual, **{k: v for k, v in asked.items() if v is not None})


def _with_subject(subject: Subject, study: Study | str | Path | None, files: Mapping[str, Any]) -> Study:
    if study is None:
        if isinstance(subject, Study):
            return subject.with_accounts(None, files)
        if is_study_file(subject):
            return open_study(subject).with_accounts(None, files)  # type: ignore[arg-type]
        return _on(Study.of("KEN"), subject, files)
    if isinstance(subject, Study) or is_study_file(subject):
        raise StudyError("two studies are named", fix="name one, and a country beside it at most")
    return _on(study if isinstance(study, Study) else open_study(study), subject, files)


def _on(study: Study, subject: Subject, files: Mapping[str, Any]) -> Study:
    """The study on the accounts of the subject, its own where there is none."""
    if isinstance(subject, Economy):
        return study.on(subject).with_accounts(None, files)
    if isinstance(subject, Opening):
        return study.from_opening(subject).with_accounts(None, files)
    if subject is None or isinstance(subject, (str, Path)):
        return study.with_accounts(subject, files)
    kind = type(subject).__name__
    raise StudyError(
        f"whose plan it is about is told by a {kind}", fix="give an Economy, a Study, a country's code or a file"
    )


def is_study_file(subject: Subject) -> bool:
    """Whether a study's file is named: TOML, or a workbook of its forms."""
    if not isinstance(subject, (str, Path)):
        return False
    return Path(subject).suffix.lower() == ".toml" or kind_of(subject) is STUDY


def _rows(rows: Sequence[GivenRow] | pd.DataFrame) -> list[GivenRow]:
    if isinstance(rows, pd.DataFrame):
        return [{str(k): v for k, v in row.items()} for row in rows.to_dict("records")]
    return list(rows)
