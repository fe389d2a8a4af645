"""Sensitivity, alternatives and robust plans on the command line and as pages: the same numbers as the API."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from economies import small
from plans import make_plan
from view_text import written as page_of

from groundplan import Outcome, plan, robust, sensitivity
from groundplan.cli import main
from groundplan.economy.physical import Physical
from groundplan.planning.choices.uncertainty import Uncertain, Uncertainty
from groundplan.planning.exploring.near_best import nearly_as_good
from groundplan.planning.policy import Policy, Target
from groundplan.results.html.html_report import report
from groundplan.results.plan_pages import plan_products
from groundplan.results.text_page import text_page
from groundplan.study.study import Study, open_study

STUDY = """country = "KEN"

[plan]
years = 1

[[targets]]
indicator = "import bill"
sense = "<="
value = 2500.0
name = "import bill"

[[ranges]]
name = "targets.import bill.value"
low = 1800.0
high = 2600.0
source = "a guess"

[[uncertain]]
what = "import prices"
spread = 0.05
correlation = 0.5
source = "a guess"

[uncertainty]
draws = 2
fresh = 3
wishes = ["targets"]
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = tmp_path / "study.toml"
    path.write_text(STUDY, "utf-8")
    return path


def test_records_are_read_with_their_lines(study: Path) -> None:
    """Proves: ranges and what is drawn are sections of a study, and come back from its effective text."""
    policy = open_study(study).policy
    assert [r.name for r in policy.ranges] == ["targets.import bill.value"]
    assert policy.uncertain[0].what == "import prices"
    assert policy.uncertainty is not None
    assert policy.uncertainty.draws == 2


def test_sensitivity_on_the_command_line(study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: the command saves what a plan gives, and a must that binds; its page has the tornado and its table."""
    words = ["sensitivity", "--study", str(study), "--on", "living standard", "import bill"]
    assert main([*words, "--of", "targets.import bill.value", "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    saved = Outcome.open(tmp_path / "out")
    bill = saved.table("sensitivity").set_index("measure").loc["import bill @ 2020"]
    assert bill["at_low"] == pytest.approx(1800.0)
    # Figures are moved in the first stage alone, whose path is the solver's own.
    corner = plan("KEN", policy=replace(open_study(study).policy, evenness=0.0))
    assert bill["at_base"] == pytest.approx(corner.indicator("import bill")[2020])
    assert "hangs most on: value of target import bill (targets.import bill.value)" in " ".join(printed.split())
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert page.count("<svg") >= 1
    assert "low end of the range" in page
    assert "import bill in 2020" in page


def test_alternatives_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: ranges and other plans are printed and saved; what is nearly as good is said in words."""
    words = ["alternatives", "KEN", "--years", "1", "--within", "0.02", "--of", "import bill", "investment"]
    assert main([*words, "--count", "1", "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    saved = Outcome.open(tmp_path / "out")
    ranges = saved.table("ranges")
    assert ranges["indicator"].tolist() == ["import bill", "investment"]
    assert (ranges["least"] <= ranges["best"]).all()
    assert (ranges["best"] <= ranges["most"]).all()
    assert "2 % less of living standard" in printed.replace("\n  ", " ")
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "How far each may move" in page
    assert "plan 1" in page


def test_robust_on_the_command_line(study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: options outrank the study; the page says how often each wish holds, with its interval, and the method."""
    assert main(["robust", "--study", str(study), "--fresh", "2", "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    saved = Outcome.open(tmp_path / "out")
    assert saved.provenance["uncertainty"]["fresh"] == 2
    shares = saved.table("shares")
    asked = shares[shares["asked"]]
    assert asked["wish"].tolist() == ["import bill"]
    assert (shares["plan_low"] <= shares["plan_share"] + 1e-12).all()
    assert "decided again in each of 2 draws" in printed.replace("\n  ", " ")
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    for heading in ("how often they hold", "What a margin brings and what it costs", "What was drawn", "a guess"):
        assert heading in page


def test_faults_are_told_in_plain_words(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: unknown names end with code 2 and the nearest name, and no traceback."""
    assert main(["sensitivity", "--study", str(study), "--of", "discount_rat"]) == 2
    assert "nearest: 'discount_rate'" in capsys.readouterr().err
    assert main(["alternatives", "KEN", "--years", "1", "--of", "import bil"]) == 2
    assert "nearest: 'import bill'" in capsys.readouterr().err
    assert main(["robust", "--study", str(study), "--share", "2"]) == 2
    assert "share" in capsys.readouterr().err


def test_pages_of_small_outcomes_say_what_they_hold() -> None:
    """The small economy in all three pages, and a margin that is needed; each page is written and its summary fits.

    Proves: pages are computed from the outcome alone and stand without what an outcome lacks.
    Breaks if: a section fails on one plan, one margin, or a measure of nothing.
    """
    e = small()
    policy = Policy.of(
        years=2,
        targets=[Target("gross output: farm", ">=", 100.0, year=2022, name="grain")],
        uncertain=[Uncertain("yields", of=["farm"], shape="normal", spread=0.05)],
        uncertainty=Uncertainty(draws=4, fresh=4, largest=1.0, wishes=["targets"]),
    )
    study = Study("TST", None, policy)
    made = study.on(e).solved_plan()
    sure = robust(study.on(e))
    few = nearly_as_good(made, of=["gross output"], count=0)
    for outcome in (sensitivity(study.on(e), of=["discount_rate"]), few, sure):
        text = text_page(outcome)
        assert max(map(len, text.splitlines())) <= 100
        assert "Testland" in text
        assert "</html>" in report(outcome)
        bare = Outcome({}, {}, outcome.provenance)
        assert text_page(bare)
        assert "</html>" in report(bare)
    assert sure.table("margins")["margin"].iloc[0] == 0.0
    assert list(sure.arrays) == ["level"]


def test_the_plan_has_its_balances_in_the_report() -> None:
    """Proves: a counted product comes first, in its own unit, with a sentence; the CSV with all the rest is named."""
    e = small().replacing(physical={"farm": Physical("t", 50.0, 2.0, "a printed figure")})
    outcome = make_plan(e, Policy.of(years=2))
    assert plan_products.shown(outcome) == ["farm", "works"]
    farm, works = plan_products.of_products(outcome, ["farm", "works"])
    told = plan_products.sentence(farm)
    assert told.startswith("sector farm: of the ")
    assert " t in 2022" in told
    level = outcome["level"].sel(year=2022).to_series()
    share = level["make:farm"] / (level["make:farm"] + level["buy:farm"])
    assert f"{100 * share:.0f} % is of home make" in told
    assert f"of the {(level['make:farm'] + level['buy:farm']) / 2.0:.2f} t" in told
    page = page_of(plan_products.balances(outcome))
    assert "material_balances_wide.csv" in page
    assert "Balance of sector works" in page
    table = plan_products.balance(works)
    assert table.loc["all sources"].to_numpy() == pytest.approx(table.loc["all uses"].to_numpy())
