"""Techniques beside the one that the accounts show: as a planner states them, and fitted to their sectors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from groundplan.economy.economy import Economy
from groundplan.errors import Faults, GroundplanError, StudyError, raise_all
from groundplan.planning.choices.naming import name_faults
from groundplan.recipe_book.book import book
from groundplan.recipe_book.fit import Fitted, fit
from groundplan.records.card import Entry, keyed
from groundplan.records.named import SECTOR, Naming

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy


@dataclass(frozen=True)
class Technique(Entry):
    """A way to make a product that a plan may take up: a recipe of the book, in a sector, with its own plant.

    Quantities (``ceiling``, ``permits``) are in the recipe's unit where a price is known, else money of output.
    """

    name: str = keyed("", "a name for the technique: hydro")
    recipe: str = keyed("", "a recipe of the book")
    sector: str = keyed(
        "", "the sector whose product it gives; left out where only one fits the recipe", "", names=Naming(SECTOR)
    )
    place: str = keyed("", "where it stands; two of one name may stand in two places", "")
    price: float | None = keyed(
        "money / unit", "price of the recipe's unit; left out where the product is physical already", None, 1e-300
    )
    price_source: str = keyed("", "where the price comes from; it must be given with a price", "")
    share: float = keyed("1", "share of the sector's base-year output that it makes", 0.0, 0.0, 1.0)
    quantity: float | None = keyed(
        "unit / year", "what it makes in the base year, in place of share; for a recipe with a price", None, 0
    )
    within: bool = keyed(
        "", "inputs of which the sector used less in the base year are cut to what it used; else that is a fault", False
    )
    ceiling: float | None = keyed(
        "unit / year", "the most that it can ever make in a year: sites, land, reserves", None, 0
    )
    start: int | None = keyed("", "the first year in which its plant may be begun", None)
    diffusion: float = keyed("1 / year", "largest yearly growth of its capacity; 0.3 is assumed", 0.3, 0, 10)
    first: float = keyed(
        "1 / year", "capacity that can be added beyond that growth, as a share of the sector's output", 0.02, 0, 10
    )
    needs_research: list[str] = keyed("", "research topics that must be done first", [])
    permits: float | None = keyed(
        "unit / year", "output that one finished research programme permits; the ceiling if left out", None, 1e-300
    )
    granted: float = keyed("1", "share of its imported plant that partners abroad pay for good", 0.0, 0.0, 1.0)
    standing: float = keyed("m3", "timber that stands when the plan starts, for a recipe that grows", 0.0, 0)
    growing: float = keyed("m3 / year", "what that timber grows in a year", 0.0, 0)
    planting: float | None = keyed("ha / year", "the most that can be planted in a year", None, 0)
    figures: dict[str, float] = keyed("", "figures of the recipe that are known better here, by path", {})
    roles: dict[str, str] = keyed(
        "", "products that play a role of the recipe here, role = code", {}, names=Naming(SECTOR, values=True)
    )

    @property
    def title(self) -> str:
        """The name with its place: ``hydro@the coast``."""
        return f"{self.name}@{self.place}" if self.place else self.name

    @property
    def words(self) -> str:
        """The name with its place, in words: ``hydro in the coast``."""
        return f"{self.name} in {self.place}" if self.place else self.name

    def more_faults(self) -> list[GroundplanError]:
        """Names that read back; a price has its source; what research permits is bounded."""
        named = {"technique": self.name, "technique's place": self.place}
        faults = name_faults(named, where=self.line, optional="technique's place")
        if self.price is not None and not self.price_source:
            what = f"technique '{self.title}' has a price of no source"
            faults.append(StudyError(what, where=self.line, fix="say where it comes from: price_source"))
        if self.quantity is not None and self.share > 0:
            what = f"technique '{self.title}' has a share and a quantity in the base year"
            faults.append(StudyError(what, where=self.line, fix="give one of them"))
        if self.needs_research and self.permits is None and self.ceiling is None:
            what = f"technique '{self.title}' needs research and does not say how much that permits"
            faults.append(StudyError(what, where=self.line, fix="give permits or a ceiling"))
        return faults


@dataclass(frozen=True, eq=False)
class Placed:
    """A technique in its economy: what the planner states, the recipe fitted to the accounts, and its names."""

    stated: Technique
    fitted: Fitted
    share: float

    @cached_property
    def sector(self) -> str:
        """The sector whose product it gives."""
        return self.fitted.sector

    @cached_property
    def key(self) -> str:
        """``elec@hydro`` or ``elec@hydro@the coast``, the name after the verb of each of its activities."""
        return f"{self.sector}@{self.stated.title}"

    @property
    def base(self) -> float:
        """Output in the base year, money / year."""
        return self.share * float(self.fitted.economy.output.sel(sector=self.sector))

    @cached_property
    def label(self) -> str:
        """The technique in words."""
        return f"{self.fitted.economy.label(self.sector)} by {self.stated.words}"

    def money(self, quantity: float) -> float:
        """A stated quantity in money of output a year."""
        return quantity if self.fitted.price is None else quantity * self.fitted.price


def placed(e: Economy, policy: Policy) -> list[Placed]:
    """Every technique of a policy, fitted.

    Raises all faults at once: recipes, sectors, roles and figures that are not there, names given twice.
    """
    techniques: list[Placed] = []
    faults: list[GroundplanError] = []
    for t in policy.techniques:
        try:
            plain = book().recipe(t.recipe, where=t.line)
            if plain.output != "flow":
                what = f"recipe '{t.recipe}' builds what stands, and makes nothing year by year"
                raise StudyError(what, where=t.line, fix="state it under [[buildings]]")
            recipe = plain.with_figures(t.figures, where=t.line)
            fitted = fit(recipe, e, sector=t.sector, price=t.price, chosen=t.roles, where=t.line)
        except GroundplanError as error:
            faults += error.faults if isinstance(error, Faults) else [error]
            continue
        x = float(e.output.sel(sector=fitted.sector))
        share = t.share if t.quantity is None else t.quantity * (fitted.price or 0.0) / x
        one = Placed(t, fitted, share)
        if t.quantity is not None and fitted.price is None:
            what = f"technique '{one.key}' has a quantity and no price"
            faults.append(StudyError(what, where=t.line, fix=f"give price, money per {recipe.unit}, or a share"))
        if one.key in [other.key for other in techniques]:
            faults.append(StudyError(f"technique '{one.key}' is stated twice", where=t.line, fix="name it otherwise"))
        if recipe.group("grows") and fitted.price is None:
            what = f"technique '{one.key}' grows in its own unit and has no price"
            faults.append(StudyError(what, where=t.line, fix=f"give price, money per {recipe.unit}, and price_source"))
        techniques.append(one)
    raise_all(faults)
    return _within(e, techniques)


def _within(e: Economy, techniques: list[Placed]) -> list[Placed]:
    """Inputs and work of techniques ``within`` their sector's base year, cut to what it used.

    a_n[i] · min(1, a[i,j] / Σ_n s_n·a_n[i]),   the same for labour; the surplus grows by what is cut
    """
    out = []
    for p in techniques:
        if not p.stated.within:
            out.append(p)
            continue
        j, x = p.sector, float(e.output.sel(sector=p.sector))
        beside = [q for q in techniques if q.sector == j]
        there = {
            "home": e.domestic_coefficients.sel(sector=j).to_series(),
            "imported": e.import_coefficients.sel(sector=j).to_series(),
            "labour": e.employment.sel(sector=j).to_series() / x,
        }
        parts = {}
        for name, whole in there.items():
            taken = sum((q.share * getattr(q.fitted, name) for q in beside), 0.0 * whole)
            parts[name] = getattr(p.fitted, name) * (whole / taken.where(taken > 0)).clip(0.0, 1.0).fillna(1.0)
        paid = float(parts["labour"].sum()) / max(float(p.fitted.labour.sum()), 1e-300)
        out.append(replace(p, fitted=replace(p.fitted, **parts, wages=p.fitted.wages * paid)))
    return out
