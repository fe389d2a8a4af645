"""A programme of places in sentences: who comes first, by which rules, at what cost, and how sure that is."""

from __future__ import annotations

from groundplan.outcome import Outcome
from groundplan.results.framed import table_of
from groundplan.results.place_pages import place_views as v
from groundplan.results.place_pages import place_words as w
from groundplan.results.words import decimals, in_a_row, money_words, number, unit_words

SPAN = 3


def title(o: Outcome) -> str:
    """Country, places and years in one line."""
    money = str(o.provenance.get("money", ""))
    return f"{w.programme_line(o)}{f', in {money_words(money)}' if money else ''}"


def headline(o: Outcome) -> str:
    """The programme in one sentence."""
    chosen, table = table_of(o, "chosen"), table_of(o, "facilities").set_index("facility")
    codes = table_of(o, "built")["facility"]
    jobs = number(float(sum(table.loc[c, "workers"] for c in codes)))
    span = v.years(o)
    said = (
        f"{'Stopped early, best found so far: ' if o.provenance.get('status') == 'stopped' else ''}"
        f"{len(chosen)} of {len(table_of(o, 'places'))} places get {len(codes)} works with {jobs} jobs from "
        f"{w.when(span[0])} to {w.when(span[-1])}"
    )
    return f"{said}; {_gini(o)}{_verdict(o)}."


def _gini(o: Outcome) -> str:
    f = o.provenance.get("fairness", {})
    if not f:
        return "how evenly people share is not known"
    places = v.decimals_apart(f["worst_before"], f["worst_after"])
    least, most = (number(f[k], places) for k in ("worst_before", "worst_after"))
    unit = "" if f["unit"] == "1" else f" {unit_words(f['unit'])}"
    return (
        f"the Gini between places goes from {f['gini_before']:.4f} to {f['gini_after']:.4f}, the least that a place "
        f"has ({str(f['measure'])[:1].lower()}{str(f['measure'])[1:]}) from {least} to {most}{unit}"
    )


def _verdict(o: Outcome) -> str:
    """How the published order stands to need, against lots."""
    table = table_of(o, "compared")
    if not len(table):
        return ""
    own = table[(table["order"] == "published") & (table["score"] == "need")].iloc[-1]
    if own["mean"] < own["low"]:
        verdict = "comes nearer to need than 97 of 100 lots would"
    elif own["mean"] > own["high"]:
        verdict = "is farther from need than 97 of 100 lots would be"
    else:
        verdict = "cannot be told from a lot by need"
    pace = int(table_of(o, "chosen")["year"].value_counts().max())
    feasible = f"{pace} places a year are feasible as far as raw materials and rules go, on estimates"
    return f"; {feasible}; the published order up to {int(own['year'])} {verdict}"


def rules(o: Outcome) -> list[str]:
    """The rules as they are read aloud."""
    return [str(r) for r in table_of(o, "rules").get("rule", [])]


def who(o: Outcome) -> list[str]:
    """The names of every year, neediest first, and of those that are not chosen."""
    table, names = v.by_place(o).sort_values("need_rank", kind="stable"), v.place_names(o)
    said = [
        f"{w.when(y)}: {', '.join(names[p] for p in table.loc[(table['year'] == y).fillna(False), 'place'])}"
        for y in v.years(o)
    ]
    rest = [names[p] for p in table.loc[table["year"].isna(), "place"]]
    return [*said, f"not in these years: {', '.join(rest)}"] if rest else said


def sure(o: Outcome) -> list[str]:
    """How good the choice is proven to be, and how far the order holds."""
    said = w.audit_lines(o)
    table = table_of(o, "intervals")
    if len(table):
        firm, stay = (int((table[k] >= 0.9).sum()) for k in ("same", "in_programme"))
        said.append(
            f"When every weight may be a quarter larger or smaller, {firm} of {len(table)} places keep their year of "
            f"the order in at least 90 of 100 draws, and {stay} stay in the programme."
        )
    draw = o.provenance.get("draw")
    if draw:
        said.append(f"Equally good choices were decided by the public draw under the mark {draw['mark']}.")
    else:
        said.append("No public draw was given: equally good choices were decided by the order of the places' ids.")
    return [*said, *map(str, o.provenance.get("left_out", []))]


def estimated(o: Outcome) -> list[str]:
    """What rests on no publisher's figure, in sentences."""
    columns, types = table_of(o, "columns"), table_of(o, "types")
    used = set(table_of(o, "scores")["criterion"]) | {
        str(m).partition(" ")[0] for m in table_of(o, "flows").get("material", [])
    }
    rows = columns[columns["column"].isin(sorted(used)) & (columns["basis"] != "given")]
    said = [f"{r['meaning']}: {r['basis']}, {r['rule'] or r['source']}." for r in rows.to_dict("records")]
    filled = table_of(o, "scores")
    gaps = int(filled["filled"].sum())
    said += [f"{gaps} figures of the scores were missing and stand at the median of their province."] if gaps else []
    assumed = int((types["basis"] != "given").sum())
    said.append(f"{assumed} of {len(types)} figures of the works are assumed or estimated; the report lists them.")
    weights = o.provenance.get("weights", {})
    said += [f"Weights of {name}: {rule['source']}." for name, rule in weights.items()]
    about = o.provenance.get("fairness", {})
    if about and about["basis"] != "given":
        said.append(f"What people have is measured by: {about['measure']} ({about['basis']}).")
    return [*said, *map(str, o.provenance.get("missing", [])), *map(str, o.provenance.get("cautions", []))]


def first(o: Outcome) -> str:
    """Who comes first, in one sentence."""
    table, names = v.by_place(o).sort_values("need_rank", kind="stable"), v.place_names(o)
    chosen = table[table["year"].notna()]
    if not len(chosen):
        return "No place is chosen in these years."
    start = int(chosen["year"].min())
    now = chosen[chosen["year"] == start]
    needy = int((now["need_rank"] <= len(now)).sum())
    called = in_a_row([names[p] for p in now["place"]])
    said = f"First, in {w.when(start)}, {'comes' if len(now) == 1 else 'come'} {called}"
    said += f"; {needy} of the {len(now)} are among the {len(now)} neediest"
    rest = [names[p] for p in table.loc[table["year"].isna(), "place"]]
    if rest:
        some = in_a_row(rest) if len(rest) <= SPAN else f"{', '.join(rest[:SPAN])} and {len(rest) - SPAN} more"
        said += f"; {some} {'comes' if len(rest) == 1 else 'come'} in none of these years"
    return f"{said}."


def costs(o: Outcome) -> str:
    """What the programme costs, and which rule costs most, in one sentence."""
    said = []
    money, claims = str(o.provenance.get("money", "")), table_of(o, "claims")
    spent = list(claims.loc[claims["commodity"] == "money", "amount"]) if money and len(claims) else []
    if spent:
        most, all_of_it = float(max(spent)), float(sum(spent))
        unit, places = unit_words(money), decimals([all_of_it])
        said.append(
            f"building costs {number(all_of_it, places)} {unit} in all, at most {number(most, places)} in one year"
        )
    rules_ = table_of(o, "rule_costs")
    rules_ = rules_[rules_["cost"] > 0] if len(rules_) else rules_
    if len(rules_):
        dearest = rules_.sort_values("cost", ascending=False, kind="stable").to_dict("records")[0]
        said.append(
            f"the rule on {dearest['rule']} costs most: without it the choice would gain "
            f"{100 * float(dearest['share']):.1f} per cent more points"
        )
    words = "; ".join(said)
    return f"{words[0].upper()}{words[1:]}." if words else ""


def steadiness(o: Outcome) -> str:
    """How sure the choice is, in one sentence."""
    proven = w.proof(o)
    table = table_of(o, "intervals")
    kept = ""
    if len(table):
        firm = int((table["same"] >= 0.9).sum())
        kept = f"; {firm} of {len(table)} places keep their year when weights move by up to a quarter"
    types = table_of(o, "types")
    guessed = int((types["basis"] != "given").sum()) if len(types) else 0
    rests = f"; {guessed} of {len(types)} figures of the works are assumed or estimated" if guessed else ""
    return f"How sure: {proven}, and none of its rules is broken{kept}{rests}."
