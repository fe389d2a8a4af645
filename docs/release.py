"""A release: the site into the package, then sdist and wheel into dist/ (``python3 run.py release``)."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from build import build

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 15.0  # MB of a wheel


def release() -> int:
    """Make it; what stands in dist/ from before goes. The answer is 0, or 1 where something is wrong, which is said."""
    version = re.findall('(?m)^version = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"))[0]
    if f"## [{version}]" not in (ROOT / "CHANGELOG.md").read_text("utf-8"):
        print(f"CHANGELOG.md has no version {version}\n  fix:   write what changed under its heading", file=sys.stderr)
        return 1
    if code := build(ROOT / "src" / "groundplan" / "site"):
        return code
    for old in ("dist", "build/lib", "build/bdist"):
        shutil.rmtree(ROOT / old, ignore_errors=True)
    if code := subprocess.run([sys.executable, "-m", "build", "--no-isolation"], cwd=ROOT, check=False).returncode:
        return code
    for file in sorted((ROOT / "dist").iterdir()):
        size = file.stat().st_size / 1e6
        print(f"{size:6.1f} MB  {file.relative_to(ROOT)}")
        if file.suffix == ".whl" and size > LIMIT:
            print(f"the wheel is larger than {LIMIT:.0f} MB", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(release())
