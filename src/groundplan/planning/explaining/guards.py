"""Guards: what a reader must know of a plan before anything else, each a sentence with its year and figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from groundplan.planning.activities import Activities
from groundplan.planning.choices.target import Target
from groundplan.planning.choices.unit_slip import meant
from groundplan.planning.explaining.clash import span_words
from groundplan.planning.explaining.explain import names_in
from groundplan.planning.explaining.reached import asked_and_reached, bound_words, missed, scale_and_unit, wish_words
from groundplan.planning.explaining.valuations import short_number
from groundplan.planning.families.targets import indicator_path
from groundplan.planning.solved_plan import SolvedPlan, indicators
from groundplan.records.money import money_in

STILL, STANDSTILL = 5e-4, 3
SLIGHT = 1e-3
DEAR, LISTED = 10.0, 3
# How far growth of what households use may differ between neighbouring years before it is an event that has a name.
JUMP = 0.007
USED = "household consumption"
# A sector is thin that makes less of all output than the first, and sets the pace with more of all scarcity than the
# second.
THIN, PACE = 0.01, 0.03


class Guard(NamedTuple):
    """Something that a plan must not leave unsaid.

    ``year``: the first that it is true of, 0 for none; ``value``: what the sentence tells, in the unit that it says.
    """

    code: str
    sentence: str
    year: int
    value: float


def guards(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """The table ``guards``: code, sentence, year, value; no rows for a plan without such faults.

    Codes: horizon, target_missed, unit_slip, standstill, capital_run_down, investment_below_wear, jump, thin_sector,
    price_above_ten.
    """
    return {"guards": guard_table(guards_of(plan))}


def guard_table(raised: Sequence[Guard]) -> pd.DataFrame:
    """Guards as a table, the columns of one type whether there are any or none."""
    return pd.DataFrame(raised, columns=Guard._fields).astype({"year": int, "value": float})


def guards_of(
    plan: SolvedPlan, *, path: bool = True, prices: bool = True, there: pd.DataFrame | None = None
) -> list[Guard]:
    """The guards that a plan raises, the gravest first; ``there``: its indicators by year where they are not its own.

    Of a solver's corner that is no path to be shown (``path`` false) single groups are not told, and of prices that are
    not those of soft balances (``prices`` false) none: plans as good have others.
    """
    a, there = plan.activities, pd.DataFrame(indicators(plan).to_pandas()) if there is None else there
    listed = [*_horizon(plan), *_targets(plan, there)]
    listed += standstill(standards(there, a).iloc[: None if path else 1])
    capital = capital_by_year(a, plan.stock)
    if len(capital):
        spent = investment_by_year(a, plan.level)
        worn = wear_by_year(a, capital)
        listed += [*run_down(capital.sum()), *below_wear(spent, worn)]
    prices = prices and "consumption_price" in plan.prices
    shadow = pd.DataFrame(plan.prices["shadow_price"].to_pandas()) if prices else pd.DataFrame()
    if path and plan.policy.evenness > 0 and USED in there.index:
        listed += jump(pd.Series(there.loc[USED]), scarcity(a, shadow, plan.stock), a.commodities)
    if prices:
        listed += _of_prices(plan, there)
    return listed


def side_by_side(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Guards of several plans in one table: ``of``, whose they are, and the columns of ``guards``."""
    return pd.concat(
        [table.assign(of=of)[["of", *Guard._fields]] for of, table in tables.items()], ignore_index=True
    )  # fmt: skip


def _horizon(plan: SolvedPlan) -> Iterator[Guard]:
    """A plan that could not be kept up after its last year, and so asks less of the years after it than was asked."""
    p, asked, last = plan.policy, plan.asked or plan.policy, plan.activities.years[-1]
    if p.tail_years < asked.tail_years:
        words = (
            f"This plan cannot be carried on after {last}: no plan meets its targets and limits for {asked.tail_years} "
            f"years more, so it is made as if nothing came after {last}."
        )
        yield Guard("horizon", words, last, float(p.tail_years))
    elif asked.lasting_targets and not p.lasting_targets:
        words = f"What the targets ask for in {last} cannot be kept up after it: the plan meets them and then lets go."
        yield Guard("horizon", words, last, float(p.tail_years))


def _targets(plan: SolvedPlan, there: pd.DataFrame) -> Iterator[Guard]:
    """Every target that is missed, by how much in its worst year; every wish that looks like another unit's."""
    a = plan.activities
    ratios, units = set(a.ratios["indicator"]), a.indicators.drop_duplicates("indicator").set_index("indicator")["unit"]
    names = names_in(a)
    for t in plan.policy.targets:
        if t.indicator not in there.index:
            continue
        path = pd.Series(there.loc[t.indicator])
        result = asked_and_reached(t, path, a.years, ratio=t.indicator in ratios)
        unit = "1" if t.indicator in ratios else str(units.get(t.indicator, ""))
        if len(result) and missed(t, result) > 0:
            yield target_missed(t, result, unit, names)
        now = float(path.iloc[0])
        asked = slip(t, now if np.isfinite(now) and now else float(path.iloc[-1]), unit, a.years, names)
        if asked:
            yield Guard("unit_slip", asked, t.span(a.years)[-1], now)


def target_missed(t: Target, result: pd.DataFrame, unit: str, names: Mapping[str, str]) -> Guard:
    """A target's worst year: what is asked and what is reached (``reached.against``), value the gap in ``unit``.

    ``unit``: the indicator's, 1 of a ratio, which is said in per cent; ``names``: code → name.
    """
    gap = result["reached"] - result["bound"]
    gap = {"<=": gap, ">=": -gap, "==": gap.abs()}[t.sense]
    worst = int(gap.to_numpy().argmax())
    year = t.span(())[-1] if t.form == "cumulative" else int(str(gap.index[worst]))
    scale, after = scale_and_unit(unit)
    asked, got = (short_number(scale * float(result[c].iloc[worst]), 4) for c in ("bound", "reached"))
    when = "over its years" if t.form == "cumulative" else f"in {year}"
    words = f"{_title(t, unit, names)} is missed: {got}{after} {when} where {asked}{after} is asked for."
    return Guard("target_missed", words, year, float(gap.max()))


def slip(t: Target, there: float, unit: str, years: Sequence[int], names: Mapping[str, str]) -> str:
    """The question whether a wish is in another unit; empty where it does not look so.

    ``there``: the indicator in the accounts' year, or where it has no figure then what is reached. ``unit`` and
    ``names`` as in ``target_missed``.
    """
    share = unit == "1"
    each = len(t.span(tuple(years))) if t.form == "cumulative" and not share else 1
    other = meant(t, there * each, share=share)
    if other is None:
        return ""
    scale, after = scale_and_unit(unit)
    now = f"it is about {short_number(scale * there * each, 4)}{after}"
    against = "1 is the base year" if t.form == "of_base" else now
    asked, better = bound_words(t, unit), bound_words(other, unit)
    return f"{_title(t, unit, names)} asks for {asked} where {against}: did you mean {better}?"


def _title(t: Target, unit: str, names: Mapping[str, str]) -> str:
    """A target in words, with where it stands."""
    return f"Target '{wish_words(t, unit, names)}'" + (f" ({t.line})" if t.line else "")


def standards(there: pd.DataFrame, a: Activities) -> pd.DataFrame:
    """Living standards, whose × year: that of all together (named by nothing) first, then those of groups."""
    words = {str(c).partition(":")[2]: str(n) for c, n in a.commodities[["commodity", "label"]].to_numpy()}
    rows = {}
    for name in map(str, there.index):
        head, _, code = name.partition(": ")
        if head == "living standard":
            rows[words.get(code, code).removeprefix("living standard, ") if code else ""] = there.loc[name]
    return pd.DataFrame(rows).T


def standstill(paths: pd.DataFrame) -> list[Guard]:
    """Standards that rise by less than 0.05 % a year for three years and more; value: for how many years.

    ``paths``: as ``standards``; where the standard of all stands still, it alone is told.
    """
    still = {str(whose): years for whose, path in paths.iterrows() if len(years := _longest_still(path)) >= STANDSTILL}
    if not still:
        return []
    groups = [""] if "" in still else list(still)
    more = f" and {len(groups) - LISTED} more" if len(groups) > LISTED else ""
    whose = f" of {', '.join(groups[:LISTED])}{more}" if "" not in still else ""
    years = max((still[w] for w in groups), key=len)
    what = "The living standard{} stands still" if len(groups) == 1 else "The living standards{} stand still"
    words = f"{what.format(whose)} from {span_words(years)}: no rise for {len(years)} years."
    return [Guard("standstill", words, years[0], float(len(years)))]


def _longest_still(path: pd.Series) -> list[int]:
    """The longest run of years in which a path does not rise."""
    growth = path.astype(float).pct_change(fill_method=None).iloc[1:]
    best: list[int] = []
    run: list[int] = []
    for year, g in growth.items():
        run = [*run, int(str(year))] if g < STILL else []
        best = run if len(run) > len(best) else best
    return best


def capital_by_year(a: Activities, stock: pd.DataFrame) -> pd.DataFrame:
    """Fixed capital at base-year cost, capacity × start of year: what stands times what a unit of it cost to build.

    A unit of capacity costs 1 / (what a unit of spending on it gives). Units: money. Empty where nothing is built.
    """
    building = a.activities.loc[a.activities["group"] == "investment", "activity"]
    given = a.flows[(a.flows["role"] == "give") & a.flows["activity"].isin(building)]
    given = given[given["commodity"].isin(a.of_kind("capacity")) & (given["coefficient"] > 0)]
    per = given.groupby(["activity", "commodity"])["coefficient"].sum().groupby("commodity").max()
    if stock.empty or per.empty:
        return pd.DataFrame()
    return stock.loc[per.index].mul(1.0 / per, axis=0)


def wear_by_year(a: Activities, capital: pd.DataFrame) -> pd.Series:
    """What wears out of it in each year of the plan, money / year."""
    loss = a.commodities.set_index("commodity")["loss"].reindex(capital.index)
    return capital.mul(loss, axis=0).sum().loc[list(a.years)]


def investment_by_year(a: Activities, level: pd.DataFrame) -> pd.Series:
    """All that is spent on fixed capital, money / year: the indicator, or where a plan has none what is done of it."""
    years = list(a.years)
    if (a.indicators["indicator"] == "investment").any():
        return pd.Series(indicator_path(a, "investment", np.asarray(years), {"level": level}), years)
    own = a.activities.loc[a.activities["group"] == "investment", "activity"]
    return level.loc[own, years].sum()


def run_down(capital: pd.Series) -> list[Guard]:
    """Net capital at the end below its start; value: by which share. ``capital``: by start of year, the end's last."""
    start, end = float(capital.iloc[0]), float(capital.iloc[-1])
    if not end < (1.0 - SLIGHT) * start:
        return []
    first, last = int(capital.index[0]), int(capital.index[-1]) - 1
    fall = 1.0 - end / start
    words = (
        f"Fixed capital shrinks by {short_number(100 * fall)} % from the start of {first} to the end of {last}: "
        "the plan lives off what there is."
    )
    return [Guard("capital_run_down", words, last, -fall)]


def below_wear(spent: pd.Series, worn: pd.Series) -> list[Guard]:
    """Years in which less is invested than wears out; value: the least share of wear that is replaced."""
    share = (spent / worn.where(worn > 0)).dropna()
    short = share[share < 1.0 - SLIGHT]
    if short.empty:
        return []
    years, worst = [int(y) for y in short.index], int(str(short.idxmin()))
    when = f"in {years[0]}" if len(years) == 1 else f"in {len(years)} of {len(spent)} years ({span_words(years)})"
    words = (
        f"Less is invested than wears out {when}: in {worst} {short_number(float(spent[worst]))} is spent where "
        f"{short_number(float(worn[worst]))} wears out."
    )
    return [Guard("investment_below_wear", words, years[0], float(short.min()))]


def jump(use: pd.Series, worth: pd.DataFrame, commodities: pd.DataFrame) -> list[Guard]:
    """The largest change of growth from one year to the next, where it is more than 0.7 points; value: the change.

        d[t] = g[t] − g[t−1],   g[t] = use[t] / use[t−1] − 1

    ``use``: by year, the accounts' first. ``worth``: as ``scarcity``; the event's name is the plant whose scarcity is
    worth most more in the year that grows less.
    """
    growth = use.astype(float).pct_change(fill_method=None).iloc[1:]
    change = growth.diff().iloc[1:]
    if change.empty or not change.abs().max() > JUMP:
        return []
    years, n = [int(y) for y in growth.index], int(change.abs().to_numpy().argmax())
    before, after = years[n], years[n + 1]
    slow, quick = (before, after) if change.iloc[n] > 0 else (after, before)
    rates = [f"{100 * float(growth[y]):.1f} % in {y}" for y in (before, after)]
    words = (
        f"Growth of what households use goes from {rates[0]} to {rates[1]}; no plan that is worth as much is more even."
    )
    if {slow, quick} <= set(worth.columns) and (more := worth[slow] - worth[quick]).max() > 0:
        label = commodities.set_index("commodity")["label"].get(more.idxmax(), "")
        words += f" In {slow} {label or more.idxmax()} holds most back."
    return [Guard("jump", words, after, float(change.iloc[n]))]


def scarcity(a: Activities, price: pd.DataFrame, stock: pd.DataFrame) -> pd.DataFrame:
    """What plant is worth by its shadow price, capacity × year: p[c,t] · k[c,t], k what there is of capacity c."""
    limits = [c for c in a.of_kind("capacity") if c in price.index and c in stock.index]
    return price.loc[limits] * stock.loc[limits, price.columns].clip(lower=0.0) if limits else pd.DataFrame()


def _of_prices(plan: SolvedPlan, there: pd.DataFrame) -> list[Guard]:
    """What the plan's prices say of it."""
    shadow, price = (pd.DataFrame(plan.prices[n].to_pandas()) for n in ("shadow_price", "consumption_price"))
    abroad = 0.0
    if "foreign exchange" in shadow.index and "import bill" in there.index:
        bill = pd.Series(there.loc["import bill"]).reindex(shadow.columns)
        abroad = float((pd.Series(shadow.loc["foreign exchange"]) * bill).sum())
    return [*pace_setters(plan.activities, shadow, plan.stock, abroad), *above_ten(price, plan.activities.commodities)]


def pace_setters(a: Activities, price: pd.DataFrame, stock: pd.DataFrame, abroad: float) -> list[Guard]:
    """Sectors that make under 1 % of output and whose plant has over 3 % of what all scarcity in the plan is worth.

        share[c] = Σ_t w[c,t] / (Σ_c Σ_t w[c,t] + abroad),   w[c,t] as ``scarcity``

    ``abroad``: what the scarcity of foreign exchange is worth. value: the share.
    """
    worth = scarcity(a, price, stock).sum(axis=1)
    whole = float(worth.sum()) + abroad
    making = a.activities[a.activities["group"] == "production"].set_index("activity")
    weight = making["base"] / making["base"].sum()
    uses = a.flows[(a.flows["role"] == "occupy") & a.flows["activity"].isin(making.index)]
    # Plant of one sector alone: labour is occupied by all.
    own = uses[~uses["commodity"].duplicated(keep=False)].set_index("commodity")["activity"]
    share = worth / whole if whole > 0 else worth
    guards = []
    for c, s in share[share > PACE].sort_values(ascending=False).items():
        maker = own.get(c)
        if maker is None or not weight[maker] < THIN:
            continue
        label = str(making.loc[maker, "label"]).removeprefix("making ")
        words = (
            f"{label} sets the pace: it makes {short_number(100 * weight[maker])} % of output, and its plant has "
            f"{short_number(100 * s)} % of what all scarcity is worth."
        )
        guards.append(Guard("thin_sector", words, int(str(price.loc[str(c)].idxmax())), float(s)))
    return guards


def above_ten(price: pd.DataFrame, commodities: pd.DataFrame) -> list[Guard]:
    """Prices in money above ten times the accounts' own in some year; value: the largest.

    ``price``: consumption prices, commodity × year. Goods that are enjoyed have none of their own.
    """
    goods = commodities.set_index("commodity").reindex(price.index)
    in_money = (goods["kind"] != "good") & goods["unit"].map(lambda u: money_in(str(u)) is not None)
    own = price[in_money]
    dearest = pd.DataFrame({"price": own.max(axis=1), "label": goods["label"].reindex(own.index)})
    dearest["code"] = [str(c).partition(":")[2] or str(c) for c in own.index]
    dearest["year"] = [int(str(y)) for y in own.idxmax(axis=1)] if len(own) else []
    dearest = dearest[dearest["price"] > DEAR].sort_values("price", ascending=False)
    if dearest.empty:
        return []
    # One product is told once: by itself, as plant, and as what imports may replace, it has one name.
    short = dearest.groupby("code")["label"].agg(lambda labels: min(map(str, labels), key=len))
    once = dearest.drop_duplicates("code")
    each = [
        f"{short[code] or code} {short_number(price)} in {year}"
        for price, code, year in once[["price", "code", "year"]].head(LISTED).itertuples(index=False)
    ]
    more = f" and {len(once) - LISTED} more" if len(once) > LISTED else ""
    words = f"Prices above ten times the accounts': {', '.join(each)}{more}. Do not decide by these alone."
    return [Guard("price_above_ten", words, int(once["year"].iloc[0]), float(once["price"].iloc[0]))]
