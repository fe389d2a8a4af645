"""What a reader wants to see of a crisis, as tables; the page, the charts and the report all read these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.outcome_facts import labels, money
from groundplan.results.words import PERCENT, unit_words

MOST_POINTS = 40
ENGINES = {
    "static": "best without stocks", "planned": "plan, knowing the end", "today": "plan, seeing today",
    "adaptive": "everybody for himself",
}  # fmt: skip
DECIDES = {
    "no path can lose less": "nobody can lose less",
    "each period by itself, no stocks": "each period by itself, no stocks",
    "planned, knowing the end": "a plan that knows the end",
    "planned, seeing today": "a plan that sees today",
    "adaptive": "everybody for himself",
}


def settings(o: Outcome) -> pd.DataFrame:
    """What is lost in each setting of how well people make do."""
    table = table_of(o, "range")
    if not len(table):
        return blank("setting")
    columns: list[tuple[str, str, Any]] = [
        ("value added lost", PERCENT, 100 * table["value_added_lost_share"]),
        ("final use lost", PERCENT, 100 * table["final_use_lost_share"]),
        ("exports lost", money(o), table["exports_lost"]),
        ("lost per import cut", "1", table["loss_per_import_cut"]),
        ("least of a need", PERCENT, 100 * table["least_need_met"]),
        ("which", "", table["scarcest_need"]),
        ("on day", "day", table["day_of_least"].where(table["least_need_met"] < 1 - 1e-9)),
        ("sectors that stop", "", table["sectors_stopped"]),
        ("back from", "day", table["recovered"]),
    ]
    return framed(pd.Index(table["setting"], name="setting"), columns)


def output_paths(o: Outcome) -> pd.DataFrame:
    """Total output in each setting, per cent of the base, over the days."""
    if "output_in_settings" not in o.arrays or o["output_in_settings"].sizes["setting"] < 2:
        return blank("day")
    table = thinned(_by_day(o, "output_in_settings", "setting"))
    return framed(pd.Index(table.index, name="day"), [(n, PERCENT, 100 * table[n]) for n in table.columns])


def thinned(frame: pd.DataFrame) -> pd.DataFrame:
    """A table by day as means over equal spans, at most ``MOST_POINTS`` of them, named by their first day."""
    size = -(-len(frame) // MOST_POINTS)
    if size <= 1:
        return frame
    spans = np.arange(len(frame)) // size
    means = frame.groupby(spans).mean()
    return means.set_axis(frame.index[::size], axis=0)


def _by_day(o: Outcome, name: str, across: str) -> pd.DataFrame:
    array = o[name].transpose("day", across)
    return pd.DataFrame(array.values, index=array["day"].values.tolist(), columns=array[across].values.astype(str))


def needs(o: Outcome) -> pd.DataFrame:
    """What households have of each need, per cent of the base, over the days."""
    if "need_met" not in o.arrays:
        return blank("day")
    table = thinned(_by_day(o, "need_met", "need"))
    return framed(pd.Index(table.index, name="day"), [(n, PERCENT, 100 * table[n]) for n in table.columns])


def losses(o: Outcome) -> pd.DataFrame:
    """What households go without, by need, and the day on which they have least."""
    if "need_lost" not in o.arrays:
        return blank("need")
    lost = o["need_lost"].to_series().sort_values(ascending=False, kind="stable")
    met = _by_day(o, "need_met", "need")[list(lost.index)]
    columns: list[tuple[str, str, Any]] = [
        ("gone without", money(o), lost),
        ("least that is had", PERCENT, 100 * met.min()),
        ("on day", "day", met.idxmin().where(met.min() < 1 - 1e-9)),
    ]
    return framed(pd.Index(lost.index, name="need"), columns)


def stops(o: Outcome, rows: int | None = None) -> pd.DataFrame:
    """The sectors that are hit, those that stop first and lose most first, and why."""
    table = table_of(o, "stops")
    if not len(table):
        return blank("sector")
    hit = table[table["first_below"].notna()]
    hit = hit.sort_values(["first_stop", "share_lost"], ascending=[True, False], kind="stable")[:rows]
    columns: list[tuple[str, str, Any]] = [
        ("below 99 % from", "day", hit["first_below"]),
        ("stands still from", "day", hit["first_stop"]),
        ("least output", PERCENT, 100 * hit["least"].where(hit["least"] > 1e-9, 0.0)),
        ("back from", "day", hit["recovered"]),
        ("output lost", PERCENT, 100 * hit["share_lost"]),
        ("why", "", [reason(row) for _, row in hit.iterrows()]),
    ]
    return framed(pd.Index(hit["label"], name="sector"), columns)


def reason(row: pd.Series) -> str:
    """Why a sector of the table of stops stands still, and through whom."""
    way = " and ".join(part for part in str(row["through"]).split(" > ")[::-1] if part)
    return f"{row['why']}, through {way}" if way else str(row["why"])


def calendar(o: Outcome, rows: int = 25) -> pd.DataFrame:
    """From when to when each sector is hit: the calendar's own table, the earliest to stand still first."""
    table = stops(o, rows)
    keep = ["below 99 % from", "stands still from", "back from"]
    return table[[c for c in table.columns if c[0] in keep]] if len(table) else table


def horizon(o: Outcome) -> int:
    """The days that are watched."""
    return int(o.provenance.get("scenario", {}).get("horizon", 0))


def engines(o: Outcome) -> pd.DataFrame:
    """What each engine loses of final demand."""
    table = table_of(o, "worth")
    if not len(table):
        return blank("who decides")
    return framed(
        pd.Index([DECIDES.get(str(e), str(e)) for e in table["engine"]], name="who decides"),
        [("final demand not met", money(o), table["loss"]), ("share", PERCENT, 100 * table["share"])],
    )


def coordinated(o: Outcome) -> pd.DataFrame:
    """What coordination and foresight are worth in each setting, by who is served first."""
    table = table_of(o, "coordination")
    if not len(table):
        return blank("setting, and who is served first")
    names = [rule if s == "all" else f"{s}, {rule}" for s, rule in zip(table["setting"], table["rule"], strict=True)]
    columns: list[tuple[str, str, Any]] = [
        ("lost by people", money(o), table["adaptive"]),
        ("lost by a plan", money(o), table["coordinated"]),
        ("coordination", money(o), table["coordination"]),
        ("foresight", money(o), table["foresight"]),
    ]
    return framed(pd.Index(names, name="setting, and who is served first"), columns)


def engine_paths(o: Outcome) -> pd.DataFrame:
    """Final demand not met over the days, by engine."""
    if "unmet_by_engine" not in o.arrays:
        return blank("day")
    table = thinned(_by_day(Outcome({"u": o["unmet_by_engine"].sum("need")}), "u", "engine"))
    unit = str(o["unmet_by_engine"].attrs.get("units", ""))
    return framed(
        pd.Index(table.index, name="day"), [(ENGINES.get(str(e), str(e)), unit, table[e]) for e in table.columns]
    )


def bridges(o: Outcome) -> pd.DataFrame:
    """What would have kept the loss under the threshold."""
    table = table_of(o, "bridges")
    if not len(table):
        return blank("means")
    columns = [(str(c), "", table[c]) for c in table.columns if c != table.columns[0]]
    return framed(pd.Index(table.iloc[:, 0].astype(str), name=str(table.columns[0])), columns)


def loss_curve(o: Outcome) -> pd.DataFrame:
    """Losses of the ensemble that are exceeded in so many of a hundred cases."""
    if "ensemble_loss" not in o.arrays:
        return blank("exceeded in, of 100 cases")
    losses_ = np.sort(o["ensemble_loss"].values)
    shares = [99, 95, 90, 80, 70, 60, 50, 40, 30, 20, 10, 5, 2, 1]
    values = np.quantile(losses_, [1 - s / 100 for s in shares])
    index = pd.Index([str(s) for s in shares], name="exceeded in, of 100 cases")
    return framed(index, [("final demand not met", money(o), values)])


def risk(o: Outcome) -> pd.DataFrame:
    """Mean, value at risk and conditional value at risk."""
    if "value_at_risk" not in o.arrays:
        return blank("confidence")
    at, beyond = o["value_at_risk"].to_series(), o["conditional_value_at_risk"].to_series()
    index = pd.Index([f"{100 * float(c):g} %" for c in at.index], name="confidence")
    return framed(index, [("value at risk", money(o), at), ("mean beyond it", money(o), beyond)])


def first_to_stop(o: Outcome, rows: int = 12) -> pd.DataFrame:
    """Which sectors stop first, and how often they stop at all."""
    if "first_to_stop" not in o.arrays:
        return blank("sector")
    names = labels(o)
    first, ever = o["first_to_stop"].to_series(), o["ever_stops"].to_series()
    order = pd.DataFrame({"first": first, "ever": ever}).sort_values(["first", "ever"], ascending=False, kind="stable")
    order = order[order["ever"] > 0][:rows]
    index = pd.Index([names.get(str(s), str(s)) for s in order.index], name="sector")
    return framed(index, [("stops first", PERCENT, 100 * order["first"]), ("ever stops", PERCENT, 100 * order["ever"])])


def vulnerability(o: Outcome, rows: int | None = None) -> pd.DataFrame:
    """Loss of final use by product, depth and length of a cut, the gravest first."""
    if "cut_loss_share" not in o.arrays:
        return blank("imported product")
    array, names = o["cut_loss_share"].transpose("product", "depth", "months"), labels(o)
    cuts = [(float(d), int(m)) for d in array["depth"].values for m in array["months"].values]
    losses_ = array.values.reshape(len(array["product"]), -1)
    order = np.argsort(-losses_[:, -1], kind="stable")[:rows]
    index = pd.Index([names.get(str(p), str(p)) for p in array["product"].values[order]], name="imported product")
    columns = [
        (f"{100 * d:g} % for {m} month{'s' if m != 1 else ''}", PERCENT, 100 * losses_[order, k])
        for k, (d, m) in enumerate(cuts)
    ]
    return framed(index, columns)


def sentences(o: Outcome) -> Sequence[str]:
    """What the scenario removes, as it was told before it ran."""
    return [unit_words(str(line)) for line in o.provenance.get("preview", [])]
