"""Write what the main job prints into the README's example.

python benchmarks/readme.py
"""

from __future__ import annotations

from pathlib import Path

from groundplan import plan
from groundplan.results.text_page import text_page

README = Path(__file__).parents[1] / "README.md"
HEADINGS = ("The answer in short", "The plan, year by year", "What holds the plan back")
LONG = 4  # sentences of the last block


def example() -> str:
    """The page's first blocks, as much as a reader needs to see."""
    blocks = text_page(plan("KEN")).split("\n\n")
    shown, taking = [blocks[0]], False
    for block in blocks[1:]:
        heading, rule, *_ = [*block.splitlines(), "", ""]
        taking = heading in HEADINGS if set(rule) == {"-"} else taking
        if taking:
            lines = block.splitlines()
            shown.append("\n".join(lines[: 2 + LONG] if heading == HEADINGS[-1] else lines))
    return "\n\n".join([*shown, "   ..."])


def main() -> None:
    """Put it between the first fences after the heading."""
    before, after = README.read_text("utf-8").split("## What you see", 1)
    opening, _, rest = after.split("```", 2)
    README.write_text(f"{before}## What you see{opening}```\n{example()}\n```{rest}", "utf-8")


if __name__ == "__main__":
    main()
