"""Changing code in small ways: what is a change, where it is, and that it reaches all who use the function."""

from __future__ import annotations

import gc
import os
import signal
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import forks
import pytest
import swap
from mutant import bodies, function_at, kept, meaning
from mutate import KEPT
from reach import ROOT, SOURCE, near

TEXT = '''"""A file."""
SIZE = 3

def doubled(value: float) -> float:
    """Twice as much."""
    return value * 2

class Field:
    @property
    def area(self) -> int:

        return sum(doubled(n) for n in range(SIZE))
'''


def loaded(folder: Path) -> ModuleType:
    (folder / "fields_of_a_test.py").write_text(TEXT, "utf-8")
    spec = spec_from_file_location("fields_of_a_test", folder / "fields_of_a_test.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_change_of_code_reaches_who_imported_it(tmp_path: Path) -> None:
    """0 + 2 + 4 = 6 becomes 0 + 3 + 6 = 9 when 2 is written 3, and 4 + 2·3 = 10 when areas begin with 4.

    Proves: a function that another holds by its name and one behind a property get the code of the changed text.
    Breaks if: only the module's own name is given another function.
    """
    module, path = loaded(tmp_path), tmp_path / "fields_of_a_test.py"
    held, field = module.doubled, module.Field()
    functions = swap.live([path])
    swap.swap(swap.swaps(path, TEXT, TEXT.replace("value * 2", "value * 3")), functions)
    assert (held(5), field.area) == (15, 9)
    swap.swap(swap.swaps(path, TEXT, TEXT.replace("sum(", "4 + sum(")), functions)
    assert field.area == 13


def test_what_was_set_apart_is_live_too(tmp_path: Path) -> None:
    """Collection ends with ``gc.freeze``, after which Python does not tell what was there before.

    Proves: functions from before are found still. Breaks if: each change is tried in a new Python, minutes for seconds.
    """
    module, path = loaded(tmp_path), tmp_path / "fields_of_a_test.py"
    gc.freeze()
    assert [f for several in swap.live([path]).values() for f in several if f is module.doubled]


@pytest.mark.parametrize(("old", "new"), [("SIZE = 3", "SIZE = 4"), ("float) ->", "float = 1) ->")])
def test_what_runs_at_import_is_no_swap(old: str, new: str, tmp_path: Path) -> None:
    """Proves: a constant of the file and a default are left to a new Python. Breaks if: they are passed over."""
    assert swap.swaps(tmp_path / "a.py", TEXT, TEXT.replace(old, new)) is None


def test_only_what_runs_is_a_change() -> None:
    """Proves: other words and types say the same, another number does not, and what is no Python says nothing."""
    same = TEXT.replace("Twice", "Once").replace("float", "int").replace("A file", "No file")
    assert meaning(same) == meaning(TEXT)
    assert meaning(TEXT.replace("* 2", "* 3")) != meaning(TEXT)
    assert meaning(TEXT.replace("* 2", "*")) is None


def test_lines_belong_to_functions() -> None:
    """Proves: a decorator belongs to its method, a constant to none, and a function runs from after its first line."""
    assert [function_at(TEXT, line) for line in (2, 4, 6, 9, 12)] == [
        "",
        "doubled",
        "doubled",
        "Field.area",
        "Field.area",
    ]
    assert bodies(TEXT) == {"doubled": (5, 6), "Field.area": (12, 12)}


def test_the_list_of_the_kept() -> None:
    """Proves: an entry is its file's name, function, line before and after, wherever they stand; it needs a reason.

    Breaks if: a survivor is kept without anyone saying why, or the project's own list cannot be read.
    """
    text = "# words\na.py f\n- x > 0\n+ x >= 0\n= never zero:\n= see g\n- y\n+ z\n= same\n"
    assert kept(text) == {("a.py", "f", "x > 0", "x >= 0"): "never zero: see g", ("a.py", "f", "y", "z"): "same"}
    with pytest.raises(ValueError, match="without a reason"):
        kept("a.py f\n- x\n+ y\n")
    with pytest.raises(ValueError, match="line 2"):
        kept("a.py f\n= why\n")
    assert all(kept(KEPT.read_text("utf-8")).values())


def test_the_nearest_tests() -> None:
    """Proves: what imports a file itself is nearest to it, and other test files only count where nothing does."""
    package, by_hand = SOURCE / "groundplan", ROOT / "tests" / "by_hand"
    assert by_hand / "test_money.py" in near([package / "records" / "money.py"])
    assert by_hand / "test_money.py" not in near([package / "measures" / "linkages.py"])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_child_that_never_ends_is_ended() -> None:
    """Proves: each subject is answered by what its child said; who computes or is silent for too long is late.

    Breaks if: a change that makes a loop endless stops the whole run, or counts as passed.
    """

    def work(subject: str, say: forks.Say) -> None:
        say(0.01 if subject in ("silent", "busy") else 600.0, subject)
        while subject == "silent":
            signal.pause()
        while subject == "busy":
            pass

    waiting = ["silent", "done", "busy"]
    answers = list(forks.finished(lambda: waiting.pop() if waiting else None, work, 2))
    assert sorted(answers) == [("busy", ["busy"], True), ("done", ["done"], False), ("silent", ["silent"], True)]
