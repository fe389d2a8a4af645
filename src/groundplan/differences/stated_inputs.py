"""What an outcome was asked with, input by input: version, accounts, files, options, policy, records, settings."""

from __future__ import annotations

import hashlib
import json
import shlex
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from groundplan.outcome import Outcome
from groundplan.planning.choices.target import Target
from groundplan.records.card import fields_of
from groundplan.results.framed import table_of
from groundplan.results.outcome_facts import indicator_words, labels
from groundplan.results.words import choice, unit_words
from groundplan.verb_options import FACE, KEYWORD, ONCE, SEVERAL, SWITCH, Option
from groundplan.verb_table import VERBS

SHORT = 8
OTHERS, RECORD, STATED = "default", "there", "stated"
# Facts of every outcome, in words, in the order in which they are read.
FACTS = {
    "groundplan": "version of Groundplan", "country": "country", "accounts_year": "year of the accounts",
    "carried_from": "year from which the accounts were carried", "money": "money of the accounts",
    "years": "years", "tail_years": "years reckoned with after them",
}  # fmt: skip
# What provenance says beside inputs: what came out, what was found, and what is read elsewhere.
NO_INPUTS = {
    "engine", "country_name", "employment_unit", "not_stated", "labels", "households", "policy_cards", "population",
    "productivity", "citations", "methods", "assumptions", "solver", "objective", "objective_unit", "headline", "audit",
    "baseline", "wishes", "study", "studies", "accounts", "command", "opened", "sources", "policy", "projects", "carve",
    "seed", "bound", "gap", "status", "doubts", "missing", "left_out", "cautions", "agreed", "residual", "fairness",
    "content", "peers", "panel", "world", "notes", "turnpike", "solver_by_doctrine", "possible", "cost", "cost_share",
    "cost_unit", "sentences", "value_added_lost_share_by_setting", "final_use_lost_share_by_setting", "told_setting",
    "preview", "value_added_lost", "value_added_lost_share", "final_demand_unmet", "final_demand_unmet_share",
    "first_day_below", "recovered", "resembled", "margin", "reached", "price", "cut", "mean_goal", "projects_held",
    "own_limits", "measures", "allowed_loss", "rational", "plan_money", "of", "compared", "figures", "language",
    "asked", "where", "counts", "last_year", "question", "wish", "cost_a_year", "cost_sentences",
}  # fmt: skip
# Figures of the economy that a study states beside its policy.
OF_ECONOMY = ("capital_output", "depreciation", "trend_growth", "employment")
# Tables that say what was asked: their keys, and the column of the value.
ASKED_TABLES = {"types": (("facility", "figure"), "value")}
# By what the records of a study are told apart, the first that is stated.
IDENTITY = ("name", "indicator", "product", "sector", "partner", "figure", "what", "activity", "commodity")


class Input(NamedTuple):
    """An input of an outcome: what it is in words, its unit, what it means, and its value as plain JSON."""

    words: str
    unit: str
    meaning: str
    value: Any


def inputs_of(o: Outcome) -> dict[str, Input]:
    """Every input that the outcome says it was made from, by a key that is the same in every outcome of its kind."""
    about = o.provenance
    facts = {**about, "country": about.get("country_name") or about.get("country")}
    inputs = {key: Input(words, "", "", facts[key]) for key, words in FACTS.items() if facts.get(key) is not None}
    inputs |= dict(_accounts(o))
    inputs |= dict(_options(o))
    inputs |= dict(_policy(o))
    inputs |= dict(_studies(o))
    inputs |= dict(_tables(o))
    rest = {k: v for k, v in about.items() if k not in NO_INPUTS and k not in FACTS}
    leaves = ((path, Input(words, "", "", value)) for path, words, value in _leaves(rest))
    # What an option says already is not said twice.
    return inputs | {path: one for path, one in leaves if f"option {path.rpartition(' ')[2]}" not in inputs}


def fingerprint(o: Outcome) -> str:
    """A short mark of what the outcome was asked with: outcomes of the same inputs have the same.

    >>> fingerprint(Outcome({}, {}, {"country": "KEN"})) == fingerprint(Outcome({}, {}, {"country": "GHA"}))
    False
    """
    # Where files stand is no matter; what is in them has its own mark.
    values = {key: one.value for key, one in inputs_of(o).items() if not key.startswith("accounts ")}
    text = json.dumps([o.engine, values], sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:SHORT]


def value_words(value: Any) -> str:
    """The value of an input as a table shows it.

    >>> value_words([2020, 2021, 2022]), value_words(0.04)
    ('2020 to 2022', '0.04')
    """
    years = isinstance(value, list) and len(value) > 1 and all(isinstance(v, int) for v in value)
    if years and value == list(range(value[0], value[-1] + 1)):
        return f"{value[0]} to {value[-1]}"
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return unit_words("not chosen" if value is None else choice(value))


def _accounts(o: Outcome) -> Iterator[tuple[str, Input]]:
    """The sources with the SHA-256 of their files, and how the accounts were opened."""
    for stated in o.provenance.get("sources", []):
        # Recipes cite in a line.
        source: Mapping[str, Any] = stated if isinstance(stated, Mapping) else {"title": str(stated)}
        title = str(source.get("title", "source"))
        marks = {f: str(mark)[:SHORT] for f, mark in dict(source.get("sha256") or {}).items()}
        vintage = str(source.get("vintage", ""))
        yield f"source {title}", Input(f"source: {title}", "", "a source of the accounts", vintage or RECORD)
        for file, mark in marks.items():
            yield f"file {title} {file}", Input(f"file {file}", "SHA-256", f"a file of {title}", mark)
    record = o.provenance.get("accounts")
    opened = {k: v for k, v in record.items() if k not in ("country", "year")} if isinstance(record, Mapping) else {}
    for key, value in opened.items():
        yield f"accounts {key}", Input(f"accounts: {key}", "", "how the accounts were opened", value)


def _options(o: Outcome) -> Iterator[tuple[str, Input]]:
    """The options of the command, those that were not said at what they usually are."""
    words = shlex.split(str(o.provenance.get("command") or ""))[1:]
    verb = VERBS.get(words[0]) if words else None
    if verb is None:
        return
    said = _said(words[1:], verb.options)
    for option in verb.options:
        if option.use == KEYWORD:
            name = (option.says or option.name).replace("_", " ")
            value = said.get(option.name, option.default)
            yield (
                f"option {option.name}",
                Input(name, "", option.help, list(value) if isinstance(value, tuple) else value),
            )


def _said(words: Sequence[str], options: Sequence[Option]) -> dict[str, Any]:
    """The words of a command by option: places first, as ``repeating.words_of`` writes them."""
    flags = {o.flag: o for o in options}
    at = next((n for n, w in enumerate(words) if w in flags), len(words))
    places = [o for o in options if o.position]
    # Where fewer words stand than places, those of whom nothing has to be said are left out.
    spare = [o for o in places if not o.needed][: max(len(places) - at, 0)] if at < len(places) else []
    said: dict[str, Any] = {}
    rest = list(words[:at])
    for o in (p for p in places if p not in spare):
        said[o.name] = rest if o.many == SEVERAL else rest[0] if rest else None
        rest = [] if o.many == SEVERAL else rest[1:]
    while at < len(words):
        flag = flags.get(words[at])
        end = next((n for n in range(at + 1, len(words)) if words[n] in flags), len(words))
        values = list(words[at + 1 : end])
        if flag is not None and flag.use != FACE:
            many = [*said.get(flag.name, []), *values]
            said[flag.name] = True if flag.kind == SWITCH else " ".join(values) if flag.many == ONCE else many
        at = end
    return said


def _policy(o: Outcome) -> Iterator[tuple[str, Input]]:
    """Choices of the policy one by one, by sector where a choice has sectors, and what its records state."""
    cards = o.provenance.get("policy_cards", {})
    for key, value in o.provenance.get("policy", {}).items():
        card = cards.get(key, {})
        unit, meaning, words = str(card.get("unit", "")), str(card.get("meaning", "")), key.replace("_", " ")
        if isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            yield from _records(o, key, value)
        elif isinstance(value, Mapping) and not any(isinstance(v, Mapping | list) for v in value.values()):
            yield from _by_name(o, key, value, Input(words, unit, meaning, None))
        elif isinstance(value, Mapping):
            yield from _records(o, key, [value])
        elif value != []:
            yield key, Input(words, unit, meaning, value)


def _by_name(o: Outcome, key: str, value: Mapping[str, Any], of: Input) -> Iterator[tuple[str, Input]]:
    """A figure with names, such as sectors: its default under its own key, each name under that."""
    yield key, of._replace(value=value.get(OTHERS))
    for name, figure in value.items():
        if name != OTHERS:
            yield f"{key} {name}", of._replace(words=f"{of.words}: {labels(o).get(name, name)}", value=figure)


def _records(o: Outcome, section: str, rows: Sequence[Any]) -> Iterator[tuple[str, Input]]:
    """The records of a section: that each is there, and each of its fields; a target as one line in words."""
    counts: dict[str, int] = {}
    for row in rows:
        stated = row if isinstance(row, Mapping) else {"name": str(row)}
        target = _target(stated) if section == "targets" else None
        mark = next((str(stated[k]) for k in IDENTITY if stated.get(k)), section)
        if stated.get("place"):
            mark += f" @ {stated['place']}"
        if target is not None:
            mark = f"{target.name or indicator_words(o, target.indicator)} {target.sense}"
        counts[mark] = counts.get(mark, 0) + 1
        named = mark if counts[mark] == 1 else f"{mark} ({counts[mark]})"
        head = section.replace("_", " ") + (f": {named}" if named != section else "")
        if target is not None:
            yield head, Input(head, "", "a target of the plan", _target_words(target))
            continue
        yield head, Input(head, "", "a record of the study", RECORD)
        for path, words, value in _leaves(stated):
            yield f"{head} {path}", Input(f"{head}, {words}", "", "a figure of this record", value)


def _target(row: Mapping[str, Any]) -> Target | None:
    names = {f.name for f in fields_of(Target)}
    return Target(**{k: v for k, v in row.items() if k in names and v is not None}) if row.get("indicator") else None


def _target_words(t: Target) -> str:
    strength = (
        "must" if t.must else f"priority {t.priority}" if t.priority is not None else f"should, weight {t.weight:g}"
    )
    return f"{t.bound_text()} {t.when_text()}".strip() + f" ({strength})"


def _studies(o: Outcome) -> Iterator[tuple[str, Input]]:
    """What studies say beside the policy: figures of the economy, products carved out, rows of projects."""
    texts = {"": str(o.provenance["study"])} if o.provenance.get("study") else {}
    several = {str(k): str(v) for k, v in dict(o.provenance.get("studies") or {}).items()}
    for name, text in (texts or several).items():
        content = tomllib.loads(text)
        before = f"{name}: " if name else ""
        figures = {
            k: v for part in content.values() if isinstance(part, Mapping) for k, v in part.items() if k in OF_ECONOMY
        }
        for key, value in figures.items():
            words = Input(
                f"{before}{key.replace('_', ' ')}", "", "a figure of the economy that the study states", value
            )
            pairs = _by_name(o, before + key, value, words) if isinstance(value, Mapping) else [(before + key, words)]
            yield from pairs
        for key, word in _records(o, "carve", content.get("carve", [])):
            yield before + key, word._replace(words=before + word.words)
        for table, rows in content.get("projects", {}).items():
            for key, word in _records(o, f"projects {table}", rows):
                yield before + key, word._replace(words=before + word.words)
        if name:
            yield from _whole_study(o, name, content)
    if not texts and not several:
        for table, rows in dict(o.provenance.get("projects") or {}).items():
            yield from _records(o, f"projects {table}", rows)
        yield from _records(o, "carve", list(o.provenance.get("carve") or []))


def _whole_study(o: Outcome, name: str, content: Mapping[str, Any]) -> Iterator[tuple[str, Input]]:
    """Of several studies the policy of each."""
    for section, part in content.items():
        if section in ("carve", "projects"):
            continue
        if isinstance(part, list):
            for key, word in _records(o, section, part):
                yield f"{name} {key}", word._replace(words=f"{name}: {word.words}")
        elif isinstance(part, Mapping):
            for path, words, value in _leaves({k: v for k, v in part.items() if k not in OF_ECONOMY}):
                yield f"{name} {path}", Input(f"{name}: {words}", "", f"in [{section}] of the study", value)


def _tables(o: Outcome) -> Iterator[tuple[str, Input]]:
    for name, (keys, value) in ASKED_TABLES.items():
        rows = table_of(o, name)
        if not {*keys, value} <= set(rows.columns):
            continue
        for row in rows.to_dict("records"):
            words = ": ".join(str(row[k]) for k in keys)
            figure = None if row[value] != row[value] else row[value]
            yield f"{name} {words}", Input(words, str(row.get("unit", "")), "a figure of a type", figure)


def _leaves(value: Any, path: str = "", words: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every single value of nested ones: its path, its words and itself; lists of records by what names them."""
    if isinstance(value, Mapping):
        for key, inside in value.items():
            name = str(key).replace("_", " ")
            yield from _leaves(inside, f"{path} {key}".strip(), f"{words}, {name}" if words else name)
    elif isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
        for n, inside in enumerate(value, 1):
            mark = (
                next((str(inside[k]) for k in IDENTITY if inside.get(k)), str(n))
                if isinstance(inside, Mapping)
                else str(n)
            )
            yield from _leaves(inside, f"{path} {mark}", f"{words} {mark}")
    else:
        yield path, words, value
