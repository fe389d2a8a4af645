"""The faces of stress: page, report, JSON and command line give the engines' own numbers, and refuse in words."""

from __future__ import annotations

import html
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from economies import shipped

from groundplan import Outcome, stress
from groundplan.cli import main
from groundplan.errors import GroundplanError
from groundplan.results.crisis_pages import stress_page, stress_views
from groundplan.results.crisis_pages.stress_words import headline
from groundplan.results.files import json_text
from groundplan.results.framed import cell_texts
from groundplan.results.html.html_report import report
from groundplan.results.terminal import WIDTH
from groundplan.results.text_page import text_page
from groundplan.shocks.dynamics.adaptive import adapt
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.run_record import unmet_by_input
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.scenarios.events import CloseMarket, CutImports, LoseCapacity
from groundplan.shocks.scenarios.resemblance import resembled
from groundplan.shocks.scenarios.scenario import Scenario, library, ready
from groundplan.shocks.scenarios.settings import SETTINGS

SVG = "{http://www.w3.org/2000/svg}"
FILE = """
name = "little fuel"
horizon = 56
step = "week"

[[events]]
kind = "cut_imports"
name = "fuel"
products = ["class:fuels"]
length = 35
depth = 0.8
"""
CUT = CutImports(name="fuel", products=("class:fuels",), length=35, depth=0.8)
SCENARIO = Scenario(name="little fuel", horizon=56, step="week", events=(CUT,))


@pytest.fixture(scope="module")
def told() -> Outcome:
    """Everything that a story can hold."""
    return stress(shipped("KEN 2019"), SCENARIO, ensemble=20, threshold=0.05)


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "little fuel.toml"
    path.write_text(FILE, "utf-8")
    return str(path)


def test_the_page_starts_with_one_sentence_of_the_outcomes_numbers(told: Outcome) -> None:
    """Proves: after title and heading comes one sentence with the losses of the arrays; no line is too wide.

    Breaks if: the sentence is taken from elsewhere than the outcome.
    """
    page = text_page(told)
    first = headline(told)
    assert " ".join(page.split("\n\n")[1].splitlines()[2:]).replace("   ", " ").startswith(first)
    assert first.count(". ") == 0
    assert first.endswith(".")
    parts = told.table("range").set_index("setting")
    for name, what in (("value_added", "of value added"), ("final_use", "of final use")):
        low, middle, high = (100 * parts.loc[s, f"{name}_lost_share"] for s in ("flexible", "middle", "rigid"))
        assert (
            f"{low:.1f} to {high:.1f} (middle {middle:.1f}) {'per cent ' if name == 'value_added' else ''}{what}"
            in first
        )
    assert float(told["final_unmet"].sum()) == pytest.approx(parts.loc["middle", "final_use_lost"], rel=1e-12)
    assert float(told["value_added_lost"].sum()) == pytest.approx(parts.loc["middle", "value_added_lost"], rel=1e-12)
    assert max(map(len, page.splitlines())) <= WIDTH


def test_the_page_shows_what_the_engines_computed(told: Outcome) -> None:
    """Proves: losses by need, worth and risk on the page are those of a run of the engines by hand.

    Breaks if: a view sorts values apart from their names, or joins parts of different runs.
    """
    s = system_of(shipped("KEN 2019"), SCENARIO)
    paths = propagate_batch(s, [shock_of(s, SCENARIO)])
    assert float(told["final_unmet"].sum()) == pytest.approx(float(unmet_by_input(paths).sum()), rel=1e-12)
    shown = stress_views.losses(told)
    for name, gone in shown.iloc[:, 0].items():
        assert gone == float(told["need_lost"].sel(need=name)), name
    by_engine = told.table("worth").set_index("engine")["loss"]
    assert by_engine["adaptive"] == pytest.approx(float(unmet_by_input(paths).sum()), rel=1e-9)
    worth, foresight = (float(told.provenance[f"worth_of_{what}"]) for what in ("coordination", "foresight"))
    assert worth == by_engine["adaptive"] - by_engine["planned, seeing today"] >= 0
    assert foresight == by_engine["planned, seeing today"] - by_engine["planned, knowing the end"]
    assert foresight >= -1e-6 * by_engine["adaptive"]
    text = " ".join(text_page(told).split())
    table = told.table("coordination").groupby("setting", sort=False)["coordination"]
    for setting in SETTINGS:
        least, most = table.min()[setting], table.max()[setting]
        assert f"{least:,.0f} to {most:,.0f} ({setting})" in text
    assert f"to know the end would save {foresight:,.0f} more" in text
    assert f"Over 20 cases the mean loss of final use is {float(told['ensemble_loss'].mean()):,.0f}" in text


def test_a_saved_story_gives_the_same_page_and_report(told: Outcome, tmp_path: Path) -> None:
    """Proves: page and report are computed from the outcome alone, and saving loses nothing."""
    again = Outcome.open(told.save(tmp_path / "told"))
    assert text_page(again) == text_page(told)
    assert report(again) == report(told)
    assert json_text(again) == json_text(told)


@pytest.mark.parametrize("name", sorted(stress_page.CHARTS))
def test_every_chart_has_its_table(told: Outcome, name: str) -> None:
    """Proves: each chart is drawn as XML that parses, and the report has it and prints every cell of its table.

    Breaks if: a chart is shown without its numbers.
    """
    chart, page = stress_page.CHARTS[name], report(told)
    svg = ET.fromstring(chart.draw(told).svg())
    assert svg.tag == f"{SVG}svg"
    assert f'id="chart-{name}"' in page
    table = chart.table(told)
    assert len(table)
    body = page[page.index(f"<caption>{chart.title}") :]
    shown = re.findall(r"<td[^>]*>([^<]*)</td>", body[: body.index("</table>")])
    assert len(shown) == table.size
    assert shown[:: len(table.columns)] == cell_texts(table)[0]


def test_the_report_says_how_to_repeat_it(told: Outcome) -> None:
    """Proves: a ready scenario is named in the command; what was handed over in Python has none, and the page says so.

    Breaks if: a changed scenario is taken for the ready one of the same name.
    """
    assert "handed over in Python" in report(told)
    changed = stress("KEN", ready("epidemic").replacing(horizon=7, step="week"), no_plan=True)
    assert "handed over in Python" in report(changed)
    assert "command" not in changed.provenance
    calm = stress("KEN", Scenario(name="calm", horizon=7, step="week"), no_plan=True)
    assert "Nothing is lost within 7 days" in text_page(calm)
    ready_one = stress("kenya", ready("epidemic"), setting="rigid", no_plan=True)
    said = "groundplan stress KEN --year 2019 --scenario epidemic --setting rigid --no-plan"
    assert said in report(ready_one)


def test_what_is_lost_without_any_output_lost_is_told() -> None:
    """Proves: goods for final use alone that stay away count in the first sentence, though nobody makes less.

    Breaks if: the page looks at value added only.
    """
    short = Scenario(name="a day", horizon=1, events=(CutImports(products=("food",)),))
    found = stress(shipped("KEN 2019"), short, no_plan=True)
    assert float(found["value_added_lost"].sum()) == pytest.approx(0.0, abs=1e-9)
    assert headline(found).startswith("0.0 per cent of value added and 1.1 of final use are lost within 1 day")


def test_the_command_prints_what_python_gives(file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: a scenario file through the command is the scenario in Python; JSON parses; --out can be reported on."""
    expected = stress(shipped("KEN 2019"), SCENARIO, no_plan=True)
    asked = ["stress", "KEN", "--scenario", file, "--no-plan"]
    assert main(asked) == 0
    assert capsys.readouterr().out.strip() == text_page(expected).strip()
    out = str(tmp_path / "out")
    assert main([*asked, "--json", "--out", out]) == 0
    content = json.loads(capsys.readouterr().out)
    lost = sum(r["value"] for r in content["arrays"]["value_added_lost"]["records"])
    assert lost == pytest.approx(float(expected["value_added_lost"].sum()), rel=1e-12)
    saved = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert saved == report(Outcome.open(out))
    assert main(["report", out]) == 0
    assert (tmp_path / "out" / "report.html").read_text("utf-8") == saved


def test_the_list_and_the_preview_run_nothing(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stress", "--list"]) == 0
    assert "closed border" in capsys.readouterr().out.splitlines()
    assert main(["stress", "KEN", "--scenario", file, "--preview"]) == 0
    assert "\nfuel: removes 80% of " in capsys.readouterr().out


BAD = {
    "scenario": (["--scenario", "fuelcut"], "nearest: 'fuel cut'"),
    "no file": (["--scenario", "none.toml"], "cannot be read"),
    "country": (["KENX"], "nearest: 'KEN'"),
    "no members": (["--ensemble", "0"], "has no members"),
    "no partner": (["--scenario", "partner embargo"], "which partner imports come from"),
    "nothing to bridge": (["--scenario", "typhoon", "--threshold", "0.02"], "nothing can bridge"),
    "threshold below nothing": (["--threshold", "-1"], "the threshold is -1"),
    "threshold that is none": (["--threshold", "nan"], "the threshold is nan"),
    "no workers": (["--ensemble", "2", "--workers", "0"], "0 workers"),
    "no address": (["--ensemble", "2", "--address", "nonsense"], "no address of a Dask scheduler"),
}


@pytest.mark.parametrize("case", sorted(BAD))
def test_bad_questions_are_refused_in_words(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: what cannot be answered ends with 2 and words that say what is wrong; nothing is printed as an answer."""
    asked, words = BAD[case]
    asked = asked if "KENX" in asked else ["KEN", *asked]
    assert main(["stress", *asked, "--no-plan"]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert not said.out


def test_events_that_make_no_sense_are_refused() -> None:
    """Proves: products, choices and figures that are not there are named, with the nearest."""
    for events, words in (
        ((CutImports(products=("chm",)),), "nearest: 'chem'"),
        ((LoseCapacity(sectors=("class:fuel",)),), "nearest: 'fuels'"),
    ):
        with pytest.raises(GroundplanError, match=words):
            stress("KEN", Scenario(name="bad", events=events), no_plan=True)
    with pytest.raises(GroundplanError, match="no choice of stress 'threshhold'; nearest: 'threshold'"):
        stress("KEN", Scenario(name="calm"), threshhold=0.1)


def test_weeks_and_days_tell_the_same_story() -> None:
    """Proves: by days and by weeks the loss of a market is the same share, and a fuel cut's within a fifth.

    Goods travel one supplier a step, so by weeks a lack passes on more slowly and stocks are used up in larger bites.

    Breaks if: a rate, a stock or an event is not brought to the step.
    """
    e = shipped("KEN 2019")
    market = CloseMarket(length=56, depth=0.4)
    for event, near in ((market, 0.02), (replace(CUT, length=84), 0.2)):
        shares = [
            adapt(e, Scenario(name="x", horizon=168, step=step, stocks={"default": 28}, events=(event,)))
            .provenance["value_added_lost_share"]
            for step in ("day", "week")
        ]  # fmt: skip
        assert shares[0] == pytest.approx(shares[1], rel=near)


@pytest.mark.parametrize("name", sorted(library()))
def test_every_ready_scenario_says_which_setting_known_crises_resembled(name: str) -> None:
    """Proves: terminal and report of every ready scenario have a sentence for each of its kinds of events, saying which
    setting known crises resembled or that none was run, whether all settings are told or one.

    Breaks if: a ready scenario is added whose events have no words, or a face leaves them out.
    """
    # Shipped accounts have no partners, so an embargo is tried as a cut of all of them; what is said is the kind's.
    events = tuple(replace(e, partner="all") if isinstance(e, CutImports) else e for e in ready(name).events)
    scenario = ready(name).replacing(events=events, horizon=28)
    sentences = resembled(scenario)
    assert len(sentences) == len({e.kind for e in events})
    assert all("setting" in said or "no known crisis was run" in said for said in sentences)
    for one in (scenario, scenario.in_setting("rigid")):
        told = stress(shipped("GHA 2019"), one, no_plan=True)
        page, written = " ".join(text_page(told).split()), " ".join(html.unescape(report(told)).split())
        for said in sentences:
            assert said in page
            assert said in written
