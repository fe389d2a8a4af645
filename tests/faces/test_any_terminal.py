"""Every end of a command: on any code page, with no room, no memory, a fault of our own, or Ctrl-C."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from commands import said

from groundplan import Outcome, cli, text_page
from groundplan.cli import outlet
from groundplan.errors import GroundplanError
from groundplan.shown_text import visible

LINES = "Output ≥ 9.0 Mt — costs 1.5 × 10⁹ € (−3 %), Élgeyo, 성천군, 平壌, Нарва, 😀"


@pytest.mark.parametrize("encoding", ["cp949", "cp932", "cp1251", "ascii", "utf-8"])
def test_a_page_arrives_on_every_code_page(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: every character is printed, as itself, in plainer signs or as an escape; JSON keeps its content.

    Breaks if: a sign that a code page lacks ends the command after hours of work, or is left out.
    """
    for as_json in (False, True):
        raw = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
        page = json.dumps({"line": LINES}, ensure_ascii=False) if as_json else LINES
        assert outlet.put(page, json=as_json) == ""
        printed = raw.getvalue().decode(encoding)
        if as_json:
            assert json.loads(printed) == {"line": LINES}
        elif encoding == "ascii":
            assert printed == (
                "Output >= 9.0 Mt - costs 1.5 x 109 EUR (-3 %), Elgeyo, \\uc131\\ucc9c\\uad70, \\u5e73\\u58cc, "
                "\\u041d\\u0430\\u0440\\u0432\\u0430, \\U0001f600\n"
            )
        else:
            shown = printed.strip()
            assert [word for word in LINES.split() if word.isascii()] == [
                word for word, true in zip(shown.split(), LINES.split(), strict=True) if true.isascii()
            ]


def started(*words: str, cwd: Path, **how: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "groundplan", *words]
    return subprocess.run(command, stderr=subprocess.PIPE, text=True, cwd=cwd, check=False, **how)  # type: ignore[call-overload,no-any-return]


def test_a_command_on_a_korean_terminal(tmp_path: Path) -> None:
    """Proves: a whole command speaks on a Korean code page. Breaks if: only the function that prints does."""
    done = started("recipes", "--out", "o", cwd=tmp_path, stdout=subprocess.PIPE, encoding="cp949", env={
        **os.environ, "PYTHONIOENCODING": "cp949", "PYTHONUTF8": "0"
    })  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) > 20
    assert "Saved in o" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_or_closed_output_loses_no_answer(tmp_path: Path) -> None:
    """Proves: a page that cannot be printed is put into a file that is named, with exit code 2.

    Breaks if: the answer is gone with the output, or Python's own end complains in a traceback.
    """
    with Path("/dev/full").open("w") as full:
        done = started("recipes", cwd=tmp_path, stdout=full)
    assert done.returncode == 2
    assert "The page cannot be printed: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    pages = list(tmp_path.glob("groundplan-page-*.txt"))
    assert len(pages) == 1
    assert pages[0].name in done.stderr
    assert "flats" in pages[0].read_text("utf-8")


def test_a_page_is_printed_where_it_cannot_be_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: with no place to save in, the page comes all the same, and the code is 2; where the page fails, the
    numbers are saved, and the code is 3.
    Breaks if: what took hours is lost to a full disk, or to a fault of a page.
    """

    def no_room(*_: object, **__: object) -> Path:
        raise GroundplanError("the outcome cannot be written: no room")

    with monkeypatch.context() as patch:
        patch.setattr(Outcome, "save", no_room)
        done = said("recipes", "--out", "o", cwd=tmp_path)
    assert done.code == 2
    assert "flats" in done.out
    assert "no room" in done.err
    with monkeypatch.context() as patch:
        patch.setattr("groundplan.results.text_page.lines", lambda o: 1 / 0)
        done = said("recipes", "--out", "o", cwd=tmp_path)
    assert done.code == 3
    assert "flats" in "".join(Outcome.open(tmp_path / "o").table("lines")["line"])


def test_a_fault_of_our_own_says_so_and_tells_nothing_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: an exception that nobody put into words is told as a fault of Groundplan with code 3, its place, and a
    report without the message, the values of options or names of the user's files.
    Breaks if: a traceback reaches the user, or his data leave with the report.
    """

    def broken(*_: object, **__: object) -> Outcome:
        raise KeyError("secret sector 4711")

    monkeypatch.setattr("groundplan.verbs.recipes.recipes", broken)
    done = said("recipes", "--country", "my secret.xlsx", cwd=tmp_path)
    assert done.code == 3
    assert "This is a fault of Groundplan" in done.err
    assert "KeyError" in done.err
    assert "Traceback" not in done.err
    (report,) = tmp_path.glob("groundplan-fault-*.txt")
    assert report.name in done.err
    text = report.read_text("utf-8")
    assert "command recipes --country …" in text
    assert "KeyError" in text
    assert "groundplan/cli/command.py, line" in text
    assert "secret" not in text + done.err
    assert str(tmp_path) not in text


def test_names_give_no_orders_to_a_terminal() -> None:
    """Proves: controls and direction marks of a name are escapes on pages, in errors and in words that are refused;
    letters of every script and line breaks stay.
    Breaks if: a sector's name clears the screen, or turns a figure round.
    """
    bad = "steel\x1b[2J\u202e\x85\u2066"
    escapes = "steel\\u001b[2J\\u202e\\u0085\\u2066"
    assert visible(bad) == escapes
    assert visible("성천군, Нарва\nÉ می‌خواهم") == "성천군, Нарва\nÉ می‌خواهم"
    assert escapes in str(GroundplanError(f"no sector '{bad}'", where=bad, fix=bad))
    page = text_page(Outcome({}, {"lines": pd.DataFrame({"line": [bad]})}, {"engine": "recipes"}))
    out = io.StringIO()
    old, sys.stdout = sys.stdout, out
    try:
        outlet.put(page, json=False)
    finally:
        sys.stdout = old
    assert out.getvalue() == escapes + "\n"


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
@pytest.mark.parametrize("megabytes", [400, 800])
def test_little_memory_is_a_sentence(megabytes: int, tmp_path: Path) -> None:
    """Proves: under a limit on memory the command ends at once, in words. Breaks if: a library waits or aborts."""
    import resource

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))

    done = started("data", "KEN", cwd=tmp_path, stdout=subprocess.PIPE, preexec_fn=limited)
    assert done.returncode == 2
    assert f"This process may take {megabytes} MB of memory" in done.stderr
    assert "Traceback" not in done.stderr


def test_memory_that_ends_on_the_way_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: what NumPy raises for want of memory is told in words, and is no fault of our own."""

    def large(*_: object, **__: object) -> Outcome:
        raise MemoryError("Unable to allocate 7.45 TiB")

    monkeypatch.setattr("groundplan.verbs.recipes.recipes", large)
    done = said("recipes", cwd=tmp_path)
    assert done.code == 2
    assert "not enough memory" in done.err
    assert list(tmp_path.iterdir()) == []


INTERRUPTED = """
import signal, sys
from groundplan.__main__ import run
signal.signal(signal.SIGINT, signal.default_int_handler)
class At:
    def __init__(self, module):
        self.module = module
    def find_spec(self, name, path=None, target=None):
        if name == self.module:
            self.module = None
            signal.raise_signal(signal.SIGINT)
sys.modules.pop("argparse", None)
sys.meta_path.insert(0, At(sys.argv[1]))
sys.argv = ["groundplan", "data", "KEN"]
run()
"""


@pytest.mark.parametrize("module", ["argparse", "numpy._core.multiarray", "pandas", "groundplan.economy.economy"])
def test_ctrl_c_while_libraries_load_is_quiet(module: str, tmp_path: Path) -> None:
    """Proves: Ctrl-C at the moment a library loads, ours or another, ends with code 130 and at most one line.

    Breaks if: it comes before anybody listens, or a library makes another exception of it.
    """
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, module], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 130, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr in ("", "stopped by the user; nothing was written\n")
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_that_is_swallowed_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: where code between swallows the exception, or turns it into another, the command stops all the same.

    Breaks if: a callback of a solver eats it and the plan goes on for ten minutes.
    """

    def deaf(*_: object, progress: object, **__: object) -> Outcome:
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        progress("solving")  # type: ignore[operator]
        raise AssertionError("it went on")

    def renaming(*_: object, **__: object) -> Outcome:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise ImportError("multiarray failed to import") from None
        raise AssertionError("it went on")

    monkeypatch.setattr(signal, "default_int_handler", signal.default_int_handler)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        for function in (deaf, renaming):
            monkeypatch.setattr("groundplan.verbs.recipes.recipes", function)
            done = said("recipes", cwd=tmp_path)
            assert done.code == cli.INTERRUPTED
            assert "stopped by the user" in done.err
    finally:
        signal.signal(signal.SIGINT, before)
    assert list(tmp_path.iterdir()) == []
