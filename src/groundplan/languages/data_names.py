"""Names of data inside sentences: marks stand for them while a sentence is read, so that none is read into."""

from __future__ import annotations

import re
from collections.abc import Mapping

FIRST = 0xE000  # the private use area of Unicode: no letters, no words
LAST = 0xF8FF
WORD = re.compile(r"\w+")


class DataNames:
    """Names of data, English to what they are called in a language, and the marks that stand for them."""

    def __init__(self, names: Mapping[str, str]) -> None:
        # A single word in lower case is as likely a word of the sentence.
        told_apart = [n for n in names if len(n) > 2 and WORD.search(n) and (" " in n or not n.islower())]
        told_apart = told_apart[: LAST - FIRST]
        self._mark = {n: chr(FIRST + k) for k, n in enumerate(told_apart)}
        self._by_word: dict[str, list[str]] = {}
        for n in sorted(told_apart, key=len, reverse=True):
            # A sentence has names of several words in lower case too ("for want of chemicals and petroleum").
            for form in dict.fromkeys((n, n[0].lower() + n[1:]) if " " in n else (n,)):
                self._by_word.setdefault(WORD.findall(form)[0], []).append(form)
        self._said = {self._mark[n]: names[n] for n in told_apart}
        self._original = dict(names)

    def marked(self, text: str) -> str:
        """A text with a mark where a name stands as whole words, the longest first; the whole text is no name in it.

        >>> names = DataNames({"Coffee, tea and cocoa": "Coffee, tea and cocoa"})
        >>> names.restored(names.marked("of Coffee, tea and cocoa, 3 %"))
        'of Coffee, tea and cocoa, 3 %'
        """
        if not self._by_word or text in self._original:
            return text
        out, end = [], 0
        for word in WORD.finditer(text):
            if word.start() < end:
                continue
            for name in self._by_word.get(word[0], ()):
                stop = word.start() + len(name)
                if text.startswith(name, word.start()) and not text[stop : stop + 1].isalnum():
                    mark = self._mark.get(name) or self._mark[name[0].upper() + name[1:]]
                    out += [text[end : word.start()], mark, "\u200d" if name not in self._mark else ""]
                    end = stop
                    break
        return "".join([*out, text[end:]])

    def restored(self, text: str) -> str:
        """A text with the names in place of their marks; a joiner behind a mark says that it began in lower case."""

        def name(match: re.Match[str]) -> str:
            said = self._said.get(match[1], match[1])
            return said[:1].lower() + said[1:] if match[2] else said

        return MARKS.sub(name, text)


MARKS = re.compile(f"([{chr(FIRST)}-{chr(LAST)}])(\u200d?)")
