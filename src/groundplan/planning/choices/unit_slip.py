"""Wishes that are a thousand times off: what was probably meant, so that the planner can be asked."""

from __future__ import annotations

import math
from dataclasses import replace

from groundplan.planning.choices.target import Target

# How near to what there is a wish must come, in another unit, to be asked about: a factor of 5.6 either way.
NEAR = 10.0**0.75
THOUSANDS = (1e-9, 1e-6, 1e-3, 1e3, 1e6, 1e9)
HUNDRED = (1e-2,)


def meant(t: Target, there: float, *, share: bool = False) -> Target | None:
    """The target that was meant where its figure looks like another unit's; None where it does not.

        s = argmin_s |log(s·b / y)|,   s among 10⁻⁹ … 10⁹ by thousands, 1 left out;   asked about where s·b / y lies
                                       between 1/5.6 and 5.6

    ``there``: what the indicator is, y, in the accounts' year or where it has no figure then what can be reached; of a
    sum that of all its years. ``share``: the indicator is a ratio, which somebody may have stated in per cent: then s
    is 1/100, and a figure below 1 is never asked about. A multiple of the base year is a share of it. A growth rate, a
    bound of 0 and one of another sign than ``there`` are not asked about.
    Units: the indicator's. Source: our own.

    >>> meant(Target("steel", ">=", 1_500_000.0, 2022), 1400.0).value
    1500.0
    >>> meant(Target("steel", ">=", 14_000.0, 2022), 1400.0), meant(Target("steel", ">=", 0.0, 2022), 1400.0)
    (None, None)
    >>> meant(Target("share", "<=", 30.0, 2022), 0.4, share=True).value
    0.3
    """
    figures = t.stated(range(1)) if t.form not in ("path", "ends") else [t.path[-1] if t.path else float(t.last or 0.0)]
    asked = figures[0]
    share = share or t.form == "of_base"
    there = 1.0 if t.form == "of_base" else there
    if t.form == "growth" or not asked * there > 0 or (share and abs(asked) <= 1.0):
        return None
    scale = min(HUNDRED if share else THOUSANDS, key=lambda s: abs(math.log(s * asked / there)))
    return None if abs(math.log(scale * asked / there)) > math.log(NEAR) else scaled(t, scale)


def scaled(t: Target, scale: float) -> Target:
    """The target with its bound times ``scale``; a rate of growth stays."""
    moved = {
        name: round(scale * figure, 12)
        for name in ("value", "of_base", "cumulative", "first", "last")
        if (figure := getattr(t, name)) is not None
    }
    return replace(t, path=[round(scale * v, 12) for v in t.path], **moved)
