"""Projects as lumpy activities: sizes, windows, what comes after what, and which exclude each other."""

from __future__ import annotations

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.choices.work import Work
from groundplan.planning.horizon import Horizon
from groundplan.planning.policy import Policy

Record = dict[str, object]


def sizes(work: Work) -> list[tuple[str, float]]:
    """The activities of a project, one a size: name and size.

    >>> sizes(Work("dam", [1.0], sizes=[1.0, 2.5]))
    [('work:dam@1', 1.0), ('work:dam@2.5', 2.5)]
    """
    if len(work.sizes) == 1:
        return [(f"work:{work.name}", float(work.sizes[0]))]
    return [(f"work:{work.name}@{s:g}", float(s)) for s in work.sizes]


def works(e: Economy, policy: Policy, h: Horizon) -> dict[str, list[Record]]:
    """work:name[@size], done once at most.

        takes share[c] · spending[τ] · s^exponent of c, τ years after the start · gives, takes and occupies
        s · amount of each effect in the years of its life

    A level of 1 is the project started in that year. Units: money of the base year; effects in their own units.
    Raises ``StudyError`` and ``UnknownName`` for projects that are not there or stand outside the plan, all at once.
    """
    out: dict[str, list[Record]] = {t: [] for t in ("activities", "flows", "bounds", "relations", "indicators")}
    if h.base_year:
        return out
    raise_all(_faults(policy.works, h))
    for work in policy.works:
        for activity, size in sizes(work):
            out["activities"].append(
                {"activity": activity, "unit": "projects started", "label": _label(work, size), "group": "project",
                 "lump": 1.0}
            )  # fmt: skip
            out["flows"] += _flows(work, activity, size)
            out["bounds"] += [{"activity": activity, "year": y, "upper": 0.0} for y in h.years if not _open(work, y)]
            out["relations"] += _relations(work, activity)
            name = {"indicator": f"started: {work.name}", "unit": "projects"}
            out["indicators"].append({**name, "on": activity})
    return out


def _label(work: Work, size: float) -> str:
    words = work.label or work.name
    return words if len(work.sizes) == 1 else f"{words}, size {size:g}"


def _open(work: Work, year: int) -> bool:
    first = year if work.earliest is None else work.earliest
    last = year if work.latest is None else work.latest
    return first <= year <= last


def _flows(work: Work, activity: str, size: float) -> list[Record]:
    rows: list[Record] = [
        {"activity": activity, "commodity": bought, "coefficient": share * spent * size**work.exponent, "lag": lag}
        for lag, spent in enumerate(work.spending)
        for bought, share in work.bought.items()
        if share * spent > 0
    ]
    rows += [
        {"activity": activity, "commodity": f.commodity, "role": f.role, "coefficient": f.amount * size, "lag": lag}
        for f in work.effects
        for lag in range(f.starts, f.starts + f.lasts)
    ]
    return rows


def _relations(work: Work, activity: str) -> list[Record]:
    rows: list[Record] = [
        {"project": activity, "relation": "after", "other": name, "lag": work.wait} for name in work.after
    ]
    rows.append({"project": activity, "relation": "member", "other": work.name})
    # A project may be named a rival of itself; twice in one group it could never be built.
    for group in dict.fromkeys((work.one_of, f"one size of {work.name}" if len(work.sizes) > 1 else "")):
        rows += [{"project": activity, "relation": "one of", "other": group}] if group else []
    if work.must:
        rows.append({"project": activity, "relation": "must", "other": work.name})
    return rows


def _faults(stated: list[Work], h: Horizon) -> list[GroundplanError]:
    names = [w.name for w in stated]
    faults: list[GroundplanError] = [
        StudyError(f"project '{w.name}' is stated twice", where=w.line, fix="give it another name")
        for n, w in enumerate(stated) if w.name in names[:n]
    ]  # fmt: skip
    for work in stated:
        faults += [
            UnknownName("project to come after", a, names, where=work.line) for a in work.after if a not in names
        ]
        if not any(_open(work, y) for y in h.years):
            told = f"project '{work.name}' may start from {work.earliest} to {work.latest}, outside the plan"
            fix = f"give years from {h.years[0]} to {h.years[-1]}"
            faults.append(StudyError(told, where=work.line, fix=fix))
    return faults
