"""A letter to every place, chosen or not: why now, why later, why these works, what would change it, how to check it.

Every letter is made from the outcome alone, by the same rules for all. In the spoken
language; no native reader has checked other ones than English.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from groundplan.errors import GroundplanError, UnknownName
from groundplan.languages.spoken import said
from groundplan.outcome import Outcome
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.html.markup import prepared, rendered
from groundplan.results.page import items, joined, paragraph, table
from groundplan.results.place_pages import place_figures as figures
from groundplan.results.place_pages import place_views as v
from groundplan.results.place_pages import place_words as w
from groundplan.results.spoken_views import naming, spoken_parts
from groundplan.results.view import Parts
from groundplan.results.words import in_a_row, money_words
from groundplan.shown_text import visible
from groundplan.whole_files import plain_stem

INDEX = "index.html"
GENERATOR = "Groundplan letters"
MARK = f'<meta name="generator" content="{GENERATOR}">'
CHECK = "verify_draw.py"


@naming
def letters(o: Outcome) -> dict[str, str]:
    """File name → page: one for every place, in the order of the list of places, and ``index.html``.

    >>> import re; bool(re.fullmatch(file_name(7, "KPC125"), "007-KPC125.html"))
    True
    """
    named = letter_files(o)
    pages = {named[place]: letter(o, place) for place in named}
    return {INDEX: _index(o, named), **pages}


def file_name(number: int, place: str) -> str:
    """A file's name that no id can break out of its folder with.

    >>> file_name(12, "../etc")
    '012-etc.html'
    """
    return f"{number:03d}-{plain_stem(place, 'place')}.html"


def letter(o: Outcome, place: str) -> str:
    """The letter to one place as a page that needs nothing but itself. Raises ``UnknownName``."""
    written = letter_content(o, place)
    return rendered("letter.html", generator=GENERATOR, **written._asdict())


class LetterContent(NamedTuple):
    """What a letter says, in the spoken language, prepared for templates."""

    title: str
    opening: list[dict[str, Any]]
    sections: list[dict[str, Any]]


def letter_content(o: Outcome, place: str) -> LetterContent:
    """The title, the opening and the sections of the letter to a place, by its id. Raises ``UnknownName``."""
    titles = w.place_titles(o)
    if place not in titles:
        raise UnknownName("place", place, titles)
    sections = [
        {"title": said(heading), "parts": prepared(spoken_parts(inside))}
        for heading, inside in (
            (w.why_heading(o, place), items(w.why(o, place))),
            ("What would change this", items(w.changes(o, place)) + paragraph(w.CHANGES_NOTE, "note")),
            ("What is built, and from what", _works(o, place)),
            ("The figures of this place", _figures(o, place)),
            ("The scores, computed again", _scores(o, place)),
            ("How to check this", _checked(o)),
        )
        if inside
    ]
    opening = paragraph(w.programme_line(o), "note") + paragraph(w.decision(o, place), "headline")
    return LetterContent(titles[place], prepared(spoken_parts(opening)), sections)


def letter_files(o: Outcome) -> dict[str, str]:
    """Place → the name of its letter's file, in the order of the list of places."""
    places = v.by_place(o)["place"]
    return {str(place): file_name(n, str(place)) for n, place in enumerate(places, 1)}


def _works(o: Outcome, place: str) -> Parts:
    money = str(o.provenance.get("money", ""))
    priced = f"Money is {money_words(money)}." if money else "The works have no prices."
    works = table(works_of(o, place), "Works, and what their figures rest on")
    return works and works + table(materials_of(o, place), "Raw material a year, and where it comes from") + paragraph(
        priced
    )


def _figures(o: Outcome, place: str) -> Parts:
    said = "Estimates and assumptions are marked. A figure that is missing is said to be missing, and is never zero."
    return paragraph(said) + table(figures.figures_of(o, place), "Figures")


def _scores(o: Outcome, place: str) -> Parts:
    parts = []
    for score in figures.score_names(o):
        lines = figures.score_lines(o, score, place)
        parts.append(table(lines, f"{score.capitalize()}, line by line"))
        parts.append(paragraph(figures.how_scored(o, score), "note"))
    return joined(parts)


def _checked(o: Outcome) -> Parts:
    draw = o.provenance.get("draw")
    said = [
        "Every table that this letter is made from is in the saved outcome, as CSV files with units and sources; the "
        "other letters are made from the same tables by the same rules.",
        *w.audit_lines(o),
        f"The whole choice can be repeated with: {o.provenance.get('command', '')}",
    ]
    if draw:
        said.append(
            f"Ties were decided by the public draw announced under the mark {draw['mark']}. With the published files: "
            f"python3 {CHECK} announcement.json record.json. The script needs nothing but Python and is in this folder."
        )
    else:
        said.append("No public draw was held: where choices were equally good, the order of the places' ids decided.")
    return items(said)


def _index(o: Outcome, named: Mapping[str, str]) -> str:
    titles = w.place_titles(o)
    rows = [(named[p], titles[p], said(w.short_decision(o, p))) for p in named]
    return rendered(
        "letters.html", generator=GENERATOR, title=said("Letters"),
        opening=prepared(spoken_parts(paragraph(w.programme_line(o), "note"))), rows=rows,
    )  # fmt: skip


def write_letters(pages: Mapping[str, str], folder: str | Path, *, with_draw: bool = False) -> Path:
    """Write what ``letters`` made into one folder, all of them or none; letters that stand there are replaced.

    Raises ``GroundplanError`` where the folder holds anything else, or cannot be written.
    """
    target = Path(folder)
    foreign = _foreign(target)
    if foreign:
        what = f"{target} is there already and holds what is no letter: {', '.join(foreign[:5])}"
        raise GroundplanError(what, fix="name another folder, or take out what is yours")
    texts = dict(pages)
    if with_draw:
        texts[CHECK] = files("groundplan").joinpath(f"places/lots/{CHECK}").read_text("utf-8")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        old = fresh.with_name(f"{fresh.name}-old")
        try:
            for name, text in texts.items():
                (fresh / name).write_text(visible(text) if name != CHECK else text, "utf-8")
            fresh.chmod(0o755)
            if target.exists():
                target.replace(old)
            fresh.replace(target)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            if old.exists() and not target.exists():
                old.replace(target)
            raise
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        what = f"the letters cannot be written: {error.strerror or error}"
        raise GroundplanError(what, where=str(target), fix="name another folder") from error
    return target


def letters_to(o: Outcome, folder: str) -> Callable[[], str]:
    """The letters made now; called, the answer writes them and says where they are."""
    pages, with_draw = letters(o), o.provenance.get("draw") is not None
    return lambda: f"Letters: {write_letters(pages, folder, with_draw=with_draw) / 'index.html'}"


def _foreign(target: Path) -> list[str]:
    """What stands at ``target`` that ``write_letters`` did not write."""
    if not target.exists():
        return []
    if not target.is_dir():
        return ["a file"]
    names = sorted(p.name for p in target.iterdir())
    index = target / INDEX
    ours = index.is_file() and MARK in index.read_text("utf-8", errors="replace")
    letter_like = re.compile(r"\d{3,}-[A-Za-z0-9-]+\.html")
    return [n for n in names if not ours or not (n in (INDEX, CHECK) or letter_like.fullmatch(n))]


def works_of(o: Outcome, place: str) -> pd.DataFrame:
    """The works of a place: jobs, years of building, cost."""
    table, money = table_of(o, "facilities").set_index("facility"), str(o.provenance.get("money", ""))
    codes, names = v.works_by_place(o).get(place, []), v.facility_names(o)
    columns: list[tuple[str, str, Any]] = [
        ("jobs", "persons", [table.loc[c, "workers"] for c in codes]),
        ("years of building", "years", [table.loc[c, "years"] for c in codes]),
    ]
    if money:
        columns.append(("building cost", money, [table.loc[c, "cost"] for c in codes]))
    columns.append(("these figures are", "", [_basis(o, c) for c in codes]))
    return framed(pd.Index([names.get(c, c) for c in codes], name="works"), columns)


def _basis(o: Outcome, code: str) -> str:
    table = table_of(o, "types")
    own = table.loc[table["facility"] == code.partition(":")[0], "basis"]
    return in_a_row([b for b in ("given", "estimate", "assumed") if (own == b).any()])


def materials_of(o: Outcome, place: str) -> pd.DataFrame:
    """Raw material of a place's works, from where."""
    flows, names, units = table_of(o, "flows"), v.place_names(o), v.material_units(o)
    own = flows[flows["site"] == place] if len(flows) else flows
    if not len(own):
        return blank("from")
    return framed(
        pd.Index(["the place itself" if s == place else names[s] for s in own["source"]], name="from"),
        [
            ("raw material", "", [v.material_words(o, m) for m in own["material"]]),
            (
                "amount",
                next(iter(set(units.values()))) if len(set(units.values())) == 1 else "own units",
                own["amount"],
            ),
            ("way", "km", own["km"]),
        ],
    )
