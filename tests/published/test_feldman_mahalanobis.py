"""Heavy first against light first in two sectors: what Feldman (1928) and Mahalanobis (1953) found, by the core."""

from __future__ import annotations

import numpy as np
import pytest

from groundplan.planning.activities import Activities
from groundplan.planning.choices.target import Target
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Policy
from groundplan.planning.solve import solve

# What a unit of investment adds to yearly output in capital goods and in consumer goods; incomes of the first year.
BETA_K, BETA_C = 0.2, 0.3
INVESTED, CONSUMED = 20.0, 80.0
HEAVY, LIGHT = 0.5, 0.2
YEARS = 30


def economy(years: int = YEARS) -> Activities:
    """A sector that makes capital goods and one that makes consumer goods; plant can do one of the two and never wears.

    invest:k and invest:c take capital goods and give plant that works from the next year on. Consumption counts as it
    comes, and so does plant of either kind at the end, so nothing stands idle and every capital good is put up.
    """
    first, last = 1, years
    flows: list[dict[str, object]] = []
    for sector, beta in (("k", BETA_K), ("c", BETA_C)):
        flows += [
            {"activity": f"make:{sector}", "commodity": f"plant:{sector}", "role": "occupy", "coefficient": 1.0},
            {"activity": f"invest:{sector}", "commodity": "capital goods", "coefficient": 1.0},
            {"activity": f"invest:{sector}", "commodity": f"plant:{sector}", "role": "give", "coefficient": beta},
        ]
    flows.append({"activity": "make:k", "commodity": "capital goods", "role": "give", "coefficient": 1.0})
    return Activities.of(
        range(first, last + 1),
        commodities=[
            {"commodity": "capital goods"},
            {"commodity": "plant:k", "kind": "capacity", "initial": INVESTED},
            {"commodity": "plant:c", "kind": "capacity", "initial": CONSUMED},
        ],
        activities=[
            {"activity": "make:k", "base": INVESTED},
            {"activity": "make:c", "base": CONSUMED, "cost": -1.0},
            {"activity": "invest:k", "base": INVESTED},
            {"activity": "invest:c"},
        ],
        flows=flows,
        terminal=[{"commodity": f"plant:{s}", "value": 1.0} for s in ("k", "c")],
        indicators=[
            {"indicator": "investment in capital goods", "on": "invest:k"},
            *({"indicator": "investment", "on": f"invest:{s}"} for s in ("k", "c")),
        ],
        ratios=[
            {"indicator": "investment share", "numerator": "investment in capital goods", "denominator": "investment"}
        ],
    )


def paths(targets: list[Target], years: int = YEARS) -> tuple[np.ndarray, np.ndarray]:
    """Output of capital goods and of consumer goods by year."""
    policy = Policy.of(targets=targets)
    level = solve(programme(economy(years), policy), policy).values["level"]
    return level.sel(activity="make:k").values, level.sel(activity="make:c").values


def share(value: float, sense: str = "==", weight: float | None = None) -> list[Target]:
    return [Target("investment share", sense, value, weight=weight)]


def mahalanobis(share: float, t: np.ndarray) -> np.ndarray:
    """Y_t = Y_0 { 1 + α_0 (λ_k β_k + λ_c β_c) / (λ_k β_k) · [(1 + λ_k β_k)^t − 1] }, λ_c = 1 − λ_k, α_0 = I_0 / Y_0.

    Mahalanobis (1953), Some observations on the process of growth of national income, Sankhyā 12 (citation and form of
    the equation not checked against the paper). It follows from I_t = (1 + λ_k β_k) I_{t−1} and
    C_t = C_{t−1} + λ_c β_c I_{t−1}.
    """
    income = INVESTED + CONSUMED
    growth = share * BETA_K
    alpha = INVESTED / income
    return income * (1 + alpha * (growth + (1 - share) * BETA_C) / growth * ((1 + growth) ** t - 1))


@pytest.mark.parametrize("chosen", [HEAVY, LIGHT])
def test_income_follows_mahalanobis(chosen: float) -> None:
    """Proves: with a share λ of investment in capital goods the plan's income is Mahalanobis' equation, year by year.

    Capital goods grow by λ·β_K = 10 % and 4 % a year for ever.
    Breaks if: plant comes a year late or wears, or a target on a ratio means another share.
    """
    capital, consumer = paths(share(chosen))
    t = np.arange(YEARS)
    assert capital[1:] / capital[:-1] == pytest.approx(np.full(YEARS - 1, 1 + chosen * BETA_K), rel=1e-7)
    assert capital + consumer == pytest.approx(mahalanobis(chosen, t), rel=1e-7)


def test_heavy_first_gives_less_and_then_more() -> None:
    """Feldman's result: the higher λ gives less consumption first and more later, growing towards λ·β_K a year.

    By hand, over INVESTED: heavy has 0.5·0.3/0.1·(1.1^t − 1) = 1.5 (1.1^t − 1) above the start, light 0.8·0.3/0.04·
    (1.04^t − 1) = 6 (1.04^t − 1). At t = 15 that is 4.766 against 4.806, at t = 16 it is 5.392 against 5.238: the paths
    cross in the sixteenth year after the first.
    Proves: doctrines as targets that should be met (a heavy share of at least 0.5, or of at most 0.2) give this path.
    Breaks if: the weight of a ratio's shortfall is not per unit of the ratio, or a doctrine is not followed.
    """
    _, heavy = paths([*share(HEAVY, ">=", 1e5), *share(HEAVY, "<=", 1e5)])
    _, light = paths([*share(LIGHT, ">=", 1e5), *share(LIGHT, "<=", 1e5)])
    ahead = heavy > light * (1 + 1e-9)
    assert heavy[0] == pytest.approx(light[0])
    assert int(np.argmax(ahead)) == 16
    assert ahead[16:].all()
    assert (heavy[1:16] < light[1:16]).all()
    t = np.arange(YEARS)
    assert heavy == pytest.approx(CONSUMED + INVESTED * 1.5 * (1.1**t - 1), rel=1e-6)
    assert light == pytest.approx(CONSUMED + INVESTED * 6.0 * (1.04**t - 1), rel=1e-6)
    growth = heavy[-1] / heavy[-2] - 1
    assert HEAVY * BETA_K * 0.8 < growth < HEAVY * BETA_K


def switch(years: int) -> int:
    """The year after which free investment goes to consumer goods, from the prices of plant, going back from the end.

        q_c[t] = β_c·(T − t + 1),   q_k[t] = β_k·(Σ_{s>t} max(q_k, q_c)[s] + 1)

    Plant put up in year t works in t+1 … T and counts 1 at the end.
    """
    after, last = 0.0, 0
    for t in range(years, 0, -1):
        consumer, capital = BETA_C * (years - t + 1), BETA_K * (after + 1)
        last = t if capital > consumer and last == 0 else last
        after += max(consumer, capital)
    return last


@pytest.mark.parametrize("years", [12, 20, 30])
def test_a_free_plan_builds_capital_goods_first(years: int) -> None:
    """Proves: without a doctrine the plan that wants most consumption over its years puts all into capital goods first.

    From the year that the prices of plant give by hand it puts all into consumer goods: heavy first is best for those
    who can wait long enough.
    Breaks if: the end of the plan, or what plant is worth there, is misjudged by a year.
    """
    policy = Policy.of()
    level = solve(programme(economy(years), policy), policy).values["level"]
    built = level.sel(activity="invest:k").values
    turn = switch(years)
    assert 0 < turn < years
    assert built[:turn] == pytest.approx(level.sel(activity="make:k").values[:turn], rel=1e-7)
    assert built[turn:] == pytest.approx(np.zeros(years - turn), abs=1e-6)
