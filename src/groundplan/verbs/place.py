"""Which places first, with which works, by rules that can be read aloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groundplan.economy.audit import audit
from groundplan.economy.economy import Economy
from groundplan.errors import StudyError
from groundplan.languages.spoken import ENGLISH, LANGUAGES
from groundplan.outcome import Outcome
from groundplan.places.agreement import Agreement, Choose, Claims, agree
from groundplan.places.choose_places import choose_places
from groundplan.places.choosing.rules import Rules
from groundplan.places.known.columns import PlacesError
from groundplan.places.known.places import Places
from groundplan.places.known.shipped_places import DETOUR
from groundplan.places.scoring.scores import Weights
from groundplan.places.works.facilities import Facilities
from groundplan.planning.solve import Progress, quiet
from groundplan.records.money import money_of
from groundplan.results.charts.map_sheet import WORDS, words

if TYPE_CHECKING:
    from groundplan.planning.families.family import Family
    from groundplan.planning.policy import Policy
    from groundplan.study.asking import Subject
    from groundplan.study.study import Study

ROUNDING = 1e-9


def place(
    country: Places | str | Path | None = None,
    *,
    places: Places | str | Path | None = None,
    roles: str | Path | None = None,
    rules: Rules | str | Path | None = None,
    facilities: Facilities | str | Path | None = None,
    weights: Mapping[str, Weights] | str | Path | None = None,
    draw: str | Path | None = None,
    level: str | None = None,
    budget: Mapping[str, float | Sequence[float]] | None = None,
    per_year: int | Sequence[int] | None = None,
    years: int | None = None,
    detour: float = DETOUR,
    gap: float = 0.005,
    time_limit: float = 600.0,
    seed: int = 0,
    language: str = "en",
    quick: bool = False,
    in_plan: bool = False,
    accounts: Subject = None,
    ranges: int = 8,
    policy: Policy | None = None,
    families: Sequence[Family] | None = None,
    progress: Progress = quiet,
    **changed: Any,
) -> Outcome:
    """Which places first, with which works, by published rules; with all tables that it was made from.

    ``country`` is a shipped country (its code), ``places`` a file with its ``roles``; either may be ``Places``.
    Rules, facility types and weights come as files or objects; ``budget``, ``per_year``, ``years`` and ``changed`` are
    single rules laid over them. ``draw`` is the record of a public draw. ``level`` names a column of what people have a
    head: the gap is what a place has less than the best-off; without one it is the need score. Without ``quick`` it is
    also told how sure the order is, what each rule costs and the front of efficiency against equality, a search each.
    ``in_plan`` puts the programme into the plan of ``accounts`` (as in ``plan``, of a study its policy too; by default
    the country's shipped ones), under ``policy`` and ``families``, till both agree: the table ``agreement``. Keywords
    of ``see`` (``table``, ``layout``, ``study.asking.Files``) open a publisher's files for it, or a year of them; of
    estimated accounts figures are ranges from ``ranges`` of their draws (``study.ranged_outcomes``).
    Ctrl-C keeps the best found; its status is then "stopped".

    Raises ``PlacesError``, ``UnknownName``, ``StudyError``, ``DrawRefused`` for what was given, ``PlanInfeasible`` with
    the rules that clash, ``SolverError``, ``Interrupted`` where it was stopped before anything was found.

    >>> made = place("KEN", per_year=1, years=1, quick=True)
    >>> len(made.table("chosen"))
    1
    """
    # Whoever only chooses places waits for no planning: what names accounts is loaded here.
    from groundplan.study.asking import parted

    # Maps have words in two languages; in others that Groundplan speaks they keep the English ones.
    language = language if language in WORDS or language not in LANGUAGES else ENGLISH
    words(language)
    if country is not None and places is not None:
        raise StudyError(f"both {_named(country)} and {_named(places)} are named", fix="leave one of the two out")
    files, changed = parted(changed)
    single = {"per_year": per_year, "years": years, "budget": budget}
    asked: dict[str, Any] = {
        "roles": roles, "rules": rules, "facilities": facilities, "weights": weights, "draw": draw, "level": level,
        "detour": detour, "gap": gap, "time_limit": time_limit, "seed": seed, "language": language,
        **{k: v for k, v in single.items() if v is not None}, **changed,
    }  # fmt: skip
    where = "KEN" if country is None and places is None else country if places is None else places
    assert where is not None
    if not in_plan:
        if accounts is not None or files:
            named = ", ".join([*(["accounts"] if accounts is not None else []), *files])
            what = f"it is said whose plan the programme is in ({named}), and no plan is asked for"
            raise StudyError(what, fix="add --in-plan, or leave it out")
        return choose_places(where, extras=not quick, progress=progress, **asked)
    if accounts is None and (places is not None or isinstance(country, Places)):
        raise StudyError("it is not said whose plan these places are in", fix="name the accounts: --accounts KEN")
    from groundplan.study.asking import study_of
    from groundplan.study.ranged_outcomes import with_account_ranges
    from groundplan.study.repeating import command_of

    study = study_of(str(where) if accounts is None else accounts, policy=policy, choices=files)
    e = study.economy()
    done = place_in_plan(where, economy=e, policy=study.chosen(e), families=families, progress=progress, **asked)
    put = {**asked, "places": where, "in_plan": True, "quick": True, "policy": study.chosen(e), "families": families,
           "ranges": 0}  # fmt: skip
    choice = with_account_ranges(
        done.choice, study, e, f"{__name__}:place_of_draw", put, draws=ranges, progress=progress
    )
    said = {
        **asked,
        **files,
        "country": country,
        "places": places,
        "in_plan": True,
        "quick": quick,
        "accounts": accounts,
    }
    command = "" if policy is not None else command_of("place", said)
    return choice.noting(command=command) if command else choice


def place_of_draw(study: Study, **asked: Any) -> Outcome:
    """``place`` with the plan of a study first."""
    return place(accounts=study, **asked)


def _named(places: Places | str | Path) -> str:
    return places.name if isinstance(places, Places) else str(places)


def place_in_plan(
    places: Places | str | Path = "KEN",
    *,
    economy: Economy | None = None,
    worth: float = 10.0,
    rounds: int = 6,
    tolerance: float = 0.005,
    policy: Policy | None = None,
    families: Sequence[Family] | None = None,
    progress: Progress = quiet,
    **asked: Any,
) -> Agreement:
    """Places of a shipped country chosen and its economy planned until both agree: both outcomes, and the rounds.

    ``asked`` are choices of ``place``. The programme's first year is the plan's first. Building cost by year is the
    claim; the plan's ceilings are the programme's budget of money. The choice's outcome has the table ``agreement``.
    Raises what ``place`` and ``plan`` raise; ``PlacesError`` where programme and economy are not in one money.
    """
    e = economy or Economy.load(str(places))

    def choose(ceilings: Sequence[float] | None, *, extras: bool = False) -> Outcome:
        budget = dict(asked.get("budget", {}))
        if ceilings is not None:
            span = int(asked.get("years", len(ceilings)))
            budget["money"] = tuple(c * (1.0 + ROUNDING) / scale for c in ceilings[:span])
        laid = {**asked, **({"budget": budget} if budget else {})}
        return choose_places(places, extras=extras, progress=progress, **laid)

    def claims(choice: Outcome) -> list[float]:
        table = choice.table("claims")
        spent = table[table["commodity"] == "money"].set_index("year")["amount"]
        return [float(spent.get(t, 0.0)) * scale for t in range(1, int(spent.index.max()) + 1)] if len(spent) else []

    scale = _scale(choose(None), e)
    done = agreed(
        e, choose, claims, worth=worth, rounds=rounds, tolerance=tolerance, policy=policy, families=families,
        progress=progress,
    )  # fmt: skip
    last = done.rounds[done.rounds["round"] == done.rounds["round"].max()]
    ceilings = last["ceiling"].tolist() if done.rounds["round"].max() > 1 else None
    whole = choose(ceilings, extras=True)
    tables = {**whole.tables, "agreement": done.rounds}
    about = {**whole.provenance, "agreed": done.agreed, "residual": done.residual, "plan_money": e.money}
    about["audit"] = audit(e).lines()
    return replace(done, choice=Outcome(whole.arrays, tables, about))


def agreed(
    economy: Economy,
    choose: Choose,
    claims: Claims,
    *,
    gives: Mapping[str, float] | None = None,
    years: int | None = None,
    worth: float = 10.0,
    rounds: int = 6,
    tolerance: float = 0.005,
    policy: Policy | None = None,
    families: Sequence[Family] | None = None,
    progress: Progress = quiet,
) -> Agreement:
    """A chooser of places and the plan of an economy in turn, until the programme's claims are the plan's ceilings.

    ``gives`` and ``worth`` as in ``programme_rows``, all else as in ``places.agreement.agree``; the plan is of
    ``years`` years, as many as there are claims at least.
    """
    from groundplan.planning.features.works import carried_out, programme_rows

    def planned(asked: Sequence[float]) -> tuple[Outcome, list[float]]:
        span = max(years or len(asked), len(asked))
        done = with_programme(
            economy, asked, gives=gives, worth=worth, years=span, policy=policy, families=families, progress=progress
        )
        return done, carried_out(done, asked, economy.year + 1)

    programme_rows(economy, (), 1, gives=gives, worth=worth)
    return agree(choose, claims, planned, economy.year + 1, rounds=rounds, tolerance=tolerance, progress=progress)


def with_programme(
    economy: Economy,
    claims: Sequence[float],
    *,
    years: int,
    gives: Mapping[str, float] | None = None,
    worth: float = 10.0,
    policy: Policy | None = None,
    families: Sequence[Family] | None = None,
    progress: Progress = quiet,
) -> Outcome:
    """The national plan with a programme of so much building cost a year in it; arguments as in ``programme_rows``."""
    from groundplan.planning.features.works import programme_rows
    from groundplan.planning.plan_programme import FAMILIES
    from groundplan.study.asking import study_of
    from groundplan.verbs.plan import plan

    rows, targets = programme_rows(economy, claims, years, gives=gives, worth=worth)
    own = [] if policy is None else policy.targets
    asked = study_of(economy, policy=policy, projects=rows, choices={"years": years, "targets": [*own, *targets]})
    # Ranges of estimated accounts are told of the whole, by who asks for them, and not of each round.
    return plan(asked, families=FAMILIES if families is None else families, ranges=0, progress=progress)


def _scale(choice: Outcome, e: Economy) -> float:
    """How many units of the economy's money one unit of the programme's is; both at prices of one year."""
    unit = str(choice.provenance.get("money") or "")
    ours, theirs = money_of(unit), money_of(e.money)
    if ours.base != theirs.base:
        raise PlacesError(
            f"the programme is in {unit}, the economy in {e.money}", fix="price the facility types in its money"
        )
    return ours.units / theirs.units
