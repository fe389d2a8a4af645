"""Which language is spoken: English until another is chosen, on the command line the system's.

Catalogues are gettext's: as text in ``languages/catalogues/*.po`` of the project, compiled (``.mo``) beside this file.
No native reader has checked them.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from groundplan.errors import UnknownName

if TYPE_CHECKING:
    from datetime import date

    from groundplan.languages.phrase_book import PhraseBook

# Every language by its tag, called as those call it who speak it.
LANGUAGES: Mapping[str, str] = {
    "en": "English", "fr": "français", "es": "español", "pt": "português", "ko": "한국어",
}  # fmt: skip
ENGLISH = "en"
BOOKS = 8  # phrase books that are kept
SETTINGS = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # in the order in which POSIX and gettext ask them

_book: ContextVar[PhraseBook | None] = ContextVar("book", default=None)


def speak(language: str) -> None:
    """Say everything that people read in a language from now on: ``fr``, or with a country whose numbers are written
    otherwise, ``es-MX``. Files, tables and JSON stay English.

    Raises ``UnknownName`` for a language that there is not.
    """
    _book.set(book(tag_of(language)))


@contextmanager
def speaking(language: str | PhraseBook) -> Iterator[None]:
    """The same inside a ``with`` block."""
    token = _book.set(book(tag_of(language)) if isinstance(language, str) else language)
    try:
        yield
    finally:
        _book.reset(token)


@contextmanager
def naming_words(names: Iterable[str]) -> Iterator[None]:
    """Inside the block texts are read with these names of data among their words, which stay as they are."""
    now = _book.get()
    if now is None:
        yield
        return
    with speaking(now.naming({**now.names, **{name: name for name in names}})):
        yield


def tag_of(language: str) -> str:
    """The tag of BCP 47 of a language as systems write it. Raises ``UnknownName`` for one that there is not.

    >>> tag_of("es_MX.UTF-8"), tag_of("ko"), tag_of("C")
    ('es-MX', 'ko', 'en')
    """
    bare = language.partition(".")[0].partition("@")[0].replace("_", "-")
    if bare in ("C", "POSIX"):
        return ENGLISH
    own, _, country = bare.partition("-")
    if own.lower() not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES, where="--language", words=LANGUAGES)
    return f"{own.lower()}-{country.upper()}" if len(country) == 2 else own.lower()


def system_language(environment: Mapping[str, str] | None = None) -> str:
    """The tag of the system's language; English where that is none of ours.

    >>> system_language({"LANG": "pt_BR.UTF-8"}), system_language({"LC_ALL": "de_DE", "LANG": "fr_FR"})
    ('pt-BR', 'en')
    """
    wishes = os.environ if environment is None else environment
    wished = next((wishes[name] for name in SETTINGS if wishes.get(name)), "")
    if not wished and environment is None and sys.platform == "win32":
        wished = _windows_language()
    for one in wished.split(":"):
        try:
            return tag_of(one or ENGLISH)
        except UnknownName:
            continue
    return ENGLISH


def _windows_language() -> str:
    if sys.platform != "win32":
        return ""
    import ctypes
    import locale

    return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")


@lru_cache(maxsize=4 * BOOKS)
def book(tag: str) -> PhraseBook | None:
    """The phrase book of a language by its tag; none for English, in which everything stands.

    A country of which nothing is known shares the book of its language. The books used last are kept, and no more:
    whoever asks a server may ask in any country's name.
    """
    own = tag.partition("-")[0]
    if own == ENGLISH:
        return None
    from groundplan.languages.numerals import locales

    there = copy(_made(tag if tag in locales() else own))
    there.tag = tag
    return there


@lru_cache(maxsize=BOOKS)
def _made(tag: str) -> PhraseBook:
    from groundplan.languages.phrase_book import PhraseBook

    return PhraseBook(tag, _messages(tag.partition("-")[0]))


@cache
def _messages(own: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return messages(files("groundplan").joinpath(f"languages/catalogues/{own}.mo").read_bytes())


def messages(compiled: bytes) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Every message of a compiled catalogue, singular and plural, and what is said for each plural form.

    The format is that of GNU gettext (a table of places of the messages and one of what they say); the standard
    library looks a message up by its text and cannot list them.
    """
    count, english, said_so = struct.unpack_from("<8x3I", compiled)

    def texts(table: int, n: int) -> tuple[str, ...]:
        length, start = struct.unpack_from("<2I", compiled, table + 8 * n)
        return tuple(compiled[start : start + length].decode("utf-8").split("\0"))

    there = ((texts(english, n), texts(said_so, n)) for n in range(count))
    return [(message, forms) for message, forms in there if message[0] and forms[0]]


def spoken() -> str:
    """The tag of the language that is spoken."""
    now = _book.get()
    return now.tag if now else ENGLISH


def direction() -> str:
    """``ltr`` or ``rtl``: which way the spoken language is written."""
    now = _book.get()
    return "rtl" if now and now.numerals.right_to_left else "ltr"


def said(text: str) -> str:
    """A text in the language that is spoken: sentences, headings, words, numbers and days in them."""
    now = _book.get()
    return now.said(text) if now else text


def figure_said(text: str) -> str:
    """A number as text, with the marks of the spoken language."""
    now = _book.get()
    return now.numerals.figures(text) if now else text


def day_said(day: date) -> str:
    """A day in full, "30 November 2026"."""
    now = _book.get()
    return now.numerals.day(day) if now else f"{day.day} {day:%B %Y}"


def told_book() -> PhraseBook | None:
    """The phrase book of the spoken language; none for English."""
    return _book.get()
