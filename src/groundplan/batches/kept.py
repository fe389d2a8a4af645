"""Finished batches in a folder, one file each, whole or not there."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from groundplan.batches.job import Arrays
from groundplan.errors import GroundplanError


class Kept:
    """Batches of one job by number; a job that would give other numbers has another name, and finds none of them.

    A file is written beside its place and moved there, so a run that is killed leaves no half of one.
    """

    def __init__(self, folder: str | Path, fingerprint: str) -> None:
        if not fingerprint:
            raise GroundplanError("what the numbers depend on is not said", where=str(folder), fix="give a fingerprint")
        self.folder, self.name = Path(folder), fingerprint[:32]

    def read(self, index: int) -> Arrays | None:
        """A finished batch; None where there is no such file, or it is not whole."""
        try:
            with np.load(io.BytesIO(self._path(index).read_bytes())) as file:
                return {name: file[name] for name in file.files}
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return None

    def write(self, index: int, arrays: Arrays) -> None:
        """Keep a batch. Raises ``GroundplanError`` where the folder cannot be written."""
        out = io.BytesIO()
        np.savez(out, **arrays)  # type: ignore[arg-type]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as file:
                file.write(out.getvalue())
            os.replace(file.name, self._path(index))
        except OSError as error:
            raise GroundplanError(
                f"a finished batch cannot be kept: {error.strerror or error}", where=str(self.folder),
                fix="name another folder",
            ) from error  # fmt: skip

    def _path(self, index: int) -> Path:
        return self.folder / f"{self.name}-{index:06d}.npz"
