"""A changed file in a process that has already imported it: its functions get the code of the changed text."""

from __future__ import annotations

import gc
import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CodeType, FunctionType

Key = tuple[str, str, int]


def live(paths: Iterable[Path]) -> dict[Key, list[FunctionType]]:
    """Every function of these files that now exists, by file, qualified name and line."""
    files = {str(path) for path in paths}
    gc.unfreeze()  # what the collection of tests set apart is not among what is told
    every: dict[Key, list[FunctionType]] = {}
    for thing in gc.get_objects():
        if type(thing) is FunctionType and thing.__code__.co_filename in files:
            every.setdefault(_key(thing.__code__), []).append(thing)
    return every


def swaps(path: Path, source: str, changed: str) -> list[tuple[CodeType, CodeType]] | None:
    """The outermost functions whose code differs between two texts of a file, and their new code.

    None where something differs outside of functions: that runs at import, so a swap comes too late.
    """
    old, new = (compile(text, str(path), "exec", dont_inherit=True) for text in (source, changed))
    pairs = list(_differing(old, new))
    return None if any(pair is None for pair in pairs) else [pair for pair in pairs if pair is not None]


def swap(pairs: Iterable[tuple[CodeType, CodeType]], functions: dict[Key, list[FunctionType]]) -> None:
    """Give every function with an old code its new one: all who imported or wrapped it get the change."""
    for old, new in pairs:
        for function in functions[_key(old)]:
            function.__code__ = new


def known(pairs: Iterable[tuple[CodeType, CodeType]], functions: dict[Key, list[FunctionType]]) -> bool:
    """Whether all of these codes have a function that exists."""
    return all(_key(old) in functions for old, _ in pairs)


def _key(code: CodeType) -> Key:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _differing(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType] | None]:
    if old.co_flags & inspect.CO_OPTIMIZED:
        if _said(old, deep=True) != _said(new, deep=True):
            yield old, new
        return
    if _said(old, deep=False) != _said(new, deep=False):
        yield None
        return
    for inner, other in zip(_inner(old), _inner(new), strict=True):
        yield from _differing(inner, other)


def _inner(code: CodeType) -> list[CodeType]:
    return [constant for constant in code.co_consts if isinstance(constant, CodeType)]


def _said(code: CodeType, deep: bool) -> tuple[object, ...]:
    """What a code does, comparable: repr tells 1 from 1.0, True and -0.0 from 0.0."""
    constants = tuple(
        (_said(constant, deep) if deep else constant.co_name) if isinstance(constant, CodeType) else repr(constant)
        for constant in code.co_consts
    )
    return code.co_code, code.co_names, code.co_varnames, code.co_freevars, constants
