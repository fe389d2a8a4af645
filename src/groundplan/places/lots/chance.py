"""Where a draw's chance comes from, and what came: every part a checked field, so that it is said in one way only."""

from __future__ import annotations

import hashlib
import itertools
import math
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from groundplan.places.lots.canonical import SHOWN, clean, key_faults, text_fault

THROWS = 50  # 50 throws of a die have 129 bits of chance
PARTIES = 3
MOST_NUMBERS, HIGHEST = 50, 10**6
OUTCOMES = 10**6


class NotThisChance(Exception):
    """What is wrong with a source of chance or with what came of it, in ``faults``."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Dice:
    """Throws of a die, read aloud in order; the announcement says how many."""

    throws: int

    @classmethod
    def announced(cls, content: Mapping[str, Any]) -> Dice:
        """From an announcement. Raises ``NotThisChance``."""
        faults, throws = key_faults("the announced chance", content, ("kind", "throws")), content.get("throws")
        if not _whole(throws, THROWS, HIGHEST):
            faults.append(f"throws is {throws!r}: at least {THROWS} throws of a die, a whole number")
        _refuse(faults)
        return cls(content["throws"])

    def content(self) -> dict[str, Any]:
        """What the announcement says."""
        return {"kind": "dice", "throws": self.throws}

    def result(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """What came, built from its checked fields. Raises ``NotThisChance``."""
        faults = key_faults("the chance", said, ("kind", "throws"))
        throws = said.get("throws")
        if not isinstance(throws, (list, tuple)):
            raise NotThisChance([*faults, f"throws is {throws!r}, no list"])
        if wrong := [t for t in throws if not _whole(t, 1, 6)]:
            faults.append(f"throws that no die shows: {wrong[:SHOWN]}")
        if len(throws) != self.throws:
            faults.append(f"{len(throws)} throws are on record, announced were {self.throws}")
        _refuse(faults)
        return {"kind": "dice", "throws": [int(t) for t in throws]}


@dataclass(frozen=True)
class PublicLottery:
    """The numbers of a named lottery on a named day: ``numbers`` different ones, from 0 to ``highest``."""

    lottery: str
    date: str
    numbers: int
    highest: int

    @classmethod
    def announced(cls, content: Mapping[str, Any]) -> PublicLottery:
        """From an announcement. Raises ``NotThisChance``."""
        faults = key_faults("the announced chance", content, ("kind", "lottery", "date", "numbers", "highest"))
        fault = text_fault("lottery", content.get("lottery", ""))
        faults += [fault] if fault else []
        day: Any = content.get("date")
        numbers: Any = content.get("numbers")
        highest: Any = content.get("highest")
        if not _day(day):
            faults.append(f"date is {day!r}, no day as 2027-01-05")
        if not _whole(numbers, 1, MOST_NUMBERS) or not _whole(highest, 1, HIGHEST):
            faults.append(
                f"numbers is {numbers!r} and highest {highest!r}: how many numbers count (1 to {MOST_NUMBERS}), and up "
                f"to which they go (1 to {HIGHEST}), whole numbers"
            )
        elif math.comb(highest + 1, numbers) < OUTCOMES:
            faults.append(f"{numbers} numbers up to {highest} can fall in fewer than {OUTCOMES:,} ways")
        _refuse(faults)
        return cls(content["lottery"], content["date"], content["numbers"], content["highest"])

    def content(self) -> dict[str, Any]:
        """What the announcement says."""
        return {"kind": "lottery", **vars(self)}

    def result(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """What came, built from its checked fields. Raises ``NotThisChance``."""
        faults = key_faults("the chance", said, ("kind", "lottery", "date", "numbers"))
        for key, wanted in (("lottery", self.lottery), ("date", self.date)):
            if not isinstance(said.get(key), str) or said[key] != wanted:
                faults.append(f"the {key} is {said.get(key)!r}, announced was {wanted!r}")
        numbers = said.get("numbers")
        if not isinstance(numbers, (list, tuple)) or not all(_whole(n, 0, self.highest) for n in numbers):
            faults.append(
                f"the lottery's numbers are missing or not whole numbers from 0 to {self.highest}: {numbers!r}"
            )
        elif len(numbers) != self.numbers or any(b <= a for a, b in itertools.pairwise(numbers)):
            faults.append(
                f"the lottery's numbers must be {self.numbers} different ones, the smallest first: {numbers!r}"
            )
        _refuse(faults)
        return {"kind": "lottery", "lottery": self.lottery, "date": self.date, "numbers": list(said["numbers"])}


@dataclass(frozen=True)
class PromisedSecrets:
    """Secrets of several parties, each promised by its hash in the announcement."""

    promises: Mapping[str, str]

    @classmethod
    def announced(cls, content: Mapping[str, Any]) -> PromisedSecrets:
        """From an announcement. Raises ``NotThisChance``."""
        faults, promises = key_faults("the announced chance", content, ("kind", "promises")), content.get("promises")
        if not isinstance(promises, Mapping):
            raise NotThisChance([*faults, f"promises is {promises!r}, no table of parties"])
        faults += [fault for party in promises if (fault := text_fault("the name of a party", party))]
        faults += [f"the promise of {party} is no SHA-256" for party, p in promises.items() if not is_mark(p)]
        if len(promises) < PARTIES:
            faults.append(f"fewer than {PARTIES} parties have promised a secret")
        _refuse(faults)
        return cls(dict(promises))

    def content(self) -> dict[str, Any]:
        """What the announcement says."""
        return {"kind": "secrets", "promises": dict(self.promises)}

    def result(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """What came, built from its checked fields. Raises ``NotThisChance``."""
        faults, secrets = key_faults("the chance", said, ("kind", "secrets")), said.get("secrets")
        if not isinstance(secrets, Mapping):
            raise NotThisChance([*faults, f"secrets is {secrets!r}, no table of parties"])
        for party, promised in sorted(self.promises.items()):
            secret: Any = secrets.get(party)
            if party not in secrets:
                faults.append(f"{party} has not told its secret: the draw does not count")
            elif not _text(secret):
                faults.append(f"the secret of {party} is no text")
            elif promise(party, secret) != promised:
                faults.append(f"the secret of {party} is not the one it promised")
        strange = sorted(str(party) for party in secrets if party not in self.promises)
        faults += [f"{party} told a secret and had promised none" for party in strange]
        _refuse(faults)
        return {"kind": "secrets", "secrets": {party: secrets[party] for party in self.promises}}


ChanceSource = Dice | PublicLottery | PromisedSecrets
KINDS: dict[str, type[Dice] | type[PublicLottery] | type[PromisedSecrets]] = {
    "dice": Dice, "lottery": PublicLottery, "secrets": PromisedSecrets
}  # fmt: skip


def source_of(content: Any) -> ChanceSource:
    """The source that an announcement names. Raises ``NotThisChance`` with everything that is wrong with it."""
    if not isinstance(content, Mapping):
        raise NotThisChance([f"the announced chance is {content!r}, no table of keys"])
    kind = content.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise NotThisChance([f"the kind of chance is {kind!r}; known are {', '.join(KINDS)}"])
    return KINDS[kind].announced(content)


def result_of(source: ChanceSource, said: Any) -> dict[str, Any]:
    """What came of a source, built anew from checked fields. Raises ``NotThisChance``."""
    if not isinstance(said, Mapping):
        raise NotThisChance([f"the chance is {said!r}, no table of keys"])
    kind, announced = said.get("kind"), source.content()["kind"]
    if kind != announced:
        raise NotThisChance([f"the chance is of kind {kind!r}, announced was {announced!r}"])
    return source.result(said)


def promise(party: str, secret: str) -> str:
    """What a party publishes before the draw: SHA-256(party + newline + secret)."""
    return hashlib.sha256(f"{clean(party)}\n{secret}".encode()).hexdigest()


def is_mark(value: Any) -> bool:
    """Whether a value is a SHA-256 as 64 small hexadecimal digits."""
    return isinstance(value, str) and len(value) == 64 and not set(value) - set(string.digits + "abcdef")


def _whole(value: Any, low: int, high: int) -> bool:
    return type(value) is int and low <= value <= high


def _text(value: Any) -> bool:
    return isinstance(value, str) and not any("\ud800" <= c <= "\udfff" for c in value)


def _day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _refuse(faults: list[str]) -> None:
    if faults:
        raise NotThisChance(faults)
