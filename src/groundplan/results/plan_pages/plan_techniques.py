"""The report's section on techniques and buildings: what was taken up, what was built, and how sure the figures are."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import (
    framed,
)
from groundplan.results.indicators import (
    money,
)
from groundplan.results.page import items, paragraph, table
from groundplan.results.words import PERCENT, decimals, number, unit_told

LEAST = 1e-6


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
    if "recipe_figures" not in o.tables or o.table("recipe_figures").empty:
        return framed(pd.Index([], name="figure"), [])
    there = o.table("recipe_figures")
    names = [f"{user}: {path}" for user, path in zip(there["used_by"], there["path"].map(_plain), strict=True)]
    texts = {c: [f"{v:g}" for v in there[c]] for c in ("value", "low", "high")}
    return framed(
        pd.Index(names, name="figure"),
        [(c, "", texts[c]) for c in texts]
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
    if name not in o.tables or o.table(name).empty:
        return framed(pd.Index([], name="year"), [])
    there = o.table(name)
    years = sorted(there["year"].unique())
    columns = []
    for _, rows in there.groupby(key, sort=False):
        unit, values = column(rows)
        columns.append((str(rows["label"].iloc[0]), unit, pd.Series(values.to_numpy(), rows["year"]).reindex(years)))
    return framed(pd.Index(years, name="year"), columns)


def techniques(o: Outcome) -> str:
    """Section: techniques taken up, what was built to stand, and the figures of the recipes behind both."""
    made, built = (o.table(n) if n in o.tables else pd.DataFrame() for n in ("techniques", "buildings"))
    if made.empty and built.empty:
        return ""
    flow = f"{money(o)} / year"
    lines = [_taken_up(rows, flow) for _, rows in made.groupby("technique", sort=False)] if len(made) else []
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
    told = f"{number(values[last], places)} {unit_told(unit)} in {last}, {_share(share)} of the sector"
    if values[first] > LEAST:
        return f"{name} goes from {number(values[first], places)} to {told}."
    return f"{name} is taken up in {int(used.iloc[0])} and makes {told}."


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
