"""A plan that is followed, from a ledger to one page: command line, Python, saved, with and without balances."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from economies import shipped
from following_cases import followed_ledger

from groundplan import Ledger, LoseCapacity, Outcome, Scenario, follow, ledger, plan, text_page
from groundplan.cli import main
from groundplan.errors import GroundplanError

ON = "2020-09-30"
ONE = """
plan = "P"
units = [{ unit = "A", name = "A", level = "works" }]
[[targets]]
indicator = "gross output: elec"
definition = "Power sent out."
measure = "KES2019bn"
answers = "Minister"
source = "plan office"
shares = { A = 1 }
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a followed ledger and a file of regions."""
    folder = tmp_path_factory.mktemp("followed")
    followed_ledger(folder)
    (folder / "regions.csv").write_text("unit,region,lat,lon\nA,North,1.5,37\nB,South,-1.5,37.5\n", "utf-8")
    return folder


def test_one_page_from_a_ledger(here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: the command and Python give the same tables, what is saved opens equal with a report that has charts and
    a map, names from outside are shown as text, and silence is a state and no zero.

    Breaks if: a face has its own numbers, markup of a name gets through, or a missing month counts as 0.
    """
    words = ["--ledger", str(here / "plan.ledger"), "--on", ON, "--regions", str(here / "regions.csv")]
    assert main(["follow", *words, "--out", str(tmp_path / "o"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["tables"]
    o = follow(ledger=here / "plan.ledger", on=ON, regions=here / "regions.csv")
    assert [r["name"] for r in told["fulfilment"]] == o.table("fulfilment")["name"].tolist()
    by = o.table("fulfilment").set_index(["by", "name", "indicator"])
    power = by.loc[("target", "gross output: elec", "gross output: elec")]
    assert (power["silent"], power["figures"]) == (1, 16)
    assert power["since_start"] == pytest.approx((5.76 * 6 + 7.05 * 4) / (8 * 6 + 7 * 4))
    assert by.loc[("under", "Ministry", "homes"), "heard"] == pytest.approx(3 / 8)
    assert by.loc[("region", "North", "homes"), "since_start"] == pytest.approx(0.6)
    ends = o.table("ends").set_index(["indicator", "year"])
    assert 0 < ends.loc[("gross output: elec", 0), "chance"] < 1
    assert ends.loc[("homes", 0), "chance"] != ends.loc[("homes", 0), "chance"]
    assert "3 figures are too few" in ends.loc[("homes", 0), "why"]
    assert dict(zip(o.table("announcements")["claim"], o.table("announcements")["state"], strict=True)) == {
        "power": "kept", "joy": "not measurable",
    }  # fmt: skip
    saved = Outcome.open(tmp_path / "o")
    assert text_page(saved) == text_page(o)
    report = (tmp_path / "o" / "report.html").read_text("utf-8")
    assert "<b>Works B</b>" not in report
    assert "&lt;b&gt;Works B" in report
    for part in ("path_1", "calendar", "map_1", "Where each target will end"):
        assert part in report
    assert "groundplan follow" in str(o.provenance["command"])
    assert {"brief", "targets", "ends", "paths", "units", "regions", "deliveries", "periods"} <= set(o.views)


def test_it_is_saved_unasked(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: without --out the page is saved under its day, a second one beside it. Breaks if: nothing is kept."""
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert main(["follow", "--ledger", str(here / "plan.ledger"), "--on", ON]) == 0
    first, second = sorted(p.name for p in (tmp_path / "outcomes").iterdir())
    assert first.startswith(f"follow-{ON}-")
    assert second == f"{first}-2"


def test_with_balances_lacks_are_followed(here: Path) -> None:
    """Proves: with accounts reports are reconciled, a lack of power reaches its users in order of what they take, with
    stocks on a day, and each works has its breaking shortfall.

    Breaks if: the balances are not read, or a lack ends where it begins.
    """
    e = shipped("KEN 2019")
    stocks = Scenario(name="counted", stocks={"default": 10.0})
    o = follow(e, ledger=here / "plan.ledger", on=ON, stocks=stocks)
    hit = o.table("knock_on")
    assert hit["product"].unique().tolist() == ["elec"]
    assert hit["lacks"].is_monotonic_decreasing
    sectors = hit[~hit["user"].isin(["", "export"])]
    assert "cons" in sectors["user"].tolist()
    assert (sectors["least"] <= sectors["most"] + 1e-9).all()
    assert set(o.table("reached")["sector"]) > {"elec"}
    assert o.table("reached")["first_day"].min() >= "2020-01-01"
    assert sorted(o.table("breaking")["unit"]) == ["<b>Works B</b>", "Works A"]
    assert o.table("promises")["reconciled"].notna().sum() == 15
    assert "What lacks do to others" in text_page(o)
    events = Scenario(name="x", events=(LoseCapacity(sectors=("elec",), depth=0.5),))
    with pytest.raises(GroundplanError, match="come with events"):
        follow(e, ledger=here / "plan.ledger", on=ON, stocks=events)


def test_against_a_plan_of_its_own_accounts(tmp_path: Path) -> None:
    """Proves: a plan says which accounts it was made from, its year has its own uses, and an optimised plan leaves
    nothing over; on an earlier day only what had come by then is known.

    Breaks if: the accounts' year stands for the plan's, or what came later is known before.
    """
    o = plan("KEN", years=1)
    o.save(tmp_path / "plan")
    where = {"ledger": tmp_path / "plan.ledger", "key": tmp_path / "plan.key"}
    (tmp_path / "t.toml").write_text(ONE, "utf-8")
    ledger("init", origin="example.org/p", **where)
    ledger("targets", tmp_path / "t.toml", plan=tmp_path / "plan", on="2020-01-01", **where)
    sheet = Ledger(where["ledger"]).book.present()[0]
    figures = [{**f, "value": f"{float(f['value']) * 0.8:.3f}"} for f in sheet["figures"][:5]]
    rows = [{"sheet": sheet["sheet"], "figure": f, "note": "", "asked": []} for f in figures]
    came = ("report", {"unit": "A", "file": "", "received": "2020-06-05", "figures": rows})
    Ledger(where["ledger"]).append([came], by="office")
    followed = follow(ledger=where["ledger"], plan=tmp_path / "plan", on="2020-06-10")
    assert followed.provenance["held_against"] == "the plan of Kenya for 2020"
    (row,) = followed.table("breaking").to_dict("records")
    assert row["final"] == 0.0
    assert 0.0 < row["share"] < 1.0
    assert row["breaks"]
    before = follow(ledger=where["ledger"], on="2020-06-01")
    assert before.table("fulfilment")["reported"].isna().all()


def test_what_cannot_be_followed_is_refused(here: Path, tmp_path: Path) -> None:
    """Proves: an indicator that nobody promised, a day that is none, mirrors without accounts, regions of unknown units
    and figures of the past in another measure are refused with what to do, all faults of a file at once.

    Breaks if: a wrong word is passed over.
    """
    base = {"ledger": here / "plan.ledger", "on": ON}
    with pytest.raises(GroundplanError, match="no promised indicator 'home'"):
        follow(**base, levels=["home"])
    with pytest.raises(GroundplanError, match="is no day"):
        follow(ledger=here / "plan.ledger", on="soon")
    with pytest.raises(GroundplanError, match="none are named"):
        follow(**base, mirrors=[])
    with pytest.raises(GroundplanError, match="a share between 0 and 1"):
        follow(**base, band=1.0)
    with pytest.raises(GroundplanError, match="which unit lies in which place"):
        follow(**base, places="KEN")
    file = tmp_path / "r.csv"
    file.write_text("unit,region\nA,North\nC,South\nA,South\n", "utf-8")
    with pytest.raises(GroundplanError, match=r"no unit 'C'[\s\S]*two regions"):
        follow(**base, regions=file)
    file.write_text("unit,indicator,period,value,measure\nA,homes,2019-01,5,t\nB,homes,2019-01,5,homes\n", "utf-8")
    with pytest.raises(GroundplanError, match=r"'t', and homes is promised[\s\S]*no promise of B 'homes'"):
        follow(**base, past=file)
    file.write_text("unit,indicator,period,value,measure\n" + "".join(
        f"A,homes,2019-{m:02d},{40 + m % 3},homes\n" for m in range(1, 13)), "utf-8")  # fmt: skip
    ends = follow(**base, past=file).table("ends").set_index(["indicator", "year"])
    assert 0 <= ends.loc[("homes", 2020), "chance"] < 0.5
