"""Rules, weights and types of works as forms: parts of fields, and what was entered as plain values again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from groundplan.places.choosing.rules import PROVINCES, WEIGHTS, WORST_OFF, Rules
from groundplan.places.known.columns import BASES
from groundplan.places.scoring.scores import DIRECTIONS, MISSING, NORMALISED, Criterion, Weights
from groundplan.web.composing.card_forms import (
    Entered,
    FieldWords,
    card_content,
    card_fields,
    figure_of,
    without_fields,
    word_of,
)
from groundplan.web.composing.offered_names import COLUMN, PLACE, Offer, plain_offers
from groundplan.web.composing.scenario_forms import FormPart

SCORES = ("need", "readiness")
SCORE_NAMES = {"need": "Need", "readiness": "Readiness"}
FACILITY, GOAL, PROVINCE, LIMIT = "facility", "goal", "province", "limit"
RULE_WORDS = FieldWords(
    choices={"provinces": PROVINCES, "worst_off": WORST_OFF},
    offers={
        "required": FACILITY, "forced": PLACE, "forced_types": PLACE, "forbidden": PLACE, "forbidden_types": PLACE,
        "quota": PROVINCE, "budget": LIMIT, "weights": GOAL,
    },
)  # fmt: skip
WEIGHT_WORDS = FieldWords(choices={"normalise": NORMALISED, "missing": MISSING})
CRITERION_WORDS = FieldWords(choices={"direction": DIRECTIONS}, offers={"column": COLUMN})
SCORE_FIELDS = ("normalise", "missing", "source")
FIGURE_BASES = BASES
FIGURE_KEYS = ("value", "low", "high", "source", "basis")
MEASURED = ("step", "per_job")
RULE_GROUPS = (
    ("How many, and when", ("per_year", "years", "first_year", "kinds", "required", "budget")),
    ("Fairness between provinces and places", ("provinces", "quota", "longest_wait", "worst_off", "step", "per_job")),
    ("Single places", ("forced", "forced_types", "forbidden", "forbidden_types")),
    ("What counts how much", ("weights", "early")),
)


class FigureRow(NamedTuple):
    """A figure of a type of works: its path, what it is, its unit, and its parts as they are typed."""

    path: str
    name: str
    unit: str
    value: str
    low: str
    high: str
    source: str
    basis: str
    fault: str


class FigureTable(NamedTuple):
    """The figures of one type of works."""

    title: str
    rows: list[FigureRow]
    fault: str


def rules_parts(content: Mapping[str, Any], faults: Mapping[str, str]) -> list[FormPart]:
    """The rules of a programme as parts of a form."""
    parts = []
    for n, (title, only) in enumerate(RULE_GROUPS):
        fields = card_fields(Rules, content, "", faults, RULE_WORDS, only)
        path, fault = ("", faults.get("", "")) if n == 0 else (f"group{n}", "")
        parts.append(FormPart(title, "", path, fields, [], fault))
    return parts


def weights_parts(content: Mapping[str, Any], faults: Mapping[str, str]) -> list[FormPart]:
    """Need and readiness as parts of a form: each its rule, and its criteria one by one."""
    parts = []
    for score in SCORES:
        table = _table(content.get(score))
        shown = card_fields(Weights, table, f"{score}.", faults, WEIGHT_WORDS, SCORE_FIELDS)
        wrong = "; ".join(faults[path] for path in (score, f"{score}.criteria") if path in faults)
        parts.append(FormPart(SCORE_NAMES[score], "", score, shown, [], wrong))
        for n, row in enumerate(_rows(table.get("criteria"))):
            path = f"{score}.criteria.{n}"
            fields = card_fields(Criterion, row, f"{path}.", faults, CRITERION_WORDS)
            title = f"{SCORE_NAMES[score]}: what counts"
            parts.append(FormPart(title, "", path, fields, [], faults.get(path, ""), score, f"remove.{path}"))
    return parts


def facility_tables(content: Mapping[str, Any], faults: Mapping[str, str]) -> list[FigureTable]:
    """Every figure of every type of works, with its range and source."""
    tables = []
    for code, part in content.items():
        if not isinstance(part, Mapping):
            continue
        names = _table(part.get("names"))
        rows = [_figure_row(path, figure, faults) for path, figure in figures_in(part, code)]
        wrong = "; ".join(words for path, words in faults.items() if path == code)
        tables.append(FigureTable(str(next(iter(names.values()), code)), rows, wrong))
    return tables


def figures_in(value: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every table with a value inside another, by its path."""
    if isinstance(value, Mapping) and "value" in value:
        yield path, value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from figures_in(one, f"{path}.{key}")
    elif isinstance(value, list):
        for n, one in enumerate(value):
            yield from figures_in(one, f"{path}.{n}")


def _figure_row(path: str, figure: Mapping[str, Any], faults: Mapping[str, str]) -> FigureRow:
    name = path.partition(".")[2].replace(".", " ").replace("_", " ")
    value, low, high, source, basis = (word_of(figure.get(key)) for key in FIGURE_KEYS)
    fault = "; ".join(text for at, text in faults.items() if at == path or at.startswith(f"{path}."))
    return FigureRow(path, name, str(figure.get("unit", "")), value, low, high, source, basis, fault)


def entered_document(kind: str, entered: Entered, base: Mapping[str, Any]) -> dict[str, Any]:
    """What a form says of rules, weights or works; ``base``: the content that it was shown from."""
    if kind == "rules":
        return {**card_content(Rules, entered, ""), **without_fields(Rules, base)}
    if kind == "weights":
        scores = {score: _entered_score(score, entered) for score in SCORES}
        return {**{k: v for k, v in base.items() if k not in SCORES}, **scores}
    return {key: _with_figures(part, key, entered) for key, part in base.items()}


def _entered_score(score: str, entered: Entered) -> dict[str, Any]:
    head = f"{score}.criteria."
    numbers = {int(n) for key in entered if (n := key.removeprefix(head).partition(".")[0]).isdecimal() and head in key}
    criteria = [card_content(Criterion, entered, f"{head}{n}.") for n in sorted(numbers)]
    return {**card_content(Weights, entered, f"{score}.", SCORE_FIELDS), "criteria": criteria}


def _with_figures(value: Any, path: str, entered: Entered) -> Any:
    """The same with the figures that were entered in the place of those that stood there."""
    if isinstance(value, Mapping) and "value" in value:
        texts = {key: entered[f"{path}.{key}"][-1] for key in FIGURE_KEYS if f"{path}.{key}" in entered}
        figures = {k: t if k in ("source", "basis") else figure_of(t) for k, t in texts.items() if t}
        return {**{k: v for k, v in value.items() if k not in texts}, **figures}
    if isinstance(value, Mapping):
        return {key: _with_figures(one, f"{path}.{key}", entered) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_figures(one, f"{path}.{n}", entered) for n, one in enumerate(value)]
    return value


def changed_list(content: Mapping[str, Any], action: str) -> dict[str, Any]:
    """Weights with one criterion more (``add.need``) or less (``remove.need.criteria.2``); else the same."""
    how, _, rest = action.partition(".")
    score, _, number = rest.partition(".criteria.")
    if score not in SCORES:
        return dict(content)
    table = _table(content.get(score))
    rows = _rows(table.get("criteria"))
    if how == "add":
        rows = [*rows, {"weight": 1}]
    elif how == "remove" and number.isdecimal():
        rows = [row for n, row in enumerate(rows) if n != int(number)]
    return {**content, score: {**table, "criteria": rows}}


def beginning(kind: str, country: str) -> dict[str, Any]:
    """What stands for a country that comes with the package, as the values that a new document begins with."""
    from groundplan.places.choose_places import open_rules
    from groundplan.places.scoring.scores import shipped_weights

    if kind == "rules":
        rules = open_rules(None, country, {}).as_dict()
        # What a job closes of the gap follows from the country's figures as long as no rules state it.
        return {key: value for key, value in rules.items() if value not in ({}, [], "") and key not in MEASURED}
    if kind == "weights":
        return {
            name: {k: v for k, v in rule.as_dict().items() if k != "name"}
            for name, rule in shipped_weights(country).items()
        }
    from importlib.resources import files

    from groundplan.records.toml import parse

    return dict(parse(files("groundplan").joinpath("places/data/facilities.toml").read_text("utf-8"), "works").content)


def offers_of(kind: str) -> dict[str, list[Offer]]:
    """The names that are offered in a form of rules, weights or works, of the places that come with the package."""
    from groundplan.places.choose_places import open_places
    from groundplan.places.known.shipped_places import cases
    from groundplan.places.works.facility_files import general

    if kind == "facilities":
        return {}
    shown = [open_places(country) for country in cases()]
    columns = {name: column.meaning for places in shown for name, column in places.columns.items()}
    if kind == "weights":
        return {COLUMN: [Offer(name, meaning) for name, meaning in columns.items()]}
    return {
        PLACE: [Offer(i, title) for places in shown for i, title in places.titles().items()],
        PROVINCE: plain_offers(dict.fromkeys(p for places in shown for p in places.province if p)),
        FACILITY: [Offer(code, f.title()) for code, f in general().types.items()],
        GOAL: [Offer(word, meaning) for word, meaning in WEIGHTS.items()], LIMIT: plain_offers(("money", "power")),
    }  # fmt: skip


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _rows(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
