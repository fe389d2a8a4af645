"""What a measure of the overview is: how its table is made, and what every page says of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from groundplan.economy.aggregation import aggregate
from groundplan.economy.broad_list import broad_list, broad_weights
from groundplan.economy.carving.carving import by_sector
from groundplan.economy.economy import Economy
from groundplan.economy.world import World
from groundplan.errors import GroundplanError, StudyError, raise_all

FLOW = "{money} / year"
SHARE = "%"  # of a column that holds shares of 1


@dataclass(frozen=True, kw_only=True)
class Viewpoint:
    """What is asked of the overview.

    ``use``: the final use whose imports are followed (household, government, investment, exports, ... , final use);
    ``partner`` and ``product``: what is looked at more closely; ``draws``, ``seed``: how often and from which seed the
    table is drawn again; ``stock_days``: days of use that every user is assumed to hold; ``top``: entries of a ranking.
    """

    use: str = "household"
    partner: str | None = None
    product: str | None = None
    draws: int = 200
    seed: int = 0
    stock_days: float = 30.0
    top: int = 10

    def __post_init__(self) -> None:
        whole = {"draws": (self.draws, 0), "top": (self.top, 1), "seed": (self.seed, 0)}
        faults: list[GroundplanError] = [
            StudyError(f"{name} is {value!r}", fix=f"give a whole number from {least} on")
            for name, (value, least) in whole.items()
            if isinstance(value, bool) or not isinstance(value, int) or value < least
        ]
        days = self.stock_days
        if isinstance(days, bool) or not isinstance(days, (int, float)) or not 0 <= days < np.inf:
            faults.append(StudyError(f"stock_days is {days!r}", fix="give days, a number from 0 on"))
        raise_all(faults)


@dataclass(frozen=True, eq=False)
class Question:
    """What a measure is made from: the accounts, what is asked of them, and what stands beside them."""

    economy: Economy
    view: Viewpoint
    world: World | None = None
    peers: Sequence[Economy] = ()

    @cached_property
    def plain(self) -> Economy:
        """The accounts in the sectors of their publisher: what was carved out of them is in no common list."""
        return aggregate(self.economy, by_sector(self.economy)) if self.economy.physical else self.economy

    @cached_property
    def unlisted(self) -> tuple[str, ...]:
        """Sectors without a class on the broad list; with one of them nothing is told in it."""
        weights = broad_weights(self.plain)
        return tuple(str(s) for s in weights.index[weights.isna().any(axis=1)])

    @cached_property
    def side_by_side(self) -> list[Economy]:
        """The accounts and those of the peers with the same products, in the broad list; none where none compare."""
        if self.unlisted or not self.peers:
            return []
        own, *others = (aggregate(e, broad_list(e)) for e in (self.plain, *self.peers))
        alike = [p for p in others if set(p.sectors) == set(own.sectors)]
        return [own, *alike] if alike else []

    @property
    def left_out(self) -> list[str]:
        """What cannot be told of these accounts, and why, in sentences."""
        if self.unlisted:
            lost, n = ", ".join(self.plain.label(s) for s in self.unlisted[:6]), len(self.unlisted)
            named = f"{lost} and {n - 6} more" if n > 6 else lost
            return [
                f"Raw materials and thin sectors are left out: no class is stated of {named}. `groundplan names` "
                "proposes classes; a template has a column for them, other files a list (--classes)."
            ]
        if self.peers and not self.side_by_side:
            return ["The comparison with other countries is left out: none of them has the same products."]
        return []


Make = Callable[[Question], pd.DataFrame | None]


def of_economy(table: Callable[[Economy], pd.DataFrame]) -> Make:
    """A measure that asks for nothing but the economy."""
    return lambda q: table(q.economy)


def of_world(table: Callable[[World, str], pd.DataFrame]) -> Make:
    """A measure of the country in its world table; None where there is no world table."""
    return lambda q: None if q.world is None else table(q.world, q.economy.country)


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A table of the overview and its place on every page.

    name       of the table in the outcome
    make       the table, None where the accounts cannot tell it
    codes, of  the column that names the rows (codes are told by their labels), and its heading
    columns    (heading, unit, column): ``FLOW`` is money a year, ``SHARE`` a share that is told in per cent
    ranked     a ranking: it carries how sure it is, from draws of the table (``rankings``) and other years
    section    of its page; empty: on no page
    heading    of its table or figure; {use}, {product}, {partner} and {peers} are filled in
    most       rows; None: all
    length     how many of them a terminal shows: all, top (what was asked for), few, more (few and two)
    stub       width of the rows' names there; 0: as usual
    bars       columns that bars are drawn of; none: a table alone
    unless     a table that is shown in its place where there is one
    """

    name: str
    make: Make
    codes: str
    of: str
    columns: tuple[tuple[str, str, str], ...]
    ranked: bool = False
    length: str = "few"
    stub: int = 0
    section: str = ""
    heading: str = ""
    most: int | None = 15
    bars: tuple[int, ...] = ()
    unless: str = ""
