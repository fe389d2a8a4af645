"""Train: how long it takes until more engineers, teachers and setters of modern machines stand."""

from __future__ import annotations

import math
from typing import NamedTuple

import known_figures as figures
import numpy as np
from case import Case, grid, paragraphs

from groundplan import Economy, Outcome, Target, plan
from groundplan.planning.features.schools.school_levels import School
from groundplan.recipe_book.book import book
from groundplan.recipe_book.fit import parents

YEARS = 10
LEVEL, SKILL = "college", "graduate"
ASKED = (0.05, 0.1, 0.2, 0.4)  # intake beyond today's, as a share of an age group
WANTED = (100_000, 250_000, 500_000, 1_000_000)
ALMOST = 0.999
DRAWS = 4_000
SEED = 25


class Reach(NamedTuple):
    """What a plan of ten years gives under a limit on the intake: engineers and others who finish, and what they cost.

    intake: the limit, persons a year; years: those of the plan; trained: persons who have finished by each year's start
    standard: share of everybody's living standard that is given up in every year
    """

    intake: float
    years: list[int]
    trained: list[float]
    standard: float


def upkeep(end: str = "value") -> dict[str, float]:
    """What colleges give as far as they are known, and what leaves work, a year. Persons.

        finishing = students / Σ_k (1−d)^k · (1−d)^n,   leaving = graduates at work / working life

    ``end``: "value", or "low" or "high" for the end of all ranges at which fewest or most are left over.
    """
    other = {"value": "value", "low": "high", "high": "low"}[end]
    years, lost = (getattr(figures.assumed("college", name), other) for name in ("years", "drop_out"))
    intake = figures.fact("students in higher education", 1996) / sum((1.0 - lost) ** k for k in range(int(years)))
    graduates = 1e3 * figures.workers().value * figures.shares()[SKILL]
    return {
        "intake": intake,
        "finishing": intake * (1.0 - lost) ** int(years),
        "graduates": graduates,
        "leaving": graduates / getattr(figures.assumed("college", "working_life"), end),
    }


def left_over(end: str = "value") -> float:
    """Graduates a year beyond those who replace who retires; arguments as in ``upkeep``. Units: persons."""
    u = upkeep(end)
    return u["finishing"] - u["leaving"]


def teachers_per_student() -> float:
    """Teachers for a student, of 1985, the last year with both. Units: 1."""
    return figures.fact("teachers in higher education", 1985) / figures.fact("students in higher education", 1985)


def pupil_cost(e: Economy) -> float:
    """What education makes for a pupil: its output over all in school, each age alike. Units: money / person / year."""
    output = sum(float(e.output.sel(sector=s)) for s in education(e))
    return output / (figures.age_group() * figures.assumed("schooling", "pupil_years").value)


def education(e: Economy) -> list[str]:
    """The sectors that make education."""
    return parents(book().recipe("school"), e)


def college(e: Economy, years: int | None = None, teachers: float = 1.0) -> School:
    """More places at colleges than there are: none at first, every one to be built, taught by graduates.

    ``teachers`` times as many teachers for a student as in 1985.
    """
    sector = education(e)[0]
    ratio = float(e.capital_stock.sel(sector=sector) / e.output.sel(sector=sector))
    cost = pupil_cost(e) * figures.assumed("college", "cost").value
    return School(
        level=LEVEL,
        skill=SKILL,
        below="trained",
        years=years or int(figures.assumed("college", "years").value),
        drop_out=figures.assumed("college", "drop_out").value,
        teachers=teachers * teachers_per_student(),
        cost=cost,
        places=0.0,
        place_cost=cost * ratio,
        place_years=int(figures.assumed("college", "place_years").value),
    )


def planned(e: Economy, school: School, *targets: Target) -> Outcome:
    """A plan of ten years with this school and these targets."""
    return plan(e, years=YEARS, evenness=0.0, tail_years=0, ranges=0, schools=[school], targets=list(targets))


def reach(e: Economy, school: School, share: float) -> tuple[Reach, Outcome]:
    """The most who can finish within ten years where this share of an age group may begin every year, as a must.

    What is asked is a hair below what ``by_hand`` gives: so the plan says whether teachers, places and pupils can be
    had for it, and what they cost. Raises ``PlanInfeasible`` where they cannot.
    """
    last, most = e.year + YEARS, share * figures.age_group()
    done = planned(
        e,
        school,
        Target(f"trained: {SKILL}", ">=", ALMOST * by_hand(most, school)[-1], year=last),
        Target(f"intake: {LEVEL}", "<=", most, from_year=e.year + 1),
    )
    series = done.indicator(f"trained: {SKILL}")
    years = [y for y in (int(v) for v in series.index) if y > e.year]
    return Reach(most, years, [float(series[y]) for y in years], float(done.provenance["wishes"]["share"])), done


def by_hand(intake: float, school: School, years: int = YEARS) -> list[float]:
    """Who has finished by the start of each year of a plan: places are built, an intake a year begins, its years pass.

        trained[t] = intake · (1−d)^n · max(0, t − place_years − n + 1),   t = 0 in the plan's first year

    Units: persons.
    """
    left = (1.0 - school.drop_out) ** school.years
    return [intake * left * max(0, t - school.place_years - school.years + 1) for t in range(years)]


def years_until(wanted: float, intake: float, school: School) -> int:
    """Years from the decision until so many more have finished, with one intake a year. Whole years."""
    left = (1.0 - school.drop_out) ** school.years
    return school.place_years + school.years + math.ceil(wanted / (intake * left)) - 1


def modern(e: Economy) -> dict[str, tuple[float, float, float]]:
    """What making a share of metal goods by computer-controlled machines asks and frees: middle, 5 and 95 of 100 draws.

        more[k] = share · X · (a_cnc[k] − a_hand[k]) / pay[k]

    of graduates, trained and basic workers (persons), of electronics, machinery and power (money a year), and of
    capital (money). Every figure of both recipes is drawn evenly from its range; seeded.
    """
    new, old = (book().recipe(n) for n in ("cnc_modernisation", "hand_set_machining"))
    random, share = np.random.default_rng(SEED), figures.assumed("cnc", "share")
    output = sum(float(e.output.sel(sector=s)) for s in parents(new, e))
    moved = output * random.uniform(share.low, share.high, DRAWS)

    def gap(figure: str) -> np.ndarray:
        pair = []
        for recipe in (new, old):
            f = recipe.figures.get(figure)
            pair.append(np.zeros(DRAWS) if f is None else random.uniform(f.low, f.high, DRAWS))
        return np.asarray(moved * (pair[0] - pair[1]))

    each = figures.trained_pay(e) / 1e3
    skills = {"professional": "graduate", "skilled": "trained", "unskilled": "basic"}
    out = {f"{mine} workers": gap(f"labour.{theirs}") / (each * figures.pay()[mine]) for theirs, mine in skills.items()}
    out |= {name: gap(f"inputs.{name}") for name in ("electronics", "machinery", "electricity")}
    out["capital"] = gap("capital.ratio")
    return {k: (float(np.median(v)), *(float(q) for q in np.quantile(v, [0.05, 0.95]))) for k, v in out.items()}


def tell(case: Case) -> str:
    """The section on training, its outcomes saved."""
    whole = case.economy()
    e = figures.with_skills(figures.short(whole))
    school = college(e)
    reached = [reach(e, school, share) for share in ASKED]
    case.page("training", reached[1][1])
    return paragraphs(
        *_labour(whole),
        *_engineers(e, school, [r for r, _ in reached]),
        *_teachers(e, school, reached[1][0]),
        *_machines(whole, school),
        _unknown(),
    )


def _labour(e: Economy) -> list[str]:
    """What the accounts and the figures of population let be said at all."""
    w, u, shares = figures.workers(), upkeep(), figures.shares()
    young, old = figures.fact("share aged 0-14", 2023), figures.fact("share aged 15-64", 2023)
    entering, mean = figures.age_group(), figures.population() * old / 100.0 / 50.0
    return [
        "The estimated accounts know labour in money, of "
        f"{'one kind' if len(e.employment['skill']) == 1 else 'several kinds'}. Plans of schools need persons and "
        f"skills. So labour is set to {w.value / 1e3:.1f} million people ({w.low / 1e3:.1f} to {w.high / 1e3:.1f}), "
        "those of the census of 2008 grown with the population, and parted alike in every branch: "
        f"{shares['graduate']:.1%} graduates (men and women who had completed higher education in 2008), "
        f"{shares['trained']:.0%} trained, {shares['basic']:.0%} basic workers (assumed).",
        f"Population by age is published as three shares only: {young} % under 15, {old:g} % from 15 to 64 in 2023. "
        f"It follows that one year of the young has about {entering / 1e3:,.0f} thousand people and a mean year of "
        f"working age {mean / 1e3:,.0f} thousand: who enters work is {1 - entering / mean:.0%} fewer than an average "
        "year of those at work. It cannot be followed when the fall comes. Plans with cohorts are therefore not made "
        "here.",
        "**What colleges do.** The last published number is "
        f"{figures.fact('students in higher education', 1996):,.0f} students (1996). With five years and 5 % leaving "
        f"a year (assumed) they take in {u['intake'] / 1e3:,.0f} thousand a year, {u['intake'] / entering:.0%} of an "
        f"age group, and {u['finishing'] / 1e3:,.0f} thousand finish. Of {u['graduates'] / 1e6:.1f} million graduates "
        f"at work {u['leaving'] / 1e3:,.0f} thousand retire a year (a working life of 38 years is assumed). "
        + f"That leaves {left_over() / 1e3:+,.0f} thousand a year ({left_over('low') / 1e3:+,.0f} to "
        f"{left_over('high') / 1e3:+,.0f} at the ends of the ranges): within them, colleges may do no more than keep "
        "the number as it is, and more engineers ask for more places.",
    ]


def _engineers(e: Economy, school: School, reached: list[Reach]) -> list[str]:
    """How many more stand by when, and what is too much."""
    share = figures.assumed("college", "engineers")
    first = school.place_years + school.years
    rows = []
    for part, r in zip(ASKED, reached, strict=True):
        at = dict(zip(r.years, r.trained, strict=True))
        rows.append(
            (
                f"{part:.0%}",
                f"{r.intake / 1e3:,.0f}",
                *(f"{at[e.year + n] / 1e3:,.0f}" for n in (5, 8, YEARS)),
                f"{at[e.year + YEARS] * share.value / 1e3:,.0f} ({at[e.year + YEARS] * share.low / 1e3:,.0f} to "
                f"{at[e.year + YEARS] * share.high / 1e3:,.0f})",
                f"{r.standard:.1%}",
            )
        )
    until = [
        (f"{n:,}", *(str(years_until(n / share.value, part * figures.age_group(), school)) for part in ASKED))
        for n in WANTED
    ]
    limit = figures.fact("in education at the age of 17", 2008) / 100.0
    too_much = 1.0 - upkeep()["intake"] / figures.age_group()
    return [
        f"**Engineers.** A plan of ten years on the accounts ({len(e.sectors)} branches) must have as many graduates "
        "as the intake lets finish, while nobody lives worse than in 2023. Places are built first (two years, at "
        "three times a pupil's mean cost: assumed), then five years pass. The intake comes on top of what there is. "
        "One in three who finish is an engineer (assumed, one in five to one in two).",
        grid(
            (
                "more intake, of an age group",
                "thousand a year",
                f"finished by {e.year + 5}, thousand",
                f"by {e.year + 8}",
                f"by {e.year + YEARS}",
                "of them engineers",
                "living standard given up",
            ),
            rows,
        ),
        f"Nobody stands before year {first}: whatever is decided now, the first intake works from "
        f"{e.year + first + 1} on. Beyond the plan's years it is counted by hand. Years from the decision until so "
        "many more engineers stand:",
        grid(("engineers", *(f"intake {p:.0%}" for p in ASKED)), until),
        "The plan finds teachers, places and hands for each of these. Too much is what an age group cannot give. In "
        f"2008 {limit:.1%} of those aged 17 were in education; today's intake is "
        f"{upkeep()['intake'] / figures.age_group():.0%} of an age group; so more than about "
        f"{max(limit - upkeep()['intake'] / figures.age_group(), 0):.0%} on top means that more begin than were still "
        f"in education at 17 then, and {too_much:.0%} on top would be everybody.",
    ]


def _teachers(e: Economy, school: School, usual: Reach) -> list[str]:
    """Teachers are graduates too: what it costs to have them first."""
    per = teachers_per_student()
    students = usual.intake * sum((1.0 - school.drop_out) ** k for k in range(school.years))
    need = students * per
    double = reach(e, college(e, teachers=2.0), ASKED[1])[0]
    short = reach(e, college(e, years=3), ASKED[1])[0]
    last = {"five years, teachers of 1985": usual, "twice as many teachers": double, "three years, technicians": short}
    rows = [(name, f"{r.trained[-1] / 1e3:,.0f}", f"{r.standard:.1%}") for name, r in last.items()]
    return [
        f"**Teachers.** In 1985 there was a teacher for {1 / per:.0f} students. An intake of {ASKED[1]:.0%} of an age "
        f"group has {students / 1e3:,.0f} thousand students once all years are full, and asks for {need / 1e3:,.0f} "
        f"thousand teachers, {need / upkeep()['graduates']:.1%} of all graduates at work. If they come from graduates "
        "at work, they are missing there; if they are trained first, four years for a secondary teacher (published) "
        f"come before the five: the first engineer stands in year {school.place_years + 4 + school.years}. "
        + f"What colleges have left over for it is {left_over() / 1e3:+,.0f} thousand a year.",
        grid(
            (
                f"intake {ASKED[1]:.0%} of an age group",
                f"finished by {e.year + YEARS}, thousand",
                "living standard given up",
            ),
            rows,
        ),
        "A shorter course does more than anything else that a plan can choose; what its graduates then cannot do is "
        "not in the figures.",
    ]


def _rounded(mid: float, low: float, high: float) -> tuple[str, str]:
    """Middle and range, to hundreds where they are large."""
    a, b, c = (f"{round(v, -2 if abs(v) >= 1e3 else 0) + 0.0:+,.0f}" for v in (mid, low, high))
    return a, f"{b} to {c}"


def _machines(e: Economy, school: School) -> list[str]:
    """Modern technique: what it asks of people and machines."""
    share, new = figures.assumed("cnc", "share"), book().recipe("cnc_modernisation")
    asks = modern(e)
    rows = [
        (
            name,
            *_rounded(mid, low, high),
            "persons" if "workers" in name else e.money + ("" if name == "capital" else " / year"),
        )
        for name, (mid, low, high) in asks.items()
    ]
    graduates = asks["graduate workers"][0]
    build, life = new.figures["capital.gestation"], new.figures["capital.life"]
    branches = [e.label(s) for s in parents(new, e)]
    return [
        "**Modern technique.** The recipes `cnc_modernisation` and `hand_set_machining` (all figures assumed, with "
        f"ranges) say what changes when {share.value:.0%} ({share.low:.0%} to {share.high:.0%}) of "
        f"{', '.join(branches).lower()} is made on computer-controlled machines: more graduates who program, fewer "
        "hands who set.",
        grid(("what changes", "middle", "5 to 95 of 100 draws", "unit"), rows),
        f"{round(graduates, -2):,.0f} programmers and setters are {graduates / upkeep()['finishing']:.0%} of a year's "
        f"graduates of today: people are not what it waits for. Machines take {build.low:.0f} to {build.high:.0f} "
        f"years to be put up and last {life.low:.0f} to {life.high:.0f}; their electronics come from abroad. Where "
        f"people are trained for it, places and course take {school.place_years + school.years} years while machines "
        f"are put up; where they are taken from elsewhere, machines decide: {build.low:.0f} to {build.high:.0f} "
        "years. Where the branch of the accounts holds raw metals too, all these figures are too high.",
    ]


def _unknown() -> str:
    return (
        "**What cannot be known here.** Students, teachers and graduates after 1996, and their subjects. People by "
        "single years of age. How many graduates work in what they learnt. Who does service, for how long, and comes "
        "to work or college after it. What a place or a course costs. How good the teaching is. Which works have "
        "modern machines already, and whether they run."
    )
