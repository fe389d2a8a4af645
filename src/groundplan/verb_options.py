"""What an option, a verb and its pages are, and the options that several verbs share.

Nothing heavy is imported here; a verb's function is imported when it is called, a page when it is written.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundplan.outcome import Outcome

# What an option's words are read as.
TEXT, WHOLE, NUMBER, SWITCH = "text", "whole", "number", "switch"
SETTINGS, RATES, AMOUNTS = "settings", "rates", "amounts"
# Who an option is for: the verb's function as a keyword, the noun that the verb is about, or the face itself.
KEYWORD, SUBJECT, FACE = "keyword", "subject", "face"
# How often its words stand: once, several in a row, or the option again for each.
ONCE, SEVERAL, EACH = "once", "several", "each"
ALWAYS = ("always",)


@dataclass(frozen=True)
class Option:
    """An option of a verb: a keyword of its function, of the same name.

    ``kind``: what its words are read as; ``default``: the function's own, for the reader's eyes; ``many``: how often
    its words stand; ``position``: it is told by its place, without ``--``; ``use``: who it is for. ``writes``, of a
    face's option, is the ``module:function`` that writes a part of the outcome to where the option says. ``says``: the
    word that is typed where it is not the name. ``low`` and ``high``: the least and the most that its number may be.
    ``extra``: the extra of the package that it needs; ``takes``: options of the face that its writer has as keywords.
    ``metavar`` FILE is a file that is read. ``written``: the actions of the verb for which a file or folder of this
    name is written, ``ALWAYS`` for every one.
    """

    name: str
    help: str
    kind: str = TEXT
    default: object = None
    choices: tuple[str, ...] = ()
    metavar: str = ""
    many: str = ONCE
    position: bool = False
    needed: bool = False
    use: str = KEYWORD
    writes: str = ""
    says: str = ""
    low: float = -sys.float_info.max
    high: float = sys.float_info.max
    extra: str = ""
    takes: tuple[str, ...] = ()
    written: tuple[str, ...] = ()

    @property
    def flag(self) -> str:
        """What is typed for it: its name, unless that is a word that Python keeps for itself."""
        return f"--{(self.says or self.name).replace('_', '-')}"


@dataclass(frozen=True)
class Pages:
    """Where the pages of an engine's outcomes are written, each ``module:name`` under ``groundplan.results``.

    ``report``: the ``Page`` whose views every face renders; ``text``: where there is none, the function that gives the
    terminal's page.
    """

    engine: str
    text: str = ""
    report: str = ""


@dataclass(frozen=True)
class Verb:
    """A word that a user types: what it tells, its options, the pages of its outcomes, and what it is about.

    ``about``: ``study`` (whose plan), ``accounts`` (whose accounts), or nothing. ``folder``: the ``module:function``
    that names the folder of an outcome where the user names none; without it nothing is saved then. ``typed_only``: it
    is typed on a command line and is no run of a project.
    """

    word: str
    help: str
    options: tuple[Option, ...]
    pages: tuple[Pages, ...] = ()
    about: str = ""
    folder: str = ""
    typed_only: bool = False

    @property
    def function(self) -> Callable[..., Outcome]:
        """The verb's function, imported when it is asked for."""
        function: Callable[..., Outcome] = imported(f"groundplan.verbs.{self.word}:{self.word}")
        return function


def imported(path: str) -> Any:
    """What ``module:name`` names."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


COUNTRY = Option(
    "country", "three-letter code or English name, a filled template or a study (default KEN, or the study's)",
    position=True, use=SUBJECT,
)  # fmt: skip
YEAR = Option("year", "year of the accounts; the latest by default", WHOLE)
ACCOUNTS_YEAR = Option("year", YEAR.help, WHOLE, use=SUBJECT)
JSON = Option("json", "print everything as JSON", SWITCH, False, use=FACE)
OUT = Option("out", "folder to save the outcome and its report in", metavar="FOLDER", use=FACE)
OVERWRITE = Option(
    "overwrite", "let the outcome take the place of the one that stands in its folder", SWITCH, False, use=FACE
)
PDF = Option(
    "pdf", "write a briefing as PDF: the brief and what follows it", metavar="FILE", use=FACE,
    writes="groundplan.results.briefing.pdf:pdf_to", extra="pdf", takes=("annexes",),
)  # fmt: skip
WORD = Option(
    "word", "write the same as a Word document (.docx)", metavar="FILE", use=FACE,
    writes="groundplan.results.briefing.word:word_to", extra="word", takes=("annexes",),
)  # fmt: skip
ANNEXES = Option("annexes", "the PDF and the Word document have the annexes too", SWITCH, False, use=FACE)
PAPER = (PDF, WORD, ANNEXES)
WORKBOOK = Option(
    "workbook", "write all of it into a workbook for spreadsheet programs (.xlsx)", metavar="FILE", use=FACE,
    writes="groundplan.results.workbook.workbook_file:workbook_to",
)  # fmt: skip
FORM = Option(
    "form", "write its study into a workbook to edit (.xlsx), which --study reads again", metavar="FILE", use=FACE,
    writes="groundplan.study.study_workbook.study_writing:form_to",
)  # fmt: skip
LANGUAGE = Option(
    "language", "what the pages are said in; the system's language by default; files and JSON stay English",
    metavar="LANGUAGE", use=FACE,
)  # fmt: skip
FACES = (OUT, OVERWRITE, WORKBOOK, *PAPER, JSON)
# How accounts are opened, alike for every verb that takes accounts: the fields of ``economy.opening.TableFiles``.
FILES = (
    ACCOUNTS_YEAR,
    Option("table", "files of a publisher that hold the country", metavar="FILE", many=SEVERAL, use=SUBJECT),
    Option("layout", "their layout: wiod2016, icio, figaro, oecd-iot, ine, nbs, sam ...", default="", use=SUBJECT),
    Option("kinds", "the file that says what each account is, where the layout has one", metavar="FILE", use=SUBJECT),
    Option("money", "their money unit where the layout does not fix it, for example CNY2020m", use=SUBJECT),
    Option("edition", "their edition, for the record", default="", use=SUBJECT),
    Option(
        "tolerance", "gap accepted between costs and output, as a share", NUMBER, 1e-3, use=SUBJECT, low=0.0, high=1.0
    ),
    Option("balance", "balance a table whose costs and output differ, on purpose (balance_table)", SWITCH, False,
           use=SUBJECT),
    Option("mapping", "a mapping file (TOML) for a file that differs from its layout", metavar="FILE", use=SUBJECT),
    Option("names", "a list (columns code, name) for a file that has codes only", metavar="FILE", use=SUBJECT),
    Option("classes", "a list (columns code, class) that says what each sector is; `groundplan names` proposes it",
           metavar="FILE", use=SUBJECT),
)  # fmt: skip
STUDY = (
    COUNTRY,
    Option("study", "a study file (TOML), or a workbook that --form wrote", metavar="FILE", use=SUBJECT),
    Option("years", "length of the plan (default 10, or the study's)", WHOLE, use=SUBJECT),
    Option(
        "start_year",
        "first year of the plan; the accounts are carried to the year before it (default: the year after them)",
        WHOLE,
        use=SUBJECT,
    ),
    Option(
        "set", "a policy, for example --set export_growth=0.06", SETTINGS, metavar="NAME=VALUE", many=EACH, use=SUBJECT
    ),
    *FILES,
)
ACCOUNTS = (COUNTRY, *FILES)
RUNNER = (
    Option("workers", "processes that compute draws, cases and members", WHOLE, 1),
    Option("address", "a Dask scheduler that computes them, for example tcp://10.0.0.5:8786"),
    Option("run", "keep finished batches here, so that a stopped run goes on", metavar="FOLDER"),
)


def ranges(default: int) -> Option:
    """Of how many draws of estimated accounts a verb tells ranges."""
    words = "of estimated accounts: how many of their draws ranges are told from; 0 for none"
    return Option("ranges", words, WHOLE, default, low=0, high=1e4)


DATABASE = Option(
    "database", "the project's PostgreSQL database, postgresql://user@host/name (default: the variable "
    "GROUNDPLAN_DATABASE, else a file in the folder); a password belongs there or into the file that PGPASSFILE names",
    default="", metavar="URL",
)  # fmt: skip
HISTORY = Option(
    "history", "output, people and persons engaged by year, CSV in the columns of the Penn World Table", metavar="FILE"
)
AGES = Option("ages", "people by year and age, CSV with columns year, age, number", metavar="FILE")
PLAN_FOLDER = "groundplan.results.files:plan_folder"
FOLLOW_FOLDER = "groundplan.results.files:follow_folder"
BANDS = "how sure the headline figures are: least and most in plans as good and as even (some seconds more)"
EXAMINE = "put the plan, with and without its contingencies, through the day-by-day engine of `stress`"
