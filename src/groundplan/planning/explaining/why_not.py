"""What a wish would take: the plan with it against the plan without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from groundplan.outcome import Outcome
from groundplan.planning.choices.target import Target
from groundplan.planning.explaining.explain import unit_in_words
from groundplan.planning.explaining.guards import side_by_side
from groundplan.planning.explaining.loss_of_standard import share_words
from groundplan.planning.explaining.reached import target_duals, wish_words
from groundplan.planning.explaining.repairing.clash_outcome import repairs_table
from groundplan.planning.explaining.valuations import short_number
from groundplan.records.money import priced

HEADS = ("living standard", "consumption", "gross output", "investment", "imports", "exports", "employment")
NOTABLE, TINY = 1e-4, 1e-6
TOP = 3
# From what share of consumption on a change is told.
UNSEEN = 5e-6
ALL_HOUSEHOLDS, OF_GROUP = "household consumption", "consumption: "


@dataclass(frozen=True, eq=False)
class WhyNot:
    """A wish, the plan without it, and the plan with it or, where that cannot be, the plan that comes nearest.

    Where the plan without it meets the wish, it is the plan with it too. ``share``: what it costs, as a share of
    everybody's living standard in every year (1); nan where the two are reckoned for other years.
    ``clash`` and ``repairs`` are those of ``PlanInfeasible``; empty where the wish can be had. ``alone``: the plan with
    it cannot be carried on after its years, so that the plan without it is made as if nothing came after them too.
    """

    target: Target
    without: Outcome
    with_it: Outcome
    share: float = float("nan")
    clash: Sequence[str] = ()
    repairs: Sequence[Mapping[str, object]] = ()
    alone: bool = False

    @property
    def possible(self) -> bool:
        """Whether the wish can be had."""
        return not self.clash

    @property
    def cost(self) -> float:
        """What the plan gives up for it: the objective without it less that with it. Units: the objective's."""
        fall = float(self.without.provenance["objective"]) - float(self.with_it.provenance["objective"])
        return max(fall, 0.0)

    def path(self) -> pd.DataFrame:
        """The target's indicator by year: without, with; index the years, the accounts' year first."""
        both = {"without": self.without, "with": self.with_it}
        return pd.DataFrame({k: o.indicator(self.target.indicator) for k, o in both.items()})

    def gained(self) -> float:
        """How much of the indicator the wish adds, over the years that it is for. Units: the indicator's."""
        years = list(self.target.span(tuple(self.without.provenance["years"])))
        path = self.path().loc[years]
        return float((path["with"] - path["without"]).abs().sum())

    def last_unit(self) -> float:
        """What the last unit of the target costs: Σ over its years of the dual of its row. Units: objective / unit."""
        return float(target_duals(self.with_it, self.target)["dual"].abs().sum())


def first_of_all(target: Target) -> Target:
    """The wish as the first priority: met as nearly as can be, whatever that costs."""
    return replace(target, weight=None, priority=1)


def after_it(targets: Sequence[Target]) -> list[Target]:
    """Other targets, each priority one later."""
    return [t if t.priority is None else replace(t, priority=t.priority + 1) for t in targets]


def changes(answer: WhyNot) -> pd.DataFrame:
    """Everything that differs between the two plans, by year.

    Columns: head (living standard, gross output, investment, imports, ...), code, label, year, without, with, change,
    unit. Indicators that no year changes by more than a ten-thousandth of their largest value, or a millionth of
    the largest under their head, are left out.
    """
    a, b = (pd.DataFrame(o["indicator"].to_pandas()) for o in (answer.without, answer.with_it))
    years = list(answer.without.provenance["years"])
    labels = answer.without.provenance.get("labels", {})
    units = answer.without.table("indicators").drop_duplicates("indicator").set_index("indicator")["unit"]
    names = [str(n) for n in a.index if str(n).partition(":")[0] in HEADS and n in b.index]
    both = pd.concat([a.loc[names, years], b.loc[names, years]], axis=1).abs()
    scale = both.max(axis=1)
    heads = scale.groupby([n.partition(":")[0] for n in names]).transform("max")
    moved = (b.loc[names, years] - a.loc[names, years]).abs().max(axis=1) > np.maximum(NOTABLE * scale, TINY * heads)
    table = pd.DataFrame(
        {"without": a.loc[names, years].to_numpy().ravel(), "with": b.loc[names, years].to_numpy().ravel()},
        pd.MultiIndex.from_product([names, years], names=["indicator", "year"]),
    )
    table = table[table.index.get_level_values("indicator").isin(moved.index[moved])].reset_index()
    parts = [str(n).partition(": ") for n in table["indicator"]]
    table.insert(0, "head", [head for head, _, _ in parts])
    table.insert(1, "code", [code for _, _, code in parts])
    table.insert(2, "label", [labels.get(code, code) if code else "all" for _, _, code in parts])
    return table.assign(change=table["with"] - table["without"], unit=table["indicator"].map(units)).drop(
        columns="indicator"
    )


def summed(table: pd.DataFrame, head: str) -> pd.DataFrame:
    """Changes of one head over the plan: label → without, with, change, largest_year; the largest fall first.

    Living standards are averages of the years, all else sums; ``all`` together is left out.
    """
    own = table[(table["head"] == head) & (table["code"] != "")]
    how = "mean" if head == "living standard" else "sum"
    out = own.groupby("label", sort=False)[["without", "with", "change"]].agg(how)
    at = own.loc[own.groupby("label", sort=False)["change"].apply(lambda s: s.abs().idxmax())]
    out["largest_year"] = at.set_index("label")["year"]
    return out.sort_values("change", kind="stable")


def household_cost(answer: WhyNot) -> pd.DataFrame:
    """What households consume without the wish and with it, a year on average: all together first, then every group.

    Columns: code ("" for all together), label, without, with, change (money a year), share (1), unit; groups by share,
    the largest fall first. Empty where a plan states no household consumption.
    """
    years, labels = list(answer.without.provenance["years"]), answer.without.provenance.get("labels", {})
    a, b = (pd.DataFrame(o["indicator"].to_pandas())[years].mean(axis=1) for o in (answer.without, answer.with_it))
    households = answer.without.provenance.get("households") or []
    groups = [n for n in (f"{OF_GROUP}{h}" for h in households) if n in a.index and n in b.index]
    wanted = [n for n in (ALL_HOUSEHOLDS, *groups) if n in a.index]
    codes = [n.removeprefix(OF_GROUP) if n in groups else "" for n in wanted]
    table = pd.DataFrame({"code": codes, "label": [labels.get(c, c) if c else "all households" for c in codes],
                          "without": a[wanted].to_numpy(), "with": b[wanted].to_numpy()})  # fmt: skip
    table["change"] = table["with"] - table["without"]
    table["share"] = table["change"] / table["without"].where(table["without"] != 0)
    table["unit"] = f"{answer.without.provenance['money']} / year"
    return table.assign(one=table["code"] != "").sort_values(["one", "share"], kind="stable").drop(columns="one")


def cost_sentences(answer: WhyNot) -> list[str]:
    """Whether it can be done and what it costs: all households together, who gains and who loses, over the plan."""
    opening = f"It {'can' if answer.possible else 'cannot'} be done: {wish_in_words(answer)}."
    if answer.possible and answer.with_it is answer.without:
        return [f"{opening} The plan reaches it anyway; it costs nothing."]
    pay = unit_in_words(str(answer.without.provenance["money"]))
    table = household_cost(answer)
    whole, groups = table[table["code"] == ""], table[table["code"] != ""]
    consumed = whole.iloc[0] if len(whole) else None
    apart = f"{_together(answer, consumed, pay)} {_groups_apart(groups)}".strip() if consumed is not None else ""
    said = (f"{opening} {_worth(answer, consumed, pay)}", apart, _alone(answer), _price(answer, pay))
    return [sentence for sentence in said if sentence]


def _alone(answer: WhyNot) -> str:
    """Which years the two plans reckon with, where the wish keeps them from those that come after."""
    if not answer.alone:
        return ""
    last = answer.without.provenance["years"][-1]
    return (
        f"Both plans are made as if nothing came after {last}, since the plan with it cannot be carried on: the cost "
        "is that of the plan's own years."
    )


def cost_a_year(answer: WhyNot) -> float:
    """The share that it costs, of what all households consume a year on average; nan where either is not known.

    Units:  the plan's money, a year.
    """
    table = household_cost(answer)
    whole = table.loc[table["code"] == "", "without"]
    return answer.share * float(whole.iloc[0]) if len(whole) else float("nan")


def _worth(answer: WhyNot, consumed: pd.Series | None, pay: str) -> str:
    """What it costs, as a share of everybody's living standard and as money of all households a year."""
    what = "It costs" if answer.possible else "Coming as near as can be costs"
    if not np.isfinite(answer.share):
        return f"{what} {short_number(answer.cost, 4)} {pay} of living standard over the plan."
    each = cost_a_year(answer)
    if consumed is None or not each > 0 or share_words(answer.share) == "nothing":
        return f"{what} {share_words(answer.share)}."
    return f"{what} {share_words(answer.share)}: {short_number(each)} {pay} a year of what all households consume."


def _together(answer: WhyNot, row: pd.Series, pay: str) -> str:
    """What all households together consume less or more in the plan itself, in a sentence."""
    years = list(answer.without.provenance["years"])
    over = f"on average from {years[0]} to {years[-1]}" if len(years) > 1 else f"in {years[0]}"
    who = "In the plan itself" if answer.possible else "In the plan that comes nearest"
    change, share = float(row["change"]), float(row["share"])
    if not abs(share) >= UNSEEN:
        return f"{who} all households together consume as much as without it, {over}; the cost falls elsewhere."
    less = "less" if change < 0 else "more"
    return (
        f"{who} all households together consume {short_number(abs(change))} {pay} a year {less} than without it "
        f"({short_number(100 * abs(share), 2)} %), {over}."
    )


def _groups_apart(groups: pd.DataFrame) -> str:
    """How many groups lose and how many gain, and which most."""
    if len(groups) < 2:
        return ""
    losers, gainers = (groups[sign * groups["share"] >= UNSEEN] for sign in (-1, 1))
    parts = []
    for verb, most, own in (("lose", "most of all", losers), ("gain", "most of all", gainers.iloc[::-1])):
        if len(own):
            row = own.iloc[0]
            share = f"{short_number(100 * abs(float(row['share'])), 2)} %"
            amount = f"{len(own)} {verb}{'s' if len(own) == 1 else ''}"
            parts.append(f"{amount}, {most} {row['label']} ({share})")
    return f"Of {len(groups)} groups of households {'; '.join(parts)}." if parts else ""


def wish_in_words(answer: WhyNot) -> str:
    """The wish with names for codes and its unit."""
    return wish_words(answer.target, unit_of(answer), answer.without.provenance.get("labels", {}))


def unit_of(answer: WhyNot) -> str:
    """The unit of the wish's indicator; 1 of a ratio."""
    units = answer.without.table("indicators").drop_duplicates("indicator").set_index("indicator")["unit"]
    return str(units.get(answer.target.indicator, "1"))


def way_sentences(answer: WhyNot) -> list[str]:
    """How it comes about in words: what is reached, what stands in the way, what falls and what rises."""
    pay = unit_in_words(str(answer.without.provenance["money"]))
    table = changes(answer)
    lines = [
        *_reached(answer),
        _moved(table, "gross output", "Output falls", -1, pay),
        _moved(table, "gross output", "Output rises", 1, pay),
        _moved(table, "investment", "More is invested", 1, pay),
        _moved(table, "investment", "Less is invested", -1, pay),
        _moved(table, "imports", "Imports rise", 1, pay),
        _moved(table, "imports", "Imports fall", -1, pay),
    ]
    return [s for s in lines if s]


def _reached(answer: WhyNot) -> list[str]:
    t, path = answer.target, answer.path()
    span = t.span(tuple(answer.without.provenance["years"]))
    year, ratio = span[-1], unit_of(answer) == "1"
    here, there = (
        f"{short_number(float(path[side][year]) * (100 if ratio else 1), 4)}{' %' if ratio else ''}"
        for side in ("without", "with")
    )
    if answer.possible:
        return [f"Without the wish the plan reaches {here} in {year}."]
    words = [f"The wish clashes with {' · '.join(_others(answer)[:6])}."]
    plain = t.form in ("value", "of_base") and len(span) == 1
    end = "least" if t.sense == "<=" else "most"
    nearest = f"The {end} that can be reached is" if plain and not ratio else "The plan that comes nearest has"
    words.append(f"{nearest} {there} in {year}, against {here} without.")
    repairs = dict.fromkeys(str(r["sentence"]) for r in answer.repairs)
    own = f"target '{t.text()}'"
    return words + [f"Repair {n}: {s.replace(own, 'change the wish')}." for n, s in enumerate(repairs, 1)]


def _others(answer: WhyNot) -> list[str]:
    """What it clashes with besides itself."""
    return [str(c) for c in answer.clash if str(c) != answer.target.text()] or ["itself"]


def _price(answer: WhyNot, pay: str) -> str:
    gained, cost = answer.gained(), answer.cost
    if gained <= 1e-9:
        return ""
    words = (
        f"Over the plan the cost is {short_number(cost, 4)} {pay} of living standard, what the state gives and what is "
        "left at the end counted too"
    )
    if unit_of(answer) == "1":
        return f"{words}; {short_number(cost / gained / 100)} for a percentage point."
    each, scale, unit = priced_in(answer)
    last = f"; the last unit costs {short_number(answer.last_unit() * scale)}{each}" if answer.possible else ""
    return f"{words}; {short_number(cost / gained * scale)}{each} for each {unit}{last}."


def priced_in(answer: WhyNot) -> tuple[str, float, str]:
    """What a price of one unit is told in: a currency and its scale beside a counted unit; nothing beside money."""
    unit, money = unit_of(answer), str(answer.without.provenance["money"])
    if money in unit or unit == "1":
        return "", 1.0, "unit of the target"
    pay, scale = priced(money)
    return f" {pay}", scale, unit.partition(" / year")[0].partition(",")[0]


def _moved(table: pd.DataFrame, head: str, opening: str, sign: int, unit: str) -> str:
    """The largest falls (sign −1) or rises (+1) of a head, in a sentence."""
    own = summed(table, head)
    own = own[sign * own["change"] > 0]
    if own.empty:
        return ""
    rows = own.loc[(sign * own["change"]).sort_values(ascending=False).index[:TOP]]
    mark = "+" if sign > 0 else "−"
    parts = [
        f"{label} {mark}{short_number(abs(row['change']))} {unit} (most in {int(row['largest_year'])})"
        for label, row in rows.iterrows()
    ]
    more = f" and {len(own) - TOP} more" if len(own) > TOP else ""
    return f"{opening}, over the plan: {', '.join(parts)}{more}."


def as_outcome(answer: WhyNot) -> Outcome:
    """The answer as an outcome of the engine ``whynot``: tables and sentences.

    Tables: path (the indicator by year), household_cost, changes, guards (of both plans), and where the wish cannot be
    had clash and repairs.
    """
    kept = ("groundplan", "country", "country_name", "accounts_year", "carried_from", "years", "money",
            "employment_unit", "labels", "households", "policy", "policy_cards", "sources", "citations", "methods",
            "assumptions", "not_stated", "solver", "audit")  # fmt: skip
    about: dict[str, Any] = {k: answer.without.provenance[k] for k in kept if k in answer.without.provenance}
    tables = {
        "path": answer.path().rename_axis("year").reset_index(),
        "household_cost": household_cost(answer),
        "changes": changes(answer),
    }
    costs = cost_sentences(answer)
    there = {"without it": answer.without, ("with it" if answer.possible else "nearest to it"): answer.with_it}
    tables["guards"] = side_by_side({of: o.table("guards") for of, o in there.items() if "guards" in o.tables})
    if len(tables["guards"]):
        own = f"Target '{answer.target.text()}'"
        said = [str(s).replace(own, "The wish") for s in tables["guards"]["sentence"]]
        tables["guards"] = tables["guards"].assign(sentence=said)
    if answer.clash:
        tables["clash"] = pd.DataFrame({"what": list(answer.clash)})
        tables["repairs"] = repairs_table(answer.repairs)
    facts = {
        "engine": "whynot",
        "question": answer.target.text(),
        "possible": answer.possible,
        "cost": answer.cost,
        "cost_share": answer.share if np.isfinite(answer.share) else None,
        "cost_a_year": each if np.isfinite(each := cost_a_year(answer)) else None,
        "cost_unit": answer.without.provenance["objective_unit"],
        "wish": wish_in_words(answer),
        "wish_unit": unit_of(answer),
        "cost_sentences": costs,
        "sentences": [*costs, *way_sentences(answer)],
    }
    return Outcome({}, tables, {**about, **facts})
