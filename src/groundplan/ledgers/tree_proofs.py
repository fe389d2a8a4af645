"""Proofs about the tree over a ledger's entries: that one is in it, and that a longer list begins with a shorter one.

Source: RFC 6962, sections 2.1.1 and 2.1.2.
"""

from __future__ import annotations

from collections.abc import Sequence

from groundplan.ledgers.verify_ledger import Tree


def root(leaves: Sequence[bytes]) -> bytes:
    """MTH of the leaves: their root. ``leaves``: hashes of 32 bytes, in order."""
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def split(size: int) -> int:
    """The largest power of two below ``size``, which is at least 2.

    >>> split(2), split(5), split(8)
    (1, 4, 4)
    """
    return 1 << (size - 1).bit_length() - 1


def inclusion(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(index, leaves): the hashes that lead from an entry to the root, from below."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*inclusion(index, leaves[:k]), root(leaves[k:])]
    return [*inclusion(index - k, leaves[k:]), root(leaves[:k])]


def consistency(size: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PROOF(size, leaves): that the leaves begin with the first ``size``, which are one at least."""
    return [] if size == len(leaves) else _subproof(size, leaves, whole=True)


def _subproof(size: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    if size == len(leaves):
        return [] if whole else [root(leaves)]
    k = split(len(leaves))
    if size <= k:
        return [*_subproof(size, leaves[:k], whole=whole), root(leaves[k:])]
    return [*_subproof(size - k, leaves[k:], whole=False), root(leaves[:k])]
