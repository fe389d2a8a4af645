"""Every family's rows on a two-sector economy, as text that is read and kept.

``python tests/rows/test_rows.py --write`` writes the texts anew; read every changed line before it is committed. The
economy is ``economies.small`` over two years, with a lumpy project, a store of grain and three targets added, and the
utility cut to two parts a good, so that no family is without rows and a row fits a screen. A contingency in the
second year forks it; a family that only a fork has is shown there.
"""

from __future__ import annotations

import sys
import textwrap
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

HERE = Path(__file__).parent
if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))

from economies import small  # noqa: E402 - run as a script, the folder of the tests must be found first

from groundplan.planning.activities import COLUMNS, Activities  # noqa: E402
from groundplan.planning.compile_plan import compile_plan  # noqa: E402
from groundplan.planning.families.family import FLOORS, TARGETS, Family  # noqa: E402
from groundplan.planning.families.rows import AT, Model  # noqa: E402
from groundplan.planning.families.rows import label as row_label  # noqa: E402
from groundplan.planning.features.contingencies.contingency_record import Contingency  # noqa: E402
from groundplan.planning.features.people.households import spending  # noqa: E402
from groundplan.planning.plan_programme import FAMILIES, programme  # noqa: E402
from groundplan.planning.policy import Policy, Target  # noqa: E402

NAMES = [family.name for family in FAMILIES]


def policy(tail: int = 0) -> Policy:
    return Policy.of(
        years=2,
        tail_years=tail,
        population_growth=0.1,
        labour_productivity_growth=0.0,
        credit_line=7.0,
        foreign_reserves=3.0,
        contingencies=[
            Contingency("cut", 2022, imports_lost={"farm": 0.5}, capacity_lost={"works": 0.25}, floor=0.5),
        ],
        targets=[
            Target("import bill", "<=", 60.0, year=2022),
            Target("gross output: farm", ">=", 130.0, year=2022, weight=2.0),
            Target("import dependency", "<=", 0.25, year=2021),
        ],
    )


def activities(tail: int = 0) -> Activities:
    """The compiled economy with few utility segments, and a dam that fills a store of grain."""
    e = small()
    a = compile_plan(e, policy(tail))
    parts = [
        {"good": f"standard:{g}", "year": year, "segment": n, "width": spending(e, g), "slope": slope}
        for g in ("rural", "urban", "state")
        for year in a.years
        for n, slope in enumerate((1.0, 0.5))
    ]
    tables = {name: getattr(a, name) for name in COLUMNS if name != "utility"}
    return Activities.of(a.years, steady=a.steady, tail=a.tail, utility=parts, **tables).adding(
        commodities=[{"commodity": "grain", "kind": "stock", "loss": 0.2, "initial": 4.0, "unit": "t"}],
        activities=[{"activity": "dam", "lump": 5.0}, {"activity": "sluice", "lump": 2.0}, {"activity": "mill"}],
        flows=[
            {"activity": "dam", "commodity": "home:works", "coefficient": 2.0},
            {"activity": "dam", "commodity": "grain", "role": "give", "coefficient": 3.0, "lag": 1},
            {"activity": "mill", "commodity": "grain", "coefficient": 1.0},
            {"activity": "mill", "commodity": "home:farm", "role": "give", "coefficient": 1.0},
        ],
        exogenous=[{"commodity": "grain", "year": 2021, "claim": 1.0}],
        relations=[
            {"project": "dam", "relation": "member", "other": "dams"},
            {"project": "dam", "relation": "one of", "other": "water works"},
            {"project": "sluice", "relation": "one of", "other": "water works"},
            {"project": "dam", "relation": "must", "other": "dams"},
            {"project": "sluice", "relation": "after", "other": "dams", "lag": 1},
        ],
    )


@cache
def model(family: str = "") -> Model:
    """The programme of two years, and for what is written of the years after it one of a year more."""
    tail = 1 if family == "lasting_targets" else 0
    return programme(activities(tail), policy(tail))


def text(m: Model, family: str) -> str:
    """A family's rows, one paragraph each, sorted by label; terms by variable in the order of the programme."""
    matrix = m.programme.matrix()
    column = {}
    for name, variable in m.variables.items():
        for at, number in np.ndenumerate(variable.numbers):
            words = ", ".join(str(index[i]) for index, i in zip(variable.coords.values(), at, strict=True))
            column[int(number)] = f"{name.replace(AT, '@')}[{words}]"
    paragraphs = []
    written = family if family in m.families else f"{family}{AT}cut"
    assert written in m.families, f"{family} writes no rows here: let policy() above state what it is for"
    rows = m.families[written]
    for label, at, right in zip(rows.labels, rows.numbers, rows.right, strict=True):
        start, end = matrix.indptr[at], matrix.indptr[at + 1]
        terms = sorted(zip(matrix.indices[start:end], matrix.data[start:end], strict=True))
        left = " ".join(f"{'-' if v < 0 else '+'} {abs(v):.6g} {column[int(i)]}" for i, v in terms if v)
        body = f"{left or '0'} {rows.sense} {right + 0.0:.6g}"
        # a term and its sign are never parted
        glued = body.replace("+ ", "+\0").replace("- ", "-\0").replace("= ", "=\0")
        lines = textwrap.wrap(_tight(glued), 110, break_long_words=False, break_on_hyphens=False)
        paragraphs.append(str(label) + "\n" + "\n".join("    " + line.replace("\0", " ") for line in lines))
    return "\n".join(sorted(paragraphs)) + "\n"


def _tight(body: str) -> str:
    """Hold a coefficient and its variable, and the words inside brackets, together."""
    out, depth = [], 0
    for at, c in enumerate(body):
        depth += (c == "[") - (c == "]")
        coefficient = c == " " and at + 1 < len(body) and body[at - 1].isdigit() and body[at + 1].isalpha()
        out.append("\0" if c == " " and (depth or coefficient) else c)
    return "".join(out)


def stored(family: str) -> Path:
    return HERE / f"{family}.txt"


@pytest.mark.parametrize("family", NAMES)
def test_rows_are_those_that_were_read(family: str) -> None:
    """The family's rows are, to six digits, those of its text in git.

    Proves: no change of the compiler, of how terms are gathered or of a family changes a row, drops or adds one unseen.
    Breaks if: a shifted variable drops the rows of its first year, labels that differ lose terms, or a sign turns.
    """
    assert stored(family).is_file(), f"no text for {family}: run python tests/rows/test_rows.py --write, and read it"
    assert text(model(family), family) == stored(family).read_text(encoding="utf-8")


def test_every_family_has_its_text_and_every_text_its_family() -> None:
    """FAMILIES and the texts are the same list.

    Proves: no family goes unread, and no text is left of a family that is gone.
    Breaks if: a family is added without rows here.
    """
    assert sorted(p.stem for p in HERE.glob("*.txt")) == sorted(NAMES)
    assert all(stored(f).read_text(encoding="utf-8").strip() for f in NAMES)


@pytest.mark.parametrize("family", [f for f in FAMILIES if f.flows], ids=lambda f: f.name)
def test_a_family_has_the_flows_that_it_says(family: Family) -> None:
    """What stands of levels in a family's rows is the flows that it declares, each with its sign, and nothing else.

    Proves: draws of uncertain figures, which find coefficients by this declaration, change the right ones.
    Breaks if: a sign is declared the other way round, or a role or kind of commodity that its rows do not have.
    """
    m = model()
    a, rows, level = m.activities, m.families[family.name], m.variables["level"]
    (kind,) = {kind for kind, _ in family.flows}
    sign = {role: s for (_, role), s in family.flows.items()}
    cells = a.cells(tuple(sign), (kind,))
    at = pd.Index(rows.labels).get_indexer(row_label(cells["commodity"].to_numpy(), cells["when"].to_numpy()))
    column = level.numbers[level.coords["activity"].get_indexer(cells["activity"]), cells["year"] - a.years[0]]
    said = np.zeros((len(rows.labels), m.programme.width))
    np.add.at(said, (at, column), cells["amount"] * cells["role"].map(sign))
    written = m.programme.matrix()[rows.numbers].toarray()[:, level.numbers.ravel()]
    assert (at >= 0).all()
    assert np.abs(written).sum() > 0
    assert said[:, level.numbers.ravel()] == pytest.approx(written)


def test_what_a_policy_states_has_one_family_each() -> None:
    """Proves: targets and floors are each the rows of one family. Breaks if: a second one says that it states them."""
    assert [f.states for f in FAMILIES if f.states] == [FLOORS, TARGETS]


def test_a_changed_coefficient_is_seen() -> None:
    """One coefficient changed by one per cent changes its family's text, and that of no other.

    Proves: the comparison above can fail.
    Breaks if: the text rounds too much or shows the labels only.
    """
    a = activities()
    flows = a.flows.copy()
    at = flows.index[(flows["activity"] == "make:works") & (flows["commodity"] == "home:farm")][0]
    flows.loc[at, "coefficient"] *= 1.01
    tables = {name: getattr(a, name) for name in COLUMNS if name != "flows"}
    changed = programme(Activities.of(a.years, steady=a.steady, flows=flows, **tables), policy())
    assert [f for f in NAMES if f != "lasting_targets" and text(changed, f) != text(model(), f)] == ["flow_balance"]


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python tests/rows/test_rows.py --write")
    for name in NAMES:
        stored(name).write_text(text(model(name), name), encoding="utf-8")
        print(f"wrote {stored(name).name}")
