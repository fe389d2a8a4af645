"""Write the reference pages that come from the code: policies, indicators, constraint families, glossary, names.

python docs/generate.py            writes docs/reference/*.md and docs/tutorial/five_lines.ipynb
python docs/generate.py --check    says whether they are current, and exits with 1 if not
"""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from pathlib import Path

import groundplan
from groundplan.glossary import glossary
from groundplan.planning.plan_programme import FAMILIES
from groundplan.planning.policy import Policy
from groundplan.recipe_book.book import book
from groundplan.records.card import fields_of
from groundplan.study.study_file import GROUPS, records
from groundplan.tables.published import declared, layout_words, published_layout
from groundplan.tables.readers.declared.declared_layout import Area, DeclaredLayout, open_layout

HERE = Path(__file__).parent / "reference"


def layouts() -> str:
    """Every layout of a publisher's file, and what a layout of one's own may say."""
    lines = [
        "# Layouts",
        "",
        "Words for `--layout`, with the files in the order in which `--table` names them. A file ending in .toml in",
        "place of a word is a layout of your own ([how](../howto/own_layout.md)).",
        "",
        "| layout | publisher | files | money where none is said | mapping |",
        "|---|---|---|---|---|",
    ]
    for word in sorted(layout_words()):
        layout = published_layout(word)
        files = ", ".join((*layout.files, *(f"({name})" for name in layout.further)))
        takes = "yes" if layout.takes("mapping") else ""
        world = " (world)" if layout.world else ""
        lines.append(f"| `{word}`{world} | {layout.publisher} | {files} | {layout.money} | {takes} |")
    lines += ["", "Files in brackets may be left out.", "", "## Declared layouts", ""]
    for word, path in declared().items():
        layout = open_layout(path)
        lines += [f"### {word}", "", f"{layout.name}. {layout.publisher}. Tried on: {layout.tried}.", ""]
        lines += [f"{len(layout.areas)} areas: {', '.join(a.holds for a in layout.areas)}.", ""]
    for record, title in ((DeclaredLayout, "Keys of a layout"), (Area, "Keys of an area ([[areas]])")):
        lines += [f"## {title}", "", "| key | usual | meaning |", "|---|---|---|"]
        for spec in fields_of(record):
            among = spec.metadata["among"]
            words = spec.metadata["meaning"] + (f": {', '.join(f'`{w}`' for w in among)}" if among else "")
            must = spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING
            usual = "must be given" if must else spec.default
            usual = "" if usual in (None, "", ()) or usual is dataclasses.MISSING else usual
            lines.append(f"| `{spec.name}` | {usual} | {words.replace('|', chr(92) + '|')} |")
        lines.append("")
    return "\n".join(lines)


def policy() -> str:
    """Every choice of a planner with its section in a study, default, unit and meaning."""
    fields = {f.name: f for f in fields_of(Policy)}
    defaults = Policy()
    lines = [
        "# Policy",
        "",
        "Keys of a study file, by section, and keyword arguments of `plan`, under the same names.",
        "",
        "Sectors, products, skills and household groups are named by code, by name, by a word that only one name has",
        "or by a word that means the same (`fuel`), also in [[projects]]; `groundplan names` lists codes and names.",
        "",
    ]
    for section, keys in GROUPS.items():
        lines += [f"## [{section}]", "", "| key | default | unit | meaning |", "|---|---|---|---|"]
        for key in keys:
            if key in fields:
                meta = fields[key].metadata
                default = getattr(defaults, key)
                lines.append(f"| `{key}` | {'' if default is None else default} | {meta['unit']} | {meta['meaning']} |")
            else:
                lines.append(f"| `{key}` | | | see `Economy.with_figures` |")
        lines.append("")
    for section, (record, many) in records().items():
        about = (record.__doc__ or "").strip().splitlines()[0]
        lines += [f"## [[{section}]]" if many else f"## [{section}]", "", about, ""]
        lines += ["| key | default | unit | meaning |", "|---|---|---|---|"]
        for spec in fields_of(record):
            words = spec.metadata["meaning"]
            among = spec.metadata["among"]
            words += f": {', '.join(f'`{w}`' for w in among)}" if among else ""
            usual = "must be given" if spec.default is dataclasses.MISSING else spec.default
            usual = "" if usual in (None, "") or spec.default_factory is not dataclasses.MISSING else usual
            lines.append(f"| `{spec.name}` | {usual} | {spec.metadata['unit']} | {words} |")
        lines.append("")
    lines += [
        "An indicator of a stock is at the start of its year. `import content of household consumption` is measured",
        "after the plan: reported, not a target.",
        "",
    ]
    return "\n".join(lines)


def terms() -> str:
    """Every quantity once."""
    lines = ["# Glossary", "", "| name | symbol | dimensions | unit | meaning |", "|---|---|---|---|---|"]
    lines += [f"| {t.name} | {t.symbol} | {' × '.join(t.dims)} | {t.unit} | {t.meaning} |" for t in glossary().values()]
    return "\n".join([*lines, ""])


def families() -> str:
    """Each constraint family's card."""
    lines = [
        "# Constraint families",
        "",
        "One object, one equation, one name; the name is the row's name everywhere.",
        "",
    ]
    for family in FAMILIES:
        lines += [f"## {family.name}", "", f"{family.kind.capitalize()}.", "", "```", family.card, "```", ""]
    return "\n".join(lines)


def recipes() -> str:
    """Every recipe of the book with its figures, their ranges and where they come from."""
    told = book()
    lines = [
        "# The book of recipes",
        "",
        "A figure is `value (low to high)`; *assumed* means that no publication was read, and the range says how far",
        "it may lie. Cost shares are per unit of money of output at base-year prices.",
        "",
    ]
    for r in told.recipes.values():
        lines += [f"## {r.name}", "", f"{r.label[0].upper()}{r.label[1:]}; unit: {r.unit}; {r.theme}.", ""]
        lines += [r.note, ""] if r.note else []
        lines += ["| figure | value | unit | origin |", "|---|---|---|---|"]
        lines += [
            f"| `{p}` | {f.value:g} ({f.low:g} to {f.high:g}) | {f.unit} | {f.source or 'assumed'} |"
            for p, f in r.figures.items()
        ]
        lines.append("")
    lines += ["## Sources", "", *(f"- `{key}`: {c.cite()}" for key, c in told.citations.items()), ""]
    return "\n".join(lines)


ROOMS = (
    ("verbs", "Verbs", "Each is a command of the same name; what comes back is an `Outcome`."),
    ("outcome results", "Outcomes and pages", ""),
    ("study planning solver recipe_book", "Studies, policies and limits", ""),
    ("economy tables", "Accounts", ""),
    ("measures", "Measures", ""),
    ("shocks", "Crises", ""),
    ("places", "Places", ""),
    ("reconciling ledgers", "Reports and the ledger", ""),
    ("errors", "Errors", ""),
    ("languages", "Languages", ""),
)


def python() -> str:
    """Every public name, by the room in which it lives; Sphinx puts each one's card in its place."""
    things = {name: getattr(groundplan, name) for name in groundplan.__all__}
    named = {name: thing for name, thing in things.items() if callable(thing)}  # the others are lists and the version
    lines = [
        "# Python",
        "",
        "Every public name, `from groundplan import ...`. A card says equation, shapes, units, errors and source;",
        "`help(groundplan.plan)` prints the same.",
        "",
    ]
    for rooms, title, about in ROOMS:
        here = [name for name, thing in named.items() if thing.__module__.split(".")[1] in rooms.split()]
        lines += [f"## {title}", "", *([about, ""] if about else []), "```{eval-rst}"]
        for name in sorted(here, key=str.lower):
            kind = "autoclass" if isinstance(named[name], type) else "autofunction"
            lines.append(f".. {kind}:: groundplan.{name}")
            named.pop(name)
        lines += ["```", ""]
    if named:
        raise SystemExit(f"no room of the Python reference for {', '.join(named)}; see ROOMS in docs/generate.py")
    return "\n".join(lines)


def notebook() -> str:
    """The lesson *In a notebook* as a notebook (nbformat 4.5), without outputs."""
    page = (HERE.parent / "tutorial" / "notebook.md").read_text("utf-8")
    cells: list[dict[str, object]] = []
    for n, part in enumerate(re.split(r"^```python\n(.*?)^```\n", page, flags=re.MULTILINE | re.DOTALL)):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", part).strip("\n") if n % 2 == 0 else part.strip("\n")
        if not text:
            continue
        about: dict[str, object] = {"execution_count": None, "outputs": []} if n % 2 else {}
        kind = "code" if n % 2 else "markdown"
        cells.append({"cell_type": kind, "id": f"cell-{n}", "metadata": {}, "source": text.splitlines(True), **about})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    book = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> int:
    """Write or check the pages."""
    stale = []
    pages = {
        "policy.md": policy(),
        "glossary.md": terms(),
        "families.md": families(),
        "recipes.md": recipes(),
        "layouts.md": layouts(),
        "python.md": python(),
        "../tutorial/five_lines.ipynb": notebook(),
    }
    for name, text in pages.items():
        page = HERE / name
        if "--check" in sys.argv:
            if not page.is_file() or page.read_text("utf-8") != text:
                stale.append(name)
        else:
            page.write_text(text, "utf-8")
    if stale:
        print(f"not current: {', '.join(stale)}; run python docs/generate.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
