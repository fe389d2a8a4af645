"""A hundred thousand files made wrong by chance: how many are refused, how many open, and which end in neither.

python benchmarks/fuzz.py [NUMBER [SEED]]

Kinds: those of tests/fuzzing.py (places, shapes, people by age, draws, matrices and templates of accounts, saved
outcomes, kept batches) and the TOML files of tests/laws/test_bad_files.py (studies, scenarios, ensembles, rules,
mappings, roles, weights, facilities, recipes, doctrines); publishers' files are those of benchmarks/door.py --fuzz.
Prints a line a kind, and every input that ended in an exception or in a number that nobody could mean.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "laws")]


def main(number: int, seed: int) -> int:
    import test_bad_files
    from fuzzing import KINDS, Kind, answer, batch_answer, finite, mutated, outcome_answer

    warnings.simplefilter("ignore")
    kinds = dict(KINDS)
    for name, (text, opened) in test_bad_files.KINDS.items():
        kinds[name] = Kind(text.encode(), "x.toml", opened, finite)
    each, wrong = number // (len(kinds) + 2), 0
    for name in [*kinds, "outcome", "batch"]:
        rng, said, began = random.Random(f"{name} {seed}"), Counter[str](), time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            here = Path(folder)
            for _ in range(each):
                data = mutated(rng, kinds[name].right) if name in kinds else b""
                # The book of recipes is read as a text, which whoever opens the file has decoded.
                data = data.decode("utf-8", "replace").encode() if name == "recipes" else data
                try:
                    if name in kinds:
                        said[answer(kinds[name], data, here)] += 1
                    else:
                        said[(outcome_answer if name == "outcome" else batch_answer)(rng, here / "o")] += 1
                except Exception as error:
                    said["WRONG"] += 1
                    if said["WRONG"] <= 3:
                        print(f"{name}: {type(error).__name__}: {str(error)[:300]}\n{data!r:.600}\n", file=sys.stderr)
        wrong += said["WRONG"]
        counts = ", ".join(f"{n:,} {word}" for word, n in sorted(said.items()))
        print(f"{name:15} {each:7,} inputs: {counts}; {time.perf_counter() - began:.0f} s", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, int(sys.argv[2]) if len(sys.argv) > 2 else 17))
