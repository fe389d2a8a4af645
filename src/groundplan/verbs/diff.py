"""What two or three saved outcomes of one kind have apart: what was asked of them first, then what came out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from groundplan.differences.apart_figures import figure_differences, last_year
from groundplan.differences.apart_inputs import LETTERS, input_differences
from groundplan.differences.stated_inputs import fingerprint
from groundplan.errors import GroundplanError
from groundplan.outcome import Outcome
from groundplan.results.saved_pages.kind_words import kind_words
from groundplan.study.repeating import command_of

Compared = Outcome | str | Path


def diff(
    a: Compared, b: Compared, c: Compared | None = None, *, progress: Callable[[str], None] = lambda _: None
) -> Outcome:
    """What outcomes of one kind have apart: ``a`` against ``b`` (and ``c``), each an outcome or its folder.

    Tables: ``inputs`` (what, unit, meaning, a, b, c in words), what was asked differently, from the version and the
    files' marks to every choice; ``changes`` (``figure_differences``), what came out differently, totals before parts
    and the largest first; ``alone``, what not all of them have. The provenance has under ``compared`` what each one is,
    and how many figures were compared under ``counts``. Raises ``GroundplanError`` for outcomes of different kinds, and
    what ``Outcome.open`` raises.

    >>> one = Outcome({}, {}, {"engine": "place", "objective": 2.0, "detour": 1.3})
    >>> two = Outcome({}, {}, {"engine": "place", "objective": 3.0, "detour": 1.5})
    >>> apart = diff(one, two)
    >>> apart.table("inputs")[["what", "a", "b"]].to_numpy().tolist(), apart.table("changes")["share"].tolist()
    ([['detour', '1.3', '1.5']], [0.5])
    """
    asked = [x for x in (a, b, c) if x is not None]
    progress("opening the outcomes")
    outcomes = [x if isinstance(x, Outcome) else Outcome.open(x, pages=False) for x in asked]
    names = _names(asked)
    kinds = [o.engine for o in outcomes]
    if len(set(kinds)) > 1:
        said = ", ".join(f"{name} is {kind_words(kind)}" for name, kind in zip(names, kinds, strict=True))
        raise GroundplanError(
            f"outcomes of different kinds have no figures alike: {said}",
            where="diff", fix="name outcomes of one kind; `groundplan outcomes` lists what is saved",
        )  # fmt: skip
    progress("what was asked differently")
    inputs = input_differences(outcomes)
    progress("what came out differently")
    apart = figure_differences(outcomes)
    tables = {"inputs": inputs, "changes": apart.changes, "alone": apart.alone}
    return Outcome({}, tables, _about(outcomes, asked, names, apart.counts))


def _about(
    outcomes: Sequence[Outcome], asked: Sequence[Compared], names: Sequence[str], counts: dict[str, int]
) -> dict[str, Any]:
    """What the outcomes are, and the facts that all of them have alike."""
    facts = ("groundplan", "country", "country_name", "accounts_year", "carried_from", "money", "employment_unit")
    every = [o.provenance for o in outcomes]
    alike = {k: every[0][k] for k in facts if all(k in p and p[k] == every[0][k] for p in every)}
    sources = {str(s): s for p in every for s in p.get("sources", [])}
    compared = [
        {
            "name": name,
            "folder": "" if isinstance(x, Outcome) else str(x),
            "question": str(o.provenance.get("question") or o.provenance.get("command") or ""),
            "fingerprint": fingerprint(o),
            **{k: o.provenance[k] for k in ("country_name", "accounts_year", "groundplan") if k in o.provenance},
        }
        for name, x, o in zip(names, asked, outcomes, strict=True)
    ]
    command = (
        ""
        if any(isinstance(x, Outcome) for x in asked)
        else command_of("diff", dict(zip(LETTERS, asked, strict=False)))
    )
    return {
        **alike, "engine": "diff", "of": outcomes[0].engine, "compared": compared, "counts": counts,
        "last_year": last_year(outcomes), "sources": list(sources.values()),
        **({"command": command} if command else {}),
    }  # fmt: skip


def _names(asked: Sequence[Compared]) -> list[str]:
    """What outcomes are called: their folders' names, with the folders above where those are alike; else A, B, C."""
    paths = [None if isinstance(x, Outcome) else Path(x) for x in asked]
    for parts in range(1, 4):
        names = [
            letter.upper() if path is None else "/".join(path.parts[-parts:]) or letter.upper()
            for path, letter in zip(paths, LETTERS, strict=False)
        ]
        if len(set(names)) == len(names):
            return names
    return [letter.upper() for letter in LETTERS[: len(asked)]]
