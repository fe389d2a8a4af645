"""What is kept because it was used last: made once however many ask, bounded, and nothing that failed."""

from __future__ import annotations

import threading

import pytest

from groundplan.last_used import LastUsed


def test_a_value_is_made_once_however_many_ask() -> None:
    """Proves: of eight threads that ask at a time one makes the value, and all have it.

    Breaks if: everybody who comes while it is made makes it too.
    """
    kept: LastUsed[str, int] = LastUsed(4)
    made, had, together = list[int](), list[int](), threading.Barrier(8)

    def make() -> int:
        made.append(1)
        return 7

    def ask() -> None:
        together.wait()
        had.append(kept.value("seven", make))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (made, had) == ([1], [7] * 8)


def test_the_least_used_goes_and_a_fault_is_not_kept() -> None:
    """Proves: never more than ``most`` are kept, what was asked for last stays, and after a fault it is tried again.

    Breaks if: memory grows with every key, or somebody is told of a fault that is mended.
    """
    kept: LastUsed[int, int] = LastUsed(2)
    asked: list[int] = []

    def make(n: int) -> int:
        asked.append(n)
        return n

    for n in (1, 2, 1, 3, 1, 2):
        assert kept.value(n, lambda n=n: make(n)) == n  # type: ignore[misc]
    assert (asked, len(kept)) == ([1, 2, 3, 2], 2)
    with pytest.raises(ZeroDivisionError):
        kept.value(0, lambda: 1 // 0)
    assert kept.value(0, lambda: make(0)) == 0
