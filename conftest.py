"""What every test shares: drawn cases are the same on every machine, none is timed, and collection costs little."""

from __future__ import annotations

import gc
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("groundplan", deadline=None, derandomize=True)
settings.load_profile("groundplan")

# Compiled files are kept even where the shell forbids them: to compile the tests anew takes thrice what collecting them
# does, and every command that a test starts would compile the package. Python's own -B still forbids them.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
    sys.dont_write_bytecode = False

# Nothing that collection makes is garbage: looking for it would take a tenth of the time.
gc.disable()


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--near FILE``: the few tests that are most about a file (``tests/nearest.py``)."""
    parser.addoption("--near", metavar="FILE", help="only the tests nearest to a file, by its path or its name alone")


def pytest_configure() -> None:
    """One thread of BLAS, English, and strings of Python, as in a command: only what the tests need brings pyarrow."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ["LANGUAGE"] = "en"  # whatever language the machine of who runs them speaks
    import pandas as pd  # after the line above, which BLAS reads when it is loaded

    pd.set_option("mode.string_storage", "python")


@cache
def near(name: str) -> frozenset[Path]:
    """The file, for its doctests, and the test files nearest to it."""
    from nearest import file_named, nearest

    try:
        return frozenset({file_named(name), *nearest(name)})
    except LookupError as fault:
        raise pytest.UsageError(*fault.args) from None


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With ``--near``: leave out every file but the near ones."""
    name = config.getoption("near")
    return True if name and collection_path.is_file() and collection_path not in near(name) else None


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path) -> Any:
    """A file that shows no example has no doctest, and need not be imported to learn that."""
    collectors = yield
    if file_path.suffix != ".py" or ">>> " in file_path.read_text("utf-8"):
        return collectors
    return [each for each in collectors if type(each) is pytest.Module]


def pytest_collection_finish() -> None:
    """What is there now stays until the end; from here on garbage is looked for among what the tests make."""
    gc.freeze()
    gc.enable()
