"""Texts written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from groundplan.errors import GroundplanError


def write_whole(target: Path, text: str, what: str, *, fix: str) -> Path:
    """Write ``text`` in UTF-8 beside ``target``, then put it in its place: a reader sees the old file or the new one.

    Raises ``GroundplanError`` that says ``what`` cannot be written, and ``fix``.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            Path(fresh).chmod(0o644)
            Path(fresh).replace(target)
        except BaseException:
            Path(fresh).unlink(missing_ok=True)
            raise
    except OSError as error:
        told = f"{what} cannot be written: {error.strerror or error}"
        raise GroundplanError(told, where=str(target), fix=fix) from error
    return target
