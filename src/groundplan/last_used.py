"""What is kept because it will be asked for again: the values used last, each made once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_NOTHING: Any = object()


class _KeptPlace(Generic[V]):
    """Where a value stands once it is made; who asks for it meanwhile waits here."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.value: V = _NOTHING


class LastUsed(Generic[K, V]):
    """The ``most`` values that were used last, by keys that hold everything the values depend on.

    Any thread may ask. Of those who ask for one that is not there yet the first makes it and the others wait: so no
    value is made twice at a time. What raises is not kept.

    >>> squares = LastUsed[int, int](2)
    >>> [squares.value(n, lambda: n * n) for n in (2, 3, 2, 4)], len(squares)
    ([4, 9, 4, 16], 2)
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._places: OrderedDict[K, _KeptPlace[V]] = OrderedDict()

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._places)

    def value(self, key: K, make: Callable[[], V]) -> V:
        """The value of a key, made where it is not there. Raises what making it raises."""
        with self._lock:
            place = self._places.setdefault(key, _KeptPlace())
            self._places.move_to_end(key)
            while len(self._places) > self.most:
                self._places.popitem(last=False)
        with place.lock:
            if place.value is _NOTHING:
                place.value = make()
            return place.value
