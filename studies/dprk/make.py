"""The DPR Korea through the whole chain, an independent analysis: ``python studies/dprk/make.py FOLDER``.

Every account is an estimate, made from what is published. FOLDER, which is new, gets the accounts, an outcome with its
report for each step, and ``report.md``; ``--write`` puts the sections into the page of the manual.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from math import isnan
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from case import Case, grid, sums_of, written  # noqa: E402  # beside this file
from known_figures import fact  # noqa: E402

from groundplan import estimate  # noqa: E402

PAGE = HERE.parents[1] / "docs" / "explanation" / "dprk.md"
DRAWS = 40
# Module, title of its section. Those that one process makes one after the other: place reads the plan of `planning`.
SECTIONS = {
    "accounts": "The accounts", "choices": "What hangs on a choice", "seeing": "See", "stressing": "Stress",
    "planning": "Plan", "placing": "Place", "training": "Train", "steering": "Steer",
    "branches": "Where each branch stands",
}  # fmt: skip
APART = ("planning", "placing"), ("stressing",), ("choices",), ("seeing",), ("training", "steering", "branches")


def accounts(case: Case) -> str:
    """Estimate the accounts and tell what they rest on."""
    made = case.page("accounts", estimate(HERE / "accounts.toml", draws=DRAWS, write=case.accounts))
    facts, donors = made.table("facts"), made.table("donors").sort_values("weight", ascending=False)
    first = [f"{r['name']} {100 * r['weight']:.0f} per cent" for r in donors.head(4).to_dict("records")]
    rows = [
        (r["fact"], f"{r['stated']:,.0f}", f"{r['reached']:,.0f}", misses(r["z"])) for r in facts.to_dict("records")
    ]
    return written(
        "accounts", facts=len(facts), missed=int((facts["z"].abs() > 2).sum()), donors=len(donors),
        first=", ".join(first), table=grid(("fact", "stated", "in the accounts", "missed by, errors"), rows),
        coal=fact("coal", 2023), sums=grid(("what", "range"), sums_of(made).items()),
    )  # fmt: skip


def misses(z: float) -> str:
    """A miss in standard errors; a fact that is set has none."""
    return "set" if isnan(z) else f"{round(z, 1) + 0.0:+.1f}"


def told(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """Sections by name, one after the other."""
    case = Case(folder)
    return {name: import_module(name).tell(case) for name in names}


def report(sections: dict[str, str]) -> str:
    """All sections with their headings."""
    return "\n\n".join(f"## {title}\n\n{sections[name]}" for name, title in SECTIONS.items()) + "\n"


def with_report(page: str, text: str) -> str:
    """The page of the manual with the sections between its marks."""
    return re.sub(
        r"<!-- made -->.*<!-- made -->", lambda _: f"<!-- made -->\n\n{text}\n<!-- made -->", page, flags=re.DOTALL
    )


def make(folder: Path) -> str:
    """All of it, in two processes."""
    folder.mkdir(parents=True)
    case = Case(folder)
    sections = {"accounts": accounts(case)}
    with ProcessPoolExecutor(2) as pool:
        for part in [pool.submit(told, folder, names) for names in APART]:
            sections |= part.result()
    text = report(sections)
    (folder / "report.md").write_text("# DPR Korea: an estimate\n\n" + text, "utf-8")
    return text


def main() -> None:
    """Make it; with ``--write`` into the manual too."""
    parser = argparse.ArgumentParser(description="The DPR Korea through the whole chain; all accounts are an estimate.")
    parser.add_argument("folder", type=Path, help="a new folder for accounts, outcomes and the report")
    parser.add_argument("--write", action="store_true", help="put the sections into docs/explanation/dprk.md")
    said = parser.parse_args()
    if said.folder.exists():
        parser.error(f"{said.folder} is there already: name a new folder")
    text = make(said.folder)
    if said.write:
        PAGE.write_text(with_report(PAGE.read_text("utf-8"), text), "utf-8")
    print(f"Written to {said.folder / 'report.md'}.")


if __name__ == "__main__":
    main()
