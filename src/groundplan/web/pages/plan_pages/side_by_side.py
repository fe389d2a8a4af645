"""Saved outcomes side by side, and versions of a document side by side."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from groundplan.errors import GroundplanError, UnknownName
from groundplan.languages.spoken import said
from groundplan.projects.document_kinds import KINDS
from groundplan.projects.documents import lines_apart
from groundplan.study.study_editing.change_sentences import change_sentences
from groundplan.web.frame import page
from groundplan.web.pages.plan_pages.compared_outcomes import compared, shown_comparison
from groundplan.web.verb_forms import fault_lines
from groundplan.web.workbench import STUDY, Workbench

router = APIRouter()
FEWEST, MOST = 2, 3


@router.get("/compare")
def compare_page(request: Request, of: Annotated[list[str] | None, Query()] = None) -> Response:
    """Two or three saved outcomes side by side; what may be chosen, where they are not; why not, where they differ."""
    bench: Workbench = request.app.state.bench
    names = [name for name in dict.fromkeys(of or []) if name]
    if len(names) < FEWEST:
        return _picker(request, bench, names, [])
    if len(names) > MOST:
        return _picker(request, bench, names[:MOST], [said("Two or three can be compared at once.")], status=422)
    try:
        apart = compared(bench, names)
    except UnknownName:
        raise
    except GroundplanError as fault:
        return _picker(request, bench, names, fault_lines(fault), status=422)
    return page(
        request, "compare.html", title=said("Side by side"), names=names, apart=shown_comparison(apart), faults=[],
        there=bench.outcome_names(), command=_command(bench, names),
    )  # fmt: skip


@router.get("/compare/versions")
def compare_versions(request: Request, kind: str, name: str, one: int, other: int) -> Response:
    """Two versions of a document side by side. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    if kind not in KINDS:
        raise UnknownName("kind of document", kind, KINDS)
    documents = bench.project.documents
    before, after = documents.version(kind, name, one), documents.version(kind, name, other)
    try:
        sentences = change_sentences(before.text, after.text) if kind == STUDY else []
    except GroundplanError:  # a text that is no study is compared as text alone
        sentences = []
    return page(
        request, "compare_versions.html", title=said(f"Versions {one} and {other} of {name}"), kind=kind, name=name,
        before=before, after=after, sentences=sentences, versions=documents.versions(kind, name),
        difference=lines_apart(before.text, after.text, f"version {one}", f"version {other}"),
    )  # fmt: skip


def _picker(request: Request, bench: Workbench, names: list[str], faults: list[str], status: int = 200) -> Response:
    return page(
        request, "compare.html", status=status, title=said("Compare"), names=names, apart=None, faults=faults,
        there=bench.outcome_names(), command="groundplan diff A B",
    )  # fmt: skip


def _command(bench: Workbench, names: list[str]) -> str:
    folder = bench.project.outcomes_folder.relative_to(bench.project.folder)
    return shlex.join(["groundplan", "diff", *((Path(folder) / name).as_posix() for name in names)])
