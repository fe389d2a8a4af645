"""Fields whose words name something of the accounts: which kind of thing each holds, and its words put as codes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.records.called import code_called
from groundplan.records.card import Card, fields_of, key_of

PRODUCT, SECTOR, SKILL, GROUP = "product", "sector", "skill", "household group"
SPENDING, FINAL, COMMODITY, INDICATOR = "product or class of spending", "use", "commodity", "indicator"
AT = "@"
# Heads of names of commodities and of doings, and what stands behind each.
HEADS = {
    "home": PRODUCT, "imported": PRODUCT, "capacity": SECTOR, "labour": SKILL, "standard": GROUP, "make": SECTOR,
    "import": PRODUCT, "buy": PRODUCT, "sell": PRODUCT, "reexport": PRODUCT, "invest": SECTOR, "live": GROUP,
}  # fmt: skip
CALLED = (PRODUCT, GROUP, SKILL)

C = TypeVar("C", bound=Card)
Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Naming:
    """What the words of a field name, one of the kinds above; of a table its keys, with ``values`` what they lead to.

    ``also`` are words that are taken as they are. ``marked``: a technique or a partner may follow behind ``@``.
    ``refused``: what nothing is called is refused here; else by who reads the field, which knows more.
    """

    kind: str
    also: tuple[str, ...] = ()
    values: bool = False
    marked: bool = False
    refused: bool = True


PER_SECTOR = Naming(SECTOR, also=("default",))


class NameTaken(NamedTuple):
    """A word and the code that it is taken as."""

    said: str
    code: str
    label: str
    where: str

    def sentence(self) -> str:
        """What was taken for what, with its place.

        >>> NameTaken("fuel", "chem", "Chemicals and petroleum", "plan.toml, line 4").sentence()
        "'fuel' is taken as chem, Chemicals and petroleum (plan.toml, line 4)"
        """
        named = f", {self.label}" if self.label and self.label not in (self.code, self.said) else ""
        return f"'{self.said}' is taken as {self.code}{named}" + (f" ({self.where})" if self.where else "")


@dataclass
class Coding:
    """Words of records put as codes of ``names`` (kind → code → what it is called), with what was taken and refused."""

    names: Names
    taken: list[NameTaken] = dataclasses.field(default_factory=list)
    faults: list[GroundplanError] = dataclasses.field(default_factory=list)

    def record(self, record: C, where: str = "") -> C:
        """A record with codes for names in every field that declares what it holds, and in the records in it."""
        where = record.where or where
        changes: dict[str, Any] = {}
        for spec in fields_of(type(record)):
            value, naming = getattr(record, spec.name), spec.metadata["names"]
            at = record.where or ", ".join(part for part in (where, key_of(spec)) if part)
            coded = self._inner(value, at) if naming is None else self.value(naming, value, at, record.owner())
            if coded is not value:
                changes[spec.name] = coded
        return dataclasses.replace(record, **changes) if changes else record

    def value(self, naming: Naming, value: Any, where: str, owner: str = "") -> Any:
        """The value of a field with codes for its words; the same object where none changes."""
        if isinstance(value, str):
            return self.word(naming, value, where, owner) if value else value
        if isinstance(value, (list, tuple)):
            coded = [self.value(naming, v, where, owner) for v in value]
            return value if all(a is b for a, b in zip(coded, value, strict=True)) else type(value)(coded)
        if not isinstance(value, Mapping):
            return value
        if naming.values:
            by_key = {k: self.value(naming, v, where, owner) for k, v in value.items()}
            return value if all(by_key[k] is value[k] for k in value) else by_key
        codes = {k: self.word(naming, k, where, owner) for k in value}
        if all(code is k for k, code in codes.items()):
            return value
        if len(set(codes.values())) < len(codes):
            self.faults.append(_twice(codes, where))
            return value
        return {codes[k]: v for k, v in value.items()}

    def word(self, naming: Naming, word: str, where: str, owner: str = "") -> str:
        """A word as its code, and it is noted; the word itself where it is one already, or is refused."""
        code, said, there = self._code(naming, word)
        if code is not None and code != word:
            bare = code.partition(AT)[0].split(":")[-1].strip()
            self.taken.append(NameTaken(word, code, there.get(bare, ""), where))
            return code
        if code is None and naming.refused:
            # Names of classes and the like may be meant, too, but what is offered is of the kind that was asked for.
            self.faults.append(UnknownName(f"{naming.kind}{owner}", said, [*there, *naming.also], where=where,
                                           words=there))  # fmt: skip
        return word

    def _code(self, naming: Naming, word: str) -> tuple[str | None, str, Mapping[str, str]]:
        """The code of a word, None where nothing is called so; the part of it that is a name, and what there is."""
        if word in naming.also:
            return word, word, {}
        if naming.kind in (COMMODITY, INDICATOR):
            return self._headed(naming.kind, word)
        there = self.names.get(naming.kind, {})
        name, mark, after = word.partition(AT) if naming.marked and word not in there else (word, "", "")
        code = code_called(name, there, there)
        return (f"{code}{mark}{after}" if code in there else None), name, there

    def _headed(self, kind: str, word: str) -> tuple[str | None, str, Mapping[str, str]]:
        """A commodity or an indicator; who reads it knows which there are, so that none is refused here."""
        head, mark, rest = word.partition(":")
        kinds = CALLED if kind == INDICATOR else (HEADS[head],) if head in HEADS else ()
        # A code of the accounts may have the mark in itself.
        whole = any(rest.strip() in self.names.get(k, {}) for k in kinds)
        name, at, after = (rest.strip(), "", "") if whole else rest.strip().partition(AT)
        name, gap = name.rstrip(), " " if name.endswith(" ") else ""
        if not mark or name in self.names.get("own", {}):
            return word, word, {}
        for there in (self.names.get(k, {}) for k in kinds):
            if (code := code_called(name, there, there)) in there:
                space = " " if kind == INDICATOR else ""
                return (word if code == name else f"{head}:{space}{code}{gap}{at}{after}"), name, there
        return word, name, {}

    def _inner(self, value: Any, where: str) -> Any:
        if isinstance(value, Card):
            return self.record(value, where)
        if isinstance(value, (list, tuple)) and any(isinstance(v, Card) for v in value):
            coded = [self.record(v, where) if isinstance(v, Card) else v for v in value]
            return value if all(a is b for a, b in zip(coded, value, strict=True)) else type(value)(coded)
        return value


def _twice(codes: Mapping[str, str], where: str) -> GroundplanError:
    """Two words of one table for one code: which of their figures holds, nobody said."""
    words = {code: [k for k, c in codes.items() if c == code] for code in codes.values()}
    code, said = next((c, w) for c, w in words.items() if len(w) > 1)
    what = f"{' and '.join(repr(w) for w in said)} are both {code}"
    return StudyError(what, where=where, fix="give its figure once")
