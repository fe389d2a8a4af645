"""A phrase book: sentences of the program, read as messages with blanks, and said in another language.

An outcome and its views are English data, whatever is spoken: files and JSON are the same in every language, and one
that a colleague saved can be read in one's own. So a face turns finished sentences, not code: each is read as one
of the messages that the source of the program was collected into (gettext); its blanks are filled as they stand in it,
names of the data as they are, numbers and dates by locale, sentences inside a blank likewise. What is no message is
shown in English.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import lru_cache
from typing import NamedTuple

from groundplan.languages.data_names import DataNames
from groundplan.languages.message import BLANK, JOINING, NUMBER, SENTENCE, WORD, Message, filled, message_of, unbraced
from groundplan.languages.numerals import Numerals
from groundplan.last_used import LastUsed
from groundplan.shown_text import SaidText

ANY_WORD = re.compile(r"[^\W\d_]*[^\W\d_A-Z][^\W\d_]*|\b[A-Z]\b|[A-Z]{4,}")  # what is more than a code such as KES
ENDS = ".:;,!?…"
SIGNS = frozenset({"tn", "bn", "m", "k", "t", "kt", "kg", "km", "ha", "kWh", "MWh", "GWh", "TWh", "sha", "toml"})
CONTINUED = re.compile(r"^\s*[;,:·]\s+")
BRACKETS = (("(", ")"), ('"“‘', '"”’'))
MONEY = re.compile(r"\b(?:trillion|billion|million|thousand) [A-Z]{3}\b")
MEASURED = re.compile(rf"({NUMBER}) (.+)")  # a figure and its unit
PARTS = ("; ", " · ", ": ", ", ", " → ", " | ", " / ", " – ")
FEW = 8  # words of what may be said in part
COUNTED = re.compile(rf"(.+?) ({NUMBER})")  # a name and its figure
DEEPEST, SHORT = 4, 70  # messages inside messages, and characters of what a message of joining words may hold
READ, NAMINGS = 65536, 8  # texts that a book keeps as they were read, and sets of names that it keeps books of
LONGEST = 2000  # characters of a text that is looked at


class Reading(NamedTuple):
    """A text as said, and how many of its words no message and no name of data said."""

    said: str
    unread: int = 0

    @property
    def whole(self) -> bool:
        """Whether all of it was read."""
        return not self.unread


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
        self._named = DataNames(self.names)
        self._plain: dict[str | None, tuple[str, ...]] = {}
        self._entries: list[Message] = []
        self._by_word: dict[str, list[int]] = {}
        for texts, said in messages:
            for text in texts:
                self._put(text, said)
                # A continuation is read with the mark that it begins with, and without where a list was split there.
                if bare := CONTINUED.match(text):
                    self._put(text[bare.end() :], tuple(CONTINUED.sub("", s) for s in said))
        # One word that few others have is enough to find a message; joining words only where it has no other.
        often = Counter(w for m in self._entries for w in m.words)
        for n, m in enumerate(self._entries):
            telling = [w for w in m.words if w not in JOINING] or [*m.words]
            rare = min(telling, key=lambda w: (often[w], w)) if telling else ""
            self._by_word.setdefault(rare, []).append(n)
        self._reading: Callable[[str, int], Reading] = lru_cache(maxsize=READ)(self._read)
        self._with_names: LastUsed[frozenset[tuple[str, str]], PhraseBook] = LastUsed(NAMINGS)

    def _put(self, text: str, said: tuple[str, ...]) -> None:
        if not any(m[1] for m in BLANK.finditer(text)):
            self._plain.setdefault(unbraced(text), tuple(unbraced(s) for s in said))
        elif message := message_of(text, said):
            self._entries.append(message)

    def naming(self, names: Mapping[str, str]) -> PhraseBook:
        """The same messages, with other names of data; one book for equal names, so that it is read on in."""
        return self._with_names.value(frozenset(names.items()), lambda: self._naming(names))

    def _naming(self, names: Mapping[str, str]) -> PhraseBook:
        other = copy(self)
        other.names = dict(names)
        other._named = DataNames(other.names)
        other._reading = lru_cache(maxsize=READ)(other._read)
        return other

    def said(self, text: str) -> str:
        """A text in the language; one that is said already stays."""
        if isinstance(text, SaidText) or not text or len(text) > LONGEST:
            return text
        return SaidText(self._named.restored(self._best(text).said))

    def _best(self, text: str) -> Reading:
        """A text read with its names of data as marks, or, where more is read so, as it stands."""
        marked = self._reading(self._named.marked(text), 0)
        plain = marked if marked.whole else self._reading(text, 0)
        return min((marked, plain), key=lambda r: r.unread)

    def read_whole(self, text: str) -> bool:
        """Whether all of a text is read: nothing of it is shown in English but names of data."""
        return self._best(text).whole

    def _read(self, text: str, deep: int) -> Reading:
        body = text.strip()
        if not body:
            return Reading(text)
        before, behind = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        reading = self._body(body, deep)
        return Reading(f"{before}{reading.said}{behind}", reading.unread)

    def _body(self, text: str, deep: int) -> Reading:
        """What is read whole first, else what leaves the fewest words unread: one message before several."""
        if not _words(text):
            return Reading(self.numerals.figures(text))
        best = self._as_it_stands(text)
        for reading in self._readings(text, deep):
            if reading.whole:
                return reading
            if reading.unread < best.unread:
                best = reading
        # What is said by less than two thirds is not said at all: half a sentence in each language is worse than one.
        words = len(_words(text))
        return best if 3 * best.unread <= words else self._as_it_stands(text)

    def _as_it_stands(self, text: str) -> Reading:
        # A billion is another number in other languages: it is never left as it stands.
        said = MONEY.sub(lambda m: self._counted_in(m[0]), text)
        return Reading(self.numerals.figures(said), len(_words(said)))

    def _counted_in(self, text: str) -> str:
        reading = self._filled(text, DEEPEST - 1)
        return reading.said if reading else text

    def _readings(self, text: str, deep: int) -> Iterator[Reading]:
        """The ways to read a text, the likeliest first."""
        if message := self._message(text, deep):
            yield message
        pieces = SENTENCE.split(text)
        if len(pieces) > 1:
            yield self._sentences(pieces, deep)
            return
        if text[-1] in ENDS and len(text) > 1 and (inner := self._message(text[:-1].rstrip(), deep)):
            space = "\u00a0" if self.own == "fr" and text[-1] in ":;!?" else ""
            yield Reading(f"{inner.said}{space}{text[-1]}", inner.unread)
        for before, behind in BRACKETS:
            if text[0] in before and text[-1] in behind and len(text) > 2:
                within = self._reading(text[1:-1], deep)
                yield Reading(f"{text[0]}{within.said}{text[-1]}", within.unread)
        yield from self._listings(text, deep)

    def _listings(self, text: str, deep: int) -> Iterator[Reading]:
        """A list, a name with its figure, a text with a remark in brackets: its parts, each read by itself."""
        if " and " in text:
            first, last = text.rsplit(" and ", 1)
            named = [self._message(n, deep) for n in (*first.split(", "), last)]
            read = [r.said for r in named if r and r.whole]
            if len(read) == len(named):
                yield Reading(self.numerals.listed(read))
        if (at := _bracket(text)) > 0:
            before, remark = self._reading(text[:at], deep), self._reading(text[at + 2 : -1], deep)
            yield Reading(f"{before.said} ({remark.said})", before.unread + remark.unread)
        if text[0] == text[-1] == "'" and len(text) > 2:
            yield Reading(text)
        if (measured := MEASURED.fullmatch(text)) and (unit := self._message(measured[2], deep)):
            yield Reading(f"{self.numerals.figures(measured[1])} {unit.said}", unit.unread)
        if (counted := COUNTED.fullmatch(text)) and (called := self._message(counted[1], deep)):
            yield Reading(f"{called.said} {self.numerals.figures(counted[2])}", called.unread)
        for mark in PARTS:
            parts = _split(text, mark)
            if len(parts) < 2:
                continue
            readings = [self._reading(part, deep) for part in parts]
            # A sentence that is no message is not said by halves.
            if mark != ", " or len(text.split()) <= FEW or all(r.whole for r in readings):
                shown = f"\u00a0{mark}" if self.own == "fr" and mark in ("; ", ": ") else mark
                yield Reading(shown.join(r.said for r in readings), sum(r.unread for r in readings))

    def _message(self, text: str, deep: int) -> Reading | None:
        """A text that is one message, or the name of a datum."""
        if not text:
            return None
        if text in self.names:
            return Reading(self.names[text])
        for form in (text, _opened(text)):
            if form in self._plain:
                said = self._plain[form][-1]
                return Reading(said if form == text else _cased(said, text))
        return self._filled(text, deep) if deep < DEEPEST else None

    def _filled(self, text: str, deep: int) -> Reading | None:
        """A text as one message with blanks, of those whose own words are most."""
        there = {w.lower() for w in WORD.findall(text)}
        candidates = {n for w in (*there, "") for n in self._by_word.get(w, ()) if self._entries[n].words <= there}
        for n in sorted(candidates, key=lambda n: -self._entries[n].size):
            entry = self._entries[n]
            if entry.weak and (deep > 1 or len(text) > SHORT):
                continue
            # A message that begins with a word of its own begins so, or as a sentence does; with a blank, as it stands.
            opening = entry.pieces[0][0] if entry.text.startswith(entry.pieces[0]) else text[0]
            form = text if opening == text[0] else _opened(text)
            if form and form[0] == opening:
                groups = filled(entry, form, lists=not deep and entry.own_words > 3)
                if not groups:
                    continue
                reading = min((self._blanks(entry, g, deep) for g in groups), key=lambda r: r.unread)
                # What is unread may be no more than what is read, and nothing of a list.
                listed = any("; " in g for g in groups[0])
                if reading.unread and (entry.weak or listed or reading.unread > entry.own_words):
                    continue
                return Reading(reading.said if form == text else _cased(reading.said, text), reading.unread)
        return None

    def _blanks(self, entry: Message, groups: Sequence[str], deep: int) -> Reading:
        filled, unread, count = {}, 0, None
        for (name, number), words in zip(entry.blanks, groups, strict=True):
            if number:
                filled[name] = self.numerals.figures(words)
                count = _number(words) if count is None else count
            elif name in entry.copied:
                filled[name] = words
            else:
                reading = self._reading(words, deep + 1)
                filled[name], unread = reading.said, unread + reading.unread
        form = self.numerals.plural(count) if len(entry.said) > 1 and count is not None else len(entry.said) - 1
        said = entry.said[min(form, len(entry.said) - 1)]
        return Reading(BLANK.sub(lambda m: filled.get(m[1], "") if m[1] else m[0][0], said), unread)

    def _sentences(self, pieces: Sequence[str], deep: int) -> Reading:
        """Sentences one after the other; as many as make one message together are read together."""
        out, unread, at = [], 0, 0
        while at < len(pieces):
            for end in range(len(pieces), at, -1):
                together = " ".join(pieces[at:end])
                if end - at == len(pieces):
                    continue
                reading = self._message(together, deep) if end - at > 1 else self._body(together, deep)
                if reading:
                    out.append(reading.said)
                    unread, at = unread + reading.unread, end
                    break
        return Reading(" ".join(out), unread)


def _words(text: str) -> list[str]:
    """The words of a text that a language would say otherwise: no codes and no signs of units."""
    return [w for w in ANY_WORD.findall(text) if w not in SIGNS]


def _split(text: str, mark: str) -> list[str]:
    """A text where a mark stands outside brackets; what a colon announces stays one part."""
    if mark not in text:
        return [text]
    if "(" not in text:
        return text.split(mark, 1 if mark == ": " else -1)
    parts, begun, deep = [], 0, 0
    for n, c in enumerate(text):
        deep += (c == "(") - (c == ")")
        if not deep and text.startswith(mark, n) and n >= begun:
            parts.append(text[begun:n])
            begun = n + len(mark)
            if mark == ": ":
                break
    return [*parts, text[begun:]]


def _bracket(text: str) -> int:
    """Where the remark in brackets that ends a text begins, at the space before it; 0 where none does."""
    if text[-1] != ")":
        return 0
    deep = 0
    for n in range(len(text) - 1, 0, -1):
        deep += (text[n] == ")") - (text[n] == "(")
        if not deep:
            return n - 1 if text[n - 1] == " " else 0
    return 0


def _opened(text: str) -> str | None:
    """A text that begins with the other case of its first letter; none where that says something else."""
    if not text[:1].isalpha() or text[1:2].isupper():
        return None
    return text[0].swapcase() + text[1:]


def _cased(said: str, like: str) -> str:
    """A text that begins with a capital or not, as another does."""
    return (said[:1].upper() if like[0].isupper() else said[:1].lower()) + said[1:]


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "").replace("−", "-"))
    except ValueError:
        return None
