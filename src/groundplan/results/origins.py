"""Where an outcome comes from: how the accounts were read, what was assumed, and the sources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from groundplan.economy.economy import BALANCED, CARRIED, ESTIMATED, TRUST
from groundplan.outcome import Outcome
from groundplan.results.framed import framed
from groundplan.results.page import items, table
from groundplan.results.view import Parts, Reference
from groundplan.results.words import MISSING, unit_words

POWER = re.compile(r"\d+(?:\.\d+)?e[+-]\d+")


def assumption_table(outcome: Outcome) -> pd.DataFrame:
    """What was assumed about the economy: name, value, basis, how to change it; growth among it."""
    rows = [dict(a) for a in outcome.provenance.get("assumptions", [])]
    for name, key, choice in (
        ("population growth", "population", "population_growth"),
        ("growth of labour productivity", "productivity", "labour_productivity_growth"),
    ):
        grows = outcome.provenance.get(key)
        if grows:
            value, change = f"{100 * grows['growth']:.3g} % a year", f"study: [people] {choice}"
            rows.append({"name": name, "value": value, "basis": grows["basis"], "change": change})
    return framed(
        pd.Index([r.get("name", "") for r in rows], name="assumption"),
        [
            (c, "", [unit_words(POWER.sub(_in_full, str(r.get(k, "")))) for r in rows])
            for c, k in (("value", "value"), ("basis", "basis"), ("how to change it", "change"))
        ],
    )


def accounts_words(o: Outcome) -> str:
    """The year that accounts are of, and that to which they were carried: "2019", "2019 carried to 2025".

    Of estimates it says so: "2024 (an estimate)".
    """
    year, before = o.provenance.get("accounts_year", MISSING), o.provenance.get("carried_from")
    if _assumed_as(o, ESTIMATED):
        return f"{year} (an estimate)" if before is None else f"{before} (an estimate) carried to {year}"
    return str(year) if before is None else f"{before} carried to {year}"


def trust_sentence(o: Outcome) -> str:
    """What estimated accounts are made from and how far to trust them, in few words; empty where they were observed."""
    rows = _assumed_as(o, TRUST)
    return f"{rows[0]['value'][:1].upper()}{rows[0]['value'][1:]}." if rows else ""


def estimated_sentence(o: Outcome) -> str:
    """That the accounts are an estimate, from what, and how far to trust it; empty where they were observed."""
    rows = _assumed_as(o, ESTIMATED)
    if not rows:
        return ""
    return " ".join((f"The accounts were not observed: they are {rows[0]['value']}.", rows[0]["basis"]))


def carried_sentence(o: Outcome) -> str:
    """How accounts came to the year before the plan; empty where they are of that year."""
    rows = _assumed_as(o, CARRIED)
    if not rows:
        return ""
    return f"The years between the accounts and the plan are not planned: accounts are carried {rows[0]['value']}."


def was_balanced(o: Outcome) -> bool:
    """Whether the accounts were balanced on purpose, which the checks tell."""
    return bool(_assumed_as(o, BALANCED))


def _assumed_as(o: Outcome, name: str) -> list[dict[str, Any]]:
    return [a for a in o.provenance.get("assumptions", []) if a.get("name") == name]


def not_stated(o: Outcome) -> str:
    """What planning asks and the accounts do not say, in one sentence; nothing where they say all."""
    lacking = [str(x) for x in o.provenance.get("not_stated", [])]
    return f"The accounts do not state {'; '.join(lacking)}." if lacking else ""


def stated_lines(o: Outcome) -> list[str]:
    """What the first screen says of the accounts: how they came to the plan's start, and what they do not state."""
    return [sentence for sentence in (estimated_sentence(o), carried_sentence(o), not_stated(o)) if sentence]


def capital_line(o: Outcome) -> str:
    """What base-year investment did to capital, I/K − δ, beside past growth, in a sentence; empty where not known."""
    rows = [a for a in o.provenance.get("assumptions", []) if a.get("name") == "growth of capital"]
    return f"In the base year capital grew by {rows[0]['value']}; {rows[0]['basis']}." if rows else ""


def _in_full(power: re.Match[str]) -> str:
    """A figure with a power of ten, written out.

    >>> POWER.sub(_in_full, "2.46305e+06 t")
    '2,463,050 t'
    >>> POWER.sub(_in_full, "1e-06 of output")
    '0.000001 of output'
    """
    value = float(power[0])
    return f"{value:,.0f}" if value >= 1 else f"{value:.15f}".rstrip("0").rstrip(".")


def assumed(o: Outcome) -> Parts:
    """What was assumed about the economy, as a table."""
    return table(assumption_table(o), "What was assumed about the economy")


def methods(o: Outcome) -> Parts:
    """How the accounts were read, one sentence each."""
    return items([unit_words(str(m)) for m in o.provenance.get("methods", [])])


def sources(o: Outcome) -> Parts:
    """Every source with its licence and the SHA-256 of its files."""
    given = o.provenance.get("sources", [])
    if not given:
        return items([str(c) for c in o.provenance.get("citations", [])])
    return tuple(_source(s) for s in given)


def _source(source: Mapping[str, Any]) -> Reference:
    words = {k: str(source.get(k, "")) for k in ("publisher", "title", "vintage", "licence", "address")}
    return Reference(**words, files={str(file): str(mark) for file, mark in source.get("sha256", {}).items()})


def checked(o: Outcome) -> list[str]:
    """What the checks of the accounts found, one line each."""
    return [unit_words(str(line)) for line in o.provenance.get("audit", [])]
