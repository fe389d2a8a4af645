"""The state that was reached: what was reported and believed of the years that have passed, and what is news."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.activities import KEPT, Activities
from groundplan.planning.choices.uncertainty import DRAWN
from groundplan.planning.exploring.uncertain_figures import LABOUR, PLACES
from groundplan.planning.families.rows import Model
from groundplan.planning.families.targets import indicator_cells, known_indicators
from groundplan.records.called import called_after
from groundplan.records.card import Card, Entry, keyed

SHOCK, DELIVERY, FALSE_REPORT, PRICE, WISH = "shock", "delivery", "false report", "price", "new wish"
CAUSES = (SHOCK, DELIVERY, FALSE_REPORT, PRICE, WISH)
PRICES = ("import prices", "export prices")
NEWS = " (news of"
LEAST = 1e-12


@dataclass(frozen=True)
class ReachedFigure(Entry):
    """What a figure of a year that has passed came to.

    ``what``: an indicator of the plan (of a stock: at the start of the year), something that is kept (at the end of the
    year), or an activity. ``reported`` is what was said of it, ``believed`` what reconciling makes of that.
    """

    what: str = keyed("", "an indicator of the plan, something that is kept, or an activity", filled=True)
    year: int = keyed("year", "the year that it is of; of what is kept, its end")
    reported: float | None = keyed("its own", "what was reported", None)
    believed: float | None = keyed("its own", "what is believed, where that is another figure", None)
    shares: bool = keyed("", "both are told as shares of what was planned", False)
    cause: str = keyed("", "why it is not as planned", DELIVERY, among=(SHOCK, DELIVERY))
    unit: str = keyed("", "who reported it", "")
    source: str = keyed("", "where it comes from", "")

    def more_faults(self) -> list[GroundplanError]:
        """A figure that says nothing."""
        if self.reported is None and self.believed is None:
            what = f"nothing was reported of {self.what} in {self.year}, and nothing is believed"
            return [StudyError(what, where=self.where, fix="give reported or believed, or leave it out: as planned")]
        return []

    def figure(self, believed: bool) -> float:
        """What it came to by what is believed, or by the reports alone; own unit or share."""
        either = (self.believed, self.reported) if believed else (self.reported, self.believed)
        return float(next(x for x in either if x is not None))


@dataclass(frozen=True)
class News(Entry):
    """What is known now of years to come: figures of the plan times a factor."""

    what: str = keyed("", "what is otherwise", among=tuple(DRAWN))
    factor: float = keyed("1", "how many times what the plan took", low=0.0, high=100.0)
    of: list[str] = keyed("", "sectors or products; all of them if left out", [])
    first: int | None = keyed("year", "from this year on; by default from the next", None)
    last: int | None = keyed("year", "to this year; by default for good", None)
    source: str = keyed("", "where it comes from", "")

    @property
    def cause(self) -> str:
        """Prices abroad are a price; harvests, markets and needs are a shock."""
        return PRICE if self.what in PRICES else SHOCK


@dataclass(frozen=True)
class Happened(Card):
    """What came to pass, and what is known of the years to come: a file's [[reached]] and [[news]]."""

    reached: list[ReachedFigure] = keyed("", "figures of years that have passed", [])
    news: list[News] = keyed("", "what is otherwise in the years to come", [])

    def of_causes(self, causes: Sequence[str]) -> Happened:
        """What of it has one of these causes; with ``false report`` figures count as believed, else as reported."""
        own = [f for f in self.reached if f.cause in causes]
        if FALSE_REPORT in causes:
            own = [replace(f, reported=f.figure(True)) for f in own]
        return Happened([replace(f, believed=None, reported=f.figure(False)) for f in own],
                        [n for n in self.news if n.cause in causes])  # fmt: skip

    @property
    def causes(self) -> list[str]:
        """The causes that stand in it, in their order."""
        there = {f.cause for f in self.reached} | {n.cause for n in self.news}
        believed = [f for f in self.reached if f.believed is not None and f.reported is not None]
        there |= {FALSE_REPORT for f in believed if f.believed != f.reported}
        return [c for c in CAUSES if c in there]


def reached(m: Model, planned: Mapping[str, xr.DataArray], until: int, happened: Happened) -> dict[str, xr.DataArray]:
    """What has passed up to the end of a year: as planned, but for the figures that came otherwise.

        of an indicator I = Σ c·x that was planned as I* and came to I:   x = x*·I / I*
        Δs[c,t+1] = (1−loss_c)·Δs[c,t] + Σ_a give·Δv − take·Δv             of what is kept, unless it is stated itself
        Δu[g,t] = Σ_a give·Δv − take·Δv                                    of what is enjoyed, unless it is stated too

    ``planned``: all variables of the version before. What nobody stated is as planned, and what is kept follows from
    what was done: works not begun give no plant, exports not sold no foreign exchange.
    Raises ``UnknownName`` and ``StudyError`` for figures that the plan does not have, all at once.
    """
    a = m.activities
    state = _Deviations.of(a, planned, until)
    faults: list[GroundplanError] = []
    for f in happened.reached:
        try:
            state.take(f)
        except GroundplanError as fault:
            fault.where = fault.where or f.where
            faults.append(fault)
    raise_all(faults)
    return state.values(planned)


@dataclass(frozen=True, eq=False)
class _Deviations:
    """Levels (activity × year), what is kept (name × stage) and enjoyed (good × year), as they came to be.

    ``stated``: what is kept that was stated itself, (name, stage).
    """

    activities: Activities
    until: int
    level: pd.DataFrame
    stock: pd.DataFrame
    enjoyed: pd.DataFrame
    planned_level: pd.DataFrame
    planned_stock: pd.DataFrame
    stated: set[tuple[str, int]]
    lived_otherwise: set[tuple[str, int]]

    @classmethod
    def of(cls, a: Activities, planned: Mapping[str, xr.DataArray], until: int) -> _Deviations:
        level = pd.DataFrame(planned["level"].to_pandas())
        stock = pd.DataFrame(planned["stock"].to_pandas()) if "stock" in planned else pd.DataFrame()
        good = a.enjoyed(planned["segment"].values) if "segment" in planned else pd.DataFrame()
        return cls(a, until, level.copy(), stock.copy(), good.copy(), level, stock, set(), set())

    def take(self, f: ReachedFigure) -> None:
        """One figure more."""
        a, value = self.activities, f.figure(False)
        if f.what in self.level.index:
            self._within(f, f.year <= self.until)
            planned = cell(self.level, f.what, f.year)
            self.level.loc[f.what, f.year] = value * planned if f.shares else value
        elif f.what in self.stock.index:
            self._within(f, f.year <= self.until)
            planned = cell(self.stock, f.what, f.year + 1)
            self._keep(f.what, f.year + 1, value * planned if f.shares else value)
        elif f.what in set(a.indicators["indicator"]):
            self._indicator(f, value)
        elif f.what in set(a.ratios["indicator"]):
            above, below = a.ratios.set_index("indicator").loc[f.what, ["numerator", "denominator"]]
            raise StudyError(f"{f.what} is a ratio, which says no amount", fix=f"give {above} and {below}")
        else:
            there = [*known_indicators(a), *self.stock.index, *self.level.index]
            raise UnknownName("figure of the plan", f.what, there, words=called_after(there, a.names))

    def _within(self, f: ReachedFigure, inside: bool) -> None:
        if not inside or f.year < self.activities.years[0]:
            what = f"{f.what} is of {f.year}, which has not passed"
            fix = f"give a year from {self.activities.years[0]} to {self.until}"
            raise StudyError(what, where=f.where, fix=fix)

    def _indicator(self, f: ReachedFigure, value: float) -> None:
        cells = indicator_cells(self.activities, f.what, np.asarray(self.activities.years))
        cells = cells[cells["year"] == f.year]
        parts = set(cells["part"])
        self._within(f, f.year <= self.until + (1 if parts == {"stock"} else 0))
        tables = {"level": self.level, "stock": self.stock, "good": self.enjoyed}
        at = [(tables[part], str(on), float(much)) for part, on, much in
              cells[["part", "on", "amount"]].itertuples(index=False)]  # fmt: skip
        planned = float(sum(much * cell(table, on, f.year) for table, on, much in at))
        share = value if f.shares else value / planned if abs(planned) > LEAST else np.nan
        if not np.isfinite(share):
            what = f"{f.what} was planned as nothing in {f.year}, so that {value:g} of it is of nobody"
            raise StudyError(what, where=f.where, fix="name the activity that did it")
        for part, on in cells[["part", "on"]].drop_duplicates().itertuples(index=False):
            if part == "stock":
                self._keep(str(on), f.year, share * cell(self.stock, str(on), f.year))
            else:
                tables[part].loc[on, f.year] = share * cell(tables[part], str(on), f.year)
                if part == "good":
                    self.lived_otherwise.add((str(on), f.year))

    def _keep(self, name: str, stage: int, value: float) -> None:
        self.stock.loc[name, stage] = value
        self.stated.add((name, stage))

    def values(self, planned: Mapping[str, xr.DataArray]) -> dict[str, xr.DataArray]:
        """The variables with what came otherwise."""
        out = dict(planned)
        out["level"] = planned["level"].copy(data=self.level.to_numpy())
        if "stock" in planned:
            out["stock"] = planned["stock"].copy(data=self._carried().to_numpy())
        if "segment" in planned:
            self._live()
        if self.lived_otherwise:
            out["segment"] = planned["segment"].copy(data=self._segments(planned["segment"].values))
        return out

    def _live(self) -> None:
        """What is enjoyed less where less was done that gives it, unless a standard was stated itself."""
        moved = self.level - self.planned_level
        cells = self.activities.cells(("give", "take"), ("good",))
        cells = cells[cells["when"] <= self.until]
        at = moved.index.get_indexer(pd.Index(cells["activity"])), moved.columns.get_indexer(pd.Index(cells["year"]))
        amount = cells["amount"].to_numpy() * np.where(cells["role"] == "give", 1.0, -1.0) * moved.to_numpy()[at]
        stated = set(self.lived_otherwise)
        by = pd.Series(amount).groupby([cells["commodity"].to_numpy(), cells["when"].to_numpy()]).sum()
        for good, year, gap in zip(*(by.index.get_level_values(n) for n in (0, 1)), by.to_numpy(), strict=True):
            if gap != 0.0 and good in self.enjoyed.index and (good, year) not in stated:
                self.enjoyed.loc[good, year] = max(cell(self.enjoyed, str(good), int(year)) + float(gap), 0.0)
                self.lived_otherwise.add((str(good), int(year)))

    def _carried(self) -> pd.DataFrame:
        """What is kept at every stage that has passed: what was stated, and what follows from what was done."""
        a, stock = self.activities, self.stock.copy()
        moved = self.level - self.planned_level
        cells = a.cells(("give", "take"), KEPT)
        cells = cells[cells["when"] <= self.until]
        at = moved.index.get_indexer(pd.Index(cells["activity"])), moved.columns.get_indexer(pd.Index(cells["year"]))
        sign = np.where(cells["role"] == "give", 1.0, -1.0)
        amount = cells["amount"].to_numpy() * sign * moved.to_numpy()[at]
        flow = pd.Series(amount).groupby([cells["commodity"].to_numpy(), cells["when"].to_numpy()]).sum()
        flow = flow[flow.abs() > 0]
        lasts = 1.0 - a.commodities.set_index("commodity")["loss"]
        negative = set(a.of_kind("account"))
        names = {n for n, _ in self.stated} | set(flow.index.get_level_values(0))
        for name in sorted(names):
            gap = 0.0
            for year in a.years:
                if year > self.until:
                    break
                gap = float(lasts[name]) * gap + float(flow.get((name, year), 0.0))
                if (name, year + 1) in self.stated:
                    gap = cell(stock, name, year + 1) - cell(self.planned_stock, name, year + 1)
                there = cell(self.planned_stock, name, year + 1) + gap
                if there < 0 and name not in negative:
                    there, gap = 0.0, -cell(self.planned_stock, name, year + 1)
                stock.loc[name, year + 1] = there
        return stock

    def _segments(self, had: np.ndarray) -> np.ndarray:
        """What was enjoyed, of goods that came otherwise anew."""
        u = self.activities.utility
        keys = set(zip(u["good"], u["year"], strict=True)) & self.lived_otherwise
        anew = np.asarray([key in keys for key in zip(u["good"], u["year"], strict=True)], dtype=bool)
        return np.where(anew, filled(u, self.enjoyed), had)


def cell(table: pd.DataFrame, name: str, year: int) -> float:
    """One figure of a table, name × year (or stage)."""
    return float(table.to_numpy()[table.index.get_loc(name), table.columns.get_loc(year)])


def filled(utility: pd.DataFrame, enjoyed: pd.DataFrame) -> np.ndarray:
    """[segment] what is in each segment of utility where so much is enjoyed of a good in a year, first ones first.

    ``enjoyed``: good × year; nothing of what it does not have.
    """
    order = utility.sort_values(["good", "year", "segment"])
    keys = [order["good"], order["year"]]
    # The last segment has no end.
    below = order["width"].groupby(keys).cumsum().groupby(keys).shift(fill_value=0.0)
    rows, columns = (
        axis.get_indexer(pd.Index(order[c])) for axis, c in zip(enjoyed.axes, ("good", "year"), strict=True)
    )
    whole = np.where((rows >= 0) & (columns >= 0), enjoyed.to_numpy()[rows, columns], 0.0)
    amount = np.clip(whole - below.to_numpy(), 0.0, order["width"].to_numpy())
    return np.asarray(pd.Series(amount, order.index).reindex(utility.index).to_numpy())


def with_news(a: Activities, news: Sequence[News], after: int) -> Activities:
    """The activities with what is known now of the years after one.

        coefficient[t] · factor   of inputs and of prices abroad;   coefficient[t] / factor   of yields, productivity
        upper bound[t] · factor   of markets abroad;                t from the year that the news begins in to its last

    Years that have passed stay as they were; years after the plan are like its last. Raises ``StudyError`` for news of
    years that have passed and of products that have no such figure, all at once.
    """
    faults: list[GroundplanError] = []
    for n, one in enumerate(news):
        first = after + 1 if one.first is None else one.first
        last = one.last if one.last is not None and one.last < a.plan_years[-1] else a.years[-1]
        if first <= after or first > a.plan_years[-1] or last < first:
            what = f"news of {one.what} are of {first} to {last}, and the years left begin with {after + 1}"
            faults.append(StudyError(what, where=one.where, fix=f"{after + 1} to {a.plan_years[-1]}"))
            continue
        try:
            a = _with_one(a, one, range(first, last + 1), f"{NEWS} {after}, {n + 1})")
        except GroundplanError as fault:
            faults.append(fault)
    raise_all(faults)
    return a


def _with_one(a: Activities, one: News, years: range, name: str) -> Activities:
    place = PLACES[one.what]
    codes = a.activities["activity"].str.partition(":")[2].str.partition("@")[0]
    verb = a.activities["activity"].str.startswith(f"{place.verb}:")
    mine = a.activities.loc[verb & (codes.isin(one.of) if one.of else True), "activity"]
    lost = sorted(set(one.of) - set(codes[verb]))
    raise_all([UnknownName(f"product with {one.what}", s, sorted(set(codes[verb])), where=one.where) for s in lost])
    if not place.role:
        return _with_markets(a, mine, years, one.factor)
    f = a.flows
    own = f["activity"].isin(mine) & (f["role"] == place.role) & f["commodity"].isin(a.of_kind(place.kind))
    if one.what in ("yields", "productivity"):
        labour = f["commodity"].str.startswith(LABOUR)
        own &= labour if one.what == "productivity" else ~labour
    if not own.any():
        raise StudyError(f"no activity of the plan has {one.what}", where=one.where, fix="leave it out")
    factor = 1.0 / max(one.factor, 1e-9) if place.inverse else one.factor
    was = f.loc[own, "profile"].to_numpy(dtype=object)
    profiles = []
    for old in dict.fromkeys(was):
        before = a.factor(np.full(len(a.years), old, dtype=object), np.asarray(a.years))
        times = np.where(np.isin(a.years, years), factor, 1.0)
        profiles.append(pd.DataFrame({"profile": f"{old}{name}", "year": a.years, "factor": before * times}))
    flows = f.assign(profile=np.where(own, f["profile"] + name, f["profile"]))
    return replace(a, flows=flows, profiles=pd.concat([a.profiles, *profiles], ignore_index=True))


def _with_markets(a: Activities, mine: pd.Series, years: range, factor: float) -> Activities:
    """Bounds of markets abroad times a factor; one that holds in every year is spread over them."""
    b = a.bounds
    every = b["activity"].isin(mine) & (b["year"] == 0)
    spread = b[every].loc[b[every].index.repeat(len(a.years))]
    spread = spread.assign(year=np.tile(a.years, int(every.sum())))
    b = pd.concat([b[~every], spread], ignore_index=True)
    own = b["activity"].isin(mine) & b["year"].isin(years)
    upper = np.where(own, b["upper"] * factor, b["upper"])
    return replace(a, bounds=b.assign(upper=upper, lower=np.minimum(b["lower"], upper)))
