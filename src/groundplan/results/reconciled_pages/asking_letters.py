"""A letter to every unit whose figures do not go with the others: it asks, and does not accuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from groundplan.languages.spoken import said
from groundplan.outcome import Outcome
from groundplan.reconciling.verdict_words import NOT_RELIABLE
from groundplan.results.reconciled_pages.reconcile_page import rows
from groundplan.results.words import significant, unit_behind
from groundplan.shown_text import visible
from groundplan.whole_files import plain_stem, write_folder

FIX = "name a new or empty folder"


def asking_letters(o: Outcome) -> dict[str, str]:
    """File name → plain text: one for every unit of which a report is not sufficiently reliable."""
    asked: dict[str, list[dict[str, Any]]] = {}
    for row in rows(o):
        if row["verdict"] == NOT_RELIABLE and row["kind"] == "report":
            asked.setdefault(str(row["owner"]), []).append(row)
    return {file_name(n, owner): _letter(o, owner, own) for n, (owner, own) in enumerate(sorted(asked.items()), 1)}


def file_name(number: int, owner: str) -> str:
    """A file's name that no unit's name can break out of its folder with.

    >>> file_name(1, "../Bamburi Works")
    '001-Bamburi-Works.txt'
    """
    return f"{number:03d}-{plain_stem(owner, 'unit')}.txt"


def _letter(o: Outcome, owner: str, own: list[dict[str, Any]]) -> str:
    about = o.provenance
    period = f" for {about['period']}" if about.get("period") else ""
    lines = [
        f"To: {owner}",
        "",
        f"We have read your figures{period} beside those of others, and ask you about these:",
        "",
    ]
    for r in own:
        unit = unit_behind(r["measure"])
        lines.append(f"- {r['figure']}: you report {significant(r['reported'], 4)}{unit}.")
        if r["estimate"] == r["estimate"]:
            lines.append(
                f"  The other figures together say {significant(r['estimate'], 4)}{unit}, give or take "
                f"{significant(r['error'], 2)}{unit}."
            )
        lines += [f"  {line}" for line in _beside(o, r)]
    lines += [
        "",
        "There may be a good reason: another unit of measure, another period, stocks, a new technique, a figure of "
        "somebody else that is wrong, or a coefficient of ours that no longer holds. Please look at your books and "
        "tell us which, with what it rests on; or send a corrected figure. Your report stays as it is until then.",
        "",
        f"How it was reckoned: balances of {about.get('held_against')}; what they miss is far beyond the errors that "
        "are stated, and no other single figure explains it as well.",
        f"It can be repeated with: {about['command']}" if about.get("command") else "",
    ]
    return visible("\n".join(map(_said, lines)).rstrip()) + "\n"


def _said(line: str) -> str:
    """A line in the spoken language, its dash or its indent before it."""
    words = line.lstrip(" -")
    return f"{line[: len(line) - len(words)]}{said(words)}"


def _beside(o: Outcome, r: Mapping[str, Any]) -> list[str]:
    """What others say of the same figure."""
    return [
        f"{m['source'] or 'Another source'} says of {_what(m)}: "
        f"{significant(m['reported'], 4)}{unit_behind(m['measure'])}."
        for m in rows(o)
        if m["kind"] == "mirror"
        and (m["unit"], m["product"]) == (r["unit"], r["product"])
        and m["figure"] != r["figure"]
    ]


def _what(m: Mapping[str, Any]) -> str:
    """What a mirror's figure is of, without whose it is and who says so: both stand beside it."""
    return str(m["figure"]).removeprefix(f"{m['unit']}: ").removesuffix(f", by {m['source']}")


def write_asking_letters(letters: Mapping[str, str], folder: str | Path) -> Path:
    """Write the letters into a new or empty folder, all or none. Raises ``GroundplanError`` where it holds anything."""
    return write_folder({name: text.encode() for name, text in letters.items()}, folder, "the letters", fix=FIX)


def asking_letters_to(o: Outcome, folder: str) -> Callable[[], str]:
    """The letters made now; called, the answer writes them and says where they are."""
    letters = asking_letters(o)
    return lambda: (
        f"Letters: {write_asking_letters(letters, folder)} ({len(letters)})" if letters else "Letters: nobody is asked."
    )
