"""Branches of a planner's own: sectors told together as indicators."""

from __future__ import annotations

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.horizon import Horizon
from groundplan.planning.policy import Policy

Record = dict[str, object]
OWN = ("import dependency", "self-sufficiency")
HOME_USE = (("make", 1.0), ("buy", 1.0), ("sell", -1.0), ("reexport", -1.0))
SHARES = {
    "self-sufficiency": ("gross output", "home use"),
    "investment share": ("investment", "investment"),
    "output share": ("gross output", "gross output"),
    "import dependency": ("imports", "total supply"),
}


def branches(e: Economy, policy: Policy, h: Horizon) -> dict[str, list[Record]]:
    """Output, investment, imports, exports, capacity and jobs of every branch, and its shares.

    ``investment share: heavy`` and ``output share: heavy`` are of the whole economy's; ``import dependency: heavy`` and
    ``self-sufficiency: heavy`` are of the branch's own supply and home use.
    Units: money of the base year / year; jobs in the economy's employment unit; 1.
    Raises ``UnknownName`` and ``StudyError``, all at once, for sectors that are not there and names used before.
    """
    raise_all(_faults(e, policy))
    rows: list[Record] = []
    ratios: list[Record] = []
    money, x = f"{e.money} / year", e.output.to_series()
    for b in policy.branches:
        for j in b.sectors:
            parts = [("gross output", "make", 1.0), ("investment", "invest", 1.0), ("imports", "buy", 1.0)]
            parts += [("total supply", "make", 1.0), ("total supply", "buy", 1.0)]
            parts += [("exports", "sell", 1.0), ("exports", "reexport", 1.0)]
            parts += [("home use", verb, sign) for verb, sign in HOME_USE]
            rows += [
                {"indicator": f"{name}: {b.name}", "on": f"{verb}:{j}", "coefficient": amount, "unit": money}
                for name, verb, amount in parts
            ]
            rows.append({"indicator": f"capacity: {b.name}", "on": f"capacity:{j}", "part": "stock",
                         "unit": f"{money}, start of the year"})  # fmt: skip
            jobs = float(e.employment.sel(sector=j).sum())
            if x[j] > 0 and jobs > 0:
                rows.append({"indicator": f"employment: {b.name}", "on": f"make:{j}", "coefficient": jobs / float(x[j]),
                             "profile": "labour", "unit": e.employment_unit})  # fmt: skip
        for name, (above, below) in SHARES.items():
            own = f": {b.name}" if name in OWN else ""
            ratios.append(
                {"indicator": f"{name}: {b.name}", "numerator": f"{above}: {b.name}", "denominator": f"{below}{own}"}
            )
    return {"indicators": rows, "ratios": ratios}


def _faults(e: Economy, policy: Policy) -> list[GroundplanError]:
    faults: list[GroundplanError] = []
    taken = {*e.sectors, *map(str, e.employment["skill"].values)}
    for b in policy.branches:
        faults += [UnknownName(f"sector of the branch '{b.name}'", s, e.sectors, where=b.line) for s in b.sectors
                   if s not in e.sectors]  # fmt: skip
        if b.name in taken:
            told = f"a branch is named '{b.name}', which something has already"
            faults.append(StudyError(told, where=b.line, fix="give it another name"))
        taken.add(b.name)
    return faults
