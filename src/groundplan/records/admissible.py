"""What a value may be by its type and its card, and what is wrong with it in words."""

from __future__ import annotations

import sys
from collections import abc
from collections.abc import Mapping
from datetime import date, time
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

LONGEST = 200


def shown(value: Any) -> str:
    """A value as messages show it: dates as they are written, a long one cut short.

    >>> import datetime
    >>> shown(datetime.date(2020, 1, 31)), shown("much")
    ('2020-01-31', "'much'")
    """
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, int) and abs(value) > 10**18:
        return f"{float(value):g}" if is_number(value) else "an integer of hundreds of digits"
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."


def is_number(value: Any) -> bool:
    """Whether a value is a finite number, and not true or false."""
    # Compared, not converted: an integer may be too large to be a float.
    return not isinstance(value, bool) and isinstance(value, (int, float)) and abs(value) <= sys.float_info.max


@cache
def options(hint: Any) -> tuple[Any, ...]:
    """The kinds that a type admits."""
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def wrong(value: Any, hint: Any, card: Mapping[str, Any]) -> str:
    """What is wrong with a value, in words; empty where nothing is."""
    if value is None:
        return "" if type(None) in options(hint) else "empty"
    kinds = [kind for kind in options(hint) if kind is not type(None)]
    said = [_not_of(value, kind, card) for kind in kinds]
    by_sector = float in kinds and any(get_origin(kind) is abc.Mapping for kind in kinds)
    if by_sector and isinstance(value, Mapping) and "default" not in value:
        return f"{shown(dict(value))}, without 'default' for the other sectors"
    if "" in said:
        return ""
    # Of several admissible kinds, what is said of the value's own kind tells most.
    own: tuple[Any, ...] = (int, float)
    if isinstance(value, (Mapping, list, tuple)):
        own = (dict, abc.Mapping) if isinstance(value, Mapping) else (list, tuple)
    fitting = [t for t, kind in zip(said, kinds, strict=True) if (get_origin(kind) or kind) in own]
    return (fitting or said)[0]


def _not_of(value: Any, hint: Any, card: Mapping[str, Any]) -> str:
    """What is wrong with a value of one kind."""
    origin = get_origin(hint) or hint
    if hint is Any:
        return ""
    if origin in (Union, UnionType):
        return wrong(value, hint, card)
    if origin in (bool, str):
        asked = "true or false" if origin is bool else "a text"
        return "" if isinstance(value, origin) else f"{shown(value)}, not {asked}"
    if origin in (int, float):
        return _not_number(value, origin is int, card)
    if origin in (list, tuple):
        return _not_list(value, get_args(hint), card, fixed=origin is tuple and get_args(hint)[-1] is not ...)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _not_mapping(value, hint, card)
    return "" if isinstance(value, origin) else f"{shown(value)}, not a {origin.__name__}"


def _not_number(value: Any, whole: bool, card: Mapping[str, Any]) -> str:
    if isinstance(value, Mapping):
        return "given by sector, which this key does not have"
    if not is_number(value):
        return f"{shown(value)}, not a number"
    if whole and value != int(value):
        return f"{value:g}, not a whole number"
    if not card["low"] <= value <= card["high"]:
        return f"{value:g}, outside {card['low']:g} to {card['high']:g}"
    return ""


def _not_list(value: Any, items: tuple[Any, ...], card: Mapping[str, Any], *, fixed: bool) -> str:
    many = f"{len(items)} values" if fixed else f"a list of {_plural(items[0])}"
    if not isinstance(value, (list, tuple)) or (fixed and len(value) != len(items)):
        return f"{shown(value)}, not {many}"
    kinds = items if fixed else items[:1] * len(value)
    fault = next((t for t in (_not_of(v, kind, card) for v, kind in zip(value, kinds, strict=True)) if t), "")
    return f"a list with {fault}" if fault else ""


def _plural(item: Any) -> str:
    names = {str: "texts", float: "numbers", int: "whole numbers", Any: "values"}
    return names.get(item) or ("lists" if get_origin(item) else f"{getattr(item, '__name__', str(item)).lower()}s")


def _not_mapping(value: Any, hint: Any, card: Mapping[str, Any]) -> str:
    if not isinstance(value, Mapping):
        return f"{shown(value)}, not keys with values"
    item = get_args(hint)[1] if get_args(hint) else Any
    faults = [f"{key}: {t}" for key, v in value.items() if (t := _not_of(v, item, card))]
    return "; ".join(faults)
