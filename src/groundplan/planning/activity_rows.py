"""Rows of the tables of ``Activities``: what every column means, its unit and its default, stated once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from math import inf
from typing import NamedTuple


class CommodityRow(NamedTuple):
    """Something that is made, kept, used, occupied, owed or enjoyed.

    kind     ``flow`` is covered in its year; ``stock``, ``capacity`` and ``account`` are kept; ``good`` is enjoyed
    loss     what of it is lost in a year, 1 / year
    initial  what there is at the start of the first year, ``unit``
    least    what there must be at any time, ``unit``
    """

    commodity: str
    kind: str = "flow"
    unit: str = ""
    loss: float = 0.0
    initial: float = 0.0
    least: float = 0.0
    label: str = ""


class ActivityRow(NamedTuple):
    """Something that can be done, at a level a year, in ``unit``.

    group  what kind of doing it is, for accounts and reports
    base   level of the year before the plan, ``unit``
    lump   0, or the level that a project has where it is begun, ``unit``
    cost   toil that no commodity counts, objective per unit of level
    """

    activity: str
    unit: str = ""
    label: str = ""
    group: str = ""
    base: float = 0.0
    lump: float = 0.0
    cost: float = 0.0


class FlowRow(NamedTuple):
    """What an activity does with a commodity: see ``takes``, ``gives`` and ``occupies``.

    role         ``take``, ``give`` or ``occupy``
    coefficient  units of the commodity per unit of level
    lag          years from the level to the flow
    profile      the profile that multiplies the coefficient by year of the level; none where empty
    """

    activity: str
    commodity: str
    role: str = "take"
    coefficient: float = 0.0
    lag: int = 0
    profile: str = ""


class BoundRow(NamedTuple):
    """Limits of an activity's level in a year, or in every year (0), in the activity's unit."""

    activity: str
    year: int = 0
    lower: float = 0.0
    upper: float = inf


class ExogenousRow(NamedTuple):
    """What comes from outside the plan and what is claimed from outside it, in a year or in every year (0)."""

    commodity: str
    year: int = 0
    supply: float = 0.0
    claim: float = 0.0


class ProfileRow(NamedTuple):
    """What coefficients that name the profile are multiplied by in a year, 1."""

    profile: str
    year: int = 0
    factor: float = 1.0


class GrowthRow(NamedTuple):
    """How fast an activity, or what is kept, may move.

    on         an activity or a kept commodity
    up, down   largest growth and fall, 1 / year
    allowance  what it may grow by beyond that, own unit / year
    """

    on: str
    up: float = inf
    down: float = inf
    allowance: float = 0.0


class UtilityRow(NamedTuple):
    """A segment of the utility of a good in a year; slopes of later segments are no steeper.

    width  how much of the good it holds, the good's unit
    slope  what a unit of it is worth, objective per unit
    """

    good: str
    year: int = 0
    segment: int = 0
    width: float = 0.0
    slope: float = 0.0


class FloorRow(NamedTuple):
    """The least of a good that there must be in a year.

    least  the good's unit
    heads  index of the people whom it serves, for living standards that do not fall
    """

    good: str
    year: int = 0
    least: float = 0.0
    heads: float = 1.0


class PaceRow(NamedTuple):
    """A good whose standard sets a pace for others, or keeps to it.

    pace  its name
    role  ``leads``: the goods that lead set it together; ``follows``: keeps to it, neither behind nor ahead
    """

    good: str
    pace: str = ""
    role: str = "leads"


class TerminalRow(NamedTuple):
    """What is left of a kept commodity at the end counts.

    value     objective per unit
    activity  who uses it: a capacity counts only as far as this activity, grown, would use it; everything where empty
    growth    of that activity beyond its level of the last year, 1
    """

    commodity: str
    value: float = 0.0
    activity: str = ""
    growth: float = 0.0


class DueRow(NamedTuple):
    """What falls due of a commodity after the end counts, as a bill or as a yield of what is begun.

    value  of a unit taken, given or occupied in the first year after the end, objective per unit
    fall   how much less it counts with every further year, 1 / year
    """

    commodity: str
    value: float = 0.0
    fall: float = 0.0


class IndicatorRow(NamedTuple):
    """A term of an indicator: Σ coefficient · level, or · what is kept at the start of the year, or · what is enjoyed.

    on           an activity (``part`` level), a kept commodity (``part`` stock) or a good (``part`` good)
    coefficient  units of the indicator per unit of ``on``
    profile      the profile that multiplies the coefficient; none where empty
    """

    indicator: str
    on: str
    part: str = "level"
    coefficient: float = 1.0
    profile: str = ""
    unit: str = ""


class RatioRow(NamedTuple):
    """An indicator that is one indicator over another."""

    indicator: str
    numerator: str
    denominator: str
    unit: str = "1"


class RelationRow(NamedTuple):
    """How a project, a lumpy activity, stands to a group of projects.

    relation  ``member`` of the group; ``one of`` it at most, or one ``must`` be; ``after`` it
    lag       years that it comes after the group
    """

    project: str
    relation: str = "member"
    other: str = ""
    lag: int = 0


Row = (
    CommodityRow
    | ActivityRow
    | FlowRow
    | BoundRow
    | ExogenousRow
    | ProfileRow
    | GrowthRow
    | UtilityRow
    | FloorRow
    | PaceRow
    | TerminalRow
    | DueRow
    | IndicatorRow
    | RatioRow
    | RelationRow
)


def takes(activity: str, commodity: str, amount: float = 1.0, *, lag: int = 0, profile: str = "") -> FlowRow:
    """An activity uses a commodity up: ``amount`` per unit of level, ``lag`` years on."""
    return FlowRow(activity, commodity, "take", amount, lag, profile)


def gives(activity: str, commodity: str, amount: float = 1.0, *, lag: int = 0, profile: str = "") -> FlowRow:
    """An activity brings a commodity forth: ``amount`` per unit of level, ``lag`` years on."""
    return FlowRow(activity, commodity, "give", amount, lag, profile)


def occupies(activity: str, commodity: str, amount: float = 1.0, *, lag: int = 0, profile: str = "") -> FlowRow:
    """An activity keeps a capacity busy for a year: ``amount`` per unit of level, ``lag`` years on."""
    return FlowRow(activity, commodity, "occupy", amount, lag, profile)


@dataclass(frozen=True, slots=True)
class Tables:
    """Rows by table, as a feature gives them. ``a + b`` has the rows of ``a`` and then those of ``b``.

    >>> (Tables(flows=[takes("bake", "flour")]) + Tables(flows=[gives("bake", "bread")])).flows[1].role
    'give'
    """

    commodities: Sequence[CommodityRow] = ()
    activities: Sequence[ActivityRow] = ()
    flows: Sequence[FlowRow] = ()
    bounds: Sequence[BoundRow] = ()
    exogenous: Sequence[ExogenousRow] = ()
    profiles: Sequence[ProfileRow] = ()
    growth: Sequence[GrowthRow] = ()
    utility: Sequence[UtilityRow] = ()
    floors: Sequence[FloorRow] = ()
    paces: Sequence[PaceRow] = ()
    terminal: Sequence[TerminalRow] = ()
    due: Sequence[DueRow] = ()
    indicators: Sequence[IndicatorRow] = ()
    ratios: Sequence[RatioRow] = ()
    relations: Sequence[RelationRow] = ()

    @classmethod
    def joined(cls, parts: Iterable[Tables]) -> Tables:
        """The rows of all parts, table by table, in their order."""
        every = list(parts)
        return cls(**{f.name: [*chain.from_iterable(getattr(part, f.name) for part in every)] for f in fields(cls)})

    def __add__(self, other: Tables) -> Tables:
        return Tables.joined((self, other))

    def by_name(self) -> dict[str, Sequence[Row]]:
        """Table → its rows."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


# A row as a study or a user gives it: column → value; a column that is left out has its default.
GivenRow = Mapping[str, str | float | bool]

ROWS: dict[str, type[Row]] = {
    "commodities": CommodityRow,
    "activities": ActivityRow,
    "flows": FlowRow,
    "bounds": BoundRow,
    "exogenous": ExogenousRow,
    "profiles": ProfileRow,
    "growth": GrowthRow,
    "utility": UtilityRow,
    "floors": FloorRow,
    "paces": PaceRow,
    "terminal": TerminalRow,
    "due": DueRow,
    "indicators": IndicatorRow,
    "ratios": RatioRow,
    "relations": RelationRow,
}
