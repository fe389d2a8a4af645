"""Known crises in three settings, beside what was published and what the rule of orders made of them.

    python benchmarks/known_crises.py            all that the data at hand allow
    python benchmarks/known_crises.py Kenya      those with this word in their name

The cases stand in tests/crisis_cases.py, their sources in docs/explanation/known_crises.md. Data that are not shipped
are read from GROUNDPLAN_SHARED; what is not there is named and left out.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from crisis_cases import KNOWN, UK2020, agreement, loss

WAYS = ("orders", "rigid", "middle", "flexible")


def main(words: list[str]) -> None:
    """One line a crisis: value added lost by way, per cent, and over the value of lost imports."""
    print(f"{'':50}{'by orders':>10}{'rigid':>8}{'middle':>8}{'flexible':>9}   published")
    for crisis in KNOWN:
        if words and not any(word.lower() in crisis.name.lower() for word in words):
            continue
        if not crisis.at_hand:
            print(f"{crisis.name:50}   data not at hand")
            continue
        losses = [loss(crisis, way) for way in WAYS]
        widths = (10, 8, 8, 9)
        print(
            f"{crisis.name:50}"
            + "".join(f"{x.value_added:{w}.2f}" for x, w in zip(losses, widths, strict=True))
            + f"   {crisis.published}"
        )
        if not math.isnan(losses[0].over_imports):
            shares = "".join(f"{x.over_imports:{w}.2f}" for x, w in zip(losses, widths, strict=True))
            print(f"{'  over the value of lost imports':50}{shares}")
    if UK2020.exists() and not words:
        for merged in ("max", "mean"):
            alike = agreement(merged)
            print(f"classes and published ratings ({merged}): " + ", ".join(f"{k} {v:.1%}" for k, v in alike.items()))


if __name__ == "__main__":
    main(sys.argv[1:])
