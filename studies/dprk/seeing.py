"""See: what the country depends on, through whom, how many-sided it is, and its raw-material base."""

from __future__ import annotations

import pandas as pd
from case import Case, between, grid, span, written
from known_figures import fact, published

from groundplan import Economy, raw_material_base, see
from groundplan.measures.diversity import many_sidedness

RAW = ["A01", "A02", "A03", "B"]
SHOWN, DRAWS, CARRYING = 8, 12, 4
HEADS = {
    "imports needed": "imports that household use needs, bn KRW",
    "imports in total supply": "imports in supply, %",
    "self-sufficiency": "made at home, %",
}


def partner_shares() -> list[tuple[int, float]]:
    """China's share of trade by year, in per cent, as KOTRA mirrors it."""
    rows = {p.year: p.value for p in published() if p.indicator.lower().replace("_", " ").startswith("china share")}
    return sorted(rows.items())


def home_share(e: Economy) -> float:
    """Of the raw materials inside manufactures, through all home suppliers, what comes from home, in per cent."""
    base = raw_material_base(e, RAW)[["total_home", "total_imported"]]
    made = base[base.index.str.startswith("C")]
    return float(100 * made["total_home"].sum() / made.to_numpy().sum())


def needed_rows(figures: pd.DataFrame) -> list[tuple[str, ...]]:
    """Products that most may be needed of, with the ranges of three figures each."""
    needed = figures[figures["table"].str.startswith("Imports needed")]
    of = {c: needed[needed["column"] == c].set_index("row") for c in HEADS}
    first = of["imports needed"].dropna().sort_values("high", ascending=False).head(SHOWN).index
    return [(n, *(between(of[c].loc[n]) if n in of[c].index else "" for c in HEADS)) for n in first]


def tell(case: Case) -> str:
    """The section."""
    figures = case.page("see", see(case.accounts, ranges=DRAWS)).table("ranged_figures")
    lost = figures[figures["column"] == "value added lost without it"].sort_values("low", ascending=False)
    carries = [f"{r['row']} {between(r)} per cent" for r in lost.head(CARRYING).to_dict("records")]
    drawn = list(case.drawn(DRAWS))
    sums, china = case.sums(), partner_shares()
    sold, wigs = (fact(k, 2023, "KOTRA (mirror") for k in ("exports", "exports.feathers_wigs_HS67"))
    return written(
        "seeing", household=sums["import content of household use"], exports=sums["import content of exports"],
        imports=sums["imports over GDP"], table=grid(("product", *HEADS.values()), needed_rows(figures)), draws=DRAWS,
        china=", ".join(f"{share:.1f} per cent in {year}" for year, share in china),
        concentration=f"{min(share for _, share in china) ** 2 / 1e4:.2f}", branches=len(drawn[0].sectors),
        varied=span([float(many_sidedness(e)["effective"]["output"]) for e in drawn]), wigs=f"{100 * wigs / sold:.0f}",
        minerals=f"{fact('export_share.mineral_products', 2022):.0f}", carries="; ".join(carries),
        raw=span([home_share(e) for e in drawn], 1), coal=fact("coal", 2023), ore=fact("iron ore", 2023),
        wood=fact("roundwood", 2023), cement=fact("cement", 2023),
    )  # fmt: skip
