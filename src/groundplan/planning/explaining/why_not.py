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
from groundplan.planning.explaining.reached import is_ratio, target_duals
from groundplan.planning.explaining.valuations import short_number
from groundplan.records.money import priced

HEADS = ("living standard", "consumption", "gross output", "investment", "imports", "exports", "employment")
NOTABLE, TINY = 1e-4, 1e-6
TOP = 3


@dataclass(frozen=True, eq=False)
class WhyNot:
    """A wish, the plan without it, and the plan with it or, where that cannot be, the plan that comes nearest.

    Where the plan without it meets the wish, it is the plan with it too. ``share``: what it costs, as a share of
    everybody's living standard in every year (1); nan where the two are reckoned for other years.
    ``clash`` and ``repairs`` are those of ``PlanInfeasible``; empty where the wish can be had.
    """

    target: Target
    without: Outcome
    with_it: Outcome
    share: float = float("nan")
    clash: Sequence[str] = ()
    repairs: Sequence[Mapping[str, object]] = ()

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


def sentences(answer: WhyNot) -> list[str]:
    """The answer in words: what is reached, what it costs, what falls and what rises."""
    about = answer.without.provenance
    pay = unit_in_words(str(about["money"]))
    lines = [*_reached(answer), _price(answer, pay)]
    table = changes(answer)
    lines += [
        _moved(table, "living standard", "Living standards fall", -1, "", percent=True),
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
    year = t.span(tuple(answer.without.provenance["years"]))[-1]
    here, there = (short_number(float(path[side][year]), 4) for side in ("without", "with"))
    if answer.possible:
        return [f"It can be done: {t.text()}. Without it the plan reaches {here} in {year}."]
    words = [f"It cannot be done: {t.text()}. It clashes with {' · '.join(answer.clash[:6])}."]
    plain = t.form in ("value", "of_base") and len(t.span(tuple(answer.without.provenance["years"]))) == 1
    nearest = (
        "The most that can be reached"
        if plain and not is_ratio(answer.without, t.indicator)
        else "The plan that comes nearest has"
    )
    words.append(f"{nearest}{' is' if nearest.endswith('reached') else ''} {there} in {year}, against {here} without.")
    repairs = dict.fromkeys(str(r["sentence"]) for r in answer.repairs)
    return words + [f"Repair {n}: {s}." for n, s in enumerate(repairs, 1)]


def _price(answer: WhyNot, pay: str) -> str:
    gained, cost = answer.gained(), answer.cost
    if answer.with_it is answer.without:
        return "The plan reaches it anyway; it costs nothing."
    if gained <= 1e-9:
        return ""
    what = "It" if answer.possible else "Coming that near"
    whole = f"{cost:,.4g} {pay} of living standard over the plan"
    words = f"{what} costs {share_words(answer.share)}, {whole}" if answer.share >= 0 else f"{what} costs {whole}"
    if is_ratio(answer.without, answer.target.indicator):
        return f"{words}, {cost / gained / 100:,.3g} for a percentage point."
    each, scale, unit = priced_in(answer)
    last = f"; the last unit costs {short_number(answer.last_unit() * scale)}{each}" if answer.possible else ""
    return f"{words}, {short_number(cost / gained * scale)}{each} for each {unit}{last}."


def priced_in(answer: WhyNot) -> tuple[str, float, str]:
    """What a price of one unit is told in: a currency and its scale beside a counted unit; nothing beside money."""
    units = answer.without.table("indicators").drop_duplicates("indicator").set_index("indicator")["unit"]
    unit, money = str(units.get(answer.target.indicator, "1")), str(answer.without.provenance["money"])
    if money in unit or unit == "1":
        return "", 1.0, "unit of the target"
    pay, scale = priced(money)
    return f" {pay}", scale, unit.partition(" / year")[0].partition(",")[0]


def _moved(table: pd.DataFrame, head: str, opening: str, sign: int, unit: str, *, percent: bool = False) -> str:
    """The largest falls (sign −1) or rises (+1) of a head, in a sentence."""
    own = summed(table, head)
    own = own[sign * own["change"] > 0]
    if own.empty:
        return ""
    share = own["change"] / own["without"].where(own["without"] != 0)
    order = (sign * (share if percent else own["change"])).sort_values(ascending=False).index[:TOP]
    parts = []
    for label in order:
        row = own.loc[label]
        amount = f"{100 * share[label]:+.2g} %" if percent else f"{row['change']:+,.3g} {unit}"
        parts.append(f"{label} {amount.replace('-', '−')} (most in {int(row['largest_year'])})")
    more = f" and {len(own) - TOP} more" if len(own) > TOP else ""
    return f"{opening}, over the plan: {', '.join(parts)}{more}."


def as_outcome(answer: WhyNot) -> Outcome:
    """The answer as an outcome of the engine ``whynot``: tables and sentences.

    Tables: path (the indicator by year), changes, guards (of both plans), and where the wish cannot be had clash and
    repairs.
    """
    kept = ("groundplan", "country", "country_name", "accounts_year", "carried_from", "years", "money",
            "employment_unit", "labels", "households", "policy", "policy_cards", "sources", "citations", "methods",
            "assumptions", "not_stated", "solver", "audit")  # fmt: skip
    about: dict[str, Any] = {k: answer.without.provenance[k] for k in kept if k in answer.without.provenance}
    tables = {"path": answer.path().rename_axis("year").reset_index(), "changes": changes(answer)}
    there = {"without it": answer.without, ("with it" if answer.possible else "nearest to it"): answer.with_it}
    tables["guards"] = side_by_side({of: o.table("guards") for of, o in there.items() if "guards" in o.tables})
    if answer.clash:
        tables["clash"] = pd.DataFrame({"what": list(answer.clash)})
        tables["repairs"] = pd.DataFrame([dict(r) for r in answer.repairs])
    facts = {
        "engine": "whynot",
        "question": answer.target.text(),
        "possible": answer.possible,
        "cost": answer.cost,
        "cost_share": answer.share if np.isfinite(answer.share) else None,
        "cost_unit": answer.without.provenance["objective_unit"],
        "sentences": sentences(answer),
    }
    return Outcome({}, tables, {**about, **facts})
