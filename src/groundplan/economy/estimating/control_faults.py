"""What is wrong with facts before accounts are made of them: every fault at once, with its row and its remedy."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields

from groundplan.economy.estimating.account_lines import SheetLines
from groundplan.economy.estimating.expected_misses import UNFITTED
from groundplan.economy.estimating.known_facts import (
    ADDED,
    EXPORTS,
    FINAL,
    GDP,
    IMPORTS,
    MEASURES,
    OUTPUT,
    PRIMARY,
    Controls,
    Fact,
)
from groundplan.economy.estimating.prior_accounts import nominal_growth
from groundplan.economy.estimating.sector_groups import group_words, is_group
from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.records.money import is_money, money_of
from groundplan.tables.trade_chapters import chapters, is_code, sectors_of_chapters

# By so many standard errors parts may exceed their whole before that is a fault of the facts and no matter of fitting.
BEYOND = 4.0
# Keys of the file that one of the two verbs alone reads.
OF_UPDATE = ("prices", "employment", "population", "age", "apart")
OF_ESTIMATE = (
    "sectors", "capital", "wear_of_capital", "growth_of_capital", "growth_of_output", "growth_of_population",
    "growth_of_labour", "growth_of_output_per_head", "output_per_head",
)  # fmt: skip
# Measures whose parts are no larger than their whole.
PARTED = (ADDED, OUTPUT, EXPORTS, IMPORTS)


def control_faults(lines: SheetLines, controls: Controls, *, foreign: bool = False) -> list[GroundplanError]:
    """Facts of another country, year or currency, of groups that are not there, beyond their whole, or too few."""
    faults = _of_the_file(lines, controls, foreign)
    for fact in controls.facts:
        faults += [*_of_the_fact(fact, controls), *_unknown(lines, fact)]
    if faults:
        return faults
    return [*_said_twice(lines, controls), *_too_few(lines, controls, foreign)] or _beyond(lines, controls)


def _of_the_file(lines: SheetLines, c: Controls, foreign: bool) -> list[GroundplanError]:
    t, faults = lines.table, _idle_keys(c, foreign)
    if c.country != t.country:
        what = f"the facts are of {c.country}, and the accounts of {t.country}"
        faults.append(StudyError(what, where=c.file, fix=f"name the accounts of {c.country}, or facts of {t.country}"))
    if c.year < t.year:
        what = f"the facts are of {c.year}, before the accounts of {t.year}"
        faults.append(StudyError(what, where=c.file, fix=f"name accounts of {c.year} or earlier"))
    own, old = money_of(c.money), money_of(t.money)
    if own.currency != old.currency:
        what = f"the facts are in {own.currency}, and the accounts in {old.currency}"
        faults.append(StudyError(what, where=c.file, fix=f"give them in {old.currency}{c.year}{own.scale}"))
    return faults


def _idle_keys(c: Controls, foreign: bool) -> list[GroundplanError]:
    """Keys that are of an update in the file of an estimate, or the other way round: they would say nothing."""
    other = "groundplan update" if foreign else "groundplan estimate"
    usual = {f.name: f.default for f in fields(Controls)}
    said = [name for name in (OF_UPDATE if foreign else OF_ESTIMATE) if getattr(c, name) != usual[name]]
    fix = "take it out"
    return [StudyError(f"{name} is a key of {other} and says nothing here", where=c.file, fix=fix) for name in said]


def _of_the_fact(fact: Fact, c: Controls) -> list[GroundplanError]:
    """A fact of another year or in other money than the file's."""
    faults: list[GroundplanError] = []
    if fact.year is not None and fact.year != c.year:
        what = f"{fact.called} is of {fact.year}, and the other facts are of {c.year}"
        faults.append(StudyError(what, where=fact.where, fix="carry it to the year, or leave it out"))
    own = money_of(c.money)
    if is_money(fact.unit) and money_of(fact.unit).base != own.base:
        what = f"{fact.called} is in {fact.unit}, and the file's money is {c.money}"
        faults.append(StudyError(what, where=fact.where, fix=f"give it in {own.base}, in any scale"))
    return faults


def _unknown(lines: SheetLines, fact: Fact) -> list[GroundplanError]:
    """Groups that the accounts do not have."""
    existing, t, faults = lines.everything(fact.measure), lines.table, list[GroundplanError]()
    kinds = {FINAL: set(t.final_kinds), PRIMARY: set(t.primary_kinds)}.get(fact.measure, set())
    faults += _chapters(lines, fact)
    for word in fact.of:
        if word in existing or word in kinds or (not kinds and is_code(word)):
            continue
        if not kinds and is_group(word):
            if not lines.of_word(word, fact.measure):
                what = f"{fact.called}: no sector of the accounts lies within '{word}'"
                fix = f"use codes of sectors, classes of ISIC, or {', '.join(group_words())}"
                faults.append(StudyError(what, where=fact.where, fix=fix))
            continue
        words = {c: str(t.labels[c]) for c in t.labels.index} if not kinds else {}
        noun = MEASURES[fact.measure] or "group"
        faults.append(UnknownName(noun, word, [*existing, *kinds], where=fact.where, words=words))
    return faults


def _chapters(lines: SheetLines, fact: Fact) -> list[GroundplanError]:
    """Codes of trade that are no chapters, and chapters that are only a part of sectors."""
    codes = [w for w in fact.of if is_code(w) and w not in lines.sectors]
    faults: list[GroundplanError] = []

    def fault(what: str, fix: str) -> None:
        faults.append(StudyError(f"{fact.called}: {what}", where=fact.where, fix=fix))

    if codes and fact.measure not in (EXPORTS, IMPORTS):
        fault(f"{codes[0]} is a chapter of trade, and this is {fact.measure}", f"use it for {EXPORTS} or {IMPORTS}")
    for word in codes:
        if not chapters(word):
            fix = "write chapters of two digits, HS27 or HS25-27: headings and other revisions' codes are not read"
            fault(f"{word} is no chapter of the Harmonized System", fix)
    if faults:
        return faults
    own = {c: text for c in lines.sectors if (text := lines.table.classes.get(c))}
    for chapter, lacking in sectors_of_chapters(codes, own)[1].items():
        also = f"name {', '.join(lacking)} with it, their sum in one fact" if lacking else "leave it out"
        fault(f"HS{chapter} is only a part of what the sectors hold", f"{also}, or ask for other sectors")
    return faults


def _said_twice(lines: SheetLines, c: Controls) -> list[GroundplanError]:
    """Sure facts on one thing that say two."""
    faults: list[GroundplanError] = []
    first: dict[tuple[str, frozenset[str], str], Fact] = {}
    for fact in c.facts:
        if fact.relative_error:
            continue
        other = first.setdefault((fact.measure, frozenset(lines.places(fact)), fact.share_of), fact)
        if c.amount(other) != c.amount(fact):
            what = f"{fact.called} is surely {fact.figure:g} {fact.unit} and surely {other.figure:g} {other.unit}"
            faults.append(StudyError(what, where=fact.where, fix="give one of them an error, or leave it out"))
    return faults


def _too_few(lines: SheetLines, c: Controls, foreign: bool) -> list[GroundplanError]:
    """Facts without the one that is needed at least."""
    if nominal_growth(lines, c) is not None:
        return []
    what = "no fact says how large the economy is"
    worth = (
        f"the donors' mean at that size, which misses multipliers by {UNFITTED.multipliers:.0%} and import content by "
        f"{UNFITTED.import_content:.0f} points"
        if foreign
        else "the old structure at a new level"
    )
    fix = (
        f"give at least {GDP}, or {ADDED} of all sectors; with that alone the accounts are {worth}; {ADDED} by groups, "
        "trade by product and outputs are what makes them better"
    )
    return [StudyError(what, where=c.file, fix=fix)]


def _beyond(lines: SheetLines, c: Controls) -> list[GroundplanError]:
    """Parts, none in two groups, that come to more than their whole by more than errors explain."""
    by_measure: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in c.facts:
        by_measure[fact.measure].append(fact)
    faults: list[GroundplanError] = []
    gdp = min((f for f in c.facts if f.measure == GDP and not f.share_of), key=lambda f: f.relative_error, default=None)
    for measure in PARTED:
        there = by_measure[measure]
        every = set(lines.everything(measure))
        wholes = [f for f in there if set(lines.places(f)) == every and not f.share_of]
        whole = min(wholes, key=lambda f: f.relative_error, default=gdp if measure == ADDED else None)
        if whole is None:
            continue
        taken: set[str] = set()
        total, variance, named = 0.0, (whole.relative_error * c.amount(whole)) ** 2, list[Fact]()
        for fact in sorted(there, key=lambda f: -len(lines.places(f))):
            own = set(lines.places(fact))
            amount = _money(fact, c, gdp)
            if own == every or own & taken or amount is None:
                continue
            taken |= own
            total, named = total + amount, [*named, fact]
            variance += (fact.relative_error * amount) ** 2
        over = total - c.amount(whole)
        if over > BEYOND * variance**0.5 and over > 1e-6 * abs(c.amount(whole)):
            names = ", ".join(f.called for f in named)
            what = f"{names} come to {total:,.6g}, more than {whole.called}, {c.amount(whole):,.6g} {c.money}"
            faults.append(StudyError(what, where=named[-1].where, fix="correct a figure, or give larger errors"))
    return faults


def _money(fact: Fact, c: Controls, gdp: Fact | None) -> float | None:
    """A fact in money, shares of GDP too; None for shares of what no fact states."""
    if not fact.share_of:
        return c.amount(fact)
    return c.amount(fact) * c.amount(gdp) if fact.share_of == GDP and gdp is not None else None
