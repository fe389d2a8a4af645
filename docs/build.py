"""Build the site: ``python docs/build.py FOLDER`` (``run.py docs`` and ``run.py release`` say where)."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
PICTURES = {".png", ".svg", ".jpg", ".webp"}
LIMIT = 6.0  # MB of pictures


def megabytes(files: list[Path]) -> float:
    """The size of some files."""
    return sum(f.stat().st_size for f in files) / 1e6


def build(out: Path) -> int:
    """Write the site into a folder that holds nothing else; a warning of Sphinx is a fault."""
    with tempfile.TemporaryDirectory() as trees:
        words = ["-W", "--keep-going", "-q", "-j", "auto", "-d", trees, "-b", "html", str(HERE), str(out)]
        shutil.rmtree(out, ignore_errors=True)
        code = subprocess.run([sys.executable, "-m", "sphinx", *words], check=False).returncode
    if code:
        return code
    for left in (".buildinfo", "objects.inv"):
        (out / left).unlink(missing_ok=True)
    every = [f for f in out.rglob("*") if f.is_file()]
    drawn = megabytes([f for f in every if f.suffix in PICTURES])
    pages = sum(f.suffix == ".html" for f in every)
    print(f"{pages} pages in {out}, {megabytes(every):.1f} MB, pictures {drawn:.1f} MB; open {out / 'index.html'}")
    if drawn > LIMIT:
        print(f"pictures take {drawn:.1f} MB, more than {LIMIT:.0f}; make them smaller: docs/pictures.py")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(build(Path(sys.argv[1]).resolve()))
