"""Imports by partner on the two-sector economy: prices, ceilings, an embargo, and no more than so much from one.

Farm products are imported for 27, works for 43 a year.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from economies import small
from plans import ON_PAPER, on_paper
from view_text import written

from groundplan import plan
from groundplan.economy.economy import Economy
from groundplan.errors import Faults, PlanInfeasible, StudyError, UnknownName
from groundplan.outcome import Outcome
from groundplan.planning.activities import COLUMNS
from groundplan.planning.best_plan import origins
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.feature_list import PARTS
from groundplan.planning.features.trade.partner_trade import partners
from groundplan.planning.features.trade.suppliers import Diversification, Partner, suppliers
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Target
from groundplan.planning.solve import solve
from groundplan.results.plan_pages import plan_trade

DEAR = [Partner("A", share=0.6), Partner("B", share=0.3, price=1.5)]


def parted(shares: dict[str, tuple[float, float]]) -> Economy:
    """The small economy with imports parted: partner → its share in farm and in works products, in every use."""
    e = small()
    uses = xr.concat(
        [e.imported_use.rename(sector="use"), e.imported_final.drop_vars("final_kind").rename(final="use")], dim="use"
    )
    rows = [uses * xr.DataArray(list(s), coords=[("product", list(e.sectors))]) for s in shares.values()]
    return e.replacing(imported_by_partner=xr.concat(rows, dim=pd.Index(list(shares), name="partner")))


def run(*records: Partner, **choices: Any) -> Outcome:
    return plan(small(), years=2, partners=list(records), partner_growth=5.0, **choices)


def bought(o: Outcome, product: str, partner: str) -> list[float]:
    return [round(float(v), 6) for v in o.indicator(f"imports: {product} from {partner}")]


def test_shares_are_of_the_bill_and_prices_keep_it() -> None:
    """A sells 60 % of the bill, B 30 % at 1.5 times A's price, the rest 10 %.

    Σ s/π = 0.6 + 0.2 + 0.1 = 0.9, so prices are 0.9, 1.35, 0.9, and of 27 the volumes are 16.2/0.9 = 18,
    8.1/1.35 = 6 and 2.7/0.9 = 3.

    Proves: volumes sum to the imports, what is paid to the bill.
    Breaks if: a share is taken for a share of the volume.
    """
    found = suppliers(small(), on_paper(partners=DEAR))
    assert list(found) == ["farm", "works"]
    assert [(s.name, round(s.price, 9), round(s.base, 9)) for s in found["farm"]] == [
        ("A", 0.9, 18.0),
        ("B", 1.35, 6.0),
        ("rest", 0.9, 3.0),
    ]
    assert sum(s.base for s in found["works"]) == pytest.approx(43.0)
    assert sum(s.base * s.price for s in found["works"]) == pytest.approx(43.0)


def test_with_nothing_stated_the_plan_is_what_it_was() -> None:
    """Proves: without partners the part gives no row, and buying takes and gives 1 as ever.

    Breaks if: a default splits imports.
    """
    e, policy = small(), on_paper(years=2)
    without = compile_plan(e, policy, parts=[p for p in PARTS if p is not partners])
    whole = compile_plan(e, policy)
    for table in COLUMNS:
        pd.testing.assert_frame_equal(getattr(whole, table), getattr(without, table))
    assert "buy:farm" in set(whole.activities["activity"])
    assert not whole.activities["activity"].str.contains("@").any()


def test_an_embargo_stops_a_partner_and_the_others_sell_more() -> None:
    """Proves: from the embargo on nothing comes from B; all that is needed comes from A and the rest.

    Breaks if: the embargo is a price, or B's fall is limited by the pace of purchases.
    """
    o = run(Partner("A", share=0.6), Partner("B", share=0.3, price=0.8, embargo_from=2022))
    assert bought(o, "farm", "B")[2:] == [0.0]
    assert bought(o, "farm", "B")[1] > 0
    total = o.indicator("imports: farm")
    assert total[2022] == pytest.approx(sum(o.indicator(f"imports: farm from {p}")[2022] for p in ("A", "rest")))


def test_a_ceiling_is_a_share_of_what_was_imported_and_grows() -> None:
    """A, the cheapest, may sell 0.65 of the imports of farm products, 2 % more each year: 17.55 · 1.02^t.

    Proves: the ceiling holds and, as A is cheap, binds.
    Breaks if: it is taken of the bill of all products, or does not grow.
    """
    cheap = Partner("A", share=0.6, price=0.5, ceiling=0.65, ceiling_growth=0.02)
    o = run(cheap, Partner("B", share=0.4))
    most = [0.65 * 27.0 * 1.02**t for t in (1, 2)]
    assert bought(o, "farm", "A")[1:] == pytest.approx(most, abs=1e-5)


def test_what_is_paid_to_a_partner_has_a_ceiling_over_all_products() -> None:
    """No more than 50 a year may be paid to A for farm products and works together.

    Proves: one purse for all products of the record. Breaks if: each product has a purse of its own.
    """
    o = run(Partner("A", share=0.8, price=0.5, ceiling_money=50.0))
    bill = o.indicator("import bill: A")
    assert bill[2020] == pytest.approx(56.0)
    assert bill.loc[2021:].max() == pytest.approx(50.0, abs=1e-5)
    paid = o.table("partners").query("partner == 'A'").groupby("year")["money"].sum()
    assert paid[2021] == pytest.approx(bill[2021])


def test_no_more_than_a_share_comes_from_one_partner_from_its_year_on() -> None:
    """A sells two thirds at half the price; from 2022 on it may sell half of each product.

    Proves: the limit is on the share of what is bought in that year, and free before it.
    Breaks if: the limit holds from the first year, or on the bill.
    """
    cheap = Partner("A", share=0.5, price=0.5)
    o = run(cheap, Partner("B", share=0.5), diversification=[Diversification(0.5, from_year=2022)])
    share = o.indicator("import share: farm from A")
    assert share[2021] > 0.6
    assert share.loc[2022:].to_numpy() == pytest.approx(0.5, abs=1e-6)
    free = run(cheap, Partner("B", share=0.5))
    assert free.indicator("import share: farm from A").loc[2022:].min() > 0.6
    assert o.provenance["objective"] < free.provenance["objective"]


def test_a_limit_may_be_for_one_partner_and_one_product() -> None:
    """A is dearer than B; of farm products no more than three tenths may come from A, and of works anything.

    Proves: a limit that names a partner leaves the other free, one that names a product the other product. Breaks if:
    it holds for everybody, who could then not sell all imports.
    """
    cheap, dear = Partner("B", share=0.5), Partner("A", share=0.5, price=2.0)
    o = run(dear, cheap, diversification=[Diversification(0.3, ["farm"], partner="A")], partner_contraction=0.0)
    assert o.indicator("import share: farm from A").loc[2021:].max() <= 0.3 + 1e-6
    assert o.indicator("import share: farm from B").loc[2021:].min() >= 0.7 - 1e-6
    assert o.indicator("import share: works from A").loc[2021:].max() > 0.3


def test_purchases_move_no_faster_than_the_policy_says() -> None:
    """B is cheap and may grow by a tenth a year and 1 % of the imports: 6.75·1.1 + 0.27 in the first year.

    B's volume: shares 0.5 and 0.5 at prices 1 and 0.5: Σ s/π = 1.5, price_B = 0.75, 27·0.5/0.75 = 18.

    Proves: growth from the base year on. Breaks if: the entry is a share of the partner's own sales.
    """
    choices: dict[str, Any] = {"partner_growth": 0.1, "partner_entry": 0.01}
    o = plan(small(), years=1, partners=[Partner("A", share=0.5), Partner("B", share=0.5, price=0.5)], **choices)
    assert bought(o, "farm", "B") == pytest.approx([18.0, 18.0 * 1.1 + 0.27], abs=1e-5)


def test_every_indicator_of_trade_counts_all_partners() -> None:
    """With partners of one price who may change as they like the plan is worth what it is without partners.

    No more than 24 of farm may be bought in year 2: every best plan then replaces one more, as much as it may (4 %).

    Proves: imports, supply, home use, permissions to replace and the origins of what people buy count partners as
    they count buying from anybody.
    Breaks if: a name that reads ``buy:farm`` misses ``buy:farm@A``.
    """
    free = {"partner_contraction": 1.0, "partner_entry": 1.0}
    bound = [Target("imports: farm", "<=", 24.0, year=2022)]
    o = run(Partner("A", share=0.7), Partner("B", share=0.1), targets=bound, **free, **ON_PAPER)
    alone = plan(small(), years=2, targets=bound, **ON_PAPER)
    assert o.provenance["objective"] == pytest.approx(alone.provenance["objective"], rel=1e-7)
    level = o["level"].to_pandas()[2022]
    farm, works = (sum(level[f"buy:{i}@{p}"] for p in ("A", "B", "rest")) for i in ("farm", "works"))
    expected = {
        "import bill": farm + works,
        "imports: farm": farm,
        "total supply: works": level["make:works"] + works,
        "home use: farm": level["make:farm"] + farm - level["sell:farm"],
    }
    assert {n: o.indicator(n)[2022] for n in expected} == pytest.approx(expected)
    replaced, _ = origins(small(), o.frame("level"))[2022]
    need = farm + level["replace:farm"] - level["deepen:farm"]
    assert level["replace:farm"] > 0.1
    assert replaced[0] == pytest.approx(level["replace:farm"] / need)
    assert replaced[0] == pytest.approx(0.04)


def test_the_table_of_partners() -> None:
    """In the base year, by volume, A 18/27, B 6/27, rest 3/27: Herfindahl 4/9 + 4/81 + 1/81 = 41/81.

    Proves: share and index are of the volume, money of the bill; the rows of a year sum to the imports.
    """
    o = run(*DEAR)
    base = o.table("partners").query("year == 2020 and product == 'farm'").set_index("partner")
    assert base["hhi"].to_numpy() == pytest.approx(41 / 81)
    assert base.loc["B", ["volume", "money"]].tolist() == pytest.approx([6.0, 8.1])
    for year, rows in o.table("partners").groupby("year"):
        assert rows["money"].sum() == pytest.approx(o.indicator("import bill")[year])
    assert "Herfindahl" in written(plan_trade.partners(o))
    assert plan_trade.partners(plan(small(), years=1)) == ()


def test_shares_from_the_accounts_keep_the_largest_apart() -> None:
    """N sells 0.5 of farm products, P 0.3, Q 0.15, R 0.05; two are told apart, and R because a record names it.

    Proves: the accounts' shares, the others as rest; a record adds what it says. Products in other proportions differ.
    """
    e = parted({"N": (0.5, 0.1), "P": (0.3, 0.1), "Q": (0.15, 0.7), "R": (0.05, 0.1)})
    policy = on_paper(partners_from="accounts", partners_largest=2, partners=[Partner("R", embargo_from=2021)])
    found = suppliers(e, policy)
    assert {s.name: round(s.base / 27.0, 9) for s in found["farm"]} == {"N": 0.5, "P": 0.3, "R": 0.05, "rest": 0.15}
    assert [s.name for s in found["works"]] == ["Q", "N", "R", "rest"]
    o = plan(e, policy=policy, years=2, partner_growth=5.0)
    assert o.indicator("import bill: R").tolist() == pytest.approx([0.05 * 27 + 4.3, 0.0, 0.0], abs=1e-9)


def test_the_base_year_is_given_back_with_partners() -> None:
    """Proves: the one-year programme buys from each what it sold, though B is dearer.

    Breaks if: the programme of the base year may choose the cheaper partner.
    """
    e, policy = small(), on_paper(partners=DEAR)
    a = compile_plan(e, policy, base_year=True)
    level = solve(programme(a, policy), policy).values["level"].to_pandas()[2020]
    base = a.activities.set_index("activity")["base"]
    assert np.abs(level - base).max() < 1e-6
    assert level["buy:farm@B"] == pytest.approx(6.0)


BAD: dict[str, tuple[dict[str, Any], list[str]]] = {
    "product": ({"partners": [Partner("A", "fram", share=0.1)]}, ["no product of a partner 'fram'", "nearest: 'farm'"]),
    "no share": ({"partners": [Partner("A")]}, ["the share of A is not given"]),
    "too much": ({"partners": [Partner("A", share=0.7), Partner("B", share=0.7)]}, ["partners of farm sell 1.4 times"]),
    "twice": ({"partners": [Partner("A", share=0.1), Partner("A", share=0.2)]}, ["A is given twice for all"]),
    "rest": ({"partners": [Partner("rest", share=0.1)]}, ["'rest' is whom no record names"]),
    "accounts": ({"partners_from": "accounts"}, ["do not part imports by partner"]),
    "no split": ({"diversification": [Diversification(0.5)]}, ["no product's imports are split"]),
    "unknown": (
        {"partners": [Partner("A", share=0.1)], "diversification": [Diversification(0.5, ["wroks"], partner="C")]},
        ["no product of a diversification 'wroks'; nearest: 'works'"],
    ),
    "unknown partner": (
        {"partners": [Partner("A", share=0.1)], "diversification": [Diversification(0.5, ["farm"], partner="C")]},
        ["no partner 'C'"],
    ),
    "too few": (
        {"partners": [Partner("A", share=0.5), Partner("B", share=0.5)], "diversification": [Diversification(0.4)]},
        ["2 partners with at most 0.4 each cannot sell all imports of farm"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_is_told_in_words(case: str) -> None:
    choices, told = BAD[case]
    with pytest.raises((StudyError, UnknownName, Faults)) as error:
        plan(small(), years=2, **choices)
    for words in told:
        assert words in str(error.value)


def test_a_share_may_be_in_the_accounts_or_in_the_record_not_in_both() -> None:
    e = parted({"N": (0.5, 0.5), "P": (0.5, 0.5)})
    records = [Partner("N", share=0.5), Partner("M")]
    with pytest.raises(Faults) as error:
        plan(e, years=2, partners_from="accounts", partners=records)
    assert "the share of N is in the accounts too" in str(error.value)
    assert "no partner 'M'" in str(error.value)


def test_names_that_would_not_read_back_are_refused() -> None:
    with pytest.raises(StudyError, match="name of a partner is 'A@B'"):
        on_paper(partners=[Partner("A@B", share=0.1)])


def test_a_limit_on_dependence_that_cannot_hold_is_named_in_the_conflict() -> None:
    """A sells 60 % and may sell 65 %; B is cut off and the rest grows by a tenth a year.

    Proves: the permission is named among what clashes, by product and partner.
    Breaks if: it hides among the balances, which are not named.
    """
    records = [Partner("A", share=0.6), Partner("B", share=0.3, embargo_from=2021)]
    with pytest.raises(PlanInfeasible) as error:
        plan(small(), years=1, partners=records, diversification=[Diversification(0.65)], partner_growth=0.1)
    assert re.search(r"largest share of A in imports of sector (farm|works) in 2021", str(error.value))
