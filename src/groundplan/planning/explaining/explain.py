"""What holds a plan back and at what price: in the names of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.records.money import money_in

if TYPE_CHECKING:
    from groundplan.planning.activities import Activities

OF = "{head} of {name}"
HEADS = {
    "quantity": "output of {name}",
    "output": "output of {name}",
    "built": "{name} finished",
    "begun": "{name} begun",
    "standing": "{name} that stand",
    "trained": "people trained: {name}",
    "self-sufficiency": "self-sufficiency in {name}",
    "import dependency": "import dependency in {name}",
    "spending on": "spending on {name}",
    "technique share": "share of {name} in its sector",
    "living standard": "living standard, {name}",
    "gap": "gap of living standards, {name}",
    "spending gap": "gap of spending, {name}",
}
# What a mark of a price says (``prices.price_ranges``).
MARKS = {
    "thin": "little of it is used, so this hangs on little",
    "slight": "under a tenth, so it may as well be nothing or twice as much",
    "thin and slight": "little of it is used and it is under a tenth, so it may as well be nothing",
    "dear": "above ten: the plan is tight here",
    "thin and dear": "above ten, and little of it is used: a thin limit sets this, not the country",
}


# What is no price but the rounding of one.
FAINT = 1e-6


def rents(outcome: Outcome) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What each limit's scarcity is worth by year, and its price: commodity × year, 0 where it is not scarce.

        rent[c,t] = consumption_price[c,t] · what there is of c in t   (of foreign exchange: what imports take)

    Units: money of living standard of the same year; money of living standard per unit.
    """
    price, stock = outcome.frame("consumption_price"), outcome.frame("stock")
    commodities = outcome.table("commodities").set_index("commodity")
    limits = commodities.index[commodities["kind"].isin(["capacity", "account"])].intersection(price.index)
    there = stock.reindex(index=limits, columns=price.columns)
    indicators = outcome.frame("indicator") if "indicator" in outcome.arrays else pd.DataFrame()
    paid = indicators.reindex(index=["import bill"], columns=price.columns).iloc[0]
    if "foreign exchange" in limits:
        there.loc["foreign exchange"] = paid.reindex(price.columns)
    # The account of a rule may stand below zero; what is owed there is no scarcity.
    return (price.loc[limits] * there.clip(lower=0.0)).fillna(0.0), price.loc[limits].fillna(0.0)


def scarcities(outcome: Outcome) -> pd.DataFrame:
    """What holds the plan back: foreign exchange, labour, plant, ranked by what their scarcity is worth over the plan.

    rent = Σ_t consumption_price[c,t] · what there is of c in t   (of foreign exchange: what imports take)

    Columns: commodity, label, rent (money of living standard), best_year, price (in that year, money of living
    standard per unit), average (over the plan's years), least (price in any year), unit.
    """
    commodities = outcome.table("commodities").set_index("commodity")
    rent, worth = rents(outcome)
    limits = rent.index
    best = worth.idxmax(axis=1)
    table = pd.DataFrame(
        {
            "label": commodities.loc[limits, "label"],
            "rent": rent.sum(axis=1),
            "best_year": best,
            "price": worth.max(axis=1),
            "average": worth.mean(axis=1),
            "least": worth.min(axis=1),
            "unit": commodities.loc[limits, "unit"],
        }
    )
    table = table.rename_axis("commodity").reset_index()
    if "limits" in outcome.tables:
        table = pd.concat([table, _own_limits(outcome.table("limits"), len(rent.columns))], ignore_index=True)
    table = table[table["price"] > FAINT]
    return table.sort_values("rent", ascending=False).reset_index(drop=True)


def _own_limits(limits: pd.DataFrame, years: int) -> pd.DataFrame:
    """Limits of a user's own as lines of ``scarcities``: rent = Σ worth · |bound|."""
    lines = []
    for (family, name), own in limits.groupby(["family", "name"], sort=False):
        best = own.iloc[int(own["worth"].to_numpy().argmax())]
        lines.append(
            {
                "commodity": f"{family}: {name}",
                "label": best["label"],
                "rent": float((own["worth"] * own["right"].abs()).sum()),
                "best_year": int(best["year"]),
                "price": float(best["worth"]),
                "average": float(own["worth"].sum()) / (years if best["year"] else 1),
                "least": float(own["worth"].min()) if len(own) == years or not best["year"] else 0.0,
                "unit": "",
            }
        )
    return pd.DataFrame(lines)


def explain(outcome: Outcome, top: int = 6) -> list[str]:
    """What holds the plan back, in sentences with prices."""
    money = str(outcome.provenance["money"])
    sentences = []
    ranges = outcome.tables.get("price_ranges", pd.DataFrame({"commodity": [], "mark": []}))
    marks = {c: MARKS.get(m, m) for c, m in zip(ranges["commodity"], ranges["mark"], strict=True) if m}
    for row in scarcities(outcome).head(top).to_dict("records"):
        unit, pay = unit_in_words(str(row["unit"]).removesuffix(" / year")), unit_in_words(money)
        what = f"One more {unit} of {row['label']}" if unit else f"Easing by one unit {row['label']}"
        least = row["least"] if row["least"] > FAINT else 0.0
        between = f", from {least:,.2g} to {row['price']:,.3g} by year" if row["best_year"] else ""
        marked = f" ({marks[row['commodity']]})" if marks.get(row["commodity"]) else ""
        sentences.append(
            f"{what} is worth {row['average']:,.3g} {pay} of living standard on average over the plan{between}{marked}."
        )
    if not sentences:
        sentences.append("Nothing that is made, earned or trained holds the plan back; its markets and floors do.")
    return sentences


def indicator_in_words(indicator: str, names: Mapping[str, str]) -> str:
    """An indicator with names for its codes.

    >>> indicator_in_words("gross output: cons", {"cons": "Construction"})
    'gross output of Construction'
    """
    head, mark, code = indicator.partition(": ")
    return HEADS.get(head, OF).format(head=head, name=names.get(code, code)) if mark else indicator


def names_in(a: Activities) -> dict[str, str]:
    """What products, skills and household groups are called in the rows of a plan, by code."""
    names: dict[str, str] = {}
    for commodity, label in a.commodities[["commodity", "label"]].to_numpy():
        head, _, code = str(commodity).partition(":")
        if label and head in ("home", "labour", "standard"):
            names.setdefault(code, str(label).removeprefix("living standard, "))
    return names


def unit_in_words(unit: str) -> str:
    """A unit as a sentence says it; the year of its prices is told once, above.

    >>> unit_in_words("KES2019bn"), unit_in_words("base-year wage units (KES2019bn)"), unit_in_words("persons")
    ('billion KES', 'billion KES of wages', 'person')
    """
    money = money_in(unit)
    if money is None:
        return {"persons": "person"}.get(unit, unit)
    words = money.counted
    if "wage" in unit:
        return f"{words} of wages"
    return f"{words} of value added" if "value added" in unit else words
