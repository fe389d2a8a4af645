"""Make the pictures of the README and the site from the product itself: charts, and reports as a browser shows them.

python docs/pictures.py            every picture into docs/pictures (Chromium must be at hand for the reports)
python docs/pictures.py FOLDER     the same from outcomes that stand in a folder; what lacks there is made

Charts are the SVG that every report has; of a report the first screen is taken at 1160 px.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import groundplan

HERE = Path(__file__).parent / "pictures"
CHARTS = {  # picture: outcome, chart
    "standards": ("base", "standards"),
    "prices": ("base", "prices"),
    "binding": ("base", "binding"),
    "difference": ("diff", "slopes"),
    "dependence": ("see", "products"),
    "chains": ("see", "paths"),
    "crisis": ("stress", "settings"),
    "hit": ("stress", "calendar"),
    "map": ("place", "years"),
    "timetable": ("place", "timetable"),
    "baseline": ("baseline", "value-added"),
    "doctrines": ("compare", "eaten"),
    "wish": ("whynot", "path"),
}
REPORTS = {"brief": ("base", 972)}  # picture: outcome, height of what is shown


def outcomes(folder: Path) -> None:
    """The outcomes that are shown, as a user makes them, unless they are there."""
    run = [sys.executable, "-m", "groundplan"]
    commands: dict[str, tuple[str, ...]] = {
        "base": ("plan", "KEN", "--years", "10"),
        "tea": ("plan", "KEN", "--years", "10", "--set", "export_growth={default=0.04, coff=0.08}"),
        "diff": ("diff", "base", "tea"),
        "see": ("see", "KEN"),
        "stress": ("stress", "KEN", "--scenario", "fuel cut"),
        "place": ("place", "KEN", "--per-year", "5", "--years", "9", "--quick"),
        "whynot": ("whynot", "KEN", "gross output: food >= 1530 in 2022", "--years", "4"),
        "baseline": ("baseline", "KEN"),
        "compare": ("compare", "KEN", "--years", "5"),
    }
    for name, words in commands.items():
        if (folder / name).exists():
            continue
        print(f"making {name}: groundplan {' '.join(words)}", flush=True)
        subprocess.run([*run, *words, "--out", name], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    """Make them all, and say how large they are."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        print("no Chromium here; pictures of reports need one")
        return 1
    HERE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else name).resolve()
        outcomes(folder)
        for picture, (outcome, chart) in CHARTS.items():
            charts = folder / f"{outcome}-charts"
            if not charts.exists():
                groundplan.report(folder / outcome, charts=charts)
            shutil.copy(charts / f"{chart}.svg", HERE / f"{picture}.svg")
        for picture, (outcome, height) in REPORTS.items():
            photograph(browser, folder / outcome / "report.html", HERE / f"{picture}.png", height)
    size = sum(f.stat().st_size for f in HERE.iterdir())
    print(f"{len(list(HERE.iterdir()))} pictures, {size / 1e6:.2f} MB, in {HERE}")
    return 0


def photograph(browser: str, page: Path, to: Path, height: int, width: int = 1160) -> None:
    """The first screen of a page as a small PNG."""
    words = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    size = f"--window-size={width},{height}"
    subprocess.run([browser, *words, size, f"--screenshot={to}", page.as_uri()], check=True, capture_output=True)


if __name__ == "__main__":
    raise SystemExit(main())
