"""Commodities and activities as long tables: the only two nouns of the planning core.

A project, a sector, a skill or a technique is a few rows; nothing here knows what a sector is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all

KINDS = ("flow", "stock", "capacity", "account", "good")
ROLES = ("take", "give", "occupy")
KEPT = ("stock", "capacity", "account")

COLUMNS: dict[str, dict[str, Any]] = {
    "commodities": {
        "commodity": "",
        "kind": "flow",
        "unit": "",
        "loss": 0.0,
        "initial": 0.0,
        "least": 0.0,
        "label": "",
    },
    "activities": {"activity": "", "unit": "", "label": "", "group": "", "base": 0.0, "lump": 0.0},
    "flows": {"activity": "", "commodity": "", "role": "take", "coefficient": 0.0, "lag": 0, "profile": ""},
    "bounds": {"activity": "", "year": 0, "lower": 0.0, "upper": np.inf},
    "exogenous": {"commodity": "", "year": 0, "supply": 0.0, "claim": 0.0},
    "profiles": {"profile": "", "year": 0, "factor": 1.0},
    "growth": {"on": "", "up": np.inf, "down": np.inf, "allowance": 0.0},
    "utility": {"good": "", "year": 0, "segment": 0, "width": 0.0, "slope": 0.0},
    "floors": {"good": "", "year": 0, "least": 0.0, "heads": 1.0},
    "terminal": {"commodity": "", "value": 0.0, "activity": "", "growth": 0.0},
    "indicators": {"indicator": "", "on": "", "part": "level", "coefficient": 1.0, "profile": "", "unit": ""},
    "ratios": {"indicator": "", "numerator": "", "denominator": "", "unit": "1"},
}


def rows(table: str, records: Sequence[dict[str, object]] | pd.DataFrame) -> pd.DataFrame:
    """A long table with the columns of ``COLUMNS[table]``; columns left out take their default.

    >>> rows("flows", [{"activity": "make", "commodity": "coal", "coefficient": 2.0}]).role[0]
    'take'
    """
    defaults = COLUMNS[table]
    frame = records.copy() if isinstance(records, pd.DataFrame) else pd.DataFrame(list(records))
    unknown = [c for c in frame.columns if c not in defaults]
    raise_all([UnknownName(f"column of {table}", c, defaults) for c in unknown])
    for column, default in defaults.items():
        if column not in frame:
            frame[column] = default
        kind = {str: object, int: np.int64, float: np.float64}[type(default)]
        frame[column] = frame[column].fillna(default).astype(kind)
    return frame[list(defaults)].reset_index(drop=True)


@dataclass(frozen=True, eq=False)
class Activities:
    """What can be done, with what, by when. ``years`` are the plan's years; a stage is the start of a year.

    commodities  commodity, kind, unit, loss (1 / year), initial (at the start of the first year), least (floor)
    activities   activity, unit, base (level of the year before the plan), lump (0, or the size of a project)
    flows        activity, commodity, role (take, give, occupy), coefficient per unit of level, lag (years), profile
    bounds       activity, year (0 for every year), lower, upper: limits of the level
    exogenous    commodity, year, supply, claim
    profiles     profile, year, factor: multiplies the coefficients that name it
    growth       on (activity, or kept commodity), up, down (1 / year), allowance (own unit)
    utility      good, year, segment, width (good units), slope (objective per unit): slopes must not rise
    floors       good, year, least (good units), heads: population index, for the non-falling path per head
    terminal     commodity, value (objective per unit), activity, growth: what is left at the end counts, a capacity
                 only as far as the activity, grown, would use it
    indicators   indicator, on (activity or commodity), part (level, stock), coefficient, profile, unit
    ratios       indicator, numerator, denominator (indicators)
    """

    years: tuple[int, ...]
    commodities: pd.DataFrame
    activities: pd.DataFrame
    flows: pd.DataFrame
    bounds: pd.DataFrame
    exogenous: pd.DataFrame
    profiles: pd.DataFrame
    growth: pd.DataFrame
    utility: pd.DataFrame
    floors: pd.DataFrame
    terminal: pd.DataFrame
    indicators: pd.DataFrame
    ratios: pd.DataFrame
    steady: bool = False

    def __post_init__(self) -> None:
        raise_all(list(_faults(self)), where="activities")

    @classmethod
    def of(
        cls, years: Sequence[int], *, steady: bool = False, **tables: Sequence[dict[str, object]] | pd.DataFrame
    ) -> Activities:
        """Activities from records; tables left out are empty."""
        raise_all([UnknownName("table", t, COLUMNS) for t in tables if t not in COLUMNS])
        filled = {name: rows(name, tables.get(name, [])) for name in COLUMNS}
        return cls(years=tuple(int(y) for y in years), steady=steady, **filled)

    def adding(self, **tables: Sequence[dict[str, object]] | pd.DataFrame) -> Activities:
        """These activities and some more rows: how a user adds a project, a sector or a technique."""
        raise_all([UnknownName("table", t, COLUMNS) for t in tables if t not in COLUMNS])
        more = {n: pd.concat([getattr(self, n), rows(n, t)], ignore_index=True) for n, t in tables.items()}
        return replace(self, **more)

    @cached_property
    def stages(self) -> tuple[int, ...]:
        """Starts of years, one more than there are years."""
        return (*self.years, self.years[-1] + 1)

    def of_kind(self, *kinds: str) -> list[str]:
        """Commodities of the given kinds, in table order."""
        return list(self.commodities.loc[self.commodities["kind"].isin(kinds), "commodity"])

    def factor(self, profile: np.ndarray, year: np.ndarray) -> np.ndarray:
        """The factor of each (profile, year); 1 where no profile is named."""
        out = np.ones(len(profile))
        named = profile != ""
        if named.any():
            table = self.profiles.set_index(["profile", "year"])["factor"]
            out[named] = table.reindex(pd.MultiIndex.from_arrays([profile[named], year[named]])).to_numpy()
        if np.isnan(out).any():
            at = int(np.isnan(out).argmax())
            raise StudyError(
                f"profile '{profile[at]}' has no factor for {year[at]}", fix="give it one for every year of the plan"
            )
        return out

    def cells(self, roles: Sequence[str], kinds: Sequence[str], *, after: bool = False) -> pd.DataFrame:
        """One row per coefficient and year: activity, year of its level, commodity, ``when`` it falls due, amount.

        ``amount`` is the coefficient times its profile's factor in the year of the level. A flow that falls due after
        the last year is left out; with ``after`` only those are returned.
        """
        f = self.flows[self.flows["role"].isin(roles) & self.flows["commodity"].isin(self.of_kind(*kinds))]
        years = np.asarray(self.years)
        repeated = f.loc[f.index.repeat(len(years))].reset_index(drop=True)
        repeated["year"] = np.tile(years, len(f))
        repeated["when"] = repeated["year"] + repeated["lag"]
        late = repeated["when"] > years[-1]
        repeated = repeated[late if after else ~late]
        factor = self.factor(repeated["profile"].to_numpy(dtype=object), repeated["year"].to_numpy())
        repeated["amount"] = repeated["coefficient"] * factor
        return pd.DataFrame(repeated[["activity", "year", "commodity", "when", "amount", "role"]])


def _faults(a: Activities) -> list[GroundplanError]:
    """Names that do not exist, kinds and roles that are not known, numbers that are none: all at once."""
    commodities, activities = set(a.commodities["commodity"]), set(a.activities["activity"])
    goods, indicators = set(a.of_kind("good")), set(a.indicators["indicator"])
    profiles = set(a.profiles["profile"])
    checks = [
        ("activity", a.flows["activity"], activities),
        ("commodity", a.flows["commodity"], commodities),
        ("profile", a.flows["profile"], profiles | {""}),
        ("activity", a.bounds["activity"], activities),
        ("commodity", a.exogenous["commodity"], commodities),
        ("activity or commodity to grow", a.growth["on"], activities | commodities),
        ("good", a.utility["good"], goods),
        ("good", a.floors["good"], goods),
        ("commodity", a.terminal["commodity"], commodities),
        ("activity", a.terminal["activity"], activities | {""}),
        ("activity or commodity of an indicator", a.indicators["on"], activities | commodities),
        ("profile", a.indicators["profile"], profiles | {""}),
        ("indicator", a.ratios["numerator"], indicators),
        ("indicator", a.ratios["denominator"], indicators),
        ("kind of commodity", a.commodities["kind"], set(KINDS)),
        ("role", a.flows["role"], set(ROLES)),
    ]
    faults: list[GroundplanError] = []
    for kind, used, there in checks:
        faults += [UnknownName(kind, name, there) for name in sorted(set(used) - there)]
    for name, column in (("commodities", "commodity"), ("activities", "activity")):
        table = getattr(a, name)
        twice = table.loc[table[column].duplicated(), column]
        faults += [
            StudyError(f"{column} '{c}' is given twice", fix="give each its own name") for c in sorted(set(twice))
        ]
    capacities = set(a.of_kind("capacity"))
    occupied = set(a.flows.loc[a.flows["role"] == "occupy", "commodity"])
    faults += [
        StudyError(f"'{c}' is occupied but is no capacity", fix="give it the kind 'capacity', or take it")
        for c in sorted(occupied - capacities)
    ]
    for name in COLUMNS:
        table = getattr(a, name)
        numbers = table.select_dtypes("number")
        bad = numbers.isna().any(axis=1)
        if bad.any():
            faults.append(StudyError(f"table {name}, row {int(bad.idxmax())}: a number is missing"))
    if (a.flows["lag"] < 0).any():
        row = a.flows[a.flows["lag"] < 0].iloc[0]
        faults.append(StudyError(f"the lag of '{row['commodity']}' in '{row['activity']}' is negative"))
    return faults
