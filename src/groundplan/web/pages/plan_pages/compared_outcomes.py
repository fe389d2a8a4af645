"""Saved outcomes put beside one another by the verb ``diff``, and its views as parts of pages."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from groundplan.outcome import Outcome
from groundplan.results.html.markup import prepared
from groundplan.results.spoken_views import naming_data, spoken_brief, spoken_views
from groundplan.results.view import BODY, View
from groundplan.verbs.diff import diff
from groundplan.web.workbench import Workbench


def compared(bench: Workbench, names: Sequence[str], called: Sequence[str] = ()) -> Outcome:
    """What two or three saved outcomes of one kind have apart; ``called``: what they are called, else as their folders.

    Raises ``UnknownName`` for names that are not saved, ``GroundplanError`` for outcomes of different kinds.
    """
    apart = diff(*(bench.outcome_folder(name) for name in names))
    if not called:
        return apart
    every = [{**one, "name": name} for one, name in zip(apart.provenance["compared"], called, strict=True)]
    return dataclasses.replace(apart, provenance={**apart.provenance, "compared": every})


def shown_parts(apart: Outcome, view: str) -> list[dict[str, Any]]:
    """One view of a comparison for the templates; nothing where there is none of the name."""
    with naming_data(apart):
        return next((_view(v)["parts"] for v in spoken_views(apart) if v.name == view), [])


def shown_comparison(apart: Outcome) -> dict[str, Any]:
    """The first page of a comparison, and the sections after it: what was asked first, then what came out."""
    with naming_data(apart):
        first = spoken_brief(apart)
        return {"brief": _view(first), "body": [_view(v) for v in spoken_views(apart) if v.level == BODY]}


def _view(view: View) -> dict[str, Any]:
    return {"name": view.name, "title": view.title, "parts": prepared(view.parts)}
