"""Following a plan on paper: what is kept, where it ends, who is hit, and which shortfall breaks others."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from following_cases import monthly, series, uses_of_three

from groundplan.following.announcements import Announced, announcement_state, counted
from groundplan.following.balanced import balanced
from groundplan.following.breaking_shortfall import Supplying, breaking
from groundplan.following.fulfilment import REGION, TARGET, UNDER, fulfilled
from groundplan.following.knock_on import at_will, entitled, knock_on, shares_lacking
from groundplan.following.projection import (
    AS_PEERS,
    AS_PROMISED,
    LOCAL_LEVEL,
    NONE,
    SeriesProjection,
    as_peers,
    correlation,
    projected,
    together,
)
from groundplan.following.promised_series import PastFigure, PromisedSeries
from groundplan.following.seasons import EVEN, OWN, season_of
from groundplan.reconciling.reported_figures import EXPORT, IMPORT, OUTPUT

NAN = math.nan


def test_silence_is_no_zero() -> None:
    """Proves: A reports 90 of 100 and is silent once, B reports 80 twice: since the start 250 of 300, heard of 3 of 4;
    this period B's 80 of 100, and the state says who is missing.

    Breaks if: the silent month counts as 0 (250 of 400), or hides behind the one that came.
    """
    both = [monthly("A", [90.0, NAN]), monthly("B", [80.0, 80.0])]
    rows = fulfilled(
        both, under={"A": ["Ministry"], "B": ["Ministry"]}, regions={"A": "North"}, order=("not reported",)
    )
    (target,) = [r for r in rows if r.by == TARGET]
    assert (target.reported, target.promised, target.silent, target.figures) == (250.0, 400.0, 1, 4)
    assert target.since_start == pytest.approx(250 / 300)
    assert (target.heard, target.this_period, target.state) == (0.75, 0.8, "not reported")
    assert [(r.name, r.since_start) for r in rows if r.by == UNDER] == [("Ministry", pytest.approx(250 / 300))]
    assert [(r.name, r.since_start, r.heard) for r in rows if r.by == REGION] == [("North", 0.9, 0.5)]
    assert all(math.isnan(r.reconciled) for r in rows), "nothing was reconciled"
    (nobody,) = [r for r in fulfilled([monthly("A", [NAN, NAN])]) if r.by == TARGET]
    assert math.isnan(nobody.since_start)
    assert nobody.heard == 0.0


def test_a_level_does_not_add_up() -> None:
    """Proves: of a stock of 10, 20, 30 at years' ends with 9 and 21 reported, the last one counts: 21 of 20.

    Breaks if: the stocks of two years are added.
    """
    s = series("A", "year", (2026, 2027, 2028), [10.0, 20.0, 30.0], [9.0, 21.0], level=True)
    (row,) = [r for r in fulfilled([s]) if r.by == TARGET]
    assert (row.promised, row.reported, row.since_start) == (20.0, 21.0, 1.05)
    assert (math.isnan(row.against_season), row.season) == (True, "")
    rate = monthly("A", [90.0 + k for k in range(12)], level=True)
    assert season_of(rate).base(rate).tolist() == [100.0] * 24, "a rate has no season that parts a year"
    assert [(e.year, e.promised) for e in together([projected(s)])] == [(2026, 10.0), (2027, 20.0), (2028, 30.0)]


def test_the_season_is_that_of_past_years_where_there_are_any() -> None:
    """Proves: a past year of 30, 10, 10, 10 gives quarters of ½ and 1/6; 120 promised evenly, 54 came in the first: it
    is 180 % of its promise and 90 % of its season. Without a past year it is said that the plan's own split stands.

    Breaks if: the past is not read, or the year's promise changes with it.
    """
    past = tuple(PastFigure(2025, m, v) for m, v in enumerate((30.0, 10.0, 10.0, 10.0)))
    s = series("A", "quarter", (2026,), [30.0] * 4, [54.0], past=past)
    assert season_of(s).base(s) == pytest.approx([60.0, 20.0, 20.0, 20.0])
    (row,) = [r for r in fulfilled([s]) if r.by == TARGET]
    assert (row.this_period, row.season) == (1.8, "one other year")
    assert row.against_season == pytest.approx(0.9)
    assert season_of(series("A", "quarter", (2026,), [30.0] * 4, [54.0])).source(2026) == EVEN
    uneven = series("A", "quarter", (2026,), [60.0, 20.0, 30.0, 10.0], [54.0], past=(PastFigure(2025, 2, 15.0),))
    assert [season_of(uneven).before(uneven, 2025, m) for m in range(4)] == [60.0, 20.0, 30.0, 10.0]
    assert season_of(s).before(s, 2024, 0) == pytest.approx(60.0)
    own = series("A", "quarter", (2026, 2027), [30.0] * 8, [20.0, 40.0, 10.0, 50.0, 30.0])
    assert season_of(own).base(own)[:4].tolist() == [30.0] * 4, "a year's own season would explain its noise away"
    assert season_of(own).base(own)[4:] == pytest.approx([20.0, 40.0, 10.0, 50.0])
    assert season_of(series("A", "quarter", (2026,), [60.0, 20.0, 20.0, 20.0], [54.0])).source(2026) == OWN


def test_too_few_figures_have_no_band() -> None:
    """Proves: three months give the plan's path for the rest and no band, none gives nothing, figures that never differ
    give none either; four that differ give one.

    Breaks if: a figure is given that nothing defends, or silence is projected as kept.
    """
    three, four = projected(monthly("A", [90.0, 95.0, 100.0])), projected(monthly("A", [90.0, 95.0, 100.0, 99.0]))
    assert (three.method, three.mean[-1]) == (AS_PROMISED, 285.0 + 2100.0)
    assert math.isnan(three.error[-1])
    assert (four.method, four.error[-1] > 0) == (LOCAL_LEVEL, True)
    silent = projected(monthly("A", [NAN] * 6))
    assert (silent.method, math.isnan(silent.mean[-1])) == (NONE, True)
    closed = projected(monthly("A", [90.0, 95.0, 5.0, 100.0, 99.0], promised=[100.0, 100.0, 0.0, *[100.0] * 21]))
    assert closed.why.startswith("4 figures"), "what was not promised says nothing of a rate"
    assert (closed.so_far[0], math.isfinite(closed.mean[0])) == (389.0, True)
    same = projected(monthly("A", [100.0] * 8))
    assert (same.method, math.isnan(same.error[-1])) == (AS_PROMISED, True)
    (open_end,) = [e for e in together([four, three]) if e.year == 0]
    assert (math.isnan(open_end.chance), "3 figures are too few" in open_end.why) == (True, True)
    (end,) = [e for e in together([four, silent]) if e.year == 0]
    assert math.isnan(end.chance)
    assert "nothing was reported" in end.why


def test_the_silent_do_as_their_peers() -> None:
    """Proves: with four peers expected at 0.9, 0.9, 1.0 and 1.0 of what is to come, a fifth is at 0.95, its spread
    theirs and what four are worth: s²·(1 + ¼)·3.

    Breaks if: fewer than four are taken for many.
    """

    def one(unit: str, at: float) -> SeriesProjection:
        p = projected(monthly(unit, [90.0, 95.0, 100.0, 99.0]))
        mean = p.so_far + at * p.rest
        return SeriesProjection(**{**vars(p), "mean": mean})

    peers = [one(u, at) for u, at in zip("ABCD", (0.9, 0.9, 1.0, 1.0), strict=True)]
    silent = projected(monthly("E", [NAN] * 4))
    got = as_peers([*peers, silent])[-1]
    s = math.sqrt(np.var([0.9, 0.9, 1.0, 1.0], ddof=1) * 1.25 * 3)
    assert (got.method, got.mean[-1]) == (AS_PEERS, pytest.approx(0.95 * 2400))
    assert got.error[-1] == pytest.approx(s * 2400)
    assert as_peers([*peers[:3], silent])[-1].method == NONE


def test_units_that_fall_together_have_a_wider_sum() -> None:
    """Proves: of two units with the same surprises the sum is nearly as unsure as both, of opposite ones nearly sure.

    Breaks if: the correlation loses its sign, or is taken for none.
    """
    rng = np.random.default_rng(5)
    x = rng.normal(0, 5, 20)
    a, same, against = (projected(monthly(u, list(v))) for u, v in (("A", 95 + x), ("B", 95 + x), ("C", 95 - x)))
    assert correlation([a, same]).matrix[0, 1] == pytest.approx(1.0 - correlation([a, same]).shrunk, abs=1e-6)
    assert correlation([a, against]).matrix[0, 1] < -0.6
    assert together([a, same])[-1].error > 0.9 * (a.error[-1] + same.error[-1])
    assert together([a, against])[-1].error < 0.45 * (a.error[-1] + against.error[-1])


def shaken(p: SeriesProjection, mean: float, error: float) -> SeriesProjection:
    return SeriesProjection(**{
        **vars(p), "mean": np.full(len(p.mean), mean), "error": np.full(len(p.mean), error), "surprise": {},
    })  # fmt: skip


def test_projections_give_way_to_balances() -> None:
    """Proves: steel 100 ± 10 takes a coal each, coal 80 ± 10 leaves 72 after its own tenth, final use is no less
    than 0: 28 lack. What may move: 0.81·100 of coal, 100 of steel, 10² + 1.2² of the coefficients (10 % of what 100
    steel and 120 coal were promised to take): 282.44. Coal rises by 0.9·100·28/282.44, steel falls by 100·28/282.44.

    Breaks if: more coal is used than there is, or the coefficients are taken for exact.
    """
    a_year = {"promised": [10.0] * 24}
    coal = shaken(projected(monthly("A", [9.0], **a_year)), 80.0, 10.0)
    made = {"promised": [100.0 / 12] * 24, "indicator": "gross output: steel"}
    steel = shaken(projected(monthly("B", [8.0], **made)), 100.0, 10.0)
    uses = uses_of_three(output=[120.0, 100.0, 0.0], final=[0.0, 100.0, 0.0])
    got = balanced([coal, steel], [(OUTPUT, "coal"), (OUTPUT, "steel")], uses, 2026)
    step = 28.0 / (81.0 + 100.0 + 100.0 + 1.44)
    assert got.moved == 2
    assert (got.mean[0], got.mean[1]) == (pytest.approx(80.0 + 90.0 * step), pytest.approx(100.0 - 100.0 * step))


def claim(
    now: list[float], *, by_day: date = date(2026, 6, 30), judged: date = date(2026, 7, 15), **more: bool
) -> Announced:
    then = np.array([100.0, NAN]) if len(now) == 2 else np.array(now)
    return Announced(
        "c", "Governor", "words", date(2026, 1, 2), by_day, "S", np.array([100.0] * len(now)), then, np.array(now),
        judged, **more,
    )  # fmt: skip


def test_announcements_on_a_day() -> None:
    """Proves: kept, broken, not yet due and not measurable, each by its case; a limit the other way round; what came
    late is judged now and was not measurable on its day.

    Breaks if: a figure that is missing breaks a promise, or a limit is kept by passing it.
    """
    on, early = date(2026, 8, 1), date(2026, 7, 1)
    cases = {
        "kept": (claim([100.0, 101.0]), on), "broken": (claim([90.0, 101.0]), on),
        "not yet due": (claim([90.0, NAN]), early), "not measurable": (claim([90.0, NAN]), on),
    }  # fmt: skip
    states = [announcement_state(*c) for c in cases.values()]
    assert [s.state for s in states] == list(cases)
    assert counted(states) == dict.fromkeys(cases, 1)
    assert states[0].on_its_day == "not measurable"
    assert announcement_state(claim([150.0, 60.0], most=True), on).state == "broken"
    assert announcement_state(claim([90.0, 60.0], most=True), on).state == "kept"
    assert announcement_state(claim([210.0, NAN]), early).state == "kept"
    assert announcement_state(claim([200.0, NAN], most=True), early).state == "not yet due"
    assert announcement_state(claim([201.0, NAN], most=True), early).state == "broken"
    kept = announcement_state(claim([100.0, 101.0]), on)
    assert (kept.said, kept.by_day, kept.promised, kept.reported) == ("2026-01-02", "2026-06-30", 200.0, 201.0)
    ends = announcement_state(claim([10.0, 120.0], level=True), on)
    assert (ends.state, ends.promised, ends.reported) == ("kept", 100.0, 120.0)
    assert math.isnan(announcement_state(claim([NAN, NAN]), early).reported)
    none = Announced("c", "G", "w", on, None, "", np.zeros(0), np.zeros(0), np.zeros(0), None)
    assert (announcement_state(none, on).state, announcement_state(none, on).why) == (
        "not measurable", "no sheet says what is counted",
    )  # fmt: skip


def test_a_lack_of_coal_on_paper() -> None:
    """Proves: of 200 coal, 20 are its own, 100 are steel's, 80 final use's. 50 lack, a quarter. At worst steel makes
    three quarters, and ships with it; at best 50 − 5 (its own tenth) come out of final use and nothing else falls.
    With 150 lacking, final use gives 80 and steel loses the rest: 150·0.9 − 80 = 55 of 100.

    Breaks if: the maker's own use stays, or users of users are forgotten.
    """
    uses = uses_of_three(output=[200.0, 100.0, 200.0])
    worst = entitled(uses, shares_lacking({"coal": 50.0}, uses))
    assert worst.tolist() == [0.75, 0.75, 0.75]
    assert at_will(uses, shares_lacking({"coal": 50.0}, uses)).tolist() == pytest.approx([0.75, 1.0, 1.0])
    best = at_will(uses, shares_lacking({"coal": 150.0}, uses))
    assert best.tolist() == pytest.approx([0.25, 0.45, 0.45])
    assert entitled(uses, shares_lacking({"steel": 50.0}, uses)).tolist() == [1.0, 0.5, 0.5], "coal takes no steel"
    rows = {(r.product, r.user): r for r in knock_on({"coal": 50.0}, uses)}
    assert {k: r.lacks for k, r in rows.items()} == {("coal", "steel"): 25.0, ("coal", ""): 20.0}
    assert (rows[("coal", "steel")].least, rows[("coal", "steel")].most) == (pytest.approx(0.0), 0.25)
    with_imports = uses_of_three(output=[200.0, 100.0, 200.0], imports=[200.0, 0.0, 0.0])
    assert entitled(with_imports, shares_lacking({"coal": 50.0}, with_imports)).tolist() == [0.75, 0.875, 0.875]


def test_the_breaking_shortfall_on_paper() -> None:
    """Proves: coal's final use of 80 can give way, and each ton less made takes a tenth less of itself: 80/0.9 may go;
    a unit with 120 of it is fragile at 74 %, one with 80 breaks nobody. Steel leaves 0 for final use: any lack breaks
    ships. 18 in stock help coal by 20, and final use feels nothing before. Exports that were promised give no way.

    Breaks if: stocks, own use or promised exports are left out, or the order is another.
    """
    uses = uses_of_three(output=[200.0, 100.0, 200.0])
    units = [Supplying("Pit", OUTPUT, "coal", 120.0), Supplying("Small", OUTPUT, "coal", 80.0),
             Supplying("Mill", OUTPUT, "steel", 100.0), Supplying("Yard", OUTPUT, "ships", 200.0)]  # fmt: skip
    rows = breaking(units, uses)
    assert [r.unit for r in rows] == ["Mill", "Pit", "Small", "Yard"]
    mill, pit, small, yard = rows
    assert (mill.others, mill.breaks, mill.first) == (0.0, True, ("ships",))
    assert (pit.others, pit.share, pit.final) == (pytest.approx(80 / 0.9), pytest.approx(80 / 0.9 / 120), 0.0)
    assert (small.breaks, yard.breaks, yard.others) == (False, False, math.inf)
    stocked = {r.unit: r for r in breaking(units, uses, stocks=np.array([18.0, 0.0, 0.0]))}
    assert (stocked["Pit"].final, stocked["Pit"].others) == (pytest.approx(20.0), pytest.approx(98 / 0.9))
    sold = uses_of_three(output=[200.0, 100.0, 200.0], exports=[30.0, 0.0, 0.0])
    free, bound = (breaking(units[:1], sold, promised_exports=p)[0] for p in ({}, {"coal": 30.0}))
    assert (free.others, bound.others) == (pytest.approx(80 / 0.9), pytest.approx(50 / 0.9))
    assert {EXPORT, IMPORT} == {"export", "import"}


def test_series_refuse_what_is_none() -> None:
    """Proves: periods out of order and columns of unlike length are refused, all at once."""
    from groundplan.errors import GroundplanError

    good = monthly("A", [90.0])
    with pytest.raises(GroundplanError, match="not in order"):
        PromisedSeries(**{**_fields(good), "part": good.part[::-1].copy()})
    with pytest.raises(GroundplanError, match=r"has not 24 entries"):
        PromisedSeries(**{**_fields(good), "promised": good.promised[:3], "states": ()})


def _fields(s: PromisedSeries) -> dict[str, object]:
    return {name: getattr(s, name) for name in s.__dataclass_fields__}
