"""What a path loses, as the figures that are told of every setting."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from groundplan.shocks.dynamics.fallen_demand import households_ask
from groundplan.shocks.dynamics.run_record import Paths, by_need, need_names
from groundplan.shocks.dynamics.shock import Shock
from groundplan.shocks.dynamics.system import System

BACK = 0.99


class Loss(NamedTuple):
    """One setting's losses over the horizon, money unless said.

    value_added_lost, value_added_lost_share   by output: Σ (1 − x)·v, and over base value added; 1
    final_use_lost, final_use_lost_share       final use not had, and over what is wanted, without re-exports; 1
    exports_lost                               of this, exports that find no buyer or cannot be delivered
    imports_cut                                imports that the scenario takes away, re-exports left out
    loss_per_import_cut                        value added lost over imports cut; NaN where none are
    scarcest_need, least_need_met, day_of_least   the need of which households have least, how much of it, and when
    sectors_stopped                            sectors that ever make less than ``stop_below`` of their base
    recovered                                  first day from which total output stays above 99 %; NaN where never
    """

    setting: str
    value_added_lost: float
    value_added_lost_share: float
    final_use_lost: float
    final_use_lost_share: float
    exports_lost: float
    imports_cut: float
    loss_per_import_cut: float
    scarcest_need: str
    least_need_met: float
    day_of_least: int
    sectors_stopped: int
    recovered: float


def loss_of(s: System, shock: Shock, paths: Paths, setting: str, member: int = 0) -> Loss:
    """The losses of one member of a batch."""
    x = paths.production[member]
    value_added = float(value_added_lost(s, paths)[member])
    wanted = float(paths.asked[member].sum())
    unmet = paths.unmet[member]
    cut = imports_cut(s, shock)
    asked = by_need(s, households_ask(s, shock))
    had = by_need(s, paths.household[member])
    met = np.divide(had, asked, out=np.ones_like(had), where=asked > 0)
    day, need = np.unravel_index(int(met.argmin()), met.shape)
    stopped = (x < s.behaviour.stop_below).any(axis=0) & (s.output > 0)
    recovered = recovery_days(s, paths, member)["recovered"]
    return Loss(
        setting, value_added, value_added / max(float(s.value_added.sum()) * len(x), 1e-300), float(unmet.sum()),
        float(unmet.sum()) / max(wanted, 1e-300), float(unmet[:, [k == "exports" for k in s.final_kinds]].sum()), cut,
        value_added / cut if cut > 0 else float("nan"), need_names(s)[need], float(met[day, need]),
        int(day) * s.days_per_step, int(stopped.sum()), np.nan if recovered is None else float(recovered),
    )  # fmt: skip


def value_added_lost(s: System, paths: Paths) -> np.ndarray:
    """Value added that is lost over the horizon, by output; shape B.

        Σ_t Σ_j (1 − x[j,t])·v[j]

    What a sector saves by using less of what is short is not counted as value added: a loss would shrink as more is
    cut. Units: money.
    """
    lost = np.where(s.output > 0, 1.0 - paths.production, 0.0) @ s.value_added
    return np.asarray(lost.sum(axis=1))


def imports_cut(s: System, shock: Shock) -> float:
    """Imports for use at home that a shock takes away over its steps: Σ_t Σ_r (1 − imports[t,r])·base[r]; money."""
    return float(((1.0 - shock.imports) @ s.imports_for_use).sum())


def recovery_days(s: System, paths: Paths, member: int = 0) -> dict[str, int | None]:
    """First day on which total output is below 99 % of its base, and the first from which it stays above; or None."""
    total = (paths.production[member] * s.output).sum(axis=1) / s.output.sum()
    below = np.flatnonzero(total < BACK)
    if not below.size:
        return {"first_day_below": None, "recovered": None}
    last, day = int(below[-1]) + 1, s.days_per_step
    return {"first_day_below": int(below[0]) * day, "recovered": last * day if last < len(total) else None}
