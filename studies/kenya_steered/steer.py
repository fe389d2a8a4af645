"""INVENTED: a five-year plan steered through two made-up years: ``python studies/kenya_steered/steer.py FOLDER``.

The accounts are the shipped ones of 2019. All that is promised, returned, seen and suffered after them is made up, and
every page says so. Everything is done by the package's own verbs; ``--write`` puts the lines into the lesson.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import invent  # noqa: E402  # beside this file

from groundplan import Outcome, follow, ledger, plan, reconcile, replan  # noqa: E402
from groundplan.results.files import texts_of  # noqa: E402

INVENTED = (
    "INVENTED: a worked example. No ministry and no county has promised, reported or suffered anything that stands "
    "here; only the accounts of 2019 are real."
)
LESSON = HERE.parents[1] / "docs" / "tutorial" / "steer.md"
LIED = "not sufficiently reliable"
ORIGIN = "invented.example/kenya"
SEED = 20
YEARS = (2020, 2021)
DAYS = ("04-14", "07-14", "10-14", "01-14")  # on which returns of a quarter come
Say = Callable[[str], None]


class Tale:
    """The folder of one telling: its ledger, its pages, its lines."""

    def __init__(self, folder: Path, say: Say = print) -> None:
        self.folder, self.say_aloud = folder, say
        self.lines: list[str] = []
        self.book: dict[str, Any] = {"ledger": folder / "plan.ledger", "key": folder / "plan.key"}
        folder.mkdir(parents=True, exist_ok=True)

    def say(self, line: str) -> None:
        """One line more of the tale."""
        self.lines.append(line)
        self.say_aloud(line)

    def page(self, name: str, outcome: Outcome) -> Outcome:
        """Mark an outcome as invented, and save it with its report."""
        marked = outcome.noting(invented=INVENTED)
        marked.save(self.folder / name, texts_of(marked))
        return marked

    def file(self, name: str, text: str) -> Path:
        """Write a file that a verb reads."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path


def promises(t: Tale) -> invent.Returns:
    """Make the plan, accept it, and invent what will be returned."""
    made = t.page("plan", plan(HERE / "study.toml"))
    ledger("init", origin=ORIGIN, zone="Africa/Nairobi", **t.book)
    file = t.file("targets.toml", invent.targets())
    done = ledger("targets", file, plan=t.folder / "plan", on="2020-01-10", **t.book)
    table = done.table("targets")
    standard = made.indicator("living standard")
    t.say(f"The plan is made: living standard {float(standard[2024]):.3f} in 2024 (2019 = 1).")
    t.say(f"{table['unit'].nunique()} units promise {len(table)} figures on {table['sheet'].nunique()} sheets.")
    return invent.returns(table, SEED)


def receive(t: Tale, r: invent.Returns, name: str, came: str, *, late_of: int = 0) -> None:
    """Send forms out, fill in what units have to say, receive what comes back."""
    forms = t.folder / "forms" / name
    ledger("forms", forms, on=came, kind="json", **t.book)
    answers = r.answers(late=bool(late_of))
    for form in sorted(forms.glob("*.json")):
        if text := invent.filled(form, answers):
            t.file(f"returns/{name}/{form.name}", text)
    if late_of:
        for n, (unit, why, figures) in enumerate(r.corrections(late_of)):
            form = {"format": "groundplan return 1", "ledger": ORIGIN}
            t.file(
                f"returns/{name}/correction-{n}.json",
                json.dumps({**form, "unit": unit, "why": why, "figures": figures}),
            )
    done = ledger("receive", t.folder / "returns" / name, on=came, **t.book)
    receipts, asked = done.table("receipts"), done.table("questions")
    t.say(
        f"{came}: {len(receipts)} returns, {receipts['figures'].sum()} figures, {receipts['corrected'].sum()} "
        f"corrections, {len(asked)} questions; missing still: {done.table('missing')['figures'].sum()}."
    )
    for question in asked.itertuples():
        t.say(f"  ask {invent.names()[str(question.unit)]}: {question.asks}")


def judge(t: Tale, year: int, on: str) -> tuple[Outcome, pd.DataFrame, Outcome]:
    """The states of all promises, what of a year's reports is believed, and where the plan will end."""
    states = t.page(f"status-{year}", ledger("status", on=on, **t.book)).table("promises")
    ended = states[states["period"].str.startswith(str(year))]
    counts = ended["state"].value_counts()
    late = sum(int(d or 0) > 0 for d in ended["days_late"][ended["reported"] != ""])
    t.say(
        f"{on}: of {len(ended)} figures of {year} "
        + ", ".join(f"{n} {s}" for s, n in counts.items())
        + f"; {late} came late."
    )
    reports = t.folder / f"reports-{year}.csv"
    ledger("reports", reports, on=on, **t.book)
    ratios = t.file("ratios.csv", invent.ratios())
    mirrors = t.folder / f"mirrors-{year}.csv"
    judged = t.page(
        f"reconciled-{year}",
        reconcile("KEN", reports=reports, mirrors=mirrors, ratios=ratios, plan=t.folder / "plan", period=str(year)),
    )
    figures = judged.table("figures")
    for row in named(judged).itertuples():
        t.say(
            f"  not to be believed of {year}: {row.unit}, {row.what} of {row.product}: {row.reported:.4g} reported, "
            f"{row.estimate:.4g} ± {row.error:.2g} by what others saw"
        )
    silent = figures[(figures["kind"] == "report") & (figures["unit"] != "") & figures["reported"].isna()]
    for row in silent.itertuples():
        t.say(f"  silent in {year}: {row.unit}, {row.what} of {row.product}; it is about {row.estimate:.4g}")
    regions = t.file("regions.csv", invent.regions())
    followed = t.page(
        f"followed-{year}", follow(ledger=t.book["ledger"], on=on, plan=t.folder / "plan", regions=regions)
    )
    rows = followed.table("fulfilment")
    for row in rows[rows["by"] == "target"].itertuples():
        t.say(f"  {row.name}: {row.since_start:.1%} of what was promised, heard of {row.heard:.1%}")
    return judged, states, followed


def named(judged: Outcome) -> pd.DataFrame:
    """Reports of units that a reconciliation does not believe."""
    rows = judged.table("figures")
    return rows[(rows["kind"] == "report") & (rows["unit"] != "") & (rows["verdict"] == LIED)]


def again(t: Tale, judged: Outcome, states: pd.DataFrame, on: str) -> Outcome:
    """Make the plan again after two years: the drought, what it made the country buy, what is believed of reports."""
    year = YEARS[-1]
    made = Outcome.open(t.folder / "plan")
    maize = states[(states["indicator"] == invent.MAIZE) & states["period"].str.startswith(str(year))]
    said = maize["reported"].where(maize["reported"] != "", maize["target"]).astype(float).sum()
    own = judged.table("figures")
    own = own[(own["kind"] == "report") & (own["product"] == "maiz") & (own["what"] == "output") & (own["unit"] != "")]
    lost = float(made.indicator(invent.MAIZE)[year]) - float(own["estimate"].sum())
    bought = float(made.indicator("imports: maiz")[year]) + lost
    happened = t.file(
        "happened.toml",
        f'# INVENTED\n[[reached]]\nwhat = "{invent.MAIZE}"\nyear = {year}\nreported = {said:.6f}\ncause = "shock"\n'
        f'\n[[reached]]\nwhat = "imports: maiz"\nyear = {year}\nreported = {bought:.6f}\ncause = "shock"\n'
        'source = "bought in place of the harvest (invented)"\n'
        f'\n[[news]]\nwhat = "yields"\nof = ["maiz"]\nfactor = 0.9\nfirst = {year + 1}\nlast = {year + 1}\n'
        'source = "seed was eaten (invented)"\n',
    )
    o = t.page(
        "again",
        replan(
            t.folder / "plan", after=year, happened=happened, ledger=t.book["ledger"], on=on,
            reconciled=t.folder / f"reconciled-{year}",
        ),
    )  # fmt: skip
    t.say(f"Maize of {year} is {lost:.1f} bn short of the plan, bought abroad in its stead. Made again after {year}:")
    causes = [str(c) for c in o.provenance["causes"]]
    for row in o.table("split").to_dict("records"):
        parts = ", ".join(f"{c} {row[c]:+.4g}" for c in causes)
        t.say(f"  {row['figure']}: {row['planned']:.6g} planned, {parts}; now {row['now']:.6g}")
    kept = o.table("promises")
    whole = kept.drop_duplicates(["indicator", "year", "sense"])["fate"].value_counts()
    t.say("Promises of the years left: " + ", ".join(f"{n} {fate}" for fate, n in whole.items()) + ".")
    told = kept[kept["fate"] != "kept"].groupby("indicator", sort=False)["name"].unique()
    for what, who in told.items():
        t.say(f"  to be told of {what}: {who[0] if len(who) == 1 else f'{len(who)} units'}")
    return o


def tell(folder: Path, say: Say = print) -> Tale:
    """The whole tale, into a folder that is new."""
    t = Tale(folder, say)
    t.say(INVENTED)
    r = promises(t)
    for year in YEARS:
        t.file(f"mirrors-{year}.csv", r.mirrors(year))
    found: list[tuple[str, str, int]] = []
    for year in YEARS:
        for n, day in enumerate(DAYS, 1):
            receive(t, r, f"{year}-Q{n}", f"{year + (n == len(DAYS))}-{day}")
        receive(t, r, f"{year}-late", f"{year + 1}-02-20", late_of=year)
        judged, states, _ = judge(t, year, f"{year + 1}-02-25")
        found += [(str(row.unit), str(row.product), year) for row in named(judged).itertuples()]
    again(t, judged, states, f"{YEARS[-1] + 1}-02-25")
    called = invent.names()
    t.say("What was planted, opened now:")
    for lie in invent.planted()["lies"]:
        key = (called[lie["unit"]], lie["indicator"].partition(": ")[2], lie["year"])
        t.say(f"  {lie['year']}, {key[0]}: {lie['story']}: {'named' if key in found else 'NOT NAMED'}")
    t.say(f"{len(found)} figures were named; planted were {len(invent.planted()['lies'])}.")
    return t


def with_lines(page: str, lines: list[str]) -> str:
    """The lesson with these lines between its marks."""
    block = "<!-- tale -->\n\n```text\n" + "\n".join(lines) + "\n```\n\n<!-- tale -->"
    return re.sub(r"<!-- tale -->.*<!-- tale -->", lambda _: block, page, flags=re.DOTALL)


def main() -> None:
    """Tell it; with ``--write`` into the lesson too."""
    parser = argparse.ArgumentParser(description="A worked year of steering. Everything but the accounts is INVENTED.")
    parser.add_argument("folder", type=Path, help="a new folder for ledger, pages and returns")
    parser.add_argument("--write", action="store_true", help="put the lines into docs/tutorial/steer.md")
    said = parser.parse_args()
    tale = tell(said.folder)
    if said.write:
        LESSON.write_text(with_lines(LESSON.read_text("utf-8"), tale.lines), "utf-8")


if __name__ == "__main__":
    main()
