"""How often a band of 80 % holds the sum of twelve periods to come, variances averaged over and likeliest.

python benchmarks/follow.py              1,000 series a case (half a minute)
python benchmarks/follow.py --write      also into docs/explanation/following.md
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from page_table import put
from scipy.stats import norm

from groundplan.following.local_level import expected, likeliest
from groundplan.following.projection import BAND

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "following.md"
MARK = "<!-- bands -->"
DRAWS, SEED, AHEAD = 1000, 20, 12
SEEN, WALKS = (4, 8, 16), (0.0, 0.05, 0.3, 1.0)
HEAD = ("figures", "variances", *(f"walk {w:g}" for w in WALKS))


def held(figures: int, walk: float, rng: np.random.Generator) -> tuple[float, float]:
    """Shares of 100 ends within the band: averaged over variances, and with the likeliest alone; noise is 1."""
    wide, inside = float(norm.ppf(0.5 + BAND / 2)), np.zeros(2)
    weights = np.ones((1, figures + AHEAD))
    for _ in range(DRAWS):
        level = 100.0 + np.cumsum(rng.normal(0.0, np.sqrt(walk), figures + AHEAD))
        x = level + rng.normal(0.0, 1.0, figures + AHEAD)
        end = x[figures:].sum()
        got, one = expected(x[:figures], weights, AHEAD), likeliest(x[:figures])
        assert got is not None
        assert one is not None
        alone = one.total(weights[0], AHEAD)
        bands = ((float(got[0][0]), float(got[1][0])), (alone.mean, alone.variance))
        inside += [abs(end - mean) <= wide * np.sqrt(variance) for mean, variance in bands]
    averaged, likely = 100.0 * inside / DRAWS
    return float(averaged), float(likely)


def table() -> str:
    """The shares as a table of the docs."""
    rows = [HEAD, ("---",) * len(HEAD)]
    for figures in SEEN:
        cases = [held(figures, walk, np.random.default_rng(SEED)) for walk in WALKS]
        for k, words in enumerate(("averaged", "likeliest")):
            rows.append((str(figures), words, *(f"{case[k]:.0f}" for case in cases)))
    return "\n".join(f"| {' | '.join(r)} |" for r in rows)


def main() -> None:
    """Print the table and, with --write, put it into the page."""
    written = table()
    print(written)
    if "--write" in sys.argv:
        put(written, PAGE, MARK)


if __name__ == "__main__":
    main()
