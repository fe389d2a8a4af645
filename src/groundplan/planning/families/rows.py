"""A plan's programme under construction: its variables, and rows gathered from terms that hold in every year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from groundplan.errors import StudyError, UnknownName, raise_all
from groundplan.planning.activities import KEPT, Activities
from groundplan.planning.families.family import AT, BETWEEN, Family
from groundplan.planning.families.targets import lasting_lines, target_lines
from groundplan.solver.programme import ColumnBlock, Floats, Index, Programme

if TYPE_CHECKING:
    import xarray as xr

    from groundplan.planning.policy import Policy

# What a fork shares with its trunk: what lies before its own years, and of stocks the start of its first year.
INHERITED = ("level", "starts", "stock")
TRUNK = "trunk "
SIDES = {"<=": (False, True), ">=": (True, False), "==": (True, True)}
NO_YEAR = 0


def label(first: Any, second: Any) -> np.ndarray:
    """Row labels ``commodity | year``, elementwise.

    >>> label(np.array(["coal"], dtype=object), np.array([2020]))[0]
    'coal | 2020'
    """
    years, at = np.unique(np.asarray(second), return_inverse=True)
    labels: np.ndarray = np.asarray(first, dtype=object) + (BETWEEN + years.astype(str).astype(object))[at]
    return labels


@dataclass(frozen=True, eq=False)
class LinearTerm:
    """Σ amount · factor[profile, τ] · variable[on, τ],  τ = when − lag, in the rows (row, when).

    ``when`` None: in every year that its row has, which is how flows are stated; else in that row's year alone,
    ``NO_YEAR`` for rows without one, where τ is −lag. ``profile`` "" is a factor of 1. A variable without years, such
    as ``segment``, has τ of no meaning. Terms of one row and variable are added up. Shapes: one entry a term.
    """

    variable: str
    row: np.ndarray
    on: np.ndarray
    amount: Floats
    lag: Index
    profile: np.ndarray
    when: Index | None

    def __neg__(self) -> LinearTerm:
        """The same with its sign turned."""
        return replace(self, amount=-self.amount)

    def within(self, rows: ArrayLike | pd.Series) -> LinearTerm:
        """What of it stands in rows of these names."""
        return self.where(np.isin(self.row.astype(str), np.asarray(rows, dtype=object).astype(str)))

    def where(self, there: np.ndarray) -> LinearTerm:
        """Some of its entries."""
        row, on, amount, lag, how = (x[there] for x in (self.row, self.on, self.amount, self.lag, self.profile))
        return LinearTerm(self.variable, row, on, amount, lag, how, None if self.when is None else self.when[there])


def term(
    variable: str,
    row: Any,
    on: Any,
    amount: ArrayLike = 1.0,
    *,
    lag: ArrayLike = 0,
    year: Any = None,
    when: Any = None,
    profile: Any = "",
) -> LinearTerm:
    """A ``LinearTerm`` from names and figures, broadcast together; ``year`` is that of the variable, in place of a lag.

    With ``year`` and without ``when`` the rows have no year of their own.
    """
    given = [np.asarray(row, dtype=object), np.asarray(on), np.asarray(amount, dtype=float)]
    given += [np.asarray(profile, dtype=object), np.asarray(lag, dtype=np.int64)]
    if year is not None:
        when = NO_YEAR if when is None else when
        given[4] = np.asarray(when, dtype=np.int64) - np.asarray(year, dtype=np.int64)
    if when is not None:
        given.append(np.asarray(when, dtype=np.int64))
    shape = np.broadcast_shapes(*(g.shape for g in given), (1,))
    named, what, much, how, late, *then = (np.broadcast_to(g, shape).ravel() for g in given)
    return LinearTerm(variable, named, what, much, late, how, then[0] if then else None)


def flows(a: Activities, *kinds: str, roles: Sequence[str] = ("give", "take"), of: Any = None) -> LinearTerm:
    """What activities give less what they take (or what they occupy), in the rows of the commodity.

    ``kinds`` of commodities; ``of``: these commodities alone.
    """
    f = a.flows[a.flows["role"].isin(roles) & a.flows["commodity"].isin(a.of_kind(*kinds) if of is None else of)]
    amount = np.where(f["role"] == "take", -f["coefficient"], f["coefficient"])
    return term("level", f["commodity"], f["activity"], amount, lag=f["lag"], profile=f["profile"])


@dataclass(frozen=True, eq=False)
class Rows:
    """One family's rows: ``Σ value·column sense right``, one row a label.

    ``gain`` is the change of the right-hand side that one more unit of the row's commodity makes: with it a dual
    becomes a price. It is 0 where a row has no commodity of its own. ``entries``: row (position), column (of the
    programme), value. ``numbers`` are the rows of the programme, once they are written.
    """

    sense: str
    right: Floats
    labels: np.ndarray
    entries: tuple[Index, Index, Floats]
    gain: float = 0.0
    numbers: Index = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class _Grid:
    """Where the columns of a variable are: label × year (from ``first`` on); −1 where there is none."""

    labels: pd.Index
    first: int
    numbers: Index

    @cached_property
    def places(self) -> Mapping[Any, int]:
        """Label → its position."""
        return {label: at for at, label in enumerate(self.labels.tolist())}


@dataclass(eq=False)
class Model:
    """The linear programme under construction: its variables, and what its families wrote.

    A fork of a plan is a model with a name and a ``trunk``: the same programme, variables and rows of its own under
    its name, and the trunk's levels and stocks for all that lies before its first year.

    limits    the families that were asked for, in their order
    families  what they wrote, by the name in the programme, a fork's in the trunk's list
    beyond    by the label of a target: how far it lies beyond what can be reached, which its row does not ask for
    """

    programme: Programme
    activities: Activities
    limits: Sequence[Family] = ()
    families: dict[str, Rows] = field(default_factory=dict)
    kinds: dict[str, Family] = field(default_factory=dict)
    beyond: dict[str, float] = field(default_factory=dict)
    fork: str = ""
    trunk: Model | None = None
    _grids: dict[str, _Grid] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, ColumnBlock]:
        """The programme's variables by name: level, stock, segment, kept, starts, shortfall, lapse; forks' own too."""
        return self.programme.columns

    def columns(self, values: Mapping[str, xr.DataArray]) -> Floats:
        """Values of the variables → [column] of the programme, forks' too."""
        out = np.zeros(self.programme.width)
        for name, block in self.variables.items():
            out[block.numbers] = values[name].values
        return out

    def arrays(self, columns: Floats) -> dict[str, xr.DataArray]:
        """[column] of the programme → values of the variables, on their own dimensions."""
        return {name: block.array(columns) for name, block in self.variables.items()}

    def named(self, name: str) -> str:
        """What a variable or a family of rows is called in the programme: ``level``, ``level @ fuel cut``."""
        return f"{name}{AT}{self.fork}" if self.fork else name

    def has(self, variable: str) -> bool:
        """Whether the model has such a variable; a plan without goods, for one, has no ``segment``."""
        return self.named(variable) in self.programme.columns

    def rows(
        self,
        sense: str,
        right: ArrayLike,
        *terms: LinearTerm | None,
        of: Any,
        when: Any = None,
        gain: float = 0.0,
        ordered: bool = False,
        bare: str = "",
    ) -> Rows | None:
        """Rows of one family, gathered from terms; None where there is no row.

        ``of``: names of rows; each has a row for every year, its years together. With ``when`` there is one row for
        each name and its ``when``, ``NO_YEAR`` for a row that is called by its name alone. ``right``: one figure, or
        one for each row. ``ordered``: rows stand by their labels. ``bare``: rows without a term are left out, and what
        they say when they cannot hold, of ``{row}``: a claim that nothing meets is an error.

        In a fork, what lies before its first year, and the stock at its start, are the trunk's.
        Raises ``UnknownName`` for terms of rows, variables or columns that there are none of, and for a ``sense`` that
        is none: a name that does not match must not drop a term.
        """
        if sense not in SIDES:
            raise UnknownName("sense of rows", sense, SIDES)
        names = np.asarray(of, dtype=object)
        years = np.asarray(self.activities.years)
        if when is None:
            named, then = np.repeat(names, len(years)), np.tile(years, len(names))
        else:
            named, then = names, np.broadcast_to(np.asarray(when, dtype=np.int64), names.shape)
        if not len(named):
            return None
        labels = np.where(then == NO_YEAR, named, label(named, then))
        sides = np.array(np.broadcast_to(np.asarray(right, dtype=float), labels.shape))
        place = _Places.of(named, then, years)
        entries = [self._entries(t, place, years) for t in terms if t is not None and len(t.row)]
        row, column, value = (np.concatenate([np.zeros(0, dtype=kind), *(e[n] for e in entries)])
                              for n, kind in enumerate((np.int64, np.int64, float)))  # fmt: skip
        kept = np.ones(len(labels), dtype=bool)
        if bare:
            kept = np.bincount(row, minlength=len(labels)) > 0
            holds = {"<=": sides >= 0, ">=": sides <= 0, "==": sides == 0}[sense]
            fix = "add an activity that gives it, or supply"
            raise_all([StudyError(bare.format(row=name), fix=fix) for name in labels[~kept & ~holds]])
        order = np.flatnonzero(kept)
        order = order[np.argsort(labels[order], kind="stable")] if ordered else order
        moved = np.full(len(labels), -1)
        moved[order] = np.arange(len(order))
        return Rows(sense, sides[order], labels[order], (moved[row], column, value), gain)

    def _entries(self, t: LinearTerm, place: _Places, years: np.ndarray) -> tuple[Index, Index, Floats]:
        """Row, column and coefficient of every term and year in which its row stands."""
        name, grid = place.of_names(t), self._grid(t.variable)
        on = _positions(grid.places, t.on, t.variable)
        which, step = np.arange(len(t.row)), np.zeros(len(t.row), dtype=np.int64)
        if t.when is None:
            which, step = np.repeat(which, len(years)), np.tile(np.arange(len(years)), len(t.row))
            row, then = place.table[name[which], step], years[step]
        else:
            row, then = place.table[name, place.steps(t.when)], t.when
        year = then - t.lag[which]
        late = year - grid.first if grid.numbers.shape[1] > 1 or grid.first else np.zeros(len(which), dtype=np.int64)
        inside = (late >= 0) & (late < grid.numbers.shape[1])
        if t.when is not None and (row >= 0)[~inside].any():
            # A year that is told by name, and is none of the variable's, must not drop a term.
            years_of_variable = range(grid.first, grid.first + grid.numbers.shape[1])
            raise UnknownName(f"year of {t.variable}", int(year[(row >= 0) & ~inside][0]), years_of_variable)
        there = (row >= 0) & inside
        which, row, year, late = which[there], row[there], year[there], late[there]
        column = grid.numbers[on[which], late]
        there = column >= 0
        which = which[there]
        factor = self.activities.factor(t.profile[which], year[there])
        return row[there], column[there], t.amount[which] * factor

    def _grid(self, variable: str) -> _Grid:
        """Where the columns of a variable are, what a fork inherits with it; ``trunk level``: the trunk's own."""
        if variable not in self._grids:
            self._grids[variable] = self._gridded(variable)
        return self._grids[variable]

    def _gridded(self, variable: str) -> _Grid:
        if variable.startswith(TRUNK) and self.trunk is not None:
            return self.trunk._grid(variable.removeprefix(TRUNK))
        if not self.has(variable):
            raise UnknownName("variable of the plan", variable, [n for n in self.variables if AT not in n])
        block = self.variables[self.named(variable)]
        labels, *times = block.coords.values()
        if not times:
            return _Grid(labels, 0, block.numbers[:, None])
        own = _Grid(labels, int(times[0][0]), block.numbers)
        if self.trunk is None or variable not in INHERITED:
            return own
        before = self.trunk._grid(variable)
        inherited = before.numbers[_positions(before.places, labels.to_numpy(dtype=object), variable)]
        return _Grid(labels, before.first, np.hstack([inherited[:, : own.first - before.first], own.numbers]))

    def prices(self, name: str) -> bool:
        """Whether the duals of what a family wrote are prices of the plan itself; those of a fork are the fork's."""
        return AT not in name and self.kinds[name].prices

    def goal(self, variable: str, worth: ArrayLike) -> None:
        """What one unit of a variable of the model's own is worth to the objective."""
        name = self.named(variable)
        shape = self.programme.goal[name].shape
        self.programme.goal[name] = np.array(np.broadcast_to(np.asarray(worth, dtype=float), shape))

    def write(self, f: Family, rows: Rows) -> None:
        """Add a family's rows to the programme under its name, a fork's in the trunk's list too."""
        name, (below, above) = self.named(f.name), SIDES[rows.sense]
        block = self.programme.add_rows(
            name,
            len(rows.labels),
            rows.right if below else -np.inf,
            rows.right if above else np.inf,
            rows.entries,
            labels=rows.labels,
        )
        whole = self if self.trunk is None else self.trunk
        whole.families[name] = replace(rows, numbers=block.numbers)
        whole.kinds[name] = f


@dataclass(frozen=True, eq=False)
class _Places:
    """Where a family's rows are: name × year, then rows without a year, then years that are none; −1 for no row."""

    names: Mapping[Any, int]
    years: np.ndarray
    table: Index

    @classmethod
    def of(cls, named: np.ndarray, then: np.ndarray, years: np.ndarray) -> _Places:
        names = {name: at for at, name in enumerate(dict.fromkeys(named.tolist()))}
        at = np.full((len(names), len(years) + 2), -1, dtype=np.int64)
        place = cls(names, years, at)
        at[_positions(names, named, "row"), place.steps(then)] = np.arange(len(named))
        return place

    def steps(self, when: np.ndarray) -> Index:
        """Columns of the table."""
        step = np.asarray(when, dtype=np.int64) - self.years[0]
        step = np.where((step < 0) | (step >= len(self.years)), len(self.years) + 1, step)
        return np.where(np.asarray(when) == NO_YEAR, len(self.years), step)

    def of_names(self, t: LinearTerm) -> Index:
        """The rows that terms name."""
        return _positions(self.names, t.row, "row")


def _positions(places: Mapping[Any, int], names: np.ndarray, what: str) -> Index:
    """Positions of names among labels. Raises ``UnknownName`` for those that are not there."""
    asked = names.tolist()
    raise_all([UnknownName(what, name, list(places)) for name in dict.fromkeys(n for n in asked if n not in places)])
    return np.fromiter((places[name] for name in asked), np.int64, len(asked))


def start(
    a: Activities, policy: Policy, limits: Sequence[Family] = (), *, trunk: Model | None = None, fork: str = ""
) -> Model:
    """A programme with the variables of ``a`` and no rows; a fork's variables go into its trunk's programme.

    level[activity, year] within its bounds; stock[kept, stage] from its ``initial`` on, never below its ``least``;
    segment[part] of a good's utility, at most its width; kept[commodity] at the end; starts[lumpy, year] in {0, 1}.
    """
    m = Model(Programme() if trunk is None else trunk.programme, a, limits, fork=fork, trunk=trunk)
    p, years = m.programme, pd.Index(a.years, name="year")
    lower, upper = level_bounds(a)
    over = {"activity": pd.Index(a.activities["activity"], name="activity"), "year": years}
    p.add_columns(m.named("level"), over, lower=lower, upper=upper)
    kept = a.commodities[a.commodities["kind"].isin(KEPT)]
    if len(kept):
        low = np.repeat(kept["least"].to_numpy()[:, None], len(a.stages), axis=1)
        high = np.full(low.shape, np.inf)
        low[:, 0] = high[:, 0] = kept["initial"].to_numpy()
        own = 0 if trunk is None else 1
        stages = pd.Index(a.stages[own:], name="stage")
        over = {"commodity": pd.Index(kept["commodity"], name="commodity"), "stage": stages}
        p.add_columns(m.named("stock"), over, lower=low[:, own:], upper=high[:, own:])
    if len(a.utility):
        parts = {"part": pd.RangeIndex(len(a.utility), name="part")}
        p.add_columns(m.named("segment"), parts, upper=a.utility["width"].to_numpy())
    if len(a.terminal):
        # An overdrawn account counts against the plan: what is left of it may be negative.
        floor = a.terminal["commodity"].map(a.commodities.set_index("commodity")["least"]).clip(upper=0.0)
        remnants = {"remnant": pd.RangeIndex(len(a.terminal), name="remnant")}
        p.add_columns(m.named("kept"), remnants, lower=floor.to_numpy(dtype=float))
    lumpy = a.activities.loc[a.activities["lump"] > 0, "activity"]
    if len(lumpy):
        over = {"activity": pd.Index(lumpy, name="activity"), "year": years}
        p.add_columns(m.named("starts"), over, upper=1.0, whole=True)
    soft = target_lines(a, policy).dropna(subset="weight")
    for name, of in (("shortfall", soft), ("lapse", lasting_lines(a, soft) if policy.lasting_targets else soft[:0])):
        if len(of):
            p.add_columns(m.named(name), {"target": pd.Index(of["label"], name="target")})
    return m


def level_bounds(a: Activities) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper bound of every level, activity × year; several rows for one level all hold."""
    names, years = pd.Index(a.activities["activity"]), pd.Index(a.years)
    lower = np.zeros((len(names), len(years)))
    upper = np.full(lower.shape, np.inf)
    years_of = {0: slice(None)} | {year: slice(t, t + 1) for t, year in enumerate(a.years)}
    for year, rows in a.bounds.groupby("year"):
        if year in years_of:
            at = names.get_indexer(rows["activity"])
            np.maximum.at(lower, (at, years_of[year]), rows["lower"].to_numpy()[:, None])
            np.minimum.at(upper, (at, years_of[year]), rows["upper"].to_numpy()[:, None])
    crossed = np.argwhere(lower > upper)
    raise_all(
        [
            StudyError(
                f"'{names[i]}' in {years[t]} must be at least {lower[i, t]:g} and at most {upper[i, t]:g}",
                fix="loosen one of the two bounds",
            )
            for i, t in crossed
        ]
    )
    return lower, upper
