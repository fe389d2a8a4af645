"""Place: twenty counties a year against need and readiness, raw material, power, hands and the national plan."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import known_figures as figures
import numpy as np
import pandas as pd
from case import Case, grid, paragraphs

from groundplan import (
    Economy,
    Outcome,
    Places,
    Policy,
    general_facilities,
    open_places,
    place,
    price_ratios,
    priced,
    score,
    selections,
    shipped_weights,
)
from groundplan.places.known.columns import SourcedFigure
from groundplan.places.works.facilities import Facilities, Facility
from groundplan.places.works.facility_files import open_facilities
from groundplan.planning.features.works import carried_out
from groundplan.records.money import money_of
from groundplan.verbs.place import with_programme

LOCAL = ("food_factory", "clothing_factory", "household_goods_factory")
BY_RULE = ("greenhouse", "chicken_farm", "hospital")
GRAIN = "grain_output"
PROGRAMME_YEARS = 10
LISTS = 5_000  # random lists that the chosen one is held against
SEED = 25
RARE = 0.05
ALL = "with greenhouses, chicken farms and hospitals"
NOT_YET = 9999  # the year of a place that was not named yet


class Against(NamedTuple):
    """A list of places against a measure, beside random lists of the same length.

    among: how many of them are among as many places that are highest; expected, low, high: of random lists (95 of 100)
    rank: Spearman's correlation of the year of naming with the measure's rank, early and high being 1; rank_low and
    rank_high: of random lists; chance: share of random lists with at least as many among the highest.
    """

    measure: str
    among: int
    expected: float
    low: float
    high: float
    chance: float
    rank: float
    rank_low: float
    rank_high: float


def workshops(e: Economy) -> Facilities:
    """The shipped types of works with a hospital beside them, priced in the money of the accounts."""
    hospital = open_facilities(figures.DATA / "works.toml")
    general = general_facilities()
    types = replace(general, types={**general.types, **hospital.types}, sources=(*general.sources, *hospital.sources))
    own = money_of(e.money)
    mean, hands = figures.trained_pay(e) * own.units / 1e3, figures.workers()
    wages = {}
    for skill in figures.SKILLS:
        a = figures.assumed("pay", skill)
        ends = (mean * a.low * hands.value / hands.high, mean * a.high * hands.value / hands.low)
        unit, why = f"{own.base} / person / year", "labour's income of the accounts over those at work"
        wages[skill] = SourcedFigure(mean * a.value, unit, "assumed", why, *ends)
    return priced(types, price_ratios(e), e.money, wages)


def named_places() -> dict[str, int]:
    """Places with a row in the census that pages name for factories, and the first year of each."""
    first: dict[str, int] = {}
    for s in selections("PRK"):
        if s.place and s.confirmed and s.factories:
            first.setdefault(s.place, s.year)
    return first


def against(named: Mapping[str, int], measure: str, values: pd.Series, lists: int = LISTS) -> Against:
    """What a list of named places has to do with a measure. ``values`` by place, higher for more; seeded."""
    ids = list(values.index)
    year = np.array([named.get(i, NOT_YET) for i in ids])
    rank = values.rank(ascending=False).to_numpy()
    late = pd.Series(year).rank().to_numpy()
    highest = rank <= np.sort(rank)[len(named) - 1]
    chosen = year < NOT_YET
    random = np.random.default_rng(SEED)
    orders = np.argsort(random.random((lists, len(ids))), axis=1)
    among = (chosen[orders] & highest).sum(axis=1)
    steady = (rank - rank.mean()) / rank.std()
    ranks = ((late - late.mean()) / late.std())[orders] @ steady / len(ids)
    here = int((chosen & highest).sum())
    return Against(
        measure, here, float(among.mean()), *np.quantile(among, [0.025, 0.975]), float((among >= here).mean()),
        float(np.corrcoef(late, rank)[0, 1]), *np.quantile(ranks, [0.025, 0.975]),
    )  # fmt: skip


def measures(p: Places) -> dict[str, pd.Series]:
    """What the list is held against: the shipped scores, and single columns of need."""
    shipped = shipped_weights("PRK")
    return {
        "need (three distances and shares, alike)": score(p, shipped["need"]).values,
        "way to the capital": p.column("distance_to_capital"),
        "people outside towns, share": p.column("rural_share"),
        "few people": -p.column("population"),
        "readiness (towns, grain, a city near by)": score(p, shipped["readiness"]).values,
    }


def provinces_named(p: Places, named: Mapping[str, int]) -> pd.DataFrame:
    """Province by province: counties, people, places named, and as many as its counties' share would be. Units: 1."""
    frame = pd.DataFrame({"province": p.province, "people": p.column("population")})
    frame["named"] = [int(i in named) for i in frame.index]
    out = frame.groupby("province", sort=False).agg(
        counties=("people", "size"), people=("people", "sum"), named=("named", "sum")
    )
    return out.assign(even=out["counties"] * len(named) / len(frame))


def unevenness(p: Places, named: Mapping[str, int], lists: int = LISTS) -> tuple[float, float]:
    """Half the sum of |share named − share of counties| over provinces, and the share of random lists with as much."""
    codes, _ = pd.factorize(pd.Series(p.province))
    size = np.bincount(codes) / len(codes)
    chosen = np.array([i in named for i in p.ids])
    random = np.random.default_rng(SEED)
    orders = np.argsort(random.random((lists, len(codes))), axis=1)[:, : len(named)]
    counts = np.stack([(codes[orders] == k).sum(axis=1) for k in range(len(size))], axis=1)
    apart = np.abs(counts / len(named) - size).sum(axis=1) / 2.0
    here = float(np.abs(np.bincount(codes[chosen], minlength=len(size)) / len(named) - size).sum() / 2.0)
    return here, float((apart >= here - 1e-12).mean())


def by_rule(p: Places, types: Facilities) -> pd.DataFrame:
    """Province by province: works by the rule of one for so many people, a hospital a county, and what they claim.

    Columns: counties, people, one for each of ``BY_RULE``, power (GWh / year), feed (kt / year), grain (kt / year),
    cost (money of the accounts), graduates (persons).
    """
    frame = pd.DataFrame({"province": p.province, "people": p.column("population"), "grain": p.column(GRAIN) / 1e3})
    out = frame.groupby("province", sort=False).agg(
        counties=("people", "size"), people=("people", "sum"), grain=("grain", "sum")
    )
    for code in BY_RULE:
        out[code] = [
            int(row.counties) if code == "hospital" else math.ceil(row.people / _serves(types[code]))
            for row in out.itertuples()
        ]
    for name, each in (
        ("power", lambda f: f.power.value / 1e3),
        ("feed", lambda f: sum(m.amount.value for m in f.materials) / 1e3),
        ("cost", lambda f: f.cost.value),
        ("graduates", lambda f: f.jobs["graduate"].value),
    ):
        out[name] = sum(out[code] * each(types[code]) for code in BY_RULE)
    return out


def _serves(f: Facility) -> float:
    assert f.serves is not None
    return f.serves.value


def programme_claims(choice: Outcome, e: Economy) -> list[float]:
    """Building cost of the local works by year, from the year after the accounts, so many years. Money of the plan."""
    table = choice.table("claims")
    money = table[table["commodity"] == "money"].set_index("year")["amount"]
    return [float(money.get(e.year + 1 + t, 0.0)) for t in range(PROGRAMME_YEARS)]


def carried(e: Economy, claims: Sequence[float]) -> tuple[Outcome, float, float]:
    """The national plan with these claims: its outcome, the least share of a year that it carries out, and its cost.

    The cost is the share of everybody's living standard in every year that the plan gives up for them.
    """
    short = Policy.of(years=len(claims), evenness=0.0, tail_years=1)
    done = with_programme(e, claims, years=len(claims), policy=short)
    out = carried_out(done, claims, e.year + 1)
    least = min((o / c for o, c in zip(out, claims, strict=True) if c > 0), default=1.0)
    return done, least, float(done.provenance["wishes"]["share"])


def costs(types: Facilities, codes: Sequence[str]) -> tuple[float, float, float]:
    """What one works of each type costs together: middle, low and high. Units: money of the accounts."""
    chosen = [cost for c in codes if (cost := types[c].cost) is not None]
    return sum(c.value for c in chosen), sum(c.low for c in chosen), sum(c.high for c in chosen)


def tell(case: Case) -> str:
    """The section on places, its outcomes saved."""
    e = case.economy()
    places, types = open_places("PRK"), workshops(case.economy())
    local = types.only(LOCAL)
    choice = case.page("places", place("PRK", facilities=local, quick=True, seed=SEED))
    return paragraphs(
        *_pace(places, choice, local),
        *_order(places, choice),
        *_rule(e, places, choice, types),
        *_in_plan(case, e, places, choice, types),
        _unknown(),
    )


def missing_names() -> tuple[int, int]:
    """How many places were announced up to 2026, and for how many of them no page was found."""
    there = sum(s.confirmed and s.factories for s in selections("PRK"))
    announced = 20 * len({s.year for s in selections("PRK")})
    return announced, announced - there


def _pace(p: Places, choice: Outcome, local: Facilities) -> list[str]:
    """Raw material, power and hands."""
    flows, built = choice.table("flows"), choice.table("built")
    taken, may = float(flows["amount"].sum()), float(p.column(GRAIN).sum()) * local.available[GRAIN].value
    food = built["facility"].str.startswith("food")
    share = local.available[GRAIN]
    each = local["food_factory"].materials[0].amount.value
    least = int(p.column(GRAIN).sum() * share.low // each)
    lacks = (each - p.column(GRAIN) * share.value).clip(lower=0.0)
    power = sum(f.power.value for f in local.types.values() if f.power) / 1e3
    most = sum(f.power.high for f in local.types.values() if f.power) / 1e3
    generated = 1e3 * figures.fact("electricity generated", 2023)
    jobs = {s: sum(f.jobs[s].value for f in local.types.values()) for s in figures.SKILLS}
    graduates = 1e3 * figures.workers().value * figures.shares()["graduate"]
    n, first = len(p.ids), int(choice.table("chosen")["year"].min())
    return [
        f"The policy names 20 counties a year for ten years. The census of 2008 lists {n} cities and counties, so 20 "
        f"a year reach the last one in year {math.ceil(n / 20)}, {first + math.ceil(n / 20) - 1}. What follows gives "
        "each place three works: food, clothing, household goods. Their sizes are assumed (docs/howto/places.md), "
        "with ranges of a third to three times; no page was found with the size of a works that was opened.",
        "**Raw material.** The only material that can be told by county is grain, and it is an estimate: the harvest "
        "of 2024 shared out by rural population. A food works takes 2,500 t (assumed, 625 to 10,000) from within 100 "
        f"km. If {share.value:.0%} of a harvest may be taken (assumed), {int(food.sum())} of {n} places get one, from "
        f"{taken / 1e3:,.0f} of the {may / 1e3:,.0f} thousand tonnes that may be taken. {int((lacks > 0).sum())} "
        f"counties do not grow enough of it themselves: {lacks.sum() / (each * n):.0%} of the grain must come from "
        f"another county. If only {share.low:.0%} may be taken, there is grain for {least} food works. This share "
        "decides the programme, and nobody knows it.",
        f"**Power.** The three works of a county take {power:.1f} GWh a year (assumed, up to {most:.1f}). Twenty "
        f"counties add {20 * power:.0f} GWh a year, {20 * power / generated:.2%} of the {generated / 1e3:.0f} TWh "
        f"generated in 2023; all {n} take {n * power / generated:.1%} ({n * most / generated:.1%} at the end of the "
        "range). The sum is small. Whether a county has current on a given day is another question, and no figure "
        "answers it.",
        f"**Hands.** A county's works employ {sum(jobs.values()):.0f} people, {jobs['graduate']:.0f} of them "
        f"graduates and {jobs['trained']:.0f} trained (assumed). Twenty counties ask for {20 * jobs['graduate']:,.0f} "
        f"graduates a year, {20 * jobs['graduate'] / graduates:.2%} of an estimated {graduates / 1e6:.1f} million. In "
        "number they are there. That they live in the county, or would move there, cannot be seen.",
    ]


def _order(p: Places, choice: Outcome) -> list[str]:
    """The chosen order against need, readiness, chance and the map."""
    named = named_places()
    compared = [against(named, name, values) for name, values in measures(p).items()]
    apart, chance = unevenness(p, named)
    counts = pd.Series(named).groupby(pd.Series(named)).size()
    rows = [
        (h.measure, f"{h.among} of {len(named)}", f"{h.expected:.0f} ({h.low:.0f} to {h.high:.0f})", f"{h.chance:.0%}",
         f"{h.rank:+.2f}", f"{h.rank_low:+.2f} to {h.rank_high:+.2f}")
        for h in compared
    ]  # fmt: skip
    need = compared[0]
    inside = need.rank_low <= need.rank <= need.rank_high and need.low <= need.among <= need.high
    rare = [h for h in compared if h.chance <= RARE or not h.rank_low <= h.rank <= h.rank_high]
    words = "; ".join(
        f"{h.measure}: {h.among} of {len(named)}, as many in {h.chance:.0%} of random lists" for h in rare
    )
    own = choice.table("compared")
    ours = own[(own["order"] == "this choice") & (own["score"] == "need")].iloc[-1]
    return [
        f"**The order of 2024 to 2026.** Pages name {', '.join(f'{n} places in {y}' for y, n in counts.items())} that "
        "have a row in the census and get factories. Two districts of Kaesong, two fish farms, a greenhouse area and "
        "one place that no page confirms are left out. The list is held against 5,000 random lists of the same "
        f"length (seed {SEED}). The rank correlation is +1 where the first named are highest, 0 where there is "
        "nothing in it.",
        grid(
            ("measure", "named among the highest", "of random lists (95 of 100)", "random lists with as many",
             "rank correlation", "of random lists"), rows,
        ),
        f"By need {need.among} of {len(named)} named places are among the {len(named)} neediest; a lot would give "
        f"{need.expected:.0f}. The rank correlation is {need.rank:+.2f}. Both lie "
        f"{'inside' if inside else 'outside of'} what chance gives. "
        + (f"Rare by chance is: {words}; of {len(compared)} measures one such is no wonder. " if words else
           "Nothing in the table is rare by chance. ")
        + f"A choice that follows need and readiness within fair shares of provinces has {ours['among_first']:.0%} "
        "of its places among the neediest by then. So the order is neither the neediest first nor the readiest "
        "first, as far as three distances and shares can tell. It may follow reasons that are not published.",
        f"By provinces (next table) the list lies {apart:.0%} away from their shares of counties; {chance:.0%} of "
        "random lists lie as far away or farther. "
        + (
            "The provinces take turns: a lot would rarely be so even."
            if chance > 1.0 - RARE
            else "A lot would rarely be so uneven." if chance < RARE else "A lot does the same."
        ),
    ]  # fmt: skip


def _province_rows(p: Places, rule: pd.DataFrame) -> list[tuple[object, ...]]:
    """The rows of the table of provinces: what was named, and works by rule with what they claim."""
    both = rule.join(provinces_named(p, named_places())[["named", "even"]])
    both.loc["all"] = both.sum()
    return [
        (
            k, f"{r.named:.0f} of {r.counties:.0f}", f"{r.even:.1f}", f"{r.greenhouse:.0f}", f"{r.chicken_farm:.0f}",
            f"{r.hospital:.0f}", f"{r.power:,.0f}", f"{r.feed:,.0f}", f"{r.feed / r.grain:.0%}", f"{r.cost:,.0f}",
        )
        for k, r in zip(both.index, both.itertuples(), strict=True)
    ]  # fmt: skip


def _rule(e: Economy, p: Places, choice: Outcome, types: Facilities) -> list[str]:
    """Greenhouses, chicken farms and hospitals by rule."""
    rule = by_rule(p, types)
    whole = rule.sum()
    harvest, generated = 1e3 * figures.fact("food crops", 2024), 1e3 * figures.fact("electricity generated", 2023)
    spare = types.available[GRAIN].value * harvest - float(choice.table("flows")["amount"].sum()) / 1e3
    one = sum(m.amount.value for m in types["chicken_farm"].materials) / 1e3
    green, hens, beds = (types[c] for c in BY_RULE)
    return [
        f"**Greenhouses, chicken farms, hospitals.** The rule is one greenhouse for {_serves(green):,.0f} people, one "
        f"chicken farm for {_serves(hens):,.0f} (both assumed, half to twice) and, as announced, one hospital a "
        "county. People are those of 2008.",
        grid(
            (
                "province (2008)", "named", "by a lot", "greenhouses", "chicken farms", "hospitals", "power, GWh",
                "feed, kt", "of own harvest", f"cost, {e.money}",
            ),
            _province_rows(p, rule),
        ),
        f"Feed is the limit: {whole.chicken_farm:.0f} farms would eat {whole.feed / 1e3:.1f} Mt, "
        f"{whole.feed / harvest:.0%} of the harvest of 2024 ({harvest / 1e3:.2f} Mt by the RDA). What the local works "
        f"leave of the tenth that may be taken feeds {max(int(spare // one), 0)} farms. All of it takes "
        f"{whole.power / generated:.1%} of the power of 2023, heated greenhouses most. Twenty hospitals a year reach "
        f"all {whole.hospital:.0f} counties in {math.ceil(whole.hospital / 20)} years, and ask for "
        f"{20 * beds.jobs['graduate'].value:,.0f} doctors and other graduates a year.",
    ]  # fmt: skip


def _in_plan(case: Case, e: Economy, p: Places, choice: Outcome, types: Facilities) -> list[str]:
    """The programme as a claim on money, building and machines of the national plan."""
    local = programme_claims(choice, e)
    every = [c + float(by_rule(p, types)["cost"].sum()) / PROGRAMME_YEARS for c in local]
    usual, _, most = costs(types, (*LOCAL, *BY_RULE))
    offers = {
        "local works alone": local,
        ALL: every,
        f"the same at the end of the range ({most / usual:.1f} times)": [c * most / usual for c in every],
    }
    done = {name: carried(e, claims) for name, claims in offers.items()}
    case.page("places-in-plan", done[ALL][0])
    national = case.folder / "plan"
    source, of = (
        ("the national plan", Outcome.open(national)) if national.is_dir() else ("a plan without it", done[ALL][0])
    )
    base = float(of.indicator("investment").mean())
    ratios, parts = price_ratios(e), _bought(types)
    rows = []
    for name, claims in offers.items():
        mean = float(np.mean(claims))
        _, least, given = done[name]
        of_each = [mean * parts[b] / ratios[b].output for b in ("construction", "machinery")]
        rows.append(
            (name, f"{mean:,.0f}", f"{mean / base:.1%}", *(f"{x:.1%}" for x in of_each), f"{least:.0%}", f"{given:.2%}")
        )
    each, low, high = costs(types, LOCAL)
    verdict = (
        "So money, building and machines do not stand against the pace in this model, even at the end of the range; "
        "what may stand against it are grain and feed."
        if min(least for _, least, _ in done.values()) > 0.99
        else "So the plan does not carry all of it out: money, building or machines stand against the pace."
    )
    return [
        "**Inside the national plan.** Costs are at the prices of the accounts, which are those of the South: the "
        f"three works of a county cost {each:.1f} {e.money} ({low:.1f} to {high:.1f}). Investment is that of "
        f"{source}, {base:,.0f} a year on average. The plan of ten years is asked to carry the programme out, counts "
        "nothing of what the works will make, and is solved once more without it; the last column is what everybody "
        "gives up in every year.",
        grid(
            (
                "programme", f"cost a year, {e.money}", "of investment", "of building", "of machines made at home",
                "carried out", "living standard given up",
            ),
            rows,
        ),
        f"{verdict} The model moves building and machines freely between uses, which flatters every programme. It "
        "does not see who builds: where soldiers build, their time is not in the accounts.",
    ]  # fmt: skip


def _bought(types: Facilities) -> dict[str, float]:
    """Shares of building and of machines in the cost of all works of the table. Units: 1."""
    chosen = [types[c] for c in (*LOCAL, *BY_RULE)]
    cost = sum(f.cost.value for f in chosen if f.cost)
    return {
        b: sum(f.cost.value * f.building[b].value for f in chosen if f.cost) / cost
        for b in ("construction", "machinery")
    }


def _unknown() -> str:
    announced, missing = missing_names()
    return (
        f"**What cannot be known here.** {missing} of the {announced} places announced up to 2026: no page was found "
        "that names them. Why a place was named. Income, services, power, farm land, timber, fish and minerals by "
        "county: none was found, so need is told by distance and towns alone, and raw material by grain alone. "
        "People by county after 2008. Sizes, machines and output of the works that were opened, and whether they "
        "run. What share of a harvest may be taken without want. Who builds, and what they would else have done. "
        "What a works costs in the country's own prices."
    )
