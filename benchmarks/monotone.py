"""Does taking more ever lose less? Drawn pairs of scenarios on seven economies, in the three settings.

    python benchmarks/monotone.py              1,000 pairs in each setting (about ten minutes of one core)
    python benchmarks/monotone.py --pairs 70   ten for each economy
    python benchmarks/monotone.py --rationing priority

The second scenario of a pair cuts deeper, longer, or something else too (imports, markets, capacity, labour). The law:
unmet final use never falls by more than 1e-6 of the base, value added by output by more than 1e-4. Prints breaches and
the largest fall of each. Germany and Korea are read from the world input-output database where it is at hand
(GROUNDPLAN_SHARED), else Italy and the Netherlands stand in for them.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from deeper import drawn_pair, losses

from groundplan import Economy
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.scenarios.scenario import RATIONING, SHARING, Behaviour, Scenario
from groundplan.shocks.scenarios.settings import SETTINGS
from groundplan.tables.readers import wiod

SHARED = Path(os.environ.get("GROUNDPLAN_SHARED", Path(__file__).parents[2] / "shared" / "data"))
SHIPPED = ("KEN", "GHA", "BRA", "FRA", "ESP")
HORIZON = 270


def economies() -> Iterator[tuple[str, Economy]]:
    """Seven economies."""
    yield from ((code, Economy.load(code)) for code in SHIPPED)
    for code, instead in (("DEU", "ITA"), ("KOR", "NLD")):
        path = SHARED / "wiod2016_nio" / "csv_2014" / f"{code}_2014.csv"
        if path.is_file():
            yield f"{code} 2014", Economy.from_table(wiod.read(path, code, 2014, "USD2014m"), tolerance=0.02)
        else:
            yield instead, Economy.load(instead)


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("--pairs", type=int, default=1000)
    args.add_argument("--rationing", choices=RATIONING, default=RATIONING[0])
    args.add_argument("--sharing", choices=SHARING[:2], default=SHARING[0])
    asked = args.parse_args()
    print(f"{'economy':<10} {'setting':<9} {'pairs':>5} {'breaches':>8} {'final use':>10} {'value added':>11}  seconds")
    breaches = 0
    for k, (name, e) in enumerate(economies()):
        share = asked.pairs // 7 + (k < asked.pairs % 7)
        for setting in SETTINGS:
            how = Behaviour(sharing=asked.sharing, setting=setting, rationing=asked.rationing)
            sc, rng = Scenario(name="pairs", horizon=HORIZON, behaviour=how), np.random.default_rng(2026 + k)
            began = time.process_time()
            lost = losses(system_of(e, sc), sc, [drawn_pair(rng, e) for _ in range(share)])
            worst = (float(np.diff(part).min(initial=0.0)) for part in (lost.unmet, lost.value_added))
            breaches += lost.breaches
            print(
                "{:<10} {:<9} {:>5} {:>8} {:>10.1e} {:>11.1e}  {:7.1f}".format(
                    name, setting, share, lost.breaches, *worst, time.process_time() - began
                ),
                flush=True,
            )
    print(f"{breaches} breaches")


if __name__ == "__main__":
    main()
