"""Finished batches in a folder, one file each, whole or not there, and as they were written."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from zipfile import is_zipfile

import numpy as np

from groundplan.batches.job import Arrays
from groundplan.errors import GroundplanError
from groundplan.whole_files import write_whole

SEAL = "sha256"


class Kept:
    """Batches of one job by number; a job that would give other numbers has another name, and finds none of them.

    A file is written beside its place and moved there, so a run that is killed leaves no half of one. Each carries the
    SHA-256 of its arrays, its number and the job.
    """

    def __init__(self, folder: str | Path, fingerprint: str) -> None:
        if not fingerprint:
            raise GroundplanError("what the numbers depend on is not said", where=str(folder), fix="give a fingerprint")
        self.folder, self.name, self.fingerprint = Path(folder), fingerprint[:32], fingerprint

    def read(self, index: int) -> Arrays | None:
        """A finished batch; None where there is no such file, or it is not whole: it is computed again then.

        Raises ``GroundplanError`` for one that is whole and not as it was written, or a link.
        """
        path = self._path(index)
        try:
            if path.is_symlink():
                raise _changed(path, index, "is a link to another place")
            data = path.read_bytes()
        except OSError:
            return None
        if not is_zipfile(io.BytesIO(data)):
            return None
        try:
            with np.load(io.BytesIO(data)) as file:
                arrays = {name: file[name] for name in file.files if name != SEAL}
                seal = str(file[SEAL])
        except Exception as error:  # whatever numpy and zipfile make of bytes that were changed
            raise _changed(path, index, "is not as it was written") from error
        if seal != self._seal(index, arrays):
            raise _changed(path, index, "is not as it was written, or of another batch")
        return arrays

    def write(self, index: int, arrays: Arrays) -> None:
        """Keep a batch. Raises ``GroundplanError`` where the folder cannot be written."""
        out = io.BytesIO()
        np.savez(out, **arrays, **{SEAL: np.array(self._seal(index, arrays))})  # type: ignore[arg-type]
        try:
            write_whole(self._path(index), out.getvalue())
        except OSError as error:
            raise GroundplanError(
                f"a finished batch cannot be kept: {error.strerror or error}", where=str(self.folder),
                fix="name another folder",
            ) from error  # fmt: skip

    def _path(self, index: int) -> Path:
        return self.folder / f"{self.name}-{index:06d}.npz"

    def _seal(self, index: int, arrays: Arrays) -> str:
        digest = hashlib.sha256(f"{self.fingerprint} {index}".encode())
        for name in sorted(arrays):
            array = np.asarray(arrays[name])
            digest.update(f"{name} {array.shape} {array.dtype.str}".encode())
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()


def _changed(path: Path, index: int, why: str) -> GroundplanError:
    fix = "take the file away: the batch is computed again"
    return GroundplanError(f"the kept batch {index} {why}", where=str(path), fix=fix)
