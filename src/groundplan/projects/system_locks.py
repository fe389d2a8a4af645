"""A lock on a file that the system lets go when its process ends, however that ends."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

FAR = 2**30  # the byte that is locked on Windows, beyond what is written into the file, so that others can read that


class SystemLock:
    """A file that one process at a time has: ``take``, then ``let_go`` or the end of the process."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._handle = file.open("a+b")

    def take(self) -> bool:
        """Take the lock if nobody has it. Raises ``OSError`` where the file system has no locks."""
        try:
            if sys.platform == "win32":
                self._handle.seek(FAR)
                msvcrt.locking(self._handle.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(self._handle.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
                return False
            raise
        return True

    def let_go(self) -> None:
        """Let go of the lock, if it is taken here, and of the file."""
        if sys.platform == "win32" and not self._handle.closed:
            try:
                self._handle.seek(FAR)
                msvcrt.locking(self._handle.fileno(), msvcrt.LK_UNLCK, 1)
            except OSError:
                pass
        self._handle.close()
