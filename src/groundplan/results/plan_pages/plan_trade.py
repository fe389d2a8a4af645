"""The report's words on trade: what to replace first, and whom the plan buys from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.outcome_facts import money
from groundplan.results.page import items, paragraph, table
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT, number, unit_words

TOP = 12
NAMED = 3
LIMITS = {
    "cost": "making it costs more than it saves",
    "users": "the permitted pace of replacement, not cost",
    "labour": "labour",
    "plant": "plant",
    "suppliers": "home suppliers",
}


def ranking_table(o: Outcome, top: int = TOP) -> pd.DataFrame:
    """The products to replace first, by domestic resource cost; empty where the outcome has no ranking."""
    whole = table_of(o, "replacement_ranking")
    if whole.empty:
        return blank("product")
    ranking = whole.head(top)
    flow = f"{money(o)} / year"
    return framed(
        pd.Index(ranking["label"], name="product"),
        [
            ("domestic resource cost, direct", "", ranking["drc"]),
            ("domestic resource cost, total", "", ranking["drc_total"]),
            ("its cheapest year", "", ranking["least"]),
            ("its dearest year", "", ranking["most"]),
            ("imports no dearer to replace", PERCENT, 100 * ranking["below"]),
            ("years in which the permitted pace decides", PERCENT, 100 * ranking["pace"]),
            ("imports, average of the plan", flow, ranking["imports"]),
            ("final use that a tenth less would take", flow, ranking["crisis"]),
            ("rank in a crisis", f"of {len(whole)}", ranking["rank_crisis"].astype(int)),
            ("what limits it", "", ranking["limit"].map(LIMITS)),
        ],
    )


def partner_year_table(o: Outcome, top: int = TOP) -> pd.DataFrame:
    """Concentration of the largest split products in the accounts and at the end of the plan."""
    sold = table_of(o, "partners")
    if sold.empty:
        return blank("product")
    first, last = int(sold["year"].min()), int(sold["year"].max())
    paid = sold.groupby("product")["money"].sum().sort_values(ascending=False, kind="stable")
    chosen = list(paid.index[:top])
    largest = sold.sort_values("share", ascending=False, kind="stable").drop_duplicates(["year", "product"])
    by_year = {year: largest[largest["year"] == year].set_index("product").loc[chosen] for year in (first, last)}
    columns = [
        column
        for year, rows in by_year.items()
        for column in (
            (f"largest partner {year}", "", rows["partner_label"]),
            (f"its share {year}", PERCENT, 100 * rows["share"]),
            (f"Herfindahl index {year}", "", rows["hhi"]),
        )
    ]
    return framed(pd.Index(by_year[first]["label"], name="imported product"), columns)


def replacing(o: Outcome) -> Parts:
    """Section: what to replace first, by what it costs at home and by what it frees in a crisis."""
    ranking = table_of(o, "replacement_ranking")
    if ranking.empty:
        return ()
    opening = (
        "The domestic resource cost of a product is what labour, plant and home inputs for it are worth, per unit of "
        "foreign exchange that making it at home saves, over what foreign exchange is worth in this plan. Below 1 the "
        "product is cheaper made than bought. It is an average over the plan; the table is a cost curve, with the "
        "cheapest and the dearest year beside each figure."
    )
    crisis = (
        "In a crisis another order counts: how much final use must go if a tenth of a product's imports stays away, "
        "with the technique of the accounts and no time to replace anything. Inputs are in strict proportion there, so "
        "a small import that much else contains a trace of can come first."
    )
    return paragraph(opening) + items(_sentences(ranking, unit_words(money(o)))) + paragraph(crisis) + table(
        ranking_table(o), "What to replace first"
    )  # fmt: skip


def _sentences(ranking: pd.DataFrame, unit: str) -> list[str]:
    cheap = ranking[ranking["drc_total"] < 1.0]
    dear = ranking[ranking["drc_total"] >= 1.0]
    lines = []
    if len(cheap):
        first = ", ".join(f"{r.label} ({r.drc_total:.2f})" for r in cheap.head(NAMED).itertuples())
        lines.append(f"Cheaper made than bought: {len(cheap)} of {len(ranking)} imported products; first {first}.")
        allowed = cheap[cheap["limit"] == "users"]
        if len(allowed):
            share = 100 * allowed["pace"].mean()
            lines.append(
                f"Cost does not decide for {len(allowed)} of these: the permitted pace of replacement "
                f"(import_replacement, import_floor) binds in {share:.0f} % of their years, and is an assumption. For "
                "them the order says where a wider permission would gain most."
            )
    between = ranking[(ranking["least"] < 1.0) & (ranking["most"] > 1.0)]
    if len(between):
        lines.append(
            f"For {len(between)} of {len(ranking)} the verdict hangs on the year: some years lie below 1, some above."
        )
    if len(dear):
        last = ", ".join(str(r.label) for r in dear[::-1].head(NAMED).itertuples())
        lines.append(f"Dearer made than bought: {len(dear)}, most of all {last}.")
    worst = ranking.sort_values("crisis", ascending=False, kind="stable").head(NAMED)
    most = ", ".join(f"{r['label']} ({_amount(r['crisis'])})" for r in worst.to_dict("records"))
    lines.append(f"Most hangs on {most}, in {unit} a year of final use for a tenth of the imports.")
    both = ranking[(ranking["drc_total"] < 1.0) & (ranking["rank_crisis"] <= max(NAMED, len(ranking) // 4))]
    if len(both):
        lines.append(f"Cheap to make and much missed in a crisis: {', '.join(both['label'].head(NAMED + 2))}.")
    return lines


def _amount(value: float) -> str:
    return number(value, 0 if abs(value) >= 100 else 1)


def partners(o: Outcome) -> Parts:
    """Section: whom the plan buys from, and how far it hangs on one partner."""
    sold = table_of(o, "partners")
    if sold.empty:
        return ()
    first, last = int(sold["year"].min()), int(sold["year"].max())
    weight = sold.groupby(["year", "product"])["money"].transform("sum")
    rows = sold.assign(weighted=sold["hhi"] * weight).drop_duplicates(["year", "product"])
    paid = sold.groupby("year")["money"].sum()
    mean = rows.groupby("year")["weighted"].sum() / paid
    lines = [
        f"Averaged over products by their bill, the Herfindahl index of partners goes from {mean[first]:.2f} in "
        f"{first} to {mean[last]:.2f} in {last}; 1 would be a single partner for everything.",
        *_moved(sold, first, last),
    ]
    caution = "Partners of equal price are near equals: which of two the plan prefers may change with a detail."
    return items(lines) + paragraph(caution) + table(partner_year_table(o), "Whom the largest imports come from")


def _moved(sold: pd.DataFrame, first: int, last: int) -> list[str]:
    """Whose share in the bill changes most, up and down."""
    bill = sold.groupby(["year", "partner_label"])["money"].sum()
    share = {year: 100 * bill[year] / bill[year].sum() for year in (first, last)}
    change = (share[last] - share[first]).dropna()
    if not len(change) or np.abs(change).max() < 0.05:
        return []
    ends = [
        f"{name} from {float(share[first][name]):.1f} to {float(share[last][name]):.1f} %"
        for name in (str(change.idxmax()), str(change.idxmin()))
    ]
    return [f"Shares in the bill change most for {ends[0]}, and {ends[1]}."]
