"""The state's budget: its rules, and what the accounts cannot tell about it."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.records.card import Entry, keyed

FUNCTIONS = ("administration", "defence", "education", "health", "science", "economy")


@dataclass(frozen=True)
class Budget(Entry):
    """The state's budget by function at constant prices of the base year, and the rules that it keeps to.

    Functions without a share of their own keep to each other in the base year's proportion; ``economy`` also holds
    the part of investment that the state pays. What the accounts do not tell is assumed and reported as assumed.
    """

    growth: float | None = keyed("1 / year", "growth of expenditure; no rule if left out", None, -0.5, 1)
    growth_band: float = keyed("1 / year", "how far the growth may lie from it, either way", 0.0, 0, 1)
    surplus: float | None = keyed("1", "revenue less expenditure over revenue; no rule if left out", None, -1, 1)
    surplus_band: float = keyed("1", "how far the surplus may lie from it, either way", 0.0, 0, 1)
    shares: dict[str, float] = keyed("1", "share of expenditure by function", {}, 0, 1)
    shares_band: float = keyed("1", "how far a share may lie from the one stated, either way", 0.0, 0, 1)
    shares_years: int = keyed(
        "years", "years in which a share moves in equal steps from the base year's to the one stated", 1, 1, 100
    )
    defence: float = keyed(
        "1", "defence in what the state buys of public administration in the base year; assumed, 0.05 to 0.5", 0.2, 0, 1
    )
    science: float = keyed(
        "1", "science in what the state buys of education, where the accounts have no research; assumed, 0.01 to 0.15",
        0.05, 0, 1,
    )  # fmt: skip
    state_investment: float = keyed(
        "1", "share of fixed investment that the state pays in the base year; assumed, 0.1 to 0.5", 0.25, 0, 1
    )
    base_balance: float = keyed("1", "surplus of the base year, as a share of revenue; assumed", 0.0, -0.5, 0.5)
    direct_tax: float | None = keyed(
        "1", "direct taxes less transfers over value added; left out: what gives the base year's balance", None, 0, 1
    )  # fmt: skip
    direct_tax_pace: float = keyed(
        "1 / year", "how far the share of direct taxes may move a year, either way; assumed, 0 to 0.02", 0.01, 0, 1
    )
    credit_line: float | None = keyed(
        "money", "how far the state's account may be overdrawn; left out: as far as a surplus rule leads, else not",
        None, 0, 1e15,
    )  # fmt: skip

    def more_faults(self) -> list[GroundplanError]:
        """Functions that there are, and shares that are a whole at most."""
        faults: list[GroundplanError] = [
            UnknownName("function of the budget", f, FUNCTIONS, where=self.line)
            for f in self.shares
            if f not in FUNCTIONS
        ]
        least = sum(max(s - self.shares_band, 0.0) for s in self.shares.values())
        if least > 1.0 + 1e-9:
            told = f"the shares of the budget come to {least:.4g} at least, more than the whole"
            faults.append(StudyError(told, where=self.line, fix="lower one of them, or widen shares_band"))
        return faults
