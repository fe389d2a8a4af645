"""The last net: an exception that nobody put into words is our own fault, said so, with a report that can be sent."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from groundplan import __version__
from groundplan.errors import GroundplanError

HERE = Path(__file__).parents[1]
COMPUTES = ("numpy", "pandas", "scipy", "xarray", "highspy", "clarabel", "shapely", "python-calamine")


class OwnFault(GroundplanError):
    """Something that Groundplan should have put into words, or not have done."""

    exit_code = 3


def own_fault(error: BaseException, words: Sequence[str]) -> OwnFault:
    """What the user is told of an exception; the report is written beside where the command ran."""
    path = _written(report_text(error, words))
    frames = traceback.extract_tb(error.__traceback__)
    last = next((f for f in reversed(frames) if _ours(f.filename)), frames[-1] if frames else None)
    where = f"{_short(last.filename)}, line {last.lineno} ({type(error).__name__})" if last else type(error).__name__
    fix = "please report it to whoever gave you Groundplan, with the words of your command"
    if path:
        fix = (
            f"please send {path} to whoever gave you Groundplan: it says where it happened and holds none of your data"
        )
    return OwnFault("This is a fault of Groundplan, not of yours.", where=where, fix=fix)


def report_text(error: BaseException, words: Sequence[str]) -> str:
    """A report without the user's data: no message of the exception, no values, no names of files or of words."""
    lines = [
        f"groundplan {__version__}",
        f"python {platform.python_version()} on {platform.system()} {platform.machine()}",
        *(f"{name} {_version(name)}" for name in COMPUTES),
        f"command {' '.join(_without_values(words))}",
        "",
    ]
    seen: BaseException | None = error
    while seen is not None:
        lines.append(type(seen).__name__)
        lines += [
            f"  {_short(f.filename)}, line {f.lineno}, in {f.name}" for f in traceback.extract_tb(seen.__traceback__)
        ]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(lines) + "\n"


def _without_values(words: Sequence[str]) -> list[str]:
    """The command and the names of its options; what was given to them is left out."""
    from groundplan.verb_table import VERBS

    options = {o.flag for verb in VERBS.values() for o in verb.options}
    return [w if w in VERBS or w in options else w.partition("=")[0] if w.partition("=")[0] in options else "…"
            for w in words]  # fmt: skip


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "is not there"


def _ours(filename: str) -> bool:
    return Path(filename).is_relative_to(HERE)


def _short(filename: str) -> str:
    """A file of ours, or of a library, by its place in the package; whose machine it is is left out."""
    path = Path(filename)
    if path.is_relative_to(HERE):
        return f"groundplan/{path.relative_to(HERE).as_posix()}"
    return "/".join(path.parts[-2:])


def _written(text: str) -> str:
    for folder in (Path.cwd(), Path(tempfile.gettempdir())):
        try:
            handle, name = tempfile.mkstemp(".txt", "groundplan-fault-", folder)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            return os.path.relpath(name) if folder == Path.cwd() else name
        except (OSError, ValueError):
            continue
    return ""
