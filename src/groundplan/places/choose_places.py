"""A programme of places: which places, facility types, weights and rules; the choice, and all that it was made from."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from groundplan.errors import StudyError, UnknownName, raise_all
from groundplan.outcome import Outcome
from groundplan.places import country_defaults as defaults
from groundplan.places import place_record as record
from groundplan.places.choosing.choice_inputs import Inputs
from groundplan.places.choosing.rules import Rules
from groundplan.places.choosing.search import Effort
from groundplan.places.judging.extras import Extras
from groundplan.places.judging.robustness import Explainer, reason_tables
from groundplan.places.known import shipped_places as shipped
from groundplan.places.known.place_readers import read
from groundplan.places.known.places import Places
from groundplan.places.known.workbook.place_reading import read_places_workbook
from groundplan.places.lots.draw import tickets
from groundplan.places.place_programme import claims, solved
from groundplan.places.scoring.inequality import fairness, level_of
from groundplan.places.scoring.scores import Weights, open_weights, score, shipped_weights
from groundplan.places.works.facilities import Facilities
from groundplan.places.works.facility_files import open_facilities
from groundplan.records.toml import open_document
from groundplan.solver.search_line import wants_more
from groundplan.tables.returned.changed_cells import change_lines
from groundplan.tables.returned.manifest import PLACES, kind_of

Progress = Callable[[str], None]
NEEDED = ("need", "readiness")


def quiet(_: str) -> None:
    """No progress."""


def open_places(name: str | Path, roles: str | Path | None = None) -> Places:
    """The places of a shipped country, by code, or of a file with its roles.

    A workbook that ``groundplan template --places`` wrote needs no roles.
    Raises ``UnknownName`` with the nearest country, ``StudyError`` for a file without roles, and all that the file's
    reader refuses.
    """
    path = Path(name)
    if path.suffix or len(path.parts) > 1 or path.is_file():
        kind = kind_of(path)
        if kind is not None and kind is not PLACES:
            raise StudyError(f"the workbook holds a {kind.holds}, and no places", where=str(path), fix=PLACES.command)
        if kind is PLACES:
            if roles is not None:
                what = "the workbook says itself what its columns are"
                raise StudyError(what, where=str(path), fix="leave out the roles, and edit its sheet Columns")
            return read_places_workbook(path)
        if roles is None:
            fix = "name the file that says what its columns are: --roles roles.toml"
            raise StudyError("the roles of the file's columns are not told", where=str(path), fix=fix)
        return read(path, roles)
    if roles is not None:
        raise StudyError("roles are for a file of places", where=str(name), fix="leave them out, or name a file")
    return shipped.shipped(str(name))


def open_rules(path: str | Path | None, country: str, changed: Mapping[str, Any]) -> Rules:
    """Rules from a TOML file, or the ones that stand for a shipped country, with what is ``changed`` laid over them.

    Raises ``PlacesError`` and ``UnknownName``, all faults at once.
    """
    if path is not None:
        document = open_document(path)
        return replace(document, content={**document.content, **changed}).record(Rules)
    case = shipped.cases().get(country)
    given = dict({"provinces": "by places"} if case is None else case.programme)
    by_year = given.get("per_year")
    years = changed.get("years")
    if isinstance(by_year, tuple) and isinstance(years, int) and 0 < years < len(by_year):
        given["per_year"] = by_year[:years]
    return Rules.of({**given, **changed})


def choose_places(
    places: Places | str | Path = "KEN",
    *,
    roles: str | Path | None = None,
    rules: Rules | str | Path | None = None,
    facilities: Facilities | str | Path | None = None,
    weights: Mapping[str, Weights] | str | Path | None = None,
    draw: str | Path | None = None,
    level: str | None = None,
    detour: float = shipped.DETOUR,
    gap: float = 0.005,
    time_limit: float = 600.0,
    seed: int = 0,
    language: str = "en",
    extras: bool = True,
    progress: Progress = quiet,
    **changed: Any,
) -> Outcome:
    """Which places first, with which works, by published rules; with all tables that it was made from.

    ``places`` is a shipped country, a file with its ``roles``, or ``Places``. Rules, facility types and
    weights come as files or objects; ``changed`` are single rules laid over them: per_year, years, budget ... ``draw``
    is the record of a public draw. ``level`` names a column of what people have a head: the gap is what a place has
    less than the best-off; without one it is the need score. ``extras`` are how sure the order is, the cost of each
    rule and the front of efficiency against equality, a search each. Ctrl-C keeps the best found; its status is then
    "stopped".

    Raises ``PlacesError``, ``UnknownName``, ``StudyError``, ``DrawRefused`` for what was given, ``PlanInfeasible`` with
    the rules that clash, ``SolverError``, ``Interrupted`` where it was stopped before anything was found.

    >>> made = choose_places("KEN", per_year=1, years=1, extras=False)
    >>> len(made.table("chosen"))
    1
    """
    opened = places if isinstance(places, Places) else open_places(places, roles)
    for line in change_lines(opened.changes):
        progress(line)
    case = case_of(opened, places)
    shown = shipped.cases().get(case)
    types = facilities if isinstance(facilities, Facilities) else facilities_in_force(facilities, opened.country)
    ruled = weights_in_force(weights, opened.country)
    scores = {name: score(opened, ruled[name]) for name in NEEDED}
    measure = level_of(opened, scores["need"], level or (shown.level if shown else None) or None)
    in_force = rules_in_force(rules, case, opened.country, level, changed)
    draw_tickets, draw_said = (None, None) if draw is None else tickets(draw, opened)
    inputs = Inputs(
        opened,
        types,
        in_force,
        scores["need"].values,
        scores["readiness"].values,
        gap=measure.gap,
        distances=None if opened.without_coordinates else opened.distances(detour=detour),
        tickets=draw_tickets,
    )
    effort = Effort(gap=gap, seconds=time_limit, seed=seed)
    siting, choice, programme = solved(inputs, effort, lambda seen: not wants_more(progress, seen.line()))
    tables = {**programme.tables, **record.tables(opened, scores, types), "claims": claims(programme, types)}
    tables |= reason_tables(Explainer(siting, choice, in_force, scores["need"]), progress)
    fair, tables["lorenz"] = fairness(tables["gaps"], measure, opened)
    left_out: list[str] = []
    if extras:
        more, left_out = Extras(inputs, siting, choice, ruled, effort).tables(progress)
        tables |= more
    if shipped.has_selections(case):
        tables["compared"] = defaults.published(case, tables["chosen"], scores)
    files = {"roles": roles, "rules": rules, "facilities": facilities, "weights": weights, "draw": draw}
    about = {
        **programme.provenance,
        **_about(opened, types, in_force, ruled),
        "command": _command(places, files, {"level": level, **changed}, effort),
        "seed": seed,
        "fairness": fair,
        "draw": draw_said,
        "detour": detour,
        "language": language,
        "left_out": left_out,
        **({"study_changes": [c._asdict() for c in opened.changes]} if opened.changes else {}),
        "cautions": list(shown.cautions) if shown else [],
    }
    return Outcome(programme.arrays, tables, about)


def case_of(opened: Places, asked: Places | str | Path) -> str:
    """The country whose own figures, pace and cautions stand; nothing where places were given by a file."""
    named = opened.made_from if isinstance(asked, Places) or opened.made_from else asked
    return opened.country if str(named).strip().upper() == opened.country else ""


def facilities_in_force(given: str | Path | None, country: str) -> Facilities:
    """The types of works: of a file, or a country's local industry. Raises what opening the file raises."""
    return defaults.local_industry(country) if given is None else open_facilities(given)


def weights_in_force(given: Mapping[str, Weights] | str | Path | None, country: str) -> dict[str, Weights]:
    """The rules of need and readiness. Raises ``StudyError`` where places of one's own come without them."""
    if given is None:
        if country not in shipped.cases():
            fix = "give a file with [need] and [readiness]: --weights weights.toml"
            raise StudyError("the weights of need and readiness are not told", where=country, fix=fix)
        return shipped_weights(country)
    ruled = dict(given) if isinstance(given, Mapping) else open_weights(given)
    raise_all([UnknownName("score", name, ruled, fix=f"give a table [{name}]") for name in NEEDED if name not in ruled])
    return {name: ruled[name] for name in NEEDED}


def rules_in_force(
    given: Rules | str | Path | None, case: str, country: str, level: str | None, changed: Mapping[str, Any]
) -> Rules:
    """The rules, with what a job closes of the gap where that follows from a shipped country's figures.

    Raises ``StudyError`` where a level is named and nobody says what a job closes of its gap.
    """
    if isinstance(given, Rules):
        return replace(given, **changed)
    own = {} if given is None else open_document(given).content
    more = {k: v for k, v in defaults.gap_rules(case, level).items() if k not in own}
    if level is not None and not {"per_job"} & {*own, *more, *changed}:
        fix = "say per_job in the rules: what one job per head adds to the level, in its unit"
        raise StudyError(f"nobody says what a job closes of the gap in '{level}'", where="rules", fix=fix)
    return open_rules(given, country, {**more, **changed})


def _command(places: Places | str | Path, files: Mapping[str, Any], changed: Mapping[str, Any], effort: Effort) -> str:
    """The command that repeats the choice, as far as it came from files and names; objects are named by their kind."""
    words = ["groundplan", "place"]
    if isinstance(places, Places):
        words += ["--places", "<Places>"]
    else:
        words += [str(places)] if str(places).strip().upper() in shipped.cases() else ["--places", str(places)]
    for name, given in files.items():
        if given is not None:
            words += [f"--{name}", str(given) if isinstance(given, (str, Path)) else f"<{type(given).__name__}>"]
    for name, given in changed.items():
        if name == "budget":
            for limit, most in given.items():
                amounts = most if isinstance(most, (tuple, list)) else (most,)
                words += ["--budget", f"{limit}={','.join(f'{a:g}' for a in amounts)}"]
        elif given is not None:
            words += [f"--{name.replace('_', '-')}", str(given)]
    return shlex.join([*words, "--seed", str(effort.seed), "--gap", f"{effort.gap:g}"])


def _about(where: Places, types: Facilities, rules: Rules, ruled: Mapping[str, Weights]) -> dict[str, Any]:
    """Where everything comes from, as plain values."""
    sources = [*where.sources, *types.sources]
    if shipped.has_selections(where.country):
        sources.append(shipped.selections_source(where.country))
    case = shipped.cases().get(where.country)
    return {
        "groundplan": version("groundplan"),
        "country": where.country,
        "country_name": where.name if case is None else case.facts.country_name,
        "money": next((t.money for t in types.types.values() if t.money), ""),
        "years": list(rules.labels()),
        "sources": [s.as_dict() for s in sources],
        "assumptions": [a.as_dict() for a in types.assumptions()],
        "doubts": list(where.doubts),
        "missing": list(where.cannot()),
        "weights": {
            name: {"normalise": w.normalise, "missing": w.missing, "source": w.source} for name, w in ruled.items()
        },
    }
