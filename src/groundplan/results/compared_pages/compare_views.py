"""What a reader wants to see of doctrines side by side, as tables and sentences."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.outcome_facts import money, work_unit, work_words
from groundplan.results.words import PERCENT, STANDARD, Year, number, significant

NONE = "no doctrine"
NOTHING = 0.0005
SHORT = {"light industry and agriculture first": "light industry and farms first"}


class Weighed(NamedTuple):
    """A column of the comparison: its heading, what it is in a sentence, and whether more of it is a gain."""

    column: str
    heading: str
    words: str
    gain: bool


WEIGHED = (
    Weighed("discounted", "household consumption", "household consumption (discounted at {rate} % a year)", True),
    Weighed("collective", "collective consumption", "collective consumption", True),
    Weighed("capital", "capital at the end", "capital at the end", True),
    Weighed("jobs", "{work}, last year", "{work} in the last year", True),
    Weighed("import_bill", "imports, last year", "imports in the last year", False),
)


def short(doctrine: str) -> str:
    """A doctrine's name as a heading says it."""
    return SHORT.get(doctrine, doctrine)


def scales(o: Outcome) -> pd.DataFrame:
    """A row a doctrine: consumption, capital, dependency, jobs, distance to the turnpike."""
    table = table_of(o, "comparison")
    if table.empty:
        return blank("doctrine")
    unit = money(o)
    return framed(
        pd.Index([short(d) for d in table["doctrine"]], name="doctrine"),
        [
            ("household consumption, sum", unit, table["consumption"]),
            ("consumption, discounted", unit, table["discounted"]),
            ("consumption, last year", f"{unit} / year", table["last"]),
            (
                "ahead for good from",
                "",
                [_since(str(d), int(y)) for d, y in zip(table["doctrine"], table["overtakes"], strict=True)],
            ),
            ("capital at the end", unit, table["capital"]),
            ("imports in supply, last year", PERCENT, 100 * table["import_dependency"]),
            (f"{work_words(o)}, last year", work_unit(o), table["jobs"]),
            ("capital off the turnpike", PERCENT, 100 * table["off_turnpike"]),
        ],
    )


def given_up(o: Outcome) -> pd.DataFrame:
    """A row a doctrine: what it changes of each thing that counts, against the plan without a doctrine."""
    table = table_of(o, "comparison")
    if table.empty:
        return blank("doctrine")
    table = table.set_index("doctrine")
    others = table.drop(index=NONE)
    columns: list[tuple[str, str, list[float] | list[str]]] = []
    for w in WEIGHED:
        plain = table[w.column].astype(float)[NONE]
        changes = (100 * (others[w.column].astype(float) / plain - 1.0)).tolist()
        columns.append((w.heading.format(work=work_words(o)), PERCENT, changes if plain else [math.nan] * len(others)))
    since = [_since(str(d), int(y)) for d, y in others["overtakes"].items()]
    return framed(
        pd.Index([short(str(d)) for d in others.index], name="against the plan without a doctrine"),
        [*columns, ("consumption ahead for good from", "", since)],
    )


def unmet(o: Outcome) -> list[str]:
    """Doctrines that the economy cannot meet, and why, a sentence each."""
    failed = table_of(o, "doctrines")
    failed = failed[~failed["planned"].astype(bool)] if len(failed) else failed
    return [
        f"{_opening(d)} cannot be met by this economy: {' '.join(str(why).split())}"
        for d, why in zip(failed.get("doctrine", []), failed.get("why", []), strict=True)
    ]


def _since(doctrine: str, year: int) -> Year | str:
    return "" if doctrine == NONE else Year(year) if year else "never"


def _by_year(o: Outcome, column: str, unit: str, factor: float = 1.0) -> pd.DataFrame:
    table = table_of(o, "paths")
    if table.empty:
        return blank("year")
    wide = table.pivot(index="year", columns="doctrine", values=column)
    order = [str(d) for d in table["doctrine"].unique()]
    return framed(pd.Index(wide.index, name="year"), [(short(d), unit, factor * wide[d]) for d in order])


def consumption(o: Outcome) -> pd.DataFrame:
    """Household consumption by year and doctrine, over that without a doctrine."""
    table = table_of(o, "paths")
    if table.empty:
        return blank("year")
    wide = table.pivot(index="year", columns="doctrine", values="consumption")
    order = [str(d) for d in table["doctrine"].unique() if d != NONE]
    columns = [(short(d), PERCENT, 100 * (wide[d] / wide[NONE] - 1)) for d in order]
    return framed(pd.Index(wide.index, name="year"), columns)


def standards(o: Outcome) -> pd.DataFrame:
    """Living standard per head by year and doctrine."""
    return _by_year(o, "standard", STANDARD)


def capital(o: Outcome) -> pd.DataFrame:
    """Fixed capital at the start of the year by doctrine."""
    return _by_year(o, "capital", money(o))


def dependency(o: Outcome) -> pd.DataFrame:
    """Imports in total supply by year and doctrine."""
    return _by_year(o, "import_dependency", PERCENT, 100.0)


def turnpike(o: Outcome) -> pd.DataFrame:
    """The part of capital that stands elsewhere than on the ray, by year and doctrine; empty where there is no ray."""
    if o.provenance.get("turnpike", {}).get("growth") is None:
        return blank("year")
    return _by_year(o, "off_turnpike", PERCENT, 100.0)


def branches(o: Outcome) -> pd.DataFrame:
    """Output of every branch in the last year by doctrine."""
    table = table_of(o, "branches")
    if table.empty:
        return blank("doctrine")
    unit = f"{money(o)} / year"
    output = table.pivot(index="doctrine", columns="branch", values="output")
    order = [str(d) for d in table["doctrine"].unique()]
    names = [str(b) for b in table["branch"].unique()]
    index = pd.Index([short(d) for d in order], name="doctrine")
    return framed(index, [(b, unit, output.loc[order, b]) for b in names])


def written(o: Outcome) -> pd.DataFrame:
    """What each doctrine says and how it is put to the plan."""
    table = table_of(o, "doctrines")
    if table.empty:
        return blank("doctrine")
    columns = [(head, "", table[c]) for head, c in (("what it says", "words"), ("choices", "choices"),
               ("goals, which should be met", "goals"), ("who held it", "source"))]  # fmt: skip
    return framed(pd.Index([short(d) for d in table["doctrine"]], name="doctrine"), columns)


def trades(o: Outcome) -> list[str]:
    """What each doctrine gives up for what, against the plan without one, a sentence a doctrine."""
    table = table_of(o, "comparison")
    if table.empty:
        return []
    table = table.set_index("doctrine")
    rate = significant(100 * float(o.provenance.get("policy", {}).get("discount_rate", 0.0)))
    return [_trade(o, table, str(d), rate) for d in table.index if d != NONE] + unmet(o)


def _trade(o: Outcome, table: pd.DataFrame, doctrine: str, rate: str) -> str:
    here, plain = (table[table.index == d].iloc[0] for d in (doctrine, NONE))
    gains: list[str] = []
    losses: list[str] = []
    for w in WEIGHED:
        if not abs(float(plain[w.column])) > 0:
            continue
        change = float(here[w.column]) / float(plain[w.column]) - 1.0
        if not abs(change) >= NOTHING:
            continue
        meaning = w.words.format(rate=rate, work=work_words(o))
        fewer = "fewer" if meaning.startswith(("jobs", "imports")) else "less"
        words = f"{_percent(change)} {'more' if change > 0 else fewer} {meaning}"
        (gains if (change > 0) == w.gain else losses).append(words)
    if not gains and not losses:
        return f"{_opening(doctrine)} changes nothing that the figures show."
    has = _and(gains) if gains else "nothing that the figures show"
    gives = f"and pays with {_and(losses)}" if losses else "at no cost that the figures show"
    return f"{_opening(doctrine)} gets {has}, {gives}.{_when(o, doctrine, here)}"


def _when(o: Outcome, doctrine: str, here: pd.Series) -> str:
    """Whether consumption is behind first and ahead later, or the other way round."""
    paths = table_of(o, "paths")
    wide = paths.pivot(index="year", columns="doctrine", values="consumption").iloc[1:]
    ratio = (wide[doctrine] / wide[NONE] - 1.0).where(lambda r: r.abs() >= NOTHING, 0.0)
    first, last = float(ratio.iloc[0]), float(ratio.iloc[-1])
    if int(here["overtakes"]) and float(ratio.min()) < 0:
        return f" Its consumption is ahead for good from {int(here['overtakes'])} on."
    if float(ratio.max()) > 0 and last < 0:
        ahead = [int(y) for y in ratio.index[ratio > 0]]
        years = str(ahead[0]) if len(ahead) == 1 else f"{len(ahead)} years, the last {ahead[-1]}"
        return f" Its consumption is ahead in {years}, and behind at the end."
    return " Its consumption is behind to the end." if last < 0 and first <= 0 else ""


def _opening(doctrine: str) -> str:
    return f"{doctrine[:1].upper()}{doctrine[1:]}"


def _percent(change: float) -> str:
    share = 100 * abs(change)
    return f"{number(share, 1 if share >= 0.95 else 2)} %"


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
