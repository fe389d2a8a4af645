"""Files as archives to take along."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files, by their paths, as an archive."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return archive.getvalue()


def zipped_folder(folder: Path) -> bytes:
    """A folder's files as an archive, under the folder's name; links are left out."""
    there = sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink() and not p.name.startswith("."))
    return zipped({f"{folder.name}/{p.relative_to(folder).as_posix()}": p.read_bytes() for p in there})
