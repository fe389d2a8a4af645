"""Indicators as linear forms, and targets on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.activities import Activities
from groundplan.planning.choices.target import Target
from groundplan.records.called import called_after

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

LINE_COLUMNS = [
    "target", "indicator", "year", "since", "sense", "form", "value", "bound", "weight", "priority", "share", "size",
    "sign", "scale", "label",
]  # fmt: skip
# Forms of targets that say how things are to be in a year, and not how they are to change.
LASTING = ("value", "of_base", "path", "ends")
THIN = 1e-12  # a denominator below it is nothing
SIGNS = {"<=": (-1.0,), ">=": (1.0,), "==": (1.0, -1.0)}


def known_indicators(a: Activities) -> list[str]:
    """Every name that a target may use."""
    return [*a.indicators["indicator"].unique(), *a.ratios["indicator"].unique()]


def unknown_indicator(name: str, a: Activities, more: Iterable[str] = (), where: str = "") -> UnknownName:
    """A name that is no indicator of a plan, nor of ``more``: with the nearest, names beside codes."""
    there = [*known_indicators(a), *more]
    heads = "; ".join(dict.fromkeys(n.partition(": ")[0] for n in there))
    fix = f"use one of: {heads}. Of a sector: 'gross output: NAME'. `groundplan names` lists them all"
    return UnknownName("indicator", name, there, where=where, fix=fix, words=called_after(there, a.names))


def base_levels(a: Activities) -> dict[str, float]:
    """Every indicator and ratio in the accounts' year; those that count a stock are not known for that year.

    Units:  the indicator's own. Profiles are 1 in the accounts' year.
    """
    code, names = pd.factorize(a.indicators["indicator"].to_numpy(dtype=object))
    amount = _at_base(a, a.indicators)[np.argsort(code, kind="stable")]
    parts = np.split(amount, np.cumsum(np.bincount(code, minlength=len(names)))[:-1])
    whole = {str(name): float(part.sum()) for name, part in zip(names, parts, strict=True)}
    levels = {name: v for name, v in whole.items() if np.isfinite(v)}
    for r, n, d in a.ratios[["indicator", "numerator", "denominator"]].itertuples(index=False):
        if n in levels and abs(levels.get(d, 0.0)) > 1e-9:
            levels[str(r)] = levels[n] / levels[d]
    return levels


def _at_base(a: Activities, rows: pd.DataFrame) -> np.ndarray:
    """What rows of indicators come to at the levels of the accounts' year; NaN for a stock."""
    on, part, out = pd.Index(rows["on"]), rows["part"].to_numpy(), np.full(len(rows), np.nan)
    levels = a.activities.set_index("activity")["base"]
    for kind, had in (("level", levels), ("good", a.goods_at_base)):
        at = had.index.get_indexer(on)
        there = (part == kind) & (at >= 0)
        out[there] = rows["coefficient"].to_numpy()[there] * had.to_numpy()[at[there]]
    return out


def target_lines(a: Activities, policy: Policy) -> pd.DataFrame:
    """Targets spread over their years, each line a bound from below: an upper bound has sign −1, an equality two lines.

    Columns: target (position in the policy), indicator, year, since (first year of a sum, else the year), sense, form,
    value (as stated), bound (in the indicator's unit; of growth the rate), weight (objective per unit of shortfall, 0
    where a priority rules, NaN for a must), priority (0 for none), share (weight within the priority), size (what
    a shortfall is a share of: the bound, of growth the level of the accounts' year), sign, scale, label.
    ``scale`` is what one unit of the indicator is in the row's own unit: 1, and for a ratio n/d, whose row is n − b·d,
    the denominator at the levels of the year before the plan, of a sum that of all its years. A shortfall divided by it
    is in the indicator's unit.
    Errors:  ``UnknownName`` and ``StudyError``, all at once, with the line of the study.
    """
    if not policy.targets:
        return pd.DataFrame([], columns=LINE_COLUMNS)
    indicators, ratios = set(known_indicators(a)), set(a.ratios["indicator"])
    base = base_levels(a) if any(t.form in ("of_base", "growth") or t.priority for t in policy.targets) else {}
    scales = _scales(a)
    faults: list[GroundplanError] = []
    records: list[tuple[object, ...]] = []
    for at, t in enumerate(policy.targets):
        wrong = list(_faults_of(t, a, indicators, ratios, base))
        faults += wrong
        if not wrong:
            records += _lines_of(at, t, a.plan_years, base, scales.get(t.indicator))
    raise_all(faults)
    lines = pd.DataFrame(records, columns=LINE_COLUMNS)
    again = lines["label"].duplicated()
    lines.loc[again, "label"] = lines["label"] + " #" + lines["target"].astype(str)
    return lines


def lasting_lines(a: Activities, lines: pd.DataFrame) -> pd.DataFrame:
    """Lines of the plan's last year that hold after it too, where it has a tail: levels and paths, from one side."""
    if not a.tail:
        return lines.iloc[:0]
    binding = (lines["year"] == a.plan_years[-1]) & (lines["sense"] != "==")
    return lines[binding & lines["form"].isin(LASTING)]


def _faults_of(
    t: Target, a: Activities, indicators: set[str], ratios: set[str], base: dict[str, float]
) -> Iterator[GroundplanError]:
    """What is wrong with a target in this plan: its name, its years, its form."""
    if t.indicator not in indicators:
        yield unknown_indicator(t.indicator, a, where=t.line or t.text())
        return
    when, years = t.span(a.plan_years), a.plan_years
    outside = [year for year in when if year not in years]
    if outside or not len(when):
        what = f"target '{t.text()}' is for {outside[0] if outside else 'no year'}, outside the plan"
        yield StudyError(what, where=t.line, fix=f"give a year from {years[0]} to {years[-1]}, or more years")
    if t.form == "of_base" and t.indicator not in base:
        what = f"target '{t.text()}': {t.indicator} is not known in the year of the accounts"
        yield StudyError(what, where=t.line, fix="give the bound itself, as value")
    if t.form == "growth" and t.indicator in ratios:
        what = f"target '{t.text()}': the growth of a ratio is no linear condition"
        yield StudyError(what, where=t.line, fix="give first and last with shape = 'geometric', or of_base")


def _lines_of(
    at: int, t: Target, years: tuple[int, ...], base: dict[str, float], denominator: float | None
) -> list[tuple[object, ...]]:
    when = t.span(years)
    figures = t.stated(when)
    if t.form == "growth":
        # Without a figure for the accounts' year there is nothing to grow from in the first year of the plan.
        when = when if t.indicator in base or when[0] > years[0] else when[1:]
        figures = figures[: len(when)]
    scale = 1.0 if denominator is None else denominator * (len(when) if t.form == "cumulative" else 1)
    since, ends = ([when[0]], [when[-1]]) if t.form == "cumulative" else (list(when), list(when))
    weight = np.nan if t.must else 0.0 if t.priority is not None else float(t.weight or 0.0)
    records: list[tuple[object, ...]] = []
    for start, year, figure in zip(since, ends, figures, strict=True):
        bound = figure * base[t.indicator] if t.form == "of_base" else figure
        size = abs(base.get(t.indicator, 0.0)) if t.form == "growth" else abs(bound)
        size = size if size > 0 else 1.0
        share = 1.0 / size if t.weight is None else float(t.weight)
        words = f"{figure:g}" if t.form in ("path", "ends") else t.bound_text()
        for sign in SIGNS.get(t.sense, ()):
            side = "" if t.sense != "==" else (" (least)" if sign > 0 else " (most)")
            label = f"{t.name or t.indicator} {t.sense} {words}{side} | {year}"
            records.append(
                (at, t.indicator, year, start, t.sense, t.form, figure, bound, weight, t.priority or 0, share, size,
                 sign, scale, label)
            )  # fmt: skip
    return records


def _scales(a: Activities) -> dict[str, float]:
    """Denominators of ratios at base levels; 1 where there is none to speak of."""
    rows = a.indicators[a.indicators["part"] != "stock"]
    totals = pd.Series(_at_base(a, rows)).groupby(rows["indicator"].to_numpy()).sum().to_dict()
    below = zip(a.ratios["indicator"], a.ratios["denominator"], strict=True)
    return {str(r): float(totals[d]) for r, d in below if totals.get(d, 0.0) > 1e-9}


def indicator_cells(a: Activities, indicator: str, years: np.ndarray) -> pd.DataFrame:
    """The linear form of an indicator by year: part (level, stock or good), on, year, amount."""
    terms = pd.DataFrame({"row": 0, "indicator": indicator, "year": years, "factor": 1.0})
    return _cells(a, terms)[["part", "on", "year", "amount"]]


def indicator_path(a: Activities, indicator: str, years: np.ndarray, values: Mapping[str, pd.DataFrame]) -> np.ndarray:
    """An indicator in consecutive years; ``values``: part (level, stock, good) → what there is, name × year."""
    return np.asarray(_linear_paths(a, [indicator], years, values)[0])


def indicator_paths(
    a: Activities, names: Sequence[str], years: np.ndarray, values: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Indicators and ratios, name × year; NaN of a ratio to nothing. ``values`` as in ``indicator_path``."""
    ratios = a.ratios.drop_duplicates("indicator").set_index("indicator")
    own = ratios.reindex([n for n in names if n in ratios.index])
    linear = list(dict.fromkeys([*(n for n in names if n not in ratios.index), *own["numerator"], *own["denominator"]]))
    paths = pd.DataFrame(_linear_paths(a, linear, years, values), index=linear)
    above, below = (paths.loc[own[side]].to_numpy() for side in ("numerator", "denominator"))
    shares = np.divide(above, below, out=np.full(above.shape, np.nan), where=np.abs(below) > THIN)
    # A name that stands for both is the ratio's.
    every = pd.concat([pd.DataFrame(shares, index=own.index), paths.drop(index=own.index, errors="ignore")])
    return every.loc[list(names)].set_axis(list(years), axis=1)


def _linear_paths(
    a: Activities, names: Sequence[str], years: np.ndarray, values: Mapping[str, pd.DataFrame]
) -> np.ndarray:
    """Σ coefficient · factor[year] · what there is, name × year; every name once."""
    rows, out = a.indicators, np.zeros((len(names), len(years)))
    rows = rows.assign(place=pd.Index(names).get_indexer(pd.Index(rows["indicator"])))
    for part, own in rows[rows["place"] >= 0].groupby("part"):
        profile, count = own["profile"].to_numpy(dtype=object), len(own)
        factor = a.factor(np.repeat(profile, len(years)), np.tile(years, count)).reshape(count, len(years))
        there = values[str(part)]
        at = np.ix_(there.index.get_indexer(pd.Index(own["on"])), there.columns.get_indexer(pd.Index(years)))
        amount = own["coefficient"].to_numpy()[:, None] * factor
        np.add.at(out, own["place"].to_numpy(), there.to_numpy()[at] * amount)
    return out


def values_by_part(a: Activities, values: Mapping[str, xr.DataArray]) -> dict[str, pd.DataFrame]:
    """A programme's variables as what indicators count: level, stock (name × year), good (what is enjoyed of it)."""
    frames = {part: pd.DataFrame(values[part].to_pandas()) for part in ("level", "stock") if part in values}
    return frames | ({"good": a.enjoyed(values["segment"].values)} if "segment" in values else {})


def target_terms(a: Activities, lines: pd.DataFrame) -> pd.DataFrame:
    """Every line as Σ factor · indicator[year]: row, indicator, year, factor; signed, ratios as n − b·d.

    A sum has a term for each of its years; growth has one for the year and, where that is in the plan, one for the
    year before.
    """
    own = lines[["indicator", "sign", "bound", "form"]].assign(row=np.arange(len(lines)))
    spans = (lines["year"] - lines["since"] + 1).to_numpy(dtype=int)
    now = own.loc[own.index.repeat(spans)]
    first = np.repeat(lines["since"].to_numpy(dtype=int), spans)
    step = np.arange(len(now)) - np.repeat(np.cumsum(spans) - spans, spans)
    now = now.assign(year=first + step, factor=now["sign"].astype(float))
    growing = own[own["form"] == "growth"]
    growing = growing.assign(
        year=lines.loc[growing.index, "year"] - 1, factor=-growing["sign"].astype(float) * (1.0 + growing["bound"])
    )
    terms = pd.concat([now, growing[growing["year"] >= a.years[0]]], ignore_index=True)
    ratios = a.ratios.drop_duplicates("indicator").set_index("indicator")
    split = terms["indicator"].isin(ratios.index)
    above, under = terms[split], terms[split]
    above = above.assign(indicator=above["indicator"].map(ratios["numerator"]))
    under = under.assign(
        indicator=under["indicator"].map(ratios["denominator"]), factor=-under["factor"] * under["bound"].astype(float)
    )
    return pd.concat([terms[~split], above, under], ignore_index=True)[["row", "indicator", "year", "factor"]]


def target_cells(a: Activities, lines: pd.DataFrame) -> pd.DataFrame:
    """Cells of every target line, signed: part (level, stock or good), on, year, amount, row."""
    return _cells(a, target_terms(a, lines))


def _cells(a: Activities, terms: pd.DataFrame) -> pd.DataFrame:
    cells = terms.merge(a.indicators[["indicator", "part", "on", "coefficient", "profile"]], on="indicator")
    factor = a.factor(cells["profile"].to_numpy(dtype=object), cells["year"].to_numpy(dtype=int))
    amount = cells["coefficient"] * factor * cells["factor"]
    return cells.assign(amount=amount).astype({"year": int, "row": int})[["part", "on", "year", "amount", "row"]]


def variable_cells(a: Activities, cells: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Cells of indicators by the variable that they stand in: level, stock, and for a good each of its segments."""
    for part, own in cells.groupby("part"):
        if part != "good":
            yield str(part), own
            continue
        parts = a.utility[["good", "year"]].assign(segment=np.arange(len(a.utility)))
        spread = own.merge(parts, left_on=["on", "year"], right_on=["good", "year"])
        yield "segment", spread.assign(on=spread["segment"])


def target_bounds(a: Activities, lines: pd.DataFrame) -> np.ndarray:
    """Right-hand sides of the target lines: the signed bound, 0 for a ratio; of growth what the accounts' year gives.

    (1+g)·I[0] in the first year of the plan, else 0.
    """
    ratio = lines["indicator"].isin(a.ratios["indicator"]).to_numpy()
    bound = lines["bound"].to_numpy(dtype=float)
    growing = lines["form"].to_numpy() == "growth"
    right = np.where(ratio | growing, 0.0, bound)
    if growing.any():
        base = lines["indicator"].map(base_levels(a)).to_numpy(dtype=float)
        opening = growing & (lines["year"].to_numpy(dtype=int) == a.years[0])
        right = np.where(opening, (1.0 + bound) * base, right)
    return np.asarray(right * np.asarray(lines["sign"], dtype=float))
