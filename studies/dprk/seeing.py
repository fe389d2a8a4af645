"""See: what the country depends on, through whom, how many-sided it is, and its raw-material base."""

from __future__ import annotations

from case import Case, grid, paragraphs, span
from known_figures import published

from groundplan import raw_material_base, see

RAW = ["A01", "A02", "A03", "B"]
SHOWN, DRAWS = 8, 12


def partner_shares() -> list[tuple[int, float]]:
    """China's share of trade by year, in per cent, as KOTRA mirrors it."""
    rows = {p.year: p.value for p in published() if p.indicator.lower().replace("_", " ").startswith("china share")}
    return sorted(rows.items())


def raw_base(case: Case) -> list[tuple[str, str, str]]:
    """Of the raw materials that makers of things use, what comes from home, by range of the draws, in per cent."""
    spread = []
    for e in case.drawn(12):
        base = raw_material_base(e, RAW)[["total_home", "total_imported"]]
        made = base[base.index.str.startswith("C")]
        spread.append(100 * made["total_home"].sum() / made.to_numpy().sum())
    return [("raw materials inside manufactures that come from home", span(spread, 1), "per cent")]


def tell(case: Case) -> str:
    """The section."""
    o = case.page("see", see(case.accounts, ranges=DRAWS))
    f = o.table("ranged_figures")
    needed = f[f["table"].str.startswith("Imports needed")]
    whole = {c: needed[needed["column"] == c].set_index("row") for c in needed["column"].unique()}
    first = whole["imports needed"].sort_values("high", ascending=False).head(SHOWN).index
    columns = ("imports needed", "imports in total supply", "self-sufficiency")
    rows = [
        (name, *(case.between(whole[c].loc[name]) if name in whole[c].index else "" for c in columns)) for name in first
    ]
    sums = case.sums()
    china = partner_shares()
    lost = f[f["column"] == "value added lost without it"].sort_values("low", ascending=False)
    carries = "; ".join(f"{r.row} {case.between(r._asdict())} per cent" for r in list(lost.itertuples())[:4])
    return paragraphs(
        f"Of every 100 that households spend, {sums['import content of household use']} are imports, bought directly "
        f"or inside home products; of exports {sums['import content of exports']}; imports are "
        f"{sums['imports over GDP']} per cent of GDP. The country is among the most closed there are, and a small "
        "import can still be one that nothing replaces: what counts is not its value but who stands still "
        "without it.",
        grid(("product", "imports that household use needs, bn KRW", "imports in supply, %", "made at home, %"), rows),
        f"Ranges hold nine of ten of {DRAWS} draws of the accounts. They are wide because no table of the country "
        "exists: which "
        "product weighs most is not a finding, that chemicals, fuels, food, machines and vehicles all stand "
        "among the "
        "first is. Fuels look more home-made here than they can be: crude oil is all imported, and the donors "
        "burn oil where this country burns coal.",
        "**Through whom.** China's share of trade in goods: "
        + ", ".join(f"{share:.1f} per cent in {year}" for year, share in china)
        + ". The measure of concentration (the sum of squared shares, 1 for a single partner) is at least "
        f"{min(s for _, s in china) ** 2 / 1e4:.2f}. Replacing one product abroad by one at home leaves that as "
        "it is: the "
        "question is the partner.",
        "**How many-sided.** Every branch of the list exists at home. What leaves the country is narrow: wigs and "
        f"feathers were {100 * 167.66 / 325.17:.0f} per cent of exports in 2023 (KOTRA), coal and ores under "
        "sanctions "
        "41 per cent in 2022. An index of complexity needs exports by product of many countries side by side and is "
        "not computed from two chapters.",
        f"**What carries the rest.** If a branch were taken out and its customers bought abroad, value added would "
        f"fall most without: {carries}.",
        "**Raw-material base.** Counted through all home suppliers:",
        grid(("what", "nine of ten draws", "unit"), raw_base(case)),
        "Published outputs show coal (17.1 Mt in 2023), iron ore (2.73 Mt), roundwood (7.91 million m3) and "
        "cement (7.06 "
        "Mt) at home; crude oil is imported (KOTRA). A high share says little where one small raw material that is "
        "lacking stops much. The accounts cannot tell ores from one another: mining is one sector.",
        "**What cannot be known here.** Trade that no partner reports; services bought and sold abroad; barter; "
        "what is "
        "stored; which mines are worked; who in the country gets the imports. Mirror trade counts what China's and "
        "other customs write down, and a crude-oil pipeline that they do not is KOTRA's guess.",
    )
