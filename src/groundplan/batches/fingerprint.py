"""A hash of everything that the numbers of a job depend on, by which a run that is kept knows its own batches."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib.metadata import version
from pathlib import PurePath
from types import CodeType, EllipsisType, FunctionType
from typing import Any

import numpy as np

from groundplan.errors import GroundplanError

PLAIN = (type(None), bool, int, float, complex, str, bytes, slice, EllipsisType, PurePath, np.generic)
COMPUTES = ("groundplan", "numpy", "scipy", "highspy")


def fingerprint(*parts: object) -> str:
    """A hash of figures, labels, records and functions, and of the versions that compute with them.

    Records go by their fields, tables by columns and labels, functions by name, code and what they enclose; what is
    merely held twice or in another place of memory makes no difference. Raises ``GroundplanError`` for anything else:
    what is not looked into could change unseen.

    >>> fingerprint(np.arange(3), {"a": 1.0}) == fingerprint(np.array([0, 1, 2]), {"a": 1.0})
    True
    >>> fingerprint(lambda x: x + 1) == fingerprint(lambda x: x + 2)
    False
    """
    digest = hashlib.sha256()
    for piece in _pieces([*((name, version(name)) for name in COMPUTES), *parts]):
        digest.update(f"{len(piece)}:".encode())
        digest.update(piece)
    return digest.hexdigest()


def _pieces(thing: Any) -> Iterator[bytes]:
    """A thing as bytes, piece by piece; each begins with what kind of thing it is, and how much of it there is."""
    if isinstance(thing, PLAIN):
        yield f"{type(thing).__name__} {thing!r}".encode()
    elif isinstance(thing, np.ndarray) and thing.dtype != object:
        yield f"array {thing.shape} {thing.dtype}".encode()
        yield np.ascontiguousarray(thing).tobytes()
    else:
        inside = _inside(thing)
        yield f"{type(thing).__name__} {len(inside)}".encode()
        for part in inside:
            yield from _pieces(part)


def _inside(thing: Any) -> list[Any]:
    """What a thing consists of."""
    if isinstance(thing, Mapping):
        return [part for pair in thing.items() for part in pair]
    if isinstance(thing, (set, frozenset)):
        return sorted(thing, key=repr)
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return [part for f in dataclasses.fields(thing) for part in (f.name, getattr(thing, f.name))]
    if isinstance(thing, (list, tuple, range)):
        return list(thing)
    if isinstance(thing, np.ndarray):
        return [thing.shape, *thing.ravel().tolist()]
    if callable(thing):
        return _of_function(thing)
    return _of_table(thing)


def _of_table(t: Any) -> list[Any]:
    """A table of pandas, a labelled array or a sparse matrix; neither library is loaded for it."""
    if hasattr(t, "tocsr"):
        m = t.tocsr()
        return [m.shape, m.data, m.indices, m.indptr]
    if hasattr(t, "coords") and hasattr(t, "dims"):
        return [list(t.dims), {str(k): np.asarray(v.values) for k, v in t.coords.items()}, np.asarray(t.values)]
    if hasattr(t, "columns"):
        return [list(t.columns), t.index, *(t[c] for c in t.columns)]
    if hasattr(t, "index") and hasattr(t, "to_numpy"):
        return [t.index, t.to_numpy()]
    if hasattr(t, "to_numpy"):
        return [list(t.names), t.to_numpy()]
    raise GroundplanError(
        f"whether a {type(t).__name__} has changed since cannot be told", fix="run it without a folder of batches"
    )


def _of_function(f: Callable[..., Any]) -> list[Any]:
    """A function's name, code, defaults and what it encloses; of what is callable otherwise, its name."""
    if isinstance(f, partial):
        return [f.func, f.args, f.keywords]
    if not isinstance(f, FunctionType):
        return [f.__module__, f.__qualname__]
    cells = [cell.cell_contents for cell in f.__closure__ or ()]
    return [f.__module__, f.__qualname__, _of_code(f.__code__), f.__defaults__, f.__kwdefaults__, cells]


def _of_code(code: CodeType) -> list[Any]:
    constants = [_of_code(c) if isinstance(c, CodeType) else c for c in code.co_consts]
    return [code.co_code, code.co_names, constants]
