"""Targets against what a plan reaches, read from its outcome."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.planning.choices.target import Target
from groundplan.planning.explaining.explain import indicator_in_words, unit_in_words
from groundplan.planning.explaining.valuations import short_number
from groundplan.planning.families.family import TARGETS, stating
from groundplan.planning.plan_programme import FAMILIES

CLOSE = 2e-6
SENSE_WORDS = {">=": "at least", "<=": "at most", "==": "exactly"}
# From what share of its bound on an aim counts as gone beyond.
BEYOND = 0.05


def against(outcome: Outcome, t: Target) -> pd.DataFrame:
    """What a target asks for and what is reached, by year: columns bound, reached (the indicator's unit).

    Of a sum, the one figure over its years. Empty where the outcome does not say: without indicators, for years
    outside the plan, and for the ratio of sums, whose parts it does not name.
    """
    if "indicator" not in outcome.arrays:
        return pd.DataFrame({"bound": [], "reached": []}, dtype=float)
    years = tuple(outcome.provenance["years"])
    return asked_and_reached(t, outcome.indicator(t.indicator), years, ratio=is_ratio(outcome, t.indicator))


def asked_and_reached(t: Target, there: pd.Series, years: tuple[int, ...], *, ratio: bool) -> pd.DataFrame:
    """As ``against``, from the indicator by year, the accounts' first, and the years of the plan."""
    nothing = pd.DataFrame({"bound": [], "reached": []}, dtype=float)
    when = list(t.span(years))
    if not set(when) <= set(years):
        return nothing
    if t.form == "cumulative":
        whole = pd.DataFrame({"bound": [t.cumulative], "reached": [there.loc[when].sum()]}, dtype=float)
        return nothing if ratio else whole
    bound = pd.Series(t.stated(t.span(years)), index=when, dtype=float)
    if t.form == "of_base":
        bound *= float(there.iloc[0])
    if t.form == "growth":
        bound = (1.0 + bound) * there.shift().loc[when]
    return pd.DataFrame({"bound": bound, "reached": there.loc[when]}).dropna()


def missed(t: Target, result: pd.DataFrame) -> float:
    """How far the worst year is on the wrong side of the bound, in the indicator's unit; 0 where it is met."""
    gap = result["reached"] - result["bound"]
    worst = float({"<=": gap, ">=": -gap, "==": gap.abs()}[t.sense].max())
    return worst if worst > CLOSE * max(float(result["bound"].abs().max()), 1e-9) else 0.0


def beyond(t: Target, result: pd.DataFrame) -> tuple[float, int]:
    """How far the plan goes beyond an aim in the year when it does most, as a share of its bound, and that year.

    Beyond at least so much is more, beyond at most so much is less. 0 of an equality, of an aim of 0, and where the
    plan is never beyond by ``BEYOND``. The year is 0 of a sum.
    """
    over = {"<=": -1.0, ">=": 1.0, "==": 0.0}[t.sense] * (result["reached"] - result["bound"])
    share = (over / result["bound"].abs()).where(result["bound"] != 0).dropna()
    if share.empty or float(share.max()) < BEYOND:
        return 0.0, 0
    return float(share.max()), 0 if t.form == "cumulative" else int(str(share.idxmax()))


def target_duals(outcome: Outcome, t: Target) -> pd.DataFrame:
    """The duals of a target's rows, as the outcome's table ``duals`` has them."""
    duals = outcome.table("duals")
    own = duals["name"].astype(str).str.startswith(f"{t.name or t.indicator} {t.sense} ")
    rows: pd.DataFrame = duals[(duals["family"] == stating(TARGETS, FAMILIES)) & own]
    return rows


def is_ratio(outcome: Outcome, indicator: str) -> bool:
    """Whether an indicator has the unit 1: a ratio, or a share."""
    table = outcome.table("indicators")
    own = table.loc[table["indicator"] == indicator, "unit"]
    return own.empty or str(own.iloc[0]) == "1"


def wish_words(t: Target, unit: str, names: Mapping[str, str]) -> str:
    """A target in words; ``unit`` is its indicator's, 1 of a ratio.

    >>> wish_words(Target("import bill", "<=", 1800.0, year=2022), "KES2019bn / year", {})
    'import bill at most 1,800 billion KES in 2022'
    """
    words = f"{indicator_in_words(t.indicator, names)} {SENSE_WORDS[t.sense]} {bound_words(t, unit)} {t.when_text()}"
    return words.rstrip()


def scale_and_unit(unit: str) -> tuple[float, str]:
    """What an indicator's figure is multiplied by to be said, and what stands behind it: per cent of a ratio."""
    words = unit_in_words(unit.removesuffix(" / year"))
    return (100.0, " %") if unit == "1" else (1.0, f" {words}" if words else "")


def bound_words(t: Target, unit: str) -> str:
    """The bound of a target in words, in its indicator's ``unit``, per cent of a ratio (1).

    >>> bound_words(Target("import dependency", "<=", 0.25), "1")
    '25 %'
    """
    scale, after = scale_and_unit(unit)

    def figure(value: float | None) -> str:
        return short_number(scale * float(value or 0.0), 4)

    if t.form == "growth":
        return f"{short_number(100.0 * float(t.growth or 0.0), 4)} % above the year before"
    if t.form == "of_base":
        return f"{short_number(float(t.of_base or 0.0), 4)} times that of the base year"
    if t.form == "ends":
        pace = " by the same factor each year" if t.shape == "geometric" else ""
        return f"{figure(t.first)} to {figure(t.last)}{after}{pace}"
    if t.form == "path":
        return f"{', '.join(map(figure, t.path))}{after} year by year"
    return f"{figure(getattr(t, t.form))}{after}{' in total' if t.form == 'cumulative' else ''}"
