"""A code by what people call it: the code, its name, a word that one name alone has, or a word that means the same."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files


@cache
def synonyms() -> Mapping[str, tuple[str, ...]]:
    """Words that people say → words that stand in names for it, the likeliest first.

    >>> synonyms()["fuel"][0]
    'petroleum'
    """
    text = files("groundplan").joinpath("records/synonyms.csv").read_text("utf-8")
    return {row["word"]: tuple(row["also"].split("|")) for row in csv.DictReader(text.splitlines())}


def called_after(names: Iterable[str], labels: Mapping[str, str]) -> dict[str, str]:
    """Names of the form ``what: code`` whose code has a name, with that name in its place.

    >>> called_after(["gross output: chem", "imports"], {"chem": "Chemicals and petroleum"})
    {'gross output: chem': 'gross output: Chemicals and petroleum'}
    """
    parts = {name: name.partition(": ") for name in names}
    return {name: f"{head}: {labels[of]}" for name, (head, _, of) in parts.items() if of in labels}


def code_called(word: str, codes: Iterable[str], labels: Mapping[str, str]) -> str:
    """The one of ``codes`` that a word names; the word as it is where none is named, or more than one.

    A code itself comes first, then a whole name, then words that only one name has, then such a synonym of the word.

    >>> names = {"chem": "Chemicals and petroleum", "cons": "Construction", "mine": "Mining"}
    >>> [code_called(w, names, names) for w in ("mine", "chemicals and petroleum", "Fuel", "bread")]
    ['mine', 'chem', 'chem', 'bread']
    """
    there = list(dict.fromkeys(codes))
    if word in there:
        return word
    names = {code: labels.get(code, code).casefold() for code in there}
    said = " ".join(word.casefold().split())
    whole = [code for code, name in names.items() if said in (name, code.casefold())]
    if whole:
        return whole[0] if len(whole) == 1 else word
    for words in (said, *synonyms().get(said, ())):
        pattern = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
        having = [code for code, name in names.items() if words and pattern.search(name)]
        if len(having) == 1:
            return having[0]
        if having:
            break
    return word
