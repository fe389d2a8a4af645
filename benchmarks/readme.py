"""Write what the main job prints into the README's example, and the README's figures between their marks.

python benchmarks/readme.py
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pandas as pd

from groundplan import book, compare, data, plan
from groundplan.results.text_page import text_page
from groundplan.tables.catalogue import entries

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
HEADINGS = ("The answer in short", "The plan, year by year", "What holds the plan back")
LONG = 4  # sentences of the last block


def example() -> str:
    """The page's first blocks, as much as a reader needs to see."""
    blocks = text_page(plan("KEN", year=2024)).split("\n\n")
    shown, taking = [blocks[0]], False
    for block in blocks[1:]:
        heading, rule, *_ = [*block.splitlines(), "", ""]
        taking = heading in HEADINGS if set(rule) == {"-"} else taking
        if taking:
            lines = block.splitlines()
            shown.append("\n".join(lines[: 2 + LONG] if heading == HEADINGS[-1] else lines))
    return "\n\n".join([*shown, "   ..."])


def listed(words: list[str]) -> str:
    """Words as a sentence lists them.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def accounts_in_words(shipped: pd.DataFrame) -> str:
    """Countries with their years, by publisher: those with the same years together."""
    parts = []
    for publisher, group in shipped.groupby("publisher", sort=False):
        short = re.search(r"\((\w+)\)$", publisher)
        years = group.groupby("country_name", sort=False)["year"].agg(lambda y: listed([str(v) for v in sorted(y)]))
        same: dict[str, list[str]] = {}
        for country, when in years.items():
            same.setdefault(when, []).append(country)
        countries = ", ".join(f"{listed(names)} {when}" for when, names in same.items())
        parts.append(f"{countries} ({short[1] if short else publisher})")
    return "; ".join(parts)


def facts() -> dict[str, str]:
    """Every figure of the README that stands between marks."""
    listed = data().table("accounts")
    observed = {(e.country, e.year) for e in entries()}  # estimates are no accounts at hand
    shipped = listed[[(c, y) in observed for c, y in zip(listed["country"], listed["year"], strict=True)]]
    sense = (ROOT / "docs" / "explanation" / "sense.md").read_text("utf-8").split("<!-- table -->")[1]
    years = shipped["year"]
    return {
        "years": f"{years.min()} to {years.max()}",
        "accounts": accounts_in_words(shipped),
        "most": str(Counter(years).most_common(1)[0][0]),
        "countries": str(shipped["country"].nunique()),
        "economies": str(sum(bool(re.match(r"\| [A-Z]+-\w+ \|", line)) for line in sense.splitlines())),
        "recipes": str(len(book().recipes)),
        "doctrines": str(len(compare(list=True).table("doctrines"))),
    }


def with_facts(text: str, stated: dict[str, str]) -> str:
    """The text with each figure between its marks, ``<!--name-->figure<!--/name-->``."""
    for name, figure in stated.items():
        text = re.sub(f"(<!--{name}-->).*?(<!--/{name}-->)", lambda m, f=figure: m[1] + f + m[2], text, flags=re.DOTALL)
    return text


def main() -> None:
    """Put the example between the first fences after the heading, and every figure between its marks."""
    before, after = README.read_text("utf-8").split("## What you see", 1)
    opening, _, rest = after.split("```", 2)
    README.write_text(with_facts(f"{before}## What you see{opening}```\n{example()}\n```{rest}", facts()), "utf-8")


if __name__ == "__main__":
    main()
