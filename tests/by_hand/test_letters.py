"""Letters of a country that paper can hold: every number in them can be computed by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from small_programme import IDS, LACK, chosen, four

from groundplan.errors import GroundplanError
from groundplan.outcome import Outcome
from groundplan.places.known.columns import SourcedFigure
from groundplan.places.lots import draw
from groundplan.places.scoring.scores import Criterion, Weights
from groundplan.places.works.facilities import Facilities, Facility
from groundplan.results.framed import cell_texts
from groundplan.results.place_pages import letters as written
from groundplan.results.place_pages import place_figures, place_words
from groundplan.results.place_pages.letters import INDEX, file_name, letter, letters, write_letters

WAYS = {"need": "more", "readiness": "less"}


@pytest.fixture(scope="module")
def made() -> Outcome:
    return chosen()


def plain(page: str) -> str:
    """A page's text without its marks."""
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page.split("<main>")[1])).replace("&#x27;", "'")


def test_the_order_of_four_places(made):
    """Proves: lack 90, 60, 40, 10 gives years 1, 2, 3 and none, and every letter says its own.

    Breaks if: letters are joined to the wrong place, or a place that is not chosen gets a year.
    """
    assert [place_words.chosen_year(made, i) for i in IDS] == [1, 2, 3, 0]
    assert place_words.decision(made, "b") == "B is chosen in year 2 and gets a mill; all of it runs from year 3."
    assert place_words.decision(made, "d") == "D is not chosen from year 1 to year 3; 3 of 4 places are."
    assert "rank 3 of 4, and 3 in its province" in place_words.why(made, "c")[0]


def test_the_score_is_computed_line_by_line(made):
    """Proves: c's lack of 40 lies at (40 − 10) / (90 − 10) = 0.375 of the way, times the weight 1, and that is the sum.

    Breaks if: the letter shows another position, weight or end than the score was made of.
    """
    lines = place_figures.score_lines(made, "need", "c")
    row = [column[0] for column in cell_texts(lines)]
    assert row == ["40", "published", "10 to 90", "0.3750", "1.0000", "0.3750"]
    assert [column[-1] for column in cell_texts(lines)][-2:] == ["1.0000", "0.3750"]


def test_the_figure_that_would_change_it(made):
    """Proves: c comes a year earlier with more lack than b's 60, and solving with 61 indeed moves it; 59 does not.

    Breaks if: the counterfactual is of another place, of the wrong direction, or rounded to the near side.
    """
    said = place_words.changes(made, "c")
    assert said[0] == "With a need score above 0.6250 instead of 0.3750 it would come in year 2."
    assert said[1] == "a made-up figure: 60 instead of 40, and nothing else changed, would do that."
    for lack, year in ((61.0, 2), (59.0, 3)):
        moved = chosen(four([*LACK[:2], lack, LACK[3]]))
        assert place_words.chosen_year(moved, "c") == year


def test_the_first_cannot_come_earlier(made):
    """Proves: the place of the first year is told so, and no figure is named.

    Breaks if: an empty list is printed, or a figure that changes nothing.
    """
    assert place_words.changes(made, "a") == [
        "By scores and rules it is in the first year: nothing would bring it earlier."
    ]


def test_a_figure_of_both_scores_says_what_is_kept():
    """Proves: where a figure stands in need and readiness, the letter says that the readiness is kept.

    Breaks if: "nothing else changed" is said of a figure that would change the other score too.
    """
    both = {name: Weights(name, (Criterion("lack", 1.0, way),), source="t") for name, way in WAYS.items()}
    said = place_words.changes(chosen(weights=both), "c")
    assert "its readiness, in which this figure stands too, kept as it is" in said[1]


def test_a_letter_for_every_place_and_an_index(made):
    """Proves: four letters and an index that links to each; every letter has reasons, change, figures and checks.

    Breaks if: places that are not chosen get no letter, or a part is lost.
    """
    pages = letters(made)
    assert list(pages) == [INDEX, *(file_name(n, i) for n, i in enumerate(IDS, 1))]
    for name in list(pages)[1:]:
        assert f'href="{name}"' in pages[INDEX]
        text = plain(pages[name])
        for part in (
            "What would change this",
            "The figures of this place",
            "The scores, computed again",
            "How to check",
        ):
            assert part in text
        assert "http" not in pages[name]
        assert "<script" not in pages[name]
    assert "What is built, and from what" in plain(pages[file_name(2, "b")])
    assert "What is built, and from what" not in plain(pages[file_name(4, "d")])
    assert "Why not in these years" in plain(pages[file_name(4, "d")])


def test_letters_know_no_favourites(made):
    """Proves: the same country with its list in another order gives every place the same letter, word for word.

    Breaks if: the place in the list, or anything but the tables, enters a letter.
    """
    turned = chosen(four(order=["d", "b", "a", "c"]))
    for place in IDS:
        assert letter(turned, place) == letter(made, place)


def test_estimates_and_missing_figures_are_marked():
    """Proves: a missing figure is said to be missing and its score stands at the median, marked as such.

    Breaks if: a missing figure is shown as zero, or an estimate as published.
    """
    made = chosen(four([90.0, 60.0, float("nan"), 10.0]))
    text = plain(letter(made, "c"))
    assert "a made-up figure missing" in text
    assert "median of others, its own is missing" in text
    assert "assumed" in plain(letter(chosen(facilities=_assumed()), "a"))


def _assumed() -> Facilities:
    jobs = {"basic": SourcedFigure(10.0, "persons", source="a guess", low=5.0, high=20.0)}
    return Facilities({"mill": Facility("mill", {"en": "Mill"}, "food", jobs)})


def test_names_cannot_break_out_of_their_page_or_folder():
    """Proves: a name with marks is escaped, and an id with slashes makes no path.

    Breaks if: a name is put into a page as it is, or an id into a file name.
    """
    names = pd.DataFrame({"en": ["<b>A</b>", "B", "C", "D"]}, index=IDS, dtype=object)
    page = letter(chosen(four(names=names)), "a")
    assert "<b>A</b>" not in page
    assert "&lt;b&gt;A&lt;/b&gt;" in page
    assert file_name(3, "../../etc/passwd") == "003-etc-passwd.html"
    assert file_name(4, "평양") == "004-place.html"


def test_letters_are_written_whole_or_not_at_all(made, tmp_path, monkeypatch):
    """Proves: a fault half way leaves the old letters as they were and no new folder behind.

    Breaks if: letters are written one by one into the folder that people read.
    """
    folder = tmp_path / "letters"
    write_letters({INDEX: f"{written.MARK} old"}, folder)
    whole = Path.write_text

    def fails(self: Path, *args: object, **more: object) -> int:
        if self.name.startswith("003"):
            raise OSError(28, "No space left on device")
        return whole(self, *args, **more)

    monkeypatch.setattr(Path, "write_text", fails)
    with pytest.raises(GroundplanError, match="cannot be written: No space left"):
        write_letters(letters(made), folder)
    assert [p.name for p in tmp_path.iterdir()] == ["letters"]
    assert (folder / INDEX).read_text("utf-8").endswith("old")
    monkeypatch.undo()
    write_letters(letters(made), folder, with_draw=True)
    assert {"verify_draw.py", "003-c.html"} <= {p.name for p in folder.iterdir()}
    assert not list(tmp_path.glob(".letters*"))


def test_the_old_letters_stand_until_the_new_ones_do(made, tmp_path, monkeypatch):
    """Proves: where the new folder cannot take the old one's place, the old letters are there again.

    Breaks if: the old folder is deleted before the new one stands.
    """
    folder = tmp_path / "letters"
    write_letters({INDEX: f"{written.MARK} old"}, folder)
    moves, real = [], Path.replace

    def second_fails(self: Path, target: Path) -> Path:
        moves.append(self.name)
        if len(moves) == 2:
            raise OSError(16, "Device or resource busy")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", second_fails)
    with pytest.raises(GroundplanError, match="cannot be written"):
        write_letters(letters(made), folder)
    assert (folder / INDEX).read_text("utf-8").endswith("old")
    assert [p.name for p in tmp_path.iterdir()] == ["letters"]


def test_a_folder_of_other_things_is_left_alone(made, tmp_path):
    """Proves: letters never replace a folder that holds anything that is no letter.

    Breaks if: the folder is emptied first.
    """
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(GroundplanError, match=r"holds what is no letter: mine\.txt"):
        write_letters(letters(made), tmp_path)
    write_letters({INDEX: written.MARK}, tmp_path / "l")
    (tmp_path / "l" / "notes.html").write_text("mine", "utf-8")
    with pytest.raises(GroundplanError, match=r"notes\.html"):
        write_letters(letters(made), tmp_path / "l")
    assert (tmp_path / "mine.txt").read_text("utf-8") == "mine"


def test_equal_places_are_ordered_by_the_draw(tmp_path):
    """Proves: of four equal places the draw's smallest ticket comes first; the letter gives the mark and the script.

    Breaks if: the list's order decides, or the letter does not say how to check the draw.
    """
    country = four([50.0] * 4)
    told = draw.announce(country.ids, 4, {"kind": "dice", "throws": 50}, "order of equals")
    record = told.record({"kind": "dice", "throws": [6, 5, 4, 3, 2] * 10})
    draw.write(tmp_path, told, record)
    made = chosen(country, draw=tmp_path / "record.json")
    order = [row["name"] for row in record["order"]]
    assert made.table("chosen")["place"].tolist() == order[:3]
    text = plain(letter(made, order[0]))
    assert told.mark in text
    assert "verify_draw.py announcement.json record.json" in text
