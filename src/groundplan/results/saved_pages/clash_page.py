"""A plan that cannot be: what clashes, what would make it possible, and what follows from each repair."""

from __future__ import annotations

from typing import Any

import pandas as pd

from groundplan.errors import StudyError
from groundplan.outcome import Outcome
from groundplan.planning.choices.target import read_target
from groundplan.planning.explaining.loss_of_standard import share_words
from groundplan.records.toml import key_value
from groundplan.results.charts.drawing import Bars, series
from groundplan.results.framed import blank, framed
from groundplan.results.origins import assumed, methods, sources
from groundplan.results.outcome_facts import indicator_words
from groundplan.results.page import Page, annex, body, items, listed, paragraph, table, tabled, together
from groundplan.results.plan_pages import plan_choices as choices
from groundplan.results.plan_pages.plan_summary import title
from groundplan.results.repeated import REPEAT
from groundplan.results.view import HEADING, Parts, Plot, Verbatim
from groundplan.results.words import MISSING, PERCENT, Amount, unit_words

NAMED = 3
CANNOT = "These cannot all hold. Loosening any one of them enough, as the repairs do, makes a plan possible."
EACH = "Each of these makes a plan possible by itself; the plan was made with it, to see what follows."


def clash_words(o: Outcome) -> list[str]:
    """What cannot all hold."""
    return [_named(o, str(w)) for w in o.table("clash")["what"]]


def _named(o: Outcome, words: str) -> str:
    """Words with the names of sectors, groups and products in the place of the codes of targets."""
    for t in choices.targets(o):
        words = words.replace(t.indicator, indicator_words(o, t.indicator))
    return words


def repairs(o: Outcome) -> list[list[dict[Any, Any]]]:
    """The alternatives in their order, each with its lines."""
    rows = o.table("repairs")
    return [own.to_dict("records") for _, own in rows.groupby("alternative", sort=True)]


def headline(o: Outcome) -> str:
    """What clashes, in one sentence."""
    words = clash_words(o)
    more = f" · and {len(words) - NAMED} more" if len(words) > NAMED else ""
    return (
        f"No plan can have all of this: {' · '.join(words[:NAMED])}{more}."
        if words
        else "No plan can be, and the clash was not found."
    )


def _mended(o: Outcome) -> str:
    """How many repairs there are and which costs least, in one sentence."""
    there = repairs(o)
    if not there:
        return "No single repair was found that makes a plan possible."
    first = there[0][0]
    cost = f": it costs {share_words(first['cost'])}" if first["cost"] == first["cost"] else ""
    many = (
        f"{len(there)} repairs make it possible, each by itself; the first is"
        if len(there) > 1
        else "One repair is known:"
    )
    return f"{many} {_named(o, str(first['sentence']))}{cost}."


def costs_table(o: Outcome) -> pd.DataFrame:
    """What every repair costs, as a share of everybody's living standard in every year."""
    there = repairs(o)
    if not there:
        return blank("repair")
    return framed(
        pd.Index([f"{n}. {_named(o, _short(lines))}" for n, lines in enumerate(there, 1)], name="repair"),
        [("costs, of everybody's living standard", PERCENT, [100.0 * float(lines[0]["cost"]) for lines in there])],
    )


def _short(lines: list[dict[Any, Any]]) -> str:
    what = str(lines[0]["what"] or lines[0]["name"])
    return f"{what} and {len(lines) - 1} more" if len(lines) > 1 else what


def _brief(o: Outcome) -> Parts:
    there = costs_table(o)
    costed = there.iloc[:, 0].notna().sum() if len(there) else 0
    chart = Bars(
        "repairs",
        "What each repair costs, as a share of everybody's living standard",
        list(map(str, there.index)),
        series(there) if costed else [],
    )
    questions = items([f"Was this meant? {q}" for q in o.provenance.get("questions", [])])
    said = paragraph(_mended(o)) + questions
    return said if chart.empty else (*said, Plot(chart))


def _each(o: Outcome) -> Parts:
    parts: Parts = ()
    for n, lines in enumerate(repairs(o), 1):
        first = lines[0]
        parts += paragraph(f"{n}. {_named(o, str(first['sentence']))}", HEADING)
        parts += paragraph(str(first["consequence"] or "What follows from it was not found out in time."))
        parts += tuple(Verbatim(text) for text in _how(o, lines))
    return parts


def _how(o: Outcome, lines: list[dict[Any, Any]]) -> list[str]:
    """How a repair is asked for: as a setting of the command, or as the target that takes the place of the old one."""
    command = str(o.provenance.get("command") or "")
    settings = [f"--set {r['name']}={r['becomes']}" for r in lines if r["family"] == "policy"]
    words = [f"{command} {' '.join(settings)}"] if settings and command else settings
    for r in lines:
        if r["family"] != "policy" and r["becomes"]:
            try:
                target = read_target(str(r["becomes"])).as_dict()
            except StudyError:
                continue
            where = f"  # in the place of that of {r['where']}" if r["where"] else ""
            words.append("\n".join([f"[[targets]]{where}", *(key_value(k, v) for k, v in target.items())]))
    return words


def lines_table(o: Outcome) -> pd.DataFrame:
    """Every thing that a repair loosens, with amount and year."""
    rows = [r for lines in repairs(o) for r in lines]
    return framed(
        pd.Index([_named(o, str(r["what"])) for r in rows], name="what is loosened"),
        [
            ("repair", "", [str(r["alternative"]) for r in rows]),
            ("year", "", [str(r["year"]) if r["year"] else MISSING for r in rows]),
            ("by", "", [_by(r) for r in rows]),
            ("becomes", "", [str(r["becomes"] or "") for r in rows]),
            ("where", "", [str(r["where"] or "") for r in rows]),
        ],
    )


def _by(row: dict[Any, Any]) -> Amount | str:
    size = float(row["amount"])
    unit = unit_words(str(row["unit"]))
    return "" if size != size else Amount(size, 0 if abs(size) >= 100 else 2, unit=unit)


PAGE = Page(
    named=lambda o: f"No plan meets this: {o.provenance.get('country_name') or o.provenance.get('country', '')}",
    note=title,
    headline=headline,
    brief=_brief,
    sections=(
        body("clash", "What cannot all hold", CANNOT, listed(clash_words)),
        body("repairs", "What would make it possible, and what follows", EACH, _each),
        body("costs", "What the repairs cost", tabled(costs_table, "What the repairs cost")),
        annex("loosened", "What each repair loosens", lambda o: table(lines_table(o), "What each repair loosens")),
        annex("assumptions", "Every assumption", together(
            tabled(choices.policy_table, "Choices of the policy"), assumed
        )),
        annex("methods", "How the accounts were read", methods),
        annex("sources", "Sources", sources),
        REPEAT,
    ),
)  # fmt: skip
