"""Names that a planner gives and that become part of the names of activities and indicators."""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.errors import GroundplanError, StudyError

MARKS = ("@", ":", " | ", "/")


def name_faults(names: Mapping[str, str], *, where: str, optional: str = "") -> list[GroundplanError]:
    """What is wrong with names (what each names → the name): none, or one that would not read back.

    A name stands inside ``make:elec@hydro`` and ``built: flats@Nairobi``, so the marks of these may not be in it.
    ``optional`` may be left empty.
    """
    faults: list[GroundplanError] = []
    for kind, name in names.items():
        if any(mark in name for mark in MARKS) or (not name.strip() and kind != optional):
            fix = f"give the {kind.split()[-1]} a name without @, :, / and |"
            faults.append(StudyError(f"the name of a {kind} is '{name}'", where=where, fix=fix))
    return faults
