"""What all engines of stress share: an economy as plain arrays per step, with stocks and behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from groundplan.errors import BalanceError, GroundplanError, StudyError, raise_all
from groundplan.shocks.scenarios.scenario import Behaviour

YEAR = 365
ALIKE = 1e-13
ROOM = 1e-9
CRITICAL, IMPORTANT, IDLE = range(3)


@dataclass(frozen=True, eq=False)
class System:
    """An economy per step (a day or a week), as the engines need it. Every flow is ``money`` / step.

    Sets: n sectors; m suppliers (the n sectors first, then sources of imports); p inputs (what stands in one stock:
    a home product, an imported product, or both where imports are pooled); F final categories; u = n + F users.

        sectors, codes, regions      n        label, code without region, region ("" for a national table)
        suppliers, partners          m        label; "" for home, else the partner ("abroad" where no split is known)
        input_of                     m        the input that a supplier gives
        inputs, products, needs      p        label, product code, household need that it serves
        finals, final_kinds          F        name; household, nonprofit, government, investment, inventories, exports
        output, value_added          n        x, v
        capital                      n        money (a stock); zeros where it is not known
        labour                       s × n    own unit, by skill
        use                          p × u    base purchases, not negative: sectors, then final categories
        shares                       m × u    supplier r's share in the purchases of input_of[r] by u; or m, where it
                                              is the same for every user
        from_stocks                  m        supply that nobody makes: base uses that the accounts show below zero
        stocks                       p        steps of base use that every user wants in stock
        reserves                     p        money: the state's reserve
        binding                      p × n    what a lack means to a sector: 0 critical, 1 important, 2 idle
        tiers                        u        the least is served first; 0 is makers' own use where that goes first
                                              (by orders alone)
        investment                   p        shares of inputs in base-year investment, summing to 1
        industries                            code → its class, where the accounts state one

    A supplier's base flow is Σ_u shares·use; for a sector it is output + from_stocks. Wanted stocks, also those of the
    first day, are stocks[g]·use[g, j].
    """

    money: str
    days_per_step: int
    sectors: tuple[str, ...]
    codes: tuple[str, ...]
    regions: tuple[str, ...]
    suppliers: tuple[str, ...]
    partners: tuple[str, ...]
    input_of: np.ndarray
    inputs: tuple[str, ...]
    products: tuple[str, ...]
    needs: tuple[str, ...]
    finals: tuple[str, ...]
    final_kinds: tuple[str, ...]
    output: np.ndarray
    value_added: np.ndarray
    capital: np.ndarray
    labour: np.ndarray
    skills: tuple[str, ...]
    use: np.ndarray
    shares: np.ndarray
    from_stocks: np.ndarray
    stocks: np.ndarray
    reserves: np.ndarray
    binding: np.ndarray
    tiers: np.ndarray
    investment: np.ndarray
    behaviour: Behaviour
    labels: Mapping[str, str]
    tolerance: float = 1e-6
    industries: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
        raise_all(list(self._faults()), where="the system of flows")

    def _faults(self) -> list[GroundplanError]:
        faults: list[GroundplanError] = []
        if not all(np.isfinite(a).all() for a in (self.use, self.shares, self.output, self.from_stocks)):
            return [BalanceError("uses, shares or output have cells that are not numbers", fix="give the figures")]
        if (self.output < 0).any():
            bad = [self.sectors[j] for j in np.flatnonzero(self.output < 0)[:6]]
            faults.append(BalanceError(f"sectors with negative output: {', '.join(bad)}", fix="check their rows"))
        gap = np.abs(self.base_flow[: self.n] - self.from_stocks[: self.n] - self.output)
        off = np.flatnonzero(gap > self.tolerance * np.maximum(self.output, self.output.mean() * 1e-3))
        if off.size:
            worst = off[np.argmax(gap[off])]
            faults.append(
                BalanceError(
                    f"uses miss output in {off.size} sectors, most in {self.sectors[worst]}: "
                    f"{gap[worst] * YEAR / self.days_per_step:,.6g} {self.money} a year",
                    fix="give balanced accounts",
                )
            )
        short = self.stocks * self.behaviour.psi < 1.0 + ROOM
        if short.any():
            named = [self.inputs[g] for g in np.flatnonzero(short)[:6]]
            faults.append(
                StudyError(
                    f"stocks times psi are not more than one step for {', '.join(named)}",
                    fix="give more days of stock, or a larger psi",
                )
            )
        return faults

    @property
    def n(self) -> int:
        """Sectors."""
        return len(self.sectors)

    @cached_property
    def factored(self) -> np.ndarray | None:
        """Suppliers' shares, shape m, where they do not depend on the user (to 1e-13); None where they do."""
        if self.shares.ndim == 1:
            return self.shares
        bought = self.use[self.input_of] > 0
        high = np.max(self.shares, axis=1, where=bought, initial=0.0)
        low = np.min(self.shares, axis=1, where=bought, initial=np.inf)
        alike = (high - low <= ALIKE) | ~bought.any(axis=1)
        return high if bool(alike.all()) else None

    @cached_property
    def base_flow(self) -> np.ndarray:
        """What each supplier gives in the base, money / step; shape m."""
        if self.shares.ndim == 1:
            return np.asarray(self.shares * self.use.sum(axis=1)[self.input_of])
        return np.asarray(np.einsum("ru,ru->r", self.shares, self.use[self.input_of]))

    @cached_property
    def refill(self) -> np.ndarray:
        """κ: the part of a gap in stocks that is ordered in a step, p. Units: 1 / step."""
        days = self.behaviour.restock_days
        return 1.0 / self.stocks if days is None else np.full(len(self.stocks), self.days_per_step / days)

    @cached_property
    def coefficients(self) -> np.ndarray:
        """Inputs per unit of output, p × n; a sector without output has zeros. Units: 1."""
        return np.asarray(self.use[:, : self.n] / np.where(self.output > 0, self.output, np.inf))

    @cached_property
    def wanted(self) -> np.ndarray:
        """Stocks that users want at base output and hold on the first day, p × n, money."""
        return np.asarray(self.stocks[:, None] * self.use[:, : self.n])

    @cached_property
    def _runs(self) -> tuple[np.ndarray | None, np.ndarray]:
        """Suppliers in order of their inputs (None where they stand so), and where each input's begin."""
        order = np.argsort(self.input_of, kind="stable")
        starts = np.searchsorted(self.input_of[order], np.arange(len(self.inputs)))
        return (None if bool((order == np.arange(len(order))).all()) else order), starts

    def sum_by_input(self, by_supplier: np.ndarray) -> np.ndarray:
        """Sums over the suppliers of each input; B × m × ... → B × p × ..."""
        order, starts = self._runs
        if order is None and len(starts) == by_supplier.shape[1]:
            return by_supplier
        return np.asarray(np.add.reduceat(by_supplier if order is None else by_supplier[:, order], starts, axis=1))

    @cached_property
    def counted(self) -> np.ndarray:
        """Which final uses count when use is lost, p × F: all but re-exports, that is, imported goods sold abroad.

        They are somebody else's use, and their price is no income here. Where home and imported goods stand in one
        stock they cannot be told from exports, and are counted with these.
        """
        at_home = np.isin(np.arange(len(self.inputs)), self.input_of[: self.n])
        abroad = np.array([k == "exports" for k in self.final_kinds], dtype=bool)
        return np.asarray(at_home[:, None] | ~abroad)

    @cached_property
    def imports_for_use(self) -> np.ndarray:
        """Base flows of the sources of imports without what is sold on abroad; shape m − n, money / step."""
        shares = self.shares[:, None] if self.shares.ndim == 1 else self.shares[:, self.n :]
        sold_on = np.where(self.counted, 0.0, self.use[:, self.n :])[self.input_of]
        return np.asarray((self.base_flow - (shares * sold_on).sum(axis=1))[self.n :])

    @property
    def imported(self) -> np.ndarray:
        """Which suppliers are sources of imports; shape m."""
        return np.arange(len(self.suppliers)) >= self.n

    def label(self, code: str) -> str:
        """The English name of a code; the code where there is none."""
        return self.labels.get(code, code)

    def in_words(self, g: int) -> str:
        """An input in words: ``imported chemicals``."""
        kind, _, code = self.inputs[g].partition(":")
        return f"{kind} {self.label(code).lower()}" if code else self.label(kind).lower()
