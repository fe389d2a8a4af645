"""The steps of a public draw on their days: frozen, printed, thrown; each once, none before the one before."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from groundplan.errors import GroundplanError
from groundplan.places.lots.draw_folder import (
    DECIDED,
    EMPTY,
    FROZE,
    PUBLISHED,
    decide,
    draw_state,
    freeze,
    note_printing,
)

FREEZING, PRINTING, LOTTERY = date(2027, 1, 4), date(2027, 1, 5), "2027-01-06"
LOTTO = {"kind": "lottery", "lottery": "Lotto", "date": LOTTERY, "numbers": 6, "highest": 49}
CAME = {"kind": "lottery", "lottery": "Lotto", "date": LOTTERY, "numbers": [1, 2, 3, 4, 5, 6]}


def test_each_step_once_and_in_its_order(tmp_path: Path) -> None:
    """Proves: the state goes from empty to frozen, printed and decided; each step again, or before its time, is refused
    and writes nothing. Breaks if: a step can be jumped or repeated.
    """
    folder = tmp_path / "draw"
    assert draw_state(folder).step == EMPTY
    with pytest.raises(GroundplanError, match="not frozen yet"):
        note_printing(folder, "2027-01-05", "Gazette", today=PRINTING)
    frozen = freeze(folder, ["a", "b"], 1, LOTTO, "who is first", today=FREEZING)
    assert draw_state(folder).step == FROZE
    with pytest.raises(GroundplanError, match="not printed yet"):
        decide(folder, CAME)
    note_printing(folder, "2027-01-05", "Gazette, page 3", today=PRINTING)
    state = draw_state(folder)
    assert (state.step, state.mark, state.faults) == (PUBLISHED, frozen.mark, ())
    with pytest.raises(GroundplanError, match="noted already"):
        note_printing(folder, "2027-01-05", "another page", today=PRINTING)
    record = decide(folder, CAME)
    assert draw_state(folder).record == record
    assert draw_state(folder).step == DECIDED
    with pytest.raises(GroundplanError, match="on record already"):
        decide(folder, {**CAME, "numbers": [1, 2, 3, 4, 5, 7]})
    with pytest.raises(GroundplanError, match="a draw of this name already"):
        freeze(folder, ["a", "b", "c"], 1, LOTTO, "who is first", today=FREEZING)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2027-01-03", "before the list was frozen"),
        ("2027-01-06", "was not after the printing"),
        ("2027-01-09", "is not come yet"),
        ("tomorrow", "is no day"),
    ],
)
def test_days_of_printing_that_prove_nothing(tmp_path: Path, day: str, words: str) -> None:
    """Proves: a day before the freezing, from the lottery on, to come, or no day is refused with its reason.
    Breaks if: a mark that was printed after the numbers were out counts.
    """
    folder = tmp_path / "draw"
    freeze(folder, ["a", "b"], 1, LOTTO, "who is first", today=FREEZING)
    with pytest.raises(GroundplanError, match=words):
        note_printing(folder, day, "Gazette", today=date(2027, 1, 7))
    assert draw_state(folder).step == FROZE


def test_a_printing_that_was_taken_away_is_missed(tmp_path: Path) -> None:
    """Proves: a record without the note of its printing, or with a note of another mark, does not count.
    Breaks if: the order of steps can be rewritten afterwards by taking a file away.
    """
    folder = tmp_path / "draw"
    freeze(folder, ["a", "b"], 1, LOTTO, "who is first", today=FREEZING)
    note_printing(folder, "2027-01-05", "Gazette, page 3", today=PRINTING)
    decide(folder, CAME)
    note = (folder / "printed.json").read_text("utf-8")
    (folder / "printed.json").write_text(note.replace('"mark": "', '"mark": "f'), "utf-8")
    assert any("another mark" in fault for fault in draw_state(folder).faults)
    (folder / "printed.json").unlink()
    assert any("printed.json is gone" in fault for fault in draw_state(folder).faults)
