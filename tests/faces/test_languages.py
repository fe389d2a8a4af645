"""What people read is said in five languages; what programs read is the same in all."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from babel.core import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from commands import said as run
from economies import small
from languages import locales
from languages.collect import CATALOGUES, COMPILED, blanks, collected
from pseudo import pseudo_book, unread_words

from groundplan import CutImports, GroundplanError, Outcome, Scenario, data, names, see, speak, stress, whynot
from groundplan.cli import main
from groundplan.cli.spoken_words import fault_text
from groundplan.errors import Faults, UnknownName
from groundplan.languages.numerals import Numerals
from groundplan.languages.phrase_book import PhraseBook
from groundplan.languages.spoken import ENGLISH, LANGUAGES, book, figure_said, said, speaking, spoken
from groundplan.reconciling.verdict_words import NOT_RELIABLE
from groundplan.results.charts.drawing import Columns, Series
from groundplan.results.files import json_text
from groundplan.results.html.html_report import report
from groundplan.results.reconciled_pages.asking_letters import asking_letters
from groundplan.results.spoken_views import names_of, spoken_views
from groundplan.results.terminal import WIDTH
from groundplan.results.text_page import text_page
from groundplan.results.view import Bullets, Grid, Prose, View
from groundplan.results.view_list import views
from groundplan.results.words import wide
from groundplan.results.workbook.live_cells import live_cells

OTHERS = [language for language in LANGUAGES if language != ENGLISH]
CUT = CutImports(name="fuel", products=("class:fuels",), length=84, depth=0.8)
SCENARIO = Scenario(name="little fuel", horizon=168, step="week", events=(CUT,))
KINDS = {
    "see": lambda: see("KEN", draws=5),
    "stress": lambda: stress("KEN", SCENARIO, no_plan=True),
    "account": lambda: data("KEN"),
    "whynot": lambda: whynot(small(), "gross output: works >= 190 in 2022", years=2),
}
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@cache
def outcome(kind: str) -> Outcome:
    return KINDS[kind]()


def sentences(there: tuple[View, ...]) -> list[str]:
    """Titles, sentences and headings of columns: what a page says in words of its own."""
    out = [v.title for v in there]
    for part in (p for v in there for p in v.parts):
        out += [part.words] if isinstance(part, Prose) else list(part.lines) if isinstance(part, Bullets) else []
        if isinstance(part, Grid):
            out += [part.title, *(str(x) for column in part.frame.columns for x in column)]
    return [*dict.fromkeys(s for s in out if s)]


def cells(there: tuple[View, ...]) -> list[str]:
    grids = [p for v in there for p in v.parts if isinstance(p, Grid)]
    words = [x for g in grids for x in [*g.frame.index, *g.frame.to_numpy(dtype=object).ravel()]]
    return [*dict.fromkeys(x for x in words if isinstance(x, str) and x)]


def texts(said_so: str | Sequence[str]) -> Sequence[str]:
    """The plural forms of a message, or its one text."""
    return [said_so] if isinstance(said_so, str) else said_so


def key(words: str | Sequence[str]) -> str:
    """What a message is looked up by: its singular."""
    return texts(words)[0]


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_of_the_source_is_translated(language: str) -> None:
    """Proves: each sentence that the source can say stands in the catalogue of each language, with the same blanks, and
    the compiled catalogue says what the text one does.

    Breaks if: a sentence is added, or a blank renamed, without its translations; or a catalogue is not compiled.
    """
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        written = {key(m.id): m.string for m in read_po(file) if m.id}
    with (COMPILED / f"{language}.mo").open("rb") as file:
        compiled = {key(m.id): m.string for m in read_mo(file) if m.id}
    assert {k: list(texts(v)) for k, v in written.items()} == {k: list(texts(v)) for k, v in compiled.items()}
    single = {k: texts(v)[-1] for k, v in compiled.items()}
    messages = collected()
    assert [m for m in messages if not single.get(m)] == []
    assert [m for m in messages if blanks(single[m]) != blanks(m)] == []
    assert set(single) <= set(messages)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_page_says_what_no_message_says(kind: str) -> None:
    """Proves: under the pseudo-locale, in which every message is accented and longer, of a page's own words that are no
    names of data at most one in 25 stays plain.

    Breaks if: a page glues a sentence from pieces that the source does not show.
    """
    o = outcome(kind)
    pseudo = pseudo_book()
    # The page of an account tells its sectors by name, and keeps no list of them.
    known_names = names_of(o, pseudo) | names_of(outcome("see"), pseudo)
    own = {w.lower() for n in known_names for w in re.findall(r"[A-Za-z]+", n)}
    read = pseudo.naming(known_names)
    lines = sentences(views(o))
    whole = [w for line in lines for w in unread_words(line, own)]
    left = [w for line in lines for w in unread_words(read.said(line), own)]
    assert len(whole) > 100
    assert len(left) <= len(whole) / 25, left


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_reading_a_sentence_loses_nothing(kind: str) -> None:
    """Proves: with each message said as itself, every sentence and every cell comes back letter by letter.

    Breaks if: a blank is filled with another's words, a figure is lost, or a part of a sentence is dropped or doubled.
    """
    o = outcome(kind)
    itself = PhraseBook("en", [((m.text,), (m.text,)) for m in collected().values()])
    read = itself.naming(names_of(o, itself))
    there = [s for s in (*sentences(views(o)), *cells(views(o))) if not DAY.search(s)]
    comma = re.compile(r", (?=and )")  # English lists of CLDR have one before their last
    pairs = [(comma.sub(" ", read.said(s)), comma.sub(" ", s)) for s in there]
    assert [pair for pair in pairs if pair[0] != pair[1]] == []


@pytest.mark.parametrize("language", OTHERS)
def test_pages_are_said_in_a_language(language: str) -> None:
    """Proves: terminal and report say the same translated sentences, no line is wider than a terminal, and the page
    says in which language it is; every number of the English page stands there, with the language's marks.

    Breaks if: a face renders the English views.
    """
    o = outcome("see")
    with speaking(language):
        there, page, shown = spoken_views(o), html.unescape(report(o)), text_page(o)
    assert f'<html lang="{language}" dir="ltr">' in page
    assert there[0].title != views(o)[0].title
    for view in there:
        assert all(" ".join(line.split()) in " ".join(page.split()) for line in view.says)
    assert max(map(wide, shown.splitlines())) <= WIDTH
    assert spoken() == ENGLISH
    number = re.compile(r"\d[\d,.\u202f]*\d|\d")
    for a, b in zip(views(o), there, strict=True):
        for x, y in zip(a.says, b.says, strict=True):
            with speaking(language):
                figures = Counter(number.findall(figure_said(x.replace("Table 10.01", ""))))  # a version
            assert not figures - Counter(number.findall(y)), (x, y)


def test_numbers_follow_the_country() -> None:
    """Proves: one language writes its numbers as the country does that was asked for; files' numbers never change."""
    with speaking("es"):
        assert said("26,412.7") == "26.412,7"
    with speaking("es-MX"):
        assert said("26,412.7") == "26,412.7"
    with speaking("fr"):
        assert said("1,234.5 on 2027-03-31") == "1\u202f234,5 on 31 mars 2027"
        assert said("`--set a=0.5` and outcomes/a-0.5/b") == "`--set a=0.5` and outcomes/a-0.5/b"


def test_facts_of_languages_are_those_of_the_cldr() -> None:
    """Proves: marks of numbers, lists, days and plurals of the package are those that Babel has of every language and
    country; plural rules agree from 0 to 1,000 and on halves.
    """
    assert locales.PLACE.read_text("utf-8") == locales.text()
    for language in LANGUAGES:
        there, rule = Numerals(language), Locale(language).plural_form
        numbers = [*range(1001), 0.5, 1.5, 2.5]
        wrong = [n for n in numbers if (rule(n) == "one") != (there.plural(n) == 0) and rule(n) != "many"]
        assert wrong == []
        day = date(2026, 3, 9)
        assert there.day(day) == format_date(day, "long", locale=language)
        assert there.listed(["a", "b", "c", "d"]) == format_list(["a", "b", "c", "d"], locale=language)


def test_plural_forms() -> None:
    """Proves: the count inside a sentence chooses its form by the language's rule: French counts none as one, Korean
    has one form.
    """
    french = PhraseBook("fr", [(("{n:n} day", "{n:n} days"), ("{n:n} jour", "{n:n} jours"))])
    assert [french.said(f"{n} days") for n in (0, 1, 2)] == ["0 jour", "1 jour", "2 jours"]
    korean = PhraseBook("ko", [(("{n:n} day", "{n:n} days"), ("{n:n}일",))])
    assert [korean.said(text) for text in ("1 day", "7 days")] == ["1일", "7일"]


def test_a_number_is_never_cut() -> None:
    """Proves: a message that ends or goes on with a point or a comma is not read into the middle of a number.

    Breaks if: "to 500.0 in 2024." is read as a sentence that ends after 500.
    """
    met = ("Met: to {last}.{more}",), ("{more} – jusqu'à {last}.",)
    book_of_one = PhraseBook("ko", [met, (("in {year}, {what}",), ("{what} ({year})",))])
    assert "500.0" in book_of_one.said("Met: to 500.0 in 2024.")
    assert book_of_one.said("in 2,024, 7") == "7 (2,024)"


def test_a_blank_in_quotes_is_copied() -> None:
    """Proves: what is to be typed or is quoted comes through untouched, though it is a word of the catalogue."""
    add = ("add [{kind}] to '{name}' of {what}",), ("{what} : ajouter [{kind}] à '{name}'",)
    spoken_book = PhraseBook("fr", [(("rows",), ("lignes",)), add])
    assert spoken_book.said("add [rows] to 'rows' of rows") == "lignes : ajouter [rows] à 'rows'"


def test_names_of_data_are_not_read_into() -> None:
    """Proves: a product whose name looks like a sentence of ours stays what the data call it."""
    messages = [(("{a} of {b}",), ("{b} : {a}",)), (("imports",), ("importations",))]
    read = PhraseBook("fr", messages)
    assert read.said("imports of imports") == "importations : importations"
    assert read.said("Manufacture of basic metals") == "Manufacture of basic metals"
    assert read.naming({"imports of imports": "imports of imports"}).said("imports of imports") == "imports of imports"


def test_letters_ask_in_a_language(tmp_path: Path) -> None:
    """Proves: a letter to a unit is said line by line in the spoken language, its figures with the language's marks."""
    rows = pd.DataFrame(
        [{"owner": "Works", "figure": "Works: cement", "verdict": NOT_RELIABLE, "kind": "report", "measure": "t",
          "reported": 1234.5, "estimate": 1000.0, "error": 10.0, "unit": "Works", "product": "cement", "source": ""}]
    )  # fmt: skip
    o = Outcome({}, {"figures": rows}, {"engine": "reconcile", "held_against": "accounts"})
    english = asking_letters(o)["001-Works.txt"]
    with speaking("es"):
        spanish = asking_letters(o)["001-Works.txt"]
    assert "We have read your figures" in english
    assert "We have read" not in spanish
    assert len(spanish.splitlines()) == len(english.splitlines())
    assert "1.234" in spanish or "1.235" in spanish


def test_a_page_from_right_to_left() -> None:
    """Proves: a language that is written from right to left turns the page, and its styles have no left and right."""
    o = outcome("whynot")
    with speaking(pseudo_book("ar")):
        page = report(o)
    assert '<html lang="ar" dir="rtl">' in page
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert (
        re.findall(
            r"(?:margin|padding|border)-(?:left|right)|text-align: ?(?:left|right)|float: ?(?:left|right)", style
        )
        == []
    )


def test_json_and_files_are_the_same_in_every_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: `--json` and every saved file but the report are byte for byte the same, whatever is spoken."""
    texts = {}
    for language in ("en", "ko"):
        assert (
            main(["see", "KEN", "--draws", "2", "--json", "--out", str(tmp_path / language), "--language", language])
            == 0
        )
        texts[language] = capsys.readouterr().out
    assert texts["en"] == texts["ko"]
    assert json.loads(texts["ko"])["views"][0]["title"].startswith("What")
    files = {p.relative_to(tmp_path / "en") for p in (tmp_path / "en").rglob("*") if p.is_file()}
    changed = [
        str(f) for f in sorted(files) if (tmp_path / "en" / f).read_bytes() != (tmp_path / "ko" / f).read_bytes()
    ]
    assert changed == ["index.json", "report.html"]  # the index holds the report's mark


def test_a_saved_outcome_is_read_in_ones_own_language(tmp_path: Path) -> None:
    """Proves: an outcome that a colleague saved in English is reported in another language from its files alone."""
    o = outcome("whynot")
    again = Outcome.open(o.save(tmp_path / "o"))
    with speaking("fr"):
        assert [v.says for v in spoken_views(again)] == [v.says for v in spoken_views(o)]
        assert "Ce que cela" in report(again) or spoken_views(again)[0].title != views(o)[0].title


def test_the_command_line_speaks(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: help, refusals and faults are said in the language that is asked for, and an unknown one is refused."""
    with pytest.raises(SystemExit):
        main(["plan", "--help", "--language", "fr"])
    helped = capsys.readouterr().out
    assert "classeur" in helped
    assert "--start-year" in helped
    assert "show this help" not in helped
    assert main(["see", "KEM", "--language", "es"]) == 2
    told_so = capsys.readouterr().err
    assert "KEM" in told_so
    assert "nearest" not in told_so
    assert main(["see", "KEN", "--language", "tlh"]) == 2
    assert "no language 'tlh'" in capsys.readouterr().err


def test_faults_keep_their_places() -> None:
    """Proves: of a fault what is wrong and how to mend it are translated, files, rows and keys stay as they are."""
    single = GroundplanError("there is no such file", where="a b.csv, row 3", fix="check the path")
    fault = Faults([single, GroundplanError("no")])
    with speaking("pt"):
        lines = fault_text(fault).splitlines()
    assert any("a b.csv, row 3" in line for line in lines)
    assert not any("check the path" in line for line in lines)
    assert fault_text(fault) == str(fault)


def test_the_systems_language_is_spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: the command line speaks what the system speaks, English where that is unknown."""
    monkeypatch.setenv("LANGUAGE", "")
    for setting, word in (("ko_KR.UTF-8", "생산물"), ("xx_XX", "products")):
        monkeypatch.setenv("LC_ALL", setting)
        assert word in run("names", "KEN", cwd=tmp_path).out


def test_a_number_of_a_chart_is_turned_once() -> None:
    """Proves: ticks, hints and the words for those who listen have each number of the English chart once, with the
    language's marks: 1,234.5 is 1.234,5 in Spanish, and never turned back.

    Breaks if: a text that is said already is said again on its way to a mark.
    """
    parts = [Series("exports", "m KES", [1234.5, 25000.0], ["1,234.5", "25,000.0"])]
    chart = Columns("trade", "exports grow from 1,234.5 to 25,000.0 m KES", ["2029", "2030"], parts)
    words = re.compile(r">([^<>]*\d[^<>]*)<")
    figures = re.compile(r"\d[\d,.]*\d|\d")
    english = [f for line in words.findall(chart.svg()) for f in figures.findall(line)]
    with speaking("es"):
        spanish = [f for line in words.findall(chart.svg()) for f in figures.findall(line)]
        assert spanish == [Numerals("es").figure(f) for f in english]
    assert {"1.234,5", "25.000,0", "20.000"} <= set(spanish)


def test_live_cells_do_not_hang_on_the_language() -> None:
    """Proves: a table that says `total` in another language has the same formulas as in English."""
    with speaking("ko"):
        pairs = [
            (g, t) for v, w in zip(views(outcome("see")), spoken_views(outcome("see")), strict=True)
            for g, t in zip(v.parts, w.parts, strict=True) if isinstance(g, Grid)
        ]  # fmt: skip
    assert pairs
    for english, translated in pairs:
        assert isinstance(translated, Grid)
        assert translated.english is english.frame
        numeric = english.frame.select_dtypes("number").to_numpy()
        assert (translated.frame.select_dtypes("number").to_numpy() == numeric).all() or pd.isna(numeric).any()
        assert live_cells(translated.english) == live_cells(english.frame)


def test_speak_is_refused_for_what_there_is_not() -> None:
    """Proves: in Python a language is chosen by its tag, and an unknown one names those that there are."""
    with pytest.raises(UnknownName, match="use one of: en, es, fr, ko, pt"):
        speak("de")
    speak("fr")
    assert said("imports") != "imports"
    speak("en")
    assert said("imports") == "imports"
    assert book("en") is None


def test_json_text_is_english() -> None:
    """Proves: JSON of an outcome in Python is the same while another language is spoken."""
    o = outcome("account")
    before = json_text(o)
    with speaking("ko"):
        assert json_text(o) == before
    assert names is not None


def test_countries_that_are_not_known_share_one_book() -> None:
    """Proves: whatever country is asked for, few books are made: those of which nothing is known share one.

    Breaks if: a server's memory grows with every tag that somebody makes up.
    """
    made = [book(f"fr-{one}{other}") for one in "QX" for other in "ABCDEFGHIJ"]
    assert {b.tag for b in made if b is not None} >= {"fr-QA", "fr-XJ"}
    assert len({id(b._entries) for b in made if b is not None}) == 1
    assert book("es-MX").numerals is not book("es").numerals
