"""Files that chance made wrong: refused in words, or opened and right; no traceback, no silent wrong number."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from fuzzing import KINDS, answer, batch_answer, mutated, outcome_answer


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_made_wrong_is_refused_or_right(kind: str, tmp_path: Path) -> None:
    """Proves: 150 files of each kind, torn, doubled, flipped or filled with odd words, end in a refusal in words or
    open with finite numbers; a draw that both programs accept is the true one. The right file opens.
    Breaks if: a reader lets an exception of Python through, or takes inf for a number.
    """
    rng = random.Random(f"{kind} 17")
    assert answer(KINDS[kind], KINDS[kind].right, tmp_path) == "opened"
    said = Counter(answer(KINDS[kind], mutated(rng, KINDS[kind].right), tmp_path) for _ in range(150))
    assert said["refused"] + said["opened"] == 150


def test_a_saved_outcome_made_wrong_is_refused(tmp_path: Path) -> None:
    """Proves: whatever bytes of whatever file of an outcome are changed, it is not opened. Breaks if: a file is not
    hashed, or a part of the index is outside of its seal.
    """
    rng = random.Random(17)
    said = Counter(outcome_answer(rng, tmp_path / "o") for _ in range(300))
    assert said["refused"] > 250


def test_a_kept_batch_made_wrong_is_not_used(tmp_path: Path) -> None:
    """Proves: whatever bytes of a kept batch are changed, no other numbers are read. Breaks if: some are not sealed."""
    rng = random.Random(17)
    said = Counter(batch_answer(rng, tmp_path / "run") for _ in range(300))
    assert said["refused"] > 100
