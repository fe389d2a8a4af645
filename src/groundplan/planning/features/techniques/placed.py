"""Techniques placed: the recipes that a planner states, fitted to the accounts of their sectors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from groundplan.economy.economy import Economy
from groundplan.errors import Faults, GroundplanError, StudyError, raise_all
from groundplan.planning.features.techniques.technique_record import Technique
from groundplan.recipe_book.book import book
from groundplan.recipe_book.fit import Fitted, fit

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy


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
    found: list[Placed] = []
    faults: list[GroundplanError] = []
    for t in policy.techniques:
        try:
            plain = book().recipe(t.recipe, where=t.line)
            if plain.output != "flow":
                told = f"recipe '{t.recipe}' builds what stands, and makes nothing year by year"
                raise StudyError(told, where=t.line, fix="state it under [[buildings]]")
            recipe = plain.with_figures(t.figures, where=t.line)
            made = fit(recipe, e, sector=t.sector, price=t.price, chosen=t.roles, where=t.line)
        except GroundplanError as error:
            faults += error.faults if isinstance(error, Faults) else [error]
            continue
        x = float(e.output.sel(sector=made.sector))
        share = t.share if t.quantity is None else t.quantity * (made.price or 0.0) / x
        one = Placed(t, made, share)
        if t.quantity is not None and made.price is None:
            told = f"technique '{one.key}' has a quantity and no price"
            faults.append(StudyError(told, where=t.line, fix=f"give price, money per {recipe.unit}, or a share"))
        if one.key in [other.key for other in found]:
            faults.append(StudyError(f"technique '{one.key}' is stated twice", where=t.line, fix="name it otherwise"))
        if recipe.group("grows") and made.price is None:
            told = f"technique '{one.key}' grows in its own unit and has no price"
            faults.append(StudyError(told, where=t.line, fix=f"give price, money per {recipe.unit}, and price_source"))
        found.append(one)
    raise_all(faults)
    return _within(e, found)


def _within(e: Economy, found: list[Placed]) -> list[Placed]:
    """Inputs and work of techniques ``within`` their sector's base year, cut to what it used.

    a_n[i] · min(1, a[i,j] / Σ_n s_n·a_n[i]),   the same for labour; the surplus grows by what is cut
    """
    out = []
    for p in found:
        if not p.stated.within:
            out.append(p)
            continue
        j, x = p.sector, float(e.output.sel(sector=p.sector))
        beside = [q for q in found if q.sector == j]
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
