"""Domestic resource cost from activities and prices that are given: two years whose techniques differ."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from groundplan.planning.activities import Activities
from groundplan.planning.activity_rows import ActivityRow, CommodityRow, ProfileRow, gives, occupies, takes
from groundplan.planning.features.trade.resource_cost import (
    COLUMNS,
    OwnTechnique,
    _ratio,
    resource_cost_table,
    resource_costs,
)

PRICES = {
    "home:a": (2.0, 3.0), "home:b": (1.0, 4.0), "home:c": (10.0, 20.0), "labour:s": (0.5, 1.0),
    "capacity:a": (0.1, 0.2), "capacity:b": (0.3, 0.4), "water": (5.0, 6.0), "foreign exchange": (2.0, 4.0),
    "replaceable:a": (0.05, 0.07), "replaceable:b": (0.9, 0.9), "import:b": (50.0, 50.0),
}  # fmt: skip


def made(imports: tuple[float, float, float] = (3.0, 0.0, 0.5), without: str = "") -> SimpleNamespace:
    """Products c, b and a, of which a and b are made and c and a bought; labour saves and b grows into a's products."""
    a = Activities.of(
        (2021, 2022),
        commodities=[CommodityRow(c, "capacity" if c.startswith(("lab", "cap")) else "flow") for c in PRICES]
        + [CommodityRow("import:c")],
        activities=[ActivityRow("make:a"), ActivityRow("make:b"), ActivityRow("buy:c")],
        flows=[
            takes("make:b", "home:a", 0.1, profile="grow"), takes("make:b", "home:b", 0.2),
            takes("make:b", "import:b", 0.2), occupies("make:b", "labour:s", 0.4, profile="lab"),
            occupies("make:b", "capacity:b"), gives("make:b", "home:b"), takes("buy:c", "water", 7.0),
            takes("make:a", "home:a", 0.5), takes("make:a", "home:b", 0.25), takes("make:a", "import:b", 0.125),
            takes("make:a", "import:c", 0.1), occupies("make:a", "labour:s", 0.3, profile="lab"),
            occupies("make:a", "capacity:a"), takes("make:a", "water", 0.02), takes("make:a", "home:c", 0.01),
            gives("make:a", "home:a"),
        ],
        profiles=[ProfileRow("lab", 2021, 1.0), ProfileRow("lab", 2022, 0.5), ProfileRow("grow", 2021, 1.0),
                  ProfileRow("grow", 2022, 2.0)],
    )  # fmt: skip
    rows = [
        ("balance", name, year, -price, -1.0)
        for name, both in PRICES.items()
        if name != without
        for year, price in zip(a.years, both, strict=True)
    ]
    economy = SimpleNamespace(
        sectors=("c", "b", "a"),
        imports=SimpleNamespace(values=np.array(imports)),
        label=lambda i: f"product {i}",
    )
    duals = pd.DataFrame(rows, columns=["family", "name", "year", "dual", "gain"])
    model = SimpleNamespace(families=["balance"], prices=lambda name: True)
    return SimpleNamespace(activities=a, economy=economy, model=model, duals=duals)


def test_every_column_in_both_years() -> None:
    """Product a alone is both bought and made. Labour 0.3 · 0.5, then 0.3 · ½ · 1; plant 0.1 and 0.2.

    Other is water and what no one makes at home: 0.02 · 5 + 0.01 · 10 and 0.02 · 6 + 0.01 · 20. Suppliers 0.5 · 2 +
    0.25 · 1 and 0.5 · 3 + 0.25 · 4; imports 0.225. Of b resources are 0.5 and 0.6 and imports 0.2; with it

        I − A  [[0.5, −0.1], [−0.25, 0.8]], then [[0.5, −0.2], [−0.25, 0.8]];  determinants 0.375 and 0.35
        resources_total  (0.45·0.8 + 0.5·0.25) / 0.375,  (0.67·0.8 + 0.6·0.25) / 0.35
        imports_total    (0.225·0.8 + 0.2·0.25) / 0.375 = 0.23 / 0.375,  0.23 / 0.35

    Proves: each year has its own technique and prices. Breaks if: one year's is used for another, or imports have a
    price.
    """
    table = resource_costs(made())  # type: ignore[arg-type]
    assert tuple(table.columns) == COLUMNS
    assert table[["year", "product", "label"]].to_numpy().tolist() == [[y, "a", "product a"] for y in (2021, 2022)]
    expected = {
        "exchange": [2.0, 4.0],
        "labour": [0.15, 0.15],
        "plant": [0.1, 0.2],
        "other": [0.2, 0.32],
        "suppliers": [1.25, 2.5],
        "saved": [0.775, 0.775],
        "drc": [1.7 / 1.55, 3.17 / 3.1],
        "resources_total": [0.485 / 0.375, 0.686 / 0.35],
        "saved_total": [0.145 / 0.375, 0.12 / 0.35],
        "drc_total": [0.485 / 0.29, 0.686 / 0.48],
        "permission": [0.05, 0.07],
    }
    for name, values in expected.items():
        assert table[name].tolist() == pytest.approx(values), name


def test_several_products_year_by_year() -> None:
    """Proves: rows stand by year and then by product, in the order of the accounts, each with its own figures.

    For b: labour 0.4 · 0.5 twice, plant 0.3 and 0.4, nothing else, suppliers 0.1 · 2 + 0.2 · 1 and 0.2 · 3 + 0.2 · 4.
    Breaks if: products are told in another's place.
    """
    table = resource_costs(made((3.0, 0.25, 0.5)))  # type: ignore[arg-type]
    assert table["product"].tolist() == ["b", "a", "b", "a"]
    assert table["year"].tolist() == [2021, 2021, 2022, 2022]
    own = table[table["product"] == "b"]
    for name, values in {
        "labour": [0.2, 0.2], "plant": [0.3, 0.4], "other": [0.0, 0.0], "suppliers": [0.4, 1.4], "saved": [0.8, 0.8],
        "drc": [0.9 / 1.6, 2.0 / 3.2], "permission": [0.9, 0.9],
    }.items():  # fmt: skip
        assert own[name].tolist() == pytest.approx(values), name


def test_what_has_no_price_costs_nothing() -> None:
    """Proves: a commodity without a row of prices is worth 0; foreign exchange without one leaves costs unknown.

    Breaks if: what is missing makes everything unknown.
    """
    table = resource_costs(made(without="water"))  # type: ignore[arg-type]
    assert table["other"].tolist() == pytest.approx([0.1, 0.2])
    assert resource_costs(made(without="replaceable:a"))["permission"].tolist() == [0.0, 0.0]  # type: ignore[arg-type]
    late = made()
    late.duals = late.duals[(late.duals["name"] != "water") | (late.duals["year"] != 2022)]
    assert resource_costs(late)["other"].tolist() == pytest.approx([0.2, 0.2])  # type: ignore[arg-type]
    table = resource_costs(made(without="foreign exchange"))  # type: ignore[arg-type]
    assert table["exchange"].tolist() == [0.0, 0.0]
    assert table[["drc", "drc_total"]].isna().all(axis=None)


def test_nothing_to_replace() -> None:
    """Proves: where nothing is both bought and made there is no table. Breaks if: an empty one is told."""
    none = made((1.0, 0.0, 0.0))
    table = resource_costs(none)  # type: ignore[arg-type]
    assert (tuple(table.columns), len(table)) == (COLUMNS, 0)
    assert resource_cost_table(none) == {}  # type: ignore[arg-type]
    assert len(resource_cost_table(made())["resource_costs"]) == 2  # type: ignore[arg-type]


def test_own_technique() -> None:
    """Of [[½, 0], [¼, ⅕]] the inverse of I − A is [[2, 0], [0.625, 1.25]]; of [[0, ½], [0, ½]] it is [[1, 1], [0, 2]].

    Rows (1, 2) become (3.25, 2.5) and (1, 5), (4, 8) become (13, 10) and (4, 20), in the years of each technique.
    Proves: years and rows keep their places. Breaks if: L is transposed or techniques change years.
    """
    zero = np.zeros((3, 2))
    home = np.array([[[0.5, 0.0], [0.25, 0.2]], [[0.0, 0.5], [0.0, 0.5]]])
    t = OwnTechnique(home, np.array([0, 1, 0]), zero, zero + 1.0, zero + 2.0, zero + 4.0)
    rows = np.array([[[1.0, 2.0], [1.0, 2.0], [4.0, 8.0]], [[4.0, 8.0], [4.0, 8.0], [1.0, 2.0]]])
    assert t.through_suppliers(rows) == pytest.approx(
        np.array([[[3.25, 2.5], [1.0, 5.0], [13.0, 10.0]], [[13.0, 10.0], [4.0, 20.0], [3.25, 2.5]]])
    )
    prices = np.array([[2.0, 4.0], [2.0, 4.0], [1.0, 0.0]])
    assert t.inputs_at(prices) == pytest.approx(np.array([[2.0, 0.8], [0.0, 3.0], [0.5, 0.0]]))
    assert t.resources.tolist() == [[7.0, 7.0]] * 3


def test_the_ratio_and_its_edges() -> None:
    """At ε = 0.5: 3 over half of 0.25 is 24; a billionth saved is nothing saved, two are something; at ε = 0 unknown.

    Proves: no bound where nothing is saved, in the year's own ε. Breaks if: a loss is a negative cost.
    """
    saved = np.array([[0.25, 1e-9, 2e-9, -1.0], [0.25, 1e-9, 2e-9, -1.0]])
    found = _ratio(np.full((2, 4), 3.0), np.array([[0.5], [0.0]]), saved)
    assert found[0].tolist() == pytest.approx([24.0, np.inf, 3e9, np.inf])
    assert np.isnan(found[1]).all()
