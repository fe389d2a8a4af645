"""What holds for every ledger: sums to the last digit, and no change that goes unseen."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_places import ORIGIN, new_ledger

from groundplan.ledgers.apportioning import apportioned, divided
from groundplan.ledgers.tree_proofs import consistency, inclusion, root
from groundplan.ledgers.verify_ledger import Replay, check_consistency, check_inclusion, leaf_hash, replay

weights = st.lists(st.decimals(0, 1000, places=3), min_size=1, max_size=12).filter(lambda w: sum(w) > 0)


@given(st.integers(-(10**12), 10**12), st.integers(0, 6), weights)
def test_parts_sum_to_the_whole(steps: int, decimals: int, w: list[Decimal]) -> None:
    """Proves: parts sum exactly, each is within one step of its share, a weight of nothing gets nothing.

    Breaks if: parts are rounded one by one.
    """
    total, step = Decimal(steps).scaleb(-decimals), Decimal(1).scaleb(-decimals)
    parts = apportioned(total, w, decimals)
    assert sum(parts) == total
    assert all(abs(p - total * x / sum(w)) < step + Decimal("1e-9") for p, x in zip(parts, w, strict=True))
    assert all(p == 0 for p, x in zip(parts, w, strict=True) if x == 0)


@given(st.integers(0, 10**9), weights, weights)
def test_sums_hold_at_every_level(steps: int, shares: list[Decimal], profile: list[Decimal]) -> None:
    """Proves: parts of the year sum to each unit's year, units to the whole. Breaks if: a level is left out."""
    total = Decimal(steps).scaleb(-3)
    by_unit = divided(total, {str(n): s for n, s in enumerate(shares)}, profile, 3)
    yearly = apportioned(total, shares, 3)
    assert [sum(p) for p in by_unit.values()] == yearly
    assert sum(sum(p) for p in by_unit.values()) == total


@given(st.integers(1, 70))
def test_every_proof_holds(n: int) -> None:
    """Proves: inclusion and consistency proofs hold for trees of every size. Breaks if: an odd edge is lost."""
    leaves = [leaf_hash(str(i).encode()) for i in range(n)]
    for i in (0, n // 2, n - 1):
        check_inclusion(i, n, leaves[i], inclusion(i, leaves), root(leaves))
    for m in {1, (n + 1) // 2, n}:
        check_consistency(m, n, consistency(m, leaves), root(leaves[:m]), root(leaves))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[bytes], str, str]:
    """Entries, the last checkpoint and the key of a small ledger."""
    folder = tmp_path_factory.mktemp("ledger")
    ledger = new_ledger(str(folder / "plan.ledger"), folder)
    for n in range(4):
        body = {"what": f"decision {n}", "why": "", "ground": [], "who": "council"}
        ledger.append([("decision", body)], by="office")
        ledger.checkpoint(folder / "plan.key", by="office")
    note = ledger.signed(folder / "plan.key")
    return [r.entry for r in ledger.store.rows()], note, ledger.book.key


def replayed(kept: tuple[list[bytes], str, str], lines: list[bytes]) -> Replay:
    return replay(lines, [("kept.txt", kept[1])], [kept[2]])


def test_a_whole_ledger_is_whole(kept: tuple[list[bytes], str, str]) -> None:
    done = replayed(kept, kept[0])
    assert (done.faults, done.notes, done.checkpoints, done.size) == ((), (), 4, len(kept[0]))


@settings(max_examples=60)
@given(st.data())
def test_any_flipped_byte_is_named(kept: tuple[list[bytes], str, str], data: st.DataObject) -> None:
    """Proves: one flipped bit of any byte is a fault at that entry, the one after it, or, of the last, the checkpoint.

    Breaks if: a byte is not hashed.
    """
    lines = list(kept[0])
    at = data.draw(st.integers(0, len(lines) - 1))
    n, bit = data.draw(st.integers(0, len(lines[at]) - 1)), data.draw(st.integers(0, 7))
    lines[at] = lines[at][:n] + bytes([lines[at][n] ^ (1 << bit)]) + lines[at][n + 1 :]
    where = {f.where for f in replayed(kept, lines).faults}
    assert where & {f"line {at + 1}", f"line {at + 2}", f"entry {at}", f"entry {at + 1}", "kept.txt"}


def test_what_is_dropped_or_moved_is_named(kept: tuple[list[bytes], str, str]) -> None:
    """Proves: a dropped entry is missing, an exchanged one out of order, a cut end shorter than the checkpoint kept."""
    lines = kept[0]
    assert "entry 5 is missing before entry 6" in replayed(kept, lines[:5] + lines[6:]).faults[0].what
    moved = replayed(kept, [*lines[:5], lines[6], lines[5], *lines[7:]]).faults
    assert "missing before entry 6" in moved[0].what
    assert any("out of order" in f.what for f in moved)
    cut = replayed(kept, lines[:-2]).faults
    assert [f.where for f in cut] == ["kept.txt"]
    assert "at its end were dropped" in cut[0].what


def test_what_is_written_anew_is_named(kept: tuple[list[bytes], str, str]) -> None:
    """Proves: a back-dated entry is named; so is the checkpoint where everything after a change was chained anew.

    Breaks if: an entry's time may go back, or checkpoints are compared by their size alone.
    """
    lines, previous, dated = [], "0" * 64, []
    for line in kept[0]:
        entry = json.loads(line)
        if entry["body"].get("what") == "decision 1":
            entry["body"]["what"], entry["time"] = "another decision", "2020-01-01T00:00:00Z"
        entry["previous"] = previous
        lines.append(json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
        previous = leaf_hash(lines[-1]).hex()
    faults = replayed(kept, lines).faults
    dated = [f.what for f in faults if "back-dated" in f.what]
    assert len(dated) == 1
    assert "2020-01-01" in dated[0]
    assert {"kept.txt", "entry 7"} <= {f.where for f in faults if "another root" in f.what}


def test_a_forged_checkpoint_is_named(kept: tuple[list[bytes], str, str], tmp_path: Path) -> None:
    """Proves: a checkpoint that another key signed under the same name is not believed. Breaks if: names suffice."""
    from groundplan.ledgers.signing import SigningKey

    forged = SigningKey.fresh(ORIGIN).checkpoint(ORIGIN, len(kept[0]), b"0" * 32, "2026-01-01T00:00:00Z")
    changed = kept[1].replace(f"\n{len(kept[0])}\n", f"\n{len(kept[0]) - 1}\n")
    for note, words in ((forged, "none of the keys"), (changed, "forged")):
        (fault,) = replay(kept[0], [("note", note)], [kept[2]]).faults
        assert words in fault.what
