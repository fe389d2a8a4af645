"""A message of a catalogue: its own words and its blanks, and whether a text is that message with the blanks filled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

BLANK = re.compile(r"\{\{|\}\}|\{(\w+)(?::(n))?\}")
NUMBER = r"(?:[−+-]?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?|–|inf|nan)(?: ?%)?"
WORD = re.compile(r"[^\W\d_]+")
SPLIT = re.compile(r"(?<!\{)\{\w+(?::n)?\}(?!\})")
QUOTED = re.compile(r"['`\[=-]\{(\w+)\}|\{(\w+)\}\(")  # what is typed, or a name in quotes
COPIED = frozenset({"choices", "listed", "command", "path", "file", "folder"})
EDGES = re.compile(r"[^\W\d_]*(?<!\{)\{\w+(?::n)?\}(?!\})[^\W\d_]*")
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\d'\"`(])")
# Words that join others and say nothing alone: a message of these is read only where all its blanks are read too.
JOINING = frozenset({
    "a", "an", "the", "of", "in", "on", "to", "by", "for", "from", "with", "at", "as", "and", "or", "is", "are",
    "was", "be", "not", "no", "it", "its", "than", "per", "more", "less", "all", "over", "under", "between",
    "into", "up", "that", "which", "this", "these", "imported",
})  # fmt: skip


class Message(NamedTuple):
    """A message that is translated: its text, or one text for each plural form; how it is read in a sentence."""

    text: str
    said: tuple[str, ...]
    blanks: tuple[tuple[str, bool], ...]
    pieces: tuple[str, ...]
    words: frozenset[str]
    copied: frozenset[str]
    listing: tuple[bool, ...]  # blanks that may hold a list: one that ends the message
    pair: int  # the first of two blanks of words that only a space parts; -1 where there are none
    weak: bool
    size: int
    own_words: int


def message_of(text: str, said: tuple[str, ...]) -> Message | None:
    """A message with blanks as it is read; none where it has no words of its own."""
    blanks = tuple((m[1], m[2] == "n") for m in BLANK.finditer(text) if m[1])
    literal = BLANK.sub(lambda m: " " if m[1] else m[0][0], text)
    words = [w.lower() for w in WORD.findall(literal)]
    telling = [w for w in words if w not in JOINING and len(w) > 1]
    if not words:
        return None
    pieces = tuple(unbraced(p) for p in SPLIT.split(text) if p)
    copied = frozenset(m[1] or m[2] for m in QUOTED.finditer(text)) | COPIED & {name for name, _ in blanks}
    # Words at the edge of a blank may be part of a longer one ("{place}s").
    whole = frozenset(w.lower() for w in WORD.findall(EDGES.sub(" ", text)))
    size = sum(map(len, words))
    # Blanks that end the message, without a word between them.
    ending = re.search(r"(?:\{\w+\})+\.?$", text)
    listing = tuple(bool(ending and f"{{{name}}}" in ending[0]) for name, _ in blanks)
    pairs = [n for n, (a, b) in enumerate(pairwise(blanks)) if not (a[1] or b[1]) and f"{{{a[0]}}} {{{b[0]}}}" in text]
    pair = pairs[0] if pairs else -1
    return Message(text, said, blanks, pieces, whole, copied, listing, pair, not telling, size, len(words))


def filled(entry: Message, text: str, *, lists: bool) -> list[tuple[str, ...]]:
    """How the blanks of a message can be filled so that it is the text: none where it is another.

    No blank goes on over the end of a sentence, nor over a semicolon but, with ``lists``, in one that ends the message.
    """
    if not _in_order(text, entry.pieces):
        return []
    ways = [match.groups() for pattern in (_lazy, _greedy) if (match := pattern(entry.text).fullmatch(text))]
    if ways and (at := entry.pair) >= 0:
        words = f"{ways[0][at]} {ways[0][at + 1]}".split(" ")
        ways += [
            (*ways[0][:at], " ".join(words[:k]), " ".join(words[k:]), *ways[0][at + 2 :]) for k in range(1, len(words))
        ]
    opens = entry.text.startswith("{")
    return [
        way
        for way in dict.fromkeys(ways)
        if not any(_crosses(w, listing=lists and last) for w, last in zip(way, entry.listing, strict=True))
        and not (opens and ": " in way[0])
    ]


def _crosses(words: str, *, listing: bool) -> bool:
    return bool(SENTENCE.search(words)) or (not listing and ("; " in words or " · " in words))


def _in_order(text: str, pieces: Sequence[str]) -> bool:
    """Whether all pieces stand in a text, one after the other."""
    at = 0
    for piece in pieces:
        at = text.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def unbraced(text: str) -> str:
    """A message without blanks, its braces single."""
    return text.replace("{{", "{").replace("}}", "}")


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
        literal = _literal(text[end : blank.start()])
        out.append(literal)
        touching = touching and not literal
        if not blank[1]:
            out.append(re.escape(blank[0][0]))
            touching = False
        elif blank[2]:
            out.append(rf"(?<![\d.,])({NUMBER})(?!\d|[.,]\d)")
            touching = False
        else:
            out.append("()" if touching else words)
            touching = True
        end = blank.end()
    return re.compile("".join([*out, _literal(text[end:])]), re.DOTALL)


def _literal(text: str) -> str:
    """A message's own words; its points and commas are never those inside a number."""
    return re.sub(r"(\\\.|,)(?!\d)", r"\1(?!\\d)", re.escape(text))
