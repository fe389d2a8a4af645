"""The catalogues of the languages: collected from the source, merged with what is translated, compiled.

``python -m languages.collect`` from the project's folder renews ``groundplan.pot`` and every catalogue; sentences that
are gone go, new ones wait untranslated (and are said in English until then).
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from groundplan.languages.message import BLANK
from groundplan.languages.spoken import ENGLISH, LANGUAGES
from languages import locales
from languages.sentences import Message, sentences

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src/groundplan"
CATALOGUES = ROOT / "languages/catalogues"
COMPILED = SOURCE / "languages/catalogues"
HEADER = "# What Groundplan says. Made by `python -m languages.collect`; no native reader has checked it."
TEMPLATES = ("results/html/templates", "web/templates")
# Strings of these are for programs, or are names in a publisher's own language.
SILENT = (
    "ledgers/verify_ledger.py", "places/lots/verify_draw.py", "results/charts/echarts.py",
    "results/workbook/cell_styles.py", "results/briefing/fonts_by_script.py", "results/briefing/word_styles.py",
    "languages/", "web/guarding/request_guards.py",
)  # fmt: skip
# Where single words are said too; elsewhere they are keys.
WORDED = (
    "results/", "differences/", "verb_options.py", "verb_table/", "verbs/", "measures/overview/", "ledgers/",
    "reconciling/", "places/known/", "cli/", "following/", "planning/replanning/",
    "projects/people/rights.py", "projects/acceptances.py", "shocks/dynamics/preview.py",
)  # fmt: skip
# Tables of the package whose column is said.
WORDED_TABLES = {"shocks/scenarios/resembled.csv": "words"}
# Files of the package whose key is said.
WORDED_FILES = {"shocks/scenarios/ready": "about"}
IN_TEMPLATE = re.compile(r"\bsaid\(\s*\"([^\"]+)\"")


@cache
def collected() -> Mapping[str, Message]:
    """Every message by its text, in the order of the source; that is read once."""
    by_text: dict[str, Message] = {}
    for given in _all():
        message = replace(given, text=given.text.strip(), many=given.many.strip())
        there = by_text.get(message.text)
        places = (*there.places, *message.places) if there else message.places
        by_text[message.text] = Message(message.text, message.many or (there.many if there else ""), places)
    return by_text


def _all() -> Iterator[Message]:
    for path in sorted(SOURCE.rglob("*.py")):
        called = path.relative_to(SOURCE).as_posix()
        if not called.startswith(SILENT):
            for message in sentences(path, called, module_level=not called.startswith("tables/readers/")):
                if " " in message.text or called.startswith(WORDED):
                    yield message
    for folder in TEMPLATES:
        for path in sorted((SOURCE / folder).rglob("*.html")):
            for words in IN_TEMPLATE.findall(path.read_text("utf-8")):
                yield Message(words, "", (path.relative_to(SOURCE).as_posix(),))
    for name, column in WORDED_TABLES.items():
        with (SOURCE / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield Message(row[column], "", (name,))
    for folder, key in WORDED_FILES.items():
        for path in sorted((SOURCE / folder).glob("*.toml")):
            yield Message(tomllib.loads(path.read_text("utf-8"))[key], "", (f"{folder}/{path.name}",))
    with (ROOT / "languages/terms.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Message(row["term"], "", (row["where"],))


def renewed(language: str, translated: Mapping[str, str] | None = None) -> tuple[Catalog, list[str]]:
    """The catalogue of a language as of today's source, and the messages that it lacks.

    ``translated``: more translations by message. Sentences that are gone from the source go.
    """
    path = CATALOGUES / f"{language}.po"
    old: dict[str, tuple[str, ...]] = {}
    if path.exists():
        with path.open("rb") as file:
            old = {_first(m.id): _texts(m.string) for m in read_po(file, locale=language) if m.id and m.string}
    catalogue = Catalog(language, project="Groundplan", version="", charset="utf-8", header_comment=HEADER)
    catalogue.revision_date = catalogue.creation_date = datetime(2026, 1, 1, tzinfo=UTC)
    missing = []
    for message in collected().values():
        said = old.get(message.text, ())
        if translated and translated.get(message.text):
            said = (translated[message.text],)
        if not any(said):
            missing.append(message.text)
        forms = catalogue.num_plurals if message.many else 1
        texts = [*said, *[said[-1] if said else ""] * forms][:forms]
        catalogue.add(
            (message.text, message.many) if message.many else message.text,
            tuple(texts) if message.many else texts[0],
            auto_comments=[", ".join(sorted({p.rpartition(":")[0] or p for p in message.places})[:3])],
            flags=["python-brace-format"] if "{" in message.text else [],
        )
    return catalogue, missing


def _first(words: str | tuple[str, ...] | list[str]) -> str:
    return words if isinstance(words, str) else words[0]


def _texts(words: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


def faults(catalogue: Catalog) -> list[str]:
    """Translations whose blanks are not those of their message."""
    return [
        f"{_first(m.id)[:80]!r} has the blanks {sorted(blanks(_first(m.id)))}, {said[:80]!r} {sorted(blanks(said))}"
        for m in catalogue
        if m.id
        for said in _texts(m.string)
        if said and blanks(said) != blanks(_first(m.id))
    ]


def blanks(text: str) -> set[str]:
    """The blanks of a message, as they are spelled."""
    return {m[0] for m in BLANK.finditer(text) if m[1]}


def write(language: str, catalogue: Catalog) -> None:
    """Put a catalogue where the program reads it, as text and compiled."""
    with (CATALOGUES / f"{language}.po").open("wb") as file:
        write_po(file, catalogue, width=120, no_location=True, sort_output=True)
    with (COMPILED / f"{language}.mo").open("wb") as file:
        write_mo(file, catalogue)


def main() -> int:
    """Renew every catalogue and the facts of the languages; say how much of each is translated."""
    locales.PLACE.write_text(locales.text(), "utf-8")
    worst = 0
    for language in LANGUAGES:
        if language == ENGLISH:
            continue
        catalogue, missing = renewed(language)
        wrong = faults(catalogue)
        write(language, catalogue)
        whole = len(catalogue)
        print(f"{language}: {whole - len(missing)} of {whole} messages translated")
        print("".join(f"  {line}\n" for line in [*missing[:5], *wrong]), end="")
        worst = max(worst, bool(wrong))
    return worst


if __name__ == "__main__":
    raise SystemExit(main())
