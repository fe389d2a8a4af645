"""The report's section on projects that are done whole or not at all: which are built, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import (
    framed,
)
from groundplan.results.page import items, paragraph, table
from groundplan.results.words import number

STARTED = 0.5


def works(o: Outcome) -> str:
    """Projects started, those left out, and how sure the choice is; empty where no project was stated."""
    stated = o.provenance.get("policy", {}).get("works", [])
    if not stated or "level" not in o.arrays:
        return ""
    built = _started(o)
    lines = [_sentence(w, built) for w in stated]
    said = f"Of {len(stated)} projects {sum(any(k in built for k in _names(w)) for w in stated)} are started."
    return (
        paragraph(f"{said} {_search(o)}".strip()) + items(lines) + table(starts(o), "Projects by year of their start")
    )


def starts(o: Outcome) -> pd.DataFrame:
    """Projects and sizes (rows) with the year of their start and what is spent on each, by year from the start."""
    stated = o.provenance.get("policy", {}).get("works", [])
    built = _started(o)
    rows = [
        (str(w.get("label") or w["name"]), name.partition("@")[2], year, w)
        for w in stated
        for name in _names(w)
        if (year := built.get(name)) is not None
    ]
    return framed(
        pd.Index([label for label, _, _, _ in rows], name="project"),
        [
            ("size", "", [size or "1" for _, size, _, _ in rows]),
            ("starts in", "", [str(year) for _, _, year, _ in rows]),
            ("years of building", "", [str(len(w["spending"])) for _, _, _, w in rows]),
        ],
    )


def _names(work: Mapping[str, Any]) -> list[str]:
    sizes = work.get("sizes") or [1.0]
    name = f"work:{work['name']}"
    return [name] if len(sizes) == 1 else [f"{name}@{s:g}" for s in sizes]


def _started(o: Outcome) -> dict[str, int]:
    """Activities of projects that are started → the year."""
    level = pd.DataFrame(o["level"].to_pandas())
    own = level[[str(a).startswith("work:") for a in level.index]]
    done = own[own.max(axis=1) > STARTED]
    return dict(zip(map(str, done.index), done.idxmax(axis=1).astype(int).tolist(), strict=True))


def _sentence(work: Mapping[str, Any], built: dict[str, int]) -> str:
    label = str(work.get("label") or work["name"])
    for name in _names(work):
        if name in built:
            size = name.partition("@")[2]
            return f"{label}: starts in {built[name]}{f', in size {size}' if size else ''}."
    return f"{label}: not built."


def _search(o: Outcome) -> str:
    found = o.provenance.get("solver", {}).get("search")
    if not found:
        return ""
    ended = "was stopped" if found["stopped"] else "ended"
    share = number(100 * found["gap"], 4)
    return f"The search for them {ended} with a plan that no other choice can beat by more than {share} %."
