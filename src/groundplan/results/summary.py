"""A plan on one page of a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.planning.explaining.explain import explain
from groundplan.results.views import (
    cell_texts,
    dependence_view,
    expansion_table,
    group_words,
    headings,
    money,
    scarce,
    yearly_table,
    years,
)
from groundplan.results.words import MISSING, STANDARD, elided, industry_told, money_told, unit_told

WIDTH = 100
HEADING = 8
GAP = 2
STUB = 38
NARROW = 26
WORDS = 58
Column = tuple[list[str], list[str], int]
SHORT = {
    "living standard": "living standard",
    "growth of household consumption": "its growth %",
    "household consumption": "house- hold use",
    "investment": "invest- ment",
    "import dependency": "imports % of supply",
    "import content of household consumption": "imports % of house- hold use",
    "employment": "jobs",
    "self-sufficiency": "self- suffi- ciency %",
    "imports in total supply": "imports % of supply",
}


def summary(outcome: Outcome) -> str:
    """The plan as text: its aims, what was read, what the country depends on, the plan by year, what holds it back.

    At most ``WIDTH`` columns wide. Everything is computed from the outcome, so a saved one gives the same page.
    """
    from groundplan.results.plan_aims import aim_lines

    parts = [
        title(outcome),
        block("What the plan is for", [line for s in aim_lines(outcome) for line in wrapped(s)]),
        block("The accounts, checked", [line for n in checked(outcome) for line in wrapped(n)]),
        block("Where the country depends on others: imports that household consumption needs", _dependence(outcome)),
        block("The plan, year by year", _yearly(outcome)),
        block("Largest expansions of capacity", _expansions(outcome)),
        block("What holds the plan back", [line for s in held_back(outcome) for line in wrapped(s)]),
        block("How it was solved", wrapped(solved(outcome))),
    ]
    return "\n\n".join(p for p in parts if p) + "\n"


def title(outcome: Outcome) -> str:
    """Country, accounts, years and money in one line."""
    about = outcome.provenance
    span = years(outcome)
    when = "no years" if not span else str(span[0]) if len(span) == 1 else f"{span[0]} to {span[-1]}"
    name = about.get("country_name") or about.get("country") or "Plan"
    return (
        f"{name}: accounts of {about.get('accounts_year', MISSING)}, plan for {when}, in {money_told(money(outcome))}"
    )


def checked(outcome: Outcome) -> list[str]:
    """What the checks of the accounts found, one line each."""
    return [unit_told(str(line)) for line in outcome.provenance.get("audit", [])]


def headline(outcome: Outcome) -> str:
    """The plan in one sentence: what is reached, and what holds it back most."""
    table, span = yearly_table(outcome), years(outcome)
    if not span or "living standard" not in table.columns.get_level_values(0):
        return "The plan has no living standard to report."
    reached = float(outcome.indicator("living standard").iloc[-1])
    base = outcome.provenance.get("accounts_year", "the base year")
    ranked = scarce(outcome)
    why = f"; what holds it back most is a lack of {ranked['label'].iloc[0]}" if len(ranked) else ""
    return f"By {span[-1]} the living standard per head is {reached:.2f} times that of {base}{why}."


def held_back(outcome: Outcome) -> list[str]:
    """What holds the plan back, in sentences with prices."""
    wanted = {"consumption_price", "level", "stock"}
    named = "commodities" in outcome.tables and "money" in outcome.provenance
    if not (wanted <= set(outcome.arrays) and named):
        return ["This outcome holds no prices or no stocks, so what holds the plan back is not known."]
    return explain(outcome)


def solved(outcome: Outcome) -> str:
    """Solver, residuals and seconds in one line."""
    q = outcome.provenance.get("solver", {})
    if not q:
        return ""
    miss, gap = q.get("relative_primal_infeasibility"), q.get("primal_dual_gap")
    known = (("largest miss of a condition", miss), ("gap to the prices", gap))
    exact = [f"{name} {value:.1e}" if value else f"{name} 0" for name, value in known if value is not None]
    size = f"{q.get('rows', 0):,} rows, {q.get('columns', 0):,} columns"
    how = f"{q.get('solver', 'solver')}: {q.get('status', MISSING)}"
    return f"{how}; {', '.join([size, *exact])}; {q.get('seconds', 0):.1f} s"


def block(heading: str, lines: Sequence[str]) -> str:
    """A heading, ruled, and the lines under it; nothing where there are none."""
    return "\n".join([heading, "-" * len(heading), *lines]) if lines else ""


def wrapped(text: str) -> list[str]:
    """A sentence as lines of at most ``WIDTH`` columns."""
    return textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def _dependence(outcome: Outcome) -> list[str]:
    table = dependence_view(outcome)
    if table.empty:
        return []
    return text_table(table.drop(columns=["share of all such imports"], level=0), SHORT)


def _yearly(outcome: Outcome) -> list[str]:
    table = yearly_table(outcome)
    if table.empty:
        return []
    words = {n: n.partition(": ")[2] for n in group_words(outcome)}
    if len(words) > 3:
        table = table.drop(columns=list(words), level=0)
    return text_table(table, {**SHORT, **words})


def _expansions(outcome: Outcome) -> list[str]:
    table = expansion_table(outcome)
    return text_table(table) if len(table) else []


def text_table(table: pd.DataFrame, short: dict[str, str] | None = None, stub: int = STUB) -> list[str]:
    """A table as lines of at most ``WIDTH`` columns; units in a line below.

    ``short`` gives headings their short form. Names of rows are cut at ``stub`` characters, other words at ``WORDS``;
    where the table is still too wide both are cut at ``NARROW``, and only then is it split into blocks.
    """
    whole = _columns(table, short or {}, WORDS)
    names = [industry_told(str(i)) for i in table.index]
    index = [elided(n, stub) for n in names]
    corner = str(table.index.name or "")
    room = WIDTH - max(len(x) for x in [*index, corner])
    if _wide(whole) > room:
        tight = _columns(table, short or {}, NARROW)
        narrow = max(min(stub, WIDTH - _wide(tight)), len(corner))
        if narrow >= NARROW or _wide(tight) <= room:
            whole, index = tight, [elided(n, narrow) for n in names]
    stub = max(len(x) for x in [*index, corner])
    lines: list[str] = []
    while whole:
        taken = 1
        while taken < len(whole) and _wide(whole[: taken + 1]) <= WIDTH - stub:
            taken += 1
        lines += [""] if lines else []
        lines += _text_block(corner, index, stub, whole[:taken])
        whole = whole[taken:]
    return lines + _units(table)


def _columns(table: pd.DataFrame, names: dict[str, str], words: int) -> list[Column]:
    """Heading, cells and width of every column; words in cells are cut at ``words`` characters."""
    columns, texts = [], cell_texts(table)
    for n, (name, unit) in enumerate(headings(table)):
        heading = names.get(name, name) if unit != "%" or "%" in names.get(name, "") else f"{names.get(name, name)} %"
        head = textwrap.wrap(heading, HEADING, break_long_words=False, break_on_hyphens=False)
        cells = [elided(industry_told(x), words) for x in texts[n]]
        columns.append((head, cells, max(len(x) for x in [*head, *cells])))
    return columns


def _wide(columns: Sequence[Column]) -> int:
    return sum(GAP + width for _, _, width in columns)


def _text_block(corner: str, index: list[str], stub: int, block: Sequence[Column]) -> list[str]:
    tall = max(len(head) for head, _, _ in block)
    lines = []
    for row in range(tall):
        heads = [([""] * (tall - len(head)) + head)[row].rjust(width + GAP) for head, _, width in block]
        lines.append((corner if row == tall - 1 else "").ljust(stub) + "".join(heads))
    for row, name in enumerate(index):
        lines.append(name.ljust(stub) + "".join(cells[row].rjust(width + GAP) for _, cells, width in block))
    return [line.rstrip() for line in lines]


def _units(table: pd.DataFrame) -> list[str]:
    """Which unit the columns have, those of one unit together; per cent stands in the heading."""
    by_unit: dict[str, list[str]] = {}
    for name, unit in headings(table):
        if unit and unit != "%" and unit not in name:
            by_unit.setdefault(unit, []).append(name)
    if not by_unit:
        return []
    if len(by_unit) == 1 and all(unit for _, unit in headings(table)):
        return wrapped(f"Units: {next(iter(by_unit))}")
    standard = by_unit.pop(unit_told(STANDARD), None)
    told = [f"living standard: {STANDARD}"] if standard else []
    told += [f"{', '.join(members)}: {unit}" for unit, members in by_unit.items()]
    return wrapped(f"Units: {'; '.join(told)}")
