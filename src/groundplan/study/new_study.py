"""A new study from six answers: each is read from words, and the study says of every choice what it is."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from groundplan.economy.economy import Economy
from groundplan.economy.opening import TableFiles, is_file
from groundplan.errors import StudyError, UnknownName
from groundplan.planning.choices.target import Target, read_target
from groundplan.planning.features.works import Work, WorkEffect
from groundplan.planning.policy import Policy
from groundplan.records.called import called_after
from groundplan.records.card import fields_of
from groundplan.records.toml import key_value, parse
from groundplan.results.words import choice, money_words
from groundplan.study.asking import study_of
from groundplan.study.study import Study
from groundplan.study.study_file import TABLE, content_of

NONE = ("none", "nothing", "no", "-")
# What may be asked for by a word, as a target until the plan's last year.
GOALS = {
    "imports": ("import dependency", "<=", 0.95),
    "exports": ("export earnings", ">=", 1.2),
    "investment": ("investment", ">=", 1.2),
    "jobs": ("employment", ">=", 1.05),
}
IN_FULL = (
    "or targets in words, such as gross output: NAME >= 1.3 of the base year in 2030; several with ; between them; none"
)
KEEP = (
    "least living standard per head as a share of the base year's, and indicators that are not to fall under the base "
    "year's, with ; between them"
)
BUILD = "NAME: MONEY over N years gives AMOUNT of SECTOR (output a year, in money); several with ; between them; none"
RATES = {"now": 0.06, "evenly": 0.03, "later": 0.0}
PROJECT = re.compile(
    r"(?P<name>[^:;]+):\s*(?P<money>[\d.]+)(?:\s+over\s+(?P<years>\d+)\s*(?:years?)?)?"
    r"(?:\s+gives\s+(?P<amount>[\d.]+)\s+of\s+(?P<sector>[^;]+))?"
)


@dataclasses.dataclass(frozen=True)
class NewStudyQuestion:
    """A question of a new study: its key, what is asked, what can be answered, and what holds without an answer."""

    key: str
    asks: str
    help: str
    usual: str


def questions() -> tuple[NewStudyQuestion, ...]:
    """The six questions, in order."""
    usual = Policy()
    goals = "; ".join(f"{word} ({i} {s} {100 * f:g} % of the base year's)" for word, (i, s, f) in GOALS.items())
    return (
        NewStudyQuestion(
            "country", "Whose accounts?", "a country's code or name, or a file of accounts", study_of().country
        ),
        NewStudyQuestion("years", "How many years?", "1 to 100", str(usual.years)),
        NewStudyQuestion("reach", "What is to be reached?", f"{goals}; {IN_FULL}", "imports"),
        NewStudyQuestion("keep", "What may not fall?", KEEP, f"{usual.floor:g}"),
        NewStudyQuestion("projects", "Which projects, built whole or not at all?", BUILD, "none"),
        NewStudyQuestion(
            "weigh", "How to weigh today against later?", f"{', '.join(RATES)}, or a rate from 0 to 1 a year", "evenly"
        ),
    )


def new_study(answers: Mapping[str, str], folder: Path, files: Mapping[str, Any] | None = None) -> str:
    """A study of the answers as its commented text; ``folder``: where it is to stand, for files that it names.

    ``files``: how its accounts are opened, as in ``study.asking.Files``.

    Raises ``StudyError`` and ``UnknownName`` for answers that mean nothing.
    """
    said = {q.key: (answers.get(q.key) or "").strip() or q.usual for q in questions()}
    years = _whole(said["years"])
    asked = dataclasses.replace(study_of(said["country"], choices=files), policy=Policy.of(years=years))
    e = asked.economy()
    last, names = e.year + years, _indicators(asked, e)
    floor, kept = _kept(said["keep"])
    goals = [*_goals(said["reach"], last), *(Target(i, ">=", of_base=1.0, from_year=e.year + 1) for i in kept)]
    targets = [_named(e, t, names) for t in goals]
    works = _projects(said["projects"], e)
    policy = Policy.of(years=years, floor=floor, discount_rate=_rate(said["weigh"]), targets=targets, works=works)
    text = _text(said, dataclasses.replace(asked, policy=policy), e, folder)
    content_of(parse(text, "the new study"))
    return text


def _whole(words: str) -> int:
    if not words.isascii() or not words.isdigit():
        raise StudyError(f"years is '{words[:40]}', not a whole number", where="years", fix="answer 1 to 100")
    return int(words)


def _goals(words: str, last: int) -> list[Target]:
    """Targets by words or in full; met as nearly as can be, so that the study has a plan whatever they ask for."""
    goals = []
    for part in _parts(words):
        if part.casefold() in GOALS:
            indicator, sense, share = GOALS[part.casefold()]
            goals.append(Target(indicator, sense, of_base=share, year=last))
        elif re.search(r"<=|>=|==", part):
            goals.append(read_target(part))
        else:
            raise UnknownName("goal", part, GOALS, where="reach", fix=f"say one of {', '.join(GOALS)}, or a target")
    return goals


def _kept(words: str) -> tuple[float, list[str]]:
    """The least living standard, and indicators that are not to fall."""
    floor, names = Policy().floor, []
    for part in _parts(words):
        try:
            floor = float(part)
        except ValueError:
            names.append(part)
    return floor, names


def _rate(words: str) -> float:
    if words.casefold() in RATES:
        return RATES[words.casefold()]
    try:
        return float(words)
    except ValueError:
        raise UnknownName("way to weigh", words, RATES, where="weigh", fix="say now, evenly, later or a rate") from None


def _projects(words: str, e: Economy) -> list[Work]:
    works = []
    for part in _parts(words):
        stated = PROJECT.fullmatch(part)
        if stated is None:
            fix = "write NAME: MONEY over N years gives AMOUNT of SECTOR, such as Port: 12 over 2 years"
            raise StudyError(f"'{part}' is not a project", where="projects", fix=fix)
        years = int(stated["years"] or 1)
        effects = []
        if stated["sector"]:
            sector = _sector(e, stated["sector"].strip())
            effects = [WorkEffect(f"capacity:{sector}", float(stated["amount"]), starts=years)]
        each = round(float(stated["money"]) / max(years, 1), 9)
        # What gives nothing would never be built, and what is asked for is to be.
        works.append(Work(stated["name"].strip(), [each] * max(years, 1), effects=effects, must=not effects))
    return works


def _parts(words: str) -> list[str]:
    parts = [part.strip() for part in words.split(";")]
    return [part for part in parts if part and part.casefold() not in NONE]


def _sector(e: Economy, words: str) -> str:
    """A sector by its code or its name in any case."""
    by_name = {e.label(s).casefold(): str(s) for s in e.sectors} | {str(s).casefold(): str(s) for s in e.sectors}
    if words.casefold() not in by_name:
        raise UnknownName("sector", words, map(str, e.sectors), words=e.labels)
    return by_name[words.casefold()]


def _named(e: Economy, t: Target, names: Sequence[str]) -> Target:
    """A target whose indicator is known, its sector by code; met as nearly as can be."""
    head, mark, of = t.indicator.partition(": ")
    indicator = t.indicator
    if mark and indicator not in names and of.casefold() in {e.label(s).casefold() for s in e.sectors}:
        indicator = f"{head}: {_sector(e, of)}"
    if indicator not in names:
        fix = f"`groundplan names {e.country}` lists the indicators"
        raise UnknownName(
            "indicator", t.indicator, names, where="reach, keep", fix=fix, words=called_after(names, e.labels)
        )
    return dataclasses.replace(t, indicator=indicator, priority=1)


def _indicators(study: Study, e: Economy) -> list[str]:
    from groundplan.planning.compile_plan import compile_plan
    from groundplan.planning.families.targets import known_indicators

    return known_indicators(compile_plan(e, study.chosen(e)))


def _text(said: Mapping[str, str], study: Study, e: Economy, folder: Path) -> str:
    """The study with a comment over every choice: what it is, its unit and its range, and what was answered."""
    asks = {q.key: q.asks for q in questions()}
    p, own = study.policy, said["country"]
    country = _beside(own, folder) if is_file(own) else e.country
    lines = [
        f"# A study of {e.country_name}: {p.years} years from {e.year + 1}, on the accounts of {e.year}.",
        f"# Money is in {money_words(e.money)}. It is run by: groundplan plan --study THIS_FILE",
        "# Every choice that is not here stands at its default: docs/reference/policy.md lists them with their ranges.",
        "",
        f"# {asks['country']} A shipped country's code, or a file of accounts (its path from this file).",
        key_value("country", country),
        *([] if is_file(own) else ["# The year that the accounts are of.", f"accounts_year = {e.observed_year}"]),
        *_table_lines(study.table, folder),
        "", "[plan]",
        f"# {asks['years']} {_card('years')}", key_value("years", p.years),
        f"# {asks['keep']} {_card('floor')}", key_value("floor", p.floor),
        f"# {_card('steady')}", key_value("steady", p.steady),
        f"# {asks['weigh']} {_card('discount_rate')}",
        f"# Words stand for rates: {', '.join(f'{w} {r:g}' for w, r in RATES.items())}.",
        key_value("discount_rate", p.discount_rate),
    ]  # fmt: skip
    for t in p.targets:
        lines += ["", *_target_lines(t, asks)]
    for w in p.works:
        lines += ["", *_work_lines(w, asks, e)]
    return "\n".join([*lines, ""])


def _table_lines(table: TableFiles, folder: Path) -> list[str]:
    """The section of a publisher's files, or of what is said of a template; nothing where nothing is."""
    if table == TableFiles():
        return []
    placed = table.at({name: _beside(name, folder) for name in table.named})
    lines = ["", "# How the accounts are opened: paths from this file.", f"[{TABLE}]"]
    for f in fields_of(TableFiles):
        if (value := getattr(placed, f.name)) != getattr(TableFiles(), f.name):
            lines += [f"# {f.metadata['meaning'][:1].upper()}{f.metadata['meaning'][1:]}.", key_value(f.name, value)]
    return lines


def _beside(file: str, folder: Path) -> str:
    """A file's path from the folder of the study, where it stands in it or below; else in full."""
    path = Path(file).absolute()
    own = folder.absolute()
    return path.relative_to(own).as_posix() if path.is_relative_to(own) else path.as_posix()


def _card(key: str) -> str:
    """What a choice of the policy is: meaning, unit, range and default, from its card."""
    spec = next(f for f in fields_of(Policy) if f.name == key)
    meta, usual = spec.metadata, getattr(Policy(), key)
    unit = {"1": "a share", "1 / year": "a share a year", "": "true or false" if isinstance(usual, bool) else ""}
    ends = [] if isinstance(usual, bool) else [f"{meta['low']:g} to {meta['high']:g}"]
    facts = [f for f in (unit.get(meta["unit"], meta["unit"]), *ends, f"default {_plain(usual)}") if f]
    return f"{meta['meaning'][:1].upper()}{meta['meaning'][1:]} ({'; '.join(facts)})."


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else choice(value)


def _target_lines(t: Target, asks: Mapping[str, str]) -> list[str]:
    kept = t.of_base == 1.0 and t.sense == ">=" and t.year is None
    stated = {k: v for k, v in t.as_dict().items() if k != "line"}
    return [
        f"# {asks['keep'] if kept else asks['reach']} An indicator, <= or >=, and a bound: value in its unit, or",
        "# of_base as a multiple of the base year's (1 is the same); in a year, or from_year to to_year.",
        "# priority = 1: met as nearly as can be before all else counts. Without that line the plan must meet it.",
        "[[targets]]",
        *(key_value(k, v) for k, v in stated.items()),
    ]


def _work_lines(w: Work, asks: Mapping[str, str], e: Economy) -> list[str]:
    effects = [f"# effects: the capacity that it gives, {money_words(e.money)} of output a year."] if w.effects else []
    return [
        f"# {asks['projects']} spending: {money_words(e.money)} in each year from its start.",
        *effects,
        "# must: whether it is built whatever it gives.",
        "[[works]]",
        *(key_value(k, v) for k, v in w.as_dict().items() if k in ("name", "spending", "effects", "must")),
    ]
