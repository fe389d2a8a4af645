"""The report's sections on projects, and on techniques and buildings: which are taken up or built, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.outcome_facts import money
from groundplan.results.page import items, paragraph, table
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT, Year, decimals, number, rounded, unit_words

STARTED = 0.5  # of a project that is done whole or not at all
LEAST = 1e-6


def works(o: Outcome) -> Parts:
    """Projects started, those left out, and how sure the choice is; empty where no project was stated."""
    stated = o.provenance.get("policy", {}).get("works", [])
    if not stated or "level" not in o.arrays:
        return ()
    built = _started(o)
    lines = [_sentence(w, built) for w in stated]
    opening = f"Of {len(stated)} projects {sum(any(k in built for k in _names(w)) for w in stated)} are started."
    shown = table(starts(o), "Projects by year of their start")
    return paragraph(f"{opening} {_search(o)}".strip()) + items(lines) + shown


def starts(o: Outcome) -> pd.DataFrame:
    """Projects and sizes (rows) with the year of their start and what is spent on each, by year from the start."""
    stated = o.provenance.get("policy", {}).get("works", [])
    built = _started(o)
    rows = [
        (str(w.get("label") or w["name"]), name.partition("@")[2], year, w)
        for w in stated
        for name in _names(w)
        if (year := built.get(name)) is not None
    ]
    return framed(
        pd.Index([label for label, _, _, _ in rows], name="project"),
        [
            ("size", "", [size or "1" for _, size, _, _ in rows]),
            ("starts in", "", [Year(year) for _, _, year, _ in rows]),
            ("years of building", "", [str(len(w["spending"])) for _, _, _, w in rows]),
        ],
    )


def _names(work: Mapping[str, Any]) -> list[str]:
    sizes = work.get("sizes") or [1.0]
    name = f"work:{work['name']}"
    return [name] if len(sizes) == 1 else [f"{name}@{s:g}" for s in sizes]


def _started(o: Outcome) -> dict[str, int]:
    """Activities of projects that are started → the year."""
    level = pd.DataFrame(o["level"].to_pandas())
    own = level[[str(a).startswith("work:") for a in level.index]]
    done = own[own.max(axis=1) > STARTED]
    return dict(zip(map(str, done.index), done.idxmax(axis=1).astype(int).tolist(), strict=True))


def _sentence(work: Mapping[str, Any], built: dict[str, int]) -> str:
    label = str(work.get("label") or work["name"])
    for name in _names(work):
        if name in built:
            size = name.partition("@")[2]
            return f"{label}: starts in {built[name]}{f', in size {size}' if size else ''}."
    return f"{label}: not built."


def _search(o: Outcome) -> str:
    search = o.provenance.get("solver", {}).get("search")
    if not search:
        return ""
    ended = "was stopped" if search["stopped"] else "ended"
    share = number(100 * search["gap"], 4)
    return f"The search for them {ended} with a plan that no other choice can beat by more than {share} %."


def technique_table(o: Outcome) -> pd.DataFrame:
    """Output of each technique by year, in its own unit where it has one; empty where the plan states none."""
    return _by_year(o, "techniques", "technique", lambda rows: _output(rows, f"{money(o)} / year"))


def share_table(o: Outcome) -> pd.DataFrame:
    """Share of each technique in its sector's output by year."""
    return _by_year(o, "techniques", "technique", lambda rows: (PERCENT, 100 * rows["share"]))


def building_table(o: Outcome) -> pd.DataFrame:
    """What is finished of each kind and place by year."""
    return _by_year(o, "buildings", "building", lambda rows: (f"{rows['unit'].iloc[0]} / year", rows["built"]))


def figure_table(o: Outcome) -> pd.DataFrame:
    """Every figure of a recipe that the plan rests on, with its range and where it comes from."""
    there = table_of(o, "recipe_figures")
    if there.empty:
        return blank("figure")
    names = [f"{user}: {path}" for user, path in zip(there["used_by"], there["path"].map(_plain), strict=True)]
    return framed(
        pd.Index(names, name="figure"),
        [(c, "", [rounded(v, 6) for v in there[c]]) for c in ("value", "low", "high")]
        + [("unit", "", there["unit"].fillna("").replace("1", "share or ratio").astype(str))]
        + [("basis", "", there["basis"].fillna("").astype(str))],
    )


def _plain(path: str) -> str:
    """A figure's path in words: ``composition.business services`` as ``composition, business services``."""
    return path.replace(".", ", ").replace("_", " ")


def _output(rows: pd.DataFrame, flow: str) -> tuple[str, pd.Series]:
    counted = bool(rows["quantity"].notna().all())
    return (str(rows["unit"].iloc[0]), rows["quantity"]) if counted else (flow, rows["output"])


def _by_year(o: Outcome, name: str, key: str, column: Callable[[pd.DataFrame], tuple[str, pd.Series]]) -> pd.DataFrame:
    there = table_of(o, name)
    if there.empty:
        return blank("year")
    years = sorted(there["year"].unique())
    columns = []
    for _, rows in there.groupby(key, sort=False):
        unit, values = column(rows)
        columns.append((str(rows["label"].iloc[0]), unit, pd.Series(values.to_numpy(), rows["year"]).reindex(years)))
    return framed(pd.Index(years, name="year"), columns)


def techniques(o: Outcome) -> Parts:
    """Section: techniques taken up, what was built to stand, and the figures of the recipes behind both."""
    taken_up, built = table_of(o, "techniques"), table_of(o, "buildings")
    if taken_up.empty and built.empty:
        return ()
    flow = f"{money(o)} / year"
    lines = [_taken_up(rows, flow) for _, rows in taken_up.groupby("technique", sort=False)] if len(taken_up) else []
    lines += [_put_up(rows) for _, rows in built.groupby("building", sort=False)] if len(built) else []
    return (
        items(lines)
        + table(technique_table(o), "Output by technique")
        + table(share_table(o), "Share of each technique in its sector")
        + table(building_table(o), "Finished, by kind and place")
        + paragraph(_sure(o.table("recipe_figures")))
    )


def _taken_up(rows: pd.DataFrame, flow: str) -> str:
    label, (unit, output) = str(rows["label"].iloc[0]), _output(rows, flow)
    values = dict(zip(rows["year"], output, strict=True))
    first, last = int(rows["year"].iloc[0]), int(rows["year"].iloc[-1])
    name = label[0].upper() + label[1:]
    used = rows.loc[rows["output"] > LEAST, "year"]
    if used.empty:
        return f"{name} is not taken up."
    share = float(rows["share"].iloc[-1])
    places = decimals([values[first], values[last]])
    ending = f"{number(values[last], places)} {unit_words(unit)} in {last}, {_share(share)} of the sector"
    if values[first] > LEAST:
        return f"{name} goes from {number(values[first], places)} to {ending}."
    return f"{name} is taken up in {int(used.iloc[0])} and makes {ending}."


def _share(value: float) -> str:
    return f"{100 * value:.0f} %" if value >= 0.0995 or value <= 0 else f"{100 * value:.1f} %"


def _put_up(rows: pd.DataFrame) -> str:
    label, unit = str(rows["label"].iloc[0]), str(rows["unit"].iloc[0])
    built, last = float(rows["built"].sum()), int(rows["year"].iloc[-1])
    name = label[0].upper() + label[1:]
    if built <= LEAST:
        return f"{name}: none is built."
    peak = rows.sort_values("built", kind="stable").iloc[-1]
    return (
        f"{name}: {number(built)} {unit} are finished by {last}, most in {int(peak['year'])} "
        f"({number(float(peak['built']))})."
    )


def _sure(figures: pd.DataFrame) -> str:
    of = figures["basis"].value_counts()
    count = {basis: int(of.get(basis, 0)) for basis in ("source", "stated", "assumed")}
    return (
        f"These activities rest on {len(figures)} figures of recipes. From publications: {count['source']}. From the "
        f"study: {count['stated']}. Assumed, with a range: {count['assumed']}. "
        "All stand among the assumptions at the end."
    )
