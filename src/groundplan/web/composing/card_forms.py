"""A record's card as fields of a form: what was entered becomes plain values as TOML has them, and back.

What cannot be read as a number stays the text that was typed, so that nothing is lost and the record itself says what
is wrong with it; a fault finds its field by its path.
"""

from __future__ import annotations

import dataclasses
import re
from collections import abc
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, get_args, get_origin

from groundplan.errors import GroundplanError
from groundplan.records.admissible import options
from groundplan.records.card import Card, fields_of, key_of, must, types_of

TEXT, NUMBER, CHOICE, YES_NO, LIST, PAIRS = "text", "number", "choice", "yes_no", "list", "pairs"
WHOLE = re.compile(r"[+-]?\d{1,18}")
PATH = re.compile(r"\[([^\]]*)\]$")
SPARE = 1  # empty places after the entries of a list
Entered = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class CardField:
    """A field of a record in a form.

    ``name``: its path with points, which is its name in the form; ``values``: what stands in it, of a list one each, of
    pairs the word and its figure. ``offers``: the list of names that are offered; ``fault``: what is wrong, in words.
    """

    name: str
    label: str
    meaning: str
    unit: str
    kind: str
    values: tuple[tuple[str, ...], ...]
    choices: tuple[str, ...] = ()
    least: str = ""
    most: str = ""
    usual: str = ""
    needed: bool = False
    offers: str = ""
    fault: str = ""

    @property
    def value(self) -> str:
        """What stands in a field of one entry."""
        return self.values[0][0] if self.values else ""


@dataclass(frozen=True)
class FieldWords:
    """What a card does not say of its fields: words that one may be, and the list of names that is offered for one."""

    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    offers: Mapping[str, str] = field(default_factory=dict)


def last_entry(entered: Entered, name: str) -> str:
    """What was entered last into a field; nothing where it was not sent."""
    return (entered.get(name) or [""])[-1]


def card_fields(
    record: type[Card], content: Mapping[str, Any], path: str, faults: Mapping[str, str], words: FieldWords,
    only: Iterable[str] = (),
) -> list[CardField]:  # fmt: skip
    """The fields of a record with what a table states of it; those without a place in a form are left out.

    ``path``: of the table, with a point behind it; ``faults``: by path. ``only``: these fields, else all.
    """
    chosen = set(only)
    hints = types_of(record)
    return [
        _field(spec, hints[spec.name], content.get(key_of(spec)), path, faults, words)
        for spec in fields_of(record)
        if (not chosen or spec.name in chosen) and _kind(spec, hints[spec.name])
    ]


def card_content(record: type[Card], entered: Entered, path: str, only: Iterable[str] = ()) -> dict[str, Any]:
    """What was entered into the fields of a record, as TOML would state it; an empty field states nothing."""
    chosen, hints = set(only), types_of(record)
    content: dict[str, Any] = {}
    for spec in fields_of(record):
        kind = _kind(spec, hints[spec.name])
        if not kind or (chosen and spec.name not in chosen):
            continue
        value = _value(kind, hints[spec.name], entered, path + key_of(spec))
        if value not in ("", [], {}):
            content[key_of(spec)] = value
    return content


def without_fields(record: type[Card], content: Mapping[str, Any]) -> dict[str, Any]:
    """What a table states that no form has a field for, and that a form therefore takes along as it is."""
    hints = types_of(record)
    shown = {key_of(spec) for spec in fields_of(record) if _kind(spec, hints[spec.name])}
    return {key: value for key, value in content.items() if key not in shown}


def faults_by_path(fault: GroundplanError, prefix: str = "") -> dict[str, str]:
    """The parts of a fault by the path that each stands at, ``""`` for what is of no field."""
    by_path: dict[str, str] = {}
    for part in fault.parts:
        there = PATH.search(part.where)
        path = prefix + there[1] if there else ""
        words = f"{part.what}: {part.fix}" if part.fix else part.what
        by_path[path] = f"{by_path[path]}; {words}" if path in by_path else words
    return by_path


def _kind(spec: dataclasses.Field[Any], hint: Any) -> str:
    """How a field is entered, by its type; nothing for records within, and lists of lists."""
    kinds = [kind for kind in options(hint) if kind is not type(None)]
    heads = [get_origin(kind) or kind for kind in kinds]
    if abc.Mapping in heads or dict in heads:
        return PAIRS
    if bool in heads:
        return YES_NO
    if str in heads:
        return CHOICE if spec.metadata["among"] else TEXT
    if int in heads or float in heads:
        return NUMBER
    if tuple in heads or list in heads:
        items = [i for kind in kinds for i in get_args(kind) if i is not ...]
        return LIST if items == [str] else NUMBER if set(items) <= {int, float} else ""
    return ""


def _field(
    spec: dataclasses.Field[Any], hint: Any, value: Any, path: str, faults: Mapping[str, str], words: FieldWords
) -> CardField:
    kind, meta, name = _kind(spec, hint), spec.metadata, path + key_of(spec)
    choices = tuple(words.choices.get(spec.name, meta["among"]))
    naming = meta["names"]
    least, most = (f"{end:g}" if isfinite(end) else "" for end in (meta["low"], meta["high"]))
    if kind == YES_NO or (choices and kind == TEXT):
        kind = kind if kind == YES_NO else CHOICE
    return CardField(
        name, key_of(spec).replace("_", " "), meta["meaning"], "" if meta["unit"] == "1" else meta["unit"], kind,
        _shown(kind, value), choices, least, most, _usual(spec), must(spec),
        words.offers.get(spec.name, naming.kind if naming else ""), faults.get(name, ""),
    )  # fmt: skip


def _usual(spec: dataclasses.Field[Any]) -> str:
    """What stands where nothing is entered."""
    default = spec.default
    if default in (dataclasses.MISSING, None, "", ()):
        return ""
    return {True: "yes", False: "no"}[default] if isinstance(default, bool) else word_of(default)


def _shown(kind: str, value: Any) -> tuple[tuple[str, ...], ...]:
    """A value as the boxes of a field, with empty ones after those of a list."""
    if kind == PAIRS:
        pairs = [(str(k), word_of(v)) for k, v in value.items()] if isinstance(value, Mapping) else []
        return (*pairs, *(("", ""),) * SPARE)
    if kind == LIST:
        entries = [value] if isinstance(value, str) else value if isinstance(value, (list, tuple)) else []
        return (*((str(one),) for one in entries), *(("",),) * SPARE)
    return ((word_of(value),),)


def word_of(value: Any) -> str:
    """A value as it is typed.

    >>> word_of(0.5), word_of([1, 3]), word_of(True), word_of(None)
    ('0.5', '1, 3', 'yes', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(word_of(one) for one in value)
    return repr(value) if isinstance(value, float) else str(value)


def _value(kind: str, hint: Any, entered: Entered, name: str) -> Any:
    if kind == PAIRS:
        keys, figures = entered.get(f"{name}.key", []), entered.get(f"{name}.value", [])
        inner = next(get_args(k)[1] for k in options(hint) if len(get_args(k)) == 2)
        pairs = zip(keys, figures, strict=False)
        return {key: _figures(inner, figure) for key, figure in pairs if key or figure}
    texts = entered.get(name, [])
    if kind == LIST:
        return [text for text in texts if text]
    text = texts[-1] if texts else ""
    if not text or kind in (TEXT, CHOICE):
        return text
    if kind == YES_NO:
        return {"yes": True, "no": False}.get(text, text)
    return _figures(hint, text)


def _figures(hint: Any, text: str) -> Any:
    """A text as what a type admits: one figure, several with commas between them, or words."""
    heads = [get_origin(kind) or kind for kind in options(hint)]
    several = tuple in heads or list in heads
    if (several and not ({int, float} & set(heads))) or ("," in text and several):
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return [figure_of(part) for part in parts]
    return text if str in heads else figure_of(text)


def figure_of(text: str) -> int | float | str:
    """The number that a text is; the text itself where it is none.

    >>> figure_of("30"), figure_of("0.5"), figure_of("half")
    (30, 0.5, 'half')
    """
    if WHOLE.fullmatch(text):
        return int(text)
    try:
        value = float(text)
    except ValueError:
        return text
    return value if isfinite(value) else text
