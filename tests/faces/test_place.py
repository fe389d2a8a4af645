"""The faces of a programme of places: page, report, GeoJSON, command and Python agree; faults write nothing."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_programme import IDS, WEIGHTS, WORKS, chosen, features, four, square, write

from groundplan import Outcome, place
from groundplan.cli import main
from groundplan.errors import GroundplanError, UnknownName
from groundplan.places.choosing.choice_inputs import Inputs
from groundplan.places.choosing.rules import Rules
from groundplan.places.choosing.search import Effort
from groundplan.places.country_defaults import mean_pay
from groundplan.places.judging.extras import Extras
from groundplan.places.known.shipped_places import selections, shipped
from groundplan.places.lots import draw
from groundplan.places.place_programme import solved
from groundplan.places.scoring.inequality import gini
from groundplan.places.scoring.scores import score
from groundplan.results.html.html_report import report
from groundplan.results.place_pages import place_fairness, place_views
from groundplan.results.place_pages.geojson import geojson, write_geojson
from groundplan.results.place_pages.letters import letters
from groundplan.results.place_pages.place_charts import CHARTS
from groundplan.results.place_pages.place_story import headline
from groundplan.results.terminal import WIDTH
from groundplan.results.text_page import text_page

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def kenya() -> Outcome:
    return place("KEN", quick=True, budget={"money": 9000.0})


@pytest.fixture(scope="module")
def korea() -> Outcome:
    return place("PRK", years=3, quick=True, language="ko")


def test_the_page_gives_the_numbers_of_the_outcome(kenya):
    """Proves: the first sentence counts places, works and jobs as the tables do, and its Gini is that of the incomes.

    Breaks if: the sentence is computed elsewhere, or the Gini is not weighted by people.
    """
    page = text_page(kenya)
    built = kenya.table("built")
    jobs = kenya.table("facilities").set_index("facility")["workers"][built["facility"]].sum()
    assert headline(kenya).startswith(
        f"45 of 47 places get {len(built)} works with {jobs:,.0f} jobs from year 1 to year 9"
    )
    places = shipped("KEN")
    income, people = places.column("income"), places.column("population")
    assert f"goes from {gini(income, people):.4f} to" in headline(kenya)
    closed = kenya.table("gaps").set_index("place")
    after = income.max() - closed["after"]
    assert f"to {gini(after, people):.4f}," in headline(kenya)
    jobs_by = built.assign(
        jobs=kenya.table("facilities").set_index("facility")["workers"][built["facility"]].to_numpy()
    )
    added = mean_pay("KEN") * jobs_by.groupby("place")["jobs"].sum() / people
    expected = np.minimum(income + added.reindex(income.index).fillna(0.0), income.max())
    pd.testing.assert_series_equal(after, expected.loc[after.index], check_names=False, check_index_type=False)
    assert page.splitlines()[4].startswith("45 of 47")
    assert max(map(len, page.splitlines())) <= WIDTH


def test_a_saved_programme_gives_the_same_page_report_and_letters(kenya, tmp_path):
    """Proves: every face is computed from the outcome alone, and saving loses nothing.

    Breaks if: a face reads the places, or a table does not survive its CSV.
    """
    again = Outcome.open(kenya.save(tmp_path / "o"))
    assert text_page(again) == text_page(kenya)
    assert report(again) == report(kenya)
    assert letters(again) == letters(kenya)
    assert geojson(again) == geojson(kenya)


def test_the_report_has_its_sections_and_loads_nothing(kenya):
    """Proves: the report has maps, timetable, fairness, means, assumptions and sources, and no script or request.

    Breaks if: a section is lost, or something is loaded from elsewhere.
    """
    page = report(kenya)
    for name in (
        "chosen",
        "places",
        "need",
        "fairness",
        "means",
        "sure",
        "estimated",
        "assumptions",
        "sources",
        "repeat",
    ):
        assert f'<section id="{name}">' in page
    assert "<script" not in page
    assert "src=" not in page
    assert "The rules, fixed before the choice" in page.partition("</header>")[0]
    assert "Cells are schematic," in page.partition("</header>")[0]
    assert "groundplan place KEN --budget money=9000" in page


@pytest.mark.parametrize("name", [n for n in CHARTS if n != "front"])
def test_charts_are_well_formed_and_have_their_table(kenya, name):
    """Proves: each chart is XML with title and description, and its table twin has rows.

    Breaks if: a name is not escaped, or a chart has no table.
    """
    chart = CHARTS[name]
    for part in chart.draw(kenya).svg().replace("</svg><svg", "</svg>\n<svg").split("\n"):
        root = ET.fromstring(part)
        assert root.find(f"{SVG}title").text
        assert root.find(f"{SVG}desc").text
    assert len(chart.table(kenya))


def test_the_timetable_is_the_choice(kenya):
    """Proves: the table of years and places is the outcome's, works run when their building ends, costs add up.

    Breaks if: rows are joined to the wrong place, or money is counted in the wrong year.
    """
    shown = place_views.timetable(kenya)
    chosen_ = kenya.table("chosen").set_index("name")["year"]
    assert {p: int(y) for p, y in shown.iloc[:, 0].items()} == chosen_.to_dict()
    by_year = place_views.by_year(kenya)
    assert by_year.iloc[:, 0].tolist() == [5] * 9
    claims = kenya.table("claims")
    money = claims[claims["commodity"] == "money"].set_index("year")["amount"]
    cost = kenya.table("facilities").set_index("facility")["cost"]
    assert money.sum() == pytest.approx(cost[kenya.table("built")["facility"]].sum())
    assert by_year.iloc[:, -1].tolist() == pytest.approx(money.loc[1:9].tolist())
    assert (place_views.budgets(kenya).iloc[:, 0] <= 9000).all()


def test_bars_of_the_timetable_are_as_long_as_the_building(kenya):
    """Proves: every place has a bar of two years of building, and one that goes on to the last year.

    Breaks if: a bar starts or ends in the wrong year.
    """
    root = ET.fromstring(CHARTS["timetable"].draw(kenya).svg().partition("</svg>")[0] + "</svg>")
    told = {}
    for row in root.iter(f"{SVG}g"):
        said = row.find(f"{SVG}title")
        if said is not None:
            told[said.text] = [float(bar.get("width", "0")) for bar in row.iter(f"{SVG}rect")]
    assert told
    for said, (build, run) in told.items():
        begun, ends = (int(part.split()[-1]) for part in (said.split(", all run")[0], said))
        assert ends == begun + 2
        assert run / build == pytest.approx((11 - ends + 1) / 2, rel=1e-3)


def test_flows_are_what_the_works_take(kenya):
    """Proves: every place with a food factory gets just what it takes, and no other place gets anything.

    Breaks if: what the solver left lying about is told as a delivery.
    """
    takes = {"food_factory": 2500.0, "food_factory:small": 1250.0}
    built = kenya.table("built")
    wanted = {p: takes[f] for p, f in zip(built["place"], built["facility"], strict=True) if f in takes}
    assert kenya.table("flows").groupby("site")["amount"].sum().to_dict() == pytest.approx(wanted)


def test_the_published_order_is_compared(korea):
    """Proves: the published places of 2024 are compared at their mean rank of need, and the page carries the cautions.

    Breaks if: unconfirmed places or other projects are counted, or the years are mixed.
    """
    named = [s.place for s in selections("PRK") if s.year == 2024 and s.place and s.confirmed and s.factories]
    need = korea.table("scores")
    need = need[need["score"] == "need"].drop_duplicates("place").set_index("place")["value"]
    rank = (need.rank(ascending=False) - 0.5) / len(need)
    row = korea.table("compared").query("score == 'need' and year == 2024 and order == 'published'").iloc[0]
    assert row["places"] == len(set(named))
    assert row["mean"] == pytest.approx(rank[list(dict.fromkeys(named))].mean())
    assert row["low"] < 0.5 < row["high"]
    works = {s.place for s in selections("PRK") if s.place and s.confirmed and s.factories}
    last = korea.table("compared").query("score == 'need' and order == 'published'").iloc[-1]
    assert (last["year"], last["places"]) == (2026, len(works))
    assert last["mean"] == pytest.approx(rank[sorted(works)].mean())
    page = text_page(korea)
    assert "An independent analysis from published figures" in page
    assert "20 places a year are feasible as far as raw materials and rules go, on estimates" in headline(korea)
    assert len(place_fairness.compared(korea)) == len(korea.table("compared"))


def test_maps_speak_korean_and_pages_english(korea):
    """Proves: with --language ko the map's names and legend are Korean, its table has both names, the text is English.

    Breaks if: the language reaches only the legend, or wide letters break the columns of the page.
    """
    drawn = CHARTS["years"].draw(korea).svg()
    assert "삼수군" in drawn
    assert ">2025년<" in drawn
    assert ">25<" in drawn
    page = report(korea)
    assert "Samsu" in page
    assert "삼수군" in korea.views["need"].table["on the map"].to_numpy()
    assert "삼수군" not in text_page(korea)


def test_geojson_gives_polygons_back(tmp_path):
    """Proves: polygons come out as they went in, a place without any has null, and years are those of the choice.

    Breaks if: rings are mixed up, longitude and latitude exchanged, or NaN is written.
    """
    options = write(tmp_path, [f | {"geometry": {"type": "Polygon", "coordinates": square(3.0)}} if n == 3 else f
                               for n, f in enumerate(features())])  # fmt: skip
    made = _from_files(options)
    content = json.loads(geojson(made))
    found = {f["id"]: f for f in content["features"]}
    assert [found[i]["properties"]["year"] for i in IDS] == [1, 2, 3, None]
    assert found["b"]["geometry"] == {"type": "MultiPolygon", "coordinates": [square(1.0)]}
    assert found["d"]["properties"]["facilities"] == []
    assert found["a"]["properties"]["facilities"] == ["mill"]
    target = write_geojson(geojson(made), tmp_path / "out.geojson")
    assert json.loads(target.read_text("utf-8")) == content
    points = json.loads(geojson(chosen()))["features"]
    assert points[1]["geometry"] == {"type": "Point", "coordinates": [1.5, 0.0]}
    assert json.loads(geojson(_from_files(write(tmp_path))))["features"][3]["geometry"] is None


def _from_files(options: list[str]) -> Outcome:
    given = dict(zip(options[::2], options[1::2], strict=True))
    named = {k.removeprefix("--"): v for k, v in given.items() if k != "--places"}
    return place(given["--places"], per_year=1, years=3, provinces="free", quick=True, **named)


def test_the_command_writes_everything_and_says_so(tmp_path, capsys):
    """Proves: one command prints the page and writes outcome, report, letters and GeoJSON; a name stays text in CSV.

    Breaks if: an option is lost, or a place called =1+1 becomes a formula.
    """
    targets = ["--out", str(tmp_path / "o"), "--letters", str(tmp_path / "l"), "--geojson", str(tmp_path / "g.geojson")]
    assert main(["place", *write(tmp_path), "--per-year", "1", "--years", "3", *targets]) == 0
    said = capsys.readouterr()
    assert "Testland: 3 of 4 places chosen from year 1 to year 3" in said.out
    assert "How sure" in said.out
    assert "Letters: " in said.err
    assert (tmp_path / "o" / "report.html").is_file()
    assert (tmp_path / "l" / "001-a.html").is_file()
    assert "'=1+1" in (tmp_path / "o" / "tables" / "chosen.csv").read_text("utf-8")
    assert "=1+1" in (tmp_path / "l" / "001-a.html").read_text("utf-8")
    made = Outcome.open(tmp_path / "o")
    assert made.table("chosen")["name"].tolist()[0] == "=1+1"
    assert main(["report", str(tmp_path / "o")]) == 0


def test_python_and_command_agree(tmp_path, capsys):
    """Proves: the command's page is the page of the same call in Python.

    Breaks if: the command changes a default on the way.
    """
    options = write(tmp_path)
    (tmp_path / "rules.toml").write_text('per_year = 1\nyears = 3\nprovinces = "free"\n', "utf-8")
    assert main(["place", *options, "--quick", "--rules", str(tmp_path / "rules.toml")]) == 0
    assert capsys.readouterr().out == text_page(_from_files(options)) + "\n"


def test_what_was_asked_can_be_repeated(kenya):
    """Proves: the command in the outcome, parsed again, asks for the same.

    Breaks if: an option is missing from it.
    """
    from groundplan.cli import parser

    words = str(kenya.provenance["command"]).split()[1:]
    args = parser().parse_args(words)
    assert (args.country, args.budget, args.seed, args.gap) == ("KEN", ["money=9000"], 0, 0.005)


def faulty(folder: Path, what: str) -> tuple[list[str], str]:
    """Options of a command that must be refused, and what it must say."""
    found = features()
    if what == "no coordinates":
        text = 'materials = [{ column = "lack", amount = { value = 1, unit = "1", low = 1, high = 1, source = "t" }, '
        text += 'reach = { value = 50, unit = "km", low = 50, high = 50, source = "t" } }]\n'
        options = write(folder)
        with (folder / "works.toml").open("a", encoding="utf-8") as file:
            file.write(text)
        return options, "no distances are given"
    if what == "negative people":
        found[1]["properties"]["people"] = -5
        return write(folder, found), "population"
    if what == "crossing polygon":
        found[2]["geometry"] = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
        return write(folder, found), "crosses itself"
    if what == "twice":
        found[1]["properties"]["code"] = "a"
        return write(folder, found), "a"
    options = write(folder)
    if what == "too many":
        return [*options, "--per-year", "3", "--years", "2"], "6 places are asked for and there are 4"
    rules = "per_year = 1\nyears = 2\n[quota]\nNorth = [2, 3]\n"
    if what == "quotas":
        (folder / "rules.toml").write_text(rules, "utf-8")
        return [*options, "--rules", str(folder / "rules.toml")], "the quotas ask for 2 places in 1, 1 are chosen"
    if what == "unknown rule":
        (folder / "rules.toml").write_text("per_year = 1\nyeers = 2\n", "utf-8")
        return [*options, "--rules", str(folder / "rules.toml")], "no key 'yeers'; nearest: 'years'"
    if what == "changed draw":
        told = draw.announce(IDS, 4, {"kind": "dice", "throws": 50}, "order")
        draw.write(folder, told, told.record({"kind": "dice", "throws": [1, 2, 3, 4, 5] * 10}))
        text = (folder / "announcement.json").read_text("utf-8")
        (folder / "announcement.json").write_text(text.replace('"d"', '"e"'), "utf-8")
        return [*options, "--draw", str(folder / "record.json")], "in the announcement and not in the record: e"
    if what == "draw of others":
        told = draw.announce([*IDS[:3], "z"], 4, {"kind": "dice", "throws": 50}, "order")
        draw.write(folder, told, told.record({"kind": "dice", "throws": [1, 2, 3, 4, 5] * 10}))
        return [*options, "--draw", str(folder / "record.json")], "the draw's list lacks Dogwood"
    if what == "no announcement":
        (folder / "record.json").write_text("{}", "utf-8")
        return [*options, "--draw", str(folder / "record.json")], "there is no such file"
    if what == "no roles":
        return options[:2], "the roles of the file's columns are not told"
    if what == "no weights":
        return [*options[:4], *options[6:]], "the weights of need and readiness are not told"
    if what == "two countries":
        return ["KEN", *options], "are named"
    if what == "budget":
        return [*options, "--budget", "money"], "--budget money is not NAME=AMOUNT"
    if what == "language":
        return [*options, "--language", "tlh"], "no language 'tlh'"
    if what == "level":
        return [*options, "--level", "power"], "nobody says what a job closes of the gap"
    return ["KEM"], "no country with places 'KEM'; nearest: 'KEN'"


FAULTS = (
    "no coordinates", "negative people", "crossing polygon", "twice", "too many", "quotas", "unknown rule",
    "changed draw", "draw of others", "no announcement", "no roles", "no weights", "two countries", "budget",
    "language", "level", "country",
)  # fmt: skip


@pytest.mark.parametrize("what", FAULTS)
def test_bad_input_is_told_and_writes_nothing(what, tmp_path, capsys):
    """Proves: every fault ends in exit code 2 with its own words, no number is printed and no file is written.

    Breaks if: a fault is found only after the first file, or passes into the choice.
    """
    inside = tmp_path / "in"
    inside.mkdir()
    options, words = faulty(inside, what)
    out = tmp_path / "out"
    wanted = ["--out", str(out / "o"), "--letters", str(out / "l"), "--geojson", str(out / "g.json")]
    pace = [] if "--per-year" in options or "--rules" in options else ["--per-year", "1", "--years", "2"]
    assert main(["place", *options, *pace, "--quick", *wanted]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""
    assert not out.exists()


def test_what_was_stopped_is_kept_and_said():
    """Proves: a stopped search gives no costs of rules and says so, and its page begins with that.

    Breaks if: what was stopped passes for proven.
    """
    made = chosen()
    stopped = Outcome(made.arrays, made.tables, {**made.provenance, "status": "stopped", "gap": 0.02})
    assert headline(stopped).startswith("Stopped early, best found so far: ")
    assert "The search was stopped by the user; no choice is better by more than 2 per cent." in text_page(stopped)
    country = four()
    scores = {k: score(country, w).values for k, w in WEIGHTS.items()}
    inputs = Inputs(country, WORKS, Rules(1, 3), scores["need"], scores["readiness"])
    siting, choice, _ = solved(inputs)
    tables, left_out = Extras(inputs, siting, replace(choice, status="stopped"), WEIGHTS, Effort()).tables(print)
    assert tables == {}
    assert "The search was stopped" in left_out[0]


def test_extras_are_told():
    """Proves: with extras the page says how sure the order is and what rules cost, and the front has two ends.

    Breaks if: a table of the further searches has no place on the page.
    """
    country = four(province=pd.Series(["North", "North", "South", "South"], IDS, dtype=object))
    made = chosen(country, quick=False, provinces="rounds")
    page = text_page(made)
    assert "When every weight may be a quarter larger or smaller" in page
    assert "What a rule costs" in page
    assert "shares of provinces" in page
    assert {"intervals", "rule_costs", "front"} <= set(made.tables)


def test_a_level_of_ones_own_measures_the_gap():
    """Proves: with a named level the gap is what a place has less than the best-off, and per_job closes it.

    Breaks if: the need score stays the gap, or jobs close another amount.
    """
    made = chosen(level="lack", per_job=100.0)
    gaps = made.table("gaps").set_index("place")
    assert gaps["before"].tolist() == [0.0, 30.0, 50.0, 80.0]
    assert gaps["after"].tolist() == pytest.approx([0.0, 29.0, 49.0, 80.0])
    assert made.provenance["fairness"]["worst_before"] == 10.0


def test_progress_is_told():
    """Proves: the search and the reasons report as they go.

    Breaks if: a long search is silent.
    """
    said: list[str] = []
    chosen(progress=said.append)
    assert any("best" in line for line in said)
    assert said[-1] == "reasons: 4 of 4 places"


def test_unwritable_geojson_is_told(tmp_path):
    """Proves: a target that cannot be written is an error with its name, and leaves nothing behind.

    Breaks if: half a file stays there.
    """
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(GroundplanError, match="cannot be written"):
        write_geojson("{}", tmp_path / "file" / "g.json")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_unknown_language_is_refused_before_the_search():
    """Proves: a language without words is refused at once, with the known ones.

    Breaks if: the report fails after a long search.
    """
    with pytest.raises(UnknownName, match="language of a map"):
        chosen(language="kr")
