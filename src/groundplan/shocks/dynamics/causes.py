"""Why a sector stands still, in words: from the want that stops it back to what began it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.shocks.dynamics.losses import BACK
from groundplan.shocks.dynamics.run_record import Paths
from groundplan.shocks.dynamics.system import System

FULL = 1e-9
COLUMNS = (
    "sector", "label", "first_stop", "why", "through", "least", "day_of_least", "first_below", "recovered",
    "output_lost", "share_lost",
)  # fmt: skip


def stops(s: System, paths: Paths, member: int = 0) -> pd.DataFrame:
    """One row for every sector that makes anything.

    first_stop: first day below ``stop_below`` of base output; why: what stopped it, or what held it back most where it
    never stopped; through: sectors on the way, joined by " > "; least: least output over base, day_of_least its day;
    first_below: first day under 99 % of base; recovered: first day from which output stays above 99 % to the end.
    NaN: never. output_lost: money over the horizon; share_lost: of base output.
    Raises nothing; ``paths`` must have been made with ``causes``.
    """
    x, day = paths.production[member], s.days_per_step
    rows = []
    for j in np.flatnonzero(s.output > 0):
        path = x[:, j]
        below, still = np.flatnonzero(path < BACK), np.flatnonzero(path < s.behaviour.stop_below)
        at = int(still[0]) if still.size else int(path.argmin())
        why, through = ("", ()) if not below.size else chain(s, paths, int(j), at, member)
        last = below[-1] + 1 if below.size else 0
        rows.append(
            (
                s.sectors[j], s.label(s.codes[j]), still[0] * day if still.size else np.nan, why, " > ".join(through),
                float(path.min()), int(path.argmin()) * day, below[0] * day if below.size else np.nan,
                last * day if below.size and last < len(path) else np.nan,
                float((1.0 - path).sum() * s.output[j]), float((1.0 - path).mean()),
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def chain(s: System, paths: Paths, sector: int, step: int, member: int = 0) -> tuple[str, tuple[str, ...]]:
    """What holds a sector back at a step, traced to its beginning, and the sectors on the way.

    At each sector: the input that it lacks; a lacking import is the beginning. For a home input the trace goes on at
    the maker whose output fell most of the base flow, at the step when a lack of inputs or of capacity first held it
    back. It ends at a sector that lost capacity, that nobody orders from, or that was met before.
    """
    limiting, x = paths.limiting, paths.production[member]
    assert limiting is not None
    through: list[str] = []
    seen = {sector}
    while True:
        lack = int(limiting[member, step, sector])
        if lack < 0:
            return _without_lack(s, paths, sector, step, member, first=not through), tuple(through)
        makers = [int(r) for r in np.flatnonzero(s.input_of == lack) if r < s.n]
        if not makers:
            return f"for want of {s.in_words(lack)}", tuple(through)
        fallen = np.array([s.base_flow[r] * (1.0 - x[: step + 1, r].min()) for r in makers])
        foreign = (s.input_of == lack) & s.imported
        maker = makers[int(fallen.argmax())]
        if maker in seen or fallen.max() <= 0.0:
            source = " from home and abroad" if foreign.any() else ""
            return f"for want of {s.in_words(lack)}{source}", tuple(through)
        through.append(s.label(s.codes[maker]).lower())
        seen.add(maker)
        output, can = x[: step + 1, maker], paths.capacity[member, : step + 1, maker]
        bound = (limiting[member, : step + 1, maker] >= 0) | (output >= can * (1.0 - FULL))
        held_back = np.flatnonzero((output < BACK) & bound)
        sector, step = maker, int(held_back[0]) if held_back.size else step


def _without_lack(s: System, paths: Paths, sector: int, step: int, member: int, *, first: bool) -> str:
    """Why a sector that lacks nothing makes less: lost capacity, or orders that fall away."""
    output, can = paths.production[member, step, sector], paths.capacity[member, step, sector]
    name = "its own" if first else f"{s.label(s.codes[sector]).lower()}'s"
    if output >= can * (1.0 - FULL) and can < 1.0:
        return f"because {name} capacity is lost"
    return "because orders fall away" if first else f"because {name} output goes to others first"
