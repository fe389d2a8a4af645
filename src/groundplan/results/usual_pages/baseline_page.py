"""What comes without a plan: what is said of a baseline."""

from __future__ import annotations

from functools import partial

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import Chart
from groundplan.results.charts.drawing import Lines, ShadedBand, series
from groundplan.results.framed import framed, headings, table_of
from groundplan.results.origins import accounts_words
from groundplan.results.outcome_facts import money, years
from groundplan.results.page import Page, annex, body, charted, figure, joined, listed, paragraph, table, tabled
from groundplan.results.repeated import FROM_ACCOUNTS
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT, Amount, money_words, number

GROWTH, ADDED, INVESTMENT, IMPORTS = (
    "growth of value added", "value added", "investment share", "import dependency",
)  # fmt: skip
USES = ("household consumption", "government consumption", "investment", "exports", "import bill")
PARTS = (("low", "indicator_low"), ("", "indicator"), ("high", "indicator_high"))
MEANING = (
    "Nothing is optimised: growth is people, own past and catching up; investment follows what capital needs, imports "
    "and sectors drift as elsewhere. A range holds in 80 of 100 cases; docs/explanation/hindcast.md says how that was "
    "seen."
)
TOP = 12
AHEAD, PAST, CASES = "Value added, 80 % range", "as it was", "80 of 100 cases"


def path(o: Outcome, part: str, name: str) -> pd.Series:
    """An indicator by year, or an end of its range."""
    return o[part].sel(indicator=name).to_series()


def headline(o: Outcome) -> str:
    """Growth with its range in one sentence."""
    low, middle, high = (number(100 * float(path(o, part, GROWTH).iloc[-1]), 1) for _, part in PARTS)
    return (
        f"Without a plan, {o.provenance.get('country_name')} grows by {middle} % a year to {years(o)[-1]}; in 80 "
        f"of 100 cases by {low} to {high} %."
    )


def title(o: Outcome) -> str:
    """Country, accounts, years and money in one line."""
    span, about = years(o), o.provenance
    return (
        f"{about.get('country_name')}: accounts of {accounts_words(o)}, business as usual for {span[0]} to "
        f"{span[-1]}, in {money_words(money(o))}"
    )


def range_table(o: Outcome, name: str) -> pd.DataFrame:
    """An indicator with its range, by year: shares in per cent, money over its base year."""
    low, middle, high = (path(o, part, name) for _, part in PARTS)
    scale, unit = (100.0, PERCENT) if name in (INVESTMENT, IMPORTS) else (1.0 / float(middle.iloc[0]), "base year = 1")
    columns = [
        (words or "middle", unit, scale * values) for (words, _), values in zip(PARTS, (low, middle, high), strict=True)
    ]
    return framed(pd.Index(middle.index, name="year"), columns)


def added_table(o: Outcome) -> pd.DataFrame:
    """Value added over the base year's, with its range, behind what it was before where that is known."""
    ahead = range_table(o, ADDED)
    then = table_of(o, "past")
    if then.empty:
        return ahead
    span = pd.Index(sorted({*then["year"].astype(int), *ahead.index}), name="year")
    own = [(name, unit, ahead[name, unit].reindex(span)) for name, unit in headings(ahead)]
    return framed(span, [(PAST, own[0][1], then.set_index("year")["output"].reindex(span)), *own])


def _shaded(rows: pd.DataFrame, name: str, title: str, base: str = "") -> Lines:
    """The middle as a line, what was before it as another, and between low and high a shade."""
    every = {s.name: s for s in series(rows)}
    ends = [every.pop(part).values for part in ("low", "high") if part in every]
    band = [ShadedBand(CASES, ends[0], ends[1], "middle")] if len(ends) == 2 else []
    return Lines(name, title, [str(y) for y in rows.index], [("", [*every.values()])], base=base, bands=band)


def _range_chart(name: str, title: str, of: str) -> Chart:
    def sentence(o: Outcome) -> str:
        low, middle, high = (number(float(v), 1) for v in range_table(o, of).iloc[-1])
        return f"{title.partition(',')[0]} is {middle} per cent in {years(o)[-1]}, in {CASES} {low} to {high}"

    table = partial(range_table, name=of)
    return Chart(name, title, lambda o: _shaded(table(o), name, title), table, sentence=sentence)


def _added_chart(o: Outcome) -> Lines:
    return _shaded(added_table(o), "value-added", AHEAD, str(o.provenance.get("accounts_year", "")))


def added_sentence(o: Outcome) -> str:
    """How far value added comes by the last year, in one sentence."""
    low, middle, high = (number(float(v), 2) for v in range_table(o, ADDED).iloc[-1])
    base, last = o.provenance.get("accounts_year"), years(o)[-1]
    return f"Value added in {last} is {middle} times that of {base}, in 80 of 100 cases {low} to {high} times"


def last_ranges(o: Outcome) -> pd.DataFrame:
    """The ranges of the last year: growth a year, value added over the base year's, shares."""
    growth = [100 * float(path(o, part, GROWTH).iloc[-1]) for _, part in PARTS]
    names = {ADDED: "value added, base year = 100", INVESTMENT: "investment share, %", IMPORTS: "import dependency, %"}
    rows = {"growth, % a year": growth}
    for name, words in names.items():
        last = range_table(o, name).iloc[-1].to_numpy()
        rows[words] = list(last * 100.0 if name == ADDED else last)
    parts = zip(("low", "middle", "high"), zip(*rows.values(), strict=True), strict=True)
    return framed(
        pd.Index(rows, name="figure"), [(words, "", [Amount(v, 1) for v in values]) for words, values in parts]
    )


def yearly_table(o: Outcome) -> pd.DataFrame:
    """Shares and uses of output by year."""
    unit = f"{money(o)} / year"
    shares = [(name, PERCENT, 100 * path(o, "indicator", name)) for name in (INVESTMENT, IMPORTS)]
    uses = [(name, unit, path(o, "indicator", name)) for name in (ADDED, *USES)]
    return framed(pd.Index(o["indicator"]["year"].values, name="year"), [*shares, *uses])


def account_table(o: Outcome) -> pd.DataFrame:
    """The account of growth."""
    account = o.table("growth_account")
    index = pd.Index(account["part"], name="part")
    return framed(index, [("a year", PERCENT, 100 * account["value"]), ("basis", "", account["basis"])])


def sector_table(o: Outcome, top: int = TOP) -> pd.DataFrame:
    """The sectors whose share moves most, with their ranges."""
    table = o.table("sectors")
    order = (table["last"] - table["base"]).abs().sort_values(ascending=False, kind="stable").index[:top]
    rows = table.loc[order]
    columns = [(words, PERCENT, 100 * rows[column]) for words, column in (
        ("base year", "base"), ("last year", "last"), ("low", "low"), ("high", "high"),
    )]  # fmt: skip
    return framed(pd.Index(rows["label"], name="sector"), columns)


def notes(o: Outcome) -> list[str]:
    """What could not be done as usual."""
    return [str(note) for note in o.provenance.get("notes", [])]


def brief(o: Outcome) -> Parts:
    """How far value added goes, what carries it, the range as a chart and as figures, and how sure it is."""
    last, sentences = years(o)[-1], [f"{added_sentence(o)}.", _carried(o), MEANING]
    return (
        joined([paragraph(s) for s in sentences])
        + figure(VALUE_ADDED, o, with_table=False)
        + table(last_ranges(o), f"What 80 of 100 cases lie between in {last}")
    )


def _carried(o: Outcome) -> str:
    """What growth is made of, the largest part first."""
    account = o.table("growth_account")
    parts = account[account["part"] != "growth"].set_index("part")["value"].sort_values(ascending=False, kind="stable")
    listed_parts = ", ".join(f"{name} {number(100 * value, 1)}" for name, value in parts.items())
    return f"Growth, counted at every moment, is the sum of its parts, in points a year: {listed_parts}."


VALUE_ADDED = Chart("value-added", AHEAD, _added_chart, added_table, sentence=added_sentence)
HEADS = {
    "investment share": "invest- ment share",
    "import dependency": "imports % of supply",
    "household consumption": "house- hold use",
    "government consumption": "govern- ment use",
    "investment": "invest- ment",
}
SECTIONS = (
    body("growth", "Where growth comes from", tabled(account_table, "Parts of growth", spare=["basis"])),
    body("yearly", "Year by year", tabled(yearly_table, "The baseline in figures", heads=HEADS)),
    body("sectors", "Sectors whose share of value added moves most",
         tabled(lambda o: sector_table(o, 80), "Shares of value added", top=TOP)),
    body("notes", "What is to be said", listed(notes)),
    annex("ranges", "The ranges, year by year",
        tabled(VALUE_ADDED.table, VALUE_ADDED.title),
        charted(_range_chart("invested", "The share of investment in value added, 80 % range", INVESTMENT)),
        charted(_range_chart("imports", "The share of imports in total supply, 80 % range", IMPORTS)),
    ),
    *FROM_ACCOUNTS,
)  # fmt: skip

PAGE = Page(
    named=lambda o: f"{o.provenance.get('country_name')} without a plan",
    note=title,
    headline=headline,
    sections=SECTIONS,
    brief=brief,
)
