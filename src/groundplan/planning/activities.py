"""Commodities and activities as long tables: the only two nouns of the planning core.

A project, a sector, a skill or a technique is a few rows; nothing here knows what a sector is called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, cast

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.activity_rows import ROWS, Row

KINDS = ("flow", "stock", "capacity", "account", "good")
ROLES = ("take", "give", "occupy")
KEPT = ("stock", "capacity", "account")
PARTS = ("level", "stock", "good")
# Tables with rows by year; 0 stands for every year.
DATED = ("bounds", "exogenous", "profiles", "utility", "floors")
PACES = ("leads", "follows")
RELATIONS = ("member", "one of", "must", "after")

COLUMNS: dict[str, dict[str, Any]] = {
    table: {column: row._field_defaults.get(column, "") for column in row._fields} for table, row in ROWS.items()
}

Records = Sequence[Mapping[str, object]] | Sequence[Row] | pd.DataFrame


def rows(table: str, records: Records) -> pd.DataFrame:
    """A long table with the columns of ``COLUMNS[table]``; columns left out take their default.

    ``records``: rows of ``activity_rows``, or what a user states, as mappings or as a frame.
    Raises ``UnknownName`` for columns that the table does not have, ``StudyError`` for figures that are no numbers, all
    at once.

    >>> rows("flows", [{"activity": "make", "commodity": "coal", "coefficient": 2.0}]).role[0]
    'take'
    """
    defaults = COLUMNS[table]
    given = _columns(records, defaults)
    raise_all([UnknownName(f"column of {table}", c, defaults) for c in given if c not in defaults])
    faults: list[GroundplanError] = []
    frame: dict[str, pd.Series | np.ndarray] = {}
    for column, default in defaults.items():
        # A column that a record leaves out takes its default; a number that is given and is none is a fault.
        values = given[column] if column in given else [default] * len(records)
        if isinstance(default, str):
            texts = np.empty(len(values), dtype=object)
            texts[:] = list(values)
            texts[pd.isna(texts)] = ""
            frame[column] = pd.Series(texts, dtype=object)
            continue
        whole = isinstance(default, int)
        numbers = _numbers(values)
        wrong = np.isnan(numbers) | ((numbers != np.round(numbers)) if whole else False)
        for at in np.flatnonzero(wrong)[:3]:
            kind = "a whole number" if whole else "a number"
            what = f"table {table}, row {at}: {column} is {list(values)[at]!r}, not {kind}"
            faults.append(StudyError(what, fix="give the figure"))
        frame[column] = np.where(wrong, 0.0, numbers).astype(np.int64 if whole else np.float64)
    raise_all(faults)
    return pd.DataFrame(frame)


def _columns(records: Records, defaults: Mapping[str, object]) -> Mapping[str, Sequence[object] | pd.Series]:
    """What the records say, by column; the default where some say nothing of a column that others name."""
    if isinstance(records, pd.DataFrame):
        return {str(c): records[c] for c in records.columns}
    if records and isinstance(records[0], tuple):
        return dict(zip(records[0]._fields, zip(*records, strict=True), strict=True))
    stated = cast(Sequence[Mapping[str, object]], records)
    return {c: [r.get(c, defaults.get(c)) for r in stated] for c in sorted(set[str]().union(*stated))}


def _numbers(values: Sequence[object] | pd.Series) -> np.ndarray:
    """Figures as numbers; NaN for what is none."""
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        return pd.to_numeric(pd.Series(values), errors="coerce").to_numpy(dtype=float)


@dataclass(frozen=True, eq=False)
class Activities:
    """What can be done, with what, by when. ``years`` are the plan's years; a stage is the start of a year.

    ``tail``: how many of the last years are reckoned with only, so that the plan does not end with its last year.

    ``before``: years whose levels are given from elsewhere; what they take, occupy and give in ``years`` counts. A
    fork of a plan (``forks``) has them.

    commodities, activities, flows, bounds, exogenous, profiles, growth, utility, floors, paces, terminal, due,
    indicators, ratios and relations are frames with a column for every field of their row (``activity_rows``), which
    says what it means. ``names``: codes of the accounts → what they are called, for messages.
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
    paces: pd.DataFrame
    terminal: pd.DataFrame
    due: pd.DataFrame
    indicators: pd.DataFrame
    ratios: pd.DataFrame
    relations: pd.DataFrame
    steady: bool = False
    before: tuple[int, ...] = ()
    tail: int = 0
    names: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        raise_all(list(_faults(self)), where="activities")

    @classmethod
    def of(
        cls, years: Sequence[int], *, steady: bool = False, tail: int = 0, names: Mapping[str, str] | None = None,
        **tables: Records,
    ) -> Activities:  # fmt: skip
        """Activities from records; tables left out are empty."""
        raise_all([UnknownName("table", t, COLUMNS) for t in tables if t not in COLUMNS])
        filled: dict[str, Any] = {name: rows(name, tables.get(name, [])) for name in COLUMNS}
        return cls(tuple(int(y) for y in years), steady=steady, tail=tail, names=names or {}, **filled)

    def adding(self, **tables: Records) -> Activities:
        """These activities and some more rows: how a user adds a project, a sector or a technique."""
        raise_all([UnknownName("table", t, COLUMNS) for t in tables if t not in COLUMNS])
        more = {n: pd.concat([getattr(self, n), rows(n, t)], ignore_index=True) for n, t in tables.items()}
        return replace(self, **more)

    @cached_property
    def stages(self) -> tuple[int, ...]:
        """Starts of years, one more than there are years."""
        return (*self.years, self.years[-1] + 1)

    @property
    def plan_years(self) -> tuple[int, ...]:
        """The years that are planned and shown: all but the tail."""
        return self.years[: len(self.years) - self.tail]

    @cached_property
    def shown(self) -> Activities:
        """The same in the years of the plan alone, without the tail."""
        if not self.tail:
            return self
        rest = set(self.years[len(self.years) - self.tail :])
        tables = {name: getattr(self, name) for name in DATED}
        dated = {name: t[~t["year"].isin(rest)].reset_index(drop=True) for name, t in tables.items()}
        return replace(self, years=self.plan_years, tail=0, **dated)

    def of_kind(self, *kinds: str) -> list[str]:
        """Commodities of the given kinds, in table order."""
        return [name for name, kind in self._kinds if kind in kinds]

    @cached_property
    def _kinds(self) -> list[tuple[str, str]]:
        """Every commodity and its kind, in table order."""
        return list(zip(self.commodities["commodity"], self.commodities["kind"], strict=True))

    @cached_property
    def net_supply(self) -> pd.Series:
        """Exogenous supply less claims by commodity and year; in the table, year 0 stands for every year."""
        x, years = self.exogenous, self.years
        every = x[x["year"] == 0]
        spread = every.loc[every.index.repeat(len(years))].assign(year=np.tile(years, len(every)))
        one = pd.concat([x[x["year"] != 0], spread])
        one = one[one["year"].isin(years)]
        one = one.assign(net=one["supply"] - one["claim"])
        return pd.Series(one.groupby(["commodity", "year"])["net"].sum())

    @cached_property
    def goods_at_base(self) -> pd.Series:
        """What the accounts' year gave of every good, its own unit a year: Σ base · give."""
        given = self.flows[self.flows["commodity"].isin(self.of_kind("good")) & (self.flows["role"] == "give")]
        amount = given["activity"].map(self.activities.set_index("activity")["base"]) * given["coefficient"]
        return pd.Series(amount.groupby(given["commodity"]).sum())

    def enjoyed(self, segments: np.ndarray) -> pd.DataFrame:
        """What is enjoyed of every good, good × year: the segments of its utility added up.

        ``segments``: what is in each, in the order of ``utility``.
        """
        parts = self.utility[["good", "year"]].assign(value=segments)
        return pd.DataFrame(parts.groupby(["good", "year"], sort=False)["value"].sum().unstack("year"))

    @cached_property
    def _factors(self) -> pd.DataFrame:
        """Profile × year → factor; NaN where a profile has none."""
        return pd.DataFrame(self.profiles.pivot(index="profile", columns="year", values="factor"))

    def factor(self, profile: np.ndarray, year: np.ndarray) -> np.ndarray:
        """The factor of each (profile, year); 1 where no profile is named."""
        if not len(profile) or (profile == "").all():
            return np.ones(len(profile))
        table = self._factors
        code, different = pd.factorize(profile)
        at, step = table.index.get_indexer(pd.Index(different))[code], table.columns.get_indexer(pd.Index(year))
        out = np.where((different == "")[code], 1.0, np.nan)
        there = (at >= 0) & (step >= 0) & np.isnan(out)
        out[there] = table.to_numpy()[at[there], step[there]]
        if np.isnan(out).any():
            first = int(np.isnan(out).argmax())
            raise StudyError(
                f"profile '{profile[first]}' has no factor for {year[first]}",
                fix="give it one for every year of the plan",
            )
        return out

    def cells(self, roles: Sequence[str], kinds: Sequence[str], *, after: bool = False) -> pd.DataFrame:
        """One row per coefficient and year: activity, year of its level, commodity, ``when`` it falls due, amount.

        ``amount`` is the coefficient times its profile's factor in the year of the level. Levels of ``before`` count
        with what falls due in ``years``. What falls due after the last year is left out; with ``after`` only that is
        returned.
        """
        f = self.flows[self.flows["role"].isin(roles) & self.flows["commodity"].isin(self.of_kind(*kinds))]
        lag, of, years = f["lag"].to_numpy(), np.arange(len(f)), (self.before, self.years)
        # Of the years before the plan only what falls due later counts.
        parts = (of[lag > 0], of)
        at = np.concatenate([np.repeat(part, len(span)) for part, span in zip(parts, years, strict=True)])
        year = np.concatenate([np.tile(span, len(part)) for part, span in zip(parts, years, strict=True)])
        year = year.astype(np.int64)
        when = year + lag[at]
        there = when > self.years[-1] if after else (when >= self.years[0]) & (when <= self.years[-1])
        at, year, when = at[there], year[there], when[there]
        names = {c: f[c].to_numpy(dtype=object)[at] for c in ("activity", "commodity", "role", "profile")}
        amount = f["coefficient"].to_numpy()[at] * self.factor(names.pop("profile"), year)
        cells = {
            **{c: pd.Series(v, dtype=object) for c, v in names.items()},
            "year": year,
            "when": when,
            "amount": amount,
        }
        return pd.DataFrame({c: cells[c] for c in ("activity", "year", "commodity", "when", "amount", "role")})


def _faults(a: Activities) -> list[GroundplanError]:
    """Everything that the tables get wrong, all at once: names, doubles, years, shapes."""
    return [*_names_unknown(a), *_names_twice(a), *_years_outside(a), *_shapes(a)]


def _names_unknown(a: Activities) -> list[GroundplanError]:
    commodities, activities = set(a.commodities["commodity"]), set(a.activities["activity"])
    kept, goods = set(a.of_kind(*KEPT)), set(a.of_kind("good"))
    indicators, profiles = set(a.indicators["indicator"]), set(a.profiles["profile"]) | {""}
    levels, stocks, enjoyed = (a.indicators.loc[a.indicators["part"] == part, "on"] for part in PARTS)
    occupied = a.flows.loc[a.flows["role"] == "occupy", "commodity"]
    lumpy = set(a.activities.loc[a.activities["lump"] > 0, "activity"])
    later = a.relations[a.relations["relation"] == "after"]
    groups = set(a.relations.loc[a.relations["relation"] == "member", "other"])
    checks: list[tuple[str, pd.Series, set[str]]] = [
        ("activity", a.flows["activity"], activities),
        ("commodity", a.flows["commodity"], commodities),
        ("capacity to occupy", occupied[occupied.isin(commodities)], set(a.of_kind("capacity"))),
        ("profile", a.flows["profile"], profiles),
        ("activity with bounds", a.bounds["activity"], activities),
        ("exogenous commodity", a.exogenous["commodity"], commodities),
        ("activity or kept commodity to grow", a.growth["on"], activities | kept),
        ("good with utility", a.utility["good"], goods),
        ("good with utility for a floor", a.floors["good"], set(a.utility["good"])),
        ("kept commodity that counts at the end", a.terminal["commodity"], kept),
        ("commodity that counts when it falls due", a.due["commodity"], commodities),
        ("activity that uses what counts at the end", a.terminal["activity"], activities | {""}),
        ("part of an indicator", a.indicators["part"], set(PARTS)),
        ("activity of an indicator", levels, activities),
        ("kept commodity of an indicator", stocks, kept),
        ("good of an indicator", enjoyed, set(a.utility["good"])),
        ("good with a floor that sets or keeps a pace", a.paces["good"], set(a.floors["good"])),
        ("role in a pace", a.paces["role"], set(PACES)),
        ("profile of an indicator", a.indicators["profile"], profiles),
        ("indicator above the line of a ratio", a.ratios["numerator"], indicators),
        ("indicator below the line of a ratio", a.ratios["denominator"], indicators),
        ("kind of commodity", a.commodities["kind"], set(KINDS)),
        ("role", a.flows["role"], set(ROLES)),
        ("lumpy activity", a.relations["project"], lumpy),
        ("relation of projects", a.relations["relation"], set(RELATIONS)),
        ("project to come after", later["other"], groups),
    ]
    called = {str(n): str(label) for frame in (a.commodities, a.activities)
              for n, label in zip(frame.iloc[:, 0], frame["label"], strict=True) if label}  # fmt: skip
    return [
        UnknownName(kind, name, there, words={n: w for n, w in called.items() if n in there})
        for kind, used, there in checks
        for name in sorted(set(used) - there)
    ]


def _names_twice(a: Activities) -> list[GroundplanError]:
    keys = {
        "commodities": ["commodity"], "activities": ["activity"], "profiles": ["profile", "year"],
        "terminal": ["commodity"], "due": ["commodity"], "floors": ["good", "year"], "paces": ["good"],
        "ratios": ["indicator"],
        "utility": ["good", "year", "segment"], "growth": ["on"],
    }  # fmt: skip
    faults: list[GroundplanError] = []
    for table, key in keys.items():
        frame = getattr(a, table)
        twice = frame.duplicated(key)
        if not twice.any():
            continue
        for row in frame.loc[twice, key].drop_duplicates().itertuples(index=False):
            name = " in ".join(str(v) for v in row)
            faults.append(
                StudyError(f"'{name}' is given twice in {table}", fix="give it once, with the tighter figures")
            )
    both = sorted(set(a.commodities["commodity"]) & set(a.activities["activity"]))
    return faults + [StudyError(f"'{n}' is an activity and a commodity", fix="give them two names") for n in both]


def _years_outside(a: Activities) -> list[GroundplanError]:
    faults: list[GroundplanError] = []
    if a.years != tuple(range(a.years[0], a.years[0] + len(a.years))):
        faults.append(StudyError(f"years {list(a.years)} do not follow each other", fix="leave no gap"))
    for table, first in (("bounds", "activity"), ("exogenous", "commodity"), ("floors", "good"), ("utility", "good")):
        frame = getattr(a, table)
        allowed = set(a.years) | ({0} if table in ("bounds", "exogenous") else set())
        outside = frame.loc[~frame["year"].isin(allowed), [first, "year"]]
        for name, year in sorted(set(outside.itertuples(index=False, name=None))):
            what = f"{table} of '{name}' for {year}, outside the plan"
            faults.append(StudyError(what, fix=f"give a year from {a.years[0]} to {a.years[-1]}"))
    return faults


def _shapes(a: Activities) -> list[GroundplanError]:
    faults: list[GroundplanError] = []
    if (a.flows["lag"] < 0).any():
        row = a.flows[a.flows["lag"] < 0].iloc[0]
        faults.append(StudyError(f"the lag of '{row['commodity']}' in '{row['activity']}' is negative"))
    ordered = a.utility.sort_values(["good", "year", "segment"])
    same = (ordered["good"] == ordered["good"].shift()) & (ordered["year"] == ordered["year"].shift())
    rising = ordered[same & (ordered["slope"] > ordered["slope"].shift() * (1 + 1e-12))]
    for good in sorted(set(rising["good"])):
        faults.append(StudyError(f"the utility of '{good}' rises faster the more there is", fix="let slopes fall"))
    return faults
