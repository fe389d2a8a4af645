"""An overview in sentences: what an economy depends on most, through whom, how that could be cut, how sure it is."""

from __future__ import annotations

from groundplan.measures.overview.listed import MEASURES
from groundplan.outcome import Outcome
from groundplan.results.economy_pages import see_views as v
from groundplan.results.framed import table_of
from groundplan.results.origins import accounts_words, capital_line
from groundplan.results.outcome_facts import labels, money
from groundplan.results.words import ARROW, money_words, number, unit_words

# How a sentence calls the entries of a ranking, where the name of its table does not say it.
RANKINGS = {"products": "imports needed", "cut_off": "imports hung on", "paths": "chains"}
SPENDERS = ("household", "nonprofit", "government")
# From this share of use on, a product counts as made at home for the most part.
NEAR = 0.8


def title(o: Outcome) -> str:
    """Country, accounts and money in one line."""
    about = o.provenance
    name = about.get("country_name") or about.get("country") or "An economy"
    return f"{name}: accounts of {accounts_words(o)}, in {money_words(money(o))}"


def headline(o: Outcome) -> str:
    """The overview in one sentence."""
    content = o.provenance.get("content", {})
    spent = float(content.get("spending", 0.0))
    table = table_of(o, "products")
    if spent <= 0 or not len(table):
        return f"Nothing is known of the imports that {v.use_name(o)} need."
    direct, total = 100 * content["direct"] / spent, 100 * content["total"] / spent
    first = table.iloc[0]
    name = labels(o).get(str(first["product"]), str(first["product"]))
    use = str(o.provenance.get("view", {}).get("use", ""))
    whole = f"that {v.use_name(o)} spend" if use in SPENDERS else f"of {v.use_name(o)}"
    first_hand = "re-exported" if use == "exports" else "bought directly"
    return (
        f"Of every 100 {whole} at basic prices, {total:.1f} are imports: {direct:.1f} {first_hand} "
        f"and {total - direct:.1f} through home suppliers; {name} weighs most, "
        f"{100 * float(first['content_share']):.0f} per cent of them."
    )


def sure(o: Outcome) -> list[str]:
    """How far the rankings hold, in sentences."""
    asked, panel = o.provenance.get("view", {}), o.provenance.get("panel", [])
    said = []
    if asked.get("draws"):
        # Single products and sectors first, then chains of them.
        ranked = [m.name for m in sorted(MEASURES, key=lambda m: m.of == "chain") if m.ranked]
        steady = {RANKINGS.get(name, name): v.steady(o, name) for name in ranked}
        stayed = ", ".join(f"{words} {n} of {m}" for words, (n, m) in steady.items() if m)
        said.append(
            f"The table was drawn again {asked['draws']} times within its uncertainty (an estimate: from 50 % for "
            f"the smallest cells to 3 % for the largest; seed {asked.get('seed', 0)}). Of the first "
            f"{asked.get('top', 10)}, these stayed there in at least 95 % of the draws: {stayed}."
        )
    if len(panel) > 1:
        said.append(f"The share of years is of {len(panel)} years at hand: {', '.join(map(str, panel))}.")
    said.append(
        f"Stocks of {asked.get('stock_days', 0):g} days are assumed for every input; shares of imports are those of "
        "the accounts, split by proportion where the source has no split."
    )
    return [*said, *map(str, o.provenance.get("left_out", []))]


def through(o: Outcome) -> str:
    """Through which home makers imports come, and whose sellers they are, in one sentence."""
    paths, partners = table_of(o, "paths"), table_of(o, "partner_totals")
    chains = paths[paths["length"] > 0] if len(paths) else paths
    said = []
    if len(chains):
        first = chains.iloc[0]
        stops = ARROW.join(labels(o).get(c, c) for c in str(first["path"]).split(" > "))
        flow = f"{number(first['value'], 1)} {unit_words(v.flow(o))}"
        said.append(f"of what comes through home makers the largest chain is imported {stops} ({flow})")
    if len(partners):
        first = partners.sort_values("imports", ascending=False, kind="stable").iloc[0]
        name = labels(o).get(str(first["partner"]), str(first["partner"]))
        said.append(f"{name} sells most of what is imported, {100 * float(first['share']):.0f} per cent")
    sectors = table_of(o, "sectors")
    if len(sectors):
        name = labels(o).get(str(sectors["sector"].iloc[0]), str(sectors["sector"].iloc[0]))
        lost = 100 * float(sectors["extraction"].iloc[0])
        said.append(f"{name} carries most at home: without it {lost:.0f} per cent of value added would be lost")
    return _sentence("; ".join(said))


def cut(o: Outcome) -> str:
    """How the dependence could be cut, in one sentence: which imports home makers are nearest to, and what hangs."""
    table = table_of(o, "products").head(int(o.provenance.get("view", {}).get("top", 10)))
    if not len(table):
        return ""
    here = table[table["self_sufficiency"].notna()]
    near = here[here["self_sufficiency"] >= NEAR]
    said = []
    if len(near):
        first = near.sort_values("content_share", ascending=False, kind="stable").iloc[0]
        at_home = min(100 * float(first["self_sufficiency"]), 100.0)
        said.append(
            f"the dependence could be cut soonest in {_product(o, first)}: {100 * float(first['content_share']):.0f} "
            f"per cent of these imports, and home makers make {at_home:.0f} per cent of what the country uses"
        )
    hard = here[here["self_sufficiency"] < NEAR]
    if len(hard):
        first = hard.sort_values("content_share", ascending=False, kind="stable").iloc[0]
        said.append(
            f"it is hardest to cut in {_product(o, first)}: {100 * float(first['content_share']):.0f} per cent of "
            f"them, and {100 * float(first['self_sufficiency']):.0f} per cent made at home"
        )
    return _sentence("; ".join(said))


def steadiness(o: Outcome) -> str:
    """How sure the ranking of imports is, in one sentence; nothing where draws of the accounts say it."""
    draws = o.provenance.get("view", {}).get("draws")
    stayed, of = v.steady(o, "products")
    if not draws or not of:
        if o.provenance.get("drawn_accounts"):
            return ""
        return "How sure: the table was not drawn again, so how far the ranking holds is not known."
    return (
        f"How sure: in at least 95 per cent of {draws} draws of the table within its uncertainty, {stayed} of the "
        f"first {of} imports stay among them."
    )


def capital(o: Outcome) -> list[str]:
    """What base-year investment did to capital, where it is known."""
    return [capital_line(o)] if capital_line(o) else []


def _product(o: Outcome, row: object) -> str:
    code = str(row["product"])  # type: ignore[index]
    return labels(o).get(code, code)


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}." if words else ""
