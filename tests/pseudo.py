"""A pseudo-locale: every message under accents and two fifths longer, so that what was not read is plain."""

from __future__ import annotations

import re
from functools import cache

from languages.collect import collected

from groundplan.languages.message import BLANK
from groundplan.languages.phrase_book import PhraseBook

ACCENTS = str.maketrans("aeiouAEIOU", "âêîôûÂÊÎÔÛ")
PLAIN = re.compile(r"(?<![\w`/.\\'=-])[A-Za-z]?[a-z]*[aeiou][a-z]+(?![\w`/\\=])")


def accented(text: str) -> str:
    """A message under accents, its blanks as they are, two fifths longer."""
    out, end = [], 0
    for blank in BLANK.finditer(text):
        out += [text[end : blank.start()].translate(ACCENTS), blank[0]]
        end = blank.end()
    body = "".join([*out, text[end:].translate(ACCENTS)])
    return f"{body}{'~' * (len(text) * 2 // 5)}"


@cache
def pseudo_book(tag: str = "fr") -> PhraseBook:
    """The phrase book of a language in which every message is translated, and visibly so."""
    messages = collected().values()
    return PhraseBook(tag, [((m.text, m.many) if m.many else (m.text,), (accented(m.text),)) for m in messages])


def unread_words(said: str, names: set[str]) -> list[str]:
    """Words that no message said, but for those of names of data and what is to be copied."""
    return [w for w in PLAIN.findall(said) if len(w) > 2 and w.islower() and w not in names]
