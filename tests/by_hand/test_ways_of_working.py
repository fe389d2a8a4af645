"""Ways of working in a crisis, every figure on paper: those of the nests, and those of an adaptive path."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from crises import shaken, uneven

from groundplan.crisis.compile_crisis import Crisis, activities, as_people_do, doing_without, production
from groundplan.crisis.ways_of_working import Followed, Spared, followed, spared
from groundplan.shocks.ceilings import ceilings
from groundplan.shocks.dynamics.run_record import Paths
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.scenario import Behaviour

LEFT = np.zeros((2, 3))
NOBODY = np.zeros((3, 2))


def entitled(**changes: Any) -> System:
    """``uneven`` where people have what they are entitled to: ρ is −1 in both nests and ½ between home and abroad."""
    figures: dict[str, Any] = {"sigma_critical": 0.5, "sigma_important": 0.5, "sigma_imports": 2.0, "ceiling": 1.25}
    return uneven(behaviour=Behaviour(**(figures | changes), rebuild_days=5.0, restock_days=12.0, psi=0.9))


def crisis(s: System, ways: Spared, path: Followed | None = None) -> Crisis:
    shock = shaken(s)
    return Crisis(s, shock, ceilings(s, shock), np.array([0, 1, 3]), LEFT, np.ones(3), ways, path)


def ways_of(w: Spared) -> list[tuple[int, float, dict[int, float]]]:
    """Sector, room and shares spared by input, way by way."""
    return [
        (
            int(w.sector[k]),
            pytest.approx(w.room[k], rel=1e-5),
            {int(g): pytest.approx(x, rel=1e-5) for g, x in zip(w.input[w.way == k], w.share[w.way == k], strict=True)},
        )
        for k in range(len(w.sector))
    ]


def test_less_of_one_input_and_of_imports() -> None:
    """With a level L of home a, a quarter of a's costs, 1/F̂ = 1 + (1/L − 1)/4: 13/12, 5/4, 7/4; F̂ is nothing at 0. Of
    L a unit made takes L/F̂. With L of its imports, three quarters of its b, r = (1/4 + 3/4·√L)² of b, half of a's
    costs, are at hand: at L = 1/4 r is 25/64 and 1/F̂ = 1.78, at 0 r is 1/16 and 1/F̂ = 8.5. Where a ceiling allows
    overtime none is worked on these ways, as both products are critical to a: of the room of 1.25 they take 1.25/F̂, and
    the home b beside the imports may go as far as the ceiling, (√1.25/4 + 3/4·√L)².

    Proves: room and shares of every way, whatever the stocks; idle inputs are spared for nothing; who lacks nothing
    does without imports alone. Breaks if: a way in which nothing is made is one, or overtime makes good what is
    spared.
    """
    s = entitled()
    short = NOBODY.copy()
    short[0, 0] = 1.0

    def wanted(ceiling: float) -> list[tuple[int, float, dict[int, float]]]:
        over = {x: 0.5 + 0.5 / (0.25 * ceiling**0.5 + 0.75 * x**0.5) ** 2 for x in (0.75, 0.5, 0.25, 0.0)}
        return [
            (1, 0.0, {0: 1.0}),
            (0, ceiling * 13 / 12 - 1, {0: 1 - 0.75 * 13 / 12}), (0, ceiling * 1.25 - 1, {0: 0.375}),
            (0, ceiling * 1.75 - 1, {0: 0.5625}), *((0, ceiling * k - 1, {2: 1 - x * k}) for x, k in over.items()),
        ]  # fmt: skip

    rigid = wanted(1.0)
    assert [room for _, room, _ in rigid[-2:]] == pytest.approx([0.78, 7.5])
    assert ways_of(spared(entitled(ceiling=1.0), short)) == rigid
    assert ways_of(spared(s, short)) == wanted(1.25)
    assert ways_of(spared(replace(s, stocks=np.array([9.0, 7.0, 8.0])), short)) == wanted(1.25)


def test_less_of_what_costs_most_to_lack() -> None:
    """Each sector has ways with less of inputs that it uses and lacks. A quarter of b's costs is home b, of a's an
    eighth, which with imports makes r = (√L/4 + 3/4)²: 49/64 at a quarter, so 1/F̂ = 1 + 15/98; 9/16 at nothing, 25/18.

    Proves: who has which ways. Breaks if: an input that is not used, or is not lacking, is done without.
    """
    short = NOBODY.copy()
    short[1], short[2, 1] = 1.0, 5.0
    ways = ways_of(spared(entitled(ceiling=1.0), short))
    assert [j for j, _, _ in ways] == [1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0]
    assert [sorted(shares) for _, _, shares in ways] == [[0], *[[1]] * 7, *[[2]] * 4]
    assert ways[5] == (0, 15 / 98, {1: 1 - 0.25 * 113 / 98})
    assert ways[6] == (1, 0.75, {1: 0.5625})
    assert ways[7] == (0, 7 / 18, {1: 1.0})


def test_ways_by_orders() -> None:
    """Proves: without idle inputs for nothing, without the important ones on twice the plant; nothing where all binds.

    Breaks if: critical inputs are done without, or what is lacking matters.
    """
    s = uneven()
    assert ways_of(spared(s, NOBODY)) == [(1, 0.0, {0: 1.0}), (0, 1.0, {1: 1.0})]
    soft = uneven(binding=np.array([[1, 2], [1, 2], [2, 1]], dtype=np.int8))
    assert ways_of(spared(soft, s.use[:, :2])) == [
        (0, 0.0, {2: 1.0}), (1, 0.0, {0: 1.0, 1: 1.0}), (0, 1.0, {0: 1.0, 1: 1.0}),
    ]  # fmt: skip
    none = spared(uneven(binding=np.zeros((3, 2), dtype=np.int8)), NOBODY)
    assert [len(part) for part in (none.sector, none.room, none.way, none.input, none.share)] == [0] * 5


def path_of(able: np.ndarray) -> Paths:
    """A path of five days. A makes 1, then 0.5 and 0.25, then 0.5 and nothing of its base; b all of it."""
    output = np.array([[1.0, 1.0], [0.5, 1.0], [0.25, 1.0], [0.5, 1.0], [0.0, 1.0]])
    used = output[:, None, :] * uneven().use[:, :2]
    used[1, 2, 0], used[2, 2, 0] = 0.75, 0.375  # of 1.5 and 0.75
    used[3, 0, 0] = 1.25  # more than its 1
    used[3:, 0, 1] = [0.0, 1.5]  # of 3 and 3
    return cast(
        Paths, SimpleNamespace(production=output[None], trace=SimpleNamespace(used=used[None], able=able[None]))
    )


ABLE = np.array([[1.25, 1.25], [0.625, 1.25], [0.3125, 1.25], [1.0, 1.25], [0.0, 1.25]])


def test_the_ways_of_a_path() -> None:
    """In days 1 and 2 a uses 1.125 of 2.25 imports, in 3 and 4 b uses 1.5 of 6 of home a: half and three quarters are
    spared. Over a ceiling of 1.25 a could make a half and a quarter of it: 0.5/0.5 + 0.25/0.25 = 2 days' room for 0.75
    made, so 2/0.75 − 1 besides its own; then 0.5/0.8 for 0.5.

    Proves: sums of periods, nothing below nothing, days without output. Breaks if: shares of days are averaged, or room
    is counted where orders rule.
    """
    starts = np.array([0, 1, 3])
    f = followed(entitled(), path_of(ABLE), starts)
    shares = np.zeros((3, 3, 2))
    shares[1, 2, 0], shares[2, 0, 1] = 0.5, 0.75
    assert f.spared.tolist() == shares.tolist()
    assert f.room == pytest.approx(np.array([[0.0, 0.0], [5 / 3, 0.0], [0.25, 0.0]]))
    by_orders = followed(uneven(), path_of(ABLE), starts)
    assert by_orders.spared.tolist() == shares.tolist()
    assert by_orders.room.tolist() == [[0.0, 0.0]] * 3


def test_a_way_that_hardly_works_at_all() -> None:
    """In days 1 and 2 a makes a thousandth of its base, all that it can: F̂ is a thousandth over the ceiling of 1.25,
    and a
    unit takes 1,250 days' room, 1,249 besides its own. Where it makes 10⁻¹² it would take 1.25·10¹²; told is a million,
    so a plan makes at most a millionth of base output in that way.

    Proves: no row of a plan has figures with which an interior point finds no way. Breaks if: room has no end, or an
    end that is felt.
    """
    for little, room in ((1e-3, 1249.0), (1e-12, 1e6)):
        path = path_of(ABLE.copy())
        assert path.trace is not None
        path.production[0, 1:3, 0] = path.trace.able[0, 1:3, 0] = little
        assert followed(entitled(), path, np.array([0, 1, 3])).room[1, 0] == pytest.approx(room)


def test_room_is_a_capacity_of_its_own() -> None:
    """Proves: a unit takes one of a room of base output, a way with less what it adds, and none where it adds none;
    in a period of two days at a ceiling of 1.25 a unit takes 1/2.5 of a day's room. On a quarter of home a 1/F̂ is
    1.25·1.75.

    Breaks if: doing without costs plant, which may be gone while there is room.
    """
    s = entitled()
    short = NOBODY.copy()
    short[0, 0] = 1.0
    c = crisis(s, spared(s, short))
    assert c.has_room
    parts = production(c)
    rooms = pd.concat(parts["commodities"]).set_index("commodity").loc[["room:a", "room:b"]]
    assert rooms[["kind", "initial"]].to_numpy().tolist() == [["capacity", 8.0], ["capacity", 20.0]]
    assert parts["profiles"][0]["factor"].tolist() == pytest.approx([0.4] * 3)
    occupied = pd.concat([*parts["flows"], *doing_without(c)["flows"]]).query("role == 'occupy'")
    cells = occupied.set_index(["activity", "commodity"])["coefficient"].to_dict()
    own = {(f"make:{j}", f"{what}:{j}"): 1.0 for what in ("plant", "room") for j in "ab"} | {("make:a", "crew:a"): 1.0}
    assert {k: x for k, x in cells.items() if k[0].startswith("make")} == own
    less = {k: x for k, x in cells.items() if k not in own}
    assert set(less) == {(f"spare:a:{k}", "room:a") for k in range(7)}
    assert less["spare:a:2", "room:a"] == pytest.approx(1.1875)
    assert set(occupied["profile"]) == {"overtime"}


def test_working_as_people_do() -> None:
    """Proves: a spares half of its 3/8 of imports in the first period on 5/3 more room, nothing of it in the second on
    1/4 more; b three quarters of its 3/20 in the second alone; the closing year is as the last.

    Breaks if: one period's way stands in another, or who does without nothing follows.
    """
    s = entitled()
    path = followed(s, path_of(ABLE), np.array([0, 1, 3]))
    c = crisis(s, spared(s, NOBODY), path)
    assert c.followers.tolist() == [0, 1]
    parts = as_people_do(c)
    whole = pd.concat(parts["flows"]).fillna("")
    assert {tuple(row) for row in whole[["activity", "commodity", "role", "profile"]].to_numpy().tolist()} == {
        ("follow:a", "run:a", "take", ""), ("follow:b", "run:b", "take", ""),
        ("follow:a", "store:imported:b", "give", "spared:imported:b:a"),
        ("follow:b", "store:home:a", "give", "spared:home:a:b"),
        ("follow:a", "room:a", "occupy", "followed:a"), ("follow:b", "room:b", "occupy", "followed:b"),
    }  # fmt: skip
    given = whole[whole["role"] == "give"].set_index("activity")["coefficient"]
    assert given.to_dict() == pytest.approx({"follow:a": 0.375, "follow:b": 0.15})
    factors = pd.concat(parts["profiles"]).pivot(index="profile", columns="year", values="factor")
    assert factors.loc["spared:imported:b:a"].tolist() == [0.5, 0.0, 0.0]
    assert factors.loc["spared:home:a:b"].tolist() == [0.0, 0.75, 0.75]
    assert factors.loc["followed:a"].tolist() == pytest.approx([0.4 * 5 / 3, 0.1, 0.1])
    assert factors.loc["followed:b"].tolist() == [0.0] * 3
    assert {"follow:a", "follow:b"} <= set(activities(c).activities["activity"])
    before = replace(path, spared=path.spared * 0.0, room=np.array([[0.5, 0.5], [0.0, 0.0], [0.0, 0.0]]))
    assert as_people_do(crisis(s, spared(s, NOBODY), before)) == {"flows": []}
    roomy = replace(before, room=np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 0.5]]))
    assert crisis(s, spared(s, NOBODY), roomy).followers.tolist() == [1]
    by_orders = uneven()
    orders = as_people_do(crisis(by_orders, spared(by_orders, NOBODY), followed(by_orders, path_of(ABLE), c.starts)))
    assert set(pd.concat(orders["flows"])["role"]) == {"take", "give"}
