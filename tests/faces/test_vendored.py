"""The scripts of others that the workbench brings along: unchanged, listed, each beside its licence."""

from __future__ import annotations

import csv
import hashlib
import re
from pathlib import Path

import groundplan

VENDOR = Path(groundplan.__file__).parent / "web" / "static" / "vendor"


def listed() -> list[dict[str, str]]:
    """The rows of the list."""
    with (VENDOR / "vendored.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_vendored_file_is_the_one_that_was_published() -> None:
    """Proves: each file has the sum that the list states, and no file stands there unlisted.

    Breaks if: somebody mends a vendored script in place, or renews one and forgets its row.
    """
    sums = {row["file"]: row["sha256"] for row in listed()}
    there = {p.relative_to(VENDOR).as_posix(): p for p in VENDOR.rglob("*") if p.is_file()}
    del there["vendored.csv"]
    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in there.items()} == sums


def test_every_vendored_package_states_version_licence_and_origin() -> None:
    """Proves: a row says which release, where it came from and under what licence, whose text stands beside it.

    Breaks if: a package is brought along without its licence or from nowhere in particular.
    """
    for row in listed():
        licence = (VENDOR / row["file"]).parent / "LICENSE"
        assert licence.stat().st_size > 500, row
        assert row["licence"] in {"0BSD", "MIT", "Apache-2.0", "BSD-3-Clause"}, row
        assert row["origin"].endswith(f"/{row['package']}/-/{row['package']}-{row['version']}.tgz"), row
    one_version = {(row["package"], row["version"]) for row in listed()}
    assert len(one_version) == len({package for package, _ in one_version}) == 3


def test_no_vendored_file_asks_another_host() -> None:
    """Proves: the style sheets load nothing, from here or from elsewhere.

    Breaks if: a renewed sheet brings a font or a picture by URL.
    """
    for sheet in VENDOR.rglob("*.css"):
        assert not re.search(r"url\((?!data:)|@import", sheet.read_text("utf-8")), sheet.name
