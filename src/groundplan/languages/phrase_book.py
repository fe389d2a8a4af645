"""A phrase book: sentences of the program, read as messages with blanks, and said in another language.

An outcome and its views are English data, whatever is spoken: files and JSON are the same in every language, and one
that a colleague saved can be read in one's own. So a face turns finished sentences, not code: each is read as one
of the messages that the source of the program was collected into (gettext); its blanks are filled as they stand in it,
names of the data as they are, numbers and dates by locale, sentences inside a blank likewise. What is no message is
shown in English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from functools import cache, lru_cache
from typing import NamedTuple

from groundplan.languages.numerals import Numerals
from groundplan.shown_text import Said

BLANK = re.compile(r"\{\{|\}\}|\{(\w+)(?::(n))?\}")
NUMBER = r"(?:[−+-]?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?|–|inf|nan)(?: ?%)?"
WORD = re.compile(r"[^\W\d_]+")
ANY_WORD = re.compile(r"[^\W\d_]*[^\W\d_A-Z][^\W\d_]*|\b[A-Z]\b|[A-Z]{4,}")  # what is more than a code such as KES
SPLIT = re.compile(r"(?<!\{)\{\w+(?::n)?\}(?!\})")
QUOTED = re.compile(r"['`\[=-]\{(\w+)\}")  # what is typed, or a name in quotes
COPIED = frozenset({"choices", "listed", "command", "path", "file", "folder"})
EDGES = re.compile(r"[^\W\d_]*(?<!\{)\{\w+(?::n)?\}(?!\})[^\W\d_]*")
ENDS = ".:;,!?…"
# Words that join others and say nothing alone: a message of these is read only where all its blanks are read too.
JOINING = frozenset({
    "a", "an", "the", "of", "in", "on", "to", "by", "for", "from", "with", "at", "as", "and", "or", "is", "are",
    "was", "be", "not", "no", "it", "its", "than", "per", "more", "less", "all", "over", "under", "between",
    "into", "up", "that", "which", "this", "these", "imported",
})  # fmt: skip
STRONG = ("; ", " · ")
PARTS = (*STRONG, ": ", ", ", " → ", " | ", " / ", " – ")
FEW = 8  # words of what may be said in part
COUNTED = re.compile(rf"(.+?) ({NUMBER})")  # a name and its figure
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\d'\"`(])")
DEEPEST, SHORT = 4, 70  # messages inside messages, and characters of what a message of joining words may hold
LONGEST = 2000  # characters of a text that is looked at


class Entry(NamedTuple):
    """A message that is translated: its text, or one text for each plural form; how it is read in a sentence."""

    text: str
    said: tuple[str, ...]
    blanks: tuple[tuple[str, bool], ...]
    pieces: tuple[str, ...]
    words: frozenset[str]
    copied: frozenset[str]
    weak: bool
    size: int


class Reading(NamedTuple):
    """A text as said, and whether all of it was read."""

    said: str
    whole: bool


class PhraseBook:
    """The messages of a language. ``messages``: English to what is said, one text for each plural form of the language.

    ``names``: English names of data to those of the language.
    """

    def __init__(
        self,
        tag: str,
        messages: Iterable[tuple[tuple[str, ...], tuple[str, ...]]],
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.tag, self.own, self.numerals, self.names = tag, tag.partition("-")[0], Numerals(tag), dict(names or {})
        self._plain: dict[str | None, tuple[str, ...]] = {}
        self._entries: list[Entry] = []
        self._by_word: dict[str, list[int]] = {}
        for texts, said in messages:
            for text in texts:
                self._put(text, said if len(said) > 1 else said[:1])
        for word, entries in self._by_word.items():
            self._by_word[word] = sorted(entries, key=lambda n: -self._entries[n].size)
        self._reading: Callable[[str, int], Reading] = lru_cache(maxsize=65536)(self._read)

    def _put(self, text: str, said: tuple[str, ...]) -> None:
        blanks = tuple((m[1], m[2] == "n") for m in BLANK.finditer(text) if m[1])
        literal = BLANK.sub(lambda m: " " if m[1] else m[0][0], text)
        if not blanks:
            self._plain.setdefault(literal, tuple(_unbraced(s) for s in said))
            return
        words = [w.lower() for w in WORD.findall(literal)]
        telling = [w for w in words if w not in JOINING and len(w) > 1]
        if not words:
            return
        pieces = tuple(_unbraced(p) for p in SPLIT.split(text) if p)
        copied = frozenset(m[1] for m in QUOTED.finditer(text)) | COPIED & {name for name, _ in blanks}
        # Words at the edge of a blank may be part of a longer one ("{place}s").
        whole = frozenset(w.lower() for w in WORD.findall(EDGES.sub(" ", text)))
        self._entries.append(Entry(text, said, blanks, pieces, whole, copied, not telling, sum(map(len, words))))
        # One word of it that few others have is enough to find it; joining words only where there is no other.
        self._by_word.setdefault(max(telling or words, key=len), []).append(len(self._entries) - 1)

    def naming(self, names: Mapping[str, str]) -> PhraseBook:
        """The same messages, with other names of data."""
        other = copy(self)
        other.names = dict(names)
        other._reading = lru_cache(maxsize=65536)(other._read)
        return other

    def said(self, text: str) -> str:
        """A text in the language; one that is said already stays."""
        if isinstance(text, Said) or not text or len(text) > LONGEST:
            return text
        return Said(self._reading(text, 0).said)

    def read_whole(self, text: str) -> bool:
        """Whether all of a text is read: nothing of it is shown in English but names of data."""
        return self._reading(text, 0).whole

    def _read(self, text: str, deep: int) -> Reading:
        body = text.strip()
        if not body:
            return Reading(text, True)
        before, behind = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        reading = self._body(body, deep)
        return Reading(f"{before}{reading.said}{behind}", reading.whole)

    def _body(self, text: str, deep: int) -> Reading:
        if not ANY_WORD.search(text):
            return Reading(self.numerals.figures(text), True)
        if message := self._message(text, deep):
            return message
        pieces = SENTENCE.split(text)
        if len(pieces) > 1:
            return self._sentences(pieces, deep)
        if text[-1] in ENDS and len(text) > 1:
            inner = self._message(text[:-1].rstrip(), deep)
            if inner:
                return Reading(self._ended(inner.said, text[-1]), inner.whole)
        return self._parts(text, deep)

    def _ended(self, said: str, mark: str) -> str:
        space = "\u00a0" if self.own == "fr" and mark in ":;!?" else ""
        return f"{said}{space}{mark}"

    def _message(self, text: str, deep: int) -> Reading | None:
        """A text that is one message, or the name of a datum."""
        if text in self.names:
            return Reading(self.names[text], True)
        for form in (text, _opened(text)):
            if form in self._plain:
                said = self._plain[form][-1]
                return Reading(_capital(said) if form != text and text[0].isupper() else said, True)
        return self._filled(text, deep) if deep < DEEPEST else None

    def _filled(self, text: str, deep: int) -> Reading | None:
        there = {w.lower() for w in WORD.findall(text)}
        candidates = {n for w in there for n in self._by_word.get(w, ()) if self._entries[n].words <= there}
        for n in sorted(candidates, key=lambda n: -self._entries[n].size):
            entry = self._entries[n]
            if entry.weak and (deep > 2 or len(text) > SHORT):
                continue
            for form in dict.fromkeys((text, _opened(text) or text)):
                if not _in_order(form, entry.pieces):
                    continue
                found = _lazy(entry.text).fullmatch(form)
                if found is None:
                    continue
                other = _greedy(entry.text).fullmatch(form)
                readings = [self._blanks(entry, found.groups(), deep)]
                if other is not None and other.groups() != found.groups():
                    readings.append(self._blanks(entry, other.groups(), deep))
                reading = next((r for r in readings if r.whole), readings[0])
                if not reading.whole and (entry.weak or any(SENTENCE.search(g or "") for g in found.groups())):
                    continue
                said = _capital(reading.said) if form != text and text[0].isupper() else reading.said
                return Reading(said, reading.whole)
        return None

    def _blanks(self, entry: Entry, groups: Sequence[str | None], deep: int) -> Reading:
        filled, whole, count = {}, True, None
        for (name, number), inside in zip(entry.blanks, groups, strict=True):
            words = inside or ""
            if number:
                filled[name] = self.numerals.figures(words)
                count = _number(words) if count is None else count
                continue
            if name in entry.copied:
                filled[name] = words
                continue
            reading = self._reading(words, deep + 1)
            filled[name], whole = reading.said, whole and reading.whole
        form = self.numerals.plural(count) if len(entry.said) > 1 and count is not None else len(entry.said) - 1
        said = entry.said[min(form, len(entry.said) - 1)]
        return Reading(BLANK.sub(lambda m: filled.get(m[1], "") if m[1] else m[0][0], said), whole)

    def _sentences(self, pieces: Sequence[str], deep: int) -> Reading:
        """Sentences one after the other; as many as make one message together are read together."""
        out, whole, at = [], True, 0
        while at < len(pieces):
            for end in range(len(pieces), at, -1):
                together = " ".join(pieces[at:end])
                if end - at == len(pieces):
                    continue
                reading = self._message(together, deep) if end - at > 1 else self._body(together, deep)
                if reading:
                    out.append(reading.said)
                    whole, at = whole and reading.whole, end
                    break
        return Reading(" ".join(out), whole)

    def _parts(self, text: str, deep: int) -> Reading:
        """A list, or a text with a remark in brackets: its parts, each read by itself."""
        if text[0] == "(" and text[-1] == ")":
            inner = self._reading(text[1:-1], deep)
            return Reading(f"({inner.said})", inner.whole)
        if text[0] in "'\"“‘" and text[-1] in "'\"”’" and len(text) > 2:
            inner = self._reading(text[1:-1], deep)
            return Reading(f"{text[0]}{inner.said}{text[-1]}", inner.whole)
        for mark in STRONG:
            if mark in text and (listed := self._listed(text, mark, deep)):
                return listed
        if " and " in text:
            first, last = text.rsplit(" and ", 1)
            named = [*first.split(", "), last]
            readings = [self._message(n, deep) or Reading(n, not ANY_WORD.search(n)) for n in named]
            if all(r.whole for r in readings):
                return Reading(self.numerals.listed([r.said for r in readings]), True)
        if text[-1] == ")" and " (" in text:
            at = text.rindex(" (")
            before, remark = self._reading(text[:at], deep), self._reading(text[at + 2 : -1], deep)
            return Reading(f"{before.said} ({remark.said})", before.whole and remark.whole)
        if counted := COUNTED.fullmatch(text):
            named_so = self._message(counted[1], deep)
            if named_so:
                return Reading(f"{named_so.said} {self.numerals.figures(counted[2])}", named_so.whole)
        for mark in PARTS[len(STRONG) :]:
            if mark in text and (listed := self._listed(text, mark, deep)):
                return listed
        return Reading(self.numerals.figures(text), False)

    def _listed(self, text: str, mark: str, deep: int) -> Reading | None:
        """Parts that a mark keeps apart; none where a sentence that is no message would be said by halves."""
        readings = [self._reading(part, deep) for part in text.split(mark, 1 if mark == ": " else -1)]
        if mark == ", " and len(text.split()) > FEW and not all(r.whole for r in readings):
            return None
        shown = f"\u00a0{mark}" if self.own == "fr" and mark in ("; ", ": ") else mark
        return Reading(shown.join(r.said for r in readings), all(r.whole for r in readings))


def _in_order(text: str, pieces: Sequence[str]) -> bool:
    """Whether all pieces stand in a text, one after the other."""
    at = 0
    for piece in pieces:
        at = text.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def _unbraced(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")


def _opened(text: str) -> str | None:
    """A text that begins with the other case of its first letter; none where that says something else."""
    if not text[:1].isalpha() or text[1:2].isupper():
        return None
    return text[0].swapcase() + text[1:]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "").replace("−", "-"))
    except ValueError:
        return None


@cache
def _lazy(text: str) -> re.Pattern[str]:
    return _pattern(text, "(.*?)")


@cache
def _greedy(text: str) -> re.Pattern[str]:
    return _pattern(text, "(.*)")


def _pattern(text: str, words: str) -> re.Pattern[str]:
    """How a message stands in a text; where two blanks of words touch, the first takes what both hold."""
    out: list[str] = []
    end, touching = 0, False
    for blank in BLANK.finditer(text):
        literal = re.escape(text[end : blank.start()])
        out.append(literal)
        touching = touching and not literal
        if not blank[1]:
            out.append(re.escape(blank[0][0]))
            touching = False
        elif blank[2]:
            out.append(f"({NUMBER})")
            touching = False
        else:
            out.append("()" if touching else words)
            touching = True
        end = blank.end()
    return re.compile("".join([*out, re.escape(text[end:])]), re.DOTALL)
