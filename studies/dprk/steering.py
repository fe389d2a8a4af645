"""Steer: what was announced, in a ledger with its days, against what the promiser reports and outsiders see."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import known_figures as figures
from case import Case, grid, paragraphs

from groundplan import Ledger, Outcome, follow, ledger, selections
from groundplan.reconciling.verdict_words import UNDETERMINED

KEPT, LATE, BROKEN, OPEN, UNMEASURED = "kept", "late", "broken", "open", "not measurable"
OUTSIDE, OWN = "outside", "own"
BASES = {OUTSIDE: "seen from outside", OWN: "the promiser's own word", "": ""}
MISSED, PART = "missed", "part"
ORIGIN = "analysis.example/dprk-announcements"
UNITS = {
    "Party congress": "CONGRESS", "Regional development policy": "REGIONS", "Ministry of Finance": "FINANCE",
    "State Planning Commission": "PLANNING",
}  # fmt: skip
# What is promised year by year on one sheet, whether it is a ratio, and within how many days a report is due.
SHEETS = {
    "flats": ("flats in the capital", "flow", 0),
    "counties": ("counties with new factories", "flow", 0),
    "hospitals": ("county hospitals", "flow", 0),
    "mining": ("flats in the mining district", "flow", 0),
    "revenue": ("state budget revenue over plan", "ratio", 60),
    "spending": ("state budget spending over plan", "ratio", 60),
    "defence": ("defence in budget spending", "ratio", 60),
}


class Claim(NamedTuple):
    """Something that was announced; ``promised`` is None where no figure was, ``by`` where no day was."""

    claim: str
    who: str
    says: str
    said: date
    by: date | None
    promised: float | None
    measure: str
    address: str
    why: str
    exactly: bool


class Evidence(NamedTuple):
    """A figure or a finding on a claim: of which year, by whom, as of which day.

    ``finding``: "missed" (not there on its day), "part" (tells nothing of the whole), or nothing: ``value`` counts.
    """

    claim: str
    kind: str
    of: int
    finding: str
    value: float | None
    measure: str
    day: date
    publisher: str
    address: str
    note: str


class Verdict(NamedTuple):
    """What becomes of a claim on a day: a word, on whose say-so, and why; ``days`` late where it is."""

    word: str
    basis: str
    why: str
    days: int = 0


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads((figures.DATA / "claims.toml").read_text("utf-8"))


def as_of() -> date:
    """The day on which everything is judged; nothing later is looked at."""
    day: date = _document()["as_of"]
    return day


def claims() -> list[Claim]:
    """What was announced, in the order of the file."""
    return [
        Claim(
            c["claim"], c["who"], c["says"], c["said"], c["by"] or None, c.get("promised"), c["measure"], c["address"],
            c.get("why", ""), c.get("exactly", False),
        )
        for c in _document()["claims"]
    ]  # fmt: skip


def evidence() -> list[Evidence]:
    """What is known of the claims, in the order of the file."""
    rows = csv.DictReader((figures.DATA / "evidence.csv").read_text("utf-8").splitlines())
    return [
        Evidence(
            r["claim"], r["kind"], int(r["of"]), r["finding"], float(r["value"]) if r["value"] else None, r["measure"],
            date.fromisoformat(r["day"]), r["publisher"], r["address"], r["note"],
        )
        for r in rows
    ]  # fmt: skip


def verdict(c: Claim, known_of: Sequence[Evidence], on: date) -> Verdict:
    """What becomes of a claim, by rules that know no claim by name.

    1. no figure or no day was promised: not measurable
    2. where an outsider has a figure of the whole it decides, and the promiser's does not count; a finding "missed"
       says that the day was not kept
    3. the figure is reached by the day: kept; after it: late; never, and it is known: broken
    4. nothing decides: open before the day, not measurable after it
    """
    if c.promised is None or c.by is None:
        return Verdict(UNMEASURED, "", c.why)
    rows = [r for r in known_of if r.claim == c.claim and r.day <= on and r.finding != PART]
    missed = [r for r in rows if r.finding == MISSED]
    numbers = [r for r in rows if r.value is not None and r.kind == OUTSIDE] or [r for r in rows if r.value is not None]
    numbers.sort(key=lambda r: r.day)
    reached = [r for r in numbers if r.value is not None and _fits(c, r.value)]
    seen = [r for r in missed if r.kind == OUTSIDE] or missed
    if seen or (reached and _days(c, reached[0]) > 0):
        late = next((r for r in reached if _days(c, r) > 0), None)
        basis = seen[0].kind if seen else OWN if late is None else late.kind
        if late is None:
            return Verdict(BROKEN, basis, seen[0].note)
        number = "" if late.kind == OUTSIDE or basis == OWN else "; that it was reached at all is the promiser's word"
        note = f"; {late.note}" if late.note else ""
        return Verdict(LATE, basis, f"{_days(c, late)} days after its day{number}{note}", _days(c, late))
    if reached:
        r = reached[0]
        return Verdict(KEPT, r.kind, f"{_plain(r.value)} {r.measure}")
    if numbers:
        r = numbers[0]
        assert r.value is not None
        return Verdict(
            BROKEN, r.kind, f"{_plain(r.value)} {r.measure}, {_plain(round(abs(c.promised - r.value), 6))} off"
        )
    if on <= c.by:
        return Verdict(OPEN, "", f"due on {c.by}")
    return Verdict(UNMEASURED, "", "no page with the figure was found" + _last_seen(c, known_of, on))


def _last_seen(c: Claim, known_of: Sequence[Evidence], on: date) -> str:
    """The last figure that tells a part, in words."""
    seen = [r for r in known_of if r.claim == c.claim and r.finding == PART and r.value is not None and r.day <= on]
    if not seen:
        return ""
    r = max(seen, key=lambda row: row.day)
    return f"; last seen: {_plain(r.value)} {r.measure} of {r.of} ({r.publisher.split(',')[0]})"


def _fits(c: Claim, value: float) -> bool:
    assert c.promised is not None
    return abs(value - c.promised) < 1e-9 if c.exactly else value >= c.promised


def _days(c: Claim, r: Evidence) -> int:
    """Days from the day of a claim to that on which it was reached; a ratio of a year is of it, whenever told."""
    assert c.by is not None
    return 0 if "percent" in c.measure else max((r.day - c.by).days, 0)


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:,g}"


def verdicts() -> list[tuple[Claim, Verdict]]:
    """Every claim with what becomes of it."""
    rows = evidence()
    return [(c, verdict(c, rows, as_of())) for c in claims()]


def promised_file(folder: Path) -> Path:
    """The file of targets that the ledger reads: a sheet for what is promised by year, and no plan behind it."""
    lines = ['plan = "2021-2026"', 'title = "What was announced, as read in the press"', "decimals = 1"]
    used = {c.who for c in claims()}
    for who, unit in UNITS.items():
        if who in used:
            lines += ["[[units]]", f'unit = "{unit}"', f'name = "{who}"', 'level = "promiser"']
    for key, (name, kind, due) in SHEETS.items():
        own = _of_sheet(key)
        values = ", ".join(f"{_year(c)} = {c.promised}" for c in own)
        lines += [
            "[[targets]]",
            f'indicator = "{name}"',
            f'definition = "{own[0].says}; of a year, as told"',
            f'measure = "{own[0].measure}"',
            f'kind = "{kind}"',
            'every = "year"',
            f"due_days = {due}",
            "closing_days = 3650",
            f"shares = {{ {UNITS[own[0].who]} = 1.0 }}",
            f"values = {{ {values} }}",
            f'answers = "{own[0].who}"',
            'source = "announcements read in the press"',
        ]
    path = folder / "announced.toml"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def _of_sheet(key: str) -> list[Claim]:
    """Claims of a sheet: those whose name is the sheet's with a year, and that have a figure."""
    return [
        c
        for c in claims()
        if c.claim.split("-")[0] == key and c.claim[-4:].isdigit() and c.measure != "percent of growth"
    ]


def _year(c: Claim) -> int:
    return int(c.claim[-4:])


def entered(folder: Path) -> tuple[dict[str, Any], Outcome]:
    """A ledger with every announcement, sheet and report of the promiser: how to open it, and its states."""
    book = {"ledger": folder / "announced.ledger", "key": folder / "announced.key"}
    ledger("init", origin=ORIGIN, zone="Asia/Seoul", **book)
    done = ledger("targets", promised_file(folder), on=str(as_of()), **book)
    sheets = {str(r.indicator): str(r.sheet) for r in done.table("sheets").itertuples()}
    on_sheet = {c.claim: sheets[name] for key, (name, _, _) in SHEETS.items() for c in _of_sheet(key)}
    fresh: list[tuple[str, dict[str, Any]]] = [
        (
            "announcement",
            {
                "claim": c.claim,
                "who": c.who,
                "words": c.says,
                "said": str(c.said),
                "where": c.address or "no page was found",
                "by_day": str(c.by or ""),
                "sheet": on_sheet.get(c.claim, ""),
            },
        )
        for c in claims()
    ]
    by_claim = {c.claim: c for c in claims()}
    for r in evidence():
        if r.kind == OWN and r.value is not None and r.claim in on_sheet and r.day <= as_of():
            figure = {
                "value": f"{r.value:g}", "unit": r.measure, "period": str(r.of), "source": r.publisher[:300],
                "vintage": str(r.day),
            }  # fmt: skip
            row = {"sheet": on_sheet[r.claim], "note": r.address, "asked": [], "figure": figure}
            unit = UNITS[by_claim[r.claim].who]
            fresh.append(("report", {"unit": unit, "file": "", "received": str(r.day), "figures": [row]}))
            of = [{"sheet": on_sheet[r.claim], "period": str(r.of)}]
            why = "the promiser's own word; no figure of anybody else stands beside it"
            fresh.append(("verdict", {"of": of, "verdict": UNDETERMINED, "why": why, "figures": []}))
    Ledger(book["ledger"]).append(fresh, by="analyst")
    return book, ledger("status", on=str(as_of()), **book)


def tell(case: Case) -> str:
    """The section on steering, its outcomes saved."""
    book, states = entered(case.folder)
    case.page("announced", states)
    ledger("checkpoint", **book)
    whole = ledger("verify", **book).table("lines")["line"][0]
    ratios = [name for name, kind, _ in SHEETS.values() if kind == "ratio"]
    case.page("followed", follow(ledger=book["ledger"], on=str(as_of()), levels=ratios))
    judged = verdicts()
    return paragraphs(*_counted(judged, states, str(whole)), *_budget(), *_mirrors(), _unknown())


def grouped(judged: Sequence[tuple[Claim, Verdict]]) -> list[tuple[str, str, Verdict, str]]:
    """Verdicts as the table has them: what it says, its day, the verdict and why; years that end alike in one row."""
    runs: list[list[tuple[Claim, Verdict]]] = []
    for c, v in judged:
        last = runs[-1][-1] if runs else None
        yearly = c.claim[-4:].isdigit()
        alike = last is not None and last[0].claim.split("-")[0] == c.claim.split("-")[0] and last[1][:2] == v[:2]
        if alike and yearly and last is not None and last[0].claim[-4:].isdigit():
            runs[-1].append((c, v))
        else:
            runs.append([(c, v)])
    out = []
    for run in runs:
        (c, v), (end, _) = run[0], run[-1]
        if len(run) == 1:
            out.append((c.says, str(c.by or "no day"), v, v.why))
            continue
        years = f"{_year(c)} to {_year(end)}"
        why = "; ".join(f"{_year(one)}: {w.why}" for one, w in run)
        out.append((c.says.replace(str(_year(c)), years), f"each 31 December, {years}", v, why))
    return out


def _counted(judged: Sequence[tuple[Claim, Verdict]], states: Outcome, whole: str) -> list[str]:
    rows = [(says, by, f"**{v.word}**", BASES[v.basis] or "nobody", why) for says, by, v, why in grouped(judged)]
    count = {w: [v for _, v in judged if v.word == w] for w in (KEPT, LATE, BROKEN, OPEN, UNMEASURED)}
    outside = sum(v.basis == OUTSIDE for v in count[KEPT])
    promised = states.table("promises")
    came = promised[promised["reported"] != ""]
    undefined = int((promised["state"] == "no agreed definition").sum())
    days = [v.days for c, v in judged if v.word == LATE and c.claim.startswith("flats-2")]
    return [
        f"Every announcement is entered into a ledger with its day: {len(judged)} of them, in our words, with the "
        "page that tells it. What the promiser reports are reports; what others estimate or see are mirrors. Judged "
        f"is what was known on {as_of()}. {whole} {len(came)} of {len(promised) - undefined} promised figures have a "
        "report; each is entered as \"undetermined\", the auditors' word where nothing stands beside a report. None "
        "is an amount of a product, so that nothing can be reconciled with mirrors (`groundplan reconcile`). "
        f"{undefined} announcements have no figure by year that anybody agreed to count.",
        "Four rules decide, and know no announcement by name. Without a figure and a day nothing can be measured. "
        "What is seen from outside goes before the promiser's word. Reached by its day is kept, after it late, known "
        "and not reached broken, by however little: nobody said how near is near enough. What no page tells is open "
        "before its day and not measurable after it.",
        grid(("announced", "by", "verdict", "on whose word", "why"), rows),
        f"{len(count[KEPT])} are kept, {outside or 'none'} of them seen from outside; "
        f"{'the others' if outside else 'they'} rest on the promiser's word alone, which is no confirmation. "
        f"{len(count[LATE])} came late, {len(count[BROKEN])} are broken, {len(count[OPEN])} open, "
        f"{len(count[UNMEASURED])} not measurable. The flats of the capital came in number, by the promiser's word, "
        f"and {min(days)} to {max(days)} days after each year's end: that a year's promise falls due on 31 December "
        "is our reading.",
    ]  # fmt: skip


def _budget() -> list[str]:
    """Whether the promiser's figures of the budget agree with each other, and what is beside them."""
    rows = []
    for year in (2021, 2022, 2023, 2024):
        done = next(r.value for r in evidence() if r.claim == f"revenue-{year}")
        grew = figures.fact("state budget revenue growth outturn", year)
        assert done is not None
        implied = implied_growth(grew, done)
        try:
            said = f"{figures.fact('planned growth of state budget revenue', year):+.1f} %"
        except KeyError:
            said = "no page"
        growth = figures.fact("real GDP growth", year)
        rows.append((year, f"{done:g} %", f"{grew:+.1f} %", f"{implied:+.1f} %", said, f"{growth:+.1f} %"))
    revenue = _together(figures.fact("state budget revenue growth outturn", y) for y in (2021, 2022, 2023, 2024))
    output = _together(figures.fact("real GDP growth", y) for y in (2021, 2022, 2023, 2024))
    mean = 100.0 * ((1.0 + revenue) ** 0.25 - 1.0)
    return [
        "**The budget.** Only ratios are published, never an amount. They can be held against each other: growth "
        "over fulfilment gives the growth that was planned.",
        grid(
            ("year", "revenue of plan", "revenue grew", "so planned was", "announced", "real GDP (Bank of Korea)"), rows
        ),
        "Where both are printed they agree: the reports are consistent, which is not the same as true. Revenue grew "
        f"by {revenue:.1%} in four years, {mean:.1f} % a year; real GDP, by another publisher and in other prices, by "
        f"{output:.1%}. A surplus of 0.2 % of an amount that nobody prints can be neither kept nor broken. Spending "
        "of 2023 was 99.8 % of plan: by the ministry's own word 0.2 points less than announced.",
    ]  # fmt: skip


def implied_growth(grew: float, fulfilled: float) -> float:
    """Planned growth from the growth that was reported and the fulfilment of the plan, all in per cent.

    planned = (1 + grew) / fulfilled − 1
    """
    return 100.0 * ((1.0 + grew / 100.0) / (fulfilled / 100.0) - 1.0)


def _together(rates: Any) -> float:
    out = 1.0
    for rate in rates:
        out *= 1.0 + rate / 100.0
    return out - 1.0


def needed_growth(now: float, then: float, years: int) -> float:
    """Growth a year that brings one figure to the other. Units: 1 / year."""
    return float((then / now) ** (1.0 / years) - 1.0)


def _mirrors() -> list[str]:
    """What others estimate, beside what was announced."""
    spans = (
        ("cement", 2018, 2023, "Mt", "cement"),
        ("crude steel", 2018, 2023, "Mt", "crude steel"),
        ("coal", 2018, 2023, "Mt", "coal"),
        ("food crops", 2021, 2025, "Mt", "food crops"),
        ("generating capacity", 2017, 2023, "MW", "generating capacity"),
    )
    rows = []
    for name, first, last, unit, indicator in spans:
        a, b = figures.fact(indicator, first), figures.fact(indicator, last)
        rows.append((name, f"{a:g} {unit} ({first})", f"{b:g} {unit} ({last})", f"{b / a - 1:+.0%}"))
    cement = figures.fact("cement", 2023)
    counties = 179 * 10_000 / 1e6
    listed = [named_in(year) for year in (2024, 2025, 2026)]
    seen = sum(r.value or 0.0 for r in evidence() if r.claim.startswith("counties") and r.kind == OUTSIDE)
    return [
        "**Mirrors.** Outputs as Statistics Korea, the Bank of Korea and the RDA estimate them. None of them has "
        "access; each publishes without errors, and revises.",
        grid(("product", "then", "last", "change"), rows),
        f"Cement is nearest to a verdict: from {cement:g} Mt in 2023 the 8 Mt of 2025 need "
        f"{needed_growth(cement, 8.0, 2):.1%} a year, less than the 7.7 % that the page tells for 2023. No page with "
        f"the figure of 2025 was found. 10,000 t to each of 179 cities and counties is {counties:.2f} Mt, "
        f"{counties / cement:.0%} of what was made in 2023. Of steel more was announced, without a figure; crude "
        f"steel was {1 - figures.fact('crude steel', 2023) / figures.fact('crude steel', 2018):.0%} less in 2023 than "
        "in 2018. Of 20 counties a year the list that was put together from pages has "
        f"{', '.join(str(n) for n, _ in listed)} entries for 2024, 2025 and 2026; "
        f"{', '.join(str(n) for _, n in listed)} of them are confirmed and get factories. Pages with satellite images "
        f"tell of {seen:.0f}.",
    ]  # fmt: skip


def named_in(year: int) -> tuple[int, int]:
    """Rows of the list of a year, and how many are confirmed and get factories, districts of cities among them."""
    rows = [s for s in selections("PRK") if s.year == year]
    return len(rows), sum(s.confirmed and s.factories for s in rows)


def _unknown() -> str:
    return (
        "**What cannot be known here.** Amounts of the budget, and whether it is all of what the state spends. The "
        "plan behind the announcements: what is published of it may be the part that was sure. Whether flats are "
        "finished, lived in, and as large as told. Whether factories run after their opening. Outputs of 2024 and "
        "later of cement, steel and power, which no page seen has. Errors of the outside estimates. Why some targets "
        "have no figure. What was promised inside the country and never printed."
    )
